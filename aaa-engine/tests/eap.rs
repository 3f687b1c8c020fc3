//! EAP-Identity and EAP-MD5: whole conversations, packet by packet.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use core::num::NonZeroU16;
use std::sync::Arc;

use aaa_engine::auth::{Credential, Method, chap_response, mschap};
use aaa_engine::ports::Nas;
use aaa_engine::{
    AccessReply, Activity, ClassKey, Dialects, Engine, EngineSettings, Known, LockOut, Outcome,
    Reason, ReplyAttributes,
};
use common::*;
use entitlement::{Quarantine, Standing, Terms, Timestamp, WhenWithheld};
use proptest::prelude::*;
use radius_dict::Dictionary;
use radius_proto::{AttributeType, Code, DecodeErrorKind, Packet, PacketWriter};

const PASSWORD: &str = "correct horse";

/// Everything that a NAS and a subscriber speak to.
struct Network {
    engine: Engine,
    directory: Memory,
    activity: Activity,
}

/// What an Access-Challenge asks.
struct Challenge {
    identifier: u8,
    value: Vec<u8>,
    state: Vec<u8>,
}

impl Network {
    fn new(credential: Credential) -> Self {
        let directory = Memory::with("alice", credential, entitlement(terms()));
        Self { engine: engine(), directory, activity: Activity::new() }
    }

    fn alice() -> Self {
        Self::new(Credential::clear_text(PASSWORD))
    }

    fn with_settings(change: impl FnOnce(&mut EngineSettings)) -> Self {
        let mut settings = settings();
        change(&mut settings);
        Self { engine: Engine::new(settings, Dialects::builtin()), ..Self::alice() }
    }

    fn service(&mut self) -> &mut aaa_engine::ports::Service {
        &mut self.directory.services.get_mut(&b"alice"[..]).unwrap().0
    }

    fn send(&self, nas: &Nas, request: &[u8], now: Timestamp) -> (AccessReply, Vec<u8>) {
        reply_at(&self.engine, &self.directory, &self.activity, nas, request, now)
    }

    /// Says who is there and gets the challenge.
    fn challenge(&self, login: &str) -> Challenge {
        let (reply, octets) = self.send(&nas(1), &says_identity(7, login), NOW);
        assert!(matches!(reply, AccessReply::Challenge { .. }), "{reply:?}");
        let packet = Packet::parse(&octets).unwrap();
        assert_eq!(packet.code(), Code::ACCESS_CHALLENGE);
        assert_eq!(packet.first(AttributeType::SESSION_TIMEOUT), None);
        let eap = packet.first(AttributeType::EAP_MESSAGE).unwrap();
        let (head, value) = eap.split_at(6);
        assert_eq!(head, [1, 8, 0, 22, 4, 16]);
        let state = packet.first(AttributeType::STATE).unwrap().to_vec();
        Challenge { identifier: 8, value: value.to_vec(), state }
    }

    /// The end of a log-in.
    fn end(&self, nas: &Nas, request: &[u8], now: Timestamp) -> Answered {
        answer_at(&self.engine, &self.directory, &self.activity, nas, request, now)
    }

    /// A whole log-in.
    fn log_in(&self, login: &str, password: &str) -> Answered {
        self.end(&nas(1), &responds(login, password, &self.challenge(login)), NOW)
    }
}

fn request(login: &str, state: Option<&[u8]>, eap: &[&[u8]]) -> Vec<u8> {
    access_request(|writer| {
        writer.attribute(AttributeType::USER_NAME, login.as_bytes()).unwrap();
        for part in eap {
            writer.attribute(AttributeType::EAP_MESSAGE, part).unwrap();
        }
        if let Some(state) = state {
            writer.attribute(AttributeType::STATE, state).unwrap();
        }
    })
}

fn identity(identifier: u8, name: &str) -> Vec<u8> {
    let len = u8::try_from(name.len() + 5).unwrap();
    [&[2, identifier, 0, len, 1][..], name.as_bytes()].concat()
}

fn says_identity(identifier: u8, login: &str) -> Vec<u8> {
    request(login, None, &[&identity(identifier, login)])
}

