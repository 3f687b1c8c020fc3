//! From the journal to the sink.

use core::future::Future;
use core::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aaa_engine::Attempt;
use aaa_engine::ports::{Batch, Entry, JournalPosition, Sink, SinkError};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::clock::Clock;
use crate::journal::{Durable, JournalError, Reader};
use crate::record::{RecordError, decode};

const BACKOFF_FIRST: Duration = Duration::from_millis(100);
const BACKOFF_MAX: Duration = Duration::from_secs(2);
/// How long the drain waits before it tries again to read a journal that cannot be read.
const UNREADABLE_RETRY: Duration = Duration::from_secs(10);
/// A sink that says nothing for so long is said to be away.
const ANSWER_EXPECTED: Duration = Duration::from_secs(3);
/// A sink that says nothing for so long is asked anew. Longer than a store lets a statement run,
/// so that one which is only slow is not interrupted for ever.
const ANSWER_MAX: Duration = Duration::from_secs(90);
/// How often drained segments are looked at when nothing else happens.
const RETIRE_EVERY: Duration = Duration::from_secs(3600);

/// What the drain has done since the server was started.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DrainStats {
    /// Entries that the sink has taken.
    pub applied: u64,
    /// Entries that are durable in the journal and not in the sink yet.
    pub lag_records: u64,
    /// How often the sink, or the reading of the journal, failed.
    pub failures: u64,
    /// What the last failure said, until the next success. After a panic in the sink there is
    /// none: nothing moves until the server is started again.
    pub last_error: Option<String>,
}

/// Why nothing could be moved this time.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DrainError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("the journal record at {position} cannot be understood: {error}")]
    Record { position: JournalPosition, error: RecordError },
    #[error(transparent)]
    Sink(#[from] SinkError),
}

/// What is said to the drain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    /// Go on for ever.
    Run,
    /// End when the sink has everything that is durable.
    Finish,
    /// End at once.
    Stop,
}

/// What the drain tells about itself.
#[derive(Default)]
pub(crate) struct DrainStatus {
    applied: AtomicU64,
    /// Every record before this one is in the sink.
    applied_before: AtomicU64,
    failures: AtomicU64,
    last_error: Mutex<Option<String>>,
    /// What is known of where the sink stands in the journal.
    stands: Mutex<Stands>,
}

/// Where the sink stands, and what is kept for others.
#[derive(Default, Clone, Copy)]
struct Stands {
    /// The sink has everything before it; `None` when it has nothing, or has not said yet.
    applied: Option<JournalPosition>,
    /// The journal is kept from here on.
    kept_from: Option<JournalPosition>,
}

impl DrainStatus {
    fn stands(&self) -> MutexGuard<'_, Stands> {
        self.stands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn applied(&self) -> Option<JournalPosition> {
        self.stands().applied
    }

    pub(crate) fn keep_from(&self, position: JournalPosition) {
        self.stands().kept_from = Some(position);
    }

    pub(crate) fn stats(&self, durable: Durable) -> DrainStats {
        let applied_before = self.applied_before.load(Ordering::Acquire);
        DrainStats {
            applied: self.applied.load(Ordering::Relaxed),
            lag_records: durable.next_seq.saturating_sub(applied_before),
            failures: self.failures.load(Ordering::Relaxed),
            last_error: self.last_error.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    fn note_applied(&self, entries: usize, position: JournalPosition, next_seq: u64) {
        self.applied.fetch_add(entries as u64, Ordering::Relaxed);
        self.note_standing(Some(position), next_seq);
        let failed = self.last_error.lock().unwrap_or_else(PoisonError::into_inner).take();
        if failed.is_some() {
            tracing::info!("the store takes records again");
        }
    }

    fn note_standing(&self, applied: Option<JournalPosition>, next_seq: u64) {
        self.applied_before.store(next_seq, Ordering::Release);
        self.stands().applied = applied;
    }

    fn note_panic(&self) {
        const WORDS: &str = "the drain ended in a panic; records wait in the journal until the \
                             server is started again";
        tracing::error!("{WORDS}");
        self.failures.fetch_add(1, Ordering::Relaxed);
        *self.last_error.lock().unwrap_or_else(PoisonError::into_inner) = Some(WORDS.to_owned());
    }

    /// True for the first failure since the last success.
    fn note_failure(&self, error: &DrainError) -> bool {
        self.failures.fetch_add(1, Ordering::Relaxed);
        let error = error.to_string();
        let mut last_error = self.last_error.lock().unwrap_or_else(PoisonError::into_inner);
        last_error.replace(error).is_none()
    }
}

/// Held by the drain's thread: when that ends in a panic, whoever asks for the statistics is told.
pub(crate) struct PanicWatch(pub(crate) Arc<DrainStatus>);

impl Drop for PanicWatch {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.note_panic();
        }
    }
}

