//! `weir coa`: what NASes are being told about live sessions, and what came of it.

use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};
use entitlement::Timestamp;
use serde_json::json;
use storage::LoggedChange;

use super::open::{self, Open};
use super::{Globals, print, session};
use crate::control::client;
use crate::control::protocol::{PursuitLine, Reply, Request};
use crate::enforcement_words as words;
use crate::table::{Column, Table};
use crate::units;

/// What can be done about changes of live sessions.
#[derive(Debug, Subcommand)]
pub(super) enum CoaCommand {
    /// List the sessions that do not have yet what they should, as the running server has them.
    List,
    /// Show what was done about the sessions of a login, or about all, from the store.
    Show(ShowArgs),
    /// Try again at once what was given up or waits.
    Retry {
        /// The login of the sessions, or the id of one.
        who: String,
    },
}

/// What `weir coa show` can be told.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Only the sessions of this login, or the session of this id.
    who: Option<String>,
    /// How many of the newest steps.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    last: u64,
}

pub(super) fn run(command: &CoaCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    match command {
        CoaCommand::List => list(globals),
        CoaCommand::Show(args) => open::block_on(show(args, globals)),
        CoaCommand::Retry { who } => retry(who, globals),
    }?;
    Ok(ExitCode::SUCCESS)
}

fn pursuits(globals: &Globals) -> anyhow::Result<Vec<PursuitLine>> {
    let loaded = globals.load()?;
    let request = Request::Pursuits { tenant: globals.tenant.clone() };
    let Some(replies) = client::ask(&loaded.config.control.socket, &request)? else {
        bail!("no server is running; it is the server that tells NASes of changes");
    };
    let lines = replies.into_iter().filter_map(|reply| match reply {
        Reply::Pursuit(line) => Some(*line),
        _ => None,
    });
    Ok(lines.collect())
}

fn list(globals: &Globals) -> anyhow::Result<()> {
    let pursuits = pursuits(globals)?;
    if globals.json {
        return print::json(&pursuits);
    }
    let mut table = Table::new(&[
        Column::Left("LOGIN"),
        Column::Left("NAS"),
        Column::Left("SHOULD HAVE"),
        Column::Left("WHY"),
        Column::Right("TRIES"),
        Column::Left("NEXT"),
        Column::Left("SESSION"),
    ]);
    let when = |at: i64| units::when(Timestamp::from_unix_ms(at));
    for line in &pursuits {
        let next = match (line.next_at_unix_ms, line.given_up_at_unix_ms) {
            (_, Some(at)) => format!("given up {}", when(at)),
            (Some(at), None) => when(at),
            (None, None) => "asked".to_owned(),
        };
        table.row([
            line.login.clone(),
            line.nas.clone(),
            line.goal.clone(),
            line.why_in_words.clone(),
            line.attempts.to_string(),
            next,
            line.session.clone(),
        ]);
    }
    print::block(&table.render())?;
    print::line(&format!("{} sessions do not have yet what they should", pursuits.len()))
}

async fn show(args: &ShowArgs, globals: &Globals) -> anyhow::Result<()> {
    let open = Open::new(globals).await?;
    let changes = open.store.session_changes(open.tenant);
    let steps = match &args.who {
        None => changes.latest(args.last).await?,
        Some(who) => match who.parse() {
            Ok(session) => changes.of_session(session, args.last).await?,
            Err(_) => changes.by_login(who, args.last).await?,
        },
    };
    if globals.json {
        return print::json(&steps.iter().map(as_value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Left("WHEN"),
        Column::Left("LOGIN"),
        Column::Left("NAS"),
        Column::Left("SHOULD HAVE"),
        Column::Left("WHY"),
        Column::Left("STEP"),
    ]);
    for LoggedChange { change, nas_name, .. } in &steps {
        table.row([
            units::when(change.at),
            change.login.to_string(),
            nas_name.clone().unwrap_or_else(|| format!("#{}", change.nas)),
            words::goal(&change.goal),
            change.why.to_string(),
            words::step(change.step),
        ]);
    }
    print::block(&table.render())
}

fn retry(who: &str, globals: &Globals) -> anyhow::Result<()> {
    let waiting = pursuits(globals)?;
    let meant: Vec<_> =
        waiting.iter().filter(|line| line.session == who || line.login == who).collect();
    if meant.is_empty() {
        bail!("no session of `{who}` waits for anything; see `weir coa list`");
    }
    for line in &meant {
        let (tenant, session) = (globals.tenant.clone(), line.session.clone());
        session::ask(globals, &Request::RetrySession { tenant, session })?;
    }
    print::line(&format!("{} tried again", meant.len()))
}

fn as_value(logged: &LoggedChange) -> serde_json::Value {
    let change = &logged.change;
    json!({
        "id": logged.id,
        "at": units::rfc3339(change.at),
        "session": change.session.to_string(),
        "login": &*change.login,
        "nas": logged.nas_name,
        "should_have": words::goal(&change.goal),
        "why": change.why.code(),
        "step": words::step(change.step),
    })
}
