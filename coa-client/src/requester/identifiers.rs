//! Which identifier is used for what.

use alloc::collections::BTreeMap;
use core::time::Duration;

use super::RequestId;
use super::in_flight::{InFlight, Proof};
use crate::Settings;

/// The 256 identifiers of one source port towards one NAS: each is free, in flight, or rests.
#[derive(Debug)]
pub(super) struct Identifiers {
    in_flight: BTreeMap<u8, InFlight>,
    resting: BTreeMap<u8, Resting>,
    /// The one after the last that was taken: each waits for its turn as long as possible.
    next: u8,
}

/// Why an identifier rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Its request was answered: it rests as long as there are others.
    Answered,
    /// Its request was given up: it rests in any case.
    GivenUp,
}

#[derive(Debug)]
struct Resting {
    proof: Proof,
    why: Rest,
    until: Duration,
}

impl Identifiers {
    pub(super) const fn new(first: u8) -> Self {
        Self { in_flight: BTreeMap::new(), resting: BTreeMap::new(), next: first }
    }

    /// The identifier that the next request gets.
    pub(super) fn free(&self, now: Duration) -> Option<u8> {
        let in_order = || (0..=u8::MAX).map(|offset| self.next.wrapping_add(offset));
        let idle = |identifier: &u8| !self.in_flight.contains_key(identifier);
        let may = |identifier: &u8, answered_will_do: bool| match self.resting.get(identifier) {
            Some(resting) => {
                resting.until <= now || (answered_will_do && resting.why == Rest::Answered)
            }
            None => true,
        };
        let rested = in_order().filter(idle).find(|identifier| may(identifier, false));
        rested.or_else(|| in_order().filter(idle).find(|identifier| may(identifier, true)))
    }

    /// When the first of those that must rest has rested.
    pub(super) fn rested_at(&self) -> Option<Duration> {
        self.resting.values().map(|resting| resting.until).min()
    }

    pub(super) fn take(&mut self, identifier: u8, request: InFlight) {
        self.resting.remove(&identifier);
        self.in_flight.insert(identifier, request);
        self.next = identifier.wrapping_add(1);
        debug_assert!(self.in_flight.len() <= Settings::IDENTIFIERS);
    }

    /// Ends the request with this identifier, which rests `until` then. One that was never sent has
    /// left no trace, and its identifier needs no rest.
    pub(super) fn end(&mut self, identifier: u8, why: Rest, until: Duration) -> Option<InFlight> {
        let request = self.in_flight.remove(&identifier)?;
        if request.transmissions > 0 {
            let proof = request.proof.clone();
            self.resting.insert(identifier, Resting { proof, why, until });
        }
        Some(request)
    }

    pub(super) fn find(&self, request: RequestId) -> Option<u8> {
        let mut all = self.in_flight.iter();
        all.find(|(_, of)| of.id == request).map(|(identifier, _)| *identifier)
    }

    pub(super) fn get_mut(&mut self, identifier: u8) -> Option<&mut InFlight> {
        self.in_flight.get_mut(&identifier)
    }

    pub(super) fn resting(&self, identifier: u8) -> Option<(&Proof, Rest)> {
        self.resting.get(&identifier).map(|resting| (&resting.proof, resting.why))
    }

    pub(super) fn in_flight(&self) -> impl Iterator<Item = (u8, &InFlight)> {
        self.in_flight.iter().map(|(identifier, request)| (*identifier, request))
    }

    /// How many are in flight.
    pub(super) fn len(&self) -> usize {
        self.in_flight.len()
    }

    /// Whether none is in flight or must rest.
    pub(super) fn are_free(&self, now: Duration) -> bool {
        self.in_flight.is_empty() && self.resting.values().all(|resting| resting.until <= now)
    }
}
