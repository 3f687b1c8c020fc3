//! Replay: what a captured NAS asked, asked again of another server, and the answers of both side
//! by side.
//!
//! Every Access- and Accounting-Request of the capture is sent in its order, written anew for the
//! server's secret, and each waits for its answer before the next one leaves. A log-in of several
//! requests (EAP) cannot be replayed beyond its first: what is to be answered differs.

pub(crate) mod capture;
mod compare;
mod request;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::BorrowedFd;
use std::path::PathBuf;
use std::time::Duration;

use radius_proto::{Authenticator, Code, Packet, Secret};

use self::capture::Datagram;
use self::request::Keys;
use crate::attributes as attr;
use crate::clock::{self, Clock};
use crate::lanes;
use crate::{Error, Target};

pub use self::capture::CaptureError;

/// What to replay, and to whom.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The server.
    pub target: Target,
    /// The secret shared with it.
    pub secret: Secret,
    /// A classic pcap file, or a text with a line of hexadecimal octets for each packet.
    pub capture: PathBuf,
    /// The secret that the captured NAS shared with its server: it opens User-Password.
    pub captured_secret: Secret,
    /// Logins with the passwords they have on this server, where those differ from the captured
    /// ones. User-Password and CHAP-Password then prove these.
    pub passwords: Vec<(String, String)>,
    /// Whether Access-Requests get a Message-Authenticator that had none.
    pub sign: bool,
    /// Whether requests leave at the pace of the capture; without it as soon as the one before is
    /// answered.
    pub in_time: bool,
    /// How long to wait for an answer.
    pub timeout: Duration,
    /// How often the same octets are sent before a request counts as unanswered.
    pub tries: u32,
}

impl Settings {
    /// A replay as fast as requests are answered.
    #[must_use]
    pub fn new(target: Target, secret: Secret, capture: impl Into<PathBuf>) -> Self {
        Self {
            target,
            captured_secret: secret.clone(),
            secret,
            capture: capture.into(),
            passwords: Vec::new(),
            sign: false,
            in_time: false,
            timeout: Duration::from_millis(1100),
            tries: 3,
        }
    }
}

/// How the two servers' answers to one request compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Both said the same: accepted, rejected, challenged or recorded.
    Agreed,
    /// They did not.
    Disagreed,
    /// This server did not answer.
    Unanswered,
    /// The capture has no answer to compare with.
    NothingCaptured,
}

/// One request and its answers.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Exchange {
    /// Which datagram of the capture, from 1.
    pub number: usize,
    /// What was asked, in words.
    pub request: String,
    /// What the captured server answered.
    pub captured: Option<String>,
    /// What this server answered.
    pub answered: Option<String>,
    /// How the two compare.
    pub verdict: Verdict,
    /// Attributes of the captured answer that this server's has not, or has otherwise.
    pub only_captured: Vec<String>,
    /// The other way round.
    pub only_answered: Vec<String>,
}

/// How a replay went.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Requests sent, without retransmissions.
    pub requests: u64,
    /// Requests that both servers answered alike.
    pub agreed: u64,
    /// Requests that they did not.
    pub disagreed: u64,
    /// Requests that this server did not answer.
    pub unanswered: u64,
    /// Requests whose answer the capture has not.
    pub nothing_captured: u64,
    /// Agreed ones whose answers differ in attributes.
    pub attributes_differ: u64,
    /// Datagrams sent again because no answer came.
    pub retransmissions: u64,
    /// Captured answers that are not signed with the captured secret.
    pub captured_forged: u64,
    /// Packets that were not replayed: CoA and Disconnect, and what is not RADIUS.
    pub passed_over: u64,
    /// Every request.
    pub exchanges: Vec<Exchange>,
}

impl Summary {
    /// Whether every request was answered, and none otherwise than in the capture.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.requests > 0 && self.disagreed == 0 && self.unanswered == 0
    }

    /// Whether the attributes of the answers were the same too.
    #[must_use]
    pub const fn is_identical(&self) -> bool {
        self.is_clean() && self.attributes_differ == 0
    }

    fn add(&mut self, exchange: Exchange) {
        self.requests += 1;
        let differ = !exchange.only_captured.is_empty() || !exchange.only_answered.is_empty();
        match exchange.verdict {
            Verdict::Agreed => {
                self.agreed += 1;
                self.attributes_differ += u64::from(differ);
            }
            Verdict::Disagreed => self.disagreed += 1,
            Verdict::Unanswered => self.unanswered += 1,
            Verdict::NothingCaptured => self.nothing_captured += 1,
        }
        self.exchanges.push(exchange);
    }
}

