//! What is paid by use, and what is credited for outages: worked tables. Amounts are KES.

use std::collections::BTreeMap;

use entitlement::Timestamp;
use proptest::prelude::*;

use super::tests::*;
use super::*;
use crate::catalogue::{
    AppliesTo, Billing, Price, PriceList, PromiseVersion, RecurringPrice, UsageTerms, UsageVersion,
};
use crate::rating::bandwidth::Sample;
use crate::rating::metered::{AccountedOctets, UsageRecord};
use crate::{Alignment, ComponentId, Event, Interval, Proration, Timeline, Transition, What};

const TRANSIT: &str = "95th; committed 100M at 50000 KES; above 600 KES per 1M";

fn usage(from: &str, price: &str) -> UsageVersion {
    let terms = UsageTerms {
        cadence: "1 month".parse().unwrap(),
        proration: Proration::ByDay,
        price: price.parse().unwrap(),
    };
    UsageVersion { from: at(from), applies_to: AppliesTo::Everybody, terms }
}

/// What is paid by use alone.
fn used(price: &str) -> PriceList {
    PriceList { usage: vec![usage("2020-01-01", price)], ..Default::default() }
}

fn promised(list: PriceList, sla: &str) -> PriceList {
    let (from, applies_to) = (at("2020-01-01"), AppliesTo::Everybody);
    let sla = Some(sla.parse().unwrap());
    PriceList { promises: vec![PromiseVersion { from, applies_to, sla }], ..list }
}

/// Samples for every five minutes between two moments: so many Mbit/s, and in the first ones more.
fn samples(from: &str, until: &str, first: (usize, u64), other: u64) -> Vec<(Timestamp, Sample)> {
    let period = Interval::new(at(from), at(until)).unwrap();
    let count = usize::try_from(period.len_ms() / 300_000).unwrap();
    let sample = |place: usize| {
        let mbit = if place < first.0 { first.1 } else { other };
        let moment = at(from).plus_s(300 * i64::try_from(place).unwrap());
        (moment, Sample { down_bps: mbit * 1_000_000, up_bps: 1 })
    };
    (0..count).map(sample).collect()
}

fn sampled(samples: Vec<(Timestamp, Sample)>) -> Measured {
    Measured::new(BTreeMap::from([(HOME, samples)]), BTreeMap::new(), Vec::new())
}

fn recorded(records: &[(&str, u64)]) -> Measured {
    let record =
        |(when, units): &(&str, u64)| UsageRecord { at: at(when), until: None, units: *units };
    let records = BTreeMap::from([(HOME, records.iter().map(record).collect())]);
    Measured::new(BTreeMap::new(), records, Vec::new())
}

fn down(from: &str, until: &str) -> Outage {
    Outage { component: None, from: at(from), until: Some(at(until)), is_planned: false }
}

fn outages(outages: &[Outage]) -> Measured {
    Measured::new(BTreeMap::new(), BTreeMap::new(), outages.to_vec())
}

fn error(account: &Account, when: &str) -> String {
    account.lines(when).unwrap_err().to_string()
}

fn next(account: &Account, when: &str) -> Option<Timestamp> {
    let timeline = Timeline::new(account.events.iter().copied()).unwrap();
    next_due(&timeline, &account.prices, &account.terms, at(when)).unwrap()
}

/// The lines in words.
fn explained(account: &Account, when: &str) -> Vec<String> {
    let lines = account.lines(when).unwrap();
    lines.iter().map(|line| line.explain(&zone()).to_string()).collect()
}

#[test]
fn a_measured_bandwidth_is_billed_when_its_month_is_over_and_corrected_by_the_difference() {
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    account.prices.insert(HOME, used(TRANSIT));
    // June has 8640 samples, of which the greatest 432 do not count: the 433rd does.
    account.terms.measured = sampled(samples("2027-06-01", "2027-07-01", (433, 180), 80));
    assert_eq!(next(&account, "2027-06-01"), Some(at("2027-07-01")));
    assert_eq!(account.bill("2027-06-30"), [""; 0]);
    assert_eq!(
        explained(&account, "2027-07-01"),
        [
            "use of 2027-06-01 to 2027-06-30 (30 of 30 days): 95th percentile of 8640 samples without the \
          greatest 432: 180000000 bit/s down, 1 bit/s up, the greater 180000000 bit/s; 100000000 bit/s \
          committed at 50000.00 KES; 80000000 bit/s above that at 600 KES for 1000000 bit/s: 98000.00 KES; \
          charge 98000.00 KES"
        ]
    );
    assert_eq!(account.bill("2027-07-01"), ["1 2027-06-01 98000.00 KES"]);
    assert_eq!(account.bill("2027-07-01"), [""; 0]);
    // One of them was not 180 Mbit/s after all: then they are among those that do not count.
    account.terms.measured = sampled(samples("2027-06-01", "2027-07-01", (432, 180), 80));
    assert_eq!(
        explained(&account, "2027-07-02"),
        [
            "use of 2027-06-01 to 2027-06-30 (30 of 30 days): 95th percentile of 8640 samples without the \
          greatest 432: 80000000 bit/s down, 1 bit/s up, the greater 80000000 bit/s; 100000000 bit/s \
          committed at 50000.00 KES: 50000.00 KES; 98000.00 KES billed before; credit -48000.00 KES"
        ]
    );
    assert_eq!(account.bill("2027-06-15"), ["1 2027-06-01 -48000.00 KES"], "whatever a run is for");
}

