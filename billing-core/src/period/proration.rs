//! What a part of a period is worth.

use core::fmt;

use entitlement::{TimeZone, Timestamp};
use jiff::civil::Date;

use super::Interval;
use super::cycle::days_between;
use crate::Ratio;

/// By which rule a part of a period is charged or credited.
///
/// All but [`ByDayInclusive`](Self::ByDayInclusive) are additive: the parts that a period is cut into
/// are together exactly the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Proration {
    /// Days that begin in the part, of the days that begin in the period: the day on which something
    /// starts counts, the day on which it ends does not.
    #[default]
    ByDay,
    /// The day on which something starts and the day on which it ends both count, so that a day on
    /// which one thing takes the place of another is charged twice.
    ByDayInclusive,
    /// Every month has 30 days (30E/360: the 31st counts as the 30th).
    ThirtyDayMonth,
    /// Seconds of seconds.
    BySecond,
    /// A part of a period is charged as the whole.
    Whole,
}

/// The part of a period that something is charged for, in what it was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Share {
    /// All of it.
    Whole,
    /// So many days of so many.
    Days {
        /// Of the part.
        some: u64,
        /// Of the period; more than 0.
        of: u64,
    },
    /// So many milliseconds of so many.
    Milliseconds {
        /// Of the part.
        some: u64,
        /// Of the period; more than 0.
        of: u64,
    },
}

impl Share {
    /// As a ratio.
    #[must_use]
    pub const fn ratio(self) -> Ratio {
        let ratio = match self {
            Self::Whole => Some(Ratio::WHOLE),
            Self::Days { some, of } | Self::Milliseconds { some, of } => Ratio::new(some, of),
        };
        match ratio {
            Some(ratio) => ratio,
            None => Ratio::WHOLE,
        }
    }
}

impl fmt::Display for Share {
    /// `10 of 30 days`, `3600 of 14400 s`, `the whole`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |ms: u64| {
            let (whole, rest) = (ms / 1_000, ms % 1_000);
            if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:03}") }
        };
        match *self {
            Self::Whole => f.write_str("the whole"),
            Self::Days { some, of } => write!(f, "{some} of {of} days"),
            Self::Milliseconds { some, of } => write!(f, "{} of {} s", seconds(some), seconds(of)),
        }
    }
}

impl Proration {
    /// Every rule.
    pub const ALL: [Self; 5] =
        [Self::ByDay, Self::ByDayInclusive, Self::ThirtyDayMonth, Self::BySecond, Self::Whole];

    /// The name that is stored and typed; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ByDay => "by-day",
            Self::ByDayInclusive => "by-day-inclusive",
            Self::ThirtyDayMonth => "thirty-day-month",
            Self::BySecond => "by-second",
            Self::Whole => "whole",
        }
    }

    /// The rule that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }

    /// The share that `part` has of `period`, of what lies in it. A period that is shorter than a day
    /// is shared by the second.
    #[must_use]
    pub fn share(self, period: Interval, part: Interval, zone: &TimeZone) -> Share {
        let Some(part) = part.intersection(period) else {
            return Share::Milliseconds { some: 0, of: period.len_ms() };
        };
        let by_days = |days: fn(Date, Date) -> i64, last: i64| {
            let shown = |at: Timestamp| zone.shown(at).map(|time| time.date());
            let count = |interval: Interval| {
                let days = days(shown(interval.from())?, shown(interval.until())?);
                u64::try_from(days).ok()
            };
            let whole = count(period)?;
            let some = count(part)?.checked_add_signed(last)?.min(whole);
            (whole > 0).then_some(Share::Days { some, of: whole })
        };
        // The end of the period is the first day of the next.
        let ends_early = i64::from(part.until() < period.until());
        let by_day = match self {
            Self::Whole => return Share::Whole,
            Self::BySecond => None,
            Self::ByDay => by_days(days_between, 0),
            Self::ByDayInclusive => by_days(days_between, ends_early),
            Self::ThirtyDayMonth => by_days(days_of_30e_360, 0),
        };
        by_day.unwrap_or(Share::Milliseconds { some: part.len_ms(), of: period.len_ms() })
    }
}

