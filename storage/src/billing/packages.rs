//! Packages that are paid once: bought, billed and paid from the wallet in one moment, and what they give
//! to the service.

use std::collections::BTreeMap;

use billing_core::balance::Rollover;
use billing_core::{
    Bought, Change, ComponentId, Currency, Follows, Line, Money, OfferId, PackageGrant, PaidTime,
    PaidUntil, ProductId, Purchase, What as Happens,
};
use entitlement::{Grant, Measure, SubscriberId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;

use super::carried_over::{self, Again};
use super::catalogue::Catalogue;
use super::invoices::Invoice;
use super::matter::Origin;
use super::paid_times::{self, GivenBack, Returned};
use super::standpoint::Standpoint;
use super::subscriptions::{
    PackageAhead, PackageEntry, SubscriptionEntry, SubscriptionId, Subscriptions, corrupt, invalid,
};
use super::{credit_limits, intents, runs, wallets};
use crate::among;
use crate::entity::{
    invoice, package_purchase, product, service, service_grant, subscription, subscription_event,
    subscription_package, usage_meter,
};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::outbox::{Happened, PackageName, PackageTold, Topic, What};
use crate::repeated::repeated;
use crate::services::{NewGrant, add_grant, grant_of_row};
use crate::sink::meter_of_row;
use crate::store::Actor;
use crate::unit::{Record, Unit};

/// How a package is to be renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewalOrder {
    /// Which product; `None`: the only package that it has bought, as it was bought last.
    pub offer: Option<String>,
    /// How many periods.
    pub count: i64,
    /// Whether it is renewed although the wallet does not cover it.
    pub on_credit: bool,
    /// Whether it is renewed by itself from now on; `None`: as before.
    pub auto_renew: Option<bool>,
    /// When it was bought; `None`: now.
    pub at: Option<Timestamp>,
}

/// What was sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sold {
    /// The subscription.
    pub subscription: SubscriptionEntry,
    /// For how long a package is paid now; `None`: what was sold has no time of its own.
    pub paid: Option<PaidUntil>,
    /// The data and the time online that came with it.
    pub grants: Vec<PackageGrant>,
    /// When its time begins, where something else is paid until then.
    pub begins: Option<Timestamp>,
    /// What was given back of that in whose place it came.
    pub given_back: Vec<GivenBack>,
    /// What it was billed on at once.
    pub invoices: Vec<Invoice>,
}

/// How it is bought.
#[derive(Debug, Clone, Copy)]
pub(super) struct Buying {
    pub(super) on_credit: bool,
    pub(super) auto_renew: Option<bool>,
}

/// What was decided to be bought.
pub(super) struct Purchased {
    pub(super) offer: OfferId,
    pub(super) change: Change,
    pub(super) bought: Bought,
    /// How it comes to what is paid.
    pub(super) follows: Follows,
}

impl Purchased {
    /// When it was charged.
    pub(super) fn charged_at(&self) -> Option<Timestamp> {
        let is_it = |what: Happens| matches!(what, Happens::Quantity { component, quantity: 1.. } if component.0 == self.offer.0);
        self.change.added.iter().find(|event| is_it(event.what)).map(|event| event.at)
    }

    /// When its time begins, where something else is paid until then.
    fn begins(&self) -> Option<Timestamp> {
        let first = self.bought.periods.first().map(|period| period.from());
        first.filter(|_| self.follows == Follows::AtTheEnd)
    }
}

/// What has come of it.
#[derive(Default)]
pub(super) struct Done {
    pub(super) paid: Option<PaidUntil>,
    grants: Vec<PackageGrant>,
    begins: Option<Timestamp>,
    given_back: Vec<GivenBack>,
    invoices: Vec<i64>,
}

