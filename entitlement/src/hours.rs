//! The hours of the week in which a plan may be used.

use core::fmt;
use core::str::FromStr;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone as Zone, TimeZoneDatabase};

use crate::Timestamp;

/// Minutes of a day on the clock.
const DAY_MIN: u16 = 24 * 60;
const DAYS_A_WEEK: u16 = 7;
const WEEK_MIN: u16 = DAYS_A_WEEK * DAY_MIN;
const WEEK_S: i64 = WEEK_MIN as i64 * 60;
/// Days that are looked at around a moment: yesterday's window may reach over midnight, and the next
/// one of a single day a week is two weeks away when the clock leaves out that of next week.
const DAYS_AROUND: core::ops::RangeInclusive<i64> = -1..=15;
/// The most windows of one plan.
pub const HOURS_RULES_MAX: usize = 32;

/// A zone of the IANA database by its name, `Africa/Nairobi`: what a clock on a wall there shows.
///
/// The database is part of the program: nothing is read from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeZone(Zone);

impl TimeZone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(Zone::UTC);

    /// The zone of this name, without regard to case; `None` where there is none, and for
    /// `Etc/Unknown`, whose clock nobody knows.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        (!zone.is_unknown()).then_some(Self(zone))
    }

    /// Its name as the database spells it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// What its clock shows at a moment, in the years that the calendar knows.
    #[must_use]
    pub fn shown(&self, at: Timestamp) -> Option<DateTime> {
        let at = jiff::Timestamp::from_millisecond(at.unix_ms()).ok()?;
        Some(self.0.to_datetime(at))
    }

    /// The first moment at which its clock shows that time or a later one: of a time that it shows
    /// twice, the first; of one that it leaves out, the moment at which it is put forward.
    #[must_use]
    pub fn first_shown(&self, time: DateTime) -> Option<Timestamp> {
        let ambiguous = self.0.to_ambiguous_timestamp(time);
        let moment = match ambiguous.offset() {
            AmbiguousOffset::Gap { after, .. } => {
                let before = ambiguous.earlier().ok()?;
                let put_forward = self.0.following(before).find(|it| it.offset() == after)?;
                put_forward.timestamp()
            }
            _ => ambiguous.compatible().ok()?,
        };
        Some(Timestamp::from_unix_ms(moment.as_millisecond()))
    }
}

/// Hours of the week, on the clock of the operator's zone: `mon-fri 08:00-18:00, sat 09:00-13:00`.
///
/// A window that ends before it begins, `fri 22:00-06:00`, reaches into the next day. It begins and
/// ends at the first moment at which the clock shows that time or a later one. So where the clock is
/// put forward, what it leaves out is no part of a window; where it is put back, a window begins, or
/// ends, the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    rules: Vec<Rule>,
    /// Whether they leave out no minute of the week, whatever the clock does.
    is_always: bool,
}

/// The same window on some days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rule {
    first: Weekday,
    last: Weekday,
    /// Minutes after midnight.
    from_min: u16,
    /// Minutes after the midnight of the same day, above a day's where it reaches into the next.
    to_min: u16,
}

/// What the hours say of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Now {
    /// Inside, until then; `None` where one window follows the other all week.
    Open { until: Option<Timestamp> },
    /// Outside, until then.
    Closed { opens_at: Timestamp },
}

impl Hours {
    /// Whether `now` lies inside, and until when.
    pub(crate) fn at(&self, now: Timestamp, zone: &TimeZone) -> Now {
        if self.is_always {
            return Now::Open { until: None };
        }
        let mut open_until = None;
        for (from, to) in self.windows_around(now, zone) {
            match open_until {
                None if now < from => return Now::Closed { opens_at: from },
                None if now < to => open_until = Some(to),
                None => {}
                // One that begins where another ends, or before, carries on.
                Some(until) if from <= until => open_until = Some(to.max(until)),
                Some(_) => break,
            }
        }
        match open_until {
            Some(_) => Now::Open { until: open_until },
            // Beyond the years that the calendar knows.
            None => Now::Closed { opens_at: now.plus_s(WEEK_S) },
        }
    }

    /// The windows of the days around a moment, as moments, in the order in which they begin.
    fn windows_around(
        &self,
        now: Timestamp,
        zone: &TimeZone,
    ) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let now = jiff::Timestamp::from_millisecond(now.unix_ms()).ok();
        let today = now.map(|now| now.to_zoned(zone.0.clone()).date());
        let days = today.into_iter().flat_map(|today| {
            DAYS_AROUND.filter_map(move |days| today.checked_add(days.days()).ok())
        });
        days.flat_map(|date| {
            let of_day = self.rules.iter().filter(|rule| rule.is_on(date.weekday()));
            let mut windows: Vec<_> = of_day
                .filter_map(|rule| {
                    let from = on_the_clock(date, rule.from_min, zone)?;
                    let to = on_the_clock(date, rule.to_min, zone)?;
                    // The clock may leave out a window as a whole.
                    (from < to).then_some((from, to))
                })
                .collect();
            windows.sort_unstable();
            windows
        })
    }
}

