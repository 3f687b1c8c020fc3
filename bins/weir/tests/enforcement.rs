//! What the operator changes is what the network does: CoA and Disconnect from a running `weir serve`
//! over real UDP, to a NAS that is written here.
#![allow(clippy::disallowed_methods, reason = "a test waits against a clock")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use std::time::Instant;

use radius_proto::{AttributeType, Code, Packet, VendorId};
use support::nas_port::{NasPort, PATIENCE};
use support::{Installation, SECRET, Server, accounting_request, exchange};

const MIKROTIK: VendorId = VendorId(14_988);
const RATE_LIMIT: u8 = 8;
const START: u8 = 1;
const STOP: u8 = 2;
const INTERIM: u8 = 3;

/// The next request, which is about ann's session and is done.
fn done(port: &NasPort) -> Vec<u8> {
    let request = port.answer(PATIENCE).expect("a request");
    assert_is_anns(&request);
    request
}

/// The next request, likewise, which is left unanswered.
fn unanswered(port: &NasPort) -> Vec<u8> {
    let (request, _) = port.receive(PATIENCE).expect("a request");
    assert_is_anns(&request);
    request
}

fn assert_is_anns(request: &[u8]) {
    let packet = Packet::parse(request).unwrap();
    assert_eq!(packet.first(AttributeType::USER_NAME), Some(&b"ann"[..]));
    assert_eq!(packet.first(AttributeType::ACCT_SESSION_ID), Some(SESSION.as_bytes()));
}

fn rate_limit(request: &[u8]) -> Option<String> {
    let packet = Packet::parse(request).unwrap();
    let value = packet.first_vendor(MIKROTIK, RATE_LIMIT)?;
    Some(String::from_utf8(value.to_vec()).unwrap())
}

const SESSION: &str = "81a00001";
const STATION: &str = "00:E1:0C:38:C8:F8";

/// Ann logs in and begins a session.
fn dial(server: &Server) -> Vec<u8> {
    dial_from(server, SESSION, STATION)
}

fn dial_from(server: &Server, session: &str, station: &str) -> Vec<u8> {
    let answer = server.log_in_at("ann", "opensesame", station);
    assert_eq!(answer.code(), Code::ACCESS_ACCEPT);
    let class = answer.packet().first(AttributeType::CLASS).unwrap().to_vec();
    report_from(server, (session, station), &class, START, 0);
    class
}

fn report(server: &Server, class: &[u8], status: u8, download_octets: u64) {
    report_from(server, (SESSION, STATION), class, status, download_octets);
}

fn report_from(
    server: &Server,
    (session, station): (&str, &str),
    class: &[u8],
    status: u8,
    download_octets: u64,
) {
    let low = u32::try_from(download_octets & 0xffff_ffff).unwrap().to_be_bytes();
    let gigawords = u32::try_from(download_octets >> 32).unwrap().to_be_bytes();
    let status = [0, 0, 0, status];
    let attributes: Vec<(AttributeType, &[u8])> = vec![
        (AttributeType::ACCT_STATUS_TYPE, &status),
        (AttributeType::ACCT_SESSION_ID, session.as_bytes()),
        (AttributeType::USER_NAME, b"ann"),
        (AttributeType::CALLING_STATION_ID, station.as_bytes()),
        (AttributeType::FRAMED_IP_ADDRESS, &[10, 0, 0, 7]),
        (AttributeType::ACCT_OUTPUT_OCTETS, &low),
        (AttributeType::ACCT_OUTPUT_GIGAWORDS, &gigawords),
        (AttributeType::CLASS, class),
    ];
    let request = accounting_request(&attributes);
    let reply = exchange(server.accounting, &request, SECRET).unwrap();
    assert_eq!(reply[0], Code::ACCOUNTING_RESPONSE.0);
}

fn json(installation: &Installation, arguments: &[&str]) -> serde_json::Value {
    let said = installation.weir(&[arguments, &["--json"]].concat()).well().out;
    serde_json::from_str(&said).unwrap()
}

/// Waits until `weir coa list` has `count` lines.
fn await_pursuits(installation: &Installation, count: usize) -> serde_json::Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let list = json(installation, &["coa", "list"]);
        if list.as_array().unwrap().len() == count {
            return list;
        }
        assert!(Instant::now() < deadline, "{list}");
    }
}

#[test]
fn a_plans_new_speed_reaches_the_router_while_the_session_goes_on() {
    let installation = Installation::with_subscriber();
    let port = NasPort::new(&installation);
    let server = installation.serve();
    let class = dial(&server);
    port.is_left_alone();

    installation.weir(&["plan", "set", "home", "--download", "50M"]).well();
    let request = done(&port);
    assert_eq!(request[0], Code::COA_REQUEST.0);
    assert_eq!(rate_limit(&request).as_deref(), Some("2M/50M"));
    await_pursuits(&installation, 0);
    // Once confirmed it is not told again, neither by a report nor after a restart.
    report(&server, &class, INTERIM, 1_000);
    drop(server);
    let server = installation.serve();
    report(&server, &class, INTERIM, 2_000);
    port.is_left_alone();

    // What changes while the server is away is not forgotten.
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log}");
    installation.weir(&["plan", "set", "home", "--download", "20M"]).well();
    let server = installation.serve();
    let request = done(&port);
    assert_eq!(rate_limit(&request).as_deref(), Some("2M/20M"));
    await_pursuits(&installation, 0);
    drop(server);
}

