//! What is taken off: discounts, and the coupons by which they are given.
//!
//! A [`Discount`] is part of what is due ([`BillingTerms::discounts`](crate::BillingTerms)), never a
//! line of its own: so what is billed again, upgraded or credited is billed, upgraded and credited at
//! the price with the discount. A [`Coupon`] decides whether somebody may have its [`Offer`], and
//! makes a discount of it.

mod coupon;
mod offer;

pub use coupon::{
    COUPON_CODE_LEN_MAX, Coupon, CouponCode, CouponCodeError, CouponError, CouponRefusal,
    Redemption,
};
pub use offer::{
    COMPONENTS_MAX, DISCOUNTS_MAX, Discount, DiscountError, DiscountId, NAME_LEN_MAX, Offer,
    OfferError, On,
};
