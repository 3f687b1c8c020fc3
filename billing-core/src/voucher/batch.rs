//! What a batch of vouchers is: how many, how their codes look, what they are worth and for how long.

use core::num::{NonZeroU32, NonZeroU64};

use entitlement::{PlanId, TenantId, Timestamp};

use super::code::{CodeLen, CodePrefix};
use super::stock::SerialRange;
use crate::{Cadence, Currency, Money};

/// The most vouchers of a batch.
pub const QUANTITY_MAX: u32 = 100_000;

/// A batch as somebody orders it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchOrder {
    /// Whose vouchers they are: its subscribers redeem them, and those of the reseller that has bought them.
    pub tenant: TenantId,
    /// How many, up to [`QUANTITY_MAX`].
    pub quantity: u32,
    /// What their codes begin with.
    pub prefix: Option<CodePrefix>,
    /// How many letters of a code are drawn, beside its prefix and its check letter.
    pub code_len: CodeLen,
    /// What each is worth.
    pub worth: Worth,
    /// What a customer pays for one, with taxes; 0 for those that are given away.
    pub price: Money,
    /// When it was ordered.
    pub ordered_at: Timestamp,
    /// When it is too late to sell them; `None`: never.
    pub sell_by: Option<Timestamp>,
    /// Within which time after its sale a voucher is redeemed; `None`: whenever.
    pub redeem_within: Option<Cadence>,
    /// The reseller that has them in stock; `None`: the tenant itself.
    pub owner: Option<TenantId>,
    /// Whose customers redeem them.
    pub redeemable_by: RedeemableBy,
}

/// What a voucher is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Worth {
    /// Access on a plan, from its first use on.
    Access(AccessPackage),
    /// Money in a wallet; more than the price is a bonus.
    Refill(Money),
}

/// Access that ends by itself, as soon as one of its measures is full; it has at least one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AccessPackage {
    /// On which plan.
    pub plan: PlanId,
    /// How long it lasts on the clock, from its first use on.
    pub validity: Option<Cadence>,
    /// How long one is online, seconds.
    pub online_s: Option<NonZeroU32>,
    /// How much is transferred in both directions together, octets.
    pub octets: Option<NonZeroU64>,
}

/// Whose customers redeem a voucher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RedeemableBy {
    /// Every subscriber of the tenant, whichever reseller has brought him.
    #[default]
    Everybody,
    /// The customers of the reseller that has the voucher; of none, those that no reseller has brought.
    CustomersOfOwner,
}

/// A batch that can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    order: BatchOrder,
    quantity: NonZeroU32,
}

/// An order of which no batch can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BatchOrderError {
    /// Too few or too many.
    #[error(
        "quantity: {quantity} vouchers cannot be made at once; a batch has 1 to {QUANTITY_MAX}"
    )]
    Quantity {
        /// As ordered.
        quantity: u32,
    },
    /// Nobody could type such a code.
    #[error(
        "code_len: {len} letters behind the prefix `{}` are too many; both together have {} at most",
        .prefix.as_str(), CodeLen::MAX.get()
    )]
    CodeLen {
        /// How many letters are drawn.
        len: u8,
        /// What is in front of them.
        prefix: CodePrefix,
    },
    /// It costs less than nothing.
    #[error("price: a voucher cannot cost {price}; it costs 0 or more")]
    Price {
        /// As ordered.
        price: Money,
    },
    /// It is paid in one currency and refills another.
    #[error("worth: a refill in {refill} cannot be paid in {price}; both are in one currency")]
    RefillCurrency {
        /// That of the refill.
        refill: Currency,
        /// That of the price.
        price: Currency,
    },
    /// It refills nothing, or less than it costs.
    #[error(
        "worth: a refill of {refill} is too little for {price}; it is more than 0, and no less than its price"
    )]
    Refill {
        /// What it refills.
        refill: Money,
        /// What it costs.
        price: Money,
    },
    /// Its access never ends.
    #[error(
        "worth: access on plan {plan} would never end; give it a validity, a time online or a number of octets"
    )]
    NeverEnds {
        /// On which plan.
        plan: PlanId,
    },
    /// More octets than can be counted.
    #[error("worth: {octets} octets cannot be counted; a voucher has 1 to {}", i64::MAX)]
    Octets {
        /// As ordered.
        octets: NonZeroU64,
    },
    /// It could never be sold.
    #[error(
        "sell_by: {sell_by} is not behind the order at {ordered_at}; vouchers are sold between the two"
    )]
    SellBy {
        /// As ordered.
        sell_by: Timestamp,
        /// When it was ordered.
        ordered_at: Timestamp,
    },
}

impl Batch {
    /// A batch of an order, as it is ordered or was stored.
    ///
    /// # Errors
    /// Which field is wrong, and what it can be.
    pub fn new(order: BatchOrder) -> Result<Self, BatchOrderError> {
        let quantity = NonZeroU32::new(order.quantity)
            .filter(|quantity| quantity.get() <= QUANTITY_MAX)
            .ok_or(BatchOrderError::Quantity { quantity: order.quantity })?;
        if let Some(prefix) = &order.prefix {
            let len = order.code_len.get();
            if prefix.as_str().len() + usize::from(len) > usize::from(CodeLen::MAX.get()) {
                return Err(BatchOrderError::CodeLen { len, prefix: prefix.clone() });
            }
        }
        if order.price.is_negative() {
            return Err(BatchOrderError::Price { price: order.price });
        }
        order.worth.check(order.price)?;
        let ordered_at = order.ordered_at;
        if let Some(sell_by) = order.sell_by.filter(|sell_by| *sell_by <= ordered_at) {
            return Err(BatchOrderError::SellBy { sell_by, ordered_at });
        }
        Ok(Self { order, quantity })
    }

    /// As it was ordered.
    #[must_use]
    pub const fn order(&self) -> &BatchOrder {
        &self.order
    }

    /// All its vouchers.
    #[must_use]
    pub const fn serials(&self) -> SerialRange {
        SerialRange::first(self.quantity)
    }

    /// Can one still be sold then?
    #[must_use]
    pub fn can_be_sold(&self, at: Timestamp) -> bool {
        self.order.sell_by.is_none_or(|sell_by| at < sell_by)
    }
}

impl Worth {
    fn check(&self, price: Money) -> Result<(), BatchOrderError> {
        match *self {
            Self::Refill(refill) if refill.currency() != price.currency() => {
                let (refill, price) = (refill.currency(), price.currency());
                Err(BatchOrderError::RefillCurrency { refill, price })
            }
            Self::Refill(refill)
                if refill.amount_minor() <= 0 || refill.amount_minor() < price.amount_minor() =>
            {
                Err(BatchOrderError::Refill { refill, price })
            }
            Self::Refill(_) => Ok(()),
            Self::Access(AccessPackage { plan, validity: None, online_s: None, octets: None }) => {
                Err(BatchOrderError::NeverEnds { plan })
            }
            Self::Access(AccessPackage { octets, .. }) => {
                match octets.filter(|octets| i64::try_from(octets.get()).is_err()) {
                    Some(octets) => Err(BatchOrderError::Octets { octets }),
                    None => Ok(()),
                }
            }
        }
    }
}