impl Subscriptions<'_> {
    /// Buys a package once more: it is billed at once and paid from the wallet, and the service is valid
    /// longer, all of it or nothing. Another one of its family comes in the place of the one that is paid,
    /// at once, and what is not used of that is given back on the same invoice, or when that is over, as
    /// the tenant's settings have it for greater and smaller ones.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] for what cannot be renewed or is not offered, and with
    /// [`RuleError::NotCovered`] where the wallet does not cover it.
    pub async fn renew(
        &self,
        by: &Actor,
        id: SubscriptionId,
        order: &RenewalOrder,
    ) -> Result<Sold, StoreError> {
        repeated(|| self.renew_once(by, id, order)).await
    }

    async fn renew_once(
        &self,
        by: &Actor,
        id: SubscriptionId,
        order: &RenewalOrder,
    ) -> Result<Sold, StoreError> {
        let (mut unit, row) = self.locked(by, id, "renew the package").await?;
        let standpoint = Standpoint::of(&unit, row, order.at).await?;
        let offer = match &order.offer {
            Some(name) => self.offer(&unit, name).await?,
            None => only(&unit, &standpoint).await?,
        };
        self.check_offered(&unit, &standpoint, offer).await?;
        let family = standpoint.family(Some(offer))?;
        let before = find(&unit, id, family).await?;
        let buying = Buying { on_credit: order.on_credit, auto_renew: order.auto_renew };
        let done = renew(&mut unit, &standpoint, before, (offer, order.count), buying).await?;
        unit.commit().await?;
        self.sold(id, done).await
    }

    /// Whether the packages of a subscription are renewed by themselves.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] where it has bought none.
    pub async fn set_auto_renew(
        &self,
        by: &Actor,
        id: SubscriptionId,
        auto_renew: bool,
    ) -> Result<SubscriptionEntry, StoreError> {
        let (mut unit, row) = self.locked(by, id, "say whether it is renewed by itself").await?;
        carried_over::carry_all(&mut unit, SubscriberId(row.subscriber_id)).await?;
        let packages = all(&unit.txn, row.id).await?;
        if packages.is_empty() {
            return Err(invalid("it has bought no package that could be renewed by itself"));
        }
        for package in &packages {
            let is_out = is_out_of_data(&unit, &row, package).await?;
            let due_at = if is_out { Some(unit.now.unix_ms()) } else { package.paid_until };
            let changed = subscription_package::ActiveModel {
                id: Set(package.id),
                auto_renew: Set(auto_renew.into()),
                try_at: Set(due_at),
                tries: Set(0),
                ..Default::default()
            };
            changed.update(&unit.txn).await.during("say whether it is renewed by itself")?;
        }
        unit.record(Record {
            kind: Kind::Subscription,
            row: row.id,
            name: &row.id.to_string(),
            before: Some(json!({})),
            after: Some(json!({ "auto_renew": auto_renew })),
        });
        unit.commit().await?;
        self.find(id).await
    }

    pub(super) async fn sold(&self, id: SubscriptionId, done: Done) -> Result<Sold, StoreError> {
        let reader = &self.store.database().reader;
        let invoices = self.store.invoices(self.tenant).of_rows(reader, &done.invoices).await?;
        let Done { paid, grants, begins, given_back, .. } = done;
        let subscription = self.find(id).await?;
        Ok(Sold { subscription, paid, grants, begins, given_back, invoices })
    }
}

/// Buys a package so many times more.
pub(super) async fn renew(
    unit: &mut Unit<'_>,
    standpoint: &Standpoint,
    before: Option<subscription_package::Model>,
    (offer, count): (OfferId, i64),
    buying: Buying,
) -> Result<Done, StoreError> {
    check_is_later(unit, standpoint, offer).await?;
    let before = carried_over::carried(unit, standpoint.subscriber(), before).await?;
    check_goes_on(standpoint, before.as_ref())?;
    let purchase = purchase(unit, standpoint, before.as_ref(), count).await?;
    let follows = follows(unit, standpoint, before.as_ref(), (offer, &purchase)).await?;
    let policy = standpoint.ground.catalogue.renewal(offer);
    let policies = (&policy, &standpoint.ground.settings.changes);
    let renewed = standpoint.subscription().buy(offer, &purchase, follows, policies);
    let renewed = renewed.map_err(|error| standpoint.rule(error))?;
    let purchased = Purchased { offer, change: renewed.change, bought: renewed.bought, follows };
    Box::pin(buy(unit, standpoint, before, &purchased, buying)).await
}

