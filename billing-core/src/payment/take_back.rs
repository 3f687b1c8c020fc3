//! What is given back of a receipt, or taken back by its provider: the last part of it first.

use core::fmt;

use entitlement::SubscriberId;

use super::entries::Entries;
use super::{Allocation, ReceiptError, RefundId, ReversalId, Settlement};
use crate::ledger::{AccountName, Entry, TransferSource};
use crate::{Money, MoneyError};

/// Who takes it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TakeBack {
    /// We give it back.
    Refund(RefundId, RefundTo),
    /// The provider took it back.
    Reversal(ReversalId),
}

/// Where a refund goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefundTo {
    /// Back to who has paid, by the provider that took it.
    Provider,
    /// Into the wallet: it stays ours to keep, and what it paid is open again.
    Wallet,
}

/// What was taken back, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBack {
    /// By what.
    pub by: TakeBack,
    /// Of what nobody knew the owner of.
    pub unallocated: Money,
    /// Of what was in the wallet.
    pub wallet: Money,
    /// What should have been in the wallet and was not: the subscriber owes it from now on, as
    /// [`Debt::Reversal`](super::Debt::Reversal).
    pub owed: Money,
    /// Of what has paid debts, in the order in which it was taken. What was written off with it is open
    /// again too, all of it.
    pub allocations: Vec<Allocation>,
}

/// What is taken from money of which nobody knows for whom it is.
pub(super) fn from_unallocated(
    by: TakeBack,
    amount: Money,
    left: Money,
) -> Result<TakenBack, ReceiptError> {
    let nothing = Money::zero(left.currency());
    if matches!(by, TakeBack::Refund(_, RefundTo::Wallet)) {
        return Err(ReceiptError::ExceedsAllocated { allocated: nothing, amount });
    }
    within(left, amount)?;
    let allocations = Vec::new();
    Ok(TakenBack { by, unallocated: amount, wallet: nothing, owed: nothing, allocations })
}

/// What is taken from a settlement of a subscriber in whose wallet there is so much.
pub(super) fn from_settlement(
    by: TakeBack,
    amount: Money,
    settlement: &Settlement,
    wallet: Money,
) -> Result<TakenBack, ReceiptError> {
    let nothing = Money::zero(settlement.to_wallet.currency());
    let allocated = settlement.allocated()?;
    // What of it was put into the wallet, and what of that is there.
    let of_wallet = settlement.to_wallet.least(amount)?;
    let there = if wallet.is_negative() { nothing } else { of_wallet.least(wallet)? };
    let (wallet, owed) = match by {
        TakeBack::Refund(_, RefundTo::Wallet) if allocated.least(amount)? == amount => {
            (nothing, nothing)
        }
        TakeBack::Refund(_, RefundTo::Wallet) => {
            return Err(ReceiptError::ExceedsAllocated { allocated, amount });
        }
        TakeBack::Refund(_, RefundTo::Provider) => (there, nothing),
        TakeBack::Reversal(_) => (there, of_wallet.minus(there)?),
    };
    if by.leaves_us() {
        within(allocated.plus(settlement.to_wallet)?, amount)?;
    }
    let wanted = amount.minus(wallet)?.minus(owed)?;
    if allocated.least(wanted)? != wanted {
        let available = allocated.plus(wallet)?;
        return Err(ReceiptError::WalletSpent { available, amount });
    }
    let allocations = last_first(&settlement.allocations, wanted)?;
    Ok(TakenBack { by, unallocated: nothing, wallet, owed, allocations })
}

fn within(left: Money, amount: Money) -> Result<(), ReceiptError> {
    if left.least(amount)? == amount {
        return Ok(());
    }
    Err(ReceiptError::ExceedsLeft { left, amount })
}

fn last_first(allocations: &[Allocation], wanted: Money) -> Result<Vec<Allocation>, MoneyError> {
    let mut wanted = wanted;
    let mut taken = Vec::new();
    for allocation in allocations.iter().rev() {
        if wanted.is_zero() {
            break;
        }
        let amount = allocation.amount.least(wanted)?;
        wanted = wanted.minus(amount)?;
        taken.push(Allocation { amount, ..*allocation });
    }
    Ok(taken)
}

impl TakeBack {
    /// Is it that refund, or that reversal, whatever is said about it?
    pub(super) fn is_same_act(self, other: Self) -> bool {
        match (self, other) {
            (Self::Refund(one, _), Self::Refund(other, _)) => one == other,
            (Self::Reversal(one), Self::Reversal(other)) => one == other,
            _ => false,
        }
    }

