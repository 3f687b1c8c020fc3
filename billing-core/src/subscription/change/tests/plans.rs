//! Changes of plan.

use super::*;

#[test]
fn an_upgrade_comes_at_once_and_a_downgrade_with_the_period() {
    let mut account = Account::with(HOME, "2027-04-01");
    assert_eq!(
        account.bill("2027-04-01"),
        ["1 2027-04-01 3000.00 KES", "30 2027-04-01 2500.00 KES"]
    );
    account.changes("2027-04-11", OFFICE);
    // 20 of 30 days of each.
    let expected = ["1 2027-04-01 -2000.00 KES", "2 2027-04-11 4000.00 KES"];
    assert_eq!(account.bill("2027-04-11"), expected);
    account.changes("2027-04-16", HOME);
    assert_eq!(account.has("2027-04-30T23:59"), Some(OFFICE));
    assert_eq!(account.bill("2027-04-30"), [""; 0]);
    assert_eq!(account.bill("2027-05-01"), ["1 2027-05-01 3000.00 KES"]);
}

#[test]
fn each_policy_has_its_table() {
    let billed = |upgrade, downgrade, from: OfferId, to: OfferId| {
        let policy = ChangePolicy { upgrade, downgrade, fee: None };
        let mut account = Account::with(from, "2027-04-01");
        account.bill("2027-04-01");
        account.does("2027-04-11", |it| it.change_plan(to, &policy)).unwrap();
        (account.bill("2027-04-11"), account.bill("2027-05-01"))
    };
    let (now, later) = (When::AtOnce, When::PeriodEnd);
    for other in [now, later] {
        assert_eq!(
            billed(now, other, HOME, OFFICE),
            (
                vec!["1 2027-04-01 -2000.00 KES".into(), "2 2027-04-11 4000.00 KES".into()],
                vec!["2 2027-05-01 6000.00 KES".into()]
            )
        );
        assert_eq!(
            billed(later, other, HOME, OFFICE),
            (vec![], vec!["2 2027-05-01 6000.00 KES".into()])
        );
        assert_eq!(
            billed(other, now, OFFICE, HOME),
            (
                vec!["2 2027-04-01 -4000.00 KES".into(), "1 2027-04-11 2000.00 KES".into()],
                vec!["1 2027-05-01 3000.00 KES".into()]
            )
        );
        assert_eq!(
            billed(other, later, OFFICE, HOME),
            (vec![], vec!["1 2027-05-01 3000.00 KES".into()])
        );
    }
}

#[test]
fn a_year_is_paid_until_its_end_before_it_becomes_months() {
    let mut account = Account::with(YEARLY, "2027-01-01");
    account.bill("2027-01-01");
    // 36000 a year are more than 30000: the policy for upgrades would be at once.
    let policy = ChangePolicy { upgrade: When::PeriodEnd, ..ChangePolicy::default() };
    account.does("2027-05-20", |it| it.change_plan(HOME, &policy)).unwrap();
    assert_eq!(account.bill("2027-12-31"), [""; 0]);
    assert_eq!(account.bill("2028-01-01"), ["1 2028-01-01 3000.00 KES"]);
}

#[test]
fn a_rank_comes_before_the_price() {
    let mut all = offers();
    (all[0].rank, all[1].rank) = (Some(20), Some(10));
    let mut account = Account::new(all);
    account.order(HOME, "2027-04-01");
    account.changes("2027-04-11", OFFICE);
    assert_eq!((account.has("2027-04-30"), account.has("2027-05-01")), (Some(HOME), Some(OFFICE)));
}

#[test]
fn a_planned_downgrade_can_be_cancelled_and_replaced() {
    let mut account = Account::with(OFFICE, "2027-04-01");
    account.bill("2027-04-01");
    let policy = ChangePolicy { fee: Some(CHANGE_FEE), ..ChangePolicy::default() };
    let change = account.does("2027-04-05", |it| it.change_plan(HOME, &policy)).unwrap();
    let expected = [
        "2027-05-01 2 × 0",
        "2027-05-01 1 × 1",
        "2027-05-01 31 × 1",
        "2027-05-01T00:00:00.001 31 × 0",
    ];
    assert_eq!(events(&change.added), expected);
    // Replaced: the first is withdrawn as a whole, with its fee.
    let replaced = account.does("2027-04-06", |it| it.change_plan(YEARLY, &policy)).unwrap();
    assert_eq!(events(&replaced.withdrawn).len(), 4);
    assert_eq!(account.has("2027-05-01"), Some(YEARLY));
    let cancelled = account.does("2027-04-07", |it| it.cancel_change(INTERNET, &policy)).unwrap();
    assert_eq!((cancelled.added.len(), cancelled.withdrawn.len()), (0, 4));
    assert_eq!(account.bill("2027-05-01"), ["2 2027-05-01 6000.00 KES"]);
    assert_eq!(
        account.refuses("2027-05-02", |it| it.cancel_change(INTERNET, &policy)),
        "no change of plan is planned; there is nothing to cancel"
    );
}

#[test]
fn an_upgrade_takes_the_place_of_a_planned_downgrade() {
    let mut account = Account::with(TRIED, "2027-04-01");
    account.changes("2027-04-05", HOME);
    account.changes("2027-04-11", OFFICE);
    assert_eq!(
        (account.has("2027-04-11"), account.has("2027-05-01")),
        (Some(OFFICE), Some(OFFICE))
    );
}

