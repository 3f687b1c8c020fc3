//! The directory in memory, and the changes that reach it from elsewhere.

use std::net::IpAddr;
use std::sync::Arc;

use aaa_engine::ports::{Directory as _, ListenerName};
use entitlement::{BitsPerSecond, Speed, Standing, Terms, TimeZone};
use storage::{DEFAULT_TENANT, DirectoryCounts, NasUpdate, OnExisting, ServiceUpdate, StoreError};

use crate::ground::{Ground, default_tenant, gold_and_alice, new_nas, new_service, operator};

fn listener(name: &str) -> ListenerName {
    ListenerName(Arc::from(name))
}

pub async fn what_another_process_changes_is_seen_after_sync(ground: &Ground) {
    let (server, other) = (ground.open().await, ground.open().await);
    let tenant = default_tenant(&server).await;
    let follower = server.follow().await.unwrap();
    let directory = follower.directory();
    assert_eq!(directory.counts(), DirectoryCounts::default());

    gold_and_alice(&other).await;
    follower.sync().await.unwrap();
    let alice = directory.service_by_login(tenant, b"alice").unwrap();
    assert_eq!((&*alice.login, &*alice.plan_name), ("alice", "gold"));
    assert_eq!(directory.service(tenant, alice.id).unwrap().login, alice.login);

    let services = other.services(tenant);
    let suspended =
        ServiceUpdate { standing: Some(Standing::Suspended), ..ServiceUpdate::default() };
    services.update(&operator(), "alice", &suspended).await.unwrap();
    follower.handle().sync().await.unwrap();
    let found = directory.service_by_login(tenant, b"alice").unwrap();
    assert_eq!(found.entitlement.standing, Standing::Suspended);

    // A plan that is new, a service that moves to it, and the old plan gone, all between two
    // looks of the follower.
    other.plans(tenant).add(&operator(), "silver", &Terms::default(), None).await.unwrap();
    let moved = ServiceUpdate { plan: Some("silver".to_owned()), ..ServiceUpdate::default() };
    services.update(&operator(), "alice", &moved).await.unwrap();
    other.plans(tenant).remove(&operator(), "gold").await.unwrap();
    follower.sync().await.unwrap();
    let found = directory.service_by_login(tenant, b"alice").unwrap();
    assert_eq!(&*found.plan_name, "silver");
    assert_eq!(directory.counts(), DirectoryCounts { nas: 0, plans: 1, services: 1 });

    services.remove(&operator(), "alice").await.unwrap();
    follower.sync().await.unwrap();
    assert!(directory.service_by_login(tenant, b"alice").is_none());
    assert!(directory.service(tenant, alice.id).is_none());
    services.add(&operator(), &new_service("alice", "silver")).await.unwrap();
    follower.sync().await.unwrap();
    assert_ne!(directory.service_by_login(tenant, b"alice").unwrap().id, alice.id);
    follower.stop().await;
}

pub async fn a_tenants_clock_is_that_of_all_of_its_services(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    let zone = || directory.service_by_login(tenant, b"alice").unwrap().entitlement.time_zone;
    assert_eq!(zone(), TimeZone::UTC);
    let nairobi = TimeZone::named("Africa/Nairobi").unwrap();
    let changed = store.tenants().set_time_zone(&operator(), DEFAULT_TENANT, &nairobi).await;
    assert_eq!(changed.unwrap().time_zone, nairobi);
    follower.sync().await.unwrap();
    assert_eq!(zone(), nairobi);
    let unknown = store.tenants().set_time_zone(&operator(), "nobody", &nairobi).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })));
    follower.stop().await;
    // What is loaded anew says the same.
    let follower = store.follow().await.unwrap();
    let alice = follower.directory().service_by_login(tenant, b"alice").unwrap();
    assert_eq!(alice.entitlement.time_zone, nairobi);
    follower.stop().await;
}

pub async fn a_nas_moves_with_its_address_and_listener(ground: &Ground) {
    let store = ground.open().await;
    let tenant = default_tenant(&store).await;
    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    let (first, second): (IpAddr, IpAddr) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
    let name = |listener_name: &str, address: IpAddr| {
        directory.nas(&listener(listener_name), address).map(|nas| nas.name.to_string())
    };
    let nas = store.nas(tenant);
    nas.add(&operator(), &new_nas("a", [10, 0, 0, 1])).await.unwrap();
    let mut at_second_listener = new_nas("b", [10, 0, 0, 1]);
    at_second_listener.listener = "second".to_owned();
    nas.add(&operator(), &at_second_listener).await.unwrap();
    follower.sync().await.unwrap();
    assert_eq!(name("default", first).as_deref(), Some("a"));
    assert_eq!(name("second", first).as_deref(), Some("b"));
    assert_eq!(name("default", "::ffff:10.0.0.1".parse().unwrap()).as_deref(), Some("a"));
    assert_eq!(name("third", first), None);

    let update = NasUpdate { address: Some(second), ..NasUpdate::default() };
    nas.update(&operator(), "a", &update).await.unwrap();
    follower.sync().await.unwrap();
    assert_eq!(name("default", first), None);
    assert_eq!(name("default", second).as_deref(), Some("a"));
    assert_eq!(name("second", first).as_deref(), Some("b"));

    // They change places, so that each takes what was the other's.
    let to_third = NasUpdate { listener: Some("third".to_owned()), ..NasUpdate::default() };
    nas.update(&operator(), "b", &to_third).await.unwrap();
    let to_first = NasUpdate {
        listener: Some("second".to_owned()),
        address: Some(first),
        ..NasUpdate::default()
    };
    nas.update(&operator(), "a", &to_first).await.unwrap();
    follower.sync().await.unwrap();
    assert_eq!(name("second", first).as_deref(), Some("a"));
    assert_eq!(name("third", first).as_deref(), Some("b"));
    assert_eq!(name("default", second), None);

    nas.remove(&operator(), "a").await.unwrap();
    follower.sync().await.unwrap();
    assert_eq!(name("second", first), None);
    assert_eq!(directory.counts().nas, 1);
    follower.stop().await;
}