#[test]
fn samples_that_are_missing_are_named_unless_it_is_said_what_becomes_of_them() {
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    account.prices.insert(HOME, used(TRANSIT));
    let mut all = samples("2027-06-01", "2027-07-01", (433, 180), 80);
    let lost = all.remove(5_000).0;
    assert_eq!(lost, at("2027-06-18T08:40"));
    account.terms.measured = sampled(all);
    assert_eq!(
        error(&account, "2027-07-01"),
        "component 1, its use since 2027-06-01: 1 of its 8640 samples of 300 s are missing, the first that \
         of 2027-06-18T08:40:00; import them, or say in its price what becomes of missing ones, `missing \
         zero` or `missing left-out`"
    );
    account.prices.insert(HOME, used(&format!("{TRANSIT}; missing left-out")));
    // Of 8639 the greatest 431 do not count.
    assert_eq!(account.bill("2027-07-01"), ["1 2027-06-01 98000.00 KES"]);
    account.terms.measured = Measured::default();
    let error = error(&account, "2027-07-01");
    assert!(error.contains("all 8640 samples of the period are missing"), "{error}");
}

#[test]
fn a_part_of_a_month_is_measured_by_itself_and_costs_its_part() {
    let mut account = home_since("2027-06-16", FIRST_OF_MONTH);
    account.prices.insert(HOME, used(TRANSIT));
    // 15 days have 4320 samples: 216 do not count. Half of 50000 and of 80 x 600.
    account.terms.measured = sampled(samples("2027-06-16", "2027-07-01", (217, 180), 80));
    assert_eq!(account.bill("2027-07-01"), ["1 2027-06-16 49000.00 KES"]);
    // What is measured in a pause does not count, nor is it missed.
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    account.prices.insert(HOME, used(TRANSIT));
    account.is("2027-06-11", Transition::Pause);
    account.is("2027-06-21", Transition::Resume);
    let mut all = samples("2027-06-01", "2027-06-11", (0, 0), 80);
    all.extend(samples("2027-06-15", "2027-06-16", (0, 0), 900));
    all.extend(samples("2027-06-21", "2027-07-01", (0, 0), 80));
    account.terms.measured = sampled(all);
    assert_eq!(account.bill("2027-07-01"), ["1 2027-06-01 33333.33 KES"]);
    // What ends is billed with its end.
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    account.prices.insert(HOME, used(TRANSIT));
    account.has("2027-06-16", HOME, 0);
    account.terms.measured = sampled(samples("2027-06-01", "2027-06-16", (0, 0), 80));
    assert_eq!(account.bill("2027-06-15"), [""; 0]);
    assert_eq!(account.bill("2027-06-16"), ["1 2027-06-01 25000.00 KES"]);
    assert_eq!(next(&account, "2027-06-16"), None);
}

/// 1000 at least, and 100 units free.
const AT_LEAST: &str = "each 20 KES; free 100; minimum 1000 KES";

