//! Asks the running server.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};

use super::protocol::{REPLY_LEN_MAX, Reply, Request};

/// How long the server may take for one line of its answer.
const REPLY_TIMEOUT: Duration = Duration::from_secs(15);

/// Asks `request` of the server behind `socket`; `None` when no server runs there.
///
/// # Errors
/// When the socket may not be opened, the server does not answer in time, or answers that it
/// cannot.
pub fn ask(socket: &Path, request: &Request) -> anyhow::Result<Option<Vec<Reply>>> {
    let stream = match UnixStream::connect(socket) {
        Ok(stream) => stream,
        Err(error)
            if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) =>
        {
            return Ok(None);
        }
        Err(error) if error.kind() == ErrorKind::PermissionDenied => bail!(
            "the control socket {} belongs to another user; run this as the user that runs \
             the server, or as root",
            socket.display()
        ),
        Err(error) => {
            return Err(error)
                .with_context(|| format!("cannot reach the control socket {}", socket.display()));
        }
    };
    let replies = converse(stream, request)
        .with_context(|| format!("the server behind {} did not answer", socket.display()))?;
    match replies.last() {
        Some(Reply::Error(error)) => bail!("the server answered: {error}"),
        _ => Ok(Some(replies)),
    }
}

/// Sends `request` and reads up to the last line of its answer. `Done` itself is not returned.
fn converse(mut stream: UnixStream, request: &Request) -> anyhow::Result<Vec<Reply>> {
    stream.set_read_timeout(Some(REPLY_TIMEOUT))?;
    stream.set_write_timeout(Some(REPLY_TIMEOUT))?;
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut reader = BufReader::new(stream);
    let mut replies = Vec::new();
    loop {
        line.clear();
        let mut limited = reader.by_ref().take(REPLY_LEN_MAX as u64);
        limited.read_until(b'\n', &mut line).map_err(|error| match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                anyhow::anyhow!("it took longer than {} s", REPLY_TIMEOUT.as_secs())
            }
            _ => error.into(),
        })?;
        if line.pop() != Some(b'\n') {
            bail!("it closed the connection in the middle of its answer");
        }
        match serde_json::from_slice(&line).context("its answer is of another version")? {
            Reply::Done => return Ok(replies),
            reply @ Reply::Error(_) => {
                replies.push(reply);
                return Ok(replies);
            }
            reply => replies.push(reply),
        }
    }
}
