//! What is asked of which NAS next.

use core::hash::BuildHasherDefault;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::sync::Arc;

use entitlement::{ServiceId, Timestamp};
use radius_proto::{PacketWriter, WriteError};

use super::capability::{Capability, CoaAbility};
use super::change::{Change, Enforced, Step, Why};
use super::posture::{Part, Posture};
use super::pursuit::{
    ATTEMPTS_MAX, Answer, Pursuit, PursuitView, STOP_EXPECTED_S, State, pause_ms,
};
use super::request::{Goal, RequestKind};
use super::services::{ServiceRequest, ServiceStep, WantedServices};
use super::wanted::Wanted;
use crate::catalogue::ServiceWriteError;
use crate::dialect::{Dialect, IdentityError, SessionIdentity};
use crate::engine::Engine;
use crate::ports::{Nas, NasId};
use crate::reply_attributes::AttributeName;
use crate::session::{Session, SessionId};
use crate::text::unprintable;

/// Error-Cause values (RFC 5176 section 3.5) that are more than a refusal.
const UNSUPPORTED_ATTRIBUTE: u32 = 401;
const MISSING_ATTRIBUTE: u32 = 402;
const NAS_IDENTIFICATION_MISMATCH: u32 = 403;
const UNSUPPORTED_SERVICE: u32 = 405;
const UNSUPPORTED_EXTENSION: u32 = 406;
const ADMINISTRATIVELY_PROHIBITED: u32 = 501;
const SESSION_CONTEXT_NOT_FOUND: u32 = 503;
const RESOURCES_UNAVAILABLE: u32 = 506;

/// How many requests to one NAS may be under way. A NAS that is away must not fill the memory, and
/// what it is told when it is back should be what is right by then.
const UNDER_WAY_MAX: u32 = 1_000;

/// What was not sent for want of room on the disk waits as long as behind so many tries.
const PAUSE_OF_TRY: u16 = 4;

/// What is to be looked at again at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TimerKey {
    /// The sessions of a service.
    Service(ServiceId),
    /// A session that is nobody's, or is to end.
    Session(SessionId),
}

/// The sessions that are on their way to what they should have, and what their NASes can do.
///
/// It decides and remembers; it sends nothing and knows no time. Whoever drives it makes each
/// [`Change`] durable and applies it to its session before the request leaves, and tells what came
/// of it.
#[derive(Debug, Default)]
pub struct Reconciler {
    pursuits: Map<SessionId, Pursuit>,
    capabilities: Map<NasId, Capability>,
}

type Map<K, V> = HashMap<K, V, BuildHasherDefault<DefaultHasher>>;

/// What is to be done about a session now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Next {
    /// To be made durable and applied to the session.
    pub change: Option<Change>,
    /// To be sent thereafter.
    pub asked: Option<Asked>,
    /// When it is to be looked at again, if nothing else happens.
    pub look_at: Option<Timestamp>,
}

/// A request to a NAS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Which session it is about.
    pub session: SessionId,
    /// Which NAS is asked.
    pub nas: NasId,
    /// How.
    pub request: RequestKind,
    /// What the session should have.
    pub goal: Goal,
    parts: Vec<Part>,
    services: Option<ServiceRequest>,
    omitted: Vec<AttributeName>,
}

/// What a session lacks.
enum Needed {
    Nothing,
    /// It is not known what it has: it is taken to have what it should.
    Assume(Arc<Posture>),
    Change(Arc<Posture>, Vec<Part>, Option<ServiceRequest>),
    Disconnect,
}

