//! Time online through the whole of Weir: vouchers, plans and top-ups from the command line, and a NAS
//! that is written here over real UDP. What it says of time is simulated: nobody waits.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "a test fails by panicking, and uses a part of what tests share"
)]

mod support;

use std::time::Instant;

use radius_proto::{AttributeType, Code};
use support::nas_port::{Asked, NasPort, PATIENCE};
use support::{Answer, Installation, SECRET, Server, accounting_request, exchange, json};

const START: u8 = 1;
const STOP: u8 = 2;
const INTERIM: u8 = 3;
const MB: u32 = 1_000_000;

/// A session of ann's.
struct Dialled<'s> {
    server: &'s Server,
    id: &'static str,
    class: Vec<u8>,
}

impl Dialled<'_> {
    /// What its NAS says of it, in a packet with an identifier of its own.
    fn report(&self, status: u8, online_s: u32, octets: u32) {
        let (status, station) = ([0, 0, 0, status], station(self.id));
        let (online_s, octets) = (online_s.to_be_bytes(), octets.to_be_bytes());
        let attributes: [(AttributeType, &[u8]); 7] = [
            (AttributeType::ACCT_STATUS_TYPE, &status),
            (AttributeType::ACCT_SESSION_ID, self.id.as_bytes()),
            (AttributeType::USER_NAME, b"ann"),
            (AttributeType::CALLING_STATION_ID, station.as_bytes()),
            (AttributeType::ACCT_SESSION_TIME, &online_s),
            (AttributeType::ACCT_OUTPUT_OCTETS, &octets),
            (AttributeType::CLASS, &self.class),
        ];
        let request = accounting_request(&attributes);
        let reply = exchange(self.server.accounting, &request, SECRET).unwrap();
        assert_eq!(reply[0], Code::ACCOUNTING_RESPONSE.0);
    }
}

fn station(id: &str) -> String {
    format!("00:E1:0C:38:C8:{:02X}", id.bytes().fold(0_u8, u8::wrapping_add))
}

fn session_timeout(answer: &Answer) -> u32 {
    assert_eq!(answer.code(), Code::ACCESS_ACCEPT);
    let timeout = answer.packet().first(AttributeType::SESSION_TIMEOUT).unwrap().to_vec();
    u32::from_be_bytes(timeout.try_into().unwrap())
}

/// Logs ann in, and gives Session-Timeout.
fn dial<'s>(server: &'s Server, id: &'static str) -> (Dialled<'s>, u32) {
    let answer = server.log_in_at("ann", "opensesame", &station(id));
    let timeout_s = session_timeout(&answer);
    let class = answer.packet().first(AttributeType::CLASS).unwrap().to_vec();
    let dialled = Dialled { server, id, class };
    dialled.report(START, 0, 0);
    (dialled, timeout_s)
}

/// Session-Timeout less what has passed since something was known: at most some seconds.
fn about(timeout_s: u32, expected_s: u32) {
    let nearly = expected_s.saturating_sub(20)..=expected_s;
    assert!(nearly.contains(&timeout_s), "{timeout_s} of {expected_s}");
}

fn is_refused(server: &Server) -> bool {
    server.log_in_at("ann", "opensesame", &station("next")).code() == Code::ACCESS_REJECT
}

/// A shop whose plan `hotspot` lasts for the time and the data that were granted, and no longer.
fn shop() -> Installation {
    let installation = Installation::with_subscriber();
    for command in [
        ["tax", "set", "VAT", "16%"].as_slice(),
        &[
            "plan",
            "add",
            "hotspot",
            "--download",
            "5M",
            "--upload",
            "1M",
            "--when-withheld",
            "reject",
        ],
        &["plan", "set", "hotspot", "--quota", "name=online,window=cycle,allowance=0s"],
        &["plan", "set", "hotspot", "--quota", "name=data,window=cycle,allowance=0B"],
        &["plan", "set", "hotspot", "--tier", "online:100%=quarantine"],
        // What ann had is over.
        &["service", "set", "ann", "--valid-until", "2020-01-01"],
    ] {
        installation.weir(command).well();
    }
    installation
}

/// Sells ann a voucher that gives access on `hotspot` with this, and redeems it.
fn redeem(installation: &Installation, worth: &[&str]) -> String {
    let batch = ["voucher", "batch", "--quantity", "1", "--price", "100 KES", "--plan", "hotspot"];
    let made = installation.weir(&[batch.as_slice(), &["--tax", "VAT"], worth].concat()).well().out;
    let number = made.split([' ', ':']).nth(1).unwrap().to_owned();
    installation.weir(&["voucher", "sell", &number, "all", "--till", "cash"]).well();
    let csv = installation.weir(&["voucher", "export", &number]).well().out;
    let code = csv.lines().nth(1).unwrap().split(',').nth(1).unwrap().to_owned();
    let redeem = ["voucher", "redeem", &code, "--subscriber", "ann"];
    made + &installation.weir(&redeem).well().out
}

/// Waits until the store has it that so much is used of ann's first grant, or quota.
fn await_used(installation: &Installation, of: &str, seconds: u64) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let shown = json(installation, &["service", "show", "ann"]);
        if shown[of][0]["used_online_s"] == seconds {
            return;
        }
        assert!(Instant::now() < deadline, "not {seconds}: {}", shown[of]);
    }
}

