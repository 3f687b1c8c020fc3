//! Whole path: the octets of an Access-Request in, the octets of the reply out.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use std::net::Ipv4Addr;

use aaa_engine::auth::mppe::StartKeys;
use aaa_engine::auth::{Credential, Method, chap_response, mschap};
use aaa_engine::ports::{CredentialError, Nas, NasId};
use aaa_engine::{
    AccessReply, Activity, Dialects, Engine, Known, Mppe, Outcome, Reason, ReplyError,
};
use common::*;
use entitlement::{Quarantine, ServiceId, Standing, Terms, Timestamp, WhenWithheld};
use radius_dict::{ReadAttributes as _, attr};
use radius_proto::{AttributeType, Code, Packet, Secret, VendorId, salted, user_password};

const PASSWORD: &str = "clientPass";

fn clear_text() -> Credential {
    Credential::clear_text(PASSWORD)
}

fn nt_hash() -> Credential {
    Credential::NtHash(mschap::nt_hash(PASSWORD))
}

fn alice(credential: Credential) -> Memory {
    Memory::with("alice", credential, entitlement(terms()))
}

fn assert_accepted(answered: &Answered) {
    assert_eq!(answered.decision.attempt.reason, Reason::Ok);
    assert_eq!(answered.decision.attempt.outcome, Outcome::Accepted);
    assert_eq!(answered.packet().code(), Code::ACCESS_ACCEPT);
}

fn assert_rejected(answered: &Answered, reason: Reason) {
    assert_eq!(answered.decision.attempt.reason, reason);
    assert_eq!(answered.decision.attempt.outcome, Outcome::Rejected);
    assert_eq!(answered.packet().code(), Code::ACCESS_REJECT);
    assert_eq!(answered.packet().first(AttributeType::CLASS), None);
}

fn chap(login: &str, password: &str, challenge: Option<&[u8]>) -> Vec<u8> {
    let response =
        chap_response(3, password.as_bytes(), challenge.unwrap_or(&REQUEST_AUTHENTICATOR));
    access_request(|writer| {
        writer.attribute(AttributeType::USER_NAME, login.as_bytes()).unwrap();
        let value: Vec<u8> = [&[3][..], &response].concat();
        writer.attribute(AttributeType::CHAP_PASSWORD, &value).unwrap();
        if let Some(challenge) = challenge {
            writer.attribute(AttributeType::CHAP_CHALLENGE, challenge).unwrap();
        }
    })
}

fn ms_chap_v1(login: &str, password: &str, flags: u8) -> Vec<u8> {
    let response = mschap::challenge_response(b"8-octets", &mschap::nt_hash(password));
    access_request(|writer| {
        writer.attribute(AttributeType::USER_NAME, login.as_bytes()).unwrap();
        writer.vendor_attribute(VendorId::MICROSOFT, 11, b"8-octets").unwrap();
        let value: Vec<u8> = [&[9, flags][..], &[0; 24], &response].concat();
        writer.vendor_attribute(VendorId::MICROSOFT, 1, &value).unwrap();
    })
}

/// The challenges of RFC 2759 section 9.2.
const AUTHENTICATOR_CHALLENGE: [u8; 16] = [
    0x5b, 0x5d, 0x7c, 0x7d, 0x7b, 0x3f, 0x2f, 0x3e, 0x3c, 0x2c, 0x60, 0x21, 0x32, 0x26, 0x26, 0x28,
];
const PEER_CHALLENGE: [u8; 16] = [
    0x21, 0x40, 0x23, 0x24, 0x25, 0x5e, 0x26, 0x2a, 0x28, 0x29, 0x5f, 0x2b, 0x3a, 0x33, 0x7c, 0x7e,
];

fn ms_chap_v2_response(login: &str, password: &str) -> [u8; 24] {
    let hash = mschap::nt_hash(password);
    mschap::nt_response(&AUTHENTICATOR_CHALLENGE, &PEER_CHALLENGE, login.as_bytes(), &hash)
}

fn ms_chap_v2(login: &str, password: &str) -> Vec<u8> {
    let response = ms_chap_v2_response(login, password);
    access_request(|writer| {
        writer.attribute(AttributeType::USER_NAME, login.as_bytes()).unwrap();
        writer.vendor_attribute(VendorId::MICROSOFT, 11, &AUTHENTICATOR_CHALLENGE).unwrap();
        let value: Vec<u8> = [&[9, 0][..], &PEER_CHALLENGE, &[0; 8], &response].concat();
        writer.vendor_attribute(VendorId::MICROSOFT, 25, &value).unwrap();
    })
}

