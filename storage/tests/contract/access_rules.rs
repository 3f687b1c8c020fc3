//! What log-ins must fulfil and what they get: networks, attributes by hand, devices, vouchers.

use aaa_engine::auth::{CodeDigits, CodeHash, CodeSecret, CodeStep, Credential};
use aaa_engine::ports::{Batch, Device, Directory as _, Entry, NasId, Sink as _};
use aaa_engine::{Attempt, Learned, MacAddress, Outcome, Reason, ReplyAttributes, auth::Method};
use entitlement::{FirstUse, Networks, ServiceId, TenantId, Terms, Timestamp};
use radius_dict::Dictionary;
use storage::{NasUpdate, ServiceUpdate, StoreError};

use crate::ground::{Ground, gold_and_alice, new_nas, new_service, operator};
use crate::sink::position;

fn attributes(text: &str) -> ReplyAttributes {
    ReplyAttributes::parse(text, Dictionary::builtin()).unwrap()
}

fn mac(text: &str) -> MacAddress {
    MacAddress::parse(text.as_bytes()).unwrap()
}

pub async fn networks_and_attributes_reach_the_directory(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let networks = Networks {
        ipv6: Some("2001:db8::7".parse().unwrap()),
        ipv6_prefixes: vec!["2001:db8:0:7::/64".parse().unwrap()],
        delegated_ipv6_prefixes: vec![
            "2001:db8:1200::/40".parse().unwrap(),
            "2001:db8:ff00::/56".parse().unwrap(),
        ],
        routes: vec!["198.51.100.0/29 10.0.0.7 5".parse().unwrap()],
    };
    let update = ServiceUpdate {
        networks: Some(networks.clone()),
        reply_attributes: Some(Some(attributes("Port-Limit = 2"))),
        lasts_from_first_use_s: Some(Some(3600)),
        ..ServiceUpdate::default()
    };
    let changed = store.services(tenant).update(&operator(), "alice", &update).await.unwrap();
    assert_eq!(changed.networks, networks);
    let of_plan = Some(Some(attributes("Filter-Id = \"gold.in\"")));
    store.plans(tenant).update(&operator(), "gold", |_| (), of_plan.clone()).await.unwrap();
    store.nas(tenant).add(&operator(), &new_nas("core", [10, 0, 0, 1])).await.unwrap();
    let of_nas = Some(Some(attributes("Framed-MTU = 1492")));
    let update = NasUpdate { reply_attributes: of_nas.clone(), ..NasUpdate::default() };
    let nas = store.nas(tenant).update(&operator(), "core", &update).await.unwrap();
    assert_eq!(Some(nas.reply_attributes), of_nas);

    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    let alice = directory.service_by_login(tenant, b"alice").unwrap();
    assert_eq!(alice.entitlement.networks.as_deref(), Some(&networks));
    assert_eq!(alice.entitlement.first_use, Some(FirstUse { lasts_s: 3600, at: None }));
    assert_eq!(alice.reply_attributes, Some(attributes("Port-Limit = 2")));
    assert_eq!(Some(alice.plan_reply_attributes), of_plan);
    let core = directory.nas_by_id(nas.id).unwrap();
    assert_eq!(core.reply_attributes, Some(attributes("Framed-MTU = 1492")));
    follower.stop().await;

    let too_many = Networks { routes: networks.routes.repeat(17), ..Networks::default() };
    let update = ServiceUpdate { networks: Some(too_many), ..ServiceUpdate::default() };
    let refused = store.services(tenant).update(&operator(), "alice", &update).await;
    assert!(refused.unwrap_err().to_string().contains("17 routes are more than 16"));
}

