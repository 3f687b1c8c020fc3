//! What the tests of vouchers have in common.

use core::num::{NonZeroU32, NonZeroU64};
use std::collections::BTreeSet;

use entitlement::{PlanId, SubscriberId, TenantId, TimeZone, Timestamp};

use super::test_books::NamedBooks;
use super::*;
use crate::ledger::Entry;
use crate::{Money, Rounding, Tax, Taxes};

mod batch;
mod ended;
mod life;
mod redeem;
mod stock;

const TENANT: TenantId = TenantId(1);
const DEALER: TenantId = TenantId(20);
const OTHER_DEALER: TenantId = TenantId(21);
const DAY_S: i64 = 86_400;

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

fn day(number: i64) -> Timestamp {
    Timestamp::from_unix_s(1_795_000_000 + number * DAY_S)
}

fn access() -> AccessPackage {
    let plan = PlanId(9);
    let validity = Some("7 days".parse().unwrap());
    AccessPackage { plan, validity, online_s: None, octets: NonZeroU64::new(5_000_000_000) }
}

fn order(worth: Worth) -> BatchOrder {
    BatchOrder {
        tenant: TENANT,
        quantity: 4,
        prefix: None,
        code_len: CodeLen::USUAL,
        worth,
        price: kes("100"),
        ordered_at: day(0),
        sell_by: Some(day(90)),
        redeem_within: Some("30 days".parse().unwrap()),
        owner: None,
        redeemable_by: RedeemableBy::Everybody,
    }
}

fn batch(worth: Worth) -> Batch {
    Batch::new(order(worth)).unwrap()
}

fn fresh(batch: &Batch) -> Vec<Voucher> {
    let voucher = |serial: Serial| Voucher {
        id: VoucherId(1_000 + i64::from(serial.get())),
        serial,
        owner: batch.order().owner,
        stage: Stage::New,
    };
    batch.serials().into_iter().map(voucher).collect()
}

fn sale_to(buyer: Buyer, price: BuyerPrice) -> VoucherSale {
    let (id, at, zone) = (VoucherSaleId(77), day(10), TimeZone::UTC);
    VoucherSale { id, at, buyer, price, zone, rounding: Rounding::HalfUp }
}

fn till() -> Buyer {
    Buyer::Till("cash".parse().unwrap())
}

fn vat() -> Taxes {
    let vat = Tax { name: "VAT".into(), rate: "16%".parse().unwrap(), base: Default::default() };
    Taxes::new(vec![vat]).unwrap()
}

fn terms() -> RedeemTerms {
    RedeemTerms { taxes: vat(), zone: TimeZone::UTC, rounding: Rounding::HalfUp }
}

fn request(subscriber: i64, key: u128, at: Timestamp) -> RedeemRequest {
    let by = Redeemer { subscriber: SubscriberId(subscriber), tenant: TENANT, reseller: None };
    RedeemRequest { by, key: RedemptionKey(key), at }
}

fn written(entries: &[Entry]) -> Vec<String> {
    let entry = |it: &Entry| format!("{} -> {}: {}", it.debit, it.credit, it.amount);
    entries.iter().map(entry).collect()
}

/// Random octets that a linear congruential generator makes: enough for a test.
fn random(mut seed: u64) -> impl FnMut() -> Option<[u8; VOUCHER_RANDOM_OCTETS]> {
    move || {
        Some(core::array::from_fn(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 56).to_le_bytes()[0]
        }))
    }
}

fn sold(batch: &Batch) -> Vec<Voucher> {
    let sale = sale_to(till(), BuyerPrice::List);
    sell(batch, &fresh(batch), batch.serials(), &sale).unwrap().vouchers
}