/// How an offer comes to what is paid of its family.
pub(super) async fn follows(
    unit: &Unit<'_>,
    standpoint: &Standpoint,
    before: Option<&subscription_package::Model>,
    (offer, purchase): (OfferId, &Purchase),
) -> Result<Follows, StoreError> {
    let is_behind = standpoint.subscription().check_is_behind_stops(offer, unit.now);
    is_behind.map_err(|error| standpoint.rule(error))?;
    let Some(before) = before else { return Ok(Follows::AsRenewal) };
    let rows = paid_times::of(&unit.txn, before.id).await?;
    let paid: Vec<PaidTime> = rows.iter().map(paid_times::paid_time).collect::<Result<_, _>>()?;
    let changes = &standpoint.ground.settings.changes;
    let follows = standpoint.subscription().follows(offer, &paid, purchase.is_used_up, changes);
    follows.map_err(|error| standpoint.rule(error))
}

/// Whether a subscription is planned to end with what is paid: what was bought behind that would be lost.
pub(super) fn ends_with(
    standpoint: &Standpoint,
    package: &subscription_package::Model,
) -> Option<Timestamp> {
    let ends_at = standpoint.subscription().terminates_at()?;
    package.paid_until.filter(|until| ends_at.unix_ms() <= *until).map(|_| ends_at)
}

fn check_goes_on(
    standpoint: &Standpoint,
    before: Option<&subscription_package::Model>,
) -> Result<(), StoreError> {
    match before.and_then(|before| ends_with(standpoint, before)) {
        None => Ok(()),
        Some(ends_at) => Err(invalid(&format!(
            "it ends at {ends_at} with what is paid, and what is bought would be lost; cancel its end first"
        ))),
    }
}

/// Refuses what would be charged as one with what was bought at that very moment, and so not at all.
async fn check_is_later(
    unit: &Unit<'_>,
    standpoint: &Standpoint,
    offer: OfferId,
) -> Result<(), StoreError> {
    let before = subscription_event::Entity::find()
        .filter(subscription_event::Column::SubscriptionId.eq(standpoint.row.id))
        .filter(subscription_event::Column::ProductId.eq(offer.0))
        .filter(subscription_event::Column::At.eq(standpoint.at.unix_ms()))
        .filter(subscription_event::Column::Quantity.gt(0))
        .one(&unit.txn);
    match before.await.during("look for what was bought")? {
        None => Ok(()),
        Some(_) => Err(invalid(
            "it was bought at this very moment; buy more periods at once, or at another moment",
        )),
    }
}

/// What is bought, in view of what was bought before. Where the operator has made the service valid for
/// longer than everything is paid that it has, that is not lost. That something else is paid for longer is no
/// gift.
pub(super) async fn purchase(
    unit: &Unit<'_>,
    standpoint: &Standpoint,
    before: Option<&subscription_package::Model>,
    count: i64,
) -> Result<Purchase, StoreError> {
    let Some(before) = before else {
        return Ok(Purchase { count, paid: None, is_used_up: false });
    };
    let service = service_of(unit, standpoint).await?;
    let is_longer = |until: &i64| before.paid_until.is_some_and(|paid| *until > paid);
    let longer = service.as_ref().and_then(|service| service.valid_until).filter(is_longer);
    let longer = match longer {
        Some(longer) => {
            let beside = paid_times::beside(unit, standpoint, Some(before)).await?;
            Some(longer).filter(|_| beside <= before.paid_until)
        }
        None => None,
    };
    let paid = before.anchor_at.zip(before.paid_until).map(|(anchor, until)| PaidUntil {
        anchor: Timestamp::from_unix_ms(anchor),
        until: Timestamp::from_unix_ms(longer.map_or(until, |longer| longer.max(until))),
    });
    let is_used_up = match &service {
        None => false,
        Some(service) => is_used_up(unit, service.id, before, standpoint.at).await?,
    };
    Ok(Purchase { count, paid, is_used_up })
}

