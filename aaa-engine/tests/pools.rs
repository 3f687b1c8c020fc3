//! Addresses of pools that are managed here: never in two hands, and the same again where possible,
//! whatever NASes and restarts do.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::Ipv4Addr;
use std::sync::Arc;

use aaa_engine::auth::Credential;
use aaa_engine::session::{SessionId, SessionTable};
use aaa_engine::{
    Activity, AddressSpace, Check, Engine, Known, Lease, LeaseOrigin, Outcome, Pool, PoolAddress,
    PoolId, PoolUse, Question, Reason, StoredLease,
};
use common::*;
use entitlement::{Networks, Quarantine, ServiceId, Standing, Terms, Timestamp, WhenWithheld};
use proptest::prelude::*;
use radius_dict::{ReadAttributes as _, attr};
use radius_proto::{AttributeType, Packet};

fn pool(id: i64, name: &str, space: AddressSpace) -> Arc<Pool> {
    let (id, name) = (PoolId(id), name.into());
    Arc::new(Pool { id, tenant: TENANT, name, space, warning_percent: 50 })
}

fn ipv4(id: i64, name: &str, range: &str) -> Arc<Pool> {
    pool(id, name, AddressSpace::ipv4(&[range], &[""; 0]).unwrap())
}

/// A NAS, its operator, and what both remember.
struct World {
    engine: Engine,
    directory: Memory,
    activity: Activity,
    table: SessionTable,
    /// What the store has.
    leases: BTreeMap<Lease, StoredLease>,
    now: Timestamp,
    next_session: u32,
}

/// What a log-in got.
#[derive(Debug, Clone)]
struct Accepted {
    service: i64,
    station: String,
    address: Option<Ipv4Addr>,
    class: Vec<u8>,
    at: Timestamp,
}

impl World {
    fn new(services: i64, terms: &Terms, pools: Vec<Arc<Pool>>) -> Self {
        let mut directory = Memory { pools, ..Memory::default() };
        for service in 1..=services {
            let credential = Ok(Credential::clear_text("secret"));
            directory.add(service, &login(service), credential, entitlement(terms.clone()));
        }
        Self {
            engine: engine(),
            directory,
            activity: Activity::new(),
            table: SessionTable::default(),
            leases: BTreeMap::new(),
            now: NOW,
            next_session: 0,
        }
    }

    fn dial(&mut self, service: i64, station: &str) -> (Answered, Option<Accepted>) {
        // No two log-ins are at the same millisecond, of which the nonce is made here.
        self.now = Timestamp::from_unix_ms(self.now.unix_ms() + 1);
        let mut hidden = [0; 128];
        let request = access_request(|writer| {
            writer.attribute(AttributeType::USER_NAME, login(service).as_bytes()).unwrap();
            let (secret, authenticator) = (secret(), REQUEST_AUTHENTICATOR);
            let len =
                radius_proto::user_password::hide(b"secret", &mut hidden, &authenticator, &secret);
            writer.attribute(AttributeType::USER_PASSWORD, &hidden[..len.unwrap()]).unwrap();
            if !station.is_empty() {
                writer.attribute(AttributeType::CALLING_STATION_ID, station.as_bytes()).unwrap();
            }
        });
        let answered =
            answer_at(&self.engine, &self.directory, &self.activity, &nas(1), &request, self.now);
        let learned = answered.decision.attempt.learned;
        for lease in learned.leases.into_iter().flatten() {
            let stored = StoredLease {
                lease,
                tenant: TENANT,
                service: ServiceId(service),
                station: station.into(),
                leased_at: self.now,
                is_recorded: true,
            };
            self.leases.insert(lease, stored);
            self.activity.recorded(ServiceId(service), &[lease]);
        }
        let packet = answered.packet();
        let accepted = packet.first(AttributeType::CLASS).map(|class| Accepted {
            service,
            station: station.to_owned(),
            address: packet.get(attr::FRAMED_IP_ADDRESS),
            class: class.to_vec(),
            at: self.now,
        });
        (answered, accepted)
    }

