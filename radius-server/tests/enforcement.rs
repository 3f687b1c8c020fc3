//! What a NAS is asked for by a running server.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::num::NonZeroU16;
use std::sync::Arc;

use aaa_engine::AccountingEvent;
use aaa_engine::auth::Credential;
use aaa_engine::enforcement::{Change, CoaAbility, Step};
use aaa_engine::ports::{
    Coa, CoaPace, CredentialError, Directory, ListenerName, Nas, NasId, SealedCredential, Service,
};
use common::{
    Client, MemorySink, PATIENCE, SILENCE, START, TestDirectory, acct, assert_reply, auth, builder,
    eventually, secret,
};
use entitlement::{ServiceId, SessionLimit, TenantId, Terms, WhenFull};
use radius_proto::{AttributeType, Code, Packet, PacketWriter, user_password};
use radius_server::journal::TestDisk;

/// One session at a time, of which the latest holds; the NAS is asked at a port of the test.
struct OneAtATime {
    coa_port: u16,
}

impl OneAtATime {
    fn limited(service: Service) -> Service {
        let session_limit =
            SessionLimit { max: NonZeroU16::MIN, when_full: WhenFull::ReplaceOldest };
        let terms = Terms { session_limit: Some(session_limit), ..Terms::default() };
        let mut service = service;
        service.entitlement.terms = Arc::new(terms);
        service
    }

    fn asked(&self, nas: &Nas) -> Arc<Nas> {
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let port = Some(self.coa_port);
        let (ability, pace) = (CoaAbility::Auto, CoaPace::default());
        let coa = Coa { address, port, secret: None, ability, pace };
        Arc::new(Nas { coa: Some(coa), ..nas.clone() })
    }
}

impl Directory for OneAtATime {
    fn nas(&self, listener: &ListenerName, source: IpAddr) -> Option<Arc<Nas>> {
        TestDirectory.nas(listener, source).map(|nas| self.asked(&nas))
    }

    fn nas_by_id(&self, _: NasId) -> Option<Arc<Nas>> {
        self.nas(&ListenerName("main".into()), Ipv4Addr::LOCALHOST.into())
    }

    fn service_by_login(&self, tenant: TenantId, login: &[u8]) -> Option<Service> {
        TestDirectory.service_by_login(tenant, login).map(Self::limited)
    }

    fn service(&self, tenant: TenantId, id: ServiceId) -> Option<Service> {
        TestDirectory.service(tenant, id).map(Self::limited)
    }

    fn service_by_identifier(&self, _: TenantId, _: &aaa_engine::Identifier) -> Option<Service> {
        None
    }

    fn open_credential(&self, service: &Service) -> Result<Credential, CredentialError> {
        let SealedCredential(octets) = &service.credential;
        Ok(Credential::clear_text(&**octets))
    }
}

/// Alice logs in from a station; gives the Class.
fn log_in(client: &Client, to: std::net::SocketAddr, identifier: u8, station: &[u8]) -> Vec<u8> {
    let authenticator = [identifier; 16];
    let mut buffer = [0; 4096];
    let code = Code::ACCESS_REQUEST;
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, code, identifier).unwrap();
    let mut hidden = [0; 128];
    let len = user_password::hide(b"wonderland", &mut hidden, &authenticator, &secret()).unwrap();
    writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
    writer.attribute(AttributeType::USER_PASSWORD, &hidden[..len]).unwrap();
    writer.attribute(AttributeType::CALLING_STATION_ID, station).unwrap();
    let request = writer.finish_access_request(&authenticator, &secret()).to_vec();
    let reply = client.ask(to, &request);
    assert_reply(&reply, &request, Code::ACCESS_ACCEPT);
    Packet::parse(&reply).unwrap().first(AttributeType::CLASS).unwrap().to_vec()
}

