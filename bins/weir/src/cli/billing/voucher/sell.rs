//! Selling vouchers, and handing them on.

use anyhow::bail;
use billing_core::ledger::Provider;
use billing_core::voucher::BuyerPrice;
use billing_core::{Money, Percentage};
use clap::Args;
use entitlement::TimeZone;
use serde_json::json;
use storage::{NewBuyer, SellVouchers};

use super::super::super::open::Open;
use super::super::super::print;
use super::super::{moment, shown};
use super::{Range, range};
use crate::units;

/// What `weir voucher sell` can be told.
#[derive(Debug, Args)]
pub(in super::super::super) struct VoucherSell {
    /// The number of the batch.
    batch: i64,
    /// Which of it: 1-100, 17, or all.
    #[arg(value_parser = range)]
    which: Range,
    /// They are paid for with this provider: cash, bank, mpesa.
    #[arg(long, value_name = "PROVIDER", conflicts_with_all = ["on_account", "reseller"])]
    till: Option<Provider>,
    /// This subscriber owes them: an invoice is made at once, which payments and the wallet pay.
    #[arg(long, value_name = "SUBSCRIBER", conflicts_with = "reseller")]
    on_account: Option<String>,
    /// This reseller buys them from what it has paid in.
    #[arg(long, value_name = "NAME")]
    reseller: Option<String>,
    /// What is taken off the price of each: 10%.
    #[arg(long, value_name = "PERCENT", conflicts_with = "each")]
    discount: Option<Percentage>,
    /// What the buyer pays for each, up to its price: "80 KES" [default: its price; of a reseller what `weir
    /// reseller price` says for the plan, where it does].
    #[arg(long, value_name = "AMOUNT")]
    each: Option<Money>,
    /// When, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

/// What `weir voucher hand-on` can be told.
#[derive(Debug, Args)]
pub(in super::super::super) struct VoucherHandOn {
    /// The number of the batch.
    batch: i64,
    /// Which of it: 1-100, 17, or all.
    #[arg(value_parser = range)]
    which: Range,
    /// The reseller that has them [default: the tenant itself].
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    /// The reseller that gets them [default: the tenant itself].
    #[arg(long, value_name = "NAME")]
    to: Option<String>,
}

pub(super) async fn sell(
    args: VoucherSell,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    let buyer = match (args.till, args.on_account, args.reseller) {
        (Some(provider), _, _) => NewBuyer::Till(provider),
        (_, Some(subscriber), _) => NewBuyer::OnAccount(subscriber),
        (_, _, Some(reseller)) => NewBuyer::Reseller(reseller),
        _ => bail!("say who pays: --till cash, --on-account SUBSCRIBER or --reseller NAME"),
    };
    let price = match (args.discount, args.each) {
        (Some(discount), _) => BuyerPrice::Discount(discount),
        (_, Some(each)) => BuyerPrice::Fixed(each),
        _ => BuyerPrice::List,
    };
    let (batch, at) = (args.batch, moment(args.at.as_deref(), zone)?);
    let range = args.which.of(batch, open).await?;
    let order = SellVouchers { batch, range, buyer, price, at };
    let sold = open.store.vouchers(open.tenant).sell(&open.actor, &order).await?;
    if as_json {
        return print::json(&json!({
            "sale": sold.id.0,
            "count": sold.count,
            "paid_minor": sold.paid.amount_minor(),
            "currency": sold.paid.currency().code(),
            "redeem_by": sold.redeem_by.map(units::rfc3339),
            "invoice": sold.invoice,
        }));
    }
    let by = sold.redeem_by.map(|by| format!(", to be redeemed until {}", shown(by, zone)));
    let by = by.unwrap_or_default();
    let invoice = sold.invoice.map(|label| format!(", billed by {label}")).unwrap_or_default();
    print::line(&format!(
        "{} vouchers of batch {batch} sold for {}{by}{invoice}",
        sold.count, sold.paid
    ))
}

pub(super) async fn hand_on(args: &VoucherHandOn, open: &Open) -> anyhow::Result<()> {
    let (from, to) = (args.from.as_deref(), args.to.as_deref());
    if from == to {
        bail!("vouchers are handed from one to another: --from NAME or --to NAME");
    }
    let range = args.which.of(args.batch, open).await?;
    let vouchers = open.store.vouchers(open.tenant);
    let count = vouchers.hand_on(&open.actor, args.batch, range, from, to).await?;
    let to = to.map_or_else(|| "the tenant".to_owned(), |name| format!("`{name}`"));
    print::line(&format!("{count} vouchers of batch {} are with {to} now", args.batch))
}
