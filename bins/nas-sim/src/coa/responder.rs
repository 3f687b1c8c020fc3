//! What stands between the socket and a manner: signatures, repeated requests, trouble on the way,
//! answers that take their time. Without IO.
//!
//! A request that comes again is answered as before by every make: of RouterOS and Cisco nothing
//! else is known, and doing it again would change nothing anyway.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use radius_proto::{
    Authenticator, Code, MessageAuthenticator, PACKET_LEN_MAX, Packet, PacketWriter, Secret,
    WriteError,
};

use super::trouble::Dice;
use super::{
    Answer, Arrival, Ask, Asked, Change, ErrorCause, Figures, Given, Live, Manner, Router,
    Settings, Verdict,
};
use crate::attributes as attr;
use crate::clock::Moment;
use crate::line::Nas;

/// So many answers are remembered for requests that come once more.
const REMEMBERED_MAX: usize = 16_384;
/// So many arrivals are kept until somebody takes them; all are counted.
const ARRIVALS_MAX: usize = 200_000;

/// What a request did to a session.
#[derive(Debug)]
pub(crate) struct Effect {
    /// The session's place in the list of subscribers.
    pub(crate) session: u32,
    pub(crate) what: Done,
}

#[derive(Debug)]
pub(crate) enum Done {
    Changed(Box<Change>),
    /// It ends at this moment, right after the ACK.
    Ended {
        at: Duration,
        terminate_cause: u32,
    },
}

/// Answers CoA- and Disconnect-Requests.
#[derive(Debug)]
pub(crate) struct Responder {
    settings: Settings,
    /// When the clock of [`Moment`] began.
    started: Instant,
    dice: Dice,
    remembered: HashMap<Request, Option<Vec<u8>>>,
    order: VecDeque<Request>,
    /// In the order in which they are due, for all take the same time.
    waiting: VecDeque<Waiting>,
    asked: u32,
    away_until: Option<Duration>,
    pub(crate) figures: Figures,
    pub(crate) arrivals: Vec<Arrival>,
}

/// What makes a request the same as another (RFC 5176 §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Request {
    from: SocketAddr,
    identifier: u8,
    authenticator: Authenticator,
}

#[derive(Debug)]
struct Waiting {
    due: Duration,
    request: Request,
    octets: Vec<u8>,
    /// Whose session it is about.
    about: Option<u32>,
}

/// A datagram that came, and what the router is at that moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Incoming<'a> {
    pub(crate) datagram: &'a [u8],
    pub(crate) from: SocketAddr,
    pub(crate) now: Moment,
    pub(crate) secret: &'a Secret,
    pub(crate) nas: &'a Nas,
    pub(crate) sessions: &'a [Live<'a>],
}

impl Responder {
    pub(crate) fn new(settings: Settings, started: Instant) -> Self {
        Self {
            dice: Dice::new(settings.trouble.seed),
            settings,
            started,
            remembered: HashMap::new(),
            order: VecDeque::new(),
            waiting: VecDeque::new(),
            asked: 0,
            away_until: None,
            figures: Figures::default(),
            arrivals: Vec::new(),
        }
    }

    #[cfg(test)]
    pub(crate) const fn manner(&self) -> Manner {
        self.settings.manner
    }

    pub(crate) fn router<'a>(&'a self, nas: &'a Nas, now: Moment) -> Router<'a> {
        let Settings { accept, templates, .. } = &self.settings;
        Router { nas, accept: *accept, templates, now }
    }

    /// The router hears nothing until then.
    pub(crate) const fn leave_until(&mut self, until: Duration) {
        self.away_until = Some(until);
    }

    /// Takes a datagram; the answer waits in [`due`](Self::due).
    pub(crate) fn receive(&mut self, incoming: &Incoming<'_>) -> Option<Effect> {
        let elapsed = incoming.now.elapsed;
        if self.is_away(elapsed) {
            self.figures.away += 1;
            return None;
        }
        if self.dice.hits(self.settings.trouble.loss) {
            self.figures.lost_requests += 1;
            return None;
        }
        self.figures.received += 1;
        let Some((packet, ask)) = read(incoming.datagram, incoming.secret) else {
            self.figures.silent += 1;
            return None;
        };
        let request = Request {
            from: incoming.from,
            identifier: packet.identifier(),
            authenticator: *packet.authenticator(),
        };
        let mut arrival = Arrival {
            at: self.started + elapsed,
            at_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            ask,
            login: packet.first(attr::USER_NAME).map(|it| String::from_utf8_lossy(it).into_owned()),
            session: None,
            session_id: None,
            answer: Answer::Repeated,
            changed: Vec::new(),
        };
        if let Some(answered) = self.remembered.get(&request) {
            self.figures.repeated += 1;
            if let Some(octets) = answered.clone() {
                self.waiting.push_back(Waiting {
                    due: elapsed + self.settings.trouble.delay,
                    request,
                    octets,
                    about: None,
                });
            }
            self.note(arrival);
            return None;
        }
        let verdict = self.judge(&packet, ask, incoming);
        let done = self.answer(&packet, ask, incoming, request, verdict, &mut arrival);
        self.note(arrival);
        done
    }

    fn judge(&mut self, packet: &Packet<'_>, ask: Ask, incoming: &Incoming<'_>) -> Verdict {
        let pending: Vec<u32> = self.waiting.iter().filter_map(|waiting| waiting.about).collect();
        let given = Given::all(packet);
        let asked = Asked { ask, given, sessions: incoming.sessions, pending };
        let router = self.router(incoming.nas, incoming.now);
        let verdict = self.settings.manner.judge(&asked, &router);
        if verdict != Verdict::Silence {
            self.asked = self.asked.saturating_add(1);
            if self.asked <= self.settings.trouble.refuse_first {
                return Verdict::Refused(ErrorCause::RESOURCES_UNAVAILABLE);
            }
        }
        verdict
    }