    /// Is it taken from us, and not put elsewhere?
    #[must_use]
    pub const fn leaves_us(self) -> bool {
        !matches!(self, Self::Refund(_, RefundTo::Wallet))
    }
}

impl TakenBack {
    /// How much it is, all together, without what was written off.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`], of amounts that no receipt has.
    pub fn amount(&self) -> Result<Money, MoneyError> {
        let paid = self.allocations.iter().map(|allocation| allocation.amount);
        let all = [self.unallocated, self.wallet, self.owed].into_iter().chain(paid);
        Money::sum(self.wallet.currency(), all)
    }

    /// What is left of money of which nobody knows for whom it is.
    pub(super) fn of_unallocated(&self, left: Money) -> Result<Money, ReceiptError> {
        let Self { by, unallocated, .. } = self;
        let by = *by;
        let amount = self.amount()?;
        if amount != *unallocated || !by.leaves_us() {
            return Err(ReceiptError::NotThere { by, from: "a wallet or debts", amount });
        }
        self.rest_of(left, *unallocated, "what nobody knows the owner of")
    }

    /// What is left of a settlement.
    pub(super) fn of_settled(&self, settlement: &Settlement) -> Result<Settlement, ReceiptError> {
        let Self { by, unallocated, wallet, owed, allocations } = self;
        let by = *by;
        let mut left = settlement.clone();
        for taken in allocations {
            self.take_from(&mut left.allocations, taken)?;
        }
        left.allocations.retain(|allocation| !allocation.amount.is_zero());
        let of_wallet = wallet.plus(*owed)?;
        left.to_wallet = self.rest_of(left.to_wallet, of_wallet, "the wallet")?;
        if !by.leaves_us() {
            left.to_wallet = left.to_wallet.plus(self.amount()?)?;
        }
        let is_right = match by {
            TakeBack::Refund(_, RefundTo::Provider) => owed.is_zero(),
            TakeBack::Refund(_, RefundTo::Wallet) => owed.is_zero() && wallet.is_zero(),
            TakeBack::Reversal(_) => !wallet.is_negative() && !owed.is_negative(),
        };
        if !is_right || !unallocated.is_zero() {
            let amount = self.amount()?;
            return Err(ReceiptError::NotThere { by, from: "what it cannot take from", amount });
        }
        Ok(left)
    }

    fn take_from(
        &self,
        allocations: &mut [Allocation],
        taken: &Allocation,
    ) -> Result<(), ReceiptError> {
        let Allocation { debt, amount, written_off } = *taken;
        let found = allocations.iter_mut().find(|allocation| allocation.debt == debt);
        let found = found.filter(|allocation| allocation.written_off == written_off);
        let not_there = ReceiptError::NotThere { by: self.by, from: "a debt", amount };
        let allocation = found.ok_or(not_there)?;
        allocation.amount = self.rest_of(allocation.amount, amount, "a debt")?;
        allocation.written_off = Money::zero(amount.currency());
        Ok(())
    }

    fn rest_of(
        &self,
        has: Money,
        amount: Money,
        from: &'static str,
    ) -> Result<Money, ReceiptError> {
        let rest = has.minus(amount)?;
        if amount.is_negative() || rest.is_negative() {
            return Err(ReceiptError::NotThere { by: self.by, from, amount });
        }
        Ok(rest)
    }

    /// What moves.
    pub(super) fn entries(
        &self,
        subscriber: Option<SubscriberId>,
        clearing: &AccountName,
    ) -> Result<Vec<Entry>, MoneyError> {
        let (source, row) = match self.by {
            TakeBack::Refund(RefundId(row), _) => (TransferSource::Refund, row),
            TakeBack::Reversal(ReversalId(row)) => (TransferSource::Reversal, row),
        };
        let mut entries = Entries::of(source, row, 0);
        entries.add(&AccountName::Unallocated, clearing, self.unallocated)?;
        let Some(subscriber) = subscriber else { return Ok(entries.into_vec()) };
        let wallet = AccountName::Wallet(subscriber);
        let to = if self.by.leaves_us() { clearing } else { &wallet };
        entries.add(&wallet, clearing, self.wallet)?;
        entries.add(&AccountName::Receivable(subscriber), clearing, self.owed)?;
        entries.reopen(to, subscriber, &self.allocations)?;
        Ok(entries.into_vec())
    }
}

impl fmt::Display for TakeBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refund(id, RefundTo::Provider) => write!(f, "refund {id}"),
            Self::Refund(id, RefundTo::Wallet) => write!(f, "refund {id} into the wallet"),
            Self::Reversal(id) => write!(f, "reversal {id}"),
        }
    }
}
