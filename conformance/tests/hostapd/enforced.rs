//! hostapd as the NAS whose sessions `weir serve` ends.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use conformance::{Installation, free_udp_ports};
use radius_proto::{AttributeType, Code, PACKET_LEN_MAX, Packet};
use serde_json::Value;

use crate::disconnect::{sessions, the};
use crate::port::Port;
use crate::{LOGIN, PASSWORD, installation, wait_until};

const COA_SECRET: &str = "of RFC 5176";
const NAS_PORT_ID: AttributeType = AttributeType(87);
/// hostapd tells a session by neither of the last two, and refuses the last (Error-Cause 401).
const DIALECT: &str = "dialect port-of-a-switch\n\
    session_timeout  Session-Timeout  \"{seconds}\"\n\
    coa disconnect only\n\
    identify Acct-Session-Id  \"{acct_session_id}\"\n\
    identify User-Name        \"{user_name}\"           optional\n\
    identify NAS-Port-Id      \"{calling_station_id}\"  optional\n";

#[test]
fn the_operator_ends_a_session_by_the_right_secret_alone() {
    let Some(port) = Port::open() else { return };
    let installation = installation();
    let [das, _] = free_udp_ports().unwrap();
    set_nas(&installation, "generic", das, "guessed");
    let _server = installation.serve().unwrap();
    let _hostapd = port.hostapd(&installation, &listening(das));
    let _supplicant = port.supplicant(installation.path(), PASSWORD);
    let started = wait_until("the Start in the store", || open_session(&installation, &[]));

    disconnect(&installation);
    let waiting = wait_until("a second try", || {
        let list = installation.weir_json(&["coa", "list"]).unwrap();
        list.as_array()?.iter().find(|line| line["attempts"].as_u64() >= Some(2)).cloned()
    });
    assert_eq!((&waiting["login"], &waiting["why"]), (&LOGIN.into(), &"operator".into()));
    assert_eq!(waiting["session"], started["id"], "{waiting}");
    let tried = ["ordered", "disconnect sent, try 1", "disconnect not answered"];
    await_steps(&installation, "disconnect sent, try 2", 4);
    assert_eq!(steps(&installation)[..3], tried);
    assert!(the(&started, &installation)["ended_at_unix_ms"].is_null(), "nothing happened");

    installation.weir(&["nas", "set", "loopback", "--coa-secret", COA_SECRET]).unwrap();
    wait_until("the Stop in the store", || ended(&started, &installation));
    await_steps(&installation, "disconnect confirmed", 7);
    assert_eq!(installation.weir_json(&["coa", "list"]).unwrap(), Value::Array(Vec::new()));
}

#[test]
fn a_session_that_hostapd_does_not_know_is_said_to_be_unknown() {
    let Some(port) = Port::open() else { return };
    let installation = installation();
    let [das, nowhere] = free_udp_ports().unwrap();
    set_nas(&installation, "generic", das, COA_SECRET);
    let _server = installation.serve().unwrap();
    let hostapd = port.hostapd(&installation, &listening(das));
    let supplicant = port.supplicant(installation.path(), PASSWORD);
    let started = wait_until("the Start in the store", || open_session(&installation, &[]));
    // The switch loses its power, and nobody hears of it.
    drop((supplicant, hostapd));
    let hostapd = port.hostapd_accounted_at(nowhere, &installation, &listening(das));
    hostapd.wait_for("AP-ENABLED");

    disconnect(&installation);
    let refused = "disconnect refused: 503 Session-Context-Not-Found";
    let tried = ["ordered", "disconnect sent, try 1", refused];
    await_steps(&installation, refused, 3);
    assert_eq!(steps(&installation), tried);
    assert!(the(&started, &installation)["ended_at_unix_ms"].is_null(), "no Stop has come");
    // It is not asked for again until something is heard of the session.
    let list = installation.weir_json(&["coa", "list"]).unwrap();
    assert_eq!((&list[0]["attempts"], &list[0]["next_at_unix_ms"]), (&1.into(), &Value::Null));
    assert!(list[0]["given_up_at_unix_ms"].is_i64(), "{list}");
}

#[test]
fn an_attribute_that_hostapd_refuses_is_left_out_from_then_on() {
    let Some(port) = Port::open() else { return };
    let installation = installation();
    add_dialect(&installation);
    let [das, asked] = free_udp_ports().unwrap();
    let relay = Relay::start(asked, das);
    set_nas(&installation, "port-of-a-switch", asked, COA_SECRET);
    let _server = installation.serve().unwrap();
    let _hostapd = port.hostapd(&installation, &listening(das));
    let supplicant = port.supplicant(installation.path(), PASSWORD);
    let first = wait_until("the Start in the store", || open_session(&installation, &[]));

    disconnect(&installation);
    wait_until("the Stop in the store", || ended(&first, &installation));
    let refused = "disconnect refused: 401 Unsupported-Attribute";
    let (sent, again) = ("disconnect sent, try 1", "disconnect sent, try 2");
    let learnt = ["ordered", sent, refused, again, "disconnect confirmed"];
    await_steps(&installation, "disconnect confirmed", learnt.len());
    assert_eq!(steps(&installation), learnt);
    // Request by request: whether it says NAS-Port-Id and User-Name, and what the answer was.
    let nak_and_ack = [(true, true, Code::DISCONNECT_NAK), (false, true, Code::DISCONNECT_ACK)];
    assert_eq!(relay.passed(), nak_and_ack);

    drop(supplicant);
    let _supplicant = port.supplicant(installation.path(), PASSWORD);
    let second = wait_until("another Start", || open_session(&installation, &[&first]));
    disconnect(&installation);
    wait_until("another Stop", || ended(&second, &installation));
    assert_eq!(relay.passed()[2..], [(false, true, Code::DISCONNECT_ACK)]);
    let at_once = ["ordered", sent, "disconnect confirmed"];
    await_steps(&installation, "disconnect confirmed", learnt.len() + at_once.len());
    assert_eq!(steps(&installation)[learnt.len()..], at_once);
}

