//! What a session may have, beyond the worked tables.

use std::sync::Arc;

use entitlement::{
    Access, BitsPerSecond, Booster, BoosterId, Burst, Direction, FirstUse, Grant, Meter, Priority,
    QuotaLeft, Shaping, Standing, TierAction, Validity, Window, Withheld,
};

use crate::common::*;

const NOON: &str = "2026-11-26T12:00:00Z";

fn throttled_and_stopped() -> entitlement::Entitlement {
    let mut day = quota("day", Window::Day, 100);
    day.tiers = vec![
        tier(50, TierAction::Throttle(mbit(4, 8))),
        tier(80, TierAction::Throttle(mbit(1, 8))),
        tier(90, TierAction::Notify),
    ];
    let mut month = quota("month", Window::Month, 1_000);
    month.tiers =
        vec![tier(10, TierAction::Throttle(mbit(5, 5))), tier(100, TierAction::Quarantine)];
    service(vec![day, month])
}

#[test]
fn the_slowest_throttle_is_in_force() {
    let (service, now) = (throttled_and_stopped(), moment(NOON));
    for (octets, speed, tier) in [
        (49, mbit(20, 100), None),
        (50, mbit(4, 8), Some(("day", 0))),
        (80, mbit(1, 8), Some(("day", 1))),
        (90, mbit(1, 8), Some(("day", 1))),
        (100, mbit(1, 5), Some(("month", 0))),
        (1_000, mbit(1, 5), Some(("month", 1))),
    ] {
        let mut meter = Meter::default();
        download(&mut meter, &service, now, octets);
        let stance = stance(&service, &meter, now);
        assert_eq!(stance.speed, Some(speed), "{octets}");
        let in_force = stance.tier.as_ref().map(|tier| (&*tier.quota, tier.index));
        assert_eq!(in_force, tier, "{octets}");
    }
    let mut meter = Meter::default();
    download(&mut meter, &service, now, 99);
    let notices = stance(&service, &meter, now).notices;
    let notices: Vec<_> = notices.iter().map(|notice| (&*notice.quota, notice.percent)).collect();
    assert_eq!(notices, [("day", 90)]);
}

#[test]
fn a_throttle_is_shaped_plainly_and_a_booster_lifts_it_but_no_quarantine() {
    let mut service = throttled_and_stopped();
    let now = moment(NOON);
    let shaping = Shaping {
        burst: Some(Burst { speed: mbit(40, 200), threshold: mbit(10, 50), time_s: 10 }),
        minimum: Some(mbit(1, 1)),
        priority: Priority::new(3),
    };
    Arc::make_mut(&mut service.terms).shaping = shaping;
    let plain = Shaping { priority: Priority::new(3), ..Shaping::default() };
    let mut meter = Meter::default();
    assert_eq!(stance(&service, &meter, now).shaping, shaping);
    download(&mut meter, &service, now, 50);
    assert_eq!(stance(&service, &meter, now).shaping, plain);
    let validity = Validity { from: None, until: Some(now.plus_s(60)) };
    let booster = |id, speed| Booster { id: BoosterId(id), validity, speed };
    change(&mut service, |extras| extras.boosters.push(booster(1, mbit(50, 50))));
    let boosted = stance(&service, &meter, now);
    assert_eq!(boosted.speed, Some(mbit(50, 100)), "it does not slow down");
    assert_eq!(boosted.shaping, plain);
    assert_eq!(boosted.tier.map(|tier| tier.index), Some(0), "the tier is shown all the same");
    assert_eq!(stance(&service, &meter, now.plus_s(60)).speed, Some(mbit(4, 8)));
    // One that is slower than the plan in both directions only lifts the throttle.
    change(&mut service, |extras| extras.boosters = vec![booster(1, mbit(10, 10))]);
    let lifted = stance(&service, &meter, now);
    assert_eq!((lifted.speed, lifted.shaping), (Some(mbit(20, 100)), shaping));
    download(&mut meter, &service, now, 1_000);
    assert!(matches!(
        stance(&service, &meter, now).access,
        Access::Withheld(Withheld::QuotaExhausted { .. })
    ));
}

#[test]
fn without_a_speed_of_the_plan_the_throttle_is_the_speed() {
    let mut service = throttled_and_stopped();
    Arc::make_mut(&mut service.terms).speed = None;
    let now = moment(NOON);
    let mut meter = Meter::default();
    assert_eq!(stance(&service, &meter, now).speed, None);
    download(&mut meter, &service, now, 50);
    assert_eq!(stance(&service, &meter, now).speed, Some(mbit(4, 8)));
}

