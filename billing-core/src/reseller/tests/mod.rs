//! What the tests of resellers have in common.

use core::num::NonZeroU32;
use std::collections::BTreeMap;

use entitlement::{SubscriberId, TenantId};

use super::*;
use crate::{Money, Pricing, Rounding, Tax, Taxes};

mod commission;
mod model;
mod other_side;
mod payment;
mod resale;
mod sale;
mod tree;

/// Each reseller is below the one before it.
const TOP: TenantId = TenantId(1);
const MIDDLE: TenantId = TenantId(2);
const SHOP: TenantId = TenantId(3);

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

fn three_levels() -> Tree {
    Tree::new([(TOP, None), (MIDDLE, Some(TOP)), (SHOP, Some(MIDDLE))]).unwrap()
}

fn vat() -> Taxes {
    let vat = Tax { name: "VAT".into(), rate: "16%".parse().unwrap(), base: Default::default() };
    Taxes::new(vec![vat]).unwrap()
}

fn wallets(balances: &[(TenantId, &str, &str)]) -> BTreeMap<TenantId, ResellerWallet> {
    let wallet = |(tenant, balance, credit_limit): &(TenantId, &str, &str)| {
        (*tenant, ResellerWallet::new(kes(balance), kes(credit_limit)).unwrap())
    };
    balances.iter().map(wallet).collect()
}

/// One, for 116 with 16 % within; the shop buys at 80, the middle at 60, and it costs the top 10.
fn order() -> SaleOrder {
    SaleOrder {
        id: ResellerSaleId(7),
        seller: SHOP,
        quantity: NonZeroU32::MIN,
        price: kes("116"),
        pricing: Pricing::TaxInclusive,
        taxes: vat(),
        rounding: Rounding::HalfUp,
        paid_from: CustomerPays::Till("cash".parse().unwrap()),
        buys_at: BTreeMap::from([(MIDDLE, kes("60")), (SHOP, kes("80"))]),
        top_buys_at: kes("10"),
    }
}

/// One line for each entry, with whose books it is in.
fn written(postings: &[TenantEntries]) -> Vec<String> {
    let books = |books: &TenantEntries| {
        let tenant = books.tenant;
        let entry = move |it: &crate::ledger::Entry| {
            format!("{tenant}: {} -> {}: {}", it.debit, it.credit, it.amount)
        };
        books.entries.iter().map(entry).collect::<Vec<_>>()
    };
    postings.iter().flat_map(books).collect()
}
