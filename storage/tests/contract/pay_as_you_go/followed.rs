//! What becomes of who pays as he goes when a price, a tax or the subscription itself is another one.

use billing_core::Transition;

use super::*;
use crate::outbox_events::Ear;

/// Half as dear again, from a minute on.
fn dearer() -> UsageVersion {
    used("pay-as-you-go 30 KES per 1GB; slice 100MB", after(60))
}

pub async fn who_has_less_than_a_slice_goes_on_by_the_next_price(ground: &Ground) {
    // 2.00 are a slice of 100 MB.
    let mut jane = Jane::with(ground, "2").await;
    jane.says(1, 0, START, (0, 0)).await;
    jane.says(1, 30, INTERIM, (25, 25)).await;
    assert_eq!(jane.stands().await, (25, 50, 150, 0, 75));
    let (store, tenant) = (jane.store.clone(), jane.tenant);
    let mut ear = Ear::new(&store, tenant);
    ear.topics().await;
    // It runs, and what is left are 50 MB by the new price, though to begin takes 3.00.
    jane.clock.set(after(60));
    jane.set_product("payg", dearer()).await.unwrap();
    assert_eq!(jane.stands().await, (0, 0, 150, 0, 50));
    assert_eq!(ear.topics().await, [""; 0], "it is not used up");
    jane.says(1, 90, INTERIM, (65, 40)).await;
    assert_eq!(jane.stands().await, (40, 120, 30, 0, 10));
    jane.says(1, 120, STOP, (65, 0)).await;
    assert_eq!(jane.stands().await, (40, 120, 0, 0, 0));
    assert_eq!(jane.books().await, (30, 0, 170));
    store.close().await;
}

pub async fn with_a_subscription_that_is_over_nothing_is_agreed_again(ground: &Ground) {
    let jane = Jane::taxed(ground, "50", (PRICE, &[("VAT", "16%")], Pricing::TaxInclusive)).await;
    let (store, tenant, by) = (&jane.store, jane.tenant, &operator());
    let end = [(jane.clock.now(), What::Transition(Transition::Terminate))];
    let subscriptions = store.subscriptions(tenant);
    subscriptions.change(by, jane.subscription.id, &end).await.unwrap();
    jane.clock.set(after(60));
    let flat = NewSubscription {
        service: Some("jane@home".to_owned()),
        from: jane.clock.now(),
        ..on_the_first("jane", &["gold"])
    };
    subscriptions.add(by, &flat).await.unwrap();
    assert!(jane.entry().await.is_none(), "it is flat now");
    // Another rate, another price.
    store.taxes(tenant).set_rate(by, "VAT", "18%".parse().unwrap(), None).await.unwrap();
    assert!(jane.entry().await.is_none());
    jane.set_product("payg", dearer()).await.unwrap();
    assert!(jane.entry().await.is_none());
    store.close().await;
}

pub async fn what_stays_due_of_what_is_agreed_no_more_is_paid_by_the_next_money(ground: &Ground) {
    let mut jane = Jane::with(ground, "2").await;
    jane.says(1, 0, START, (0, 0)).await;
    jane.says(1, 60, INTERIM, (250, 250)).await;
    assert_eq!(jane.stands().await, (250, 200, 0, 300, 0));
    jane.says(1, 90, STOP, (250, 0)).await;
    jane.clock.set(after(120));
    jane.take(120, &[("payg", 0), ("gold", 1)]).await.unwrap();
    assert!(jane.entry().await.is_none());
    // 3.00 of 5.00 are due, and counted as such.
    jane.pays("1", 1).await;
    assert_eq!(jane.books().await, (0, 0, 300));
    jane.pays("5", 2).await;
    assert_eq!(jane.books().await, (300, 0, 500));
    jane.pays("1", 3).await;
    assert_eq!(jane.books().await, (400, 0, 500), "once");
    // And is not due again by what is agreed later.
    jane.clock.set(after(180));
    jane.take(180, &[("gold", 0), ("payg", 1)]).await.unwrap();
    assert_eq!(jane.stands().await, (0, 0, 0, 0, 200));
    jane.store.close().await;
}