#[test]
fn pap_serves_both_forms_of_credential() {
    for credential in [clear_text(), nt_hash()] {
        let directory = alice(credential);
        let right = answer(&engine(), &directory, &nas(1), &pap("alice", PASSWORD));
        assert_accepted(&right);
        assert_eq!(right.decision.attempt.method, Method::Pap);
        let wrong = answer(&engine(), &directory, &nas(1), &pap("alice", "clientpass"));
        assert_rejected(&wrong, Reason::WrongPassword);
        assert_eq!(wrong.packet().attributes().count(), 1, "nothing is given away");
    }
}

#[test]
fn a_long_pap_password_and_one_that_is_not_text() {
    let long = "p".repeat(128);
    let directory = alice(Credential::clear_text(long.as_str()));
    assert_accepted(&answer(&engine(), &directory, &nas(1), &pap("alice", &long)));
    let directory = alice(Credential::clear_text([0xff, 0xfe, 0x01]));
    let request = access_request(|writer| {
        writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
        let mut hidden = [0; 16];
        user_password::hide(&[0xff, 0xfe, 0x01], &mut hidden, &REQUEST_AUTHENTICATOR, &secret())
            .unwrap();
        writer.attribute(AttributeType::USER_PASSWORD, &hidden).unwrap();
    });
    assert_accepted(&answer(&engine(), &directory, &nas(1), &request));
    let hashed = answer(&engine(), &alice(nt_hash()), &nas(1), &request);
    assert_rejected(&hashed, Reason::WrongPassword);
}

#[test]
fn chap_uses_its_challenge_or_the_authenticator() {
    let directory = alice(clear_text());
    for challenge in [None, Some(&b"sixteen octets.."[..]), Some(b"five.")] {
        let right = answer(&engine(), &directory, &nas(1), &chap("alice", PASSWORD, challenge));
        assert_accepted(&right);
        assert_eq!(right.decision.attempt.method, Method::Chap);
        let wrong = answer(&engine(), &directory, &nas(1), &chap("alice", "no", challenge));
        assert_rejected(&wrong, Reason::WrongPassword);
    }
    let response = chap_response(3, PASSWORD.as_bytes(), b"");
    let empty_challenge = access_request(|writer| {
        writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
        let value: Vec<u8> = [&[3][..], &response].concat();
        writer.attribute(AttributeType::CHAP_PASSWORD, &value).unwrap();
        writer.attribute(AttributeType::CHAP_CHALLENGE, b"").unwrap();
    });
    let reused = answer(&engine(), &directory, &nas(1), &empty_challenge);
    assert_rejected(&reused, Reason::WrongPassword);
    let hashed = answer(&engine(), &alice(nt_hash()), &nas(1), &chap("alice", PASSWORD, None));
    assert_rejected(&hashed, Reason::ChapNeedsClearText);
}

#[test]
fn ms_chap_v1_leaves_keys_for_mppe() {
    for credential in [clear_text(), nt_hash()] {
        let directory = alice(credential);
        let right = answer(&engine(), &directory, &nas(1), &ms_chap_v1("alice", PASSWORD, 1));
        assert_accepted(&right);
        assert_eq!(right.decision.attempt.method, Method::MsChapV1);
        let packet = right.packet();
        assert_eq!(packet.first_vendor(VendorId::MICROSOFT, 7), Some(&[0, 0, 0, 1][..]));
        assert_eq!(packet.first_vendor(VendorId::MICROSOFT, 8), Some(&[0, 0, 0, 4][..]));
        let hidden = packet.first_vendor(VendorId::MICROSOFT, 12).unwrap();
        let mut keys = [0; 32];
        user_password::reveal_padded(hidden, &mut keys, &REQUEST_AUTHENTICATOR, &secret()).unwrap();
        let hash_hash = mschap::nt_hash_hash(&mschap::nt_hash(PASSWORD));
        assert_eq!(keys[8..24], hash_hash);
        assert_eq!((&keys[..8], &keys[24..]), (&[0; 8][..], &[0; 8][..]));
    }
}

