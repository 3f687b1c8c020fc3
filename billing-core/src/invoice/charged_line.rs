//! What is given back of a line of a final invoice takes its taxes with it: one way for credit notes by hand
//! and for the credits of runs.

use core::fmt;

use super::credit_note::{CreditError, Credited};
use super::draft::{DraftLine, Taxation};
use crate::tax::Pricing;
use crate::{Money, MoneyError, Ratio, Rounding, TaxedAmount};

/// A line by which something was charged, and what was given back of it since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargedLine {
    /// How it was taxed.
    pub taxation: Taxation,
    /// What it came to, with each of these taxes.
    pub amount: TaxedAmount,
    /// What was given back of it so far, whoever did.
    pub credited: Credited,
}

/// What is given back of one of several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditPart {
    /// The place of the line among them, from 0.
    pub place: usize,
    /// How much, as its price is stated.
    pub stated: Money,
    /// How much, with each of the line's taxes.
    pub amount: TaxedAmount,
}

impl fmt::Display for Taxation {
    /// As what is charged: `with VAT 16%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let taxes = self.taxes.as_slice();
        if taxes.is_empty() {
            return f.write_str("without taxes");
        }
        for (place, tax) in taxes.iter().enumerate() {
            let before = if place == 0 { "with" } else { " and" };
            write!(f, "{before} {tax}")?;
        }
        match self.pricing {
            Pricing::TaxExclusive => Ok(()),
            Pricing::TaxInclusive => f.write_str(" within the price"),
        }
    }
}

impl Taxation {
    /// An amount as the price is stated: without taxes, or with them where they are in it.
    #[must_use]
    pub const fn stated(&self, amount: &TaxedAmount) -> Money {
        match self.pricing {
            Pricing::TaxExclusive => amount.net,
            Pricing::TaxInclusive => amount.gross,
        }
    }
}

impl ChargedLine {
    /// The line of an invoice, and what was given back of it.
    #[must_use]
    pub fn of(line: &DraftLine, credited: Credited) -> Self {
        Self { taxation: line.taxation.clone(), amount: line.amount.clone(), credited }
    }

    /// What is left of it, as its price is stated; less than nothing where too much was given back.
    ///
    /// # Errors
    /// Two currencies, or out of range.
    pub fn left(&self) -> Result<Money, MoneyError> {
        self.taxation.stated(&self.amount).minus(self.credited.stated)
    }

    /// So much of it, as its price is stated, with its taxes. Of each tax so much is given back that it is,
    /// with all that was given back before, the same part of the tax as of the line; so whoever gives back a
    /// line bit by bit gives back exactly the line, also of each tax. `stated` is more than nothing, and no
    /// more than what is [`left`](Self::left).
    ///
    /// # Errors
    /// Two currencies, or out of range.
    pub fn part(&self, stated: Money, rounding: Rounding) -> Result<TaxedAmount, MoneyError> {
        let until = self.credited.stated.plus(stated)?.amount_minor().unsigned_abs();
        let whole = self.taxation.stated(&self.amount).amount_minor().unsigned_abs();
        let by_now = Ratio::new(until, whole).unwrap_or(Ratio::WHOLE);
        let lefts = self.taxes_left()?;
        let mut taxes = Vec::with_capacity(lefts.len());
        for (tax, left) in self.amount.taxes.iter().zip(&lefts) {
            // Less what was given back in fact: another rounding may have held then.
            let before = tax.minus(*left)?;
            taxes.push(within(tax.part(by_now, rounding)?.minus(before)?, *left)?);
        }
        let sum = Money::sum(stated.currency(), taxes.iter().copied())?;
        match self.taxation.pricing {
            Pricing::TaxExclusive => {
                Ok(TaxedAmount { net: stated, taxes, gross: stated.plus(sum)? })
            }
            Pricing::TaxInclusive => {
                let all_left = Money::sum(stated.currency(), lefts.iter().copied())?;
                let net = within(stated.minus(sum)?, self.left()?.minus(all_left)?)?;
                let taxes = sum_up_to(stated.minus(net)?, taxes, &lefts)?;
                Ok(TaxedAmount { net, taxes, gross: stated })
            }
        }
    }

    /// What is left of each tax.
    fn taxes_left(&self) -> Result<Vec<Money>, MoneyError> {
        let nothing = Money::zero(self.amount.net.currency());
        let credited = self.credited.taxes.iter().copied().chain(core::iter::repeat(nothing));
        self.amount.taxes.iter().zip(credited).map(|(tax, credited)| tax.minus(credited)).collect()
    }
}

/// Gives back an amount of what these lines charged, one after the other, as their prices are stated: of the
/// newest first, which is the last one here, and of none more than what is left of it. The parts come in that
/// order.
///
/// # Errors
/// [`CreditError::MoreThanCharged`] when less than that is left of all of them; two currencies, or out of range.
pub fn credit_newest_first(
    charges: &[ChargedLine],
    amount: Money,
    rounding: Rounding,
) -> Result<Vec<CreditPart>, CreditError> {
    let nothing = Money::zero(amount.currency());
    let (mut parts, mut missing) = (Vec::new(), amount);
    for (place, charge) in charges.iter().enumerate().rev() {
        let stated = within(missing, charge.left()?)?;
        if stated.is_zero() {
            continue;
        }
        missing = missing.minus(stated)?;
        parts.push(CreditPart { place, stated, amount: charge.part(stated, rounding)? });
    }
    match missing == nothing {
        true => Ok(parts),
        false => Err(CreditError::MoreThanCharged { amount, left: amount.minus(missing)? }),
    }
}

/// An amount, but not less than nothing and not more than `most`, where that is more than nothing.
fn within(amount: Money, most: Money) -> Result<Money, MoneyError> {
    let least = amount.least(most)?;
    Ok(if least.is_negative() { Money::zero(least.currency()) } else { least })
}

/// These taxes with so much sum: what is missing, or too much, is made up for by the last ones, each within
/// what is left of it. It is no more than the units by which each was rounded.
fn sum_up_to(sum: Money, mut taxes: Vec<Money>, lefts: &[Money]) -> Result<Vec<Money>, MoneyError> {
    let mut missing = sum.minus(Money::sum(sum.currency(), taxes.iter().copied())?)?;
    for (tax, left) in taxes.iter_mut().zip(lefts).rev() {
        let changed = within(tax.plus(missing)?, *left)?;
        missing = missing.minus(changed.minus(*tax)?)?;
        *tax = changed;
    }
    Ok(taxes)
}

#[cfg(test)]
#[path = "charged_line_tests.rs"]
mod tests;
