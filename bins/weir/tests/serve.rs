//! `weir serve` as a NAS and an operator meet it, over real UDP.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use std::io::{BufRead as _, BufReader};
use std::time::SystemTime;

use entitlement::Timestamp;
use radius_dict::{ReadAttributes as _, attr};
use radius_proto::{AttributeType, Code, Packet};
use sqlx::{Connection as _, Executor as _};
use support::{
    Installation, SECRET, Server, access_request, access_request_of, access_request_with,
    accounting_request, exchange, send, signal,
};
use weir::units;

#[test]
fn a_plan_changed_by_the_command_line_is_seen_by_the_next_packet() {
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    let accept = server.log_in("ann", "opensesame");
    assert_eq!(accept.code(), Code::ACCESS_ACCEPT);
    // MikroTik writes upload first: rx-rate/tx-rate as the router sees them.
    assert_eq!(accept.packet().get(attr::MIKROTIK_RATE_LIMIT), Some("2M/10M"));

    let said = installation.weir(&["plan", "set", "home", "--download", "50M"]).well();
    assert!(said.out.contains("the running server knows"), "{said:?}");
    let accept = server.log_in("ann", "opensesame");
    assert_eq!(accept.packet().get(attr::MIKROTIK_RATE_LIMIT), Some("2M/50M"));

    installation.weir(&["service", "set", "ann", "--password", "changed"]).well();
    assert_eq!(server.log_in("ann", "opensesame").code(), Code::ACCESS_REJECT);
    assert_eq!(server.log_in("ann", "changed").code(), Code::ACCESS_ACCEPT);
    installation.weir(&["service", "remove", "ann"]).well();
    assert_eq!(server.log_in("ann", "changed").code(), Code::ACCESS_REJECT);
}

#[allow(clippy::disallowed_methods, reason = "the server reads the clock of this machine too")]
fn unix_time_s() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

#[test]
fn a_plan_with_hours_ends_a_session_with_them_and_refuses_outside() {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    const DAY_S: u64 = 86_400;
    // Read once, so that midnight may pass while the test runs.
    let today = unix_time_s() / DAY_S;
    // 1 January 1970 was a Thursday.
    let day = |days_ahead: u64| DAYS[usize::try_from((today + 3 + days_ahead) % 7).unwrap()];
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    let set = |hours: &str| installation.weir(&["plan", "set", "home", "--hours", hours]).well();

    set("daily 00:00-24:00");
    let answer = server.log_in("ann", "opensesame");
    assert_eq!(answer.packet().get(attr::SESSION_TIMEOUT), None);
    set(&format!("{}-{} 00:00-24:00", day(0), day(1)));
    let end_s = (today + 2) * DAY_S;
    let most_s = end_s - unix_time_s();
    let answer = server.log_in("ann", "opensesame");
    // Both are rounded down: the clock, and what is left at a moment within its second.
    let least_s = end_s - unix_time_s() - 1;
    let timeout_s = u64::from(answer.packet().get(attr::SESSION_TIMEOUT).unwrap());
    assert!((least_s..=most_s).contains(&timeout_s), "{least_s} {timeout_s} {most_s}");

    set(&format!("{} 08:00-18:00", day(3)));
    let answer = server.log_in("ann", "opensesame");
    assert_eq!(answer.packet().get(attr::MIKROTIK_ADDRESS_LIST), Some("weir-quarantine"));
    installation.weir(&["plan", "set", "home", "--when-withheld", "reject"]).well();
    let answer = server.log_in("ann", "opensesame");
    assert_eq!(answer.code(), Code::ACCESS_REJECT);
    let message = answer.packet().get(attr::REPLY_MESSAGE);
    assert_eq!(message, Some("The service may not be used at this hour."));
    server.terminate();
    let log = installation.weir(&["auth-log"]).well().out;
    assert!(log.contains("the plan may not be used at this hour"), "{log}");
}

