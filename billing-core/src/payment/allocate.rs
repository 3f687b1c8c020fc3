//! How an amount is shared among what is owed.

use core::fmt;
use std::collections::BTreeSet;

use entitlement::{SubscriberId, Timestamp};

use super::entries::Entries;
use super::{AllocationId, InvoiceId, LateFeeId, ReversalId};
use crate::ledger::{AccountName, Entry, TransferSource};
use crate::{Money, MoneyError};

/// The most debts that one payment is shared among.
pub const DEBTS_MAX: usize = 1_000;

/// Something that a subscriber owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Debt {
    /// What an invoice asks for.
    Invoice(InvoiceId),
    /// What a provider took back, and was no longer in the wallet.
    Reversal(ReversalId),
    /// What was charged for paying an invoice late.
    LateFee(LateFeeId),
}

/// A debt with what is still to be paid of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OpenDebt {
    /// Which.
    pub debt: Debt,
    /// When it was to be paid.
    pub due_at: Timestamp,
    /// How much is open; 0: it is paid, and may be named nevertheless.
    pub open: Money,
}

/// Which debts are paid first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Policy {
    /// Those that were due first; of one moment, in the order of their numbers.
    #[default]
    OldestFirst,
    /// These and no others, in this order. None: all is put into the wallet.
    Named(Vec<Debt>),
    /// All of them, each by its part of what is open.
    Proportional,
}

/// A part of an amount that pays a debt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Allocation {
    /// Which debt.
    pub debt: Debt,
    /// How much is paid; more than 0.
    pub amount: Money,
    /// What of it was given up, since so little was missing.
    pub written_off: Money,
}

/// An amount that was shared out. The allocations and the rest make the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocated {
    /// What pays debts, each debt once, in the order in which they are paid.
    pub allocations: Vec<Allocation>,
    /// What no debt needs.
    pub rest: Money,
}

/// An amount that cannot be shared out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AllocationError {
    /// Two currencies, or out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// An amount is less than nothing.
    #[error("{what} is {amount}; it is 0 or more")]
    Negative {
        /// Which.
        what: &'static str,
        /// As given.
        amount: Money,
    },
    /// A debt is there twice.
    #[error("{debt} is given twice; each debt is paid once")]
    Twice {
        /// Which.
        debt: Debt,
    },
    /// A debt is named that the subscriber does not have.
    #[error("{debt} is none of the debts of this subscriber; name those that he has")]
    NotOwed {
        /// Which.
        debt: Debt,
    },
    /// Too many.
    #[error("there are {count} debts; one payment is shared among {DEBTS_MAX} at most")]
    TooMany {
        /// How many there are.
        count: usize,
    },
}

/// Shares `amount` among debts of one subscriber, none of which gets more than is open of it.
///
/// With a `tolerance` what is missing of a debt that gets something is written off, as long as all that
/// is written off together is within it: the last cents of a payment in whole shillings.
///
/// # Errors
/// Of amounts below nothing, of two currencies, or when a debt is given twice or is not owed.
pub fn allocate(
    amount: Money,
    debts: &[OpenDebt],
    policy: &Policy,
    tolerance: Option<Money>,
) -> Result<Allocated, AllocationError> {
    let nothing = Money::zero(amount.currency());
    let tolerance = tolerance.unwrap_or(nothing);
    check(amount, debts, tolerance)?;
    let debts = in_order(debts, policy)?;
    let parts = match policy {
        Policy::Proportional => in_proportion(amount, &debts)?,
        Policy::OldestFirst | Policy::Named(_) => one_after_another(amount, &debts)?,
    };
    let (mut rest, mut tolerated) = (amount, tolerance);
    let mut allocations = Vec::new();
    for (OpenDebt { debt, open, .. }, amount) in debts.iter().zip(parts) {
        if amount.is_zero() {
            continue;
        }
        let missing = open.minus(amount)?;
        let is_tiny = missing.least(tolerated)? == missing;
        let written_off = if is_tiny { missing } else { nothing };
        tolerated = tolerated.minus(written_off)?;
        rest = rest.minus(amount)?;
        allocations.push(Allocation { debt: *debt, amount, written_off });
    }
    Ok(Allocated { allocations, rest })
}

fn check(amount: Money, debts: &[OpenDebt], tolerance: Money) -> Result<(), AllocationError> {
    let count = debts.len();
    if count > DEBTS_MAX {
        return Err(AllocationError::TooMany { count });
    }
    let mut seen = BTreeSet::new();
    for OpenDebt { debt, .. } in debts {
        if !seen.insert(*debt) {
            return Err(AllocationError::Twice { debt: *debt });
        }
    }
    let of_debts = debts.iter().map(|debt| ("what is open of a debt", debt.open));
    let all = [("what is paid", amount), ("the tolerance", tolerance)].into_iter().chain(of_debts);
    for (what, amount) in all {
        if amount.is_negative() {
            return Err(AllocationError::Negative { what, amount });
        }
    }
    Ok(())
}

/// Those that are to be paid, in the order in which they are.
fn in_order(debts: &[OpenDebt], policy: &Policy) -> Result<Vec<OpenDebt>, AllocationError> {
    let Policy::Named(named) = policy else {
        let mut debts = debts.to_vec();
        debts.sort_unstable_by_key(|debt| (debt.due_at, debt.debt));
        return Ok(debts);
    };
    let mut chosen: Vec<OpenDebt> = Vec::new();
    for debt in named {
        // As each may be there once, there are no more of them than of the debts.
        if chosen.iter().any(|before| before.debt == *debt) {
            return Err(AllocationError::Twice { debt: *debt });
        }
        let found = debts.iter().find(|open| open.debt == *debt);
        chosen.push(*found.ok_or(AllocationError::NotOwed { debt: *debt })?);
    }
    Ok(chosen)
}

fn one_after_another(amount: Money, debts: &[OpenDebt]) -> Result<Vec<Money>, MoneyError> {
    let mut rest = amount;
    let mut parts = Vec::with_capacity(debts.len());
    for debt in debts {
        let part = rest.least(debt.open)?;
        rest = rest.minus(part)?;
        parts.push(part);
    }
    Ok(parts)
}

fn in_proportion(amount: Money, debts: &[OpenDebt]) -> Result<Vec<Money>, MoneyError> {
    let all_open = Money::sum(amount.currency(), debts.iter().map(|debt| debt.open))?;
    if all_open.is_zero() {
        return Ok(vec![all_open; debts.len()]);
    }
    // None is negative. A part of what is less than the sum is less than its share, rounded up.
    let shares: Vec<u64> =
        debts.iter().map(|debt| debt.open.amount_minor().unsigned_abs()).collect();
    amount.least(all_open)?.divide(&shares)
}

impl Allocated {
    /// What moves when a subscriber's wallet pays these. The rest stays in it.
    ///
    /// # Errors
    /// When there are more than can be numbered.
    pub fn entries_from_wallet(
        &self,
        id: AllocationId,
        subscriber: SubscriberId,
    ) -> Result<Vec<Entry>, MoneyError> {
        let mut entries = Entries::of(TransferSource::Allocation, id.0, 0);
        entries.pay(&AccountName::Wallet(subscriber), subscriber, &self.allocations)?;
        Ok(entries.into_vec())
    }
}

impl fmt::Display for Debt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invoice(invoice) => write!(f, "invoice {invoice}"),
            Self::Reversal(reversal) => write!(f, "reversal {reversal}"),
            Self::LateFee(fee) => write!(f, "late fee {fee}"),
        }
    }
}

#[cfg(test)]
#[path = "allocate_tests.rs"]
mod tests;
