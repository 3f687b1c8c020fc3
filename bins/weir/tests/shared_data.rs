//! Data that the services of a family share, from the accounting packet to what the routers are told: a
//! running `weir serve` over real UDP, and a NAS that is written here.
#![allow(clippy::disallowed_methods, reason = "a test waits against a clock")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use std::time::Instant;

use radius_proto::{AttributeType, Code, VendorId};
use serde_json::{Value, json};
use support::nas_port::{Asked, NasPort, PATIENCE};
use support::{Answer, Installation, SECRET, Server, accounting_request, exchange};

const MB: u64 = 1_000_000;
const START: u8 = 1;
const STOP: u8 = 2;
const INTERIM: u8 = 3;
const MIKROTIK: VendorId = VendorId(14_988);
const ADDRESS_LIST: u8 = 19;
const XMIT_LIMIT: u8 = 2;
const TOTAL_LIMIT: u8 = 17;

/// A session of one of the family.
struct Dialled {
    login: &'static str,
    id: &'static str,
    class: Vec<u8>,
}

/// What a log-in was told.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Left(Option<u32>),
    Quarantined,
}

impl Dialled {
    fn new(server: &Server, login: &'static str, id: &'static str) -> (Self, Told) {
        let answer = server.log_in_at(login, "opensesame", &station(id));
        assert_eq!(answer.code(), Code::ACCESS_ACCEPT);
        let class = answer.packet().first(AttributeType::CLASS).unwrap().to_vec();
        let dialled = Self { login, id, class };
        dialled.report(server, START, 0);
        (dialled, told(&answer))
    }

    /// What its NAS says it has downloaded, in a packet with an identifier of its own.
    fn report(&self, server: &Server, status: u8, octets: u64) {
        let octets = u32::try_from(octets).unwrap().to_be_bytes();
        let (status, station) = ([0, 0, 0, status], station(self.id));
        let reply = exchange(
            server.accounting,
            &accounting_request(&[
                (AttributeType::ACCT_STATUS_TYPE, &status),
                (AttributeType::ACCT_SESSION_ID, self.id.as_bytes()),
                (AttributeType::USER_NAME, self.login.as_bytes()),
                (AttributeType::CALLING_STATION_ID, station.as_bytes()),
                (AttributeType::ACCT_OUTPUT_OCTETS, &octets),
                (AttributeType::CLASS, &self.class),
            ]),
            SECRET,
        );
        assert_eq!(reply.unwrap()[0], Code::ACCOUNTING_RESPONSE.0);
    }
}

fn station(id: &str) -> String {
    format!(
        "00:E1:0C:38:C8:{:02X}",
        id.bytes().fold(0_u8, |sum, octet| sum.wrapping_mul(31) ^ octet)
    )
}

fn told(answer: &Answer) -> Told {
    let of = |kind| answer.packet().first_vendor(MIKROTIK, kind).map(<[u8]>::to_vec);
    if of(ADDRESS_LIST).as_deref() == Some(&b"weir-quarantine"[..]) {
        return Told::Quarantined;
    }
    // In either direction where it can be moved, else in both together.
    Told::Left(
        of(XMIT_LIMIT)
            .or_else(|| of(TOTAL_LIMIT))
            .map(|value| u32::from_be_bytes(value.try_into().unwrap())),
    )
}

fn ended(session: &str) -> Asked {
    Asked { code: Code::DISCONNECT_REQUEST, session: session.to_owned(), rate_limit: None }
}

/// Both are ended, in whichever order.
fn both_are_ended(port: &NasPort, sessions: [&str; 2]) {
    let mut asked = [port.obeys(), port.obeys()];
    asked.sort();
    assert_eq!(asked, sessions.map(ended));
}

