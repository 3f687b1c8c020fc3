//! Every rule by which packets belong to sessions and change them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

use std::net::Ipv4Addr;
use std::sync::Arc;

use aaa_engine::ports::NasId;
use aaa_engine::session::{
    Ended, NAMESAKES_MAX, Session, SessionId, SessionTable, TableLimits, apply, shard_key,
};
use aaa_engine::{
    AccountingKind, ActivatedService, Counters, Observation, TERMINATE_CAUSE_LOST_SERVICE,
};
use entitlement::{ServiceId, TenantId, Timestamp};

const STOP: AccountingKind = AccountingKind::Stop { terminate_cause: 1 };

fn at(second: i64) -> Timestamp {
    Timestamp::from_unix_s(1_800_000_000 + second)
}

/// A packet of one session, without a Class token, that happened when it arrived.
fn packet(kind: AccountingKind, second: i64) -> Observation {
    Observation {
        tenant: TenantId(1),
        nas: NasId(1),
        received_at: at(second),
        happened_at: at(second),
        kind,
        acct_session_id: Arc::from(*b"81a09556"),
        login: "alice".into(),
        calling_station_id: "AA:BB:CC:00:00:01".into(),
        origin: "AA:BB:CC:00:00:01".into(),
        framed_ipv4: None,
        ipv6: Default::default(),
        service: Some(ServiceId(7)),
        activated: None,
        interim_interval_s: None,
        counters: Counters::default(),
        counter_width: Default::default(),
        class_nonce: None,
    }
}

fn start(second: i64) -> Observation {
    packet(AccountingKind::Start, second)
}

/// An interim report of a session that has lasted `session_time_s`, with as many octets.
fn interim(second: i64, session_time_s: u32) -> Observation {
    counted(packet(AccountingKind::Interim, second), session_time_s)
}

fn stop(second: i64, session_time_s: u32) -> Observation {
    counted(packet(STOP, second), session_time_s)
}

fn counted(observation: Observation, session_time_s: u32) -> Observation {
    let octets = u64::from(session_time_s);
    let counters = Counters {
        upload_octets: octets,
        download_octets: octets * 10,
        session_time_s,
        ..Counters::default()
    };
    Observation { counters, ..observation }
}

fn with_nonce(observation: Observation, nonce: u8) -> Observation {
    Observation { class_nonce: Some([nonce; 16]), ..observation }
}

/// The table after these packets, and the sessions they were assigned to.
fn observed(packets: &[Observation]) -> (SessionTable, Vec<SessionId>) {
    let mut table = SessionTable::default();
    let ids = packets.iter().map(|packet| table.observe(packet).event.session).collect();
    (table, ids)
}

fn only_session(packets: &[Observation]) -> Session {
    let (table, ids) = observed(packets);
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "one session: {ids:?}");
    table.get(ids[0]).unwrap().clone()
}

fn ended(second: i64, terminate_cause: u32) -> Option<Ended> {
    Some(Ended { at: at(second), terminate_cause })
}

#[test]
fn start_interim_stop() {
    let session = only_session(&[start(0), interim(60, 60), stop(90, 90)]);
    assert_eq!((session.started_at, session.ended), (at(0), ended(90, 1)));
    assert_eq!((session.counters.upload_octets, session.counters.session_time_s), (90, 90));
    assert_eq!(session.last_seen_at, at(90));
    assert_eq!((&*session.login, session.service), ("alice", Some(ServiceId(7))));
}

#[test]
fn duplicate_start_changes_nothing() {
    let once = only_session(&[start(0)]);
    let twice = only_session(&[start(0), start(0)]);
    assert_eq!(once, twice);
}

#[test]
fn start_retransmitted_with_a_new_identifier_is_the_same_session() {
    // hostapd: the same Start, sent again 3 s later with the delay in Acct-Delay-Time, or not.
    let delayed = Observation { happened_at: at(0), ..start(3) };
    let session = only_session(&[start(0), delayed, start(6)]);
    assert_eq!((session.started_at, session.last_seen_at), (at(0), at(6)));
}

#[test]
fn interim_without_start_opens_the_session() {
    let session = only_session(&[interim(600, 600)]);
    assert_eq!((session.started_at, session.ended), (at(0), None));
    let (table, _) = observed(&[interim(600, 600)]);
    assert_eq!(table.open().count(), 1);
}

