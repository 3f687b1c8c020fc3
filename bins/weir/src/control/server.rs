//! Answers on the control socket.

use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::io::{
    AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, BufWriter,
};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::protocol::{REQUEST_LEN_MAX, Reply, Request};

/// How many are answered at once; more wait.
const CONNECTIONS_MAX: usize = 16;
/// How long a client may take to send its question, and then to read each part of the answer.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait after the system could not accept, for example for want of descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// The longest path that a Unix socket can have on Linux, octets.
const SOCKET_PATH_LEN_MAX: usize = 107;

/// Knows the answers.
pub trait Answers: Send + Sync + 'static {
    /// The answer to `request`, without the final [`Reply::Done`]; an error in words ends it.
    fn answer(&self, request: Request) -> impl Future<Output = Result<Vec<Reply>, String>> + Send;
}

/// A control socket that is being answered on. Dropping it removes the socket.
#[derive(Debug)]
pub struct ControlSocket {
    accepting: JoinHandle<()>,
    _file: SocketFile,
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A control socket that is bound and not yet answered on. Dropping it removes the socket.
#[derive(Debug)]
pub struct BoundSocket {
    file: SocketFile,
    listener: UnixListener,
    owner_uid: u32,
}

/// The file of a socket, removed with it unless another socket has taken its place.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    /// What tells it from another file of the same name.
    device_and_inode: (u64, u64),
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let Ok(metadata) = std::fs::symlink_metadata(&self.path) else { return };
        if (metadata.dev(), metadata.ino()) == self.device_and_inode {
            // Nothing is lost when it cannot be removed: the next start takes its place.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Binds the control socket at `path`, in place of one that a killed server left.
///
/// # Errors
/// When another server answers there, or the socket cannot be made.
pub fn bind(path: &Path) -> anyhow::Result<BoundSocket> {
    if path.as_os_str().len() > SOCKET_PATH_LEN_MAX {
        bail!(
            "[control] socket: {} is longer than the {SOCKET_PATH_LEN_MAX} octets a socket's \
             path can have; choose a shorter one, for example /run/weir.sock",
            path.display()
        );
    }
    remove_stale(path)?;
    let listener = UnixListener::bind(path)
        .with_context(|| format!("[control] socket: cannot make {}", path.display()))?;
    let metadata = std::fs::symlink_metadata(path)
        .with_context(|| format!("cannot find the control socket {} again", path.display()))?;
    let device_and_inode = (metadata.dev(), metadata.ino());
    let file = SocketFile { path: path.to_path_buf(), device_and_inode };
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o600))
        .with_context(|| format!("cannot protect the control socket {}", path.display()))?;
    Ok(BoundSocket { file, listener, owner_uid: metadata.uid() })
}

fn remove_stale(path: &Path) -> anyhow::Result<()> {
    let Ok(metadata) = std::fs::symlink_metadata(path) else { return Ok(()) };
    if !metadata.file_type().is_socket() {
        bail!("[control] socket: {} exists and is not a socket", path.display());
    }
    match std::os::unix::net::UnixStream::connect(path) {
        Ok(_) => bail!(
            "a server is already running: it answers on {}; stop it, or give this one its own \
             [control] socket",
            path.display()
        ),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => std::fs::remove_file(path)
            .with_context(|| format!("cannot remove the stale socket {}", path.display())),
        Err(error) => {
            Err(error).with_context(|| format!("cannot use the control socket {}", path.display()))
        }
    }
}

impl BoundSocket {
    /// Begins to answer. Needs a tokio runtime.
    #[must_use]
    pub fn serve<A: Answers>(self, answers: A) -> ControlSocket {
        let Self { file, listener, owner_uid } = self;
        let accepting = tokio::spawn(accept(listener, owner_uid, Arc::new(answers)));
        ControlSocket { accepting, _file: file }
    }
}

async fn accept<A: Answers>(listener: UnixListener, owner_uid: u32, answers: Arc<A>) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "the control socket could not accept");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let peer_uid = stream.peer_cred().map(|peer| peer.uid()).ok();
        if peer_uid != Some(owner_uid) && peer_uid != Some(0) {
            tracing::warn!(uid = peer_uid, "refused another user on the control socket");
            continue;
        }
        let answers = Arc::clone(&answers);
        tokio::spawn(async move {
            if let Err(error) = converse(stream, answers.as_ref()).await {
                tracing::debug!(%error, "a control connection ended early");
            }
            drop(permit);
        });
    }
}

