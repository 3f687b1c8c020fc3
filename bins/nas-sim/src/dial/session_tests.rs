//! The life of a session, told with a clock of its own.

use radius_proto::Packet;

use super::usage::octets_in;
use super::*;
use crate::Target;
use crate::attributes as attr;
use crate::line::Nas;
use crate::scripted::{self, Grants, answer};

const RANDOM: [u8; RANDOM_LEN] = [3; RANDOM_LEN];

fn at(ms: u64) -> Moment {
    Moment {
        elapsed: Duration::from_millis(ms),
        unix_s: 1_000_000 + u32::try_from(ms / 1000).unwrap(),
    }
}

fn settings() -> Settings {
    let local = [127, 0, 0, 1].into();
    let subscribers = Subscriber::numbered("s", 4, scripted::PASSWORD).unwrap();
    let nas = Nas::new("core-1", local);
    Settings::new(Target::new(local, 1812, 1813), scripted::secret(), nas, subscribers)
}

fn session(settings: &Settings) -> Session {
    Session::new(settings, 0, settings.subscribers[0].clone())
}

/// Sends what is wanted and gives its octets.
fn send(session: &mut Session, settings: &Settings, ms: u64, identifier: u8) -> Vec<u8> {
    match session.want(settings, at(ms)) {
        Want::Fresh(_) => session.fresh(settings, at(ms), identifier, &RANDOM).unwrap().to_vec(),
        Want::Again(_) => session.again(settings, at(ms)).to_vec(),
        other => panic!("{other:?} at {ms} ms"),
    }
}

fn hear(session: &mut Session, settings: &Settings, ms: u64, reply: &[u8]) -> Heard {
    session.hear(settings, reply, at(ms)).unwrap().0
}

/// Lets the session in at `ms`, its Start acknowledged at the same moment.
fn online(session: &mut Session, settings: &Settings, ms: u64, grants: Grants) {
    let request = send(session, settings, ms, 1);
    assert_eq!(hear(session, settings, ms, &answer(&request, grants)), Heard::Accepted);
    let start = send(session, settings, ms, 2);
    let acknowledged = hear(session, settings, ms, &answer(&start, grants));
    assert_eq!(acknowledged, Heard::Acknowledged(RecordKind::Start));
}

fn number(request: &[u8], kind: radius_proto::AttributeType) -> u32 {
    let packet = Packet::parse(request).unwrap();
    u32::from_be_bytes(packet.first(kind).unwrap().try_into().unwrap())
}

fn due_ms(session: &Session) -> Option<u128> {
    session.due().map(|due| due.as_millis())
}

#[test]
fn dials_are_spread_over_the_ramp_and_methods_taken_in_turn() {
    let settings = Settings { ramp: Duration::from_millis(400), ..settings() };
    let sessions: Vec<Session> = (0..4)
        .map(|number| Session::new(&settings, number, settings.subscribers[0].clone()))
        .collect();
    let due: Vec<u128> = sessions.iter().filter_map(due_ms).collect();
    assert_eq!(due, [0, 100, 200, 300]);
    let methods: Vec<Method> = sessions.iter().map(|session| session.method).collect();
    assert_eq!(methods, Method::ALL);
    assert_eq!(sessions[1].want(&settings, at(99)), Want::Nothing);
    assert_eq!(sessions[1].want(&settings, at(100)), Want::Fresh(Port::Authentication));
}

#[test]
fn an_unanswered_login_is_sent_three_times_and_given_up() {
    let settings = settings();
    let mut session = session(&settings);
    let first = send(&mut session, &settings, 0, 9);
    assert_eq!(session.want(&settings, at(1099)), Want::Nothing);
    assert_eq!(send(&mut session, &settings, 1100, 0), first);
    assert_eq!(send(&mut session, &settings, 2200, 0), first);
    assert_eq!(session.want(&settings, at(3300)), Want::GiveUp);
    session.give_up(&settings, at(3300));
    assert_eq!((session.outcome, session.due()), (Outcome::Unanswered, None));
}

