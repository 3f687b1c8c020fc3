//! Data that services of a subscriber share: what the store keeps, refuses, and gives to the directory.

use std::num::NonZeroU64;
use std::sync::Arc;

use aaa_engine::ports::{Directory as _, Service, Share, Sink as _};
use aaa_engine::{AccountingKind, StoredMeter};
use entitlement::{
    Allowance, Amount, Direction, EXTRA_PRIORITY_DEFAULT, Entitlement, GrantKind, Meter, Octets,
    OnlineTime, Quota, ServiceId, SessionKey, Shared, TenantId, Timestamp, UsageRecord, Validity,
    Window,
};
use storage::{
    Kind, MemoryDirectory, NewGrant, NewService, OnExisting, ServiceUpdate, ShareRefusal, Store,
    StoreError, TouchedServices,
};

use crate::ground::{Ground, SetClock, gold_and_alice, new_service, operator};
use crate::sink::{at, batch, event};

const GB: u64 = 1_000_000_000;

fn quota(window: Window, allowance: Allowance) -> Quota {
    Quota {
        name: "monthly".into(),
        window,
        allowance,
        free: None,
        zero_rated: Vec::new(),
        tiers: Vec::new(),
    }
}

fn data(octets: u64) -> Allowance {
    Allowance::Data { octets: Octets(octets), direction: Direction::Both }
}

fn of_alice(login: &str) -> NewService {
    NewService { subscriber: Some("alice".to_owned()), ..new_service(login, "gold") }
}

/// Alice, Bob and Carol, all of subscriber `alice`, each with 100 GB a month, and Dave, who is not.
pub async fn family(store: &Store) -> TenantId {
    let tenant = gold_and_alice(store).await;
    let quotas = vec![quota(Window::Month, data(100 * GB))];
    let set = |terms: &mut entitlement::Terms| terms.quotas = quotas;
    store.plans(tenant).update(&operator(), "gold", set, None).await.unwrap();
    for new in [of_alice("bob"), of_alice("carol"), new_service("dave", "gold")] {
        store.services(tenant).add(&operator(), &new).await.unwrap();
    }
    tenant
}

fn found(directory: &MemoryDirectory, tenant: TenantId, login: &str) -> Service {
    directory.service_by_login(tenant, login.as_bytes()).unwrap()
}

fn octets(octets: u64) -> Option<NonZeroU64> {
    NonZeroU64::new(octets)
}

pub async fn what_is_shared_reaches_the_directory_and_goes_again(ground: &Ground) {
    let clock = SetClock::at(at(0));
    let store = ground.open_by(&clock).await;
    let (by, tenant) = (&operator(), family(&store).await);
    let services = store.services(tenant);
    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    let of = |login: &str| found(&directory, tenant, login);
    let shared = services.share(by, "bob", "alice", octets(5 * GB)).await.unwrap();
    assert_eq!((shared.login.as_str(), shared.lead_login.as_str()), ("bob", "alice"));
    clock.set(at(60));
    services.share(by, "carol", "alice", None).await.unwrap();
    follower.sync().await.unwrap();
    let (alice, bob, carol) = (of("alice"), of("bob"), of("carol"));
    let lead = |limit_octets, alice: &Service| Shared {
        lead: alice.id,
        limit_octets,
        of: Some(alice.entitlement.clone()),
    };
    assert_eq!(bob.entitlement.shared.as_deref(), Some(&lead(octets(5 * GB), &alice)));
    assert_eq!(carol.entitlement.shared.as_deref(), Some(&lead(None, &alice)));
    let since = |from, until| Validity { from: Some(from), until };
    let share = |validity| Share { lead: alice.id, login: "alice".into(), validity };
    assert_eq!(bob.shares.as_deref(), Some(&share(since(at(0), None))));
    assert_eq!(alice.members.as_deref(), Some(&[bob.id, carol.id][..]));
    assert_eq!((alice.shares, alice.entitlement.shared.clone()), (None, None));
    assert_eq!(of("dave").shares, None);
    assert_eq!(services.shares("alice").await.unwrap(), None);
    assert_eq!(services.shares("bob").await.unwrap(), Some(shared.clone()));
    let members = services.members("alice").await.unwrap();
    assert_eq!(members.iter().map(|of| of.login.as_str()).collect::<Vec<_>>(), ["bob", "carol"]);
    assert_eq!(members[0], shared);

    // Another limit is no other beginning.
    let changed = services.share(by, "bob", "alice", octets(7 * GB)).await.unwrap();
    assert_eq!((changed.limit_octets, changed.since), (octets(7 * GB), at(0)));
    let entry = store.audit(tenant).latest(1).await.unwrap().remove(0);
    assert_eq!((entry.kind, entry.name.as_str()), (Kind::Service, "bob"));
    assert!(entry.after.unwrap().contains("7000000000"));

    // What the lead gets, all have, and all are looked at.
    follower.sync().await.unwrap();
    directory.touched().await;
    let grant = NewGrant {
        amount: Amount::Data(Octets(GB)),
        validity: Validity::default(),
        priority: EXTRA_PRIORITY_DEFAULT,
        kind: GrantKind::Purchased,
    };
    services.grant(by, "alice", &grant).await.unwrap();
    follower.sync().await.unwrap();
    assert_eq!(directory.touched().await, TouchedServices::These(vec![alice.id, bob.id, carol.id]));
    let shared = of("bob").entitlement.shared.unwrap();
    let extras = shared.of.as_ref().unwrap().extras.as_ref().unwrap();
    assert_eq!(extras.grants[0].amount, Amount::Data(Octets(GB)));
    assert_eq!(shared.limit_octets, octets(7 * GB));

    clock.set(at(90));
    let ended = services.unshare(by, "bob").await.unwrap();
    assert_eq!(ended.lead_login, "alice");
    follower.sync().await.unwrap();
    let bob = of("bob");
    assert_eq!(bob.entitlement.shared, None);
    assert_eq!(of("alice").members.as_deref(), Some(&[carol.id][..]));
    assert_eq!(services.shares("bob").await.unwrap(), None);
    // Reports of the time before may be late: only of what was over days ago nothing is known.
    ground.execute("update service_share set until_at = 9000000000000 where until_at > 0").await;
    directory.touched().await;
    let rename = ServiceUpdate { valid_from: Some(Some(at(1))), ..ServiceUpdate::default() };
    services.update(by, "bob", &rename).await.unwrap();
    follower.sync().await.unwrap();
    let until = Some(Timestamp::from_unix_ms(9_000_000_000_000));
    assert_eq!(of("bob").shares.as_deref(), Some(&share(since(at(0), until))));
    follower.stop().await;
}

