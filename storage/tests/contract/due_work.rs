//! What workers do: nobody waits for those of whom nothing can become.

use billing_core::balance::{SessionTerms, SilenceCharge, SliceUnit};
use billing_core::rating::metered::MeteredPrice;
use entitlement::{TenantId, Timestamp};
use storage::{NewReservation, SessionReport, Sold, Store};

use crate::billing::shop;
use crate::ground::{Ground, SetClock, operator};
use crate::offers::{customer, lasts, on, order, package, take, top_up, wallet};

/// Somebody with the package of a month from 10 March on, paid once, that is to be renewed by itself.
async fn renewing(store: &Store, tenant: TenantId, name: &str, in_wallet: &str) -> Sold {
    customer(store, tenant, name, in_wallet).await;
    let mut order = order(name, "month", on(3, 10, 12));
    order.order.auto_renew = true;
    take(store, tenant, &order).await
}

pub async fn renewals_come_ever_later_and_without_money_not_at_all(ground: &Ground) {
    const MINUTE_S: i64 = 60;
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    let jane = renewing(&store, tenant, "jane", "1000").await;
    let over_s = on(4, 12, 12).unix_s();
    let tried = async |after_min: i64| {
        let now = Timestamp::from_unix_s(over_s + after_min * MINUTE_S);
        clock.set(now);
        store.subscriptions(tenant).renew_due(&operator(), now, 10).await.unwrap().tried
    };
    // Once, and then not before there is something in the wallet.
    assert_eq!(tried(0).await, 1);
    for day in 0..60 {
        assert_eq!(tried(day * 1_440).await, 0);
    }
    // What comes is too little: it is tried after 5, 10, 20 minutes, and at last once a day.
    let mut at_min = 60 * 1_440;
    clock.set(Timestamp::from_unix_s(over_s + at_min * MINUTE_S));
    top_up(&store, tenant, "jane", "300").await;
    assert_eq!(tried(at_min).await, 1);
    for wait_min in [5, 10, 20, 40, 80, 160, 320, 640, 1_280, 1_440, 1_440] {
        assert_eq!(tried(at_min + wait_min - 1).await, 0, "{wait_min}");
        assert_eq!(tried(at_min + wait_min).await, 1, "{wait_min}");
        at_min += wait_min;
    }

    // What a session holds can be spent again when it has ended: that is money as well.
    let MeteredPrice::Units(price) = "each 0.01 KES".parse().unwrap() else { panic!() };
    let new = NewReservation {
        session: "s".to_owned(),
        subscriber: "jane".to_owned(),
        price,
        terms: SessionTerms {
            unit: SliceUnit::Octets,
            slice_units: 30_000.try_into().unwrap(),
            least_units: 1.try_into().unwrap(),
            interim_interval_s: 60.try_into().unwrap(),
            missed_interims: 2.try_into().unwrap(),
            silence_charge: SilenceCharge::Granted,
        },
    };
    let report = |total_units| {
        let at = clock.now();
        SessionReport { total_units, asked_units: None, left_units: None, at }
    };
    let reservations = store.reservations(tenant);
    reservations.reserve(&operator(), &new, &report(0)).await.unwrap();
    // All is held: there is nothing that could renew it, now or later.
    assert_eq!(tried(at_min + 1_440).await, 1);
    assert_eq!(tried(at_min + 5 * 1_440).await, 0);
    reservations.end(&operator(), "s", &report(10_000)).await.unwrap();
    assert_eq!(tried(at_min + 5 * 1_440).await, 1);
    assert_eq!(tried(at_min + 5 * 1_440).await, 0);
    assert_eq!(wallet(&store, tenant, &jane).await, 20_000);

    // The rest renews it in its own transaction.
    top_up(&store, tenant, "jane", "800").await;
    assert_eq!(wallet(&store, tenant, &jane).await, 0);
    assert_eq!(tried(at_min + 5 * 1_440).await, 0);
    store.close().await;
}

pub async fn who_cannot_be_renewed_stops_nobody(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    package(&store, tenant, "month", lasts("1 month")).await;
    let amy = renewing(&store, tenant, "amy", "1000").await;
    let ben = renewing(&store, tenant, "ben", "5000").await;
    let cleo = renewing(&store, tenant, "cleo", "2000").await;
    // Nobody can say what ben has: that is an error, and not a rule.
    let broken = ben.subscription.id;
    ground
        .execute(&format!("update subscription set alignment = 'never' where id = {broken}"))
        .await;
    clock.set(on(4, 10, 12));
    let subscriptions = store.subscriptions(tenant);
    let (mut not_renewed, mut renewed) = (Vec::new(), Vec::new());
    // One at a time, as if thousands were before each.
    for _ in 0..3 {
        let one = subscriptions.renew_due(&operator(), clock.now(), 1).await.unwrap();
        assert_eq!(one.tried, 1);
        not_renewed.extend(one.not_renewed);
        renewed.extend(one.renewed);
    }
    let last = subscriptions.renew_due(&operator(), clock.now(), 1).await.unwrap();
    assert_eq!(last.tried, 0);
    let failed: Vec<_> = not_renewed.iter().map(|it| it.subscription).collect();
    assert_eq!(failed, [amy.subscription.id, broken]);
    assert!(not_renewed[1].error.contains("alignment"), "{}", not_renewed[1].error);
    assert_eq!(renewed.len(), 1);
    assert_eq!(renewed[0].0, cleo.subscription.id);
    assert_eq!(wallet(&store, tenant, &cleo).await, 0);
    store.close().await;
}
