//! `weir usage`: how much was used, and when.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use entitlement::Timestamp;
use serde_json::json;
use storage::{UsageAmount, UsageEntry, UsageOf, UsageSpan};

use super::open::{self, Open};
use super::share::Group;
use super::{Globals, print};
use crate::table::{Column, Table};
use crate::{clock, quotas, units};

/// What `weir usage` can be told.
#[derive(Debug, Args)]
pub(super) struct UsageArgs {
    /// Whose usage [default: that of all services together].
    login: Option<String>,
    /// How long each line is; days are those of UTC.
    #[arg(long, value_name = "SPAN", value_enum, default_value_t = By::Day)]
    by: By,
    /// From when, 2026-12-31 (UTC) or RFC 3339 [default: 3 hours, 2 days or 30 days before the end].
    #[arg(long, value_name = "WHEN", value_parser = units::parse_when)]
    from: Option<Timestamp>,
    /// Until before when [default: now].
    #[arg(long, value_name = "WHEN", value_parser = units::parse_when)]
    to: Option<Timestamp>,
    /// The traffic of users nobody knows, which is never billed.
    #[arg(long, conflicts_with = "login")]
    unknown: bool,
}

/// How long each line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// Five minutes.
    #[value(name = "5min")]
    FiveMinutes,
    /// An hour.
    Hour,
    /// A day, from midnight to midnight in UTC.
    Day,
}

impl By {
    const fn span(self) -> UsageSpan {
        match self {
            Self::FiveMinutes => UsageSpan::FiveMinutes,
            Self::Hour => UsageSpan::Hour,
            Self::Day => UsageSpan::Day,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::FiveMinutes => "5min",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    /// How much is shown unless told otherwise, seconds.
    const fn shown_s(self) -> i64 {
        match self {
            Self::FiveMinutes => 3 * 3_600,
            Self::Hour => 2 * 86_400,
            Self::Day => 30 * 86_400,
        }
    }
}

/// What was read.
struct Seen {
    entries: Vec<UsageEntry>,
    /// Who shares the data of the service, or whose it shares.
    group: Option<Group>,
    /// What unknown users used beside all services; `None` where that is not what was asked.
    unknown: Option<UsageAmount>,
}

pub(super) fn run(args: &UsageArgs, globals: &Globals) -> anyhow::Result<ExitCode> {
    let until = args.to.unwrap_or_else(clock::now);
    let from = args.from.unwrap_or_else(|| until.minus_s(args.by.shown_s()));
    let seen = open::block_on(look(args, globals, from, until))?;
    if globals.json {
        print::json(&as_value(args, &seen))?;
    } else if seen.entries.is_empty() && seen.unknown.is_none_or(is_nothing) {
        let (from, until) = (units::when(from), units::when(until));
        print::line(&format!("nothing was used from {from} until {until}"))?;
    } else {
        print::block(&table(&seen).render())?;
    }
    if let Some(group) = seen.group.as_ref().filter(|_| !globals.json) {
        print::block(&of_group(group).render())?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn look(
    args: &UsageArgs,
    globals: &Globals,
    from: Timestamp,
    until: Timestamp,
) -> anyhow::Result<Seen> {
    let open = Open::new(globals).await?;
    let service = match &args.login {
        Some(login) => Some(open.store.services(open.tenant).find(login).await?),
        None => None,
    };
    let group = match &service {
        Some(service) => Group::of(service, &open).await?,
        None => None,
    };
    let of = match service {
        Some(service) => UsageOf::Service(service.id),
        None if args.unknown => UsageOf::Unknown,
        None => UsageOf::Services,
    };
    let usage = open.store.usage(open.tenant);
    let span = args.by.span();
    let entries = usage.entries(of, span, from, until).await?;
    let unknown = match of {
        UsageOf::Services => {
            Some(total(&usage.entries(UsageOf::Unknown, span, from, until).await?))
        }
        UsageOf::Service(_) | UsageOf::Unknown => None,
    };
    open.store.close().await;
    Ok(Seen { entries, group, unknown })
}

fn total(entries: &[UsageEntry]) -> UsageAmount {
    entries.iter().fold(UsageAmount::default(), |sum, entry| sum.plus(entry.amount))
}

fn is_nothing(amount: UsageAmount) -> bool {
    amount == UsageAmount::default()
}

fn table(seen: &Seen) -> Table {
    let mut table = Table::new(&[
        Column::Left("FROM"),
        Column::Right("DOWN"),
        Column::Right("UP"),
        Column::Right("ONLINE"),
    ]);
    let mut row = |first: String, amount: UsageAmount| {
        table.row([
            first,
            units::octets(amount.download_octets),
            units::octets(amount.upload_octets),
            units::elapsed(amount.session_time_s),
        ]);
    };
    for entry in &seen.entries {
        row(units::when(entry.start), entry.amount);
    }
    row("total".to_owned(), total(&seen.entries));
    if let Some(unknown) = seen.unknown.filter(|unknown| !is_nothing(*unknown)) {
        row("unknown users".to_owned(), unknown);
    }
    table
}

/// What each of a group has used of the data that they have together.
fn of_group(group: &Group) -> Table {
    let mut table = Table::new(&[Column::Left("SHARED BY"), Column::Right("USED")]);
    for part in &group.services {
        table.row([part.login.clone(), part.in_words()]);
    }
    let all = group.services.iter().map(|part| part.used_octets());
    let all = all.fold(0, u64::saturating_add);
    table.row(["together".to_owned(), format!("{} used", quotas::rounded(all))]);
    table
}

fn as_value(args: &UsageArgs, seen: &Seen) -> serde_json::Value {
    let lines = seen.entries.iter().map(|entry| {
        json!({ "from": units::rfc3339(entry.start), "used": amount_as_value(entry.amount) })
    });
    json!({
        "login": args.login,
        "by": args.by.name(),
        "usage": lines.collect::<Vec<_>>(),
        "total": amount_as_value(total(&seen.entries)),
        "group": seen.group.as_ref().map(Group::as_value),
        "unknown_users": seen.unknown.map(amount_as_value),
    })
}

fn amount_as_value(amount: UsageAmount) -> serde_json::Value {
    json!({
        "upload_octets": amount.upload_octets,
        "download_octets": amount.download_octets,
        "upload_packets": amount.upload_packets,
        "download_packets": amount.download_packets,
        "session_time_s": amount.session_time_s,
    })
}
