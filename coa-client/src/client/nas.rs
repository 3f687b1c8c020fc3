//! One NAS: its requester, and the requests that wait for their turn.

use core::fmt;
use core::net::SocketAddr;
use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::vec::Vec;

use radius_proto::{AttributeType, PACKET_LEN_MAX, PACKET_LEN_MIN, PacketWriter, WriteError};
use tokio::sync::oneshot;

use super::CoaError;
use super::clock::Jitter;
use super::state::Outgoing;
use crate::{
    Arrival, BeginError, Destination, Outcome, Reply, RequestId, RequestKind, Requester, Settings,
};

/// Where the caller waits.
pub(super) type Answer = oneshot::Sender<Result<Reply, CoaError>>;

/// The attributes of a request that has no identifier yet, as they stand on the wire.
pub(super) struct Attributes(Vec<u8>);

/// A request that waits for its turn.
pub(super) struct Waiting {
    /// By which the caller can take it back.
    pub(super) ticket: u64,
    pub(super) kind: RequestKind,
    pub(super) attributes: Attributes,
    /// When it came.
    pub(super) since: Duration,
    pub(super) answer: Answer,
}

pub(super) struct Nas {
    pub(super) requester: Requester,
    waiting: VecDeque<Waiting>,
    running: BTreeMap<RequestId, Running>,
    /// When it is to be driven again, as the state has noted it.
    pub(super) scheduled: Option<Duration>,
}

/// A request that its requester has.
struct Running {
    ticket: u64,
    kind: RequestKind,
    answer: Answer,
    unsent: Option<io::Error>,
}

