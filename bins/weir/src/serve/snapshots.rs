//! Writes the snapshot for a start without the store: after the start, when something has changed,
//! and at the end.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use aaa_engine::ports::JournalPosition;
use aaa_engine::session::Session;
use aaa_engine::{StoredLease, StoredMeter};
use anyhow::Context as _;
use entitlement::Timestamp;
use radius_server::RunningServer;
use storage::{FollowerHandle, GoingOn, MemoryDirectory, Snapshot, SnapshotHead, StoreIdentity};
use tokio::sync::OwnedMutexGuard;
use tokio::time::timeout;

use crate::clock;
use crate::control::protocol::SnapshotLine;

/// How long the store may take to bring the directory up to date before the one in memory is
/// written as it is.
const SYNC_TIMEOUT: Duration = Duration::from_secs(3);
/// A start reads so much of the journal in no time: as long as less was recorded since, the
/// sessions are not written anew.
const JOURNAL_OCTETS: u64 = 4 * 1024 * 1024;
/// After so long they are, whatever was recorded.
const AGE_MAX: Duration = Duration::from_secs(600);

/// The snapshot of a running server.
pub(super) struct Snapshots {
    path: PathBuf,
    node: String,
    place: String,
    store: StoreIdentity,
    directory: Arc<MemoryDirectory>,
    follower: FollowerHandle,
    /// Held while it is written, so that it is written once at a time.
    writing: Arc<tokio::sync::Mutex<()>>,
    known: Mutex<Known>,
}

/// What is known of the file.
#[derive(Debug, Clone, Default)]
struct Known {
    current_at: Option<Timestamp>,
    position: Option<JournalPosition>,
    octets: Option<u64>,
    failure: Option<String>,
    written: Option<Written>,
}

/// What there was to be written the last time.
#[derive(Debug, Clone, Copy)]
struct Written {
    changes: u64,
    durable: JournalPosition,
    at: Instant,
}

impl Snapshots {
    /// For the snapshot at `path` of this store; `head` is of the one that the server was started
    /// from.
    pub(super) fn new(
        path: PathBuf,
        node: &str,
        (place, store): (&str, StoreIdentity),
        (directory, follower): (Arc<MemoryDirectory>, FollowerHandle),
        head: Option<&SnapshotHead>,
    ) -> Self {
        let known = Known {
            current_at: head.map(|head| head.current_at),
            position: head.and_then(|head| head.position),
            ..Known::default()
        };
        Self {
            path,
            node: node.to_owned(),
            place: place.to_owned(),
            store,
            directory,
            follower,
            writing: Arc::default(),
            known: Mutex::new(known),
        }
    }

    pub(super) fn line(&self) -> SnapshotLine {
        let known = self.known();
        SnapshotLine {
            current_at_unix_ms: known.current_at.map(Timestamp::unix_ms),
            octets: known.octets,
            failure: known.failure.clone(),
        }
    }

    /// Writes it now, and from then on at most each `interval` when something has changed.
    pub(super) async fn keep(self: Arc<Self>, server: Weak<RunningServer>, interval: Duration) {
        let mut ticks = tokio::time::interval(interval);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(server) = server.upgrade() else { return };
            if self.is_worth_writing(&server) {
                self.write(&server).await;
            }
        }
    }

    fn is_worth_writing(&self, server: &RunningServer) -> bool {
        let Some(Written { changes, durable, at }) = self.known().written else { return true };
        let now = server.durable_position();
        self.directory.changes() != changes
            || now.segment != durable.segment
            || now.offset.saturating_sub(durable.offset) >= JOURNAL_OCTETS
            || (now != durable && clock::monotonic().duration_since(at) >= AGE_MAX)
    }

    /// Writes it now; a failure is told in the log and by `weir status`.
    pub(super) async fn write(self: &Arc<Self>, server: &Arc<RunningServer>) {
        let writing = Arc::clone(&self.writing).lock_owned().await;
        if let Err(error) = self.try_to_write(server, writing).await {
            let failure = format!("{error:#}");
            tracing::warn!(%failure, path = %self.path.display(), "the snapshot is not written");
            self.known().failure = Some(failure);
        }
    }

    async fn try_to_write(
        self: &Arc<Self>,
        server: &Arc<RunningServer>,
        writing: OwnedMutexGuard<()>,
    ) -> anyhow::Result<()> {
        // Looked at before the directory is brought up to date: it then has learnt all of it.
        let (began, now) = (clock::monotonic(), clock::now());
        let applied = server.applied_position();
        let durable = server.durable_position();
        let is_current = matches!(timeout(SYNC_TIMEOUT, self.follower.sync()).await, Ok(Ok(())));
        let changes = self.directory.changes();
        let before = self.known().clone();
        let (current_at, position) = if is_current {
            (now, applied.or(before.position))
        } else {
            (before.current_at.unwrap_or(now), before.position)
        };
        let head = SnapshotHead {
            current_at,
            place: self.place.clone(),
            store: self.store,
            node: self.node.clone(),
            position,
        };
        let (this, running) = (Arc::clone(self), Arc::clone(server));
        let write = move || {
            // Whoever waits for it may be gone before it is done.
            let _writing = writing;
            Snapshot::write(&this.path, &head, &this.directory, &OfServer(&running))
        };
        let written = tokio::task::spawn_blocking(write).await.context("it was interrupted")?;
        let octets = written?;
        if let Some(position) = position {
            server.keep_journal_from(position);
        }
        let took = began.elapsed();
        tracing::debug!(octets, ?took, services = self.directory.counts().services, "snapshot");
        *self.known() = Known {
            current_at: Some(current_at),
            position,
            octets: Some(octets),
            failure: None,
            written: Some(Written { changes, durable, at: began }),
        };
        Ok(())
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the server is doing.
struct OfServer<'a>(&'a RunningServer);

impl GoingOn for OfServer<'_> {
    fn sessions(&self) -> impl Iterator<Item = Vec<Session>> {
        self.0.remembered_sessions()
    }

    fn leases(&self) -> impl Iterator<Item = Vec<StoredLease>> {
        self.0.leases()
    }

    fn meters(&self) -> impl Iterator<Item = StoredMeter> {
        self.0.meters()
    }
}
