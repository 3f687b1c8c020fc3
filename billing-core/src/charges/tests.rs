//! Worked tables: each says the rule that it shows. Amounts are KES.

use std::collections::BTreeMap;

use entitlement::{TimeZone, Timestamp};
use proptest::prelude::*;

use super::deduct_tests::deducted;
use super::*;
use crate::catalogue::{AppliesTo, Billing, Price, PriceList, PriceVersion, RecurringPrice};
use crate::{
    Alignment, BilledIn, ComponentId, Event, Interval, Money, Proration, Rounding,
    SubscriptionState, Timeline, Transition, What,
};

pub(super) const HOME: ComponentId = ComponentId(1);
pub(super) const OFFICE: ComponentId = ComponentId(2);
pub(super) const SETUP: ComponentId = ComponentId(3);
pub(super) const ADDRESS: ComponentId = ComponentId(4);

pub(super) fn zone() -> TimeZone {
    TimeZone::named("Africa/Nairobi").unwrap()
}

/// Midnight before a day, or a time of it.
pub(super) fn at(text: &str) -> Timestamp {
    let text = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00") };
    zone().first_shown(text.parse().unwrap()).unwrap()
}

pub(super) fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

pub(super) fn monthly(amount: &str) -> RecurringPrice {
    RecurringPrice {
        amount: kes(amount),
        cadence: "1 month".parse().unwrap(),
        billed: Billing::InAdvance,
        proration: Proration::ByDay,
    }
}

pub(super) fn since(from: &str, applies_to: AppliesTo, price: Price) -> PriceVersion {
    PriceVersion { from: at(from), applies_to, price }
}

pub(super) fn always(price: Price) -> PriceList {
    PriceList {
        versions: vec![since("2020-01-01", AppliesTo::Everybody, price)],
        ..Default::default()
    }
}

/// A subscription with what it was billed so far.
pub(super) struct Account {
    pub(super) events: Vec<Event>,
    pub(super) prices: BTreeMap<ComponentId, PriceList>,
    pub(super) terms: BillingTerms,
    pub(super) billed: Vec<Line>,
}

impl Account {
    pub(super) fn new(alignment: Alignment) -> Self {
        let terms = BillingTerms::new(alignment, zone(), BilledIn::default(), Rounding::HalfUp);
        let prices = BTreeMap::from([
            (HOME, always(Price::Recurring(monthly("3000")))),
            (OFFICE, always(Price::Recurring(monthly("6000")))),
            (SETUP, always(Price::Once(kes("2500")))),
        ]);
        Self { events: Vec::new(), prices, terms, billed: Vec::new() }
    }

    pub(super) fn happens(&mut self, when: &str, what: What) {
        let number = self.events.len() as u64;
        self.events.push(Event { at: at(when), number, what });
    }

    pub(super) fn has(&mut self, when: &str, component: ComponentId, quantity: u32) {
        self.happens(when, What::Quantity { component, quantity });
    }

    pub(super) fn is(&mut self, when: &str, transition: Transition) {
        self.happens(when, What::Transition(transition));
    }

    /// Bills what is due; the lines as component, day on which the period begins, and amount.
    pub(super) fn bill(&mut self, when: &str) -> Vec<String> {
        let lines = self.lines(when).unwrap();
        let shown = |line: &Line| {
            let begins = zone().shown(line.key.begins).unwrap().date();
            format!("{} {begins} {}", line.key.component, line.amount)
        };
        let shown = lines.iter().map(shown).collect();
        self.billed.extend(lines);
        shown
    }

    pub(super) fn lines(&self, when: &str) -> Result<Vec<Line>, BillingError> {
        let timeline = Timeline::new(self.events.iter().copied()).unwrap();
        difference(&timeline, &self.prices, &self.terms, &self.billed, at(when))
    }

    fn lines_at(&self, at: Timestamp) -> Vec<Line> {
        let timeline = Timeline::new(self.events.iter().copied()).unwrap();
        difference(&timeline, &self.prices, &self.terms, &self.billed, at).unwrap()
    }
}

pub(super) fn home_since(when: &str, alignment: Alignment) -> Account {
    let mut account = Account::new(alignment);
    account.has(when, HOME, 1);
    account.is(when, Transition::Activate);
    account
}

pub(super) const FIRST_OF_MONTH: Alignment = Alignment::DayOfMonth(1);

