//! NASes without gigawords: what a session has counted though its counters begin again at 0.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

use std::sync::Arc;

use aaa_engine::ports::{CounterWidth, NasId};
use aaa_engine::session::{Session, SessionTable, apply};
use aaa_engine::{AccountingEvent, AccountingKind, Counters, Observation};
use entitlement::{TenantId, Timestamp};
use proptest::prelude::*;

const GIB_4: u64 = 1 << 32;
const STOP: AccountingKind = AccountingKind::Stop { terminate_cause: 1 };

/// What a NAS says after `session_time_s` of a session that has lasted no longer than an hour.
fn report(session_time_s: u32, octets: u64, packets: u64) -> Observation {
    let at = Timestamp::from_unix_s(1_800_000_000);
    Observation {
        tenant: TenantId(1),
        nas: NasId(1),
        received_at: at.plus_s(3_600),
        happened_at: at.plus_s(session_time_s.into()),
        kind: AccountingKind::Interim,
        acct_session_id: Arc::from(*b"81a09556"),
        login: "alice".into(),
        calling_station_id: "".into(),
        origin: "".into(),
        framed_ipv4: None,
        ipv6: Default::default(),
        service: None,
        activated: None,
        interim_interval_s: None,
        counters: Counters {
            upload_octets: octets % GIB_4,
            upload_packets: packets % GIB_4,
            session_time_s,
            ..Counters::default()
        },
        counter_width: CounterWidth::Bits32,
        class_nonce: None,
    }
}

/// The session after these reports, by the table; the events alone must tell the same.
#[track_caller]
fn after(reports: &[Observation]) -> Session {
    let mut table = SessionTable::default();
    let events: Vec<AccountingEvent> =
        reports.iter().map(|report| table.observe(report).event).collect();
    let session = table.get(events[0].session).unwrap().clone();
    let stored = events.iter().rev().fold(None, |session, event| apply(event, session)).unwrap();
    assert_eq!(stored.counters, session.counters);
    session
}

#[track_caller]
fn octets_after(reports: &[(u32, u64, u64)]) -> u64 {
    let reports: Vec<_> = reports
        .iter()
        .map(|(time_s, octets, packets)| report(*time_s, *octets, *packets))
        .collect();
    after(&reports).counters.upload_octets
}

#[test]
fn a_later_report_that_says_less_has_wrapped_once() {
    assert_eq!(octets_after(&[(60, 4_000_000_000, 0), (120, 5, 0)]), 4_294_967_301);
    let twice = [(60, 4_000_000_000, 0), (120, 3_000_000_000, 0), (180, 2_000_000_000, 0)];
    assert_eq!(octets_after(&twice), 2 * GIB_4 + 2_000_000_000);
}

#[test]
fn an_earlier_report_counts_nothing_after_a_wrap() {
    let (before, after, late) = ((60, 4_000_000_000, 0), (180, 5, 0), (120, 4_100_000_000, 0));
    assert_eq!(octets_after(&[before, after, late]), GIB_4 + 5);
    assert_eq!(octets_after(&[before, after, late, before, after]), GIB_4 + 5);
}

#[test]
fn an_earlier_report_shows_that_the_newest_had_wrapped() {
    assert_eq!(octets_after(&[(120, 5, 0), (60, 4_000_000_000, 0)]), GIB_4 + 5);
    assert_eq!(octets_after(&[(120, 5, 0), (60, 4_000_000_000, 0), (180, 9, 0)]), GIB_4 + 9);
}

#[test]
fn of_one_second_or_without_times_the_nearer_number_is_meant() {
    assert_eq!(octets_after(&[(60, 150, 0), (60, 100, 0)]), 150);
    assert_eq!(octets_after(&[(0, 4_294_967_000, 0), (0, 100, 0)]), GIB_4 + 100);
    assert_eq!(
        octets_after(&[(0, 4_294_967_000, 0), (0, 100, 0), (0, 4_294_967_290, 0)]),
        GIB_4 + 100
    );
}

#[test]
fn a_report_without_the_counter_counts_nothing() {
    assert_eq!(octets_after(&[(60, 4_000_000_000, 0), (120, 0, 0)]), 4_000_000_000);
    // Nor does it show, once it has overtaken another, that there was a wrap before it.
    assert_eq!(octets_after(&[(120, 0, 0), (60, 3_000_000_000, 0)]), 3_000_000_000);
    assert_eq!(octets_after(&[(120, 0, 0), (60, 3_000_000_000, 3_000_000)]), 3_000_000_000);
}