#[test]
fn stop_without_start_is_a_closed_session() {
    let session = only_session(&[stop(600, 600)]);
    assert_eq!((session.started_at, session.ended), (at(0), ended(600, 1)));
    let (table, _) = observed(&[stop(600, 600)]);
    assert_eq!((table.open().count(), table.open_count()), (0, 0));
}

#[test]
fn late_interim_after_stop_changes_nothing() {
    let stopped = only_session(&[start(0), stop(600, 600)]);
    for late in [interim(601, 590), interim(1_200, 590), interim(90_000, 590)] {
        let after = only_session(&[start(0), stop(600, 600), late.clone()]);
        assert_eq!(after, Session { last_seen_at: late.received_at, ..stopped.clone() });
    }
}

#[test]
fn late_start_after_stop_changes_nothing() {
    let stopped = only_session(&[start(0), stop(600, 600)]);
    let told = Observation { happened_at: at(0), ..start(900) };
    for late in [start(601), start(660), told] {
        let after = only_session(&[start(0), stop(600, 600), late.clone()]);
        assert_eq!(after, Session { last_seen_at: late.received_at, ..stopped.clone() });
    }
    // With the token of the session it is late however long after.
    let packets = [start(0), stop(600, 600), start(90_000)].map(|packet| with_nonce(packet, 1));
    assert_eq!(only_session(&packets).ended, ended(600, 1));
}

#[test]
fn start_after_its_own_stop_gives_the_true_beginning() {
    let start_at_0 = Observation { happened_at: at(0), ..start(620) };
    let session = only_session(&[stop(600, 590), start_at_0]);
    assert_eq!((session.started_at, session.ended), (at(0), ended(600, 1)));
}

#[test]
fn a_retransmitted_stop_keeps_the_first_end() {
    let session = only_session(&[start(0), stop(600, 600), stop(605, 600), stop(900, 600)]);
    assert_eq!(session.ended, ended(600, 1));
    assert_eq!(session.counters.session_time_s, 600);
}

#[test]
fn a_session_id_used_again_after_a_stop_is_another_session() {
    let (table, ids) =
        observed(&[start(0), stop(600, 600), start(661), interim(721, 60), stop(761, 100)]);
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[1], ids[2]);
    assert_eq!((ids[2], ids[2]), (ids[3], ids[4]));
    let (first, second) = (table.get(ids[0]).unwrap(), table.get(ids[2]).unwrap());
    assert_eq!((first.started_at, first.counters.upload_octets), (at(0), 600));
    assert_eq!((second.started_at, second.counters.upload_octets), (at(661), 100));
}

#[test]
fn another_class_token_is_another_session_at_once() {
    let (table, ids) = observed(&[
        with_nonce(start(0), 1),
        with_nonce(stop(600, 600), 1),
        with_nonce(start(601), 2),
        with_nonce(interim(661, 60), 2),
        // The late report of the first finds its own session.
        with_nonce(interim(662, 599), 1),
    ]);
    assert_ne!(ids[0], ids[2]);
    assert_eq!((ids[0], ids[2]), (ids[4], ids[3]));
    assert_eq!(table.get(ids[2]).unwrap().counters.upload_octets, 60);
}

#[test]
fn authentication_again_within_a_session_leaves_it_one() {
    let packets = [
        with_nonce(start(0), 1),
        with_nonce(interim(3_600, 3_600), 1),
        // From here on the NAS repeats the Class of the second Access-Accept.
        with_nonce(interim(3_900, 3_899), 2),
        with_nonce(packet(AccountingKind::Interim, 4_000), 2),
        with_nonce(stop(7_200, 7_199), 2),
        with_nonce(stop(7_205, 7_199), 2),
    ];
    let session = only_session(&packets);
    assert_eq!((session.counters.upload_octets, session.ended), (7_199, ended(7_200, 1)));
    let (table, _) = observed(&packets[..3]);
    assert_eq!(table.open_count(), 1);
    // Ten days on, by a clock that loses 50 seconds in a million, too.
    let day = 86_400;
    let after = with_nonce(interim(10 * day, 10 * 86_400 - 43), 2);
    only_session(&[with_nonce(start(0), 1), with_nonce(interim(60, 60), 1), after]);
}

