//! `weir auth-log`: who logged in or was refused, and why.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde_json::json;
use storage::LoggedAttempt;

use super::open::{self, Open};
use super::stop::Stop;
use super::{Globals, print};
use crate::explanation::outcome_name;
use crate::table::{Column, Table};
use crate::units;

/// How often `--follow` looks.
const FOLLOW_INTERVAL: Duration = Duration::from_millis(500);

/// How many new lines `--follow` reads at once.
const FOLLOW_BATCH: u64 = 1_000;

/// What `weir auth-log` can be told.
#[derive(Debug, Args)]
pub(super) struct AuthLogArgs {
    /// Only this login.
    #[arg(long, value_name = "LOGIN")]
    login: Option<String>,
    /// How many of the newest.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    last: u64,
    /// Go on with new ones until Ctrl-C.
    #[arg(long)]
    follow: bool,
}

pub(super) fn run(args: &AuthLogArgs, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let log = open.store.auth_log(open.tenant);
        // Read before the lines themselves, so that none can fall between the two.
        let seen = log.latest(1).await?.last().map_or(0, |logged| logged.id);
        let newest = match &args.login {
            Some(login) => log.by_login(login, args.last).await?,
            None => log.latest(args.last).await?,
        };
        if args.follow {
            let stop = Stop::listen()?;
            newest.iter().try_for_each(|logged| show(logged, globals.json))?;
            let seen = newest.last().map_or(seen, |last| last.id.max(seen));
            return follow(args.login.as_deref(), &open, seen, globals.json, stop).await;
        }
        if globals.json {
            return print::json(&newest.iter().map(as_value).collect::<Vec<_>>());
        }
        let mut table = Table::new(&[
            Column::Left("WHEN"),
            Column::Left("LOGIN"),
            Column::Left("NAS"),
            Column::Left("CALLING"),
            Column::Left("METHOD"),
            Column::Left("OUTCOME"),
            Column::Left("REASON"),
        ]);
        newest.iter().for_each(|logged| table.row(cells(logged)));
        print::block(&table.render())
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Shows what comes after the attempt `seen`, until it is told to stop.
async fn follow(
    login: Option<&str>,
    open: &Open,
    mut seen: i64,
    as_json: bool,
    mut stop: Stop,
) -> anyhow::Result<()> {
    let log = open.store.auth_log(open.tenant);
    let mut ticks = tokio::time::interval(FOLLOW_INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            () = stop.told() => return Ok(()),
            _ = ticks.tick() => {}
        }
        for logged in log.after(seen, FOLLOW_BATCH).await? {
            seen = logged.id;
            if login.is_none_or(|login| *logged.attempt.login == *login) {
                show(&logged, as_json)?;
            }
        }
    }
}

fn show(logged: &LoggedAttempt, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return print::json_line(&as_value(logged));
    }
    let line = cells(logged).join("  ");
    print::line(&line.replace(char::is_control, "?"))
}

fn cells(logged: &LoggedAttempt) -> [String; 7] {
    let attempt = &logged.attempt;
    [
        units::when(attempt.at),
        attempt.login.to_string(),
        logged.nas_name.clone().unwrap_or_else(|| format!("#{}", attempt.nas)),
        attempt.calling_station_id.to_string(),
        attempt.method.to_string(),
        outcome_name(attempt.outcome).to_owned(),
        attempt.reason.to_string(),
    ]
}

fn as_value(logged: &LoggedAttempt) -> serde_json::Value {
    let attempt = &logged.attempt;
    json!({
        "id": logged.id,
        "at": units::rfc3339(attempt.at),
        "login": &*attempt.login,
        "nas": logged.nas_name,
        "calling_station_id": &*attempt.calling_station_id,
        "method": attempt.method.code(),
        "outcome": outcome_name(attempt.outcome),
        "reason": attempt.reason.code(),
        "reason_in_words": attempt.reason.to_string(),
    })
}
