//! Purchases of packages that have a time of their own: what of each is not used and given back, and which
//! of them a service is served by.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::{
    ChargeKind, ComponentId, DueKey, Follows, Left, Line, Money, OfferId, PaidTime,
    SubscriptionState,
};
use entitlement::{Grant, Measure, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _, Statement, Value,
};
use serde_json::json;

use super::carried_over;
use super::events;
use super::invoices;
use super::matter::{CreditedBy, Credits, Origin};
use super::packages::{self, Purchased};
use super::standpoint::Standpoint;
use super::subscriptions::{SubscriptionId, billed_in, corrupt};
use crate::among;
use crate::entity::{
    grant_rollover, invoice_line, package_purchase, product, service, service_grant, subscription,
    subscription_package, usage_meter,
};
use crate::error::{During as _, Kind, StoreError};
use crate::services::grant_of_row;
use crate::sink::meter_of_row;
use crate::unit::{Record, Unit};

const OPERATION: &str = "see for which time packages are paid";

/// What was given back of a package in whose place another one came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenBack {
    /// Of which product.
    pub product: String,
    /// How much, as its price is stated.
    pub amount: Money,
}

/// Time of a package that was paid for and is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedTime {
    /// Of which product.
    pub product: String,
    /// Until when it is paid.
    pub until: Timestamp,
    /// How much of it is not used, in words.
    pub unused: String,
    /// What of its price that is, as it is stated; `None`: it was not billed.
    pub worth: Option<Money>,
}

/// What of the packages of a subscription is paid for and not used at a moment at which it ends.
pub(super) async fn lost(
    unit: &Unit<'_>,
    standpoint: &Standpoint,
    ends_at: Timestamp,
) -> Result<Vec<UnusedTime>, StoreError> {
    // With its end, which stands still with it where it does not go on before.
    let timeline =
        events::timeline(standpoint.row.id, events::of(&unit.txn, standpoint.row.id).await?)?;
    let billed_in = billed_in(&standpoint.row)?;
    let still_ms = timeline.still_stopped_ms(billed_in, unit.now, ends_at);
    // The moment as the purchases know it, which are longer by what is over alone.
    let at = Timestamp::from_unix_ms(ends_at.unix_ms().saturating_sub(still_ms));
    let mut all = Vec::new();
    for package in packages::all(&unit.txn, standpoint.row.id).await? {
        for row in left_of(unit, &package, at).await? {
            let of = OfPurchase::read(unit, standpoint, (&row, at)).await?;
            all.push(UnusedTime {
                product: name_of(standpoint, row.product_id),
                until: Timestamp::from_unix_ms(row.until_at.saturating_add(still_ms)),
                unused: of.unused,
                worth: of.money.map(|(_, worth)| worth),
            });
        }
    }
    Ok(all)
}

/// The purchases of a package of which something may be left, by the moments at which they begin.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    package: i64,
) -> Result<Vec<package_purchase::Model>, StoreError> {
    let rows = package_purchase::Entity::find()
        .filter(package_purchase::Column::PackageId.eq(package))
        .order_by_asc(package_purchase::Column::Id)
        .all(db);
    let mut rows = rows.await.during(OPERATION)?;
    rows.sort_by_key(|row| (begins(row), row.id));
    Ok(rows)
}

/// As [`of`], of each of these packages.
pub(super) async fn of_all(
    db: &impl ConnectionTrait,
    packages: &[i64],
) -> Result<BTreeMap<i64, Vec<package_purchase::Model>>, StoreError> {
    let mut all: BTreeMap<i64, Vec<package_purchase::Model>> = BTreeMap::new();
    let backend = db.get_database_backend();
    for ids in packages.chunks(among::VALUES_MAX) {
        let rows = package_purchase::Entity::find()
            .filter(among::numbers(backend, "package_id", ids.iter().copied()))
            .order_by_asc(package_purchase::Column::Id)
            .all(db);
        for row in rows.await.during(OPERATION)? {
            all.entry(row.package_id).or_default().push(row);
        }
    }
    for rows in all.values_mut() {
        rows.sort_by_key(|row| (begins(row), row.id));
    }
    Ok(all)
}

