//! Who decodes, and what.

use std::fmt::Write;
use std::hint::black_box;

use radius_dict::{BUILTIN_TEXTS, Dictionary, ReadAttributes, attr, text};
use radius_proto::Packet;

use crate::sample::ATTRIBUTES;

/// A piece of work, done as often as it is told.
pub(crate) struct Contender<'p> {
    pub(crate) name: &'static str,
    pub(crate) allocates: bool,
    pub(crate) run: Box<dyn Fn(u32) + 'p>,
}

pub(crate) fn contenders(packet: &[u8]) -> Vec<Contender<'_>> {
    vec![
        contender("a bare walk with bounds checks", false, move || {
            assert_eq!(bare_walk(black_box(packet)), ATTRIBUTES);
        }),
        contender("radius-proto: checked view, every attribute", false, move || {
            let packet = Packet::parse(black_box(packet)).unwrap_or_else(|e| panic!("{e}"));
            let count = packet.attributes().map(black_box).count();
            assert_eq!(count, ATTRIBUTES);
        }),
        contender("radius-proto: the same, strict", false, move || {
            let packet = Packet::parse_strict(black_box(packet)).unwrap_or_else(|e| panic!("{e}"));
            let count = packet.attributes().map(black_box).count();
            assert_eq!(count, ATTRIBUTES);
        }),
        contender("radius-parser 0.5: parse_radius_data", true, move || {
            let parsed = radius_parser::parse_radius_data(black_box(packet));
            let (_, parsed) = parsed.unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(parsed.attributes.map(black_box).map(|all| all.len()), Some(ATTRIBUTES));
        }),
        contender("radius 0.4: Packet::decode", true, move || {
            let decoded = radius::core::packet::Packet::decode(black_box(packet), b"testing123");
            black_box(decoded.unwrap_or_else(|e| panic!("{e}")));
        }),
        lookups(packet),
        contender("radius-dict: the packet as text", true, {
            let dictionary = Dictionary::builtin();
            let packet = Packet::parse(packet).unwrap_or_else(|e| panic!("{e}"));
            move || {
                let mut out = String::with_capacity(2048);
                let text = text::packet(dictionary, black_box(packet));
                write!(out, "{text}").unwrap_or_else(|e| panic!("{e}"));
                black_box(out);
            }
        }),
        contender("radius-dict: loading the built-in dictionaries", true, || {
            let texts = BUILTIN_TEXTS.iter().map(|builtin| (builtin.name, builtin.text));
            black_box(Dictionary::from_texts(texts).unwrap_or_else(|e| panic!("{e}")));
        }),
    ]
}

fn lookups(packet: &[u8]) -> Contender<'_> {
    let packet = Packet::parse(packet).unwrap_or_else(|e| panic!("{e}"));
    contender("radius-dict: 12 typed lookups", false, move || {
        let packet = black_box(packet);
        assert!(packet.get(attr::USER_NAME).is_some());
        assert!(packet.get(attr::CHAP_PASSWORD).is_some());
        assert!(packet.get(attr::CHAP_CHALLENGE).is_some());
        assert!(packet.get(attr::NAS_IP_ADDRESS).is_some());
        assert!(packet.get(attr::NAS_IDENTIFIER).is_some());
        assert!(packet.get(attr::NAS_PORT).is_some());
        assert!(packet.get(attr::NAS_PORT_TYPE).is_some());
        assert!(packet.get(attr::NAS_PORT_ID).is_some());
        assert!(packet.get(attr::SERVICE_TYPE).is_some());
        assert!(packet.get(attr::CALLING_STATION_ID).is_some());
        assert!(packet.get(attr::CALLED_STATION_ID).is_some());
        assert!(packet.get(attr::ACCT_SESSION_ID).is_some());
    })
}

fn contender<'p>(name: &'static str, allocates: bool, work: impl Fn() + 'p) -> Contender<'p> {
    let run = Box::new(move |times| {
        for _ in 0..times {
            work();
        }
    });
    Contender { name, allocates, run }
}

/// The least that reading attributes can cost: their lengths, checked.
fn bare_walk(packet: &[u8]) -> usize {
    let mut count = 0;
    let mut rest = packet.get(20..).unwrap_or_default();
    while let [_, len, ..] = rest {
        let Some(after) = rest.get(usize::from(*len).max(2)..) else { break };
        rest = after;
        count += 1;
    }
    count
}
