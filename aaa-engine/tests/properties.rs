//! What holds for every input.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use std::net::Ipv4Addr;
use std::sync::Arc;

use aaa_engine::auth::{Credential, mschap};
use aaa_engine::ports::NasId;
use aaa_engine::session::{Observed, SessionId, SessionTable, apply};
use aaa_engine::{AccountingEvent, AccountingKind, Activity, Counters, Ipv6Counters, Known};
use common::*;
use entitlement::{ServiceId, Timestamp};
use proptest::prelude::*;
use proptest::sample::Index;
use radius_proto::{AttributeType, Code, MessageAuthenticator, Packet, PacketWriter, VendorId};

/// Attributes that the engine looks at, and others; values of the right size, and others.
fn attributes() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    const READ: [u8; 20] =
        [1, 2, 3, 8, 24, 25, 26, 31, 33, 40, 41, 42, 44, 46, 49, 52, 53, 60, 79, 80];
    let kind = prop_oneof![proptest::sample::select(&READ[..]), any::<u8>()];
    let value = prop_oneof![
        Just(b"alice".to_vec()),
        proptest::collection::vec(any::<u8>(), 4),
        (1_u32..16).prop_map(|number| number.to_be_bytes().to_vec()),
        proptest::collection::vec(any::<u8>(), 16..=18),
        proptest::collection::vec(any::<u8>(), 0..253),
    ];
    proptest::collection::vec((kind, value), 0..20)
}

/// The same for Microsoft's attributes, at the lengths of MS-CHAP.
fn microsoft() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    let kind = proptest::sample::select(&[1, 2, 11, 11, 12, 25, 25, 26][..]);
    let len = prop_oneof![Just(8), Just(16), Just(50), 0_usize..60];
    let value = len.prop_flat_map(|len| proptest::collection::vec(any::<u8>(), len));
    proptest::collection::vec((kind, value), 0..4)
}

fn octets(code: Code, plain: &[(u8, Vec<u8>)], microsoft: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut buffer = [0; 4096];
    let mut writer = PacketWriter::without_message_authenticator(&mut buffer, code, 1).unwrap();
    for (kind, value) in plain {
        // What the writer refuses cannot be in a packet either.
        if writer.attribute(AttributeType(*kind), value).is_err() && *kind == 80 {
            let _already_there = writer.message_authenticator();
        }
    }
    for (kind, value) in microsoft {
        let _full = writer.vendor_attribute(VendorId::MICROSOFT, *kind, value);
    }
    writer.finish_access_request(&REQUEST_AUTHENTICATOR, &secret()).to_vec()
}

