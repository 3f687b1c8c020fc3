//! Sessions at a time, devices, lock-out, vouchers and attributes by hand, over UDP through
//! `weir serve`, each with what is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    dead_code,
    unreachable_pub,
    reason = "a test fails by panicking, and uses a part of what tests share"
)]

mod support;

use std::time::{Duration, Instant};

use radius_dict::{ReadAttributes as _, attr};
use radius_proto::{AttributeType, Code, VendorId};
use support::{Answer, Installation, SECRET, Server, accounting_request, exchange};

const A: &str = "00:00:5E:00:53:0A";
const B: &str = "00:00:5E:00:53:0B";
const C: &str = "00:00:5E:00:53:0C";

fn account(server: &Server, status: u32, session: &str, station: &str, accept: &Answer) {
    let class = accept.packet().first(AttributeType::CLASS).unwrap().to_vec();
    let request = accounting_request(&[
        (AttributeType::ACCT_STATUS_TYPE, &status.to_be_bytes()),
        (AttributeType::ACCT_SESSION_ID, session.as_bytes()),
        (AttributeType::USER_NAME, b"ann"),
        (AttributeType::CALLING_STATION_ID, station.as_bytes()),
        (AttributeType::CLASS, &class),
    ]);
    assert!(exchange(server.accounting, &request, SECRET).is_some());
}

/// The reason in the authentication log of the last log-in, once it has got there.
fn last_reason(installation: &Installation, code: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let said = installation.weir(&["auth-log", "--json"]).well().out;
        let log: serde_json::Value = serde_json::from_str(&said).unwrap();
        let last = log.as_array().and_then(|entries| entries.last()).cloned().unwrap_or_default();
        if last["reason"] == code {
            return;
        }
        assert!(Instant::now() < deadline, "no {code} in {said}");
        std::thread::yield_now();
    }
}

#[test]
fn a_second_session_is_refused_until_the_first_has_ended() {
    let installation = Installation::with_subscriber();
    installation.weir(&["plan", "set", "home", "--sessions", "1"]).well();
    let server = installation.serve();
    let first = server.log_in_at("ann", "opensesame", A);
    assert_eq!(first.code(), Code::ACCESS_ACCEPT);
    account(&server, 1, "81a00001", A, &first);
    let second = server.log_in_at("ann", "opensesame", B);
    assert_eq!(second.code(), Code::ACCESS_REJECT);
    let words = second.packet().first(AttributeType::REPLY_MESSAGE).unwrap();
    assert_eq!(words, b"The service is in use elsewhere.");
    last_reason(&installation, "too_many_sessions");
    // What the server knows outlives it.
    server.terminate();
    let server = installation.serve();
    assert_eq!(server.log_in_at("ann", "opensesame", B).code(), Code::ACCESS_REJECT);
    let explained = installation.weir(&["explain", "ann"]).refused(1, &[]).out;
    assert!(explained.contains("1 of 1 are open\n"), "{explained}");
    assert!(explained.contains("as the running server sees it"), "{explained}");
    account(&server, 2, "81a00001", A, &first);
    assert_eq!(server.log_in_at("ann", "opensesame", B).code(), Code::ACCESS_ACCEPT);
    // The newest instead of the longest.
    installation.weir(&["plan", "set", "home", "--when-full", "replace-oldest"]).well();
    assert_eq!(server.log_in_at("ann", "opensesame", C).code(), Code::ACCESS_ACCEPT);
    installation
        .weir(&["plan", "set", "home", "--sessions", "none", "--when-full", "reject"])
        .refused(1, &["--when-full has no meaning without --sessions"]);
    installation.weir(&["plan", "set", "home", "--sessions", "0"]).refused(2, &["from 1 to 65535"]);
}

