//! Periods that begin elsewhere from a moment on: the change of a billing day.

use entitlement::Timestamp;

use super::terms::BillingTerms;
use crate::period::Interval;
use crate::{Alignment, AlignmentError, Cadence, Cycle};

/// From a moment on, periods begin elsewhere. The period in which that is ends then, and another begins,
/// of which the first part is left out: each is a part of its own whole, as of any other that is not had
/// from its beginning to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Realignment {
    /// From when on.
    pub since: Timestamp,
    /// Where they begin then.
    pub alignment: Alignment,
}

/// A period, and what of it there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cut {
    /// As it would be, had periods always begun where they do in it.
    pub(crate) whole: Interval,
    /// Until periods begin elsewhere, and from when they begin where they do.
    pub(crate) part: Interval,
}

/// A time in which periods begin in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Era {
    /// Since when; `None`: always.
    pub(super) from: Option<Timestamp>,
    /// Until when, as far as is known.
    pub(super) until: Option<Timestamp>,
    alignment: Alignment,
}

impl BillingTerms {
    /// Where its periods begin at a moment.
    #[must_use]
    pub fn alignment_at(&self, at: Timestamp) -> Alignment {
        self.era_at(at).alignment
    }

    pub(super) fn era_at(&self, at: Timestamp) -> Era {
        let changes = self.changes();
        let behind = changes.partition_point(|change| change.since <= at);
        let now = behind.checked_sub(1).and_then(|place| changes.get(place));
        Era {
            from: now.map(|change| change.since),
            until: changes.get(behind).map(|change| change.since),
            alignment: now.map_or(self.alignment, |change| change.alignment),
        }
    }

    /// As they are by a moment, where periods begin elsewhere behind it; `None`: that is all.
    pub(super) fn realigned_until(&self, at: Timestamp) -> Option<Self> {
        self.next_realigned_after(at)?;
        let realigned = self.realigned.iter().filter(|change| change.since <= at).copied();
        Some(Self { realigned: realigned.collect(), ..self.clone() })
    }

    /// When periods begin elsewhere next, behind a moment.
    pub(super) fn next_realigned_after(&self, at: Timestamp) -> Option<Timestamp> {
        self.changes().into_iter().map(|change| change.since).find(|since| *since > at)
    }

    /// When periods begin elsewhere, by time. Of one moment the last that was entered holds, and what
    /// changes nothing is no change: so there and back in one moment cuts nothing.
    pub(super) fn changes(&self) -> Vec<Realignment> {
        let mut sorted = self.realigned.clone();
        // Stable: those of one moment stay in their order.
        sorted.sort_by_key(|change| change.since);
        let mut changes: Vec<Realignment> = Vec::with_capacity(sorted.len());
        for of_moment in sorted.chunk_by(|one, next| one.since == next.since) {
            let before = changes.last().map_or(self.alignment, |change| change.alignment);
            changes.extend(of_moment.last().filter(|change| change.alignment != before));
        }
        changes
    }

    /// The period of this length that a moment is in, of a subscription that began then.
    pub(crate) fn period_around(
        &self,
        cadence: Cadence,
        began_at: Timestamp,
        at: Timestamp,
    ) -> Result<Cut, AlignmentError> {
        let Era { from, until, alignment } = self.era_at(at);
        let cycle = Cycle::new(cadence, alignment, began_at, self.zone.clone())?;
        let whole = cycle.around(at).ok_or(AlignmentError::OutOfRange)?.interval;
        let from = from.map_or(whole.from(), |from| from.max(whole.from()));
        let until = until.map_or(whole.until(), |until| until.min(whole.until()));
        let part = Interval::new(from, until).ok_or(AlignmentError::OutOfRange)?;
        Ok(Cut { whole, part })
    }
}
