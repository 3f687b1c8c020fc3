//! What resellers earn for what customers pay, and give back with what is taken back of it.

use super::commission::{EarnedCommission, postings};
use super::postings::TenantEntries;
use crate::ledger::TransferSource;
use crate::{Money, MoneyError};

/// Something that was taken back of a payment, by the number of the row that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommissionBackId(pub i64);

/// A commission on a payment, with what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PaymentCommission {
    /// Who earned it, and how much.
    pub earned: EarnedCommission,
    /// Of how much that was paid: what was left of the payment when it became known whose it is.
    pub paid: Money,
    /// How much of it was given back, 0 to all of it.
    pub back: Money,
}

/// Some of a commission that is given back now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GivenBack {
    /// By whom to whom, as when it was earned; its amount is what is given back now, more than nothing.
    pub of: EarnedCommission,
    /// What was given back of it then, all together.
    pub back: Money,
}

impl PaymentCommission {
    /// What is kept of it, when so much is `left` of what was paid: its part of that, to the nearest minor
    /// unit. So all that is given back together is never more or less than the whole, in whichever parts
    /// and whatever order the payment is taken back.
    ///
    /// # Errors
    /// Of two currencies, or out of range.
    pub fn kept(&self, left: Money) -> Result<Money, MoneyError> {
        let gone = self.paid.minus(left)?;
        let shares = [left, gone].map(|part| u64::try_from(part.amount_minor()).unwrap_or(0));
        let parts = self.earned.amount.divide(&shares)?;
        Ok(parts.first().copied().unwrap_or(self.earned.amount))
    }

    /// What is given back of it now, when so much is `left` of what was paid; `None`: nothing more.
    ///
    /// # Errors
    /// Of two currencies, or out of range.
    pub fn to_give_back(&self, left: Money) -> Result<Option<GivenBack>, MoneyError> {
        let back = self.earned.amount.minus(self.kept(left)?)?;
        let amount = back.minus(self.back)?;
        if amount.is_negative() || amount.is_zero() {
            return Ok(None);
        }
        Ok(Some(GivenBack { of: EarnedCommission { amount, ..self.earned }, back }))
    }
}

/// What each gives back of its commission on a payment of which so much is `left`.
///
/// # Errors
/// Of two currencies, or out of range.
pub fn give_back(
    commissions: &[PaymentCommission],
    left: Money,
) -> Result<Vec<GivenBack>, MoneyError> {
    commissions.iter().filter_map(|it| it.to_give_back(left).transpose()).collect()
}

/// What moves on every level for what is given back: as when it was earned, and the other way. It may leave
/// a reseller below what its wallet may come to: it is owed all the same, as nobody else has the money.
#[must_use]
pub fn given_back(id: CommissionBackId, back: &[GivenBack]) -> Vec<TenantEntries> {
    let of: Vec<_> = back.iter().map(|it| it.of).collect();
    let mut postings = postings(&of, TransferSource::PaymentCommissionBack, id.0);
    for entry in postings.iter_mut().flat_map(|books| &mut books.entries) {
        core::mem::swap(&mut entry.debit, &mut entry.credit);
    }
    postings
}
