//! Discounts, the maximum and the minimum: worked tables, each of one rule, in KES.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::tests::*;
use super::*;
use crate::catalogue::{Billing, Price, RecurringPrice};
use crate::discount::{Discount, DiscountId, Offer, On};
use crate::{Alignment, ComponentId, Money, PartOrAmount, Proration, Timeline, Transition};

pub(super) const SHORTFALL: ComponentId = ComponentId(9);

pub(super) fn percent(rate: &str) -> PartOrAmount {
    PartOrAmount::Percent(rate.parse().unwrap())
}

pub(super) fn fixed(amount: &str) -> PartOrAmount {
    PartOrAmount::Fixed(kes(amount))
}

fn offer(name: &str, off: PartOrAmount) -> Offer {
    Offer::new(name.to_owned(), off, On::All, "1 month".parse().unwrap()).unwrap()
}

fn only(name: &str, off: PartOrAmount, component: ComponentId) -> Offer {
    let on = On::Components([component].into());
    Offer::new(name.to_owned(), off, on, "1 month".parse().unwrap()).unwrap()
}

fn give(account: &mut Account, offer: Offer, from: &str, until: Option<&str>) {
    let id = DiscountId(account.terms.discounts.len() as i64 + 1);
    let discount = Discount::new(id, offer, at(from), until.map(at)).unwrap();
    account.terms.discounts.push(discount);
}

fn maximum(amount: &str, proration: Proration) -> Option<MaximumCharge> {
    Some(MaximumCharge { amount: kes(amount), per: "1 month".parse().unwrap(), proration })
}

fn minimum(amount: &str, proration: Proration) -> Option<MinimumCharge> {
    let per = "1 month".parse().unwrap();
    Some(MinimumCharge { component: SHORTFALL, amount: kes(amount), per, proration })
}

#[test]
fn a_percentage_is_taken_off_each_period_that_begins_while_it_holds() {
    let mut account = home_since("2027-01-01", FIRST_OF_MONTH);
    // What was begun before it keeps its price, and what begins before its end has it as a whole.
    give(&mut account, offer("Spring", percent("12.5%")), "2027-01-15", Some("2027-03-02"));
    assert_eq!(account.bill("2027-01-20"), ["1 2027-01-01 3000.00 KES"]);
    let expected = ["1 2027-02-01 2625.00 KES", "1 2027-03-01 2625.00 KES"];
    assert_eq!(account.bill("2027-03-31"), expected);
    assert_eq!(account.bill("2027-03-31"), [""; 0]);
    assert_eq!(account.bill("2027-04-01"), ["1 2027-04-01 3000.00 KES"]);
}

#[test]
fn so_many_periods_are_whole_ones_and_the_rest_of_the_one_in_which_it_begins() {
    let free =
        |periods: u32| offer("Free", percent("100%")).for_periods(periods.try_into().unwrap());
    let first_paid = |joins: &str, alignment, periods| {
        let mut account = home_since(joins, alignment);
        give(&mut account, free(periods), joins, None);
        account.bill("2027-12-01").first().cloned().unwrap_or_default()
    };
    // Who joins on the 15th has the rest of January and February to April.
    assert_eq!(first_paid("2027-01-15", FIRST_OF_MONTH, 3), "1 2027-05-01 3000.00 KES");
    assert_eq!(first_paid("2027-01-01", FIRST_OF_MONTH, 3), "1 2027-04-01 3000.00 KES");
    assert_eq!(first_paid("2027-01-15", Alignment::Anniversary, 3), "1 2027-04-15 3000.00 KES");
    // 31 January, 28 February, 31 March.
    assert_eq!(first_paid("2027-01-31", Alignment::Anniversary, 2), "1 2027-03-31 3000.00 KES");
    // Given within a period, it begins with the next.
    let mut account = home_since("2027-01-01", FIRST_OF_MONTH);
    give(&mut account, free(1), "2027-01-15", None);
    let expected = ["1 2027-01-01 3000.00 KES", "1 2027-03-01 3000.00 KES"];
    assert_eq!(account.bill("2027-03-01"), expected);
    // Its end may come before its periods are over.
    let mut account = home_since("2027-01-01", FIRST_OF_MONTH);
    give(&mut account, free(6), "2027-01-01", Some("2027-02-01"));
    assert_eq!(account.bill("2027-02-01"), ["1 2027-02-01 3000.00 KES"]);
}

