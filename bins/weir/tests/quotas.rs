//! Quotas from the accounting packet to what the router is told: a running `weir serve` over real UDP,
//! and a NAS that is written here.
#![allow(clippy::disallowed_methods, reason = "a test waits against a clock")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use std::time::Instant;

use radius_proto::{AttributeType, Code, VendorId};
use support::nas_port::{Asked, NasPort, PATIENCE, limits, total_limit};
use support::{Answer, Installation, SECRET, Server, accounting_request, exchange};

const GB: u64 = 1_000_000_000;
const START: u8 = 1;
const STOP: u8 = 2;
const INTERIM: u8 = 3;
const MIKROTIK: VendorId = VendorId(14_988);
const ADDRESS_LIST: u8 = 19;

/// A session of ann's, which began a while ago.
struct Dialled {
    id: &'static str,
    class: Vec<u8>,
}

impl Dialled {
    fn new(server: &Server, id: &'static str) -> (Self, Answer) {
        let answer = server.log_in_at("ann", "opensesame", &station(id));
        assert_eq!(answer.code(), Code::ACCESS_ACCEPT);
        let class = answer.packet().first(AttributeType::CLASS).unwrap().to_vec();
        let dialled = Self { id, class };
        dialled.report(server, START, 0);
        (dialled, answer)
    }

    /// What its NAS says it has downloaded, in a packet with an identifier of its own.
    fn report(&self, server: &Server, status: u8, octets: u64) {
        self.report_with(server, self.id, status, octets, &[]);
    }

    fn report_with(
        &self,
        server: &Server,
        id: &str,
        status: u8,
        octets: u64,
        more: &[(AttributeType, &[u8])],
    ) {
        let low = u32::try_from(octets & 0xffff_ffff).unwrap().to_be_bytes();
        let gigawords = u32::try_from(octets >> 32).unwrap().to_be_bytes();
        let (status, station) = ([0, 0, 0, status], station(self.id));
        let mut attributes: Vec<(AttributeType, &[u8])> = vec![
            (AttributeType::ACCT_STATUS_TYPE, &status),
            (AttributeType::ACCT_SESSION_ID, id.as_bytes()),
            (AttributeType::USER_NAME, b"ann"),
            (AttributeType::CALLING_STATION_ID, station.as_bytes()),
            (AttributeType::ACCT_OUTPUT_OCTETS, &low),
            (AttributeType::ACCT_OUTPUT_GIGAWORDS, &gigawords),
            (AttributeType::CLASS, &self.class),
        ];
        attributes.extend(more);
        let reply = exchange(server.accounting, &accounting_request(&attributes), SECRET).unwrap();
        assert_eq!(reply[0], Code::ACCOUNTING_RESPONSE.0);
    }
}

fn station(id: &str) -> String {
    format!("00:E1:0C:38:C8:{:02X}", id.bytes().fold(0_u8, u8::wrapping_add))
}

fn changed(session: &str, rate_limit: &str) -> Asked {
    let rate_limit = Some(rate_limit.to_owned());
    Asked { code: Code::COA_REQUEST, session: session.to_owned(), rate_limit }
}

fn ended(session: &str) -> Asked {
    Asked { code: Code::DISCONNECT_REQUEST, session: session.to_owned(), rate_limit: None }
}

/// Ann's plan has 500 GB: a notice at 80 %, 2M/2M at 100 %, quarantine at 150 %.
fn with_quota() -> Installation {
    let installation = Installation::with_subscriber();
    let quota = ["--quota", "name=monthly,window=cycle,allowance=500GB"];
    let tiers = ["monthly:80%=notify", "monthly:100%=2M/2M", "monthly:150%=quarantine"];
    let tiers = tiers.iter().flat_map(|tier| ["--tier", tier]);
    let set = ["plan", "set", "home"].into_iter().chain(quota).chain(tiers);
    installation.weir(&set.collect::<Vec<_>>()).well();
    installation
}

fn show(installation: &Installation) -> serde_json::Value {
    let said = installation.weir(&["service", "show", "ann", "--json"]).well().out;
    serde_json::from_str(&said).unwrap()
}

