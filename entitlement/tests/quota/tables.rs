//! Worked examples in literal amounts.

use entitlement::{
    Access, Direction, EXTRA_PRIORITY_DEFAULT, Grant, GrantId, GrantKind, Meter, TierAction,
    Timestamp, Validity, Window, Withheld,
};

use crate::common::*;

const NOW: &str = "2026-11-26T12:00:00Z";

fn home() -> entitlement::Entitlement {
    let mut monthly = quota("monthly", Window::Month, 500 * GB);
    monthly.tiers = vec![
        tier(80, TierAction::Notify),
        tier(100, TierAction::Throttle(mbit(2, 2))),
        tier(150, TierAction::Quarantine),
    ];
    service(vec![monthly])
}

#[test]
fn tiers_are_exact_to_the_octet() {
    let (service, now) = (home(), moment(NOW));
    let december = Some(moment("2026-12-01T00:00:00Z"));
    let (granted, withheld) = (
        Access::Granted { ends_at: None },
        Access::Withheld(Withheld::QuotaExhausted { resets_at: december }),
    );
    for (octets, access, speed, percent, left) in [
        (0, granted, mbit(20, 100), None, 750_000_000_000),
        (399_999_999_999, granted, mbit(20, 100), None, 350_000_000_001),
        (400_000_000_000, granted, mbit(20, 100), Some(80), 350_000_000_000),
        (499_999_999_999, granted, mbit(20, 100), Some(80), 250_000_000_001),
        (500_000_000_000, granted, mbit(2, 2), Some(100), 250_000_000_000),
        (749_999_999_999, granted, mbit(2, 2), Some(100), 1),
        (750_000_000_000, withheld, mbit(2, 2), Some(150), 0),
        (u64::MAX, withheld, mbit(2, 2), Some(150), 0),
    ] {
        let mut meter = Meter::default();
        download(&mut meter, &service, now, octets);
        let stance = stance(&service, &meter, now);
        assert_eq!(stance.access, access, "{octets}");
        assert_eq!(stance.speed, Some(speed), "{octets}");
        assert_eq!(stance.notices.first().map(|notice| notice.percent), percent, "{octets}");
        assert_eq!(stance.tier.map(|tier| tier.tier.percent), percent, "{octets}");
        assert_eq!(stance.quota_left.unwrap().both, Some(left), "{octets}");
        assert_eq!(stance.changes_at, if octets == 0 { None } else { december }, "{octets}");
    }
}

#[test]
fn a_percent_that_is_no_whole_octet_is_reached_by_the_octet_above_it() {
    let mut odd = quota("odd", Window::Day, 7);
    odd.tiers = vec![tier(50, TierAction::Notify), tier(99, TierAction::Quarantine)];
    let (service, now) = (service(vec![odd]), moment(NOW));
    let mut meter = Meter::default();
    for (octets, in_force) in [(3, 0), (4, 1), (5, 1), (6, 1), (7, 2)] {
        let before = charged(&service, &meter, "odd", now);
        download(&mut meter, &service, now, octets - before);
        assert_eq!(status(&service, &meter, "odd", now).tiers_in_force, in_force, "{octets}");
    }
}

#[test]
fn a_top_up_bought_at_120_percent_lifts_the_throttle_until_it_is_used_up() {
    let (mut service, now) = (home(), moment(NOW));
    let mut meter = Meter::default();
    download(&mut meter, &service, now, 600 * GB);
    assert_eq!(stance(&service, &meter, now).speed, Some(mbit(2, 2)));
    assert_eq!(stance(&service, &meter, now).quota_left.unwrap().both, Some(150 * GB));

    change(&mut service, |extras| extras.grants.push(top_up(1, 10 * GB)));
    let lifted = stance(&service, &meter, now);
    assert_eq!(lifted.speed, Some(mbit(20, 100)));
    assert_eq!(lifted.notices.first().map(|notice| notice.percent), Some(80));
    assert_eq!(lifted.quota_left.unwrap().both, Some(160 * GB));
    download(&mut meter, &service, now, 10 * GB - 1);
    assert_eq!(stance(&service, &meter, now).speed, Some(mbit(20, 100)));
    assert_eq!(charged(&service, &meter, "monthly", now), 600 * GB);
    download(&mut meter, &service, now, 2);
    assert_eq!(meter.used_of(GrantId(1)), 10 * GB);
    assert_eq!(charged(&service, &meter, "monthly", now), 600 * GB + 1);
    assert_eq!(stance(&service, &meter, now).speed, Some(mbit(2, 2)));
}

