//! What a subscription should have cost by a moment.

use std::collections::BTreeMap;

use entitlement::Timestamp;

use super::component::Component;
use super::deduct::Deductions;
use super::error::BillingError;
use super::promise;
use super::terms::BillingTerms;
use crate::catalogue::{PriceList, UsageTerms};
use crate::discount::DiscountId;
use crate::period::{Interval, Share};
use crate::rating::metered::MeteredCharge;
use crate::rating::sla::SlaCredit;
use crate::{ComponentId, Money, MoneyError, Percentage, Rounding, Timeline};

/// For what a component is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum ChargeKind {
    /// That the subscription has it.
    #[default]
    Price,
    /// What was measured of its use.
    Usage,
}

impl ChargeKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Price, Self::Usage];

    /// The name that is stored; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Usage => "usage",
        }
    }

    /// The kind that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What is billed once and no more: one period of a component since it was taken, or the taking of it;
/// and what was measured in one period of its use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DueKey {
    /// Of what.
    pub component: ComponentId,
    /// For what of it.
    pub kind: ChargeKind,
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
    /// The price of the whole, of one; of use, what was measured costs.
    pub price: Money,
    /// What was measured, and how that becomes its price; `None` of what is no use.
    pub measured: Option<Box<MeteredCharge>>,
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
    /// It was available for less time than was promised.
    Availability(Box<SlaCredit>),
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
    let mut promised = Vec::new();
    let mut dues = Vec::with_capacity(all.len());
    for draft in all.into_values() {
        let list = prices.get(&draft.key.component).filter(|list| !list.promises.is_empty());
        let sla = list.and_then(|list| list.promised_at(draft.key.begins, draft.since));
        promised.extend(sla.map(|sla| (draft.key, sla)));
        dues.push(draft.finish(terms)?);
    }
    let mut dues = Deductions { terms, timeline, began_at, at }.take(dues)?;
    for (key, sla) in promised {
        promise::credit(sla, &key, terms, at, &mut dues)?;
    }
    Ok(dues)
}

/// What is due of one key, before it is reckoned.
pub(super) struct Draft<'p> {
    pub(super) key: DueKey,
    /// Since when the subscription has the component.
    pub(super) since: Timestamp,
    pub(super) period: Option<Interval>,
    pub(super) price: DraftPrice<'p>,
    pub(super) pieces: Vec<Piece>,
    pub(super) due_at: Timestamp,
}

/// What a key costs.
#[derive(Clone, Copy)]
pub(super) enum DraftPrice<'p> {
    /// So much for the whole.
    Fixed(Money),
    /// What was measured.
    Usage(&'p UsageTerms),
}

impl Draft<'_> {
    fn finish(self, terms: &BillingTerms) -> Result<Due, BillingError> {
        let Self { key, period, price, pieces, due_at, .. } = self;
        let (price, measured, amount) = match price {
            DraftPrice::Fixed(price) => (price, None, reckon(price, &pieces, terms.rounding)?),
            DraftPrice::Usage(usage) => {
                let charge = terms.measured.charge(key, usage, &pieces, terms)?;
                let amount = charge.amount();
                (amount, Some(Box::new(charge)), amount)
            }
        };
        let deductions = Vec::new();
        Ok(Due { key, period, price, measured, pieces, due_at, deductions, amount })
    }
}

/// All parts together are rounded once, and in one quantity never more than the whole.
pub(super) fn reckon(
    price: Money,
    pieces: &[Piece],
    rounding: Rounding,
) -> Result<Money, MoneyError> {
    let (part, of) = parts_of(pieces)?;
    let overflow = |_| MoneyError::Overflow;
    let product = i128::from(price.amount_minor()).checked_mul(part);
    let amount = rounding.divide(product.ok_or(MoneyError::Overflow)?, of)?;
    Ok(Money::new(i64::try_from(amount).map_err(overflow)?, price.currency()))
}

/// How much of a period all parts together are, times their quantities.
pub(super) fn parts_of(pieces: &[Piece]) -> Result<(i128, i128), MoneyError> {
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
    Ok((i128::try_from(part).map_err(overflow)?, i128::try_from(parts.1).map_err(overflow)?))
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

    /// What the same parts of the period in the same quantities come to at another price of the whole, with
    /// nothing taken off.
    ///
    /// # Errors
    /// Out of range.
    pub fn at_price(&self, price: Money, rounding: Rounding) -> Result<Money, MoneyError> {
        reckon(price, &self.pieces, rounding)
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

    /// From when on the last that it says something about is; what it says is known from then on.
    #[must_use]
    pub fn last_from(&self) -> Timestamp {
        let promised = |it: &Deduction| matches!(it.reason, DeductionReason::Availability(_));
        match self.period.filter(|_| self.deductions.iter().any(promised)) {
            // That it was down too long is known when the period is over.
            Some(period) => period.until(),
            None => {
                let begins = |piece: &Piece| piece.interval.map(Interval::from);
                self.pieces.iter().filter_map(begins).max().unwrap_or(self.key.begins)
            }
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
