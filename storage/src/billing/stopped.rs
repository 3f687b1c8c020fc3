//! Time of packages that stood still: what was paid for lasts as much longer as nobody was served.

use billing_core::{Interval, SubscriptionState, Timeline, Transition, newly_stopped, stood_still};
use entitlement::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, EntityTrait as _,
    QueryFilter as _, Statement, Value,
};
use serde_json::json;

use super::subscriptions::billed_in;
use super::{packages, paid_times};
use crate::entity::{service, service_grant, subscription, subscription_package};
use crate::error::{During as _, Kind, StoreError};
use crate::unit::{Record, Unit};

const OPERATION: &str = "let the packages last longer";

/// States in which the time of a package can stand still, as they are stored.
pub(super) const CAN_STOP: [&str; 3] = [
    SubscriptionState::Suspended.code(),
    SubscriptionState::Blocked.code(),
    SubscriptionState::Paused.code(),
];

/// Lets the packages of a subscription last longer by what has stood still and was over by now, and was not
/// known `before`. Gives the planned end that has moved with them, as it was.
pub(super) async fn follow(
    unit: &mut Unit<'_>,
    row: &subscription::Model,
    timeline: &Timeline,
    before: Option<&Timeline>,
) -> Result<Option<Timestamp>, StoreError> {
    let billed_in = billed_in(row)?;
    let stops = timeline.stops(billed_in, unit.now);
    let (false, Some(before)) = (stops.is_empty(), before) else { return Ok(None) };
    // What has happened since it was looked last is not known yet.
    let looked = row.effect_at.map_or(unit.now.unix_ms(), |first| first.saturating_sub(1));
    let looked = unit.now.min(Timestamp::from_unix_ms(looked));
    let known = before.stops(billed_in, looked);
    let mut moved = None;
    for stop in newly_stopped(&stops, &known) {
        let ended = lengthen(unit, row, (stop, looked)).await?;
        moved = moved.or(ended);
    }
    Ok(moved.map(Timestamp::from_unix_ms))
}

/// Everything of the packages of a subscription that ends or begins behind the beginning of a stop is as much
/// later as that was long, or as was left of it when it began to be paid. Gives the planned end that moves with
/// it, as it was.
async fn lengthen(
    unit: &mut Unit<'_>,
    row: &subscription::Model,
    (stop, looked): (Interval, Timestamp),
) -> Result<Option<i64>, StoreError> {
    let (mut last, mut last_now, mut is_longer) = (None, None, false);
    for package in packages::all(&unit.txn, row.id).await? {
        let Some(until) = package.paid_until else { continue };
        let paid_since = package.paid_since.map_or(stop.from(), Timestamp::from_unix_ms);
        let stood = stood_still(stop, paid_since).filter(|stood| until > stood.from().unix_ms());
        let mut now = until;
        if let Some(stood) = stood {
            let (since, ms) = (stood.from().unix_ms(), len_ms(stood));
            lengthen_package(unit, &package, (since, ms)).await?;
            (now, is_longer) = (until.saturating_add(ms), true);
        }
        (last, last_now) = (last.max(Some(until)), last_now.max(Some(now)));
    }
    let (Some(last), Some(last_now), true) = (last, last_now, is_longer) else { return Ok(None) };
    unit.record(Record {
        kind: Kind::Subscription,
        row: row.id,
        name: &row.id.to_string(),
        before: Some(json!({ "paid_until_ms": last })),
        after: Some(json!({ "paid_until_ms": last_now, "stopped_ms": len_ms(stop) })),
    });
    let ms = last_now.saturating_sub(last);
    if let Some(service) = row.service_id {
        lengthen_service(unit, service, (stop.from().unix_ms(), ms)).await?;
    }
    Ok(if move_end(unit, row.id, (last, ms), looked).await? { Some(last) } else { None })
}

