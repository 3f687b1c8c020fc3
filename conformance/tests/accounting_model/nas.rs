//! A simulated NAS: it plays its schedule over a real socket, and remembers what was acknowledged.
//!
//! A schedule of hours is played in seconds: everything has happened in the past, and the NAS says
//! how long ago in Acct-Delay-Time.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use conformance::SECRET;

use crate::random::Random;
use crate::schedule::{Counters, NasSchedule, Record, RecordKind, SPAN_MS, What, known_logins};
use crate::wire::{self, Attributes, Request};

/// How many records wait for their acknowledgement at any time.
const WINDOW: usize = 48;
/// How many records may wait for others before the NAS sends nothing new.
const DEFERRED_MAX: usize = 48;
const RETRY_FIRST: Duration = Duration::from_millis(60);
const RETRY_MAX: Duration = Duration::from_millis(300);
/// A datagram older than this is not repeated octet for octet: its Acct-Delay-Time is wrong.
const REPEATABLE: Duration = Duration::from_millis(1_200);
const TICK: Duration = Duration::from_millis(10);
/// After so long without any progress the run has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// What became of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Fate {
    /// Its turn has not come, or it was lost with its NAS before it was ever sent.
    #[default]
    Unsent,
    /// It waits for its acknowledgement.
    UnderWay,
    /// It was sent and given up without an acknowledgement: the server may have it or not.
    Doubtful,
    /// Acknowledged: the server must have it.
    Acknowledged,
}

/// What a NAS knows when its schedule is over.
pub struct Played {
    pub fates: Vec<Fate>,
    pub figures: Figures,
}

/// Numbers of datagrams, and what befell them.
#[derive(Clone, Copy, Default, Debug)]
pub struct Figures {
    pub log_ins: u64,
    pub datagrams: u64,
    pub acknowledged: u64,
    pub lost: u64,
    pub unheard: u64,
    pub copies: u64,
    pub overtaken: u64,
    pub echoes: u64,
    pub repeated: u64,
    pub rewritten: u64,
    pub given_up: u64,
    pub reboots: u64,
    /// Replies to no request that waits.
    pub strays: u64,
}

impl Figures {
    pub const fn add(&mut self, other: &Self) {
        self.log_ins += other.log_ins;
        self.datagrams += other.datagrams;
        self.acknowledged += other.acknowledged;
        self.lost += other.lost;
        self.unheard += other.unheard;
        self.copies += other.copies;
        self.overtaken += other.overtaken;
        self.echoes += other.echoes;
        self.repeated += other.repeated;
        self.rewritten += other.rewritten;
        self.given_up += other.given_up;
        self.reboots += other.reboots;
        self.strays += other.strays;
    }
}

/// What the NASes and those who watch them share.
pub struct Stage {
    pub authentication: SocketAddr,
    pub accounting: SocketAddr,
    /// Where the schedule's time begins, milliseconds since the epoch.
    pub begin_unix_ms: i64,
    /// Records acknowledged by all NASes together.
    pub acknowledged: AtomicU64,
    /// The run has failed elsewhere.
    pub over: AtomicBool,
}

impl Stage {
    pub fn new(authentication: SocketAddr, accounting: SocketAddr) -> Self {
        Self {
            authentication,
            accounting,
            begin_unix_ms: unix_ms() - SPAN_MS,
            acknowledged: AtomicU64::new(0),
            over: AtomicBool::new(false),
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "the one clock of this test")]
fn unix_ms() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

#[allow(clippy::disallowed_methods, reason = "the one clock of this test")]
pub fn now() -> Instant {
    Instant::now()
}

/// Plays a schedule to its end.
pub fn play(stage: &Stage, schedule: &NasSchedule, seed: u64) -> Played {
    let socket = |()| {
        let socket = UdpSocket::bind((schedule.address, 0)).unwrap();
        socket.set_read_timeout(Some(TICK)).unwrap();
        socket
    };
    let mut player = Player {
        stage,
        schedule,
        random: Random::new(seed, 1_000 + u64::from(schedule.address.octets()[3])),
        log_in_socket: socket(()),
        socket: socket(()),
        classes: vec![None; schedule.sessions.len()],
        fates: vec![Fate::Unsent; schedule.records.len()],
        next: 0,
        deferred: VecDeque::new(),
        under_way: Vec::new(),
        overtaken: Vec::new(),
        echoes: VecDeque::new(),
        identifier: 0,
        figures: Figures::default(),
    };
    player.run();
    Played { fates: player.fates, figures: player.figures }
}

struct Player<'a> {
    stage: &'a Stage,
    schedule: &'a NasSchedule,
    random: Random,
    log_in_socket: UdpSocket,
    /// One for all accounting, so that a later datagram overtakes an earlier one only where the
    /// schedule says so.
    socket: UdpSocket,
    /// The Class of each session that has been accepted.
    classes: Vec<Option<Vec<u8>>>,
    fates: Vec<Fate>,
    next: usize,
    /// Records that wait for others.
    deferred: VecDeque<usize>,
    under_way: Vec<UnderWay>,
    /// Datagrams that so many others overtake.
    overtaken: Vec<(u8, Vec<u8>)>,
    /// Datagrams of acknowledged records that arrive once more.
    echoes: VecDeque<(Instant, Vec<u8>)>,
    identifier: u8,
    figures: Figures,
}

