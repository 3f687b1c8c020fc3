//! What moves in the ledger, each with its place among what comes from one row.

use entitlement::SubscriberId;

use super::Allocation;
use crate::ledger::{AccountName, Entry, TransferId, TransferSource};
use crate::{Money, MoneyError};

/// Entries of one row, numbered by their places.
pub(super) struct Entries {
    source: TransferSource,
    row: i64,
    place: u16,
    entries: Vec<Entry>,
}

impl Entries {
    /// None yet; the first gets this place.
    pub(super) const fn of(source: TransferSource, row: i64, place: u16) -> Self {
        Self { source, row, place, entries: Vec::new() }
    }

    /// Moves an amount, where there is one.
    pub(super) fn add(
        &mut self,
        debit: &AccountName,
        credit: &AccountName,
        amount: Money,
    ) -> Result<(), MoneyError> {
        if amount.is_zero() {
            return Ok(());
        }
        let id = TransferId::of(self.source, self.row, self.place);
        self.place = self.place.checked_add(1).ok_or(MoneyError::Overflow)?;
        let (debit, credit) = (debit.clone(), credit.clone());
        self.entries.push(Entry { id, debit, credit, amount });
        Ok(())
    }

    /// Pays debts from an account, and writes off what is given up.
    pub(super) fn pay(
        &mut self,
        from: &AccountName,
        subscriber: SubscriberId,
        allocations: &[Allocation],
    ) -> Result<(), MoneyError> {
        let owed = AccountName::Receivable(subscriber);
        for Allocation { amount, written_off, .. } in allocations {
            self.add(from, &owed, *amount)?;
            self.add(&AccountName::WrittenOff, &owed, *written_off)?;
        }
        Ok(())
    }

    /// Undoes such payments: what they paid is owed again.
    pub(super) fn reopen(
        &mut self,
        to: &AccountName,
        subscriber: SubscriberId,
        allocations: &[Allocation],
    ) -> Result<(), MoneyError> {
        let owed = AccountName::Receivable(subscriber);
        for Allocation { amount, written_off, .. } in allocations {
            self.add(&owed, to, *amount)?;
            self.add(&owed, &AccountName::WrittenOff, *written_off)?;
        }
        Ok(())
    }

    pub(super) fn into_vec(self) -> Vec<Entry> {
        self.entries
    }
}
