//! `weir who-had`: whose an address was at a moment.

use std::net::{IpAddr, Ipv4Addr};
use std::process::ExitCode;

use aaa_engine::session::Session;
use clap::Args;
use entitlement::Timestamp;
use serde_json::json;
use storage::SessionEntry;

use super::open::{self, Open};
use super::{Globals, print};
use crate::table::{Column, Table};
use crate::{clock, units};

/// How many sessions are shown at most: overlapping ones are few.
const SESSIONS_MAX: usize = 100;

/// What `weir who-had` can be told.
#[derive(Debug, Args)]
pub(super) struct WhoHadArgs {
    /// The address: IPv4, for of another kind no session keeps one.
    #[arg(value_parser = ipv4)]
    address: Ipv4Addr,
    /// The moment, 2026-12-31 (UTC) or RFC 3339 [default: now].
    #[arg(long, value_name = "WHEN", value_parser = units::parse_when)]
    at: Option<Timestamp>,
}

fn ipv4(text: &str) -> Result<Ipv4Addr, String> {
    match text.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => Ok(address),
        Ok(IpAddr::V6(_)) => {
            Err(format!("`{text}` is an IPv6 address; of a session, only its IPv4 address is kept"))
        }
        Err(_) => Err(format!("`{text}` is no IPv4 address, such as 100.64.0.9")),
    }
}

pub(super) fn run(args: &WhoHadArgs, globals: &Globals) -> anyhow::Result<ExitCode> {
    let at = args.at.unwrap_or_else(clock::now);
    let mut found = open::block_on(async {
        let open = Open::new(globals).await?;
        let sessions = open.store.sessions(open.tenant);
        // One more than is shown tells whether there are more.
        let found = sessions.by_address(args.address, at, SESSIONS_MAX as u64 + 1).await?;
        open.store.close().await;
        Ok(found)
    })?;
    let is_cut = found.len() > SESSIONS_MAX;
    found.truncate(SESSIONS_MAX);
    if globals.json {
        print::json(&found.iter().map(|entry| as_value(entry, at)).collect::<Vec<_>>())?;
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
    if is_cut {
        print::warning(&format!("there are more; these are the {SESSIONS_MAX} that began last"));
    }
    let uncertain = found.iter().filter(|entry| may_have_ended(&entry.session, at)).count();
    if uncertain > 0 {
        print::warning(&format!(
            "{uncertain} of {} without an end, and last heard of before {}: may have ended by then",
            found.len(),
            units::when(at)
        ));
    }
    Ok(if found.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Whether nothing tells that the session still lasted then: it has no end, and its last packet came
/// before.
fn may_have_ended(session: &Session, at: Timestamp) -> bool {
    session.end().is_none() && session.last_seen_at < at
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
        let until = match &session.end() {
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

fn as_value(entry: &SessionEntry, at: Timestamp) -> serde_json::Value {
    let SessionEntry { session, nas_name, subscriber_name, plan_name } = entry;
    json!({
        "login": &*session.login,
        "subscriber": subscriber_name,
        "plan": plan_name,
        "calling_station_id": &*session.calling_station_id,
        "nas": nas_name,
        "acct_session_id": String::from_utf8_lossy(&session.acct_session_id),
        "started_at": units::rfc3339(session.started_at),
        "ended_at": session.end().as_ref().map(|ended| units::rfc3339(ended.at)),
        "last_seen_at": units::rfc3339(session.last_seen_at),
        "may_have_ended": may_have_ended(session, at),
    })
}