impl Nas {
    pub(super) const fn new(destination: Destination, first_identifier: u8) -> Self {
        Self {
            requester: Requester::new(destination, first_identifier),
            waiting: VecDeque::new(),
            running: BTreeMap::new(),
            scheduled: None,
        }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.requester.destination().address
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn is_idle(&self, now: Duration) -> bool {
        self.waiting.is_empty() && self.running.is_empty() && self.requester.is_idle(now)
    }

    pub(super) fn push(&mut self, waiting: Waiting) {
        self.waiting.push_back(waiting);
    }

    /// Forgets the request with this ticket, wherever it is.
    pub(super) fn cancel(&mut self, ticket: u64, now: Duration) {
        self.waiting.retain(|waiting| waiting.ticket != ticket);
        let running = self.running.iter().find(|(_, running)| running.ticket == ticket);
        if let Some(id) = running.map(|(id, _)| *id) {
            self.running.remove(&id);
            self.requester.cancel(id, now);
        }
    }

    /// Remembers why a transmission did not leave.
    pub(super) fn note_unsent(&mut self, request: RequestId, error: io::Error) {
        if let Some(running) = self.running.get_mut(&request) {
            running.unsent = Some(error);
        }
    }

    pub(super) fn receive(&mut self, datagram: &[u8], now: Duration) -> Arrival {
        self.requester.receive(self.address(), datagram, now)
    }

    /// Does what is to be done now: datagrams go into `outbox`, up to `outbox_max`, outcomes to
    /// those who wait for them. Gives when there will be something to do if nothing comes in.
    pub(super) fn drive(
        &mut self,
        (now, unix_s, wait_max): (Duration, u32, Duration),
        jitter: &mut Jitter,
        outbox: &mut Vec<Outgoing>,
        outbox_max: usize,
    ) -> Option<Duration> {
        self.deliver(now);
        self.drop_overdue(now, wait_max);
        let mut next = self.begin(now, unix_s, jitter);
        while outbox.len() < outbox_max {
            let Some(transmit) = self.requester.poll_transmit(now) else { break };
            outbox.push(Outgoing {
                request: transmit.request,
                destination: transmit.destination,
                datagram: transmit.datagram.to_vec(),
            });
        }
        let overdue = self.waiting.front().map(|waiting| waiting.since.saturating_add(wait_max));
        for other in [self.requester.next_deadline(), overdue].into_iter().flatten() {
            next = Some(next.map_or(other, |next| next.min(other)));
        }
        next
    }

    /// Gives outcomes to those who wait for them.
    fn deliver(&mut self, now: Duration) {
        while let Some((id, outcome)) = self.requester.poll_outcome(now) {
            let Some(running) = self.running.remove(&id) else { continue };
            let result = match outcome {
                Outcome::Answered(reply) => Ok(reply),
                Outcome::TimedOut { transmissions, unauthentic } => Err(CoaError::TimedOut {
                    destination: self.address(),
                    kind: running.kind,
                    transmissions,
                    unauthentic,
                    unsent: running.unsent,
                }),
            };
            // Whoever asked may have stopped waiting.
            let _ = running.answer.send(result);
        }
    }

    fn drop_overdue(&mut self, now: Duration, wait_max: Duration) {
        let destination = self.address();
        while let Some(first) = self.waiting.front() {
            let waited = now.saturating_sub(first.since);
            if waited < wait_max {
                return;
            }
            if let Some(overdue) = self.waiting.pop_front() {
                let _ = overdue.answer.send(Err(CoaError::NotSent { destination, waited }));
            }
        }
    }

    /// Begins what may begin. Gives when the next may, where time decides that.
    fn begin(&mut self, now: Duration, unix_s: u32, jitter: &mut Jitter) -> Option<Duration> {
        while let Some(first) = self.waiting.front() {
            let attributes = |writer: &mut PacketWriter<'_>| first.attributes.write(writer);
            let begun = self.requester.begin(first.kind, now, unix_s, jitter.draw(), attributes);
            match begun {
                Err(BeginError::InFlightMax { .. }) => return None,
                Err(BeginError::TooSoon { until }) => return Some(until),
                Err(BeginError::NoIdentifier { until }) => return until,
                Ok(_) | Err(BeginError::Write(_)) => {}
            }
            let Waiting { ticket, kind, answer, .. } = self.waiting.pop_front()?;
            match begun {
                Ok(id) => {
                    let running = Running { ticket, kind, answer, unsent: None };
                    self.running.insert(id, running);
                }
                Err(BeginError::Write(error)) => {
                    let _ = answer.send(Err(error.into()));
                }
                Err(_) => {}
            }
        }
        None
    }
}

impl Attributes {
    /// What `write` writes, as long as it fits into a request beside what is added to it.
    pub(super) fn collect(
        kind: RequestKind,
        settings: &Settings,
        write: impl FnOnce(&mut PacketWriter<'_>) -> Result<(), WriteError>,
    ) -> Result<Self, WriteError> {
        const MESSAGE_AUTHENTICATOR_LEN: usize = 18;
        const EVENT_TIMESTAMP_LEN: usize = 6;
        let mut buffer = [0; PACKET_LEN_MAX];
        let mut room: &mut [u8] = &mut buffer;
        for (is_added, len) in [
            (settings.message_authenticator, MESSAGE_AUTHENTICATOR_LEN),
            (settings.event_timestamp, EVENT_TIMESTAMP_LEN),
        ] {
            let rest = room.len() - if is_added { len } else { 0 };
            room = room.get_mut(..rest).unwrap_or_default();
        }
        let mut writer = PacketWriter::without_message_authenticator(room, kind.code(), 0)?;
        write(&mut writer)?;
        let packet = writer.finish_unsigned(&[0; 16]);
        Ok(Self(packet.get(PACKET_LEN_MIN..).unwrap_or_default().to_vec()))
    }

    /// Writes them again. A Message-Authenticator keeps its place, unless the settings put one
    /// first already.
    fn write(&self, writer: &mut PacketWriter<'_>) -> Result<(), WriteError> {
        let mut rest = self.0.as_slice();
        while let [kind, len, ..] = *rest {
            // A writer has written them, so that no length is wrong.
            let Some((attribute, after)) = rest.split_at_checked(usize::from(len)) else { break };
            let value = attribute.get(2..).unwrap_or_default();
            match AttributeType(kind) {
                AttributeType::MESSAGE_AUTHENTICATOR => {
                    match writer.append_message_authenticator() {
                        Ok(()) | Err(WriteError::MessageAuthenticator) => {}
                        Err(error) => return Err(error),
                    }
                }
                kind => writer.attribute(kind, value)?,
            }
            rest = after;
        }
        Ok(())
    }
}

/// Without what it asks for, which may be personal.
impl fmt::Debug for Nas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nas")
            .field("requester", &self.requester)
            .field("waiting", &self.waiting.len())
            .field("running", &self.running.len())
            .finish_non_exhaustive()
    }
}
