//! The rules beyond the password: how many sessions, from which devices, after how many wrong
//! passwords, and since when.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use core::num::NonZeroU16;
use std::sync::Arc;

use aaa_engine::auth::Credential;
use aaa_engine::ports::{Device, Devices};
use aaa_engine::session::SessionTable;
use aaa_engine::{
    Activity, Engine, EngineSettings, Learned, LockOut, MacAddress, Outcome, Reason,
    ReplyAttributes,
};
use common::*;
use entitlement::{
    Cause, DeviceBinding, FirstUse, Quarantine, SessionLimit, Standing, Terms, Timestamp, WhenFull,
    WhenWithheld,
};
use radius_dict::Dictionary;
use radius_proto::{AttributeType, Packet, PacketWriter, user_password};

const PASSWORD: &str = "correct horse";

/// An engine, what is going on, and one service called alice.
struct Network {
    engine: Engine,
    directory: Memory,
    activity: Activity,
    sessions: SessionTable,
}

impl Network {
    fn with(terms: Terms) -> Self {
        let credential = Credential::clear_text(PASSWORD);
        Self {
            engine: engine(),
            directory: Memory::with("alice", credential, entitlement(terms)),
            activity: Activity::new(),
            sessions: SessionTable::default(),
        }
    }

    fn service(&mut self) -> &mut aaa_engine::ports::Service {
        &mut self.directory.services.get_mut(&b"alice"[..]).unwrap().0
    }

    fn dial(&self, station: &str, second: i64) -> Answered {
        self.dial_with(station, PASSWORD, second)
    }

    fn dial_with(&self, station: &str, password: &str, second: i64) -> Answered {
        let request = access_request(|writer| {
            writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
            writer.attribute(AttributeType::CALLING_STATION_ID, station.as_bytes()).unwrap();
            let (mut hidden, from) = ([0; 128], REQUEST_AUTHENTICATOR);
            let len = user_password::hide(password.as_bytes(), &mut hidden, &from, &secret());
            writer.attribute(AttributeType::USER_PASSWORD, &hidden[..len.unwrap()]).unwrap();
        });
        let now = NOW.plus_s(second);
        answer_at(&self.engine, &self.directory, &self.activity, &nas(1), &request, now)
    }

    fn reason(&self, station: &str, second: i64) -> Reason {
        self.dial(station, second).decision.attempt.reason
    }

    /// An accounting packet of a session, with or without the Class of `accept`.
    fn account(
        &mut self,
        status: u32,
        session: &str,
        station: &str,
        accept: Option<&Answered>,
        second: i64,
    ) {
        let request = accounting_request(|writer| {
            writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
            writer.attribute(AttributeType::CALLING_STATION_ID, station.as_bytes()).unwrap();
            writer.attribute(AttributeType::ACCT_STATUS_TYPE, &status.to_be_bytes()).unwrap();
            writer.attribute(AttributeType::ACCT_SESSION_ID, session.as_bytes()).unwrap();
            if let Some(accept) = accept {
                let class = accept.packet().first(AttributeType::CLASS).unwrap();
                writer.attribute(AttributeType::CLASS, class).unwrap();
            }
        });
        self.observe(&request, second);
    }
}

/// Where a NAS that sends no Calling-Station-Id says a log-in comes from: NAS-Port, NAS-Port-Id.
type AtPort<'a> = (Option<u32>, Option<&'a str>);

fn write_port(writer: &mut PacketWriter<'_>, (port, id): AtPort<'_>) {
    if let Some(port) = port {
        writer.attribute(AttributeType::NAS_PORT, &port.to_be_bytes()).unwrap();
    }
    if let Some(id) = id {
        writer.attribute(AttributeType::NAS_PORT_ID, id.as_bytes()).unwrap();
    }
}

impl Network {
    fn dial_at(&self, port: AtPort<'_>, second: i64) -> Reason {
        let request = access_request(|writer| {
            writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
            let (mut hidden, from) = ([0; 128], REQUEST_AUTHENTICATOR);
            let len = user_password::hide(PASSWORD.as_bytes(), &mut hidden, &from, &secret());
            writer.attribute(AttributeType::USER_PASSWORD, &hidden[..len.unwrap()]).unwrap();
            write_port(writer, port);
        });
        let now = NOW.plus_s(second);
        let (engine, directory) = (&self.engine, &self.directory);
        let answered = answer_at(engine, directory, &self.activity, &nas(1), &request, now);
        answered.decision.attempt.reason
    }

