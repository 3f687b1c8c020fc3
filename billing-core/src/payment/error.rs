//! What cannot become of a receipt, and precisely why.

use entitlement::SubscriberId;

use super::{Debt, TAKEN_BACK_MAX, TakeBack};
use crate::{Money, MoneyError};

/// What cannot become of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// Two currencies, or out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Nothing, or less.
    #[error("{amount} is no amount to receive or to take back; it is more than 0")]
    NotPositive {
        /// As given.
        amount: Money,
    },
    /// It lies somewhere already.
    #[error("this receipt is in the books already; it is taken in once")]
    AlreadyBooked,
    /// It lies nowhere yet.
    #[error("this receipt is not in the books yet; it is assigned or parked first")]
    NotBooked,
    /// It is somebody's.
    #[error("this receipt was assigned to subscriber {subscriber} before; it is assigned once")]
    AlreadyAssigned {
        /// Whose it is.
        subscriber: SubscriberId,
    },
    /// All of it was taken back.
    #[error("nothing is left of this receipt that could be assigned")]
    NothingLeft,
    /// What is shared out is not what is left.
    #[error(
        "{shared} of this receipt is shared out, and {left} is left of it; all of it is shared out"
    )]
    NotShared {
        /// What is left.
        left: Money,
        /// What would be shared out.
        shared: Money,
    },
    /// A debt gets two parts of it.
    #[error("{debt} gets two parts of this receipt; each debt gets one")]
    Twice {
        /// Which.
        debt: Debt,
    },
    /// More is to be taken back than was not taken back before.
    #[error("{amount} cannot be taken back, {left} is left of this receipt; take that or less")]
    ExceedsLeft {
        /// What is left.
        left: Money,
        /// What was to be taken.
        amount: Money,
    },
    /// The wallet has been spent.
    #[error(
        "{amount} cannot be refunded: with what is in the wallet {available} can be, as the rest has been \
         spent from it; refund that or less"
    )]
    WalletSpent {
        /// What can be refunded.
        available: Money,
        /// What was to be.
        amount: Money,
    },
    /// More is to be moved into the wallet than debts were paid with.
    #[error(
        "{amount} cannot be moved into the wallet: debts were paid with {allocated}; move that or less"
    )]
    ExceedsAllocated {
        /// What debts were paid with.
        allocated: Money,
        /// What was to be moved.
        amount: Money,
    },
    /// It was made before, and otherwise, or it is to be kept twice.
    #[error("{by} was made before, of {before}, and now it is of {now}; each is made once")]
    MadeOtherwise {
        /// What was.
        by: TakeBack,
        /// How much was taken.
        before: Money,
        /// How much is now.
        now: Money,
    },
    /// What is said to have been taken is not there.
    #[error(
        "{by} takes {amount} of {from}, where it is not; what was kept of this receipt is damaged"
    )]
    NotThere {
        /// What takes it.
        by: TakeBack,
        /// Of what.
        from: &'static str,
        /// How much.
        amount: Money,
    },
    /// Too often.
    #[error(
        "this receipt was taken back {TAKEN_BACK_MAX} times, which is the most; refund from another"
    )]
    TooOften,
}
