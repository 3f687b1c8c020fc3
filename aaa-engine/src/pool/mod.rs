//! Pools of addresses that are managed here: what they hold, and who was given what.

mod space;

use core::fmt;
use std::sync::Arc;

use entitlement::{ServiceId, TenantId, Timestamp};

use crate::attempt::Attempt;

pub use space::{
    AddressSpace, AddressSpaceError, POOL_RANGES_MAX, POOL_SIZE_MAX, PoolAddress, PoolKind,
};

/// The share of a pool in use from which the operator is warned, percent, unless it is said
/// otherwise.
pub const POOL_WARNING_PERCENT: u8 = 90;

/// The identity of a pool: the store's row id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PoolId(pub i64);

impl fmt::Display for PoolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A pool that is managed here rather than on a NAS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Its identity in the store.
    pub id: PoolId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What plans name it by.
    pub name: Arc<str>,
    /// Its addresses.
    pub space: AddressSpace,
    /// The share in use from which the operator is warned, percent.
    pub warning_percent: u8,
}

/// An address that was given to a service, to be its own for as long as nobody else needs it more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lease {
    /// From which pool.
    pub pool: PoolId,
    /// The address.
    pub address: PoolAddress,
}

/// A lease as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLease {
    /// The pool, which is there, and the address.
    pub lease: Lease,
    /// Whose service it was given to.
    pub tenant: TenantId,
    /// The service.
    pub service: ServiceId,
    /// Calling-Station-Id of the log-in, escaped; empty when absent.
    pub station: Arc<str>,
    /// When it was given.
    pub leased_at: Timestamp,
    /// Whether it is certain that the journal has it; else it is told again.
    pub is_recorded: bool,
}

impl StoredLease {
    /// Those that a log-in was given.
    pub fn of(attempt: &Attempt) -> impl Iterator<Item = Self> + '_ {
        let leases = attempt.learned.leases.iter().flatten();
        leases.filter_map(|lease| {
            Some(Self {
                lease: *lease,
                tenant: attempt.tenant,
                service: attempt.service?,
                station: Arc::clone(&attempt.calling_station_id),
                leased_at: attempt.at,
                is_recorded: true,
            })
        })
    }
}

/// How much of a pool is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PoolUse {
    /// How many addresses it has.
    pub size: u64,
    /// How many belong to a session, or to a log-in whose session may still begin.
    pub in_use: u64,
    /// How many were given to a service and are kept for it, in use or not.
    pub leased: u64,
}

impl PoolUse {
    /// The share in use, percent, rounded down.
    #[must_use]
    pub const fn percent(self) -> u64 {
        match self.in_use.saturating_mul(100).checked_div(self.size) {
            Some(percent) => percent,
            None => 0,
        }
    }
}

/// A pool that has crossed its warning level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolNotice {
    /// Which.
    pub pool: Arc<Pool>,
    /// How much of it is taken.
    pub in_use: u64,
    /// Whether it is at the level or above it; otherwise it has come back below.
    pub is_filling: bool,
}
