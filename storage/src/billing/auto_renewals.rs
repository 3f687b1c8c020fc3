//! Packages that are renewed by themselves when their time is over, or their data is used up.

use std::collections::BTreeSet;

use billing_core::balance::CreditRefusal;
use billing_core::ledger::AccountName;
use billing_core::{Currency, Money, PaidUntil, SubscriptionState};
use entitlement::{ServiceId, SubscriberId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, DatabaseTransaction,
    EntityTrait as _, QueryFilter as _, QueryOrder as _, QueryResult, Statement, Value,
};

use super::books;
use super::carried_over;
use super::dunning;
use super::events;
use super::packages::{self, Buying, Done};
use super::paid_times;
use super::pay_as_you_go;
use super::resellers::{BothSides, Levels};
use super::settings;
use super::standpoint::Standpoint;
use super::subscriptions::{SubscriptionId, Subscriptions};
use crate::among;
use crate::entity::{product, subscription, subscription_package};
use crate::error::{During as _, RuleError, StoreError};
use crate::outbox::{Happened, Short, Topic, What};
use crate::repeated::repeated;
use crate::store::Actor;
use crate::tenants;
use crate::unit::Unit;

/// A renewal within so long after the end is one at the end, ms: who renews packages by itself comes a
/// moment late, and nobody loses that, nor the day on which his months begin.
const AT_THE_END_MS: i64 = 10 * 60_000;
/// How long after the first renewal that could not be another one is tried, ms. Each further one comes twice
/// as late as that before.
const RETRY_MS: i64 = 5 * 60_000;
/// The longest time until another one is tried, ms.
const RETRY_MAX_MS: i64 = 24 * 3_600_000;

/// In which states a subscription is served.
const SERVED: [SubscriptionState; 2] = [SubscriptionState::Active, SubscriptionState::Grace];

/// What came of renewing packages that are over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AutoRenewals {
    /// Until when which are paid now.
    pub renewed: Vec<(SubscriptionId, Option<PaidUntil>)>,
    /// Those that could not be, which are tried again in a while, or when there is money.
    pub not_renewed: Vec<NotRenewed>,
    /// Of how many it was tried. None: there is none left that is due.
    pub tried: usize,
}

/// A package that is due, as it was found.
#[derive(Debug, Clone, Copy)]
struct Due {
    package: i64,
    subscription: SubscriptionId,
    subscriber: SubscriberId,
    /// How many renewals could not be since it was over.
    tries: i64,
}

/// A package that could not be renewed by itself. Nothing of it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotRenewed {
    /// Of which subscription.
    pub subscription: SubscriptionId,
    /// Why not.
    pub error: String,
}

