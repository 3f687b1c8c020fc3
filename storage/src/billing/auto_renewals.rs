//! Packages that are renewed by themselves when they are over.

use billing_core::{OfferId, PaidUntil};
use entitlement::Timestamp;
use sea_orm::{ConnectionTrait as _, EntityTrait as _, Statement, Value};

use super::packages::{self, Buying, Done};
use super::settings;
use super::standpoint::Standpoint;
use super::subscriptions::{SubscriptionId, Subscriptions};
use crate::entity::subscription_package;
use crate::error::{During as _, StoreError};
use crate::store::Actor;
use crate::unit::Unit;

/// A renewal within so long after the end is one at the end, ms: who renews packages by itself comes a
/// moment late, and nobody loses that, nor the day on which his months begin.
const AT_THE_END_MS: i64 = 10 * 60_000;
/// How long after a renewal that could not be another one is tried, ms.
const RETRY_MS: i64 = 5 * 60_000;

/// What came of renewing packages that are over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AutoRenewals {
    /// Until when which are paid now.
    pub renewed: Vec<(SubscriptionId, Option<PaidUntil>)>,
    /// Those that could not be, which are tried again in a while.
    pub not_renewed: Vec<NotRenewed>,
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
    /// Renews the packages that are over by now and are to be renewed by themselves, `limit` of them at
    /// most, each in a transaction of its own and once, however many do it at the same time. What the
    /// wallet does not cover is tried again in some minutes.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn renew_due(
        &self,
        by: &Actor,
        now: Timestamp,
        limit: u64,
    ) -> Result<AutoRenewals, StoreError> {
        let mut renewals = AutoRenewals::default();
        for (package, subscription) in due(self, now, limit).await? {
            match self.renew_one(by, package, subscription, now).await {
                Ok(None) => {}
                Ok(Some(done)) => renewals.renewed.push((subscription, done.paid)),
                Err(error @ (StoreError::Rule { .. } | StoreError::Invalid { .. })) => {
                    self.try_later(by, package, now).await?;
                    let error = error.to_string();
                    renewals.not_renewed.push(NotRenewed { subscription, error });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(renewals)
    }

    /// Renews a package that is still to be renewed when nobody else can any more.
    async fn renew_one(
        &self,
        by: &Actor,
        package: i64,
        subscription: SubscriptionId,
        now: Timestamp,
    ) -> Result<Option<Done>, StoreError> {
        let (mut unit, row) = self.locked(by, subscription, "renew the package").await?;
        let found = subscription_package::Entity::find_by_id(package).one(&unit.txn).await;
        let Some(found) = found.during("find the package")? else { return Ok(None) };
        let is_due = found.auto_renew == 1 && found.try_at.is_some_and(|at| at <= now.unix_ms());
        let (true, Some(until)) = (is_due, found.paid_until) else { return Ok(None) };
        let closed_until = settings::read(&unit.txn, self.tenant).await?.closed_until;
        let is_open = closed_until.is_none_or(|closed| until >= closed.unix_ms());
        let is_late = now.unix_ms().saturating_sub(until) > AT_THE_END_MS;
        let at = if is_late || !is_open { now } else { Timestamp::from_unix_ms(until) };
        let standpoint = Standpoint::of(&unit, row, Some(at)).await?;
        let offer = OfferId(found.product_id);
        let buying = Buying { on_credit: false, auto_renew: None };
        let done = packages::renew(&mut unit, &standpoint, Some(found), (offer, 1), buying).await?;
        unit.commit().await?;
        Ok(Some(done))
    }

    async fn try_later(&self, by: &Actor, package: i64, now: Timestamp) -> Result<(), StoreError> {
        let unit = Unit::begin(self.store, self.tenant, by, "renew the package later").await?;
        let later = now.unix_ms().saturating_add(RETRY_MS);
        let sql = "update subscription_package set try_at = $1 \
                   where tenant_id = $2 and id = $3 and try_at <= $4";
        let values = [later, self.tenant.0, package, now.unix_ms()].map(Value::from);
        let backend = unit.txn.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, values);
        unit.txn.execute_raw(statement).await.during("renew the package later")?;
        unit.commit().await
    }
}

/// Packages that are to be renewed by themselves, with their subscriptions.
async fn due(
    of: &Subscriptions<'_>,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<(i64, SubscriptionId)>, StoreError> {
    let operation = "find the packages that are over";
    let sql = "select p.id, p.subscription_id from subscription_package p \
               join subscription s on s.id = p.subscription_id \
               where p.tenant_id = $1 and p.auto_renew = 1 and p.try_at <= $2 \
               and s.state in ('active', 'grace') order by p.try_at, p.id limit $3";
    let database = of.store.database();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [of.tenant.0, now.unix_ms(), limit].map(Value::from);
    let statement = Statement::from_sql_and_values(database.backend(), sql, values);
    let rows = database.reader.query_all_raw(statement).await.during(operation)?;
    let ids = rows.iter().map(|row| {
        let package = row.try_get("", "id").during(operation)?;
        Ok((package, SubscriptionId(row.try_get("", "subscription_id").during(operation)?)))
    });
    ids.collect()
}
