//! What is explained is what happens.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use core::num::NonZeroU16;
use std::net::Ipv4Addr;
use std::sync::Arc;

use aaa_engine::auth::{Credential, Methods, mschap};
use aaa_engine::ports::{CredentialError, Device, Devices, Nas};
use aaa_engine::{
    Activity, Check, Dialects, Engine, EngineSettings, Identifier, IdentifyBy, Known,
    LineIdentifier, LineKind, MacAddress, Outcome, Question, Reason,
};
use common::*;
use entitlement::{
    DeviceBinding, Entitlement, Quarantine, Standing, Terms, Timestamp, Validity, WhenWithheld,
};
use proptest::prelude::*;
use radius_proto::{AttributeType, Packet, VendorId, user_password};

const STATION: &str = "00:00:5E:00:53:0A";
/// The same address as another vendor writes it.
const STATION_ELSEWHERE: &str = "0000.5e00.530a";
const NO_METHODS: Methods =
    Methods { pap: false, chap: false, ms_chap_v1: false, ms_chap_v2: false, eap_md5: false };
const ADSL_FORUM: VendorId = VendorId(3561);
const PASSWORD: &str = "correct horse";

fn when_withheld() -> impl Strategy<Value = WhenWithheld> {
    let pool = proptest::option::of(Just("late-pool".into()));
    let address_list = proptest::option::of(Just("late".into()));
    prop_oneof![
        Just(WhenWithheld::Reject),
        (pool, address_list, 0_u32..900).prop_map(|(pool, address_list, session_timeout_s)| {
            WhenWithheld::Quarantine(Quarantine { pool, address_list, session_timeout_s })
        }),
    ]
}

fn entitlements() -> impl Strategy<Value = Entitlement> {
    let standing = proptest::sample::select(
        &[Standing::Active, Standing::Active, Standing::Suspended, Standing::Terminated][..],
    );
    let moment = || proptest::option::of((-100_i64..100).prop_map(seconds_from_now));
    let address = proptest::option::of(Just(Ipv4Addr::new(10, 1, 2, 3)));
    // NOW is a Friday, 8:00 in UTC.
    let hours = proptest::option::of(proptest::sample::select(
        &["fri 08:00-18:00", "mon-thu 00:00-24:00", "daily 22:00-08:00", "daily 00:00-24:00"][..],
    ));
    (standing, moment(), moment(), address, hours, when_withheld()).prop_map(
        |(standing, from, until, fixed_ipv4, hours, when_withheld)| {
            let hours = hours.map(|hours| hours.parse().unwrap());
            Entitlement {
                standing,
                validity: Validity { from, until },
                fixed_ipv4,
                ..entitlement(Terms { hours, when_withheld, ..terms() })
            }
        },
    )
}

fn seconds_from_now(seconds: i64) -> Timestamp {
    Timestamp::from_unix_ms(NOW.unix_ms() + seconds * 1_000)
}

/// The attributes that say what the session gets: not the signature, not our token.
fn terms_of(octets: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let packet = Packet::parse(octets).unwrap();
    let ours = [AttributeType::MESSAGE_AUTHENTICATOR, AttributeType::CLASS];
    let theirs = packet.attributes().filter(|attribute| !ours.contains(&attribute.kind));
    theirs.map(|attribute| (attribute.kind.0, attribute.value.to_vec())).collect()
}

