//! Tariffs against literal amounts.

use core::num::NonZeroU64;

use entitlement::{TimeZone, Timestamp};

use super::*;
use crate::rating::UnitPrice;
use crate::{Alignment, Cycle, Interval, Money, Rounding};

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

fn price(text: &str) -> UnitPrice {
    format!("{text} KES").parse().unwrap()
}

fn rate(name: &str, windows: &str, per_unit: &str) -> Rate {
    let windows = windows.parse().unwrap();
    Rate { name: name.to_owned(), windows, price: price(per_unit) }
}

/// By the minute, and in whole ones: on holidays 1, in the daytime of weekdays 2, at night 0.50, at
/// all other times 1.20.
fn terms() -> TariffTerms {
    let christmas = "2027-12-24".parse().unwrap();
    TariffTerms {
        measure: Measure::Time,
        unit: NonZeroU64::new(60).unwrap(),
        increments: "60/60".parse().unwrap(),
        rates: vec![
            rate("holiday", "holiday 00:00-24:00", "1"),
            rate("peak", "mon-fri 08:00-20:00", "2"),
            rate("night", "daily 22:00-06:00", "0.5"),
        ],
        otherwise: Some(price("1.20")),
        set_up: None,
        maximum: None,
        holidays: Holidays::new([christmas]).unwrap(),
    }
}

fn zone(name: &str) -> TimeZone {
    TimeZone::named(name).unwrap()
}

/// Between two times of the clock; each may say by `Z` that it is one of Greenwich.
fn between(from: &str, until: &str, zone: &TimeZone) -> Interval {
    let at = |text: &str| match text.strip_suffix('Z') {
        Some(text) => TimeZone::UTC.first_shown(text.parse().unwrap()).unwrap(),
        None => zone.first_shown(text.parse().unwrap()).unwrap(),
    };
    Interval::new(at(from), at(until)).unwrap()
}

fn rated(terms: TariffTerms, usage: &Usage, zone: &TimeZone) -> Result<RatedUsage, RatingError> {
    let tariff = Tariff::new(terms).unwrap();
    let mut rater = tariff.on(zone).unwrap();
    let explained = rater.explain(Progress::default(), usage, Rounding::HalfUp);
    let charged = rater.charge(Progress::default(), usage, Rounding::HalfUp);
    assert_eq!(charged, explained.as_ref().map(|it| it.charge).map_err(Clone::clone));
    explained
}

/// What a session costs that lasts from one time in Nairobi to another.
fn cost(terms: TariffTerms, from: &str, until: &str) -> String {
    let zone = zone("Africa/Nairobi");
    let usage = Usage::time(between(from, until, &zone)).unwrap();
    rated(terms, &usage, &zone).unwrap().charge.amount.to_string()
}

#[test]
fn the_first_rate_with_a_window_counts_and_all_other_times_have_theirs() {
    for (from, until, expected) in [
        // Thursday, 23 December 2027.
        ("2027-12-23T08:00", "2027-12-23T08:10", "20.00 KES"),
        ("2027-12-23T07:55", "2027-12-23T08:05", "16.00 KES"),
        ("2027-12-23T20:00", "2027-12-23T20:10", "12.00 KES"),
        ("2027-12-23T22:00", "2027-12-23T22:10", "5.00 KES"),
        // Friday is a holiday, and its night is of Thursday no more.
        ("2027-12-23T23:50", "2027-12-24T00:10", "15.00 KES"),
        ("2027-12-24T10:00", "2027-12-24T10:10", "10.00 KES"),
        // Saturday: the night that began on the holiday, the morning, and noon.
        ("2027-12-24T23:50", "2027-12-25T00:10", "15.00 KES"),
        ("2027-12-25T05:55", "2027-12-25T06:05", "8.50 KES"),
        ("2027-12-25T12:00", "2027-12-25T12:10", "12.00 KES"),
    ] {
        assert_eq!(cost(terms(), from, until), expected, "{from} to {until}");
    }
}

