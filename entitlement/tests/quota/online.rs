//! Time online: counted by reports, and known ahead.

use entitlement::{
    Access, Amount, Entitlement, Grant, GrantId, Meter, OnlineTime, Running, SessionKey, Stance,
    Stretch, TierAction, Timestamp, UsageRecord, Validity, Window, Withheld,
};
use proptest::prelude::*;

use crate::common::*;

/// 15:00 in Nairobi.
const NOW: &str = "2026-06-10T12:00:00Z";

fn hours(id: i64, seconds: u64) -> Grant {
    Grant { amount: Amount::Online(OnlineTime(seconds)), ..top_up(id, 0) }
}

/// A service that is online only for what it was granted.
fn voucher(seconds: u64) -> Entitlement {
    let mut service = service(vec![online("online", Window::Cycle, 0)]);
    change(&mut service, |extras| extras.grants.push(hours(1, seconds)));
    service
}

fn report(meter: &mut Meter, service: &Entitlement, to: Timestamp, online_s: u64) {
    let from = to.minus_s(online_s.cast_signed());
    meter.consume(service, &UsageRecord { online_s, ..record(from, to, 0, 0) });
}

fn going(session: SessionKey, counted_until: Timestamp) -> Running {
    Running { session, counted_until, goes_on: true }
}

fn stance_of(
    service: &Entitlement,
    meter: &Meter,
    running: &[Running],
    session: Option<SessionKey>,
    now: Timestamp,
) -> Stance {
    service.stance(Some(meter), running, session, now)
}

/// When a log-in at `now` has to end.
fn next_ends_at(
    service: &Entitlement,
    meter: &Meter,
    running: &[Running],
    now: Timestamp,
) -> Option<Timestamp> {
    match stance_of(service, meter, running, None, now).access {
        Access::Granted { ends_at } => ends_at,
        withheld @ Access::Withheld(_) => panic!("{withheld:?}"),
    }
}

const EXHAUSTED: Access = Access::Withheld(Withheld::QuotaExhausted { resets_at: None });

#[test]
fn a_voucher_of_an_hour_is_an_hour_in_as_many_sessions_as_it_takes() {
    let (service, now) = (voucher(3_600), moment(NOW));
    let mut meter = Meter::default();
    assert_eq!(next_ends_at(&service, &meter, &[], now), Some(now.plus_s(3_600)));
    let at = now.plus_s(1_000);
    report(&mut meter, &service, at, 1_000);
    assert_eq!(next_ends_at(&service, &meter, &[], at), Some(at.plus_s(2_600)));
    assert_eq!(stance_of(&service, &meter, &[], None, at).online_left, Some(OnlineTime(2_600)));
    let at = now.plus_s(90_000);
    report(&mut meter, &service, at, 2_599);
    assert_eq!(next_ends_at(&service, &meter, &[], at), Some(at.plus_s(1)));
    report(&mut meter, &service, at.plus_s(1), 1);
    let over = stance_of(&service, &meter, &[], None, at.plus_s(1));
    assert_eq!((over.access, over.online_left), (EXHAUSTED, Some(OnlineTime(0))));
    assert_eq!(meter.used_of(GrantId(1)), 3_600);
    assert_eq!(charged(&service, &meter, "online", at), 0);
}

#[test]
fn it_runs_between_reports_and_the_report_replaces_what_was_taken_to_have_run() {
    let (service, now) = (voucher(600), moment(NOW));
    let mut meter = Meter::default();
    let begun = [going(SESSION, now)];
    let end = Access::Granted { ends_at: Some(now.plus_s(600)) };
    for second in [0, 1, 599] {
        let stance = stance_of(&service, &meter, &begun, Some(SESSION), now.plus_s(second));
        assert_eq!((stance.access, stance.changes_at), (end, Some(now.plus_s(600))), "{second}");
    }
    // A log-in beside it shares what is left: at 300, half of 300 seconds for each.
    let beside = next_ends_at(&service, &meter, &begun, now.plus_s(300));
    assert_eq!(beside, Some(now.plus_s(450)));
    let over = stance_of(&service, &meter, &begun, Some(SESSION), now.plus_s(600));
    assert_eq!(over.access, EXHAUSTED);
    // The NAS says that it was online for less: the service goes on.
    let at = now.plus_s(600);
    report(&mut meter, &service, at, 200);
    let stance = stance_of(&service, &meter, &[going(SESSION, at)], Some(SESSION), at);
    assert_eq!(stance.access, Access::Granted { ends_at: Some(at.plus_s(400)) });
}

