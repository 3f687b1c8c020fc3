//! The addresses of the pools that are managed here: each with whoever has it.
//!
//! An address has a lock of its own, which only those take who have it, want it or report it. What
//! all log-ins of a pool share beside the count of its addresses in use is touched by newcomers,
//! who have no address in it yet, and while nothing is free by those who leave.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entitlement::{ServiceId, Timestamp};

use super::service::SLOT_RESERVED_S;
use super::{Table, table};
use crate::pool::{Pool, PoolId, PoolNotice, PoolUse};

/// How many of the longest unused addresses are looked up at once.
const CANDIDATES: usize = 1_024;

/// By how much of a pool, percent, its use must fall below the warning level to be well again.
const RELIEF_PERCENT: u64 = 5;

/// Every pool that has been used since the start.
#[derive(Debug)]
pub(crate) struct Pools {
    states: Table<PoolId, Arc<PoolState>>,
    /// From when on leases may be taken over, milliseconds since 1970.
    takeover_from: AtomicI64,
}

/// One pool.
#[derive(Debug)]
pub(crate) struct PoolState {
    id: PoolId,
    /// Those that were ever given, reported or looked at, by their number.
    addresses: Table<u128, Arc<Address>>,
    in_use: AtomicU64,
    is_filling: AtomicBool,
    /// Whether nothing was free when a newcomer looked last.
    is_full: AtomicBool,
    /// What has become free since; the last lock that anybody takes.
    freed: Mutex<Vec<u128>>,
    newcomers: Mutex<Newcomers>,
    /// The pool, by its place in memory, whose addresses are taken by the sessions that were open
    /// before it was made or changed.
    surveyed: AtomicUsize,
    /// That pool, so that no other has its place; locked while its sessions are looked for.
    survey: Mutex<Option<Arc<Pool>>>,
}

/// What a newcomer may get.
#[derive(Debug, Default)]
struct Newcomers {
    /// Of which pool this is true.
    pool: Option<Arc<Pool>>,
    /// Every address before this one has been given at some time.
    next: u64,
    /// Unused addresses, those that are nobody's before those that are remembered for a service, and
    /// of each the longest unused first.
    unused: VecDeque<Unused>,
    /// Nothing is free until then but what is given back.
    full_until: Option<Timestamp>,
}

/// Whether somebody is to find it again, when it was last used, and which it is.
type Unused = (bool, Timestamp, u128);

/// One address of a pool.
#[derive(Debug, Default)]
pub(crate) struct Address(Mutex<Taken>);

/// By whom an address is taken.
#[derive(Debug, Clone, Copy)]
struct Taken {
    /// The service that had it last by our word.
    owner: Option<ServiceId>,
    /// Until when an Access-Accept keeps it for a Start.
    reserved_until: Timestamp,
    /// Open sessions that have it.
    sessions: u32,
    last_used_at: Timestamp,
    /// Whether it is one of the pool, or was only reported.
    is_inside: bool,
    is_counted: bool,
}

const NEVER: Timestamp = Timestamp::from_unix_ms(i64::MIN);

impl Default for Taken {
    fn default() -> Self {
        Self {
            owner: None,
            reserved_until: NEVER,
            sessions: 0,
            last_used_at: NEVER,
            is_inside: false,
            is_counted: false,
        }
    }
}

impl Taken {
    fn is_free(&self, now: Timestamp) -> bool {
        self.sessions == 0 && self.reserved_until <= now
    }
}

/// An address in its pool.
#[derive(Debug, Clone)]
pub(crate) struct Spot {
    pub(crate) pool: Arc<PoolState>,
    pub(crate) value: u128,
    address: Arc<Address>,
}

/// For whom an address is taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim {
    pub(crate) service: ServiceId,
    pub(crate) now: Timestamp,
    /// Whether it is only asked what would be taken.
    pub(crate) is_question: bool,
}

