//! From the names of pools in a grant to addresses, where the pools are managed here.

use std::sync::Arc;

use entitlement::{ServiceId, TenantId, Terms, Timestamp, WhenWithheld};

use crate::activity::{AddressRole, Claim, LeaseOrigin, Lent, Whence, Wish};
use crate::engine::Known;
use crate::intent::{IntentKind, Intents};
use crate::pool::{Lease, Pool, PoolAddress, PoolKind, PoolNotice};
use crate::ports::{Directory, Service};
use crate::rules::Candidate;

/// The addresses that were taken for a log-in. Unless they are kept, they are to be given back.
#[derive(Debug, Default)]
pub(crate) struct Loan {
    pub(crate) lent: Vec<Lent>,
    /// Where each came from.
    pub(crate) pools: Vec<Arc<Pool>>,
    /// Roles whose pool is managed here, though the service has an address of its own for it.
    own: Vec<AddressRole>,
}

/// A pool that has no address left.
#[derive(Debug)]
pub(crate) struct Exhausted {
    pub(crate) pool: Arc<Pool>,
}

/// The pool that an intent names for a role, where it is managed here and has what is needed.
fn managed<'p>(
    pools: &'p [Arc<Pool>],
    name: Option<&str>,
    role: AddressRole,
) -> Option<&'p Arc<Pool>> {
    let name = name?;
    let pool = pools.iter().find(|pool| *pool.name == *name)?;
    let is_ipv4 = pool.space.kind() == PoolKind::Ipv4;
    (is_ipv4 == (role == AddressRole::Ipv4)).then_some(pool)
}

/// Every pool that the terms of a service name and that is managed here, with what open sessions
/// have of it. Not to be called while a service is being worked on.
pub(crate) fn pools_of(known: Known<'_>, service: &Service) -> Vec<Arc<Pool>> {
    let Known { directory, activity } = known;
    let pools: Vec<_> = named(directory, service.tenant, &service.entitlement.terms).collect();
    for pool in &pools {
        activity.prepare_pool(directory, pool);
    }
    pools
}

fn named(
    directory: &dyn Directory,
    tenant: TenantId,
    terms: &Terms,
) -> impl Iterator<Item = Arc<Pool>> {
    let withheld = core::iter::once(&terms.when_withheld)
        .chain(terms.when_withheld_for.iter().map(|(_, when)| when))
        .filter_map(|when| match when {
            WhenWithheld::Quarantine(quarantine) => quarantine.pool.as_deref(),
            WhenWithheld::Reject => None,
        });
    let own = [&terms.pool, &terms.ipv6_pool, &terms.delegated_ipv6_pool];
    let names = own.into_iter().filter_map(Option::as_deref).chain(withheld);
    names.filter_map(move |name| directory.pool(tenant, name))
}

/// Takes an address for each of these pools that an intent names; all of them or none. Who asks for
/// the NAS itself needs none.
pub(crate) fn lend(
    candidate: &Candidate<'_>,
    directory: &dyn Directory,
    pools: &[Arc<Pool>],
    intents: &Intents<'_>,
    is_question: bool,
) -> Result<Loan, Exhausted> {
    let service = candidate.service;
    let claim = Claim { service: service.id, now: candidate.now, is_question };
    let is_barred = |address: PoolAddress| directory.is_fixed(service.tenant, address);
    let mut loan = Loan::default();
    if candidate.wants_the_nas {
        return Ok(loan);
    }
    for role in AddressRole::ALL {
        let (name, has_own) = match role {
            AddressRole::Ipv4 => (intents.pool, intents.fixed_ipv4.is_some()),
            AddressRole::Ipv6 => (intents.ipv6_pool, intents.has(IntentKind::Ipv6Prefix)),
            AddressRole::DelegatedIpv6 => {
                (intents.delegated_ipv6_pool, intents.has(IntentKind::DelegatedIpv6Prefix))
            }
        };
        let Some(pool) = managed(pools, name, role) else { continue };
        if has_own {
            loan.own.push(role);
            continue;
        }
        let wish = Wish {
            pool,
            state: &candidate.activities.pool_state(pool),
            claim,
            from: Whence {
                nas: candidate.nas.id,
                station: candidate.station_text,
                origin: candidate.origin,
            },
            takeover_from: candidate.activities.takeover_from(),
            given: &loan.lent,
            is_barred: &is_barred,
        };
        match candidate.activity.addresses.lend(role, &wish) {
            Some(lent) => {
                loan.lent.push(lent);
                loan.pools.push(Arc::clone(pool));
            }
            None => {
                if !is_question {
                    loan.give_back(service.id, candidate.now);
                }
                return Err(Exhausted { pool: Arc::clone(pool) });
            }
        }
    }
    Ok(loan)
}

impl Loan {
    /// Puts the addresses in the place of the pools' names.
    pub(crate) fn apply(&self, intents: &mut Intents<'_>) {
        for role in &self.own {
            *pool_of(intents, *role) = None;
        }
        for lent in &self.lent {
            *pool_of(intents, lent.role) = None;
            match (lent.role, lent.lease.address) {
                (AddressRole::Ipv4, PoolAddress::Ipv4(address)) => {
                    intents.fixed_ipv4 = Some(address);
                }
                (AddressRole::Ipv6, PoolAddress::Ipv6(prefix)) => {
                    intents.leased_ipv6 = Some(prefix);
                }
                (AddressRole::DelegatedIpv6, PoolAddress::Ipv6(prefix)) => {
                    intents.leased_delegated_ipv6 = Some(prefix);
                }
                // A pool is asked only for what it has.
                _ => {}
            }
        }
    }

    /// The log-in comes to nothing.
    pub(crate) fn give_back(self, service: ServiceId, now: Timestamp) {
        for lent in self.lent {
            lent.spot.give_up(service, now);
        }
    }

    /// What the journal has to learn.
    pub(crate) fn to_be_recorded(&self) -> [Option<Lease>; 3] {
        let mut leases =
            self.lent.iter().filter(|lent| lent.is_to_be_recorded).map(|lent| lent.lease);
        [leases.next(), leases.next(), leases.next()]
    }

    /// What the operator should hear about the pools.
    pub(crate) fn notices(&self) -> Vec<PoolNotice> {
        self.lent
            .iter()
            .zip(&self.pools)
            .filter_map(|(lent, pool)| lent.spot.pool.notice(pool))
            .collect()
    }

    /// Each pool with the address and why it is the one.
    pub(crate) fn explained(&self) -> impl Iterator<Item = (&Arc<Pool>, PoolAddress, LeaseOrigin)> {
        self.pools
            .iter()
            .zip(&self.lent)
            .map(|(pool, lent)| (pool, lent.lease.address, lent.origin))
    }
}

fn pool_of<'i, 'a>(intents: &'i mut Intents<'a>, role: AddressRole) -> &'i mut Option<&'a str> {
    match role {
        AddressRole::Ipv4 => &mut intents.pool,
        AddressRole::Ipv6 => &mut intents.ipv6_pool,
        AddressRole::DelegatedIpv6 => &mut intents.delegated_ipv6_pool,
    }
}