/// Whether all data that came with a package is gone at a moment, used up or over by its date, or all time
/// online: a hybrid is over with whichever ends first. What is over by its own time is not: that is renewed from
/// there.
async fn is_used_up(
    unit: &Unit<'_>,
    service: i64,
    package: &subscription_package::Model,
    at: Timestamp,
) -> Result<bool, StoreError> {
    if package.paid_until.is_some_and(|until| until <= at.unix_ms()) {
        return Ok(false);
    }
    let grants = grants_of(unit, package).await?;
    let given = given(package, &grants)?;
    if given.is_empty() {
        return Ok(false);
    }
    let meter = usage_meter::Entity::find_by_id(service).one(&unit.txn).await;
    let meter = meter.during("read what the service has used")?;
    let meter = meter.as_ref().map(meter_of_row).transpose()?.map(|stored| stored.meter);
    let meter = meter.unwrap_or_default();
    let grants: Vec<Grant> = grants.iter().map(grant_of_row).collect::<Result<_, _>>()?;
    let is_used_up = |measure: Measure| {
        let mut of = grants.iter().filter(|grant| grant.amount.measure() == measure).peekable();
        let is_gone = |grant: &Grant| {
            let is_over = grant.validity.until.is_some_and(|until| until <= at);
            is_over || meter.left_of(grant).is_nothing()
        };
        of.peek().is_some() && of.all(is_gone)
    };
    Ok(given.into_iter().any(is_used_up))
}

/// What the last purchase of a package gave. The end of something else, that an offer before it in the family
/// gave, is no reason to buy this one anew.
fn given(
    package: &subscription_package::Model,
    grants: &[service_grant::Model],
) -> Result<Vec<Measure>, StoreError> {
    // What is carried over is as old as what it is left of.
    let is_of_last = |row: &&service_grant::Model| {
        package.bought_at.is_none_or(|bought_at| row.created_at >= bought_at)
    };
    let last = grants.iter().filter(is_of_last);
    let last: Vec<_> = last.map(measure_of).collect::<Result<_, _>>()?;
    Ok(Measure::ALL.into_iter().filter(|measure| last.contains(measure)).collect())
}

fn measure_of(row: &service_grant::Model) -> Result<Measure, StoreError> {
    Ok(grant_of_row(row)?.amount.measure())
}

/// Whether the last purchase of a package gave something of this measure, as this grant is.
pub(super) async fn gives(
    unit: &Unit<'_>,
    package: &subscription_package::Model,
    grant: &service_grant::Model,
) -> Result<bool, StoreError> {
    let given = given(package, &grants_of(unit, package).await?)?;
    Ok(given.contains(&measure_of(grant)?))
}

/// Whether a package came with data or time online, and none of it is left now.
pub(super) async fn is_out_of_data(
    unit: &Unit<'_>,
    row: &subscription::Model,
    package: &subscription_package::Model,
) -> Result<bool, StoreError> {
    match row.service_id {
        None => Ok(false),
        Some(service) => is_used_up(unit, service, package, unit.now).await,
    }
}

/// What came with a package since it was bought last, and what there was then.
async fn grants_of(
    unit: &Unit<'_>,
    package: &subscription_package::Model,
) -> Result<Vec<service_grant::Model>, StoreError> {
    let ids = package.grants.split(',').filter_map(|id| id.parse::<i64>().ok());
    let rows = service_grant::Entity::find()
        .filter(service_grant::Column::TenantId.eq(unit.tenant.0))
        .filter(service_grant::Column::Id.is_in(ids))
        .order_by_asc(service_grant::Column::Id)
        .all(&unit.txn);
    rows.await.during("read what came with the package")
}

/// Keeps when the next of what came with a package ends before its time does: what is left may be nothing
/// then.
pub(super) async fn note_lapse(
    unit: &Unit<'_>,
    package: subscription_package::Model,
) -> Result<subscription_package::Model, StoreError> {
    let ends = grants_of(unit, &package).await?.into_iter().filter_map(|row| row.valid_until);
    let is_ahead = |until: &i64| {
        *until > unit.now.unix_ms() && package.paid_until.is_none_or(|paid| *until < paid)
    };
    let changed = subscription_package::ActiveModel {
        id: Set(package.id),
        look_at: Set(ends.filter(is_ahead).min()),
        ..Default::default()
    };
    changed.update(&unit.txn).await.during("keep when something of the package ends")
}