#[test]
fn traffic_follows_the_rate_upload_first() {
    let settings = settings();
    let mut session = session(&settings);
    let grants = Grants {
        rate_limit: Some("2M/10M"),
        interim_interval_s: Some(60),
        address: Some([10, 1, 2, 3].into()),
        ..Grants::default()
    };
    online(&mut session, &settings, 0, grants);
    assert_eq!(due_ms(&session), Some(60_000));
    let interim = send(&mut session, &settings, 60_000, 3);
    assert_eq!(number(&interim, attr::ACCT_STATUS_TYPE), 3);
    assert_eq!(number(&interim, attr::ACCT_SESSION_TIME), 60);
    assert_eq!(number(&interim, attr::ACCT_INPUT_OCTETS), 15_000_000);
    assert_eq!(number(&interim, attr::ACCT_OUTPUT_OCTETS), 75_000_000);
    let packet = Packet::parse(&interim).unwrap();
    assert_eq!(packet.first(attr::CLASS), Some(b"class of s001".as_slice()));
    assert_eq!(packet.first(attr::FRAMED_IP_ADDRESS), Some([10, 1, 2, 3].as_slice()));
    hear(&mut session, &settings, 60_100, &answer(&interim, grants));
    assert_eq!(due_ms(&session), Some(120_000), "intervals do not drift");
}

#[test]
fn the_routers_own_interval_comes_before_the_servers() {
    let settings = Settings { interim: Some(Duration::from_secs(5)), ..settings() };
    let mut session = session(&settings);
    online(
        &mut session,
        &settings,
        0,
        Grants { interim_interval_s: Some(60), ..Grants::default() },
    );
    assert_eq!(due_ms(&session), Some(5_000));
}

#[test]
fn without_any_interval_there_are_no_interim_updates() {
    let settings = settings();
    let mut session = session(&settings);
    online(&mut session, &settings, 0, Grants::default());
    assert_eq!(session.due(), Some(Duration::MAX));
}

#[test]
fn session_timeout_ends_with_cause_5_at_the_very_second() {
    let settings = settings();
    let mut session = session(&settings);
    let grants = Grants { session_timeout_s: Some(30), ..Grants::default() };
    online(&mut session, &settings, 500, grants);
    assert_eq!(due_ms(&session), Some(30_500));
    // The loop comes late; the session did not last longer for that.
    let stop = send(&mut session, &settings, 33_000, 3);
    assert_eq!(number(&stop, attr::ACCT_STATUS_TYPE), 2);
    assert_eq!(number(&stop, attr::ACCT_TERMINATE_CAUSE), 5);
    assert_eq!(number(&stop, attr::ACCT_SESSION_TIME), 30);
    assert_eq!(number(&stop, attr::ACCT_DELAY_TIME), 2);
    let acknowledged = hear(&mut session, &settings, 33_010, &answer(&stop, grants));
    let kind = RecordKind::Stop { terminate_cause: 5 };
    assert_eq!(acknowledged, Heard::Acknowledged(kind));
    assert_eq!((session.outcome, session.due()), (Outcome::Closed, None));
}

#[test]
fn an_unacknowledged_record_gets_a_new_identifier_and_says_its_delay() {
    let settings = settings();
    let mut session = session(&settings);
    let request = send(&mut session, &settings, 0, 1);
    hear(&mut session, &settings, 0, &answer(&request, Grants::default()));
    let start = send(&mut session, &settings, 0, 2);
    assert_eq!(send(&mut session, &settings, 1100, 7), start);
    assert_eq!(send(&mut session, &settings, 2200, 7), start);
    assert_eq!(session.want(&settings, at(3300)), Want::Fresh(Port::Accounting));
    let renewed = send(&mut session, &settings, 3300, 7);
    assert_eq!((start[1], renewed[1]), (2, 7));
    assert_eq!(number(&start, attr::ACCT_DELAY_TIME), 0);
    assert_eq!(number(&renewed, attr::ACCT_DELAY_TIME), 3);
    let happened = number(&start, attr::EVENT_TIMESTAMP);
    assert_eq!(number(&renewed, attr::EVENT_TIMESTAMP), happened);
    // The reply to the old octets is not the one that is waited for any more.
    let late = hear(&mut session, &settings, 3400, &answer(&start, Grants::default()));
    assert!(matches!(late, Heard::Discarded(Disagreement::Identifier { .. })), "{late:?}");
}

#[test]
fn hanging_up_puts_a_stop_in_the_place_of_an_unacknowledged_interim() {
    let settings = settings();
    let mut session = session(&settings);
    let grants = Grants { interim_interval_s: Some(60), ..Grants::default() };
    online(&mut session, &settings, 0, grants);
    send(&mut session, &settings, 60_000, 3);
    session.hang_up(at(60_500));
    let stop = send(&mut session, &settings, 60_500, 4);
    assert_eq!(number(&stop, attr::ACCT_TERMINATE_CAUSE), 1);
    assert_eq!(number(&stop, attr::ACCT_SESSION_TIME), 60);
}

