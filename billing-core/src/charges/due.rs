//! What a subscription should have cost by a moment.

use std::collections::BTreeMap;

use entitlement::{TimeZone, Timestamp};

use crate::catalogue::{Billing, MissingPrice, Price, PriceList, RecurringPrice};
use crate::period::{Alignment, AlignmentError, Cycle, Interval, Share};
use crate::{BilledIn, ComponentId, Money, MoneyError, Rounding, Stretch, Timeline};

/// The most periods of one component that are looked at: of minutes, those of a year.
pub const PERIODS_MAX: usize = 530_000;

/// How a subscription is billed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingTerms {
    /// Where its periods begin.
    pub alignment: Alignment,
    /// On whose clock.
    pub zone: TimeZone,
    /// In which states it is billed.
    pub billed_in: BilledIn,
    /// How a part of a price becomes a whole number of minor units.
    pub rounding: Rounding,
}

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
    /// How much that is.
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

/// A subscription of which it cannot be said what it costs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BillingError {
    /// A component has no price.
    #[error(transparent)]
    MissingPrice(#[from] MissingPrice),
    /// Amounts of two currencies, or out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A price is for periods that cannot begin as those of the subscription do.
    #[error("component {component}: {error}")]
    Alignment {
        /// Of which.
        component: ComponentId,
        /// Why not.
        #[source]
        error: AlignmentError,
    },
    /// No calendar has the moment.
    #[error("component {component} is billed at {at}, which lies outside of the calendar")]
    OutOfCalendar {
        /// Which.
        component: ComponentId,
        /// When.
        at: Timestamp,
    },
    /// There are too many periods.
    #[error(
        "component {component} has more than {PERIODS_MAX} periods; give it longer ones, or bill it earlier"
    )]
    TooManyPeriods {
        /// Which.
        component: ComponentId,
    },
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
    let mut all = BTreeMap::new();
    for component in timeline.components() {
        let one = OfComponent {
            component,
            prices: prices.get(&component),
            terms,
            began_at,
            billed,
            at,
            stretches: timeline.billed(component, terms.billed_in),
        };
        one.collect(&mut all)?;
    }
    all.into_values().map(|draft: Draft| draft.finish(terms.rounding)).collect()
}

/// The parts of one key.
struct Draft {
    key: DueKey,
    period: Option<Interval>,
    price: Money,
    pieces: Vec<Piece>,
}

struct OfComponent<'s> {
    component: ComponentId,
    prices: Option<&'s PriceList>,
    terms: &'s BillingTerms,
    began_at: Timestamp,
    billed: &'s BTreeMap<DueKey, Timestamp>,
    at: Timestamp,
    stretches: Vec<Stretch>,
}

