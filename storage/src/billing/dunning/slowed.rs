//! How fast services are while there is grace.

use billing_core::{SubscriptionState, Timeline};
use entitlement::Speed;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use super::super::catalogue::Catalogue;
use super::super::events;
use super::super::subscriptions::lock_all;
use super::policy::Ground;
use crate::entity::subscription;
use crate::error::{During as _, StoreError};
use crate::unit::Unit;

/// The most that is left of the speed of what a subscription serves now; `None`: all of it. Who asks holds the
/// tenant, so that the policy stays what it is.
pub(in super::super) async fn grace_throttle(
    unit: &Unit<'_>,
    timeline: &Timeline,
) -> Result<Option<Speed>, StoreError> {
    if timeline.state_at(unit.now) != SubscriptionState::Grace {
        return Ok(None);
    }
    let Some(ground) = Ground::read(&unit.txn, unit.tenant).await? else { return Ok(None) };
    let by = timeline.dunned_by(ground.own(), unit.now);
    Ok(ground.of(by).and_then(|governing| governing.policy.grace_throttle()))
}

/// A policy is another one: what is in grace is as fast as it says now.
pub(super) async fn follow(unit: &mut Unit<'_>) -> Result<(), StoreError> {
    let operation = "find who is in grace";
    let in_grace = subscription::Entity::find()
        .filter(subscription::Column::TenantId.eq(unit.tenant.0))
        .filter(subscription::Column::State.eq(SubscriptionState::Grace.code()))
        .filter(subscription::Column::ServiceId.is_not_null())
        .order_by_asc(subscription::Column::Id);
    let rows = in_grace.clone().all(&unit.txn).await.during(operation)?;
    if rows.is_empty() {
        return Ok(());
    }
    lock_all(&unit.txn, rows.iter().map(|row| row.subscriber_id)).await?;
    let catalogue = Catalogue::read(&unit.txn, unit.tenant).await?;
    // Who has paid meanwhile is none of them any more.
    for row in in_grace.all(&unit.txn).await.during(operation)? {
        let Some(service) = row.service_id else { continue };
        let timeline = events::timeline(row.id, events::of(&unit.txn, row.id).await?)?;
        events::serve(unit, service, &timeline, &catalogue).await?;
    }
    Ok(())
}
