//! The machine: its processors, its load, and what a process has used of it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use conformance::Installation;
use nix::sched::{CpuSet, sched_setaffinity};
use nix::unistd::Pid;

/// Where the servers run.
pub const SERVER_PROCESSOR: usize = 0;
/// Where the generator runs.
pub const GENERATOR_PROCESSOR: usize = 1;
/// What Linux counts processor time in, on every machine that Rust supports.
const TICKS_PER_SECOND: f64 = 100.0;
/// How often it is asked whether the journal has been drained.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long the drain may take.
const DRAIN_PATIENCE: Duration = Duration::from_secs(120);

/// Now, on a clock that never goes back.
#[expect(clippy::disallowed_methods, reason = "the one clock of the benchmarks")]
#[must_use]
pub fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "asking without a pause would take the processor")]
fn pause() {
    std::thread::sleep(LOOK_EVERY);
}

/// Waits until every record of the journal is in the store; tells how long that took.
///
/// # Errors
/// When the server does not tell, or does not get there.
pub fn wait_until_drained(weir: &Installation) -> anyhow::Result<Duration> {
    let started = now();
    loop {
        if counter(weir, "records waiting for the store")? == 0 {
            return Ok(started.elapsed());
        }
        if started.elapsed() > DRAIN_PATIENCE {
            bail!("the journal was not drained in {DRAIN_PATIENCE:?}");
        }
        pause();
    }
}

/// A counter of `weir status`.
fn counter(weir: &Installation, name: &str) -> anyhow::Result<u64> {
    let status = weir.weir_json(&["status"])?;
    let counters = status["counters"].as_array().context("counters")?;
    let found = counters.iter().find(|counter| counter[0] == name);
    found.and_then(|counter| counter[1].as_u64()).with_context(|| format!("no counter {name}"))
}

/// User and system time that a process has used so far, seconds, proc(5).
///
/// # Errors
/// When there is no such process.
pub fn processor_seconds(process_id: u32) -> anyhow::Result<f64> {
    Ok(ticks(process_id, &[14, 15])? as f64 / TICKS_PER_SECOND)
}

/// The same of a PostgreSQL cluster: all processes that work in its folder, and those that have
/// ended.
///
/// # Errors
/// When /proc cannot be read.
pub fn processor_seconds_of_cluster(folder: &Path) -> anyhow::Result<f64> {
    let mut sum = 0;
    for process in std::fs::read_dir("/proc")?.flatten() {
        let name = process.file_name();
        let Some(id) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let works_in = std::fs::read_link(process.path().join("cwd"));
        if works_in.is_ok_and(|works_in| works_in.starts_with(folder)) {
            // One that has just ended is counted by its parent.
            sum += ticks(id, &[14, 15, 16, 17]).unwrap_or(0);
        }
    }
    Ok(sum as f64 / TICKS_PER_SECOND)
}

/// The sum of the fields with these numbers, which proc(5) counts from 1.
fn ticks(process_id: u32, fields: &[usize]) -> anyhow::Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{process_id}/stat"))?;
    // The name of the program, in brackets, may hold anything; the fields after it are numbered
    // from 3.
    let (_, rest) = stat.rsplit_once(") ").context("no name in brackets")?;
    let rest: Vec<&str> = rest.split(' ').collect();
    let field = |number: &usize| rest.get(number - 3).and_then(|field| field.parse::<u64>().ok());
    fields.iter().map(field).sum::<Option<u64>>().context("processor times")
}

/// Resident memory of a process, mebioctets.
///
/// # Errors
/// When there is no such process.
pub fn resident_mib(process_id: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process_id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024.0)
}

/// The date, the processors and how busy they are with other work, in words.
///
/// # Errors
/// When the system does not tell.
pub fn describe() -> anyhow::Result<String> {
    let date = Command::new("date").args(["-u", "+%Y-%m-%d %H:%M UTC"]).output()?.stdout;
    let date = String::from_utf8(date)?;
    // The machine's, not those that this process was put on.
    let processors = std::fs::read_to_string("/proc/cpuinfo")?;
    let processors = processors.lines().filter(|line| line.starts_with("processor")).count();
    let load = std::fs::read_to_string("/proc/loadavg")?;
    let load = load.split(' ').next().unwrap_or_default();
    Ok(format!("{}, {processors} shared cores, load average {load}", date.trim()))
}

/// Puts this process, and those it starts, on the servers' processor.
///
/// # Errors
/// When the machine has none such.
pub fn pin_to_server_processor() -> anyhow::Result<()> {
    let mut processors = CpuSet::new();
    processors.set(SERVER_PROCESSOR)?;
    Ok(sched_setaffinity(Pid::this(), &processors)?)
}

/// A program of ours, built beside this one.
///
/// # Errors
/// When it was not built.
pub fn program(name: &str) -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name(name);
    ensure!(path.exists(), "{} is missing: cargo xtask bench builds it", path.display());
    Ok(path)
}
