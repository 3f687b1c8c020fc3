//! Ends, notice and minimum terms.

use super::*;

const AT_ONCE: TerminationPolicy = TerminationPolicy { when: When::AtOnce, notice: None };

fn ends(account: &mut Account, when: &str, policy: TerminationPolicy) -> (String, Vec<Money>) {
    let mut end = None;
    account
        .does(when, |it| {
            let termination = it.terminate(&policy)?;
            end = Some(termination.clone());
            Ok(termination.change)
        })
        .unwrap();
    let end = end.unwrap();
    (shown(end.ends_at), end.fees.iter().map(|fee| fee.amount).collect())
}

fn end_of(when: &str, period_end: bool, notice: Option<&str>) -> String {
    let policy = TerminationPolicy {
        when: if period_end { When::PeriodEnd } else { When::AtOnce },
        notice: notice.map(|notice| notice.parse().unwrap()),
    };
    ends(&mut Account::with(HOME, "2027-01-01"), when, policy).0
}

#[test]
fn it_ends_at_once_with_the_period_or_after_notice() {
    let table = [
        ("2027-04-11T09:00", false, None, "2027-04-11T09:00:00"),
        ("2027-04-11T09:00", true, None, "2027-05-01"),
        ("2027-04-11T09:00", false, Some("30 days"), "2027-05-11T09:00:00"),
        // The period in which the notice is over.
        ("2027-04-11T09:00", true, Some("30 days"), "2027-06-01"),
        // The notice is over just when a period begins.
        ("2027-04-01", true, Some("1 month"), "2027-05-01"),
        ("2027-04-01T00:01", true, Some("1 month"), "2027-06-01"),
    ];
    for (when, period_end, notice, expected) in table {
        assert_eq!(end_of(when, period_end, notice), expected, "{when} {period_end} {notice:?}");
    }
}

#[test]
fn the_rest_is_credited_at_once_and_nothing_at_the_end_of_the_period() {
    for (when, credit) in
        [(When::AtOnce, vec!["1 2027-04-01 -2000.00 KES"]), (When::PeriodEnd, vec![])]
    {
        let mut account = Account::with(HOME, "2027-04-01");
        account.bill("2027-04-01");
        ends(&mut account, "2027-04-11", TerminationPolicy { when, notice: None });
        assert_eq!(account.bill("2027-09-01"), credit);
    }
}

#[test]
fn of_several_products_the_last_period_counts() {
    let mut account = Account::with(HOME, "2027-04-01");
    account.order(PHONE, "2027-04-01");
    let policy = TerminationPolicy { when: When::PeriodEnd, notice: None };
    assert_eq!(ends(&mut account, "2027-04-11", policy).0, "2027-07-01");
}

#[test]
fn the_period_is_that_of_what_it_has_when_the_notice_is_over() {
    let mut account = Account::with(OFFICE, "2027-04-01");
    account.changes("2027-04-05", YEARLY);
    let notice = Some("30 days".parse().unwrap());
    let policy = TerminationPolicy { when: When::PeriodEnd, notice };
    assert_eq!(ends(&mut account, "2027-04-11", policy).0, "2028-01-01");
}

#[test]
fn an_end_can_be_cancelled_and_moved() {
    let mut account = Account::with(OFFICE, "2027-04-01");
    account.changes("2027-04-05", HOME);
    let policy = TerminationPolicy { when: When::PeriodEnd, notice: None };
    let change =
        account.does("2027-04-11", |it| it.terminate(&policy).map(|it| it.change)).unwrap();
    assert_eq!(events(&change.added), ["2027-05-01 terminate"]);
    // The downgrade of that moment would be one of what is over.
    account.does("2027-04-12", |it| it.cancel_termination()).unwrap();
    assert_eq!((account.state("2027-06-01"), account.has("2027-06-01")), ("active", Some(HOME)));
    assert_eq!(
        account.refuses("2027-04-12", |it| it.cancel_termination()),
        "no end is planned; there is nothing to cancel"
    );
    ends(&mut account, "2027-04-13", policy);
    assert_eq!(ends(&mut account, "2027-04-14", AT_ONCE).0, "2027-04-14");
    assert_eq!(account.state("2027-04-14"), "terminated");
    assert_eq!(
        account.refuses("2027-04-15", |it| it.terminate(&AT_ONCE).map(|it| it.change)),
        "a subscription that is terminated cannot terminate; nothing can happen to it any more"
    );
}