#[test]
fn a_part_of_a_month_has_its_part_of_the_minimum_and_of_the_free_units_as_of_a_price() {
    // The days begin on the 15th instead of the 1st from 10 September on: nine of 30 days, five of 31, and a
    // month. A price of 1000 for the same costs the same.
    let changed = |list: PriceList| {
        let mut account = home_since("2027-09-01", FIRST_OF_MONTH);
        account.prices.insert(HOME, list);
        let (since, alignment) = (at("2027-09-10"), Alignment::DayOfMonth(15));
        account.terms.realigned.push(Realignment { since, alignment });
        account
    };
    let expected =
        ["1 2027-09-01 300.00 KES", "1 2027-09-10 161.29 KES", "1 2027-09-15 1000.00 KES"];
    assert_eq!(changed(used(AT_LEAST)).bill("2027-10-15"), expected);
    let price = RecurringPrice { billed: Billing::InArrears, ..monthly("1000") };
    assert_eq!(changed(always(Price::Recurring(price))).bill("2027-10-15"), expected);
    // Of 100 free units 30 are of nine days, and 16 of five: 100 - 30 and 17 - 16 are paid, and 110 - 100.
    let mut account = changed(used("each 20 KES; free 100"));
    account.terms.measured =
        recorded(&[("2027-09-09T23:59", 100), ("2027-09-10", 17), ("2027-09-15", 110)]);
    let expected =
        ["1 2027-09-01 1400.00 KES", "1 2027-09-10 20.00 KES", "1 2027-09-15 200.00 KES"];
    assert_eq!(account.bill("2027-10-15"), expected);

    // Who joins for three days, who ends after nine, and who pauses for ten: rounded once for all that is left.
    let mut account = home_since("2027-09-28", FIRST_OF_MONTH);
    account.prices.insert(HOME, used(AT_LEAST));
    assert_eq!(account.bill("2027-10-01"), ["1 2027-09-28 100.00 KES"]);
    let mut account = home_since("2027-09-01", FIRST_OF_MONTH);
    account.prices.insert(HOME, used(AT_LEAST));
    account.has("2027-09-10", HOME, 0);
    assert_eq!(account.bill("2027-09-10"), ["1 2027-09-01 300.00 KES"]);
    let mut account = home_since("2027-09-01", FIRST_OF_MONTH);
    account.prices.insert(HOME, used(AT_LEAST));
    account.is("2027-09-08", Transition::Pause);
    account.is("2027-09-18", Transition::Resume);
    account.terms.measured = recorded(&[("2027-09-01", 60), ("2027-09-20", 60)]);
    assert_eq!(
        explained(&account, "2027-10-01"),
        [
            "use of 2027-09-01 to 2027-09-07 (7 of 30 days) and 2027-09-18 to 2027-09-30 (13 of 30 days): 120 \
             counted in 2 records; 20/30 of a period's minimum, free units and tiers; 67 units free; 53 units \
             at 20 KES: 1060.00 KES; charge 1060.00 KES"
        ]
    );
    account.terms.measured = Measured::default();
    assert_eq!(account.bill("2027-10-01"), ["1 2027-09-01 666.67 KES"]);

    // With the rule that any part is a whole, it is: that is for whoever sells it so.
    let mut list = used(AT_LEAST);
    list.usage[0].terms.proration = Proration::Whole;
    let expected =
        ["1 2027-09-01 1000.00 KES", "1 2027-09-10 1000.00 KES", "1 2027-09-15 1000.00 KES"];
    assert_eq!(changed(list).bill("2027-10-15"), expected);
}

#[test]
fn use_is_charged_beside_a_price_by_periods_of_its_own() {
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    let both = PriceList {
        usage: vec![usage("2027-07-01", "graduated 100 at 20 KES, rest at 10 KES; free 20")],
        ..always(Price::Recurring(monthly("3000")))
    };
    account.prices.insert(HOME, both);
    assert_eq!(
        account.bill("2027-07-01"),
        ["1 2027-06-01 3000.00 KES", "1 2027-07-01 3000.00 KES"]
    );
    account.terms.measured =
        recorded(&[("2027-07-10", 100), ("2027-07-31T23:59", 50), ("2027-08-01", 7)]);
    // 20 free, 100 at 20, 30 at 10.
    let expected = ["1 2027-07-01 2300.00 KES", "1 2027-08-01 3000.00 KES"];
    assert_eq!(account.bill("2027-08-01"), expected);
    // Late ones: 40 more at 10; and one that was taken back.
    account.terms.measured = recorded(&[("2027-07-10", 100), ("2027-07-31T23:59", 90)]);
    assert_eq!(account.bill("2027-08-02"), ["1 2027-07-01 400.00 KES"]);
    account.terms.measured = recorded(&[("2027-07-10", 100)]);
    assert_eq!(account.bill("2027-08-02"), ["1 2027-07-01 -1100.00 KES"]);
    // What was used before use had a price is not free.
    account.terms.measured = recorded(&[("2027-06-10", 1), ("2027-07-10", 100)]);
    assert!(error(&account, "2027-08-02").contains("component 1 has no price at"));
}

#[test]
fn a_new_price_of_use_holds_from_the_next_period() {
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    let usage = vec![usage("2020-01-01", "each 2 KES"), usage("2027-06-20", "each 3 KES")];
    account.prices.insert(HOME, PriceList { usage, ..Default::default() });
    account.terms.measured = recorded(&[("2027-06-25", 100), ("2027-07-05", 100)]);
    let expected = ["1 2027-06-01 200.00 KES", "1 2027-07-01 300.00 KES"];
    assert_eq!(account.bill("2027-08-01"), expected);
    // Without a price in force from its beginning on it cannot be billed.
    let late = PriceList { usage: vec![usage_from_july()], ..Default::default() };
    account.prices.insert(HOME, late);
    assert!(error(&account, "2027-08-01").contains("component 1 has no price at"));
    account.prices.insert(HOME, used("each 2 KES"));
    account.has("2027-06-01", HOME, 2);
    assert!(
        error(&account, "2027-08-01").contains("component 1 is paid by use, and was taken 2 times")
    );
}

