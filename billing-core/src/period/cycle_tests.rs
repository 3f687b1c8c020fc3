use core::num::NonZeroU32;
use jiff::tz::TimeZone as JiffZone;

use proptest::prelude::*;

use super::*;

fn at(zone: &TimeZone, text: &str) -> Timestamp {
    zone.first_shown(text.parse().unwrap()).unwrap()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::named(name).unwrap()
}

fn cycle(cadence: &str, alignment: Alignment, zone_name: &str, began: &str) -> Cycle {
    let zone = zone(zone_name);
    let began_at = at(&zone, began);
    Cycle::new(cadence.parse().unwrap(), alignment, began_at, zone).unwrap()
}

/// What the clock shows when the periods of these numbers begin.
fn shown(cycle: &Cycle, numbers: core::ops::Range<i64>) -> Vec<String> {
    let shown = |number| cycle.zone.shown(cycle.begins(number).unwrap()).unwrap().to_string();
    numbers.map(shown).map(|text| text.strip_suffix(":00").unwrap().to_owned()).collect()
}

#[test]
fn the_thirty_first_never_drifts() {
    let cycle = cycle("1 month", Alignment::Anniversary, "Africa/Nairobi", "2027-01-31T10:30:00");
    let expected = [
        "2027-01-31T10:30",
        "2027-02-28T10:30",
        "2027-03-31T10:30",
        "2027-04-30T10:30",
        "2027-05-31T10:30",
    ];
    assert_eq!(shown(&cycle, 0..5), expected);
    assert_eq!(shown(&cycle, 12..14), ["2028-01-31T10:30", "2028-02-29T10:30"]);
}

#[test]
fn the_twenty_ninth_of_february_comes_back_in_leap_years() {
    let cycle = cycle("1 year", Alignment::Anniversary, "Asia/Kolkata", "2028-02-29T00:00:00");
    let expected = [
        "2028-02-29T00:00",
        "2029-02-28T00:00",
        "2030-02-28T00:00",
        "2031-02-28T00:00",
        "2032-02-29T00:00",
    ];
    assert_eq!(shown(&cycle, 0..5), expected);
}

#[test]
fn thirty_days_are_no_month() {
    let cycle = cycle("30 days", Alignment::Anniversary, "Africa/Lagos", "2027-01-31T10:30:00");
    let expected = ["2027-01-31T10:30", "2027-03-02T10:30", "2027-04-01T10:30"];
    assert_eq!(shown(&cycle, 0..3), expected);
}

#[test]
fn on_a_day_of_the_month_the_first_period_is_what_is_left() {
    let cycle = cycle("1 month", Alignment::DayOfMonth(31), "Europe/Paris", "2027-02-10T09:00:00");
    let began_at = at(&cycle.zone, "2027-02-10T09:00:00");
    let first = cycle.around(began_at).unwrap();
    let expected = ["2027-01-31T00:00", "2027-02-28T00:00", "2027-03-31T00:00"];
    assert_eq!(shown(&cycle, first.number..first.number + 3), expected);
}

#[test]
fn quarters_begin_with_january_and_weeks_on_their_day() {
    let quarters = cycle("3 months", Alignment::DayOfMonth(15), "UTC", "2027-02-10T09:00:00");
    let now = quarters.around(at(&quarters.zone, "2027-02-10T09:00:00")).unwrap();
    let expected = ["2027-01-15T00:00", "2027-04-15T00:00"];
    assert_eq!(shown(&quarters, now.number..now.number + 2), expected);
    let weeks = cycle(
        "1 week",
        Alignment::DayOfWeek(Weekday::Monday),
        "America/Bogota",
        "2026-11-26T09:00:00",
    );
    let now = weeks.around(at(&weeks.zone, "2026-11-26T09:00:00")).unwrap();
    let expected = ["2026-11-23T00:00", "2026-11-30T00:00"];
    assert_eq!(shown(&weeks, now.number..now.number + 2), expected);
}

#[test]
fn a_midnight_that_the_clock_leaves_out_is_when_it_is_put_forward() {
    // Beirut goes from 23:59:59 to 01:00 on 28 March 2027.
    let cycle = cycle("1 day", Alignment::Anniversary, "Asia/Beirut", "2027-03-27T00:00:00");
    let expected = ["2027-03-27T00:00", "2027-03-28T01:00", "2027-03-29T00:00"];
    assert_eq!(shown(&cycle, 0..3), expected);
    let short = cycle.period(1).unwrap().interval;
    assert_eq!(short.len_ms(), 23 * 3_600_000);
}

