//! CoA-Requests and the names of sessions.

use proptest::prelude::*;

use super::*;
use crate::text::{printable, unprintable};

/// A session with all that a NAS can tell of one.
pub(super) const SESSION: SessionIdentity<'_> = SessionIdentity {
    acct_session_id: b"81a09556",
    user_name: b"alice",
    calling_station_id: b"00:0C:42:00:D4:64",
    framed_ipv4: Some(Ipv4Addr::new(100, 64, 0, 77)),
    nas_ipv4: Some(Ipv4Addr::new(192, 0, 2, 1)),
    nas_identifier: Some(b"bng-1"),
};

fn coa(buffer: &mut [u8]) -> PacketWriter<'_> {
    PacketWriter::without_message_authenticator(buffer, Code::COA_REQUEST, 7).unwrap()
}

pub(super) fn change(
    dialect: &Dialect,
    intents: &Intents<'_>,
    only: impl Fn(IntentKind) -> bool,
) -> Written {
    let mut buffer = [0; 4096];
    let mut writer = coa(&mut buffer);
    dialect.write_change(intents, only, |_| false, &mut writer).unwrap();
    written(writer.finish_request(&Secret::new("s").unwrap()))
}

pub(super) fn identity(
    dialect: &Dialect,
    session: &SessionIdentity<'_>,
    omit: impl Fn(AttributeName) -> bool,
) -> Result<Written, IdentityError> {
    let mut buffer = [0; 4096];
    let mut writer = coa(&mut buffer);
    dialect.write_identity(session, omit, &mut writer)?;
    Ok(written(writer.finish_request(&Secret::new("s").unwrap())))
}

fn dialect(lines: &str) -> Dialect {
    let mut dialects = Dialects::default();
    dialects.add("x", &format!("dialect x\n{lines}"), Dictionary::builtin()).unwrap();
    dialects.named("x").unwrap().clone()
}

/// A CoA-Request that was worked out by hand, from header to authenticator.
#[test]
fn a_worked_coa_request_comes_out_octet_for_octet() {
    let expected = "2b07005cb60b9fe35a7977a34dd040859bc0a8fb0107616c6963652c0a38316130393535360806\
                    6440004d1a3100003a8c082b324d2f31304d20344d2f32304d20313530306b2f373530306b2031\
                    302f31302035203531326b2f324d";
    let dialects = Dialects::builtin();
    let mikrotik = dialects.named("mikrotik").unwrap();
    let session = SessionIdentity { calling_station_id: b"", nas_ipv4: None, ..SESSION };
    let intents = Intents {
        burst: Some(Burst {
            speed: speed(4_000_000, 20_000_000),
            threshold: speed(1_500_000, 7_500_000),
            time_s: 10,
        }),
        priority: Priority::new(5),
        minimum: Some(speed(512_000, 2_000_000)),
        ..intents()
    };
    let mut buffer = [0; 4096];
    let mut writer = coa(&mut buffer);
    mikrotik.write_identity(&session, |_| false, &mut writer).unwrap();
    mikrotik
        .write_change(&intents, |kind| kind == IntentKind::Speed, |_| false, &mut writer)
        .unwrap();
    let packet = writer.finish_request(&Secret::new("testing123").unwrap());
    let shown: String = packet.iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(shown, expected);
}

/// hostapd refuses any attribute that it does not know a session by.
#[test]
fn what_a_nas_refuses_is_left_out_the_least_important_first() {
    let dialects = Dialects::builtin();
    let mikrotik = dialects.named("mikrotik").unwrap();
    let optional: Vec<_> = mikrotik.optional_identity().collect();
    let expected = [AttributeType(4), AttributeType(31)].map(AttributeName::Standard);
    assert_eq!(optional, expected);
    let kinds = |omit: &[AttributeName]| {
        let identity = identity(mikrotik, &SESSION, |name| omit.contains(&name)).unwrap();
        identity.into_iter().map(|((_, kind), _)| kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&[]), [1, 44, 8, 31, 4]);
    assert_eq!(kinds(&optional[..1]), [1, 44, 8, 31]);
    assert_eq!(kinds(&optional), [1, 44, 8]);
    // What is needed stays, whatever is to be left out.
    let all = [1, 44, 8, 31, 4].map(|kind| AttributeName::Standard(AttributeType(kind)));
    assert_eq!(kinds(&all), [1, 44, 8]);

    let generic = dialects.named("generic").unwrap();
    let optional: Vec<_> = generic.optional_identity().collect();
    let named = identity(generic, &SESSION, |name| optional.contains(&name)).unwrap();
    assert_eq!(named, [((0, 44), b"81a09556".to_vec())]);
}

