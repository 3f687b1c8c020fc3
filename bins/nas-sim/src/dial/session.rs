//! One subscriber's session, without IO: what it wants to send at a moment, and what a reply
//! means to it. The clock, random bytes and identifiers are the caller's.

mod asked;
mod usage;

use std::net::Ipv4Addr;
use std::time::Duration;

pub(crate) use self::usage::Usage;
use super::Settings;
use crate::access::AccessKind;
use crate::clock::Moment;
use crate::coa::Held;
use crate::line::Line;
use crate::packet::{self, Asked, Kept, RANDOM_LEN, Record, RecordKind, RequestError, Written};
use crate::reply::{self, AccessReply, Disagreement, Grant, Refusal};
use crate::subscriber::{Method, Subscriber};

/// RFC 2866 §5.10.
const USER_REQUEST: u32 = 1;
/// For a lease that the server would not extend: it can no longer be provided.
const LOST_SERVICE: u32 = 3;
const SESSION_TIMEOUT: u32 = 5;

/// The lease of a DHCP server whose accepted client got no Session-Timeout.
const LEASE_USUAL: Duration = Duration::from_secs(30 * 60);

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
    /// The subscriber may keep the address for another lease.
    Renewed,
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
    /// It was let in, and no accounting follows.
    Admitted,
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
    /// What it has now, or had when it ended.
    pub(crate) held: Held,
    /// CoA-Requests that changed this session.
    pub(crate) changes: u32,
    /// Those of them after which it had something else than before.
    pub(crate) differences: u32,
    /// Disconnect-Requests that ended a session of this subscriber.
    pub(crate) disconnects: u32,
    pub(crate) outcome: Outcome,
    /// The last record that the server acknowledged.
    pub(crate) acknowledged: Option<Record>,
    number: u32,
    dials: u32,
    state: State,
    due: Duration,
    hung_up: Option<Duration>,
    /// When the server ended it, and the Acct-Terminate-Cause.
    disconnected: Option<(Duration, u32)>,
    /// Somebody else says what it used.
    usage: Option<Usage>,
    /// Somebody wants an Interim-Update since then.
    interim_wanted: Option<Duration>,
}

#[derive(Debug)]
enum State {
    Idle,
    Asking {
        exchange: Exchange,
        /// The lease that is to be extended.
        renewing: Option<Online>,
    },
    Telling {
        exchange: Exchange,
        record: Record,
        happened: Duration,
        online: Online,
    },
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
    /// When its client asks for another lease.
    renews_at: Option<Duration>,
    /// When it ends by itself, and the Acct-Terminate-Cause then.
    ends: Option<(Duration, u32)>,
    /// What it used until its speed last changed, and when that was.
    counted: Usage,
    counted_until: Duration,
}

