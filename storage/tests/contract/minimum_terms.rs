//! What it costs to end before a minimum term is over, in whatever way that comes about.

use billing_core::{
    EarlyEnd, MinimumTerm, Money, PriceVersion, SubscriptionState, Transition, What,
};
use entitlement::{TenantId, Timestamp};
use storage::{Ending, OfferChange, ProductChange, Store, SubscriptionId};

use crate::billing::{bill, shop};
use crate::dunning_shop::{Shop, USUAL};
use crate::ground::{Ground, SetClock, operator};
use crate::offers::{customer, every, kes, offer, on, order, take};

/// Twelve months; an end before costs half of those that remain.
fn term() -> OfferChange {
    let term = MinimumTerm {
        periods: 12.try_into().unwrap(),
        cadence: "1 month".parse().unwrap(),
        early: EarlyEnd::OfRemaining("50%".parse().unwrap()),
    };
    OfferChange { minimum_term: Some(Some(term)), ..Default::default() }
}

/// Who has `gold` for 1500.00 a month since 1 January 2025.
async fn sold(store: &Store, tenant: TenantId, name: &str) -> SubscriptionId {
    customer(store, tenant, name, "1").await;
    take(store, tenant, &order(name, "gold", on(1, 1, 0))).await.subscription.id
}

const TERMINATE: What = What::Transition(Transition::Terminate);

async fn has(store: &Store, tenant: TenantId, name: &str, quantity: u32) -> What {
    let component = store.subscriptions(tenant).product(name).await.unwrap();
    What::Quantity { component, quantity }
}

/// What of early ends was billed to somebody: without taxes, and why.
pub async fn fees(store: &Store, tenant: TenantId, name: &str) -> Vec<(Money, String)> {
    let invoices = store.invoices(tenant);
    let mut fees = Vec::new();
    for invoice in invoices.list(Some(name), 100).await.unwrap() {
        let lines = invoices.find(&invoice.label).await.unwrap().1.into_iter();
        let lines = lines.filter(|line| line.explanation.contains("minimum term"));
        fees.extend(lines.map(|line| (line.net, line.explanation)));
    }
    fees
}

pub async fn an_end_costs_the_same_by_whatever_command(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    offer(&store, tenant, "gold", term()).await;
    let subscriptions = store.subscriptions(tenant);
    let none = has(&store, tenant, "gold", 0).await;
    let other = has(&store, tenant, "silver", 1).await;
    let end = on(3, 11, 0);
    let ways = [
        ("enter", vec![(end, TERMINATE)]),
        ("change", vec![(end, none)]),
        ("swap", vec![(end, none), (end, other)]),
        ("both", vec![(end, none), (end, TERMINATE)]),
        ("later", vec![(end, none), (on(5, 1, 0), TERMINATE)]),
    ];
    for (name, changes) in &ways {
        let id = sold(&store, tenant, name).await;
        assert_eq!(bill(&store, tenant, on(3, 1, 0).unix_s()).await.not_billed, []);
        let changed = subscriptions.change(&operator(), id, changes).await.unwrap();
        let told: Vec<_> = changed.fees.iter().map(|fee| (fee.ends_at, fee.amount)).collect();
        assert_eq!(told, [(end, kes("6750"))], "{name}");
    }
    // One after the other: what has ended already is not charged again by what comes later.
    let id = sold(&store, tenant, "twice").await;
    let changed = subscriptions.change(&operator(), id, &[(end, none)]).await.unwrap();
    assert_eq!(changed.fees.len(), 1);
    assert_eq!(bill(&store, tenant, on(3, 12, 0).unix_s()).await.not_billed, []);
    let changed = subscriptions.change(&operator(), id, &[(on(5, 1, 0), TERMINATE)]).await.unwrap();
    assert_eq!((changed.fees, changed.subscription.state), (vec![], SubscriptionState::Terminated));
    // Another offer in its place by hand is as a move, and what has no term of it costs nothing.
    let family = OfferChange { family: Some(Some("gold".to_owned())), ..Default::default() };
    offer(&store, tenant, "silver", family).await;
    let id = sold(&store, tenant, "moved").await;
    let changed =
        subscriptions.change(&operator(), id, &[(end, none), (end, other)]).await.unwrap();
    assert_eq!(changed.fees, []);

    for run in [on(3, 11, 0), on(6, 1, 0), on(6, 1, 0)] {
        assert_eq!(bill(&store, tenant, run.unix_s()).await.not_billed, []);
    }
    // Three of twelve months had begun: half of nine times 1500.00.
    let why = "gold: ends when 3 of the 12 periods of its minimum term had begun, 50% of 9 × 1500.00 KES, \
               which remain; charge 6750.00 KES";
    for name in ways.iter().map(|(name, _)| *name).chain(["twice"]) {
        let expected = [(kes("6750"), why.to_owned())];
        assert_eq!(fees(&store, tenant, name).await, expected, "{name}");
    }
    assert_eq!(fees(&store, tenant, "moved").await, []);
    store.close().await;
}