/// Those that are not over at a moment.
pub(super) async fn left_of(
    unit: &Unit<'_>,
    package: &subscription_package::Model,
    at: Timestamp,
) -> Result<Vec<package_purchase::Model>, StoreError> {
    let mut rows = of(&unit.txn, package.id).await?;
    rows.retain(|row| row.until_at > at.unix_ms());
    Ok(rows)
}

/// When its time begins, where that is still to come, Unix ms.
pub(super) const fn begins(row: &package_purchase::Model) -> i64 {
    row.from_at.saturating_add(row.stopped_ms)
}

/// As the rules know it.
pub(super) fn paid_time(row: &package_purchase::Model) -> Result<PaidTime, StoreError> {
    let read = || {
        Some(PaidTime {
            offer: OfferId(row.product_id),
            anchor: Timestamp::from_unix_ms(row.anchor_at),
            from: Timestamp::from_unix_ms(row.from_at),
            lasts: row.lasts.parse().ok()?,
            count: row.periods.try_into().ok()?,
            stopped_ms: row.stopped_ms,
        })
    };
    read().ok_or_else(|| corrupt(row.package_id, "what was bought of a package is not known"))
}

/// Forgets what was bought of a package and is over at a moment: it is not asked for again.
pub(super) async fn forget_over(
    unit: &Unit<'_>,
    package: i64,
    at: Timestamp,
) -> Result<(), StoreError> {
    let over = package_purchase::Entity::delete_many()
        .filter(package_purchase::Column::TenantId.eq(unit.tenant.0))
        .filter(package_purchase::Column::PackageId.eq(package))
        .filter(package_purchase::Column::UntilAt.lte(at.unix_ms()));
    over.exec(&unit.txn).await.during(OPERATION).map(|_| ())
}

/// Until when the other packages are paid that serve the same service, of those the last.
pub(super) async fn beside(
    unit: &Unit<'_>,
    standpoint: &Standpoint,
    package: Option<&subscription_package::Model>,
) -> Result<Option<i64>, StoreError> {
    let Some(service) = standpoint.row.service_id else { return Ok(None) };
    let subscriptions = subscription::Entity::find()
        .select_only()
        .column(subscription::Column::Id)
        .filter(subscription::Column::TenantId.eq(unit.tenant.0))
        .filter(subscription::Column::ServiceId.eq(service))
        .filter(subscription::Column::State.ne(SubscriptionState::Terminated.code()));
    let of_service = subscription_package::Column::SubscriptionId;
    let all = subscription_package::Entity::find()
        .filter(of_service.in_subquery(subscriptions.into_query()))
        .all(&unit.txn);
    let all = all.await.during(OPERATION)?;
    let others = all.iter().filter(|other| package.is_none_or(|package| package.id != other.id));
    Ok(others.filter_map(|other| other.paid_until).max())
}

/// Since when a package is paid without a break, once something more of it was bought at a moment.
pub(super) fn since(
    before: Option<&subscription_package::Model>,
    purchased: &Purchased,
    at: i64,
) -> Option<i64> {
    let since = before.and_then(|before| before.paid_since);
    let Some(first) = purchased.bought.periods.first() else { return since };
    let from = first.from().unix_ms();
    // What does not begin as it is bought begins where the time before it is over, or was.
    let is_paid = before.and_then(|before| before.paid_until).is_some_and(|until| until >= at);
    let goes_on = purchased.follows != Follows::AtOnce && (is_paid || from != at);
    Some(since.filter(|_| goes_on).unwrap_or(from))
}

