//! The snapshot for a start without the store, and the store that comes back.

use std::net::IpAddr;
use std::num::{NonZeroU16, NonZeroU32};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aaa_engine::auth::Credential;
use aaa_engine::catalogue::{ServiceLimits, TemplateDraft};
use aaa_engine::enforcement::CoaAbility;
use aaa_engine::ports::{
    Batch, Device, Directory as _, JournalPosition, ListenerName, NasId, Sink as _,
};
use aaa_engine::session::{Session, SessionId};
use aaa_engine::{
    AddressSpace, Identifier, Lease, LineIdentifier, LineKind, MacAddress, PoolAddress, PoolId,
    ReplyAttributes, StoredLease, StoredMeter,
};
use entitlement::{Meter, Networks, ServiceId, Standing, TenantId, Timestamp};
use radius_dict::Dictionary;
use radius_proto::Secret;
use sqlx::{Connection as _, Executor as _};
use storage::{
    CoaUpdate, Follower, GoingOn, KeyRing, MemoryDirectory, NasUpdate, NewGrant, NewNas,
    NewService, OnExisting, ServiceUpdate, Snapshot, SnapshotError, SnapshotHead, Store,
    StoreError, StoreIdentity, StoreOptions,
};

use crate::ground::{Ground, default_tenant, gold_and_alice, new_nas, new_service, operator};

fn path(ground: &Ground) -> PathBuf {
    ground.folder.path().join("snapshot.weir")
}

async fn head(store: &Store) -> SnapshotHead {
    SnapshotHead {
        current_at: Timestamp::from_unix_ms(1_700_000_000_000),
        place: store.place().to_owned(),
        store: store.identity().await.unwrap(),
        node: "0123".to_owned(),
        position: Some(JournalPosition { segment: 7, offset: 99 }),
    }
}

fn read(ground: &Ground, place: &str, node: &str) -> Result<Snapshot, SnapshotError> {
    let keys = KeyRing::from_file(&ground.key_path()).unwrap();
    Snapshot::read(&path(ground), &keys, place, node)
}

/// One of each kind of address.
fn leases() -> Vec<StoredLease> {
    let of = |address: &str, station: &str| StoredLease {
        lease: Lease { pool: PoolId(3), address: PoolAddress::parse(address).unwrap() },
        tenant: TenantId(1),
        service: ServiceId(7),
        station: station.into(),
        leased_at: Timestamp::from_unix_ms(1_700_000_000_001),
    };
    vec![of("100.64.0.1", ""), of("2001:db8:7::/56", "02:00:00:00:00:01")]
}

/// What one service has used.
fn meters() -> Vec<StoredMeter> {
    let meter = Arc::<Meter>::default();
    vec![StoredMeter { tenant: TenantId(1), service: ServiceId(7), meter, notices: Vec::new() }]
}

/// What a server is doing, or nothing.
#[derive(Default)]
struct Doing {
    sessions: Vec<Vec<Session>>,
    leases: Vec<StoredLease>,
    meters: Vec<StoredMeter>,
}

impl GoingOn for Doing {
    fn sessions(&self) -> impl Iterator<Item = Vec<Session>> {
        self.sessions.iter().cloned()
    }

    fn leases(&self) -> impl Iterator<Item = Vec<StoredLease>> {
        std::iter::once(self.leases.clone())
    }

    fn meters(&self) -> impl Iterator<Item = StoredMeter> {
        self.meters.iter().cloned()
    }
}

async fn snapshot(ground: &Ground, store: &Store) -> Snapshot {
    let follower = store.follow().await.unwrap();
    let head = head(store).await;
    let directory = follower.directory();
    let going_on = Doing { leases: leases(), meters: meters(), ..Doing::default() };
    let octets = Snapshot::write(&path(ground), &head, &directory, &going_on).unwrap();
    assert_eq!(std::fs::metadata(path(ground)).unwrap().len(), octets);
    follower.stop().await;
    let snapshot = read(ground, store.place(), "0123").unwrap();
    assert_eq!(snapshot.head, head);
    assert_eq!(snapshot.leases, leases());
    assert_eq!(snapshot.meters, meters());
    snapshot
}

