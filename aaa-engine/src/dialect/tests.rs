use std::net::Ipv4Addr;

use entitlement::{BitsPerSecond, Burst, Networks, Priority, Speed};
use radius_proto::{Code, Packet, Secret};

use super::*;

mod change;
mod check;
mod golden;

fn intents() -> Intents<'static> {
    Intents {
        speed: Some(Speed {
            upload: BitsPerSecond(2_000_000),
            download: BitsPerSecond(10_000_000),
        }),
        pool: Some("pppoe"),
        session_timeout_s: Some(86_400),
        idle_timeout_s: Some(600),
        interim_interval_s: Some(300),
        address_list: Some("late"),
        ..Intents::default()
    }
}

/// The attributes, as type or vendor and type, and value.
type Written = Vec<((u32, u32), Vec<u8>)>;

fn write(dialect: &Dialect, intents: &Intents<'_>) -> Written {
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_ACCEPT, 1).unwrap();
    dialect.write(intents, |_| false, &mut writer).unwrap();
    written(writer.finish_response(&[0; 16], &Secret::new("s").unwrap()))
}

/// The attributes of a packet.
fn written(packet: &[u8]) -> Written {
    let packet = Packet::parse(packet).unwrap();
    let of = |attribute: radius_proto::Attribute<'_>| match attribute
        .vendor_specific(VendorFormat::STANDARD)
        .and_then(|mut all| all.next())
    {
        Some(vendors) => ((vendors.vendor.0, vendors.kind), vendors.value.to_vec()),
        None => ((0, u32::from(attribute.kind.0)), attribute.value.to_vec()),
    };
    packet.attributes().map(of).collect()
}

fn number(value: u32) -> Vec<u8> {
    value.to_be_bytes().to_vec()
}

#[test]
fn the_built_in_dialects_load() {
    let names: Vec<_> = Dialects::builtin().names().map(str::to_owned).collect();
    let expected =
        ["accel-ppp", "cisco", "generic", "huawei", "juniper", "mikrotik", "nokia", "wispr"];
    assert_eq!(names, expected);
}

/// 10 Mbit/s down and 2 Mbit/s up, and the list `late`, in the words of the vendors' manuals.
#[test]
fn each_vendor_is_told_in_its_own_words() {
    let timeouts: Written =
        vec![((0, 27), number(86_400)), ((0, 28), number(600)), ((0, 85), number(300))];
    let text = |vendor, kind, text: &str| ((vendor, kind), text.as_bytes().to_vec());
    let pool = || text(0, 88, "pppoe");
    let cases: [(&str, Written, Written); 5] = [
        (
            "cisco",
            vec![
                text(9, 250, "QU;2000000;250000;500000;D;10000000;1250000;2500000"),
                text(9, 1, "ip:addr-pool=pppoe"),
            ],
            vec![text(0, 11, "late.in")],
        ),
        (
            "huawei",
            vec![
                ((2011, 2), number(2_000_000)),
                ((2011, 3), number(2_000_000)),
                ((2011, 5), number(10_000_000)),
                ((2011, 6), number(10_000_000)),
                pool(),
            ],
            vec![text(0, 11, "late")],
        ),
        (
            "juniper",
            vec![text(4874, 65, "\u{1}tiered(2000000, 10000000)"), pool()],
            vec![text(4874, 65, "\u{2}late")],
        ),
        (
            "nokia",
            vec![text(6527, 126, "i:r:rate=2000"), text(6527, 126, "e:r:rate=10000"), pool()],
            vec![],
        ),
        ("accel-ppp", vec![text(0, 11, "10000/2000"), pool()], vec![]),
    ];
    let dialects = Dialects::builtin();
    for (name, before, after) in cases {
        let dialect = dialects.named(name).unwrap();
        assert_eq!(
            write(dialect, &intents()),
            [before, timeouts.clone(), after].concat(),
            "{name}"
        );
        assert_eq!(write(dialect, &Intents::default()), [], "{name}");
    }
}

#[test]
fn mikrotik_says_every_intent() {
    let dialects = Dialects::builtin();
    let mikrotik = dialects.named("mikrotik").unwrap();
    let expected: Written = vec![
        ((14_988, 8), b"2M/10M".to_vec()),
        ((0, 88), b"pppoe".to_vec()),
        ((0, 27), number(86_400)),
        ((0, 28), number(600)),
        ((0, 85), number(300)),
        ((14_988, 19), b"late".to_vec()),
    ];
    assert_eq!(write(mikrotik, &intents()), expected);
    assert_eq!(write(mikrotik, &Intents::default()), []);
}

