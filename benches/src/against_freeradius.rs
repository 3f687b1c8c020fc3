//! Authentications and accounting records a second: Weir on SQLite beside FreeRADIUS with its
//! users in memory, same generator, one run.
//!
//! The server has one processor and the generator the other. Rounds alternate, so that a machine
//! that changes its speed changes both; what is printed is the median of the rounds, and what the
//! server's own processor time would have allowed. Weir keeps what it answers: each accounting
//! record is on disk before its answer, and each log-in goes into the authentication log.
//! FreeRADIUS acknowledges accounting without storing it.
//!
//! Run it with `cargo xtask bench`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, ensure};
use conformance::{FREERADIUS_SECRET, FreeRadius, Installation, SECRET};
use nix::sched::{CpuSet, sched_setaffinity};
use nix::unistd::Pid;

const USERS: u32 = 10_000;
const ROUNDS: usize = 3;
const ROUND_S: u32 = 5;
const WINDOW: u32 = 256;
/// Enough that no request is sent twice within a round: a repeated one would be answered from the
/// duplicate cache.
const PREPARED: u32 = 1 << 20;
const SERVER_PROCESSOR: usize = 0;
const GENERATOR_PROCESSOR: usize = 1;
/// What Linux counts processor time in, on every machine that Rust supports.
const TICKS_PER_SECOND: u64 = 100;

/// One measurement: answers a second, and answers a second of the server's processor time.
#[derive(Debug, Clone, Copy)]
struct Figure {
    per_second: f64,
    per_server_second: f64,
}

struct Contestant {
    name: &'static str,
    process_id: u32,
    authentication: SocketAddr,
    accounting: SocketAddr,
    secret: &'static str,
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() -> anyhow::Result<()> {
    let users: Vec<_> =
        (1..=USERS).map(|n| (format!("load{n:05}"), "correct-horse".to_owned())).collect();
    pin(Pid::this(), SERVER_PROCESSOR)?;
    let freeradius =
        FreeRadius::start(&users)?.context("FreeRADIUS is needed: cargo xtask peers")?;
    let installation = Installation::create(program("weir")?)?;
    installation.import_services(&users)?;
    let weir = installation.serve()?;
    let contestants = [
        Contestant {
            name: "Weir, SQLite, accounting on disk",
            process_id: weir.process_id(),
            authentication: installation.authentication(),
            accounting: installation.accounting(),
            secret: SECRET,
        },
        Contestant {
            name: "FreeRADIUS 3.2, users in memory, accounting not stored",
            process_id: freeradius.process_id(),
            authentication: freeradius.authentication(),
            accounting: freeradius.accounting(),
            secret: FREERADIUS_SECRET,
        },
    ];
    println!("| | auth/s | per server CPU-second | accounting/s | per server CPU-second |");
    println!("|---|---|---|---|---|");
    let mut measured = [const { [const { Vec::new() }; 2] }; 2];
    for _ in 0..ROUNDS {
        for (contestant, figures) in contestants.iter().zip(&mut measured) {
            for (kind, figures) in ["auth-pap", "accounting"].iter().zip(figures) {
                figures.push(measure(contestant, kind)?);
            }
        }
    }
    for (contestant, [authentication, accounting]) in contestants.iter().zip(measured) {
        let [authentication, accounting] = [median(authentication), median(accounting)];
        println!(
            "| {} | {:.0} | {:.0} | {:.0} | {:.0} |",
            contestant.name,
            authentication.per_second,
            authentication.per_server_second,
            accounting.per_second,
            accounting.per_server_second,
        );
    }
    weir.stop()
}

fn measure(contestant: &Contestant, kind: &str) -> anyhow::Result<Figure> {
    let before = processor_seconds(contestant.process_id)?;
    let mut generator = Command::new("taskset");
    generator.args(["-c", &GENERATOR_PROCESSOR.to_string()]).arg(program("nas-sim")?);
    generator.args(["load", "--kind", kind, "--secret", contestant.secret, "--json"]);
    generator.args(["--auth-port", &contestant.authentication.port().to_string()]);
    generator.args(["--acct-port", &contestant.accounting.port().to_string()]);
    generator.args(["--login-prefix", "load", "--count", &USERS.to_string()]);
    generator.args(["--password", "correct-horse"]);
    generator.args(["--window", &WINDOW.to_string(), "--duration-s", &ROUND_S.to_string()]);
    generator.args(["--prepared", &PREPARED.to_string()]);
    let output = generator.output().context("taskset and nas-sim")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let of = |key: &str| report[key].as_f64().with_context(|| format!("no {key} in {report}"));
    let (replies, seconds) = (of("replies")?, of("seconds")?);
    ensure!(of("rejected")? == 0.0, "{} rejects: {report}", contestant.name);
    eprintln!("{} {kind}: {report}", contestant.name);
    let used = processor_seconds(contestant.process_id)? - before;
    Ok(Figure { per_second: replies / seconds, per_server_second: replies / used })
}

fn median(mut figures: Vec<Figure>) -> Figure {
    figures.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    figures[figures.len() / 2]
}

/// User and system time that a process has used so far, proc(5).
fn processor_seconds(process_id: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process_id}/stat"))?;
    // The name of the program, in brackets, may hold anything; the fields after it are numbered
    // from 3.
    let (_, fields) = stat.rsplit_once(") ").context("no name in brackets")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let ticks: u64 = [14, 15]
        .into_iter()
        .map(|number| fields.get(number - 3).and_then(|field| field.parse::<u64>().ok()))
        .sum::<Option<u64>>()
        .context("utime and stime")?;
    Ok(ticks as f64 / TICKS_PER_SECOND as f64)
}

/// Puts this process, and those it starts, on one processor.
fn pin(process: Pid, processor: usize) -> anyhow::Result<()> {
    let mut processors = CpuSet::new();
    processors.set(processor)?;
    Ok(sched_setaffinity(process, &processors)?)
}

/// A program of ours, built beside this one.
fn program(name: &str) -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name(name);
    ensure!(path.exists(), "{} is missing: cargo xtask bench builds it", path.display());
    Ok(path)
}