/// Moves what is durable in the journal into the sink, in order, for as long as it takes.
pub(crate) struct Drain<S> {
    sink: S,
    reader: Reader,
    durable: watch::Receiver<Durable>,
    batch_entries: usize,
    clock: Clock,
    status: Arc<DrainStatus>,
    standing: Standing,
}

/// Where the sink stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It has the journal up to there, where the reader has gone on from.
    At(Option<JournalPosition>),
    /// It has to be asked, and stands nowhere behind this.
    Unknown { at_most: JournalPosition },
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Applied {
    Taken,
    /// The sink stands before the batch: it was set back.
    WentBack,
}

impl<S: Sink> Drain<S> {
    pub(crate) fn new(
        sink: S,
        reader: Reader,
        standing: Standing,
        durable: watch::Receiver<Durable>,
        settings: (usize, Clock),
        status: Arc<DrainStatus>,
    ) -> Self {
        let applied = match standing {
            Standing::At(applied) => applied,
            Standing::Unknown { .. } => None,
        };
        status.note_standing(applied, reader.next_seq());
        let (batch_entries, clock) = settings;
        Self { sink, reader, durable, batch_entries, clock, status, standing }
    }

    /// Takes the sink to lack everything from this record on, until it says where it stands.
    pub(crate) fn expecting_from(self, seq: u64) -> Self {
        self.status.note_standing(None, seq);
        self
    }

    /// The sink that is filled.
    pub(crate) fn sink(&self) -> &S {
        &self.sink
    }

    /// Moves everything that is durable now, without a second try. Gives the log-ins among it that
    /// used a one-time code up, which the directory may not have read yet.
    ///
    /// # Errors
    /// At the first thing that fails.
    pub(crate) async fn catch_up(&mut self) -> Result<Vec<Attempt>, DrainError> {
        let mut learned = Vec::new();
        while let Some(batch) = self.read()? {
            let (entries, position) = (batch.entries.len(), batch.position);
            learned.extend(batch.entries.iter().filter_map(|entry| match entry {
                Entry::Attempt(attempt) if attempt.learned.code_step.is_some() => {
                    Some(attempt.clone())
                }
                _ => None,
            }));
            self.sink.apply(batch).await?;
            self.note_applied(entries, position);
        }
        self.retire();
        Ok(learned)
    }

    /// Moves what becomes durable until it is told to end.
    pub(crate) async fn run(mut self, mut command: watch::Receiver<Command>) {
        let mut segment = self.reader.position().segment;
        loop {
            if let Standing::Unknown { at_most } = self.standing {
                if ended_within(&mut command, self.go_to_where_the_sink_stands(at_most))
                    .await
                    .is_none()
                {
                    return;
                }
                segment = self.reader.position().segment;
            }
            // Asked before reading: what became durable before the word was said is still read.
            let finishing = *command.borrow_and_update() != Command::Run;
            let batch = match self.read() {
                Ok(Some(batch)) => batch,
                Ok(None) => {
                    if finishing || self.idle(&mut command).await {
                        return;
                    }
                    continue;
                }
                Err(error) => {
                    self.note_failure(&error, "the journal cannot be read");
                    if ended_within(&mut command, sleep(UNREADABLE_RETRY)).await.is_none() {
                        return;
                    }
                    continue;
                }
            };
            let (entries, position) = (batch.entries.len(), batch.position);
            match ended_within(&mut command, self.apply(batch)).await {
                Some(Applied::Taken) => self.note_applied(entries, position),
                Some(Applied::WentBack) => {
                    // A position behind what is durable cannot be before it.
                    let at_most = self.durable.borrow().position;
                    self.standing = Standing::Unknown { at_most };
                    continue;
                }
                None => return,
            }
            if position.segment != segment {
                segment = position.segment;
                self.retire();
            }
        }
    }

    fn read(&mut self) -> Result<Option<Batch>, DrainError> {
        let durable = *self.durable.borrow_and_update();
        let mut entries: Vec<Entry> = Vec::new();
        let count = self.reader.read(durable, self.batch_entries, |position, record| {
            let entry = decode(record).map_err(|error| DrainError::Record { position, error })?;
            entries.push(entry);
            Ok::<_, DrainError>(())
        })?;
        Ok((count > 0).then(|| Batch { entries, position: self.reader.position() }))
    }

    fn note_applied(&mut self, entries: usize, position: JournalPosition) {
        self.standing = Standing::At(Some(position));
        self.status.note_applied(entries, position, self.reader.next_seq());
    }

    /// Asks the sink where it stands, as often as it takes, and has the reader go on from there.
    async fn go_to_where_the_sink_stands(&mut self, at_most: JournalPosition) {
        let mut backoff = BACKOFF_FIRST;
        loop {
            match self.position().await {
                Ok(applied) => match self.go_to(applied, at_most) {
                    Ok(()) => return,
                    Err(error) => {
                        self.note_failure(&error.into(), "the journal does not fit the store");
                        sleep(UNREADABLE_RETRY).await;
                    }
                },
                Err(error) => {
                    self.note_failure(&error.into(), "the store is away");
                    sleep(backoff).await;
                    backoff = (backoff * 2).min(BACKOFF_MAX);
                }
            }
        }
    }

