//! What is measured, what it costs, and what is credited for outages.

use billing_core::rating::bandwidth::Sample;
use billing_core::{
    AppliesTo, Billing, Price, PriceVersion, PromiseVersion, Proration, RecurringPrice, Transition,
    UsageTerms, UsageVersion, What,
};
use entitlement::{TenantId, Timestamp};
use storage::{
    Metered, MeteringImported, NewMeasurement, NewOutage, NewSubscription, OnKnown, ProductChange,
    Store, StoreError, SubscriptionId,
};

use crate::billing::{at, balances, bill, on_the_first, shop, subscriber};
use crate::ground::{Ground, SetClock, new_service, operator};

const TRANSIT: &str = "95th; committed 100M at 50000 KES; above 600 KES per 1M";
/// June 2027 has 30 days of 288 samples.
const JUNE: usize = 8_640;

/// A moment of 2027 as Nairobi's clock shows it.
pub fn on(shown: &str) -> Timestamp {
    let zone = entitlement::TimeZone::named("Africa/Nairobi").unwrap();
    zone.first_shown(format!("2027-{shown}").parse().unwrap()).unwrap()
}

pub fn used(price: &str) -> ProductChange {
    let terms = UsageTerms {
        cadence: "1 month".parse().unwrap(),
        proration: Proration::ByDay,
        price: price.parse().unwrap(),
    };
    let (from, applies_to) = (at(0), AppliesTo::Everybody);
    let usage = Some(UsageVersion { from, applies_to, terms });
    ProductChange { taxes: Some(vec!["VAT".to_owned()]), usage, ..Default::default() }
}

pub async fn product(store: &Store, tenant: TenantId, name: &str, change: &ProductChange) {
    store.products(tenant).set(&operator(), name, change, None).await.unwrap();
}

/// A shop in which `jane` has a product since June began.
pub async fn sold(store: &Store, price: &str) -> (TenantId, SubscriptionId) {
    let tenant = shop(store).await;
    product(store, tenant, "transit", &used(price)).await;
    (tenant, has(store, tenant, "jane", "transit").await)
}

pub async fn has(store: &Store, tenant: TenantId, name: &str, product: &str) -> SubscriptionId {
    subscriber(store, tenant, name).await;
    let new = NewSubscription { from: on("06-01T00:00"), ..on_the_first(name, &[product]) };
    store.subscriptions(tenant).add(&operator(), &new).await.unwrap().id
}

/// The samples of June: so many Mbit/s in the first of them, and 80 in the others.
fn june(subscription: SubscriptionId, (first, mbit): (usize, u64)) -> Vec<NewMeasurement> {
    let sample = |place: usize| {
        let mbit = if place < first { mbit } else { 80 };
        sample(subscription, on("06-01T00:00").plus_s(300 * place as i64), mbit)
    };
    (0..JUNE).map(sample).collect()
}

fn sample(subscription: SubscriptionId, at: Timestamp, mbit: u64) -> NewMeasurement {
    let sample = Sample { down_bps: mbit * 1_000_000, up_bps: 1_000 };
    let what = Metered::Sample { at, sample };
    NewMeasurement { subscription, product: "transit".to_owned(), what }
}

pub fn record(subscription: SubscriptionId, name: &str, when: &str, units: u64) -> NewMeasurement {
    let (source, record) = ("sms".to_owned(), name.to_owned());
    let what = Metered::Record { source, record, at: on(when), until: None, units };
    NewMeasurement { subscription, product: "transit".to_owned(), what }
}

pub async fn import(store: &Store, tenant: TenantId, all: &[NewMeasurement]) -> MeteringImported {
    store.metering(tenant).import(&operator(), all, OnKnown::Refuse).await.unwrap()
}

pub async fn correct(store: &Store, tenant: TenantId, all: &[NewMeasurement]) -> MeteringImported {
    store.metering(tenant).import(&operator(), all, OnKnown::Correct).await.unwrap()
}

pub fn counted(added: usize, known: usize, corrected: usize) -> MeteringImported {
    MeteringImported { added, known, corrected, refused: Vec::new() }
}

