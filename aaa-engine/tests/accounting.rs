//! Whole path: the octets of an Accounting-Request in, what it says out, and its response.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use std::net::Ipv4Addr;

use aaa_engine::auth::Credential;
use aaa_engine::ports::NasId;
use aaa_engine::session::SessionTable;
use aaa_engine::{AccountingError, AccountingKind, Observation, Port, ReplyError};
use common::*;
use entitlement::{ServiceId, TenantId};
use radius_proto::{AttributeType as Kind, Code, MessageAuthenticator, Packet, PacketWriter};

fn number(writer: &mut PacketWriter<'_>, kind: Kind, value: u32) {
    writer.attribute(kind, &value.to_be_bytes()).unwrap();
}

fn interim(writer: &mut PacketWriter<'_>) {
    number(writer, Kind::ACCT_STATUS_TYPE, 3);
    writer.attribute(Kind::ACCT_SESSION_ID, b"81a09556").unwrap();
}

fn directory() -> Memory {
    Memory::with("alice", Credential::clear_text("x"), entitlement(terms()))
}

fn observe(write: impl FnOnce(&mut PacketWriter<'_>)) -> Result<Observation, AccountingError> {
    let octets = accounting_request(write);
    let request = Packet::parse(&octets).unwrap();
    engine().accounting(&directory(), &nas(1), &request, NOW)
}

/// A NAS that may not know the login asks for a name of the service, and its accounting finds it by
/// that alone.
#[test]
fn accounting_is_matched_by_the_chargeable_user_identity_that_was_asked_for() {
    let cui = Kind::CHARGEABLE_USER_IDENTITY;
    let accept = |attributes: &[(Kind, &[u8])]| {
        let request = pap_with("alice", "x", attributes);
        let accepted = answer(&engine(), &directory(), &nas(1), &request);
        let identities: Vec<_> = accepted.packet().all(cui).map(<[u8]>::to_vec).collect();
        identities
    };
    assert_eq!(accept(&[]), Vec::<Vec<u8>>::new(), "nobody asked");
    let [identity] = accept(&[(cui, b"\0")]).try_into().unwrap();
    assert_eq!(accept(&[(cui, b"")]).as_slice(), core::slice::from_ref(&identity));
    assert_eq!(accept(&[(cui, &identity)]).as_slice(), core::slice::from_ref(&identity));
    assert!(!String::from_utf8(identity.clone()).unwrap().contains("alice"));
    let service = |identity: &[u8], nas_id| {
        let octets = accounting_request(|writer| {
            interim(writer);
            writer.attribute(Kind::USER_NAME, b"anonymous@elsewhere").unwrap();
            writer.attribute(cui, identity).unwrap();
        });
        let request = Packet::parse(&octets).unwrap();
        engine().accounting(&directory(), &nas(nas_id), &request, NOW).unwrap().service
    };
    assert_eq!(service(&identity, 1), Some(ServiceId(7)));
    assert_eq!(service(&identity, 2), Some(ServiceId(7)), "wherever it roams");
    assert_eq!(service(b"\0", 1), None);
    let mut forged = identity;
    forged[0] = if forged[0] == b'0' { b'1' } else { b'0' };
    assert_eq!(service(&forged, 1), None);
}

#[test]
fn an_interim_is_understood() {
    let observation = observe(|writer| {
        interim(writer);
        writer.attribute(Kind::USER_NAME, b"alice").unwrap();
        writer.attribute(Kind::CALLING_STATION_ID, b"AA:BB\x07").unwrap();
        writer.attribute(Kind::FRAMED_IP_ADDRESS, &[10, 0, 0, 1]).unwrap();
        number(writer, Kind::ACCT_DELAY_TIME, 5);
        number(writer, Kind::ACCT_INPUT_OCTETS, 1);
        number(writer, Kind::ACCT_OUTPUT_OCTETS, 2);
        number(writer, Kind::ACCT_OUTPUT_GIGAWORDS, 3);
        number(writer, Kind::ACCT_INPUT_PACKETS, 4);
        number(writer, Kind::ACCT_OUTPUT_PACKETS, 5);
        number(writer, Kind::ACCT_SESSION_TIME, 60);
    })
    .unwrap();
    assert_eq!(observation.kind, AccountingKind::Interim);
    assert_eq!((observation.tenant, observation.nas), (TENANT, NasId(1)));
    assert_eq!((observation.received_at, observation.happened_at), (NOW, NOW.minus_s(5)));
    assert_eq!(&*observation.acct_session_id, b"81a09556");
    assert_eq!(&*observation.login, "alice");
    assert_eq!(&*observation.calling_station_id, r"AA:BB\u{7}");
    assert_eq!(observation.framed_ipv4, Some(Ipv4Addr::new(10, 0, 0, 1)));
    assert_eq!(observation.service, Some(ServiceId(7)));
    assert_eq!(observation.class_nonce, None);
    let counters = observation.counters;
    assert_eq!((counters.upload_octets, counters.download_octets), (1, 3 << 32 | 2));
    assert_eq!((counters.upload_packets, counters.download_packets), (4, 5));
    assert_eq!(counters.session_time_s, 60);
}

#[test]
fn a_user_name_of_nuls_is_no_name() {
    let session = |kind, login: &'static [u8]| {
        observe(|writer| {
            number(writer, Kind::ACCT_STATUS_TYPE, kind);
            writer.attribute(Kind::ACCT_SESSION_ID, b"81a09556").unwrap();
            writer.attribute(Kind::USER_NAME, login).unwrap();
        })
        .unwrap()
    };
    let (start, interim) = (session(1, &[0; 4]), session(3, b"alice"));
    assert_eq!(&*start.login, "");
    let mut table = SessionTable::default();
    let [started, went_on] = [start, interim].map(|packet| table.observe(&packet).event.session);
    assert_eq!(started, went_on);
    assert_eq!(&*table.get(started).unwrap().login, "alice");
}