fn attributes(text: &str) -> Option<ReplyAttributes> {
    Some(ReplyAttributes::parse(text, Dictionary::builtin()).unwrap())
}

/// One of everything that a directory can hold.
async fn one_of_everything(store: &Store) -> TenantId {
    let (by, tenant) = (&operator(), gold_and_alice(store).await);
    let clock = entitlement::TimeZone::named("Asia/Almaty").unwrap();
    store.tenants().set_time_zone(by, "default", &clock).await.unwrap();
    let nas = NewNas {
        reply_attributes: attributes("Framed-MTU = 1492"),
        counters_swapped: true,
        coa: CoaUpdate {
            ability: Some(CoaAbility::DisconnectOnly),
            address: Some(Some([10, 0, 9, 1].into())),
            port: Some(Some(1_700)),
            secret: Some(Some(Secret::new("for coa").unwrap())),
            in_flight_max: Some(NonZeroU16::new(8)),
            requests_per_s_max: Some(NonZeroU32::new(50)),
        },
        ..new_nas("core", [10, 0, 0, 1])
    };
    let nas = store.nas(tenant).add(by, &nas).await.unwrap();
    store.nas(tenant).add(by, &new_nas("edge", [10, 0, 0, 2])).await.unwrap();
    store
        .plans(tenant)
        .update(by, "gold", |_| (), Some(attributes("Filter-Id = \"gold.in\"")))
        .await
        .unwrap();
    let services = store.services(tenant);
    let bob = NewService {
        fixed_ipv4: Some([10, 0, 0, 7].into()),
        networks: Networks {
            ipv6: Some("2001:db8::7".parse().unwrap()),
            ipv6_prefixes: vec!["2001:db8:0:7::/64".parse().unwrap()],
            delegated_ipv6_prefixes: vec!["2001:db8:1200::/40".parse().unwrap()],
            routes: vec!["198.51.100.0/29 10.0.0.7 5".parse().unwrap()],
        },
        lasts_from_first_use_s: Some(3_600),
        reply_attributes: attributes("Port-Limit = 2"),
        ..new_service("bob", "gold")
    };
    services.add(by, &bob).await.unwrap();
    let mac = NewService {
        credential: Credential::MacAddress,
        ..new_service("00:E1:0C:38:C8:F8", "gold")
    };
    services.add(by, &mac).await.unwrap();
    let suspended =
        ServiceUpdate { standing: Some(Standing::Suspended), ..ServiceUpdate::default() };
    services.update(by, "alice", &suspended).await.unwrap();
    let address = MacAddress([2, 0, 0, 0, 0, 1]);
    services.set_device(by, "bob", Device { address, is_allowed: true }).await.unwrap();
    let denied = Device { address: MacAddress([2, 0, 0, 0, 0, 2]), is_allowed: false };
    services.set_device(by, "bob", denied).await.unwrap();
    services.remove_devices(by, "bob", Some(address)).await.unwrap();
    for (kind, nas) in [(LineKind::Port, Some(nas.id)), (LineKind::CircuitId, None)] {
        let line = LineIdentifier::new(kind, nas, b"ether5").unwrap();
        services.add_line(by, "bob", &line).await.unwrap();
    }
    let validity = entitlement::Validity {
        from: Some(Timestamp::from_unix_s(1_790_000_000)),
        until: Some(Timestamp::from_unix_s(2_790_000_000)),
    };
    let (priority, kind) = (7, entitlement::GrantKind::Bonus);
    let grant = NewGrant {
        amount: entitlement::Amount::Data(entitlement::Octets(10_000_000_000)),
        validity,
        priority,
        kind,
    };
    services.grant(by, "bob", &grant).await.unwrap();
    let online = entitlement::Amount::Online(entitlement::OnlineTime(36_000));
    services.grant(by, "bob", &NewGrant { amount: online, ..grant }).await.unwrap();
    let speed = entitlement::Speed {
        download: entitlement::BitsPerSecond(100_000_000),
        upload: entitlement::BitsPerSecond(20_000_000),
    };
    services.boost(by, "bob", speed, validity).await.unwrap();
    let throttle = entitlement::Throttle { speed, until: validity.until };
    services.throttle(by, "bob", throttle).await.unwrap();
    let (until, cycle_from) = (validity.until.unwrap(), validity.from);
    services.renew(by, "bob", until, cycle_from).await.unwrap();
    let monthly = entitlement::Quota {
        name: "monthly".into(),
        window: entitlement::Window::Month,
        allowance: entitlement::Allowance::Data {
            octets: entitlement::Octets(5),
            direction: Default::default(),
        },
        free: None,
        zero_rated: Vec::new(),
        tiers: Vec::new(),
    };
    let terms = entitlement::Terms { quotas: vec![monthly], ..Default::default() };
    store.plans(tenant).add(by, "family", &terms, None).await.unwrap();
    for login in ["hana", "ida", "jo"] {
        let subscriber = (login != "hana").then(|| "hana".to_owned());
        let new = NewService { subscriber, ..new_service(login, "family") };
        services.add(by, &new).await.unwrap();
    }
    services.share(by, "ida", "hana", std::num::NonZeroU64::new(3)).await.unwrap();
    services.share(by, "jo", "hana", None).await.unwrap();
    services.unshare(by, "jo").await.unwrap();
    let homes = AddressSpace::ipv6(&["2001:db8:ff00::/40"], 56, &["2001:db8:ff00::/56"]).unwrap();
    store.pools(tenant).set(by, "homes", &homes, 80).await.unwrap();
    let lines = AddressSpace::ipv4(&["100.64.0.0/24"], &[""; 0]).unwrap();
    store.pools(tenant).set(by, "lines", &lines, 90).await.unwrap();
    let limits = ServiceLimits { timeout_s: Some(720), ..ServiceLimits::default() };
    let name = "tiered".into();
    let tiered = TemplateDraft { name, limits, ..TemplateDraft::default() };
    store.service_templates(tenant).add(by, tiered).await.unwrap();
    let of_plan = |terms: &mut entitlement::Terms| terms.services = vec!["tiered".parse().unwrap()];
    store.plans(tenant).update(by, "gold", of_plan, None).await.unwrap();
    tenant
}

