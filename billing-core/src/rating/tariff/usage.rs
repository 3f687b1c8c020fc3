//! What was used, when, and how it is divided.

use entitlement::Timestamp;

use crate::{Cycle, Interval, MoneyError, Period, Rounding};

/// The longest stretch of one usage, days.
pub const USAGE_DAYS_MAX: u64 = 400;
const USAGE_MS_MAX: u64 = USAGE_DAYS_MAX * 86_400_000;
/// The most periods that one usage is divided among.
pub const USAGE_PERIODS_MAX: usize = 10_000;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Time: used in milliseconds, priced in seconds.
    Time,
    /// Octets.
    Volume,
}

/// What was used in a stretch of time: the whole that was reported, or a part of it.
///
/// Within what was reported volume is taken to have been used evenly. What of it was used before a
/// moment is rounded half up (as when it is apportioned to the time before and after), and a part
/// has what was used before its end without what was used before its beginning. So the parts are
/// exactly the whole, wherever and in whatever order it is cut, and each is less than one octet off
/// its share of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Usage {
    measure: Measure,
    reported: Interval,
    /// In all that was reported: octets, or milliseconds.
    units: u64,
    part: Interval,
}

/// A usage that cannot be divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UsageError {
    /// It is too long to have been reported at once.
    #[error(
        "the usage lasts {len_ms} ms; what is reported at once lasts {USAGE_DAYS_MAX} days at most"
    )]
    TooLong {
        /// How long it is, milliseconds.
        len_ms: u64,
    },
    /// It lies in too many periods.
    #[error(
        "the usage lies in more than {USAGE_PERIODS_MAX} periods; take longer ones, or report it in parts"
    )]
    TooManyPeriods,
    /// No calendar knows the period of a moment.
    #[error("the period of the moment {at} is outside of the years that the calendar knows")]
    OutOfCalendar {
        /// The moment.
        at: Timestamp,
    },
}

impl Usage {
    /// The time itself was used: someone was connected.
    ///
    /// # Errors
    /// When it is longer than [`USAGE_DAYS_MAX`].
    pub fn time(interval: Interval) -> Result<Self, UsageError> {
        Self::new(Measure::Time, interval, interval.len_ms())
    }

    /// So many octets were transferred in that time.
    ///
    /// # Errors
    /// When it is longer than [`USAGE_DAYS_MAX`].
    pub fn volume(interval: Interval, octets: u64) -> Result<Self, UsageError> {
        Self::new(Measure::Volume, interval, octets)
    }

    fn new(measure: Measure, reported: Interval, units: u64) -> Result<Self, UsageError> {
        let len_ms = reported.len_ms();
        if len_ms > USAGE_MS_MAX {
            return Err(UsageError::TooLong { len_ms });
        }
        Ok(Self { measure, reported, units, part: reported })
    }

    /// What was counted.
    #[must_use]
    pub const fn measure(&self) -> Measure {
        self.measure
    }

    /// When it was used.
    #[must_use]
    pub const fn interval(&self) -> Interval {
        self.part
    }

    /// How much: octets, or milliseconds.
    ///
    /// # Errors
    /// None that a usage which could be made has.
    pub fn units(&self) -> Result<u64, MoneyError> {
        let (until, from) = (self.used_by(self.part.until())?, self.used_by(self.part.from())?);
        Ok(until - from)
    }

    /// The part of it that lies in there; `None` where that is nothing.
    #[must_use]
    pub fn within(&self, interval: Interval) -> Option<Self> {
        Some(Self { part: self.part.intersection(interval)?, ..*self })
    }

    /// What was used before a moment, and from it on.
    #[must_use]
    pub fn split(&self, at: Timestamp) -> (Option<Self>, Option<Self>) {
        let part = |from, until| Some(Self { part: Interval::new(from, until)?, ..*self });
        let (from, until) = (self.part.from(), self.part.until());
        (part(from, at.min(until)), part(at.max(from), until))
    }

    /// Its parts in each period that it lies in.
    ///
    /// # Errors
    /// When there are more than [`USAGE_PERIODS_MAX`], or the calendar ends before it does.
    pub fn by_period(&self, cycle: &Cycle) -> Result<Vec<(Period, Self)>, UsageError> {
        let (mut at, until) = (self.part.from(), self.part.until());
        let mut parts = Vec::new();
        while at < until {
            let out_of_calendar = UsageError::OutOfCalendar { at };
            let period = cycle.around(at).ok_or(out_of_calendar)?;
            if parts.len() >= USAGE_PERIODS_MAX {
                return Err(UsageError::TooManyPeriods);
            }
            parts.push((period, self.within(period.interval).ok_or(out_of_calendar)?));
            at = period.interval.until();
        }
        Ok(parts)
    }

