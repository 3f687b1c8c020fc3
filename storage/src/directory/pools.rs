//! The pools in the directory, and what no pool may give.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use aaa_engine::{Pool, PoolAddress, PoolId};
use entitlement::{Ipv6Prefix, Networks, TenantId};
use papaya::HashMap;

use super::table;
use crate::entity::pool;

/// The pools that are managed here.
pub(super) struct DirectoryPools {
    /// Those of each tenant, by name.
    of_tenants: HashMap<TenantId, Arc<[Arc<Pool>]>>,
    tenant_of: HashMap<PoolId, TenantId>,
    /// As the store has them, for the snapshot.
    rows: HashMap<PoolId, Arc<pool::Model>>,
    own_prefixes: RwLock<OwnPrefixes>,
    /// How many there are: where there are none, as nearly everywhere, no log-in takes the lock.
    own_count: AtomicUsize,
}

/// The prefixes that are services' own, by tenant, first address and length, with how many services
/// have each. Asked when an address is given, not for every packet.
type OwnPrefixes = BTreeMap<(TenantId, u128, u8), u32>;

impl Default for DirectoryPools {
    fn default() -> Self {
        let own_prefixes = RwLock::default();
        let own_count = AtomicUsize::new(0);
        Self { of_tenants: table(), tenant_of: table(), rows: table(), own_prefixes, own_count }
    }
}

impl DirectoryPools {
    pub(super) fn put(&self, pool: Pool, row: pool::Model) {
        let (id, tenant) = (pool.id, pool.tenant);
        let pool = Arc::new(pool);
        self.change(tenant, |pools| {
            pools.retain(|other| other.id != id);
            pools.push(Arc::clone(&pool));
            pools.sort_by(|a, b| a.name.cmp(&b.name));
        });
        self.tenant_of.pin().insert(id, tenant);
        self.rows.pin().insert(id, Arc::new(row));
    }

    pub(super) fn rows(&self) -> Vec<Arc<pool::Model>> {
        self.rows.pin().values().cloned().collect()
    }

    pub(super) fn remove(&self, id: PoolId) {
        self.rows.pin().remove(&id);
        let tenant = self.tenant_of.pin().remove(&id).copied();
        if let Some(tenant) = tenant {
            self.change(tenant, |pools| pools.retain(|other| other.id != id));
        }
    }

    /// One task writes, so nothing is lost between reading and writing.
    fn change(&self, tenant: TenantId, change: impl FnOnce(&mut Vec<Arc<Pool>>)) {
        let of_tenants = self.of_tenants.pin();
        let mut pools = of_tenants.get(&tenant).map(|pools| pools.to_vec()).unwrap_or_default();
        change(&mut pools);
        if pools.is_empty() {
            of_tenants.remove(&tenant);
        } else {
            of_tenants.insert(tenant, pools.into());
        }
    }

    pub(super) fn ids(&self) -> HashSet<PoolId> {
        self.tenant_of.pin().keys().copied().collect()
    }

    pub(super) fn has(&self, id: PoolId) -> bool {
        self.tenant_of.pin().contains_key(&id)
    }

    pub(super) fn named(&self, tenant: TenantId, name: &str) -> Option<Arc<Pool>> {
        let of_tenants = self.of_tenants.pin();
        let pools = of_tenants.get(&tenant)?;
        let place = pools.binary_search_by(|pool| (*pool.name).cmp(name)).ok()?;
        pools.get(place).cloned()
    }

    pub(super) fn touched_by(
        &self,
        tenant: TenantId,
        address: PoolAddress,
    ) -> Option<(Arc<Pool>, PoolAddress)> {
        let of_tenants = self.of_tenants.pin();
        let mut pools = of_tenants.get(&tenant)?.iter();
        pools.find_map(|pool| Some((Arc::clone(pool), pool.space.touched_by(address)?)))
    }