impl Session {
    pub(crate) fn new(settings: &Settings, number: u32, subscriber: Subscriber) -> Self {
        let kind = subscriber.kind();
        let own = subscriber.method().filter(|method| kind.methods().contains(method));
        let method = own.unwrap_or_else(|| kind.method(&settings.methods, number));
        Self {
            method,
            line: line(settings, &subscriber, number, 0),
            grant: Grant::default(),
            kept: Kept::default(),
            held: Held::default(),
            changes: 0,
            differences: 0,
            disconnects: 0,
            outcome: Outcome::Idle,
            acknowledged: None,
            number,
            dials: 0,
            state: State::Idle,
            due: turn(settings, number),
            hung_up: None,
            disconnected: None,
            usage: None,
            interim_wanted: None,
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

    /// Lets it send the Stop that was put off.
    pub(crate) fn resume(&mut self, now: Moment) {
        if self.due == Duration::MAX && self.stops(now).is_some() {
            self.due = now.elapsed;
        }
    }

    pub(crate) fn want(&self, settings: &Settings, now: Moment) -> Want {
        if now.elapsed < self.due {
            return Want::Nothing;
        }
        match &self.state {
            State::Over => Want::Nothing,
            State::Idle if self.asks(settings) => Want::Fresh(Port::Authentication),
            State::Asking { exchange, .. } if exchange.sends < settings.tries => {
                Want::Again(Port::Authentication)
            }
            State::Asking { .. } => Want::GiveUp,
            State::Online(online) if self.renews(*online, now) => Want::Fresh(Port::Authentication),
            State::Idle | State::Online(_) => Want::Fresh(Port::Accounting),
            State::Telling { exchange, record, .. } => {
                let superseded = self.supersedes(*record, now);
                if exchange.sends < settings.tries && !superseded {
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
        let state = std::mem::replace(&mut self.state, State::Over);
        let state = match state {
            State::Idle if !self.asks(settings) => self.let_in_by_router(settings, now),
            state => state,
        };
        self.due = now.elapsed + settings.timeout;
        self.state = match state {
            State::Idle | State::Asking { .. } | State::Over => {
                self.dial(settings, now, identifier, random)?
            }
            State::Online(online) if self.renews(online, now) => {
                let exchange = self.ask(settings, now, identifier, random, self.kept.address)?;
                State::Asking { exchange, renewing: Some(online) }
            }
            State::Online(online) => {
                let (record, happened, online) = self.next_record(settings, now, online);
                self.tell(settings, now, identifier, (record, happened, online), now.elapsed)?
            }
            State::Telling { exchange, record, happened, online } => {
                let superseded = self.supersedes(record, now);
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
    pub(crate) fn again(&mut self, settings: &Settings, now: Moment) -> &[u8] {
        self.due = now.elapsed + settings.timeout;
        if let State::Asking { exchange, .. } | State::Telling { exchange, .. } = &mut self.state {
            exchange.sends += 1;
        }
        self.octets()
    }

    /// Ends an attempt to log in that nobody answered. A lease goes on, and its client asks again.
    pub(crate) fn give_up(&mut self, settings: &Settings, now: Moment) {
        let State::Asking { renewing: Some(mut online), .. } = self.state else {
            self.end(settings, now, Outcome::Unanswered);
            return;
        };
        // RFC 2131 §4.4.5: half of what is left of the lease.
        let left = online.ends.map(|(end, _)| end.saturating_sub(now.elapsed));
        online.renews_at = left.map(|left| now.elapsed + left / 2);
        self.go_on(online);
    }

    /// The router lost its power: nothing is told, and the subscriber dials again at its turn.
    pub(crate) fn cut(&mut self, settings: &Settings, now: Moment) {
        if !matches!(self.state, State::Over) {
            self.outcome = Outcome::Idle;
            self.state = State::Idle;
            self.due = now.elapsed + turn(settings, self.number);
        }
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
            State::Asking { exchange, renewing } => {
                let (time, renewing) = (now.elapsed.saturating_sub(exchange.first_sent), *renewing);
                let (secret, demands) = (&settings.secret, settings.demands(self.line.kind));
                let read = reply::read_access(datagram, &exchange.request, secret, demands);
                let heard = match (read, renewing) {
                    (Ok(read), Some(online)) => self.hear_renewal(settings, read, online, now),
                    (Err(wrong), Some(online)) if !wrong.is_discarded() => {
                        self.stop_leasing(online, now);
                        Heard::Broken(wrong)
                    }
                    (read, _) => self.hear_access(settings, read, now),
                };
                Some((heard, time))
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
            State::Asking { renewing: Some(online), .. } => {
                self.state = State::Online(*online);
                self.due = now.elapsed;
            }
            State::Idle | State::Asking { .. } => self.state = State::Over,
            State::Online(_) => self.due = now.elapsed,
            State::Telling { record, .. } if record.kind == RecordKind::Interim => {
                self.due = now.elapsed;
            }
            State::Telling { .. } | State::Over => {}
        }
    }

    /// Whether the server is asked before the session begins.
    fn asks(&self, settings: &Settings) -> bool {
        self.line.kind.is_asked() && settings.authenticates
    }

    const fn online_now(&self) -> Option<&Online> {
        match &self.state {
            State::Asking { renewing, .. } => renewing.as_ref(),
            // With its Stop on the way it is gone already.
            State::Telling { record, online, .. }
                if !matches!(record.kind, RecordKind::Stop { .. }) =>
            {
                Some(online)
            }
            State::Online(online) => Some(online),
            State::Idle | State::Telling { .. } | State::Over => None,
        }
    }

    fn octets(&self) -> &[u8] {
        match &self.state {
            State::Asking { exchange, .. } | State::Telling { exchange, .. } => {
                &exchange.request.bytes
            }
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
        self.begin(settings);
        self.outcome = Outcome::Asking;
        let exchange = self.ask(settings, now, identifier, random, None)?;
        Ok(State::Asking { exchange, renewing: None })
    }

    /// A session that has not been before.
    fn begin(&mut self, settings: &Settings) {
        self.line = line(settings, &self.subscriber, self.number, self.dials);
        self.dials += 1;
    }

    fn ask(
        &self,
        settings: &Settings,
        now: Moment,
        identifier: u8,
        random: &[u8; RANDOM_LEN],
        address: Option<Ipv4Addr>,
    ) -> Result<Exchange, RequestError> {
        let asked = Asked {
            nas: &settings.nas,
            line: &self.line,
            subscriber: &self.subscriber,
            method: self.method,
            address,
        };
        let request = packet::access_request(&asked, identifier, random, &settings.secret)?;
        Ok(Exchange { request, first_sent: now.elapsed, sends: 1 })
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
                kept: &self.kept,
                record: &record,
                delay_s: u32::try_from(delay_s).unwrap_or(u32::MAX),
                service: None,
            },
            identifier,
            &settings.secret,
        )?;
        let exchange = Exchange { request, first_sent, sends: 1 };
        Ok(State::Telling { exchange, record, happened, online })
    }

    /// The record that is due now, and when its event happened.
    fn next_record(
        &mut self,
        settings: &Settings,
        now: Moment,
        mut online: Online,
    ) -> (Record, Duration, Online) {
        if !online.started {
            online.started = true;
            let record = self.record(settings, RecordKind::Start, now, online, online.since);
            return (record, online.since, online);
        }
        if let Some((ended, terminate_cause)) = self.ended(online, now) {
            let kind = RecordKind::Stop { terminate_cause };
            return (self.record(settings, kind, now, online, ended), ended, online);
        }
        // Missed ones are not made up for: one interval after the other, from the start.
        if let (Some(next), Some(interval)) = (&mut online.next_interim, self.interim(settings)) {
            while *next <= now.elapsed {
                *next += interval;
            }
        }
        self.interim_wanted = None;
        let record = self.record(settings, RecordKind::Interim, now, online, now.elapsed);
        (record, now.elapsed, online)
    }

    /// When and why it ended, if it has: by what happened first.
    fn ended(&self, online: Online, now: Moment) -> Option<(Duration, u32)> {
        let hung_up = self.hung_up.map(|at| (at, USER_REQUEST));
        [online.ends, hung_up, self.disconnected]
            .into_iter()
            .flatten()
            .filter(|(at, _)| *at <= now.elapsed)
            .min_by_key(|(at, _)| *at)
    }

    /// Whether an Interim-Update that is not acknowledged gives way to the Stop.
    fn supersedes(&self, record: Record, now: Moment) -> bool {
        let disconnected = self.disconnected.is_some_and(|(at, _)| at <= now.elapsed);
        record.kind == RecordKind::Interim && (self.hung_up.is_some() || disconnected)
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
        let usage = self.usage_at(settings, online, happened);
        Record {
            kind,
            unix_s: now.unix_s.saturating_sub(u32::try_from(ago_s).unwrap_or(u32::MAX)),
            session_time_s: u32::try_from(lasted.as_secs()).unwrap_or(u32::MAX),
            input_octets: usage.input_octets,
            output_octets: usage.output_octets,
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
                self.grant = *grant;
                self.let_in(settings, now);
                Heard::Accepted
            }
        }
    }

    /// What the server says of a client that wants its lease extended.
    fn hear_renewal(
        &mut self,
        settings: &Settings,
        read: AccessReply,
        mut online: Online,
        now: Moment,
    ) -> Heard {
        match read {
            AccessReply::Reject(refusal) => {
                self.stop_leasing(online, now);
                Heard::Rejected(refusal)
            }
            AccessReply::Accept(grant) => {
                online.counted = self.usage_at(settings, online, now.elapsed);
                online.counted_until = now.elapsed;
                self.grant = *grant;
                self.keep(settings);
                self.held = self.granted(settings, now);
                (online.renews_at, online.ends) = self.lasts(now);
                self.go_on(online);
                Heard::Renewed
            }
        }
    }

    fn stop_leasing(&mut self, mut online: Online, now: Moment) {
        online.ends = Some((now.elapsed, LOST_SERVICE));
        online.renews_at = None;
        self.go_on(online);
    }

    fn let_in(&mut self, settings: &Settings, now: Moment) {
        self.keep(settings);
        if settings.accounted.unwrap_or_else(|| self.line.kind.is_accounted()) {
            self.state = State::Online(self.online(settings, now));
            self.due = now.elapsed;
        } else {
            self.end(settings, now, Outcome::Admitted);
        }
    }

    /// A guest whom the router lets in without asking anybody.
    fn let_in_by_router(&mut self, settings: &Settings, now: Moment) -> State {
        self.begin(settings);
        self.grant = Grant::default();
        self.keep(settings);
        State::Online(self.online(settings, now))
    }

    /// What is kept of the grant for the session's accounting.
    fn keep(&mut self, settings: &Settings) {
        let usual = match self.line.kind {
            AccessKind::Pppoe | AccessKind::Dhcp | AccessKind::Ipoe => {
                Some(settings.pool_address(self.number))
            }
            _ => self.line.host(),
        };
        self.kept = Kept { class: self.grant.class.clone(), address: self.grant.address.or(usual) };
    }

    fn online(&mut self, settings: &Settings, now: Moment) -> Online {
        self.outcome = Outcome::Open;
        self.acknowledged = None;
        (self.changes, self.differences) = (0, 0);
        (self.disconnected, self.usage, self.interim_wanted) = (None, None, None);
        self.held = self.granted(settings, now);
        let next_interim = self.interim(settings).map(|interval| now.elapsed + interval);
        let (renews_at, ends) = self.lasts(now);
        Online {
            since: now.elapsed,
            next_interim,
            started: false,
            renews_at,
            ends,
            counted: Usage::default(),
            counted_until: now.elapsed,
        }
    }

    /// When what was granted now is to be renewed, and when it ends, and how.
    fn lasts(&self, now: Moment) -> (Option<Duration>, Option<(Duration, u32)>) {
        let granted = self.grant.session_timeout_s.map(|s| Duration::from_secs(u64::from(s)));
        let end = |lasts| (now.elapsed + lasts, SESSION_TIMEOUT);
        if !self.line.kind.is_leased() {
            return (None, granted.map(end));
        }
        let lease = granted.unwrap_or(LEASE_USUAL);
        (Some(now.elapsed + lease / 2), Some(end(lease)))
    }

    /// Whether the client of a lease asks for another one now.
    fn renews(&self, online: Online, now: Moment) -> bool {
        online.started
            && self.hung_up.is_none()
            && online.renews_at.is_some_and(|renewal| renewal <= now.elapsed)
            && online.ends.is_none_or(|(end, _)| now.elapsed < end)
    }

    fn go_on(&mut self, online: Online) {
        self.state = State::Online(online);
        let end = online.ends.map(|(end, _)| end);
        let disconnected = self.disconnected.map(|(at, _)| at);
        let next = [
            online.next_interim,
            online.renews_at,
            end,
            self.hung_up,
            disconnected,
            self.interim_wanted,
        ];
        self.due = next.into_iter().flatten().min().unwrap_or(Duration::MAX);
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
        self.go_on(online);
    }

    /// The router's own interval; without one, what the server asks for.
    fn interim(&self, settings: &Settings) -> Option<Duration> {
        let asked = self.grant.interim_interval_s.map(|s| Duration::from_secs(u64::from(s)));
        settings.interim.or(asked).filter(|interval| !interval.is_zero())
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

/// When this subscriber dials, of all that are spread over the ramp.
fn turn(settings: &Settings, number: u32) -> Duration {
    let steps = u32::try_from(settings.subscribers.len()).unwrap_or(u32::MAX).max(1);
    settings.ramp * number / steps
}

/// The subscriber's line in the `dials`-th of its sessions.
fn line(settings: &Settings, subscriber: &Subscriber, number: u32, dials: u32) -> Line {
    let population = u32::try_from(settings.subscribers.len()).unwrap_or(u32::MAX);
    let session =
        settings.first_session.wrapping_add(number).wrapping_add(dials.wrapping_mul(population));
    let mac = subscriber.mac_or(settings.first_mac.plus(number));
    settings.nas.line_of(subscriber.kind(), subscriber.login(), mac, number, session)
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