fn md5(password: &str, challenge: &Challenge) -> Vec<u8> {
    let response = chap_response(challenge.identifier, password.as_bytes(), &challenge.value);
    [&[2, challenge.identifier, 0, 22, 4, 16][..], &response].concat()
}

fn responds(login: &str, password: &str, challenge: &Challenge) -> Vec<u8> {
    request(login, Some(&challenge.state), &[&md5(password, challenge)])
}

fn assert_success(answered: &Answered, identifier: u8) {
    assert_eq!(answered.packet().code(), Code::ACCESS_ACCEPT);
    let eap: Vec<_> =
        answered.packet().all(AttributeType::EAP_MESSAGE).map(<[u8]>::to_vec).collect();
    assert_eq!(eap, [[3, identifier, 0, 4]]);
    assert_eq!(answered.decision.attempt.method, Method::EapMd5);
}

fn assert_failure(answered: &Answered, reason: Reason, identifier: u8) {
    assert_eq!(answered.decision.attempt.reason, reason);
    assert_eq!(answered.decision.attempt.outcome, Outcome::Rejected);
    let packet = answered.packet();
    assert_eq!(packet.code(), Code::ACCESS_REJECT);
    let rest: Vec<_> = packet
        .attributes()
        .filter(|attribute| attribute.kind != AttributeType::MESSAGE_AUTHENTICATOR)
        .map(|attribute| (attribute.kind, attribute.value.to_vec()))
        .collect();
    assert_eq!(rest, [(AttributeType::EAP_MESSAGE, vec![4, identifier, 0, 4])]);
}

#[test]
fn a_log_in_gets_the_same_terms_as_any_other() {
    let network = Network::alice();
    let accepted = network.log_in("alice", PASSWORD);
    assert_eq!(accepted.decision.attempt.reason, Reason::Ok);
    assert_success(&accepted, 8);
    let terms = |answered: &Answered| {
        let own = [AttributeType::MESSAGE_AUTHENTICATOR, AttributeType::EAP_MESSAGE];
        let packet = answered.packet();
        let others = packet.attributes().filter(|attribute| !own.contains(&attribute.kind));
        others.map(|attribute| (attribute.kind, attribute.value.to_vec())).collect::<Vec<_>>()
    };
    let by_pap = network.end(&nas(1), &pap("alice", PASSWORD), NOW);
    assert_eq!(terms(&accepted), terms(&by_pap));
}

/// The example of RFC 2865 section 7.2, whose CHAP is the arithmetic of EAP-MD5 (RFC 3748 section
/// 5.4): identifier, challenge and response are those of the text, the password is "arctangent".
#[test]
fn the_octets_of_a_conversation() {
    const CHALLENGE: [u8; 16] = [
        0x2a, 0xee, 0x86, 0xf0, 0x8d, 0x0d, 0x55, 0x96, 0x9c, 0xa5, 0x97, 0x8e, 0x0d, 0x33, 0x67,
        0xa2,
    ];
    const RESPONSE: [u8; 22] = [
        0x02, 0x16, 0x00, 0x16, 0x04, 0x10, 0xe9, 0x75, 0x57, 0xc3, 0x16, 0x18, 0x58, 0x95, 0xf2,
        0x93, 0xff, 0x63, 0x44, 0x07, 0x72, 0x75,
    ];
    let directory =
        Memory::with("flopsy", Credential::clear_text("arctangent"), entitlement(terms()));
    let mut entropy = [0; 32];
    entropy[16..].copy_from_slice(&CHALLENGE);
    let ask = |request: &[u8]| {
        let request = Packet::parse(request).unwrap();
        let (mut reply, activity) = ([0; 4096], Activity::new());
        let known = Known { directory: &directory, activity: &activity };
        let answer = engine().access(known, &nas(1), &request, NOW, entropy, &mut reply).unwrap();
        reply[..answer.reply_len()].to_vec()
    };
    let challenge = ask(&request("flopsy", None, &[b"\x02\x15\x00\x0b\x01flopsy"]));
    let challenge = Packet::parse(&challenge).unwrap();
    let message = challenge.first(AttributeType::EAP_MESSAGE).unwrap();
    assert_eq!(message, [&[0x01, 0x16, 0x00, 0x16, 0x04, 0x10][..], &CHALLENGE].concat());
    let state = challenge.first(AttributeType::STATE).unwrap();
    // Version, identifier, 1,800,000,000,000 ms, the challenge; then the signature.
    let signed = b"\x01\x16\x00\x00\x01\xa3\x18\x5c\x50\x00";
    assert_eq!(state[..26], [&signed[..], &CHALLENGE].concat());
    assert_eq!(state.len(), 42);
    let end = ask(&request("flopsy", Some(state), &[&RESPONSE]));
    let end = Packet::parse(&end).unwrap();
    assert_eq!(end.code(), Code::ACCESS_ACCEPT);
    assert_eq!(end.first(AttributeType::EAP_MESSAGE), Some(&[0x03, 0x16, 0x00, 0x04][..]));
}

