//! Random schedules of log-ins, sessions and restarts against plain lists of who has what.

use std::collections::{HashMap, HashSet};
use std::net::Ipv4Addr;

use aaa_engine::session::SessionId;
use aaa_engine::{PoolUse, Reason};
use entitlement::Timestamp;
use proptest::prelude::*;

use crate::common::*;
use crate::{Accepted, INTERIM, START, STOP, World, ipv4};

/// What may happen.
#[derive(Debug, Clone)]
enum Happening {
    LogIn { service: i64, station: u8 },
    Start { which: usize, report: Report, has_class: bool },
    Interim { which: usize, report: Report },
    Stop { which: usize },
    Pass { seconds: i64 },
    Silence,
    Restart { is_from_snapshot: bool },
}

/// What a NAS says about the address.
#[derive(Debug, Clone, Copy)]
enum Report {
    Leased,
    Nothing,
    /// A free one of the pool, by its number.
    Another(u8),
    Outside,
}

const SERVICES: i64 = 7;
const ADDRESSES: u8 = 8;

fn report() -> impl Strategy<Value = Report> {
    prop_oneof![
        6 => Just(Report::Leased),
        2 => Just(Report::Nothing),
        1 => (0..ADDRESSES).prop_map(Report::Another),
        1 => Just(Report::Outside),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        8 => (1..=SERVICES, 0..3_u8)
            .prop_map(|(service, station)| Happening::LogIn { service, station }),
        6 => (any::<usize>(), report(), any::<bool>())
            .prop_map(|(which, report, has_class)| Happening::Start { which, report, has_class }),
        2 => (any::<usize>(), report())
            .prop_map(|(which, report)| Happening::Interim { which, report }),
        5 => any::<usize>().prop_map(|which| Happening::Stop { which }),
        4 => prop_oneof![Just(1), Just(20), Just(61), Just(400)]
            .prop_map(|seconds| Happening::Pass { seconds }),
        1 => Just(Happening::Silence),
        2 => any::<bool>().prop_map(|is_from_snapshot| Happening::Restart { is_from_snapshot }),
    ]
}

/// A session of the reference.
#[derive(Debug, Clone)]
struct Running {
    number: u32,
    id: SessionId,
    accepted: Accepted,
    has: Option<Ipv4Addr>,
    /// Another session of the same station has begun since: it is over, though nobody says so.
    is_ghost: bool,
}

/// The reference: who has what, by plain lists.
#[derive(Default)]
struct Reference {
    /// Accepted, and not begun yet.
    pending: Vec<Accepted>,
    running: Vec<Running>,
    /// To whom each address was given last.
    owners: HashMap<Ipv4Addr, (i64, String)>,
    /// What NASes have given of their own accord: it is not fresh any more.
    reported: HashSet<Ipv4Addr>,
    restarted_at: Option<Timestamp>,
}

impl Reference {
    fn is_pending(accepted: &Accepted, now: Timestamp) -> bool {
        now < accepted.at.plus_s(60)
    }

    /// Whether anybody but this station has the address.
    fn is_anothers(&self, address: Ipv4Addr, service: i64, station: &str, now: Timestamp) -> bool {
        let is_other = |of: &Accepted| (of.service, of.station.as_str()) != (service, station);
        let pending = self.pending.iter().filter(|of| Self::is_pending(of, now));
        pending.filter(|of| of.address == Some(address)).any(is_other)
            || self
                .running
                .iter()
                .filter(|of| !of.is_ghost && of.has == Some(address))
                .any(|of| is_other(&of.accepted))
    }

    /// Whether nobody can have it, however cautious one is.
    fn is_free(&self, address: Ipv4Addr, now: Timestamp) -> bool {
        let pending = self.pending.iter().filter(|of| Self::is_pending(of, now));
        !pending.into_iter().any(|of| of.address == Some(address))
            && !self.running.iter().any(|of| of.has == Some(address))
    }

    fn may_take_over(&self, now: Timestamp) -> bool {
        self.restarted_at.is_none_or(|at| now >= at.plus_s(60))
    }

    fn judge(&self, service: i64, station: &str, given: Option<Ipv4Addr>, now: Timestamp) {
        let all = || (0..ADDRESSES).map(|last| Ipv4Addr::new(10, 0, 0, last));
        let is_owner = |address: &Ipv4Addr| {
            self.owners.get(address).is_some_and(|(owner, _)| *owner == service)
        };
        // Within a minute of a restart nobody knows who may be about to use an address but its
        // own station.
        let is_its_own = |address: &Ipv4Addr| {
            let is_station = self.owners.get(address).is_some_and(|(_, last)| last == station);
            is_owner(address) && (is_station || self.may_take_over(now))
        };
        let own: HashSet<_> =
            all().filter(is_its_own).filter(|address| self.is_free(*address, now)).collect();
        match given {
            Some(given) => {
                assert!(!self.is_anothers(given, service, station, now), "{given} in two hands");
                if !own.is_empty() {
                    assert!(is_owner(&given), "{given} instead of one of {own:?}");
                } else if self.owners.contains_key(&given) && !is_owner(&given) {
                    assert!(self.may_take_over(now), "{given} was taken over after a restart");
                    let fresh: Vec<_> = all()
                        .filter(|address| !self.owners.contains_key(address))
                        .filter(|address| !self.reported.contains(address))
                        .filter(|address| self.is_free(*address, now))
                        .collect();
                    assert!(fresh.is_empty(), "{given} was taken over instead of {fresh:?}");
                }
            }
            None => {
                let free: Vec<_> = all()
                    .filter(|address| self.is_free(*address, now))
                    .filter(|address| {
                        self.may_take_over(now)
                            || !self.owners.contains_key(address)
                            || is_its_own(address)
                    })
                    .collect();
                assert!(free.is_empty(), "refused, with {free:?} free");
            }
        }
    }

