//! The addresses of one service: which it was given, and which its sessions have.

use core::cmp::Reverse;
use std::sync::Arc;

use entitlement::{ServiceId, Timestamp};

use super::pools::{Claim, PoolState, Spot};
use super::service::SLOT_RESERVED_S;
use crate::accounting::AccountingEvent;
use crate::pool::{Lease, Pool, PoolAddress};
use crate::ports::NasId;
use crate::session::SessionId;

/// How many leases of one service are remembered. A login that half a town shares has no need of
/// the same address.
const LEASES_MAX: usize = 1_024;

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressRole {
    /// Framed-IP-Address.
    Ipv4,
    /// Framed-IPv6-Prefix.
    Ipv6,
    /// Delegated-IPv6-Prefix.
    DelegatedIpv6,
}

impl AddressRole {
    /// Every role.
    pub(crate) const ALL: [Self; 3] = [Self::Ipv4, Self::Ipv6, Self::DelegatedIpv6];
}

/// Why an address is the one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseOrigin {
    /// The service had it before.
    Again,
    /// Nobody has had it before.
    Fresh,
    /// It was another's, and is the one that has been unused for the longest time.
    TakenOver {
        /// Since when.
        unused_since: Timestamp,
    },
}

/// One value for each role.
pub(crate) type ByRole<T> = [T; 3];

/// The addresses of one service in pools that are managed here.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServiceAddresses {
    leases: Vec<Leased>,
    sessions: Vec<InUse>,
}

#[derive(Debug, Clone)]
struct Leased {
    spot: Spot,
    lease: Lease,
    /// Calling-Station-Id of the log-in that had it last, escaped; empty when absent. By it a session
    /// whose NAS reports no address finds its own after a restart, so that it is recorded.
    station: Arc<str>,
    last_used_at: Timestamp,
    reservation: Option<Reservation>,
    /// Whether it is certain that the journal has it.
    is_recorded: bool,
    /// Whether it has not been given since the start: an Access-Accept from before may be about to
    /// be used, and only by its station can that be told.
    is_restored: bool,
}

impl Leased {
    /// Whether it is kept for a session that begins so: with our Class token, or without from the
    /// same origin.
    fn kept_for(&self, nonce: Option<&[u8; 16]>, from: Whence<'_>) -> Option<&Reservation> {
        self.reservation.as_ref().filter(|reservation| match nonce {
            Some(nonce) => reservation.nonce == *nonce,
            None => from.is_by(reservation.nas, &reservation.origin),
        })
    }
}

/// What an Access-Accept keeps for the session that should follow.
#[derive(Debug, Clone)]
struct Reservation {
    nonce: [u8; 16],
    nas: NasId,
    origin: Arc<str>,
    role: AddressRole,
    at: Timestamp,
}

impl Reservation {
    fn holds(&self, now: Timestamp) -> bool {
        now < self.at.plus_s(SLOT_RESERVED_S)
    }
}

/// A session that has addresses of our pools.
#[derive(Debug, Clone)]
struct InUse {
    session: SessionId,
    nas: NasId,
    /// From where at the NAS; see [`origin`](super::origin).
    origin: Arc<str>,
    since: Timestamp,
    spots: ByRole<Option<Spot>>,
}

impl InUse {
    fn has(&self, spot: &Spot) -> bool {
        self.spots.iter().flatten().any(|other| other.is_same(spot))
    }
}

/// From where a session or log-in comes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whence<'a> {
    pub(crate) nas: NasId,
    /// Calling-Station-Id, escaped; empty when absent.
    pub(crate) station: &'a Arc<str>,
    /// See [`origin`](super::origin).
    pub(crate) origin: &'a Arc<str>,
}

impl Whence<'_> {
    /// Is it the same origin at the same NAS, whose earlier session is over? One that says nothing
    /// may be any.
    fn is_by(&self, nas: NasId, origin: &str) -> bool {
        self.nas == nas && !origin.is_empty() && **self.origin == *origin
    }
}

/// A log-in that needs an address.
pub(crate) struct Wish<'a> {
    pub(crate) pool: &'a Arc<Pool>,
    pub(crate) state: &'a Arc<PoolState>,
    pub(crate) claim: Claim,
    pub(crate) from: Whence<'a>,
    pub(crate) takeover_from: Timestamp,
    /// What the log-in was given already.
    pub(crate) given: &'a [Lent],
    /// Whether an address is not the pool's to give.
    pub(crate) is_barred: &'a dyn Fn(PoolAddress) -> bool,
}

