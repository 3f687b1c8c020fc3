//! `weir subscriber statement`: what a subscriber was charged and has paid.

use std::collections::BTreeSet;

use anyhow::{Context as _, bail};
use billing_core::invoice::{MovementKind, Statement, StatementLine, TaxWithin, Used};
use billing_core::{Currency, Interval};
use clap::Args;
use entitlement::{SubscriberId, TimeZone, Timestamp};
use serde_json::json;

use super::super::open::Open;
use super::super::{Globals, print};
use super::paper::PaperArgs;
use super::{moment, printed, shown, zone};
use crate::table::{Column, Table};
use crate::units;

/// What `weir subscriber statement` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct StatementArgs {
    /// Whose.
    name: String,
    /// From when, on the tenant's clock [default: the beginning].
    #[arg(long, value_name = "WHEN")]
    from: Option<String>,
    /// Until when, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    /// In which currency [default: the one that there is].
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// Write it as PDF.
    #[arg(long)]
    pdf: bool,
    #[command(flatten)]
    paper: PaperArgs,
}

pub(in super::super) async fn show(
    args: &StatementArgs,
    open: &Open,
    globals: &Globals,
) -> anyhow::Result<()> {
    let zone = zone(open, globals).await?;
    let subscriber = open.store.subscribers(open.tenant).find(&args.name).await?;
    let from = match &args.from {
        None => subscriber.created_at.min(Timestamp::from_unix_ms(0)),
        Some(from) => moment(Some(from), &zone)?,
    };
    let until = moment(args.until.as_deref(), &zone)?;
    // What happened in this very moment belongs to it.
    let until = if args.until.is_none() { until.plus_s(1) } else { until };
    let period = Interval::new(from, until)
        .context("--until: the statement would end before it begins; name a later moment")?;
    let currencies = match args.currency {
        Some(currency) => vec![currency],
        None => currencies(subscriber.id, open).await?,
    };
    let currency = match currencies.as_slice() {
        [] if globals.json => return print::json(&nothing(&args.name, period)),
        [] => {
            return print::line(&format!(
                "`{}` was charged nothing and has paid nothing",
                args.name
            ));
        }
        [one] => *one,
        several => {
            let codes: Vec<_> = several.iter().map(|currency| currency.code()).collect();
            bail!("--currency: `{}` has accounts in {}; choose one", args.name, codes.join(", "))
        }
    };
    let statement =
        open.store.ledger(open.tenant).statement(subscriber.id, currency, period).await?;
    if args.pdf {
        return printed::statement((&args.name, statement), &args.paper, open, globals).await;
    }
    if globals.json {
        return print::json(&as_value(&args.name, &statement)?);
    }
    print(&args.name, &statement, &zone)
}

async fn currencies(subscriber: SubscriberId, open: &Open) -> anyhow::Result<Vec<Currency>> {
    let accounts = open.store.ledger(open.tenant).accounts_of(subscriber).await?;
    let codes: BTreeSet<_> = accounts.iter().map(|entry| entry.account.currency.code()).collect();
    Ok(codes.into_iter().filter_map(|code| code.parse().ok()).collect())
}

