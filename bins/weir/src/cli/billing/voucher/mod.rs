//! `weir voucher`: codes that are money, or access.

mod batch;
mod ended;
mod print;
mod redeem;
mod sell;

use core::num::NonZeroU32;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use billing_core::voucher::{SerialRange, Stage, VoucherCode, Worth};
use clap::Subcommand;
use entitlement::{Octets, OnlineTime, TimeZone};
use serde_json::json;
use storage::VoucherEntry;

use super::super::open::{self, Open};
use super::super::{Globals, print as say};
use super::{shown, zone};
use crate::units;

/// What can be done with vouchers.
#[derive(Debug, Subcommand)]
pub(in super::super) enum VoucherCommand {
    /// Make a batch of vouchers with all of their codes, on stock.
    Batch(Box<batch::VoucherBatch>),
    /// List the batches, and how many of their vouchers are in which state.
    List,
    /// Show a batch, or one of its vouchers.
    Show {
        /// The number of the batch, or of the voucher in it: 3 or 3-17.
        #[arg(required_unless_present = "code")]
        which: Option<String>,
        /// The voucher with this code instead.
        #[arg(long, conflicts_with = "which")]
        code: Option<VoucherCode>,
    },
    /// Print the codes of a batch as comma-separated values: serial,code,state.
    ///
    /// Whoever has a code has what it is worth. That they were printed is in the audit.
    Export {
        /// The number of the batch.
        batch: i64,
    },
    /// Print the vouchers of a batch that are not used yet as cards, each with a QR code that holds its code,
    /// or the link of `weir billing settings --voucher-link`.
    ///
    /// Whoever has a code has what it is worth. That they were printed is in the audit.
    Print(print::VoucherPrint),
    /// Sell vouchers, all of a range or none: from then on they can be redeemed.
    Sell(sell::VoucherSell),
    /// Hand vouchers that are not sold on to a reseller, or back. Nothing is paid for that.
    HandOn(sell::VoucherHandOn),
    /// Redeem a voucher for a subscriber.
    Redeem(redeem::VoucherRedeem),
    /// Stop vouchers, also those whose access is being used.
    Revoke(ended::VoucherRevoke),
    /// Let vouchers expire whose time is over.
    Expire(ended::VoucherExpire),
    /// Forget the wrong codes of a subscriber who has typed too many.
    Forgive {
        /// What the subscriber is called.
        subscriber: String,
    },
}

