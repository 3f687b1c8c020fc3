//! Renewals beside what else a subscriber has, and by money that comes twice, late or with others at once.

use billing_core::payment::IntentId;
use entitlement::{TenantId, Timestamp};
use storage::{NewIntent, NewReceipt, NewSubscription, PaidFor, PaymentOutcome, Sold, Store};

use crate::billing::{balances, bill, on_the_first, shop};
use crate::ground::{Ground, SetClock, operator};
use crate::metering::{product, used};
use crate::offers::{customer, kes, lasts, on, order, package, renewal, take, top_up, wallet};

/// What a subscriber was billed, the oldest first, with what of it is paid.
async fn billed(store: &Store, tenant: TenantId, name: &str) -> Vec<(String, String)> {
    let mut all = store.invoices(tenant).list(Some(name), 100).await.unwrap();
    all.sort_by_key(|it| it.id);
    all.iter().map(|it| (it.gross.to_string(), it.paid.to_string())).collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(gross, paid)| ((*gross).to_owned(), (*paid).to_owned())).collect()
}

/// 1000.00 of somebody.
fn mpesa(number: &str, name: &str, at: Timestamp) -> NewReceipt {
    NewReceipt {
        provider: "mpesa".parse().unwrap(),
        number: Some(number.parse().unwrap()),
        amount: kes("1000"),
        at,
        reference: Some(name.to_owned()),
    }
}

/// The next period of a service is asked for, for 1000.00, within a quarter of an hour.
async fn asked(store: &Store, tenant: TenantId, login: &str) -> IntentId {
    let new = NewIntent {
        key: format!("renewal of {login}"),
        provider: "mpesa".parse().unwrap(),
        amount: kes("1000"),
        paid_for: PaidFor::Renewal(login.to_owned()),
        lifetime_s: 900,
    };
    let intents = store.payment_intents(tenant);
    let (entry, _) = intents.create(&operator(), &new).await.unwrap();
    let reference = format!("ws-{login}");
    intents.prompted(&operator(), entry.intent.id(), Some(&reference)).await.unwrap();
    entry.intent.id()
}

/// What has become of an intent.
async fn state(store: &Store, tenant: TenantId, id: IntentId) -> &'static str {
    store.payment_intents(tenant).find(id).await.unwrap().intent.state().code()
}

async fn valid_until(store: &Store, tenant: TenantId, login: &str) -> Option<Timestamp> {
    store.services(tenant).find(login).await.unwrap().validity.until
}

/// Somebody with a package from 10 March to 10 April, 12:00, and nothing in the wallet.
async fn with_package(store: &Store, tenant: TenantId, name: &str, auto_renew: bool) -> Sold {
    customer(store, tenant, name, "1000").await;
    let mut order = order(name, "month", on(3, 10, 12));
    order.order.auto_renew = auto_renew;
    take(store, tenant, &order).await
}

