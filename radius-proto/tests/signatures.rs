//! What is signed verifies, under the one rule that is right for it, and nothing else does.
#![allow(clippy::unwrap_used, reason = "a broken test may stop here")]

mod common;

use common::{raw, secret, signed};
use radius_proto::{Code, MessageAuthenticator, Packet, Secret};

const REQUEST: [u8; 16] = *b"request authentr";

const WITH_RANDOM: [Code; 2] = [Code::ACCESS_REQUEST, Code::STATUS_SERVER];
const WITH_ZEROS: [Code; 3] =
    [Code::ACCOUNTING_REQUEST, Code::COA_REQUEST, Code::DISCONNECT_REQUEST];
const REPLIES: [Code; 9] = [
    Code::ACCESS_ACCEPT,
    Code::ACCESS_REJECT,
    Code::ACCESS_CHALLENGE,
    Code::ACCOUNTING_RESPONSE,
    Code::COA_ACK,
    Code::COA_NAK,
    Code::DISCONNECT_ACK,
    Code::DISCONNECT_NAK,
    Code::PROTOCOL_ERROR,
];

fn other_secret() -> Secret {
    Secret::new("xyzzy546").unwrap()
}

/// Whether the receiver of such a packet would take it for genuine.
fn is_genuine(octets: &[u8], code: Code, secret: &Secret) -> bool {
    let Ok(packet) = Packet::parse(octets) else { return false };
    if WITH_RANDOM.contains(&code) {
        return packet.verify_message_authenticator(secret) == MessageAuthenticator::Valid;
    }
    if WITH_ZEROS.contains(&code) {
        return packet.verify_request_authenticator(secret)
            && packet.verify_message_authenticator(secret) == MessageAuthenticator::Valid;
    }
    packet.verify_response_authenticator(&REQUEST, secret)
        && packet.verify_response_message_authenticator(&REQUEST, secret)
            == MessageAuthenticator::Valid
}

fn all_codes() -> impl Iterator<Item = Code> {
    WITH_RANDOM.into_iter().chain(WITH_ZEROS).chain(REPLIES)
}

#[test]
fn every_code_verifies_with_its_secret_only() {
    for code in all_codes() {
        let octets = signed(code, &REQUEST);
        assert!(is_genuine(&octets, code, &secret()), "{code}");
        assert!(!is_genuine(&octets, code, &other_secret()), "{code}");
    }
}

#[test]
fn no_bit_of_a_signed_packet_can_be_flipped() {
    for code in all_codes() {
        let octets = signed(code, &REQUEST);
        for bit in 0..octets.len() * 8 {
            let mut changed = octets.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_genuine(&changed, code, &secret()), "{code}, bit {bit}");
        }
    }
}

#[test]
fn each_of_the_two_signatures_of_a_reply_stands_alone() {
    for code in REPLIES {
        let octets = signed(code, &REQUEST);
        for bit in 0..octets.len() * 8 {
            let mut changed = octets.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let Ok(packet) = Packet::parse(&changed) else { continue };
            let digest = packet.verify_response_authenticator(&REQUEST, &secret());
            assert!(!digest, "{code}, bit {bit}");
            let message = packet.verify_response_message_authenticator(&REQUEST, &secret());
            // The Response Authenticator is made last and is not under the other signature.
            let outside = (4 * 8..20 * 8).contains(&bit);
            assert_eq!(message == MessageAuthenticator::Valid, outside, "{code}, bit {bit}");
        }
    }
}

#[test]
fn a_reply_to_another_request_is_not_genuine() {
    for code in REPLIES {
        let octets = signed(code, b"another request.");
        assert!(!is_genuine(&octets, code, &secret()), "{code}");
    }
}

#[test]
fn a_request_authenticator_proves_only_requests_that_are_digests() {
    for code in WITH_RANDOM.into_iter().chain(REPLIES) {
        // A reply to a request of zeros has the digest that an accounting request would have.
        let octets = signed(code, &[0; 16]);
        let packet = Packet::parse(&octets).unwrap();
        assert!(!packet.verify_request_authenticator(&secret()), "{code}");
    }
}

#[test]
fn a_reply_is_never_taken_for_a_signed_request() {
    for code in REPLIES {
        let octets = signed(code, &[0; 16]);
        let packet = Packet::parse(&octets).unwrap();
        let invalid = MessageAuthenticator::Invalid;
        assert_eq!(packet.verify_message_authenticator(&secret()), invalid, "{code}");
        let octets = raw(code.0, &[]);
        let packet = Packet::parse(&octets).unwrap();
        let absent = MessageAuthenticator::Absent;
        assert_eq!(packet.verify_message_authenticator(&secret()), absent, "{code}");
        let found = packet.verify_response_message_authenticator(&REQUEST, &secret());
        assert_eq!(found, absent, "{code}");
    }
}
