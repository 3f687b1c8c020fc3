use std::hint::black_box;

use radius_dict::{Dictionary, ReadAttributes, attr, text};
use radius_proto::{
    AttributeType, MessageAuthenticator, PACKET_LEN_MAX, Packet, Secret, Tag, Tlvs, VendorFormat,
    salted, user_password,
};

const FORMATS: [VendorFormat; 5] = [
    VendorFormat::STANDARD,
    VendorFormat::TYPE_4_LENGTH_0,
    VendorFormat::TYPE_2_LENGTH_1,
    VendorFormat::TYPE_2_LENGTH_2,
    VendorFormat::CONTINUATION,
];

/// Any octets are read or refused, and everything that a packet offers agrees with everything else.
///
/// # Panics
/// When something does not.
pub fn packet_view(data: &[u8]) {
    let Ok(packet) = Packet::parse(data) else {
        assert!(Packet::parse_strict(data).is_err(), "strict reads what lenient refuses");
        return;
    };
    black_box(Packet::parse_strict(data).is_ok());
    assert_eq!(Packet::parse(packet.as_bytes()), Ok(packet), "padding changes something");
    attributes_cover_the_packet(&packet);
    joined_values_agree(&packet);
    verdicts_agree(&packet);
    typed(&packet);
    let printed = text::packet(Dictionary::builtin(), packet).to_string();
    text::parse_pairs(Dictionary::builtin(), &printed).unwrap_or_else(|error| {
        panic!("what is printed is not read: {error}\n{printed}");
    });
}

fn attributes_cover_the_packet(packet: &Packet<'_>) {
    let octets = packet.as_bytes();
    let mut at = 20;
    for attribute in packet.attributes() {
        assert_eq!(attribute.offset, at);
        assert_eq!(octets[at], attribute.kind.0);
        assert_eq!(usize::from(octets[at + 1]), attribute.value.len() + 2);
        at += 2 + attribute.value.len();
        assert!(packet.all(attribute.kind).any(|value| value == attribute.value));
        for format in FORMATS {
            black_box(attribute.vendor_specific(format).map(Iterator::count));
        }
        black_box(Tlvs::parse(attribute.value).map(Iterator::count));
        black_box((Tag::split_text(attribute.value), Tag::split_number(attribute.value)));
    }
    assert_eq!(at, octets.len());
}

fn joined_values_agree(packet: &Packet<'_>) {
    let mut buffer = [0; PACKET_LEN_MAX];
    for extended in packet.extended_attributes() {
        let pieces: usize = extended.value.pieces().map(<[u8]>::len).sum();
        assert_eq!(pieces, extended.value.len());
        let copied = extended.value.copy_to(&mut buffer).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(extended.value, *copied);
        assert!(packet.first_extended(extended.kind, extended.extended_kind).is_some());
        black_box(extended.vendor_specific());
    }
    for format in FORMATS {
        let mut rest = packet.attributes();
        while let Some(attribute) = rest.next() {
            let last = attribute.vendor_specific(format).and_then(Iterator::last);
            if let Some(joined) = last.and_then(|last| rest.continued(&last, format)) {
                assert_eq!(joined.octets().count(), joined.len());
            }
        }
    }
    if let Some(eap) = packet.concatenated(AttributeType::EAP_MESSAGE) {
        assert_eq!(eap.octets().count(), eap.len());
    }
}

fn verdicts_agree(packet: &Packet<'_>) {
    let secret = Secret::new("testing123").unwrap_or_else(|e| panic!("{e}"));
    black_box(packet.verify_request_authenticator(&secret));
    black_box(packet.verify_response_authenticator(packet.authenticator(), &secret));
    let verdicts = [
        packet.verify_message_authenticator(&secret),
        packet.verify_response_message_authenticator(&[0; 16], &secret),
    ];
    for verdict in verdicts {
        let is_absent = verdict == MessageAuthenticator::Absent;
        assert_eq!(is_absent, !packet.has_message_authenticator());
    }
    for attribute in packet.attributes() {
        let mut out = [0; 256];
        black_box(user_password::reveal(attribute.value, &mut out, &[0; 16], &secret).is_ok());
        black_box(salted::reveal(attribute.value, &mut out, &[0; 16], &secret).is_ok());
    }
}

fn typed(packet: &Packet<'_>) {
    black_box((packet.get(attr::USER_NAME), packet.read(attr::USER_NAME).is_ok()));
    black_box((packet.get(attr::NAS_PORT), packet.get(attr::EVENT_TIMESTAMP)));
    black_box((packet.get(attr::FRAMED_IP_ADDRESS), packet.get(attr::NAS_IPV6_ADDRESS)));
    black_box((packet.get(attr::DELEGATED_IPV6_PREFIX), packet.get(attr::FRAMED_INTERFACE_ID)));
    black_box((packet.get(attr::TUNNEL_TYPE), packet.get(attr::TUNNEL_PRIVATE_GROUP_ID)));
    black_box(packet.get(attr::MIKROTIK_RATE_LIMIT));
}