pub async fn no_address_is_two_services_own(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let services = store.services(tenant);
    let address = Some("10.0.0.7".parse().unwrap());
    let mut bob = new_service("bob", "gold");
    bob.fixed_ipv4 = address;
    services.add(&operator(), &bob).await.unwrap();
    let mut carol = new_service("carol", "gold");
    carol.fixed_ipv4 = address;
    let refused = services.add(&operator(), &carol).await.unwrap_err();
    assert!(matches!(refused, StoreError::AlreadyExists { .. }), "{refused}");
    assert!(refused.to_string().contains("10.0.0.7"), "{refused}");
    let update = ServiceUpdate { fixed_ipv4: Some(address), ..ServiceUpdate::default() };
    let refused = services.update(&operator(), "alice", &update).await.unwrap_err();
    assert!(refused.to_string().contains("10.0.0.7"), "{refused}");
    let given_up = ServiceUpdate { fixed_ipv4: Some(None), ..ServiceUpdate::default() };
    services.update(&operator(), "bob", &given_up).await.unwrap();
    services.update(&operator(), "alice", &update).await.unwrap();
}

pub async fn devices_are_found_by_every_spelling(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let services = store.services(tenant);
    let mut phone = new_service("0000.5e00.530a", "gold");
    phone.credential = Credential::MacAddress;
    let added = services.add(&operator(), &phone).await.unwrap();
    assert_eq!(added.login, "00:00:5E:00:53:0A");
    let again = services.add(&operator(), &phone).await.unwrap_err();
    assert!(matches!(again, StoreError::AlreadyExists { .. }), "{again}");
    assert_eq!(services.find("00-00-5e-00-53-0a").await.unwrap().id, added.id);
    let mut no_address = new_service("phone", "gold");
    no_address.credential = Credential::MacAddress;
    assert!(services.add(&operator(), &no_address).await.is_err());
    let by_mac =
        ServiceUpdate { credential: Some(Credential::MacAddress), ..ServiceUpdate::default() };
    assert!(services.update(&operator(), "alice", &by_mac).await.is_err());
    services.remove(&operator(), "00005e00530a").await.unwrap();

    let device = |text, is_allowed| Device { address: mac(text), is_allowed };
    let (a, b) = ("00:00:5E:00:53:0A", "00:00:5E:00:53:0B");
    services.set_device(&operator(), "alice", device(a, true)).await.unwrap();
    services.set_device(&operator(), "alice", device(b, true)).await.unwrap();
    services.set_device(&operator(), "alice", device(b, false)).await.unwrap();
    let listed = services.devices("alice").await.unwrap();
    let standing: Vec<_> = listed.iter().map(|listed| listed.device).collect();
    assert_eq!(standing, [device(a, true), device(b, false)]);
    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    let alice = || directory.service_by_login(tenant, b"alice").unwrap().devices.unwrap();
    assert_eq!(alice().allows(mac(b)), Some(false));
    assert_eq!(alice().reset_at, None);
    let removed = services.remove_devices(&operator(), "alice", Some(mac(b))).await.unwrap();
    assert_eq!(removed, 1);
    follower.sync().await.unwrap();
    assert_eq!(alice().allows(mac(b)), None);
    assert!(alice().reset_at.is_some());
    let gone = services.remove_devices(&operator(), "alice", Some(mac(b))).await.unwrap_err();
    assert!(matches!(gone, StoreError::NotFound { .. }), "{gone}");
    // A service goes with its devices.
    services.remove(&operator(), "alice").await.unwrap();
    follower.stop().await;
}

fn accepted(service: ServiceId, tenant: TenantId, second: i64, learned: Learned) -> Entry {
    Entry::Attempt(Attempt {
        at: Timestamp::from_unix_s(second),
        tenant,
        nas: NasId(1),
        login: "alice".into(),
        calling_station_id: "".into(),
        method: Method::Pap,
        outcome: Outcome::Accepted,
        reason: Reason::Ok,
        service: Some(service),
        learned,
    })
}

