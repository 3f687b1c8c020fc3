//! Which of two offers is the greater.

use core::cmp::Ordering;

use entitlement::Timestamp;

use super::{Catalogue, MissingPrice, Offer, OfferId, Paid};
use crate::{Cadence, CadenceUnit, Money, MoneyError};

/// Two offers of which it cannot be said which is the greater.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotComparable {
    /// One has no price then.
    #[error(transparent)]
    MissingPrice(#[from] MissingPrice),
    /// One is paid once, and has no length.
    #[error(
        "offer {offer} is paid once and says not how long it lasts, so it has no price per day; \
         give both offers a rank, or this one a length"
    )]
    NoLength {
        /// Which.
        offer: OfferId,
    },
    /// One is paid by use alone.
    #[error(
        "offer {offer} is paid by use alone, so it has no price per day; give both offers a rank, or say \
         when one takes the place of the other"
    )]
    ByUse {
        /// Which.
        offer: OfferId,
    },
    /// They have prices in two currencies.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What so long a time costs.
struct PerTime {
    amount: Money,
    minutes: i128,
}

impl Catalogue {
    /// Which of two offers is the greater: the one with the higher rank, if both have one; otherwise
    /// the one with the higher price per nominal day, of what they cost who takes them at `at`.
    ///
    /// The prices are compared exactly, without dividing: a month is the twelfth part of a year of 365
    /// days, 43,800 minutes, so that a year is never dearer than twelve months of the same price. A
    /// prepaid package is compared by how long one of it lasts.
    ///
    /// # Errors
    /// When one has neither.
    pub fn compare(
        &self,
        one: &Offer,
        other: &Offer,
        at: Timestamp,
    ) -> Result<Ordering, NotComparable> {
        if let (Some(one), Some(other)) = (one.rank, other.rank) {
            return Ok(one.cmp(&other));
        }
        let (one, other) = (self.per_time(one, at)?, self.per_time(other, at)?);
        let (left, right) = (one.amount.currency(), other.amount.currency());
        if left != right {
            return Err(MoneyError::CurrencyMismatch { left, right }.into());
        }
        // Below 2^127: an amount is below 2^63, and minutes of a period are below 2^52.
        let (left, right) = (
            i128::from(one.amount.amount_minor()) * other.minutes,
            i128::from(other.amount.amount_minor()) * one.minutes,
        );
        Ok(left.cmp(&right))
    }

    fn per_time(&self, offer: &Offer, at: Timestamp) -> Result<PerTime, NotComparable> {
        let component = offer.component;
        let paid = self.prices().get(&component).and_then(|prices| prices.paid_at(at, at));
        let (amount, cadence) = match paid.ok_or(MissingPrice { component, at })? {
            Paid::Recurring(price) => (price.amount, price.cadence),
            Paid::Once(amount) => {
                let no_length = NotComparable::NoLength { offer: offer.id };
                (amount, offer.package.lasts.ok_or(no_length)?)
            }
            Paid::ByUse(_) => return Err(NotComparable::ByUse { offer: offer.id }),
        };
        Ok(PerTime { amount, minutes: nominal_minutes(cadence) })
    }
}

/// How long a period is where every year has 365 days and every month is its twelfth part.
fn nominal_minutes(cadence: Cadence) -> i128 {
    let of_unit = match cadence.unit {
        CadenceUnit::Minute => 1,
        CadenceUnit::Hour => 60,
        CadenceUnit::Day => 24 * 60,
        CadenceUnit::Week => 7 * 24 * 60,
        CadenceUnit::Month => 365 * 24 * 60 / 12,
        CadenceUnit::Year => 365 * 24 * 60,
    };
    i128::from(cadence.count.get()) * of_unit
}