#[test]
fn a_fixed_address_replaces_the_pool() {
    let dialects = Dialects::builtin();
    let address = Ipv4Addr::new(10, 1, 2, 3);
    let intents = Intents { pool: Some("pppoe"), fixed_ipv4: Some(address), ..Intents::default() };
    let expected: Written = vec![((0, 8), vec![10, 1, 2, 3]), ((0, 9), vec![255, 255, 255, 255])];
    for name in dialects.names() {
        assert_eq!(write(dialects.named(name).unwrap(), &intents), expected, "{name}");
    }
}

#[test]
fn generic_says_speed_in_bits_a_second() {
    let dialects = Dialects::builtin();
    let speed = Speed { upload: BitsPerSecond(2_000_000), download: BitsPerSecond(10_u64.pow(10)) };
    let intents = Intents { speed: Some(speed), address_list: Some("late"), ..Intents::default() };
    let expected: Written = vec![
        ((14_122, 7), number(2_000_000)),
        // 10 Gbit/s is more than the attribute can say.
        ((14_122, 8), number(u32::MAX)),
        ((0, 11), b"late".to_vec()),
    ];
    assert_eq!(write(dialects.named("generic").unwrap(), &intents), expected);
}

#[test]
fn the_si_unit_is_exact() {
    let dialects = Dialects::builtin();
    let mikrotik = dialects.named("mikrotik").unwrap();
    for (upload, download, expected) in [
        (2_000_000, 10_000_000, "2M/10M"),
        (1_500_000, 1_000_000_000, "1500k/1000M"),
        (128_000, 64_500, "128k/64500"),
        (0, 1, "0/1"),
    ] {
        let speed = Speed { upload: BitsPerSecond(upload), download: BitsPerSecond(download) };
        let intents = Intents { speed: Some(speed), ..Intents::default() };
        let expected: Written = vec![((14_988, 8), expected.as_bytes().to_vec())];
        assert_eq!(write(mikrotik, &intents), expected);
    }
}

#[test]
fn an_operators_file_adds_and_replaces() {
    let text = r#"
        dialect mikrotik # ours
        speed  Filter-Id     "up{{{upload:kbps}}} # {download:bps}"
        speed  Service-Type  Framed-User   # a name of the dictionary
        speed  Session-Timeout 60 unless pool
    "#;
    let mut dialects = Dialects::builtin();
    dialects.add("ours.dialect", text, Dictionary::builtin()).unwrap();
    assert_eq!(dialects.names().count(), Dialects::builtin().names().count());
    let mikrotik = dialects.named("mikrotik").unwrap();
    let speed = Speed { upload: BitsPerSecond(999), download: BitsPerSecond(5) };
    let with_pool = Intents { speed: Some(speed), pool: Some("pool"), ..Intents::default() };
    let mut expected: Written = vec![((0, 11), b"up{1} # 5".to_vec()), ((0, 6), number(2))];
    assert_eq!(write(mikrotik, &with_pool), expected);
    expected.push(((0, 27), number(60)));
    assert_eq!(write(mikrotik, &Intents { pool: None, ..with_pool }), expected);
    assert!(mikrotik.expresses(IntentKind::Speed, &with_pool));
    assert!(!mikrotik.expresses(IntentKind::Pool, &with_pool));
}

#[test]
fn a_value_that_is_too_long_is_an_error() {
    let dialects = Dialects::builtin();
    let long = "x".repeat(254);
    let intents = Intents { pool: Some(&long), ..Intents::default() };
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_ACCEPT, 1).unwrap();
    let error =
        dialects.named("generic").unwrap().write(&intents, |_| false, &mut writer).unwrap_err();
    assert_eq!(error, WriteError::ValueTooLong { len: 254, max: 253 });
}

