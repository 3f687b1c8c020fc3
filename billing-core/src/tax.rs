//! Taxes: on top of a price or within it, several at once, rounded once for each on an invoice.

use core::fmt;

use crate::apportion::apportion;
use crate::{Currency, Money, MoneyError, Percentage, Rounding};

/// The most taxes on one thing.
pub const TAXES_MAX: usize = 8;
/// The most of them that are taken on taxes.
pub const TAXES_ON_TAXES_MAX: usize = 2;

/// One tax.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tax {
    /// As it stands on the invoice, and by which a customer is exempt from it: `VAT`.
    pub name: String,
    /// How much of its base it is.
    pub rate: Percentage,
    /// What it is taken on.
    pub base: TaxBase,
}

/// What a tax is taken on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TaxBase {
    /// The price.
    #[default]
    Price,
    /// The price and the taxes before it, as VAT on excise duty.
    PriceAndTaxesBefore,
}

/// The taxes on one thing, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Taxes(Vec<Tax>);

/// Whether prices are with or without their taxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Pricing {
    /// Taxes come on top.
    #[default]
    TaxExclusive,
    /// Taxes are within the price.
    TaxInclusive,
}

/// Taxes that cannot stand together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TaxesError {
    /// Too many.
    #[error("there are {count} taxes; one thing has {TAXES_MAX} at most")]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// Too many on taxes.
    #[error("{count} taxes are taken on other taxes; {TAXES_ON_TAXES_MAX} can be at most")]
    TooManyOnTaxes {
        /// How many there are.
        count: usize,
    },
    /// A tax twice.
    #[error("the tax `{name}` is there twice; each has a name of its own")]
    Twice {
        /// Its name.
        name: String,
    },
    /// A tax without a name.
    #[error("a tax has no name; it is what stands on the invoice, such as VAT")]
    Nameless,
    /// The first tax is taken on the taxes before it.
    #[error(
        "the tax `{name}` is taken on the taxes before it, and there are none; put it behind them"
    )]
    NothingBefore {
        /// Its name.
        name: String,
    },
}

/// What becomes of the amounts of a group of lines that have the same taxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxed {
    /// The same of all lines together: what is stated on the invoice.
    pub total: TaxedAmount,
    /// Of each line, in their order. They sum up to the total in every part.
    pub lines: Vec<TaxedAmount>,
}

/// An amount without its taxes, and each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxedAmount {
    /// Without taxes.
    pub net: Money,
    /// Each tax, in their order.
    pub taxes: Vec<Money>,
    /// With taxes.
    pub gross: Money,
}

impl TaxedAmount {
    /// The same the other way round.
    ///
    /// # Errors
    /// Out of range.
    pub fn negated(&self) -> Result<Self, MoneyError> {
        let taxes = self.taxes.iter().map(|tax| tax.negated()).collect::<Result<_, _>>()?;
        Ok(Self { net: self.net.negated()?, taxes, gross: self.gross.negated()? })
    }
}

impl Taxes {
    /// None at all.
    pub const NONE: Self = Self(Vec::new());

    /// These, in this order.
    ///
    /// # Errors
    /// When they cannot stand together.
    pub fn new(taxes: Vec<Tax>) -> Result<Self, TaxesError> {
        let count = taxes.len();
        if count > TAXES_MAX {
            return Err(TaxesError::TooMany { count });
        }
        for (place, tax) in taxes.iter().enumerate() {
            let name = tax.name.clone();
            if name.trim().is_empty() {
                return Err(TaxesError::Nameless);
            }
            if taxes.iter().take(place).any(|other| other.name == name) {
                return Err(TaxesError::Twice { name });
            }
            if place == 0 && tax.base == TaxBase::PriceAndTaxesBefore {
                return Err(TaxesError::NothingBefore { name });
            }
        }
        let on_taxes = |tax: &&Tax| tax.base == TaxBase::PriceAndTaxesBefore;
        let count = taxes.iter().filter(on_taxes).count();
        if count > TAXES_ON_TAXES_MAX {
            return Err(TaxesError::TooManyOnTaxes { count });
        }
        Ok(Self(taxes))
    }

    /// Each, in their order.
    #[must_use]
    pub fn as_slice(&self) -> &[Tax] {
        &self.0
    }

    /// Those that a customer pays who is exempt from some, and has other rates for some.
    #[must_use]
    pub fn of_customer(&self, exemptions: &[String], rates: &[(String, Percentage)]) -> Self {
        let paid = self.0.iter().filter(|tax| !exemptions.contains(&tax.name));
        let with_rate = paid.map(|tax| {
            let own = rates.iter().find(|(name, _)| *name == tax.name);
            Tax { rate: own.map_or(tax.rate, |(_, rate)| *rate), ..tax.clone() }
        });
        Self(with_rate.collect())
    }