#[test]
fn sessions_at_once_use_time_together() {
    let (service, now) = (voucher(101), moment(NOW));
    let meter = Meter::default();
    let both = [going(SESSION, now), going(OTHER_SESSION, now)];
    let stance = |at| stance_of(&service, &meter, &both, Some(SESSION), at).access;
    let end = Timestamp::from_unix_ms(now.unix_ms() + 50_500);
    assert_eq!(stance(now), Access::Granted { ends_at: Some(end) });
    let just_before = Timestamp::from_unix_ms(end.unix_ms() - 1);
    assert_eq!(stance(just_before), Access::Granted { ends_at: Some(end) });
    assert_eq!(stance(end), EXHAUSTED);
    // One that has used 40 seconds and ends now leaves the rest to the other.
    let at = now.plus_s(40);
    let ends = [Running { goes_on: false, ..both[0] }];
    assert_eq!(next_ends_at(&service, &meter, &ends, at), Some(at.plus_s(61)));
}

#[test]
fn free_hours_and_windows_lie_between() {
    let mut day = online("day", Window::Day, 7_200);
    day.free = Some("daily 20:00-21:00".parse().unwrap());
    let service = in_zone("Africa/Nairobi", vec![day.clone()]);
    let ends_at = |service: &Entitlement, from: &str| {
        next_ends_at(service, &Meter::default(), &[], moment(from))
    };
    // 19:00 in Nairobi: an hour, a free one, and the other hour.
    assert_eq!(ends_at(&service, "2026-06-10T16:00:00Z"), Some(moment("2026-06-10T19:00:00Z")));
    // 23:00: at midnight there are two hours again.
    assert_eq!(ends_at(&service, "2026-06-10T20:00:00Z"), Some(moment("2026-06-10T23:00:00Z")));
    // A night that is free altogether.
    let (from, until) = (moment("2026-06-10T21:00:00Z"), moment("2026-06-11T01:00:00Z"));
    day.zero_rated = vec![Stretch { from, until }];
    let service = in_zone("Africa/Nairobi", vec![day]);
    assert_eq!(ends_at(&service, "2026-06-10T20:00:00Z"), Some(moment("2026-06-11T03:00:00Z")));
    // With more than a day has, it never ends.
    let service = in_zone("Africa/Nairobi", vec![online("day", Window::Day, 90_000)]);
    assert_eq!(ends_at(&service, "2026-06-10T20:00:00Z"), None);
}

#[test]
fn a_tier_comes_into_force_at_its_moment_and_a_top_up_holds_it_off() {
    let mut month = online("month", Window::Month, 72_000);
    month.tiers = vec![
        tier(80, TierAction::Notify),
        tier(100, TierAction::Throttle(mbit(1, 1))),
        tier(150, TierAction::Quarantine),
    ];
    let (mut service, now) = (service(vec![month]), moment(NOW));
    let meter = Meter::default();
    let begun = [going(SESSION, now)];
    let stance = |service: &Entitlement, second| {
        stance_of(service, &meter, &begun, Some(SESSION), now.plus_s(second))
    };
    assert_eq!(stance(&service, 0).changes_at, Some(now.plus_s(57_600)));
    let at_80 = stance(&service, 57_600);
    assert_eq!(at_80.notices[0].percent, 80);
    assert_eq!(at_80.changes_at, Some(now.plus_s(72_000)));
    assert_eq!(at_80.access, Access::Granted { ends_at: Some(now.plus_s(108_000)) });
    assert_eq!(stance(&service, 71_999).speed, Some(mbit(20, 100)));
    assert_eq!(stance(&service, 72_000).speed, Some(mbit(1, 1)));
    change(&mut service, |extras| extras.grants.push(hours(1, 3_600)));
    assert_eq!(stance(&service, 72_000).speed, Some(mbit(20, 100)));
    assert_eq!(stance(&service, 72_000).changes_at, Some(now.plus_s(75_600)));
    let ends_at = Some(now.plus_s(111_600));
    assert_eq!(stance(&service, 72_000).access, Access::Granted { ends_at });
}