/// Alice and Bob Smith, each with 1 GB a month that stops when it is used up.
fn family() -> Installation {
    let installation = Installation::with_subscriber();
    let quota = ["--quota", "name=monthly,window=month,allowance=1GB"];
    let set = ["plan", "set", "home"].into_iter().chain(quota);
    let set = set.chain(["--tier", "monthly:100%=quarantine"]);
    installation.weir(&set.collect::<Vec<_>>()).well();
    installation.weir(&["subscriber", "add", "smith"]).well();
    for login in ["alice@home", "bob@home"] {
        let add = ["service", "add", login, "--plan", "home", "--subscriber", "smith"];
        installation.weir(&[&add[..], &["--password", "opensesame"]].concat()).well();
    }
    installation
}

fn share(installation: &Installation, more: &[&str]) {
    let share = ["service", "share", "bob@home", "--with", "alice@home"];
    installation.weir(&[&share[..], more].concat()).well();
}

fn show(installation: &Installation, login: &str) -> Value {
    support::json(installation, &["service", "show", login])
}

/// Waits until the store has it that so much of the first quota of a service is used.
fn await_used(installation: &Installation, login: &str, octets: u64) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let shown = show(installation, login);
        if shown["quotas"][0]["used_octets"] == octets {
            return shown;
        }
        assert!(Instant::now() < deadline, "{login} has not used {octets}: {shown}");
    }
}

/// What each has used of what is shared.
fn parts(shown: &Value) -> Vec<(String, u64)> {
    let services = shown["group"]["services"].as_array().unwrap().iter();
    let part = |part: &Value| {
        (part["login"].as_str().unwrap().to_owned(), part["used_octets"].as_u64().unwrap())
    };
    services.map(part).collect()
}

/// That all of it is used up is told of the one whose data it is, by whomever it was used.
fn the_lead_is_told_once(installation: &Installation) {
    let told = support::told(installation, "quota.");
    let [(topic, body)] = &told[..] else { panic!("{told:?}") };
    assert_eq!((topic.as_str(), &body["service"]), ("quota.used_up", &"alice@home".into()));
    assert_eq!(support::told(installation, "shared_data.joined").len(), 1);
}

/// The lead has used 300 MB of the gigabyte, and the other one the rest.
fn all_is_used_in_parts(installation: &Installation) {
    let usage = installation.weir(&["usage", "bob@home"]).well().out;
    let lines: Vec<Vec<_>> = usage.lines().map(|line| line.split_whitespace().collect()).collect();
    for line in [
        ["SHARED", "BY", "USED"].as_slice(),
        &["alice@home", "300MB", "used"],
        &["bob@home", "700MB", "used"],
        &["together", "1GB", "used"],
    ] {
        assert!(lines.iter().any(|of| of == line), "{line:?}: {usage}");
    }
}

