//! What usage costs: units in, an amount out, with the steps by which it comes about.
//!
//! A unit is whatever is counted: an octet, a gigabyte, a second, a message. Prices of a unit are exact
//! to a billionth of a minor unit; what usage costs is rounded once, at the end.
//!
//! A [`UsagePrice`] is that of the units of a whole period; [`tariff`] rates sessions by when something
//! was used, [`bandwidth`] a line by its 95th percentile, and [`sla`] what is credited for outages. [`metered`] is any of them, as
//! it is sold.

pub mod bandwidth;
mod explain;
pub mod metered;
mod model;
pub mod sla;
pub mod tariff;
mod unit_price;

pub use model::{Model, ModelError, Rated, Step, TIERS_MAX, Tier, Tiers, UsagePrice};
pub use unit_price::{UnitPrice, UnitPriceError};

#[cfg(test)]
mod tests;