impl Claim {
    fn reserved_until(&self) -> Timestamp {
        self.now.plus_s(SLOT_RESERVED_S)
    }
}

/// What a newcomer gets.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) spot: Spot,
    /// When it was last used, if it was another's before.
    pub(crate) unused_since: Option<Timestamp>,
}

impl Default for Pools {
    fn default() -> Self {
        Self { states: table(), takeover_from: AtomicI64::new(0) }
    }
}

impl Pools {
    /// The state of a pool.
    pub(crate) fn of(&self, id: PoolId) -> Arc<PoolState> {
        let states = self.states.pin();
        Arc::clone(states.get_or_insert_with(id, || Arc::new(PoolState::new(id))))
    }

    /// Nobody's lease is taken over before `from`: whom the server told before its start that an
    /// address is still theirs may be about to use it.
    pub(crate) fn forbid_takeover_until(&self, from: Timestamp) {
        self.takeover_from.store(from.unix_ms(), Ordering::Relaxed);
    }

    pub(crate) fn takeover_from(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.takeover_from.load(Ordering::Relaxed))
    }
}

impl PoolState {
    fn new(id: PoolId) -> Self {
        Self {
            id,
            addresses: table(),
            in_use: AtomicU64::new(0),
            is_filling: AtomicBool::new(false),
            is_full: AtomicBool::new(false),
            freed: Mutex::default(),
            newcomers: Mutex::default(),
            surveyed: AtomicUsize::new(0),
            survey: Mutex::default(),
        }
    }

    /// Lets `survey` bring in the sessions that were open before the pool was made, and again when it
    /// has other addresses.
    pub(crate) fn survey(&self, pool: &Arc<Pool>, survey: impl FnOnce()) {
        let place = Arc::as_ptr(pool).addr();
        if self.surveyed.load(Ordering::Acquire) == place {
            return;
        }
        let mut last = self.survey.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref().is_none_or(|last| last.space != pool.space) {
            survey();
        }
        self.surveyed.store(place, Ordering::Release);
        *last = Some(Arc::clone(pool));
    }

    /// An address of `pool`, whose state this is.
    pub(crate) fn spot(self: &Arc<Self>, pool: &Pool, value: u128) -> Spot {
        let address = Arc::clone(self.addresses.pin().get_or_insert_with(value, || {
            let taken = Taken { is_inside: pool.space.has(value), ..Taken::default() };
            Arc::new(Address(Mutex::new(taken)))
        }));
        Spot { pool: Arc::clone(self), value, address }
    }

    /// Takes an address that nobody has: one that was never given, else the one that has been unused
    /// for the longest time. `is_barred` says which are not the pool's to give.
    pub(crate) fn take_new(
        self: &Arc<Self>,
        pool: &Arc<Pool>,
        claim: Claim,
        takeover_from: Timestamp,
        is_barred: &dyn Fn(u128) -> bool,
    ) -> Option<Found> {
        let mut newcomers = self.newcomers.lock().unwrap_or_else(PoisonError::into_inner);
        if !newcomers.pool.as_ref().is_some_and(|of| Arc::ptr_eq(of, pool)) {
            *newcomers = Newcomers { pool: Some(Arc::clone(pool)), ..Newcomers::default() };
            self.sweep(pool, claim.now);
        }
        if let Some(spot) = self.take_fresh(pool, claim, &mut newcomers, is_barred) {
            return Some(Found { spot, unused_since: None });
        }
        self.take_in_freed(pool, &mut newcomers);
        if let Some(found) = self.take_unused(pool, claim, takeover_from, &mut newcomers, is_barred)
        {
            return Some(found);
        }
        if newcomers.full_until.is_some_and(|until| claim.now < until) {
            return None;
        }
        self.look_up(claim.now, takeover_from, &mut newcomers, is_barred);
        self.take_unused(pool, claim, takeover_from, &mut newcomers, is_barred)
    }

