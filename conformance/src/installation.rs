//! A Weir in a folder of its own, run through its programs as an operator runs it.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use anyhow::{Context, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// The shared secret of the NAS that [`Installation::create`] adds: 127.0.0.1, called `loopback`.
pub const SECRET: &str = "testing123-of-loopback";

/// How long a program of ours may take to be ready or to end before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A Weir with one MikroTik NAS at 127.0.0.1, a plan `home` (10M down, 2M up, pool `subscribers`,
/// an interim each minute) and no subscribers yet.
#[derive(Debug)]
pub struct Installation {
    directory: TempDir,
    program: PathBuf,
    authentication: SocketAddr,
    accounting: SocketAddr,
}

impl Installation {
    /// Makes one on SQLite, with `program` as its `weir`.
    ///
    /// # Errors
    /// When a command of `weir` fails; the error carries what it printed.
    pub fn create(program: impl Into<PathBuf>) -> anyhow::Result<Self> {
        Self::create_on(program, None)
    }

    /// Makes one on the store behind `store_url`, or on SQLite.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn create_on(program: impl Into<PathBuf>, store_url: Option<&str>) -> anyhow::Result<Self> {
        Self::create_in(program, &std::env::temp_dir(), store_url)
    }

    /// Makes one whose own folder is in `parent`.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn create_in(
        program: impl Into<PathBuf>,
        parent: &Path,
        store_url: Option<&str>,
    ) -> anyhow::Result<Self> {
        let [authentication, accounting] = free_udp_ports()?;
        let installation = Self {
            directory: tempfile::Builder::new().prefix("weir-").tempdir_in(parent)?,
            program: program.into(),
            authentication,
            accounting,
        };
        installation.weir(&[
            "init",
            "--data-dir",
            ".",
            "--authentication",
            &authentication.to_string(),
            "--accounting",
            &accounting.to_string(),
        ])?;
        if let Some(url) = store_url {
            installation.use_store(url)?;
        }
        installation.add_nas("loopback", "127.0.0.1", SECRET)?;
        installation.weir(&[
            "plan",
            "add",
            "home",
            "--download",
            "10M",
            "--upload",
            "2M",
            "--pool",
            "subscribers",
            "--interim-interval",
            "60s",
        ])?;
        Ok(installation)
    }

    /// Its folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Where it answers authentication, once [served](Self::serve).
    #[must_use]
    pub const fn authentication(&self) -> SocketAddr {
        self.authentication
    }

    /// Where it answers accounting, once [served](Self::serve).
    #[must_use]
    pub const fn accounting(&self) -> SocketAddr {
        self.accounting
    }

    /// Runs a `weir` command that must succeed; returns what it printed.
    ///
    /// # Errors
    /// When it exits with another code than 0.
    pub fn weir(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.weir_output(arguments)?;
        ensure!(
            output.status.success(),
            "weir {arguments:?} ended with {}:\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs a `weir` command, whatever comes of it.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn weir_output(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let mut command = self.command();
        command.args(arguments).output().with_context(|| format!("{}", self.program.display()))
    }

    /// Runs a `weir` command that must succeed and prints JSON.
    ///
    /// # Errors
    /// When it fails, or prints something else.
    pub fn weir_json(&self, arguments: &[&str]) -> anyhow::Result<serde_json::Value> {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        let printed = self.weir(&arguments)?;
        serde_json::from_str(&printed).with_context(|| format!("no JSON: {printed}"))
    }

    /// Adds a NAS.
    ///
    /// # Errors
    /// As [`weir`](Self::weir).
    pub fn add_nas(&self, name: &str, address: &str, secret: &str) -> anyhow::Result<()> {
        self.weir(&[
            "nas",
            "add",
            name,
            "--address",
            address,
            "--dialect",
            "mikrotik",
            "--secret",
            secret,
        ])?;
        Ok(())
    }

    /// Adds a service on the plan `home`, with a subscriber of its own.
    ///
    /// # Errors
    /// As [`weir`](Self::weir).
    pub fn add_service(&self, login: &str, password: &str) -> anyhow::Result<()> {
        self.weir(&["service", "add", login, "--plan", "home", "--password", password])?;
        Ok(())
    }

    /// Adds services on the plan `home` with these logins and passwords, in one transaction.
    ///
    /// # Errors
    /// As [`weir`](Self::weir).
    pub fn import_services(&self, users: &[(String, String)]) -> anyhow::Result<()> {
        let rows: String =
            users.iter().map(|(login, password)| format!("{login},{password},home\n")).collect();
        let file = self.path().join("services.csv");
        std::fs::write(&file, format!("login,password,plan\n{rows}"))?;
        self.weir(&["service", "import", &file.display().to_string()])?;
        Ok(())
    }

    /// Starts `weir serve` and waits until it says that it is ready.
    ///
    /// # Errors
    /// When it ends, or is not ready in a minute; the error carries its log.
    pub fn serve(&self) -> anyhow::Result<Server> {
        let mut child = self
            .command()
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let log = child.stderr.take().context("standard error is piped")?;
        let (ready, became_ready) = mpsc::channel();
        let lines = Arc::new(Mutex::new(String::new()));
        let server = Server { child, log: Arc::clone(&lines) };
        std::thread::spawn(move || {
            let add = |line: &str| {
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                lines.push_str(line);
                lines.push('\n');
            };
            for line in BufReader::new(log).lines().map_while(Result::ok) {
                add(&line);
                if line.contains("weir ready") && ready.send(None).is_err() {
                    return;
                }
            }
            // The log ended: if nobody was told that it is ready, it never was.
            let lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = ready.send(Some(lines.clone()));
        });
        match became_ready.recv_timeout(PATIENCE) {
            Ok(None) => Ok(server),
            Ok(Some(log)) => anyhow::bail!("weir serve ended before it was ready:\n{log}"),
            Err(_) => anyhow::bail!("weir serve was not ready after {PATIENCE:?}"),
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--config").arg("weir.toml").current_dir(self.path()).env_remove("WEIR_CONFIG");
        command
    }

    fn use_store(&self, url: &str) -> anyhow::Result<()> {
        let path = self.path().join("weir.toml");
        let mut config: Vec<String> =
            std::fs::read_to_string(&path)?.lines().map(str::to_owned).collect();
        let line = config
            .iter_mut()
            .find(|line| line.trim_start_matches(['#', ' ']).starts_with("url = "))
            .context("weir.toml names the store's url")?;
        *line = format!("url = \"{url}\"");
        std::fs::write(&path, config.join("\n"))?;
        Ok(())
    }
}

/// A running `weir serve`; killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    log: Arc<Mutex<String>>,
}

