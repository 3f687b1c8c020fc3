//! `weir sessions`: who is online, and what was activated within each session.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::open::{self, Open};
use super::stop::Stop;
use super::{Globals, print};
use crate::clock;
use crate::config::Loaded;
use crate::control::client;
use crate::control::protocol::{Reply, Request, SessionLine};
use crate::table::{Column, Table};
use crate::units;

/// How often `--watch` looks.
const WATCH_INTERVAL: Duration = Duration::from_secs(1);

/// How many sessions are read from the store at most.
const STORED_MAX: u64 = 1_000;

/// How long a service may seem to have begun before its parent, milliseconds: a NAS tells time in
/// seconds.
const CLOCK_TOLERANCE_MS: i64 = 30_000;

/// Lines of the terminal that are not rows: heading of the page, of the table, what is left out,
/// and the last, empty one.
const LINES_AROUND: usize = 6;

/// What `weir sessions` can be told.
#[derive(Debug, Args)]
pub(super) struct SessionsArgs {
    /// Look again each second until Ctrl-C.
    #[arg(long)]
    watch: bool,
    /// Those that have ended too, from the store: the newest 1000.
    #[arg(long)]
    all: bool,
    /// Only those of this login.
    #[arg(long, value_name = "LOGIN")]
    login: Option<String>,
}

/// Sessions, and where they were read.
struct Seen {
    sessions: Vec<SessionLine>,
    source: Source,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Server,
    Store,
    /// From the store because no server runs.
    StoreOnly,
}

