//! Services that share the data of one of them, from their accounting packets to what all of their
//! sessions should have: whoever uses it, and in whatever order, it is used once.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use std::num::NonZeroU64;
use std::sync::{Arc, LazyLock};

use aaa_engine::auth::Credential;
use aaa_engine::enforcement::{Goal, Wanted, Why};
use aaa_engine::ports::{NasId, Share};
use aaa_engine::session::{SessionId, SessionTable};
use aaa_engine::{
    AccountingKind, Activity, Counters, Engine, Known, Noticed, Observation, Reason, StoredMeter,
};
use common::{Memory, NOW, TENANT, engine, entitlement, nas, terms};
use entitlement::{
    Allowance, Amount, Direction, Entitlement, Extras, Grant, GrantId, GrantKind, Meter, Octets,
    Quota, ServiceId, SessionKey, Shared, Standing, Tier, TierAction, Timestamp, Validity, Window,
};
use proptest::prelude::*;

const LEAD: ServiceId = ServiceId(1);
const BOB: ServiceId = ServiceId(2);
const CAROL: ServiceId = ServiceId(3);
const FAMILY: [ServiceId; 3] = [LEAD, BOB, CAROL];
const GRANT: GrantId = GrantId(5);

static ENGINE: LazyLock<Engine> = LazyLock::new(engine);

fn quota(name: &str, window: Window, octets: u64) -> Quota {
    Quota {
        name: name.into(),
        window,
        allowance: Allowance::Data { octets: Octets(octets), direction: Direction::Both },
        free: None,
        zero_rated: Vec::new(),
        tiers: vec![Tier { percent: 100, action: TierAction::Quarantine }],
    }
}

fn with_grant(mut entitlement: Entitlement, octets: u64) -> Entitlement {
    let grant = Grant {
        id: GRANT,
        amount: Amount::Data(Octets(octets)),
        validity: Validity::default(),
        priority: 100,
        kind: GrantKind::Purchased,
        granted_at: NOW,
    };
    let grants = if octets > 0 { vec![grant] } else { Vec::new() };
    entitlement.extras = Some(Arc::new(Extras { grants, ..Extras::default() }));
    entitlement
}

/// A thousand octets a month for all, and of its own 50 for each.
fn plan_of_1_000() -> Entitlement {
    entitlement(entitlement::Terms {
        quotas: vec![quota("month", Window::Month, 1_000)],
        ..terms()
    })
}

fn own_plan() -> Entitlement {
    entitlement(entitlement::Terms { quotas: vec![quota("own", Window::Month, 50)], ..terms() })
}

fn login(service: ServiceId) -> String {
    format!("service {service}")
}

struct Family {
    directory: Memory,
    activity: Activity,
    table: SessionTable,
    sessions: Vec<(ServiceId, SessionId)>,
    /// What the journal has.
    recorded: Vec<StoredMeter>,
    /// Of the Class token of what comes.
    nonce: Option<[u8; 16]>,
}

impl Family {
    /// Three services, each with a session; those that share do so since a moment.
    fn new(lead: Entitlement, members: &[(ServiceId, Option<u64>, Timestamp)]) -> Self {
        let mut directory = Memory::default();
        directory.add(LEAD.0, &login(LEAD), Ok(Credential::MacAddress), lead);
        for service in [BOB, CAROL] {
            directory.add(service.0, &login(service), Ok(Credential::MacAddress), own_plan());
        }
        let (activity, table) = (Activity::new(), SessionTable::default());
        let (sessions, recorded, nonce) = (Vec::new(), Vec::new(), None);
        let mut family = Self { directory, activity, table, sessions, recorded, nonce };
        for (service, limit, since) in members {
            family.join(*service, *limit, Validity { from: Some(*since), until: None });
        }
        for service in FAMILY {
            family.take(service, AccountingKind::Start, 0, 0);
        }
        family
    }

