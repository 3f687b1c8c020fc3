//! One period after another, without holes and without overlap.

use core::fmt;
use core::str::FromStr;

use entitlement::{TimeZone, Timestamp};
use jiff::Span;
use jiff::civil::{Date, DateTime, Weekday, date};

use super::{Cadence, CadenceUnit, Interval};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Where the periods of a subscription begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alignment {
    /// At the moment at which the subscription began, and so on from there: to the second.
    Anniversary,
    /// At midnight before this day of the month, from 1 to 31; in a month without it, before its
    /// last. The first period is what is left until then. Of several months the first are those
    /// that begin with January.
    DayOfMonth(u8),
    /// At midnight before this day of the week, likewise. Of several weeks they are counted from the
    /// first of the year 2000.
    DayOfWeek(Weekday),
}

/// A text that is no alignment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is nowhere for periods to begin; they begin at the `anniversary` of the subscription, on a day \
     of the month from `day 1` to `day 31`, or on a day of the week such as `monday`", text.escape_debug()
)]
pub struct ParseAlignmentError {
    /// As written.
    pub text: String,
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

impl FromStr for Alignment {
    type Err = ParseAlignmentError;

    fn from_str(text: &str) -> Result<Self, ParseAlignmentError> {
        let day_of_month = || {
            let day = text.strip_prefix("day ")?.parse().ok()?;
            (1..=31).contains(&day).then_some(Self::DayOfMonth(day))
        };
        let day_of_week = || {
            let named = WEEKDAYS.into_iter().find(|(name, _)| *name == text);
            named.map(|(_, day)| Self::DayOfWeek(day))
        };
        let anniversary = (text == "anniversary").then_some(Self::Anniversary);
        let found = anniversary.or_else(day_of_month).or_else(day_of_week);
        found.ok_or_else(|| ParseAlignmentError { text: text.to_owned() })
    }
}

impl fmt::Display for Alignment {
    /// As it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anniversary => f.write_str("anniversary"),
            Self::DayOfMonth(day) => write!(f, "day {day}"),
            Self::DayOfWeek(weekday) => {
                let named = WEEKDAYS.into_iter().find(|(_, day)| day == weekday);
                f.write_str(named.map_or("", |(name, _)| name))
            }
        }
    }
}

/// An alignment that a length of periods does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AlignmentError {
    /// There is no such day.
    #[error("a month has no day {day}; periods begin on a day from 1 to 31")]
    NoSuchDay {
        /// As entered.
        day: u8,
    },
    /// Periods of this length do not begin on a day of the month.
    #[error(
        "periods of {cadence} do not begin on a day of the month; those of months and years do"
    )]
    NotOfMonths {
        /// How long they are.
        cadence: Cadence,
    },
    /// Periods of this length do not begin on a day of the week.
    #[error("periods of {cadence} do not begin on a day of the week; those of weeks do")]
    NotOfWeeks {
        /// How long they are.
        cadence: Cadence,
    },
    /// No calendar has it.
    #[error("the moment lies outside of the years that the calendar knows")]
    OutOfRange,
}

impl Cadence {
    /// The moment that lies so long after another one, on a clock: a month after 31 January is the last
    /// of February, and 14 days end at the time of day at which they began. `None`: no calendar has it.
    #[must_use]
    pub fn after(self, from: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        Cycle::new(self, Alignment::Anniversary, from, zone.clone()).ok()?.begins(1)
    }
}

/// Periods of one length, one after another, numbered from the one that begins at the anchor.
///
/// Each beginning is reckoned from the anchor and not from the one before it: after 31 January and
/// 28 February comes 31 March.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    cadence: Cadence,
    anchor: Timestamp,
    /// What the clock shows then.
    shown: DateTime,
    zone: TimeZone,
}

/// One of the periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    /// Its number, from that of the anchor, which is 0.
    pub number: i64,
    /// From when until when.
    pub interval: Interval,
}

