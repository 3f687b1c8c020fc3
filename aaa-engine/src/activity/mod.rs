//! What is going on with each service at the moment: who uses it, who tries to, and what has been
//! learnt about it that the directory does not say yet.

mod service;

use core::hash::BuildHasherDefault;
use std::collections::hash_map::DefaultHasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entitlement::{ServiceId, Timestamp};
use papaya::HashMap;

use crate::observation::Observation;
use crate::ports::NasId;
use crate::session::{Observed, Session, SessionId};

pub(crate) use service::{NONCE_OF_QUARANTINE, ServiceActivity, Slot, Use};

/// The activity of every service of an installation; one is shared by all lanes.
///
/// Each service has a lock of its own, so that packets of different subscribers never wait for
/// each other, and two log-ins of one service cannot both take its last session. It has an entry
/// for each service that was active since the start: as many as there were services at most.
#[derive(Debug, Default)]
pub struct Activity {
    services: HashMap<ServiceId, Arc<Mutex<ServiceActivity>>, Hashing>,
    /// When each NAS last said that it had started or was stopping: no older session exists.
    boots: HashMap<NasId, Timestamp, Hashing>,
}

fn lock(activity: &Mutex<ServiceActivity>) -> MutexGuard<'_, ServiceActivity> {
    activity.lock().unwrap_or_else(PoisonError::into_inner)
}

/// With fixed keys: the numbers are the store's own, and equal histories make equal tables.
type Hashing = BuildHasherDefault<DefaultHasher>;

impl Activity {
    /// Nothing is going on.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in what an accounting packet says, once it has been assigned to its session.
    pub fn observe(&self, observation: &Observation, observed: &Observed) {
        let event = &observed.event;
        if event.kind.is_about_the_nas() {
            let boots = self.boots.pin();
            boots.update_or_insert(event.nas, |at| (*at).max(event.happened_at), event.happened_at);
            for activity in self.services.pin().values() {
                lock(activity).forget_older(event.nas, event.happened_at);
            }
            return;
        }
        // What was activated within a session is no use of its own.
        if event.activated.is_some() {
            return;
        }
        if let Some(end) = &observed.superseded
            && let Some(service) = end.service
        {
            self.with(service, |activity| activity.end(end.session));
        }
        let Some(service) = event.service else { return };
        self.with(service, |activity| {
            if observed.is_open {
                activity.go_on(event, observation.class_nonce.as_ref());
            } else {
                activity.end(event.session);
            }
        });
    }

    /// A session is over, though no packet says so.
    pub fn end(&self, service: ServiceId, session: SessionId) {
        self.with(service, |activity| activity.end(session));
    }

    /// Takes back a session that was stored as open.
    pub fn restore(&self, session: &Session) {
        if session.end().is_none()
            && session.activated.is_none()
            && let Some(service) = session.service
        {
            self.with(service, |activity| activity.restore(session));
        }
    }

    /// Works on the activity of one service, alone.
    pub(crate) fn with<T>(
        &self,
        service: ServiceId,
        work: impl FnOnce(&mut ServiceActivity) -> T,
    ) -> T {
        let services = self.services.pin();
        let activity = services.get_or_insert_with(service, Arc::default);
        work(&mut lock(activity))
    }

    /// The activity of one service as it is now.
    pub(crate) fn of(&self, service: ServiceId) -> ServiceActivity {
        let services = self.services.pin();
        let Some(activity) = services.get(&service) else { return ServiceActivity::default() };
        lock(activity).clone()
    }

    /// When the NAS last started, if it has said so.
    pub(crate) fn booted_at(&self, nas: NasId) -> Option<Timestamp> {
        self.boots.pin().get(&nas).copied()
    }
}