struct UnderWay {
    record: usize,
    request: Request,
    written: Instant,
    due: Instant,
    retry: Duration,
    to_lose: u8,
    to_ignore: u8,
}

impl Player<'_> {
    fn run(&mut self) {
        let mut last_progress = (now(), 0);
        loop {
            self.send_new();
            if self.under_way.is_empty() && self.next == self.schedule.records.len() {
                assert!(self.deferred.is_empty(), "records wait for nothing");
                return;
            }
            self.receive();
            self.send_again();
            if self.figures.acknowledged != last_progress.1 {
                last_progress = (now(), self.figures.acknowledged);
            }
            assert!(!self.stage.over.load(Ordering::Relaxed), "the run has failed elsewhere");
            assert!(last_progress.0.elapsed() < PATIENCE, "{} gets no answers", self.schedule.name);
        }
    }

    fn send_new(&mut self) {
        while self.under_way.len() < WINDOW {
            let ready = self.deferred.iter().position(|record| self.is_ready(*record));
            if let Some(place) = ready {
                let record = self.deferred.remove(place).unwrap();
                self.send_first(record);
                continue;
            }
            let Some(record) = self.schedule.records.get(self.next) else { break };
            let idle = self.under_way.is_empty() && self.deferred.is_empty();
            match record.kind {
                RecordKind::Crash { quiet } if quiet && !idle => break,
                RecordKind::Crash { .. } => self.crash(),
                // The last word of a NAS that has said everything else.
                RecordKind::Off if !idle => break,
                _ if self.is_ready(self.next) => self.send_first(self.next),
                _ if self.deferred.len() < DEFERRED_MAX => self.deferred.push_back(self.next),
                _ => break,
            }
            self.next += 1;
        }
        if self.under_way.len() < WINDOW {
            // Nothing will overtake them now.
            for (_, octets) in std::mem::take(&mut self.overtaken) {
                self.put(&octets);
            }
        }
    }

    /// Where only time tells the sessions of one name apart, a NAS has to be in order: the old
    /// Stop before the new Start, and that before other reports.
    fn is_ready(&self, record: usize) -> bool {
        let over = |record: &usize| {
            *record < self.next
                && !matches!(self.fates[*record], Fate::UnderWay)
                && !self.deferred.contains(record)
        };
        let RecordKind::Session { number, what, .. } = self.schedule.records[record].kind else {
            return true;
        };
        let session = &self.schedule.sessions[number];
        if what == What::Start {
            return session.after.iter().all(over);
        }
        self.schedule.habits.repeats_class || !session.name_used || over(&session.start_record)
    }

    fn crash(&mut self) {
        self.figures.reboots += 1;
        for lost in self.under_way.drain(..) {
            self.fates[lost.record] = Fate::Doubtful;
        }
        self.deferred.clear();
        self.overtaken.clear();
        self.echoes.clear();
    }

    fn send_first(&mut self, place: usize) {
        let record = &self.schedule.records[place];
        if let RecordKind::Session { number, what: What::Start, .. } = record.kind
            && self.schedule.habits.repeats_class
        {
            self.classes[number] = Some(self.log_in(number));
        }
        let Some(request) = self.write(record) else { return self.deferred.push_front(place) };
        let sent = now();
        let mut one = UnderWay {
            record: place,
            request,
            written: sent,
            due: sent + RETRY_FIRST,
            retry: RETRY_FIRST,
            to_lose: record.faults.lost,
            to_ignore: record.faults.unheard,
        };
        self.fates[place] = Fate::UnderWay;
        self.send(&mut one);
        self.under_way.push(one);
    }

    fn send_again(&mut self) {
        let now = now();
        while let Some((_, octets)) = self.echoes.pop_front_if(|(due, _)| *due <= now) {
            self.figures.echoes += 1;
            self.put(&octets);
        }
        let mut place = 0;
        while let Some(one) = self.under_way.get(place) {
            if one.due > now {
                place += 1;
                continue;
            }
            let record = &self.schedule.records[one.record];
            if record.faults.given_up {
                self.figures.given_up += 1;
                self.fates[one.record] = Fate::Doubtful;
                self.under_way.swap_remove(place);
                continue;
            }
            let rewrites = record.faults.rewritten || one.written.elapsed() > REPEATABLE;
            let rewritten = if rewrites { self.write(record) } else { None };
            let mut one = self.under_way.swap_remove(place);
            if let Some(request) = rewritten {
                self.figures.rewritten += 1;
                (one.request, one.written) = (request, now);
            } else {
                self.figures.repeated += 1;
            }
            self.send(&mut one);
            one.retry = (one.retry * 2).min(RETRY_MAX);
            one.due = now + one.retry;
            // Behind those that are still to be looked at; due later than now, it is passed over.
            self.under_way.push(one);
        }
    }

    fn send(&mut self, one: &mut UnderWay) {
        if one.to_lose > 0 {
            one.to_lose -= 1;
            self.figures.lost += 1;
            return;
        }
        let faults = &self.schedule.records[one.record].faults;
        for _ in 0..faults.copies {
            self.figures.copies += 1;
            self.put(&one.request.octets);
        }
        if faults.overtaken > 0 && one.retry == RETRY_FIRST {
            self.figures.overtaken += 1;
            self.overtaken.push((faults.overtaken, one.request.octets.clone()));
        } else {
            self.put(&one.request.octets);
        }
    }

    /// Sends a datagram, and those that it was the last to overtake.
    fn put(&mut self, octets: &[u8]) {
        self.figures.datagrams += 1;
        self.socket.send_to(octets, self.stage.accounting).unwrap();
        for (by, _) in &mut self.overtaken {
            *by = by.saturating_sub(1);
        }
        let arrived = self.overtaken.extract_if(.., |(by, _)| *by == 0).collect::<Vec<_>>();
        for (_, octets) in arrived {
            self.figures.datagrams += 1;
            self.socket.send_to(&octets, self.stage.accounting).unwrap();
        }
    }

    fn receive(&mut self) {
        let mut buffer = [0; 4_096];
        let mut waits = true;
        loop {
            self.socket.set_nonblocking(!waits).unwrap();
            waits = false;
            let len = match self.socket.recv(&mut buffer) {
                Ok(len) => len,
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    return;
                }
                Err(error) => panic!("cannot receive: {error}"),
            };
            let datagram = &buffer[..len];
            let of = |one: &UnderWay| {
                let reply = one.request.reply(datagram, SECRET);
                reply.is_some_and(|(code, _)| code == wire::ACCOUNTING_RESPONSE)
            };
            let Some(place) = self.under_way.iter().position(of) else {
                self.figures.strays += 1;
                continue;
            };
            if self.under_way[place].to_ignore > 0 {
                self.under_way[place].to_ignore -= 1;
                self.figures.unheard += 1;
                continue;
            }
            let one = self.under_way.swap_remove(place);
            self.fates[one.record] = Fate::Acknowledged;
            self.figures.acknowledged += 1;
            self.stage.acknowledged.fetch_add(1, Ordering::Relaxed);
            if self.schedule.records[one.record].faults.echoed && one.written.elapsed() < REPEATABLE
            {
                let later = Duration::from_millis(self.random.between(1, 200));
                self.echoes.push_back((now() + later, one.request.octets));
            }
        }
    }

    /// The packet of a record as it is now; `None` when all Identifiers are taken.
    fn write(&mut self, record: &Record) -> Option<Request> {
        let taken =
            |identifier| self.under_way.iter().any(|one| one.request.octets[1] == identifier);
        let identifier = (1..=u8::MAX)
            .map(|step| self.identifier.wrapping_add(step))
            .find(|identifier| !taken(*identifier))?;
        self.identifier = identifier;
        let mut attributes = Attributes::default();
        let status = match record.kind {
            RecordKind::Session { number, what, counters } => {
                let session = &self.schedule.sessions[number];
                let time_s = u32::try_from((record.at_ms - session.start_ms) / 1_000).unwrap();
                attributes.octets(wire::ACCT_SESSION_ID, session.acct_session_id.as_bytes());
                attributes.octets(wire::USER_NAME, session.login.as_bytes());
                if !session.station.is_empty() {
                    attributes.octets(wire::CALLING_STATION_ID, session.station.as_bytes());
                }
                if let Some(class) = &self.classes[number] {
                    attributes.octets(wire::CLASS, class);
                }
                if what != What::Start {
                    attributes.number(wire::ACCT_SESSION_TIME, time_s);
                    let (mut input, mut output) =
                        (counters.upload_octets, counters.download_octets);
                    if self.schedule.habits.counters_swapped {
                        std::mem::swap(&mut input, &mut output);
                    }
                    for (octets, low, high, packets) in [
                        (
                            input,
                            wire::ACCT_INPUT_OCTETS,
                            wire::ACCT_INPUT_GIGAWORDS,
                            wire::ACCT_INPUT_PACKETS,
                        ),
                        (
                            output,
                            wire::ACCT_OUTPUT_OCTETS,
                            wire::ACCT_OUTPUT_GIGAWORDS,
                            wire::ACCT_OUTPUT_PACKETS,
                        ),
                    ] {
                        attributes.number(low, octets as u32);
                        if self.schedule.habits.counter_bits == 64 {
                            attributes.number(high, (octets >> 32) as u32);
                        }
                        if self.schedule.habits.tells_packets {
                            attributes.number(packets, Counters::packets(octets) as u32);
                        }
                    }
                }
                match what {
                    What::Start => 1,
                    What::Interim => 3,
                    What::Stop { cause } => {
                        attributes.number(wire::ACCT_TERMINATE_CAUSE, cause);
                        2
                    }
                }
            }
            RecordKind::On => 7,
            RecordKind::Off => 8,
            RecordKind::Crash { .. } => panic!("a crash sends nothing"),
        };
        attributes.number(wire::ACCT_STATUS_TYPE, status);
        let delay_ms = unix_ms() - self.stage.begin_unix_ms - record.at_ms;
        attributes.number(wire::ACCT_DELAY_TIME, u32::try_from(delay_ms / 1_000).unwrap());
        Some(Request::accounting(identifier, &attributes, SECRET))
    }

    /// Authenticates until it is accepted; gives the Class.
    fn log_in(&mut self, number: usize) -> Vec<u8> {
        let session = &self.schedule.sessions[number];
        let credentials = known_logins();
        let (login, password) =
            credentials.iter().find(|(login, _)| *login == session.login).expect("a known login");
        let mut authenticator = [0; 16];
        for half in authenticator.chunks_mut(8) {
            half.copy_from_slice(&self.random.next().to_be_bytes());
        }
        let request = Request::log_in(number as u8, &authenticator, (login, password), SECRET);
        let began = now();
        let mut buffer = [0; 4_096];
        loop {
            assert!(began.elapsed() < PATIENCE, "{} gets no log-in", self.schedule.name);
            self.log_in_socket.send_to(&request.octets, self.stage.authentication).unwrap();
            let sent = now();
            while sent.elapsed() < RETRY_MAX {
                let Ok(len) = self.log_in_socket.recv(&mut buffer) else { continue };
                let Some((code, attributes)) = request.reply(&buffer[..len], SECRET) else {
                    continue;
                };
                assert_eq!(code, wire::ACCESS_ACCEPT, "{login} has a service and a password");
                self.figures.log_ins += 1;
                return wire::first(attributes, wire::CLASS).expect("a Class").to_vec();
            }
        }
    }
}
