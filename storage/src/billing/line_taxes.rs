//! How the line of an invoice was taxed, as it is kept with it: whatever becomes of its product's taxes, what
//! is given back of it has its own.

use billing_core::{
    Currency, DraftLine, Money, Percentage, Pricing, Tax, TaxBase, Taxation, TaxedAmount, Taxes,
};

use super::codes;
use crate::error::{Kind, StoreError};

/// The word for the pricing, and of each tax its name, its rate in millionths, whether it is taken on the
/// taxes before it, and how much it is.
type Kept<'t> = (&'t str, Vec<(String, u64, bool, i64)>);

/// The taxes of a line in words for the store.
pub(super) fn written(line: &DraftLine) -> Result<String, StoreError> {
    written_of(&line.taxation, &line.amount.taxes)
}

/// How something is taxed, and how much each tax is, in words for the store.
pub(super) fn written_of(taxation: &Taxation, amounts: &[Money]) -> Result<String, StoreError> {
    words(taxation, amounts.iter().map(|amount| amount.amount_minor()))
}

/// How something is taxed, as it is read when it was kept.
pub(super) fn as_kept(taxation: &Taxation) -> Result<Taxation, StoreError> {
    let words = words(taxation, core::iter::repeat(0))?;
    taxation_of(&words).map(|(taxation, _)| taxation)
}

fn words(taxation: &Taxation, amounts: impl Iterator<Item = i64>) -> Result<String, StoreError> {
    let Taxation { taxes, pricing } = taxation;
    let tax = |(tax, amount): (&Tax, i64)| {
        let on_taxes = tax.base == TaxBase::PriceAndTaxesBefore;
        (tax.name.clone(), tax.rate.millionths(), on_taxes, amount)
    };
    let taxes = taxes.as_slice().iter().zip(amounts).map(tax).collect();
    let kept: Kept<'_> = (codes::pricing(*pricing), taxes);
    serde_json::to_string(&kept)
        .map_err(|error| StoreError::Database { operation: "keep taxes", source: error.into() })
}

/// How a line was taxed, and what it comes to with these taxes.
pub(super) fn read(
    text: &str,
    currency: Currency,
    [net, gross]: [Money; 2],
) -> Result<(Taxation, TaxedAmount), StoreError> {
    let (taxation, amounts) = taxation_of(text)?;
    let taxes = amounts.into_iter().map(|amount| Money::new(amount, currency)).collect();
    Ok((taxation, TaxedAmount { net, taxes, gross }))
}

/// How a line was taxed, and how much each tax was.
pub(super) fn taxation_of(text: &str) -> Result<(Taxation, Vec<i64>), StoreError> {
    let corrupt = |problem: String| StoreError::Corrupt {
        what: Kind::Invoice,
        row: text.to_owned(),
        problem,
    };
    let (pricing, kept): Kept<'_> =
        serde_json::from_str(text).map_err(|error| corrupt(error.to_string()))?;
    let pricing: Pricing = codes::read_pricing(pricing)
        .ok_or_else(|| corrupt(format!("its pricing is `{pricing}`")))?;
    let (mut taxes, mut amounts) = (Vec::new(), Vec::new());
    for (name, rate, on_taxes, amount) in kept {
        let rate = Percentage::from_millionths(rate);
        let rate = rate.ok_or_else(|| corrupt(format!("the rate of `{name}` is none")))?;
        // Who is exempt from the first has nothing before the second.
        let base = match on_taxes && !taxes.is_empty() {
            true => TaxBase::PriceAndTaxesBefore,
            false => TaxBase::Price,
        };
        taxes.push(Tax { name, rate, base });
        amounts.push(amount);
    }
    let taxes = Taxes::new(taxes).map_err(|error| corrupt(error.to_string()))?;
    Ok((Taxation { taxes, pricing }, amounts))
}
