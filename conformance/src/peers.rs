//! The programs of others that Weir is held against.
//!
//! A missing peer is a failure when `CI=true`; elsewhere the test says on standard error what it
//! did not run and how to install what is missing.

use std::path::PathBuf;

/// A program of somebody else's, and the Debian package that brings it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// FreeRADIUS's packet client.
    Radclient,
    /// FreeRADIUS's log-in client.
    Radtest,
    /// FreeRADIUS's server.
    FreeRadius,
    /// Debian's Python with pyrad and pycryptodome.
    Pyrad,
    /// The dissector.
    Tshark,
    /// The PostgreSQL server.
    PostgreSql,
    /// The authenticator of wired and wireless ports.
    Hostapd,
    /// The subscriber's side of such ports.
    WpaSupplicant,
    /// What makes interfaces and network namespaces.
    Iproute,
}

impl Peer {
    /// The Debian packages that bring it.
    #[must_use]
    pub const fn packages(self) -> &'static str {
        match self {
            Self::Radclient | Self::Radtest => "freeradius-utils",
            Self::FreeRadius => "freeradius",
            Self::Pyrad => "python3-pyrad python3-pycryptodome",
            Self::Tshark => "tshark",
            Self::PostgreSql => crate::POSTGRES_PACKAGE,
            Self::Hostapd => "hostapd",
            Self::WpaSupplicant => "wpasupplicant",
            Self::Iproute => "iproute2",
        }
    }

    /// Where it is, or `None` after having said that the test does not run.
    ///
    /// # Panics
    /// When it is missing under `CI=true`: there, nothing may be skipped.
    #[must_use]
    pub fn find(self) -> Option<PathBuf> {
        let found = self.candidates().into_iter().find(|path| path.is_file());
        let found = found.filter(|_| self != Self::Pyrad || python_has_pyrad());
        if found.is_none() {
            let missing = format!(
                "{self:?} is missing: apt-get install {} (or cargo xtask peers)",
                self.packages()
            );
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
            eprintln!("NOT RUN: {missing}");
        }
        found
    }

    fn candidates(self) -> Vec<PathBuf> {
        let in_path = |name: &str| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let mut found: Vec<_> =
                std::env::split_paths(&path).map(|dir| dir.join(name)).collect();
            found.push(PathBuf::from("/usr/sbin").join(name));
            found
        };
        match self {
            Self::Radclient => in_path("radclient"),
            Self::Radtest => in_path("radtest"),
            Self::FreeRadius => in_path("freeradius"),
            Self::Tshark => in_path("tshark"),
            // Debian's own Python: the one that Debian's packages install into.
            Self::Pyrad => vec![PathBuf::from("/usr/bin/python3")],
            Self::PostgreSql => postgresql_servers(),
            Self::Hostapd => in_path("hostapd"),
            Self::WpaSupplicant => in_path("wpa_supplicant"),
            Self::Iproute => in_path("ip"),
        }
    }
}

fn python_has_pyrad() -> bool {
    std::process::Command::new("/usr/bin/python3")
        .args(["-c", "import pyrad, Cryptodome"])
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Debian keeps every major version in a folder of its own; the newest comes first.
fn postgresql_servers() -> Vec<PathBuf> {
    let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") else { return Vec::new() };
    let mut servers: Vec<_> =
        versions.flatten().map(|version| version.path().join("bin/postgres")).collect();
    servers.sort();
    servers.reverse();
    servers
}