    fn reported(
        &self,
        report: Report,
        leased: Option<Ipv4Addr>,
        now: Timestamp,
    ) -> Option<Ipv4Addr> {
        match report {
            Report::Leased => leased,
            Report::Nothing => None,
            Report::Another(last) => {
                let address = Ipv4Addr::new(10, 0, 0, last);
                if self.is_free(address, now) { Some(address) } else { leased }
            }
            Report::Outside => Some(Ipv4Addr::new(192, 0, 2, 1)),
        }
    }
}

impl Reference {
    fn log_in(&mut self, world: &mut World, service: i64, station: u8) {
        let station = format!("{service}-{station}");
        let (answered, accepted) = world.dial(service, &station);
        let given = accepted.as_ref().and_then(|accepted| accepted.address);
        let reason = answered.decision.attempt.reason;
        assert_eq!(given.is_none(), reason == Reason::PoolExhausted);
        self.judge(service, &station, given, world.now);
        if let Some(accepted) = accepted {
            self.owners.insert(given.unwrap(), (service, station.clone()));
            self.pending.retain(|of| (of.service, &of.station) != (service, &station));
            self.pending.push(accepted);
        }
    }

    fn start(&mut self, world: &mut World, which: usize, report: Report, has_class: bool) {
        self.pending.retain(|of| Self::is_pending(of, world.now));
        if self.pending.is_empty() {
            return;
        }
        let accepted = self.pending.remove(which % self.pending.len());
        let reports = self.reported(report, accepted.address, world.now);
        self.reported.extend(reports);
        world.pass_s(1);
        let (number, id) = world.account(START, None, &accepted, reports, has_class);
        let key = (accepted.service, accepted.station.clone());
        for other in &mut self.running {
            let of = &other.accepted;
            other.is_ghost |= (of.service, of.station.clone()) == key;
        }
        let has = reports.or(accepted.address);
        self.running.push(Running { number, id, accepted, has, is_ghost: false });
    }

    fn interim(&mut self, world: &mut World, which: usize, report: Report) {
        let alive: Vec<_> = self.running.iter().filter(|of| !of.is_ghost).cloned().collect();
        if alive.is_empty() {
            return;
        }
        let session = &alive[which % alive.len()];
        let reports = self.reported(report, session.has, world.now);
        self.reported.extend(reports);
        world.account(INTERIM, Some(session.number), &session.accepted, reports, true);
        let running = self.running.iter_mut().find(|of| of.number == session.number);
        let running = running.unwrap();
        running.has = reports.or(running.has);
    }

    fn stop(&mut self, world: &mut World, which: usize) {
        if self.running.is_empty() {
            return;
        }
        let session = self.running.remove(which % self.running.len());
        world.account(STOP, Some(session.number), &session.accepted, session.has, true);
    }

    fn silence(&mut self, world: &mut World) {
        for event in world.table.silent(world.now, NOW, |_| 300) {
            world.table.take(&event);
            world.activity.end(event.service, event.session, event.happened_at);
            self.running.retain(|of| of.id != event.session);
        }
    }

    fn compare(&self, used: PoolUse) {
        let in_use: HashSet<_> = self
            .running
            .iter()
            .filter(|of| !of.is_ghost)
            .filter_map(|of| of.has)
            .filter(|address| address.octets()[0] == 10)
            .collect();
        assert!(used.in_use >= in_use.len() as u64, "{used:?}, though {in_use:?} are in use");
        assert!(used.in_use <= used.size);
    }
}

fn run(happenings: Vec<Happening>) {
    let pools = vec![ipv4(1, "pppoe", "10.0.0.0/29")];
    let mut world = World::new(SERVICES, &terms(), pools);
    let mut reference = Reference::default();
    for happening in happenings {
        match happening {
            Happening::LogIn { service, station } => reference.log_in(&mut world, service, station),
            Happening::Start { which, report, has_class } => {
                reference.start(&mut world, which, report, has_class);
            }
            Happening::Interim { which, report } => reference.interim(&mut world, which, report),
            Happening::Stop { which } => reference.stop(&mut world, which),
            Happening::Pass { seconds } => world.pass_s(seconds),
            Happening::Silence => reference.silence(&mut world),
            Happening::Restart { is_from_snapshot } => {
                if is_from_snapshot {
                    world.restart_from_snapshot();
                } else {
                    world.restart();
                }
                reference.restarted_at = Some(world.now);
            }
        }
        reference.compare(world.pool_use());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn no_address_is_in_two_hands_and_each_comes_again_where_it_can(
        happenings in proptest::collection::vec(happening(), 1..120)
    ) {
        run(happenings);
    }
}