#[test]
fn an_increment_has_the_price_of_when_it_begins() {
    // Around 20:00 of Thursday, from 2 to 1.20.
    for (increments, from, until, expected) in [
        ("60/60", "19:59:00", "20:00:30", "3.20 KES"),
        ("60/60", "19:59:30", "20:01:00", "3.20 KES"),
        ("60/60", "19:59:30", "20:00:15", "2.00 KES"),
        ("60/60", "19:59:30", "20:00:30", "2.00 KES"),
        ("60/60", "19:59:59.999", "20:01:00.001", "3.20 KES"),
        ("1/1", "19:59:30", "20:00:15", "1.30 KES"),
        ("1/1", "19:59:30.500", "20:00:00", "1.00 KES"),
        ("30/6", "19:59:45", "20:00:21", "1.12 KES"),
        ("30/6", "19:59:45", "20:00:15", "1.00 KES"),
        ("30/6", "19:59:45", "20:00:15.001", "1.12 KES"),
        ("3600/60", "19:59:59", "20:10:00", "120.00 KES"),
    ] {
        let increments = increments.parse().unwrap();
        let (from, until) = (format!("2027-12-23T{from}"), format!("2027-12-23T{until}"));
        let amount = cost(TariffTerms { increments, ..terms() }, &from, &until);
        assert_eq!(amount, expected, "{increments}: {from} to {until}");
    }
}

/// On 28 March 2027 Berlin's clock goes from 2:00 to 3:00, on 31 October from 3:00 to 2:00.
#[test]
fn windows_are_what_the_clock_shows() {
    let berlin = zone("Europe/Berlin");
    let hour = |windows: &str| TariffTerms {
        unit: NonZeroU64::new(3_600).unwrap(),
        increments: Increments::EACH,
        rates: vec![rate("window", windows, "100")],
        otherwise: Some(price("1")),
        ..terms()
    };
    for (windows, from, until, expected) in [
        // An hour and a half; what the clock leaves out is nowhere.
        ("daily 02:00-03:00", "2027-03-28T01:00", "2027-03-28T03:30", "1.50 KES"),
        ("daily 01:30-02:30", "2027-03-28T01:00", "2027-03-28T03:30", "51.00 KES"),
        ("daily 02:30-03:30", "2027-03-28T01:00", "2027-03-28T03:30", "51.00 KES"),
        ("daily 22:00-06:00", "2027-03-27T22:00", "2027-03-28T06:00", "700.00 KES"),
        // Three hours and a half; what it shows twice is in the window twice.
        ("daily 02:00-03:00", "2027-10-31T01:00", "2027-10-31T03:30", "201.50 KES"),
        ("daily 02:00-02:30", "2027-10-31T01:00", "2027-10-31T03:30", "102.50 KES"),
        ("daily 02:30-03:30", "2027-10-31T01:00", "2027-10-31T03:30", "152.00 KES"),
        ("daily 22:00-06:00", "2027-10-30T22:00", "2027-10-31T06:00", "900.00 KES"),
        // The second 2:15 alone.
        ("daily 02:00-02:30", "2027-10-31T01:15Z", "2027-10-31T01:45Z", "25.25 KES"),
        ("sun 00:00-24:00", "2027-10-31T00:00", "2027-11-01T00:00", "2500.00 KES"),
        ("sun 00:00-24:00", "2027-03-28T00:00", "2027-03-29T00:00", "2300.00 KES"),
    ] {
        let usage = Usage::time(between(from, until, &berlin)).unwrap();
        let amount = rated(hour(windows), &usage, &berlin).unwrap().charge.amount.to_string();
        assert_eq!(amount, expected, "{windows}: {from} to {until}");
    }
}

