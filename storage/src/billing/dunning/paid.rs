//! What becomes of who does not pay when something is paid, in the transaction of the payment.

use std::collections::BTreeMap;

use billing_core::{Money, SubscriptionState};
use entitlement::SubscriberId;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _, QueryFilter as _,
    Statement, Value,
};

use super::case::Case;
use super::keep::keep;
use super::policy::Ground;
use crate::among;
use crate::entity::subscription;
use crate::error::{During as _, StoreError};
use crate::unit::Unit;
use crate::values;

/// These subscribers, whose rows are locked, have paid so much of what they owe. Who is not served any
/// more and has nothing left that is overdue is served again.
pub(in super::super) async fn paid(
    unit: &mut Unit<'_>,
    paid: &[(SubscriberId, Money)],
) -> Result<(), StoreError> {
    note_paid(unit, paid).await?;
    let stopped = stopped(unit, paid).await?;
    if stopped.is_empty() {
        return Ok(());
    }
    let Some(ground) = Ground::read(&unit.txn, unit.tenant).await? else { return Ok(()) };
    let now = unit.now;
    let cases = Case::read(&unit.txn, unit.tenant, &ground, &stopped, now).await?;
    let mut done = Vec::new();
    for mut case in cases {
        match case.due(&ground, now, now) {
            Ok(actions) => done.push((case, actions)),
            // What was paid is paid in any case. The next run tries again, and says it to the operator.
            Err(error) => {
                tracing::warn!(subscriber = %error.subscriber, error = %error.error, "not judged");
            }
        }
    }
    keep(unit, &ground, now, &done).await
}

