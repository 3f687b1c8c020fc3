//! Pools that are managed here, over UDP through `weir serve`: the same address across stops and
//! kills, one for each session, never more than there are, and a warning before none is left.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    dead_code,
    unreachable_pub,
    reason = "a test fails by panicking, and uses a part of what tests share"
)]

mod support;

use std::collections::HashSet;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use radius_dict::{ReadAttributes as _, attr};
use radius_proto::{AttributeType, Code};
use support::{Answer, Installation, SECRET, Server, accounting_request, exchange};

const A: &str = "00:00:5E:00:53:0A";
const B: &str = "00:00:5E:00:53:0B";
const FRAMED_POOL: AttributeType = AttributeType(88);
const DELEGATED_IPV6_PREFIX: AttributeType = AttributeType(123);

fn address(answer: &Answer) -> Ipv4Addr {
    assert_eq!(answer.code(), Code::ACCESS_ACCEPT);
    assert_eq!(answer.packet().first(FRAMED_POOL), None, "no pool beside the address");
    answer.packet().get(attr::FRAMED_IP_ADDRESS).expect("an address")
}

fn account(server: &Server, status: u32, session: &str, login: &str, station: &str, of: &Answer) {
    let class = of.packet().first(AttributeType::CLASS).unwrap().to_vec();
    let request = accounting_request(&[
        (AttributeType::ACCT_STATUS_TYPE, &status.to_be_bytes()),
        (AttributeType::ACCT_SESSION_ID, session.as_bytes()),
        (AttributeType::USER_NAME, login.as_bytes()),
        (AttributeType::CALLING_STATION_ID, station.as_bytes()),
        (AttributeType::FRAMED_IP_ADDRESS, &address(of).octets()),
        (AttributeType::CLASS, &class),
    ]);
    assert!(exchange(server.accounting, &request, SECRET).is_some());
}

/// One with a pool of its own for the plan of `ann`.
fn with_pool(range: &str) -> Installation {
    let installation = Installation::with_subscriber();
    installation.weir(&["pool", "set", "pppoe", "--range", range]).well();
    installation.weir(&["plan", "set", "home", "--pool", "pppoe"]).well();
    installation
}

/// Adds services `user1` to `userN`.
fn with_users(installation: &Installation, count: usize) {
    for number in 1..=count {
        let login = format!("user{number}");
        installation
            .weir(&["service", "add", &login, "--plan", "home", "--password", "opensesame"])
            .well();
    }
}

fn pool_list(installation: &Installation) -> serde_json::Value {
    let said = installation.weir(&["pool", "list", "--json"]).well().out;
    serde_json::from_str(&said).unwrap()
}

#[test]
fn a_service_has_its_address_again_after_a_stop_and_after_a_kill() {
    let installation = with_pool("100.64.0.0/24");
    with_users(&installation, 2);
    let server = installation.serve();
    let first = server.log_in_at("ann", "opensesame", A);
    let others = server.log_in_at("user1", "opensesame", B);
    assert_ne!(address(&first), address(&others));
    account(&server, 1, "s1", "ann", A, &first);
    account(&server, 2, "s1", "ann", A, &first);
    server.terminate();

    let server = installation.serve();
    assert_eq!(address(&server.log_in_at("ann", "opensesame", A)), address(&first));
    let last = server.log_in_at("user2", "opensesame", B);
    assert!(![address(&first), address(&others)].contains(&address(&last)));
    // No Start yet, no clean end: what the Accept said is durable.
    drop(server);

    let server = installation.serve();
    for (login, station, answer) in [("user2", B, &last), ("ann", A, &first), ("user1", B, &others)]
    {
        let again = server.log_in_at(login, "opensesame", station);
        assert_eq!(address(&again), address(answer), "{login}");
    }
    // A session that is open keeps its address from others through a kill.
    account(&server, 1, "s2", "ann", A, &first);
    drop(server);
    let server = installation.serve();
    let beside = server.log_in_at("ann", "opensesame", B);
    assert_ne!(address(&beside), address(&first));
    // Once the store has it too.
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let explained = installation.weir(&["explain", "ann", "--station", B]).well().out;
        if explained.contains("of pool pppoe, which the service had before") {
            break;
        }
        assert!(Instant::now() < deadline, "{explained}");
        std::thread::yield_now();
    }
    let shown = installation.weir(&["pool", "show", "pppoe"]).well().out;
    assert!(shown.contains("ann") && shown.contains("100.64.0.0/24"), "{shown}");
}