#[test]
fn volume_is_used_evenly_and_billed_in_increments_of_octets() {
    let nairobi = zone("Africa/Nairobi");
    let volume = |increments: &str| TariffTerms {
        measure: Measure::Volume,
        unit: NonZeroU64::new(1_000_000).unwrap(),
        increments: increments.parse().unwrap(),
        ..terms()
    };
    for (increments, from, until, octets, expected) in [
        // Two thirds at 2 for a megaoctet, one third at 1.20.
        ("1/1", "19:40", "20:10", 3_000_000, "5.20 KES"),
        ("1/1", "19:40", "20:10", 1, "0.00 KES"),
        // The third million begins at 20:00 sharp.
        ("1000000/1000000", "19:40", "20:10", 3_000_000, "5.20 KES"),
        // It begins before.
        ("1000000/1000000", "19:40", "20:10", 3_000_003, "7.20 KES"),
        ("1000000/1000000", "19:40", "20:10", 1, "2.00 KES"),
        ("1000000/1000000", "20:00", "20:10", 1, "1.20 KES"),
        ("1000000/100", "20:00", "20:10", 1_000_001, "1.20 KES"),
        ("1000000/100000", "20:00", "20:10", 1_000_001, "1.32 KES"),
        ("1/1", "20:00", "20:10", 0, "0.00 KES"),
    ] {
        let day = |time: &str| format!("2027-12-23T{time}");
        let interval = between(&day(from), &day(until), &nairobi);
        let usage = Usage::volume(interval, octets).unwrap();
        let rated = rated(volume(increments), &usage, &nairobi).unwrap();
        let amount = rated.charge.amount.to_string();
        assert_eq!(amount, expected, "{increments}: {octets}, {from} to {until}");
    }
}

#[test]
fn set_up_is_paid_once_and_the_maximum_is_of_the_session() {
    let nairobi = zone("Africa/Nairobi");
    let terms = TariffTerms {
        measure: Measure::Volume,
        unit: NonZeroU64::new(1_000_000).unwrap(),
        increments: Increments::EACH,
        set_up: Some(kes("3")),
        maximum: Some(kes("10")),
        ..terms()
    };
    let tariff = Tariff::new(terms).unwrap();
    let mut rater = tariff.on(&nairobi).unwrap();
    let mut progress = Progress::default();
    for (from, until, octets, expected) in [
        // Nothing was used yet.
        ("12:00", "12:05", 0, "0.00 KES"),
        ("12:05", "12:10", 1_000_000, "5.00 KES"),
        ("12:10", "12:15", 0, "0.00 KES"),
        ("12:15", "12:20", 1_500_000, "3.00 KES"),
        ("12:20", "12:25", 1_500_000, "2.00 KES"),
        ("12:25", "12:30", 9_000_000, "0.00 KES"),
    ] {
        let day = |time: &str| format!("2027-12-23T{time}");
        let interval = between(&day(from), &day(until), &nairobi);
        let usage = Usage::volume(interval, octets).unwrap();
        let charge = rater.charge(progress, &usage, Rounding::HalfUp).unwrap();
        progress = charge.progress;
        assert_eq!(charge.amount.to_string(), expected, "{from}");
    }
    assert_eq!(progress.used, 13_000_000);
}