#[test]
fn a_fee_that_is_added_to_what_is_paid_by_use_is_due_from_then_on() {
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    let fee = |applies_to| PriceList {
        versions: vec![since("2027-08-01", applies_to, Price::Recurring(monthly("3100")))],
        ..used("each 2 KES")
    };
    account.prices.insert(HOME, fee(AppliesTo::Everybody));
    account.terms.measured = recorded(&[("2027-06-25", 100), ("2027-07-05", 50)]);
    assert_eq!(account.bill("2027-07-01"), ["1 2027-06-01 200.00 KES"]);
    let expected = ["1 2027-07-01 100.00 KES", "1 2027-08-01 3100.00 KES"];
    assert_eq!(account.bill("2027-08-01"), expected);
    // For new ones only, it is never due of an old one, and always of a new one.
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    account.prices.insert(HOME, fee(AppliesTo::NewOnly));
    account.terms.measured = recorded(&[("2027-06-25", 100)]);
    assert_eq!(next(&account, "2027-06-15"), Some(at("2027-07-01")));
    assert_eq!(account.bill("2027-09-30"), ["1 2027-06-01 200.00 KES"]);
    let mut account = home_since("2027-08-22", FIRST_OF_MONTH);
    account.prices.insert(HOME, fee(AppliesTo::NewOnly));
    assert_eq!(account.bill("2027-08-22"), ["1 2027-08-22 1000.00 KES"]);
    // Without use that is in force then, it is still an error.
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    let late = PriceList { usage: vec![usage_from_july()], ..fee(AppliesTo::Everybody) };
    account.prices.insert(HOME, late);
    assert!(error(&account, "2027-08-01").contains("component 1 has no price at"));
}

#[test]
fn a_fee_that_comes_amid_a_period_is_due_from_the_next_one_on_of_who_has_it() {
    let since_the = |from: &str, price| PriceList {
        versions: vec![since(from, AppliesTo::Everybody, price)],
        ..used("each 2 KES")
    };
    let fee = || since_the("2027-08-10", Price::Recurring(monthly("3100")));
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    account.prices.insert(HOME, fee());
    assert_eq!(next(&account, "2027-08-01"), Some(at("2027-09-01")));
    assert_eq!(account.bill("2027-08-31"), [""; 0]);
    assert_eq!(account.bill("2027-09-01"), ["1 2027-09-01 3100.00 KES"]);
    // Whoever takes it then pays from then on, by the share: 22 of 31 days.
    let mut account = home_since("2027-08-10", FIRST_OF_MONTH);
    account.prices.insert(HOME, fee());
    assert_eq!(account.bill("2027-08-10"), ["1 2027-08-10 2200.00 KES"]);
    // Where another takes its place before its first period begins, that begins with one of its own.
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    let yearly = RecurringPrice { cadence: "1 year".parse().unwrap(), ..monthly("36500") };
    let mut list = since_the("2027-08-10", Price::Recurring(yearly));
    list.versions.push(since(
        "2027-08-20",
        AppliesTo::Everybody,
        Price::Recurring(monthly("3100")),
    ));
    account.prices.insert(HOME, list);
    assert_eq!(account.bill("2027-08-31"), [""; 0]);
    assert_eq!(account.bill("2027-09-01"), ["1 2027-09-01 3100.00 KES"]);
    // What is paid once is paid when it is taken, and who has it took it before.
    let once = || since_the("2027-08-10", Price::Once(kes("2500")));
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    account.prices.insert(HOME, once());
    assert_eq!(account.bill("2027-10-01"), [""; 0]);
    let mut account = home_since("2027-08-22", FIRST_OF_MONTH);
    account.prices.insert(HOME, once());
    assert_eq!(account.bill("2027-08-22"), ["1 2027-08-22 2500.00 KES"]);
}

#[test]
fn a_price_of_use_where_there_was_none_holds_from_its_moment_since_nothing_used_is_free() {
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    let list = PriceList {
        usage: vec![usage("2027-08-10", "each 2 KES")],
        ..always(Price::Recurring(monthly("0")))
    };
    account.prices.insert(HOME, list);
    account.terms.measured = recorded(&[("2027-08-10", 100), ("2027-08-31", 1)]);
    assert_eq!(account.bill("2027-09-01"), ["1 2027-08-01 202.00 KES"]);
    account.terms.measured = recorded(&[("2027-08-09", 100), ("2027-08-31", 1)]);
    assert!(error(&account, "2027-09-01").contains("component 1 has no price at"));
}

