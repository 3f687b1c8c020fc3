//! What the enforcement is to look at next.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aaa_engine::enforcement::Why;
use aaa_engine::session::SessionId;
use entitlement::ServiceId;
use tokio::sync::Notify;

/// How many orders wait at most; further ones are refused.
const ORDERS_MAX: usize = 100_000;

/// Filled by lanes and by whoever follows the directory, emptied by the enforcement. A service
/// stands in it once, however often it is named: so it is never longer than there are services.
#[derive(Default)]
pub(crate) struct Attention {
    calls: Mutex<Calls>,
    called: Notify,
}

/// What has been called for since the last look.
#[derive(Default)]
pub(crate) struct Calls {
    pub(crate) services: HashSet<ServiceId>,
    /// Sessions that are nobody's, and of which something was awaited.
    pub(crate) sessions: HashSet<SessionId>,
    /// Every service that has sessions.
    pub(crate) all: bool,
    /// Sessions that are to end.
    pub(crate) ends: Vec<(SessionId, Why)>,
}

impl Attention {
    /// These services may have changed.
    pub(crate) fn services(&self, services: impl IntoIterator<Item = ServiceId>) {
        let mut calls = self.calls();
        let before = calls.services.len();
        calls.services.extend(services);
        if calls.services.len() != before {
            drop(calls);
            self.called.notify_one();
        }
    }

    /// Something was heard of this session, which is nobody's, or is to be tried for it again.
    pub(crate) fn session(&self, session: SessionId) {
        let is_new = self.calls().sessions.insert(session);
        if is_new {
            self.called.notify_one();
        }
    }

    /// Everything may have changed.
    pub(crate) fn all(&self) {
        self.calls().all = true;
        self.called.notify_one();
    }

    /// These sessions are to end; false when too many wait already.
    pub(crate) fn end(&self, sessions: impl IntoIterator<Item = SessionId>, why: Why) -> bool {
        let mut calls = self.calls();
        let mut sessions = sessions.into_iter();
        let room = ORDERS_MAX.saturating_sub(calls.ends.len());
        calls.ends.extend(sessions.by_ref().take(room).map(|session| (session, why)));
        drop(calls);
        self.called.notify_one();
        sessions.next().is_none()
    }

    /// Wakes whoever waits, so that it sees that it is over.
    pub(crate) fn wake(&self) {
        self.called.notify_one();
    }

    /// What was called for since it was taken last.
    pub(crate) fn take(&self) -> Calls {
        core::mem::take(&mut *self.calls())
    }

    /// Waits until something is called for.
    pub(crate) async fn called(&self) {
        self.called.notified().await;
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
