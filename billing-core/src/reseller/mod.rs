//! Resellers: tenants below tenants, each with its own customers, its own prices and its own books.
//!
//! A [`Tree`] says who is below whom. Each reseller buys from the tenant above it and pays from what that
//! one holds for it, its [`ResellerWallet`]. One sale to a customer ([`sell`]) is a sale and a purchase on
//! every level up to the top, and comes back as what moves in the books of each tenant; [`refund`] takes all
//! of it back. A [`Commission`] is what a reseller earns for what its customers buy or pay; what is taken back
//! of a payment takes its part of it along ([`give_back`]). What a tenant charges its own customers by its own
//! prices is [`Resold`] on each level that has a price for it.
//!
//! The books of a tenant are its own, and each entry is balanced within them. What two tenants say of each
//! other agrees at every moment: `reseller:CHILD` of the one is what `supplier:PARENT` of the other is. So
//! whoever keeps the entries keeps those of all levels in one transaction.

mod commission;
mod payment;
mod postings;
mod resale;
mod sale;
mod tree;
mod wallet;

pub use commission::{
    Commission, CommissionError, CommissionId, CommissionOn, EarnedCommission, Earning,
    PRODUCT_RATES_MAX, commissions, earned_by, earned_on, transfers_of,
};
pub use payment::{CommissionBackId, GivenBack, PaymentCommission, give_back, given_back};
pub use postings::{TenantEntries, other_side, passed_on, refund};
pub use resale::{Resale, ResaleId, ResaleLevel, ResaleMoves, Resold};
pub use sale::{
    CustomerPays, Margin, ResellerSale, ResellerSaleError, ResellerSaleId, SaleOrder, sell,
};
pub use tree::{DEPTH_MAX, Path, TENANTS_MAX, Tree, TreeError};
pub use wallet::{ResellerWallet, TopUp, TopUpId, WalletError, top_up};

#[cfg(test)]
mod tests;
