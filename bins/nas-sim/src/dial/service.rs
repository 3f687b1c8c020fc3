//! A service within a session, without IO: its own Start, Interim-Updates and Stop.

use std::time::Duration;

use super::Settings;
use super::session::{Session, Usage};
use crate::clock::Moment;
use crate::coa::{Manner, Service, Statistics};
use crate::line::Line;
use crate::packet::{self, Kept, Record, RecordKind, RequestError, ServiceTold, Written};
use crate::reply;

/// RFC 2866 §5.10: the access server ended it, of which no error is known.
const NAS_REQUEST: u32 = 10;
const SESSION_TIMEOUT: u32 = 5;
/// How often an E-series looks whether a service has used up its volume.
const VOLUME_CHECK: Duration = Duration::from_secs(10);

/// One of a session's services.
#[derive(Debug)]
pub(super) struct Active {
    /// The session's place in the list of subscribers.
    pub(super) session: u32,
    pub(super) service: Service,
    line: Line,
    parent_id: String,
    kept: Kept,
    began: Duration,
    /// What the session had used when it began.
    before: Usage,
    /// What the session had used when its volume began to count.
    volume_before: Usage,
    next_interim: Option<Duration>,
    next_check: Option<Duration>,
    started: bool,
    ended: Option<Ended>,
    telling: Option<Telling>,
    due: Duration,
    over: bool,
}

/// When, why, and with what used.
#[derive(Clone, Copy, Debug)]
struct Ended {
    at: Duration,
    terminate_cause: u32,
    usage: Usage,
}

/// A record that nobody has acknowledged.
#[derive(Debug)]
struct Telling {
    request: Written,
    record: Record,
    happened: Duration,
    sends: u32,
}

impl Active {
    pub(super) fn new(
        session: &Session,
        number: u32,
        service: Service,
        usage: Usage,
        now: Moment,
        manner: Manner,
    ) -> Self {
        let parent_id = session.line.session_id.clone();
        let mut line = session.line.clone();
        line.session_id = match manner {
            // Nothing is known of how they are numbered; only that they are not the session's.
            Manner::Cisco => format!("{parent_id}{:02X}", service.number),
            _ => format!("{parent_id}:{}", service.number),
        };
        let mut active = Self {
            session: number,
            line,
            parent_id,
            kept: session.kept.clone(),
            began: now.elapsed,
            before: usage,
            volume_before: usage,
            next_interim: None,
            next_check: None,
            started: false,
            ended: None,
            telling: None,
            due: now.elapsed,
            over: false,
            service,
        };
        active.plan(now);
        active
    }

    /// The same service was activated once more, or told something else.
    pub(super) fn renew(&mut self, service: Service, usage: Usage, now: Moment) {
        if self.service.since != service.since {
            self.volume_before = usage;
        }
        self.service = service;
        self.plan(now);
        self.rest();
    }

    fn plan(&mut self, now: Moment) {
        let interval = Duration::from_secs(u64::from(self.service.interim_s));
        self.next_interim = Some(now.elapsed + interval).filter(|_| !interval.is_zero());
        self.next_check =
            Some(now.elapsed + VOLUME_CHECK).filter(|_| self.service.volume_octets > 0);
    }

    /// The session's class may have changed.
    pub(super) fn keep(&mut self, kept: &Kept) {
        self.kept.clone_from(kept);
    }

    /// When it next wants something; nothing once it is over.
    pub(super) fn due(&self) -> Option<Duration> {
        (!self.over).then_some(self.due)
    }

    pub(super) const fn postpone(&mut self, until: Duration) {
        self.due = until;
    }

    /// Ends it, unless it has ended. Without a cause the router has ended it.
    pub(super) fn end(&mut self, at: Duration, terminate_cause: Option<u32>, usage: Usage) {
        let terminate_cause = terminate_cause.unwrap_or(NAS_REQUEST);
        self.ended.get_or_insert(Ended { at, terminate_cause, usage });
        self.due = self.due.min(at);
        let interim = |telling: &Telling| telling.record.kind == RecordKind::Interim;
        if self.telling.as_ref().is_some_and(interim) {
            self.telling = None;
        }
    }

    /// Whether its time or its volume is used up.
    pub(super) fn expires(&mut self, usage: Usage, now: Moment) -> Option<(Duration, u32)> {
        if self.ended.is_some() || self.over {
            return None;
        }
        if let Some(end) = self.timeout().filter(|end| *end <= now.elapsed) {
            return Some((end, SESSION_TIMEOUT));
        }
        let check = self.next_check.filter(|check| *check <= now.elapsed)?;
        let used = usage.since(self.volume_before).output_octets;
        if used >= self.service.volume_octets {
            return Some((check, SESSION_TIMEOUT));
        }
        self.next_check = Some(check + VOLUME_CHECK);
        None
    }

