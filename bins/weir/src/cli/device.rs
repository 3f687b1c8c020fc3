//! `weir device`: the devices that a service may be used from, or must not be.

use std::process::ExitCode;

use aaa_engine::MacAddress;
use aaa_engine::ports::Device;
use clap::Subcommand;
use serde_json::json;
use storage::ServiceDevice;

use super::open::{self, Open};
use super::{Globals, print};
use crate::table::{Column, Table};
use crate::units;

/// What can be done with devices.
#[derive(Debug, Subcommand)]
pub(super) enum DeviceCommand {
    /// List the devices of a service.
    List {
        /// The name the service logs in with.
        login: String,
    },
    /// Let a service be used from a device.
    Allow {
        /// The name the service logs in with.
        login: String,
        /// The device's MAC address, in whatever way it is written.
        #[arg(value_parser = parse_address)]
        device: MacAddress,
    },
    /// Refuse a service from a device, whatever its plan says.
    Deny {
        /// The name the service logs in with.
        login: String,
        /// The device's MAC address, in whatever way it is written.
        #[arg(value_parser = parse_address)]
        device: MacAddress,
    },
    /// Take a device off the list of a service, or all of them: a list that learns then takes in
    /// the next ones that log in.
    Remove {
        /// The name the service logs in with.
        login: String,
        /// The device's MAC address.
        #[arg(value_parser = parse_address, required_unless_present = "all")]
        device: Option<MacAddress>,
        /// All of them.
        #[arg(long, conflicts_with = "device")]
        all: bool,
    },
}

fn parse_address(text: &str) -> Result<MacAddress, String> {
    MacAddress::parse(text.as_bytes())
        .ok_or_else(|| format!("`{text}` is no MAC address such as 00:E1:0C:38:C8:F8"))
}

pub(super) fn run(command: DeviceCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let services = open.store.services(open.tenant);
        match command {
            DeviceCommand::List { login } => list(&login, &open, globals.json).await,
            DeviceCommand::Allow { login, device } => set(&login, device, true, &open).await,
            DeviceCommand::Deny { login, device } => set(&login, device, false, &open).await,
            DeviceCommand::Remove { login, device, .. } => {
                let count = services.remove_devices(&open.actor, &login, device).await?;
                let devices = if count == 1 { "device" } else { "devices" };
                open.done(&format!("{count} {devices} taken off the list of service `{login}`"))
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn set(
    login: &str,
    address: MacAddress,
    is_allowed: bool,
    open: &Open,
) -> anyhow::Result<()> {
    let device = Device { address, is_allowed };
    open.store.services(open.tenant).set_device(&open.actor, login, device).await?;
    if address.is_locally_administered() {
        print::warning(&format!(
            "{address} is an address that the device made up for itself; it may have another one \
             tomorrow (switch off the private address of this network on the device)"
        ));
    }
    let word = if is_allowed { "allowed" } else { "denied" };
    open.done(&format!("device {address} {word} for service `{login}`"))
}

async fn list(login: &str, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let devices = open.store.services(open.tenant).devices(login).await?;
    if as_json {
        return print::json(&devices.iter().map(as_value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Left("DEVICE"),
        Column::Left("STATE"),
        Column::Left("BY"),
        Column::Left("SINCE"),
        Column::Left("ADDRESS"),
    ]);
    for listed in &devices {
        let address = listed.device.address;
        table.row([
            address.to_string(),
            if listed.device.is_allowed { "allowed" } else { "denied" }.to_owned(),
            if listed.is_learned { "log-in" } else { "operator" }.to_owned(),
            units::when(listed.created_at),
            if address.is_locally_administered() { "made up by the device" } else { "" }.to_owned(),
        ]);
    }
    print::block(&table.render())
}

fn as_value(listed: &ServiceDevice) -> serde_json::Value {
    json!({
        "device": listed.device.address.to_string(),
        "allowed": listed.device.is_allowed,
        "learned": listed.is_learned,
        "made_up": listed.device.address.is_locally_administered(),
        "created_at": units::rfc3339(listed.created_at),
    })
}
