//! The journal as the lanes see it, and the one thread that writes it.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use aaa_engine::ports::JournalPosition;
use bytes::BytesMut;
use tokio::sync::watch;

use super::disk::{Disk, SegmentFile};
use super::error::{AppendError, JournalError};
use super::group::Group;
use super::reader::{Reader, start_of};
use super::recovery::{Recovered, WriteTo, recover};
use super::segment::{HEADER_LEN, Header, frame};
use super::{JournalSettings, JournalStats};

/// How long records that nobody waits for may gather before they are written.
const LINGER: Duration = Duration::from_millis(5);
/// How many octets of them are written without lingering.
const LINGER_OCTETS_MAX: usize = 256 << 10;
/// How long the writer waits for room on a full disk before it tries again.
const FULL_RETRY: Duration = Duration::from_millis(250);

/// How far the journal would survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Durable {
    /// The position after the last durable record.
    pub(crate) position: JournalPosition,
    /// The sequence number of the record that will stand there.
    pub(crate) next_seq: u64,
}

/// An open journal. Dropping it writes and syncs what was handed over and stops the writer.
pub(crate) struct Journal {
    shared: Arc<Shared>,
    queue_octets: usize,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Held so that no other server opens the directory.
    _lock: Box<dyn Send + Sync>,
}

impl Journal {
    /// Opens the journal on `disk`, cutting off what a crash left torn, and gives a reader that
    /// begins at `applied`, the position up to which the sink has it.
    ///
    /// # Errors
    /// When another server has it, when it is damaged, when the disk refuses.
    pub(crate) fn open(
        disk: Arc<dyn Disk>,
        settings: &JournalSettings,
        applied: Option<JournalPosition>,
    ) -> Result<(Self, Reader), JournalError> {
        let directory = disk.directory();
        let lock = disk.lock().map_err(|source| match source.kind() {
            io::ErrorKind::WouldBlock => JournalError::Locked { directory: directory.clone() },
            _ => JournalError::Io { action: "lock it", directory: directory.clone(), source },
        })?;
        let recovered = recover(&*disk, applied)?;
        let (segment, end) = open_segment(&*disk, &recovered)
            .map_err(|source| JournalError::Io { action: "open a segment", directory, source })?;
        let durable = Durable { position: end, next_seq: recovered.next_seq };
        let shared = Arc::new(Shared::new(durable));
        let reader = Reader::new(
            Arc::clone(&disk),
            recovered.read_from,
            recovered.read_seq,
            settings.retention,
        );
        let writer = Writer {
            shared: Arc::clone(&shared),
            disk,
            segment_octets: settings.segment_octets,
            segment,
            end,
            next_seq: recovered.next_seq,
            frames: BytesMut::new(),
        };
        let thread = thread::Builder::new()
            .name("weir-journal".to_owned())
            .spawn(move || {
                let _watch = PanicWatch(Arc::clone(&writer.shared));
                writer.run();
            })
            .map_err(|source| JournalError::Thread { source })?;
        let journal = Self {
            shared,
            queue_octets: settings.queue_octets,
            thread: Mutex::new(Some(thread)),
            _lock: lock,
        };
        Ok((journal, reader))
    }

    /// Hands over `group`, which is empty afterwards, and returns when it is durable.
    ///
    /// `timeout` bounds the wait for room in the queue, and again the wait for the disk.
    ///
    /// # Errors
    /// When it is not known to be durable. It may become so after [`AppendError::TimedOut`] and
    /// [`AppendError::DiskFull`].
    pub(crate) fn append(&self, group: &mut Group, timeout: Duration) -> Result<(), AppendError> {
        let result = self.append_and_wait(group, timeout);
        group.clear();
        result
    }

