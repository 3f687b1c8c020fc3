//! Which session a packet belongs to.

use core::hash::BuildHasherDefault;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use entitlement::Timestamp;

use crate::accounting::{
    AccountingEvent, AccountingKind, TERMINATE_CAUSE_ADMIN_REBOOT, TERMINATE_CAUSE_NAS_REBOOT,
};
use crate::observation::Observation;
use crate::ports::NasId;
use crate::session::join::{self, implied_start};
use crate::session::{Ended, Session, SessionId};

/// The sessions of one shard, open and lately ended, with a single owner.
///
/// A NAS names its sessions with Acct-Session-Id, which it uses again after a reboot, or for
/// every call of a port. So a session is found by the nonce of our Class token where the NAS
/// repeats it, else by Acct-Session-Id, User-Name and Calling-Station-Id together with the time
/// it must have begun.
///
/// Several tables share the work by [`shard_key`](crate::session::shard_key); each must observe
/// every On and Off.
///
/// Memory is bounded by [`TableLimits`]: ended sessions are forgotten, the longest ended first;
/// open sessions beyond the limit are given ids and events like any other, but are not listed.
#[derive(Debug, Default)]
pub struct SessionTable {
    limits: TableLimits,
    sessions: Map<SessionId, Session>,
    /// Every remembered session by what its NAS calls it, the earliest begun first.
    namesakes: Map<(NasId, Arc<[u8]>), Vec<SessionId>>,
    /// The ended ones, the longest ended first.
    ended: VecDeque<SessionId>,
}

/// How much a table remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableLimits {
    /// Open sessions.
    pub open: usize,
    /// Ended sessions, to which late packets still belong.
    pub ended: usize,
}

/// How many open sessions one table remembers unless told otherwise.
pub const OPEN_SESSIONS_MAX: usize = 1_000_000;

/// How many ended sessions one table remembers unless told otherwise.
pub const ENDED_SESSIONS_MAX: usize = 100_000;

/// How many sessions of one Acct-Session-Id on one NAS are remembered. A NAS has one, or a few
/// after reboots; one that names every session alike must not make each packet a long search.
pub const NAMESAKES_MAX: usize = 64;

/// How long after the end of a session its Acct-Session-Id may begin another one, seconds: a
/// Start that comes sooner, without a Class token, is the late Start of the session that ended.
pub const REUSE_AFTER_S: i64 = 60;

/// How far the beginnings that the packets of one session imply may lie apart, seconds.
const START_TOLERANCE_S: i64 = 30;

/// With fixed keys, so that equal histories make equal tables; NASes are known and authenticated.
type Map<K, V> = HashMap<K, V, BuildHasherDefault<DefaultHasher>>;

impl Default for TableLimits {
    fn default() -> Self {
        Self { open: OPEN_SESSIONS_MAX, ended: ENDED_SESSIONS_MAX }
    }
}

