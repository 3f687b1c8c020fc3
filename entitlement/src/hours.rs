//! The hours of the week in which a plan may be used.

use core::fmt;
use core::str::FromStr;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use jiff::tz::{TimeZone as Zone, TimeZoneDatabase};

use crate::Timestamp;

/// Minutes of a day on the clock.
const DAY_MIN: u16 = 24 * 60;
/// Days that are looked at around a moment: yesterday's window may reach over midnight, and the next
/// one of a single day a week is a week away.
const DAYS_AROUND: core::ops::RangeInclusive<i64> = -1..=8;
/// The most rules of one plan.
pub const HOURS_RULES_MAX: usize = 32;

/// A zone of the IANA database by its name, `Africa/Nairobi`: what a clock on a wall there shows.
///
/// The database is part of the program: nothing is read from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeZone(Zone);

impl TimeZone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(Zone::UTC);

    /// The zone of this name, without regard to case; `None` where there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TimeZoneDatabase::bundled().get(name).ok().map(Self)
    }

    /// Its name as the database spells it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }
}

/// Hours of the week, on the clock of the operator's zone: `mon-fri 08:00-18:00, sat 09:00-13:00`.
///
/// A window that ends before it begins, `fri 22:00-06:00`, reaches into the next day. Where the clock
/// is put forward or back, a window ends when the clock says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    rules: Vec<Rule>,
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
        let mut windows = self.windows_around(now, zone);
        windows.sort_unstable();
        let mut open_until = None;
        for &(from, to) in &windows {
            match open_until {
                None if from <= now && now < to => open_until = Some(to),
                // One that begins where another ends, or before, carries on.
                Some(until) if from <= until && to > until => open_until = Some(to),
                _ => {}
            }
        }
        let week = now.unix_ms() + 7 * 24 * 3_600_000;
        match open_until {
            Some(until) => Now::Open { until: Some(until).filter(|end| end.unix_ms() < week) },
            None => {
                let next = windows.iter().map(|(from, _)| *from).find(|from| *from > now);
                Now::Closed { opens_at: next.unwrap_or(Timestamp::from_unix_ms(week)) }
            }
        }
    }

    /// The windows of the days around a moment, as moments.
    fn windows_around(&self, now: Timestamp, zone: &TimeZone) -> Vec<(Timestamp, Timestamp)> {
        let Ok(moment) = jiff::Timestamp::from_millisecond(now.unix_ms()) else {
            return Vec::new();
        };
        let today = moment.to_zoned(zone.0.clone()).date();
        let days = DAYS_AROUND.filter_map(|days| today.checked_add(days.days()).ok());
        days.flat_map(|date| {
            let of_day = self.rules.iter().filter(move |rule| rule.is_on(date.weekday()));
            of_day.filter_map(move |rule| {
                let from = on_the_clock(date, rule.from_min, zone)?;
                let to = on_the_clock(date, rule.to_min, zone)?;
                Some((from, to))
            })
        })
        .collect()
    }
}

impl Rule {
    fn is_on(self, day: Weekday) -> bool {
        let since = |day: Weekday| day.since(self.first);
        since(day) <= since(self.last)
    }
}

/// When the clock shows so many minutes after the midnight of the date. A time that the clock leaves
/// out counts as that much later as it is put forward by; of one that it shows twice, the first.
fn on_the_clock(date: Date, minutes: u16, zone: &TimeZone) -> Option<Timestamp> {
    let date = date.checked_add(i64::from(minutes / DAY_MIN).days()).ok()?;
    let (hour, minute) = ((minutes % DAY_MIN) / 60, minutes % 60);
    let time = date.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0);
    let zoned = zone.0.to_ambiguous_zoned(time).compatible().ok()?;
    Some(Timestamp::from_unix_ms(zoned.timestamp().as_millisecond()))
}

