//! hostapd and wpa_supplicant, with a line between them.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Instant;

use conformance::{Installation, Peer, SECRET};

use crate::{LOGIN, PATIENCE};

/// A port of a switch: hostapd's end of the line here, the subscriber's in a network namespace.
/// Both go when it is dropped.
pub(crate) struct Port {
    hostapd: PathBuf,
    supplicant: PathBuf,
    /// The end of the line, and the namespace of the other, by a name no other port has.
    name: String,
}

impl Port {
    /// Lays the line; `None` after having said what is missing.
    pub(crate) fn open() -> Option<Self> {
        use std::sync::atomic::{AtomicU32, Ordering};
        static PORTS: AtomicU32 = AtomicU32::new(0);
        let hostapd = Peer::Hostapd.find()?;
        let supplicant = Peer::WpaSupplicant.find()?;
        Peer::Iproute.find()?;
        // An interface's name has 15 octets at most.
        let number = PORTS.fetch_add(1, Ordering::Relaxed);
        let name = format!("weir{:x}p{number}", std::process::id());
        let port = Self { hostapd, supplicant, name };
        if let Err(why) = port.lay() {
            let missing = format!("no network namespaces here, which takes root: {why}");
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
            eprintln!("NOT RUN: {missing}");
            return None;
        }
        Some(port)
    }

    /// The other end, inside the namespace.
    const OTHER: &str = "uplink";

    fn lay(&self) -> Result<(), String> {
        let name = &self.name;
        ip(&["netns", "add", name])?;
        ip(&["link", "add", name, "type", "veth", "peer", "name", Self::OTHER, "netns", name])?;
        ip(&["link", "set", name, "up"])?;
        ip(&["-n", name, "link", "set", Self::OTHER, "up"])
    }

    /// hostapd, which asks the installation; with these lines of configuration besides.
    pub(crate) fn hostapd(&self, installation: &Installation, besides: &str) -> Running {
        self.hostapd_accounted_at(installation.accounting(), installation, besides)
    }

    /// One whose accounting goes elsewhere.
    pub(crate) fn hostapd_accounted_at(
        &self,
        accounting: SocketAddr,
        installation: &Installation,
        besides: &str,
    ) -> Running {
        let config = installation.path().join("hostapd.conf");
        let text = include_str!("../../peers/hostapd.conf.in")
            .replace("@interface@", &self.name)
            .replace("@secret@", SECRET)
            .replace("@authentication@", &installation.authentication().port().to_string())
            .replace("@accounting@", &accounting.port().to_string());
        std::fs::write(&config, text + besides).unwrap();
        Running::start(Command::new(&self.hostapd).arg(config))
    }

    /// The subscriber at the other end, who logs in at once.
    pub(crate) fn supplicant(&self, directory: &Path, password: &str) -> Running {
        let config = directory.join("wpa_supplicant.conf");
        let text = include_str!("../../peers/wpa_supplicant.conf.in")
            .replace("@control@", &control(directory).display().to_string())
            .replace("@login@", LOGIN)
            .replace("@password@", password);
        std::fs::write(&config, text).unwrap();
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name]).arg(&self.supplicant);
        Running::start(command.args(["-D", "wired", "-i", Self::OTHER, "-c"]).arg(config))
    }

    /// The subscriber leaves, with an EAPOL-Logoff.
    pub(crate) fn log_off(&self, directory: &Path) {
        let client = self.supplicant.with_file_name("wpa_cli");
        let mut command = Command::new(client);
        command.arg("-p").arg(control(directory)).args(["-i", Self::OTHER, "logoff"]);
        let output = command.output().unwrap();
        assert!(String::from_utf8_lossy(&output.stdout).contains("OK"), "{output:?}");
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        // What was not laid cannot be taken up, and that is fine.
        let _ = ip(&["link", "del", &self.name]);
        let _ = ip(&["netns", "del", &self.name]);
    }
}

fn ip(arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("ip").args(arguments).output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("ip {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim()))
}

/// A program in the foreground, whose lines are read as they come; killed when dropped.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            // Goes on reading when nobody listens: a full pipe would stop the program.
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self { child, lines }
    }

    /// Reads until a line says `event`.
    pub(crate) fn wait_for(&self, event: &str) {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) if line.contains(event) => return,
                Ok(line) => seen.push(line),
                Err(error) => panic!("no {event} ({error}) in:\n{}", seen.join("\n")),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the supplicant takes commands.
fn control(directory: &Path) -> PathBuf {
    directory.join("wpa_supplicant")
}