    /// Taxes a group of lines: each tax is rounded once, on their sum, and divided among the lines.
    /// With [`Pricing::TaxInclusive`] the lines are gross, and stay to the last unit what they were;
    /// what rounding leaves over is part of the last tax.
    ///
    /// # Errors
    /// Two currencies, or too much.
    pub fn on(
        &self,
        currency: Currency,
        lines: &[Money],
        pricing: Pricing,
        rounding: Rounding,
    ) -> Result<Taxed, MoneyError> {
        let sum = Money::sum(currency, lines.iter().copied())?;
        let amounts: Vec<i128> = lines.iter().map(|line| line.amount_minor().into()).collect();
        let split = Split { taxes: self, rounding };
        let (total, parts) = match pricing {
            Pricing::TaxExclusive => split.exclusive(sum.amount_minor().into(), &amounts)?,
            Pricing::TaxInclusive => split.inclusive(sum.amount_minor().into(), &amounts)?,
        };
        let total = taxed_amount(currency, total.iter().copied())?;
        let of_line = |place: usize| {
            taxed_amount(currency, parts.iter().filter_map(|part| part.get(place).copied()))
        };
        let lines = (0..lines.len()).map(of_line).collect::<Result<_, _>>()?;
        Ok(Taxed { total, lines })
    }

    /// How much each tax is of a net amount, and all together, as numerators over [`FACTOR_WHOLE`].
    fn factors(&self) -> (Vec<i128>, i128) {
        let mut sum = 0;
        let mut factors = Vec::new();
        for tax in &self.0 {
            let rate = i128::from(tax.rate.millionths());
            let base = match tax.base {
                TaxBase::Price => FACTOR_WHOLE,
                TaxBase::PriceAndTaxesBefore => FACTOR_WHOLE + sum,
            };
            // Exact: with two taxes on taxes there are three factors of a million at most.
            let factor = base / i128::from(Percentage::WHOLE_MILLIONTHS) * rate;
            factors.push(factor);
            sum += factor;
        }
        (factors, sum)
    }
}

/// The net amount in the units of [`Taxes::factors`].
const FACTOR_WHOLE: i128 = 1_000_000_000_000_000_000;

/// The net amount and each tax: of the total, and of each line.
type Parts = (Vec<i128>, Vec<Vec<i128>>);

struct Split<'t> {
    taxes: &'t Taxes,
    rounding: Rounding,
}

impl Split<'_> {
    fn exclusive(&self, sum: i128, lines: &[i128]) -> Result<Parts, MoneyError> {
        let (factors, _) = self.taxes.factors();
        let (mut total, mut parts) = (vec![sum], vec![lines.to_vec()]);
        for factor in factors {
            let exact = scaled(lines, factor)?;
            let tax = self.rounding.divide(times(sum, factor)?, FACTOR_WHOLE)?;
            parts.push(apportion(tax, &exact, FACTOR_WHOLE)?);
            total.push(tax);
        }
        Ok((total, parts))
    }

    fn inclusive(&self, sum: i128, lines: &[i128]) -> Result<Parts, MoneyError> {
        let (factors, all) = self.taxes.factors();
        let gross = FACTOR_WHOLE + all;
        let Some((_, factors)) = factors.split_last() else {
            return Ok((vec![sum], vec![lines.to_vec()]));
        };
        let (mut total, mut parts) = (Vec::new(), Vec::new());
        let mut rest = (sum, lines.to_vec());
        for factor in core::iter::once(&FACTOR_WHOLE).chain(factors) {
            let exact = scaled(lines, *factor)?;
            let part = self.rounding.divide(times(sum, *factor)?, gross)?;
            let of_lines = apportion(part, &exact, gross)?;
            rest.0 -= part;
            for (rest, part) in rest.1.iter_mut().zip(&of_lines) {
                *rest -= part;
            }
            total.push(part);
            parts.push(of_lines);
        }
        total.push(rest.0);
        parts.push(rest.1);
        Ok((total, parts))
    }
}

fn times(amount: i128, factor: i128) -> Result<i128, MoneyError> {
    amount.checked_mul(factor).ok_or(MoneyError::Overflow)
}

fn scaled(lines: &[i128], factor: i128) -> Result<Vec<i128>, MoneyError> {
    lines.iter().map(|line| times(*line, factor)).collect()
}

/// Of the net amount and the taxes, in this order.
fn taxed_amount(
    currency: Currency,
    parts: impl Iterator<Item = i128>,
) -> Result<TaxedAmount, MoneyError> {
    let money = |part| {
        let amount_minor = i64::try_from(part).map_err(|_| MoneyError::Overflow)?;
        Ok(Money::new(amount_minor, currency))
    };
    let parts: Vec<Money> = parts.map(money).collect::<Result<_, MoneyError>>()?;
    let gross = Money::sum(currency, parts.iter().copied())?;
    let (net, taxes) = match parts.split_first() {
        Some((net, taxes)) => (*net, taxes.to_vec()),
        None => (gross, Vec::new()),
    };
    Ok(TaxedAmount { net, taxes, gross })
}

impl fmt::Display for Tax {
    /// `VAT 16%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.rate)
    }
}

#[cfg(test)]
#[path = "tax_tests.rs"]
mod tests;
