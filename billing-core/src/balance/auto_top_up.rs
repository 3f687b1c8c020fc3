//! When a wallet is topped up by itself.

use core::num::NonZeroU32;

use entitlement::{TimeZone, Timestamp};

use crate::{Alignment, Cadence, CadenceUnit, Cycle, Money, MoneyError};

/// The longest time between two top-ups, minutes: a year.
pub const MINUTES_BETWEEN_MAX: u32 = 366 * 24 * 60;
/// The most top-ups of a month.
pub const AUTO_TOP_UPS_PER_MONTH_MAX: u32 = 1_000;

/// By which rule a wallet is topped up by itself: when it has less than a threshold, and not too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AutoTopUp {
    threshold: Money,
    amount: Money,
    minutes_between: NonZeroU32,
    per_month: NonZeroU32,
}

/// A rule that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AutoTopUpError {
    /// It would be of nothing.
    #[error("an automatic top-up of {amount} is none; it is more than 0")]
    Amount {
        /// As given.
        amount: Money,
    },
    /// No wallet ever has so little.
    #[error("no wallet has less than {threshold}; the threshold is more than 0")]
    Threshold {
        /// As given.
        threshold: Money,
    },
    /// Two currencies.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The time between two is too long.
    #[error(
        "{minutes} minutes between two top-ups are too many; there are 1 to {MINUTES_BETWEEN_MAX}"
    )]
    Between {
        /// As given.
        minutes: NonZeroU32,
    },
    /// Too many in a month.
    #[error("{count} top-ups a month are too many; there are 1 to {AUTO_TOP_UPS_PER_MONTH_MAX}")]
    PerMonth {
        /// As given.
        count: NonZeroU32,
    },
}