#[test]
fn a_session_that_is_reported_in_parts_costs_what_it_does_as_a_whole() {
    let nairobi = zone("Africa/Nairobi");
    // 90 seconds around the end of a month and of the peak.
    let whole = Usage::time(between("2027-12-31T19:59:15", "2027-12-31T20:00:45", &nairobi));
    let tariff = Tariff::new(terms()).unwrap();
    let mut rater = tariff.on(&nairobi).unwrap();
    for (increments, cuts, expected) in [
        ("60/60", vec![], vec!["3.20"]),
        ("60/60", vec![60], vec!["2.00", "1.20"]),
        ("60/60", vec![45], vec!["2.00", "1.20"]),
        ("60/60", vec![61], vec!["3.20", "0.00"]),
        ("60/60", vec![10, 59, 60, 61], vec!["2.00", "0.00", "0.00", "1.20", "0.00"]),
    ] {
        let tariff =
            Tariff::new(TariffTerms { increments: increments.parse().unwrap(), ..terms() });
        let tariff = tariff.unwrap();
        let mut rater = tariff.on(&nairobi).unwrap();
        let (mut rest, mut progress, mut amounts) = (whole.ok(), Progress::default(), vec![]);
        let ends = cuts.iter().map(|cut| whole.unwrap().interval().from().plus_s(*cut));
        for at in ends.chain([whole.unwrap().interval().until()]) {
            let (part, left) = rest.unwrap().split(at);
            let charge = rater.charge(progress, &part.unwrap(), Rounding::HalfUp).unwrap();
            amounts.push(charge.amount.to_string().replace(" KES", ""));
            (rest, progress) = (left, charge.progress);
        }
        assert_eq!(amounts, expected, "{cuts:?}");
    }
    // Around midnight, in the months that it lies in.
    let usage = Usage::time(between("2027-12-31T23:59:15", "2028-01-01T00:00:45", &nairobi));
    let began = usage.unwrap().interval().from();
    let month = "1 month".parse().unwrap();
    let months = Cycle::new(month, Alignment::DayOfMonth(1), began, nairobi.clone()).unwrap();
    let mut progress = Progress::default();
    let mut amounts = vec![];
    for (_, part) in usage.unwrap().by_period(&months).unwrap() {
        let charge = rater.charge(progress, &part, Rounding::HalfUp).unwrap();
        (progress, amounts) = (charge.progress, [amounts, vec![charge.amount]].concat());
    }
    assert_eq!(amounts, [kes("0.50"), kes("0.50")]);
}

#[test]
fn what_has_no_price_is_an_error_and_never_free() {
    let nairobi = zone("Africa/Nairobi");
    let terms = TariffTerms { otherwise: None, ..terms() };
    let at = |from: &str, until: &str| {
        let day = |time: &str| format!("2027-12-23T{time}");
        let usage = Usage::time(between(&day(from), &day(until), &nairobi)).unwrap();
        rated(terms.clone(), &usage, &nairobi)
    };
    let error = at("19:58:30", "20:05").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the tariff has no price at 2027-12-23T20:00:00 in Africa/Nairobi; give it a rate with a \
         window for that time, or a price for all other times, 0 if it is free"
    );
    let error = at("20:30", "20:31").unwrap_err().to_string();
    assert!(error.starts_with("the tariff has no price at 2027-12-23T20:30:00 in "), "{error}");
    // No increment begins then: what is used is paid for.
    assert_eq!(at("19:59:30", "20:00:30").unwrap().charge.amount, kes("2"));
    let error = at("19:59:30", "20:00:31").unwrap_err().to_string();
    assert!(error.starts_with("the tariff has no price at 2027-12-23T20:00:00 in "), "{error}");
    // Free is said by a price of 0.
    let free = TariffTerms { otherwise: Some(price("0")), ..terms.clone() };
    assert_eq!(cost(free, "2027-12-23T20:30", "2027-12-23T20:31"), "0.00 KES");
}

#[test]
fn what_cannot_be_rated_says_why() {
    let usage = |from_ms, until_ms| {
        let at = Timestamp::from_unix_ms;
        Usage::time(Interval::new(at(from_ms), at(until_ms)).unwrap()).unwrap()
    };
    let volume = Usage::volume(usage(0, 1).interval(), 5).unwrap();
    let error = rated(terms(), &volume, &TimeZone::UTC).unwrap_err().to_string();
    let expected =
        "the tariff is one of time, and what was used is volume; take a tariff of volume";
    assert_eq!(error, expected);
    let late = usage(i64::MAX - 5, i64::MAX);
    let error = rated(terms(), &late, &TimeZone::UTC).unwrap_err();
    assert_eq!(error, RatingError::OutOfCalendar { at: late.interval().from() });
    let dear = TariffTerms {
        measure: Measure::Volume,
        unit: NonZeroU64::MIN,
        increments: Increments::EACH,
        rates: vec![],
        otherwise: Some(price("92000000")),
        ..terms()
    };
    let much = Usage::volume(usage(0, 1).interval(), u64::MAX).unwrap();
    let error = rated(dear, &much, &TimeZone::UTC).unwrap_err();
    assert_eq!(error, RatingError::Money(crate::MoneyError::Overflow));
}

