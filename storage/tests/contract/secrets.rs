//! Secrets: sealed in the store, opened for the packet, sealed anew with a newer key.

use std::sync::Arc;

use aaa_engine::auth::{CodeDigits, CodeHash, CodeSecret, Credential};
use aaa_engine::ports::{CredentialError, Directory as _, ListenerName};
use radius_proto::Secret;
use storage::{
    CoaUpdate, KeyRing, NasUpdate, NewNas, NewService, ServiceUpdate, Store, StoreError,
    StoreOptions,
};

use crate::ground::{Ground, gold_and_alice, new_nas, new_service, operator};

pub async fn sealed_values_differ_and_open_again(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let services = store.services(tenant);
    services.add(&operator(), &new_service("bob", "gold")).await.unwrap();
    let hash =
        NewService { credential: Credential::NtHash([9; 16]), ..new_service("carol", "gold") };
    services.add(&operator(), &hash).await.unwrap();
    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    let find = |login: &[u8]| directory.service_by_login(tenant, login).unwrap();
    let (alice, bob, carol) = (find(b"alice"), find(b"bob"), find(b"carol"));
    assert_eq!(directory.open_credential(&alice), Ok(Credential::clear_text("opensesame")));
    assert_eq!(directory.open_credential(&carol), Ok(Credential::NtHash([9; 16])));
    assert_ne!(alice.credential.0, bob.credential.0, "equal passwords can be told");
    // Somebody who can write to the database cannot log in with another's password.
    let swapped = aaa_engine::ports::Service { credential: bob.credential, ..alice };
    assert_eq!(directory.open_credential(&swapped), Err(CredentialError::Damaged));

    let update = ServiceUpdate {
        credential: Some(Credential::clear_text("new password")),
        ..ServiceUpdate::default()
    };
    services.update(&operator(), "alice", &update).await.unwrap();
    follower.sync().await.unwrap();
    let alice = directory.service_by_login(tenant, b"alice").unwrap();
    assert_eq!(directory.open_credential(&alice), Ok(Credential::clear_text("new password")));
    follower.stop().await;
}

pub async fn rotated_keys_reach_a_running_server(ground: &Ground) {
    let server = ground.open().await;
    let tenant = gold_and_alice(&server).await;
    let nas = NewNas {
        mac_auth_password: Some(Secret::new("for devices").unwrap()),
        coa: CoaUpdate {
            secret: Some(Some(Secret::new("for coa").unwrap())),
            ..Default::default()
        },
        ..new_nas("bras-1", [10, 0, 0, 1])
    };
    server.nas(tenant).add(&operator(), &nas).await.unwrap();
    let codes = CodeSecret::new([7; 20], CodeHash::Sha1, CodeDigits::Six).unwrap();
    server.services(tenant).set_one_time_codes(&operator(), "alice", Some(&codes)).await.unwrap();
    let follower = server.follow().await.unwrap();
    let old = follower.directory().service_by_login(tenant, b"alice").unwrap();

    let keys = KeyRing::add_key(&ground.key_path()).unwrap();
    let other = Store::open(&ground.url, keys, StoreOptions::default()).await.unwrap();
    assert_eq!(other.rotate_keys(&operator()).await.unwrap(), 3);
    assert_eq!(other.rotate_keys(&operator()).await.unwrap(), 0);
    other.nas(tenant).update(&operator(), "bras-1", &NasUpdate::default()).await.unwrap();

    follower.sync().await.unwrap();
    let directory = follower.directory();
    let new = directory.service_by_login(tenant, b"alice").unwrap();
    assert_ne!(new.credential.0, old.credential.0);
    assert_eq!(directory.open_credential(&new), Ok(Credential::clear_text("opensesame")));
    let listener = ListenerName(Arc::from("default"));
    let nas = directory.nas(&listener, [10, 0, 0, 1].into()).unwrap();
    assert_eq!(nas.secret.expose(), b"nas secret");
    assert_eq!(nas.mac_auth_password.as_ref().unwrap().expose(), b"for devices");
    assert_eq!(nas.coa.as_ref().unwrap().secret.as_ref().unwrap().expose(), b"for coa");
    follower.stop().await;

    // The first key is no longer needed by anything.
    let file = std::fs::read_to_string(ground.key_path()).unwrap();
    let newest: String = file
        .lines()
        .filter(|line| !line.starts_with("1 "))
        .map(|line| format!("{line}\n"))
        .collect();
    std::fs::write(ground.key_path(), newest).unwrap();
    let store = ground.open().await;
    let follower = store.follow().await.unwrap();
    let service = follower.directory().service_by_login(tenant, b"alice").unwrap();
    assert!(follower.directory().open_credential(&service).is_ok());
    let sealed = service.one_time_codes.as_ref().unwrap();
    assert_eq!(follower.directory().open_code_secret(&service, sealed), Ok(codes));
    let nas = follower.directory().nas(&listener, [10, 0, 0, 1].into()).unwrap();
    assert_eq!(nas.mac_auth_password.as_ref().unwrap().expose(), b"for devices");
    assert_eq!(nas.coa.as_ref().unwrap().secret.as_ref().unwrap().expose(), b"for coa");
    follower.stop().await;
}

pub async fn a_row_that_does_not_open_harms_no_other(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    store.nas(tenant).add(&operator(), &new_nas("bras-1", [10, 0, 0, 1])).await.unwrap();
    store.nas(tenant).add(&operator(), &new_nas("bras-2", [10, 0, 0, 2])).await.unwrap();
    ground
        .execute(
            "update nas set secret_sealed = (select o.secret_sealed from nas o \
             where o.name = 'bras-2') where name = 'bras-1'",
        )
        .await;
    let follower = store.follow().await.unwrap();
    let listener = ListenerName(Arc::from("default"));
    assert!(follower.directory().nas(&listener, [10, 0, 0, 1].into()).is_none());
    assert!(follower.directory().nas(&listener, [10, 0, 0, 2].into()).is_some());
    assert!(follower.directory().service_by_login(tenant, b"alice").is_some());
    follower.stop().await;
    // It is not sealed anew into something that looks right.
    KeyRing::add_key(&ground.key_path()).unwrap();
    let error = ground.open().await.rotate_keys(&operator()).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
}

#[tokio::test]
async fn no_octet_of_an_sqlite_store_shows_a_secret() {
    let ground = Ground::sqlite();
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    store.nas(tenant).add(&operator(), &new_nas("bras-1", [10, 0, 0, 1])).await.unwrap();
    let look = || {
        let mut octets = Vec::new();
        for entry in std::fs::read_dir(ground.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "key") {
                octets.extend(std::fs::read(path).unwrap());
            }
        }
        octets
    };
    let holds = |octets: &[u8], text: &[u8]| octets.windows(text.len()).any(|part| part == text);
    // Once with the write-ahead log, once without.
    for octets in [look(), {
        store.close().await;
        look()
    }] {
        assert!(holds(&octets, b"bras-1"), "the row itself is not there");
        assert!(!holds(&octets, b"opensesame") && !holds(&octets, b"nas secret"));
    }
}
