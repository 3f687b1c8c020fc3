//! `weir line`: the access lines that services are found by, where the NAS is told to.

use std::process::ExitCode;

use aaa_engine::ports::NasId;
use aaa_engine::{LineIdentifier, LineKind};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::json;
use storage::{NasEntry, ServiceLine};

use super::open::{self, Open};
use super::{Globals, print};
use crate::table::{Column, Table};
use crate::units;

/// What can be done with lines.
#[derive(Debug, Subcommand)]
pub(super) enum LineCommand {
    /// List the lines of a service.
    List {
        /// The name the service logs in with.
        login: String,
    },
    /// Let a service be found by a line, at NASes that are told to look for it.
    ///
    /// `weir nas set NAS --identify` tells them; the line is then the proof, and no password is
    /// asked.
    Add(LineArgs),
    /// Take a line away from a service.
    Remove(LineArgs),
}

/// Which line of which service.
#[derive(Debug, Args)]
pub(super) struct LineArgs {
    /// The name the service logs in with.
    login: String,
    #[command(flatten)]
    name: LineName,
    /// The NAS at which it is that line [default: each NAS].
    #[arg(long, value_name = "NAME")]
    nas: Option<String>,
}

/// What the line is called, and by whom.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct LineName {
    /// The port of the access node, from PPPoE or DHCP option 82; octets that are no text as 0x and
    /// hexadecimal digits.
    #[arg(long, value_name = "ID")]
    circuit_id: Option<String>,
    /// The line as the operator, the ONU or the modem names it, written likewise; the serial number
    /// of an ONU in either spelling.
    #[arg(long, value_name = "ID")]
    remote_id: Option<String>,
    /// The port of the NAS itself, its NAS-Port-Id; needs --nas.
    #[arg(long, value_name = "ID", requires = "nas")]
    port: Option<String>,
}

impl LineArgs {
    async fn line(&self, open: &Open) -> anyhow::Result<LineIdentifier> {
        let LineName { circuit_id, remote_id, port } = &self.name;
        let nas = match &self.nas {
            Some(name) => Some(open.store.nas(open.tenant).find(name).await?.id),
            None => None,
        };
        let named = [
            (LineKind::CircuitId, circuit_id),
            (LineKind::RemoteId, remote_id),
            (LineKind::Port, port),
        ];
        let named = named.into_iter().find_map(|(kind, text)| Some((kind, text.as_ref()?)));
        let (kind, text) = named.context("name the line: --circuit-id, --remote-id or --port")?;
        LineIdentifier::new(kind, nas, text.as_bytes())
            .with_context(|| format!("no line is called `{}`", text.escape_debug()))
    }
}

pub(super) fn run(command: LineCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let services = open.store.services(open.tenant);
        match command {
            LineCommand::List { login } => list(&login, &open, globals.json).await,
            LineCommand::Add(args) => {
                let line = args.line(&open).await?;
                services.add_line(&open.actor, &args.login, &line).await?;
                open.done(&format!("service `{}` is found by {line}", args.login))
            }
            LineCommand::Remove(args) => {
                let line = args.line(&open).await?;
                services.remove_line(&open.actor, &args.login, &line).await?;
                open.done(&format!("service `{}` is no longer found by {line}", args.login))
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn list(login: &str, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let lines = open.store.services(open.tenant).lines(login).await?;
    let nases = open.store.nas(open.tenant).list().await?;
    if as_json {
        return print::json(&as_values(&lines, &nases));
    }
    let mut table = Table::new(&[
        Column::Left("KIND"),
        Column::Left("LINE"),
        Column::Left("NAS"),
        Column::Left("SINCE"),
    ]);
    for ServiceLine { line, created_at } in &lines {
        let nas = line.nas.map_or("each", |id| name_of(&nases, id));
        table.row([
            line.kind.word().to_owned(),
            line.text().to_owned(),
            nas.to_owned(),
            units::when(*created_at),
        ]);
    }
    print::block(&table.render())
}

/// A line in words.
pub(super) fn in_words(line: &LineIdentifier, nases: &[NasEntry]) -> String {
    match line.nas {
        None => line.to_string(),
        Some(nas) => format!("{line} at NAS {}", name_of(nases, nas)),
    }
}

/// Lines for machines.
pub(super) fn as_values(lines: &[ServiceLine], nases: &[NasEntry]) -> Vec<serde_json::Value> {
    let as_value = |ServiceLine { line, created_at }: &ServiceLine| {
        json!({
            "kind": line.kind.word(),
            "line": line.text(),
            "nas": line.nas.map(|id| name_of(nases, id)),
            "created_at": units::rfc3339(*created_at),
        })
    };
    lines.iter().map(as_value).collect()
}

fn name_of(nases: &[NasEntry], id: NasId) -> &str {
    nases.iter().find(|nas| nas.id == id).map_or("?", |nas| nas.name.as_str())
}
