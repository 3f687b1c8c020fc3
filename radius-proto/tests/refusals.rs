//! Every refusal of the reader, the writer and the hiding, with its exact error; and beside them
//! what must not be refused.
#![allow(clippy::unwrap_used, reason = "a broken test may stop here")]

mod common;

use common::{raw, secret, signed};
use radius_proto::{
    AttributeType, Code, DecodeError, DecodeErrorKind as Kind, EmptySecret, HidingError,
    MessageAuthenticator, Packet, PacketWriter, Secret, VendorFormat, VendorId, WriteError, salted,
    user_password,
};

/// A Message-Authenticator attribute of zeros.
const UNSIGNED: [u8; 18] = [80, 18, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

fn with_length(length: u16, received: usize) -> Vec<u8> {
    let mut packet = vec![0; received];
    packet[0] = 1;
    packet[2..4].copy_from_slice(&length.to_be_bytes());
    packet
}

/// What it is, the octets, and the error: kind, offset, needed, got.
type Refusal = (&'static str, Vec<u8>, Kind, usize, usize, usize);

#[test]
fn malformed_packets_are_refused_with_what_and_where() {
    let refused: &[Refusal] = &[
        ("nothing", vec![], Kind::HeaderTruncated, 0, 20, 0),
        ("three octets", vec![1, 1, 0], Kind::HeaderTruncated, 0, 20, 3),
        ("nineteen octets", vec![1; 19], Kind::HeaderTruncated, 0, 20, 19),
        ("Length 0", with_length(0, 20), Kind::LengthTooSmall, 2, 20, 0),
        ("Length 19", with_length(19, 40), Kind::LengthTooSmall, 2, 20, 19),
        ("Length 4097", with_length(4097, 5000), Kind::LengthTooLarge, 2, 4096, 4097),
        ("Length 65535", with_length(65535, 20), Kind::LengthTooLarge, 2, 4096, 65535),
        ("Length 21 of 20", with_length(21, 20), Kind::LengthBeyondDatagram, 2, 21, 20),
        ("Length 4096 of 4095", with_length(4096, 4095), Kind::LengthBeyondDatagram, 2, 4096, 4095),
        ("code 0", raw(0, &[]), Kind::UnknownCode, 0, 0, 0),
        ("code 6", raw(6, &[]), Kind::UnknownCode, 0, 0, 6),
        ("code 46", raw(46, &[]), Kind::UnknownCode, 0, 0, 46),
        ("code 255", raw(255, &[]), Kind::UnknownCode, 0, 0, 255),
        ("type 0", raw(1, &[0, 3, 9]), Kind::AttributeTypeZero, 20, 1, 0),
        ("type 0, second", raw(1, &[1, 3, 9, 0, 2]), Kind::AttributeTypeZero, 23, 1, 0),
        ("length 0", raw(1, &[1, 0]), Kind::AttributeLengthTooSmall, 20, 2, 0),
        ("length 1", raw(1, &[1, 3, 9, 1, 1]), Kind::AttributeLengthTooSmall, 23, 2, 1),
        ("a type alone", raw(1, &[1, 3, 9, 1]), Kind::AttributeOverrun, 23, 2, 1),
        ("overrun by one", raw(1, &[1, 4, 9]), Kind::AttributeOverrun, 20, 4, 3),
        ("overrun by most", raw(1, &[1, 255]), Kind::AttributeOverrun, 20, 255, 2),
        (
            "M-A of 17",
            raw(1, &[&[80, 17][..], &[0; 15]].concat()),
            Kind::MessageAuthenticatorLength,
            20,
            18,
            17,
        ),
        (
            "M-A of 19",
            raw(1, &[&[80, 19][..], &[0; 17]].concat()),
            Kind::MessageAuthenticatorLength,
            20,
            18,
            19,
        ),
        ("M-A of 2", raw(1, &[80, 2]), Kind::MessageAuthenticatorLength, 20, 18, 2),
        (
            "two M-A",
            raw(1, &[UNSIGNED, UNSIGNED].concat()),
            Kind::MessageAuthenticatorRepeated,
            38,
            1,
            2,
        ),
        ("Status-Server", raw(12, &[4, 6, 10, 0, 0, 1]), Kind::StatusServerUnsigned, 0, 1, 0),
        ("EAP in a request", raw(1, &[1, 3, 9, 79, 3, 1]), Kind::EapMessageUnsigned, 23, 1, 0),
        ("EAP-Start", raw(1, &[79, 2]), Kind::EapMessageUnsigned, 20, 1, 0),
        ("EAP in a challenge", raw(11, &[79, 3, 1, 79, 3, 1]), Kind::EapMessageUnsigned, 20, 1, 0),
    ];
    for (name, octets, kind, offset, needed, got) in refused {
        let error = Packet::parse(octets).unwrap_err();
        let told = (error.kind, error.offset, error.needed, error.got);
        assert_eq!(told, (*kind, *offset, *needed, *got), "{name}");
        assert!(!error.to_string().is_empty(), "{name}");
    }
}

#[test]
fn every_truncation_of_a_packet_is_refused() {
    let packet = signed(Code::ACCESS_REQUEST, &[9; 16]);
    for len in 0..packet.len() {
        assert!(Packet::parse(&packet[..len]).is_err(), "cut to {len} octets");
    }
}

#[test]
fn exactly_the_codes_in_use_are_read() {
    let read: Vec<u8> =
        (0..=255).filter(|&code| Packet::parse(&raw(code, &UNSIGNED)).is_ok()).collect();
    assert_eq!(read, [1, 2, 3, 4, 5, 11, 12, 13, 40, 41, 42, 43, 44, 45, 52]);
    assert_eq!(Code::COA_NAK.to_string(), "CoA-NAK");
    assert_eq!(Code(46).to_string(), "Code-46");
}

#[test]
fn padding_is_ignored() {
    let packet = signed(Code::ACCESS_REQUEST, &[9; 16]);
    let mut padded = packet.clone();
    padded.extend([0xff; 5000]);
    let read = Packet::parse(&padded).unwrap();
    assert_eq!(read.as_bytes(), packet);
    assert_eq!(read, Packet::parse(&packet).unwrap());
    assert_eq!(read.verify_message_authenticator(&secret()), MessageAuthenticator::Valid);
}

#[test]
fn empty_and_odd_values_are_kept() {
    // An empty User-Name, a Framed-IP-Address of three octets, an attribute nobody knows.
    let octets = raw(1, &[1, 2, 8, 5, 1, 2, 3, 250, 3, 9]);
    let packet = Packet::parse(&octets).unwrap();
    let values: Vec<(u8, &[u8])> = packet.attributes().map(|a| (a.kind.0, a.value)).collect();
    assert_eq!(values, [(1, &[][..]), (8, &[1, 2, 3]), (250, &[9])]);
    assert_eq!(packet.first(AttributeType::USER_NAME), Some(&[][..]));
}

#[test]
fn a_message_authenticator_counts_wherever_it_stands() {
    for position in 0..3 {
        let mut buffer = [0; 128];
        let mut writer =
            PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, 0)
                .unwrap();
        for at in 0..3 {
            if at == position {
                writer.append_message_authenticator().unwrap();
            }
            writer.attribute(AttributeType::PROXY_STATE, &[at]).unwrap();
        }
        let packet = Packet::parse(writer.finish_access_request(&[3; 16], &secret())).unwrap();
        assert_eq!(packet.verify_message_authenticator(&secret()), MessageAuthenticator::Valid);
        let states: Vec<_> = packet.all(AttributeType::PROXY_STATE).collect();
        assert_eq!(states, [&[0], &[1], &[2]]);
    }
}

#[test]
fn a_malformed_vendor_specific_stays_a_raw_attribute() {
    let good = [26, 12, 0, 0, 0x3a, 0x8c, 8, 3, b'x', 19, 3, b'y'];
    let malformed: [&[u8]; 7] = [
        &[26, 2],
        &[26, 5, 0, 0, 0],
        &[26, 6, 0, 0, 0x3a, 0x8c],
        &[26, 7, 0, 0, 0x3a, 0x8c, 8],
        &[26, 8, 0, 0, 0x3a, 0x8c, 8, 1],
        &[26, 9, 0, 0, 0x3a, 0x8c, 8, 4, b'x'],
        // The first sub-attribute is whole, what follows is not: the whole is not trusted.
        &[26, 10, 0, 0, 0x3a, 0x8c, 8, 3, b'x', 8],
    ];
    for bad in malformed {
        let octets = raw(2, &[bad, &good].concat());
        let packet = Packet::parse(&octets).unwrap();
        assert_eq!(packet.attributes().count(), 2, "{bad:?}");
        assert_eq!(packet.attributes().next().unwrap().value, &bad[2..], "{bad:?}");
        let found: Vec<_> =
            packet.vendor_attributes().map(|v| (v.vendor, v.kind, v.value)).collect();
        let right = [(VendorId::MIKROTIK, 8, &b"x"[..]), (VendorId::MIKROTIK, 19, b"y")];
        assert_eq!(found, right, "{bad:?}");
        assert_eq!(packet.first_vendor(VendorId::MIKROTIK, 19), Some(&b"y"[..]));
        assert_eq!(packet.first_vendor(VendorId::WISPR, 19), None);
        assert_eq!(packet.all_vendor(VendorId::MIKROTIK, 8).count(), 1);
    }
}

#[test]
fn only_the_formats_of_dictionaries_exist() {
    let mut known = vec![];
    for type_octets in 0..=5 {
        for length_octets in 0..=5 {
            for continuation in [false, true] {
                if let Some(format) = VendorFormat::new(type_octets, length_octets, continuation) {
                    known.push((type_octets, length_octets, continuation));
                    assert_eq!(format.type_octets(), type_octets);
                    assert_eq!(format.length_octets(), length_octets);
                    assert_eq!(format.continuation(), continuation);
                }
            }
        }
    }
    let mut right: Vec<_> =
        [1, 2, 4].iter().flat_map(|&t| [0, 1, 2].map(|l| (t, l, false))).collect();
    right.insert(2, (1, 1, true));
    assert_eq!(known, right);
    assert_eq!(VendorFormat::default(), VendorFormat::STANDARD);
}

#[test]
fn a_failed_write_leaves_the_packet_as_it_was() {
    let mut buffer = [0; 20 + 18 + 6];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_ACCEPT, 5).unwrap();
    assert_eq!(writer.remaining(), 24);
    writer.message_authenticator().unwrap();
    assert_eq!(writer.append_message_authenticator(), Err(WriteError::MessageAuthenticator));
    writer.attribute(AttributeType::NAS_PORT, &[9]).unwrap();

    let user = AttributeType::USER_NAME;
    let long = WriteError::ValueTooLong { len: 254, max: 253 };
    assert_eq!(writer.attribute(user, &[0; 254]), Err(long));
    let full = WriteError::PacketFull { needed: 4, remaining: 3 };
    assert_eq!(writer.attribute(user, &[1, 2]), Err(full));
    let zero = Err(WriteError::AttributeTypeZero);
    assert_eq!(writer.attribute(AttributeType(0), &[]), zero);
    let by_value = writer.attribute(AttributeType::MESSAGE_AUTHENTICATOR, &[0; 16]);
    assert_eq!(by_value, Err(WriteError::MessageAuthenticator));
    let long = WriteError::ValueTooLong { len: 248, max: 247 };
    assert_eq!(writer.vendor_attribute(VendorId::MIKROTIK, 8, &[0; 248]), Err(long));
    let full = WriteError::PacketFull { needed: 9, remaining: 3 };
    assert_eq!(writer.vendor_attribute(VendorId::MIKROTIK, 8, b"x"), Err(full));
    let large = WriteError::VendorTypeTooLarge { kind: 256, type_octets: 1 };
    let wrote = writer.vendor_attribute_in(VendorFormat::STANDARD, VendorId::MIKROTIK, 256, b"x");
    assert_eq!(wrote, Err(large));
    // The second of two fragments does not fit, so the first is taken back.
    let wrote =
        writer.vendor_attribute_in(VendorFormat::CONTINUATION, VendorId::WIMAX, 1, &[0; 300]);
    assert!(matches!(wrote, Err(WriteError::PacketFull { .. })));
    assert_eq!(writer.remaining(), 3);
    writer.attribute(user, b"z").unwrap();
    assert_eq!(writer.remaining(), 0);

    let packet = Packet::parse(writer.finish_response(&[1; 16], &secret())).unwrap();
    let kinds: Vec<_> = packet.attributes().map(|a| a.kind.0).collect();
    assert_eq!(kinds, [80, 5, 1]);
    assert!(packet.verify_response_authenticator(&[1; 16], &secret()));
}

