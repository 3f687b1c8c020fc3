//! Data that was bought or given: which grant it is, and what is carried over of it.
//!
//! A grant is data in octets, for that is what [`entitlement::Meter`] consumes. Time online is no
//! grant: what lasts a while is a validity, and seconds that are paid as they go are a
//! [`Reservation`](super::Reservation).

use core::num::{NonZeroU8, NonZeroU64};

use entitlement::{ExtrasError, Grant, GrantId, GrantKind, Timestamp, Validity};

use crate::{Alignment, AlignmentError, Cadence, Cycle};

/// Data that is sold or given away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GrantOffer {
    /// How much it is.
    pub octets: NonZeroU64,
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

/// How long data can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantedFor {
    /// So long, on the clock of the tenant's zone.
    Cadence(Cadence),
    /// Until the period of the subscription ends that it begins in.
    Period,
}

/// Who can use data that was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum GrantScope {
    /// One service.
    #[default]
    Service,
    /// All members of a group, which share it: it is among the grants of the one
    /// [`Meter`](entitlement::Meter) that all of their usage is consumed in. See [`Pool`](super::Pool).
    Group,
}

/// What is carried over of data that was not used: `min(most, max(least, what is left))`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rollover {
    least_octets: u64,
    most_octets: u64,
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
    /// Of data that was carried over, from where.
    pub carried: Option<Carried>,
}

/// From where data was carried over. Nothing is carried over twice, so a grant is the origin of one
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
    "at least {least_octets} and at most {most_octets} octets cannot be carried over; the most is at \
     least the least, and more than 0"
)]
pub struct RolloverError {
    /// As given.
    pub least_octets: u64,
    /// As given.
    pub most_octets: u64,
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
        "data that is granted at {from} for so long ends outside of the years that the calendar knows"
    )]
    OutOfRange {
        /// Its beginning.
        from: Timestamp,
    },
    /// It is no grant.
    #[error(transparent)]
    Extras(#[from] ExtrasError),
    /// Data that never ends is not carried over.
    #[error("grant {} never ends, so nothing is carried over of it", .grant.0)]
    NeverEnds {
        /// Which.
        grant: GrantId,
    },
    /// More is left than there was.
    #[error("{remaining} octets cannot be left of grant {}, which was of {octets}", .grant.0)]
    MoreThanGranted {
        /// Which.
        grant: GrantId,
        /// How much there was.
        octets: u64,
        /// How much is said to be left.
        remaining: u64,
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
        let Self { octets, priority, kind, scope, .. } = *self;
        let grant = Grant { id, octets: octets.get(), validity, priority, kind, granted_at };
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
    /// When the most is less than the least, or nothing.
    pub const fn new(
        least_octets: u64,
        most_octets: u64,
        times: NonZeroU8,
        granted_for: GrantedFor,
    ) -> Result<Self, RolloverError> {
        if most_octets < least_octets || most_octets == 0 {
            return Err(RolloverError { least_octets, most_octets });
        }
        Ok(Self { least_octets, most_octets, times, granted_for })
    }

    /// How much is carried over when so much is left.
    #[must_use]
    pub fn octets(&self, remaining: u64) -> u64 {
        self.most_octets.min(self.least_octets.max(remaining))
    }

    /// The grant by which data goes on when it ends, given how much
    /// [is left](entitlement::Meter::left_of) of it then; `None`: nothing is carried over, or it was
    /// often enough. It begins in the moment in which the other ends, and is as old, for the order in
    /// which grants are used.
    ///
    /// # Errors
    /// When the data never ends or its end is not in the calendar, or more is left than there was.
    pub fn carry(
        &self,
        ended: &IssuedGrant,
        remaining: u64,
        id: GrantId,
        cycle: &Cycle,
    ) -> Result<Option<IssuedGrant>, GrantError> {
        let Grant { id: from, octets, validity, .. } = ended.grant;
        if remaining > octets {
            return Err(GrantError::MoreThanGranted { grant: from, octets, remaining });
        }
        let ends_at = validity.until.ok_or(GrantError::NeverEnds { grant: from })?;
        let times = match ended.carried {
            None => Some(NonZeroU8::MIN),
            Some(carried) => carried.times.checked_add(1),
        };
        let octets = self.octets(remaining);
        let Some(times) = times.filter(|times| *times <= self.times && octets > 0) else {
            return Ok(None);
        };
        let validity = self.granted_for.validity(ends_at, cycle)?;
        let grant = Grant { id, octets, validity, ..ended.grant };
        grant.check()?;
        let carried = Some(Carried { from, times });
        Ok(Some(IssuedGrant { grant, scope: ended.scope, carried }))
    }
}

#[cfg(test)]
#[path = "grant_tests.rs"]
mod tests;
