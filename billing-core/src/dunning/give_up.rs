//! What an operator gives up of what is owed.

use crate::{Money, MoneyError};

/// Something that cannot be given up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GiveUpError {
    /// Nothing of it is open.
    #[error("nothing of it is open, so there is nothing to give up")]
    NotOpen,
    /// More than is open.
    #[error("{amount} cannot be given up; {open} are open")]
    MoreThanOpen {
        /// As asked for.
        amount: Money,
        /// What is open.
        open: Money,
    },
    /// Nothing, or less.
    #[error("{amount} cannot be given up; it is more than 0")]
    NotPositive {
        /// As asked for.
        amount: Money,
    },
    /// Two currencies.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// How much is given up of what is open: an amount, or without one all of it.
///
/// # Errors
/// When nothing is open, for more than is, and for nothing.
pub fn given_up(open: Money, amount: Option<Money>) -> Result<Money, GiveUpError> {
    if open.amount_minor() <= 0 {
        return Err(GiveUpError::NotOpen);
    }
    let amount = amount.unwrap_or(open);
    if amount.amount_minor() <= 0 {
        return Err(GiveUpError::NotPositive { amount });
    }
    if amount.least(open)? != amount {
        return Err(GiveUpError::MoreThanOpen { amount, open });
    }
    Ok(amount)
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::kes;
    use super::*;

    #[test]
    fn a_part_or_all_of_what_is_open_is_given_up_and_no_more() {
        let table = [
            ("3000", None, Ok("3000")),
            ("3000", Some("3000"), Ok("3000")),
            ("3000", Some("0.01"), Ok("0.01")),
            ("3000", Some("3000.01"), Err("3000.01 KES cannot be given up; 3000.00 KES are open")),
            ("3000", Some("0"), Err("0.00 KES cannot be given up; it is more than 0")),
            ("3000", Some("-1"), Err("-1.00 KES cannot be given up; it is more than 0")),
            ("0", None, Err("nothing of it is open, so there is nothing to give up")),
            ("-5", Some("1"), Err("nothing of it is open, so there is nothing to give up")),
        ];
        for (open, amount, expected) in table {
            let found = given_up(kes(open), amount.map(kes));
            let expected = expected.map(kes).map_err(str::to_owned);
            assert_eq!(found.map_err(|error| error.to_string()), expected, "{open} {amount:?}");
        }
        let dollars = "1 USD".parse().unwrap();
        assert!(matches!(given_up(kes("3000"), Some(dollars)), Err(GiveUpError::Money(_))));
    }
}
