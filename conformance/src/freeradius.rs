//! FreeRADIUS as a server, with its users in memory: an independent implementation to disagree
//! with, and the peer of the benchmark.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};
use tempfile::TempDir;

use crate::{Peer, free_udp_ports};

/// A running FreeRADIUS; killed by process id when dropped.
#[derive(Debug)]
pub struct FreeRadius {
    child: Child,
    authentication: SocketAddr,
    accounting: SocketAddr,
    _directory: TempDir,
}

/// The shared secret it knows 127.0.0.1 by.
pub const FREERADIUS_SECRET: &str = "testing123-of-freeradius";

impl FreeRadius {
    /// Starts one that knows these logins with their passwords and gives each of them what a plan
    /// would, or returns `None` after [`Peer::find`] has said that it is missing. Accounting is
    /// acknowledged and not stored.
    ///
    /// # Errors
    /// When it does not get ready.
    pub fn start(users: &[(String, String)]) -> anyhow::Result<Option<Self>> {
        let reply = PLAN.map(str::to_owned);
        let users = users.iter().map(|(login, password)| user(login, password, &reply));
        Self::start_with_users(&users.collect::<String>())
    }

    /// Starts one that knows these logins by the same password, each with the attributes of its
    /// reply as text, or returns `None` as [`start`](Self::start) does.
    ///
    /// # Errors
    /// When it does not get ready.
    pub fn start_replying(
        password: &str,
        replies: &[(String, Vec<String>)],
    ) -> anyhow::Result<Option<Self>> {
        let users = replies.iter().map(|(login, reply)| user(login, password, reply));
        Self::start_with_users(&users.collect::<String>())
    }

    fn start_with_users(users_file: &str) -> anyhow::Result<Option<Self>> {
        let Some(program) = Peer::FreeRadius.find() else { return Ok(None) };
        let [authentication, accounting] = free_udp_ports()?;
        let directory = tempfile::Builder::new().prefix("weir-freeradius-").tempdir()?;
        let home = directory.path();
        std::fs::write(home.join("dictionary"), "$INCLUDE /usr/share/freeradius/dictionary\n")?;
        std::fs::write(home.join("users"), users_file)?;
        let config = configuration(&home.display().to_string(), authentication, accounting);
        std::fs::write(home.join("radiusd.conf"), config)?;
        let mut child = Command::new(program)
            .args(["-f", "-l", "stdout", "-n", "radiusd", "-d"])
            .arg(home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let log = BufReader::new(child.stdout.take().context("standard output is piped")?);
        let mut lines = log.lines().map_while(Result::ok);
        let mut seen = Vec::new();
        let ready = lines.by_ref().any(|line| {
            let ready = line.contains("Ready to process requests");
            seen.push(line);
            ready
        });
        // Dropping it, also on the way out with an error, kills the child.
        let server = Self { child, authentication, accounting, _directory: directory };
        ensure!(ready, "FreeRADIUS ended before it was ready:\n{}", seen.join("\n"));
        // Somebody must go on reading, or a full pipe would stop the server.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Some(server))
    }

    /// Where it answers authentication.
    #[must_use]
    pub const fn authentication(&self) -> SocketAddr {
        self.authentication
    }

    /// Where it answers accounting.
    #[must_use]
    pub const fn accounting(&self) -> SocketAddr {
        self.accounting
    }

    /// Its process id.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for FreeRadius {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a plan gives.
const PLAN: [&str; 3] = [
    "Framed-Pool = \"subscribers\"",
    "Mikrotik-Rate-Limit = \"2M/10M\"",
    "Acct-Interim-Interval = 60",
];

/// An entry of its file of users.
fn user(login: &str, password: &str, reply: &[String]) -> String {
    let reply = reply.join(",\n\t");
    format!("{login} Cleartext-Password := \"{password}\"\n\t{reply}\n\n")
}

fn configuration(home: &str, authentication: SocketAddr, accounting: SocketAddr) -> String {
    include_str!("../peers/radiusd.conf.in")
        .replace("@home@", home)
        .replace("@secret@", FREERADIUS_SECRET)
        .replace("@authentication@", &authentication.port().to_string())
        .replace("@accounting@", &accounting.port().to_string())
}
