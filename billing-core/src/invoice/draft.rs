//! What a customer is asked to pay: lines, their taxes, and what it comes to.

use crate::charges::Line;
use crate::tax::{Pricing, Tax, TaxBase, Taxes};
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
    /// The net amounts that it is on.
    pub net: Money,
    /// What it is taken on: these amounts, of a tax on taxes with the taxes before it. So the rate of it is the
    /// tax, but for how it was rounded.
    pub base: Money,
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

/// How a line comes by its taxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineTaxes<'t> {
    /// It is charged: each tax is rounded once for all lines of the invoice that are charged alike.
    Charged(&'t Taxation),
    /// It gives back a part of what was charged, with the taxes that this had
    /// ([`credit_newest_first`](super::credit_newest_first)): amounts below nothing, which stay what they are.
    GivenBack(&'t Taxation, TaxedAmount),
}

/// Lines that are taxed alike, by their places.
struct Group<'t> {
    taxation: &'t Taxation,
    places: Vec<usize>,
}

impl Draft {
    /// An invoice of these lines, of one currency, each charged with the taxes of its component. Each tax is
    /// rounded once for all lines that are taxed alike. Of what gives back something that was charged use
    /// [`taxed`](Self::taxed): here it is taxed as it would be charged now.
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
            Ok((line, LineTaxes::Charged(taxation)))
        });
        Ok(Self::taxed(currency, taxed.collect::<Result<_, DraftError>>()?, rounding)?)
    }

    /// As [`new`](Self::new), each line with taxes of its own: what is charged, and what is given back with
    /// the taxes that it had.
    ///
    /// # Errors
    /// Of two currencies, or out of range.
    pub fn taxed(
        currency: Currency,
        lines: Vec<(Line, LineTaxes<'_>)>,
        rounding: Rounding,
    ) -> Result<Self, MoneyError> {
        let mut amounts: Vec<Option<(&Taxation, TaxedAmount)>> = vec![None; lines.len()];
        let mut taxes: Vec<TaxLine> = Vec::new();
        for Group { taxation, places } in &groups(&lines) {
            let of = |place: &usize| lines.get(*place).map(|(line, _)| line.amount);
            let group: Vec<Money> = places.iter().filter_map(of).collect();
            let taxed = taxation.taxes.on(currency, &group, taxation.pricing, rounding)?;
            for (place, amount) in places.iter().zip(taxed.lines) {
                if let Some(slot) = amounts.get_mut(*place) {
                    *slot = Some((*taxation, amount));
                }
            }
            add(&mut taxes, taxation, &taxed.total)?;
        }
        for ((_, of), slot) in lines.iter().zip(&mut amounts) {
            if let LineTaxes::GivenBack(taxation, amount) = of {
                add(&mut taxes, taxation, amount)?;
                *slot = Some((*taxation, amount.clone()));
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

impl TaxLine {
    /// Each of these taxes of an amount, with what it is taken on.
    ///
    /// # Errors
    /// Two currencies, or out of range.
    pub fn of(taxes: &Taxes, amount: &TaxedAmount) -> Result<Vec<Self>, MoneyError> {
        let (net, mut with_taxes) = (amount.net, amount.net);
        let mut lines = Vec::with_capacity(amount.taxes.len());
        for (tax, of_tax) in taxes.as_slice().iter().zip(&amount.taxes) {
            let base = match tax.base {
                TaxBase::Price => net,
                TaxBase::PriceAndTaxesBefore => with_taxes,
            };
            with_taxes = with_taxes.plus(*of_tax)?;
            lines.push(Self { tax: tax.clone(), net, base, amount: *of_tax });
        }
        Ok(lines)
    }
}

/// Those that are charged alike.
fn groups<'t>(lines: &[(Line, LineTaxes<'t>)]) -> Vec<Group<'t>> {
    let mut groups: Vec<Group<'t>> = Vec::new();
    for (place, (_, taxes)) in lines.iter().enumerate() {
        let LineTaxes::Charged(taxation) = taxes else { continue };
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
    taxation: &Taxation,
    amount: &TaxedAmount,
) -> Result<(), MoneyError> {
    for more in TaxLine::of(&taxation.taxes, amount)? {
        match taxes.iter_mut().find(|line| line.tax == more.tax) {
            Some(line) => {
                line.net = line.net.plus(more.net)?;
                line.base = line.base.plus(more.base)?;
                line.amount = line.amount.plus(more.amount)?;
            }
            None => taxes.push(more),
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;