#[test]
fn what_was_measured_while_it_was_not_had_needs_no_price_of_use() {
    let of_july = || PriceList {
        usage: vec![usage_from_july()],
        ..always(Price::Recurring(monthly("3000")))
    };
    let mut account = home_since("2027-06-16", FIRST_OF_MONTH);
    account.prices.insert(HOME, of_july());
    account.is("2027-06-20", Transition::Pause);
    account.is("2027-06-22", Transition::Resume);
    // Before it was taken, and in a pause.
    account.terms.measured =
        recorded(&[("2027-06-10", 10), ("2027-06-21", 20), ("2027-07-05", 30)]);
    // 13 of 30 days.
    let expected = [
        "1 2027-06-16 1300.00 KES",
        "1 2027-07-01 60.00 KES",
        "1 2027-07-01 3000.00 KES",
        "1 2027-08-01 3000.00 KES",
    ];
    let mut lines = account.bill("2027-08-01");
    lines.sort_by_key(|line| (line.split(' ').nth(1).map(str::to_owned), line.len()));
    assert_eq!(lines, expected);
    // What is given up before use has a price, and measured on, is billed as well.
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    account.prices.insert(HOME, of_july());
    account.has("2027-06-16", HOME, 0);
    account.terms.measured = recorded(&[("2027-06-20", 10)]);
    assert_eq!(account.bill("2027-08-01"), ["1 2027-06-01 1500.00 KES"]);
    // What was used while it was had is not free.
    account.terms.measured = recorded(&[("2027-06-15", 10)]);
    assert!(error(&account, "2027-08-01").contains("component 1 has no price at"));
}

#[test]
fn a_stretch_without_five_minutes_has_no_samples_and_is_charged() {
    for missing in ["", "; missing zero", "; missing left-out"] {
        let mut account = home_since("2027-06-30T10:01", FIRST_OF_MONTH);
        let mut list = used(&format!("{TRANSIT}{missing}"));
        list.usage[0].terms.proration = Proration::BySecond;
        account.prices.insert(HOME, list);
        account.has("2027-06-30T10:03", HOME, 0);
        // 120 of 2592000 seconds of what is committed.
        let said = explained(&account, "2027-07-01").concat();
        assert!(said.contains("95th percentile of 0 samples"), "{said}");
        assert!(said.contains("committed at 50000.00 KES: 2.31 KES"), "{said}");
        assert_eq!(account.bill("2027-07-01"), ["1 2027-06-30 2.31 KES"], "{missing}");
    }
}

#[test]
fn a_bandwidth_is_billed_by_five_minutes_at_least() {
    let of = |cadence: &str, price: &str| {
        let mut terms = usage("2027-06-01", price).terms;
        terms.cadence = cadence.parse().unwrap();
        terms.check().map_err(|error| error.to_string())
    };
    assert_eq!(of("5 minutes", TRANSIT), Ok(()));
    assert_eq!(of("4 minutes", "each 2 KES"), Ok(()));
    assert_eq!(
        of("4 minutes", TRANSIT).unwrap_err(),
        "a bandwidth is billed by its percentile of a month at most and of five minutes at least, and not \
         every 4 minutes; a sample is of five minutes, and a month has as many as are kept at once"
    );
    assert!(of("1 year", TRANSIT).is_err());
}

fn usage_from_july() -> UsageVersion {
    usage("2027-07-01", "each 2 KES")
}

#[test]
fn discounts_and_limits_work_on_use_as_on_everything() {
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    account.prices.insert(HOME, used("each 2 KES"));
    account.terms.measured = recorded(&[("2027-06-25", 1_000)]);
    account.terms.maximum = Some(MaximumCharge {
        amount: kes("1500"),
        per: "1 month".parse().unwrap(),
        proration: Proration::ByDay,
    });
    assert_eq!(account.bill("2027-07-01"), ["1 2027-06-01 1500.00 KES"]);
    let component = ComponentId(9);
    account.terms.minimum = Some(MinimumCharge {
        component,
        amount: kes("1200"),
        per: "1 month".parse().unwrap(),
        proration: Proration::ByDay,
    });
    // Nothing was used in July.
    assert_eq!(account.bill("2027-08-01"), ["9 2027-07-01 1200.00 KES"]);
    // Books that are closed are not looked at.
    account.terms.closed_until = Some(at("2027-08-01"));
    account.terms.measured = Measured::default();
    assert_eq!(account.bill("2027-08-02"), [""; 0]);
}

/// What was counted within so many minutes, to the subscriber; a fifth of it from there.
fn octets(when: &str, minutes: i64, down: u64) -> AccountedOctets {
    let within = Interval::new(at(when), at(when).plus_s(60 * minutes)).unwrap();
    AccountedOctets { within, down, up: down / 5 }
}

