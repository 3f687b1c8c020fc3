//! Traffic of real NASes, captured from the wire, decodes by name throughout.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use radius_dict::text::{self, Hiding, parse_pairs};
use radius_dict::{Dictionary, ReadAttributes, attr};
use radius_proto::{Code, Packet, PacketWriter, Secret};

const PPPD: &[u8] = include_bytes!("fixtures/pppd.pcap");
const ACCELPPP: &[u8] = include_bytes!("fixtures/accelppp.pcap");
const COOVACHILLI: &[u8] = include_bytes!("fixtures/coovachilli.pcap");

/// The payloads of the UDP datagrams in a capture: little-endian pcap of Ethernet frames with
/// IPv4.
fn datagrams(capture: &[u8]) -> Vec<&[u8]> {
    const FILE_HEADER: usize = 24;
    const RECORD_HEADER: usize = 16;
    const ETHERNET: usize = 14;
    const UDP: usize = 8;
    assert_eq!(capture[..4], [0xd4, 0xc3, 0xb2, 0xa1]);
    let mut payloads = Vec::new();
    let mut at = FILE_HEADER;
    while at < capture.len() {
        let len = u32::from_le_bytes(capture[at + 8..at + 12].try_into().unwrap());
        let frame = &capture[at + RECORD_HEADER..][..usize::try_from(len).unwrap()];
        at += RECORD_HEADER + frame.len();
        let ip = &frame[ETHERNET..];
        let is_udp = frame[12..ETHERNET] == [8, 0] && ip[9] == 17;
        if is_udp {
            payloads.push(&ip[usize::from(ip[0] & 0x0f) * 4 + UDP..]);
        }
    }
    payloads
}

#[test]
fn every_attribute_has_a_name_and_reads_back() {
    let dictionary = Dictionary::builtin();
    let secret = Secret::new("testing123").unwrap();
    let mut count = 0;
    for capture in [PPPD, ACCELPPP, COOVACHILLI] {
        for datagram in datagrams(capture) {
            let packet = Packet::parse(datagram).unwrap();
            let printed = text::packet(dictionary, packet).to_string();
            for line in printed.lines() {
                let is_named = !line.starts_with("\tAttr-") || line.ends_with(", hidden");
                assert!(is_named, "{line}");
            }

            let mut buffer = [0; 4096];
            let mut writer =
                PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, 0)
                    .unwrap();
            let mut hiding = Hiding::new(packet.authenticator(), &secret, [0; 2]);
            for pair in parse_pairs(dictionary, &printed).unwrap() {
                pair.write(&mut writer, &mut hiding).unwrap();
            }
            let octets = writer.finish_access_request(packet.authenticator(), &secret);
            let again = Packet::parse(octets).unwrap();
            let kept = |packet: &Packet<'_>| -> Vec<(u8, Vec<u8>)> {
                let attributes = packet.attributes().filter(|attribute| attribute.kind.0 != 80);
                attributes.map(|attribute| (attribute.kind.0, attribute.value.to_vec())).collect()
            };
            assert_eq!(kept(&again), kept(&packet), "{printed}");
            count += 1;
        }
    }
    assert_eq!(count, 52);
}

#[test]
fn a_start_of_pppd_reads_typed() {
    let start = datagrams(PPPD)
        .into_iter()
        .map(|datagram| Packet::parse(datagram).unwrap())
        .find(|packet| packet.get(attr::ACCT_STATUS_TYPE) == Some(attr::acct_status_type::START))
        .unwrap();
    assert_eq!(start.code(), Code::ACCOUNTING_REQUEST);
    assert_eq!(start.get(attr::SERVICE_TYPE), Some(attr::service_type::FRAMED_USER));
    assert_eq!(start.get(attr::NAS_PORT_TYPE), Some(attr::nas_port_type::VIRTUAL));
    assert_eq!(start.get(attr::CALLING_STATION_ID), None);
    assert!(start.get(attr::ACCT_SESSION_ID).unwrap().starts_with("%lX"));
}

#[test]
fn the_four_zero_octets_of_coovachilli_are_a_name() {
    let names: Vec<_> = datagrams(COOVACHILLI)
        .into_iter()
        .filter_map(|datagram| Packet::parse(datagram).unwrap().get(attr::USER_NAME))
        .collect();
    assert!(names.contains(&"\0\0\0\0"), "{names:?}");
}

#[test]
fn the_empty_password_of_accelppp_is_there_and_has_no_value() {
    let request = datagrams(ACCELPPP)
        .into_iter()
        .map(|datagram| Packet::parse(datagram).unwrap())
        .find(|packet| packet.code() == Code::ACCESS_REQUEST)
        .unwrap();
    assert_eq!(request.octets(attr::USER_PASSWORD), Some(&[][..]));
    assert_eq!(request.get(attr::USER_PASSWORD), None);
}
