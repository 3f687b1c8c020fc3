//! Time online: Session-Timeout at each log-in, and what becomes of a session when its time runs out.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use std::sync::Arc;

use aaa_engine::auth::Credential;
use aaa_engine::enforcement::{Change, Goal, Why};
use aaa_engine::ports::NasId;
use aaa_engine::session::{SessionId, SessionTable};
use aaa_engine::{
    AccountingKind, Activity, Check, Counters, Engine, Known, Observation, Question, Reason,
};
use common::{Memory, NOW, TENANT, answer_at, engine, entitlement, nas, pap_with, terms};
use entitlement::{
    Allowance, Amount, Direction, Entitlement, Extras, Grant, GrantId, GrantKind, Octets,
    OnlineTime, Quota, ServiceId, SessionLimit, Tier, TierAction, Timestamp, Validity, WhenFull,
    WhenWithheld, Window,
};
use radius_proto::{AttributeType, Code, Packet};

const SERVICE: ServiceId = ServiceId(7);
const STOP: AccountingKind = AccountingKind::Stop { terminate_cause: 5 };
const INTERIM: AccountingKind = AccountingKind::Interim;
const START: AccountingKind = AccountingKind::Start;
const MB: u64 = 1_000_000;

fn quota(name: &str, allowance: Allowance) -> Quota {
    Quota {
        name: name.into(),
        window: Window::Cycle,
        allowance,
        free: None,
        zero_rated: Vec::new(),
        tiers: vec![Tier { percent: 100, action: TierAction::Quarantine }],
    }
}

fn grant(id: i64, amount: Amount) -> Grant {
    Grant {
        id: GrantId(id),
        amount,
        validity: Validity::default(),
        priority: 100,
        kind: GrantKind::Purchased,
        granted_at: NOW,
    }
}

fn time(seconds: u64) -> Amount {
    Amount::Online(OnlineTime(seconds))
}

/// A service that may be used only for what it was granted, and is rejected beyond that.
fn granted(grants: Vec<Grant>) -> Entitlement {
    let data = Allowance::Data { octets: Octets(0), direction: Direction::Both };
    let mut quotas = vec![quota("online", Allowance::Online(OnlineTime(0)))];
    if grants.iter().any(|grant| matches!(grant.amount, Amount::Data(_))) {
        quotas.push(quota("data", data));
    }
    let when_withheld = WhenWithheld::Reject;
    let terms = entitlement::Terms { quotas, when_withheld, ..terms() };
    Entitlement {
        extras: Some(Arc::new(Extras { grants, ..Extras::default() })),
        ..entitlement(terms)
    }
}

fn station(number: u8) -> String {
    format!("AA:BB:CC:00:00:{number:02X}")
}

struct World {
    engine: Engine,
    directory: Memory,
    activity: Activity,
    table: SessionTable,
    /// By the number of the session.
    known: Vec<SessionId>,
}

impl World {
    fn new(entitlement: Entitlement) -> Self {
        Self {
            engine: engine(),
            directory: Memory::with(
                "ana",
                Credential::ClearText(b"opensesame".to_vec().into()),
                entitlement,
            ),
            activity: Activity::new(),
            table: SessionTable::default(),
            known: vec![SessionId::NONE; 10],
        }
    }

    fn set(&mut self, change: impl FnOnce(&mut Entitlement)) {
        change(&mut self.directory.services.get_mut(&b"ana"[..]).unwrap().0.entitlement);
    }

    /// Session-Timeout of an Access-Accept, or why there is none.
    fn log_in(&self, number: u8, second: i64) -> Result<u32, Reason> {
        let station = station(number);
        let attributes = [(AttributeType::CALLING_STATION_ID, station.as_bytes())];
        let request = pap_with("ana", "opensesame", &attributes);
        let now = NOW.plus_s(second);
        let (directory, activity) = (&self.directory, &self.activity);
        let answered = answer_at(&self.engine, directory, activity, &nas(1), &request, now);
        if answered.packet().code() != Code::ACCESS_ACCEPT {
            return Err(answered.decision.attempt.reason);
        }
        let timeout = answered.packet().first(AttributeType::SESSION_TIMEOUT).unwrap().to_vec();
        Ok(u32::from_be_bytes(timeout.try_into().unwrap()))
    }

