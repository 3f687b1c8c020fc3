//! From accounting packets to what live sessions should have by their quotas: through the table of
//! sessions, the activity of their service and the engine. However the same usage is reported, the
//! same comes of it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use std::sync::{Arc, LazyLock};

use aaa_engine::auth::Credential;
use aaa_engine::enforcement::{Goal, Limits, Posture, Wanted};
use aaa_engine::ports::NasId;
use aaa_engine::session::{SessionId, SessionTable};
use aaa_engine::{
    AccountingKind, Activity, Counters, Engine, Known, MeterNotice, Observation, StoredMeter,
};
use common::{Memory, NOW, TENANT, engine, entitlement, nas, terms};
use entitlement::{
    Allowance, Amount, BitsPerSecond, Direction, Entitlement, Extras, Grant, GrantId, GrantKind,
    Meter, Notice, Octets, Quota, ServiceId, SessionKey, Speed, Tier, TierAction, TimeZone,
    Timestamp, Validity, Window,
};
use proptest::prelude::*;
use proptest::sample::Index;

const SERVICE: ServiceId = ServiceId(7);
/// [`NOW`] is 11:00 in Nairobi.
const MIDNIGHT_S: i64 = 13 * 3_600;
const DAY_S: i64 = 86_400;
const GRANT: GrantId = GrantId(1);

fn quota(name: &str, window: Window, allowance: u64) -> Quota {
    let rate = BitsPerSecond(1_000_000);
    let slow = TierAction::Throttle(Speed { upload: rate, download: rate });
    let tier = |percent, action| Tier { percent, action };
    Quota {
        name: name.into(),
        window,
        allowance: Allowance::Data { octets: Octets(allowance), direction: Direction::Both },
        free: None,
        zero_rated: Vec::new(),
        tiers: vec![
            tier(80, TierAction::Notify),
            tier(100, slow),
            tier(150, TierAction::Quarantine),
        ],
    }
}

fn in_nairobi(quotas: Vec<Quota>, grant_octets: u64) -> Entitlement {
    let grant = Grant {
        id: GRANT,
        amount: Amount::Data(Octets(grant_octets)),
        validity: Validity::default(),
        priority: 100,
        kind: GrantKind::Purchased,
        granted_at: NOW,
    };
    let grants = Some(grant).filter(|grant| !grant.amount.is_nothing()).into_iter().collect();
    Entitlement {
        time_zone: TimeZone::named("Africa/Nairobi").unwrap(),
        extras: Some(Arc::new(Extras { grants, ..Extras::default() })),
        ..entitlement(entitlement::Terms { quotas, ..terms() })
    }
}

/// What one packet says of one of ana's sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Report {
    session: u8,
    /// When it happened, seconds after [`NOW`].
    second: i64,
    upload: u64,
    download: u64,
}

/// To read the dialects takes longer than all that is asked of them here.
static ENGINE: LazyLock<Engine> = LazyLock::new(engine);

struct World {
    directory: Memory,
    activity: Activity,
    table: SessionTable,
    sessions: [SessionId; 2],
    notices: Vec<Notice>,
    /// What the record of the last packet says of the meter.
    recorded: Option<StoredMeter>,
}

impl World {
    fn new(entitlement: Entitlement) -> Self {
        let mut world = Self {
            directory: Memory::with("ana", Credential::MacAddress, entitlement),
            activity: Activity::new(),
            table: SessionTable::default(),
            sessions: [SessionId::NONE; 2],
            notices: Vec::new(),
            recorded: None,
        };
        world.activity.learn_of_nas(NasId(1), true);
        for session in [0, 1] {
            let begun = Report { session, second: 0, upload: 0, download: 0 };
            world.take(AccountingKind::Start, begun, 0);
        }
        world
    }

    fn take(&mut self, kind: AccountingKind, report: Report, delay_s: i64) {
        let Report { session, second, upload, download } = report;
        let station: Arc<str> = format!("AA:BB:CC:00:00:0{session}").into();
        let observation = Observation {
            tenant: TENANT,
            nas: NasId(1),
            received_at: NOW.plus_s(second + delay_s),
            happened_at: NOW.plus_s(second),
            kind,
            acct_session_id: Arc::from([b'a' + session]),
            login: "ana".into(),
            calling_station_id: Arc::clone(&station),
            origin: station,
            framed_ipv4: None,
            ipv6: Default::default(),
            service: Some(SERVICE),
            activated: None,
            interim_interval_s: None,
            counters: Counters {
                upload_octets: upload,
                download_octets: download,
                session_time_s: u32::try_from(second).unwrap(),
                ..Counters::default()
            },
            counter_width: Default::default(),
            class_nonce: None,
        };
        let observed = self.table.observe(&observation);
        self.sessions[usize::from(session)] = observed.event.session;
        let noticed = self.activity.observe(&self.directory, &observation, &observed);
        self.notices.extend(noticed.notices);
        self.recorded = noticed.meter;
    }