pub async fn an_end_that_is_entered_ahead_is_reckoned_when_it_has_come(ground: &Ground) {
    let clock = SetClock::at(on(2, 1, 0));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    offer(&store, tenant, "gold", term()).await;
    let subscriptions = store.subscriptions(tenant);
    let end = on(3, 11, 0);
    let noted = "select cast(count(*) as text) from subscription_charge where invoice_id is null";
    let entered = sold(&store, tenant, "entered").await;
    let changed = subscriptions.change(&operator(), entered, &[(end, TERMINATE)]).await.unwrap();
    assert_eq!(changed.fees[0].amount, kes("6750"));
    // What is withdrawn costs nothing, and what is entered anew costs it once.
    subscriptions.cancel_termination(&operator(), entered).await.unwrap();
    assert_eq!(ground.text(noted).await, "0");
    subscriptions.change(&operator(), entered, &[(end, TERMINATE)]).await.unwrap();
    let ending = Ending { without_notice: true, ..Default::default() };
    let now = sold(&store, tenant, "now").await;
    subscriptions.change(&operator(), now, &[(end, TERMINATE)]).await.unwrap();
    let fees_now = subscriptions.terminate(&operator(), now, &ending).await.unwrap().changed.fees;
    // On 1 February: one of twelve months had begun. Half of eleven times 1500.00.
    assert_eq!(fees_now[0].amount, kes("8250"));
    assert_eq!(ground.text(noted).await, "2");

    // Before it comes it changes nothing that is billed; and by then gold costs 2000.00.
    assert_eq!(bill(&store, tenant, on(2, 1, 0).unix_s()).await.not_billed, []);
    assert_eq!(fees(&store, tenant, "entered").await, []);
    let dearer = PriceVersion { from: on(3, 10, 0), ..every("1 month", "2000") };
    let change = ProductChange::default();
    store.products(tenant).set(&operator(), "gold", &change, Some(&dearer)).await.unwrap();
    clock.set(on(3, 12, 0));
    // The run may come before what was entered ahead is carried out.
    assert_eq!(bill(&store, tenant, on(3, 12, 0).unix_s()).await.not_billed, []);
    assert_eq!(subscriptions.carry_out(&operator(), 10).await.unwrap(), 1);
    assert_eq!(bill(&store, tenant, on(3, 12, 0).unix_s()).await.invoices, 0);
    let why = "gold: ends when 3 of the 12 periods of its minimum term had begun, 50% of 9 × 2000.00 KES, \
               which remain; charge 9000.00 KES";
    assert_eq!(fees(&store, tenant, "entered").await, [(kes("9000"), why.to_owned())]);
    let amounts: Vec<_> = fees(&store, tenant, "now").await.into_iter().map(|it| it.0).collect();
    assert_eq!(amounts, [kes("8250")]);
    store.close().await;
}

pub async fn who_is_ended_for_not_paying_pays_it_too(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let change = ProductChange { offer: term(), ..Default::default() };
    shop.store.products(shop.tenant).set(&operator(), "line", &change, None).await.unwrap();
    let (_, line) = shop.sell("jane").await;
    shop.bill().await;
    assert!(shop.run("2027-03-31T09:00").await.contains(&"2027-03-31 09:00 terminate".to_owned()));
    assert_eq!(shop.state(line).await, SubscriptionState::Terminated);
    let run = async |when: Timestamp| {
        let order = storage::RunOrder { at: when, batch: 100 };
        let runs = shop.store.billing_runs(shop.tenant);
        runs.batch(&operator(), order, None).await.unwrap().gross
    };
    // Two of twelve months had begun: half of ten times 3000.00. From 11 March on nothing was served, which
    // gives four of 28 days of 3000.00 back.
    assert_eq!(run(shop.clock.now()).await, [kes("14571.43")]);
    assert_eq!(run(shop.clock.now()).await, []);
    let why = "line: ends when 2 of the 12 periods of its minimum term had begun, 50% of 10 × 3000.00 KES, \
               which remain; charge 15000.00 KES";
    let expected = [(kes("15000"), why.to_owned())];
    assert_eq!(fees(&shop.store, shop.tenant, "jane").await, expected);
    shop.store.close().await;
}
