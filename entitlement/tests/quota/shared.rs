//! Data that services share: what one uses the others have no more, in whatever order it is used.

use core::num::NonZeroU64;
use std::sync::Arc;

use entitlement::{
    Access, Entitlement, FirstUse, GrantId, Meter, ServiceId, SessionKey, ShareUsed, Shared,
    Standing, Terms, TierAction, Timestamp, UsageRecord, Validity, Window, Withheld,
};
use proptest::prelude::*;

use crate::common::*;
use crate::model::{AROUND_MS, at, some_ms, some_usage, some_world};

const LEAD: ServiceId = ServiceId(1);

/// A service on a plan of its own with 7 octets a day, that has the data of the lead instead.
fn member(lead: &Entitlement, limit: u64) -> Entitlement {
    Entitlement {
        shared: Some(Arc::new(Shared {
            lead: LEAD,
            limit_octets: NonZeroU64::new(limit),
            of: Some(lead.clone()),
        })),
        time_zone: lead.time_zone.clone(),
        ..service(vec![quota("own", Window::Day, 7)])
    }
}

/// 1,000 octets a month: slowed down from 800 on, stopped from 1,000 on.
fn plan_of_1_000() -> Entitlement {
    let mut month = quota("month", Window::Month, 1_000);
    month.tiers =
        vec![tier(80, TierAction::Throttle(mbit(1, 1))), tier(100, TierAction::Quarantine)];
    service(vec![month])
}

fn noon() -> Timestamp {
    moment("2026-06-15T12:00:00Z")
}

/// What a session of the member may have when so much is in both meters.
fn stance_of(member: &Entitlement, own: &Meter, lead: &Meter) -> entitlement::Stance {
    member.stance(Some(&own.with_data_of(lead)), &[], Some(OTHER_SESSION), noon())
}

#[test]
fn a_member_has_what_the_others_have_left() {
    let lead = plan_of_1_000();
    let (member, own) = (member(&lead, 0), Meter::default());
    let mut meter = Meter::default();
    assert_eq!(stance_of(&member, &own, &meter).quota_left.unwrap().both, Some(1_000));
    download(&mut meter, &lead, noon(), 799);
    let stance = stance_of(&member, &own, &meter);
    assert_eq!((stance.quota_left.unwrap().both, stance.speed), (Some(201), Some(mbit(20, 100))));
    download(&mut meter, &lead, noon(), 1);
    assert_eq!(stance_of(&member, &own, &meter).speed, Some(mbit(1, 1)));
    download(&mut meter, &lead, noon(), 200);
    let stance = stance_of(&member, &own, &meter);
    let resets_at = Some(moment("2026-07-01T00:00:00Z"));
    assert_eq!(stance.access, Access::Withheld(Withheld::QuotaExhausted { resets_at }));
    assert_eq!(stance.access, stance_of(&lead, &own, &meter).access);
    assert_eq!(stance.changes_at, resets_at);
}

#[test]
fn what_the_lead_buys_all_have() {
    let mut lead = plan_of_1_000();
    let mut meter = Meter::default();
    download(&mut meter, &lead, noon(), 1_000);
    change(&mut lead, |extras| extras.grants.push(top_up(9, 500)));
    let stance = stance_of(&member(&lead, 0), &Meter::default(), &meter);
    assert_eq!(stance.access, Access::Granted { ends_at: None });
    assert_eq!(stance.quota_left.unwrap().both, Some(500));
    download(&mut meter, &lead, noon(), 500);
    assert_eq!(meter.used_of(GrantId(9)), 500);
    let access = stance_of(&member(&lead, 0), &Meter::default(), &meter).access;
    assert!(matches!(access, Access::Withheld(Withheld::QuotaExhausted { .. })));
}

#[test]
fn its_own_data_is_neither_used_nor_forgotten_meanwhile() {
    let lead = plan_of_1_000();
    let mut alone = service(vec![quota("own", Window::Month, 100)]);
    change(&mut alone, |extras| extras.grants.push(top_up(5, 50)));
    let mut own = Meter::default();
    download(&mut own, &alone, noon(), 120);
    assert_eq!((charged(&alone, &own, "own", noon()), own.used_of(GrantId(5))), (100, 20));
    let member = Entitlement { shared: member(&lead, 0).shared, ..alone.clone() };
    let mut meter = Meter::default();
    let usage = record(noon(), noon(), 0, 300);
    meter.consume(&lead, &usage);
    own.consume(&member.alone(), &usage.of_time());
    own.count_share(LEAD, &lead, &usage);
    let joined = own.with_data_of(&meter);
    let quotas = member.quotas(Some(&joined), None, noon());
    let quotas: Vec<_> = quotas.iter().map(|of| (&*of.quota.name, of.charged.units())).collect();
    assert_eq!(quotas, [("month", 300)]);
    // It leaves: it has what it had.
    assert_eq!((charged(&alone, &own, "own", noon()), own.used_of(GrantId(5))), (100, 20));
}

