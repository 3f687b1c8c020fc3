//! Transfers.

use core::fmt;

use entitlement::Timestamp;

use super::AccountId;
use crate::Money;

/// A transfer, by the number that its maker drew or derived, so that to repeat it repeats nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransferId(pub u128);

impl fmt::Display for TransferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// What is to move, or what becomes of what is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Transfer {
    /// Which.
    pub id: TransferId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: TransferKind,
}

/// What a transfer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransferKind {
    /// It moves an amount for good.
    Move {
        /// The account that is debited.
        debit: AccountId,
        /// The account that is credited.
        credit: AccountId,
        /// How much; more than nothing.
        amount: Money,
    },
    /// It holds an amount.
    Hold {
        /// The account that is to be debited.
        debit: AccountId,
        /// The account that is to be credited.
        credit: AccountId,
        /// How much at most; more than nothing.
        amount: Money,
        /// When it is let go by itself; `None`: never.
        expires_at: Option<Timestamp>,
    },
    /// It moves what is held, or less, and lets the rest go.
    PostHeld {
        /// What holds it.
        held: TransferId,
        /// How much of it; nothing is right, too.
        amount: Money,
    },
    /// It lets go what is held.
    VoidHeld {
        /// What holds it.
        held: TransferId,
    },
    /// It lets go what is held and has expired.
    ExpireHeld {
        /// What holds it.
        held: TransferId,
    },
}

/// A transfer that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// As it was made.
    pub transfer: Transfer,
    /// Of one that holds, what has become of it.
    pub pending: Option<PendingState>,
}

/// What has become of an amount that was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PendingState {
    /// It is.
    Held,
    /// It was moved, as a whole or in part.
    Posted,
    /// It was let go.
    Voided,
    /// It was let go by itself.
    Expired,
}