/// Replays a capture, and tells of each request as it is answered. Ends early when `stop` becomes
/// readable or its other end is closed.
///
/// # Errors
/// When the capture cannot be read, a socket cannot be had or used, or a request cannot be written.
pub fn run(
    settings: &Settings,
    stop: BorrowedFd<'_>,
    on_exchange: &mut dyn FnMut(&Exchange),
) -> Result<Summary, Error> {
    let datagrams = capture::read(&settings.capture)?;
    let mut replay = Replay::open(settings)?;
    let answers = answers(&datagrams);
    for (number, datagram) in datagrams.iter().enumerate() {
        let Some(request) = asked(datagram) else {
            let answer = matches!(datagram.payload.first(), Some(2 | 3 | 5 | 11));
            replay.summary.passed_over += u64::from(!answer);
            continue;
        };
        if settings.in_time && replay.wait_until(datagram.at, stop)? {
            break;
        }
        let captured = answers.get(&number).and_then(|at| datagrams.get(*at));
        let octets = replay.octets(datagram.source, &request)?;
        let answer = replay.exchange(&octets, request.code())?;
        let exchange = replay.judge(number + 1, &request, captured, answer.as_deref());
        on_exchange(&exchange);
        replay.summary.add(exchange);
        // A moment of no length: only whether there is a reason to stop.
        if lanes::wait_exactly(std::iter::empty(), Some(stop), Duration::ZERO)? {
            break;
        }
    }
    Ok(replay.summary)
}

/// The request that a datagram is, if a NAS sends it.
fn asked(datagram: &Datagram) -> Option<Packet<'_>> {
    let packet = Packet::parse(&datagram.payload).ok()?;
    matches!(packet.code(), Code::ACCESS_REQUEST | Code::ACCOUNTING_REQUEST).then_some(packet)
}

/// Where in the capture the answer to each request is.
fn answers(datagrams: &[Datagram]) -> HashMap<usize, usize> {
    let mut waiting: HashMap<(SocketAddr, SocketAddr, u8), usize> = HashMap::new();
    let mut answers = HashMap::new();
    for (number, datagram) in datagrams.iter().enumerate() {
        let (source, destination) = (datagram.source, datagram.destination);
        match datagram.payload.as_slice() {
            [1 | 4, identifier, ..] => {
                waiting.insert((source, destination, *identifier), number);
            }
            [2 | 3 | 5 | 11, identifier, ..] => {
                let request = waiting.remove(&(destination, source, *identifier));
                answers.extend(request.map(|request| (request, number)));
            }
            _ => {}
        }
    }
    answers
}

/// A replay under way.
struct Replay<'s> {
    settings: &'s Settings,
    clock: Clock,
    authentication: UdpSocket,
    accounting: UdpSocket,
    /// The last request of each captured port and identifier, as captured and as written: what the
    /// NAS sent twice is sent twice.
    written: HashMap<(SocketAddr, u8), (Authenticator, Vec<u8>)>,
    summary: Summary,
}

impl<'s> Replay<'s> {
    fn open(settings: &'s Settings) -> Result<Self, Error> {
        let target = &settings.target;
        Ok(Self {
            settings,
            clock: Clock::start(),
            authentication: socket(target.source, target.authentication)?,
            accounting: socket(target.source, target.accounting)?,
            written: HashMap::new(),
            summary: Summary::default(),
        })
    }

    /// Tells whether there is a reason to stop.
    fn wait_until(&self, moment: Duration, stop: BorrowedFd<'_>) -> Result<bool, Error> {
        loop {
            let left = moment.saturating_sub(self.clock.now().elapsed);
            if left.is_zero() {
                return Ok(false);
            }
            if lanes::wait_exactly(std::iter::empty(), Some(stop), left)? {
                return Ok(true);
            }
        }
    }

    fn octets(&mut self, source: SocketAddr, request: &Packet<'_>) -> Result<Vec<u8>, Error> {
        let key = (source, request.identifier());
        if let Some((authenticator, octets)) = self.written.get(&key)
            && authenticator == request.authenticator()
        {
            return Ok(octets.clone());
        }
        let keys = Keys {
            captured: &self.settings.captured_secret,
            secret: &self.settings.secret,
            passwords: &self.settings.passwords,
            sign: self.settings.sign,
        };
        let octets = request::rewrite(request, &keys, &clock::random()?)
            .map_err(|source| Error::Request { login: login(request), source })?;
        self.written.insert(key, (*request.authenticator(), octets.clone()));
        Ok(octets)
    }