#[test]
fn a_nas_that_counts_from_the_subscribers_side_is_turned_round() {
    let octets = accounting_request(|writer| {
        interim(writer);
        number(writer, Kind::ACCT_INPUT_OCTETS, 1);
        number(writer, Kind::ACCT_INPUT_GIGAWORDS, 1);
        number(writer, Kind::ACCT_OUTPUT_PACKETS, 5);
    });
    let request = Packet::parse(&octets).unwrap();
    let mut swapped = nas(1);
    swapped.counters_swapped = true;
    let counters = engine().accounting(&directory(), &swapped, &request, NOW).unwrap().counters;
    assert_eq!((counters.upload_octets, counters.download_octets), (0, 1 << 32 | 1));
    assert_eq!((counters.upload_packets, counters.download_packets), (5, 0));
}

#[test]
fn what_is_missing_or_unsupported_is_named() {
    let error = |write: fn(&mut PacketWriter<'_>)| observe(write).unwrap_err();
    assert_eq!(error(|_| ()), AccountingError::MissingStatusType);
    assert_eq!(
        error(|writer| writer.attribute(Kind::ACCT_STATUS_TYPE, &[1]).unwrap()),
        AccountingError::MissingStatusType
    );
    assert_eq!(
        error(|writer| number(writer, Kind::ACCT_STATUS_TYPE, 1)),
        AccountingError::MissingSessionId
    );
    assert_eq!(
        error(|writer| number(writer, Kind::ACCT_STATUS_TYPE, 9)),
        AccountingError::UnsupportedStatusType { status_type: 9 }
    );
    let octets = access_request(|_| ());
    let request = Packet::parse(&octets).unwrap();
    assert_eq!(
        engine().accounting(&directory(), &nas(1), &request, NOW).unwrap_err(),
        AccountingError::NotAccountingRequest { code: Code::ACCESS_REQUEST }
    );
}

#[test]
fn on_and_off_need_no_session_id() {
    for (status_type, kind) in [(7, AccountingKind::On), (8, AccountingKind::Off)] {
        let observation =
            observe(|writer| number(writer, Kind::ACCT_STATUS_TYPE, status_type)).unwrap();
        assert_eq!(observation.kind, kind);
        assert_eq!(observation.shard_key(), None);
    }
}

#[test]
fn an_unbelievable_delay_is_cut() {
    let observation = observe(|writer| {
        interim(writer);
        number(writer, Kind::ACCT_DELAY_TIME, u32::MAX);
    })
    .unwrap();
    let longest = i64::from(aaa_engine::ACCT_DELAY_MAX_S);
    assert_eq!(observation.happened_at, NOW.minus_s(longest));
}

/// The Class that the engine gives alice.
fn class_of_alice() -> Vec<u8> {
    let answered = answer(&engine(), &directory(), &nas(1), &pap("alice", "x"));
    answered.packet().first(Kind::CLASS).unwrap().to_vec()
}

#[test]
fn our_class_names_the_service_whatever_the_login_says() {
    let class = class_of_alice();
    let observation = observe(|writer| {
        interim(writer);
        writer.attribute(Kind::USER_NAME, b"changed by the NAS").unwrap();
        writer.attribute(Kind::CLASS, b"somebody else's").unwrap();
        writer.attribute(Kind::CLASS, &class).unwrap();
    })
    .unwrap();
    assert_eq!(observation.service, Some(ServiceId(7)));
    // The lowest bit of the first octet says that the session is not in quarantine.
    let nonce = core::array::from_fn(|i| if i == 0 { 0 } else { i as u8 + 1 });
    assert_eq!(observation.class_nonce, Some(nonce));
}

#[test]
fn a_forged_class_and_that_of_another_tenant_are_foreign() {
    let mut forged = class_of_alice();
    forged[16] ^= 1;
    let with_class = |class: &[u8]| {
        accounting_request(|writer| {
            interim(writer);
            writer.attribute(Kind::CLASS, class).unwrap();
        })
    };
    let octets = with_class(&forged);
    let request = Packet::parse(&octets).unwrap();
    let observation = engine().accounting(&directory(), &nas(1), &request, NOW).unwrap();
    assert_eq!((observation.service, observation.class_nonce), (None, None));

    let mut elsewhere = nas(2);
    elsewhere.tenant = TenantId(2);
    let octets = with_class(&class_of_alice());
    let request = Packet::parse(&octets).unwrap();
    let observation = engine().accounting(&directory(), &elsewhere, &request, NOW).unwrap();
    assert_eq!((observation.service, observation.class_nonce), (None, None));
}

#[test]
fn traffic_of_unknown_users_has_no_service() {
    let observation = observe(|writer| {
        interim(writer);
        writer.attribute(Kind::USER_NAME, b"T-AA:BB:CC:00:00:01").unwrap();
    })
    .unwrap();
    assert_eq!(observation.service, None);
}

#[test]
fn a_log_in_and_its_accounting_are_one_session() {
    let class = class_of_alice();
    let mut table = SessionTable::default();
    let packet = |status_type, octets| {
        let class = class.clone();
        move |writer: &mut PacketWriter<'_>| {
            number(writer, Kind::ACCT_STATUS_TYPE, status_type);
            writer.attribute(Kind::ACCT_SESSION_ID, b"81a09556").unwrap();
            writer.attribute(Kind::CLASS, &class).unwrap();
            number(writer, Kind::ACCT_INPUT_OCTETS, octets);
        }
    };
    let started = table.observe(&observe(packet(1, 0)).unwrap()).event;
    let reported = table.observe(&observe(packet(3, 500)).unwrap()).event;
    assert_eq!(started.session, reported.session);
    assert_eq!(table.open_count(), 1);
    let stopped = table.observe(&observe(packet(2, 900)).unwrap()).event;
    assert_eq!(stopped.session, started.session);
    let session = table.get(started.session).unwrap();
    assert_eq!((session.counters.upload_octets, session.service), (900, Some(ServiceId(7))));
    assert_eq!(table.open_count(), 0);
}