#[test]
fn another_plan_does_not_begin_a_discount_anew() {
    let mut account = home_since("2027-01-01", FIRST_OF_MONTH);
    let half = offer("Half", percent("50%")).for_periods(2.try_into().unwrap());
    give(&mut account, half, "2027-01-01", None);
    account.has("2027-02-01", HOME, 0);
    account.has("2027-02-01", OFFICE, 1);
    let expected =
        ["1 2027-01-01 1500.00 KES", "2 2027-02-01 3000.00 KES", "2 2027-03-01 6000.00 KES"];
    assert_eq!(account.bill("2027-03-01"), expected);
}

#[test]
fn per_cent_come_first_and_one_after_another_then_fixed_amounts() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    // In another order than that in which they are taken off.
    give(&mut account, offer("Fixed", fixed("200")), "2027-04-01", None);
    give(&mut account, offer("Twenty", percent("20%")), "2027-04-01", None);
    give(&mut account, offer("Ten", percent("10%")), "2027-03-01", None);
    // 3000, less 10 % 2700, less 20 % 2160, less 200.
    assert_eq!(
        account.lines("2027-04-01").unwrap()[0].explain(&zone()).to_string(),
        "2027-04-01 to 2027-04-30 (30 of 30 days) at 3000.00 KES: 3000.00 KES, less 300.00 KES \
         (10% off: Ten), less 540.00 KES (20% off: Twenty), less 200.00 KES (off: Fixed), makes \
         1960.00 KES; charge 1960.00 KES"
    );
    let twice = |first: &str, second: &str| {
        let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
        give(&mut account, offer("A", percent(first)), "2027-04-01", None);
        give(&mut account, offer("B", percent(second)), "2027-04-01", None);
        account.bill("2027-04-01")
    };
    assert_eq!(twice("50%", "50%"), ["1 2027-04-01 750.00 KES"]);
    assert_eq!(twice("100%", "50%"), [""; 0]);
}

#[test]
fn a_fixed_amount_is_shared_by_what_is_due_at_once_and_the_rest_of_it_by_what_is_due_later() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.has("2027-04-01", SETUP, 1);
    give(&mut account, offer("Welcome", fixed("1000")), "2027-04-01", None);
    // 1000 × 3000 / 5500 and 1000 × 2500 / 5500, which are 545.45… and 454.54…
    let expected = ["1 2027-04-01 2454.55 KES", "3 2027-04-01 2045.45 KES"];
    assert_eq!(account.bill("2027-04-01"), expected);
    // The next month has it again.
    assert_eq!(account.bill("2027-05-01"), ["1 2027-05-01 2000.00 KES"]);
    // What comes later has what is left, and nothing that was billed is touched.
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    give(&mut account, offer("Welcome", fixed("4000")), "2027-04-01", None);
    assert_eq!(account.bill("2027-04-01"), [""; 0]);
    account.has("2027-04-11", OFFICE, 1);
    assert_eq!(account.bill("2027-04-11"), ["2 2027-04-11 3000.00 KES"], "4000 less 1000");
    // What is left over at the end of a period is gone.
    // In May both are due at once: 4000 × 3 / 9 and 4000 × 6 / 9.
    let expected = ["1 2027-05-01 1666.67 KES", "2 2027-05-01 3333.33 KES"];
    assert_eq!(account.bill("2027-05-01"), expected);
}

#[test]
fn what_is_billed_in_arrears_has_what_is_left_when_it_is_due() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    let price = RecurringPrice { billed: Billing::InArrears, ..monthly("3000") };
    account.prices.insert(HOME, always(Price::Recurring(price)));
    account.has("2027-04-16", OFFICE, 1);
    give(&mut account, offer("Fixed", fixed("3500")), "2027-04-01", None);
    assert_eq!(account.bill("2027-04-30"), [""; 0], "3000 of 3500");
    assert_eq!(
        account.bill("2027-05-01"),
        ["1 2027-04-01 2500.00 KES", "2 2027-05-01 2500.00 KES"]
    );
}

#[test]
fn a_discount_is_on_what_it_names() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.has("2027-04-01", OFFICE, 1);
    give(&mut account, only("Office", fixed("500"), OFFICE), "2027-04-01", None);
    give(&mut account, only("Home", percent("10%"), HOME), "2027-04-01", None);
    let expected = ["1 2027-04-01 2700.00 KES", "2 2027-04-01 5500.00 KES"];
    assert_eq!(account.bill("2027-04-01"), expected);
}