    fn append_and_wait(&self, group: &mut Group, timeout: Duration) -> Result<(), AppendError> {
        if group.is_empty() {
            return Ok(());
        }
        let mut state = self.shared.lock();
        if !state.has_room(group, self.queue_octets) {
            state.wanting_room += 1;
            let wait = self.shared.progress.wait_timeout_while(state, timeout, |state| {
                state.refusal().is_none() && !state.has_room(group, self.queue_octets)
            });
            state = wait.unwrap_or_else(PoisonError::into_inner).0;
            state.wanting_room -= 1;
            if state.refusal().is_none() && !state.has_room(group, self.queue_octets) {
                return Err(AppendError::TimedOut);
            }
        }
        if let Some(refusal) = state.refusal() {
            return Err(refusal);
        }
        if state.disk_full.is_some() {
            // Whoever waits for an answer asks again; what is behind the full disk already does
            // not grow by that.
            return Err(AppendError::DiskFull);
        }
        let until = state.hand_over(group);
        state.urgent = true;
        if !matches!(state.writer, WriterState::Busy) {
            self.shared.work.notify_one();
        }
        let wait = self.shared.progress.wait_timeout_while(state, timeout, |state| {
            state.durable_before < until && state.poisoned.is_none() && state.disk_full.is_none()
        });
        let state = wait.unwrap_or_else(PoisonError::into_inner).0;
        match &state.poisoned {
            _ if state.durable_before >= until => Ok(()),
            Some(reason) => Err(AppendError::Poisoned { reason: reason.clone() }),
            None if state.disk_full.is_some() => Err(AppendError::DiskFull),
            None => Err(AppendError::TimedOut),
        }
    }

    /// Hands over `group`, which is empty afterwards, without waiting for anything. Its records
    /// keep their place among those of others, and become durable with the next group that
    /// somebody waits for, or a few milliseconds later.
    ///
    /// # Errors
    /// When the queue is full or the journal stopped: the group is lost.
    pub(crate) fn append_without_waiting(&self, group: &mut Group) -> Result<(), AppendError> {
        if group.is_empty() {
            return Ok(());
        }
        let mut state = self.shared.lock();
        let refusal = state
            .refusal()
            .or_else(|| (!state.has_room(group, self.queue_octets)).then_some(AppendError::Full));
        if let Some(refusal) = refusal {
            group.clear();
            return Err(refusal);
        }
        state.hand_over(group);
        let wake = match state.writer {
            WriterState::Busy => false,
            WriterState::Idle => true,
            WriterState::Lingering => state.pending.octets() >= LINGER_OCTETS_MAX,
        };
        if wake {
            self.shared.work.notify_one();
        }
        Ok(())
    }

    /// How far the journal is durable, now and as it changes.
    pub(crate) fn durable(&self) -> watch::Receiver<Durable> {
        self.shared.durable.subscribe()
    }

    /// What it has done so far.
    pub(crate) fn stats(&self) -> JournalStats {
        let state = self.shared.lock();
        JournalStats {
            appended: state.next_seq - self.shared.opened_at_seq,
            synced: state.durable_before - self.shared.opened_at_seq,
            syncs: state.syncs,
            disk_full: state.disk_full.clone(),
            poisoned: state.poisoned.clone(),
        }
    }

    /// Writes and syncs what was handed over, and takes nothing more.
    pub(crate) fn close(&self) {
        self.shared.lock().closing = true;
        self.shared.work.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A panic was told when it happened.
        let _ = thread.map(JoinHandle::join);
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.close();
    }
}

struct Shared {
    state: Mutex<State>,
    /// Told to the writer: there are records, or it should close.
    work: Condvar,
    /// Told to the lanes: there is room, or records became durable, or it is over.
    progress: Condvar,
    /// For the drain; it outlives the writer.
    durable: watch::Sender<Durable>,
    opened_at_seq: u64,
}

struct State {
    pending: Group,
    /// The sequence number of the next record that is handed over.
    next_seq: u64,
    /// Every record before this one is durable.
    durable_before: u64,
    /// Somebody waits for a pending record.
    urgent: bool,
    wanting_room: usize,
    writer: WriterState,
    syncs: u64,
    /// What the disk said, while it has no room.
    disk_full: Option<String>,
    poisoned: Option<String>,
    closing: bool,
}

enum WriterState {
    /// Waits for the first record.
    Idle,
    /// Has records that nobody waits for, and lets more gather.
    Lingering,
    /// Will look at the queue again by itself.
    Busy,
}