#[test]
fn a_session_id_used_again_after_a_lost_stop_ends_the_older_session() {
    const DAY: i64 = 86_400;
    for nonces in [None, Some((1, 2))] {
        let tagged = |packet, nonce: Option<u8>| match nonce {
            Some(nonce) => with_nonce(packet, nonce),
            None => packet,
        };
        let older = |packet| tagged(packet, nonces.map(|(nonce, _)| nonce));
        let newer = |packet| tagged(packet, nonces.map(|(_, nonce)| nonce));
        let of_older = [older(start(0)), older(interim(10_800, 10_800))];
        let of_newer = [newer(start(DAY)), newer(interim(DAY + 600, 600))];
        // The Start, or when it was lost the first report, shows it.
        for of_newer in [&of_newer[..], &of_newer[1..]] {
            let (mut table, ids) = observed(&of_older);
            let before = table.get(ids[0]).unwrap().clone();
            let mut ends = Vec::new();
            for packet in of_newer {
                let observed = table.observe(packet);
                assert_ne!(observed.event.session, ids[0]);
                ends.push(observed.superseded.unwrap());
                // A retransmission, because the first could not be recorded, tells it again.
                assert_eq!(table.observe(packet).superseded.as_ref(), ends.last());
            }
            assert!(ends.windows(2).all(|pair| pair[0] == pair[1]));
            let end = ended(10_800, TERMINATE_CAUSE_LOST_SERVICE);
            let after = table.get(ids[0]).unwrap();
            assert_eq!(*after, Session { ended: end, ..before.clone() });
            assert_eq!(apply(&ends[0], Some(before)).as_ref(), Some(after));
            let open: Vec<_> = table.open().collect();
            assert_eq!((open.len(), open[0].counters.session_time_s), (1, 600));
        }
    }
}

#[test]
fn a_session_that_is_first_heard_of_when_its_name_is_used_again_is_over() {
    // Its only packet was lost three times, while the line went dead and came back.
    let late = Observation { received_at: at(460), ..with_nonce(start(0), 1) };
    for of_newer in
        [vec![start(450)], vec![start(450), interim(455, 5)], vec![start(450), stop(459, 9)]]
    {
        let of_newer: Vec<_> = of_newer.into_iter().map(|packet| with_nonce(packet, 2)).collect();
        let (mut table, ids) = observed(&of_newer);
        let newer = table.get(ids[0]).unwrap().clone();
        let observed = table.observe(&late);
        let id = observed.event.session;
        let [end] = &observed.ended[..] else { panic!("{observed:?}") };
        assert_eq!((end.session, end.happened_at), (id, at(450)));
        assert!(!observed.is_open && observed.superseded.is_none(), "{observed:?}");
        let older = table.get(id).unwrap();
        assert_eq!(older.ended, ended(450, TERMINATE_CAUSE_LOST_SERVICE));
        let first = apply(&observed.event, None);
        assert_eq!(apply(end, first).as_ref(), Some(older), "the store comes to the same");
        // It may not have become durable: it is told again.
        assert_eq!(table.observe(&late).ended, observed.ended);
        assert_eq!(table.get(ids[0]), Some(&newer));
        // A Stop that comes later still says better when it was, and that is told as it is.
        let stopped = with_nonce(Observation { received_at: at(470), ..stop(300, 300) }, 1);
        let observed = table.observe(&stopped);
        assert_eq!((observed.event.session, observed.ended.len()), (id, 0));
        assert_eq!(table.get(id).unwrap().ended, ended(300, 1));
    }
}

#[test]
fn a_late_start_or_report_of_an_open_session_supersedes_nothing() {
    for late in [start(660), interim(900, 500), interim(1_300, 1_200)] {
        let (mut table, ids) = observed(&[start(0), interim(600, 600)]);
        let observed = table.observe(&late);
        assert_eq!((observed.event.session, observed.superseded), (ids[0], None));
    }
}

#[test]
fn a_redial_under_a_new_session_id_leaves_the_older_session_as_it_is() {
    let (table, ids) = observed(&[start(0), named(2, start(1_000))]);
    assert_ne!(ids[0], ids[1]);
    assert_eq!(table.open_count(), 2);
}

#[test]
fn a_session_id_used_again_with_its_start_lost_shows_when_it_counts_more() {
    let (table, ids) = observed(&[start(0), stop(600, 600), interim(5_000, 700)]);
    assert_ne!(ids[0], ids[2]);
    assert_eq!(table.get(ids[2]).unwrap().started_at, at(4_300));
}

