//! The session table, in shards so that lanes rarely wait for each other.

use std::sync::{Mutex, MutexGuard, PoisonError};

use aaa_engine::enforcement::Change;
use aaa_engine::session::{Observed, Session, SessionId, SessionTable, TableLimits};
use aaa_engine::{AccountingEvent, Observation};
use entitlement::Timestamp;

const SHARDS: u64 = 16;

/// How many sessions one shard remembers: four million open ones in all, and a tenth of that
/// number of ended ones.
const SHARD_LIMITS: TableLimits = TableLimits { open: 250_000, ended: 25_000 };

/// Every session of the installation that this server knows.
pub(crate) struct Sessions {
    first: Mutex<SessionTable>,
    others: Vec<Mutex<SessionTable>>,
}

impl Sessions {
    pub(crate) fn new() -> Self {
        let table = || Mutex::new(SessionTable::with_limits(SHARD_LIMITS));
        Self { first: table(), others: (1..SHARDS).map(|_| table()).collect() }
    }

    /// Assigns a packet to its session, and changes the session by it. An On or Off, which is
    /// about all sessions of its NAS, is shown to every shard.
    ///
    /// `then` sees it before any later packet of the session is: what it keeps cannot fall behind.
    pub(crate) fn observe(
        &self,
        observation: &Observation,
        then: impl FnOnce(&Observed),
    ) -> Observed {
        let mut shard = match observation.shard_key() {
            Some(key) => self.shard(key),
            None => {
                for other in &self.others {
                    lock(other).observe(observation);
                }
                lock(&self.first)
            }
        };
        let observed = shard.observe(observation);
        then(&observed);
        observed
    }

    /// Takes back sessions that were stored.
    pub(crate) fn restore(&self, sessions: Vec<Session>) {
        for session in sessions {
            self.shard(session.shard_key()).restore(session);
        }
    }

    /// The open ones, in no particular order.
    pub(crate) fn open(&self) -> Vec<Session> {
        let mut open = Vec::new();
        for shard in self.shards() {
            open.extend(lock(shard).open().cloned());
        }
        open
    }

    /// Whether a session has reported since it was found.
    pub(crate) fn has_reported_since(&self, found: &Session) -> bool {
        let shard = self.shard(found.shard_key());
        shard.get(found.id).is_some_and(|session| session.counters != found.counters)
    }

    /// The session with this id, open or lately ended.
    pub(crate) fn find(&self, id: SessionId) -> Option<Session> {
        self.shards().find_map(|shard| lock(shard).get(id).cloned())
    }

    /// The sessions of the services that were activated in this one.
    pub(crate) fn services_of(&self, session: &Session) -> Vec<Session> {
        let shard = self.shard(session.shard_key());
        shard.services_of(session).cloned().collect()
    }

    /// Changes what is known of what its NAS was told about a session.
    pub(crate) fn take_change(&self, change: &Change) {
        self.shards().any(|shard| lock(shard).take_change(change).is_some());
    }

    /// Those that are remembered, open or ended, by shard.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Vec<Session>> + '_ {
        self.shards().map(|shard| lock(shard).remembered().cloned().collect())
    }

    /// How many are open.
    pub(crate) fn open_count(&self) -> u64 {
        self.shards().map(|shard| lock(shard).open_count() as u64).sum()
    }

    /// Looks at each shard in turn, no two of them locked at once.
    pub(crate) fn each_shard(&self, mut look: impl FnMut(&SessionTable)) {
        for shard in self.shards() {
            look(&lock(shard));
        }
    }

    /// Forgets the silent ones that were last heard before that moment.
    pub(crate) fn forget_silent(&self, heard_before: Timestamp) {
        for shard in self.shards() {
            lock(shard).forget_silent(heard_before);
        }
    }

    /// Changes a session by an event of the server's own.
    pub(crate) fn take(&self, event: &AccountingEvent) {
        self.shard(event.shard_key()).take(event);
    }

    fn shards(&self) -> impl Iterator<Item = &Mutex<SessionTable>> {
        core::iter::once(&self.first).chain(&self.others)
    }

    fn shard(&self, key: u64) -> MutexGuard<'_, SessionTable> {
        let place = usize::try_from(key % SHARDS).unwrap_or(0);
        let other = place.checked_sub(1).and_then(|place| self.others.get(place));
        lock(other.unwrap_or(&self.first))
    }
}

fn lock(shard: &Mutex<SessionTable>) -> MutexGuard<'_, SessionTable> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