#[test]
fn a_month_is_billed_when_it_begins_and_once() {
    let mut account = home_since("2027-01-01", FIRST_OF_MONTH);
    assert_eq!(account.bill("2026-12-31"), [""; 0]);
    assert_eq!(account.bill("2027-01-01"), ["1 2027-01-01 3000.00 KES"]);
    assert_eq!(account.bill("2027-01-31T23:59"), [""; 0]);
    // A run that was missed is made up for.
    let expected = ["1 2027-02-01 3000.00 KES", "1 2027-03-01 3000.00 KES"];
    assert_eq!(account.bill("2027-03-15"), expected);
    assert_eq!(account.bill("2027-03-15"), [""; 0]);
    // And nothing is taken back by a run for an earlier day.
    assert_eq!(account.bill("2027-01-15"), [""; 0]);
}

#[test]
fn the_first_period_is_what_is_left_of_the_month() {
    let mut account = home_since("2027-01-22T14:30", FIRST_OF_MONTH);
    // Ten of 31 days.
    assert_eq!(account.bill("2027-01-22T14:30"), ["1 2027-01-22 967.74 KES"]);
    assert_eq!(account.bill("2027-02-01"), ["1 2027-02-01 3000.00 KES"]);
}

#[test]
fn an_upgrade_credits_what_is_left_and_charges_the_new_plan_for_it() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.bill("2027-04-01");
    account.has("2027-04-11", HOME, 0);
    account.has("2027-04-11", OFFICE, 1);
    // 20 of 30 days of 3000, and of 6000.
    let expected = ["1 2027-04-01 -2000.00 KES", "2 2027-04-11 4000.00 KES"];
    assert_eq!(account.bill("2027-04-11"), expected);
    assert_eq!(account.bill("2027-05-01"), ["2 2027-05-01 6000.00 KES"]);
}

#[test]
fn there_and_back_in_one_moment_costs_nothing() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.bill("2027-04-01");
    for (home, office) in [(0, 1), (1, 0)] {
        account.has("2027-04-11T09:00", HOME, home);
        account.has("2027-04-11T09:00", OFFICE, office);
    }
    assert_eq!(account.bill("2027-04-20"), [""; 0]);
}

#[test]
fn a_pause_that_is_entered_late_is_credited() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.bill("2027-04-01");
    account.is("2027-04-11", Transition::Pause);
    account.is("2027-04-21", Transition::Resume);
    assert_eq!(account.bill("2027-04-25"), ["1 2027-04-01 -1000.00 KES"]);
    // It was entered by mistake.
    account.events.truncate(2);
    assert_eq!(account.bill("2027-04-26"), ["1 2027-04-01 1000.00 KES"]);
}

#[test]
fn a_pause_that_lasts_is_credited_and_what_comes_after_it_billed_when_it_begins() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.bill("2027-04-01");
    account.is("2027-04-11", Transition::Pause);
    assert_eq!(account.bill("2027-04-12"), ["1 2027-04-01 -2000.00 KES"]);
    assert_eq!(account.bill("2027-05-02"), [""; 0]);
    account.is("2027-05-17", Transition::Resume);
    assert_eq!(account.bill("2027-05-16"), [""; 0], "that is known, and still to come");
    // 15 of 31 days.
    assert_eq!(account.bill("2027-05-17"), ["1 2027-05-01 1451.61 KES"]);
}

#[test]
fn what_is_still_to_come_changes_nothing_that_was_billed() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.bill("2027-04-01");
    account.has("2027-04-11", HOME, 0);
    account.has("2027-04-11", OFFICE, 1);
    assert_eq!(account.bill("2027-04-06"), [""; 0], "another plan, in five days");
    // 20 of 30 days of each.
    let expected = ["1 2027-04-01 -2000.00 KES", "2 2027-04-11 4000.00 KES"];
    assert_eq!(account.bill("2027-04-11"), expected);
    account.bill("2027-05-01");
    account.is("2027-05-11", Transition::Pause);
    account.is("2027-05-21", Transition::Resume);
    assert_eq!(account.bill("2027-05-05"), [""; 0], "a pause, in six days");
    // 10 of 31 days are 1935.48, and 21 of them 4064.52.
    assert_eq!(account.bill("2027-05-11"), ["2 2027-05-01 -4064.52 KES"]);
    assert_eq!(account.bill("2027-05-16"), [""; 0], "that it is over in five days");
    assert_eq!(account.bill("2027-05-21"), ["2 2027-05-01 2129.04 KES"]);
}