/// An address that was taken for a log-in.
#[derive(Debug, Clone)]
pub(crate) struct Lent {
    pub(crate) role: AddressRole,
    pub(crate) spot: Spot,
    pub(crate) lease: Lease,
    pub(crate) origin: LeaseOrigin,
    /// Whether the journal has to learn of it.
    pub(crate) is_to_be_recorded: bool,
}

/// Who was given addresses.
pub(crate) struct Recipient<'a> {
    pub(crate) service: ServiceId,
    pub(crate) nonce: [u8; 16],
    pub(crate) from: Whence<'a>,
    pub(crate) now: Timestamp,
}

/// What a packet says of the address of one role.
#[derive(Debug, Clone)]
pub(crate) enum Reported {
    /// Nothing.
    Not,
    /// One that is in no pool that is managed here.
    Elsewhere,
    /// One of ours.
    Spot(Spot),
}

impl ServiceAddresses {
    /// Takes an address for a log-in: one that the service had before, the same station's first,
    /// else a new one. `None` when the pool has none left.
    pub(crate) fn lend(&self, role: AddressRole, wish: &Wish<'_>) -> Option<Lent> {
        let space = &wish.pool.space;
        let is_given = |spot: &Spot| wish.given.iter().any(|lent| lent.spot.is_same(spot));
        // Looked for once: a login that half a town shares has many.
        let sessions = self.sessions.iter();
        let sessions: Vec<_> =
            sessions.filter(|session| wish.from.is_by(session.nas, &session.origin)).collect();
        let mut own: Vec<_> = self
            .leases
            .iter()
            .filter(|leased| leased.lease.pool == wish.pool.id && space.has(leased.spot.value))
            .filter(|leased| !is_given(&leased.spot))
            .filter_map(|leased| Some((Self::preference(leased, wish, &sessions)?, leased)))
            .collect();
        own.sort_by_key(|(preference, _)| *preference);
        for ((.., own_sessions), leased) in own {
            let is_barred = (wish.is_barred)(leased.lease.address);
            if !is_barred && leased.spot.take_again(wish.claim, own_sessions) {
                return Some(Lent {
                    role,
                    spot: leased.spot.clone(),
                    lease: leased.lease,
                    origin: LeaseOrigin::Again,
                    is_to_be_recorded: !leased.is_recorded || leased.station != *wish.from.station,
                });
            }
        }
        let is_barred = |value| (wish.is_barred)(space.address(value));
        let found = wish.state.take_new(wish.pool, wish.claim, wish.takeover_from, &is_barred)?;
        let address = space.address(found.spot.value);
        let origin = found
            .unused_since
            .map_or(LeaseOrigin::Fresh, |unused_since| LeaseOrigin::TakenOver { unused_since });
        Some(Lent {
            role,
            spot: found.spot,
            lease: Lease { pool: wish.pool.id, address },
            origin,
            is_to_be_recorded: true,
        })
    }

    /// How gladly a lease is given to a log-in, the smallest first, and how many of `own`, the
    /// sessions of the same origin that are over by now, have it. `None` while another session may
    /// still begin with it.
    fn preference(
        leased: &Leased,
        wish: &Wish<'_>,
        own: &[&InUse],
    ) -> Option<(u8, Reverse<Timestamp>, u32)> {
        let station = wish.from.station;
        // Where another session has it too, its address knows of more.
        let own_sessions = own.iter().filter(|session| session.has(&leased.spot)).count();
        let own_sessions = u32::try_from(own_sessions).unwrap_or(u32::MAX);
        let reserved = leased.reservation.as_ref();
        let reserved = reserved.filter(|reservation| reservation.holds(wish.claim.now));
        if reserved.is_some_and(|reserved| !wish.from.is_by(reserved.nas, &reserved.origin)) {
            return None;
        }
        let is_same_station = !station.is_empty() && leased.station == *station;
        if leased.is_restored && !is_same_station && wish.claim.now < wish.takeover_from {
            return None;
        }
        let rank = if own_sessions > 0 || reserved.is_some() {
            0
        } else if is_same_station {
            1
        } else {
            2
        };
        Some((rank, Reverse(leased.last_used_at), own_sessions))
    }

