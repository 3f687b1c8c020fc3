//! The store of the demonstration, made and kept with the `weir` command line as an operator
//! would.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::cargo::root;
use crate::children::Running;

/// How many subscribers dial in.
pub(super) const SUBSCRIBERS: usize = 50;
/// Good for loopback and nothing else; it is printed.
const SECRET: &str = "demo-nas-secret";
/// Name, rate to the subscriber, rate from the subscriber.
const PLANS: [(&str, &str, &str); 3] =
    [("home-10", "10M", "2M"), ("home-50", "50M", "10M"), ("office-200", "200M", "100M")];

/// Where everything of the demonstration lies.
pub(super) struct Installation {
    weir: PathBuf,
    directory: PathBuf,
    port_base: u16,
}

impl Installation {
    /// Makes the store, or brings the one that is there up to what the demonstration needs;
    /// nothing that is there already is changed, except for the ports.
    pub(super) fn prepare(weir: PathBuf, port_base: u16) -> anyhow::Result<Self> {
        let directory = root().join("weir-data/demo");
        let installation = Self { weir, directory, port_base };
        for needed in [&installation.directory, &installation.logs()] {
            fs::create_dir_all(needed)
                .with_context(|| format!("cannot make the folder {}", needed.display()))?;
        }
        let (authentication, accounting) = installation.addresses();
        let directory = installation.directory.to_string_lossy().into_owned();
        installation.must(&[
            "init",
            "--data-dir",
            &directory,
            "--authentication",
            &authentication,
            "--accounting",
            &accounting,
            "--if-missing",
        ])?;
        installation.set_ports()?;
        installation.must(&[
            "nas",
            "add",
            "demo-router",
            "--address",
            "127.0.0.1",
            "--secret",
            SECRET,
            "--dialect",
            "mikrotik",
            "--if-missing",
        ])?;
        for (name, download, upload) in PLANS {
            installation.must(&[
                "plan",
                "add",
                name,
                "--download",
                download,
                "--upload",
                upload,
                "--pool",
                "demo-pool",
                "--interim-interval",
                "60s",
                "--if-missing",
            ])?;
        }
        installation.add_subscribers()?;
        Ok(installation)
    }

    /// What was made and where it is.
    pub(super) fn in_words(&self) -> String {
        let (authentication, accounting) = self.addresses();
        let shown = |path: PathBuf| path.display().to_string();
        format!(
            "Weir's demonstration\n  \
             server      authentication {authentication}, accounting {accounting} (UDP)\n  \
             router      demo-router at 127.0.0.1, secret {SECRET}\n  \
             subscribers {SUBSCRIBERS}, demo001 with password pw-demo001 and so on, on {} plans\n  \
             store       {}\n  \
             settings    {}\n  \
             logs        {} (weir.log, nas-sim.log)\n  \
             from another terminal: {} --config {} sessions\n  \
             Ctrl-C ends it\n",
            PLANS.len(),
            shown(self.directory.join("weir.db")),
            shown(self.config()),
            shown(self.logs()),
            self.weir.display(),
            shown(self.config()),
        )
    }

    pub(super) fn serve(&self) -> anyhow::Result<Running> {
        Running::behind("weir serve", self.weir().arg("serve"), &self.server_log())
    }

    pub(super) fn watch(&self) -> anyhow::Result<Running> {
        Running::in_front("weir sessions", self.weir().args(["sessions", "--watch"]))
    }

    /// Whether the server answers on its control socket.
    pub(super) fn is_answering(&self) -> anyhow::Result<bool> {
        let mut command = self.weir();
        let status = command.arg("status").stdout(Stdio::null()).stderr(Stdio::null()).status();
        Ok(status.context("cannot run weir status")?.success())
    }

    /// How `nas-sim dial` reaches the server, and with whom.
    pub(super) fn dial_arguments(&self) -> Vec<String> {
        let users = self.users().to_string_lossy().into_owned();
        let (auth_port, acct_port) = (self.port_base, self.port_base + 1);
        [
            ("--users", users.as_str()),
            ("--secret", SECRET),
            ("--server", "127.0.0.1"),
            ("--source", "127.0.0.1"),
            ("--auth-port", &auth_port.to_string()),
            ("--acct-port", &acct_port.to_string()),
        ]
        .into_iter()
        .flat_map(|(option, value)| [option.to_owned(), value.to_owned()])
        .collect()
    }

    pub(super) fn server_log(&self) -> PathBuf {
        self.logs().join("weir.log")
    }

