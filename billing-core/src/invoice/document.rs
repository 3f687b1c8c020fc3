//! What becomes of a draft, and what a document moves in the ledger.

use core::num::NonZeroU32;

use entitlement::{SubscriberId, TimeZone, Timestamp};

use super::credit_note::CreditNote;
use super::draft::Draft;
use crate::ledger::{AccountName, Entry, TransferId, TransferSource};
use crate::{Cadence, CadenceUnit, Money, MoneyError};

/// The place of the transfer that puts a credit note into the wallet, behind those that give back.
const INTO_WALLET: u16 = 2;
/// The place of the transfer by which a credit note makes a loss smaller.
const OF_LOSS: u16 = 3;

/// What is done where an invoice would come to less than nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OnExcess {
    /// A credit note is made of it.
    #[default]
    CreditNote,
    /// Nothing is made of it: its lines are not billed, so that the next run finds them again and
    /// sets them off against what is due by then. Of a subscription that is over make a credit note.
    CarryOver,
}

/// A draft that becomes final: it is given a number, and its lines are billed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    /// What is to be paid, be it nothing.
    Invoice(Draft),
    /// What is given back, with the draft whose lines are billed by that.
    CreditNote(Draft, CreditNote),
}

/// Until when an invoice is to be paid that gives so many days: at the time of day at which it was
/// issued, on the tenant's clock, so that a day on which the clock is changed is one. `None`: no
/// calendar has it.
#[must_use]
pub fn payment_due_at(issued_at: Timestamp, days: u16, zone: &TimeZone) -> Option<Timestamp> {
    match NonZeroU32::new(days.into()) {
        None => Some(issued_at),
        Some(count) => Cadence { count, unit: CadenceUnit::Day }.after(issued_at, zone),
    }
}

impl Draft {
    /// What becomes of it; `None`: nothing now, and its lines are not billed.
    ///
    /// # Errors
    /// Out of range.
    pub fn document(self, on_excess: OnExcess) -> Result<Option<Document>, MoneyError> {
        if self.lines.is_empty() {
            return Ok(None);
        }
        if !self.gross.is_negative() {
            return Ok(Some(Document::Invoice(self)));
        }
        match on_excess {
            OnExcess::CarryOver => Ok(None),
            OnExcess::CreditNote => {
                let note = CreditNote::of_draft(&self)?;
                Ok(Some(Document::CreditNote(self, note)))
            }
        }
    }

    /// What the invoice moves when it becomes final: the customer owes it, its net amount is sold, and
    /// its taxes belong to the state. `row` is the invoice's.
    ///
    /// # Errors
    /// Out of range.
    pub fn entries(&self, row: i64, subscriber: SubscriberId) -> Result<Vec<Entry>, MoneyError> {
        let taxes = self.gross.minus(self.net)?;
        owed(TransferSource::Invoice, row, subscriber, [self.net, taxes])
    }
}

impl CreditNote {
    /// What the credit note moves when it becomes final: the opposite of an invoice. `row` is the
    /// credit note's.
    ///
    /// # Errors
    /// Out of range.
    pub fn entries(&self, row: i64, subscriber: SubscriberId) -> Result<Vec<Entry>, MoneyError> {
        let taxes = self.gross.minus(self.net)?;
        let given_back = [self.net.negated()?, taxes.negated()?];
        owed(TransferSource::CreditNote, row, subscriber, given_back)
    }

    /// As [`settle_credit`], of all that it gives back. `row` is the credit note's.
    ///
    /// # Errors
    /// Two currencies, or out of range.
    pub fn settled(
        &self,
        row: i64,
        subscriber: SubscriberId,
        of_loss: Money,
    ) -> Result<Vec<Entry>, MoneyError> {
        settle_credit(row, subscriber, self.gross, of_loss)
    }
}

/// What moves when so much is given back by a credit note of this row, whose own entries have made what the
/// customer owes less by it: `of_loss` of that nobody had paid, as it was written off, and so it makes that loss
/// smaller; the rest is put into the subscriber's wallet, which then pays what is open.
///
/// # Errors
/// Two currencies, or out of range.
pub fn settle_credit(
    row: i64,
    subscriber: SubscriberId,
    amount: Money,
    of_loss: Money,
) -> Result<Vec<Entry>, MoneyError> {
    let to = [
        (OF_LOSS, AccountName::WrittenOff, of_loss),
        (INTO_WALLET, AccountName::Wallet(subscriber), amount.minus(of_loss)?),
    ];
    let moved = to.into_iter().filter(|(.., amount)| !amount.is_zero());
    let entry = |(place, credit, amount)| {
        let id = TransferId::of(TransferSource::CreditNote, row, place);
        Entry { id, debit: AccountName::Receivable(subscriber), credit, amount }
    };
    Ok(moved.map(entry).collect())
}

/// Entries by which a customer owes so much for what was sold and in taxes; less than nothing the
/// other way round, and nothing not at all. Each has a place of its own.
fn owed(
    source: TransferSource,
    row: i64,
    subscriber: SubscriberId,
    [net, taxes]: [Money; 2],
) -> Result<Vec<Entry>, MoneyError> {
    let mut entries = Vec::new();
    for (place, amount, account) in [(0, net, AccountName::Sales), (1, taxes, AccountName::Tax)] {
        let id = TransferId::of(source, row, place);
        let receivable = AccountName::Receivable(subscriber);
        if amount.is_negative() {
            let amount = amount.negated()?;
            entries.push(Entry { id, debit: account, credit: receivable, amount });
        } else if !amount.is_zero() {
            entries.push(Entry { id, debit: receivable, credit: account, amount });
        }
    }
    Ok(entries)
}

#[cfg(test)]
#[path = "document_tests.rs"]
pub(super) mod tests;
