//! Addresses of pools that are managed here: never in two hands, and the same again where possible,
//! whatever NASes and restarts do.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod by_port;
#[path = "../common/mod.rs"]
mod common;
mod model;

use std::collections::{BTreeMap, HashSet};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use aaa_engine::auth::Credential;
use aaa_engine::session::{Session, SessionId, SessionTable};
use aaa_engine::{
    ActivatedService, Activity, AddressSpace, Check, Counters, Engine, Known, Lease, LeaseOrigin,
    Outcome, Pool, PoolAddress, PoolId, PoolUse, Question, Reason, SessionIpv6, StoredLease,
};
use common::*;
use entitlement::{Networks, Quarantine, ServiceId, Standing, Terms, Timestamp, WhenWithheld};
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

    /// What is said of the address of a log-in that nobody has made.
    fn ask(&self, service: i64) -> (Reason, Option<(PoolAddress, LeaseOrigin)>) {
        let (nas, name) = (nas(1), login(service));
        let request = access_request(|writer| {
            writer.attribute(AttributeType::USER_NAME, name.as_bytes()).unwrap();
            writer.attribute(AttributeType::CALLING_STATION_ID, b"a").unwrap();
        });
        let request = Packet::parse(&request).unwrap();
        let question = Question { nas: &nas, request: &request, at: self.now };
        let known = Known { directory: &self.directory, activity: &self.activity };
        let explained = self.engine.explain(known, &question, &mut [0; 4096]).unwrap();
        let address = explained.checks.iter().find_map(|check| match check {
            Check::Address { address, .. } => Some(*address),
            _ => None,
        });
        (explained.reason, address.expect("what it says of the address"))
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

    /// A start from a snapshot, while the store is away.
    fn restart_from_snapshot(&mut self) {
        self.restart_with(self.activity.leases(&self.directory).flatten().collect());
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
fn what_was_activated_in_a_session_has_no_address_of_a_new_pool() {
    let session = |activated: Option<ActivatedService>, octets: [u8; 4]| Session {
        id: SessionId([octets[3]; 16]),
        tenant: TENANT,
        nas: nas(1).id,
        acct_session_id: (*b"77").into(),
        login: login(2).into(),
        calling_station_id: "B".into(),
        framed_ipv4: Some(octets.into()),
        ipv6: SessionIpv6::default(),
        service: Some(ServiceId(2)),
        activated: activated.map(Arc::new),
        interim_interval_s: None,
        started_at: NOW,
        last_seen_at: NOW,
        ended: None,
        silent_since: None,
        counters: Counters::default(),
        enforced: Default::default(),
    };
    let activated = ActivatedService { parent: (*b"77").into(), name: "voice".into() };
    let open = [session(None, [100, 64, 0, 0]), session(Some(activated), [100, 64, 0, 1])];
    let terms = Terms { pool: Some("main".into()), ..Terms::default() };
    let mut world = World::new(2, &terms, vec![ipv4(1, "main", "100.64.0.0/31")]);
    world.activity = Activity::with_open_sessions(move |show| open.iter().for_each(show));
    // Its end would free nothing: it is no use of the service.
    assert_eq!(world.address(1, "A"), Ipv4Addr::new(100, 64, 0, 1));
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
fn a_session_whose_login_is_another_services_by_now_ends_where_it_began() {
    let mut world = World::new(2, &terms(), vec![ipv4(1, "pppoe", "10.0.0.0/32")]);
    let (_, one) = world.dial(1, "a");
    let one = one.unwrap();
    // Its NAS knows no Class.
    let (number, _) = world.account(START, None, &one, one.address, false);
    // Each of two services is known by the other's login, and later by none at all.
    for is_known in [true, false] {
        world.pass_s(61);
        let mut first = world.directory.services.remove(&b"user1"[..]).unwrap();
        if is_known {
            let mut second = world.directory.services.remove(&b"user2"[..]).unwrap();
            (first.0.login, second.0.login) = ("user2".into(), "user1".into());
            world.directory.services.insert(b"user2".to_vec(), first);
            world.directory.services.insert(b"user1".to_vec(), second);
        }
        world.account(INTERIM, Some(number), &one, one.address, false);
        assert_eq!(world.pool_use().in_use, 1);
    }
    world.account(STOP, Some(number), &one, one.address, false);
    assert_eq!(world.pool_use().in_use, 0);
    assert_eq!(Some(world.address(2, "b")), one.address);
}

#[test]
fn who_logs_in_to_the_router_itself_gets_no_address() {
    let mut world = World::new(2, &terms(), vec![ipv4(1, "pppoe", "10.0.0.0/32")]);
    let administrative: &[u8] = &6_u32.to_be_bytes();
    let request = pap_with(&login(1), "secret", &[(AttributeType::SERVICE_TYPE, administrative)]);
    let (directory, activity) = (&world.directory, &world.activity);
    let answered = answer_at(&world.engine, directory, activity, &nas(1), &request, world.now);
    assert_eq!(answered.decision.attempt.reason, Reason::Ok);
    assert_eq!(answered.decision.attempt.learned.leases, [None; 3]);
    assert_eq!(world.address(2, "b"), Ipv4Addr::new(10, 0, 0, 0));
}

#[test]
fn what_one_activity_tells_of_leases_another_one_goes_on_with() {
    let mut world = World::new(5, &terms(), vec![ipv4(1, "pppoe", "10.0.0.0/30")]);
    let given: Vec<_> = (1..=4).map(|service| world.address(service, "a")).collect();
    world.pass_s(61);
    // The first of them is another's by now.
    assert_eq!(world.address(5, "a"), given[0]);
    world.pass_s(61);
    let leases: Vec<_> = world.activity.leases(&world.directory).flatten().collect();
    assert_eq!(leases.len(), 4);
    world.activity = Activity::new();
    world.activity.restore_leases(&world.directory, leases, world.now);
    for service in 2..=4 {
        assert_eq!(world.address(service, "a"), given[service as usize - 1]);
    }
    assert_eq!(world.address(5, "a"), given[0]);
}

#[test]
fn a_session_has_what_its_origin_was_given_last_not_what_it_was_given_once() {
    let mut world = World::new(3, &terms(), vec![ipv4(1, "pppoe", "10.0.0.0/31")]);
    let (zero, one) = (Ipv4Addr::new(10, 0, 0, 0), Ipv4Addr::new(10, 0, 0, 1));
    assert_eq!(world.address(1, "a"), zero);
    assert_eq!(world.address(1, "b"), one);
    world.pass_s(61);
    assert_eq!(world.address(2, "c"), zero);
    world.pass_s(61);
    // Its first address is another's by now.
    let (_, again) = world.dial(1, "a");
    let again = again.unwrap();
    assert_eq!(again.address, Some(one));
    world.account(START, None, &again, None, false);
    world.pass_s(61);
    assert_eq!(world.address(2, "c"), zero);
    let (answered, _) = world.dial(3, "d");
    assert_eq!(answered.decision.attempt.reason, Reason::PoolExhausted);
}

/// A world whose open sessions are found when a pool was made or changed.
fn surveyed(services: i64, pools: Vec<Arc<Pool>>) -> (World, Arc<Mutex<Vec<Session>>>) {
    let mut world = World::new(services, &terms(), pools);
    let open: Arc<Mutex<Vec<Session>>> = Arc::default();
    let shown = Arc::clone(&open);
    world.activity = Activity::with_open_sessions(move |show| {
        shown.lock().unwrap().iter().for_each(&mut *show);
    });
    (world, open)
}

#[test]
fn a_pool_that_grows_over_addresses_in_use_gives_none_of_them() {
    let (mut world, open) = surveyed(5, vec![ipv4(1, "pppoe", "10.0.0.0/31")]);
    assert_eq!(world.address(1, "a"), Ipv4Addr::new(10, 0, 0, 0));
    // It has an address of the NAS's own.
    let (_, other) = world.dial(2, "b");
    let elsewhere = Ipv4Addr::new(10, 0, 0, 2);
    let (number, id) = world.account(START, None, &other.clone().unwrap(), Some(elsewhere), true);
    open.lock().unwrap().push(world.table.get(id).unwrap().clone());
    world.directory.pools = vec![ipv4(1, "pppoe", "10.0.0.0/30")];
    // Who asks before anybody logs in is told the same.
    let (_, free) = world.ask(4);
    let free = PoolAddress::Ipv4(world.address(4, "c")) == free.unwrap().0;
    assert!(free && world.address(3, "c") != elsewhere);
    let (answered, _) = world.dial(5, "d");
    assert_eq!(answered.decision.attempt.reason, Reason::PoolExhausted);
    world.account(STOP, Some(number), &other.unwrap(), Some(elsewhere), true);
    world.pass_s(1);
    assert_eq!(world.address(5, "d"), elsewhere);
}

#[test]
fn addresses_in_use_go_with_their_sessions_from_one_pool_to_another() {
    let pools = |one: &str, other: &[&str]| {
        let other = AddressSpace::ipv4(other, &[""; 0]).unwrap();
        vec![ipv4(1, "pppoe", one), pool(2, "other", other)]
    };
    let (mut world, open) = surveyed(3, pools("10.0.0.0/31", &["10.0.1.0/32"]));
    for service in 2..=3 {
        let service = world.directory.services.get_mut(login(service).as_bytes()).unwrap();
        service.0.entitlement.terms = Arc::new(Terms { pool: Some("other".into()), ..terms() });
    }
    assert_eq!(world.address(2, "b"), Ipv4Addr::new(10, 0, 1, 0));
    let (_, one) = world.dial(1, "a");
    let one = one.unwrap();
    let (number, id) = world.account(START, None, &one, one.address, true);
    open.lock().unwrap().push(world.table.get(id).unwrap().clone());
    world.directory.pools = pools("10.0.0.1/32", &["10.0.1.0/32", "10.0.0.0/32"]);
    let (answered, _) = world.dial(3, "c");
    assert_eq!(answered.decision.attempt.reason, Reason::PoolExhausted);
    world.account(STOP, Some(number), &one, one.address, true);
    world.pass_s(1);
    assert_eq!(Some(world.address(3, "c")), one.address);
}

#[test]
fn asking_takes_nothing() {
    let mut world = World::new(3, &terms(), vec![ipv4(1, "pppoe", "10.0.0.0/31")]);
    let (zero, one) = (Ipv4Addr::new(10, 0, 0, 0), Ipv4Addr::new(10, 0, 0, 1));
    for _ in 0..3 {
        let (reason, address) = world.ask(1);
        assert_eq!(address, Some((PoolAddress::Ipv4(zero), LeaseOrigin::Fresh)));
        assert_eq!(reason, Reason::Ok);
    }
    assert_eq!(world.pool_use().in_use, 0);
    assert_eq!(world.address(2, "b"), zero);
    assert_eq!(world.address(3, "c"), one);
    assert_eq!(world.ask(1), (Reason::PoolExhausted, None));
    world.pass_s(100);
    assert_eq!(world.ask(3).1, Some((PoolAddress::Ipv4(one), LeaseOrigin::Again)));
    let (_, address) = world.ask(1);
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