#[test]
fn a_late_report_of_the_earlier_use_does_not_count_in_the_later() {
    let (table, ids) =
        observed(&[start(0), stop(6_000, 6_000), start(6_100), interim(6_110, 5_900)]);
    assert_eq!(ids[3], ids[0]);
    assert_eq!(table.get(ids[2]).unwrap().counters, Counters::default());
}

#[test]
fn packets_without_class_or_names_still_find_their_session() {
    let bare = Observation {
        login: Arc::default(),
        calling_station_id: Arc::default(),
        ..interim(60, 60)
    };
    let session = only_session(&[with_nonce(start(0), 1), bare, interim(120, 120)]);
    assert_eq!((&*session.login, session.counters.upload_octets), ("alice", 120));
    let session = only_session(&[start(0), with_nonce(interim(60, 60), 1)]);
    assert_eq!(session.counters.upload_octets, 60);
}

#[test]
fn another_subscriber_with_the_same_session_id_is_another_session() {
    let bob = Observation { login: "bob".into(), ..start(5) };
    let elsewhere = Observation { calling_station_id: "AA:BB:CC:00:00:02".into(), ..start(5) };
    let (table, ids) = observed(&[start(0), bob, elsewhere]);
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
    assert_eq!(table.open_count(), 3);
}

#[test]
fn two_nases_with_the_same_session_id_do_not_collide() {
    let elsewhere = Observation { nas: NasId(2), ..start(0) };
    for nonce in [None, Some([1; 16])] {
        let [here, there] = [start(0), elsewhere.clone()]
            .map(|packet| Observation { class_nonce: nonce, ..packet });
        let (table, ids) = observed(&[here, there]);
        assert_ne!(ids[0], ids[1]);
        assert_eq!(table.open_count(), 2);
    }
}

#[test]
fn on_and_off_end_the_sessions_of_their_nas_that_began_before() {
    for (kind, terminate_cause) in [(AccountingKind::On, 11), (AccountingKind::Off, 7)] {
        let elsewhere = Observation { nas: NasId(2), ..start(0) };
        let later = Observation { acct_session_id: Arc::from(*b"later"), ..start(101) };
        let stopped = Observation { acct_session_id: Arc::from(*b"stopped"), ..stop(50, 50) };
        let reboot = Observation { login: Arc::default(), ..packet(kind, 100) };
        let (table, ids) = observed(&[start(0), elsewhere, later, stopped, reboot]);
        let end = |index: usize| table.get(ids[index]).unwrap().ended;
        assert_eq!(end(0), ended(100, terminate_cause));
        assert_eq!((end(1), end(2), end(3)), (None, None, ended(50, 1)));
        assert_eq!((ids[4], table.open_count()), (SessionId::NONE, 2));
    }
}

#[test]
fn on_that_was_delayed_spares_what_began_after_it() {
    let delayed = Observation { happened_at: at(10), ..packet(AccountingKind::On, 100) };
    let (table, ids) = observed(&[start(50), delayed]);
    assert_eq!(table.get(ids[0]).unwrap().ended, None);
}

#[test]
fn a_session_id_used_again_right_after_a_reboot_is_another_session() {
    let on = packet(AccountingKind::On, 100);
    let (table, ids) = observed(&[start(0), on, start(105)]);
    assert_ne!(ids[0], ids[2]);
    assert_eq!(table.get(ids[0]).unwrap().ended, ended(100, 11));
    assert_eq!(table.get(ids[2]).unwrap().ended, None);
}

#[test]
fn the_true_stop_is_kept_when_the_reboot_is_reported_first() {
    let on = packet(AccountingKind::On, 100);
    let stop_at_90 = Observation { happened_at: at(90), ..stop(110, 90) };
    let (table, ids) = observed(&[start(0), on, stop_at_90]);
    let session = table.get(ids[0]).unwrap();
    assert_eq!((session.ended, session.counters.upload_octets), (ended(90, 1), 90));
}

#[test]
fn a_counter_that_goes_backwards_does_not_reduce() {
    let zeros = Observation { counters: Counters::default(), ..packet(STOP, 120) };
    let session = only_session(&[start(0), interim(60, 60), interim(90, 30), zeros]);
    assert_eq!((session.counters.upload_octets, session.counters.download_octets), (60, 600));
    assert_eq!(session.ended, ended(120, 1));
}