#[test]
fn what_is_paid_by_accounting_is_looked_at_once_more_when_late_reports_are_known() {
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    account.prices.insert(HOME, used("each 2 KES; accounting down"));
    account.is("2027-06-10T10:22", Transition::Terminate);
    let told = |down| vec![octets("2027-06-09T09:00", 60, down)];
    account.terms.measured = Measured::default().with_accounted(told(100));
    let next = |account: &Account, when: &str| {
        let timeline = Timeline::new(account.events.clone()).unwrap();
        next_due(&timeline, &account.prices, &account.terms, at(when)).unwrap()
    };
    assert_eq!(next(&account, "2027-06-10T10:21"), Some(at("2027-06-10T10:22")));
    assert_eq!(account.bill("2027-06-10T10:22"), ["1 2027-06-01 200.00 KES"]);
    // A report that was in the journal when the last bill was made.
    assert_eq!(next(&account, "2027-06-10T10:22"), Some(at("2027-06-11T10:22")));
    account.terms.measured = Measured::default().with_accounted(told(150));
    assert_eq!(account.bill("2027-06-11T10:22"), ["1 2027-06-01 100.00 KES"]);
    assert_eq!(next(&account, "2027-06-11T10:22"), None);
    // Of what is measured otherwise nothing is known late: whoever enters it makes it due.
    account.prices.insert(HOME, used("each 2 KES"));
    assert_eq!(next(&account, "2027-06-10T10:22"), None);
}

#[test]
fn what_a_service_counts_is_of_whoever_has_it_at_the_end_of_that_time() {
    let of = |from: &str, until: &str, accounted: &[AccountedOctets]| {
        let mut account = home_since(from, FIRST_OF_MONTH);
        account.prices.insert(HOME, used("each 2 KES; accounting down"));
        account.has(until, HOME, 0);
        account.terms.measured = Measured::default().with_accounted(accounted.to_vec());
        account.bill("2027-06-30")
    };
    // One ends and another begins within an hour: the hour is of the second.
    let hours = [octets("2027-06-10T09:00", 60, 1), octets("2027-06-10T10:00", 60, 20)];
    let [first, second] = [("2027-06-01", "2027-06-10T10:22"), ("2027-06-10T10:22", "2027-06-20")];
    assert_eq!(of(first.0, first.1, &hours), ["1 2027-06-01 2.00 KES"]);
    assert_eq!(of(second.0, second.1, &hours), ["1 2027-06-10 40.00 KES"]);
    // Where it is known by five minutes, only those in which the one ends are of the other.
    let fine = [
        octets("2027-06-10T09:00", 60, 1),
        octets("2027-06-10T10:15", 5, 20),
        octets("2027-06-10T10:20", 5, 300),
        octets("2027-06-10T10:25", 5, 4_000),
    ];
    assert_eq!(of(first.0, first.1, &fine), ["1 2027-06-01 42.00 KES"]);
    assert_eq!(of(second.0, second.1, &fine), ["1 2027-06-10 8600.00 KES"]);
    // What ends with an hour has all of it, and what begins with the next nothing.
    assert_eq!(of("2027-06-01", "2027-06-10T11:00", &hours), ["1 2027-06-01 42.00 KES"]);
    assert_eq!(of("2027-06-10T11:00", "2027-06-20", &hours), [""; 0]);
}

proptest! {
    #[test]
    fn whoever_follows_whom_octets_are_billed_once(
        hours in proptest::collection::vec(any::<bool>(), 24),
        cuts in proptest::collection::btree_set(0..86_400_000_i64, 2..8),
    ) {
        // A day of hours, some of them by five minutes, of one octet more each.
        let mut accounted = Vec::new();
        let mut from = at("2027-06-10");
        for is_fine in hours {
            let (count, len_s) = if is_fine { (12, 300) } else { (1, 3_600) };
            for _ in 0..count {
                let down = 1 + accounted.len() as u64;
                let until = from.plus_s(len_s);
                let within = Interval::new(from, until).unwrap();
                accounted.push(AccountedOctets { within, down, up: 0 });
                from = until;
            }
        }
        let moment = |ms: &i64| Timestamp::from_unix_ms(at("2027-06-10").unix_ms() + ms);
        let cuts: Vec<Timestamp> = cuts.iter().map(moment).collect();
        let mut billed = 0;
        for pair in cuts.windows(2) {
            let mut account = Account::new(FIRST_OF_MONTH);
            let event = |number, at, what| Event { at, number, what };
            let has = |quantity| What::Quantity { component: HOME, quantity };
            account.events = vec![
                event(0, pair[0], What::Transition(Transition::Activate)),
                event(1, pair[0], has(1)),
                event(2, pair[1], has(0)),
            ];
            account.prices.insert(HOME, used("each 1 KES; accounting down"));
            account.terms.measured = Measured::default().with_accounted(accounted.clone());
            let lines = account.lines("2027-06-30").unwrap();
            billed += lines.iter().map(|line| line.amount.amount_minor()).sum::<i64>();
        }
        let (first, last) = (cuts[0], cuts[cuts.len() - 1]);
        let is_within = |it: &&AccountedOctets| first < it.within.until() && it.within.until() <= last;
        let expected: u64 = accounted.iter().filter(is_within).map(|it| it.down).sum();
        prop_assert_eq!(billed, i64::try_from(expected * 100).unwrap());
    }
}

