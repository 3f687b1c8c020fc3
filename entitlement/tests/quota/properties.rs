//! What must not make a difference, and what a stance promises.

use entitlement::{
    Access, Direction, Entitlement, GrantId, Meter, SessionKey, Stance, Timestamp, UsageRecord,
    Window, Withheld,
};
use proptest::prelude::*;

use crate::common::*;
use crate::model::{AROUND_MS, Usage, World, at, some_ms, some_usage, some_world};

/// What is charged to each quota and used of each grant, for both sessions.
fn account(service: &Entitlement, world: &World, meter: &Meter, now: Timestamp) -> Vec<u64> {
    let mut account = Vec::new();
    for session in 1..3 {
        let statuses = service.quotas(Some(meter), Some(SessionKey([session; 16])), now);
        account.extend(statuses.iter().map(|status| status.charged.units()));
    }
    let grants = (0..).zip(&world.grants);
    account.extend(grants.map(|(id, _)| meter.used_of(GrantId(id))));
    account
}

/// The world with all quotas counting the same octets of all sessions.
fn of_one_kind(mut world: World) -> World {
    for quota in &mut world.quotas {
        quota.direction = Direction::Both;
        if quota.window == Window::Session {
            quota.window = Window::Day;
        }
    }
    world
}

/// The world without grants.
fn without_grants(mut world: World) -> World {
    world.grants.clear();
    world
}

/// Worlds in which it makes no difference where a record is cut, nor which comes first.
fn some_even_world() -> impl Strategy<Value = World> {
    prop_oneof![some_world().prop_map(of_one_kind), some_world().prop_map(without_grants)]
}

fn consumed(service: &Entitlement, records: &[UsageRecord]) -> Meter {
    let mut meter = Meter::default();
    for record in records {
        meter.consume(service, record);
    }
    meter
}

