//! Batches: making them, and what there is of them.

use core::num::{NonZeroU32, NonZeroU64};

use anyhow::bail;
use billing_core::voucher::{CodeLen, CodePrefix, StockCount, VoucherState, Worth};
use billing_core::{Cadence, Money};
use clap::Args;
use entitlement::{OnlineTime, TimeZone};
use serde_json::json;
use storage::{BatchEntry, NewBatch, NewWorth};

use super::super::super::open::Open;
use super::super::super::plan::{parse_amount, parse_online};
use super::super::super::print;
use super::super::{moment, shown};
use super::worth;
use crate::table::{Column, Table};
use crate::{clock, units};

/// What `weir voucher batch` can be told.
#[derive(Debug, Args)]
pub(in super::super::super) struct VoucherBatch {
    /// How many vouchers.
    #[arg(long, value_name = "COUNT")]
    quantity: u32,
    /// What a customer pays for one, with taxes: "100 KES".
    #[arg(long, value_name = "AMOUNT")]
    price: Money,
    /// Each puts so much into a wallet: "120 KES"; more than its price is a bonus.
    #[arg(long, value_name = "AMOUNT", required_unless_present = "plan", conflicts_with = "plan")]
    refill: Option<Money>,
    /// Each gives access on this plan.
    #[arg(long, value_name = "PLAN")]
    plan: Option<String>,
    /// How long the access lasts from its first use on: "30 days", "1 hour".
    #[arg(long, value_name = "PERIOD", requires = "plan")]
    validity: Option<Cadence>,
    /// How much data the access has, for example 10GB; then a quota of the plan ends it.
    #[arg(long, value_name = "AMOUNT", value_parser = parse_amount, requires = "plan")]
    data: Option<NonZeroU64>,
    /// How long one is online with it, in as many sessions as one likes, for example 3h; then a quota of
    /// time of the plan ends it.
    #[arg(long, value_name = "TIME", value_parser = parse_time, requires = "plan")]
    online: Option<NonZeroU32>,
    /// A tax that is within the price of access. Repeat it for more, in their order.
    #[arg(long, value_name = "TAX", requires = "plan", conflicts_with = "no_tax")]
    tax: Vec<String>,
    /// No tax is within the price of access.
    #[arg(long, requires = "plan")]
    no_tax: bool,
    /// What the codes begin with, up to 8 letters and digits: CAFE.
    #[arg(long, value_name = "LETTERS")]
    prefix: Option<CodePrefix>,
    /// How many letters of a code are drawn, 8 to 24, beside its prefix and its check letter.
    #[arg(long, value_name = "COUNT", value_parser = letters, default_value = "12")]
    letters: CodeLen,
    /// Until when they can be sold, on the tenant's clock [default: for ever].
    #[arg(long, value_name = "WHEN")]
    sell_by: Option<String>,
    /// Within which time after its sale one is redeemed: "6 months" [default: whenever].
    #[arg(long, value_name = "PERIOD")]
    redeem_within: Option<Cadence>,
    /// The reseller that has them in stock [default: the tenant itself].
    #[arg(long, value_name = "NAME")]
    reseller: Option<String>,
}

fn parse_time(text: &str) -> Result<NonZeroU32, String> {
    let OnlineTime(seconds) = parse_online(text)?;
    let seconds = u32::try_from(seconds).ok().and_then(NonZeroU32::new);
    seconds.ok_or_else(|| format!("`{text}` is longer than a voucher can be (136 years)"))
}

fn letters(text: &str) -> Result<CodeLen, String> {
    text.parse().ok().and_then(CodeLen::new).ok_or_else(|| {
        format!(
            "`{text}` letters make no code; {} to {} do",
            CodeLen::MIN.get(),
            CodeLen::MAX.get()
        )
    })
}

pub(super) async fn make(
    args: VoucherBatch,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    let worth = match (args.refill, args.plan) {
        (Some(refill), _) => NewWorth::Refill(refill),
        (None, Some(plan)) => NewWorth::Access {
            plan,
            validity: args.validity,
            online_s: args.online,
            octets: args.data,
            taxes: (args.no_tax || !args.tax.is_empty()).then_some(args.tax),
        },
        (None, None) => bail!("a voucher is worth something: --refill or --plan"),
    };
    let sell_by = args.sell_by.as_deref().map(|text| moment(Some(text), zone)).transpose()?;
    let new = NewBatch {
        quantity: args.quantity,
        prefix: args.prefix,
        code_len: args.letters,
        worth,
        price: args.price,
        sell_by,
        redeem_within: args.redeem_within,
        owner: args.reseller,
        at: clock::now(),
    };
    let entry = open.store.vouchers(open.tenant).generate(&open.actor, &new).await?;
    if as_json {
        return print::json(&as_value(&entry));
    }
    let (id, quantity, price) = (entry.id, new.quantity, new.price);
    let worth = super::worth(&entry);
    print::line(&format!("batch {id}: {quantity} vouchers at {price}, each {worth}"))?;
    print::line(&format!("print them with `weir voucher export {id}`; sold ones can be redeemed"))
}

