use entitlement::{TimeZone, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::rating::bandwidth::Sample;
use crate::{Interval, Ratio, Rounding};

fn price(text: &str) -> MeteredPrice {
    text.parse().unwrap()
}

fn zone() -> TimeZone {
    TimeZone::named("Africa/Nairobi").unwrap()
}

fn at(text: &str) -> Timestamp {
    zone().first_shown(text.parse().unwrap()).unwrap()
}

fn june() -> Interval {
    Interval::new(at("2027-06-01T00:00"), at("2027-07-01T00:00")).unwrap()
}

/// Of an hour.
fn octets(when: &str, down: u64, up: u64) -> AccountedOctets {
    let within = Interval::new(at(when), at(when).plus_s(3_600)).unwrap();
    AccountedOctets { within, down, up }
}

/// What June costs of these, and why; its sessions count 300 octets down and 25 up.
fn charged(text: &str, records: &[UsageRecord]) -> String {
    let stretches = [june()];
    let accounted = [
        octets("2027-05-31T23:00", 7_000, 9_000),
        octets("2027-06-01T00:00", 100, 20),
        octets("2027-06-30T23:00", 200, 5),
        octets("2027-07-01T00:00", 7_000, 9_000),
    ];
    let measured = MeasuredPeriod {
        stretches: &stretches,
        part: Ratio::WHOLE,
        samples: &[],
        records,
        accounted: &accounted,
    };
    match price(text).charge(&measured, &zone(), Rounding::HalfUp) {
        Ok(charge) => format!("{charge}: {}", charge.amount()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn prices_are_read_as_they_are_written() {
    for text in [
        "95th; committed 100M at 50000.00 KES; above 600 KES per 1M",
        "95th; committed 100M at 50000.00 KES; above 0.0004 KES per 64k; peak 1G; counted \
         percentile-of-sums; missing left-out",
        "each 2 KES",
        "package 100 at 250.00 KES; minimum 500.00 KES",
        "graduated 100 at 20 KES, 500 at 15 KES + 50.00 KES, rest at 10 KES; unit 1G; free 50",
        "volume 1k at 2 KES, rest at 1 KES; accounting both",
        "percentage 2.5% of KES",
        "time 60; by 60/60; rate peak 10 KES mon-fri 08:00-20:00, sat 08:00-12:00; rate feast 0 KES \
         holiday 00:00-24:00; otherwise 5 KES; set-up 2.00 KES; maximum 100.00 KES; holidays 2027-12-25, \
         2027-12-26",
        "octets 1M; by 1000/1000; otherwise 0.5 KES",
    ] {
        assert_eq!(price(text).to_string(), text);
    }
    let spelled = "95th ;committed  0.1G at 50000 KES; above 600 KES per 1000k; counted greater";
    let expected = "95th; committed 100M at 50000.00 KES; above 600 KES per 1M";
    assert_eq!(price(spelled).to_string(), expected);
}

#[test]
fn what_is_no_price_is_refused_with_the_clause_that_is_wrong() {
    for (text, expected) in [
        ("", "`` cannot be in a price of usage: a clause of it is empty"),
        ("flat 5 KES", "`flat 5 KES` cannot be in a price of usage: it begins with `95th`"),
        ("95th", "the clause `committed` is missing: `committed 100M at 50000 KES`"),
        ("95th; committed 100M at 1 KES", "the clause `above` is missing: `above 600 KES per 1M`"),
        (
            "95th; committed 100M; above 1 KES per 1M",
            "`100M` cannot be in a price of usage: it takes",
        ),
        (
            "95th; committed 100X at 1 KES; above 1 KES per 1M",
            "`100X` cannot be in a price of usage",
        ),
        (
            "95th; committed 100M at 1 KES; above 1 USD per 1M",
            "the commitment is paid in KES, and a burst in USD",
        ),
        (
            "95th; committed 100M at 1 KES; above 1 KES per 1M; peak 50M",
            "the peak rate of 50000000 bit/s is below the committed one",
        ),
        (
            "95th; committed 100M at 1 KES; above 1 KES per 1M; missing maybe",
            "`maybe` cannot be in a price of usage: missing samples are zero or left-out",
        ),
        (
            "each 2 KES; each 3 KES",
            "`each 3 KES` cannot be in a price of usage: such a price has no",
        ),
        ("each 2 KES; free 5; free 6", "`free 6` cannot be in a price of usage: it is there twice"),
        ("each 2 KES; minimum 5 USD", "its other prices are in KES"),
        ("each 2 KES; minimum -5 KES", "`-5 KES` cannot be in a price of usage: it is 0 or more"),
        ("graduated 100 at 20 KES", "units above 100 have no price; the last tier has no end"),
        ("package 0 at 2 KES", "`0` cannot be in a price of usage: it is 1 or more"),
        ("time 60; otherwise 5 KES", "the clause `by` is missing: `by 60/60`"),
        ("time 60; by 60/60", "the tariff has no price"),
        ("time 60; by 60/60; rate peak 10 KES", "a rate is written `rate peak 10 KES mon-fri"),
        (
            "time 60; by 60/60; rate peak 10 KES mon-fri 08:00-20:00; rate night 1 KES daily 22:00-06:00; \
             rate peak 20 KES sat 08:00-20:00",
            "`rate peak 20 KES sat 08:00-20:00` cannot be in a price of usage: rate 3 is called `peak` as \
             one before it; give it another name, or the one before its windows as well, with commas between",
        ),
        ("time 60; by 60/60; otherwise 5 KES; peak 1G", "`peak 1G` cannot be in a price of usage"),
    ] {
        let error = text.parse::<MeteredPrice>().unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn units_of_a_period_have_their_table() {
    let units = |at_text: &str, units| UsageRecord { at: at(at_text), until: None, units };
    let records = [
        units("2027-05-31T23:59", 1_000_000_000_000),
        units("2027-06-01T00:00", 90_000_000_000),
        units("2027-06-30T23:59", 60_000_000_001),
        units("2027-07-01T00:00", 1_000_000_000_000),
    ];
    assert_eq!(
        charged("graduated 100 at 20 KES, rest at 10 KES; unit 1G; free 20", &records),
        "150000000001 counted in 2 records, 151 units of 1000000000; 20 units free; 100 units at 20 KES; \
         31 units at 10 KES: 2310.00 KES"
    );
    let few = [units("2027-06-02T00:00", 60)];
    assert_eq!(
        charged("each 20 KES; free 50; minimum 500 KES", &few),
        "60 counted in 1 records; 50 units free; 10 units at 20 KES; 300.00 KES to come to the minimum: \
         500.00 KES"
    );
    assert_eq!(charged("each 20 KES", &[]), "0 counted in 0 records: 0.00 KES");
    assert_eq!(
        charged("package 100 at 250 KES", &few),
        "60 counted in 1 records; 1 packages at 250.00 KES: 250.00 KES"
    );
}

#[test]
fn octets_count_in_the_direction_that_the_price_says_and_records_where_it_says_none() {
    let record = UsageRecord { at: at("2027-06-02T00:00"), until: None, units: 7 };
    for (text, expected) in [
        ("each 2 KES", "7 counted in 1 records; 7 units at 2 KES: 14.00 KES"),
        ("each 2 KES; accounting down", "300 counted in 2 records; 300 units at 2 KES: 600.00 KES"),
        ("each 2 KES; accounting up", "25 counted in 2 records; 25 units at 2 KES: 50.00 KES"),
        ("each 2 KES; accounting both", "325 counted in 2 records; 325 units at 2 KES: 650.00 KES"),
    ] {
        assert_eq!(charged(text, &[record]), expected);
    }
}

#[test]
fn a_tariff_rates_each_record_by_its_hours() {
    let call =
        |from: &str, until: &str| UsageRecord { at: at(from), until: Some(at(until)), units: 0 };
    // 1 June 2027 is a Tuesday.
    let calls = [
        call("2027-06-01T09:00:00", "2027-06-01T09:01:01"),
        call("2027-06-01T19:59:30", "2027-06-01T20:01:30"),
        call("2027-06-01T21:00:00", "2027-06-01T21:00:00"),
    ];
    let tariff =
        "time 60; by 60/60; rate peak 10 KES mon-fri 08:00-20:00; otherwise 5 KES; set-up 2 KES";
    // Two minutes at 10; one at 10 and one at 5; nothing. And two set-ups.
    assert_eq!(
        charged(tariff, &calls),
        "3 records; 2 set-ups 4.00 KES; at other times: 90 s used, 60 s billed at 5 KES for 60 s; peak: 91 s \
         used, 180 s billed at 10 KES for 60 s: 39.00 KES"
    );
    let open = [UsageRecord { at: at("2027-06-01T09:00"), until: None, units: 5 }];
    let error = charged(tariff, &open);
    assert!(error.starts_with("the record of 2027-06-01T09:00:00 does not say until when it was"));
    let only = "time 60; by 60/60; rate peak 10 KES mon-fri 08:00-20:00";
    let error = charged(only, &calls);
    assert!(error.starts_with("the tariff has no price at 2027-06-01T20:"), "{error}");
    let volume = [UsageRecord {
        at: at("2027-06-01T09:00"),
        until: Some(at("2027-06-01T09:00")),
        units: 1_500_000,
    }];
    assert_eq!(
        charged("octets 1M; by 1000000/1000000; otherwise 3 KES", &volume),
        "1 records; at other times: 1500000 octets used, 2000000 octets billed at 3 KES for 1000000 octets: \
         6.00 KES"
    );
}

#[test]
fn samples_are_those_of_the_five_minutes_of_the_hour_whenever_a_period_begins() {
    // From 10:07 to 10:22: those of 10:05, 10:10 and 10:15.
    let stretches = [Interval::new(at("2027-06-01T10:07"), at("2027-06-01T10:22")).unwrap()];
    let sample =
        |time: &str, down_bps| (at(&format!("2027-06-01T{time}")), Sample { down_bps, up_bps: 0 });
    let all = [
        sample("10:00", 9),
        sample("10:05", 1),
        sample("10:10", 2),
        sample("10:15", 3),
        sample("10:20", 9),
    ];
    let price = price("95th; committed 1 at 1 KES; above 1 KES per 1");
    let charge = |samples: &[(Timestamp, Sample)]| {
        let measured = MeasuredPeriod {
            stretches: &stretches,
            part: Ratio::WHOLE,
            samples,
            records: &[],
            accounted: &[],
        };
        price.charge(&measured, &zone(), Rounding::HalfUp)
    };
    assert_eq!(charge(&all).unwrap().amount(), "3 KES".parse().unwrap());
    let error = charge(&all[..2]).unwrap_err().to_string();
    assert_eq!(
        error,
        "2 of its 3 samples of 300 s are missing, the first that of 2027-06-01T10:10:00; import them, or \
         say in its price what becomes of missing ones, `missing zero` or `missing left-out`"
    );
}

#[test]
fn each_price_says_what_is_measured_for_it() {
    for (text, expected) in [
        ("95th; committed 1M at 1 KES; above 1 KES per 1M", Measurement::Samples),
        ("each 1 KES", Measurement::Units),
        ("each 1 KES; accounting down", Measurement::Accounting(Direction::Down)),
        ("time 1; by 1/1; otherwise 1 KES", Measurement::Time),
        ("octets 1; by 1/1; otherwise 1 KES", Measurement::Volume),
    ] {
        assert_eq!((price(text).measurement(), price(text).currency().code()), (expected, "KES"));
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_fall_over_and_what_it_takes_is_written_as_it_is_read(
        clauses in proptest::collection::vec(
            prop_oneof![
                "(95th|each|package|graduated|volume|percentage|time|octets|free|unit|by|peak|missing) ?.{0,20}",
                Just("95th".to_owned()),
                Just("committed 100M at 1 KES".to_owned()),
                Just("above 0.5 KES per 1M".to_owned()),
                Just("each 2 KES".to_owned()),
                Just("graduated 5 at 1 KES, rest at 2 KES".to_owned()),
                Just("time 60".to_owned()),
                Just("by 30/6".to_owned()),
                Just("otherwise 1 KES".to_owned()),
                "(free|unit|peak) [0-9]{1,6}[kMG]?",
            ],
            1..5,
        ),
    ) {
        if let Ok(price) = clauses.join("; ").parse::<MeteredPrice>() {
            prop_assert_eq!(price.to_string().parse::<MeteredPrice>().unwrap(), price);
        }
    }
}
