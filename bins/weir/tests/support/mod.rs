//! An installation in a folder of its own, its server, and a NAS that asks it.

pub mod nas_port;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::time::Duration;

use radius_proto::{
    AttributeType, Code, PACKET_LEN_MAX, Packet, PacketWriter, Secret, user_password,
};
use tempfile::TempDir;

/// The secret of the NAS that [`Installation::with_subscriber`] adds.
pub const SECRET: &str = "correct horse battery";

/// What `weir` said and how it ended.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Said {
    /// Insists that the command did what it was told.
    #[track_caller]
    pub fn well(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// Insists that the command failed with `code` and said each of `words`.
    #[track_caller]
    pub fn refused(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "`{word}` is missing: {self:?}");
        }
        self
    }
}

/// An installation in a temporary folder.
pub struct Installation {
    folder: TempDir,
}

/// What `weir --json` says.
pub fn json(installation: &Installation, args: &[&str]) -> serde_json::Value {
    let said = installation.weir(&[&["--json"], args].concat()).well();
    serde_json::from_str(&said.out).unwrap()
}

/// What the outbox tells of topics that begin so: each topic, and its body.
pub fn told(installation: &Installation, topics: &str) -> Vec<(String, serde_json::Value)> {
    let events = json(installation, &["outbox", "list", "--limit", "1000"]);
    let events = events.as_array().unwrap().iter();
    let told = events.map(|it| (it["topic"].as_str().unwrap().to_owned(), it["body"].clone()));
    told.filter(|(topic, _)| topic.starts_with(topics)).collect()
}

impl Installation {
    /// An empty folder.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// What `weir init` makes, on any free ports.
    pub fn new() -> Self {
        let installation = Self::empty();
        let addresses = ["--authentication", "127.0.0.1:0", "--accounting", "127.0.0.1:0"];
        installation.weir(&[&["init"], addresses.as_slice()].concat()).well();
        installation
    }

