//! What services have used of their quotas and grants.

use std::collections::BTreeMap;
use std::sync::Arc;

use aaa_engine::StoredMeter;
use entitlement::{Meter, ServiceId, TenantId};
use futures_util::TryStreamExt as _;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait as _, DatabaseTransaction, DbBackend, EntityTrait as _,
    ExprTrait as _, Statement, Value,
};

use super::ROWS_PER_STATEMENT;
use crate::billing::note_used;
use crate::entity::usage_meter;
use crate::error::{During as _, Kind, StoreError};
use crate::store::Store;

/// Keeps them: of several of one service that with the greatest revision, in whatever order and
/// however often they come.
pub(super) async fn store(
    txn: &DatabaseTransaction,
    meters: &BTreeMap<ServiceId, StoredMeter>,
) -> Result<(), StoreError> {
    let rows: Vec<_> = meters.values().map(row_of).collect();
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        let columns = [
            usage_meter::Column::TenantId,
            usage_meter::Column::Revision,
            usage_meter::Column::Meter,
        ];
        let later = Expr::col(("excluded", usage_meter::Column::Revision))
            .gt(Expr::col((usage_meter::Entity, usage_meter::Column::Revision)));
        let join = OnConflict::column(usage_meter::Column::ServiceId)
            .update_columns(columns)
            .action_and_where(later)
            .to_owned();
        usage_meter::Entity::insert_many(rows.iter().cloned())
            .on_conflict(join)
            .exec_without_returning(txn)
            .await
            .during("store what services have used")?;
    }
    note_used_up(txn, meters).await
}

/// Keeps which grants are used up by now, each once, for who has to know of it.
async fn note_used_up(
    txn: &DatabaseTransaction,
    meters: &BTreeMap<ServiceId, StoredMeter>,
) -> Result<(), StoreError> {
    let operation = "note which data is used up";
    let used = meters.values().flat_map(|stored| stored.meter.used_grants());
    let rows: Vec<_> =
        used.map(|(grant, used)| [grant.0, i64::try_from(used).unwrap_or(i64::MAX)]).collect();
    let backend = txn.get_database_backend();
    let [of, number, used] = match backend {
        DbBackend::Postgres => {
            ["json_array_elements($1::json)", "(r.value ->> 0)::bigint", "(r.value ->> 1)::bigint"]
        }
        _ => ["json_each($1)", "json_extract(r.value, '$[0]')", "json_extract(r.value, '$[1]')"],
    };
    let sql = format!(
        "insert into used_up_grant (grant_id, tenant_id, service_id, is_seen) \
         select g.id, g.tenant_id, g.service_id, 0 from {of} r join service_grant g on g.id = {number} \
         where coalesce(g.online_s, g.octets) <= {used} on conflict (grant_id) do nothing"
    );
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        let json = serde_json::to_string(rows)
            .map_err(|error| StoreError::Database { operation, source: error.into() })?;
        let statement = Statement::from_sql_and_values(backend, &sql, [Value::from(json.as_str())]);
        txn.execute_raw(statement).await.during(operation)?;
        note_used(txn, &json).await?;
    }
    Ok(())
}

fn row_of(stored: &StoredMeter) -> usage_meter::ActiveModel {
    let mut octets = Vec::new();
    stored.meter.encode(&mut octets);
    usage_meter::ActiveModel {
        service_id: Set(stored.service.0),
        tenant_id: Set(stored.tenant.0),
        revision: Set(i64::try_from(stored.meter.revision()).unwrap_or(i64::MAX)),
        meter: Set(octets),
    }
}

/// Every meter.
pub(super) async fn all(store: &Store) -> Result<Vec<StoredMeter>, StoreError> {
    let operation = "read what services have used";
    let reader = &store.database().reader;
    let mut rows = usage_meter::Entity::find().stream(reader).await.during(operation)?;
    let mut meters = Vec::new();
    while let Some(row) = rows.try_next().await.during(operation)? {
        meters.push(stored_of(&row)?);
    }
    Ok(meters)
}

pub(crate) fn stored_of(row: &usage_meter::Model) -> Result<StoredMeter, StoreError> {
    let meter = Meter::decode(&row.meter).map_err(|error| StoreError::Corrupt {
        what: Kind::Service,
        row: row.service_id.to_string(),
        problem: error.to_string(),
    })?;
    let (tenant, service) = (TenantId(row.tenant_id), ServiceId(row.service_id));
    Ok(StoredMeter { tenant, service, meter: Arc::new(meter), notices: Vec::new() })
}
