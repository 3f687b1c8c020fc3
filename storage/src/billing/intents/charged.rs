//! Intents by which tokens of providers are charged: who may charge one, and when nobody is to any more.

use billing_core::Money;
use billing_core::balance::AutoTopUpRefusal;
use billing_core::payment::{IntentEvent, IntentState, Purpose};
use entitlement::SubscriberId;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::enter;
use super::rows::state_of;
use crate::billing::{auto_top_ups, wallets};
use crate::constant;
use crate::entity::{auto_top_up, payment_intent};
use crate::error::{During as _, StoreError};
use crate::tenants;
use crate::unit::Unit;

/// By which of the intents of a subscriber nothing is to be charged any more.
#[derive(Debug, Clone, Copy)]
pub(in crate::billing) enum NotCharged {
    /// All by which the wallet of this subscriber was to be topped up by itself.
    Of(i64),
    /// Those by which this token was to be charged.
    By(i64),
}

/// Cancels what nobody has begun to charge. The row of its subscriber is locked.
pub(in crate::billing) async fn cancel_charged(
    unit: &mut Unit<'_>,
    which: NotCharged,
    note: &str,
) -> Result<(), StoreError> {
    let is_it = match which {
        NotCharged::Of(subscriber) => Condition::all()
            .add(payment_intent::Column::SubscriberId.eq(subscriber))
            .add(payment_intent::Column::TokenId.is_not_null()),
        NotCharged::By(token) => Condition::all().add(payment_intent::Column::TokenId.eq(token)),
    };
    let rows = payment_intent::Entity::find()
        .filter(payment_intent::Column::TenantId.eq(unit.tenant.0))
        .filter(is_it)
        .filter(payment_intent::Column::Purpose.eq(Purpose::TopUp.code()))
        .filter(constant::is(payment_intent::Column::State, IntentState::Created.code()))
        .order_by_asc(payment_intent::Column::Id)
        .lock_exclusive()
        .all(&unit.txn);
    for row in rows.await.during("find what is not to be charged any more")? {
        enter(unit, row, IntentEvent::Cancel, Some(note.to_owned())).await?;
    }
    Ok(())
}

/// Why whoever says that he charges a token by an intent, which is locked, is not to: but who says again under
/// which reference he charges may. `None`: he may.
pub(super) fn why_not(
    row: &payment_intent::Model,
    reference: Option<&str>,
) -> Result<Option<String>, StoreError> {
    let state = state_of(row)?;
    let is_same = reference.is_some() && row.reference.as_deref() == reference;
    let problem = match state {
        _ if row.token_id.is_none() => return Ok(None),
        IntentState::Created => return Ok(None),
        IntentState::Prompted | IntentState::Unknown if is_same => return Ok(None),
        IntentState::Prompted | IntentState::Unknown => {
            "somebody charges it already; ask its provider what has become of it"
        }
        _ => "nothing is charged by it any more",
    };
    Ok(Some(format!("intent {} is {}: {problem}", row.id, state.code())))
}

/// Why a wallet need not be topped up any more by an intent that nobody has begun to charge. Both are locked;
/// `None`: it has too little, as when the intent was made.
pub(super) async fn has_enough(
    unit: &Unit<'_>,
    row: &payment_intent::Model,
) -> Result<Option<String>, StoreError> {
    let is_top_up = row.purpose == Purpose::TopUp.code() && row.token_id.is_some();
    if !is_top_up || state_of(row)? != IntentState::Created {
        return Ok(None);
    }
    let Some(by) = auto_top_ups::of(&unit.txn, row.subscriber_id).await? else { return Ok(None) };
    let currency = by.rule.amount().currency();
    let all = wallets::all_available(unit, SubscriberId(row.subscriber_id)).await?;
    let available = all.into_iter().find(|money| money.currency() == currency);
    let available = available.unwrap_or_else(|| Money::zero(currency));
    let zone = tenants::time_zone(&unit.txn, unit.tenant).await?;
    // That it is tried by this intent is decided, and not asked again.
    match by.rule.decide(available, &[], &zone, unit.now) {
        Err(enough @ AutoTopUpRefusal::Enough { .. }) => Ok(Some(enough.to_string())),
        _ => Ok(None),
    }
}

/// The wallet that one was for is looked at at once when it has come to an end: nothing waits for it any more.
pub(super) async fn look_again(
    unit: &Unit<'_>,
    row: &payment_intent::Model,
) -> Result<(), StoreError> {
    if row.token_id.is_none() {
        return Ok(());
    }
    let look = auto_top_up::Entity::update_many()
        .col_expr(auto_top_up::Column::LookAt, Expr::value(unit.now.unix_ms()))
        .filter(auto_top_up::Column::SubscriberId.eq(row.subscriber_id));
    look.exec(&unit.txn).await.during("look at the wallet again").map(|_| ())
}