#[test]
fn counters_beyond_4_gib_are_kept() {
    let mut big = interim(60, 60);
    big.counters.download_octets = 5 << 32;
    let session = only_session(&[start(0), interim(30, 30), big]);
    assert_eq!(session.counters.download_octets, 5 << 32);
}

#[test]
fn the_address_reported_last_stays() {
    let address = |last| Some(Ipv4Addr::new(10, 0, 0, last));
    let first = Observation { framed_ipv4: address(1), ..interim(60, 60) };
    let second = Observation { framed_ipv4: address(2), ..interim(120, 120) };
    let packets = [start(0), first.clone(), second.clone(), interim(180, 180)];
    assert_eq!(only_session(&packets).framed_ipv4, address(2));
    assert_eq!(only_session(&[start(0), second, first]).framed_ipv4, address(2));
}

#[test]
fn a_restored_session_is_found_again() {
    for nonce in [None, Some([1; 16])] {
        let tagged = |packet| Observation { class_nonce: nonce, ..packet };
        let (before, ids) = observed(&[tagged(start(0)), tagged(interim(60, 60))]);
        let mut table = SessionTable::default();
        table.restore(before.get(ids[0]).unwrap().clone());
        let event = table.observe(&tagged(interim(120, 120))).event;
        assert_eq!(event.session, ids[0]);
        assert_eq!(table.get(ids[0]).unwrap().started_at, at(0));
        // What is known already is not set back.
        table.restore(before.get(ids[0]).unwrap().clone());
        assert_eq!(table.get(ids[0]).unwrap().counters.upload_octets, 120);
    }
}

#[test]
fn a_restored_end_is_never_undone() {
    let mut table = SessionTable::default();
    table.restore(only_session(&[start(0), stop(600, 600)]));
    table.observe(&interim(610, 590));
    assert_eq!(table.open_count(), 0);
}

fn named(number: usize, packet: Observation) -> Observation {
    let acct_session_id = format!("{number:08}").into_bytes().into();
    Observation { acct_session_id, ..packet }
}

#[test]
fn the_longest_ended_are_forgotten() {
    let mut table = SessionTable::with_limits(TableLimits { open: 10, ended: 3 });
    let ids: Vec<_> = (0..5)
        .map(|number| {
            table.observe(&named(number, start(0)));
            table.observe(&named(number, stop(10 + number as i64, 10))).event.session
        })
        .collect();
    let known: Vec<_> = ids.iter().map(|id| table.get(*id).is_some()).collect();
    assert_eq!(known, [false, false, true, true, true]);
    assert_eq!(table.open_count(), 0);
}

#[test]
fn open_sessions_beyond_the_limit_keep_their_ids_without_being_listed() {
    let mut table = SessionTable::with_limits(TableLimits { open: 2, ended: 10 });
    for number in 0..3 {
        table.observe(&named(number, start(0)));
    }
    assert_eq!(table.open().count(), 2);
    let beyond = named(2, start(0));
    let ids = [beyond, named(2, interim(60, 60)), named(2, interim(120, 119))]
        .map(|packet| table.observe(&packet).event.session);
    assert!(ids[0] == ids[1] && ids[1] == ids[2]);
    assert_eq!(table.get(ids[0]), None);
    // Its end is known, and room that others leave is used.
    let end = table.observe(&named(2, stop(130, 130))).event;
    assert_eq!(end.session, ids[0]);
    table.observe(&named(0, stop(10, 10)));
    table.observe(&named(9, start(20)));
    assert_eq!(table.open().count(), 2);
}

#[test]
fn a_nas_that_names_all_sessions_alike_does_not_fill_the_table() {
    let mut table = SessionTable::default();
    for number in 0..2 * NAMESAKES_MAX {
        let login = format!("user-{number}").into();
        table.observe(&Observation { login, ..start(0) });
    }
    assert_eq!(table.open_count(), NAMESAKES_MAX);
    // Those that find no room keep their ids, whatever beginning their packets imply.
    let late = |packet| Observation { login: "late".into(), ..packet };
    let ids = [interim(600, 600), interim(1_205, 1_200), interim(1_798, 1_800)]
        .map(|packet| table.observe(&late(packet)).event.session);
    assert!(ids[0] == ids[1] && ids[1] == ids[2], "{ids:?}");
    assert_eq!(table.get(ids[0]), None);
}

