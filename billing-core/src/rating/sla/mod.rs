//! What is credited of a recurring charge when a service was down for longer than was agreed.
//!
//! [`Availability`] is worked out of the outages of a period; an [`Sla`] says which part of the charge
//! is credited for it.

mod availability;
mod credit;

pub use availability::{Availability, OUTAGES_MAX, TooManyOutages};
pub use credit::{CreditStep, ParseSlaError, STEPS_MAX, Sla, SlaCredit, SlaError, SlaStepsError};

#[cfg(test)]
mod tests;