    fn report(&mut self, report: Report) {
        self.take(AccountingKind::Interim, report, 0);
    }

    fn wanted(&self, session: u8, second: i64) -> Wanted {
        let known = Known { directory: &self.directory, activity: &self.activity };
        let session = self.table.get(self.sessions[usize::from(session)]).unwrap();
        ENGINE.wanted(known, &nas(1), session, NOW.plus_s(second)).unwrap()
    }

    fn entitlement(&self) -> Entitlement {
        self.directory.services[&b"ana"[..]].0.entitlement.clone()
    }

    fn meter(&self) -> Meter {
        let stored = self.activity.meters().next();
        stored.map(|stored| Arc::unwrap_or_clone(stored.meter)).unwrap_or_default()
    }

    /// All that a quota decides, for both sessions and the next one.
    fn outcome(&self, second: i64) -> impl PartialEq + std::fmt::Debug + use<> {
        let (entitlement, meter) = (self.entitlement(), self.meter());
        let now = NOW.plus_s(second);
        let keys = self.sessions.map(|session| SessionKey(session.0));
        let stances = keys.map(|key| entitlement.stance(Some(&meter), &[], Some(key), now));
        let quotas = keys.map(|key| {
            let quotas = entitlement.quotas(Some(&meter), Some(key), now).into_iter();
            quotas.map(|status| (status.charged.units(), status.tier())).collect::<Vec<_>>()
        });
        let next = entitlement.stance(Some(&meter), &[], None, now);
        let wanted = [0, 1].map(|session| self.wanted(session, second));
        (wanted, stances, quotas, next, meter.used_of(GRANT))
    }
}

/// What comes of the reports, each of which arrives when it happens, and when they end.
fn outcome_of(
    entitlement: &Entitlement,
    reports: &[Report],
) -> impl PartialEq + std::fmt::Debug + use<> {
    let mut world = World::new(entitlement.clone());
    reports.iter().for_each(|report| world.report(*report));
    world.outcome(end(reports))
}

fn end(reports: &[Report]) -> i64 {
    reports.iter().map(|report| report.second).max().unwrap_or(0) + 1
}

fn reports() -> impl Strategy<Value = Vec<Report>> {
    let step = (0_u8..2, 1_i64..15_000, 0_u64..400, 0_u64..400);
    proptest::collection::vec(step, 2..25).prop_map(|steps| {
        let (mut second, mut totals) = (0, [(0, 0); 2]);
        let reports = steps.into_iter().map(|(session, gap_s, upload, download)| {
            second += gap_s;
            let total = &mut totals[usize::from(session)];
            *total = (total.0 + upload, total.1 + download);
            Report { session, second, upload: total.0, download: total.1 }
        });
        reports.collect()
    })
}

fn quotas() -> impl Strategy<Value = Entitlement> {
    (200_u64..3_000, 1_000_u64..9_000, 100_u64..2_000, 0_u64..1_500).prop_map(
        |(day, month, session, grant)| {
            let quotas = vec![quota("day", Window::Day, day), quota("month", Window::Month, month)];
            // Where grants meet quotas of single sessions, the octets that come first use the grants.
            let of_session = (grant < 500).then(|| quota("session", Window::Session, session));
            let grant = if of_session.is_some() { 0 } else { grant };
            in_nairobi(quotas.into_iter().chain(of_session).collect(), grant)
        },
    )
}

/// What its session had reported before.
fn before(reports: &[Report], index: usize) -> Report {
    let session = reports[index].session;
    let earlier = reports[..index].iter().rev().find(|report| report.session == session);
    earlier.copied().unwrap_or(Report { session, second: 0, upload: 0, download: 0 })
}

/// The day of Nairobi, if it is of one day and no edge of a window lies in it.
fn only_day(reports: &[Report], index: usize) -> Option<i64> {
    let day = |second: i64| (second - MIDNIGHT_S).div_euclid(DAY_S);
    let first = day(before(reports, index).second);
    (day(reports[index].second) == first).then_some(first)
}

fn one_of(all: impl Iterator<Item = usize>, which: Index) -> Option<usize> {
    let all: Vec<_> = all.collect();
    (!all.is_empty()).then(|| *which.get(&all))
}

