//! The programs of others that the tests run against.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::cargo::{must, say};
use crate::children::unblocked;
use crate::signals::Signals;

/// What the tests use, and the Debian packages that bring it.
const PEERS: [Peer; 13] = [
    Peer { package: "freeradius-utils", found_by: Found::Program("radclient") },
    Peer {
        package: "freeradius-common",
        found_by: Found::File("/usr/share/freeradius/dictionary"),
    },
    Peer { package: "freeradius", found_by: Found::Program("freeradius") },
    Peer {
        package: "freeradius-postgresql",
        found_by: Found::File("/usr/lib/freeradius/rlm_sql_postgresql.so"),
    },
    Peer { package: "tshark", found_by: Found::Program("tshark") },
    Peer { package: "postgresql", found_by: Found::PostgreSql },
    Peer { package: "python3-pyrad", found_by: Found::PythonModule("pyrad") },
    Peer { package: "hostapd", found_by: Found::Program("hostapd") },
    Peer { package: "wpasupplicant", found_by: Found::Program("wpa_supplicant") },
    Peer { package: "iproute2", found_by: Found::Program("ip") },
    // What is printed is read back, and drawn.
    Peer { package: "poppler-utils", found_by: Found::Program("pdftotext") },
    Peer {
        package: "fonts-dejavu-core",
        found_by: Found::File("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    },
    // MD4 for pyrad's MS-CHAP, which Python's own OpenSSL no longer has.
    Peer { package: "python3-pycryptodome", found_by: Found::PythonModule("Cryptodome") },
];

/// Services that come with those packages.
const SERVICES: [&str; 2] = ["freeradius", "postgresql"];

/// What Debian's packages ask before they start a service: 101 forbids it.
const POLICY: &str = "/usr/sbin/policy-rc.d";
const POLICY_TEXT: &str = "#!/bin/sh\n# Written by cargo xtask peers, and removed by it: no \
                           service is started while it installs.\nexit 101\n";

struct Peer {
    package: &'static str,
    found_by: Found,
}

enum Found {
    Program(&'static str),
    File(&'static str),
    /// A module of Debian's own Python, which is where Debian's packages go.
    PythonModule(&'static str),
    PostgreSql,
}

/// Installs what is missing, or names it.
///
/// # Errors
/// When an installation fails, and under `CI=true` when anything is missing in the end.
pub(crate) fn run() -> anyhow::Result<()> {
    let missing = missing();
    if missing.is_empty() {
        return say("peers: all there");
    }
    if Path::new("/etc/debian_version").exists() && nix::unistd::geteuid().is_root() {
        install(&missing)?;
    }
    let missing = self::missing();
    if missing.is_empty() {
        return say("peers: installed, none of their services left running");
    }
    let names = missing.join(" ");
    let how = if Path::new("/etc/debian_version").exists() {
        format!("install them with: sudo apt-get install --no-install-recommends {names}")
    } else {
        "install FreeRADIUS 3 with its utilities and dictionaries, tshark, PostgreSQL, hostapd, \
         wpa_supplicant, iproute2, poppler's utilities, the DejaVu fonts, and pyrad with pycryptodome \
         for /usr/bin/python3"
            .to_owned()
    };
    if std::env::var("CI").as_deref() == Ok("true") {
        bail!("peers are missing, and CI=true allows no test to be left out: {names}; {how}");
    }
    say(&format!(
        "peers: MISSING: {names}\n  The tests that need them say so and do not run; {how}"
    ))
}

fn missing() -> Vec<&'static str> {
    PEERS.iter().filter(|peer| !peer.is_there()).map(|peer| peer.package).collect()
}

impl Peer {
    fn is_there(&self) -> bool {
        match self.found_by {
            Found::File(path) => Path::new(path).exists(),
            Found::Program(name) => is_program(name),
            Found::PythonModule(name) => Command::new("/usr/bin/python3")
                .args(["-c", &format!("import {name}")])
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success()),
            Found::PostgreSql => {
                // Debian keeps every major version in a folder of its own, outside of PATH.
                let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
                let mut servers =
                    versions.flatten().map(|version| version.path().join("bin/postgres"));
                servers.any(|server| server.is_file())
            }
        }
    }
}

/// In PATH, or where Debian keeps servers, which users do not have in theirs.
fn is_program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    places.any(|place| place.join(name).is_file())
}

fn install(packages: &[&str]) -> anyhow::Result<()> {
    say(&format!("peers: installing {}", packages.join(" ")))?;
    // Ctrl-C ends apt, and then this; it must not end this before the policy is put back.
    let _signals = Signals::catch()?;
    let before = running_services();
    let policy = NoServices::put(Path::new(POLICY))?;
    let installed = apt("update", &["--quiet"]).and_then(|()| {
        let options = ["--quiet", "--yes", "--no-install-recommends"];
        apt("install", &[options.as_slice(), packages].concat())
    });
    drop(policy);
    installed?;
    leave_stopped(&before)
}

fn apt(what: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = Command::new("apt-get");
    command.arg(what).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    must(&mut unblocked(&command))
}

/// Stops what was started all the same, and keeps it from starting at the next boot, where it
/// would take the ports of the demonstration.
fn leave_stopped(before: &[&str]) -> anyhow::Result<()> {
    let under_systemd = Path::new("/run/systemd/system").exists();
    for service in SERVICES.iter().filter(|service| !before.contains(service)) {
        if under_systemd {
            // A service that was not installed has no unit, and that is fine.
            let _ = Command::new("systemctl")
                .args(["disable", "--quiet", "--now", service])
                .stderr(Stdio::null())
                .status();
        } else if running_services().contains(service) {
            must(Command::new("service").args([service, "stop"]))?;
        }
    }
    match running_services().iter().find(|service| !before.contains(service)) {
        Some(service) => bail!("{service} was started by its installation and does not stop"),
        None => Ok(()),
    }
}

/// Which of the services have a process, by the names that processes have.
fn running_services() -> Vec<&'static str> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let names: Vec<String> = processes
        .filter_map(|process| std::fs::read_to_string(process.path().join("comm")).ok())
        .collect();
    let runs = |service: &&&str| {
        // The process of the service postgresql is called postgres.
        names.iter().any(|name| service.starts_with(name.trim()) && name.trim().len() > 7)
    };
    SERVICES.iter().filter(runs).copied().collect()
}

/// While it lives, packages start no services. What was in its place comes back afterwards.
struct NoServices {
    policy: PathBuf,
}

impl NoServices {
    fn put(policy: &Path) -> anyhow::Result<Self> {
        let guard = Self { policy: policy.to_path_buf() };
        let present = std::fs::read_to_string(policy);
        // Ours is there when an earlier run was killed; what was there before it is saved.
        if present.is_ok_and(|text| text != POLICY_TEXT) {
            std::fs::rename(policy, guard.saved())
                .with_context(|| format!("cannot put {} aside", policy.display()))?;
        }
        write_program(policy)?;
        Ok(guard)
    }

    fn saved(&self) -> PathBuf {
        self.policy.with_extension("d.saved-by-weir-xtask")
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        // Renaming replaces ours at once; without a saved one ours is only removed.
        if std::fs::rename(self.saved(), &self.policy).is_err() {
            let _ = std::fs::remove_file(&self.policy);
        }
    }
}

fn write_program(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let shown = path.display();
    std::fs::write(path, POLICY_TEXT).with_context(|| format!("cannot write {shown}"))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
        .with_context(|| format!("cannot make {shown} executable"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forbids(policy: &Path) -> bool {
        Command::new(policy).status().unwrap().code() == Some(101)
    }

    #[test]
    fn the_policy_forbids_and_goes_away() {
        let directory = tempfile::tempdir().unwrap();
        let policy = directory.path().join("policy-rc.d");
        let guard = NoServices::put(&policy).unwrap();
        assert!(forbids(&policy));
        drop(guard);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_policy_of_the_administrator_comes_back() {
        let directory = tempfile::tempdir().unwrap();
        let policy = directory.path().join("policy-rc.d");
        std::fs::write(&policy, "#!/bin/sh\nexit 0\n").unwrap();
        let guard = NoServices::put(&policy).unwrap();
        assert!(forbids(&policy));
        // The run is killed here, and the next one finds ours in place.
        std::mem::forget(guard);
        drop(NoServices::put(&policy).unwrap());
        assert_eq!(std::fs::read_to_string(&policy).unwrap(), "#!/bin/sh\nexit 0\n");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_program_is_found_in_path_and_nothing_else_is() {
        assert!(is_program("sh"));
        assert!(!is_program("no-such-program-of-anybodys"));
        let file = Peer { package: "x", found_by: Found::File("/no/such/file") };
        assert!(!file.is_there());
    }
}
