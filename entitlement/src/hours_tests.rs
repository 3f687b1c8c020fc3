//! Hours against literal moments, and against a walk through each minute.

use std::sync::LazyLock;

use proptest::prelude::*;

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
}

#[test]
fn an_edge_that_the_clock_leaves_out_is_the_moment_at_which_it_is_put_forward() {
    // On 29 March 2026 Berlin's clock goes from 2:00 to 3:00 at 01:00Z.
    let now = moment("2026-03-28T12:00:00Z");
    let put_forward = moment("2026-03-29T01:00:00Z");
    for from in ["02:00", "02:30", "02:59", "03:00"] {
        let early = hours(&format!("sun {from}-04:00"));
        let opens = Now::Closed { opens_at: put_forward };
        assert_eq!(early.at(now, &berlin()), opens, "{from}");
        let until = Some(moment("2026-03-29T02:00:00Z"));
        assert_eq!(early.at(put_forward, &berlin()), Now::Open { until }, "{from}");
    }
    for to in ["02:00", "02:30", "03:00"] {
        let late = hours(&format!("sun 01:00-{to}"));
        let until = Some(put_forward);
        assert_eq!(late.at(moment("2026-03-29T00:30:00Z"), &berlin()), Now::Open { until }, "{to}");
    }
    // Two o'clock is left out as a whole: neither a window nor the pause between two remains.
    let opens_at = moment("2026-04-05T00:15:00Z");
    let gone = hours("sun 02:15-02:45");
    assert_eq!(gone.at(now, &berlin()), Now::Closed { opens_at });
    assert_eq!(gone.at(moment("2026-03-22T01:45:00Z"), &berlin()), Now::Closed { opens_at });
    let pause = hours("mon-sat 00:00-24:00, sun 00:00-02:15, sun 02:45-24:00");
    let until = Some(opens_at);
    assert_eq!(pause.at(now, &berlin()), Now::Open { until });
    assert_eq!(pause.at(moment("2026-03-22T01:45:00Z"), &berlin()), Now::Open { until });
    // On Samoa there was no 30 December 2011, a Friday: 10:00Z ended the 29th and began the 31st.
    let apia = TimeZone::named("Pacific/Apia").unwrap();
    let opens_at = moment("2012-01-05T18:00:00Z");
    let friday = hours("fri 08:00-18:00");
    assert_eq!(friday.at(moment("2011-12-29T12:00:00Z"), &apia), Now::Closed { opens_at });
    let until = Some(moment("2011-12-30T10:00:00Z"));
    let night = hours("thu 22:00-06:00");
    assert_eq!(night.at(moment("2011-12-30T09:00:00Z"), &apia), Now::Open { until });
}

#[test]
fn an_edge_that_the_clock_shows_twice_is_the_first() {
    // On 25 October 2026 Berlin shows 2:00 to 3:00 at 00:00Z and again at 01:00Z.
    let early = hours("sun 02:30-04:00");
    let opens_at = moment("2026-10-25T00:30:00Z");
    assert_eq!(early.at(moment("2026-10-25T00:29:59Z"), &berlin()), Now::Closed { opens_at });
    let until = Some(moment("2026-10-25T03:00:00Z"));
    assert_eq!(early.at(moment("2026-10-25T01:15:00Z"), &berlin()), Now::Open { until });
    let late = hours("sun 01:00-02:30");
    let until = Some(opens_at);
    assert_eq!(late.at(moment("2026-10-25T00:15:00Z"), &berlin()), Now::Open { until });
    let opens_at = moment("2026-11-01T00:00:00Z");
    assert_eq!(late.at(moment("2026-10-25T01:15:00Z"), &berlin()), Now::Closed { opens_at });
}

