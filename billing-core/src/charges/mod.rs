//! What should have been billed by a moment, and what of it was not: the lines of the next invoice.
//!
//! Nothing is billed because something happened. What a subscription should have cost is worked out
//! from everything that has happened to it ([`due`]), and compared with what it was billed
//! ([`difference`]). So a change of plan, a pause, a quantity and a price that is entered late, and a
//! correction of any of them, are one way, and to bill twice bills nothing.

mod difference;
mod due;
mod explain;

pub use difference::{Line, difference};
pub use due::{BillingError, BillingTerms, Due, DueKey, PERIODS_MAX, Piece, due};

#[cfg(test)]
mod tests;