/// What only the running server knows: a slot that was taken a moment ago, and a lock.
#[test]
fn explain_asks_the_running_server_and_says_what_is_not_known_without_one() {
    let installation = Installation::with_subscriber();
    installation.configure("#lock_out_failures = 0", "lock_out_failures = 2");
    installation.weir(&["plan", "set", "home", "--sessions", "1"]).well();
    let server = installation.serve();
    assert_eq!(server.log_in_at("ann", "opensesame", A).code(), Code::ACCESS_ACCEPT);
    let explained = installation.weir(&["explain", "ann", "--station", B]).refused(1, &[]).out;
    assert!(explained.contains("NO  sessions  1 of 1 are open\n"), "{explained}");
    for _ in 0..2 {
        assert_eq!(server.log_in_at("ann", "guess", A).code(), Code::ACCESS_REJECT);
    }
    let explained = installation.weir(&["explain", "ann"]).refused(1, &[]).out;
    assert!(explained.contains("NO  lock-out  locked until"), "{explained}");
    server.terminate();
    let explained = installation.weir(&["explain", "ann"]).well().out;
    for words in [
        "as the store has it, with no server running",
        "lock-out  not known: only a running server counts what was wrong",
        "0 of 1 are open, as far as the store knows",
    ] {
        assert!(explained.contains(words), "{words}: {explained}");
    }
}

#[test]
fn the_first_devices_are_learnt_and_another_one_goes_into_quarantine() {
    let installation = Installation::with_subscriber();
    let strangers = "device=quarantine,list:strangers,10m";
    installation
        .weir(&["plan", "set", "home", "--devices", "learn:1", "--when-withheld-for", strangers])
        .well();
    let server = installation.serve();
    assert_eq!(server.log_in_at("ann", "opensesame", A).code(), Code::ACCESS_ACCEPT);
    let strange = server.log_in_at("ann", "opensesame", B);
    assert_eq!(strange.packet().get(attr::MIKROTIK_ADDRESS_LIST), Some("strangers"));
    last_reason(&installation, "too_many_devices");
    // Devices are written as each vendor likes it.
    let same = server.log_in_at("ann", "opensesame", "0000.5e00.530a");
    assert_eq!(same.packet().get(attr::MIKROTIK_ADDRESS_LIST), None);
    let listed = installation.weir(&["device", "list", "ann"]).well().out;
    assert!(listed.contains(A) && listed.contains("log-in"), "{listed}");
    installation.weir(&["device", "remove", "ann", A]).well();
    let next = server.log_in_at("ann", "opensesame", B);
    assert_eq!(next.packet().get(attr::MIKROTIK_ADDRESS_LIST), None);

    installation.weir(&["device", "deny", "ann", C]).well();
    assert_eq!(server.log_in_at("ann", "opensesame", C).code(), Code::ACCESS_REJECT);
    last_reason(&installation, "device_denied");
    installation.weir(&["device", "deny", "ann", "phone"]).refused(2, &["no MAC address"]);
    installation.weir(&["device", "remove", "ann", A]).refused(1, &["no device called"]);
    let said = installation.weir(&["device", "allow", "ann", "da:a1:19:00:00:01"]).well();
    assert!(said.err.contains("made up for itself"), "{said:?}");
}

#[test]
fn wrong_passwords_lock_a_login_and_refusals_take_their_time() {
    let installation = Installation::with_subscriber();
    installation.configure("#lock_out_failures = 0", "lock_out_failures = 3");
    installation.configure("#reject_delay_ms = 0", "reject_delay_ms = 300");
    let server = installation.serve();
    let began = Instant::now();
    assert_eq!(server.log_in("ann", "guess").code(), Code::ACCESS_REJECT);
    assert!(began.elapsed() >= Duration::from_millis(300), "{:?}", began.elapsed());
    for _ in 0..2 {
        assert_eq!(server.log_in("ann", "guess").code(), Code::ACCESS_REJECT);
    }
    assert_eq!(server.log_in("ann", "opensesame").code(), Code::ACCESS_REJECT);
    last_reason(&installation, "locked_out");
}