impl Reconciler {
    /// Nothing is under way.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What is to be done about a session that should have what `wanted` says.
    pub fn consider(
        &mut self,
        engine: &Engine,
        nas: &Nas,
        session: &Session,
        wanted: Option<Wanted>,
        now: Timestamp,
    ) -> Next {
        let enforced = &session.enforced;
        let changes_at = wanted.as_ref().and_then(|wanted| wanted.changes_at);
        let wish = wish(enforced, wanted);
        let dialect = engine.dialects().named(&nas.dialect);
        let (Some((goal, why, services)), Some(dialect), None) = (wish, dialect, session.end())
        else {
            self.forget(session.id);
            return Next::default();
        };
        let ability = nas.coa.as_ref().map_or(CoaAbility::Off, |coa| coa.ability);
        let capability = self.capabilities.entry(nas.id).or_default();
        let can_say = capability.can_say(ability);
        let needed = match ability {
            CoaAbility::Off => Needed::Nothing,
            _ => {
                let services = services.as_ref().filter(|_| can_say);
                needed(enforced, &goal, dialect, services, |wanted, part| {
                    capability.can_change(ability, dialect, wanted, part)
                })
            }
        };
        let why = why_of(&needed, is_restored(enforced, &goal), why);
        let of = |goal: Goal, step| change(session, now, why, goal, step);
        let (request, told, parts, services) = match needed {
            Needed::Nothing => {
                self.rest(session.id);
                return Next { look_at: changes_at, ..Next::default() };
            }
            Needed::Assume(posture) => {
                let change = Some(of(Goal::Have(posture), Step::AtLogin));
                return Next { change, look_at: changes_at, ..Next::default() };
            }
            Needed::Change(told, parts, services) => {
                (RequestKind::Change, Goal::Have(told), parts, services)
            }
            Needed::Disconnect => (RequestKind::Disconnect, Goal::End, Vec::new(), None),
        };
        let omitted = capability.omitted.clone();
        if is_end_awaited(session) {
            return Next { look_at: changes_at, ..Next::default() };
        }
        let pursuit = self.pursuits.entry(session.id);
        let pursuit = pursuit.or_insert_with(|| Pursuit::new(goal.clone(), why, nas.id, now));
        pursuit.aim_at(goal, why, now);
        pursuit.revive(session.last_seen_at, capability.answered_at, now);
        if let Some(until) = pursuit.rests(session.last_seen_at, now) {
            return Next { look_at: changes_at.into_iter().chain(until).min(), ..Next::default() };
        }
        if pursuit.attempts >= ATTEMPTS_MAX {
            pursuit.state = State::Unanswered { since: now };
            capability.give_up(request);
            let change = Some(of(told, Step::GivenUp));
            return Next { change, asked: None, look_at: changes_at };
        }
        if capability.under_way >= UNDER_WAY_MAX {
            let room_at = capability.room_expected_at(now);
            let look_at = changes_at.into_iter().chain([room_at]).min();
            return Next { look_at, ..Next::default() };
        }
        capability.under_way += 1;
        pursuit.attempts += 1;
        pursuit.state = State::Asked { request };
        let change = of(told.clone(), Step::Sent { request, attempt: pursuit.attempts });
        let (session, nas, goal) = (session.id, nas.id, told);
        let asked = Asked { session, nas, request, goal, parts, services, omitted };
        Next { change: Some(change), asked: Some(asked), look_at: changes_at }
    }

    /// What came of a request; gives the step that is to be made durable and applied. The session is
    /// then to be considered again.
    pub fn answered(
        &mut self,
        engine: &Engine,
        nas: &Nas,
        session: &Session,
        asked: &Asked,
        answer: Answer,
        (now, random): (Timestamp, u64),
    ) -> Change {
        self.not_under_way(asked);
        let request = asked.request;
        if answer != Answer::Unanswered {
            let capability = self.capabilities.entry(nas.id).or_default();
            capability.answered_at = Some(now);
            if answer == Answer::Acknowledged && request == RequestKind::Change {
                capability.does_changes = Some(true);
            }
        }
        let answer = asked.understood(answer);
        let why = self.pursuits.get(&asked.session).map_or(Why::Terms, |pursuit| pursuit.why);
        let of = |step| change(session, now, why, asked.goal.clone(), step);
        let Some(pursuit) = self.pursuits.get_mut(&asked.session) else {
            return of(step_of(request, answer));
        };
        let again_at = |ms: i64| State::Ready { not_before: plus_ms(now, ms) };
        pursuit.state = match answer {
            Answer::Acknowledged => {
                self.pursuits.remove(&asked.session);
                return of(step_of(request, answer));
            }
            Answer::Unanswered => again_at(pause_ms(pursuit.attempts, random)),
            Answer::Refused { error_cause } => {
                let capability = self.capabilities.entry(nas.id).or_default();
                let dialect = engine.dialects().named(&nas.dialect);
                let is_missing = error_cause == Some(SESSION_CONTEXT_NOT_FOUND);
                match learn(capability, dialect, asked, error_cause) {
                    _ if is_missing && asked.deactivates() => again_at(0),
                    Lesson::Again => again_at(0),
                    Lesson::Later => again_at(pause_ms(pursuit.attempts, random)),
                    Lesson::NoSuchSession => State::Unknown { since: now },
                    Lesson::Never => State::Refused { since: now },
                }
            }
        };
        of(step_of(request, answer))
    }