proptest! {
    #[test]
    fn a_report_in_two_parts_is_the_same_usage(
        entitlement in quotas(),
        reports in reports(),
        index in any::<Index>(),
        permille in 0_i64..=1_000,
    ) {
        let whole = (0..reports.len()).filter(|index| only_day(&reports, *index).is_some());
        let Some(index) = one_of(whole, index) else { return Ok(()) };
        let (from, to) = (before(&reports, index), reports[index]);
        let length = to.second - from.second;
        let passed = length * permille / 1_000;
        let share = |octets: u64| octets * passed.unsigned_abs() / length.unsigned_abs();
        let between = Report {
            second: from.second + passed,
            upload: from.upload + share(to.upload - from.upload),
            download: from.download + share(to.download - from.download),
            ..to
        };
        let mut parts = reports.clone();
        parts.insert(index, between);
        prop_assert_eq!(outcome_of(&entitlement, &parts), outcome_of(&entitlement, &reports));
    }

    #[test]
    fn which_of_two_sessions_reports_first_makes_no_difference(
        entitlement in quotas(),
        reports in reports(),
        index in any::<Index>(),
    ) {
        let can_be_swapped = |index: &usize| {
            let days = [0, 1].map(|after| only_day(&reports, index + after));
            let sessions = [0, 1].map(|after| reports[index + after].session);
            sessions[0] != sessions[1] && days[0].is_some() && days[0] == days[1]
        };
        let pairs = (0..reports.len() - 1).filter(can_be_swapped);
        let Some(index) = one_of(pairs, index) else { return Ok(()) };
        let mut swapped = reports.clone();
        swapped.swap(index, index + 1);
        prop_assert_eq!(outcome_of(&entitlement, &swapped), outcome_of(&entitlement, &reports));
    }

    #[test]
    fn what_comes_again_or_late_counts_once(
        entitlement in quotas(),
        reports in reports(),
        replays in proptest::collection::vec((any::<Index>(), any::<Index>(), 0_i64..100_000), 1..12),
    ) {
        let mut world = World::new(entitlement.clone());
        let mut notices = World::new(entitlement);
        for (index, report) in reports.iter().enumerate() {
            world.report(*report);
            notices.report(*report);
            for (earlier, after, delay_s) in &replays {
                // Another identifier, and a later arrival: the packet itself is no duplicate.
                if after.index(reports.len()) == index {
                    let again = reports[earlier.index(index + 1)];
                    world.take(AccountingKind::Interim, again, delay_s + report.second - again.second);
                }
            }
        }
        let end = end(&reports);
        prop_assert_eq!(world.outcome(end), notices.outcome(end));
    }
}

#[test]
fn a_daily_quota_begins_anew_at_the_tenants_midnight() {
    let mut world = World::new(in_nairobi(vec![quota("day", Window::Day, 1_000)], 0));
    let before_usage = world.wanted(0, 1);
    let report = |second, download| Report { session: 0, second, upload: 0, download };
    world.report(report(9 * 3_600, 1_000));
    let throttled = world.wanted(0, 9 * 3_600);
    assert_ne!(throttled.goal, before_usage.goal);
    let midnight = NOW.plus_s(MIDNIGHT_S);
    assert_eq!(throttled.changes_at, Some(midnight));
    assert_eq!(midnight, Timestamp::from_unix_s(1_800_046_800));
    assert_eq!(world.wanted(0, MIDNIGHT_S - 1).goal, throttled.goal);
    // As it was, and with what is left of a session in which 1000 have come down already.
    let fresh = |wanted: &Wanted, limits| match &wanted.goal {
        Goal::Have(posture) => Posture { limits, ..Posture::clone(posture) },
        Goal::End => panic!("it is to end"),
    };
    let limits = |download| Limits { total: None, download: Some(download), upload: Some(1_500) };
    let after = world.wanted(0, MIDNIGHT_S);
    assert_eq!(after.goal, Goal::Have(Arc::new(fresh(&before_usage, limits(2_500)))));
    assert_eq!(before_usage.goal, Goal::Have(Arc::new(fresh(&before_usage, limits(1_500)))));
    // Of a report across midnight, only what came after it counts for the new day: 3 of 7 hours.
    world.report(report(MIDNIGHT_S + 3 * 3_600, 1_700));
    let charged = |world: &World, second| {
        let (entitlement, meter) = (world.entitlement(), world.meter());
        entitlement.quotas(Some(&meter), None, NOW.plus_s(second))[0].charged.units()
    };
    assert_eq!(charged(&world, MIDNIGHT_S + 3 * 3_600), 300);
    // Late news of the day before do not count against this one.
    let late = Report { session: 1, second: 3_600, upload: 0, download: 900 };
    world.take(AccountingKind::Interim, late, MIDNIGHT_S);
    assert_eq!(charged(&world, MIDNIGHT_S + 3 * 3_600), 300);
}

