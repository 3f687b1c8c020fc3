//! `weir metering`: what is measured of the use of subscriptions.

mod file;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use billing_core::rating::bandwidth::Sample;
use clap::{Args, Subcommand};
use entitlement::TimeZone;
use serde_json::json;
use storage::{
    Metered, MeteringDay, MeteringImported, MeteringRecord, NewMeasurement, OnKnown, SubscriptionId,
};

use super::super::open::{self, Open};
use super::super::{Globals, print};
use super::{moment, shown, zone};
use crate::table::{Column, Table};
use crate::units;

/// How many records are listed, unless it is said.
const LISTED: u64 = 100;

/// What can be done about what is measured.
#[derive(Debug, Subcommand)]
pub(in super::super) enum MeteringCommand {
    /// Enter one record of use, or one sample of a bandwidth.
    ///
    /// A record is known by its source and its name there, a sample by its subscription, product and five
    /// minutes: the same again changes nothing.
    Add(MeteringAdd),
    /// Enter many, from a CSV file whose first line names the columns.
    ///
    /// Records have the columns record, at, units and, of a tariff by the hour, until; samples have at,
    /// down_bps and up_bps. subscription, product and source may be columns or options. Rows that cannot
    /// be taken are told with their lines, and stop none of the others; the file can be imported again.
    Import(MeteringImport),
    /// List what is known of a subscription: its last records, and the days of which it has samples.
    List {
        /// Its number.
        subscription: i64,
        /// Samples since when, on the tenant's clock [default: 40 days ago].
        #[arg(long, value_name = "WHEN")]
        from: Option<String>,
        /// How many records.
        #[arg(long, value_name = "COUNT", default_value_t = LISTED)]
        limit: u64,
    },
    /// Take back a record, as if it had never been told.
    Remove {
        /// Who told of it.
        source: String,
        /// What it is called there.
        record: String,
    },
}

/// What `weir metering add` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct MeteringAdd {
    /// The number of the subscription.
    subscription: i64,
    /// Of the use of which product.
    product: String,
    /// When, or since when, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
    /// What the record is called.
    #[arg(long, value_name = "NAME", conflicts_with = "down", required_unless_present = "down")]
    record: Option<String>,
    /// Who tells of it.
    #[arg(long, value_name = "NAME", default_value = "by hand")]
    source: String,
    /// How much was used: units, or octets.
    #[arg(long, value_name = "NUMBER", requires = "record")]
    units: Option<u64>,
    /// Until when, of a tariff by the hour.
    #[arg(long, value_name = "WHEN", requires = "record")]
    until: Option<String>,
    /// The rate of five minutes to the subscriber: bit/s, or 120M.
    #[arg(long, value_name = "RATE", value_parser = file::rate, requires = "up")]
    down: Option<u64>,
    /// The rate of five minutes from the subscriber.
    #[arg(long, value_name = "RATE", value_parser = file::rate, requires = "down")]
    up: Option<u64>,
    /// Where it is known otherwise, correct it.
    #[arg(long)]
    correct: bool,
}

/// What `weir metering import` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct MeteringImport {
    /// The CSV file.
    file: PathBuf,
    /// The number of the subscription, where the file has no column for it.
    #[arg(long, value_name = "NUMBER")]
    subscription: Option<i64>,
    /// The product, where the file has no column for it.
    #[arg(long, value_name = "PRODUCT")]
    product: Option<String>,
    /// Who tells of the records, where the file has no column for it.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// What is known otherwise, correct.
    #[arg(long)]
    correct: bool,
}

pub(in super::super) fn run(
    command: MeteringCommand,
    globals: &Globals,
) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let zone = zone(&open, globals).await?;
        match command {
            MeteringCommand::Add(args) => add(args, &open, &zone).await,
            MeteringCommand::Import(args) => file::import(args, &open, &zone, globals.json).await,
            MeteringCommand::List { subscription, from, limit } => {
                let from = match from {
                    Some(text) => moment(Some(&text), &zone)?,
                    None => moment(None, &zone)?.minus_s(40 * 86_400),
                };
                let metering = open.store.metering(open.tenant);
                let id = SubscriptionId(subscription);
                let records = metering.records(id, limit).await?;
                let days = metering.days(id, from).await?;
                list(&records, &days, &zone, globals.json)
            }
            MeteringCommand::Remove { source, record } => {
                open.store.metering(open.tenant).remove(&open.actor, &source, &record).await?;
                open.done(&format!("record `{record}` of `{source}` is taken back"))?;
                Ok(ExitCode::SUCCESS)
            }
        }
    })
}

