//! NASes whose counters begin again at 0 after 4 GiB, over real UDP.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use radius_proto::{AttributeType, Code};
use support::{Installation, SECRET, Server, accounting_request, exchange};

const START: u8 = 1;
const STOP: u8 = 2;
const INTERIM: u8 = 3;

/// What ann's NAS says after `time_s` of her session of an hour, which is just over.
fn report(server: &Server, status: u8, time_s: u32, input: u32, output: u32) {
    let number = |value: u32| value.to_be_bytes();
    let request = accounting_request(&[
        (AttributeType::ACCT_STATUS_TYPE, &[0, 0, 0, status]),
        (AttributeType::ACCT_SESSION_ID, b"0a"),
        (AttributeType::USER_NAME, b"ann"),
        (AttributeType::ACCT_SESSION_TIME, &number(time_s)),
        (AttributeType::ACCT_INPUT_OCTETS, &number(input)),
        (AttributeType::ACCT_OUTPUT_OCTETS, &number(output)),
        // What it would be with gigawords; a NAS without sends 0 at most.
        (AttributeType::ACCT_OUTPUT_GIGAWORDS, &number(0)),
        (AttributeType::ACCT_DELAY_TIME, &number(3_600 - time_s)),
    ]);
    let reply = exchange(server.accounting, &request, SECRET).unwrap();
    assert_eq!(reply[0], Code::ACCOUNTING_RESPONSE.0);
}

fn download_octets(installation: &Installation) -> u64 {
    let said = installation.weir(&["usage", "ann", "--json"]).well().out;
    let usage: serde_json::Value = serde_json::from_str(&said).unwrap();
    usage["total"]["download_octets"].as_u64().unwrap()
}

#[test]
fn counters_of_32_bits_are_counted_on_over_a_kill() {
    let installation = Installation::with_subscriber();
    installation.weir(&["nas", "set", "edge", "--counter-bits", "33"]).refused(2, &["64, 32"]);
    installation.weir(&["nas", "set", "edge", "--counter-bits", "32"]).well();
    let listed = installation.weir(&["nas", "list"]).well().out;
    assert!(listed.contains("32 bits"), "{listed}");
    let server = installation.serve();
    report(&server, START, 0, 0, 0);
    report(&server, INTERIM, 600, 100, 3_000_000_000);
    report(&server, INTERIM, 1_200, 200, 1_000_000_000);
    // The same once more, and one that was overtaken.
    report(&server, INTERIM, 1_200, 200, 1_000_000_000);
    report(&server, INTERIM, 900, 150, 4_000_000_000);
    // SIGKILL.
    drop(server);

    let server = installation.serve();
    report(&server, INTERIM, 1_200, 200, 1_000_000_000);
    let shown = installation.weir(&["sessions", "--json"]).well().out;
    // 2^32 + 1,000,000,000.
    assert!(shown.contains("5294967296"), "{shown}");
    report(&server, STOP, 3_600, 300, 900_000_000);
    // A report from before the first wrap, long after.
    report(&server, INTERIM, 300, 50, 2_900_000_000);
    server.terminate();
    // 2 * 2^32 + 900,000,000.
    assert_eq!(download_octets(&installation), 9_489_934_592);
}

#[test]
fn a_nas_with_64_bits_that_says_less_has_counted_no_more() {
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    report(&server, INTERIM, 600, 100, 3_000_000_000);
    report(&server, STOP, 1_200, 200, 1_000_000_000);
    server.terminate();
    assert_eq!(download_octets(&installation), 3_000_000_000);
}
