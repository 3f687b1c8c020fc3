//! Data and time online that were bought or given: which grant it is, and what is carried over of it.
//!
//! A grant is octets or seconds online, for these are what [`entitlement::Meter`] consumes. What lasts a
//! while on the clock is a validity, and seconds that are paid as they go are a
//! [`Reservation`](super::Reservation).

use core::num::NonZeroU8;

use entitlement::{Amount, ExtrasError, Grant, GrantId, GrantKind, Measure, Timestamp, Validity};

use crate::{Alignment, AlignmentError, Cadence, Cycle};

/// Data or time online that is sold or given away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GrantOffer {
    /// How much of what it is; more than nothing.
    pub amount: Amount,
    /// Lower ones are used first; see [`entitlement::EXTRA_PRIORITY_DEFAULT`].
    pub priority: u8,
    /// Whether it is given or bought.
    pub kind: GrantKind,
    /// How long it can be used.
    pub granted_for: GrantedFor,
    /// Who can use it.
    pub scope: GrantScope,
    /// What is carried over when it ends; `None`: nothing.
    pub rollover: Option<Rollover>,
}

/// How long what is granted can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantedFor {
    /// So long, on the clock of the tenant's zone.
    Cadence(Cadence),
    /// Until the period of the subscription ends that it begins in.
    Period,
}

/// Who can use what was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum GrantScope {
    /// One service.
    #[default]
    Service,
    /// All members of a group, which share it: it is among the grants of the one
    /// [`Meter`](entitlement::Meter) that all of their usage is consumed in. See [`Pool`](super::Pool),
    /// which is of data.
    Group,
}

/// What is carried over of data or time online that was not used: `min(most, max(least, what is left))`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rollover {
    least: Amount,
    most: Amount,
    times: NonZeroU8,
    granted_for: GrantedFor,
}

/// A grant that was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IssuedGrant {
    /// As it is consumed.
    pub grant: Grant,
    /// Who can use it.
    pub scope: GrantScope,
    /// Of what was carried over, from where.
    pub carried: Option<Carried>,
}

/// From where it was carried over. Nothing is carried over twice, so a grant is the origin of one
/// other at most: that is for who keeps them to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Carried {
    /// The grant that it is what was left of.
    pub from: GrantId,
    /// How often it was carried over since it was bought or given.
    pub times: NonZeroU8,
}

/// A rule for carrying over that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "at least {least} and at most {most} cannot be carried over; the most is at least the least, of the \
     same measure, and more than nothing"
)]
pub struct RolloverError {
    /// As given.
    pub least: Amount,
    /// As given.
    pub most: Amount,
}

/// A grant that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrantError {
    /// Its end cannot be reckoned.
    #[error(transparent)]
    Alignment(#[from] AlignmentError),
    /// Its end lies outside of the calendar.
    #[error(
        "what is granted at {from} for so long ends outside of the years that the calendar knows"
    )]
    OutOfRange {
        /// Its beginning.
        from: Timestamp,
    },
    /// It is no grant.
    #[error(transparent)]
    Extras(#[from] ExtrasError),
    /// What never ends is not carried over.
    #[error("grant {} never ends, so nothing is carried over of it", .grant.0)]
    NeverEnds {
        /// Which.
        grant: GrantId,
    },
    /// More is left than there was.
    #[error("{remaining} cannot be left of grant {}, which was of {amount}", .grant.0)]
    MoreThanGranted {
        /// Which.
        grant: GrantId,
        /// How much there was.
        amount: Amount,
        /// How much is said to be left.
        remaining: Amount,
    },
    /// The rule is for something else than was granted.
    #[error("grant {} is of {amount}, and the rule carries over {most} at most", .grant.0)]
    OtherMeasure {
        /// Which.
        grant: GrantId,
        /// How much there was.
        amount: Amount,
        /// How much the rule carries over.
        most: Amount,
    },
}

