//! The demonstration: a server, a simulated router with its subscribers, and who is online.

mod installation;
mod ports;

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail};

use self::installation::{Installation, SUBSCRIBERS};
use crate::cargo::{cargo, must, program, say};
use crate::children::Running;
use crate::signals::{Signals, now};

/// How long the demonstration runs when nobody can end it with Ctrl-C.
const UNATTENDED_S: u64 = 15;
/// How long the server may take to answer its control socket.
const READY_PATIENCE: Duration = Duration::from_secs(60);
/// How long every last Stop, and the drain of the journal, may take.
const END_PATIENCE: Duration = Duration::from_secs(60);
/// How often the processes are looked after.
const TICK: Duration = Duration::from_millis(100);

/// What `cargo xtask demo` can be told.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// End after so many seconds as if by Ctrl-C; without a terminal it ends after 15.
    #[arg(long, value_name = "N")]
    for_s: Option<u64>,
    /// Authentication is answered on this port of 127.0.0.1, accounting on the next.
    #[arg(long, value_name = "PORT", default_value_t = 1812,
          value_parser = clap::value_parser!(u16).range(1..65535))]
    port_base: u16,
}

/// Runs until Ctrl-C, or as long as it was told.
///
/// # Errors
/// When the build fails, a port is taken, a process fails, or the router and the server disagree.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    must(cargo().args(["build", "--package", "weir", "--package", "nas-sim"]))?;
    let signals = Signals::catch()?;
    ports::must_be_free(arguments.port_base)?;
    let installation = Installation::prepare(program("weir")?, arguments.port_base)?;
    say(&installation.in_words())?;

    let mut server = installation.serve()?;
    if !wait_until_ready(&installation, &mut server, &signals)? {
        return server.stop(&signals, END_PATIENCE);
    }
    let mut router = dial(&installation)?;
    let attended = std::io::stdout().is_terminal();
    let mut watch = if attended { Some(installation.watch()?) } else { None };
    let runs_for = arguments.for_s.or(if attended { None } else { Some(UNATTENDED_S) });
    let ran = look_after(&mut server, &mut router, watch.as_mut(), &signals, runs_for);

    drop(watch);
    if let Err(error) = ran {
        // Nobody is left to answer the router's Stops, or no router to send any.
        drop(router);
        let _ = server.stop(&signals, END_PATIENCE);
        return Err(error);
    }
    if !attended {
        must(installation.weir().arg("sessions"))?;
    }
    // The router hangs up while the server still answers.
    say("\nhanging up: every session gets its Stop, then the server drains")?;
    let hung_up = router.stop(&signals, END_PATIENCE);
    let drained = server.stop(&signals, END_PATIENCE);
    hung_up.and(drained)?;
    conclude(&installation)
}

fn dial(installation: &Installation) -> anyhow::Result<Running> {
    let mut command = Command::new(program("nas-sim")?);
    command.arg("dial").args(installation.dial_arguments()).args([
        "--method",
        "pap,chap,mschapv2",
        "--nas-identifier",
        "demo-router",
        "--ramp-ms",
        "3000",
        "--interim-s",
        "5",
        "--redial-s",
        "5",
        "--until-signal",
        "--json",
    ]);
    installation.forget_summary()?;
    Running::behind("nas-sim", &command, &installation.router_log())
}

/// Tells whether the server got ready; if not, we were asked to end before.
fn wait_until_ready(
    installation: &Installation,
    server: &mut Running,
    signals: &Signals,
) -> anyhow::Result<bool> {
    let until = now() + READY_PATIENCE;
    while !installation.is_answering()? {
        server.must_run()?;
        if now() >= until {
            bail!(
                "the server was not ready after {} s; see {}",
                READY_PATIENCE.as_secs(),
                installation.server_log().display()
            );
        }
        if signals.wait(TICK)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns when it is time to end.
fn look_after(
    server: &mut Running,
    router: &mut Running,
    mut watch: Option<&mut Running>,
    signals: &Signals,
    runs_for: Option<u64>,
) -> anyhow::Result<()> {
    let until = runs_for.map(|s| now() + Duration::from_secs(s));
    loop {
        server.must_run()?;
        router.must_run()?;
        if let Some(watch) = &mut watch
            && let Some(status) = watch.ended()?
        {
            // Ctrl-C reaches the table too, and may do so before it reaches us.
            if status.success() {
                return Ok(());
            }
            bail!("weir sessions --watch ended with an error ({status})");
        }
        if until.is_some_and(|until| now() >= until) || signals.wait(TICK)? {
            return Ok(());
        }
    }
}

/// Reads what the router found, and is content only when everybody was let in.
fn conclude(installation: &Installation) -> anyhow::Result<()> {
    let path = installation.router_log();
    let summary = read_summary(&path)?;
    let count = |key: &str| summary.get(key).and_then(serde_json::Value::as_u64).unwrap_or(0);
    say(&format!(
        "{} logins accepted, {} rejected; {} starts, {} interim updates, {} stops acknowledged; \
         {} replies in disagreement",
        count("accepted"),
        count("rejected"),
        count("starts"),
        count("interims"),
        count("stops"),
        count("disagreed"),
    ))?;
    if count("rejected") > 0 {
        bail!("the server rejected logins that should be let in; see {}", path.display());
    }
    if count("accepted") == 0 {
        bail!("nobody of the {SUBSCRIBERS} got in before the end; let it run longer");
    }
    say("everything has ended; run it again and it goes on with the same store")
}

/// The summary is the last line, and the only one in JSON, of what the router said.
fn read_summary(path: &Path) -> anyhow::Result<serde_json::Value> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    let line = text.lines().rev().find(|line| line.starts_with('{'));
    let line = line.with_context(|| format!("{shown} has no summary"))?;
    serde_json::from_str(line).with_context(|| format!("the summary in {shown} is not JSON"))
}