    /// A request was not sent, since it could not be made durable. The NAS has nothing to do with it:
    /// it was no try. The session is then to be considered again.
    pub fn not_sent(&mut self, asked: &Asked, now: Timestamp, random: u64) {
        self.not_under_way(asked);
        let Some(pursuit) = self.pursuits.get_mut(&asked.session) else { return };
        let not_before = plus_ms(now, pause_ms(PAUSE_OF_TRY, random));
        pursuit.attempts = pursuit.attempts.saturating_sub(1);
        pursuit.state = State::Ready { not_before };
    }

    /// The session that was asked for is not known any more, or its NAS is not.
    pub fn lost(&mut self, asked: &Asked) {
        self.not_under_way(asked);
        self.forget(asked.session);
    }

    fn not_under_way(&mut self, asked: &Asked) {
        if let Some(capability) = self.capabilities.get_mut(&asked.nas) {
            capability.under_way = capability.under_way.saturating_sub(1);
        }
    }

    /// A session has what it should. A request that is under way is remembered until its answer
    /// comes: a second one beside it could overtake it.
    fn rest(&mut self, session: SessionId) {
        let is_asked = |pursuit: &Pursuit| matches!(pursuit.state, State::Asked { .. });
        if !self.pursuits.get(&session).is_some_and(is_asked) {
            self.forget(session);
        }
    }

    /// Forgets the sessions that are not open any more, but for those whose NAS is being asked.
    pub fn forget_ended(&mut self, is_open: impl Fn(SessionId) -> bool) {
        self.pursuits.retain(|session, pursuit| {
            matches!(pursuit.state, State::Asked { .. }) || is_open(*session)
        });
    }

    /// A session is over, or is nobody's any more.
    pub fn forget(&mut self, session: SessionId) {
        self.pursuits.remove(&session);
    }

    /// Tries again at once what was given up or waits, with all its tries ahead; whether there was
    /// anything. What the NAS has taught is forgotten too.
    pub fn retry(&mut self, session: SessionId, now: Timestamp) -> bool {
        let Some(pursuit) = self.pursuits.get_mut(&session) else { return false };
        if !matches!(pursuit.state, State::Asked { .. }) {
            pursuit.attempts = 0;
            pursuit.state = State::Ready { not_before: now };
            if let Some(capability) = self.capabilities.get_mut(&pursuit.nas) {
                *capability = capability.untaught();
            }
        }
        true
    }

    /// Whether a NAS moves the limits of sessions that last, as far as it has shown since the start: it has done a
    /// change, and refuses neither changes nor limits. [`Activity`](crate::Activity) is to know it whenever it may
    /// be another thing: behind each change of a [`Next`] and each answer.
    #[must_use]
    pub fn moves_limits(&self, nas: NasId) -> Option<bool> {
        self.capabilities.get(&nas).and_then(Capability::moves_limits)
    }

    /// How many sessions are on their way.
    #[must_use]
    pub fn pursued(&self) -> usize {
        self.pursuits.len()
    }

    /// The sessions that are on their way, in no particular order.
    pub fn pursuits(&self) -> impl Iterator<Item = PursuitView> {
        self.pursuits.iter().map(|(session, pursuit)| pursuit.view(*session))
    }
}

impl Asked {
    /// A service that the NAS does not have is not active, which is all that was asked for.
    fn understood(&self, answer: Answer) -> Answer {
        let is_missing = answer == Answer::Refused { error_cause: Some(SESSION_CONTEXT_NOT_FOUND) };
        let is_asked_for = self.services.as_ref().is_some_and(ServiceRequest::is_doubtful);
        if is_missing && is_asked_for { Answer::Acknowledged } else { answer }
    }

    /// Whether what the NAS does not have may be a service instead of the session. Which of them it
    /// has is in doubt then, and asked for one by one.
    fn deactivates(&self) -> bool {
        self.services.as_ref().is_some_and(ServiceRequest::deactivates)
    }
}

impl Engine {
    /// The port on which a NAS is asked that has none set: that of its dialect; `None` where that is
    /// not known.
    #[must_use]
    pub fn coa_port(&self, nas: &Nas) -> Option<u16> {
        self.dialects().named(&nas.dialect).map(Dialect::coa_port)
    }