    fn of(&mut self, service: ServiceId) -> &mut aaa_engine::ports::Service {
        &mut self.directory.services.get_mut(login(service).as_bytes()).unwrap().0
    }

    /// As a directory does that reads it again.
    fn join(&mut self, service: ServiceId, limit: Option<u64>, validity: Validity) {
        let lead = self.of(LEAD).entitlement.clone();
        let of = self.of(service);
        of.shares = Some(Arc::new(Share { lead: LEAD, login: login(LEAD).into(), validity }));
        let limit_octets = limit.and_then(NonZeroU64::new);
        let shared = Shared { lead: LEAD, limit_octets, of: Some(lead) };
        of.entitlement.shared = validity.until.is_none().then(|| Arc::new(shared));
        let members =
            [BOB, CAROL].into_iter().filter(|id| self.of(*id).entitlement.shared.is_some());
        let members: Arc<[_]> = members.collect();
        self.of(LEAD).members = (!members.is_empty()).then_some(members);
    }

    /// The lead is another one than before.
    fn change_lead(&mut self, lead: Entitlement) {
        self.of(LEAD).entitlement = lead;
        for service in [BOB, CAROL] {
            if let Some(shared) = self.of(service).entitlement.shared.clone() {
                let validity = self.of(service).shares.as_ref().unwrap().validity;
                self.join(service, shared.limit_octets.map(NonZeroU64::get), validity);
            }
        }
    }

    fn take(
        &mut self,
        service: ServiceId,
        kind: AccountingKind,
        second: i64,
        octets: u64,
    ) -> Noticed {
        let station: Arc<str> = format!("AA:BB:CC:00:00:0{service}").into();
        let observation = Observation {
            tenant: TENANT,
            nas: NasId(1),
            received_at: NOW.plus_s(second),
            happened_at: NOW.plus_s(second),
            kind,
            acct_session_id: Arc::from(login(service).as_bytes()),
            login: login(service).into(),
            calling_station_id: Arc::clone(&station),
            origin: station,
            framed_ipv4: None,
            ipv6: Default::default(),
            service: Some(service),
            activated: None,
            interim_interval_s: None,
            counters: Counters {
                download_octets: octets,
                session_time_s: u32::try_from(second).unwrap(),
                ..Counters::default()
            },
            counter_width: Default::default(),
            class_nonce: self.nonce,
        };
        let observed = self.table.observe(&observation);
        let session = (service, observed.event.session);
        if !self.sessions.contains(&session) {
            self.sessions.push(session);
        }
        let noticed = self.activity.observe(&self.directory, &observation, &observed);
        self.recorded.extend(noticed.meter.clone());
        self.recorded.extend(noticed.lead_meter.clone());
        noticed
    }

    fn report(&mut self, service: ServiceId, second: i64, octets: u64) -> Noticed {
        self.take(service, AccountingKind::Interim, second, octets)
    }

    fn wanted(&self, service: ServiceId, second: i64) -> Wanted {
        let known = Known { directory: &self.directory, activity: &self.activity };
        let (_, id) = self.sessions.iter().find(|(of, _)| *of == service).unwrap();
        let session = self.table.get(*id).unwrap();
        ENGINE.wanted(known, &nas(1), session, NOW.plus_s(second)).unwrap()
    }

    fn meter(&self, service: ServiceId) -> Meter {
        let mut meters = self.activity.meters();
        let stored = meters.find(|stored| stored.service == service);
        stored.map(|stored| Arc::unwrap_or_clone(stored.meter)).unwrap_or_default()
    }

    /// What is charged to the first quota of a service by its own meter.
    fn charged(&mut self, service: ServiceId) -> u64 {
        let (meter, alone) = (self.meter(service), self.of(service).entitlement.alone());
        alone.quotas(Some(&meter), None, NOW)[0].charged.units()
    }

    fn share(&mut self, service: ServiceId) -> u64 {
        let lead = self.of(LEAD).entitlement.clone();
        self.meter(service).share_used(LEAD, &lead, NOW).unwrap().octets
    }