#[test]
fn a_fixed_amount_of_a_month_is_not_taken_off_a_year() {
    let mut account = home_since("2027-01-01", FIRST_OF_MONTH);
    let yearly = RecurringPrice { cadence: "1 year".parse().unwrap(), ..monthly("30000") };
    account.prices.insert(OFFICE, always(Price::Recurring(yearly)));
    account.has("2027-01-01", OFFICE, 1);
    give(&mut account, offer("Month", fixed("1000")), "2027-01-01", None);
    let expected = ["1 2027-01-01 2000.00 KES", "2 2027-01-01 30000.00 KES"];
    assert_eq!(account.bill("2027-01-01"), expected);
    // Per cent are.
    give(&mut account, offer("Month", percent("10%")), "2027-01-01", None);
    let expected = ["1 2027-01-01 -300.00 KES", "2 2027-01-01 -3000.00 KES"];
    assert_eq!(account.bill("2027-01-01"), expected);
}

#[test]
fn an_upgrade_and_an_end_credit_what_was_charged_with_the_discount() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    give(&mut account, offer("Ten", percent("10%")), "2027-04-01", None);
    account.bill("2027-04-01");
    account.has("2027-04-11", HOME, 0);
    account.has("2027-04-11", OFFICE, 1);
    // 20 of 30 days: of 2700 back, of 5400 to pay.
    let expected = ["1 2027-04-01 -1800.00 KES", "2 2027-04-11 3600.00 KES"];
    assert_eq!(account.bill("2027-04-11"), expected);
    account.is("2027-04-21", Transition::Terminate);
    assert_eq!(account.bill("2027-04-21"), ["2 2027-04-11 -1800.00 KES"]);
    // A fixed amount is for a period however much of it there is.
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    give(&mut account, offer("Fixed", fixed("500")), "2027-04-01", None);
    account.bill("2027-04-01");
    account.is("2027-04-11", Transition::Terminate);
    assert_eq!(account.bill("2027-04-11"), ["1 2027-04-01 -2000.00 KES"], "of 2500 stays 500");
}

#[test]
fn there_and_back_in_one_moment_costs_nothing_with_a_discount_too() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    give(&mut account, offer("Ten", percent("10%")), "2027-04-01", None);
    give(&mut account, offer("Fixed", fixed("500")), "2027-04-01", None);
    account.bill("2027-04-01");
    for (home, office) in [(0, 1), (1, 0)] {
        account.has("2027-04-11T09:00", HOME, home);
        account.has("2027-04-11T09:00", OFFICE, office);
    }
    assert_eq!(account.bill("2027-04-20"), [""; 0]);
}

#[test]
fn a_discount_that_is_entered_late_or_taken_back_is_made_up_for() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.bill("2027-05-01");
    give(&mut account, offer("Ten", percent("10%")), "2027-04-01", None);
    let expected = ["1 2027-04-01 -300.00 KES", "1 2027-05-01 -300.00 KES"];
    assert_eq!(account.bill("2027-05-02"), expected);
    account.terms.discounts.clear();
    let expected = ["1 2027-04-01 300.00 KES", "1 2027-05-01 300.00 KES"];
    assert_eq!(account.bill("2027-05-03"), expected);
}

#[test]
fn a_run_for_an_earlier_day_shares_nothing_otherwise() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.has("2027-04-11", OFFICE, 1);
    give(&mut account, offer("Fixed", fixed("3500")), "2027-04-01", None);
    // All of the 3000 and 500 of the 4000.
    assert_eq!(account.bill("2027-04-11"), ["2 2027-04-11 3500.00 KES"]);
    assert_eq!(account.bill("2027-03-01"), [""; 0]);
}

#[test]
fn what_goes_beyond_the_maximum_is_taken_off_what_is_due_last() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.terms.maximum = maximum("5000", Proration::Whole);
    assert_eq!(account.bill("2027-04-01"), ["1 2027-04-01 3000.00 KES"]);
    account.has("2027-04-16", OFFICE, 1);
    assert_eq!(
        account.lines("2027-04-16").unwrap()[0].explain(&zone()).to_string(),
        "2027-04-16 to 2027-04-30 (15 of 30 days) at 6000.00 KES: 3000.00 KES, less 1000.00 KES \
         (above the maximum of the period), makes 2000.00 KES; charge 2000.00 KES"
    );
    assert_eq!(account.bill("2027-04-16"), ["2 2027-04-16 2000.00 KES"]);
    // In May both are due at once, and share it: 5000 × 3 / 9 and 5000 × 6 / 9.
    let expected = ["1 2027-05-01 1666.67 KES", "2 2027-05-01 3333.33 KES"];
    assert_eq!(account.bill("2027-05-01"), expected);
    // Of the first there are but 10 of 31 days, 967.74: what goes beyond 5000 is now 1967.74, of
    // which it has 273.30, and the other has its room.
    account.has("2027-05-11", HOME, 0);
    let expected = ["1 2027-05-01 -972.23 KES", "2 2027-05-01 972.23 KES"];
    assert_eq!(account.bill("2027-05-11"), expected);
}