pub async fn a_plan_changes_for_all_of_its_services_at_once(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let rows: Vec<_> = (0..600).map(|n| new_service(&format!("user{n}"), "gold")).collect();
    let follower = store.follow().await.unwrap();
    store.services(tenant).import(&operator(), &rows, OnExisting::Refuse).await.unwrap();
    let mut changes = store.changes().await.unwrap();
    let speed = Speed { download: BitsPerSecond(1), upload: BitsPerSecond(2) };
    store.plans(tenant).update(&operator(), "gold", |t| t.speed = Some(speed), None).await.unwrap();
    assert_eq!(changes.read().await.unwrap().len(), 1);
    follower.sync().await.unwrap();
    let directory = follower.directory();
    assert_eq!(directory.counts().services, 601);
    for login in ["alice", "user0", "user599"] {
        let service = directory.service_by_login(tenant, login.as_bytes()).unwrap();
        assert_eq!(service.entitlement.terms.speed, Some(speed), "{login}");
    }
    follower.stop().await;
}

pub async fn everything_is_there_after_loading(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    // More than one page of the loader.
    let rows: Vec<_> = (0..2_100).map(|n| new_service(&format!("user{n}"), "gold")).collect();
    store.services(tenant).import(&operator(), &rows, OnExisting::Refuse).await.unwrap();
    store.nas(tenant).add(&operator(), &new_nas("bras-1", [10, 0, 0, 1])).await.unwrap();
    let follower = store.follow().await.unwrap();
    let counts = DirectoryCounts { nas: 1, plans: 1, services: 2_101 };
    assert_eq!(follower.directory().counts(), counts);
    assert!(follower.directory().service_by_login(tenant, b"user2099").is_some());
    assert!(follower.directory().service_by_login(tenant, b"user2100").is_none());
    follower.stop().await;
}

pub async fn sync_after_the_end_says_so(ground: &Ground) {
    let store = ground.open().await;
    let follower = store.follow().await.unwrap();
    let handle = follower.handle();
    handle.sync().await.unwrap();
    follower.stop().await;
    assert!(matches!(handle.sync().await, Err(StoreError::Stopped)));
    // Nothing holds a connection any more.
    store.close().await;
}

pub async fn a_plan_that_cannot_be_understood_keeps_its_terms_until_it_is_mended(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    let before = directory.service_by_login(tenant, b"alice").unwrap();
    ground
        .execute(
            "update plan set when_withheld = 'riddle';
             insert into change (tenant_id, kind, row_id) select tenant_id, 'plan', id from plan",
        )
        .await;
    follower.sync().await.unwrap();
    let now = directory.service_by_login(tenant, b"alice").unwrap();
    assert_eq!(now.entitlement, before.entitlement);
    // One that has just been started never knew its terms.
    let other = store.follow().await.unwrap();
    assert!(other.directory().service_by_login(tenant, b"alice").is_none());
    other.stop().await;
    follower.stop().await;
}

pub async fn tenants_and_nases_are_known_by_name_and_number(ground: &Ground) {
    let store = ground.open().await;
    let tenant = default_tenant(&store).await;
    let nas = store.nas(tenant).add(&operator(), &new_nas("bras-1", [10, 0, 0, 1])).await.unwrap();
    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    assert_eq!(directory.tenant("default").unwrap(), tenant);
    assert_eq!(&*directory.nas_by_id(nas.id).unwrap().name, "bras-1");
    let error = directory.tenant("second").unwrap_err();
    assert!(matches!(error, StoreError::NotFound { .. }), "{error}");
    let second = store.tenants().add(&operator(), "second").await.unwrap();
    store.nas(tenant).remove(&operator(), "bras-1").await.unwrap();
    follower.sync().await.unwrap();
    assert_eq!(directory.tenant("second").unwrap(), second.id);
    assert!(directory.nas_by_id(nas.id).is_none());
    follower.stop().await;
}
