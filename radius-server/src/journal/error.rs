//! What can go wrong with the journal.

use std::io;

use aaa_engine::ports::JournalPosition;

use super::segment::BadRecord;

/// Why the journal cannot be opened or read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The disk refused.
    #[error("cannot {action} in the journal directory {directory}: {source}")]
    Io {
        /// What was being done, as in "cannot ...".
        action: &'static str,
        /// Where.
        directory: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// Another server has this journal open.
    #[error(
        "the journal directory {directory} is in use by another running server; \
         stop that one or give this one a directory of its own"
    )]
    Locked {
        /// Which directory.
        directory: String,
    },
    /// A record is damaged where no power cut can have torn it: before another segment, or before
    /// the position up to which the sink has the journal.
    #[error(
        "journal segment {segment} is damaged at octet {offset}: {bad}; what stood there \
         had been durable, so this is not a torn end but a failing disk. Restore the segment from \
         a copy"
    )]
    Damaged {
        /// The number of the segment.
        segment: u64,
        /// The octet where the record begins.
        offset: u64,
        /// What is wrong with it.
        bad: BadRecord,
    },
    /// A segment ends before the next one begins: its last records are gone.
    #[error(
        "journal segment {segment} ends at octet {offset} before record {expected}, but the next \
         segment begins with record {found}. Restore the segment from a copy"
    )]
    Shortened {
        /// The number of the segment that is too short.
        segment: u64,
        /// Where it ends.
        offset: u64,
        /// The sequence number of the record that should follow.
        expected: u64,
        /// The first sequence number of the next segment.
        found: u64,
    },
    /// A segment is missing between two others.
    #[error("journal segment {segment} is missing. Restore it from a copy")]
    Missing {
        /// The number of the missing segment.
        segment: u64,
    },
    /// The segments that the sink needs next were removed after it had them: it was restored from
    /// a backup that is older than the retention.
    #[error(
        "the store is older than the journal reaches: segments {first}..{last} are gone, and with \
         them accounting that the store does not have. Restore a newer backup of the store, or \
         put these segments back into the journal directory from a copy"
    )]
    StoreOlder {
        /// The number of the segment up to which, or to a place in which, the sink has the journal.
        first: u64,
        /// The number of the last segment that is gone.
        last: u64,
    },
    /// A file is called like a segment and is none, or is one of another version.
    #[error("journal segment {segment} does not begin as a segment of this version: {reason}")]
    NotASegment {
        /// The number in its name.
        segment: u64,
        /// What is wrong with its header.
        reason: &'static str,
    },
    /// The sink has a position that is not between two records.
    #[error(
        "the store says that the journal was applied up to {position}, where no record begins; \
         the store and the journal directory do not belong together"
    )]
    Position {
        /// What the store said.
        position: JournalPosition,
    },
    /// The sink has more of the journal than there was when the server started without it.
    #[error(
        "the store has taken this journal up to {position}, and at the start of this server it \
         ended at {end}, as after a journal directory was put back from an older copy; the store \
         would take what was recorded since for what it has. Put the newer journal back, or give \
         this server a journal directory of its own"
    )]
    Ahead {
        /// What the store said.
        position: JournalPosition,
        /// Where the journal ended.
        end: JournalPosition,
    },
    /// The writer thread could not be started.
    #[error("cannot start the journal's writer thread: {source}")]
    Thread {
        /// What the operating system said.
        source: io::Error,
    },
}

/// Why records were not recorded. Nothing may be answered for them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// A write or sync failed earlier, or the writer panicked; the journal takes nothing more until the server is started
    /// again.
    #[error("the journal stopped: {reason}")]
    Poisoned {
        /// What failed.
        reason: String,
    },
    /// The disk did not keep up.
    #[error("the disk did not take the records in time")]
    TimedOut,
    /// The disk has no room; it is tried again until it has.
    #[error("the journal's disk is full")]
    DiskFull,
    /// The queue is full, and the append was not to wait.
    #[error("the journal's queue is full")]
    Full,
    /// The server is stopping.
    #[error("the journal is closed")]
    Closed,
}