    /// The log-in was accepted with these.
    pub(crate) fn keep(&mut self, lent: Vec<Lent>, to: &Recipient<'_>) {
        if lent.iter().any(|lent| lent.origin != LeaseOrigin::Again) {
            // What was taken over by others meanwhile.
            self.leases.retain(|leased| leased.spot.owner() == Some(to.service));
        }
        let Whence { nas, station, origin } = to.from;
        for Lent { role, spot, lease, .. } in lent {
            let origin = Arc::clone(origin);
            let reservation = Reservation { nonce: to.nonce, nas, origin, role, at: to.now };
            let known = self.leases.iter_mut().find(|leased| leased.spot.is_same(&spot));
            if let Some(leased) = known {
                leased.reservation = Some(reservation);
                leased.is_restored = false;
                leased.is_recorded &= leased.station == *station;
                leased.station = Arc::clone(station);
                leased.last_used_at = leased.last_used_at.max(to.now);
                continue;
            }
            if self.leases.len() >= LEASES_MAX {
                self.leases.remove(0);
            }
            self.leases.push(Leased {
                spot,
                lease,
                station: Arc::clone(station),
                last_used_at: to.now,
                reservation: Some(reservation),
                is_recorded: false,
                is_restored: false,
            });
        }
    }

    /// The journal has these.
    pub(crate) fn recorded(&mut self, recorded: &[Lease]) {
        for leased in &mut self.leases {
            leased.is_recorded |= recorded.contains(&leased.lease);
        }
    }

    /// The Access-Accept with these has not left.
    pub(crate) fn not_given(&mut self, service: ServiceId, leases: &[Lease]) {
        for leased in self.leases.iter_mut().filter(|leased| leases.contains(&leased.lease)) {
            if let Some(kept) = leased.reservation.take() {
                leased.spot.give_up(service, kept.at);
            }
        }
    }

    /// Each lease that is still the service's, the station that had it last, and when.
    pub(crate) fn leases(
        &self,
        service: ServiceId,
    ) -> impl Iterator<Item = (Lease, &Arc<str>, Timestamp)> {
        let own = self.leases.iter().filter(move |leased| leased.spot.owner() == Some(service));
        own.map(|leased| (leased.lease, &leased.station, leased.last_used_at))
    }

    /// A lease that was stored.
    pub(crate) fn restore_lease(
        &mut self,
        spot: Spot,
        lease: Lease,
        station: Arc<str>,
        leased_at: Timestamp,
    ) {
        if self.leases.len() < LEASES_MAX && !self.leases.iter().any(|of| of.spot.is_same(&spot)) {
            self.leases.push(Leased {
                spot,
                lease,
                station,
                last_used_at: leased_at,
                reservation: None,
                is_recorded: true,
                is_restored: true,
            });
        }
    }

    /// A session goes on, or begins with what was kept for it. What its NAS says it has is what it
    /// has; where it says nothing, what we said.
    pub(crate) fn go_on(
        &mut self,
        service: ServiceId,
        event: &AccountingEvent,
        origin: &Arc<str>,
        nonce: Option<&[u8; 16]>,
        is_new: bool,
        reported: ByRole<Reported>,
    ) {
        let (id, now) = (event.session, event.received_at);
        let from = Whence { nas: event.nas, station: &event.calling_station_id, origin };
        let known = self.sessions.iter().position(|other| other.session == id);
        let mut spots = known
            .and_then(|place| self.sessions.get(place))
            .map_or([None, None, None], |known| known.spots.clone());
        for (place, (role, reported)) in AddressRole::ALL.into_iter().zip(reported).enumerate() {
            let had = spots.get(place).cloned().flatten();
            let has = match reported {
                Reported::Spot(reported) => Some(reported),
                Reported::Elsewhere => None,
                Reported::Not if is_new => {
                    self.begun_with(role, nonce, from, &spots).or(had.clone())
                }
                Reported::Not => had.clone(),
            };
            if has.as_ref().zip(had.as_ref()).is_some_and(|(has, had)| has.is_same(had)) {
                continue;
            }
            // First the new one, so that it is at no time free.
            if let Some(has) = &has {
                has.begin(now);
            }
            if let Some(had) = had {
                had.end(now);
            }
            if let Some(place) = spots.get_mut(place) {
                *place = has;
            }
        }
        for leased in self.leases.iter_mut().filter(|leased| is_new && leased.reservation.is_some())
        {
            let is_had = spots.iter().flatten().any(|spot| spot.is_same(&leased.spot));
            if is_had || leased.kept_for(nonce, from).is_some() {
                leased.reservation = None;
                leased.spot.give_up(service, now);
            }
        }
        let since = event.implied_start();
        if is_new {
            self.end_where(now, |other| {
                other.session != id && from.is_by(other.nas, &other.origin) && other.since < since
            });
        }
        match self.sessions.iter_mut().find(|other| other.session == id) {
            Some(known) => known.spots = spots,
            None if spots.iter().all(Option::is_none) => {}
            None => {
                let (nas, origin) = (event.nas, Arc::clone(origin));
                self.sessions.push(InUse { session: id, nas, origin, since, spots });
            }
        }
    }

