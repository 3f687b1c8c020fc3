//! What is going on with the pools that are managed here, as the activity of all services has it.

use core::fmt;
use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};

use entitlement::{ServiceId, TenantId, Timestamp};

use super::addresses::{ByRole, Reported};
use super::pools::{PoolState, Spot};
use super::service::SLOT_RESERVED_S;
use super::{Activity, lock};
use crate::accounting::{AccountingEvent, SessionIpv6};
use crate::pool::{Lease, Pool, PoolAddress, PoolId, PoolNotice, PoolUse, StoredLease};
use crate::ports::Directory;
use crate::session::{Session, SessionId};

/// Under so many made-up services are sessions kept whose service is not known, so that no address
/// of theirs is given away.
const STRAYS: i64 = 256;

/// Of how many services the leases are told at a time.
const SERVICES_PER_PART: usize = 1_024;

/// Leases whose pool the directory did not know when they were taken back.
pub(super) type Unplaced = Mutex<HashMap<PoolId, Vec<StoredLease>>>;

/// Shows every open session to who asks.
type Show = dyn Fn(&mut dyn FnMut(&Session)) + Send + Sync;

/// Where open sessions are found that nobody has told the activity of.
#[derive(Default)]
pub(super) struct OpenSessions(Option<Arc<Show>>);

impl fmt::Debug for OpenSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OpenSessions").field(&self.0.is_some()).finish()
    }
}

impl Activity {
    /// Nothing is going on yet; `show` shows every open session, each while no packet of it can be
    /// observed. It is called when a pool is first used, for the sessions that have had its addresses
    /// from elsewhere.
    #[must_use]
    pub fn with_open_sessions(
        show: impl Fn(&mut dyn FnMut(&Session)) + Send + Sync + 'static,
    ) -> Self {
        Self { open_sessions: OpenSessions(Some(Arc::new(show))), ..Self::default() }
    }

    /// A server starts at `now`: for as long as an Access-Accept from before may still lead to a
    /// session, no lease is taken over, since an address that was given again leaves no record.
    pub fn forbid_takeover(&self, now: Timestamp) {
        self.pools.forbid_takeover_until(now.plus_s(SLOT_RESERVED_S));
    }

    /// Takes back leases that were stored. Those of a pool that the directory does not know yet wait
    /// until it is used.
    pub fn restore_leases(
        &self,
        directory: &dyn Directory,
        leases: Vec<StoredLease>,
        now: Timestamp,
    ) {
        for stored in leases {
            let StoredLease { lease, tenant, service, leased_at, .. } = stored;
            let touched = directory.pool_touched_by(tenant, lease.address);
            let place = touched.filter(|(pool, _)| pool.id == lease.pool);
            let Some((pool, address)) = place else {
                let mut unplaced = self.unplaced.lock().unwrap_or_else(PoisonError::into_inner);
                unplaced.entry(lease.pool).or_default().push(stored);
                continue;
            };
            if address != lease.address {
                continue;
            }
            let spot = self.pools.of(pool.id).spot(&pool, address.bounds().0);
            spot.restore(service, leased_at, now);
            self.with(service, |activity| activity.addresses.restore_lease(spot, stored));
        }
    }

