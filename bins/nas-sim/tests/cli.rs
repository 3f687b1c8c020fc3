//! The program as it is called: what it says, and how it ends.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::JoinHandle;

use radius_proto::{AttributeType, Code, Packet, PacketWriter, Secret, VendorId};

const SECRET: &str = "demo secret";

/// How it ended, and what it printed to both outputs.
fn nas_sim(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_nas-sim")).args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap()).concat();
    (output.status.code(), said)
}

/// A server on two ports of loopback that answers log-ins with `code`, and records all accounting.
struct Server {
    ports: [u16; 2],
    threads: Vec<(SocketAddr, JoinHandle<()>)>,
}

impl Server {
    fn start(code: Code) -> Self {
        let sockets = [code, Code::ACCOUNTING_RESPONSE].map(|code| {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            let address = socket.local_addr().unwrap();
            (address, std::thread::spawn(move || serve(&socket, code)))
        });
        let ports = [sockets[0].0.port(), sockets[1].0.port()];
        Self { ports, threads: sockets.into() }
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let [authentication, accounting] = self.ports.map(|port| port.to_string());
        let server = ["--auth-port", &authentication, "--acct-port", &accounting];
        nas_sim(&[arguments, &server, &["--secret", SECRET]].concat())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        for (address, thread) in self.threads.drain(..) {
            // An empty datagram is the sign to end.
            socket.send_to(&[], address).unwrap();
            thread.join().unwrap();
        }
    }
}

fn serve(socket: &UdpSocket, code: Code) {
    let secret = Secret::new(SECRET).unwrap();
    let mut buffer = [0; 4096];
    loop {
        let (len, from) = socket.recv_from(&mut buffer).unwrap();
        if len == 0 {
            return;
        }
        let request = Packet::parse(&buffer[..len]).unwrap();
        let mut reply = [0; 64];
        let writer = PacketWriter::new(&mut reply, code, request.identifier()).unwrap();
        socket.send_to(writer.finish_response(request.authenticator(), &secret), from).unwrap();
    }
}

#[test]
fn the_help_has_an_example_of_each_kind() {
    let (code, help) = nas_sim(&["dial", "--help"]);
    assert_eq!(code, Some(0));
    for kind in nas_sim::AccessKind::ALL {
        let example = format!("nas-sim dial --kind {kind}");
        let usual = kind == nas_sim::AccessKind::Pppoe;
        assert!(usual || help.contains(&example), "{kind}: {help}");
    }
    for command in ["replay", "load", "storm"] {
        let (code, help) = nas_sim(&[command, "--help"]);
        assert_eq!(code, Some(0));
        assert!(help.contains(&format!("  nas-sim {command} ")), "{help}");
    }
}

#[test]
fn what_makes_no_sense_is_told_so() {
    for (arguments, words) in [
        (&["dial", "--kind", "isdn"][..], &["\"isdn\"", "wireless-mac"][..]),
        (&["dial", "--kind", "hotspot", "--method", "mschapv2"], &["hotspot does not speak it"]),
        (&["dial", "--kind", "dhcp", "--login", "ann"], &["--login", "no MAC address"]),
        (&["dial", "--login", "ann", "--count", "2"], &["one subscriber"]),
        (&["dial", "--coa", "192.0.2.1:3799"], &["CoA and Disconnect at 192.0.2.1:3799"]),
        (&["load", "--kind", "auth-pap", "--access", "trial"], &["no such request"]),
        (&["load", "--kind", "accounting", "--access", "login"], &["no such request"]),
        (&["replay", "/nowhere.pcap"], &["/nowhere.pcap"]),
    ] {
        let (code, said) = nas_sim(&[arguments, &["--secret", SECRET]].concat());
        assert_eq!(code, Some(1), "{arguments:?}: {said}");
        for word in words {
            assert!(said.contains(word), "`{word}` is missing: {said}");
        }
    }
    let (code, said) = nas_sim(&["dial", "--mac-format", "XX", "--secret", SECRET]);
    assert_eq!(code, Some(2));
    assert!(said.contains("12 times x or X"), "{said}");
    for (arguments, word) in [
        (&["--coa-manner", "huawei"][..], "use routeros, erx"),
        (&["--coa-loss", "2"], "from 0 to 1"),
        (&["--coa-away", "60s"], "60s@10s"),
        (&["--coa-service", "tiered("], "tiered(1280000, 5120000)"),
        (&["--expect-speed", "fast"], "the rate cannot be"),
    ] {
        let dial = ["dial", "--secret", SECRET, "--coa", "127.0.0.1:0"];
        let (code, said) = nas_sim(&[&dial, arguments].concat());
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(word), "`{word}` is missing: {said}");
    }
    let (code, said) = nas_sim(&["dial", "--secret", SECRET, "--coa-manner", "erx"]);
    assert_eq!(code, Some(2), "without --coa it would say nothing: {said}");
}

