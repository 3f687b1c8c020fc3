//! A server that runs.

use core::fmt;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use aaa_engine::enforcement::{PursuitView, Why};
use aaa_engine::ports::JournalPosition;
use aaa_engine::session::{Session, SessionId};
use aaa_engine::{Explanation, Known, Pool, PoolUse, Question, StoredLease, StoredMeter};
use entitlement::ServiceId;
use radius_proto::WriteError;
use tokio::sync::watch;

use crate::drain::{Command, DrainStatus};
use crate::lane::Shared;
use crate::nas::NasProblems;
use crate::stats::{LaneCounters, Stats};
use crate::unknown::UnknownNas;
use crate::watch::NasHealth;

/// A server that runs until it is [stopped](Self::stop) or dropped.
///
/// Dropping it without stopping it ends everything at once: what was acknowledged is in the
/// journal, and reaches the sink at the next start. The journal's directory is free for another
/// server once this value is dropped.
pub struct RunningServer {
    shared: Arc<Shared>,
    counters: Vec<Arc<LaneCounters>>,
    status: Arc<DrainStatus>,
    command: watch::Sender<Command>,
    threads: Mutex<Threads>,
    authentication: Vec<SocketAddr>,
    accounting: Vec<SocketAddr>,
}

/// What a server is made of before it listens.
pub(crate) struct Parts {
    pub(crate) shared: Arc<Shared>,
    pub(crate) status: Arc<DrainStatus>,
    pub(crate) command: watch::Sender<Command>,
    pub(crate) drain: JoinHandle<()>,
    /// Says when the drain has ended.
    pub(crate) drained: Receiver<()>,
}

struct Threads {
    lanes: Vec<JoinHandle<()>>,
    drain: Option<JoinHandle<()>>,
    drained: Receiver<()>,
}

/// How a server was left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// Records that are durable in the journal and that the sink has not taken yet; they are
    /// handed to it at the next start.
    pub records_left: u64,
}

impl RunningServer {
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts { shared, status, command, drain, drained } = parts;
        let threads = Threads { lanes: Vec::new(), drain: Some(drain), drained };
        Self {
            shared,
            counters: Vec::new(),
            status,
            command,
            threads: Mutex::new(threads),
            authentication: Vec::new(),
            accounting: Vec::new(),
        }
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn add_addresses(&mut self, authentication: SocketAddr, accounting: SocketAddr) {
        self.authentication.push(authentication);
        self.accounting.push(accounting);
    }

    pub(crate) fn add_lane(&mut self, thread: JoinHandle<()>, counters: Arc<LaneCounters>) {
        self.counters.push(counters);
        self.threads.get_mut().unwrap_or_else(PoisonError::into_inner).lanes.push(thread);
    }

    pub(crate) fn add_watch(&mut self, thread: JoinHandle<()>) {
        self.threads.get_mut().unwrap_or_else(PoisonError::into_inner).lanes.push(thread);
    }

    /// Where Access-Requests are answered, one address for each listener in their order, with
    /// real ports.
    #[must_use]
    pub fn authentication_addresses(&self) -> Vec<SocketAddr> {
        self.authentication.clone()
    }

    /// Where Accounting-Requests are answered, likewise.
    #[must_use]
    pub fn accounting_addresses(&self) -> Vec<SocketAddr> {
        self.accounting.clone()
    }