    fn is_withheld(&self, service: ServiceId, second: i64) -> bool {
        self.wanted(service, second).why == Why::Withheld(Reason::QuotaExhausted)
    }
}

fn before() -> Timestamp {
    NOW.minus_s(60)
}

fn sorted(mut group: Vec<ServiceId>) -> Vec<ServiceId> {
    group.sort_unstable();
    group.dedup();
    group
}

#[test]
fn whoever_uses_up_what_is_shared_all_are_looked_at() {
    let mut family =
        Family::new(plan_of_1_000(), &[(BOB, None, before()), (CAROL, None, before())]);
    assert_eq!(family.report(LEAD, 10, 300).group, []);
    assert_eq!(family.report(BOB, 20, 400).group, []);
    assert!(!family.is_withheld(CAROL, 21));
    let noticed = family.report(CAROL, 30, 300);
    assert!(noticed.has_crossed);
    assert_eq!(sorted(noticed.group), FAMILY);
    let lead = noticed.lead_meter.unwrap();
    assert_eq!((lead.service, noticed.meter.unwrap().service), (LEAD, CAROL));
    assert_eq!(noticed.notices.len(), 1);
    assert_eq!(FAMILY.map(|service| family.is_withheld(service, 31)), [true; 3]);
    assert_eq!(family.charged(LEAD), 1_000);
    assert_eq!(FAMILY.map(|service| family.share(service)), [300, 400, 300]);
    // Of their own nothing is used.
    assert_eq!([BOB, CAROL].map(|service| family.charged(service)), [0, 0]);
    // What comes again counts nothing, and is recorded again.
    let again = family.report(CAROL, 30, 300);
    assert_eq!((again.lead_meter, again.group), (Some(lead), Vec::new()));
    family.change_lead(with_grant(plan_of_1_000(), 200));
    assert_eq!(FAMILY.map(|service| family.is_withheld(service, 32)), [false; 3]);
    // The lead uses up what it has bought, too.
    let noticed = family.report(LEAD, 40, 500);
    assert_eq!(sorted(noticed.group), [BOB, CAROL]);
    assert_eq!(FAMILY.map(|service| family.is_withheld(service, 41)), [true; 3]);
    assert_eq!(family.meter(LEAD).used_of(GRANT), 200);
}

#[test]
fn a_service_with_nobody_calls_nobody() {
    let mut family = Family::new(plan_of_1_000(), &[]);
    let noticed = family.report(LEAD, 10, 1_000);
    assert!(noticed.has_crossed);
    assert_eq!((noticed.group, noticed.lead_meter), (Vec::new(), None));
    assert!(!family.is_withheld(BOB, 11));
    assert_eq!(family.meter(LEAD).lead(), None);
}

#[test]
fn one_that_joins_or_leaves_in_the_middle_of_a_report_shares_from_then_until_then() {
    let mut family = Family::new(plan_of_1_000(), &[]);
    // In 100 s 100 octets, the last 40 of them since it has joined.
    let joined = Validity { from: Some(NOW.plus_s(60)), until: None };
    family.join(BOB, None, joined);
    family.report(BOB, 100, 100);
    assert_eq!((family.charged(LEAD), family.charged(BOB), family.share(BOB)), (40, 60, 40));
    // In 200 s 400 more, half of them since it has left.
    family.join(BOB, None, Validity { until: Some(NOW.plus_s(200)), ..joined });
    let noticed = family.report(BOB, 300, 500);
    assert!(noticed.lead_meter.is_some());
    assert_eq!((family.charged(LEAD), family.charged(BOB)), (240, 260));
    // And then all of it.
    let noticed = family.report(BOB, 400, 550);
    assert_eq!((family.charged(LEAD), family.charged(BOB)), (240, 310));
    assert_eq!(noticed.group, []);
    assert!(family.is_withheld(BOB, 400) && !family.is_withheld(LEAD, 400));
}