fn print(name: &str, statement: &Statement, zone: &TimeZone) -> anyhow::Result<()> {
    print::line(&format!("statement of `{name}` until {}", shown(statement.period.until(), zone)))?;
    print::line(&format!("owed before: {}", statement.opening))?;
    let used = statement.used()?;
    let mut columns = vec![
        Column::Left("AT"),
        Column::Left("WHAT"),
        Column::Left("NUMBER"),
        Column::Right("CHARGED"),
        Column::Right("PAID"),
        Column::Right("OWED"),
    ];
    // What no invoice says of its taxes.
    if used.is_some() {
        columns.extend([Column::Right("WITHOUT TAXES"), Column::Left("TAXES")]);
    }
    let mut table = Table::new(&columns);
    for line in &statement.lines {
        let movement = &line.movement;
        let side =
            |is_here: bool| if is_here { movement.amount.to_string() } else { String::new() };
        let is_charge = movement.kind.is_charge();
        let mut row = vec![
            shown(movement.at, zone),
            what(movement.kind).to_owned(),
            movement.reference.clone(),
            side(is_charge),
            side(!is_charge),
            line.balance.to_string(),
        ];
        if used.is_some() {
            row.extend(match movement.kind {
                MovementKind::Usage => [movement.net()?.to_string(), taxes(&movement.taxes)],
                _ => Default::default(),
            });
        }
        table.row(row);
    }
    print::block(&table.render())?;
    print::line(&format!("owed then: {}", statement.closing))?;
    let Some(Used { net, taxes: within, gross }) = used else { return Ok(()) };
    let within = if within.is_empty() { "no taxes".to_owned() } else { taxes(&within) };
    print::line(&format!("paid for use: {gross}; of it {net} without taxes, {within}"))
}

/// `VAT 16% 0.16 KES`.
fn taxes(taxes: &[TaxWithin]) -> String {
    let words = |tax: &TaxWithin| format!("{} {} {}", tax.name, tax.rate, tax.amount);
    taxes.iter().map(words).collect::<Vec<_>>().join(", ")
}

fn taxes_as_value(taxes: &[TaxWithin]) -> serde_json::Value {
    let tax = |tax: &TaxWithin| {
        json!({
            "tax": tax.name,
            "rate": tax.rate.to_string(),
            "amount_minor": tax.amount.amount_minor(),
        })
    };
    taxes.iter().map(tax).collect()
}

const fn what(kind: MovementKind) -> &'static str {
    match kind {
        MovementKind::Invoice => "invoice",
        MovementKind::Fee => "fee",
        MovementKind::CreditNote => "credit note",
        MovementKind::Payment => "payment",
        MovementKind::Reversal => "reversal",
        MovementKind::Refund => "refund",
        MovementKind::WriteOff => "write-off",
        MovementKind::WriteOffTakenBack => "write-off taken back",
        MovementKind::Usage => "use",
    }
}

/// Of who was charged nothing and has paid nothing there is no currency.
fn nothing(name: &str, period: Interval) -> serde_json::Value {
    json!({
        "subscriber": name,
        "currency": null,
        "from": units::rfc3339(period.from()),
        "until": units::rfc3339(period.until()),
        "opening_minor": 0,
        "closing_minor": 0,
        "lines": [],
    })
}

fn as_value(name: &str, statement: &Statement) -> anyhow::Result<serde_json::Value> {
    let line = |line: &StatementLine| -> anyhow::Result<_> {
        let mut value = json!({
            "at": units::rfc3339(line.movement.at),
            "what": what(line.movement.kind),
            "number": line.movement.reference,
            "amount_minor": line.movement.amount.amount_minor(),
            "is_charge": line.movement.kind.is_charge(),
            "owed_minor": line.balance.amount_minor(),
        });
        if line.movement.kind == MovementKind::Usage {
            value["net_minor"] = line.movement.net()?.amount_minor().into();
            value["taxes"] = taxes_as_value(&line.movement.taxes);
        }
        Ok(value)
    };
    let lines = statement.lines.iter().map(line).collect::<Result<Vec<_>, _>>()?;
    let used = statement.used()?.map(|used| {
        json!({
            "net_minor": used.net.amount_minor(),
            "taxes": taxes_as_value(&used.taxes),
            "gross_minor": used.gross.amount_minor(),
        })
    });
    Ok(json!({
        "subscriber": name,
        "currency": statement.opening.currency().code(),
        "from": units::rfc3339(statement.period.from()),
        "until": units::rfc3339(statement.period.until()),
        "opening_minor": statement.opening.amount_minor(),
        "closing_minor": statement.closing.amount_minor(),
        "lines": lines,
        "paid_for_use": used,
    }))
}