impl Server {
    /// Its process id.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// What it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// SIGTERM: it drains and must end with code 0.
    ///
    /// # Errors
    /// When it ends otherwise.
    pub fn stop(mut self) -> anyhow::Result<()> {
        kill(self.pid()?, Signal::SIGTERM)?;
        let status = self.child.wait()?;
        ensure!(status.success(), "weir serve ended with {status}");
        Ok(())
    }

    /// SIGKILL: it has no chance to do anything.
    ///
    /// # Errors
    /// When it is gone already.
    pub fn kill(mut self) -> anyhow::Result<()> {
        kill(self.pid()?, Signal::SIGKILL)?;
        self.child.wait()?;
        Ok(())
    }

    fn pid(&self) -> anyhow::Result<Pid> {
        Ok(Pid::from_raw(i32::try_from(self.child.id())?))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Two loopback addresses that no UDP socket holds just now, and that no socket gets by chance:
/// they lie below the range that the kernel gives out from.
///
/// # Errors
/// When there are none left.
pub fn free_udp_ports() -> anyhow::Result<[SocketAddr; 2]> {
    Ok([free_udp_port()?, free_udp_port()?])
}

const PORTS: Range<u32> = 20_000..32_000;

fn free_udp_port() -> anyhow::Result<SocketAddr> {
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    let all = PORTS.end - PORTS.start;
    // Test programs that run at the same time begin at different places.
    let first = std::process::id().wrapping_mul(97);
    for _ in PORTS {
        let next = first.wrapping_add(TAKEN.fetch_add(1, Ordering::Relaxed)) % all;
        let port = u16::try_from(PORTS.start + next)?;
        if let Ok(socket) = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)) {
            return Ok(socket.local_addr()?);
        }
    }
    anyhow::bail!("no free UDP port in {PORTS:?}")
}
