//! `weir session`: what the operator does about sessions.

use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;
use entitlement::Speed;

use super::open::{self, Open};
use super::{Globals, extras, print};
use crate::control::client;
use crate::control::protocol::{Reply, Request, SessionLine};
use crate::units;

/// What can be done about sessions.
#[derive(Debug, Subcommand)]
pub(super) enum SessionCommand {
    /// End the sessions of a login, or one session; the NAS is asked for as long as it takes.
    Disconnect {
        /// The login of the sessions, or the id of one.
        who: String,
    },
    /// Slow a service down, whatever its plan and its boosters say: the sessions it has and those to
    /// come.
    Throttle {
        /// The name the service logs in with.
        login: String,
        /// The most that is left of the speed, upload and download, for example 1M/1M.
        #[arg(long, value_name = "UP/DOWN", value_parser = units::parse_speed)]
        speed: Speed,
        /// For how long, for example 1h [default: until it is restored].
        #[arg(long = "for", value_name = "SPAN", value_parser = parse_lasting_s)]
        lasts_s: Option<u32>,
    },
    /// End the throttle of a service.
    Restore {
        /// The name the service logs in with.
        login: String,
    },
}

fn parse_lasting_s(text: &str) -> Result<u32, String> {
    match units::parse_span_s(text)? {
        0 => Err("a throttle of 0 s would be over at once".to_owned()),
        lasts_s => Ok(lasts_s),
    }
}

pub(super) fn run(command: &SessionCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    match command {
        SessionCommand::Disconnect { who } => disconnect(who, globals)?,
        SessionCommand::Throttle { login, speed, lasts_s } => open::block_on(async {
            let open = Open::new(globals).await?;
            extras::throttle(login, *speed, *lasts_s, &open).await
        })?,
        SessionCommand::Restore { login } => open::block_on(async {
            let open = Open::new(globals).await?;
            extras::restore(login, &open).await
        })?,
    }
    Ok(ExitCode::SUCCESS)
}

fn disconnect(who: &str, globals: &Globals) -> anyhow::Result<()> {
    let meant = sessions(who, globals)?;
    for session in &meant {
        let (tenant, session) = (globals.tenant.clone(), session.id.clone());
        ask(globals, &Request::EndSession { tenant, session })?;
    }
    let count = meant.len();
    print::line(&format!("{count} to be ended; `weir coa list` shows which are not yet"))
}

/// The open sessions of a login, or the one of an id.
fn sessions(who: &str, globals: &Globals) -> anyhow::Result<Vec<SessionLine>> {
    let request = Request::Sessions { tenant: globals.tenant.clone(), login: None };
    let lines = ask(globals, &request)?.into_iter().filter_map(|reply| match reply {
        Reply::Session(line) => Some(*line),
        _ => None,
    });
    let own = lines.filter(|line| line.activated_service.is_none());
    let meant: Vec<_> = own.filter(|line| line.login == who || line.id == who).collect();
    if meant.is_empty() {
        bail!("no session of `{who}` is online; see `weir sessions`");
    }
    Ok(meant)
}

/// Asks the running server, of which there must be one.
pub(super) fn ask(globals: &Globals, request: &Request) -> anyhow::Result<Vec<Reply>> {
    let loaded = globals.load()?;
    match client::ask(&loaded.config.control.socket, request)? {
        Some(replies) => Ok(replies),
        None => bail!("no server is running; it is the server that speaks with NASes"),
    }
}