#[test]
fn hanging_up_before_the_start_is_acknowledged_sends_both() {
    let settings = settings();
    let mut session = session(&settings);
    let request = send(&mut session, &settings, 0, 1);
    hear(&mut session, &settings, 0, &answer(&request, Grants::default()));
    let start = send(&mut session, &settings, 0, 2);
    session.hang_up(at(100));
    assert_eq!(session.want(&settings, at(100)), Want::Nothing);
    hear(&mut session, &settings, 200, &answer(&start, Grants::default()));
    let stop = send(&mut session, &settings, 200, 3);
    assert_eq!(number(&stop, attr::ACCT_STATUS_TYPE), 2);
}

#[test]
fn hanging_up_during_the_login_ends_it() {
    let settings = settings();
    let mut session = session(&settings);
    send(&mut session, &settings, 0, 1);
    session.hang_up(at(10));
    assert_eq!(session.due(), None);
}

#[test]
fn a_redial_is_a_new_session() {
    let settings = Settings { redial: Some(Duration::from_secs(2)), ..settings() };
    let mut session = session(&settings);
    let grants = Grants { session_timeout_s: Some(10), ..Grants::default() };
    online(&mut session, &settings, 0, grants);
    let before = session.line.session_id.clone();
    let stop = send(&mut session, &settings, 10_000, 3);
    hear(&mut session, &settings, 10_000, &answer(&stop, grants));
    assert_eq!(due_ms(&session), Some(12_000));
    online(&mut session, &settings, 12_000, grants);
    assert_ne!(session.line.session_id, before);
}

#[test]
fn octets_of_long_fast_sessions_do_not_overflow() {
    let day = Duration::from_secs(86_400);
    assert_eq!(octets_in(10_000_000_000, day, 100), 108_000_000_000_000);
    assert_eq!(octets_in(u64::MAX, day * 365, 1000), u64::MAX);
    assert_eq!(octets_in(8_000, Duration::from_secs(1), 50), 500);
}

fn session_by(settings: &Settings, kind: AccessKind) -> Session {
    let subscriber = Subscriber::new("ann", scripted::PASSWORD).unwrap().with_kind(kind);
    Session::new(settings, 0, subscriber)
}

const LEASE: Grants = Grants {
    rate_limit: None,
    session_timeout_s: Some(60),
    interim_interval_s: None,
    address: Some(Ipv4Addr::new(10, 1, 2, 3)),
    service: None,
};

#[test]
fn a_lease_is_extended_at_half_of_its_time_with_the_address_it_has() {
    let settings = settings();
    let mut session = session_by(&settings, AccessKind::Dhcp);
    online(&mut session, &settings, 0, LEASE);
    let before = session.line.session_id.clone();
    assert_eq!(due_ms(&session), Some(30_000));
    assert_eq!(session.want(&settings, at(30_000)), Want::Fresh(Port::Authentication));
    let request = send(&mut session, &settings, 30_000, 3);
    let packet = Packet::parse(&request).unwrap();
    assert_eq!(packet.first(attr::FRAMED_IP_ADDRESS), Some([10, 1, 2, 3].as_slice()));
    let heard = hear(&mut session, &settings, 30_010, &answer(&request, LEASE));
    assert_eq!(heard, Heard::Renewed);
    assert_eq!(due_ms(&session), Some(60_010), "half of the next lease");
    assert_eq!(session.line.session_id, before);

    // Nobody answers: the lease goes on to its end, and is asked about again before.
    for ms in [60_010, 61_110, 62_210] {
        send(&mut session, &settings, ms, 4);
    }
    assert_eq!(session.want(&settings, at(63_310)), Want::GiveUp);
    session.give_up(&settings, at(63_310));
    assert_eq!(session.outcome, Outcome::Open);
    assert_eq!(due_ms(&session), Some(76_660), "half of what is left of 90,010 ms");
    let request = send(&mut session, &settings, 76_660, 5);
    assert_eq!(request[0], 1);
    session.give_up(&settings, at(90_005));
    let stop = send(&mut session, &settings, 90_010, 6);
    assert_eq!(number(&stop, attr::ACCT_STATUS_TYPE), 2);
    assert_eq!(number(&stop, attr::ACCT_TERMINATE_CAUSE), 5);
    assert_eq!(number(&stop, attr::ACCT_SESSION_TIME), 90);
}

