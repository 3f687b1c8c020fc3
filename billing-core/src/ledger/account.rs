//! Accounts.

use entitlement::row_id;

use super::LedgerError;
use crate::{Currency, Money, MoneyError};

row_id! {
    /// An account, by the number that its keeper gave it.
    AccountId
}

/// An account with what has moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Which.
    pub id: AccountId,
    /// All of it is in this one.
    pub currency: Currency,
    /// What it may not come to.
    pub limit: Limit,
    /// What was posted, and what is held.
    pub balance: Balance,
}

/// What an account may not come to. What is held counts as if it were posted, so that it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Limit {
    /// It may come to anything.
    #[default]
    None,
    /// No more may be taken from it than was put into it: a customer's wallet, which we owe.
    DebitsWithinCredits,
    /// No more may be put into it than was taken from it: stock, which we have.
    CreditsWithinDebits,
}

/// The sums of an account, in minor units, none of them negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Balance {
    /// Debited for good.
    pub debits_posted_minor: i64,
    /// Credited for good.
    pub credits_posted_minor: i64,
    /// Held to be debited.
    pub debits_pending_minor: i64,
    /// Held to be credited.
    pub credits_pending_minor: i64,
}

impl Account {
    /// An account in which nothing has moved.
    #[must_use]
    pub fn new(id: AccountId, currency: Currency, limit: Limit) -> Self {
        Self { id, currency, limit, balance: Balance::default() }
    }

    /// What was credited for good less what was debited.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`], of sums that no [`post`](super::post) makes.
    pub fn credit_balance(&self) -> Result<Money, MoneyError> {
        let Balance { debits_posted_minor, credits_posted_minor, .. } = self.balance;
        let minor = credits_posted_minor.checked_sub(debits_posted_minor);
        minor.map(|minor| Money::new(minor, self.currency)).ok_or(MoneyError::Overflow)
    }

    /// What may still be debited; `None`: anything.
    pub(super) fn debitable_minor(&self) -> Option<i128> {
        let Balance { debits_posted_minor, debits_pending_minor, credits_posted_minor, .. } =
            self.balance;
        let taken = i128::from(debits_posted_minor) + i128::from(debits_pending_minor);
        (self.limit == Limit::DebitsWithinCredits).then(|| i128::from(credits_posted_minor) - taken)
    }

    /// What may still be credited; `None`: anything.
    pub(super) fn creditable_minor(&self) -> Option<i128> {
        let Balance { credits_posted_minor, credits_pending_minor, debits_posted_minor, .. } =
            self.balance;
        let put = i128::from(credits_posted_minor) + i128::from(credits_pending_minor);
        (self.limit == Limit::CreditsWithinDebits).then(|| i128::from(debits_posted_minor) - put)
    }

    /// Changes one of its sums.
    pub(super) fn add(
        &mut self,
        sum: fn(&mut Balance) -> &mut i64,
        minor: i64,
    ) -> Result<(), LedgerError> {
        let sum = sum(&mut self.balance);
        let changed = sum.checked_add(minor).filter(|changed| *changed >= 0);
        *sum = changed.ok_or(LedgerError::Overflow { account: self.id })?;
        Ok(())
    }
}
