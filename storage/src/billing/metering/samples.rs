//! Samples of bandwidths.

use std::collections::BTreeMap;

use billing_core::rating::bandwidth::Sample;
use entitlement::Timestamp;
use sea_orm::{ConnectionTrait, Statement, Value};

use super::check::Checked;
use super::day::{Day, day_start};
use super::{Metered, MeteringImported, OnKnown, Touched};
use crate::among;
use crate::error::{During as _, StoreError};
use crate::unit::Unit;
use crate::values;

/// A day of one product of one subscription.
type DayKey = (i64, i64, i64);

const INSERT: &str =
    "insert into usage_samples (tenant_id, subscription_id, product_id, day_start, samples)";
const ON_CONFLICT: &str = "on conflict (subscription_id, product_id, day_start) \
     do update set samples = excluded.samples";

pub(super) async fn keep(
    unit: &Unit<'_>,
    checked: &[Checked<'_>],
    on_known: OnKnown,
    outcome: &mut MeteringImported,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let mut all = Vec::new();
    for it in checked {
        if let Metered::Sample { at, sample } = it.what {
            all.push((*it, *at, *sample));
        }
    }
    let mut ids: Vec<_> = all.iter().map(|(it, ..)| it.subscription).collect();
    ids.sort_unstable();
    ids.dedup();
    let days = || all.iter().map(|(_, at, _)| day_start(*at));
    let (Some(first), Some(last)) = (days().min(), days().max()) else { return Ok(()) };
    let mut days = read_days(&unit.txn, &ids, first, last).await?;
    let mut changed: BTreeMap<DayKey, ()> = BTreeMap::new();
    for (Checked { index, subscription, product, .. }, at, sample) in all {
        let key = (subscription, product, day_start(at));
        let day = days.entry(key).or_insert_with(Day::empty);
        match (day.get(at), on_known) {
            (None, _) => outcome.added += 1,
            (Some(known), _) if known == sample => {
                outcome.known += 1;
                continue;
            }
            (Some(known), OnKnown::Refuse) => {
                outcome.refused.push((index, is_known(known, sample)));
                continue;
            }
            (Some(_), OnKnown::Correct) => outcome.corrected += 1,
        }
        day.set(at, sample);
        changed.insert(key, ());
        let earliest = touched.entry(subscription).or_insert(at);
        *earliest = at.min(*earliest);
    }
    let rows = changed.into_keys().filter_map(|key| {
        let (subscription, product, start) = key;
        let day = days.remove(&key)?;
        let samples = Value::from(day.into_octets());
        Some([unit.tenant.0.into(), subscription.into(), product.into(), start.into(), samples])
    });
    let rows = rows.collect();
    values::insert(&unit.txn, INSERT, rows, ON_CONFLICT, "keep the samples").await
}

fn is_known(known: Sample, told: Sample) -> String {
    format!(
        "the sample of its five minutes is known with {}/{} bit/s down/up, and is told to be {}/{}; \
         correct it if it is to be that",
        known.down_bps, known.up_bps, told.down_bps, told.up_bps
    )
}

/// The samples of these subscriptions from one day to another, by subscription, product and day.
async fn read_days(
    db: &impl ConnectionTrait,
    subscriptions: &[i64],
    first: i64,
    last: i64,
) -> Result<BTreeMap<DayKey, Day>, StoreError> {
    let operation = "read the samples";
    let backend = db.get_database_backend();
    let (is_among, ids) = among::numbers_at(backend, "$1", subscriptions.iter().copied());
    let sql = format!(
        "select subscription_id, product_id, day_start, samples from usage_samples \
         where subscription_id {is_among} and day_start >= $2 and day_start <= $3"
    );
    let values = [ids.into(), first.into(), last.into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let mut days = BTreeMap::new();
    for row in db.query_all_raw(statement).await.during(operation)? {
        let number = |column: &str| row.try_get::<i64>("", column).during(operation);
        let subscription = number("subscription_id")?;
        let key = (subscription, number("product_id")?, number("day_start")?);
        let octets = row.try_get("", "samples").during(operation)?;
        days.insert(key, Day::read(octets, subscription)?);
    }
    Ok(days)
}

/// The samples of these subscriptions since a moment, by subscription, product and time.
pub(super) async fn since(
    db: &impl ConnectionTrait,
    subscriptions: &[i64],
    from: Option<Timestamp>,
) -> Result<BTreeMap<(i64, i64), Vec<(Timestamp, Sample)>>, StoreError> {
    let first = from.map_or(i64::MIN, day_start);
    let mut all: BTreeMap<(i64, i64), Vec<(Timestamp, Sample)>> = BTreeMap::new();
    for ((subscription, product, start), day) in
        read_days(db, subscriptions, first, i64::MAX).await?
    {
        all.entry((subscription, product)).or_default().extend(day.samples(start));
    }
    Ok(all)
}

/// Of each day of a subscription since a moment, by product and time: how many samples are known, and the
/// greatest rates.
pub(super) async fn days_since(
    db: &impl ConnectionTrait,
    subscription: i64,
    from: Timestamp,
) -> Result<Vec<(i64, i64, usize, Sample)>, StoreError> {
    let days = read_days(db, &[subscription], day_start(from), i64::MAX).await?;
    let entry = |((_, product, start), day): (DayKey, Day)| {
        let (mut known, mut greatest) = (0, Sample::default());
        for (_, sample) in day.samples(start) {
            known += 1;
            greatest.down_bps = greatest.down_bps.max(sample.down_bps);
            greatest.up_bps = greatest.up_bps.max(sample.up_bps);
        }
        (product, start, known, greatest)
    };
    Ok(days.into_iter().map(entry).collect())
}