impl Subscriptions<'_> {
    /// Renews the packages that are over or used up by now and are to be renewed by themselves, `limit` of
    /// them at most, each in a transaction of its own and once, however many do it at the same time. What
    /// could not be is tried again in some minutes, and then ever later; where there is nothing at all in
    /// the wallet, when something has come into it. So nobody who has paid waits for those who have not.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn renew_due(
        &self,
        by: &Actor,
        now: Timestamp,
        limit: u64,
    ) -> Result<AutoRenewals, StoreError> {
        let mut renewals = AutoRenewals::default();
        for due in due(self, now, limit).await? {
            renewals.tried += 1;
            match repeated(|| self.renew_one(by, due, now)).await {
                Ok(None) => {}
                Ok(Some(done)) => renewals.renewed.push((due.subscription, done.paid)),
                Err(error) if error.is_away() => return Err(error),
                Err(error) => {
                    self.try_later(by, due, now, &error).await?;
                    let (subscription, error) = (due.subscription, error.to_string());
                    renewals.not_renewed.push(NotRenewed { subscription, error });
                }
            }
        }
        Ok(renewals)
    }

    /// Renews a package that is still to be renewed when nobody else can any more.
    async fn renew_one(
        &self,
        by: &Actor,
        due: Due,
        now: Timestamp,
    ) -> Result<Option<Done>, StoreError> {
        let (mut unit, row) = self.locked(by, due.subscription, "renew the package").await?;
        let found = subscription_package::Entity::find_by_id(due.package).one(&unit.txn).await;
        let Some(found) = found.during("find the package")? else { return Ok(None) };
        let is_due = found.auto_renew == 1 && found.try_at.is_some_and(|at| at <= now.unix_ms());
        let is_served = SERVED.iter().any(|state| row.state == state.code());
        if !is_due || !is_served {
            // What was carried out before may be why: otherwise it would be found so again.
            unit.commit().await?;
            return Ok(None);
        }
        let done = Box::pin(renew_package(&mut unit, row, found, now)).await?;
        unit.commit().await?;
        Ok(done)
    }

    /// Says when it is tried again what could not be for `error`.
    async fn try_later(
        &self,
        by: &Actor,
        due: Due,
        now: Timestamp,
        error: &StoreError,
    ) -> Result<(), StoreError> {
        let operation = "renew the package later";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let backend = unit.txn.get_database_backend();
        let wait_ms = RETRY_MS.saturating_mul(1 << due.tries.clamp(0, 20)).min(RETRY_MAX_MS);
        let later = now.unix_ms().saturating_add(wait_ms);
        let sql = "update subscription_package set try_at = $1, tries = tries + 1 \
                   where tenant_id = $2 and id = $3 and try_at <= $4";
        let values = [later, self.tenant.0, due.package, now.unix_ms()].map(Value::from);
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let put_off = unit.txn.execute_raw(statement).await.during(operation)?;
        // Each try is not told, but the first since it was over or since something has come into the wallet.
        if due.tries == 0 && put_off.rows_affected() == 1 {
            tell_not_renewed(&mut unit, due, error).await?;
        }
        // What a credit limit refuses may be had as well when an invoice is paid or the limit is raised.
        let waits_for_wallet = matches!(
            error,
            StoreError::Rule {
                source: RuleError::NotCovered { .. } | RuleError::NotCoveredNorOwed { .. },
                ..
            }
        );
        if waits_for_wallet {
            // What comes into the wallet waits for the row, or has come before this looks.
            let sql = "update subscription_package set try_at = null where tenant_id = $1 and id = $2 \
                       and try_at = $3 and not exists (select 1 from account a where a.tenant_id = $1 \
                       and a.name = $4 and a.credits_posted_minor > \
                       a.debits_posted_minor + a.debits_pending_minor)";
            let wallet = AccountName::Wallet(due.subscriber).to_string();
            let values: [Value; 4] =
                [self.tenant.0.into(), due.package.into(), later.into(), wallet.into()];
            let statement = Statement::from_sql_and_values(backend, sql, values);
            unit.txn.execute_raw(statement).await.during(operation)?;
        }
        unit.commit().await
    }
}

/// Tells that a package could not be renewed, and what was short.
async fn tell_not_renewed(
    unit: &mut Unit<'_>,
    due: Due,
    error: &StoreError,
) -> Result<(), StoreError> {
    let operation = "find what is not renewed";
    let package = subscription_package::Entity::find_by_id(due.package).one(&unit.txn).await;
    let Some(package) = package.during(operation)? else { return Ok(()) };
    let row = subscription::Entity::find_by_id(package.subscription_id).one(&unit.txn).await;
    let Some(row) = row.during(operation)? else { return Ok(()) };
    let short = short_of(error);
    let package = packages::named(unit, &row, &package).await?;
    let what = What::NotRenewed { package, error: error.to_string(), short };
    unit.tell(Happened::new(Topic::PackageNotRenewed, Some(due.subscriber), what));
    Ok(())
}

/// What was short, where that is why something could not be bought: of the wallet, or of what may be owed.
fn short_of(error: &StoreError) -> Option<Short> {
    let StoreError::Rule { source, .. } = error else { return None };
    match source {
        RuleError::NotCovered { available, needed, missing }
        | RuleError::NotCoveredNorOwed { available, needed, missing } => {
            Some(Short { available: *available, needed: *needed, missing: *missing })
        }
        RuleError::CreditLimit(CreditRefusal::Exceeds { amount, left, .. }) => {
            let nothing = Money::zero(left.currency());
            let available = if left.is_negative() { nothing } else { *left };
            let missing = amount.minus(available).ok()?;
            Some(Short { available, needed: *amount, missing })
        }
        _ => None,
    }
}