#[test]
fn the_longest_ended_namesake_makes_room() {
    let mut table = SessionTable::default();
    let of =
        |number: usize, packet| Observation { login: format!("user-{number}").into(), ..packet };
    let ids: Vec<_> = (0..2 * NAMESAKES_MAX)
        .map(|number| table.observe(&of(number, stop(1_000 + number as i64, 60))).event.session)
        .collect();
    let forgotten = ids.iter().filter(|id| table.get(**id).is_none()).count();
    assert_eq!(forgotten, NAMESAKES_MAX);
    assert!(ids[..NAMESAKES_MAX].iter().all(|id| table.get(*id).is_none()));
    let newcomer = table.observe(&of(999, interim(2_000, 60))).event.session;
    assert_eq!(table.observe(&of(999, interim(2_305, 360))).event.session, newcomer);
    assert_eq!(table.open_count(), 1);
}

#[test]
fn shards_agree_with_their_observations() {
    let packet = start(0);
    assert_eq!(packet.shard_key(), Some(shard_key(NasId(1), b"81a09556")));
    let mut of_four = [0; 4];
    for number in 0..4_000 {
        let key = shard_key(NasId(1), format!("{number:08x}").as_bytes());
        of_four[(key % 4) as usize] += 1;
    }
    assert!(of_four.iter().all(|count| (800..1_200).contains(count)), "{of_four:?}");
}

#[test]
fn every_shard_makes_the_same_event_of_an_on() {
    let on = packet(AccountingKind::On, 100);
    let (mut empty, (mut busy, _)) = (SessionTable::default(), observed(&[start(0)]));
    assert_eq!(empty.observe(&on), busy.observe(&on));
}

#[test]
fn apply_makes_no_session_of_an_on() {
    let on = packet(AccountingKind::On, 100).in_session(SessionId::NONE);
    assert_eq!(apply(&on, None), None);
    let session = only_session(&[start(0)]);
    let elsewhere = Session { nas: NasId(2), ..session.clone() };
    assert_eq!(apply(&on, Some(session)).unwrap().ended, ended(100, 11));
    assert_eq!(apply(&on, Some(elsewhere.clone())), Some(elsewhere));
}

#[test]
fn a_session_that_is_silent_for_too_long_is_over_until_it_is_heard_again() {
    let mut table = SessionTable::default();
    let id = table.observe(&start(0)).event.session;
    table.observe(&interim(300, 300));
    let silence = |_: &Session| 930;
    assert_eq!(table.silent(at(300 + 930), at(0), silence), []);
    let told = table.silent(at(300 + 931), at(0), silence);
    assert_eq!(told.iter().map(|event| event.kind).collect::<Vec<_>>(), [AccountingKind::Silence]);
    // Nothing has changed before it is durable.
    assert_eq!(table.open_count(), 1);
    table.take(&told[0]);
    assert_eq!((table.open_count(), table.open().count()), (0, 0));
    let lost = Some(Ended { at: at(300), terminate_cause: TERMINATE_CAUSE_LOST_SERVICE });
    assert_eq!(table.get(id).unwrap().end(), lost);
    assert_eq!(table.get(id).unwrap().ended, None);
    assert_eq!(table.silent(at(2_000), at(0), silence), [], "it is told once");
    // The line was cut, not the session.
    assert_eq!(table.observe(&interim(3_000, 3_000)).event.session, id);
    assert_eq!((table.open_count(), table.get(id).unwrap().end()), (1, None));
    // Silent again, it is forgotten in the end; its Class leads back to the same session.
    let told = table.silent(at(4_000), at(0), silence);
    table.take(&told[0]);
    table.forget_silent(at(3_000));
    assert!(table.get(id).is_some(), "it was heard then");
    table.forget_silent(at(3_001));
    assert_eq!((table.open_count(), table.get(id)), (0, None));
}

