//! The requests of one source port to one NAS, as a state machine.

mod identifiers;
mod in_flight;

use alloc::collections::VecDeque;
use core::net::SocketAddr;
use core::time::Duration;

use radius_proto::{Packet, PacketWriter, Secret, WriteError};
use thiserror::Error;

use crate::{Destination, Reply, RequestKind, Settings};
use identifiers::{Identifiers, Rest};
use in_flight::InFlight;

/// The requests of one source port to one NAS.
///
/// It sends and receives nothing and reads no clock. Whoever drives it, in this order whenever
/// something has happened:
///
/// 1. gives [`receive`](Self::receive) each datagram that came to the source port;
/// 2. sends what [`poll_transmit`](Self::poll_transmit) gives, until it gives nothing;
/// 3. takes what [`poll_outcome`](Self::poll_outcome) gives, until it gives nothing;
/// 4. comes back at [`next_deadline`](Self::next_deadline) at the latest.
///
/// `now` is the time since any moment that stays the same, and does not go backwards. Each request
/// that [`begin`](Self::begin) accepted has exactly one outcome, unless it is
/// [cancelled](Self::cancel).
#[derive(Debug)]
pub struct Requester {
    destination: Destination,
    identifiers: Identifiers,
    outcomes: VecDeque<(RequestId, Outcome)>,
    next_id: u64,
    /// When the next request may begin.
    next_begin: Duration,
    counters: Counters,
}

/// One request of a [`Requester`], for as long as the requester lives. It is not the identifier on
/// the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(u64);

/// A datagram to send now.
#[derive(Debug)]
pub struct Transmit<'a> {
    /// The request that it is.
    pub request: RequestId,
    /// Which transmission of it, the first being 1. All have the same octets.
    pub number: u32,
    /// Where to.
    pub destination: SocketAddr,
    /// Where from; always the same port for one [`Requester`].
    pub local: SocketAddr,
    /// What.
    pub datagram: &'a [u8],
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The NAS did it or refused it.
    Answered(Reply),
    /// No reply that could be believed.
    TimedOut {
        /// How often the request was sent.
        transmissions: u32,
        /// Replies to it that were not made with the secret. More than 0: the NAS knows this client
        /// by another secret, or somebody is guessing.
        unauthentic: u32,
    },
}

/// What a datagram was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub enum Arrival {
    /// The answer to this request.
    Answer(RequestId),
    /// The answer to a request that has had it.
    Duplicate,
    /// The answer to a request that was given up.
    Late,
    /// From somewhere else than the NAS.
    OtherSource,
    /// No RADIUS packet.
    Malformed,
    /// An identifier that no request has.
    Stray,
    /// A code that does not answer the request.
    OtherCode,
    /// Not made with the secret for the request, or without a signature that must be there.
    Unauthentic,
}

/// How often what has happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of what is counted")]
pub struct Counters {
    pub requests: u64,
    pub transmissions: u64,
    pub acknowledged: u64,
    pub refused: u64,
    pub timed_out: u64,
    pub cancelled: u64,
    pub duplicates: u64,
    pub late: u64,
    pub other_source: u64,
    pub malformed: u64,
    pub stray: u64,
    pub other_code: u64,
    pub unauthentic: u64,
}

/// Why a request could not be begun. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BeginError {
    /// As many requests wait for their replies, or outcomes to be taken, as may.
    #[error("{max} requests are in flight, which is the limit")]
    InFlightMax {
        /// The limit.
        max: usize,
    },
    /// The requests of this second have begun.
    #[error("too many requests a second")]
    TooSoon {
        /// When the next may begin.
        until: Duration,
    },
    /// All identifiers are in use or must rest.
    #[error("no identifier is free")]
    NoIdentifier {
        /// When one will have rested enough, if nothing is answered before.
        until: Option<Duration>,
    },
    /// The attributes do not fit or were not written.
    #[error("cannot write the request: {0}")]
    Write(#[from] WriteError),
}

impl Requester {
    /// A requester that has asked nothing. `first_identifier` is best drawn at random: a NAS may
    /// still remember identifiers of before a restart.
    #[must_use]
    pub const fn new(destination: Destination, first_identifier: u8) -> Self {
        Self {
            destination,
            identifiers: Identifiers::new(first_identifier),
            outcomes: VecDeque::new(),
            next_id: 0,
            next_begin: Duration::ZERO,
            counters: Counters::ZERO,
        }
    }