#[test]
fn a_top_up_lifts_a_quarantine_too() {
    let (mut service, now) = (home(), moment(NOW));
    let mut meter = Meter::default();
    download(&mut meter, &service, now, 750 * GB);
    change(&mut service, |extras| extras.grants.push(top_up(1, 1)));
    assert_eq!(stance(&service, &meter, now).access, Access::Granted { ends_at: None });
    download(&mut meter, &service, now, 1);
    assert!(matches!(
        stance(&service, &meter, now).access,
        Access::Withheld(Withheld::QuotaExhausted { .. })
    ));
}

#[test]
fn what_grants_do_not_cover_is_beyond_the_allowance() {
    let (mut service, now) = (home(), moment(NOW));
    change(&mut service, |extras| extras.grants = vec![top_up(1, 10 * GB), top_up(2, 5 * GB)]);
    let mut meter = Meter::default();
    download(&mut meter, &service, now, 520 * GB);
    assert_eq!(meter.used_of(GrantId(1)), 10 * GB);
    assert_eq!(meter.used_of(GrantId(2)), 5 * GB);
    assert_eq!(charged(&service, &meter, "monthly", now), 505 * GB);
}

#[test]
fn grants_are_used_in_their_order() {
    let (mut service, now) = (home(), moment(NOW));
    let until = |text| Validity { from: None, until: Some(moment(text)) };
    let bonus = |id| Grant { kind: GrantKind::Bonus, ..top_up(id, GB) };
    // From the last to the first.
    let order = [
        Grant { priority: EXTRA_PRIORITY_DEFAULT + 1, ..bonus(1) },
        Grant { granted_at: Timestamp::from_unix_s(5), ..top_up(2, GB) },
        top_up(9, GB),
        top_up(3, GB),
        bonus(10),
        Grant { validity: until("2027-01-02T00:00:00Z"), ..bonus(4) },
        Grant { validity: until("2027-01-01T00:00:00Z"), ..top_up(11, GB) },
        Grant { validity: until("2027-01-01T00:00:00Z"), ..bonus(12) },
        Grant { priority: EXTRA_PRIORITY_DEFAULT - 1, ..top_up(13, GB) },
        Grant { priority: 0, ..top_up(14, GB) },
    ];
    change(&mut service, |extras| extras.grants = order.to_vec());
    let mut meter = Meter::default();
    download(&mut meter, &service, now, GB);
    assert_eq!(meter.used_of(GrantId(14)), GB, "it comes before the allowance");
    download(&mut meter, &service, now, GB);
    assert_eq!(meter.used_of(GrantId(13)), GB);
    assert_eq!(charged(&service, &meter, "monthly", now), 0);
    download(&mut meter, &service, now, 500 * GB);
    for grant in order.iter().rev().skip(2) {
        assert_eq!(meter.used_of(grant.id), 0, "{:?}", grant.id);
        download(&mut meter, &service, now, GB);
        assert_eq!(meter.used_of(grant.id), GB, "{:?}", grant.id);
    }
    assert_eq!(charged(&service, &meter, "monthly", now), 500 * GB);
}

#[test]
fn every_quota_counts_every_octet_of_its_direction() {
    let day = quota("day", Window::Day, 10);
    let mut uploads = quota("uploads", Window::Month, 100);
    uploads = one_way(Direction::Upload, uploads);
    let mut downloads = quota("downloads", Window::Week, 100);
    downloads = one_way(Direction::Download, downloads);
    let (service, now) = (service(vec![day, uploads, downloads]), moment(NOW));
    let mut meter = Meter::default();
    meter.consume(&service, &record(now, now, 3, 4));
    for (name, octets) in [("day", 7), ("uploads", 3), ("downloads", 4)] {
        assert_eq!(charged(&service, &meter, name, now), octets, "{name}");
    }
}