#[test]
fn two_services_share_a_gigabyte_are_stopped_together_and_come_back_together() {
    let installation = family();
    let port = NasPort::new(&installation);
    let server = installation.serve();
    port.does_a_change(&installation, &server);
    share(&installation, &[]);
    let (alice, told) = Dialled::new(&server, "alice@home", "a1");
    assert_eq!(told, Told::Left(Some(1_000_000_000)));
    alice.report(&server, INTERIM, 300 * MB);
    let (bob, told) = Dialled::new(&server, "bob@home", "b1");
    assert_eq!(told, Told::Left(Some(700_000_000)), "what the first has left");
    bob.report(&server, INTERIM, 200 * MB);
    bob.report(&server, INTERIM, 200 * MB);
    let used = |alice, bob| vec![("alice@home".to_owned(), alice), ("bob@home".to_owned(), bob)];
    for login in ["alice@home", "bob@home"] {
        let shown = await_used(&installation, login, 500 * MB);
        assert_eq!(parts(&shown), used(300 * MB, 200 * MB));
        let explained = installation.weir(&["explain", login]).well().out;
        assert!(explained.contains("monthly: 500MB of 1GB used, 50 %"), "{explained}");
    }
    let explained = installation.weir(&["explain", "bob@home"]).well().out;
    assert!(explained.contains("ok  shares    the data of alice@home: 200MB used of it"));
    port.is_left_alone();

    // It is killed, and what it has answered is counted once.
    drop(server);
    let explained = installation.weir(&["explain", "bob@home"]).well().out;
    assert!(explained.contains("monthly: 500MB of 1GB used, 50 %"), "{explained}");
    let server = installation.serve();
    bob.report(&server, INTERIM, 200 * MB);
    alice.report(&server, INTERIM, 300 * MB);
    let explained = installation.weir(&["explain", "bob@home"]).well().out;
    assert!(explained.contains("monthly: 500MB of 1GB used, 50 %"), "{explained}");
    port.is_left_alone();

    bob.report(&server, INTERIM, 699 * MB);
    port.is_left_alone();
    // What one has used the other has no more, which it is told when it reports.
    alice.report(&server, INTERIM, 300 * MB);
    assert_eq!(port.is_told_limits(), ("a1".to_owned(), 301 * MB, MB));
    port.is_left_alone();
    bob.report(&server, INTERIM, 700 * MB);
    both_are_ended(&port, ["a1", "b1"]);
    alice.report(&server, STOP, 300 * MB);
    bob.report(&server, STOP, 700 * MB);
    let shown = await_used(&installation, "bob@home", 1_000 * MB);
    assert_eq!(parts(&shown), used(300 * MB, 700 * MB));
    let (alice, told) = Dialled::new(&server, "alice@home", "a2");
    assert_eq!(told, Told::Quarantined);
    let (bob, told) = Dialled::new(&server, "bob@home", "b2");
    assert_eq!(told, Told::Quarantined);
    all_is_used_in_parts(&installation);

    // What is bought for the one is there for both.
    installation.weir(&["service", "top-up", "alice@home", "--data", "500MB"]).well();
    both_are_ended(&port, ["a2", "b2"]);
    alice.report(&server, STOP, 0);
    bob.report(&server, STOP, 0);
    let (bob, told) = Dialled::new(&server, "bob@home", "b3");
    assert_eq!(told, Told::Left(Some(500_000_000)));
    bob.report(&server, INTERIM, 100 * MB);
    let (_, told) = Dialled::new(&server, "alice@home", "a3");
    assert_eq!(told, Told::Left(Some(400_000_000)));
    port.is_left_alone();
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log}");
    let told = log.lines().filter(|line| line.contains("reached a tier")).count();
    assert_eq!(told, 1, "{log}");
    the_lead_is_told_once(&installation);
    let alice = show(&installation, "alice@home");
    assert_eq!(alice["grants"][0]["used_octets"], 100 * MB);
}

#[test]
fn a_limit_stops_one_and_a_suspended_lead_all() {
    let installation = family();
    let port = NasPort::new(&installation);
    let server = installation.serve();
    share(&installation, &["--limit", "200MB"]);
    let (_alice, _) = Dialled::new(&server, "alice@home", "a1");
    let (bob, told) = Dialled::new(&server, "bob@home", "b1");
    assert_eq!(told, Told::Left(Some(200_000_000)));
    bob.report(&server, INTERIM, 200 * MB);
    assert_eq!(port.obeys(), ended("b1"));
    port.is_left_alone();
    bob.report(&server, STOP, 200 * MB);
    let explained = installation.weir(&["explain", "bob@home"]).well().out;
    let line = "NO  shares    the data of alice@home: 200MB of 200MB used, 100 %";
    assert!(explained.contains(line), "{explained}");
    let text = installation.weir(&["service", "show", "alice@home"]).well().out;
    assert!(text.contains("bob@home: 200MB of 200MB used, 100 %"), "{text}");
    // More of it is there at once.
    share(&installation, &["--limit", "350MB"]);
    let (bob, told) = Dialled::new(&server, "bob@home", "b2");
    assert_eq!(told, Told::Left(Some(150_000_000)));
    bob.report(&server, INTERIM, MB);
    installation.weir(&["service", "suspend", "alice@home"]).well();
    both_are_ended(&port, ["a1", "b2"]);
    bob.report(&server, STOP, MB);
    let explained = installation.weir(&["explain", "bob@home"]).well().out;
    assert!(explained.contains("the data of alice@home, which may not be used itself"));
    assert!(explained.contains("the service whose data it shares may not be used itself"));
    let (_bob, told) = Dialled::new(&server, "bob@home", "b3");
    assert_eq!(told, Told::Quarantined);
    installation.weir(&["service", "resume", "alice@home"]).well();
    assert_eq!(port.obeys(), ended("b3"));
}