#[test]
fn hours_are_exact_where_the_clock_is_changed() {
    // New York puts its clock back from 02:00 to 01:00 on 1 November 2026.
    let cycle =
        cycle("24 hours", Alignment::Anniversary, "America/New_York", "2026-10-31T12:00:00");
    assert_eq!(shown(&cycle, 0..2), ["2026-10-31T12:00", "2026-11-01T11:00"]);
}

#[test]
fn a_day_that_was_left_out_of_the_calendar_has_no_period() {
    // Samoa went from 29 to 31 December 2011.
    let cycle = cycle("1 day", Alignment::Anniversary, "Pacific/Apia", "2011-12-29T00:00:00");
    assert!(cycle.period(0).is_some());
    assert_eq!(cycle.period(1), None, "30 December");
    assert_eq!(shown(&cycle, 2..3), ["2011-12-31T00:00"]);
    let around = cycle.around(at(&cycle.zone, "2011-12-31T12:00:00")).unwrap();
    assert_eq!(around.number, 2);
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let refused = |cadence: &str, alignment| {
        let (cadence, at) = (cadence.parse().unwrap(), Timestamp::from_unix_s(0));
        Cycle::new(cadence, alignment, at, TimeZone::UTC).unwrap_err().to_string()
    };
    let expected = "a month has no day 32; periods begin on a day from 1 to 31";
    assert_eq!(refused("1 month", Alignment::DayOfMonth(32)), expected);
    assert_eq!(refused("1 month", Alignment::DayOfMonth(0)), expected.replace("32", "0"));
    assert_eq!(
        refused("30 days", Alignment::DayOfMonth(1)),
        "periods of 30 days do not begin on a day of the month; those of months and years do"
    );
    assert_eq!(
        refused("1 month", Alignment::DayOfWeek(Weekday::Monday)),
        "periods of 1 month do not begin on a day of the week; those of weeks do"
    );
}

fn cadences() -> impl Strategy<Value = Cadence> {
    let unit = proptest::sample::select(CadenceUnit::ALL.to_vec());
    (1..40_u32, unit)
        .prop_map(|(count, unit)| Cadence { count: NonZeroU32::new(count).unwrap(), unit })
}

proptest! {
    #[test]
    fn periods_have_no_holes_and_each_moment_is_in_one(
        cadence in cadences(),
        zone_name in proptest::sample::select(vec![
            "UTC", "Africa/Nairobi", "America/Los_Angeles", "America/New_York", "Asia/Kolkata",
            "America/Bogota", "Europe/Paris", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia",
        ]),
        began_s in 946_684_800_i64..2_000_000_000,
        later_s in 0_i64..200_000_000,
    ) {
        let zone = zone(zone_name);
        let began_at = Timestamp::from_unix_s(began_s);
        let cycle = Cycle::new(cadence, Alignment::Anniversary, began_at, zone).unwrap();
        let at = began_at.plus_s(later_s);
        let period = cycle.around(at).unwrap();
        prop_assert!(period.interval.contains(at));
        prop_assert!(period.number >= 0);
        // What comes before it ends where it begins; an empty one may lie between.
        let before = (1..3).find_map(|step| cycle.period(period.number - step)).unwrap();
        prop_assert_eq!(before.interval.until(), period.interval.from());
        prop_assert_eq!(cycle.begins(0), Some(began_at));
    }

    #[test]
    fn the_clock_shows_the_anchors_time_again(
        months in 1..600_i64, began_s in 946_684_800_i64..2_000_000_000,
    ) {
        let zone = zone("Africa/Nairobi");
        let began_at = Timestamp::from_unix_s(began_s);
        let cadence = "1 month".parse().unwrap();
        let cycle = Cycle::new(cadence, Alignment::Anniversary, began_at, zone).unwrap();
        let (first, then) = (cycle.shown, cycle.zone.shown(cycle.begins(months).unwrap()).unwrap());
        prop_assert_eq!(first.time(), then.time());
        let last = then.date().last_of_month().day();
        prop_assert_eq!(then.day(), first.day().min(last));
        prop_assert!(JiffZone::UTC.is_unknown() || first <= then);
    }
}

#[test]
fn alignments_are_read_as_they_are_written() {
    for text in ["anniversary", "day 1", "day 31", "monday", "sunday"] {
        assert_eq!(text.parse::<Alignment>().unwrap().to_string(), text);
    }
    for text in ["", "day", "day 0", "day 32", "Monday", "moon day"] {
        let error = text.parse::<Alignment>().unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("`{text}` is nowhere for periods to begin; ")),
            "{error}"
        );
    }
}
