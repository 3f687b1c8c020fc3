//! How what usage costs comes about, in words.

use core::fmt;

use super::{Rated, Step};

impl fmt::Display for Rated {
    /// `50 units free; 10 units at 20 KES; 300.00 KES to come to the minimum; charge 500.00 KES`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            write!(f, "{step}; ")?;
        }
        if !self.true_up.is_zero() {
            write!(f, "{} to come to the minimum; ", self.true_up)?;
        }
        write!(f, "charge {}", self.amount)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Free { units } => write!(f, "{units} units free"),
            Self::Units { units, unit } => write!(f, "{units} units at {unit}"),
            Self::Flat { amount } => write!(f, "{amount} for the tier"),
            Self::Packages { count, price } => write!(f, "{count} packages at {price}"),
            Self::Part { of, rate } => write!(f, "{rate} of {of}"),
        }
    }
}