#[test]
fn ms_chap_v1_rejections_carry_an_error() {
    let wrong = answer(&engine(), &alice(clear_text()), &nas(1), &ms_chap_v1("alice", "no", 1));
    assert_rejected(&wrong, Reason::WrongPassword);
    let error = wrong.packet().first_vendor(VendorId::MICROSOFT, 2).unwrap().to_vec();
    assert_eq!(error, b"\x09E=691 R=0 C=1112131415161718 V=2");
    let lm_only =
        answer(&engine(), &alice(clear_text()), &nas(1), &ms_chap_v1("alice", PASSWORD, 0));
    assert_rejected(&lm_only, Reason::LmResponseOnly);
}

#[test]
fn ms_chap_v2_proves_the_server_and_leaves_the_keys_of_rfc_3079() {
    for credential in [clear_text(), nt_hash()] {
        let directory = Memory::with("User", credential, entitlement(terms()));
        let right = answer(&engine(), &directory, &nas(1), &ms_chap_v2("User", PASSWORD));
        assert_accepted(&right);
        assert_eq!(right.decision.attempt.method, Method::MsChapV2);
        let packet = right.packet();
        let success = packet.first_vendor(VendorId::MICROSOFT, 26).unwrap();
        assert_eq!(success, b"\x09S=407A5589115FD0D6209F510FE9C04566932CDA56");
        assert_eq!(packet.first_vendor(VendorId::MICROSOFT, 7), Some(&[0, 0, 0, 1][..]));
        assert_eq!(packet.first_vendor(VendorId::MICROSOFT, 8), Some(&[0, 0, 0, 6][..]));
        let mut salts = Vec::new();
        let mut reveal = |kind| {
            let hidden = packet.first_vendor(VendorId::MICROSOFT, kind).unwrap();
            assert_eq!((hidden.len(), hidden[0] & 0x80), (34, 0x80));
            salts.push(hidden[..2].to_vec());
            let mut plain = [0; 32];
            salted::reveal(hidden, &mut plain, &REQUEST_AUTHENTICATOR, &secret()).unwrap().to_vec()
        };
        let (send, receive) = (reveal(16), reveal(17));
        assert_ne!(salts[0], salts[1]);
        let rfc_3079_section_3_5_3 = [
            0x8b, 0x7c, 0xdc, 0x14, 0x9b, 0x99, 0x3a, 0x1b, 0xa1, 0x18, 0xcb, 0x15, 0x3f, 0x56,
            0xdc, 0xcb,
        ];
        assert_eq!(send, rfc_3079_section_3_5_3);
        let hash_hash = mschap::nt_hash_hash(&mschap::nt_hash(PASSWORD));
        let client = StartKeys::of_ms_chap_v2(&hash_hash, &ms_chap_v2_response("User", PASSWORD));
        assert_eq!((send, receive), (client.send.to_vec(), client.receive.to_vec()));
    }
}

#[test]
fn ms_chap_v2_rejections_carry_an_error() {
    let wrong = answer(&engine(), &alice(clear_text()), &nas(1), &ms_chap_v2("alice", "no"));
    assert_rejected(&wrong, Reason::WrongPassword);
    let error = wrong.packet().first_vendor(VendorId::MICROSOFT, 2).unwrap().to_vec();
    assert_eq!(error, b"\x09E=691 R=0 C=1112131415161718191A1B1C1D1E1F20 V=3");
    let unknown = answer(&engine(), &alice(clear_text()), &nas(1), &ms_chap_v2("bob", "no"));
    assert_rejected(&unknown, Reason::UnknownLogin);
    let same = unknown.packet().first_vendor(VendorId::MICROSOFT, 2).unwrap().to_vec();
    assert_eq!(same, error, "an unknown login looks like a wrong password");
}

#[test]
fn a_domain_is_looked_up_but_not_hashed() {
    let directory = Memory::with(r"BIGCO\User", clear_text(), entitlement(terms()));
    let right = answer(&engine(), &directory, &nas(1), &ms_chap_v2(r"BIGCO\User", PASSWORD));
    assert_accepted(&right);
    let success = right.packet().first_vendor(VendorId::MICROSOFT, 26).unwrap().to_vec();
    assert_eq!(success, b"\x09S=407A5589115FD0D6209F510FE9C04566932CDA56");
    assert_eq!(&*right.decision.attempt.login, r"BIGCO\User");
}

