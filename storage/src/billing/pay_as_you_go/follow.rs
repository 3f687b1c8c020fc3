//! What is agreed follows the subscription of a service.

use core::num::NonZeroU32;
use std::collections::BTreeSet;

use billing_core::balance::{Agreement, Counted, REPORT_EVERY_S, agreed_at, check_sold};
use billing_core::rating::metered::MeteredPrice;
use billing_core::{ComponentId, Currency, Money, SubscriptionState, Taxation, Timeline};
use entitlement::{GrantId, Timestamp};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};

use super::{ENDED, IDLE, OPERATION, announce, cover, of_subscribers, open_at, running, turns};
use crate::billing::catalogue::Catalogue;
use crate::billing::reservations::rows::{Agreed, row_of};
use crate::billing::reservations::{self, Act};
use crate::billing::subscriptions::lock_all;
use crate::billing::{events, line_taxes, settings, subscriber_taxes};
use crate::constant;
use crate::entity::{plan, reservation, service, subscription, subscription_event, usage_meter};
use crate::error::{During as _, Kind, StoreError};
use crate::services;
use crate::sink::meter_of_row;
use crate::unit::Unit;

/// Who has what is agreed follow.
#[derive(Debug, Clone, Copy)]
pub(in super::super) enum By<'t> {
    /// A command, which can be refused. Before it the subscription was this; `None`: what it says now, with
    /// other prices.
    Command(Option<&'t Timeline>),
    /// Nobody who could do otherwise: what was entered ahead is carried out, something is paid or is not, a
    /// package is renewed by itself.
    Itself,
}

/// With the service of a subscription, whose subscriber is locked, is agreed what the subscription says now.
///
/// Who shares data is not paid as it goes: a command that wants it, now or later, is refused. Where there is
/// none, to share ends.
pub(in super::super) async fn follow(
    unit: &mut Unit<'_>,
    row: &subscription::Model,
    timeline: &Timeline,
    catalogue: &Catalogue,
    by: By<'_>,
) -> Result<(), StoreError> {
    let Some(service) = row.service_id else { return Ok(()) };
    if let By::Command(before) = by {
        let mut moments = moments(timeline, unit.now);
        let is_new = moments.any(|at| {
            let was = before.is_some_and(|before| is_agreed(before, catalogue, at));
            is_agreed(timeline, catalogue, at) && !was
        });
        if is_new {
            services::check_is_alone(unit, service).await?;
        }
    }
    let agreed = agreed_at(timeline, &catalogue.prices, unit.now).map_err(|error| {
        StoreError::Invalid { what: Kind::Subscription, problem: error.to_string() }
    })?;
    let before = reservation::Entity::find()
        .filter(reservation::Column::TenantId.eq(unit.tenant.0))
        .filter(reservation::Column::ServiceId.eq(service))
        .filter(constant::is_not(reservation::Column::State, ENDED))
        .one(&unit.txn);
    let before = before.await.during(OPERATION)?;
    let agreed = match agreed {
        None => None,
        Some((component, price)) => {
            let special = subscriber_taxes::of(&unit.txn, &[row.subscriber_id]).await?;
            let special = special.into_values().next().unwrap_or_default();
            let usual = catalogue.taxations.get(&component).cloned().unwrap_or_default();
            Some((price, line_taxes::as_kept(&special.taxation(&usual))?))
        }
    };
    let is_as_before = match (&before, &agreed) {
        (None, None) => true,
        (Some(before), Some((price, taxation))) => {
            let words = MeteredPrice::PayAsYouGo(*price).to_string();
            before.price == words
                && before.subscriber_id == row.subscriber_id
                && line_taxes::taxation_of(&before.taxation)?.0 == *taxation
        }
        _ => false,
    };
    if is_as_before {
        return Ok(());
    }
    let mut ceased = None;
    if let Some(before) = before {
        let at = open_at(unit, unit.now).await?;
        ceased = Some(reservations::take(unit, before, at, &Act::Cease).await?.0);
    }
    if let Some((price, taxation)) = agreed {
        services::end_all(unit, service).await?;
        let seen = match &ceased {
            Some(ceased) => ceased.seen_octets,
            None => metered(unit, service).await?,
        };
        let rounding = settings::read(&unit.txn, unit.tenant).await?.rounding;
        let report_every_s = report_every_s(unit, service).await?;
        let owed_before = match ceased {
            Some(ceased) => take_over(unit, ceased, row.subscriber_id, price.currency()).await?,
            None => Money::zero(price.currency()),
        };
        let agreement = Agreement { price, rounding, report_every_s, taxation, owed_before };
        let begun = begin(unit, row, (service, seen), &agreement).await?;
        go_on(unit, begun).await?;
        cover(unit, unit.tenant, &[row.subscriber_id]).await?;
        turns::begin(unit, service).await?;
    }
    // Whether it is paid so is another thing now, whatever is covered.
    announce(&unit.txn, unit.tenant, &[service]).await
}

