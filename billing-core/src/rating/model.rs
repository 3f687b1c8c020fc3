//! By which rule usage is priced.

use core::num::NonZeroU64;

use super::unit_price::{NANOS, UnitPrice};
use crate::{Currency, Money, MoneyError, Percentage, Ratio, Rounding};

/// The most tiers of a price.
pub const TIERS_MAX: usize = 64;

/// What the usage of a period costs; of a part of one, [`UsagePrice::of_part`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsagePrice {
    /// Units that cost nothing.
    pub free_units: u64,
    /// What the others cost.
    pub model: Model,
    /// What is paid at least, whatever was used.
    pub minimum: Option<Money>,
}

/// By which rule units become an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Model {
    /// Each costs the same.
    PerUnit(UnitPrice),
    /// They are sold in packages, and one that is begun is paid.
    Package {
        /// Units of a package.
        size: NonZeroU64,
        /// What it costs.
        price: Money,
    },
    /// Each tier's price is for the units in it: the first gigabytes are dear, the others cheap.
    Graduated(Tiers),
    /// The price of the tier that is reached is for all units.
    Volume(Tiers),
    /// A part of an amount, whose minor units are the units: commission.
    Percentage {
        /// Of which currency.
        currency: Currency,
        /// Which part.
        rate: Percentage,
    },
}

/// Tiers that leave no unit without a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiers {
    currency: Currency,
    tiers: Vec<Tier>,
}

/// A tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// The last unit in it; `None`: all that come.
    pub up_to: Option<u64>,
    /// What a unit costs.
    pub unit: UnitPrice,
    /// What is paid as soon as a unit is in it.
    pub flat: Money,
}

/// Tiers that are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Units above the last tier would have no price.
    #[error("units above {} have no price; the last tier has no end", .last.unwrap_or(0))]
    Unbounded {
        /// Where the last tier ends; `None`: there is no tier.
        last: Option<u64>,
    },
    /// A tier ends before it begins.
    #[error("tier {number} ends at {up_to}, which is not above the one before it; tiers ascend")]
    NotAscending {
        /// Which, from 1.
        number: usize,
        /// Where it ends.
        up_to: u64,
    },
    /// A tier behind one without an end.
    #[error("tier {number} comes behind one without an end; only the last has none")]
    BehindTheLast {
        /// Which, from 1.
        number: usize,
    },
    /// A tier costs less than nothing.
    #[error("tier {number} costs {flat}; a tier costs 0 or more")]
    Negative {
        /// Which, from 1.
        number: usize,
        /// As given.
        flat: Money,
    },
    /// Two currencies.
    #[error("tier {number} is in {given}, and the first in {has}; all are in one")]
    Currencies {
        /// Which, from 1.
        number: usize,
        /// The currency of the first.
        has: Currency,
        /// That of this one.
        given: Currency,
    },
    /// Too many.
    #[error("there are {count} tiers; a price has {TIERS_MAX} at most")]
    TooMany {
        /// How many there are.
        count: usize,
    },
}

/// What usage costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rated {
    /// All together, with what is paid to come to the minimum.
    pub amount: Money,
    /// How that comes about. Their exact amounts are rounded once, in the sum.
    pub steps: Vec<Step>,
    /// What is paid to come to the minimum; part of the amount.
    pub true_up: Money,
}

/// Units that have one price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// They cost nothing.
    Free {
        /// How many.
        units: u64,
    },
    /// Each costs so much.
    Units {
        /// How many.
        units: u64,
        /// What one costs.
        unit: UnitPrice,
    },
    /// What is paid for a tier that was reached.
    Flat {
        /// How much.
        amount: Money,
    },
    /// Packages, of which the last may not be full.
    Packages {
        /// How many.
        count: u64,
        /// What one costs.
        price: Money,
    },
    /// A part of an amount.
    Part {
        /// Of how much.
        of: Money,
        /// Which part.
        rate: Percentage,
    },
}

