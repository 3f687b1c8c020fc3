//! What things cost, since when and for whom.

use entitlement::Timestamp;

use super::usage::{PromiseVersion, UsageTerms, UsageVersion};
use crate::period::{Cadence, Proration};
use crate::rating::metered::MeteredPrice;
use crate::rating::sla::Sla;
use crate::{ComponentId, Money};

/// The prices of one component: each version is in force from its moment until the next one that is
/// for the same customers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PriceList {
    /// In no particular order.
    pub versions: Vec<PriceVersion>,
    /// What its use costs, beside that or instead of it.
    pub usage: Vec<UsageVersion>,
    /// What is promised about its availability.
    pub promises: Vec<PromiseVersion>,
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
    /// For everybody: who has the component already pays it from the first period that begins then or
    /// later, also where that cost nothing before, and never what is paid once for taking it. Only what the
    /// use of a component costs that had no such price before is paid from the moment on: nothing that is
    /// used is free.
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

/// How a component is paid at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paid<'p> {
    /// Once, when it is taken.
    Once(Money),
    /// For each period, whatever is used beside that.
    Recurring(&'p RecurringPrice),
    /// By use alone: that it is had costs nothing, and its periods are those of its use.
    ByUse(&'p UsageTerms),
}

impl Paid<'_> {
    /// How long its periods are; `None`: it is paid once.
    #[must_use]
    pub const fn cadence(self) -> Option<Cadence> {
        match self {
            Self::Once(_) => None,
            Self::Recurring(price) => Some(price.cadence),
            Self::ByUse(terms) => Some(terms.cadence),
        }
    }

    /// Is it paid once?
    #[must_use]
    pub const fn is_once(self) -> bool {
        matches!(self, Self::Once(_))
    }
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
        let of = |version: &PriceVersion| (version.from, version.applies_to);
        in_force(&self.versions, of, at, since).map(|version| &version.price)
    }

    /// What use costs then, in the same way.
    #[must_use]
    pub fn usage_at(&self, at: Timestamp, since: Timestamp) -> Option<&UsageTerms> {
        let of = |version: &UsageVersion| (version.from, version.applies_to);
        in_force(&self.usage, of, at, since).map(|version| &version.terms)
    }

    /// How the component is paid then: by its price, and by use alone where none is in force.
    #[must_use]
    pub fn paid_at(&self, at: Timestamp, since: Timestamp) -> Option<Paid<'_>> {
        match self.at(at, since) {
            Some(Price::Once(amount)) => Some(Paid::Once(*amount)),
            Some(Price::Recurring(price)) => Some(Paid::Recurring(price)),
            None => self.usage_at(at, since).map(Paid::ByUse),
        }
    }

    /// What is promised then, in the same way.
    #[must_use]
    pub fn promised_at(&self, at: Timestamp, since: Timestamp) -> Option<&Sla> {
        let of = |version: &PromiseVersion| (version.from, version.applies_to);
        in_force(&self.promises, of, at, since).and_then(|version| version.sla.as_ref())
    }

    /// Is anything to be paid for it, once, by the period or by use?
    #[must_use]
    pub fn has_price(&self) -> bool {
        !self.versions.is_empty() || !self.usage.is_empty()
    }

    /// Is anything of it ever on an invoice, which states its taxes? What is paid as it goes is not: its taxes are
    /// within its price.
    #[must_use]
    pub fn is_invoiced(&self) -> bool {
        let as_it_goes = |it: &UsageVersion| matches!(it.terms.price, MeteredPrice::PayAsYouGo(_));
        !self.versions.is_empty() || !self.usage.iter().all(as_it_goes)
    }
}

fn in_force<V>(
    versions: &[V],
    of: impl Fn(&V) -> (Timestamp, AppliesTo),
    at: Timestamp,
    since: Timestamp,
) -> Option<&V> {
    let is_for = |version: &&V| match of(version) {
        (from, AppliesTo::Everybody) => from <= at,
        (from, AppliesTo::NewOnly) => from <= at && from <= since,
    };
    versions.iter().filter(is_for).max_by_key(|version| of(version).0)
}