fn refusal<T: std::fmt::Debug>(result: Result<T, StoreError>) -> ShareRefusal {
    match result.unwrap_err() {
        StoreError::NotShared(refusal) => refusal,
        other => panic!("{other}"),
    }
}

pub async fn what_cannot_be_shared_is_refused_and_nothing_written(ground: &Ground) {
    let store = ground.open().await;
    let (by, tenant) = (&operator(), family(&store).await);
    let services = store.services(tenant);
    let word = |text: &str| text.to_owned();
    let refused = refusal(services.share(by, "bob", "bob", None).await);
    assert_eq!(refused, ShareRefusal::Itself { login: word("bob") });
    let refused = refusal(services.share(by, "dave", "alice", None).await);
    let (subscriber, lead) = (word("dave"), word("alice"));
    assert_eq!(refused, ShareRefusal::OtherSubscriber { login: word("dave"), subscriber, lead });
    let most = i64::MAX.unsigned_abs();
    let refused = refusal(services.share(by, "bob", "alice", octets(most + 1)).await);
    assert_eq!(refused, ShareRefusal::Limit { octets: most + 1 });
    assert!(refused.to_string().contains("`limit`"), "{refused}");
    assert!(refused.to_string().contains("1 to 9223372036854775807"), "{refused}");
    let missing = services.share(by, "bob", "alicia", None).await.unwrap_err();
    assert!(matches!(missing, StoreError::NotFound { what: Kind::Service, .. }), "{missing}");
    let refused = refusal(services.unshare(by, "bob").await);
    assert_eq!(refused, ShareRefusal::NotShared { login: word("bob") });
    // Neither time online nor sessions are shared.
    for quotas in [
        Vec::new(),
        vec![
            quota(Window::Month, Allowance::Online(OnlineTime(60))),
            Quota { name: "session".into(), ..quota(Window::Session, data(GB)) },
        ],
    ] {
        let set = |terms: &mut entitlement::Terms| terms.quotas = quotas;
        store.plans(tenant).update(by, "gold", set, None).await.unwrap();
        let refused = refusal(services.share(by, "bob", "alice", None).await);
        let (lead, plan) = (word("alice"), word("gold"));
        assert_eq!(refused, ShareRefusal::NoQuota { lead, plan });
    }
    assert_eq!(ground.text("select cast(count(*) as text) from service_share").await, "0");
    let set = |terms: &mut entitlement::Terms| {
        terms.quotas = vec![quota(Window::Day, data(GB))];
    };
    store.plans(tenant).update(by, "gold", set, None).await.unwrap();
    services.share(by, "bob", "alice", None).await.unwrap();
    // Data of its own it could not use.
    let grant = |amount| NewGrant {
        amount,
        validity: Validity::default(),
        priority: EXTRA_PRIORITY_DEFAULT,
        kind: GrantKind::Purchased,
    };
    let data = grant(Amount::Data(Octets(GB)));
    let refused = refusal(services.grant(by, "bob", &data).await);
    assert_eq!(refused, ShareRefusal::HasNoOwn { login: word("bob"), lead: word("alice") });
    services.grant(by, "bob", &grant(Amount::Online(OnlineTime(60)))).await.unwrap();
    // No chain, from neither end, and not two leads.
    let refused = refusal(services.share(by, "carol", "bob", None).await);
    assert_eq!(refused, ShareRefusal::LeadShares { lead: word("bob"), of: word("alice") });
    let refused = refusal(services.share(by, "alice", "carol", None).await);
    assert_eq!(refused, ShareRefusal::IsLead { login: word("alice"), count: 1 });
    let refused = refusal(services.share(by, "bob", "carol", None).await);
    assert_eq!(refused, ShareRefusal::Already { login: word("bob"), lead: word("alice") });
    // A lead goes when nobody is left that has its data.
    let in_use = services.remove(by, "alice").await.unwrap_err().to_string();
    assert!(in_use.contains("service `bob`, which shares its data"), "{in_use}");
    let follower = store.follow().await.unwrap();
    services.remove(by, "bob").await.unwrap();
    follower.sync().await.unwrap();
    assert_eq!(found(&follower.directory(), tenant, "alice").members, None);
    services.share(by, "carol", "alice", None).await.unwrap();
    services.unshare(by, "carol").await.unwrap();
    services.remove(by, "alice").await.unwrap();
    follower.sync().await.unwrap();
    assert_eq!(found(&follower.directory(), tenant, "carol").entitlement.shared, None);
    follower.stop().await;
}

