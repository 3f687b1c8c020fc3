//! What each kind of access says of a line, beside the manual and beside captures of other makes.

use radius_proto::{Code, MessageAuthenticator, Packet, Secret, user_password};

use super::*;
use crate::packet::{self, Asked, Kept, Record, RecordKind, Told};
use crate::replay::capture;
use crate::{Method, Subscriber};

const MAC: &str = "00:0C:42:00:D4:64";

fn nas() -> Nas {
    Nas { boot: 10, ..Nas::new("RB433", [192, 168, 1, 2].into()) }
}

fn secret() -> Secret {
    Secret::new("testing123").unwrap()
}

fn line(nas: &Nas, kind: AccessKind, login: &str) -> Line {
    nas.line_of(kind, login, MAC.parse().unwrap(), 7, 0x9556)
}

fn access(nas: &Nas, kind: AccessKind, login: &str, method: Method) -> Vec<u8> {
    let subscriber = Subscriber::new(login, "").unwrap().with_kind(kind);
    let line = line(nas, kind, login);
    let asked = Asked { nas, line: &line, subscriber: &subscriber, method, address: None };
    packet::access_request(&asked, 7, &[9; 48], &secret()).unwrap().bytes
}

fn accounting(nas: &Nas, kind: AccessKind, record: RecordKind) -> Vec<u8> {
    let record = Record {
        kind: record,
        unix_s: 1_000,
        session_time_s: 60,
        input_octets: (1 << 32) + 5,
        output_octets: 7,
    };
    let kept = Kept { class: vec![b"token".to_vec()], address: Some([100, 64, 0, 9].into()) };
    let line = line(nas, kind, "alice");
    let told = Told { nas, line: &line, kept: &kept, record: &record, delay_s: 0, service: None };
    packet::accounting_request(&told, 7, &secret()).unwrap().bytes
}

fn number(packet: &Packet<'_>, kind: AttributeType) -> Option<u32> {
    packet.first(kind).map(|value| u32::from_be_bytes(value.try_into().unwrap()))
}

fn text<'a>(packet: &Packet<'a>, kind: AttributeType) -> &'a str {
    std::str::from_utf8(packet.first(kind).unwrap()).unwrap()
}

#[test]
fn a_line_of_pppoe_looks_like_one_of_routeros() {
    let line = nas().line(0x0001_0203, 0x9556);
    assert_eq!(
        (line.calling_station_id.as_str(), line.session_id.as_str()),
        ("4C:5E:0C:01:02:03", "81a09556")
    );
    let ports: Vec<u32> = (0..50).map(|number| nas().line(number, 0).port()).collect();
    assert!(ports.iter().any(|port| *port > i32::MAX as u32));
    assert!(ports.iter().any(|port| *port < i32::MAX as u32));
}

#[test]
fn names_stations_and_sessions_are_those_of_each_kind() {
    for (kind, name, station, session) in [
        (AccessKind::Pppoe, "ann", MAC, "81a09556"),
        (AccessKind::Hotspot, "ann", MAC, "80a09556"),
        (AccessKind::HotspotCookie, "ann", MAC, "80a09556"),
        (AccessKind::HotspotMac, MAC, MAC, "80a09556"),
        (AccessKind::Trial, "T-00:0C:42:00:D4:64", MAC, "80a09556"),
        (AccessKind::Dhcp, MAC, "1:0:c:42:0:d4:64", "84a09556"),
        (AccessKind::Ipoe, MAC, "1:0:c:42:0:d4:64", "84a09556"),
        (AccessKind::Dhcpv6, "000c4200d464", "000c4200d464", "84a09556"),
        (AccessKind::WirelessMac, MAC, MAC, "82a09556"),
        (AccessKind::Dot1x, MAC, MAC, "86a09556"),
        (AccessKind::Login, "ann", "10.5.0.9", "8fa09556"),
    ] {
        let octets = access(&nas(), kind, "ann", Method::Pap);
        let packet = Packet::parse(&octets).unwrap();
        assert_eq!(text(&packet, attr::USER_NAME), name, "{kind}");
        assert_eq!(text(&packet, attr::CALLING_STATION_ID), station, "{kind}");
        assert_eq!(text(&packet, attr::ACCT_SESSION_ID), session, "{kind}");
        assert_eq!(text(&packet, attr::NAS_IDENTIFIER), "RB433", "{kind}");
        assert_eq!(packet.verify_message_authenticator(&secret()), MessageAuthenticator::Valid);
        // The empty password, hidden: sixteen octets, not none.
        assert_eq!(packet.first(attr::USER_PASSWORD).unwrap().len(), 16, "{kind}");
    }
}

