//! What is given back of what was invoiced.

use std::collections::{BTreeMap, BTreeSet};

use super::charged_line::ChargedLine;
use super::draft::{Draft, DraftLine, TaxLine, Taxation, add};
use crate::{Currency, Money, MoneyError, Ratio, Rounding, TaxedAmount};

/// Why something is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CreditReason {
    /// It was charged twice.
    Duplicate,
    /// It was charged by mistake.
    Mistake,
    /// The service was not what was sold.
    Service,
    /// The order was changed or taken back.
    Order,
    /// Nobody had to.
    Goodwill,
    /// More was charged than is due: what a run found out.
    Adjustment,
    /// Something else.
    Other,
}

/// How much of a line is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// All that is left of it.
    Rest,
    /// So much, as the price is stated: without taxes, or with them where the price includes them.
    Amount(Money),
    /// So many of those that the line is for.
    Quantity(u32),
}

/// What was given back of a line so far.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Credited {
    /// How much, as the price is stated: the sum of [`CreditLine::stated`].
    pub stated: Money,
    /// How much of each of its taxes, in their order; of those that are not here nothing.
    pub taxes: Vec<Money>,
    /// How many of those that the line is for: the sum of [`CreditLine::quantity`].
    pub quantity: u32,
}

/// A credit note that can still change: it has no number. Its amounts are those that are given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditNote {
    /// Why.
    pub reason: CreditReason,
    /// Of which lines.
    pub lines: Vec<CreditLine>,
    /// Each tax that is given back, with what it is on.
    pub taxes: Vec<TaxLine>,
    /// Without taxes.
    pub net: Money,
    /// With taxes.
    pub gross: Money,
}

/// What is given back of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditLine {
    /// The place of the line on its invoice, from 0.
    pub place: usize,
    /// How many of those that it is for; 0 where an amount is given back.
    pub quantity: u32,
    /// How much, as the price is stated.
    pub stated: Money,
    /// How it is taxed: as the line.
    pub taxation: Taxation,
    /// How much, with each of these taxes.
    pub amount: TaxedAmount,
}

/// Something that cannot be given back. Lines are counted from 1 where people read of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CreditError {
    /// Amounts of two currencies, or out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Nothing was said.
    #[error("nothing is credited; say which lines of the invoice are, and how much of them")]
    Nothing,
    /// The invoice has no such line.
    #[error("there is no line {}; the invoice has {count}, counted from 1", place + 1)]
    NoLine {
        /// Which.
        place: usize,
        /// How many it has.
        count: usize,
    },
    /// A line is there twice.
    #[error("line {} is credited twice; say once how much of it is", place + 1)]
    Twice {
        /// Which.
        place: usize,
    },
    /// The line gives back something itself.
    #[error("line {} is no charge, it comes to {amount}; only charges can be credited", place + 1)]
    NoCharge {
        /// Which.
        place: usize,
        /// What it comes to.
        amount: Money,
    },
    /// Nothing, or less.
    #[error("{amount} of line {} cannot be credited; what is credited is more than 0", place + 1)]
    NotPositive {
        /// Which.
        place: usize,
        /// As entered.
        amount: Money,
    },
    /// More than is left.
    #[error("{amount} of line {} cannot be credited; {left} of it is left", place + 1)]
    TooMuch {
        /// Which.
        place: usize,
        /// As entered.
        amount: Money,
        /// What is left of it.
        left: Money,
    },
    /// More of them than are left, or none.
    #[error("{quantity} of line {} cannot be credited; 1 to {left} can, of what is left", place + 1)]
    Quantity {
        /// Which.
        place: usize,
        /// As entered.
        quantity: u32,
        /// How many are left.
        left: u32,
    },
    /// More than is left of all that was charged.
    #[error("{amount} cannot be given back; {left} are left of what was charged")]
    MoreThanCharged {
        /// How much was to be given back.
        amount: Money,
        /// What is left.
        left: Money,
    },
    /// All of it was given back.
    #[error("nothing of the invoice is left that could be credited")]
    NothingLeft,
    /// More than is left of the invoice, or nothing.
    #[error("{amount} of the invoice cannot be credited; more than 0 can, and at most {left}")]
    OfInvoice {
        /// As entered.
        amount: Money,
        /// What is left of it.
        left: Money,
    },
    /// An amount of an invoice some of whose prices include taxes and some do not.
    #[error("some prices of the invoice include taxes and some do not; say how much of which line")]
    MixedPricing,
}

impl CreditReason {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::Duplicate,
        Self::Mistake,
        Self::Service,
        Self::Order,
        Self::Goodwill,
        Self::Adjustment,
        Self::Other,
    ];

    /// The name that is stored and typed; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Mistake => "mistake",
            Self::Service => "service",
            Self::Order => "order",
            Self::Goodwill => "goodwill",
            Self::Adjustment => "adjustment",
            Self::Other => "other",
        }
    }

    /// The reason that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

