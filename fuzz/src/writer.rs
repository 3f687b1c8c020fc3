use radius_proto::{
    AttributeType, AuthenticatorKind, Code, PACKET_LEN_MAX, Packet, PacketWriter, Secret,
    VendorFormat, VendorId, WriteError,
};

use crate::octets::Octets;

/// Whatever is written is read again, nothing exceeds its limit, and what is refused leaves the
/// packet as it was.
///
/// # Panics
/// When that does not hold.
pub fn writer_round_trip(data: &[u8]) {
    let mut data = Octets::new(data);
    let room = usize::from(data.number() % 5000);
    let code = Code(data.octet());
    let authenticator = data.array();
    let mut buffer = vec![0xaa; room];
    let Ok(mut writer) = PacketWriter::without_message_authenticator(&mut buffer, code, 1) else {
        assert!(room < 20);
        return;
    };
    let mut written = 0;
    while !data.is_empty() {
        let before = writer.remaining();
        match write(&mut data, &mut writer) {
            Ok(()) => written += before - writer.remaining(),
            Err(_) => assert_eq!(writer.remaining(), before, "a refusal leaves something"),
        }
    }
    let secret = Secret::new("testing123").unwrap_or_else(|e| panic!("{e}"));
    let octets = match code.authenticator_kind() {
        AuthenticatorKind::Random => writer.finish_access_request(&authenticator, &secret),
        AuthenticatorKind::Digest => writer.finish_request(&secret),
        AuthenticatorKind::Response => writer.finish_response(&authenticator, &secret),
    };
    assert_eq!(octets.len(), 20 + written);
    assert!(octets.len() <= room.min(PACKET_LEN_MAX));
    let Ok(packet) = Packet::parse(octets) else {
        let has_eap = octets.contains(&AttributeType::EAP_MESSAGE.0);
        assert!(!code.is_known() || code == Code::STATUS_SERVER || has_eap, "{code} is refused");
        return;
    };
    let total: usize = packet.attributes().map(|attribute| attribute.value.len() + 2).sum();
    assert_eq!(total, written);
    again(&packet);
}

/// One attribute of any kind.
fn write(data: &mut Octets<'_>, writer: &mut PacketWriter<'_>) -> Result<(), WriteError> {
    let (how, kind) = (data.octet(), AttributeType(data.octet()));
    let len = usize::from(data.number() % 1200);
    let value = vec![data.octet(); len];
    let vendor = VendorId(u32::from(data.number()));
    let number = u32::from(data.number());
    match how % 8 {
        0 => writer.attribute(kind, &value),
        1 => writer.concatenated(kind, &value),
        2 => writer.extended_attribute(kind, data.octet(), &value),
        3 => writer.extended_vendor_attribute(kind, vendor, data.octet(), &value),
        4 => writer.message_authenticator(),
        5 => writer.append_message_authenticator(),
        6 => writer.vendor_attribute(vendor, kind.0, &value),
        _ => {
            let format = VendorFormat::new(data.octet(), data.octet() % 3, how & 0x80 != 0);
            writer.vendor_attribute_in(format.unwrap_or_default(), vendor, number, &value)
        }
    }
}

/// Written attribute by attribute, a packet is the same again.
fn again(packet: &Packet<'_>) {
    let mut buffer = [0; PACKET_LEN_MAX];
    let (code, identifier) = (packet.code(), packet.identifier());
    let mut writer = PacketWriter::without_message_authenticator(&mut buffer, code, identifier)
        .unwrap_or_else(|e| panic!("{e}"));
    for attribute in packet.attributes() {
        let wrote = match attribute.kind {
            AttributeType::MESSAGE_AUTHENTICATOR => writer.append_message_authenticator(),
            kind => writer.attribute(kind, attribute.value),
        };
        wrote.unwrap_or_else(|error| panic!("what was read is not written: {error}"));
    }
    let again = writer.finish_unsigned(packet.authenticator());
    let again = Packet::parse(again).unwrap_or_else(|e| panic!("{e}"));
    let unsigned = |packet: &Packet<'_>| -> Vec<(u8, Vec<u8>)> {
        let attributes = packet.attributes();
        let signed = |kind| kind == AttributeType::MESSAGE_AUTHENTICATOR;
        attributes
            .map(|found| (found.kind.0, found.value.to_vec(), signed(found.kind)))
            .map(|(kind, value, signed)| (kind, if signed { Vec::new() } else { value }))
            .collect()
    };
    assert_eq!(unsigned(&again), unsigned(packet));
}