impl Cycle {
    /// The periods of a subscription that began at `began_at`.
    ///
    /// # Errors
    /// When periods of this length cannot begin so.
    pub fn new(
        cadence: Cadence,
        alignment: Alignment,
        began_at: Timestamp,
        zone: TimeZone,
    ) -> Result<Self, AlignmentError> {
        let shown = match alignment {
            Alignment::Anniversary => {
                let shown = zone.shown(began_at).ok_or(AlignmentError::OutOfRange)?;
                return Ok(Self { cadence, anchor: began_at, shown, zone });
            }
            Alignment::DayOfMonth(day) => {
                if !matches!(cadence.unit, CadenceUnit::Month | CadenceUnit::Year) {
                    return Err(AlignmentError::NotOfMonths { cadence });
                }
                // January has every day.
                let day = i8::try_from(day)
                    .ok()
                    .filter(|day| (1..=31).contains(day))
                    .ok_or(AlignmentError::NoSuchDay { day })?;
                date(2000, 1, day)
            }
            Alignment::DayOfWeek(weekday) => {
                if cadence.unit != CadenceUnit::Week {
                    return Err(AlignmentError::NotOfWeeks { cadence });
                }
                let first = date(2000, 1, 1);
                let days = i64::from(weekday.since(first.weekday()));
                first.saturating_add(Span::new().days(days))
            }
        };
        let shown = shown.at(0, 0, 0, 0);
        let anchor = zone.first_shown(shown).ok_or(AlignmentError::OutOfRange)?;
        Ok(Self { cadence, anchor, shown, zone })
    }

    /// How long its periods are.
    #[must_use]
    pub const fn cadence(&self) -> Cadence {
        self.cadence
    }

    /// On whose clock they are read.
    #[must_use]
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// When the period of this number begins, where the calendar knows.
    #[must_use]
    pub fn begins(&self, number: i64) -> Option<Timestamp> {
        // The anchor may be a time that the clock shows twice.
        if number == 0 {
            return Some(self.anchor);
        }
        let units = number.checked_mul(self.cadence.count.get().into())?;
        let exactly = |ms: i64| {
            let since = units.checked_mul(ms)?;
            self.anchor.unix_ms().checked_add(since).map(Timestamp::from_unix_ms)
        };
        let span = match self.cadence.unit {
            CadenceUnit::Minute => return exactly(MINUTE_MS),
            CadenceUnit::Hour => return exactly(HOUR_MS),
            CadenceUnit::Day => Span::new().try_days(units),
            CadenceUnit::Week => Span::new().try_weeks(units),
            CadenceUnit::Month => Span::new().try_months(units),
            CadenceUnit::Year => Span::new().try_years(units),
        };
        self.zone.first_shown(self.shown.checked_add(span.ok()?).ok()?)
    }

    /// The period of this number; `None` where it is empty, as a day that was left out of the
    /// calendar, or outside of it.
    #[must_use]
    pub fn period(&self, number: i64) -> Option<Period> {
        let interval = Interval::new(self.begins(number)?, self.begins(number.checked_add(1)?)?)?;
        Some(Period { number, interval })
    }

    /// The period that a moment is in, where the calendar knows.
    #[must_use]
    pub fn around(&self, at: Timestamp) -> Option<Period> {
        let near = self.number_near(at)?;
        // A clock that is put back may show the day before once more.
        let mut near = (near - 2..=near + 2).filter_map(|number| self.period(number));
        near.find(|period| period.interval.contains(at))
    }

    /// The number of the period that a moment is in, or of its neighbour.
    fn number_near(&self, at: Timestamp) -> Option<i64> {
        let count = i64::from(self.cadence.count.get());
        let since_ms = at.unix_ms().checked_sub(self.anchor.unix_ms())?;
        let exactly = |ms: i64| since_ms.div_euclid(count.saturating_mul(ms));
        let calendar = |since: fn(Date, Date) -> i64| {
            let today = self.zone.shown(at)?.date();
            Some(since(self.shown.date(), today).div_euclid(count))
        };
        match self.cadence.unit {
            CadenceUnit::Minute => Some(exactly(MINUTE_MS)),
            CadenceUnit::Hour => Some(exactly(HOUR_MS)),
            CadenceUnit::Day => calendar(days_between),
            CadenceUnit::Week => calendar(|from, until| days_between(from, until).div_euclid(7)),
            CadenceUnit::Month => calendar(months_between),
            CadenceUnit::Year => calendar(|from, until| (until.year() - from.year()).into()),
        }
    }
}

/// Days from one date to another.
pub(super) fn days_between(from: Date, until: Date) -> i64 {
    (until - from).get_days().into()
}

fn months_between(from: Date, until: Date) -> i64 {
    let months = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
    months(until) - months(from)
}

#[cfg(test)]
#[path = "cycle_tests.rs"]
mod tests;
