//! What is measured of the use of subscriptions.
//!
//! A sample is known by its subscription, its product and its five minutes, a record by its source and
//! what it is called there: the same again changes nothing, and another in its place is an error, unless
//! it is said to be a correction. What comes late makes its subscription due again.

mod accounted;
mod check;
mod day;
mod lists;
mod measured;
mod records;
mod samples;

use std::collections::{BTreeMap, BTreeSet};

use billing_core::next_due;
use billing_core::rating::bandwidth::Sample;
use entitlement::{TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, Statement, Value,
};
use serde_json::json;

pub use lists::{MeteringDay, MeteringRecord};
pub(super) use measured::attach;

use self::check::{Held, check_open};
use super::matter::Matter;
use super::runs::Ground;
use super::subscriptions::{SubscriptionId, lock, lock_all};
use crate::among;
use crate::entity::subscription;
use crate::error::{During as _, Kind, StoreError};
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};

/// Reads and keeps what is measured of the subscriptions of one tenant.
#[derive(Debug)]
pub struct Metering<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// Something that was measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMeasurement {
    /// Of which subscription.
    pub subscription: SubscriptionId,
    /// Of the use of which product.
    pub product: String,
    /// What.
    pub what: Metered,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Metered {
    /// The rates of five minutes.
    Sample {
        /// When they begin.
        at: Timestamp,
        /// The rates.
        sample: Sample,
    },
    /// Something that was used.
    Record {
        /// Who told of it.
        source: String,
        /// What it is called there.
        record: String,
        /// When, or since when.
        at: Timestamp,
        /// Until when, where it is of a tariff by the hour.
        until: Option<Timestamp>,
        /// How much: units or octets; of time nothing.
        units: u64,
    },
}

/// What becomes of something that is known and is told otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OnKnown {
    /// It stays, and what was told is refused.
    #[default]
    Refuse,
    /// It is corrected.
    Correct,
}

/// What came of many measurements. Those that were refused stop none of the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MeteringImported {
    /// How many are new.
    pub added: usize,
    /// How many were known already, just so.
    pub known: usize,
    /// How many were known otherwise, and were corrected.
    pub corrected: usize,
    /// Those that were refused: which, counted from 0, and why.
    pub refused: Vec<(usize, String)>,
}

/// What was changed of each subscription: the earliest moment.
type Touched = BTreeMap<i64, Timestamp>;

