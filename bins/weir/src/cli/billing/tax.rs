//! `weir tax`: what is taken on top of prices, or is within them.

use std::process::ExitCode;

use billing_core::{Percentage, Tax, TaxBase};
use clap::{Args, Subcommand};
use serde_json::json;

use super::super::open::{self, Open};
use super::super::{Globals, print};
use super::run::yes_or_no;
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
    /// It is taken on the price with the taxes that stand before it, as VAT on excise duty; with `=no` on
    /// the price alone, as a new one without this. Otherwise it is taken on what it was.
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true,
        default_missing_value = "yes", value_parser = yes_or_no)]
    on_taxes: Option<bool>,
}

pub(in super::super) fn run(command: TaxCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        match command {
            TaxCommand::Set(args) => {
                let base = args.on_taxes.map(|on_taxes| match on_taxes {
                    true => TaxBase::PriceAndTaxesBefore,
                    false => TaxBase::Price,
                });
                let taxes = open.store.taxes(open.tenant);
                let set = taxes.set_rate(&open.actor, &args.name, args.rate, base).await?;
                let Tax { name, rate, base } = &set.tax;
                let on = match base {
                    TaxBase::Price => "",
                    TaxBase::PriceAndTaxesBefore => " on the price and the taxes before it",
                };
                print::line(&format!("tax `{name}` is {rate}{on}"))
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
