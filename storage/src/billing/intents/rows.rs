//! Rows of intents as the rules know them.

use billing_core::Money;
use billing_core::payment::{Intent, IntentId, IntentState, InvoiceId, Purpose};
use entitlement::{ServiceId, SubscriberId, Timestamp};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde_json::json;

use crate::billing::subscriptions::lock;
use crate::entity::payment_intent;
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::names;
use crate::unit::Unit;

/// An intent of which nothing changes until the end of the transaction: first its subscriber is locked and then
/// its row, as everywhere.
pub(super) async fn locked(
    unit: &Unit<'_>,
    id: IntentId,
) -> Result<payment_intent::Model, StoreError> {
    let operation = "find the intent to pay";
    let find = || {
        payment_intent::Entity::find_by_id(id.0)
            .filter(payment_intent::Column::TenantId.eq(unit.tenant.0))
    };
    let not_found = || names::not_found(Kind::PaymentIntent, &id.to_string(), []);
    let seen = find().one(&unit.txn).await.during(operation)?.ok_or_else(not_found)?;
    lock(&unit.txn, seen.subscriber_id).await?;
    let row = find().lock_exclusive().one(&unit.txn).await.during(operation)?;
    row.ok_or_else(not_found)
}

/// As the rules know it.
pub(in crate::billing) fn intent_of(row: &payment_intent::Model) -> Result<Intent, StoreError> {
    let currency = row.currency.parse().map_err(|_| corrupt(row, "its currency"))?;
    let intent = Intent::new(
        IntentId(row.id),
        SubscriberId(row.subscriber_id),
        purpose_of(row)?,
        Money::new(row.amount_minor, currency),
        Timestamp::from_unix_ms(row.expires_at),
    );
    let intent = intent.map_err(|error| rule(IntentId(row.id), error.into()))?;
    Ok(intent.in_state(state_of(row)?))
}

pub(super) fn state_of(row: &payment_intent::Model) -> Result<IntentState, StoreError> {
    IntentState::from_code(&row.state).ok_or_else(|| corrupt(row, "its state"))
}

/// The numbers of the invoice and of the service that something is paid for.
pub(super) const fn of_purpose(purpose: Purpose) -> (Option<i64>, Option<i64>) {
    match purpose {
        Purpose::Open | Purpose::TopUp => (None, None),
        Purpose::Invoice(InvoiceId(id)) => (Some(id), None),
        Purpose::Renewal(ServiceId(id)) => (None, Some(id)),
    }
}

fn purpose_of(row: &payment_intent::Model) -> Result<Purpose, StoreError> {
    let purposes = [
        Some(Purpose::Open),
        Some(Purpose::TopUp),
        row.invoice_id.map(|id| Purpose::Invoice(InvoiceId(id))),
        row.service_id.map(|id| Purpose::Renewal(ServiceId(id))),
    ];
    let purpose = purposes.into_iter().flatten().find(|purpose| purpose.code() == row.purpose);
    purpose.ok_or_else(|| corrupt(row, "what it is for"))
}

/// Whether the next period of a service was asked for.
pub(in crate::billing) fn is_renewal(row: &payment_intent::Model) -> bool {
    row.purpose == Purpose::Renewal(ServiceId(0)).code()
}

/// For the audit.
pub(super) fn described(row: &payment_intent::Model) -> serde_json::Value {
    json!({
        "provider": row.provider,
        "reference": row.reference,
        "purpose": row.purpose,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "state": row.state,
        "receipt": row.receipt_id,
    })
}

pub(super) fn rule(id: IntentId, source: RuleError) -> StoreError {
    StoreError::Rule { what: Kind::PaymentIntent, name: id.to_string(), source }
}

pub(super) fn corrupt(row: &payment_intent::Model, what: &str) -> StoreError {
    StoreError::Corrupt {
        what: Kind::PaymentIntent,
        row: row.id.to_string(),
        problem: format!("{what} cannot be understood"),
    }
}