#[test]
fn hours_are_those_of_the_tenants_clock() {
    let installation = Installation::with_subscriber();
    let weir = |arguments: &[&str]| installation.weir(arguments);
    weir(&["plan", "set", "home", "--hours", "mon-fri 08:00-18:00"]).well();
    let half_past_five = ["explain", "ann", "--at", "2026-11-25T05:30:00Z"];
    let closed = weir(&half_past_five).well().out;
    let next = "NO  hours     mon-fri 08:00-18:00 in UTC; the next begins 2026-11-25 08:00";
    assert!(closed.contains(next), "{closed}");
    // The same moment is 8:30 in Nairobi, and six in the evening there is three in UTC.
    weir(&["tenant", "set", "default", "--time-zone", "africa/nairobi"]).well();
    let open = weir(&half_past_five).well().out;
    assert!(open.contains("in Africa/Nairobi") && open.contains("accepted"), "{open}");
    assert!(open.contains("  Session-Timeout = 34200\n"), "{open}");

    let wrong = ["plan", "set", "home", "--hours", "mon 8-18"];
    weir(&wrong).refused(2, &["`mon 8-18` is no window", "mon-fri 08:00-18:00"]);
    let wrong = ["tenant", "set", "default", "--time-zone", "Mars/Olympus"];
    weir(&wrong).refused(2, &["`Mars/Olympus` is no zone"]);
    weir(&["plan", "set", "home", "--hours", "none"]).well();
    assert!(!weir(&half_past_five).well().out.contains("hours"));
}

#[test]
fn whose_an_address_was_is_told_for_each_moment() {
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    // How long ago it happened is told by Acct-Delay-Time.
    let report = |status: u8, session: &[u8], login: &[u8], seconds_ago: u32| {
        let request = accounting_request(&[
            (AttributeType::ACCT_STATUS_TYPE, &[0, 0, 0, status]),
            (AttributeType::ACCT_SESSION_ID, session),
            (AttributeType::USER_NAME, login),
            (AttributeType::CALLING_STATION_ID, b"00:E1:0C:38:C8:F8"),
            (AttributeType::FRAMED_IP_ADDRESS, &[10, 0, 0, 7]),
            (AttributeType::ACCT_DELAY_TIME, &seconds_ago.to_be_bytes()),
        ]);
        exchange(server.accounting, &request, SECRET).unwrap();
    };
    report(1, b"s-ann", b"ann", 10_800);
    report(2, b"s-ann", b"ann", 7_200);
    report(1, b"s-bob", b"bob", 3_600);
    server.terminate();
    let who_had = |seconds_ago: i64| {
        let now = i64::try_from(unix_time_s()).unwrap();
        let at = Timestamp::from_unix_s(now - seconds_ago);
        installation.weir(&["who-had", "10.0.0.7", "--at", &units::rfc3339(at)])
    };
    let ann = who_had(9_000).well().out;
    for word in ["ann", "00:E1:0C:38:C8:F8", "edge", "s-ann"] {
        assert!(ann.contains(word), "{word}: {ann}");
    }
    assert!(!ann.contains("bob") && !ann.contains("open, heard"), "{ann}");
    who_had(5_400).refused(1, &[]);
    let bob = who_had(1_800).well().out;
    assert!(bob.contains("bob") && bob.contains("open, heard") && !bob.contains("ann"), "{bob}");
    who_had(20_000).refused(1, &[]);
    let nobody = installation.weir(&["who-had", "10.0.0.8"]);
    assert!(nobody.out.contains("nobody had 10.0.0.8"), "{nobody:?}");
    installation.weir(&["who-had", "10.0.0.300"]).refused(2, &["`10.0.0.300` is no IPv4 address"]);
    installation.weir(&["who-had", "2001:db8::7"]).refused(2, &["is an IPv6 address", "only"]);
    let mapped = installation.weir(&["who-had", "::ffff:10.0.0.7"]).well().out;
    assert!(mapped.contains("bob"), "{mapped}");
    let help = installation.weir(&["who-had", "--help"]).well().out;
    assert!(help.contains("not yet drained to the store is not seen"), "{help}");
}