#[test]
fn two_sessions_of_a_service_have_two_addresses() {
    let installation = with_pool("100.64.0.0/24");
    let server = installation.serve();
    let one = server.log_in_at("ann", "opensesame", A);
    account(&server, 1, "s1", "ann", A, &one);
    let other = server.log_in_at("ann", "opensesame", B);
    account(&server, 1, "s2", "ann", B, &other);
    assert_ne!(address(&one), address(&other));
    account(&server, 2, "s1", "ann", A, &one);
    account(&server, 2, "s2", "ann", B, &other);
    server.terminate();
    let server = installation.serve();
    assert_eq!(address(&server.log_in_at("ann", "opensesame", B)), address(&other));
    assert_eq!(address(&server.log_in_at("ann", "opensesame", A)), address(&one));
}

#[test]
fn a_pool_of_n_serves_n_who_come_at_once_and_warns_before_it_is_empty() {
    const SIZE: usize = 20;
    let installation = with_pool("100.64.0.1-100.64.0.20");
    with_users(&installation, SIZE + 10);
    let explained = installation.weir(&["explain", "user1"]).well().out;
    assert!(explained.contains("100.64.0.1 of pool pppoe, which nobody has had"), "{explained}");
    let server = installation.serve();
    // Up to the level of 90 % one after the other: the warning stands before anybody is refused.
    let logins: Vec<_> = (1..=SIZE + 10).map(|number| format!("user{number}")).collect();
    let (before, at_once) = logins.split_at(SIZE - 2);
    let log_in = |login: &String| server.log_in_at(login, "opensesame", A);
    let mut answers: Vec<_> = before.iter().map(log_in).collect();
    assert!(answers.iter().all(|answer| answer.code() == Code::ACCESS_ACCEPT));
    let listed = pool_list(&installation);
    assert_eq!((&listed[0]["in_use"], &listed[0]["size"]), (&18.into(), &20.into()), "{listed}");
    assert_eq!(listed[0]["warning"], "RUNNING OUT");
    let status = installation.weir(&["status"]).well().out;
    assert!(status.contains("pool pppoe") && status.contains("RUNNING OUT"), "{status}");

    std::thread::scope(|scope| {
        let threads: Vec<_> = at_once.iter().map(|login| scope.spawn(|| log_in(login))).collect();
        answers.extend(threads.into_iter().map(|thread| thread.join().unwrap()));
    });
    let accepted: Vec<_> =
        answers.iter().filter(|answer| answer.code() == Code::ACCESS_ACCEPT).collect();
    let distinct: HashSet<_> = accepted.iter().map(|answer| address(answer)).collect();
    assert_eq!((accepted.len(), distinct.len()), (SIZE, SIZE));
    assert_eq!(answers.len() - accepted.len(), 10);
    assert!(distinct.iter().all(|address| (1..=20).contains(&address.octets()[3])));
    assert_eq!(pool_list(&installation)[0]["warning"], "EXHAUSTED");

    let deadline = Instant::now() + Duration::from_secs(20);
    let refused = loop {
        let said = installation.weir(&["auth-log", "--json"]).well().out;
        let log: serde_json::Value = serde_json::from_str(&said).unwrap();
        let reasons = log.as_array().unwrap().iter().map(|entry| entry["reason"].clone());
        let refused = reasons.filter(|reason| reason == "pool_exhausted").count();
        if refused == 10 || Instant::now() > deadline {
            break refused;
        }
        std::thread::yield_now();
    };
    assert_eq!(refused, 10);
    let (_, log) = server.terminate();
    assert_eq!(log.matches("a pool of addresses is running out").count(), 1, "{log}");
    // What the store alone knows.
    let listed = pool_list(&installation);
    assert_eq!(listed[0]["leased"], 20, "{listed}");
}

#[test]
fn prefixes_are_delegated() {
    let installation = Installation::with_subscriber();
    installation
        .weir(&["pool", "set", "homes", "--prefixes", "2001:db8::/40", "--length", "56"])
        .well();
    installation.weir(&["plan", "set", "home", "--delegated-ipv6-pool", "homes"]).well();
    with_users(&installation, 1);
    let server = installation.serve();
    let prefix = |answer: &Answer| answer.packet().first(DELEGATED_IPV6_PREFIX).unwrap().to_vec();
    let first = server.log_in_at("ann", "opensesame", A);
    let second = server.log_in_at("user1", "opensesame", B);
    assert!(prefix(&first).starts_with(&[0, 56, 0x20, 0x01, 0x0d, 0xb8, 0, 0]));
    assert_ne!(prefix(&first), prefix(&second));
    drop(server);
    let server = installation.serve();
    assert_eq!(prefix(&server.log_in_at("user1", "opensesame", B)), prefix(&second));
    assert_eq!(prefix(&server.log_in_at("ann", "opensesame", A)), prefix(&first));
}