#[test]
fn service_and_port_are_those_of_each_kind() {
    let (framed, log_in, call_check) = (Some(2), Some(1), Some(10));
    let (ethernet, wireless) = (Some(15), Some(19));
    for (kind, service_type, port_type, called, port_id) in [
        (AccessKind::Pppoe, framed, ethernet, Some("service1"), Some("bridge-pppoe")),
        (AccessKind::Hotspot, log_in, wireless, Some("hotspot1"), Some("bridge1")),
        (AccessKind::Dhcp, None, ethernet, Some("dhcp1"), None),
        (AccessKind::Dhcpv6, None, ethernet, Some("dhcp1"), None),
        (AccessKind::WirelessMac, framed, wireless, Some("64-D1-54-00-00-01:home"), None),
        (AccessKind::Dot1x, call_check, ethernet, None, Some("ether8")),
        (AccessKind::Login, log_in, None, None, None),
    ] {
        let octets = access(&nas(), kind, "ann", Method::Pap);
        let packet = Packet::parse(&octets).unwrap();
        let text = |kind| packet.first(kind).map(|it| std::str::from_utf8(it).unwrap());
        assert_eq!(number(&packet, attr::SERVICE_TYPE), service_type, "{kind}");
        assert_eq!(number(&packet, attr::NAS_PORT_TYPE), port_type, "{kind}");
        assert_eq!(text(attr::CALLED_STATION_ID), called, "{kind}");
        assert_eq!(text(attr::NAS_PORT_ID), port_id, "{kind}");
        let framed_protocol = packet.first(attr::FRAMED_PROTOCOL).is_some();
        assert_eq!(framed_protocol, kind == AccessKind::Pppoe, "{kind}");
    }
}

#[test]
fn a_hotspot_says_both_addresses_and_chap_has_its_challenge() {
    let octets = access(&nas(), AccessKind::Hotspot, "7F3K-99QX", Method::Chap);
    let packet = Packet::parse(&octets).unwrap();
    assert_eq!(packet.first(attr::CHAP_CHALLENGE).unwrap().len(), 16);
    assert_eq!(packet.first(attr::CHAP_PASSWORD).unwrap().len(), 17);
    let host = packet.first_vendor(attr::MIKROTIK, attr::MIKROTIK_HOST_IP);
    assert_eq!(host, packet.first(attr::FRAMED_IP_ADDRESS));
    assert_eq!(number(&packet, attr::NAS_PORT), Some(0x80a0_9556));
    // In accounting the granted one stands beside the client's own.
    let octets = accounting(&nas(), AccessKind::Hotspot, RecordKind::Start);
    let packet = Packet::parse(&octets).unwrap();
    assert_eq!(packet.first(attr::FRAMED_IP_ADDRESS), Some([100, 64, 0, 9].as_slice()));
    assert_eq!(packet.first_vendor(attr::MIKROTIK, attr::MIKROTIK_HOST_IP), host);
    assert_eq!(packet.first(attr::ACCT_AUTHENTIC), None, "that is PPP's");
}

