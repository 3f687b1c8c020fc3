//! Other billing days, in literal amounts.

use super::deduct_tests::SHORTFALL;
use super::tests::*;
use super::{Due, Line, Realignment, difference, due, next_due};
use crate::catalogue::{AppliesTo, Billing, Price, PromiseVersion, RecurringPrice};
use crate::{
    Alignment, BillingTerms, MaximumCharge, MinimumCharge, Proration, Timeline, Transition,
};
use entitlement::Timestamp;
use std::collections::BTreeMap;

const DAY_15: Alignment = Alignment::DayOfMonth(15);

impl Account {
    fn begins_on(&mut self, since: &str, alignment: Alignment) {
        self.terms.realigned.push(Realignment { since: at(since), alignment });
    }
}

/// Home for 3100.00 a month since 1 April.
fn home(billed: Billing) -> Account {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    let price = RecurringPrice { billed, ..monthly("3100") };
    account.prices.insert(HOME, always(Price::Recurring(price)));
    account
}

#[test]
fn the_15th_instead_of_the_1st_in_advance() {
    let mut account = home(Billing::InAdvance);
    assert_eq!(account.bill("2027-05-01").len(), 2);
    // Said on 10 May: nine of 31 days of May remain, of the period from 15 April five of 30 days follow.
    account.begins_on("2027-05-10", DAY_15);
    let expected = ["1 2027-05-01 -2200.00 KES", "1 2027-05-10 516.67 KES"];
    assert_eq!(account.bill("2027-05-10"), expected);
    assert_eq!(account.bill("2027-05-10"), [""; 0], "twice");
    assert_eq!(account.bill("2027-05-14"), [""; 0]);
    assert_eq!(account.bill("2027-05-15"), ["1 2027-05-15 3100.00 KES"]);
    assert_eq!(account.bill("2027-06-01"), [""; 0]);
    assert_eq!(account.bill("2027-06-15"), ["1 2027-06-15 3100.00 KES"]);

    // Known before, it is billed so from the beginning.
    let mut account = home(Billing::InAdvance);
    account.begins_on("2027-05-10", DAY_15);
    let expected = ["1 2027-04-01 3100.00 KES", "1 2027-05-01 900.00 KES"];
    assert_eq!(account.bill("2027-05-01"), expected);
    assert_eq!(account.bill("2027-05-10"), ["1 2027-05-10 516.67 KES"]);

    // Said afterwards, it is made up for.
    let mut account = home(Billing::InAdvance);
    assert_eq!(account.bill("2027-06-20").len(), 3);
    account.begins_on("2027-05-10", DAY_15);
    let expected = [
        "1 2027-05-01 -2200.00 KES",
        "1 2027-05-10 516.67 KES",
        "1 2027-05-15 3100.00 KES",
        "1 2027-06-01 -3100.00 KES",
        "1 2027-06-15 3100.00 KES",
    ];
    assert_eq!(account.bill("2027-06-20"), expected);
}

#[test]
fn the_15th_instead_of_the_1st_in_arrears() {
    let mut account = home(Billing::InArrears);
    account.begins_on("2027-05-10", DAY_15);
    assert_eq!(account.bill("2027-05-01"), ["1 2027-04-01 3100.00 KES"]);
    // Each part when it is over.
    assert_eq!(account.bill("2027-05-09T23:59"), [""; 0]);
    assert_eq!(account.bill("2027-05-10"), ["1 2027-05-01 900.00 KES"]);
    assert_eq!(account.bill("2027-05-14"), [""; 0]);
    assert_eq!(account.bill("2027-05-15"), ["1 2027-05-10 516.67 KES"]);
    assert_eq!(account.bill("2027-06-14"), [""; 0]);
    assert_eq!(account.bill("2027-06-15"), ["1 2027-05-15 3100.00 KES"]);
    // It was billed until 15 June when the day is the 1st again from 25 May on: ten of 31 days from 15
    // May, seven of 31 from 1 May, and June is not over.
    account.begins_on("2027-05-25", FIRST_OF_MONTH);
    let expected = ["1 2027-05-15 -2100.00 KES", "1 2027-05-25 700.00 KES"];
    assert_eq!(account.bill("2027-06-15"), expected);
    assert_eq!(account.bill("2027-07-01"), ["1 2027-06-01 3100.00 KES"]);
}

fn next(account: &Account, when: &str) -> Option<Timestamp> {
    let timeline = Timeline::new(account.events.iter().copied()).unwrap();
    next_due(&timeline, &account.prices, &account.terms, at(when)).unwrap()
}