#[test]
fn fragments_that_do_not_all_fit_leave_none() {
    let mut buffer = [0; 20 + 255 + 100];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_ACCEPT, 5).unwrap();
    let wrote =
        writer.vendor_attribute_in(VendorFormat::CONTINUATION, VendorId::WIMAX, 1, &[7; 400]);
    assert_eq!(wrote, Err(WriteError::PacketFull { needed: 163, remaining: 100 }));
    assert_eq!(writer.remaining(), 355);
}

#[test]
fn a_packet_never_exceeds_4096_octets() {
    let mut buffer = [0; 70_000];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_ACCEPT, 5).unwrap();
    assert_eq!(writer.remaining(), 4076);
    while writer.attribute(AttributeType::REPLY_MESSAGE, &[b'x'; 253]).is_ok() {}
    assert_eq!(writer.remaining(), 4076 % 255);
    writer.attribute(AttributeType::REPLY_MESSAGE, &[b'x'; 4076 % 255 - 2]).unwrap();
    let octets = writer.finish_response(&[1; 16], &secret());
    assert_eq!(octets.len(), 4096);
    assert_eq!(Packet::parse(octets).unwrap().attributes().count(), 16);
}

#[test]
fn a_buffer_without_room_for_a_header_is_refused() {
    let mut buffer = [0; 19];
    let error = PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_ACCEPT, 5)
        .unwrap_err();
    assert_eq!(error, WriteError::BufferTooSmall { needed: 20, got: 19 });
    let mut buffer = [0xff; 20];
    let writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_ACCEPT, 5).unwrap();
    let octets = writer.finish_response(&[1; 16], &secret());
    assert!(Packet::parse(octets).unwrap().verify_response_authenticator(&[1; 16], &secret()));
}