#[test]
fn text_that_cannot_fit_is_refused_at_load() {
    for (attribute, max) in [("Filter-Id", 253), ("Mikrotik-Address-List", 247)] {
        for len in [max, max + 1] {
            let text = format!("dialect x\npool {attribute} {}{{pool}}", "y".repeat(len));
            let added = Dialects::default().add("x", &text, Dictionary::builtin());
            let attribute = attribute.to_owned();
            let expected = DialectProblem::ValueTooLong { attribute, len, max };
            assert_eq!(added.err().map(|error| error.problem), (len > max).then_some(expected));
        }
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table of mistakes and their words")]
fn mistakes_are_named_with_file_and_line() {
    for (rule, message) in [
        (
            "speed Mikrotik-Rate-Limti \"{upload}\"",
            "the dictionary has no attribute `Mikrotik-Rate-Limti`; did you mean \
          `Mikrotik-Rate-Limit`?",
        ),
        ("sped Filter-Id x", "there is no intent `sped`; did you mean `speed`?"),
        ("nonsense-word Filter-Id x", "there is no intent `nonsense-word`"),
        (
            "speed",
            "the attribute is missing; a rule is `<intent> <attribute> \"<template>\" \
          [unless <intent>…]`",
        ),
        (
            "speed Filter-Id",
            "the template is missing; a rule is `<intent> <attribute> \
          \"<template>\" [unless <intent>…]`",
        ),
        ("speed Filter-Id \"{upload", "`\"` is not closed"),
        ("speed Filter-Id {upload", "`{` is not closed"),
        ("speed Filter-Id upload}", "`}` closes nothing; write `}}` for the brace itself"),
        (
            "speed Filter-Id {pool}",
            "the intent `speed` has no `{pool}`; it has `{upload}`, `{download}`, `{peak_upload}`, \
          `{peak_download}`",
        ),
        (
            "speed Filter-Id {upload:mbps}",
            "`{upload}` has no unit `mbps`; a rate has `bps`, `kbps`, `octets` and `si`, times a \
          number if need be",
        ),
        (
            "speed Filter-Id {upload:bps*0}",
            "`{upload}` has no unit `bps*0`; a rate has `bps`, `kbps`, `octets` and `si`, times a \
          number if need be",
        ),
        ("pool Filter-Id:1 {pool}", "`Filter-Id` cannot be written by a dialect: it takes no tag"),
        ("pool ERX-Service-Activate:32 {pool}", "`:32` is no tag; a tag is a number from 1 to 31"),
        (
            "pool Tunnel-Type:1 VLAN",
            "`Tunnel-Type` cannot be written by a dialect: its value is a number beside a tag",
        ),
        ("pool Framed-Pool {pool:si}", "`{pool}` has no unit `si`; it has none"),
        (
            "speed Filter-Id x unless",
            "an intent is missing; a rule is `<intent> <attribute> \
          \"<template>\" [unless <intent>…]`",
        ),
        (
            "speed Filter-Id x y",
            "`y` is too much; a rule is `<intent> <attribute> \"<template>\" [unless <intent>…]`",
        ),
        (
            "speed Filter-Id x unless speed",
            "a rule for `speed` that ends in `unless speed` says nothing, ever",
        ),
        (
            "speed Session-Timeout {upload:si}",
            "`Session-Timeout` is a number: its template must be one placeholder of a number in any \
          unit but `si`, a number, or a name that the dictionary has for one",
        ),
        (
            "fixed_ipv4 Framed-IP-Address 10.0.0.256",
            "`Framed-IP-Address` is an address: its template must be `{address}`, or an IPv4 address",
        ),
        (
            "pool User-Password {pool}",
            "`User-Password` cannot be written by a dialect: its value is encrypted",
        ),
        (
            "pool Class {pool}",
            "`Class` cannot be written by a dialect: the engine writes it itself",
        ),
    ] {
        let text = format!("# a comment\ndialect x\n\n{rule}\n");
        let error = Dialects::default().add("x.dialect", &text, Dictionary::builtin());
        assert_eq!(error.unwrap_err().to_string(), format!("x.dialect:4: {message}"));
    }
}

#[test]
fn a_file_begins_with_its_name() {
    for text in [
        "",
        "# nothing",
        "speed Filter-Id x",
        "dialect",
        "dialect \"\"",
        "dialect A B",
        "dialect Über",
    ] {
        let error = Dialects::default().add("x", text, Dictionary::builtin()).unwrap_err();
        assert_eq!(error.problem, DialectProblem::NoName, "{text:?}");
    }
    let long = "#".repeat(DIALECT_LEN_MAX + 1);
    let error = Dialects::default().add("x", &long, Dictionary::builtin()).unwrap_err();
    assert!(matches!(error.problem, DialectProblem::TooLong { .. }));
}

fn speed(upload: u64, download: u64) -> Speed {
    Speed { upload: BitsPerSecond(upload), download: BitsPerSecond(download) }
}

/// The rungs of Mikrotik-Rate-Limit: what MikroTik's manual calls rx-rate/tx-rate, burst,
/// threshold, time, priority and minimum.
#[test]
fn routeros_is_told_as_much_of_a_rate_limit_as_there_is() {
    let dialects = Dialects::builtin();
    let limit = |intents: &Intents<'_>| {
        let written = write(dialects.named("mikrotik").unwrap(), intents);
        let limits: Vec<_> = written.into_iter().filter(|(kind, _)| *kind == (14988, 8)).collect();
        let [(_, limit)] = &limits[..] else { panic!("{limits:?}") };
        String::from_utf8(limit.clone()).unwrap()
    };
    let burst = Burst {
        speed: speed(4_000_000, 20_000_000),
        threshold: speed(1_500_000, 7_500_000),
        time_s: 10,
    };
    let plain = Intents { speed: Some(speed(2_000_000, 10_000_000)), ..Intents::default() };
    assert_eq!(limit(&plain), "2M/10M");
    let bursting = Intents { burst: Some(burst), ..plain };
    assert_eq!(limit(&bursting), "2M/10M 4M/20M 1500k/7500k 10/10");
    let first = Intents { priority: Priority::new(5), ..bursting };
    assert_eq!(limit(&first), "2M/10M 4M/20M 1500k/7500k 10/10 5");
    let kept = Intents { minimum: Some(speed(512_000, 2_000_000)), ..first };
    assert_eq!(limit(&kept), "2M/10M 4M/20M 1500k/7500k 10/10 5 512k/2M");
    let no_burst = Intents { burst: Some(Burst::default()), ..kept };
    assert_eq!(limit(&no_burst), "2M/10M 0/0 0/0 0/0 5 512k/2M");
}

#[test]
fn every_prefix_and_route_is_an_attribute() {
    let networks = Networks {
        ipv6: None,
        ipv6_prefixes: vec!["2001:db8:0:7::/64".parse().unwrap()],
        delegated_ipv6_prefixes: vec![
            "2001:db8:1200::/40".parse().unwrap(),
            "2001:db8:ff00::/56".parse().unwrap(),
        ],
        routes: vec![
            "198.51.100.0/29".parse().unwrap(),
            "2001:db8:5::/48".parse().unwrap(),
            "203.0.113.0/24 10.0.0.7 5".parse().unwrap(),
        ],
    };
    let intents = Intents {
        networks: Some(&networks),
        ipv6_pool: Some("link"),
        delegated_ipv6_pool: Some("home"),
        ..Intents::default()
    };
    let prefix = |len: u8, start: &[u8]| {
        let mut octets = vec![0, len];
        octets.extend_from_slice(start);
        octets.resize(18, 0);
        octets
    };
    let written = write(Dialects::builtin().named("mikrotik").unwrap(), &intents);
    let expected: Written = vec![
        ((0, 97), prefix(64, &[0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 7])),
        ((0, 123), prefix(40, &[0x20, 0x01, 0x0d, 0xb8, 0x12])),
        ((0, 123), prefix(56, &[0x20, 0x01, 0x0d, 0xb8, 0xff])),
        ((0, 22), b"198.51.100.0/29 0.0.0.0 1".to_vec()),
        ((0, 22), b"203.0.113.0/24 10.0.0.7 5".to_vec()),
    ];
    assert_eq!(written, expected);
    // Without prefixes of its own it is the pools' turn.
    let pooled = Intents { networks: None, ..intents };
    let written = write(Dialects::builtin().named("mikrotik").unwrap(), &pooled);
    assert_eq!(written, [((0, 100), b"link".to_vec()), ((14988, 22), b"home".to_vec())]);
    let written = write(Dialects::builtin().named("nokia").unwrap(), &intents);
    assert!(written.contains(&((0, 99), b"2001:db8:5::/48 :: 1".to_vec())), "{written:?}");
}