fn with_term(early: EarlyEnd) -> Account {
    let mut all = offers();
    let term = MinimumTerm { periods: some(12), cadence: "1 month".parse().unwrap(), early };
    for offer in &mut all[..2] {
        offer.minimum_term = Some(term);
    }
    let mut account = Account::new(all);
    account.order(HOME, "2027-01-31");
    account
}

#[test]
fn an_early_end_has_its_table() {
    let half: crate::Percentage = "50%".parse().unwrap();
    // A year from 31 January; periods begin on the last of a shorter month.
    let table = [
        // In the second period: ten remain. 10 × 3000 × 50 %; 5000 × 10 / 12.
        ("2027-03-01", ["4000", "15000", "4166.67"]),
        // As the third begins: it is not used, so ten remain.
        ("2027-03-31", ["4000", "15000", "4166.67"]),
        ("2027-03-31T00:01", ["4000", "13500", "3750"]),
        // In the last: none remains, but the fixed fee is for the term.
        ("2028-01-30T23:59", ["4000", "0", "0"]),
    ];
    let rules = [
        EarlyEnd::Fixed(kes("4000")),
        EarlyEnd::OfRemaining(half),
        EarlyEnd::Declining(kes("5000")),
    ];
    for (when, amounts) in table {
        for (early, amount) in rules.into_iter().zip(amounts) {
            let fees = ends(&mut with_term(early), when, AT_ONCE).1;
            assert_eq!(fees, [kes(amount)], "{early:?} {when}");
        }
    }
    for early in rules {
        let fees = ends(&mut with_term(early), "2028-01-31", AT_ONCE).1;
        assert_eq!(fees, [], "{early:?}: the term is over");
    }
}

#[test]
fn a_term_can_hold_until_it_is_over_and_goes_on_through_a_change_of_plan() {
    let mut account = with_term(EarlyEnd::AtTermEnd);
    assert_eq!(ends(&mut account, "2027-06-01", AT_ONCE), ("2028-01-31".into(), vec![]));
    assert_eq!(
        ends(
            &mut account,
            "2027-06-01",
            TerminationPolicy { notice: Some("1 year".parse().unwrap()), ..AT_ONCE }
        )
        .0,
        "2028-06-01"
    );
    let mut account = with_term(EarlyEnd::Declining(kes("5000")));
    account.changes("2027-07-10", OFFICE);
    // Seven periods had begun by 5 August.
    let fees = ends(&mut account, "2027-08-05", AT_ONCE).1;
    assert_eq!(fees, [kes("2083.33")]);
}

/// What is known to end within its minimum term since the year began: when, after how many periods, and what
/// that costs.
fn fees(account: &Account) -> Vec<String> {
    let fees = account.subscription().early_fees(at("2027-01-01")).unwrap();
    let shown = |fee: &EarlyFee| {
        format!("{} {}/{} {}", shown(fee.ends_at), fee.begun, fee.periods, fee.amount)
    };
    fees.iter().map(shown).collect()
}

/// Enters what happens by hand, at a moment.
fn enter(account: &mut Account, now: &str, happens: &[(&str, What)]) {
    let happens: Vec<_> = happens.iter().map(|(when, what)| (at(when), *what)).collect();
    account.does(now, |it| it.timeline.enter(happens, it.now)).unwrap();
}

const fn has(offer: OfferId, quantity: u32) -> What {
    What::Quantity { component: ComponentId(offer.0), quantity }
}