/// Lets it be tried again to renew the packages of subscribers who have something more in their wallets.
/// Their wallets are locked.
pub(crate) async fn try_again(
    txn: &DatabaseTransaction,
    subscribers: &[SubscriberId],
) -> Result<(), StoreError> {
    if subscribers.is_empty() {
        return Ok(());
    }
    let backend = txn.get_database_backend();
    let (is_among, ids) =
        among::numbers_at(backend, "$1", subscribers.iter().map(|subscriber| subscriber.0));
    // What could not be renewed was due, by its time or since its data was used up, and is so at once. The row
    // is written in any case: who has seen the empty wallet and writes so afterwards waits for this, and
    // looks again.
    let sql = format!(
        "update subscription_package set try_at = case when tries > 0 then coalesce(bought_at, 0) \
         else try_at end, tries = 0 where auto_renew = 1 \
         and subscription_id in (select id from subscription where subscriber_id {is_among})"
    );
    let statement = Statement::from_sql_and_values(backend, sql, [Value::from(ids)]);
    txn.execute_raw(statement).await.during("renew packages with what has come").map(|_| ())
}

/// Holds the accounts by which money comes and those that a renewal moves, where one will follow: all of them
/// before any, tenant by tenant in the order of their numbers, as who holds the first and waits for the second
/// stands in the way of who does it the other way round. `others` of the tenant move with the money in any case,
/// and so do the `sides` of the others.
pub(super) async fn hold_accounts(
    unit: &Unit<'_>,
    subscriber: SubscriberId,
    asked: Option<i64>,
    (from, currency): (AccountName, Currency),
    (others, sides): (Vec<AccountName>, &BothSides),
) -> Result<(), StoreError> {
    let own = unit.tenant;
    let mut all = sides.accounts();
    all.remove(&own);
    // Who is stopped may be served again by the money: only then it is known what waits for it. And what is
    // paid late may be charged for that before.
    let is_renewed = dunning::is_stopped(unit, subscriber).await?
        || !waiting(unit, subscriber, asked.map(ServiceId)).await?.is_empty()
        || pay_as_you_go::owes(unit, subscriber).await?;
    let mut if_there = Vec::new();
    if is_renewed || !others.is_empty() {
        let mut names = others;
        names.extend([from, AccountName::Receivable(subscriber)]);
        if is_renewed {
            names.extend([AccountName::Sales, AccountName::Tax]);
        }
        let named = names.iter().map(|name| (name.to_string(), currency.code()));
        all.insert(own, named.collect());
        // A wallet that is not there yet is nobody else's either.
        let wallet = AccountName::Wallet(subscriber);
        if_there.extend([wallet, AccountName::LateFees, AccountName::WrittenOff]);
    }
    if is_renewed {
        carried_over::hold(&unit.txn, subscriber).await?;
        let (_, parent) = tenants::clock_and_parent(&unit.txn, own).await?;
        if let Some(levels) = Levels::read(&unit.txn, (own, parent)).await? {
            for (tenant, names) in levels.accounts() {
                all.entry(tenant).or_default().extend(names);
            }
        }
    }
    for (tenant, names) in all {
        let if_there = if tenant == own { if_there.as_slice() } else { &[] };
        books::hold_named(&unit.txn, tenant, names, if_there).await?;
    }
    Ok(())
}

/// Renews the packages of a subscriber, whose row is locked, that are over and wait for nothing but money, and
/// the one that `asked` is served by, a service whose next period was paid, in the transaction in which the
/// money has come. What cannot be renewed is as it was: the money is received in any case.
pub(super) async fn renew_waiting(
    unit: &mut Unit<'_>,
    subscriber: SubscriberId,
    asked: Option<i64>,
) -> Result<(), StoreError> {
    // What was used before comes before what is to be used.
    // Apart from what awaits it: nearly nobody has any, and everybody would carry its state on the stack.
    Box::pin(pay_as_you_go::collect(unit, subscriber)).await?;
    let (now, asked) = (unit.now, asked.map(ServiceId));
    let seem_to = waiting(unit, subscriber, asked).await?;
    if seem_to.is_empty() {
        return Ok(());
    }
    carry_out_each(unit, &seem_to).await?;
    // Of what seems to be used up something may only not be carried over yet.
    carried_over::carry_all(unit, subscriber).await?;
    for package in waiting(unit, subscriber, asked).await? {
        let found = subscription::Entity::find_by_id(package.subscription_id).one(&unit.txn).await;
        let Some(subscription) = found.during("find the subscription")? else { continue };
        let mark = unit.mark().await?;
        // What comes of money is deep already: its own future is not on the stack.
        match Box::pin(renew_package(unit, subscription, package, now)).await {
            Ok(_) => unit.forget(mark).await?,
            Err(error @ StoreError::Database { .. }) => return Err(error),
            // The worker tries again, and says why not.
            Err(_) => unit.go_back(mark).await?,
        }
    }
    Ok(())
}