pub(super) fn run(args: &SessionsArgs, globals: &Globals) -> anyhow::Result<ExitCode> {
    let loaded = globals.load()?;
    open::block_on(async {
        if args.watch {
            return watch(args, globals, &loaded).await;
        }
        let seen = look(args, globals, &loaded).await?;
        if globals.json {
            return print::json(&seen.sessions);
        }
        print::block(&table(&seen.sessions, args.all).render())?;
        print::line(&summary(&seen))
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn watch(args: &SessionsArgs, globals: &Globals, loaded: &Loaded) -> anyhow::Result<()> {
    let mut stop = Stop::listen()?;
    let mut ticks = tokio::time::interval(WATCH_INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let on_terminal = print::is_terminal();
    if on_terminal && !globals.json {
        print::clear()?;
    }
    loop {
        tokio::select! {
            () = stop.told() => return Ok(()),
            _ = ticks.tick() => {}
        }
        let seen = look(args, globals, loaded).await?;
        let table = table(&seen.sessions, args.all);
        let heading = format!("{}  ·  {}", units::when(clock::now()), summary(&seen));
        if globals.json {
            print::json_line(&seen.sessions)?;
        } else if on_terminal {
            let rows_max = print::terminal_lines().saturating_sub(LINES_AROUND).max(1);
            print::redraw(&format!("{heading}\n\n{}", table.render_rows(rows_max)))?;
        } else {
            print::block(&format!("{heading}\n{}\n", table.render()))?;
        }
    }
}

async fn look(args: &SessionsArgs, globals: &Globals, loaded: &Loaded) -> anyhow::Result<Seen> {
    if args.all {
        let sessions = stored(args, globals).await?;
        return Ok(Seen { sessions, source: Source::Store });
    }
    let request = Request::Sessions { tenant: globals.tenant.clone(), login: args.login.clone() };
    let Some(replies) = client::ask(&loaded.config.control.socket, &request)? else {
        let sessions = stored(args, globals).await?;
        return Ok(Seen { sessions, source: Source::StoreOnly });
    };
    let mut sessions: Vec<SessionLine> = replies
        .into_iter()
        .filter_map(|reply| match reply {
            Reply::Session(session) => Some(*session),
            _ => None,
        })
        .collect();
    sessions.sort_by(|one, other| (&one.login, &one.id).cmp(&(&other.login, &other.id)));
    Ok(Seen { sessions: under_parents(sessions), source: Source::Server })
}

async fn stored(args: &SessionsArgs, globals: &Globals) -> anyhow::Result<Vec<SessionLine>> {
    let open = Open::new(globals).await?;
    let sessions = open.store.sessions(open.tenant);
    let entries = match (&args.login, args.all) {
        (Some(login), _) => sessions.by_login(login, STORED_MAX).await?,
        (None, true) => sessions.recent(STORED_MAX).await?,
        (None, false) => sessions.open().await?,
    };
    open.store.clone().close().await;
    let sessions = entries
        .into_iter()
        .filter(|entry| args.all || entry.session.end().is_none())
        .map(|entry| SessionLine::new(&entry.session, entry.plan_name, entry.nas_name))
        .collect();
    Ok(under_parents(sessions))
}

/// Each activated service under the session that it was activated in, in the order in which they
/// began; those whose parent is not among them come last.
fn under_parents(sessions: Vec<SessionLine>) -> Vec<SessionLine> {
    let (mut services, own): (Vec<_>, Vec<_>) =
        sessions.into_iter().partition(|session| session.activated_service.is_some());
    if services.is_empty() {
        return own;
    }
    services.sort_by_key(|service| service.started_at_unix_ms);
    let mut services_of: HashMap<_, Vec<SessionLine>> = HashMap::new();
    for service in services {
        let parent = service.parent_acct_session_id.clone().unwrap_or_default();
        services_of.entry((service.nas.clone(), parent)).or_default().push(service);
    }
    let mut sessions = Vec::new();
    for session in own {
        // Of several uses of one name those that began within this one.
        let key = (session.nas.clone(), session.acct_session_id.clone());
        let until = session.ended_at_unix_ms.unwrap_or(i64::MAX);
        let within = |service: &mut SessionLine| {
            (session.started_at_unix_ms.saturating_sub(CLOCK_TOLERANCE_MS)..=until)
                .contains(&service.started_at_unix_ms)
        };
        let its_own: Vec<_> = (services_of.get_mut(&key))
            .map(|services| services.extract_if(.., within).collect())
            .unwrap_or_default();
        sessions.push(session);
        sessions.extend(its_own);
    }
    let mut orphans: Vec<_> = services_of.into_values().flatten().collect();
    orphans.sort_by_key(|service| service.started_at_unix_ms);
    sessions.extend(orphans);
    sessions
}

fn table(sessions: &[SessionLine], all: bool) -> Table {
    let mut columns = vec![
        Column::Left("LOGIN"),
        Column::Left("PLAN"),
        Column::Left("NAS"),
        Column::Left("ADDRESS"),
        Column::Right("DOWN"),
        Column::Right("UP"),
        Column::Left("SINCE"),
    ];
    if all {
        columns.push(Column::Left("ENDED"));
    } else {
        columns.push(Column::Right("ONLINE"));
    }
    // Few NASes say it.
    let has_ipv6 = sessions
        .iter()
        .any(|session| session.ipv6_download_octets > 0 || session.ipv6_upload_octets > 0);
    if has_ipv6 {
        columns.extend([Column::Right("DOWN IPV6"), Column::Right("UP IPV6")]);
    }
    let now = clock::now();
    let mut table = Table::new(&columns);
    for session in sessions {
        let last = match session.ended_at_unix_ms {
            Some(ended) => ended_in_words(ended, session.terminate_cause),
            None if all => String::new(),
            None => units::elapsed(session.started_at().seconds_until(now)),
        };
        let mut row = vec![
            match &session.activated_service {
                Some(service) => format!("  + {service}"),
                None => session.login.clone(),
            },
            session.plan.clone().unwrap_or_else(|| "-".to_owned()),
            session.nas.clone(),
            session.address.map(|address| address.to_string()).unwrap_or_default(),
            units::octets(session.download_octets),
            units::octets(session.upload_octets),
            units::when(session.started_at()),
            last,
        ];
        if has_ipv6 {
            row.push(units::octets(session.ipv6_download_octets));
            row.push(units::octets(session.ipv6_upload_octets));
        }
        table.row(row);
    }
    table
}

fn ended_in_words(ended_at_unix_ms: i64, terminate_cause: Option<u32>) -> String {
    let at = units::when(entitlement::Timestamp::from_unix_ms(ended_at_unix_ms));
    match terminate_cause {
        None | Some(0) => at,
        Some(cause) => match terminate_cause_name(cause) {
            Some(name) => format!("{at} {name}"),
            None => format!("{at} cause {cause}"),
        },
    }
}

/// The names of RFC 2866 section 5.10, as the dictionary has them.
fn terminate_cause_name(cause: u32) -> Option<&'static str> {
    radius_dict::Dictionary::builtin()
        .attribute_by_name("Acct-Terminate-Cause")?
        .value_name(cause.into())
}

fn summary(seen: &Seen) -> String {
    // What an activated service counts, its parent counts too.
    let own = || seen.sessions.iter().filter(|line| line.activated_service.is_none());
    let total =
        |pick: fn(&SessionLine) -> u64| units::octets(own().map(pick).fold(0, u64::saturating_add));
    let online = own().filter(|line| line.ended_at_unix_ms.is_none()).count();
    let mut text = format!(
        "{online} online, {} down, {} up",
        total(|line| line.download_octets),
        total(|line| line.upload_octets)
    );
    match seen.source {
        Source::Server => {}
        Source::Store => {
            let _ = write!(text, "; from the store, {} shown", seen.sessions.len());
        }
        Source::StoreOnly => text.push_str("; from the store, as no server is running"),
    }
    text
}