#[test]
fn a_limit_is_for_one_service_and_of_the_window_that_is_shared() {
    let lead = plan_of_1_000();
    let limited = member(&lead, 400);
    let (mut own, mut meter) = (Meter::default(), Meter::default());
    let mut use_up = |own: &mut Meter, octets| {
        let usage = record(noon(), noon(), 0, octets);
        meter.consume(&lead, &usage);
        own.count_share(LEAD, &lead, &usage);
        meter.clone()
    };
    let meter = use_up(&mut own, 399);
    let stance = stance_of(&limited, &own, &meter);
    assert_eq!((stance.quota_left.unwrap().both, stance.changes_at.is_some()), (Some(1), true));
    let meter = use_up(&mut own, 1);
    let july = moment("2026-07-01T00:00:00Z");
    let resets_at = Some(july);
    let withheld = Access::Withheld(Withheld::QuotaExhausted { resets_at });
    assert_eq!(stance_of(&limited, &own, &meter).access, withheld);
    // Not so for the others.
    let other = stance_of(&member(&lead, 400), &Meter::default(), &meter);
    assert_eq!(other.quota_left.unwrap().both, Some(400));
    assert_eq!(stance_of(&member(&lead, 0), &own, &meter).quota_left.unwrap().both, Some(600));
    // In July it begins anew, and so does all.
    let stance = limited.stance(Some(&own.with_data_of(&meter)), &[], None, july);
    assert_eq!(stance.quota_left.unwrap().both, Some(400));
    // With another lead it begins anew, too, and in what is stored it stands.
    let mut octets = Vec::new();
    own.encode(&mut octets);
    assert_eq!(Meter::decode(&octets), Ok(own.clone()));
    let used = own.share_used(LEAD, &lead, noon()).unwrap();
    let from = Some(moment("2026-06-01T00:00:00Z"));
    assert_eq!(used, ShareUsed { octets: 400, from, resets_at });
    own.count_share(ServiceId(9), &lead, &record(noon(), noon(), 0, 5));
    let used = |of| own.share_used(of, &lead, noon()).unwrap().octets;
    assert_eq!((used(ServiceId(9)), used(LEAD)), (5, 0));
}

#[test]
fn without_a_lead_in_use_there_is_no_data() {
    let withheld = Access::Withheld(Withheld::LeadWithheld);
    let access = |lead: &Entitlement| {
        stance_of(&member(lead, 0), &Meter::default(), &Meter::default()).access
    };
    let mut lead = plan_of_1_000();
    for standing in [Standing::Suspended, Standing::Terminated] {
        lead.standing = standing;
        assert_eq!(access(&lead), withheld);
    }
    lead.standing = Standing::Active;
    let tomorrow = noon().plus_s(86_400);
    lead.validity = Validity { from: Some(tomorrow), until: None };
    assert_eq!(access(&lead), withheld);
    lead.validity = Validity { from: None, until: Some(noon()) };
    assert_eq!(access(&lead), withheld);
    // Its end is the end for all, and is known ahead.
    lead.validity = Validity { from: None, until: Some(tomorrow) };
    assert_eq!(access(&lead), Access::Granted { ends_at: Some(tomorrow) });
    let stance = stance_of(&member(&lead, 0), &Meter::default(), &Meter::default());
    assert_eq!(stance.changes_at, Some(tomorrow));
    // Its time runs from its first use, which its first log-in is.
    let hour = 3_600;
    lead.first_use = Some(FirstUse { lasts_s: hour, at: None });
    assert_eq!(access(&lead), withheld);
    lead.first_use = Some(FirstUse { lasts_s: hour, at: Some(noon().minus_s(600)) });
    assert_eq!(access(&lead), Access::Granted { ends_at: Some(noon().plus_s(3_000)) });
    lead.first_use = Some(FirstUse { lasts_s: hour, at: Some(noon().minus_s(3_600)) });
    assert_eq!(access(&lead), withheld);
    // One that is not there.
    let gone = Shared { lead: LEAD, limit_octets: None, of: None };
    let member = Entitlement { shared: Some(Arc::new(gone)), ..service(Vec::new()) };
    let stance = stance_of(&member, &Meter::default(), &Meter::default());
    assert_eq!(stance.access, withheld);
}

#[test]
fn time_online_is_each_services_own() {
    let hour = |name| online(name, Window::Month, 3_600);
    let mut lead = plan_of_1_000();
    lead = service([lead.terms.quotas.clone(), vec![hour("time")]].concat());
    let member = Entitlement {
        shared: member(&lead, 0).shared,
        ..service(vec![hour("time"), quota("own", Window::Day, 7)])
    };
    let (mut own, mut meter) = (Meter::default(), Meter::default());
    let of = |usage: UsageRecord, online_s| UsageRecord { online_s, ..usage };
    let from = noon().minus_s(3_600);
    meter.consume(&lead, &of(record(from, noon(), 0, 10), 3_600));
    assert!(matches!(
        lead.stance(Some(&meter), &[], None, noon()).access,
        Access::Withheld(Withheld::QuotaExhausted { .. })
    ));
    let stance = stance_of(&member, &own, &meter);
    assert_eq!(stance.online_left.unwrap().0, 3_600);
    assert_eq!(stance.quota_left.unwrap().both, Some(990));
    own.consume(&member.alone(), &of(record(from, noon(), 0, 0), 600));
    assert_eq!(stance_of(&member, &own, &meter).online_left.unwrap().0, 3_000);
}