#[test]
fn of_time_and_data_whichever_ends_first_ends_it() {
    let data = entitlement::Quota {
        tiers: vec![tier(100, TierAction::Quarantine)],
        ..quota("data", Window::Cycle, 0)
    };
    let (mut service, now) = (service(vec![online("online", Window::Cycle, 0), data]), moment(NOW));
    change(&mut service, |extras| extras.grants = vec![hours(1, 3_600), top_up(2, GB)]);
    // Time first: data are left, and cover no second.
    let mut time_first = Meter::default();
    let all = UsageRecord { online_s: 3_600, ..record(now.minus_s(3_600), now, 0, GB - 1) };
    time_first.consume(&service, &all);
    assert_eq!((time_first.used_of(GrantId(1)), time_first.used_of(GrantId(2))), (3_600, GB - 1));
    assert_eq!(stance(&service, &time_first, now).access, EXHAUSTED);
    assert_eq!(stance(&service, &time_first, now).tier.unwrap().quota.as_ref(), "online");
    // Data first: time is left, and covers no octet.
    let mut data_first = Meter::default();
    data_first.consume(&service, &UsageRecord { online_s: 10, ..record(now, now, 0, GB) });
    assert_eq!((data_first.used_of(GrantId(1)), data_first.used_of(GrantId(2))), (10, GB));
    assert_eq!(stance(&service, &data_first, now).access, EXHAUSTED);
    assert_eq!(stance(&service, &data_first, now).tier.unwrap().quota.as_ref(), "data");
    // At first the NAS is told of both.
    let none = stance(&service, &Meter::default(), now);
    assert_eq!(none.access, Access::Granted { ends_at: Some(now.plus_s(3_600)) });
    assert_eq!(none.quota_left.unwrap().both, Some(GB));
}

#[test]
fn a_session_has_its_own_time() {
    let (service, now) = (service(vec![online("each", Window::Session, 600)]), moment(NOW));
    let mut meter = Meter::default();
    report(&mut meter, &service, now, 500);
    let both = [going(SESSION, now), going(OTHER_SESSION, now)];
    let end = |session| match stance_of(&service, &meter, &both, Some(session), now).access {
        Access::Granted { ends_at } => ends_at.map(|at| now.seconds_until(at)),
        Access::Withheld(_) => None,
    };
    assert_eq!((end(SESSION), end(OTHER_SESSION)), (Some(100), Some(600)));
    assert_eq!(next_ends_at(&service, &meter, &both, now), Some(now.plus_s(600)));
    assert_eq!(
        stance_of(&service, &meter, &both, Some(SESSION), now.plus_s(100)).access,
        EXHAUSTED
    );
}

#[test]
fn a_quota_that_counts_something_else_begins_anew() {
    let now = moment(NOW);
    let of_data = service(vec![quota("q", Window::Month, 1_000)]);
    let of_time = service(vec![online("q", Window::Month, 1_000)]);
    let mut meter = Meter::default();
    download(&mut meter, &of_data, now, 900);
    assert_eq!(charged(&of_time, &meter, "q", now), 0);
    report(&mut meter, &of_time, now, 7);
    assert_eq!((charged(&of_time, &meter, "q", now), charged(&of_data, &meter, "q", now)), (7, 0));
    // It is kept as what it counts.
    let mut octets = Vec::new();
    meter.encode(&mut octets);
    assert_eq!(Meter::decode(&octets), Ok(meter));
}

#[test]
fn a_quota_of_nothing_has_no_tier_below_all() {
    let mut quota = online("online", Window::Cycle, 0);
    quota.tiers.insert(0, tier(80, TierAction::Notify));
    let wrong = quota.check(None).unwrap_err().to_string();
    assert!(wrong.contains("at 80 % is always reached"), "{wrong}");
}

