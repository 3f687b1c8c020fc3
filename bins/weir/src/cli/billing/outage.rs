//! `weir outage`: when something was not available.

use std::process::ExitCode;

use clap::{ArgGroup, Args, Subcommand};
use entitlement::TimeZone;
use serde_json::json;
use storage::{NewOutage, OutageEntry, SubscriptionId};

use super::super::open::{self, Open};
use super::super::{Globals, print};
use super::{moment, shown, zone};
use crate::table::{Column, Table};
use crate::units;

/// What can be done about outages.
#[derive(Debug, Subcommand)]
pub(in super::super) enum OutageCommand {
    /// Enter an outage, or planned maintenance, which does not count.
    ///
    /// What was promised (`weir product set --sla`) and not kept is credited by the billing run when the
    /// period is over. Outages that overlap count once.
    Add(OutageAdd),
    /// Say until when an outage was.
    End {
        /// Its number, as `weir outage list` shows it.
        id: i64,
        /// When, on the tenant's clock [default: now].
        #[arg(long, value_name = "WHEN")]
        at: Option<String>,
    },
    /// Take back an outage that was none.
    Remove {
        /// Its number.
        id: i64,
    },
    /// List the outages.
    List {
        /// Those that were not over by then, on the tenant's clock [default: all].
        #[arg(long, value_name = "WHEN")]
        since: Option<String>,
    },
}

/// What `weir outage add` can be told.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("of_what").required(true).multiple(true))]
pub(in super::super) struct OutageAdd {
    /// Of this subscription.
    #[arg(long, value_name = "NUMBER", group = "of_what")]
    subscription: Option<i64>,
    /// Of this product, of whoever has it.
    #[arg(long, value_name = "PRODUCT", group = "of_what")]
    product: Option<String>,
    /// Of everything, of everybody.
    #[arg(long, group = "of_what", conflicts_with_all = ["subscription", "product"])]
    everything: bool,
    /// Since when, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    from: Option<String>,
    /// Until when; without it, it lasts.
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    /// It was planned maintenance.
    #[arg(long)]
    planned: bool,
    /// Why.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

pub(in super::super) fn run(command: OutageCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let zone = zone(&open, globals).await?;
        let outages = open.store.outages(open.tenant);
        match command {
            OutageCommand::Add(args) => add(args, &open, &zone).await,
            OutageCommand::End { id, at } => {
                let at = moment(at.as_deref(), &zone)?;
                outages.end(&open.actor, id, at).await?;
                print::line(&format!("outage {id} was until {}", shown(at, &zone)))
            }
            OutageCommand::Remove { id } => {
                outages.remove(&open.actor, id).await?;
                print::line(&format!("outage {id} is taken back"))
            }
            OutageCommand::List { since } => {
                let since = since.unwrap_or_else(|| "1970-01-01".to_owned());
                let all = outages.list(moment(Some(&since), &zone)?).await?;
                list(&all, &zone, globals.json)
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn add(args: OutageAdd, open: &Open, zone: &TimeZone) -> anyhow::Result<()> {
    let new = NewOutage {
        subscription: args.subscription.map(SubscriptionId),
        product: args.product,
        from: moment(args.from.as_deref(), zone)?,
        until: args.until.as_deref().map(|text| moment(Some(text), zone)).transpose()?,
        is_planned: args.planned,
        reason: args.reason,
    };
    let added = open.store.outages(open.tenant).add(&open.actor, &new).await?;
    print::line(&format!("outage {} {}", added.id, time(&added, zone)))
}

fn time(entry: &OutageEntry, zone: &TimeZone) -> String {
    let from = shown(entry.outage.from, zone);
    match entry.outage.until {
        Some(until) => format!("from {from} until {}", shown(until, zone)),
        None => format!("since {from}"),
    }
}

fn list(all: &[OutageEntry], zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let value = |OutageEntry { id, outage }: &OutageEntry| {
            json!({
                "id": id,
                "subscription": outage.subscription.map(|id| id.0),
                "product": outage.product,
                "from": units::rfc3339(outage.from),
                "until": outage.until.map(units::rfc3339),
                "planned": outage.is_planned,
                "reason": outage.reason,
            })
        };
        return print::json(&all.iter().map(value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Right("NUMBER"),
        Column::Left("OF"),
        Column::Left("WHEN"),
        Column::Left("REASON"),
    ]);
    for entry in all {
        let OutageEntry { id, outage } = entry;
        let subscription = outage.subscription.map(|id| format!("subscription {id}"));
        let of: Vec<_> = outage.product.clone().into_iter().chain(subscription).collect();
        let of = if of.is_empty() { "everything".to_owned() } else { of.join(", ") };
        let planned = if outage.is_planned { ", planned" } else { "" };
        let when = format!("{}{planned}", time(entry, zone));
        table.row([id.to_string(), of, when, outage.reason.clone()]);
    }
    print::block(&table.render())
}
