//! What is measured of the use of subscriptions.
//!
//! A sample is known by its subscription, its product and its five minutes, a record by its source and
//! what it is called there: the same again changes nothing, and another in its place is an error, unless
//! it is said to be a correction. What comes late makes its subscription due again.

mod day;
mod lists;
mod measured;
mod records;
mod samples;

use std::collections::BTreeMap;

use billing_core::next_due;
use billing_core::rating::bandwidth::Sample;
use billing_core::rating::metered::Measurement;
use entitlement::{TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    Statement, Value,
};
use serde_json::json;

pub use lists::{MeteringDay, MeteringRecord};
pub(super) use measured::attach;

use super::matter::Matter;
use super::runs::Ground;
use super::subscriptions::{SubscriptionId, lock};
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

/// A measurement that can be kept.
#[derive(Debug, Clone, Copy)]
struct Checked<'n> {
    /// Which of those that were given.
    index: usize,
    subscription: i64,
    product: i64,
    what: &'n Metered,
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
        let subscribers = self.lock_subscribers(&unit, measurements).await?;
        let ground = Ground::read(&unit.txn, self.tenant, &[]).await?;
        let what = (self.tenant, &ground.zone, &ground.settings);
        let matters = Matter::read(&unit.txn, what, &subscribers).await?;
        let mut outcome = MeteringImported::default();
        let mut checked = Vec::with_capacity(measurements.len());
        for (index, new) in measurements.iter().enumerate() {
            match check(&matters, &ground, index, new) {
                Ok(good) => checked.push(good),
                Err(problem) => outcome.refused.push((index, problem)),
            }
        }
        let mut touched = Touched::new();
        samples::keep(&unit, &checked, on_known, &mut outcome, &mut touched).await?;
        records::keep(&unit, &checked, on_known, &mut outcome, &mut touched).await?;
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
        let row = records::find(&unit, source, record).await?;
        let at = Timestamp::from_unix_ms(row.at);
        let subscription = subscription::Entity::find_by_id(row.subscription_id)
            .one(&unit.txn)
            .await
            .during("find the subscription")?;
        let subscriber = subscription.map_or(0, |row| row.subscriber_id);
        lock(&unit.txn, subscriber).await?;
        let ground = Ground::read(&unit.txn, self.tenant, &[]).await?;
        if let Err(problem) = check_open(&ground, at) {
            return Err(StoreError::Invalid { what: Kind::Metering, problem });
        }
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

    /// Holds the subscribers of what was measured, in the order of their numbers, and gives them.
    async fn lock_subscribers(
        &self,
        unit: &Unit<'_>,
        measurements: &[NewMeasurement],
    ) -> Result<Vec<i64>, StoreError> {
        let mut ids: Vec<_> = measurements.iter().map(|new| new.subscription.0).collect();
        ids.sort_unstable();
        ids.dedup();
        let backend = unit.txn.get_database_backend();
        let rows = subscription::Entity::find()
            .filter(subscription::Column::TenantId.eq(self.tenant.0))
            .filter(among::numbers(backend, "id", ids))
            .order_by_asc(subscription::Column::SubscriberId)
            .all(&unit.txn);
        let rows = rows.await.during("find the subscriptions")?;
        let mut subscribers: Vec<_> = rows.iter().map(|row| row.subscriber_id).collect();
        subscribers.dedup();
        for subscriber in &subscribers {
            lock(&unit.txn, *subscriber).await?;
        }
        Ok(subscribers)
    }
}

