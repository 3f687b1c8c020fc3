//! Which session a packet belongs to.

use core::hash::BuildHasherDefault;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use entitlement::{ServiceId, Timestamp, UsageRecord};

use crate::accounting::{
    AccountingEvent, AccountingKind, Counters, TERMINATE_CAUSE_ADMIN_REBOOT,
    TERMINATE_CAUSE_LOST_SERVICE, TERMINATE_CAUSE_NAS_REBOOT,
};
use crate::enforcement::{Change, Enforced};
use crate::observation::Observation;
use crate::ports::NasId;
use crate::session::join::{self, implied_start};
use crate::session::usage::increase;
use crate::session::wrap::widened;
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
/// Such an id stays the same while the table is full; without a Class token, a session that finds
/// room later goes on under another.
#[derive(Debug, Default)]
pub struct SessionTable {
    limits: TableLimits,
    sessions: Map<SessionId, Session>,
    /// Every remembered session by what its NAS calls it, the earliest begun first.
    namesakes: Map<Name, Vec<SessionId>>,
    /// The sessions of activated services by what the NAS calls their parent.
    activated: Map<Name, Vec<SessionId>>,
    /// The ended ones, the longest ended first.
    ended: VecDeque<SessionId>,
    /// How many have not ended and are silent.
    silent: usize,
    /// The ends of sessions whose names were used again while they were open, by the later session.
    superseded: Map<SessionId, AccountingEvent>,
}

/// What a packet means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// The packet, assigned to its session.
    pub event: AccountingEvent,
    /// Whose session it is: as its first packet said that named a service. What the NAS identifies
    /// by may lead to another one since.
    pub service: Option<ServiceId>,
    /// The end of an earlier session, which the packet shows to be over though no Stop came: its
    /// NAS has used the name again. It is given with every packet of the later session, since
    /// none tells whether the one before became durable; make it durable before `event`.
    pub superseded: Option<AccountingEvent>,
    /// Further ends of which the NAS has said nothing; make them durable after `event`. That of the
    /// session itself, when a later one of its name was heard of before it; and those of activated
    /// services that end with the session, or that belong to one that has ended.
    pub ended: Vec<AccountingEvent>,
    /// Whether the session goes on after the packet; false of an On or Off.
    pub is_open: bool,
    /// What was used since the packet before, where anything was.
    pub usage: Option<UsageRecord>,
    /// Whether its NAS had been told to keep it in quarantine, as far as that is known.
    pub is_quarantined: Option<bool>,
    /// Whether something is to be done about the session when it is heard of; see
    /// [`Enforced::waits`](crate::enforcement::Enforced::waits).
    pub waits: bool,
    /// Its NAS was told how much it may transfer, which with what was used may be another amount.
    pub is_limited: bool,
}

