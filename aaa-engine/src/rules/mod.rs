//! The rules that a log-in must pass, in the order in which it meets them.
//!
//! Each rule is a small type with a file of its own: what it asks, what it answers, and what it
//! says to who asks why. A rule changes nothing; what an acceptance changes is done by the engine
//! once every rule has passed, under the same lock.

mod device;
mod lock_out;
pub(crate) mod rights;
mod sessions;

use std::sync::Arc;

use entitlement::{Cause, Meter, Running, Stance, Timestamp};

use crate::activity::{Activity, ServiceActivity, Use};
use crate::explain::Check;
use crate::ports::{Nas, NasId, Service};
use crate::reason::Reason;
use crate::settings::EngineSettings;

pub use device::DeviceStanding;
pub(crate) use sessions::{Place, place};

/// Asked before the password is looked at.
pub(crate) const BEFORE_PROOF: &[&dyn Rule] = &[&lock_out::NotLockedOut];

/// Asked once the password was right.
pub(crate) const AFTER_PROOF: &[&dyn Rule] =
    &[&device::NotDenied, &rights::Rights, &device::OwnDevice, &sessions::HasRoom];

/// One rule.
pub(crate) trait Rule: Sync {
    /// May the log-in go on?
    fn judge(&self, candidate: &Candidate<'_>) -> Result<(), Refusal>;

    /// What it looked at and found, for who asks why; nothing where it has nothing to say.
    fn checks(&self, candidate: &Candidate<'_>) -> Vec<Check>;
}

/// A log-in whose service is known.
#[derive(Clone, Copy)]
pub(crate) struct Candidate<'a> {
    pub(crate) settings: &'a EngineSettings,
    pub(crate) nas: &'a Nas,
    /// The service, with what is known about it here and not in the directory yet.
    pub(crate) service: &'a Service,
    /// What the service is doing at the moment.
    pub(crate) activity: &'a ServiceActivity,
    /// What its lead has used, of a service that shares another one's data.
    pub(crate) lead: Option<&'a Meter>,
    /// What its NASes have said about themselves.
    pub(crate) activities: &'a Activity,
    /// Calling-Station-Id as it came.
    pub(crate) station: Option<&'a [u8]>,
    /// Calling-Station-Id, escaped; empty when absent.
    pub(crate) station_text: &'a Arc<str>,
    /// From where at the NAS it comes; empty when it does not say.
    pub(crate) origin: &'a Arc<str>,
    /// Whether it asks for the NAS itself rather than for a connection through it.
    pub(crate) wants_the_nas: bool,
    pub(crate) now: Timestamp,
}

/// Why a log-in may not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) reason: Reason,
    /// The plan may have a place for it, when it is a cause that plans tell apart.
    pub(crate) cause: Option<Cause>,
    /// When it will be over by itself, if that is known.
    pub(crate) over_at: Option<Timestamp>,
}

impl Refusal {
    /// One that ends in an Access-Reject whatever the plan says.
    const fn final_(reason: Reason) -> Self {
        Self { reason, cause: None, over_at: None }
    }
}

impl Candidate<'_> {
    /// The sessions and slots of the service that count beside this log-in: not what is left of
    /// an earlier dial-in from the same origin, not what its NAS has lost by starting anew, and
    /// not what has been silent for longer than a session can be. A session that was authenticated
    /// anew counts once.
    pub(crate) fn other_uses(&self) -> impl Iterator<Item = &Use> {
        self.activity.uses().filter(|other| self.counts(other) && !self.is_of_a_session(other))
    }

    /// What its session may have. The others use time online with it, but for those in whose place it
    /// comes.
    pub(crate) fn stance(&self) -> Stance {
        let entitlement = &self.service.entitlement;
        self.activity.stance(entitlement, self.lead, &self.running(), None, self.now)
    }

    /// What its service has used by now, with what other sessions have been online since their reports.
    pub(crate) fn used(&self) -> Meter {
        let entitlement = &self.service.entitlement;
        let meter = self.activity.used(entitlement, self.lead);
        entitlement.used_by(meter.as_deref(), &self.running(), None, self.now)
    }

    fn running(&self) -> Vec<Running> {
        if !self.service.entitlement.counts_online() {
            return Vec::new();
        }
        let replaced = match place(self) {
            Place::InsteadOf(count) => count,
            Place::Free | Place::None => 0,
        };
        let others = self.other_uses().enumerate();
        others.map(|(index, other)| other.running(index >= replaced)).collect()
    }

    /// Is it a slot from where a session is that counts?
    fn is_of_a_session(&self, slot: &Use) -> bool {
        let mut uses = self.activity.uses();
        slot.session().is_none()
            && uses.any(|session| {
                session.session().is_some()
                    && session.is_by(slot.nas, &slot.origin)
                    && self.counts(session)
            })
    }

    fn counts(&self, other: &Use) -> bool {
        let booted = |nas: NasId| self.activities.booted_at(nas);
        let silence_s = self.settings.silence_max_s(other.interim_interval_s);
        !other.is_quarantined
            && !other.is_by(self.nas.id, self.origin)
            && other.is_reserved(self.now)
            && booted(other.nas).is_none_or(|at| other.since >= at)
            && self.now <= other.last_seen_at.plus_s(silence_s)
    }
}
