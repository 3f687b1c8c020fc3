//! A storm of accounting: every record is sent until it is acknowledged, however often the server
//! dies meanwhile, and what was acknowledged is written down, so that it can be compared with what
//! the server's store has.
//!
//! Records of one session go out in order, each after the one before it was acknowledged; all
//! sessions are open at once. Counters follow from the session and the record alone: see
//! [`octets`].

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::fd::BorrowedFd;
use std::path::PathBuf;
use std::time::Duration;

use radius_proto::Secret;

use crate::access::AccessKind;
use crate::clock::{Clock, Moment};
use crate::lanes::{self, Lanes, Slot};
use crate::line::Nas;
use crate::mac::Mac;
use crate::packet::{self, Kept, Record, RecordKind, Told, Written};
use crate::reply;
use crate::subscriber::Subscriber;
use crate::{Error, Target};

/// Acct-Session-Id has 20 bits for sessions since a boot.
pub const SESSIONS_MAX: u32 = 1 << 20;
/// So often the same octets are sent before the record gets a new identifier and says its delay.
const SENDS_MAX: u32 = 3;
/// RFC 2866 §5.10.
const USER_REQUEST: u32 = 1;
/// How often those whose time is up are looked for.
const TICK: Duration = Duration::from_millis(50);

/// What to send, and how.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The server; only its accounting port is used.
    pub target: Target,
    /// The secret shared with it.
    pub secret: Secret,
    /// The router that is simulated.
    pub nas: Nas,
    /// Whose sessions, in turn.
    pub subscribers: Vec<Subscriber>,
    /// How many sessions, at most [`SESSIONS_MAX`].
    pub sessions: u32,
    /// Records of each: a Start, Interim-Updates and a Stop; 1 is a Start alone.
    pub packets_per_session: u32,
    /// How many records wait for their acknowledgement at any time.
    pub window: u32,
    /// After this long without one a record is sent again.
    pub retry: Duration,
    /// After this long without any acknowledgement at all the storm gives up.
    pub give_up_after: Duration,
    /// Gets a line for each acknowledged record, in the order of the acknowledgements: session,
    /// `start`, `interim` or `stop`, input octets and output octets, with single spaces between.
    pub acknowledged: PathBuf,
}

impl Settings {
    /// A storm of five records in each of `sessions` sessions.
    #[must_use]
    pub fn new(
        target: Target,
        secret: Secret,
        nas: Nas,
        subscribers: Vec<Subscriber>,
        sessions: u32,
        acknowledged: impl Into<PathBuf>,
    ) -> Self {
        Self {
            target,
            secret,
            nas,
            subscribers,
            sessions,
            packets_per_session: 5,
            window: 512,
            retry: Duration::from_millis(500),
            give_up_after: Duration::from_secs(60),
            acknowledged: acknowledged.into(),
        }
    }
}

/// How a storm went.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Report {
    /// Seconds from the first record to the end.
    pub seconds: f64,
    /// Records that were acknowledged.
    pub acknowledged: u64,
    /// Records that were not, when the storm gave up or was stopped.
    pub unacknowledged: u64,
    /// Datagrams beyond the first of each record.
    pub retransmissions: u64,
    /// Datagrams that came back because nobody listened.
    pub refused: u64,
    /// Replies that nobody waited for, late ones among them.
    pub unexpected: u64,
    /// Replies that were not what a correct server sends.
    pub disagreed: u64,
}

/// Input and output octets of a session's `record`-th record, the Start being 0. The second
/// Interim-Update's output needs gigawords.
#[must_use]
pub const fn octets(session: u32, record: u32) -> (u64, u64) {
    if record == 0 {
        return (0, 0);
    }
    let (session, record) = (session as u64, record as u64);
    (record * 1_000_000 + session, record * 3_000_000_000 + session)
}

/// The Acct-Session-Id of a session of the storm.
#[must_use]
pub fn session_id(nas: &Nas, session: u32) -> String {
    nas.session_id(AccessKind::Pppoe, session)
}

