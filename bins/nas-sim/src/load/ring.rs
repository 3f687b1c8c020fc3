//! The prepared requests, in the order in which they are sent.

use super::{IDENTIFIERS, Settings};
use crate::Error;
use crate::clock::{self, Moment};
use crate::mac::Mac;
use crate::packet::{self, Asked, Kept, Record, RecordKind, Told};
use crate::subscriber::Method;

/// Which requests to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Access-Requests with PAP and a Message-Authenticator.
    AuthPap,
    /// Interim-Updates, each subscriber's counters growing.
    Accounting,
}

/// Every request with the lane and identifier it was written for.
#[derive(Debug)]
pub(super) struct Ring {
    octets: Vec<u8>,
    /// Where each request ends in `octets`.
    ends: Vec<usize>,
    lanes: u32,
    next: u32,
    sent: u64,
}

/// One request of the ring.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) number: u32,
    pub(super) lane: u32,
    pub(super) identifier: u8,
}

impl Ring {
    pub(super) fn prepare(settings: &Settings, lanes: u32, now: Moment) -> Result<Self, Error> {
        let count = settings.prepared - settings.prepared % (lanes * IDENTIFIERS);
        let mut ring = Self {
            octets: Vec::new(),
            ends: Vec::with_capacity(count as usize),
            lanes,
            next: 0,
            sent: 0,
        };
        for number in 0..count {
            let octets = write(settings, number, ring.place(number).identifier, now)?;
            ring.octets.extend_from_slice(&octets);
            ring.ends.push(ring.octets.len());
        }
        Ok(ring)
    }

    /// The next request in turn, from the first again after the last.
    pub(super) fn next_place(&mut self) -> Place {
        let place = self.place(self.next);
        self.next = (self.next + 1) % self.ends.len() as u32;
        self.sent += 1;
        place
    }

    pub(super) fn octets(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before).copied());
        let end = self.ends.get(number).copied().unwrap_or_default();
        self.octets.get(start.unwrap_or_default()..end).unwrap_or_default()
    }

    /// How many lane and identifier pairs there are.
    pub(super) const fn places(&self) -> u32 {
        self.lanes * IDENTIFIERS
    }

    pub(super) fn laps(&self) -> u64 {
        self.sent.saturating_sub(1) / self.ends.len() as u64
    }

    const fn place(&self, number: u32) -> Place {
        let identifier = (number / self.lanes % IDENTIFIERS) as u8;
        Place { number, lane: number % self.lanes, identifier }
    }
}

fn write(settings: &Settings, number: u32, identifier: u8, now: Moment) -> Result<Vec<u8>, Error> {
    let population = u32::try_from(settings.subscribers.len()).unwrap_or(u32::MAX);
    let (who, turn) = (number % population, number / population);
    let Some(subscriber) = settings.subscribers.get(who as usize) else {
        return Err(Error::NobodyToDial);
    };
    let (kind, mac) = (subscriber.kind(), subscriber.mac_or(Mac::numbered(who)));
    let line = settings.nas.line_of(kind, subscriber.login(), mac, who, who);
    let written = match settings.kind {
        Kind::AuthPap => {
            let asked = Asked {
                nas: &settings.nas,
                line: &line,
                subscriber,
                method: Method::Pap,
                address: None,
            };
            packet::access_request(&asked, identifier, &clock::random()?, &settings.secret)
        }
        Kind::Accounting => {
            let told = Told {
                nas: &settings.nas,
                line: &line,
                kept: &Kept { class: Vec::new(), address: None },
                record: &interim(turn, now),
                delay_s: 0,
                service: None,
            };
            packet::accounting_request(&told, identifier, &settings.secret)
        }
    };
    let login = || subscriber.login().to_owned();
    Ok(written.map_err(|source| Error::Request { login: login(), source })?.bytes)
}

/// The counters of a subscriber's `turn`-th Interim-Update.
fn interim(turn: u32, now: Moment) -> Record {
    Record {
        kind: RecordKind::Interim,
        unix_s: now.unix_s,
        session_time_s: turn.saturating_mul(60),
        input_octets: u64::from(turn) * 15_000_000,
        output_octets: u64::from(turn) * 75_000_000,
    }
}