#[test]
fn a_record_is_cut_where_the_group_is_entered_and_left() {
    let usage = UsageRecord {
        session: SESSION,
        from: at(0),
        to: at(1_000),
        upload_octets: 1_001,
        download_octets: 10,
        online_s: 3,
    };
    let stretch =
        |from, until: Option<i64>| Validity { from: Some(at(from)), until: until.map(at) };
    let parts = |stretch| {
        usage.cut(stretch).map(|part| (part.upload_octets, part.download_octets, part.online_s))
    };
    assert_eq!(parts(stretch(250, Some(750))), [(250, 2, 0), (500, 5, 2), (251, 3, 1)]);
    assert_eq!(parts(stretch(250, None)), [(250, 2, 0), (751, 8, 3), (0, 0, 0)]);
    assert_eq!(parts(stretch(-5, Some(0))), [(0, 0, 0), (0, 0, 0), (1_001, 10, 3)]);
    assert_eq!(parts(stretch(1_000, None)), [(1_001, 10, 3), (0, 0, 0), (0, 0, 0)]);
    // Without length all of it is used at its end.
    let usage = UsageRecord { from: at(1_000), ..usage };
    let parts = |stretch| usage.cut(stretch).map(|part| part.upload_octets);
    assert_eq!(parts(stretch(1_000, None)), [0, 1_001, 0]);
    assert_eq!(parts(stretch(0, Some(1_000))), [0, 0, 1_001]);
    assert_eq!(parts(stretch(1_001, None)), [1_001, 0, 0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Whatever a group uses is in the one meter what a single service would have used, and each service
    /// of it has what that one would have.
    #[test]
    fn a_group_consumes_what_one_service_would(
        world in some_world(),
        usages in prop::collection::vec((0..5_i64, some_usage()), 0..12),
        now in some_ms(),
    ) {
        let lead = world.service();
        let member = member(&lead, 0);
        let (mut meter, mut one) = (Meter::default(), Meter::default());
        let mut own = vec![Meter::default(); 5];
        for (who, usage) in &usages {
            let usage = usage.record();
            one.consume(&lead, &usage);
            meter.consume(&lead, &usage.of_data());
            let own = &mut own[usize::try_from(*who).unwrap()];
            own.consume(&member.alone(), &usage.of_time());
            own.count_share(LEAD, &lead, &usage);
        }
        prop_assert_eq!(&meter, &one);
        let session = Some(SessionKey([1; 16]));
        let of_one = lead.stance(Some(&one), &[], session, at(now));
        for own in &own {
            let stance = member.stance(Some(&own.with_data_of(&meter)), &[], session, at(now));
            prop_assert_eq!(&stance, &of_one);
        }
    }

    /// What each has used is together what the window would be charged with if there were no grants.
    #[test]
    fn the_shares_are_together_what_was_used(
        world in some_world(),
        usages in prop::collection::vec((0..5_usize, some_usage()), 0..12),
    ) {
        let mut lead = world.service();
        change(&mut lead, |extras| extras.cycle_from = Some(at(0)));
        let mut own = vec![Meter::default(); 5];
        let mut whole = Meter::default();
        let Some(window) = lead.shared_window().cloned() else { return Ok(()) };
        let mut alone = lead.clone();
        alone.terms = Arc::new(Terms { quotas: vec![window], ..Terms::default() });
        change(&mut alone, |extras| extras.grants.clear());
        for (who, usage) in &usages {
            // All of it in the window that begins at midnight.
            let UsageRecord { from, to, .. } = usage.record();
            let (from, to) = (from.max(at(0)), to.max(at(0)));
            let usage = UsageRecord { from, to, ..usage.record() };
            own[*who].count_share(LEAD, &lead, &usage);
            whole.consume(&alone, &usage);
        }
        let end = at(AROUND_MS);
        let used = |of: &Meter| of.share_used(LEAD, &lead, end).unwrap().octets;
        let charged = alone.quotas(Some(&whole), None, end)[0].charged.units();
        prop_assert_eq!(own.iter().map(used).sum::<u64>(), charged);
    }

    #[test]
    fn what_is_cut_is_together_the_whole(
        usage in some_usage(),
        from in prop::option::of(some_ms()),
        until in prop::option::of(some_ms()),
    ) {
        let usage = usage.record();
        let stretch = Validity { from: from.map(at), until: until.map(at) };
        let parts = usage.cut(stretch);
        let sum = |of: fn(&UsageRecord) -> u64| parts.iter().map(of).sum::<u64>();
        prop_assert_eq!(sum(|part| part.upload_octets), usage.upload_octets);
        prop_assert_eq!(sum(|part| part.download_octets), usage.download_octets);
        prop_assert_eq!(sum(|part| part.online_s), usage.online_s);
        prop_assert!(parts.iter().all(|part| part.from <= part.to));
    }
}
