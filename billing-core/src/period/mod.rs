//! Periods: which stretch of time a charge is for, and what a part of one is worth.

mod cadence;
mod cycle;
mod interval;
mod proration;

pub use cadence::{Cadence, CadenceError, CadenceUnit};
pub use cycle::{Alignment, AlignmentError, Cycle, ParseAlignmentError, Period};
pub use interval::Interval;
pub use proration::{Proration, Share};