/// Whether the windows leave out no minute of the week.
fn cover_the_week(rules: &[Rule]) -> bool {
    let (day_min, week_min) = (u32::from(DAY_MIN), u32::from(WEEK_MIN));
    let mut windows = Vec::new();
    for rule in rules {
        for (day, (_, weekday)) in (0..).zip(DAYS) {
            if rule.is_on(weekday) {
                let midnight = day * day_min;
                let from = midnight + u32::from(rule.from_min);
                let to = midnight + u32::from(rule.to_min);
                windows.push((from, to));
                // What reaches over the end of the week is at its beginning too.
                windows.push((0, to.saturating_sub(week_min)));
            }
        }
    }
    windows.sort_unstable();
    let covered =
        windows.into_iter().try_fold(
            0,
            |covered, (from, to)| {
                if from <= covered { Some(to.max(covered)) } else { None }
            },
        );
    covered.is_some_and(|covered| covered >= week_min)
}

impl Rule {
    fn is_on(self, day: Weekday) -> bool {
        let since = |day: Weekday| day.since(self.first);
        since(day) <= since(self.last)
    }
}

/// The first moment at which the clock shows so many minutes after the midnight of the date, or
/// more.
fn on_the_clock(date: Date, minutes: u16, zone: &TimeZone) -> Option<Timestamp> {
    let date = date.checked_add(i64::from(minutes / DAY_MIN).days()).ok()?;
    let (hour, minute) = ((minutes % DAY_MIN) / 60, minutes % 60);
    let time = date.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0);
    zone.first_shown(time)
}

/// What is wrong with a text that should have been [`Hours`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// One of the windows is not written as one.
    #[error(
        "`{rule}` is no window: {problem}; hours are written `mon-fri 08:00-18:00, sat 09:00-13:00`"
    )]
    NoWindow {
        /// The window that is wrong.
        rule: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// There are more than [`HOURS_RULES_MAX`].
    #[error("there are {count} windows; a plan has {} at most", HOURS_RULES_MAX)]
    TooMany {
        /// How many there are.
        count: usize,
    },
}

impl FromStr for Hours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let count = text.split(',').count();
        if count > HOURS_RULES_MAX {
            return Err(HoursError::TooMany { count });
        }
        let rules = text.split(',').map(|rule| {
            let wrong = |problem| HoursError::NoWindow { rule: rule.trim().to_owned(), problem };
            Rule::parse(rule).map_err(wrong)
        });
        let rules: Vec<Rule> = rules.collect::<Result<_, _>>()?;
        let is_always = cover_the_week(&rules);
        Ok(Self { rules, is_always })
    }
}

impl Rule {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let mut words = text.split_whitespace();
        let (Some(days), Some(times), None) = (words.next(), words.next(), words.next()) else {
            return Err("it takes days and a time, with a blank between");
        };
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let (first, last) = match days {
            "daily" => (Weekday::Monday, Weekday::Sunday),
            _ => (day(first)?, day(last)?),
        };
        let (from, to) = times.split_once('-').ok_or("a time has two ends, 08:00-18:00")?;
        let (from_min, mut to_min) = (minutes(from)?, minutes(to)?);
        if from_min == DAY_MIN {
            return Err("a window begins before midnight");
        }
        if from_min == to_min {
            return Err("it begins where it ends; a whole day is 00:00-24:00");
        }
        if to_min < from_min {
            to_min += DAY_MIN;
        }
        Ok(Self { first, last, from_min, to_min })
    }
}

const DAYS: [(&str, Weekday); DAYS_A_WEEK as usize] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

fn day(text: &str) -> Result<Weekday, &'static str> {
    let found = DAYS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
    found.map(|(_, day)| *day).ok_or("a day is mon, tue, wed, thu, fri, sat, sun or daily")
}

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

/// The text that reads back as these hours.
impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, rule) in self.rules.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            rule.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |day| DAYS.iter().find(|(_, known)| *known == day).map_or("", |(name, _)| *name);
        match (self.first, self.last) {
            (Weekday::Monday, Weekday::Sunday) => f.write_str("daily")?,
            (first, last) if first == last => f.write_str(name(first))?,
            (first, last) => write!(f, "{}-{}", name(first), name(last))?,
        }
        // A window that reaches into the next day ends before it begins on the clock; a whole day
        // ends at 24:00.
        let to_min = if self.to_min > DAY_MIN { self.to_min - DAY_MIN } else { self.to_min };
        let (from, to) = (self.from_min, to_min);
        write!(f, " {:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

#[cfg(test)]
#[path = "hours_tests.rs"]
mod tests;
