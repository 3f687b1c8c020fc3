//! The one clock of this crate, and its one source of random numbers.

use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// Reads the time, for everything that gets it as an argument.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    started: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// The time since the start.
    pub(super) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// The moment that is this long after the start.
    pub(super) fn at(&self, now: Duration) -> Option<Instant> {
        self.started.checked_add(now)
    }

    /// The time of day, as Event-Timestamp has it: it ends in 2106.
    #[expect(clippy::disallowed_methods, reason = "the one clock of this crate")]
    pub(super) fn unix_s() -> u32 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u32::try_from(since.as_secs()).unwrap_or(u32::MAX)
    }
}

/// Numbers that differ from those of other runs: they spread retransmissions and the first
/// identifiers, and protect nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jitter(u64);

impl Jitter {
    pub(super) fn seeded() -> Self {
        // Without random octets the time of day must do.
        Self(getrandom::u64().unwrap_or_else(|_| u64::from(Clock::unix_s())))
    }

    pub(super) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(1);
        crate::retransmission::mixed(self.0)
    }
}