#[test]
fn hiding_refuses_what_it_cannot_carry() {
    let mut out = [0; 256];
    let key = &[7; 16];
    let long = HidingError::PlainTooLong { len: 129, max: 128 };
    assert_eq!(user_password::hide(&[1; 129], &mut out, key, &secret()), Err(long));
    let small = HidingError::OutputTooSmall { needed: 32, got: 31 };
    assert_eq!(user_password::hide(&[1; 17], &mut out[..31], key, &secret()), Err(small));
    for len in [1, 15, 17, 127, 129, 144] {
        let refused = user_password::reveal(&[1; 200][..len], &mut out, key, &secret());
        assert_eq!(refused, Err(HidingError::HiddenLength { len }));
    }
    let small = HidingError::OutputTooSmall { needed: 32, got: 31 };
    assert_eq!(user_password::reveal(&[1; 32], &mut out[..31], key, &secret()), Err(small));

    let long = HidingError::PlainTooLong { len: 240, max: 239 };
    assert_eq!(salted::hide(&[1; 240], [0; 2], &mut out, key, &secret()), Err(long));
    let small = HidingError::OutputTooSmall { needed: 34, got: 33 };
    assert_eq!(salted::hide(&[1; 16], [0; 2], &mut out[..33], key, &secret()), Err(small));
    for len in [0, 1, 2, 17, 19, 33, 258] {
        let refused = salted::reveal(&[1; 300][..len], &mut out, key, &secret());
        assert_eq!(refused, Err(HidingError::HiddenLength { len }));
    }
    let mut hidden = [0; salted::HIDDEN_LEN_MAX];
    let len = salted::hide(b"key", [1, 2], &mut hidden, key, &secret()).unwrap();
    let small = HidingError::OutputTooSmall { needed: 15, got: 14 };
    assert_eq!(salted::reveal(&hidden[..len], &mut out[..14], key, &secret()), Err(small));
    // The third octet hides the length 3; its top bit makes it 131.
    hidden[2] ^= 0x80;
    let outside = HidingError::InnerLength { len: 131, max: 15 };
    assert_eq!(salted::reveal(&hidden[..len], &mut out, key, &secret()), Err(outside));
}

