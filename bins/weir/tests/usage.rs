//! `weir usage` after packets over real UDP.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use radius_proto::{AttributeType, Code};
use support::{Installation, SECRET, Server, accounting_request, exchange};

/// Reports what was counted `seconds_ago`, which Acct-Delay-Time tells.
fn report(server: &Server, login: &[u8], status: u8, gigawords: u32, octets: u32, ago_s: u32) {
    let request = accounting_request(&[
        (AttributeType::ACCT_STATUS_TYPE, &[0, 0, 0, status]),
        (AttributeType::ACCT_SESSION_ID, login),
        (AttributeType::USER_NAME, login),
        (AttributeType::ACCT_INPUT_OCTETS, &(octets / 10).to_be_bytes()),
        (AttributeType::ACCT_OUTPUT_OCTETS, &octets.to_be_bytes()),
        (AttributeType::ACCT_OUTPUT_GIGAWORDS, &gigawords.to_be_bytes()),
        (AttributeType::ACCT_DELAY_TIME, &ago_s.to_be_bytes()),
    ]);
    let reply = exchange(server.accounting, &request, SECRET).unwrap();
    assert_eq!(reply[0], Code::ACCOUNTING_RESPONSE.0);
}

#[test]
fn what_was_used_is_told_by_5_minutes_hour_and_day() {
    const START: u8 = 1;
    const STOP: u8 = 2;
    const INTERIM: u8 = 3;
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    report(&server, b"ann", START, 0, 0, 10_000);
    report(&server, b"ann", INTERIM, 0, 1_000_000, 9_000);
    // The same report once more, and one that was overtaken.
    report(&server, b"ann", INTERIM, 0, 1_000_000, 9_000);
    report(&server, b"ann", STOP, 2, 3_000_000, 5_000);
    report(&server, b"ann", INTERIM, 0, 2_000_000, 7_000);
    report(&server, b"stranger", STOP, 0, 70_000, 7_000);
    server.terminate();

    let weir = |arguments: &[&str]| installation.weir(&[&["usage"], arguments].concat());
    let json = |arguments: &[&str]| -> serde_json::Value {
        let arguments = [arguments, &["--json"]].concat();
        serde_json::from_str(&weir(&arguments).well().out).unwrap()
    };
    // 2 * 2^32 + 3,000,000 octets.
    let total = 8_592_934_592_u64;
    for by in ["5min", "hour", "day"] {
        let ann = json(&["ann", "--by", by]);
        assert_eq!(ann["total"]["download_octets"], total, "{by}: {ann}");
        assert_eq!(ann["total"]["upload_octets"], 300_000, "{by}: {ann}");
    }
    let lines = json(&["ann", "--by", "5min"])["usage"].as_array().unwrap().clone();
    let received: Vec<_> =
        lines.iter().map(|line| line["used"]["download_octets"].as_u64().unwrap()).collect();
    assert_eq!(received, [1_000_000, total - 1_000_000]);

    let said = weir(&[]).well().out;
    for words in ["FROM ", "8.59 GB", "300 kB", "total ", "unknown users  70.0 kB"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let said = weir(&["ann"]).well().out;
    assert!(said.contains("8.59 GB") && !said.contains("unknown"), "{said}");
    let unknown = json(&["--unknown"]);
    assert_eq!(unknown["total"]["download_octets"], 70_000, "{unknown}");
    let said = weir(&["--from", "2020-01-01", "--to", "2020-02-01"]).well().out;
    assert!(said.contains("nothing was used from 2020-01-01 until 2020-02-01"), "{said}");
}

#[test]
fn a_question_that_makes_no_sense_is_told_so() {
    let installation = Installation::with_subscriber();
    let weir = |arguments: &[&str]| installation.weir(&[&["usage"], arguments].concat());
    weir(&["anne"]).refused(1, &["no service called `anne`", "did you mean `ann`?"]);
    weir(&["ann", "--by", "week"]).refused(2, &["week", "5min, hour, day"]);
    weir(&["--from", "yesterday"]).refused(2, &["`yesterday` is not a moment", "2026-12-31"]);
    weir(&["ann", "--unknown"]).refused(2, &["--unknown"]);
    weir(&["--from", "2026-02-01", "--to", "2026-01-01"]).refused(1, &["not after its beginning"]);
    let year = ["--by", "5min", "--from", "2025-01-01", "--to", "2026-01-01"];
    weir(&year).refused(1, &["105120 buckets", "at most 10080", "longer buckets"]);
}
