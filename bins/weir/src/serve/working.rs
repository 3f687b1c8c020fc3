//! The worker in the process of the server.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use worker::Worker;

use super::link::StoreLink;

/// A worker that waits for the store and works then. Dropped, it ends at once.
pub(super) struct Working {
    stop: oneshot::Sender<()>,
    task: Aborted,
}

/// A task that does not outlive this.
struct Aborted(JoinHandle<()>);

impl Drop for Aborted {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Working {
    /// Starts it under the name of this node: no other process has its journal.
    pub(super) fn start(link: Arc<StoreLink>, node: String, pause: Duration) -> Self {
        let (stop, stopped) = oneshot::channel();
        let work = async move {
            let mut stopped = stopped;
            let store = tokio::select! {
                store = link.wait() => store,
                _ = &mut stopped => return,
            };
            let running = Worker::new(store, &node).start(pause);
            // Told, or nobody is left to tell it.
            let _ = stopped.await;
            running.stop().await;
        };
        Self { stop, task: Aborted(tokio::spawn(work)) }
    }

    /// Lets it finish its batch, and gives its leases back.
    pub(super) async fn stop(mut self) {
        let _ = self.stop.send(());
        if let Err(error) = (&mut self.task.0).await {
            tracing::error!(%error, "the worker could not be stopped in order");
        }
    }
}