    fn timeout(&self) -> Option<Duration> {
        let lasts = Duration::from_secs(u64::from(self.service.timeout_s));
        (!lasts.is_zero()).then(|| self.service.since + lasts)
    }

    /// Whether there is something to send now, and whether it is the same octets again.
    pub(super) fn wants(&self, settings: &Settings, now: Moment) -> Option<Wanted> {
        if self.over {
            return None;
        }
        match &self.telling {
            Some(_) if now.elapsed < self.due => None,
            Some(telling) if telling.sends < settings.tries => Some(Wanted::Again),
            Some(_) => Some(Wanted::Fresh),
            None => self.next_kind(now).map(|_| Wanted::Fresh),
        }
    }

    fn next_kind(&self, now: Moment) -> Option<(RecordKind, Duration)> {
        if !self.started {
            return Some((RecordKind::Start, self.began));
        }
        if let Some(Ended { at, terminate_cause, .. }) = self.ended
            && at <= now.elapsed
        {
            return Some((RecordKind::Stop { terminate_cause }, at));
        }
        let interim = self.next_interim.filter(|next| *next <= now.elapsed)?;
        Some((RecordKind::Interim, interim))
    }

    /// Writes the request of [`Wanted::Fresh`]; `usage` is the session's at this moment.
    pub(super) fn fresh(
        &mut self,
        settings: &Settings,
        now: Moment,
        identifier: u8,
        usage: Usage,
    ) -> Result<&[u8], RequestError> {
        let (record, happened) = match self.telling.take() {
            Some(telling) => (telling.record, telling.happened),
            None => self.next_record(now, usage),
        };
        let delay = now.elapsed.saturating_sub(happened).as_secs();
        let told = packet::Told {
            nas: &settings.nas,
            line: &self.line,
            kept: &self.kept,
            record: &record,
            delay_s: u32::try_from(delay).unwrap_or(u32::MAX),
            service: Some(ServiceTold {
                manner: settings.manner(),
                text: &self.service.text,
                parent: &self.parent_id,
                counts: self.service.statistics == Statistics::Volume,
            }),
        };
        let request = packet::accounting_request(&told, identifier, &settings.secret)?;
        self.due = now.elapsed + settings.timeout;
        let telling = self.telling.insert(Telling { request, record, happened, sends: 1 });
        Ok(&telling.request.bytes)
    }

    fn next_record(&mut self, now: Moment, usage: Usage) -> (Record, Duration) {
        let (kind, happened) = self.next_kind(now).unwrap_or((RecordKind::Interim, now.elapsed));
        let usage = match (kind, self.ended) {
            (RecordKind::Stop { .. }, Some(ended)) => ended.usage,
            _ => usage,
        };
        let interval = Duration::from_secs(u64::from(self.service.interim_s));
        if let (RecordKind::Interim, Some(next)) = (kind, &mut self.next_interim) {
            while *next <= now.elapsed && !interval.is_zero() {
                *next += interval;
            }
        }
        let used = usage.since(self.before);
        let lasted = happened.saturating_sub(self.began).as_secs();
        let ago = now.elapsed.saturating_sub(happened).as_secs();
        let record = Record {
            kind,
            unix_s: now.unix_s.saturating_sub(u32::try_from(ago).unwrap_or(u32::MAX)),
            session_time_s: u32::try_from(lasted).unwrap_or(u32::MAX),
            input_octets: used.input_octets,
            output_octets: used.output_octets,
        };
        (record, happened)
    }

    /// The octets of [`Wanted::Again`].
    pub(super) fn again(&mut self, settings: &Settings, now: Moment) -> &[u8] {
        self.due = now.elapsed + settings.timeout;
        match &mut self.telling {
            Some(telling) => {
                telling.sends += 1;
                &telling.request.bytes
            }
            None => &[],
        }
    }

    /// What a datagram with its identifier means.
    pub(super) fn hear(
        &mut self,
        settings: &Settings,
        datagram: &[u8],
    ) -> Option<Result<RecordKind, reply::Disagreement>> {
        let telling = self.telling.as_ref()?;
        if let Err(wrong) = reply::read_accounting(datagram, &telling.request, &settings.secret) {
            return Some(Err(wrong));
        }
        let kind = telling.record.kind;
        self.telling = None;
        self.started = true;
        self.over = matches!(kind, RecordKind::Stop { .. });
        self.rest();
        Some(Ok(kind))
    }

    /// What comes next, unless an answer is waited for.
    fn rest(&mut self) {
        if self.telling.is_some() || !self.started {
            return;
        }
        let ended = self.ended.map(|ended| ended.at);
        let next = [ended, self.next_interim, self.next_check, self.timeout()];
        self.due = next.into_iter().flatten().min().unwrap_or(Duration::MAX);
    }
}

/// What a service wants to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A request that was not sent before, with an identifier of its own.
    Fresh,
    /// The octets of the last request once more.
    Again,
}

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;
