//! What the journal tells of grants that can be carried over, in time or late.

use entitlement::TenantId;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, DatabaseTransaction, DbBackend,
    EntityTrait as _, QueryFilter as _, QueryOrder as _, Statement, Value,
};

use super::{OPERATION, left_of, rule_of, stored};
use crate::among;
use crate::billing::pay_as_you_go::announce;
use crate::entity::{grant_rollover, service_grant, used_up_grant};
use crate::error::{During as _, StoreError};
use crate::services::grant_of_row;

/// Keeps how much was used of grants that can be carried over, given as JSON in pairs of a grant and its use,
/// and takes from what was carried over what is told only now of the time before.
pub(crate) async fn note_used(txn: &DatabaseTransaction, pairs: &str) -> Result<(), StoreError> {
    let backend = txn.get_database_backend();
    let rows = match backend {
        DbBackend::Postgres => {
            "(select (value ->> 0)::bigint as id, (value ->> 1)::bigint as used \
             from json_array_elements($1::json)) r"
        }
        _ => {
            "(select json_extract(value, '$[0]') as id, json_extract(value, '$[1]') as used \
             from json_each($1)) r"
        }
    };
    let run = async |sql: String| {
        let statement = Statement::from_sql_and_values(backend, sql, [Value::from(pairs)]);
        txn.query_all_raw(statement).await.during(OPERATION)
    };
    if backend == DbBackend::Postgres {
        // In one order, as who carries over holds them.
        let held = format!(
            "select g.grant_id from {rows} join grant_rollover g on g.grant_id = r.id \
             where g.used_units < r.used order by g.grant_id for update of g"
        );
        if run(held).await?.is_empty() {
            return Ok(());
        }
    }
    let noted = format!(
        "update grant_rollover set used_units = r.used from {rows} \
         where grant_rollover.grant_id = r.id and used_units < r.used returning grant_id"
    );
    let mut less = Vec::new();
    for row in run(noted).await? {
        let id = row.try_get::<i64>("", "grant_id").during(OPERATION)?;
        less.extend(left_in_row(txn, id).await?.map(|left| (id, left)));
    }
    while !less.is_empty() {
        less = take_back(txn, less).await?;
    }
    Ok(())
}

/// How much is left of a grant.
async fn left_in_row(txn: &DatabaseTransaction, id: i64) -> Result<Option<u64>, StoreError> {
    let beside = grant_rollover::Entity::find_by_id(id).one(txn).await.during(OPERATION)?;
    let grant = service_grant::Entity::find_by_id(id).one(txn).await.during(OPERATION)?;
    let Some((grant, beside)) = grant.zip(beside) else { return Ok(None) };
    Ok(Some(left_of(&grant_of_row(&grant)?, &beside)))
}

/// Takes from what was carried over what is not left any more of the grants that it was carried over from.
/// Gives of which of those so less is left, and how much.
async fn take_back(
    txn: &DatabaseTransaction,
    from: Vec<(i64, u64)>,
) -> Result<Vec<(i64, u64)>, StoreError> {
    let mut less = Vec::new();
    let ids = from.iter().map(|(id, _)| *id);
    let carried = grant_rollover::Entity::find()
        .filter(grant_rollover::Column::CarriedFrom.is_not_null())
        .filter(among::numbers(txn.get_database_backend(), "carried_from", ids))
        .order_by_asc(grant_rollover::Column::GrantId)
        .all(txn);
    for row in carried.await.during(OPERATION)? {
        let origin = from.iter().find(|(id, _)| Some(*id) == row.carried_from);
        let Some(left) = origin.map(|(_, left)| *left) else { continue };
        if row.carried_left.is_some_and(|known| stored(left) >= known) {
            continue;
        }
        let known = grant_rollover::ActiveModel {
            grant_id: Set(row.grant_id),
            carried_left: Set(Some(stored(left))),
            ..Default::default()
        };
        known.update(txn).await.during(OPERATION)?;
        let units = rule_of(&row)?.units(left);
        if lower(txn, &row, stored(units)).await? {
            let used = u64::try_from(row.used_units).unwrap_or_default();
            less.push((row.grant_id, units.saturating_sub(used)));
        }
    }
    Ok(less)
}

/// Lets a grant be of no more than so many units, and tells of it; of none, it is gone. Whether it was of more.
async fn lower(
    txn: &DatabaseTransaction,
    row: &grant_rollover::Model,
    units: i64,
) -> Result<bool, StoreError> {
    let found = service_grant::Entity::find_by_id(row.grant_id).one(txn).await;
    let Some(found) = found.during(OPERATION)? else { return Ok(false) };
    let service_grant::Model { id, octets, online_s, service_id, .. } = found;
    if online_s.unwrap_or(octets) <= units {
        return Ok(false);
    }
    if row.used_units >= units {
        note_used_up(txn, row, service_id).await?;
    }
    if units == 0 {
        service_grant::Entity::delete_by_id(id).exec(txn).await.during(OPERATION)?;
    } else {
        let changed = service_grant::ActiveModel {
            id: Set(id),
            octets: Set(if online_s.is_none() { units } else { octets }),
            online_s: Set(online_s.map(|_| units)),
            ..Default::default()
        };
        changed.update(txn).await.during(OPERATION)?;
    }
    announce(txn, TenantId(row.tenant_id), &[service_id]).await?;
    Ok(true)
}

/// As the journal notes it, which may have nothing more to tell of it.
async fn note_used_up(
    txn: &DatabaseTransaction,
    row: &grant_rollover::Model,
    service: i64,
) -> Result<(), StoreError> {
    let noted = used_up_grant::ActiveModel {
        grant_id: Set(row.grant_id),
        tenant_id: Set(row.tenant_id),
        service_id: Set(service),
        is_seen: Set(0),
    };
    used_up_grant::Entity::insert(noted)
        .on_conflict_do_nothing()
        .exec_without_returning(txn)
        .await
        .during(OPERATION)
        .map(|_| ())
}
