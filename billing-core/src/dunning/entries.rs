//! What moves in the ledger by what is done.

use entitlement::SubscriberId;

use super::validate::FEE_TIMES_MAX;
use super::{Action, InvoiceId, Measure, StepId};
use crate::Money;
use crate::ledger::{AccountName, Entry, TransferId, TransferSource};

// Every fee of every step has a place of its own: 3012 is fee 12 of step 3.
const _: () = assert!((StepId::MAX as u32 + 1) * FEE_TIMES_MAX as u32 <= u16::MAX as u32);

/// What moves for a subscriber by these actions: late fees are owed, and what is written off is not any
/// more. The same action always is the same transfer.
#[must_use]
pub fn entries(subscriber: SubscriberId, actions: &[Action]) -> Vec<Entry> {
    let receivable = || AccountName::Receivable(subscriber);
    let entry = |action: &Action| match action.measure {
        Measure::LateFee { step, invoice, number, amount } => {
            let place = u16::from(step.number()).saturating_mul(FEE_TIMES_MAX);
            let place = place.saturating_add(number);
            Some(Entry {
                id: TransferId::of(TransferSource::LateFee, invoice.0, place),
                debit: receivable(),
                credit: AccountName::LateFees,
                amount,
            })
        }
        Measure::WriteOff { invoice, number, amount, .. } => {
            Some(write_off(subscriber, (invoice, number), amount))
        }
        Measure::Remind { .. } | Measure::Transition { .. } => None,
    };
    actions.iter().filter_map(entry).collect()
}

/// What moves when so much of what is owed by an invoice, with its late fees, is given up: the which time of
/// that invoice it is, from 0, counted together with [waivers](waiver).
#[must_use]
pub const fn write_off(
    subscriber: SubscriberId,
    (InvoiceId(invoice), number): (InvoiceId, u16),
    amount: Money,
) -> Entry {
    let id = TransferId::of(TransferSource::WriteOff, invoice, number);
    let credit = AccountName::Receivable(subscriber);
    Entry { id, debit: AccountName::WrittenOff, credit, amount }
}

/// What moves when late fees of an invoice are waived: they were not earned after all, so it is no loss.
#[must_use]
pub const fn waiver(
    subscriber: SubscriberId,
    (InvoiceId(invoice), number): (InvoiceId, u16),
    amount: Money,
) -> Entry {
    let id = TransferId::of(TransferSource::WriteOff, invoice, number);
    let credit = AccountName::Receivable(subscriber);
    Entry { id, debit: AccountName::LateFees, credit, amount }
}
