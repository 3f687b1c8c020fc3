//! What was going on, found again without the sink: what was remembered, and what the journal tells
//! since.

use std::collections::HashMap;

use aaa_engine::ports::{Entry, JournalPosition};
use aaa_engine::session::{Session, SessionId, apply};
use aaa_engine::{AccountingEvent, Attempt, Learned, StoredLease, StoredMeter};
use entitlement::Timestamp;

use crate::error::StartError;
use crate::journal::{Durable, Reader};
use crate::record::decode;

/// Records that are read at a time.
const RECORDS_PER_READ: usize = 4_096;

/// What a server knows that starts while its sink is away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remembered {
    /// The sessions, open and lately ended.
    pub sessions: Vec<Session>,
    /// The leases of pools that are managed here.
    pub leases: Vec<StoredLease>,
    /// What services have used of their quotas and grants.
    pub meters: Vec<StoredMeter>,
    /// Everything before it in the journal is in `sessions`, `leases` and `meters`, and has been learnt by the directory;
    /// what stands behind it is joined to them, whether they have it or not. `None`: all of the
    /// journal is.
    pub position: Option<JournalPosition>,
}

/// What was going on when the server ended.
pub(crate) struct Replayed {
    /// As a sink gives them: the longest ended first.
    pub(crate) sessions: Vec<Session>,
    /// The log-ins that taught something.
    pub(crate) learned: Vec<Attempt>,
    /// What services have used since.
    pub(crate) meters: Vec<StoredMeter>,
}

/// Joins what `reader` has to read up to `durable` to the sessions; those that were over before
/// `ended_since` are left out.
///
/// # Errors
/// When the journal cannot be read, or a record in it cannot be understood.
pub(crate) fn replay(
    reader: &mut Reader,
    durable: Durable,
    sessions: Vec<Session>,
    ended_since: Timestamp,
) -> Result<Replayed, StartError> {
    let mut sessions: HashMap<SessionId, Session> =
        sessions.into_iter().map(|session| (session.id, session)).collect();
    let (mut learned, mut meters) = (Vec::new(), HashMap::new());
    loop {
        let count = reader.read(durable, RECORDS_PER_READ, |position, record| {
            match decode(record).map_err(|source| StartError::Record { position, source })? {
                Entry::Accounting(event) => {
                    // Of several the latest holds, whatever order they are in.
                    for stored in event.meter.iter().chain(&event.lead_meter) {
                        let known = meters.entry(stored.service).or_insert_with(|| stored.clone());
                        if known.meter.revision() < stored.meter.revision() {
                            *known = stored.clone();
                        }
                    }
                    join(&mut sessions, &event);
                }
                Entry::Change(change) => {
                    if let Some(session) = sessions.get_mut(&change.session) {
                        session.enforced.apply(&change);
                    }
                }
                Entry::Attempt(attempt) if attempt.learned != Learned::default() => {
                    learned.push(attempt);
                }
                Entry::Attempt(_) => {}
            }
            Ok::<_, StartError>(())
        })?;
        if count == 0 {
            break;
        }
    }
    let is_recent = |session: &Session| match session.end() {
        Some(_) if session.ended.is_none() => session.last_seen_at >= ended_since,
        Some(ended) => ended.at >= ended_since,
        None => true,
    };
    let mut sessions: Vec<_> = sessions.into_values().filter(is_recent).collect();
    sessions.sort_unstable_by_key(|session| (session.ended.map(|ended| ended.at), session.id));
    Ok(Replayed { sessions, learned, meters: meters.into_values().collect() })
}

fn join(sessions: &mut HashMap<SessionId, Session>, event: &AccountingEvent) {
    if event.kind.is_about_the_nas() {
        for session in sessions.values_mut() {
            if let Some(changed) = apply(event, Some(session.clone())) {
                *session = changed;
            }
        }
        return;
    }
    let known = sessions.remove(&event.session);
    if let Some(session) = apply(event, known) {
        sessions.insert(event.session, session);
    }
}