/// What the table knows of a packet's session.
enum Found {
    Known(SessionId),
    /// It is a new one, which takes the name of an open one.
    New {
        supersedes: Option<SessionId>,
    },
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

/// How long after the end of a session, or after the last packet of an open one, its
/// Acct-Session-Id may begin another one, seconds: a Start that comes sooner, without a Class
/// token, is a late Start of the same session.
pub const REUSE_AFTER_S: i64 = 60;

/// How far the beginnings that the packets of one session imply may lie apart, seconds.
const START_TOLERANCE_S: i64 = 30;

/// A clock may be wrong by one in so many seconds, which adds to [`START_TOLERANCE_S`].
const CLOCK_DRIFT_1_IN: i64 = 1_000;

/// What a NAS calls a session.
type Name = (NasId, Arc<[u8]>);

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
    pub fn observe(&mut self, observation: &Observation) -> Observed {
        if observation.kind.is_about_the_nas() {
            let event = observation.in_session(SessionId::NONE);
            self.end_sessions_of_nas(&event);
            return Observed {
                event,
                service: None,
                superseded: None,
                ended: Vec::new(),
                is_open: false,
                usage: None,
                is_quarantined: None,
                waits: false,
                is_limited: false,
            };
        }
        let (id, superseded) = match self.find(observation) {
            Found::Known(id) => (id, self.superseded.get(&id).cloned()),
            Found::New { supersedes } => {
                // The older one leaves first, so that there is room for the newer.
                let older = supersedes.and_then(|older| self.sessions.get(&older));
                let end = older.map(|older| end_before(older, start_of(observation)));
                if let Some(end) = &end {
                    self.change(end);
                }
                (self.new_id(observation), end)
            }
        };
        let mut event = observation.in_session(id);
        // A session that is not remembered has counted nothing that is known.
        let known = self.sessions.get(&id);
        let told = known.and_then(|it| it.enforced.told.as_ref());
        let is_quarantined = told.map(|told| told.is_quarantined);
        let known = known.map(|it| (it.counters, it.last_seen_at, it.ended.is_none()));
        let (counted, last_seen_at, went_on) =
            known.unwrap_or((Counters::default(), event.implied_start(), false));
        event.counters = widened(observation, &counted);
        self.change(&event);
        if let Some(end) = &superseded
            && self.sessions.contains_key(&id)
        {
            self.superseded.entry(id).or_insert_with(|| end.clone());
        }
        // One that was known and open the later one would have ended. Nearly all are.
        let overtaken = (!went_on).then(|| self.end_of_overtaken(id, observation)).flatten();
        if let Some(end) = &overtaken {
            self.change(end);
        }
        let ends = [superseded.as_ref(), Some(&event), overtaken.as_ref()];
        let services_ended = self.end_services(&event, ends.into_iter().flatten());
        let ended = overtaken.into_iter().chain(services_ended).collect();
        let (service, is_open, waits, is_limited) = match self.sessions.get(&id) {
            Some(session) => {
                let Enforced { waits, ref told, .. } = session.enforced;
                let is_limited = told.as_ref().is_some_and(|told| !told.limits.are_none());
                (session.service, session.ended.is_none(), waits, is_limited)
            }
            // It is not remembered: the packet alone tells.
            None => (event.service, event.kind.terminate_cause().is_none(), false, false),
        };
        // One that is not remembered would be counted from its beginning with each packet.
        let is_counted = event.activated.is_none() && self.sessions.contains_key(&id);
        let usage = is_counted.then(|| increase(&event, counted, last_seen_at)).flatten();
        Observed {
            event,
            service,
            superseded,
            ended,
            is_open,
            usage,
            is_quarantined,
            waits,
            is_limited,
        }
    }

    /// The end of a packet's session, when the packet was so late that another one had begun under
    /// its name before: its Stop was lost, or comes later still. The same packet again gives the
    /// same end.
    fn end_of_overtaken(
        &self,
        id: SessionId,
        observation: &Observation,
    ) -> Option<AccountingEvent> {
        let session = self.sessions.get(&id)?;
        let namesakes = self.namesakes.get(&name_of(session.nas, &session.acct_session_id))?;
        // Nearly always it is the only one.
        let mut later = namesakes.iter().filter_map(|other| self.sessions.get(other));
        let later = later.find(|other| {
            other.started_at > session.started_at
                && other.id != id
                && have_names_alike(other, observation)
                && told_apart(other, observation)
        })?;
        let end = end_before(session, later.started_at);
        match session.ended {
            None => Some(end),
            Some(Ended { at, terminate_cause: TERMINATE_CAUSE_LOST_SERVICE }) => {
                Some(AccountingEvent { happened_at: at, ..end })
            }
            Some(_) => None,
        }
    }