    fn report(
        &mut self,
        number: u8,
        kind: AccountingKind,
        second: i64,
        online_s: u32,
        octets: u64,
    ) {
        let station: Arc<str> = station(number).into();
        let observation = Observation {
            tenant: TENANT,
            nas: NasId(1),
            received_at: NOW.plus_s(second),
            happened_at: NOW.plus_s(second),
            kind,
            acct_session_id: Arc::from([b'a' + number]),
            login: "ana".into(),
            calling_station_id: Arc::clone(&station),
            origin: station,
            framed_ipv4: None,
            ipv6: Default::default(),
            service: Some(SERVICE),
            activated: None,
            interim_interval_s: Some(300),
            counters: Counters {
                download_octets: octets,
                session_time_s: online_s,
                ..Counters::default()
            },
            counter_width: Default::default(),
            class_nonce: None,
        };
        let observed = self.table.observe(&observation);
        self.known[usize::from(number)] = observed.event.session;
        let noticed = self.activity.observe(&self.directory, &observation, &observed);
        if let Some(told) = noticed.told {
            self.table.take_change(&Change::at_login(&observed.event, told));
        }
    }

    /// What the session should have, and when that changes by itself.
    fn wanted(&self, number: u8, second: i64) -> (Goal, Option<i64>) {
        let known = Known { directory: &self.directory, activity: &self.activity };
        let session = self.table.get(self.known[usize::from(number)]).unwrap();
        let wanted = self.engine.wanted(known, &nas(1), session, NOW.plus_s(second)).unwrap();
        if wanted.goal == Goal::End {
            assert_eq!(wanted.why, Why::Withheld(Reason::QuotaExhausted));
        }
        let after_s = |at: Timestamp| at.unix_s() - NOW.unix_s();
        (wanted.goal, wanted.changes_at.map(after_s))
    }

    fn used(&self, grant: i64) -> u64 {
        let meter = self.activity.meters().next();
        meter.map_or(0, |stored| stored.meter.used_of(GrantId(grant)))
    }
}

#[test]
fn what_is_left_is_the_session_timeout_of_the_next_log_in() {
    let mut world = World::new(granted(vec![grant(1, time(3_600))]));
    assert_eq!(world.log_in(1, 0), Ok(3_600));
    world.report(1, START, 0, 0, 0);
    world.report(1, STOP, 1_000, 1_000, 0);
    // Again, by another packet: it counts once.
    world.report(1, STOP, 1_010, 1_000, 0);
    assert_eq!(world.log_in(1, 80_000), Ok(2_600));
    world.report(2, START, 80_000, 0, 0);
    world.report(2, INTERIM, 80_300, 300, 0);
    world.report(2, STOP, 82_599, 2_599, 0);
    assert_eq!(world.log_in(1, 90_000), Ok(1));
    world.report(3, START, 90_000, 0, 0);
    world.report(3, STOP, 90_001, 1, 0);
    assert_eq!(world.log_in(1, 90_002), Err(Reason::QuotaExhausted));
    world.set(|service| {
        let extras = Arc::make_mut(service.extras.as_mut().unwrap());
        extras.grants.push(grant(2, time(60)));
    });
    assert_eq!(world.log_in(1, 90_003), Ok(60));
}

#[test]
fn of_time_and_data_whichever_ends_first_ends_it() {
    let hybrid = || granted(vec![grant(1, time(600)), grant(2, Amount::Data(Octets(100 * MB)))]);
    let mut world = World::new(hybrid());
    world.report(1, START, 0, 0, 0);
    world.report(1, STOP, 599, 599, 99 * MB);
    assert_eq!(world.log_in(1, 700), Ok(1));
    world.report(2, START, 700, 0, 0);
    world.report(2, STOP, 701, 1, MB / 2);
    assert_eq!(world.log_in(1, 702), Err(Reason::QuotaExhausted));
    assert_eq!((world.used(1), world.used(2)), (600, 99 * MB + MB / 2));

    let mut world = World::new(hybrid());
    world.report(1, START, 0, 0, 0);
    world.report(1, STOP, 10, 10, 100 * MB);
    assert_eq!(world.log_in(1, 20), Err(Reason::QuotaExhausted));
    assert_eq!((world.used(1), world.used(2)), (10, 100 * MB));
}