    fn go_to(
        &mut self,
        applied: Option<JournalPosition>,
        at_most: JournalPosition,
    ) -> Result<(), JournalError> {
        if let Some(position) = applied.filter(|applied| *applied > at_most) {
            return Err(JournalError::Ahead { position, end: at_most });
        }
        self.reader.seek(applied)?;
        self.standing = Standing::At(applied);
        self.status.note_standing(applied, self.reader.next_seq());
        tracing::info!(
            from = %self.reader.position(),
            "the store gets the journal from where it stands"
        );
        Ok(())
    }

    /// Where the sink stands, if it says so within reason.
    async fn position(&self) -> Result<Option<JournalPosition>, SinkError> {
        let asked = timeout(ANSWER_EXPECTED, self.sink.position()).await;
        asked.unwrap_or_else(|_| Err(silent(ANSWER_EXPECTED)))
    }

    /// Applies a batch, as often as it takes, unless the sink turns out to lack what was before it.
    async fn apply(&self, batch: Batch) -> Applied {
        let mut backoff = BACKOFF_FIRST;
        loop {
            match self.try_to_apply(batch.clone()).await {
                Ok(()) => return Applied::Taken,
                Err(error) => self.note_failure(&error.into(), "the store is away"),
            }
            sleep(backoff).await;
            backoff = (backoff * 2).min(BACKOFF_MAX);
            if let Standing::At(before) = self.standing
                && let Ok(found) = self.position().await
                && found < before
            {
                let found = found.map_or_else(|| "nothing".to_owned(), |found| found.to_string());
                tracing::warn!(
                    %found,
                    "the store was set back; it gets what it lacks from the journal again"
                );
                return Applied::WentBack;
            }
        }
    }

    /// Applies a batch once, however long the sink keeps silent within reason.
    async fn try_to_apply(&self, batch: Batch) -> Result<(), SinkError> {
        let mut applied = pin!(self.sink.apply(batch));
        if let Ok(applied) = timeout(ANSWER_EXPECTED, &mut applied).await {
            return applied;
        }
        self.note_failure(&silent(ANSWER_EXPECTED).into(), "the store is away");
        let rest = ANSWER_MAX.saturating_sub(ANSWER_EXPECTED);
        timeout(rest, applied).await.unwrap_or_else(|_| Err(silent(ANSWER_MAX)))
    }

    /// Waits for records, or for a command, or until it is time to look at old segments. True
    /// when the server is gone without a word.
    async fn idle(&mut self, command: &mut watch::Receiver<Command>) -> bool {
        let waited = timeout(RETIRE_EVERY, async {
            tokio::select! {
                more = self.durable.changed() => more.is_err(),
                told = command.changed() => told.is_err(),
            }
        })
        .await;
        match waited {
            Ok(over) => over,
            Err(_) => {
                self.retire();
                false
            }
        }
    }

    fn retire(&mut self) {
        let now = self.clock.system_time();
        if let Some(kept_from) = self.status.stands().kept_from {
            self.reader.keep_from(kept_from.segment);
        }
        match self.reader.retire(self.reader.position(), now) {
            Ok(0) => {}
            Ok(segments) => tracing::info!(segments, "drained journal segments are removed"),
            Err(error) => tracing::warn!(%error, "drained journal segments cannot be removed"),
        }
    }

    fn note_failure(&self, error: &DrainError, words: &str) {
        if self.status.note_failure(error) {
            tracing::warn!(%error, "{words}; records wait in the journal");
        } else {
            tracing::debug!(%error, "{words} still; records wait in the journal");
        }
    }
}

fn silent(limit: Duration) -> SinkError {
    SinkError { reason: format!("it has not answered for {} s", limit.as_secs()) }
}

/// Drives `work` to its end, unless the drain is told to stop at once before.
async fn ended_within<T>(
    command: &mut watch::Receiver<Command>,
    work: impl Future<Output = T>,
) -> Option<T> {
    let stop = async {
        // An error means that the server is gone without a word.
        let _ = command.wait_for(|command| *command == Command::Stop).await;
    };
    tokio::select! {
        done = work => Some(done),
        () = stop => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_failure_of_a_series_is_new() {
        let status = DrainStatus::default();
        let failure = |reason: &str| DrainError::Sink(SinkError { reason: reason.to_owned() });
        assert!(status.note_failure(&failure("away")));
        assert!(!status.note_failure(&failure("away")));
        assert!(!status.note_failure(&failure("the disk is full")));
        let position = JournalPosition { segment: 1, offset: 32 };
        status.note_applied(1, position, 2);
        assert!(status.note_failure(&failure("away")));
        let stats = status.stats(Durable { position, next_seq: 2 });
        assert_eq!(status.applied(), Some(position));
        assert_eq!(stats.failures, 4);
        assert!(stats.last_error.is_some_and(|error| error.contains("away")));
    }
}
