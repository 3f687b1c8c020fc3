//! What a customer is asked to pay: lines, their taxes, and what it comes to.

use crate::charges::Line;
use crate::tax::{Pricing, Tax, Taxes};
use crate::{ComponentId, Currency, Money, MoneyError, Rounding, TaxedAmount};

/// How the lines of a component are taxed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Taxation {
    /// Which taxes.
    pub taxes: Taxes,
    /// Whether its prices include them.
    pub pricing: Pricing,
}

/// An invoice that can still change: it has no number, and nobody owes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What is billed, in the order of time.
    pub lines: Vec<DraftLine>,
    /// Each tax with what it is on, in the order in which they come.
    pub taxes: Vec<TaxLine>,
    /// Without taxes.
    pub net: Money,
    /// With taxes: what is to be paid, or given back.
    pub gross: Money,
}

/// A line with its taxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftLine {
    /// What it is for, and why.
    pub line: Line,
    /// How it is taxed.
    pub taxation: Taxation,
    /// What it comes to, with each of these taxes. The lines sum up to the invoice.
    pub amount: TaxedAmount,
}

/// What one tax comes to on an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxLine {
    /// Which tax, at which rate.
    pub tax: Tax,
    /// The net amounts that it is on. What it is taken on beside, taxes before it, is not in it.
    pub net: Money,
    /// How much it is.
    pub amount: Money,
}

/// Lines of which no invoice can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DraftError {
    /// Amounts of two currencies, or out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// It is not known how a component is taxed. It is never taken to be free of tax.
    #[error("component {component} has no taxes; say which, or that it has none")]
    NoTaxation {
        /// Which.
        component: ComponentId,
    },
}

/// Lines that are taxed alike, by their places.
struct Group<'t> {
    taxation: &'t Taxation,
    places: Vec<usize>,
}

impl Draft {
    /// An invoice of these lines, of one currency, each taxed as its component is. Each tax is rounded
    /// once for all lines that are taxed alike.
    ///
    /// # Errors
    /// When it is not known how something is taxed, of two currencies, or out of range.
    pub fn new<'t>(
        currency: Currency,
        lines: Vec<Line>,
        taxation: impl Fn(ComponentId) -> Option<&'t Taxation>,
        rounding: Rounding,
    ) -> Result<Self, DraftError> {
        let taxed = lines.into_iter().map(|line| {
            let component = line.key.component;
            let taxation = taxation(component).ok_or(DraftError::NoTaxation { component })?;
            Ok((line, taxation))
        });
        Ok(Self::taxed(currency, taxed.collect::<Result<_, DraftError>>()?, rounding)?)
    }

    /// As [`new`](Self::new), each line taxed in its own way: what is given back, as it was when it was
    /// charged.
    ///
    /// # Errors
    /// Of two currencies, or out of range.
    pub fn taxed(
        currency: Currency,
        lines: Vec<(Line, &Taxation)>,
        rounding: Rounding,
    ) -> Result<Self, MoneyError> {
        let groups = groups(&lines);
        let mut amounts: Vec<Option<(&Taxation, TaxedAmount)>> = vec![None; lines.len()];
        let mut taxes: Vec<TaxLine> = Vec::new();
        for Group { taxation, places } in &groups {
            let Taxation { taxes: of_group, pricing } = taxation;
            let of = |place: &usize| lines.get(*place).map(|(line, _)| line.amount);
            let group: Vec<Money> = places.iter().filter_map(of).collect();
            let taxed = of_group.on(currency, &group, *pricing, rounding)?;
            for (place, amount) in places.iter().zip(taxed.lines) {
                if let Some(slot) = amounts.get_mut(*place) {
                    *slot = Some((*taxation, amount));
                }
            }
            let total = taxed.total;
            for (tax, amount) in of_group.as_slice().iter().zip(total.taxes) {
                add(&mut taxes, tax, total.net, amount)?;
            }
        }
        let sum = |of: fn(&TaxedAmount) -> Money| {
            Money::sum(currency, amounts.iter().flatten().map(|(_, amount)| of(amount)))
        };
        let (net, gross) = (sum(|amount| amount.net)?, sum(|amount| amount.gross)?);
        let lines = lines.into_iter().zip(amounts).filter_map(|((line, _), taxed)| {
            let (taxation, amount) = taxed?;
            Some(DraftLine { line, taxation: taxation.clone(), amount })
        });
        Ok(Self { lines: lines.collect(), taxes, net, gross })
    }
}

fn groups<'t>(lines: &[(Line, &'t Taxation)]) -> Vec<Group<'t>> {
    let mut groups: Vec<Group<'t>> = Vec::new();
    for (place, (_, taxation)) in lines.iter().enumerate() {
        match groups.iter_mut().find(|group| group.taxation == *taxation) {
            Some(group) => group.places.push(place),
            None => groups.push(Group { taxation, places: vec![place] }),
        }
    }
    groups
}

/// A tax is stated once for each rate, whatever else is on the lines.
pub(super) fn add(
    taxes: &mut Vec<TaxLine>,
    tax: &Tax,
    net: Money,
    amount: Money,
) -> Result<(), MoneyError> {
    match taxes.iter_mut().find(|line| line.tax == *tax) {
        Some(line) => {
            line.net = line.net.plus(net)?;
            line.amount = line.amount.plus(amount)?;
        }
        None => taxes.push(TaxLine { tax: tax.clone(), net, amount }),
    }
    Ok(())
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;
