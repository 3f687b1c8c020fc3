//! What is going on with each service at the moment: who uses it, who tries to, and what has been
//! learnt about it that the directory does not say yet.

mod addresses;
mod leases;
mod metering;
mod pools;
mod postures;
mod service;

use core::hash::{BuildHasherDefault, Hash};
use std::collections::hash_map::DefaultHasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entitlement::{Notice, ServiceId, Timestamp};
use papaya::{HashMap, ResizeMode};

use crate::accounting::StoredMeter;
use crate::attempt::{Attempt, Learned};
use crate::enforcement::Posture;
use crate::observation::Observation;
use crate::ports::{Directory, NasId};
use crate::session::{Observed, Session, SessionId};
use leases::OpenSessions;
use pools::Pools;
use postures::Postures;

pub use addresses::{AddressRole, LeaseOrigin};
pub(crate) use addresses::{Lent, Recipient, Whence, Wish};
pub(crate) use pools::Claim;
use service::is_of_quarantine;
pub(crate) use service::{NONCE_OF_QUARANTINE, ServiceActivity, Slot, Use, origin};

/// The activity of every service of an installation; one is shared by all lanes.
///
/// Each service has a lock of its own, so that packets of different subscribers never wait for
/// each other, and two log-ins of one service cannot both take its last session. It has an entry
/// for each service that was active since the start: as many as there were services at most.
#[derive(Debug)]
pub struct Activity {
    services: Table<ServiceId, Arc<Mutex<ServiceActivity>>>,
    /// When each NAS last said that it had started or was stopping: no older session exists.
    boots: Table<NasId, Timestamp>,
    /// The NASes that have shown that they move the limits of sessions that last.
    movers: Table<NasId, ()>,
    pools: Pools,
    open_sessions: OpenSessions,
    postures: Postures,
}

/// What is noticed about a session by one of its packets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Noticed {
    /// It has begun, as far as is known here.
    pub has_begun: bool,
    /// What the Access-Accept of a session that has begun told its NAS.
    pub told: Option<Arc<Posture>>,
    /// What its service has used by now, where that has changed.
    pub meter: Option<StoredMeter>,
    /// And its lead, where it shares the data of another service.
    pub lead_meter: Option<StoredMeter>,
    /// A tier of a quota came into force, or a window began: what the sessions of the service should
    /// have may be another thing.
    pub has_crossed: bool,
    /// The other services of which the same is to be said, since they share the data.
    pub group: Vec<ServiceId>,
    /// Tiers of quotas that have come into force, each the highest of its quota.
    pub notices: Vec<Notice>,
}

fn lock(activity: &Mutex<ServiceActivity>) -> MutexGuard<'_, ServiceActivity> {
    activity.lock().unwrap_or_else(PoisonError::into_inner)
}

/// With fixed keys: the numbers are the store's own, and equal histories make equal tables.
type Hashing = BuildHasherDefault<DefaultHasher>;

type Table<K, V> = HashMap<K, V, Hashing>;

/// Resized at once: papaya's incremental way leaves a chain of half-copied tables behind, all of
/// which are searched for every packet (measured: 1,000 ns a lookup among 10,000 instead of 40).
fn table<K: Eq + Hash, V>() -> Table<K, V> {
    HashMap::builder().hasher(Hashing::default()).resize_mode(ResizeMode::Blocking).build()
}

impl Default for Activity {
    fn default() -> Self {
        Self::new()
    }
}

impl Activity {
    /// Nothing is going on.
    #[must_use]
    pub fn new() -> Self {
        Self {
            services: table(),
            boots: table(),
            movers: table(),
            pools: Pools::default(),
            open_sessions: OpenSessions::default(),
            postures: Postures::new(),
        }
    }

