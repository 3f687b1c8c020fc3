//! hostapd as the NAS of a wired 802.1X port, wpa_supplicant as the subscriber behind it, against
//! `weir serve`: EAP-MD5, and the accounting of the session.
//!
//! The port is a pair of virtual Ethernet interfaces: hostapd holds one end, the supplicant the
//! other, in a network namespace of its own. That takes root; without it the test says so and
//! does not run, except under `CI=true`.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use conformance::{Installation, Peer, SECRET};

const WEIR: &str = env!("CARGO_BIN_EXE_weir-under-test");
const LOGIN: &str = "alice@example";
const PASSWORD: &str = "correct horse";

/// Acct-Terminate-Cause of who leaves by himself (RFC 2866 section 5.10).
const USER_REQUEST: u32 = 1;

/// How long anything may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_session_of_a_wired_port_is_authenticated_and_accounted() {
    let Some(port) = Port::open() else { return };
    let installation = installation();
    let server = installation.serve().unwrap();
    let hostapd = port.hostapd(&installation);
    hostapd.wait_for("AP-ENABLED");

    let supplicant = port.supplicant(installation.path(), PASSWORD);
    supplicant.wait_for("CTRL-EVENT-EAP-SUCCESS");
    supplicant.wait_for("CTRL-EVENT-CONNECTED");
    let attempt = attempt(&installation, "accepted");
    assert_eq!(attempt["method"], "eap_md5", "{attempt}");
    assert_eq!(attempt["reason"], "ok", "{attempt}");
    assert_eq!(attempt["nas"], "loopback", "{attempt}");

    let started = wait_until("the Start in the store", || session(&installation));
    assert_eq!(started["login"], LOGIN, "{started}");
    assert_eq!(started["plan"], "wired", "the Class came back: {started}");
    assert_eq!(started["calling_station_id"], attempt["calling_station_id"]);
    assert!(started["ended_at_unix_ms"].is_null(), "{started}");

    let seen_at = |session: &serde_json::Value| session["last_seen_at_unix_ms"].as_i64().unwrap();
    let reported = wait_until("an Interim-Update in the store", || {
        session(&installation).filter(|now| seen_at(now) > seen_at(&started))
    });
    assert_eq!(reported["id"], started["id"]);
    assert!(reported["ended_at_unix_ms"].is_null(), "{reported}");

    port.log_off(installation.path());
    let ended = wait_until("the Stop in the store", || {
        session(&installation).filter(|now| !now["ended_at_unix_ms"].is_null())
    });
    assert_eq!(ended["id"], started["id"]);
    assert_eq!(ended["terminate_cause"], USER_REQUEST, "{ended}");

    // The log-in took more than one request, and is one line in the log.
    let log = installation.weir_json(&["auth-log"]).unwrap();
    let accepted = |attempt: &&serde_json::Value| attempt["outcome"] == "accepted";
    assert_eq!(log.as_array().unwrap().iter().filter(accepted).count(), 1, "{log}");
    assert_eq!(counter(&installation, "access accepts"), 1);
    assert!(counter(&installation, "access challenges") >= 1);
    assert_eq!(counter(&installation, "not answerable"), 0);
    assert_eq!(counter(&installation, "accounting not understood"), 0);
    drop((supplicant, hostapd));
    server.stop().unwrap();
}

#[test]
fn a_wrong_password_is_refused_and_the_log_says_why() {
    let Some(port) = Port::open() else { return };
    let installation = installation();
    let _server = installation.serve().unwrap();
    let hostapd = port.hostapd(&installation);
    hostapd.wait_for("AP-ENABLED");
    let supplicant = port.supplicant(installation.path(), "correct house");
    supplicant.wait_for("CTRL-EVENT-EAP-FAILURE");
    let attempt = attempt(&installation, "rejected");
    assert_eq!(attempt["reason"], "wrong_password", "{attempt}");
    assert_eq!(attempt["method"], "eap_md5", "{attempt}");
    assert_eq!(session(&installation), None);
}

/// Where the supplicant takes commands.
fn control(directory: &Path) -> PathBuf {
    directory.join("wpa_supplicant")
}

/// An installation with a plan that leaves the interval of Interim-Updates to hostapd, which is
/// told one second, where RADIUS has a minute at least.
fn installation() -> Installation {
    let installation = Installation::create(WEIR).unwrap();
    installation.weir(&["plan", "add", "wired"]).unwrap();
    let service = ["service", "add", LOGIN, "--plan", "wired", "--password", PASSWORD];
    installation.weir(&service).unwrap();
    installation
}

/// The one session in the store, if there is one.
fn session(installation: &Installation) -> Option<serde_json::Value> {
    let sessions = installation.weir_json(&["sessions", "--all"]).unwrap();
    let sessions = sessions.as_array().unwrap();
    assert!(sessions.len() <= 1, "{sessions:?}");
    sessions.first().cloned()
}

/// The newest line of the authentication log with this outcome, once it is there.
fn attempt(installation: &Installation, outcome: &str) -> serde_json::Value {
    wait_until("the log-in in the authentication log", || {
        let log = installation.weir_json(&["auth-log", "--login", LOGIN]).unwrap();
        log.as_array()?.iter().find(|attempt| attempt["outcome"] == outcome).cloned()
    })
}

fn counter(installation: &Installation, name: &str) -> u64 {
    let status = installation.weir_json(&["status"]).unwrap();
    let counters = status["counters"].as_array().unwrap();
    counters.iter().find(|pair| pair[0] == name).unwrap()[1].as_u64().unwrap()
}

/// Asks until there is an answer; asking takes its time, since it looks into a store.
fn wait_until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what} did not come in {PATIENCE:?}");
    }
}

/// A port of a switch: hostapd's end of the line here, the subscriber's in a network namespace.
/// Both go when it is dropped.
struct Port {
    hostapd: PathBuf,
    supplicant: PathBuf,
    /// The end of the line, and the namespace of the other, by a name no other port has.
    name: String,
}

impl Port {
    /// Lays the line; `None` after having said what is missing.
    fn open() -> Option<Self> {
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

    /// hostapd, which asks the installation.
    fn hostapd(&self, installation: &Installation) -> Running {
        let config = installation.path().join("hostapd.conf");
        let text = include_str!("../peers/hostapd.conf.in")
            .replace("@interface@", &self.name)
            .replace("@secret@", SECRET)
            .replace("@authentication@", &installation.authentication().port().to_string())
            .replace("@accounting@", &installation.accounting().port().to_string());
        std::fs::write(&config, text).unwrap();
        Running::start(Command::new(&self.hostapd).arg(config))
    }

    /// The subscriber at the other end, who logs in at once.
    fn supplicant(&self, directory: &Path, password: &str) -> Running {
        let config = directory.join("wpa_supplicant.conf");
        let text = include_str!("../peers/wpa_supplicant.conf.in")
            .replace("@control@", &control(directory).display().to_string())
            .replace("@login@", LOGIN)
            .replace("@password@", password);
        std::fs::write(&config, text).unwrap();
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name]).arg(&self.supplicant);
        Running::start(command.args(["-D", "wired", "-i", Self::OTHER, "-c"]).arg(config))
    }

    /// The subscriber leaves, with an EAPOL-Logoff.
    fn log_off(&self, directory: &Path) {
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
struct Running {
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
    fn wait_for(&self, event: &str) {
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