/// Now, and whenever something is planned.
fn moments(timeline: &Timeline, now: Timestamp) -> impl Iterator<Item = Timestamp> {
    let planned = timeline.events().iter().map(|event| event.at).filter(move |at| *at > now);
    core::iter::once(now).chain(planned)
}

/// Whether it is paid as it goes at a moment. What is planned and cannot be is said when its time comes.
fn is_agreed(timeline: &Timeline, catalogue: &Catalogue, at: Timestamp) -> bool {
    agreed_at(timeline, &catalogue.prices, at).is_ok_and(|agreed| agreed.is_some())
}

/// Whether a subscription of the service says that it is paid as it goes, now or later.
pub(crate) async fn is_to_pay_as_it_goes(
    unit: &Unit<'_>,
    service: i64,
) -> Result<bool, StoreError> {
    let rows = subscription::Entity::find()
        .filter(subscription::Column::TenantId.eq(unit.tenant.0))
        .filter(subscription::Column::ServiceId.eq(service))
        .filter(subscription::Column::State.ne(SubscriptionState::Terminated.code()))
        .all(&unit.txn);
    let rows = rows.await.during("find the subscriptions of the service")?;
    if rows.is_empty() {
        return Ok(false);
    }
    let catalogue = Catalogue::read(&unit.txn, unit.tenant).await?;
    for row in rows {
        let timeline = events::timeline(row.id, events::of(&unit.txn, row.id).await?)?;
        if moments(&timeline, unit.now).any(|at| is_agreed(&timeline, &catalogue, at)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What stays due of what is agreed no more is owed by what is agreed instead, where the same one pays it with
/// the same money.
async fn take_over(
    unit: &Unit<'_>,
    ceased: reservation::Model,
    payer: i64,
    currency: Currency,
) -> Result<Money, StoreError> {
    if ceased.subscriber_id != payer || ceased.currency != currency.code() {
        return Ok(Money::zero(currency));
    }
    let owed = Money::new(ceased.uncovered_minor, currency);
    if !owed.is_zero() {
        let nothing_more = reservation::ActiveModel {
            id: Set(ceased.id),
            uncovered_minor: Set(0),
            ..Default::default()
        };
        nothing_more.update(&unit.txn).await.during(OPERATION)?;
    }
    Ok(owed)
}

async fn begin(
    unit: &Unit<'_>,
    of: &subscription::Model,
    (service, seen): (i64, i64),
    agreement: &Agreement,
) -> Result<reservation::Model, StoreError> {
    let number = reservations::take_row(unit).await?;
    let agreed = Agreed::of_service(agreement);
    let key = format!("service {service}, agreement {number}");
    let row = row_of((unit.tenant.0, of.subscriber_id, number), &key, &agreed, unit.now)?;
    let row = reservation::Model {
        service_id: Some(service),
        seen_octets: seen,
        covered_octets: seen,
        state: IDLE.to_owned(),
        // Nothing is held that could be let go.
        silent_at: None,
        ..row
    };
    let mut row = row.into_active_model().reset_all();
    row.id = NotSet;
    unit.unique(row.insert(&unit.txn).await, Kind::Reservation, &key)
}

/// Sessions that run go on with what is there, as they did before: less than it takes to begin is enough.
async fn go_on(unit: &Unit<'_>, begun: reservation::Model) -> Result<(), StoreError> {
    let sessions = running(&unit.txn, begun.service_id).await?;
    if sessions == 0 {
        return Ok(());
    }
    let at = open_at(unit, unit.now).await?;
    let counted = Counted { total_octets: 0, sessions, at };
    reservations::take(unit, begun, at, &Act::Counted(counted)).await.map(|_| ())
}

/// What the meter of a service has put on the wallet when it was paid so before.
async fn metered(unit: &Unit<'_>, service: i64) -> Result<i64, StoreError> {
    let found = usage_meter::Entity::find_by_id(service).one(&unit.txn).await.during(OPERATION)?;
    let Some(found) = found else { return Ok(0) };
    let used = meter_of_row(&found)?.meter.used_of(GrantId::WALLET);
    Ok(i64::try_from(used).unwrap_or(i64::MAX))
}

/// How often the sessions of a service report.
async fn report_every_s(unit: &Unit<'_>, id: i64) -> Result<NonZeroU32, StoreError> {
    let found = service::Entity::find_by_id(id).one(&unit.txn).await.during(OPERATION)?;
    let Some(found) = found else { return Ok(REPORT_EVERY_S) };
    let plan = plan::Entity::find_by_id(found.plan_id).one(&unit.txn).await.during(OPERATION)?;
    let asked = plan.and_then(|plan| plan.interim_interval_s);
    let asked = asked.and_then(|seconds| u32::try_from(seconds).ok()).and_then(NonZeroU32::new);
    Ok(asked.unwrap_or(REPORT_EVERY_S))
}

/// A product was set: it is one that can be sold so, and who has it follows another price of its use, and other
/// taxes.
pub(in super::super) async fn product_is_set(
    unit: &mut Unit<'_>,
    product: i64,
    catalogue: &Catalogue,
    is_sold_otherwise: bool,
) -> Result<(), StoreError> {
    let component = ComponentId(product);
    if let Some(prices) = catalogue.prices.get(&component) {
        check_sold(prices, catalogue.taxations.get(&component), unit.now).map_err(|error| {
            StoreError::Invalid { what: Kind::Product, problem: error.to_string() }
        })?;
    }
    if is_sold_otherwise { follow_products(unit, &[product], catalogue).await } else { Ok(()) }
}

/// A tax has another rate: who pays it as he goes does so by that from now on.
pub(in super::super) async fn tax_is_set(
    unit: &mut Unit<'_>,
    name: &str,
) -> Result<(), StoreError> {
    let catalogue = Catalogue::read(&unit.txn, unit.tenant).await?;
    let has_tax =
        |taxation: &Taxation| taxation.taxes.as_slice().iter().any(|tax| tax.name == name);
    let is_sold_so = |component: &ComponentId| {
        let prices = catalogue.prices.get(component).map_or(&[][..], |list| &list.usage);
        prices.iter().any(|version| matches!(version.terms.price, MeteredPrice::PayAsYouGo(_)))
    };
    let taxations = catalogue.taxations.iter();
    let products =
        taxations.filter(|(component, taxation)| has_tax(taxation) && is_sold_so(component));
    let products: Vec<_> = products.map(|(component, _)| component.0).collect();
    follow_products(unit, &products, &catalogue).await
}

/// A subscriber, whose row is locked, pays other taxes from now on.
pub(in super::super) async fn payer_is_set(
    unit: &mut Unit<'_>,
    subscriber: i64,
) -> Result<(), StoreError> {
    let agreed = of_subscribers(&unit.txn, unit.tenant, &[subscriber]).await?;
    if agreed.is_empty() {
        return Ok(());
    }
    let catalogue = Catalogue::read(&unit.txn, unit.tenant).await?;
    let services = agreed.iter().filter_map(|row| row.service_id);
    let rows = subscription::Entity::find()
        .filter(subscription::Column::TenantId.eq(unit.tenant.0))
        .filter(subscription::Column::SubscriberId.eq(subscriber))
        .filter(subscription::Column::ServiceId.is_in(services))
        .filter(subscription::Column::State.ne(SubscriptionState::Terminated.code()))
        .all(&unit.txn);
    for row in rows.await.during("find the subscriptions of the subscriber")? {
        let timeline = events::timeline(row.id, events::of(&unit.txn, row.id).await?)?;
        follow(unit, &row, &timeline, &catalogue, By::Command(None)).await?;
    }
    Ok(())
}

/// What is agreed with everybody who has one of these products follows it. All their subscribers are locked
/// before anything is posted, as by whoever takes in what was used.
async fn follow_products(
    unit: &mut Unit<'_>,
    products: &[i64],
    catalogue: &Catalogue,
) -> Result<(), StoreError> {
    if products.is_empty() {
        return Ok(());
    }
    let operation = "find who has the product";
    let having = subscription_event::Entity::find()
        .select_only()
        .column(subscription_event::Column::SubscriptionId)
        .filter(subscription_event::Column::ProductId.is_in(products.iter().copied()));
    // With one that is over nothing is agreed, whatever the service has instead.
    let find = subscription::Entity::find()
        .filter(subscription::Column::TenantId.eq(unit.tenant.0))
        .filter(subscription::Column::Id.in_subquery(having.into_query()))
        .filter(subscription::Column::State.ne(SubscriptionState::Terminated.code()))
        .order_by_asc(subscription::Column::Id);
    let seen = find.clone().all(&unit.txn).await.during(operation)?;
    lock_all(&unit.txn, seen.iter().map(|row| row.subscriber_id)).await?;
    let held: BTreeSet<_> = seen.iter().map(|row| row.subscriber_id).collect();
    for row in find.all(&unit.txn).await.during(operation)? {
        // Who has taken it since has done so by what it says now.
        if !held.contains(&row.subscriber_id) {
            continue;
        }
        let timeline = events::timeline(row.id, events::of(&unit.txn, row.id).await?)?;
        follow(unit, &row, &timeline, catalogue, By::Command(None)).await?;
    }
    Ok(())
}
