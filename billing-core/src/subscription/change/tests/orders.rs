//! Subscribing, add-ons and trials.

use super::*;

#[test]
fn what_is_subscribed_to_begins_with_its_fee_and_its_add_ons() {
    let mut account = Account::new(offers());
    let order = Order {
        offer: HOME,
        begins: at("2027-04-11"),
        with_trial: false,
        add_ons: &[(ADDRESS, 2), (VISIT, 1)],
    };
    let change = account.does("2027-04-01", |it| it.subscribe(&order)).unwrap();
    let expected = [
        "2027-04-11 activate",
        "2027-04-11 1 × 1",
        "2027-04-11 30 × 1",
        "2027-04-11T00:00:00.001 30 × 0",
        "2027-04-11 20 × 2",
        "2027-04-11 22 × 1",
        "2027-04-11T00:00:00.001 22 × 0",
    ];
    assert_eq!(events(&change.added), expected);
    assert_eq!(account.state("2027-04-10"), "pending");
    assert_eq!(account.bill("2027-04-10"), [""; 0]);
    // 20 of 30 days of 3000, and of twice 500; what is paid once is not shared.
    let expected = [
        "1 2027-04-11 2000.00 KES",
        "20 2027-04-11 666.67 KES",
        "22 2027-04-11 1000.00 KES",
        "30 2027-04-11 2500.00 KES",
    ];
    assert_eq!(account.bill("2027-04-11"), expected);
    assert_eq!(
        account.bill("2027-05-01"),
        ["1 2027-05-01 3000.00 KES", "20 2027-05-01 1000.00 KES"]
    );
}

#[test]
fn a_second_product_has_periods_of_its_own_length() {
    let mut account = Account::with(HOME, "2027-04-01");
    account.bill("2027-04-01");
    account.order(PHONE, "2027-05-16");
    // Quarters begin with January: 46 of the 91 days from April to June.
    assert_eq!(account.bill("2027-05-16"), ["1 2027-05-01 3000.00 KES", "5 2027-05-16 454.95 KES"]);
    assert_eq!(account.bill("2027-06-01"), ["1 2027-06-01 3000.00 KES"]);
    assert_eq!(account.bill("2027-07-01"), ["1 2027-07-01 3000.00 KES", "5 2027-07-01 900.00 KES"]);
}

#[test]
fn what_cannot_be_ordered_says_what_can() {
    let mut account = Account::with(HOME, "2027-04-01");
    let order =
        |offer, begins: &str| Order { offer, begins: at(begins), with_trial: false, add_ons: &[] };
    let mut refuses = |order: Order<'_>| account.refuses("2027-04-11", |it| it.subscribe(&order));
    assert_eq!(
        refuses(order(OFFICE, "2027-04-11")),
        "the subscription has offer 1 already; change that instead of taking it again"
    );
    assert_eq!(
        refuses(order(OfferId(99), "2027-04-11")),
        "there is no offer 99; name one of the catalogue"
    );
    let early = refuses(order(PHONE, "2027-04-10"));
    assert!(
        early.starts_with("the beginning is ") && early.contains("; the earliest is "),
        "{early}"
    );
    assert_eq!(
        refuses(Order { with_trial: true, ..order(PHONE, "2027-04-11") }),
        "offer 5 has no trial; take it without one"
    );
    assert_eq!(
        refuses(Order { add_ons: &[(ADDRESS, 1)], ..order(PHONE, "2027-04-11") }),
        "component 20 is no add-on of what the subscription has: offer 5"
    );
}

#[test]
fn nothing_is_ordered_for_before_it_begins_nor_twice_for_later() {
    let order =
        |offer, begins: &str| Order { offer, begins: at(begins), with_trial: false, add_ons: &[] };
    let mut account = Account::new(offers());
    account.does("2027-04-01", |it| it.subscribe(&order(PHONE, "2027-05-01"))).unwrap();
    let early = account.does("2027-04-02", |it| it.subscribe(&order(HOME, "2027-04-30")));
    let (at, earliest) = (at("2027-04-30"), at("2027-05-01"));
    assert_eq!(early, Err(ChangeError::TooEarly { field: "the beginning", at, earliest }));
    account.does("2027-04-02", |it| it.subscribe(&order(HOME, "2027-05-20"))).unwrap();
    for begins in ["2027-05-10", "2027-05-20", "2027-06-01"] {
        let twice = account.does("2027-04-03", |it| it.subscribe(&order(OFFICE, begins)));
        assert_eq!(twice, Err(ChangeError::ProductHeld { offer: HOME }), "{begins}");
    }
    assert_eq!(
        account.bill("2027-05-20"),
        ["5 2027-05-01 603.30 KES", "1 2027-05-20 1161.29 KES", "30 2027-05-20 2500.00 KES",]
    );
}

