//! The task that keeps the directory current.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::directory::MemoryDirectory;
use crate::error::StoreError;
use crate::feed::{Change, ChangeFeed};
use crate::store::Store;

/// How long to wait before reading again from a store that failed.
const RETRY: Duration = Duration::from_millis(250);
/// How long it may take to read the directory: longer than a million subscribers take.
const READ_TIMEOUT: Duration = Duration::from_secs(600);
/// How many callers of `sync` may wait at a time; further ones wait to wait.
const REQUESTS_MAX: usize = 64;

type Request = oneshot::Sender<Result<(), StoreError>>;

/// A directory in memory and the task that applies every committed change to it.
///
/// Dropping it ends the task; [`stop`](Self::stop) also waits for its end, which comes before
/// [`Store::close`].
#[derive(Debug)]
pub struct Follower {
    directory: Arc<MemoryDirectory>,
    handle: FollowerHandle,
    task: Option<JoinHandle<()>>,
}

/// Asks the task from elsewhere. Cheap to clone.
#[derive(Debug, Clone)]
pub struct FollowerHandle {
    requests: mpsc::Sender<Request>,
}

impl Follower {
    pub(crate) async fn start(store: Store) -> Result<Self, StoreError> {
        // The feed first: what is committed while everything is being read is then read again.
        let feed = ChangeFeed::open(store.clone()).await?;
        let directory = Arc::new(MemoryDirectory::load(&store).await?);
        let (requests, received) = mpsc::channel(REQUESTS_MAX);
        let task = Task::new(store, feed, Arc::clone(&directory));
        let task = Some(tokio::spawn(task.run(received)));
        Ok(Self { directory, handle: FollowerHandle { requests }, task })
    }

    /// Keeps `directory`, which came from a snapshot of the store at `place`, as it is until the
    /// store [arrives](Arrival::follow). Needs a tokio runtime with time.
    #[must_use]
    pub fn away(directory: MemoryDirectory, place: &str) -> (Self, Arrival) {
        let directory = Arc::new(directory);
        let (requests, received) = mpsc::channel(REQUESTS_MAX);
        let (stores, arriving) = mpsc::channel(1);
        let waiting = Waiting { directory: Arc::clone(&directory), place: place.to_owned() };
        let task = Some(tokio::spawn(waiting.run(received, arriving)));
        (Self { directory, handle: FollowerHandle { requests }, task }, Arrival { stores })
    }

    /// The directory, which goes on changing.
    #[must_use]
    pub fn directory(&self) -> Arc<MemoryDirectory> {
        Arc::clone(&self.directory)
    }

    /// For asking from elsewhere.
    #[must_use]
    pub fn handle(&self) -> FollowerHandle {
        self.handle.clone()
    }

    /// Returns once everything that was committed before the call has been applied.
    ///
    /// # Errors
    /// When the store cannot be read; [`StoreError::Stopped`] after the task has ended.
    pub async fn sync(&self) -> Result<(), StoreError> {
        self.handle.sync().await
    }

    /// Ends the task and waits until it has let go of its connections.
    pub async fn stop(mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
            // Aborted or ended: either way it is over.
            let _ = task.await;
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl FollowerHandle {
    /// Returns once everything that was committed before the call has been applied.
    ///
    /// # Errors
    /// When the store cannot be read; [`StoreError::Stopped`] after the task has ended.
    pub async fn sync(&self) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        self.requests.send(reply).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }
}

/// Tells a follower that its store is there.
#[derive(Debug)]
pub struct Arrival {
    stores: mpsc::Sender<(Store, Request)>,
}

impl Arrival {
    /// Brings the directory to what `store` says, row by row, and keeps it current from then on.
    /// What is in the directory and in the store is known at every moment.
    ///
    /// # Errors
    /// When the store cannot be read; the directory is then not current, and the store may arrive
    /// again. [`StoreError::Stopped`] after the follower has ended.
    pub async fn follow(&self, store: Store) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        self.stores.send((store, reply)).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }
}