pub async fn a_group_has_a_thousand_services_at_most(ground: &Ground) {
    let store = ground.open().await;
    let (by, tenant) = (&operator(), family(&store).await);
    let services = store.services(tenant);
    let many: Vec<_> = (0..997).map(|number| of_alice(&format!("m{number}"))).collect();
    services.import(by, &many, OnExisting::Refuse).await.unwrap();
    let share = "insert into service_share (service_id, tenant_id, lead_id, from_at) select s.id, \
                 s.tenant_id, l.id, 0 from service s join service l on l.login = 'alice' \
                 where s.login like 'm%'";
    ground.execute(share).await;
    services.share(by, "bob", "alice", None).await.unwrap();
    services.share(by, "carol", "alice", None).await.unwrap();
    assert_eq!(services.members("alice").await.unwrap().len(), 999);
    services.add(by, &of_alice("eve")).await.unwrap();
    let refused = services.share(by, "eve", "alice", None).await.unwrap_err();
    let too_many = ShareRefusal::TooMany { lead: "alice".to_owned() };
    assert!(matches!(&refused, StoreError::NotShared(of) if *of == too_many), "{refused}");
    assert!(refused.to_string().contains("1000 at most"), "{refused}");
    services.unshare(by, "m5").await.unwrap();
    services.share(by, "eve", "alice", None).await.unwrap();
}

/// A service with the data of the quota.
pub fn rights(directory: &MemoryDirectory, tenant: TenantId, login: &str) -> Entitlement {
    found(directory, tenant, login).entitlement
}

pub async fn both_meters_of_a_report_are_kept_once(ground: &Ground) {
    let store = ground.open().await;
    let (by, tenant) = (&operator(), family(&store).await);
    let services = store.services(tenant);
    services.share(by, "bob", "alice", None).await.unwrap();
    let follower = store.follow().await.unwrap();
    let alice = rights(&follower.directory(), tenant, "alice");
    let [lead, bob] = ["alice", "bob"].map(|login| found(&follower.directory(), tenant, login).id);
    let (mut of_lead, mut own) = (Meter::default(), Meter::default());
    let mut said = |second: i64, octets: u64| {
        let usage = UsageRecord {
            session: SessionKey([1; 16]),
            from: at(second),
            to: at(second),
            upload_octets: 0,
            download_octets: octets,
            online_s: 0,
        };
        of_lead.consume(&alice, &usage);
        own.count_share(lead, &alice, &usage);
        let stored = |service: ServiceId, meter: &Meter| {
            Some(StoredMeter {
                tenant,
                service,
                meter: Arc::new(meter.clone()),
                notices: Vec::new(),
            })
        };
        let mut event = event(1, second, AccountingKind::Interim);
        (event.tenant, event.service) = (tenant, Some(bob));
        (event.meter, event.lead_meter) = (stored(bob, &own), stored(lead, &of_lead));
        event
    };
    let (first, second) = (said(10, 300), said(20, 400));
    let sink = store.sink("node-1");
    sink.apply(batch(10, [second.clone(), first.clone()])).await.unwrap();
    // Once more behind it, as after a restore, and the older one last.
    sink.apply(batch(20, [second, first])).await.unwrap();
    let meters = store.meters(tenant).of_services(&[lead, bob, ServiceId(99)]).await.unwrap();
    assert_eq!(meters.keys().copied().collect::<Vec<_>>(), [lead, bob]);
    let charged = alice.quotas(Some(&meters[&lead].meter), None, at(20))[0].charged.units();
    let share = meters[&bob].meter.share_used(lead, &alice, at(20)).unwrap().octets;
    assert_eq!((charged, share), (700, 700));
    let all = sink.meters().await.unwrap();
    assert_eq!(all.len(), 2);
    follower.stop().await;
}
