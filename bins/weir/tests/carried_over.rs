//! Data that is left when its time is over, from the accounting packet to the limit of the next log-in: a
//! running `weir serve` over real UDP, whose worker carries it over.
#![allow(clippy::disallowed_methods, reason = "a test waits against a clock")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use std::time::{Duration, Instant};

use radius_proto::{AttributeType, Code, VendorId};
use serde_json::Value;
use support::{Answer, Installation, SECRET, Server, accounting_request, exchange, json};

const MB: u64 = 1_000_000;
const START: u8 = 1;
const STOP: u8 = 2;
const MIKROTIK: VendorId = VendorId(14_988);
const TOTAL_LIMIT: u8 = 17;

fn log_in(server: &Server) -> Answer {
    let answer = server.log_in("ann", "opensesame");
    assert_eq!(answer.code(), Code::ACCESS_ACCEPT);
    answer
}

/// Mikrotik-Total-Limit, octets; all of these are far below 4 GB.
fn limit(answer: &Answer) -> u64 {
    let value = answer.packet().first_vendor(MIKROTIK, TOTAL_LIMIT).unwrap().to_vec();
    u32::from_be_bytes(value.try_into().unwrap()).into()
}

/// What the NAS says of ann's session: that so much was downloaded.
fn report(server: &Server, class: &[u8], status: u8, octets: u64) {
    let status = [0, 0, 0, status];
    let octets = u32::try_from(octets).unwrap().to_be_bytes();
    let attributes: [(AttributeType, &[u8]); 5] = [
        (AttributeType::ACCT_STATUS_TYPE, &status),
        (AttributeType::ACCT_SESSION_ID, b"81c00001"),
        (AttributeType::USER_NAME, b"ann"),
        (AttributeType::ACCT_OUTPUT_OCTETS, &octets),
        (AttributeType::CLASS, class),
    ];
    let reply = exchange(server.accounting, &accounting_request(&attributes), SECRET).unwrap();
    assert_eq!(reply[0], Code::ACCOUNTING_RESPONSE.0);
}

/// Waits until `weir service show` has what is found in it.
fn shown<T>(installation: &Installation, find: impl Fn(&Value) -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let service = json(installation, &["service", "show", "ann"]);
        if let Some(found) = find(&service) {
            return found;
        }
        assert!(Instant::now() < deadline, "{service}");
    }
}

#[test]
fn what_is_left_of_a_package_is_in_the_limit_of_the_next_log_in() {
    let installation = Installation::with_subscriber();
    let weir = |args: &[&str]| installation.weir(args);
    // The plan gives nothing by itself.
    weir(&["plan", "set", "home", "--quota", "name=data,window=cycle,allowance=0B"]).well();
    weir(&["plan", "set", "home", "--tier", "data:100%=quarantine"]).well();
    let set = ["product", "set", "minute", "--plan", "home", "--price", "20 KES", "--no-tax"];
    let gives = ["--lasts", "1 minute", "--data", "100MB"];
    let rule = |rule: &'static str| [set.as_slice(), &gives, &["--data-rollover", rule]].concat();
    weir(&rule("as much as there is")).refused(2, &["at most 5h; at least 1h"]);
    weir(&rule("at most 5h")).refused(1, &["data is carried over as data"]);
    weir(&rule("at most 40MB; 3 times")).well();
    let product = weir(&["product", "show", "minute"]).well().out;
    let words = "100MB for each period, carried over at most 40MB; 3 times";
    assert!(product.contains(words), "{product}");
    weir(&["payment", "add", "ann", "100 KES"]).well();
    let server = installation.serve();
    let began = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(45);
    let (began, service) = (began.to_string(), ["--service", "ann", "--from"]);
    let subscribe = ["subscription", "subscribe", "ann", "minute"];
    weir(&[subscribe.as_slice(), &service, &[began.as_str()]].concat()).well();

    let answer = log_in(&server);
    assert_eq!(limit(&answer), 100 * MB);
    let class = answer.packet().first(AttributeType::CLASS).unwrap().to_vec();
    report(&server, &class, START, 0);
    report(&server, &class, STOP, 70 * MB);
    let used = |service: &Value| (service["grants"][0]["used_octets"] == 70 * MB).then_some(());
    shown(&installation, used);
    // The next minute is bought ahead: what is left now is left until then.
    weir(&["subscription", "renew", "1"]).well();
    let carried = |service: &Value| {
        let mut grants = service["grants"].as_array()?.iter();
        grants.find(|grant| grant["carried_from"] == service["grants"][0]["id"]).cloned()
    };
    let carried = shown(&installation, carried);
    assert_eq!((&carried["octets"], &carried["carried_times"]), (&(30 * MB).into(), &1.into()));
    let text = weir(&["service", "show", "ann"]).well().out;
    let from = format!("3: 30MB bought from {}", "20");
    assert!(text.contains(&from) && text.contains(", carried over from 1\n"), "{text}");
    assert_eq!(limit(&log_in(&server)), 130 * MB);
    let told = support::told(&installation, "package.carried_over");
    let [(_, body)] = &told[..] else { panic!("{told:?}") };
    let said = (&body["subscriber"]["name"], &body["data_octets"], &body["times"]);
    assert_eq!(said, (&"ann".into(), &(30 * MB).into(), &1.into()));
    server.terminate();
}
