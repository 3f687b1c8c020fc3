//! What a period costs of what was measured in it.

use core::fmt;
use core::num::NonZeroU64;
use std::collections::BTreeMap;

use entitlement::{TimeZone, Timestamp};
use jiff::civil::DateTime;

use super::{BandwidthPrice, Counted, Direction, MeteredPrice, UnitsPrice};
use crate::rating::bandwidth::{
    BandwidthCharge, Missing, NoSamples, Percentile, SAMPLE_S, Sample, Samples, SamplesError,
};
use crate::rating::tariff::{
    Measure, Progress, RatedUsage, RatingError, Tariff, TariffStep, Usage, UsageError,
};
use crate::rating::{Rated, UnitPrice};
use crate::{Interval, Money, MoneyError, Ratio, Rounding};

/// Something that was used, as it was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UsageRecord {
    /// When, or since when.
    pub at: Timestamp,
    /// Until when, where a tariff needs it.
    pub until: Option<Timestamp>,
    /// How much: units, or octets; of time nothing.
    pub units: u64,
}

/// The octets that the sessions of a service have counted, as the accounting reported them within some
/// time. They cannot be split: all of them count where the end of that time does, so that they count once
/// whoever has the service when, and what begins amid that time has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountedOctets {
    /// Within which time.
    pub within: Interval,
    /// Those to the subscriber.
    pub down: u64,
    /// Those from the subscriber.
    pub up: u64,
}

/// What was measured in a period, of one component.
#[derive(Debug, Clone, Copy)]
pub struct MeasuredPeriod<'m> {
    /// In which stretches of time it counts, ascending.
    pub stretches: &'m [Interval],
    /// Which part of the period that is.
    pub part: Ratio,
    /// The samples of the component, by time, also those of other times.
    pub samples: &'m [(Timestamp, Sample)],
    /// Its records, by time, also those of other times.
    pub records: &'m [UsageRecord],
    /// What the sessions of its service have counted, by time, also at other times; no time of one is that
    /// of another.
    pub accounted: &'m [AccountedOctets],
}

/// What a period costs. Printed, it says in words how it comes about, without what that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeteredCharge {
    /// Of a bandwidth.
    Bandwidth(BandwidthCharge),
    /// Of units.
    Units {
        /// How many records there are.
        records: usize,
        /// What they count together.
        counted: u64,
        /// How much of that is a unit.
        unit: NonZeroU64,
        /// By which part of a period its minimum, its free units and its tiers are less; `None`: they are whole.
        part: Option<Ratio>,
        /// What the units cost.
        rated: Rated,
    },
    /// By a tariff: each record by itself, rounded once.
    Tariff {
        /// How many records there are.
        records: usize,
        /// What they cost together.
        amount: Money,
        /// What was billed at each rate.
        rates: Vec<RateSum>,
        /// What was paid for set-ups.
        set_up: Option<(usize, Money)>,
        /// How many records cost the most that one costs.
        at_most: usize,
    },
}

/// What was billed at one rate, of all records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateSum {
    /// What it is called; `None`: the price of all other times.
    pub name: Option<String>,
    /// What was used, in milliseconds or octets.
    pub used: u64,
    /// What was billed, in seconds or octets.
    pub billed: u64,
    /// What a unit costs.
    pub price: UnitPrice,
    /// How many seconds or octets that is.
    pub unit: NonZeroU64,
    /// What is counted.
    pub measure: Measure,
}

