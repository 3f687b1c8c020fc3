//! A service that is paid as it goes: what nothing else covers is on the wallet.

use entitlement::{
    Access, Cause, Entitlement, Grant, GrantId, GrantKind, Meter, QuotaLeft, TierAction, Timestamp,
    Window, Withheld,
};

use crate::common::*;

const NOON: &str = "2026-11-26T12:00:00Z";

fn covered(service: &mut Entitlement, until_octets: u64) {
    change(service, |extras| {
        extras.grants.retain(|grant| !grant.is_wallet());
        extras.grants.push(Grant::wallet(until_octets, Timestamp::from_unix_s(0)));
    });
}

fn left(octets: u64) -> Option<QuotaLeft> {
    Some(QuotaLeft { both: Some(octets), ..QuotaLeft::default() })
}

const USED_UP: Access = Access::Withheld(Withheld::WalletUsedUp);
const GRANTED: Access = Access::Granted { ends_at: None };

#[test]
fn without_quotas_all_of_it_is_paid_and_what_is_beyond_is_counted_too() {
    let (mut service, now, mut meter) = (service(Vec::new()), moment(NOON), Meter::default());
    covered(&mut service, 100);
    assert_eq!(stance(&service, &meter, now).quota_left, left(100));
    meter.consume(&service, &record(now, now, 30, 40));
    let at = stance(&service, &meter, now);
    assert_eq!((at.access, at.quota_left), (GRANTED, left(30)));
    download(&mut meter, &service, now, 50);
    let at = stance(&service, &meter, now);
    assert_eq!((at.access, at.quota_left), (USED_UP, left(0)));
    assert_eq!(meter.used_of(GrantId::WALLET), 120);
    // More money covers what was used beyond it first.
    covered(&mut service, 120);
    assert_eq!(stance(&service, &meter, now).access, USED_UP);
    covered(&mut service, 150);
    let at = stance(&service, &meter, now);
    assert_eq!((at.access, at.quota_left), (GRANTED, left(30)));
    assert_eq!(Withheld::WalletUsedUp.cause(), Some(Cause::Wallet));
    // Paid otherwise, it is forgotten.
    change(&mut service, |extras| extras.grants.clear());
    download(&mut meter, &service, now, 10);
    assert_eq!(meter.used_of(GrantId::WALLET), 0);
}

#[test]
fn an_empty_wallet_is_used_up_and_no_error() {
    let mut service = service(Vec::new());
    covered(&mut service, 0);
    assert_eq!(service.extras.as_ref().unwrap().check(), Ok(()));
    assert_eq!(stance(&service, &Meter::default(), moment(NOON)).access, USED_UP);
}

#[test]
fn grants_and_allowances_come_before_the_wallet() {
    let mut day = quota("day", Window::Day, 100);
    day.tiers = vec![tier(100, TierAction::Throttle(mbit(1, 1)))];
    let (mut service, now, mut meter) = (service(vec![day]), moment(NOON), Meter::default());
    covered(&mut service, 1_000);
    // However late a grant is to be used, the wallet comes after it.
    change(&mut service, |extras| extras.grants.push(Grant { priority: 255, ..top_up(3, 50) }));
    assert_eq!(stance(&service, &meter, now).quota_left, left(1_150));
    download(&mut meter, &service, now, 140);
    assert_eq!((meter.used_of(GrantId(3)), meter.used_of(GrantId::WALLET)), (40, 0));
    download(&mut meter, &service, now, 30);
    assert_eq!((meter.used_of(GrantId(3)), meter.used_of(GrantId::WALLET)), (50, 20));
    // What is paid throttles nobody, until it is used up.
    let at = stance(&service, &meter, now);
    assert_eq!((at.speed, at.quota_left), (Some(mbit(20, 100)), left(980)));
    download(&mut meter, &service, now, 980);
    assert_eq!(stance(&service, &meter, now).access, USED_UP);
    assert_eq!(charged(&service, &meter, "day", now), 100);
    // The next day has an allowance, and says when it begins.
    let tomorrow = moment("2026-11-27T00:00:00Z");
    assert_eq!(stance(&service, &meter, now).changes_at, Some(tomorrow));
    assert_eq!(stance(&service, &meter, tomorrow).access, GRANTED);
}

#[test]
fn free_hours_are_not_paid() {
    let mut day = quota("day", Window::Day, 10);
    day.free = Some("daily 01:00-06:00".parse().unwrap());
    let (mut service, night, mut meter) =
        (service(vec![day]), moment("2026-11-26T03:00:00Z"), Meter::default());
    covered(&mut service, 0);
    download(&mut meter, &service, night, 500);
    assert_eq!(meter.used_of(GrantId::WALLET), 0);
    assert_eq!(stance(&service, &meter, night).access, GRANTED);
    let noon = moment(NOON);
    download(&mut meter, &service, noon, 15);
    assert_eq!(meter.used_of(GrantId::WALLET), 5);
    assert_eq!(stance(&service, &meter, noon).access, USED_UP);
    assert_eq!(stance(&service, &meter, night).access, GRANTED);
}

#[test]
fn its_kind_has_a_name() {
    assert_eq!(GrantKind::from_code(GrantKind::Wallet.code()), Some(GrantKind::Wallet));
    assert_eq!(Cause::from_code("wallet"), Some(Cause::Wallet));
}