#[test]
fn an_address_whose_holder_is_uncertain_is_told_with_a_warning() {
    const ADDRESS: &str = "10.0.0.7";
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    let report = |server: &Server, session: &str, address: [u8; 4]| {
        let request = accounting_request(&[
            (AttributeType::ACCT_STATUS_TYPE, &[0, 0, 0, 1]),
            (AttributeType::ACCT_SESSION_ID, session.as_bytes()),
            (AttributeType::USER_NAME, b"ann"),
            (AttributeType::FRAMED_IP_ADDRESS, &address),
            (AttributeType::ACCT_DELAY_TIME, &3_600_u32.to_be_bytes()),
        ]);
        exchange(server.accounting, &request, SECRET).unwrap();
    };
    let before_s = i64::try_from(unix_time_s()).unwrap();
    report(&server, "open", [10, 0, 0, 7]);
    for number in 0..100 {
        report(&server, &format!("lost-{number}"), [10, 0, 0, 9]);
    }
    server.terminate();
    // Nobody told of their ends.
    let lost = || {
        let at = units::rfc3339(Timestamp::from_unix_s(before_s + 3_600));
        let said = installation.weir(&["who-had", "10.0.0.9", "--at", &at]).well();
        (said.out.matches("lost-").count(), said.err)
    };
    let (count, warning) = lost();
    assert!(count == 100 && !warning.contains("there are more"), "{count}: {warning}");
    assert!(warning.contains("100 of 100"), "{warning}");
    let server = installation.serve();
    report(&server, "lost-100", [10, 0, 0, 9]);
    server.terminate();
    let (count, warning) = lost();
    assert!(count == 100 && warning.contains("the 100 that began last"), "{count}: {warning}");
    let at = |unix_s| units::rfc3339(Timestamp::from_unix_s(unix_s));

    // Its only packet came after `before_s`: then it lasted, and an hour later nobody knows.
    let may_have_ended = |at: &str| {
        let said = installation.weir(&["who-had", ADDRESS, "--at", at]).well();
        let json = installation.weir(&["who-had", ADDRESS, "--at", at, "--json"]).well();
        assert!(said.out.contains("open, heard"), "{said:?}");
        assert_eq!(said.err, json.err);
        let value: serde_json::Value = serde_json::from_str(&json.out).unwrap();
        (value[0]["may_have_ended"].as_bool().unwrap(), said.err)
    };
    assert_eq!(may_have_ended(&at(before_s)), (false, String::new()));
    let (uncertain, warning) = may_have_ended(&at(before_s + 3_600));
    assert!(uncertain && warning.contains("may have ended"), "{warning}");
}

/// As the DHCP server, the hotspot and the access points of each vendor write it.
#[test]
fn a_device_logs_in_by_its_mac_address_in_every_vendors_way() {
    let installation = Installation::with_subscriber();
    let add = ["service", "add", "00e1.0c38.c8f8", "--plan", "home", "--by-mac"];
    let said = installation.weir(&add).well().out;
    assert!(said.contains("`00:E1:0C:38:C8:F8` added"), "{said}");
    let named = ["service", "add", "bob", "--plan", "home", "--by-mac"];
    installation.weir(&named).refused(1, &["`bob` is no MAC address"]);
    let server = installation.serve();
    for login in [
        "00:E1:0C:38:C8:F8",
        "00-e1-0c-38-c8-f8",
        "00e1.0c38.c8f8",
        "00e1-0c38-c8f8",
        "00e10c38c8f8",
        "1:0:e1:c:38:c8:f8",
    ] {
        for (password, code) in [
            ("", Code::ACCESS_ACCEPT),
            (login, Code::ACCESS_ACCEPT),
            ("00E10C38C8F8", Code::ACCESS_ACCEPT),
            ("guess", Code::ACCESS_REJECT),
        ] {
            let answer = server.log_in_at(login, password, "00:E1:0C:38:C8:F8");
            assert_eq!(answer.code(), code, "{login} {password}");
            if code == Code::ACCESS_ACCEPT {
                assert_eq!(answer.packet().get(attr::MIKROTIK_RATE_LIMIT), Some("2M/10M"));
            }
        }
        // Who does not say where it is may be anybody.
        assert_eq!(server.log_in(login, "").code(), Code::ACCESS_REJECT, "{login}");
    }
    let other = "00:E1:0C:38:C8:F9";
    assert_eq!(server.log_in_at(other, "", other).code(), Code::ACCESS_REJECT);
    // A service with a password does not become one without by an empty one.
    assert_eq!(server.log_in("ann", "").code(), Code::ACCESS_REJECT);

    let login = (AttributeType::USER_NAME, &b"00:E1:0C:38:C8:F8"[..]);
    let empty = (AttributeType::USER_PASSWORD, &b""[..]);
    let station = |address| (AttributeType::CALLING_STATION_ID, address);
    for (address, code) in [
        (&b"00-E1-0C-38-C8-F8"[..], Code::ACCESS_ACCEPT),
        (&b"1:0:e1:c:38:c8:f8"[..], Code::ACCESS_ACCEPT),
        (&b"00-E1-0C-38-C8-F9"[..], Code::ACCESS_REJECT),
        // Over a VPN, or at the router itself, the station is an IP address.
        (&b"203.0.113.9"[..], Code::ACCESS_REJECT),
        (&b"00-E1-0C-38-C8-F8:ssid"[..], Code::ACCESS_ACCEPT),
        (&b"00-E1-0C-38-C8-F9:ssid"[..], Code::ACCESS_REJECT),
    ] {
        let request = access_request_of(&[login, empty, station(address)], SECRET);
        let answer = exchange(server.authentication, &request, SECRET).unwrap();
        assert_eq!(Packet::parse(&answer).unwrap().code(), code);
    }
    server.terminate();
    let log = installation.weir(&["auth-log"]).well().out;
    assert!(log.contains("another MAC address than the login"), "{log}");
    let explained = installation.weir(&["explain", "00e10c38c8f8"]).well().out;
    assert!(explained.contains("it logs in by its MAC address"), "{explained}");
}