#[test]
fn one_that_has_left_and_leads_others_calls_them() {
    let mut family = Family::new(plan_of_1_000(), &[]);
    let left = Validity { from: Some(before()), until: Some(NOW.plus_s(50)) };
    family.join(BOB, None, left);
    family.of(BOB).members = Some([CAROL].into());
    family.report(LEAD, 1, 1);
    // In 100 s 80 octets, half of them since it has left; of its own it has 50.
    let noticed = family.report(BOB, 100, 80);
    assert_eq!((family.charged(LEAD), family.charged(BOB)), (41, 40));
    assert_eq!(noticed.group, []);
    let noticed = family.report(BOB, 110, 90);
    assert_eq!((noticed.has_crossed, noticed.group), (true, vec![CAROL]));
    let own = family.of(BOB).entitlement.clone();
    assert_eq!(family.meter(BOB).share_used(BOB, &own, NOW).unwrap().octets, 50);
}

#[test]
fn the_report_across_the_moment_at_which_it_left_calls_its_own_group_too() {
    let mut family = Family::new(plan_of_1_000(), &[]);
    let left = Validity { from: Some(before()), until: Some(NOW.plus_s(50)) };
    family.join(BOB, None, left);
    family.of(BOB).members = Some([CAROL].into());
    family.report(LEAD, 1, 1);
    let noticed = family.report(BOB, 100, 100);
    assert_eq!((family.charged(LEAD), family.charged(BOB)), (51, 50));
    assert_eq!((noticed.has_crossed, noticed.group), (true, vec![CAROL]));
    assert_eq!(noticed.lead_meter.unwrap().service, LEAD);
}

#[test]
fn one_that_has_left_and_pays_as_it_goes_pays_nothing_for_the_way_to_the_page() {
    let mut family = Family::new(plan_of_1_000(), &[]);
    let left = Validity { from: Some(before()), until: Some(NOW) };
    family.join(BOB, None, left);
    let extras = Extras { grants: vec![Grant::wallet(0, NOW)], ..Extras::default() };
    let extras = Some(Arc::new(extras));
    family.of(BOB).entitlement = Entitlement { extras, ..entitlement(terms()) };
    // The first octet of the nonce says whether the session is in quarantine.
    for (nonce, second, octets, paid) in [(1, 10, 100, 0), (2, 20, 130, 30)] {
        family.nonce = Some([nonce; 16]);
        family.report(BOB, second, octets);
        assert_eq!(family.meter(BOB).used_of(GrantId::WALLET), paid);
    }
}

#[test]
fn a_limit_stops_its_own_service_alone() {
    let mut family =
        Family::new(plan_of_1_000(), &[(BOB, Some(100), before()), (CAROL, None, before())]);
    let noticed = family.report(BOB, 10, 100);
    assert!(noticed.has_crossed);
    assert_eq!(FAMILY.map(|service| family.is_withheld(service, 11)), [false, true, false]);
    assert_eq!(family.charged(LEAD), 100);
}

#[test]
fn who_shares_with_a_lead_that_may_not_be_used_has_no_data() {
    let mut family = Family::new(plan_of_1_000(), &[(BOB, None, before())]);
    for standing in [Standing::Suspended, Standing::Terminated] {
        family.change_lead(Entitlement { standing, ..plan_of_1_000() });
        assert_eq!(family.wanted(BOB, 1).why, Why::Withheld(Reason::LeadWithheld));
        assert_eq!(family.wanted(CAROL, 1).why, Why::Terms);
    }
    family.change_lead(plan_of_1_000());
    assert!(matches!(family.wanted(BOB, 1).goal, Goal::Have(_)));
    assert_eq!(family.wanted(BOB, 1).why, Why::Terms);
}

