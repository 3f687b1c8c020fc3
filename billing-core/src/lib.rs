//! What an Internet service provider bills: from what was sold and what has happened to it to the lines
//! of an invoice and their taxes.
//!
//! It reads no clock, does no IO and knows no floats: moments, zones and how to round are arguments,
//! and the same arguments give the same amounts to the last unit. It does not know what a packet is,
//! nor how anything is stored.
//!
//! [`Money`] is an amount of one currency in its minor unit; a [`Timeline`] everything that has happened
//! to a subscription; [`difference`] what is still to be billed for it, or was billed too much; a
//! [`Draft`] the [`invoice`] of that. [`Cycle`], [`Proration`] and [`Taxes`] can be used by themselves:
//!
//! ```
//! use billing_core::{Alignment, Cycle, Interval, Money, Pricing, Proration, Rounding, Tax, Taxes};
//! use entitlement::{TimeZone, Timestamp};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let zone = TimeZone::named("Africa/Nairobi").ok_or("a zone")?;
//! let joined = Timestamp::from_unix_s(1_795_000_000); // 18 November 2026, 15:06
//! let cycle = Cycle::new("1 month".parse()?, Alignment::DayOfMonth(1), joined, zone.clone())?;
//! let month = cycle.around(joined).ok_or("a period")?.interval;
//! let rest = Interval::new(joined, month.until()).ok_or("some of it")?;
//! let price: Money = "1500 KES".parse()?;
//! let share = Proration::ByDay.share(month, rest, &zone);
//! let charge = price.part(share.ratio(), Rounding::HalfUp)?; // 13 of 30 days
//! assert_eq!(charge.to_string(), "650.00 KES");
//! let vat = Tax { name: "VAT".into(), rate: "16%".parse()?, base: Default::default() };
//! let taxes = Taxes::new(vec![vat])?;
//! let taxed = taxes.on(price.currency(), &[charge], Pricing::TaxExclusive, Rounding::HalfUp)?;
//! assert_eq!(taxed.total.gross.to_string(), "754.00 KES");
//! # Ok(())
//! # }
//! ```

// Amounts are whole numbers, and so is everything on the way to one.
#![forbid(clippy::float_arithmetic)]

mod apportion;
pub mod balance;
mod catalogue;
mod charges;
mod currency;
pub mod discount;
pub mod dunning;
pub mod invoice;
pub mod ledger;
mod money;
mod part_or_amount;
pub mod payment;
mod period;
pub mod rating;
mod ratio;
pub mod reseller;
mod rounding;
mod subscription;
mod tax;
pub mod voucher;

pub use catalogue::{
    ADD_ONS_MAX, AccessKind, AddOn, Among, AppliesTo, Billing, Buyer, Catalogue, CatalogueError,
    CommittedRate, CustomerCategory, DataPackage, DeviceCapability, EarlyEnd, GrantedPer,
    MinimumTerm, MissingPrice, NotComparable, NotOffered, OFFERS_MAX, Offer, OfferId,
    OnlinePackage, Only, Package, Paid, Price, PriceList, PriceVersion, ProductId, PromiseVersion,
    QUANTITY_MAX, RecurringPrice, Role, TERM_PERIODS_MAX, Trial, UsageTerms, UsageTermsError,
    UsageVersion, Visibility, VisibilityTextError, ZoneId,
};
pub use charges::{
    BillingError, BillingTerms, ChargeKind, ClosedError, Deduction, DeductionReason, Due, DueKey,
    Line, MaximumCharge, Measured, MinimumCharge, Outage, PERIODS_MAX, Piece, Realignment,
    check_open, difference, difference_after_credits, due, free_of_charge, next_due, next_lines,
};
pub use currency::{Currency, CurrencyError};
pub use invoice::{Draft, DraftError, DraftLine, LineTaxes, TaxLine, Taxation};
pub use money::{Money, MoneyError, ParseMoneyError};
pub use part_or_amount::{PartOrAmount, PartOrAmountError};
pub use period::{
    Alignment, AlignmentError, Cadence, CadenceError, CadenceUnit, Cycle, Interval,
    ParseAlignmentError, Period, Proration, Share,
};
pub use ratio::{Percentage, PercentageError, Ratio};
pub use rounding::Rounding;
pub use subscription::{
    BilledIn, Bought, Change, ChangeError, ChangePolicy, Charged, ComponentId, CountedFrom,
    EVENTS_MAX, EarlyFee, Edge, Event, Follows, HELD_MAX, Held, Left, Order, PackageGrant,
    PaidTime, PaidUntil, PausePolicy, Purchase, RENEWAL_PERIODS_MAX, Renewal, RenewalPolicy,
    Stretch, Subscription, SubscriptionState, Termination, TerminationPolicy, Timeline,
    TimelineError, Transition, TransitionError, Unused, What, When, newly_stopped, stood_still,
};
pub use tax::{
    Pricing, TAXES_MAX, TAXES_ON_TAXES_MAX, Tax, TaxBase, Taxed, TaxedAmount, Taxes, TaxesError,
};