#[test]
fn a_router_may_be_configured_otherwise() {
    let nas = Nas {
        realm: Some("isp".to_owned()),
        mac_format: "xxxx.xxxx.xxxx".parse().unwrap(),
        circuit_id: Some("olt-1 eth 1/{number}".to_owned()),
        remote_id: Some("HWTC1A2B3C4D".to_owned()),
        service: Some("east".to_owned()),
        interface: Some("vlan{number}".to_owned()),
        signs_access_requests: false,
        ..nas()
    };
    let octets = access(&nas, AccessKind::HotspotMac, "x", Method::Pap);
    let packet = Packet::parse(&octets).unwrap();
    assert_eq!(packet.verify_message_authenticator(&secret()), MessageAuthenticator::Absent);
    assert_eq!(text(&packet, attr::USER_NAME), "000c.4200.d464");
    assert_eq!(text(&packet, attr::CALLED_STATION_ID), "east");
    assert_eq!(text(&packet, attr::NAS_PORT_ID), "vlan8");
    for (vendor, kind, value) in [
        (attr::MIKROTIK, attr::MIKROTIK_REALM, "isp"),
        (attr::ADSL_FORUM, attr::AGENT_CIRCUIT_ID, "olt-1 eth 1/8"),
        (attr::ADSL_FORUM, attr::AGENT_REMOTE_ID, "HWTC1A2B3C4D"),
    ] {
        assert_eq!(packet.first_vendor(vendor, kind), Some(value.as_bytes()));
    }
}

#[test]
fn a_device_may_have_its_name_for_a_password_in_the_routers_way_of_writing() {
    let nas = Nas { mac_format: "XX-XX-XX-XX-XX-XX".parse().unwrap(), ..nas() };
    let kind = AccessKind::WirelessMac;
    let subscriber = Subscriber::new(MAC, MAC).unwrap().with_kind(kind);
    let line = line(&nas, kind, MAC);
    let asked = Asked {
        nas: &nas,
        line: &line,
        subscriber: &subscriber,
        method: Method::Pap,
        address: None,
    };
    let written = packet::access_request(&asked, 7, &[9; 48], &secret()).unwrap();
    let packet = Packet::parse(&written.bytes).unwrap();
    let hidden = packet.first(attr::USER_PASSWORD).unwrap();
    let mut clear = [0; 128];
    let clear =
        user_password::reveal(hidden, &mut clear, packet.authenticator(), &secret()).unwrap();
    assert_eq!(clear, b"00-0C-42-00-D4-64");
    assert_eq!(packet.first(attr::USER_NAME), Some(clear));
}

#[test]
fn gigawords_come_always_and_leases_count_as_configured() {
    let interim = |nas: &Nas, kind| accounting(nas, kind, RecordKind::Interim);
    let counters = |octets: &[u8]| {
        let packet = Packet::parse(octets).unwrap();
        [
            attr::ACCT_INPUT_OCTETS,
            attr::ACCT_INPUT_GIGAWORDS,
            attr::ACCT_OUTPUT_OCTETS,
            attr::ACCT_OUTPUT_GIGAWORDS,
        ]
        .map(|kind| number(&packet, kind))
    };
    for kind in AccessKind::ALL {
        let counted = [5, 1, 7, 0].map(Some);
        assert_eq!(counters(&interim(&nas(), kind)), counted, "{kind}");
    }
    let swapped = Nas { directions_swapped: true, ..nas() };
    assert_eq!(counters(&interim(&swapped, AccessKind::Pppoe)), [7, 0, 5, 1].map(Some));
    let zero = Nas { dhcp_octets: DhcpOctets::Zero, ..nas() };
    assert_eq!(counters(&interim(&zero, AccessKind::Dhcp)), [Some(0); 4]);
    assert_eq!(counters(&interim(&zero, AccessKind::Pppoe)), [5, 1, 7, 0].map(Some));
    let absent = Nas { dhcp_octets: DhcpOctets::Absent, ..nas() };
    assert_eq!(counters(&interim(&absent, AccessKind::Ipoe)), [None; 4]);
}