    fn take_fresh(
        self: &Arc<Self>,
        pool: &Pool,
        claim: Claim,
        newcomers: &mut Newcomers,
        is_barred: &dyn Fn(u128) -> bool,
    ) -> Option<Spot> {
        let mut number = newcomers.next;
        while let Some(value) = pool.space.at(number) {
            number += 1;
            let spot = self.spot(pool, value);
            let is_taken = !is_barred(value) && spot.take_if(claim, |taken| taken.owner.is_none());
            // A question moves on too where there was nothing to take.
            if !(is_taken && claim.is_question) {
                newcomers.next = number;
            }
            if is_taken {
                return Some(spot);
            }
        }
        None
    }

    /// What was given back while nothing else was free.
    fn take_in_freed(self: &Arc<Self>, pool: &Pool, newcomers: &mut Newcomers) {
        if !self.is_full.load(Ordering::Acquire) {
            return;
        }
        // Who leaves has the lock of its address and wants this one: it is not kept while addresses
        // are asked.
        let freed = core::mem::take(&mut *self.freed());
        for value in freed {
            let taken = *self.spot(pool, value).address.lock();
            newcomers.unused.push_back((taken.owner.is_some(), taken.last_used_at, value));
        }
        newcomers.unused.make_contiguous().sort_unstable();
    }

    fn take_unused(
        self: &Arc<Self>,
        pool: &Pool,
        claim: Claim,
        takeover_from: Timestamp,
        newcomers: &mut Newcomers,
        is_barred: &dyn Fn(u128) -> bool,
    ) -> Option<Found> {
        let may_take_over = claim.now >= takeover_from;
        while let Some((_, since, value)) = newcomers.unused.front().copied() {
            let spot = self.spot(pool, value);
            let is_taken = !is_barred(value)
                && spot.take_if(claim, |taken| {
                    taken.last_used_at == since && (may_take_over || taken.owner.is_none())
                });
            if !(is_taken && claim.is_question) {
                newcomers.unused.pop_front();
            }
            if is_taken {
                let unused_since = (since != NEVER).then_some(since);
                return Some(Found { spot, unused_since });
            }
        }
        None
    }

    /// Finds the addresses that have been unused for the longest time. What is used later than
    /// this has been used later than all of them, so that they stay the first until they are gone.
    fn look_up(
        &self,
        now: Timestamp,
        takeover_from: Timestamp,
        newcomers: &mut Newcomers,
        is_barred: &dyn Fn(u128) -> bool,
    ) {
        let mut longest: BTreeSet<Unused> = BTreeSet::new();
        let mut free_at = Timestamp::from_unix_ms(i64::MAX);
        for (value, address) in &self.addresses.pin() {
            let mut taken = address.lock();
            self.count(*value, &mut taken, now);
            if !taken.is_inside {
                continue;
            }
            if !taken.is_free(now) {
                if taken.sessions == 0 {
                    free_at = free_at.min(taken.reserved_until);
                }
                continue;
            }
            if taken.owner.is_some() && now < takeover_from {
                free_at = free_at.min(takeover_from);
                continue;
            }
            let unused = (taken.owner.is_some(), taken.last_used_at, *value);
            drop(taken);
            let is_longer = longest.len() < CANDIDATES
                || longest.last().is_some_and(|shortest| unused < *shortest);
            if is_longer && !is_barred(*value) {
                longest.insert(unused);
                if longest.len() > CANDIDATES {
                    longest.pop_last();
                }
            }
        }
        // Looked at again each second: what was given back during this look, or is barred no more.
        newcomers.full_until = longest.is_empty().then_some(free_at.min(now.plus_s(1)));
        self.is_full.store(longest.is_empty(), Ordering::Release);
        self.freed().clear();
        newcomers.unused = longest.into_iter().collect();
    }

