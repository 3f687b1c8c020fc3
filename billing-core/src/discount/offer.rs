//! How much is taken off what, and for how long.

use core::fmt;
use core::num::NonZeroU32;
use std::collections::BTreeSet;

use entitlement::{TimeZone, Timestamp};

use crate::{
    Alignment, AlignmentError, Cadence, ComponentId, Cycle, Money, PartOrAmount, Percentage,
};

/// The most discounts of one subscription.
pub const DISCOUNTS_MAX: usize = 32;
/// The most components that a discount names.
pub const COMPONENTS_MAX: usize = 64;
/// The longest name of a discount, octets.
pub const NAME_LEN_MAX: usize = 64;

/// A discount that has been given to a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DiscountId(pub i64);

/// Off what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum On {
    /// Off everything of the subscription.
    All,
    /// Off these components.
    Components(BTreeSet<ComponentId>),
}

/// What a discount is, before somebody has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Offer {
    name: String,
    off: PartOrAmount,
    on: On,
    per: Cadence,
    periods: Option<NonZeroU32>,
}

/// A discount that a subscription has.
///
/// It holds for a period of a component as a whole, or not at all: for those that begin (or in which
/// the component is taken) from its own beginning on and before its end. What is paid once has it
/// when it becomes due within.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Discount {
    id: DiscountId,
    offer: Offer,
    from: Timestamp,
    until: Option<Timestamp>,
}

/// What cannot be taken off.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OfferError {
    /// It could not be told on an invoice.
    #[error(
        "a discount's name has {len} octets; it stands on the invoice, and has 1 to {NAME_LEN_MAX}"
    )]
    Name {
        /// How long it is.
        len: usize,
    },
    /// More than everything, or nothing.
    #[error("{rate} cannot be taken off; a discount is more than 0% and at most 100%")]
    Rate {
        /// As entered.
        rate: Percentage,
    },
    /// Nothing, or less.
    #[error("{amount} cannot be taken off; a discount is more than 0")]
    Amount {
        /// As entered.
        amount: Money,
    },
    /// It is on nothing, or on too much.
    #[error("a discount names {count} components; it names 1 to {COMPONENTS_MAX}, or is on all")]
    Components {
        /// How many.
        count: usize,
    },
}

/// A discount that never holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a discount from {from} cannot end at {until}; it ends later than it begins")]
pub struct DiscountError {
    /// When it begins.
    pub from: Timestamp,
    /// When it was to end.
    pub until: Timestamp,
}

impl Offer {
    /// So much off this, for as long as it is given. `per` is the length of the periods of which a
    /// fixed amount is taken off, and in which [`for_periods`](Self::for_periods) counts.
    ///
    /// A fixed amount is taken off what lies wholly within such a period: of monthly prices by the
    /// month, and not of a yearly one.
    ///
    /// # Errors
    /// When nothing would be taken off, or more than there is.
    pub fn new(name: String, off: PartOrAmount, on: On, per: Cadence) -> Result<Self, OfferError> {
        let len = name.len();
        if name.trim().is_empty() || len > NAME_LEN_MAX {
            return Err(OfferError::Name { len });
        }
        match off {
            PartOrAmount::Percent(rate)
                if rate.millionths() == 0 || rate.millionths() > Percentage::WHOLE_MILLIONTHS =>
            {
                return Err(OfferError::Rate { rate });
            }
            PartOrAmount::Fixed(amount) if amount.amount_minor() <= 0 => {
                return Err(OfferError::Amount { amount });
            }
            PartOrAmount::Percent(_) | PartOrAmount::Fixed(_) => {}
        }
        if let On::Components(components) = &on
            && !(1..=COMPONENTS_MAX).contains(&components.len())
        {
            return Err(OfferError::Components { count: components.len() });
        }
        Ok(Self { name, off, on, per, periods: None })
    }

    /// The same for so many periods: whole ones, and before them what is left of the one in which it
    /// begins, as of a month in which somebody joins.
    #[must_use]
    pub fn for_periods(self, periods: NonZeroU32) -> Self {
        Self { periods: Some(periods), ..self }
    }

    /// As it stands on the invoice.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How much is taken off: a part of what each charge comes to, or so much of a period together. Of that
    /// what is due first has it first, and what is due in one moment shares it in proportion; what the charges
    /// of a period do not come to is not kept for the next.
    #[must_use]
    pub const fn off(&self) -> PartOrAmount {
        self.off
    }

    /// Off what.
    #[must_use]
    pub const fn on(&self) -> &On {
        &self.on
    }

    /// How long its periods are.
    #[must_use]
    pub const fn per(&self) -> Cadence {
        self.per
    }

    /// For how many of them it is; `None`: without end.
    #[must_use]
    pub const fn periods(&self) -> Option<NonZeroU32> {
        self.periods
    }
}

impl Discount {
    /// An offer that somebody has from a moment until another, or without end.
    ///
    /// # Errors
    /// When it ends before it begins.
    pub fn new(
        id: DiscountId,
        offer: Offer,
        from: Timestamp,
        until: Option<Timestamp>,
    ) -> Result<Self, DiscountError> {
        match until {
            Some(until) if until <= from => Err(DiscountError { from, until }),
            _ => Ok(Self { id, offer, from, until }),
        }
    }

    /// An offer that somebody has from a moment on, without another end than its periods.
    #[must_use]
    pub const fn since(id: DiscountId, offer: Offer, from: Timestamp) -> Self {
        Self { id, offer, from, until: None }
    }

    /// Which.
    #[must_use]
    pub const fn id(&self) -> DiscountId {
        self.id
    }

    /// What it is.
    #[must_use]
    pub const fn offer(&self) -> &Offer {
        &self.offer
    }

    /// Since when it holds.
    #[must_use]
    pub const fn from(&self) -> Timestamp {
        self.from
    }

    /// Until when, as was said when it was given; its periods may be over before.
    #[must_use]
    pub const fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// The first moment at which it holds no more, of a subscription that began then and whose
    /// periods are aligned so; `None`: it does not end.
    ///
    /// # Errors
    /// When its periods cannot begin so, or no calendar has them.
    pub fn ends_at(
        &self,
        alignment: Alignment,
        began_at: Timestamp,
        zone: &TimeZone,
    ) -> Result<Option<Timestamp>, AlignmentError> {
        let Some(periods) = self.offer.periods else { return Ok(self.until) };
        let cycle = Cycle::new(self.offer.per, alignment, began_at, zone.clone())?;
        let period = cycle.around(self.from).ok_or(AlignmentError::OutOfRange)?;
        let first =
            if period.interval.from() == self.from { period.number } else { period.number + 1 };
        let last = first.checked_add(periods.get().into());
        let over =
            last.and_then(|number| cycle.begins(number)).ok_or(AlignmentError::OutOfRange)?;
        Ok(Some(self.until.map_or(over, |until| until.min(over))))
    }

    /// Is this component one that it is on?
    #[must_use]
    pub fn is_on(&self, component: ComponentId) -> bool {
        match &self.offer.on {
            On::All => true,
            On::Components(components) => components.contains(&component),
        }
    }

    /// Its place among several: per cent come first, then fixed amounts, of each the one that began
    /// first.
    pub(crate) fn place(&self) -> (bool, Timestamp, DiscountId) {
        (matches!(self.offer.off, PartOrAmount::Fixed(_)), self.from, self.id)
    }
}

impl fmt::Display for DiscountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
#[path = "offer_tests.rs"]
mod tests;
