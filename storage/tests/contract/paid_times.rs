//! For how long packages are paid where something was entered ahead or afterwards, and what is not used of them.

use billing_core::{
    Alignment, ChangeError, EarlyEnd, MinimumTerm, SubscriptionState, Transition, What, When,
};
use entitlement::{Standing, TenantId, Timestamp};
use storage::{
    Ended, Ending, NewGivenUp, NewOrder, OfferChange, OfferOrder, ProductChange, RuleError, Sold,
    Store, StoreError,
};

use crate::billing::{balances, bill, shop};
use crate::ground::{Ground, SetClock, operator};
use crate::minimum_terms::fees;
use crate::offers::{
    customer, every, extra, kes, lasts, on, once, order, product, renewal, take, top_up, wallet,
};
use crate::outbox_events::Ear;
use crate::prepaid::{buys, carry_out, found, has, lines, of, s_after, served, settle, ten_gb};

const DAY_S: i64 = 86_400;
const PAUSE: What = What::Transition(Transition::Pause);
const RESUME: What = What::Transition(Transition::Resume);

/// Packages of 30 days: slow on the plan silver for 3000.00, and fast on gold for 6000.00.
async fn thirty_days(store: &Store, tenant: TenantId) {
    let slow = lasts("30 days");
    let fast = OfferChange { family: Some(Some("slow".to_owned())), ..lasts("30 days") };
    product(store, tenant, ("slow", Some("silver")), &once("3000"), slow).await;
    product(store, tenant, ("fast", Some("gold")), &once("6000"), fast).await;
}

/// A pause is entered, ahead or afterwards.
async fn pauses(
    store: &Store,
    (tenant, sold): (TenantId, &Sold),
    (from, until): (Timestamp, Timestamp),
) {
    let subscriptions = store.subscriptions(tenant);
    let what = [(from, PAUSE), (until, RESUME)];
    subscriptions.change(&operator(), sold.subscription.id, &what).await.unwrap();
}

/// One more offer, now.
fn one_more(offer: &str) -> OfferOrder {
    OfferOrder { from: None, ..order("", offer, on(1, 1, 0)).order }
}

