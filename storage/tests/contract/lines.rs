//! What services are found by beside their login.

use aaa_engine::ports::{Directory as _, NasId};
use aaa_engine::{AccessKind, Identifier, IdentifyBy, LineIdentifier, LineKind};
use entitlement::Timestamp;
use storage::{Kind, NasUpdate, ServiceUpdate, StoreError};

use crate::ground::{Ground, default_tenant, gold_and_alice, new_nas, new_service, operator};

fn line(kind: LineKind, nas: Option<NasId>, text: &str) -> LineIdentifier {
    LineIdentifier::new(kind, nas, text.as_bytes()).unwrap()
}

pub async fn a_line_leads_to_one_service_as_long_as_it_has_it(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let services = store.services(tenant);
    services.add(&operator(), &new_service("bob", "gold")).await.unwrap();
    let nas = store.nas(tenant).add(&operator(), &new_nas("core", [10, 0, 0, 1])).await.unwrap();
    let onu = line(LineKind::RemoteId, None, "485754431A2B3C4D");
    services.add_line(&operator(), "alice", &onu).await.unwrap();
    let again = services.add_line(&operator(), "alice", &onu).await.unwrap_err();
    assert!(matches!(again, StoreError::AlreadyExists { what: Kind::Line, .. }), "{again}");
    let taken = services.add_line(&operator(), "bob", &onu).await.unwrap_err();
    assert!(matches!(&taken, StoreError::InUse { by, .. } if by == "service `alice`"), "{taken}");

    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    let found = |identifier: &Identifier| {
        let service = directory.service_by_identifier(tenant, identifier);
        service.map(|service| service.login.to_string())
    };
    let by_line = |line: &LineIdentifier| found(&Identifier::Line(line.clone()));
    assert_eq!(by_line(&line(LineKind::RemoteId, None, "HWTC1A2B3C4D")).as_deref(), Some("alice"));
    assert_eq!(by_line(&line(LineKind::CircuitId, None, "HWTC1A2B3C4D")), None);

    // The same port is another one at another NAS, and everywhere.
    let here = line(LineKind::Port, Some(nas.id), "ether5");
    services.add_line(&operator(), "bob", &here).await.unwrap();
    let everywhere = here.clone().at(None);
    services.add_line(&operator(), "alice", &everywhere).await.unwrap();
    let address = Some(Some([10, 0, 0, 7].into()));
    let fixed = ServiceUpdate { fixed_ipv4: address, ..ServiceUpdate::default() };
    services.update(&operator(), "bob", &fixed).await.unwrap();
    follower.sync().await.unwrap();
    assert_eq!(by_line(&here).as_deref(), Some("bob"));
    assert_eq!(by_line(&everywhere).as_deref(), Some("alice"));
    assert_eq!(by_line(&here.clone().at(Some(NasId(nas.id.0 + 1)))), None);
    let address = Identifier::Address([10, 0, 0, 7].into());
    assert_eq!(found(&address).as_deref(), Some("bob"));

    // A line moves to another service, and an address is given up.
    let missing = services.remove_line(&operator(), "bob", &onu).await.unwrap_err();
    assert!(matches!(missing, StoreError::NotFound { what: Kind::Line, .. }), "{missing}");
    services.remove_line(&operator(), "alice", &onu).await.unwrap();
    services.add_line(&operator(), "bob", &onu).await.unwrap();
    let given_up = ServiceUpdate { fixed_ipv4: Some(None), ..ServiceUpdate::default() };
    services.update(&operator(), "bob", &given_up).await.unwrap();
    follower.sync().await.unwrap();
    assert_eq!(by_line(&onu).as_deref(), Some("bob"));
    assert_eq!(found(&address), None);
    let listed = services.lines("bob").await.unwrap();
    let listed: Vec<_> =
        listed.into_iter().map(|listed| (listed.line, listed.created_at)).collect();
    let (texts, since): (Vec<_>, Vec<_>) = listed.into_iter().unzip();
    assert_eq!(texts, [here.clone(), onu.clone()]);
    assert!(since.iter().all(|at| *at > Timestamp::from_unix_s(1_700_000_000)), "{since:?}");

    services.remove(&operator(), "bob").await.unwrap();
    follower.sync().await.unwrap();
    assert_eq!((by_line(&onu), by_line(&here)), (None, None));
    follower.stop().await;
    // What is loaded anew says the same.
    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    let everywhere = Identifier::Line(everywhere);
    assert!(directory.service_by_identifier(tenant, &everywhere).is_some());
    assert!(directory.service_by_identifier(tenant, &Identifier::Line(onu)).is_none());
    follower.stop().await;
}

pub async fn what_a_nas_identifies_by_is_kept_and_followed(ground: &Ground) {
    let store = ground.open().await;
    let tenant = default_tenant(&store).await;
    let table = store.nas(tenant);
    let added = table.add(&operator(), &new_nas("core", [10, 0, 0, 1])).await.unwrap();
    assert!(added.identify.is_default());
    let follower = store.follow().await.unwrap();
    let order = || {
        let nas = follower.directory().nas_by_id(added.id).unwrap();
        nas.identify.order(Some(AccessKind::Dhcp)).to_vec()
    };
    assert_eq!(order(), [IdentifyBy::UserName]);
    let identify = Some("dhcp: circuit-id, user-name".parse().unwrap());
    let update = NasUpdate { identify, ..NasUpdate::default() };
    let changed = table.update(&operator(), "core", &update).await.unwrap();
    assert_eq!(changed.identify.to_string(), "dhcp: circuit-id, user-name");
    follower.sync().await.unwrap();
    assert_eq!(order(), [IdentifyBy::Line(LineKind::CircuitId), IdentifyBy::UserName]);
    let default = NasUpdate { identify: Some(Default::default()), ..NasUpdate::default() };
    table.update(&operator(), "core", &default).await.unwrap();
    follower.sync().await.unwrap();
    assert_eq!(order(), [IdentifyBy::UserName]);
    follower.stop().await;
}
