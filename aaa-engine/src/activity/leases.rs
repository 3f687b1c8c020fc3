//! What is going on with the pools that are managed here, as the activity of all services has it.

use core::fmt;
use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

use entitlement::{ServiceId, TenantId, Timestamp};

use super::Activity;
use super::addresses::{ByRole, Reported};
use super::pools::{PoolState, Spot};
use super::service::SLOT_RESERVED_S;
use crate::accounting::{AccountingEvent, SessionIpv6};
use crate::pool::{Lease, Pool, PoolAddress, PoolNotice, PoolUse, StoredLease};
use crate::ports::Directory;
use crate::session::{Session, SessionId};

/// Under so many made-up services are sessions kept whose service is not known, so that no address
/// of theirs is given away.
const STRAYS: i64 = 256;

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
    /// observed. It is called when a pool is first used, and when it has other addresses, for the
    /// sessions that have had them from elsewhere.
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

    /// Takes back leases that were stored.
    pub fn restore_leases(
        &self,
        directory: &dyn Directory,
        leases: Vec<StoredLease>,
        now: Timestamp,
    ) {
        for StoredLease { lease, tenant, service, station, leased_at } in leases {
            let Some((pool, address)) = directory.pool_touched_by(tenant, lease.address) else {
                continue;
            };
            if pool.id != lease.pool || address != lease.address {
                continue;
            }
            let spot = self.pools.of(pool.id).spot(&pool, address.bounds().0);
            spot.restore(service, leased_at, now);
            self.with(service, |activity| {
                activity.addresses.restore_lease(spot, lease, station, leased_at);
            });
        }
    }

    /// The leases of all services, those of one at a time, as [`restore_leases`](Self::restore_leases)
    /// takes them: each as if it had been given when it was last used.
    pub fn leases(&self, directory: &dyn Directory) -> impl Iterator<Item = Vec<StoredLease>> {
        let tenants: HashMap<_, _> =
            directory.pools().into_iter().map(|pool| (pool.id, pool.tenant)).collect();
        let services: Vec<_> = match tenants.is_empty() {
            true => Vec::new(),
            false => self.services.pin().keys().copied().collect(),
        };
        services.into_iter().map(move |service| {
            self.with(service, |activity| {
                let leases = activity.addresses.leases(service);
                leases
                    .filter_map(|(lease, station, leased_at)| {
                        let tenant = *tenants.get(&lease.pool)?;
                        let station = Arc::clone(station);
                        Some(StoredLease { lease, tenant, service, station, leased_at })
                    })
                    .collect()
            })
        })
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

    /// Sees to it that what open sessions have of a pool is taken. Not to be called while a service
    /// is being worked on.
    pub(crate) fn prepare_pool(&self, directory: &dyn Directory, pool: &Arc<Pool>) {
        let state = self.pools.of(pool.id);
        state.survey(pool, || {
            if let OpenSessions(Some(show)) = &self.open_sessions {
                show(&mut |session| {
                    // As in `restore`: what was activated within a session is no use of its own.
                    if session.end().is_none() && session.activated.is_none() {
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
    pub(super) fn stray(
        &self,
        event: &AccountingEvent,
        origin: &Arc<str>,
        reported: ByRole<Reported>,
    ) {
        let has_ours = reported.iter().any(|reported| matches!(reported, Reported::Spot(_)));
        let service = stray_service(event.session);
        if has_ours || self.services.pin().contains_key(&service) {
            self.with(service, |activity| {
                activity.addresses.go_on(service, event, origin, None, false, reported);
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