#[test]
fn a_dial_tells_who_is_let_in_and_who_is_not() {
    let accepting = Server::start(Code::ACCESS_ACCEPT);
    let (code, said) = accepting.run(&[
        "dial",
        "--kind",
        "dhcp,hotspot-mac,trial",
        "--count",
        "3",
        "--ramp-ms",
        "0",
        "--duration-s",
        "1",
    ]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("online 4C:5E:0C:00:00:00 kind=dhcp session=84"), "{said}");
    assert!(said.contains("2 accepted") && said.contains("3 starts"), "{said}");
    let (code, said) =
        accepting.run(&["dial", "--kind", "login", "--method", "pap", "--group-required"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("no Mikrotik-Group"), "{said}");

    let rejecting = Server::start(Code::ACCESS_REJECT);
    let (code, said) = rejecting.run(&["dial", "--kind", "hotspot", "--login", "7F3K-99QX"]);
    assert_eq!(code, Some(0), "a refusal is an answer: {said}");
    assert!(said.contains("rejected 7F3K-99QX"), "{said}");
}

#[test]
fn a_replay_ends_as_the_answers_agree() {
    let capture = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../conformance/fixtures/own_pppd249_radius_chap_session.pcap");
    let capture = capture.to_str().unwrap();
    let replay = ["replay", capture, "--captured-secret", "testing123"];
    let accepting = Server::start(Code::ACCESS_ACCEPT);
    let (code, said) = accepting.run(&replay);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("#1 Access-Request of alice: Access-Accept, as captured"), "{said}");
    assert!(said.contains("only captured: ") && said.contains("Session-Timeout=12"), "{said}");
    assert!(said.contains("3 requests: 3 answered as captured"), "{said}");
    let (code, _) = accepting.run(&[&replay[..], &["--strict"]].concat());
    assert_eq!(code, Some(1), "the captured server said more");

    let rejecting = Server::start(Code::ACCESS_REJECT);
    let (code, said) = rejecting.run(&replay);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("Access-Reject, CAPTURED Access-Accept"), "{said}");
    let (_, said) = rejecting.run(&["replay", capture, "--captured-secret", "wrong"]);
    assert!(said.contains("3 captured answers are not signed"), "{said}");
    let (code, json) = rejecting.run(&[&replay[..], &["--json"]].concat());
    assert_eq!(code, Some(1));
    let summary: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(summary["exchanges"][0]["verdict"], "disagreed");
}

/// A CoA-Request for a new Mikrotik-Rate-Limit.
fn new_limit(login: &str, session_id: &str, limit: &str) -> Vec<u8> {
    let mut buffer = [0; 256];
    let mut writer = PacketWriter::new(&mut buffer, Code::COA_REQUEST, 1).unwrap();
    writer.attribute(AttributeType(1), login.as_bytes()).unwrap();
    writer.attribute(AttributeType(44), session_id.as_bytes()).unwrap();
    writer.vendor_attribute(VendorId(14_988), 8, limit.as_bytes()).unwrap();
    writer.finish_request(&Secret::new(SECRET).unwrap()).to_vec()
}

/// Dials one subscriber, asks for a new limit twice with the same octets, and gives how the program
/// ended and what it printed.
fn changed(server: &Server, expectations: &[&str]) -> (Option<i32>, String, String) {
    let [authentication, accounting] = server.ports.map(|port| port.to_string());
    let mut child = Command::new(env!("CARGO_BIN_EXE_nas-sim"))
        .args(["dial", "--login", "ann", "--method", "pap", "--message-authenticator-optional"])
        .args(["--duration-s", "1", "--secret", SECRET, "--json", "--coa", "127.0.0.1:0"])
        .args(["--auth-port", &authentication, "--acct-port", &accounting])
        .args(expectations)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let mut until = |word: &str| {
        let mut line = String::new();
        while !line.contains(word) {
            line.clear();
            assert_ne!(errors.read_line(&mut line).unwrap(), 0, "ends before {word}");
        }
        line
    };
    let listening = until("taking CoA and Disconnect at ");
    let address = listening.trim().rsplit(' ').next().unwrap().to_owned();
    let online = until("online ann");
    let session_id = online.split(" session=").nth(1).unwrap().split(' ').next().unwrap().trim();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(std::time::Duration::from_secs(30))).unwrap();
    let request = new_limit("ann", session_id, "1M/4M");
    for _ in 0..2 {
        socket.send_to(&request, &address).unwrap();
        let mut reply = [0; 256];
        let len = socket.recv(&mut reply).unwrap();
        assert_eq!(Packet::parse(&reply[..len]).unwrap().code(), Code::COA_ACK);
    }
    let (mut said, mut printed) = (String::new(), String::new());
    errors.read_to_string(&mut said).unwrap();
    child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
    (child.wait().unwrap().code(), said, printed)
}

#[test]
fn a_dial_takes_changes_and_ends_as_they_were_expected() {
    let server = Server::start(Code::ACCESS_ACCEPT);
    let (code, said, json) =
        changed(&server, &["--expect-changes", "1", "--expect-speed", "1M/4M"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("change ann: acknowledged: Mikrotik-Rate-Limit 1M/4M"), "{said}");
    assert!(said.contains("had come before"), "{said}");
    let summary: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(summary["sessions"][0]["has"]["rate_bps"]["download"], 4_000_000);
    assert_eq!(summary["sessions"][0]["changes"], 1);
    assert_eq!(summary["coa"]["repeated"], 1);
    assert_eq!(summary["arrivals"][0]["changed"][0], "Mikrotik-Rate-Limit 1M/4M");

    let unmet = ["--expect-changes", "2", "--expect-disconnects", "1", "--expect-service", "GOLD"];
    let (code, said, _) = changed(&server, &unmet);
    assert_eq!(code, Some(1), "{said}");
    for words in ["changed 1 times, 2 were expected", "ended 0 times", "no active service \"GOLD\""]
    {
        assert!(said.contains("UNEXPECTED ann: ") && said.contains(words), "{said}");
    }
}
