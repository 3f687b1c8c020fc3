//! Where time cuts usage: windows in their zones, renewals, free hours, validity, lateness.

use std::sync::Arc;

use entitlement::{
    Booster, BoosterId, Entitlement, Extras, GrantId, Meter, RECORD_SPAN_MAX_S, Stretch, Throttle,
    Timestamp, Validity, Window, cycle_at_renewal,
};

use crate::common::*;

/// Where the window of a service with one quota begins and ends.
fn span(service: &Entitlement, now: &str) -> (Option<Timestamp>, Option<Timestamp>) {
    let meter = Meter::default();
    let status = &service.quotas(Some(&meter), None, moment(now))[0];
    (status.from, status.resets_at)
}

fn between(from: &str, until: &str) -> (Option<Timestamp>, Option<Timestamp>) {
    (Some(moment(from)), Some(moment(until)))
}

#[test]
fn windows_begin_at_midnight_of_the_zone() {
    let span = |zone, window, now| span(&in_zone(zone, vec![quota("q", window, 1)]), now);
    // Nairobi is three hours ahead. 26 November 2026 is a Thursday.
    let nairobi = |window, now| span("Africa/Nairobi", window, now);
    for (window, now, from, until) in [
        (Window::Day, "2026-11-25T20:59:59.999Z", "2026-11-24T21:00:00Z", "2026-11-25T21:00:00Z"),
        (Window::Day, "2026-11-25T21:00:00Z", "2026-11-25T21:00:00Z", "2026-11-26T21:00:00Z"),
        (Window::Week, "2026-11-29T20:59:59Z", "2026-11-22T21:00:00Z", "2026-11-29T21:00:00Z"),
        (Window::Week, "2026-11-29T21:00:00Z", "2026-11-29T21:00:00Z", "2026-12-06T21:00:00Z"),
        (Window::Month, "2026-11-30T20:59:59Z", "2026-10-31T21:00:00Z", "2026-11-30T21:00:00Z"),
        (Window::Month, "2026-11-30T21:00:00Z", "2026-11-30T21:00:00Z", "2026-12-31T21:00:00Z"),
        (Window::Cycle, "2026-11-30T21:00:00Z", "2026-11-30T21:00:00Z", "2026-12-31T21:00:00Z"),
    ] {
        assert_eq!(nairobi(window, now), between(from, until), "{window:?} {now}");
    }
    assert_eq!(nairobi(Window::Session, "2026-11-30T21:00:00Z"), (None, None));
    // A day of 23 hours, and one of 25.
    let berlin = |now| span("Europe/Berlin", Window::Day, now);
    let short = between("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
    assert_eq!(berlin("2026-03-29T12:00:00Z"), short);
    let long = between("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
    assert_eq!(berlin("2026-10-25T12:00:00Z"), long);
    // Cairo's clock goes from 0:00 to 1:00 on 24 April 2026: the day begins when it does.
    let cairo = |now| span("Africa/Cairo", Window::Day, now);
    assert_eq!(
        cairo("2026-04-24T12:00:00Z"),
        between("2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z")
    );
    // St. John's went back from 0:01 to 23:01 on 7 November 2010: that day had begun before.
    let johns = |now| span("America/St_Johns", Window::Day, now);
    let sunday = between("2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z");
    for now in ["2010-11-07T02:30:30Z", "2010-11-07T02:45:00Z", "2010-11-07T03:29:59Z"] {
        assert_eq!(johns(now), sunday, "{now}");
    }
    // Samoa had no 30 December 2011.
    let apia = span("Pacific/Apia", Window::Day, "2011-12-30T09:59:59Z");
    assert_eq!(apia, between("2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"));
    let apia = span("Pacific/Apia", Window::Day, "2011-12-30T10:00:00Z");
    assert_eq!(apia, between("2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"));
}

#[test]
fn cycles_begin_on_the_day_and_time_of_the_renewal() {
    let of_cycle = |zone, from| {
        let mut service = in_zone(zone, vec![quota("q", Window::Cycle, 1)]);
        change(&mut service, |extras| extras.cycle_from = Some(moment(from)));
        service
    };
    // 31 January 2026, 14:30 in Nairobi.
    let service = of_cycle("Africa/Nairobi", "2026-01-31T11:30:00Z");
    for (now, from, until) in [
        ("2026-01-31T11:30:00Z", "2026-01-31T11:30:00Z", "2026-02-28T11:30:00Z"),
        ("2026-02-28T11:29:59Z", "2026-01-31T11:30:00Z", "2026-02-28T11:30:00Z"),
        ("2026-02-28T11:30:00Z", "2026-02-28T11:30:00Z", "2026-03-31T11:30:00Z"),
        ("2026-03-01T00:00:00Z", "2026-02-28T11:30:00Z", "2026-03-31T11:30:00Z"),
        ("2026-03-31T11:30:00Z", "2026-03-31T11:30:00Z", "2026-04-30T11:30:00Z"),
        ("2028-02-29T12:00:00Z", "2028-02-29T11:30:00Z", "2028-03-31T11:30:00Z"),
    ] {
        assert_eq!(span(&service, now), between(from, until), "{now}");
    }
    let before = (None, Some(moment("2026-01-31T11:30:00Z")));
    assert_eq!(span(&service, "2026-01-31T11:29:59.999Z"), before);
    // 28 February, 2:30 in Berlin; a month later, on 28 March, too. From 29 January it would be on
    // 29 March, when Berlin leaves out 2:30: at the moment at which the clock is put forward.
    let service = of_cycle("Europe/Berlin", "2026-01-29T01:30:00Z");
    let gap = span(&service, "2026-03-29T12:00:00Z");
    assert_eq!(gap, between("2026-03-29T01:00:00Z", "2026-04-29T00:30:00Z"));
    // Of a time that is shown twice, the first; but a cycle that began the second time did so.
    let service = of_cycle("Europe/Berlin", "2026-09-25T00:30:00Z");
    let twice = span(&service, "2026-10-25T12:00:00Z");
    assert_eq!(twice, between("2026-10-25T00:30:00Z", "2026-11-25T01:30:00Z"));
    let service = of_cycle("Europe/Berlin", "2026-10-25T01:30:00Z");
    let second = span(&service, "2026-10-25T01:30:00Z");
    assert_eq!(second, between("2026-10-25T01:30:00Z", "2026-11-25T01:30:00Z"));
    // The ends of what can be said are windows too.
    for unix_ms in [i64::MIN, i64::MIN + 1, i64::MAX - 1, i64::MAX] {
        let now = Timestamp::from_unix_ms(unix_ms);
        for window in Window::ALL {
            let service = in_zone("Europe/Berlin", vec![quota("q", window, 1)]);
            let stance = service.stance(None, &[], None, now);
            assert!(stance.changes_at.is_none_or(|edge| edge > now), "{window:?} {now}");
        }
    }
}

#[test]
fn a_report_across_midnight_is_shared_between_the_days() {
    let service = in_zone("Africa/Nairobi", vec![quota("day", Window::Day, 100)]);
    let midnight = moment("2026-11-25T21:00:00Z");
    let mut meter = Meter::default();
    // A third of the ten minutes, of 100 octets: 33 in whole octets, and 67 after it.
    meter.consume(&service, &record(midnight.minus_s(200), midnight.plus_s(400), 0, 100));
    assert_eq!(charged(&service, &meter, "day", midnight), 67);
    // One that ends at midnight is all of the day before.
    let mut meter = Meter::default();
    meter.consume(&service, &record(midnight.minus_s(1), midnight, 0, 100));
    assert_eq!(charged(&service, &meter, "day", midnight.minus_s(1)), 100);
    assert_eq!(charged(&service, &meter, "day", midnight), 0);
    // One without length at midnight is of the new day.
    download(&mut meter, &service, midnight, 5);
    assert_eq!(charged(&service, &meter, "day", midnight), 5);
}

#[test]
fn the_share_of_the_day_before_is_covered_as_it_was_then() {
    let mut service =
        service(vec![quota("day", Window::Day, 100), quota("month", Window::Month, 1000)]);
    change(&mut service, |extras| extras.grants.push(top_up(1, 1000)));
    let midnight = moment("2026-11-26T00:00:00Z");
    let mut meter = Meter::default();
    download(&mut meter, &service, midnight.minus_s(60), 90);
    meter.consume(&service, &record(midnight.minus_s(60), midnight.plus_s(60), 0, 100));
    // 50 before midnight: 10 of the allowance and 40 of the grant; 50 after it.
    assert_eq!(meter.used_of(GrantId(1)), 40);
    assert_eq!(charged(&service, &meter, "day", midnight), 50);
    assert_eq!(charged(&service, &meter, "month", midnight), 150);
}

#[test]
fn what_comes_late_changes_nothing_of_the_current_window() {
    let service =
        service(vec![quota("day", Window::Day, 100), quota("month", Window::Month, 1000)]);
    let midnight = moment("2026-11-26T00:00:00Z");
    let mut meter = Meter::default();
    download(&mut meter, &service, midnight.plus_s(1), 7);
    meter.consume(&service, &record(midnight.minus_s(600), midnight, 0, 50));
    assert_eq!(charged(&service, &meter, "day", midnight), 7);
    assert_eq!(charged(&service, &meter, "month", midnight), 57, "the month is still the same");
    // One that is half late is counted for that half.
    meter.consume(&service, &record(midnight.minus_s(600), midnight.plus_s(600), 0, 50));
    assert_eq!(charged(&service, &meter, "day", midnight), 32);
    assert_eq!(charged(&service, &meter, "month", midnight), 107);
    // Later than all windows, it changes nothing at all.
    let before = meter.clone();
    let october = moment("2026-10-31T12:00:00Z");
    meter.consume(&service, &record(october, october.plus_s(600), 9, 9));
    assert_eq!(meter, before);
}

#[test]
fn a_renewal_begins_the_cycle_anew_and_nothing_else() {
    let quotas = vec![quota("cycle", Window::Cycle, 100), quota("month", Window::Month, 100)];
    let mut service = service(quotas);
    let start = moment("2026-11-10T09:00:00Z");
    change(&mut service, |extras| extras.cycle_from = Some(start));
    let mut meter = Meter::default();
    download(&mut meter, &service, start, 60);
    // Paid ahead on the 20th for the cycle from the 25th: until then what was counted goes on.
    let renewed = moment("2026-11-25T09:00:00Z");
    change(&mut service, |extras| extras.cycle_from = Some(renewed));
    let before = renewed.minus_s(1);
    assert_eq!(charged(&service, &meter, "cycle", before), 60);
    download(&mut meter, &service, before, 5);
    assert_eq!(charged(&service, &meter, "cycle", before), 65);
    assert_eq!(charged(&service, &meter, "cycle", renewed), 0);
    assert_eq!(charged(&service, &meter, "month", renewed), 65);
    // The report that reaches over it.
    meter.consume(&service, &record(renewed.minus_s(10), renewed.plus_s(30), 0, 40));
    assert_eq!(charged(&service, &meter, "cycle", renewed), 30);
    assert_eq!(charged(&service, &meter, "month", renewed), 105);
    // A renewal with immediate effect: at once nothing is charged.
    change(&mut service, |extras| extras.cycle_from = Some(renewed.plus_s(40)));
    assert_eq!(charged(&service, &meter, "cycle", renewed.plus_s(40)), 0);
}

#[test]
fn free_hours_and_zero_rated_stretches_are_not_counted() {
    let mut day = quota("day", Window::Day, 1_000);
    day.free = Some("daily 01:00-06:00".parse().unwrap());
    let mut all = quota("all", Window::Day, 1_000);
    let noon = moment("2026-11-26T09:00:00Z");
    all.zero_rated = vec![Stretch { from: noon, until: noon.plus_s(3_600) }];
    let service = in_zone("Africa/Nairobi", vec![day, all]);
    let midnight = moment("2026-11-25T21:00:00Z");
    let mut meter = Meter::default();
    // From 0:00 to 8:00 in Nairobi: one hour before, five within, two after.
    meter.consume(&service, &record(midnight, midnight.plus_s(8 * 3_600), 80, 800));
    assert_eq!(charged(&service, &meter, "day", midnight), 330);
    assert_eq!(charged(&service, &meter, "all", midnight), 880);
    meter.consume(&service, &record(noon.minus_s(3_600), noon.plus_s(7_200), 0, 90));
    assert_eq!(charged(&service, &meter, "day", noon), 420);
    assert_eq!(charged(&service, &meter, "all", noon), 940);
    // What counts against no quota consumes no grant either.
    let mut only_free = service.clone();
    Arc::make_mut(&mut only_free.terms).quotas.truncate(1);
    change(&mut only_free, |extras| {
        extras.grants.push(entitlement::Grant { priority: 0, ..top_up(1, 50) });
    });
    let mut meter = Meter::default();
    download(&mut meter, &only_free, midnight.plus_s(3_600), 70);
    assert_eq!(meter, Meter::default());
    download(&mut meter, &only_free, midnight.plus_s(6 * 3_600), 70);
    assert_eq!(meter.used_of(GrantId(1)), 50);
}

#[test]
fn a_grant_covers_only_while_it_is_valid() {
    let mut service = service(vec![quota("day", Window::Day, 10)]);
    let noon = moment("2026-11-26T12:00:00Z");
    let validity = Validity { from: Some(noon), until: Some(noon.plus_s(100)) };
    change(&mut service, |extras| {
        extras.grants.push(entitlement::Grant { validity, ..top_up(1, 1_000) });
    });
    let mut meter = Meter::default();
    download(&mut meter, &service, noon.minus_s(1), 15);
    assert_eq!(charged(&service, &meter, "day", noon), 15);
    // 50 s before, 100 s within, 150 s after.
    meter.consume(&service, &record(noon.minus_s(50), noon.plus_s(250), 0, 300));
    assert_eq!(meter.used_of(GrantId(1)), 100);
    assert_eq!(charged(&service, &meter, "day", noon), 215);
    download(&mut meter, &service, noon.plus_s(100), 1);
    assert_eq!(meter.used_of(GrantId(1)), 100);
}

#[test]
fn a_very_long_report_counts_as_used_at_its_end() {
    let service = service(vec![quota("month", Window::Month, 1)]);
    let to = moment("2026-12-02T00:00:00Z");
    let mut meter = Meter::default();
    meter.consume(&service, &record(Timestamp::from_unix_ms(i64::MIN), to, 0, 4_000));
    let of_a_day = 4_000 * 86_400 / u64::try_from(RECORD_SPAN_MAX_S).unwrap();
    assert_eq!(charged(&service, &meter, "month", to), of_a_day);
    // One that ends before it begins was used when it ends.
    let mut meter = Meter::default();
    meter.consume(&service, &record(to.plus_s(1), to, 0, 4_000));
    assert_eq!(charged(&service, &meter, "month", to), 4_000);
    let mut meter = Meter::default();
    let (first, last) = (Timestamp::from_unix_ms(i64::MIN), Timestamp::from_unix_ms(i64::MAX));
    meter.consume(&service, &record(first, last, u64::MAX, u64::MAX));
    meter.consume(&service, &record(first, first, u64::MAX, u64::MAX));
}

#[test]
fn boosters_end_by_themselves() {
    let mut service = service(Vec::new());
    let noon = moment("2026-11-26T12:00:00Z");
    let validity = Validity { from: Some(noon), until: Some(noon.plus_s(7_200)) };
    let booster = |id, speed| Booster { id: BoosterId(id), validity, speed };
    service.extras = Some(Arc::new(Extras {
        boosters: vec![booster(1, mbit(50, 200)), booster(2, mbit(30, 300))],
        ..Extras::default()
    }));
    let meter = Meter::default();
    for (after_s, speed, changes_at) in [
        (-1, mbit(20, 100), Some(0)),
        (0, mbit(30, 300), Some(7_200)),
        (7_199, mbit(30, 300), Some(7_200)),
        (7_200, mbit(20, 100), None),
    ] {
        let stance = stance(&service, &meter, noon.plus_s(after_s));
        assert_eq!(stance.speed, Some(speed), "{after_s}");
        assert_eq!(stance.changes_at, changes_at.map(|s| noon.plus_s(s)), "{after_s}");
    }
}

#[test]
fn the_operators_throttle_is_above_boosters_and_never_makes_it_faster() {
    let mut service = service(Vec::new());
    let noon = moment("2026-11-26T12:00:00Z");
    let (until, boosted_until) = (noon.plus_s(3_600), noon.plus_s(7_200));
    let validity = Validity { from: Some(noon), until: Some(boosted_until) };
    // Faster up than the plan is, slower down.
    service.extras = Some(Arc::new(Extras {
        boosters: vec![Booster { id: BoosterId(1), validity, speed: mbit(50, 200) }],
        throttle: Some(Throttle { speed: mbit(40, 1), until: Some(until) }),
        ..Extras::default()
    }));
    let meter = Meter::default();
    for (after_s, speed, changes_at) in [
        (-1, mbit(20, 1), Some(0)),
        (0, mbit(40, 1), Some(3_600)),
        (3_599, mbit(40, 1), Some(3_600)),
        (3_600, mbit(50, 200), Some(7_200)),
        (7_200, mbit(20, 100), None),
    ] {
        let stance = stance(&service, &meter, noon.plus_s(after_s));
        assert_eq!(stance.speed, Some(speed), "{after_s}");
        assert_eq!(stance.changes_at, changes_at.map(|s| noon.plus_s(s)), "{after_s}");
    }
    let nothing = Throttle { speed: mbit(1, 0), until: None };
    let grace = Extras { grace: Some(nothing.speed), ..Extras::default() };
    assert!(grace.check().is_err());
    let refused = Extras { throttle: Some(nothing), ..Extras::default() }.check().unwrap_err();
    assert!(refused.to_string().contains("weir service suspend"), "{refused}");
}

#[test]
fn a_cycle_goes_on_when_the_service_is_renewed_while_it_is_valid() {
    let zone = entitlement::TimeZone::named("Africa/Nairobi").unwrap();
    let until = |text| Validity { from: None, until: Some(moment(text)) };
    let (now, began) = (moment("2026-11-26T12:00:00Z"), moment("2026-11-03T08:00:00Z"));
    let valid = until("2026-12-31T21:00:00Z");
    let renewed = |cycle_from, validity| cycle_at_renewal(cycle_from, validity, &zone, now);
    assert_eq!(renewed(Some(began), valid), began);
    // Valid to the end of the year in Nairobi: the month that now is in began on its first.
    assert_eq!(renewed(None, valid), moment("2026-10-31T21:00:00Z"));
    assert_eq!(renewed(None, until("2027-03-31T09:00:00Z")), moment("2026-10-31T09:00:00Z"));
    for over in [until("2026-11-26T12:00:00Z"), until("2026-11-01T00:00:00Z"), Validity::default()]
    {
        assert_eq!(renewed(Some(began), over), now);
        assert_eq!(renewed(None, over), now);
    }
}

#[test]
fn grace_slows_down_beside_the_operator_and_never_makes_it_faster() {
    let mut service = service(Vec::new());
    let noon = moment("2026-11-26T12:00:00Z");
    let validity = Validity { from: Some(noon), until: Some(noon.plus_s(7_200)) };
    // Slower up than the plan is, and faster down.
    service.extras = Some(Arc::new(Extras {
        boosters: vec![Booster { id: BoosterId(1), validity, speed: mbit(50, 200) }],
        throttle: Some(Throttle { speed: mbit(40, 1), until: Some(noon.plus_s(3_600)) }),
        grace: Some(mbit(2, 150)),
        ..Extras::default()
    }));
    let meter = Meter::default();
    for (after_s, speed, changes_at) in [
        (-1, mbit(2, 1), Some(0)),
        (0, mbit(2, 1), Some(3_600)),
        (3_600, mbit(2, 150), Some(7_200)),
        (7_200, mbit(2, 100), None),
    ] {
        let stance = stance(&service, &meter, noon.plus_s(after_s));
        assert_eq!(stance.speed, Some(speed), "{after_s}");
        assert_eq!(stance.changes_at, changes_at.map(|s| noon.plus_s(s)), "{after_s}");
    }
}