pub async fn what_was_entered_ahead_is_carried_out_before_anything_is_bought(ground: &Ground) {
    let clock = SetClock::at(on(5, 31, 0));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    thirty_days(&store, tenant).await;
    let mut all = Vec::new();
    for name in ["jane", "ben", "cleo"] {
        customer(&store, tenant, name, "20000").await;
        let sold = take(&store, tenant, &order(name, "slow", on(5, 31, 0))).await;
        assert_eq!(sold.paid.unwrap().until, on(6, 30, 0));
        pauses(&store, (tenant, &sold), (on(6, 1, 0), on(6, 11, 0))).await;
        all.push(sold);
    }
    let [jane, ben, cleo] = all.as_slice() else { panic!("{all:?}") };

    // Nobody has carried out the pause, and it is ten days longer all the same.
    clock.set(on(6, 20, 0));
    let mut ear = Ear::new(&store, tenant);
    ear.hears().await;
    let again = buys(&store, tenant, jane, &renewal(clock.now(), 1)).await;
    assert_eq!(again.paid.unwrap().until, on(8, 9, 0));
    assert_eq!(has(&store, tenant, jane).await, format!("slow until {}", on(8, 9, 0)));
    assert_eq!(served(&store, tenant, "jane").await, ("silver".to_owned(), on(8, 9, 0)));
    let purchases = "select cast(min(until_at) as text) || ' ' || cast(max(from_at + stopped_ms) as text) \
                     from package_purchase where package_id = (select min(id) from subscription_package)";
    let begins = on(7, 10, 0).unix_ms();
    assert_eq!(ground.text(purchases).await, format!("{begins} {begins}"));
    assert_eq!(wallet(&store, tenant, jane).await, 1_400_000);
    let told = ["subscription.paused", "subscription.resumed", "package.renewed"];
    let heard = ear.topics().await;
    let heard: Vec<_> = heard.into_iter().filter(|topic| told.contains(topic)).collect();
    assert_eq!(heard, told);

    // Of who takes another one at once ten of 30 days are used: 2000.00 of 3000.00 are left.
    let fast = buys(&store, tenant, ben, &of("fast", clock.now(), 1)).await;
    let subscriptions = store.subscriptions(tenant);
    let ordered = subscriptions.order(&operator(), cleo.subscription.id, &one_more("fast")).await;
    for (name, sold, bought) in [("ben", ben, fast), ("cleo", cleo, ordered.unwrap())] {
        let back: Vec<_> = bought.given_back.iter().map(|it| it.amount).collect();
        assert_eq!(back, [kes("2000")], "{name}");
        assert_eq!(has(&store, tenant, sold).await, format!("fast until {}", on(7, 20, 0)));
        assert_eq!(served(&store, tenant, name).await, ("gold".to_owned(), on(7, 20, 0)));
        // 3000.00, 6000.00 and -2000.00.
        assert_eq!(wallet(&store, tenant, sold).await, 1_300_000, "{name}");
    }
    // All of it is carried out.
    assert_eq!(carry_out(&store, tenant).await, 0);
    assert_eq!(served(&store, tenant, "jane").await, ("silver".to_owned(), on(8, 9, 0)));
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn money_renews_nothing_that_lasts_longer_by_what_was_entered_ahead(ground: &Ground) {
    let clock = SetClock::at(on(5, 31, 0));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    thirty_days(&store, tenant).await;
    let mut all = Vec::new();
    // dora has nothing in the wallet, finn's pause goes on when the package would be over, and nothing is said of
    // gina's.
    let customers = [
        ("dora", "3000", 1, 11),
        ("eve", "6000", 1, 11),
        ("finn", "6000", 29, 5),
        ("gina", "3000", 1, 11),
    ];
    for (name, amount, from, until) in customers {
        customer(&store, tenant, name, amount).await;
        let mut first = order(name, "slow", on(5, 31, 0));
        first.order.auto_renew = name != "gina";
        let sold = take(&store, tenant, &first).await;
        let until = if until < from { on(7, until, 0) } else { on(6, until, 0) };
        pauses(&store, (tenant, &sold), (on(6, from, 0), until)).await;
        all.push(sold);
    }
    let [dora, eve, finn, gina] = all.as_slice() else { panic!("{all:?}") };
    let mut ear = Ear::new(&store, tenant);
    ear.hears().await;
    clock.set(on(6, 30, 1));
    top_up(&store, tenant, "dora", "3001").await;
    let longer = format!("slow until {}", on(7, 10, 0));
    assert_eq!(has(&store, tenant, dora).await, longer);
    assert_eq!(wallet(&store, tenant, dora).await, 300_100);

    let (subscriptions, by) = (store.subscriptions(tenant), operator());
    let renewals = subscriptions.renew_due(&by, clock.now(), 10).await.unwrap();
    assert_eq!((renewals.tried, renewals.renewed.len()), (2, 0), "{renewals:?}");
    assert_eq!(renewals.not_renewed, []);
    assert_eq!(has(&store, tenant, eve).await, longer);
    assert_eq!(wallet(&store, tenant, eve).await, 300_000);
    assert_eq!(store.services(tenant).find("finn").await.unwrap().standing, Standing::Suspended);
    // Whoever looks again finds nothing: it is carried out, although nothing was renewed.
    assert_eq!(subscriptions.renew_due(&by, clock.now(), 10).await.unwrap().tried, 0);
    let over = subscriptions.tell_over_each(&by, 10, 0).await.unwrap();
    assert_eq!((over.tried, over.done), (1, 0));
    assert_eq!(subscriptions.tell_over_each(&by, 10, 0).await.unwrap().tried, 0);
    assert_eq!(has(&store, tenant, gina).await, longer);
    let heard = ear.topics().await;
    assert!(!heard.iter().any(|topic| topic.starts_with("package.")), "{heard:?}");
    clock.set(on(7, 5, 0));
    assert_eq!(carry_out(&store, tenant).await, 1);
    assert_eq!(has(&store, tenant, finn).await, format!("slow until {}", on(7, 6, 0)));
    store.close().await;
}

/// Who has `product` of a month since 31 May, and a package of 30 days that is paid as long, and is to end with that,
/// which costs 5000.00. It is 1 June.
async fn ends_in_june(
    store: &Store,
    (tenant, clock): (TenantId, &SetClock),
    (name, product): (&str, &str),
) -> Sold {
    let (subscriptions, by) = (store.subscriptions(tenant), operator());
    clock.set(on(5, 31, 0));
    customer(store, tenant, name, "10000").await;
    let first = NewOrder { alignment: Alignment::Anniversary, ..order(name, product, clock.now()) };
    let sold = take(store, tenant, &first).await;
    let id = sold.subscription.id;
    subscriptions.order(&by, id, &one_more("slow")).await.unwrap();
    clock.set(on(6, 1, 0));
    let ending = Ending { when: When::PeriodEnd, ..Ending::default() };
    let ended = subscriptions.terminate(&by, id, &ending).await.unwrap();
    let costs: Vec<_> = ended.changed.fees.iter().map(|fee| fee.amount).collect();
    assert_eq!((ended.ends_at, costs), (on(6, 30, 0), vec![kes("5000")]), "{name}");
    sold
}

async fn paused_till_the_eleventh(
    store: &Store,
    (tenant, clock): (TenantId, &SetClock),
    sold: &Sold,
) {
    let until = Some(on(6, 11, 0));
    let subscriptions = store.subscriptions(tenant);
    subscriptions.pause(&operator(), sold.subscription.id, until, None).await.unwrap();
    clock.set(on(6, 11, 0));
    assert_eq!(carry_out(store, tenant).await, 1);
}

pub async fn a_fee_moves_with_the_end_and_is_charged_once(ground: &Ground) {
    let clock = SetClock::at(on(5, 31, 0));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    let (subscriptions, by) = (store.subscriptions(tenant), operator());
    for (name, periods, cadence) in [("home", 12, "1 month"), ("short", 1, "35 days")] {
        let early = EarlyEnd::Fixed(kes("5000"));
        let (periods, cadence) = (periods.try_into().unwrap(), cadence.parse().unwrap());
        let term = MinimumTerm { periods, cadence, early };
        let change = OfferChange { minimum_term: Some(Some(term)), ..Default::default() };
        product(&store, tenant, (name, Some("silver")), &every("1 month", "1500"), change).await;
    }
    extra(&store, tenant, "slow", "1000", lasts("30 days")).await;
    extra(&store, tenant, "router", "10", OfferChange::default()).await;
    let router = subscriptions.product("router").await.unwrap();
    let router = [(on(7, 5, 0), What::Quantity { component: router, quantity: 1 })];
    let noted = async |sold: &Sold| {
        let id = sold.subscription.id;
        let sql = format!(
            "select cast(count(*) as text) || ' ' || cast(coalesce(max(at), 0) as text) \
             from subscription_charge where subscription_id = {id}"
        );
        ground.text(&sql).await
    };
    let one = |at: Timestamp| format!("1 {}", at.unix_ms());
    let at = (tenant, &clock);

    let jane = ends_in_june(&store, at, ("jane", "home")).await;
    assert_eq!(noted(&jane).await, one(on(6, 30, 0)));
    paused_till_the_eleventh(&store, at, &jane).await;
    assert_eq!(noted(&jane).await, one(on(7, 10, 0)));
    let ben = ends_in_june(&store, at, ("ben", "home")).await;
    paused_till_the_eleventh(&store, at, &ben).await;
    // The term of 35 days is over by then: it costs nothing any more.
    let cleo = ends_in_june(&store, at, ("cleo", "short")).await;
    paused_till_the_eleventh(&store, at, &cleo).await;
    assert_eq!(noted(&cleo).await, "0 0");
    clock.set(on(6, 30, 0));
    assert_eq!(bill(&store, tenant, on(6, 30, 0).unix_s()).await.not_billed, []);
    for name in ["jane", "ben", "cleo"] {
        assert_eq!(fees(&store, tenant, name).await, [], "{name}");
    }
    clock.set(on(7, 5, 0));
    subscriptions.change(&by, jane.subscription.id, &router).await.unwrap();
    assert_eq!(noted(&jane).await, one(on(7, 10, 0)));
    // Whose end is cancelled owes nothing for it.
    subscriptions.cancel_termination(&by, ben.subscription.id).await.unwrap();
    assert_eq!(noted(&ben).await, "0 0");
    clock.set(on(7, 10, 0));
    assert_eq!(carry_out(&store, tenant).await, 2);
    for run in [on(7, 10, 0), on(8, 1, 0)] {
        assert_eq!(bill(&store, tenant, run.unix_s()).await.not_billed, []);
    }
    let charged = async |name| {
        let fees = fees(&store, tenant, name).await;
        fees.into_iter().map(|(amount, _)| amount).collect::<Vec<_>>()
    };
    assert_eq!(charged("jane").await, [kes("5000")]);
    assert_eq!((charged("ben").await, charged("cleo").await), (vec![], vec![]));

    // Nor is it charged twice where it was billed ahead, before the pause.
    let dora = ends_in_june(&store, at, ("dora", "home")).await;
    assert_eq!(bill(&store, tenant, on(6, 30, 0).unix_s()).await.not_billed, []);
    assert_eq!(charged("dora").await, [kes("5000")]);
    paused_till_the_eleventh(&store, at, &dora).await;
    clock.set(on(7, 5, 0));
    subscriptions.change(&by, dora.subscription.id, &router).await.unwrap();
    assert_eq!(noted(&dora).await, one(on(7, 10, 0)));
    clock.set(on(7, 10, 0));
    carry_out(&store, tenant).await;
    assert_eq!(bill(&store, tenant, on(8, 1, 0).unix_s()).await.not_billed, []);
    assert_eq!(charged("dora").await, [kes("5000")]);
    // Whose pause is carried out when the end would be past has it moved as well: nobody had seen it.
    let eve = ends_in_june(&store, at, ("eve", "home")).await;
    let until = Some(on(6, 11, 0));
    subscriptions.pause(&by, eve.subscription.id, until, None).await.unwrap();
    clock.set(on(6, 30, 1));
    assert_eq!(bill(&store, tenant, on(6, 30, 1).unix_s()).await.not_billed, []);
    assert_eq!(carry_out(&store, tenant).await, 1);
    let state = found(&store, tenant, eve.subscription.id).await.state;
    assert_eq!((state, noted(&eve).await), (SubscriptionState::Active, one(on(7, 10, 0))));
    clock.set(on(7, 10, 0));
    assert_eq!(carry_out(&store, tenant).await, 1);
    assert_eq!(bill(&store, tenant, on(8, 1, 0).unix_s()).await.not_billed, []);
    assert_eq!(charged("eve").await, [kes("5000")]);
    let state = found(&store, tenant, dora.subscription.id).await.state;
    assert_eq!(state, SubscriptionState::Terminated);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn a_package_is_not_bought_at_a_moment_before_a_stop(ground: &Ground) {
    let clock = SetClock::at(on(6, 1, 0));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    thirty_days(&store, tenant).await;
    extra(&store, tenant, "tv", "100", lasts("30 days")).await;
    extra(&store, tenant, "booster", "100", ten_gb()).await;
    let mut all = Vec::new();
    for name in ["jane", "ben"] {
        customer(&store, tenant, name, "20000").await;
        all.push(take(&store, tenant, &order(name, "slow", on(6, 1, 0))).await);
    }
    for sold in &all {
        pauses(&store, (tenant, sold), (on(6, 10, 0), on(6, 20, 0))).await;
    }
    let [jane, ben] = all.as_slice() else { panic!("{all:?}") };
    clock.set(on(6, 20, 0));
    assert_eq!(carry_out(&store, tenant).await, 2);
    clock.set(on(6, 21, 0));
    let (subscriptions, by) = (store.subscriptions(tenant), operator());
    let early = |refused: Result<Sold, StoreError>| match refused {
        Err(StoreError::Rule { source: RuleError::Change(error), .. }) => error,
        other => panic!("{other:?}"),
    };
    let id = jane.subscription.id;
    for at in [on(6, 8, 0), on(6, 15, 0), s_after(on(6, 20, 0), -1)] {
        let expected = ChangeError::TooEarly { field: "the purchase", at, earliest: on(6, 20, 0) };
        // Another one, the same again, and the first of its family.
        for name in ["fast", "slow", "tv"] {
            let refused = subscriptions.renew(&by, id, &of(name, at, 1)).await;
            assert_eq!(early(refused), expected, "{name}");
        }
    }
    let tv = OfferOrder { from: Some(on(6, 8, 0)), ..one_more("tv") };
    let (at, earliest) = (on(6, 8, 0), on(6, 20, 0));
    let expected = ChangeError::TooEarly { field: "the purchase", at, earliest };
    assert_eq!(early(subscriptions.order(&by, id, &tv).await), expected);
    // What has no time of its own has none that could stand still.
    subscriptions.renew(&by, id, &of("booster", on(6, 8, 0), 1)).await.unwrap();
    assert_eq!(wallet(&store, tenant, jane).await, 1_690_000);
    // Nine of 30 days were used when it went on: 2100.00 of 3000.00 are left; a day later 2000.00.
    let fast = buys(&store, tenant, jane, &of("fast", on(6, 20, 0), 1)).await;
    assert_eq!(fast.given_back[0].amount, kes("2100"));
    assert_eq!(fast.paid.unwrap().until, on(7, 20, 0));
    let fast = buys(&store, tenant, ben, &of("fast", on(6, 21, 0), 1)).await;
    assert_eq!(fast.given_back[0].amount, kes("2000"));
    store.close().await;
}

pub async fn families_of_one_service_are_each_paid_for_themselves(ground: &Ground) {
    let clock = SetClock::at(on(1, 1, 0));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    product(&store, tenant, ("base", Some("silver")), &once("1000"), lasts("364 days")).await;
    for (name, amount, time) in
        [("small", "1000", "30 days"), ("big", "6000", "60 days"), ("huge", "18000", "90 days")]
    {
        let family = (name != "small").then(|| Some("small".to_owned()));
        extra(&store, tenant, name, amount, OfferChange { family, ..lasts(time) }).await;
    }
    settle(&store, tenant, When::AtOnce, When::AtOnce).await;
    customer(&store, tenant, "jane", "60000").await;
    let jane = take(&store, tenant, &order("jane", "base", on(1, 1, 0))).await;
    let subscriptions = store.subscriptions(tenant);
    clock.set(on(6, 1, 0));
    let id = jane.subscription.id;
    let small = subscriptions.order(&operator(), id, &one_more("small")).await.unwrap();
    assert_eq!(small.paid.unwrap().until, on(7, 1, 0));
    let year = ("silver".to_owned(), on(12, 31, 0));
    assert_eq!(served(&store, tenant, "jane").await, year);

    // However often something of the other family takes its place, the service is valid as long as is paid.
    clock.set(on(6, 2, 0));
    let big = buys(&store, tenant, &jane, &of("big", clock.now(), 1)).await;
    assert_eq!((big.paid.unwrap().until, big.given_back[0].amount), (on(8, 1, 0), kes("966.66")));
    assert_eq!(served(&store, tenant, "jane").await, year);
    clock.set(on(6, 3, 0));
    let huge = buys(&store, tenant, &jane, &of("huge", clock.now(), 1)).await;
    assert_eq!((huge.paid.unwrap().until, huge.given_back[0].amount), (on(9, 1, 0), kes("5900")));
    assert_eq!(served(&store, tenant, "jane").await, year);
    // What waits begins when its own family is over, and what is renewed goes on there.
    settle(&store, tenant, When::PeriodEnd, When::PeriodEnd).await;
    clock.set(on(6, 4, 0));
    let small = buys(&store, tenant, &jane, &of("small", clock.now(), 1)).await;
    assert_eq!((small.begins, small.paid.unwrap().until), (Some(on(9, 1, 0)), on(10, 1, 0)));
    clock.set(on(6, 5, 0));
    let small = buys(&store, tenant, &jane, &of("small", clock.now(), 1)).await;
    assert_eq!((small.begins, small.paid.unwrap().until), (Some(on(10, 1, 0)), on(10, 31, 0)));
    assert_eq!(served(&store, tenant, "jane").await, year);

    // What the operator gives beside all that is paid stays, and is not lost by who renews the last.
    let gift = s_after(on(12, 31, 0), 5 * DAY_S);
    ground.execute(&format!("update service set valid_until = {}", gift.unix_ms())).await;
    settle(&store, tenant, When::AtOnce, When::AtOnce).await;
    clock.set(on(6, 6, 0));
    let big = buys(&store, tenant, &jane, &of("big", clock.now(), 1)).await;
    assert_eq!(big.paid.unwrap().until, on(8, 5, 0));
    assert_eq!(served(&store, tenant, "jane").await.1, gift);
    let base = buys(&store, tenant, &jane, &of("base", clock.now(), 1)).await;
    assert_eq!(base.paid.unwrap().until, s_after(gift, 364 * DAY_S));
    assert_eq!(served(&store, tenant, "jane").await.1, s_after(gift, 364 * DAY_S));
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn what_was_written_off_is_taken_off_what_is_given_back(ground: &Ground) {
    // The tax, what is paid of the first, of which 10.00 are written off, and what is in the wallet when the other
    // one has come after half of the time. Half of 1200.00 comes back, with its tax, but for these 10.00.
    let table =
        [("jane", None, "1190", 500_000 + 59_000), ("ben", Some("VAT"), "1382", 500_000 + 68_600)];
    let clock = SetClock::at(on(6, 1, 0));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    thirty_days(&store, tenant).await;
    for (name, tax, amount, has) in table {
        clock.set(on(6, 1, 0));
        let taxes: Vec<String> = tax.into_iter().map(str::to_owned).collect();
        let change = ProductChange { taxes: Some(taxes), ..Default::default() };
        for (product, price) in [("slow", once("1200")), ("fast", once("3000"))] {
            store.products(tenant).set(&operator(), product, &change, Some(&price)).await.unwrap();
        }
        customer(&store, tenant, name, amount).await;
        let mut first = order(name, "slow", on(6, 1, 0));
        first.order.on_credit = true;
        let sold = take(&store, tenant, &first).await;
        let label = &sold.invoices[0].label;
        let off = NewGivenUp { amount: Some(kes("10")), reason: "rounded".to_owned(), key: None };
        store.invoices(tenant).write_off(&operator(), label, &off).await.unwrap();
        top_up(&store, tenant, name, "5000").await;
        clock.set(on(6, 16, 0));
        let fast = buys(&store, tenant, &sold, &of("fast", clock.now(), 1)).await;
        assert_eq!(fast.given_back[0].amount, kes("600"), "{name}");
        // It is a document of its own: what nobody has paid pays for nothing.
        let [charged, given_back] = &fast.invoices[..] else { panic!("{:?}", fast.invoices) };
        let lines = lines(&store, tenant, &given_back.label).await;
        let why = "of 1200.00 KES that it has cost gives back 600.00 KES";
        assert!(lines[0].1.contains(why), "{lines:?}");
        let left = has - charged.gross.amount_minor();
        assert_eq!(wallet(&store, tenant, &sold).await, left, "{name}");
        assert_eq!(charged.paid, charged.gross);
    }
    let all = balances(&store, tenant).await;
    assert_eq!(all.iter().find(|(account, _)| account == "written-off").unwrap().1, 0);
    store.close().await;
}

pub async fn a_stop_that_is_entered_afterwards_lengthens_what_was_paid_then(ground: &Ground) {
    let clock = SetClock::at(on(4, 1, 0));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    thirty_days(&store, tenant).await;
    crate::offers::offer(&store, tenant, "slow", ten_gb()).await;
    // When it was bought first and once more, each for 30 days; the stop, when it is entered, and until when it is
    // paid then.
    let table = [
        // Nothing was paid from 20 May to 10 June.
        ("jane", (on(4, 20, 0), on(6, 10, 0)), (on(6, 1, 0), on(6, 5, 0)), on(7, 10, 0)),
        // Two days of it were paid.
        ("ben", (on(4, 20, 0), on(6, 10, 0)), (on(6, 5, 0), on(6, 12, 0)), on(7, 12, 0)),
        // It goes on without a break, and what was bought first is over.
        ("cleo", (on(5, 1, 0), on(5, 31, 0)), (on(5, 10, 0), on(5, 15, 0)), on(7, 5, 0)),
        // The second was bought ahead, before the stop and behind it.
        ("dora", (on(5, 1, 0), on(5, 5, 0)), (on(5, 10, 0), on(5, 15, 0)), on(7, 5, 0)),
        ("eve", (on(5, 1, 0), on(5, 20, 0)), (on(5, 10, 0), on(5, 15, 0)), on(7, 5, 0)),
    ];
    for (name, (first, second), stop, until) in table {
        clock.set(first);
        customer(&store, tenant, name, "6000").await;
        let sold = take(&store, tenant, &order(name, "slow", first)).await;
        clock.set(second);
        buys(&store, tenant, &sold, &renewal(second, 1)).await;
        let before = "select cast(valid_from as text) from service_grant order by id desc limit 1";
        let begins = ground.text(before).await;
        clock.set(on(6, 20, 0));
        pauses(&store, (tenant, &sold), stop).await;
        let is = has(&store, tenant, &sold).await;
        assert_eq!(is, format!("slow until {until}"), "{name}");
        assert_eq!(served(&store, tenant, name).await.1, until, "{name}");
        let last = "select cast(valid_until as text) from service_grant order by id desc limit 1";
        assert_eq!(ground.text(last).await, until.unix_ms().to_string(), "{name}");
        if name == "jane" {
            assert_eq!(ground.text(before).await, begins);
        }
    }
    // What has taken the place of another one since was not paid then.
    clock.set(on(5, 1, 0));
    customer(&store, tenant, "finn", "20000").await;
    let finn = take(&store, tenant, &order("finn", "slow", on(5, 1, 0))).await;
    clock.set(on(5, 10, 0));
    buys(&store, tenant, &finn, &of("fast", clock.now(), 1)).await;
    clock.set(on(5, 20, 0));
    pauses(&store, (tenant, &finn), (on(5, 5, 0), on(5, 7, 0))).await;
    assert_eq!(has(&store, tenant, &finn).await, format!("fast until {}", on(6, 9, 0)));
    pauses(&store, (tenant, &finn), (on(5, 11, 0), on(5, 12, 0))).await;
    assert_eq!(has(&store, tenant, &finn).await, format!("fast until {}", on(6, 10, 0)));
    store.close().await;
}

pub async fn what_is_lost_is_what_is_not_used_when_it_ends(ground: &Ground) {
    let clock = SetClock::at(on(6, 1, 0));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    thirty_days(&store, tenant).await;
    let settings = store.billing_settings(tenant);
    let change =
        |settings: &mut storage::Settings| settings.notice = Some("10 days".parse().unwrap());
    settings.change(&operator(), change).await.unwrap();
    let (subscriptions, by) = (store.subscriptions(tenant), operator());
    let sold = async |name| {
        clock.set(on(6, 1, 0));
        customer(&store, tenant, name, "3000").await;
        let sold = take(&store, tenant, &order(name, "slow", on(6, 1, 0))).await;
        clock.set(on(6, 11, 0));
        sold
    };
    let lost = |ended: &Ended| {
        let lost = ended.lost.iter();
        let lost = lost.map(|it| (it.until, it.unused.clone(), it.worth.unwrap().to_string()));
        (ended.ends_at, lost.collect::<Vec<_>>())
    };
    let expected = |ends_at, until, days: i64, worth: &str| {
        let unused = format!("{} of {} s", days * DAY_S, 30 * DAY_S);
        (ends_at, vec![(until, unused, format!("{worth} KES"))])
    };
    let ends = async |sold: &Sold, ending: Ending| {
        subscriptions.terminate(&by, sold.subscription.id, &ending).await.unwrap()
    };
    let without_notice = Ending { without_notice: true, ..Ending::default() };

    // Of 20 days that are left ten are used until then.
    let jane = sold("jane").await;
    let ended = ends(&jane, Ending::default()).await;
    assert_eq!(lost(&ended), expected(on(6, 21, 0), on(7, 1, 0), 10, "1000.00"));
    // Since when it is paused none is used.
    let ben = sold("ben").await;
    subscriptions.pause(&by, ben.subscription.id, None, None).await.unwrap();
    clock.set(on(6, 16, 0));
    let ended = ends(&ben, without_notice).await;
    assert_eq!(lost(&ended), expected(on(6, 16, 0), on(7, 6, 0), 20, "2000.00"));
    // Nor in a pause to come before the end.
    let cleo = sold("cleo").await;
    pauses(&store, (tenant, &cleo), (on(6, 13, 0), on(6, 17, 0))).await;
    let ended = ends(&cleo, Ending::default()).await;
    assert_eq!(lost(&ended), expected(on(6, 21, 0), on(7, 5, 0), 14, "1400.00"));
    // A pause that is over is counted once, whoever carries it out.
    let dora = sold("dora").await;
    pauses(&store, (tenant, &dora), (on(6, 12, 0), on(6, 15, 0))).await;
    clock.set(on(6, 16, 0));
    let ended = ends(&dora, without_notice).await;
    assert_eq!(lost(&ended), expected(on(6, 16, 0), on(7, 4, 0), 18, "1800.00"));
    // With the period nothing is.
    let eve = sold("eve").await;
    let ended = ends(&eve, Ending { when: When::PeriodEnd, ..Ending::default() }).await;
    assert_eq!(lost(&ended), (on(7, 1, 0), vec![]));
    store.close().await;
}
