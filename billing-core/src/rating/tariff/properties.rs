//! Tariffs against a walk through each second, and sessions against their parts.

use core::num::NonZeroU64;

use entitlement::{TimeZone, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::rating::UnitPrice;
use crate::{Interval, Money, Rounding};

fn zone(name: &str) -> TimeZone {
    TimeZone::named(name).unwrap()
}

/// What a session costs, second by second: `None` where one without a price is needed.
fn second_by_second(terms: &TariffTerms, usage: &Usage, zone: &TimeZone) -> Option<i128> {
    let holidays = ["2027-03-29", "2027-10-31"];
    let price_at = |second: Timestamp| {
        let shown = zone.shown(second).unwrap();
        let now = shown.time().strftime("%H:%M").to_string();
        let holds = |text: &str| {
            let (days, times) = text.split_once(' ').unwrap();
            let (from, until) = times.split_once('-').unwrap();
            let is_on = |date: jiff::civil::Date| match days {
                "daily" => true,
                "holiday" => holidays.contains(&date.to_string().as_str()),
                "sun" => date.weekday() == jiff::civil::Weekday::Sunday,
                _ => date.weekday().to_monday_one_offset() <= 5,
            };
            let (from, until, now) = (from.to_owned(), until.to_owned(), now.clone());
            if from < until {
                is_on(shown.date()) && (from..until).contains(&now)
            } else {
                is_on(shown.date()) && from <= now
                    || is_on(shown.date().yesterday().unwrap()) && now < until
            }
        };
        let mut rates = terms.rates.iter();
        let found = rates.find(|rate| rate.windows.to_string().split(", ").any(holds));
        found.map(|rate| rate.price).or(terms.otherwise)
    };
    let (first, following) = {
        let text = terms.increments.to_string();
        let (first, following) = text.split_once('/').unwrap();
        (first.parse::<u64>().unwrap(), following.parse::<u64>().unwrap())
    };
    let octets = usage.units().unwrap();
    let len_s = usage.interval().len_ms() / 1_000;
    let (mut cost, mut paid, mut has_begun) = (0_i128, 0_u64, false);
    // These zones are off by whole minutes, so that a minute has one price.
    let (mut minute, mut price) = (None, None);
    for second in 0..len_s {
        let at = usage.interval().from().plus_s(second as i64);
        if minute != Some(at.unix_s() / 60) {
            (minute, price) = (Some(at.unix_s() / 60), price_at(at));
        }
        let by = |second: u64| match terms.measure {
            Measure::Time => second,
            // Rounded half up.
            Measure::Volume => (2 * octets * second + len_s) / (2 * len_s),
        };
        for _ in by(second)..by(second + 1) {
            if paid == 0 {
                paid = if has_begun { following } else { first };
                cost += i128::from(paid) * i128::from(price?.nanos());
                has_begun = true;
            }
            paid -= 1;
        }
    }
    let set_up = terms.set_up.filter(|_| has_begun).map_or(0, Money::amount_minor);
    Some(cost + i128::from(set_up) * i128::from(terms.unit.get()) * 1_000_000_000)
}

fn tariffs() -> impl Strategy<Value = TariffTerms> {
    let windows = [
        "mon-fri 08:00-20:00",
        "holiday 00:00-24:00",
        "daily 02:00-03:00",
        "daily 02:30-02:31",
        "sun 22:00-02:30",
        "daily 23:30-01:45, sun 03:00-03:01",
        "daily 00:00-24:00",
    ];
    let rate = (proptest::sample::select(windows.to_vec()), 0..1_000_000_000_000_i64).prop_map(
        |(windows, nanos)| Rate {
            name: String::new(),
            windows: windows.parse().unwrap(),
            price: UnitPrice::from_nanos(nanos, "KES".parse().unwrap()).unwrap(),
        },
    );
    let increment = || prop_oneof![Just(1), Just(60), 1..200_u64].prop_map(NonZeroU64::new);
    (
        any::<bool>(),
        proptest::collection::vec(rate, 0..4),
        (increment(), increment()),
        proptest::option::weighted(0.8, 0..1_000_000_000_000_i64),
        proptest::option::of(0..1_000_i64),
        1..100_u64,
    )
        .prop_filter("a price", |it| !it.1.is_empty() || it.3.is_some())
        .prop_map(|(is_time, rates, (first, following), otherwise, set_up, unit)| {
            let currency = "KES".parse().unwrap();
            let numbered =
                |(number, rate): (usize, Rate)| Rate { name: number.to_string(), ..rate };
            let rates = rates.into_iter().enumerate().map(numbered).collect();
            let otherwise = otherwise.and_then(|nanos| UnitPrice::from_nanos(nanos, currency));
            let days = ["2027-03-29", "2027-10-31"].map(|day| day.parse().unwrap());
            TariffTerms {
                measure: if is_time { Measure::Time } else { Measure::Volume },
                unit: NonZeroU64::new(unit).unwrap(),
                increments: Increments::new(first.unwrap(), following.unwrap()).unwrap(),
                rates,
                otherwise,
                set_up: set_up.map(|minor| Money::new(minor, currency)),
                maximum: None,
                holidays: Holidays::new(days).unwrap(),
            }
        })
}

/// Around the changes of the clock, up to some hours.
fn intervals() -> impl Strategy<Value = (TimeZone, Interval)> {
    let zones = ["Europe/Berlin", "America/New_York", "Africa/Nairobi", "Australia/Lord_Howe"];
    // 28 March, 31 October and some Monday of 2027.
    let changes = [1_806_195_600_i64, 1_824_944_400, 1_804_000_000];
    let near = (proptest::sample::select(changes.to_vec()), -90_000..90_000_i64, 1..15_000_i64);
    (proptest::sample::select(zones.to_vec()), near).prop_map(|(name, (change, off_s, len_s))| {
        let from = Timestamp::from_unix_s(change + off_s);
        (zone(name), Interval::new(from, from.plus_s(len_s)).unwrap())
    })
}

fn usage_of(terms: &TariffTerms, interval: Interval, octets: u64) -> Usage {
    match terms.measure {
        Measure::Time => Usage::time(interval).unwrap(),
        Measure::Volume => Usage::volume(interval, octets).unwrap(),
    }
}

proptest! {
    #[test]
    fn a_session_costs_what_its_seconds_do(
        terms in tariffs(), (zone, interval) in intervals(), octets in 0..3_000_u64,
    ) {
        let usage = usage_of(&terms, interval, octets);
        let expected = second_by_second(&terms, &usage, &zone);
        let tariff = Tariff::new(terms).unwrap();
        let charged =
            tariff.on(&zone).unwrap().charge(Progress::default(), &usage, Rounding::HalfUp);
        match charged {
            Ok(charge) => prop_assert_eq!(Some(charge.progress.cost), expected),
            Err(RatingError::MissingRate { at, .. }) => {
                prop_assert_eq!(expected, None);
                prop_assert!(interval.contains(at));
            }
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    #[test]
    fn however_it_is_cut_a_session_costs_the_same(
        terms in tariffs(), (zone, interval) in intervals(), octets in any::<u32>(),
        cuts in proptest::collection::vec(0..15_000_000_i64, 0..6),
        maximum in proptest::option::of(0..100_000_i64),
        rounding in proptest::sample::select(Rounding::ALL.to_vec()),
    ) {
        let maximum = maximum.map(|minor| Money::new(minor, "KES".parse().unwrap()));
        let terms = TariffTerms { maximum, ..terms };
        let usage = usage_of(&terms, interval, octets.into());
        let tariff = Tariff::new(terms).unwrap();
        let mut rater = tariff.on(&zone).unwrap();
        let whole = rater.charge(Progress::default(), &usage, rounding);
        let mut cuts = cuts;
        cuts.sort_unstable();
        let (mut rest, mut progress, mut sum) = (Some(usage), Progress::default(), 0);
        let from_ms = interval.from().unix_ms();
        let ends = cuts.iter().map(|ms| Timestamp::from_unix_ms(from_ms + ms));
        for at in ends.chain([interval.until()]) {
            let Some((part, left)) = rest.map(|rest| rest.split(at)) else { break };
            rest = left;
            let Some(part) = part else { continue };
            match rater.charge(progress, &part, rounding) {
                Ok(charge) => {
                    sum += charge.amount.amount_minor();
                    progress = charge.progress;
                }
                Err(error) => {
                    prop_assert!(matches!(error, RatingError::MissingRate { .. }), "{error}");
                    prop_assert!(whole.is_err());
                    return Ok(());
                }
            }
        }
        let whole = whole.unwrap();
        prop_assert_eq!(progress, whole.progress);
        prop_assert_eq!(sum, whole.amount.amount_minor());
    }

    #[test]
    fn the_steps_are_what_the_session_costs(
        terms in tariffs(), (zone, interval) in intervals(), octets in 0..3_000_u64,
    ) {
        let usage = usage_of(&terms, interval, octets);
        let unit = i128::from(terms.unit.get());
        let tariff = Tariff::new(terms).unwrap();
        let mut rater = tariff.on(&zone).unwrap();
        let Ok(rated) = rater.explain(Progress::default(), &usage, Rounding::HalfUp) else {
            return Ok(());
        };
        let (mut cost, mut used) = (0, 0);
        for step in &rated.steps {
            match step {
                TariffStep::SetUp { amount } => {
                    cost += i128::from(amount.amount_minor()) * unit * 1_000_000_000;
                }
                TariffStep::Billed { used: some, billed, price, .. } => {
                    cost += i128::from(*billed) * i128::from(price.nanos());
                    used += some;
                }
                TariffStep::Running { used: some, .. } => used += some,
                TariffStep::Maximum { .. } => {}
            }
        }
        prop_assert_eq!((cost, used), (rated.charge.progress.cost, usage.units().unwrap()));
    }
}
