//! Tasks that are a run of cargo, or a few.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::{crates, peers};

/// Workspaces of their own, which `--all` does not reach.
const APART: [&str; 2] = ["fuzz/libfuzzer/Cargo.toml", "conformance/no-std/Cargo.toml"];

/// Cargo, in the root of the workspace.
pub(crate) fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(root());
    // What the cargo that runs us says of our own package. Passed on, it would have dependencies
    // whose build scripts look at it (ring does) compiled anew each time.
    let of_us = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(of_us) {
            command.env_remove(name);
        }
    }
    command
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}

/// A program of ours that was built as this one was, and so lies beside it.
pub(crate) fn program(name: &str) -> anyhow::Result<PathBuf> {
    let beside = std::env::current_exe().context("cannot tell where this program is")?;
    let path = beside.with_file_name(name);
    if !path.is_file() {
        bail!("{} is missing although it was built", path.display());
    }
    Ok(path)
}

/// Runs to its end what must succeed.
pub(crate) fn must(command: &mut Command) -> anyhow::Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("cannot run {shown}"))?;
    if !status.success() {
        bail!("{shown}: {status}");
    }
    Ok(())
}

pub(crate) fn test(extra: &[String]) -> anyhow::Result<()> {
    peers::run()?;
    let mut command = cargo();
    command.args(["test", "--workspace", "--locked", "--no-fail-fast"]).args(extra);
    let tally = run_tests(&mut command)?;
    say(&format!("\n{tally}"))?;
    tally.conclude(&command)
}

pub(crate) fn soak(extra: &[String]) -> anyhow::Result<()> {
    let mut command = cargo();
    command.args(["test", "--release", "--locked"]);
    // Those that have tests which are left to this command.
    for package in ["conformance", "storage", "nas-sim"] {
        command.args(["--package", package]);
    }
    command.args(extra);
    // Passed on to libtest after the caller's own, which may name a test.
    if !extra.iter().any(|argument| argument == "--") {
        command.arg("--");
    }
    command.args(["--ignored", "--nocapture", "--test-threads", "1"]);
    let tally = run_tests(&mut command)?;
    say(&format!("\n{tally}"))?;
    tally.conclude(&command)
}

/// What `cargo xtask bench` measures.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Benchmark {
    /// Log-ins and accounting beside FreeRADIUS, with PostgreSQL and in memory.
    VersusFreeradius,
    /// How Weir grows from 10,000 to 1,000,000 subscribers, and how soon a change is seen.
    Subscribers,
    /// The monthly billing run on both stores, from 1,000 to 100,000 subscriptions.
    Billing,
    /// How many records of usage are rated in a second.
    Rating,
    /// What a million timers of the enforcement take, and how late they are.
    Timers,
}

pub(crate) fn bench(what: Benchmark, extra: &[String]) -> anyhow::Result<()> {
    let name = match what {
        Benchmark::VersusFreeradius => "versus-freeradius",
        Benchmark::Subscribers => "subscribers",
        Benchmark::Billing => "billing",
        Benchmark::Rating => "rating",
        Benchmark::Timers => "timers",
    };
    let mut build = cargo();
    must(build.args(["build", "--release", "--locked"]).args([
        "--package",
        "weir",
        "--package",
        "nas-sim",
        "--package",
        "benches",
    ]))?;
    let mut measure = cargo();
    measure.args(["run", "--release", "--locked", "--package", "benches", "--bin", name, "--"]);
    measure.args(extra);
    must(&mut measure)
}

pub(crate) fn bench_codec() -> anyhow::Result<()> {
    must(cargo().args(["run", "--release", "--locked", "--package", "codec-benches"]))
}

pub(crate) fn ci() -> anyhow::Result<()> {
    must(cargo().args(["fmt", "--all", "--check"]))?;
    for apart in APART {
        must(cargo().args(["fmt", "--check", "--manifest-path", apart]))?;
    }
    let clippy = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    must(cargo().args(clippy))?;
    let mut documentation = cargo();
    documentation.args(["doc", "--workspace", "--no-deps", "--locked"]);
    must(documentation.env("RUSTDOCFLAGS", "-D warnings"))?;
    crates::run(true)
}

/// What the summaries of all test programs come to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    succeeded: bool,
    passed: u64,
    failed: u64,
    ignored: u64,
    /// The lines by which libtest names what failed.
    failures: Vec<String>,
}

/// Shows what the tests say as they say it, and adds it up.
fn run_tests(command: &mut Command) -> anyhow::Result<Tally> {
    let shown = shown(command);
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot run {shown}"))?;
    let mut tally = Tally::default();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.context("cannot read what the tests say")?;
            let line = String::from_utf8_lossy(&line);
            say(&line)?;
            tally.count(&line);
        }
    }
    tally.succeeded = child.wait().with_context(|| format!("cannot wait for {shown}"))?.success();
    Ok(tally)
}

impl Tally {
    fn count(&mut self, line: &str) {
        if let Some(test) = line.strip_prefix("test ").and_then(|test| test.strip_suffix("FAILED"))
        {
            self.failures.push(test.trim_end().trim_end_matches("...").trim_end().to_owned());
        }
        let Some((_, counts)) =
            line.strip_prefix("test result: ").and_then(|result| result.split_once(". "))
        else {
            return;
        };
        for count in counts.split("; ") {
            match count.split_once(' ') {
                Some((number, "passed")) => self.passed += number.parse().unwrap_or(0),
                Some((number, "failed")) => self.failed += number.parse().unwrap_or(0),
                Some((number, "ignored")) => self.ignored += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }

    fn conclude(&self, command: &Command) -> anyhow::Result<()> {
        if self.succeeded { Ok(()) } else { bail!("{} failed", shown(command)) }
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { passed, failed, ignored, .. } = self;
        write!(f, "{passed} tests passed, {failed} failed, {ignored} left to `cargo xtask soak`")?;
        for failure in &self.failures {
            write!(f, "\n  failed: {failure}")?;
        }
        if !self.succeeded && self.failed == 0 {
            write!(f, "\n  a program did not compile or did not come to its end: see above")?;
        }
        Ok(())
    }
}

/// A line on standard output.
pub(crate) fn say(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("cannot write to standard output")
}

fn shown(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_libtest_says_is_added_up() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test figures::tests::percentiles ... ok",
            "test dial::tests::one ... FAILED",
            "test result: FAILED. 2 passed; 1 failed; 4 ignored; 0 measured; 0 filtered out",
            "test result: ok. 70 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
        ] {
            tally.count(line);
        }
        assert_eq!((tally.passed, tally.failed, tally.ignored), (72, 1, 4));
        assert_eq!(tally.failures, ["dial::tests::one"]);
        assert!(tally.to_string().contains("failed: dial::tests::one"));
    }

    #[test]
    fn a_run_without_results_is_explained() {
        assert!(Tally::default().to_string().contains("did not compile"));
        let fine = Tally { succeeded: true, ..Tally::default() };
        assert!(!fine.to_string().contains("did not compile"));
    }

    #[test]
    fn the_root_is_that_of_the_workspace() {
        assert!(root().join("clippy.toml").is_file());
    }
}
