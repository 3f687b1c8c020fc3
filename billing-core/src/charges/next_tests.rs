//! When there is something to bill next.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::deduct_tests::deducted;
use super::period_tests::changes;
use super::tests::*;
use super::*;
use crate::catalogue::{AppliesTo, Billing, Price, PromiseVersion, RecurringPrice};
use crate::{Alignment, ComponentId, Proration, Timeline, Transition};

fn next(account: &Account, when: &str) -> Option<entitlement::Timestamp> {
    let timeline = Timeline::new(account.events.iter().copied()).unwrap();
    next_due(&timeline, &account.prices, &account.terms, at(when)).unwrap()
}

#[test]
fn in_advance_it_is_the_next_period_and_in_arrears_the_end_of_this_one() {
    let mut account = home_since("2027-04-11", FIRST_OF_MONTH);
    assert_eq!(next(&account, "2027-04-01"), Some(at("2027-04-11")));
    assert_eq!(next(&account, "2027-04-11"), Some(at("2027-05-01")));
    assert_eq!(next(&account, "2027-05-01"), Some(at("2027-06-01")));
    let price = RecurringPrice { billed: Billing::InArrears, ..monthly("3000") };
    account.prices.insert(HOME, always(Price::Recurring(price)));
    assert_eq!(next(&account, "2027-04-11"), Some(at("2027-05-01")));
    account.is("2027-05-10", Transition::Terminate);
    assert_eq!(next(&account, "2027-05-01"), Some(at("2027-05-10")), "the end of all");
    assert_eq!(next(&account, "2027-05-10"), None);
}

#[test]
fn what_is_known_to_come_counts_and_what_is_over_does_not() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.is("2027-04-11", Transition::Pause);
    assert_eq!(next(&account, "2027-04-12"), None, "until somebody goes on with it");
    account.is("2027-06-17", Transition::Resume);
    assert_eq!(next(&account, "2027-04-12"), Some(at("2027-06-17")));
    account.has("2027-06-20", SETUP, 1);
    assert_eq!(next(&account, "2027-06-17"), Some(at("2027-06-20")));
    assert_eq!(next(&account, "2027-06-20"), Some(at("2027-07-01")));
    // What has no price then is found out then.
    account.has("2027-06-25", ComponentId(7), 1);
    assert_eq!(next(&account, "2027-06-20"), Some(at("2027-06-25")));
}

#[test]
fn the_next_lines_are_those_behind_what_is_due_now() {
    let mut account = home_since("2027-04-11", FIRST_OF_MONTH);
    let lines = |account: &Account, when: &str| {
        let timeline = Timeline::new(account.events.iter().copied()).unwrap();
        let Account { prices, terms, billed, .. } = account;
        let next = next_lines(&timeline, prices, terms, billed, at(when)).unwrap();
        next.map(|(then, lines)| {
            (then, lines.iter().map(|line| line.amount.to_string()).collect::<Vec<_>>())
        })
    };
    let expected = Some((at("2027-05-01"), vec!["3000.00 KES".to_owned()]));
    assert_eq!(lines(&account, "2027-04-20"), expected, "whether April was billed or not");
    account.bill("2027-04-20");
    assert_eq!(lines(&account, "2027-04-20"), expected);
    account.is("2027-05-01", Transition::Terminate);
    assert_eq!(lines(&account, "2027-04-20"), None);
}

proptest! {
    #[test]
    fn nothing_is_due_before_it_and_all_is_found(
        acts in proptest::collection::vec((0..3_000_000_i64, act_or_day()), 0..16),
        deducted in deducted(),
        billed in any::<[bool; 2]>(),
        cadence in proptest::sample::select(vec!["1 month", "3 months"]),
        start in -20..400_i64,
        day in 1..32_u8,
        changes in changes(),
        other_day in proptest::option::of((0..400_i64, 1..32_u8)),
        down in proptest::option::of(0..400_i64),
    ) {
        let mut account = history(&acts, Alignment::DayOfMonth(day), Proration::ByDay);
        for (component, is_in_arrears) in [HOME, OFFICE].into_iter().zip(billed) {
            let billed = if is_in_arrears { Billing::InArrears } else { Billing::InAdvance };
            let price =
                RecurringPrice { billed, cadence: cadence.parse().unwrap(), ..monthly("2999.99") };
            let mut list = always(Price::Recurring(price));
            list.versions.extend(changes.iter().copied());
            let (from, applies_to) = (at("2027-01-01"), AppliesTo::Everybody);
            let sla = Some("5% below 99.9%".parse().unwrap());
            list.promises.extend(down.map(|_| PromiseVersion { from, applies_to, sla }));
            account.prices.insert(component, list);
        }
        deducted.of(&mut account.terms);
        let day_of = |day: i64| at("2027-01-01").plus_s(day * 86_400);
        account.terms.realigned.extend(other_day.map(|(since, day)| Realignment {
            since: day_of(since),
            alignment: Alignment::DayOfMonth(day),
        }));
        let outage = down.map(|from| Outage {
            component: None,
            from: day_of(from),
            until: Some(day_of(from + 2)),
            is_planned: false,
        });
        account.terms.measured =
            Measured::new(BTreeMap::new(), BTreeMap::new(), outage.into_iter().collect());
        let timeline = Timeline::new(account.events.iter().copied()).unwrap();
        let Account { prices, terms, .. } = &account;
        let mut now = at("2027-01-01").plus_s(start * 86_400);
        let mut lines = difference(&timeline, prices, terms, &[], now).unwrap();
        for _ in 0..6 {
            let next = next_due(&timeline, prices, terms, now).unwrap();
            let last = next.map_or_else(|| at("2040-01-01"), |next| next.plus_s(-1));
            // Anywhere before it, and just before it.
            let within = now.plus_s((last.unix_s() - now.unix_s()) / 2);
            for run in [within, last] {
                let found = difference(&timeline, prices, terms, &lines, run).unwrap();
                prop_assert_eq!(found, [], "at {} with {:?}", run, next);
            }
            let Some(next) = next else { break };
            prop_assert!(next > now);
            lines.extend(difference(&timeline, prices, terms, &lines, next).unwrap());
            now = next;
        }
    }
}