/// Keeps what was bought, with the grants that came with it.
pub(super) async fn note(
    unit: &Unit<'_>,
    standpoint: &Standpoint,
    package: i64,
    (purchased, granted): (&Purchased, &[i64]),
) -> Result<(), StoreError> {
    let operation = "keep for which time the package is paid";
    let zone = &standpoint.ground.zone;
    let Some(offer) = standpoint.whole.offer(purchased.offer) else { return Ok(()) };
    let time = offer.package.paid_time(purchased.offer, &purchased.bought, zone);
    let Some((time, begins)) = time.zip(purchased.charged_at()) else { return Ok(()) };
    let until = time.until(zone).map_err(|error| standpoint.rule(error))?;
    let grants: Vec<_> = granted.iter().map(i64::to_string).collect();
    let row = package_purchase::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        package_id: Set(package),
        product_id: Set(purchased.offer.0),
        begins: Set(begins.unix_ms()),
        anchor_at: Set(time.anchor.unix_ms()),
        from_at: Set(time.from.unix_ms()),
        lasts: Set(time.lasts.to_string()),
        periods: Set(time.count.into()),
        until_at: Set(until.unix_ms()),
        stopped_ms: Set(0),
        grants: Set(grants.join(",")),
        ..Default::default()
    };
    row.insert(&unit.txn).await.during(operation).map(|_| ())
}

/// What is given back of everything that was bought of a package and is not over: the lines for the invoice
/// of what comes in its place, and what they come to.
#[derive(Default)]
pub(super) struct Returned {
    pub(super) lines: Vec<(Line, Origin)>,
    pub(super) of: Vec<GivenBack>,
}

/// Ends what was bought of a package at a moment, with the data and the time online that came with it, and
/// says what is given back of it.
pub(super) async fn end(
    unit: &mut Unit<'_>,
    standpoint: &Standpoint,
    package: &subscription_package::Model,
) -> Result<Returned, StoreError> {
    let mut returned = Returned::default();
    let rows = left_of(unit, package, standpoint.at).await?;
    for row in &rows {
        let back = OfPurchase::read(unit, standpoint, (row, standpoint.at)).await?;
        returned.of.extend(back.given_back(standpoint, row, &mut returned.lines)?);
    }
    end_grants(unit, package, standpoint.at).await?;
    let gone = package_purchase::Entity::delete_many()
        .filter(package_purchase::Column::TenantId.eq(unit.tenant.0))
        .filter(package_purchase::Column::PackageId.eq(package.id));
    gone.exec(&unit.txn).await.during("end the package")?;
    Ok(returned)
}

/// What is not used of one purchase, and the lines of it of which something is left, with how much.
struct OfPurchase {
    /// In words.
    unused: String,
    /// What was paid, as the price is stated, and not given back before, and what of that is not used;
    /// `None`: nothing is left of what was paid.
    money: Option<(Money, Money)>,
    lines: Vec<(invoice_line::Model, Money)>,
}

impl OfPurchase {
    async fn read(
        unit: &Unit<'_>,
        standpoint: &Standpoint,
        (row, at): (&package_purchase::Model, Timestamp),
    ) -> Result<Self, StoreError> {
        let left = left_of_grants(unit, standpoint, (row, at)).await?;
        let unused = paid_time(row)?.unused(at, &left, &standpoint.ground.zone);
        let unused = unused.map_err(|error| standpoint.rule(error))?;
        let lines = lines_of(unit, standpoint, row).await?;
        let money = match lines.first() {
            None => None,
            Some((_, first)) => {
                let rule = |error| standpoint.rule(error);
                let paid = lines.iter().map(|(_, left)| *left);
                let paid = Money::sum(first.currency(), paid).map_err(rule)?;
                Some((paid, unused.of_paid(paid).map_err(rule)?))
            }
        };
        Ok(Self { unused: unused.to_string(), money, lines })
    }