/// Why a wallet is not topped up now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AutoTopUpRefusal {
    /// There is enough.
    #[error("the wallet has {available}, which is not below {threshold}")]
    Enough {
        /// What it has that is not held.
        available: Money,
        /// Below which it is topped up.
        threshold: Money,
    },
    /// There was one not long ago.
    #[error("it was topped up by itself at {last_at}; the next time is {next_at} at the earliest")]
    TooSoon {
        /// When that was.
        last_at: Timestamp,
        /// When there may be another.
        next_at: Timestamp,
    },
    /// There were too many in this month.
    #[error(
        "it was topped up by itself {count} times in this month, of {max}; the next begins at {next_at}"
    )]
    TooMany {
        /// How many there were.
        count: u32,
        /// How many there may be.
        max: NonZeroU32,
        /// When the next month begins.
        next_at: Timestamp,
    },
    /// The calendar does not know the moment.
    #[error("{at} lies outside of the years that the calendar knows")]
    OutOfRange {
        /// The moment.
        at: Timestamp,
    },
    /// Two currencies.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl AutoTopUp {
    /// Below `threshold` by `amount`, at most once in so many minutes and so often in a month of the
    /// calendar.
    ///
    /// # Errors
    /// When there is nothing in it, or too much.
    pub fn new(
        threshold: Money,
        amount: Money,
        minutes_between: NonZeroU32,
        per_month: NonZeroU32,
    ) -> Result<Self, AutoTopUpError> {
        if amount.is_negative() || amount.is_zero() {
            return Err(AutoTopUpError::Amount { amount });
        }
        if threshold.is_negative() || threshold.is_zero() {
            return Err(AutoTopUpError::Threshold { threshold });
        }
        amount.least(threshold)?;
        if minutes_between.get() > MINUTES_BETWEEN_MAX {
            return Err(AutoTopUpError::Between { minutes: minutes_between });
        }
        if per_month.get() > AUTO_TOP_UPS_PER_MONTH_MAX {
            return Err(AutoTopUpError::PerMonth { count: per_month });
        }
        Ok(Self { threshold, amount, minutes_between, per_month })
    }

    /// Below what it is topped up.
    #[must_use]
    pub const fn threshold(&self) -> Money {
        self.threshold
    }

    /// By how much.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// How long after one the next may be at the earliest, minutes.
    #[must_use]
    pub const fn minutes_between(&self) -> NonZeroU32 {
        self.minutes_between
    }

    /// How many there may be in a month.
    #[must_use]
    pub const fn per_month(&self) -> NonZeroU32 {
        self.per_month
    }

    /// By how much the wallet is topped up now, given what it has and when it was tried to top it up
    /// by itself before, in any order. One that failed counts: a card that was declined is not asked
    /// again at once.
    ///
    /// # Errors
    /// Why it is not.
    pub fn decide(
        &self,
        available: Money,
        tried_at: &[Timestamp],
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Money, AutoTopUpRefusal> {
        let Self { threshold, amount, minutes_between, per_month } = *self;
        if !available.minus(threshold)?.is_negative() {
            return Err(AutoTopUpRefusal::Enough { available, threshold });
        }
        if let Some(last_at) = tried_at.iter().copied().max() {
            let next_at = last_at.plus_s(i64::from(minutes_between.get()) * 60);
            if now < next_at {
                return Err(AutoTopUpRefusal::TooSoon { last_at, next_at });
            }
        }
        let cadence = Cadence { count: NonZeroU32::MIN, unit: CadenceUnit::Month };
        let months = Cycle::new(cadence, Alignment::DayOfMonth(1), now, zone.clone());
        let month = months.ok().and_then(|months| months.around(now));
        let month = month.ok_or(AutoTopUpRefusal::OutOfRange { at: now })?.interval;
        let count = tried_at.iter().filter(|at| month.contains(**at)).count();
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        if count >= per_month.get() {
            let next_at = month.until();
            return Err(AutoTopUpRefusal::TooMany { count, max: per_month, next_at });
        }
        Ok(amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kes(text: &str) -> Money {
        format!("{text} KES").parse().unwrap()
    }

    fn many(count: u32) -> NonZeroU32 {
        NonZeroU32::new(count).unwrap()
    }

    /// A moment on the clock of Nairobi, which is three hours ahead.
    fn at(text: &str) -> Timestamp {
        nairobi().first_shown(text.parse().unwrap()).unwrap()
    }

    fn nairobi() -> TimeZone {
        TimeZone::named("Africa/Nairobi").unwrap()
    }

    #[test]
    fn below_the_threshold_and_not_too_often() {
        let rule = AutoTopUp::new(kes("100"), kes("500"), many(5), many(3)).unwrap();
        let decide = |available, tried: &[&str], now| {
            let tried: Vec<_> = tried.iter().map(|text| at(text)).collect();
            let decided = rule.decide(kes(available), &tried, &nairobi(), at(now));
            decided.map(|amount| amount.to_string()).map_err(|error| error.to_string())
        };
        let yes = Ok("500.00 KES".to_owned());
        let now = "2027-03-10T12:00";
        assert_eq!(decide("99.99", &[], now), yes);
        let enough = "the wallet has 100.00 KES, which is not below 100.00 KES";
        assert_eq!(decide("100", &[], now), Err(enough.to_owned()));
        assert_eq!(decide("0", &["2027-03-10T11:55"], now), yes);
        // The last one counts, whatever the order.
        let tried = ["2027-03-10T11:56", "2027-03-01T00:00"];
        let too_soon = decide("0", &tried, now).unwrap_err();
        assert_eq!(
            too_soon,
            "it was topped up by itself at 2027-03-10T08:56:00Z; the next time is 2027-03-10T09:01:00Z at the \
             earliest"
        );
        let tried = ["2027-03-01T00:00", "2027-03-05T00:00", "2027-03-09T00:00"];
        let too_many = decide("0", &tried, now).unwrap_err();
        assert_eq!(
            too_many,
            "it was topped up by itself 3 times in this month, of 3; the next begins at \
             2027-03-31T21:00:00Z"
        );
        assert_eq!(decide("0", &tried, "2027-03-31T23:59:59"), Err(too_many));
        // The month is that of the tenant's clock: in Greenwich it is still March.
        assert_eq!(decide("0", &tried, "2027-04-01T00:00"), yes);
        assert_eq!(decide("0", &["2027-02-28T23:59", tried[1], tried[2]], now), yes);
        assert!(rule.decide("1 USD".parse().unwrap(), &[], &nairobi(), at(now)).is_err());
    }

    #[test]
    fn a_rule_without_sense_is_refused() {
        let new = |threshold, amount, minutes, count| {
            AutoTopUp::new(kes(threshold), kes(amount), many(minutes), many(count))
        };
        assert!(new("1", "1", MINUTES_BETWEEN_MAX, AUTO_TOP_UPS_PER_MONTH_MAX).is_ok());
        for (threshold, amount, minutes, count) in [
            ("0", "1", 1, 1),
            ("1", "0", 1, 1),
            ("1", "-1", 1, 1),
            ("1", "1", MINUTES_BETWEEN_MAX + 1, 1),
            ("1", "1", 1, AUTO_TOP_UPS_PER_MONTH_MAX + 1),
        ] {
            assert!(new(threshold, amount, minutes, count).is_err());
        }
        assert!(AutoTopUp::new(kes("1"), "1 USD".parse().unwrap(), many(1), many(1)).is_err());
    }
}
