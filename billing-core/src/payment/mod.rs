//! What is paid: from the wish to pay to the money in the books, and what is taken back of it.
//!
//! An [`Intent`] is somebody's wish to pay, a [`Receipt`] the money that has come. What a provider
//! notifies is [judged](judge) first: whose it is, whether it has come before, and whether it is what
//! was agreed. What has come is [shared](allocate) among what is owed, and the rest is held in the
//! wallet; a receipt knows where each part of it lies, so that [refunds](Receipt::refund) and
//! [reversals](Receipt::reverse) undo exactly that. Each change gives the [`Entry`]s of the ledger.
//! [`reconcile`] compares all of it with what the provider says.
//!
//! That something was paid and that it has come into force are two facts: whoever has paid is never
//! told that he has not because a router was offline.
//!
//! [`Entry`]: crate::ledger::Entry

mod allocate;
mod entries;
mod error;
mod id;
mod intent;
mod matching;
mod number;
mod poll;
mod receipt;
mod reconcile;
mod reference;
mod status;
mod take_back;
mod token;

pub use allocate::{
    Allocated, Allocation, AllocationError, DEBTS_MAX, Debt, OpenDebt, Policy, allocate,
};
pub use error::ReceiptError;
pub use id::{AllocationId, IntentId, InvoiceId, LateFeeId, ReceiptId, RefundId, ReversalId};
pub use intent::{Intent, IntentError, IntentEvent, IntentState, IntentStateError, Purpose};
pub use matching::{Found, Matched, MatchedBy, Review, Unmatched, Verdict, judge};
pub use number::{RECEIPT_NUMBER_LEN_MAX, ReceiptNumber, ReceiptNumberError};
pub use poll::{NextPoll, POLLS_S, next_poll};
pub use receipt::{Change, Receipt, ReceiptEvent, Received, Settlement, TAKEN_BACK_MAX};
pub use reconcile::{
    Booked, BookedKind, Difference, LineKind, Movement, Progress, ReconcileError, Reconciled,
    STATEMENT_LINES_MAX, Scope, StatementLine, reconcile,
};
pub use reference::{
    ACCOUNT_REFERENCE_LEN_MAX, AccountReference, AccountReferenceError, CallingCode,
    CallingCodeError,
};
pub use status::{InvoiceAmounts, PaymentStatus, StatusError};
pub use take_back::{RefundTo, TakeBack, TakenBack};
pub use token::{
    PROVIDER_TOKEN_LEN_MAX, ProviderToken, ProviderTokenError, TOKEN_LABEL_LEN_MAX, TokenLabel,
    TokenLabelError,
};

#[cfg(test)]
mod model_tests;
