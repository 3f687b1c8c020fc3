//! Running a program with something on its standard input, for so long and no longer.

use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStderr, Command};

/// So much of the end of what a program writes on standard error is kept, octets.
const TAIL_LEN: usize = 1_024;
/// So long it is waited for the rest of that when the program has ended: what it has started and left behind
/// may hold it open.
const TAIL_PATIENCE: Duration = Duration::from_millis(200);

/// Runs a command by the shell. The inner error says why it has not done its work: how it ended, with the last
/// line that it wrote on standard error.
///
/// # Errors
/// When no shell can be run.
pub(super) async fn run(
    command: &str,
    environment: &[(&str, String)],
    input: String,
    limit: Duration,
) -> anyhow::Result<Result<(), String>> {
    let mut child = Command::new("/bin/sh")
        .arg("-c")
        .arg(command)
        .envs(environment.iter().map(|(name, value)| (*name, value.as_str())))
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        // What it starts is killed with it.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .context("cannot run /bin/sh")?;
    let writing = child.stdin.take().map(|mut stdin| {
        tokio::spawn(async move {
            // Who does not read it, and ends well, did not need it.
            let _ = stdin.write_all(input.as_bytes()).await;
        })
    });
    let tail = Arc::new(Mutex::new(Vec::new()));
    let reading = child.stderr.take().map(|stderr| tokio::spawn(keep_tail(stderr, tail.clone())));
    let ended = tokio::time::timeout(limit, child.wait()).await;
    let outcome = match ended {
        Ok(status) => outcome(status.context("cannot wait for the command")?),
        Err(_) => {
            kill(&mut child).await?;
            Err(format!("it was killed after {} seconds", limit.as_secs()))
        }
    };
    if let Some(writing) = writing {
        writing.abort();
    }
    if let Some(mut reading) = reading
        && tokio::time::timeout(TAIL_PATIENCE, &mut reading).await.is_err()
    {
        reading.abort();
    }
    Ok(outcome.map_err(|ended| {
        let tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        match last_line(&tail) {
            None => ended,
            Some(line) => format!("{ended}: {line}"),
        }
    }))
}

fn outcome(status: ExitStatus) -> Result<(), String> {
    if status.success() { Ok(()) } else { Err(status.to_string()) }
}

/// Kills a program with everything that it has started.
async fn kill(child: &mut Child) -> anyhow::Result<()> {
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    if let Some(group) = id {
        // It may have ended by itself just now.
        let _ = kill_process_group(group, Signal::KILL);
    }
    child.wait().await.context("cannot wait for the command")?;
    Ok(())
}

async fn keep_tail(mut stderr: ChildStderr, tail: Arc<Mutex<Vec<u8>>>) {
    let mut buffer = [0; TAIL_LEN];
    while let Ok(len @ 1..) = stderr.read(&mut buffer).await {
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.extend_from_slice(buffer.get(..len).unwrap_or_default());
        let excess = tail.len().saturating_sub(TAIL_LEN);
        tail.drain(..excess);
    }
}

/// The last line with something in it, without what could steer a terminal.
fn last_line(tail: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(tail);
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().map(|it| if it.is_control() { '?' } else { it }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn said(command: &str, limit_ms: u64) -> Result<(), String> {
        let limit = Duration::from_millis(limit_ms);
        run(command, &[("WEIR_TOPIC", "a.b".to_owned())], "{}\n".to_owned(), limit).await.unwrap()
    }

    #[tokio::test]
    async fn a_program_is_right_when_it_ends_well_whatever_it_reads() {
        assert_eq!(said("test \"$(cat)\" = '{}' && test $WEIR_TOPIC = a.b", 20_000).await, Ok(()));
        assert_eq!(said("exit 0", 20_000).await, Ok(()));
        let failed =
            said("echo first >&2; printf 'no \\033[1mroute\\n\\n' >&2; exit 3", 20_000).await;
        assert_eq!(failed, Err("exit status: 3: no ?[1mroute".to_owned()));
    }

    #[tokio::test]
    async fn one_that_takes_too_long_is_killed_with_what_it_has_started() {
        let killed = said("sleep 600 & echo started >&2; wait", 300).await;
        assert_eq!(killed, Err("it was killed after 0 seconds: started".to_owned()));
    }

    #[tokio::test]
    async fn what_it_leaves_behind_is_not_waited_for() {
        assert_eq!(said("sleep 3 & exit 0", 20_000).await, Ok(()));
        let much = "i=0; while [ $i -lt 2000 ]; do echo line $i >&2; i=$((i+1)); done; exit 1";
        assert_eq!(said(much, 20_000).await, Err("exit status: 1: line 1999".to_owned()));
    }
}