#[test]
fn a_fee_is_charged_with_each_change() {
    let policy =
        ChangePolicy { downgrade: When::AtOnce, fee: Some(CHANGE_FEE), ..ChangePolicy::default() };
    let mut account = Account::with(HOME, "2027-04-01");
    account.bill("2027-04-01");
    for to in [OFFICE, HOME] {
        account.does("2027-04-11", |it| it.change_plan(to, &policy)).unwrap();
    }
    // The plans cost nothing there and back; each change has its fee.
    assert_eq!(
        account.bill("2027-04-11T00:01"),
        ["31 2027-04-11 200.00 KES", "31 2027-04-11 200.00 KES"]
    );
    let monthly = ChangePolicy { fee: Some(ADDRESS), ..policy };
    assert_eq!(
        account.refuses("2027-04-12", |it| it.change_plan(OFFICE, &monthly)),
        "component 20 is a fee, and has a recurring price; give it one that is paid once"
    );
}

#[test]
fn add_ons_go_on_with_an_offer_that_has_them() {
    let mut account = Account::with(HOME, "2027-04-01");
    account.does("2027-04-01", |it| it.set_add_on(ADDRESS, 2)).unwrap();
    account.does("2027-04-01", |it| it.set_add_on(TELEVISION, 1)).unwrap();
    account.bill("2027-04-01");
    account.changes("2027-04-11", OFFICE);
    let expected =
        ["1 2027-04-01 -2000.00 KES", "21 2027-04-01 -533.33 KES", "2 2027-04-11 4000.00 KES"];
    assert_eq!(account.bill("2027-04-11"), expected);
    assert_eq!(account.timeline.quantity_at(ADDRESS, at("2027-05-01")), 2);
    // What is taken while a change to one without it is planned ends with that, also when that is
    // replaced by another.
    let mut account = Account::with(OFFICE, "2027-04-01");
    account.changes("2027-04-05", YEARLY);
    account.does("2027-04-06", |it| it.set_add_on(ADDRESS, 1)).unwrap();
    let of = |account: &Account| {
        ["2027-04-30", "2027-05-01"].map(|when| account.timeline.quantity_at(ADDRESS, at(when)))
    };
    assert_eq!(of(&account), [1, 0]);
    account.changes("2027-04-07", HOME);
    assert_eq!(of(&account), [1, 1]);
    account.changes("2027-04-08", YEARLY);
    assert_eq!(of(&account), [1, 0]);
}

#[test]
fn what_cannot_be_changed_says_why() {
    let policy = ChangePolicy::default();
    let mut account = Account::with(HOME, "2027-04-01");
    let mut refuses = |to| account.refuses("2027-04-11", |it| it.change_plan(to, &policy));
    assert_eq!(
        refuses(HOME),
        "the subscription has offer 1 already; what is planned beside can be cancelled"
    );
    let not_held = refuses(PHONE);
    assert!(not_held.starts_with("the subscription has nothing of product 2 at "), "{not_held}");
    account.does("2027-04-11", |it| it.transition(Transition::Suspend)).unwrap();
    assert_eq!(
        account.refuses("2027-04-12", |it| it.change_plan(OFFICE, &policy)),
        "a change of plan takes a subscription that is active or in grace; this one is suspended"
    );
    let mut account = Account::with(OFFICE, "2027-04-01");
    let policy = TerminationPolicy { when: When::PeriodEnd, notice: None };
    account.does("2027-04-11", |it| it.terminate(&policy).map(|end| end.change)).unwrap();
    let ends = account.refuses("2027-04-12", |it| it.change_plan(HOME, &ChangePolicy::default()));
    assert!(ends.starts_with("the subscription ends at "), "{ends}");
}

#[test]
fn a_price_of_another_currency_and_one_that_is_missing_are_errors() {
    let mut prices = prices();
    prices.insert(ComponentId(2), always(Price::Once("5 UGX".parse().unwrap())));
    let mut account = Account::with(HOME, "2027-04-01");
    account.catalogue = Catalogue::new(prices.clone(), offers()).unwrap();
    let policy = ChangePolicy::default();
    assert_eq!(
        account.refuses("2027-04-11", |it| it.change_plan(OFFICE, &policy)),
        "offer 2 is paid once and says not how long it lasts, so it has no price per day; give both \
         offers a rank, or this one a length"
    );
    let Price::Recurring(price) = recurring("1", "1 month") else { unreachable!() };
    let ugx = RecurringPrice { amount: "5 UGX".parse().unwrap(), ..price };
    prices.insert(ComponentId(2), always(Price::Recurring(ugx)));
    account.catalogue = Catalogue::new(prices.clone(), offers()).unwrap();
    let error = account.refuses("2027-04-11", |it| it.change_plan(OFFICE, &policy));
    assert!(error.contains("cannot be reckoned together"), "{error}");
    let later = PriceVersion {
        from: at("2028-01-01"),
        applies_to: AppliesTo::Everybody,
        price: recurring("1", "1 month"),
    };
    prices.insert(ComponentId(2), PriceList { versions: vec![later], ..Default::default() });
    account.catalogue = Catalogue::new(prices, offers()).unwrap();
    let error = account.refuses("2027-04-11", |it| it.change_plan(OFFICE, &policy));
    assert!(error.starts_with("component 2 has no price at "), "{error}");
}