/// A period of which it cannot be said what it costs. It is never taken to be free.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MeteredError {
    /// Samples are missing.
    #[error(
        "{missing} of its {count} samples of {SAMPLE_S} s are missing, the first that of {first}; import \
         them, or say in its price what becomes of missing ones, `missing zero` or `missing left-out`"
    )]
    MissingSamples {
        /// How many are.
        missing: usize,
        /// How many there should be.
        count: usize,
        /// When the first of them is, on the clock of the subscription.
        first: DateTime,
    },
    /// There is nothing to take a percentile of.
    #[error(transparent)]
    NoSamples(#[from] NoSamples),
    /// The period cannot be sampled.
    #[error(transparent)]
    Samples(#[from] SamplesError),
    /// A record does not say until when it was.
    #[error(
        "the record of {at} does not say until when it was, which its price needs; take it back, and enter \
         it with its end"
    )]
    NoEnd {
        /// When it began, on the clock of the subscription.
        at: DateTime,
    },
    /// A record cannot be reckoned with.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// A record has no price.
    #[error(transparent)]
    Rating(#[from] RatingError),
    /// It is no matter of periods.
    #[error("it is paid from the wallet while it is used, and nothing is left to be billed")]
    PaidAlready,
    /// Out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// No calendar has a moment of it.
    #[error("the moment {at} is outside of the years that the calendar knows")]
    OutOfCalendar {
        /// The moment.
        at: Timestamp,
    },
}

impl MeteredPrice {
    /// What a period costs, on the clock of a zone.
    ///
    /// # Errors
    /// When samples are missing, a record has no price, or out of range.
    pub fn charge(
        &self,
        measured: &MeasuredPeriod<'_>,
        zone: &TimeZone,
        rounding: Rounding,
    ) -> Result<MeteredCharge, MeteredError> {
        match self {
            Self::Bandwidth(price) => {
                Ok(MeteredCharge::Bandwidth(bandwidth(price, measured, zone, rounding)?))
            }
            Self::Units(UnitsPrice { price, unit, counted: from }) => {
                let (records, counted) = measured.counted(*from)?;
                let is_whole = measured.part.numerator() == measured.part.denominator();
                let part = Some(measured.part).filter(|_| !is_whole && price.has_parts());
                let units = counted.div_ceil(unit.get());
                let rated = match part {
                    None => price.rate(units, rounding)?,
                    Some(part) => price.of_part(part, rounding)?.rate(units, rounding)?,
                };
                Ok(MeteredCharge::Units { records, counted, unit: *unit, part, rated })
            }
            Self::Tariff(tariff) => by_tariff(tariff, measured, zone, rounding),
            Self::PayAsYouGo(_) => Err(MeteredError::PaidAlready),
        }
    }
}

impl<'m> MeasuredPeriod<'m> {
    /// The records that begin where it counts.
    fn records(&self) -> impl Iterator<Item = &'m UsageRecord> {
        within(self.stretches, self.records, |record| record.at)
    }

    /// How many records there are of what is counted, and what they come to. The records of the other kind,
    /// which an earlier or later price takes, do not count.
    fn counted(&self, from: Counted) -> Result<(usize, u64), MoneyError> {
        match from {
            Counted::Records => total(self.records().map(|record| Some(record.units))),
            Counted::Accounting(direction) => {
                let accounted =
                    within(self.stretches, self.accounted, AccountedOctets::last_moment);
                total(accounted.map(|octets| octets.counted(direction)))
            }
        }
    }
}

impl AccountedOctets {
    /// The last moment at which they can have been reported.
    const fn last_moment(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.within.until().unix_ms().saturating_sub(1))
    }

    /// Those of a direction; `None`: more than can be counted.
    const fn counted(&self, direction: Direction) -> Option<u64> {
        match direction {
            Direction::Down => Some(self.down),
            Direction::Up => Some(self.up),
            Direction::Both => self.down.checked_add(self.up),
        }
    }
}

/// Those of all, which are sorted by time, whose moment lies in one of the stretches.
fn within<'m, T>(
    stretches: &'m [Interval],
    all: &'m [T],
    at: impl Fn(&T) -> Timestamp + Copy,
) -> impl Iterator<Item = &'m T> {
    stretches.iter().flat_map(move |stretch| {
        let from = all.partition_point(|one| at(one) < stretch.from());
        let until = all.partition_point(|one| at(one) < stretch.until());
        all.get(from..until).unwrap_or_default()
    })
}