    /// Adds the lines by which that is given back, of the last line that charged it first.
    fn given_back(
        self,
        standpoint: &Standpoint,
        row: &package_purchase::Model,
        lines: &mut Vec<(Line, Origin)>,
    ) -> Result<Option<GivenBack>, StoreError> {
        let Some((paid, worth)) = self.money else { return Ok(None) };
        let rule = |error| standpoint.rule(error);
        let name = name_of(standpoint, row.product_id);
        let zone = &standpoint.ground.zone;
        let when = zone
            .shown(standpoint.at)
            .map_or_else(|| standpoint.at.to_string(), |at| at.to_string().replace('T', " "));
        let mut missing = worth;
        for (of, left) in self.lines.iter().rev() {
            let amount = left.least(missing).map_err(rule)?;
            if amount.is_zero() {
                continue;
            }
            missing = missing.minus(amount).map_err(rule)?;
            let why = format!(
                "{name}: given up on {when}, when {} were not used; of {} that it has cost gives back {}",
                self.unused, paid, amount
            );
            let key = DueKey {
                component: ComponentId(row.product_id),
                kind: ChargeKind::Price,
                begins: Timestamp::from_unix_ms(row.begins),
            };
            let billed_before = Money::new(of.amount_minor, amount.currency());
            let amount = amount.negated().map_err(rule)?;
            let line = Line { key, due: None, billed_before, amount };
            let by = CreditedBy::Hand { quantity: 0, why };
            let credits = Credits { invoice: of.invoice_id, place: of.place, by };
            lines.push((
                line,
                Origin {
                    subscription: SubscriptionId(standpoint.row.id),
                    ordinal: of.ordinal,
                    charge: None,
                    credits: Some(credits),
                    given_back: None,
                },
            ));
        }
        Ok((!worth.is_zero()).then_some(GivenBack { product: name, amount: worth }))
    }
}

/// The lines by which a purchase was charged, with what is left of each. Of an invoice of which something was
/// written off, what is given back makes the loss smaller first.
async fn lines_of(
    unit: &Unit<'_>,
    standpoint: &Standpoint,
    row: &package_purchase::Model,
) -> Result<Vec<(invoice_line::Model, Money)>, StoreError> {
    let lines = invoice_line::Entity::find()
        .filter(invoice_line::Column::SubscriptionId.eq(standpoint.row.id))
        .filter(invoice_line::Column::ProductId.eq(row.product_id))
        .filter(invoice_line::Column::Begins.eq(row.begins))
        .filter(invoice_line::Column::IsUsage.eq(0))
        .filter(invoice_line::Column::Ordinal.gt(0))
        .order_by_asc(invoice_line::Column::Ordinal)
        .order_by_asc(invoice_line::Column::Id)
        .all(&unit.txn);
    let lines = lines.await.during("read what was paid for the package")?;
    // What later prices have taken off is taken off what was charged last.
    let mut taken: i64 = lines
        .iter()
        .filter(|line| line.of_invoice_id.is_none() && line.amount_minor < 0)
        .map(|line| line.amount_minor.saturating_neg())
        .sum();
    let mut left = Vec::new();
    for line in lines.iter().rev() {
        if line.of_invoice_id.is_some() || line.amount_minor <= 0 {
            continue;
        }
        let given_back = lines.iter().filter(|other| {
            (other.of_invoice_id, other.of_place) == (Some(line.invoice_id), Some(line.place))
        });
        let given_back: i64 = given_back.map(|other| other.amount_minor).sum();
        let of_line = line.amount_minor.saturating_add(given_back);
        let off = taken.min(of_line);
        taken = taken.saturating_sub(off);
        let currency = invoices::currency_of(line)?;
        let of_line = Money::new(of_line.saturating_sub(off).max(0), currency);
        if !of_line.is_zero() {
            left.push((line.clone(), of_line));
        }
    }
    left.reverse();
    Ok(left)
}

