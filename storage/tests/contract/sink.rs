//! The journal's way into the tables: once, whole, and in any order.

mod model;

use std::sync::Arc;
use std::time::Duration;

use aaa_engine::auth::Method;
use aaa_engine::ports::{Batch, Entry, JournalPosition, NasId, Sink as _};
use aaa_engine::session::{Ended, SessionId};
use aaa_engine::{
    AccountingEvent, AccountingKind, Attempt, Counters, Outcome, Reason,
    TERMINATE_CAUSE_LOST_SERVICE,
};
use entitlement::{ServiceId, TenantId, Timestamp};

pub use model::{order_and_repetition_change_nothing, sessions_follow_the_model_batch_by_batch};

use crate::ground::{Ground, gold_and_alice, new_nas, operator};

pub const TENANT: TenantId = TenantId(1);
pub const NAS: NasId = NasId(1);

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_unix_s(1_700_000_000 + second)
}

pub fn position(offset: u64) -> JournalPosition {
    JournalPosition { segment: 3, offset }
}

pub fn event(session: u8, second: i64, kind: AccountingKind) -> AccountingEvent {
    AccountingEvent {
        session: SessionId([session; 16]),
        tenant: TENANT,
        nas: NAS,
        received_at: at(second),
        happened_at: at(second),
        kind,
        acct_session_id: Arc::from([b'8', 0, 0xff, session]),
        login: "alice".into(),
        calling_station_id: "AA:BB".into(),
        framed_ipv4: Some([100, 64, 0, session].into()),
        ipv6: Default::default(),
        service: Some(ServiceId(5)),
        activated: None,
        interim_interval_s: None,
        counters: Counters::default(),
        meter: None,
        lead_meter: None,
    }
}

fn counted(mut event: AccountingEvent, octets: u64, session_time_s: u32) -> AccountingEvent {
    event.counters = Counters {
        upload_octets: octets,
        download_octets: 2 * octets,
        upload_packets: 3,
        download_packets: 4,
        session_time_s,
        ..Counters::default()
    };
    event
}

fn attempt(second: i64, login: &str) -> Attempt {
    Attempt {
        at: at(second),
        tenant: TENANT,
        nas: NAS,
        login: login.into(),
        calling_station_id: "AA:BB".into(),
        method: Method::MsChapV2,
        outcome: Outcome::Rejected,
        reason: Reason::WrongPassword,
        service: None,
        learned: Default::default(),
    }
}

pub fn batch(offset: u64, events: impl IntoIterator<Item = AccountingEvent>) -> Batch {
    let entries = events.into_iter().map(Entry::Accounting).collect();
    Batch { entries, position: position(offset) }
}

const STOP: AccountingKind = AccountingKind::Stop { terminate_cause: 1 };

pub async fn a_silent_session_is_open_again_once_it_is_heard(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    let sessions = store.sessions(TENANT);
    let silence = event(1, 0, AccountingKind::Silence);
    // In one batch, however it is cut.
    sink.apply(batch(10, [event(1, 0, AccountingKind::Start), silence.clone()])).await.unwrap();
    assert_eq!(sessions.open().await.unwrap(), []);
    let recent = sink.recent_sessions(at(0)).await.unwrap();
    let lost = Ended { at: at(0), terminate_cause: TERMINATE_CAUSE_LOST_SERVICE };
    assert_eq!((recent[0].ended, recent[0].end()), (None, Some(lost)));
    sink.apply(batch(20, [event(1, 500, AccountingKind::Interim)])).await.unwrap();
    assert_eq!(sessions.open().await.unwrap().len(), 1);
    // An older word about it says nothing.
    sink.apply(batch(30, [silence])).await.unwrap();
    assert_eq!(sessions.open().await.unwrap()[0].session.end(), None);
    // Nobody's silence makes no session.
    sink.apply(batch(40, [event(9, 0, AccountingKind::Silence)])).await.unwrap();
    assert_eq!(sessions.open().await.unwrap().len(), 1);
}

