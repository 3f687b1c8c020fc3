//! What a plan grants to every service on it.

use core::num::NonZeroU16;
use std::sync::Arc;

use crate::{Hours, PlannedService, Quota, Shaping, Speed};

/// The part of an entitlement that a plan decides, shared by all of its services, so that
/// changing a plan is one change however many services are on it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// No speed leaves the NAS's own default in force.
    pub speed: Option<Speed>,
    /// What goes with the speed; it means nothing without one.
    pub shaping: Shaping,
    /// The pool on the NAS that addresses come from; `None` leaves the choice to the NAS.
    pub pool: Option<Arc<str>>,
    /// The pool on the NAS that the prefix of the link comes from.
    pub ipv6_pool: Option<Arc<str>>,
    /// The pool on the NAS that the prefix for the subscriber's own network comes from.
    pub delegated_ipv6_pool: Option<Arc<str>>,
    /// The address list (firewall list) on the NAS that sessions in good standing are put on.
    pub address_list: Option<Arc<str>>,
    /// The mark by which the NAS routes the session: a routing mark or a virtual router.
    pub routing_mark: Option<Arc<str>>,
    /// The group on the NAS whose rights or profile the session gets: of a router log-in, the
    /// user group.
    pub group: Option<Arc<str>>,
    /// Longest time one session may last, seconds.
    pub session_timeout_s: Option<u32>,
    /// How long a session may be idle before the NAS ends it, seconds.
    pub idle_timeout_s: Option<u32>,
    /// How often the NAS is asked to report usage, seconds (RFC 2869 section 5.16: 60 at least).
    pub interim_interval_s: Option<u32>,
    /// The hours of the week in which it may be used; `None`: always.
    pub hours: Option<Hours>,
    /// How many sessions one service may have at a time; `None`: any number.
    pub session_limit: Option<SessionLimit>,
    /// How much data one service may transfer and how long it may be online; none: any amount.
    pub quotas: Vec<Quota>,
    /// From which devices it may be used.
    pub devices: DeviceBinding,
    /// What becomes of a service that may not be used.
    pub when_withheld: WhenWithheld,
    /// Where that differs by the reason; at most one entry for each.
    pub when_withheld_for: Vec<(Cause, WhenWithheld)>,
    /// The services of the NAS that sessions in good standing have.
    pub services: Vec<PlannedService>,
}

impl Terms {
    /// What becomes of a service that may not be used for this reason.
    #[must_use]
    pub fn when_withheld_for(&self, cause: Cause) -> &WhenWithheld {
        let own = self.when_withheld_for.iter().find(|(of, _)| *of == cause);
        own.map_or(&self.when_withheld, |(_, when)| when)
    }
}

/// How many sessions of one service there may be at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionLimit {
    /// So many.
    pub max: NonZeroU16,
    /// What becomes of a log-in beyond them.
    pub when_full: WhenFull,
}

/// What becomes of a log-in beyond the greatest number of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum WhenFull {
    /// It is refused.
    #[default]
    Reject,
    /// It is accepted, and takes the place of the session that has lasted longest.
    ReplaceOldest,
}

/// From which devices a service may be used. Whatever this says, a device that is denied to a
/// service may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DeviceBinding {
    /// From any.
    #[default]
    Any,
    /// From those on the service's list.
    Listed,
    /// From those on the list, which takes in the first ones that log in.
    Learn {
        /// Until it has so many.
        max: NonZeroU16,
    },
}

/// Why a service may not be used, as plans tell the reasons apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// Its validity has not begun.
    NotYetValid,
    /// Its validity is over.
    Expired,
    /// The operator stopped it.
    Suspended,
    /// It is not an hour at which the plan may be used.
    OutsideHours,
    /// The device is not one of its own.
    Device,
    /// Its quota is used up.
    Quota,
    /// It is paid as it goes, and the wallet is used up.
    Wallet,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 7] = [
        Self::NotYetValid,
        Self::Expired,
        Self::Suspended,
        Self::OutsideHours,
        Self::Device,
        Self::Quota,
        Self::Wallet,
    ];

    /// The name that is stored and typed; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
            Self::Suspended => "suspended",
            Self::OutsideHours => "outside_hours",
            Self::Device => "device",
            Self::Quota => "quota",
            Self::Wallet => "wallet",
        }
    }

    /// The cause that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.code() == code)
    }
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