#[test]
fn a_plan_without_a_price_for_its_periods_is_an_error() {
    let mut account = Account::new(offers());
    let order = |offer| Order { offer, begins: at("2019-04-01"), with_trial: false, add_ons: &[] };
    account.now = at("2019-04-01");
    let error = account.subscription().subscribe(&order(HOME)).unwrap_err();
    let component = ComponentId(1);
    assert_eq!(error, MissingPrice { component, at: at("2019-04-01") }.into());
    account.terms.alignment = Alignment::DayOfWeek(jiff::civil::Weekday::Monday);
    let order = Order { begins: at("2027-04-01"), ..order(HOME) };
    let error = account.refuses("2027-04-01", |it| it.subscribe(&order));
    assert!(
        error.starts_with("component 1: periods of 1 month do not begin on a day of the week"),
        "{error}"
    );
}

#[test]
fn add_ons_have_a_valid_range() {
    let mut account = Account::with(HOME, "2027-04-01");
    account.bill("2027-04-01");
    account.does("2027-04-16", |it| it.set_add_on(ADDRESS, 3)).unwrap();
    // 15 of 30 days, three times.
    assert_eq!(account.bill("2027-04-16"), ["20 2027-04-16 750.00 KES"]);
    account.does("2027-04-21", |it| it.set_add_on(ADDRESS, 1)).unwrap();
    // Five days of three and ten of one.
    assert_eq!(account.bill("2027-04-21"), ["20 2027-04-16 -333.33 KES"]);
    for wrong in [0, -1, 9, i64::MIN, i64::MAX] {
        assert_eq!(
            account.refuses("2027-04-21", |it| it.set_add_on(ADDRESS, wrong)),
            format!("the quantity of component 20 is {wrong}; it is from 1 to 8")
        );
    }
    assert_eq!(
        account.refuses("2027-04-21", |it| it.set_add_on(ComponentId(99), 1)),
        "component 99 has no prices in the catalogue; name one that has"
    );
    account.does("2027-04-21", |it| it.remove_add_on(ADDRESS)).unwrap();
    assert_eq!(account.bill("2027-04-21"), ["20 2027-04-16 -166.67 KES"]);
    assert_eq!(
        account.refuses("2027-04-21", |it| it.remove_add_on(ADDRESS)),
        "component 20 is no add-on of what the subscription has: offer 1"
    );
}

#[test]
fn what_is_bought_once_is_charged_as_often_as_it_is_bought() {
    let mut account = Account::with(HOME, "2027-04-01");
    account.bill("2027-04-01");
    // Twice in one moment, in the next one, and once more.
    for when in ["2027-04-02", "2027-04-02", "2027-04-02T00:00:00.001", "2027-04-09"] {
        account.does(when, |it| it.set_add_on(VISIT, 1)).unwrap();
    }
    // A change of plan in the moment of a purchase does not take it back, nor does one in place of
    // another that was planned.
    account.changes("2027-04-10", YEARLY);
    account.does("2027-04-10", |it| it.set_add_on(VISIT, 2)).unwrap();
    let at_once = ChangePolicy { downgrade: When::AtOnce, ..ChangePolicy::default() };
    account.does("2027-04-10", |it| it.change_plan(YEARLY, &at_once)).unwrap();
    let lines = account.bill("2027-05-30");
    let visits: Vec<_> = lines.iter().filter(|line| line.starts_with("22 ")).collect();
    let expected = [
        "22 2027-04-02 1000.00 KES",
        "22 2027-04-02 1000.00 KES",
        "22 2027-04-02 1000.00 KES",
        "22 2027-04-09 1000.00 KES",
        "22 2027-04-10 2000.00 KES",
    ];
    assert_eq!(visits, expected);
    assert_eq!(account.timeline.quantity_at(VISIT, at("2027-04-11")), 0);
}

fn tried(when: &str) -> Account {
    let mut account = Account::new(offers());
    let order =
        Order { offer: TRIED, begins: at(when), with_trial: true, add_ons: &[(ADDRESS, 1)] };
    account.does(when, |it| it.subscribe(&order)).unwrap();
    account
}

#[test]
fn a_trial_becomes_what_it_is_to_by_itself() {
    let mut account = tried("2027-04-01");
    // The trial costs nothing, the address does.
    assert_eq!(account.bill("2027-04-14"), ["20 2027-04-01 500.00 KES"]);
    // 16 of 30 days of 4500.
    assert_eq!(account.bill("2027-04-15"), ["4 2027-04-15 2400.00 KES"]);
    let held = account.subscription().held(INTERNET, at("2027-04-14T23:59")).unwrap();
    assert!(held.is_trial);
    let held = account.subscription().held(INTERNET, at("2027-04-15")).unwrap();
    assert!(!held.is_trial);
}