    /// An open session has these, as was stored or is known elsewhere; the pool may be another one
    /// than before. Of a role that its NAS has said nothing about it has what its station was given
    /// last.
    pub(crate) fn restore_session(
        &mut self,
        (session, nas, station): (SessionId, NasId, &Arc<str>),
        since: Timestamp,
        now: Timestamp,
        reported: ByRole<Reported>,
    ) {
        // Of what is stored the station alone tells the origin.
        let from = Whence { nas, station, origin: station };
        let known = self.sessions.iter().find(|known| known.session == session);
        let mut spots = known.map_or([None, None, None], |known| known.spots.clone());
        for (role, reported) in AddressRole::ALL.into_iter().zip(reported) {
            let had = spots.get(role as usize).cloned().flatten();
            let has = match reported {
                Reported::Spot(spot) => Some(spot),
                Reported::Not if had.is_none() => self.last_given(role, from, &spots, |_| true),
                Reported::Elsewhere | Reported::Not => None,
            };
            let Some(has) = has.filter(|has| had.as_ref().is_none_or(|had| !has.is_same(had)))
            else {
                continue;
            };
            has.begin(now);
            if let Some(had) = had {
                had.end(now);
            }
            if let Some(place) = spots.get_mut(role as usize) {
                *place = Some(has);
            }
        }
        match self.sessions.iter_mut().find(|known| known.session == session) {
            Some(known) => known.spots = spots,
            None if spots.iter().all(Option::is_none) => {}
            None => {
                let origin = Arc::clone(station);
                self.sessions.push(InUse { session, nas, origin, since, spots });
            }
        }
    }

    /// What a session has of which its NAS says nothing: what was kept for it, or by an
    /// Access-Accept from before the start may have been.
    fn begun_with(
        &self,
        role: AddressRole,
        nonce: Option<&[u8; 16]>,
        from: Whence<'_>,
        beside: &ByRole<Option<Spot>>,
    ) -> Option<Spot> {
        let kept = self.leases.iter().filter_map(|leased| {
            let kept = leased.kept_for(nonce, from).filter(|kept| kept.role == role)?;
            Some((kept.at, leased))
        });
        // Of what was kept for the same origin, the first may be another's by now.
        let kept = kept.max_by_key(|(at, _)| *at).map(|(_, leased)| leased);
        let before = || self.last_given(role, from, beside, |leased| leased.is_restored);
        kept.map(|leased| leased.spot.clone()).or_else(before)
    }

    /// What the station was given last for a role and no session of another has.
    fn last_given(
        &self,
        role: AddressRole,
        from: Whence<'_>,
        beside: &ByRole<Option<Spot>>,
        is_asked: impl Fn(&Leased) -> bool,
    ) -> Option<Spot> {
        let is_anothers = |leased: &Leased| {
            self.sessions.iter().any(|session| {
                session.has(&leased.spot) && !from.is_by(session.nas, &session.origin)
            })
        };
        let is_ipv4 = |lease: &Lease| matches!(lease.address, PoolAddress::Ipv4(_));
        self.leases
            .iter()
            .filter(|leased| is_ipv4(&leased.lease) == (role == AddressRole::Ipv4))
            .filter(|leased| leased.station == *from.station && is_asked(leased))
            .filter(|leased| !is_anothers(leased))
            .filter(|leased| !beside.iter().flatten().any(|spot| spot.is_same(&leased.spot)))
            .max_by_key(|leased| leased.last_used_at)
            .map(|leased| leased.spot.clone())
    }

    /// A session is over.
    pub(crate) fn end(&mut self, session: SessionId, at: Timestamp) {
        self.end_where(at, |other| other.session == session);
    }

    /// The NAS has started anew: what it had before is lost, and what was kept for it.
    pub(crate) fn forget_older(&mut self, service: ServiceId, nas: NasId, booted_at: Timestamp) {
        self.end_where(booted_at, |other| other.nas == nas && other.since < booted_at);
        for leased in &mut self.leases {
            let kept = leased.reservation.as_ref();
            if kept.is_some_and(|kept| kept.nas == nas && kept.at < booted_at) {
                leased.reservation = None;
                leased.spot.give_up(service, booted_at);
            }
        }
    }

    fn end_where(&mut self, at: Timestamp, is_over: impl Fn(&InUse) -> bool) {
        let leases = &mut self.leases;
        self.sessions.retain(|session| {
            let is_over = is_over(session);
            if is_over {
                for spot in session.spots.iter().flatten() {
                    spot.end(at);
                    if let Some(leased) = leases.iter_mut().find(|of| of.spot.is_same(spot)) {
                        leased.last_used_at = leased.last_used_at.max(at);
                    }
                }
            }
            !is_over
        });
    }
}