#[test]
fn a_packet_that_comes_again_does_not_move_what_the_next_one_brings() {
    let mut world = World::new(in_nairobi(vec![quota("day", Window::Day, 1_000)], 0));
    let report = |second, download| Report { session: 0, second, upload: 0, download };
    let before = report(MIDNIGHT_S - 3_600, 100);
    world.report(before);
    world.take(AccountingKind::Interim, before, 4 * 3_600);
    // Of two hours around midnight, one is of the new day.
    world.report(report(MIDNIGHT_S + 3_600, 300));
    let (entitlement, meter) = (world.entitlement(), world.meter());
    let quotas = entitlement.quotas(Some(&meter), None, NOW.plus_s(MIDNIGHT_S + 3_600));
    assert_eq!(quotas[0].charged.units(), 100);
}

#[test]
fn each_tier_is_told_of_once_in_a_window() {
    let mut world = World::new(in_nairobi(vec![quota("day", Window::Day, 1_000)], 100));
    let told = |world: &mut World| {
        let notices = core::mem::take(&mut world.notices);
        notices.iter().map(|notice| notice.percent).collect::<Vec<_>>()
    };
    let report = |session, second, download| Report { session, second, upload: 0, download };
    for (of, second, download, percents) in [
        (0, 100, 799, vec![]),
        (0, 200, 800, vec![80]),
        (1, 300, 100, vec![]),
        // What the grant covers is no tier; when it is used up, the tier is in force.
        (0, 400, 999, vec![]),
        (0, 500, 1_000, vec![100]),
        (0, 500, 1_000, vec![]),
        (1, 600, 700, vec![150]),
        (1, MIDNIGHT_S, 701, vec![]),
        (1, MIDNIGHT_S + 3_600, 1_501, vec![80]),
    ] {
        world.report(report(of, second, download));
        assert_eq!(told(&mut world), percents, "{second}: {download}");
    }
}

#[test]
fn a_tier_that_the_end_of_a_grant_brings_is_told_of_by_the_next_report() {
    let mut service = in_nairobi(vec![quota("day", Window::Day, 1_000)], 0);
    let grant = Grant {
        id: GRANT,
        amount: Amount::Data(Octets(1_000)),
        validity: Validity { from: None, until: Some(NOW.plus_s(1_000)) },
        priority: 100,
        kind: GrantKind::Bonus,
        granted_at: NOW,
    };
    service.extras = Some(Arc::new(Extras { grants: vec![grant], ..Extras::default() }));
    let mut world = World::new(service);
    let report = |second, download| Report { session: 0, second, upload: 0, download };
    world.report(report(900, 1_001));
    assert_eq!(world.notices.iter().map(|told| told.percent).collect::<Vec<_>>(), [80]);
    world.report(report(1_900, 1_002));
    assert_eq!(world.notices.last().unwrap().percent, 100);
    assert_eq!(world.notices.len(), 2);
}

#[test]
fn what_the_journal_did_not_take_is_told_with_whatever_it_takes_next() {
    let mut world = World::new(in_nairobi(vec![quota("day", Window::Day, 1_000)], 0));
    let said = |world: &mut World, session, second, download| {
        world.report(Report { session, second, upload: 0, download });
        let StoredMeter { meter, notices, .. } = world.recorded.take().unwrap();
        let of = |noticed: &MeterNotice| (noticed.notice.percent, noticed.revision);
        (meter.revision(), notices.iter().map(of).collect::<Vec<_>>())
    };
    assert_eq!(said(&mut world, 0, 60, 950), (1, vec![(80, 1)]));
    world.activity.has_recorded(SERVICE, 1);
    // From 95 to 105 percent while the disk stalls; the NAS gives up, and says something else later.
    assert_eq!(said(&mut world, 0, 120, 1_050), (2, vec![(100, 2)]));
    assert_eq!(said(&mut world, 0, 420, 1_060), (3, vec![(100, 2)]));
    // So does another session of the service.
    assert_eq!(said(&mut world, 1, 430, 10), (4, vec![(100, 2)]));
    // It is still on its way when the next one is counted, and of that something else is noticed.
    assert_eq!(said(&mut world, 1, 730, 450), (5, vec![(150, 5)]));
    world.activity.has_recorded(SERVICE, 4);
    assert_eq!(said(&mut world, 1, 740, 460), (6, vec![(150, 5)]));
    world.activity.has_recorded(SERVICE, 5);
    assert_eq!(said(&mut world, 1, 750, 470), (7, vec![]));
}
