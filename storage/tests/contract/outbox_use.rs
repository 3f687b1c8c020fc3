//! What the outbox tells of data: that it is nearly used up, used up, shared and carried over.

use std::num::NonZeroU64;
use std::sync::Arc;

use aaa_engine::ports::Sink as _;
use aaa_engine::{AccountingEvent, AccountingKind, MeterNotice, StoredMeter};
use entitlement::{
    Amount, Entitlement, Meter, Notice, Octets, ServiceId, SessionKey, TierAction, Timestamp,
    UsageRecord, Window,
};
use serde_json::json;

use crate::carried_over::{in_march, ten_gb, with_package, work};
use crate::ground::{Ground, operator};
use crate::offers::{on, package};
use crate::outbox_events::Ear;
use crate::shared_data::{family, rights};
use crate::sink::{at, batch, event};
use crate::used_up::{last_grant, use_data};

const GB: u64 = 1_000_000_000;

fn notice(percent: u32, action: TierAction, from_s: i64) -> Notice {
    Notice {
        quota: "monthly".into(),
        window: Window::Month,
        window_from: Some(at(from_s)),
        percent,
        action,
        allowance: Amount::Data(Octets(100 * GB)),
        resets_at: Some(at(from_s + 1_000)),
    }
}

/// A meter that was changed so often.
fn meter(alice: &Entitlement, revision: u64) -> Arc<Meter> {
    let mut meter = Meter::default();
    for second in 0..i64::try_from(revision).unwrap() {
        let (from, to) = (at(second), at(second));
        let session = SessionKey([1; 16]);
        let usage =
            UsageRecord { session, from, to, upload_octets: 0, download_octets: GB, online_s: 0 };
        meter.consume(alice, &usage);
    }
    assert_eq!(meter.revision(), revision);
    Arc::new(meter)
}

pub async fn a_tier_is_told_once_however_often_its_record_comes(ground: &Ground) {
    let store = ground.open().await;
    let (by, tenant) = (&operator(), family(&store).await);
    store.services(tenant).share(by, "bob", "alice", None).await.unwrap();
    let follower = store.follow().await.unwrap();
    let alice = rights(&follower.directory(), tenant, "alice");
    let id = async |login: &str| store.services(tenant).find(login).await.unwrap().id;
    let (lead, bob) = (id("alice").await, id("bob").await);
    let mut ear = Ear::new(&store, tenant);
    assert_eq!(ear.topics().await, ["shared_data.joined"]);
    let said_late = |second: i64, revision: u64, noticed_at: u64, notices: &[Notice]| {
        let stored = |service: ServiceId, notices: &[Notice]| {
            let meter = meter(&alice, revision);
            let notices = notices.iter().cloned();
            let noticed = |notice| MeterNotice { notice, revision: noticed_at };
            Some(StoredMeter { tenant, service, meter, notices: notices.map(noticed).collect() })
        };
        AccountingEvent {
            tenant,
            service: Some(bob),
            meter: stored(bob, &[]),
            lead_meter: stored(lead, notices),
            ..event(1, second, AccountingKind::Interim)
        }
    };
    let said =
        |second, revision, notices: &[Notice]| said_late(second, revision, revision, notices);
    let sink = store.sink("node-1");
    let mut offset = 0;
    let mut drain = async |events: Vec<AccountingEvent>| {
        offset += 10;
        sink.apply(batch(offset, events)).await.unwrap();
    };
    drain(vec![said(10, 1, &[])]).await;
    assert_eq!(ear.hears().await, [], "nothing has happened");
    // The lead's quota is told of, with what it allows, though a member has used it. Twice in one batch, and once
    // more, as of a packet that comes again.
    let warned = said(20, 2, &[notice(80, TierAction::Notify, 0)]);
    drain(vec![warned.clone(), warned.clone()]).await;
    let told = Ear::only(ear.hears().await, "quota.warning");
    let expected = json!({
        "subscriber": "alice", "by": "accounting", "service": "alice", "quota": "monthly",
        "window": "month", "window_from": at(0).to_string(), "resets_at": at(1_000).to_string(),
        "percent": 80, "action": "notify", "allowance_octets": 100 * GB,
        "allowance_online_s": null, "at": at(20).to_string(),
    });
    assert_eq!(told, expected);
    drain(vec![said(30, 3, &[]), warned]).await;
    assert_eq!(ear.hears().await, [], "late, and known");
    // Another lane of the journal was first to record what came later.
    let last = said(50, 5, &[notice(100, TierAction::Quarantine, 0)]);
    drain(vec![said(60, 6, &[])]).await;
    drain(vec![last]).await;
    let told = Ear::only(ear.hears().await, "quota.used_up");
    assert_eq!((&told["percent"], &told["action"]), (&json!(100), &json!("quarantine")));
    // The next record had it too, since it was counted before that one was taken.
    drain(vec![said_late(65, 7, 5, &[notice(100, TierAction::Quarantine, 0)])]).await;
    assert_eq!(ear.hears().await, [], "it is of the same count");
    // After a top-up the same tier is reached again, and in the next window, whatever its meter counts.
    drain(vec![said(70, 8, &[notice(100, TierAction::Quarantine, 0)])]).await;
    assert_eq!(ear.topics().await, ["quota.used_up"]);
    drain(vec![said(1_080, 4, &[notice(80, TierAction::Notify, 1_000)])]).await;
    assert_eq!(ear.topics().await, ["quota.warning"]);
    // A batch that fails tells nothing.
    let sink = store.sink("node-2");
    let mut broken = said(90, 9, &[notice(80, TierAction::Notify, 1_000)]);
    ground.execute("alter table usage_meter rename to away").await;
    broken.session.0[0] = 9;
    assert!(sink.apply(batch(10, [broken.clone()])).await.is_err());
    assert_eq!(ear.hears().await, []);
    ground.execute("alter table away rename to usage_meter").await;
    sink.apply(batch(10, [broken])).await.unwrap();
    assert_eq!(ear.topics().await, ["quota.warning"]);
    follower.stop().await;
    store.close().await;
}

