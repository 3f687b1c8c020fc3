//! Each table by its typed door.

use core::num::NonZeroU16;
use std::net::{IpAddr, Ipv4Addr};

use aaa_engine::auth::Credential;
use aaa_engine::ports::{Directory as _, MessageAuthenticatorPolicy};
use entitlement::{
    BitsPerSecond, Burst, Cause, DeviceBinding, Priority, Quarantine, SessionLimit, Shaping, Speed,
    Standing, Terms, TimeZone, Timestamp, Validity, WhenFull, WhenWithheld,
};
use radius_proto::Secret;
use storage::{
    Actor, AuditEntry, Imported, Kind, NasUpdate, NewService, NewSubscriber, OnExisting,
    ServiceUpdate, StoreError,
};

use crate::ground::{Ground, default_tenant, gold_and_alice, new_nas, new_service, operator};
use crate::quotas::full_quota;

fn is_not_found(error: &StoreError, like: Option<&str>) -> bool {
    matches!(error, StoreError::NotFound { similar, .. } if similar.as_deref() == like)
}

fn already_exists(error: &StoreError) -> Option<Kind> {
    match error {
        StoreError::AlreadyExists { what, .. } => Some(*what),
        _ => None,
    }
}

pub async fn tenants_round_trip(ground: &Ground) {
    let store = ground.open().await;
    let east = store.tenants().add(&operator(), "east").await.unwrap();
    assert_eq!(store.tenants().find("east").await.unwrap(), east);
    assert!(east.created_at > Timestamp::from_unix_s(1_700_000_000));
    let names: Vec<_> = store.tenants().list().await.unwrap();
    let names: Vec<_> = names.into_iter().map(|tenant| tenant.name).collect();
    assert_eq!(names, ["default", "east"]);
    let again = store.tenants().add(&operator(), "east").await.unwrap_err();
    assert_eq!(already_exists(&again), Some(Kind::Tenant));
    let slip = store.tenants().find("aest").await.unwrap_err();
    assert!(is_not_found(&slip, None), "{slip}");
    let slip = store.tenants().find("easy").await.unwrap_err();
    assert!(is_not_found(&slip, Some("east")), "{slip}");
    assert!(slip.to_string().contains("did you mean `east`?"), "{slip}");
}