/// Sends until every record is acknowledged, or nothing has been acknowledged for too long, or
/// `stop` becomes readable or its other end is closed. `on_progress` is told the number of
/// acknowledged records whenever it has grown, after the file has them.
///
/// # Errors
/// When a setting leads nowhere, a socket cannot be had or used, a record cannot be written into
/// a packet, or the file cannot be written.
pub fn run(
    settings: &Settings,
    stop: BorrowedFd<'_>,
    on_progress: &mut dyn FnMut(u64),
) -> Result<Report, Error> {
    Storm::open(settings)?.run(stop, on_progress)
}

struct Storm<'s> {
    settings: &'s Settings,
    clock: Clock,
    lanes: Lanes,
    file: BufWriter<File>,
    /// Sessions that wait to send their next record, and which it is.
    ready: VecDeque<(u32, u32)>,
    under_way: Vec<UnderWay>,
    last_progress: Duration,
    report: Report,
}

/// A record without its acknowledgement yet.
struct UnderWay {
    session: u32,
    number: u32,
    record: Record,
    request: Written,
    slot: Slot,
    happened: Duration,
    sends: u32,
    due: Duration,
}

impl<'s> Storm<'s> {
    fn open(settings: &'s Settings) -> Result<Self, Error> {
        let wrong = |what: String| Err(Error::Setting(what));
        if settings.subscribers.is_empty() {
            return Err(Error::NobodyToDial);
        }
        if !(1..=SESSIONS_MAX).contains(&settings.sessions) {
            return wrong(format!(
                "sessions must be 1 to {SESSIONS_MAX}, not {}",
                settings.sessions
            ));
        }
        if settings.packets_per_session == 0 {
            return wrong("a session has at least one packet, its Start".to_owned());
        }
        if settings.window == 0 {
            return wrong("the window must be at least 1".to_owned());
        }
        let file = File::create(&settings.acknowledged).map_err(|source| Error::Acknowledged {
            path: settings.acknowledged.clone(),
            source,
        })?;
        Ok(Self {
            settings,
            clock: Clock::start(),
            lanes: Lanes::open(settings.target.source, settings.target.accounting)?,
            file: BufWriter::new(file),
            ready: (0..settings.sessions).map(|session| (session, 0)).collect(),
            under_way: Vec::new(),
            last_progress: Duration::ZERO,
            report: Report::default(),
        })
    }

    fn run(
        mut self,
        stop: BorrowedFd<'_>,
        on_progress: &mut dyn FnMut(u64),
    ) -> Result<Report, Error> {
        let mut told = 0;
        let mut looked = Duration::ZERO;
        loop {
            let now = self.clock.now();
            if now.elapsed >= looked + TICK {
                looked = now.elapsed;
                self.send_again(now)?;
            }
            self.send_ready(now)?;
            let away = now.elapsed.saturating_sub(self.last_progress);
            if self.under_way.is_empty() || away >= self.settings.give_up_after {
                break;
            }
            if lanes::wait(&[&self.lanes], Some(stop), TICK)? {
                break;
            }
            self.take_replies()?;
            self.flush()?;
            if self.report.acknowledged > told {
                told = self.report.acknowledged;
                on_progress(told);
            }
        }
        let all = u64::from(self.settings.sessions) * u64::from(self.settings.packets_per_session);
        self.report.unacknowledged = all - self.report.acknowledged;
        self.report.seconds = self.clock.now().elapsed.as_secs_f64();
        self.report.refused = self.lanes.refused;
        Ok(self.report)
    }

    fn send_ready(&mut self, now: Moment) -> Result<(), Error> {
        while self.under_way.len() < self.settings.window as usize {
            let Some((session, number)) = self.ready.pop_front() else { break };
            let Some(slot) = self.lanes.take(session, now.elapsed)? else {
                self.ready.push_front((session, number));
                break;
            };
            let record = self.record(session, number, now);
            let request = self.write(session, &record, 0, slot)?;
            self.lanes.send(slot, &request.bytes)?;
            self.under_way.push(UnderWay {
                session,
                number,
                record,
                request,
                slot,
                happened: now.elapsed,
                sends: 1,
                due: now.elapsed + self.settings.retry,
            });
        }
        Ok(())
    }

