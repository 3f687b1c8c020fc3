//! What somebody wants to give back of a final invoice.

use std::collections::BTreeMap;

use super::credit_note::{CreditError, CreditLine, CreditNote, CreditReason, Credited, Part};
use super::document::Document;
use super::draft::{Draft, DraftLine, TaxLine};
use crate::charges::Line;
use crate::{Money, MoneyError, Rounding};

/// What of an invoice is to be given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToCredit {
    /// All that is left of it.
    Whole,
    /// So much of it, as its prices are stated: shared among its lines by what is left of each.
    Amount(Money),
    /// Parts of lines, each by its place from 0.
    Lines(Vec<(usize, Part)>),
}

/// A final invoice, and what was given back of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalInvoice {
    /// Its lines.
    pub lines: Vec<DraftLine>,
    /// What was given back of its lines, by their places from 0: by credit notes, and by what later runs took
    /// off.
    pub credited: BTreeMap<usize, Credited>,
}

impl FinalInvoice {
    /// Gives back something of it.
    ///
    /// # Errors
    /// When more would be given back than is left, or of what is no charge. An invoice of which a line gives
    /// back something itself has no whole: the lines are to be said.
    pub fn credit(
        &self,
        what: &ToCredit,
        reason: CreditReason,
        rounding: Rounding,
    ) -> Result<CreditNote, CreditError> {
        let parts = match what {
            ToCredit::Whole => self.left()?.rest()?,
            ToCredit::Amount(amount) => self.left()?.share(*amount)?,
            ToCredit::Lines(parts) => parts.clone(),
        };
        CreditNote::new(&self.lines, &self.credited, &parts, reason, rounding)
    }

    fn left(&self) -> Result<Left<'_>, CreditError> {
        let mut all = Vec::new();
        for (place, line) in self.lines.iter().enumerate() {
            let amount = line.stated();
            if amount.is_negative() {
                return Err(CreditError::NoCharge { place, amount });
            }
            let left = match self.credited.get(&place) {
                Some(gone) => amount.minus(gone.stated)?,
                None => amount,
            };
            if left.amount_minor() > 0 {
                all.push((place, line, left));
            }
        }
        Ok(Left(all))
    }
}

/// The lines of which something is left, with their places and how much.
struct Left<'i>(Vec<(usize, &'i DraftLine, Money)>);

impl Left<'_> {
    fn rest(&self) -> Result<Vec<(usize, Part)>, CreditError> {
        if self.0.is_empty() {
            return Err(CreditError::NothingLeft);
        }
        Ok(self.0.iter().map(|(place, ..)| (*place, Part::Rest)).collect())
    }

    fn share(&self, amount: Money) -> Result<Vec<(usize, Part)>, CreditError> {
        let Some((_, first, _)) = self.0.first() else { return Err(CreditError::NothingLeft) };
        if self.0.iter().any(|(_, line, _)| line.taxation.pricing != first.taxation.pricing) {
            return Err(CreditError::MixedPricing);
        }
        let lefts = self.0.iter().map(|(_, _, left)| *left);
        let left = Money::sum(first.stated().currency(), lefts.clone())?;
        if amount.amount_minor() <= 0 || left.minus(amount)?.is_negative() {
            return Err(CreditError::OfInvoice { amount, left });
        }
        // No share is more than what is left of its line, since all together are not more than is left.
        let weights: Vec<u64> = lefts.map(|left| left.amount_minor().unsigned_abs()).collect();
        let shares = self.0.iter().zip(amount.divide(&weights)?);
        let parts = shares.filter(|(_, share)| !share.is_zero());
        Ok(parts.map(|((place, ..), share)| (*place, Part::Amount(share))).collect())
    }
}

impl CreditNote {
    /// As the document that it becomes: its lines are those of the invoice that it gives back, with amounts
    /// below nothing, in their order.
    ///
    /// # Errors
    /// Out of range.
    pub fn document(self, invoice: &[DraftLine]) -> Result<Document, MoneyError> {
        let line = |credited: &CreditLine| {
            let of = invoice.get(credited.place)?;
            Some(negative(credited, of))
        };
        let lines = self.lines.iter().filter_map(line).collect::<Result<_, _>>()?;
        let tax = |TaxLine { tax, net, base, amount }: &TaxLine| {
            let (tax, net, base) = (tax.clone(), net.negated()?, base.negated()?);
            Ok(TaxLine { tax, net, base, amount: amount.negated()? })
        };
        let taxes = self.taxes.iter().map(tax).collect::<Result<_, MoneyError>>()?;
        let (net, gross) = (self.net.negated()?, self.gross.negated()?);
        Ok(Document::CreditNote(Draft { lines, taxes, net, gross }, self))
    }
}

fn negative(credited: &CreditLine, of: &DraftLine) -> Result<DraftLine, MoneyError> {
    let Line { key, due, amount: billed_before, .. } = of.line.clone();
    Ok(DraftLine {
        line: Line { key, due, billed_before, amount: credited.stated.negated()? },
        taxation: credited.taxation.clone(),
        amount: credited.amount.negated()?,
    })
}

#[cfg(test)]
#[path = "to_credit_tests.rs"]
mod tests;