    /// Every lease, as [`restore_leases`](Self::restore_leases) takes it back, a part of them at a
    /// time: nobody waits for longer than the leases of one service are copied. What is given
    /// meanwhile may be among them or not.
    pub fn leases<'a>(
        &'a self,
        directory: &dyn Directory,
    ) -> impl Iterator<Item = Vec<StoredLease>> + 'a {
        let tenants: HashMap<PoolId, TenantId> =
            directory.pools().iter().map(|pool| (pool.id, pool.tenant)).collect();
        let ids: Vec<ServiceId> = self.services.pin().keys().copied().collect();
        let parts = ids.len().div_ceil(SERVICES_PER_PART);
        let placed = (0..parts).map(move |part| {
            let services = self.services.pin();
            let mut leases = Vec::new();
            for id in ids.iter().skip(part * SERVICES_PER_PART).take(SERVICES_PER_PART) {
                if let Some(activity) = services.get(id) {
                    let tenant_of = |pool| tenants.get(&pool).copied();
                    leases.extend(lock(activity).addresses.leases_of(*id, tenant_of));
                }
            }
            leases
        });
        let unplaced = self.unplaced.lock().unwrap_or_else(PoisonError::into_inner);
        let unplaced: Vec<_> = unplaced.values().flatten().cloned().collect();
        placed.chain(core::iter::once(unplaced))
    }

    /// The journal has these leases of a service. Until this is said they are told with each
    /// acceptance.
    pub fn recorded(&self, service: ServiceId, leases: &[Lease]) {
        self.with(service, |activity| activity.addresses.recorded(leases));
    }

    /// The Access-Accept with these new leases of a service has not left: nobody is about to use
    /// them.
    pub fn not_given(&self, service: ServiceId, leases: &[Lease]) {
        self.with(service, |activity| activity.addresses.not_given(service, leases));
    }

    /// How much of a pool is taken at `now`.
    #[must_use]
    pub fn pool_use(&self, pool: &Pool, now: Timestamp) -> PoolUse {
        self.pools.of(pool.id).sweep(pool, now)
    }

    /// As [`pool_use`](Self::pool_use), and whether it has crossed its warning level since this
    /// was last asked or a log-in told.
    pub fn look_at_pool(&self, pool: &Arc<Pool>, now: Timestamp) -> (PoolUse, Option<PoolNotice>) {
        let state = self.pools.of(pool.id);
        let used = state.sweep(pool, now);
        (used, state.notice(pool))
    }

    /// A pool is about to be used. Not to be called while a service is being worked on.
    pub(crate) fn prepare_pool(&self, directory: &dyn Directory, pool: &Pool, now: Timestamp) {
        let state = self.pools.of(pool.id);
        state.survey(|| {
            let mut unplaced = self.unplaced.lock().unwrap_or_else(PoisonError::into_inner);
            let waiting = unplaced.remove(&pool.id).unwrap_or_default();
            drop(unplaced);
            self.restore_leases(directory, waiting, now);
            if let OpenSessions(Some(show)) = &self.open_sessions {
                show(&mut |session| {
                    if session.end().is_none() {
                        self.hold(directory, session);
                    }
                });
            }
        });
    }

    pub(crate) fn pool_state(&self, pool: &Pool) -> Arc<PoolState> {
        self.pools.of(pool.id)
    }

    pub(crate) fn takeover_from(&self) -> Timestamp {
        self.pools.takeover_from()
    }

    /// What the addresses of a packet or session are to our pools.
    pub(super) fn reported(
        &self,
        directory: &dyn Directory,
        tenant: TenantId,
        ipv4: Option<Ipv4Addr>,
        ipv6: SessionIpv6,
    ) -> ByRole<Reported> {
        let addresses = [
            ipv4.map(PoolAddress::Ipv4),
            ipv6.framed.map(PoolAddress::Ipv6),
            ipv6.delegated.map(PoolAddress::Ipv6),
        ];
        addresses.map(|address| {
            let Some(address) = address else { return Reported::Not };
            let spot = self.spot(directory, tenant, address);
            spot.map_or(Reported::Elsewhere, Reported::Spot)
        })
    }

    fn spot(
        &self,
        directory: &dyn Directory,
        tenant: TenantId,
        address: PoolAddress,
    ) -> Option<Spot> {
        let (pool, address) = directory.pool_touched_by(tenant, address)?;
        Some(self.pools.of(pool.id).spot(&pool, address.bounds().0))
    }

    fn reported_of(&self, directory: &dyn Directory, session: &Session) -> ByRole<Reported> {
        self.reported(directory, session.tenant, session.framed_ipv4, session.ipv6)
    }

    /// An open session has its addresses.
    pub(super) fn hold(&self, directory: &dyn Directory, session: &Session) {
        let reported = self.reported_of(directory, session);
        let has_ours = reported.iter().any(|reported| matches!(reported, Reported::Spot(_)));
        let service = match session.service {
            Some(service) => service,
            None if has_ours => stray_service(session.id),
            None => return,
        };
        self.with(service, |activity| {
            activity.addresses.restore_session(
                (session.id, session.nas, &session.calling_station_id),
                session.started_at,
                session.last_seen_at,
                reported,
            );
        });
    }

    /// A session that is over had its addresses until then.
    pub(super) fn touch(&self, directory: &dyn Directory, session: &Session, until: Timestamp) {
        for reported in self.reported_of(directory, session) {
            if let Reported::Spot(spot) = reported {
                spot.touch(until);
            }
        }
    }

    /// A packet of a session whose service is not known.
    pub(super) fn stray(&self, event: &AccountingEvent, reported: ByRole<Reported>) {
        let has_ours = reported.iter().any(|reported| matches!(reported, Reported::Spot(_)));
        let service = stray_service(event.session);
        if has_ours || self.services.pin().contains_key(&service) {
            self.with(service, |activity| {
                activity.addresses.go_on(service, event, None, false, reported);
            });
        }
    }

    pub(super) fn end_stray(&self, session: SessionId, at: Timestamp) {
        let service = stray_service(session);
        if self.services.pin().contains_key(&service) {
            self.with(service, |activity| activity.addresses.end(session, at));
        }
    }
}

/// No row of a store has such a number.
fn stray_service(session: SessionId) -> ServiceId {
    let [first, ..] = session.0;
    ServiceId(-1 - i64::from(first) % STRAYS)
}