    /// What of the reported was used before a moment of it.
    pub(super) fn used_by(&self, at: Timestamp) -> Result<u64, MoneyError> {
        let elapsed_ms = at.unix_ms().saturating_sub(self.reported.from().unix_ms());
        let elapsed_ms = u64::try_from(elapsed_ms).unwrap_or(0);
        let len_ms = self.reported.len_ms();
        // The usual cases, without a division.
        if elapsed_ms >= len_ms {
            return Ok(self.units);
        }
        if self.measure == Measure::Time || elapsed_ms == 0 {
            return Ok(elapsed_ms);
        }
        let product = i128::from(self.units).checked_mul(elapsed_ms.into());
        let used = Rounding::HalfUp.divide(product.ok_or(MoneyError::Overflow)?, len_ms.into())?;
        u64::try_from(used).map_err(|_| MoneyError::Overflow)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Alignment;
    use crate::apportion::apportion;
    use entitlement::TimeZone;

    fn between(from_ms: i64, until_ms: i64) -> Interval {
        let at = Timestamp::from_unix_ms;
        Interval::new(at(from_ms), at(until_ms)).unwrap()
    }

    fn units(usage: Option<Usage>) -> u64 {
        usage.map_or(0, |usage| usage.units().unwrap())
    }

    #[test]
    fn a_cut_has_its_table() {
        // Of ten seconds.
        for (octets, at_ms, before, after) in [
            (10, 5_000, 5, 5),
            (10, 3_333, 3, 7),
            (1, 4_999, 0, 1),
            (1, 5_000, 1, 0),
            (3, 5_000, 2, 1),
            (u64::MAX, 5_000, 1 << 63, (1 << 63) - 1),
            (0, 5_000, 0, 0),
            (10, 0, 0, 10),
            (10, 10_000, 10, 0),
            (10, 99_000, 10, 0),
        ] {
            let usage = Usage::volume(between(0, 10_000), octets).unwrap();
            let (first, second) = usage.split(Timestamp::from_unix_ms(at_ms));
            assert_eq!((units(first), units(second)), (before, after), "{octets} at {at_ms}");
        }
        let time = Usage::time(between(250, 10_000)).unwrap();
        let (first, second) = time.split(Timestamp::from_unix_ms(3_333));
        assert_eq!((units(first), units(second)), (3_083, 6_667));
        assert_eq!(time.within(between(20_000, 30_000)), None);
    }

    #[test]
    fn months_get_what_was_used_in_them() {
        let zone = TimeZone::named("Africa/Nairobi").unwrap();
        let at = |text: &str| zone.first_shown(text.parse().unwrap()).unwrap();
        let night = Interval::new(at("2027-04-30T23:00"), at("2027-05-01T02:00")).unwrap();
        let began = at("2027-01-10T10:00");
        let month = "1 month".parse().unwrap();
        let cycle = Cycle::new(month, Alignment::DayOfMonth(1), began, zone.clone()).unwrap();
        let usage = Usage::volume(night, 1_000).unwrap();
        let parts = usage.by_period(&cycle).unwrap();
        let parts: Vec<_> =
            parts.iter().map(|(period, part)| (period.number, part.units().unwrap())).collect();
        assert_eq!(parts, [(327, 333), (328, 667)]);
    }

    #[test]
    fn what_is_too_long_or_in_too_many_periods_is_refused() {
        let day_ms = 86_400_000;
        let error = Usage::time(between(0, 400 * day_ms + 1)).unwrap_err().to_string();
        let expected =
            "the usage lasts 34560000001 ms; what is reported at once lasts 400 days at most";
        assert_eq!(error, expected);
        let began = Timestamp::from_unix_ms(0);
        let minute = "1 minute".parse().unwrap();
        let cycle = Cycle::new(minute, Alignment::Anniversary, began, TimeZone::UTC).unwrap();
        let usage = Usage::time(between(0, 400 * day_ms)).unwrap();
        assert_eq!(usage.by_period(&cycle), Err(UsageError::TooManyPeriods));
    }

    proptest! {
        #[test]
        fn parts_are_exactly_the_whole_and_near_their_share(
            octets in any::<u64>(), len_ms in 1..USAGE_MS_MAX as i64,
            cuts in proptest::collection::vec(0..USAGE_MS_MAX as i64, 0..8),
        ) {
            let usage = Usage::volume(between(0, len_ms), octets).unwrap();
            let (mut rest, mut sum) = (Some(usage), 0_u64);
            let mut cuts = cuts;
            cuts.sort_unstable();
            for cut in cuts {
                let Some(left) = rest else { break };
                let (first, second) = left.split(Timestamp::from_unix_ms(cut));
                if let Some(first) = first {
                    let share = u128::from(octets) * u128::from(first.interval().len_ms());
                    let off = (u128::from(units(Some(first))) * len_ms as u128).abs_diff(share);
                    prop_assert!(off <= len_ms as u128, "{off} of {len_ms}");
                }
                sum += units(first);
                rest = second;
            }
            prop_assert_eq!(sum + units(rest), octets);
        }

        #[test]
        fn a_cut_in_two_is_what_is_apportioned(
            octets in any::<u64>(), len_ms in 2..USAGE_MS_MAX as i64, permille in 1..1_000_i64,
        ) {
            let cut = (len_ms * permille / 1_000).max(1);
            let usage = Usage::volume(between(0, len_ms), octets).unwrap();
            let (first, second) = usage.split(Timestamp::from_unix_ms(cut));
            let share = |ms: i64| i128::from(octets) * i128::from(ms);
            let parts = apportion(octets.into(), &[share(cut), share(len_ms - cut)], len_ms.into());
            let expected = [units(first), units(second)].map(i128::from);
            prop_assert_eq!(parts.unwrap(), expected.to_vec());
        }
    }
}