proptest! {
    #[test]
    fn every_access_request_gets_a_valid_reply_or_an_error(
        plain in attributes(),
        microsoft in microsoft(),
        hashed in any::<bool>(),
        random in any::<[u8; 32]>(),
        reply_len in prop_oneof![Just(4096_usize), 0_usize..400],
    ) {
        let octets = octets(Code::ACCESS_REQUEST, &plain, &microsoft);
        // An EAP-Message without Message-Authenticator is refused before the engine.
        let Ok(request) = Packet::parse(&octets) else { return Ok(()) };
        let credential = if hashed {
            Credential::NtHash(mschap::nt_hash("x"))
        } else {
            Credential::clear_text("x")
        };
        let directory = Memory::with("alice", credential, entitlement(terms()));
        let mut reply = vec![0; reply_len];
        let decision = engine().access(Known { directory: &directory, activity: &Activity::new() }, &nas(1), &request, NOW, random, &mut reply);
        if let Ok(decision) = decision {
            let reply = Packet::parse(&reply[..decision.reply_len()]).unwrap();
            let authenticator = request.authenticator();
            prop_assert!(reply.verify_response_authenticator(authenticator, &secret()));
            prop_assert_eq!(
                reply.verify_response_message_authenticator(authenticator, &secret()),
                MessageAuthenticator::Valid
            );
            let proxy_states = |packet: &Packet<'_>| {
                packet.all(AttributeType::PROXY_STATE).map(<[u8]>::to_vec).collect::<Vec<_>>()
            };
            prop_assert_eq!(proxy_states(&reply), proxy_states(&request));
        }
    }

    #[test]
    fn every_accounting_request_is_understood_or_an_error(
        plain in attributes(),
        microsoft in microsoft(),
        now_ms in any::<i64>(),
    ) {
        let octets = octets(Code::ACCOUNTING_REQUEST, &plain, &microsoft);
        let Ok(request) = Packet::parse(&octets) else { return Ok(()) };
        let directory = Memory::with("alice", Credential::clear_text("x"), entitlement(terms()));
        let now = Timestamp::from_unix_ms(now_ms);
        let mut table = SessionTable::default();
        if let Ok(observation) = engine().accounting(&directory, &nas(1), &request, now) {
            let first = table.observe(&observation);
            // A repetition is the same, but for what the first has already been counted for.
            let repeated = table.observe(&observation);
            prop_assert_eq!(repeated, Observed { usage: None, ..first });
        }
        prop_assert!(engine().accounting_response(&request, &secret(), &mut [0; 4096]).is_ok());
    }

    #[test]
    fn order_and_repetition_of_events_change_nothing(
        events in proptest::collection::vec(event_of_one_session(), 1..8),
        order in proptest::collection::vec(any::<Index>(), 0..24),
    ) {
        let once = events.iter().fold(None, |session, event| apply(event, session));
        let missing = events.iter().rev();
        let shuffled = order.iter().map(|index| index.get(&events)).chain(missing);
        let again = shuffled.fold(None, |session, event| apply(event, session));
        prop_assert_eq!(once, again);
    }

    /// Silences come after the packet that they follow, and otherwise in any order.
    #[test]
    fn order_and_repetition_of_silences_change_nothing(
        first in event_of_one_session(),
        events in proptest::collection::vec(event_or_silence(), 1..8),
        order in proptest::collection::vec(any::<Index>(), 0..24),
    ) {
        let begun = || apply(&first, None);
        let once = events.iter().fold(begun(), |session, event| apply(event, session));
        let shuffled = order.iter().map(|index| index.get(&events)).chain(events.iter().rev());
        let again = shuffled.fold(begun(), |session, event| apply(event, session));
        prop_assert_eq!(once, again);
    }

    #[test]
    fn a_table_computes_what_apply_does(
        packets in proptest::collection::vec(event_of_one_session(), 1..8),
    ) {
        let mut table = SessionTable::default();
        let mut expected = None;
        for packet in packets {
            let observation = aaa_engine::Observation {
                tenant: packet.tenant,
                nas: packet.nas,
                received_at: packet.received_at,
                happened_at: packet.happened_at,
                kind: packet.kind,
                acct_session_id: packet.acct_session_id,
                login: packet.login,
                origin: Arc::clone(&packet.calling_station_id),
                calling_station_id: packet.calling_station_id,
                framed_ipv4: packet.framed_ipv4,
                ipv6: Default::default(),
                service: packet.service,
                activated: None,
 interim_interval_s: None,
                counters: packet.counters,
                counter_width: Default::default(),
                class_nonce: Some([1; 16]),
            };
            let event = table.observe(&observation).event;
            expected = apply(&event, expected);
            prop_assert_eq!(table.get(event.session), expected.as_ref());
        }
    }
}

fn event_or_silence() -> impl Strategy<Value = AccountingEvent> {
    (event_of_one_session(), any::<bool>()).prop_map(|(event, is_silence)| {
        let kind = if is_silence { AccountingKind::Silence } else { event.kind };
        AccountingEvent { kind, ..event }
    })
}

/// A packet of one session; each names the session or leaves the names out, as NASes do.
fn event_of_one_session() -> impl Strategy<Value = AccountingEvent> {
    let kind = prop_oneof![
        Just(AccountingKind::Start),
        Just(AccountingKind::Interim),
        (0_u32..3).prop_map(|terminate_cause| AccountingKind::Stop { terminate_cause }),
    ];
    let counters = (0_u64..5, 0_u64..5, 0_u32..5).prop_map(|(upload, download, time)| Counters {
        upload_octets: upload << 31,
        download_octets: download << 31,
        upload_packets: upload,
        download_packets: download,
        session_time_s: time,
        ipv6: Ipv6Counters {
            upload_octets: download,
            download_packets: upload,
            ..Default::default()
        },
    });
    (kind, counters, 0_i64..10, 0_i64..10, any::<[bool; 3]>()).prop_map(
        |(kind, counters, received_s, delay_s, [named, addressed, served])| AccountingEvent {
            session: SessionId([1; 16]),
            tenant: TENANT,
            nas: NasId(1),
            received_at: NOW.plus_s(received_s),
            happened_at: NOW.plus_s(received_s - delay_s),
            kind,
            acct_session_id: Arc::from(*b"81a09556"),
            login: if named { "alice".into() } else { Arc::default() },
            calling_station_id: if named { "AA:BB".into() } else { Arc::default() },
            framed_ipv4: addressed.then_some(Ipv4Addr::new(10, 0, 0, 1)),
            ipv6: Default::default(),
            service: served.then_some(ServiceId(7)),
            activated: None,
            interim_interval_s: None,
            counters,
            meter: None,
            lead_meter: None,
        },
    )
}
