//! Who is to be looked at again by billing runs for something that concerns many, as another price or an
//! outage: noted with it in a moment, and carried out in parts behind it.
//!
//! One statement for everybody who has the product would hold up all who pay until it is done, and with
//! millions it would never be.

use entitlement::{TenantId, Timestamp};
use sea_orm::{ConnectionTrait as _, DbBackend, QueryResult, Statement, Value};

use super::runs::BillingRuns;
use super::subscriptions::lock_all;
use crate::among;
use crate::error::{During as _, StoreError};
use crate::store::Actor;
use crate::unit::Unit;

/// Whoever has, or has had, one of these products is looked at again from a moment on.
pub(super) async fn note(
    unit: &Unit<'_>,
    products: &[i64],
    from: Timestamp,
) -> Result<(), StoreError> {
    let backend = unit.txn.get_database_backend();
    for product in products {
        // Of what nobody has nothing changes.
        let sql = "insert into billing_look (tenant_id, product_id, from_at, seen) \
                   select cast($1 as bigint), cast($2 as bigint), cast($3 as bigint), 0 \
                   where exists (select 1 from subscription_event where product_id = $2)";
        let values = [unit.tenant.0, *product, from.unix_ms()].map(Value::from);
        let statement = Statement::from_sql_and_values(backend, sql, values);
        unit.txn.execute_raw(statement).await.during("note who is to be looked at again")?;
    }
    Ok(())
}

/// Those of a product that are still to be looked at.
struct Look {
    id: i64,
    product: i64,
    from: i64,
    /// Up to which subscription it has come.
    seen: i64,
}

impl BillingRuns<'_> {
    /// Lets the next run look at some of those whom another price or an outage concerns, `limit`
    /// subscriptions at most. Gives how many it has come across; none: there are none left, and a run finds
    /// everybody.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn look_again(&self, by: &Actor, limit: u64) -> Result<usize, StoreError> {
        let operation = "say who is to be looked at again";
        // Mostly there are none, and nothing is written.
        if first(&self.store.database().reader, self.tenant, "").await?.is_none() {
            return Ok(0);
        }
        let unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let backend = unit.txn.get_database_backend();
        let lock = if backend == DbBackend::Postgres { " for update" } else { "" };
        let mut count = 0;
        while let Some(look) = first(&unit.txn, self.tenant, lock).await? {
            let sql = "select distinct subscription_id as id from subscription_event \
                       where product_id = $1 and subscription_id > $2 \
                       order by subscription_id limit $3";
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let values = [look.product, look.seen, limit].map(Value::from);
            let statement = Statement::from_sql_and_values(backend, sql, values);
            let rows = unit.txn.query_all_raw(statement).await.during(operation)?;
            let ids = rows.iter().map(|row| row.try_get::<i64>("", "id").during(operation));
            let ids = ids.collect::<Result<Vec<_>, _>>()?;
            count = ids.len();
            set_due(&unit, look.from, &ids).await?;
            let (sql, seen) = match ids.last() {
                Some(last) => ("update billing_look set seen = $2 where id = $1", *last),
                None => ("delete from billing_look where id = $1 and seen = $2", look.seen),
            };
            let values = [look.id, seen].map(Value::from);
            let statement = Statement::from_sql_and_values(backend, sql, values);
            unit.txn.execute_raw(statement).await.during(operation)?;
            if count > 0 {
                break;
            }
        }
        unit.commit().await?;
        Ok(count)
    }
}

/// The first that there is.
async fn first(
    db: &impl sea_orm::ConnectionTrait,
    tenant: TenantId,
    lock: &str,
) -> Result<Option<Look>, StoreError> {
    let operation = "find who is to be looked at again";
    let sql = format!(
        "select id, product_id, from_at, seen from billing_look where tenant_id = $1 \
         order by id limit 1{lock}"
    );
    let values = [Value::from(tenant.0)];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let Some(row) = db.query_one_raw(statement).await.during(operation)? else { return Ok(None) };
    let number = |row: &QueryResult, column: &str| row.try_get::<i64>("", column).during(operation);
    Ok(Some(Look {
        id: number(&row, "id")?,
        product: number(&row, "product_id")?,
        from: number(&row, "from_at")?,
        seen: number(&row, "seen")?,
    }))
}

/// Whoever bills one of them now has read what was before, and says when to look again before this does.
async fn set_due(unit: &Unit<'_>, from: i64, subscriptions: &[i64]) -> Result<(), StoreError> {
    let operation = "say when to look again";
    let backend = unit.txn.get_database_backend();
    let (is_among, ids) = among::numbers_at(backend, "$1", subscriptions.iter().copied());
    let sql = format!("select distinct subscriber_id as id from subscription where id {is_among}");
    let statement = Statement::from_sql_and_values(backend, sql, [Value::from(ids)]);
    let rows = unit.txn.query_all_raw(statement).await.during(operation)?;
    let whose = rows.iter().map(|row| row.try_get("", "id").during(operation));
    lock_all(&unit.txn, whose.collect::<Result<Vec<i64>, _>>()?).await?;
    let (is_among, ids) = among::numbers_at(backend, "$2", subscriptions.iter().copied());
    let sql = format!(
        "update subscription set due_at = $1 where (due_at is null or due_at > $1) and id {is_among}"
    );
    let statement =
        Statement::from_sql_and_values(backend, sql, [Value::from(from), Value::from(ids)]);
    unit.txn.execute_raw(statement).await.during(operation).map(|_| ())
}
