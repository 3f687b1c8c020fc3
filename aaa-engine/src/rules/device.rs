//! From which devices a service may be used.

use entitlement::{Cause, DeviceBinding};

use super::{Candidate, Refusal, Rule};
use crate::explain::Check;
use crate::identity::MacAddress;
use crate::reason::Reason;

/// The device is not denied to the service by the operator, whose word comes before everything.
pub(super) struct NotDenied;

/// The device is one of the service's own where the plan asks for that. Its list and the plan's
/// binding are entered by the operator; a list that learns takes in the first ones.
pub(super) struct OwnDevice;

/// How a log-in's device stands with its service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceStanding {
    /// The plan takes any, and this one is not denied.
    Any,
    /// It is on the list.
    Listed,
    /// The list has room for it and would take it in.
    New,
    /// The operator denied it.
    Denied,
    /// It is not on the list.
    Unknown,
    /// It is not on the list, which has no room for it.
    OneTooMany,
    /// The request does not say which it is.
    Nameless,
}

impl DeviceStanding {
    pub(crate) fn of(candidate: &Candidate<'_>) -> Self {
        let devices = candidate.service.devices.as_deref();
        let binding = candidate.service.entitlement.terms.devices;
        if devices.is_none() && binding == DeviceBinding::Any {
            return Self::Any;
        }
        let address = candidate.station.and_then(MacAddress::of_station);
        let listed = address.and_then(|address| devices?.allows(address));
        match (listed, binding, address) {
            (Some(false), ..) => Self::Denied,
            (_, DeviceBinding::Any, _) => Self::Any,
            (Some(true), ..) => Self::Listed,
            (None, _, None) => Self::Nameless,
            (None, DeviceBinding::Listed, Some(_)) => Self::Unknown,
            (None, DeviceBinding::Learn { max }, Some(address)) => {
                let reset_at = devices.and_then(|devices| devices.reset_at);
                let is_listed = |known| devices.and_then(|all| all.allows(known)).is_some();
                let learned: Vec<_> = candidate.activity.learned(is_listed, reset_at).collect();
                let count = devices.map_or(0, |all| all.allowed_count()) + learned.len();
                if learned.contains(&address) {
                    Self::Listed
                } else if count < usize::from(max.get()) {
                    Self::New
                } else {
                    Self::OneTooMany
                }
            }
        }
    }
}

impl Rule for NotDenied {
    fn judge(&self, candidate: &Candidate<'_>) -> Result<(), Refusal> {
        match DeviceStanding::of(candidate) {
            DeviceStanding::Denied => Err(Refusal::final_(Reason::DeviceDenied)),
            _ => Ok(()),
        }
    }

    fn checks(&self, candidate: &Candidate<'_>) -> Vec<Check> {
        let address = candidate.station.and_then(MacAddress::of_station);
        match DeviceStanding::of(candidate) {
            device @ DeviceStanding::Denied => vec![Check::Device { address, device }],
            _ => Vec::new(),
        }
    }
}

impl Rule for OwnDevice {
    fn judge(&self, candidate: &Candidate<'_>) -> Result<(), Refusal> {
        let reason = match DeviceStanding::of(candidate) {
            DeviceStanding::Any | DeviceStanding::Listed | DeviceStanding::New => return Ok(()),
            DeviceStanding::Denied => Reason::DeviceDenied,
            DeviceStanding::Unknown => Reason::UnknownDevice,
            DeviceStanding::OneTooMany => Reason::TooManyDevices,
            DeviceStanding::Nameless => Reason::NoDeviceAddress,
        };
        Err(Refusal { reason, cause: Some(Cause::Device), over_at: None })
    }

    fn checks(&self, candidate: &Candidate<'_>) -> Vec<Check> {
        let device = DeviceStanding::of(candidate);
        let address = candidate.station.and_then(MacAddress::of_station);
        if device == DeviceStanding::Any {
            Vec::new()
        } else {
            vec![Check::Device { address, device }]
        }
    }
}
