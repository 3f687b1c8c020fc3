//! What the benchmarks share: the generator, the machine they run on, and a plot.
//!
//! Run them with `cargo xtask bench`, which builds the programs that they start.

pub mod change;
pub mod generator;
pub mod machine;
pub mod plot;

pub use generator::{Kind, Load, Loaded, Pace, Target};