    /// Lets the verdict's answer wait, and gives what it does to a session.
    fn answer(
        &mut self,
        packet: &Packet<'_>,
        ask: Ask,
        incoming: &Incoming<'_>,
        request: Request,
        verdict: Verdict,
        arrival: &mut Arrival,
    ) -> Option<Effect> {
        let due = incoming.now.elapsed + self.settings.trouble.delay;
        let (place, cause, done) = match verdict {
            Verdict::Silence => {
                self.figures.silent += 1;
                arrival.answer = Answer::Silent;
                return None;
            }
            Verdict::Refused(cause) => (None, Some(cause), None),
            Verdict::Confirmed { session } => (Some(session), None, None),
            Verdict::Changed { session, change } => {
                arrival.changed.clone_from(&change.what);
                self.figures.changes += 1;
                (Some(session), None, Some(Done::Changed(change)))
            }
            Verdict::Ended { session } => {
                self.figures.disconnects += 1;
                let terminate_cause = self.settings.manner.disconnect_cause();
                (Some(session), None, Some(Done::Ended { at: due, terminate_cause }))
            }
        };
        let live = place.and_then(|place| incoming.sessions.get(place));
        if let Some(live) = live {
            arrival.login = Some(live.line.user_name.clone());
        }
        arrival.session_id = live.map(|live| live.line.session_id.clone());
        arrival.session = live.map(|live| live.number);
        match cause {
            None => {
                self.figures.acknowledged += 1;
                arrival.answer = Answer::Acknowledged;
            }
            Some(cause) => {
                self.figures.refused += 1;
                *self.figures.refused_for.entry(cause.0).or_default() += 1;
                arrival.answer = Answer::Refused(cause);
            }
        }
        let written = write(packet, ask, cause, self.settings.manner, incoming);
        // An answer that does not fit into a packet cannot be: it repeats Proxy-States at most.
        let Ok(octets) = written else { return None };
        self.remember(request, None);
        let about = live.map(|live| live.number);
        self.waiting.push_back(Waiting { due, request, octets, about });
        Some(Effect { session: about?, what: done? })
    }

    /// When the next answer goes out.
    pub(crate) fn due(&self) -> Option<Duration> {
        self.waiting.front().map(|waiting| waiting.due)
    }

    /// The next answer that is due, and to whom; some are lost on the way.
    pub(crate) fn next_reply(&mut self, now: Duration) -> Option<(SocketAddr, Vec<u8>)> {
        loop {
            self.waiting.front().filter(|waiting| waiting.due <= now)?;
            let Waiting { request, octets, .. } = self.waiting.pop_front()?;
            if let Some(remembered) = self.remembered.get_mut(&request) {
                *remembered = Some(octets.clone());
            }
            if self.is_away(now) {
                self.figures.away += 1;
            } else if self.dice.hits(self.settings.trouble.loss) {
                self.figures.lost_replies += 1;
            } else {
                return Some((request.from, octets));
            }
        }
    }

    fn is_away(&self, elapsed: Duration) -> bool {
        self.settings.trouble.is_away(elapsed) || self.away_until.is_some_and(|it| elapsed < it)
    }

    fn remember(&mut self, request: Request, answer: Option<Vec<u8>>) {
        if self.order.len() >= REMEMBERED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.remembered.remove(&oldest);
        }
        self.order.push_back(request);
        self.remembered.insert(request, answer);
    }

    fn note(&mut self, arrival: Arrival) {
        if self.arrivals.len() < ARRIVALS_MAX {
            self.arrivals.push(arrival);
        }
    }
}

/// A request that proves that it knows the secret.
fn read<'a>(datagram: &'a [u8], secret: &Secret) -> Option<(Packet<'a>, Ask)> {
    let packet = Packet::parse(datagram).ok()?;
    let ask = match packet.code() {
        Code::COA_REQUEST => Ask::Change,
        Code::DISCONNECT_REQUEST => Ask::Disconnect,
        _ => return None,
    };
    let proved = packet.verify_request_authenticator(secret)
        && packet.verify_message_authenticator(secret) != MessageAuthenticator::Invalid;
    proved.then_some((packet, ask))
}

fn write(
    packet: &Packet<'_>,
    ask: Ask,
    cause: Option<ErrorCause>,
    manner: Manner,
    incoming: &Incoming<'_>,
) -> Result<Vec<u8>, WriteError> {
    let code = match (ask, cause) {
        (Ask::Change, None) => Code::COA_ACK,
        (Ask::Change, Some(_)) => Code::COA_NAK,
        (Ask::Disconnect, None) => Code::DISCONNECT_ACK,
        (Ask::Disconnect, Some(_)) => Code::DISCONNECT_NAK,
    };
    let mut buffer = [0; PACKET_LEN_MAX];
    let identifier = packet.identifier();
    let mut writer = PacketWriter::without_message_authenticator(&mut buffer, code, identifier)?;
    if manner.signs(packet.has_message_authenticator()) {
        writer.message_authenticator()?;
    }
    if let Some(ErrorCause(cause)) = cause {
        writer.attribute(attr::ERROR_CAUSE, &cause.to_be_bytes())?;
    }
    if manner == Manner::Hostapd {
        writer.attribute(attr::EVENT_TIMESTAMP, &incoming.now.unix_s.to_be_bytes())?;
    }
    if manner != Manner::AccelPpp {
        for state in packet.all(attr::PROXY_STATE) {
            writer.attribute(attr::PROXY_STATE, state)?;
        }
    }
    Ok(writer.finish_response(packet.authenticator(), incoming.secret).to_vec())
}

#[cfg(test)]
#[path = "responder_tests.rs"]
mod tests;
