//! Money for sessions that are paid as they go: held slice by slice, paid by what was used.
//!
//! A session that is paid from a wallet while it runs needs money that nobody else spends meanwhile.
//! So it is granted a slice of units at a time, and what the slice costs is held. Each report of its
//! counter pays what was used until then, lets the rest go and holds the next slice, all in one chain.
//!
//! - What is paid is what the whole session costs so far less what it has paid. So rounding never
//!   adds up, a report that comes twice or late pays nothing, and one that is lost is made good by
//!   the next.
//! - A session that keeps to its slice can always pay, however many others share the wallet, and no
//!   session has more than one slice at a time.
//! - A session that falls silent pays what was agreed for that. It is not over by that: a later report
//!   puts right what was guessed.
//! - What is held expires by itself. A crash leaves money held, never lost.
//!
//! Nothing here is kept: whoever does keeps the transfers and the next state of a [`Step`] in one
//! transaction, or neither of them.

mod error;
mod slice;
mod step;

use entitlement::Timestamp;

pub use error::ReservationError;
pub use slice::{NoSlice, SessionTerms, SilenceCharge, Slice, SliceLimits, SliceUnit};
pub use step::{Charge, Decision, Report, Step, UNITS_MAX, expiry};

use crate::ledger::{AccountId, TransferId};
use crate::{Currency, Money};

/// The most steps of one row that make transfers: so many have an identity. A session goes on with
/// another row ([`Reservation::on_row`]).
pub const STEPS_MAX: u16 = u16::MAX / step::PLACES;

/// What is kept of the money of one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reservation {
    /// The row that its transfers are named after.
    pub row: i64,
    /// How many steps of the row have made transfers.
    pub steps: u16,
    /// Between which accounts its money moves.
    pub accounts: SessionAccounts,
    /// The most units that it has reported, since it began.
    pub reported_units: u64,
    /// When it was last heard of.
    pub heard_at: Timestamp,
    /// What it has paid, less what it was paid back.
    pub committed: Money,
    /// What has become of it.
    pub phase: Phase,
}

/// Between which accounts the money of a session moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionAccounts {
    /// The wallet that pays.
    pub wallet: AccountId,
    /// The account that is paid: what the subscriber owes, where an invoice bills the usage with its
    /// taxes; sales, where there is neither.
    pub credit: AccountId,
    /// The account of the taxes that are within what is paid, where no invoice has them.
    pub tax: AccountId,
}

/// What has become of the money of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The session runs.
    Open(Open),
    /// Nothing was heard for too long, and what was agreed for that is paid; or nothing runs for now.
    Silent,
    /// The session is over.
    Ended,
}

/// What a session that runs was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Open {
    /// Until which count of its units.
    pub granted_units: u64,
    /// What is held for them; `None`: they cost nothing, or what was held has expired.
    pub hold: Option<Held>,
}

/// An amount that is held for a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Held {
    /// The transfer that holds it.
    pub id: TransferId,
    /// How much.
    pub amount: Money,
    /// When it is let go by itself.
    pub expires_at: Timestamp,
}

impl Reservation {
    /// That of a session which begins: nothing is granted before its first report, of 0 units.
    #[must_use]
    pub const fn new(
        row: i64,
        accounts: SessionAccounts,
        currency: Currency,
        begins_at: Timestamp,
    ) -> Self {
        let phase = Phase::Open(Open { granted_units: 0, hold: None });
        let committed = Money::zero(currency);
        Self { row, steps: 0, accounts, reported_units: 0, heard_at: begins_at, committed, phase }
    }

    /// The same, whose transfers are named after another row from now on, which must be of no other
    /// session.
    #[must_use]
    pub const fn on_row(self, row: i64) -> Self {
        Self { row, steps: 0, ..self }
    }

    /// What is held for it.
    #[must_use]
    pub const fn hold(&self) -> Option<Held> {
        self.phase.hold()
    }
}

impl Phase {
    /// What is held.
    #[must_use]
    pub const fn hold(&self) -> Option<Held> {
        match self {
            Self::Open(Open { hold, .. }) => *hold,
            Self::Silent | Self::Ended => None,
        }
    }
}

#[cfg(test)]
mod tests;