    fn address(&mut self, service: i64, station: &str) -> Ipv4Addr {
        let (_, accepted) = self.dial(service, station);
        accepted.expect("an acceptance").address.expect("an address")
    }

    /// Sends an accounting packet of a session; without a number, of a new one.
    fn account(
        &mut self,
        status: u32,
        number: Option<u32>,
        accepted: &Accepted,
        reports: Option<Ipv4Addr>,
        has_class: bool,
    ) -> (u32, SessionId) {
        let number = number.unwrap_or_else(|| {
            self.next_session += 1;
            self.next_session
        });
        let request = accounting_request(|writer| {
            let mut write = |kind, value: &[u8]| writer.attribute(kind, value).unwrap();
            write(AttributeType::ACCT_STATUS_TYPE, &status.to_be_bytes());
            write(AttributeType::ACCT_SESSION_ID, format!("s{number}").as_bytes());
            write(AttributeType::USER_NAME, login(accepted.service).as_bytes());
            write(AttributeType::CALLING_STATION_ID, accepted.station.as_bytes());
            if has_class {
                write(AttributeType::CLASS, &accepted.class);
            }
            if let Some(address) = reports {
                write(AttributeType::FRAMED_IP_ADDRESS, &address.octets());
            }
        });
        let packet = Packet::parse(&request).unwrap();
        let nas = nas(1);
        let observation = self.engine.accounting(&self.directory, &nas, &packet, self.now).unwrap();
        let observed = self.table.observe(&observation);
        self.activity.observe(&self.directory, &observation, &observed);
        (number, observed.event.session)
    }

    /// What a SIGKILL and a start leave.
    fn restart(&mut self) {
        self.restart_with(self.leases.values().cloned().collect());
    }

    /// The leases as the server that runs tells them.
    fn told_leases(&self) -> Vec<StoredLease> {
        self.activity.leases(&self.directory).flatten().collect()
    }

    fn restart_with(&mut self, leases: Vec<StoredLease>) {
        self.activity = Activity::new();
        self.activity.forbid_takeover(self.now);
        self.activity.restore_leases(&self.directory, leases, self.now);
        for session in self.table.open() {
            self.activity.restore(&self.directory, session);
        }
    }

    fn pass_s(&mut self, seconds: i64) {
        self.now = self.now.plus_s(seconds);
    }

    fn pool_use(&self) -> PoolUse {
        self.activity.pool_use(&self.directory.pools[0], self.now)
    }
}

fn login(service: i64) -> String {
    format!("user{service}")
}

const START: u32 = 1;
const STOP: u32 = 2;
const INTERIM: u32 = 3;

#[test]
fn the_same_address_comes_again_and_newcomers_get_fresh_ones_first() {
    let mut world = World::new(3, &terms(), vec![ipv4(1, "pppoe", "10.0.0.0/30")]);
    let (answered, first) = world.dial(1, "a");
    let first = first.unwrap();
    assert_eq!(first.address, Some(Ipv4Addr::new(10, 0, 0, 0)));
    let packet = answered.packet();
    assert_eq!(packet.first(AttributeType(88)), None, "no Framed-Pool beside the address");
    let (number, _) = world.account(START, None, &first, first.address, true);
    world.pass_s(60);
    world.account(STOP, Some(number), &first, first.address, true);
    assert_eq!(world.address(2, "b"), Ipv4Addr::new(10, 0, 0, 1), "a fresh one");
    assert_eq!(world.address(1, "other"), Ipv4Addr::new(10, 0, 0, 0), "its own");
    assert_eq!(world.pool_use(), PoolUse { size: 4, in_use: 2, leased: 2 });
}

