//! Days on which other prices may hold.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// The most holidays of a tariff: of some decades.
pub const HOLIDAYS_MAX: usize = 1_024;

/// Days that are holidays, each by its date: those that move with the moon are entered as they fall.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holidays {
    /// Days since 1970-01-01, ascending, each once.
    days: Vec<i64>,
}

/// Too many holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are more than {HOLIDAYS_MAX} holidays; leave out those that are long past")]
pub struct TooManyHolidays;

impl Holidays {
    /// These days, in any order.
    ///
    /// # Errors
    /// When there are more than [`HOLIDAYS_MAX`].
    pub fn new(dates: impl IntoIterator<Item = Date>) -> Result<Self, TooManyHolidays> {
        let mut days: Vec<i64> =
            dates.into_iter().take(HOLIDAYS_MAX + 1).map(days_since_epoch).collect();
        if days.len() > HOLIDAYS_MAX {
            return Err(TooManyHolidays);
        }
        days.sort_unstable();
        days.dedup();
        Ok(Self { days })
    }

    /// Each, ascending.
    pub fn dates(&self) -> impl Iterator<Item = Date> {
        // Each was a date before it was counted.
        self.days.iter().filter_map(|days| {
            let since = i32::try_from(*days).ok()?.days();
            date(1970, 1, 1).checked_add(since).ok()
        })
    }

    /// Is the day, counted from 1970-01-01, one of them?
    pub(super) fn has(&self, day: i64) -> bool {
        !self.days.is_empty() && self.days.binary_search(&day).is_ok()
    }
}

fn days_since_epoch(day: Date) -> i64 {
    (day - date(1970, 1, 1)).get_days().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_the_epoch() {
        let holidays = Holidays::new([date(2027, 12, 25), date(1970, 1, 1), date(1969, 12, 31)]);
        let holidays = holidays.unwrap();
        for (day, expected) in [(21_176, false), (21_177, true), (0, true), (-1, true), (1, false)]
        {
            assert_eq!(holidays.has(day), expected, "{day}");
        }
        assert!(!Holidays::default().has(0));
    }

    #[test]
    fn too_many_are_refused() {
        let days = |count| Holidays::new((0..count).map(|_| date(2027, 1, 1)));
        assert!(days(HOLIDAYS_MAX).is_ok());
        let error = days(HOLIDAYS_MAX + 1).unwrap_err().to_string();
        let expected = "there are more than 1024 holidays; leave out those that are long past";
        assert_eq!(error, expected);
    }
}