pub async fn a_batch_and_its_position_are_stored_together(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    assert_eq!(sink.position().await.unwrap(), None);
    let mut first = batch(100, [event(1, 0, AccountingKind::Start)]);
    first.entries.push(Entry::Attempt(attempt(0, "alice")));
    first.entries.push(Entry::Attempt(attempt(1, "mallory")));
    sink.apply(first.clone()).await.unwrap();
    assert_eq!(sink.position().await.unwrap(), Some(position(100)));

    let sessions = store.sessions(TENANT);
    let stored = sessions.recent(10).await.unwrap();
    assert_eq!(stored.len(), 1);
    assert_eq!(
        Some(stored[0].session.clone()),
        aaa_engine::session::apply(&event(1, 0, AccountingKind::Start), None)
    );
    // Again, and again from another handle: the log has not grown.
    sink.apply(first.clone()).await.unwrap();
    ground.open().await.sink("node-1").apply(first.clone()).await.unwrap();
    let log = store.auth_log(TENANT).latest(10).await.unwrap();
    assert_eq!(log.len(), 2);
    assert_eq!((&log[0].attempt, &log[1].attempt), (&attempt(0, "alice"), &attempt(1, "mallory")));
    assert_eq!(store.auth_log(TENANT).by_login("mallory", 10).await.unwrap(), log[1..]);
    assert_eq!(store.auth_log(TENANT).after(log[0].id, 10).await.unwrap(), log[1..]);
    assert_eq!(store.auth_log(TENANT).latest(1).await.unwrap(), log[1..]);
    assert!(store.auth_log(TenantId(2)).latest(10).await.unwrap().is_empty());

    let stop = counted(event(1, 60, STOP), 1_000, 60);
    sink.apply(batch(200, [stop])).await.unwrap();
    let session = sessions.recent(10).await.unwrap().remove(0).session;
    assert_eq!(session.ended, Some(Ended { at: at(60), terminate_cause: 1 }));
    assert_eq!((session.started_at, session.last_seen_at), (at(0), at(60)));
    assert_eq!(session.counters.download_octets, 2_000);
    assert!(sessions.open().await.unwrap().is_empty());

    // The journal of another node has a position of its own.
    let other = store.sink("node-2");
    assert_eq!(other.position().await.unwrap(), None);
    other.apply(batch(50, [event(2, 0, AccountingKind::Start)])).await.unwrap();
    assert_eq!(sessions.open().await.unwrap().len(), 1);
    assert_eq!(sink.position().await.unwrap(), Some(position(200)));
    // A later segment comes after any octet of an earlier one.
    let next = JournalPosition { segment: 4, offset: 0 };
    sink.apply(Batch { entries: Vec::new(), position: next }).await.unwrap();
    assert_eq!(sink.position().await.unwrap(), Some(next));
}

pub async fn a_batch_that_fails_at_its_end_leaves_nothing(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    sink.apply(batch(1, [event(1, 0, AccountingKind::Start)])).await.unwrap();
    // The position is written last, and no table holds this one.
    let mut bad = batch(2, [event(1, 9, STOP), event(2, 9, AccountingKind::Start)]);
    bad.entries.push(Entry::Attempt(attempt(9, "alice")));
    bad.position.segment = u64::MAX;
    let error = sink.apply(bad).await.unwrap_err();
    assert!(error.reason.contains("out of range"), "{error}");
    assert_eq!(sink.position().await.unwrap(), Some(position(1)));
    let sessions = store.sessions(TENANT).recent(10).await.unwrap();
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0].session.ended, None);
    assert!(store.auth_log(TENANT).latest(10).await.unwrap().is_empty());
}

/// The process dies somewhere in between: the future is dropped after ever more time. What was
/// given up may still be committed a moment later, so all is read in one statement.
pub async fn a_batch_that_is_given_up_leaves_all_or_nothing(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    let number = "coalesce(max(cast(substr(login, 5) as integer)), 0)";
    let sql = format!(
        "select (select {number} || ',' || count(*) from session) || ' ' || \
         (select {number} || ',' || count(*) from auth_log) || ' ' || \
         (select coalesce(max(octet), 0) from journal_position)"
    );
    let mut given_up = 0;
    for offset in 1..=60_u64 {
        let login = format!("user{offset}");
        let start = event(offset as u8, 0, AccountingKind::Start);
        let mut batch = batch(offset, [AccountingEvent { login: login.as_str().into(), ..start }]);
        batch.entries.push(Entry::Attempt(attempt(0, &login)));
        let patience = Duration::from_micros(100 * offset);
        given_up += usize::from(tokio::time::timeout(patience, sink.apply(batch)).await.is_err());
        let seen = ground.text(&sql).await;
        let parts: Vec<_> = seen.split(' ').collect();
        assert_eq!(parts[0], parts[1], "sessions and log-ins of batch {offset}");
        assert_eq!(parts[0].split(',').next(), Some(parts[2]), "position of batch {offset}");
    }
    assert!(given_up > 0, "every batch was stored before it could be given up");
    if ground.is_sqlite() {
        return;
    }
    // Nobody's transaction is still open, which would hold back the feed of everybody.
    let open = "select count(*)::text from pg_stat_activity where state like 'idle in transaction%' \
                and datname = current_database()";
    let are_over = async { while ground.text(open).await != "0" {} };
    // PostgreSQL itself ends them after half a minute.
    tokio::time::timeout(Duration::from_secs(10), are_over).await.unwrap();
}

