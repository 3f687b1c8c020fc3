//! What is wrong with a catalogue.

use core::fmt;

use super::{ADD_ONS_MAX, OfferId, ProductId};
use crate::ComponentId;
use crate::balance::Rollover;

/// What a component is in a catalogue; it is one of these only, so that it says what a subscription has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// What an offer is charged as.
    Main(OfferId),
    /// What the trial of an offer is charged as.
    Trial(OfferId),
    /// An add-on of the offers of a product.
    AddOn(ProductId),
    /// The set-up fee of any number of offers.
    SetupFee,
}

/// A catalogue from which something cannot be sold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// There are too many of something.
    #[error("there are {count} {what}; a catalogue has {max} at most")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// An offer has too many add-ons.
    #[error("offer {offer} has {count} add-ons; it has {ADD_ONS_MAX} at most")]
    TooManyAddOns {
        /// Which.
        offer: OfferId,
        /// How many.
        count: usize,
    },
    /// Two offers have one id.
    #[error("there are two offers {offer}; each has an id of its own")]
    TwoOffers {
        /// Which.
        offer: OfferId,
    },
    /// A component has no price at all.
    #[error("{field} of offer {offer} is component {component}, which has no price; give it one")]
    NoPrice {
        /// Of which offer.
        offer: OfferId,
        /// What of it.
        field: &'static str,
        /// Which component.
        component: ComponentId,
    },
    /// A component has a price of the wrong kind.
    #[error("{field} of offer {offer} is component {component}, whose price must be {needed}")]
    WrongPrice {
        /// Of which offer.
        offer: OfferId,
        /// What of it.
        field: &'static str,
        /// Which component.
        component: ComponentId,
        /// How it must be paid.
        needed: String,
    },
    /// A component is two things.
    #[error("component {component} is {first} and {second}; it can be one of them only")]
    TwoRoles {
        /// Which.
        component: ComponentId,
        /// One.
        first: Role,
        /// The other.
        second: Role,
    },
    /// A trial becomes what it cannot.
    #[error(
        "the trial of offer {offer} becomes component {component}, which is no offer of product {product}; \
         name the component of one"
    )]
    TrialBecomes {
        /// Of which offer.
        offer: OfferId,
        /// What it would become.
        component: ComponentId,
        /// The product of which it must be.
        product: ProductId,
    },
    /// A number is out of its range.
    #[error("{field} of offer {offer} is {value}; it is from {min} to {max}")]
    OutOfRange {
        /// Of which offer.
        offer: OfferId,
        /// What of it.
        field: &'static str,
        /// As entered.
        value: u64,
        /// The least it may be.
        min: u64,
        /// The most.
        max: u64,
    },
    /// More is promised than there can be.
    #[error(
        "offer {offer} has a committed rate above its peak rate; in both directions it is at most as much"
    )]
    CommittedAbovePeak {
        /// Which.
        offer: OfferId,
    },
    /// What is to be carried over is of the other measure.
    #[error(
        "offer {offer} cannot carry over \"{rule}\" of the other measure; data is carried over as data, \
         and time online as time online"
    )]
    CarriesOther {
        /// Which.
        offer: OfferId,
        /// The rule.
        rule: Rollover,
    },
    /// What is to be carried over never ends.
    #[error(
        "of offer {offer} nothing can be carried over, as what it gives never ends; say how long one of it \
         lasts"
    )]
    CarriesEndless {
        /// Which.
        offer: OfferId,
    },
    /// An offer is for nobody.
    #[error("offer {offer} is for no {field} at all; name one, or leave it open to all")]
    ForNobody {
        /// Which.
        offer: OfferId,
        /// Of what it names none.
        field: &'static str,
    },
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Main(offer) => write!(f, "offer {offer} itself"),
            Self::Trial(offer) => write!(f, "the trial of offer {offer}"),
            Self::AddOn(product) => write!(f, "an add-on of product {product}"),
            Self::SetupFee => f.write_str("a set-up fee"),
        }
    }
}