/// What is left of the data and of the time online that came with a purchase.
async fn left_of_grants(
    unit: &Unit<'_>,
    standpoint: &Standpoint,
    (row, at): (&package_purchase::Model, Timestamp),
) -> Result<Vec<Left>, StoreError> {
    let ids: Vec<i64> = numbers(&row.grants).collect();
    let Some(service) = standpoint.row.service_id.filter(|_| !ids.is_empty()) else {
        return Ok(Vec::new());
    };
    let grants = service_grant::Entity::find().filter(service_grant::Column::Id.is_in(ids));
    let grants = grants.all(&unit.txn).await.during(OPERATION)?;
    let grants: Vec<Grant> = grants.iter().map(grant_of_row).collect::<Result<_, _>>()?;
    let meter = usage_meter::Entity::find_by_id(service).one(&unit.txn).await.during(OPERATION)?;
    let meter = meter.as_ref().map(meter_of_row).transpose()?.map(|stored| stored.meter);
    let meter = meter.unwrap_or_default();
    let of_measure = |measure: Measure| {
        let mut all = Left { measure, left: 0, of: 0 };
        for grant in grants.iter().filter(|grant| grant.amount.measure() == measure) {
            all.of = all.of.saturating_add(grant.amount.units());
            if grant.validity.until.is_none_or(|until| until > at) {
                all.left = all.left.saturating_add(meter.left_of(grant).units());
            }
        }
        (all.of > 0).then_some(all)
    };
    Ok(Measure::ALL.into_iter().filter_map(of_measure).collect())
}

/// The numbers of everything that came with a package, also what was carried over of it.
pub(super) async fn grants_of(
    unit: &Unit<'_>,
    package: &subscription_package::Model,
) -> Result<Vec<service_grant::Model>, StoreError> {
    let mut ids: BTreeSet<i64> = numbers(&package.grants).collect();
    for row in of(&unit.txn, package.id).await? {
        ids.extend(numbers(&row.grants));
    }
    let rules = grant_rollover::Entity::find()
        .filter(grant_rollover::Column::PackageId.eq(package.id))
        .all(&unit.txn);
    ids.extend(rules.await.during(OPERATION)?.into_iter().map(|row| row.grant_id));
    let rows = service_grant::Entity::find()
        .filter(service_grant::Column::TenantId.eq(unit.tenant.0))
        .filter(service_grant::Column::Id.is_in(ids))
        .all(&unit.txn);
    rows.await.during(OPERATION)
}

/// Ends what came with a package: it was paid with the time that is given back.
async fn end_grants(
    unit: &Unit<'_>,
    package: &subscription_package::Model,
    at: Timestamp,
) -> Result<(), StoreError> {
    let operation = "end what came with the package";
    let at = at.unix_ms();
    for row in grants_of(unit, package).await? {
        if row.valid_until.is_some_and(|until| until <= at) {
            continue;
        }
        if row.valid_from.is_some_and(|from| from >= at) {
            let gone = service_grant::Entity::delete_by_id(row.id).exec(&unit.txn).await;
            gone.during(operation)?;
            continue;
        }
        let ended = service_grant::ActiveModel {
            id: Set(row.id),
            valid_until: Set(Some(at)),
            ..Default::default()
        };
        ended.update(&unit.txn).await.during(operation)?;
    }
    carried_over::lapse(unit, package.id).await
}

/// Which offer is renewed when a package is over: what was bought last of it.
pub(super) async fn last(
    unit: &Unit<'_>,
    package: &subscription_package::Model,
) -> Result<OfferId, StoreError> {
    let rows = of(&unit.txn, package.id).await?;
    Ok(OfferId(rows.last().map_or(package.product_id, |row| row.product_id)))
}

