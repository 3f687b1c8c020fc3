//! FreeRADIUS as a server: an independent implementation to disagree with, and the peer of the
//! benchmark.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
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
        Self::start_with(&users.collect::<String>(), &Keeps::Nothing)
    }

    /// The same, with each accounting record in its detail file, which it does not sync.
    ///
    /// # Errors
    /// When it does not get ready.
    pub fn start_with_detail(users: &[(String, String)]) -> anyhow::Result<Option<Self>> {
        let reply = PLAN.map(str::to_owned);
        let users = users.iter().map(|(login, password)| user(login, password, &reply));
        Self::start_with(&users.collect::<String>(), &Keeps::Detail)
    }

    /// Starts one that has its users, its log of log-ins and its accounting in PostgreSQL, as its
    /// own site does with the queries that come with it. `connection` is in libpq's words; the
    /// tables of [`FREERADIUS_SCHEMA`] are there and filled by
    /// [`freeradius_rows`].
    ///
    /// # Errors
    /// When it does not get ready.
    pub fn start_on_postgresql(connection: &str) -> anyhow::Result<Option<Self>> {
        if !Path::new(POSTGRESQL_DRIVER).exists() {
            eprintln!("NOT RUN: apt-get install freeradius-postgresql (or cargo xtask peers)");
            return Ok(None);
        }
        Self::start_with("", &Keeps::PostgreSql { connection: connection.to_owned() })
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
        Self::start_with(&users.collect::<String>(), &Keeps::Nothing)
    }

    fn start_with(users_file: &str, keeps: &Keeps) -> anyhow::Result<Option<Self>> {
        let Some(program) = Peer::FreeRadius.find() else { return Ok(None) };
        let [authentication, accounting] = free_udp_ports()?;
        let directory = tempfile::Builder::new().prefix("weir-freeradius-").tempdir()?;
        let home = directory.path();
        std::fs::write(home.join("dictionary"), "$INCLUDE /usr/share/freeradius/dictionary\n")?;
        std::fs::write(home.join("users"), users_file)?;
        let config = configuration(&home.display().to_string(), authentication, accounting, keeps);
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

/// The tables that its PostgreSQL queries work on, as its package brings them.
pub const FREERADIUS_SCHEMA: &str =
    "/etc/freeradius/3.0/mods-config/sql/main/postgresql/schema.sql";
const POSTGRESQL_DRIVER: &str = "/usr/lib/freeradius/rlm_sql_postgresql.so";

/// What fills those tables with users: SQL for psql.
#[must_use]
pub fn freeradius_rows(users: &[(String, String)]) -> String {
    let mut rows = "copy radcheck (username, attribute, op, value) from stdin;\n".to_owned();
    for (login, password) in users {
        rows.push_str(&format!("{login}\tCleartext-Password\t:=\t{password}\n"));
    }
    rows.push_str("\\.\ncopy radreply (username, attribute, op, value) from stdin;\n");
    for (login, _) in users {
        for line in PLAN {
            let (attribute, value) = line.split_once(" = ").unwrap_or((line, ""));
            let value = value.trim_matches('"');
            rows.push_str(&format!("{login}\t{attribute}\t=\t{value}\n"));
        }
    }
    rows.push_str("\\.\nanalyze;\n");
    rows
}

/// What becomes of accounting, and where the users are.
enum Keeps {
    /// Users in memory, accounting acknowledged only.
    Nothing,
    /// Users in memory, accounting in a file.
    Detail,
    /// Everything in a database.
    PostgreSql { connection: String },
}

/// As its package's site makes it.
const PREACCT: &str = r#"        update request {
            &Acct-Unique-Session-Id := "%{md5:%{User-Name},%{Acct-Session-Id},%{NAS-IP-Address},%{NAS-Identifier},%{NAS-Port-Id},%{NAS-Port}}"
        }
"#;

const FILES: &str = "    files {\n        usersfile = @home@/users\n    }\n";

const DETAIL: &str = r#"    detail {
        filename = @home@/detail
        permissions = 0600
        header = "%t"
    }
"#;

/// As in its package's mods-available/sql, less what is for other databases.
const SQL: &str = r#"    expr { }
    sql {
        dialect = "postgresql"
        driver = "rlm_sql_postgresql"
        radius_db = "@connection@"
        acct_table1 = "radacct"
        acct_table2 = "radacct"
        postauth_table = "radpostauth"
        authcheck_table = "radcheck"
        groupcheck_table = "radgroupcheck"
        authreply_table = "radreply"
        groupreply_table = "radgroupreply"
        usergroup_table = "radusergroup"
        delete_stale_sessions = yes
        pool {
            start = 5
            min = 3
            max = 32
            spare = 10
            uses = 0
            retry_delay = 30
            lifetime = 0
            idle_timeout = 60
        }
        client_table = "nas"
        group_attribute = "SQL-Group"
        $INCLUDE /etc/freeradius/3.0/mods-config/sql/main/postgresql/queries.conf
    }
"#;

fn configuration(
    home: &str,
    authentication: SocketAddr,
    accounting: SocketAddr,
    keeps: &Keeps,
) -> String {
    let (modules, users, preacct, kept, log) = match keeps {
        Keeps::Nothing => (FILES.to_owned(), "files", "", "ok", "ok"),
        Keeps::Detail => (format!("{FILES}{DETAIL}"), "files", "", "detail", "ok"),
        Keeps::PostgreSql { connection } => {
            (SQL.replace("@connection@", connection), "sql", PREACCT, "sql", "sql")
        }
    };
    include_str!("../peers/radiusd.conf.in")
        .replace("@modules@", &modules)
        .replace("@users@", users)
        .replace("@preacct@", preacct)
        .replace("@keep@", kept)
        .replace("@log@", log)
        .replace("@home@", home)
        .replace("@secret@", FREERADIUS_SECRET)
        .replace("@authentication@", &authentication.port().to_string())
        .replace("@accounting@", &accounting.port().to_string())
}