#[test]
fn a_voucher_lasts_from_its_first_use_and_a_restart_does_not_start_it_again() {
    let installation = Installation::with_subscriber();
    let add = ["service", "add", "K7QM-2F9X", "--plan", "home", "--password", "K7QM-2F9X"];
    installation.weir(&[&add[..], &["--lasts", "1h"]].concat()).well();
    let shown = installation.weir(&["service", "show", "K7QM-2F9X"]).well().out;
    assert!(shown.contains("1h from the first log-in"), "{shown}");
    let server = installation.serve();
    let timeout = |answer: &Answer| answer.packet().get(attr::SESSION_TIMEOUT).unwrap();
    assert_eq!(timeout(&server.log_in("K7QM-2F9X", "K7QM-2F9X")), 3600);
    server.terminate();
    let shown = installation.weir(&["service", "show", "K7QM-2F9X"]).well().out;
    assert!(shown.contains("1h from 20"), "{shown}");
    installation
        .weir(&["service", "set", "K7QM-2F9X", "--lasts", "0s"])
        .refused(2, &["over at once"]);
}

#[test]
fn networks_shaping_and_attributes_by_hand_reach_the_nas() {
    let installation = Installation::with_subscriber();
    installation
        .weir(&[
            "plan",
            "set",
            "home",
            "--burst-download",
            "20M",
            "--burst-upload",
            "4M",
            "--threshold-download",
            "7500k",
            "--threshold-upload",
            "1500k",
            "--burst-time",
            "10s",
            "--priority",
            "5",
            "--minimum-download",
            "2M",
            "--minimum-upload",
            "512k",
            "--attributes",
            "Port-Limit = 2",
        ])
        .well();
    installation
        .weir(&[
            "service",
            "set",
            "ann",
            "--ipv6-prefix",
            "2001:db8:0:7::/64",
            "--delegated-prefix",
            "2001:db8:1200::/40",
            "--route",
            "198.51.100.0/29",
            "--route",
            "203.0.113.0/24",
            "--attributes",
            "Mikrotik-Address-List = \"gold\", Port-Limit = 3",
        ])
        .well();
    let server = installation.serve();
    let answer = server.log_in("ann", "opensesame");
    let packet = answer.packet();
    let limit = packet.get(attr::MIKROTIK_RATE_LIMIT);
    assert_eq!(limit, Some("2M/10M 4M/20M 1500k/7500k 10/10 5 512k/2M"));
    assert_eq!(packet.get(attr::MIKROTIK_ADDRESS_LIST), Some("gold"));
    assert_eq!(packet.get(attr::PORT_LIMIT), Some(3));
    let delegated = packet.first(AttributeType(123)).unwrap();
    assert_eq!(&delegated[..7], [0, 40, 0x20, 0x01, 0x0d, 0xb8, 0x12]);
    let routes: Vec<_> = packet.all(AttributeType(22)).collect();
    assert_eq!(routes, [&b"198.51.100.0/29 0.0.0.0 1"[..], b"203.0.113.0/24 0.0.0.0 1"]);
    // The same is explained.
    let explained = installation.weir(&["explain", "ann"]).well().out;
    assert!(explained.contains("Framed-Route = \"203.0.113.0/24 0.0.0.0 1\""), "{explained}");
    // In quarantine nothing that was set for the plan or the service leads out of it.
    installation.weir(&["service", "suspend", "ann"]).well();
    let answer = server.log_in("ann", "opensesame");
    let list = answer.packet().first_vendor(VendorId(14988), 19);
    assert_eq!(list, Some(&b"weir-quarantine"[..]));
    assert_eq!(answer.packet().get(attr::PORT_LIMIT), None);
}

#[test]
fn networks_rates_and_attributes_that_cannot_be_are_refused_when_they_are_entered() {
    let installation = Installation::with_subscriber();
    for (wrong, words) in [
        (["--route", "198.51.100.1/29"], "the network is 198.51.100.0/29"),
        (["--ipv6-prefix", "10.0.0.0/8"], "no IPv6 prefix"),
    ] {
        let command = [&["service", "set", "ann"], &wrong[..]].concat();
        installation.weir(&command).refused(2, &[words]);
    }
    installation
        .weir(&["service", "set", "ann", "--attributes", "Port-Limt = 3"])
        .refused(1, &["--attributes", "Port-Limit"]);
    installation
        .weir(&["nas", "set", "edge", "--attributes", "Class = 0x01"])
        .refused(1, &["Class cannot be set by hand"]);
    installation
        .weir(&["plan", "set", "home", "--minimum-download", "11M", "--minimum-upload", "1M"])
        .refused(1, &["the minimum is above the speed"]);
}
