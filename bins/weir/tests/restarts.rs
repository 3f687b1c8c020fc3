//! What is told while a NAS starts, over real UDP.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use std::time::SystemTime;

use radius_proto::AttributeType;
use support::{Installation, SECRET, Server, accounting_request, exchange};

#[allow(clippy::disallowed_methods, reason = "the server reads the clock of this machine too")]
fn unix_time_s() -> u32 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    u32::try_from(since.as_secs()).unwrap()
}

fn open(installation: &Installation) -> usize {
    let said = installation.weir(&["sessions", "--json"]).well().out;
    let sessions: serde_json::Value = serde_json::from_str(&said).unwrap();
    sessions.as_array().unwrap().len()
}

/// hostapd says that it has started, and repeats it until it is answered; it says when it was, but
/// not how long ago.
#[test]
fn an_accounting_on_that_comes_late_ends_no_new_session() {
    const START: u32 = 1;
    const ON: u32 = 7;
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    let now_s = unix_time_s();
    let report = |server: &Server, status: u32, id: &[u8], delay_s: u32, at_s: u32| {
        let number = |value: u32| value.to_be_bytes();
        let request = accounting_request(&[
            (AttributeType::ACCT_STATUS_TYPE, &number(status)),
            (AttributeType::ACCT_SESSION_ID, id),
            (AttributeType::USER_NAME, b"ann"),
            (AttributeType::ACCT_DELAY_TIME, &number(delay_s)),
            (AttributeType::EVENT_TIMESTAMP, &number(at_s)),
        ]);
        assert!(exchange(server.accounting, &request, SECRET).is_some());
    };
    report(&server, START, b"old", 120, now_s - 120);
    report(&server, START, b"new", 20, now_s - 20);
    assert_eq!(open(&installation), 2);
    // It started a minute ago: the new session goes on.
    report(&server, ON, b"on", 0, now_s - 60);
    assert_eq!(open(&installation), 1);
    // What says how late it is needs no clock.
    report(&server, ON, b"on", 60, 1_000);
    assert_eq!(open(&installation), 1);
    // A clock that was never set says nothing: it has just started.
    report(&server, ON, b"on", 0, 1_000);
    assert_eq!(open(&installation), 0);
    server.terminate();
    let said = installation.weir(&["sessions", "--all", "--json"]).well().out;
    let all: Vec<serde_json::Value> = serde_json::from_str(&said).unwrap();
    let old = all.iter().find(|session| session["acct_session_id"] == "old").unwrap();
    // To the second that these attributes have, at which the moment of arrival may be the next.
    let ended_s = old["ended_at_unix_ms"].as_i64().unwrap() / 1_000 - i64::from(now_s);
    assert_eq!(ended_s, -60, "{old}");
}