#[test]
fn mppe_can_be_off_or_required() {
    for (mppe, policy) in [(Mppe::Off, None), (Mppe::Required, Some(&[0, 0, 0, 2][..]))] {
        let mut settings = settings();
        settings.mppe = mppe;
        let engine = Engine::new(settings, Dialects::builtin());
        for request in [ms_chap_v1("alice", PASSWORD, 1), ms_chap_v2("alice", PASSWORD)] {
            let right = answer(&engine, &alice(clear_text()), &nas(1), &request);
            assert_accepted(&right);
            let packet = right.packet();
            assert_eq!(packet.first_vendor(VendorId::MICROSOFT, 7), policy);
            let keys = [12, 16, 17].map(|kind| packet.first_vendor(VendorId::MICROSOFT, kind));
            assert_eq!(keys.iter().any(Option::is_some), policy.is_some());
        }
    }
}

#[test]
fn every_method_can_be_switched_off() {
    let requests = [
        (Method::Pap, pap("alice", PASSWORD)),
        (Method::Chap, chap("alice", PASSWORD, None)),
        (Method::MsChapV1, ms_chap_v1("alice", PASSWORD, 1)),
        (Method::MsChapV2, ms_chap_v2("alice", PASSWORD)),
    ];
    for off in requests.iter().map(|(method, _)| *method) {
        let mut settings = settings();
        let methods = &mut settings.methods;
        match off {
            Method::Pap => methods.pap = false,
            Method::Chap => methods.chap = false,
            Method::MsChapV1 => methods.ms_chap_v1 = false,
            Method::MsChapV2 => methods.ms_chap_v2 = false,
            Method::EapMd5 | Method::Absent => unreachable!("not among the requests"),
        }
        let engine = Engine::new(settings, Dialects::builtin());
        for (method, request) in &requests {
            let answered = answer(&engine, &alice(clear_text()), &nas(1), request);
            if *method == off {
                assert_rejected(&answered, Reason::MethodOff);
            } else {
                assert_accepted(&answered);
            }
            assert_eq!(answered.decision.attempt.method, *method);
        }
    }
}

#[test]
fn requests_that_prove_nothing_are_rejected_with_a_reason() {
    let user = |writer: &mut radius_proto::PacketWriter<'_>| {
        writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
    };
    let with = |kind, value: &'static [u8]| {
        access_request(move |writer| {
            user(writer);
            writer.attribute(kind, value).unwrap();
        })
    };
    let microsoft = |kind, value: &'static [u8]| {
        access_request(move |writer| {
            user(writer);
            writer.vendor_attribute(VendorId::MICROSOFT, kind, value).unwrap();
        })
    };
    let no_login = access_request(|writer| {
        writer.attribute(AttributeType::USER_PASSWORD, &[1; 16]).unwrap();
    });
    let cases = [
        (access_request(user), Reason::NoCredentials),
        (access_request(|_| ()), Reason::NoUserName),
        (no_login, Reason::NoUserName),
        (with(AttributeType::USER_PASSWORD, b""), Reason::EmptyPassword),
        (pap("alice", ""), Reason::EmptyPassword),
        (with(AttributeType::USER_PASSWORD, b"seventeen octets."), Reason::MalformedCredentials),
        (with(AttributeType::USER_PASSWORD, &[1; 144]), Reason::MalformedCredentials),
        (with(AttributeType::CHAP_PASSWORD, &[1; 16]), Reason::MalformedCredentials),
        (with(AttributeType::CHAP_PASSWORD, b""), Reason::MalformedCredentials),
        (microsoft(1, &[1; 49]), Reason::MalformedCredentials),
        (microsoft(1, &[1; 50]), Reason::MalformedCredentials),
        (microsoft(25, &[1; 51]), Reason::MalformedCredentials),
        (microsoft(25, &[1; 50]), Reason::MalformedCredentials),
        (pap("bob", PASSWORD), Reason::UnknownLogin),
    ];
    for (request, reason) in cases {
        assert_rejected(&answer(&engine(), &alice(clear_text()), &nas(1), &request), reason);
    }
}

#[test]
fn an_empty_stored_password_proves_nothing() {
    let directory = alice(Credential::clear_text(""));
    for request in [chap("alice", "", None), ms_chap_v1("alice", "", 1), ms_chap_v2("alice", "")] {
        let answered = answer(&engine(), &directory, &nas(1), &request);
        assert_rejected(&answered, Reason::EmptyPassword);
    }
}

