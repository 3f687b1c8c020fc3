//! What a customer was charged and has paid, and what that comes to.

use entitlement::Timestamp;

use crate::ledger::{AccountName, TransferSource};
use crate::{Interval, Money, MoneyError, Percentage};

/// The most movements of a statement.
pub const MOVEMENTS_MAX: usize = 100_000;

/// What changes what a customer owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MovementKind {
    /// An invoice became final.
    Invoice,
    /// A fee, as for paying late.
    Fee,
    /// A credit note became final.
    CreditNote,
    /// The customer paid.
    Payment,
    /// A payment was taken back by its provider.
    Reversal,
    /// Money went back to the customer.
    Refund,
    /// What is owed was given up.
    WriteOff,
    /// A credit note gives back what was given up before: it was not to be paid, and so is no loss.
    WriteOffTakenBack,
    /// What was used was paid from the wallet, without an invoice.
    Usage,
}

/// Something that changes what a customer owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// When.
    pub at: Timestamp,
    /// Its place among those of one moment: in the order in which they were made.
    pub number: u64,
    /// What.
    pub kind: MovementKind,
    /// The number of the document, or the provider's of the payment.
    pub reference: String,
    /// How much; more than 0, whichever way it goes.
    pub amount: Money,
    /// The taxes that are within it, where no document says them.
    pub taxes: Vec<TaxWithin>,
}

/// A tax that is within what was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxWithin {
    /// Its name: `VAT`.
    pub name: String,
    /// Its rate.
    pub rate: Percentage,
    /// How much of what was paid; less than nothing where rounding was put right.
    pub amount: Money,
}

/// What was paid for use, without an invoice, in all movements of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// Without taxes.
    pub net: Money,
    /// Each tax by its name and rate.
    pub taxes: Vec<TaxWithin>,
    /// With taxes.
    pub gross: Money,
}

/// A movement, and what the customer owes behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// What.
    pub movement: Movement,
    /// What is owed then; less than nothing: what the customer has to its credit.
    pub balance: Money,
}

/// What a customer was charged and has paid in a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// From when until when.
    pub period: Interval,
    /// What was owed at its beginning.
    pub opening: Money,
    /// Each movement, by time.
    pub lines: Vec<StatementLine>,
    /// What is owed at its end.
    pub closing: Money,
}

/// Movements of which no statement can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// Amounts of two currencies, or out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A movement of nothing, or less.
    #[error(
        "`{reference}` moves {amount}; movements are more than 0, and their kind says which way"
    )]
    NotPositive {
        /// Which.
        reference: String,
        /// How much.
        amount: Money,
    },
    /// There are too many.
    #[error("there are more than {MOVEMENTS_MAX} movements; make statements of shorter periods")]
    TooMany,
    /// Two that do not follow each other.
    #[error(
        "a statement until {until} with {closing} is not followed by one from {from} with {opening}"
    )]
    NotAdjacent {
        /// When the first ends.
        until: Timestamp,
        /// What is owed then.
        closing: Money,
        /// When the second begins.
        from: Timestamp,
        /// What is owed then.
        opening: Money,
    },
}

impl MovementKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Invoice,
        Self::Fee,
        Self::CreditNote,
        Self::Payment,
        Self::Reversal,
        Self::Refund,
        Self::WriteOff,
        Self::WriteOffTakenBack,
        Self::Usage,
    ];

    /// What a transfer between what a customer owes or has and another account is to the customer.
    /// `is_charge`: it owes more by it, or has less.
    #[must_use]
    pub fn of(source: Option<TransferSource>, other: &AccountName, is_charge: bool) -> Self {
        use TransferSource as From;
        match (source, is_charge) {
            _ if *other == AccountName::WrittenOff && !is_charge => Self::WriteOff,
            // A credit note gives back what nobody had paid: that is no loss any more.
            (Some(From::CreditNote), true) if *other == AccountName::WrittenOff => {
                Self::WriteOffTakenBack
            }
            (Some(From::Invoice), true) => Self::Invoice,
            (Some(From::Refund), true) => Self::Refund,
            (Some(From::Reversal), true) => Self::Reversal,
            (Some(From::CreditNote | From::Invoice), false) => Self::CreditNote,
            // A late fee that is waived.
            (Some(From::WriteOff), false) => Self::WriteOff,
            (Some(From::Session), true) => Self::Usage,
            (_, true) => Self::Fee,
            (_, false) => Self::Payment,
        }
    }

    /// Does the customer owe more by it?
    #[must_use]
    pub const fn is_charge(self) -> bool {
        match self {
            Self::Invoice
            | Self::Fee
            | Self::Reversal
            | Self::Refund
            | Self::WriteOffTakenBack
            | Self::Usage => true,
            Self::CreditNote | Self::Payment | Self::WriteOff => false,
        }
    }
}