    /// Writes what a request says behind its header: which session, and what it should have.
    ///
    /// # Errors
    /// When nothing is known by which the NAS could tell the session from others, or it does not
    /// fit.
    pub fn write_request(
        &self,
        asked: &Asked,
        session: &Session,
        nas: &Nas,
        writer: &mut PacketWriter<'_>,
    ) -> Result<(), IdentityError> {
        let dialect = self.dialects().named(&nas.dialect).ok_or(IdentityError::Nameless)?;
        let omitted = |name: AttributeName| asked.omitted.contains(&name);
        let (login, station) =
            (unprintable(&session.login), unprintable(&session.calling_station_id));
        let identity = SessionIdentity {
            acct_session_id: &session.acct_session_id,
            user_name: &login,
            calling_station_id: &station,
            framed_ipv4: session.framed_ipv4,
            nas_ipv4: nas.coa.as_ref().and_then(|coa| match coa.address {
                std::net::IpAddr::V4(address) => Some(address),
                std::net::IpAddr::V6(_) => None,
            }),
            nas_identifier: None,
        };
        dialect.write_identity(&identity, omitted, writer)?;
        if let Goal::Have(posture) = &asked.goal {
            let only = |kind| asked.parts.iter().any(|part| part.kinds().contains(&kind));
            dialect.write_change(&posture.intents(), only, omitted, writer)?;
        }
        if let Some(services) = &asked.services {
            services.write(writer).map_err(|error| match error {
                ServiceWriteError::Packet(error) => error,
                // Others were found when it was decided.
                _ => WriteError::ValueTooLong { len: 0, max: 0 },
            })?;
        }
        Ok(())
    }
}

/// What a session should have, why, and with which services.
fn wish(
    enforced: &Enforced,
    wanted: Option<Wanted>,
) -> Option<(Goal, Why, Option<WantedServices>)> {
    if let Some(why) = enforced.end_ordered {
        return Some((Goal::End, why, None));
    }
    let Wanted { goal, why, services, .. } = wanted?.less_used_up(enforced);
    Some((goal, why, services))
}

/// What has to be done for a session that has `enforced` and should have `goal`.
///
/// How fast it is and where it is must be right at once, if need be by a new log-in; what else a
/// NAS cannot change while the session lasts waits for the next one.
fn needed(
    enforced: &Enforced,
    goal: &Goal,
    dialect: &Dialect,
    services: Option<&WantedServices>,
    can_change: impl Fn(&Posture, Part) -> bool,
) -> Needed {
    let Goal::Have(wanted) = goal else { return Needed::Disconnect };
    // What not even a log-in can say is nobody's lack.
    let is_said = |part: &Part| {
        matches!(part, Part::Place | Part::Services)
            || part.kinds().iter().any(|kind| dialect.says(*kind))
    };
    let can_change = |part| can_change(wanted, part);
    let nothing = Posture::default();
    let told = match &enforced.told {
        Some(told) => told,
        None if !enforced.in_doubt.is_none() || wanted.is_quarantined => &nothing,
        None => return Needed::Assume(Arc::clone(wanted)),
    };
    if told.is_barred {
        return Needed::Nothing;
    }
    let mut parts: Vec<Part> = told.differences(wanted).filter(is_said).collect();
    if !enforced.in_doubt.is_none() {
        // Also where it cannot be said: then a new log-in alone makes sure.
        let is_right = |part: &Part| !parts.contains(part) && !enforced.in_doubt.is_of(*part);
        parts = Part::ALL.into_iter().filter(|part| !is_right(part)).collect();
    }
    let is_moved = parts.contains(&Part::Place);
    let differ = parts.contains(&Part::Services);
    let mut step = services.filter(|_| differ).and_then(|wish| wish.next_step(&told.services));
    let says = |part: Part| !wanted.lacks(part) && can_change(part);
    if is_moved {
        let by_pool = told.quarantine_pool.is_some() || wanted.quarantine_pool.is_some();
        let by_service = told.is_held_by_service() || wanted.is_held_by_service();
        let is_by_service = by_service && (step.is_some() || !differ);
        if by_pool || !(says(Part::AddressList) || is_by_service) {
            return Needed::Disconnect;
        }
    }
    if parts.contains(&Part::Shaping) && !says(Part::Shaping) {
        return Needed::Disconnect;
    }
    let say_terms = told.services.say_terms || wanted.services.say_terms;
    if differ && step.is_none() && say_terms {
        return Needed::Disconnect;
    }
    parts.retain(|part| says(*part) || (is_moved && *part == Part::Place));
    if parts.iter().any(|part| *part != Part::Place) {
        step = step.filter(ServiceStep::goes_with_others);
    }
    if parts.is_empty() && step.is_none() {
        return Needed::Nothing;
    }
    let mut next = told.with(&parts, wanted);
    if let Some(step) = &mut step {
        step.after.say_terms = say_terms;
        next.services = core::mem::take(&mut step.after);
    }
    // Nearly always it is what all sessions of the plan share.
    let next = if next == **wanted { Arc::clone(wanted) } else { Arc::new(next) };
    Needed::Change(next, parts, step.map(|step| step.request))
}