#[test]
fn credentials_that_do_not_open_are_reasons_of_their_own() {
    for (error, reason) in [
        (CredentialError::UnknownKey { key_id: 3 }, Reason::CredentialKeyMissing),
        (CredentialError::Damaged, Reason::CredentialDamaged),
    ] {
        let mut directory = Memory::default();
        directory.add(7, "alice", Err(error), entitlement(terms()));
        assert_rejected(&answer(&engine(), &directory, &nas(1), &pap("alice", PASSWORD)), reason);
    }
    let not_text = alice(Credential::clear_text([0xff]));
    let answered = answer(&engine(), &not_text, &nas(1), &ms_chap_v2("alice", PASSWORD));
    assert_rejected(&answered, Reason::PasswordNotText);
}

#[test]
fn an_accept_says_the_plan_in_mikrotiks_words() {
    let answered = answer(&engine(), &alice(clear_text()), &nas(1), &pap("alice", PASSWORD));
    let packet = answered.packet();
    assert_eq!(packet.get(attr::MIKROTIK_RATE_LIMIT), Some("2M/10M"));
    assert_eq!(packet.get(attr::FRAMED_POOL), Some("pppoe"));
    assert_eq!(packet.get(attr::FRAMED_IP_ADDRESS), None);
    assert_eq!(packet.get(attr::SESSION_TIMEOUT), Some(86_400));
    assert_eq!(packet.get(attr::IDLE_TIMEOUT), Some(600));
    assert_eq!(packet.get(attr::ACCT_INTERIM_INTERVAL), Some(300));
    assert_eq!(packet.get(attr::MIKROTIK_ADDRESS_LIST), None);
    assert_eq!(packet.first(AttributeType::CLASS).map(<[u8]>::len), Some(45));
}

#[test]
fn a_fixed_address_and_a_sooner_end() {
    let mut fixed = entitlement(Terms { interim_interval_s: Some(5), ..terms() });
    fixed.fixed_ipv4 = Some(Ipv4Addr::new(100, 64, 0, 9));
    fixed.validity.until = Some(NOW.plus_s(3_600));
    let directory = Memory::with("alice", clear_text(), fixed.clone());
    let answered = answer(&engine(), &directory, &nas(1), &pap("alice", PASSWORD));
    assert_accepted(&answered);
    let packet = answered.packet();
    assert_eq!(packet.get(attr::FRAMED_IP_ADDRESS), Some(Ipv4Addr::new(100, 64, 0, 9)));
    assert_eq!(packet.get(attr::FRAMED_IP_NETMASK), Some(Ipv4Addr::BROADCAST));
    assert_eq!(packet.get(attr::FRAMED_POOL), None);
    assert_eq!(packet.get(attr::SESSION_TIMEOUT), Some(3_600));
    assert_eq!(packet.get(attr::ACCT_INTERIM_INTERVAL), Some(60), "the least of RFC 2869");

    fixed.validity.until = Some(Timestamp::from_unix_ms(NOW.unix_ms() + 1));
    let directory = Memory::with("alice", clear_text(), fixed);
    let answered = answer(&engine(), &directory, &nas(1), &pap("alice", PASSWORD));
    assert_eq!(answered.packet().get(attr::SESSION_TIMEOUT), Some(1), "never zero");
}

fn withheld(standing: Standing, terms: Terms) -> Memory {
    let mut entitlement = entitlement(terms);
    entitlement.standing = standing;
    entitlement.validity.until = Some(NOW);
    Memory::with("alice", clear_text(), entitlement)
}

#[test]
fn an_expired_service_goes_into_quarantine() {
    let directory = withheld(Standing::Active, terms());
    let answered = answer(&engine(), &directory, &nas(1), &pap("alice", PASSWORD));
    let attempt = &answered.decision.attempt;
    assert_eq!((attempt.outcome, attempt.reason), (Outcome::Quarantined, Reason::Expired));
    let packet = answered.packet();
    assert_eq!(packet.code(), Code::ACCESS_ACCEPT);
    assert_eq!(packet.get(attr::MIKROTIK_ADDRESS_LIST), Some("weir-quarantine"));
    assert_eq!(packet.get(attr::SESSION_TIMEOUT), Some(300));
    assert_eq!(packet.get(attr::FRAMED_POOL), Some("pppoe"));
    assert!(packet.first(AttributeType::CLASS).is_some());
}

