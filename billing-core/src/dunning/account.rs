//! What an account owes, and what has been done about it.

use core::fmt;
use std::collections::BTreeSet;

use entitlement::Timestamp;

use super::{Promise, StepId};
use crate::{Currency, Money, MoneyError, SubscriptionState};

/// The most invoices of an account that are open at a time.
pub const INVOICES_MAX: usize = 1_000;
/// The most subscriptions of an account.
pub const SUBSCRIPTIONS_MAX: usize = 1_000;
/// The most promises of an account that are looked at.
pub const PROMISES_MAX: usize = 100;
/// The most late fees of one invoice.
pub const FEES_MAX: usize = 10_000;

/// An invoice, by the number of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InvoiceId(pub i64);

/// A subscription, by the number of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionId(pub i64);

/// What one subscriber owes in one currency, and what has been done about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Every invoice of which something is open, or of a late fee; due or not, in whatever order.
    pub invoices: Vec<OpenInvoice>,
    /// What it has.
    pub subscriptions: Vec<Subscription>,
    /// What was promised; at least of the days that the policy counts, and what holds up a step that
    /// has not happened.
    pub promises: Vec<Promise>,
    /// When something was last paid, credited or written off: since then what is open is open as it is
    /// said here. `None`: nothing ever was.
    pub paid_at: Option<Timestamp>,
    /// The moment of the last reminder, as its [`Action`](super::Action) has it. `None`: none was sent.
    pub reminded_at: Option<Timestamp>,
}

/// An invoice of which something is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenInvoice {
    /// Which.
    pub id: InvoiceId,
    /// When it is overdue if it is not paid; the day that the tenant's clock shows then is its due date.
    pub due_at: Timestamp,
    /// What it came to.
    pub total: Money,
    /// What is open of it, without late fees.
    pub open: Money,
    /// What became less open of it since it was due, as long as something stayed open; in whatever order. What
    /// it has not is as if it had been so always: it need not go back behind what was looked at last.
    pub paid: Vec<PaidPart>,
    /// Every late fee that it was ever charged, paid or not.
    pub fees: Vec<ChargedFee>,
    /// How often its rest was written off before: a payment that is taken back opens it again.
    pub write_offs: u16,
}

/// A part of an invoice that was paid, credited or given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PaidPart {
    /// When.
    pub at: Timestamp,
    /// How much; less than nothing was taken back.
    pub amount: Money,
}

/// A late fee that was charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChargedFee {
    /// By which step.
    pub step: StepId,
    /// Which of its fees, from 0.
    pub number: u16,
    /// When, as its [`Action`](super::Action) has it.
    pub at: Timestamp,
    /// How much.
    pub amount: Money,
    /// What is open of that.
    pub open: Money,
}

/// A subscription of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subscription {
    /// Which.
    pub id: SubscriptionId,
    /// What has become of it.
    pub state: SubscriptionState,
    /// Since when.
    pub since: Timestamp,
}

/// An account that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// More of something than is looked at.
    #[error("the account has {count} {what}; at most {max} are looked at")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there can be.
        max: usize,
    },
    /// One invoice, given twice.
    #[error("invoice {invoice} is given twice; give each once")]
    Twice {
        /// Which.
        invoice: InvoiceId,
    },
    /// An amount of another currency.
    #[error("invoice {invoice} has an amount of {given}; the policy is for amounts in {currency}")]
    Currency {
        /// Which.
        invoice: InvoiceId,
        /// As given.
        given: Money,
        /// That of the policy.
        currency: Currency,
    },
    /// An amount below nothing.
    #[error("invoice {invoice} has an amount of {given}; what is owed is 0 or more")]
    Negative {
        /// Which.
        invoice: InvoiceId,
        /// As given.
        given: Money,
    },
}

impl OpenInvoice {
    /// What was open of it at a moment, without late fees; what was paid in that moment is not.
    ///
    /// # Errors
    /// Two currencies, or too much.
    pub fn open_at(&self, at: Timestamp) -> Result<Money, MoneyError> {
        let later = self.paid.iter().filter(|part| part.at > at);
        let open = later.map(|part| part.amount).try_fold(self.open, Money::plus)?;
        Ok(if open.is_negative() { Money::zero(open.currency()) } else { open })
    }
}

impl Account {
    /// What is overdue at a moment, with late fees: whether it is enough to do something or not.
    ///
    /// # Errors
    /// Two currencies, or too much.
    pub fn overdue(&self, currency: Currency, at: Timestamp) -> Result<Money, MoneyError> {
        let overdue = self.invoices.iter().filter(|invoice| invoice.due_at <= at);
        let amounts = overdue.flat_map(|invoice| {
            let charged = invoice.fees.iter().filter(|fee| fee.at <= at).map(|fee| fee.open);
            core::iter::once(invoice.open).chain(charged)
        });
        Money::sum(currency, amounts)
    }

    /// Can it be?
    pub(super) fn check(&self, currency: Currency) -> Result<(), AccountError> {
        let bounds = [
            ("open invoices", self.invoices.len(), INVOICES_MAX),
            ("subscriptions", self.subscriptions.len(), SUBSCRIPTIONS_MAX),
            ("promises", self.promises.len(), PROMISES_MAX),
        ];
        let of_invoices = self.invoices.iter();
        let fees = of_invoices.map(|it| ("late fees of one invoice", it.fees.len(), FEES_MAX));
        for (what, count, max) in bounds.into_iter().chain(fees) {
            if count > max {
                return Err(AccountError::TooMany { what, count, max });
            }
        }
        let mut known = BTreeSet::new();
        for OpenInvoice { id: invoice, total, open, paid, fees, .. } in &self.invoices {
            let invoice = *invoice;
            if !known.insert(invoice) {
                return Err(AccountError::Twice { invoice });
            }
            if let Some(PaidPart { amount: given, .. }) =
                paid.iter().find(|part| part.amount.currency() != currency).copied()
            {
                return Err(AccountError::Currency { invoice, given, currency });
            }
            let of_fees = fees.iter().flat_map(|fee| [fee.amount, fee.open]);
            for given in [*total, *open].into_iter().chain(of_fees) {
                if given.currency() != currency {
                    return Err(AccountError::Currency { invoice, given, currency });
                }
                if given.is_negative() {
                    return Err(AccountError::Negative { invoice, given });
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for InvoiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for SubscriptionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