#[test]
fn an_accounting_response_echoes_and_verifies() {
    let octets = accounting_request(|writer| {
        interim(writer);
        writer.attribute(Kind::PROXY_STATE, b"b").unwrap();
        writer.attribute(Kind::PROXY_STATE, b"a").unwrap();
    });
    let request = Packet::parse(&octets).unwrap();
    let mut reply = [0; 4096];
    let len = engine().accounting_response(&request, &secret(), &mut reply).unwrap();
    let response = Packet::parse(&reply[..len]).unwrap();
    assert_eq!(response.code(), Code::ACCOUNTING_RESPONSE);
    assert_eq!(response.identifier(), request.identifier());
    assert!(response.verify_response_authenticator(request.authenticator(), &secret()));
    let echoed: Vec<_> = response.all(Kind::PROXY_STATE).collect();
    assert_eq!(echoed, [b"b", b"a"]);
    assert_eq!(response.attributes().count(), 2, "no Message-Authenticator was asked for");
    assert!(matches!(
        engine().accounting_response(&request, &secret(), &mut [0; 22]),
        Err(ReplyError::DoesNotFit(_))
    ));
}

#[test]
fn a_signed_accounting_request_gets_a_signed_response() {
    let octets = accounting_request(|writer| {
        writer.message_authenticator().unwrap();
        interim(writer);
    });
    let request = Packet::parse(&octets).unwrap();
    let mut reply = [0; 4096];
    let len = engine().accounting_response(&request, &secret(), &mut reply).unwrap();
    let response = Packet::parse(&reply[..len]).unwrap();
    assert_eq!(
        response.verify_response_message_authenticator(request.authenticator(), &secret()),
        MessageAuthenticator::Valid
    );
}

#[test]
fn status_server_is_answered_by_the_port_it_came_to() {
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::STATUS_SERVER, 218).unwrap();
    writer.message_authenticator().unwrap();
    writer.attribute(Kind::PROXY_STATE, b"p").unwrap();
    let octets = writer.finish_access_request(&REQUEST_AUTHENTICATOR, &secret());
    let request = Packet::parse(octets).unwrap();
    for (port, code) in
        [(Port::Authentication, Code::ACCESS_ACCEPT), (Port::Accounting, Code::ACCOUNTING_RESPONSE)]
    {
        let mut reply = [0; 4096];
        let len = engine().status(&request, &secret(), port, &mut reply).unwrap();
        let response = Packet::parse(&reply[..len]).unwrap();
        assert_eq!(response.code(), code);
        assert!(response.verify_response_authenticator(&REQUEST_AUTHENTICATOR, &secret()));
        assert_eq!(
            response.verify_response_message_authenticator(&REQUEST_AUTHENTICATOR, &secret()),
            MessageAuthenticator::Valid
        );
        let kinds: Vec<_> = response.attributes().map(|attribute| attribute.kind).collect();
        assert_eq!(kinds, [Kind::MESSAGE_AUTHENTICATOR, Kind::PROXY_STATE]);
    }
    let octets = accounting_request(interim);
    let other = Packet::parse(&octets).unwrap();
    assert_eq!(
        engine().status(&other, &secret(), Port::Accounting, &mut [0; 4096]),
        Err(ReplyError::UnexpectedCode { code: Code::ACCOUNTING_REQUEST })
    );
}