    pub(super) fn router_log(&self) -> PathBuf {
        self.logs().join("nas-sim.log")
    }

    /// Begins the router's log anew, so that a summary in it is of this run.
    pub(super) fn forget_summary(&self) -> anyhow::Result<()> {
        let log = self.router_log();
        fs::write(&log, "").with_context(|| format!("cannot write {}", log.display()))
    }

    /// `weir` with this installation's configuration.
    pub(super) fn weir(&self) -> Command {
        let mut command = Command::new(&self.weir);
        command.arg("--config").arg(self.config());
        command
    }

    fn must(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let output = self
            .weir()
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot run {}", self.weir.display()))?;
        if output.status.success() {
            return Ok(());
        }
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        let words = arguments.iter().take(2).copied().collect::<Vec<_>>().join(" ");
        bail!("weir {words}: {}\n{}", output.status, said.trim_end())
    }

    /// An earlier run may have had other ports.
    fn set_ports(&self) -> anyhow::Result<()> {
        let path = self.config();
        let shown = path.display();
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {shown}"))?;
        let (authentication, accounting) = self.addresses();
        let wanted = with_addresses(&text, &authentication, &accounting).with_context(|| {
            format!("{shown} has not one listener as the demonstration wants it")
        })?;
        if wanted != text {
            fs::write(&path, wanted).with_context(|| format!("cannot write {shown}"))?;
        }
        Ok(())
    }

    fn add_subscribers(&self) -> anyhow::Result<()> {
        let mut import = "login,password,plan\n".to_owned();
        let mut users = String::new();
        for number in 1..=SUBSCRIBERS {
            let (login, password) = (format!("demo{number:03}"), format!("pw-demo{number:03}"));
            let plan = PLANS.iter().cycle().nth(number).map_or("", |(name, ..)| name);
            writeln!(import, "{login},{password},{plan}")?;
            writeln!(users, "{login} {password}")?;
        }
        let file = self.directory.join("subscribers.csv");
        for (path, text) in [(&file, import), (&self.users(), users)] {
            fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        self.must(&["service", "import", &file.to_string_lossy(), "--if-missing"])
    }

    fn addresses(&self) -> (String, String) {
        let (authentication, accounting) = (self.port_base, self.port_base + 1);
        (format!("127.0.0.1:{authentication}"), format!("127.0.0.1:{accounting}"))
    }

    fn config(&self) -> PathBuf {
        self.directory.join("weir.toml")
    }

    fn users(&self) -> PathBuf {
        self.directory.join("router-users")
    }

    fn logs(&self) -> PathBuf {
        self.directory.join("logs")
    }
}

/// The configuration with these addresses for its one listener; nothing when it has not exactly
/// one of each.
fn with_addresses(text: &str, authentication: &str, accounting: &str) -> Option<String> {
    let mut seen = [0; 2];
    let mut lines = Vec::new();
    for line in text.lines() {
        let key = line.split('=').next().unwrap_or_default().trim();
        let address = match key {
            "authentication" => Some((0, authentication)),
            "accounting" => Some((1, accounting)),
            _ => None,
        };
        match address {
            Some((which, address)) => {
                seen[which] += 1;
                lines.push(format!("{key} = \"{address}\""));
            }
            None => lines.push(line.to_owned()),
        }
    }
    let ends = if text.ends_with('\n') { "\n" } else { "" };
    (seen == [1, 1]).then(|| lines.join("\n") + ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_changed_and_nothing_else() {
        let text = "# authentication = \"x\"\n[[radius.listener]]\nauthentication = \"a:1\"\n\
                    accounting = \"a:2\"\nname = \"default\"\n";
        let wanted = "# authentication = \"x\"\n[[radius.listener]]\nauthentication = \"b:3\"\n\
                      accounting = \"b:4\"\nname = \"default\"\n";
        assert_eq!(with_addresses(text, "b:3", "b:4").as_deref(), Some(wanted));
        assert_eq!(with_addresses(wanted, "b:3", "b:4").as_deref(), Some(wanted));
    }

    #[test]
    fn a_configuration_with_another_shape_is_left_alone() {
        assert_eq!(with_addresses("authentication = \"a:1\"\n", "b:3", "b:4"), None);
        let two = "authentication = \"a:1\"\naccounting = \"a:2\"\n".repeat(2);
        assert_eq!(with_addresses(&two, "b:3", "b:4"), None);
    }
}