#[test]
fn it_says_where_the_octets_of_a_service_must_not_be_added_up() {
    let mut account = home_since("2027-06-10T10:22", FIRST_OF_MONTH);
    account.prices.insert(HOME, used("each 2 KES; accounting both"));
    account.is("2027-06-12T08:10", Transition::Pause);
    account.is("2027-06-13T09:40", Transition::Resume);
    let edges = |account: &Account, until: &str| -> Vec<String> {
        let timeline = Timeline::new(account.events.iter().copied()).unwrap();
        let edges = account.terms.accounted_edges(&timeline, &account.prices, at(until)).unwrap();
        edges.iter().map(|edge| zone().shown(*edge).unwrap().to_string()).collect()
    };
    let expected = [
        "2027-06-10T10:22:00",
        "2027-06-12T08:10:00",
        "2027-06-13T09:40:00",
        "2027-07-01T00:00:00",
    ];
    assert_eq!(edges(&account, "2027-07-15"), expected);
    assert_eq!(edges(&account, "2027-06-13"), expected[..2]);
    // Where the books are closed nothing is asked for, and of records nothing is added up.
    account.terms.closed_until = Some(at("2027-07-01"));
    assert_eq!(edges(&account, "2027-08-15"), ["2027-07-01T00:00:00", "2027-08-01T00:00:00"]);
    account.prices.insert(HOME, used("each 2 KES"));
    assert_eq!(edges(&account, "2027-08-15"), [""; 0]);
}

#[test]
fn what_is_counted_follows_the_price_in_force_when_its_period_begins() {
    let mut account = home_since("2027-05-01", FIRST_OF_MONTH);
    account.prices.insert(HOME, used("each 2 KES"));
    let octets = |when: &str| octets(when, 60, 100);
    let months = ["2027-05-10", "2027-06-10", "2027-07-10"];
    let measured = recorded(&months.map(|when| (when, 5)));
    account.terms.measured = measured.with_accounted(months.map(octets).to_vec());
    // Units; the octets down since June, and those in both directions since July.
    let list = account.prices.get_mut(&HOME).unwrap();
    list.usage.push(usage("2027-06-01", "each 2 KES; accounting down"));
    assert_eq!(account.bill("2027-06-01"), ["1 2027-05-01 10.00 KES"]);
    assert_eq!(account.bill("2027-07-01"), ["1 2027-06-01 200.00 KES"]);
    let list = account.prices.get_mut(&HOME).unwrap();
    list.usage.push(usage("2027-07-01", "each 2 KES; accounting both"));
    assert_eq!(account.bill("2027-07-01"), [""; 0]);
    assert_eq!(account.bill("2027-08-01"), ["1 2027-07-01 240.00 KES"]);
}

#[test]
fn what_was_counted_before_there_was_a_price_for_it_stops_nothing() {
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    let mut list = always(Price::Recurring(monthly("3000")));
    list.usage.push(usage("2027-07-01", "each 2 KES; accounting both"));
    account.prices.insert(HOME, list);
    let octets = |when: &str| octets(when, 60, 100);
    account.terms.measured =
        Measured::default().with_accounted(vec![octets("2027-06-10"), octets("2027-07-10")]);
    let expected = ["1 2027-06-01 3000.00 KES", "1 2027-07-01 3000.00 KES"];
    assert_eq!(account.bill("2027-07-01"), expected);
    let expected = ["1 2027-07-01 240.00 KES", "1 2027-08-01 3000.00 KES"];
    assert_eq!(account.bill("2027-08-01"), expected);
}

#[test]
fn what_was_promised_and_not_kept_is_credited_when_the_period_is_over() {
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    let price = always(Price::Recurring(monthly("3000")));
    account.prices.insert(HOME, promised(price, "5% below 99.9%, 20% below 99%"));
    assert_eq!(account.bill("2027-06-01"), ["1 2027-06-01 3000.00 KES"]);
    // 8 hours of 720 are more than 1 %.
    account.terms.measured = outages(&[down("2027-06-10", "2027-06-10T08:00")]);
    assert_eq!(account.bill("2027-06-30"), [""; 0], "it is not over");
    assert_eq!(next(&account, "2027-06-10"), Some(at("2027-07-01")));
    assert_eq!(
        explained(&account, "2027-07-01"),
        [
            "2027-06-01 to 2027-06-30 (30 of 30 days) at 3000.00 KES: 3000.00 KES, less 600.00 KES (down 8 h in \
          1 outage of 720 h: available 98.8888%; below 99%: 20% of 3000.00 KES), makes 2400.00 KES; 3000.00 \
          KES billed before; credit -600.00 KES",
            "2027-07-01 to 2027-07-31 (31 of 31 days) at 3000.00 KES: 3000.00 KES; charge 3000.00 KES"
        ]
    );
    let expected = ["1 2027-06-01 -600.00 KES", "1 2027-07-01 3000.00 KES"];
    assert_eq!(account.bill("2027-07-01"), expected);
    assert_eq!(account.bill("2027-07-01"), [""; 0]);
    assert_eq!(account.bill("2027-06-15"), [""; 0], "a run for an earlier day takes nothing back");
    // It was found to be 2 hours, and then planned.
    account.terms.measured = outages(&[down("2027-06-10", "2027-06-10T02:00")]);
    assert_eq!(account.bill("2027-07-02"), ["1 2027-06-01 450.00 KES"]);
    let planned = Outage { is_planned: true, ..down("2027-06-10", "2027-06-10T02:00") };
    account.terms.measured = outages(&[planned]);
    assert_eq!(account.bill("2027-06-15"), ["1 2027-06-01 150.00 KES"]);
    let other = Outage { component: Some(OFFICE), ..down("2027-06-10", "2027-06-10T08:00") };
    account.terms.measured = outages(&[other]);
    assert_eq!(account.bill("2027-07-02"), [""; 0], "of something else");
}