/// Days between two dates where every month has 30.
fn days_of_30e_360(from: Date, until: Date) -> i64 {
    let number = |date: Date| {
        let months = i64::from(date.year()) * 12 + i64::from(date.month());
        months * 30 + i64::from(date.day().min(30))
    };
    number(until) - number(from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        TimeZone::UTC.first_shown(text.parse().unwrap()).unwrap()
    }

    fn between(from: &str, until: &str) -> Interval {
        Interval::new(at(from), at(until)).unwrap()
    }

    #[test]
    fn each_rule_has_its_share_of_a_month() {
        // Ten days and a half at the end of January, which has 31.
        let january = between("2027-01-01T00:00", "2027-02-01T00:00");
        let part = between("2027-01-21T12:00", "2027-02-01T00:00");
        let early = between("2027-01-01T00:00", "2027-01-21T12:00");
        let table = [
            (Proration::ByDay, (11, 31), (20, 31)),
            (Proration::ByDayInclusive, (11, 31), (21, 31)),
            (Proration::ThirtyDayMonth, (10, 30), (20, 30)),
            (Proration::BySecond, (907_200_000, 2_678_400_000), (1_771_200_000, 2_678_400_000)),
            (Proration::Whole, (1, 1), (1, 1)),
        ];
        for (rule, last, first) in table {
            let share = |part| rule.share(january, part, &TimeZone::UTC);
            let pair = |share: Share| (share.ratio().numerator(), share.ratio().denominator());
            assert_eq!((pair(share(part)), pair(share(early))), (last, first), "{rule:?}");
            assert_eq!(Proration::from_code(rule.code()), Some(rule));
        }
    }

    #[test]
    fn february_has_thirty_days_where_every_month_has() {
        let february = between("2027-02-01T00:00", "2027-03-01T00:00");
        let half = between("2027-02-15T00:00", "2027-03-01T00:00");
        let share = Proration::ThirtyDayMonth.share(february, half, &TimeZone::UTC);
        assert_eq!(share.to_string(), "16 of 30 days");
    }

    #[test]
    fn what_lies_outside_is_worth_nothing_and_hours_are_shared_by_the_second() {
        let january = between("2027-01-01T00:00", "2027-02-01T00:00");
        let march = between("2027-03-01T00:00", "2027-04-01T00:00");
        let share = Proration::ByDay.share(january, march, &TimeZone::UTC);
        assert_eq!(share.ratio().numerator(), 0);
        let hours = between("2027-01-01T08:00", "2027-01-01T12:00");
        let one = between("2027-01-01T11:00", "2027-01-01T15:00");
        let share = Proration::ByDay.share(hours, one, &TimeZone::UTC);
        assert_eq!(share.to_string(), "3600 of 14400 s");
    }

    proptest! {
        #[test]
        fn additive_rules_lose_nothing_at_a_cut(
            first_s in 946_684_800_i64..2_000_000_000,
            days in 1..400_i64,
            cut_permille in 1..1_000_i64,
            rule in proptest::sample::select(vec![
                Proration::ByDay, Proration::ThirtyDayMonth, Proration::BySecond,
            ]),
        ) {
            let from = Timestamp::from_unix_s(first_s);
            let (until, cut) =
                (from.plus_s(days * 86_400), from.plus_s(days * 86_400 * cut_permille / 1_000));
            let period = Interval::new(from, until).unwrap();
            let zone = TimeZone::named("Africa/Nairobi").unwrap();
            let share = |from, until| {
                rule.share(period, Interval::new(from, until).unwrap(), &zone).ratio()
            };
            let (before, after) = (share(from, cut), share(cut, until));
            prop_assert_eq!(before.denominator(), after.denominator());
            prop_assert_eq!(before.numerator() + after.numerator(), after.denominator());
        }
    }
}
