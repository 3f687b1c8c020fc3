//! What is said late of what was measured, and of outages: corrections, closed books, and prices that
//! follow one another.

use billing_core::{AppliesTo, Transition, UsageTerms, UsageVersion, What};
use entitlement::{TenantId, Timestamp};
use storage::{
    Metered, MeteringImported, NewMeasurement, NewSubscription, ProductChange, Store, StoreError,
};

use crate::billing::{balances, bill, on_the_first, shop, subscriber};
use crate::ground::{Ground, SetClock, new_service, operator};
use crate::metering::{
    correct, counted, explained, gross, has, import, on, outage, product, record, sold, used,
    with_promise,
};

/// A version of what the use of a product costs.
fn version(from: Timestamp, applies_to: AppliesTo, price: &str) -> ProductChange {
    let terms: UsageTerms = used(price).usage.unwrap().terms;
    ProductChange {
        usage: Some(UsageVersion { from, applies_to, terms }),
        ..ProductChange::default()
    }
}

async fn close(store: &Store, tenant: TenantId, until: &str) {
    let settings = store.billing_settings(tenant);
    settings.change(&operator(), |it| it.closed_until = Some(on(until))).await.unwrap();
}

pub async fn an_outage_that_lasts_is_ended_when_the_books_of_its_beginning_are_closed(
    ground: &Ground,
) {
    // Books are closed when their time has come.
    let store = ground.open_by(&SetClock::at(on("12-31T00:00"))).await;
    let tenant = shop(&store).await;
    let jane = with_promise(&store, tenant).await;
    let end = [(on("08-01T00:00"), What::Transition(Transition::Terminate))];
    store.subscriptions(tenant).change(&operator(), jane, &end).await.unwrap();
    assert_eq!(gross(&store, tenant, "06-01T00:00").await, ["3480.00 KES"]);
    let outages = store.outages(tenant);
    let lasts = outages.add(&operator(), &outage("06-28T00:00", None)).await.unwrap();
    // July, less 20 % of June, of which 3 days of 30 were lost.
    assert_eq!(gross(&store, tenant, "07-01T00:00").await, ["2784.00 KES"]);
    close(&store, tenant, "07-01T00:00").await;

    // Of what is closed nothing is changed, whichever way.
    let early = outages.end(&operator(), lasts.id, on("06-30T00:00")).await.unwrap_err();
    assert!(early.to_string().contains("the end is at"), "{early}");
    assert!(early.to_string().contains("the books are closed"), "{early}");
    let removed = outages.remove(&operator(), lasts.id).await.unwrap_err();
    assert!(removed.to_string().contains("end it at that moment"), "{removed}");

    outages.end(&operator(), lasts.id, on("07-02T00:00")).await.unwrap();
    // A day of 31 was lost in July: 20 % of 3000.00, and 16 % on it.
    assert_eq!(gross(&store, tenant, "08-01T00:00").await, ["-696.00 KES"]);
    // It was two hours of it: 5 %.
    outages.end(&operator(), lasts.id, on("07-01T02:00")).await.unwrap();
    assert_eq!(gross(&store, tenant, "08-01T00:00").await, ["522.00 KES"]);
    // And then it was over when the books were closed.
    outages.end(&operator(), lasts.id, on("07-01T00:00")).await.unwrap();
    assert_eq!(gross(&store, tenant, "08-01T00:00").await, ["174.00 KES"]);

    close(&store, tenant, "07-10T00:00").await;
    let over = outages.end(&operator(), lasts.id, on("07-11T00:00")).await.unwrap_err();
    assert!(over.to_string().contains("the end that it had is at"), "{over}");
    assert!(over.to_string().contains("the books are closed"), "{over}");
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn books_that_close_amid_a_period_leave_it_whole(ground: &Ground) {
    // Books are closed when their time has come.
    let store = ground.open_by(&SetClock::at(on("12-31T00:00"))).await;
    let (tenant, jane) = sold(&store, "each 20 KES").await;
    let told = [record(jane, "1", "06-10T00:00", 10), record(jane, "2", "06-25T00:00", 5)];
    assert_eq!(import(&store, tenant, &told).await, counted(2, 0, 0));
    close(&store, tenant, "06-20T00:00").await;
    // 15 at 20.00, and 16 % on it: what was before the books were closed as well.
    assert_eq!(gross(&store, tenant, "07-01T00:00").await, ["348.00 KES"]);
    close(&store, tenant, "06-28T00:00").await;
    let late = [record(jane, "3", "06-29T00:00", 1)];
    assert_eq!(import(&store, tenant, &late).await, counted(1, 0, 0));
    assert_eq!(gross(&store, tenant, "07-01T00:00").await, ["23.20 KES"]);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn a_record_that_is_moved_to_another_subscription_is_billed_once(ground: &Ground) {
    // Books are closed when their time has come.
    let store = ground.open_by(&SetClock::at(on("12-31T00:00"))).await;
    let (tenant, jane) = sold(&store, "each 20 KES").await;
    let ben = has(&store, tenant, "ben", "transit").await;
    let told = [record(jane, "1", "06-10T00:00", 10)];
    assert_eq!(import(&store, tenant, &told).await, counted(1, 0, 0));
    assert_eq!(gross(&store, tenant, "07-01T00:00").await, ["232.00 KES"]);
    let moved = [record(ben, "1", "06-10T00:00", 10)];
    assert_eq!(correct(&store, tenant, &moved).await, counted(0, 0, 1));
    // What the one had paid is credited, and the other pays it.
    let batch = bill(&store, tenant, on("07-02T00:00").unix_s()).await;
    assert_eq!((batch.invoices, batch.not_billed), (2, vec![]));
    assert_eq!(batch.gross, ["0 KES".parse().unwrap()]);
    let credited = explained(&store, tenant, "CN-2027-000001").await;
    assert!(credited[0].ends_with("200.00 KES billed before; credit -200.00 KES"), "{credited:?}");
    let charged = explained(&store, tenant, "INV-2027-000002").await;
    assert!(charged[0].ends_with("charge 200.00 KES"), "{charged:?}");
    assert_eq!(gross(&store, tenant, "07-02T00:00").await, [""; 0]);

    // Out of closed books nothing is moved, neither to another nor to another time.
    close(&store, tenant, "07-01T00:00").await;
    for new in [record(jane, "1", "07-05T00:00", 10), record(ben, "1", "07-05T00:00", 10)] {
        let MeteringImported { added, corrected, refused, .. } =
            correct(&store, tenant, &[new]).await;
        assert_eq!((added, corrected, refused.len()), (0, 0, 1));
        assert_eq!(
            refused[0].1,
            "record `1` of `sms` is known, and cannot be corrected: 2027-06-10 00:00:00 lies before the \
             moment until which the books are closed, 2027-07-01 00:00:00"
        );
    }
    let known = store.metering(tenant).records(ben, 2).await.unwrap();
    assert_eq!(known.len(), 1);
    assert_eq!(gross(&store, tenant, "08-01T00:00").await, [""; 0]);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn the_octets_of_a_period_are_those_of_the_price_in_force_when_it_begins(
    ground: &Ground,
) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    product(&store, tenant, "traffic", &used("each 20 KES")).await;
    // From 1 May 2025 in Nairobi the octets down are paid, since June those in both directions.
    let may = Timestamp::from_unix_s(1_746_046_800);
    let hour = |hours: i64| may.plus_s(hours * 3_600);
    let (everybody, june, july) = (AppliesTo::Everybody, hour(744), hour(744 + 720));
    let down = version(may, everybody, "each 20 KES; unit 1G; accounting down");
    product(&store, tenant, "traffic", &down).await;
    subscriber(&store, tenant, "jane").await;
    let service = storage::NewService {
        subscriber: Some("jane".to_owned()),
        ..new_service("jane@home", "silver")
    };
    let service = store.services(tenant).add(&operator(), &service).await.unwrap();
    let new = NewSubscription {
        service: Some("jane@home".to_owned()),
        from: hour(-720),
        ..on_the_first("jane", &["traffic"])
    };
    let jane = store.subscriptions(tenant).add(&operator(), &new).await.unwrap().id;
    // In April units were imported.
    let what = Metered::Record {
        source: "sms".to_owned(),
        record: "1".to_owned(),
        at: hour(-100),
        until: None,
        units: 5,
    };
    let units = NewMeasurement { subscription: jane, product: "traffic".to_owned(), what };
    assert_eq!(import(&store, tenant, &[units]).await, counted(1, 0, 0));
    for (hours, up, down) in [
        (-10, 3_000_000_000_u64, 4_000_000_000_u64),
        (10, 1_000_000_000, 2_000_000_000),
        (754, 1_000_000_000, 2_000_000_000),
    ] {
        let sql = format!(
            "insert into usage_hour (tenant_id, bucket_start, service_id, upload_octets, \
             download_octets, upload_packets, download_packets, session_time_s) values \
             ({}, {}, {}, {up}, {down}, 0, 0, 0)",
            tenant.0,
            hour(hours).unix_ms(),
            service.id.0
        );
        ground.execute(&sql).await;
    }
    let billed = async |when: Timestamp| {
        let batch = bill(&store, tenant, when.unix_s()).await;
        assert_eq!(batch.not_billed, []);
        batch.gross.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    // 5 units of April, and no octet.
    assert_eq!(billed(may).await, ["116.00 KES"]);
    // 2 GB down of May.
    assert_eq!(billed(june).await, ["46.40 KES"]);
    let both = version(june, everybody, "each 20 KES; unit 1G; accounting both");
    product(&store, tenant, "traffic", &both).await;
    assert_eq!(billed(june).await, [""; 0], "what is over is left as it is");
    // 3 GB of June.
    assert_eq!(billed(july).await, ["69.60 KES"]);
    assert_eq!(billed(july).await, [""; 0]);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn what_an_older_price_measures_is_taken_from_who_has_it(ground: &Ground) {
    let store = ground.open().await;
    let (tenant, jane) = sold(&store, "time 60; by 60/60; otherwise 5 KES").await;
    // New customers pay by the message since the middle of June.
    let new_only = version(on("06-15T00:00"), AppliesTo::NewOnly, "each 20 KES");
    product(&store, tenant, "transit", &new_only).await;
    subscriber(&store, tenant, "ben").await;
    let new = NewSubscription { from: on("06-20T00:00"), ..on_the_first("ben", &["transit"]) };
    let ben = store.subscriptions(tenant).add(&operator(), &new).await.unwrap().id;
    let call = |name: &str, from: &str, until: &str| {
        let (source, record) = ("switch".to_owned(), name.to_owned());
        let what =
            Metered::Record { source, record, at: on(from), until: Some(on(until)), units: 0 };
        NewMeasurement { subscription: jane, product: "transit".to_owned(), what }
    };
    let all = [
        call("a", "06-20T09:00:00", "06-20T09:01:01"),
        record(ben, "1", "06-21T00:00", 3),
        record(jane, "2", "06-21T00:00", 3),
    ];
    let imported = import(&store, tenant, &all).await;
    assert_eq!((imported.added, imported.refused.len()), (2, 1));
    let (which, why) = &imported.refused[0];
    assert_eq!(
        (*which, why.as_str()),
        (
            2,
            "`transit` is paid by time with a beginning and an end, and this is a record without an end"
        )
    );
    // Two minutes at 5, and three at 20: 70.00.
    assert_eq!(gross(&store, tenant, "07-01T00:00").await, ["81.20 KES"]);
    // In the middle of July everybody is to pay by the message; the period goes on as it began.
    let everybody = version(on("07-15T00:00"), AppliesTo::Everybody, "each 20 KES");
    product(&store, tenant, "transit", &everybody).await;
    let late = [call("b", "07-20T09:00:00", "07-20T09:00:30")];
    assert_eq!(import(&store, tenant, &late).await, counted(1, 0, 0));
    assert_eq!(gross(&store, tenant, "08-01T00:00").await, ["5.80 KES"]);
    store.close().await;
}

pub async fn a_record_that_two_take_back_at_once_is_taken_back_once(ground: &Ground) {
    let store = ground.open().await;
    let (tenant, jane) = sold(&store, "each 20 KES").await;
    let names: Vec<_> = (0..8).map(|number| number.to_string()).collect();
    let all: Vec<_> = names.iter().map(|name| record(jane, name, "06-10T00:00", 1)).collect();
    assert_eq!(import(&store, tenant, &all).await, counted(8, 0, 0));
    let twice = names
        .iter()
        .chain(&names)
        .map(async |name| store.metering(tenant).remove(&operator(), "sms", name).await);
    let outcomes = futures_util::future::join_all(twice).await;
    let (done, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), refused.len()), (8, 8));
    for refusal in refused {
        assert!(matches!(refusal, Err(StoreError::NotFound { .. })), "{refusal:?}");
    }
    assert_eq!(gross(&store, tenant, "07-01T00:00").await, [""; 0]);
    store.close().await;
}