#[test]
fn a_renewal_has_nothing_to_record_and_a_new_lease_has() {
    let mut world = World::new(1, &terms(), vec![ipv4(1, "pppoe", "10.0.0.0/30")]);
    let learned = |answered: &Answered| {
        let leases = answered.decision.attempt.learned.leases;
        leases.into_iter().flatten().collect::<Vec<_>>()
    };
    let address = PoolAddress::Ipv4(Ipv4Addr::new(10, 0, 0, 0));
    let lease = Lease { pool: PoolId(1), address };
    let (answered, _) = world.dial(1, "a");
    assert_eq!(learned(&answered), [lease]);
    let (answered, _) = world.dial(1, "a");
    assert_eq!(learned(&answered), []);
    world.restart();
    world.pass_s(100);
    let (answered, _) = world.dial(1, "a");
    assert_eq!(learned(&answered), []);
    // By its station a session is found whose NAS reports no address.
    let (answered, _) = world.dial(1, "b");
    assert_eq!(learned(&answered).len(), 1);
}

#[test]
fn two_sessions_have_two_addresses_and_each_its_own_again() {
    let mut world = World::new(1, &terms(), vec![ipv4(1, "pppoe", "10.0.0.0/29")]);
    let (_, one) = world.dial(1, "a");
    let (_, other) = world.dial(1, "b");
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_ne!(one.address, other.address);
    let numbers = [&one, &other]
        .map(|accepted| world.account(START, None, accepted, accepted.address, true).0);
    world.pass_s(300);
    for (number, accepted) in numbers.into_iter().zip([&one, &other]) {
        world.account(STOP, Some(number), accepted, accepted.address, true);
    }
    world.restart();
    assert_eq!(Some(world.address(1, "b")), other.address);
    assert_eq!(Some(world.address(1, "a")), one.address);
}

#[test]
fn leases_that_are_told_come_back_as_they_were_also_those_of_a_pool_that_is_known_later() {
    let mut world = World::new(4, &terms(), vec![ipv4(1, "pppoe", "10.0.0.0/29")]);
    let (one, other) = (world.address(1, "a"), world.address(2, "b"));
    world.pass_s(300);
    assert_eq!(world.address(1, "a"), one, "a renewal");
    let renewed_at = world.now;
    let told = world.told_leases();
    let of = |service| {
        let mut told = told.iter().filter(move |lease| lease.service == ServiceId(service));
        told.next().unwrap().clone()
    };
    assert_eq!(told.len(), 2);
    assert_eq!(of(2), world.leases[&of(2).lease], "as it is stored");
    assert_eq!(of(1), StoredLease { leased_at: renewed_at, ..world.leases[&of(1).lease].clone() });

    let pools = std::mem::take(&mut world.directory.pools);
    world.restart_with(told.clone());
    assert_eq!(world.told_leases().len(), 2, "they are not lost though their pool is not known");
    world.restart_with(world.told_leases());
    world.directory.pools = pools;
    let third = world.address(3, "c");
    assert!(![one, other].contains(&third), "{third}");
    assert_eq!((world.address(2, "b"), world.address(1, "a")), (other, one));
    let mut again = world.told_leases();
    again.retain(|lease| lease.service == ServiceId(1));
    assert!(again[0].is_recorded && again[0].lease == of(1).lease);
    // One that the journal may not have is told again.
    let mut unrecorded = of(2);
    unrecorded.is_recorded = false;
    world.restart_with(vec![unrecorded.clone(), of(1)]);
    let recorded = |world: &mut World, service, station| {
        let (answered, _) = world.dial(service, station);
        answered.decision.attempt.learned.leases.into_iter().flatten().collect::<Vec<_>>()
    };
    assert_eq!(recorded(&mut world, 2, "b"), [unrecorded.lease]);
    assert_eq!(recorded(&mut world, 1, "a"), []);
}