    fn freed(&self) -> MutexGuard<'_, Vec<u128>> {
        self.freed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings the count in line with what an address has become.
    fn count(&self, value: u128, taken: &mut Taken, now: Timestamp) {
        let counts = taken.is_inside && !taken.is_free(now);
        if counts && !taken.is_counted {
            self.in_use.fetch_add(1, Ordering::Relaxed);
        }
        if !counts && taken.is_counted {
            self.in_use.fetch_sub(1, Ordering::Relaxed);
            if self.is_full.load(Ordering::Acquire) {
                let mut freed = self.freed();
                // Newcomers may never come; more than these the next look finds.
                if freed.len() < CANDIDATES {
                    freed.push(value);
                }
            }
        }
        taken.is_counted = counts;
    }

    /// Looks at every address: what Accepts kept for sessions that never began is free again.
    pub(crate) fn sweep(&self, pool: &Pool, now: Timestamp) -> PoolUse {
        let mut leased = 0;
        for (value, address) in &self.addresses.pin() {
            let mut taken = address.lock();
            taken.is_inside = pool.space.has(*value);
            self.count(*value, &mut taken, now);
            leased += u64::from(taken.is_inside && taken.owner.is_some());
        }
        PoolUse { size: pool.space.size(), in_use: self.in_use.load(Ordering::Relaxed), leased }
    }

    /// Whether the pool has just crossed its warning level, either way.
    pub(crate) fn notice(&self, pool: &Arc<Pool>) -> Option<PoolNotice> {
        // In this order: whoever sees that another log-in has warned sees as much in use as that one.
        let was_filling = self.is_filling.load(Ordering::Acquire);
        let in_use = self.in_use.load(Ordering::Relaxed);
        let share = |percent: u64| pool.space.size().saturating_mul(percent);
        let level = u64::from(pool.warning_percent);
        let is_filling = in_use.saturating_mul(100)
            >= if was_filling {
                share(level.saturating_sub(RELIEF_PERCENT).max(1))
            } else {
                share(level)
            };
        if is_filling == was_filling {
            return None;
        }
        let (success, failure) = (Ordering::AcqRel, Ordering::Relaxed);
        // Of several log-ins that see it at once, one says it.
        self.is_filling.compare_exchange(was_filling, is_filling, success, failure).ok()?;
        Some(PoolNotice { pool: Arc::clone(pool), in_use, is_filling })
    }
}

impl Address {
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Spot {
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.value == other.value && self.pool.id == other.pool.id
    }

    /// The service that had it last by our word.
    pub(crate) fn owner(&self) -> Option<ServiceId> {
        self.address.lock().owner
    }

    /// Takes it for a newcomer if nobody has it and it is `as_wished`.
    fn take_if(&self, claim: Claim, as_wished: impl FnOnce(&Taken) -> bool) -> bool {
        let mut taken = self.address.lock();
        if !taken.is_inside || !taken.is_free(claim.now) || !as_wished(&taken) {
            return false;
        }
        if !claim.is_question {
            taken.owner = Some(claim.service);
            taken.reserved_until = claim.reserved_until();
            taken.last_used_at = taken.last_used_at.max(claim.now);
            self.pool.count(self.value, &mut taken, claim.now);
        }
        true
    }

    /// Takes it again for its owner, whose own sessions that are over by now have it `own` times.
    /// A reservation of the owner's own is no hindrance: the caller knows whether it still counts.
    pub(crate) fn take_again(&self, claim: Claim, own: u32) -> bool {
        let mut taken = self.address.lock();
        if taken.owner != Some(claim.service) || taken.sessions > own {
            return false;
        }
        if !claim.is_question {
            taken.reserved_until = claim.reserved_until();
            taken.last_used_at = taken.last_used_at.max(claim.now);
            self.pool.count(self.value, &mut taken, claim.now);
        }
        true
    }

    /// The log-in that took it came to nothing, or its session has begun with another one.
    pub(crate) fn give_up(&self, service: ServiceId, now: Timestamp) {
        let mut taken = self.address.lock();
        if taken.owner == Some(service) {
            taken.reserved_until = NEVER;
            self.pool.count(self.value, &mut taken, now);
        }
    }

