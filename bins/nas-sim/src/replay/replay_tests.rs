//! The whole of a replay, against a scripted server over real UDP.

use std::os::fd::AsFd as _;
use std::path::Path;
use std::sync::mpsc;

use radius_proto::{MessageAuthenticator, PacketWriter, user_password};

use super::*;
use crate::dial::session::Port;
use crate::scripted::Scripted;

const CAPTURED_SECRET: &str = "testing123";
const SECRET: &str = "another one";
const PPPD: &str = "own_pppd249_radius_chap_session.pcap";
const ACCEL_PPP: &str = "own_accelppp_mikrotik_ratelimit_coa_dm.pcap";
const COOVACHILLI: &str = "own_coovachilli_macauth_dm.pcap";

fn secret(text: &str) -> Secret {
    Secret::new(text).unwrap()
}

fn settings(server: &Scripted, name: &str) -> Settings {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/fixtures");
    Settings {
        captured_secret: secret(CAPTURED_SECRET),
        ..Settings::new(server.target, secret(SECRET), folder.join(name))
    }
}

fn replay(settings: &Settings) -> Summary {
    let (stop, _running) = std::io::pipe().unwrap();
    run(settings, stop.as_fd(), &mut |_| {}).unwrap()
}

/// Signs an answer with `code` and a Session-Timeout.
fn answer(request: &[u8], code: Code, session_timeout_s: u32) -> Vec<Vec<u8>> {
    let request = Packet::parse(request).unwrap();
    let mut buffer = [0; 256];
    let mut writer = PacketWriter::new(&mut buffer, code, request.identifier()).unwrap();
    if code == Code::ACCESS_ACCEPT {
        writer.attribute(attr::SESSION_TIMEOUT, &session_timeout_s.to_be_bytes()).unwrap();
    }
    vec![writer.finish_response(request.authenticator(), &secret(SECRET)).to_vec()]
}

fn agreeing(port: Port, request: &[u8]) -> Vec<Vec<u8>> {
    let code = match port {
        Port::Authentication => Code::ACCESS_ACCEPT,
        Port::Accounting => Code::ACCOUNTING_RESPONSE,
    };
    answer(request, code, 600)
}

/// The server, and what it was asked.
fn recording(
    mut script: impl FnMut(Port, &[u8]) -> Vec<Vec<u8>> + Send + 'static,
) -> (Scripted, mpsc::Receiver<Vec<u8>>) {
    let (seen, requests) = mpsc::channel();
    let server = Scripted::start(move |port, request| {
        seen.send(request.to_vec()).unwrap();
        script(port, request)
    });
    (server, requests)
}

#[test]
fn every_request_is_asked_in_its_order_and_signed_for_the_other_server() {
    for (name, access, accounting, passed_over) in
        [(ACCEL_PPP, 1, 8, 16), (COOVACHILLI, 1, 2, 6), (PPPD, 1, 2, 0)]
    {
        let (server, requests) = recording(agreeing);
        let settings = settings(&server, name);
        let summary = replay(&settings);
        assert!(summary.is_clean(), "{name}: {summary:?}");
        assert_eq!(summary.agreed, access + accounting, "{name}");
        assert_eq!((summary.captured_forged, summary.passed_over), (0, passed_over), "{name}");
        assert!(!summary.is_identical(), "the captured server said more than Session-Timeout");
        let captured = capture::read(&settings.capture).unwrap();
        let captured: Vec<Packet<'_>> = captured.iter().filter_map(asked).collect();
        let sent: Vec<Vec<u8>> = requests.try_iter().collect();
        assert_eq!(sent.len(), captured.len());
        for (octets, captured) in sent.iter().zip(captured) {
            let packet = Packet::parse(octets).unwrap();
            let kinds = |packet: &Packet<'_>| -> Vec<u8> {
                packet.attributes().map(|attribute| attribute.kind.0).collect()
            };
            assert_eq!(kinds(&packet), kinds(&captured), "{name}");
            let authentic = packet.code() == Code::ACCESS_REQUEST
                || packet.verify_request_authenticator(&secret(SECRET));
            assert!(authentic, "{name}");
            let signed = packet.verify_message_authenticator(&secret(SECRET));
            assert_ne!(signed, MessageAuthenticator::Invalid, "{name}");
        }
    }
}

fn first_request(settings: impl FnOnce(&Scripted) -> Settings) -> Vec<u8> {
    let (server, requests) = recording(agreeing);
    replay(&settings(&server));
    let sent: Vec<Vec<u8>> = requests.try_iter().collect();
    sent.into_iter().find(|octets| octets[0] == 1).unwrap()
}

fn password(request: &[u8]) -> Vec<u8> {
    let packet = Packet::parse(request).unwrap();
    let hidden = packet.first(attr::USER_PASSWORD).unwrap();
    let mut clear = [0; 128];
    let secret = secret(SECRET);
    user_password::reveal(hidden, &mut clear, packet.authenticator(), &secret).unwrap().to_vec()
}

#[test]
fn a_password_is_opened_with_the_one_secret_and_hidden_with_the_other() {
    let request = first_request(|server| settings(server, COOVACHILLI));
    assert_eq!(password(&request), b"CE-EF-CA-A0-59-04");
    // None was captured, and none is sent, until it is said what it is here.
    let none = first_request(|server| settings(server, ACCEL_PPP));
    assert_eq!(Packet::parse(&none).unwrap().first(attr::USER_PASSWORD), Some([].as_slice()));
    let passwords = vec![("alice".to_owned(), "secret".to_owned())];
    let signed =
        first_request(|server| Settings { passwords, sign: true, ..settings(server, ACCEL_PPP) });
    assert_eq!(password(&signed), b"secret");
    let packet = Packet::parse(&signed).unwrap();
    let verified = packet.verify_message_authenticator(&secret(SECRET));
    assert_eq!(verified, MessageAuthenticator::Valid);
}