pub(super) async fn list(open: &Open, zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    let batches = open.store.vouchers(open.tenant).batches().await?;
    if as_json {
        return print::json(&batches.iter().map(as_value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Right("BATCH"),
        Column::Left("WORTH"),
        Column::Right("PRICE"),
        Column::Right("NEW"),
        Column::Right("SOLD"),
        Column::Right("ACTIVE"),
        Column::Right("USED"),
        Column::Right("EXPIRED"),
        Column::Right("REVOKED"),
        Column::Left("SINCE"),
    ]);
    for entry in &batches {
        let order = entry.batch.order();
        let counts = VoucherState::ALL.map(|state| count(entry, state).to_string());
        let cells = [entry.id.to_string(), worth(entry), order.price.to_string()];
        let since = shown(order.ordered_at, zone);
        table.row(cells.into_iter().chain(counts).chain([since]));
    }
    print::block(&table.render())
}

pub(super) async fn show(
    id: i64,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    let entry = open.store.vouchers(open.tenant).batch(id).await?;
    if as_json {
        return print::json(&as_value(&entry));
    }
    let order = entry.batch.order();
    print::line(&format!("batch       {}", entry.id))?;
    print::line(&format!("vouchers    {}", order.quantity))?;
    print::line(&format!("worth       {}", worth(&entry)))?;
    print::line(&format!("price       {}", order.price))?;
    match &entry.taxes {
        None => print::line("taxes       when it is spent")?,
        Some(taxes) if taxes.is_empty() => print::line("taxes       none")?,
        Some(taxes) => print::line(&format!("taxes       {} within the price", taxes.join(", ")))?,
    }
    print::line(&format!("ordered     {}", shown(order.ordered_at, zone)))?;
    if let Some(by) = order.sell_by {
        print::line(&format!("sell by     {}", shown(by, zone)))?;
    }
    if let Some(within) = order.redeem_within {
        print::line(&format!("redeem      within {within} after the sale"))?;
    }
    print::line("")?;
    let names = open.store.tenants().list().await?;
    let mut table =
        Table::new(&[Column::Left("STOCK OF"), Column::Left("STATE"), Column::Right("VOUCHERS")]);
    for (owner, counts) in &entry.stock {
        let owner = owner.and_then(|owner| names.iter().find(|tenant| tenant.id == owner));
        let owner = owner.map_or("the tenant", |tenant| tenant.name.as_str());
        let counts = VoucherState::ALL.map(|state| (state, counts.of(state)));
        for (state, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            table.row([owner.to_owned(), state.code().to_owned(), count.to_string()]);
        }
    }
    print::block(&table.render())
}

pub(super) async fn export(batch: i64, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let printed = open.store.vouchers(open.tenant).export(&open.actor, batch).await?;
    if as_json {
        let value = |it: &storage::PrintedVoucher| {
            json!({
                "serial": it.serial.get(),
                "code": it.code.to_string(),
                "state": it.state.code(),
            })
        };
        return print::json(&printed.iter().map(value).collect::<Vec<_>>());
    }
    // No letter of a code, a number or a state would have to be quoted.
    let mut text = String::from("serial,code,state\n");
    for it in &printed {
        text.push_str(&format!("{},{},{}\n", it.serial, it.code, it.state));
    }
    print::block(&text)
}

fn count(entry: &BatchEntry, state: VoucherState) -> u64 {
    entry.stock.values().map(|counts: &StockCount| counts.of(state)).sum()
}

fn as_value(entry: &BatchEntry) -> serde_json::Value {
    let order = entry.batch.order();
    let (refill, access) = match order.worth {
        Worth::Refill(money) => (Some(money), None),
        Worth::Access(package) => (None, Some(package)),
    };
    let counts: serde_json::Map<_, _> = VoucherState::ALL
        .into_iter()
        .map(|state| (state.code().to_owned(), count(entry, state).into()))
        .collect();
    json!({
        "batch": entry.id,
        "quantity": order.quantity,
        "price_minor": order.price.amount_minor(),
        "currency": order.price.currency().code(),
        "refill_minor": refill.map(|money| money.amount_minor()),
        "plan": entry.plan,
        "validity": access.and_then(|access| access.validity).map(|it| it.to_string()),
        "octets": access.and_then(|access| access.octets),
        "online_s": access.and_then(|access| access.online_s),
        "taxes": entry.taxes,
        "ordered_at": units::rfc3339(order.ordered_at),
        "sell_by": order.sell_by.map(units::rfc3339),
        "redeem_within": order.redeem_within.map(|within| within.to_string()),
        "vouchers": counts,
    })
}
