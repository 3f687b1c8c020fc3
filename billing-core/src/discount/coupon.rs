//! Who may have a discount.

use crate::PartOrAmount;
use core::fmt;
use core::str::FromStr;

use entitlement::Timestamp;

use super::offer::{DISCOUNTS_MAX, Discount, DiscountId, Offer};
use crate::Currency;

/// The longest code of a coupon, letters.
pub const COUPON_CODE_LEN_MAX: usize = 32;

/// What a customer types to have a discount: a word such as `WELCOME-10`, in whatever case it is
/// typed. It is no secret; how often it can be used is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CouponCode(String);

/// A text that is no code of a coupon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is no code of a coupon; such codes have 1 to {COUPON_CODE_LEN_MAX} letters A to Z, digits \
     and hyphens, for example `WELCOME-10`", text.escape_debug()
)]
pub struct CouponCodeError {
    /// As written.
    pub text: String,
}

/// A discount that everybody may have who knows its code, within its rules.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Coupon {
    /// What is typed.
    pub code: CouponCode,
    /// What it gives.
    pub offer: Offer,
    /// The first moment at which it cannot be redeemed any more; `None`: it always can.
    pub redeem_by: Option<Timestamp>,
    /// How often it can be redeemed, by all together.
    pub redemptions_max: Option<u32>,
    /// How often by one subscriber.
    pub redemptions_per_subscriber_max: Option<u32>,
    /// Is it only for who has bought nothing before?
    pub is_first_purchase_only: bool,
    /// Can there be other discounts beside it?
    pub is_combinable: bool,
}

/// Somebody wants to redeem a coupon. The counts are those of the same transaction in which the
/// redemption is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redemption<'r> {
    /// When.
    pub at: Timestamp,
    /// The number that the discount is going to have.
    pub id: DiscountId,
    /// In which currency the subscription is billed; `None`: it never was, and any will do.
    pub currency: Option<Currency>,
    /// How often the coupon was redeemed before, by all together.
    pub redemptions: u32,
    /// How often by this subscriber.
    pub redemptions_of_subscriber: u32,
    /// Has the subscriber bought something before?
    pub has_purchased: bool,
    /// The discounts of the subscription that are not over yet, each with whether there can be others
    /// beside it.
    pub beside: &'r [(&'r Discount, bool)],
}

/// A coupon that nobody could redeem.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("coupon {code} can be redeemed 0 times; give it 1 or more, or no limit")]
pub struct CouponError {
    /// Which.
    pub code: CouponCode,
}

/// Why somebody cannot have a discount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CouponRefusal {
    /// It is too late.
    #[error("coupon {code} could be redeemed before {redeem_by}; it is {at}")]
    Expired {
        /// Which.
        code: CouponCode,
        /// Until when it could.
        redeem_by: Timestamp,
        /// When it was tried.
        at: Timestamp,
    },
    /// It takes off another currency.
    #[error("coupon {code} takes off {coupon}, and the subscription is billed in {subscription}")]
    Currency {
        /// Which.
        code: CouponCode,
        /// Its currency.
        coupon: Currency,
        /// That of the subscription.
        subscription: Currency,
    },
    /// The subscriber is no new one.
    #[error("coupon {code} is for a first purchase, and there was one before")]
    NotFirstPurchase {
        /// Which.
        code: CouponCode,
    },
    /// All are gone.
    #[error("coupon {code} can be redeemed {max} times, and has been")]
    Exhausted {
        /// Which.
        code: CouponCode,
        /// How often it can be.
        max: u32,
    },
    /// This subscriber has had its own.
    #[error(
        "coupon {code} can be redeemed {max} times by one subscriber, and this one has done so"
    )]
    ExhaustedForSubscriber {
        /// Which.
        code: CouponCode,
        /// How often one can.
        max: u32,
    },
    /// There can be no other discount beside one of both.
    #[error("coupon {code} cannot be combined with the discount `{beside}`, which is not over")]
    NotCombinable {
        /// Which.
        code: CouponCode,
        /// The name of the other.
        beside: String,
    },
    /// There are too many.
    #[error(
        "the subscription has {DISCOUNTS_MAX} discounts, and can have no more; end one of them"
    )]
    TooMany,
}

impl Coupon {
    /// Checks that somebody can redeem it at all.
    ///
    /// # Errors
    /// When it can be redeemed 0 times.
    pub fn check(&self) -> Result<(), CouponError> {
        let limits = [self.redemptions_max, self.redemptions_per_subscriber_max];
        if limits.contains(&Some(0)) {
            return Err(CouponError { code: self.code.clone() });
        }
        Ok(())
    }

    /// The discount that it gives, from the moment of the redemption on: what begins before that has
    /// none.
    ///
    /// # Errors
    /// The first rule that is against it, in the order of [`CouponRefusal`].
    pub fn redeem(&self, redemption: &Redemption<'_>) -> Result<Discount, CouponRefusal> {
        let Redemption { at, id, currency, beside, .. } = *redemption;
        let code = || self.code.clone();
        if let Some(redeem_by) = self.redeem_by.filter(|redeem_by| *redeem_by <= at) {
            return Err(CouponRefusal::Expired { code: code(), redeem_by, at });
        }
        if let PartOrAmount::Fixed(amount) = self.offer.off()
            && let Some(currency) = currency
            && amount.currency() != currency
        {
            let (coupon, subscription) = (amount.currency(), currency);
            return Err(CouponRefusal::Currency { code: code(), coupon, subscription });
        }
        if self.is_first_purchase_only && redemption.has_purchased {
            return Err(CouponRefusal::NotFirstPurchase { code: code() });
        }
        if let Some(max) = self.redemptions_max.filter(|max| redemption.redemptions >= *max) {
            return Err(CouponRefusal::Exhausted { code: code(), max });
        }
        let of_subscriber = |max: &u32| redemption.redemptions_of_subscriber >= *max;
        if let Some(max) = self.redemptions_per_subscriber_max.filter(of_subscriber) {
            return Err(CouponRefusal::ExhaustedForSubscriber { code: code(), max });
        }
        let stands_against =
            |(_, is_combinable): &&(&Discount, bool)| !(self.is_combinable && *is_combinable);
        if let Some((other, _)) = beside.iter().find(stands_against) {
            let beside = other.offer().name().to_owned();
            return Err(CouponRefusal::NotCombinable { code: code(), beside });
        }
        if beside.len() >= DISCOUNTS_MAX {
            return Err(CouponRefusal::TooMany);
        }
        Ok(Discount::since(id, self.offer.clone(), at))
    }
}

impl FromStr for CouponCode {
    type Err = CouponCodeError;

    fn from_str(text: &str) -> Result<Self, CouponCodeError> {
        let code = text.trim().to_ascii_uppercase();
        let letter = |it: u8| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'-';
        if code.is_empty() || code.len() > COUPON_CODE_LEN_MAX || !code.bytes().all(letter) {
            return Err(CouponCodeError { text: text.to_owned() });
        }
        Ok(Self(code))
    }
}

impl fmt::Display for CouponCode {
    /// In capital letters: as it is kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
#[path = "coupon_tests.rs"]
mod tests;