    /// Sends a request until its answer comes, or no more.
    fn exchange(&mut self, request: &[u8], code: Code) -> Result<Option<Vec<u8>>, Error> {
        let socket = match code {
            Code::ACCESS_REQUEST => &self.authentication,
            _ => &self.accounting,
        };
        let Some(authenticator) = request.get(4..20).and_then(|octets| octets.try_into().ok())
        else {
            return Ok(None);
        };
        let mut buffer = [0; radius_proto::PACKET_LEN_MAX];
        for attempt in 0..self.settings.tries {
            self.summary.retransmissions += u64::from(attempt > 0);
            send(socket, request)?;
            let until = self.clock.now().elapsed + self.settings.timeout;
            loop {
                let left = until.saturating_sub(self.clock.now().elapsed);
                if left.is_zero() {
                    break;
                }
                lanes::wait_for(std::iter::once(socket), None, left)?;
                while let Ok(len) = socket.recv(&mut buffer) {
                    let octets = buffer.get(..len).unwrap_or_default();
                    if answers_request(octets, request, authenticator, &self.settings.secret) {
                        return Ok(Some(octets.to_vec()));
                    }
                }
            }
        }
        Ok(None)
    }

    fn judge(
        &mut self,
        number: usize,
        request: &Packet<'_>,
        captured: Option<&Datagram>,
        answer: Option<&[u8]>,
    ) -> Exchange {
        let captured = captured.and_then(|datagram| Packet::parse(&datagram.payload).ok());
        let answered = answer.and_then(|octets| Packet::parse(octets).ok());
        if let Some(captured) = &captured {
            let (authenticator, secret) = (request.authenticator(), &self.settings.captured_secret);
            let signed = captured.verify_response_authenticator(authenticator, secret);
            self.summary.captured_forged += u64::from(!signed);
        }
        let verdict = match (&captured, &answered) {
            (_, None) => Verdict::Unanswered,
            (None, Some(_)) => Verdict::NothingCaptured,
            (Some(captured), Some(answered)) if captured.code() == answered.code() => {
                Verdict::Agreed
            }
            (Some(_), Some(_)) => Verdict::Disagreed,
        };
        let (only_captured, only_answered) = match (&captured, &answered) {
            (Some(captured), Some(answered)) => compare::differences(captured, answered),
            _ => (Vec::new(), Vec::new()),
        };
        let name = |packet: Packet<'_>| packet.code().to_string();
        Exchange {
            number,
            request: compare::request(request),
            captured: captured.map(name),
            answered: answered.map(name),
            verdict,
            only_captured,
            only_answered,
        }
    }
}

fn login(request: &Packet<'_>) -> String {
    String::from_utf8_lossy(request.first(attr::USER_NAME).unwrap_or_default()).into_owned()
}

fn answers_request(
    octets: &[u8],
    request: &[u8],
    authenticator: &Authenticator,
    secret: &Secret,
) -> bool {
    Packet::parse(octets).is_ok_and(|packet| {
        request.get(1) == Some(&packet.identifier())
            && packet.verify_response_authenticator(authenticator, secret)
    })
}

fn socket(source: IpAddr, target: SocketAddr) -> Result<UdpSocket, Error> {
    let bind = |error| Error::Bind { address: source, source: error };
    let socket = UdpSocket::bind((source, 0)).map_err(bind)?;
    socket.connect(target).map_err(|source| Error::Connect { address: target, source })?;
    socket
        .set_nonblocking(true)
        .map_err(|source| Error::Socket { what: "cannot set the mode of a socket", source })?;
    Ok(socket)
}

/// Sends, or loses, the datagram: the wait for its answer finds out.
fn send(socket: &UdpSocket, datagram: &[u8]) -> Result<(), Error> {
    match socket.send(datagram) {
        Ok(_) => Ok(()),
        Err(error) if lanes::is_lost(&error) => Ok(()),
        Err(source) => Err(Error::Socket { what: "cannot send", source }),
    }
}

#[cfg(test)]
#[path = "replay_tests.rs"]
mod tests;
