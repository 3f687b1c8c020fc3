//! What a tenant holds for a reseller below it.

use entitlement::TenantId;

use super::postings::TenantEntries;
use crate::ledger::{AccountName, Entry, Provider, TransferId, TransferSource};
use crate::{Money, MoneyError};

/// What a reseller has at the tenant above it, and how much more it may spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResellerWallet {
    balance: Money,
    credit_limit: Money,
}

/// A wallet that is none, or a payment into one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WalletError {
    /// The credit is less than nothing.
    #[error(
        "a credit limit cannot be {credit_limit}; it is 0 or more, 0 for a reseller that pays ahead"
    )]
    CreditLimit {
        /// As given.
        credit_limit: Money,
    },
    /// Nothing is paid in.
    #[error("{amount} cannot be paid in; it is more than 0")]
    NotPositive {
        /// As given.
        amount: Money,
    },
    /// Two currencies, or out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// A payment into a reseller's wallet, by the number of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopUpId(pub i64);

/// A reseller pays money in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopUp {
    /// Which payment it is.
    pub id: TopUpId,
    /// Who holds it then.
    pub parent: TenantId,
    /// For whom.
    pub reseller: TenantId,
    /// How much; more than nothing.
    pub amount: Money,
    /// With which provider the parent receives it.
    pub received_with: Provider,
    /// From which provider of its own the reseller pays it.
    pub paid_from: Provider,
}

impl ResellerWallet {
    /// So much is there (less than nothing: owed), and it may come down to so much below nothing.
    ///
    /// # Errors
    /// When the limit is less than nothing, or in another currency.
    pub fn new(balance: Money, credit_limit: Money) -> Result<Self, WalletError> {
        if credit_limit.is_negative() {
            return Err(WalletError::CreditLimit { credit_limit });
        }
        balance.plus(credit_limit)?;
        Ok(Self { balance, credit_limit })
    }

    /// What is there; less than nothing is owed.
    #[must_use]
    pub const fn balance(self) -> Money {
        self.balance
    }

    /// How far below nothing it may come.
    #[must_use]
    pub const fn credit_limit(self) -> Money {
        self.credit_limit
    }

    /// What can still be spent. Less than nothing where a limit was lowered since.
    ///
    /// # Errors
    /// Out of range, of no wallet that was made.
    pub fn available(self) -> Result<Money, MoneyError> {
        self.balance.plus(self.credit_limit)
    }
}

/// What moves on both levels when a reseller pays money in.
///
/// # Errors
/// When nothing is paid in.
pub fn top_up(top_up: &TopUp) -> Result<Vec<TenantEntries>, WalletError> {
    let TopUp { id, parent, reseller, amount, .. } = *top_up;
    if amount.is_negative() || amount.is_zero() {
        return Err(WalletError::NotPositive { amount });
    }
    let entry = |place, debit, credit| {
        let id = TransferId::of(TransferSource::ResellerTopUp, id.0, place);
        vec![Entry { id, debit, credit, amount }]
    };
    let received = AccountName::Clearing(top_up.received_with.clone());
    let paid = AccountName::Clearing(top_up.paid_from.clone());
    Ok(vec![
        TenantEntries {
            tenant: parent,
            entries: entry(0, received, AccountName::Reseller(reseller)),
        },
        TenantEntries { tenant: reseller, entries: entry(1, AccountName::Supplier(parent), paid) },
    ])
}