/// Keeps what was paid when, for promises and for what is judged later.
pub(super) async fn note_paid(
    unit: &Unit<'_>,
    paid: &[(SubscriberId, Money)],
) -> Result<(), StoreError> {
    let operation = "note what was paid";
    let now = unit.now.unix_ms();
    let paid: Vec<_> = paid.iter().filter(|(_, amount)| !amount.is_zero()).collect();
    let mut whose: Vec<_> = paid.iter().map(|(subscriber, _)| subscriber.0).collect();
    whose.sort_unstable();
    whose.dedup();
    if whose.is_empty() {
        return Ok(());
    }
    let insert = "insert into dunning_account (subscriber_id, tenant_id, paid_at)";
    let tail = "on conflict (subscriber_id) do update set paid_at = excluded.paid_at";
    let row = |id: &i64| [Value::from(*id), unit.tenant.0.into(), now.into()];
    values::insert(&unit.txn, insert, whose.iter().map(row).collect(), tail, operation).await?;
    add_to_promises(unit, paid.iter().map(|(id, amount)| (*id, *amount))).await?;
    let backend = unit.txn.get_database_backend();
    let (condition, ids) = among::numbers_at(backend, "$2", whose);
    // What was given up was not paid.
    let sql = format!(
        "update invoice set paid_at = $3 where tenant_id = $1 and subscriber_id {condition} \
         and kind = 'invoice' and paid_at is null and paid_minor >= gross_minor and not exists \
         (select 1 from write_off w where w.invoice_id = invoice.id and w.of_fees = 0)"
    );
    let values = [Value::from(unit.tenant.0), ids.into(), now.into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    unit.txn.execute_raw(statement).await.during(operation)?;
    Ok(())
}

/// Something of what a subscriber owes was given up, whose row is locked: as when it is paid, but that no
/// promise is kept by it.
pub(in super::super) async fn given_up(
    unit: &mut Unit<'_>,
    subscriber: SubscriberId,
    amount: Money,
) -> Result<(), StoreError> {
    let insert = "insert into dunning_account (subscriber_id, tenant_id, paid_at)";
    let tail = "on conflict (subscriber_id) do update set paid_at = excluded.paid_at, \
                looked_at = null";
    let row = [Value::from(subscriber.0), unit.tenant.0.into(), unit.now.unix_ms().into()];
    values::insert(&unit.txn, insert, vec![row], tail, "note what was given up").await?;
    paid(unit, &[(subscriber, Money::zero(amount.currency()))]).await
}

/// A payment was taken back, and so much is open again: what happens to who does not pay begins anew.
pub(in super::super) async fn reopened(
    unit: &Unit<'_>,
    subscriber: SubscriberId,
    amount: Money,
) -> Result<(), StoreError> {
    let operation = "note what is open again";
    if amount.is_zero() {
        return Ok(());
    }
    let insert = "insert into dunning_account (subscriber_id, tenant_id, from_at)";
    let tail = "on conflict (subscriber_id) do update set from_at = excluded.from_at, \
                looked_at = null";
    let row = [subscriber.0.into(), unit.tenant.0.into(), unit.now.unix_ms().into()];
    values::insert(&unit.txn, insert, vec![row], tail, operation).await?;
    if let Ok(less) = amount.negated() {
        add_to_promises(unit, [(subscriber, less)].into_iter()).await?;
    }
    let sql = "update invoice set paid_at = null where tenant_id = $1 and subscriber_id = $2 \
               and paid_at is not null and paid_minor < gross_minor";
    let backend = unit.txn.get_database_backend();
    let values = [Value::from(unit.tenant.0), subscriber.0.into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    unit.txn.execute_raw(statement).await.during(operation)?;
    Ok(())
}

/// Something is other than when they were looked at last.
pub(in super::super) async fn look_again(
    unit: &Unit<'_>,
    subscribers: impl Iterator<Item = i64> + Send,
) -> Result<(), StoreError> {
    let backend = unit.txn.get_database_backend();
    let (condition, ids) = among::numbers_at(backend, "$2", subscribers);
    let sql = format!(
        "update dunning_account set looked_at = null where tenant_id = $1 \
         and subscriber_id {condition} and looked_at is not null"
    );
    let values = [Value::from(unit.tenant.0), ids.into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    unit.txn.execute_raw(statement).await.during("say who is to be looked at again")?;
    Ok(())
}

/// Adds to what was paid of promises that hold, or takes from it.
async fn add_to_promises(
    unit: &Unit<'_>,
    paid: impl Iterator<Item = (SubscriberId, Money)> + Send,
) -> Result<(), StoreError> {
    let operation = "note what was paid of promises";
    let mut sums: BTreeMap<(i64, &str), i64> = BTreeMap::new();
    for (subscriber, amount) in paid {
        let sum = sums.entry((subscriber.0, amount.currency().code())).or_default();
        *sum = sum.saturating_add(amount.amount_minor());
    }
    let rows: Vec<_> = sums.iter().map(|((id, currency), minor)| (id, currency, minor)).collect();
    let rows = serde_json::to_string(&rows)
        .map_err(|error| StoreError::Database { operation, source: error.into() })?;
    let backend = unit.txn.get_database_backend();
    let rows_of = match backend {
        DbBackend::Postgres => {
            "select (value ->> 0)::bigint as id, value ->> 1 as currency, \
             (value ->> 2)::bigint as minor from json_array_elements($1::json)"
        }
        _ => {
            "select json_extract(value, '$[0]') as id, json_extract(value, '$[1]') as currency, \
             json_extract(value, '$[2]') as minor from json_each($1)"
        }
    };
    let sql = format!(
        "update promise set paid_minor = paid_minor + r.minor from ({rows_of}) r \
         where promise.tenant_id = $2 and promise.subscriber_id = r.id \
         and promise.currency = r.currency and promise.made_at <= $3 and promise.until > $3"
    );
    let values = [Value::from(rows), unit.tenant.0.into(), unit.now.unix_ms().into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    unit.txn.execute_raw(statement).await.during(operation)?;
    Ok(())
}

/// Whether something of a subscriber is in grace or not served for what is overdue.
pub(in super::super) async fn is_stopped(
    unit: &Unit<'_>,
    subscriber: SubscriberId,
) -> Result<bool, StoreError> {
    let stopped = [SubscriptionState::Grace, SubscriptionState::Suspended];
    let found = subscription::Entity::find()
        .filter(subscription::Column::TenantId.eq(unit.tenant.0))
        .filter(subscription::Column::SubscriberId.eq(subscriber.0))
        .filter(subscription::Column::State.is_in(stopped.map(SubscriptionState::code)))
        .one(&unit.txn);
    Ok(found.await.during("find who can be served again")?.is_some())
}

/// Those of them of whom something is in grace or not served for what is overdue.
async fn stopped(unit: &Unit<'_>, paid: &[(SubscriberId, Money)]) -> Result<Vec<i64>, StoreError> {
    let operation = "find who can be served again";
    let backend = unit.txn.get_database_backend();
    let (condition, ids) =
        among::numbers_at(backend, "$2", paid.iter().map(|(subscriber, _)| subscriber.0));
    let sql = format!(
        "select distinct subscriber_id from subscription where tenant_id = $1 \
         and subscriber_id {condition} and state in ('grace', 'suspended') order by subscriber_id"
    );
    let values = [Value::from(unit.tenant.0), ids.into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let rows = unit.txn.query_all_raw(statement).await.during(operation)?;
    rows.iter().map(|row| row.try_get("", "subscriber_id").during(operation)).collect()
}