#[test]
fn a_quarantine_pool_replaces_every_other_address() {
    let quarantine =
        Quarantine { pool: Some("walled".into()), address_list: None, session_timeout_s: 0 };
    let when_withheld = WhenWithheld::Quarantine(quarantine);
    let mut entitlement = entitlement(Terms { when_withheld, ..terms() });
    entitlement.standing = Standing::Suspended;
    entitlement.fixed_ipv4 = Some(Ipv4Addr::new(100, 64, 0, 9));
    let directory = Memory::with("alice", clear_text(), entitlement);
    let answered = answer(&engine(), &directory, &nas(1), &pap("alice", PASSWORD));
    let attempt = &answered.decision.attempt;
    assert_eq!((attempt.outcome, attempt.reason), (Outcome::Quarantined, Reason::Suspended));
    assert_eq!(answered.packet().get(attr::FRAMED_POOL), Some("walled"));
    assert_eq!(answered.packet().get(attr::FRAMED_IP_ADDRESS), None);
    assert_eq!(answered.packet().get(attr::SESSION_TIMEOUT), Some(1));
}

#[test]
fn a_service_that_begins_soon_leaves_quarantine_then() {
    let mut entitlement = entitlement(terms());
    entitlement.validity.from = Some(NOW.plus_s(40));
    let directory = Memory::with("alice", clear_text(), entitlement);
    let answered = answer(&engine(), &directory, &nas(1), &pap("alice", PASSWORD));
    let attempt = &answered.decision.attempt;
    assert_eq!((attempt.outcome, attempt.reason), (Outcome::Quarantined, Reason::NotYetValid));
    assert_eq!(answered.packet().get(attr::SESSION_TIMEOUT), Some(40));
}

#[test]
fn quarantine_that_nothing_enforces_is_a_rejection() {
    let nothing = Quarantine { pool: None, address_list: None, session_timeout_s: 300 };
    for (directory, reason) in [
        (
            withheld(
                Standing::Active,
                Terms { when_withheld: WhenWithheld::Quarantine(nothing), ..terms() },
            ),
            Reason::Expired,
        ),
        (
            withheld(Standing::Suspended, Terms { when_withheld: WhenWithheld::Reject, ..terms() }),
            Reason::Suspended,
        ),
        (withheld(Standing::Terminated, terms()), Reason::Terminated),
    ] {
        let answered = answer(&engine(), &directory, &nas(1), &pap("alice", PASSWORD));
        assert_rejected(&answered, reason);
        assert_eq!(
            answered.packet().get(attr::REPLY_MESSAGE),
            Some("The service is not active. Please contact your provider.")
        );
        let wrong = answer(&engine(), &directory, &nas(1), &pap("alice", "no"));
        assert_rejected(&wrong, Reason::WrongPassword);
        assert_eq!(wrong.packet().get(attr::REPLY_MESSAGE), None);
        let ms_chap = answer(&engine(), &directory, &nas(1), &ms_chap_v2("alice", PASSWORD));
        let error = ms_chap.packet().first_vendor(VendorId::MICROSOFT, 2).unwrap().to_vec();
        assert!(error.starts_with(b"\x09E=647 R=0 "));
    }
}

#[test]
fn a_dialect_that_cannot_say_the_quarantine_rejects() {
    let mut dialects = Dialects::builtin();
    let text = "dialect plain\nsession_timeout Session-Timeout {seconds}\n";
    dialects.add("plain.dialect", text, radius_dict::Dictionary::builtin()).unwrap();
    let mut plain = nas(1);
    plain.dialect = "plain".into();
    let directory = withheld(Standing::Active, terms());
    let engine = Engine::new(settings(), dialects);
    assert_rejected(&answer(&engine, &directory, &plain, &pap("alice", PASSWORD)), Reason::Expired);
}

#[test]
fn a_dialect_that_leaves_the_quarantine_out_rejects() {
    let mut dialects = Dialects::builtin();
    let text = "dialect plain\naddress_list Filter-Id {list} unless speed\n";
    dialects.add("plain.dialect", text, radius_dict::Dictionary::builtin()).unwrap();
    let mut plain = nas(1);
    plain.dialect = "plain".into();
    let engine = Engine::new(settings(), dialects);
    let fast = withheld(Standing::Active, terms());
    assert_rejected(&answer(&engine, &fast, &plain, &pap("alice", PASSWORD)), Reason::Expired);
    let unlimited = withheld(Standing::Active, Terms { speed: None, ..terms() });
    let answered = answer(&engine, &unlimited, &plain, &pap("alice", PASSWORD));
    assert_eq!(answered.decision.attempt.outcome, Outcome::Quarantined);
    assert_eq!(answered.packet().get(attr::FILTER_ID), Some("weir-quarantine"));
}