    fn account_at(&mut self, status: u32, session: &str, port: AtPort<'_>, second: i64) {
        let request = accounting_request(|writer| {
            writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
            writer.attribute(AttributeType::ACCT_STATUS_TYPE, &status.to_be_bytes()).unwrap();
            writer.attribute(AttributeType::ACCT_SESSION_ID, session.as_bytes()).unwrap();
            write_port(writer, port);
        });
        self.observe(&request, second);
    }

    fn observe(&mut self, request: &[u8], second: i64) {
        let (packet, now) = (Packet::parse(request).unwrap(), NOW.plus_s(second));
        let observation = self.engine.accounting(&self.directory, &nas(1), &packet, now).unwrap();
        let observed = self.sessions.observe(&observation);
        self.activity.observe(&self.directory, &observation, &observed);
    }
}

const START: u32 = 1;
const STOP: u32 = 2;
const INTERIM: u32 = 3;
const ACCOUNTING_ON: u32 = 7;

fn limit(max: u16, when_full: WhenFull) -> Terms {
    let session_limit = Some(SessionLimit { max: NonZeroU16::new(max).unwrap(), when_full });
    Terms { session_limit, ..terms() }
}

const A: &str = "00:00:5E:00:53:0A";
const B: &str = "00:00:5E:00:53:0B";
const C: &str = "00:00:5E:00:53:0C";

#[test]
fn an_accept_takes_the_place_of_its_session_until_the_stop() {
    let mut network = Network::with(limit(1, WhenFull::Reject));
    let first = network.dial(A, 0);
    assert_eq!(first.decision.attempt.reason, Reason::Ok);
    let second = network.dial(B, 1);
    assert_eq!(second.decision.attempt.reason, Reason::TooManySessions);
    let words = second.packet().first(AttributeType::REPLY_MESSAGE).unwrap();
    assert_eq!(words, b"The service is in use elsewhere.");
    network.account(START, "s1", A, Some(&first), 2);
    network.account(INTERIM, "s1", A, Some(&first), 300);
    assert_eq!(network.reason(B, 301), Reason::TooManySessions);
    network.account(STOP, "s1", A, Some(&first), 302);
    assert_eq!(network.reason(B, 303), Reason::Ok);
}

#[test]
fn a_place_is_kept_for_a_minute_and_not_longer() {
    let network = Network::with(limit(1, WhenFull::Reject));
    assert_eq!(network.reason(A, 0), Reason::Ok);
    assert_eq!(network.reason(B, 59), Reason::TooManySessions);
    assert_eq!(network.reason(B, 60), Reason::Ok);
}

#[test]
fn whoever_dials_again_is_in_his_own_way_neither_as_a_slot_nor_as_a_session() {
    let mut network = Network::with(limit(1, WhenFull::Reject));
    let first = network.dial(A, 0);
    assert_eq!(network.reason(A, 1), Reason::Ok);
    network.account(START, "s1", A, Some(&first), 2);
    // Its Stop was lost; the same device dials again.
    assert_eq!(network.reason(A, 500), Reason::Ok);
}