    /// Makes a request. `attributes` writes what identifies the session and what is to change, in
    /// its order; before it come the Message-Authenticator and the Event-Timestamp of `unix_s`,
    /// where the settings want them. `jitter` is random and spreads the retransmissions.
    ///
    /// # Errors
    /// [`BeginError`]; `attributes` is called only when there is room and an identifier.
    pub fn begin(
        &mut self,
        kind: RequestKind,
        now: Duration,
        unix_s: u32,
        jitter: u64,
        attributes: impl FnOnce(&mut PacketWriter<'_>) -> Result<(), WriteError>,
    ) -> Result<RequestId, BeginError> {
        let max = self.destination.settings.in_flight_max.clamp(1, Settings::IDENTIFIERS);
        if self.in_flight() + self.outcomes.len() >= max {
            return Err(BeginError::InFlightMax { max });
        }
        if now < self.next_begin {
            return Err(BeginError::TooSoon { until: self.next_begin });
        }
        let identifier = self
            .identifiers
            .free(now)
            .ok_or_else(|| BeginError::NoIdentifier { until: self.identifiers.rested_at() })?;
        let id = RequestId(self.next_id);
        let request = InFlight::write(
            id,
            (kind, identifier),
            (now, unix_s, jitter),
            &self.destination.settings,
            &self.destination.secret,
            attributes,
        )?;
        self.identifiers.take(identifier, request);
        self.next_id += 1;
        self.next_begin = match self.destination.settings.requests_per_s_max {
            Some(per_s) => now.saturating_add(Duration::from_secs(1) / per_s.get()),
            None => now,
        };
        self.counters.requests += 1;
        Ok(id)
    }

    /// What to send now, if there is something: first transmissions and those that are due again.
    pub fn poll_transmit(&mut self, now: Duration) -> Option<Transmit<'_>> {
        self.give_up(now);
        let due = self.identifiers.in_flight().filter(|(_, request)| request.due <= now);
        let (identifier, _) = due.min_by_key(|(_, request)| (request.due, request.id))?;
        let request = self.identifiers.get_mut(identifier)?;
        request.transmit(now, &self.destination.settings.retransmission);
        self.counters.transmissions += 1;
        Some(Transmit {
            request: request.id,
            number: request.transmissions,
            destination: self.destination.address,
            local: self.destination.local,
            datagram: &request.datagram,
        })
    }

    /// What became of a request, if there is news.
    pub fn poll_outcome(&mut self, now: Duration) -> Option<(RequestId, Outcome)> {
        self.give_up(now);
        self.outcomes.pop_front()
    }

