//! One subscriber's session, without IO: what it wants to send at a moment, and what a reply
//! means to it. The clock, random bytes and identifiers are the caller's.

use std::time::Duration;

use super::Settings;
use crate::clock::Moment;
use crate::packet::{self, Kept, Line, RANDOM_LEN, Record, RecordKind, RequestError, Written};
use crate::reply::{self, AccessReply, Disagreement, Grant, Refusal};
use crate::subscriber::{Method, Subscriber};

/// RouterOS's default `/radius timeout`.
const TIMEOUT: Duration = Duration::from_millis(1100);
/// So often the same octets are sent before a login is given up, or a record gets a new
/// identifier.
const SENDS_MAX: u32 = 3;

/// RFC 2866 §5.10.
const USER_REQUEST: u32 = 1;
const SESSION_TIMEOUT: u32 = 5;

/// What a subscriber without a rate limit makes use of.
const UNSHAPED_UPLOAD_BPS: u64 = 5_000_000;
const UNSHAPED_DOWNLOAD_BPS: u64 = 20_000_000;

/// Which of the server's ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Port {
    Authentication,
    Accounting,
}

/// What a session wants at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// Nothing before [`Session::due`].
    Nothing,
    /// A request that was not sent before, with an identifier of its own.
    Fresh(Port),
    /// The octets of the last request once more.
    Again(Port),
    /// No further attempt to log in: the identifier is free.
    GiveUp,
}

/// What a reply meant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// The subscriber is let in.
    Accepted,
    /// The subscriber is refused.
    Rejected(Refusal),
    /// The server has the record.
    Acknowledged(RecordKind),
    /// Not the reply that is waited for; the waiting goes on.
    Discarded(Disagreement),
    /// The server's reply, and wrong: the subscriber hangs up.
    Broken(Disagreement),
}

/// How far a session came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It never dialled.
    Idle,
    /// It waits for the answer to its login.
    Asking,
    /// It is online, or its records are not all acknowledged.
    Open,
    /// Its Stop was acknowledged.
    Closed,
    /// Its last login was rejected.
    Rejected,
    /// Its last login was not answered.
    Unanswered,
    /// The server accepted it and got something wrong.
    Broken,
}

/// One subscriber.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) subscriber: Subscriber,
    pub(crate) method: Method,
    pub(crate) line: Line,
    pub(crate) grant: Grant,
    pub(crate) kept: Kept,
    pub(crate) outcome: Outcome,
    /// The last record that the server acknowledged.
    pub(crate) acknowledged: Option<Record>,
    number: u32,
    dials: u32,
    state: State,
    due: Duration,
    hung_up: Option<Duration>,
}

#[derive(Debug)]
enum State {
    Idle,
    Asking(Exchange),
    Telling { exchange: Exchange, record: Record, happened: Duration, online: Online },
    Online(Online),
    Over,
}

/// A request on its way.
#[derive(Debug)]
struct Exchange {
    request: Written,
    first_sent: Duration,
    sends: u32,
}

/// The clocks of a session that was let in.
#[derive(Clone, Copy, Debug)]
struct Online {
    since: Duration,
    next_interim: Option<Duration>,
    started: bool,
}

impl Session {
    pub(crate) fn new(settings: &Settings, number: u32, subscriber: Subscriber) -> Self {
        let count = settings.methods.len().max(1);
        let turn = settings.methods.get(number as usize % count).copied();
        let method = subscriber.method().or(turn).unwrap_or(Method::Pap);
        let steps = u32::try_from(settings.subscribers.len()).unwrap_or(u32::MAX).max(1);
        Self {
            method,
            line: settings.nas.line(number, settings.first_session.wrapping_add(number)),
            grant: Grant::default(),
            kept: Kept::default(),
            outcome: Outcome::Idle,
            acknowledged: None,
            number,
            dials: 0,
            state: State::Idle,
            due: settings.ramp * number / steps,
            hung_up: None,
            subscriber,
        }
    }

