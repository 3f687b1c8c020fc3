//! Packages whose data is used up: renewed by themselves, once, and as soon as there is money.

use aaa_engine::StoredMeter;
use aaa_engine::ports::Sink as _;
use billing_core::invoice::{CreditReason, ToCredit};
use billing_core::{DataPackage, GrantedPer};
use entitlement::{GrantKind, Meter, Octets, TenantId};
use storage::{NewCredit, OfferChange, Store};

use crate::billing::shop;
use crate::ground::{Ground, SetClock, operator};
use crate::offers::{customer, lasts, on, once, order, product, renewal, take, top_up, wallet};
use crate::sink::{batch, event};

/// A moment of 2025 as Nairobi's clock shows it, three hours ahead of UTC.
/// A meter by which so much of each grant is used.
fn meter_of(revision: u8, grants: &[(i64, u64)]) -> Meter {
    let mut octets = Vec::new();
    Meter::default().encode(&mut octets);
    octets.truncate(1);
    octets.extend([revision, 0, u8::try_from(grants.len()).unwrap()]);
    for (grant, used) in grants {
        octets.extend(grant.to_le_bytes());
        let mut left = *used;
        while left >= 0x80 {
            octets.push(u8::try_from(left & 0x7f).unwrap() | 0x80);
            left >>= 7;
        }
        octets.push(u8::try_from(left).unwrap());
    }
    Meter::decode(&octets).unwrap()
}

/// What the journal brings when a service has used so much of each grant.
pub async fn use_data(
    store: &Store,
    tenant: TenantId,
    login: &str,
    (revision, grants): (u8, &[(i64, u64)]),
) {
    let service = store.services(tenant).find(login).await.unwrap().id;
    let meter = std::sync::Arc::new(meter_of(revision, grants));
    let interim = aaa_engine::AccountingKind::Interim;
    let mut used = event(revision, i64::from(revision), interim);
    (used.tenant, used.service) = (tenant, Some(service));
    used.meter = Some(StoredMeter { tenant, service, meter, notices: Vec::new() });
    let sink = store.sink(&format!("node of {login}"));
    sink.apply(batch(u64::from(revision), [used])).await.unwrap();
}

pub const DATA: u64 = 1_000_000_000;

/// A package of 1 GB for 100 KES, which has no time of its own, and one that lasts a month.
pub async fn with_data(store: &Store, tenant: TenantId) {
    let data = DataPackage {
        octets: Octets(DATA),
        per: GrantedPer::Purchase,
        priority: 100,
        kind: GrantKind::Purchased,
        rollover: None,
    };
    let only = OfferChange { data: Some(Some(data)), ..Default::default() };
    product(store, tenant, ("data", Some("gold")), &once("100"), only.clone()).await;
    let hybrid = OfferChange { data: only.data, ..lasts("1 month") };
    product(store, tenant, ("hybrid", Some("gold")), &once("100"), hybrid).await;
}

pub async fn last_grant(ground: &Ground) -> i64 {
    ground.text("select cast(max(id) as text) from service_grant").await.parse().unwrap()
}

pub async fn a_package_whose_data_is_used_up_is_renewed_by_itself_once(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    with_data(&store, tenant).await;
    customer(&store, tenant, "jane", "250").await;
    let mut wanted = order("jane", "data", on(3, 10, 12));
    wanted.order.auto_renew = true;
    let jane = take(&store, tenant, &wanted).await;
    let first = last_grant(ground).await;
    let subscriptions = store.subscriptions(tenant);
    // One octet is left.
    use_data(&store, tenant, "jane", (1, &[(first, DATA - 1)])).await;
    assert_eq!(subscriptions.notice_used_up(&operator(), 10).await.unwrap(), 0);
    use_data(&store, tenant, "jane", (2, &[(first, DATA)])).await;
    let now = on(3, 12, 9);
    clock.set(now);
    // Of eight that come at once one renews.
    let tasks = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let subscriptions = store.subscriptions(tenant);
            subscriptions.notice_used_up(&operator(), 10).await.unwrap();
            subscriptions.renew_due(&operator(), now, 10).await.unwrap().renewed.len()
        })
    });
    let renewed = futures_util::future::join_all(tasks.collect::<Vec<_>>()).await;
    assert_eq!(renewed.into_iter().map(Result::unwrap).sum::<usize>(), 1);
    assert_eq!(wallet(&store, tenant, &jane).await, 5_000);
    assert_eq!(store.invoices(tenant).list(None, 10).await.unwrap().len(), 2);
    let second = last_grant(ground).await;
    assert!(second > first);
    // Said again, nothing happens; and the next one waits for money and comes with it.
    let same = subscriptions.renew(&operator(), jane.subscription.id, &renewal(now, 1)).await;
    let error = same.unwrap_err().to_string();
    assert!(error.contains("was bought at this very moment"), "{error}");
    let now = on(3, 12, 10);
    clock.set(now);
    use_data(&store, tenant, "jane", (3, &[(first, DATA), (second, DATA)])).await;
    assert_eq!(subscriptions.notice_used_up(&operator(), 10).await.unwrap(), 1);
    let refused = subscriptions.renew_due(&operator(), now, 10).await.unwrap();
    assert_eq!((refused.renewed.len(), refused.not_renewed.len()), (0, 1));
    top_up(&store, tenant, "jane", "75").await;
    assert_eq!(wallet(&store, tenant, &jane).await, 2_500);
    assert_eq!(store.invoices(tenant).list(None, 10).await.unwrap().len(), 3);
    clock.set(on(3, 13, 9));
    let again = subscriptions.renew_due(&operator(), on(3, 13, 9), 10).await.unwrap();
    assert_eq!((again.renewed.len(), again.not_renewed.len()), (0, 0));
    store.close().await;
}

