//! What is paid: from the wish to pay to the money in the books, and what is taken back of it.

mod allocate;
mod entries;
mod error;
mod id;
mod intent;
mod matching;
mod number;
mod poll;
mod receipt;
mod reference;
mod status;
mod take_back;
mod token;

pub use allocate::{
    Allocated, Allocation, AllocationError, DEBTS_MAX, Debt, OpenDebt, Policy, allocate,
};
pub use error::ReceiptError;
pub use id::{AllocationId, IntentId, InvoiceId, ReceiptId, RefundId, ReversalId};
pub use intent::{Intent, IntentError, IntentEvent, IntentState, IntentStateError, Purpose};
pub use matching::{Found, Matched, MatchedBy, Review, Unmatched, Verdict, judge};
pub use number::{RECEIPT_NUMBER_LEN_MAX, ReceiptNumber, ReceiptNumberError};
pub use poll::{NextPoll, POLLS_S, next_poll};
pub use receipt::{Change, Receipt, ReceiptEvent, Received, Settlement, TAKEN_BACK_MAX};
pub use reference::{
    ACCOUNT_REFERENCE_LEN_MAX, AccountReference, AccountReferenceError, CallingCode,
    CallingCodeError,
};
pub use status::{InvoiceAmounts, PaymentStatus, StatusError};
pub use take_back::{RefundTo, TakeBack, TakenBack};
pub use token::{PROVIDER_TOKEN_LEN_MAX, ProviderToken, ProviderTokenError};

#[cfg(test)]
mod model_tests;
