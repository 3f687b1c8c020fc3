//! Captures of real NASes (pppd 2.4.9, accel-ppp, CoovaChilli): every packet decodes, every
//! request is answered.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::net::{Ipv4Addr, UdpSocket};
use std::path::PathBuf;
use std::time::Duration;

use coa_client::{Arrival, Destination, Outcome, RequestKind, Requester, Settings};
use conformance::capture::{self, Datagram};
use conformance::{Installation, Peer};
use radius_dict::{Dictionary, text};
use radius_proto::{Authenticator, Code, MessageAuthenticator, Packet, Secret};

const WEIR: &str = env!("CARGO_BIN_EXE_weir-under-test");
/// The secret that all three captures were made with.
const CAPTURED_SECRET: &str = "testing123";

const CAPTURES: [&str; 3] = [
    "own_accelppp_mikrotik_ratelimit_coa_dm.pcap",
    "own_coovachilli_macauth_dm.pcap",
    "own_pppd249_radius_chap_session.pcap",
];

fn fixture(name: &str) -> Vec<Datagram> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    capture::read(&path).unwrap()
}

#[test]
fn every_packet_decodes_to_names_and_is_what_its_sender_signed() {
    let secret = Secret::new(CAPTURED_SECRET).unwrap();
    let mut packets = 0;
    for name in CAPTURES {
        let datagrams = fixture(name);
        // In these captures an answer always follows its request.
        let mut request: Option<Authenticator> = None;
        for (number, datagram) in datagrams.iter().enumerate() {
            let at = format!("{name}, packet {}", number + 1);
            let packet = Packet::parse(&datagram.payload).expect(&at);
            let printed = text::packet(Dictionary::builtin(), packet).to_string();
            // A hidden password prints as octets, with its name beside it.
            let nameless =
                printed.lines().find(|line| line.contains("Attr-") && !line.contains("hidden"));
            assert_eq!(nameless, None, "{at}");
            let signed = match (packet.code(), request) {
                (Code::ACCESS_REQUEST, _) => true,
                (Code::ACCOUNTING_REQUEST | Code::COA_REQUEST | Code::DISCONNECT_REQUEST, _) => {
                    packet.verify_request_authenticator(&secret)
                }
                (_, Some(request)) => packet.verify_response_authenticator(&request, &secret),
                (code, None) => panic!("{at}: {code} answers nothing"),
            };
            assert!(signed, "{at}: the authenticator is wrong");
            request = Some(*packet.authenticator());
            packets += 1;
        }
    }
    assert_eq!(packets, 34 + 12 + 6);
}

