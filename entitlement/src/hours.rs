//! The hours of the week in which a plan may be used.

use core::fmt;
use core::str::FromStr;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone as Zone, TimeZoneDatabase};

use crate::Timestamp;
use crate::week::{DAY_MIN, DayTimes, WEEKDAYS, WeekDays, window_parts};

const WEEK_MIN: u16 = 7 * DAY_MIN;
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
    days: WeekDays,
    times: DayTimes,
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
            let of_day = self.rules.iter().filter(|rule| rule.days.has(date.weekday()));
            let mut windows: Vec<_> = of_day
                .filter_map(|rule| {
                    let from = on_the_clock(date, rule.times.from_min(), zone)?;
                    let to = on_the_clock(date, rule.times.until_min(), zone)?;
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
        for (day, (_, weekday)) in (0..).zip(WEEKDAYS) {
            if rule.days.has(weekday) {
                let midnight = day * day_min;
                let from = midnight + u32::from(rule.times.from_min());
                let to = midnight + u32::from(rule.times.until_min());
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
        let (days, times) = window_parts(text)?;
        let days = WeekDays::read(days);
        let days = days.ok_or("a day is mon, tue, wed, thu, fri, sat, sun or daily")?;
        Ok(Self { days, times })
    }
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
        write!(f, "{} {}", self.days, self.times)
    }
}

#[cfg(test)]
#[path = "hours_tests.rs"]
mod tests;