/// What can be said of a measurement without what is known already.
fn check<'n>(
    matters: &[Matter],
    ground: &Ground,
    index: usize,
    new: &'n NewMeasurement,
) -> Result<Checked<'n>, String> {
    let NewMeasurement { subscription, product, what } = new;
    let matter = matters.iter().find(|matter| matter.id == *subscription);
    let matter = matter.ok_or_else(|| format!("there is no subscription {subscription}"))?;
    let component = ground.catalogue.names.iter().find(|(_, name)| *name == product);
    let (component, _) =
        component.ok_or_else(|| format!("there is no product called `{product}`"))?;
    if !matter.timeline.components().contains(component) {
        return Err(format!("subscription {subscription} has never had `{product}`"));
    }
    let (at, given) = match what {
        Metered::Sample { at, .. } => (*at, "a sample of five minutes"),
        Metered::Record { at, until: None, .. } => (*at, "a record without an end"),
        Metered::Record { at, .. } => (*at, "a record with an end"),
    };
    check_open(ground, at)?;
    let shown = || shown(ground, at);
    let list = ground.catalogue.prices.get(component);
    let price = list.and_then(|list| list.usage_at(at, at)).map(|terms| &terms.price);
    let price = price.ok_or_else(|| {
        format!(
            "`{product}` has no price of use at {}; give it one that is in force by then, with `weir \
             product set {product} --usage`",
            shown()
        )
    })?;
    let needed = price.measurement();
    let fits = matches!(
        (needed, what),
        (Measurement::Samples, Metered::Sample { .. })
            | (Measurement::Units, Metered::Record { until: None, .. })
            | (Measurement::Time | Measurement::Volume, Metered::Record { until: Some(_), .. })
    );
    if !fits {
        return Err(format!("`{product}` is paid by {}, and this is {given}", needed.code()));
    }
    check_value(what, ground)?;
    Ok(Checked { index, subscription: subscription.0, product: component.0, what })
}

fn check_open(ground: &Ground, at: Timestamp) -> Result<(), String> {
    match ground.settings.closed_until {
        Some(closed) if at < closed => Err(format!(
            "{} lies before the moment until which the books are closed, {}",
            shown(ground, at),
            shown(ground, closed)
        )),
        _ => Ok(()),
    }
}

/// The longest source and name of a record, octets.
const NAME_LEN_MAX: usize = 128;

fn check_value(what: &Metered, ground: &Ground) -> Result<(), String> {
    match what {
        Metered::Sample { at, sample } => {
            if at.unix_ms().rem_euclid(day::SAMPLE_MS) != 0 {
                return Err(format!(
                    "{} does not begin five minutes; samples begin at 00, 05, 10 and so on",
                    shown(ground, *at)
                ));
            }
            match sample.down_bps.max(sample.up_bps) {
                0..=day::RATE_MAX => Ok(()),
                most => Err(format!("{most} bit/s are more than can be kept")),
            }
        }
        Metered::Record { source, record, at, until, units } => {
            for (name, value) in [("source", source), ("record", record)] {
                let is_short = (1..=NAME_LEN_MAX).contains(&value.len());
                if !is_short || value.chars().any(char::is_control) {
                    return Err(format!(
                        "its {name} has {} octets; there are 1 to {NAME_LEN_MAX}, and none that are \
                         not printed",
                        value.len()
                    ));
                }
            }
            if until.is_some_and(|until| until < *at) {
                return Err(format!("it ends before it begins, at {}", shown(ground, *at)));
            }
            i64::try_from(*units)
                .map(|_| ())
                .map_err(|_| format!("{units} are more than can be kept"))
        }
    }
}

fn shown(ground: &Ground, at: Timestamp) -> String {
    let shown = ground.zone.shown(at);
    shown.map_or_else(|| at.to_string(), |shown| shown.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

/// Lets the next run look at each subscription at the end of the period that was changed, if it would
/// otherwise look later.
async fn due_again(
    unit: &Unit<'_>,
    ground: &Ground,
    matters: &[Matter],
    touched: &Touched,
) -> Result<(), StoreError> {
    let operation = "say when to look again";
    for (id, at) in touched {
        let Some(matter) = matters.iter().find(|matter| matter.id.0 == *id) else { continue };
        let next = next_due(&matter.timeline, &ground.catalogue.prices, &matter.terms, *at);
        // What cannot be reckoned is said by the run.
        let due_at = next.unwrap_or(Some(*at)).unwrap_or(*at).unix_ms();
        let sql = "update subscription set due_at = $1 where id = $2 \
                   and (due_at is null or due_at > $1)";
        let backend = unit.txn.get_database_backend();
        let values = [due_at, *id].map(Value::from);
        let statement = Statement::from_sql_and_values(backend, sql, values);
        unit.txn.execute_raw(statement).await.during(operation)?;
    }
    Ok(())
}