#[test]
fn a_voucher_of_an_hour_lasts_an_hour_online_in_as_many_sessions_as_it_takes() {
    let installation = shop();
    let server = installation.serve();
    let said = redeem(&installation, &["--online", "1h", "--validity", "30 days"]);
    assert!(said.contains("each plan hotspot for 30 days, 1h online"), "{said}");
    assert!(said.contains("redeemed: service `ann` with 1h online until 20"), "{said}");
    let (first, timeout_s) = dial(&server, "81a00001");
    assert_eq!(timeout_s, 3_600);
    first.report(INTERIM, 600, 7);
    first.report(STOP, 1_000, 9);
    // Sent again, and one that was overtaken: both count nothing.
    first.report(STOP, 1_000, 9);
    first.report(INTERIM, 600, 7);
    let (second, timeout_s) = dial(&server, "81a00002");
    assert_eq!(timeout_s, 2_600);
    second.report(STOP, 2_000, 0);
    await_used(&installation, "grants", 3_000);
    let text = installation.weir(&["service", "show", "ann"]).well().out;
    for words in [
        "1h online bought until 20",
        "grant 1: 50m of 1h used, 83 %, 10m left",
        "10m online with all grants",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let explained = installation.weir(&["explain", "ann"]).well().out;
    assert!(explained.contains("10m left of its time online"), "{explained}");
    let (third, timeout_s) = dial(&server, "81a00003");
    assert_eq!(timeout_s, 600);
    third.report(STOP, 600, 0);
    assert!(is_refused(&server));
    let explained = installation.weir(&["explain", "ann"]).out;
    for words in ["NO  online    0s left of its time online", "the quota of the plan is used up"] {
        assert!(explained.contains(words), "{words}: {explained}");
    }
    // More of it: exactly that.
    let said = installation.weir(&["service", "top-up", "ann", "--time", "10h"]).well().out;
    assert!(said.contains("10h online bought"), "{said}");
    let (_, timeout_s) = dial(&server, "81a00004");
    assert_eq!(timeout_s, 36_000);
    server.terminate();
}

#[test]
fn of_a_voucher_with_time_and_data_whichever_ends_first_ends_it() {
    for (online_s, octets) in [(1_800, 99 * MB), (60, 100 * MB)] {
        let installation = shop();
        installation.weir(&["plan", "set", "hotspot", "--tier", "data:100%=quarantine"]).well();
        let said = redeem(&installation, &["--online", "30m", "--data", "100MB"]);
        assert!(said.contains("service `ann` with 100MB and 30m online"), "{said}");
        let server = installation.serve();
        let (first, timeout_s) = dial(&server, "81a00001");
        assert_eq!(timeout_s, 1_800);
        first.report(STOP, online_s - 1, octets - 1);
        let (second, timeout_s) = dial(&server, "81a00002");
        assert_eq!(timeout_s, 1_800 - (online_s - 1));
        // The one is over with this, and the other is not.
        second.report(STOP, 1, u32::from(octets == 100 * MB));
        assert!(is_refused(&server), "{online_s} {octets}");
        server.terminate();
    }
}

#[test]
fn the_calendar_ends_it_before_its_time_online_does() {
    let installation = shop();
    let server = installation.serve();
    redeem(&installation, &["--online", "3h", "--validity", "1 hour"]);
    let (first, timeout_s) = dial(&server, "81a00001");
    about(timeout_s, 3_600);
    first.report(STOP, 3 * 3_600 - 60, 0);
    let (_, timeout_s) = dial(&server, "81a00002");
    assert_eq!(timeout_s, 60);
    server.terminate();
}

#[test]
fn a_plan_of_twenty_hours_a_month_slows_down_and_ends_and_what_is_known_outlives_a_kill() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    weir(&["plan", "set", "home", "--quota", "name=online,window=cycle,allowance=20h"]).well();
    let tiers = ["--tier", "online:100%=2M/2M", "--tier", "online:150%=quarantine"];
    weir(&[["plan", "set", "home"].as_slice(), &tiers].concat()).well();
    let shown = weir(&["plan", "show", "home"]).well().out;
    assert!(shown.contains("online: 20h a billing cycle online, 100% 2M/2M"), "{shown}");
    let port = NasPort::new(&installation);
    let server = installation.serve();
    let (ann, timeout_s) = dial(&server, "81a00001");
    about(timeout_s, 30 * 3_600);
    ann.report(INTERIM, 20 * 3_600 - 100, 0);
    port.is_left_alone();
    ann.report(INTERIM, 20 * 3_600, 0);
    let rate_limit = Some("2M/2M".to_owned());
    let session = "81a00001".to_owned();
    let slowed = Asked { code: Code::COA_REQUEST, session: session.clone(), rate_limit };
    assert_eq!(port.obeys(), slowed);
    await_used(&installation, "quotas", 72_000);
    // SIGKILL: what was acknowledged is known.
    let class = ann.class;
    drop(server);
    let server = installation.serve();
    let ann = Dialled { server: &server, id: "81a00001", class };
    ann.report(INTERIM, 20 * 3_600, 0);
    let explained = weir(&["explain", "ann"]).well().out;
    assert!(explained.contains("online: 20h"), "{explained}");
    assert!(explained.contains("throttled to 2M/2M from 100 % on"), "{explained}");
    // Its time is over between two reports: the session is ended then, and not with the next one.
    ann.report(INTERIM, 30 * 3_600 - 1, 0);
    let ended = Asked { code: Code::DISCONNECT_REQUEST, session, rate_limit: None };
    assert_eq!(port.obeys(), ended);
    ann.report(STOP, 30 * 3_600, 0);
    let (_, timeout_s) = dial(&server, "81a00002");
    assert_eq!(timeout_s, 300, "it is in quarantine");
    server.terminate();
}