impl GrantOffer {
    /// The grant that it becomes for somebody who had it at `granted_at` and can use it from `from` on.
    /// `cycle` is that of the subscription's periods, on whose clock time is read.
    ///
    /// # Errors
    /// When its end is not in the calendar.
    pub fn issue(
        &self,
        id: GrantId,
        granted_at: Timestamp,
        from: Timestamp,
        cycle: &Cycle,
    ) -> Result<IssuedGrant, GrantError> {
        let validity = self.granted_for.validity(from, cycle)?;
        let Self { amount, priority, kind, scope, .. } = *self;
        let grant = Grant { id, amount, validity, priority, kind, granted_at };
        grant.check()?;
        Ok(IssuedGrant { grant, scope, carried: None })
    }
}

impl GrantedFor {
    fn validity(self, from: Timestamp, cycle: &Cycle) -> Result<Validity, GrantError> {
        let until = match self {
            Self::Cadence(cadence) => {
                let zone = cycle.zone().clone();
                Cycle::new(cadence, Alignment::Anniversary, from, zone)?.begins(1)
            }
            Self::Period => cycle.around(from).map(|period| period.interval.until()),
        };
        let until = until.ok_or(GrantError::OutOfRange { from })?;
        Ok(Validity { from: Some(from), until: Some(until) })
    }
}

impl Rollover {
    /// What is left, but at least and at most so much, up to so many times, and each time for so long.
    ///
    /// # Errors
    /// When the most is less than the least, or nothing, or both are not of one measure.
    pub fn new(
        least: Amount,
        most: Amount,
        times: NonZeroU8,
        granted_for: GrantedFor,
    ) -> Result<Self, RolloverError> {
        let is_of_one = least.measure() == most.measure();
        if !is_of_one || most.units() < least.units() || most.is_nothing() {
            return Err(RolloverError { least, most });
        }
        Ok(Self { least, most, times, granted_for })
    }

    /// What it carries over: data, or time online.
    #[must_use]
    pub const fn measure(&self) -> Measure {
        self.most.measure()
    }

    /// How much is carried over when so many units of its measure are left, octets or seconds.
    #[must_use]
    pub fn units(&self, remaining: u64) -> u64 {
        self.most.units().min(self.least.units().max(remaining))
    }

    /// The grant by which what was granted goes on when it ends, given how much
    /// [is left](entitlement::Meter::left_of) of it then; `None`: nothing is carried over, or it was
    /// often enough. Of a cycle that begins later the first period is the next one. It begins in the moment in which the other ends, and is as old, for the order in
    /// which grants are used.
    ///
    /// # Errors
    /// When it never ends or its end is not in the calendar, more is left than there was, or the rule is for
    /// the other measure.
    pub fn carry(
        &self,
        ended: &IssuedGrant,
        remaining: Amount,
        id: GrantId,
        cycle: &Cycle,
    ) -> Result<Option<IssuedGrant>, GrantError> {
        let Grant { id: from, amount, validity, .. } = ended.grant;
        if amount.measure() != self.most.measure() {
            return Err(GrantError::OtherMeasure { grant: from, amount, most: self.most });
        }
        if remaining.measure() != amount.measure() || remaining.units() > amount.units() {
            return Err(GrantError::MoreThanGranted { grant: from, amount, remaining });
        }
        let ends_at = validity.until.ok_or(GrantError::NeverEnds { grant: from })?;
        let times = match ended.carried {
            None => Some(NonZeroU8::MIN),
            Some(carried) => carried.times.checked_add(1),
        };
        let amount = amount.with_units(self.units(remaining.units()));
        let Some(times) = times.filter(|times| *times <= self.times && !amount.is_nothing()) else {
            return Ok(None);
        };
        let mut validity = self.granted_for.validity(ends_at, cycle)?;
        // Where days were given between, they belong to the period that comes after them.
        if let (GrantedFor::Period, Some(first)) = (self.granted_for, cycle.begins(0))
            && ends_at < first
        {
            validity.until = GrantedFor::Period.validity(first, cycle)?.until;
        }
        let grant = Grant { id, amount, validity, ..ended.grant };
        grant.check()?;
        let carried = Some(Carried { from, times });
        Ok(Some(IssuedGrant { grant, scope: ended.scope, carried }))
    }
}

#[path = "rollover_text.rs"]
mod text;
pub use text::RolloverTextError;

#[cfg(test)]
#[path = "grant_tests.rs"]
mod tests;