#[test]
fn all_of_the_week_is_always_open_and_all_but_a_minute_is_not() {
    let moments = [
        // The week with a day of 25 hours, that with one of 23, and the ends of the range.
        moment("2026-10-19T00:00:00Z"),
        moment("2026-10-24T22:00:00Z"),
        moment("2026-10-25T01:30:00Z"),
        moment("2026-03-29T00:59:59Z"),
        Timestamp::from_unix_ms(i64::MIN),
        Timestamp::from_unix_ms(i64::MAX),
    ];
    for text in [
        "daily 00:00-24:00",
        "mon 00:00-24:00, tue-sun 00:00-24:00",
        "wed-tue 00:00-24:00",
        "daily 22:00-06:00, daily 06:00-22:00",
        "daily 05:00-04:00, daily 03:00-06:00",
    ] {
        for now in moments {
            assert_eq!(hours(text).at(now, &berlin()), Now::Open { until: None }, "{text} {now}");
        }
    }
    // A week and an hour but for a minute is between.
    let nearly = hours("tue-sun 00:00-24:00, mon 00:01-24:00");
    let until = Some(moment("2026-10-25T23:00:00Z"));
    assert_eq!(nearly.at(moment("2026-10-18T22:01:00Z"), &berlin()), Now::Open { until });
    let opens_at = moment("2026-10-25T23:01:00Z");
    assert_eq!(nearly.at(moment("2026-10-25T23:00:59Z"), &berlin()), Now::Closed { opens_at });
    let sunday_night = hours("mon-sat 00:00-24:00, sun 00:00-23:59");
    let until = Some(moment("2026-10-25T22:59:00Z"));
    assert_eq!(sunday_night.at(moment("2026-10-24T22:00:00Z"), &berlin()), Now::Open { until });
}

#[test]
fn the_ends_of_the_range_are_moments_too() {
    let office = hours("mon-fri 08:00-18:00");
    for (unix_ms, opens_at_ms) in
        [(i64::MAX, i64::MAX), (i64::MAX - 1, i64::MAX), (i64::MIN, i64::MIN + 604_800_000)]
    {
        let now = Timestamp::from_unix_ms(unix_ms);
        let opens_at = Timestamp::from_unix_ms(opens_at_ms);
        assert_eq!(office.at(now, &berlin()), Now::Closed { opens_at });
    }
    // The first and the last moment that the calendar knows.
    for now in [jiff::Timestamp::MIN, jiff::Timestamp::MAX] {
        let now = Timestamp::from_unix_ms(now.as_millisecond());
        for text in ["daily 00:00-23:59", "fri 22:00-06:00", "mon 12:00-12:01"] {
            hours(text).at(now, &berlin());
            hours(text).at(now, &TimeZone::UTC);
        }
    }
}

/// The latest time that the clock has shown up to each minute of some weeks, and which minute it is.
struct Walk(Vec<(DateTime, Timestamp)>);

impl Walk {
    const DAYS_BEFORE: i64 = 3;
    const DAYS: i64 = 24;

    fn around(week: &str, zone: &TimeZone) -> Self {
        let first = moment(week).minus_s(Self::DAYS_BEFORE * 86_400);
        let minutes = (0..Self::DAYS * 24 * 60).map(|minute| first.plus_s(minute * 60));
        let shown = |now: Timestamp| {
            let now = jiff::Timestamp::from_millisecond(now.unix_ms()).unwrap();
            now.to_zoned(zone.0.clone()).datetime()
        };
        let mut latest = DateTime::MIN;
        let latest = minutes.map(|now| {
            latest = latest.max(shown(now));
            (latest, now)
        });
        Self(latest.collect())
    }

    /// The first minute at which the clock shows that time or a later one.
    fn first(&self, time: DateTime) -> usize {
        self.0.partition_point(|(latest, _)| *latest < time)
    }

    /// Whether each minute lies inside.
    fn open(&self, hours: &Hours) -> Vec<bool> {
        let mut open = vec![false; self.0.len()];
        let (first, last) = (self.0[0].0.date(), self.0[self.0.len() - 1].0.date());
        let dates = first.series(1.day()).take_while(|date| *date <= last);
        for date in dates {
            for rule in hours.rules.iter().filter(|rule| rule.days.has(date.weekday())) {
                let at = |minutes: u16| date.at(0, 0, 0, 0) + i64::from(minutes).minutes();
                let from = self.first(at(rule.times.from_min()));
                let to = self.first(at(rule.times.until_min()));
                if from < to {
                    open[from..to].fill(true);
                }
            }
        }
        open
    }
}

