//! How long periods are.

use core::fmt;
use core::num::NonZeroU32;
use core::str::FromStr;

/// How long a period is: `1 month`, `30 days`, `90 minutes`.
///
/// Minutes and hours are exact. The others are read on a clock: a day is 23 or 25 hours long where
/// the clock is changed, and a month as long as the calendar has it. A plan of "30 days" is one of
/// 30 days, and not a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cadence {
    /// How many of the unit.
    pub count: NonZeroU32,
    /// The unit.
    pub unit: CadenceUnit,
}

/// In what a period is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CadenceUnit {
    /// 60 seconds.
    Minute,
    /// 3,600 seconds.
    Hour,
    /// From a time of the clock to the same time of the next day.
    Day,
    /// Seven days.
    Week,
    /// From a day to the same day of the next month; of a month without it, to its last.
    Month,
    /// Twelve months.
    Year,
}

/// The longest period, of each unit: a century.
const YEARS_MAX: u32 = 100;

impl CadenceUnit {
    /// Every unit.
    pub const ALL: [Self; 6] =
        [Self::Minute, Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    /// What one is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The most of them that make a period.
    const fn count_max(self) -> u32 {
        match self {
            Self::Minute => YEARS_MAX * 366 * 24 * 60,
            Self::Hour => YEARS_MAX * 366 * 24,
            Self::Day => YEARS_MAX * 366,
            Self::Week => YEARS_MAX * 53,
            Self::Month => YEARS_MAX * 12,
            Self::Year => YEARS_MAX,
        }
    }
}

/// A text that is no length of a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no period; periods are written `1 month`, `30 days`, `2 weeks`, `1 year`, `12 hours` \
     or `90 minutes`, up to {YEARS_MAX} years"
)]
pub struct CadenceError {
    /// As written.
    pub text: String,
}

impl FromStr for Cadence {
    type Err = CadenceError;

    fn from_str(text: &str) -> Result<Self, CadenceError> {
        let read = || {
            let (count, unit) = text.split_once(' ')?;
            let named = |it: &CadenceUnit| unit.strip_suffix('s').unwrap_or(unit) == it.name();
            let unit = CadenceUnit::ALL.into_iter().find(named)?;
            let count: NonZeroU32 = count.parse().ok()?;
            (count.get() <= unit.count_max()).then_some(Self { count, unit })
        };
        read().ok_or_else(|| CadenceError { text: text.to_owned() })
    }
}

impl fmt::Display for Cadence {
    /// `1 month`, `30 days`: as it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count.get() == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.count, self.unit.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_as_they_are_written() {
        for text in ["1 month", "3 months", "30 days", "1 week", "1 year", "12 hours", "90 minutes"]
        {
            assert_eq!(text.parse::<Cadence>().unwrap().to_string(), text);
        }
        for text in
            ["", "month", "0 days", "-1 day", "1month", "1 fortnight", "101 years", "1  day"]
        {
            let error = text.parse::<Cadence>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{text}` is no period; ")), "{error}");
        }
    }
}