#[test]
fn without_a_station_whoever_dials_again_is_known_by_the_port() {
    let ports: [[AtPort<'_>; 2]; 3] = [
        [(Some(7), None), (Some(8), None)],
        [(None, Some("ge-0/0/1:100")), (None, Some("ge-0/0/1:101"))],
        // One interface with several calls on it.
        [(Some(7), Some("l2tp")), (Some(8), Some("l2tp"))],
    ];
    for [own, other] in ports {
        let mut network = Network::with(limit(1, WhenFull::Reject));
        assert_eq!(network.dial_at(own, 0), Reason::Ok);
        assert_eq!(network.dial_at(own, 5), Reason::Ok, "its answer was lost, or the link failed");
        assert_eq!(network.dial_at(other, 6), Reason::TooManySessions);
        // Its Start takes the slot, without our Class too; nothing of it is left after the Stop.
        network.account_at(START, "s1", own, 7);
        assert_eq!(network.dial_at(own, 8), Reason::Ok);
        network.account_at(START, "s2", own, 9);
        network.account_at(STOP, "s2", own, 10);
        assert_eq!(network.dial_at(other, 11), Reason::Ok);
    }
    // Who says nothing may be anybody.
    let network = Network::with(limit(1, WhenFull::Reject));
    assert_eq!(network.dial_at((None, None), 0), Reason::Ok);
    assert_eq!(network.dial_at((None, None), 5), Reason::TooManySessions);
}

#[test]
fn a_re_authentication_takes_no_second_place() {
    let mut network = Network::with(limit(2, WhenFull::Reject));
    let first = network.dial(A, 0);
    network.account(START, "s1", A, Some(&first), 1);
    let again = network.dial(A, 100);
    assert_eq!(again.decision.attempt.reason, Reason::Ok);
    let other = network.dial(B, 101);
    assert_eq!(other.decision.attempt.reason, Reason::Ok, "a slot stands beside its session");
    assert_eq!(network.reason(C, 102), Reason::TooManySessions);
    // The session goes on, with either Class, and its Stop leaves nothing.
    network.account(INTERIM, "s1", A, Some(&again), 110);
    network.account(STOP, "s1", A, Some(&again), 111);
    assert_eq!(network.reason(C, 112), Reason::Ok);

    let mut network = Network::with(limit(1, WhenFull::Reject));
    let first = network.dial(A, 0);
    network.account(START, "s1", A, Some(&first), 1);
    let again = network.dial(A, 100);
    network.account(STOP, "s1", A, Some(&again), 105);
    assert_eq!(network.reason(B, 106), Reason::Ok, "the Class of the Stop is that of the slot");
}

#[test]
fn between_the_stop_of_the_old_and_the_start_of_the_new_the_place_stays_taken() {
    let mut network = Network::with(limit(1, WhenFull::Reject));
    let first = network.dial(A, 0);
    network.account(START, "s1", A, Some(&first), 1);
    let second = network.dial(A, 100);
    network.account(STOP, "s1", A, Some(&first), 101);
    assert_eq!(network.reason(B, 102), Reason::TooManySessions);
    network.account(START, "s2", A, Some(&second), 103);
    assert_eq!(network.reason(B, 104), Reason::TooManySessions);
}

#[test]
fn a_start_without_class_takes_the_slot_of_its_station() {
    let mut network = Network::with(limit(2, WhenFull::Reject));
    assert_eq!(network.reason(A, 0), Reason::Ok);
    network.account(START, "s1", A, None, 1);
    assert_eq!(network.reason(B, 2), Reason::Ok);
    network.account(START, "s2", B, None, 3);
    assert_eq!(network.reason(C, 4), Reason::TooManySessions);
    network.account(STOP, "s1", A, None, 5);
    assert_eq!(network.reason(C, 6), Reason::Ok);
}

#[test]
fn a_late_interim_after_the_stop_takes_no_place() {
    let mut network = Network::with(limit(1, WhenFull::Reject));
    let first = network.dial(A, 0);
    network.account(START, "s1", A, Some(&first), 1);
    network.account(STOP, "s1", A, Some(&first), 10);
    network.account(INTERIM, "s1", A, Some(&first), 11);
    assert_eq!(network.reason(B, 12), Reason::Ok);
}

#[test]
fn what_its_nas_has_lost_or_forgotten_does_not_count() {
    // The plan asks for a report each 300 s; after three that did not come it is over.
    let mut network = Network::with(limit(1, WhenFull::Reject));
    let first = network.dial(A, 0);
    network.account(START, "s1", A, Some(&first), 1);
    assert_eq!(network.reason(B, 1 + 3 * 300 + 30), Reason::TooManySessions);
    assert_eq!(network.reason(B, 1 + 3 * 300 + 31), Reason::Ok);

    let mut network = Network::with(limit(1, WhenFull::Reject));
    let first = network.dial(A, 0);
    network.account(START, "s1", A, Some(&first), 1);
    network.account(ACCOUNTING_ON, "boot", "", None, 20);
    assert_eq!(network.reason(B, 21), Reason::Ok);
}

#[test]
fn the_session_that_has_lasted_longest_gives_way() {
    let mut network = Network::with(limit(2, WhenFull::ReplaceOldest));
    let first = network.dial(A, 0);
    network.account(START, "s1", A, Some(&first), 1);
    let second = network.dial(B, 10);
    network.account(START, "s2", B, Some(&second), 11);
    let third = network.dial(C, 20);
    assert_eq!(third.decision.attempt.reason, Reason::Ok);
    let [replaced] = third.decision.replaced[..] else { panic!("one gives way") };
    let oldest = network.sessions.open().min_by_key(|session| session.started_at).unwrap();
    assert_eq!(replaced, oldest.id);
    assert_eq!(&*oldest.calling_station_id, A);
    // It still reports; it is in nobody's way a second time.
    network.account(INTERIM, "s1", A, Some(&first), 25);
}

/// Of log-ins at the same moment exactly as many are accepted as there are places.
#[test]
fn two_at_once_cannot_both_take_the_last_place() {
    for _ in 0..50 {
        let network = Network::with(limit(3, WhenFull::Reject));
        let accepted: usize = std::thread::scope(|scope| {
            let dial = |number: usize| {
                let network = &network;
                scope.spawn(move || {
                    network.reason(&format!("00:00:5E:00:53:{number:02X}"), 0) == Reason::Ok
                })
            };
            let dials: Vec<_> = (0..8).map(dial).collect();
            dials.into_iter().map(|dial| usize::from(dial.join().unwrap())).sum()
        });
        assert_eq!(accepted, 3);
    }
}

#[test]
fn a_list_that_learns_takes_in_the_first_devices() {
    let max = NonZeroU16::new(2).unwrap();
    let mut network = Network::with(Terms { devices: DeviceBinding::Learn { max }, ..terms() });
    let first = network.dial("00-00-5e-00-53-0a", 0);
    let address = |text: &str| MacAddress::parse(text.as_bytes()).unwrap();
    let learned = Learned { device: Some(address(A)), ..Learned::default() };
    assert_eq!(first.decision.attempt.learned, learned);
    let again = network.dial(A, 1);
    // It is told again until the directory says it.
    assert_eq!(again.decision.attempt.learned, learned);
    assert_eq!(network.reason(B, 2), Reason::Ok);
    assert_eq!(network.reason(C, 3), Reason::TooManyDevices);
    // The directory has them by now, and the operator takes one off the list.
    let listed = |text| Device { address: address(text), is_allowed: true };
    let devices = Devices { list: vec![listed(A)], reset_at: Some(NOW.plus_s(10)) };
    network.service().devices = Some(Arc::new(devices));
    assert_eq!(network.dial(A, 10).decision.attempt.learned, Learned::default());
    assert_eq!(network.reason(C, 11), Reason::Ok);
    assert_eq!(network.reason(B, 12), Reason::TooManyDevices);
}

#[test]
fn a_denied_device_is_refused_whatever_the_plan_says() {
    let mut network = Network::with(Terms { when_withheld: WhenWithheld::Reject, ..terms() });
    let address = MacAddress::parse(A.as_bytes()).unwrap();
    let list = vec![Device { address, is_allowed: false }];
    network.service().devices = Some(Arc::new(Devices { list, reset_at: None }));
    let denied = network.dial("0000.5e00.530a", 0);
    assert_eq!(denied.decision.attempt.reason, Reason::DeviceDenied);
    assert_eq!(denied.decision.attempt.outcome, Outcome::Rejected);
    assert_eq!(network.reason(B, 0), Reason::Ok);
}

#[test]
fn a_strange_device_goes_where_the_plan_says() {
    let place = |list: &str| {
        WhenWithheld::Quarantine(Quarantine {
            pool: None,
            address_list: Some(list.into()),
            session_timeout_s: 120,
        })
    };
    let network = Network::with(Terms {
        devices: DeviceBinding::Listed,
        when_withheld: WhenWithheld::Reject,
        when_withheld_for: vec![(Cause::Device, place("wrong-device"))],
        ..terms()
    });
    let strange = network.dial(A, 0);
    assert_eq!(strange.decision.attempt.reason, Reason::UnknownDevice);
    assert_eq!(strange.decision.attempt.outcome, Outcome::Quarantined);
    let list = strange.packet().first_vendor(radius_proto::VendorId(14988), 19);
    assert_eq!(list, Some(&b"wrong-device"[..]));
    let nameless = network.dial("198.51.100.7", 0);
    assert_eq!(nameless.decision.attempt.reason, Reason::NoDeviceAddress);
    // Other reasons have the plan's common answer.
    let mut network = network;
    network.service().entitlement.standing = Standing::Suspended;
    assert_eq!(network.dial(A, 1).decision.attempt.outcome, Outcome::Rejected);
}

#[test]
fn wrong_passwords_lock_a_login_for_a_while() {
    let mut network = Network::with(terms());
    let lock_out = LockOut { failures: NonZeroU16::new(3).unwrap(), within_s: 60, locked_s: 300 };
    let settings = EngineSettings { lock_out: Some(lock_out), ..settings() };
    network.engine = Engine::new(settings, aaa_engine::Dialects::builtin());
    let wrong = |second| network.dial_with(A, "guess", second).decision.attempt.reason;
    assert_eq!([wrong(0), wrong(1)], [Reason::WrongPassword; 2]);
    // The right one in between forgives.
    assert_eq!(network.reason(A, 2), Reason::Ok);
    assert_eq!([wrong(3), wrong(4), wrong(5)], [Reason::WrongPassword; 3]);
    assert_eq!(network.reason(A, 6), Reason::LockedOut);
    assert_eq!(network.reason(A, 5 + 299), Reason::LockedOut);
    assert_eq!(network.reason(A, 5 + 300), Reason::Ok);
    // Those that lie further apart are slips.
    assert_eq!([wrong(400), wrong(461), wrong(522)], [Reason::WrongPassword; 3]);
    assert_eq!(network.reason(A, 523), Reason::Ok);
}

#[test]
fn the_clock_of_a_voucher_starts_once() {
    let mut network = Network::with(Terms { when_withheld: WhenWithheld::Reject, ..terms() });
    network.service().entitlement.first_use = Some(FirstUse { lasts_s: 3600, at: None });
    let session_timeout = |answered: &Answered| {
        let value = answered.packet().first(AttributeType::SESSION_TIMEOUT).unwrap();
        u32::from_be_bytes(value.try_into().unwrap())
    };
    let first = network.dial(A, 0);
    assert_eq!(first.decision.attempt.learned.first_used_at, Some(NOW));
    assert_eq!(session_timeout(&first), 3600);
    // The directory does not know of it yet.
    let second = network.dial(A, 600);
    assert_eq!(second.decision.attempt.learned.first_used_at, Some(NOW), "it was then");
    assert_eq!(session_timeout(&second), 3000);
    network.service().entitlement.first_use =
        Some(FirstUse { lasts_s: 3600, at: Some(Timestamp::from_unix_ms(NOW.unix_ms())) });
    assert_eq!(session_timeout(&network.dial(A, 700)), 2900);
    assert_eq!(network.dial(A, 710).decision.attempt.learned, Learned::default());
    assert_eq!(network.reason(A, 3600), Reason::Expired);
    // Given time anew by the operator, it begins anew.
    network.service().entitlement.first_use = Some(FirstUse { lasts_s: 3600, at: None });
    assert_eq!(session_timeout(&network.dial(A, 9000)), 3600);
}

#[test]
fn attributes_set_by_hand_stand_in_place_of_the_dialects_but_never_lead_out_of_quarantine() {
    let mut network = Network::with(terms());
    let set = |text: &str| Some(ReplyAttributes::parse(text, Dictionary::builtin()).unwrap());
    network.service().plan_reply_attributes =
        set("Mikrotik-Rate-Limit = \"1M/1M\", Mikrotik-Address-List = \"gold\"");
    network.service().reply_attributes = set("Mikrotik-Rate-Limit = \"5M/5M\"");
    let vendor = |answered: &Answered, kind| -> Vec<Vec<u8>> {
        let packet = answered.packet();
        packet.all_vendor(radius_proto::VendorId(14988), kind).map(<[u8]>::to_vec).collect()
    };
    let accepted = network.dial(A, 0);
    assert_eq!(vendor(&accepted, 8), [b"5M/5M".to_vec()]);
    assert_eq!(vendor(&accepted, 19), [b"gold".to_vec()]);
    network.service().entitlement.standing = Standing::Suspended;
    let quarantined = network.dial(A, 1);
    assert_eq!(quarantined.decision.attempt.outcome, Outcome::Quarantined);
    assert_eq!(vendor(&quarantined, 8), [b"2M/10M".to_vec()]);
    assert_eq!(vendor(&quarantined, 19), [b"weir-quarantine".to_vec()]);
}

#[test]
fn a_limit_that_was_lowered_is_reached_by_the_next_log_in() {
    let mut network = Network::with(limit(3, WhenFull::ReplaceOldest));
    for (number, station) in [A, B, C].into_iter().enumerate() {
        let second = 10 * number as i64;
        let accept = network.dial(station, second);
        network.account(START, station, station, Some(&accept), second + 1);
    }
    network.service().entitlement.terms = Arc::new(limit(1, WhenFull::ReplaceOldest));
    assert_eq!(network.dial("00:00:5E:00:53:0D", 40).decision.replaced.len(), 3);
}

/// A stranger with the password must not keep the owner out.
#[test]
fn a_session_in_quarantine_takes_nobodys_place() {
    let max = NonZeroU16::MIN;
    let place =
        Quarantine { pool: None, address_list: Some("strangers".into()), session_timeout_s: 300 };
    let mut network = Network::with(Terms {
        devices: DeviceBinding::Listed,
        when_withheld: WhenWithheld::Quarantine(place),
        ..Terms {
            session_limit: Some(SessionLimit { max, when_full: WhenFull::Reject }),
            ..terms()
        }
    });
    let address = MacAddress::parse(A.as_bytes()).unwrap();
    let list = vec![Device { address, is_allowed: true }];
    network.service().devices = Some(Arc::new(Devices { list, reset_at: None }));
    let stranger = network.dial(B, 0);
    assert_eq!(stranger.decision.attempt.outcome, Outcome::Quarantined);
    network.account(START, "s1", B, Some(&stranger), 1);
    assert_eq!(network.reason(A, 2), Reason::Ok);
}

#[test]
fn a_lost_stop_of_one_station_is_in_no_other_ones_way() {
    let mut network = Network::with(limit(2, WhenFull::Reject));
    for (session, second) in [("s1", 0), ("s2", 100)] {
        let accept = network.dial(A, second);
        assert_eq!(accept.decision.attempt.reason, Reason::Ok);
        network.account(START, session, A, Some(&accept), second + 1);
    }
    assert_eq!(network.reason(B, 200), Reason::Ok);
}

/// Hotspots send Service-Type Login for whoever stands before their page; a router sends it for
/// who wants its console, where there is no quarantine.
#[test]
fn a_hotspot_is_no_console() {
    let mut network = Network::with(terms());
    network.service().entitlement.standing = Standing::Suspended;
    let outcome = |hotspot: bool| {
        let request = access_request(|writer| {
            writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
            writer.attribute(AttributeType::SERVICE_TYPE, &1_u32.to_be_bytes()).unwrap();
            let (mut hidden, from) = ([0; 128], REQUEST_AUTHENTICATOR);
            let len = user_password::hide(PASSWORD.as_bytes(), &mut hidden, &from, &secret());
            writer.attribute(AttributeType::USER_PASSWORD, &hidden[..len.unwrap()]).unwrap();
            if hotspot {
                writer.attribute(AttributeType::NAS_PORT_TYPE, &19_u32.to_be_bytes()).unwrap();
            }
        });
        let (engine, activity) = (&network.engine, &network.activity);
        let answered = answer_at(engine, &network.directory, activity, &nas(1), &request, NOW);
        answered.decision.attempt.outcome
    };
    assert_eq!(outcome(true), Outcome::Quarantined);
    assert_eq!(outcome(false), Outcome::Rejected);
}