/// Lets the packages of a subscription be those whose time runs now: one that was bought ahead begins when
/// the time before it is over, and puts its service on its plan. Gives when the next one begins.
pub(super) async fn follow(
    unit: &mut Unit<'_>,
    row: &subscription::Model,
) -> Result<Option<Timestamp>, StoreError> {
    let packages = subscription_package::Entity::find()
        .select_only()
        .column(subscription_package::Column::Id)
        .filter(subscription_package::Column::SubscriptionId.eq(row.id));
    let rows = package_purchase::Entity::find()
        .filter(package_purchase::Column::TenantId.eq(unit.tenant.0))
        .filter(package_purchase::Column::PackageId.in_subquery(packages.into_query()))
        .order_by_asc(package_purchase::Column::Id)
        .all(&unit.txn);
    let mut by_package: BTreeMap<i64, Vec<package_purchase::Model>> = BTreeMap::new();
    for purchase in rows.await.during(OPERATION)? {
        by_package.entry(purchase.package_id).or_default().push(purchase);
    }
    let (now, mut next) = (unit.now.unix_ms(), None);
    for (package, mut rows) in by_package {
        // Mostly all of it is one product, and nothing begins.
        if rows.iter().all(|row| Some(row.product_id) == rows.first().map(|it| it.product_id)) {
            continue;
        }
        rows.sort_by_key(|row| (begins(row), row.id));
        let found = subscription_package::Entity::find_by_id(package).one(&unit.txn).await;
        let Some(package) = found.during(OPERATION)? else { continue };
        let runs = rows.iter().rev().find(|row| begins(row) <= now);
        if let Some(runs) = runs.filter(|runs| runs.product_id != package.product_id) {
            begin(unit, row, &package, runs).await?;
        }
        let of = runs.map_or(package.product_id, |runs| runs.product_id);
        let ahead = rows.iter().filter(|row| begins(row) > now && row.product_id != of);
        next = ahead.map(begins).chain(next).min();
    }
    Ok(next.map(Timestamp::from_unix_ms))
}

/// A package that was bought ahead takes the place of the one before it.
async fn begin(
    unit: &mut Unit<'_>,
    row: &subscription::Model,
    package: &subscription_package::Model,
    runs: &package_purchase::Model,
) -> Result<(), StoreError> {
    let operation = "let the package begin that was bought ahead";
    let changed = subscription_package::ActiveModel {
        id: Set(package.id),
        product_id: Set(runs.product_id),
        ..Default::default()
    };
    changed.update(&unit.txn).await.during(operation)?;
    unit.record(Record {
        kind: Kind::Subscription,
        row: row.id,
        name: &row.id.to_string(),
        before: Some(json!({ "package": package.product_id })),
        after: Some(json!({ "package": runs.product_id })),
    });
    let Some(service) = row.service_id else { return Ok(()) };
    let found = service::Entity::find_by_id(service).one(&unit.txn).await.during(operation)?;
    let Some(found) = found else { return Ok(()) };
    let product = product::Entity::find_by_id(runs.product_id).one(&unit.txn).await;
    let plan = product.during(operation)?.and_then(|product| product.plan_id);
    let changed = service::ActiveModel {
        id: Set(found.id),
        plan_id: Set(plan.unwrap_or(found.plan_id)),
        cycle_from: Set(Some(runs.anchor_at.saturating_add(runs.stopped_ms))),
        ..Default::default()
    };
    let after = changed.update(&unit.txn).await.during(operation)?;
    let described =
        |row: &service::Model| json!({ "plan": row.plan_id, "cycle_from_ms": row.cycle_from });
    unit.record(Record {
        kind: Kind::Service,
        row: found.id,
        name: &found.login,
        before: Some(described(&found)),
        after: Some(described(&after)),
    });
    Ok(())
}

/// Lets what was entered ahead of a subscription be carried out at a moment, if not earlier.
pub(super) async fn carry_out_at(
    unit: &Unit<'_>,
    subscription: i64,
    at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "update subscription set effect_at = $1 where tenant_id = $2 and id = $3 \
               and (effect_at is null or effect_at > $1)";
    let values = [at.unix_ms(), unit.tenant.0, subscription].map(Value::from);
    let statement = Statement::from_sql_and_values(unit.txn.get_database_backend(), sql, values);
    unit.txn.execute_raw(statement).await.during(OPERATION).map(|_| ())
}

fn numbers(text: &str) -> impl Iterator<Item = i64> + '_ {
    text.split(',').filter_map(|id| id.parse().ok())
}

fn name_of(standpoint: &Standpoint, product: i64) -> String {
    standpoint.ground.catalogue.name(ComponentId(product)).to_owned()
}
