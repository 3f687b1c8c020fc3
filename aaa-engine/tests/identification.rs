//! Whose a request is: by name, by line, by address, as each NAS is told.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use aaa_engine::auth::{Credential, chap_response, mschap};
use aaa_engine::ports::{Nas, NasId};
use aaa_engine::{Identifier, LineIdentifier, LineKind, Outcome, Reason};
use common::*;
use entitlement::{Quarantine, ServiceId, Standing, Terms, WhenWithheld};
use radius_proto::{AttributeType, Code, Packet, PacketWriter, VendorId};

const ADSL_FORUM: VendorId = VendorId(3561);
const CIRCUIT: &[u8] = b"olt-1 xpon 0/3/7:100";

fn line(kind: LineKind, nas: Option<i64>, octets: &[u8]) -> Identifier {
    Identifier::Line(LineIdentifier::new(kind, nas.map(NasId), octets).unwrap())
}

/// Alice, with a password and a line, and bob, with a password and a port at NAS 1.
fn directory() -> Memory {
    let credential = || Credential::clear_text("opensesame");
    let mut memory = Memory::with("alice", credential(), entitlement(terms()));
    memory.add(8, "bob", Ok(credential()), entitlement(terms()));
    let circuit = line(LineKind::CircuitId, None, CIRCUIT);
    memory.identifiers.insert(circuit, b"alice".to_vec());
    memory.identifiers.insert(line(LineKind::RemoteId, None, b"HWTC1A2B3C4D"), b"alice".to_vec());
    memory.identifiers.insert(line(LineKind::Port, Some(1), b"ether5"), b"bob".to_vec());
    memory.identifiers.insert(Identifier::Address([10, 0, 0, 7].into()), b"bob".to_vec());
    memory
}

fn nas_by(id: i64, identify: &str) -> Nas {
    Nas { identify: identify.parse().unwrap(), ..nas(id) }
}