    pub(super) fn all(&self) -> Vec<Arc<Pool>> {
        let of_tenants = self.of_tenants.pin();
        let mut all: Vec<_> = of_tenants.values().flat_map(|pools| pools.iter().cloned()).collect();
        all.sort_by_key(|pool| pool.id);
        all
    }

    /// A service has `after` for its own instead of `before`.
    pub(super) fn own(
        &self,
        tenant: TenantId,
        before: Option<&Networks>,
        after: Option<&Networks>,
    ) {
        if before == after {
            return;
        }
        let mut own = self.own_prefixes.write().unwrap_or_else(PoisonError::into_inner);
        for key in after.into_iter().flat_map(|networks| keys(tenant, networks)) {
            *own.entry(key).or_default() += 1;
        }
        for key in before.into_iter().flat_map(|networks| keys(tenant, networks)) {
            if let Some(count) = own.get_mut(&key) {
                *count -= 1;
                if *count == 0 {
                    own.remove(&key);
                }
            }
        }
        self.own_count.store(own.len(), Ordering::Release);
    }

    /// Whether a service has `prefix` for its own, or one that it is in, or a part of it.
    pub(super) fn is_own(&self, tenant: TenantId, prefix: Ipv6Prefix) -> bool {
        if self.own_count.load(Ordering::Acquire) == 0 {
            return false;
        }
        let own = self.own_prefixes.read().unwrap_or_else(PoisonError::into_inner);
        let first = prefix.address().to_bits();
        let within = |len_bits: u8| {
            let wider = Ipv6Prefix::of(prefix.address(), len_bits);
            wider.is_some_and(|wider| {
                own.contains_key(&(tenant, wider.address().to_bits(), len_bits))
            })
        };
        let host_bits = 128 - u32::from(prefix.len_bits());
        let last = first | 1_u128.checked_shl(host_bits).map_or(u128::MAX, |size| size - 1);
        (0..=prefix.len_bits()).any(within)
            || own.range((tenant, first, prefix.len_bits())..=(tenant, last, 128)).next().is_some()
    }
}

fn keys(tenant: TenantId, networks: &Networks) -> impl Iterator<Item = (TenantId, u128, u8)> {
    let address = networks.ipv6.and_then(|address| Ipv6Prefix::of(address, 128));
    let prefixes = networks.ipv6_prefixes.iter().chain(&networks.delegated_ipv6_prefixes).copied();
    let prefixes = prefixes.chain(address);
    prefixes.map(move |prefix| (tenant, prefix.address().to_bits(), prefix.len_bits()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(prefixes: &[&str]) -> Networks {
        let delegated_ipv6_prefixes = prefixes.iter().map(|text| text.parse().unwrap()).collect();
        Networks { delegated_ipv6_prefixes, ..Networks::default() }
    }

    #[test]
    fn prefixes_in_and_around_those_of_services_are_theirs_as_long_as_they_have_them() {
        let pools = DirectoryPools::default();
        let (one, other) = (TenantId(1), TenantId(2));
        let is_own = |tenant, text: &str| pools.is_own(tenant, text.parse().unwrap());
        let wide = networks(&["2001:db8::/48", "2001:db8:7:100:5::/80"]);
        pools.own(one, None, Some(&wide));
        pools.own(one, None, Some(&networks(&["2001:db8::/48"])));
        for taken in ["2001:db8::/56", "2001:db8:0:ff00::/56", "2001:db8:7:100::/56", "::/0"] {
            assert!(is_own(one, taken), "{taken}");
            assert!(!is_own(other, taken), "{taken}");
        }
        assert!(!is_own(one, "2001:db8:1::/56") && !is_own(one, "2001:db8:7::/56"));
        pools.own(one, Some(&wide), None);
        assert!(is_own(one, "2001:db8::/56"), "the other service has it still");
        assert!(!is_own(one, "2001:db8:7:100::/56"));
    }
}
