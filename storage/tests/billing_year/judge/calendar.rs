//! Days and periods, found by looking at one day after another.

use std::collections::HashMap;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan as _};

const MINUTE_MS: i64 = 60_000;

/// Where periods begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the moment at which the subscription began, and so on.
    Anniversary,
    /// At midnight before this day of the month; where it has none such, before its last.
    DayOfMonth(i8),
    /// At midnight before this day of the week; Monday is 1.
    Weekday(i8),
}

/// How long periods are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    Month,
    Week,
    Days(i32),
}

/// The clock of the tenant, for the years that a test may look at.
pub struct Calendar {
    zone: TimeZone,
    midnights: HashMap<Date, i64>,
}

impl Calendar {
    pub fn named(zone: &str) -> Self {
        let zone = TimeZone::get(zone).unwrap();
        let mut this = Self { zone, midnights: HashMap::new() };
        let first = jiff::civil::date(2026, 6, 1);
        for days in 0..1_000 {
            let date = first.checked_add(days.days()).unwrap();
            let midnight = this.first_shown(date.to_datetime(Time::midnight()));
            this.midnights.insert(date, midnight);
        }
        this
    }

    pub fn shown(&self, at: i64) -> DateTime {
        Timestamp::from_millisecond(at).unwrap().to_zoned(self.zone.clone()).datetime()
    }

    pub fn date(&self, at: i64) -> Date {
        self.shown(at).date()
    }

    /// The first moment of a day.
    pub fn midnight(&self, date: Date) -> i64 {
        self.midnights[&date]
    }

    /// The first moment at which the clock shows this time or a later one.
    pub fn first_shown(&self, time: DateTime) -> i64 {
        let ambiguous = self.zone.to_ambiguous_timestamp(time);
        let near = ambiguous.compatible().unwrap().as_millisecond();
        if matches!(ambiguous.offset(), AmbiguousOffset::Unambiguous { .. }) {
            return near;
        }
        // Minute by minute, from well before the clock was changed.
        let mut at = near - 180 * MINUTE_MS;
        while self.shown(at) < time {
            at += MINUTE_MS;
        }
        at
    }

    /// Whether a period begins on this day.
    fn begins_on(&self, (every, align): (Every, Align), began_at: i64, date: Date) -> bool {
        let is_day = |day: i8| date.day() == day.min(date.days_in_month());
        let anchor = self.date(began_at);
        let days = (date - anchor).get_days();
        match (every, align) {
            (Every::Month, Align::DayOfMonth(day)) => is_day(day),
            (Every::Month, Align::Anniversary) => is_day(anchor.day()),
            (Every::Week, Align::Weekday(day)) => date.weekday().to_monday_one_offset() == day,
            (Every::Week, Align::Anniversary) => days.rem_euclid(7) == 0,
            (Every::Days(count), Align::Anniversary) => days.rem_euclid(count) == 0,
            other => panic!("there are no such periods: {other:?}"),
        }
    }

    /// When the period begins that begins on this day.
    fn begins_at(&self, align: Align, began_at: i64, date: Date) -> i64 {
        if align != Align::Anniversary {
            return self.midnight(date);
        }
        match date == self.date(began_at) {
            true => began_at,
            false => self.first_shown(date.to_datetime(self.shown(began_at).time())),
        }
    }

    /// The periods from the one around `from` until those that begin behind `at`.
    pub fn periods(
        &self,
        rhythm: (Every, Align),
        began_at: i64,
        from: i64,
        at: i64,
    ) -> Vec<(i64, i64)> {
        let mut date = self.date(from);
        let day = |date: Date, days: i32| date.checked_add(days.days()).unwrap();
        let begins = |date: Date| {
            let is_first = self.begins_on(rhythm, began_at, date);
            is_first.then(|| self.begins_at(rhythm.1, began_at, date))
        };
        let mut begin = loop {
            match begins(date) {
                Some(begin) if begin <= from => break begin,
                _ => date = day(date, -1),
            }
        };
        let mut periods = Vec::new();
        while begin <= at || periods.is_empty() {
            let end = loop {
                date = day(date, 1);
                if let Some(end) = begins(date) {
                    break end;
                }
            };
            periods.push((begin, end));
            begin = end;
        }
        periods
    }

    /// The last millisecond of each day on which a period is charged.
    pub fn day_ends(&self, (from, until): (i64, i64)) -> Vec<i64> {
        let (mut date, last) = (self.date(from), self.date(until));
        let mut ends = Vec::new();
        while date < last {
            date = date.checked_add(1.day()).unwrap();
            ends.push(self.midnight(date) - 1);
        }
        ends
    }
}
