//! What is sold: what things cost, what an offer gives for it, and who is offered it.
//!
//! A [`PriceList`] says what one component costs. An [`Offer`] puts components together to what a
//! customer takes: a plan, a package of time or data, with its add-ons, fees, trial and minimum term. A
//! [`Catalogue`] holds both and has been checked as a whole: what is in it can be sold.

mod catalogued;
mod error;
mod offer;
mod price;
mod rank;
mod usage;
mod visibility;
mod visible_to;

pub use catalogued::{Catalogue, OFFERS_MAX};
pub use error::{CatalogueError, Role};
pub use offer::{
    ADD_ONS_MAX, AddOn, CommittedRate, DataPackage, EarlyEnd, GrantedPer, MinimumTerm, Offer,
    OfferId, OnlinePackage, Package, ProductId, QUANTITY_MAX, TERM_PERIODS_MAX, Trial,
};
pub use price::{
    AppliesTo, Billing, MissingPrice, Paid, Price, PriceList, PriceVersion, RecurringPrice,
};
pub use rank::NotComparable;
pub use usage::{PromiseVersion, UsageTerms, UsageTermsError, UsageVersion};
pub use visibility::{
    AccessKind, Among, Buyer, CustomerCategory, DeviceCapability, NotOffered, Only, Visibility,
    ZoneId,
};
pub use visible_to::VisibilityTextError;

#[cfg(test)]
mod tests;