#[test]
fn a_maximum_is_after_discounts_and_less_of_a_part_of_a_period() {
    let mut account = home_since("2027-04-16", FIRST_OF_MONTH);
    account.terms.maximum = maximum("2000", Proration::ByDay);
    assert_eq!(account.bill("2027-04-16"), ["1 2027-04-16 1000.00 KES"], "15 of 30 days");
    give(&mut account, offer("Half", percent("50%")), "2027-05-01", None);
    assert_eq!(account.bill("2027-05-01"), ["1 2027-05-01 1500.00 KES"]);
}

#[test]
fn what_is_missing_to_the_minimum_is_due_when_the_period_is_over() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.terms.minimum = minimum("4000", Proration::Whole);
    assert_eq!(account.bill("2027-04-30"), ["1 2027-04-01 3000.00 KES"]);
    assert_eq!(
        account.lines("2027-05-01").unwrap()[0].explain(&zone()).to_string(),
        "2027-04-01 to 2027-04-30 (the whole) at 4000.00 KES: 4000.00 KES, less 3000.00 KES \
         (charged otherwise in the period), makes 1000.00 KES; charge 1000.00 KES"
    );
    let expected = ["9 2027-04-01 1000.00 KES", "1 2027-05-01 3000.00 KES"];
    assert_eq!(account.bill("2027-05-01"), expected);
    // What is entered late takes the place of what was missing.
    account.has("2027-04-16", SETUP, 1);
    let expected = ["9 2027-04-01 -1000.00 KES", "3 2027-04-16 2500.00 KES"];
    assert_eq!(account.bill("2027-05-02"), expected);
    // At the end of all nothing is waited for.
    account.is("2027-05-11", Transition::Terminate);
    let expected = ["1 2027-05-01 -2032.26 KES", "9 2027-05-01 3032.26 KES"];
    assert_eq!(account.bill("2027-05-11"), expected);
    assert_eq!(account.bill("2027-08-01"), [""; 0]);
}

#[test]
fn a_minimum_is_after_discounts_and_less_of_a_part_of_a_period() {
    let mut account = home_since("2027-04-16", FIRST_OF_MONTH);
    account.terms.minimum = minimum("2000", Proration::ByDay);
    give(&mut account, offer("Half", percent("50%")), "2027-04-01", None);
    account.bill("2027-04-16");
    // 15 of 30 days of both: 1000 less 750.
    let expected = ["9 2027-04-16 250.00 KES", "1 2027-05-01 1500.00 KES"];
    assert_eq!(account.bill("2027-05-01"), expected);
    // A pause of which no end is known: 1500 × 20 / 31, and 2000 × 20 / 31 less that.
    account.is("2027-05-21", Transition::Pause);
    let expected = ["1 2027-05-01 -532.26 KES", "9 2027-05-01 322.58 KES"];
    assert_eq!(account.bill("2027-05-21"), expected);
}