#[test]
fn a_wrong_password_and_an_unknown_login_look_the_same() {
    let network = Network::alice();
    let wrong = network.log_in("alice", "correct house");
    assert_failure(&wrong, Reason::WrongPassword, 8);
    let unknown = network.log_in("mallory", "correct house");
    assert_failure(&unknown, Reason::UnknownLogin, 8);
    assert_eq!(wrong.octets, unknown.octets);
    assert_eq!(wrong.decision.attempt.method, Method::EapMd5);
}

#[test]
fn an_eap_start_is_answered_with_the_question_who_is_there() {
    for start in [&[&b""[..]][..], &[b"", b""]] {
        let (reply, octets) = Network::alice().send(&nas(1), &request("", None, start), NOW);
        assert!(matches!(reply, AccessReply::Challenge { .. }), "{reply:?}");
        let packet = Packet::parse(&octets).unwrap();
        let eap = packet.first(AttributeType::EAP_MESSAGE).unwrap();
        assert_eq!((eap[0], &eap[2..]), (1, &[0, 5, 1][..]));
    }
}

#[test]
fn proxy_states_come_back_with_a_challenge() {
    let request = access_request(|writer| {
        writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
        writer.attribute(AttributeType::PROXY_STATE, b"one").unwrap();
        writer.attribute(AttributeType::EAP_MESSAGE, &identity(7, "alice")).unwrap();
        writer.attribute(AttributeType::PROXY_STATE, b"two").unwrap();
    });
    let (_, octets) = Network::alice().send(&nas(1), &request, NOW);
    let packet = Packet::parse(&octets).unwrap();
    let states: Vec<_> = packet.all(AttributeType::PROXY_STATE).collect();
    assert_eq!(states, [b"one", b"two"]);
}

#[test]
fn a_packet_may_be_split_over_attributes() {
    let network = Network::alice();
    let challenge = network.challenge("alice");
    let whole = md5(PASSWORD, &challenge);
    for at in 1..whole.len() {
        let (head, tail) = whole.split_at(at);
        let split = request("alice", Some(&challenge.state), &[head, tail]);
        assert_success(&network.end(&nas(1), &split, NOW), 8);
    }
    // In another order it is another packet.
    let (head, tail) = whole.split_at(10);
    let swapped = request("alice", Some(&challenge.state), &[tail, head]);
    let swapped = network.end(&nas(1), &swapped, NOW);
    assert_eq!(swapped.decision.attempt.reason, Reason::MalformedCredentials);
}

#[test]
fn a_request_without_message_authenticator_is_no_packet() {
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, 1).unwrap();
    writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
    writer.attribute(AttributeType::EAP_MESSAGE, &identity(7, "alice")).unwrap();
    let unsigned = writer.finish_access_request(&REQUEST_AUTHENTICATOR, &secret());
    let error = Packet::parse(unsigned).unwrap_err();
    assert_eq!(error.kind, DecodeErrorKind::EapMessageUnsigned);
}

