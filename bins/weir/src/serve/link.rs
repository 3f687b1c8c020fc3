//! How the running server stands to its store, which may be away from the start.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use entitlement::Timestamp;
use storage::Store;
use tokio::sync::Notify;

use crate::control::protocol::StoreLine;

/// The store, once it is there, and what is known until then.
#[derive(Debug)]
pub(super) struct StoreLink {
    place: String,
    store: OnceLock<Store>,
    away: Mutex<Option<Away>>,
    arrived: Notify,
}

/// A store that has been away since the server was started.
#[derive(Debug, Clone)]
struct Away {
    since: Timestamp,
    running_from: Timestamp,
    problem: String,
}

impl StoreLink {
    /// The store is there.
    pub(super) fn here(store: Store) -> Self {
        let place = store.place().to_owned();
        Self { place, store: store.into(), away: Mutex::default(), arrived: Notify::new() }
    }

    /// The store is away; the directory is what it was at `running_from`.
    pub(super) fn away(
        place: &str,
        since: Timestamp,
        running_from: Timestamp,
        problem: &str,
    ) -> Self {
        let away = Away { since, running_from, problem: problem.to_owned() };
        Self {
            place: place.to_owned(),
            store: OnceLock::new(),
            away: Mutex::new(Some(away)),
            arrived: Notify::new(),
        }
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn store(&self) -> Option<&Store> {
        self.store.get()
    }

    /// The store has come, and everything follows it.
    pub(super) fn arrive(&self, store: Store) {
        let _ = self.store.set(store);
        *self.lock() = None;
        self.arrived.notify_waiters();
    }

    /// The store, as soon as it is there.
    pub(super) async fn wait(&self) -> Store {
        loop {
            let arrival = self.arrived.notified();
            match self.store.get() {
                Some(store) => return store.clone(),
                None => arrival.await,
            }
        }
    }

    /// Why it still has not come; true when that is another reason than before.
    pub(super) fn note(&self, problem: &str) -> bool {
        match &mut *self.lock() {
            Some(away) if away.problem != problem => {
                problem.clone_into(&mut away.problem);
                true
            }
            _ => false,
        }
    }

    pub(super) fn line(&self) -> StoreLine {
        let away = self.lock().clone();
        StoreLine {
            place: self.place.clone(),
            away_since_unix_ms: away.as_ref().map(|away| away.since.unix_ms()),
            running_from_unix_ms: away.as_ref().map(|away| away.running_from.unix_ms()),
            problem: away.map(|away| away.problem),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Away>> {
        self.away.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