pub async fn a_renewal_bills_what_was_bought_and_nothing_else(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    product(
        &store,
        tenant,
        "transit",
        &used("95th; committed 100M at 50000 KES; above 600 KES per 1M"),
    )
    .await;
    let subscriptions = store.subscriptions(tenant);
    // Jane lacks every sample of March, and of Ben two months of 1740.00 are due which no run has billed.
    let mut sold = Vec::new();
    for (name, beside) in [("jane", "transit"), ("ben", "gold")] {
        sold.push(with_package(&store, tenant, name, true).await);
        let beside = NewSubscription { from: on(3, 1, 0), ..on_the_first(name, &[beside]) };
        subscriptions.add(&operator(), &beside).await.unwrap();
    }
    for (name, sold) in ["jane", "ben"].into_iter().zip(&sold) {
        clock.set(on(4, 12, 12));
        // The money renews it, which takes what the package costs.
        let receipt = mpesa(&format!("QK-{name}"), name, clock.now());
        store.payments(tenant).receive(&operator(), &receipt).await.unwrap();
        let service = store.services(tenant).find(name).await.unwrap();
        assert_eq!(service.validity.until, Some(on(5, 12, 12)), "{name}");
        assert_eq!(wallet(&store, tenant, sold).await, 0, "{name}");
        let expected = pairs(&[("1000.00 KES", "1000.00 KES"); 2]);
        assert_eq!(billed(&store, tenant, name).await, expected, "{name}");
        // So it is by hand, ahead.
        clock.set(on(4, 12, 13));
        top_up(&store, tenant, name, "1001").await;
        subscriptions
            .renew(&operator(), sold.subscription.id, &renewal(clock.now(), 1))
            .await
            .unwrap();
        assert_eq!(wallet(&store, tenant, sold).await, 100, "{name}");
    }
    // The run bills the rest, and says what it cannot.
    let batch = bill(&store, tenant, clock.now().unix_s()).await;
    assert_eq!((batch.invoices, batch.gross), (1, vec![kes("3480")]));
    let [failed] = batch.not_billed.as_slice() else { panic!("{:?}", batch.not_billed) };
    assert!(failed.error.to_string().contains("samples of 300 s are missing"), "{}", failed.error);
    let three = [("1000.00 KES", "1000.00 KES"); 3];
    assert_eq!(billed(&store, tenant, "jane").await, pairs(&three));
    let four = [three.as_slice(), &[("3480.00 KES", "1.00 KES")]].concat();
    assert_eq!(billed(&store, tenant, "ben").await, pairs(&four));
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn what_a_receipt_has_renewed_is_not_renewed_again_by_its_intent(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    let (payments, by) = (store.payments(tenant), operator());
    // How much each has besides: nothing, and enough for one more period.
    for (name, besides) in [("jane", 0), ("ben", 100_000)] {
        clock.set(on(3, 10, 12));
        let sold = with_package(&store, tenant, name, true).await;
        clock.set(on(4, 12, 12));
        let intent = asked(&store, tenant, name).await;
        let receipt = mpesa(&format!("QK-{name}"), name, clock.now());
        let (_, outcome) = payments.receive(&by, &receipt).await.unwrap();
        assert_eq!(outcome, PaymentOutcome::Credited(sold.subscription.subscriber));
        assert_eq!(valid_until(&store, tenant, name).await, Some(on(5, 12, 12)));
        clock.set(on(4, 12, 13));
        if besides > 0 {
            top_up(&store, tenant, name, "1000.00").await;
        }
        for _ in 0..2 {
            let (_, outcome) = payments.receive_for(&by, &receipt, intent).await.unwrap();
            assert_eq!(outcome, PaymentOutcome::Repeated);
            assert_eq!(state(&store, tenant, intent).await, "activated", "{name}");
            assert_eq!(valid_until(&store, tenant, name).await, Some(on(5, 12, 12)), "{name}");
            assert_eq!(wallet(&store, tenant, &sold).await, besides, "{name}");
        }
    }
    // Where the receipt has bought nothing yet, its intent does.
    clock.set(on(3, 10, 12));
    let cleo = with_package(&store, tenant, "cleo", false).await;
    clock.set(on(4, 12, 12));
    let intent = asked(&store, tenant, "cleo").await;
    let receipt = mpesa("QK-cleo", "cleo", clock.now());
    payments.receive(&by, &receipt).await.unwrap();
    assert_eq!(wallet(&store, tenant, &cleo).await, 100_000);
    clock.set(on(4, 12, 13));
    payments.receive_for(&by, &receipt, intent).await.unwrap();
    assert_eq!(state(&store, tenant, intent).await, "activated");
    assert_eq!(valid_until(&store, tenant, "cleo").await, Some(on(5, 12, 13)));
    assert_eq!(wallet(&store, tenant, &cleo).await, 0);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn money_that_comes_late_renews_what_was_asked_for(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    let (payments, by) = (store.payments(tenant), operator());
    let names = ["jane", "ben", "cleo"];
    let mut all = Vec::new();
    for name in names {
        all.push(with_package(&store, tenant, name, false).await);
    }
    clock.set(on(4, 12, 12));
    let mut intents = Vec::new();
    for name in names {
        intents.push(asked(&store, tenant, name).await);
    }
    // A quarter of an hour is over, and the provider needs a minute more.
    let late = |minutes: i64| Timestamp::from_unix_s(on(4, 12, 12).unix_s() + minutes * 60);
    clock.set(late(15));
    assert_eq!(store.payment_intents(tenant).expire(&by, 10).await.unwrap(), 3);
    clock.set(late(16));
    // By the intent alone.
    let jane = mpesa("QK-jane", "jane", clock.now());
    payments.receive_for(&by, &jane, intents[0]).await.unwrap();
    // By its name first, and then by the intent.
    let ben = mpesa("QK-ben", "ben", clock.now());
    payments.receive(&by, &ben).await.unwrap();
    assert_eq!(valid_until(&store, tenant, "ben").await, Some(on(4, 10, 12)));
    payments.receive_for(&by, &ben, intents[1]).await.unwrap();
    // Who has renewed it meanwhile has the money.
    top_up(&store, tenant, "cleo", "1000.00").await;
    let subscriptions = store.subscriptions(tenant);
    let cleo = all[2].subscription.id;
    subscriptions.renew(&by, cleo, &renewal(clock.now(), 1)).await.unwrap();
    payments.receive_for(&by, &mpesa("QK-cleo", "cleo", clock.now()), intents[2]).await.unwrap();
    // From when the money came, for a month.
    let until = Timestamp::from_unix_s(on(5, 12, 12).unix_s() + 16 * 60);
    // Told once more, each changes nothing.
    for _ in 0..2 {
        for (place, name) in names.into_iter().enumerate() {
            assert_eq!(state(&store, tenant, intents[place]).await, "expired", "{name}");
            assert_eq!(valid_until(&store, tenant, name).await, Some(until), "{name}");
            let expected = if name == "cleo" { 100_000 } else { 0 };
            assert_eq!(wallet(&store, tenant, &all[place]).await, expected, "{name}");
            let receipt = mpesa(&format!("QK-{name}"), name, clock.now());
            let again = payments.receive_for(&by, &receipt, intents[place]).await.unwrap();
            assert_eq!(again.1, PaymentOutcome::Repeated);
        }
    }
    balances(&store, tenant).await;
    store.close().await;
}
