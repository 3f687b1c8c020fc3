//! The one clock and the one source of random bytes of this program.

use std::time::{Duration, Instant, SystemTime};

/// A moment, as the sessions are told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// How long the run has lasted; never goes back.
    pub(crate) elapsed: Duration,
    /// The calendar, in seconds since 1970, for Event-Timestamp.
    pub(crate) unix_s: u32,
}

/// Reads the time for everything in this crate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    started: Instant,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the one clock of the program")]
    pub(crate) fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// This moment, for who compares it with moments of other runs.
    pub(crate) fn instant(&self) -> Instant {
        self.started + self.now().elapsed
    }

    /// When [`Moment::elapsed`] began.
    pub(crate) const fn started(&self) -> Instant {
        self.started
    }

    #[expect(clippy::disallowed_methods, reason = "the one clock of the program")]
    pub(crate) fn now(&self) -> Moment {
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let unix_s = since_epoch.map_or(0, |since| since.as_secs());
        Moment {
            elapsed: Instant::now().saturating_duration_since(self.started),
            unix_s: u32::try_from(unix_s).unwrap_or(u32::MAX),
        }
    }
}

/// Fresh random bytes from the operating system.
#[expect(clippy::disallowed_methods, reason = "the one source of randomness of the program")]
pub(crate) fn random<const N: usize>() -> Result<[u8; N], crate::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| crate::Error::Random(error.to_string()))?;
    Ok(bytes)
}