    /// When it next wants something; nothing once it is over.
    pub(crate) fn due(&self) -> Option<Duration> {
        if matches!(self.state, State::Over) { None } else { Some(self.due) }
    }

    /// Puts off what is due, for when no identifier is free.
    pub(crate) fn postpone(&mut self, until: Duration) {
        self.due = until;
    }

    pub(crate) fn want(&self, now: Moment) -> Want {
        if now.elapsed < self.due {
            return Want::Nothing;
        }
        match &self.state {
            State::Over => Want::Nothing,
            State::Idle => Want::Fresh(Port::Authentication),
            State::Asking(exchange) if exchange.sends < SENDS_MAX => {
                Want::Again(Port::Authentication)
            }
            State::Asking(_) => Want::GiveUp,
            State::Online(_) => Want::Fresh(Port::Accounting),
            State::Telling { exchange, record, .. } => {
                let superseded = record.kind == RecordKind::Interim && self.hung_up.is_some();
                if exchange.sends < SENDS_MAX && !superseded {
                    Want::Again(Port::Accounting)
                } else {
                    Want::Fresh(Port::Accounting)
                }
            }
        }
    }

    /// Writes the request that [`Want::Fresh`] asked for.
    ///
    /// # Errors
    /// When it does not fit into a packet.
    pub(crate) fn fresh(
        &mut self,
        settings: &Settings,
        now: Moment,
        identifier: u8,
        random: &[u8; RANDOM_LEN],
    ) -> Result<&[u8], RequestError> {
        self.due = now.elapsed + TIMEOUT;
        let state = std::mem::replace(&mut self.state, State::Over);
        self.state = match state {
            State::Idle | State::Asking(_) | State::Over => {
                self.dial(settings, now, identifier, random)?
            }
            State::Online(online) => {
                let (record, happened, online) = self.next_record(settings, now, online);
                self.tell(settings, now, identifier, (record, happened, online), now.elapsed)?
            }
            State::Telling { exchange, record, happened, online } => {
                let superseded = record.kind == RecordKind::Interim && self.hung_up.is_some();
                let (told, first_sent) = if superseded {
                    (self.next_record(settings, now, online), now.elapsed)
                } else {
                    ((record, happened, online), exchange.first_sent)
                };
                self.tell(settings, now, identifier, told, first_sent)?
            }
        };
        Ok(self.octets())
    }

    /// The octets of [`Want::Again`].
    pub(crate) fn again(&mut self, now: Moment) -> &[u8] {
        self.due = now.elapsed + TIMEOUT;
        if let State::Asking(exchange) | State::Telling { exchange, .. } = &mut self.state {
            exchange.sends += 1;
        }
        self.octets()
    }

    /// Ends an attempt to log in that nobody answered.
    pub(crate) fn give_up(&mut self, settings: &Settings, now: Moment) {
        self.end(settings, now, Outcome::Unanswered);
    }

    /// What a datagram with this session's identifier means, and how long the answer took when
    /// it was the one that was waited for.
    pub(crate) fn hear(
        &mut self,
        settings: &Settings,
        datagram: &[u8],
        now: Moment,
    ) -> Option<(Heard, Duration)> {
        match &self.state {
            State::Asking(exchange) => {
                let time = now.elapsed.saturating_sub(exchange.first_sent);
                let secret = &settings.secret;
                let read =
                    reply::read_access(datagram, &exchange.request, secret, settings.demands());
                Some((self.hear_access(settings, read, now), time))
            }
            State::Telling { exchange, record, online, .. } => {
                let time = now.elapsed.saturating_sub(exchange.first_sent);
                let (record, online) = (*record, *online);
                match reply::read_accounting(datagram, &exchange.request, &settings.secret) {
                    Err(wrong) => Some((Heard::Discarded(wrong), time)),
                    Ok(()) => {
                        self.hear_acknowledgement(settings, record, online, now);
                        Some((Heard::Acknowledged(record.kind), time))
                    }
                }
            }
            State::Idle | State::Online(_) | State::Over => None,
        }
    }

