//! A worker that makes rounds until it is told to stop.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::worker::Worker;

/// A worker that makes rounds.
///
/// [`stop`](Self::stop) lets it finish its batch and give its leases back. Dropping this ends it at once, as
/// a crash would: the batch is not kept, and another worker waits for the end of its leases.
#[derive(Debug)]
pub struct RunningWorker {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl RunningWorker {
    /// Lets it finish what it is at, and waits for that.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if let Err(error) = (&mut self.task).await {
            tracing::error!(%error, "the worker has failed");
        }
    }
}

impl Drop for RunningWorker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Worker {
    /// Makes rounds from now on, with `pause` between them when all that was due is done; needs a tokio runtime with time.
    #[must_use]
    pub fn start(self, pause: Duration) -> RunningWorker {
        let stop = self.stopper();
        let stopped = stop.subscribe();
        RunningWorker { stop, task: tokio::spawn(self.run(pause, stopped)) }
    }

    async fn run(mut self, pause: Duration, mut stopped: watch::Receiver<bool>) {
        loop {
            let round = self.round().await;
            // Other work waits for none of it, and so it goes on at once.
            let pause = if round.unfinished > 0 { Duration::ZERO } else { pause };
            tokio::select! {
                // It is there as long as this runs.
                _ = stopped.wait_for(|is_stopped| *is_stopped) => break,
                () = tokio::time::sleep(pause) => {}
            }
        }
        self.release().await;
    }
}