#[test]
fn the_state_must_be_ours_and_of_this_login_and_nas() {
    let network = Network::alice();
    let challenge = network.challenge("alice");
    let response = md5(PASSWORD, &challenge);
    let end = |nas_id, login: &str, state: Option<&[u8]>| {
        network.end(&nas(nas_id), &request(login, state, &[&response]), NOW)
    };
    assert_success(&end(1, "alice", Some(&challenge.state)), 8);
    let mut forged = challenge.state.clone();
    forged[20] ^= 1;
    let of_another_login = network.challenge("mallory").state;
    let elsewhere = Network::with_settings(|settings| {
        settings.class_key = ClassKey::new([43; 16]).unwrap();
    });
    let of_another_key = elsewhere.challenge("alice").state;
    for state in
        [None, Some(&b""[..]), Some(&forged), Some(&of_another_login), Some(&of_another_key)]
    {
        assert_failure(&end(1, "alice", state), Reason::EapOutOfTurn, 8);
    }
    assert_failure(&end(2, "alice", Some(&challenge.state)), Reason::EapOutOfTurn, 8);
    assert_failure(&end(1, "mallory", Some(&challenge.state)), Reason::EapOutOfTurn, 8);
    // The right response, to another question than was asked last.
    let other = Challenge { identifier: 9, ..challenge };
    let end = network.end(&nas(1), &responds("alice", PASSWORD, &other), NOW);
    assert_failure(&end, Reason::EapOutOfTurn, 9);
}

#[test]
fn a_response_after_half_a_minute_is_too_late() {
    let network = Network::alice();
    let request = responds("alice", PASSWORD, &network.challenge("alice"));
    assert_success(&network.end(&nas(1), &request, NOW.plus_s(30)), 8);
    assert_failure(&network.end(&nas(1), &request, NOW.plus_s(31)), Reason::EapTooLate, 8);
    assert_failure(&network.end(&nas(1), &request, NOW.plus_s(86_400)), Reason::EapTooLate, 8);
}

#[test]
fn what_is_no_answer_to_a_challenge_is_refused_with_a_reason() {
    let network = Network::alice();
    let cases: [(&[u8], Reason, u8); 6] = [
        // Nak, asking for PEAP, and its long form.
        (b"\x02\x08\x00\x06\x03\x19", Reason::EapUnsupported, 8),
        (b"\x02\x08\x00\x0c\xfe\0\0\0\0\0\0\x03", Reason::EapUnsupported, 8),
        (b"\x02\x08\x00\x06\x19\x00", Reason::EapUnsupported, 8),
        (b"\x02\x08\x00\x09\x01bob!", Reason::EapIdentityDiffers, 8),
        (b"\x01\x08\x00\x0a\x01alice", Reason::MalformedCredentials, 8),
        (b"\x02", Reason::MalformedCredentials, 0),
    ];
    let state = network.challenge("alice").state;
    for (eap, reason, identifier) in cases {
        let answered = network.end(&nas(1), &request("alice", Some(&state), &[eap]), NOW);
        assert_failure(&answered, reason, identifier);
    }
    let nobody = network.end(&nas(1), &request("", None, &[&identity(1, "alice")]), NOW);
    assert_failure(&nobody, Reason::NoUserName, 1);
}

#[test]
fn credentials_that_cannot_serve_it_are_refused() {
    let hashed = Network::new(Credential::NtHash(mschap::nt_hash(PASSWORD)));
    assert_failure(&hashed.log_in("alice", PASSWORD), Reason::ChapNeedsClearText, 8);
    let empty = Network::new(Credential::clear_text(""));
    assert_failure(&empty.log_in("alice", ""), Reason::EmptyPassword, 8);
    let mut device = Network::alice();
    let login = "00:00:5E:00:53:0A";
    device.directory = Memory::with(login, Credential::MacAddress, entitlement(terms()));
    for password in ["", login] {
        let challenge = device.challenge(login);
        let request = access_request(|writer| {
            writer.attribute(AttributeType::USER_NAME, login.as_bytes()).unwrap();
            writer.attribute(AttributeType::CALLING_STATION_ID, login.as_bytes()).unwrap();
            writer.attribute(AttributeType::EAP_MESSAGE, &md5(password, &challenge)).unwrap();
            writer.attribute(AttributeType::STATE, &challenge.state).unwrap();
        });
        assert_failure(&device.end(&nas(1), &request, NOW), Reason::WrongPassword, 8);
    }
}

