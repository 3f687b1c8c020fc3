//! What use costs, and what is promised, since when and for whom.

use entitlement::Timestamp;

use super::price::AppliesTo;
use crate::period::{Cadence, CadenceUnit, Proration};
use crate::rating::metered::MeteredPrice;
use crate::rating::sla::Sla;

/// One version of what the use of a component costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageVersion {
    /// Since when it is in force.
    pub from: Timestamp,
    /// For whom.
    pub applies_to: AppliesTo,
    /// What it is.
    pub terms: UsageTerms,
}

/// What is charged for what was measured in a period, when it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageTerms {
    /// How long a period is.
    pub cadence: Cadence,
    /// What of a commitment a part of a period costs. Free units, tiers and minimums are those of a
    /// period, however much of it there is.
    pub proration: Proration,
    /// By which rule.
    pub price: MeteredPrice,
}

/// Terms by which nothing could be billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a bandwidth is billed by its percentile of a month at most and of five minutes at least, and not every \
     {cadence}; a sample is of five minutes, and a month has as many as are kept at once"
)]
pub struct UsageTermsError {
    /// How long its periods would be.
    pub cadence: Cadence,
}

impl UsageTerms {
    /// Checks that the periods are such as can be measured.
    ///
    /// # Errors
    /// When they are too short or too long.
    pub fn check(&self) -> Result<(), UsageTermsError> {
        let (least, most) = match self.cadence.unit {
            CadenceUnit::Minute => (5, 31 * 24 * 60),
            CadenceUnit::Hour => (1, 31 * 24),
            CadenceUnit::Day => (1, 31),
            CadenceUnit::Week => (1, 4),
            CadenceUnit::Month => (1, 1),
            CadenceUnit::Year => (1, 0),
        };
        match self.price {
            MeteredPrice::Bandwidth(_) if !(least..=most).contains(&self.cadence.count.get()) => {
                Err(UsageTermsError { cadence: self.cadence })
            }
            _ => Ok(()),
        }
    }
}

/// One version of what is promised about the availability of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromiseVersion {
    /// Since when it is in force: for periods that begin then or later.
    pub from: Timestamp,
    /// For whom.
    pub applies_to: AppliesTo,
    /// What is credited; `None`: nothing is promised any more.
    pub sla: Option<Sla>,
}