#[test]
fn the_real_stop_of_a_silent_session_is_its_end() {
    let mut table = SessionTable::default();
    let id = table.observe(&with_nonce(start(0), 1)).event.session;
    let told = table.silent(at(1_000), at(0), |_: &Session| 930);
    table.take(&told[0]);
    assert_eq!(table.observe(&with_nonce(stop(90_000, 90_000), 1)).event.session, id);
    assert_eq!(table.get(id).unwrap().end(), ended(90_000, 1));
    assert_eq!((table.open_count(), table.silent(at(99_000), at(0), |_| 930).len()), (0, 0));
    // So too when it was forgotten meanwhile.
    let mut table = SessionTable::default();
    table.observe(&with_nonce(start(0), 1));
    table.take(&told[0]);
    table.forget_silent(at(50_000));
    assert_eq!(table.observe(&with_nonce(stop(90_000, 90_000), 1)).event.session, id);
}

#[test]
fn before_the_server_listened_nothing_could_be_heard() {
    let mut table = SessionTable::default();
    table.observe(&start(0));
    assert_eq!(table.silent(at(5_000), at(4_900), |_| 930), []);
    assert_eq!(table.silent(at(4_900 + 931), at(4_900), |_| 930).len(), 1);
}

/// A packet of a service that was activated in the session of the other packets.
fn activated(packet: Observation) -> Observation {
    let service =
        ActivatedService { parent: packet.acct_session_id.clone(), name: "tiered".into() };
    Observation {
        acct_session_id: Arc::from(*b"81a09556:1"),
        activated: Some(Arc::new(service)),
        ..packet
    }
}

#[test]
fn an_activated_service_ends_with_its_session_and_is_not_counted() {
    let mut table = SessionTable::default();
    table.observe(&start(0));
    let service = table.observe(&activated(start(1))).event.session;
    assert_eq!(activated(start(1)).shard_key(), start(0).shard_key());
    assert_eq!((table.open().count(), table.open_count()), (2, 1));
    let observed = table.observe(&stop(90, 90));
    let [end] = &observed.ended[..] else { panic!("{observed:?}") };
    assert_eq!((end.session, end.kind, end.happened_at), (service, STOP, at(90)));
    assert_eq!(table.get(service).unwrap().ended, ended(90, 1));
    // Whether the end has become durable is not known: the same packet gives it again.
    assert_eq!(table.observe(&stop(90, 90)).ended, observed.ended);
    // One that was overtaken, and one of a service that was never heard of before.
    let late = table.observe(&activated(interim(60, 59)));
    assert_eq!((late.is_open, late.ended.len()), (false, 1));
    let mut other = activated(interim(50, 10));
    other.acct_session_id = Arc::from(*b"81a09556:2");
    assert!(!table.observe(&other).is_open);
    assert_eq!(table.open().count(), 0);
}

#[test]
fn the_services_of_a_superseded_session_end_with_it() {
    let mut table = SessionTable::default();
    table.observe(&start(0));
    let old = table.observe(&activated(start(1))).event.session;
    table.observe(&interim(60, 60));
    let observed = table.observe(&start(1_000));
    assert_eq!(observed.superseded.unwrap().happened_at, at(60));
    assert_eq!(table.get(old).unwrap().ended, ended(60, TERMINATE_CAUSE_LOST_SERVICE));
    // Those of the new one do not.
    let new = table.observe(&activated(start(1_100)));
    assert!(new.is_open && new.event.session != old, "{new:?}");
    assert_eq!(table.open().count(), 2);
}

#[test]
fn an_activated_service_is_heard_of_with_its_session() {
    let mut table = SessionTable::default();
    table.observe(&start(0));
    table.observe(&activated(start(1)));
    table.observe(&interim(600, 600));
    let silent = |now| table.silent(at(now), at(0), |_| 100).len();
    assert_eq!((silent(700), silent(701)), (0, 2));
}

#[test]
fn a_shortened_interval_does_not_make_a_session_silent() {
    let asked = |packet, interval_s| Observation { interim_interval_s: interval_s, ..packet };
    let mut table = SessionTable::default();
    let id = table.observe(&asked(start(0), Some(3_600))).event.session;
    let silent = |table: &SessionTable, now| {
        let silence_s = |session: &Session| 3 * i64::from(session.interim_interval_s.unwrap());
        table.silent(at(now), at(0), silence_s).len()
    };
    assert_eq!(silent(&table, 3_600), 0);
    // The plan asks for one each minute by now, but nobody has told this NAS.
    table.observe(&asked(interim(3_600, 3_600), Some(60)));
    assert_eq!(table.get(id).unwrap().interim_interval_s, Some(3_600));
    assert_eq!((silent(&table, 7_200), silent(&table, 14_401)), (0, 1));
}
