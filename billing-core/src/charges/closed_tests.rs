//! What is closed is not looked at, and what is open is as if nothing were closed.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::deduct_tests::deducted;
use super::period_tests::changes;
use super::tests::*;
use super::*;
use crate::catalogue::{AppliesTo, Price, PriceList, RecurringPrice};
use crate::{Alignment, BilledIn, Event, Proration, Rounding, Timeline, Transition, What};

#[test]
fn a_closed_period_is_neither_due_nor_billed() {
    let mut account = home_since("2027-01-01", FIRST_OF_MONTH);
    account.has("2027-01-01", SETUP, 1);
    account.bill("2027-04-15");
    account.terms.closed_until = Some(at("2027-03-01"));
    assert_eq!(account.bill("2027-04-15"), [""; 0], "with the lines of closed periods");
    account.billed.retain(|line| line.key.begins >= at("2027-03-01"));
    assert_eq!(account.bill("2027-04-15"), [""; 0], "and without them");
    // March is open, and what was billed of it is looked at.
    account.billed.clear();
    let expected = ["1 2027-03-01 3000.00 KES", "1 2027-04-01 3000.00 KES"];
    assert_eq!(account.bill("2027-04-15"), expected);
}

#[test]
fn a_period_that_ends_behind_the_moment_is_open_as_a_whole() {
    let mut account = home_since("2027-01-01", FIRST_OF_MONTH);
    let yearly = RecurringPrice { cadence: "1 year".parse().unwrap(), ..monthly("36500") };
    account.prices.insert(HOME, always(Price::Recurring(yearly)));
    account.bill("2027-01-01");
    account.terms.closed_until = Some(at("2027-04-01"));
    account.is("2027-04-11", Transition::Terminate);
    // 100 of 365 days were used.
    assert_eq!(account.bill("2027-04-11"), ["1 2027-01-01 -26500.00 KES"]);
}

#[test]
fn what_is_shared_in_a_period_keeps_the_period_open() {
    let mut account = home_since("2027-01-01", FIRST_OF_MONTH);
    let month = "1 month".parse().unwrap();
    account.terms.closed_until = Some(at("2027-04-11"));
    let open_from = |account: &Account| {
        let timeline = Timeline::new(account.events.iter().copied()).unwrap();
        account.terms.open_from(&timeline).unwrap()
    };
    assert_eq!(open_from(&account), Some(at("2027-04-11")));
    account.terms.maximum =
        Some(MaximumCharge { amount: kes("1"), per: month, proration: Proration::Whole });
    assert_eq!(open_from(&account), Some(at("2027-04-01")));
    account.terms.closed_until = None;
    assert_eq!(open_from(&account), None);
}

#[test]
fn an_old_subscription_costs_what_a_young_one_costs() {
    // Five years of minutes are more than are looked at.
    let price = RecurringPrice {
        cadence: "1 minute".parse().unwrap(),
        proration: Proration::BySecond,
        ..monthly("1")
    };
    let mut account = home_since("2022-01-01", Alignment::Anniversary);
    let versions = vec![
        since("2020-01-01", AppliesTo::Everybody, Price::Recurring(price)),
        since("2024-05-05", AppliesTo::NewOnly, Price::Recurring(price)),
    ];
    account.prices.insert(HOME, PriceList { versions, ..Default::default() });
    let error = account.lines("2027-01-01T00:01").unwrap_err().to_string();
    assert!(error.starts_with("component 1 has more than 530000 periods"), "{error}");
    account.terms.closed_until = Some(at("2026-12-31T23:59"));
    assert_eq!(account.lines("2027-01-01T00:01").unwrap().len(), 3);
    // And the first moment at which something is due is found at once.
    let timeline = Timeline::new(account.events.iter().copied()).unwrap();
    let next = next_due(&timeline, &account.prices, &account.terms, at("2027-01-01T00:01"));
    assert_eq!(next.unwrap(), Some(at("2027-01-01T00:02")));
}

#[test]
fn what_is_paid_once_is_closed_by_when_it_is_due() {
    let mut account = Account::new(FIRST_OF_MONTH);
    account.has("2027-01-15", SETUP, 1);
    account.terms.closed_until = Some(at("2027-03-01"));
    account.is("2027-03-01", Transition::Activate);
    assert_eq!(account.bill("2027-03-01"), ["3 2027-01-15 2500.00 KES"]);
    assert_eq!(account.bill("2027-03-01"), [""; 0], "what is due at that moment is open");
    let mut taken_back = home_since("2027-01-01", FIRST_OF_MONTH);
    taken_back.terms.closed_until = Some(at("2027-03-01"));
    taken_back.has("2027-03-01", SETUP, 1);
    taken_back.bill("2027-03-01");
    taken_back.has("2027-03-01", SETUP, 0);
    assert_eq!(taken_back.bill("2027-03-01"), ["3 2027-03-01 -2500.00 KES"]);
    account.terms.closed_until = Some(at("2027-03-02"));
    assert_eq!(account.bill("2027-04-01"), [""; 0]);
    account.billed.clear();
    assert_eq!(account.bill("2027-04-01"), [""; 0]);
    // It is not taken again when a pause is over.
    account.is("2027-04-11", Transition::Pause);
    account.is("2027-04-21", Transition::Resume);
    assert_eq!(account.bill("2027-05-01"), [""; 0]);
}