#[test]
fn time_behind_a_known_end_is_not_charged_at_all() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.is("2027-04-11", Transition::Terminate);
    assert_eq!(account.bill("2027-04-01"), ["1 2027-04-01 1000.00 KES"]);
    assert_eq!(account.bill("2027-04-06"), [""; 0]);
    assert_eq!(account.bill("2027-04-11"), [""; 0]);
    // It is called off.
    account.events.truncate(2);
    assert_eq!(account.bill("2027-04-06"), ["1 2027-04-01 2000.00 KES"]);
}

#[test]
fn a_run_for_an_earlier_moment_takes_nothing_back() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.bill("2027-04-01");
    // Both count as the 11th: that makes no line.
    account.is("2027-04-11T10:00", Transition::Pause);
    account.is("2027-04-11T15:00", Transition::Resume);
    assert_eq!(account.bill("2027-04-15"), [""; 0]);
    assert_eq!(account.bill("2027-04-05"), [""; 0]);
    // And this is a credit.
    account.is("2027-04-16", Transition::Pause);
    assert_eq!(account.bill("2027-04-20"), ["1 2027-04-01 -1500.00 KES"]);
    assert_eq!(account.bill("2027-04-05"), [""; 0]);
}

#[test]
fn a_termination_credits_the_rest_and_a_suspension_does_not() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.terms.billed_in.suspended = true;
    account.bill("2027-04-01");
    account.is("2027-04-11", Transition::Suspend);
    assert_eq!(account.bill("2027-05-01"), ["1 2027-05-01 3000.00 KES"]);
    account.is("2027-05-11T12:00", Transition::Terminate);
    // The day of the end does not count: 21 of 31 days.
    assert_eq!(account.bill("2027-05-11T12:00"), ["1 2027-05-01 -2032.26 KES"]);
    assert_eq!(account.bill("2027-07-01"), [""; 0]);
}

#[test]
fn in_arrears_a_month_is_billed_when_it_is_over_and_at_the_end_of_all() {
    let mut account = home_since("2027-04-11", FIRST_OF_MONTH);
    let price = RecurringPrice { billed: Billing::InArrears, ..monthly("3000") };
    account.prices.insert(HOME, always(Price::Recurring(price)));
    assert_eq!(account.bill("2027-04-30T23:59"), [""; 0]);
    assert_eq!(account.bill("2027-05-01"), ["1 2027-04-11 2000.00 KES"]);
    account.is("2027-05-05", Transition::Terminate);
    // Four of 31 days.
    assert_eq!(account.bill("2027-05-05"), ["1 2027-05-01 387.10 KES"]);
    assert_eq!(account.bill("2027-06-01"), [""; 0]);
}

#[test]
fn what_is_paid_once_is_billed_once_and_again_when_it_is_taken_again() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.has("2027-04-01", SETUP, 1);
    let expected = ["1 2027-04-01 3000.00 KES", "3 2027-04-01 2500.00 KES"];
    assert_eq!(account.bill("2027-04-01"), expected);
    account.is("2027-04-11", Transition::Block);
    account.is("2027-04-12", Transition::Unblock);
    account.has("2027-04-20", SETUP, 0);
    account.has("2027-04-25", SETUP, 2);
    let expected = ["1 2027-04-01 -100.00 KES", "3 2027-04-25 5000.00 KES"];
    assert_eq!(account.bill("2027-04-25"), expected);
}

#[test]
fn more_of_what_is_paid_once_is_paid_too_and_less_is_not_given_back() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.has("2027-04-01", SETUP, 1);
    account.bill("2027-04-01");
    account.has("2027-04-05", SETUP, 3);
    assert_eq!(account.bill("2027-04-05"), ["3 2027-04-05 5000.00 KES"]);
    account.has("2027-04-10", SETUP, 2);
    assert_eq!(account.bill("2027-04-10"), [""; 0]);
    account.has("2027-04-12", SETUP, 3);
    // At the price of then, for whom it is; what was bought keeps its own.
    let versions = vec![
        since("2020-01-01", AppliesTo::Everybody, Price::Once(kes("2500"))),
        since("2027-04-11", AppliesTo::Everybody, Price::Once(kes("2700"))),
    ];
    account.prices.insert(SETUP, PriceList { versions, ..Default::default() });
    assert_eq!(account.bill("2027-04-12"), ["3 2027-04-12 2700.00 KES"]);
    // There and back in a pause is no purchase; what there is more behind it is one, since it was had.
    account.is("2027-04-15", Transition::Pause);
    account.has("2027-04-16", SETUP, 1);
    account.has("2027-04-17", SETUP, 3);
    account.is("2027-04-18", Transition::Resume);
    assert_eq!(account.bill("2027-04-18"), ["1 2027-04-01 -300.00 KES"]);
    account.is("2027-04-20", Transition::Pause);
    account.has("2027-04-21", SETUP, 4);
    assert_eq!(account.bill("2027-04-21"), ["1 2027-04-01 -1100.00 KES"]);
    account.is("2027-04-25", Transition::Resume);
    let expected = ["1 2027-04-01 600.00 KES", "3 2027-04-21 2700.00 KES"];
    assert_eq!(account.bill("2027-04-25"), expected);
    assert_eq!(account.bill("2027-04-30"), [""; 0]);
}