/// A session of IP over Ethernet: no password, and whatever name the NAS makes up.
fn ipoe(name: Option<&str>, write: impl FnOnce(&mut PacketWriter<'_>)) -> Vec<u8> {
    access_request(|writer| {
        if let Some(name) = name {
            writer.attribute(AttributeType::USER_NAME, name.as_bytes()).unwrap();
        }
        writer.attribute(AttributeType::NAS_PORT_TYPE, &15_u32.to_be_bytes()).unwrap();
        writer.attribute(AttributeType::USER_PASSWORD, b"").unwrap();
        write(writer);
    })
}

fn circuit_id(writer: &mut PacketWriter<'_>) {
    writer.vendor_attribute(ADSL_FORUM, 1, CIRCUIT).unwrap();
}

#[track_caller]
fn assert_is(answered: &Answered, service: i64) {
    let attempt = &answered.decision.attempt;
    assert_eq!((attempt.reason, attempt.service), (Reason::Ok, Some(ServiceId(service))));
    assert_eq!(answered.packet().code(), Code::ACCESS_ACCEPT);
}

#[track_caller]
fn assert_rejected(answered: &Answered, reason: Reason) {
    assert_eq!(answered.decision.attempt.reason, reason);
    assert_eq!(answered.packet().code(), Code::ACCESS_REJECT);
}

#[test]
fn a_line_is_a_proof_only_where_the_nas_is_told_so() {
    let directory = directory();
    for name in [None, Some("18c0.4d51.dee2-ae0:139"), Some("bob")] {
        let request = ipoe(name, circuit_id);
        let by_line = nas_by(1, "dhcp: circuit-id, user-name");
        assert_is(&answer(&engine(), &directory, &by_line, &request), 7);
        // Anywhere else the line says nothing, and no password opens nothing.
        for identify in ["user-name", "ppp: circuit-id", "remote-id, port"] {
            let answered = answer(&engine(), &directory, &nas_by(1, identify), &request);
            assert_eq!(answered.packet().code(), Code::ACCESS_REJECT, "{name:?} {identify}");
        }
    }
}

#[test]
fn the_first_identifier_that_leads_to_a_service_counts() {
    let directory = directory();
    let both = nas_by(1, "dhcp: user-name, circuit-id");
    // A name that leads to a service needs its password, whatever the line is.
    let of_bob = answer(&engine(), &directory, &both, &ipoe(Some("bob"), circuit_id));
    assert_rejected(&of_bob, Reason::EmptyPassword);
    assert_eq!(of_bob.decision.attempt.service, Some(ServiceId(8)));
    assert_is(&answer(&engine(), &directory, &both, &ipoe(Some("nobody"), circuit_id)), 7);
    let remote = ipoe(None, |writer| {
        writer.vendor_attribute(ADSL_FORUM, 1, b"unknown").unwrap();
        writer.vendor_attribute(ADSL_FORUM, 2, b"485754431A2B3C4D").unwrap();
    });
    let lines = nas_by(1, "circuit-id, remote-id");
    assert_is(&answer(&engine(), &directory, &lines, &remote), 7);
    let nothing = ipoe(None, |_| ());
    assert_rejected(&answer(&engine(), &directory, &lines, &nothing), Reason::UnknownLine);
    assert_rejected(&answer(&engine(), &directory, &nas(1), &nothing), Reason::NoUserName);
}

#[test]
fn a_port_is_one_at_its_nas_and_an_address_is_fixed() {
    let directory = directory();
    let port = ipoe(None, |writer| {
        writer.attribute(AttributeType::NAS_PORT_ID, b"ether5").unwrap();
    });
    assert_is(&answer(&engine(), &directory, &nas_by(1, "port"), &port), 8);
    let elsewhere = answer(&engine(), &directory, &nas_by(2, "port"), &port);
    assert_rejected(&elsewhere, Reason::UnknownLine);
    let address = |last| {
        ipoe(None, move |writer| {
            writer.attribute(AttributeType::FRAMED_IP_ADDRESS, &[10, 0, 0, last]).unwrap();
        })
    };
    let by_address = nas_by(2, "address");
    assert_is(&answer(&engine(), &directory, &by_address, &address(7)), 8);
    let other = answer(&engine(), &directory, &by_address, &address(8));
    assert_rejected(&other, Reason::UnknownLine);
}

#[test]
fn a_realm_may_be_left_out() {
    let directory = directory();
    let without = nas_by(1, "user-name, user-name-without-realm");
    for login in ["alice", "alice@isp.example", "ISP\\alice"] {
        assert_is(&answer(&engine(), &directory, &without, &pap(login, "opensesame")), 7);
        let wrong = answer(&engine(), &directory, &without, &pap(login, "wrong"));
        assert_rejected(&wrong, Reason::WrongPassword);
    }
    let by_name = answer(&engine(), &directory, &nas(1), &pap("alice@isp.example", "opensesame"));
    assert_rejected(&by_name, Reason::UnknownLogin);
}

#[test]
fn who_waits_for_the_servers_proof_must_know_the_password() {
    let directory = directory();
    let by_line = nas_by(1, "ppp: circuit-id");
    let ppp = |write: &dyn Fn(&mut PacketWriter<'_>)| {
        access_request(|writer| {
            writer.attribute(AttributeType::USER_NAME, b"any name").unwrap();
            writer.attribute(AttributeType::FRAMED_PROTOCOL, &1_u32.to_be_bytes()).unwrap();
            circuit_id(writer);
            write(writer);
        })
    };
    let chap = ppp(&|writer| {
        let response = chap_response(1, b"any password", &REQUEST_AUTHENTICATOR);
        let value = [&[1][..], &response].concat();
        writer.attribute(AttributeType::CHAP_PASSWORD, &value).unwrap();
    });
    assert_is(&answer(&engine(), &directory, &by_line, &chap), 7);
    let (authenticator, peer) = ([1; 16], [2; 16]);
    let ms_chap = |password| {
        let hash = mschap::nt_hash(password);
        let response = mschap::nt_response(&authenticator, &peer, b"any name", &hash);
        ppp(&|writer| {
            writer.vendor_attribute(VendorId::MICROSOFT, 11, &authenticator).unwrap();
            let value = [&[9, 0][..], &peer, &[0; 8], &response].concat();
            writer.vendor_attribute(VendorId::MICROSOFT, 25, &value).unwrap();
        })
    };
    assert_is(&answer(&engine(), &directory, &by_line, &ms_chap("opensesame")), 7);
    let wrong = answer(&engine(), &directory, &by_line, &ms_chap("wrong"));
    assert_rejected(&wrong, Reason::WrongPassword);
}

#[test]
fn nobody_administers_the_router_because_of_a_line() {
    let directory = directory();
    let request = access_request(|writer| {
        writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
        writer.attribute(AttributeType::SERVICE_TYPE, &6_u32.to_be_bytes()).unwrap();
        writer.attribute(AttributeType::USER_PASSWORD, b"").unwrap();
        circuit_id(writer);
    });
    let answered = answer(&engine(), &directory, &nas_by(1, "circuit-id"), &request);
    assert_rejected(&answered, Reason::EmptyPassword);
}

#[test]
fn a_portal_that_asks_as_for_the_router_gets_a_quarantine() {
    let quarantine = Quarantine { pool: Some("walled".into()), ..Quarantine::default() };
    let terms = Terms { when_withheld: WhenWithheld::Quarantine(quarantine), ..terms() };
    let mut entitlement = entitlement(terms);
    entitlement.standing = Standing::Suspended;
    let directory = Memory::with("00:0C:42:00:D4:64", Credential::MacAddress, entitlement);
    let log_in = |write: &dyn Fn(&mut PacketWriter<'_>)| {
        access_request(|writer| {
            for kind in [AttributeType::USER_NAME, AttributeType::CALLING_STATION_ID] {
                writer.attribute(kind, b"00:0C:42:00:D4:64").unwrap();
            }
            writer.attribute(AttributeType::SERVICE_TYPE, &1_u32.to_be_bytes()).unwrap();
            writer.attribute(AttributeType::USER_PASSWORD, b"").unwrap();
            write(writer);
        })
    };
    let portal = log_in(&|writer| {
        writer.vendor_attribute(VendorId::MIKROTIK, 10, &[10, 5, 50, 9]).unwrap();
    });
    let answered = answer(&engine(), &directory, &nas(1), &portal);
    assert_eq!(answered.decision.attempt.outcome, Outcome::Quarantined);
    let router = answer(&engine(), &directory, &nas(1), &log_in(&|_| ()));
    assert_rejected(&router, Reason::NotForDevices);
}

#[test]
fn accounting_is_of_the_service_that_the_line_leads_to() {
    let directory = directory();
    let service = |identify: &str, name: &[u8]| {
        let octets = accounting_request(|writer| {
            writer.attribute(AttributeType::ACCT_STATUS_TYPE, &1_u32.to_be_bytes()).unwrap();
            writer.attribute(AttributeType::ACCT_SESSION_ID, b"1").unwrap();
            writer.attribute(AttributeType::USER_NAME, name).unwrap();
            circuit_id(writer);
        });
        let request = Packet::parse(&octets).unwrap();
        let nas = nas_by(1, identify);
        engine().accounting(&directory, &nas, &request, NOW).unwrap().service.map(|id| id.0)
    };
    assert_eq!(service("circuit-id, user-name", b"bob"), Some(7));
    assert_eq!(service("user-name, circuit-id", b"bob"), Some(8));
    // What does not lead to a service leaves the name.
    assert_eq!(service("remote-id", b"bob"), Some(8));
    assert_eq!(service("remote-id", b"nobody"), None);
}