/// How many there are and what they come to.
fn total(units: impl Iterator<Item = Option<u64>>) -> Result<(usize, u64), MoneyError> {
    let (mut count, mut total) = (0, 0_u64);
    for units in units {
        count += 1;
        total = units.and_then(|units| total.checked_add(units)).ok_or(MoneyError::Overflow)?;
    }
    Ok((count, total))
}

/// Samples are those of the five minutes of the hour, whenever a period begins: what begins amid five
/// minutes begins with them, and what ends amid them ends before.
fn on_the_grid(stretches: &[Interval]) -> Vec<Interval> {
    let sample_ms = i64::try_from(SAMPLE_S * 1_000).unwrap_or(i64::MAX);
    let floor = |at: Timestamp| {
        Timestamp::from_unix_ms(at.unix_ms().div_euclid(sample_ms).saturating_mul(sample_ms))
    };
    let mut all: Vec<Interval> = Vec::new();
    for stretch in stretches {
        let Some(next) = Interval::new(floor(stretch.from()), floor(stretch.until())) else {
            continue;
        };
        match all.last_mut().filter(|last| last.until() >= next.from()) {
            Some(last) => *last = Interval::new(last.from(), next.until()).unwrap_or(*last),
            None => all.push(next),
        }
    }
    all
}

fn bandwidth(
    price: &BandwidthPrice,
    measured: &MeasuredPeriod<'_>,
    zone: &TimeZone,
    rounding: Rounding,
) -> Result<BandwidthCharge, MeteredError> {
    let mut all = Vec::new();
    let (mut count, mut missing, mut first_missing) = (0, 0, None);
    for interval in on_the_grid(measured.stretches) {
        let mut samples = Samples::new(interval)?;
        let from = measured.samples.partition_point(|(at, _)| *at < interval.from());
        let until = measured.samples.partition_point(|(at, _)| *at < interval.until());
        for (at, sample) in measured.samples.get(from..until).unwrap_or_default() {
            samples.set(*at, *sample)?;
        }
        let known = samples.as_slice();
        count += known.len();
        missing += known.iter().filter(|sample| sample.is_none()).count();
        let first = known.iter().position(Option::is_none).and_then(|it| i64::try_from(it).ok());
        let sample_s = i64::try_from(SAMPLE_S).unwrap_or(i64::MAX);
        let first = first.map(|place| interval.from().plus_s(place.saturating_mul(sample_s)));
        first_missing = first_missing.or(first);
        all.push(samples);
    }
    if let (Some(first), None) = (first_missing, price.missing) {
        let first = zone.shown(first).ok_or(MeteredError::OutOfCalendar { at: first })?;
        return Err(MeteredError::MissingSamples { missing, count, first });
    }
    let missing_are = price.missing.unwrap_or(Missing::LeftOut);
    // What does not last five minutes has no samples, and none of them is missing.
    let percentile = match all.is_empty() {
        true => Percentile::of_no_time(price.billable, missing_are),
        false => Percentile::of_all(&all, price.billable, missing_are)?,
    };
    Ok(price.commitment.charge_part(percentile, measured.part, rounding)?)
}

fn by_tariff(
    tariff: &Tariff,
    measured: &MeasuredPeriod<'_>,
    zone: &TimeZone,
    rounding: Rounding,
) -> Result<MeteredCharge, MeteredError> {
    let mut rater = tariff.on(zone)?;
    let nothing = Money::zero(tariff.currency());
    let mut sums = Sums::default();
    let (mut records, mut amount) = (0, nothing);
    for record in measured.records() {
        records += 1;
        let until = record.until.ok_or_else(|| match zone.shown(record.at) {
            Some(at) => MeteredError::NoEnd { at },
            None => MeteredError::OutOfCalendar { at: record.at },
        })?;
        // What lasts no time is no use of time; octets at one moment are those of a millisecond.
        let usage = match (Interval::new(record.at, until), tariff.terms().measure) {
            (None, Measure::Time) => continue,
            (Some(interval), Measure::Time) => Usage::time(interval)?,
            (interval, Measure::Volume) => {
                let shortest = record.at.unix_ms().checked_add(1).map(Timestamp::from_unix_ms);
                let interval = interval.or_else(|| Interval::new(record.at, shortest?));
                let interval = interval.ok_or(MeteredError::OutOfCalendar { at: record.at })?;
                Usage::volume(interval, record.units)?
            }
        };
        let rated = rater.explain(Progress::default(), &usage, rounding)?;
        amount = amount.plus(rated.charge.amount)?;
        sums.add(rated)?;
    }
    let Sums { rates, set_up, at_most } = sums;
    let rates = rates.into_values().collect();
    Ok(MeteredCharge::Tariff { records, amount, rates, set_up, at_most })
}

