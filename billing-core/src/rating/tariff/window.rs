//! Times of the week, as they are written: `mon-fri 08:00-20:00`.

use core::fmt;
use core::str::FromStr;

pub(super) use entitlement::DAY_MIN;
use entitlement::{DayTimes, WeekDays, window_parts};
use jiff::civil::Weekday;

/// The most windows of a tariff, those of all its rates together.
pub const WINDOWS_MAX: usize = 64;

/// Windows of the week, written one after the other: `mon-fri 08:00-20:00, holiday 00:00-24:00`.
///
/// They are read on the clock of the tenant's zone, minute by minute: a moment lies in a window when
/// the clock shows a time in it. What the clock leaves out when it is put forward is nowhere; what
/// it shows twice when it is put back is in the window both times. A window that ends before it
/// begins, `fri 22:00-06:00`, reaches into the next day and belongs to the day on which it begins.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Windows(Vec<Window>);

/// The same time on some days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    days: Days,
    times: DayTimes,
}

/// On which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Days {
    /// On days of the week.
    Week(WeekDays),
    /// On holidays, whatever day of the week they are.
    Holidays,
}

/// What counts of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) weekday: Weekday,
    pub(super) is_holiday: bool,
}

/// A text that is no window.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WindowError {
    /// It is not written as one.
    #[error(
        "`{window}` is no window: {problem}; windows are written `mon-fri 08:00-20:00`, \
         `sat 22:00-06:00` or `holiday 00:00-24:00`"
    )]
    Form {
        /// As written.
        window: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// There are too many.
    #[error("there are {count} windows; a tariff has {WINDOWS_MAX} at most")]
    TooMany {
        /// How many there are.
        count: usize,
    },
}

impl Windows {
    /// Each.
    #[must_use]
    pub fn as_slice(&self) -> &[Window] {
        &self.0
    }
}

impl FromStr for Windows {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        let count = text.split(',').count();
        if count > WINDOWS_MAX {
            return Err(WindowError::TooMany { count });
        }
        text.split(',').map(|window| window.trim().parse()).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Windows {
    /// As it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, window) in self.0.iter().enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            write!(f, "{comma}{window}")?;
        }
        Ok(())
    }
}

impl Window {
    /// Is the minute after midnight of `today` in it? Yesterday's window may reach into today.
    pub(super) fn contains(self, minute: u16, today: Day, yesterday: Day) -> bool {
        let (from_min, until_min) = (self.times.from_min(), self.times.until_min());
        let within = |minute: u16| from_min <= minute && minute < until_min;
        self.days.has(today) && within(minute)
            || self.days.has(yesterday) && within(minute + DAY_MIN)
    }

    /// The minutes of a day between which it says the same throughout.
    pub(super) const fn edges_min(self) -> [u16; 2] {
        [self.times.from_min(), self.times.until_min() % DAY_MIN]
    }
}

impl Days {
    fn has(self, day: Day) -> bool {
        match self {
            Self::Week(days) => days.has(day.weekday),
            Self::Holidays => day.is_holiday,
        }
    }
}

impl FromStr for Window {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        let wrong = |problem| WindowError::Form { window: text.to_owned(), problem };
        let (days, times) = window_parts(text).map_err(wrong)?;
        let days = match days.eq_ignore_ascii_case(HOLIDAYS) {
            true => Some(Days::Holidays),
            false => WeekDays::read(days).map(Days::Week),
        };
        let unknown = "days are mon, tue, wed, thu, fri, sat, sun, mon-fri, daily or holiday";
        Ok(Self { days: days.ok_or_else(|| wrong(unknown))?, times })
    }
}

const HOLIDAYS: &str = "holiday";

impl fmt::Display for Window {
    /// `mon-fri 08:00-20:00`: as it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { days, times } = self;
        match days {
            Days::Holidays => write!(f, "{HOLIDAYS} {times}"),
            Days::Week(days) => write!(f, "{days} {times}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_read_as_they_are_written() {
        for text in [
            "mon-fri 08:00-20:00",
            "sat 22:00-06:00",
            "daily 00:00-24:00",
            "holiday 00:00-24:00",
            "fri-mon 23:59-00:01, tue 00:00-00:01",
        ] {
            assert_eq!(text.parse::<Windows>().unwrap().to_string(), text);
        }
        let spelled = "Mon-Fri  08:00-20:00 ,SUN-SUN 10:00-11:00".parse::<Windows>().unwrap();
        assert_eq!(spelled.to_string(), "mon-fri 08:00-20:00, sun 10:00-11:00");
        // A window may end with the day on which the next one begins.
        assert_eq!("sun 22:00-00:00".parse::<Window>().unwrap().to_string(), "sun 22:00-24:00");
    }

    #[test]
    fn what_is_no_window_is_refused() {
        for (text, problem) in [
            ("", "it takes days and a time, with a blank between"),
            ("mon", "it takes days and a time, with a blank between"),
            ("mon 08:00 20:00", "it takes days and a time, with a blank between"),
            ("monday 08:00-20:00", "days are mon, tue, wed, thu, fri, sat, sun, mon-fri, daily"),
            ("mon 08:00", "a time has two ends, 08:00-20:00"),
            ("mon 8:00-20:00", "a time is written 00:00 to 24:00"),
            ("mon 08:60-20:00", "a time is written 00:00 to 24:00"),
            ("mon 08:00-24:01", "a time is written 00:00 to 24:00"),
            ("mon 24:00-08:00", "it begins before midnight, at 23:59 or earlier"),
            ("mon 08:00-08:00", "it ends where it begins; a whole day is 00:00-24:00"),
        ] {
            let error = text.parse::<Windows>().unwrap_err().to_string();
            let expected = format!("`{text}` is no window: {problem}");
            assert!(error.starts_with(&expected), "{error}");
        }
        let many = ["mon 08:00-09:00"; WINDOWS_MAX + 1].join(",");
        let error = many.parse::<Windows>().unwrap_err().to_string();
        assert_eq!(error, "there are 65 windows; a tariff has 64 at most");
    }

    #[test]
    fn a_minute_is_in_a_window_of_its_day_or_of_the_day_before() {
        let day = |weekday, is_holiday| Day { weekday, is_holiday };
        let (fri, sat) = (day(Weekday::Friday, false), day(Weekday::Saturday, false));
        let is_in = |text: &str, minute: u16, today: Day, yesterday: Day| {
            text.parse::<Window>().unwrap().contains(minute, today, yesterday)
        };
        let thu = day(Weekday::Thursday, false);
        for (minute, today, yesterday, expected) in [
            (1_319, fri, thu, false),
            (1_320, fri, thu, true),
            (359, sat, fri, true),
            (360, sat, fri, false),
            (359, fri, thu, false),
            (1_320, sat, fri, false),
        ] {
            assert_eq!(is_in("fri 22:00-06:00", minute, today, yesterday), expected, "{minute}");
        }
        let holiday = day(Weekday::Friday, true);
        assert!(is_in("holiday 00:00-24:00", 0, holiday, thu));
        assert!(is_in("mon-fri 00:00-24:00", 1_439, holiday, thu), "a holiday is also its weekday");
        assert!(!is_in("holiday 00:00-24:00", 0, sat, holiday));
        assert!(is_in("holiday 22:00-06:00", 0, sat, holiday), "and its night is its own");
        assert!(is_in("fri-mon 08:00-09:00", 480, day(Weekday::Sunday, false), sat));
        assert!(!is_in("fri-mon 08:00-09:00", 480, day(Weekday::Tuesday, false), sat));
    }
}