/// The numbers of the attributes of every request with this code and status, vendors' left out.
fn captured(file: &[u8], code: Code, status: Option<u32>) -> Vec<u8> {
    let datagrams = capture::parse(file).unwrap();
    let packets = datagrams.iter().map(|datagram| Packet::parse(&datagram.payload).unwrap());
    let mut packets = packets
        .filter(|packet| packet.code() == code && number(packet, attr::ACCT_STATUS_TYPE) == status);
    kinds(&packets.next().unwrap())
}

fn kinds(packet: &Packet<'_>) -> Vec<u8> {
    let mut kinds: Vec<u8> = packet.attributes().map(|attribute| attribute.kind.0).collect();
    kinds.retain(|kind| *kind != 26);
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// What only the one and only the other has.
fn difference(ours: &[u8], theirs: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let only = |one: &[u8], other: &[u8]| {
        one.iter().copied().filter(|kind| !other.contains(kind)).collect()
    };
    (only(ours, theirs), only(theirs, ours))
}

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../../conformance/fixtures/", $name))
    };
}

const ACCEL_PPP: &[u8] = fixture!("own_accelppp_mikrotik_ratelimit_coa_dm.pcap");
const PPPD: &[u8] = fixture!("own_pppd249_radius_chap_session.pcap");
const COOVACHILLI: &[u8] = fixture!("own_coovachilli_macauth_dm.pcap");

/// Event-Timestamp and Acct-Delay-Time are RouterOS's own, accel-ppp counts in a Start too.
#[test]
fn accounting_of_pppoe_has_what_accel_ppp_sends() {
    let ours =
        |record| kinds(&Packet::parse(&accounting(&nas(), AccessKind::Pppoe, record)).unwrap());
    let theirs = |status| captured(ACCEL_PPP, Code::ACCOUNTING_REQUEST, Some(status));
    let counters = vec![42, 43, 46, 47, 48, 52, 53];
    assert_eq!(difference(&ours(RecordKind::Start), &theirs(1)), (vec![41, 55], counters));
    assert_eq!(difference(&ours(RecordKind::Interim), &theirs(3)), (vec![41, 55], vec![]));
    let stop = ours(RecordKind::Stop { terminate_cause: 6 });
    assert_eq!(difference(&stop, &theirs(2)), (vec![41, 55], vec![]));
}

/// pppd knows nothing of a station or port, and of no gigawords.
#[test]
fn a_session_of_pppoe_has_what_pppd_sends() {
    let octets = access(&nas(), AccessKind::Pppoe, "alice", Method::Chap);
    let ours = kinds(&Packet::parse(&octets).unwrap());
    let theirs = captured(PPPD, Code::ACCESS_REQUEST, None);
    assert_eq!(difference(&ours, &theirs), (vec![30, 31, 44, 61, 80, 87], vec![]));
    let stop = accounting(&nas(), AccessKind::Pppoe, RecordKind::Stop { terminate_cause: 5 });
    let ours = kinds(&Packet::parse(&stop).unwrap());
    let theirs = captured(PPPD, Code::ACCOUNTING_REQUEST, Some(2));
    assert_eq!(difference(&ours, &theirs), (vec![30, 31, 52, 53, 55, 87], vec![]));
}

/// RouterOS alone says the address of the client before it is let in.
#[test]
fn a_device_at_the_portal_asks_as_coovachilli_does() {
    let octets = access(&nas(), AccessKind::HotspotMac, "x", Method::Pap);
    let ours = kinds(&Packet::parse(&octets).unwrap());
    let theirs = captured(COOVACHILLI, Code::ACCESS_REQUEST, None);
    assert_eq!(difference(&ours, &theirs), (vec![8], vec![]));
    let octets = accounting(&nas(), AccessKind::HotspotMac, RecordKind::Start);
    let ours = kinds(&Packet::parse(&octets).unwrap());
    let theirs = captured(COOVACHILLI, Code::ACCOUNTING_REQUEST, Some(1));
    assert_eq!(difference(&ours, &theirs), (vec![6, 41], vec![]));
}
