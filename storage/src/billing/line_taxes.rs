//! How the line of an invoice was taxed, as it is kept with it: whatever becomes of its product's taxes, what
//! is given back of it has its own.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::{
    ChargeKind, ComponentId, Currency, DraftLine, DueKey, Money, Percentage, Pricing, Tax, TaxBase,
    Taxation, TaxedAmount, Taxes,
};

use entitlement::Timestamp;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};

use super::codes;
use crate::among;
use crate::entity::invoice_line;
use crate::error::{During as _, Kind, StoreError};

/// The word for the pricing, and of each tax its name, its rate in millionths, whether it is taken on the
/// taxes before it, and how much it is.
type Kept<'t> = (&'t str, Vec<(String, u64, bool, i64)>);

/// With which taxes something was charged last: of a subscription, by its key.
pub(super) type ChargedWith = BTreeMap<(i64, DueKey), Taxation>;

/// With which taxes what these subscriptions were charged was.
pub(super) async fn of_charges(
    db: &impl ConnectionTrait,
    subscriptions: &BTreeSet<i64>,
) -> Result<ChargedWith, StoreError> {
    let mut all = ChargedWith::new();
    let ids: Vec<i64> = subscriptions.iter().copied().collect();
    for ids in ids.chunks(among::VALUES_MAX) {
        let rows = invoice_line::Entity::find()
            .filter(among::numbers(
                db.get_database_backend(),
                "subscription_id",
                ids.iter().copied(),
            ))
            .filter(invoice_line::Column::OfInvoiceId.is_null())
            .filter(invoice_line::Column::Ordinal.gt(0))
            .filter(invoice_line::Column::AmountMinor.gt(0))
            .order_by_asc(invoice_line::Column::Ordinal)
            .all(db);
        for row in rows.await.during("read with which taxes it was charged")? {
            let (taxation, _) = taxation_of(&row.taxation)?;
            let component = ComponentId(row.product_id);
            let kind = if row.is_usage == 0 { ChargeKind::Price } else { ChargeKind::Usage };
            let key = DueKey { component, kind, begins: Timestamp::from_unix_ms(row.begins) };
            all.insert((row.subscription_id, key), taxation);
        }
    }
    Ok(all)
}

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
