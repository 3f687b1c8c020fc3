//! Pools that are managed here, and the leases that log-ins report through the journal.

use aaa_engine::auth::Method;
use aaa_engine::ports::{Batch, Directory as _, Entry, NasId, Sink as _};
use aaa_engine::{
    AddressSpace, Attempt, Learned, Lease, Outcome, PoolAddress, PoolId, Reason, StoredLease,
};
use entitlement::{Networks, ServiceId, TenantId, Timestamp};
use storage::{LateSink, ServiceUpdate, Store, StoreError};

use crate::ground::{Ground, gold_and_alice, operator};
use crate::sink::position;

const NONE: [&str; 0] = [];

fn ipv4(range: &str) -> AddressSpace {
    AddressSpace::ipv4(&[range], &NONE).unwrap()
}

fn ipv6(prefix: &str) -> AddressSpace {
    AddressSpace::ipv6(&[prefix], 56, &NONE).unwrap()
}

fn address(text: &str) -> PoolAddress {
    PoolAddress::parse(text).unwrap()
}

async fn refused(store: &Store, tenant: TenantId, name: &str, space: &AddressSpace) -> String {
    let refused = store.pools(tenant).set(&operator(), name, space, 90).await.unwrap_err();
    assert!(matches!(refused, StoreError::Invalid { .. }), "{refused}");
    refused.to_string()
}

pub async fn pools_round_trip_and_reach_the_directory(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let pools = store.pools(tenant);
    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    let space = AddressSpace::ipv4(
        &["100.64.0.0/22", "100.64.8.1-100.64.8.9"],
        &["100.64.0.0", "100.64.3.0/24"],
    )
    .unwrap();
    let added = pools.set(&operator(), "pppoe", &space, 80).await.unwrap();
    pools.set(&operator(), "homes", &ipv6("2001:db8::/40"), 90).await.unwrap();
    assert_eq!(pools.find("pppoe").await.unwrap(), added);
    assert_eq!((&added.space, added.warning_percent), (&space, 80));
    let names: Vec<_> = pools.list().await.unwrap().into_iter().map(|pool| pool.name).collect();
    assert_eq!(names, ["homes".into(), "pppoe".into()]);
    follower.sync().await.unwrap();
    assert_eq!(*directory.pool(tenant, "pppoe").unwrap(), added);
    assert_eq!(directory.pool(TenantId(tenant.0 + 1), "pppoe"), None);
    assert_eq!(directory.pools().len(), 2);
    let (of, given) = directory.pool_touched_by(tenant, address("2001:db8:0:105::/64")).unwrap();
    assert_eq!((&*of.name, given), ("homes", address("2001:db8:0:100::/56")));
    assert_eq!(directory.pool_touched_by(tenant, address("100.64.3.7")), None);

    let changed = pools.set(&operator(), "pppoe", &ipv4("100.64.0.0/24"), 90).await.unwrap();
    assert_eq!(changed.id, added.id);
    follower.sync().await.unwrap();
    assert_eq!(*directory.pool(tenant, "pppoe").unwrap(), changed);
    pools.remove(&operator(), "pppoe").await.unwrap();
    follower.sync().await.unwrap();
    assert_eq!(directory.pool(tenant, "pppoe"), None);
    assert!(matches!(pools.find("pppoe").await, Err(StoreError::NotFound { .. })));
    let audited = store.audit(tenant).latest(3).await.unwrap();
    assert!(audited.iter().all(|entry| entry.kind == storage::Kind::Pool));
    // What is there already is there after loading too.
    follower.stop().await;
    let follower = store.follow().await.unwrap();
    assert_eq!(follower.directory().pools().len(), 1);
    follower.stop().await;
}

pub async fn pools_that_cannot_be_are_refused(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let pools = store.pools(tenant);
    pools.set(&operator(), "pppoe", &ipv4("100.64.0.0/22"), 90).await.unwrap();
    let overlap = refused(&store, tenant, "other", &ipv4("100.64.3.255-100.64.4.9")).await;
    assert!(overlap.contains("of pool `pppoe`"), "{overlap}");
    // Another tenant may have the same.
    let other = store.tenants().add(&operator(), "other").await.unwrap().id;
    store.pools(other).set(&operator(), "other", &ipv4("100.64.0.0/22"), 90).await.unwrap();

    let plans = store.plans(tenant);
    let named =
        |name: &'static str| move |terms: &mut entitlement::Terms| terms.pool = Some(name.into());
    plans.update(&operator(), "gold", named("pppoe"), None).await.unwrap();
    let kind = refused(&store, tenant, "pppoe", &ipv6("2001:db8::/40")).await;
    assert!(kind.contains("plan `gold` wants IPv4 addresses"), "{kind}");
    let in_use = pools.remove(&operator(), "pppoe").await.unwrap_err();
    assert!(matches!(&in_use, StoreError::InUse { .. }), "{in_use}");
    pools.set(&operator(), "homes", &ipv6("2001:db8::/40"), 90).await.unwrap();
    let kind = plans.update(&operator(), "gold", named("homes"), None).await.unwrap_err();
    assert!(kind.to_string().contains("has IPv6 prefixes"), "{kind}");
    plans.update(&operator(), "gold", |terms| terms.pool = None, None).await.unwrap();
    pools.remove(&operator(), "pppoe").await.unwrap();
}

