//! What only the strict reader refuses, and what the views of extended and joined values give.
#![allow(clippy::unwrap_used, reason = "a broken test may stop here")]

mod common;

use common::{raw, secret};
use proptest::collection::vec;
use proptest::prelude::*;
use radius_proto::{
    AttributeType, Code, DecodeErrorKind as Kind, OutputTooSmall, Packet, PacketWriter, WriteError,
};

const UNSIGNED: [u8; 18] = [80, 18, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

#[test]
fn strict_reading_refuses_what_lenient_reading_keeps() {
    let eap = |attributes: &[u8]| raw(1, &[&UNSIGNED, attributes].concat());
    let refused = [
        ("padding", [raw(1, &[]), vec![0]].concat(), Kind::TrailingOctets, 20, 20, 21),
        ("empty", raw(1, &[1, 3, 9, 1, 2]), Kind::ValueEmpty, 23, 1, 0),
        ("vendor alone", raw(1, &[26, 6, 0, 0, 0, 9]), Kind::VendorSpecificTruncated, 20, 5, 4),
        ("241 empty", raw(1, &[241, 2]), Kind::ExtendedTruncated, 20, 2, 0),
        ("241 without value", raw(1, &[241, 3, 1]), Kind::ExtendedTruncated, 20, 2, 1),
        ("245 without value", raw(1, &[245, 4, 1, 0]), Kind::ExtendedTruncated, 20, 3, 2),
        ("extended type 0", raw(1, &[241, 4, 0, 9]), Kind::AttributeTypeZero, 20, 1, 0),
        ("long extended type 0", raw(1, &[245, 5, 0, 0, 9]), Kind::AttributeTypeZero, 20, 1, 0),
        ("unfinished", raw(1, &[245, 5, 1, 0x80, 9]), Kind::LongExtendedUnfinished, 20, 1, 0),
        (
            "continued by another",
            raw(1, &[245, 5, 1, 0x80, 9, 245, 5, 2, 0, 9]),
            Kind::LongExtendedUnfinished,
            20,
            1,
            0,
        ),
        ("EAP apart", eap(&[79, 3, 1, 1, 3, 9, 79, 3, 2]), Kind::EapMessageScattered, 44, 41, 44),
        ("EAP-Start", eap(&[79, 2]), Kind::ValueEmpty, 38, 1, 0),
    ];
    for (name, octets, kind, offset, needed, got) in refused {
        Packet::parse(&octets).unwrap();
        let error = Packet::parse_strict(&octets).unwrap_err();
        let told = (error.kind, error.offset, error.needed, error.got);
        assert_eq!(told, (kind, offset, needed, got), "{name}: {error}");
    }
    for octets in [
        raw(1, &[89, 2]),
        raw(1, &[245, 5, 1, 0x80, 9, 245, 5, 1, 0, 9, 241, 4, 1, 9]),
        raw(1, &[26, 9, 0, 0, 0, 9, 1, 3, 9]),
        eap(&[79, 3, 1, 79, 3, 2, 1, 3, 9]),
    ] {
        Packet::parse_strict(&octets).unwrap();
    }
}

#[test]
fn fragments_that_do_not_join_are_left_where_they_are() {
    let octets = raw(
        2,
        &[
            245, 5, 1, 0x80, 7, 245, 5, 1, 0x80, 7, 1, 3, 9, 245, 5, 2, 0x80, 1, 245, 5, 2, 0, 2,
            241, 2, 246, 3, 1,
        ],
    );
    let packet = Packet::parse(&octets).unwrap();
    let read: Vec<_> = packet.extended_attributes().collect();
    assert_eq!(read.len(), 1);
    assert_eq!((read[0].extended_kind, read[0].offset), (2, 33));
    assert_eq!(read[0].value, [1, 2][..]);
    assert_eq!(packet.attributes().count(), 7);
    assert_eq!(packet.first_extended(AttributeType::EXTENDED_5, 1), None);
}

#[test]
fn an_eap_packet_is_one_value() {
    let long = vec![7; 600];
    let mut buffer = [0; 4096];
    let mut writer = PacketWriter::new(&mut buffer, Code::ACCESS_REQUEST, 1).unwrap();
    writer.concatenated(AttributeType::EAP_MESSAGE, &long).unwrap();
    writer.attribute(AttributeType::USER_NAME, b"ana").unwrap();
    let packet = Packet::parse_strict(writer.finish_access_request(&[1; 16], &secret())).unwrap();
    let eap = packet.concatenated(AttributeType::EAP_MESSAGE).unwrap();
    assert_eq!((eap.len(), eap.pieces().count(), eap.as_slice()), (600, 3, None));
    assert_eq!(eap, *long.as_slice());
    assert_ne!(eap, long[1..]);
    let too_small = OutputTooSmall { needed: 600, got: 599 };
    assert_eq!(eap.copy_to(&mut [0; 599]), Err(too_small));
    assert_eq!(packet.concatenated(AttributeType::STATE), None);
    let name = packet.concatenated(AttributeType::USER_NAME).unwrap();
    assert_eq!(name.as_slice(), Some(&b"ana"[..]));
}

#[test]
fn what_does_not_fit_leaves_nothing() {
    let mut buffer = [0; 600];
    let mut writer = PacketWriter::new(&mut buffer, Code::ACCESS_ACCEPT, 1).unwrap();
    let before = writer.remaining();
    let value = [7; 700];
    for kind in [AttributeType::EXTENDED_5, AttributeType::EXTENDED_6] {
        let full = writer.extended_attribute(kind, 1, &value).unwrap_err();
        assert!(matches!(full, WriteError::PacketFull { .. }), "{full}");
    }
    let full = writer.concatenated(AttributeType::EAP_MESSAGE, &value).unwrap_err();
    assert!(matches!(full, WriteError::PacketFull { .. }), "{full}");
    let long = writer.extended_attribute(AttributeType::EXTENDED_1, 1, &value[..253]);
    assert_eq!(long, Err(WriteError::ValueTooLong { len: 253, max: 252 }));
    let kind = AttributeType::USER_NAME;
    assert_eq!(writer.extended_attribute(kind, 1, &[1]), Err(WriteError::NotExtended(kind)));
    let zero = writer.extended_attribute(AttributeType::EXTENDED_1, 0, &[1]);
    assert_eq!(zero, Err(WriteError::AttributeTypeZero));
    assert_eq!(writer.remaining(), before);
}

#[test]
fn replies_that_can_be_forged_begin_with_their_signature() {
    for code in (0..=255).map(Code).filter(|code| code.is_known()) {
        let mut buffer = [0; 64];
        let mut writer = PacketWriter::new(&mut buffer, code, 1).unwrap();
        writer.attribute(AttributeType::STATE, &[9]).unwrap();
        let packet = Packet::parse(writer.finish_unsigned(&[1; 16])).unwrap();
        let first = packet.attributes().next().unwrap().kind;
        let signed = [1, 2, 3, 11, 12].contains(&code.0);
        let wanted =
            if signed { AttributeType::MESSAGE_AUTHENTICATOR } else { AttributeType::STATE };
        assert_eq!(first, wanted, "{code}");
    }
    let mut buffer = [0; 37];
    let small = PacketWriter::new(&mut buffer, Code::ACCESS_ACCEPT, 1).unwrap_err();
    assert_eq!(small, WriteError::BufferTooSmall { needed: 38, got: 37 });
}

proptest! {
    #[test]
    fn extended_values_of_any_size_are_read_as_written(
        kind in 241_u8..=246,
        extended_kind in 1_u8..,
        value in vec(any::<u8>(), 0..1200),
    ) {
        let kind = AttributeType(kind);
        let mut buffer = [0; 4096];
        let mut writer = PacketWriter::new(&mut buffer, Code::ACCESS_ACCEPT, 1).unwrap();
        let wrote = writer.extended_attribute(kind, extended_kind, &value);
        if !kind.is_long_extended() && value.len() > 252 {
            let error = WriteError::ValueTooLong { len: value.len(), max: 252 };
            prop_assert_eq!(wrote, Err(error));
            return Ok(());
        }
        prop_assert_eq!(wrote, Ok(()));
        let packet = Packet::parse(writer.finish_response(&[1; 16], &secret())).unwrap();
        let read = packet.first_extended(kind, extended_kind).unwrap();
        prop_assert_eq!(read.len(), value.len());
        let mut out = vec![0; value.len()];
        prop_assert_eq!(read.copy_to(&mut out).unwrap(), &value[..]);
    }

    #[test]
    fn a_late_signature_is_first_and_moves_nothing_else(
        values in vec(vec(any::<u8>(), 0..20), 0..8),
    ) {
        let mut buffer = [0; 4096];
        let code = Code::ACCESS_REQUEST;
        let mut writer =
            PacketWriter::without_message_authenticator(&mut buffer, code, 1).unwrap();
        for value in &values {
            writer.attribute(AttributeType::CLASS, value).unwrap();
        }
        writer.message_authenticator().unwrap();
        writer.message_authenticator().unwrap();
        writer.attribute(AttributeType::STATE, &[1]).unwrap();
        let packet = Packet::parse(writer.finish_access_request(&[1; 16], &secret())).unwrap();
        prop_assert_eq!(packet.attributes().next().unwrap().kind.0, 80);
        prop_assert_eq!(packet.attributes().count(), values.len() + 2);
        let read: Vec<_> = packet.all(AttributeType::CLASS).collect();
        prop_assert_eq!(read, values);
        let verdict = packet.verify_message_authenticator(&secret());
        prop_assert_eq!(verdict, radius_proto::MessageAuthenticator::Valid);
    }
}
