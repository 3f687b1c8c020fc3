//! `weir who-had`: whose an address was at a moment.

use std::net::Ipv4Addr;
use std::process::ExitCode;

use clap::Args;
use entitlement::Timestamp;
use serde_json::json;
use storage::SessionEntry;

use super::open::{self, Open};
use super::{Globals, print};
use crate::table::{Column, Table};
use crate::{clock, units};

/// How many sessions are shown at most: overlapping ones are few.
const SESSIONS_MAX: u64 = 100;

/// What `weir who-had` can be told.
#[derive(Debug, Args)]
pub(super) struct WhoHadArgs {
    /// The address.
    address: Ipv4Addr,
    /// The moment, 2026-12-31 (UTC) or RFC 3339 [default: now].
    #[arg(long, value_name = "WHEN", value_parser = units::parse_when)]
    at: Option<Timestamp>,
}

pub(super) fn run(args: &WhoHadArgs, globals: &Globals) -> anyhow::Result<ExitCode> {
    let at = args.at.unwrap_or_else(clock::now);
    let found = open::block_on(async {
        let open = Open::new(globals).await?;
        let sessions = open.store.sessions(open.tenant);
        let found = sessions.by_address(args.address, at, SESSIONS_MAX).await?;
        open.store.close().await;
        Ok(found)
    })?;
    if globals.json {
        print::json(&found.iter().map(as_value).collect::<Vec<_>>())?;
    } else if found.is_empty() {
        print::line(&format!("nobody had {} at {}", args.address, units::when(at)))?;
    } else {
        print::block(&table(&found).render())?;
    }
    // The answer to a question of the law is not to be guessed from one of several lines.
    if found.len() > 1 {
        print::warning(
            "more than one session had this address then: two NASes give it out, or a Stop was lost",
        );
    }
    Ok(if found.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn table(found: &[SessionEntry]) -> Table {
    let mut table = Table::new(&[
        Column::Left("LOGIN"),
        Column::Left("SUBSCRIBER"),
        Column::Left("STATION"),
        Column::Left("NAS"),
        Column::Left("FROM"),
        Column::Left("UNTIL"),
        Column::Left("SESSION"),
    ]);
    for SessionEntry { session, nas_name, subscriber_name, .. } in found {
        let until = match &session.ended {
            Some(ended) => units::when(ended.at),
            None => format!("open, heard {}", units::when(session.last_seen_at)),
        };
        table.row([
            session.login.to_string(),
            subscriber_name.clone().unwrap_or_default(),
            session.calling_station_id.to_string(),
            nas_name.clone().unwrap_or_default(),
            units::when(session.started_at),
            until,
            String::from_utf8_lossy(&session.acct_session_id).into_owned(),
        ]);
    }
    table
}

fn as_value(entry: &SessionEntry) -> serde_json::Value {
    let SessionEntry { session, nas_name, subscriber_name, plan_name } = entry;
    json!({
        "login": &*session.login,
        "subscriber": subscriber_name,
        "plan": plan_name,
        "calling_station_id": &*session.calling_station_id,
        "nas": nas_name,
        "acct_session_id": String::from_utf8_lossy(&session.acct_session_id),
        "started_at": units::rfc3339(session.started_at),
        "ended_at": session.ended.as_ref().map(|ended| units::rfc3339(ended.at)),
        "last_seen_at": units::rfc3339(session.last_seen_at),
    })
}