/// What the NAS is and where it is asked.
fn set_nas(installation: &Installation, dialect: &str, coa: SocketAddr, secret: &str) {
    let port = coa.port().to_string();
    let nas = ["nas", "set", "loopback", "--dialect", dialect];
    installation
        .weir(&[&nas[..], &["--coa-port", &port, "--coa-secret", secret]].concat())
        .unwrap();
}

/// hostapd's lines for a server of RFC 5176.
fn listening(das: SocketAddr) -> String {
    format!(
        "radius_das_port={}\nradius_das_client=127.0.0.1 {COA_SECRET}\n\
        radius_das_require_event_timestamp=1\nradius_das_require_message_authenticator=1\n",
        das.port()
    )
}

fn add_dialect(installation: &Installation) {
    let folder = installation.path();
    std::fs::write(folder.join("port.dialect"), DIALECT).unwrap();
    let text = std::fs::read_to_string(folder.join("weir.toml")).unwrap();
    let (before, after) = text.split_once("[dialect]").unwrap();
    let after = after.replacen("#files = []", "files = [\"port.dialect\"]", 1);
    std::fs::write(folder.join("weir.toml"), format!("{before}[dialect]{after}")).unwrap();
}

fn disconnect(installation: &Installation) {
    installation.weir(&["session", "disconnect", LOGIN]).unwrap();
}

/// A session that has not ended and is none of these.
fn open_session(installation: &Installation, but: &[&Value]) -> Option<Value> {
    let is_other = |session: &Value| but.iter().all(|other| session["id"] != other["id"]);
    sessions(installation)
        .into_iter()
        .find(|session| session["ended_at_unix_ms"].is_null() && is_other(session))
}

fn ended(session: &Value, installation: &Installation) -> Option<Value> {
    Some(the(session, installation)).filter(|now| !now["ended_at_unix_ms"].is_null())
}

/// The steps that `weir coa show` tells of, the oldest first.
fn steps(installation: &Installation) -> Vec<String> {
    let shown = installation.weir_json(&["coa", "show", LOGIN]).unwrap();
    let steps = shown.as_array().unwrap().iter();
    steps.map(|step| step["step"].as_str().unwrap().to_owned()).collect()
}

/// Waits until the store has this step in this place, counted from one; no other may stand there.
fn await_steps(installation: &Installation, step: &str, place: usize) {
    let there = wait_until(step, || steps(installation).into_iter().nth(place - 1));
    assert_eq!(there, step);
}

/// A request, and the code of its answer.
type Exchange = (Vec<u8>, Code);

/// Stands between the server and hostapd, changes nothing and remembers what passed.
struct Relay {
    listens_at: SocketAddr,
    passed: Arc<Mutex<Vec<Exchange>>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    fn start(listens_at: SocketAddr, das: SocketAddr) -> Self {
        let socket = UdpSocket::bind(listens_at).unwrap();
        let passed = Arc::<Mutex<Vec<_>>>::default();
        let is_over = Arc::<AtomicBool>::default();
        let (seen, stop) = (Arc::clone(&passed), Arc::clone(&is_over));
        let thread = std::thread::spawn(move || {
            let mut buffer = vec![0; PACKET_LEN_MAX];
            loop {
                let (len, from) = socket.recv_from(&mut buffer).unwrap();
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let request = buffer[..len].to_vec();
                if let Some(reply) = exchange(das, &request) {
                    let code = Packet::parse(&reply).unwrap().code();
                    seen.lock().unwrap().push((request, code));
                    socket.send_to(&reply, from).unwrap();
                }
            }
        });
        Self { listens_at, passed, is_over, thread: Some(thread) }
    }

    /// For each request that was answered, whether it says NAS-Port-Id and User-Name, and how it was
    /// answered.
    fn passed(&self) -> Vec<(bool, bool, Code)> {
        let passed = self.passed.lock().unwrap();
        let of = |(request, code): &(Vec<u8>, Code)| {
            let packet = Packet::parse(request).unwrap();
            let says = |kind| packet.first(kind).is_some();
            assert!(says(AttributeType::ACCT_SESSION_ID), "{packet:?}");
            (says(NAS_PORT_ID), says(AttributeType::USER_NAME), *code)
        };
        passed.iter().map(of).collect()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // Wakes the thread.
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let _ = socket.send_to(&[0], self.listens_at);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn exchange(das: SocketAddr, request: &[u8]) -> Option<Vec<u8>> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    socket.send_to(request, das).unwrap();
    let mut buffer = vec![0; PACKET_LEN_MAX];
    let len = socket.recv(&mut buffer).ok()?;
    buffer.truncate(len);
    Some(buffer)
}