/// What the steps of all records come to.
#[derive(Default)]
struct Sums {
    rates: BTreeMap<Option<String>, RateSum>,
    set_up: Option<(usize, Money)>,
    at_most: usize,
}

impl Sums {
    fn add(&mut self, rated: RatedUsage) -> Result<(), MoneyError> {
        let sum = |one: u64, other: u64| one.checked_add(other).ok_or(MoneyError::Overflow);
        // What is used in an increment that began before was paid for at the rate of that.
        let mut last = None;
        for step in rated.steps {
            match step {
                TariffStep::SetUp { amount } => {
                    let (count, before) =
                        self.set_up.unwrap_or((0, Money::zero(amount.currency())));
                    self.set_up = Some((count + 1, before.plus(amount)?));
                }
                TariffStep::Billed { rate, used, billed, price, unit, measure, .. } => {
                    last = Some(rate.clone());
                    let none =
                        || RateSum { name: rate.clone(), used: 0, billed: 0, price, unit, measure };
                    let of = self.rates.entry(rate.clone()).or_insert_with(none);
                    (of.used, of.billed) = (sum(of.used, used)?, sum(of.billed, billed)?);
                }
                TariffStep::Running { used, .. } => {
                    if let Some(of) = last.as_ref().and_then(|rate| self.rates.get_mut(rate)) {
                        of.used = sum(of.used, used)?;
                    }
                }
                TariffStep::Maximum { .. } => self.at_most += 1,
            }
        }
        Ok(())
    }
}

impl MeteredCharge {
    /// How much it is.
    #[must_use]
    pub const fn amount(&self) -> Money {
        match self {
            Self::Bandwidth(charge) => charge.amount,
            Self::Units { rated, .. } => rated.amount,
            Self::Tariff { amount, .. } => *amount,
        }
    }
}

impl fmt::Display for MeteredCharge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bandwidth(charge) => charge.write_steps(f),
            Self::Units { records, counted, unit, part, rated } => {
                write!(f, "{counted} counted in {records} records")?;
                if unit.get() > 1 {
                    write!(f, ", {} units of {unit}", counted.div_ceil(unit.get()))?;
                }
                if let Some(part) = part {
                    let (part, of) = (part.numerator(), part.denominator());
                    write!(f, "; {part}/{of} of a period's minimum, free units and tiers")?;
                }
                for step in &rated.steps {
                    write!(f, "; {step}")?;
                }
                match rated.true_up.is_zero() {
                    true => Ok(()),
                    false => write!(f, "; {} to come to the minimum", rated.true_up),
                }
            }
            Self::Tariff { records, rates, set_up, at_most, .. } => {
                write!(f, "{records} records")?;
                if let Some((count, amount)) = set_up {
                    write!(f, "; {count} set-ups {amount}")?;
                }
                for RateSum { name, used, billed, price, unit, measure } in rates {
                    let name = name.as_deref().unwrap_or("at other times");
                    // Time is used in milliseconds.
                    let (used, of) = match measure {
                        Measure::Time => (used / 1_000, "s"),
                        Measure::Volume => (*used, "octets"),
                    };
                    write!(
                        f,
                        "; {name}: {used} {of} used, {billed} {of} billed at {price} for {unit} {of}"
                    )?;
                }
                match at_most {
                    0 => Ok(()),
                    _ => write!(f, "; {at_most} at the most that one costs"),
                }
            }
        }
    }
}