#[test]
fn a_promise_of_a_cut_period_hides_nothing_that_is_due_before_it_is_known() {
    let mut account = home(Billing::InAdvance);
    let (from, applies_to) = (at("2020-01-01"), AppliesTo::Everybody);
    let sla = Some("5% below 99.9%".parse().unwrap());
    let promises = vec![PromiseVersion { from, applies_to, sla }];
    account.prices.get_mut(&HOME).unwrap().promises = promises;
    account.begins_on("2027-05-10", DAY_15);
    let expected = ["1 2027-04-01 3100.00 KES", "1 2027-05-01 900.00 KES"];
    assert_eq!(account.bill("2027-05-01"), expected);
    assert_eq!(next(&account, "2027-05-01"), Some(at("2027-05-10")));
    assert_eq!(account.bill("2027-05-10"), ["1 2027-05-10 516.67 KES"]);
    assert_eq!(next(&account, "2027-05-10"), Some(at("2027-05-15")));
    assert_eq!(account.bill("2027-05-15"), ["1 2027-05-15 3100.00 KES"]);
    // The whole of May is over.
    assert_eq!(next(&account, "2027-05-15"), Some(at("2027-06-01")));
    assert_eq!(next(&account, "2027-06-01"), Some(at("2027-06-15")));
}

#[test]
fn a_day_that_is_entered_ahead_changes_nothing_that_was_billed_before_it_comes() {
    let mut account = home(Billing::InAdvance);
    assert_eq!(account.bill("2027-05-01").len(), 2);
    // Said on 5 May for 20 May: 19 of 31 days of May are 1900.00, of the period from 15 May 26 of 31 follow.
    account.begins_on("2027-05-20", DAY_15);
    assert_eq!(account.bill("2027-05-06"), [""; 0]);
    assert_eq!(account.bill("2027-05-19T23:59"), [""; 0]);
    assert_eq!(next(&account, "2027-05-06"), Some(at("2027-05-20")));
    let expected = ["1 2027-05-01 -1200.00 KES", "1 2027-05-20 2600.00 KES"];
    assert_eq!(account.bill("2027-05-20"), expected);
    assert_eq!(account.bill("2027-06-14"), [""; 0]);
    // Also where only what was billed becomes less then: what is paused from then on is not charged.
    let mut account = home(Billing::InAdvance);
    account.bill("2027-05-01");
    account.begins_on("2027-05-20", DAY_15);
    account.is("2027-05-20", Transition::Pause);
    assert_eq!(account.bill("2027-05-06"), [""; 0]);
    assert_eq!(next(&account, "2027-05-06"), Some(at("2027-05-20")));
    assert_eq!(account.bill("2027-05-20"), ["1 2027-05-01 -1200.00 KES"]);
}

#[test]
fn there_and_back_in_one_moment_costs_nothing() {
    let plain = |when: &str| {
        let mut account = home(Billing::InAdvance);
        account.bill(when)
    };
    let mut account = home(Billing::InAdvance);
    account.bill("2027-05-01");
    account.begins_on("2027-05-10", DAY_15);
    account.begins_on("2027-05-10", FIRST_OF_MONTH);
    // What changes nothing cuts nothing either.
    account.begins_on("2027-05-20", FIRST_OF_MONTH);
    assert_eq!(account.bill("2027-05-31"), [""; 0]);
    account.billed.clear();
    assert_eq!(account.bill("2027-07-01"), plain("2027-07-01"));
    // In the other order it is the 15th.
    account.begins_on("2027-05-10", DAY_15);
    assert_eq!(account.bill("2027-05-10")[0], "1 2027-05-01 -2200.00 KES");
}

#[test]
fn the_anniversary_is_that_of_the_beginning() {
    let mut account = home_since("2027-01-22T14:30", FIRST_OF_MONTH);
    account.begins_on("2027-03-10", Alignment::Anniversary);
    let expected = [
        "1 2027-01-22 967.74 KES",
        "1 2027-02-01 3000.00 KES",
        // Nine of 31 days of March, and twelve of 28 of the period from 22 February.
        "1 2027-03-01 870.97 KES",
        "1 2027-03-10 1285.71 KES",
        "1 2027-03-22 3000.00 KES",
    ];
    assert_eq!(account.bill("2027-03-22T14:30"), expected);
}