/// Enters what was bought, bills it, lets the wallet pay it, and gives it to the service.
pub(super) async fn buy(
    unit: &mut Unit<'_>,
    standpoint: &Standpoint,
    before: Option<subscription_package::Model>,
    purchased: &Purchased,
    buying: Buying,
) -> Result<Done, StoreError> {
    let is_ahead = purchased.begins().is_some();
    let served_by = match is_ahead {
        true => service_of(unit, standpoint).await?.map(|service| service.plan_id),
        false => None,
    };
    let is_first = before.is_none();
    let Returned { lines, of: given_back } = match (&before, purchased.follows) {
        (Some(before), Follows::AtOnce) => {
            Box::pin(paid_times::end(unit, standpoint, before)).await?
        }
        _ => Returned::default(),
    };
    standpoint.enter(unit, &purchased.change).await?;
    let invoices = pay(unit, standpoint, lines, buying).await?;
    let Bought { paid, grants, .. } = &purchased.bought;
    let granted = give(unit, standpoint, before.as_ref(), (purchased, served_by)).await?;
    let topic = match before {
        None => Topic::PackageBought,
        Some(_) => Topic::PackageRenewed,
    };
    let product = standpoint.ground.catalogue.name(ComponentId(purchased.offer.0));
    let called = |id: i64| standpoint.ground.catalogue.name(ComponentId(id)).to_owned();
    let other = before.as_ref().filter(|_| purchased.follows != Follows::AsRenewal);
    let told = PackageTold {
        package: name_of(&standpoint.row, product),
        paid_until: paid.map(|paid| paid.until),
        begins: purchased.begins(),
        instead_of: other.map(|before| called(before.product_id)),
        given_back: given_back.clone(),
        grants: grants.clone(),
        invoices: invoices.clone(),
        at: standpoint.at,
    };
    unit.tell(Happened::new(topic, Some(standpoint.subscriber()), What::Package(told)));
    let paid_before = before.as_ref().and_then(|before| before.paid_until);
    let package = keep(unit, standpoint, before, purchased, (&granted, buying.auto_renew)).await?;
    let ids: Vec<i64> = granted.iter().map(|(id, _)| *id).collect();
    if !is_first {
        paid_times::forget_over(unit, package.id, standpoint.at).await?;
    }
    paid_times::note(unit, standpoint, package.id, (purchased, &ids)).await?;
    if is_ahead && let Some(begins) = paid_times::follow(unit, &standpoint.row).await? {
        paid_times::carry_out_at(unit, standpoint.row.id, begins).await?;
    }
    let lasts = standpoint.whole.offer(purchased.offer).and_then(|offer| offer.package.lasts);
    let again = Again { at: standpoint.at.unix_ms(), paid_before, lasts };
    let package = carried_over::follow(unit, package, &granted, again).await?;
    note_lapse(unit, package).await?;
    if standpoint.serves(purchased.offer) {
        intents::activate(unit, standpoint.row.service_id).await?;
    }
    let begins = purchased.begins();
    Ok(Done { paid: *paid, grants: grants.clone(), begins, given_back, invoices })
}

/// As the outbox names a package that a subscription has bought.
pub(super) async fn named(
    unit: &Unit<'_>,
    row: &subscription::Model,
    package: &subscription_package::Model,
) -> Result<PackageName, StoreError> {
    let product = product::Entity::find_by_id(package.product_id).one(&unit.txn).await;
    let product = product.during("find what the package is called")?;
    Ok(name_of(row, product.as_ref().map_or("", |product| product.name.as_str())))
}

fn name_of(row: &subscription::Model, product: &str) -> PackageName {
    let product = product.to_owned();
    PackageName { subscription: row.id, service: row.service_id, product }
}

