//! Promises to pay.

use billing_core::Money;
use billing_core::dunning::{Promise, PromiseError};
use entitlement::{SubscriberId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait as _, EntityTrait as _, Statement, Value};
use serde_json::json;

use super::super::subscriptions::lock;
use super::case::Case;
use super::policy::Ground;
use super::{Dunning, judge, keep, no_policy, rule};
use crate::among;
use crate::entity::promise;
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::names;
use crate::outbox::{Happened, Topic, What};
use crate::store::Actor;
use crate::tenants;
use crate::unit::{Record, Unit};

/// How long it is news that a promise was broken.
const TOLD_WITHIN_MS: i64 = 7 * 86_400_000;

impl Dunning<'_> {
    /// Takes in that a subscriber promises to pay so much of what is overdue until a moment. Until then
    /// nothing is done, and what was not served for what is overdue is served again at once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] where the policy does not accept it;
    /// [`StoreError::Invalid`] where there is no policy.
    pub async fn promise(
        &self,
        by: &Actor,
        name: &str,
        amount: Money,
        until: Timestamp,
    ) -> Result<Promise, StoreError> {
        let operation = "take in a promise to pay";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        tenants::hold_prices(&unit.txn, self.tenant).await?;
        let owner = self.store.subscribers(self.tenant).existing(&unit.txn, name).await?;
        lock(&unit.txn, owner.id).await?;
        let ground = Ground::read(&unit.txn, self.tenant).await?.ok_or_else(no_policy)?;
        let now = unit.now;
        let mut cases = Case::read(&unit.txn, self.tenant, &ground, &[owner.id], now).await?;
        let Some(mut case) = cases.pop() else {
            return Err(names::not_found(Kind::Subscriber, name, []));
        };
        let promised = promised(&case, &ground, (amount, until), now)
            .map_err(|error| rule(Kind::Promise, name, RuleError::Promise(Box::new(error))))?;
        let promised = promised.ok_or_else(no_policy)?;
        let row = promise::ActiveModel {
            tenant_id: Set(self.tenant.0),
            subscriber_id: Set(owner.id),
            made_at: Set(promised.made_at.unix_ms()),
            until: Set(promised.until.unix_ms()),
            currency: Set(promised.amount.currency().code().to_owned()),
            amount_minor: Set(promised.amount.amount_minor()),
            paid_minor: Set(0),
            ..Default::default()
        };
        let added = promise::Entity::insert(row).exec_with_returning(&unit.txn).await;
        let added = added.during(operation)?;
        unit.record(Record {
            kind: Kind::Promise,
            row: added.id,
            name,
            before: None,
            after: Some(json!({
                "until": added.until,
                "amount_minor": added.amount_minor,
                "currency": added.currency,
            })),
        });
        let what = What::Promise {
            id: added.id,
            amount: promised.amount,
            paid: promised.paid,
            made_at: promised.made_at,
            until: promised.until,
        };
        unit.tell(Happened::new(Topic::PromiseMade, Some(SubscriberId(owner.id)), what));
        for (product, part) in &mut case.parts {
            let currency = ground.of(*product).map(|of| of.policy.rules().currency);
            if currency == Some(promised.amount.currency()) {
                part.account.promises.insert(0, promised);
            }
        }
        let (done, not_dunned) = judge(vec![case], &ground, (now, now));
        if let Some(error) = not_dunned.into_iter().next() {
            return Err(rule(Kind::Subscriber, name, error.error));
        }
        keep::keep(&mut unit, &ground, now, &done).await?;
        unit.commit().await?;
        Ok(promised)
    }
}

/// Tells which promises of these subscribers, whose rows are locked, were broken, each once; one that was broken
/// long ago is seen when something is owed again, and is no news.
pub(super) async fn tell_broken(unit: &mut Unit<'_>, ids: &[i64]) -> Result<(), StoreError> {
    let operation = "see which promises are broken";
    let backend = unit.txn.get_database_backend();
    let (condition, subscribers) = among::numbers_at(backend, "$2", ids.iter().copied());
    let sql = format!(
        "update promise set broken_at = $3 where tenant_id = $1 and subscriber_id {condition} \
         and broken_at is null and until <= $3 and paid_minor < amount_minor returning *"
    );
    let now = unit.now.unix_ms();
    let values: [Value; 3] = [unit.tenant.0.into(), subscribers.into(), now.into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let broken = promise::Entity::find().from_raw_sql(statement).all(&unit.txn).await;
    let mut broken = broken.during(operation)?;
    broken.sort_unstable_by_key(|row| row.id);
    let told_since = now.saturating_sub(TOLD_WITHIN_MS);
    for row in broken.into_iter().filter(|row| row.until > told_since) {
        let currency = row.currency.parse().map_err(|_| StoreError::Corrupt {
            what: Kind::Promise,
            row: row.id.to_string(),
            problem: format!("its currency is `{}`", row.currency),
        })?;
        let what = What::Promise {
            id: row.id,
            amount: Money::new(row.amount_minor, currency),
            paid: Money::new(row.paid_minor, currency),
            made_at: Timestamp::from_unix_ms(row.made_at),
            until: Timestamp::from_unix_ms(row.until),
        };
        let owner = Some(SubscriberId(row.subscriber_id));
        unit.tell(Happened::new(Topic::PromiseBroken, owner, what));
    }
    Ok(())
}

/// A promise holds up everything in its currency, so that each policy by which something is overdue has to
/// accept it; where nothing is, each says so. `None`: there is no policy in that currency.
fn promised(
    case: &Case,
    ground: &Ground,
    (amount, until): (Money, Timestamp),
    now: Timestamp,
) -> Result<Option<Promise>, PromiseError> {
    let currency = amount.currency();
    let whole = case.account_in(ground, currency);
    let of_currency: Vec<_> =
        ground.all().map(|of| &of.policy).filter(|it| it.rules().currency == currency).collect();
    let mut asked = Vec::new();
    for (product, part) in &case.parts {
        let policy = ground.of(*product).map(|of| &of.policy);
        let policy = policy.filter(|policy| policy.rules().currency == currency);
        if let Some(policy) = policy
            && !part.account.overdue(currency, now)?.is_zero()
        {
            asked.push(policy);
        }
    }
    let asked = if asked.is_empty() { of_currency } else { asked };
    let promises =
        asked.into_iter().map(|policy| policy.promise(&whole, amount, until, now, &ground.zone));
    Ok(promises.collect::<Result<Vec<_>, _>>()?.pop())
}
