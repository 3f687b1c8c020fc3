//! Weir on PostgreSQL and on SQLite beside FreeRADIUS with PostgreSQL, in memory, and writing its
//! detail file: same subscribers, same generator, one run.
//!
//! The servers have one processor and the generator the other; PostgreSQL has both. Rounds
//! alternate, so that a machine that changes its speed changes all; what is printed is the median
//! of the rounds. PostgreSQL is as it is by default: a commit is on disk. Weir keeps what it
//! answers: each accounting record is on disk before its answer, and each log-in goes into the
//! authentication log. Its processor time includes the drain of its journal into the store.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use benches::generator::users;
use benches::machine::{
    describe, pin_to_server_processor, processor_seconds, processor_seconds_of_cluster, program,
    wait_until_drained,
};
use benches::{Kind, Load, Loaded, Pace, Target};
use conformance::{
    FREERADIUS_SCHEMA, FREERADIUS_SECRET, FreeRadius, Installation, Postgres, freeradius_rows,
};

const USERS: u32 = 10_000;
const WINDOW: u32 = 256;
/// How many requests in flight must not lose any.
const LARGE_WINDOW: u32 = 2048;
const LONG: Effort = Effort { rounds: 3, round_s: 4, open_loop_s: 6, prepared: 1 << 19 };
/// With `--quick`: to see that everything runs.
const QUICK: Effort = Effort { rounds: 1, round_s: 1, open_loop_s: 2, prepared: 1 << 16 };
const KINDS: [Kind; 2] = [Kind::Authentication, Kind::Accounting];
/// The contestants, in the order of `contestants`.
const WEIR_POSTGRESQL: usize = 0;
const WEIR_SQLITE: usize = 1;
const FREERADIUS_POSTGRESQL: usize = 2;
const FREERADIUS_MEMORY: usize = 3;
const FREERADIUS_DETAIL: usize = 4;

/// How long everything takes.
#[derive(Debug, Clone, Copy)]
struct Effort {
    rounds: usize,
    round_s: u32,
    open_loop_s: u32,
    /// Different requests of one round.
    prepared: u32,
}

struct Contestant<'a> {
    name: &'static str,
    process_id: u32,
    target: Target<'a>,
    weir: Option<&'a Installation>,
    /// The folder of its database.
    cluster: Option<&'a Path>,
}

/// One round.
#[derive(Debug, Clone, Copy)]
struct Round {
    loaded: Loaded,
    /// Of the server itself, for a reply, microseconds.
    server_us: f64,
    /// Of PostgreSQL, for a reply, microseconds.
    database_us: f64,
    /// Replies a second, until the store had all of them.
    drained_per_s: f64,
}

/// Everything measured of one contestant and one kind.
struct Measured {
    median: Round,
    lost: f64,
    lost_in_large_window: f64,
    half: Loaded,
}

fn main() -> anyhow::Result<()> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let effort = if quick { QUICK } else { LONG };
    let users = users(USERS);
    // Before this process is put on one processor: the database has both.
    let postgres = Postgres::start_with(&[]).map_err(anyhow::Error::msg)?;
    psql(&postgres, "postgres", "create database radius;\ncreate database weir;\n")?;
    psql(&postgres, "radius", &std::fs::read_to_string(FREERADIUS_SCHEMA)?)?;
    psql(&postgres, "radius", &freeradius_rows(&users))?;
    pin_to_server_processor()?;
    let needed = "FreeRADIUS is needed: cargo xtask peers";
    let folder = postgres.folder();
    let connection = format!("host={} user=postgres dbname=radius", folder.display());
    let on_postgresql = FreeRadius::start_on_postgresql(&connection)?.context(needed)?;
    let in_memory = FreeRadius::start(&users)?.context(needed)?;
    let with_detail = FreeRadius::start_with_detail(&users)?.context(needed)?;
    let weir = program("weir")?;
    let installations = [
        Installation::create_on(&weir, Some(&postgres.url("weir")))?,
        Installation::create(&weir)?,
    ];
    let mut servers = Vec::new();
    for installation in &installations {
        installation.import_services(&users)?;
        servers.push(installation.serve()?);
    }
    let [first, second] = [0, 1].map(|n: usize| servers.get(n).map_or(0, |s| s.process_id()));
    let [on_pg, on_sqlite] = &installations;
    let contestants = [
        of_weir("Weir, PostgreSQL", on_pg, first, Some(folder)),
        of_weir("Weir, SQLite", on_sqlite, second, None),
        Contestant {
            cluster: Some(folder),
            ..of_freeradius("FreeRADIUS, PostgreSQL", &on_postgresql)
        },
        of_freeradius("FreeRADIUS, users in memory, accounting not stored", &in_memory),
        of_freeradius("FreeRADIUS, users in memory, unsynced detail file", &with_detail),
    ];
    let before = describe()?;
    let measured = measure(&contestants, effort)?;
    let sessions = psql(&postgres, "weir", "select count(*) from session;\n")?;
    ensure!(sessions.trim() == USERS.to_string(), "{sessions} sessions in Weir's store");
    print(&contestants, &measured, &before)?;
    servers.into_iter().try_for_each(conformance::Server::stop)
}