impl SessionTable {
    /// An empty table with limits of its own.
    #[must_use]
    pub fn with_limits(limits: TableLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Assigns a packet to its session, and changes the session by it.
    ///
    /// The same packet again gives the same id, so that a packet whose event could not be made
    /// durable may simply be observed again. Events of an On or Off are the same in every shard.
    pub fn observe(&mut self, observation: &Observation) -> AccountingEvent {
        if observation.kind.is_about_the_nas() {
            let event = observation.in_session(SessionId::NONE);
            self.end_sessions_of_nas(&event);
            return event;
        }
        let id = self.find(observation).unwrap_or_else(|| self.new_id(observation));
        let event = observation.in_session(id);
        self.change(&event);
        event
    }

    /// Takes back a session that was stored; one that is known already stays as it is.
    pub fn restore(&mut self, session: Session) {
        if self.sessions.contains_key(&session.id) || !self.has_room_for(&session) {
            return;
        }
        self.insert(session);
    }

    /// The sessions that have not ended, in no particular order.
    pub fn open(&self) -> impl Iterator<Item = &Session> {
        self.sessions.values().filter(|session| session.ended.is_none())
    }

    /// How many sessions have not ended.
    #[must_use]
    pub fn open_count(&self) -> usize {
        self.sessions.len() - self.ended.len()
    }

    /// The session with this id, open or lately ended.
    #[must_use]
    pub fn get(&self, id: SessionId) -> Option<&Session> {
        self.sessions.get(&id)
    }

    /// The session that a packet belongs to, if it is a known one.
    fn find(&self, observation: &Observation) -> Option<SessionId> {
        if let Some(nonce) = &observation.class_nonce {
            let id = SessionId::from_token(observation, nonce);
            if self.sessions.contains_key(&id) {
                return Some(id);
            }
        }
        let name = (observation.nas, Arc::clone(&observation.acct_session_id));
        let namesakes = self.namesakes.get(&name)?.iter().filter_map(|id| self.sessions.get(id));
        let mut found: Option<&Session> = None;
        // Of several uses of one name it is the last that had begun when this one must have.
        for session in namesakes.filter(|session| may_be_the_same(session, observation)) {
            if found.is_none() || had_begun(session, observation) {
                found = Some(session);
            }
        }
        found.filter(|session| !begins_anew(session, observation)).map(|session| session.id)
    }

    fn new_id(&self, observation: &Observation) -> SessionId {
        match &observation.class_nonce {
            Some(nonce) => SessionId::from_token(observation, nonce),
            // Where it will not be remembered, its next packet must lead to the same id without.
            None if self.is_full() => SessionId::from_identity(observation, None),
            None => SessionId::from_identity(observation, Some(start_of(observation))),
        }
    }

    fn is_full(&self) -> bool {
        self.open_count() >= self.limits.open
    }

    fn has_room_for(&self, session: &Session) -> bool {
        let name = (session.nas, Arc::clone(&session.acct_session_id));
        let namesakes = self.namesakes.get(&name).map_or(0, Vec::len);
        namesakes < NAMESAKES_MAX && (session.ended.is_some() || !self.is_full())
    }

    fn change(&mut self, event: &AccountingEvent) {
        match self.sessions.entry(event.session) {
            Entry::Occupied(mut entry) => {
                let session = entry.get_mut();
                let was_open = session.ended.is_none();
                join::update(session, event);
                if was_open && session.ended.is_some() {
                    self.ended.push_back(event.session);
                    self.forget_longest_ended();
                }
            }
            Entry::Vacant(_) => {
                let session = join::first(event);
                if self.has_room_for(&session) {
                    self.insert(session);
                }
            }
        }
    }

    fn insert(&mut self, session: Session) {
        let (id, ended) = (session.id, session.ended.is_some());
        let name = (session.nas, Arc::clone(&session.acct_session_id));
        let sessions = &self.sessions;
        let namesakes = self.namesakes.entry(name).or_default();
        let at = namesakes.partition_point(|other| {
            sessions.get(other).is_some_and(|other| other.started_at <= session.started_at)
        });
        namesakes.insert(at, id);
        self.sessions.insert(id, session);
        if ended {
            self.ended.push_back(id);
            self.forget_longest_ended();
        }
    }

    /// Ends every session of the NAS that began before it started, or before it said good-bye.
    fn end_sessions_of_nas(&mut self, event: &AccountingEvent) {
        for session in self.sessions.values_mut() {
            let was_open = session.ended.is_none();
            join::update(session, event);
            if was_open && session.ended.is_some() {
                self.ended.push_back(session.id);
            }
        }
        self.forget_longest_ended();
    }

    fn forget_longest_ended(&mut self) {
        while self.ended.len() > self.limits.ended {
            let Some(id) = self.ended.pop_front() else { return };
            let Some(session) = self.sessions.remove(&id) else { continue };
            let name = (session.nas, session.acct_session_id);
            if let Entry::Occupied(mut entry) = self.namesakes.entry(name) {
                entry.get_mut().retain(|other| *other != id);
                if entry.get().is_empty() {
                    entry.remove();
                }
            }
        }
    }
}

/// May a packet with the session's Acct-Session-Id be of this session?
fn may_be_the_same(session: &Session, observation: &Observation) -> bool {
    // By its token it would have been found; so another token is another session.
    let told_apart = observation.class_nonce.is_some() && session.id.is_from_token();
    !told_apart
        && agree(&session.login, &observation.login)
        && agree(&session.calling_station_id, &observation.calling_station_id)
}

/// Some NASes leave one of them out of some of the packets.
fn agree(a: &str, b: &str) -> bool {
    a.is_empty() || b.is_empty() || a == b
}

fn had_begun(session: &Session, observation: &Observation) -> bool {
    let unknown =
        observation.kind != AccountingKind::Start && observation.counters.session_time_s == 0;
    unknown || session.started_at <= start_of(observation).plus_s(START_TOLERANCE_S)
}

/// Does a packet that might be late belong to a new use of an ended session's name instead?
///
/// A Start does when it happened clearly after the end, and right after it where the NAS rebooted
/// in between. Any other packet must also have counted what the ended session never did: late
/// packets, whose NAS did not say how late, repeat what is known.
fn begins_anew(session: &Session, observation: &Observation) -> bool {
    let Some(Ended { at, terminate_cause }) = session.ended else { return false };
    let rebooted =
        matches!(terminate_cause, TERMINATE_CAUSE_ADMIN_REBOOT | TERMINATE_CAUSE_NAS_REBOOT);
    let start = start_of(observation);
    match observation.kind {
        AccountingKind::Start => start > at.plus_s(if rebooted { 0 } else { REUSE_AFTER_S }),
        AccountingKind::Interim | AccountingKind::Stop { .. } => {
            start > at.plus_s(REUSE_AFTER_S)
                && observation.counters.session_time_s > 0
                && !observation.counters.within(session.counters)
        }
        AccountingKind::On | AccountingKind::Off => false,
    }
}

fn start_of(observation: &Observation) -> Timestamp {
    let session_time_s = observation.counters.session_time_s;
    implied_start(observation.kind, observation.happened_at, session_time_s)
}