pub async fn what_is_a_services_own_is_no_pools_to_give(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    let is_fixed = |text| directory.is_fixed(tenant, address(text));
    let networks = Networks {
        delegated_ipv6_prefixes: vec!["2001:db8:7::/48".parse().unwrap()],
        ..Networks::default()
    };
    let update = ServiceUpdate {
        fixed_ipv4: Some(Some("100.64.0.9".parse().unwrap())),
        networks: Some(networks),
        ..ServiceUpdate::default()
    };
    store.services(tenant).update(&operator(), "alice", &update).await.unwrap();
    follower.sync().await.unwrap();
    assert!(is_fixed("100.64.0.9") && !is_fixed("100.64.0.8"));
    assert!(is_fixed("2001:db8:7:100::/56") && !is_fixed("2001:db8:8::/56"));
    store.services(tenant).remove(&operator(), "alice").await.unwrap();
    follower.sync().await.unwrap();
    assert!(!is_fixed("100.64.0.9") && !is_fixed("2001:db8:7:100::/56"));
    follower.stop().await;
}

fn leased(tenant: TenantId, pool: PoolId, text: &str, service: i64, second: i64) -> Entry {
    let lease = Lease { pool, address: address(text) };
    Entry::Attempt(Attempt {
        at: Timestamp::from_unix_s(second),
        tenant,
        nas: NasId(1),
        login: "alice".into(),
        calling_station_id: format!("station of {service}").into(),
        method: Method::Pap,
        outcome: Outcome::Accepted,
        reason: Reason::Ok,
        service: Some(ServiceId(service)),
        learned: Learned { leases: [Some(lease), None, None], ..Learned::default() },
    })
}

pub async fn of_the_leases_of_an_address_the_last_holds_in_any_order(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let pools = store.pools(tenant);
    let alice = store.services(tenant).find("alice").await.unwrap().id;
    let pool = pools.set(&operator(), "pppoe", &ipv4("100.64.0.0/22"), 90).await.unwrap().id;
    let homes = pools.set(&operator(), "homes", &ipv6("2001:db8::/40"), 90).await.unwrap().id;
    let entries = vec![
        leased(tenant, pool, "100.64.0.1", 700, 10),
        leased(tenant, pool, "100.64.0.1", alice.0, 30),
        leased(tenant, pool, "100.64.0.1", 701, 20),
        leased(tenant, pool, "100.64.0.2", alice.0, 20),
        leased(tenant, homes, "2001:db8:0:100::/56", alice.0, 20),
        // Of a pool that is gone, and of another tenant's: nothing, and no error.
        leased(tenant, PoolId(pool.0 + 100), "100.64.0.3", alice.0, 20),
        leased(TenantId(tenant.0 + 1), pool, "100.64.0.4", alice.0, 20),
    ];
    let expected = |leases: Vec<StoredLease>| {
        let mut leases: Vec<_> = leases
            .into_iter()
            .map(|of| {
                assert_eq!(of.tenant, tenant);
                assert_eq!(*of.station, format!("station of {}", of.service));
                (of.lease.address.to_string(), of.service, of.leased_at.unix_s())
            })
            .collect();
        leases.sort();
        let of_alice = |text: &str, second| (text.to_owned(), alice, second);
        assert_eq!(
            leases,
            [
                of_alice("100.64.0.1", 30),
                of_alice("100.64.0.2", 20),
                of_alice("2001:db8:0:100::/56", 20),
            ]
        );
    };
    // In one batch, backwards one by one by another node, and all of it again.
    let first = store.sink("first");
    first.apply(Batch { entries: entries.clone(), position: position(10) }).await.unwrap();
    expected(first.leases().await.unwrap());
    // As the program asks for them, whose store may arrive later.
    expected(LateSink::from(first.clone()).leases().await.unwrap());
    let second = store.sink("second");
    for (offset, entry) in entries.iter().rev().enumerate() {
        let batch = Batch { entries: vec![entry.clone()], position: position(offset as u64 + 1) };
        second.apply(batch).await.unwrap();
        expected(second.leases().await.unwrap());
    }
    let listed = pools.leases("pppoe").await.unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].login.as_deref(), Some("alice"));
    assert_eq!(pools.leases_of(alice).await.unwrap().len(), 3);
    assert_eq!(pools.all_leases().await.unwrap().len(), 3);
    // They go with their pool.
    pools.remove(&operator(), "pppoe").await.unwrap();
    assert_eq!(first.leases().await.unwrap().len(), 1);
}