#[test]
fn terms_that_make_no_tariff_are_refused() {
    let refused = |terms| Tariff::new(terms).unwrap_err().to_string();
    assert_eq!(
        refused(TariffTerms { rates: vec![], otherwise: None, ..terms() }),
        "the tariff has no price; give it a rate, or a price for all other times"
    );
    let one = rate("one", "daily 00:00-24:00", "1");
    assert_eq!(
        refused(TariffTerms { rates: vec![one.clone(); 33], ..terms() }),
        "there are 33 rates; a tariff has 32 at most"
    );
    let windows = ["daily 00:00-24:00"; 40].join(",");
    assert_eq!(
        refused(TariffTerms { rates: vec![rate("many", &windows, "1"); 2], ..terms() }),
        "the rates have 80 windows; a tariff has 64 at most"
    );
    for (name, octets) in [("", 0), ("a\nb", 3), ("x".repeat(65).as_str(), 65)] {
        assert_eq!(
            refused(TariffTerms {
                rates: vec![one.clone(), rate(name, "sat 00:00-24:00", "1")],
                ..terms()
            }),
            format!(
                "the name of rate 2 has {octets} octets; names have 1 to 64, and none that are not \
                 printed"
            )
        );
    }
    let two = vec![one.clone(), rate("two", "sat 00:00-24:00", "1"), one];
    assert_eq!(
        refused(TariffTerms { rates: two, ..terms() }),
        "rate 3 is called `one` as one before it; give it another name, or the one before its windows \
         as well, with commas between"
    );
    let mixed = "the tariff has prices in KES and in UGX; all are in one currency";
    let abroad = Some("5 UGX".parse().unwrap());
    assert_eq!(refused(TariffTerms { set_up: abroad, ..terms() }), mixed);
    assert_eq!(refused(TariffTerms { maximum: abroad, ..terms() }), mixed);
    assert_eq!(
        refused(TariffTerms { otherwise: Some("5 UGX".parse().unwrap()), ..terms() }),
        mixed
    );
    let error = refused(TariffTerms { set_up: Some(kes("-1")), ..terms() });
    assert_eq!(error, "-1.00 KES is less than nothing; what a session costs is 0 or more");
}

#[test]
fn what_a_session_costs_says_how_it_comes_about() {
    let nairobi = zone("Africa/Nairobi");
    let explained = |terms, from, until| {
        let usage = Usage::time(between(from, until, &nairobi)).unwrap();
        rated(terms, &usage, &nairobi).unwrap().to_string()
    };
    let limited = TariffTerms { set_up: Some(kes("5")), maximum: Some(kes("8")), ..terms() };
    assert_eq!(
        explained(limited, "2027-12-23T19:58:30", "2027-12-23T20:00:45"),
        "set-up 5.00 KES; 2027-12-23 19:58:30 to 20:00:00, peak: 90 s used, 120 s billed at 2 KES \
         for 60 s; 2027-12-23 20:00:00 to 20:00:45, at other times: 45 s used, 60 s billed at 1.2 \
         KES for 60 s; 8.00 KES at most for the session; charge 8.00 KES"
    );
    assert_eq!(
        explained(terms(), "2027-12-23T19:59:59.750", "2027-12-23T20:00:30"),
        "2027-12-23 19:59:59.75 to 20:00:00, peak: 0.250 s used, 60 s billed at 2 KES for 60 s; \
         2027-12-23 20:00:00 to 20:00:30: 30 s used, in an increment that began before; charge 2.00 \
         KES"
    );
    // A night is one stretch, over midnight.
    assert_eq!(
        explained(terms(), "2027-12-27T23:59", "2027-12-28T00:01"),
        "2027-12-27 23:59:00 to 2027-12-28 00:01:00, night: 120 s used, 120 s billed at 0.5 KES for \
         60 s; charge 1.00 KES"
    );
}