    /// A session has it, whoever gave it.
    pub(crate) fn begin(&self, now: Timestamp) {
        let mut taken = self.address.lock();
        taken.sessions = taken.sessions.saturating_add(1);
        self.pool.count(self.value, &mut taken, now);
    }

    /// A session that had it is over.
    pub(crate) fn end(&self, at: Timestamp) {
        let mut taken = self.address.lock();
        taken.sessions = taken.sessions.saturating_sub(1);
        taken.last_used_at = taken.last_used_at.max(at);
        self.pool.count(self.value, &mut taken, at);
    }

    /// It was given to `service` at that moment, as the store has it, unless later to another.
    pub(crate) fn restore(&self, service: ServiceId, leased_at: Timestamp, now: Timestamp) {
        let mut taken = self.address.lock();
        if taken.owner.is_none() || taken.last_used_at < leased_at {
            taken.owner = Some(service);
        }
        taken.last_used_at = taken.last_used_at.max(leased_at);
        // Its Start may still come.
        taken.reserved_until = taken.reserved_until.max(leased_at.plus_s(SLOT_RESERVED_S));
        self.pool.count(self.value, &mut taken, now);
    }

    /// It was used until then.
    pub(crate) fn touch(&self, at: Timestamp) {
        let mut taken = self.address.lock();
        taken.last_used_at = taken.last_used_at.max(at);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use entitlement::TenantId;

    use super::*;
    use crate::pool::AddressSpace;

    const NOW: Timestamp = Timestamp::from_unix_s(1_800_000_000);

    fn pool(range: &str) -> Arc<Pool> {
        let space = AddressSpace::ipv4(&[range], &[""; 0]).unwrap();
        let (id, tenant) = (PoolId(1), TenantId(1));
        Arc::new(Pool { id, tenant, name: "home".into(), space, warning_percent: 90 })
    }

    fn claim(service: i64) -> Claim {
        Claim { service: ServiceId(service), now: NOW, is_question: false }
    }

    /// A pool of one address that service 1 has, and which nobody may take over.
    fn full_pool() -> (Arc<Pool>, Arc<PoolState>, Spot) {
        let (pool, state) = (pool("10.0.0.0/32"), Arc::new(PoolState::new(PoolId(1))));
        let spot = state.take_new(&pool, claim(1), NOW, &|_| false).unwrap().spot;
        assert!(newcomer(&state, &pool).is_none());
        (pool, state, spot)
    }

    fn newcomer(state: &Arc<PoolState>, pool: &Arc<Pool>) -> Option<Found> {
        state.take_new(pool, claim(2), NOW.plus_s(3_600), &|_| false)
    }

    #[test]
    fn who_leaves_a_full_pool_and_who_looks_for_an_address_never_wait_for_each_other_for_ever() {
        const TIMES: usize = 100_000;
        let (pool, state, spot) = full_pool();
        let (done, all_done) = mpsc::channel();
        let (comer, leaver) = (done.clone(), done);
        thread::spawn(move || {
            (0..TIMES).for_each(|_| assert!(newcomer(&state, &pool).is_none()));
            comer.send(()).unwrap();
        });
        thread::spawn(move || {
            for _ in 0..TIMES {
                assert!(spot.take_again(claim(1), 0));
                spot.give_up(ServiceId(1), NOW);
            }
            leaver.send(()).unwrap();
        });
        for _ in 0..2 {
            all_done.recv_timeout(Duration::from_secs(60)).expect("both come to an end");
        }
    }

    #[test]
    fn what_a_full_pool_is_given_back_is_remembered_up_to_a_bound() {
        let (_, state, spot) = full_pool();
        for _ in 0..10 * CANDIDATES {
            assert!(spot.take_again(claim(1), 0));
            spot.give_up(ServiceId(1), NOW);
        }
        assert!(state.freed.lock().unwrap().len() <= CANDIDATES);
    }
}