#[test]
fn an_exhausted_pool_refuses_with_its_own_reason_and_is_warned_of_before() {
    let mut world = World::new(5, &terms(), vec![ipv4(1, "pppoe", "10.0.0.0/30")]);
    let (answered, _) = world.dial(1, "a");
    assert_eq!(answered.decision.notices, []);
    let (answered, second) = world.dial(2, "a");
    let [notice] = &answered.decision.notices[..] else { panic!("no warning at 50 %") };
    assert!(notice.is_filling && notice.in_use == 2);
    world.dial(3, "a");
    let (answered, _) = world.dial(4, "a");
    assert_eq!(answered.decision.notices, [], "said once");
    let (answered, refused) = world.dial(5, "a");
    assert_eq!(answered.decision.attempt.reason, Reason::PoolExhausted);
    assert_eq!(answered.decision.attempt.outcome, Outcome::Rejected);
    assert!(refused.is_none());
    let words = answered.packet().first(AttributeType::REPLY_MESSAGE).unwrap().to_vec();
    assert!(String::from_utf8(words).unwrap().contains("No address is free"));
    // Three whose sessions never begin, and one that goes on.
    let second = second.unwrap();
    world.account(START, None, &second, second.address, true);
    world.pass_s(60);
    let (used, notice) = world.activity.look_at_pool(&world.directory.pools[0], world.now);
    assert_eq!((used.in_use, used.leased), (1, 4));
    assert!(!notice.expect("there is room again").is_filling);
    // The one that has been unused for the longest time.
    assert_eq!(world.address(5, "a"), Ipv4Addr::new(10, 0, 0, 0));
    assert_eq!(world.address(1, "a"), Ipv4Addr::new(10, 0, 0, 2), "its own is another's by now");
}

#[test]
fn what_the_nas_says_is_what_is_in_use() {
    let mut world = World::new(3, &terms(), vec![ipv4(1, "pppoe", "10.0.0.0/31")]);
    let (_, one) = world.dial(1, "a");
    let one = one.unwrap();
    let other = Ipv4Addr::new(10, 0, 0, 1);
    let (number, _) = world.account(START, None, &one, Some(other), true);
    // Its own is free, and the one that it has is nobody else's.
    assert_eq!(world.pool_use().in_use, 1);
    world.pass_s(1);
    assert_eq!(world.address(2, "b"), Ipv4Addr::new(10, 0, 0, 0));
    let (answered, _) = world.dial(3, "c");
    assert_eq!(answered.decision.attempt.reason, Reason::PoolExhausted);
    world.account(STOP, Some(number), &one, Some(other), true);
    assert_eq!(world.address(3, "c"), other);
    // An address of no pool of ours is none of our concern.
    world.pass_s(100);
    let (_, one) = world.dial(1, "a");
    world.account(START, None, &one.unwrap(), Some(Ipv4Addr::new(192, 0, 2, 1)), true);
    assert_eq!(world.pool_use().in_use, 0);
}

#[test]
fn addresses_that_are_services_own_are_never_given() {
    let mut world = World::new(3, &terms(), vec![ipv4(1, "pppoe", "10.0.0.0/31")]);
    let own = Ipv4Addr::new(10, 0, 0, 0);
    world.directory.services.get_mut(&b"user3"[..]).unwrap().0.entitlement.fixed_ipv4 = Some(own);
    world.directory.identifiers.insert(aaa_engine::Identifier::Address(own), b"user3".to_vec());
    assert_eq!(world.address(1, "a"), Ipv4Addr::new(10, 0, 0, 1));
    let (answered, _) = world.dial(2, "b");
    assert_eq!(answered.decision.attempt.reason, Reason::PoolExhausted);
    let (answered, accepted) = world.dial(3, "c");
    assert_eq!(accepted.unwrap().address, Some(own));
    assert_eq!(answered.packet().first(AttributeType(88)), None);
}

