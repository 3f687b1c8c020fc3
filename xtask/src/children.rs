//! Processes that end when we do.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::signals::{Signals, now};

/// How often a process that was asked to end is looked after.
const TICK: Duration = Duration::from_millis(20);
/// How much of a log is shown when its process failed.
const TAIL_LEN: u64 = 2_000;

/// A process of ours; killed, by its own process id, when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    name: &'static str,
    child: Child,
    ended: Option<ExitStatus>,
    log: Option<PathBuf>,
}

impl Running {
    /// Starts a process in a group of its own, so that Ctrl-C on the terminal reaches us alone
    /// and we end everything in order. What it says goes to `log`.
    pub(crate) fn behind(
        name: &'static str,
        command: &Command,
        log: &Path,
    ) -> anyhow::Result<Self> {
        let file = open_log(log)?;
        let also = file.try_clone().with_context(|| format!("cannot share {}", log.display()))?;
        let mut command = unblocked(command);
        command.stdin(Stdio::null()).stdout(also).stderr(file).process_group(0);
        let mut running = Self::spawn(name, &mut command)?;
        running.log = Some(log.to_path_buf());
        Ok(running)
    }

    /// Starts a process in front: it has our terminal, and Ctrl-C reaches it too.
    pub(crate) fn in_front(name: &'static str, command: &Command) -> anyhow::Result<Self> {
        Self::spawn(name, unblocked(command).stdin(Stdio::null()))
    }

    fn spawn(name: &'static str, command: &mut Command) -> anyhow::Result<Self> {
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        Ok(Self { name, child, ended: None, log: None })
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        if self.ended.is_none() {
            let ended = self.child.try_wait();
            self.ended = ended.with_context(|| format!("cannot look after {}", self.name))?;
        }
        Ok(self.ended)
    }

    /// Fails, with the end of its log, when the process is no longer there.
    pub(crate) fn must_run(&mut self) -> anyhow::Result<()> {
        match self.ended()? {
            None => Ok(()),
            Some(status) => bail!("{} ended on its own ({status}){}", self.name, self.last_words()),
        }
    }

    /// Asks it to end and waits until it has, at most so long. A second signal to us meanwhile
    /// ends the waiting.
    pub(crate) fn stop(&mut self, signals: &Signals, patience: Duration) -> anyhow::Result<()> {
        if self.ended()?.is_none() {
            kill(self.pid()?, Signal::SIGTERM)
                .with_context(|| format!("cannot end {}", self.name))?;
        }
        let until = now() + patience;
        loop {
            if let Some(status) = self.ended()? {
                if status.success() {
                    return Ok(());
                }
                bail!("{} ended with an error ({status}){}", self.name, self.last_words());
            }
            if now() >= until {
                bail!("{} did not end within {} s", self.name, patience.as_secs());
            }
            if signals.wait(TICK)? {
                bail!("interrupted while {} was ending; it was killed", self.name);
            }
        }
    }

    fn pid(&self) -> anyhow::Result<Pid> {
        let id = i32::try_from(self.child.id()).context("a process id is too large")?;
        Ok(Pid::from_raw(id))
    }

    fn last_words(&self) -> String {
        let Some(log) = &self.log else { return String::new() };
        let path = log.display();
        match tail(log) {
            Ok(words) if words.trim().is_empty() => format!("; it said nothing in {path}"),
            Ok(words) => format!("; the end of {path}:\n{}", words.trim_end()),
            Err(error) => format!("; {path} cannot be read: {error}"),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Only a process that was not waited for is still the one with this process id.
        if self.ended.is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// The same command, run with the signals that [`Signals`] blocks in us unblocked again. A child
/// inherits the blocking, only the child itself can undo it, and `env` of GNU does so before it
/// becomes the command, under the same process id.
pub(crate) fn unblocked(command: &Command) -> Command {
    let mut unblocked = Command::new("env");
    unblocked.arg("--default-signal=INT,TERM,HUP");
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => unblocked.env(name, value),
            None => unblocked.env_remove(name),
        };
    }
    if let Some(directory) = command.get_current_dir() {
        unblocked.current_dir(directory);
    }
    unblocked.arg(command.get_program()).args(command.get_args());
    unblocked
}

fn open_log(path: &Path) -> anyhow::Result<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))
}

fn tail(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let len = file.metadata()?.len();
    file.seek(SeekFrom::Start(len.saturating_sub(TAIL_LEN)))?;
    let mut words = Vec::new();
    file.take(TAIL_LEN).read_to_end(&mut words)?;
    Ok(String::from_utf8_lossy(&words).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    /// Runs as one test: signals are of the whole process.
    #[test]
    fn processes_are_ended_looked_after_and_killed() {
        let signals = Signals::catch().unwrap();
        let directory = tempfile::tempdir().unwrap();
        let log = directory.path().join("log");

        let mut obedient = Running::behind("sleep", &shell("exec sleep 1000"), &log).unwrap();
        obedient.must_run().unwrap();
        let error = obedient.stop(&signals, PATIENCE).unwrap_err().to_string();
        assert!(error.contains("signal: 15"), "SIGTERM is not blocked in it: {error}");

        let clean = shell("trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done");
        let mut clean = Running::behind("loop", &clean, &log).unwrap();
        while !std::fs::read_to_string(&log).unwrap().contains("ready") {
            clean.must_run().unwrap();
            signals.wait(TICK).unwrap();
        }
        clean.stop(&signals, PATIENCE).unwrap();

        let mut failing = Running::behind("false", &shell("echo oh dear; exit 3"), &log).unwrap();
        let error = failing.stop(&signals, PATIENCE).unwrap_err().to_string();
        // Either it had ended by then, or SIGTERM came first; a failure it is in both.
        assert!(error.contains("ended with an error"), "{error}");
        let status = failing.ended().unwrap().unwrap();
        if status.code() == Some(3) {
            assert!(error.contains("oh dear"), "{error}");
        }

        let stubborn = Running::in_front("sleep", &shell("exec sleep 1000")).unwrap();
        let pid = stubborn.pid().unwrap();
        drop(stubborn);
        assert!(kill(pid, None).is_err(), "killed and waited for");
    }
}
