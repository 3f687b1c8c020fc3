//! Services that are activated within a session and reported as sessions of their own, over real
//! UDP.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use radius_proto::{AttributeType, Code};
use support::{Installation, SECRET, Server, accounting_request, exchange};

const START: u8 = 1;
const STOP: u8 = 2;
const INTERIM: u8 = 3;

/// What Juniper writes into the accounting of a service: ERX-Service-Session.
const TIERED: &[u8] = b"tiered(1280000, 5120000)";

/// A report of ann's session, or of a service in it, after `time_s` of an hour that is just over.
fn report(server: &Server, id: &str, service: Option<&[u8]>, status: u8, time_s: u32, octets: u32) {
    let number = |value: u32| value.to_be_bytes();
    let (status, time, octets) = ([0, 0, 0, status], number(time_s), number(octets));
    let delay = number(3_600 - time_s);
    let mut attributes: Vec<(AttributeType, &[u8])> = vec![
        (AttributeType::ACCT_STATUS_TYPE, &status),
        (AttributeType::ACCT_SESSION_ID, id.as_bytes()),
        (AttributeType::USER_NAME, b"ann"),
        (AttributeType::CALLING_STATION_ID, b"00:E1:0C:38:C8:F8"),
        (AttributeType::FRAMED_IP_ADDRESS, &[10, 0, 0, 7]),
        (AttributeType::ACCT_SESSION_TIME, &time),
        (AttributeType::ACCT_OUTPUT_OCTETS, &octets),
        (AttributeType::ACCT_DELAY_TIME, &delay),
    ];
    let of_juniper = service.map(|name| {
        let len = u8::try_from(name.len() + 2).unwrap();
        [&[0, 0, 0x13, 0x0a, 83, len], name].concat()
    });
    if let Some(value) = &of_juniper {
        attributes.push((AttributeType::VENDOR_SPECIFIC, value));
    }
    let request = accounting_request(&attributes);
    let reply = exchange(server.accounting, &request, SECRET).unwrap();
    assert_eq!(reply[0], Code::ACCOUNTING_RESPONSE.0);
}

fn sessions(installation: &Installation, arguments: &[&str]) -> Vec<serde_json::Value> {
    let said = installation.weir(&[&["sessions", "--json"], arguments].concat()).well().out;
    serde_json::from_str(&said).unwrap()
}

fn download_octets(installation: &Installation) -> u64 {
    let said = installation.weir(&["usage", "ann", "--json"]).well().out;
    let usage: serde_json::Value = serde_json::from_str(&said).unwrap();
    usage["total"]["download_octets"].as_u64().unwrap()
}

#[test]
fn an_activated_service_is_part_of_its_session() {
    let installation = Installation::with_subscriber();
    installation.weir(&["plan", "set", "home", "--sessions", "2"]).well();
    let server = installation.serve();
    report(&server, "77", None, START, 0, 0);
    report(&server, "77:1", Some(TIERED), START, 1, 0);
    report(&server, "77:2", Some(b"voice(64000)"), START, 2, 0);
    report(&server, "77:1", Some(TIERED), INTERIM, 600, 900_000);
    report(&server, "77", None, INTERIM, 600, 1_000_000);

    let open = sessions(&installation, &[]);
    let shown: Vec<_> = open
        .iter()
        .map(|session| (session["acct_session_id"].as_str(), session["activated_service"].as_str()))
        .collect();
    let tiered = core::str::from_utf8(TIERED).unwrap();
    let services =
        [("77:1", tiered), ("77:2", "voice(64000)")].map(|(id, name)| (Some(id), Some(name)));
    assert_eq!(shown, [(Some("77"), None), services[0], services[1]]);
    assert_eq!(open[1]["parent_acct_session_id"], "77");
    let table = installation.weir(&["sessions"]).well().out;
    assert!(table.contains("  + tiered(1280000, 5120000)"), "{table}");
    assert!(table.contains("1 online, 1.00 MB down"), "{table}");
    let status = installation.weir(&["status"]).well().out;
    let line = status.lines().find(|line| line.contains("sessions open")).unwrap();
    assert!(line.trim_end().ends_with(" 1"), "{line}");
    // One of two is taken, whatever was activated in it.
    let elsewhere = |station| server.log_in_at("ann", "opensesame", station).code();
    assert_eq!(elsewhere("00:E1:0C:38:C8:01"), Code::ACCESS_ACCEPT);
    assert_eq!(elsewhere("00:E1:0C:38:C8:02"), Code::ACCESS_REJECT);

    // One is deactivated; the Stop of the other never comes.
    report(&server, "77:2", Some(b"voice(64000)"), STOP, 700, 5_000);
    assert_eq!(sessions(&installation, &[]).len(), 2);
    report(&server, "77", None, STOP, 3_600, 3_000_000);
    assert_eq!(sessions(&installation, &[]).len(), 0);
    // A report that was overtaken does not open it again.
    report(&server, "77:1", Some(TIERED), INTERIM, 1_200, 1_200_000);
    assert_eq!(sessions(&installation, &[]).len(), 0);
    server.terminate();

    assert_eq!(download_octets(&installation), 3_000_000);
    let all = sessions(&installation, &["--all"]);
    let kept = |id: &str| {
        let found = all.iter().find(|session| session["acct_session_id"] == id).unwrap();
        (found["download_octets"].as_u64().unwrap(), found["ended_at_unix_ms"].as_i64().unwrap())
    };
    assert_eq!(all.len(), 3);
    let (_, ended) = kept("77");
    assert_eq!(kept("77:1").0, 1_200_000);
    // It is over with its parent, to the second that Acct-Delay-Time has.
    assert!((kept("77:1").1 - ended).abs() <= 2_000, "{all:?}");
    assert_eq!(kept("77:2").0, 5_000);
    assert!(ended - kept("77:2").1 > 2_800_000, "{all:?}");
    // Whose an address was is not told thrice.
    let at = weir::units::rfc3339(entitlement::Timestamp::from_unix_ms(ended - 1_000_000));
    let said = installation.weir(&["who-had", "10.0.0.7", "--at", &at]).well().out;
    assert_eq!(said.matches("00:E1:0C:38:C8:F8").count(), 1, "{said}");
}

#[test]
fn services_and_their_parents_are_known_after_a_kill() {
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    report(&server, "77", None, START, 0, 0);
    report(&server, "77:1", Some(TIERED), START, 1, 0);
    drop(server);
    let server = installation.serve();
    report(&server, "77:1", Some(TIERED), INTERIM, 600, 900_000);
    let open = sessions(&installation, &[]);
    assert_eq!(open.len(), 2, "{open:?}");
    assert_eq!(open[1]["activated_service"], "tiered(1280000, 5120000)");
    report(&server, "77", None, STOP, 3_600, 1_000_000);
    assert_eq!(sessions(&installation, &[]).len(), 0);
    server.terminate();
    assert_eq!(download_octets(&installation), 1_000_000);
}