fn of_weir<'a>(
    name: &'static str,
    weir: &'a Installation,
    process_id: u32,
    cluster: Option<&'a Path>,
) -> Contestant<'a> {
    let target = Target::from(weir);
    Contestant { name, process_id, target, weir: Some(weir), cluster }
}

fn of_freeradius(name: &'static str, server: &FreeRadius) -> Contestant<'static> {
    let (authentication, accounting) = (server.authentication(), server.accounting());
    Contestant {
        name,
        process_id: server.process_id(),
        target: Target { authentication, accounting, secret: FREERADIUS_SECRET },
        weir: None,
        cluster: None,
    }
}

/// For each contestant what was measured of each kind.
fn measure(contestants: &[Contestant<'_>], effort: Effort) -> anyhow::Result<Vec<[Measured; 2]>> {
    let mut rounds: Vec<[Vec<Round>; 2]> = contestants.iter().map(|_| Default::default()).collect();
    for _ in 0..effort.rounds {
        for (contestant, rounds) in contestants.iter().zip(&mut rounds) {
            for (kind, rounds) in KINDS.into_iter().zip(rounds) {
                rounds.push(contestant.round(
                    kind,
                    Pace::Window(WINDOW),
                    effort.round_s,
                    effort,
                )?);
            }
        }
    }
    let mut all = Vec::new();
    for (contestant, [authentication, accounting]) in contestants.iter().zip(rounds) {
        all.push([
            contestant.rest(Kind::Authentication, authentication, effort)?,
            contestant.rest(Kind::Accounting, accounting, effort)?,
        ]);
    }
    Ok(all)
}

impl Contestant<'_> {
    fn round(&self, kind: Kind, pace: Pace, seconds: u32, effort: Effort) -> anyhow::Result<Round> {
        eprint!("{}: ", self.name);
        let used = || -> anyhow::Result<[f64; 2]> {
            let database = self.cluster.map_or(Ok(0.0), processor_seconds_of_cluster)?;
            Ok([processor_seconds(self.process_id)?, database])
        };
        let before = used()?;
        let load = Load { kind, pace, seconds, subscribers: USERS, prepared: effort.prepared };
        let loaded = load.run(&self.target)?;
        let drained = self.weir.map(wait_until_drained).transpose()?.unwrap_or_default();
        let after = used()?;
        let us = |n: usize| (after[n] - before[n]) * 1e6 / loaded.replies;
        Ok(Round {
            loaded,
            server_us: us(0),
            database_us: us(1),
            drained_per_s: loaded.replies / (loaded.seconds + drained.as_secs_f64()),
        })
    }

    /// The measures that need the rounds' figures.
    fn rest(&self, kind: Kind, mut rounds: Vec<Round>, effort: Effort) -> anyhow::Result<Measured> {
        rounds.sort_by(|a, b| a.loaded.per_s().total_cmp(&b.loaded.per_s()));
        let median = *rounds.get(rounds.len() / 2).context("no round")?;
        let half = Pace::Rate((median.loaded.per_s() / 2.0) as u32);
        Ok(Measured {
            median,
            lost: rounds.iter().map(|round| round.loaded.lost).sum(),
            lost_in_large_window: self
                .round(kind, Pace::Window(LARGE_WINDOW), effort.round_s, effort)?
                .loaded
                .lost,
            half: self.round(kind, half, effort.open_loop_s, effort)?.loaded,
        })
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn print(
    contestants: &[Contestant<'_>],
    measured: &[[Measured; 2]],
    before: &str,
) -> anyhow::Result<()> {
    println!("Before: {before}. After: {}.\n", describe()?);
    for (number, title) in ["authentications", "accounting records"].iter().enumerate() {
        println!(
            "| {title} | per second | server CPU, µs each | PostgreSQL CPU, µs each | p50, p99 at \
             {WINDOW} in flight, ms | p99 at half of that rate, ms | lost at {WINDOW}, at \
             {LARGE_WINDOW}, at half |"
        );
        println!("|---|---|---|---|---|---|---|");
        for (contestant, measured) in contestants.iter().zip(measured) {
            let Some(Measured { median, lost, lost_in_large_window, half }) = measured.get(number)
            else {
                continue;
            };
            let database = contestant
                .cluster
                .map_or_else(|| "–".to_owned(), |_| format!("{:.1}", median.database_us));
            println!(
                "| {} | {:.0} | {:.1} | {database} | {:.2}, {:.2} | {:.2} | {lost:.0}, \
                 {lost_in_large_window:.0}, {:.0} |",
                contestant.name,
                median.loaded.per_s(),
                median.server_us,
                median.loaded.p50_ms,
                median.loaded.p99_ms,
                half.p99_ms,
                half.lost,
            );
        }
        println!();
    }
    print_goals(measured);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn print_goals(measured: &[[Measured; 2]]) {
    println!("| goal | wanted | measured | |");
    println!("|---|---|---|---|");
    let of = |who: usize, kind: usize| measured.get(who).and_then(|kinds| kinds.get(kind));
    let per_s = |who, kind| of(who, kind).map_or(0.0, |m| m.median.loaded.per_s());
    let goal = |what: &str, wanted: &str, measured: String, met: bool| {
        println!("| {what} | {wanted} | {measured} | {} |", if met { "met" } else { "MISSED" });
    };
    let at_least = |what: &str, wanted: f64, measured: f64| {
        goal(what, &format!("{wanted} x"), format!("{measured:.1} x"), measured >= wanted);
    };
    let weir = per_s(WEIR_POSTGRESQL, 0);
    let versus = weir / per_s(FREERADIUS_POSTGRESQL, 0);
    at_least("authentications/s, both on PostgreSQL", 40.0, versus);
    for (who, store) in [(WEIR_POSTGRESQL, "PostgreSQL"), (WEIR_SQLITE, "SQLite")] {
        let cpu_us = |who| of(who, 0).map_or(0.0, |m| m.median.server_us);
        at_least(
            &format!("authentications/s, Weir on {store} to FreeRADIUS in memory"),
            4.5,
            per_s(who, 0) / per_s(FREERADIUS_MEMORY, 0),
        );
        let per_cpu_s = 1e6 / cpu_us(who);
        let what = format!("authentications per server CPU-second, Weir on {store}");
        goal(&what, "200,000", format!("{per_cpu_s:.0}"), per_cpu_s >= 200_000.0);
        at_least(
            &format!("accounting/s on disk, Weir on {store} to FreeRADIUS's unsynced detail file"),
            2.0,
            per_s(who, 1) / per_s(FREERADIUS_DETAIL, 1),
        );
    }
    let drained = of(WEIR_POSTGRESQL, 1).map_or(0.0, |m| m.median.drained_per_s);
    at_least(
        &format!("accounting drained into PostgreSQL ({drained:.0} records/s), both on PostgreSQL"),
        10.0,
        drained / per_s(FREERADIUS_POSTGRESQL, 1),
    );
    for (who, store) in [(WEIR_POSTGRESQL, "PostgreSQL"), (WEIR_SQLITE, "SQLite")] {
        for (kind, name) in ["authentication", "accounting"].iter().enumerate() {
            let Some(measured) = of(who, kind) else { continue };
            let p99_ms = measured.half.p99_ms;
            let what = format!("p99 of {name} at half of the maximum, Weir on {store}");
            goal(&what, "< 2 ms", format!("{p99_ms:.2} ms"), p99_ms < 2.0);
            let lost = measured.lost_in_large_window;
            let what = format!("{name} lost at {LARGE_WINDOW} in flight, Weir on {store}");
            goal(&what, "0", format!("{lost:.0}"), lost == 0.0);
        }
    }
}

/// Runs SQL with psql; returns what it selected, without headings.
fn psql(postgres: &Postgres, database: &str, sql: &str) -> anyhow::Result<String> {
    let mut child = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
        .args(["--set", "ON_ERROR_STOP=1", "--dbname", &postgres.url(database)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("psql")?;
    // It prints little, so that it never waits for a reader while it is written to.
    child.stdin.take().context("its input is piped")?.write_all(sql.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "psql ended with {}", output.status);
    Ok(String::from_utf8(output.stdout)?)
}
