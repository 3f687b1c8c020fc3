//! An address that is given for the first time is given once that is on disk, and not before.
#![allow(clippy::unwrap_used, reason = "a broken test may stop here")]

mod common;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use aaa_engine::auth::Credential;
use aaa_engine::ports::{CredentialError, Directory, ListenerName, Nas, Service};
use aaa_engine::{AddressSpace, Identifier, Pool, PoolAddress, PoolId};
use common::*;
use entitlement::{ServiceId, TenantId, Terms};
use radius_proto::{AttributeType, Code, Packet};
use radius_server::Settings;
use radius_server::journal::TestDisk;

/// That of the other tests, with a pool of four addresses.
struct WithPool(Arc<Pool>);

impl WithPool {
    fn new() -> Self {
        let space = AddressSpace::ipv4(&["100.64.0.0/30"], &[""; 0]).unwrap();
        let (id, tenant, name) = (PoolId(1), TenantId(1), "pppoe".into());
        Self(Arc::new(Pool { id, tenant, name, space, warning_percent: 90 }))
    }
}

impl Directory for WithPool {
    fn nas(&self, listener: &ListenerName, source: IpAddr) -> Option<Arc<Nas>> {
        TestDirectory.nas(listener, source)
    }

    fn service_by_login(&self, tenant: TenantId, login: &[u8]) -> Option<Service> {
        let mut service = TestDirectory.service_by_login(tenant, login)?;
        let terms = Terms { pool: Some("pppoe".into()), ..Terms::default() };
        service.entitlement.terms = Arc::new(terms);
        Some(service)
    }

    fn service(&self, tenant: TenantId, _: ServiceId) -> Option<Service> {
        self.service_by_login(tenant, b"alice")
    }

    fn service_by_identifier(&self, _: TenantId, _: &Identifier) -> Option<Service> {
        None
    }

    fn pool(&self, tenant: TenantId, name: &str) -> Option<Arc<Pool>> {
        (self.0.tenant == tenant && *self.0.name == *name).then(|| Arc::clone(&self.0))
    }

    fn pools(&self) -> Vec<Arc<Pool>> {
        vec![Arc::clone(&self.0)]
    }

    fn pool_touched_by(
        &self,
        _: TenantId,
        address: PoolAddress,
    ) -> Option<(Arc<Pool>, PoolAddress)> {
        Some((Arc::clone(&self.0), self.0.space.touched_by(address)?))
    }

    fn open_credential(&self, service: &Service) -> Result<Credential, CredentialError> {
        TestDirectory.open_credential(service)
    }
}

fn address(reply: &[u8]) -> Vec<u8> {
    let packet = Packet::parse(reply).unwrap();
    packet.first(AttributeType::FRAMED_IP_ADDRESS).unwrap().to_vec()
}

#[test]
fn an_address_is_given_for_the_first_time_when_that_is_on_disk() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let disk = TestDisk::new(directory.path()).unwrap();
    let server = builder(&sink)
        .directory(Arc::new(WithPool::new()))
        .settings(Settings { append_timeout: Duration::from_millis(50), ..Settings::default() })
        .journal_disk(Arc::new(disk.clone()))
        .start()
        .unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let held = disk.hold_syncs();
    let first = access_request(1, "wonderland", Signed::No);
    for _ in 0..2 {
        client.send(auth(&server), &first);
        client.hears_nothing();
    }
    assert_eq!(disk.syncs_waiting(), 1);
    drop(held);
    let reply = client.ask(auth(&server), &first);
    assert_reply(&reply, &first, Code::ACCESS_ACCEPT);
    assert!(address(&reply).starts_with(&[100, 64, 0]));
    server.stop();
    let leases = sink.attempts().into_iter().flat_map(|attempt| attempt.learned.leases);
    assert!(leases.flatten().count() >= 1);
}