/// Everything that a directory answers, in words; sealed things opened.
fn answers(directory: &MemoryDirectory, tenant: TenantId) -> Vec<String> {
    let mut answers = vec![format!("{:?} {:?}", directory.counts(), directory.pools())];
    let listener = ListenerName("default".into());
    for last in 1..=3 {
        let nas = directory.nas(&listener, IpAddr::from([10, 0, 0, last]));
        answers.push(format!("{nas:?}"));
    }
    let nases = (1..5).filter_map(|id| directory.nas_by_id(NasId(id)));
    answers.extend(nases.map(|nas| format!("{}", nas.name)));
    for id in 1..9 {
        let service = directory.service(tenant, ServiceId(id));
        let credential = service.as_ref().map(|service| directory.open_credential(service));
        answers.push(format!("{service:?} {:?}", credential.is_some_and(|opened| opened.is_ok())));
    }
    for login in ["alice", "bob", "carol", "00:E1:0C:38:C8:F8"] {
        let service = directory.service_by_login(tenant, login.as_bytes());
        answers.push(format!("{login} {:?}", service.map(|service| service.id)));
    }
    let mut identifiers = vec![Identifier::Address([10, 0, 0, 7].into())];
    for nas in [None, Some(NasId(1))] {
        for kind in [LineKind::Port, LineKind::CircuitId] {
            let line = LineIdentifier::new(kind, nas, b"ether5").unwrap();
            identifiers.push(Identifier::Line(line));
        }
    }
    answers.push(format!("{:?}", directory.service_catalogue(tenant)));
    for identifier in identifiers {
        let service = directory.service_by_identifier(tenant, &identifier);
        answers.push(format!("{identifier:?} {:?}", service.map(|service| service.id)));
    }
    answers
}

