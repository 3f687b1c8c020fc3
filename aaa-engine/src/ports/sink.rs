//! Where journaled facts end up.

use core::fmt;
use core::future::Future;

use entitlement::Timestamp;

use crate::accounting::{AccountingEvent, StoredMeter};
use crate::attempt::Attempt;
use crate::enforcement::Change;
use crate::pool::StoredLease;
use crate::session::Session;

/// Takes what the journal has made durable: in Weir the SQL store, in an embedder's program
/// whatever it keeps its sessions in.
///
/// [`apply`](Self::apply) is called again with the same entries after a crash; an implementation
/// stores the position in the same transaction as the entries and skips what it has, and applies
/// entries so that their order and repetition change nothing (the maximum of cumulative counters,
/// a Stop that sticks).
pub trait Sink: Send + Sync + 'static {
    /// How far the journal has been applied; `None` before the first batch. Whoever asks goes on from
    /// there: what a store that was set back has lost comes again.
    fn position(&self) -> impl Future<Output = Result<Option<JournalPosition>, SinkError>> + Send;

    /// Applies a batch and its position, all of it or nothing.
    fn apply(&self, batch: Batch) -> impl Future<Output = Result<(), SinkError>> + Send;

    /// The sessions that are open, and those that ended at or after `ended_since`, so that the
    /// session table can be rebuilt at start and late packets still find their session.
    fn recent_sessions(
        &self,
        ended_since: Timestamp,
    ) -> impl Future<Output = Result<Vec<Session>, SinkError>> + Send;

    /// The leases of pools that are managed here, so that each service finds its addresses again.
    /// Where there are no such pools there are none; there is no default, since a sink that forgot
    /// them would have their addresses given twice.
    fn leases(&self) -> impl Future<Output = Result<Vec<StoredLease>, SinkError>> + Send;

    /// What services have used of their quotas and grants. There is no default, since a sink that
    /// forgot them would have all of it used again.
    fn meters(&self) -> impl Future<Output = Result<Vec<StoredMeter>, SinkError>> + Send;
}

/// A stretch of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// What happened, oldest first.
    pub entries: Vec<Entry>,
    /// The position after the last entry; stored with them.
    pub position: JournalPosition,
}

/// One journaled fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// An accounting packet that was acknowledged, or is about to be.
    Accounting(AccountingEvent),
    /// A log-in that was decided.
    Attempt(Attempt),
    /// What was done about a session while it lasts, or what its log-in said.
    Change(Change),
}

/// A place in the journal: everything before it has been dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JournalPosition {
    /// The number of the segment.
    pub segment: u64,
    /// The octet in the segment.
    pub offset: u64,
}

impl fmt::Display for JournalPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.segment, self.offset)
    }
}

/// Why a sink could not answer. The journal keeps what was not applied and tries again.
#[derive(Debug, thiserror::Error)]
#[error("the store did not take the batch: {reason}")]
pub struct SinkError {
    /// What the store said, for the operator.
    pub reason: String,
}