    /// The subscriber hangs up: a Stop follows when the session was let in.
    pub(crate) fn hang_up(&mut self, now: Moment) {
        if self.hung_up.is_some() {
            return;
        }
        self.hung_up = Some(now.elapsed);
        match &self.state {
            State::Idle | State::Asking(_) => self.state = State::Over,
            State::Online(_) => self.due = now.elapsed,
            State::Telling { record, .. } if record.kind == RecordKind::Interim => {
                self.due = now.elapsed;
            }
            State::Telling { .. } | State::Over => {}
        }
    }

    fn octets(&self) -> &[u8] {
        match &self.state {
            State::Asking(exchange) | State::Telling { exchange, .. } => &exchange.request.bytes,
            State::Idle | State::Online(_) | State::Over => &[],
        }
    }

    fn dial(
        &mut self,
        settings: &Settings,
        now: Moment,
        identifier: u8,
        random: &[u8; RANDOM_LEN],
    ) -> Result<State, RequestError> {
        let population = u32::try_from(settings.subscribers.len()).unwrap_or(u32::MAX);
        let session = settings
            .first_session
            .wrapping_add(self.number)
            .wrapping_add(self.dials.wrapping_mul(population));
        self.line = settings.nas.line(self.number, session);
        self.dials += 1;
        self.outcome = Outcome::Asking;
        let request = packet::access_request(
            &settings.nas,
            &self.line,
            &self.subscriber,
            self.method,
            identifier,
            random,
            &settings.secret,
        )?;
        Ok(State::Asking(Exchange { request, first_sent: now.elapsed, sends: 1 }))
    }

    fn tell(
        &self,
        settings: &Settings,
        now: Moment,
        identifier: u8,
        (record, happened, online): (Record, Duration, Online),
        first_sent: Duration,
    ) -> Result<State, RequestError> {
        let delay_s = now.elapsed.saturating_sub(happened).as_secs();
        let request = packet::accounting_request(
            &packet::Told {
                nas: &settings.nas,
                line: &self.line,
                login: self.subscriber.login(),
                kept: &self.kept,
                record: &record,
                delay_s: u32::try_from(delay_s).unwrap_or(u32::MAX),
            },
            identifier,
            &settings.secret,
        )?;
        let exchange = Exchange { request, first_sent, sends: 1 };
        Ok(State::Telling { exchange, record, happened, online })
    }

    /// The record that is due now, and when its event happened.
    fn next_record(
        &self,
        settings: &Settings,
        now: Moment,
        mut online: Online,
    ) -> (Record, Duration, Online) {
        if !online.started {
            online.started = true;
            let record = self.record(settings, RecordKind::Start, now, online, online.since);
            return (record, online.since, online);
        }
        let timed_out = self.ends_at(online).filter(|end| *end <= now.elapsed);
        let cause = match (timed_out, self.hung_up) {
            (Some(end), Some(hung_up)) if hung_up < end => Some((hung_up, USER_REQUEST)),
            (Some(end), _) => Some((end, SESSION_TIMEOUT)),
            (None, Some(hung_up)) => Some((hung_up, USER_REQUEST)),
            (None, None) => None,
        };
        if let Some((ended, terminate_cause)) = cause {
            let kind = RecordKind::Stop { terminate_cause };
            return (self.record(settings, kind, now, online, ended), ended, online);
        }
        // Missed ones are not made up for: one interval after the other, from the start.
        if let (Some(next), Some(interval)) = (&mut online.next_interim, self.interim(settings)) {
            while *next <= now.elapsed {
                *next += interval;
            }
        }
        let record = self.record(settings, RecordKind::Interim, now, online, now.elapsed);
        (record, now.elapsed, online)
    }

