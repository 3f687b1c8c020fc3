//! Requests octet for octet as they stand in manuals, and as they are by default.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use core::time::Duration;

use coa_client::{
    Arrival, Destination, ErrorCause, Outcome, RequestKind, Requester, Retransmission, Settings,
};
use md5::{Digest, Md5};
use radius_proto::{
    AttributeType, Code, MessageAuthenticator, Packet, PacketWriter, Secret, Tag, VendorId,
    WriteError,
};

const ERX: VendorId = VendorId(4874);
const NOW: Duration = Duration::from_secs(5);
const UNIX_S: u32 = 1_795_676_400;

/// Neither of the attributes that this client adds by itself.
const BARE: Settings = Settings {
    retransmission: Retransmission {
        initial: Duration::from_secs(2),
        interval_max: Duration::from_secs(16),
        transmissions_max: 5,
        duration_max: Duration::from_secs(30),
    },
    in_flight_max: 32,
    requests_per_s_max: None,
    identifier_rest: Duration::from_secs(60),
    event_timestamp: false,
    message_authenticator: false,
    replies_are_signed: false,
};

fn octets(hexadecimal: &str) -> Vec<u8> {
    let digits = hexadecimal.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn requester(secret: &str, settings: Settings, identifier: u8) -> Requester {
    let address = "192.0.2.1:3799".parse().unwrap();
    let destination = Destination::new(address, Secret::new(secret).unwrap());
    Requester::new(destination.with_settings(settings), identifier)
}

/// The first transmission of a request with these attributes.
fn sent(
    requester: &mut Requester,
    kind: RequestKind,
    attributes: impl FnOnce(&mut PacketWriter<'_>) -> Result<(), WriteError>,
) -> Vec<u8> {
    let id = requester.begin(kind, NOW, UNIX_S, 0, attributes).unwrap();
    let transmit = requester.poll_transmit(NOW).unwrap();
    assert_eq!((transmit.request, transmit.number), (id, 1));
    transmit.datagram.to_vec()
}

/// The guided entrance of an ERX: its walled service goes, two services come, one with statistics
/// and a timeout, in one CoA-Request.
#[test]
fn the_guided_entrance_of_an_erx() {
    const GUIDED: &str = "2b010097f1c81f01cea3355c6a8704f2ed0140790112636c69656e743540697370312e63\
        6f6d2c1a65727820322f303a3130302e373a303030313034383537371a210000130a411b0274696572656428313\
        238303030302c2035313230303030291a1e0000130a421868747470283139322e3136382e32352e322c20383029\
        1a0c0000130a4406020002d01a0c0000130a450602000002";
    let second = Tag::new(2);
    let number = |number| Tag::join_number(second, number).unwrap();
    let mut requester = requester("radius", BARE, 1);
    let datagram = sent(&mut requester, RequestKind::Change, |writer| {
        writer.attribute(AttributeType::USER_NAME, b"client5@isp1.com")?;
        writer.attribute(AttributeType::ACCT_SESSION_ID, b"erx 2/0:100.7:0001048577")?;
        writer.vendor_attribute(ERX, 65, b"\x02tiered(1280000, 5120000)")?;
        writer.vendor_attribute(ERX, 66, b"http(192.168.25.2, 80)")?;
        writer.vendor_attribute(ERX, 68, &number(720))?;
        writer.vendor_attribute(ERX, 69, &number(2))
    });
    assert_eq!(datagram, octets(GUIDED));
}

/// A rate with its burst, changed on RouterOS.
#[test]
fn a_rate_on_routeros() {
    const RATE: &str = "2b07005cb60b9fe35a7977a34dd040859bc0a8fb0107616c6963652c0a38316130393535360\
        8066440004d1a3100003a8c082b324d2f31304d20344d2f32304d20313530306b2f373530306b2031302f313020\
        35203531326b2f324d";
    let mut requester = requester("testing123", BARE, 7);
    let datagram = sent(&mut requester, RequestKind::Change, |writer| {
        writer.attribute(AttributeType::USER_NAME, b"alice")?;
        writer.attribute(AttributeType::ACCT_SESSION_ID, b"81a09556")?;
        writer.attribute(AttributeType::FRAMED_IP_ADDRESS, &[100, 64, 0, 77])?;
        let rate = b"2M/10M 4M/20M 1500k/7500k 10/10 5 512k/2M";
        writer.vendor_attribute(VendorId::MIKROTIK, 8, rate)
    });
    assert_eq!(datagram, octets(RATE));
}

#[test]
fn a_request_is_signed_and_dated_by_default() {
    let secret = Secret::new("testing123").unwrap();
    let mut requester = requester("testing123", Settings::default(), 200);
    let datagram = sent(&mut requester, RequestKind::Disconnect, |writer| {
        writer.attribute(AttributeType::ACCT_SESSION_ID, b"81a09556")
    });
    let packet = Packet::parse_strict(&datagram).unwrap();
    assert_eq!((packet.code(), packet.identifier()), (Code::DISCONNECT_REQUEST, 200));
    assert!(packet.verify_request_authenticator(&secret));
    assert_eq!(packet.verify_message_authenticator(&secret), MessageAuthenticator::Valid);
    let kinds: Vec<u8> = packet.attributes().map(|attribute| attribute.kind.0).collect();
    assert_eq!(kinds, [80, 55, 44]);
    assert_eq!(packet.first(AttributeType::EVENT_TIMESTAMP), Some(&UNIX_S.to_be_bytes()[..]));
}

/// A reply of this code with this Error-Cause, as a NAS with this secret makes it.
fn reply(to: &[u8], code: Code, cause: Option<u32>, secret: &str, signed: bool) -> Vec<u8> {
    let request = Packet::parse(to).unwrap();
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, code, request.identifier())
            .unwrap();
    if signed {
        writer.message_authenticator().unwrap();
    }
    if let Some(cause) = cause {
        writer.attribute(AttributeType::ERROR_CAUSE, &cause.to_be_bytes()).unwrap();
    }
    writer.finish_response(request.authenticator(), &Secret::new(secret).unwrap()).to_vec()
}

/// A CoA-ACK whose Response Authenticator is right and whose Message-Authenticator is not.
fn badly_signed(to: &[u8], secret: &str) -> Vec<u8> {
    const AUTHENTICATOR: core::ops::Range<usize> = 4..20;
    let mut badly = reply(to, Code::COA_ACK, None, secret, true);
    badly[30] ^= 1;
    badly[AUTHENTICATOR].copy_from_slice(&to[AUTHENTICATOR]);
    let digest = Md5::new().chain_update(&badly).chain_update(secret).finalize();
    badly[AUTHENTICATOR].copy_from_slice(&digest);
    let (request, of) = (Packet::parse(to).unwrap(), Secret::new(secret).unwrap());
    let packet = Packet::parse(&badly).unwrap();
    assert!(packet.verify_response_authenticator(request.authenticator(), &of));
    badly
}

#[test]
fn a_refusal_says_why() {
    let mut requester = requester("testing123", Settings::default(), 0);
    let nas = requester.destination().address;
    let datagram = sent(&mut requester, RequestKind::Disconnect, |_| Ok(()));
    let nak = reply(&datagram, Code::DISCONNECT_NAK, Some(503), "testing123", false);
    let Arrival::Answer(id) = requester.receive(nas, &nak, NOW) else { panic!("no answer") };
    let Some((of, Outcome::Answered(answer))) = requester.poll_outcome(NOW) else {
        panic!("no outcome")
    };
    assert_eq!(of, id);
    assert_eq!(answer.error_cause(), Some(ErrorCause::SessionContextNotFound));
    assert_eq!(answer.packet().as_bytes(), nak);
    let refused = answer.acknowledged().unwrap_err();
    let words = "the NAS refused: Disconnect-NAK, Session-Context-Not-Found (503)";
    assert_eq!(refused.to_string(), words);
}

#[test]
fn what_is_no_answer_is_counted_and_has_no_effect() {
    let mut requester = requester("testing123", Settings::default(), 9);
    let nas = requester.destination().address;
    let datagram = sent(&mut requester, RequestKind::Change, |_| Ok(()));
    let ack = reply(&datagram, Code::COA_ACK, None, "testing123", false);
    let mut other_identifier = ack.clone();
    other_identifier[1] ^= 1;
    let badly_signed = badly_signed(&datagram, "testing123");
    let arrivals = [
        ("192.0.2.1:1700".parse().unwrap(), ack.clone(), Arrival::OtherSource),
        ("192.0.2.2:3799".parse().unwrap(), ack.clone(), Arrival::OtherSource),
        (nas, ack[..19].to_vec(), Arrival::Malformed),
        (nas, other_identifier, Arrival::Stray),
        (nas, reply(&datagram, Code::DISCONNECT_ACK, None, "testing123", true), Arrival::OtherCode),
        (nas, datagram.clone(), Arrival::OtherCode),
        (nas, reply(&datagram, Code::COA_ACK, None, "testing124", false), Arrival::Unauthentic),
        (nas, badly_signed, Arrival::Unauthentic),
    ];
    for (source, octets, expected) in arrivals {
        assert_eq!(requester.receive(source, &octets, NOW), expected);
        assert_eq!(requester.poll_outcome(NOW), None);
    }
    assert!(matches!(requester.receive(nas, &ack, NOW), Arrival::Answer(_)));
    assert_eq!(requester.receive(nas, &ack, NOW), Arrival::Duplicate);
    let counters = requester.counters();
    assert_eq!((counters.other_source, counters.malformed, counters.stray), (2, 1, 1));
    assert_eq!((counters.other_code, counters.unauthentic, counters.duplicates), (2, 2, 1));
    assert_eq!((counters.acknowledged, counters.refused, counters.timed_out), (1, 0, 0));
}

#[test]
fn a_signature_can_be_insisted_on() {
    let settings = Settings { replies_are_signed: true, ..Settings::default() };
    let mut requester = requester("testing123", settings, 9);
    let nas = requester.destination().address;
    let datagram = sent(&mut requester, RequestKind::Change, |_| Ok(()));
    let unsigned = reply(&datagram, Code::COA_ACK, None, "testing123", false);
    assert_eq!(requester.receive(nas, &unsigned, NOW), Arrival::Unauthentic);
    let signed = reply(&datagram, Code::COA_ACK, None, "testing123", true);
    assert!(matches!(requester.receive(nas, &signed, NOW), Arrival::Answer(_)));
}
