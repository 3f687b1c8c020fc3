//! A part of something, or an amount whatever that comes to.

use core::fmt;
use core::str::FromStr;

use crate::{Money, MoneyError, Percentage, Rounding};

/// So many per cent of something, or so much: what is taken off, what a late fee is, how much such fees come
/// to at most, what a reseller earns. What it is of, and how great it can be, says who asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartOrAmount {
    /// So many per cent.
    Percent(Percentage),
    /// So much.
    Fixed(Money),
}

/// A text that is neither.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is neither a part nor an amount; they are written `10%` and `25 KES`", text.escape_debug())]
pub struct PartOrAmountError {
    /// As written.
    pub text: String,
}

impl PartOrAmount {
    /// How much it is of so much; what is fixed is not less because that is.
    ///
    /// # Errors
    /// Out of range.
    pub fn of(self, whole: Money, rounding: Rounding) -> Result<Money, MoneyError> {
        match self {
            Self::Percent(rate) => whole.part(rate.ratio(), rounding),
            Self::Fixed(amount) => Ok(amount),
        }
    }
}

impl fmt::Display for PartOrAmount {
    /// `10%`, `25.00 KES`: as it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(rate) => rate.fmt(f),
            Self::Fixed(amount) => amount.fmt(f),
        }
    }
}

impl FromStr for PartOrAmount {
    type Err = PartOrAmountError;

    fn from_str(text: &str) -> Result<Self, PartOrAmountError> {
        let error = || PartOrAmountError { text: text.to_owned() };
        if text.ends_with('%') {
            return text.parse().map(Self::Percent).map_err(|_| error());
        }
        text.parse().map(Self::Fixed).map_err(|_| error())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_is_written() {
        let table =
            [("7.5%", "7.5%"), ("0%", "0%"), ("25 KES", "25.00 KES"), ("-1 KES", "-1.00 KES")];
        for (text, written) in table {
            let read: PartOrAmount = text.parse().unwrap();
            assert_eq!((read.to_string().as_str(), written.parse()), (written, Ok(read)));
        }
        for text in ["25", "", "%", "KES", "x%", "5% KES"] {
            let error = text.parse::<PartOrAmount>().unwrap_err().to_string();
            let expected = format!(
                "`{text}` is neither a part nor an amount; they are written `10%` and `25 KES`"
            );
            assert_eq!(error, expected);
        }
    }

    #[test]
    fn a_part_is_rounded_and_an_amount_stays_what_it_is() {
        let whole: Money = "33.33 KES".parse().unwrap();
        let of = |text: &str| {
            let it: PartOrAmount = text.parse().unwrap();
            it.of(whole, Rounding::HalfUp).unwrap().to_string()
        };
        assert_eq!(["50%", "0%", "50 KES"].map(of), ["16.67 KES", "0.00 KES", "50.00 KES"]);
    }
}
