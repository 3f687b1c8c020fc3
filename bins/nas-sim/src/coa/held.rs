//! What a session has: what its Access-Accept gave it, and every change since.

use std::time::Duration;

use super::{ErrorCause, Given};
use crate::attributes as attr;
use crate::names;
use crate::rate_limit::{Directions, RateLimit};

/// What a session has at a moment, as its router would show it.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Held {
    /// Its speed, bits a second; nothing where it is not limited.
    pub rate_bps: Option<Directions<u64>>,
    /// Mikrotik-Rate-Limit, word by word.
    pub rate_limit: Option<String>,
    /// Every Mikrotik-Address-List.
    pub address_lists: Vec<String>,
    /// Mikrotik-Group.
    pub group: Option<String>,
    /// Mikrotik-Mark-Id.
    pub mark_id: Option<String>,
    /// Every Filter-Id.
    pub filter_ids: Vec<String>,
    /// Session-Timeout, seconds from when it was set.
    pub session_timeout_s: Option<u32>,
    /// Idle-Timeout, seconds.
    pub idle_timeout_s: Option<u32>,
    /// Acct-Interim-Interval, seconds.
    pub interim_interval_s: Option<u32>,
    /// Port-Limit.
    pub port_limit: Option<u32>,
    /// Names of policies by direction: Ingress- and Egress-Policy-Name, `sub-qos-policy`.
    pub policies: Directions<Option<String>>,
    /// What else was set, by attribute.
    pub other: std::collections::BTreeMap<String, String>,
    /// The services that are active, the oldest first.
    pub services: Vec<Service>,
    /// Every Class.
    #[serde(skip)]
    pub class: Vec<Vec<u8>>,
    /// The speed without any service.
    #[serde(skip)]
    pub(crate) own_rate_bps: Option<Directions<u64>>,
    /// Services of this session so far.
    #[serde(skip)]
    pub(crate) activated: u32,
}

/// What is counted of a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Statistics {
    /// Its records tell how long it lasted.
    #[default]
    Time,
    /// They tell octets too.
    Volume,
}

/// A service that is active in a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Service {
    /// Which one of its session, from 1: its records are of `session:number`.
    pub number: u32,
    /// The text that activated it.
    pub text: String,
    /// After how many seconds it ends by itself; 0 is never.
    pub timeout_s: u32,
    /// After how many octets to the subscriber it ends by itself; 0 is never.
    pub volume_octets: u64,
    /// What is counted.
    pub statistics: Statistics,
    /// Seconds between its Interim-Updates; 0 is never.
    pub interim_s: u32,
    /// The speed it gives.
    #[serde(skip)]
    pub(crate) rate_bps: Option<Directions<u64>>,
    /// The group of which only one is active.
    #[serde(skip)]
    pub(crate) group: Option<i32>,
    /// When its time and volume began to count.
    #[serde(skip)]
    pub(crate) since: Duration,
}

impl Held {
    /// What every make takes of an Access-Accept.
    pub(crate) fn begin(&mut self, given: &[Given<'_>], limit: Option<&RateLimit>) {
        for given in given.iter().filter(|given| {
            given.is(attr::FILTER_ID) || given.is(attr::IDLE_TIMEOUT) || given.is(attr::PORT_LIMIT)
        }) {
            // A value that makes no sense is left out, and the session goes on without it.
            let _ = set_usual(given, self);
        }
        let text = given
            .iter()
            .find(|it| (it.vendor, it.number) == (Some(attr::MIKROTIK), attr::MIKROTIK_RATE_LIMIT));
        if let (Some(text), Some(limit)) = (text.and_then(|it| it.text().ok()), limit) {
            self.set_rate_limit(text, limit);
        }
    }

    /// The queue of a Mikrotik-Rate-Limit.
    pub(crate) fn set_rate_limit(&mut self, text: &str, limit: &RateLimit) {
        self.rate_limit = Some(text.to_owned());
        self.set_rate(Some(limit.rate_bps));
    }

    /// The speed where no service gives another. 0 is unlimited.
    pub(crate) fn set_rate(&mut self, rate_bps: Option<Directions<u64>>) {
        self.own_rate_bps = rate_bps;
        self.shape();
    }

    /// Activates a service; the same text again only begins its time and volume anew. One of its
    /// group that is active ends.
    pub(crate) fn activate(&mut self, service: Service) {
        if let Some(active) = self.services.iter_mut().find(|it| it.text == service.text) {
            let number = active.number;
            *active = Service { number, ..service };
        } else {
            let group = service.group;
            self.services.retain(|active| group.is_none() || active.group != group);
            self.activated += 1;
            self.services.push(Service { number: self.activated, ..service });
        }
        self.shape();
    }

    /// Ends a service; tells whether it was active.
    pub(crate) fn deactivate(&mut self, text: &str) -> bool {
        let before = self.services.len();
        self.services.retain(|active| active.text != text);
        self.shape();
        self.services.len() < before
    }

    /// Gives an active service another text, and keeps its number.
    pub(crate) fn update(&mut self, text: &str, service: Service) -> bool {
        let Some(active) = self.services.iter_mut().find(|it| it.text == text) else {
            return false;
        };
        let number = active.number;
        *active = Service { number, ..service };
        self.shape();
        true
    }

    /// Sets what nothing here depends on; gives it in words.
    pub(crate) fn set_other(&mut self, given: &Given<'_>, value: &dyn std::fmt::Display) -> String {
        let said = given.said(value);
        self.other.insert(names::attribute(given.vendor, given.number), value.to_string());
        said
    }

    /// The service activated last that gives a speed gives the session's.
    fn shape(&mut self) {
        let of_service = self.services.iter().rev().find_map(|service| service.rate_bps);
        self.rate_bps = of_service.or(self.own_rate_bps);
    }
}

/// Takes one of the attributes of RFC 2865 that several makes change while a session runs; gives it
/// in words.
pub(super) fn set_usual(given: &Given<'_>, held: &mut Held) -> Result<String, ErrorCause> {
    if given.is(attr::FILTER_ID) {
        held.filter_ids = vec![given.text()?.to_owned()];
        return Ok(given.said(given.text()?));
    }
    let place = if given.is(attr::SESSION_TIMEOUT) {
        &mut held.session_timeout_s
    } else if given.is(attr::IDLE_TIMEOUT) {
        &mut held.idle_timeout_s
    } else if given.is(attr::PORT_LIMIT) {
        &mut held.port_limit
    } else {
        return Err(ErrorCause::UNSUPPORTED_ATTRIBUTE);
    };
    *place = Some(given.integer()?);
    Ok(given.said(given.integer()?))
}
