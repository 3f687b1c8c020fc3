//! The journal: what was acknowledged is on this machine's disk first.
//!
//! Records are appended to numbered segment files by one writer thread, which gathers what the
//! lanes hand over while the previous group is being synced (group commit). A waiting append
//! returns when its records would survive a power cut. A failed sync stops the journal for good:
//! the kernel may have dropped the pages it could not write, and a later sync that succeeds would
//! prove nothing about them. A full disk only holds the journal up: what was half written is cut
//! off again, accounting is not answered, and the writer tries until there is room.

mod disk;
mod error;
mod group;
mod reader;
mod recovery;
mod segment;
#[cfg(any(test, feature = "test-disk"))]
mod test_disk;
#[cfg(test)]
mod tests;
mod writer;

use core::time::Duration;

pub use disk::{Disk, RealDisk, SegmentFile};
pub use error::{AppendError, JournalError};
pub(crate) use group::Group;
pub(crate) use reader::Reader;
pub use segment::RECORD_LEN_MAX;
#[cfg(any(test, feature = "test-disk"))]
pub use test_disk::{HeldSyncs, Loss, TestDisk};
pub(crate) use writer::{Durable, Journal};

/// How the journal uses its disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalSettings {
    /// A segment that would grow beyond this is closed and the next one begun.
    pub segment_octets: u64,
    /// How long a segment is kept after the sink has all of it, so that a store that was restored
    /// from a backup can be filled again.
    pub retention: Duration,
    /// How much may wait for the writer; beyond it a waiting append waits, and one that does not
    /// wait is refused.
    pub queue_octets: usize,
}

impl Default for JournalSettings {
    /// 64 MiB segments, a day's retention, 8 MiB of queue.
    fn default() -> Self {
        Self {
            segment_octets: 64 << 20,
            retention: Duration::from_secs(24 * 60 * 60),
            queue_octets: 8 << 20,
        }
    }
}

/// What the journal has done since it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JournalStats {
    /// Records handed over by the lanes.
    pub appended: u64,
    /// Records that would survive a power cut.
    pub synced: u64,
    /// Syncs of a segment: `synced / syncs` is the size of a group.
    pub syncs: u64,
    /// What the disk said, while it has no room: accounting is not answered, authentication goes
    /// on, and what waits is written when there is room.
    pub disk_full: Option<String>,
    /// Why the journal stopped for good, once it has (its disk failed, or its writer panicked): nothing more is recorded, accounting is no
    /// longer answered, authentication goes on.
    pub poisoned: Option<String>,
}