/// Bills the subscription and lets the wallet pay all of what was billed, but for what may be owed. What
/// else the subscriber has is billed by the next run: it may lack a price or a sample, and is not what was
/// bought.
async fn pay(
    unit: &mut Unit<'_>,
    standpoint: &Standpoint,
    given_back: Vec<(Line, Origin)>,
    buying: Buying,
) -> Result<Vec<i64>, StoreError> {
    let subscriber = standpoint.subscriber();
    let had = wallets::all_available(unit, subscriber).await?;
    let what = (subscriber, SubscriptionId(standpoint.row.id), given_back);
    let billed = runs::bill_one(unit, &standpoint.ground, standpoint.at, what).await?;
    if let Some(failed) = billed.not_billed.into_iter().next() {
        return Err(standpoint.rule(failed.error));
    }
    let rows = invoice::Entity::find()
        .filter(invoice::Column::TenantId.eq(unit.tenant.0))
        .filter(invoice::Column::Id.is_in(billed.invoices.iter().copied()))
        .order_by_asc(invoice::Column::Id)
        .all(&unit.txn);
    let mut missing: BTreeMap<&'static str, Money> = BTreeMap::new();
    for row in rows.await.during("read what was billed")? {
        let open_minor = row.gross_minor.saturating_sub(row.paid_minor);
        if open_minor <= 0 {
            continue;
        }
        let currency: Currency =
            row.currency.parse().map_err(|_| corrupt(standpoint.row.id, "its currency"))?;
        let sum = missing.entry(currency.code()).or_insert_with(|| Money::zero(currency));
        let more = sum.plus(Money::new(open_minor, currency));
        *sum = more.map_err(|error| standpoint.rule(error))?;
    }
    for missing in missing.into_values() {
        check_owed(unit, standpoint, buying, (missing, &had)).await?;
    }
    Ok(billed.invoices)
}

/// Refuses what was bought and the wallet did not cover, unless it may be owed: by the credit limit where
/// there is one, and otherwise where it was said so.
async fn check_owed(
    unit: &Unit<'_>,
    standpoint: &Standpoint,
    buying: Buying,
    (missing, had): (Money, &[Money]),
) -> Result<(), StoreError> {
    let (subscriber, currency) = (standpoint.subscriber(), missing.currency());
    let limit = credit_limits::of(&unit.txn, subscriber).await?;
    match limit {
        None if buying.on_credit => return Ok(()),
        Some(limit) if limit.currency() == currency && !limit.is_zero() => {
            return credit_limits::check_owed(unit, subscriber, limit, missing).await;
        }
        None | Some(_) => {}
    }
    // The oldest is paid first, so that a wallet that leaves this open is empty.
    let available = had.iter().find(|money| money.currency() == currency).copied();
    let available = available.unwrap_or_else(|| Money::zero(currency));
    let needed = available.plus(missing).map_err(|error| standpoint.rule(error))?;
    Err(standpoint.rule(match limit {
        None => RuleError::NotCovered { available, needed, missing },
        Some(_) => RuleError::NotCoveredNorOwed { available, needed, missing },
    }))
}

