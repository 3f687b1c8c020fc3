//! What is left of data and time online when its time is over, and is carried over into the time after it.
//!
//! [`Rollover`] decides how much. Here is kept what it is decided from: the rule with which something was
//! bought, and how much of it was used as far as the journal has told, each in a row beside the grant. What
//! the journal tells later of the time before takes the same from what was carried over, in the transaction
//! that stores it.

use core::num::NonZeroU8;
use std::collections::BTreeMap;

use billing_core::balance::{Carried, IssuedGrant, Rollover};
use billing_core::{Alignment, Cadence, Cycle, SubscriptionState};
use entitlement::{
    Amount, GRANTS_MAX, Grant, GrantId, ServiceId, SubscriberId, TimeZone, Timestamp,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait as _, DatabaseTransaction,
    DbBackend, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _, Statement, Value,
};
use serde_json::json;

use super::due::{self, DoneEach};
use super::packages;
use super::subscriptions::{SubscriptionId, Subscriptions};
use crate::entity::{grant_rollover, service, service_grant, subscription, subscription_package};
use crate::error::{During as _, Kind, StoreError};
use crate::outbox::{CarriedOverTold, Happened, Topic, What};
use crate::repeated::repeated;
use crate::services::{Services, grant_of_row, insert_grant};
use crate::store::Actor;
use crate::tenants;
use crate::unit::{Record, Unit};

mod late;

pub(crate) use late::note_used;

const OPERATION: &str = "carry over what is left";

impl Subscriptions<'_> {
    /// Carries over what is left of data and time online that is over by now and whose package goes on,
    /// `limit` packages at most behind the first `skip`, which are those with which it has failed: each in a
    /// transaction of its own, and once, however many do it at the same time.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn carry_over_each(
        &self,
        by: &Actor,
        limit: u64,
        skip: u64,
    ) -> Result<DoneEach, StoreError> {
        let database = self.store.database();
        let sql = "select min(g.carry_at) as at, p.id as package, p.subscription_id as subscription \
                   from grant_rollover g join subscription_package p on p.id = g.package_id \
                   join subscription s on s.id = p.subscription_id \
                   where g.tenant_id = $1 and g.carry_at <= $2 \
                   and s.state in ('active', 'grace', 'terminated') \
                   group by p.id, p.subscription_id order by 1, 2 limit $3 offset $4";
        let values = due::page(self.tenant, self.store.now(), limit, skip);
        let statement = Statement::from_sql_and_values(database.backend(), sql, values);
        let rows = database.reader.query_all_raw(statement).await.during(OPERATION)?;
        let mut each = DoneEach::default();
        for row in rows {
            let id = |column: &str| row.try_get::<i64>("", column).during(OPERATION);
            let (package, subscription) = (id("package")?, SubscriptionId(id("subscription")?));
            let carried = repeated(|| self.carry_one(by, subscription, package)).await;
            each.note(&subscription, carried)?;
        }
        Ok(each)
    }

    async fn carry_one(
        &self,
        by: &Actor,
        subscription: SubscriptionId,
        package: i64,
    ) -> Result<bool, StoreError> {
        let (mut unit, row) = self.locked(by, subscription, OPERATION).await?;
        let found = subscription_package::Entity::find_by_id(package).one(&unit.txn).await;
        let owner = SubscriberId(row.subscriber_id);
        let before = found.during(OPERATION)?;
        if row.state == SubscriptionState::Terminated.code() {
            lapse(&unit, package).await?;
            unit.commit().await?;
            return Ok(true);
        }
        let after = carried(&mut unit, owner, before.clone()).await?;
        unit.commit().await?;
        Ok(before != after)
    }
}

impl Services<'_> {
    /// From where each grant of a service was carried over that was so.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn carried_over(
        &self,
        service: ServiceId,
    ) -> Result<BTreeMap<GrantId, Carried>, StoreError> {
        let grants = service_grant::Entity::find()
            .select_only()
            .column(service_grant::Column::Id)
            .filter(service_grant::Column::TenantId.eq(self.tenant.0))
            .filter(service_grant::Column::ServiceId.eq(service.0));
        let rows = grant_rollover::Entity::find()
            .filter(grant_rollover::Column::GrantId.in_subquery(grants.into_query()))
            .all(&self.store.database().reader);
        let rows = rows.await.during("read what was carried over")?;
        let of = |row: &grant_rollover::Model| Some((GrantId(row.grant_id), carried_of(row)?));
        Ok(rows.iter().filter_map(of).collect())
    }
}

