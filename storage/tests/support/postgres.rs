//! A PostgreSQL of the tests' own: made in a temporary folder, reached by a Unix socket only, and
//! gone with the process that started it, however that ends.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// The Debian package that has the server.
pub const PACKAGE: &str = "postgresql";

/// Does what it reads from its standard input until that ends, which it does when the test process
/// is gone, killed or not; then ends the server and removes its folder, which is `$0`.
const GUARD: &str = r#"
exec 3<&0
"$@" <&- 3<&- &
server=$!
while read -r word <&3; do
    case "$word" in
    crash) kill -QUIT "$server"; wait "$server" ;;
    start) "$@" <&- 3<&- & server=$! ;;
    esac
done
kill -INT "$server"
wait "$server"
rm -rf "$0"
"#;

/// A running cluster.
#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    guard: Child,
}

impl Postgres {
    /// Starts a cluster that forgets everything in a power cut, or says which package is missing.
    pub fn start() -> Result<Self, String> {
        Self::start_with(&[
            "fsync=off",
            "full_page_writes=off",
            // What is committed survives a crash of the server, though not of the machine.
            "synchronous_commit=on",
            "shared_buffers=16MB",
        ])
    }

    /// Starts a cluster with its defaults but for these settings, or says which package is
    /// missing.
    pub fn start_with(settings: &[&str]) -> Result<Self, String> {
        let binaries = binaries().ok_or_else(|| {
            format!("no PostgreSQL server in /usr/lib/postgresql: install the package {PACKAGE}")
        })?;
        // Short, because the path of a socket has 107 octets at most.
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = PathBuf::from(format!("/tmp/weir-pg-{}-{number}", std::process::id()));
        fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        let user = user_for(&folder);
        if let Some((uid, gid)) = user {
            chown(&folder, Some(uid), Some(gid)).unwrap();
        }
        let data = folder.join("d");
        let initdb = command(&binaries.join("initdb"), &binaries, user)
            .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C"])
            .args(["--no-sync", "--no-instructions", "-D"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(initdb.status.success(), "{}", String::from_utf8_lossy(&initdb.stderr));
        let guard = command(Path::new("/bin/sh"), &binaries, user)
            .args(["-c", GUARD])
            .arg(&folder)
            .arg(binaries.join("postgres"))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            .args(["-c", "listen_addresses=", "-c", "max_connections=200"])
            .args(settings.iter().flat_map(|setting| ["-c", setting]))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut postgres = Self { folder, guard };
        postgres.wait_until_ready();
        Ok(postgres)
    }

    /// Its folder, where its socket is and below which all its processes work.
    #[allow(dead_code, reason = "the store's own tests need the URL only")]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{folder}/{database}")
    }

    /// Ends the server at once, as a crash would; nobody can connect until it is
    /// [started again](Self::start_again).
    #[allow(dead_code, reason = "not every test that has a server lets it crash")]
    pub fn crash(&mut self) {
        self.tell("crash");
    }

    /// Starts the server again, which takes a moment.
    #[allow(dead_code, reason = "not every test that has a server lets it crash")]
    pub fn start_again(&mut self) {
        self.tell("start");
    }

    /// The process id of the server.
    #[allow(dead_code, reason = "not every test that has a server stops it")]
    pub fn process_id(&self) -> i32 {
        let file = fs::read_to_string(self.folder.join("d/postmaster.pid")).unwrap();
        file.lines().next().unwrap().parse().unwrap()
    }

    #[allow(dead_code, reason = "not every test that has a server lets it crash")]
    fn tell(&mut self, word: &str) {
        writeln!(self.guard.stdin.as_ref().unwrap(), "{word}").unwrap();
    }

    /// The server writes its log line by line until it says that it is ready.
    fn wait_until_ready(&mut self) {
        let mut log = self.guard.stderr.take().unwrap();
        let (mut text, mut octet) = (Vec::new(), [0]);
        while log.read(&mut octet).unwrap() == 1 {
            text.extend_from_slice(&octet);
            if octet == *b"\n"
                && String::from_utf8_lossy(&text).contains("ready to accept connections")
            {
                // Somebody has to go on reading, or the server would wait for a reader.
                std::thread::spawn(move || {
                    let _ = std::io::copy(&mut log, &mut std::io::sink());
                });
                return;
            }
        }
        panic!("PostgreSQL did not start: {}", String::from_utf8_lossy(&text));
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Closing its input is what tells the guard to end the server.
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

fn command(program: &Path, binaries: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", format!("{}:/usr/bin:/bin", binaries.display()));
    command.env("LC_ALL", "C").current_dir("/");
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

/// PostgreSQL refuses to run as root; another user has no choice.
fn user_for(folder: &Path) -> Option<(u32, u32)> {
    if fs::metadata(folder).unwrap().uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let ids = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    Some(ids("postgres").or_else(|| ids("nobody")).expect("a user that is not root"))
}

/// The folder of the newest installed server.
fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    versions
        .filter_map(|entry| Some((version(&entry.path())?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").exists() && folder.join("postgres").exists())
        .max()
        .map(|(_, folder)| folder)
}
