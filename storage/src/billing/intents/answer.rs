//! What becomes of intents when the money has come, in the transaction in which it is received.

use std::collections::BTreeMap;

use billing_core::ledger::Provider;
use billing_core::payment::{IntentEvent, IntentId, IntentState};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, EntityTrait as _,
    QueryFilter as _, Statement, Value,
};

use super::rows::{described, locked};
use super::{enter, invalid};
use crate::among;
use crate::constant;
use crate::entity::{payment_intent, receipt};
use crate::error::{During as _, Kind, StoreError};
use crate::store::Store;
use crate::unit::{Record, Unit};

/// The intent that money of a provider answers, locked with its subscriber.
pub(in crate::billing) async fn locked_for(
    unit: &Unit<'_>,
    id: IntentId,
    provider: &Provider,
) -> Result<payment_intent::Model, StoreError> {
    let row = locked(unit, id).await?;
    if row.provider != provider.to_string() {
        return Err(invalid(&format!(
            "intent {id} is to be paid by {} and not by {provider}; take this in without it",
            row.provider
        )));
    }
    Ok(row)
}

/// A receipt that is in the books answers an intent. Where it `pays` it, that is paid and applied with it;
/// otherwise it was over before, and only the receipt is kept with it.
pub(in crate::billing) async fn answer(
    unit: &mut Unit<'_>,
    row: payment_intent::Model,
    receipt: &receipt::Model,
    pays: bool,
) -> Result<(), StoreError> {
    let operation = "say which receipt answers an intent to pay";
    let other = payment_intent::Entity::find()
        .filter(payment_intent::Column::ReceiptId.eq(receipt.id))
        .filter(payment_intent::Column::Id.ne(row.id))
        .one(&unit.txn);
    let number = format!("{} {}", receipt.provider, receipt.number);
    if let Some(other) = other.await.during(operation)? {
        let (id, other) = (row.id, other.id);
        return Err(invalid(&format!("{number} answers intent {other} and cannot answer {id}")));
    }
    let mut row = row;
    if row.receipt_id.is_none() {
        let answered = payment_intent::ActiveModel {
            id: Set(row.id),
            receipt_id: Set(Some(receipt.id)),
            ..Default::default()
        };
        let before = described(&row);
        row = answered.update(&unit.txn).await.during(operation)?;
        if !pays {
            unit.record(Record {
                kind: Kind::PaymentIntent,
                row: row.id,
                name: &row.id.to_string(),
                before: Some(before),
                after: Some(described(&row)),
            });
        }
    }
    if pays {
        row = enter(unit, row, IntentEvent::Pay, Some(number)).await?;
        enter(unit, row, IntentEvent::Apply, None).await?;
    }
    Ok(())
}

/// A service was renewed: what was paid for that is in force.
pub(in crate::billing) async fn activate(
    unit: &mut Unit<'_>,
    service: Option<i64>,
) -> Result<(), StoreError> {
    let Some(service) = service else { return Ok(()) };
    let rows = payment_intent::Entity::find()
        .filter(payment_intent::Column::TenantId.eq(unit.tenant.0))
        .filter(payment_intent::Column::ServiceId.eq(service))
        .filter(constant::is(payment_intent::Column::State, IntentState::Applied.code()))
        .filter(constant::is(payment_intent::Column::Purpose, "renewal"))
        .all(&unit.txn);
    for row in rows.await.during("find what was paid for the service")? {
        enter(unit, row, IntentEvent::Activate, None).await?;
    }
    Ok(())
}

/// What a subscriber has paid for services that buy no packages, and that are served, is in force: there is
/// nothing to renew.
pub(in crate::billing) async fn activate_served(
    unit: &mut Unit<'_>,
    subscriber: SubscriberId,
) -> Result<(), StoreError> {
    let operation = "find what was paid for services";
    let sql = "select distinct i.service_id from payment_intent i join subscription s \
               on s.service_id = i.service_id and s.state in ('active', 'grace') \
               where i.tenant_id = $1 and i.subscriber_id = $2 and i.state = 'applied' \
               and i.purpose = 'renewal' and not exists \
               (select 1 from subscription_package p where p.subscription_id = s.id)";
    let values = [unit.tenant.0, subscriber.0].map(Value::from);
    let statement = Statement::from_sql_and_values(unit.txn.get_database_backend(), sql, values);
    let rows = unit.txn.query_all_raw(statement).await.during(operation)?;
    for row in rows {
        let service: i64 = row.try_get("", "service_id").during(operation)?;
        activate(unit, Some(service)).await?;
    }
    Ok(())
}

/// Of these receipts, those that were paid for a renewal which is not in force, each with since when it is
/// applied.
pub(in crate::billing) async fn waiting(
    store: &Store,
    tenant: TenantId,
    receipts: impl Iterator<Item = i64>,
) -> Result<BTreeMap<i64, Timestamp>, StoreError> {
    let operation = "find what was paid and is not in force";
    let reader = &store.database().reader;
    let backend = reader.get_database_backend();
    let (condition, ids) = among::numbers_at(backend, "$2", receipts);
    let sql = format!(
        "select i.receipt_id, e.at from payment_intent i \
         join payment_intent_event e on e.intent_id = i.id and e.event = 'apply' \
         where i.tenant_id = $1 and i.receipt_id {condition} and i.state = 'applied' \
         and i.purpose = 'renewal'"
    );
    let values = [Value::from(tenant.0), ids.into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let mut waiting = BTreeMap::new();
    for row in reader.query_all_raw(statement).await.during(operation)? {
        let at: i64 = row.try_get("", "at").during(operation)?;
        let receipt = row.try_get("", "receipt_id").during(operation)?;
        waiting.insert(receipt, Timestamp::from_unix_ms(at));
    }
    Ok(waiting)
}
