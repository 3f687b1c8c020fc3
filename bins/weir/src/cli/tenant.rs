//! `weir tenant`: the operators of this installation.

use std::process::ExitCode;

use clap::Subcommand;
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
}

pub(super) fn run(command: TenantCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let store = serve::open_store(&globals.load()?.config).await?;
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
                                "created_at": units::rfc3339(tenant.created_at),
                            })
                        })
                        .collect();
                    return print::json(&values);
                }
                let mut table = Table::new(&[Column::Left("NAME"), Column::Left("SINCE")]);
                for tenant in tenants {
                    table.row([tenant.name, units::when(tenant.created_at)]);
                }
                print::block(&table.render())
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}
