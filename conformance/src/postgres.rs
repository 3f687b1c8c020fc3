//! A PostgreSQL server of a test's own: a temporary folder, a Unix socket, no port.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, ensure};
use tempfile::TempDir;

use crate::Peer;

/// A running PostgreSQL; stopped by process id when dropped, and also when the test is killed.
#[derive(Debug)]
pub struct TemporaryPostgres {
    directory: TempDir,
    shell: Child,
    // Its end is the word to stop: it closes when this value is dropped or the test dies.
    leash: Option<ChildStdin>,
}

/// PostgreSQL refuses to run as root; Debian gives `nobody` this number.
const NOBODY: u32 = 65_534;

/// Waits for the leash to end, then stops the server it started.
const KEEPER: &str =
    r#"exec 3<&0; "$@" <&- 3<&- 2>&1 & p=$!; read -r _ <&3; kill -INT $p; wait $p"#;

impl TemporaryPostgres {
    /// Starts one, or returns `None` after [`Peer::find`] has said that PostgreSQL is missing.
    ///
    /// # Errors
    /// When a cluster cannot be made or started.
    pub fn start() -> anyhow::Result<Option<Self>> {
        let Some(server) = Peer::PostgreSql.find() else { return Ok(None) };
        let binaries = server.parent().context("the server stands in a folder")?.to_owned();
        let directory = tempfile::Builder::new().prefix("weir-pg-").tempdir_in("/tmp")?;
        if is_root() {
            chown(directory.path(), Some(NOBODY), Some(NOBODY))?;
        }
        let data = directory.path().join("data");
        make_cluster(&binaries, directory.path(), &data)?;
        let mut shell = as_nobody(Command::new("sh"), directory.path());
        let mut shell = shell
            .args(["-c", KEEPER, "sh"])
            .arg(&server)
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(directory.path())
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let leash = shell.stdin.take();
        let log = BufReader::new(shell.stdout.take().context("standard output is piped")?);
        let mut lines = log.lines().map_while(Result::ok);
        let ready =
            lines.any(|line| line.contains("database system is ready to accept connections"));
        ensure!(ready, "PostgreSQL ended before it was ready");
        // Somebody must go on reading, or a full pipe would stop the server.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Some(Self { directory, shell, leash }))
    }

    /// The URL of its database.
    #[must_use]
    pub fn url(&self) -> String {
        let directory = self.directory.path().display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{directory}/postgres")
    }
}

impl Drop for TemporaryPostgres {
    fn drop(&mut self) {
        drop(self.leash.take());
        let _ = self.shell.wait();
    }
}

fn make_cluster(binaries: &Path, home: &Path, data: &Path) -> anyhow::Result<()> {
    let mut initdb = as_nobody(Command::new(binaries.join("initdb")), home);
    let output = initdb
        .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "-D"])
        .arg(data)
        .output()?;
    ensure!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

fn as_nobody(mut command: Command, home: &Path) -> Command {
    let path = PathBuf::from("/usr/bin:/bin");
    command.env_clear().env("PATH", path).current_dir(home);
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}