#[test]
fn what_the_journal_has_brings_back_all_of_it() {
    let mut family = Family::new(with_grant(plan_of_1_000(), 300), &[(BOB, Some(700), before())]);
    for (second, octets) in [(10, 400), (20, 650)] {
        family.report(BOB, second, octets);
        family.report(LEAD, second + 5, octets / 2);
    }
    let meters = FAMILY.map(|service| family.meter(service));
    // In whatever order it is read.
    for reversed in [false, true] {
        let activity = Activity::new();
        let mut recorded = family.recorded.clone();
        if reversed {
            recorded.reverse();
        }
        activity.restore_meters(recorded);
        for (service, meter) in FAMILY.iter().zip(&meters) {
            let stored = activity.meters().find(|stored| stored.service == *service);
            assert_eq!(stored.map_or_else(Meter::default, |of| Meter::clone(&of.meter)), *meter);
        }
    }
}

/// Reports of the three, each with what it has downloaded in all.
fn reports() -> impl Strategy<Value = Vec<(ServiceId, i64, u64)>> {
    let step = (0_usize..3, 1_i64..900, 0_u64..400);
    proptest::collection::vec(step, 1..25).prop_map(|steps| {
        let (mut second, mut totals) = (0, [0; 3]);
        let reports = steps.into_iter().map(|(who, gap_s, octets)| {
            second += gap_s;
            totals[who] += octets;
            (FAMILY[who], second, totals[who])
        });
        reports.collect()
    })
}

/// What is charged to each quota and used of the grant.
fn account(entitlement: &Entitlement, meter: &Meter, second: i64) -> Vec<u64> {
    let quotas = entitlement.quotas(Some(meter), None, NOW.plus_s(second));
    let charged = quotas.iter().map(|status| status.charged.units());
    charged.chain([meter.used_of(GRANT)]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Three services in a group are to a meter what one service with three sessions is; and reports that
    /// come again, or after later ones, are nothing.
    #[test]
    fn a_group_uses_what_one_service_with_all_its_sessions_would(
        reports in reports(),
        month in 500_u64..6_000,
        day in 300_u64..4_000,
        grant in 0_u64..1_500,
        again in proptest::collection::vec(any::<proptest::sample::Index>(), 0..10),
    ) {
        let quotas = vec![quota("month", Window::Month, month), quota("day", Window::Day, day)];
        let terms = entitlement::Terms { quotas, ..terms() };
        let lead = with_grant(entitlement(terms), grant);
        let members = [(BOB, None, before()), (CAROL, None, before())];
        let mut family = Family::new(lead.clone(), &members);
        let mut one = Meter::default();
        let mut reported = [(0, 0); 3];
        for (index, (service, second, octets)) in reports.iter().enumerate() {
            family.report(*service, *second, *octets);
            for again in again.iter().filter(|of| of.index(reports.len()) == index) {
                let (service, second, octets) = reports[again.index(index + 1)];
                family.report(service, second, octets);
            }
            // What one service would have reported.
            let who = usize::try_from(service.0 - 1).unwrap();
            let (from_s, before) = reported[who];
            reported[who] = (*second, *octets);
            one.consume(&lead, &entitlement::UsageRecord {
                session: SessionKey([who as u8; 16]),
                from: NOW.plus_s(from_s),
                to: NOW.plus_s(*second),
                upload_octets: 0,
                download_octets: octets - before,
                online_s: 0,
            });
        }
        let end = reports.last().unwrap().1 + 1;
        prop_assert_eq!(account(&lead, &family.meter(LEAD), end), account(&lead, &one, end));
        let stops = matches!(
            lead.stance(Some(&one), &[], None, NOW.plus_s(end)).access,
            entitlement::Access::Withheld(_)
        );
        prop_assert_eq!(FAMILY.map(|service| family.is_withheld(service, end)), [stops; 3]);
        let used = FAMILY.map(|service| family.share(service)).iter().sum::<u64>();
        let whole = reported.iter().map(|(_, octets)| octets).sum::<u64>();
        prop_assert_eq!(used, whole);
    }
}