#[test]
fn an_empty_password_is_one_block_and_an_empty_value_is_an_empty_password() {
    let mut hidden = [0; 16];
    assert_eq!(user_password::hide(b"", &mut hidden, &[7; 16], &secret()), Ok(16));
    let mut out = [0xff; 16];
    assert_eq!(user_password::reveal(&hidden, &mut out, &[7; 16], &secret()), Ok(&[][..]));
    assert_eq!(user_password::reveal(&[], &mut [], &[7; 16], &secret()), Ok(&[][..]));
}

#[test]
fn ms_chap_mppe_keys_keep_their_zeros() {
    let keys: [u8; 32] = core::array::from_fn(|at| if at < 20 { at as u8 } else { 0 });
    let mut hidden = [0; 32];
    assert_eq!(user_password::hide(&keys, &mut hidden, &[7; 16], &secret()), Ok(32));
    let mut out = [0xff; 32];
    let plain = user_password::reveal_padded(&hidden, &mut out, &[7; 16], &secret()).unwrap();
    assert_eq!(plain, keys);
}

#[test]
fn a_secret_is_never_empty_and_never_printed() {
    assert_eq!(Secret::new(b"").unwrap_err(), EmptySecret);
    let secret = secret();
    assert_eq!(format!("{secret:?}"), "Secret(..)");
    let shared = secret.clone();
    assert_eq!(shared, secret);
    drop(secret);
    let secret = shared;
    assert_eq!(secret.expose(), b"xyzzy5461");
    assert_eq!(secret, Secret::new("xyzzy5461").unwrap());
    assert_ne!(secret, Secret::new("xyzzy5460").unwrap());
    assert_ne!(secret, Secret::new("xyzzy546").unwrap());
}

#[test]
fn debug_output_holds_no_values() {
    let octets = raw(1, b"\x02\x0a12345678");
    let packet = Packet::parse(&octets).unwrap();
    let shown = format!("{packet:?}");
    assert_eq!(shown, "Packet { code: Code(1), identifier: 1, len: 30, .. }");
    let mut buffer = [0; 64];
    let writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_ACCEPT, 5).unwrap();
    assert!(format!("{writer:?}").starts_with("PacketWriter { code: Some(Code(2))"));
}

#[test]
fn types_cross_threads_and_errors_are_errors() {
    fn crosses<T: Send + Sync>() {}
    fn is_error<T: core::error::Error + Copy + Send + Sync + 'static>() {}
    crosses::<Secret>();
    crosses::<Packet<'static>>();
    crosses::<PacketWriter<'static>>();
    is_error::<DecodeError>();
    is_error::<WriteError>();
    is_error::<HidingError>();
    is_error::<EmptySecret>();
}