#[test]
fn the_operators_word_and_the_dates_come_before_the_quotas() {
    let mut service = throttled_and_stopped();
    let now = moment(NOON);
    let mut meter = Meter::default();
    download(&mut meter, &service, now, 1_000);
    let access = |service: &entitlement::Entitlement| stance(service, &meter, now).access;
    let resets_at = Some(moment("2026-12-01T00:00:00Z"));
    let exhausted = Withheld::QuotaExhausted { resets_at };
    assert_eq!(access(&service), Access::Withheld(exhausted));
    assert_eq!(exhausted.cause(), Some(entitlement::Cause::Quota));
    service.validity.until = Some(now);
    assert_eq!(access(&service), Access::Withheld(Withheld::Expired));
    service.standing = Standing::Suspended;
    assert_eq!(access(&service), Access::Withheld(Withheld::Suspended));
}

#[test]
fn it_may_be_used_again_when_the_last_quota_that_stops_it_begins_anew() {
    let stopping = |name, window| {
        let mut quota = quota(name, window, 10);
        quota.tiers = vec![tier(100, TierAction::Quarantine)];
        quota
    };
    let now = moment(NOON);
    let resets_at = |quotas| {
        let service = service(quotas);
        let mut meter = Meter::default();
        download(&mut meter, &service, now, 10);
        match stance(&service, &meter, now).access {
            Access::Withheld(Withheld::QuotaExhausted { resets_at }) => resets_at,
            access => panic!("{access:?}"),
        }
    };
    let (day, week) = (stopping("day", Window::Day), stopping("week", Window::Week));
    let session = stopping("session", Window::Session);
    assert_eq!(resets_at(vec![day.clone()]), Some(moment("2026-11-27T00:00:00Z")));
    assert_eq!(resets_at(vec![day.clone(), week]), Some(moment("2026-11-30T00:00:00Z")));
    assert_eq!(resets_at(vec![day, session]), None);
}

#[test]
fn what_is_left_is_the_least_of_each_direction() {
    let stopping = |name, direction, allowance, percent| {
        let mut quota = quota(name, Window::Day, allowance);
        quota = one_way(direction, quota);
        quota.tiers = vec![tier(percent, TierAction::Quarantine)];
        quota
    };
    let mut throttled = quota("throttled", Window::Day, 5);
    throttled.tiers = vec![tier(100, TierAction::Throttle(mbit(1, 1)))];
    let mut service = service(vec![
        stopping("both", Direction::Both, 1_000, 100),
        stopping("less", Direction::Both, 600, 120),
        stopping("up", Direction::Upload, 100, 50),
        throttled,
    ]);
    let now = moment(NOON);
    let left =
        |service: &entitlement::Entitlement, meter: &Meter| stance(service, meter, now).quota_left;
    let mut meter = Meter::default();
    let expected = QuotaLeft { both: Some(720), download: None, upload: Some(50) };
    assert_eq!(left(&service, &meter), Some(expected));
    meter.consume(&service, &record(now, now, 10, 0));
    let expected = QuotaLeft { both: Some(710), download: None, upload: Some(40) };
    assert_eq!(left(&service, &meter), Some(expected));
    // A grant that comes first is before all of it, another one before what is beyond 100 %.
    change(&mut service, |extras| {
        extras.grants = vec![top_up(1, 1_000), Grant { priority: 0, ..top_up(2, 7) }];
    });
    let expected = QuotaLeft { both: Some(1_717), download: None, upload: Some(47) };
    assert_eq!(left(&service, &meter), Some(expected));
    // In free hours it sets no limit.
    let terms = Arc::make_mut(&mut service.terms);
    terms.quotas[0].free = Some("thu 12:00-13:00".parse().unwrap());
    terms.quotas[1].free = Some("thu 11:00-14:00".parse().unwrap());
    let expected = QuotaLeft { both: None, download: None, upload: Some(47) };
    assert_eq!(left(&service, &meter), Some(expected));
    assert_eq!(stance(&service, &meter, now).changes_at, Some(now.plus_s(3_600)));
}

#[test]
fn a_first_use_that_has_not_been_is_no_edge() {
    let mut service = service(Vec::new());
    let now = moment(NOON);
    service.validity.until = Some(now.plus_s(5_000));
    service.first_use = Some(FirstUse { lasts_s: 600, at: None });
    let stance = |service: &entitlement::Entitlement| service.stance(None, &[], None, now);
    assert_eq!(stance(&service).changes_at, Some(now.plus_s(5_000)));
    assert_eq!(stance(&service).access, Access::Granted { ends_at: Some(now.plus_s(600)) });
    service.first_use = Some(FirstUse { lasts_s: 600, at: Some(now) });
    assert_eq!(stance(&service).changes_at, Some(now.plus_s(600)));
    service.standing = Standing::Terminated;
    assert_eq!(stance(&service).changes_at, None);
}

#[test]
fn speeds_are_shown_as_they_are_typed() {
    let speed = |upload, download| entitlement::Speed {
        upload: BitsPerSecond(upload),
        download: BitsPerSecond(download),
    };
    assert_eq!(speed(2_000_000, 1_500_000).to_string(), "2M/1500k");
    assert_eq!(speed(10_000_000_000, 1).to_string(), "10G/1");
    assert_eq!(speed(0, 1_000).to_string(), "0/1k");
}
