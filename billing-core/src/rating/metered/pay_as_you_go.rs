//! What is paid from the wallet while it is used.

use core::fmt;
use core::num::NonZeroU64;

use entitlement::Octets;

use crate::rating::UnitPrice;
use crate::rating::unit_price::NANOS;
use crate::{Currency, Money, MoneyError, Rounding};

/// What the octets of a service cost that pays them from the wallet while it uses them, and in which
/// slices money is held for them, with or without its taxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayAsYouGo {
    price: UnitPrice,
    per: NonZeroU64,
    slice: NonZeroU64,
    least: NonZeroU64,
}

/// A price that could not be paid so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayAsYouGoError {
    /// Slices would cost nothing.
    #[error(
        "a slice of {} costs less than the least amount of {currency}; it is to cost that or more, as money \
         is held for it", Octets(*slice)
    )]
    SliceTooCheap {
        /// Octets of a slice.
        slice: u64,
        /// Of the price.
        currency: Currency,
    },
    /// More would have to be covered than is ever held.
    #[error(
        "{} are at least to be covered for a session to begin, and a slice has {}",
        Octets(*least), Octets(*slice)
    )]
    LeastOverSlice {
        /// Octets that are at least to be covered.
        least: u64,
        /// Octets of a slice.
        slice: u64,
    },
}

impl PayAsYouGo {
    /// So many octets cost that much, and money is held for a slice of octets at a time. A session may
    /// begin when the wallet covers `least` octets; `None`: a slice.
    ///
    /// # Errors
    /// When a slice would cost nothing, or less than `least` is held.
    pub fn new(
        price: UnitPrice,
        per: NonZeroU64,
        slice: NonZeroU64,
        least: Option<NonZeroU64>,
    ) -> Result<Self, PayAsYouGoError> {
        let least = least.unwrap_or(slice);
        if least > slice {
            let (least, slice) = (least.get(), slice.get());
            return Err(PayAsYouGoError::LeastOverSlice { least, slice });
        }
        // Both products have fewer than 127 bits.
        let costs = i128::from(price.nanos()) * i128::from(slice.get());
        if costs < i128::from(per.get()) * NANOS {
            let currency = price.currency();
            return Err(PayAsYouGoError::SliceTooCheap { slice: slice.get(), currency });
        }
        Ok(Self { price, per, slice, least })
    }

    /// Of which currency it is.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.price.currency()
    }

    /// For how many octets of one session money is held at a time.
    #[must_use]
    pub const fn slice_octets(&self) -> NonZeroU64 {
        self.slice
    }

    /// How many octets the wallet is to cover at least for a session to begin.
    #[must_use]
    pub const fn least_octets(&self) -> NonZeroU64 {
        self.least
    }

    /// What so many octets cost altogether, to the octet, rounded once.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn amount(&self, octets: u64, rounding: Rounding) -> Result<Money, MoneyError> {
        let exact = i128::from(self.price.nanos()).checked_mul(octets.into());
        let whole = i128::from(self.per.get()) * NANOS;
        let minor = rounding.divide(exact.ok_or(MoneyError::Overflow)?, whole)?;
        let minor = i64::try_from(minor).map_err(|_| MoneyError::Overflow)?;
        Ok(Money::new(minor, self.currency()))
    }
}

impl fmt::Display for PayAsYouGo {
    /// `pay-as-you-go 20 KES per 1GB; slice 100MB`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (per, slice) = (Octets(self.per.get()), Octets(self.slice.get()));
        write!(f, "pay-as-you-go {} per {per}; slice {slice}", self.price)?;
        if self.least == self.slice {
            return Ok(());
        }
        write!(f, "; least {}", Octets(self.least.get()))
    }
}