    /// Ends the services that an ended session leaves behind, of those that `ends` end. The same
    /// packet again gives the same ends.
    fn end_services<'e>(
        &mut self,
        event: &AccountingEvent,
        ends: impl Iterator<Item = &'e AccountingEvent>,
    ) -> Vec<AccountingEvent> {
        if self.activated.is_empty() {
            return Vec::new();
        }
        let ended_by = |end: &AccountingEvent| {
            let end_of = end.kind.terminate_cause().zip(Some(end.happened_at));
            let (terminate_cause, at) = end_of.filter(|_| end.activated.is_none())?;
            Some((name_of(end.nas, &end.acct_session_id), Ended { at, terminate_cause }))
        };
        let mut ends: Vec<_> = ends.filter_map(ended_by).collect();
        // A service that is heard of when its parent has ended.
        if let Some(activated) = &event.activated
            && let Some(ended) = self.end_of_parent(event, &activated.parent)
        {
            ends.push((name_of(event.nas, &activated.parent), ended));
        }
        let mut events = Vec::new();
        for (parent, ended) in ends {
            let services = self.activated.get(&parent).map_or(&[][..], Vec::as_slice);
            let services = services.iter().filter_map(|id| self.sessions.get(id));
            let ends_with_it = |session: &&Session| {
                session.started_at <= ended.at && session.ended.is_none_or(|own| own == ended)
            };
            let kind = AccountingKind::Stop { terminate_cause: ended.terminate_cause };
            let end = |session: &Session| AccountingEvent {
                kind,
                happened_at: ended.at,
                ..end_unseen(session)
            };
            events.extend(services.filter(ends_with_it).map(end));
        }
        events.iter().for_each(|end| self.change(end));
        events
    }

    /// How the session ended within which a service was activated.
    fn end_of_parent(&self, event: &AccountingEvent, parent: &Arc<[u8]>) -> Option<Ended> {
        let service = self.sessions.get(&event.session)?;
        let namesakes = self.namesakes.get(&name_of(event.nas, parent))?;
        let namesakes = namesakes.iter().rev().filter_map(|id| self.sessions.get(id));
        // Of several uses of one name it is the last that had begun by then.
        let began_by = service.started_at.plus_s(START_TOLERANCE_S);
        namesakes.into_iter().find(|parent| parent.started_at <= began_by)?.ended
    }

    /// When a session was last heard of: that of an activated service with its parent too.
    fn heard_at(&self, session: &Session) -> Timestamp {
        let parents = session
            .activated
            .as_ref()
            .and_then(|activated| self.namesakes.get(&name_of(session.nas, &activated.parent)));
        let parents = parents.into_iter().flatten().filter_map(|id| self.sessions.get(id));
        parents.map(|parent| parent.last_seen_at).fold(session.last_seen_at, Timestamp::max)
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
        self.sessions.values().filter(|session| session.end().is_none())
    }

    /// The sessions that are remembered, open or ended, in no particular order.
    pub fn remembered(&self) -> impl Iterator<Item = &Session> {
        self.sessions.values()
    }

    /// The sessions of which nothing was heard for longer than `silence_max_s` says of each, as
    /// events. Nothing is changed: make them durable, then let [`take`](Self::take) have them. Before
    /// `listening_since` nothing could be heard.
    pub fn silent(
        &self,
        now: Timestamp,
        listening_since: Timestamp,
        silence_max_s: impl Fn(&Session) -> i64,
    ) -> Vec<AccountingEvent> {
        let is_silent = |session: &&Session| {
            let heard = self.heard_at(session).max(listening_since);
            session.end().is_none() && now > heard.plus_s(silence_max_s(session))
        };
        let silence =
            |session| AccountingEvent { kind: AccountingKind::Silence, ..end_unseen(session) };
        self.sessions.values().filter(is_silent).map(silence).collect()
    }

    /// Forgets the silent sessions that were last heard before `heard_before`, so that they do not
    /// fill the table. No end is written for them: nobody has said one.
    pub fn forget_silent(&mut self, heard_before: Timestamp) {
        let is_old = |session: &&Session| is_silent(session) && session.last_seen_at < heard_before;
        let old: Vec<_> = self.sessions.values().filter(is_old).map(|session| session.id).collect();
        for id in old {
            self.silent -= 1;
            self.forget(id);
        }
    }

    /// Changes a known session by an event of the server's own.
    pub fn take(&mut self, event: &AccountingEvent) {
        if self.sessions.contains_key(&event.session) {
            self.change(event);
        }
    }

    /// Changes what is known of what its NAS was told about a session; gives the session as it is
    /// then, if it is remembered.
    pub fn take_change(&mut self, change: &Change) -> Option<&Session> {
        let session = self.sessions.get_mut(&change.session)?;
        session.enforced.apply(change);
        Some(session)
    }

    /// The sessions of the services that were activated in this one, open or ended.
    pub fn services_of<'s>(&'s self, session: &'s Session) -> impl Iterator<Item = &'s Session> {
        let of_name = self.activated.get(&name_of(session.nas, &session.acct_session_id));
        let sessions = of_name.into_iter().flatten().filter_map(|id| self.sessions.get(id));
        // The name may have been another session's before.
        let since = session.started_at.minus_s(START_TOLERANCE_S);
        sessions.filter(move |service| service.started_at >= since)
    }

    /// How many sessions of subscribers have not ended; those of activated services are not counted.
    #[must_use]
    pub fn open_count(&self) -> usize {
        if self.activated.is_empty() {
            return self.kept_open() - self.silent;
        }
        self.open().filter(|session| session.activated.is_none()).count()
    }

    /// How many take the place of an open one.
    fn kept_open(&self) -> usize {
        self.sessions.len() - self.ended.len()
    }

    /// The session with this id, open or lately ended.
    #[must_use]
    pub fn get(&self, id: SessionId) -> Option<&Session> {
        self.sessions.get(&id)
    }

    /// The session that a packet belongs to, if it is a known one.
    fn find(&self, observation: &Observation) -> Found {
        if let Some(nonce) = &observation.class_nonce {
            let id = SessionId::from_token(observation, nonce);
            if self.sessions.contains_key(&id) {
                return Found::Known(id);
            }
        }
        let name = name_of(observation.nas, &observation.acct_session_id);
        let namesakes = self.namesakes.get(&name).map_or(&[][..], Vec::as_slice);
        let namesakes = namesakes.iter().filter_map(|id| self.sessions.get(id));
        let mut found: Option<&Session> = None;
        let mut supersedes: Option<&Session> = None;
        // Of several uses of one name it is the last that had begun when this one must have.
        for session in namesakes.filter(|session| have_names_alike(session, observation)) {
            if told_apart(session, observation) {
                if session.ended.is_none() && session.started_at < start_of(observation) {
                    supersedes = Some(session);
                }
            } else if found.is_none() || had_begun(session, observation) {
                found = Some(session);
            }
        }
        if let Some(session) = found {
            if !begins_anew(session, observation) {
                return Found::Known(session.id);
            }
            if session.ended.is_none() {
                supersedes = Some(session);
            }
        }
        Found::New { supersedes: supersedes.map(|session| session.id) }
    }

    fn new_id(&self, observation: &Observation) -> SessionId {
        match &observation.class_nonce {
            Some(nonce) => SessionId::from_token(observation, nonce),
            // Where it will not be remembered, its next packet must lead to the same id without.
            None if self.is_full()
                || !self.has_room_for_namesake(&name_of(
                    observation.nas,
                    &observation.acct_session_id,
                )) =>
            {
                SessionId::from_identity(observation, None)
            }
            None => SessionId::from_identity(observation, Some(start_of(observation))),
        }
    }

    fn is_full(&self) -> bool {
        self.kept_open() >= self.limits.open
    }

    fn has_room_for(&self, session: &Session) -> bool {
        let name = name_of(session.nas, &session.acct_session_id);
        self.has_room_for_namesake(&name) && (session.ended.is_some() || !self.is_full())
    }

    /// Is there room for one more session of this name, if need be in place of an ended one?
    fn has_room_for_namesake(&self, name: &Name) -> bool {
        let namesakes = self.namesakes.get(name).map_or(&[][..], Vec::as_slice);
        namesakes.len() < NAMESAKES_MAX || self.longest_ended_of(namesakes).is_some()
    }

    fn longest_ended_of(&self, namesakes: &[SessionId]) -> Option<SessionId> {
        let sessions = namesakes.iter().filter_map(|id| self.sessions.get(id));
        let ended = sessions.filter_map(|session| Some((session.ended?.at, session.id)));
        ended.min().map(|(_, id)| id)
    }

    fn change(&mut self, event: &AccountingEvent) {
        match self.sessions.entry(event.session) {
            Entry::Occupied(mut entry) => {
                let session = entry.get_mut();
                let (was_open, was_silent) = (session.ended.is_none(), is_silent(session));
                join::update(session, event);
                self.silent += usize::from(is_silent(session));
                self.silent -= usize::from(was_silent);
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
        let name = name_of(session.nas, &session.acct_session_id);
        if let Some(namesakes) = self.namesakes.get(&name)
            && namesakes.len() >= NAMESAKES_MAX
            && let Some(oldest) = self.longest_ended_of(namesakes)
        {
            // A long search, but only for a NAS that names its sessions alike.
            self.ended.retain(|other| *other != oldest);
            self.forget(oldest);
        }
        if let Some(activated) = &session.activated {
            let parent = name_of(session.nas, &activated.parent);
            self.activated.entry(parent).or_default().push(id);
        }
        let sessions = &self.sessions;
        let namesakes = self.namesakes.entry(name).or_default();
        if namesakes.is_empty() {
            // Nearly all have no other, and there may be a million of them.
            namesakes.reserve_exact(1);
        }
        let at = namesakes.partition_point(|other| {
            sessions.get(other).is_some_and(|other| other.started_at <= session.started_at)
        });
        namesakes.insert(at, id);
        self.silent += usize::from(is_silent(&session));
        self.sessions.insert(id, session);
        if ended {
            self.ended.push_back(id);
            self.forget_longest_ended();
        }
    }

    /// Ends every session of the NAS that began before it started, or before it said good-bye.
    fn end_sessions_of_nas(&mut self, event: &AccountingEvent) {
        for session in self.sessions.values_mut() {
            let (was_open, was_silent) = (session.ended.is_none(), is_silent(session));
            join::update(session, event);
            if was_open && session.ended.is_some() {
                self.silent -= usize::from(was_silent);
                self.ended.push_back(session.id);
            }
        }
        self.forget_longest_ended();
    }

    fn forget_longest_ended(&mut self) {
        while self.ended.len() > self.limits.ended {
            let Some(id) = self.ended.pop_front() else { return };
            self.forget(id);
        }
    }

    fn forget(&mut self, id: SessionId) {
        self.superseded.remove(&id);
        let Some(session) = self.sessions.remove(&id) else { return };
        if let Some(activated) = &session.activated {
            remove(&mut self.activated, name_of(session.nas, &activated.parent), id);
        }
        remove(&mut self.namesakes, (session.nas, session.acct_session_id), id);
    }
}

fn remove(by_name: &mut Map<Name, Vec<SessionId>>, name: Name, id: SessionId) {
    if let Entry::Occupied(mut entry) = by_name.entry(name) {
        entry.get_mut().retain(|other| *other != id);
        if entry.get().is_empty() {
            entry.remove();
        }
    }
}

fn name_of(nas: NasId, acct_session_id: &Arc<[u8]>) -> Name {
    (nas, Arc::clone(acct_session_id))
}

/// The Stop that never came, of a session whose name began another one then: at the last sign of life,
/// or at that beginning when the sign was so long on its way.
fn end_before(session: &Session, later_began_at: Timestamp) -> AccountingEvent {
    let happened_at = session.last_seen_at.min(later_began_at).max(session.started_at);
    AccountingEvent { happened_at, ..end_unseen(session) }
}

/// The Stop that never came, at the last sign of life.
fn end_unseen(session: &Session) -> AccountingEvent {
    AccountingEvent {
        session: session.id,
        tenant: session.tenant,
        nas: session.nas,
        received_at: session.last_seen_at,
        happened_at: session.last_seen_at,
        kind: AccountingKind::Stop { terminate_cause: TERMINATE_CAUSE_LOST_SERVICE },
        acct_session_id: Arc::clone(&session.acct_session_id),
        login: Arc::clone(&session.login),
        calling_station_id: Arc::clone(&session.calling_station_id),
        framed_ipv4: session.framed_ipv4,
        ipv6: session.ipv6,
        service: session.service,
        activated: session.activated.clone(),
        interim_interval_s: session.interim_interval_s,
        counters: session.counters,
        meter: None,
        lead_meter: None,
    }
}

/// Has it not ended, and is it taken to be over all the same?
fn is_silent(session: &Session) -> bool {
    session.ended.is_none() && session.end().is_some()
}

/// May a packet with the session's Acct-Session-Id be of this session, by its other names?
fn have_names_alike(session: &Session, observation: &Observation) -> bool {
    agree(&session.login, &observation.login)
        && agree(&session.calling_station_id, &observation.calling_station_id)
}

/// Do their tokens say that a packet is not of this session?
///
/// By its own token it would have been found. Another token is another session, except where the
/// subscriber was authenticated once more within the session, whose name, beginning and counters
/// the NAS then keeps, but not its Class.
fn told_apart(session: &Session, observation: &Observation) -> bool {
    if observation.class_nonce.is_none() || !session.id.is_from_token() {
        return false;
    }
    if is_untimed(observation) {
        return session.ended.is_some();
    }
    let start = start_of(observation);
    let drift_s = i64::from(observation.counters.session_time_s) / CLOCK_DRIFT_1_IN;
    let tolerance_s = START_TOLERANCE_S + drift_s;
    let began_together = start <= session.started_at.plus_s(tolerance_s)
        && session.started_at <= start.plus_s(tolerance_s);
    // After an end it can only be the report of the same session, late or sent again.
    let ended_before = session
        .ended
        .is_some_and(|ended| observation.kind == AccountingKind::Start || ended.at <= start);
    !began_together || ended_before
}

/// Some NASes leave one of them out of some of the packets.
fn agree(a: &str, b: &str) -> bool {
    a.is_empty() || b.is_empty() || a == b
}

fn had_begun(session: &Session, observation: &Observation) -> bool {
    is_untimed(observation) || session.started_at <= start_of(observation).plus_s(START_TOLERANCE_S)
}

/// A report without Acct-Session-Time, which implies no beginning.
fn is_untimed(observation: &Observation) -> bool {
    observation.kind != AccountingKind::Start && observation.counters.session_time_s == 0
}

/// Does a packet that might be late belong to a new use of a session's name instead?
///
/// A Start does when it happened clearly after the end, and right after it where the NAS rebooted
/// in between. Any other packet must also have counted what the ended session never did: late
/// packets, whose NAS did not say how late, repeat what is known.
fn begins_anew(session: &Session, observation: &Observation) -> bool {
    let Some(Ended { at, terminate_cause }) = session.ended else {
        return supersedes(session, observation);
    };
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
        AccountingKind::On | AccountingKind::Off | AccountingKind::Silence => false,
    }
}

/// Does a packet show that an open session is over, its Stop lost and its name used again?
///
/// A Start does when it happened clearly after the last packet. Any other must imply a beginning
/// after it, and have counted for a shorter time: the session cannot have begun twice.
fn supersedes(session: &Session, observation: &Observation) -> bool {
    let start = start_of(observation);
    match observation.kind {
        AccountingKind::Start => start > session.last_seen_at.plus_s(REUSE_AFTER_S),
        AccountingKind::Interim | AccountingKind::Stop { .. } => {
            !is_untimed(observation)
                && observation.counters.session_time_s < session.counters.session_time_s
                && start > session.last_seen_at.plus_s(START_TOLERANCE_S)
        }
        AccountingKind::On | AccountingKind::Off | AccountingKind::Silence => false,
    }
}

fn start_of(observation: &Observation) -> Timestamp {
    let session_time_s = observation.counters.session_time_s;
    implied_start(observation.kind, observation.happened_at, session_time_s)
}