/// What is wrong with a text that should have been [`Hours`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{rule}` is no window: {problem}; hours are written `mon-fri 08:00-18:00, sat 09:00-13:00`"
)]
pub struct HoursError {
    /// The rule that is wrong.
    pub rule: String,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl FromStr for Hours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let rules = text.split(',').map(|rule| {
            let wrong = |problem| HoursError { rule: rule.trim().to_owned(), problem };
            Rule::parse(rule).map_err(wrong)
        });
        let rules: Vec<Rule> = rules.collect::<Result<_, _>>()?;
        if rules.len() > HOURS_RULES_MAX {
            let problem = "there are more than 32 windows";
            return Err(HoursError { rule: text.to_owned(), problem });
        }
        Ok(Self { rules })
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

const DAYS: [(&str, Weekday); 7] = [
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
mod tests {
    use super::*;

    fn hours(text: &str) -> Hours {
        text.parse().unwrap()
    }

    fn moment(text: &str) -> Timestamp {
        let moment: jiff::Timestamp = text.parse().unwrap();
        Timestamp::from_unix_ms(moment.as_millisecond())
    }

    fn berlin() -> TimeZone {
        TimeZone::named("Europe/Berlin").unwrap()
    }

    #[test]
    fn a_window_is_half_open_on_the_clock_of_the_zone() {
        let office = hours("mon-fri 08:00-18:00");
        let at = |text| office.at(moment(text), &berlin());
        // Wednesday, 25 November 2026; Berlin is an hour ahead.
        let until = Some(moment("2026-11-25T17:00:00Z"));
        assert_eq!(at("2026-11-25T07:00:00Z"), Now::Open { until });
        assert_eq!(at("2026-11-25T16:59:59Z"), Now::Open { until });
        let opens_at = moment("2026-11-26T07:00:00Z");
        assert_eq!(at("2026-11-25T17:00:00Z"), Now::Closed { opens_at });
        let opens_at = moment("2026-11-30T07:00:00Z");
        assert_eq!(at("2026-11-28T11:00:00Z"), Now::Closed { opens_at });
    }

    #[test]
    fn a_window_over_midnight_belongs_to_the_day_it_begins_on() {
        let night = hours("fri 22:00-06:00");
        let at = |text| night.at(moment(text), &TimeZone::UTC);
        let until = Some(moment("2026-11-28T06:00:00Z"));
        assert_eq!(at("2026-11-27T22:00:00Z"), Now::Open { until });
        assert_eq!(at("2026-11-28T05:59:00Z"), Now::Open { until });
        let opens_at = moment("2026-12-04T22:00:00Z");
        assert_eq!(at("2026-11-28T06:00:00Z"), Now::Closed { opens_at });
        let opens_at = moment("2026-11-27T22:00:00Z");
        assert_eq!(at("2026-11-27T05:00:00Z"), Now::Closed { opens_at });
    }

    #[test]
    fn windows_that_touch_are_one_and_all_of_them_never_end() {
        let two = hours("wed 08:00-12:00, wed 12:00-18:00, thu 00:00-01:00");
        let now = moment("2026-11-25T09:00:00Z");
        let until = Some(moment("2026-11-25T18:00:00Z"));
        assert_eq!(two.at(now, &TimeZone::UTC), Now::Open { until });
        let always = hours("daily 00:00-24:00");
        assert_eq!(always.at(now, &berlin()), Now::Open { until: None });
        let over = hours("sun-mon 20:00-04:00");
        let until = Some(moment("2026-11-30T04:00:00Z"));
        assert_eq!(over.at(moment("2026-11-30T01:00:00Z"), &TimeZone::UTC), Now::Open { until });
    }

    /// On 25 October 2026 Berlin's clock goes back from 3:00 to 2:00, on 29 March 2026 forward.
    #[test]
    fn a_window_ends_when_the_clock_says_so() {
        let night = hours("daily 22:00-06:00");
        let until = |now| match night.at(moment(now), &berlin()) {
            Now::Open { until } => until.unwrap(),
            closed => panic!("{closed:?}"),
        };
        assert_eq!(until("2026-10-24T20:00:00Z"), moment("2026-10-25T05:00:00Z"));
        assert_eq!(until("2026-03-28T21:00:00Z"), moment("2026-03-29T04:00:00Z"));
        // 02:30 is left out on that day: the window begins when the clock shows 03:30.
        let early = hours("sun 02:30-04:00");
        let opens_at = moment("2026-03-29T01:30:00Z");
        let now = moment("2026-03-28T12:00:00Z");
        assert_eq!(early.at(now, &berlin()), Now::Closed { opens_at });
    }

    #[test]
    fn hours_are_shown_as_they_are_read() {
        for text in [
            "mon-fri 08:00-18:00",
            "daily 00:00-24:00",
            "fri-mon 22:00-06:00, sat 09:30-13:45",
            "sun 00:00-12:00",
        ] {
            assert_eq!(hours(text).to_string(), text);
        }
        assert_eq!(hours(" MON  08:00-18:00 ").to_string(), "mon 08:00-18:00");
        assert_eq!(hours("mon 10:00-00:00"), hours("mon 10:00-24:00"));
    }

    #[test]
    fn mistakes_are_named_with_what_would_be_right() {
        for (text, problem) in [
            ("", "it takes days and a time"),
            ("mon", "it takes days and a time"),
            ("mon 08:00", "a time has two ends"),
            ("mon 8:00-18:00", "a time is written 00:00 to 24:00"),
            ("mon 08:00-24:01", "a time is written 00:00 to 24:00"),
            ("mon 08:60-18:00", "a time is written 00:00 to 24:00"),
            ("mon 24:00-06:00", "a window begins before midnight"),
            ("mon 08:00-08:00", "it begins where it ends"),
            ("monday 08:00-18:00", "a day is mon, tue"),
            ("mon 08:00-18:00,", "it takes days and a time"),
        ] {
            let error = text.parse::<Hours>().unwrap_err();
            assert!(error.problem.starts_with(problem), "{text}: {error}");
        }
        assert_eq!(TimeZone::named("Europe/Berln"), None);
        assert_eq!(TimeZone::named("africa/nairobi").unwrap().name(), "Africa/Nairobi");
    }
}