/// What is billed until a moment, with taxes; everybody can be.
pub async fn gross(store: &Store, tenant: TenantId, when: &str) -> Vec<String> {
    let batch = bill(store, tenant, on(when).unix_s()).await;
    assert_eq!(batch.not_billed, []);
    batch.gross.iter().map(ToString::to_string).collect()
}

async fn refusal(store: &Store, tenant: TenantId, when: &str) -> String {
    let batch = bill(store, tenant, on(when).unix_s()).await;
    batch.not_billed.iter().map(|it| it.error.to_string()).collect::<Vec<_>>().join("\n")
}

/// How the lines of a document come about.
pub async fn explained(store: &Store, tenant: TenantId, label: &str) -> Vec<String> {
    let (_, lines, _) = store.invoices(tenant).find(label).await.unwrap();
    lines.into_iter().map(|line| line.explanation).collect()
}

pub async fn a_measured_bandwidth_is_billed_explained_and_corrected(ground: &Ground) {
    let store = ground.open().await;
    let (tenant, jane) = sold(&store, TRANSIT).await;
    assert_eq!(gross(&store, tenant, "06-02T00:00").await, [""; 0]);
    // The greatest 432 of 8640 do not count: the 433rd does, 80 Mbit/s above what is committed.
    let samples = june(jane, (433, 180));
    for part in samples.chunks(1_000) {
        assert_eq!(import(&store, tenant, part).await, counted(part.len(), 0, 0));
    }
    assert_eq!(import(&store, tenant, &samples).await, counted(0, JUNE, 0));
    assert_eq!(gross(&store, tenant, "06-30T23:59").await, [""; 0]);
    // 50000 and 80 x 600, and 16 % on it.
    assert_eq!(gross(&store, tenant, "07-01T00:00").await, ["113680.00 KES"]);
    assert_eq!(
        explained(&store, tenant, "INV-2027-000001").await,
        [
            "transit: use of 2027-06-01 to 2027-06-30 (30 of 30 days): 95th percentile of 8640 samples \
          without the greatest 432: 180000000 bit/s down, 1000 bit/s up, the greater 180000000 bit/s; \
          100000000 bit/s committed at 50000.00 KES; 80000000 bit/s above that at 600 KES for 1000000 \
          bit/s: 98000.00 KES; charge 98000.00 KES"
        ]
    );
    assert_eq!(gross(&store, tenant, "07-01T00:00").await, [""; 0]);

    // One of them is told otherwise, late: it is refused, unless it is a correction.
    let other = [sample(jane, on("06-01T00:05"), 80)];
    let MeteringImported { added, refused, .. } = import(&store, tenant, &other).await;
    assert_eq!((added, refused.len(), refused[0].0), (0, 1, 0));
    assert_eq!(
        refused[0].1,
        "the sample of its five minutes is known with 180000000/1000 bit/s down/up, and is told to be \
         80000000/1000; correct it if it is to be that"
    );
    assert_eq!(gross(&store, tenant, "07-02T00:00").await, [""; 0]);
    assert_eq!(correct(&store, tenant, &other).await, counted(0, 0, 1));
    assert_eq!(gross(&store, tenant, "07-02T00:00").await, ["-55680.00 KES"]);
    assert_eq!(gross(&store, tenant, "07-02T00:00").await, [""; 0]);
    let words = explained(&store, tenant, "CN-2027-000001").await;
    assert!(words[0].ends_with("98000.00 KES billed before; credit -48000.00 KES"), "{words:?}");
    let days = store.metering(tenant).days(jane, on("06-30T12:00")).await.unwrap();
    let days: Vec<_> = days.iter().map(|it| (it.known, it.greatest.down_bps)).collect();
    assert_eq!(days, [(252, 80_000_000)], "the day of UTC that begins at 3 o'clock");
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn samples_that_are_missing_are_named_and_stop_nobody_else(ground: &Ground) {
    let store = ground.open().await;
    let (tenant, jane) = sold(&store, TRANSIT).await;
    let ben = has(&store, tenant, "ben", "transit").await;
    let mut samples = june(jane, (0, 0));
    let lost = samples.remove(5_000);
    import(&store, tenant, &samples).await;
    import(&store, tenant, &june(ben, (0, 0))).await;
    let batch = bill(&store, tenant, on("07-01T00:00").unix_s()).await;
    assert_eq!((batch.invoices, batch.gross), (1, vec!["58000 KES".parse().unwrap()]));
    let [failed] = batch.not_billed.as_slice() else { panic!("{:?}", batch.not_billed) };
    assert_eq!(failed.subscription, Some(jane));
    let error = failed.error.to_string();
    let expected = "1 of its 8640 samples of 300 s are missing, the first that of 2027-06-18T08:40:00; \
                    import them, or say in its price what becomes of missing ones";
    assert!(error.contains(expected), "{error}");
    assert_eq!(refusal(&store, tenant, "07-02T00:00").await, error, "with each run");
    assert_eq!(import(&store, tenant, &[lost]).await, counted(1, 0, 0));
    assert_eq!(gross(&store, tenant, "07-02T00:00").await, ["58000.00 KES"]);
    store.close().await;
}

pub async fn records_are_known_by_their_names_and_late_ones_are_billed(ground: &Ground) {
    let store = ground.open().await;
    let (tenant, jane) =
        sold(&store, "graduated 100 at 20 KES, rest at 10 KES; free 20; minimum 500 KES").await;
    let all = [
        record(jane, "1", "05-31T23:59", 1_000),
        record(jane, "2", "06-01T00:00", 70),
        record(jane, "3", "06-30T23:59", 80),
        record(jane, "3", "06-30T23:59", 80),
        record(jane, "3", "06-30T23:58", 81),
        record(SubscriptionId(99), "4", "06-02T00:00", 1),
    ];
    let imported = import(&store, tenant, &all).await;
    assert_eq!((imported.added, imported.known), (3, 1));
    assert_eq!(
        imported.refused,
        [
            (
                4,
                "record `3` of `sms` is known already, of another time and of 80 units instead of 81; \
                 correct it if it is to be this, or give it a name of its own"
                    .to_owned()
            ),
            (5, "there is no subscription 99".to_owned()),
        ]
    );
    // 150: 20 free, 100 at 20, 30 at 10; what was used before it was had is not billed.
    assert_eq!(gross(&store, tenant, "07-01T00:00").await, ["2668.00 KES"]);
    assert_eq!(
        explained(&store, tenant, "INV-2027-000001").await,
        [
            "transit: use of 2027-06-01 to 2027-06-30 (30 of 30 days): 150 counted in 2 records; 20 units free; \
          100 units at 20 KES; 30 units at 10 KES: 2300.00 KES; charge 2300.00 KES"
        ]
    );
    // One that comes late, after July was billed too, makes it due again.
    assert_eq!(gross(&store, tenant, "08-01T00:00").await, ["580.00 KES"], "the minimum of July");
    let late = [record(jane, "5", "06-15T12:00", 40)];
    assert_eq!(import(&store, tenant, &late).await, counted(1, 0, 0));
    assert_eq!(gross(&store, tenant, "08-01T00:00").await, ["464.00 KES"]);
    // It was of July, and then it was none.
    let corrected = [record(jane, "5", "07-15T12:00", 40)];
    assert_eq!(correct(&store, tenant, &corrected).await, counted(0, 0, 1));
    assert_eq!(gross(&store, tenant, "08-01T00:00").await, ["-464.00 KES"]);
    store.metering(tenant).remove(&operator(), "sms", "3").await.unwrap();
    assert_eq!(gross(&store, tenant, "08-01T00:00").await, ["-1508.00 KES"], "50 at 20 remain");
    let gone = store.metering(tenant).remove(&operator(), "sms", "3").await.unwrap_err();
    assert!(matches!(gone, StoreError::NotFound { .. }), "{gone}");
    let known = store.metering(tenant).records(jane, 2).await.unwrap();
    let known: Vec<_> = known.iter().map(|it| (it.record.as_str(), it.used.units)).collect();
    assert_eq!(known, [("2", 70), ("5", 40)]);
    // Also after the end, when nothing else would be looked at any more.
    let end = [(on("08-10T00:00"), What::Transition(Transition::Terminate))];
    store.subscriptions(tenant).change(&operator(), jane, &end).await.unwrap();
    // Nine of 31 days of the minimum are 145.16.
    assert_eq!(gross(&store, tenant, "09-01T00:00").await, ["168.39 KES"]);
    assert_eq!(gross(&store, tenant, "10-01T00:00").await, [""; 0]);
    assert_eq!(
        import(&store, tenant, &[record(jane, "6", "08-05T00:00", 60)]).await,
        counted(1, 0, 0)
    );
    // Of 20 free units 6 are, and of 100 at 20 KES 29: 25 more at 10 make 830.00, 684.84 more than the minimum.
    assert_eq!(gross(&store, tenant, "10-01T00:00").await, ["794.41 KES"]);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn calls_are_billed_by_their_hours(ground: &Ground) {
    let store = ground.open().await;
    let tariff =
        "time 60; by 60/60; rate peak 10 KES mon-fri 08:00-20:00; otherwise 5 KES; set-up 2 KES";
    let (tenant, jane) = sold(&store, tariff).await;
    let call = |name: &str, from: &str, until: &str| {
        let (source, record) = ("switch".to_owned(), name.to_owned());
        let what =
            Metered::Record { source, record, at: on(from), until: Some(on(until)), units: 0 };
        NewMeasurement { subscription: jane, product: "transit".to_owned(), what }
    };
    let calls = [
        call("a", "06-01T09:00:00", "06-01T09:01:01"),
        call("b", "06-01T19:59:30", "06-01T20:01:30"),
    ];
    assert_eq!(import(&store, tenant, &calls).await, counted(2, 0, 0));
    let refused = import(&store, tenant, &[record(jane, "c", "06-02T00:00", 5)]).await.refused;
    assert_eq!(
        refused[0].1,
        "`transit` is paid by time with a beginning and an end, and this is a record without an end"
    );
    // Two minutes at 10; one at 10 and one at 5; two set-ups: 39.00.
    assert_eq!(gross(&store, tenant, "07-01T00:00").await, ["45.24 KES"]);
    assert_eq!(
        explained(&store, tenant, "INV-2027-000001").await,
        [
            "transit: use of 2027-06-01 to 2027-06-30 (30 of 30 days): 2 records; 2 set-ups 4.00 KES; at other \
          times: 90 s used, 60 s billed at 5 KES for 60 s; peak: 91 s used, 180 s billed at 10 KES for 60 s: \
          39.00 KES; charge 39.00 KES"
        ]
    );
    store.close().await;
}

pub async fn the_accounting_of_a_service_is_billed_by_the_unit(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    product(&store, tenant, "traffic", &used("each 20 KES; unit 1G; accounting both")).await;
    subscriber(&store, tenant, "jane").await;
    let service = storage::NewService {
        subscriber: Some("jane".to_owned()),
        ..new_service("jane@home", "silver")
    };
    let service = store.services(tenant).add(&operator(), &service).await.unwrap();
    let from = Timestamp::from_unix_s(1_746_046_800); // 1 May 2025 in Nairobi
    let new = NewSubscription {
        service: Some("jane@home".to_owned()),
        from,
        ..on_the_first("jane", &["traffic"])
    };
    store.subscriptions(tenant).add(&operator(), &new).await.unwrap();
    // An hour before May, two within it, and one of June; somebody else's beside.
    let hour_ms = |hours: i64| from.unix_ms() + hours * 3_600_000;
    for (hours, whose, up, down) in [
        (-1, service.id.0, 5_u64, 5_u64),
        (0, service.id.0, 1_000_000_000, 2_000_000_000),
        (743, service.id.0, 0, 1),
        (744, service.id.0, 7_000_000_000, 0),
        (0, service.id.0 + 1, 9_000_000_000, 0),
    ] {
        let sql = format!(
            "insert into usage_hour (tenant_id, bucket_start, service_id, upload_octets, \
             download_octets, upload_packets, download_packets, session_time_s) values \
             ({}, {}, {whose}, {up}, {down}, 0, 0, 0)",
            tenant.0,
            hour_ms(hours)
        );
        ground.execute(&sql).await;
    }
    let billed = bill(&store, tenant, from.unix_s() + 744 * 3_600).await;
    // 3 GB and an octet are four begun ones.
    assert_eq!((billed.not_billed, billed.gross), (vec![], vec!["92.80 KES".parse().unwrap()]));
    let words = explained(&store, tenant, "INV-2025-000001").await;
    assert!(
        words[0].contains(
            "3000000001 counted in 2 records, 4 units of 1000000000; 4 units at 20 KES: 80.00 KES"
        ),
        "{words:?}"
    );
    store.close().await;
}

pub fn monthly(amount: &str) -> PriceVersion {
    let price = RecurringPrice {
        amount: amount.parse().unwrap(),
        cadence: "1 month".parse().unwrap(),
        billed: Billing::InAdvance,
        proration: Proration::ByDay,
    };
    let (from, applies_to) = (at(0), AppliesTo::Everybody);
    PriceVersion { from, applies_to, price: Price::Recurring(price) }
}

pub fn outage(from: &str, until: Option<&str>) -> NewOutage {
    NewOutage {
        subscription: None,
        product: None,
        from: on(from),
        until: until.map(on),
        is_planned: false,
        reason: "fibre cut".to_owned(),
    }
}

/// Jane has a leased line for 3000.00 a month, of which less is paid when it was down.
pub async fn with_promise(store: &Store, tenant: TenantId) -> SubscriptionId {
    let sla = Some("5% below 99.9%, 20% below 99%".parse().unwrap());
    let (from, applies_to) = (at(0), AppliesTo::Everybody);
    let change = ProductChange {
        taxes: Some(vec!["VAT".to_owned()]),
        promise: Some(PromiseVersion { from, applies_to, sla }),
        ..Default::default()
    };
    let price = monthly("3000 KES");
    store.products(tenant).set(&operator(), "leased", &change, Some(&price)).await.unwrap();
    has(store, tenant, "jane", "leased").await
}

pub async fn an_outage_is_credited_when_its_month_is_over(ground: &Ground) {
    let store = ground.open().await;
    let tenant = shop(&store).await;
    let jane = with_promise(&store, tenant).await;
    has(&store, tenant, "ben", "gold").await;
    assert_eq!(gross(&store, tenant, "06-01T00:00").await, ["5220.00 KES"]);
    // It ends with June, so that nothing else is billed then.
    let end = [(on("07-01T00:00"), What::Transition(Transition::Terminate))];
    store.subscriptions(tenant).change(&operator(), jane, &end).await.unwrap();
    let added = store.outages(tenant).add(&operator(), &outage("06-10T00:00", None)).await.unwrap();
    assert_eq!(gross(&store, tenant, "06-11T00:00").await, [""; 0]);
    store.outages(tenant).end(&operator(), added.id, on("06-10T08:00")).await.unwrap();
    assert_eq!(gross(&store, tenant, "06-30T23:59").await, [""; 0]);
    // 8 of 720 hours: 20 % of 3000.00, and 16 % on it; and July of ben.
    assert_eq!(gross(&store, tenant, "07-01T00:00").await, ["1044.00 KES"]);
    assert_eq!(
        explained(&store, tenant, "CN-2027-000001").await,
        [
            "leased: 2027-06-01 to 2027-06-30 (30 of 30 days) at 3000.00 KES: 3000.00 KES, less 600.00 KES \
          (down 8 h in 1 outage of 720 h: available 98.8888%; below 99%: 20% of 3000.00 KES), makes 2400.00 \
          KES; 3000.00 KES billed before; credit -600.00 KES"
        ]
    );
    assert_eq!(gross(&store, tenant, "07-01T00:00").await, [""; 0]);
    // Two hours of it were planned, and then all of it was another's.
    store.outages(tenant).end(&operator(), added.id, on("06-10T02:00")).await.unwrap();
    assert_eq!(gross(&store, tenant, "07-02T00:00").await, ["522.00 KES"]);
    let planned = NewOutage { is_planned: true, ..outage("06-10T00:00", Some("06-10T02:00")) };
    let planned = store.outages(tenant).add(&operator(), &planned).await.unwrap();
    assert_eq!(gross(&store, tenant, "07-02T00:00").await, ["174.00 KES"]);
    store.outages(tenant).remove(&operator(), planned.id).await.unwrap();
    assert_eq!(gross(&store, tenant, "07-02T00:00").await, ["-174.00 KES"]);
    store.outages(tenant).remove(&operator(), added.id).await.unwrap();
    let other = NewOutage {
        product: Some("gold".to_owned()),
        ..outage("06-10T00:00", Some("06-20T00:00"))
    };
    store.outages(tenant).add(&operator(), &other).await.unwrap();
    assert_eq!(gross(&store, tenant, "07-02T00:00").await, ["174.00 KES"]);
    let listed = store.outages(tenant).list(on("06-15T00:00")).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|it| it.outage.product.as_deref()).collect();
    assert_eq!(listed, [Some("gold")]);
    balances(&store, tenant).await;
    store.close().await;
}

pub async fn what_cannot_be_measured_is_refused(ground: &Ground) {
    // Books are closed when their time has come.
    let store = ground.open_by(&SetClock::at(on("12-31T00:00"))).await;
    let (tenant, jane) = sold(&store, TRANSIT).await;
    let gold = has(&store, tenant, "ben", "gold").await;
    let of =
        |product: &str, new: NewMeasurement| NewMeasurement { product: product.to_owned(), ..new };
    let good = sample(jane, on("06-01T00:05"), 1);
    let all = [
        of("transit", sample(jane, on("06-01T00:07"), 1)),
        of("nothing", good.clone()),
        of("gold", good.clone()),
        of("gold", sample(gold, on("06-01T00:05"), 1)),
        record(jane, "1", "06-01T00:00", 1),
        good.clone(),
    ];
    let imported = import(&store, tenant, &all).await;
    assert_eq!(imported.added, 1);
    let said: Vec<_> = imported.refused.iter().map(|(_, why)| why.as_str()).collect();
    assert_eq!(
        said,
        [
            "2027-06-01 00:07:00 does not begin five minutes; samples begin at 00, 05, 10 and so on",
            "there is no product called `nothing`",
            &format!("subscription {jane} has never had `gold`"),
            "`gold` has no price of use at 2027-06-01 00:05:00; give it one that is in force by then, with \
             `weir product set gold --usage`",
            "`transit` is paid by samples of five minutes, and this is a record without an end",
        ]
    );
    // What is measured of another tenant's is none of this one's.
    store.tenants().add(&operator(), "other").await.unwrap();
    let other = store.tenants().find("other").await.unwrap().id;
    let refused = import(&store, other, core::slice::from_ref(&good)).await.refused;
    assert_eq!(refused[0].1, format!("there is no subscription {jane}"));
    let settings = store.billing_settings(tenant);
    settings.change(&operator(), |it| it.closed_until = Some(on("06-02T00:00"))).await.unwrap();
    let refused = import(&store, tenant, &[sample(jane, on("06-01T23:55"), 1)]).await.refused;
    assert_eq!(
        refused[0].1,
        "2027-06-01 23:55:00 lies before the moment until which the books are closed, 2027-06-02 00:00:00"
    );
    let closed = store.outages(tenant).add(&operator(), &outage("06-01T00:00", None)).await;
    assert!(closed.unwrap_err().to_string().contains("the books are closed"));
    let none = outage("06-03T00:00", Some("06-03T00:00"));
    let none = store.outages(tenant).add(&operator(), &none).await.unwrap_err();
    assert!(none.to_string().contains("which is not behind"), "{none}");
    let yearly =
        UsageTerms { cadence: "1 year".parse().unwrap(), ..used(TRANSIT).usage.unwrap().terms };
    let usage = Some(UsageVersion { from: at(0), applies_to: AppliesTo::Everybody, terms: yearly });
    let change = ProductChange { usage, ..Default::default() };
    let error = store.products(tenant).set(&operator(), "x", &change, None).await.unwrap_err();
    assert!(
        error.to_string().contains("a bandwidth is billed by its percentile of a month at most")
    );
    // It was written as it is read.
    let known = store.products(tenant).find("transit").await.unwrap();
    let price = known.prices.usage[0].terms.price.to_string();
    assert_eq!(price, "95th; committed 100M at 50000.00 KES; above 600 KES per 1M");
    assert_eq!(
        price.parse::<billing_core::rating::metered::MeteredPrice>().unwrap(),
        known.prices.usage[0].terms.price
    );
    store.close().await;
}