fn start(identifier: u8, session: &[u8], station: &[u8], class: &[u8]) -> Vec<u8> {
    let mut buffer = [0; 4096];
    let code = Code::ACCOUNTING_REQUEST;
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, code, identifier).unwrap();
    writer.attribute(AttributeType::ACCT_STATUS_TYPE, &START.to_be_bytes()).unwrap();
    writer.attribute(AttributeType::ACCT_SESSION_ID, session).unwrap();
    writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
    writer.attribute(AttributeType::CALLING_STATION_ID, station).unwrap();
    writer.attribute(AttributeType::CLASS, class).unwrap();
    writer.finish_request(&secret()).to_vec()
}

#[test]
fn a_session_whose_place_another_has_taken_is_ended_at_once_and_for_as_long_as_it_takes() {
    let nas = UdpSocket::bind("127.0.0.1:0").unwrap();
    nas.set_read_timeout(Some(PATIENCE)).unwrap();
    let coa_port = nas.local_addr().unwrap().port();
    let directory = tempfile::tempdir().unwrap();
    let server = builder(&MemorySink::default())
        .directory(Arc::new(OneAtATime { coa_port }))
        .journal_dir(directory.path())
        .start()
        .unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let first: &[u8] = b"00-11-22-33-44-01";
    let class = log_in(&client, auth(&server), 1, first);
    let begun = start(2, b"s1", first, &class);
    assert_reply(&client.ask(acct(&server), &begun), &begun, Code::ACCOUNTING_RESPONSE);
    log_in(&client, auth(&server), 3, b"00-11-22-33-44-02");

    // The NAS has no room the first time.
    for code in [Code::DISCONNECT_NAK, Code::DISCONNECT_ACK] {
        let mut buffer = [0; 4096];
        let (len, from) = nas.recv_from(&mut buffer).expect("a Disconnect-Request");
        let request = Packet::parse(&buffer[..len]).unwrap();
        assert_eq!(request.code(), Code::DISCONNECT_REQUEST);
        assert_eq!(request.first(AttributeType::ACCT_SESSION_ID), Some(&b"s1"[..]));
        let (identifier, authenticator) = (request.identifier(), *request.authenticator());
        let mut reply = [0; 4096];
        let writer =
            PacketWriter::without_message_authenticator(&mut reply, code, identifier).unwrap();
        nas.send_to(writer.finish_response(&authenticator, &secret()), from).unwrap();
    }
    server.stop();
}

#[test]
fn what_a_session_was_told_is_recorded_though_the_disk_was_full_when_it_began() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let full = directory.path().join("full");
    let disk = TestDisk::new(directory.path().join("journal")).unwrap();
    disk.full_while_exists(&full);
    let server = builder(&sink).journal_disk(Arc::new(disk)).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let stations: [&[u8]; 2] = [b"00-11-22-33-44-01", b"00-11-22-33-44-02"];
    let classes: Vec<_> = (1..)
        .zip(stations)
        .map(|(identifier, station)| log_in(&client, auth(&server), identifier, station))
        .collect();
    std::fs::write(&full, "").unwrap();
    // What comes first shows that the disk is full, the second is not even handed over.
    let first = start(3, b"s1", stations[0], &classes[0]);
    let second = start(4, b"s2", stations[1], &classes[1]);
    for request in [&first, &second] {
        client.send(acct(&server), request);
        client.hears_nothing();
    }
    std::fs::remove_file(&full).unwrap();
    let mut answered = None;
    eventually(|| {
        client.send(acct(&server), &second);
        answered = client.receive_within(SILENCE);
        answered.is_some()
    });
    assert_reply(&answered.unwrap(), &second, Code::ACCOUNTING_RESPONSE);
    server.stop();
    let of_second = |event: &AccountingEvent| &*event.acct_session_id == b"s2";
    let session = sink.accounting().into_iter().find(of_second).expect("its Start").session;
    let changes = sink.changes();
    let is_told = |change: &Change| change.session == session && change.step == Step::AtLogin;
    assert!(changes.iter().any(is_told), "{changes:?}");
}