impl Tiers {
    /// These, in ascending order.
    ///
    /// # Errors
    /// When a unit would have no price, or two; of two currencies, or below nothing.
    pub fn new(tiers: Vec<Tier>) -> Result<Self, ModelError> {
        let count = tiers.len();
        if count > TIERS_MAX {
            return Err(ModelError::TooMany { count });
        }
        let Some(first) = tiers.first() else { return Err(ModelError::Unbounded { last: None }) };
        let currency = first.unit.currency();
        let mut last = Some(0);
        for (number, Tier { up_to, unit, flat }) in (1..).zip(&tiers) {
            let Some(before) = last else { return Err(ModelError::BehindTheLast { number }) };
            if let Some(up_to) = up_to.filter(|up_to| *up_to <= before) {
                return Err(ModelError::NotAscending { number, up_to });
            }
            if flat.is_negative() {
                return Err(ModelError::Negative { number, flat: *flat });
            }
            for given in [unit.currency(), flat.currency()] {
                if given != currency {
                    return Err(ModelError::Currencies { number, has: currency, given });
                }
            }
            last = *up_to;
        }
        match last {
            Some(end) => Err(ModelError::Unbounded { last: Some(end) }),
            None => Ok(Self { currency, tiers }),
        }
    }

    /// Each, ascending.
    #[must_use]
    pub fn as_slice(&self) -> &[Tier] {
        &self.tiers
    }

    /// Those of a part of a period. One that would end where it begins is left out.
    fn of_part(&self, part: Ratio, rounding: Rounding) -> Result<Self, MoneyError> {
        let (mut tiers, mut before) = (Vec::with_capacity(self.tiers.len()), 0);
        for tier in &self.tiers {
            let up_to = tier.up_to.map(|up_to| units_of(up_to, part, rounding)).transpose()?;
            if up_to.is_some_and(|up_to| up_to <= before) {
                continue;
            }
            before = up_to.unwrap_or(u64::MAX);
            tiers.push(Tier { up_to, flat: tier.flat.part(part, rounding)?, ..*tier });
        }
        Ok(Self { currency: self.currency, tiers })
    }

    /// The units of each tier that is reached, with the tier.
    fn reached(&self, units: u64) -> impl Iterator<Item = (u64, &Tier)> {
        let mut from = 0;
        self.tiers.iter().map_while(move |tier| {
            let within = tier.up_to.map_or(units, |up_to| up_to.min(units)).saturating_sub(from);
            from = tier.up_to.unwrap_or(u64::MAX);
            (within > 0).then_some((within, tier))
        })
    }
}

impl Model {
    /// Of which currency its amounts are.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        match self {
            Self::PerUnit(unit) => unit.currency(),
            Self::Package { price, .. } => price.currency(),
            Self::Graduated(tiers) | Self::Volume(tiers) => tiers.currency,
            Self::Percentage { currency, .. } => *currency,
        }
    }

    /// Tells each step by which so many units become an amount.
    fn steps(&self, units: u64, mut tell: impl FnMut(Step)) -> Result<(), MoneyError> {
        if units == 0 {
            return Ok(());
        }
        let mut tell_tier = |units: u64, tier: &Tier| {
            tell(Step::Units { units, unit: tier.unit });
            if !tier.flat.is_zero() {
                tell(Step::Flat { amount: tier.flat });
            }
        };
        match self {
            Self::Graduated(tiers) => {
                tiers.reached(units).for_each(|(within, tier)| tell_tier(within, tier));
            }
            Self::Volume(tiers) => {
                if let Some((_, tier)) = tiers.reached(units).last() {
                    tell_tier(units, tier);
                }
            }
            Self::PerUnit(unit) => tell(Step::Units { units, unit: *unit }),
            Self::Package { size, price } => {
                tell(Step::Packages { count: units.div_ceil(size.get()), price: *price });
            }
            Self::Percentage { currency, rate } => {
                let minor = i64::try_from(units).map_err(|_| MoneyError::Overflow)?;
                tell(Step::Part { of: Money::new(minor, *currency), rate: *rate });
            }
        }
        Ok(())
    }
}