#[test]
fn a_session_without_a_name_is_not_named() {
    let of_nas_alone = SessionIdentity {
        nas_ipv4: SESSION.nas_ipv4,
        nas_identifier: SESSION.nas_identifier,
        ..SessionIdentity::default()
    };
    let builtin = Dialects::builtin();
    let strict =
        dialect("identify NAS-IP-Address {nas_ipv4}\nidentify NAS-Identifier {nas_identifier}");
    let all = builtin.names().map(|name| builtin.named(name).unwrap()).chain([&strict]);
    for dialect in all {
        assert_eq!(identity(dialect, &of_nas_alone, |_| false), Err(IdentityError::Nameless));
        let nobody = SessionIdentity::default();
        assert_eq!(identity(dialect, &nobody, |_| false), Err(IdentityError::Nameless));
    }
}

#[test]
fn an_identity_can_be_part_of_a_text() {
    let cisco = dialect(
        "identify Cisco-Account-Info \"S{framed_ipv4}\"\n\
         identify NAS-Identifier {nas_identifier} optional\n\
         identify Cisco-AVPair \"nas={nas_ipv4} user={user_name}\"",
    );
    let expected: Written = vec![
        ((9, 250), b"S100.64.0.77".to_vec()),
        ((0, 32), b"bng-1".to_vec()),
        ((9, 1), b"nas=192.0.2.1 user=alice".to_vec()),
    ];
    assert_eq!(identity(&cisco, &SESSION, |_| false).unwrap(), expected);
    let without_address = SessionIdentity { framed_ipv4: None, ..SESSION };
    assert_eq!(identity(&cisco, &without_address, |_| false).unwrap(), expected[1..]);
}

#[test]
fn a_file_without_identify_names_sessions_by_their_id() {
    let plain = dialect("");
    let expected: Written = vec![((0, 44), b"81a09556".to_vec()), ((0, 1), b"alice".to_vec())];
    assert_eq!(identity(&plain, &SESSION, |_| false).unwrap(), expected);
    assert_eq!(plain.optional_identity().count(), 1);
    assert_eq!(plain.coa_port(), 3799);
    assert_eq!(dialect("coa port 1812").coa_port(), 1812);
}

#[test]
fn only_what_is_asked_for_is_written_and_nothing_that_is_refused() {
    let dialects = Dialects::builtin();
    let mikrotik = dialects.named("mikrotik").unwrap();
    let intents = Intents { session_age_s: 3_600, group: Some("gold"), ..intents() };
    let expected: Written = vec![
        ((14_988, 8), b"2M/10M".to_vec()),
        ((0, 28), number(600)),
        ((14_988, 3), b"gold".to_vec()),
        ((0, 27), number(90_000)),
    ];
    assert_eq!(change(mikrotik, &intents, |_| true), expected);
    assert_eq!(change(mikrotik, &intents, |kind| kind == IntentKind::Group), expected[2..3]);
    assert_eq!(
        change(mikrotik, &intents, |kind| kind == IntentKind::SessionTimeout),
        expected[3..]
    );
    assert_eq!(change(mikrotik, &intents, |kind| kind == IntentKind::AddressList), []);
    assert_eq!(change(mikrotik, &intents, |_| false), []);
    // A kind of shaping that the session does not have: its speed is written without it.
    assert_eq!(change(mikrotik, &intents, |kind| kind == IntentKind::Burst), expected[..1]);

    let mut buffer = [0; 4096];
    let mut writer = coa(&mut buffer);
    let refused = AttributeName::Vendor(VendorId(14_988), 3);
    mikrotik.write_change(&intents, |_| true, |name| name == refused, &mut writer).unwrap();
    let without = written(writer.finish_request(&Secret::new("s").unwrap()));
    assert_eq!(without, [&expected[..2], &expected[3..]].concat());
}