#[test]
fn a_quantity_is_billed_for_the_days_on_which_there_was_so_much() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.bill("2027-04-01");
    account.has("2027-04-16", HOME, 3);
    assert_eq!(account.bill("2027-04-16"), ["1 2027-04-01 3000.00 KES"]);
    assert_eq!(account.bill("2027-05-01"), ["1 2027-05-01 9000.00 KES"]);
}

#[test]
fn a_new_price_holds_from_the_next_period_for_whom_it_is() {
    let raised = |applies_to| PriceList {
        versions: vec![
            since("2020-01-01", AppliesTo::Everybody, Price::Recurring(monthly("3000"))),
            since("2027-04-11", applies_to, Price::Recurring(monthly("3600"))),
        ],
        ..Default::default()
    };
    let mut account = home_since("2027-03-01", FIRST_OF_MONTH);
    account.bill("2027-04-01");
    account.prices.insert(HOME, raised(AppliesTo::Everybody));
    assert_eq!(account.bill("2027-04-30"), [""; 0]);
    assert_eq!(account.bill("2027-05-01"), ["1 2027-05-01 3600.00 KES"]);
    // For new customers alone: who was there before keeps the old price, also after a pause.
    let mut account = home_since("2027-03-01", FIRST_OF_MONTH);
    account.prices.insert(HOME, raised(AppliesTo::NewOnly));
    account.is("2027-04-20", Transition::Pause);
    account.is("2027-05-01", Transition::Resume);
    account.bill("2027-04-30");
    assert_eq!(account.bill("2027-05-01"), ["1 2027-05-01 3000.00 KES"]);
    let mut account = home_since("2027-04-16", FIRST_OF_MONTH);
    account.prices.insert(HOME, raised(AppliesTo::NewOnly));
    assert_eq!(account.bill("2027-04-16"), ["1 2027-04-16 1800.00 KES"]);
}

#[test]
fn what_is_taken_again_within_a_period_has_the_price_of_then() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.prices.insert(
        HOME,
        PriceList {
            versions: vec![
                since("2020-01-01", AppliesTo::Everybody, Price::Recurring(monthly("3000"))),
                since("2027-04-15", AppliesTo::NewOnly, Price::Recurring(monthly("3600"))),
            ],
            ..Default::default()
        },
    );
    account.bill("2027-04-01");
    account.has("2027-04-11", HOME, 0);
    account.has("2027-04-21", HOME, 1);
    // Ten days at the old price, and ten at the new.
    let expected = ["1 2027-04-01 -2000.00 KES", "1 2027-04-21 1200.00 KES"];
    assert_eq!(account.bill("2027-04-21"), expected);
    assert_eq!(account.bill("2027-05-01"), ["1 2027-05-01 3600.00 KES"]);
}

#[test]
fn a_credit_is_the_opposite_of_its_charge_under_each_rule() {
    for (rule, kept) in [
        (Proration::ByDay, "1000.00"),
        (Proration::ByDayInclusive, "1100.00"),
        (Proration::ThirtyDayMonth, "1000.00"),
        (Proration::BySecond, "1000.00"),
        (Proration::Whole, "3000.00"),
    ] {
        let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
        let price = RecurringPrice { proration: rule, ..monthly("3000") };
        account.prices.insert(HOME, always(Price::Recurring(price)));
        account.bill("2027-04-01");
        account.is("2027-04-11", Transition::Terminate);
        account.bill("2027-04-11");
        let sum = Money::sum(kes("0").currency(), account.billed.iter().map(|line| line.amount));
        assert_eq!(sum.unwrap(), kes(kept), "{rule:?}");
    }
}

