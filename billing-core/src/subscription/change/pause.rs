//! Stopping for a while, by the customer's wish.

use core::num::NonZeroU32;

use entitlement::Timestamp;

use super::{Change, ChangeError, Draft, Subscription, after};
use crate::{Cadence, CadenceUnit, Transition, What};

/// In which pauses are counted.
const A_YEAR: Cadence = Cadence { count: NonZeroU32::MIN, unit: CadenceUnit::Year };

/// How a subscription can be paused. One that is overdue cannot at all: only what is active can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PausePolicy {
    /// How long a pause can last; `None`: as long as one likes.
    pub longest: Option<Cadence>,
    /// How many pauses can begin within a year; `None`: any number.
    pub per_year: Option<u32>,
}

impl Subscription<'_> {
    /// Pauses it now, until a moment, or until it is resumed. It goes on by itself at that moment, and
    /// with a longest pause when that is over; where it ends before, it does not.
    ///
    /// # Errors
    /// [`ChangeError::Transition`] when it is not active, [`ChangeError::TooEarly`],
    /// [`ChangeError::TooLate`] with the longest there can be, [`ChangeError::TooManyPauses`] with when
    /// the next can begin, [`ChangeError::NoPauses`], [`ChangeError::Ends`].
    pub fn pause(
        &self,
        until: Option<Timestamp>,
        policy: &PausePolicy,
    ) -> Result<Change, ChangeError> {
        self.state().after(Transition::Pause)?;
        self.check_pauses(policy)?;
        let zone = &self.terms.zone;
        let latest = policy.longest.map(|longest| after(self.now, longest, zone)).transpose()?;
        if let Some(at) = until.filter(|until| *until <= self.now) {
            let earliest = Timestamp::from_unix_ms(self.now.unix_ms().saturating_add(1));
            return Err(ChangeError::TooEarly { field: "the end of the pause", at, earliest });
        }
        if let Some((at, latest)) = until.zip(latest).filter(|(at, latest)| at > latest) {
            return Err(ChangeError::TooLate { field: "the end of the pause", at, latest });
        }
        let ends_at = self.terminates_at();
        let by_itself = latest.filter(|at| ends_at.is_none_or(|ends_at| *at < ends_at));
        let mut draft = Draft::new(self);
        draft.transition(Transition::Pause, self.now);
        if let Some(at) = until.or(by_itself) {
            draft.transition(Transition::Resume, at);
        }
        draft.finish()
    }

    /// Goes on now; what was planned as the end of the pause is withdrawn.
    ///
    /// # Errors
    /// [`ChangeError::Transition`] when it is not paused.
    pub fn resume(&self) -> Result<Change, ChangeError> {
        self.transition(Transition::Resume)
    }

    /// When it is known to end.
    #[must_use]
    pub fn terminates_at(&self) -> Option<Timestamp> {
        let terminate = What::Transition(Transition::Terminate);
        let events = self.timeline.events();
        events.iter().find(|event| event.what == terminate).map(|event| event.at)
    }

    fn check_pauses(&self, policy: &PausePolicy) -> Result<(), ChangeError> {
        let Some(max) = policy.per_year else { return Ok(()) };
        let Some(nth_last) = usize::try_from(max).ok().filter(|max| *max > 0) else {
            return Err(ChangeError::NoPauses);
        };
        let out_of_calendar = ChangeError::OutOfCalendar { at: self.now };
        let is_recent = |at: Timestamp| Some(A_YEAR.after(at, &self.terms.zone)? > self.now);
        let pause = What::Transition(Transition::Pause);
        let pauses = self.timeline.events().iter().filter(|event| event.what == pause);
        let mut recent = Vec::new();
        for event in pauses.filter(|event| event.at <= self.now) {
            if is_recent(event.at).ok_or(out_of_calendar.clone())? {
                recent.push(event.at);
            }
        }
        // The one that has to be a year ago before there can be another.
        let Some(oldest) = recent.iter().rev().nth(nth_last - 1) else { return Ok(()) };
        let next_at = A_YEAR.after(*oldest, &self.terms.zone).ok_or(out_of_calendar)?;
        Err(ChangeError::TooManyPauses { count: recent.len(), max, next_at })
    }
}