impl CreditNote {
    /// Gives back these parts of the lines of a final invoice, each by its place from 0; `credited`
    /// is what was given back of them before.
    ///
    /// The taxes of a credit note are those of its lines, and notes that give back a line bit by bit give
    /// back exactly the line, as [`ChargedLine::part`] says.
    ///
    /// # Errors
    /// When more would be given back than is left of a line, or of what is no charge.
    pub fn new(
        invoice: &[DraftLine],
        credited: &BTreeMap<usize, Credited>,
        parts: &[(usize, Part)],
        reason: CreditReason,
        rounding: Rounding,
    ) -> Result<Self, CreditError> {
        let mut places = BTreeSet::new();
        let mut lines = Vec::with_capacity(parts.len());
        for (place, part) in parts {
            let (place, count) = (*place, invoice.len());
            let line = invoice.get(place).ok_or(CreditError::NoLine { place, count })?;
            if !places.insert(place) {
                return Err(CreditError::Twice { place });
            }
            let before = credited.get(&place).cloned();
            let before = before.unwrap_or(Credited::nothing(line.stated().currency()));
            let charged = ChargedLine::of(line, before);
            let quantity = line.quantity();
            lines.push(OfLine { place, charged, quantity, rounding }.credit(*part)?);
        }
        let currency = lines.first().map(|line| line.stated.currency());
        Ok(Self::of_lines(currency.ok_or(CreditError::Nothing)?, lines, reason)?)
    }

    /// A draft that comes to less than nothing, as what is given back.
    pub(super) fn of_draft(draft: &Draft) -> Result<Self, MoneyError> {
        let line = |(place, line): (usize, &DraftLine)| {
            let amount = line.amount.negated()?;
            let (stated, taxation) = (line.stated().negated()?, line.taxation.clone());
            Ok(CreditLine { place, quantity: 0, stated, taxation, amount })
        };
        let lines = draft.lines.iter().enumerate().map(line);
        let lines = lines.collect::<Result<_, MoneyError>>()?;
        Self::of_lines(draft.gross.currency(), lines, CreditReason::Adjustment)
    }

    fn of_lines(
        currency: Currency,
        lines: Vec<CreditLine>,
        reason: CreditReason,
    ) -> Result<Self, MoneyError> {
        let sum = |of: fn(&TaxedAmount) -> Money| {
            Money::sum(currency, lines.iter().map(|line| of(&line.amount)))
        };
        let (net, gross) = (sum(|amount| amount.net)?, sum(|amount| amount.gross)?);
        let mut taxes = Vec::new();
        for CreditLine { taxation, amount, .. } in &lines {
            add(&mut taxes, taxation, amount)?;
        }
        Ok(Self { reason, lines, taxes, net, gross })
    }
}

impl Credited {
    /// Nothing yet.
    #[must_use]
    pub const fn nothing(currency: Currency) -> Self {
        Self { stated: Money::zero(currency), taxes: Vec::new(), quantity: 0 }
    }

    /// Adds what is given back once more.
    ///
    /// # Errors
    /// Two currencies, or out of range.
    pub fn add(&mut self, stated: Money, taxes: &[Money], quantity: u32) -> Result<(), MoneyError> {
        self.stated = self.stated.plus(stated)?;
        self.taxes.resize(self.taxes.len().max(taxes.len()), Money::zero(stated.currency()));
        for (sum, tax) in self.taxes.iter_mut().zip(taxes) {
            *sum = sum.plus(*tax)?;
        }
        self.quantity = self.quantity.saturating_add(quantity);
        Ok(())
    }
}

impl DraftLine {
    /// What it comes to as its price is stated: without taxes, or with them where they are in it.
    #[must_use]
    pub const fn stated(&self) -> Money {
        self.taxation.stated(&self.amount)
    }

    /// For how many it is: the most that there were at a time.
    #[must_use]
    pub fn quantity(&self) -> u32 {
        let pieces = self.line.due.iter().flat_map(|due| &due.pieces);
        pieces.map(|piece| piece.quantity).max().unwrap_or(1).max(1)
    }
}

/// A line of which something is to be given back.
struct OfLine {
    place: usize,
    charged: ChargedLine,
    /// For how many it is.
    quantity: u32,
    rounding: Rounding,
}

impl OfLine {
    fn credit(self, part: Part) -> Result<CreditLine, CreditError> {
        let (place, whole) = (self.place, self.stated());
        if whole.amount_minor() <= 0 {
            return Err(CreditError::NoCharge { place, amount: whole });
        }
        let left = self.charged.left()?;
        let (amount, quantity) = match part {
            Part::Rest => (left, self.quantity.saturating_sub(self.charged.credited.quantity)),
            Part::Amount(amount) => (amount, 0),
            Part::Quantity(quantity) => (self.of_quantity(quantity, left)?, quantity),
        };
        let too_much = CreditError::TooMuch { place, amount, left };
        if left.amount_minor() <= 0 {
            return Err(too_much);
        }
        if amount.amount_minor() <= 0 {
            return Err(CreditError::NotPositive { place, amount });
        }
        if left.minus(amount)?.is_negative() {
            return Err(too_much);
        }
        let taxed = self.charged.part(amount, self.rounding)?;
        let taxation = self.charged.taxation;
        Ok(CreditLine { place, quantity, stated: amount, taxation, amount: taxed })
    }

    const fn stated(&self) -> Money {
        self.charged.taxation.stated(&self.charged.amount)
    }

    /// What so many more of them come to: with those before as much as all of these together.
    fn of_quantity(&self, quantity: u32, left: Money) -> Result<Money, CreditError> {
        let (place, all, before) = (self.place, self.quantity, self.charged.credited.quantity);
        let left_of_all = all.saturating_sub(before);
        if quantity == 0 || quantity > left_of_all {
            return Err(CreditError::Quantity { place, quantity, left: left_of_all });
        }
        let of = |some: u32| {
            let ratio = Ratio::new(some.into(), all.into()).unwrap_or(Ratio::WHOLE);
            self.stated().part(ratio, self.rounding)
        };
        let until = before.saturating_add(quantity);
        // Of what was given back by amount before, nothing is given back again.
        Ok(of(until)?.minus(of(before)?)?.least(left)?)
    }
}

#[cfg(test)]
#[path = "credit_note_tests.rs"]
mod tests;