#[test]
fn prefixes_of_both_kinds_are_given_beside_each_other() {
    let terms = Terms {
        ipv6_pool: Some("links".into()),
        delegated_ipv6_pool: Some("homes".into()),
        ..terms()
    };
    let links = AddressSpace::ipv6(&["2001:db8:1::/62"], 64, &[""; 0]).unwrap();
    let homes = AddressSpace::ipv6(&["2001:db8:2::/54"], 56, &[""; 0]).unwrap();
    let pools = vec![pool(1, "links", links), pool(2, "homes", homes)];
    let mut world = World::new(2, &terms, pools);
    let (answered, accepted) = world.dial(2, "a");
    let packet = answered.packet();
    // The pool of IPv4 addresses is the NAS's.
    assert_eq!(packet.first(AttributeType(88)), Some(&b"pppoe"[..]));
    assert!(
        packet.first(AttributeType(97)).unwrap().starts_with(&[0, 64, 0x20, 1, 0xd, 0xb8, 0, 1])
    );
    assert!(packet.first(AttributeType(123)).unwrap().starts_with(&[0, 56, 0x20, 1, 0xd, 0xb8]));
    assert_eq!(packet.first(AttributeType(100)), None, "no Framed-IPv6-Pool");
    assert_eq!(answered.decision.attempt.learned.leases.iter().flatten().count(), 2);
    world.account(START, None, &accepted.unwrap(), None, true);
    for pool in &world.directory.pools {
        assert_eq!(world.activity.pool_use(pool, world.now.plus_s(100)).in_use, 1);
    }
    // A prefix of one's own comes before the pool's.
    let networks = Networks {
        delegated_ipv6_prefixes: vec!["2001:db8:ff00::/48".parse().unwrap()],
        ..Networks::default()
    };
    let service = world.directory.services.get_mut(&b"user1"[..]).unwrap();
    service.0.entitlement.networks = Some(Arc::new(networks));
    let (answered, _) = world.dial(1, "b");
    let delegated = answered.packet().first(AttributeType(123)).unwrap().to_vec();
    assert!(delegated.starts_with(&[0, 48, 0x20, 1, 0xd, 0xb8, 0xff, 0]));
    assert_eq!(answered.decision.attempt.learned.leases.iter().flatten().count(), 1);
}

#[test]
fn a_quarantine_has_a_pool_of_its_own() {
    let quarantine =
        Quarantine { pool: Some("walled".into()), address_list: None, session_timeout_s: 300 };
    let terms = Terms { when_withheld: WhenWithheld::Quarantine(quarantine), ..terms() };
    let pools = vec![ipv4(1, "pppoe", "10.0.0.0/24"), ipv4(2, "walled", "172.16.0.0/24")];
    let mut world = World::new(1, &terms, pools);
    let full = world.address(1, "a");
    let service = world.directory.services.get_mut(&b"user1"[..]).unwrap();
    service.0.entitlement.standing = Standing::Suspended;
    let (answered, accepted) = world.dial(1, "a");
    assert_eq!(answered.decision.attempt.outcome, Outcome::Quarantined);
    assert_eq!(accepted.unwrap().address, Some(Ipv4Addr::new(172, 16, 0, 0)));
    assert_eq!(answered.decision.attempt.learned.leases.iter().flatten().count(), 1);
    let service = world.directory.services.get_mut(&b"user1"[..]).unwrap();
    service.0.entitlement.standing = Standing::Active;
    assert_eq!(world.address(1, "a"), full);
}

#[test]
fn asking_takes_nothing() {
    let mut world = World::new(3, &terms(), vec![ipv4(1, "pppoe", "10.0.0.0/31")]);
    let ask = |world: &World, service| {
        let nas = nas(1);
        let name = login(service);
        let request = access_request(|writer| {
            writer.attribute(AttributeType::USER_NAME, name.as_bytes()).unwrap();
            writer.attribute(AttributeType::CALLING_STATION_ID, b"a").unwrap();
        });
        let request = Packet::parse(&request).unwrap();
        let question = Question { nas: &nas, request: &request, at: world.now };
        let known = Known { directory: &world.directory, activity: &world.activity };
        let mut reply = [0; 4096];
        let explained = world.engine.explain(known, &question, &mut reply).unwrap();
        let address = explained.checks.iter().find_map(|check| match check {
            Check::Address { address, .. } => Some(*address),
            _ => None,
        });
        (explained.reason, address.expect("what it says of the address"))
    };
    let (zero, one) = (Ipv4Addr::new(10, 0, 0, 0), Ipv4Addr::new(10, 0, 0, 1));
    for _ in 0..3 {
        let (reason, address) = ask(&world, 1);
        assert_eq!(address, Some((PoolAddress::Ipv4(zero), LeaseOrigin::Fresh)));
        assert_eq!(reason, Reason::Ok);
    }
    assert_eq!(world.pool_use().in_use, 0);
    assert_eq!(world.address(2, "b"), zero);
    assert_eq!(world.address(3, "c"), one);
    assert_eq!(ask(&world, 1), (Reason::PoolExhausted, None));
    world.pass_s(100);
    assert_eq!(ask(&world, 3).1, Some((PoolAddress::Ipv4(one), LeaseOrigin::Again)));
    let (_, address) = ask(&world, 1);
    assert!(
        matches!(address, Some((PoolAddress::Ipv4(address), LeaseOrigin::TakenOver { .. })) if address == zero)
    );
    assert_eq!(world.address(2, "b"), zero, "asked about, and its own all the same");
}