const fn on_known(correct: bool) -> OnKnown {
    if correct { OnKnown::Correct } else { OnKnown::Refuse }
}

async fn add(args: MeteringAdd, open: &Open, zone: &TimeZone) -> anyhow::Result<ExitCode> {
    let at = moment(args.at.as_deref(), zone)?;
    let what = match (args.down, args.up, args.record) {
        (Some(down_bps), Some(up_bps), _) => {
            Metered::Sample { at, sample: Sample { down_bps, up_bps } }
        }
        (_, _, Some(record)) => {
            if args.units.is_none() && args.until.is_none() {
                bail!("it says neither how much was used nor until when: --units, or --until");
            }
            let until = args.until.as_deref().map(|text| moment(Some(text), zone)).transpose()?;
            let units = args.units.unwrap_or(0);
            Metered::Record { source: args.source, record, at, until, units }
        }
        _ => bail!("it is neither a record nor a sample: --record, or --down and --up"),
    };
    let subscription = SubscriptionId(args.subscription);
    let new = NewMeasurement { subscription, product: args.product, what };
    let metering = open.store.metering(open.tenant);
    let MeteringImported { added, known, refused, .. } =
        metering.import(&open.actor, &[new], on_known(args.correct)).await?;
    if let Some((_, why)) = refused.into_iter().next() {
        bail!("{why}");
    }
    let done = match (added, known) {
        (1, _) => "entered",
        (_, 1) => "known already",
        _ => "corrected",
    };
    print::line(&format!("{done}, at {}", shown(at, zone)))?;
    Ok(ExitCode::SUCCESS)
}

fn list(
    records: &[MeteringRecord],
    days: &[MeteringDay],
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    if as_json {
        let record = |it: &MeteringRecord| {
            json!({
                "product": it.product,
                "source": it.source,
                "record": it.record,
                "at": units::rfc3339(it.used.at),
                "until": it.used.until.map(units::rfc3339),
                "units": it.used.units,
            })
        };
        let day = |it: &MeteringDay| {
            json!({
                "product": it.product,
                "from": units::rfc3339(it.start),
                "known": it.known,
                "down_bps_max": it.greatest.down_bps,
                "up_bps_max": it.greatest.up_bps,
            })
        };
        print::json(&json!({
            "records": records.iter().map(record).collect::<Vec<_>>(),
            "days": days.iter().map(day).collect::<Vec<_>>(),
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if !records.is_empty() {
        let columns = ["PRODUCT", "SOURCE", "RECORD", "AT", "UNTIL"].map(Column::Left).into_iter();
        let columns: Vec<_> = columns.chain([Column::Right("UNITS")]).collect();
        let mut table = Table::new(&columns);
        for it in records {
            table.row([
                it.product.clone(),
                it.source.clone(),
                it.record.clone(),
                shown(it.used.at, zone),
                it.used.until.map(|until| shown(until, zone)).unwrap_or_default(),
                it.used.units.to_string(),
            ]);
        }
        print::block(&table.render())?;
    }
    if !days.is_empty() {
        let mut table = Table::new(&[
            Column::Left("PRODUCT"),
            Column::Left("DAY FROM"),
            Column::Right("SAMPLES"),
            Column::Right("MOST DOWN"),
            Column::Right("MOST UP"),
        ]);
        for it in days {
            table.row([
                it.product.clone(),
                shown(it.start, zone),
                it.known.to_string(),
                it.greatest.down_bps.to_string(),
                it.greatest.up_bps.to_string(),
            ]);
        }
        print::block(&table.render())?;
    }
    if records.is_empty() && days.is_empty() {
        print::line("nothing is known of its use")?;
    }
    Ok(ExitCode::SUCCESS)
}
