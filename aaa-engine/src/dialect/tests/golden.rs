//! What each vendor's NAS is sent for each intent, octet for octet, in an Access-Accept and in a
//! CoA-Request.

use entitlement::Route;
use proptest::prelude::*;

use super::change::{SESSION, change, identity};
use super::*;

/// What is written for an intent: in the Access-Accept, and in a CoA-Request.
struct Cell {
    dialect: &'static str,
    accept: Written,
    coa: Coa,
}

enum Coa {
    /// The same.
    Same,
    /// The session must begin anew.
    Cannot,
    Other(Written),
}

fn text(vendor: u32, kind: u32, text: &str) -> ((u32, u32), Vec<u8>) {
    ((vendor, kind), text.as_bytes().to_vec())
}

fn integer(vendor: u32, kind: u32, value: u32) -> ((u32, u32), Vec<u8>) {
    ((vendor, kind), number(value))
}

/// Attributes on the wire: type, length, value, a vendor's within type 26.
fn on_the_wire(attributes: &Written) -> Vec<u8> {
    let mut octets = Vec::new();
    for ((vendor, kind), value) in attributes {
        let (kind, len) = (u8::try_from(*kind).unwrap(), u8::try_from(value.len() + 2).unwrap());
        if *vendor != 0 {
            octets.extend([26, len + 6]);
            octets.extend(vendor.to_be_bytes());
        }
        octets.extend([kind, len]);
        octets.extend(value);
    }
    octets
}