impl Movement {
    /// Without the taxes that are within it.
    ///
    /// # Errors
    /// Two currencies, or out of range.
    pub fn net(&self) -> Result<Money, MoneyError> {
        self.taxes.iter().try_fold(self.amount, |net, tax| net.minus(tax.amount))
    }
}

impl Statement {
    /// What was paid for use in its period; `None`: nothing was.
    ///
    /// # Errors
    /// Out of range.
    pub fn used(&self) -> Result<Option<Used>, MoneyError> {
        let nothing = Money::zero(self.opening.currency());
        let movements = self.lines.iter().map(|line| &line.movement);
        let mut used = None;
        for movement in movements.filter(|movement| movement.kind == MovementKind::Usage) {
            let Used { net, taxes, gross } = used.get_or_insert_with(|| Used {
                net: nothing,
                taxes: Vec::new(),
                gross: nothing,
            });
            *net = net.plus(movement.net()?)?;
            *gross = gross.plus(movement.amount)?;
            for tax in &movement.taxes {
                let is_it = |it: &&mut TaxWithin| it.name == tax.name && it.rate == tax.rate;
                match taxes.iter_mut().find(is_it) {
                    Some(found) => found.amount = found.amount.plus(tax.amount)?,
                    None => taxes.push(tax.clone()),
                }
            }
        }
        Ok(used)
    }

    /// Of the movements that are in a period, in whatever order they are given; others are left out.
    ///
    /// # Errors
    /// Of two currencies, out of range, or too many.
    pub fn new(
        period: Interval,
        opening: Money,
        movements: impl IntoIterator<Item = Movement>,
    ) -> Result<Self, StatementError> {
        let within = movements.into_iter().filter(|movement| period.contains(movement.at));
        let mut within: Vec<_> = within.take(MOVEMENTS_MAX + 1).collect();
        if within.len() > MOVEMENTS_MAX {
            return Err(StatementError::TooMany);
        }
        within.sort_by_key(|movement| (movement.at, movement.number, movement.kind));
        let (mut balance, mut lines) = (opening, Vec::with_capacity(within.len()));
        for movement in within {
            let Movement { kind, amount, .. } = movement;
            if amount.amount_minor() <= 0 {
                let reference = movement.reference;
                return Err(StatementError::NotPositive { reference, amount });
            }
            balance =
                if kind.is_charge() { balance.plus(amount)? } else { balance.minus(amount)? };
            lines.push(StatementLine { movement, balance });
        }
        Ok(Self { period, opening, lines, closing: balance })
    }

    /// This one and the next as one.
    ///
    /// # Errors
    /// When the next does not begin where this one ends, with what is owed then.
    pub fn followed_by(self, next: Self) -> Result<Self, StatementError> {
        let (until, from) = (self.period.until(), next.period.from());
        let (closing, opening) = (self.closing, next.opening);
        let not_adjacent = StatementError::NotAdjacent { until, closing, from, opening };
        if until != from || closing != opening {
            return Err(not_adjacent);
        }
        let period = Interval::new(self.period.from(), next.period.until()).ok_or(not_adjacent)?;
        let mut lines = self.lines;
        lines.extend(next.lines);
        if lines.len() > MOVEMENTS_MAX {
            return Err(StatementError::TooMany);
        }
        Ok(Self { period, opening: self.opening, lines, closing: next.closing })
    }
}

#[cfg(test)]
#[path = "statement_tests.rs"]
mod tests;
