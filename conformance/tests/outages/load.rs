//! A NAS under way while something fails: accounting at a steady pace, and log-ins without end.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::UdpSocket;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use conformance::{Installation, SECRET, StoredSession};

use crate::wire::{self, Attributes, Request};

/// Every session has so many records, of which the last is its Stop.
pub const RECORDS: u64 = 4;

const LOGIN: (&str, &str) = ("alice", "correct horse battery staple");
const RETRY: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(5);
/// A log-in without an answer is tried again after so long.
const LOG_IN_PATIENCE: Duration = Duration::from_millis(250);
/// Whatever a test waits for comes within this.
pub const PATIENCE: Duration = Duration::from_secs(120);

#[allow(clippy::disallowed_methods, reason = "the one clock of this test")]
pub fn now() -> Instant {
    Instant::now()
}

/// What the load has seen, as it goes.
#[derive(Default)]
pub struct Load {
    /// Accounting-Requests that were acknowledged.
    pub acknowledged: AtomicU64,
    /// Log-ins that were accepted.
    pub accepted: AtomicU64,
    /// The longest time between two accepted log-ins, microseconds.
    pub longest_gap_us: AtomicU64,
    /// Log-ins that had to be sent again.
    pub log_ins_repeated: AtomicU64,
    finishing: AtomicBool,
    /// What must be in the store in the end.
    truth: Mutex<HashMap<String, StoredSession>>,
}

impl Load {
    /// Makes the subscriber whose sessions they are.
    pub fn prepare(installation: &Installation) {
        installation.add_service(LOGIN.0, LOGIN.1).unwrap();
    }

    /// Begins no more sessions, and ends when all that there are have been acknowledged.
    pub fn finish(&self) {
        self.finishing.store(true, Ordering::Relaxed);
    }

    pub fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }

    pub fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    pub fn longest_gap(&self) -> Duration {
        Duration::from_micros(self.longest_gap_us.load(Ordering::Relaxed))
    }

    /// The sessions that were acknowledged to their end.
    pub fn truth(&self) -> HashMap<String, StoredSession> {
        self.truth.lock().unwrap().clone()
    }

    /// Waits until so many more log-ins have been accepted, and so proves that they are.
    pub fn wait_for_log_ins(&self, more: u64) {
        let until = self.accepted() + more;
        wait_until("log-ins are accepted", || self.accepted() >= until);
    }

    /// Waits until so many more Accounting-Requests have been acknowledged.
    pub fn wait_for_accounting(&self, more: u64) {
        let until = self.acknowledged() + more;
        wait_until("accounting is acknowledged", || self.acknowledged() >= until);
    }

    /// Sends so many Accounting-Requests each second until told to finish.
    pub fn account(&self, installation: &Installation, per_second: u32) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(TICK)).unwrap();
        let mut nas = Nas { load: self, under_way: HashMap::new(), sessions: 0, identifier: 0 };
        let began = now();
        let mut progress = (now(), 0);
        let mut begun: u64 = 0;
        loop {
            let finishing = self.finishing.load(Ordering::Relaxed);
            let due = began.elapsed().as_micros() as u64 * u64::from(per_second) / 1_000_000;
            // A session is begun for each of its records that the pace allows.
            while !finishing && begun * RECORDS < due && nas.under_way.len() < 200 {
                begun += 1;
                let session = nas.sessions;
                nas.sessions += 1;
                nas.send(&socket, installation, session, 0);
            }
            if finishing && nas.under_way.is_empty() {
                return;
            }
            nas.receive(&socket, installation);
            nas.send_again(&socket, installation);
            if self.acknowledged() > progress.1 {
                progress = (now(), self.acknowledged());
            }
            assert!(progress.0.elapsed() < PATIENCE, "no accounting is acknowledged any more");
        }
    }

    /// Logs in without end until told to finish.
    pub fn log_in(&self, installation: &Installation) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(LOG_IN_PATIENCE)).unwrap();
        let mut last_accepted = now();
        let mut number: u64 = 0;
        let mut buffer = [0; 4_096];
        while !self.finishing.load(Ordering::Relaxed) {
            number += 1;
            let mut authenticator = [7; 16];
            authenticator[..8].copy_from_slice(&number.to_be_bytes());
            let request = Request::log_in(number as u8, &authenticator, LOGIN, SECRET);
            loop {
                socket.send_to(&request.octets, installation.authentication()).unwrap();
                if let Ok(len) = socket.recv(&mut buffer)
                    && let Some((code, _)) = request.reply(&buffer[..len], SECRET)
                {
                    assert_eq!(code, wire::ACCESS_ACCEPT);
                    break;
                }
                self.log_ins_repeated.fetch_add(1, Ordering::Relaxed);
                assert!(last_accepted.elapsed() < PATIENCE, "no log-in is answered any more");
            }
            let gap = last_accepted.elapsed();
            last_accepted = now();
            self.longest_gap_us.fetch_max(gap.as_micros() as u64, Ordering::Relaxed);
            self.accepted.fetch_add(1, Ordering::Relaxed);
            std::thread::park_timeout(TICK);
        }
    }
}