#[test]
fn every_captured_request_is_answered() {
    let installation = Installation::create(WEIR).unwrap();
    // The password that pppd's CHAP response was made with.
    installation.add_service("alice", "secret").unwrap();
    let _server = installation.serve().unwrap();
    let secret = Secret::new(CAPTURED_SECRET).unwrap();
    let mut answered = Vec::new();
    for (host, name) in (2..).zip(CAPTURES) {
        // A NAS each: that one signs its Access-Requests must not bind the others.
        let address = Ipv4Addr::new(127, 0, 0, host);
        installation.add_nas(name, &address.to_string(), CAPTURED_SECRET).unwrap();
        let socket = UdpSocket::bind((address, 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        for datagram in fixture(name) {
            let request = Packet::parse(&datagram.payload).unwrap();
            let to = match request.code() {
                Code::ACCESS_REQUEST => installation.authentication(),
                Code::ACCOUNTING_REQUEST => installation.accounting(),
                _ => continue,
            };
            socket.send_to(&datagram.payload, to).unwrap();
            let mut buffer = [0; 4096];
            let len = socket
                .recv(&mut buffer)
                .unwrap_or_else(|_| panic!("{name}: {request:?} is not answered"));
            let reply = Packet::parse(&buffer[..len]).unwrap();
            let authenticator = request.authenticator();
            assert!(reply.verify_response_authenticator(authenticator, &secret));
            if request.code() == Code::ACCESS_REQUEST {
                let signed = reply.verify_response_message_authenticator(authenticator, &secret);
                assert_eq!(signed, MessageAuthenticator::Valid);
            }
            answered.push((name.split('_').nth(1).unwrap(), reply.code()));
        }
    }
    let count = |nas: &str, code: Code| answered.iter().filter(|&&it| it == (nas, code)).count();
    // The client of accel-ppp had an empty password, that of CoovaChilli is unknown here.
    assert_eq!(count("accelppp", Code::ACCESS_REJECT), 1);
    assert_eq!(count("accelppp", Code::ACCOUNTING_RESPONSE), 8);
    assert_eq!(count("coovachilli", Code::ACCESS_REJECT), 1);
    assert_eq!(count("coovachilli", Code::ACCOUNTING_RESPONSE), 2);
    assert_eq!(count("pppd249", Code::ACCESS_ACCEPT), 1);
    assert_eq!(count("pppd249", Code::ACCOUNTING_RESPONSE), 2);
    assert_eq!(answered.len(), 15);
}

/// What somebody else asked accel-ppp, octet for octet, and what it answered.
#[test]
fn what_was_asked_of_accel_ppp_is_asked_alike_and_its_answers_are_believed() {
    let settings =
        Settings { event_timestamp: false, message_authenticator: false, ..Settings::default() };
    let mut answers = Vec::new();
    let datagrams = fixture("own_accelppp_mikrotik_ratelimit_coa_dm.pcap");
    for exchange in datagrams.windows(2) {
        let [asked, answered] = exchange else { unreachable!("windows of two") };
        let request = Packet::parse(&asked.payload).unwrap();
        let kinds = [RequestKind::Change, RequestKind::Disconnect];
        let Some(kind) = kinds.into_iter().find(|kind| kind.code() == request.code()) else {
            continue;
        };
        let secret = Secret::new(CAPTURED_SECRET).unwrap();
        let destination = Destination::new(asked.destination.into(), secret);
        let mut requester =
            Requester::new(destination.with_settings(settings), request.identifier());
        let id = requester
            .begin(kind, Duration::ZERO, 0, 0, |writer| {
                let mut attributes = request.attributes();
                attributes.try_for_each(|it| writer.attribute(it.kind, it.value))
            })
            .unwrap();
        let transmit = requester.poll_transmit(Duration::ZERO).unwrap();
        assert_eq!(transmit.datagram, asked.payload);
        let now = Duration::from_millis(3);
        let arrival = requester.receive(answered.source.into(), &answered.payload, now);
        assert_eq!(arrival, Arrival::Answer(id));
        let Some((_, Outcome::Answered(reply))) = requester.poll_outcome(now) else {
            panic!("no answer")
        };
        answers.push(reply.to_string());
    }
    assert_eq!(
        answers,
        [
            "CoA-ACK",
            "CoA-ACK",
            "CoA-ACK",
            "CoA-ACK",
            "CoA-NAK, Session-Context-Not-Found (503)",
            "CoA-NAK, NAS-Identification-Mismatch (403)",
            "Disconnect-NAK, Session-Context-Not-Found (503)",
            "Disconnect-ACK",
        ]
    );
}

/// A dissector that knows nothing of us reads what we answer, and validates its authenticators.
#[test]
fn tshark_finds_nothing_wrong_with_the_answers() {
    let Some(tshark) = Peer::Tshark.find() else { return };
    let installation = Installation::create(WEIR).unwrap();
    installation.weir(&["nas", "set", "loopback", "--secret", CAPTURED_SECRET]).unwrap();
    installation.add_service("alice", "secret").unwrap();
    let _server = installation.serve().unwrap();
    let mut exchanged = Vec::new();
    for request in fixture("own_pppd249_radius_chap_session.pcap") {
        let to = match Packet::parse(&request.payload).unwrap().code() {
            Code::ACCESS_REQUEST => installation.authentication(),
            Code::ACCOUNTING_REQUEST => installation.accounting(),
            _ => continue,
        };
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        socket.send_to(&request.payload, to).unwrap();
        let mut buffer = [0; 4096];
        let len = socket.recv(&mut buffer).expect("an answer");
        let reply = Datagram {
            source: request.destination,
            destination: request.source,
            payload: buffer[..len].to_vec(),
        };
        exchanged.extend([request, reply]);
    }
    let file = installation.path().join("exchanged.pcap");
    std::fs::write(&file, capture::write(&exchanged)).unwrap();
    let dissect = |arguments: &[&str]| {
        let output = std::process::Command::new(&tshark)
            .args(["-o", &format!("radius.shared_secret:{CAPTURED_SECRET}")])
            .args(["-o", "radius.validate_authenticator:TRUE", "-r"])
            .arg(&file)
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let lines = |printed: String| printed.lines().count();
    assert_eq!(lines(dissect(&["-Y", "radius"])), 6);
    assert_eq!(
        lines(dissect(&["-Y", "radius.code in {2, 5} && radius.authenticator.valid == 1"])),
        3
    );
    assert_eq!(
        dissect(&[
            "-Y",
            "radius.authenticator.invalid == 1 || _ws.malformed || _ws.expert.severity >= 6291456"
        ]),
        ""
    );
    let rate =
        dissect(&["-Y", "radius.code == 2", "-T", "fields", "-e", "radius.Mikrotik_Rate_Limit"]);
    assert_eq!(rate.trim(), "2M/10M");
}
