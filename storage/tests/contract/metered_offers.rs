//! Offers that are paid by use alone.

use billing_core::{SubscriptionState, When};
use entitlement::Timestamp;
use storage::{Ending, Metered, NewMeasurement, SubscriptionId};

use crate::billing::{balances, bill, shop};
use crate::ground::{Ground, operator};
use crate::metering::{counted, import, product, used};
use crate::offers::{customer, kes, offer, on, order, renewal, take};

fn record(subscription: SubscriptionId, name: &str, at: Timestamp, units: u64) -> NewMeasurement {
    let (source, record) = ("sms".to_owned(), name.to_owned());
    let what = Metered::Record { source, record, at, until: None, units };
    NewMeasurement { subscription, product: "sms".to_owned(), what }
}

pub async fn it_is_subscribed_to_billed_by_use_and_ended_with_its_period(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    product(&store, tenant, "sms", &used("each 20 KES")).await;
    customer(&store, tenant, "jane", "1").await;
    let jane = take(&store, tenant, &order("jane", "sms", on(6, 11, 0))).await;
    assert_eq!((jane.invoices.len(), jane.subscription.state), (0, SubscriptionState::Active));
    let jane = jane.subscription.id;
    let all = [
        record(jane, "1", on(6, 10, 23), 100),
        record(jane, "2", on(6, 11, 0), 10),
        record(jane, "3", on(7, 31, 23), 5),
        record(jane, "4", on(8, 1, 0), 100),
    ];
    let gross = async |month, day| bill(&store, tenant, on(month, day, 0).unix_s()).await.gross;
    assert_eq!(import(&store, tenant, &all[..2]).await, counted(2, 0, 0));
    assert_eq!(gross(6, 30).await, []);
    // 10 at 20.00, and 16 % on it.
    assert_eq!(gross(7, 1).await, [kes("232")]);
    let subscriptions = store.subscriptions(tenant);
    let error = subscriptions.renew(&operator(), jane, &renewal(on(7, 2, 0), 1)).await;
    assert!(error.is_err(), "it is no package");
    let ending = Ending { when: When::PeriodEnd, at: Some(on(7, 10, 9)), ..Default::default() };
    let ended = subscriptions.terminate(&operator(), jane, &ending).await.unwrap();
    assert_eq!((ended.ends_at, ended.changed.fees.len()), (on(8, 1, 0), 0));
    assert_eq!(import(&store, tenant, &all[2..]).await, counted(2, 0, 0));
    assert_eq!(gross(7, 31).await, []);
    assert_eq!(gross(8, 1).await, [kes("116")]);
    assert_eq!(gross(12, 1).await, []);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn it_takes_the_place_of_what_has_a_price_with_the_period(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    product(&store, tenant, "sms", &used("each 20 KES")).await;
    let family =
        storage::OfferChange { family: Some(Some("gold".to_owned())), ..Default::default() };
    offer(&store, tenant, "sms", family).await;
    customer(&store, tenant, "jane", "1").await;
    let jane = take(&store, tenant, &order("jane", "gold", on(6, 1, 0))).await.subscription.id;
    let gross = async |month, day| bill(&store, tenant, on(month, day, 0).unix_s()).await.gross;
    assert_eq!(gross(6, 1).await, [kes("1740")]);
    let subscriptions = store.subscriptions(tenant);
    let middle = Some(on(6, 16, 0));
    let error = subscriptions.move_to(&operator(), jane, "sms", None, middle).await.unwrap_err();
    assert!(error.to_string().contains("is paid by use alone"), "{error}");
    let with_period = Some(When::PeriodEnd);
    subscriptions.move_to(&operator(), jane, "sms", with_period, middle).await.unwrap();
    let sms = [record(jane, "1", on(7, 4, 0), 10)];
    assert_eq!(import(&store, tenant, &sms).await, counted(1, 0, 0));
    let middle = Some(on(7, 16, 0));
    subscriptions.move_to(&operator(), jane, "gold", with_period, middle).await.unwrap();
    // No July of gold; then what was used in it, and August: 200.00 and 1500.00 with 16 % on both.
    assert_eq!(gross(7, 31).await, []);
    assert_eq!(gross(8, 1).await, [kes("1972")]);
    balances(&store, tenant).await;
    store.close().await;
}