pub async fn who_shares_data_is_told_when_it_joins_and_leaves(ground: &Ground) {
    let store = ground.open().await;
    let (by, tenant) = (&operator(), family(&store).await);
    let services = store.services(tenant);
    let mut ear = Ear::new(&store, tenant);
    services.share(by, "bob", "alice", NonZeroU64::new(GB)).await.unwrap();
    let joined = Ear::only(ear.hears().await, "shared_data.joined");
    let expected = json!({
        "subscriber": "alice", "by": "operator", "service": "bob", "lead": "alice",
        "limit_octets": GB, "at": joined["at"],
    });
    assert_eq!(joined, expected);
    // Another limit is no other group.
    services.share(by, "bob", "alice", None).await.unwrap();
    assert_eq!(ear.hears().await, []);
    assert!(services.share(by, "dave", "alice", None).await.is_err());
    assert_eq!(ear.hears().await, []);
    services.unshare(by, "bob").await.unwrap();
    let left = Ear::only(ear.hears().await, "shared_data.left");
    assert_eq!((&left["service"], &left["lead"]), (&json!("bob"), &json!("alice")));
    // Who is removed leaves as well.
    services.share(by, "carol", "alice", None).await.unwrap();
    services.remove(by, "carol").await.unwrap();
    assert_eq!(ear.topics().await, ["shared_data.joined", "shared_data.left"]);
    store.close().await;
}

pub async fn what_is_carried_over_is_told_once(ground: &Ground) {
    let (clock, store, tenant) = in_march(ground).await;
    package(&store, tenant, "month", ten_gb("at most 4GB; 2 times")).await;
    with_package(&store, tenant, "jane", true).await;
    let first = last_grant(ground).await;
    use_data(&store, tenant, "jane", (1, &[(first, 3_500_000_000)])).await;
    let mut ear = Ear::new(&store, tenant);
    ear.hears().await;
    clock.set(on(4, 10, 12));
    assert_eq!(work(&store, tenant).await, (0, 1));
    let heard = ear.hears().await;
    let carried: Vec<_> =
        heard.into_iter().filter(|(topic, _)| *topic == "package.carried_over").collect();
    let told = Ear::only(carried, "package.carried_over");
    let until: Timestamp = on(5, 10, 12);
    let expected = json!({
        "subscriber": "jane", "by": "operator", "subscription": told["subscription"],
        "service": "jane", "product": "month", "from_grant": first, "grant": first + 2,
        "data_octets": 4 * GB, "online_s": null, "valid_until": until.to_string(), "times": 1,
        "at": on(4, 10, 12).to_string(),
    });
    assert_eq!(told, expected);
    work(&store, tenant).await;
    assert_eq!(ear.hears().await, []);
    store.close().await;
}