#[test]
fn a_trial_can_be_reduced_and_become_another_offer() {
    let mut all = offers();
    let trial = Trial { becomes: ComponentId(YEARLY.0), ..all[3].trial.unwrap() };
    all[3].trial = Some(trial);
    let mut account = Account::new(all);
    let mut prices = prices();
    prices.insert(TRIAL, always(Price::Once(kes("99"))));
    account.catalogue =
        Catalogue::new(prices, account.catalogue.offers().cloned().collect()).unwrap();
    let order = Order {
        offer: TRIED,
        begins: at("2027-04-01"),
        with_trial: true,
        add_ons: &[(ADDRESS, 1)],
    };
    account.does("2027-04-01", |it| it.subscribe(&order)).unwrap();
    // The address ends with the offer that had it, which is known: 14 of 30 days.
    let expected = ["14 2027-04-01 99.00 KES", "20 2027-04-01 233.33 KES"];
    assert_eq!(account.bill("2027-04-01"), expected);
    // 261 of 365 days of 30000.
    assert_eq!(account.bill("2027-04-15"), ["3 2027-04-15 21452.05 KES"]);
}

#[test]
fn a_trial_that_is_cancelled_becomes_nothing() {
    for (when, ends) in [(When::AtOnce, "2027-04-06"), (When::PeriodEnd, "2027-04-15")] {
        let mut account = tried("2027-04-01");
        account.bill("2027-04-01");
        account.does("2027-04-06", |it| it.cancel_trial(INTERNET, when)).unwrap();
        assert_eq!(account.state(ends), "terminated");
        assert_eq!(shown(account.subscription().terminates_at().unwrap()), ends);
        let kept = if when == When::AtOnce { "-416.67" } else { "-266.67" };
        assert_eq!(account.bill("2027-07-01"), [format!("20 2027-04-01 {kept} KES")]);
        // At the end of the trial it is still one that can be cancelled again.
        let again = account.does("2027-04-16", |it| it.cancel_trial(INTERNET, when));
        assert_eq!(
            again.unwrap_err().to_string(),
            "no trial is planned; there is nothing to cancel"
        );
    }
    // With another product the subscription goes on, without the trial and what went with it.
    let mut account = tried("2027-04-01");
    account.order(PHONE, "2027-04-01");
    account.does("2027-04-06", |it| it.cancel_trial(INTERNET, When::PeriodEnd)).unwrap();
    assert_eq!(account.state("2027-05-01"), "active");
    assert_eq!((account.has("2027-04-14"), account.has("2027-04-15")), (Some(TRIED), None));
    assert_eq!(account.timeline.quantity_at(ADDRESS, at("2027-04-15")), 0);
}

#[test]
fn a_trial_is_over_when_its_offer_is_changed() {
    let mut account = tried("2027-04-01");
    account.bill("2027-04-01");
    // 6000 are more than the 4500 that it would become: at once, 25 of 30 days.
    account.changes("2027-04-06", OFFICE);
    assert_eq!(account.bill("2027-04-20"), ["2 2027-04-06 5000.00 KES"]);
    // 3000 are less: when the trial is over; and cancelled it becomes again what it was to.
    let mut account = tried("2027-04-01");
    account.changes("2027-04-06", HOME);
    let policy = ChangePolicy::default();
    assert_eq!((account.has("2027-04-14"), account.has("2027-04-15")), (Some(TRIED), Some(HOME)));
    account.does("2027-04-07", |it| it.cancel_change(INTERNET, &policy)).unwrap();
    assert_eq!((account.has("2027-04-14"), account.has("2027-04-15")), (Some(TRIED), Some(TRIED)));
    assert_eq!(
        account.refuses("2027-04-07", |it| it.cancel_change(INTERNET, &policy)),
        "no change of plan is planned; there is nothing to cancel"
    );
    // Its own offer can be had before the trial is over.
    account.changes("2027-04-08", TRIED);
    assert!(!account.subscription().held(INTERNET, at("2027-04-08")).unwrap().is_trial);
}

#[test]
fn of_one_component_there_are_a_million_at_most() {
    let (timeline, now) = (Timeline::new([]).unwrap(), at("2027-04-01"));
    let take =
        |quantity| timeline.enter([(now, What::Quantity { component: ADDRESS, quantity })], now);
    assert_eq!(take(HELD_MAX).unwrap().added.len(), 1);
    for quantity in [HELD_MAX + 1, u32::MAX] {
        let (max, quantity) = (HELD_MAX, quantity);
        let error = take(quantity).unwrap_err();
        let quantity = quantity.into();
        assert_eq!(error, ChangeError::Quantity { component: ADDRESS, quantity, min: 0, max });
    }
    let said = take(4_000_000_000).unwrap_err().to_string();
    assert_eq!(
        said,
        format!("the quantity of component {ADDRESS} is 4000000000; it is from 0 to 1000000")
    );
}