#[test]
fn a_lease_that_is_refused_ends_with_a_stop() {
    let settings = settings();
    let mut session = session_by(&settings, AccessKind::Ipoe);
    online(&mut session, &settings, 0, LEASE);
    send(&mut session, &settings, 30_000, 3);
    // Another password than the server's is refused.
    session.subscriber = Subscriber::new("ann", "wrong").unwrap().with_kind(AccessKind::Ipoe);
    session.give_up(&settings, at(30_000));
    let request = send(&mut session, &settings, 45_000, 4);
    let heard = hear(&mut session, &settings, 45_010, &answer(&request, LEASE));
    assert!(matches!(heard, Heard::Rejected(_)), "{heard:?}");
    let stop = send(&mut session, &settings, 45_010, 5);
    assert_eq!(number(&stop, attr::ACCT_STATUS_TYPE), 2);
    assert_eq!(number(&stop, attr::ACCT_TERMINATE_CAUSE), 3);
}

#[test]
fn hanging_up_while_the_lease_is_asked_about_sends_a_stop() {
    let settings = settings();
    let mut session = session_by(&settings, AccessKind::Dhcpv6);
    online(&mut session, &settings, 0, LEASE);
    send(&mut session, &settings, 30_000, 3);
    session.hang_up(at(30_500));
    let stop = send(&mut session, &settings, 30_500, 4);
    assert_eq!(number(&stop, attr::ACCT_TERMINATE_CAUSE), 1);
}

#[test]
fn a_trial_guest_is_accounted_without_anybody_being_asked() {
    let settings = settings();
    let mut session = session_by(&settings, AccessKind::Trial);
    assert_eq!(session.want(&settings, at(0)), Want::Fresh(Port::Accounting));
    let start = send(&mut session, &settings, 0, 1);
    assert_eq!(number(&start, attr::ACCT_STATUS_TYPE), 1);
    let packet = Packet::parse(&start).unwrap();
    assert_eq!(packet.first(attr::USER_NAME), Some(b"T-4C:5E:0C:00:00:00".as_slice()));
    assert_eq!(packet.first(attr::CLASS), None);
    hear(&mut session, &settings, 10, &answer(&start, Grants::default()));
    session.hang_up(at(1_000));
    let stop = send(&mut session, &settings, 1_000, 2);
    assert_eq!(number(&stop, attr::ACCT_STATUS_TYPE), 2);
}

#[test]
fn a_log_in_to_the_router_is_accounted_only_where_configured() {
    let usual = settings();
    let mut session = session_by(&usual, AccessKind::Login);
    let request = send(&mut session, &usual, 0, 1);
    hear(&mut session, &usual, 0, &answer(&request, Grants::default()));
    assert_eq!((session.outcome, session.due()), (Outcome::Admitted, None));

    let accounted = Settings { accounted: Some(true), ..settings() };
    let mut session = session_by(&accounted, AccessKind::Login);
    online(&mut session, &accounted, 0, Grants::default());

    // Without a group it is the router's default, unless one is insisted on.
    let strict = Settings { group_required: true, ..settings() };
    let mut session = session_by(&strict, AccessKind::Login);
    let request = send(&mut session, &strict, 0, 1);
    let heard = hear(&mut session, &strict, 0, &answer(&request, Grants::default()));
    assert_eq!(heard, Heard::Broken(Disagreement::GroupAbsent));
}

#[test]
fn what_the_kind_makes_nothing_of_is_told() {
    let settings = settings();
    let grants = Grants { rate_limit: Some("2M/10M 4M/20M 2M/10M 8/8 5 1M/5M"), ..LEASE };
    for (kind, ignored) in [
        (AccessKind::Pppoe, &[][..]),
        (AccessKind::Dhcp, &["priority and minimum of Mikrotik-Rate-Limit"]),
        (AccessKind::Dot1x, &["Framed-IP-Address", "Mikrotik-Rate-Limit"]),
    ] {
        let mut session = session_by(&settings, kind);
        online(&mut session, &settings, 0, grants);
        assert_eq!(session.grant.ignored, ignored, "{kind}");
    }
}

#[test]
fn a_power_cut_tells_nobody_and_all_dial_again() {
    let mut settings = settings();
    let mut session = session_by(&settings, AccessKind::Hotspot);
    online(&mut session, &settings, 0, Grants::default());
    let before = session.line.session_id.clone();
    settings.nas.boot = 1;
    session.cut(&settings, at(5_000));
    assert_eq!(session.want(&settings, at(5_000)), Want::Fresh(Port::Authentication));
    online(&mut session, &settings, 5_000, Grants::default());
    assert_eq!((&before[..3], &session.line.session_id[..3]), ("800", "801"));
}
