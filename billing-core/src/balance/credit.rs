//! How much a subscriber may owe who pays afterwards.

use crate::ledger::Account;
use crate::{Money, MoneyError};

/// The most that a subscriber may owe: what was billed and is open, and what was used and is not
/// billed yet. A limit of nothing is that of a subscriber who pays before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CreditLimit(Money);

/// Why something cannot be had on credit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CreditRefusal {
    /// The limit is none.
    #[error("a credit limit of {limit} is none; it is 0 or more")]
    Negative {
        /// As given.
        limit: Money,
    },
    /// It would be too much.
    #[error("{amount} more is above the credit limit of {limit}, of which {left} is left")]
    Exceeds {
        /// What was wanted.
        amount: Money,
        /// The limit.
        limit: Money,
        /// What could be had.
        left: Money,
    },
    /// Amounts that cannot be reckoned together.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl CreditLimit {
    /// So much.
    ///
    /// # Errors
    /// When it is less than nothing.
    pub const fn new(limit: Money) -> Result<Self, CreditRefusal> {
        if limit.is_negative() {
            return Err(CreditRefusal::Negative { limit });
        }
        Ok(Self(limit))
    }

    /// What is left of it, given the account of what the subscriber owes and what was used and is not
    /// billed yet; negative: it was exceeded. What was paid ahead on that account counts for more.
    ///
    /// # Errors
    /// Two currencies, or out of range.
    pub fn left(self, receivable: &Account, unbilled: Money) -> Result<Money, CreditRefusal> {
        Ok(self.0.plus(receivable.credit_balance()?)?.minus(unbilled)?)
    }

    /// Whether so much more may be owed.
    ///
    /// # Errors
    /// When it may not, and of two currencies or out of range.
    pub fn admit(
        self,
        receivable: &Account,
        unbilled: Money,
        amount: Money,
    ) -> Result<(), CreditRefusal> {
        let left = self.left(receivable, unbilled)?;
        if left.minus(amount)?.is_negative() {
            return Err(CreditRefusal::Exceeds { amount, limit: self.0, left });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{AccountId, Limit};

    fn kes(text: &str) -> Money {
        format!("{text} KES").parse().unwrap()
    }

    #[test]
    fn what_is_open_and_what_is_unbilled_count() {
        let limit = CreditLimit::new(kes("5000")).unwrap();
        // Debited, credited, unbilled, left.
        let table = [
            ("0", "0", "0", "5000"),
            ("3000", "0", "0", "2000"),
            ("3000", "1000", "500", "2500"),
            ("3000", "3200", "0", "5200"),
            ("6000", "0", "100", "-1100"),
        ];
        for (debited, credited, unbilled, left) in table {
            let mut owed = Account::new(AccountId(1), kes("0").currency(), Limit::None);
            owed.balance.debits_posted_minor = kes(debited).amount_minor();
            owed.balance.credits_posted_minor = kes(credited).amount_minor();
            assert_eq!(limit.left(&owed, kes(unbilled)), Ok(kes(left)), "{debited}");
            let cent = kes("0.01");
            if !kes(left).is_negative() {
                assert_eq!(limit.admit(&owed, kes(unbilled), kes(left)), Ok(()));
            }
            let more = kes(left).plus(cent).unwrap();
            assert!(limit.admit(&owed, kes(unbilled), more).is_err(), "{debited}");
        }
        let owed = Account::new(AccountId(1), kes("0").currency(), Limit::None);
        let error = limit.admit(&owed, kes("4000"), kes("1000.01")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "1000.01 KES more is above the credit limit of 5000.00 KES, of which 1000.00 KES is left"
        );
        assert!(CreditLimit::new(kes("-0.01")).is_err());
        let none = CreditLimit::new(kes("0")).unwrap();
        assert!(none.admit(&owed, kes("0"), kes("0.01")).is_err());
    }
}