impl UsagePrice {
    /// The price of a part of a period: that part of the free units, of the minimum, and of where tiers begin
    /// and what is paid for reaching them, each rounded once. What a unit or a package costs stays as it is.
    ///
    /// # Errors
    /// Out of range.
    pub fn of_part(&self, part: Ratio, rounding: Rounding) -> Result<Self, MoneyError> {
        let model = match &self.model {
            Model::Graduated(tiers) => Model::Graduated(tiers.of_part(part, rounding)?),
            Model::Volume(tiers) => Model::Volume(tiers.of_part(part, rounding)?),
            model => model.clone(),
        };
        let minimum = self.minimum.map(|minimum| minimum.part(part, rounding)).transpose()?;
        Ok(Self { free_units: units_of(self.free_units, part, rounding)?, model, minimum })
    }

    /// Does it cost something else for a part of a period than for the whole?
    #[must_use]
    pub const fn has_parts(&self) -> bool {
        let has_tiers = matches!(self.model, Model::Graduated(_) | Model::Volume(_));
        self.free_units > 0 || self.minimum.is_some() || has_tiers
    }

    /// What so many units of one period cost, rounded once.
    ///
    /// # Errors
    /// Of two currencies, or out of range.
    pub fn rate(&self, units: u64, rounding: Rounding) -> Result<Rated, MoneyError> {
        let free = units.min(self.free_units);
        let mut steps = Vec::new();
        if free > 0 {
            steps.push(Step::Free { units: free });
        }
        let used = self.used(units, rounding, |step| steps.push(step))?;
        let amount = self.at_least(used)?;
        Ok(Rated { amount, true_up: amount.minus(used)?, steps })
    }

    /// The amount of [`rate`](Self::rate) alone; it allocates nothing.
    ///
    /// # Errors
    /// As of `rate`.
    pub fn amount(&self, units: u64, rounding: Rounding) -> Result<Money, MoneyError> {
        self.at_least(self.used(units, rounding, |_| ())?)
    }

    /// What they cost without a minimum, and each step to that behind the free ones.
    fn used(
        &self,
        units: u64,
        rounding: Rounding,
        mut tell: impl FnMut(Step),
    ) -> Result<Money, MoneyError> {
        let mut exact = Some(0_i128);
        self.model.steps(units.saturating_sub(self.free_units), |step| {
            exact = exact.and_then(|sum| sum.checked_add(step.exact()?));
            tell(step);
        })?;
        let minor = rounding.divide(exact.ok_or(MoneyError::Overflow)?, NANOS)?;
        let minor = i64::try_from(minor).map_err(|_| MoneyError::Overflow)?;
        Ok(Money::new(minor, self.model.currency()))
    }

    /// The more of the amount and the minimum.
    fn at_least(&self, used: Money) -> Result<Money, MoneyError> {
        Ok(match self.minimum {
            Some(minimum) if used.least(minimum)? == used => minimum,
            _ => used,
        })
    }
}

/// So many units for a part of a period.
fn units_of(units: u64, part: Ratio, rounding: Rounding) -> Result<u64, MoneyError> {
    let whole = i128::from(units).checked_mul(part.numerator().into());
    let units = rounding.divide(whole.ok_or(MoneyError::Overflow)?, part.denominator().into())?;
    u64::try_from(units).map_err(|_| MoneyError::Overflow)
}

impl Step {
    /// Its exact amount in billionths of a minor unit; `None` when it is out of range.
    fn exact(&self) -> Option<i128> {
        match *self {
            Self::Free { .. } => Some(0),
            Self::Units { units, unit } => i128::from(units).checked_mul(unit.nanos().into()),
            Self::Flat { amount } => i128::from(amount.amount_minor()).checked_mul(NANOS),
            Self::Packages { count, price } => {
                i128::from(count).checked_mul(price.amount_minor().into())?.checked_mul(NANOS)
            }
            Self::Part { of, rate } => {
                let parts = i128::from(of.amount_minor()).checked_mul(rate.millionths().into())?;
                parts.checked_mul(NANOS / i128::from(Percentage::WHOLE_MILLIONTHS))
            }
        }
    }
}
