//! Reading the journal in order, as far as it is durable.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aaa_engine::ports::JournalPosition;

use super::disk::Disk;
use super::error::JournalError;
use super::recovery::find;
use super::segment::{BadRecord, FRAME_OVERHEAD, Frame, HEADER_LEN, RECORD_LEN_MAX, parse_frame};
use super::writer::Durable;

/// How much is read at a time; several times the largest frame.
const WINDOW_OCTETS: usize = 1 << 20;
const FRAME_LEN_MAX: usize = FRAME_OVERHEAD + RECORD_LEN_MAX;

/// Reads records one after the other, each once.
pub(crate) struct Reader {
    disk: Arc<dyn Disk>,
    position: JournalPosition,
    next_seq: u64,
    window: Window,
    retention: Duration,
    /// Segments before this one carry the mark that the sink has them.
    marked_before: u64,
    /// This segment and those behind it are kept, however long the sink has had them.
    kept_from: u64,
}

impl Reader {
    /// Reads on from `position`, where record `next_seq` begins or will begin.
    pub(super) fn new(
        disk: Arc<dyn Disk>,
        position: JournalPosition,
        next_seq: u64,
        retention: Duration,
    ) -> Self {
        let window = Window::at(position.offset);
        let marked_before = position.segment;
        Self { disk, position, next_seq, window, retention, marked_before, kept_from: u64::MAX }
    }

    /// Goes to where a sink stands that has the journal up to `applied`, forward or back.
    ///
    /// # Errors
    /// When the journal does not reach back so far, or no record begins there; it then stays where
    /// it is.
    pub(crate) fn seek(&mut self, applied: Option<JournalPosition>) -> Result<(), JournalError> {
        let (position, next_seq) = find(&*self.disk, applied)?;
        self.position = position;
        self.next_seq = next_seq;
        self.window = Window::at(position.offset);
        Ok(())
    }

    /// Keeps what stands from this segment on when drained segments are removed.
    pub(crate) fn keep_from(&mut self, segment: u64) {
        self.kept_from = segment;
    }

    /// The position after the last record that was read.
    pub(crate) fn position(&self) -> JournalPosition {
        self.position
    }