/// Waits until the store has it that so much of ann's first quota is used.
fn await_used(installation: &Installation, octets: u64) -> serde_json::Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let shown = show(installation);
        if shown["quotas"][0]["used_octets"] == octets {
            return shown;
        }
        assert!(Instant::now() < deadline, "not {octets}: {}", shown["quotas"]);
    }
}

#[test]
fn a_notice_a_throttle_a_top_up_and_a_quarantine() {
    let installation = with_quota();
    let port = NasPort::new(&installation);
    let server = installation.serve();
    let (ann, answer) = Dialled::new(&server, "81a00001");
    // What the NAS ends the session at by itself, should it hear nothing more: 150 %.
    // Both ways together, of a NAS that has done no change yet.
    assert_eq!(total_limit(&answer.packet()), Some(750 * GB));
    assert_eq!(limits(&answer.packet()), None);

    ann.report(&server, INTERIM, 400 * GB);
    // Told again, and one that was overtaken: both count nothing.
    ann.report(&server, INTERIM, 400 * GB);
    ann.report(&server, INTERIM, 300 * GB);
    port.is_left_alone();
    let shown = await_used(&installation, 400 * GB);
    assert_eq!(shown["quotas"][0]["tier"]["action"], "notify");
    let text = installation.weir(&["service", "show", "ann"]).well().out;
    assert!(text.contains("monthly: 400GB of 500GB used, 80 %; notice at 80 %; anew"), "{text}");

    ann.report(&server, INTERIM, 500 * GB);
    assert_eq!(port.obeys(), changed("81a00001", "2M/2M"));
    let explained = installation.weir(&["explain", "ann"]).well().out;
    assert!(explained.contains("100 %; throttled to 2M/2M from 100 % on"), "{explained}");
    installation.weir(&["service", "top-up", "ann", "--data", "10GB"]).well();
    assert_eq!(port.obeys(), changed("81a00001", "2M/10M"));
    ann.report(&server, INTERIM, 510 * GB);
    assert_eq!(port.obeys(), changed("81a00001", "2M/2M"));
    let shown = await_used(&installation, 500 * GB);
    assert_eq!(shown["grants"][0]["used_octets"], 10 * GB);

    ann.report(&server, INTERIM, 760 * GB);
    // RouterOS cannot be told an address list while a session lasts.
    assert_eq!(port.obeys(), ended("81a00001"));
    ann.report(&server, STOP, 760 * GB);
    let (quarantined, answer) = Dialled::new(&server, "81a00002");
    let list = answer.packet().first_vendor(MIKROTIK, ADDRESS_LIST).map(<[u8]>::to_vec);
    assert_eq!(list.as_deref(), Some(&b"weir-quarantine"[..]));
    let timeout = answer.packet().first(AttributeType::SESSION_TIMEOUT).unwrap().to_vec();
    let timeout_s = u32::from_be_bytes(timeout.try_into().unwrap());
    assert!((1..=3_600).contains(&timeout_s), "{timeout_s}");
    assert_eq!((total_limit(&answer.packet()), limits(&answer.packet())), (None, None));
    let explained = installation.weir(&["explain", "ann"]).well().out;
    assert!(explained.contains("NO  quota     monthly: 750GB of 500GB used, 150 %"), "{explained}");

    // A new cycle has a new allowance.
    installation.weir(&["service", "renew", "ann", "--until", "2126-12-31"]).well();
    assert_eq!(port.obeys(), ended("81a00002"));
    quarantined.report(&server, STOP, 0);
    let (_, answer) = Dialled::new(&server, "81a00003");
    assert!(answer.packet().first_vendor(MIKROTIK, ADDRESS_LIST).is_none());
    port.is_left_alone();
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log}");
    let told = |percent: &str| {
        let said = |line: &&str| line.contains("reached a tier") && line.contains(percent);
        log.lines().filter(said).count()
    };
    // The throttle came into force twice: it was lifted between.
    assert_eq!((told("percent=80"), told("percent=100"), told("percent=150")), (1, 2, 1), "{log}");
    // And so it is in the outbox, for who sends messages.
    let told = support::told(&installation, "quota.");
    let told = told.iter().map(|(topic, body)| {
        let said = [&body["subscriber"]["name"], &body["service"], &body["quota"]];
        assert_eq!(said, ["ann", "ann", "monthly"]);
        assert_eq!(body["allowance_octets"], 500 * GB);
        (topic.as_str(), body["percent"].as_u64().unwrap())
    });
    let expected = [
        ("quota.warning", 80),
        ("quota.used_up", 100),
        ("quota.used_up", 100),
        ("quota.used_up", 150),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[test]
fn a_booster_lifts_a_throttle_and_ends_to_the_second() {
    let installation = with_quota();
    let port = NasPort::new(&installation);
    let server = installation.serve();
    let (ann, _) = Dialled::new(&server, "81a00001");
    ann.report(&server, INTERIM, 600 * GB);
    assert_eq!(port.obeys(), changed("81a00001", "2M/2M"));
    installation.weir(&["service", "boost", "ann", "--speed", "20M/100M", "--for", "4s"]).well();
    let until = show(&installation)["boosters"][0]["valid_until"].as_str().unwrap().to_owned();
    assert_eq!(port.obeys(), changed("81a00001", "20M/100M"));
    assert_eq!(port.obeys(), changed("81a00001", "2M/2M"));
    let until: jiff::Timestamp = until.parse().unwrap();
    let late_ms = jiff::Timestamp::now().as_millisecond() - until.as_millisecond();
    // What is shown is cut to the second.
    assert!((0..3_000).contains(&late_ms), "{late_ms} ms after its end");
}

#[test]
fn sessions_share_a_quota_and_a_child_is_part_of_its_parent() {
    let installation = with_quota();
    let port = NasPort::new(&installation);
    let server = installation.serve();
    let (one, _) = Dialled::new(&server, "81a00001");
    let (other, _) = Dialled::new(&server, "77");
    // What Juniper writes into the accounting of a service: ERX-Service-Session.
    let service = [&[0, 0, 0x13, 0x0a, 83, 8][..], b"tiered"].concat();
    let service = [(AttributeType::VENDOR_SPECIFIC, &service[..])];
    other.report_with(&server, "77:1", START, 0, &service);
    one.report(&server, INTERIM, 250 * GB);
    other.report_with(&server, "77:1", INTERIM, 200 * GB, &service);
    other.report(&server, INTERIM, 249 * GB);
    await_used(&installation, 499 * GB);
    port.is_left_alone();
    other.report_with(&server, "77:1", STOP, 249 * GB, &service);
    other.report(&server, INTERIM, 250 * GB);
    let mut both = [port.obeys(), port.obeys()];
    both.sort();
    assert_eq!(both, [changed("77", "2M/2M"), changed("81a00001", "2M/2M")]);
    await_used(&installation, 500 * GB);
}

#[test]
fn what_is_used_is_exact_over_a_kill_and_a_stop() {
    let installation = with_quota();
    let port = NasPort::new(&installation);
    let server = installation.serve();
    let (ann, _) = Dialled::new(&server, "81a00001");
    ann.report(&server, INTERIM, 300 * GB);
    // SIGKILL.
    drop(server);
    let server = installation.serve();
    ann.report(&server, INTERIM, 300 * GB);
    ann.report(&server, INTERIM, 400 * GB + 1);
    assert_eq!(server.terminate().0, Some(0));
    assert_eq!(show(&installation)["quotas"][0]["used_octets"], 400 * GB + 1);
    let server = installation.serve();
    ann.report(&server, INTERIM, 400 * GB);
    ann.report(&server, INTERIM, 500 * GB - 1);
    await_used(&installation, 500 * GB - 1);
    port.is_left_alone();
    ann.report(&server, INTERIM, 500 * GB);
    assert_eq!(port.obeys(), changed("81a00001", "2M/2M"));
    // A throttle that was confirmed is not told again by a server that was killed.
    await_used(&installation, 500 * GB);
    drop(server);
    let server = installation.serve();
    ann.report(&server, STOP, 500 * GB + 7);
    port.is_left_alone();
    await_used(&installation, 500 * GB + 7);
    let (_, answer) = Dialled::new(&server, "81a00002");
    // Nothing was asked since the start.
    assert_eq!(total_limit(&answer.packet()), Some(250 * GB - 7));
}

#[test]
fn free_hours_are_read_on_the_tenants_clock_and_a_session_counts_for_itself() {
    let installation = Installation::with_subscriber();
    installation.weir(&["tenant", "set", "default", "--time-zone", "Africa/Nairobi"]).well();
    // From two hours ago until in two hours, as Nairobi's clock shows it.
    let now = jiff::Timestamp::now().in_tz("Africa/Nairobi").unwrap();
    let clock = |hours: i64| {
        let then = now.checked_add(jiff::Span::new().hours(hours)).unwrap();
        format!("{:02}:00", then.hour())
    };
    let free = format!("name=a-day,window=day,allowance=1GB,free=daily {}-{}", clock(-2), clock(2));
    for quota in [&free[..], "name=b-session,window=session,allowance=100GB"] {
        installation.weir(&["plan", "set", "home", "--quota", quota]).well();
    }
    let tiers = ["--tier", "a-day:100%=quarantine", "--tier", "b-session:100%=1M/1M"];
    installation.weir(&[&["plan", "set", "home"], &tiers[..]].concat()).well();
    let port = NasPort::new(&installation);
    let server = installation.serve();
    let (one, _) = Dialled::new(&server, "81a00001");
    let (other, _) = Dialled::new(&server, "81a00002");
    one.report(&server, INTERIM, 99 * GB);
    other.report(&server, INTERIM, 100 * GB);
    assert_eq!(port.obeys(), changed("81a00002", "1M/1M"));
    port.is_left_alone();
    assert_eq!(show(&installation)["quotas"][0]["used_octets"], 0);
    let used = |shown: &serde_json::Value| {
        let quotas = shown["quotas"].as_array().unwrap().iter();
        let of_sessions = quotas.filter(|quota| quota["name"] == "b-session");
        let mut used: Vec<_> = of_sessions.map(|of| of["used_octets"].as_u64().unwrap()).collect();
        used.sort_unstable();
        used
    };
    let deadline = Instant::now() + PATIENCE;
    while used(&show(&installation)) != [99 * GB, 100 * GB] {
        assert!(Instant::now() < deadline, "{}", show(&installation)["quotas"]);
    }
    drop(server);
}

#[test]
fn the_operator_throttles_and_restores() {
    let installation = Installation::with_subscriber();
    let port = NasPort::new(&installation);
    let server = installation.serve();
    let session = |args: &[&str]| installation.weir(&[&["session"], args].concat());
    let (ann, _) = Dialled::new(&server, "81a00001");
    session(&["restore", "ann"]).well();
    session(&["throttle", "ann", "--speed", "1M/1M"]).well();
    assert_eq!(port.obeys(), changed("81a00001", "1M/1M"));
    let explained = installation.weir(&["explain", "ann"]).well().out;
    assert!(explained.contains("by the operator, to 1M/1M until"), "{explained}");
    // A booster does not lift it, and it outlives a restart.
    installation.weir(&["service", "boost", "ann", "--speed", "20M/100M", "--for", "1h"]).well();
    drop(server);
    let server = installation.serve();
    ann.report(&server, INTERIM, GB);
    port.is_left_alone();
    let (next, answer) = Dialled::new(&server, "81a00002");
    let told = answer.packet().first_vendor(MIKROTIK, 8).map(<[u8]>::to_vec);
    assert_eq!(told.as_deref(), Some(&b"1M/1M"[..]));
    next.report(&server, STOP, 0);
    let shown = installation.weir(&["service", "show", "ann"]).well().out;
    assert!(shown.contains("throttle    1M/1M until `weir session restore`"), "{shown}");
    session(&["restore", "ann"]).well();
    assert_eq!(port.obeys(), changed("81a00001", "20M/100M"));

    // One that is faster than the speed changes nothing; one for a while ends by itself.
    session(&["throttle", "ann", "--speed", "1G/1G"]).well();
    port.is_left_alone();
    session(&["throttle", "ann", "--speed", "3M/3M", "--for", "4s"]).well();
    assert_eq!(port.obeys(), changed("81a00001", "3M/3M"));
    assert_eq!(port.obeys(), changed("81a00001", "20M/100M"));
    let shown = show(&installation);
    assert!(shown["throttle"].is_null(), "{shown}");

    session(&["throttle", "bob", "--speed", "1M/1M"]).refused(1, &["bob"]);
    session(&["restore", "bob"]).refused(1, &["bob"]);
    session(&["throttle", "ann", "--speed", "1M"]).refused(2, &["20M/100M"]);
    session(&["throttle", "ann"]).refused(2, &["--speed"]);
    session(&["throttle", "ann", "--speed", "0/1M"]).refused(2, &["let nothing through"]);
    session(&["throttle", "ann", "--speed", "1M/1M", "--for", "0s"]).refused(2, &["at once"]);
}

#[test]
fn what_is_bought_moves_the_limit_of_a_session_that_runs() {
    let installation = Installation::with_subscriber();
    let quota = ["--quota", "name=monthly,window=cycle,allowance=10GB"];
    let set = ["plan", "set", "home"].into_iter().chain(quota);
    let set = set.chain(["--tier", "monthly:100%=quarantine"]);
    installation.weir(&set.collect::<Vec<_>>()).well();
    // A NAS that cannot be asked is told the limit of both ways together.
    installation.weir(&["nas", "set", "edge", "--coa", "off"]).well();
    let server = installation.serve();
    let (first, answer) = Dialled::new(&server, "81a00001");
    assert_eq!(total_limit(&answer.packet()), Some(10 * GB));
    first.report(&server, STOP, 0);

    let port = NasPort::new(&installation);
    installation.weir(&["nas", "set", "edge", "--coa", "auto"]).well();
    // So is one that may not answer.
    let (second, answer) = Dialled::new(&server, "81a00005");
    assert_eq!(total_limit(&answer.packet()), Some(10 * GB));
    second.report(&server, STOP, 0);
    port.does_a_change(&installation, &server);
    let (ann, answer) = Dialled::new(&server, "81a00002");
    assert_eq!(limits(&answer.packet()), Some([10 * GB, 10 * GB]));
    ann.report(&server, INTERIM, 9 * GB);
    port.is_left_alone();
    installation.weir(&["service", "top-up", "ann", "--data", "5GB"]).well();
    assert_eq!(port.is_told_limits(), ("81a00002".to_owned(), 15 * GB, 6 * GB));
    // It uses on, beyond what it was told at its log-in, and is told nothing again.
    ann.report(&server, INTERIM, 12 * GB);
    port.is_left_alone();
    // Another session uses the half of what is left, and more.
    let (other, answer) = Dialled::new(&server, "81a00003");
    assert_eq!(limits(&answer.packet()), Some([3 * GB, 3 * GB]));
    other.report(&server, INTERIM, 2 * GB);
    assert_eq!(port.is_told_limits(), ("81a00002".to_owned(), 13 * GB, GB));
    // A kill, and nothing is told again of what was confirmed.
    await_used(&installation, 10 * GB);
    drop(server);
    let server = installation.serve();
    ann.report(&server, INTERIM, 12 * GB);
    port.is_left_alone();
    // What sessions were told shows what their NAS does: GB of the other one's.
    let (_, answer) = Dialled::new(&server, "81a00004");
    assert_eq!(limits(&answer.packet()), Some([GB, GB]));
    assert_eq!(server.terminate().0, Some(0));
    let shown = installation.weir(&["coa", "show", "ann"]).well().out;
    assert!(shown.contains("how much is left to use"), "{shown}");
}
