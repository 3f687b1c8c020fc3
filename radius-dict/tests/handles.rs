//! Typed reading and writing through handles.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use radius_dict::handle::{
    Byte, ComboIp, Ether, Handle, Integer64, Ipv4Prefix, Octets, Place, Short, Signed, Text,
};
use radius_dict::value::{Ipv4Network, Ipv6Network, Tagged};
use radius_dict::{Dictionary, ReadAttributes, WriteAttributes, attr};
use radius_proto::{AttributeType, Code, Packet, PacketWriter, Secret, Tag, VendorId, WriteError};

/// A packet with what `write` puts into it, and its octets.
fn packet(buffer: &mut [u8; 4096], write: impl FnOnce(&mut PacketWriter<'_>)) -> Packet<'_> {
    let mut writer =
        PacketWriter::without_message_authenticator(buffer, Code::ACCESS_ACCEPT, 1).unwrap();
    write(&mut writer);
    let secret = Secret::new("s").unwrap();
    Packet::parse(writer.finish_response(&[0; 16], &secret)).unwrap()
}

#[test]
fn each_kind_is_written_as_its_octets_and_read_back() {
    let own = |number| ("own", VendorId(9), number);
    let handle = |(name, vendor, number)| Handle::<Octets>::of_vendor(name, vendor, number);
    const BYTE: Handle<Byte> = Handle::of_vendor("own", VendorId(9), 1);
    const SHORT: Handle<Short> = Handle::of_vendor("own", VendorId(9), 2);
    const SIGNED: Handle<Signed> = Handle::of_vendor("own", VendorId(9), 3);
    const LONG: Handle<Integer64> = Handle::of_vendor("own", VendorId(9), 4);
    const MAC: Handle<Ether> = Handle::of_vendor("own", VendorId(9), 5);
    const COMBO: Handle<ComboIp> = Handle::of_vendor("own", VendorId(9), 6);
    const PREFIX: Handle<Ipv4Prefix> = Handle::of_vendor("own", VendorId(9), 7);
    let prefix4 = Ipv4Network::new(Ipv4Addr::new(10, 0, 0, 0), 8).unwrap();
    let prefix6 = Ipv6Network::new("2001:db8::".parse().unwrap(), 32).unwrap();
    let v6: Ipv6Addr = "2001:db8::1".parse().unwrap();

    let mut buffer = [0; 4096];
    let packet = packet(&mut buffer, |writer| {
        writer.put(attr::USER_NAME, "bob").unwrap();
        writer.put(attr::CLASS, &[0, 255]).unwrap();
        writer.put(attr::SESSION_TIMEOUT, 3600).unwrap();
        writer.put(attr::EVENT_TIMESTAMP, 0x0102_0304).unwrap();
        writer.put(attr::FRAMED_IP_ADDRESS, Ipv4Addr::new(10, 0, 0, 1)).unwrap();
        writer.put(attr::FRAMED_IPV6_ADDRESS, v6).unwrap();
        writer.put(attr::DELEGATED_IPV6_PREFIX, prefix6).unwrap();
        writer.put(attr::FRAMED_INTERFACE_ID, [1, 2, 3, 4, 5, 6, 7, 8]).unwrap();
        writer
            .put(attr::TUNNEL_TYPE, Tagged { tag: Tag::new(1), value: attr::tunnel_type::VLAN })
            .unwrap();
        writer
            .put(attr::TUNNEL_PRIVATE_GROUP_ID, Tagged { tag: Tag::new(1), value: "12" })
            .unwrap();
        writer.put(attr::MIKROTIK_RATE_LIMIT, "2M/10M").unwrap();
        writer.put(BYTE, 7).unwrap();
        writer.put(SHORT, 0x0102).unwrap();
        writer.put(SIGNED, -1).unwrap();
        writer.put(LONG, 1 << 40).unwrap();
        writer.put(MAC, [2, 0, 0x5e, 0, 0x53, 1]).unwrap();
        writer.put(COMBO, IpAddr::V6(v6)).unwrap();
        writer.put(PREFIX, prefix4).unwrap();
    });
    let raw = |kind: AttributeType| packet.first(kind).unwrap();
    assert_eq!(raw(AttributeType::SESSION_TIMEOUT), [0, 0, 14, 16]);
    assert_eq!(raw(AttributeType(64)), [1, 0, 0, 13]);
    assert_eq!(raw(AttributeType(81)), b"\x0112");
    assert_eq!(raw(AttributeType(123))[..6], [0, 32, 0x20, 0x01, 0x0d, 0xb8]);
    assert_eq!(packet.octets(handle(own(4))).unwrap(), [0, 0, 1, 0, 0, 0, 0, 0]);
    assert_eq!(packet.octets(handle(own(7))).unwrap(), [0, 8, 10, 0, 0, 0]);

    assert_eq!(packet.get(attr::USER_NAME), Some("bob"));
    assert_eq!(packet.get(attr::CLASS), Some(&[0, 255][..]));
    assert_eq!(packet.get(attr::SESSION_TIMEOUT), Some(3600));
    assert_eq!(packet.get(attr::EVENT_TIMESTAMP), Some(0x0102_0304));
    assert_eq!(packet.get(attr::FRAMED_IP_ADDRESS), Some(Ipv4Addr::new(10, 0, 0, 1)));
    assert_eq!(packet.get(attr::FRAMED_IPV6_ADDRESS), Some(v6));
    assert_eq!(packet.get(attr::DELEGATED_IPV6_PREFIX), Some(prefix6));
    assert_eq!(packet.get(attr::FRAMED_INTERFACE_ID), Some([1, 2, 3, 4, 5, 6, 7, 8]));
    assert_eq!(packet.get(attr::TUNNEL_TYPE), Some(Tagged { tag: Tag::new(1), value: 13 }));
    assert_eq!(
        packet.get(attr::TUNNEL_PRIVATE_GROUP_ID),
        Some(Tagged { tag: Tag::new(1), value: "12" })
    );
    assert_eq!(packet.get(attr::MIKROTIK_RATE_LIMIT), Some("2M/10M"));
    assert_eq!(packet.get(BYTE), Some(7));
    assert_eq!(packet.get(SHORT), Some(0x0102));
    assert_eq!(packet.get(SIGNED), Some(-1));
    assert_eq!(packet.get(LONG), Some(1 << 40));
    assert_eq!(packet.get(MAC), Some([2, 0, 0x5e, 0, 0x53, 1]));
    assert_eq!(packet.get(COMBO), Some(IpAddr::V6(v6)));
    assert_eq!(packet.get(PREFIX), Some(prefix4));
    assert_eq!(packet.get(attr::REPLY_MESSAGE), None);
}

#[test]
fn values_of_the_wrong_size_are_passed_over() {
    let mut buffer = [0; 4096];
    let packet = packet(&mut buffer, |writer| {
        writer.attribute(AttributeType::FRAMED_IP_ADDRESS, &[10, 0, 0]).unwrap();
        writer.attribute(AttributeType::FRAMED_IP_ADDRESS, &[10, 0, 0, 1]).unwrap();
        writer.attribute(AttributeType::USER_NAME, &[0xff, 0xfe]).unwrap();
        writer.attribute(AttributeType::USER_PASSWORD, &[]).unwrap();
        writer.attribute(AttributeType::CLASS, &[]).unwrap();
        writer.attribute(AttributeType::CHARGEABLE_USER_IDENTITY, &[]).unwrap();
    });
    assert_eq!(packet.get(attr::FRAMED_IP_ADDRESS), Some(Ipv4Addr::new(10, 0, 0, 1)));
    assert_eq!(packet.octets(attr::FRAMED_IP_ADDRESS), Some(&[10, 0, 0][..]));
    assert_eq!(packet.get(attr::USER_NAME), None);
    assert_eq!(packet.octets(attr::USER_NAME), Some(&[0xff, 0xfe][..]));
    assert_eq!(packet.get(attr::USER_PASSWORD), None);
    assert_eq!(packet.octets(attr::USER_PASSWORD), Some(&[][..]));
    assert_eq!(packet.get(attr::CLASS), None);
    assert_eq!(packet.get(attr::CHARGEABLE_USER_IDENTITY), Some(&[][..]));
}

#[test]
fn a_name_of_four_zero_octets_is_text() {
    let mut buffer = [0; 4096];
    let packet = packet(&mut buffer, |writer| writer.put(attr::USER_NAME, "\0\0\0\0").unwrap());
    assert_eq!(packet.get(attr::USER_NAME), Some("\0\0\0\0"));
}

#[test]
fn empty_values_are_left_out_and_long_ones_refused() {
    let mut buffer = [0; 4096];
    let packet = packet(&mut buffer, |writer| {
        writer.put(attr::REPLY_MESSAGE, "").unwrap();
        writer.put(attr::CHARGEABLE_USER_IDENTITY, &[]).unwrap();
        let long = "x".repeat(254);
        let error = writer.put(attr::REPLY_MESSAGE, &long).unwrap_err();
        assert_eq!(error, WriteError::ValueTooLong { len: 254, max: 253 });
        let error = writer.put(attr::MIKROTIK_RATE_LIMIT, &long[..248]).unwrap_err();
        assert_eq!(error, WriteError::ValueTooLong { len: 248, max: 247 });
        let tagged = Tagged { tag: Tag::new(1), value: &long[..253] };
        let error = writer.put(attr::TUNNEL_PRIVATE_GROUP_ID, tagged).unwrap_err();
        assert_eq!(error, WriteError::ValueTooLong { len: 254, max: 253 });
        writer.put(attr::TUNNEL_TYPE, Tagged { tag: None, value: 1 << 24 }).unwrap_err();
    });
    assert_eq!(packet.attributes().count(), 1);
}

#[test]
fn tags_follow_rfc_2868() {
    let mut buffer = [0; 4096];
    let group = AttributeType(81);
    let packet = packet(&mut buffer, |writer| {
        writer.attribute(group, b"12").unwrap();
        writer.attribute(group, b"\x0012").unwrap();
        writer.attribute(group, b"\x1f12").unwrap();
        writer.attribute(AttributeType(64), &[0x20, 0, 0, 13]).unwrap();
        writer.put(attr::TUNNEL_PRIVATE_GROUP_ID, Tagged { tag: None, value: "34" }).unwrap();
        writer.put(attr::TUNNEL_PRIVATE_GROUP_ID, Tagged { tag: None, value: "\u{1}" }).unwrap();
    });
    let groups: Vec<_> = packet.get_all(attr::TUNNEL_PRIVATE_GROUP_ID).collect();
    let wanted = [(0, "12"), (0, "12"), (31, "12"), (0, "34"), (0, "\u{1}")];
    assert_eq!(groups, wanted.map(|(tag, value)| Tagged { tag: Tag::new(tag), value }));
    let raw: Vec<_> = packet.all(group).collect();
    assert_eq!(raw[3..], [&b"34"[..], b"\0\x01"]);
    assert_eq!(packet.get(attr::TUNNEL_TYPE), Some(Tagged { tag: None, value: 13 }));
}

#[test]
fn handles_name_the_attributes_of_the_dictionary() {
    fn check<K>(handle: Handle<K>) {
        let found = match handle.place() {
            Place::Standard(kind) => Dictionary::builtin().attribute(None, kind.0),
            Place::Vendor(vendor, kind) => Dictionary::builtin().attribute(Some(vendor), kind),
            place => panic!("{place:?}"),
        };
        let found = found.unwrap();
        assert_eq!(handle.name(), &*found.name);
    }
    check(attr::USER_NAME);
    check(attr::FRAMED_POOL);
    check(attr::MS_CHAP2_RESPONSE);
    check(attr::MS_MPPE_SEND_KEY);
    check(attr::MIKROTIK_ADDRESS_LIST);
    check(attr::WISPR_BANDWIDTH_MAX_UP);
    check(attr::ADSL_AGENT_CIRCUIT_ID);
    check(attr::CHILLISPOT_MAX_TOTAL_OCTETS);
    assert_eq!(attr::acct_status_type::START, 1);
    assert_eq!(attr::error_cause::SESSION_CONTEXT_NOT_FOUND, 503);
    let text: Handle<Text> = attr::MIKROTIK_RATE_LIMIT;
    assert_eq!(text.place(), Place::Vendor(VendorId::MIKROTIK, 8));
}
