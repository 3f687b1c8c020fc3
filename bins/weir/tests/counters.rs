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

/// An attribute of Juniper's E-series with a number as its value.
fn erx(kind: u8, value: u32) -> Vec<u8> {
    [&[0, 0, 0x13, 0x0a, kind, 6], value.to_be_bytes().as_slice()].concat()
}

#[test]
fn what_was_ipv6_is_part_of_the_whole() {
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    let number = |value: u32| value.to_be_bytes();
    let report = |status: u8, time_s: u32, ipv6: &[(u8, u32)]| {
        let (time, ipv6): (_, Vec<_>) =
            (number(time_s), ipv6.iter().map(|(kind, value)| erx(*kind, *value)).collect());
        let octets = number(500);
        let one = number(1);
        let mut attributes: Vec<(AttributeType, &[u8])> = vec![
            (AttributeType::ACCT_SESSION_ID, b"0b"),
            (AttributeType::USER_NAME, b"ann"),
            (AttributeType::ACCT_SESSION_TIME, &time),
            (AttributeType::ACCT_INPUT_OCTETS, &octets),
            (AttributeType::ACCT_OUTPUT_OCTETS, &octets),
            (AttributeType::ACCT_OUTPUT_GIGAWORDS, &one),
        ];
        let status = [0, 0, 0, status];
        attributes.push((AttributeType::ACCT_STATUS_TYPE, &status));
        attributes.extend(ipv6.iter().map(|value| (AttributeType::VENDOR_SPECIFIC, &value[..])));
        let request = accounting_request(&attributes);
        assert!(exchange(server.accounting, &request, SECRET).is_some());
    };
    report(INTERIM, 60, &[(151, 100), (152, 300), (156, 1)]);
    // One that was overtaken.
    report(INTERIM, 30, &[(151, 90), (152, 200)]);
    let shown = |arguments: &[&str]| -> serde_json::Value {
        let said = installation.weir(&[&["sessions", "--json"], arguments].concat()).well().out;
        serde_json::from_str(&said).unwrap()
    };
    let ipv6 = |sessions: &serde_json::Value| {
        let number = |name: &str| sessions[0][name].as_u64().unwrap();
        (number("ipv6_upload_octets"), number("ipv6_download_octets"), number("download_octets"))
    };
    assert_eq!(ipv6(&shown(&[])), (100, 4_294_967_596, 4_294_967_796));
    let table = installation.weir(&["sessions"]).well().out;
    assert!(table.contains("DOWN IPV6") && table.contains("100 B"), "{table}");
    report(STOP, 90, &[(151, 200), (152, 400), (156, 1)]);
    server.terminate();
    assert_eq!(ipv6(&shown(&["--all"])), (200, 4_294_967_696, 4_294_967_796));
    // 2^32 + 500: IPv6 is not added to it.
    assert_eq!(download_octets(&installation), 4_294_967_796);
}