/// What ends with what is paid ends later with it, and what it costs to end so is due later. An end that is carried
/// out, as far as was `looked` last, stays.
async fn move_end(
    unit: &Unit<'_>,
    subscription: i64,
    (end, ms): (i64, i64),
    looked: Timestamp,
) -> Result<bool, StoreError> {
    if ms == 0 {
        return Ok(false);
    }
    let backend = unit.txn.get_database_backend();
    let sql = "update subscription_event set at = at + $1 where tenant_id = $2 \
               and subscription_id = $3 and what = $4 and at = $5 and at > $6";
    let values: [Value; 6] = [
        ms.into(),
        unit.tenant.0.into(),
        subscription.into(),
        Transition::Terminate.code().into(),
        end.into(),
        looked.unix_ms().into(),
    ];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let moved = unit.txn.execute_raw(statement).await.during(OPERATION)?;
    if moved.rows_affected() == 0 {
        return Ok(false);
    }
    // Also what was billed before: otherwise it would be charged once more at the end that it has now.
    let sql = "update subscription_charge set at = at + $1 where tenant_id = $2 \
               and subscription_id = $3 and at = $4";
    let values = [ms, unit.tenant.0, subscription, end].map(Value::from);
    let statement = Statement::from_sql_and_values(backend, sql, values);
    unit.txn.execute_raw(statement).await.during(OPERATION)?;
    Ok(true)
}

fn len_ms(stop: Interval) -> i64 {
    i64::try_from(stop.len_ms()).unwrap_or(i64::MAX)
}

async fn lengthen_package(
    unit: &Unit<'_>,
    package: &subscription_package::Model,
    (since, ms): (i64, i64),
) -> Result<(), StoreError> {
    let later = |at: Option<i64>| at.map(|at| if at > since { at.saturating_add(ms) } else { at });
    let changed = subscription_package::ActiveModel {
        id: Set(package.id),
        // Its next periods begin as much later, and on the days that they begin on then.
        anchor_at: Set(package.anchor_at.map(|at| at.saturating_add(ms))),
        paid_until: Set(later(package.paid_until)),
        try_at: Set(later(package.try_at)),
        look_at: Set(later(package.look_at)),
        ..Default::default()
    };
    changed.update(&unit.txn).await.during(OPERATION)?;
    for grant in paid_times::grants_of(unit, package).await? {
        let (from, until) = (later(grant.valid_from), later(grant.valid_until));
        if (from, until) == (grant.valid_from, grant.valid_until) {
            continue;
        }
        let changed = service_grant::ActiveModel {
            id: Set(grant.id),
            valid_from: Set(from),
            valid_until: Set(until),
            ..Default::default()
        };
        changed.update(&unit.txn).await.during(OPERATION)?;
    }
    let rest = [
        "update package_purchase set until_at = until_at + $1, stopped_ms = stopped_ms + $1 \
         where tenant_id = $2 and package_id = $3 and until_at > $4",
        "update grant_rollover set carry_at = case when carry_at > $4 then carry_at + $1 \
         else carry_at end, anchor_at = anchor_at + $1 \
         where tenant_id = $2 and package_id = $3 and is_settled = 0",
    ];
    for sql in rest {
        let values = [ms, unit.tenant.0, package.id, since].map(Value::from);
        let backend = unit.txn.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, values);
        unit.txn.execute_raw(statement).await.during(OPERATION)?;
    }
    Ok(())
}

async fn lengthen_service(
    unit: &mut Unit<'_>,
    service: i64,
    (since, ms): (i64, i64),
) -> Result<(), StoreError> {
    let found = service::Entity::find_by_id(service)
        .filter(service::Column::TenantId.eq(unit.tenant.0))
        .one(&unit.txn);
    let Some(found) = found.await.during(OPERATION)? else { return Ok(()) };
    let until = found.valid_until.filter(|until| *until > since);
    let until = until.map(|until| until.saturating_add(ms)).or(found.valid_until);
    let changed =
        service::ActiveModel { id: Set(found.id), valid_until: Set(until), ..Default::default() };
    changed.update(&unit.txn).await.during(OPERATION)?;
    // Also where it is valid all the same: what came with the packages is valid longer.
    unit.record(Record {
        kind: Kind::Service,
        row: found.id,
        name: &found.login,
        before: Some(json!({ "valid_until_ms": found.valid_until })),
        after: Some(json!({ "valid_until_ms": until })),
    });
    Ok(())
}
