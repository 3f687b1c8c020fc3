//! What a provider and we do not agree about, typed and in words.

use core::fmt;

use super::Movement;
use crate::Money;
use crate::payment::ReceiptNumber;

/// Seconds of a minute.
const MINUTE_S: u64 = 60;

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Difference {
    /// A payment or a refund is on the statement, and not booked here.
    MissingHere {
        /// Its number.
        number: ReceiptNumber,
        /// What it is about.
        movement: Movement,
        /// How much.
        amount: Money,
    },
    /// A reversal is on the statement, and not booked here.
    ReversedThere {
        /// Its number.
        number: ReceiptNumber,
        /// How much.
        amount: Money,
    },
    /// It is booked here, and not on the statement.
    MissingThere {
        /// Its number.
        number: ReceiptNumber,
        /// What it is about.
        movement: Movement,
        /// How much.
        amount: Money,
    },
    /// Both sides have it, of different amounts.
    Amount {
        /// Its number.
        number: ReceiptNumber,
        /// What it is about.
        movement: Movement,
        /// How much it is on the statement.
        there: Money,
        /// How much it is here.
        here: Money,
    },
    /// Both sides have it, in different currencies.
    Currency {
        /// Its number.
        number: ReceiptNumber,
        /// What it is about.
        movement: Movement,
        /// What it is on the statement.
        there: Money,
        /// What it is here.
        here: Money,
    },
    /// The statement has it more than once.
    TwiceThere {
        /// Its number.
        number: ReceiptNumber,
        /// What it is about.
        movement: Movement,
        /// How often.
        count: usize,
    },
    /// It is booked here more than once.
    TwiceHere {
        /// Its number.
        number: ReceiptNumber,
        /// What it is about.
        movement: Movement,
        /// How often.
        count: usize,
    },
    /// The ledger has moved another amount for it than was booked.
    Ledger {
        /// Its number.
        number: ReceiptNumber,
        /// What it is about.
        movement: Movement,
        /// How much was booked.
        booked: Money,
        /// How much has moved.
        moved: Money,
    },
    /// It was paid, and has brought nothing.
    NotApplied {
        /// Its number.
        number: ReceiptNumber,
        /// How much.
        amount: Money,
        /// For how long, seconds.
        waited_s: u64,
    },
    /// It was applied, and the network has not confirmed.
    NotActivated {
        /// Its number.
        number: ReceiptNumber,
        /// How much.
        amount: Money,
        /// For how long, seconds.
        waited_s: u64,
    },
}

impl Difference {
    /// Of a line that has no like here.
    pub(super) fn not_here(number: &ReceiptNumber, movement: Movement, amount: Money) -> Self {
        let number = number.clone();
        match movement {
            Movement::Reversal => Self::ReversedThere { number, amount },
            Movement::Payment | Movement::Refund => Self::MissingHere { number, movement, amount },
        }
    }

    /// Of what has no like on the statement.
    pub(super) fn not_there(number: &ReceiptNumber, movement: Movement, amount: Money) -> Self {
        Self::MissingThere { number: number.clone(), movement, amount }
    }

    /// Of what both sides have.
    pub(super) fn of_amounts(
        number: &ReceiptNumber,
        movement: Movement,
        there: Money,
        here: Money,
    ) -> Option<Self> {
        let number = number.clone();
        if there.currency() != here.currency() {
            Some(Self::Currency { number, movement, there, here })
        } else {
            (there != here).then_some(Self::Amount { number, movement, there, here })
        }
    }

    /// Of what a side has more than once.
    pub(super) fn twice(
        number: &ReceiptNumber,
        movement: Movement,
        there: usize,
        here: usize,
    ) -> impl Iterator<Item = Self> {
        let number = || number.clone();
        let twice_there =
            (there > 1).then(|| Self::TwiceThere { number: number(), movement, count: there });
        let twice_here =
            (here > 1).then(|| Self::TwiceHere { number: number(), movement, count: here });
        [twice_there, twice_here].into_iter().flatten()
    }

    /// The number of what it is about.
    #[must_use]
    pub const fn number(&self) -> &ReceiptNumber {
        match self {
            Self::MissingHere { number, .. }
            | Self::ReversedThere { number, .. }
            | Self::MissingThere { number, .. }
            | Self::Amount { number, .. }
            | Self::Currency { number, .. }
            | Self::TwiceThere { number, .. }
            | Self::TwiceHere { number, .. }
            | Self::Ledger { number, .. }
            | Self::NotApplied { number, .. }
            | Self::NotActivated { number, .. } => number,
        }
    }

    /// The name that is stored and shown; it never changes.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingHere { .. } => "missing-here",
            Self::ReversedThere { .. } => "reversed-there",
            Self::MissingThere { .. } => "missing-there",
            Self::Amount { .. } => "amount",
            Self::Currency { .. } => "currency",
            Self::TwiceThere { .. } => "twice-there",
            Self::TwiceHere { .. } => "twice-here",
            Self::Ledger { .. } => "ledger",
            Self::NotApplied { .. } => "not-applied",
            Self::NotActivated { .. } => "not-activated",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingHere { number, movement, amount } => {
                write!(
                    f,
                    "{movement} {number} of {amount} is on the statement, and not booked here"
                )
            }
            Self::ReversedThere { number, amount } => {
                write!(f, "{amount} were taken back by the provider under {number}, and not here")
            }
            Self::MissingThere { number, movement, amount } => {
                write!(
                    f,
                    "{movement} {number} of {amount} is booked here, and not on the statement"
                )
            }
            Self::Amount { number, movement, there, here }
            | Self::Currency { number, movement, there, here } => {
                write!(f, "{movement} {number} is of {there} on the statement, and of {here} here")
            }
            Self::TwiceThere { number, movement, count } => {
                write!(f, "{movement} {number} is on the statement {count} times")
            }
            Self::TwiceHere { number, movement, count } => {
                write!(f, "{movement} {number} is booked here {count} times")
            }
            Self::Ledger { number, movement, booked, moved } => {
                write!(f, "{movement} {number} is booked as {booked}, and the ledger has {moved}")
            }
            Self::NotApplied { number, amount, waited_s } => {
                let minutes = waited_s / MINUTE_S;
                write!(f, "payment {number} of {amount} has brought nothing for {minutes} minutes")
            }
            Self::NotActivated { number, amount, waited_s } => write!(
                f,
                "payment {number} of {amount} is applied, and the network has not confirmed for {} minutes",
                waited_s / MINUTE_S
            ),
        }
    }
}

impl fmt::Display for Movement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::Reversal => "reversal",
        })
    }
}