fn some_hours() -> impl Strategy<Value = Hours> {
    // Edges lie close to those of the changes of the clock, or anywhere.
    let minutes = || prop_oneof![(0..=13_u16).prop_map(|quarter| quarter * 15), 0..=DAY_MIN];
    let rule = (0..7_usize, 0..7_usize, minutes(), minutes())
        .prop_filter("a window begins before midnight and does not end there", |rule| {
            rule.2 < DAY_MIN && rule.2 != rule.3
        })
        .prop_map(|(first, last, from, to)| {
            let [from, to] = [from, to].map(|min| format!("{:02}:{:02}", min / 60, min % 60));
            format!("{}-{} {from}-{to}", WEEKDAYS[first].0, WEEKDAYS[last].0)
        });
    prop::collection::vec(rule, 1..6).prop_map(|rules| hours(&rules.join(", ")))
}

/// Weeks in which the clock is put forward or back: by an hour at two o'clock, at midnight, from past
/// midnight to the day before, by half an hour, and over a whole day.
const WEEKS: [(&str, &str); 8] = [
    ("Europe/Berlin", "2026-03-26T00:00:00Z"),
    ("Europe/Berlin", "2026-10-22T00:00:00Z"),
    ("Africa/Cairo", "2026-04-21T00:00:00Z"),
    ("Africa/Cairo", "2026-10-27T00:00:00Z"),
    ("America/St_Johns", "2010-11-04T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-01T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-02T00:00:00Z"),
    ("Pacific/Apia", "2011-12-27T00:00:00Z"),
];

static WALKS: LazyLock<Vec<(TimeZone, Walk)>> = LazyLock::new(|| {
    let walk = |(zone, week)| {
        let zone = TimeZone::named(zone).unwrap();
        let walk = Walk::around(week, &zone);
        (zone, walk)
    };
    WEEKS.into_iter().map(walk).collect()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn hours_are_what_a_walk_through_each_minute_finds(
        hours in some_hours(),
        week in 0..WEEKS.len(),
        minutes in prop::collection::vec(0..5 * 24 * 60_usize, 20),
    ) {
        let (zone, walk) = &WALKS[week];
        let open = walk.open(&hours);
        let days_before = usize::try_from(Walk::DAYS_BEFORE).unwrap();
        for minute in minutes {
            let now = minute + days_before * 24 * 60;
            let change = (now..open.len()).find(|later| open[*later] != open[now]);
            let change = change.map(|minute| walk.0[minute].1);
            let expected = match (open[now], change) {
                (true, until) => Now::Open { until },
                (false, Some(opens_at)) => Now::Closed { opens_at },
                (false, None) => panic!("no window in {} days", Walk::DAYS),
            };
            prop_assert_eq!(hours.at(walk.0[now].1, zone), expected, "{} {}", hours, walk.0[now].0);
        }
    }
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
        ("mon 24:00-06:00", "it begins before midnight"),
        ("mon 08:00-08:00", "it ends where it begins"),
        ("monday 08:00-18:00", "a day is mon, tue"),
        ("mon 08:00-18:00,", "it takes days and a time"),
    ] {
        let error = text.parse::<Hours>().unwrap_err();
        assert!(error.to_string().contains(&format!("is no window: {problem}")), "{text}: {error}");
    }
    let windows = |count| vec!["mon 08:00-18:00"; count].join(", ");
    assert!(windows(HOURS_RULES_MAX).parse::<Hours>().is_ok());
    let count = HOURS_RULES_MAX + 1;
    let error = windows(count).parse::<Hours>().unwrap_err();
    assert_eq!(error, HoursError::TooMany { count });
    assert_eq!(error.to_string(), "there are 33 windows; a plan has 32 at most");
    for name in ["Etc/Unknown", "etc/unknown", "ETC/UNKNOWN"] {
        assert_eq!(TimeZone::named(name), None);
    }
    assert_eq!(TimeZone::named("Europe/Berln"), None);
    assert_eq!(TimeZone::named("africa/nairobi").unwrap().name(), "Africa/Nairobi");
}