    /// The sequence number of the next record.
    pub(crate) fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Hands up to `max` records, none of them beyond `durable`, to `visit` and says how many it
    /// took. It stands behind the last of them afterwards.
    ///
    /// # Errors
    /// When there is a record and not one could be taken: the disk refuses, it is no longer
    /// whole, or `visit` does not take it.
    pub(crate) fn read<E: From<JournalError>>(
        &mut self,
        durable: Durable,
        max: usize,
        mut visit: impl FnMut(JournalPosition, &[u8]) -> Result<(), E>,
    ) -> Result<usize, E> {
        let mut count = 0;
        while count < max {
            match self.step(durable, &mut visit) {
                Ok(true) => count += 1,
                Ok(false) => break,
                // It comes again with the next call, which then has nothing before it.
                Err(_) if count > 0 => break,
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }

    /// Hands the next record to `visit`; false when there is none.
    fn step<E: From<JournalError>>(
        &mut self,
        durable: Durable,
        visit: &mut impl FnMut(JournalPosition, &[u8]) -> Result<(), E>,
    ) -> Result<bool, E> {
        loop {
            let segment = self.position.segment;
            let last = segment >= durable.position.segment;
            let limit = if last { durable.position.offset } else { u64::MAX };
            self.window
                .fill(&*self.disk, segment, limit)
                .map_err(|source| self.refused("read a segment", source))?;
            if self.window.rest().is_empty() {
                if last {
                    return Ok(false);
                }
                self.next_segment()?;
                continue;
            }
            let frame = parse_frame(self.window.rest(), self.next_seq).map_err(|bad| {
                JournalError::Damaged { segment, offset: self.position.offset, bad }
            })?;
            visit(self.position, frame.payload)?;
            let len = frame.len;
            self.window.consume(len);
            self.position.offset += len as u64;
            self.next_seq += 1;
            return Ok(true);
        }
    }

    /// Marks the segments before `applied`, which the sink has stored, as drained, and removes
    /// those that were for longer than the retention. Says how many were removed.
    ///
    /// # Errors
    /// When the disk refuses; nothing is lost by trying again later.
    pub(crate) fn retire(
        &mut self,
        applied: JournalPosition,
        now: SystemTime,
    ) -> Result<usize, JournalError> {
        let mut removed = 0;
        let segments = self.disk.segments().map_err(|e| self.refused("list segments", e))?;
        for segment in segments.into_iter().filter(|&segment| segment < applied.segment) {
            if segment >= self.marked_before {
                self.disk
                    .mark_drained(segment, now)
                    .map_err(|source| self.refused("mark a segment as drained", source))?;
                continue;
            }
            let drained_at = self
                .disk
                .drained_at(segment)
                .map_err(|source| self.refused("read the age of a segment", source))?;
            let is_old = now.duration_since(drained_at).is_ok_and(|age| age >= self.retention);
            if is_old && segment < self.kept_from {
                self.disk
                    .remove(segment)
                    .map_err(|source| self.refused("remove a drained segment", source))?;
                removed += 1;
            }
        }
        self.marked_before = self.marked_before.max(applied.segment);
        if removed > 0 {
            self.disk.sync_directory().map_err(|e| self.refused("sync the directory", e))?;
        }
        Ok(removed)
    }

    fn next_segment(&mut self) -> Result<(), JournalError> {
        let segments = self.disk.segments().map_err(|e| self.refused("list segments", e))?;
        let next = segments
            .into_iter()
            .find(|&segment| segment > self.position.segment)
            .ok_or(JournalError::Missing { segment: self.position.segment.saturating_add(1) })?;
        self.position = start_of(next);
        self.window = Window::at(self.position.offset);
        Ok(())
    }

    fn refused(&self, action: &'static str, source: io::Error) -> JournalError {
        JournalError::Io { action, directory: self.disk.directory(), source }
    }
}

/// Where the first record of a segment stands.
pub(super) fn start_of(segment: u64) -> JournalPosition {
    JournalPosition { segment, offset: HEADER_LEN as u64 }
}

/// A stretch of a segment in memory.
pub(super) struct Window {
    octets: Vec<u8>,
    /// The offset of `octets` in the segment.
    offset: u64,
    consumed: usize,
    /// The segment ends with `octets`, and nothing is added to it any more.
    at_end: bool,
}

impl Window {
    pub(super) fn at(offset: u64) -> Self {
        Self { octets: Vec::new(), offset, consumed: 0, at_end: false }
    }

    /// Makes sure that a whole record is at hand, if one stands before `limit` and the end of the
    /// segment. `limit` is `u64::MAX` only for a segment that grows no more.
    pub(super) fn fill(&mut self, disk: &dyn Disk, segment: u64, limit: u64) -> io::Result<()> {
        let have = self.rest().len();
        if have >= FRAME_LEN_MAX || self.at_end {
            return Ok(());
        }
        let end = self.offset + self.octets.len() as u64;
        let wanted = usize::try_from(limit.saturating_sub(end)).unwrap_or(usize::MAX);
        let wanted = wanted.min(WINDOW_OCTETS - have);
        if wanted == 0 {
            return Ok(());
        }
        self.octets.drain(..self.consumed);
        self.offset += self.consumed as u64;
        self.consumed = 0;
        self.octets.resize(have + wanted, 0);
        let into = self.octets.get_mut(have..).unwrap_or_default();
        let read = disk.read(segment, end, into);
        self.octets.truncate(have + *read.as_ref().unwrap_or(&0));
        self.at_end = limit == u64::MAX && read.as_ref().is_ok_and(|&read| read < wanted);
        read.map(|_| ())
    }

    pub(super) fn rest(&self) -> &[u8] {
        self.octets.get(self.consumed..).unwrap_or_default()
    }

    pub(super) fn consume(&mut self, len: usize) {
        self.consumed = (self.consumed + len).min(self.octets.len());
    }

    /// The next record, which should carry `expected`; `None` at the end of the segment.
    pub(super) fn next(
        &mut self,
        disk: &dyn Disk,
        segment: u64,
        expected: u64,
    ) -> io::Result<Option<Result<Frame<'_>, BadRecord>>> {
        self.fill(disk, segment, u64::MAX)?;
        if self.rest().is_empty() {
            return Ok(None);
        }
        Ok(Some(parse_frame(self.rest(), expected)))
    }
}