#[test]
fn each_line_says_how_it_comes_about() {
    let mut account = home_since("2027-04-11T09:30", FIRST_OF_MONTH);
    account.has("2027-04-11T09:30", SETUP, 2);
    let explained = |account: &mut Account, when: &str| -> Vec<String> {
        let lines = account.lines(when).unwrap();
        account.billed.extend(lines.iter().cloned());
        lines.iter().map(|line| line.explain(&zone()).to_string()).collect()
    };
    assert_eq!(
        explained(&mut account, "2027-04-11T09:30"),
        [
            "2027-04-11 09:30:00 to 2027-04-30 (20 of 30 days) at 3000.00 KES: 2000.00 KES; \
             charge 2000.00 KES",
            "once, 2027-04-11 09:30:00 × 2 at 2500.00 KES: 5000.00 KES; charge 5000.00 KES",
        ]
    );
    account.is("2027-04-15", Transition::Pause);
    account.is("2027-04-25", Transition::Resume);
    account.has("2027-04-25", HOME, 2);
    assert_eq!(
        explained(&mut account, "2027-04-25"),
        ["2027-04-11 09:30:00 to 2027-04-14 (4 of 30 days) and 2027-04-25 to 2027-04-30 (6 of 30 \
          days) × 2 at 3000.00 KES: 1600.00 KES; 2000.00 KES billed before; credit -400.00 KES"]
    );
    account.events.truncate(2);
    account.has("2027-04-11T09:30", HOME, 0);
    assert_eq!(
        explained(&mut account, "2027-04-25"),
        [
            "nothing from 2027-04-11 09:30:00 on; 1600.00 KES billed before; credit -1600.00 KES",
            "nothing from 2027-04-11 09:30:00 on; 5000.00 KES billed before; credit -5000.00 KES",
        ]
    );
}

#[test]
fn what_has_no_price_is_an_error_and_never_free() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.has("2027-04-05", ComponentId(9), 1);
    let error = account.lines("2027-04-10").unwrap_err().to_string();
    assert!(error.starts_with("component 9 has no price at "), "{error}");
    account.prices.insert(ComponentId(9), always(Price::Once("5 UGX".parse().unwrap())));
    let mixed = account.lines("2027-04-10").unwrap();
    assert_eq!(mixed.len(), 2, "each key has a currency of its own");
    account.billed = mixed;
    account.prices.insert(ComponentId(9), always(Price::Once(kes("5"))));
    let error = account.lines("2027-04-10").unwrap_err().to_string();
    assert!(error.starts_with("KES and UGX cannot be reckoned together"), "{error}");
    let days = RecurringPrice { cadence: "30 days".parse().unwrap(), ..monthly("3000") };
    account.prices.insert(HOME, always(Price::Recurring(days)));
    let error = account.lines("2027-04-10").unwrap_err().to_string();
    assert!(error.starts_with("component 1: periods of 30 days do not begin on a day"), "{error}");
}

#[derive(Debug, Clone)]
pub(super) enum Act {
    Plan(bool),
    Quantity(u32),
    Pause,
    Resume,
    Block,
    Unblock,
    /// From now on periods begin on another day.
    Day(u8),
}

pub(super) fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => any::<bool>().prop_map(Act::Plan),
        2 => (1..4_u32).prop_map(Act::Quantity),
        2 => Just(Act::Pause),
        3 => Just(Act::Resume),
        1 => Just(Act::Block),
        2 => Just(Act::Unblock),
    ]
}

/// An act, or another billing day.
pub(super) fn act_or_day() -> impl Strategy<Value = Act> {
    prop_oneof![4 => act(), 1 => (1..32_u8).prop_map(Act::Day)]
}