#[test]
fn what_was_given_back_is_neither_billed_again_nor_credited_twice() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.bill("2027-04-01");
    let key = account.billed[0].key;
    let lines = |account: &Account, credited: &str| {
        let timeline = Timeline::new(account.events.iter().copied()).unwrap();
        let credited = BTreeMap::from([(key, kes(credited))]);
        let Account { prices, terms, billed, .. } = account;
        let day = at("2027-04-11");
        let lines =
            difference_after_credits(&timeline, prices, terms, billed, &credited, day).unwrap();
        lines.iter().map(|line| line.amount.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(lines(&account, "1500"), [""; 0]);
    account.is("2027-04-11", Transition::Terminate);
    assert_eq!(lines(&account, "0"), ["-2000.00 KES"]);
    assert_eq!(lines(&account, "1000"), ["-2000.00 KES"]);
    assert_eq!(lines(&account, "1500"), ["-1500.00 KES"], "3000 were charged");
    assert_eq!(lines(&account, "3000"), [""; 0]);
}

#[test]
fn terms_that_do_not_fit_together_are_errors() {
    let mut account = home_since("2027-04-01", FIRST_OF_MONTH);
    account.terms.minimum = minimum("2000", Proration::Whole);
    account.terms.maximum = maximum("1999.99", Proration::Whole);
    let says = |account: &Account| account.lines("2027-04-10").unwrap_err().to_string();
    assert_eq!(
        says(&account),
        "a period costs at least 2000.00 KES and at most 1999.99 KES; the minimum is the lower one"
    );
    account.terms.maximum = maximum("-1", Proration::Whole);
    assert_eq!(says(&account), "the maximum charge is -1.00 KES; it is 0 or more");
    account.terms.maximum = None;
    account.has("2027-04-05", SHORTFALL, 1);
    assert!(says(&account).starts_with("what is missing to the minimum is billed as component 9"));
    account.terms.minimum = None;
    account.events.pop();
    let weeks = Offer::new("W".to_owned(), fixed("1"), On::All, "1 week".parse().unwrap());
    give(&mut account, weeks.unwrap(), "2027-04-01", None);
    assert!(says(&account).starts_with("discount `W`: periods of 1 week do not begin on a day"));
    account.terms.discounts.clear();
    give(
        &mut account,
        offer("U", PartOrAmount::Fixed("5 UGX".parse().unwrap())),
        "2027-04-01",
        None,
    );
    assert!(says(&account).starts_with("UGX and KES cannot be reckoned together"));
    let many = account.terms.discounts[0].clone();
    account.terms.discounts = vec![many; 33];
    assert_eq!(says(&account), "there are 33 discounts; a subscription has 32 at most");
}

/// What is taken off, in tests of invariants.
#[derive(Debug, Clone)]
pub(super) struct Deducted {
    discounts: Vec<Discount>,
    maximum: Option<MaximumCharge>,
    minimum: Option<MinimumCharge>,
}

impl Deducted {
    pub(super) fn of(self, terms: &mut BillingTerms) {
        terms.discounts = self.discounts;
        terms.maximum = self.maximum;
        terms.minimum = self.minimum;
    }
}

fn discount() -> impl Strategy<Value = Discount> {
    let off = prop_oneof![
        (1..1_000_001_u64).prop_map(|rate| {
            PartOrAmount::Percent(crate::Percentage::from_millionths(rate).unwrap())
        }),
        (1..900_000_i64)
            .prop_map(|minor| PartOrAmount::Fixed(Money::new(minor, kes("0").currency()))),
    ];
    let on = proptest::option::of(proptest::sample::select(vec![HOME, OFFICE]));
    let (from, lasts) = (0..400_i64, proptest::option::of(1..200_i64));
    let periods = proptest::option::of(1..5_u32);
    (off, on, from, lasts, periods, 0..1_000_i64).prop_map(|(off, on, from, lasts, periods, id)| {
        let on = on.map_or(On::All, |component| On::Components([component].into()));
        let mut offer = Offer::new("D".to_owned(), off, on, "1 month".parse().unwrap()).unwrap();
        if let Some(periods) = periods {
            offer = offer.for_periods(periods.try_into().unwrap());
        }
        let from = at("2026-12-01").plus_s(from * 86_400);
        let until = lasts.map(|days| from.plus_s(days * 86_400));
        Discount::new(DiscountId(id), offer, from, until).unwrap()
    })
}

/// Discounts, and perhaps the least and the most that a month costs.
pub(super) fn deducted() -> impl Strategy<Value = Deducted> {
    let rule = || proptest::sample::select(Proration::ALL.to_vec());
    let limits = (proptest::option::of(0..900_000_i64), proptest::option::of(0..900_000_i64));
    let discounts = proptest::collection::vec(discount(), 0..5);
    (discounts, limits, rule(), rule()).prop_map(|(discounts, (least, most), first, second)| {
        let most = most.map(|most| most.max(least.unwrap_or(0)));
        let money = |minor| Money::new(minor, kes("0").currency());
        let per = "1 month".parse().unwrap();
        let maximum = most.map(|most| MaximumCharge { amount: money(most), per, proration: first });
        let minimum = least.map(|least| {
            let component = SHORTFALL;
            MinimumCharge { component, amount: money(least), per, proration: second }
        });
        Deducted { discounts, maximum, minimum }
    })
}

#[test]
fn the_most_of_a_part_that_is_still_to_come_is_not_there_yet() {
    let mut account = home_since("2027-01-01", FIRST_OF_MONTH);
    account.terms.maximum = maximum("310", Proration::ByDay);
    account.is("2027-01-04", Transition::Pause);
    // The end of the pause is known from its beginning on.
    account.is("2027-01-21", Transition::Resume);
    // Three days of 3000 are 290.32, and 30.00 at most: 10.00 a day.
    assert_eq!(account.bill("2027-01-04"), ["1 2027-01-01 30.00 KES"]);
    for earlier in ["2027-01-03", "2027-01-01", "2027-01-20"] {
        assert_eq!(account.bill(earlier), [""; 0], "{earlier}");
    }
    assert_eq!(account.bill("2027-01-21"), ["1 2027-01-01 110.00 KES"], "eleven days more");
    assert_eq!(account.bill("2027-01-03"), [""; 0]);
}

fn due_of(account: &Account, terms: &BillingTerms) -> Vec<Due> {
    let timeline = Timeline::new(account.events.iter().copied()).unwrap();
    due(&timeline, &account.prices, terms, &BTreeMap::new(), at("2028-03-01")).unwrap()
}

proptest! {
    #[test]
    fn nothing_is_below_zero_or_beyond_what_is_said_of_a_month(
        acts in proptest::collection::vec((0..3_000_000_i64, act()), 0..16),
        day in 1..32_u8,
        deducted in deducted(),
        arrears in any::<bool>(),
    ) {
        let mut account = history(&acts, Alignment::DayOfMonth(day), Proration::ByDay);
        if arrears {
            let price = RecurringPrice { billed: Billing::InArrears, ..monthly("2999.99") };
            account.prices.insert(HOME, always(Price::Recurring(price)));
        }
        let plain = account.terms.clone();
        let mut deducted = deducted;
        for limit in [&mut deducted.maximum.as_mut().map(|it| &mut it.proration),
            &mut deducted.minimum.as_mut().map(|it| &mut it.proration)].into_iter().flatten() {
            **limit = Proration::Whole;
        }
        deducted.clone().of(&mut account.terms);
        let (full, dues) = (due_of(&account, &plain), due_of(&account, &account.terms));
        let mut fixed: BTreeMap<_, i64> = BTreeMap::new();
        let mut months: BTreeMap<_, i64> = BTreeMap::new();
        for due in &dues {
            prop_assert!(!due.amount.is_negative(), "{due:?}");
            let month = due.period.unwrap();
            *months.entry(month).or_default() += due.amount.amount_minor();
            for Deduction { reason, amount } in &due.deductions {
                prop_assert!(amount.amount_minor() > 0);
                if let DeductionReason::Discount { id, rate: None, .. } = reason {
                    *fixed.entry((*id, month)).or_default() += amount.amount_minor();
                }
            }
            if due.key.component == SHORTFALL {
                continue;
            }
            // Without what is taken off it is what it was.
            let before = full.iter().find(|full| full.key == due.key).unwrap();
            prop_assert_eq!(before.amount, due.full().unwrap());
            prop_assert_eq!((&before.pieces, before.due_at), (&due.pieces, due.due_at));
        }
        for ((id, _), off) in fixed {
            let of_id = deducted.discounts.iter().filter(|discount| discount.id() == id);
            let most = of_id.filter_map(|discount| match discount.offer().off() {
                PartOrAmount::Fixed(amount) => Some(amount.amount_minor()),
                PartOrAmount::Percent(_) => None,
            });
            prop_assert!(off <= most.sum());
        }
        for month in months.values() {
            if let Some(maximum) = deducted.maximum {
                prop_assert!(*month <= maximum.amount.amount_minor());
            }
        }
        if let Some(minimum) = deducted.minimum {
            for due in dues.iter().filter(|due| due.key.component == SHORTFALL) {
                prop_assert!(months[&due.period.unwrap()] >= minimum.amount.amount_minor());
            }
        }
        // In whatever order they are given.
        let mut reversed = account.terms.clone();
        reversed.discounts.reverse();
        prop_assume!({
            let mut ids: Vec<_> = reversed.discounts.iter().map(Discount::id).collect();
            ids.sort_unstable();
            ids.windows(2).all(|pair| pair[0] != pair[1])
        });
        prop_assert_eq!(due_of(&account, &reversed), dues);
    }
}