#[test]
fn chap_stays_valid_or_proves_another_password() {
    use md5::{Digest as _, Md5};
    let proves = |request: &[u8], password: &str| {
        let packet = Packet::parse(request).unwrap();
        let challenge = packet.first(attr::CHAP_CHALLENGE).unwrap_or(packet.authenticator());
        let response = packet.first(attr::CHAP_PASSWORD).unwrap();
        let digest = Md5::new()
            .chain_update(&response[..1])
            .chain_update(password)
            .chain_update(challenge)
            .finalize();
        response[1..] == digest[..]
    };
    let captured = first_request(|server| settings(server, PPPD));
    assert!(proves(&captured, "secret"));
    let passwords = vec![("alice".to_owned(), "opensesame".to_owned())];
    let other = first_request(|server| Settings { passwords, ..settings(server, PPPD) });
    assert!(proves(&other, "opensesame") && !proves(&other, "secret"));
}

#[test]
fn a_challenge_that_is_the_request_authenticator_stays() {
    let mut buffer = [0; 256];
    let mut writer = PacketWriter::new(&mut buffer, Code::ACCESS_REQUEST, 3).unwrap();
    writer.attribute(attr::USER_NAME, b"ann").unwrap();
    writer.attribute(attr::CHAP_PASSWORD, &[7; 17]).unwrap();
    let octets = writer.finish_access_request(&[5; 16], &secret(CAPTURED_SECRET)).to_vec();
    let (captured, new) = (secret(CAPTURED_SECRET), secret(SECRET));
    let keys = Keys { captured: &captured, secret: &new, passwords: &[], sign: false };
    let request = Packet::parse(&octets).unwrap();
    let rewritten = request::rewrite(&request, &keys, &[9; 16]).unwrap();
    let rewritten = Packet::parse(&rewritten).unwrap();
    assert_eq!(rewritten.authenticator(), &[5; 16]);
    assert_eq!(rewritten.verify_message_authenticator(&new), MessageAuthenticator::Valid);
}

#[test]
fn a_disagreement_is_told_with_what_differs() {
    let (server, _requests) = recording(|port, request| match port {
        Port::Authentication => answer(request, Code::ACCESS_REJECT, 0),
        Port::Accounting => agreeing(port, request),
    });
    let summary = replay(&settings(&server, PPPD));
    assert_eq!((summary.agreed, summary.disagreed), (2, 1));
    assert!(!summary.is_clean());
    let exchange = &summary.exchanges[0];
    assert_eq!(exchange.verdict, Verdict::Disagreed);
    assert_eq!(exchange.request, "Access-Request of alice");
    assert_eq!(exchange.captured.as_deref(), Some("Access-Accept"));
    assert_eq!(exchange.answered.as_deref(), Some("Access-Reject"));
    for said in ["Session-Timeout=12", "Framed-IP-Address=100.64.0.77", "Class"] {
        assert!(exchange.only_captured.iter().any(|it| it == said), "{exchange:?}");
    }

    let (server, _requests) = recording(agreeing);
    let summary = replay(&settings(&server, PPPD));
    let exchange = &summary.exchanges[0];
    assert_eq!(exchange.verdict, Verdict::Agreed);
    assert_eq!(exchange.only_answered, ["Session-Timeout=600"]);
    assert_eq!(summary.attributes_differ, 1);
}

#[test]
fn silence_and_what_was_sent_twice_are_counted() {
    let (server, requests) = recording(|port, request| match port {
        Port::Authentication => Vec::new(),
        Port::Accounting => agreeing(port, request),
    });
    let settings =
        Settings { timeout: Duration::from_millis(20), tries: 2, ..settings(&server, PPPD) };
    let summary = replay(&settings);
    assert_eq!((summary.unanswered, summary.retransmissions), (1, 1));
    let sent: Vec<Vec<u8>> = requests.try_iter().collect();
    assert_eq!(sent[0], sent[1]);

    // A text of a request that the NAS sent twice, and of no answer.
    let file = tempfile::NamedTempFile::new().unwrap();
    let datagrams = capture::read(&settings.capture).unwrap();
    let line: String = datagrams[2].payload.iter().map(|octet| format!("{octet:02x}")).collect();
    std::fs::write(file.path(), format!("{line}\n{line}\n")).unwrap();
    let settings = Settings { capture: file.path().to_owned(), ..settings };
    let summary = replay(&settings);
    assert_eq!((summary.requests, summary.nothing_captured), (2, 2));
    let sent: Vec<Vec<u8>> = requests.try_iter().collect();
    let (last, before) = (&sent[sent.len() - 1], &sent[sent.len() - 2]);
    assert_eq!(last, before, "the same octets again");
}

#[test]
fn the_pace_of_the_capture_can_be_kept_and_cut_short() {
    let (server, requests) = recording(agreeing);
    let settings = Settings { in_time: true, ..settings(&server, PPPD) };
    let (stop, running) = std::io::pipe().unwrap();
    let mut running = Some(running);
    let clock = Clock::start();
    // The Stop comes twelve seconds after the Start; nobody waits for it here.
    let summary = run(&settings, stop.as_fd(), &mut |exchange| {
        if exchange.number == 3 {
            running = None;
        }
    })
    .unwrap();
    assert_eq!((summary.requests, requests.try_iter().count()), (2, 2));
    let captured = capture::read(&settings.capture).unwrap();
    assert!(clock.now().elapsed >= captured[2].at, "not before its moment");
}
