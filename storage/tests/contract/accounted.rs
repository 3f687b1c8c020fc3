//! The octets that sessions have counted, where the use of a subscription begins or ends amid an hour.

use billing_core::{Alignment, Transition, What};
use entitlement::{TenantId, Timestamp};
use storage::{NewService, NewSubscription, Store, SubscriptionId};

use crate::billing::{balances, bill, on_the_first, shop, subscriber};
use crate::ground::{Ground, SetClock, new_service, operator};
use crate::metering::{on, product, used};

/// A shop in which `jane` has a service, and what it uses is sold.
async fn sold(store: &Store) -> (TenantId, i64) {
    let tenant = shop(store).await;
    product(store, tenant, "traffic", &used("each 20 KES; accounting both")).await;
    subscriber(store, tenant, "jane").await;
    let service =
        NewService { subscriber: Some("jane".to_owned()), ..new_service("jane@home", "silver") };
    let service = store.services(tenant).add(&operator(), &service).await.unwrap();
    (tenant, service.id.0)
}

async fn has(store: &Store, tenant: TenantId, from: Timestamp, by: Alignment) -> SubscriptionId {
    let service = Some("jane@home".to_owned());
    let new =
        NewSubscription { service, from, alignment: by, ..on_the_first("jane", &["traffic"]) };
    store.subscriptions(tenant).add(&operator(), &new).await.unwrap().id
}

async fn ends(store: &Store, tenant: TenantId, id: SubscriptionId, at: Timestamp) {
    let end = [(at, What::Transition(Transition::Terminate))];
    store.subscriptions(tenant).change(&operator(), id, &end).await.unwrap();
}

/// Octets of a service, reported within an hour or within five minutes.
async fn counted(ground: &Ground, table: &str, tenant: TenantId, all: &[(i64, Timestamp, u64)]) {
    for (service, start, octets) in all {
        let sql = format!(
            "insert into {table} (tenant_id, bucket_start, service_id, upload_octets, \
             download_octets, upload_packets, download_packets, session_time_s) values \
             ({}, {}, {service}, 0, {octets}, 0, 0, 0)",
            tenant.0,
            start.unix_ms(),
        );
        ground.execute(&sql).await;
    }
}

async fn gross(store: &Store, tenant: TenantId, at: Timestamp) -> Vec<String> {
    let batch = bill(store, tenant, at.unix_s()).await;
    assert_eq!(batch.not_billed, []);
    batch.gross.iter().map(ToString::to_string).collect()
}

pub async fn the_hour_in_which_one_subscription_follows_another_is_billed_once(ground: &Ground) {
    let store = ground.open_by(&SetClock::at(on("09-15T00:00"))).await;
    let (tenant, jane) = sold(&store).await;
    let by_hour = [
        (jane, on("06-10T10:00"), 1_007),
        (jane, on("06-10T11:00"), 5),
        (jane, on("06-20T14:00"), 24),
        // Of this hour the five minutes are not known any more.
        (jane, on("06-25T16:00"), 11),
        (jane + 1, on("06-20T14:00"), 9_000),
    ];
    counted(ground, "usage_hour", tenant, &by_hour).await;
    let fine = [
        (jane, on("06-10T10:15"), 1_000),
        (jane, on("06-10T10:20"), 3),
        (jane, on("06-10T10:30"), 4),
        (jane, on("06-20T14:25"), 8),
        (jane, on("06-20T14:30"), 7),
        (jane, on("06-20T14:40"), 9),
        (jane + 1, on("06-20T14:30"), 9_000),
    ];
    counted(ground, "usage_5min", tenant, &fine).await;
    let by = Alignment::DayOfMonth(1);
    let first = has(&store, tenant, on("06-10T10:22"), by).await;
    ends(&store, tenant, first, on("06-20T14:32")).await;
    let second = has(&store, tenant, on("06-20T14:34"), by).await;
    ends(&store, tenant, second, on("06-25T16:10")).await;
    has(&store, tenant, on("06-25T16:40"), by).await;

    assert_eq!(gross(&store, tenant, on("06-20T14:31")).await, [""; 0]);
    // 3, 4, 5 and 8 at 20.00, and 16 % on it; 7 and 9; 11. Together all but the 1000 from before.
    assert_eq!(gross(&store, tenant, on("06-20T14:32")).await, ["464.00 KES"]);
    let settings = store.billing_settings(tenant);
    settings.change(&operator(), |it| it.closed_until = Some(on("06-20T14:33"))).await.unwrap();
    assert_eq!(gross(&store, tenant, on("06-25T16:10")).await, ["371.20 KES"]);
    settings.change(&operator(), |it| it.closed_until = Some(on("06-25T16:20"))).await.unwrap();
    assert_eq!(gross(&store, tenant, on("07-01T00:00")).await, ["255.20 KES"]);
    assert_eq!(gross(&store, tenant, on("08-01T00:00")).await, [""; 0]);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn a_period_that_ends_amid_an_hour_has_the_part_of_it_that_is_known(ground: &Ground) {
    let store = ground.open_by(&SetClock::at(on("09-15T00:00"))).await;
    let (tenant, jane) = sold(&store).await;
    let july = [(jane, on("07-10T10:00"), 12), (jane, on("07-10T11:00"), 100)];
    counted(ground, "usage_hour", tenant, &july).await;
    let fine = [(jane, on("07-10T10:15"), 2), (jane, on("07-10T10:25"), 10)];
    counted(ground, "usage_5min", tenant, &fine).await;
    let from = on("06-10T10:22:30");
    let id = has(&store, tenant, from, Alignment::Anniversary).await;
    ends(&store, tenant, id, on("08-10T10:22:30")).await;
    assert_eq!(gross(&store, tenant, on("07-10T10:22:30")).await, ["46.40 KES"]);
    assert_eq!(gross(&store, tenant, on("08-10T10:22:30")).await, ["2552.00 KES"]);
    assert_eq!(gross(&store, tenant, on("09-10T10:22:30")).await, [""; 0]);
    store.close().await;
}
