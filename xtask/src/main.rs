//! The task runner of the repository; `cargo xtask --help` lists the tasks.

mod cargo;
mod children;
mod crates;
mod demo;
mod dict;
mod fuzz;
mod peers;
mod signals;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tasks of the repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run the main job: a server, a router with 50 subscribers, and who is online.
    Demo(demo::Arguments),
    /// Run every test, those against real peers included, and a short soak.
    ///
    /// As root on Debian the peers are installed first; elsewhere what is missing is named, and
    /// under CI=true that is a failure.
    Test {
        /// Passed on to `cargo test`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        extra: Vec<String>,
    },
    /// Install or name the programs of others that the tests run against.
    Peers,
    /// Run the long soaks.
    Soak {
        /// Passed on to `cargo test`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        extra: Vec<String>,
    },
    /// Measure Weir as it will run, and print what was measured.
    Bench {
        /// What to measure.
        what: cargo::Benchmark,
        /// Passed on to the benchmark.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        extra: Vec<String>,
    },
    /// Write the typed handles of the built-in dictionaries.
    Dict {
        /// Only compare, and fail when a file is out of date.
        #[arg(long)]
        check: bool,
    },
    /// List the public items of the crates that are meant to be published.
    Crates {
        /// Only compare, and package the crates; fail when a list is out of date.
        #[arg(long)]
        check: bool,
    },
    /// Measure the codec and the dictionaries beside the published crates.
    BenchCodec,
    /// Let the fuzzer look for what the tests do not know; needs cargo-fuzz and a C++ compiler.
    Fuzz {
        /// How long in all; each target gets an equal part.
        #[arg(long, default_value_t = 60)]
        seconds: u32,
        /// Only this target.
        #[arg(long)]
        target: Option<String>,
    },
    /// Check formatting, lints, documentation, and the crates for other programs.
    Ci,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Demo(arguments) => demo::run(&arguments),
        Task::Test { extra } => cargo::test(&extra),
        Task::Peers => peers::run(),
        Task::Soak { extra } => cargo::soak(&extra),
        Task::Bench { what, extra } => cargo::bench(what, &extra),
        Task::Dict { check } => dict::run(check),
        Task::Crates { check } => crates::run(check),
        Task::BenchCodec => cargo::bench_codec(),
        Task::Fuzz { seconds, target } => fuzz::run(seconds, target.as_deref()),
        Task::Ci => cargo::ci(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "cargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