#[test]
fn a_limit_of_what_is_not_counted_is_said_to_stop_nothing() {
    let installation = family();
    share(&installation, &["--limit", "200MB"]);
    installation.weir(&["plan", "set", "home", "--quota", "none"]).well();
    let explained = installation.weir(&["explain", "bob@home"]).well().out;
    let line = "ok  shares    the data of alice@home: not counted, so that its limit of 200MB stops nothing";
    assert!(explained.contains(line), "{explained}");
}

#[test]
fn who_joins_or_leaves_while_online_loses_nothing_and_has_nothing_counted_twice() {
    let installation = family();
    let server = installation.serve();
    let (bob, told) = Dialled::new(&server, "bob@home", "b1");
    assert_eq!(told, Told::Left(Some(1_000_000_000)));
    bob.report(&server, INTERIM, 100 * MB);
    await_used(&installation, "bob@home", 100 * MB);
    share(&installation, &[]);
    // Some of it may have been before, and is his own.
    bob.report(&server, INTERIM, 150 * MB);
    bob.report(&server, INTERIM, 180 * MB);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let usage = support::json(&installation, &["usage", "bob@home"]);
        if usage["total"]["download_octets"] == 180 * MB {
            break;
        }
        assert!(Instant::now() < deadline, "{usage}");
    }
    let joined = show(&installation, "bob@home")["quotas"][0]["used_octets"].as_u64().unwrap();
    assert!((30 * MB..=80 * MB).contains(&joined), "{joined}");
    assert_eq!(parts(&show(&installation, "bob@home"))[1], ("bob@home".to_owned(), joined));
    let said = installation.weir(&["service", "unshare", "bob@home"]).well().out;
    assert!(said.contains("shares the data of `alice@home` no more"), "{said}");
    bob.report(&server, INTERIM, 200 * MB);
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log}");
    let used = |login| show(&installation, login)["quotas"][0]["used_octets"].as_u64().unwrap();
    let (alice, own) = (used("alice@home"), used("bob@home"));
    assert_eq!(alice + own, 200 * MB, "{alice} and {own}");
    assert!((joined..=joined + 20 * MB).contains(&alice), "{joined}, then {alice}");
    assert_eq!(show(&installation, "alice@home")["group"], json!(null));
}

#[test]
fn what_cannot_be_shared_is_refused_in_words() {
    let installation = family();
    let with =
        |login: &str, lead: &str| installation.weir(&["service", "share", login, "--with", lead]);
    with("bob@home", "ann").refused(1, &["`with`", "one subscriber"]);
    with("bob@home", "bob@home").refused(1, &["`with`", "its own data already"]);
    with("bob@home", "alicia@home").refused(1, &["alicia@home", "alice@home"]);
    installation.weir(&["service", "unshare", "bob@home"]).refused(1, &["shares nobody's data"]);
    share(&installation, &[]);
    with("alice@home", "bob@home")
        .refused(1, &["`with`", "shares the data of `alice@home` itself"]);
    let remove = installation.weir(&["service", "remove", "alice@home"]);
    remove.refused(1, &["in use by service `bob@home`, which shares its data"]);
    let limit = ["service", "share", "bob@home", "--with", "alice@home", "--limit", "0B"];
    installation.weir(&limit).refused(2, &["--limit"]);
}