pub(in super::super) fn run(
    command: VoucherCommand,
    globals: &Globals,
) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let zone = zone(&open, globals).await?;
        match command {
            VoucherCommand::Batch(args) => batch::make(*args, &open, &zone, globals.json).await,
            VoucherCommand::List => batch::list(&open, &zone, globals.json).await,
            VoucherCommand::Show { which, code } => {
                show(which.as_deref(), code.as_ref(), &open, &zone, globals.json).await
            }
            VoucherCommand::Export { batch } => batch::export(batch, &open, globals.json).await,
            VoucherCommand::Print(args) => print::print(&args, &open, &zone).await,
            VoucherCommand::Sell(args) => sell::sell(args, &open, &zone, globals.json).await,
            VoucherCommand::HandOn(args) => sell::hand_on(&args, &open).await,
            VoucherCommand::Redeem(args) => redeem::redeem(args, &open, &zone, globals.json).await,
            VoucherCommand::Revoke(args) => ended::revoke(args, &open, &zone, globals.json).await,
            VoucherCommand::Expire(args) => ended::expire(args, &open, &zone, globals.json).await,
            VoucherCommand::Forgive { subscriber } => {
                open.store.vouchers(open.tenant).forgive(&open.actor, &subscriber).await?;
                say::line(&format!("the wrong codes of `{subscriber}` are forgotten"))
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Vouchers of a batch as they are written: all, 17, 1-100.
#[derive(Debug, Clone, Copy)]
enum Range {
    All,
    Of(SerialRange),
}

fn range(text: &str) -> Result<Range, String> {
    if text == "all" {
        return Ok(Range::All);
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let number = |text: &str| text.parse::<u32>().ok();
    let range = number(first).zip(number(last)).ok_or_else(|| {
        format!("`{text}` is no range of vouchers; write for example 1-100, 17, or all")
    })?;
    SerialRange::new(range.0, range.1).map(Range::Of).map_err(|error| error.to_string())
}

impl Range {
    async fn of(self, batch: i64, open: &Open) -> anyhow::Result<SerialRange> {
        match self {
            Self::Of(range) => Ok(range),
            Self::All => Ok(open.store.vouchers(open.tenant).batch(batch).await?.batch.serials()),
        }
    }
}

async fn show(
    which: Option<&str>,
    code: Option<&VoucherCode>,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    let vouchers = open.store.vouchers(open.tenant);
    let entry = match (code, which.unwrap_or_default().split_once('-')) {
        (Some(code), _) => vouchers.find_by_code(code).await?,
        (None, None) => {
            let which = which.unwrap_or_default();
            let id = which.parse().with_context(|| {
                format!(
                    "`{which}` is no voucher; write the number of a batch, or 3-17 for its 17th"
                )
            })?;
            return batch::show(id, open, zone, as_json).await;
        }
        (None, Some((batch, serial))) => {
            let batch = batch.parse::<i64>().ok();
            let serial = serial.parse().ok().and_then(billing_core::voucher::Serial::new);
            let Some((batch, serial)) = batch.zip(serial) else {
                let which = which.unwrap_or_default();
                bail!("`{which}` is no voucher; write 3-17 for the 17th of batch 3");
            };
            vouchers.find(batch, serial).await?
        }
    };
    let batch = vouchers.batch(entry.batch).await?;
    if as_json {
        return say::json(&as_value(&entry));
    }
    say::line(&format!("voucher     {}-{}", entry.batch, entry.voucher.serial))?;
    say::line(&format!("state       {}", entry.voucher.stage.state()))?;
    say::line(&format!("worth       {}", worth(&batch)))?;
    say::line(&format!("price       {}", batch.batch.order().price))?;
    if let Some(sale) = sale(&entry) {
        let (at, by) = (shown(sale.at, zone), sale.buyer.account());
        say::line(&format!("sold        {at} for {} ({by})", sale.paid))?;
        if let Some(by) = sale.redeem_by {
            say::line(&format!("redeem by   {}", shown(by, zone)))?;
        }
    }
    if let Some(redemption) = entry.voucher.stage.redemption() {
        let who = entry.subscriber.as_deref().unwrap_or("somebody who is gone");
        let service = entry.service.as_ref().map(|login| format!(", service `{login}`"));
        let service = service.unwrap_or_default();
        say::line(&format!("redeemed    {} by `{who}`{service}", shown(redemption.at, zone)))?;
        if let Some(until) = redemption.valid_until {
            say::line(&format!("valid until {}", shown(until, zone)))?;
        }
    }
    if let Stage::Expired(ended) | Stage::Revoked(ended) = &entry.voucher.stage {
        say::line(&format!("ended       {}", shown(ended.at, zone)))?;
    }
    Ok(())
}

fn sale(entry: &VoucherEntry) -> Option<&billing_core::voucher::Sale> {
    use billing_core::voucher::Was;
    match &entry.voucher.stage {
        Stage::New => None,
        Stage::Sold(sale) | Stage::Active(sale, _) | Stage::Used(sale, _) => Some(sale),
        Stage::Expired(ended) | Stage::Revoked(ended) => match &ended.was {
            Was::New => None,
            Was::Sold(sale) | Was::Active(sale, _) => Some(sale),
        },
    }
}

fn as_value(entry: &VoucherEntry) -> serde_json::Value {
    let (sale, redemption) = (sale(entry), entry.voucher.stage.redemption());
    json!({
        "batch": entry.batch,
        "serial": entry.voucher.serial.get(),
        "state": entry.voucher.stage.state().code(),
        "owner_id": entry.voucher.owner.map(|owner| owner.0),
        "sold_at": sale.map(|sale| units::rfc3339(sale.at)),
        "buyer": sale.map(|sale| sale.buyer.account().to_string()),
        "paid_minor": sale.map(|sale| sale.paid.amount_minor()),
        "redeem_by": sale.and_then(|sale| sale.redeem_by).map(units::rfc3339),
        "redeemed_at": redemption.map(|redemption| units::rfc3339(redemption.at)),
        "subscriber": entry.subscriber,
        "service": entry.service,
        "valid_until": redemption.and_then(|it| it.valid_until).map(units::rfc3339),
    })
}

/// What a voucher is worth, in words: `plan hotspot for 30 days, 10GB` or `50.00 KES in the wallet`.
/// So long online, in words.
fn online(seconds: NonZeroU32, before: &str) -> String {
    format!("{before} {} online", OnlineTime(seconds.get().into()))
}

fn worth(entry: &storage::BatchEntry) -> String {
    match entry.batch.order().worth {
        Worth::Refill(money) => format!("{money} in the wallet"),
        Worth::Access(package) => {
            let plan = entry.plan.as_deref().unwrap_or_default();
            let validity = package.validity.map(|validity| format!(" for {validity}"));
            let octets = package.octets.map(|octets| format!(", {}", Octets(octets.get())));
            let online = package.online_s.map(|seconds| online(seconds, ","));
            let parts = [validity, octets, online];
            format!("plan {plan}{}", parts.into_iter().flatten().collect::<String>())
        }
    }
}