/// A connection may die without a word while the directory is being read.
async fn in_time<T>(
    place: &str,
    read: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    timeout(READ_TIMEOUT, read).await.unwrap_or_else(|_| {
        Err(StoreError::Unreachable {
            place: place.to_owned(),
            problem: format!("the directory was not read from it within {READ_TIMEOUT:?}"),
        })
    })
}

/// A follower without a store.
struct Waiting {
    directory: Arc<MemoryDirectory>,
    place: String,
}

impl Waiting {
    async fn run(
        self,
        mut requests: mpsc::Receiver<Request>,
        mut stores: mpsc::Receiver<(Store, Request)>,
    ) {
        loop {
            tokio::select! {
                Some(request) = requests.recv() => {
                    let away = StoreError::Unreachable {
                        place: self.place.clone(),
                        problem: "it has not answered since the server was started".to_owned(),
                    };
                    // Whoever asked may have gone away.
                    let _ = request.send(Err(away));
                }
                Some((store, reply)) = stores.recv() => match self.arrive(store).await {
                    Ok(task) => {
                        let _ = reply.send(Ok(()));
                        return task.run(requests).await;
                    }
                    Err(error) => drop(reply.send(Err(error))),
                },
                else => return,
            }
        }
    }

    async fn arrive(&self, store: Store) -> Result<Task, StoreError> {
        let directory = Arc::clone(&self.directory);
        let read = async {
            let feed = ChangeFeed::open(store.clone()).await?;
            directory.reload(&store).await?;
            Ok(feed)
        };
        let feed = in_time(store.place(), read).await?;
        Ok(Task::new(store, feed, directory))
    }
}

struct Task {
    store: Store,
    feed: ChangeFeed,
    directory: Arc<MemoryDirectory>,
    /// Read but not applied, because the store failed in between.
    pending: Vec<Change>,
    /// Says that the store has lost what it had confirmed: its changes, too, may be others by now.
    set_back: watch::Receiver<u64>,
}

impl Task {
    fn new(store: Store, feed: ChangeFeed, directory: Arc<MemoryDirectory>) -> Self {
        let set_back = store.set_back();
        Self { store, feed, directory, pending: Vec::new(), set_back }
    }

    async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        loop {
            let request = tokio::select! {
                request = requests.recv() => request,
                () = self.feed.changed() => None,
                // It cannot end before the store that this task has.
                _ = self.set_back.changed() => {
                    self.set_back.mark_changed();
                    None
                }
            };
            let result = self.catch_up().await;
            if let Err(error) = &result {
                tracing::warn!(%error, "the directory is not current; trying again");
            }
            let failed = result.is_err();
            if let Some(request) = request {
                // Whoever asked may have gone away.
                let _ = request.send(result);
            }
            if failed {
                tokio::time::sleep(RETRY).await;
            }
        }
    }

    async fn catch_up(&mut self) -> Result<(), StoreError> {
        if self.set_back.has_changed().unwrap_or(false) {
            // Before anything is read: it may be set back once more meanwhile.
            self.set_back.mark_unchanged();
            let place = self.store.place().to_owned();
            if let Err(error) = in_time(&place, self.read_again()).await {
                self.set_back.mark_changed();
                return Err(error);
            }
            tracing::warn!("the store was set back; the directory is read again from it");
        }
        self.pending.append(&mut self.feed.read().await?);
        if !self.pending.is_empty() {
            let refresh = self.directory.refresh(&self.store, &self.pending);
            in_time(self.store.place(), refresh).await?;
            self.pending.clear();
        }
        Ok(())
    }

    async fn read_again(&mut self) -> Result<(), StoreError> {
        self.feed = ChangeFeed::open(self.store.clone()).await?;
        self.pending.clear();
        self.directory.reload(&self.store).await
    }
}