/// A year of a customer who changes its mind; transitions that are not possible do not happen.
pub(super) fn history(acts: &[(i64, Act)], alignment: Alignment, rule: Proration) -> Account {
    let mut account = home_since("2027-01-01", alignment);
    for component in [HOME, OFFICE] {
        let amount = if component == HOME { "2999.99" } else { "6123.45" };
        let price = RecurringPrice { proration: rule, ..monthly(amount) };
        account.prices.insert(component, always(Price::Recurring(price)));
    }
    // What is due in the same moments as the plan.
    let price = RecurringPrice { proration: rule, ..monthly("500.01") };
    account.prices.insert(ADDRESS, always(Price::Recurring(price)));
    account.has("2027-01-01", ADDRESS, 1);
    let (mut now, mut plan) = (at("2027-01-01"), HOME);
    for (after_s, act) in acts {
        now = now.plus_s(*after_s);
        let mut push = |what| {
            let number = account.events.len() as u64;
            account.events.push(Event { at: now, number, what });
            if Timeline::new(account.events.iter().copied()).is_err() {
                account.events.pop();
            }
        };
        match act {
            Act::Plan(is_home) => {
                push(What::Quantity { component: plan, quantity: 0 });
                plan = if *is_home { HOME } else { OFFICE };
                push(What::Quantity { component: plan, quantity: 1 });
            }
            Act::Quantity(quantity) => {
                push(What::Quantity { component: plan, quantity: *quantity });
            }
            Act::Pause => push(What::Transition(Transition::Pause)),
            Act::Resume => push(What::Transition(Transition::Resume)),
            Act::Block => push(What::Transition(Transition::Block)),
            Act::Unblock => push(What::Transition(Transition::Unblock)),
            Act::Day(day) => {
                let alignment = Alignment::DayOfMonth(*day);
                account.terms.realigned.push(Realignment { since: now, alignment });
            }
        }
    }
    account
}

