//! Access-Challenges over real sockets.
#![allow(clippy::unwrap_used, reason = "a broken test may stop here")]

mod common;

use aaa_engine::auth::{Method, chap_response};
use aaa_engine::{Outcome, Reason};
use common::*;
use radius_proto::{AttributeType, Code, Packet, PacketWriter};

fn eap_request(identifier: u8, eap: &[u8], state: Option<&[u8]>, is_signed: bool) -> Vec<u8> {
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, identifier)
            .unwrap();
    if is_signed {
        writer.message_authenticator().unwrap();
    }
    writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
    writer.attribute(AttributeType::EAP_MESSAGE, eap).unwrap();
    if let Some(state) = state {
        writer.attribute(AttributeType::STATE, state).unwrap();
    }
    writer.finish_access_request(&[identifier ^ 0x5a; 16], &secret()).to_vec()
}

const IDENTITY: &[u8] = b"\x02\x07\x00\x0a\x01alice";

#[test]
fn a_challenge_is_repeated_like_any_reply_and_only_the_end_is_logged() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let request = eap_request(1, IDENTITY, None, true);
    let challenge = client.ask(auth(&server), &request);
    assert_reply(&challenge, &request, Code::ACCESS_CHALLENGE);
    assert_eq!(client.ask(auth(&server), &request), challenge);

    let packet = Packet::parse(&challenge).unwrap();
    let asked = packet.first(AttributeType::EAP_MESSAGE).unwrap();
    let response = chap_response(asked[1], b"wonderland", &asked[6..]);
    let answer = [&[2, asked[1], 0, 22, 4, 16][..], &response].concat();
    let state = packet.first(AttributeType::STATE).unwrap();
    let request = eap_request(2, &answer, Some(state), true);
    assert_reply(&client.ask(auth(&server), &request), &request, Code::ACCESS_ACCEPT);

    let stats = server.stats();
    assert_eq!((stats.access_challenges, stats.access_accepts, stats.duplicates), (1, 1, 1));
    server.stop();
    let attempts = sink.attempts();
    assert_eq!(attempts.len(), 1);
    assert_eq!((attempts[0].outcome, attempts[0].reason), (Outcome::Accepted, Reason::Ok));
    assert_eq!(attempts[0].method, Method::EapMd5);
}

#[test]
fn another_request_gets_another_challenge() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let ask = |identifier| {
        let reply = client.ask(auth(&server), &eap_request(identifier, IDENTITY, None, true));
        let packet = Packet::parse(&reply).unwrap();
        packet.first(AttributeType::EAP_MESSAGE).unwrap().to_vec()
    };
    assert_ne!(ask(1), ask(2));
}

#[test]
fn eap_without_message_authenticator_gets_no_answer_whatever_the_policy() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    client.send(auth(&server), &eap_request(1, IDENTITY, None, false));
    client.hears_nothing();
    let stats = server.stats();
    assert!(stats.malformed_by_kind.contains(&("eap_message_unsigned", 1)));
    assert_eq!(stats.access_challenges, 0);
    server.stop();
    assert!(sink.entries().is_empty());
}
