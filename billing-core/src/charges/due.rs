//! What a subscription should have cost by a moment.

use std::collections::BTreeMap;

use entitlement::Timestamp;

use super::component::Component;
use super::deduct::Deductions;
use super::error::BillingError;
use super::terms::BillingTerms;
use crate::catalogue::PriceList;
use crate::discount::DiscountId;
use crate::period::{Interval, Share};
use crate::{ComponentId, Money, MoneyError, Percentage, Rounding, Timeline};

/// What is billed once and no more: one period of a component since it was taken, or the taking of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DueKey {
    /// Of what.
    pub component: ComponentId,
    /// When the period begins, or when the component was taken in it; of a price that is paid once,
    /// when it was taken.
    pub begins: Timestamp,
}

/// What should have been billed of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Of what.
    pub key: DueKey,
    /// The whole period; `None` of a price that is paid once.
    pub period: Option<Interval>,
    /// The price of the whole, of one.
    pub price: Money,
    /// For which parts of the period, by time.
    pub pieces: Vec<Piece>,
    /// Since when it is due: when the first part begins, or in arrears when the last is over.
    pub due_at: Timestamp,
    /// What is taken off, in this order.
    pub deductions: Vec<Deduction>,
    /// How much that is, with the deductions.
    pub amount: Money,
}

/// A part of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Piece {
    /// From when until when; of a price that is paid once, `None`.
    pub interval: Option<Interval>,
    /// How many of the component there were.
    pub quantity: u32,
    /// Which part of the period it is, of one.
    pub share: Share,
}

/// What is taken off what is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deduction {
    /// Why.
    pub reason: DeductionReason,
    /// How much; more than 0.
    pub amount: Money,
}

/// Why something is taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeductionReason {
    /// A discount.
    Discount {
        /// Which.
        id: DiscountId,
        /// As it stands on the invoice.
        name: String,
        /// How much per cent; `None` of a fixed amount.
        rate: Option<Percentage>,
    },
    /// Otherwise the period would cost more than the most that one costs.
    Maximum,
    /// Of what a period costs at least so much is charged otherwise.
    ChargedOtherwise,
}

/// What should have been billed by `at`, of each component and period. What was billed already is
/// worked out again in any case: `billed` are the keys of that, each with the last moment at which a
/// part of it that was billed begins.
///
/// # Errors
/// When something has no price, or is out of range. Nothing is left out or taken to be free.
pub fn due(
    timeline: &Timeline,
    prices: &BTreeMap<ComponentId, PriceList>,
    terms: &BillingTerms,
    billed: &BTreeMap<DueKey, Timestamp>,
    at: Timestamp,
) -> Result<Vec<Due>, BillingError> {
    let Some(began_at) = timeline.began_at() else { return Ok(Vec::new()) };
    // A run for an earlier moment takes nothing back, nor shares anything otherwise.
    let at = billed.values().copied().fold(at, Timestamp::max);
    let minimum = terms.minimum.map(|minimum| minimum.prices());
    let components = Component::all(timeline, prices, terms, minimum.as_ref())?;
    let open_from = terms.open_from(timeline)?;
    let mut all = BTreeMap::new();
    for component in &components {
        component.collect(billed, open_from, at, &mut all)?;
    }
    let rounded = all.into_values().map(|draft| draft.finish(terms.rounding));
    let dues = rounded.collect::<Result<Vec<_>, _>>()?;
    Deductions { terms, timeline, began_at }.take(dues)
}

/// What is due of one key, before it is reckoned.
pub(super) struct Draft {
    pub(super) key: DueKey,
    pub(super) period: Option<Interval>,
    pub(super) price: Money,
    pub(super) pieces: Vec<Piece>,
    pub(super) due_at: Timestamp,
}

impl Draft {
    fn finish(self, rounding: Rounding) -> Result<Due, BillingError> {
        let Self { key, period, price, pieces, due_at } = self;
        let amount = reckon(price, &pieces, rounding)?;
        Ok(Due { key, period, price, pieces, due_at, deductions: Vec::new(), amount })
    }
}

/// All parts together are rounded once, and in one quantity never more than the whole.
pub(super) fn reckon(
    price: Money,
    pieces: &[Piece],
    rounding: Rounding,
) -> Result<Money, MoneyError> {
    let quantity_max = pieces.iter().map(|piece| piece.quantity).max().unwrap_or(0);
    let mut parts: (u128, u128) = (0, 1);
    for Piece { quantity, share, .. } in pieces {
        let share = share.ratio();
        let part = u128::from(*quantity) * u128::from(share.numerator());
        let denominator = u128::from(share.denominator());
        parts = match parts.1 == denominator || parts.0 == 0 {
            true => (parts.0 + part, denominator),
            false => {
                let (before, now) = (parts.0.checked_mul(denominator), part.checked_mul(parts.1));
                let sum = before.zip(now).and_then(|(before, now)| before.checked_add(now));
                sum.zip(parts.1.checked_mul(denominator)).ok_or(MoneyError::Overflow)?
            }
        };
    }
    let whole = parts.1.checked_mul(quantity_max.into()).ok_or(MoneyError::Overflow)?;
    let part = parts.0.min(whole);
    let overflow = |_| MoneyError::Overflow;
    let (part, of) =
        (i128::try_from(part).map_err(overflow)?, i128::try_from(parts.1).map_err(overflow)?);
    let product = i128::from(price.amount_minor()).checked_mul(part);
    let amount = rounding.divide(product.ok_or(MoneyError::Overflow)?, of)?;
    Ok(Money::new(i64::try_from(amount).map_err(overflow)?, price.currency()))
}

impl Due {
    /// What it would be without what is taken off.
    ///
    /// # Errors
    /// Out of range.
    pub fn full(&self) -> Result<Money, MoneyError> {
        let deducted = self.deductions.iter().map(|deduction| deduction.amount);
        self.amount.plus(Money::sum(self.amount.currency(), deducted)?)
    }

    /// The first moment at which all that it is for is over.
    #[must_use]
    pub fn over_at(&self) -> Timestamp {
        match self.period {
            Some(period) => period.until(),
            // It lasts no time, but it is not over before it is.
            None => Timestamp::from_unix_ms(self.due_at.unix_ms().saturating_add(1)),
        }
    }

    /// Takes something off it.
    pub(super) fn deduct(
        &mut self,
        reason: DeductionReason,
        amount: Money,
    ) -> Result<(), MoneyError> {
        if !amount.is_zero() {
            self.amount = self.amount.minus(amount)?;
            self.deductions.push(Deduction { reason, amount });
        }
        Ok(())
    }
}