proptest! {
    #[test]
    fn an_explanation_is_what_a_log_in_comes_to(
        entitlement in entitlements(),
        identify in proptest::sample::select(&[
            "user-name", "user-name", "circuit-id, user-name", "login: user-name; *: circuit-id",
        ][..]),
        circuit_id in proptest::option::of(proptest::sample::select(&["line 1", "line 2"][..])),
        service_type in proptest::option::weighted(0.3, proptest::sample::select(&[1_u8, 2, 6][..])),
        dialect in proptest::sample::select(
            &["mikrotik", "cisco", "nokia", "accel-ppp", "generic", "unheard-of"][..]
        ),
        pap_is_on in proptest::bool::weighted(0.9),
        credential in prop_oneof![
            4 => Just(Ok(Credential::clear_text(PASSWORD))),
            3 => Just(Ok(Credential::MacAddress)),
            2 => Just(Ok(Credential::NtHash(mschap::nt_hash(PASSWORD)))),
            1 => Just(Err(CredentialError::Damaged)),
            1 => Just(Err(CredentialError::UnknownKey { key_id: 3 })),
        ],
        login in proptest::sample::select(&["alice", "alice", "alice", "bob", ""][..]),
        listed in proptest::option::of(any::<bool>()),
        devices in proptest::sample::select(&[
            DeviceBinding::Any,
            DeviceBinding::Any,
            DeviceBinding::Listed,
            DeviceBinding::Learn { max: NonZeroU16::MIN },
        ][..]),
    ) {
        let by_mac = credential == Ok(Credential::MacAddress);
        let login = if by_mac && login == "alice" { STATION_ELSEWHERE } else { login };
        let mut directory = Memory::default();
        let mut entitlement = entitlement;
        Arc::make_mut(&mut entitlement.terms).devices = devices;
        directory.add(7, if by_mac { STATION } else { "alice" }, credential, entitlement);
        let address = MacAddress::parse(STATION.as_bytes()).unwrap();
        let list = listed.map(|is_allowed| Device { address, is_allowed }).into_iter().collect();
        let service = directory.services.values_mut().next().unwrap();
        service.0.devices = Some(Arc::new(Devices { list, reset_at: None }));
        let line = LineIdentifier::new(LineKind::CircuitId, None, b"line 1").unwrap();
        let found = directory.services.keys().next().unwrap().clone();
        directory.identifiers.insert(Identifier::Line(line), found);
        let identify = identify.parse().unwrap();
        let nas = Nas { dialect: dialect.into(), identify, ..nas(1) };
        // Nothing but PAP is tried here, so that it alone is switched off.
        let methods = if pap_is_on { Methods::default() } else { NO_METHODS };
        let engine =
            || Engine::new(EngineSettings { methods, ..settings() }, Dialects::builtin());
        let request = access_request(|writer| {
            writer.attribute(AttributeType::USER_NAME, login.as_bytes()).unwrap();
            let password = if by_mac { "" } else { PASSWORD };
            let (mut hidden, from) = ([0; 128], REQUEST_AUTHENTICATOR);
            let len = user_password::hide(password.as_bytes(), &mut hidden, &from, &secret());
            // A device may log in without any password at all, which no switch turns off.
            if pap_is_on || !by_mac {
                let hidden = &hidden[..len.unwrap()];
                writer.attribute(AttributeType::USER_PASSWORD, hidden).unwrap();
            }
            writer.attribute(AttributeType::CALLING_STATION_ID, STATION.as_bytes()).unwrap();
            if let Some(line) = circuit_id {
                writer.vendor_attribute(ADSL_FORUM, 1, line.as_bytes()).unwrap();
            }
            if let Some(kind) = service_type {
                writer.attribute(AttributeType::SERVICE_TYPE, &[0, 0, 0, kind]).unwrap();
            }
        });
        let answered = answer(&engine(), &directory, &nas, &request);
        let request = Packet::parse(&request).unwrap();
        let question = Question { nas: &nas, request: &request, at: NOW };
        let mut explained = [0; 4096];
        let activity = Activity::new();
        let explanation =
            engine().explain(Known { directory: &directory, activity: &activity }, &question, &mut explained).unwrap();

        prop_assert_eq!(explanation.outcome, answered.decision.attempt.outcome);
        prop_assert_eq!(explanation.reason, answered.decision.attempt.reason);
        let explained = &explained[..explanation.reply_len];
        prop_assert_eq!(terms_of(explained), terms_of(&answered.octets));
        prop_assert_eq!(explained[0], answered.octets[0]);
        // Every check but the last one of a refusal is passed, or leads to quarantine.
        if explanation.outcome == Outcome::Accepted {
            prop_assert!(explanation.checks.iter().all(Check::is_passed));
        } else {
            prop_assert!(!explanation.checks.iter().all(Check::is_passed));
        }
    }
}

/// A line is its own proof; the router itself is never reached by one.
#[test]
fn a_log_in_by_its_line_is_explained_by_it() {
    let mut directory = Memory::with("alice", Credential::clear_text("x"), entitlement(terms()));
    let line = LineIdentifier::new(LineKind::CircuitId, None, b"line 1").unwrap();
    directory.identifiers.insert(Identifier::Line(line), b"alice".to_vec());
    let nas = Nas { identify: "circuit-id".parse().unwrap(), ..nas(1) };
    let explain = |circuit_id: &[u8]| {
        let request = access_request(|writer| {
            writer.vendor_attribute(ADSL_FORUM, 1, circuit_id).unwrap();
        });
        let request = Packet::parse(&request).unwrap();
        let question = Question { nas: &nas, request: &request, at: NOW };
        let activity = Activity::new();
        let known = Known { directory: &directory, activity: &activity };
        engine().explain(known, &question, &mut [0; 4096]).unwrap()
    };
    let found = explain(b"line 1");
    assert_eq!((found.outcome, found.assumes_password), (Outcome::Accepted, false));
    let by_line = Some(IdentifyBy::Line(LineKind::CircuitId));
    assert!(matches!(&found.checks[0], Check::Login { by, .. } if *by == by_line));
    assert!(!found.checks.iter().any(|check| matches!(check, Check::Password { .. })));
    assert_eq!(explain(b"line 2").reason, Reason::UnknownLine);
}