pub async fn a_nas_that_starts_ends_its_sessions_only(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    let on_other_nas = AccountingEvent { nas: NasId(2), ..event(2, 0, AccountingKind::Start) };
    let of_other_tenant =
        AccountingEvent { tenant: TenantId(2), ..event(3, 0, AccountingKind::Start) };
    let stopped_later = event(6, 90, STOP);
    sink.apply(batch(
        1,
        [
            event(1, 0, AccountingKind::Start),
            on_other_nas,
            of_other_tenant,
            event(6, 0, AccountingKind::Start),
            stopped_later,
        ],
    ))
    .await
    .unwrap();
    // In one batch: a session that began before, the start of the NAS, and one that began after.
    sink.apply(batch(
        2,
        [
            event(4, 10, AccountingKind::Start),
            event(0, 50, AccountingKind::On),
            event(5, 51, AccountingKind::Start),
        ],
    ))
    .await
    .unwrap();
    let sessions = sink.recent_sessions(Timestamp::from_unix_ms(0)).await.unwrap();
    let ended = |id: u8| {
        let found = sessions.iter().find(|session| session.id.0 == [id; 16]).unwrap();
        found.ended.map(|ended| (ended.at, ended.terminate_cause))
    };
    assert_eq!(ended(1), Some((at(50), 11)));
    assert_eq!(ended(4), Some((at(50), 11)));
    assert_eq!(ended(6), Some((at(50), 11)), "of two ends the earlier one holds");
    assert_eq!((ended(2), ended(3), ended(5)), (None, None, None));
    // What comes late cannot open them again.
    sink.apply(batch(3, [counted(event(1, 55, AccountingKind::Interim), 7, 49)])).await.unwrap();
    let open = store.sessions(TENANT).open().await.unwrap();
    assert!(open.iter().all(|entry| entry.session.id.0 != [1; 16]));
    let late = store.sessions(TENANT).recent(10).await.unwrap();
    let late = late.iter().find(|entry| entry.session.id.0 == [1; 16]).unwrap();
    assert_eq!(late.session.counters.upload_octets, 7);
}

pub async fn an_address_leads_to_the_session_that_had_it_then(ground: &Ground) {
    let store = ground.open().await;
    gold_and_alice(&store).await;
    let stop = AccountingKind::Stop { terminate_cause: 1 };
    let with_address = |session, second, kind| AccountingEvent {
        framed_ipv4: Some([100, 64, 0, 9].into()),
        ..event(session, second, kind)
    };
    let events = [
        with_address(1, 0, AccountingKind::Start),
        with_address(1, 100, stop),
        with_address(2, 200, AccountingKind::Start),
        // Another NAS gives the same address out, and another session another address.
        with_address(3, 250, AccountingKind::Start),
        event(4, 0, AccountingKind::Start),
    ];
    store.sink("node-1").apply(batch(1, events)).await.unwrap();
    let had = async |second| {
        let sessions = store.sessions(TENANT);
        let found = sessions.by_address([100, 64, 0, 9].into(), at(second), 10).await.unwrap();
        found.iter().map(|entry| entry.session.id.0[0]).collect::<Vec<_>>()
    };
    assert!(had(-1).await.is_empty());
    assert_eq!(had(0).await, [1]);
    assert_eq!(had(99).await, [1]);
    assert!(had(100).await.is_empty(), "the end does not belong to the session");
    assert_eq!(had(200).await, [2]);
    assert_eq!(had(300).await, [3, 2]);
}

pub async fn many_rows_fit_in_one_batch(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    let events = (0..2_500_u32).map(|number| {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&number.to_be_bytes());
        AccountingEvent { session: SessionId(id), ..event(1, 0, AccountingKind::Start) }
    });
    let mut batch = batch(1, events);
    batch.entries.extend((0..2_500).map(|second| Entry::Attempt(attempt(second, "alice"))));
    sink.apply(batch).await.unwrap();
    assert_eq!(store.sessions(TENANT).open().await.unwrap().len(), 2_500);
    let log = store.auth_log(TENANT).latest(10_000).await.unwrap();
    assert_eq!(log.len(), 2_500);
    assert!(log.is_sorted_by_key(|entry| entry.attempt.at));
}