#[test]
fn log_ins_at_once_share_no_address() {
    const THREADS: i64 = 6;
    const EACH: i64 = 10;
    for _ in 0..20 {
        let pools = vec![ipv4(1, "pppoe", "10.0.0.1-10.0.0.50")];
        let world = World::new(THREADS * EACH, &terms(), pools);
        let (engine, directory, activity) = (&world.engine, &world.directory, &world.activity);
        let given: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|thread| {
                    scope.spawn(move || {
                        let dial = |service| {
                            let request = pap(&login(service), "secret");
                            let nas = nas(1);
                            answer_at(engine, directory, activity, &nas, &request, NOW)
                        };
                        let services = 1 + thread * EACH..=(thread + 1) * EACH;
                        services.map(dial).collect::<Vec<_>>()
                    })
                })
                .collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        let addresses: Vec<_> = given
            .iter()
            .filter_map(|answered| answered.packet().get(attr::FRAMED_IP_ADDRESS))
            .collect();
        let distinct: HashSet<_> = addresses.iter().collect();
        assert_eq!((addresses.len(), distinct.len()), (50, 50));
        let reasons = given.iter().map(|answered| answered.decision.attempt.reason);
        assert_eq!(reasons.filter(|reason| *reason == Reason::PoolExhausted).count(), 10);
        let notices = given.iter().flat_map(|answered| &answered.decision.notices);
        assert_eq!(notices.count(), 1, "warned of once");
    }
}

/// What may happen.
#[derive(Debug, Clone)]
enum Happening {
    LogIn { service: i64, station: u8 },
    Start { which: usize, report: Report, has_class: bool },
    Interim { which: usize, report: Report },
    Stop { which: usize },
    Pass { seconds: i64 },
    Silence,
    Restart { is_of_snapshot: bool },
}

/// What a NAS says about the address.
#[derive(Debug, Clone, Copy)]
enum Report {
    Leased,
    Nothing,
    /// A free one of the pool, by its number.
    Another(u8),
    Outside,
}

const SERVICES: i64 = 7;
const ADDRESSES: u8 = 8;

fn report() -> impl Strategy<Value = Report> {
    prop_oneof![
        6 => Just(Report::Leased),
        2 => Just(Report::Nothing),
        1 => (0..ADDRESSES).prop_map(Report::Another),
        1 => Just(Report::Outside),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        8 => (1..=SERVICES, 0..3_u8)
            .prop_map(|(service, station)| Happening::LogIn { service, station }),
        6 => (any::<usize>(), report(), any::<bool>())
            .prop_map(|(which, report, has_class)| Happening::Start { which, report, has_class }),
        2 => (any::<usize>(), report())
            .prop_map(|(which, report)| Happening::Interim { which, report }),
        5 => any::<usize>().prop_map(|which| Happening::Stop { which }),
        4 => prop_oneof![Just(1), Just(20), Just(61), Just(400)]
            .prop_map(|seconds| Happening::Pass { seconds }),
        1 => Just(Happening::Silence),
        2 => any::<bool>().prop_map(|is_of_snapshot| Happening::Restart { is_of_snapshot }),
    ]
}