#[test]
fn a_grant_covers_as_soon_as_one_of_the_quotas_is_used_up() {
    let (day, month) = (quota("day", Window::Day, 10), quota("month", Window::Month, 100));
    let (mut service, now) = (service(vec![day, month]), moment(NOW));
    change(&mut service, |extras| extras.grants.push(top_up(1, 5)));
    let mut meter = Meter::default();
    download(&mut meter, &service, now, 18);
    assert_eq!(meter.used_of(GrantId(1)), 5);
    assert_eq!(charged(&service, &meter, "day", now), 13);
    assert_eq!(charged(&service, &meter, "month", now), 13);
}

#[test]
fn each_session_has_a_quota_of_its_own() {
    let mut each = quota("each", Window::Session, 10);
    each.tiers = vec![tier(100, TierAction::Quarantine)];
    let (service, now) = (service(vec![each]), moment(NOW));
    let mut meter = Meter::default();
    download(&mut meter, &service, now, 10);
    let other = |meter: &Meter| service.stance(Some(meter), &[], Some(OTHER_SESSION), now).access;
    let granted = Access::Granted { ends_at: None };
    assert_eq!(other(&meter), granted);
    assert_eq!(service.stance(Some(&meter), &[], None, now).access, granted);
    let withheld = Access::Withheld(Withheld::QuotaExhausted { resets_at: None });
    assert_eq!(stance(&service, &meter, now).access, withheld);
    let revision = meter.revision();
    meter.end_session(OTHER_SESSION);
    assert_eq!(meter.revision(), revision);
    meter.end_session(SESSION);
    assert_eq!(meter.revision(), revision + 1);
    assert_eq!(charged(&service, &meter, "each", now), 0);
}

#[test]
fn of_too_many_sessions_the_one_heard_of_longest_ago_is_forgotten() {
    let (service, now) = (service(vec![quota("each", Window::Session, 10)]), moment(NOW));
    let mut meter = Meter::default();
    let key = |number: u8| entitlement::SessionKey([number; 16]);
    let count = u8::try_from(entitlement::SESSIONS_MAX).unwrap() + 1;
    for number in 0..count {
        let at = now.plus_s(if number == 5 { -1 } else { number.into() });
        let record = entitlement::UsageRecord { session: key(number), ..record(at, at, 0, 1) };
        meter.consume(&service, &record);
    }
    for number in 0..count {
        let status = service.quotas(Some(&meter), Some(key(number)), now);
        assert_eq!(status[0].charged.units(), u64::from(number != 5), "{number}");
    }
}

#[test]
fn a_report_that_comes_twice_changes_nothing() {
    let (service, now) = (home(), moment(NOW));
    let mut meter = Meter::default();
    download(&mut meter, &service, now, 1);
    let before = meter.clone();
    meter.consume(&service, &record(now, now.plus_s(86_400 * 30), 0, 0));
    assert_eq!(meter, before);
    download(&mut meter, &service, now, 1);
    assert_eq!(meter.revision(), before.revision() + 1);
}

#[test]
fn quotas_and_grants_that_are_gone_are_forgotten_at_the_next_report() {
    let (mut service, now) = (home(), moment(NOW));
    change(&mut service, |extras| extras.grants.push(top_up(1, GB)));
    let mut meter = Meter::default();
    download(&mut meter, &service, now, 501 * GB);
    let other_plan = crate::common::service(vec![quota("monthly", Window::Cycle, 10)]);
    assert_eq!(charged(&other_plan, &meter, "monthly", now), 0);
    download(&mut meter, &other_plan, now, 1);
    assert_eq!(charged(&other_plan, &meter, "monthly", now), 1);
    assert_eq!(charged(&service, &meter, "monthly", now), 0);
    assert_eq!(meter.used_of(GrantId(1)), 0);
}

#[test]
fn a_plan_that_gets_a_greater_allowance_keeps_what_is_charged() {
    let (service, now) = (home(), moment(NOW));
    let mut meter = Meter::default();
    download(&mut meter, &service, now, 500 * GB);
    let mut greater = home();
    let terms = std::sync::Arc::make_mut(&mut greater.terms);
    terms.quotas[0].allowance = quota("monthly", Window::Month, 1_000 * GB).allowance;
    let stance = stance(&greater, &meter, now);
    assert_eq!(stance.speed, Some(mbit(20, 100)));
    assert_eq!(charged(&greater, &meter, "monthly", now), 500 * GB);
}