#[test]
fn a_refused_log_in_is_told_with_its_reason_and_sigterm_drains() {
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    assert_eq!(server.log_in("ann", "wrong").code(), Code::ACCESS_REJECT);
    assert_eq!(server.log_in("nobody", "x").code(), Code::ACCESS_REJECT);
    assert_eq!(server.log_in("ann", "opensesame").code(), Code::ACCESS_ACCEPT);
    installation.weir(&["service", "suspend", "ann"]).well();
    let quarantined = server.log_in("ann", "opensesame");
    assert_eq!(quarantined.code(), Code::ACCESS_ACCEPT);
    let list = quarantined.packet().get(attr::MIKROTIK_ADDRESS_LIST);
    assert_eq!(list, Some("weir-quarantine"));

    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("weir stopped") && log.contains("SIGTERM"), "{log}");
    assert!(!installation.path("weir.sock").exists());

    let said = installation.weir(&["auth-log"]).well().out;
    let lines: Vec<&str> = said.lines().skip(1).collect();
    let [wrong, unknown, right, suspended] = lines[..] else { panic!("{said}") };
    assert!(wrong.contains("ann") && wrong.contains("rejected"), "{wrong}");
    assert!(wrong.contains("edge") && wrong.contains("wrong password"), "{wrong}");
    assert!(unknown.contains("no service has this login"), "{unknown}");
    assert!(right.contains("accepted"), "{right}");
    assert!(suspended.contains("quarantined") && suspended.contains("suspended"), "{suspended}");
    let said = installation.weir(&["auth-log", "--login", "nobody", "--json"]).well().out;
    assert!(said.contains("\"unknown_login\"") && !said.contains("\"ann\""), "{said}");
    for secret in ["opensesame", SECRET] {
        assert!(!log.contains(secret), "a secret in the log: {log}");
    }
}

#[test]
fn the_authentication_log_is_followed() {
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    let mut following = installation.start(&["auth-log", "--follow", "--login", "ann"]);
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    server.log_in("someone else", "x");
    server.log_in("ann", "wrong");
    let line = lines.next().unwrap().unwrap();
    assert!(line.contains("ann") && line.contains("wrong password"), "{line}");
    signal(&following, "INT");
    assert_eq!(following.wait().unwrap().code(), Some(0));
}

#[test]
fn unknown_nases_and_wrong_secrets_get_no_answer_and_are_listed() {
    let installation = Installation::with_subscriber();
    // With one lane, packets are dealt with in the order in which they were sent.
    installation.configure("#lanes = 0", "lanes = 1");
    installation.weir(&["nas", "set", "edge", "--address", "10.9.9.9"]).well();
    let server = installation.serve();
    send(server.authentication, &access_request("ann", "opensesame", SECRET));
    let listed = (0..500)
        .map(|_| installation.weir(&["nas", "unknown"]).well().out)
        .find(|out| out.contains("127.0.0.1"))
        .expect("the packet was not counted");
    assert!(listed.contains("test-nas") && listed.contains("weir nas add"), "{listed}");
    installation.weir(&["nas", "set", "edge", "--address", "127.0.0.1"]).well();
    assert_eq!(server.log_in("ann", "opensesame").code(), Code::ACCESS_ACCEPT);
    let said = installation.weir(&["nas", "unknown"]).well().out;
    assert!(said.contains("nobody unknown"), "one that is known now is still listed: {said}");

    send(server.authentication, &access_request("ann", "opensesame", "another secret"));
    assert_eq!(server.log_in("ann", "opensesame").code(), Code::ACCESS_ACCEPT);
    let said = installation.weir(&["status"]).well().out;
    assert!(said.contains("NAS edge") && said.contains("is its secret right?"), "{said}");
    let json = installation.weir(&["status", "--json"]).well().out;
    let status: serde_json::Value = serde_json::from_str(&json).unwrap();
    let counter = |name: &str| {
        let counters = status["counters"].as_array().unwrap().iter();
        counters.clone().find(|pair| pair[0] == name).unwrap()[1].as_u64().unwrap()
    };
    assert_eq!(counter("unknown NAS"), 1, "{json}");
    assert_eq!(counter("bad authenticators"), 1, "{json}");
    assert_eq!(counter("access accepts"), 2, "{json}");
    assert_eq!(counter("packets received"), 4, "{json}");
}

