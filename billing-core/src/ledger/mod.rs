//! Double entry: what moved from which account to which, once and for good.
//!
//! A transfer moves a positive amount from one account to another: it debits the one and credits the
//! other, so that all debits are all credits at every moment. Transfers are never changed; a mistake
//! is undone by another one. Each has an id that its maker chose, so that to repeat one changes
//! nothing. A transfer may be pending first: its amount is then held, until it is posted, as a whole
//! or in part, voided, or expires.
//!
//! [`post`] decides, and keeps nothing: whoever keeps the [`Books`] stores what it gives, in one
//! transaction with the reads.

mod account;
mod chart;
mod error;
mod post;
mod transfer;

pub use account::{Account, AccountId, Balance, Limit};
pub use chart::{
    AccountName, AccountNameError, Entry, PROVIDER_LEN_MAX, Provider, ProviderError, TransferSource,
};
pub use error::{LedgerError, PostError, TransferField};
pub use post::{Books, Posted, post};
pub use transfer::{Kept, PendingState, Transfer, TransferId, TransferKind};

#[cfg(test)]
mod tests;
