//! `weir tax`: what is taken on top of prices, or is within them.

use std::process::ExitCode;

use billing_core::{Percentage, Tax, TaxBase};
use clap::{Args, Subcommand};
use serde_json::json;

use super::super::open::{self, Open};
use super::super::{Globals, print};
use crate::table::{Column, Table};
use crate::units;

/// What can be done with taxes.
#[derive(Debug, Subcommand)]
pub(in super::super) enum TaxCommand {
    /// Make a tax, or give it another rate.
    Set(TaxSet),
    /// List the taxes.
    List,
}

/// What `weir tax set` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct TaxSet {
    /// What stands on the invoice: VAT.
    name: String,
    /// How much of the price it is: 16%, 8.875%.
    rate: Percentage,
    /// It is taken on the price with the taxes that stand before it, as VAT on excise duty.
    #[arg(long)]
    on_taxes: bool,
}

pub(in super::super) fn run(command: TaxCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        match command {
            TaxCommand::Set(args) => {
                let base =
                    if args.on_taxes { TaxBase::PriceAndTaxesBefore } else { TaxBase::Price };
                let tax = Tax { name: args.name, rate: args.rate, base };
                let tax = open.store.taxes(open.tenant).set(&open.actor, &tax).await?.tax;
                print::line(&format!("tax `{}` is {}", tax.name, tax.rate))
            }
            TaxCommand::List => list(&open, globals.json).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn list(open: &Open, as_json: bool) -> anyhow::Result<()> {
    let taxes = open.store.taxes(open.tenant).list().await?;
    let on = |tax: &Tax| match tax.base {
        TaxBase::Price => "price",
        TaxBase::PriceAndTaxesBefore => "price and taxes before it",
    };
    if as_json {
        let value = |entry: &storage::TaxEntry| {
            json!({
                "name": entry.tax.name,
                "rate": entry.tax.rate.to_string(),
                "on": on(&entry.tax),
                "created_at": units::rfc3339(entry.created_at),
            })
        };
        return print::json(&taxes.iter().map(value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[Column::Left("NAME"), Column::Right("RATE"), Column::Left("ON")]);
    for entry in &taxes {
        table.row([entry.tax.name.clone(), entry.tax.rate.to_string(), on(&entry.tax).to_owned()]);
    }
    print::block(&table.render())
}