impl Shared {
    fn new(durable: Durable) -> Self {
        let next_seq = durable.next_seq;
        let state = State {
            pending: Group::default(),
            next_seq,
            durable_before: next_seq,
            urgent: false,
            wanting_room: 0,
            writer: WriterState::Busy,
            syncs: 0,
            disk_full: None,
            poisoned: None,
            closing: false,
        };
        Self {
            state: Mutex::new(state),
            work: Condvar::new(),
            progress: Condvar::new(),
            durable: watch::Sender::new(durable),
            opened_at_seq: next_seq,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for records and moves them into `into`; false when there will be none any more.
    fn take(&self, into: &mut Group) -> bool {
        let mut state = self.lock();
        loop {
            if state.pending.is_empty() {
                if state.closing {
                    return false;
                }
                state.writer = WriterState::Idle;
                state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
            } else if state.urgent || state.closing || state.pending.octets() >= LINGER_OCTETS_MAX {
                break;
            } else {
                state.writer = WriterState::Lingering;
                let wait = self.work.wait_timeout(state, LINGER);
                let (guard, timeout) = wait.unwrap_or_else(PoisonError::into_inner);
                state = guard;
                if timeout.timed_out() {
                    break;
                }
            }
        }
        state.writer = WriterState::Busy;
        state.urgent = false;
        core::mem::swap(&mut state.pending, into);
        if state.wanting_room > 0 {
            self.progress.notify_all();
        }
        true
    }

    fn now_durable(&self, durable: Durable) {
        // First, so that whoever is told finds it published.
        self.durable.send_replace(durable);
        let mut state = self.lock();
        state.durable_before = durable.next_seq;
        state.syncs += 1;
        let was_full = state.disk_full.take().is_some();
        drop(state);
        self.progress.notify_all();
        if was_full {
            tracing::info!("the journal's disk has room again; accounting is answered");
        }
    }

    /// Says that the disk is full, and waits before it is tried again; false when the journal is
    /// closing and there is no use in trying.
    fn wait_for_room(&self, reason: String) -> bool {
        let mut state = self.lock();
        state.disk_full = Some(reason);
        self.progress.notify_all();
        let wait = self.work.wait_timeout_while(state, FULL_RETRY, |state| !state.closing);
        !wait.unwrap_or_else(PoisonError::into_inner).0.closing
    }

    fn poison(&self, reason: String) {
        let mut state = self.lock();
        state.poisoned = Some(reason);
        state.pending.clear();
        drop(state);
        self.progress.notify_all();
    }
}

impl State {
    fn refusal(&self) -> Option<AppendError> {
        match &self.poisoned {
            Some(reason) => Some(AppendError::Poisoned { reason: reason.clone() }),
            None => self.closing.then_some(AppendError::Closed),
        }
    }

    /// A group larger than the whole queue has room when nothing else is pending.
    fn has_room(&self, group: &Group, queue_octets: usize) -> bool {
        self.pending.is_empty() || self.pending.octets() + group.octets() <= queue_octets
    }

    /// Takes the records over and gives the sequence number after the last of them.
    fn hand_over(&mut self, group: &mut Group) -> u64 {
        self.next_seq += group.len() as u64;
        self.pending.take_all(group);
        self.next_seq
    }
}

/// Held by the writer's thread: when that ends in a panic, nobody may wait for it any more.
struct PanicWatch(Arc<Shared>);

impl Drop for PanicWatch {
    fn drop(&mut self) {
        if thread::panicking() {
            const WORDS: &str = "its writer thread ended in a panic; nothing more is recorded \
                                 until the server is started again";
            tracing::error!("the journal stopped: {WORDS}");
            self.0.poison(WORDS.to_owned());
        }
    }
}

struct Writer {
    shared: Arc<Shared>,
    disk: Arc<dyn Disk>,
    segment_octets: u64,
    segment: Box<dyn SegmentFile>,
    /// The position after the last durable record.
    end: JournalPosition,
    next_seq: u64,
    frames: BytesMut,
}

impl Writer {
    fn run(mut self) {
        let mut group = Group::default();
        while self.shared.take(&mut group) {
            if let Err(error) = self.write_when_there_is_room(&group) {
                return self.give_up(&error);
            }
            let (position, next_seq) = (self.end, self.next_seq);
            self.shared.now_durable(Durable { position, next_seq });
            group.clear();
        }
    }

    /// Writes and syncs a group, as often as a full disk refuses it.
    fn write_when_there_is_room(&mut self, group: &Group) -> io::Result<()> {
        let mut told = false;
        loop {
            let error = match self.write(group) {
                Err(WriteError::DiskFull(error)) => error,
                Err(WriteError::Failed(error)) => return Err(error),
                Ok(()) => return Ok(()),
            };
            let directory = self.disk.directory();
            if !told {
                told = true;
                tracing::error!(
                    %directory, %error,
                    "the journal's disk is full; accounting is not answered until it has room"
                );
            }
            if !self.shared.wait_for_room(format!("the disk under {directory} is full: {error}")) {
                return Err(error);
            }
        }
    }

    /// Writes and syncs a group; afterwards `end` and `next_seq` are behind it.
    fn write(&mut self, group: &Group) -> Result<(), WriteError> {
        self.frames.clear();
        let mut seq = self.next_seq;
        for record in group.records() {
            frame(&mut self.frames, seq, record);
            seq += 1;
        }
        let len = self.frames.len() as u64;
        let has_records = self.end.offset > HEADER_LEN as u64;
        if has_records && self.end.offset + len > self.segment_octets {
            // The old segment is synced already: every group is, before the next is written.
            let number = self.end.segment + 1;
            let created = create_segment(&*self.disk, number, self.next_seq);
            // Nothing is in it yet: it is created anew when there is room.
            self.segment =
                created.map_err(|error| or_failed(error, || self.disk.remove(number)))?;
            self.end = start_of(number);
        }
        let JournalPosition { segment, offset } = self.end;
        let appended = self.segment.append(&self.frames);
        appended.map_err(|error| or_failed(error, || self.disk.truncate(segment, offset)))?;
        // From here on nothing is certain: a sync that fails may not be tried again.
        self.segment.sync_data().map_err(WriteError::Failed)?;
        self.end.offset += len;
        self.next_seq = seq;
        Ok(())
    }

    fn give_up(&self, error: &io::Error) {
        tracing::error!(
            directory = %self.disk.directory(), %error,
            "the journal cannot write to its disk; nothing more is recorded and accounting is not \
             answered until the server is started again on a sound disk"
        );
        // What was written and not synced must not be found by the next start: it was never
        // acknowledged, and the kernel may already have forgotten that it is not on the disk.
        if let Err(error) = self.disk.truncate(self.end.segment, self.end.offset) {
            tracing::warn!(%error, "the journal's unsynced end could not be cut off");
        }
        self.shared.poison(format!("the disk under {} failed: {error}", self.disk.directory()));
    }
}

/// Why a group is not durable.
enum WriteError {
    /// There was no room for it, and nothing is left of the attempt: it may be tried again.
    DiskFull(io::Error),
    /// The disk failed; nobody knows what it holds.
    Failed(io::Error),
}

/// What `error` means, after `undo` has taken back what was written before it.
fn or_failed(error: io::Error, undo: impl FnOnce() -> io::Result<()>) -> WriteError {
    let is_full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    if is_full && undo().is_ok() { WriteError::DiskFull(error) } else { WriteError::Failed(error) }
}

/// Opens the segment that recovery chose; its name and whatever it holds are durable afterwards.
fn open_segment(
    disk: &dyn Disk,
    recovered: &Recovered,
) -> io::Result<(Box<dyn SegmentFile>, JournalPosition)> {
    match recovered.write_to {
        WriteTo::End(end) => {
            let mut segment = disk.open(end.segment)?;
            segment.sync_data()?;
            // Whoever created it may have been killed before its name was durable.
            disk.sync_directory()?;
            Ok((segment, end))
        }
        WriteTo::New(number) => {
            Ok((create_segment(disk, number, recovered.next_seq)?, start_of(number)))
        }
    }
}

/// Creates a segment whose header and name are durable.
fn create_segment(
    disk: &dyn Disk,
    number: u64,
    first_seq: u64,
) -> io::Result<Box<dyn SegmentFile>> {
    let mut segment = disk.create(number)?;
    segment.append(&Header { number, first_seq }.to_octets())?;
    segment.sync_data()?;
    disk.sync_directory()?;
    Ok(segment)
}