pub(super) fn sums(lines: &[Line]) -> BTreeMap<DueKey, i64> {
    let mut sums = BTreeMap::new();
    for line in lines {
        *sums.entry(line.key).or_default() += line.amount.amount_minor();
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

/// An order in which four things are entered.
fn shuffled() -> impl Strategy<Value = Vec<usize>> {
    Just(vec![0, 1, 2, 3]).prop_shuffle()
}

proptest! {
    #[test]
    fn however_often_it_is_billed_on_the_way_it_comes_to_the_same(
        acts in proptest::collection::vec((0..3_000_000_i64, act_or_day()), 0..16),
        runs in proptest::collection::vec(0..400_i64, 0..8),
        known_ahead in proptest::collection::vec((0..400_i64, 0..60_i64, 0..60_i64), 0..8),
        day in 1..32_u8,
        rule in proptest::sample::select(Proration::ALL.to_vec()),
        deducted in deducted(),
    ) {
        let mut account = history(&acts, Alignment::DayOfMonth(day), rule);
        deducted.of(&mut account.terms);
        let (all, days) = (account.events.clone(), account.terms.realigned.clone());
        let first = at("2027-01-01");
        let (mut runs, mut known_ahead) = (runs, known_ahead);
        runs.sort_unstable();
        known_ahead.sort_unstable();
        let end = first.plus_s(400 * 86_400);
        let bill = |account: &mut Account, known_by: Timestamp, at: Timestamp| {
            // Only what has happened is known.
            account.events = all.iter().copied().filter(|event| event.at <= known_by).collect();
            let known = days.iter().copied().filter(|day| day.since <= known_by);
            account.terms.realigned = known.collect();
            let timeline = Timeline::new(account.events.iter().copied()).unwrap();
            let Account { prices, terms, billed, .. } = &*account;
            let lines = difference(&timeline, prices, terms, billed, at).unwrap();
            account.billed.extend(lines.iter().cloned());
            lines
        };
        for day in runs {
            let now = first.plus_s(day * 86_400);
            bill(&mut account, now, now);
            prop_assert_eq!(bill(&mut account, now, now), [], "nothing is billed twice");
            prop_assert!(sums(&account.billed).values().all(|sum| *sum > 0), "no credit is too great");
        }
        bill(&mut account, end, end);
        let on_the_way = sums(&account.billed);
        account.billed.clear();
        // The same where much is known ahead, and with runs for earlier moments.
        for (day, ahead, back) in known_ahead {
            let now = first.plus_s(day * 86_400);
            let known_by = now.plus_s(ahead * 86_400);
            bill(&mut account, known_by, now);
            prop_assert_eq!(bill(&mut account, known_by, now), [], "nothing is billed twice");
            let earlier = now.plus_s(-back * 86_400);
            prop_assert_eq!(bill(&mut account, known_by, earlier), [], "nothing is taken back");
        }
        bill(&mut account, end, end);
        prop_assert_eq!(&on_the_way, &sums(&account.billed));
        account.billed.clear();
        bill(&mut account, end, end);
        prop_assert_eq!(on_the_way, sums(&account.billed));
    }

    #[test]
    fn what_happens_in_one_moment_costs_the_same_in_whichever_order_it_is_entered(
        moments in proptest::collection::vec(
            (1..90_i64, proptest::array::uniform3(0..4_u32), 0..10_usize, shuffled(), shuffled()),
            1..12,
        ),
        rule in proptest::sample::select(Proration::ALL.to_vec()),
        deducted in deducted(),
    ) {
        let mut account = home_since("2027-01-01", FIRST_OF_MONTH);
        let recurring = |amount| Price::Recurring(RecurringPrice { proration: rule, ..monthly(amount) });
        account.prices.insert(HOME, always(recurring("3000")));
        account.prices.insert(OFFICE, always(recurring("6000")));
        deducted.of(&mut account.terms);
        let mut moments = moments;
        moments.sort_by_key(|(day, ..)| *day);
        moments.dedup_by_key(|(day, ..)| *day);
        let (mut entered, mut state) = ([account.events.clone(), account.events], SubscriptionState::Active);
        for (day, [home, office, setup], transition, one, other) in moments {
            let of = |component, quantity| What::Quantity { component, quantity };
            let mut whats = vec![of(HOME, home), of(OFFICE, office), of(SETUP, setup)];
            let transition = Transition::ALL[transition];
            if let Ok(next) = state.after(transition) && next != SubscriptionState::Terminated {
                state = next;
                whats.push(What::Transition(transition));
            }
            let at = at("2027-01-01").plus_s(day * 86_400);
            for (events, order) in entered.iter_mut().zip([one, other]) {
                for what in order.into_iter().filter_map(|place| whats.get(place)) {
                    let number = events.len() as u64;
                    events.push(Event { at, number, what: *what });
                }
            }
        }
        let [one, other] = entered.map(|events| {
            let timeline = Timeline::new(events).unwrap();
            difference(&timeline, &account.prices, &account.terms, &[], at("2027-05-01")).unwrap()
        });
        prop_assert_eq!(one, other);
    }

    #[test]
    fn a_period_that_is_cut_costs_together_what_its_parts_are_worth_to_the_last_unit(
        amount in 1..10_000_000_i64,
        quantity in 1..4_u32,
        cuts in proptest::collection::btree_map(1..44_640_i64, 1..4_u32, 0..12),
        rule in proptest::sample::select(vec![
            Proration::ByDay, Proration::ThirtyDayMonth, Proration::BySecond,
        ]),
        rounding in proptest::sample::select(Rounding::ALL.to_vec()),
    ) {
        let mut account = Account::new(FIRST_OF_MONTH);
        account.terms.rounding = rounding;
        let price = Money::new(amount, kes("0").currency());
        let price = RecurringPrice { amount: price, proration: rule, ..monthly("0") };
        account.prices.insert(HOME, always(Price::Recurring(price)));
        account.has("2027-01-01", HOME, quantity);
        account.is("2027-01-01", Transition::Activate);
        let january = Interval::new(at("2027-01-01"), at("2027-02-01")).unwrap();
        // It is cut, and billed at each cut. What is given up and taken again would be two things, each of them
        // rounded.
        let (mut worth, mut whole, mut from, mut has) = (0_i128, 0_i128, january.from(), quantity);
        let mut ends: Vec<_> = cuts.into_iter().collect();
        ends.push((44_640, 0));
        let mut total = 0;
        for (minute, next) in ends {
            let lines = account.lines_at(from);
            total += lines.iter().map(|line| line.amount.amount_minor()).sum::<i64>();
            account.billed.extend(lines);
            let until = january.from().plus_s(minute * 60);
            let part = Interval::new(from, until).unwrap();
            let share = rule.share(january, part, &zone()).ratio();
            worth += i128::from(share.numerator()) * i128::from(has);
            whole += i128::from(share.numerator());
            if until < january.until() {
                let number = account.events.len() as u64;
                let what = What::Quantity { component: HOME, quantity: next };
                account.events.push(Event { at: until, number, what });
            } else {
                // The parts are together the whole, so that one quantity throughout is so many prices.
                prop_assert_eq!(whole, i128::from(share.denominator()));
                let due = rounding.divide(i128::from(amount) * worth, whole).unwrap();
                prop_assert_eq!(i128::from(total), due);
                if account.events.len() == 2 {
                    prop_assert_eq!(total, amount * i64::from(quantity));
                }
            }
            (from, has) = (until, next);
        }
    }
}
