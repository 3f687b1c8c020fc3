//! The one clock of this crate.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use entitlement::Timestamp;

/// Reads the time, for everything that gets it as an argument.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    started: Instant,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the one clock of this crate")]
    pub(crate) fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// What the wall clock says.
    pub(crate) fn now(self) -> Timestamp {
        let system = self.system_time();
        let after = |d: Duration| i64::try_from(d.as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_unix_ms(match system.duration_since(UNIX_EPOCH) {
            Ok(since) => after(since),
            Err(before) => -after(before.duration()),
        })
    }

    /// The same as files carry it.
    #[expect(clippy::disallowed_methods, reason = "the one clock of this crate")]
    pub(crate) fn system_time(self) -> SystemTime {
        SystemTime::now()
    }

    /// How long the clock runs; never backwards, whatever is done to the wall clock.
    #[expect(clippy::disallowed_methods, reason = "the one clock of this crate")]
    pub(crate) fn elapsed(self) -> Duration {
        Instant::now().duration_since(self.started)
    }
}
