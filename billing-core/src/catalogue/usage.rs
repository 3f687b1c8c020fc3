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
    "a bandwidth is billed by its percentile of a month at most, and not every {cadence}; a month has as \
     many samples as are kept at once"
)]
pub struct UsageTermsError {
    /// How long its periods would be.
    pub cadence: Cadence,
}

impl UsageTerms {
    /// Checks that the periods are such as can be measured.
    ///
    /// # Errors
    /// When they are too long.
    pub fn check(&self) -> Result<(), UsageTermsError> {
        let most = match self.cadence.unit {
            CadenceUnit::Minute => 31 * 24 * 60,
            CadenceUnit::Hour => 31 * 24,
            CadenceUnit::Day => 31,
            CadenceUnit::Week => 4,
            CadenceUnit::Month => 1,
            CadenceUnit::Year => 0,
        };
        match self.price {
            MeteredPrice::Bandwidth(_) if self.cadence.count.get() > most => {
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
