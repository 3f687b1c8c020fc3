//! What holds for all inputs.
#![allow(clippy::unwrap_used, reason = "a broken test may stop here")]

mod common;

use std::hint::black_box;

use common::{raw, secret};
use proptest::collection::vec;
use proptest::prelude::*;
use radius_proto::{
    AttributeType, Code, MessageAuthenticator, Packet, PacketWriter, VendorFormat, VendorId,
    WriteError, salted, user_password,
};

const FORMATS: [VendorFormat; 5] = [
    VendorFormat::STANDARD,
    VendorFormat::TYPE_4_LENGTH_0,
    VendorFormat::TYPE_2_LENGTH_1,
    VendorFormat::TYPE_2_LENGTH_2,
    VendorFormat::CONTINUATION,
];

const CODES: [u8; 6] = [1, 2, 4, 12, 43, 52];

/// Touches everything a packet offers and checks what must hold of any packet.
fn walk(octets: &[u8]) {
    let Ok(packet) = Packet::parse(octets) else { return };
    let mut offset = 20;
    for attribute in packet.attributes() {
        assert_eq!(attribute.offset, offset);
        assert_eq!(octets[offset], attribute.kind.0);
        offset += 2 + attribute.value.len();
        for format in FORMATS {
            black_box(attribute.vendor_specific(format).map(Iterator::count));
        }
        assert!(packet.all(attribute.kind).any(|value| value == attribute.value));
    }
    assert_eq!(offset, packet.as_bytes().len());
    for found in packet.vendor_attributes() {
        let kind = u8::try_from(found.kind).unwrap();
        assert!(packet.all_vendor(found.vendor, kind).any(|value| value == found.value));
    }
    let secret = secret();
    black_box(packet.verify_request_authenticator(&secret));
    black_box(packet.verify_response_authenticator(packet.authenticator(), &secret));
    for verdict in [
        packet.verify_message_authenticator(&secret),
        packet.verify_response_message_authenticator(&[0; 16], &secret),
    ] {
        let absent = packet.first(AttributeType::MESSAGE_AUTHENTICATOR).is_none();
        assert_eq!(verdict == MessageAuthenticator::Absent, absent);
    }
    for hidden in packet.attributes() {
        let mut out = [0; 256];
        black_box(user_password::reveal(hidden.value, &mut out, &[0; 16], &secret).ok());
        black_box(salted::reveal(hidden.value, &mut out, &[0; 16], &secret).ok());
    }
}

/// Attributes of any type but the two that the wire rules bind together.
fn attributes() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    let kind = (1u8..=255).prop_filter("bound by wire rules", |kind| ![79, 80].contains(kind));
    vec((kind, vec(any::<u8>(), 0..=253)), 0..40)
}

/// Octets that are attributes often enough to get deep into the reader.
fn almost_attributes() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        vec(any::<u8>(), 0..40),
        Just(vec![0; 16]),
        vec(0u8..12, 4..30).prop_map(|tail| [&[0, 0, 0x3a, 0x8c][..], &tail].concat()),
    ];
    let kind = prop_oneof![any::<u8>(), Just(26), Just(79), Just(80)];
    let skew = prop_oneof![9 => Just(2), 1 => 0u8..5];
    vec((kind, value, skew), 0..12).prop_map(|attributes| {
        let mut octets = vec![];
        for (kind, value, skew) in attributes {
            octets.extend([kind, u8::try_from(value.len()).unwrap() + skew]);
            octets.extend(value);
        }
        octets
    })
}

