//! What is sold, billed and paid: `weir tax`, `product`, `subscription`, `metering`, `outage`,
//! `billing`, `invoice`, `payment`, `dunning`, `ledger`, `voucher`, `wallet`, `reseller`, `zone`.

mod credit;
pub(super) mod discount;
pub(super) mod dunning;
mod given_up;
pub(super) mod invoice;
pub(super) mod ledger;
pub(super) mod metering;
mod offer;
mod order;
pub(super) mod outage;
mod paper;
pub(super) mod payment;
mod printed;
pub(super) mod product;
pub(super) mod reseller;
pub(super) mod run;
pub(super) mod seller;
pub(super) mod statement;
pub(super) mod subscription;
pub(super) mod tax;
mod usage_price;
pub(super) mod voucher;
pub(super) mod wallet;
pub(super) mod zone;

use anyhow::anyhow;
use entitlement::{TimeZone, Timestamp};

use super::Globals;
use super::open::Open;
use crate::{clock, units};

/// The clock on which the tenant reads moments.
async fn zone(open: &Open, globals: &Globals) -> anyhow::Result<TimeZone> {
    Ok(open.store.tenants().find(&globals.tenant).await?.time_zone)
}

/// A moment as it was written, on the tenant's clock where it does not say another; now, where it was
/// not.
fn moment(text: Option<&str>, zone: &TimeZone) -> anyhow::Result<Timestamp> {
    match text {
        None => Ok(clock::now()),
        Some(text) => units::parse_when_on(text, zone).map_err(|problem| anyhow!(problem)),
    }
}

/// A moment on the tenant's clock: `2026-11-18 15:06`; a midnight as its date only.
fn shown(at: Timestamp, zone: &TimeZone) -> String {
    units::when_on(at, zone)
}
