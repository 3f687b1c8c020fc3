//! The word that it is over, for threads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Said once, seen by every lane.
#[derive(Default)]
pub(crate) struct Shutdown {
    requested: AtomicBool,
    lock: Mutex<()>,
    said: Condvar,
}

impl Shutdown {
    pub(crate) fn request(&self) {
        let _lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.requested.store(true, Ordering::Release);
        self.said.notify_all();
    }

    pub(crate) fn is_requested(&self) -> bool {
        self.requested.load(Ordering::Acquire)
    }

    /// Waits for a while, or until it is over.
    pub(crate) fn pause(&self, pause: Duration) {
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = self.said.wait_timeout_while(lock, pause, |()| !self.is_requested());
        drop(wait.unwrap_or_else(PoisonError::into_inner));
    }
}