/// Carries out what was entered ahead of the subscriptions of these packages and has happened by now: a package
/// that seems to be over may last longer. What cannot be is as it was.
async fn carry_out_each(
    unit: &mut Unit<'_>,
    packages: &[subscription_package::Model],
) -> Result<(), StoreError> {
    let ids: BTreeSet<i64> = packages.iter().map(|package| package.subscription_id).collect();
    for id in ids {
        let found = subscription::Entity::find_by_id(id).one(&unit.txn).await;
        let Some(row) = found.during("find the subscription")? else { continue };
        let mark = unit.mark().await?;
        match Box::pin(events::carry_out(unit, row)).await {
            Ok(_) => unit.forget(mark).await?,
            Err(error @ StoreError::Database { .. }) => return Err(error),
            Err(_) => unit.go_back(mark).await?,
        }
    }
    Ok(())
}

/// Whether what a service of a subscriber is served by was bought at a moment or since.
pub(super) async fn is_bought_since(
    unit: &Unit<'_>,
    subscriber: SubscriberId,
    service: i64,
    since: Timestamp,
) -> Result<bool, StoreError> {
    let bought = Bought::of(unit, subscriber).await?;
    let serving = bought.serving(unit, ServiceId(service)).await?;
    let package = bought.packages.iter().find(|package| Some(package.id) == serving);
    Ok(package.and_then(|package| package.bought_at).is_some_and(|at| at >= since.unix_ms()))
}

/// What a subscriber has bought for subscriptions that are served.
#[derive(Default)]
struct Bought {
    subscriptions: Vec<subscription::Model>,
    /// By their end.
    packages: Vec<subscription_package::Model>,
}

impl Bought {
    async fn of(unit: &Unit<'_>, subscriber: SubscriberId) -> Result<Self, StoreError> {
        let operation = "find the packages that wait for money";
        let served = SERVED.map(SubscriptionState::code);
        let subscriptions = subscription::Entity::find()
            .filter(subscription::Column::TenantId.eq(unit.tenant.0))
            .filter(subscription::Column::SubscriberId.eq(subscriber.0))
            .filter(subscription::Column::State.is_in(served))
            .all(&unit.txn);
        let subscriptions = subscriptions.await.during(operation)?;
        if subscriptions.is_empty() {
            return Ok(Self::default());
        }
        let ids = subscriptions.iter().map(|subscription| subscription.id);
        let packages = subscription_package::Entity::find()
            .filter(subscription_package::Column::TenantId.eq(unit.tenant.0))
            .filter(subscription_package::Column::SubscriptionId.is_in(ids))
            .order_by_asc(subscription_package::Column::PaidUntil)
            .order_by_asc(subscription_package::Column::Id)
            .all(&unit.txn);
        Ok(Self { packages: packages.await.during(operation)?, subscriptions })
    }

    fn subscription_of(
        &self,
        package: &subscription_package::Model,
    ) -> Option<&subscription::Model> {
        self.subscriptions.iter().find(|of| of.id == package.subscription_id)
    }

    /// Which of them a service is served by.
    async fn serving(
        &self,
        unit: &Unit<'_>,
        service: ServiceId,
    ) -> Result<Option<i64>, StoreError> {
        let is_asked = |package: &&subscription_package::Model| {
            let mut of = self.subscriptions.iter().filter(|of| of.id == package.subscription_id);
            of.any(|of| of.service_id == Some(service.0))
        };
        serving(unit, self.packages.iter().filter(is_asked).collect()).await
    }
}

/// The packages of a subscriber that are to be renewed now that there is money: those that are over, or have
/// no data or time online left.
async fn waiting(
    unit: &Unit<'_>,
    subscriber: SubscriberId,
    asked: Option<ServiceId>,
) -> Result<Vec<subscription_package::Model>, StoreError> {
    let bought = Bought::of(unit, subscriber).await?;
    let asked = match asked {
        None => None,
        Some(service) => bought.serving(unit, service).await?,
    };
    let mut waiting = Vec::new();
    for package in &bought.packages {
        let is_over = package.paid_until.is_some_and(|until| until <= unit.now.unix_ms());
        let is_waiting = Some(package.id) == asked
            || (package.auto_renew == 1
                && (is_over || is_out(unit, bought.subscription_of(package), package).await?));
        if is_waiting {
            waiting.push(package.clone());
        }
    }
    // What was asked for is paid first.
    waiting.sort_by_key(|package| Some(package.id) != asked);
    Ok(waiting)
}

