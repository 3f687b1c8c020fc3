//! The services of a live session follow its plan: CoA from a running `weir serve` over real UDP,
//! to a NAS of the manner of Juniper's E-series that is written here.
#![allow(clippy::disallowed_methods, reason = "a test waits against a clock")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use std::time::Instant;

use radius_dict::{ReadAttributes as _, attr};
use radius_proto::{AttributeType, Code, Packet};
use support::nas_port::{NasPort, PATIENCE};
use support::{Installation, SECRET, Server, accounting_request, exchange};

const START: u8 = 1;
const STOP: u8 = 2;

const GARDEN: &str = "http(192.168.25.2, 80)";
const PAID: &str = "tiered(2000000, 10000000)";

/// What a packet says of services: `+` for those that it activates, `-` for the others.
fn said(packet: &Packet<'_>) -> Vec<String> {
    let activated = packet.get_all(attr::ERX_SERVICE_ACTIVATE);
    let activated = activated.map(|activated| format!("+{}", activated.value));
    let ended = packet.get_all(attr::ERX_SERVICE_DEACTIVATE).map(|text| format!("-{text}"));
    activated.chain(ended).collect()
}

/// What the next CoA-Request says of services, which is done.
fn does(port: &NasPort) -> Vec<String> {
    let request = port.answer(PATIENCE).expect("a CoA-Request");
    let packet = Packet::parse(&request).unwrap();
    assert_eq!(packet.code(), Code::COA_REQUEST);
    assert_eq!(packet.first(AttributeType::ACCT_SESSION_ID), Some(&b"77"[..]));
    said(&packet)
}

/// A NAS `edge` of Juniper's, whose subscriber `ann` has `tiered` when she has paid.
fn installation() -> (Installation, NasPort) {
    let installation = Installation::with_subscriber();
    let weir = |line: &[&str]| installation.weir(line).well();
    let tiered = ["service-template", "add", "tiered", "--parameter", "up:bps", "--parameter"];
    let limits = ["down:bps", "--timeout", "5h", "--statistics", "time-volume"];
    weir(&[&tiered[..], &limits].concat());
    weir(&["nas", "set", "edge", "--dialect", "juniper"]);
    let port = NasPort::new(&installation);
    let paid = ["--service", "tiered({upload}, {download})"];
    let garden = ["--quarantine-address-list", GARDEN];
    weir(&[&["plan", "set", "home"][..], &paid, &garden].concat());
    (installation, port)
}

fn log_in(server: &Server) -> (Vec<u8>, Vec<String>) {
    let answer = server.log_in_at("ann", "opensesame", "00:E1:0C:38:C8:F8");
    assert_eq!(answer.code(), Code::ACCESS_ACCEPT);
    let class = answer.packet().first(AttributeType::CLASS).unwrap().to_vec();
    (class, said(&answer.packet()))
}

/// A report of ann's session, or of a service in it.
fn report(server: &Server, class: &[u8], id: &str, service: Option<&str>, status: u8) {
    let status = [0, 0, 0, status];
    let mut attributes: Vec<(AttributeType, &[u8])> = vec![
        (AttributeType::ACCT_STATUS_TYPE, &status),
        (AttributeType::ACCT_SESSION_ID, id.as_bytes()),
        (AttributeType::USER_NAME, b"ann"),
        (AttributeType::CALLING_STATION_ID, b"00:E1:0C:38:C8:F8"),
        (AttributeType::FRAMED_IP_ADDRESS, &[10, 0, 0, 7]),
    ];
    let of_juniper = service.map(|name| {
        let len = u8::try_from(name.len() + 2).unwrap();
        [&[0, 0, 0x13, 0x0a, 83, len], name.as_bytes()].concat()
    });
    match &of_juniper {
        Some(value) => attributes.push((AttributeType::VENDOR_SPECIFIC, value)),
        None => attributes.push((AttributeType::CLASS, class)),
    }
    let request = accounting_request(&attributes);
    let reply = exchange(server.accounting, &request, SECRET).unwrap();
    assert_eq!(reply[0], Code::ACCOUNTING_RESPONSE.0);
}

fn json(installation: &Installation, arguments: &[&str]) -> serde_json::Value {
    let said = installation.weir(&[arguments, &["--json"]].concat()).well().out;
    serde_json::from_str(&said).unwrap()
}

/// Waits until nothing is under way.
fn settle(installation: &Installation) {
    let deadline = Instant::now() + PATIENCE;
    while !json(installation, &["coa", "list"]).as_array().unwrap().is_empty() {
        assert!(Instant::now() < deadline);
    }
}

#[test]
fn services_follow_the_plan_the_expiry_and_the_renewal() {
    let (installation, port) = installation();
    let server = installation.serve();
    let (class, told) = log_in(&server);
    assert_eq!(told, [format!("+{PAID}")]);
    report(&server, &class, "77", None, START);
    report(&server, &class, "77:1", Some(PAID), START);
    port.is_left_alone();
    let open = json(&installation, &["sessions"]);
    assert_eq!(open[1]["activated_service"], PAID);

    // A new speed is one service in the place of another, in one request.
    installation.weir(&["plan", "set", "home", "--download", "50M"]).well();
    let faster = "tiered(2000000, 50000000)";
    assert_eq!(does(&port), [format!("+{faster}"), format!("-{PAID}")]);
    report(&server, &class, "77:1", Some(PAID), STOP);
    report(&server, &class, "77:2", Some(faster), START);
    settle(&installation);
    port.is_left_alone();

    // Who has not paid is in the walled garden, and comes out of it.
    let until = jiff::Timestamp::now().checked_add(jiff::Span::new().seconds(3)).unwrap();
    installation.weir(&["service", "set", "ann", "--valid-until", &until.to_string()]).well();
    assert_eq!(does(&port), [format!("+{GARDEN}"), format!("-{faster}")]);
    report(&server, &class, "77:2", Some(faster), STOP);
    settle(&installation);
    drop(server);
    let server = installation.serve();
    port.is_left_alone();
    installation.weir(&["service", "set", "ann", "--valid-until", "none"]).well();
    assert_eq!(does(&port), [format!("+{faster}"), format!("-{GARDEN}")]);
    settle(&installation);

    // The service's time is over: it is not given anew, not even by another server.
    report(&server, &class, "77:3", Some(faster), START);
    report(&server, &class, "77:3", Some(faster), STOP);
    port.is_left_alone();
    drop(server);
    let server = installation.serve();
    port.is_left_alone();
    installation.weir(&["plan", "set", "home", "--download", "20M"]).well();
    assert_eq!(does(&port), ["+tiered(2000000, 20000000)"]);
    settle(&installation);
    let shown = installation.weir(&["coa", "show", "ann"]).well().out;
    assert!(shown.contains(GARDEN) && shown.contains("reported by the NAS"), "{shown}");

    report(&server, &class, "77", None, STOP);
    assert_eq!(json(&installation, &["sessions"]).as_array().unwrap().len(), 0);
    drop(server);
}

#[test]
fn a_log_in_to_the_walled_garden_becomes_what_was_paid_for() {
    let (installation, port) = installation();
    installation.weir(&["service", "suspend", "ann"]).well();
    let server = installation.serve();
    let (class, told) = log_in(&server);
    assert_eq!(told, [format!("+{GARDEN}")]);
    report(&server, &class, "77", None, START);
    port.is_left_alone();
    installation.weir(&["service", "resume", "ann"]).well();
    assert_eq!(does(&port), [format!("+{PAID}"), format!("-{GARDEN}")]);
    settle(&installation);
    port.is_left_alone();
    drop(server);
}