#[test]
fn an_unknown_dialect_is_a_rejection_with_its_reason() {
    let mut unknown = nas(1);
    unknown.dialect = "klingon".into();
    let answered = answer(&engine(), &alice(clear_text()), &unknown, &pap("alice", PASSWORD));
    assert_rejected(&answered, Reason::UnknownDialect);
}

#[test]
fn every_proxy_state_comes_back_in_order() {
    let states: [&[u8]; 3] = [b"second hop", b"\0\xff", b"first hop"];
    let request = |login: &'static [u8]| {
        access_request(move |writer| {
            writer.attribute(AttributeType::USER_NAME, login).unwrap();
            writer.attribute(AttributeType::PROXY_STATE, states[0]).unwrap();
            let mut hidden = [0; 16];
            user_password::hide(
                PASSWORD.as_bytes(),
                &mut hidden,
                &REQUEST_AUTHENTICATOR,
                &secret(),
            )
            .unwrap();
            writer.attribute(AttributeType::USER_PASSWORD, &hidden).unwrap();
            writer.attribute(AttributeType::PROXY_STATE, states[1]).unwrap();
            writer.attribute(AttributeType::PROXY_STATE, states[2]).unwrap();
        })
    };
    for (login, code) in [(&b"alice"[..], Code::ACCESS_ACCEPT), (b"bob", Code::ACCESS_REJECT)] {
        let answered = answer(&engine(), &alice(clear_text()), &nas(1), &request(login));
        assert_eq!(answered.packet().code(), code);
        let echoed: Vec<_> = answered.packet().all(AttributeType::PROXY_STATE).collect();
        assert_eq!(echoed, states);
    }
}

#[test]
fn the_attempt_tells_who_and_where() {
    let request = access_request(|writer| {
        writer.attribute(AttributeType::USER_NAME, b"ali\x1b[2Jce\xff").unwrap();
        writer.attribute(AttributeType::CALLING_STATION_ID, b"AA:BB:CC:00:00:01").unwrap();
        writer.attribute(AttributeType::USER_PASSWORD, &[3; 16]).unwrap();
    });
    let attempt = answer(&engine(), &alice(clear_text()), &nas(5), &request).decision.attempt;
    assert_eq!(&*attempt.login, r"ali\u{1b}[2Jce\xff");
    assert_eq!(&*attempt.calling_station_id, "AA:BB:CC:00:00:01");
    assert_eq!((attempt.at, attempt.tenant, attempt.nas), (NOW, TENANT, NasId(5)));
    assert_eq!(attempt.service, None);
    let known = answer(&engine(), &alice(clear_text()), &nas(5), &pap("alice", PASSWORD));
    assert_eq!(known.decision.attempt.service, Some(ServiceId(7)));
}

#[test]
fn equal_inputs_give_an_equal_reply() {
    for request in [pap("alice", PASSWORD), ms_chap_v2("alice", PASSWORD), pap("alice", "no")] {
        let once = answer(&engine(), &alice(clear_text()), &nas(1), &request);
        let again = answer(&engine(), &alice(clear_text()), &nas(1), &request);
        assert_eq!(once.octets, again.octets);
        assert_eq!(once.decision, again.decision);
    }
}

#[test]
fn other_random_octets_make_another_class() {
    let octets = pap("alice", PASSWORD);
    let request = Packet::parse(&octets).unwrap();
    let class = |entropy| {
        let mut reply = [0; 4096];
        let decision = engine()
            .access(
                Known { directory: &alice(clear_text()), activity: &Activity::new() },
                &nas(1),
                &request,
                NOW,
                entropy,
                &mut reply,
            )
            .unwrap();
        let packet = Packet::parse(&reply[..decision.reply_len()]).unwrap();
        packet.first(AttributeType::CLASS).unwrap().to_vec()
    };
    assert_ne!(class([1; 32]), class([2; 32]));
}

