//! Why a reservation takes no step.

use entitlement::Timestamp;

use crate::ledger::{AccountId, TransferId};
use crate::{Money, MoneyError};

/// Why a reservation takes no step. `E` is why the usage cannot be rated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReservationError<E> {
    /// What the usage costs is not known, which never means nothing.
    #[error("the usage cannot be rated: {0}")]
    Rate(#[source] E),
    /// Amounts that cannot be reckoned together.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The usage costs less than nothing.
    #[error("{units} units are rated at {amount}; usage costs 0 or more")]
    Negative {
        /// How many units.
        units: u64,
        /// What they are said to cost.
        amount: Money,
    },
    /// The wallet is another one.
    #[error("account {given} was given, and the session is paid from account {wallet}")]
    WrongWallet {
        /// As given.
        given: AccountId,
        /// That of the session.
        wallet: AccountId,
    },
    /// What is held has expired.
    #[error(
        "what {held} held for the session expired at {expires_at}; it is let go first (`lapse`), and \
         the wallet read again"
    )]
    Lapsed {
        /// What held it.
        held: TransferId,
        /// Since when it is free.
        expires_at: Timestamp,
    },
    /// It was heard of not long ago.
    #[error("the session is not silent before {silent_at}, and it is {at}")]
    NotSilent {
        /// When it will be.
        silent_at: Timestamp,
        /// The moment that was given.
        at: Timestamp,
    },
    /// It does not run.
    #[error("only a session that runs falls silent, and this one is silent already or over")]
    NotOpen,
    /// More was used than when it ended.
    #[error(
        "{total_units} units were reported for a session that ended with {final_units}; after the \
         end there are no more"
    )]
    AfterEnd {
        /// As reported.
        total_units: u64,
        /// As it ended.
        final_units: u64,
    },
    /// The tariff has changed already.
    #[error("the tariff was to change at {boundary}, and it is {at}; the next change is later")]
    BoundaryPassed {
        /// As given.
        boundary: Timestamp,
        /// The moment of the report.
        at: Timestamp,
    },
    /// There is no identity left for its transfers.
    #[error(
        "row {row} has named the transfers of {} steps, which is all; the session goes on with \
         another row",
        super::STEPS_MAX
    )]
    RowUsedUp {
        /// Which row.
        row: i64,
    },
}