#[test]
fn sessions_are_seen_while_they_last_and_afterwards() {
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    let accept = server.log_in("ann", "opensesame");
    let class = accept.packet().first(AttributeType::CLASS).unwrap().to_vec();
    let report = |status: u8, octets: u32| {
        let request = accounting_request(&[
            (AttributeType::ACCT_STATUS_TYPE, &[0, 0, 0, status]),
            (AttributeType::ACCT_SESSION_ID, b"81a00001"),
            (AttributeType::USER_NAME, b"ann"),
            (AttributeType::CLASS, &class),
            (AttributeType::FRAMED_IP_ADDRESS, &[10, 0, 0, 7]),
            (AttributeType::ACCT_INPUT_OCTETS, &(octets / 10).to_be_bytes()),
            (AttributeType::ACCT_OUTPUT_OCTETS, &octets.to_be_bytes()),
        ]);
        let reply = exchange(server.accounting, &request, SECRET).unwrap();
        assert_eq!(reply[0], Code::ACCOUNTING_RESPONSE.0);
    };
    report(1, 0);
    report(3, 12_300_000);
    let said = installation.weir(&["sessions"]).well().out;
    for word in ["ann", "home", "edge", "10.0.0.7", "12.3 MB", "1.23 MB", "1 online"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let mut watching = installation.start(&["sessions", "--watch"]);
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("10.0.0.7")));
    signal(&watching, "INT");
    assert_eq!(watching.wait().unwrap().code(), Some(0));
    drop(lines);

    let none = installation.weir(&["sessions", "--login", "bob"]).well().out;
    assert!(none.contains("0 online"), "{none}");
    report(2, 20_000_000);
    let said = installation.weir(&["sessions"]).well().out;
    assert!(said.contains("0 online") && !said.contains("10.0.0.7"), "{said}");
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log}");
    let said = installation.weir(&["sessions", "--all"]).well().out;
    assert!(said.contains("20.0 MB") && said.contains("from the store"), "{said}");

    // A second run goes on with the same store and journal.
    let server = installation.serve();
    assert_eq!(server.log_in("ann", "opensesame").code(), Code::ACCESS_ACCEPT);
}

#[test]
fn test_auth_logs_in_by_every_method() {
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    let address = server.authentication.to_string();
    let with = |method: &str, password: &str| {
        installation.weir(&[
            "test-auth",
            "ann",
            "--password",
            password,
            "--method",
            method,
            "--server",
            &address,
            "--secret",
            SECRET,
        ])
    };
    for method in ["pap", "chap", "mschapv1", "mschapv2"] {
        let said = with(method, "opensesame").well();
        assert!(said.out.starts_with("accepted: Access-Accept in "), "{method}: {said:?}");
        assert!(said.out.contains("Mikrotik-Rate-Limit = \"2M/10M\""), "{method}: {said:?}");
        let said = with(method, "wrong");
        assert_eq!(said.code, Some(1), "{method}: {said:?}");
        assert!(said.out.starts_with("rejected: Access-Reject in "), "{method}: {said:?}");
    }
    let stdin = ["test-auth", "ann", "--password", "opensesame", "--server", &address];
    let stdin = [stdin.as_slice(), &["--secret-stdin"]].concat();
    installation.weir_reading(&stdin, &format!("{SECRET}\n")).well();
    let wrong_secret = ["--server", &address, "--secret", "another", "--timeout", "1s"];
    let test = [["test-auth", "ann", "--password", "x"].as_slice(), &wrong_secret].concat();
    installation.weir(&test).refused(2, &["no answer", "weir nas unknown", "secret"]);
}