#[test]
fn it_is_known_beforehand_what_can_be_changed() {
    let dialects = Dialects::builtin();
    let mikrotik = dialects.named("mikrotik").unwrap();
    let after = intents();
    for (kind, can) in [
        (IntentKind::Speed, true),
        // The speed is told without a burst.
        (IntentKind::Burst, true),
        (IntentKind::IdleTimeout, true),
        // There is no group any more, and no attribute for none.
        (IntentKind::Group, false),
        (IntentKind::Pool, false),
        (IntentKind::AddressList, false),
    ] {
        assert!(mikrotik.says(kind));
        assert_eq!(mikrotik.can_change_to(&after, kind), can, "{kind}");
        assert_eq!(!change(mikrotik, &after, |of| of == kind).is_empty(), can, "{kind}");
    }
    assert!(!dialects.named("nokia").unwrap().says(IntentKind::Burst));
    // A profile in place of rates, and rates in place of the profile.
    let huawei = dialects.named("huawei").unwrap();
    assert!(huawei.can_change_to(&after, IntentKind::Group));
    // The peak is the burst's.
    assert!(huawei.says(IntentKind::Burst) && huawei.can_change_to(&after, IntentKind::Burst));
    assert!(!huawei.says(IntentKind::Priority));
    let profiled = Intents { group: Some("gold"), ..after };
    assert_eq!(change(huawei, &profiled, |_| true), [((2011, 31), b"gold".to_vec())]);
    assert_eq!(change(huawei, &after, |kind| kind == IntentKind::Group).len(), 4);
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table of mistakes and their words")]
fn mistakes_are_named_with_the_line() {
    const RULE: &str = "speed Filter-Id x";
    let pool = "pool Framed-Pool {pool}";
    for (lines, line, message) in [
        (
            "change",
            3,
            "the intent is missing; a change is `change <intent>…` or `change <intent> \
             <attribute> \"<template>\" [unless <intent>…]`",
        ),
        ("change sped", 3, "there is no intent `sped`; did you mean `speed`?"),
        ("change speed bursts", 3, "there is no intent `bursts`; did you mean `burst`?"),
        (
            "change speed Filter-Idd x",
            3,
            "the dictionary has no attribute `Filter-Idd`; did you mean `Filter-Id`?",
        ),
        (
            "change pool",
            3,
            "there is no rule for `pool` that could be sent in a CoA-Request; write one: \
             `change pool <attribute> \"<template>\"`",
        ),
        (
            "change speed\nchange speed Filter-Id y",
            4,
            "how `speed` changes is said already, in line 3, as it is in an Access-Accept",
        ),
        (
            "coa disconnect only\nchange speed",
            4,
            "`coa disconnect only` stands in line 3, so nothing can be changed",
        ),
        (
            "change speed Filter-Id y\ncoa disconnect only",
            3,
            "`coa disconnect only` stands in line 4, so nothing can be changed",
        ),
        (
            "coa port 0",
            3,
            "a line of `coa` is `coa port <number from 1 to 65535>` or `coa disconnect only`",
        ),
        (
            "coa prot 3799",
            3,
            "a line of `coa` is `coa port <number from 1 to 65535>` or `coa disconnect only`",
        ),
        ("services", 3, "the manner is missing; a line of `services` is `services <manner>`"),
        (
            "services Juniper",
            3,
            "services are told in no manner `Juniper`; there is juniper, cisco-isg, nokia, huawei, \
             huawei-service-info",
        ),
        (
            "services nokia huawei",
            3,
            "`huawei` is too much; a line of `services` is `services <manner>`",
        ),
        ("services nokia\nservices nokia", 4, "how services are told is said already, in line 3"),
        (
            "identify User-Name",
            3,
            "the template is missing; a line of `identify` is `identify <attribute> \
             \"<template>\" [optional]`",
        ),
        (
            "identify User-Name {user_name} maybe",
            3,
            "`maybe` is too much; a line of `identify` is `identify <attribute> \"<template>\" \
             [optional]`",
        ),
        (
            "identify User-Name {username}",
            3,
            "a session has no `{username}`; it has `{acct_session_id}`, `{user_name}`, \
             `{calling_station_id}`, `{framed_ipv4}`, `{nas_ipv4}`, `{nas_identifier}`",
        ),
        (
            "identify Framed-IP-Address {user_name}",
            3,
            "`Framed-IP-Address` is an address: its template must be `{framed_ipv4}` or \
             `{nas_ipv4}`",
        ),
        (
            "identify NAS-Port {user_name}",
            3,
            "`NAS-Port` cannot be written by a dialect: its type is none of string, octets and \
             ipaddr, as sessions are named by",
        ),
        (
            "speed Filter-Id x unless pool sped",
            3,
            "there is no intent `sped`; did you mean `speed`?",
        ),
        (
            "total_limit Mikrotik-Total-Limit {octets:mega}",
            3,
            "`{octets}` has no unit `mega`; a limit has `octets`, `low32`, `gigawords` and `kib`",
        ),
    ] {
        let text = format!("dialect x\n{RULE}\n{lines}\n");
        let error = Dialects::default().add("x.dialect", &text, Dictionary::builtin());
        assert_eq!(error.unwrap_err().to_string(), format!("x.dialect:{line}: {message}"));
    }
    // A rule may stand behind the line that needs it.
    let changes = dialect(&format!("change pool speed\n{RULE}\n{pool}"));
    let pool = Intents { pool: Some("p"), ..Intents::default() };
    assert!(changes.can_change_to(&pool, IntentKind::Pool));
}

proptest! {
    /// A NAS must read back what it sent, though it is stored as text.
    #[test]
    fn names_are_written_octet_for_octet(
        user in prop::collection::vec(any::<u8>(), 1..=253),
        station in prop::collection::vec(any::<u8>(), 1..=253),
    ) {
        let (user_text, station_text) = (printable(&user), printable(&station));
        let (stored_user, stored_station) = (unprintable(&user_text), unprintable(&station_text));
        let session = SessionIdentity {
            user_name: &stored_user,
            calling_station_id: &stored_station,
            ..SESSION
        };
        let dialects = Dialects::builtin();
        let written = identity(dialects.named("mikrotik").unwrap(), &session, |_| false).unwrap();
        prop_assert!(written.contains(&((0, 1), user.clone())));
        prop_assert!(written.contains(&((0, 31), station.clone())));
    }
}
