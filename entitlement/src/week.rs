//! Days of the week and times of a day, as they are written: `mon-fri 08:00-20:00`.

use core::fmt;

use jiff::civil::Weekday;

/// Minutes of a day on the clock.
pub const DAY_MIN: u16 = 24 * 60;

/// The days of the week by the words for them, from Monday.
pub const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];
const DAILY: &str = "daily";

/// From one day of the week to another, both in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WeekDays {
    first: Weekday,
    last: Weekday,
}

/// From one time of a day to another, which may be one of the next day. What the clock does when it is put
/// forward or back, says who uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DayTimes {
    from_min: u16,
    until_min: u16,
}

/// A window as it is written: days and times, with a blank between.
///
/// # Errors
/// What is wrong with it, in words.
pub fn window_parts(text: &str) -> Result<(&str, DayTimes), &'static str> {
    let mut words = text.split_whitespace();
    let (Some(days), Some(times), None) = (words.next(), words.next(), words.next()) else {
        return Err("it takes days and a time, with a blank between");
    };
    Ok((days, DayTimes::read(times)?))
}

impl WeekDays {
    /// The days that a text says: `mon`, `mon-fri`, `daily`, in capital or small letters.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case(DAILY) {
            return Some(Self { first: Weekday::Monday, last: Weekday::Sunday });
        }
        let day = |text: &str| {
            let found = WEEKDAYS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
            found.map(|(_, day)| *day)
        };
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        Some(Self { first: day(first)?, last: day(last)? })
    }

    /// Is it one of these days?
    #[must_use]
    pub fn has(self, day: Weekday) -> bool {
        day.since(self.first) <= self.last.since(self.first)
    }
}

impl DayTimes {
    /// The times that a text says: `08:00-20:00`, `22:00-06:00` into the next day, `00:00-24:00`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        let (from, until) = text.split_once('-').ok_or("a time has two ends, 08:00-20:00")?;
        let (from_min, until_min) = (minutes(from)?, minutes(until)?);
        if from_min == DAY_MIN {
            return Err("it begins before midnight, at 23:59 or earlier");
        }
        if from_min == until_min {
            return Err("it ends where it begins; a whole day is 00:00-24:00");
        }
        let over_midnight = if until_min < from_min { DAY_MIN } else { 0 };
        Ok(Self { from_min, until_min: until_min + over_midnight })
    }

    /// When they begin, minutes after midnight.
    #[must_use]
    pub const fn from_min(self) -> u16 {
        self.from_min
    }

    /// When they are over, minutes after the midnight of the same day: above a day's where they reach into
    /// the next.
    #[must_use]
    pub const fn until_min(self) -> u16 {
        self.until_min
    }
}

/// Minutes after midnight, up to that of the next day.
fn minutes(text: &str) -> Result<u16, &'static str> {
    const WRONG: &str = "a time is written 00:00 to 24:00";
    let (hour, minute) = text.split_once(':').ok_or(WRONG)?;
    let number = |text: &str| {
        let is_right = text.len() == 2 && text.bytes().all(|digit| digit.is_ascii_digit());
        if is_right { text.parse::<u16>().map_err(|_| WRONG) } else { Err(WRONG) }
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let minutes = hour * 60 + minute;
    if minute < 60 && minutes <= DAY_MIN { Ok(minutes) } else { Err(WRONG) }
}

impl fmt::Display for WeekDays {
    /// As they are read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word =
            |day| WEEKDAYS.iter().find(|(_, known)| *known == day).map_or("", |(word, _)| *word);
        match (self.first, self.last) {
            (Weekday::Monday, Weekday::Sunday) => f.write_str(DAILY),
            (first, last) if first == last => f.write_str(word(first)),
            (first, last) => write!(f, "{}-{}", word(first), word(last)),
        }
    }
}

impl fmt::Display for DayTimes {
    /// As they are read: a whole day ends at 24:00, and no midnight of the next.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from_min: from, until_min } = *self;
        let until = if until_min > DAY_MIN { until_min - DAY_MIN } else { until_min };
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, until / 60, until % 60)
    }
}