pub async fn everything_the_loader_gives_comes_back(ground: &Ground) {
    let store = ground.open().await;
    let tenant = one_of_everything(&store).await;
    let follower = store.follow().await.unwrap();
    let loaded = follower.directory();
    let bob = loaded.service_by_login(tenant, b"bob").unwrap();
    // Nothing that could be forgotten is at its default.
    assert!(bob.entitlement.networks.is_some() && bob.entitlement.first_use.is_some());
    assert!(bob.devices.as_ref().is_some_and(|devices| devices.reset_at.is_some()));
    assert_eq!(loaded.service_catalogue(tenant).templates().count(), 1);
    let extras = bob.entitlement.extras.as_deref().unwrap();
    assert!(extras.cycle_from.is_some() && extras.throttle.is_some());
    assert_eq!(extras.grants.len() + extras.boosters.len(), 3);
    assert!(bob.reply_attributes.is_some() && bob.plan_reply_attributes.is_some());
    let snapshot = snapshot(ground, &store).await;
    assert_eq!(answers(&snapshot.directory, tenant), answers(&loaded, tenant));
    assert_eq!(snapshot.directory.tenant("default").unwrap(), tenant);
    for login in ["alice", "bob", "00:E1:0C:38:C8:F8"] {
        let opened = |directory: &MemoryDirectory| {
            let service = directory.service_by_login(tenant, login.as_bytes()).unwrap();
            directory.open_credential(&service).unwrap()
        };
        assert_eq!(opened(&snapshot.directory), opened(&loaded), "{login}");
    }
    let octets = std::fs::read(path(ground)).unwrap();
    for secret in ["opensesame", "nas secret", "alice", "core"] {
        let found = octets.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!found, "`{secret}` stands in the snapshot");
    }
    follower.stop().await;
    store.close().await;
}

pub async fn a_store_that_arrives_changes_what_changed_and_no_moment_is_without_the_rest(
    ground: &Ground,
) {
    let store = ground.open().await;
    let tenant = one_of_everything(&store).await;
    let snapshot = snapshot(ground, &store).await;
    let (follower, arrival) = Follower::away(snapshot.directory, store.place());
    let directory = follower.directory();
    let error = follower.sync().await.unwrap_err();
    assert!(error.is_away(), "{error}");

    let (by, services) = (&operator(), store.services(tenant));
    store
        .plans(tenant)
        .update(by, "gold", |terms| terms.pool = Some("new".into()), None)
        .await
        .unwrap();
    services.remove(by, "alice").await.unwrap();
    services.add(by, &new_service("carol", "gold")).await.unwrap();
    store.nas(tenant).remove(by, "edge").await.unwrap();
    let renamed = NasUpdate { counters_swapped: Some(false), ..NasUpdate::default() };
    store.nas(tenant).update(by, "core", &renamed).await.unwrap();
    assert!(directory.service_by_login(tenant, b"alice").is_some());

    let arrived = AtomicBool::new(false);
    let looks = std::thread::scope(|scope| {
        let looking = scope.spawn(|| {
            let mut looks = 0_u64;
            while !arrived.load(Ordering::Acquire) {
                assert!(directory.service_by_login(tenant, b"bob").is_some(), "bob is unknown");
                looks += 1;
            }
            looks
        });
        let work = async { arrival.follow(store.clone()).await.unwrap() };
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(work));
        arrived.store(true, Ordering::Release);
        looking.join().unwrap()
    });
    assert!(looks > 0);
    let fresh = store.follow().await.unwrap();
    assert_eq!(answers(&directory, tenant), answers(&fresh.directory(), tenant));
    fresh.stop().await;
    // And from now on it is followed.
    services.add(by, &new_service("dora", "gold")).await.unwrap();
    follower.sync().await.unwrap();
    assert!(directory.service_by_login(tenant, b"dora").is_some());
    follower.stop().await;
    store.close().await;
}

pub async fn another_store_or_journal_is_refused_and_not_changed(ground: &Ground) {
    let store = ground.open().await;
    default_tenant(&store).await;
    drop(snapshot(ground, &store).await);
    let other = |what: &str, result: Result<Snapshot, SnapshotError>| {
        let error = result.unwrap_err();
        assert!(matches!(error, SnapshotError::Other { .. }), "{error}");
        assert!(error.to_string().contains(what), "{error}");
    };
    other("the store", read(ground, "postgres://elsewhere/weir", "0123"));
    other("the journal", read(ground, store.place(), "4567"));
    let identity = store.identity().await.unwrap();
    store.close().await;
    let open = async |only: StoreIdentity| {
        let keys = KeyRing::from_file(&ground.key_path()).unwrap();
        let options = StoreOptions { only: Some(only), ..StoreOptions::default() };
        Store::open(&ground.url, keys, options).await
    };
    open(identity).await.unwrap().close().await;
    let error = open(StoreIdentity(identity.0 + 1)).await.unwrap_err();
    assert!(matches!(error, StoreError::Another { .. }), "{error}");
    assert!(!error.is_away());
}