/// Nothing of a package is carried over any more: what it was sold with has ended for good.
pub(super) async fn lapse(unit: &Unit<'_>, package: i64) -> Result<(), StoreError> {
    let settled = grant_rollover::ActiveModel {
        carry_at: Set(None),
        is_settled: Set(1),
        ..Default::default()
    };
    let lapse = grant_rollover::Entity::update_many()
        .set(settled)
        .filter(grant_rollover::Column::TenantId.eq(unit.tenant.0))
        .filter(grant_rollover::Column::PackageId.eq(package));
    lapse.exec(&unit.txn).await.during(OPERATION).map(|_| ())
}

/// Holds what a subscriber, whose row is locked, may have carried over. The journal, too, holds it before the
/// accounts by which something is paid.
pub(super) async fn hold(
    txn: &DatabaseTransaction,
    subscriber: SubscriberId,
) -> Result<(), StoreError> {
    // SQLite's transactions that write are one at a time.
    if txn.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let sql = "select g.grant_id from grant_rollover g \
               join subscription_package p on p.id = g.package_id \
               join subscription s on s.id = p.subscription_id \
               where s.subscriber_id = $1 and g.is_settled = 0 order by g.grant_id for update of g";
    let statement =
        Statement::from_sql_and_values(DbBackend::Postgres, sql, [Value::from(subscriber.0)]);
    txn.query_all_raw(statement).await.during(OPERATION).map(|_| ())
}

/// Carries over what of a package of a subscriber, whose row is locked, is over by now. Gives the package as
/// it is then.
pub(super) async fn carried(
    unit: &mut Unit<'_>,
    subscriber: SubscriberId,
    package: Option<subscription_package::Model>,
) -> Result<Option<subscription_package::Model>, StoreError> {
    hold(&unit.txn, subscriber).await?;
    let Some(package) = package else { return Ok(None) };
    let before = package.grants.clone();
    let mut package = carry(unit, package).await?;
    if package.grants != before {
        package = packages::note_lapse(unit, package).await?;
    }
    Ok(Some(package))
}

/// Carries over what is over by now of everything that a subscriber, whose row is locked, has bought and that
/// is served: before anybody says that nothing is left of it.
pub(super) async fn carry_all(
    unit: &mut Unit<'_>,
    subscriber: SubscriberId,
) -> Result<(), StoreError> {
    let served = [SubscriptionState::Active, SubscriptionState::Grace].map(SubscriptionState::code);
    let subscriptions = subscription::Entity::find()
        .select_only()
        .column(subscription::Column::Id)
        .filter(subscription::Column::SubscriberId.eq(subscriber.0))
        .filter(subscription::Column::State.is_in(served));
    let due = grant_rollover::Entity::find()
        .select_only()
        .column(grant_rollover::Column::PackageId)
        .filter(grant_rollover::Column::TenantId.eq(unit.tenant.0))
        .filter(grant_rollover::Column::CarryAt.lte(unit.now.unix_ms()));
    let of_package = subscription_package::Column::SubscriptionId;
    let packages = subscription_package::Entity::find()
        .filter(of_package.in_subquery(subscriptions.into_query()))
        .filter(subscription_package::Column::Id.in_subquery(due.into_query()))
        .order_by_asc(subscription_package::Column::Id)
        .all(&unit.txn);
    for package in packages.await.during(OPERATION)? {
        carried(unit, subscriber, Some(package)).await?;
    }
    Ok(())
}

/// How a package was bought once more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Again {
    /// When, Unix ms.
    pub(super) at: i64,
    /// Until when it was paid before, Unix ms.
    pub(super) paid_before: Option<i64>,
    /// How long each of the periods is that were bought.
    pub(super) lasts: Option<Cadence>,
}

impl Again {
    /// Since when the package has gone on without a break, as far as it matters now.
    fn since(&self, anchor: i64) -> i64 {
        // What counts from a moment to come goes on from what was given for longer than was paid.
        let ahead = self.paid_before.filter(|_| anchor > self.at);
        anchor.min(self.at).min(ahead.unwrap_or(i64::MAX))
    }
}