pub async fn what_log_ins_teach_is_kept_once_and_followed(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let lasts =
        ServiceUpdate { lasts_from_first_use_s: Some(Some(600)), ..ServiceUpdate::default() };
    let alice = store.services(tenant).update(&operator(), "alice", &lasts).await.unwrap().id;
    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    let address = mac("00:00:5E:00:53:0A");
    let learned = |second| Learned {
        device: Some(address),
        first_used_at: Some(Timestamp::from_unix_s(second)),
        ..Learned::default()
    };
    let sink = store.sink("node");
    // Two nodes may both have taken it for the first use; and a batch may come again.
    for (offset, second) in [(10, 5_000), (20, 4_000), (30, 6_000)] {
        let entries = vec![
            accepted(alice, tenant, second, learned(second)),
            accepted(ServiceId(alice.0 + 100), tenant, second, learned(second)),
        ];
        sink.apply(Batch { entries, position: position(offset) }).await.unwrap();
    }
    follower.sync().await.unwrap();
    let service = directory.service_by_login(tenant, b"alice").unwrap();
    let at = Some(Timestamp::from_unix_s(4_000));
    assert_eq!(service.entitlement.first_use, Some(FirstUse { lasts_s: 600, at }));
    assert_eq!(service.devices.unwrap().allows(address), Some(true));
    let listed = store.services(tenant).devices("alice").await.unwrap();
    assert_eq!(listed.len(), 1);
    assert!(listed[0].is_learned);
    // What is still on its way when the operator clears the list does not come back.
    store.services(tenant).remove_devices(&operator(), "alice", None).await.unwrap();
    let entries = vec![accepted(alice, tenant, 7_000, learned(7_000))];
    sink.apply(Batch { entries, position: position(40) }).await.unwrap();
    assert_eq!(store.services(tenant).devices("alice").await.unwrap(), []);
    // Without its time, and with one again, it has not been used.
    for lasts_s in [None, Some(900)] {
        let update =
            ServiceUpdate { lasts_from_first_use_s: Some(lasts_s), ..ServiceUpdate::default() };
        store.services(tenant).update(&operator(), "alice", &update).await.unwrap();
    }
    let anew = store.services(tenant).find("alice").await.unwrap().first_use;
    assert_eq!(anew, Some(FirstUse { lasts_s: 900, at: None }));
    follower.stop().await;
}

pub async fn one_time_codes_are_sealed_and_used_up_in_order(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let services = store.services(tenant);
    let alice = services.find("alice").await.unwrap().id;
    assert_eq!(services.one_time_codes("alice").await.unwrap(), None);
    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    let secret = CodeSecret::new([7; 20], CodeHash::Sha256, CodeDigits::Eight).unwrap();
    services.set_one_time_codes(&operator(), "alice", Some(&secret)).await.unwrap();
    let sink = store.sink("node");
    // Two nodes tell it in any order; the latest uses up those before it.
    for (offset, step) in [(10, 5), (20, 7), (30, 6)] {
        let learned = Learned { code_step: Some(CodeStep(step)), ..Learned::default() };
        let entries = vec![accepted(alice, tenant, 1_000, learned)];
        sink.apply(Batch { entries, position: position(offset) }).await.unwrap();
    }
    follower.sync().await.unwrap();
    let service = directory.service_by_login(tenant, b"alice").unwrap();
    let codes = service.one_time_codes.clone().unwrap();
    assert_eq!(codes.last_step, Some(CodeStep(7)));
    assert_eq!(directory.open_code_secret(&service, &codes).unwrap(), secret);
    let shown = services.one_time_codes("alice").await.unwrap().unwrap();
    assert_eq!((shown.hash, shown.last_step), (CodeHash::Sha256, Some(CodeStep(7))));
    // Nobody reads it in the audit.
    let audit = format!("{:?}", store.audit(tenant).latest(10).await.unwrap());
    assert!(audit.contains("one_time_codes") && !audit.contains("0707"), "{audit}");
    // A new secret begins anew; none is none.
    services.set_one_time_codes(&operator(), "alice", Some(&secret)).await.unwrap();
    assert_eq!(services.one_time_codes("alice").await.unwrap().unwrap().last_step, None);
    services.set_one_time_codes(&operator(), "alice", None).await.unwrap();
    follower.sync().await.unwrap();
    let service = directory.service_by_login(tenant, b"alice").unwrap();
    assert!(service.one_time_codes.is_none());
    follower.stop().await;
}

pub async fn terms_that_cannot_be_are_refused(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let shaping = entitlement::Shaping {
        priority: entitlement::Priority::new(1),
        ..entitlement::Shaping::default()
    };
    let terms = Terms { shaping, ..Terms::default() };
    let refused = store.plans(tenant).add(&operator(), "odd", &terms, None).await.unwrap_err();
    assert!(refused.to_string().contains("needs a speed"), "{refused}");
}