/// 1,000 octets in two packets cannot become 500 in one by 4 GiB that nobody carried.
#[test]
fn packets_tell_counters_that_were_set_back_from_those_that_have_wrapped() {
    let reset = [(60, 1_000, 2), (120, 500, 1)];
    assert_eq!(octets_after(&reset), 1_000);
    // As of a counter of 64 bits, nothing counts until it has passed what is known.
    assert_eq!(octets_after(&[reset[0], reset[1], (180, 900, 2), (240, 1_100, 3)]), 1_100);
    let wrapped = [(60, 4_000_000_000, 3_000_000), (120, 500, 3_300_000)];
    assert_eq!(octets_after(&wrapped), GIB_4 + 500);
    let late = [wrapped[1], wrapped[0]];
    assert_eq!(octets_after(&late), GIB_4 + 500);
    // Both wrap at once: 294,967,796 octets in 4,967,297 packets.
    let both = [(60, 4_000_000_000, 4_290_000_000), (120, 500, 1)];
    let session = after(&both.map(|(time_s, octets, packets)| report(time_s, octets, packets)));
    assert_eq!(session.counters.upload_octets, GIB_4 + 500);
    assert_eq!(session.counters.upload_packets, GIB_4 + 1);
}

#[test]
fn packets_wrap_with_gigawords_too() {
    let whole = |time_s, octets, packets| {
        let mut report = report(time_s, 0, packets);
        report.counter_width = CounterWidth::Bits64;
        report.counters.upload_octets = octets;
        report
    };
    let before = whole(60, 6_000_000_000_000, 4_294_967_000);
    let session = after(&[before.clone(), whole(120, 6_000_001_000_000, 704), before.clone()]);
    assert_eq!(session.counters.upload_octets, 6_000_001_000_000);
    assert_eq!(session.counters.upload_packets, GIB_4 + 704);
    // Octets have gone down, so the packets have not wrapped.
    let session = after(&[before, whole(120, 1_000, 3)]);
    assert_eq!(session.counters.upload_octets, 6_000_000_000_000);
    assert_eq!(session.counters.upload_packets, 4_294_967_000);
}

#[test]
fn another_session_begins_at_nothing() {
    let mut table = SessionTable::default();
    let mut first = report(600, 4_000_000_000, 0);
    first.kind = STOP;
    table.observe(&first);
    let mut second = report(60, 500, 0);
    second.happened_at = first.happened_at.plus_s(3_600);
    second.class_nonce = Some([7; 16]);
    second.login = "bob".into();
    assert_eq!(table.observe(&second).event.counters.upload_octets, 500);
}

proptest! {
    /// A NAS counts, and its reports are doubled, lost and late; so little passes while any of them
    /// is on its way that a wrap is seen. The last one is not lost.
    #[test]
    fn whatever_the_order_the_total_is_what_the_nas_has_counted(
        steps in proptest::collection::vec((1_u64..700_000_000, 100_u64..1_500), 1..40),
        fates in proptest::collection::vec((0_usize..3, 0_usize..3), 40),
        counts_packets: bool,
    ) {
        let (mut octets, mut packets, mut time_s) = (0, 0, 0);
        let mut arrivals = Vec::new();
        for (step, (passed, size)) in steps.iter().enumerate() {
            (octets, packets, time_s) = (octets + passed, packets + passed.div_ceil(*size), time_s + 60);
            let told = report(time_s, octets, if counts_packets { packets } else { 0 });
            let (copies, late) = fates[step];
            let copies = if step + 1 == steps.len() { 1 } else { copies };
            for copy in 0..copies {
                arrivals.push((step + (late + copy) % 3, told.clone()));
            }
        }
        arrivals.sort_by_key(|(place, _)| *place);
        let reports: Vec<_> = arrivals.into_iter().map(|(_, report)| report).collect();
        // Two reports in a row that are lost, and three that wait for the next, are six steps.
        prop_assume!(longest_gap(&reports) <= 6);
        prop_assert_eq!(after(&reports).counters.upload_octets, octets);
    }
}

/// The most steps between two reports that each were the newest when they arrived.
fn longest_gap(reports: &[Observation]) -> u32 {
    let mut newest_s = 0;
    let mut longest_s = 0;
    for report in reports {
        longest_s = longest_s.max(report.counters.session_time_s.saturating_sub(newest_s));
        newest_s = newest_s.max(report.counters.session_time_s);
    }
    longest_s / 60
}
