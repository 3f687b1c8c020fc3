//! All NASes that are asked from one local address.

use core::net::SocketAddr;
use core::time::Duration;
use std::collections::{BTreeSet, HashMap};
use std::vec::Vec;

use tokio::sync::oneshot;

use super::clock::{Clock, Jitter};
use super::nas::{Attributes, Nas, Waiting};
use super::{ClientSettings, CoaError};
use crate::{Counters, Destination, Reply, RequestId, RequestKind};

/// Datagrams that are sent before the socket is looked at again.
const OUTBOX_MAX: usize = 256;

/// A datagram that is to be sent.
pub(super) struct Outgoing {
    pub(super) request: RequestId,
    pub(super) destination: SocketAddr,
    pub(super) datagram: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct State {
    settings: ClientSettings,
    nases: HashMap<SocketAddr, Nas>,
    /// NASes to be driven now.
    changed: BTreeSet<SocketAddr>,
    /// NASes to be driven later, by when.
    deadlines: BTreeSet<(Duration, SocketAddr)>,
    jitter: Jitter,
    next_ticket: u64,
    /// Nobody drives this any more.
    is_closed: bool,
    /// What has been counted for NASes that were forgotten, and for datagrams from none.
    counters: Counters,
}

impl State {
    pub(super) fn new(settings: ClientSettings) -> Self {
        Self {
            settings,
            nases: HashMap::new(),
            changed: BTreeSet::new(),
            deadlines: BTreeSet::new(),
            jitter: Jitter::seeded(),
            next_ticket: 0,
            is_closed: false,
            counters: Counters::default(),
        }
    }

    /// Takes a request: its ticket, and where the answer will come.
    pub(super) fn push(
        &mut self,
        destination: &Destination,
        kind: RequestKind,
        attributes: Attributes,
        now: Duration,
    ) -> Result<(u64, oneshot::Receiver<Result<Reply, CoaError>>), CoaError> {
        if self.is_closed {
            return Err(CoaError::Closed);
        }
        let address = destination.address;
        let max = self.settings.waiting_max;
        let nas = self.nas(destination, now)?;
        if nas.waiting() >= max {
            return Err(CoaError::QueueFull { destination: address, max });
        }
        nas.requester.reconfigure(destination.secret.clone(), destination.settings);
        let (answer, answered) = oneshot::channel();
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        if let Some(nas) = self.nases.get_mut(&address) {
            nas.push(Waiting { ticket, kind, attributes, since: now, answer });
        }
        self.changed.insert(address);
        Ok((ticket, answered))
    }

    pub(super) fn cancel(&mut self, address: SocketAddr, ticket: u64, now: Duration) {
        if let Some(nas) = self.nases.get_mut(&address) {
            nas.cancel(ticket, now);
            self.changed.insert(address);
        }
    }

    pub(super) fn receive(&mut self, source: SocketAddr, datagram: &[u8], now: Duration) {
        match self.nases.get_mut(&source) {
            Some(nas) => {
                let _ = nas.receive(datagram, now);
                self.changed.insert(source);
            }
            None => self.counters.other_source += 1,
        }
    }

    pub(super) fn note_unsent(&mut self, outgoing: &Outgoing, error: std::io::Error) {
        if let Some(nas) = self.nases.get_mut(&outgoing.destination) {
            nas.note_unsent(outgoing.request, error);
        }
    }

    /// Drives every NAS for which there is something to do, until the outbox is full. Gives when
    /// to come again if nothing comes in.
    pub(super) fn drive(&mut self, now: Duration, outbox: &mut Vec<Outgoing>) -> Option<Duration> {
        while let Some(&(due, address)) = self.deadlines.first()
            && due <= now
        {
            self.deadlines.remove(&(due, address));
            self.changed.insert(address);
        }
        let unix_s = Clock::unix_s();
        while outbox.len() < OUTBOX_MAX
            && let Some(address) = self.changed.pop_first()
        {
            let Some(nas) = self.nases.get_mut(&address) else { continue };
            let times = (now, unix_s, self.settings.wait_max);
            let next = nas.drive(times, &mut self.jitter, outbox, OUTBOX_MAX);
            if let Some(before) = nas.scheduled.take() {
                self.deadlines.remove(&(before, address));
            }
            nas.scheduled = next;
            if let Some(next) = next {
                self.deadlines.insert((next, address));
            }
        }
        match self.changed.is_empty() {
            true => self.deadlines.first().map(|(due, _)| *due),
            false => Some(now),
        }
    }

    pub(super) fn counters(&self) -> Counters {
        let all = self.nases.values().map(|nas| nas.requester.counters());
        all.fold(self.counters, Counters::plus)
    }

    pub(super) const fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Takes no more; those who wait are told.
    pub(super) fn close(&mut self) {
        self.counters = self.counters();
        self.is_closed = true;
        self.nases.clear();
        self.changed.clear();
        self.deadlines.clear();
    }

    /// The NAS at this destination, made when it is not known.
    fn nas(&mut self, destination: &Destination, now: Duration) -> Result<&mut Nas, CoaError> {
        let address = destination.address;
        let max = self.settings.destinations_max;
        if self.nases.len() >= max && !self.nases.contains_key(&address) {
            self.forget_idle(now);
            if self.nases.len() >= max {
                return Err(CoaError::TooManyDestinations { max });
            }
        }
        let jitter = &mut self.jitter;
        Ok(self.nases.entry(address).or_insert_with(|| {
            let [first_identifier, ..] = jitter.draw().to_be_bytes();
            Nas::new(destination.clone(), first_identifier)
        }))
    }

    fn forget_idle(&mut self, now: Duration) {
        let Self { nases, deadlines, counters, .. } = self;
        nases.retain(|address, nas| {
            let is_idle = nas.is_idle(now);
            if is_idle {
                *counters = counters.plus(nas.requester.counters());
                nas.scheduled.map(|due| deadlines.remove(&(due, *address)));
            }
            !is_idle
        });
    }
}