pub async fn a_tenants_clock_is_set_whatever_it_was(ground: &Ground) {
    let store = ground.open().await;
    let tenants = store.tenants();
    let east = tenants.add(&operator(), "east").await.unwrap();
    let zone = |name| TimeZone::named(name).unwrap();
    let changed = tenants.set_time_zone(&operator(), "east", &zone("Africa/Nairobi")).await;
    assert_eq!(changed.unwrap(), tenants.find("east").await.unwrap());
    ground.execute("update tenant set time_zone = 'Mars/Olympus' where name = 'east'").await;
    let corrupt = tenants.find("east").await.unwrap_err();
    assert!(corrupt.to_string().contains("no time zone `Mars/Olympus`"), "{corrupt}");
    // One that cannot be understood stands in the way of no other.
    let slip = tenants.find("defautl").await.unwrap_err();
    assert!(is_not_found(&slip, Some("default")), "{slip}");
    let slip = tenants.set_time_zone(&operator(), "easy", &TimeZone::UTC).await.unwrap_err();
    assert!(is_not_found(&slip, Some("east")), "{slip}");
    tenants.set_time_zone(&operator(), "east", &zone("Asia/Tokyo")).await.unwrap();
    let mended = tenants.find("east").await.unwrap();
    assert_eq!((mended.id, mended.time_zone.name()), (east.id, "Asia/Tokyo"));

    let entries = store.audit(east.id).latest(10).await.unwrap();
    let told = |entry: &AuditEntry| (entry.before.clone(), entry.after.clone().unwrap());
    let zone = |name| format!(r#"{{"time_zone":"{name}"}}"#);
    assert_eq!(
        entries.iter().map(told).collect::<Vec<_>>(),
        [
            (None, r#"{"name":"east","time_zone":"UTC"}"#.to_owned()),
            (Some(zone("UTC")), zone("Africa/Nairobi")),
            (Some(zone("Mars/Olympus")), zone("Asia/Tokyo")),
        ]
    );
    assert!(entries.iter().all(|entry| entry.row == east.id.0 && entry.name == "east"));
}

pub async fn clocks_that_are_set_at_once_follow_one_another(ground: &Ground) {
    const CHANGES_EACH: usize = 10;
    let store = ground.open().await;
    let changes = ["Africa/Nairobi", "Asia/Tokyo", "Europe/Berlin"].map(async |name| {
        let (other, zone) = (ground.open().await, TimeZone::named(name).unwrap());
        for _ in 0..CHANGES_EACH {
            other.tenants().set_time_zone(&operator(), "default", &zone).await.unwrap();
        }
    });
    let [first, second, third] = changes;
    tokio::join!(first, second, third);
    let tenant = default_tenant(&store).await;
    let entries = store.audit(tenant).latest(100).await.unwrap();
    assert_eq!(entries.len(), 3 * CHANGES_EACH);
    for pair in entries.windows(2) {
        assert_eq!(pair[1].before, pair[0].after, "{entries:?}");
    }
}

pub async fn nases_round_trip(ground: &Ground) {
    let store = ground.open().await;
    let tenant = default_tenant(&store).await;
    let nas = store.nas(tenant);
    let new = new_nas("bras-1", [10, 0, 0, 1]);
    let added = nas.add(&operator(), &new).await.unwrap();
    assert_eq!((added.name.as_str(), added.address), ("bras-1", new.address));
    assert_eq!((added.listener.as_str(), added.dialect.as_str()), ("default", "mikrotik"));
    assert_eq!(nas.find("bras-1").await.unwrap(), added);

    let same_name = nas.add(&operator(), &new_nas("bras-1", [10, 0, 0, 2])).await.unwrap_err();
    assert_eq!(already_exists(&same_name), Some(Kind::Nas));
    let mut other = new_nas("bras-2", [10, 0, 0, 1]);
    let same_place = nas.add(&operator(), &other).await.unwrap_err();
    assert_eq!(already_exists(&same_place), Some(Kind::NasAddress));
    assert!(same_place.to_string().contains("10.0.0.1 on listener default"), "{same_place}");
    // The same router, as an IPv6 socket shows it.
    other.address = IpAddr::V6(Ipv4Addr::new(10, 0, 0, 1).to_ipv6_mapped());
    let same_place = nas.add(&operator(), &other).await.unwrap_err();
    assert_eq!(already_exists(&same_place), Some(Kind::NasAddress));
    other.listener = "second".to_owned();
    nas.add(&operator(), &other).await.unwrap();

    let update = NasUpdate {
        address: Some("2001:db8::1".parse().unwrap()),
        secret: Some(Secret::new("another").unwrap()),
        dialect: Some("cisco".to_owned()),
        message_authenticator: Some(MessageAuthenticatorPolicy::Required),
        counters_swapped: Some(true),
        ..Default::default()
    };
    let changed = nas.update(&operator(), "bras-1", &update).await.unwrap();
    assert_eq!(changed.id, added.id);
    assert_eq!(changed.address.to_string(), "2001:db8::1");
    assert_eq!((changed.listener.as_str(), changed.dialect.as_str()), ("default", "cisco"));
    assert_eq!(changed.message_authenticator, MessageAuthenticatorPolicy::Required);
    assert!(changed.counters_swapped);
    assert_eq!(nas.update(&operator(), "bras-1", &NasUpdate::default()).await.unwrap(), changed);

    let names: Vec<_> = nas.list().await.unwrap().into_iter().map(|nas| nas.name).collect();
    assert_eq!(names, ["bras-1", "bras-2"]);
    let slip = nas.remove(&operator(), "bras1").await.unwrap_err();
    assert!(is_not_found(&slip, Some("bras-1")), "{slip}");
    nas.remove(&operator(), "bras-1").await.unwrap();
    assert!(is_not_found(&nas.find("bras-1").await.unwrap_err(), Some("bras-2")));
}

fn full_terms() -> Terms {
    Terms {
        hours: Some("mon-fri 08:00-18:00, sat 22:00-04:00".parse().unwrap()),
        speed: Some(Speed {
            download: BitsPerSecond(10_000_000_000),
            upload: BitsPerSecond(2_000_000),
        }),
        pool: Some("pool-1".into()),
        session_timeout_s: Some(86_400),
        idle_timeout_s: Some(u32::MAX),
        interim_interval_s: Some(60),
        when_withheld: WhenWithheld::Quarantine(Quarantine {
            pool: Some("blocked".into()),
            address_list: None,
            session_timeout_s: 120,
        }),
        shaping: Shaping {
            burst: Some(Burst {
                speed: speed(20_000_000_000, 4_000_000),
                threshold: speed(7_500_000, 1_500_000),
                time_s: 10,
            }),
            minimum: Some(speed(1_000_000, 512_000)),
            priority: Priority::new(5),
        },
        ipv6_pool: Some("links".into()),
        delegated_ipv6_pool: Some("homes".into()),
        address_list: Some("paid".into()),
        routing_mark: Some("uplink-2".into()),
        group: Some("full".into()),
        session_limit: Some(SessionLimit {
            max: NonZeroU16::new(3).unwrap(),
            when_full: WhenFull::ReplaceOldest,
        }),
        devices: DeviceBinding::Learn { max: NonZeroU16::MAX },
        quotas: vec![full_quota()],
        when_withheld_for: vec![
            (
                Cause::Device,
                WhenWithheld::Quarantine(Quarantine {
                    pool: None,
                    address_list: Some("strangers".into()),
                    session_timeout_s: 600,
                }),
            ),
            (Cause::Suspended, WhenWithheld::Reject),
        ],
        // They must be there first: see service_templates.rs.
        services: Vec::new(),
    }
}

fn speed(download: u64, upload: u64) -> Speed {
    Speed { download: BitsPerSecond(download), upload: BitsPerSecond(upload) }
}

pub async fn plans_round_trip(ground: &Ground) {
    let store = ground.open().await;
    let tenant = default_tenant(&store).await;
    let plans = store.plans(tenant);
    let gold = plans.add(&operator(), "gold", &full_terms(), None).await.unwrap();
    assert_eq!(gold.terms, full_terms());
    assert_eq!(plans.find("gold").await.unwrap(), gold);
    let bare = Terms { when_withheld: WhenWithheld::Reject, ..Terms::default() };
    assert_eq!(plans.add(&operator(), "bare", &bare, None).await.unwrap().terms, bare);
    let again = plans.add(&operator(), "gold", &bare, None).await.unwrap_err();
    assert_eq!(already_exists(&again), Some(Kind::Plan));

    let changed = plans.update(&operator(), "gold", |terms| terms.pool = None, None).await.unwrap();
    assert_eq!(changed.terms, Terms { pool: None, ..full_terms() });
    assert_eq!(plans.find("gold").await.unwrap(), changed);
    let quarantined =
        plans.update(&operator(), "bare", |terms| *terms = Terms::default(), None).await.unwrap();
    assert_eq!(quarantined.terms, Terms::default());
    assert_eq!(plans.list().await.unwrap(), [quarantined, changed]);

    store.services(tenant).add(&operator(), &new_service("alice", "gold")).await.unwrap();
    let in_use = plans.remove(&operator(), "gold").await.unwrap_err();
    assert!(matches!(in_use, StoreError::InUse { .. }), "{in_use}");
    assert!(in_use.to_string().contains("1 service"), "{in_use}");
    plans.remove(&operator(), "bare").await.unwrap();
    assert_eq!(plans.list().await.unwrap().len(), 1);
    let slip = plans.update(&operator(), "gild", |_| (), None).await.unwrap_err();
    assert!(is_not_found(&slip, Some("gold")), "{slip}");
}

pub async fn subscribers_round_trip(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let subscribers = store.subscribers(tenant);
    let new = NewSubscriber {
        name: "acme".to_owned(),
        full_name: Some("Acme Größe GmbH".to_owned()),
        phone: Some("+49 30 1234".to_owned()),
    };
    let acme = subscribers.add(&operator(), &new).await.unwrap();
    assert_eq!(subscribers.find("acme").await.unwrap(), acme);
    assert_eq!((acme.full_name, acme.phone), (new.full_name.clone(), new.phone.clone()));
    let again = subscribers.add(&operator(), &new).await.unwrap_err();
    assert_eq!(already_exists(&again), Some(Kind::Subscriber));
    let names: Vec<_> = subscribers.list().await.unwrap().into_iter().map(|s| s.name).collect();
    assert_eq!(names, ["acme", "alice"]);
    let in_use = subscribers.remove(&operator(), "alice").await.unwrap_err();
    assert!(in_use.to_string().contains("service `alice`"), "{in_use}");
    subscribers.remove(&operator(), "acme").await.unwrap();
    assert!(is_not_found(&subscribers.find("acme").await.unwrap_err(), None));
}

pub async fn services_round_trip(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let services = store.services(tenant);
    store.plans(tenant).add(&operator(), "silver", &Terms::default(), None).await.unwrap();
    let alice = services.find("alice").await.unwrap();
    assert_eq!((alice.plan_name.as_str(), alice.subscriber_name.as_str()), ("gold", "alice"));
    assert_eq!(alice.standing, Standing::Active);

    // Octets of a login are compared as they are: this is another one.
    let upper = NewService { subscriber: Some("alice".to_owned()), ..new_service("Alice", "gold") };
    assert_eq!(services.add(&operator(), &upper).await.unwrap().subscriber, alice.subscriber);
    let again = services.add(&operator(), &upper).await.unwrap_err();
    assert_eq!(already_exists(&again), Some(Kind::Service));
    let no_plan = services.add(&operator(), &new_service("bob", "glod")).await.unwrap_err();
    assert!(no_plan.to_string().contains("no plan called `glod`"), "{no_plan}");
    let stranger = NewService { subscriber: Some("nobody".to_owned()), ..new_service("c", "gold") };
    let no_subscriber = services.add(&operator(), &stranger).await.unwrap_err();
    assert!(no_subscriber.to_string().contains("no subscriber called"), "{no_subscriber}");
    assert!(store.subscribers(tenant).find("bob").await.is_err(), "left behind by a failure");

    let validity = Validity {
        from: Some(Timestamp::from_unix_ms(1)),
        until: Some(Timestamp::from_unix_ms(1_900_000_000_123)),
    };
    let address = Ipv4Addr::new(100, 64, 0, 7);
    let update = ServiceUpdate {
        plan: Some("silver".to_owned()),
        standing: Some(Standing::Suspended),
        valid_from: Some(validity.from),
        valid_until: Some(validity.until),
        fixed_ipv4: Some(Some(address)),
        ..ServiceUpdate::default()
    };
    let changed = services.update(&operator(), "alice", &update).await.unwrap();
    assert_eq!((changed.plan_name.as_str(), changed.standing), ("silver", Standing::Suspended));
    assert_eq!((changed.validity, changed.fixed_ipv4), (validity, Some(address)));
    let update = ServiceUpdate {
        valid_until: Some(None),
        fixed_ipv4: Some(None),
        ..ServiceUpdate::default()
    };
    let changed = services.update(&operator(), "alice", &update).await.unwrap();
    assert_eq!((changed.validity.until, changed.fixed_ipv4), (None, None));
    assert_eq!((changed.validity.from, changed.standing), (validity.from, Standing::Suspended));
    let nothing = services.update(&operator(), "alice", &ServiceUpdate::default()).await.unwrap();
    assert_eq!(nothing, changed);

    let logins = |found: Vec<storage::ServiceEntry>| -> Vec<String> {
        found.into_iter().map(|service| service.login).collect()
    };
    let mut all = logins(services.list().await.unwrap());
    all.sort();
    assert_eq!(all, ["Alice", "alice"]);
    assert_eq!(logins(services.list_on_plan("silver").await.unwrap()), ["alice"]);
    assert_eq!(services.list_of_subscriber("alice").await.unwrap().len(), 2);
    services.remove(&operator(), "Alice").await.unwrap();
    assert!(is_not_found(&services.find("Alice").await.unwrap_err(), Some("alice")));
    assert!(services.remove(&operator(), "Alice").await.is_err());
}

pub async fn services_are_imported_all_or_none(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let services = store.services(tenant);
    let mut rows: Vec<_> =
        (0..700).map(|number| new_service(&format!("user{number}"), "gold")).collect();
    rows.push(new_service("bob", "missing"));
    let error = services.import(&operator(), &rows, OnExisting::Keep).await.unwrap_err();
    assert!(matches!(error, StoreError::Row { index: 700, .. }), "{error}");
    assert!(error.to_string().starts_with("row 701: there is no plan"), "{error}");
    assert_eq!(services.list().await.unwrap().len(), 1);
    assert_eq!(store.subscribers(tenant).list().await.unwrap().len(), 1);

    rows.pop();
    rows.push(new_service("alice", "gold"));
    let refused = services.import(&operator(), &rows, OnExisting::Refuse).await.unwrap_err();
    assert!(refused.to_string().contains("`alice` already exists"), "{refused}");
    let imported = services.import(&operator(), &rows, OnExisting::Keep).await.unwrap();
    assert_eq!(imported, Imported { added: 700, kept: 1 });
    let twice = services.import(&operator(), &rows, OnExisting::Keep).await.unwrap();
    assert_eq!(twice, Imported { added: 0, kept: 701 });
    assert_eq!(services.list().await.unwrap().len(), 701);
}

pub async fn what_cannot_be_stored_is_refused(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let refused = |error: StoreError| {
        assert!(matches!(error, StoreError::Invalid { .. }), "{error}");
    };
    refused(store.tenants().add(&operator(), "").await.unwrap_err());
    refused(store.plans(tenant).add(&operator(), " x", &Terms::default(), None).await.unwrap_err());
    let too_fast = Speed { download: BitsPerSecond(u64::MAX), upload: BitsPerSecond(0) };
    let too_fast = Terms { speed: Some(too_fast), ..Terms::default() };
    refused(store.plans(tenant).add(&operator(), "x", &too_fast, None).await.unwrap_err());
    refused(store.nas(tenant).add(&operator(), &new_nas("a\nb", [1, 1, 1, 1])).await.unwrap_err());
    let services = store.services(tenant);
    refused(services.add(&operator(), &new_service(&"x".repeat(254), "gold")).await.unwrap_err());
    let no_password =
        NewService { credential: Credential::clear_text(""), ..new_service("bob", "gold") };
    refused(services.add(&operator(), &no_password).await.unwrap_err());
    let backwards = ServiceUpdate {
        valid_from: Some(Some(Timestamp::from_unix_s(2))),
        valid_until: Some(Some(Timestamp::from_unix_s(2))),
        ..ServiceUpdate::default()
    };
    refused(services.update(&operator(), "alice", &backwards).await.unwrap_err());
    assert_eq!(services.find("alice").await.unwrap().validity, Validity::default());
}

pub async fn tenants_are_apart(ground: &Ground) {
    let store = ground.open().await;
    let west = gold_and_alice(&store).await;
    let east = store.tenants().add(&operator(), "east").await.unwrap().id;
    store.nas(west).add(&operator(), &new_nas("bras-1", [10, 0, 0, 1])).await.unwrap();

    assert!(store.plans(east).list().await.unwrap().is_empty());
    assert!(is_not_found(&store.plans(east).find("gold").await.unwrap_err(), None));
    assert!(store.services(east).find("alice").await.is_err());
    assert!(store.services(east).remove(&operator(), "alice").await.is_err());
    assert!(store.nas(east).remove(&operator(), "bras-1").await.is_err());
    assert!(store.subscribers(east).find("alice").await.is_err());
    assert!(store.services(east).add(&operator(), &new_service("bob", "gold")).await.is_err());
    let stolen = store.nas(east).add(&operator(), &new_nas("mine", [10, 0, 0, 1])).await;
    assert_eq!(already_exists(&stolen.unwrap_err()), Some(Kind::NasAddress));

    let silver = store.plans(east).add(&operator(), "gold", &full_terms(), None).await.unwrap();
    let other = store.services(east).add(&operator(), &new_service("alice", "gold")).await.unwrap();
    assert_eq!(other.plan, silver.id);
    assert_eq!(store.services(west).list().await.unwrap().len(), 1);
    assert_eq!(store.audit(east).latest(100).await.unwrap().len(), 4);

    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    let found = directory.service_by_login(east, b"alice").unwrap();
    assert_eq!((found.id, found.plan), (other.id, silver.id));
    assert_ne!(directory.service_by_login(west, b"alice").unwrap().id, other.id);
    assert!(directory.service(east, other.id).is_some());
    assert!(directory.service(west, other.id).is_none());
    follower.stop().await;
}

pub async fn every_change_is_audited_without_secrets(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let by = Actor::new("anna on the command line");
    store.nas(tenant).add(&by, &new_nas("bras-1", [10, 0, 0, 1])).await.unwrap();
    let secret =
        NasUpdate { secret: Some(Secret::new("hush-hush").unwrap()), ..NasUpdate::default() };
    store.nas(tenant).update(&by, "bras-1", &secret).await.unwrap();
    let password = ServiceUpdate {
        credential: Some(Credential::clear_text("hush-hush")),
        ..ServiceUpdate::default()
    };
    store.services(tenant).update(&by, "alice", &password).await.unwrap();
    store
        .plans(tenant)
        .update(&by, "gold", |terms| terms.pool = Some("p".into()), None)
        .await
        .unwrap();
    store.services(tenant).remove(&by, "alice").await.unwrap();
    // What fails leaves no trace.
    store.plans(tenant).add(&by, "gold", &Terms::default(), None).await.unwrap_err();

    let entries = store.audit(tenant).latest(100).await.unwrap();
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.actor.as_str(), entry.action.as_str(), entry.kind, entry.name.as_str()))
        .collect();
    let anna = "anna on the command line";
    assert_eq!(
        told,
        [
            ("operator", "add", Kind::Plan, "gold"),
            ("operator", "add", Kind::Subscriber, "alice"),
            ("operator", "add", Kind::Service, "alice"),
            (anna, "add", Kind::Nas, "bras-1"),
            (anna, "update", Kind::Nas, "bras-1"),
            (anna, "update", Kind::Service, "alice"),
            (anna, "update", Kind::Plan, "gold"),
            (anna, "remove", Kind::Service, "alice"),
        ]
    );
    let after = |index: usize| entries[index].after.clone().unwrap_or_default();
    assert!(after(4).contains(r#""secret":"replaced""#), "{}", after(4));
    assert!(after(5).contains(r#""credential":"replaced""#), "{}", after(5));
    assert!(
        after(6).contains(r#""pool":"p""#)
            && !entries[6].before.as_ref().unwrap().contains(r#""p""#)
    );
    assert_eq!(entries[7].after, None);
    let everything = format!("{entries:?}");
    for secret in ["hush-hush", "opensesame", "nas secret"] {
        assert!(!everything.contains(secret), "{everything}");
    }
    assert_eq!(store.audit(tenant).latest(2).await.unwrap(), entries[6..]);
}