#[test]
fn it_can_be_switched_off() {
    let network = Network::with_settings(|settings| settings.methods.eap_md5 = false);
    let refused = network.end(&nas(1), &says_identity(7, "alice"), NOW);
    assert_failure(&refused, Reason::MethodOff, 7);
    assert_eq!(refused.decision.attempt.method, Method::EapMd5);
    // Even for who got a challenge before.
    let late = responds("alice", PASSWORD, &Network::alice().challenge("alice"));
    assert_failure(&network.end(&nas(1), &late, NOW), Reason::MethodOff, 8);
    let start = network.end(&nas(1), &request("alice", None, &[b""]), NOW);
    assert_eq!(start.decision.attempt.reason, Reason::MethodOff);
}

#[test]
fn the_rules_apply_without_words_beside_the_eap_message() {
    let mut network = Network::alice();
    network.service().entitlement.standing = Standing::Suspended;
    let mut withheld = |when_withheld| {
        network.service().entitlement.terms = Arc::new(Terms { when_withheld, ..terms() });
        network.log_in("alice", PASSWORD)
    };
    assert_failure(&withheld(WhenWithheld::Reject), Reason::Suspended, 8);
    let quarantine =
        Quarantine { pool: Some("late".into()), address_list: None, session_timeout_s: 900 };
    let quarantined = withheld(WhenWithheld::Quarantine(quarantine));
    assert_success(&quarantined, 8);
    assert_eq!(quarantined.decision.attempt.outcome, Outcome::Quarantined);
    assert_eq!(quarantined.decision.attempt.reason, Reason::Suspended);
    assert_eq!(quarantined.packet().first(AttributeType::FRAMED_POOL), Some(&b"late"[..]));
}

#[test]
fn a_reply_message_set_by_hand_is_left_out() {
    let mut network = Network::alice();
    let list = "Reply-Message = \"hello\", Port-Limit = 2";
    let list = ReplyAttributes::parse(list, Dictionary::builtin()).unwrap();
    network.service().reply_attributes = Some(list);
    let accepted = network.log_in("alice", PASSWORD);
    assert_success(&accepted, 8);
    assert_eq!(accepted.packet().first(AttributeType::REPLY_MESSAGE), None);
    assert_eq!(accepted.packet().first(AttributeType(62)), Some(&[0, 0, 0, 2][..]));
    let by_pap = network.end(&nas(1), &pap("alice", PASSWORD), NOW);
    assert_eq!(by_pap.packet().first(AttributeType::REPLY_MESSAGE), Some(&b"hello"[..]));
}

#[test]
fn wrong_passwords_lock_the_login_and_challenges_do_not() {
    let failures = NonZeroU16::new(2).unwrap();
    let lock_out = Some(LockOut { failures, within_s: 60, locked_s: 60 });
    let network = Network::with_settings(|settings| settings.lock_out = lock_out);
    for _ in 0..5 {
        let _asked = network.challenge("alice");
    }
    assert_success(&network.log_in("alice", PASSWORD), 8);
    for _ in 0..2 {
        assert_failure(&network.log_in("alice", "no"), Reason::WrongPassword, 8);
    }
    assert_failure(&network.log_in("alice", PASSWORD), Reason::LockedOut, 8);
}

proptest! {
    #[test]
    fn no_octets_log_in(
        parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 1..4),
        head in proptest::option::of((any::<u8>(), 5_u8..80, any::<u8>())),
        state in proptest::option::of(proptest::collection::vec(any::<u8>(), 30..50)),
        with_our_state in any::<bool>(),
    ) {
        let network = Network::alice();
        let head = head.map(|(identifier, len, kind)| vec![2, identifier, 0, len, kind % 6]);
        let eap: Vec<&[u8]> = head.iter().chain(&parts).map(Vec::as_slice).collect();
        let state = if with_our_state { Some(network.challenge("alice").state) } else { state };
        let request = request("alice", state.as_deref(), &eap);
        let (reply, octets) = network.send(&nas(1), &request, NOW);
        let packet = Packet::parse(&octets).unwrap();
        let message = packet.first(AttributeType::EAP_MESSAGE).unwrap();
        match reply {
            AccessReply::Challenge { .. } => prop_assert_eq!(message[0], 1),
            AccessReply::Decision(decision) => {
                prop_assert_eq!(decision.attempt.outcome, Outcome::Rejected);
                prop_assert_eq!((message[0], &message[2..]), (4, &[0, 4][..]));
            }
        }
    }
}