/// A package was bought: what came with it has its rules, and of what is over, or will be, is carried over
/// where the package goes on without a break. Of what ended before it began anew nothing is.
pub(super) async fn follow(
    unit: &mut Unit<'_>,
    package: subscription_package::Model,
    granted: &[(i64, Option<Rollover>)],
    again: Again,
) -> Result<subscription_package::Model, StoreError> {
    let lasts = again.lasts.map(|lasts| lasts.to_string());
    for (grant, rule) in granted {
        let Some(rule) = rule else { continue };
        let row = grant_rollover::ActiveModel {
            grant_id: Set(*grant),
            tenant_id: Set(unit.tenant.0),
            package_id: Set(package.id),
            rule: Set(rule.to_string()),
            lasts: Set(lasts.clone()),
            anchor_at: Set(package.anchor_at),
            ..Default::default()
        };
        let insert = grant_rollover::Entity::insert(row).exec_without_returning(&unit.txn).await;
        insert.during(OPERATION)?;
    }
    let since = package.anchor_at.map(|anchor| again.since(anchor));
    let open = grant_rollover::Entity::find()
        .filter(grant_rollover::Column::PackageId.eq(package.id))
        .filter(grant_rollover::Column::IsSettled.eq(0))
        .order_by_asc(grant_rollover::Column::GrantId)
        .all(&unit.txn);
    for row in open.await.during(OPERATION)? {
        let Some(grant) = grant_of(unit, row.grant_id).await? else { continue };
        let until = grant.valid_until;
        let is_over_before = since.is_some_and(|since| until.is_none_or(|until| until < since));
        let mut changed = grant_rollover::ActiveModel {
            grant_id: Set(row.grant_id),
            carry_at: Set(if is_over_before { None } else { carry_at(&package, until) }),
            is_settled: Set(is_over_before.into()),
            ..Default::default()
        };
        // What ends where the time ended that was paid goes on in the periods that were bought now.
        if again.paid_before.zip(until).is_some_and(|(paid, until)| until >= paid) {
            changed.lasts = Set(lasts.clone());
            changed.anchor_at = Set(package.anchor_at);
        }
        changed.update(&unit.txn).await.during(OPERATION)?;
    }
    carry(unit, package).await
}

/// When something that ends then is carried over: at its end, where the package is paid for after it.
fn carry_at(package: &subscription_package::Model, until: Option<i64>) -> Option<i64> {
    let paid_until = package.paid_until?;
    until.filter(|until| *until < paid_until)
}

async fn grant_of(unit: &Unit<'_>, id: i64) -> Result<Option<service_grant::Model>, StoreError> {
    service_grant::Entity::find_by_id(id).one(&unit.txn).await.during(OPERATION)
}

/// Carries over what is over by now, also what was carried over and is over again.
async fn carry(
    unit: &mut Unit<'_>,
    mut package: subscription_package::Model,
) -> Result<subscription_package::Model, StoreError> {
    loop {
        let due = grant_rollover::Entity::find()
            .filter(grant_rollover::Column::PackageId.eq(package.id))
            .filter(grant_rollover::Column::CarryAt.lte(unit.now.unix_ms()))
            .order_by_asc(grant_rollover::Column::GrantId)
            .all(&unit.txn);
        let due = due.await.during(OPERATION)?;
        if due.is_empty() {
            return Ok(package);
        }
        let zone = tenants::time_zone(&unit.txn, unit.tenant).await?;
        let mut ids: Vec<_> = package.grants.split(',').map(str::to_owned).collect();
        for row in due {
            let next = carry_grant(unit, &package, &row, cycle_of(&row, &zone).as_ref()).await?;
            ids.extend(next.map(|id| id.to_string()));
            let settled = grant_rollover::ActiveModel {
                grant_id: Set(row.grant_id),
                carry_at: Set(None),
                is_settled: Set(1),
                ..Default::default()
            };
            settled.update(&unit.txn).await.during(OPERATION)?;
        }
        ids.retain(|id| !id.is_empty());
        let changed = subscription_package::ActiveModel {
            id: Set(package.id),
            grants: Set(ids.join(",")),
            ..Default::default()
        };
        package = changed.update(&unit.txn).await.during(OPERATION)?;
    }
}

/// The periods in which something goes on, as they were sold; `None`: it was sold without any.
fn cycle_of(row: &grant_rollover::Model, zone: &TimeZone) -> Option<Cycle> {
    let lasts = row.lasts.as_ref().and_then(|lasts| lasts.parse().ok())?;
    let anchor = Timestamp::from_unix_ms(row.anchor_at?);
    Cycle::new(lasts, Alignment::Anniversary, anchor, zone.clone()).ok()
}