    fn record(
        &self,
        settings: &Settings,
        kind: RecordKind,
        now: Moment,
        online: Online,
        happened: Duration,
    ) -> Record {
        let lasted = happened.saturating_sub(online.since);
        let ago_s = now.elapsed.saturating_sub(happened).as_secs();
        let limit = self.grant.rate_limit.map(|limit| limit.rate_bps);
        let upload = limit.map_or(0, |rate| rate.upload);
        let download = limit.map_or(0, |rate| rate.download);
        let octets = |bps, unshaped| {
            let bps = if bps == 0 { unshaped } else { bps };
            octets_in(bps, lasted, settings.activity_percent)
        };
        Record {
            kind,
            unix_s: now.unix_s.saturating_sub(u32::try_from(ago_s).unwrap_or(u32::MAX)),
            session_time_s: u32::try_from(lasted.as_secs()).unwrap_or(u32::MAX),
            input_octets: octets(upload, UNSHAPED_UPLOAD_BPS),
            output_octets: octets(download, UNSHAPED_DOWNLOAD_BPS),
        }
    }

    fn hear_access(
        &mut self,
        settings: &Settings,
        read: Result<AccessReply, Disagreement>,
        now: Moment,
    ) -> Heard {
        match read {
            Err(wrong) if wrong.is_discarded() => Heard::Discarded(wrong),
            Err(wrong) => {
                self.end(settings, now, Outcome::Broken);
                Heard::Broken(wrong)
            }
            Ok(AccessReply::Reject(refusal)) => {
                self.end(settings, now, Outcome::Rejected);
                Heard::Rejected(refusal)
            }
            Ok(AccessReply::Accept(grant)) => {
                self.grant = grant;
                self.let_in(settings, now);
                Heard::Accepted
            }
        }
    }

    fn let_in(&mut self, settings: &Settings, now: Moment) {
        self.kept = Kept {
            class: self.grant.class.clone(),
            address: Some(self.grant.address.unwrap_or_else(|| settings.pool_address(self.number))),
        };
        self.outcome = Outcome::Open;
        self.acknowledged = None;
        let next_interim = self.interim(settings).map(|interval| now.elapsed + interval);
        self.state = State::Online(Online { since: now.elapsed, next_interim, started: false });
        self.due = now.elapsed;
    }

    fn hear_acknowledgement(
        &mut self,
        settings: &Settings,
        record: Record,
        online: Online,
        now: Moment,
    ) {
        self.acknowledged = Some(record);
        if matches!(record.kind, RecordKind::Stop { .. }) {
            self.end(settings, now, Outcome::Closed);
            return;
        }
        self.state = State::Online(online);
        let next = [online.next_interim, self.ends_at(online), self.hung_up];
        self.due = next.into_iter().flatten().min().unwrap_or(Duration::MAX);
    }

    /// The router's own interval; without one, what the server asks for.
    fn interim(&self, settings: &Settings) -> Option<Duration> {
        let asked = self.grant.interim_interval_s.map(|s| Duration::from_secs(u64::from(s)));
        settings.interim.or(asked).filter(|interval| !interval.is_zero())
    }

    fn ends_at(&self, online: Online) -> Option<Duration> {
        self.grant.session_timeout_s.map(|s| online.since + Duration::from_secs(u64::from(s)))
    }

    fn end(&mut self, settings: &Settings, now: Moment, outcome: Outcome) {
        self.outcome = outcome;
        self.state = match settings.redial {
            Some(pause) if self.hung_up.is_none() => {
                self.due = now.elapsed + pause;
                State::Idle
            }
            _ => State::Over,
        };
    }
}

/// Octets that flow at this rate in this time.
fn octets_in(bps: u64, lasted: Duration, activity_percent: u32) -> u64 {
    let bit_ms = u128::from(bps) * lasted.as_millis() * u128::from(activity_percent) / 100;
    u64::try_from(bit_ms / 8_000).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
