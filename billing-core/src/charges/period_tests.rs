//! Periods of a component: one after another, also where their length changes.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::tests::*;
use super::*;
use crate::catalogue::{AppliesTo, Price, PriceList, PriceVersion, RecurringPrice};
use crate::discount::{Discount, DiscountId, Offer, On};
use crate::{Alignment, Interval, PartOrAmount, Proration, Timeline, Transition};

/// A price of periods of so many months, in force from a day on.
fn of_months(from: &str, months: u32, amount: &str) -> PriceVersion {
    let cadence = format!("{months} months").parse().unwrap();
    let price = RecurringPrice { cadence, ..monthly(amount) };
    since(from, AppliesTo::Everybody, Price::Recurring(price))
}

#[test]
fn another_length_of_periods_begins_where_one_of_its_periods_has_begun() {
    let mut account = home_since("2027-01-01", FIRST_OF_MONTH);
    let versions = vec![of_months("2020-01-01", 1, "3000"), of_months("2027-02-10", 3, "8000")];
    account.prices.insert(HOME, PriceList { versions, ..Default::default() });
    // The quarter that has begun in January is paid by the month to its end.
    let expected = [
        "1 2027-01-01 3000.00 KES",
        "1 2027-02-01 3000.00 KES",
        "1 2027-03-01 3000.00 KES",
        "1 2027-04-01 8000.00 KES",
    ];
    assert_eq!(account.bill("2027-06-30"), expected);
    // Of two months from March on, of which one is in the quarter that is paid: 30 of 61 days.
    let mut account = home_since("2027-01-01", FIRST_OF_MONTH);
    let versions = vec![of_months("2020-01-01", 3, "8000"), of_months("2027-02-10", 2, "6100")];
    account.prices.insert(HOME, PriceList { versions, ..Default::default() });
    let expected =
        ["1 2027-01-01 8000.00 KES", "1 2027-04-01 3000.00 KES", "1 2027-05-01 6100.00 KES"];
    assert_eq!(account.bill("2027-06-30"), expected);
    assert_eq!(account.bill("2027-06-30"), [""; 0]);
}

#[test]
fn what_is_sold_before_it_begins_has_the_price_and_the_discount_of_its_beginning() {
    let mut account = Account::new(FIRST_OF_MONTH);
    account.has("2027-03-20", HOME, 1);
    account.is("2027-04-05", Transition::Activate);
    account.prices.insert(
        HOME,
        PriceList { versions: vec![of_months("2027-04-03", 1, "3000")], ..Default::default() },
    );
    // 26 of 30 days.
    assert_eq!(account.bill("2027-04-05"), ["1 2027-04-01 2600.00 KES"]);
    let ten = PartOrAmount::Percent("10%".parse().unwrap());
    let offer = Offer::new("Ten".to_owned(), ten, On::All, "1 month".parse().unwrap()).unwrap();
    let discount = Discount::since(DiscountId(1), offer, at("2027-04-05"));
    account.terms.discounts.push(discount);
    assert_eq!(account.bill("2027-04-05"), ["1 2027-04-01 -260.00 KES"]);
}

/// Prices of periods of other lengths, from some days on.
pub(super) fn changes() -> impl Strategy<Value = Vec<PriceVersion>> {
    let change = |(day, months): (i64, u32)| {
        let cadence = format!("{months} months").parse().unwrap();
        let price =
            RecurringPrice { cadence, proration: Proration::BySecond, ..monthly("1234.56") };
        PriceVersion {
            from: at("2027-01-01").plus_s(day * 86_400),
            applies_to: AppliesTo::Everybody,
            price: Price::Recurring(price),
        }
    };
    proptest::collection::vec((0..400_i64, 1..5_u32).prop_map(change), 0..4)
}

proptest! {
    #[test]
    fn what_is_billed_has_no_holes_and_no_overlap(
        acts in proptest::collection::vec((0..3_000_000_i64, act_or_day()), 0..16), day in 1..32_u8,
        changes in changes(),
    ) {
        let mut account = history(&acts, Alignment::DayOfMonth(day), Proration::BySecond);
        for prices in account.prices.values_mut() {
            prices.versions.extend(changes.iter().copied());
        }
        let timeline = Timeline::new(account.events.iter().copied()).unwrap();
        let end = at("2028-01-01");
        let dues =
            due(&timeline, &account.prices, &account.terms, &BTreeMap::new(), end).unwrap();
        for component in [HOME, OFFICE] {
            let pieces: Vec<Interval> = dues
                .iter()
                .filter(|due| due.key.component == component)
                .flat_map(|due| due.pieces.iter().filter_map(|piece| piece.interval))
                .collect();
            for pair in pieces.windows(2) {
                prop_assert!(pair[0].until() <= pair[1].from(), "{pair:?}");
            }
            let billed: u64 = pieces.iter().map(|piece| piece.len_ms()).sum();
            // Up to the end of the last period that has begun.
            let until = pieces.last().map_or(end, |last| last.until());
            let whole = Interval::new(at("2027-01-01"), until.max(end)).unwrap();
            let stretches = timeline.billed(component, account.terms.billed_in);
            let owed = |stretch: &crate::Stretch| {
                let bounded = Interval::new(whole.from(), until)?;
                stretch.within(bounded).map(Interval::len_ms)
            };
            prop_assert_eq!(billed, stretches.iter().filter_map(owed).sum::<u64>());
        }
    }
}
