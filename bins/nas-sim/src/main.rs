//! `nas-sim`: a simulated RouterOS access server on the command line.

mod arguments;
mod report;

use std::io::Write as _;
use std::os::fd::AsFd as _;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;
use nas_sim::{dial, load, replay, storm};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use crate::arguments::{Arguments, Command};

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "nas-sim: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Tells whether everything went as it should.
fn run(arguments: Arguments) -> anyhow::Result<bool> {
    let stop = stop_signal().context("cannot wait for SIGINT and SIGTERM")?;
    let mut out = std::io::stdout().lock();
    match arguments.command {
        Command::Dial(arguments) => {
            let settings = arguments.settings()?;
            let (json, quiet) = (arguments.json, arguments.quiet);
            let summary = dial::run(&settings, stop.as_fd(), &mut |event| {
                report::event(event, quiet);
            })?;
            if json {
                serde_json::to_writer(&mut out, &summary)?;
                writeln!(out)?;
            } else {
                report::dial(&mut out, &summary)?;
            }
            let unmet = arguments.coa.unmet(&summary);
            unmet.iter().for_each(|unmet| report::unmet(unmet));
            Ok(summary.is_clean() && unmet.is_empty())
        }
        Command::Replay(arguments) => {
            let settings = arguments.settings()?;
            let json = arguments.json;
            let summary = replay::run(&settings, stop.as_fd(), &mut |exchange| {
                if !json {
                    report::exchange(exchange);
                }
            })?;
            if json {
                serde_json::to_writer(&mut out, &summary)?;
                writeln!(out)?;
            } else {
                report::replay(&mut out, &summary)?;
            }
            Ok(if arguments.strict { summary.is_identical() } else { summary.is_clean() })
        }
        Command::Load(arguments) => {
            let settings = arguments.settings()?;
            let mut csv = arguments.csv.as_deref().map(report::Csv::create).transpose()?;
            let measured = load::run(&settings, stop.as_fd(), &mut |second| {
                if let Some(csv) = &mut csv {
                    csv.second(&second);
                }
            })?;
            csv.map_or(Ok(()), report::Csv::finish)?;
            if arguments.json {
                serde_json::to_writer(&mut out, &measured)?;
                writeln!(out)?;
            } else {
                report::load(&mut out, &measured)?;
            }
            Ok(measured.forged == 0 && measured.replies > 0)
        }
        Command::Storm(arguments) => {
            let settings = arguments.settings()?;
            let measured = storm::run(&settings, stop.as_fd(), &mut |_| {})?;
            if arguments.json {
                serde_json::to_writer(&mut out, &measured)?;
                writeln!(out)?;
            } else {
                report::storm(&mut out, &measured)?;
            }
            Ok(measured.unacknowledged == 0 && measured.disagreed == 0)
        }
    }
}

/// Becomes readable when the program is asked to end.
fn stop_signal() -> nix::Result<SignalFd> {
    let mut signals = SigSet::empty();
    signals.add(Signal::SIGINT);
    signals.add(Signal::SIGTERM);
    signals.thread_block()?;
    SignalFd::with_flags(&signals, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)
}
