//! What should have been billed by a moment, and what of it was not: the lines of the next invoice.
//!
//! Nothing is billed because something happened. What a subscription should have cost is worked out
//! from everything that has happened to it ([`due`]), and compared with what it was billed
//! ([`difference`]). So a change of plan, a pause, a quantity and a price that is entered late, and a
//! correction of any of them, are one way, and to bill twice bills nothing.
//!
//! What is paid by use is due of its own ([`ChargeKind::Usage`]) when its period is over, and worked out
//! from what was [`Measured`]; so a record that comes late changes what is due, as everything does.
//!
//! Discounts and the least and the most that a period costs are part of what is due ([`Deduction`]).
//! Books that are closed are not looked at again ([`BillingTerms::open_from`]), and [`next_due`] says
//! when there can be something to bill.

mod agreed;
mod closed;
mod component;
mod deduct;
mod difference;
mod due;
mod error;
mod explain;
mod measured;
mod next;
mod promise;
mod realigned;
mod terms;

pub use closed::{ClosedError, check_open};
pub use difference::{Line, difference, difference_after_credits, free_of_charge};
pub use due::{ChargeKind, Deduction, DeductionReason, Due, DueKey, Piece, due};
pub use error::{BillingError, PERIODS_MAX};
pub use measured::{Measured, Outage};
pub use next::{next_due, next_lines};
pub use realigned::Realignment;
pub use terms::{BillingTerms, MaximumCharge, MinimumCharge};

#[cfg(test)]
mod closed_tests;
#[cfg(test)]
mod deduct_tests;
#[cfg(test)]
mod next_tests;
#[cfg(test)]
mod period_tests;
#[cfg(test)]
mod realigned_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod usage_tests;