#[test]
fn an_expiry_ends_the_session_to_the_second_and_renewal_undoes_it() {
    let installation = Installation::with_subscriber();
    let port = NasPort::new(&installation);
    let server = installation.serve();
    let class = dial(&server);
    let until = jiff::Timestamp::now().checked_add(jiff::Span::new().seconds(4)).unwrap();
    installation.weir(&["service", "set", "ann", "--valid-until", &until.to_string()]).well();
    // RouterOS cannot be told an address list while a session lasts: it ends, and the next log-in
    // is put into quarantine.
    let request = done(&port);
    let late = jiff::Timestamp::now().as_millisecond() - until.as_millisecond();
    assert_eq!(request[0], Code::DISCONNECT_REQUEST.0);
    assert!((0..2_000).contains(&late), "{late} ms after the expiry");
    report(&server, &class, STOP, 3_000);
    let quarantined = server.log_in_at("ann", "opensesame", "00:E1:0C:38:C8:F8");
    let list = quarantined.packet().first_vendor(MIKROTIK, 19).map(<[u8]>::to_vec);
    assert_eq!(list.as_deref(), Some(&b"weir-quarantine"[..]));
    let class = quarantined.packet().first(AttributeType::CLASS).unwrap().to_vec();
    report(&server, &class, START, 0);

    installation.weir(&["service", "set", "ann", "--valid-until", "none"]).well();
    let request = done(&port);
    assert_eq!(request[0], Code::DISCONNECT_REQUEST.0);
    report(&server, &class, STOP, 4_000);
    dial(&server);
    port.is_left_alone();
    let steps = json(&installation, &["coa", "show", "ann"]);
    let said: Vec<_> = steps
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["why"].as_str().unwrap(), step["step"].as_str().unwrap()))
        .collect();
    assert_eq!(
        said,
        [
            ("expired", "disconnect sent, try 1"),
            ("expired", "disconnect confirmed"),
            ("restored", "disconnect sent, try 1"),
            ("restored", "disconnect confirmed"),
        ]
    );
}

#[test]
fn what_a_nas_does_not_answer_is_shown_and_tried_until_it_does() {
    let installation = Installation::with_subscriber();
    let port = NasPort::new(&installation);
    let server = installation.serve();
    dial(&server);
    installation.weir(&["plan", "set", "home", "--download", "50M"]).well();
    let first = unanswered(&port);
    let list = await_pursuits(&installation, 1);
    assert_eq!(list[0]["login"], "ann");
    assert_eq!(list[0]["goal"], "2M/50M");
    // A newer wish replaces the older one: what comes in the end is what holds.
    let again = unanswered(&port);
    assert_eq!(first, again, "a retransmission has the same identifier and octets");
    installation.weir(&["plan", "set", "home", "--download", "70M"]).well();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let request = done(&port);
        if rate_limit(&request).as_deref() == Some("2M/70M") {
            break;
        }
        assert!(Instant::now() < deadline);
    }
    await_pursuits(&installation, 0);
    drop(server);
}

#[test]
fn a_small_router_is_asked_for_one_thing_at_a_time() {
    let installation = Installation::with_subscriber();
    let port = NasPort::new(&installation);
    let set = ["nas", "set", "edge"];
    let refused = [["--coa-in-flight", "0"], ["--coa-in-flight", "257"]];
    for option in refused {
        installation.weir(&[&set[..], &option].concat()).refused(2, &["from 1 to 256"]);
    }
    installation.weir(&[&set[..], &["--coa-rate", "0"]].concat()).refused(2, &["from 1 to"]);
    let pace = ["--coa-in-flight", "1", "--coa-rate", "50"];
    installation.weir(&[&set[..], &pace].concat()).well();
    let listed = installation.weir(&["nas", "list"]).well().out;
    assert!(listed.contains(", 1 at a time, 50 a second"), "{listed}");
    let server = installation.serve();
    dial(&server);
    dial_from(&server, "81a00002", "00:E1:0C:38:C8:F9");
    installation.weir(&["plan", "set", "home", "--download", "50M"]).well();
    let (first, _) = port.receive(PATIENCE).expect("a request");
    let (second, _) = port.receive(PATIENCE).expect("a request");
    assert_eq!(first, second, "the other one waits, whose first was not answered yet");
    let answered = port.obeys().session;
    let other = port.obeys().session;
    let mut sessions = [&*answered, &*other];
    sessions.sort_unstable();
    assert_eq!(sessions, [SESSION, "81a00002"]);
    await_pursuits(&installation, 0);
    drop(server);
}

#[test]
fn the_operator_ends_a_session() {
    let installation = Installation::with_subscriber();
    let port = NasPort::new(&installation);
    let server = installation.serve();
    let class = dial(&server);
    installation.weir(&["session", "disconnect", "bob"]).refused(1, &["bob", "online"]);
    installation.weir(&["session", "disconnect", "ann"]).well();
    let request = done(&port);
    assert_eq!(request[0], Code::DISCONNECT_REQUEST.0);
    report(&server, &class, STOP, 0);
    port.is_left_alone();
    installation.weir(&["nas", "set", "edge", "--coa-port", "0"]).refused(2, &["1 to 65535"]);
    installation.weir(&["nas", "set", "edge", "--coa-secret", ""]).refused(2, &["empty"]);
}