#[test]
fn a_session_that_goes_on_ends_when_its_time_is_over_and_not_with_the_next_report() {
    let mut world = World::new(granted(vec![grant(1, time(1_000))]));
    world.log_in(1, 0).unwrap();
    world.report(1, START, 0, 0, 0);
    let (goal, changes_at) = world.wanted(1, 0);
    assert_eq!(changes_at, Some(1_000));
    assert_eq!(world.wanted(1, 999), (goal.clone(), Some(1_000)));
    assert_eq!(world.wanted(1, 1_000).0, Goal::End);
    // Its NAS says that it was away in between: the report replaces what was reckoned.
    world.report(1, INTERIM, 900, 500, 0);
    assert_eq!(world.wanted(1, 1_000), (goal.clone(), Some(1_400)));
    // A restart knows as much.
    let session = world.table.get(world.known[1]).unwrap().clone();
    let restarted = Activity::new();
    restarted.restore_meters(world.activity.meters());
    restarted.restore(&world.directory, &session);
    world.activity = restarted;
    assert_eq!(world.wanted(1, 1_000), (goal.clone(), Some(1_400)));
    // A top-up is there at once.
    world.set(|service| {
        let extras = Arc::make_mut(service.extras.as_mut().unwrap());
        extras.grants.push(grant(2, time(60)));
    });
    assert_eq!(world.wanted(1, 1_400), (goal, Some(1_460)));
    assert_eq!(world.wanted(1, 1_460).0, Goal::End);
}

#[test]
fn sessions_at_once_share_what_is_left() {
    let mut world = World::new(granted(vec![grant(1, time(1_000))]));
    world.log_in(1, 0).unwrap();
    world.report(1, START, 0, 0, 0);
    assert_eq!(world.log_in(2, 200), Ok(400));
    world.report(2, START, 200, 0, 0);
    let changes_at = |world: &World, number| world.wanted(number, 200).1;
    assert_eq!((changes_at(&world, 1), changes_at(&world, 2)), (Some(600), Some(600)));
    world.report(2, STOP, 300, 100, 0);
    assert_eq!(world.wanted(1, 300).1, Some(900));
    // From where the session is that goes on, it is the same one anew, or it is over.
    assert_eq!(world.log_in(1, 400), Ok(900));
    // In the place of the one that has lasted longest, it has all that is left.
    world.set(|service| {
        let max = 1_u16.try_into().unwrap();
        let limit = SessionLimit { max, when_full: WhenFull::ReplaceOldest };
        Arc::make_mut(&mut service.terms).session_limit = Some(limit);
    });
    assert_eq!(world.log_in(3, 500), Ok(400));
}

#[test]
fn what_it_is_online_in_quarantine_is_not_counted() {
    let mut service = granted(vec![grant(1, time(1_000))]);
    service.validity.until = Some(NOW);
    Arc::make_mut(&mut service.terms).when_withheld = WhenWithheld::default();
    let mut world = World::new(service);
    assert_eq!(world.log_in(1, 0), Ok(300));
    world.report(1, START, 0, 0, 0);
    world.report(1, INTERIM, 200, 200, 0);
    world.report(1, STOP, 300, 300, 0);
    assert_eq!(world.used(1), 0);
    world.set(|service| service.validity.until = None);
    assert_eq!(world.log_in(1, 301), Ok(1_000));
    world.report(2, START, 301, 0, 0);
    world.report(2, STOP, 401, 100, 0);
    assert_eq!(world.used(1), 100);
}

#[test]
fn an_explanation_says_what_is_left() {
    let mut world = World::new(granted(vec![grant(1, time(1_000))]));
    world.report(1, START, 0, 0, 0);
    world.report(1, STOP, 100, 100, 0);
    let request = pap_with("ana", "opensesame", &[]);
    let request = Packet::parse(&request).unwrap();
    let question = Question { nas: &nas(1), request: &request, at: NOW.plus_s(100) };
    let known = Known { directory: &world.directory, activity: &world.activity };
    let mut reply = [0; 4_096];
    let explained = world.engine.explain(known, &question, &mut reply).unwrap();
    let left = explained.checks.iter().find_map(|check| match check {
        Check::OnlineLeft(left) => Some(*left),
        _ => None,
    });
    assert_eq!(left, Some(OnlineTime(900)));
}
