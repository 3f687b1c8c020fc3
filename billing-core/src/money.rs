//! Amounts of money, and how they are divided.

use core::fmt;
use core::str::FromStr;

use crate::apportion::apportion;
use crate::{Currency, CurrencyError, Ratio, Rounding};

/// An amount of one currency, in whole minor units: `1500.00 KES` is 150,000.
///
/// Nothing that has to do with it is a float, and nothing wraps: what does not fit is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    amount_minor: i64,
    currency: Currency,
}

/// What cannot be done with amounts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// Two currencies in one sum.
    #[error("{left} and {right} cannot be reckoned together; one of them must be exchanged first")]
    CurrencyMismatch {
        /// What is there.
        left: Currency,
        /// What was to be added to it.
        right: Currency,
    },
    /// The result is more than can be kept.
    #[error("the amount is out of range; amounts are below {} minor units", i64::MAX)]
    Overflow,
    /// There is nothing to divide an amount by.
    #[error("an amount cannot be divided among shares that are all zero")]
    NoShares,
}

/// A text that is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseMoneyError {
    /// It is not written as one.
    #[error("`{text}` is no amount; amounts are written `1500 KES` or `1500.50 KES`")]
    Form {
        /// As written.
        text: String,
    },
    /// Its currency does not exist.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// Its currency has no such small units.
    #[error("`{text}` has {digits} digits behind the point; {currency} has {exponent}")]
    TooPrecise {
        /// As written.
        text: String,
        /// Digits behind the point.
        digits: usize,
        /// Its currency.
        currency: Currency,
        /// Digits of its minor unit.
        exponent: u8,
    },
    /// It is more than can be kept.
    #[error("`{text}` is out of range; amounts are below {} minor units", i64::MAX)]
    OutOfRange {
        /// As written.
        text: String,
    },
}

impl Money {
    /// So many minor units.
    #[must_use]
    pub const fn new(amount_minor: i64, currency: Currency) -> Self {
        Self { amount_minor, currency }
    }

    /// Nothing.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// In minor units.
    #[must_use]
    pub const fn amount_minor(self) -> i64 {
        self.amount_minor
    }

    /// Of which currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Is it neither owed nor owned?
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.amount_minor == 0
    }

    /// Is it less than nothing?
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.amount_minor < 0
    }

    /// The sum of both.
    ///
    /// # Errors
    /// Two currencies, or too much.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.alike(other)?;
        self.with(i128::from(self.amount_minor) + i128::from(other.amount_minor))
    }

    /// What is left of it without the other.
    ///
    /// # Errors
    /// Two currencies, or too much.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.alike(other)?;
        self.with(i128::from(self.amount_minor) - i128::from(other.amount_minor))
    }

    /// The same with the other sign.
    ///
    /// # Errors
    /// Of the least amount there is no opposite.
    pub fn negated(self) -> Result<Self, MoneyError> {
        self.with(-i128::from(self.amount_minor))
    }

    /// So many times as much.
    ///
    /// # Errors
    /// Too much.
    pub fn times(self, count: i64) -> Result<Self, MoneyError> {
        self.with(i128::from(self.amount_minor) * i128::from(count))
    }

    /// The part of it that `ratio` says, rounded once.
    ///
    /// # Errors
    /// Too much.
    pub fn part(self, ratio: Ratio, rounding: Rounding) -> Result<Self, MoneyError> {
        let product = i128::from(self.amount_minor).checked_mul(ratio.numerator().into());
        let product = product.ok_or(MoneyError::Overflow)?;
        self.with(rounding.divide(product, ratio.denominator().into())?)
    }

    /// The less of both.
    ///
    /// # Errors
    /// Two currencies.
    pub fn least(self, other: Self) -> Result<Self, MoneyError> {
        self.alike(other)?;
        Ok(if other.amount_minor < self.amount_minor { other } else { self })
    }

    /// The sum of all; nothing of `currency` where there are none.
    ///
    /// # Errors
    /// Two currencies, or too much.
    pub fn sum(
        currency: Currency,
        amounts: impl IntoIterator<Item = Self>,
    ) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    /// Divides it by shares so that the parts make exactly the whole: each gets its share rounded
    /// towards zero, and what is left over goes in single minor units to those that lost most, of
    /// equal ones to the first.
    ///
    /// # Errors
    /// [`MoneyError::NoShares`] when there is something to divide and all shares are zero.
    pub fn divide(self, shares: &[u64]) -> Result<Vec<Self>, MoneyError> {
        let whole: u128 = shares.iter().map(|share| u128::from(*share)).sum();
        if whole == 0 {
            let nothing = vec![self.with(0)?; shares.len()];
            return if self.is_zero() { Ok(nothing) } else { Err(MoneyError::NoShares) };
        }
        let amount = i128::from(self.amount_minor);
        // Below 2^127: an amount is below 2^63, and a share below 2^64.
        let products: Vec<i128> = shares.iter().map(|share| amount * i128::from(*share)).collect();
        let whole = i128::try_from(whole).map_err(|_| MoneyError::Overflow)?;
        let parts = apportion(amount, &products, whole)?;
        parts.into_iter().map(|part| self.with(part)).collect()
    }

    fn alike(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency })
    }

    fn with(self, amount_minor: i128) -> Result<Self, MoneyError> {
        let amount_minor = i64::try_from(amount_minor).map_err(|_| MoneyError::Overflow)?;
        Ok(Self { amount_minor, ..self })
    }
}

impl fmt::Display for Money {
    /// `1500.00 KES`, `-0.50 EUR`, `1500 UGX`: as it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative() { "-" } else { "" };
        let per_major = self.currency.minor_per_major().unsigned_abs();
        let size = self.amount_minor.unsigned_abs();
        write!(f, "{sign}{}", size / per_major)?;
        let digits = usize::from(self.currency.exponent());
        if digits > 0 {
            write!(f, ".{:0digits$}", size % per_major)?;
        }
        write!(f, " {}", self.currency)
    }
}

impl FromStr for Money {
    type Err = ParseMoneyError;

    fn from_str(text: &str) -> Result<Self, ParseMoneyError> {
        let form = || ParseMoneyError::Form { text: text.to_owned() };
        let (number, currency) = text.rsplit_once(' ').ok_or_else(form)?;
        let currency: Currency = currency.parse()?;
        let (is_negative, number) = match number.strip_prefix('-') {
            Some(number) => (true, number),
            None => (false, number),
        };
        let (major, minor) = number.split_once('.').unwrap_or((number, ""));
        let is_number = |digits: &str| digits.bytes().all(|octet| octet.is_ascii_digit());
        let ends_in_point = number.ends_with('.');
        if major.is_empty() || ends_in_point || !is_number(major) || !is_number(minor) {
            return Err(form());
        }
        let (digits, exponent) = (minor.len(), currency.exponent());
        if digits > usize::from(exponent) {
            let text = text.to_owned();
            return Err(ParseMoneyError::TooPrecise { text, digits, currency, exponent });
        }
        let out_of_range = || ParseMoneyError::OutOfRange { text: text.to_owned() };
        let padding = "0".repeat(usize::from(exponent) - digits);
        let sign = if is_negative { "-" } else { "" };
        let amount_minor = format!("{sign}{major}{minor}{padding}").parse();
        Ok(Self::new(amount_minor.map_err(|_| out_of_range())?, currency))
    }
}

#[cfg(test)]
#[path = "money_tests.rs"]
mod tests;
