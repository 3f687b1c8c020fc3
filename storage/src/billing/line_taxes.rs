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
    let Taxation { taxes, pricing } = &line.taxation;
    let tax = |(tax, amount): (&Tax, &Money)| {
        let on_taxes = tax.base == TaxBase::PriceAndTaxesBefore;
        (tax.name.clone(), tax.rate.millionths(), on_taxes, amount.amount_minor())
    };
    let taxes = taxes.as_slice().iter().zip(&line.amount.taxes).map(tax).collect();
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
        amounts.push(Money::new(amount, currency));
    }
    let taxes = Taxes::new(taxes).map_err(|error| corrupt(error.to_string()))?;
    Ok((Taxation { taxes, pricing }, TaxedAmount { net, taxes: amounts, gross }))
}