impl Metering<'_> {
    /// Keeps what was measured, as far as it can be.
    ///
    /// # Errors
    /// When the store cannot be read or written; nothing is kept then.
    pub async fn import(
        &self,
        by: &Actor,
        measurements: &[NewMeasurement],
        on_known: OnKnown,
    ) -> Result<MeteringImported, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "keep what was measured").await?;
        let told = measurements.iter().map(|new| new.subscription.0);
        // Of a record that is moved, also who had it is billed otherwise.
        let moved = match on_known {
            OnKnown::Refuse => BTreeSet::new(),
            OnKnown::Correct => records::subscriptions(&unit, measurements).await?,
        };
        let subscribers = self.lock_subscribers(&unit, told.chain(moved).collect()).await?;
        let ground = Ground::read(&unit.txn, self.tenant, &[]).await?;
        let what = (self.tenant, &ground.zone, &ground.settings);
        let matters = Matter::read(&unit.txn, what, &subscribers).await?;
        let held = Held::new(&ground, &matters);
        let mut outcome = MeteringImported::default();
        let mut checked = Vec::with_capacity(measurements.len());
        for (index, new) in measurements.iter().enumerate() {
            match held.check(index, new) {
                Ok(good) => checked.push(good),
                Err(problem) => outcome.refused.push((index, problem)),
            }
        }
        let mut touched = Touched::new();
        samples::keep(&unit, &checked, on_known, &mut outcome, &mut touched).await?;
        records::keep(&unit, &held, &checked, on_known, &mut outcome, &mut touched).await?;
        outcome.refused.sort_unstable();
        due_again(&unit, &ground, &matters, &touched).await?;
        if outcome.added + outcome.corrected > 0 {
            let first = touched.first_key_value().map_or(0, |(id, _)| *id);
            let (added, corrected) = (outcome.added, outcome.corrected);
            let subscriptions: Vec<_> = touched.keys().collect();
            unit.record(Record {
                kind: Kind::Metering,
                row: first,
                name: &first.to_string(),
                before: None,
                after: Some(json!({
                    "added": added, "corrected": corrected, "subscriptions": subscriptions,
                })),
            });
        }
        unit.commit().await?;
        Ok(outcome)
    }

    /// Takes back a record, as if it had never been told.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] where the books are closed.
    pub async fn remove(&self, by: &Actor, source: &str, record: &str) -> Result<(), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "take back the record").await?;
        let invalid = |problem| StoreError::Invalid { what: Kind::Metering, problem };
        let seen = records::find(&unit, source, record).await?;
        let subscriber = subscriber_of(&unit, seen.subscription_id).await?;
        lock(&unit.txn, subscriber).await?;
        // What was seen may have been taken back or moved until its subscriber was held.
        let row = records::find(&unit, source, record).await?;
        if subscriber_of(&unit, row.subscription_id).await? != subscriber {
            let problem = format!(
                "record `{record}` of `{source}` was moved to subscription {} in the same moment; take it \
                 back again if it is to be none of that either",
                row.subscription_id
            );
            return Err(invalid(problem));
        }
        let at = Timestamp::from_unix_ms(row.at);
        let ground = Ground::read(&unit.txn, self.tenant, &[]).await?;
        check_open(&ground, at).map_err(invalid)?;
        let what = (self.tenant, &ground.zone, &ground.settings);
        let matters = Matter::read(&unit.txn, what, &[subscriber]).await?;
        records::delete(&unit, row.id).await?;
        let touched = Touched::from([(row.subscription_id, at)]);
        due_again(&unit, &ground, &matters, &touched).await?;
        unit.record(Record {
            kind: Kind::Metering,
            row: row.id,
            name: &format!("{source}/{record}"),
            before: Some(json!({ "at": row.at, "until": row.until_at, "units": row.units })),
            after: None,
        });
        unit.commit().await
    }

    /// Holds the subscribers of these subscriptions, in the order of their numbers, and gives them.
    async fn lock_subscribers(
        &self,
        unit: &Unit<'_>,
        subscriptions: BTreeSet<i64>,
    ) -> Result<Vec<i64>, StoreError> {
        let backend = unit.txn.get_database_backend();
        let rows = subscription::Entity::find()
            .filter(subscription::Column::TenantId.eq(self.tenant.0))
            .filter(among::numbers(backend, "id", subscriptions))
            .order_by_asc(subscription::Column::SubscriberId)
            .all(&unit.txn);
        let rows = rows.await.during("find the subscriptions")?;
        let mut subscribers: Vec<_> = rows.iter().map(|row| row.subscriber_id).collect();
        subscribers.dedup();
        lock_all(&unit.txn, subscribers.iter().copied()).await?;
        Ok(subscribers)
    }
}

async fn subscriber_of(unit: &Unit<'_>, subscription: i64) -> Result<i64, StoreError> {
    let found = subscription::Entity::find_by_id(subscription).one(&unit.txn).await;
    Ok(found.during("find the subscription")?.map_or(0, |row| row.subscriber_id))
}

/// Lets the next run look at each subscription at the end of the period that was changed, if it would
/// otherwise look later.
async fn due_again(
    unit: &Unit<'_>,
    ground: &Ground,
    matters: &[Matter],
    touched: &Touched,
) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(touched.len());
    for matter in matters {
        let Some(at) = touched.get(&matter.id.0) else { continue };
        let next = next_due(&matter.timeline, &ground.catalogue.prices, &matter.terms, *at);
        // What cannot be reckoned is said by the run.
        rows.push([matter.id.0, next.unwrap_or(Some(*at)).unwrap_or(*at).unix_ms()]);
    }
    if rows.is_empty() {
        return Ok(());
    }
    let operation = "say when to look again";
    let rows = serde_json::to_string(&rows)
        .map_err(|error| StoreError::Database { operation, source: error.into() })?;
    let backend = unit.txn.get_database_backend();
    let (id, due_at, unfolded) = match backend {
        DbBackend::Postgres => (
            "(r.value ->> 0)::bigint",
            "(r.value ->> 1)::bigint",
            "json_array_elements($1::json) r",
        ),
        _ => ("json_extract(r.value, '$[0]')", "json_extract(r.value, '$[1]')", "json_each($1) r"),
    };
    let sql = format!(
        "update subscription set due_at = {due_at} from {unfolded} where subscription.id = {id} \
         and (due_at is null or due_at > {due_at})"
    );
    let statement = Statement::from_sql_and_values(backend, sql, [Value::from(rows)]);
    unit.txn.execute_raw(statement).await.during(operation).map(|_| ())
}
