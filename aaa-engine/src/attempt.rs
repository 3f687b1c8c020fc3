//! What is remembered of a log-in: the line an operator reads to see why a subscriber is offline.

use std::sync::Arc;

use entitlement::{ServiceId, TenantId, Timestamp};

use crate::auth::{CodeStep, Method};
use crate::identity::MacAddress;
use crate::pool::Lease;
use crate::ports::NasId;
use crate::reason::Reason;

/// One decided Access-Request, for the authentication log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it was decided.
    pub at: Timestamp,
    /// Whose NAS asked.
    pub tenant: TenantId,
    /// Which NAS asked.
    pub nas: NasId,
    /// User-Name, with octets that are not UTF-8 or not printable escaped.
    pub login: Arc<str>,
    /// Calling-Station-Id, likewise; empty when absent.
    pub calling_station_id: Arc<str>,
    /// How the subscriber proved who it is.
    pub method: Method,
    /// What came of it.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// The service that was found, if one was.
    pub service: Option<ServiceId>,
    /// What has been learnt about the service by it, for the store to keep.
    pub learned: Learned,
}

/// What a log-in says about its service that was not known before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Learned {
    /// A device that is on the service's list from now on.
    pub device: Option<MacAddress>,
    /// When the service was first used, from which on its time runs.
    pub first_used_at: Option<Timestamp>,
    /// Addresses that are the service's from now on. An Access-Accept with them leaves once this is
    /// durable, and not before.
    pub leases: [Option<Lease>; 3],
    /// The step of the one-time code that was right: it is used up, whatever became of the log-in.
    pub code_step: Option<CodeStep>,
}

/// What came of an Access-Request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Access-Accept with the service's full terms.
    Accepted,
    /// Access-Accept into quarantine.
    Quarantined,
    /// Access-Reject.
    Rejected,
}
