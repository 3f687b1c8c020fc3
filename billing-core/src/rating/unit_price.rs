//! What one unit costs.

use core::fmt;
use core::str::FromStr;

use crate::{Currency, CurrencyError};

/// Billionths of a minor unit in one.
pub(super) const NANOS: i128 = 1_000_000_000;
/// Digits behind the point of a minor unit.
const NANO_DIGITS: usize = 9;

/// The price of one unit, exact to a billionth of a minor unit: `0.0004 KES` is 0.04 cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UnitPrice {
    nanos: i64,
    currency: Currency,
}

/// A text that is no price of a unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnitPriceError {
    /// It is not written as one.
    #[error(
        "`{text}` is no price of a unit; such prices are written `2 KES` or `0.0004 KES`, and are not negative"
    )]
    Form {
        /// As written.
        text: String,
    },
    /// Its currency does not exist.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// It is too small a part of its currency.
    #[error(
        "`{text}` has {digits} digits behind the point; a price of a unit in {currency} has {max} at most"
    )]
    TooPrecise {
        /// As written.
        text: String,
        /// Digits behind the point.
        digits: usize,
        /// Its currency.
        currency: Currency,
        /// The most.
        max: usize,
    },
    /// It is more than can be kept.
    #[error("`{text}` is out of range; a unit costs less than {} minor units", i64::MAX as i128 / NANOS)]
    OutOfRange {
        /// As written.
        text: String,
    },
}

impl UnitPrice {
    /// So many billionths of a minor unit; `None` of less than nothing.
    #[must_use]
    pub const fn from_nanos(nanos: i64, currency: Currency) -> Option<Self> {
        if nanos < 0 { None } else { Some(Self { nanos, currency }) }
    }

    /// In billionths of a minor unit.
    #[must_use]
    pub const fn nanos(self) -> i64 {
        self.nanos
    }

    /// Of which currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }
}

impl fmt::Display for UnitPrice {
    /// `2 KES`, `0.0004 KES`: as it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = NANO_DIGITS + usize::from(self.currency.exponent());
        let text = format!("{:0>1$}", self.nanos, digits + 1);
        let (whole, part) = text.split_at(text.len() - digits);
        match part.trim_end_matches('0') {
            "" => write!(f, "{whole} {}", self.currency),
            part => write!(f, "{whole}.{part} {}", self.currency),
        }
    }
}

impl FromStr for UnitPrice {
    type Err = UnitPriceError;

    fn from_str(text: &str) -> Result<Self, UnitPriceError> {
        let form = || UnitPriceError::Form { text: text.to_owned() };
        let (number, currency) = text.rsplit_once(' ').ok_or_else(form)?;
        let currency: Currency = currency.parse()?;
        let (whole, part) = match number.split_once('.') {
            Some((_, "")) => return Err(form()),
            Some(parts) => parts,
            None => (number, ""),
        };
        let is_number = |digits: &str| digits.bytes().all(|octet| octet.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(part) {
            return Err(form());
        }
        let max = NANO_DIGITS + usize::from(currency.exponent());
        let digits = part.len();
        if digits > max {
            let text = text.to_owned();
            return Err(UnitPriceError::TooPrecise { text, digits, currency, max });
        }
        let nanos = format!("{whole}{part:0<max$}").parse();
        let out_of_range = |_| UnitPriceError::OutOfRange { text: text.to_owned() };
        Ok(Self { nanos: nanos.map_err(out_of_range)?, currency })
    }
}
