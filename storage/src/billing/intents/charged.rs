//! Intents by which tokens of providers are charged: who may charge one, and when nobody is to any more.

use billing_core::payment::{IntentEvent, IntentState, Purpose};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::enter;
use crate::entity::payment_intent;
use crate::error::{During as _, StoreError};
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
        .filter(payment_intent::Column::State.eq(IntentState::Created.code()))
        .order_by_asc(payment_intent::Column::Id)
        .lock_exclusive()
        .all(&unit.txn);
    for row in rows.await.during("find what is not to be charged any more")? {
        enter(unit, row, IntentEvent::Cancel, Some(note.to_owned())).await?;
    }
    Ok(())
}
