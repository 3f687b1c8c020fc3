//! Rates, one for every five minutes of a period.

use entitlement::Timestamp;

use crate::Interval;

/// How long a sample is, seconds.
pub const SAMPLE_S: u64 = 300;
const SAMPLE_MS: u64 = SAMPLE_S * 1_000;
/// The samples of a month of 31 days.
pub const SAMPLES_A_MONTH: usize = 8_928;
/// The most samples of a period: those of a month of 31 days, and of a day more for a clock that is
/// put back in it.
pub const SAMPLES_MAX: usize = SAMPLES_A_MONTH + 288;

/// The rates of five minutes, bit/s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Sample {
    /// To the subscriber.
    pub down_bps: u64,
    /// From the subscriber.
    pub up_bps: u64,
}

/// The samples of a billing period: one for each five minutes from its beginning on, of which the last
/// may be shorter. Those that were not measured are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Samples {
    period: Interval,
    samples: Vec<Option<Sample>>,
}

/// What cannot be sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SamplesError {
    /// The period is too long.
    #[error(
        "the period has {count} samples of {SAMPLE_S} s; one has {SAMPLES_MAX} at most, as many as a \
         month of 31 days and a day"
    )]
    TooLong {
        /// How many it has.
        count: u64,
    },
    /// A sample of another period.
    #[error("the moment {at} is not in the period, which is from {} until {}", .period.from(), .period.until())]
    Outside {
        /// When it was measured.
        at: Timestamp,
        /// The period.
        period: Interval,
    },
}

impl Samples {
    /// Those of a period, of which none has been measured yet.
    ///
    /// # Errors
    /// When it is longer than [`SAMPLES_MAX`] of them.
    pub fn new(period: Interval) -> Result<Self, SamplesError> {
        let count = period.len_ms().div_ceil(SAMPLE_MS);
        match usize::try_from(count) {
            Ok(len) if len <= SAMPLES_MAX => Ok(Self { period, samples: vec![None; len] }),
            _ => Err(SamplesError::TooLong { count }),
        }
    }

    /// The five minutes that a moment is in had these rates; what was said of them before is replaced.
    ///
    /// # Errors
    /// When it is outside of the period.
    pub fn set(&mut self, at: Timestamp, sample: Sample) -> Result<(), SamplesError> {
        let outside = SamplesError::Outside { at, period: self.period };
        let place = at.unix_ms().checked_sub(self.period.from().unix_ms());
        let place = place.and_then(|ms| u64::try_from(ms).ok()).map(|ms| ms / SAMPLE_MS);
        let place = place.and_then(|place| usize::try_from(place).ok());
        let known = place.and_then(|place| self.samples.get_mut(place));
        let known = known.filter(|_| self.period.contains(at));
        *known.ok_or(outside)? = Some(sample);
        Ok(())
    }

    /// The period that they are of.
    #[must_use]
    pub const fn period(&self) -> Interval {
        self.period
    }

    /// Each in turn; `None` where it is missing.
    #[must_use]
    pub fn as_slice(&self) -> &[Option<Sample>] {
        &self.samples
    }

    /// When each is, in turn.
    pub(super) fn slots(period: Interval) -> impl Iterator<Item = Interval> {
        let ms = i64::try_from(SAMPLE_MS).unwrap_or(i64::MAX);
        let begins = core::iter::successors(Some(period.from()), move |at| {
            at.unix_ms().checked_add(ms).map(Timestamp::from_unix_ms)
        });
        begins.map_while(move |at| {
            let until = Timestamp::from_unix_ms(at.unix_ms().saturating_add(ms));
            Interval::new(at, until.min(period.until()))
        })
    }

    /// What each of the period is, in turn.
    pub(super) fn replace(&mut self, samples: impl Iterator<Item = Option<Sample>>) {
        self.samples.iter_mut().zip(samples).for_each(|(known, sample)| *known = sample);
    }
}
