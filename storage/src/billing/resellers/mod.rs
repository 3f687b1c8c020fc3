//! Resellers: tenants below tenants, with books of their own that agree with those above.
//!
//! The rules are in [`billing_core::reseller`]. What happens to several tenants is kept in one transaction,
//! and their accounts are locked tenant by tenant, in the order of their numbers.

mod both_sides;
mod commission;
mod payment;
mod payment_rates;
mod refund;
mod resale;
mod sale;
mod tree;

use std::num::NonZeroU32;

use billing_core::PartOrAmount;
use billing_core::ledger::Provider;
use billing_core::reseller::{Margin, ResellerSaleId, ResellerWallet};
use billing_core::{Money, Pricing};
use entitlement::{TenantId, Timestamp};

pub(super) use both_sides::BothSides;
pub use payment::PaymentCommissionEntry;
pub(super) use payment::{Earns, GivesBack, accounts_of, of_receipt};
pub use payment_rates::PaymentRate;
pub(super) use payment_rates::hold_prices_of_levels;
pub use resale::ResoldEntry;
pub(super) use resale::{Cover, Levels, Sold, SoldOnce};
pub(super) use tree::{check_has, existing, price_of};

use crate::error::{Kind, StoreError};
use crate::names;
use crate::store::Store;

/// Reads and changes the resellers right below one tenant, and sells for it through those above.
#[derive(Debug)]
pub struct Resellers<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// A reseller, and what it has at the tenant above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResellerEntry {
    /// Which tenant it is.
    pub id: TenantId,
    /// What that is called.
    pub name: String,
    /// What is held for it, and its credit.
    pub wallet: ResellerWallet,
    /// What it pays, by what it buys.
    pub prices: Vec<(String, Money)>,
    /// What it earns for each sale to a customer, where nothing else is agreed on.
    pub commission: Option<PartOrAmount>,
    /// What it earns, by what is sold.
    pub commissions: Vec<(String, PartOrAmount)>,
    /// What it earns for each payment of a customer, by the moments from which on.
    pub payment_rates: Vec<PaymentRate>,
}

/// Money that a reseller pays in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTopUp {
    /// The name of its tenant.
    pub reseller: String,
    /// How much.
    pub amount: Money,
    /// With which provider it is received.
    pub received_with: Provider,
    /// From which provider of its own the reseller pays it.
    pub paid_from: Provider,
    /// When.
    pub at: Timestamp,
    /// By which the same payment is known again; `None`: each is another one.
    pub key: Option<String>,
}

/// A sale to a customer of this tenant, on every level above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewResellerSale {
    /// What is sold, by the name that has prices.
    pub item: String,
    /// How many.
    pub quantity: NonZeroU32,
    /// What the customer pays for one.
    pub price: Money,
    /// Whether that is with taxes.
    pub pricing: Pricing,
    /// The names of the taxes that the customer pays, or none.
    pub taxes: Vec<String>,
    /// From what he pays.
    pub paid_from: CustomerPaysFrom,
    /// When.
    pub at: Timestamp,
    /// By which the same sale is known again; `None`: each is another one.
    pub key: Option<String>,
}

/// From what a customer pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerPaysFrom {
    /// With this provider: cash over the counter.
    Till(Provider),
    /// With the next invoice of the subscriber of this name.
    OnAccount(String),
    /// From the wallet of the subscriber of this name.
    Wallet(String),
}

/// A sale that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResellerSaleMade {
    /// Which it is.
    pub id: ResellerSaleId,
    /// What the customer pays, without taxes.
    pub net: Money,
    /// What he pays with them.
    pub gross: Money,
    /// What this tenant earns with it, without commissions.
    pub margin: Margin,
    /// What this tenant earns of commissions.
    pub commission: Money,
    /// Whether it was made now, and not before by the same key.
    pub is_new: bool,
    /// The invoice by which the customer is to pay, as its number is printed; `None`: it is paid.
    pub invoice: Option<String>,
}

/// A sale that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResellerRefund {
    /// Which it is.
    pub id: ResellerSaleId,
    /// What the customer has back.
    pub paid_back: Money,
    /// When it was taken back.
    pub at: Timestamp,
    /// Whether that was now, and not before.
    pub is_new: bool,
}

/// Refuses a key that is none.
fn check_key(key: Option<&str>) -> Result<(), StoreError> {
    key.map_or(Ok(()), |key| names::check(Kind::Reseller, key, names::LOGIN_LEN_MAX))
}

/// What a tenant has earned with a sale of its own, or of one below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResellerSaleEntry {
    /// Which it is.
    pub id: ResellerSaleId,
    /// When.
    pub at: Timestamp,
    /// Who has sold to the customer, by name.
    pub seller: String,
    /// What was sold.
    pub item: String,
    /// How many.
    pub quantity: NonZeroU32,
    /// What this tenant has earned with it, without commissions.
    pub margin: Money,
    /// What this tenant has earned of commissions, less what it has given of them.
    pub commission: Money,
    /// When all of it was taken back; `None`: it was not.
    pub refunded_at: Option<Timestamp>,
}
