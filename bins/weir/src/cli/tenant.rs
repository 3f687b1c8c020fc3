//! `weir tenant`: the operators of this installation.

use std::process::ExitCode;

use clap::Subcommand;
use entitlement::TimeZone;
use serde_json::json;

use super::{Globals, open, print};
use crate::serve;
use crate::table::{Column, Table};
use crate::units;

/// What can be done with tenants.
#[derive(Debug, Subcommand)]
pub(super) enum TenantCommand {
    /// Make a tenant.
    Add {
        /// What to call it.
        name: String,
    },
    /// List the tenants.
    List,
    /// Change a tenant.
    Set {
        /// What it is called.
        name: String,
        /// The zone of its clock, for example Africa/Nairobi.
        #[arg(long, value_name = "ZONE", value_parser = time_zone)]
        time_zone: TimeZone,
    },
}

fn time_zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::named(name).ok_or_else(|| {
        format!("`{name}` is no zone of the IANA database, such as Africa/Nairobi or UTC")
    })
}

/// Each names the tenant that it is about, and so none looks for the one that `--tenant` names.
pub(super) fn run(command: TenantCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let loaded = globals.load()?;
        let store = serve::open_store(&loaded.config).await?;
        match command {
            TenantCommand::Add { name } => {
                let tenant = store.tenants().add(&open::actor(), &name).await?;
                print::line(&format!("tenant `{}` added", tenant.name))
            }
            TenantCommand::List => {
                let tenants = store.tenants().list().await?;
                if globals.json {
                    let values: Vec<_> = tenants
                        .iter()
                        .map(|tenant| {
                            json!({
                                "id": tenant.id.0,
                                "name": tenant.name,
                                "time_zone": tenant.time_zone.name(),
                                "created_at": units::rfc3339(tenant.created_at),
                            })
                        })
                        .collect();
                    return print::json(&values);
                }
                let mut table = Table::new(&[
                    Column::Left("NAME"),
                    Column::Left("TIME ZONE"),
                    Column::Left("SINCE"),
                ]);
                for tenant in tenants {
                    let zone = tenant.time_zone.name().to_owned();
                    table.row([tenant.name, zone, units::when(tenant.created_at)]);
                }
                print::block(&table.render())
            }
            TenantCommand::Set { name, time_zone } => {
                store.tenants().set_time_zone(&open::actor(), &name, &time_zone).await?;
                open::done(&loaded, &format!("tenant `{name}` changed: {}", time_zone.name()))
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}