fn packet(code: Code, write: impl FnOnce(&mut PacketWriter<'_>)) -> Vec<u8> {
    let mut buffer = [0; 4096];
    let mut writer = PacketWriter::without_message_authenticator(&mut buffer, code, 1).unwrap();
    write(&mut writer);
    writer.finish_unsigned(&[0; 16])[20..].to_vec()
}

/// Every built-in dialect must have a cell: what is not told is an empty one.
fn holds(intents: &Intents<'_>, cells: Vec<Cell>) {
    let dialects = Dialects::builtin();
    let told: Vec<_> = cells.iter().map(|cell| cell.dialect).collect();
    assert!(dialects.names().all(|name| told.contains(&name)), "{told:?}");
    for cell in cells {
        let (name, dialect) = (cell.dialect, dialects.named(cell.dialect).unwrap());
        assert_eq!(write(dialect, intents), cell.accept, "{name}: Access-Accept");
        let accept = packet(Code::ACCESS_ACCEPT, |w| dialect.write(intents, |_| false, w).unwrap());
        assert_eq!(accept, on_the_wire(&cell.accept), "{name}: Access-Accept");
        let expected = match cell.coa {
            Coa::Same => cell.accept,
            Coa::Cannot => Vec::new(),
            Coa::Other(expected) => expected,
        };
        assert_eq!(change(dialect, intents, |_| true), expected, "{name}: CoA-Request");
        let coa = packet(Code::COA_REQUEST, |w| {
            dialect.write_change(intents, |_| true, |_| false, w).unwrap();
        });
        assert_eq!(coa, on_the_wire(&expected), "{name}: CoA-Request");
        let changes = IntentKind::ALL.iter().any(|kind| dialect.can_change_to(intents, *kind));
        assert_eq!(changes, !expected.is_empty(), "{name}");
    }
}

fn cell(dialect: &'static str, accept: Written, coa: Coa) -> Cell {
    Cell { dialect, accept, coa }
}

/// A dialect that does not know the intent.
fn silent(dialect: &'static str) -> Cell {
    cell(dialect, Vec::new(), Coa::Cannot)
}

#[test]
fn speed_with_a_burst() {
    let burst = Burst {
        speed: speed(4_000_000, 20_000_000),
        threshold: speed(1_500_000, 7_500_000),
        time_s: 10,
    };
    let speed = speed(2_000_000, 10_000_000);
    let intents = Intents { speed: Some(speed), burst: Some(burst), ..Intents::default() };
    let wispr = || vec![integer(14_122, 7, 2_000_000), integer(14_122, 8, 10_000_000)];
    let huawei = [(2, 2_000_000), (3, 4_000_000), (5, 10_000_000), (6, 20_000_000)];
    holds(
        &intents,
        vec![
            cell("mikrotik", vec![text(14_988, 8, "2M/10M 4M/20M 1500k/7500k 10/10")], Coa::Same),
            cell("juniper", vec![text(4874, 65, "\u{1}tiered(2000000, 10000000)")], Coa::Cannot),
            cell(
                "cisco",
                vec![text(9, 250, "QU;2000000;250000;500000;D;10000000;1250000;2500000")],
                Coa::Same,
            ),
            cell(
                "huawei",
                huawei.map(|(kind, rate)| integer(2011, kind, rate)).to_vec(),
                Coa::Same,
            ),
            cell(
                "nokia",
                vec![text(6527, 126, "i:r:rate=2000"), text(6527, 126, "e:r:rate=10000")],
                Coa::Same,
            ),
            cell("accel-ppp", vec![text(0, 11, "10000/2000")], Coa::Same),
            cell("generic", wispr(), Coa::Cannot),
            cell("wispr", wispr(), Coa::Cannot),
        ],
    );
}

#[test]
fn pools() {
    let intents = Intents {
        pool: Some("home"),
        ipv6_pool: Some("link"),
        delegated_ipv6_pool: Some("lan"),
        ..Intents::default()
    };
    let of = |pool, delegated| vec![pool, text(0, 100, "link"), delegated];
    let framed = || text(0, 88, "home");
    let delegated = || text(0, 171, "lan");
    let cells = [
        ("mikrotik", of(framed(), text(14_988, 22, "lan"))),
        ("juniper", of(framed(), delegated())),
        ("cisco", of(text(9, 1, "ip:addr-pool=home"), delegated())),
        ("huawei", of(framed(), text(2011, 191, "lan"))),
        ("nokia", of(framed(), text(6527, 131, "lan"))),
        ("accel-ppp", of(framed(), delegated())),
        ("generic", of(framed(), delegated())),
        ("wispr", vec![]),
    ];
    holds(&intents, cells.map(|(name, accept)| cell(name, accept, Coa::Cannot)).into());
}

#[test]
fn addresses_and_routes_of_its_own() {
    let networks = Networks {
        ipv6: None,
        ipv6_prefixes: vec!["2001:db8:0:7::/64".parse().unwrap()],
        delegated_ipv6_prefixes: vec!["2001:db8:1200::/40".parse().unwrap()],
        routes: vec!["198.51.100.0/29".parse::<Route>().unwrap()],
    };
    let fixed_ipv4 = Some(Ipv4Addr::new(203, 0, 113, 7));
    let intents = Intents { fixed_ipv4, networks: Some(&networks), ..Intents::default() };
    let prefix = |kind, len: u8, start: &[u8]| {
        let mut octets = vec![0, len];
        octets.extend_from_slice(start);
        octets.resize(18, 0);
        ((0, kind), octets)
    };
    let address = || vec![((0, 8), vec![203, 0, 113, 7]), ((0, 9), vec![255; 4])];
    let mut all = address();
    all.push(prefix(97, 64, &[0x20, 1, 0x0d, 0xb8, 0, 0, 0, 7]));
    all.push(prefix(123, 40, &[0x20, 1, 0x0d, 0xb8, 0x12]));
    all.push(text(0, 22, "198.51.100.0/29 0.0.0.0 1"));
    let mut cells: Vec<_> =
        ["mikrotik", "juniper", "cisco", "huawei", "nokia", "accel-ppp", "generic"]
            .map(|name| cell(name, all.clone(), Coa::Cannot))
            .into();
    cells.push(cell("wispr", address(), Coa::Cannot));
    holds(&intents, cells);
}

#[test]
fn timeouts() {
    let intents = Intents {
        session_timeout_s: Some(600),
        session_age_s: 3_000,
        idle_timeout_s: Some(60),
        ..Intents::default()
    };
    let accept = || vec![integer(0, 27, 600), integer(0, 28, 60)];
    let other = |written| Coa::Other(vec![written]);
    holds(
        &intents,
        vec![
            // Counted from the start of the session.
            cell("mikrotik", accept(), Coa::Other(vec![integer(0, 28, 60), integer(0, 27, 3_600)])),
            cell("juniper", accept(), Coa::Cannot),
            cell("cisco", accept(), Coa::Cannot),
            cell("huawei", accept(), Coa::Cannot),
            // Counted from the CoA-Request.
            cell("nokia", accept(), other(integer(6527, 160, 600))),
            cell("accel-ppp", accept(), other(integer(0, 27, 600))),
            cell("generic", accept(), Coa::Cannot),
            cell("wispr", accept(), Coa::Cannot),
        ],
    );
}

#[test]
fn limits_have_both_their_halves() {
    let intents = Intents {
        total_limit_octets: Some((7 << 32) + 5),
        download_limit_octets: Some(4_294_967_295),
        upload_limit_octets: Some(1 << 32),
        ..Intents::default()
    };
    let pairs = |vendor: u32, kinds: [u32; 6]| -> Written {
        let halves = [5, 7, u32::MAX, 0, 0, 1];
        kinds.into_iter().zip(halves).map(|(kind, half)| integer(vendor, kind, half)).collect()
    };
    let mikrotik = pairs(14_988, [17, 18, 2, 15, 1, 14]);
    let changed = mikrotik[2..].to_vec();
    holds(
        &intents,
        vec![
            cell("mikrotik", mikrotik, Coa::Other(changed)),
            cell("huawei", vec![integer(2011, 15, 7 << 22)], Coa::Cannot),
            cell("wispr", pairs(14_559, [3, 23, 2, 22, 1, 21]), Coa::Cannot),
            silent("juniper"),
            silent("cisco"),
            silent("nokia"),
            silent("accel-ppp"),
            silent("generic"),
        ],
    );
}

#[test]
fn address_lists_and_filters() {
    let intents = Intents { address_list: Some("late"), ..Intents::default() };
    holds(
        &intents,
        vec![
            cell("mikrotik", vec![text(14_988, 19, "late")], Coa::Cannot),
            cell("juniper", vec![text(4874, 65, "\u{2}late")], Coa::Cannot),
            cell("cisco", vec![text(0, 11, "late.in")], Coa::Cannot),
            cell("huawei", vec![text(0, 11, "late")], Coa::Cannot),
            cell("generic", vec![text(0, 11, "late")], Coa::Cannot),
            cell("wispr", vec![text(0, 11, "late")], Coa::Cannot),
            silent("nokia"),
            silent("accel-ppp"),
        ],
    );
}

#[test]
fn groups_and_marks() {
    let group = Intents { group: Some("gold"), ..Intents::default() };
    let mut cells: Vec<_> =
        ["juniper", "cisco", "accel-ppp", "generic", "wispr"].map(silent).into();
    cells.push(cell("mikrotik", vec![text(14_988, 3, "gold")], Coa::Same));
    cells.push(cell("huawei", vec![text(2011, 31, "gold")], Coa::Same));
    cells.push(cell("nokia", vec![text(6527, 13, "gold")], Coa::Same));
    holds(&group, cells);

    let mark = Intents { routing_mark: Some("vip"), ..Intents::default() };
    let mut cells: Vec<_> = ["nokia", "accel-ppp", "generic", "wispr"].map(silent).into();
    cells.push(cell("mikrotik", vec![text(14_988, 11, "vip")], Coa::Same));
    cells.push(cell("juniper", vec![text(4874, 1, "vip")], Coa::Cannot));
    cells.push(cell("cisco", vec![text(9, 1, "ip:vrf-id=vip")], Coa::Cannot));
    cells.push(cell("huawei", vec![text(2011, 94, "vip")], Coa::Cannot));
    holds(&mark, cells);
}

#[test]
fn sessions_are_named_and_nases_reached() {
    let user = || text(0, 1, "alice");
    let session = || text(0, 44, "81a09556");
    let address = || ((0, 8), vec![100, 64, 0, 77]);
    let station = || text(0, 31, "00:0C:42:00:D4:64");
    let dialects = Dialects::builtin();
    let cases: [(&str, u16, Written); 8] = [
        (
            "mikrotik",
            3799,
            vec![user(), session(), address(), station(), ((0, 4), vec![192, 0, 2, 1])],
        ),
        ("juniper", 3799, vec![user(), session()]),
        ("cisco", 1700, vec![session()]),
        ("huawei", 3799, vec![session(), user(), address()]),
        ("nokia", 3799, vec![session()]),
        ("accel-ppp", 3799, vec![session(), user(), address()]),
        ("generic", 3799, vec![session(), user()]),
        ("wispr", 3799, vec![session(), user(), station()]),
    ];
    for (name, port, expected) in cases {
        let dialect = dialects.named(name).unwrap();
        assert_eq!(identity(dialect, &SESSION, |_| false).unwrap(), expected, "{name}");
        assert_eq!(dialect.coa_port(), port, "{name}");
    }
}

/// A rate limit as RouterOS reads it: pairs of upload and download.
#[derive(Debug, PartialEq, Eq)]
struct RateLimit {
    rate: (u64, u64),
    burst: (u64, u64),
    threshold: (u64, u64),
    time_s: (u64, u64),
    priority: u64,
    minimum: (u64, u64),
}

/// Reads `rx[/tx] [burst [threshold [time [priority [minimum]]]]]`, where a missing tx is the rx,
/// the threshold and the minimum are the rate unless given, and the time a second.
fn read_rate_limit(text: &str) -> RateLimit {
    let amount = |text: &str| {
        let (digits, unit) = match text.strip_suffix(['k', 'M']) {
            Some(digits) if text.ends_with('k') => (digits, 1_000),
            Some(digits) => (digits, 1_000_000),
            None => (text, 1),
        };
        digits.parse::<u64>().unwrap() * unit
    };
    let pair = |text: &str| match text.split_once('/') {
        Some((rx, tx)) => (amount(rx), amount(tx)),
        None => (amount(text), amount(text)),
    };
    let mut words = text.split(' ');
    let rate = words.next().map(pair).unwrap();
    let burst = words.next().map_or((0, 0), pair);
    let threshold = words.next().map_or(rate, pair);
    let time_s = words.next().map_or((1, 1), pair);
    let priority = words.next().map_or(8, amount);
    let minimum = words.next().map_or(rate, pair);
    assert_eq!(words.next(), None);
    RateLimit { rate, burst, threshold, time_s, priority, minimum }
}

fn rate_limit(intents: &Intents<'_>) -> String {
    let dialects = Dialects::builtin();
    let written = write(dialects.named("mikrotik").unwrap(), intents);
    let [((14_988, 8), limit)] = &written[..] else { panic!("{written:?}") };
    String::from_utf8(limit.clone()).unwrap()
}

/// The four examples of MikroTik's manual: they come out with nothing left to a default.
#[test]
fn the_examples_of_routeros_mean_the_same() {
    let k = 1_000;
    let burst = |rate, threshold, time_s| Burst {
        speed: speed(rate, rate),
        threshold: speed(threshold, threshold),
        time_s,
    };
    for (example, pair, burst, expected) in [
        ("128k", speed(128 * k, 128 * k), None, "128k/128k"),
        ("64k/128M", speed(64 * k, 128_000 * k), None, "64k/128M"),
        (
            "64k 256k",
            speed(64 * k, 64 * k),
            Some(burst(256 * k, 64 * k, 1)),
            "64k/64k 256k/256k 64k/64k 1/1",
        ),
        (
            "64k/64k 256k/256k 128k/128k 10/10",
            speed(64 * k, 64 * k),
            Some(burst(256 * k, 128 * k, 10)),
            "64k/64k 256k/256k 128k/128k 10/10",
        ),
    ] {
        let intents = Intents { speed: Some(pair), burst, ..Intents::default() };
        let written = rate_limit(&intents);
        assert_eq!(written, expected);
        assert_eq!(read_rate_limit(&written), read_rate_limit(example));
    }
}

proptest! {
    /// Whatever is shaped, RouterOS reads back what was meant.
    #[test]
    fn a_rate_limit_is_read_as_it_was_meant(
        numbers in prop::array::uniform8(prop_oneof![
            any::<u32>().prop_map(u64::from),
            (0..5_000_u64).prop_map(|k| k * 1_000),
            (0..5_000_u64).prop_map(|m| m * 1_000_000),
        ]),
        time_s in 0_u32..600,
        priority in 1_u8..=8,
        rungs in 0..4,
    ) {
        let [up, down, burst_up, burst_down, over_up, over_down, min_up, min_down] = numbers;
        let burst = Burst {
            speed: speed(burst_up, burst_down),
            threshold: speed(over_up, over_down),
            time_s,
        };
        let intents = Intents {
            speed: Some(speed(up, down)),
            burst: (rungs > 0).then_some(burst),
            priority: (rungs > 1).then(|| Priority::new(priority).unwrap()),
            minimum: (rungs > 2).then(|| speed(min_up, min_down)),
            ..Intents::default()
        };
        let text = rate_limit(&intents);
        let read = read_rate_limit(&text);
        prop_assert_eq!(read.rate, (up, down), "{}", text);
        if rungs > 0 {
            prop_assert_eq!(read.burst, (burst_up, burst_down), "{}", text);
            prop_assert_eq!(read.threshold, (over_up, over_down), "{}", text);
            prop_assert_eq!(read.time_s, (time_s.into(), time_s.into()), "{}", text);
        }
        prop_assert_eq!(read.priority, if rungs > 1 { priority.into() } else { 8 });
        prop_assert_eq!(read.minimum, if rungs > 2 { (min_up, min_down) } else { (up, down) });
    }
}