/// A service in whole seconds from [`NOW`] on.
fn some_service() -> impl Strategy<Value = (Entitlement, Vec<Running>)> {
    let windows = prop::sample::select(vec![Window::Day, Window::Month, Window::Session]);
    let quotas = prop::collection::vec((windows, 0..400_u64, 100..200_u32, 0..200_i64), 1..3);
    let grant = (1..200_u64, prop::option::of(100..700_i64), 0..2_u8);
    let grants = prop::collection::vec(grant, 0..3);
    let running = prop::collection::vec(0..120_i64, 0..4);
    (quotas, grants, running).prop_map(|(quotas, grants, running)| {
        let now = moment(NOW);
        let quotas =
            quotas.into_iter().enumerate().map(|(index, (window, allowance, at, free))| {
                let mut quota = online(&format!("q{index}"), window, allowance);
                quota.tiers = vec![tier(at, TierAction::Quarantine)];
                let (from, until) = (now.plus_s(free), now.plus_s(free + 50));
                quota.zero_rated = vec![Stretch { from, until }];
                quota
            });
        let mut service = service(quotas.collect());
        // Where grants meet quotas of single sessions, the seconds that come first use the grants.
        let of_sessions = |quota: &entitlement::Quota| quota.window == Window::Session;
        let may_have = !service.terms.quotas.iter().any(of_sessions);
        let grants = if may_have { grants } else { Vec::new() };
        change(&mut service, |extras| {
            extras.grants = (1..)
                .zip(grants)
                .map(|(id, (seconds, until, first))| Grant {
                    validity: Validity { from: None, until: until.map(|until| now.plus_s(until)) },
                    priority: first * 100,
                    ..hours(id, seconds)
                })
                .collect();
        });
        let running = (1..).zip(running).map(|(number, since)| Running {
            session: SessionKey([number; 16]),
            counted_until: now.minus_s(since),
            goes_on: true,
        });
        (service, running.collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// The seconds one by one, each counted for every session, lead to the second that was foretold.
    #[test]
    fn what_is_foretold_is_what_comes((service, running) in some_service()) {
        let now = moment(NOW);
        let (key, mut sessions) = (SessionKey([9; 16]), running.clone());
        sessions.push(going(key, now));
        let mut meter = Meter::default();
        let mut stopped_at = None;
        for second in -120..2_000_i64 {
            let (at, to) = (now.plus_s(second), now.plus_s(second + 1));
            let is_stopped = |meter: &Meter, at| {
                let quotas = service.quotas(Some(meter), Some(key), at);
                quotas.iter().any(entitlement::QuotaStatus::is_quarantined)
            };
            if second >= 0 && is_stopped(&meter, at) {
                stopped_at = Some(at);
                break;
            }
            for session in sessions.iter().filter(|session| session.counted_until <= at) {
                let used = UsageRecord { online_s: 1, session: session.session, ..record(at, to, 0, 0) };
                meter.consume(&service, &used);
            }
        }
        let stance = service.stance(None, &running, Some(key), now);
        let foretold = match stance.access {
            Access::Granted { ends_at } => ends_at,
            Access::Withheld(_) => Some(now),
        };
        // Of seconds that several sessions use, it may be a part of one.
        let foretold_s = foretold.map(|at| (at.unix_ms() - now.unix_ms()).div_euclid(1_000));
        let stopped_s = stopped_at.map(|at| at.unix_s() - now.unix_s());
        match (foretold_s, stopped_s) {
            (Some(foretold), Some(stopped)) => {
                prop_assert!(foretold >= stopped - 2, "{foretold} {stopped}");
                // Where it would have been the last second before something that is not counted.
                let then = service.stance(None, &sessions, Some(key), now.plus_s(stopped));
                let left_s = then.online_left.map_or(0, |left| left.0);
                prop_assert!(left_s <= sessions.len() as u64, "{foretold} {stopped} {left_s}");
            }
            (foretold, None) => prop_assert!(foretold.is_none_or(|at| at >= 1_998), "{foretold:?}"),
            (None, stopped) => prop_assert!(false, "{stopped:?}"),
        }
        // Until then nothing changes, and then it does.
        if let (Access::Granted { .. }, Some(at)) = (stance.access, foretold) {
            let access = |at| service.stance(None, &sessions, Some(key), at).access;
            let just_before = Timestamp::from_unix_ms(at.unix_ms() - 1);
            let is_granted = |at| matches!(access(at), Access::Granted { .. });
            prop_assert!(is_granted(just_before));
            prop_assert!(!is_granted(at));
        }
    }
}