async fn is_out(
    unit: &Unit<'_>,
    row: Option<&subscription::Model>,
    package: &subscription_package::Model,
) -> Result<bool, StoreError> {
    match row {
        Some(row) if !package.grants.is_empty() => {
            packages::is_out_of_data(unit, row, package).await
        }
        _ => Ok(false),
    }
}

/// Of the packages of one service the one that it is served by: what gives the plan, and of several the one
/// that is paid for longest.
async fn serving(
    unit: &Unit<'_>,
    packages: Vec<&subscription_package::Model>,
) -> Result<Option<i64>, StoreError> {
    let products = product::Entity::find()
        .filter(product::Column::TenantId.eq(unit.tenant.0))
        .filter(product::Column::Id.is_in(packages.iter().map(|package| package.product_id)))
        .filter(product::Column::PlanId.is_not_null())
        .all(&unit.txn);
    let with_plan: Vec<_> = products.await.during("find what gives a plan")?;
    let has_plan = |id: i64| with_plan.iter().any(|product| product.id == id);
    let found = packages
        .into_iter()
        .max_by_key(|package| (has_plan(package.product_id), package.paid_until, package.id));
    Ok(found.map(|package| package.id))
}

/// Renews a package once, at its end or, if that is long past or still to come, now. One whose data is used up
/// begins anew now, whatever is left of its time. `None`: it ends with what is paid, and nothing more is bought.
async fn renew_package(
    unit: &mut Unit<'_>,
    row: subscription::Model,
    package: subscription_package::Model,
    now: Timestamp,
) -> Result<Option<Done>, StoreError> {
    let until = package.paid_until.unwrap_or(i64::MAX);
    let closed_until = settings::read(&unit.txn, unit.tenant).await?.closed_until;
    let is_open = closed_until.is_none_or(|closed| until >= closed.unix_ms());
    let late_ms = now.unix_ms().saturating_sub(until);
    let is_at_the_end = is_open && (0..=AT_THE_END_MS).contains(&late_ms);
    let standpoint = Standpoint::of(unit, row, Some(now)).await?.by_itself();
    let standpoint = if is_at_the_end {
        // Time that stood still since is not bought.
        let stopped_until = standpoint.stopped_until(now);
        let until = Timestamp::from_unix_ms(until);
        standpoint.decided_at(stopped_until.map_or(until, |stopped| stopped.max(until)))
    } else {
        standpoint
    };
    if packages::ends_with(&standpoint, &package).is_some() {
        let at_the_end = subscription_package::ActiveModel {
            id: Set(package.id),
            try_at: Set(package.paid_until),
            ..Default::default()
        };
        at_the_end.update(&unit.txn).await.during("renew no more of the package")?;
        return Ok(None);
    }
    let offer = paid_times::last(unit, &package).await?;
    let buying = Buying { on_credit: false, auto_renew: None };
    packages::renew(unit, &standpoint, Some(package), (offer, 1), buying).await.map(Some)
}

/// Packages that are to be renewed by themselves.
async fn due(of: &Subscriptions<'_>, now: Timestamp, limit: u64) -> Result<Vec<Due>, StoreError> {
    let operation = "find the packages that are over";
    let sql = "select p.id, p.subscription_id, p.tries, s.subscriber_id from subscription_package p \
               join subscription s on s.id = p.subscription_id \
               where p.tenant_id = $1 and p.auto_renew = 1 and p.try_at <= $2 \
               and s.state in ('active', 'grace') order by p.try_at, p.id limit $3";
    let database = of.store.database();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [of.tenant.0, now.unix_ms(), limit].map(Value::from);
    let statement = Statement::from_sql_and_values(database.backend(), sql, values);
    let rows = database.reader.query_all_raw(statement).await.during(operation)?;
    let number = |row: &QueryResult, column: &str| row.try_get::<i64>("", column).during(operation);
    let due = |row: &QueryResult| {
        Ok(Due {
            package: number(row, "id")?,
            subscription: SubscriptionId(number(row, "subscription_id")?),
            subscriber: SubscriberId(number(row, "subscriber_id")?),
            tries: number(row, "tries")?,
        })
    };
    rows.iter().map(due).collect()
}