#[test]
fn an_early_end_costs_the_same_in_whatever_way_it_comes_about() {
    let half = || with_term(EarlyEnd::OfRemaining("50%".parse().unwrap()));
    let terminate = What::Transition(Transition::Terminate);
    // In the fifth period: seven remain. 7 × 3000 × 50 %.
    let expected = ["2027-06-20 5/12 10500.00 KES"];
    // (the way, when it is entered, what is entered)
    // What is entered, from when on.
    type Entered<'e> = &'e [(&'e str, What)];
    let ways: [(&str, &str, Entered<'_>); 7] = [
        ("terminated by hand", "2027-06-20", &[("2027-06-20", terminate)]),
        ("entered ahead", "2027-03-01", &[("2027-06-20", terminate)]),
        ("entered afterwards", "2027-07-03", &[("2027-06-20", terminate)]),
        ("given up", "2027-06-20", &[("2027-06-20", has(HOME, 0))]),
        (
            "another product in its place",
            "2027-06-20",
            &[("2027-06-20", has(HOME, 0)), ("2027-06-20", has(PHONE, 1))],
        ),
        (
            "given up, and then terminated: once",
            "2027-07-03",
            &[("2027-06-20", has(HOME, 0)), ("2027-07-01", terminate)],
        ),
        (
            "given up and terminated in one moment: once",
            "2027-07-03",
            &[("2027-06-20", has(HOME, 0)), ("2027-06-20", terminate)],
        ),
    ];
    for (way, now, happens) in ways {
        let mut account = half();
        enter(&mut account, now, happens);
        assert_eq!(fees(&account), expected, "{way}");
    }
    // A suspension for what is not paid does not hold up the term, nor does it end it.
    let mut account = half();
    let suspend = What::Transition(Transition::Suspend);
    enter(&mut account, "2027-06-20", &[("2027-05-20", suspend)]);
    assert_eq!(fees(&account), [""; 0]);
    enter(&mut account, "2027-06-20", &[("2027-06-20", terminate)]);
    assert_eq!(fees(&account), expected);
    // Another offer of the product is no end, and there and back in a moment neither.
    let mut account = half();
    enter(
        &mut account,
        "2027-06-20",
        &[("2027-05-01", has(HOME, 0)), ("2027-05-01", has(OFFICE, 1))],
    );
    enter(
        &mut account,
        "2027-06-20",
        &[("2027-05-20", has(OFFICE, 0)), ("2027-05-20", has(OFFICE, 1))],
    );
    assert_eq!(fees(&account), [""; 0]);
    // Each end counts: what is taken again has a term of its own.
    let mut account = half();
    let again =
        [("2027-02-10", has(HOME, 0)), ("2027-03-01", has(HOME, 1)), ("2027-06-20", has(HOME, 0))];
    enter(&mut account, "2027-07-03", &again);
    // Of eleven that remain, and of eight.
    let each = ["2027-02-10 1/12 16500.00 KES", "2027-06-20 4/12 12000.00 KES"];
    assert_eq!(fees(&account), each);
}

#[test]
fn an_early_end_is_reckoned_from_what_is_had_when_it_ends() {
    let half = EarlyEnd::OfRemaining("50%".parse().unwrap());
    let notice = |notice: &str| TerminationPolicy {
        notice: Some(notice.parse().unwrap()),
        ..TerminationPolicy::default()
    };
    // The plan that is planned to begin within the notice, 6000 a month: 9 × 6000 × 50 %.
    let mut account = with_term(half);
    enter(
        &mut account,
        "2027-04-05",
        &[("2027-04-20", has(HOME, 0)), ("2027-04-20", has(OFFICE, 1))],
    );
    let (ends_at, costs) = ends(&mut account, "2027-04-11", notice("15 days"));
    assert_eq!((ends_at.as_str(), costs), ("2027-04-26", vec![kes("27000")]));
    assert_eq!(fees(&account), ["2027-04-26 3/12 27000.00 KES"]);
    // One that is changed to after it was said.
    let mut account = with_term(half);
    assert_eq!(ends(&mut account, "2027-04-11", notice("15 days")).1, [kes("13500")]);
    account.changes("2027-04-20", OFFICE);
    assert_eq!(fees(&account), ["2027-04-26 3/12 27000.00 KES"]);

    // A trial of 14 days that has become what it is to become by the end: its term began with that, so
    // eleven of twelve remain. 11 × 4500 × 50 %.
    let tried = |early| {
        let mut all = offers();
        let cadence = "1 month".parse().unwrap();
        all[3].minimum_term = Some(MinimumTerm { periods: some(12), cadence, early });
        let mut account = Account::new(all);
        let order =
            Order { offer: TRIED, begins: at("2027-04-01"), with_trial: true, add_ons: &[] };
        account.does("2027-04-01", |it| it.subscribe(&order)).unwrap();
        account
    };
    let (ends_at, costs) = ends(&mut tried(half), "2027-04-05", notice("20 days"));
    assert_eq!((ends_at.as_str(), costs), ("2027-04-25", vec![kes("24750")]));
    // What ends while it is tried costs nothing, nor does it what is over with the trial.
    for lasts in ["5 days", "10 days"] {
        assert_eq!(ends(&mut tried(half), "2027-04-05", notice(lasts)).1, [], "{lasts}");
    }
    // Nor does a term that holds until it is over let it go before, once it is no trial any more.
    let held = |lasts| ends(&mut tried(EarlyEnd::AtTermEnd), "2027-04-05", notice(lasts)).0;
    assert_eq!(held("10 days"), "2027-04-15");
    assert_eq!(held("11 days"), "2028-04-15");
}

#[test]
fn an_early_end_costs_a_part_of_the_price_that_is_in_force_then() {
    let dearer = |from: &str, applies_to| {
        let mut account = with_term(EarlyEnd::OfRemaining("50%".parse().unwrap()));
        let mut all = prices();
        let version =
            PriceVersion { from: at(from), applies_to, price: recurring("4000", "1 month") };
        all.get_mut(&ComponentId(HOME.0)).unwrap().versions.push(version);
        let offers = [HOME, OFFICE].map(|id| account.catalogue.offer(id).unwrap().clone());
        account.catalogue = Catalogue::new(all, offers.to_vec()).unwrap();
        account
    };
    // (from when on 4000 are asked, of whom, what an end on 20 June costs, of which seven remain)
    let table = [
        ("2027-06-21", AppliesTo::Everybody, "10500"),
        // Those that remain would cost that, also where the period that has begun does not.
        ("2027-06-20", AppliesTo::Everybody, "14000"),
        ("2027-06-15", AppliesTo::Everybody, "14000"),
        ("2027-06-15", AppliesTo::NewOnly, "10500"),
    ];
    for (from, applies_to, expected) in table {
        let mut account = dearer(from, applies_to);
        let notice = TerminationPolicy { notice: Some("30 days".parse().unwrap()), ..AT_ONCE };
        let (ends_at, costs) = ends(&mut account, "2027-05-21", notice);
        assert_eq!((ends_at.as_str(), costs), ("2027-06-20", vec![kes(expected)]), "{from}");
    }
}

#[test]
fn what_has_not_begun_ends_for_nothing() {
    let mut account = with_term(EarlyEnd::Fixed(kes("4000")));
    account = Account { timeline: Timeline::new([]).unwrap(), ..account };
    let order = Order { offer: HOME, begins: at("2027-05-01"), with_trial: false, add_ons: &[] };
    account.does("2027-04-01", |it| it.subscribe(&order)).unwrap();
    assert_eq!(ends(&mut account, "2027-04-02", AT_ONCE), ("2027-04-02".into(), vec![]));
    assert_eq!(account.bill("2028-01-01"), [""; 0]);
}