#[test]
fn it_is_said_how_a_part_comes_about() {
    let mut account = home(Billing::InAdvance);
    account.bill("2027-05-01");
    account.begins_on("2027-05-10", DAY_15);
    let said: Vec<_> = account.lines("2027-05-10").unwrap();
    let said: Vec<_> = said.iter().map(|line| line.explain(&zone()).to_string()).collect();
    let expected = [
        "2027-05-01 to 2027-05-09 (9 of 31 days) at 3100.00 KES: 900.00 KES; 3100.00 KES billed before; \
         credit -2200.00 KES",
        "2027-05-10 to 2027-05-14 (5 of 30 days) at 3100.00 KES: 516.67 KES; charge 516.67 KES",
    ];
    assert_eq!(said, expected);
}

#[test]
fn a_maximum_and_a_minimum_are_of_the_same_parts() {
    let mut account = home(Billing::InAdvance);
    account.begins_on("2027-05-10", DAY_15);
    let per = "1 month".parse().unwrap();
    let maximum = MaximumCharge { amount: kes("1550"), per, proration: Proration::ByDay };
    account.terms.maximum = Some(maximum);
    // Half of each: of the part of May, of the one that follows, and of the whole.
    let expected = [
        "1 2027-04-01 1550.00 KES",
        "1 2027-05-01 450.00 KES",
        "1 2027-05-10 258.33 KES",
        "1 2027-05-15 1550.00 KES",
    ];
    assert_eq!(account.bill("2027-05-15"), expected);

    let mut account = home(Billing::InAdvance);
    account.begins_on("2027-05-10", DAY_15);
    let minimum = MinimumCharge {
        component: SHORTFALL,
        amount: kes("6200"),
        per,
        proration: Proration::ByDay,
    };
    account.terms.minimum = Some(minimum);
    let lines = account.bill("2027-06-15");
    let missing: Vec<_> =
        lines.iter().filter(|line| line.starts_with(&SHORTFALL.to_string())).collect();
    // As much again as is charged.
    let of = |text: &str| format!("{SHORTFALL} {text}");
    let expected = [
        of("2027-04-01 3100.00 KES"),
        of("2027-05-01 900.00 KES"),
        of("2027-05-10 516.66 KES"),
        of("2027-05-15 3100.00 KES"),
    ];
    assert_eq!(missing, expected.iter().collect::<Vec<_>>());
}

#[test]
fn closed_books_stay_closed_behind_another_day() {
    let mut account = home(Billing::InAdvance);
    account.bill("2027-05-01");
    account.begins_on("2027-05-10", DAY_15);
    account.bill("2027-05-10");
    // Within what May would have been, with and without what was billed of it.
    for closed in ["2027-05-10", "2027-05-12", "2027-05-20", "2027-06-01"] {
        account.terms.closed_until = Some(at(closed));
        let timeline = Timeline::new(account.events.iter().copied()).unwrap();
        let bill = |billed: &[Line]| {
            let Account { prices, terms, .. } = &account;
            difference(&timeline, prices, terms, billed, at("2027-06-15")).unwrap()
        };
        let expected = bill(&account.billed);
        let days: Vec<_> = expected.iter().map(|line| (line.key.begins, line.amount)).collect();
        let wanted = match closed {
            "2027-06-01" | "2027-05-20" | "2027-05-12" | "2027-05-10" => {
                [(at("2027-05-15"), kes("3100")), (at("2027-06-15"), kes("3100"))]
            }
            _ => unreachable!(),
        };
        assert_eq!(days, wanted, "{closed}");
        let open_from = account.terms.open_from(&timeline).unwrap();
        let over = |line: &&Line| line.due.as_ref().map(Due::over_at) > open_from;
        let open: Vec<Line> = account.billed.iter().filter(over).cloned().collect();
        assert_eq!(bill(&open), expected, "{closed}");
    }
}

#[test]
fn what_is_due_covers_all_time_once() {
    // With a day that changes each week for half a year, nothing is left out and nothing is twice.
    let mut account = home(Billing::InAdvance);
    for (week, day) in (0..26).zip((1..=31).cycle()) {
        let since = at("2027-04-05").plus_s(week * 7 * 86_400);
        let alignment = Alignment::DayOfMonth(day);
        account.terms.realigned.push(Realignment { since, alignment });
    }
    let timeline = Timeline::new(account.events.iter().copied()).unwrap();
    let terms: &BillingTerms = &account.terms;
    let dues = due(&timeline, &account.prices, terms, &BTreeMap::new(), at("2028-01-01")).unwrap();
    let mut pieces: Vec<_> =
        dues.iter().flat_map(|due| &due.pieces).filter_map(|piece| piece.interval).collect();
    pieces.sort_unstable();
    assert_eq!(pieces[0].from(), at("2027-04-01"));
    assert!(pieces.windows(2).all(|pair| pair[0].until() == pair[1].from()), "{pieces:?}");
    assert!(pieces.len() > 30, "{}", pieces.len());
}