#[test]
fn a_credit_for_an_outage_comes_behind_limits_and_is_due_also_after_the_end() {
    let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
    let price = always(Price::Recurring(monthly("3000")));
    account.prices.insert(HOME, promised(price, "10% below 99.9%"));
    let (per, proration) = ("1 month".parse().unwrap(), Proration::ByDay);
    account.terms.maximum = Some(MaximumCharge { amount: kes("2000"), per, proration });
    let component = ComponentId(9);
    account.terms.minimum = Some(MinimumCharge { component, amount: kes("2000"), per, proration });
    account.is("2027-07-01", Transition::Terminate);
    assert_eq!(account.bill("2027-06-01"), ["1 2027-06-01 2000.00 KES"]);
    account.terms.measured = outages(&[down("2027-05-30", "2027-06-01T02:00")]);
    assert_eq!(next(&account, "2027-06-15"), Some(at("2027-07-01")));
    assert_eq!(account.bill("2027-07-05"), ["1 2027-06-01 -200.00 KES"]);
    assert_eq!(account.bill("2027-06-15"), [""; 0]);
    assert_eq!(next(&account, "2027-07-05"), None);
    // An outage before it was there, or one that lasts to its end, counts for the time that it was there.
    let mut account = home_since("2027-06-16", FIRST_OF_MONTH);
    account.prices.insert(HOME, promised(used("each 2 KES"), "50% below 99.9%"));
    account.terms.measured = Measured::new(
        BTreeMap::new(),
        BTreeMap::from([(
            HOME,
            vec![UsageRecord { at: at("2027-06-20"), until: None, units: 100 }],
        )]),
        vec![down("2027-06-01", "2027-06-16")],
    );
    assert_eq!(account.bill("2027-07-01"), ["1 2027-06-16 200.00 KES"]);
    account.terms.measured = Measured::new(
        BTreeMap::new(),
        BTreeMap::from([(
            HOME,
            vec![UsageRecord { at: at("2027-06-20"), until: None, units: 100 }],
        )]),
        vec![Outage { until: None, ..down("2027-06-30", "2027-07-01") }],
    );
    assert_eq!(account.bill("2027-07-01"), ["1 2027-06-16 -100.00 KES"]);
}

proptest! {
    /// Records may come in any order, be corrected and be taken back, with runs between for whatever
    /// moment: what was billed is what they cost together.
    #[test]
    fn however_late_records_come_they_cost_the_same(
        steps in proptest::collection::vec((0..12_u8, 0..90_i64, 0..300_u64, 0..130_i64), 1..30),
    ) {
        let price = "graduated 100 at 2 KES, 500 at 1.5 KES + 10 KES, rest at 0.333 KES; free 20; minimum 50 KES";
        let new = || {
            let mut account = home_since("2027-06-01", FIRST_OF_MONTH);
            account.prices.insert(HOME, used(price));
            account
        };
        let mut account = new();
        let mut known: BTreeMap<u8, UsageRecord> = BTreeMap::new();
        let measured = |known: &BTreeMap<u8, UsageRecord>| {
            let records = BTreeMap::from([(HOME, known.values().copied().collect())]);
            Measured::new(BTreeMap::new(), records, Vec::new())
        };
        let day = |day: i64| at("2027-06-01").plus_s(day * 86_400);
        let bill = |account: &mut Account, when: Timestamp| {
            let timeline = Timeline::new(account.events.iter().copied()).unwrap();
            let lines =
                difference(&timeline, &account.prices, &account.terms, &account.billed, when).unwrap();
            account.billed.extend(lines);
        };
        for (name, when, units, run) in steps {
            match units {
                0..20 => known.remove(&name),
                _ => known.insert(name, UsageRecord { at: day(when), until: None, units }),
            };
            account.terms.measured = measured(&known);
            bill(&mut account, day(run));
        }
        bill(&mut account, at("2027-10-01"));
        let mut at_once = new();
        at_once.terms.measured = measured(&known);
        bill(&mut at_once, at("2027-10-01"));
        prop_assert_eq!(sums(&account.billed), sums(&at_once.billed));
    }
}
