//! `weir zone`: the parts of the area that is served.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use super::super::open::{self, Open};
use super::super::{Globals, print};
use crate::table::{Column, Table};
use crate::units;

/// What can be done with zones.
#[derive(Debug, Subcommand)]
pub(in super::super) enum ZoneCommand {
    /// Make a zone, for subscribers to be in and products to be offered in.
    Add {
        /// What to call it.
        name: String,
    },
    /// List the zones.
    List,
    /// Remove a zone in which nobody is, and which no product names.
    Remove {
        /// What it is called.
        name: String,
    },
}

pub(in super::super) fn run(command: ZoneCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let zones = open.store.zones(open.tenant);
        match command {
            ZoneCommand::Add { name } => {
                let zone = zones.add(&open.actor, &name).await?;
                print::line(&format!("zone `{}` added, as {}", zone.name, zone.id))
            }
            ZoneCommand::List => list(&open, globals.json).await,
            ZoneCommand::Remove { name } => {
                zones.remove(&open.actor, &name).await?;
                print::line(&format!("zone `{name}` removed"))
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn list(open: &Open, as_json: bool) -> anyhow::Result<()> {
    let zones = open.store.zones(open.tenant).list().await?;
    if as_json {
        let value = |zone: &storage::Zone| {
            json!({
                "id": zone.id.0,
                "name": zone.name,
                "created_at": units::rfc3339(zone.created_at),
            })
        };
        return print::json(&zones.iter().map(value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[Column::Right("NUMBER"), Column::Left("NAME")]);
    for zone in zones {
        table.row([zone.id.0.to_string(), zone.name]);
    }
    print::block(&table.render())
}
