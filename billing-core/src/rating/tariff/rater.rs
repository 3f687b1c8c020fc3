//! What usage costs by a tariff, on the clock of a zone.

use core::num::NonZeroU64;

use entitlement::{TimeZone, Timestamp};
use jiff::civil::DateTime;

use super::clock::Clock;
use super::explain::{RatedUsage, TariffStep};
use super::terms::Tariff;
use super::usage::{Measure, Usage};
use crate::rating::UnitPrice;
use crate::{Interval, Money, MoneyError, Rounding};

/// Rates by a tariff on the clock of one zone; it keeps what it has found out about the clock, so
/// one is made for many usages.
#[derive(Debug, Clone)]
pub struct Rater<'t> {
    tariff: &'t Tariff,
    clock: Clock,
    zone: TimeZone,
}

/// What of a session has been rated before: how much it has used and what that came to. The next
/// usage of the session goes on from there. It is of the tariff that it was rated by, and of no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Progress {
    /// Used so far: milliseconds or octets.
    pub used: u64,
    /// What that costs without a maximum, exactly: in billionths of a minor unit, times the tariff's
    /// unit.
    pub cost: i128,
}

/// What a usage costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// What is to be paid for it: what the session costs with it, rounded, without what it cost
    /// before, rounded. So however often a session is rated, it comes to the same.
    pub amount: Money,
    /// Where the session goes on from.
    pub progress: Progress,
}

/// A usage that has no price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RatingError {
    /// Nobody said what it costs then. It is never taken to be free.
    #[error(
        "the tariff has no price at {shown} in {zone}; give it a rate with a window for that time, or \
         a price for all other times, 0 if it is free"
    )]
    MissingRate {
        /// Since when there is none, within what was used: an increment begins then or after it.
        at: Timestamp,
        /// The same on the clock.
        shown: DateTime,
        /// Whose clock that is.
        zone: String,
    },
    /// Time by a tariff of volume, or the other way round.
    #[error(
        "the tariff is one of {tariff}, and what was used is {usage}; take a tariff of {usage}"
    )]
    Measure {
        /// What the tariff counts.
        tariff: Measure,
        /// What was used.
        usage: Measure,
    },
    /// There is no such zone.
    #[error("`{name}` is no time zone of the database; zones are named as `Africa/Nairobi`")]
    UnknownZone {
        /// Its name.
        name: String,
    },
    /// No calendar has it.
    #[error("the moment {at} is outside of the years that the calendar knows")]
    OutOfCalendar {
        /// The moment.
        at: Timestamp,
    },
    /// It costs more than can be kept.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// A part of a usage in which one rate holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub(super) interval: Interval,
    /// The rate's place; `None`: there is none.
    pub(super) place: Option<u8>,
    /// Used in it, in milliseconds or octets.
    pub(super) used: u64,
    /// In the increments that begin in it, in seconds or octets; and what one unit of them costs.
    pub(super) billed: Option<(u64, UnitPrice)>,
}

impl Tariff {
    /// Rates on the clock of this zone.
    ///
    /// # Errors
    /// [`RatingError::UnknownZone`].
    pub fn on(&self, zone: &TimeZone) -> Result<Rater<'_>, RatingError> {
        let unknown = || RatingError::UnknownZone { name: zone.name().to_owned() };
        let clock = Clock::new(zone).ok_or_else(unknown)?;
        Ok(Rater { tariff: self, clock, zone: zone.clone() })
    }
}