    /// When to poll again if nothing comes in; `None` when nothing is in flight. It may be past.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        self.identifiers.in_flight().map(|(_, request)| request.due).min()
    }

    /// Judges a datagram that came to the source port. An answer is an outcome from now on;
    /// everything else is counted and has no effect.
    pub fn receive(&mut self, source: SocketAddr, datagram: &[u8], now: Duration) -> Arrival {
        let arrival = self.judge(source, datagram, now);
        self.counters.count(arrival);
        arrival
    }

    /// Forgets a request; it has no outcome then. `false` when its outcome has been taken already.
    pub fn cancel(&mut self, request: RequestId, now: Duration) -> bool {
        let waiting = self.outcomes.len();
        self.outcomes.retain(|(id, _)| *id != request);
        let cancelled = self.outcomes.len() < waiting || {
            let until = now.saturating_add(self.destination.settings.identifier_rest);
            self.identifiers.find(request).is_some_and(|identifier| {
                self.identifiers.end(identifier, Rest::GivenUp, until).is_some()
            })
        };
        self.counters.cancelled += u64::from(cancelled);
        cancelled
    }

    /// Requests that wait for their replies.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.identifiers.len()
    }

    /// Whether nothing is in flight, no outcome waits and no identifier rests: whether a new
    /// requester on the same port would do as well.
    #[must_use]
    pub fn is_idle(&self, now: Duration) -> bool {
        self.outcomes.is_empty() && self.identifiers.are_free(now)
    }

    /// Whom it asks.
    #[must_use]
    pub const fn destination(&self) -> &Destination {
        &self.destination
    }

    /// How often what has happened.
    #[must_use]
    pub const fn counters(&self) -> Counters {
        self.counters
    }

    /// Asks with this secret and in this way from now on. The octets of what is in flight stay, and
    /// it is answered with its own secret.
    pub fn reconfigure(&mut self, secret: Secret, settings: Settings) {
        self.destination.secret = secret;
        self.destination.settings = settings;
    }

    fn judge(&mut self, source: SocketAddr, datagram: &[u8], now: Duration) -> Arrival {
        if source != self.destination.address {
            return Arrival::OtherSource;
        }
        let Ok(reply) = Packet::parse(datagram) else { return Arrival::Malformed };
        let signed = self.destination.settings.replies_are_signed;
        let identifier = reply.identifier();
        if let Some((proof, rest)) = self.identifiers.resting(identifier) {
            return match (proof.admits(reply, signed), rest) {
                (Some(false) | None, _) => Arrival::Stray,
                (Some(true), Rest::Answered) => Arrival::Duplicate,
                (Some(true), Rest::GivenUp) => Arrival::Late,
            };
        }
        let Some(request) = self.identifiers.get_mut(identifier) else { return Arrival::Stray };
        match request.proof.admits(reply, signed) {
            None => return Arrival::OtherCode,
            Some(false) => {
                request.unauthentic = request.unauthentic.saturating_add(1);
                return Arrival::Unauthentic;
            }
            Some(true) => {}
        }
        let (id, ack) = (request.id, request.proof.kind.ack());
        let until = now.saturating_add(self.destination.settings.identifier_rest);
        self.identifiers.end(identifier, Rest::Answered, until);
        let reply = Reply::new(reply, ack);
        match reply.is_acknowledged() {
            true => self.counters.acknowledged += 1,
            false => self.counters.refused += 1,
        }
        self.outcomes.push_back((id, Outcome::Answered(reply)));
        Arrival::Answer(id)
    }

    /// Gives up what has waited for its last reply long enough.
    fn give_up(&mut self, now: Duration) {
        let until = now.saturating_add(self.destination.settings.identifier_rest);
        let retransmission = self.destination.settings.retransmission;
        loop {
            let mut all = self.identifiers.in_flight();
            let exhausted = all.find(|(_, request)| request.is_exhausted(now, &retransmission));
            let Some((identifier, _)) = exhausted else { return };
            drop(all);
            let Some(request) = self.identifiers.end(identifier, Rest::GivenUp, until) else {
                return;
            };
            let InFlight { id, transmissions, unauthentic, .. } = request;
            self.counters.timed_out += 1;
            self.outcomes.push_back((id, Outcome::TimedOut { transmissions, unauthentic }));
        }
    }
}

impl Counters {
    const ZERO: Self = Self {
        requests: 0,
        transmissions: 0,
        acknowledged: 0,
        refused: 0,
        timed_out: 0,
        cancelled: 0,
        duplicates: 0,
        late: 0,
        other_source: 0,
        malformed: 0,
        stray: 0,
        other_code: 0,
        unauthentic: 0,
    };

    /// Both together.
    #[cfg(feature = "tokio")]
    pub(crate) const fn plus(self, other: Self) -> Self {
        Self {
            requests: self.requests + other.requests,
            transmissions: self.transmissions + other.transmissions,
            acknowledged: self.acknowledged + other.acknowledged,
            refused: self.refused + other.refused,
            timed_out: self.timed_out + other.timed_out,
            cancelled: self.cancelled + other.cancelled,
            duplicates: self.duplicates + other.duplicates,
            late: self.late + other.late,
            other_source: self.other_source + other.other_source,
            malformed: self.malformed + other.malformed,
            stray: self.stray + other.stray,
            other_code: self.other_code + other.other_code,
            unauthentic: self.unauthentic + other.unauthentic,
        }
    }

    fn count(&mut self, arrival: Arrival) {
        let counter = match arrival {
            // Counted by what it says.
            Arrival::Answer(_) => return,
            Arrival::Duplicate => &mut self.duplicates,
            Arrival::Late => &mut self.late,
            Arrival::OtherSource => &mut self.other_source,
            Arrival::Malformed => &mut self.malformed,
            Arrival::Stray => &mut self.stray,
            Arrival::OtherCode => &mut self.other_code,
            Arrival::Unauthentic => &mut self.unauthentic,
        };
        *counter += 1;
    }
}