#[test]
fn a_reply_that_does_not_fit_is_rejected_or_an_error() {
    let octets = pap("alice", PASSWORD);
    let request = Packet::parse(&octets).unwrap();
    let access = |reply: &mut [u8]| {
        engine().access(
            Known { directory: &alice(clear_text()), activity: &Activity::new() },
            &nas(1),
            &request,
            NOW,
            entropy(),
            reply,
        )
    };
    let AccessReply::Decision(decision) = access(&mut [0; 100]).unwrap() else {
        panic!("PAP has no challenges")
    };
    assert_eq!(decision.attempt.reason, Reason::ReplyTooLong);
    assert_eq!(decision.attempt.outcome, Outcome::Rejected);
    let error = access(&mut [0; 30]).unwrap_err();
    assert!(matches!(error, ReplyError::DoesNotFit(_)), "{error}");
}

#[test]
fn other_codes_are_refused() {
    let octets = accounting_request(|_| ());
    let request = Packet::parse(&octets).unwrap();
    let error = engine()
        .access(
            Known { directory: &Memory::default(), activity: &Activity::new() },
            &nas(1),
            &request,
            NOW,
            entropy(),
            &mut [0; 4096],
        )
        .unwrap_err();
    assert_eq!(error, ReplyError::UnexpectedCode { code: Code::ACCOUNTING_REQUEST });
}

/// RouterOS words a hotspot's log-in by MAC address as a log-in with an address, and sends the
/// `mac-auth-password` of the profile by PAP or CHAP.
#[test]
fn a_hotspot_that_has_a_password_for_devices_must_send_it() {
    const DEVICE: &str = "00:00:5E:00:53:0A";
    let directory = Memory::with(DEVICE, Credential::MacAddress, entitlement(terms()));
    let password = Some(Secret::new("of all devices").unwrap());
    let set = Nas { mac_auth_password: password, ..nas(1) };
    let hotspot = [
        (AttributeType::CALLING_STATION_ID, DEVICE.as_bytes()),
        (AttributeType::SERVICE_TYPE, &[0, 0, 0, 1][..]),
        (AttributeType::FRAMED_IP_ADDRESS, &[10, 0, 0, 9][..]),
    ];
    let lease = [
        (AttributeType::CALLING_STATION_ID, DEVICE.as_bytes()),
        (AttributeType::NAS_PORT_TYPE, &[0, 0, 0, 15][..]),
    ];
    let pap = |nas: &Nas, password: &str, attributes: &[(AttributeType, &[u8])]| {
        let request = pap_with(DEVICE, password, attributes);
        answer(&engine(), &directory, nas, &request).decision.attempt.reason
    };
    let chap = |nas: &Nas, password: &str| {
        let response = chap_response(3, password.as_bytes(), &[8; 16]);
        let request = access_request(|writer| {
            writer.attribute(AttributeType::USER_NAME, DEVICE.as_bytes()).unwrap();
            writer.attribute(AttributeType::CHAP_CHALLENGE, &[8; 16]).unwrap();
            let value = [&[3][..], &response].concat();
            writer.attribute(AttributeType::CHAP_PASSWORD, &value).unwrap();
            for (kind, value) in hotspot {
                writer.attribute(kind, value).unwrap();
            }
        });
        answer(&engine(), &directory, nas, &request).decision.attempt.reason
    };
    assert_eq!(pap(&set, "of all devices", &hotspot), Reason::Ok);
    assert_eq!(chap(&set, "of all devices"), Reason::Ok);
    for wrong in ["", DEVICE, "of all device", "of all devices!"] {
        assert_eq!(pap(&set, wrong, &hotspot), Reason::WrongPassword, "{wrong}");
        assert_eq!(chap(&set, wrong), Reason::WrongPassword, "{wrong}");
    }
    // A lease of the same router comes as it came before, or with the password.
    for right in ["", DEVICE, "of all devices"] {
        assert_eq!(pap(&set, right, &lease), Reason::Ok, "{right}");
    }
    assert_eq!(pap(&set, "another", &lease), Reason::WrongPassword);
    // Where none is set, it is a wrong one.
    let unset = nas(1);
    assert_eq!(pap(&unset, "of all devices", &hotspot), Reason::WrongPassword);
    assert_eq!(chap(&unset, "of all devices"), Reason::WrongPassword);
    assert_eq!(pap(&unset, "", &hotspot), Reason::Ok);
}