pub async fn the_directory_of_a_store_that_was_set_back_is_read_again(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let follower = store.follow().await.unwrap();
    let sink = store.sink("node");
    let batch =
        |offset| Batch { entries: Vec::new(), position: JournalPosition { segment: 1, offset } };
    sink.apply(batch(10)).await.unwrap();
    sink.apply(batch(20)).await.unwrap();
    let pool = AddressSpace::ipv4(&["100.64.0.0/24"], &[""; 0]).unwrap();
    store.pools(tenant).set(&operator(), "pppoe", &pool, 90).await.unwrap();
    // What a copy that was behind looks like: no change says that it is another one.
    ground.execute("update journal_position set octet = 10").await;
    ground.execute("update plan set name = 'silver'").await;
    ground.execute("delete from pool").await;
    let plan = || {
        let alice = follower.directory().service_by_login(tenant, b"alice").unwrap();
        alice.plan_name.to_string()
    };
    follower.sync().await.unwrap();
    assert_eq!(plan(), "gold");
    sink.apply(batch(30)).await.unwrap_err();
    let found = sink.position().await.unwrap();
    assert_eq!(found, Some(JournalPosition { segment: 1, offset: 10 }));
    follower.sync().await.unwrap();
    assert_eq!(plan(), "silver");
    assert_eq!(follower.directory().pools(), []);
    sink.apply(batch(30)).await.unwrap();
    follower.stop().await;
    store.close().await;
}

pub async fn a_store_that_is_set_back_while_it_is_read_is_read_once_more(ground: &Ground) {
    if ground.is_sqlite() {
        // Nobody can be kept from reading there.
        return;
    }
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let follower = store.follow().await.unwrap();
    let sink = store.sink("node");
    let position = JournalPosition { segment: 1, offset: 20 };
    sink.apply(Batch { entries: Vec::new(), position }).await.unwrap();
    let mut other = sqlx::PgConnection::connect(&ground.url).await.unwrap();
    other.execute("begin; lock table service in access exclusive mode").await.unwrap();
    ground.execute("update journal_position set octet = 10").await;
    sink.position().await.unwrap();
    let waiting = "select count(*)::text from pg_locks l join pg_database d on d.oid = l.database \
                   where not l.granted and d.datname = current_database()";
    let blocked = async {
        while ground.text(waiting).await == "0" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), blocked).await.expect("a reader that waits");
    // It has read the plans by now.
    ground.execute("update plan set name = 'silver'").await;
    ground.execute("update journal_position set octet = 5").await;
    sink.position().await.unwrap();
    other.execute("rollback").await.unwrap();
    other.close().await.unwrap();
    follower.sync().await.unwrap();
    let alice = follower.directory().service_by_login(tenant, b"alice").unwrap();
    assert_eq!(&*alice.plan_name, "silver");
    follower.stop().await;
    store.close().await;
}

pub async fn another_store_in_the_place_of_the_one_that_was_opened_gets_nothing(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node");
    let batch =
        |offset| Batch { entries: Vec::new(), position: JournalPosition { segment: 1, offset } };
    sink.apply(batch(20)).await.unwrap();
    // As where a name leads to another server from now on, which knows nothing of this journal.
    ground.execute("update store set created_at = created_at + 1").await;
    ground.execute("delete from journal_position").await;
    for _ in 0..2 {
        let error = sink.apply(batch(30)).await.unwrap_err();
        assert!(error.reason.contains("another store answers"), "{error}");
        let error = sink.position().await.unwrap_err();
        assert!(error.reason.contains("another store answers"), "{error}");
    }
    let rows = ground.text("select cast(count(*) as text) from journal_position").await;
    assert_eq!(rows, "0");
    ground.execute("update store set created_at = created_at - 1").await;
    assert_eq!(sink.position().await.unwrap(), None);
    sink.apply(batch(30)).await.unwrap();
    store.close().await;
}

