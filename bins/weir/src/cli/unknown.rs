//! `weir nas unknown`: who sends without being known, so that it can be claimed.

use anyhow::bail;

use super::{Globals, print as output};
use crate::control::client;
use crate::control::protocol::{Reply, Request, UnknownNasLine};
use crate::table::{Column, Table};
use crate::units;
use entitlement::Timestamp;

pub(super) fn print(globals: &Globals) -> anyhow::Result<()> {
    let loaded = globals.load()?;
    let Some(replies) = client::ask(&loaded.config.control.socket, &Request::UnknownNas)? else {
        bail!("no server is running; only a running one knows who sends to it (`weir serve`)");
    };
    let unknown: Vec<UnknownNasLine> = replies
        .into_iter()
        .filter_map(|reply| match reply {
            Reply::UnknownNas(line) => Some(line),
            _ => None,
        })
        .collect();
    if globals.json {
        return output::json(&unknown);
    }
    if unknown.is_empty() {
        return output::line("nobody unknown has sent anything since the server started");
    }
    let mut table = Table::new(&[
        Column::Left("SOURCE"),
        Column::Left("LISTENER"),
        Column::Left("NAS-IDENTIFIER"),
        Column::Right("PACKETS"),
        Column::Left("FIRST SEEN"),
        Column::Left("LAST SEEN"),
    ]);
    for line in &unknown {
        table.row([
            line.source.to_string(),
            line.listener.clone(),
            line.nas_identifier.clone().unwrap_or_default(),
            line.packets.to_string(),
            units::when(Timestamp::from_unix_ms(line.first_seen_unix_ms)),
            units::when(Timestamp::from_unix_ms(line.last_seen_unix_ms)),
        ]);
    }
    output::block(&table.render())?;
    output::line("claim one with `weir nas add NAME --address SOURCE --listener LISTENER`")
}
