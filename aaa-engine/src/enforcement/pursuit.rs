//! The way of one session to what it should have.

use entitlement::Timestamp;

use super::change::Why;
use super::request::{Goal, RequestKind};
use crate::ports::NasId;
use crate::session::SessionId;

/// How often one goal is tried before it is given up: for some eight minutes with the pauses of
/// [`pause_ms`].
pub const ATTEMPTS_MAX: u16 = 12;

/// A session that was given up for want of answers and is still heard of is tried once more so long
/// after, seconds: who does not pay must not surf on for ever because its NAS was away for a while.
const TRY_AGAIN_S: i64 = 900;

/// The pause after the first try, milliseconds; each is twice the one before.
const PAUSE_FIRST_MS: i64 = 1_000;
const PAUSE_MAX_MS: i64 = 60_000;

/// How long a NAS that has confirmed a Disconnect-Request may still report the session, seconds.
pub(super) const STOP_EXPECTED_S: i64 = 15;

/// What came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A CoA-ACK or Disconnect-ACK.
    Acknowledged,
    /// A CoA-NAK or Disconnect-NAK.
    Refused {
        /// Error-Cause, where there was one.
        error_cause: Option<u32>,
    },
    /// Nothing, or the request could not be sent.
    Unanswered,
}

/// A session that is on its way to what it should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pursuit {
    pub(super) goal: Goal,
    pub(super) why: Why,
    pub(super) nas: NasId,
    pub(super) attempts: u16,
    pub(super) state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The next try is made then.
    Ready { not_before: Timestamp },
    /// A request is under way.
    Asked { request: RequestKind },
    /// The NAS does not know the session; it is tried again when something is heard of it.
    Unknown { since: Timestamp },
    /// The NAS answers nothing; it is tried again when the session is still heard of long after, or
    /// the NAS has answered something.
    Unanswered { since: Timestamp },
    /// The NAS refuses it for good; it is not tried any more.
    Refused { since: Timestamp },
}

/// A session that is on its way to what it should have, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PursuitView {
    /// Which session.
    pub session: SessionId,
    /// Which NAS has it.
    pub nas: NasId,
    /// What it should have.
    pub goal: Goal,
    /// Why.
    pub why: Why,
    /// How often it was tried.
    pub attempts: u16,
    /// When it is tried again; `None` while a request is under way, or nothing is tried.
    pub next_at: Option<Timestamp>,
    /// Since when nothing is tried any more.
    pub given_up_at: Option<Timestamp>,
}

impl Pursuit {
    pub(super) const fn new(goal: Goal, why: Why, nas: NasId, now: Timestamp) -> Self {
        Self { goal, why, nas, attempts: 0, state: State::Ready { not_before: now } }
    }

    /// What the session should have is this now. A request that is under way is answered first.
    pub(super) fn aim_at(&mut self, goal: Goal, why: Why, now: Timestamp) {
        if self.goal == goal || matches!(self.state, State::Asked { .. }) {
            return;
        }
        if self.goal.differs_in_limits_alone(&goal) {
            // They are another thing with each report: that is no reason to try it anew.
            (self.goal, self.why) = (goal, why);
        } else {
            *self = Self::new(goal, why, self.nas, now);
        }
    }

    /// Tries again what was given up for want of answers, of a session that was last heard of at
    /// `heard_at` and whose NAS has last answered anything at `answered_at`. A NAS that still says
    /// nothing gets one try for each session and [`TRY_AGAIN_S`].
    pub(super) fn revive(
        &mut self,
        heard_at: Timestamp,
        answered_at: Option<Timestamp>,
        now: Timestamp,
    ) {
        let State::Unanswered { since } = self.state else { return };
        let has_answered = answered_at.is_some_and(|at| at > since);
        if heard_at > since && (has_answered || heard_at >= since.plus_s(TRY_AGAIN_S)) {
            self.attempts = if has_answered { 0 } else { ATTEMPTS_MAX - 1 };
            self.state = State::Ready { not_before: now };
        }
    }

    /// Whether nothing is to be tried now, of a session that was last heard of then, and until when
    /// if time ends that.
    pub(super) fn rests(
        &self,
        last_seen_at: Timestamp,
        now: Timestamp,
    ) -> Option<Option<Timestamp>> {
        match self.state {
            State::Ready { not_before } => (now < not_before).then_some(Some(not_before)),
            State::Unknown { since } => (last_seen_at <= since).then_some(None),
            State::Unanswered { .. } | State::Refused { .. } | State::Asked { .. } => Some(None),
        }
    }

    pub(super) fn view(&self, session: SessionId) -> PursuitView {
        let (next_at, given_up_at) = match self.state {
            State::Ready { not_before } => (Some(not_before), None),
            State::Asked { .. } => (None, None),
            State::Unknown { since } | State::Unanswered { since } | State::Refused { since } => {
                (None, Some(since))
            }
        };
        PursuitView {
            session,
            nas: self.nas,
            goal: self.goal.clone(),
            why: self.why,
            attempts: self.attempts,
            next_at,
            given_up_at,
        }
    }
}

/// How long to wait after so many tries, milliseconds: twice as long each time, and a quarter more
/// or less by `random`, so that thousands of sessions do not come back at one moment.
pub(super) fn pause_ms(attempts: u16, random: u64) -> i64 {
    let doublings = u32::from(attempts.saturating_sub(1)).min(16);
    let pause = PAUSE_FIRST_MS.saturating_mul(1 << doublings).min(PAUSE_MAX_MS);
    let half = pause / 2;
    // Less than half of a minute.
    let more = i64::try_from(random % u64::try_from(half.max(1)).unwrap_or(1)).unwrap_or(0);
    pause - half / 2 + more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_vary_by_a_quarter() {
        assert_eq!((pause_ms(1, 0), pause_ms(1, 499)), (750, 1_249));
        assert_eq!((pause_ms(2, 0), pause_ms(2, 999)), (1_500, 2_499));
        assert_eq!(pause_ms(200, 0), 45_000);
        assert!(pause_ms(200, u64::MAX) < 75_000);
    }
}