    /// Takes in what an accounting packet says, once it has been assigned to its session.
    pub fn observe(
        &self,
        directory: &dyn Directory,
        observation: &Observation,
        observed: &Observed,
    ) -> Noticed {
        let event = &observed.event;
        if event.kind.is_about_the_nas() {
            let boots = self.boots.pin();
            boots.update_or_insert(event.nas, |at| (*at).max(event.happened_at), event.happened_at);
            for (service, activity) in &self.services.pin() {
                let mut activity = lock(activity);
                activity.forget_older(event.nas, event.happened_at);
                activity.addresses.forget_older(*service, event.nas, event.happened_at);
            }
            return Noticed::default();
        }
        // What was activated within a session is no use of its own.
        if event.activated.is_some() {
            return Noticed::default();
        }
        if let Some(end) = &observed.superseded {
            self.end(end.service, end.session, end.happened_at);
        }
        let nonce = observation.class_nonce.as_ref();
        let in_quarantine = || {
            let told = observed.is_quarantined.unwrap_or_default();
            told || nonce.is_some_and(is_of_quarantine)
        };
        let counts_online = |activity: &mut ServiceActivity| {
            let counts = activity.counts_online(event.session, observed.is_quarantined);
            counts.unwrap_or_else(|| !in_quarantine())
        };
        if !observed.is_open {
            let counts = observed.service.is_some_and(|service| self.with(service, counts_online));
            self.end_slot(observed.service, event.session, nonce, event.received_at);
            return self.meter(directory, observed, counts, nonce);
        }
        let reported = self.reported(directory, event.tenant, event.framed_ipv4, event.ipv6);
        let Some(service) = observed.service else {
            self.stray(event, &observation.origin, reported);
            return Noticed::default();
        };
        let (noticed, counts) = self.with(service, |activity| {
            let noticed = activity.go_on(event, &observation.origin, nonce);
            let (origin, is_new) = (&observation.origin, noticed.has_begun);
            activity.addresses.go_on(service, event, origin, nonce, is_new, reported);
            (noticed, counts_online(activity))
        });
        let Noticed { has_begun, told, .. } = noticed;
        Noticed { has_begun, told, ..self.meter(directory, observed, counts, nonce) }
    }

    /// Takes back what services have used.
    pub fn restore_meters(&self, meters: impl IntoIterator<Item = StoredMeter>) {
        for stored in meters {
            self.with(stored.service, |activity| activity.restore_meter(stored));
        }
    }

    /// What was noticed of a service is recorded, up to this count of its meter: no later record has it.
    pub fn has_recorded(&self, service: ServiceId, revision: u64) {
        self.with(service, |activity| activity.has_recorded(revision));
    }

    /// Whether a NAS [has shown](crate::enforcement::Reconciler::moves_limits) that it moves the limits of
    /// sessions that last: what its log-ins are told goes by that, and what they were told shows it behind a
    /// restart.
    pub fn learn_of_nas(&self, nas: NasId, moves_limits: bool) {
        let movers = self.movers.pin();
        match moves_limits {
            true => movers.insert(nas, ()),
            false => movers.remove(&nas),
        };
    }

    pub(crate) fn moves_limits(&self, nas: NasId) -> bool {
        self.movers.pin().contains_key(&nas)
    }

    /// What services have used, of one at a time.
    pub fn meters(&self) -> impl Iterator<Item = StoredMeter> {
        let services = self.services().into_iter();
        services.filter_map(|service| self.with(service, |activity| activity.meter().cloned()))
    }

    /// The open sessions of a service.
    #[must_use]
    pub fn sessions_of(&self, service: ServiceId) -> Vec<SessionId> {
        let services = self.services.pin();
        let Some(activity) = services.get(&service) else { return Vec::new() };
        let activity = lock(activity);
        activity.uses().filter_map(Use::session).collect()
    }

    /// The services that have been active since the start, in no particular order.
    #[must_use]
    pub fn services(&self) -> Vec<ServiceId> {
        self.services.pin().keys().copied().collect()
    }

    /// A session is over, by its packets or though none says so.
    pub fn end(&self, service: Option<ServiceId>, session: SessionId, at: Timestamp) {
        self.end_slot(service, session, None, at);
    }

    fn end_slot(
        &self,
        service: Option<ServiceId>,
        session: SessionId,
        nonce: Option<&[u8; 16]>,
        at: Timestamp,
    ) {
        self.end_stray(session, at);
        let Some(service) = service else { return };
        self.with(service, |activity| {
            activity.end(session, nonce);
            activity.addresses.end(session, at);
        });
    }

    /// Takes back a session that was stored: one that is open is going on, and of another it is
    /// known until when it used its addresses.
    pub fn restore(&self, directory: &dyn Directory, session: &Session) {
        if session.activated.is_some() {
            return;
        }
        if let Some(ended) = session.end() {
            return self.touch(directory, session, ended.at);
        }
        if let Some(service) = session.service {
            self.with(service, |activity| activity.restore(session));
        }
        let told = session.enforced.told.as_ref();
        if told.is_some_and(|told| told.limits.show_that_they_are_moved()) {
            self.learn_of_nas(session.nas, true);
        }
        self.hold(directory, session);
    }

    /// Takes back what a log-in taught, where the directory may not have it yet; its leases are
    /// [restored](Self::restore_leases) with all others.
    pub fn restore_learned(&self, attempt: &Attempt) {
        let Some(service) = attempt.service else { return };
        let Learned { device, first_used_at, leases: _, code_step } = attempt.learned;
        self.with(service, |activity| {
            if let Some(address) = device {
                activity.learn(address, attempt.at, |_| false, None);
            }
            if let Some(at) = first_used_at {
                activity.use_first(at);
            }
            if let Some(step) = code_step {
                activity.use_code(step);
            }
        });
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
