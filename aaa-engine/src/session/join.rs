//! What one accounting packet changes in its session.

use std::sync::Arc;

use entitlement::Timestamp;

use crate::accounting::{AccountingEvent, AccountingKind};
use crate::enforcement::Enforced;
use crate::session::{Ended, Session};

/// The session after `event`: what every keeper of sessions has to compute.
///
/// Repetition and order change nothing: counters are the greatest that were reported, the
/// beginning is the earliest, the end is the earliest and never undone, and what names the
/// session (login, station, service) is the first that was not empty. The addresses alone may
/// change during a session: of several, those in the packet that arrived last stay.
///
/// A silence is forgotten with the next packet, whichever of the two is seen first.
///
/// An On or Off ends a session of its NAS that had begun before it, and leaves any other as it
/// was; without a session it makes none. The caller passes the session that the event belongs to.
#[must_use]
pub fn apply(event: &AccountingEvent, session: Option<Session>) -> Option<Session> {
    match session {
        Some(mut session) => {
            update(&mut session, event);
            Some(session)
        }
        None if event.kind.is_about_the_nas() || event.kind == AccountingKind::Silence => None,
        None => Some(first(event)),
    }
}

/// The session that a first packet implies.
pub(super) fn first(event: &AccountingEvent) -> Session {
    Session {
        id: event.session,
        tenant: event.tenant,
        nas: event.nas,
        acct_session_id: Arc::clone(&event.acct_session_id),
        login: Arc::clone(&event.login),
        calling_station_id: Arc::clone(&event.calling_station_id),
        framed_ipv4: event.framed_ipv4,
        ipv6: event.ipv6,
        service: event.service,
        activated: event.activated.clone(),
        interim_interval_s: event.interim_interval_s,
        started_at: event.implied_start(),
        last_seen_at: event.received_at,
        ended: end_by(event),
        silent_since: None,
        counters: event.counters,
        enforced: Enforced::default(),
    }
}

/// Joins one more packet into a session.
pub(super) fn update(session: &mut Session, event: &AccountingEvent) {
    if event.kind.is_about_the_nas() {
        let begun = session.started_at < event.happened_at;
        if begun && session.nas == event.nas && session.tenant == event.tenant {
            session.ended = earliest(session.ended, end_by(event));
        }
        return;
    }
    if event.kind == AccountingKind::Silence {
        session.silent_since = session.silent_since.max(Some(event.happened_at));
        return;
    }
    if event.received_at >= session.last_seen_at {
        session.framed_ipv4 = event.framed_ipv4.or(session.framed_ipv4);
        session.ipv6 = event.ipv6.or(session.ipv6);
    } else {
        session.framed_ipv4 = session.framed_ipv4.or(event.framed_ipv4);
        session.ipv6 = session.ipv6.or(event.ipv6);
    }
    if session.login.is_empty() {
        session.login = Arc::clone(&event.login);
    }
    if session.calling_station_id.is_empty() {
        session.calling_station_id = Arc::clone(&event.calling_station_id);
    }
    session.service = session.service.or(event.service);
    if session.activated.is_none() {
        session.activated.clone_from(&event.activated);
    }
    session.interim_interval_s = session.interim_interval_s.max(event.interim_interval_s);
    session.started_at = session.started_at.min(event.implied_start());
    session.last_seen_at = session.last_seen_at.max(event.received_at);
    session.ended = earliest(session.ended, end_by(event));
    session.counters = session.counters.max(event.counters);
}

impl AccountingEvent {
    /// When the session began, as far as this packet tells: for a Start when it happened, else
    /// Acct-Session-Time before that.
    #[must_use]
    pub fn implied_start(&self) -> Timestamp {
        implied_start(self.kind, self.happened_at, self.counters.session_time_s)
    }
}

pub(crate) fn implied_start(
    kind: AccountingKind,
    happened_at: Timestamp,
    session_time_s: u32,
) -> Timestamp {
    match kind {
        AccountingKind::Interim | AccountingKind::Stop { .. } => {
            happened_at.minus_s(i64::from(session_time_s))
        }
        AccountingKind::Start
        | AccountingKind::On
        | AccountingKind::Off
        | AccountingKind::Silence => happened_at,
    }
}

fn end_by(event: &AccountingEvent) -> Option<Ended> {
    let terminate_cause = event.kind.terminate_cause()?;
    Some(Ended { at: event.happened_at, terminate_cause })
}

/// The earlier of two ends, which is the one nearer to the truth: the later is a retransmission,
/// or the NAS's word that it has rebooted since.
fn earliest(a: Option<Ended>, b: Option<Ended>) -> Option<Ended> {
    let (Some(a), Some(b)) = (a, b) else { return a.or(b) };
    let order = |ended: &Ended| (ended.at, ended.terminate_cause);
    Some(if order(&b) < order(&a) { b } else { a })
}