#[test]
fn test_auth_finds_the_server_and_the_secret_of_its_own_configuration() {
    let installation = Installation::with_subscriber();
    let free = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    installation
        .configure("authentication = \"127.0.0.1:0\"", &format!("authentication = \"{free}\""));
    let test = ["test-auth", "ann", "--password-stdin", "--method", "mschapv2"];
    let silent = [test.as_slice(), &["--timeout", "1s"]].concat();
    installation.weir_reading(&silent, "x").refused(2, &["nobody receives on"]);
    let server = installation.serve();
    installation.weir_reading(&test, "opensesame\n").well();
    installation.weir(&["nas", "remove", "edge"]).well();
    installation
        .weir_reading(&test, "opensesame\n")
        .refused(1, &["127.0.0.1 is no NAS", "nas add"]);
    drop(server);
}

#[test]
fn a_method_that_is_switched_off_is_refused() {
    let installation = Installation::with_subscriber();
    installation.configure("#pap = true", "pap = false");
    let server = installation.serve();
    assert_eq!(server.log_in("ann", "opensesame").code(), Code::ACCESS_REJECT);
    let (_, log) = server.terminate();
    let said = installation.weir(&["auth-log"]).well().out;
    assert!(said.contains("switched off"), "{said} {log}");
}

#[test]
fn a_second_server_of_the_same_installation_is_refused() {
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    installation.weir(&["serve"]).refused(1, &["already running", "weir.sock"]);
    assert_eq!(server.log_in("ann", "opensesame").code(), Code::ACCESS_ACCEPT);
}

#[test]
fn two_servers_on_one_store_both_get_their_accounting_into_it() {
    let installation = Installation::with_subscriber();
    let text = std::fs::read_to_string(installation.path("weir.toml")).unwrap();
    let text = text
        .replace("#directory = \"journal\"", "directory = \"journal2\"")
        .replace("#socket = \"weir.sock\"", "socket = \"second.sock\"");
    assert!(text.contains("\"journal2\"") && text.contains("\"second.sock\""), "{text}");
    std::fs::write(installation.path("second.toml"), text).unwrap();
    let report = |server: &Server, status: u8, session: &str| {
        let request = accounting_request(&[
            (AttributeType::ACCT_STATUS_TYPE, &[0, 0, 0, status]),
            (AttributeType::ACCT_SESSION_ID, session.as_bytes()),
            (AttributeType::USER_NAME, session.as_bytes()),
        ]);
        let reply = exchange(server.accounting, &request, SECRET).unwrap();
        assert_eq!(reply[0], Code::ACCOUNTING_RESPONSE.0);
    };
    let first = installation.serve();
    let second = installation.serve_with(&["--config", "second.toml"]);
    // The journal of the first is far ahead when that of the second begins to be drained.
    for number in 0..20 {
        report(&first, 1, &format!("first-{number}"));
    }
    let (code, log) = first.terminate();
    assert_eq!(code, Some(0), "{log}");
    report(&second, 1, "second-0");
    report(&second, 2, "second-0");
    report(&second, 1, "second-1");
    let (code, log) = second.terminate();
    assert_eq!(code, Some(0), "{log}");
    let stored = installation.weir(&["sessions", "--all"]).well().out;
    for session in ["first-0", "first-19", "second-0", "second-1"] {
        assert!(stored.contains(session), "{session} is not in the store: {stored}");
    }
}

#[test]
fn a_killed_server_leaves_nothing_in_the_way_of_the_next() {
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    server.log_in("ann", "wrong");
    drop(server);
    assert!(installation.path("weir.sock").exists());
    let server = installation.serve();
    assert_eq!(server.log_in("ann", "opensesame").code(), Code::ACCESS_ACCEPT);
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log}");
}

