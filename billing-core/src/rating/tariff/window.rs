//! Times of the week, as they are written: `mon-fri 08:00-20:00`.

use core::fmt;
use core::str::FromStr;

use jiff::civil::Weekday;

/// Minutes of a day on the clock.
pub(super) const DAY_MIN: u16 = 24 * 60;
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
    /// Minutes after midnight.
    from_min: u16,
    /// Minutes after the midnight of the same day, above a day's where it reaches into the next.
    until_min: u16,
}

/// On which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Days {
    /// From one day of the week to another, both in it.
    Week { first: Weekday, last: Weekday },
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
        let within = |minute: u16| self.from_min <= minute && minute < self.until_min;
        self.days.has(today) && within(minute)
            || self.days.has(yesterday) && within(minute + DAY_MIN)
    }

    /// The minutes of a day between which it says the same throughout.
    pub(super) const fn edges_min(self) -> [u16; 2] {
        [self.from_min, self.until_min % DAY_MIN]
    }
}

impl Days {
    fn has(self, day: Day) -> bool {
        match self {
            Self::Week { first, last } => day.weekday.since(first) <= last.since(first),
            Self::Holidays => day.is_holiday,
        }
    }
}

impl FromStr for Window {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        let wrong = |problem| WindowError::Form { window: text.to_owned(), problem };
        let mut words = text.split_whitespace();
        let (Some(days), Some(times), None) = (words.next(), words.next(), words.next()) else {
            return Err(wrong("it takes days and a time, with a blank between"));
        };
        let days = days_named(days).map_err(wrong)?;
        let ends = times.split_once('-').ok_or(wrong("a time has two ends, 08:00-20:00"))?;
        let (from_min, end_min) = (minute(ends.0).map_err(wrong)?, minute(ends.1).map_err(wrong)?);
        if from_min == DAY_MIN {
            return Err(wrong("it begins before midnight, at 23:59 or earlier"));
        }
        if from_min == end_min {
            return Err(wrong("it ends where it begins; a whole day is 00:00-24:00"));
        }
        let over_midnight = if end_min < from_min { DAY_MIN } else { 0 };
        Ok(Self { days, from_min, until_min: end_min + over_midnight })
    }
}

const HOLIDAYS: &str = "holiday";
const EVERY_DAY: &str = "daily";
const WEEK: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

fn days_named(text: &str) -> Result<Days, &'static str> {
    if text.eq_ignore_ascii_case(HOLIDAYS) {
        return Ok(Days::Holidays);
    }
    if text.eq_ignore_ascii_case(EVERY_DAY) {
        return Ok(Days::Week { first: Weekday::Monday, last: Weekday::Sunday });
    }
    let day = |text: &str| {
        let found = WEEK.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
        let unknown = "days are mon, tue, wed, thu, fri, sat, sun, mon-fri, daily or holiday";
        found.map(|(_, day)| *day).ok_or(unknown)
    };
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Ok(Days::Week { first: day(first)?, last: day(last)? })
}

/// Minutes after midnight, up to that of the next day.
fn minute(text: &str) -> Result<u16, &'static str> {
    let read = || {
        let (hour, minute) = text.split_once(':')?;
        let number = |text: &str| {
            let is_right = text.len() == 2 && text.bytes().all(|digit| digit.is_ascii_digit());
            if is_right { text.parse::<u16>().ok() } else { None }
        };
        let (hour, minute) = (number(hour)?, number(minute)?);
        let minutes = hour * 60 + minute;
        (minute < 60 && minutes <= DAY_MIN).then_some(minutes)
    };
    read().ok_or("a time is written 00:00 to 24:00")
}

impl fmt::Display for Window {
    /// `mon-fri 08:00-20:00`: as it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |day| WEEK.iter().find(|(_, known)| *known == day).map_or("", |(name, _)| *name);
        match self.days {
            Days::Holidays => f.write_str(HOLIDAYS)?,
            Days::Week { first: Weekday::Monday, last: Weekday::Sunday } => {
                f.write_str(EVERY_DAY)?;
            }
            Days::Week { first, last } if first == last => f.write_str(name(first))?,
            Days::Week { first, last } => write!(f, "{}-{}", name(first), name(last))?,
        }
        // The end of a whole day is 24:00, and no midnight of the next.
        let until =
            if self.until_min > DAY_MIN { self.until_min - DAY_MIN } else { self.until_min };
        let from = self.from_min;
        write!(f, " {:02}:{:02}-{:02}:{:02}", from / 60, from % 60, until / 60, until % 60)
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
