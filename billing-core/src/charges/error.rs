//! Why it cannot be said what a subscription costs.

use entitlement::Timestamp;

use crate::catalogue::MissingPrice;
use crate::discount::DISCOUNTS_MAX;
use crate::rating::metered::MeteredError;
use crate::{AlignmentError, ComponentId, Currency, Money, MoneyError};

/// The most periods of one component that are looked at: of minutes, those of a year.
pub const PERIODS_MAX: usize = 530_000;

/// A subscription of which it cannot be said what it costs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BillingError {
    /// A component has no price.
    #[error(transparent)]
    MissingPrice(#[from] MissingPrice),
    /// Amounts of two currencies, or out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// It cannot be said what its use costs.
    #[error("component {component}, its use since {begins}: {error}")]
    Usage {
        /// Of which.
        component: ComponentId,
        /// When the period begins, on the clock of the subscription.
        begins: String,
        /// Why not.
        #[source]
        error: Box<MeteredError>,
    },
    /// What is measured was taken more than once.
    #[error(
        "component {component} is paid by use, and was taken {quantity} times; take it once in each \
         subscription, so that it is known whose use is measured"
    )]
    UsedTwice {
        /// Which.
        component: ComponentId,
        /// How many times.
        quantity: u32,
    },
    /// What was promised of it cannot be said to be kept.
    #[error("component {component}, the availability that was promised: {problem}")]
    Promise {
        /// Of which.
        component: ComponentId,
        /// Why not.
        problem: String,
    },
    /// A price is for periods that cannot begin as those of the subscription do.
    #[error("component {component}: {error}")]
    Alignment {
        /// Of which.
        component: ComponentId,
        /// Why not.
        #[source]
        error: AlignmentError,
    },
    /// The periods of a discount, or of the least or the most that one costs, cannot begin as those of
    /// the subscription do.
    #[error("{what}: {error}")]
    AlignmentOf {
        /// Of what.
        what: String,
        /// Why not.
        #[source]
        error: AlignmentError,
    },
    /// No calendar has the moment.
    #[error("component {component} is billed at {at}, which lies outside of the calendar")]
    OutOfCalendar {
        /// Which.
        component: ComponentId,
        /// When.
        at: Timestamp,
    },
    /// There are too many periods.
    #[error(
        "component {component} has more than {PERIODS_MAX} periods; give it longer ones, or bill it \
         earlier and close the books"
    )]
    TooManyPeriods {
        /// Which.
        component: ComponentId,
    },
    /// There are too many discounts.
    #[error("there are {count} discounts; a subscription has {DISCOUNTS_MAX} at most")]
    TooManyDiscounts {
        /// How many there are.
        count: usize,
    },
    /// What is taken off, or limits what is due, is not in the currency of a price.
    #[error(
        "{what} is {amount}, and component {component} costs {currency}; enter it in {currency}"
    )]
    OtherCurrency {
        /// What it is.
        what: String,
        /// As entered.
        amount: Money,
        /// What it is taken off, or limits.
        component: ComponentId,
        /// In which currency that is paid.
        currency: Currency,
    },
    /// The least or the most that a period costs is less than nothing.
    #[error("{what} is {amount}; it is 0 or more")]
    BelowZero {
        /// Which of both.
        what: &'static str,
        /// As given.
        amount: Money,
    },
    /// The minimum is billed as something that the subscription has.
    #[error(
        "what is missing to the minimum is billed as component {component}, which is also a part of \
         the subscription; choose another for it"
    )]
    MinimumIsComponent {
        /// As what.
        component: ComponentId,
    },
    /// The least that a period costs is more than the most.
    #[error(
        "a period costs at least {minimum} and at most {maximum}; the minimum is the lower one"
    )]
    MinimumAboveMaximum {
        /// At least.
        minimum: Money,
        /// At most.
        maximum: Money,
    },
}
