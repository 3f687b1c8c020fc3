//! The encodings of extended attributes that RFC 6929 §9 gives, read and written.
#![allow(clippy::unwrap_used, reason = "a broken test may stop here")]

mod common;

use common::{hex, raw};
use radius_proto::{AttributeType, Code, Packet, PacketWriter, Tlv, TlvWriter, Tlvs, VendorId};

/// Writes one attribute and gives its octets.
fn written(write: impl FnOnce(&mut PacketWriter<'_>)) -> Vec<u8> {
    let mut buffer = [0; 4096];
    let code = Code::ACCESS_ACCEPT;
    let mut writer = PacketWriter::without_message_authenticator(&mut buffer, code, 1).unwrap();
    write(&mut writer);
    writer.finish_unsigned(&[0; 16])[20..].to_vec()
}

/// The TLVs of these types and values.
fn tlvs(of: &[(u8, &[u8])]) -> Vec<u8> {
    let mut buffer = [0; 253];
    let mut writer = TlvWriter::new(&mut buffer);
    for (kind, value) in of {
        writer.tlv(*kind, value).unwrap();
    }
    writer.finish().to_vec()
}

/// Each payload of §9.1, and what it looks like behind the header.
fn payloads() -> Vec<(u8, Vec<u8>, &'static str)> {
    let numbers = tlvs(&[(1, &[0x23, 0x45]), (2, &[0x67, 0x89])]);
    let inner = tlvs(&[(1, &[0xab, 0xcd])]);
    let nested = tlvs(&[(1, &[0x23, 0x45]), (3, &inner)]);
    let inner = tlvs(&[(1, &[0xab, 0xcd]), (2, b"foo")]);
    let nested_text = tlvs(&[(1, &[0x23, 0x45]), (3, &inner)]);
    let deep = [5_u8, 4, 3, 2, 1].into_iter().fold(vec![0xcd, 0xef], |value, kind| {
        let mut buffer = [0; 253];
        let mut writer = TlvWriter::new(&mut buffer);
        writer.tlv(kind, &value).unwrap();
        writer.finish().to_vec()
    });
    vec![
        (1, b"bob".to_vec(), "62 6f 62"),
        (2, tlvs(&[(1, &[0x23, 0x45])]), "01 04 23 45"),
        (2, numbers, "01 04 23 45 02 04 67 89"),
        (2, nested, "01 04 23 45 03 06 01 04 ab cd"),
        (2, nested_text, "01 04 23 45 03 0b 01 04 ab cd 02 05 66 6f 6f"),
        (1, deep, "01 0c 02 0a 03 08 04 06 05 04 cd ef"),
    ]
}

#[test]
fn section_9_1_extended_attributes() {
    for (extended_kind, value, payload) in payloads() {
        let payload = hex(payload);
        let len = u8::try_from(payload.len() + 3).unwrap();
        let octets = [&[0xf1, len, extended_kind], payload.as_slice()].concat();
        let ours = written(|writer| {
            writer.extended_attribute(AttributeType::EXTENDED_1, extended_kind, &value).unwrap();
        });
        assert_eq!(ours, octets);
        let packet = raw(2, &octets);
        let packet = Packet::parse_strict(&packet).unwrap();
        let read = packet.first_extended(AttributeType::EXTENDED_1, extended_kind).unwrap();
        assert_eq!(read.as_slice(), Some(value.as_slice()));
    }
}

#[test]
fn section_9_2_extended_vendor_specific_attributes() {
    let nested = tlvs(&[(3, b"test")]);
    for (kind, value, octets) in [
        (4, &b"test"[..], "f1 0c 1a 00 00 00 01 04 74 65 73 74"),
        (5, &nested, "f1 0e 1a 00 00 00 01 05 03 06 74 65 73 74"),
    ] {
        let octets = hex(octets);
        let ours = written(|writer| {
            let container = AttributeType::EXTENDED_1;
            writer.extended_vendor_attribute(container, VendorId(1), kind, value).unwrap();
        });
        assert_eq!(ours, octets);
        let packet = raw(2, &octets);
        let packet = Packet::parse_strict(&packet).unwrap();
        let found = packet.extended_attributes().next().unwrap().vendor_specific().unwrap();
        assert_eq!((found.vendor, found.kind), (VendorId(1), kind));
        assert_eq!(found.value.as_slice(), Some(value));
    }
    let read = Tlvs::parse(&nested).unwrap();
    assert!(read.eq([Tlv { kind: 3, value: b"test" }]));
}

#[test]
fn section_9_3_long_extended_attributes() {
    for (extended_kind, value, payload) in payloads() {
        let payload = hex(payload);
        let len = u8::try_from(payload.len() + 4).unwrap();
        let octets = [&[0xf5, len, extended_kind, 0], payload.as_slice()].concat();
        let ours = written(|writer| {
            writer.extended_attribute(AttributeType::EXTENDED_5, extended_kind, &value).unwrap();
        });
        assert_eq!(ours, octets);
        let packet = raw(2, &octets);
        let packet = Packet::parse_strict(&packet).unwrap();
        let read = packet.first_extended(AttributeType::EXTENDED_5, extended_kind).unwrap();
        assert_eq!(read.as_slice(), Some(value.as_slice()));
    }
    let octets = hex("f5 0d 1a 00 00 00 00 01 04 74 65 73 74");
    let ours = written(|writer| {
        let container = AttributeType::EXTENDED_5;
        writer.extended_vendor_attribute(container, VendorId(1), 4, b"test").unwrap();
    });
    assert_eq!(ours, octets);
}

#[test]
fn section_9_3_values_that_span_attributes() {
    let run = |octet: u8, count: usize| vec![octet; count];
    let value = [run(0xaa, 125), vec![0xab], run(0xbb, 125), run(0xcc, 15)].concat();
    let octets = [
        hex("f5 ff 04 80"),
        run(0xaa, 125),
        vec![0xab],
        run(0xbb, 125),
        hex("f5 13 04 00"),
        run(0xcc, 15),
    ]
    .concat();
    let ours = written(|writer| {
        writer.extended_attribute(AttributeType::EXTENDED_5, 4, &value).unwrap();
    });
    assert_eq!(ours, octets);
    let packet = raw(2, &octets);
    let packet = Packet::parse_strict(&packet).unwrap();
    let read = packet.first_extended(AttributeType::EXTENDED_5, 4).unwrap();
    assert_eq!((read.len(), read.pieces().count(), read.as_slice()), (266, 2, None));
    assert_eq!(read, *value.as_slice());
    let mut out = [0; 266];
    assert_eq!(read.copy_to(&mut out).unwrap(), value);

    let tail = hex("13 45 67 89");
    let value = [run(0xaa, 125), vec![0xab], run(0xbb, 125), run(0xcc, 10), tail.clone()].concat();
    let octets = [
        hex("f5 ff 1a 80 00 00 00 01 06"),
        run(0xaa, 125),
        vec![0xab],
        run(0xbb, 120),
        hex("f5 17 1a 00"),
        run(0xbb, 5),
        run(0xcc, 10),
        tail,
    ]
    .concat();
    let ours = written(|writer| {
        let container = AttributeType::EXTENDED_5;
        writer.extended_vendor_attribute(container, VendorId(1), 6, &value).unwrap();
    });
    assert_eq!(ours, octets);
    let packet = raw(2, &octets);
    let packet = Packet::parse_strict(&packet).unwrap();
    let found = packet.extended_attributes().next().unwrap().vendor_specific().unwrap();
    assert_eq!((found.vendor, found.kind), (VendorId(1), 6));
    assert_eq!(found.value, *value.as_slice());
}
