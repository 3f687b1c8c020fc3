//! At which moment a step happens.

use entitlement::{TimeZone, Timestamp};
use jiff::Span;
use jiff::civil::Date;

use super::due_steps::DunningError;
use super::policy::{Rules, Step, StepKind};
use super::{Account, DunningPolicy};

/// When a step happens, and its place among those of one moment: what was held up comes in the order in
/// which it should have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn {
    /// When.
    pub(super) at: Timestamp,
    /// When it would have been, had nothing held it up.
    pub(super) scheduled: Timestamp,
    /// Its place in the policy.
    pub(super) order: usize,
}

/// The moments of a policy, on a clock.
pub(super) struct Schedule<'p> {
    pub(super) rules: &'p Rules,
    pub(super) from: Timestamp,
    pub(super) now: Timestamp,
    zone: &'p TimeZone,
    /// From when until when nothing happens, by their beginning.
    holds: Vec<(Timestamp, Timestamp)>,
}

impl Turn {
    /// Before everything that a step does at that moment.
    pub(super) const fn ahead_of_steps(at: Timestamp) -> Self {
        Self { at, scheduled: Timestamp::from_unix_ms(i64::MIN), order: 0 }
    }
}

impl<'p> Schedule<'p> {
    pub(super) fn new(
        policy: &'p DunningPolicy,
        account: &Account,
        from: Timestamp,
        now: Timestamp,
        zone: &'p TimeZone,
    ) -> Self {
        let promises = account.promises.iter();
        let mut holds: Vec<_> = promises.map(|promise| (promise.made_at, promise.until)).collect();
        holds.sort_unstable();
        Self { rules: policy.rules(), from, now, zone, holds }
    }

    /// Each step with its place.
    pub(super) fn steps(&self) -> impl Iterator<Item = (usize, &'p Step)> {
        self.rules.steps.iter().enumerate()
    }

    /// When a step happens that is counted from `base`, and so many days later.
    pub(super) fn turn(
        &self,
        (order, step): (usize, &Step),
        base: Timestamp,
        later_days: i64,
    ) -> Result<Turn, DunningError> {
        let scheduled = self.moment(step, base, later_days)?;
        Ok(self.released(scheduled, order))
    }

    /// The steps that change what becomes of subscriptions, and the write-off: each not before the one
    /// ahead of it, whatever days of the week they wait for. What was to happen before dunning began
    /// happens when it begins.
    pub(super) fn ladder(&self, base: Timestamp) -> Result<Vec<(Turn, Step)>, DunningError> {
        let is_rung = |step: &Step| {
            step.kind.transition().is_some() || matches!(step.kind, StepKind::WriteOff)
        };
        let mut ahead = self.from;
        let rungs = self.steps().filter(|(_, step)| is_rung(step));
        let turns = rungs.map(|(order, step)| {
            ahead = self.moment(step, base, 0)?.max(ahead);
            Ok((self.released(ahead, order), *step))
        });
        turns.collect()
    }

    /// The day that the clock shows.
    pub(super) fn day(&self, at: Timestamp) -> Result<Date, DunningError> {
        let shown = self.zone.shown(at).ok_or(DunningError::OutOfCalendar { at })?;
        Ok(shown.date())
    }

    /// Does a promise hold up what would happen then?
    pub(super) fn is_held(&self, at: Timestamp) -> bool {
        self.holds.iter().any(|(from, until)| *from <= at && at < *until)
    }

    /// Every moment at which a promise begins or ends to hold.
    pub(super) fn hold_ends(&self) -> impl Iterator<Item = Timestamp> {
        self.holds.iter().flat_map(|(from, until)| [*from, *until])
    }

    fn released(&self, scheduled: Timestamp, order: usize) -> Turn {
        let mut at = scheduled;
        // They ascend by their beginning, so that one that follows another is looked at behind it.
        for (from, until) in &self.holds {
            if *from <= at && at < *until {
                at = *until;
            }
        }
        Turn { at, scheduled, order }
    }

    fn moment(
        &self,
        step: &Step,
        base: Timestamp,
        later_days: i64,
    ) -> Result<Timestamp, DunningError> {
        let read = || {
            let days = later_days.checked_add(step.days.into())?;
            let day = self.zone.shown(base)?.date();
            let mut day = day.checked_add(Span::new().try_days(days).ok()?).ok()?;
            if step.on_working_days {
                day = self.rules.working_days.on_or_after(day)?;
            }
            self.zone.first_shown(day.to_datetime(step.at))
        };
        let moment = read().ok_or(DunningError::OutOfCalendar { at: base })?;
        Ok(if step.is_ahead() { moment } else { moment.max(base) })
    }
}

impl Step {
    /// Is it a reminder of one invoice that is not overdue yet?
    pub(super) const fn is_ahead(&self) -> bool {
        matches!(self.kind, StepKind::Remind) && self.days <= 0
    }
}