#[test]
fn what_is_wrong_is_refused_when_it_is_entered() {
    let installation = with_pool("100.64.0.0/22");
    let set = |rest: &[&str]| installation.weir(&[&["pool", "set"], rest].concat());
    set(&["other", "--range", "100.64.3.0/24"])
        .refused(1, &["100.64.3.0/24 has addresses in common", "of pool `pppoe`"]);
    set(&["other", "--range", "100.64.9.1/24"]).refused(1, &["--range", "100.64.9.0/24"]);
    set(&["other", "--range", "10.0.0.0/8"]).refused(1, &["16777216 addresses", "1048576"]);
    set(&["other", "--prefixes", "2001:db8::/40", "--length", "32"])
        .refused(1, &["--length: 32", "40 to 128"]);
    set(&["other", "--prefixes", "2001:db8::/40"]).refused(1, &["--length is missing"]);
    set(&["other"]).refused(1, &["there is no pool `other` yet", "--range"]);
    set(&["pppoe"]).refused(1, &["nothing to set"]);
    set(&["pppoe", "--exclude", "10.0.0.1"]).refused(1, &["is in none of the pool's ranges"]);
    set(&["pppoe", "--warn-at", "0"]).refused(2, &["1 to 100 percent"]);
    set(&["pppoe", "--prefixes", "2001:db8::/40", "--length", "56"])
        .refused(1, &["plan `home` wants IPv4 addresses", "--range"]);
    installation.weir(&["pool", "remove", "pppoe"]).refused(1, &["plan `home`"]);
    installation.weir(&["pool", "remove", "ppoe"]).refused(1, &["pppoe"]);
    set(&["homes", "--prefixes", "2001:db8::/40", "--length", "56"]).well();
    installation
        .weir(&["plan", "set", "home", "--pool", "homes"])
        .refused(1, &["pool `homes` has IPv6 prefixes"]);

    set(&["pppoe", "--exclude", "100.64.0.0", "--exclude", "100.64.3.255", "--warn-at", "80%"])
        .well();
    let listed = pool_list(&installation);
    assert_eq!((&listed[1]["size"], &listed[1]["warn_at"]), (&1022.into(), &80.into()), "{listed}");
    set(&["pppoe", "--exclude", "none"]).well();
    assert_eq!(pool_list(&installation)[1]["size"], 1024);
    // An address of a service's own is not given.
    installation.weir(&["service", "set", "ann", "--address", "100.64.0.0"]).well();
    with_users(&installation, 1);
    let server = installation.serve();
    let given = address(&server.log_in_at("user1", "opensesame", A));
    assert_eq!(given, Ipv4Addr::new(100, 64, 0, 1));
    assert_eq!(address(&server.log_in_at("ann", "opensesame", A)), Ipv4Addr::new(100, 64, 0, 0));
    // A running server sees another range with its next packet; without its pool it names it.
    installation.weir(&["pool", "set", "pppoe", "--range", "100.70.0.0/30"]).well();
    let moved = address(&server.log_in_at("user1", "opensesame", A));
    assert_eq!(moved, Ipv4Addr::new(100, 70, 0, 0));
    installation.weir(&["plan", "set", "home", "--pool", "none"]).well();
    installation.weir(&["pool", "remove", "pppoe"]).well();
    installation.weir(&["plan", "set", "home", "--pool", "pppoe"]).well();
    let named = server.log_in_at("user1", "opensesame", A);
    assert_eq!(named.packet().first(FRAMED_POOL), Some(&b"pppoe"[..]));
}

#[test]
fn a_pool_that_is_made_while_its_addresses_are_in_use_leaves_them_alone() {
    let installation = Installation::with_subscriber();
    with_users(&installation, 2);
    let server = installation.serve();
    let first = server.log_in_at("ann", "opensesame", A);
    assert_eq!(first.packet().get(attr::FRAMED_IP_ADDRESS), None);
    let class = first.packet().first(AttributeType::CLASS).unwrap().to_vec();
    let accounting = |status: u32, octets: [u8; 4]| {
        let request = accounting_request(&[
            (AttributeType::ACCT_STATUS_TYPE, &status.to_be_bytes()),
            (AttributeType::ACCT_SESSION_ID, b"s1"),
            (AttributeType::USER_NAME, b"ann"),
            (AttributeType::CALLING_STATION_ID, A.as_bytes()),
            (AttributeType::FRAMED_IP_ADDRESS, &octets),
            (AttributeType::CLASS, &class),
        ]);
        assert!(exchange(server.accounting, &request, SECRET).is_some());
    };
    accounting(1, [100, 64, 0, 0]);
    installation.weir(&["pool", "set", "pppoe", "--range", "100.64.0.0/31"]).well();
    installation.weir(&["plan", "set", "home", "--pool", "pppoe"]).well();
    let given = address(&server.log_in_at("user1", "opensesame", B));
    assert_eq!(given, Ipv4Addr::new(100, 64, 0, 1));
    assert_eq!(server.log_in_at("user2", "opensesame", B).code(), Code::ACCESS_REJECT);
    accounting(2, [100, 64, 0, 0]);
    let given = address(&server.log_in_at("user2", "opensesame", B));
    assert_eq!(given, Ipv4Addr::new(100, 64, 0, 0));
}