impl Rater<'_> {
    /// What a usage costs that goes on from `progress`: usages of a session are rated in the order
    /// in which they were, the first from `Progress::default()`. It allocates nothing.
    ///
    /// # Errors
    /// When an increment begins at a moment without a price, when the tariff counts something else,
    /// or out of range.
    pub fn charge(
        &mut self,
        progress: Progress,
        usage: &Usage,
        rounding: Rounding,
    ) -> Result<Charge, RatingError> {
        self.walk(progress, usage, rounding, |_| ())
    }

    /// The same, with the steps by which it comes about.
    ///
    /// # Errors
    /// As of [`charge`](Self::charge).
    pub fn explain(
        &mut self,
        progress: Progress,
        usage: &Usage,
        rounding: Rounding,
    ) -> Result<RatedUsage, RatingError> {
        let mut stretches: Vec<Stretch> = Vec::new();
        let charge = self.walk(progress, usage, rounding, |stretch| {
            match stretches.last_mut().and_then(|last| last.joined(stretch).map(|it| (last, it))) {
                Some((last, joined)) => *last = joined,
                None => stretches.push(stretch),
            }
        })?;
        let terms = self.tariff.terms();
        let begins = progress.used == 0 && charge.progress.used > 0;
        let set_up = terms.set_up.filter(|_| begins).map(|amount| TariffStep::SetUp { amount });
        let mut steps: Vec<_> = set_up.into_iter().collect();
        for stretch in stretches {
            steps.push(self.step(stretch)?);
        }
        let most = terms.maximum.filter(|most| self.exceeds(charge.progress.cost, *most));
        steps.extend(most.map(|maximum| TariffStep::Maximum { maximum }));
        Ok(RatedUsage { charge, steps })
    }

    /// Goes through the stretches of a usage, tells each, and adds up what they cost.
    fn walk(
        &mut self,
        progress: Progress,
        usage: &Usage,
        rounding: Rounding,
        mut tell: impl FnMut(Stretch),
    ) -> Result<Charge, RatingError> {
        let terms = self.tariff.terms();
        if usage.measure() != terms.measure {
            let (tariff, usage) = (terms.measure, usage.measure());
            return Err(RatingError::Measure { tariff, usage });
        }
        let parts = terms.measure.parts();
        let overflow = MoneyError::Overflow;
        let end = usage.interval().until();
        let (mut at, mut reported) =
            (usage.interval().from(), usage.used_by(usage.interval().from())?);
        let Progress { mut used, mut cost } = progress;
        let mut billed = terms.increments.billed(used, parts).ok_or(overflow.clone())?;
        while at < end {
            let (place, until) = self.in_force(at, end)?;
            let reported_by = usage.used_by(until)?;
            let used_now = reported_by - reported;
            used = used.checked_add(used_now).ok_or(overflow.clone())?;
            let billed_by = terms.increments.billed(used, parts).ok_or(overflow.clone())?;
            let units = billed_by - billed;
            let mut priced = None;
            if units > 0 {
                let price = place.and_then(|place| self.tariff.price(place));
                let price = price.ok_or_else(|| self.missing(at))?;
                let exact = i128::from(units).checked_mul(price.nanos().into());
                cost = exact.and_then(|it| cost.checked_add(it)).ok_or(overflow.clone())?;
                priced = Some((units, price));
            }
            if let Some(interval) = Interval::new(at, until) {
                tell(Stretch { interval, place, used: used_now, billed: priced });
            }
            (at, reported, billed) = (until, reported_by, billed_by);
        }
        if let Some(set_up) = terms.set_up.filter(|_| progress.used == 0 && used > 0) {
            let exact = self.exactly(set_up).and_then(|exact| cost.checked_add(exact));
            cost = exact.ok_or(overflow.clone())?;
        }
        let (before, after) =
            (self.rounded(progress.cost, rounding)?, self.rounded(cost, rounding)?);
        let minor = after.checked_sub(before).ok_or(overflow)?;
        let amount = Money::new(minor, self.tariff.currency());
        Ok(Charge { amount, progress: Progress { used, cost } })
    }

    /// The rate at a moment, and until when it holds for certain, `end` at the latest.
    fn in_force(
        &mut self,
        at: Timestamp,
        end: Timestamp,
    ) -> Result<(Option<u8>, Timestamp), RatingError> {
        let shown = self.clock.at(at).ok_or(RatingError::OutOfCalendar { at })?;
        let in_force = self.tariff.schedule().at(shown.local_ms);
        let until = Timestamp::from_unix_ms(at.unix_ms().saturating_add(in_force.for_ms));
        Ok((in_force.rate, until.min(shown.until).min(end)))
    }

    #[cold]
    fn missing(&self, at: Timestamp) -> RatingError {
        match self.clock.read(at) {
            Some(shown) => {
                RatingError::MissingRate { at, shown, zone: self.zone.name().to_owned() }
            }
            None => RatingError::OutOfCalendar { at },
        }
    }

    /// An amount in the parts in which costs are exact.
    fn exactly(&self, amount: Money) -> Option<i128> {
        i128::from(amount.amount_minor()).checked_mul(self.tariff.parts_per_minor())
    }

    /// Does a session that costs so much cost more than its most?
    fn exceeds(&self, cost: i128, most: Money) -> bool {
        self.exactly(most).is_some_and(|most| cost > most)
    }

    /// What a session that costs so much is billed, in minor units.
    fn rounded(&self, cost: i128, rounding: Rounding) -> Result<i64, MoneyError> {
        if cost == 0 {
            return Ok(0);
        }
        if let Some(most) = self.tariff.terms().maximum.filter(|most| self.exceeds(cost, *most)) {
            return Ok(most.amount_minor());
        }
        let minor = rounding.divide(cost, self.tariff.parts_per_minor())?;
        i64::try_from(minor).map_err(|_| MoneyError::Overflow)
    }

    fn step(&self, stretch: Stretch) -> Result<TariffStep, RatingError> {
        let read = |at| self.clock.read(at).ok_or(RatingError::OutOfCalendar { at });
        let Stretch { interval, place, used, billed } = stretch;
        let (from, until) = (read(interval.from())?, read(interval.until())?);
        let terms = self.tariff.terms();
        let measure = terms.measure;
        Ok(match billed {
            None => TariffStep::Running { from, until, used, measure },
            Some((billed, price)) => TariffStep::Billed {
                from,
                until,
                rate: place.and_then(|place| self.tariff.name(place)).map(str::to_owned),
                used,
                billed,
                price,
                unit: terms.unit,
                measure,
            },
        })
    }
}

impl Stretch {
    /// Both as one, where the other goes on at the same rate.
    fn joined(self, next: Self) -> Option<Self> {
        if self.place != next.place {
            return None;
        }
        let billed = match (self.billed, next.billed) {
            (Some((units, price)), Some((more, _))) => Some((units.checked_add(more)?, price)),
            (some, other) => some.or(other),
        };
        let used = self.used.checked_add(next.used)?;
        let interval = Interval::new(self.interval.from(), next.interval.until())?;
        Some(Self { interval, used, billed, ..self })
    }
}

const MS_A_SECOND: NonZeroU64 = NonZeroU64::MIN.saturating_add(999);

impl Measure {
    /// In how many parts of what is priced it is counted: time in milliseconds, priced in seconds.
    const fn parts(self) -> NonZeroU64 {
        match self {
            Self::Time => MS_A_SECOND,
            Self::Volume => NonZeroU64::MIN,
        }
    }
}