impl OfComponent<'_> {
    fn collect(&self, all: &mut BTreeMap<DueKey, Draft>) -> Result<(), BillingError> {
        let component = self.component;
        // What was billed lies no further ahead.
        let first = DueKey { component, begins: Timestamp::from_unix_ms(i64::MIN) };
        let last = DueKey { component, begins: Timestamp::from_unix_ms(i64::MAX) };
        let billed = self.billed.range(first..=last).map(|(_, from)| *from).max();
        let horizon = billed.unwrap_or(self.at).max(self.at);
        let mut periods = 0;
        for stretch in &self.stretches {
            let mut from = stretch.from;
            while from <= horizon && stretch.until.is_none_or(|until| from < until) {
                periods += 1;
                if periods > PERIODS_MAX {
                    return Err(BillingError::TooManyPeriods { component });
                }
                match self.price_at(from, stretch)? {
                    (Price::Once(amount), _) => {
                        self.once(*amount, stretch, all);
                        break;
                    }
                    (Price::Recurring(price), period) => {
                        self.period(price, period, stretch, all);
                        from = period.until();
                    }
                }
            }
        }
        Ok(())
    }

    /// The price that holds at a moment, and its period around that: the price is that of the
    /// beginning of the period, or of the taking of the component.
    fn price_at(
        &self,
        at: Timestamp,
        stretch: &Stretch,
    ) -> Result<(&Price, Interval), BillingError> {
        let since = stretch.component_since;
        let now = self.in_force(at, since)?;
        let period = self.period_of(now, at)?;
        let first = self.in_force(period.from().max(since), since)?;
        Ok((first, self.period_of(first, at)?))
    }

    fn in_force(&self, at: Timestamp, since: Timestamp) -> Result<&Price, BillingError> {
        let missing = MissingPrice { component: self.component, at };
        let price = self.prices.and_then(|prices| prices.at(at, since));
        price.ok_or_else(|| missing.into())
    }

    fn period_of(&self, price: &Price, at: Timestamp) -> Result<Interval, BillingError> {
        let component = self.component;
        let out_of_calendar = BillingError::OutOfCalendar { component, at };
        match price {
            // It has no length, and ends behind its moment.
            Price::Once(_) => Interval::new(at, at.plus_s(1)).ok_or(out_of_calendar),
            Price::Recurring(price) => {
                let BillingTerms { alignment, zone, .. } = self.terms;
                let cycle = Cycle::new(price.cadence, *alignment, self.began_at, zone.clone());
                let cycle = cycle.map_err(|error| BillingError::Alignment { component, error })?;
                Ok(cycle.around(at).ok_or(out_of_calendar)?.interval)
            }
        }
    }

    fn once(&self, price: Money, stretch: &Stretch, all: &mut BTreeMap<DueKey, Draft>) {
        let key = DueKey { component: self.component, begins: stretch.component_since };
        let piece = Piece { interval: None, quantity: stretch.quantity, share: Share::Whole };
        // Of several stretches since it was taken the first.
        all.entry(key).or_insert(Draft { key, period: None, price, pieces: vec![piece] });
    }

    /// The part of a stretch that lies in a period, if it is to be billed yet.
    fn period(
        &self,
        price: &RecurringPrice,
        period: Interval,
        stretch: &Stretch,
        all: &mut BTreeMap<DueKey, Draft>,
    ) {
        // What is taken again within a period may have another price.
        let begins = period.from().max(stretch.component_since);
        let key = DueKey { component: self.component, begins };
        let Some(interval) = stretch.within(period) else { return };
        let billed_from = self.billed.get(&key);
        let is_over = || {
            let last = self.stretches.last().and_then(|stretch| stretch.until);
            period.until() <= self.at || last.is_some_and(|until| until <= self.at)
        };
        let is_due = match price.billed {
            Billing::InAdvance => interval.from() <= self.at,
            Billing::InArrears => is_over(),
        };
        if !is_due && billed_from.is_none_or(|last| interval.from() > *last) {
            return;
        }
        let share = price.proration.share(period, interval, &self.terms.zone);
        let piece = Piece { interval: Some(interval), quantity: stretch.quantity, share };
        let draft = Draft { key, period: Some(period), price: price.amount, pieces: Vec::new() };
        all.entry(key).or_insert(draft).pieces.push(piece);
    }
}

impl Draft {
    /// All parts together are rounded once, and in one quantity never more than the whole.
    fn finish(self, rounding: Rounding) -> Result<Due, BillingError> {
        let Self { key, period, price, pieces } = self;
        let quantity_max = pieces.iter().map(|piece| piece.quantity).max().unwrap_or(0);
        let mut parts: (u128, u128) = (0, 1);
        for Piece { quantity, share, .. } in &pieces {
            let share = share.ratio();
            let part = u128::from(*quantity) * u128::from(share.numerator());
            let denominator = u128::from(share.denominator());
            parts = match parts.1 == denominator || parts.0 == 0 {
                true => (parts.0 + part, denominator),
                false => {
                    let (before, now) =
                        (parts.0.checked_mul(denominator), part.checked_mul(parts.1));
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
        let amount = Money::new(i64::try_from(amount).map_err(overflow)?, price.currency());
        Ok(Due { key, period, price, pieces, amount })
    }
}
