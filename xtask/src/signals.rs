//! Being asked to end, as an event that can be waited for.

use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout};
use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// As long as it lives, SIGINT, SIGTERM and SIGHUP no longer end this process but are told here.
/// Processes that it starts meanwhile inherit that they are blocked: see
/// [`children::unblocked`](crate::children::unblocked).
#[derive(Debug)]
pub(crate) struct Signals {
    descriptor: SignalFd,
    before: SigSet,
}

impl Signals {
    /// Call it before the first thread is started.
    pub(crate) fn catch() -> anyhow::Result<Self> {
        let mut signals = SigSet::empty();
        for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
            signals.add(signal);
        }
        let before =
            signals.thread_swap_mask(SigmaskHow::SIG_BLOCK).context("cannot block signals")?;
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        let descriptor =
            SignalFd::with_flags(&signals, flags).context("cannot wait for signals")?;
        Ok(Self { descriptor, before })
    }

    /// Waits at most so long; tells whether a signal has come.
    pub(crate) fn wait(&self, at_most: Duration) -> anyhow::Result<bool> {
        let mut polled = [PollFd::new(self.descriptor.as_fd(), PollFlags::POLLIN)];
        let timeout = PollTimeout::try_from(at_most).unwrap_or(PollTimeout::MAX);
        match nix::poll::poll(&mut polled, timeout) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno).context("cannot wait for signals"),
        }
        let signal = self.descriptor.read_signal().context("cannot read a signal")?;
        Ok(signal.is_some())
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        // Nobody is left to hear a signal that waits here; unblocked it would end us.
        while let Ok(Some(_)) = self.descriptor.read_signal() {}
        let _ = self.before.thread_set_mask();
    }
}

/// The one clock of this program.
#[expect(clippy::disallowed_methods, reason = "the one clock of the program")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is started after the installation of the peers must hear SIGTERM again.
    #[test]
    fn signals_are_blocked_no_longer_than_they_are_waited_for() {
        let before = SigSet::thread_get_mask().unwrap();
        let signals = Signals::catch().unwrap();
        assert!(SigSet::thread_get_mask().unwrap().contains(Signal::SIGTERM));
        drop(signals);
        assert_eq!(SigSet::thread_get_mask().unwrap(), before);
        assert!(!before.contains(Signal::SIGTERM));
    }
}