/// Why something is done, where it is not what makes the session another one.
fn why_of(needed: &Needed, is_restored: bool, why: Why) -> Why {
    match needed {
        _ if is_restored => Why::Restored,
        Needed::Change(_, parts, None) if parts == &[Part::Limits] => Why::Limit,
        _ => why,
    }
}

/// Whether the session comes out of quarantine.
fn is_restored(enforced: &Enforced, goal: &Goal) -> bool {
    let was_quarantined = enforced.told.as_ref().is_some_and(|told| told.is_quarantined);
    was_quarantined && matches!(goal, Goal::Have(posture) if !posture.is_quarantined)
}

/// Whether the NAS has confirmed that it ends the session, and nothing shows that it has not.
fn is_end_awaited(session: &Session) -> bool {
    let confirmed_at = session.enforced.disconnected_at;
    confirmed_at.is_some_and(|at| session.last_seen_at <= at.plus_s(STOP_EXPECTED_S))
}

/// What a refusal teaches.
enum Lesson {
    /// Ask again at once, in another way.
    Again,
    Later,
    NoSuchSession,
    Never,
}

/// Whether a NAS says that what it is asked for is nothing that it does, whatever the session.
const fn refuses_what_is_asked(error_cause: u32) -> bool {
    matches!(
        error_cause,
        UNSUPPORTED_ATTRIBUTE
            | MISSING_ATTRIBUTE
            | UNSUPPORTED_SERVICE
            | UNSUPPORTED_EXTENSION
            | ADMINISTRATIVELY_PROHIBITED
    )
}

fn learn(
    capability: &mut Capability,
    dialect: Option<&Dialect>,
    asked: &Asked,
    error_cause: Option<u32>,
) -> Lesson {
    let is_change = asked.request == RequestKind::Change;
    let says_limits = is_change && asked.parts.contains(&Part::Limits);
    let omit_next =
        |capability: &mut Capability| dialect.is_some_and(|dialect| capability.omit_next(dialect));
    match error_cause {
        Some(SESSION_CONTEXT_NOT_FOUND) => Lesson::NoSuchSession,
        // No session must have them.
        Some(cause) if refuses_what_is_asked(cause) && says_limits => {
            capability.refuses_limits = true;
            Lesson::Again
        }
        Some(UNSUPPORTED_ATTRIBUTE | NAS_IDENTIFICATION_MISMATCH) if omit_next(capability) => {
            Lesson::Again
        }
        Some(cause) if refuses_what_is_asked(cause) && is_change => {
            capability.is_disconnect_only = true;
            capability.does_changes = Some(false);
            Lesson::Again
        }
        Some(RESOURCES_UNAVAILABLE) | None => Lesson::Later,
        Some(_) => Lesson::Never,
    }
}

const fn step_of(request: RequestKind, answer: Answer) -> Step {
    match answer {
        Answer::Acknowledged => Step::Confirmed { request },
        Answer::Refused { error_cause } => Step::Refused { request, error_cause },
        Answer::Unanswered => Step::Unanswered { request },
    }
}

fn change(session: &Session, at: Timestamp, why: Why, goal: Goal, step: Step) -> Change {
    Change {
        session: session.id,
        tenant: session.tenant,
        nas: session.nas,
        service: session.service,
        login: Arc::clone(&session.login),
        at,
        why,
        goal,
        step,
    }
}

fn plus_ms(at: Timestamp, ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(at.unix_ms().saturating_add(ms))
}