/// All moments around which anything can begin or end, and the end of time.
fn edges(service: &Entitlement) -> Vec<Timestamp> {
    let mut edges = vec![at(0)];
    let extras = service.extras.as_ref().unwrap();
    edges.extend(extras.cycle_from);
    for grant in &extras.grants {
        edges.extend(grant.validity.from);
        edges.extend(grant.validity.until);
    }
    for stretch in service.terms.quotas.iter().flat_map(|quota| &quota.zero_rated) {
        edges.extend([stretch.from, stretch.until]);
    }
    edges
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn where_a_record_without_an_edge_is_cut_makes_no_difference(
        world in some_even_world(),
        before in prop::collection::vec(some_usage(), 0..4),
        usage in some_usage(),
        cut in (0..100_i64, 0..=100_u64, 0..=100_u64),
        now in some_ms(),
    ) {
        let service = world.service();
        let mut whole = usage.record();
        (whole.from, whole.to) = (whole.from.min(whole.to), whole.from.max(whole.to));
        let edges = edges(&service).into_iter();
        let within = edges.filter(|edge| whole.from < *edge && *edge < whole.to);
        whole.to = within.min().unwrap_or(whole.to);
        let length_ms = whole.to.unix_ms() - whole.from.unix_ms();
        let at = Timestamp::from_unix_ms(whole.from.unix_ms() + length_ms * cut.0 / 100);
        let (upload, download) =
            (whole.upload_octets * cut.1 / 100, whole.download_octets * cut.2 / 100);
        let first =
            UsageRecord { to: at, upload_octets: upload, download_octets: download, ..whole };
        let second = UsageRecord {
            from: at,
            upload_octets: whole.upload_octets - upload,
            download_octets: whole.download_octets - download,
            ..whole
        };
        let before: Vec<_> = before.iter().map(Usage::record).collect();
        let one = consumed(&service, &[&before[..], &[whole]].concat());
        let two = consumed(&service, &[&before[..], &[first, second]].concat());
        let account = |meter| account(&service, &world, meter, crate::model::at(now));
        prop_assert_eq!(account(&one), account(&two));
    }

    #[test]
    fn which_of_two_sessions_reports_first_makes_no_difference(
        world in some_even_world(),
        before in prop::collection::vec(some_usage(), 0..4),
        one in some_usage(),
        other in some_usage(),
        now in some_ms(),
    ) {
        let service = world.service();
        let (one, other) = (Usage { session: 1, ..one }, Usage { session: 2, ..other });
        let (mut one, mut other) = (one.record(), other.record());
        // Of two that lie between the same edges.
        let edges = edges(&service);
        let stretch = |at: Timestamp| edges.iter().filter(|edge| **edge <= at).count();
        one.from = one.to;
        other.from = other.to;
        if stretch(one.to) != stretch(other.to) {
            other.to = one.to;
            other.from = one.to;
        }
        let before: Vec<_> = before.iter().map(Usage::record).collect();
        let forth = consumed(&service, &[&before[..], &[one, other]].concat());
        let back = consumed(&service, &[&before[..], &[other, one]].concat());
        let account = |meter| account(&service, &world, meter, at(now));
        prop_assert_eq!(account(&forth), account(&back));
    }

    #[test]
    fn without_grants_the_sum_is_what_is_charged(
        usages in prop::collection::vec(some_usage(), 1..8),
    ) {
        let mut day = quota("day", Window::Day, 10);
        day = one_way(Direction::Upload, day);
        let service = service(vec![quota("month", Window::Month, 10), day]);
        // All of it lies in one window, since midnight is that of another zone.
        let records: Vec<_> = usages.iter().map(Usage::record).collect();
        let meter = consumed(&service, &records);
        let sum = |octets: fn(&Usage) -> u64| usages.iter().map(octets).sum::<u64>();
        prop_assert_eq!(charged(&service, &meter, "day", at(0)), sum(|usage| usage.upload));
        let all = sum(|usage| usage.upload + usage.download);
        prop_assert_eq!(charged(&service, &meter, "month", at(0)), all);
    }

    #[test]
    fn a_revision_tells_whether_anything_changed(
        world in some_world(),
        usages in prop::collection::vec(some_usage(), 1..8),
    ) {
        let service = world.service();
        let mut meter = Meter::default();
        for usage in &usages {
            let before = meter.clone();
            meter.consume(&service, &usage.record());
            if meter.revision() == before.revision() {
                prop_assert_eq!(&meter, &before);
            } else {
                prop_assert_eq!(meter.revision(), before.revision() + 1);
                prop_assert_ne!(&meter, &before);
            }
        }
    }

    #[test]
    fn a_stance_stays_as_it_is_until_the_moment_it_names(
        world in some_world(),
        usages in prop::collection::vec(some_usage(), 0..5),
        now in some_ms(),
        validity in (prop::option::of(some_ms()), prop::option::of(some_ms())),
    ) {
        let mut service = world.service();
        service.validity.from = validity.0.map(at);
        service.validity.until = validity.1.map(at);
        let records: Vec<_> = usages.iter().map(Usage::record).collect();
        let meter = consumed(&service, &records);
        let stance = |now| {
            let stance = service.stance(Some(&meter), &[], Some(SessionKey([1; 16])), now);
            Stance { changes_at: None, ..stance }
        };
        let changes_at = service.stance(Some(&meter), &[], Some(SessionKey([1; 16])), at(now)).changes_at;
        prop_assert!(changes_at.is_none_or(|changes_at| changes_at > at(now)));
        for later in (now..AROUND_MS + 30).map(at) {
            if changes_at.is_some_and(|changes_at| later >= changes_at) {
                break;
            }
            // The window that is told may begin anew where nothing of it is used, and what is
            // left of it is the same then.
            prop_assert_eq!(stance(later), stance(at(now)), "{}", later);
        }
    }

    #[test]
    fn what_is_left_can_be_transferred_and_one_quota_stops_at_the_next_octet(
        world in some_world(),
        usages in prop::collection::vec(some_usage(), 0..5),
        now in some_ms(),
        is_download in any::<bool>(),
    ) {
        let service = world.service();
        let records: Vec<_> = usages.iter().map(Usage::record).collect();
        let meter = consumed(&service, &records);
        let session = Some(SessionKey([1; 16]));
        let stance = service.stance(Some(&meter), &[], session, at(now));
        let left = stance.quota_left.unwrap_or_default();
        let one_way = if is_download { left.download } else { left.upload };
        let least = [left.both, one_way].into_iter().flatten().min();
        let is_stopped = |octets: u64| {
            let mut meter = meter.clone();
            let (upload, download) = if is_download { (0, octets) } else { (octets, 0) };
            let session = SessionKey([1; 16]);
            let record = record(at(now), at(now), upload, download);
            meter.consume(&service, &UsageRecord { session, ..record });
            let access = service.stance(Some(&meter), &[], Some(session), at(now)).access;
            matches!(access, Access::Withheld(Withheld::QuotaExhausted { .. }))
        };
        if !is_stopped(0) {
            match least {
                Some(least) => {
                    prop_assert!(least > 0);
                    prop_assert!(!is_stopped(least - 1), "{}", least);
                    // A late report is of a window that has passed.
                    let other = if is_download { Direction::Upload } else { Direction::Download };
                    let is_only = world.quotas.len() == 1 && world.quotas[0].direction != other;
                    let is_late = usages.iter().any(|usage| usage.to > now);
                    prop_assert!(is_late || !is_only || is_stopped(least), "{}", least);
                }
                None => prop_assert!(!is_stopped(10_000)),
            }
        }
    }
}