/// Carries over what is left of one grant, and gives the number of what it becomes, where that is among what the
/// package has.
async fn carry_grant(
    unit: &mut Unit<'_>,
    package: &subscription_package::Model,
    row: &grant_rollover::Model,
    cycle: Option<&Cycle>,
) -> Result<Option<i64>, StoreError> {
    let Some(found) = grant_of(unit, row.grant_id).await? else { return Ok(None) };
    let Some(cycle) = cycle else { return Ok(None) };
    let (grant, rule) = (grant_of_row(&found)?, rule_of(row)?);
    let left = grant.amount.with_units(left_of(&grant, row));
    let ended = IssuedGrant { grant, scope: Default::default(), carried: carried_of(row) };
    // The store gives it its number.
    let next = rule
        .carry(&ended, left, GrantId(0), cycle)
        .map_err(|error| StoreError::Invalid { what: Kind::Grant, problem: error.to_string() })?;
    let Some(IssuedGrant { grant: next, carried: Some(Carried { times, .. }), .. }) = next else {
        return Ok(None);
    };
    let of = service::Entity::find_by_id(found.service_id).one(&unit.txn).await;
    let Some(of) = of.during(OPERATION)? else { return Ok(None) };
    if !has_room(unit, of.id, &next).await? {
        // What was bought is worth more than what is left of the time before: nothing is refused for that.
        unit.record(Record {
            kind: Kind::Service,
            row: of.id,
            name: &of.login,
            before: Some(json!({ "grant": found.id, "left": left.units() })),
            after: Some(
                json!({ "not_carried_over": next.amount.units(), "grants_max": GRANTS_MAX }),
            ),
        });
        return Ok(None);
    }
    let new = service_grant::ActiveModel {
        tenant_id: Set(found.tenant_id),
        service_id: Set(found.service_id),
        valid_from: Set(next.validity.from.map(Timestamp::unix_ms)),
        valid_until: Set(next.validity.until.map(Timestamp::unix_ms)),
        created_at: Set(found.created_at),
        priority: Set(found.priority),
        kind: Set(found.kind.clone()),
        ..Default::default()
    };
    let added = insert_grant(unit, &of, new, next.amount).await?;
    let beside = grant_rollover::ActiveModel {
        grant_id: Set(added.id),
        tenant_id: Set(unit.tenant.0),
        package_id: Set(package.id),
        rule: Set(row.rule.clone()),
        lasts: Set(row.lasts.clone()),
        anchor_at: Set(row.anchor_at),
        carry_at: Set(carry_at(package, added.valid_until)),
        carried_from: Set(Some(found.id)),
        carried_times: Set(Some(times.get().into())),
        carried_left: Set(Some(stored(left.units()))),
        ..Default::default()
    };
    let insert = grant_rollover::Entity::insert(beside).exec_without_returning(&unit.txn).await;
    insert.during(OPERATION)?;
    unit.record(Record {
        kind: Kind::Service,
        row: of.id,
        name: &of.login,
        before: Some(json!({ "grant": found.id, "left": left.units() })),
        after: Some(json!({ "grant": added.id, "carried_over": next.amount.units() })),
    });
    tell(unit, package, (&found, &added), (next.amount, times)).await?;
    // What the package does not give any more is had, and says nothing of what is left of the package.
    Ok(packages::gives(unit, package, &added).await?.then_some(added.id))
}

/// Others hear of what goes on.
async fn tell(
    unit: &mut Unit<'_>,
    package: &subscription_package::Model,
    (from, added): (&service_grant::Model, &service_grant::Model),
    (amount, times): (Amount, NonZeroU8),
) -> Result<(), StoreError> {
    let row = subscription::Entity::find_by_id(package.subscription_id).one(&unit.txn).await;
    let Some(row) = row.during(OPERATION)? else { return Ok(()) };
    let told = CarriedOverTold {
        package: packages::named(unit, &row, package).await?,
        from: from.id,
        grant: added.id,
        amount,
        valid_until: added.valid_until.map(Timestamp::from_unix_ms),
        times: times.get(),
        at: unit.now,
    };
    let owner = Some(SubscriberId(row.subscriber_id));
    unit.tell(Happened::new(Topic::PackageCarriedOver, owner, What::CarriedOver(told)));
    Ok(())
}

/// Whether a service can have one more grant.
async fn has_room(unit: &Unit<'_>, service: i64, next: &Grant) -> Result<bool, StoreError> {
    let now = unit.now;
    if next.validity.until.is_some_and(|until| until <= now) {
        return Ok(true);
    }
    let until = service_grant::Column::ValidUntil;
    let running = service_grant::Entity::find()
        .filter(service_grant::Column::ServiceId.eq(service))
        .filter(Condition::any().add(until.is_null()).add(until.gt(now.unix_ms())))
        .count(&unit.txn);
    Ok(usize::try_from(running.await.during(OPERATION)?).unwrap_or(usize::MAX) < GRANTS_MAX)
}

/// How much is left of a grant, by what the journal has told.
fn left_of(grant: &Grant, row: &grant_rollover::Model) -> u64 {
    let used = u64::try_from(row.used_units).unwrap_or_default();
    grant.amount.units().saturating_sub(used)
}

fn rule_of(row: &grant_rollover::Model) -> Result<Rollover, StoreError> {
    row.rule.parse().map_err(|_| StoreError::Corrupt {
        what: Kind::Grant,
        row: row.grant_id.to_string(),
        problem: "by which rule it is carried over is not known".to_owned(),
    })
}

/// From where something was carried over.
fn carried_of(row: &grant_rollover::Model) -> Option<Carried> {
    let times = u8::try_from(row.carried_times?).ok().and_then(NonZeroU8::new)?;
    Some(Carried { from: GrantId(row.carried_from?), times })
}

fn stored(units: u64) -> i64 {
    i64::try_from(units).unwrap_or(i64::MAX)
}