/// Makes the service valid as long as is paid for, puts it on the plan of what was bought, and gives it
/// the data and the time online. What begins later leaves it on the plan that it is `served_by`. Gives the
/// numbers of that, with what is carried over of it.
async fn give(
    unit: &mut Unit<'_>,
    standpoint: &Standpoint,
    before: Option<&subscription_package::Model>,
    (purchased, served_by): (&Purchased, Option<i64>),
) -> Result<Vec<(i64, Option<Rollover>)>, StoreError> {
    let Some(found) = service_of(unit, standpoint).await? else { return Ok(Vec::new()) };
    let plan = standpoint.whole.offer(purchased.offer).and_then(|offer| offer.plan);
    let plan = plan.map_or(found.plan_id, |plan| plan.0);
    let is_later = purchased.begins().is_some();
    let mut changed = service::ActiveModel {
        id: Set(found.id),
        plan_id: Set(if is_later { served_by.unwrap_or(plan) } else { plan }),
        ..Default::default()
    };
    if let Some(PaidUntil { anchor, until }) = purchased.bought.paid {
        // What the operator has given for longer is not taken away.
        let until = until.unix_ms();
        let paid_before = before.and_then(|before| before.paid_until);
        let valid_until = match (purchased.follows, found.valid_until, paid_before) {
            (Follows::AtOnce, Some(had), Some(paid)) => {
                let beside = paid_times::beside(unit, standpoint, before).await?;
                let paid = beside.map_or(paid, |beside| beside.max(paid));
                let gift = had.saturating_sub(paid).max(0);
                let paid_now = beside.map_or(until, |beside| beside.min(had).max(until));
                paid_now.saturating_add(gift)
            }
            (_, Some(had), _) => had.max(until),
            (_, None, _) => until,
        };
        changed.valid_until = Set(Some(valid_until));
        if !is_later {
            changed.cycle_from = Set(Some(anchor.unix_ms()));
        }
    }
    let after = changed.update(&unit.txn).await.during("renew the service")?;
    let mut granted = Vec::new();
    for grant in &purchased.bought.grants {
        let PackageGrant { amount, validity, priority, kind, rollover } = *grant;
        let new = NewGrant { amount, validity, priority, kind };
        granted.push((add_grant(unit, &found, &new).await?.id, rollover));
    }
    let described = |row: &service::Model| {
        json!({
            "plan": row.plan_id,
            "valid_until_ms": row.valid_until,
            "cycle_from_ms": row.cycle_from,
        })
    };
    let mut told = described(&after);
    told["grants"] = json!(granted.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    unit.record(Record {
        kind: Kind::Service,
        row: found.id,
        name: &found.login,
        before: Some(described(&found)),
        after: Some(told),
    });
    Ok(granted)
}

/// Keeps for how long it is paid. Gives the package as it is then.
async fn keep(
    unit: &Unit<'_>,
    standpoint: &Standpoint,
    before: Option<subscription_package::Model>,
    purchased: &Purchased,
    (granted, auto_renew): (&[(i64, Option<Rollover>)], Option<bool>),
) -> Result<subscription_package::Model, StoreError> {
    let operation = "keep for how long the package is paid";
    let mut grants: Vec<i64> = granted.iter().map(|(id, _)| *id).collect();
    let (follows, at) = (purchased.follows, standpoint.at.unix_ms());
    // What another one has come in the place of is over, with what it gave.
    if let Some(before) = before.as_ref().filter(|_| follows != Follows::AtOnce) {
        let mut left = grants_of(unit, before).await?;
        left.retain(|row| row.valid_until.is_none_or(|until| until > at));
        let given = &purchased.bought.grants;
        for row in left {
            let measure = measure_of(&row)?;
            let is_given = given.iter().any(|grant| grant.amount.measure() == measure);
            if is_given || follows == Follows::AtTheEnd {
                grants.push(row.id);
            }
        }
    }
    let grants: Vec<_> = grants.iter().map(i64::to_string).collect();
    // What has no time of its own leaves the time as it is that is paid.
    let had = before.as_ref().filter(|before| before.paid_until.is_some_and(|until| until > at));
    let (product, anchor, until) = match (purchased.bought.paid, had) {
        (None, Some(had)) => (had.product_id, had.anchor_at, had.paid_until),
        (paid, had) => {
            // Until it begins it is the one before it.
            let other = had.filter(|_| purchased.begins().is_some());
            let product = other.map_or(purchased.offer.0, |other| other.product_id);
            let (anchor, until) = (paid.map(|paid| paid.anchor), paid.map(|paid| paid.until));
            (product, anchor.map(Timestamp::unix_ms), until.map(Timestamp::unix_ms))
        }
    };
    let paid_since = paid_times::since(before.as_ref(), purchased, at);
    let was = before.as_ref().is_some_and(|before| before.auto_renew == 1);
    let row = subscription_package::ActiveModel {
        paid_since: Set(paid_since),
        product_id: Set(product),
        anchor_at: Set(anchor),
        paid_until: Set(until),
        grants: Set(grants.join(",")),
        auto_renew: Set(auto_renew.unwrap_or(was).into()),
        try_at: Set(until),
        bought_at: Set(Some(unit.now.unix_ms())),
        tries: Set(0),
        ..Default::default()
    };
    match before {
        Some(before) => {
            let row = subscription_package::ActiveModel { id: Set(before.id), ..row };
            row.update(&unit.txn).await.during(operation)
        }
        None => {
            let row = subscription_package::ActiveModel {
                tenant_id: Set(unit.tenant.0),
                subscription_id: Set(standpoint.row.id),
                family_id: Set(standpoint.family(Some(purchased.offer))?.0),
                ..row
            };
            row.insert(&unit.txn).await.during(operation)
        }
    }
}

async fn service_of(
    unit: &Unit<'_>,
    standpoint: &Standpoint,
) -> Result<Option<service::Model>, StoreError> {
    let Some(id) = standpoint.row.service_id else { return Ok(None) };
    let found = service::Entity::find_by_id(id)
        .filter(service::Column::TenantId.eq(unit.tenant.0))
        .one(&unit.txn);
    found.await.during("find the service")
}

/// What a subscription has bought of a family.
pub(super) async fn find(
    unit: &Unit<'_>,
    subscription: SubscriptionId,
    family: ProductId,
) -> Result<Option<subscription_package::Model>, StoreError> {
    let found = subscription_package::Entity::find()
        .filter(subscription_package::Column::TenantId.eq(unit.tenant.0))
        .filter(subscription_package::Column::SubscriptionId.eq(subscription.0))
        .filter(subscription_package::Column::FamilyId.eq(family.0))
        .one(&unit.txn);
    found.await.during("find the package")
}

pub(super) async fn all(
    db: &impl ConnectionTrait,
    subscription: i64,
) -> Result<Vec<subscription_package::Model>, StoreError> {
    let rows = subscription_package::Entity::find()
        .filter(subscription_package::Column::SubscriptionId.eq(subscription))
        .order_by_asc(subscription_package::Column::Id)
        .all(db);
    rows.await.during("read the packages of the subscription")
}

/// The only package that a subscription has bought.
async fn only(unit: &Unit<'_>, standpoint: &Standpoint) -> Result<OfferId, StoreError> {
    match all(&unit.txn, standpoint.row.id).await?.as_slice() {
        [only] => paid_times::last(unit, only).await,
        [] => Err(invalid("it has bought no package; say which is to be bought")),
        several => {
            let name = |row: &subscription_package::Model| {
                standpoint.ground.catalogue.name(ComponentId(row.product_id))
            };
            let names: Vec<_> = several.iter().map(name).collect();
            Err(invalid(&format!("it has bought {}; say which is meant", names.join(", "))))
        }
    }
}

/// What each of these subscriptions has bought.
pub(super) async fn of_all(
    db: &impl ConnectionTrait,
    subscriptions: &[i64],
    catalogue: &Catalogue,
    now: Timestamp,
) -> Result<BTreeMap<i64, Vec<PackageEntry>>, StoreError> {
    let name = |product: i64| catalogue.name(ComponentId(product)).to_owned();
    let entry = |row: &subscription_package::Model, ahead: Vec<PackageAhead>| PackageEntry {
        product: name(row.product_id),
        ahead,
        paid: row.anchor_at.zip(row.paid_until).map(|(anchor, until)| PaidUntil {
            anchor: Timestamp::from_unix_ms(anchor),
            until: Timestamp::from_unix_ms(until),
        }),
        auto_renew: row.auto_renew == 1,
    };
    let mut all: BTreeMap<i64, Vec<PackageEntry>> = BTreeMap::new();
    let backend = db.get_database_backend();
    for ids in subscriptions.chunks(among::VALUES_MAX) {
        let rows = subscription_package::Entity::find()
            .filter(among::numbers(backend, "subscription_id", ids.iter().copied()))
            .order_by_asc(subscription_package::Column::Id)
            .all(db);
        let rows = rows.await.during("read the packages of the subscriptions")?;
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let mut bought = paid_times::of_all(db, &ids).await?;
        for row in rows {
            let bought = bought.remove(&row.id).unwrap_or_default();
            let is_ahead = |it: &&package_purchase::Model| {
                paid_times::begins(it) > now.unix_ms() && it.product_id != row.product_id
            };
            let ahead = bought.iter().filter(is_ahead).map(|it| PackageAhead {
                product: name(it.product_id),
                begins: Timestamp::from_unix_ms(paid_times::begins(it)),
                until: Timestamp::from_unix_ms(it.until_at),
            });
            all.entry(row.subscription_id).or_default().push(entry(&row, ahead.collect()));
        }
    }
    Ok(all)
}
