//! What a plan grants to every service on it.

use std::sync::Arc;

use crate::Hours;

/// A rate in bits a second, decimal (1 Mbit/s is 1,000,000).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BitsPerSecond(pub u64);

/// The speeds of a service, as its subscriber sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Speed {
    /// From the network to the subscriber.
    pub download: BitsPerSecond,
    /// From the subscriber to the network.
    pub upload: BitsPerSecond,
}

/// The part of an entitlement that a plan decides, shared by all of its services, so that
/// changing a plan is one change however many services are on it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// No speed leaves the NAS's own default in force.
    pub speed: Option<Speed>,
    /// The pool on the NAS that addresses come from; `None` leaves the choice to the NAS.
    pub pool: Option<Arc<str>>,
    /// Longest time one session may last, seconds.
    pub session_timeout_s: Option<u32>,
    /// How long a session may be idle before the NAS ends it, seconds.
    pub idle_timeout_s: Option<u32>,
    /// How often the NAS is asked to report usage, seconds (RFC 2869 section 5.16: 60 at least).
    pub interim_interval_s: Option<u32>,
    /// The hours of the week in which it may be used; `None`: always.
    pub hours: Option<Hours>,
    /// What becomes of a service that may not be used.
    pub when_withheld: WhenWithheld,
}

/// What a log-in gets when the service may not be used just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhenWithheld {
    /// Accepted into a place from which only the payment page can be reached.
    Quarantine(Quarantine),
    /// Refused with an Access-Reject.
    Reject,
}

/// Where a withheld service is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantine {
    /// The pool on the NAS that quarantined addresses come from.
    pub pool: Option<Arc<str>>,
    /// The address list (firewall list) on the NAS that quarantined addresses are put on.
    pub address_list: Option<Arc<str>>,
    /// How long a quarantined session lasts before it must log in anew, seconds; short, so that
    /// a payment made meanwhile shows.
    pub session_timeout_s: u32,
}

impl Default for WhenWithheld {
    fn default() -> Self {
        Self::Quarantine(Quarantine::default())
    }
}

impl Default for Quarantine {
    fn default() -> Self {
        Self { pool: None, address_list: Some("weir-quarantine".into()), session_timeout_s: 300 }
    }
}