pub async fn what_is_used_up_is_renewed_by_money_that_is_no_payment(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    with_data(&store, tenant).await;
    // One has something left in the wallet, and the other nothing.
    for (name, package, money) in [("jane", "data", "130"), ("ben", "hybrid", "100")] {
        customer(&store, tenant, name, money).await;
        let mut wanted = order(name, package, on(3, 10, 12));
        wanted.order.auto_renew = true;
        take(&store, tenant, &wanted).await;
        let grant = last_grant(ground).await;
        use_data(&store, tenant, name, (1, &[(grant, DATA)])).await;
    }
    let now = on(3, 12, 9);
    clock.set(now);
    let subscriptions = store.subscriptions(tenant);
    assert_eq!(subscriptions.notice_used_up(&operator(), 10).await.unwrap(), 2);
    let renew = async || {
        let all = subscriptions.renew_due(&operator(), now, 10).await.unwrap();
        (all.renewed.len(), all.not_renewed.len())
    };
    assert_eq!(renew().await, (0, 2));
    assert_eq!(renew().await, (0, 0));
    // What is given back of the first purchase is in the wallet, and buys the next.
    for invoice in store.invoices(tenant).list(None, 10).await.unwrap() {
        let new = NewCredit {
            what: ToCredit::Whole,
            reason: CreditReason::Goodwill,
            memo: "a slow week".to_owned(),
            key: None,
        };
        store.invoices(tenant).credit(&operator(), &invoice.label, &new).await.unwrap();
    }
    assert_eq!(renew().await, (2, 0));
    assert_eq!(renew().await, (0, 0));
    store.close().await;
}

pub async fn whose_use_cannot_be_read_hides_nobody_elses(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    with_data(&store, tenant).await;
    for name in ["amy", "ben"] {
        customer(&store, tenant, name, "300").await;
        let mut wanted = order(name, "data", on(3, 10, 12));
        wanted.order.auto_renew = true;
        take(&store, tenant, &wanted).await;
        let grant = last_grant(ground).await;
        use_data(&store, tenant, name, (1, &[(grant, DATA)])).await;
    }
    let first = "(select min(service_id) from usage_meter)";
    let nothing = if ground.is_sqlite() { "x'00'" } else { "decode('00', 'hex')" };
    ground
        .execute(&format!("update usage_meter set meter = {nothing} where service_id = {first}"))
        .await;
    let subscriptions = store.subscriptions(tenant);
    let seen = subscriptions.notice_used_up_each(&operator(), 10, 0).await.unwrap();
    assert_eq!((seen.tried, seen.done, seen.failed.len()), (2, 1, 1));
    let now = on(3, 12, 9);
    clock.set(now);
    let renewed = subscriptions.renew_due(&operator(), now, 10).await.unwrap().renewed;
    assert_eq!(renewed.len(), 1);
    // Whoever goes on behind those that failed finds nothing more.
    let more = subscriptions.notice_used_up_each(&operator(), 10, 1).await.unwrap();
    assert_eq!(more.tried, 0);
    store.close().await;
}

pub async fn a_hybrid_whose_data_is_used_up_begins_anew_at_once(ground: &Ground) {
    let clock = SetClock::at(on(3, 10, 12));
    let store = ground.open_by(&clock).await;
    let tenant = shop(&store).await;
    with_data(&store, tenant).await;
    for name in ["jane", "ben"] {
        customer(&store, tenant, name, "300").await;
        let mut wanted = order(name, "hybrid", on(3, 10, 12));
        wanted.order.auto_renew = name == "jane";
        let sold = take(&store, tenant, &wanted).await;
        assert_eq!(sold.paid.unwrap().until, on(4, 10, 12));
        let grant = last_grant(ground).await;
        use_data(&store, tenant, name, (1, &[(grant, DATA)])).await;
    }
    clock.set(on(3, 20, 12));
    let subscriptions = store.subscriptions(tenant);
    assert_eq!(subscriptions.notice_used_up(&operator(), 10).await.unwrap(), 2);
    let renewed = subscriptions.renew_due(&operator(), on(3, 20, 12), 10).await.unwrap().renewed;
    let until: Vec<_> = renewed.iter().map(|(_, paid)| paid.unwrap().until).collect();
    assert_eq!(until, [on(4, 20, 12)]);
    // Who wishes it later has it then.
    let all = subscriptions.list(Some("ben"), 100).await.unwrap();
    subscriptions.set_auto_renew(&operator(), all[0].id, true).await.unwrap();
    let late = subscriptions.renew_due(&operator(), on(3, 20, 12), 10).await.unwrap().renewed;
    assert_eq!(late.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [all[0].id]);
    // And both at the end of their time.
    clock.set(on(4, 20, 12));
    let over = subscriptions.renew_due(&operator(), on(4, 20, 12), 10).await.unwrap().renewed;
    assert_eq!(over.len(), 2);
    store.close().await;
}