proptest! {
    #[test]
    fn any_octets_are_read_or_refused(octets in vec(any::<u8>(), 0..600)) {
        walk(&octets);
    }

    #[test]
    fn almost_packets_are_read_or_refused(
        code in prop::sample::select(&CODES[..]),
        attributes in almost_attributes(),
        padding in vec(any::<u8>(), 0..4),
    ) {
        walk(&[raw(code, &attributes), padding].concat());
    }

    #[test]
    fn what_is_written_is_read(
        attributes in attributes(),
        signed_after in 0usize..40,
        room in 20usize..5000,
        authenticator: [u8; 16],
        identifier: u8,
    ) {
        let mut buffer = vec![0xaa; room];
        let mut writer = PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, identifier).unwrap();
        let mut expected: Vec<(u8, &[u8])> = vec![];
        let mut signed = false;
        for (at, (kind, value)) in attributes.iter().enumerate() {
            if at == signed_after {
                signed = writer.message_authenticator().is_ok();
            }
            let remaining = writer.remaining();
            match writer.attribute(AttributeType(*kind), value) {
                Ok(()) => expected.push((*kind, value)),
                Err(error) => {
                    let needed = value.len() + 2;
                    prop_assert!(needed > remaining);
                    prop_assert_eq!(error, WriteError::PacketFull { needed, remaining });
                    prop_assert_eq!(writer.remaining(), remaining);
                }
            }
        }
        let octets = writer.finish_access_request(&authenticator, &secret());
        prop_assert!(octets.len() <= room.min(4096));
        let packet = Packet::parse(octets).unwrap();
        prop_assert_eq!(packet.as_bytes(), octets);
        prop_assert_eq!(packet.code(), Code::ACCESS_REQUEST);
        prop_assert_eq!(packet.identifier(), identifier);
        prop_assert_eq!(packet.authenticator(), &authenticator);
        let read: Vec<(u8, &[u8])> =
            packet.attributes().map(|a| (a.kind.0, a.value)).filter(|(kind, _)| *kind != 80).collect();
        prop_assert_eq!(read, expected);
        let verified = packet.verify_message_authenticator(&secret());
        let right = if signed { MessageAuthenticator::Valid } else { MessageAuthenticator::Absent };
        prop_assert_eq!(verified, right);
    }

    #[test]
    fn what_is_read_is_written(
        code in prop::sample::select(&CODES[..]),
        attributes in almost_attributes(),
    ) {
        let octets = raw(code, &attributes);
        let Ok(packet) = Packet::parse(&octets) else { return Ok(()) };
        let mut buffer = [0; 4096];
        let mut writer = PacketWriter::without_message_authenticator(&mut buffer, packet.code(), packet.identifier()).unwrap();
        let mut signature = None;
        for attribute in packet.attributes() {
            if attribute.kind == AttributeType::MESSAGE_AUTHENTICATOR {
                signature = Some(attribute.offset + 2);
                writer.append_message_authenticator().unwrap();
            } else {
                writer.attribute(attribute.kind, attribute.value).unwrap();
            }
        }
        let mut again = writer.finish_access_request(packet.authenticator(), &secret()).to_vec();
        if let Some(at) = signature {
            again[at..at + 16].copy_from_slice(&octets[at..at + 16]);
        }
        prop_assert_eq!(again, octets);
    }

    #[test]
    fn vendor_attributes_are_read_as_written(
        format in prop::sample::select(&FORMATS[..]),
        vendor: u32,
        kind: u32,
        value in vec(any::<u8>(), 0..600),
    ) {
        let vendor = VendorId(vendor);
        let kind = kind & format.kind_max();
        let mut buffer = [0; 4096];
        let mut writer = PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_ACCEPT, 1).unwrap();
        let before = writer.remaining();
        let wrote = writer.vendor_attribute_in(format, vendor, kind, &value);
        let max = 249 - format.header_len();
        if value.len() > max && !format.continuation() {
            prop_assert_eq!(wrote, Err(WriteError::ValueTooLong { len: value.len(), max }));
            prop_assert_eq!(writer.remaining(), before);
            return Ok(());
        }
        prop_assert_eq!(wrote, Ok(()));
        let packet = Packet::parse(writer.finish_response(&[1; 16], &secret())).unwrap();
        let pieces: Vec<_> = packet.vendor_attributes_in(|_| format).collect();
        prop_assert_eq!(pieces.len(), value.len().div_ceil(max).max(1));
        prop_assert!(pieces.iter().all(|piece| piece.vendor == vendor && piece.kind == kind));
        let (last, others) = pieces.split_last().unwrap();
        prop_assert!(!last.continued && others.iter().all(|piece| piece.continued));
        let joined: Vec<u8> = pieces.iter().flat_map(|piece| piece.value).copied().collect();
        prop_assert_eq!(joined, value);
    }

    #[test]
    fn a_hidden_password_is_revealed(
        mut plain in vec(any::<u8>(), 0..=128),
        authenticator: [u8; 16],
    ) {
        while plain.last() == Some(&0) {
            plain.pop();
        }
        let mut hidden = [0; 128];
        let len = user_password::hide(&plain, &mut hidden, &authenticator, &secret()).unwrap();
        prop_assert_eq!(len, user_password::hidden_len(plain.len()));
        let mut out = [0xff; 128];
        let hidden = &hidden[..len];
        let revealed = user_password::reveal(hidden, &mut out, &authenticator, &secret()).unwrap();
        prop_assert_eq!(revealed, &plain[..]);
        let padded =
            user_password::reveal_padded(hidden, &mut out, &authenticator, &secret()).unwrap();
        prop_assert_eq!(padded.len(), len);
        prop_assert_eq!(&padded[..plain.len()], &plain[..]);
    }

    #[test]
    fn a_salted_value_is_revealed(
        plain in vec(any::<u8>(), 0..=239),
        salt: [u8; 2],
        authenticator: [u8; 16],
    ) {
        let mut hidden = [0; salted::HIDDEN_LEN_MAX];
        let len = salted::hide(&plain, salt, &mut hidden, &authenticator, &secret()).unwrap();
        prop_assert_eq!(len, salted::hidden_len(plain.len()));
        prop_assert_eq!(hidden[0], salt[0] | 0x80);
        prop_assert_eq!(hidden[1], salt[1]);
        let mut out = [0xff; salted::PLAIN_LEN_MAX];
        let revealed =
            salted::reveal(&hidden[..len], &mut out, &authenticator, &secret()).unwrap();
        prop_assert_eq!(revealed, &plain[..]);
    }
}
