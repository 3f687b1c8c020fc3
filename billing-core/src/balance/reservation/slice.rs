//! How much a session is granted at a time.

use core::num::{NonZeroU8, NonZeroU32, NonZeroU64};

use entitlement::Timestamp;

use super::ReservationError;
use crate::Money;

/// By which rules sessions are granted units and money is held for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTerms {
    /// What is counted.
    pub unit: SliceUnit,
    /// Units of a slice.
    pub slice_units: NonZeroU64,
    /// The least that is worth granting when the money is enough for less than a slice. What was
    /// granted before is not taken back for it.
    pub least_units: NonZeroU64,
    /// How often the session reports, seconds.
    pub interim_interval_s: NonZeroU32,
    /// After how many reports that did not come it is silent; 2 or 3 are usual.
    pub missed_interims: NonZeroU8,
    /// What it then pays.
    pub silence_charge: SilenceCharge,
}

/// What a session counts that is paid as it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SliceUnit {
    /// Octets, in one direction or both.
    Octets,
    /// Seconds of the session.
    Seconds,
}

/// What a session pays that has fallen silent, beyond what it has reported. Never more than what it
/// was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SilenceCharge {
    /// Nothing.
    #[default]
    Nothing,
    /// So many units.
    Units(NonZeroU64),
    /// All that it was granted.
    Granted,
}

/// What limits the next slice beside the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SliceLimits {
    /// How many units the plan's rules leave: what [`QuotaLeft`](entitlement::QuotaLeft) says of a
    /// quota that ends the service; `None`: any number.
    pub left_units: Option<u64>,
    /// When the price next changes; `None`: it does not.
    pub tariff_boundary: Option<Timestamp>,
}

/// What a session may use until its next report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slice {
    /// How many units beyond those reported.
    pub units: u64,
    /// The count that it may come to: what a NAS is told as the limit of the session.
    pub until_units: u64,
    /// When it must report at the latest, because the price changes then; `None`: when its interval
    /// or its units are over.
    pub until: Option<Timestamp>,
    /// What is held for it.
    pub amount: Money,
}

/// Why a session may not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoSlice {
    /// The wallet has too little.
    Money {
        /// What it has for this session.
        available: Money,
    },
    /// The plan's rules leave no unit.
    Limits,
}

impl SessionTerms {
    /// When a session is silent that was last heard of then.
    #[must_use]
    pub fn silent_at(&self, heard_at: Timestamp) -> Timestamp {
        self.intervals_after(heard_at, self.missed_interims.get().into())
    }

    /// When money expires that is held from then on. Who charges for silence has one more interval
    /// for it.
    #[must_use]
    pub fn expires_at(&self, held_at: Timestamp) -> Timestamp {
        self.intervals_after(held_at, i64::from(self.missed_interims.get()) + 1)
    }

    fn intervals_after(&self, at: Timestamp, count: i64) -> Timestamp {
        at.plus_s(count.saturating_mul(self.interim_interval_s.get().into()))
    }

    /// What a silent session is taken to have used.
    pub(super) fn units_in_silence(&self, reported_units: u64, granted_units: u64) -> u64 {
        let taken = match self.silence_charge {
            SilenceCharge::Nothing => reported_units,
            SilenceCharge::Units(units) => reported_units.saturating_add(units.get()),
            SilenceCharge::Granted => granted_units,
        };
        taken.min(granted_units).max(reported_units)
    }

    /// The next slice of a session, given what it has counted, until what it was granted before,
    /// what it has for it, and what so many more units would cost.
    pub(super) fn slice<E>(
        &self,
        (total_units, granted_units): (u64, u64),
        at: Timestamp,
        limits: &SliceLimits,
        available: Money,
        cost: impl Fn(u64) -> Result<Money, ReservationError<E>>,
    ) -> Result<Result<Slice, NoSlice>, ReservationError<E>> {
        let wanted = self.wanted(total_units, at, limits)?;
        if wanted == 0 {
            return Ok(Err(NoSlice::Limits));
        }
        let units = affordable(wanted, available, &cost)?;
        let until_units = total_units.saturating_add(units);
        let keeps_its_own = granted_units > total_units && until_units >= granted_units;
        let is_worth_it = units == wanted || units >= self.least_units.get() || keeps_its_own;
        if !is_worth_it {
            return Ok(Err(NoSlice::Money { available }));
        }
        let amount = cost(units)?;
        Ok(Ok(Slice { units, until_units, until: limits.tariff_boundary, amount }))
    }

    /// Units, where money is no question.
    fn wanted<E>(
        &self,
        total_units: u64,
        at: Timestamp,
        limits: &SliceLimits,
    ) -> Result<u64, ReservationError<E>> {
        let countable = u64::MAX - total_units;
        let wanted = self.slice_units.get().min(countable);
        let wanted = wanted.min(limits.left_units.unwrap_or(u64::MAX));
        let Some(boundary) = limits.tariff_boundary else { return Ok(wanted) };
        if boundary <= at {
            return Err(ReservationError::BoundaryPassed { boundary, at });
        }
        Ok(match self.unit {
            SliceUnit::Octets => wanted,
            // A second that has begun is counted.
            SliceUnit::Seconds => {
                let until_ms = boundary.unix_ms().abs_diff(at.unix_ms());
                wanted.min(until_ms.div_ceil(1_000))
            }
        })
    }
}

/// The most of the wanted units that cost no more than what is there, where more units never cost
/// less.
fn affordable<E>(
    wanted: u64,
    available: Money,
    cost: impl Fn(u64) -> Result<Money, ReservationError<E>>,
) -> Result<u64, ReservationError<E>> {
    let fits = |units| Ok::<_, ReservationError<E>>(!available.minus(cost(units)?)?.is_negative());
    if fits(wanted)? {
        return Ok(wanted);
    }
    // None always fits as far as the search goes: the first that does not is between both.
    let (mut within, mut beyond) = (0, wanted);
    while beyond - within > 1 {
        let middle = within + (beyond - within) / 2;
        if fits(middle)? {
            within = middle;
        } else {
            beyond = middle;
        }
    }
    Ok(within)
}
