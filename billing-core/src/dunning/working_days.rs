//! On which days of the calendar something is done.

use jiff::civil::{Date, Weekday};

/// The most holidays of a calendar: those of some thirty years.
pub const HOLIDAYS_MAX: usize = 1_000;

/// Which days are no working days: those of the weekend, which differs by country, and holidays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkingDays {
    /// By the number of the weekday, from Monday.
    is_weekend: [bool; 7],
    /// Ascending.
    holidays: Vec<Date>,
}

/// Days of which no calendar can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorkingDaysError {
    /// Nothing would ever be done.
    #[error("all seven days are weekend; leave one to work on")]
    NoWorkingDay,
    /// Too many holidays.
    #[error("there are {count} holidays; a calendar has {HOLIDAYS_MAX} at most")]
    TooManyHolidays {
        /// How many there are.
        count: usize,
    },
}

impl WorkingDays {
    /// These weekdays, and these holidays in whatever order, are no working days.
    ///
    /// # Errors
    /// When no weekday is left, or there are too many holidays.
    pub fn new(weekend: &[Weekday], mut holidays: Vec<Date>) -> Result<Self, WorkingDaysError> {
        let count = holidays.len();
        if count > HOLIDAYS_MAX {
            return Err(WorkingDaysError::TooManyHolidays { count });
        }
        let is_weekend = Weekday::Monday
            .cycle_forward()
            .take(7)
            .map(|day| weekend.contains(&day))
            .collect::<Vec<_>>()
            .try_into()
            .unwrap_or_default();
        if is_weekend == [true; 7] {
            return Err(WorkingDaysError::NoWorkingDay);
        }
        holidays.sort_unstable();
        holidays.dedup();
        Ok(Self { is_weekend, holidays })
    }

    /// Which days of the week are weekend, from Monday.
    #[must_use]
    pub const fn weekend(&self) -> &[bool; 7] {
        &self.is_weekend
    }

    /// The holidays, ascending.
    #[must_use]
    pub fn holidays(&self) -> &[Date] {
        &self.holidays
    }

    /// Is something done on this day?
    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        let place = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        let is_weekend = self.is_weekend.get(place).copied().unwrap_or(false);
        !is_weekend && self.holidays.binary_search(&day).is_err()
    }

    /// This day, or the next working day behind it; `None` behind the last day of the calendar.
    #[must_use]
    pub fn on_or_after(&self, day: Date) -> Option<Date> {
        let mut day = day;
        // It ends: weeks have a working day, and holidays are bounded.
        while !self.is_working_day(day) {
            day = day.tomorrow().ok()?;
        }
        Some(day)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_next_working_day_is_behind_weekend_and_holidays() {
        // Good Friday and Easter Monday 2027 are 26 and 29 March.
        let holidays = vec![date(2027, 3, 29), date(2027, 3, 26), date(2027, 3, 26)];
        let week = [Weekday::Saturday, Weekday::Sunday];
        let easter = WorkingDays::new(&week, holidays).unwrap();
        let table = [
            (date(2027, 3, 25), date(2027, 3, 25)),
            (date(2027, 3, 26), date(2027, 3, 30)),
            (date(2027, 3, 27), date(2027, 3, 30)),
            (date(2027, 3, 30), date(2027, 3, 30)),
        ];
        for (day, expected) in table {
            assert_eq!(easter.on_or_after(day), Some(expected));
        }
        // Where the weekend is Friday and Saturday.
        let gulf = WorkingDays::new(&[Weekday::Friday, Weekday::Saturday], Vec::new()).unwrap();
        assert_eq!(gulf.on_or_after(date(2027, 3, 26)), Some(date(2027, 3, 28)));
        assert_eq!(WorkingDays::default().on_or_after(date(2027, 3, 27)), Some(date(2027, 3, 27)));
        let last = WorkingDays::new(&[Date::MAX.weekday()], Vec::new()).unwrap();
        assert_eq!(last.on_or_after(Date::MAX), None);
    }

    #[test]
    fn a_calendar_leaves_days_to_work_on() {
        let week: Vec<_> = Weekday::Monday.cycle_forward().take(7).collect();
        let error = WorkingDays::new(&week, Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "all seven days are weekend; leave one to work on");
        let error = WorkingDays::new(&[], vec![date(2027, 1, 1); 1_001]).unwrap_err();
        assert_eq!(error.to_string(), "there are 1001 holidays; a calendar has 1000 at most");
    }
}
