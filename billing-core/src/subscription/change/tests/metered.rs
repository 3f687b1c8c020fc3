//! Offers that are paid by use alone: their periods are those of their use.

use super::*;
use crate::Measured;
use crate::rating::metered::UsageRecord;

fn used(records: &[(&str, u64)]) -> Measured {
    let record =
        |(when, units): &(&str, u64)| UsageRecord { at: at(when), until: None, units: *units };
    let component = ComponentId(METERED.0);
    let records = BTreeMap::from([(component, records.iter().map(record).collect())]);
    Measured::new(BTreeMap::new(), records, Vec::new())
}

#[test]
fn it_is_subscribed_to_billed_by_use_and_ended_with_its_period() {
    let mut account = Account::with(METERED, "2027-04-11");
    account.terms.measured = used(&[("2027-04-10", 7), ("2027-04-20", 100), ("2027-05-20", 50)]);
    assert_eq!(account.has("2027-04-11"), Some(METERED));
    assert_eq!(account.bill("2027-04-30"), [""; 0]);
    assert_eq!(account.bill("2027-05-01"), ["7 2027-04-11 200.00 KES"]);
    account.now = at("2027-05-10");
    let policy = TerminationPolicy { when: When::PeriodEnd, notice: None };
    let ending = account.subscription().terminate(&policy).unwrap();
    assert_eq!((shown(ending.ends_at), ending.fees), ("2027-06-01".to_owned(), vec![]));
    account.timeline = ending.change.of(&account.timeline).unwrap();
    account.terms.measured =
        used(&[("2027-04-20", 100), ("2027-05-31T23:59", 60), ("2027-06-01", 9)]);
    assert_eq!(account.bill("2027-06-01"), ["7 2027-05-01 120.00 KES"]);
    assert_eq!((account.state("2027-06-01"), account.bill("2027-08-01")), ("terminated", vec![]));
}

#[test]
fn its_period_is_that_of_its_use_also_when_that_is_longer() {
    let mut account = Account::new(offers());
    let mut all = prices();
    all.insert(ComponentId(METERED.0), by_use("3 months"));
    account.catalogue = Catalogue::new(all, offers()).unwrap();
    account.order(METERED, "2027-04-11");
    account.now = at("2027-05-10");
    let policy = TerminationPolicy { when: When::PeriodEnd, notice: None };
    assert_eq!(
        account.subscription().terminate(&policy).unwrap().ends_at,
        at("2027-07-01"),
        "quarters begin with January"
    );
}

#[test]
fn it_takes_the_place_of_what_has_a_price_and_the_other_way_round() {
    let mut account = Account::with(HOME, "2027-04-01");
    account.bill("2027-04-01");
    assert_eq!(
        account.refuses("2027-04-11", |it| it.change_plan(METERED, &ChangePolicy::default())),
        "offer 7 is paid by use alone, so it has no price per day; give both offers a rank, or say when \
         one takes the place of the other"
    );
    let with_period =
        ChangePolicy { upgrade: When::PeriodEnd, downgrade: When::PeriodEnd, fee: None };
    account.does("2027-04-11", |it| it.change_plan(METERED, &with_period)).unwrap();
    account.terms.measured = used(&[("2027-04-30", 9), ("2027-05-02", 100)]);
    assert_eq!(account.bill("2027-05-31"), [""; 0]);
    account.does("2027-05-31", |it| it.change_plan(HOME, &with_period)).unwrap();
    assert_eq!(account.bill("2027-06-01"), ["7 2027-05-01 200.00 KES", "1 2027-06-01 3000.00 KES"]);
    // Ranks say which is the greater.
    let mut all = offers();
    for offer in &mut all {
        offer.rank = Some(u32::from(offer.id == METERED));
    }
    let mut account = Account::new(all);
    account.order(HOME, "2027-04-01");
    account.changes("2027-04-11", METERED);
    assert_eq!(account.has("2027-04-11"), Some(METERED));
}

#[test]
fn it_is_not_bought_again_and_is_no_fee() {
    let mut account = Account::with(METERED, "2027-04-01");
    let purchase = Purchase { count: 1, paid: None, is_used_up: false };
    account.now = at("2027-04-02");
    let renewed =
        account.subscription().renew(METERED, &purchase, &RenewalPolicy::default()).unwrap_err();
    assert_eq!(renewed.to_string(), "component 7 of offer 7 must be paid once for this");
    let policy = ChangePolicy { fee: Some(ComponentId(METERED.0)), ..ChangePolicy::default() };
    let error = account.refuses("2027-04-02", |it| {
        it.change_plan(
            OFFICE,
            &ChangePolicy { upgrade: When::AtOnce, downgrade: When::AtOnce, ..policy },
        )
    });
    assert!(error.starts_with("component 7 is a fee, and"), "{error}");
}