    /// One with a NAS at the loopback address, a plan `home` and a service `ann` / `opensesame`.
    pub fn with_subscriber() -> Self {
        let installation = Self::new();
        for command in [
            ["nas", "add", "edge", "--address", "127.0.0.1", "--secret", SECRET].as_slice(),
            &["plan", "add", "home", "--download", "10M", "--upload", "2M"],
            &["service", "add", "ann", "--plan", "home", "--password", "opensesame"],
        ] {
            installation.weir(command).well();
        }
        installation
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Puts `new` in the place of `old` in `weir.toml`.
    pub fn configure(&self, old: &str, new: &str) {
        let path = self.path("weir.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{text}");
        std::fs::write(&path, text.replace(old, new)).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_weir"));
        command.current_dir(self.folder.path()).args(args).env_remove("WEIR_CONFIG");
        command
    }

    /// Runs `weir` in the folder.
    pub fn weir(&self, args: &[&str]) -> Said {
        self.command(args).stdin(Stdio::null()).output().unwrap().into()
    }

    /// Runs `weir` in the folder and gives it `input`.
    pub fn weir_reading(&self, args: &[&str], input: &str) -> Said {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    }

    /// Starts a command that goes on, with its output to be read.
    pub fn start(&self, args: &[&str]) -> Child {
        self.command(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Starts `weir serve` and waits until it is ready.
    pub fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    /// The same with further options.
    pub fn serve_with(&self, options: &[&str]) -> Server {
        let mut child = Killed(self.start(&[options, &["serve"]].concat()));
        let mut lines = BufReader::new(child.0.stderr.take().unwrap());
        let mut log = String::new();
        loop {
            let before = log.len();
            if lines.read_line(&mut log).unwrap() == 0 {
                panic!("serve ended with {}: {log}", child.0.wait().unwrap());
            }
            let line = &log[before..];
            if line.contains("weir ready") {
                let address = |key: &str| -> SocketAddr {
                    let rest = line.split_once(&format!("{key}=")).unwrap().1;
                    rest.split_whitespace().next().unwrap().parse().unwrap()
                };
                let (authentication, accounting) =
                    (address("authentication"), address("accounting"));
                return Server { child, lines, log, authentication, accounting };
            }
        }
    }
}

/// A child that does not outlive its test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A running `weir serve`; killed when dropped.
pub struct Server {
    child: Killed,
    lines: BufReader<ChildStderr>,
    log: String,
    pub authentication: SocketAddr,
    pub accounting: SocketAddr,
}

impl Server {
    /// Sends SIGTERM, waits for the end, and returns the whole log.
    pub fn terminate(mut self) -> (Option<i32>, String) {
        signal(&self.child.0, "TERM");
        std::io::Read::read_to_string(&mut self.lines, &mut self.log).unwrap();
        let status = self.child.0.wait().unwrap();
        (status.code(), std::mem::take(&mut self.log))
    }

    /// Asks as a NAS with [`SECRET`] does.
    pub fn log_in(&self, login: &str, password: &str) -> Answer {
        let request = access_request(login, password, SECRET);
        Answer(exchange(self.authentication, &request, SECRET).unwrap())
    }

    /// As [`log_in`](Self::log_in), with a Calling-Station-Id.
    pub fn log_in_at(&self, login: &str, password: &str, station: &str) -> Answer {
        let station = (AttributeType::CALLING_STATION_ID, station.as_bytes());
        let request = access_request_with(login, password, SECRET, &[station]);
        Answer(exchange(self.authentication, &request, SECRET).unwrap())
    }
}

/// Sends a signal to a child of ours.
pub fn signal(child: &Child, name: &str) {
    let status =
        Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status().unwrap();
    assert!(status.success());
}

/// A reply whose authenticators are right.
#[derive(Debug)]
pub struct Answer(Vec<u8>);

impl Answer {
    pub const fn of(octets: Vec<u8>) -> Self {
        Self(octets)
    }

    pub fn packet(&self) -> Packet<'_> {
        Packet::parse(&self.0).unwrap()
    }

    pub fn code(&self) -> Code {
        self.packet().code()
    }
}

/// A PAP Access-Request, its numbers drawn from the password so that a repeat is a repeat.
pub fn access_request(login: &str, password: &str, secret: &str) -> Vec<u8> {
    access_request_with(login, password, secret, &[])
}

/// As [`access_request`], with more attributes.
pub fn access_request_with(
    login: &str,
    password: &str,
    secret: &str,
    attributes: &[(AttributeType, &[u8])],
) -> Vec<u8> {
    let secret = Secret::new(secret).unwrap();
    let identifier = fresh_identifier();
    let authenticator = [identifier; 16];
    let mut hidden = [0; 128];
    let len =
        user_password::hide(password.as_bytes(), &mut hidden, &authenticator, &secret).unwrap();
    let mut buffer = [0; PACKET_LEN_MAX];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, identifier)
            .unwrap();
    writer.message_authenticator().unwrap();
    writer.attribute(AttributeType::USER_NAME, login.as_bytes()).unwrap();
    writer.attribute(AttributeType::USER_PASSWORD, &hidden[..len]).unwrap();
    writer.attribute(AttributeType::NAS_IDENTIFIER, b"test-nas").unwrap();
    for (kind, value) in attributes {
        writer.attribute(*kind, value).unwrap();
    }
    writer.finish_access_request(&authenticator, &secret).to_vec()
}

/// An Access-Request with these attributes as they are.
pub fn access_request_of(attributes: &[(AttributeType, &[u8])], secret: &str) -> Vec<u8> {
    let identifier = fresh_identifier();
    let mut buffer = [0; PACKET_LEN_MAX];
    let mut writer = PacketWriter::new(&mut buffer, Code::ACCESS_REQUEST, identifier).unwrap();
    for (kind, value) in attributes {
        writer.attribute(*kind, value).unwrap();
    }
    let secret = Secret::new(secret).unwrap();
    writer.finish_access_request(&[identifier; 16], &secret).to_vec()
}

/// An Accounting-Request with these attributes.
pub fn accounting_request(attributes: &[(AttributeType, &[u8])]) -> Vec<u8> {
    let mut buffer = [0; PACKET_LEN_MAX];
    let mut writer = PacketWriter::without_message_authenticator(
        &mut buffer,
        Code::ACCOUNTING_REQUEST,
        fresh_identifier(),
    )
    .unwrap();
    for (kind, value) in attributes {
        writer.attribute(*kind, value).unwrap();
    }
    writer.finish_request(&Secret::new(SECRET).unwrap()).to_vec()
}

fn fresh_identifier() -> u8 {
    use std::sync::atomic::{AtomicU8, Ordering};
    static NEXT: AtomicU8 = AtomicU8::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Sends `request` and returns the reply, checked; `None` when none comes in time.
pub fn exchange(server: SocketAddr, request: &[u8], secret: &str) -> Option<Vec<u8>> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(server).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    socket.send(request).unwrap();
    let mut buffer = vec![0; PACKET_LEN_MAX];
    let len = socket.recv(&mut buffer).ok()?;
    buffer.truncate(len);
    let (reply, request) = (Packet::parse(&buffer).unwrap(), Packet::parse(request).unwrap());
    assert_eq!(reply.identifier(), request.identifier());
    let secret = Secret::new(secret).unwrap();
    assert!(reply.verify_response_authenticator(request.authenticator(), &secret));
    Some(buffer)
}

/// Sends `request` and waits for no reply.
pub fn send(server: SocketAddr, request: &[u8]) {
    UdpSocket::bind("127.0.0.1:0").unwrap().send_to(request, server).unwrap();
}
