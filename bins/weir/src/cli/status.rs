//! `weir status`: how the running server is.

use std::process::ExitCode;

use anyhow::bail;
use entitlement::Timestamp;

use super::{Globals, print};
use crate::control::client;
use crate::control::protocol::{Reply, Request, SnapshotLine, Status, StoreLine};
use crate::table::{Column, Table};
use crate::{clock, units};

pub(super) fn run(globals: &Globals) -> anyhow::Result<ExitCode> {
    let loaded = globals.load()?;
    let socket = &loaded.config.control.socket;
    let Some(replies) = client::ask(socket, &Request::Status)? else {
        bail!("no server is running: nobody answers on {} (`weir serve`)", socket.display());
    };
    let Some(Reply::Status(status)) = replies.into_iter().next() else {
        bail!("the server answered something else than its status; is it of another version?");
    };
    if globals.json {
        print::json(&status)?;
    } else {
        print::block(&in_words(&status))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn store_in_words(store: &StoreLine) -> String {
    let StoreLine { place, away_since_unix_ms, running_from_unix_ms, problem } = store;
    let Some(away_since) = away_since_unix_ms else { return place.clone() };
    let since = units::when(Timestamp::from_unix_ms(*away_since));
    let from = Timestamp::from_unix_ms(running_from_unix_ms.unwrap_or(0));
    let age = units::elapsed(from.seconds_until(clock::now()));
    let from = units::when(from);
    let problem = problem.as_deref().unwrap_or(place);
    format!("AWAY since {since}, running from the snapshot of {from} ({age} ago): {problem}")
}

fn snapshot_in_words(snapshot: &SnapshotLine) -> String {
    let SnapshotLine { current_at_unix_ms, octets, failure } = snapshot;
    let written = current_at_unix_ms.map_or_else(
        || "none yet".to_owned(),
        |at| format!("of {}", units::when(Timestamp::from_unix_ms(at))),
    );
    let octets = octets.map_or_else(String::new, |octets| format!(", {octets} octets"));
    match failure {
        Some(failure) => format!("CANNOT BE WRITTEN: {failure}; {written}{octets}"),
        None => format!("{written}{octets}"),
    }
}

fn in_words(status: &Status) -> String {
    let started_at = Timestamp::from_unix_ms(status.started_at_unix_ms);
    let mut table = Table::new(&[Column::Left("WEIR"), Column::Right(""), Column::Left("")]);
    table.row(["version", "", &status.version]);
    table.row(["process", "", &status.process_id.to_string()]);
    table.row(["up for", "", &units::elapsed(started_at.seconds_until(clock::now()))]);
    for listener in &status.listeners {
        let addresses = format!(
            "authentication {}, accounting {}",
            listener.authentication, listener.accounting
        );
        table.row([format!("listener {}", listener.name), String::new(), addresses]);
    }
    table.row(["store", "", &store_in_words(&status.store)]);
    if let Some(snapshot) = &status.snapshot {
        table.row(["snapshot", "", &snapshot_in_words(snapshot)]);
    }
    let directory = status.directory;
    for (name, count) in
        [("NASes", directory.nas), ("plans", directory.plans), ("services", directory.services)]
    {
        table.row([name.to_owned(), count.to_string()]);
    }
    for (name, count) in &status.counters {
        table.row([name.clone(), count.to_string()]);
    }
    for (kind, count) in status.malformed_by_kind.iter().filter(|(_, count)| *count > 0) {
        table.row(["  malformed".to_owned(), count.to_string(), kind.clone()]);
    }
    for nas in &status.nas_health {
        let heard = Timestamp::from_unix_ms(nas.last_heard_unix_ms);
        let ago = units::elapsed(heard.seconds_until(clock::now()));
        let what = if nas.is_silent { "SILENT, with sessions open" } else { "sessions open" };
        let reports = nas.interims_expected_per_hour;
        let what = format!("{what}; last heard {ago} ago, {reports} reports an hour expected");
        table.row([format!("NAS {}", nas.name), nas.sessions_open.to_string(), what]);
    }
    for pool in &status.pools {
        let what = format!("of {} in use, {} leased  {}", pool.size, pool.leased, pool.warning);
        table.row([format!("pool {}", pool.name), pool.in_use.to_string(), what]);
    }
    for nas in &status.nas_problems {
        let last = units::when(Timestamp::from_unix_ms(nas.last_at_unix_ms));
        let counts = [
            (nas.bad_authenticators, "wrong authenticator; is its secret right?"),
            (nas.missing_message_authenticators, "without a required Message-Authenticator"),
            (nas.accounting_not_understood, "accounting that could not be understood"),
        ];
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            let what = format!("{what} (last at {last})");
            table.row([format!("  NAS {}", nas.name), count.to_string(), what]);
        }
    }
    for (name, failure) in
        [("journal failed", &status.journal_failure), ("store refused", &status.drain_failure)]
    {
        if let Some(failure) = failure {
            table.row([name, "", failure]);
        }
    }
    table.render()
}
