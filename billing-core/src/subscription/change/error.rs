//! Why a subscription cannot be changed as wished, and how it can.

use entitlement::Timestamp;

use super::EVENTS_MAX;
use crate::catalogue::{MissingPrice, NotComparable, OfferId, ProductId};
use crate::{
    AlignmentError, ComponentId, MoneyError, SubscriptionState, TimelineError, TransitionError,
};

/// A change that cannot be, and what can.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// It cannot happen in the state that it is in.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// With it, what has happened later cannot have.
    #[error(transparent)]
    Timeline(#[from] TimelineError),
    /// What is changed must be served.
    #[error("{what} takes a subscription that is active or in grace; this one is {state}")]
    NotServed {
        /// What was to be done.
        what: &'static str,
        /// Its state.
        state: SubscriptionState,
    },
    /// It is over by then.
    #[error(
        "the subscription ends at {ends_at}, so nothing can be changed at {at}; choose a moment before"
    )]
    Ends {
        /// When it ends.
        ends_at: Timestamp,
        /// When something was to change.
        at: Timestamp,
    },
    /// A moment is too early.
    #[error("{field} is {at}; the earliest is {earliest}")]
    TooEarly {
        /// Which moment.
        field: &'static str,
        /// As entered.
        at: Timestamp,
        /// The earliest that it may be.
        earliest: Timestamp,
    },
    /// A moment is too late.
    #[error("{field} is {at}; the latest is {latest}")]
    TooLate {
        /// Which moment.
        field: &'static str,
        /// As entered.
        at: Timestamp,
        /// The latest that it may be.
        latest: Timestamp,
    },
    /// There is no such offer.
    #[error("there is no offer {offer}; name one of the catalogue")]
    UnknownOffer {
        /// As entered.
        offer: OfferId,
    },
    /// There is no such component.
    #[error("component {component} has no prices in the catalogue; name one that has")]
    UnknownComponent {
        /// As entered.
        component: ComponentId,
    },
    /// The component is no add-on of what the subscription has.
    #[error("component {component} is no add-on of {}", of(.offers))]
    NoAddOn {
        /// As entered.
        component: ComponentId,
        /// The offers that it has.
        offers: Vec<OfferId>,
    },
    /// There can be so many and no more, or fewer.
    #[error("the quantity of component {component} is {quantity}; it is from {min} to {max}")]
    Quantity {
        /// Of which.
        component: ComponentId,
        /// As entered.
        quantity: i64,
        /// The fewest.
        min: u32,
        /// The most.
        max: u32,
    },
    /// The number of periods is out of its range.
    #[error("{count} periods are bought; it can be 1 to {max} at once")]
    Periods {
        /// As entered.
        count: i64,
        /// The most.
        max: u32,
    },
    /// It has nothing of that product.
    #[error(
        "the subscription has nothing of product {product} at {at}; subscribe to an offer of it"
    )]
    NotHeld {
        /// Of which.
        product: ProductId,
        /// When.
        at: Timestamp,
    },
    /// It has something of that product already.
    #[error("the subscription has offer {offer} already; change that instead of taking it again")]
    ProductHeld {
        /// What it has.
        offer: OfferId,
    },
    /// The component that is to be charged once is had for longer.
    #[error(
        "component {component} is had already, so it cannot be charged once more; give it up first"
    )]
    HeldAlready {
        /// Which.
        component: ComponentId,
    },
    /// It has that offer already.
    #[error("the subscription has offer {offer} already; what is planned beside can be cancelled")]
    SameOffer {
        /// Which.
        offer: OfferId,
    },
    /// Nothing is planned that could be cancelled.
    #[error("no {what} is planned; there is nothing to cancel")]
    NothingPlanned {
        /// What.
        what: &'static str,
    },
    /// The offer cannot be tried.
    #[error("offer {offer} has no trial; take it without one")]
    NoTrial {
        /// Which.
        offer: OfferId,
    },
    /// The price is of the wrong kind.
    #[error("component {component} of offer {offer} must be {needed} for this")]
    WrongPrice {
        /// Of which offer.
        offer: OfferId,
        /// Which component.
        component: ComponentId,
        /// How it must be paid.
        needed: &'static str,
    },
    /// A fee must be paid once.
    #[error(
        "component {component} is a fee, and has a recurring price; give it one that is paid once"
    )]
    RecurringFee {
        /// Which.
        component: ComponentId,
    },
    /// It was paused too often.
    #[error(
        "it was paused {count} times within a year, of {max} that are allowed; the next pause can begin at {next_at}"
    )]
    TooManyPauses {
        /// How often.
        count: usize,
        /// How often it can be.
        max: u32,
        /// When it can be paused again.
        next_at: Timestamp,
    },
    /// It cannot be paused at all.
    #[error("the operator allows no pauses; what is not wanted can be terminated")]
    NoPauses,
    /// A component has no price.
    #[error(transparent)]
    MissingPrice(#[from] MissingPrice),
    /// A price is for periods that cannot begin as those of the subscription do.
    #[error("component {component}: {error}")]
    Alignment {
        /// Of which.
        component: ComponentId,
        /// Why not.
        #[source]
        error: AlignmentError,
    },
    /// It cannot be said which of two offers is the greater.
    #[error(transparent)]
    NotComparable(#[from] NotComparable),
    /// An amount is out of range, or of two currencies.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// No calendar has the moment.
    #[error("what begins at {at} reaches outside of the calendar; choose a shorter time")]
    OutOfCalendar {
        /// Which moment.
        at: Timestamp,
    },
    /// There are too many events.
    #[error("the subscription would have {count} events; it can have {EVENTS_MAX}")]
    TooManyEvents {
        /// How many.
        count: usize,
    },
}

fn of(offers: &[OfferId]) -> String {
    match offers {
        [] => "what the subscription has: it has no offer".to_owned(),
        offers => {
            let offers: Vec<_> = offers.iter().map(|offer| format!("offer {offer}")).collect();
            format!("what the subscription has: {}", offers.join(", "))
        }
    }
}
