//! What a measured bandwidth costs.

use core::fmt;
use core::num::NonZeroU64;

use super::percentile::{Billable, Missing, Percentile};
use crate::rating::UnitPrice;
use crate::rating::unit_price::NANOS;
use crate::{Money, MoneyError, Ratio, Rounding};

/// What is paid for a bandwidth in a period: so much for what is committed, whether it is used or
/// not, and a price for what is used above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commitment {
    committed_bps: u64,
    price: Money,
    burst: UnitPrice,
    burst_unit_bps: NonZeroU64,
    peak_bps: Option<u64>,
}

/// Terms that make no commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommitmentError {
    /// Its prices are of two currencies.
    #[error("the commitment is paid in {}, and a burst in {}; both are in one currency", .price.currency(), .burst.currency())]
    Currencies {
        /// Of the commitment.
        price: Money,
        /// Of the burst.
        burst: UnitPrice,
    },
    /// It costs less than nothing.
    #[error("the commitment costs {price}; it costs 0 or more")]
    Negative {
        /// As given.
        price: Money,
    },
    /// The peak is below what is committed.
    #[error(
        "the peak rate of {peak_bps} bit/s is below the committed one of {committed_bps} bit/s"
    )]
    PeakBelow {
        /// The peak.
        peak_bps: u64,
        /// What is committed.
        committed_bps: u64,
    },
}

/// What a bandwidth costs in a period. Printed, it says in words how it comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BandwidthCharge {
    /// All together, rounded once.
    pub amount: Money,
    /// What was measured.
    pub percentile: Percentile,
    /// What is paid for above the commitment, bit/s.
    pub burst_bps: u64,
    /// What is not paid for, being above the peak, bit/s.
    pub above_peak_bps: u64,
    /// By which terms.
    pub commitment: Commitment,
}

impl Commitment {
    /// The committed rate (CIR) in bit/s and its price for a period; what `burst_unit_bps` above it
    /// cost, 1,000,000 for a price by the Mbit/s; and the peak rate (PIR), above which nothing is
    /// billed: the line does not carry more, and what is measured beyond is the burst of a shaper.
    ///
    /// # Errors
    /// When its prices are of two currencies or below nothing, or the peak is below the commitment.
    pub fn new(
        committed_bps: u64,
        price: Money,
        burst: UnitPrice,
        burst_unit_bps: NonZeroU64,
        peak_bps: Option<u64>,
    ) -> Result<Self, CommitmentError> {
        if price.currency() != burst.currency() {
            return Err(CommitmentError::Currencies { price, burst });
        }
        if price.is_negative() {
            return Err(CommitmentError::Negative { price });
        }
        if let Some(peak_bps) = peak_bps.filter(|peak_bps| *peak_bps < committed_bps) {
            return Err(CommitmentError::PeakBelow { peak_bps, committed_bps });
        }
        Ok(Self { committed_bps, price, burst, burst_unit_bps, peak_bps })
    }

    /// What is committed (CIR), bit/s.
    #[must_use]
    pub const fn committed_bps(&self) -> u64 {
        self.committed_bps
    }

    /// What the commitment costs for a period.
    #[must_use]
    pub const fn price(&self) -> Money {
        self.price
    }

    /// What a [unit](Self::burst_unit_bps) above the commitment costs.
    #[must_use]
    pub const fn burst(&self) -> UnitPrice {
        self.burst
    }

    /// How many bit/s above the commitment the price is for.
    #[must_use]
    pub const fn burst_unit_bps(&self) -> NonZeroU64 {
        self.burst_unit_bps
    }

    /// Above what nothing is billed (PIR), bit/s.
    #[must_use]
    pub const fn peak_bps(&self) -> Option<u64> {
        self.peak_bps
    }

    /// What a period costs of which that was measured; a part of a unit of the burst costs exactly
    /// that part.
    ///
    /// # Errors
    /// Out of range.
    pub fn charge(
        &self,
        percentile: Percentile,
        rounding: Rounding,
    ) -> Result<BandwidthCharge, MoneyError> {
        self.charge_part(percentile, Ratio::WHOLE, rounding)
    }

    /// The same of a part of a period: both prices are those of a whole one.
    ///
    /// # Errors
    /// Out of range.
    pub fn charge_part(
        &self,
        percentile: Percentile,
        part: Ratio,
        rounding: Rounding,
    ) -> Result<BandwidthCharge, MoneyError> {
        let measured_bps = percentile.billable_bps;
        let billed_bps = self.peak_bps.map_or(measured_bps, |peak| peak.min(measured_bps));
        let burst_bps = billed_bps.saturating_sub(self.committed_bps);
        let unit = i128::from(self.burst_unit_bps.get());
        // In parts of a billionth of a minor unit, as many as the unit has bit/s.
        let committed = i128::from(self.price.amount_minor()).checked_mul(NANOS * unit);
        let burst = i128::from(burst_bps).checked_mul(self.burst.nanos().into());
        let exact =
            committed.zip(burst).and_then(|(committed, burst)| committed.checked_add(burst));
        let exact = exact.and_then(|exact| exact.checked_mul(part.numerator().into()));
        let of = (NANOS * unit).checked_mul(part.denominator().into());
        let (exact, of) = exact.zip(of).ok_or(MoneyError::Overflow)?;
        let minor = rounding.divide(exact, of)?;
        let minor = i64::try_from(minor).map_err(|_| MoneyError::Overflow)?;
        Ok(BandwidthCharge {
            amount: Money::new(minor, self.price.currency()),
            percentile,
            burst_bps,
            above_peak_bps: measured_bps - billed_bps,
            commitment: *self,
        })
    }
}

impl fmt::Display for Percentile {
    /// `95th percentile of 8928 samples without the greatest 446 (2 missing, taken for 0): …`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { down_bps, up_bps, billable_bps, samples, left_out, missing, .. } = self;
        write!(f, "95th percentile of {samples} samples without the greatest {left_out}")?;
        match self.missing_are {
            _ if *missing == 0 => {}
            Missing::Zero => write!(f, " ({missing} missing, taken for 0)")?,
            Missing::LeftOut => write!(f, " ({missing} missing, left out)")?,
        }
        write!(f, ": {down_bps} bit/s down, {up_bps} bit/s up, ")?;
        let rule = match self.billable {
            Billable::Greater => "the greater",
            Billable::SumOfPercentiles => "their sum",
            Billable::PercentileOfSums => "both together",
        };
        write!(f, "{rule} {billable_bps} bit/s")
    }
}

impl BandwidthCharge {
    /// Writes how it comes about, without what that is.
    pub(in crate::rating) fn write_steps(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { percentile, burst_bps, above_peak_bps, commitment, .. } = self;
        let Commitment { committed_bps, price, burst, burst_unit_bps, .. } = commitment;
        write!(f, "{percentile}; {committed_bps} bit/s committed at {price}")?;
        if *burst_bps > 0 {
            write!(f, "; {burst_bps} bit/s above that at {burst} for {burst_unit_bps} bit/s")?;
        }
        if *above_peak_bps > 0 {
            write!(f, "; {above_peak_bps} bit/s above the peak not billed")?;
        }
        Ok(())
    }
}

impl fmt::Display for BandwidthCharge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_steps(f)?;
        write!(f, "; charge {}", self.amount)
    }
}