/// Answers one request after the other until the client goes.
async fn converse<A: Answers>(mut stream: UnixStream, answers: &A) -> std::io::Result<()> {
    let (reading, writing) = stream.split();
    let mut reader = BufReader::new(reading);
    let mut writer = BufWriter::new(writing);
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut limited = (&mut reader).take(REQUEST_LEN_MAX as u64);
        timeout(CLIENT_TIMEOUT, limited.read_until(b'\n', &mut line)).await??;
        if line.is_empty() {
            return Ok(());
        }
        let is_whole = line.ends_with(b"\n");
        let answer = if is_whole {
            match serde_json::from_slice(&line) {
                Ok(request) => answers.answer(request).await,
                Err(error) => Err(format!("that is no request: {error}")),
            }
        } else {
            Err(format!("a request is one line of at most {REQUEST_LEN_MAX} octets"))
        };
        let (replies, end) = match answer {
            Ok(replies) => (replies, Reply::Done),
            Err(error) => (Vec::new(), Reply::Error(error)),
        };
        for reply in replies.iter().chain([&end]) {
            let mut line = serde_json::to_vec(reply)?;
            line.push(b'\n');
            timeout(CLIENT_TIMEOUT, writer.write_all(&line)).await??;
        }
        timeout(CLIENT_TIMEOUT, writer.flush()).await??;
        if !is_whole {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, Write as _};

    use super::*;
    use crate::control::client;

    struct Echo;

    impl Answers for Echo {
        async fn answer(&self, request: Request) -> Result<Vec<Reply>, String> {
            match request {
                Request::Sync => Ok(Vec::new()),
                other => Err(format!("{other:?}")),
            }
        }
    }

    /// Runs `client` against a control socket in a fresh folder.
    fn against_a_server(client: impl FnOnce(&Path) + Send + 'static) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weir.sock");
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let socket = bind(&path).unwrap().serve(Echo);
            let client_path = path.clone();
            tokio::task::spawn_blocking(move || client(&client_path)).await.unwrap();
            drop(socket);
        });
        assert!(!path.exists(), "the socket outlives the server");
    }

    #[test]
    fn a_request_is_answered_and_an_error_is_told() {
        against_a_server(|path| {
            assert_eq!(client::ask(path, &Request::Sync).unwrap(), Some(Vec::new()));
            let error = client::ask(path, &Request::Status).unwrap_err();
            assert_eq!(error.to_string(), "the server answered: Status");
        });
    }

    #[test]
    fn only_the_owner_may_open_it() {
        against_a_server(|path| {
            assert_eq!(std::fs::metadata(path).unwrap().mode() & 0o777, 0o600);
        });
    }

    #[test]
    fn an_endless_or_senseless_request_is_refused() {
        against_a_server(|path| {
            for (request, refusal) in [
                (vec![b'x'; REQUEST_LEN_MAX], "one line of at most"),
                (b"{\"ask\":\"everything\"}\n".to_vec(), "no request"),
            ] {
                let mut stream = std::os::unix::net::UnixStream::connect(path).unwrap();
                stream.write_all(&request).unwrap();
                let mut line = String::new();
                std::io::BufReader::new(stream).read_line(&mut line).unwrap();
                assert!(line.contains(refusal), "{line}");
            }
        });
    }

    #[test]
    fn a_second_server_is_refused_and_a_stale_socket_replaced() {
        against_a_server(|path| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let error = bind(path).unwrap_err().to_string();
                assert!(error.contains("already running"), "{error}");
            });
        });
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weir.sock");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { assert!(bind(&path).is_ok()) });
    }

    #[test]
    fn the_socket_of_another_server_is_left_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weir.sock");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let first = bind(&path).unwrap();
            std::fs::rename(&path, folder.path().join("away")).unwrap();
            let second = bind(&path).unwrap();
            drop(first);
            assert!(path.exists(), "the socket of the second was removed");
            drop(second);
            assert!(!path.exists());
        });
    }

    #[test]
    fn without_a_server_there_is_no_answer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weir.sock");
        assert_eq!(client::ask(&path, &Request::Sync).unwrap(), None);
    }

    #[test]
    fn a_file_that_is_no_socket_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weir.sock");
        std::fs::write(&path, "precious").unwrap();
        assert!(bind(&path).unwrap_err().to_string().contains("not a socket"));
        assert_eq!(std::fs::read(&path).unwrap(), b"precious");
    }
}
