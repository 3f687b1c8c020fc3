//! `cargo xtask fuzz --seconds N`: the fuzzer on every target.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::cargo::{cargo, root, say};

/// The longest input: a little more than the largest packet.
const INPUT_LEN_MAX: u32 = 5000;
/// Octets that one run may take, so that an input that eats memory is a finding.
const MEMORY_MIB_MAX: u32 = 2048;

/// Runs each target for an equal part of `seconds`, and says how often it was executed.
///
/// What the fuzzer finds interesting goes to `target/fuzz-corpus`, what it finds wrong to
/// `fuzz/libfuzzer/artifacts`.
///
/// # Errors
/// A finding, and a missing cargo-fuzz.
pub(crate) fn run(seconds: u32, only: Option<&str>) -> anyhow::Result<()> {
    let targets: Vec<&str> = fuzz::TARGETS
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| only.is_none_or(|only| only == *name))
        .collect();
    if targets.is_empty() {
        let names: Vec<_> = fuzz::TARGETS.iter().map(|(name, _)| *name).collect();
        bail!("there is no such target; there are {}", names.join(", "));
    }
    let there =
        cargo().args(["fuzz", "--version"]).output().is_ok_and(|said| said.status.success());
    if !there {
        bail!("cargo-fuzz is missing; install it with: cargo install cargo-fuzz --locked");
    }
    let each = seconds / u32::try_from(targets.len()).context("few targets")?;
    let mut said = Vec::new();
    for target in targets {
        let executed = target_for(target, each.max(1))?;
        said.push(format!("{target}: {executed} executions in {each} s, no finding"));
    }
    say(&said.join("\n"))
}

fn target_for(target: &str, seconds: u32) -> anyhow::Result<u64> {
    let found = root().join("target/fuzz-corpus").join(target);
    std::fs::create_dir_all(&found).context("cannot make a folder for what the fuzzer finds")?;
    let committed = root().join("fuzz/corpus").join(target);
    let mut command = cargo();
    command.args(["fuzz", "run", "--fuzz-dir", "fuzz/libfuzzer", target]);
    command.arg(&found).arg(&committed).arg("--");
    command.arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-max_len={INPUT_LEN_MAX}"));
    command.arg(format!("-rss_limit_mb={MEMORY_MIB_MAX}"));
    command.args(["-print_final_stats=1", "-timeout=10"]);
    if let Some(words) = words(target) {
        command.arg(format!("-dict={}", root().join(words).display()));
    }
    // The sanitizers' flags are unstable; this lets the one toolchain take them.
    command.env("RUSTC_BOOTSTRAP", "1");
    executions(&mut command).with_context(|| {
        format!(
            "{target}: see above; an input that shows it is in fuzz/libfuzzer/artifacts/{target}"
        )
    })
}

/// The words that the fuzzer puts into texts.
fn words(target: &str) -> Option<&'static Path> {
    let name = match target {
        "dictionary_text" => "fuzz/words/dictionary_text",
        "pair_text" => "fuzz/words/pair_text",
        _ => return None,
    };
    Some(Path::new(name))
}

/// Runs the fuzzer to its end and gives how often it executed the target.
fn executions(command: &mut Command) -> anyhow::Result<u64> {
    let mut child = command.stderr(Stdio::piped()).spawn().context("cannot run cargo fuzz")?;
    let mut executed = None;
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).lines() {
            let line = line.context("cannot read what the fuzzer says")?;
            if let Some(number) = line.strip_prefix("stat::number_of_executed_units:") {
                executed = number.trim().parse().ok();
            }
            let _ =
                std::io::Write::write_all(&mut std::io::stderr(), format!("{line}\n").as_bytes());
        }
    }
    let status = child.wait().context("cannot wait for the fuzzer")?;
    if !status.success() {
        bail!("the fuzzer ended with {status}");
    }
    executed.context("the fuzzer did not say how often it ran")
}