#[test]
fn the_log_can_be_read_by_machines() {
    let installation = Installation::with_subscriber();
    installation.configure("#format = \"text\"", "format = \"json\"");
    let mut child = installation.start(&["serve"]);
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let ready = lines
        .by_ref()
        .map(|line| serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap())
        .find(|line| line["message"] == "weir ready")
        .unwrap();
    assert_eq!(ready["level"], "INFO");
    assert_eq!(ready["listener"], "default");
    assert!(ready["authentication"].as_str().unwrap().starts_with("127.0.0.1:"));
    signal(&child, "INT");
    for line in lines {
        serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap();
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_a_start_that_waits() {
    let installation = Installation::with_subscriber();
    let url = format!("sqlite:{}", installation.path("weir.db").display());
    let mut store = sqlx::SqliteConnection::connect(&url).await.unwrap();
    // The store must be brought up to date, and somebody else is writing.
    store.execute("delete from seaql_migrations").await.unwrap();
    store.execute("begin immediate").await.unwrap();
    for name in ["TERM", "INT"] {
        let mut child = installation.start(&["serve"]);
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("weir starting")));
        signal(&child, name);
        let log: Vec<String> = lines.map(Result::unwrap).collect();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{log:?}");
        assert!(log.iter().any(|line| line.contains("before it was ready")), "{log:?}");
    }
    store.execute("rollback").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_told_with_their_names_while_the_store_is_away() {
    let installation = Installation::with_subscriber();
    let path = installation.path("weir.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut config = weir::config::parse(&text, &path).unwrap();
    config.store.url = format!("sqlite:{}", installation.path("weir.db").display());
    config.store.key_file = installation.path("weir.key");
    config.journal.directory = installation.path("journal");
    config.control.socket = installation.path("weir.sock");
    let serving = weir::serve::start(&config, None).await.unwrap();
    let accounting = serving.radius().accounting_addresses()[0];
    let socket = config.control.socket.clone();
    let ask = |tenant: &str| {
        let request =
            weir::control::protocol::Request::Sessions { tenant: tenant.to_owned(), login: None };
        weir::control::client::ask(&socket, &request)
    };
    let (replies, unknown) = tokio::task::block_in_place(|| {
        let request = accounting_request(&[
            (AttributeType::ACCT_STATUS_TYPE, &[0, 0, 0, 1]),
            (AttributeType::ACCT_SESSION_ID, b"81a00001"),
            (AttributeType::USER_NAME, b"ann"),
        ]);
        let reply = exchange(accounting, &request, SECRET).unwrap();
        assert_eq!(reply[0], Code::ACCOUNTING_RESPONSE.0);
        tokio::runtime::Handle::current().block_on(serving.store().unwrap().close());
        (ask("default").unwrap().unwrap(), ask("defautl").unwrap_err().to_string())
    });
    let [weir::control::protocol::Reply::Session(session)] = &replies[..] else {
        panic!("{replies:?}")
    };
    assert_eq!((&*session.login, &*session.nas), ("ann", "edge"));
    assert_eq!(session.plan.as_deref(), Some("home"));
    assert!(unknown.contains("defautl") && unknown.contains("default"), "{unknown}");
    drop(serving);
}

#[test]
fn a_chargeable_user_identity_is_given_to_who_asks_and_finds_the_service_after_a_restart() {
    let installation = Installation::with_subscriber();
    let cui = AttributeType::CHARGEABLE_USER_IDENTITY;
    let identity = |server: &Server, attributes: &[(AttributeType, &[u8])]| {
        let request = access_request_with("ann", "opensesame", SECRET, attributes);
        let reply = exchange(server.authentication, &request, SECRET).unwrap();
        let reply = Packet::parse(&reply).unwrap();
        assert_eq!(reply.code(), Code::ACCESS_ACCEPT);
        reply.first(cui).map(<[u8]>::to_vec)
    };
    let server = installation.serve();
    assert_eq!(identity(&server, &[]), None);
    let asked = identity(&server, &[(cui, b"\0")]).unwrap();
    server.terminate();
    let server = installation.serve();
    assert_eq!(identity(&server, &[(cui, b"\0")]).unwrap(), asked);
    let start = accounting_request(&[
        (AttributeType::ACCT_STATUS_TYPE, &1_u32.to_be_bytes()),
        (AttributeType::ACCT_SESSION_ID, b"81a00001"),
        (AttributeType::USER_NAME, b"anonymous"),
        (cui, &asked),
    ]);
    assert!(exchange(server.accounting, &start, SECRET).is_some());
    let online = installation.weir(&["sessions", "--json"]).well().out;
    let online: serde_json::Value = serde_json::from_str(&online).unwrap();
    assert_eq!((&online[0]["login"], &online[0]["plan"]), (&"anonymous".into(), &"home".into()));
}
