//! Plans that a dialect has no room for.

use std::sync::Arc;

use entitlement::{Cause, Quarantine, Shaping, Terms, WhenWithheld};

use super::*;

fn terms(upload: u64, download: u64) -> Terms {
    Terms { speed: Some(speed(upload, download)), ..Terms::default() }
}

#[test]
fn a_rate_is_refused_by_name_above_what_the_attribute_holds() {
    let dialects = Dialects::builtin();
    let (max, over) = (u64::from(u32::MAX), u64::from(u32::MAX) + 1);
    for (dialect, attribute, group_instead) in [
        ("huawei", "Huawei-Output-Average-Rate", true),
        ("generic", "WISPr-Bandwidth-Max-Down", false),
        ("wispr", "WISPr-Bandwidth-Max-Down", false),
    ] {
        assert_eq!(dialects.check(dialect, &terms(max, max)), Ok(()));
        let expected = Inexpressible::TooGreat {
            dialect: dialect.to_owned(),
            intent: "speed",
            attribute: attribute.to_owned(),
            value: over,
            max,
            group_instead,
        };
        assert_eq!(dialects.check(dialect, &terms(max, over)), Err(expected));
    }
    for dialect in ["mikrotik", "cisco", "juniper", "nokia", "accel-ppp", "no such"] {
        assert_eq!(dialects.check(dialect, &terms(over, u64::MAX)), Ok(()), "{dialect}");
    }
    let error = dialects.check("huawei", &terms(1, 10_u64.pow(10))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the dialect huawei cannot say this speed: Huawei-Output-Average-Rate would be \
         10000000000, and is at most 4294967295; set up a profile on the NAS and make it the \
         plan's group: it is sent in place of rates"
    );
}

#[test]
fn a_profile_takes_the_place_of_a_rate_that_is_too_great() {
    let dialects = Dialects::builtin();
    let fast = terms(1, 10_u64.pow(10));
    let profiled = Terms { group: Some("gold10g".into()), ..fast };
    assert_eq!(dialects.check("huawei", &profiled), Ok(()));
}

#[test]
fn a_burst_and_a_minimum_are_looked_at_too() {
    let dialects = Dialects::builtin();
    let burst = Burst { speed: speed(0, 10_u64.pow(10)), ..Burst::default() };
    let shaping = Shaping { burst: Some(burst), ..Shaping::default() };
    let error = dialects.check("huawei", &Terms { shaping, ..terms(1, 1) }).unwrap_err();
    assert!(error.to_string().contains("Huawei-Output-Peak-Rate would be 10000000000"), "{error}");
    let shaping = Shaping { minimum: Some(speed(10_u64.pow(10), 1)), ..Shaping::default() };
    let error = dialects.check("generic", &Terms { shaping, ..terms(1, 1) }).unwrap_err();
    assert!(error.to_string().contains("cannot say this minimum: WISPr-Bandwidth-Min-Up"));
}

#[test]
fn a_text_is_refused_that_is_longer_than_the_attribute() {
    let dialects = Dialects::builtin();
    let list = |len: usize| -> Option<Arc<str>> { Some("x".repeat(len).into()) };
    // Cisco's list is followed by `.in`; RouterOS's stands in a vendor's attribute.
    for (dialect, attribute, fits, max) in [
        ("cisco", "Filter-Id", 250, 253),
        ("generic", "Filter-Id", 253, 253),
        ("mikrotik", "Mikrotik-Address-List", 247, 247),
        ("juniper", "ERX-Service-Activate", 246, 246),
    ] {
        let of = |len| Terms { address_list: list(len), ..Terms::default() };
        assert_eq!(dialects.check(dialect, &of(fits)), Ok(()));
        let expected = Inexpressible::TooLong {
            dialect: dialect.to_owned(),
            intent: "address_list",
            attribute: attribute.to_owned(),
            len: max + 1,
            max,
        };
        assert_eq!(dialects.check(dialect, &of(fits + 1)), Err(expected.clone()));
        // The list of a quarantine is written by the same rule.
        let quarantine =
            Quarantine { pool: None, address_list: list(fits + 1), session_timeout_s: 60 };
        let when = WhenWithheld::Quarantine(quarantine);
        let late = Terms { when_withheld_for: vec![(Cause::Expired, when)], ..Terms::default() };
        assert_eq!(dialects.check(dialect, &late), Err(expected));
    }
}

#[test]
fn what_is_found_is_what_would_fail() {
    let dialects = Dialects::builtin();
    for len in 240..260 {
        let pool = "p".repeat(len);
        let terms = Terms { pool: Some((&*pool).into()), ..Terms::default() };
        for name in dialects.names() {
            let mut buffer = [0; 4096];
            let code = Code::ACCESS_ACCEPT;
            let mut writer =
                PacketWriter::without_message_authenticator(&mut buffer, code, 1).unwrap();
            let intents = Intents { pool: Some(&pool), ..Intents::default() };
            let is_written =
                dialects.named(name).unwrap().write(&intents, |_| false, &mut writer).is_ok();
            assert_eq!(dialects.check(name, &terms).is_ok(), is_written, "{name} {len}");
        }
    }
}