    /// What it has done so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let mut stats = Stats {
            sessions_open: self.shared.sessions.open_count(),
            journal: self.shared.journal.stats(),
            drain: self.status.stats(*self.shared.journal.durable().borrow()),
            ..Stats::default()
        };
        for counters in &self.counters {
            counters.add_to(&mut stats);
        }
        self.shared.enforcement.add_to(&mut stats);
        stats
    }

    /// The sessions that are open now, in no particular order.
    #[must_use]
    pub fn sessions(&self) -> Vec<Session> {
        self.shared.sessions.open()
    }

    /// The session with this id, open or lately ended.
    #[must_use]
    pub fn session(&self, id: SessionId) -> Option<Session> {
        self.shared.sessions.find(id)
    }

    /// The sessions that are known, open and lately ended, a part of them at a time: no packet waits
    /// for longer than one part is copied.
    pub fn remembered_sessions(&self) -> impl Iterator<Item = Vec<Session>> + '_ {
        self.shared.sessions.parts()
    }

    /// The leases of pools that are managed here, those of one service at a time.
    pub fn leases(&self) -> impl Iterator<Item = Vec<StoredLease>> + '_ {
        let Shared { directory, activity, .. } = &*self.shared;
        activity.leases(&**directory)
    }

    /// What services have used of their quotas and grants, of one at a time.
    pub fn meters(&self) -> impl Iterator<Item = StoredMeter> + '_ {
        self.shared.activity.meters()
    }

    /// Has the enforcement look at the sessions of these services: the directory says something
    /// else of them, or of their plans, than before.
    pub fn reconsider(&self, services: impl IntoIterator<Item = ServiceId>) {
        self.shared.enforcement.attention.services(services);
    }

    /// Has the enforcement look at every session.
    pub fn reconsider_all(&self) {
        self.shared.enforcement.attention.all();
    }

    /// The sessions that are on their way to what they should have, in no particular order.
    #[must_use]
    pub fn pursuits(&self) -> Vec<PursuitView> {
        self.shared.enforcement.reconciler().pursuits().collect()
    }

    /// Ends a session, by the word of the operator; whether it is open. Its NAS is asked for as
    /// long as it takes.
    pub fn end_session(&self, session: SessionId) -> bool {
        let is_open = self.shared.sessions.find(session).is_some_and(|found| found.end().is_none());
        is_open && self.shared.enforcement.attention.end([session], Why::Operator)
    }

    /// Tries again at once what was given up or waits for a session; whether there is anything.
    pub fn retry(&self, session: SessionId) -> bool {
        let now = self.shared.clock.now();
        let is_pursued = self.shared.enforcement.reconciler().retry(session, now);
        let attention = &self.shared.enforcement.attention;
        match self.shared.sessions.find(session).and_then(|found| found.service) {
            Some(service) => attention.services([service]),
            None => attention.session(session),
        }
        is_pursued
    }

    /// The sink has everything that stands before this in the journal; `None` when it has nothing of
    /// it, or has not said yet.
    #[must_use]
    pub fn applied_position(&self) -> Option<JournalPosition> {
        self.status.applied()
    }

    /// How far the journal is durable.
    #[must_use]
    pub fn durable_position(&self) -> JournalPosition {
        self.shared.journal.durable().borrow().position
    }

    /// Keeps the journal from `position` on, however long the sink has had it: somebody has
    /// [remembered](crate::Remembered) what was before.
    pub fn keep_journal_from(&self, position: JournalPosition) {
        self.status.keep_from(position);
    }

    /// What a log-in would come to now, and why, with nothing changed by it. The reply that it would
    /// get is written into `reply`.
    ///
    /// # Errors
    /// When not even an Access-Reject fits into `reply`.
    pub fn explain(
        &self,
        question: &Question<'_>,
        reply: &mut [u8],
    ) -> Result<Explanation, WriteError> {
        let Shared { directory, activity, engine, .. } = &*self.shared;
        engine.explain(Known { directory: &**directory, activity }, question, reply)
    }

    /// The sources that sent packets and are no NAS, the one seen last first. One that has become
    /// a NAS since is no longer listed.
    #[must_use]
    pub fn unknown_nas(&self) -> Vec<UnknownNas> {
        let directory = &self.shared.directory;
        let is_known = |listener: &_, source| directory.nas(listener, source).is_some();
        self.shared.unknown.retain_unknown(is_known);
        self.shared.unknown.list()
    }

    /// How each NAS is that has been heard of since the server started, by NAS.
    #[must_use]
    pub fn nas_health(&self) -> Vec<NasHealth> {
        self.shared.heard.list(&self.shared.sessions)
    }

    /// The pools that are managed here, and how much of each is taken.
    #[must_use]
    pub fn pools(&self) -> Vec<(Arc<Pool>, PoolUse)> {
        let Shared { directory, activity, clock, .. } = &*self.shared;
        let now = clock.now();
        let pools = directory.pools().into_iter();
        pools.map(|pool| (Arc::clone(&pool), activity.pool_use(&pool, now))).collect()
    }

    /// What known NASes do wrong, by NAS; those that do nothing wrong are not listed.
    #[must_use]
    pub fn nas_problems(&self) -> Vec<NasProblems> {
        self.shared.problems.list()
    }

    /// Stops listening, answers what was received, and waits until the sink has everything that
    /// the journal holds, or for
    /// [`drain_stop_timeout`](crate::Settings::drain_stop_timeout). Blocks meanwhile. A second
    /// call finds nothing left to do.
    pub fn stop(&self) -> Stopped {
        self.end(Command::Finish);
        let records_left = self.stats().drain.lag_records;
        tracing::info!(records_left, "stopped");
        Stopped { records_left }
    }

    fn end(&self, how: Command) {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared.shutdown.request();
        self.shared.enforcement.attention.wake();
        for lane in threads.lanes.drain(..) {
            if lane.join().is_err() {
                tracing::error!("a lane ended in a panic");
            }
        }
        self.shared.journal.close();
        let Some(drain) = threads.drain.take() else { return };
        self.command.send_replace(how);
        let patience = self.shared.settings.drain_stop_timeout;
        let unfinished = |error| error == RecvTimeoutError::Timeout;
        if how == Command::Finish && threads.drained.recv_timeout(patience).is_err_and(unfinished) {
            tracing::warn!("the store did not take the journal in time; the next start goes on");
            self.command.send_replace(Command::Stop);
        }
        // A panic was told when it happened.
        let _ = drain.join();
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.end(Command::Stop);
    }
}

impl fmt::Debug for RunningServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningServer")
            .field("authentication", &self.authentication)
            .field("accounting", &self.accounting)
            .finish_non_exhaustive()
    }
}