/// A session of the reference.
#[derive(Debug, Clone)]
struct Running {
    number: u32,
    id: SessionId,
    accepted: Accepted,
    has: Option<Ipv4Addr>,
    /// Another session of the same station has begun since: it is over, though nobody says so.
    is_ghost: bool,
}

/// The reference: who has what, by plain lists.
#[derive(Default)]
struct Reference {
    /// Accepted, and not begun yet.
    pending: Vec<Accepted>,
    running: Vec<Running>,
    /// To whom each address was given last.
    owners: HashMap<Ipv4Addr, (i64, String)>,
    /// What NASes have given of their own accord: it is not fresh any more.
    reported: HashSet<Ipv4Addr>,
    restarted_at: Option<Timestamp>,
}

impl Reference {
    fn is_pending(accepted: &Accepted, now: Timestamp) -> bool {
        now < accepted.at.plus_s(60)
    }

    /// Whether anybody but this station has the address.
    fn is_anothers(&self, address: Ipv4Addr, service: i64, station: &str, now: Timestamp) -> bool {
        let is_other = |of: &Accepted| (of.service, of.station.as_str()) != (service, station);
        let pending = self.pending.iter().filter(|of| Self::is_pending(of, now));
        pending.filter(|of| of.address == Some(address)).any(is_other)
            || self
                .running
                .iter()
                .filter(|of| !of.is_ghost && of.has == Some(address))
                .any(|of| is_other(&of.accepted))
    }

    /// Whether nobody can have it, however cautious one is.
    fn is_free(&self, address: Ipv4Addr, now: Timestamp) -> bool {
        let pending = self.pending.iter().filter(|of| Self::is_pending(of, now));
        !pending.into_iter().any(|of| of.address == Some(address))
            && !self.running.iter().any(|of| of.has == Some(address))
    }

    fn may_take_over(&self, now: Timestamp) -> bool {
        self.restarted_at.is_none_or(|at| now >= at.plus_s(60))
    }

    fn judge(&self, service: i64, station: &str, given: Option<Ipv4Addr>, now: Timestamp) {
        let all = || (0..ADDRESSES).map(|last| Ipv4Addr::new(10, 0, 0, last));
        let is_owner = |address: &Ipv4Addr| {
            self.owners.get(address).is_some_and(|(owner, _)| *owner == service)
        };
        // Within a minute of a restart nobody knows who may be about to use an address but its
        // own station.
        let is_its_own = |address: &Ipv4Addr| {
            let is_station = self.owners.get(address).is_some_and(|(_, last)| last == station);
            is_owner(address) && (is_station || self.may_take_over(now))
        };
        let own: HashSet<_> =
            all().filter(is_its_own).filter(|address| self.is_free(*address, now)).collect();
        match given {
            Some(given) => {
                assert!(!self.is_anothers(given, service, station, now), "{given} in two hands");
                if !own.is_empty() {
                    assert!(is_owner(&given), "{given} instead of one of {own:?}");
                } else if self.owners.contains_key(&given) && !is_owner(&given) {
                    assert!(self.may_take_over(now), "{given} was taken over after a restart");
                    let fresh: Vec<_> = all()
                        .filter(|address| !self.owners.contains_key(address))
                        .filter(|address| !self.reported.contains(address))
                        .filter(|address| self.is_free(*address, now))
                        .collect();
                    assert!(fresh.is_empty(), "{given} was taken over instead of {fresh:?}");
                }
            }
            None => {
                let free: Vec<_> = all()
                    .filter(|address| self.is_free(*address, now))
                    .filter(|address| {
                        self.may_take_over(now)
                            || !self.owners.contains_key(address)
                            || is_its_own(address)
                    })
                    .collect();
                assert!(free.is_empty(), "refused, with {free:?} free");
            }
        }
    }