    fn send_again(&mut self, now: Moment) -> Result<(), Error> {
        let mut under_way = std::mem::take(&mut self.under_way);
        for one in &mut under_way {
            if one.due > now.elapsed {
                continue;
            }
            if one.sends.is_multiple_of(SENDS_MAX) {
                // The identifier changes with Acct-Delay-Time (RFC 2866 §5.2). With none free
                // the old octets go out once more.
                let old = one.slot;
                if let Some(slot) = self.lanes.take(one.session, now.elapsed)? {
                    self.lanes.abandon(old, now.elapsed);
                    let delay_s = now.elapsed.saturating_sub(one.happened).as_secs();
                    let delay_s = u32::try_from(delay_s).unwrap_or(u32::MAX);
                    one.request = self.write(one.session, &one.record, delay_s, slot)?;
                    one.slot = slot;
                }
            }
            self.lanes.send(one.slot, &one.request.bytes)?;
            one.sends += 1;
            one.due = now.elapsed + self.settings.retry;
            self.report.retransmissions += 1;
        }
        self.under_way = under_way;
        Ok(())
    }

    fn take_replies(&mut self) -> Result<(), Error> {
        let mut buffer = [0; radius_proto::PACKET_LEN_MAX];
        while let Some(datagram) = self.lanes.receive(&mut buffer)? {
            let waits = |one: &UnderWay| Some(one.session) == datagram.owner;
            let Some(position) = self.under_way.iter().position(waits) else {
                self.report.unexpected += 1;
                continue;
            };
            let Some(one) = self.under_way.get(position) else { continue };
            if reply::read_accounting(datagram.octets, &one.request, &self.settings.secret).is_err()
            {
                self.report.disagreed += 1;
                continue;
            }
            let one = self.under_way.swap_remove(position);
            self.acknowledge(&one)?;
        }
        Ok(())
    }

    fn acknowledge(&mut self, one: &UnderWay) -> Result<(), Error> {
        self.report.acknowledged += 1;
        self.last_progress = self.clock.now().elapsed;
        if one.sends == 1 {
            self.lanes.release(one.slot);
        } else {
            self.lanes.abandon(one.slot, self.last_progress);
        }
        let id = session_id(&self.settings.nas, one.session);
        let Record { kind, input_octets, output_octets, .. } = one.record;
        writeln!(self.file, "{id} {} {input_octets} {output_octets}", kind.name())
            .map_err(|source| self.cannot_write(source))?;
        if one.number + 1 < self.settings.packets_per_session {
            self.ready.push_back((one.session, one.number + 1));
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.file.flush().map_err(|source| self.cannot_write(source))
    }

    fn cannot_write(&self, source: std::io::Error) -> Error {
        Error::Acknowledged { path: self.settings.acknowledged.clone(), source }
    }

    fn record(&self, session: u32, number: u32, now: Moment) -> Record {
        let (input_octets, output_octets) = octets(session, number);
        let kind = match number {
            0 => RecordKind::Start,
            last if last + 1 == self.settings.packets_per_session => {
                RecordKind::Stop { terminate_cause: USER_REQUEST }
            }
            _ => RecordKind::Interim,
        };
        let session_time_s = number.saturating_mul(60);
        Record { kind, unix_s: now.unix_s, session_time_s, input_octets, output_octets }
    }

    fn write(
        &self,
        session: u32,
        record: &Record,
        delay_s: u32,
        slot: Slot,
    ) -> Result<Written, Error> {
        let count = self.settings.subscribers.len();
        let Some(subscriber) = self.settings.subscribers.get(session as usize % count) else {
            return Err(Error::NobodyToDial);
        };
        let nas = &self.settings.nas;
        let (kind, login, mac) = (AccessKind::Pppoe, subscriber.login(), Mac::numbered(session));
        let told = Told {
            nas,
            line: &nas.line_of(kind, login, mac, session, session),
            kept: &Kept::default(),
            record,
            delay_s,
            service: None,
        };
        packet::accounting_request(&told, slot.identifier, &self.settings.secret)
            .map_err(|source| Error::Request { login: subscriber.login().to_owned(), source })
    }
}

#[cfg(test)]
#[path = "storm_tests.rs"]
mod tests;