pub async fn odd_values_do_not_stop_the_journal(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    let odd = AccountingEvent {
        login: "a\0b'\"\\\u{1}\u{1f600}".into(),
        calling_station_id: "".into(),
        acct_session_id: Arc::from([]),
        framed_ipv4: None,
        ipv6: Default::default(),
        service: None,
        activated: None,
        interim_interval_s: None,
        counters: Counters {
            upload_octets: u64::MAX,
            download_octets: i64::MAX as u64,
            upload_packets: 1 << 53,
            download_packets: (1 << 53) + 1,
            session_time_s: u32::MAX,
            ..Counters::default()
        },
        ..event(1, 0, AccountingKind::Stop { terminate_cause: u32::MAX })
    };
    sink.apply(batch(1, [odd])).await.unwrap();
    let session = store.sessions(TENANT).recent(1).await.unwrap().remove(0).session;
    assert_eq!(&*session.login, "a\u{fffd}b'\"\\\u{1}\u{1f600}");
    assert_eq!((session.acct_session_id.len(), session.framed_ipv4), (0, None));
    assert_eq!(session.counters.upload_octets, i64::MAX as u64);
    assert_eq!(session.counters.download_octets, i64::MAX as u64);
    assert_eq!(session.counters.download_packets, (1 << 53) + 1, "lost in a float");
    assert_eq!(session.counters.session_time_s, u32::MAX);
    assert_eq!(session.ended.unwrap().terminate_cause, u32::MAX);
}

pub async fn recent_sessions_are_the_open_and_the_lately_ended(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    let events = [
        event(1, 0, AccountingKind::Start),
        event(2, 0, AccountingKind::Start),
        event(2, 10, STOP),
        event(3, 0, AccountingKind::Start),
        event(3, 20, STOP),
    ];
    sink.apply(batch(1, events)).await.unwrap();
    let recent = |since| {
        let sink = sink.clone();
        async move {
            let sessions = sink.recent_sessions(since).await.unwrap();
            let mut ids: Vec<u8> = sessions.iter().map(|session| session.id.0[0]).collect();
            ids.sort_unstable();
            ids
        }
    };
    assert_eq!(recent(at(10)).await, [1, 2, 3]);
    assert_eq!(recent(at(11)).await, [1, 3]);
    assert_eq!(recent(at(21)).await, [1]);
}

pub async fn a_store_that_is_away_is_an_error(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    sink.apply(batch(1, [event(1, 0, AccountingKind::Start)])).await.unwrap();
    store.close().await;
    let error = sink.apply(batch(2, [event(1, 9, STOP)])).await.unwrap_err();
    assert!(error.to_string().contains("could not begin a batch"), "{error}");
    assert!(sink.position().await.is_err());
    let store = ground.open().await;
    assert_eq!(store.sink("node-1").position().await.unwrap(), Some(position(1)));
    assert_eq!(store.sessions(TENANT).open().await.unwrap().len(), 1);
}

pub async fn lists_show_names_and_the_newest(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let nas = store.nas(tenant).add(&operator(), &new_nas("bras-1", [10, 0, 0, 1])).await.unwrap();
    let alice = store.services(tenant).find("alice").await.unwrap();
    let known = |session, second, kind| AccountingEvent {
        tenant,
        nas: nas.id,
        service: Some(alice.id),
        ..event(session, second, kind)
    };
    let stranger = AccountingEvent {
        login: "mallory".into(),
        service: None,
        ..known(3, 5, AccountingKind::Start)
    };
    let sink = store.sink("node-1");
    let events = [
        known(1, 0, AccountingKind::Start),
        known(1, 9, STOP),
        known(2, 10, AccountingKind::Start),
        stranger,
    ];
    sink.apply(batch(1, events)).await.unwrap();
    let sessions = store.sessions(tenant);
    let ids = |entries: &[storage::SessionEntry]| -> Vec<u8> {
        entries.iter().map(|entry| entry.session.id.0[0]).collect()
    };
    let newest = sessions.recent(2).await.unwrap();
    assert_eq!(ids(&newest), [2, 3]);
    assert_eq!(newest[0].nas_name.as_deref(), Some("bras-1"));
    assert_eq!(newest[0].plan_name.as_deref(), Some("gold"));
    assert_eq!(newest[1].plan_name, None);
    assert_eq!(ids(&sessions.by_login("alice", 10).await.unwrap()), [2, 1]);
    assert_eq!(ids(&sessions.open().await.unwrap()), [3, 2]);
    store.nas(tenant).remove(&operator(), "bras-1").await.unwrap();
    assert_eq!(sessions.recent(1).await.unwrap()[0].nas_name, None);
}