    fn reported(
        &self,
        report: Report,
        leased: Option<Ipv4Addr>,
        now: Timestamp,
    ) -> Option<Ipv4Addr> {
        match report {
            Report::Leased => leased,
            Report::Nothing => None,
            Report::Another(last) => {
                let address = Ipv4Addr::new(10, 0, 0, last);
                if self.is_free(address, now) { Some(address) } else { leased }
            }
            Report::Outside => Some(Ipv4Addr::new(192, 0, 2, 1)),
        }
    }
}

#[allow(clippy::too_many_lines, reason = "one arm for each thing that can happen")]
fn run(happenings: Vec<Happening>) {
    let pools = vec![ipv4(1, "pppoe", "10.0.0.0/29")];
    let mut world = World::new(SERVICES, &terms(), pools);
    let mut reference = Reference::default();
    for happening in happenings {
        match happening {
            Happening::LogIn { service, station } => {
                let station = format!("{service}-{station}");
                let (answered, accepted) = world.dial(service, &station);
                let given = accepted.as_ref().and_then(|accepted| accepted.address);
                assert_eq!(
                    given.is_none(),
                    answered.decision.attempt.reason == Reason::PoolExhausted
                );
                reference.judge(service, &station, given, world.now);
                if let Some(accepted) = accepted {
                    reference.owners.insert(given.unwrap(), (service, station.clone()));
                    reference.pending.retain(|of| (of.service, &of.station) != (service, &station));
                    reference.pending.push(accepted);
                }
            }
            Happening::Start { which, report, has_class } => {
                reference.pending.retain(|of| Reference::is_pending(of, world.now));
                if reference.pending.is_empty() {
                    continue;
                }
                let accepted = reference.pending.remove(which % reference.pending.len());
                let reports = reference.reported(report, accepted.address, world.now);
                reference.reported.extend(reports);
                world.pass_s(1);
                let (number, id) = world.account(START, None, &accepted, reports, has_class);
                let key = (accepted.service, accepted.station.clone());
                for other in &mut reference.running {
                    let of = &other.accepted;
                    other.is_ghost |= (of.service, of.station.clone()) == key;
                }
                let has = reports.or(accepted.address);
                reference.running.push(Running { number, id, accepted, has, is_ghost: false });
            }
            Happening::Interim { which, report } => {
                let alive: Vec<_> =
                    reference.running.iter().filter(|of| !of.is_ghost).cloned().collect();
                if alive.is_empty() {
                    continue;
                }
                let session = &alive[which % alive.len()];
                let reports = reference.reported(report, session.has, world.now);
                reference.reported.extend(reports);
                let number = Some(session.number);
                world.account(INTERIM, number, &session.accepted, reports, true);
                let running = reference.running.iter_mut().find(|of| of.number == session.number);
                let running = running.unwrap();
                running.has = reports.or(running.has);
            }
            Happening::Stop { which } => {
                if reference.running.is_empty() {
                    continue;
                }
                let session = reference.running.remove(which % reference.running.len());
                world.account(STOP, Some(session.number), &session.accepted, session.has, true);
            }
            Happening::Pass { seconds } => world.pass_s(seconds),
            Happening::Silence => {
                let silent = world.table.silent(world.now, NOW, |_| 300);
                for event in silent {
                    world.table.take(&event);
                    world.activity.end(event.service, event.session, event.happened_at);
                    reference.running.retain(|of| of.id != event.session);
                }
            }
            Happening::Restart { is_of_snapshot } => {
                if is_of_snapshot {
                    world.restart_with(world.told_leases());
                } else {
                    world.restart();
                }
                reference.restarted_at = Some(world.now);
            }
        }
        let used = world.pool_use();
        let in_use: HashSet<_> = reference
            .running
            .iter()
            .filter(|of| !of.is_ghost)
            .filter_map(|of| of.has)
            .filter(|address| address.octets()[0] == 10)
            .collect();
        assert!(used.in_use >= in_use.len() as u64, "{used:?}, though {in_use:?} are in use");
        assert!(used.in_use <= used.size);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn no_address_is_in_two_hands_and_each_comes_again_where_it_can(
        happenings in proptest::collection::vec(happening(), 1..120)
    ) {
        run(happenings);
    }
}