pub async fn a_batch_that_was_taken_without_a_word_is_missed_when_it_is_lost(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node");
    let batch =
        |offset| Batch { entries: Vec::new(), position: JournalPosition { segment: 1, offset } };
    sink.apply(batch(10)).await.unwrap();
    // The store takes one, and the connection breaks before it can say so.
    store.sink("node").apply(batch(20)).await.unwrap();
    sink.apply(batch(20)).await.unwrap();
    ground.execute("update journal_position set octet = 10").await;
    let error = sink.apply(batch(30)).await.unwrap_err();
    assert!(error.reason.contains("stood at 1:20"), "{error}");
    store.close().await;
}

pub async fn a_snapshot_that_cannot_be_written_leaves_nothing_behind(ground: &Ground) {
    let store = ground.open().await;
    let follower = store.follow().await.unwrap();
    std::fs::create_dir(path(ground)).unwrap();
    let head = head(&store).await;
    let directory = follower.directory();
    let written = Snapshot::write(&path(ground), &head, &directory, &Doing::default());
    assert!(matches!(written, Err(SnapshotError::Io(_))), "{written:?}");
    let left = std::fs::read_dir(ground.folder.path()).unwrap();
    let left: Vec<_> = left.map(|file| file.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name != "snapshot.weir.new"), "{left:?}");
    follower.stop().await;
    store.close().await;
}

/// The figures in docs/decisions/0013-snapshot.md.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "soak: a snapshot of 100,000 services and as many sessions"]
#[allow(
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "it measures time, and its numbers are small"
)]
async fn long_soak_of_a_snapshot_of_100_000_services() {
    const SERVICES: usize = 100_000;
    let ground = Ground::sqlite();
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let line = |number: usize| NewService {
        credential: Credential::clear_text(format!("secret{number}")),
        ..new_service(&format!("subscriber{number:06}@isp.example"), "gold")
    };
    let lines: Vec<_> = (1..SERVICES).map(line).collect();
    store.services(tenant).import(&operator(), &lines, OnExisting::Refuse).await.unwrap();
    let session = |number: usize| Session {
        id: SessionId(std::array::from_fn(|at| (number >> (8 * (at % 4))) as u8)),
        tenant,
        nas: NasId(1),
        acct_session_id: format!("{number:08x}").as_bytes().into(),
        login: format!("subscriber{number:06}@isp.example").into(),
        calling_station_id: "02:00:00:00:00:01".into(),
        framed_ipv4: Some([100, 64, 0, 1].into()),
        ipv6: Default::default(),
        service: Some(ServiceId(number as i64)),
        activated: None,
        interim_interval_s: None,
        started_at: Timestamp::from_unix_s(1_700_000_000),
        last_seen_at: Timestamp::from_unix_s(1_700_003_600),
        ended: None,
        silent_since: None,
        counters: Default::default(),
        enforced: Default::default(),
    };
    let began = std::time::Instant::now();
    let follower = store.follow().await.unwrap();
    let loaded = began.elapsed();
    let head = head(&store).await;
    let shard = |shard| (shard..SERVICES).step_by(16).map(session).collect();
    let sessions = (0..16).map(shard).collect();
    let began = std::time::Instant::now();
    let going_on = Doing { sessions, ..Doing::default() };
    let octets = Snapshot::write(&path(&ground), &head, &follower.directory(), &going_on).unwrap();
    let written = began.elapsed();
    let began = std::time::Instant::now();
    let snapshot = read(&ground, store.place(), "0123").unwrap();
    let took = began.elapsed();
    assert_eq!(snapshot.directory.counts(), follower.directory().counts());
    assert_eq!(snapshot.sessions.len(), SERVICES);
    eprintln!(
        "{SERVICES} services and as many sessions: {octets} octets, written in {written:?}, read \
         in {took:?}; loaded from SQLite in {loaded:?}"
    );
    follower.stop().await;
    store.close().await;
}
