//! What is explained is what happens.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use std::net::Ipv4Addr;

use aaa_engine::auth::{Credential, mschap};
use aaa_engine::ports::{CredentialError, Nas};
use aaa_engine::{Check, Outcome, Reason};
use common::*;
use entitlement::{Entitlement, Quarantine, Standing, Terms, Timestamp, Validity, WhenWithheld};
use proptest::prelude::*;
use radius_proto::{AttributeType, Packet};

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
        dialect in proptest::sample::select(
            &["mikrotik", "cisco", "nokia", "accel-ppp", "generic", "unheard-of"][..]
        ),
        credential in prop_oneof![
            4 => Just(Ok(Credential::clear_text(PASSWORD))),
            2 => Just(Ok(Credential::NtHash(mschap::nt_hash(PASSWORD)))),
            1 => Just(Err(CredentialError::Damaged)),
            1 => Just(Err(CredentialError::UnknownKey { key_id: 3 })),
        ],
        login in proptest::sample::select(&["alice", "alice", "alice", "bob", ""][..]),
    ) {
        let mut directory = Memory::default();
        directory.add(7, "alice", credential, entitlement);
        let nas = Nas { dialect: dialect.into(), ..nas(1) };
        let answered = answer(&engine(), &directory, &nas, &pap(login, PASSWORD));
        let mut explained = [0; 4096];
        let explanation =
            engine().explain(&directory, &nas, login.as_bytes(), NOW, &mut explained).unwrap();

        prop_assert_eq!(explanation.outcome, answered.decision.attempt.outcome);
        prop_assert_eq!(explanation.reason, answered.decision.attempt.reason);
        let explained = &explained[..explanation.reply_len];
        prop_assert_eq!(terms_of(explained), terms_of(&answered.octets));
        prop_assert_eq!(explained[0], answered.octets[0]);
        // Every check but the last one of a refusal is passed, or leads to quarantine.
        if explanation.outcome == Outcome::Accepted {
            prop_assert!(explanation.checks.iter().all(Check::is_passed));
        } else if explanation.reason != Reason::NoUserName {
            prop_assert!(!explanation.checks.iter().all(Check::is_passed));
        }
    }
}