/// Waits for an event, and looks for it every few milliseconds.
pub fn wait_until(what: &str, mut happened: impl FnMut() -> bool) -> Duration {
    let began = now();
    while !happened() {
        assert!(began.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::park_timeout(TICK);
    }
    began.elapsed()
}

struct Nas<'l> {
    load: &'l Load,
    /// By Identifier.
    under_way: HashMap<u8, UnderWay>,
    sessions: u64,
    identifier: u8,
}

struct UnderWay {
    session: u64,
    record: u64,
    request: Request,
    due: Instant,
}

impl Nas<'_> {
    fn send(&mut self, socket: &UdpSocket, to: &Installation, session: u64, record: u64) {
        while self.under_way.contains_key(&self.identifier) {
            self.identifier = self.identifier.wrapping_add(1);
        }
        let request = write(self.identifier, session, record);
        socket.send_to(&request.octets, to.accounting()).unwrap();
        let one = UnderWay { session, record, request, due: now() + RETRY };
        self.under_way.insert(self.identifier, one);
        self.identifier = self.identifier.wrapping_add(1);
    }

    fn receive(&mut self, socket: &UdpSocket, to: &Installation) {
        let mut buffer = [0; 4_096];
        let mut waits = true;
        loop {
            socket.set_nonblocking(!waits).unwrap();
            waits = false;
            let len = match socket.recv(&mut buffer) {
                Ok(len) => len,
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    return;
                }
                Err(error) => panic!("cannot receive: {error}"),
            };
            let Some(identifier) = buffer[..len].get(1).copied() else { continue };
            let Some(one) = self.under_way.get(&identifier) else { continue };
            let reply = one.request.reply(&buffer[..len], SECRET);
            if reply.is_none_or(|(code, _)| code != wire::ACCOUNTING_RESPONSE) {
                continue;
            }
            let UnderWay { session, record, .. } = self.under_way.remove(&identifier).unwrap();
            self.load.acknowledged.fetch_add(1, Ordering::Relaxed);
            if record + 1 < RECORDS {
                self.send(socket, to, session, record + 1);
            } else {
                let (upload_octets, download_octets) = octets(session, record);
                let stored = StoredSession { upload_octets, download_octets, ended: true };
                self.load.truth.lock().unwrap().insert(session_id(session), stored);
            }
        }
    }

    fn send_again(&mut self, socket: &UdpSocket, to: &Installation) {
        let now = now();
        for one in self.under_way.values_mut().filter(|one| one.due <= now) {
            socket.send_to(&one.request.octets, to.accounting()).unwrap();
            one.due = now + RETRY;
        }
    }
}

fn session_id(session: u64) -> String {
    format!("session-{session}")
}

fn octets(session: u64, record: u64) -> (u64, u64) {
    (record * 1_000_003 + session, record * 3_000_000_019 + session)
}

fn write(identifier: u8, session: u64, record: u64) -> Request {
    let mut attributes = Attributes::default();
    attributes.octets(wire::ACCT_SESSION_ID, session_id(session).as_bytes());
    attributes.octets(wire::USER_NAME, LOGIN.0.as_bytes());
    attributes.octets(wire::CALLING_STATION_ID, format!("line {session}").as_bytes());
    let status = match record {
        0 => 1,
        last if last + 1 == RECORDS => 2,
        _ => 3,
    };
    attributes.number(wire::ACCT_STATUS_TYPE, status);
    let (input, output) = octets(session, record);
    attributes.number(wire::ACCT_INPUT_OCTETS, input as u32);
    attributes.number(wire::ACCT_INPUT_GIGAWORDS, (input >> 32) as u32);
    attributes.number(wire::ACCT_OUTPUT_OCTETS, output as u32);
    attributes.number(wire::ACCT_OUTPUT_GIGAWORDS, (output >> 32) as u32);
    attributes.number(wire::ACCT_SESSION_TIME, record as u32 * 60);
    attributes.number(wire::ACCT_DELAY_TIME, 0);
    if status == 2 {
        attributes.number(wire::ACCT_TERMINATE_CAUSE, 1);
    }
    Request::accounting(identifier, &attributes, SECRET)
}
