//! What cannot be posted, and precisely why.

use core::fmt;

use entitlement::Timestamp;

use super::{AccountId, TransferId};
use crate::{Currency, Money};

/// The transfer of a chain that cannot be made, so that none of it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("transfer {id}: {error}")]
pub struct PostError {
    /// Its place in the chain, from 0.
    pub place: usize,
    /// Which it is.
    pub id: TransferId,
    /// Why not.
    #[source]
    pub error: LedgerError,
}

/// Why a transfer cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// Another one has its id.
    #[error("one with this id was made before with another {field}; each has an id of its own")]
    ExistsOtherwise {
        /// In what they differ.
        field: TransferField,
    },
    /// An account does not exist.
    #[error("there is no account {account}")]
    NoAccount {
        /// Which.
        account: AccountId,
    },
    /// It moves nothing from an account to itself.
    #[error("account {account} cannot be debited and credited at once")]
    SameAccount {
        /// Which.
        account: AccountId,
    },
    /// It is of another currency than the account.
    #[error("account {account} is in {has}, and the amount in {given}")]
    WrongCurrency {
        /// Which account.
        account: AccountId,
        /// Its currency.
        has: Currency,
        /// That of the amount.
        given: Currency,
    },
    /// The amount moves nothing, or backwards.
    #[error(
        "{amount} cannot be moved; an amount is more than 0, and what is taken back goes the other way"
    )]
    NotPositive {
        /// As given.
        amount: Money,
    },
    /// There is not so much.
    #[error("account {account} has {available} left for it, and {amount} is needed")]
    Exceeds {
        /// Which account.
        account: AccountId,
        /// How much could be moved.
        available: Money,
        /// How much was to be.
        amount: Money,
    },
    /// More would have moved in an account than can be counted.
    #[error("the sums of account {account} would be out of range")]
    Overflow {
        /// Which.
        account: AccountId,
    },
    /// Nothing is held by that id.
    #[error("no transfer {held} holds anything")]
    NothingHeld {
        /// Which.
        held: TransferId,
    },
    /// It was moved already.
    #[error("what {held} held was posted before")]
    AlreadyPosted {
        /// Which.
        held: TransferId,
    },
    /// It was let go already.
    #[error("what {held} held was voided before")]
    AlreadyVoided {
        /// Which.
        held: TransferId,
    },
    /// It was let go by itself, or is to be.
    #[error("what {held} held has expired")]
    Expired {
        /// Which.
        held: TransferId,
    },
    /// It is still held.
    #[error("what {held} holds does not expire before {expires_at}")]
    NotExpired {
        /// Which.
        held: TransferId,
        /// When it does.
        expires_at: Timestamp,
    },
    /// It is held until somebody lets it go.
    #[error("what {held} holds never expires")]
    NeverExpires {
        /// Which.
        held: TransferId,
    },
    /// More is to be moved than is held.
    #[error("{held} holds {holds}, and {amount} was to be posted")]
    ExceedsHeld {
        /// Which.
        held: TransferId,
        /// What it holds.
        holds: Money,
        /// What was to be posted.
        amount: Money,
    },
}

/// In what two transfers of one id differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransferField {
    /// In what they do.
    Kind,
    /// In the account that is debited.
    Debit,
    /// In the account that is credited.
    Credit,
    /// In the amount.
    Amount,
    /// In when it expires.
    Expiry,
    /// In what holds the amount.
    Held,
}

impl fmt::Display for TransferField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kind => "kind",
            Self::Debit => "debit account",
            Self::Credit => "credit account",
            Self::Amount => "amount",
            Self::Expiry => "expiry",
            Self::Held => "transfer that holds it",
        })
    }
}
