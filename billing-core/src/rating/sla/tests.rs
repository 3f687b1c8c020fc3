//! Availabilities and credits against literal amounts, and against a walk through each second.

use entitlement::{TimeZone, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::{Interval, Money, Percentage, Rounding};

fn between(from: &str, until: &str) -> Interval {
    let at = |text: &str| TimeZone::UTC.first_shown(text.parse().unwrap()).unwrap();
    Interval::new(at(from), at(until)).unwrap()
}

/// Of April 2027, which has 720 hours.
fn april(day: u8, from: &str, until: &str) -> Interval {
    between(&format!("2027-04-{day:02}T{from}"), &format!("2027-04-{day:02}T{until}"))
}

fn month() -> Interval {
    between("2027-04-01T00:00", "2027-05-01T00:00")
}

fn rate(text: &str) -> Percentage {
    text.parse().unwrap()
}

fn sla(steps: &[(&str, &str)]) -> Result<Sla, SlaStepsError> {
    let step =
        |(below, credit): &(&str, &str)| CreditStep { below: rate(below), credit: rate(credit) };
    Sla::new(steps.iter().map(step).collect())
}

/// 5 % below 99.9 %, 20 % below 99 %, all of it below 95 %.
fn usual() -> Sla {
    sla(&[("99.9%", "5%"), ("99%", "20%"), ("95%", "100%")]).unwrap()
}

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

const MINUTE_MS: u64 = 60_000;

#[test]
fn outages_are_merged_and_maintenance_is_not_counted() {
    for (outages, maintenance, down_min, count, maintenance_min) in [
        (vec![], vec![], 0, 0, 0),
        (vec![april(3, "10:00", "11:00")], vec![], 60, 1, 0),
        // Overlapping, touching, within another, in any order.
        (vec![april(3, "10:30", "12:00"), april(3, "10:00", "11:00")], vec![], 120, 1, 0),
        (vec![april(3, "10:00", "11:00"), april(3, "11:00", "11:30")], vec![], 90, 1, 0),
        (vec![april(3, "10:00", "11:00"), april(3, "10:10", "10:20")], vec![], 60, 1, 0),
        (vec![april(5, "10:00", "10:01"), april(3, "10:00", "11:00")], vec![], 61, 2, 0),
        // Beyond the period.
        (vec![between("2027-03-31T23:00", "2027-04-01T00:30")], vec![], 30, 1, 0),
        (vec![between("2027-05-01T00:00", "2027-05-02T00:00")], vec![], 0, 0, 0),
        // Within maintenance, around it, before and after it.
        (vec![april(3, "02:10", "02:20")], vec![april(3, "02:00", "03:00")], 0, 0, 60),
        (vec![april(3, "02:00", "03:00")], vec![april(3, "02:00", "03:00")], 0, 0, 60),
        (vec![april(3, "01:00", "04:00")], vec![april(3, "02:00", "03:00")], 120, 2, 60),
        (vec![april(3, "01:00", "02:30")], vec![april(3, "02:00", "03:00")], 60, 1, 60),
        (vec![april(3, "02:30", "04:00")], vec![april(3, "02:00", "03:00")], 60, 1, 60),
        (
            vec![april(3, "01:00", "02:30"), april(3, "02:45", "04:00")],
            vec![april(3, "02:50", "03:30"), april(3, "02:00", "03:00")],
            90,
            2,
            90,
        ),
    ] {
        let it = Availability::of(month(), &outages, &maintenance).unwrap();
        let found = (it.down_ms / MINUTE_MS, it.outages, it.maintenance_ms / MINUTE_MS);
        assert_eq!(found, (down_min, count, maintenance_min), "{outages:?}, {maintenance:?}");
        assert_eq!(it.ratio().denominator(), (720 * 60 - maintenance_min) * MINUTE_MS);
    }
    let whole = Availability::of(month(), &[month()], &[month()]).unwrap();
    assert_eq!(whole.ratio(), crate::Ratio::WHOLE, "there was nothing to be available in");
}

/// Of 720 hours 43.2 minutes are a thousandth.
#[test]
fn the_lowest_step_that_was_missed_counts() {
    for (down_s, expected) in [
        (0, "0.00 KES"),
        (2_591, "0.00 KES"),
        // 2,592 s are 0.1 %: 99.9 % is not below 99.9 %.
        (2_592, "0.00 KES"),
        (2_593, "149.99 KES"),
        (25_920, "149.99 KES"),
        (25_921, "599.96 KES"),
        (129_600, "599.96 KES"),
        (129_601, "2999.80 KES"),
        (2_592_000, "2999.80 KES"),
    ] {
        let from = month().from();
        let outage: Vec<_> = Interval::new(from, from.plus_s(down_s)).into_iter().collect();
        let availability = Availability::of(month(), &outage, &[]).unwrap();
        let credit = usual().credit(kes("2999.80"), availability, Rounding::HalfUp).unwrap();
        assert_eq!(credit.amount.to_string(), expected, "{down_s}");
    }
    // A single millisecond less than agreed is less.
    let from = month().from();
    let until = Timestamp::from_unix_ms(from.unix_ms() + 2_592_001);
    let outage = [Interval::new(from, until).unwrap()];
    let availability = Availability::of(month(), &outage, &[]).unwrap();
    assert!(availability.is_below(rate("99.9%")));
    assert!(!availability.is_below(rate("99.8999%")));
}

#[test]
fn a_credit_says_how_it_comes_about() {
    let said = |outages: &[Interval], maintenance: &[Interval]| {
        let availability = Availability::of(month(), outages, maintenance).unwrap();
        usual().credit(kes("3000"), availability, Rounding::HalfUp).unwrap().to_string()
    };
    assert_eq!(said(&[], &[]), "never down in 720 h: available 100%, as agreed; credit 0.00 KES");
    assert_eq!(
        said(&[april(3, "10:00", "11:00"), april(4, "10:00", "10:30")], &[]),
        "down 1 h 30 min in 2 outages of 720 h: available 99.7916%; below 99.9%: 5% of 3000.00 KES; \
         credit 150.00 KES"
    );
    assert_eq!(
        said(&[april(3, "00:00:00.5", "10:00")], &[april(3, "02:00", "03:20")]),
        "down 8 h 39 min 59 s 500 ms in 2 outages of 718 h 40 min, 1 h 20 min of planned maintenance \
         not counted: available 98.794%; below 99%: 20% of 3000.00 KES; credit 600.00 KES"
    );
    let second = [april(3, "10:00:00", "10:00:01")];
    assert_eq!(
        said(&second, &[]),
        "down 1 s in 1 outage of 720 h: available 99.9999%, as agreed; credit 0.00 KES"
    );
    let nothing = Availability::of(month(), &[], &[month()]).unwrap().to_string();
    assert_eq!(
        nothing,
        "never down in 0 s, 720 h of planned maintenance not counted: available 100%"
    );
}

#[test]
fn steps_that_are_no_agreement_are_refused() {
    let refused = |steps: &[(&str, &str)]| sla(steps).unwrap_err().to_string();
    assert_eq!(
        refused(&[]),
        "the agreement has no step; it has one at least, such as 5% below 99.9%"
    );
    assert_eq!(refused(&[("99%", "1%"); 33]), "there are 33 steps; an agreement has 32 at most");
    assert_eq!(refused(&[("99%", "101%")]), "step 1 is 101% below 99%; neither is more than 100%");
    assert_eq!(refused(&[("101%", "1%")]), "step 1 is 1% below 101%; neither is more than 100%");
    for (second, said) in [
        (("99.9%", "20%"), "step 2 is 20% below 99.9%, behind 5% below 99.9%; "),
        (("99.95%", "20%"), "step 2 is 20% below 99.95%, behind 5% below 99.9%; "),
        (("99%", "5%"), "step 2 is 5% below 99%, behind 5% below 99.9%; "),
    ] {
        let expected =
            format!("{said}from step to step the availability falls and the credit rises");
        assert_eq!(refused(&[("99.9%", "5%"), second]), expected);
    }
}

#[test]
fn what_cannot_be_credited_is_an_error() {
    let availability = Availability::of(month(), &[], &[]).unwrap();
    let error = usual().credit(kes("-1"), availability, Rounding::HalfUp).unwrap_err().to_string();
    let expected = "of -1.00 KES nothing can be credited; the recurring charge is 0 or more";
    assert_eq!(error, expected);
    let many = vec![april(3, "10:00", "11:00"); OUTAGES_MAX + 1];
    let error = Availability::of(month(), &many, &[]).unwrap_err().to_string();
    assert_eq!(error, "there are 100001 entries of outages; a period has 100000 at most");
    let error = Availability::of(month(), &[], &many).unwrap_err().to_string();
    assert_eq!(error, "there are 100001 entries of maintenance; a period has 100000 at most");
}

proptest! {
    #[test]
    fn it_was_down_for_each_second_in_which_it_was(
        outages in proptest::collection::vec((-50..400_i64, 1..100_i64), 0..12),
        maintenance in proptest::collection::vec((-50..400_i64, 1..60_i64), 0..6),
    ) {
        let at = Timestamp::from_unix_s;
        let interval = |(from, len): &(i64, i64)| Interval::new(at(*from), at(from + len)).unwrap();
        let list = |of: &[(i64, i64)]| of.iter().map(interval).collect::<Vec<_>>();
        let period = Interval::new(at(0), at(350)).unwrap();
        let it = Availability::of(period, &list(&outages), &list(&maintenance)).unwrap();
        let is_in = |of: &[(i64, i64)], s: i64| of.iter().any(|(from, len)| *from <= s && s < from + len);
        let (mut down, mut planned, mut count, mut was_down) = (0, 0, 0, false);
        for s in 0..350 {
            let is_planned = is_in(&maintenance, s);
            let is_down = !is_planned && is_in(&outages, s);
            planned += u64::from(is_planned);
            down += u64::from(is_down);
            count += usize::from(is_down && !was_down);
            was_down = is_down;
        }
        prop_assert_eq!((it.down_ms, it.maintenance_ms), (down * 1_000, planned * 1_000));
        prop_assert_eq!(it.outages, count);
    }

    #[test]
    fn a_credit_is_never_more_than_its_charge_and_never_falls_with_the_outage(
        minor in 0..i64::MAX, down_s in 0..2_592_000_i64, more_s in 0..100_000_i64,
        rounding in proptest::sample::select(Rounding::ALL.to_vec()),
    ) {
        let charge = Money::new(minor, "KES".parse().unwrap());
        let credit = |down_s: i64| {
            let from = month().from();
            let outage: Vec<_> = Interval::new(from, from.plus_s(down_s)).into_iter().collect();
            let availability = Availability::of(month(), &outage, &[]).unwrap();
            usual().credit(charge, availability, rounding).unwrap().amount.amount_minor()
        };
        let (less, more) = (credit(down_s), credit(down_s + more_s));
        prop_assert!(0 <= less && less <= more && more <= minor, "{less}, {more}");
    }
}
