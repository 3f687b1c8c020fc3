//! How often somebody may type a code that does not exist.
//!
//! Whoever types codes until one exists is slowed down: after so many wrong ones within a window nothing is
//! looked up for a while, and the while doubles with each time. It is counted for each subscriber and for
//! each address beside; who is let through is let through by both.

use std::collections::VecDeque;

use entitlement::Timestamp;

/// The most wrong codes of a window.
pub const GUESSES_MAX: u8 = 100;
/// The longest window or lockout, milliseconds: 30 days.
pub const GUESS_TIME_MAX_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// How many wrong codes are too many, and what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GuessLimit {
    guesses: u8,
    window_ms: i64,
    lockout_ms: i64,
    lockout_max_ms: i64,
}

/// A limit that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GuessLimitError {
    /// So many wrong codes are none, or too many to be remembered.
    #[error("guesses: {guesses} wrong codes are no limit; it is 1 to {GUESSES_MAX}")]
    Guesses {
        /// As given.
        guesses: u8,
    },
    /// A time that is none, or too long.
    #[error("{field}: {time_ms} ms cannot be; it is 1 to {GUESS_TIME_MAX_MS} ms")]
    Time {
        /// Which one.
        field: &'static str,
        /// As given.
        time_ms: i64,
    },
    /// The longest lockout is shorter than the first.
    #[error(
        "lockout_max_ms: {lockout_max_ms} ms are shorter than the first lockout of {lockout_ms} ms; it is as \
         long or longer"
    )]
    Shorter {
        /// The first.
        lockout_ms: i64,
        /// The longest.
        lockout_max_ms: i64,
    },
}

/// The wrong codes of one subscriber, or from one address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guesses {
    /// When the last of them were typed, the oldest first; fewer than the limit has.
    pub wrong_at: VecDeque<Timestamp>,
    /// How many lockouts followed one another.
    pub lockouts: u32,
    /// Until when the last lockout is.
    pub locked_until: Option<Timestamp>,
}

/// Somebody has typed too many wrong codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many codes were wrong; no voucher is looked up before {until}")]
pub struct LockedOut {
    /// Until when nothing is looked up.
    pub until: Timestamp,
}

impl GuessLimit {
    /// Five wrong codes in ten minutes; then a quarter of an hour, and up to a day. Who stays just below it
    /// types 576 wrong codes a day; of the shortest codes there are 852,891,037,441.
    pub const USUAL: Self = Self {
        guesses: 5,
        window_ms: 10 * 60 * 1_000,
        lockout_ms: 15 * 60 * 1_000,
        lockout_max_ms: 24 * 60 * 60 * 1_000,
    };

    /// So many wrong codes within a window, then lockouts from the first to the longest, each twice as
    /// long as the one before.
    ///
    /// # Errors
    /// Which of them cannot be, and what it can be.
    pub fn new(
        guesses: u8,
        window_ms: i64,
        lockout_ms: i64,
        lockout_max_ms: i64,
    ) -> Result<Self, GuessLimitError> {
        if guesses == 0 || guesses > GUESSES_MAX {
            return Err(GuessLimitError::Guesses { guesses });
        }
        let times = [
            ("window_ms", window_ms),
            ("lockout_ms", lockout_ms),
            ("lockout_max_ms", lockout_max_ms),
        ];
        let wrong = times.into_iter().find(|(_, ms)| !(1..=GUESS_TIME_MAX_MS).contains(ms));
        if let Some((field, time_ms)) = wrong {
            return Err(GuessLimitError::Time { field, time_ms });
        }
        if lockout_max_ms < lockout_ms {
            return Err(GuessLimitError::Shorter { lockout_ms, lockout_max_ms });
        }
        Ok(Self { guesses, window_ms, lockout_ms, lockout_max_ms })
    }

    /// How long the lockout is that follows so many others.
    fn lockout_ms(&self, before: u32) -> i64 {
        let doubled =
            1_i64.checked_shl(before.min(62)).and_then(|by| self.lockout_ms.checked_mul(by));
        doubled.map_or(self.lockout_max_ms, |ms| ms.min(self.lockout_max_ms))
    }
}

impl Guesses {
    /// May a code be looked up?
    ///
    /// # Errors
    /// Not yet, and when.
    pub fn check(&self, at: Timestamp) -> Result<(), LockedOut> {
        match self.locked_until {
            Some(until) if at < until => Err(LockedOut { until }),
            _ => Ok(()),
        }
    }

    /// What they are after another wrong code. One that exists changes nothing: who has bought one voucher
    /// could guess all others otherwise.
    ///
    /// Lockouts are forgotten when after the last of them as much time has passed as the longest takes
    /// without a wrong code.
    #[must_use]
    pub fn after_wrong(mut self, limit: &GuessLimit, at: Timestamp) -> Self {
        let passed_ms = |since: Timestamp| at.unix_ms().saturating_sub(since.unix_ms());
        let last = self.wrong_at.back().copied().max(self.locked_until);
        if last.is_some_and(|last| passed_ms(last) >= limit.lockout_max_ms) {
            self.lockouts = 0;
        }
        self.wrong_at.retain(|wrong_at| passed_ms(*wrong_at) < limit.window_ms);
        self.wrong_at.push_back(at);
        if self.wrong_at.len() >= usize::from(limit.guesses) {
            let lockout_ms = limit.lockout_ms(self.lockouts);
            let until = Timestamp::from_unix_ms(at.unix_ms().saturating_add(lockout_ms));
            self.locked_until = self.locked_until.max(Some(until));
            self.lockouts = self.lockouts.saturating_add(1);
            self.wrong_at.clear();
        }
        self
    }
}

#[cfg(test)]
#[path = "guess_tests.rs"]
mod tests;
