//! What was going on, found again without the sink: what was remembered, and what the journal tells
//! since.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Entered;

use aaa_engine::ports::{Entry, JournalPosition};
use aaa_engine::session::{Session, SessionId, apply};
use aaa_engine::{AccountingEvent, Attempt, Learned, Lease, StoredLease};
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
    /// Everything before it in the journal is in `sessions` and `leases`, and has been learnt by the
    /// directory; what stands behind it is joined to them, whether they have it or not. `None`: all
    /// of the journal is.
    pub position: Option<JournalPosition>,
}

/// What was going on when the server ended.
pub(crate) struct Replayed {
    /// As a sink gives them: the longest ended first.
    pub(crate) sessions: Vec<Session>,
    /// The log-ins that taught something.
    pub(crate) learned: Vec<Attempt>,
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
    let mut learned = Vec::new();
    loop {
        let count = reader.read(durable, RECORDS_PER_READ, |position, record| {
            match decode(record).map_err(|source| StartError::Record { position, source })? {
                Entry::Accounting(event) => join(&mut sessions, &event),
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
    Ok(Replayed { sessions, learned })
}

/// Of several leases of one address the one that holds: that with the greatest moment and service, as
/// in the store.
pub(crate) fn latest(leases: impl Iterator<Item = StoredLease>) -> Vec<StoredLease> {
    let order = |of: &StoredLease| (of.leased_at, of.service, of.is_recorded);
    let mut latest: HashMap<Lease, StoredLease> = HashMap::new();
    for stored in leases {
        match latest.entry(stored.lease) {
            Entered::Occupied(known) if order(known.get()) >= order(&stored) => {}
            Entered::Occupied(mut known) => drop(known.insert(stored)),
            Entered::Vacant(place) => drop(place.insert(stored)),
        }
    }
    latest.into_values().collect()
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

#[cfg(test)]
mod tests {
    use aaa_engine::{PoolAddress, PoolId};
    use entitlement::{ServiceId, TenantId};

    use super::*;

    fn lease(last: u8, service: i64, at: i64, is_recorded: bool) -> StoredLease {
        let address = PoolAddress::Ipv4([10, 0, 0, last].into());
        StoredLease {
            lease: Lease { pool: PoolId(1), address },
            tenant: TenantId(1),
            service: ServiceId(service),
            station: format!("station at {at}").into(),
            leased_at: Timestamp::from_unix_s(at),
            is_recorded,
        }
    }

    #[test]
    fn of_the_leases_of_an_address_the_latest_holds_in_whatever_order_they_come() {
        let taken_over = [lease(1, 7, 20, true), lease(1, 9, 30, true)];
        let at_once = [lease(2, 5, 10, true), lease(2, 4, 10, true)];
        let confirmed = [lease(3, 1, 10, false), lease(3, 1, 10, true)];
        let all = [taken_over, at_once, confirmed].concat();
        for leases in [all.clone(), all.into_iter().rev().collect()] {
            let mut held = latest(leases.into_iter());
            held.sort_unstable_by_key(|lease| lease.lease);
            let expected = [lease(1, 9, 30, true), lease(2, 5, 10, true), lease(3, 1, 10, true)];
            assert_eq!(held, expected);
        }
    }
}
