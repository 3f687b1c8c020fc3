//! What things cost, since when and for whom.

use entitlement::Timestamp;

use crate::period::{Cadence, Proration};
use crate::{ComponentId, Money};

/// The prices of one component: each version is in force from its moment until the next one that is
/// for the same customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceList {
    /// In no particular order.
    pub versions: Vec<PriceVersion>,
}

/// One version of a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PriceVersion {
    /// Since when it is in force.
    pub from: Timestamp,
    /// For whom.
    pub applies_to: AppliesTo,
    /// What it is.
    pub price: Price,
}

/// For whom a version of a price is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AppliesTo {
    /// For everybody: who has the component already pays it from the first period that begins then.
    #[default]
    Everybody,
    /// For those who take the component then or later.
    NewOnly,
}

/// What a component costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Price {
    /// Once, when it is taken.
    Once(Money),
    /// For each period.
    Recurring(RecurringPrice),
}

/// What a period costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecurringPrice {
    /// Of one whole period.
    pub amount: Money,
    /// How long a period is.
    pub cadence: Cadence,
    /// When it is billed.
    pub billed: Billing,
    /// What a part of a period costs.
    pub proration: Proration,
}

/// When a period is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Billing {
    /// When it begins.
    #[default]
    InAdvance,
    /// When it is over.
    InArrears,
}

/// A component of which it is not known what it costs. It is never taken to be free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "component {component} has no price at {at}; give it one that is in force by then, 0 if it is free"
)]
pub struct MissingPrice {
    /// Which.
    pub component: ComponentId,
    /// When it should have one.
    pub at: Timestamp,
}

impl PriceList {
    /// The price that is in force at `at` for who has had the component since `since`: of several
    /// versions the last, of one moment the last in the list.
    #[must_use]
    pub fn at(&self, at: Timestamp, since: Timestamp) -> Option<&Price> {
        let is_for = |version: &&PriceVersion| match version.applies_to {
            AppliesTo::Everybody => version.from <= at,
            AppliesTo::NewOnly => version.from <= at && version.from <= since,
        };
        let in_force = self.versions.iter().filter(is_for);
        in_force.max_by_key(|version| version.from).map(|version| &version.price)
    }
}
