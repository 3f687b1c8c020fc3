//! A sink whose store arrives later.

use std::sync::{Arc, OnceLock};

use aaa_engine::ports::{Batch, JournalPosition, Sink, SinkError};
use aaa_engine::session::Session;
use aaa_engine::{StoredLease, StoredMeter};
use entitlement::Timestamp;

use crate::sink::StoreSink;

/// Takes the journal once its store is there, and says until then that it is away. Cheap to clone;
/// clones share the store.
#[derive(Debug, Clone, Default)]
pub struct LateSink(Arc<OnceLock<StoreSink>>);

impl LateSink {
    /// One whose store is away.
    #[must_use]
    pub fn away() -> Self {
        Self::default()
    }

    /// The store is there. It arrives once; a second one is not taken.
    pub fn arrive(&self, sink: StoreSink) {
        let _ = self.0.set(sink);
    }

    fn sink(&self) -> Result<&StoreSink, SinkError> {
        self.0.get().ok_or_else(|| SinkError {
            reason: "it has been away since the server was started".to_owned(),
        })
    }
}

impl From<StoreSink> for LateSink {
    fn from(sink: StoreSink) -> Self {
        Self(Arc::new(sink.into()))
    }
}

impl Sink for LateSink {
    async fn position(&self) -> Result<Option<JournalPosition>, SinkError> {
        self.sink()?.position().await
    }

    async fn apply(&self, batch: Batch) -> Result<(), SinkError> {
        self.sink()?.apply(batch).await
    }

    async fn recent_sessions(&self, ended_since: Timestamp) -> Result<Vec<Session>, SinkError> {
        self.sink()?.recent_sessions(ended_since).await
    }

    async fn meters(&self) -> Result<Vec<StoredMeter>, SinkError> {
        self.sink()?.meters().await
    }

    async fn leases(&self) -> Result<Vec<StoredLease>, SinkError> {
        self.sink()?.leases().await
    }
}