#[test]
fn what_was_billed_and_is_closed_is_not_billed_anew_as_something_longer() {
    let mut account = home_since("2027-01-01", FIRST_OF_MONTH);
    account.bill("2027-02-28");
    account.terms.closed_until = Some(at("2027-02-01"));
    let quarterly = RecurringPrice { cadence: "3 months".parse().unwrap(), ..monthly("9000") };
    account.prices.insert(HOME, always(Price::Recurring(quarterly)));
    // Such a price is refused (`check_open`). Where it is there all the same, January is not billed
    // once more as a part of the quarter; February, which is open, is none of its periods any more.
    assert_eq!(account.bill("2027-02-28"), ["1 2027-02-01 -3000.00 KES"]);
}

#[test]
fn what_lies_before_the_end_of_the_closed_books_is_refused() {
    let closed = Some(at("2027-03-01"));
    assert_eq!(check_open("the price", at("2027-03-01"), closed), Ok(()));
    assert_eq!(check_open("the price", at("1999-01-01"), None), Ok(()));
    let error = check_open("the price", at("2027-02-28"), closed).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the price is at {}, and the books are closed until {}; enter it at {} or later",
            at("2027-02-28"),
            at("2027-03-01"),
            at("2027-03-01")
        )
    );
    let mut account = home_since("2027-01-01", FIRST_OF_MONTH);
    let timeline = |account: &Account| Timeline::new(account.events.iter().copied()).unwrap();
    let before = timeline(&account);
    assert_eq!(before.check_open(&before, closed), Ok(()));
    account.has("2027-03-01", SETUP, 1);
    assert_eq!(timeline(&account).check_open(&before, closed), Ok(()));
    account.has("2027-02-10", OFFICE, 1);
    let error = timeline(&account).check_open(&before, closed).unwrap_err();
    assert_eq!((error.field, error.at), ("the event", at("2027-02-10")));
    // What was there cannot be left out either.
    let error = before.check_open(&timeline(&account), closed).unwrap_err();
    assert_eq!(error.at, at("2027-02-10"));
}

proptest! {
    #[test]
    fn what_is_open_is_billed_as_if_nothing_were_closed(
        acts in proptest::collection::vec((0..3_000_000_i64, act_or_day()), 0..16),
        cadences in proptest::sample::select(vec![
            ("1 month", "1 month"), ("3 months", "1 month"), ("1 month", "2 months"),
        ]),
        deducted in deducted(),
        changes in changes(),
        closed in 0..400_i64,
        known in 0..60_i64,
        alignment in proptest::sample::select(vec![
            Alignment::Anniversary, Alignment::DayOfMonth(1), Alignment::DayOfMonth(29),
        ]),
    ) {
        let mut account = history(&acts, alignment, Proration::ByDay);
        for (component, cadence) in [(HOME, cadences.0), (OFFICE, cadences.1)] {
            let price = RecurringPrice { cadence: cadence.parse().unwrap(), ..monthly("2999.99") };
            let mut list = always(Price::Recurring(price));
            list.versions.extend(changes.iter().copied());
            account.prices.insert(component, list);
        }
        deducted.of(&mut account.terms);
        let closed_until = at("2027-01-01").plus_s(closed * 86_400);
        let run = closed_until.plus_s(known * 86_400);
        // All that was known until the books were closed was billed.
        let known: Vec<Event> =
            account.events.iter().copied().filter(|event| event.at <= closed_until).collect();
        let known = Timeline::new(known).unwrap();
        let mut known_terms = account.terms.clone();
        known_terms.realigned.retain(|day| day.since <= closed_until);
        let billed =
            difference(&known, &account.prices, &known_terms, &[], closed_until).unwrap();
        let timeline = Timeline::new(account.events.iter().copied()).unwrap();
        let of = |terms: &BillingTerms, billed: &[Line]| {
            difference(&timeline, &account.prices, terms, billed, run).unwrap()
        };
        let expected = of(&account.terms, &billed);
        let mut terms = account.terms.clone();
        terms.closed_until = Some(closed_until);
        prop_assert_eq!(&of(&terms, &billed), &expected);
        let open_from = terms.open_from(&timeline).unwrap();
        let over = |line: &Line| line.due.as_ref().map(Due::over_at) <= open_from;
        let open: Vec<Line> = billed.iter().filter(|line| !over(line)).cloned().collect();
        prop_assert_eq!(&of(&terms, &open), &expected);
        prop_assert!(check_open("it", closed_until, terms.closed_until).is_ok());
    }
}

#[test]
fn nothing_that_never_began_is_open_or_closed() {
    let mut terms =
        BillingTerms::new(FIRST_OF_MONTH, zone(), BilledIn::default(), Rounding::HalfUp);
    terms.closed_until = Some(at("2027-01-01"));
    let what = What::Quantity { component: HOME, quantity: 1 };
    let timeline = Timeline::new([Event { at: at("2027-01-01"), number: 0, what }]).unwrap();
    assert_eq!(terms.open_from(&timeline).unwrap(), None);
    assert_eq!(difference(&timeline, &BTreeMap::new(), &terms, &[], at("2028-01-01")), Ok(vec![]));
}
