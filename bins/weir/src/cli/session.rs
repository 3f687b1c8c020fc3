//! `weir session`: what the operator does about sessions that are online.

use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;

use super::{Globals, print};
use crate::control::client;
use crate::control::protocol::{Reply, Request, SessionLine};

/// What can be done about sessions.
#[derive(Debug, Subcommand)]
pub(super) enum SessionCommand {
    /// End the sessions of a login, or one session; the NAS is asked for as long as it takes.
    Disconnect {
        /// The login of the sessions, or the id of one.
        who: String,
    },
}

pub(super) fn run(command: &SessionCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    let SessionCommand::Disconnect { who } = command;
    let meant = sessions(who, globals)?;
    for session in &meant {
        let (tenant, session) = (globals.tenant.clone(), session.id.clone());
        ask(globals, &Request::EndSession { tenant, session })?;
    }
    let count = meant.len();
    print::line(&format!("{count} to be ended; `weir coa list` shows which are not yet"))?;
    Ok(ExitCode::SUCCESS)
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
