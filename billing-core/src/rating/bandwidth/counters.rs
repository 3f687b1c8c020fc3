//! Rates out of counters.

use entitlement::Timestamp;

use super::samples::{Sample, Samples, SamplesError};
use crate::rating::tariff::{Usage, UsageError};
use crate::{Interval, MoneyError, Rounding};

/// The most readings of a period: one every second of 32 days.
pub const READINGS_MAX: usize = 32 * 86_400;

/// What the counters of a line said: octets since they were started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reading {
    /// When.
    pub at: Timestamp,
    /// To the subscriber.
    pub down_octets: u64,
    /// From the subscriber.
    pub up_octets: u64,
}

/// Samples that were worked out from counters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counters {
    /// What was transferred between two readings is taken to have been so evenly. A sample that is not
    /// covered by readings throughout is missing.
    pub samples: Samples,
    /// How often a counter was less than before: it was started anew, and what was transferred
    /// meanwhile is not known.
    pub restarts: usize,
    /// How often two readings were further apart than they may be.
    pub gaps: usize,
}

/// Readings that make no samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CountersError {
    /// They are not in the order in which they were read.
    #[error(
        "the reading of {at} comes behind that of {before}; readings are in the order of time, and no \
         two are of one moment"
    )]
    NotAscending {
        /// When it was read.
        at: Timestamp,
        /// When the one before it was.
        before: Timestamp,
    },
    /// Too many.
    #[error("there are more than {READINGS_MAX} readings; a period has one every second at most")]
    TooMany,
    /// The period cannot be sampled.
    #[error(transparent)]
    Samples(#[from] SamplesError),
    /// Two readings are too far apart to say anything.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// Out of range.
    #[error("the counters rise by more than can be reckoned with; they count octets of 64 bits")]
    OutOfRange,
}

impl From<MoneyError> for CountersError {
    fn from(_: MoneyError) -> Self {
        Self::OutOfRange
    }
}

/// What is known of one sample.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    down_octets: u64,
    up_octets: u64,
    covered_ms: u64,
}

impl Counters {
    /// The samples of a period, of readings in the order of time. Between two that are more than
    /// `apart_max_s` seconds apart nothing is known: spread over hours a burst would not be seen.
    ///
    /// # Errors
    /// When they are in no order, too many or out of range, or the period is too long.
    pub fn sample(
        period: Interval,
        readings: impl IntoIterator<Item = Reading>,
        apart_max_s: u32,
    ) -> Result<Self, CountersError> {
        let mut samples = Samples::new(period)?;
        let slots: Vec<Interval> = Samples::slots(period).collect();
        let mut known = vec![Slot::default(); slots.len()];
        let (mut restarts, mut gaps) = (0, 0);
        let mut last: Option<Reading> = None;
        for (count, reading) in readings.into_iter().enumerate() {
            if count >= READINGS_MAX {
                return Err(CountersError::TooMany);
            }
            let Some(before) = last.replace(reading) else { continue };
            let (at, earlier) = (reading.at, before.at);
            let between = Interval::new(earlier, at);
            let between = between.ok_or(CountersError::NotAscending { at, before: earlier })?;
            let down = reading.down_octets.checked_sub(before.down_octets);
            let up = reading.up_octets.checked_sub(before.up_octets);
            let (Some(down), Some(up)) = (down, up) else {
                restarts += 1;
                continue;
            };
            if between.len_ms() > u64::from(apart_max_s) * 1_000 {
                gaps += 1;
                continue;
            }
            let (down, up) = (Usage::volume(between, down)?, Usage::volume(between, up)?);
            // The slots that it reaches into.
            let first = slots.partition_point(|slot| slot.until() <= earlier);
            let reached = slots.iter().zip(&mut known).skip(first);
            for (slot, known) in reached.take_while(|(slot, _)| slot.from() < at) {
                known.add(*slot, &down, &up)?;
            }
        }
        let sampled = slots.iter().zip(&known).map(|(slot, known)| known.sample(*slot));
        let sampled: Vec<Option<Sample>> = sampled.collect::<Result<_, _>>()?;
        samples.replace(sampled.into_iter());
        Ok(Self { samples, restarts, gaps })
    }
}

impl Slot {
    fn add(&mut self, slot: Interval, down: &Usage, up: &Usage) -> Result<(), CountersError> {
        let (Some(down), Some(up)) = (down.within(slot), up.within(slot)) else { return Ok(()) };
        let sum =
            |octets: u64, more: u64| octets.checked_add(more).ok_or(CountersError::OutOfRange);
        self.down_octets = sum(self.down_octets, down.units()?)?;
        self.up_octets = sum(self.up_octets, up.units()?)?;
        self.covered_ms = self.covered_ms.saturating_add(down.interval().len_ms());
        Ok(())
    }

    /// The rates; `None` where a part of it is not known.
    fn sample(self, slot: Interval) -> Result<Option<Sample>, CountersError> {
        let len_ms = slot.len_ms();
        if self.covered_ms < len_ms {
            return Ok(None);
        }
        let rate = |octets: u64| -> Result<u64, CountersError> {
            // Below 2^64 * 2^13.
            let bits = i128::from(octets) * 8 * 1_000;
            let bps = Rounding::HalfUp.divide(bits, len_ms.into())?;
            u64::try_from(bps).map_err(|_| CountersError::OutOfRange)
        };
        let (down_bps, up_bps) = (rate(self.down_octets)?, rate(self.up_octets)?);
        Ok(Some(Sample { down_bps, up_bps }))
    }
}
