//! Accounting-Requests over real sockets: what is acknowledged is kept.
#![allow(clippy::unwrap_used, reason = "a broken test may stop here")]

mod common;

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use aaa_engine::auth::Credential;
use aaa_engine::ports::{CredentialError, Directory, Entry, ListenerName, Nas, NasId, Service};
use aaa_engine::session::SessionId;
use aaa_engine::{
    AccountingEvent, AccountingKind, Counters, Dialects, Engine, EngineSettings, Identifier,
    MeterNotice, TERMINATE_CAUSE_LOST_SERVICE,
};
use common::*;
use entitlement::{
    Allowance, Direction, Octets, Quota, ServiceId, TenantId, Terms, Tier, TierAction, Timestamp,
    Window,
};
use radius_proto::Code;
use radius_server::journal::{Loss, TestDisk};
use radius_server::{RunningServer, Settings};

#[test]
fn a_session_is_seen_from_its_start_to_its_stop() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let start = accounting_request(1, "s1", START, 0);
    assert_reply(&client.ask(acct(&server), &start), &start, Code::ACCOUNTING_RESPONSE);
    client.ask(acct(&server), &accounting_request(2, "s1", INTERIM, 4_000));
    let open = server.sessions();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].counters.upload_octets, &*open[0].login), (4_000, "alice"));
    // A retransmission is answered with the same octets, and recorded once.
    let stop = accounting_request(3, "s1", STOP, 5_000);
    let first = client.ask(acct(&server), &stop);
    assert_eq!(client.ask(acct(&server), &stop), first);
    assert!(server.sessions().is_empty());
    assert_eq!(server.stop().records_left, 0);
    let events = sink.accounting();
    assert_eq!(events.len(), 3);
    assert_eq!(events.iter().map(|event| event.session).collect::<HashSet<_>>().len(), 1);
}

#[test]
fn under_load_interims_are_dropped_and_starts_and_stops_are_not() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let disk = Arc::new(TestDisk::new(directory.path()).unwrap());
    // However short a report has waited, it was too long.
    let settings =
        Settings { lanes: 1, shed_interims_after: Duration::ZERO, ..Settings::default() };
    let server = builder(&sink).settings(settings).journal_disk(disk.clone()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let held = disk.hold_syncs();
    client.send(acct(&server), &accounting_request(1, "s1", START, 0));
    while disk.syncs_waiting() == 0 {
        std::thread::yield_now();
    }
    // The lane waits for the disk, and these wait for the lane.
    for number in 0..40 {
        client.send(acct(&server), &accounting_request(10 + number, "s1", INTERIM, 1_000));
    }
    let stop = accounting_request(2, "s1", STOP, 5_000);
    client.send(acct(&server), &stop);
    assert_eq!(server.stats().packets_received, 1);
    drop(held);
    let (start, _) = client.receive();
    assert_eq!(start[1], 1);
    let (last, _) = client.receive();
    assert_reply(&last, &stop, Code::ACCOUNTING_RESPONSE);
    assert_eq!(server.stats().interims_shed, 40);
    server.stop();
    assert_eq!(sink.accounting().len(), 2);
}

#[test]
fn a_session_that_falls_silent_is_over_until_it_is_heard_again() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let settings = Settings { watch_interval: Duration::from_millis(20), ..Settings::default() };
    let started = || {
        let impatient = EngineSettings { silence_max_s: 2, ..engine_settings() };
        builder(&sink)
            .engine(Engine::new(impatient, Dialects::builtin()))
            .settings(settings.clone())
            .journal_dir(directory.path())
            .start()
            .unwrap()
    };
    let server = started();
    let client = Client::at([127, 0, 0, 1]);
    client.ask(acct(&server), &accounting_request(1, "s1", START, 0));
    assert_eq!(server.sessions().len(), 1);
    // The sink hears of it once, and no later than the sessions in memory.
    sink.wait_for(2);
    eventually(|| server.sessions().is_empty());
    assert_eq!(server.stats().sessions_open, 0);
    let [start, silence] = &sink.accounting()[..] else { panic!("{:?}", sink.accounting()) };
    assert_eq!((silence.kind, silence.session), (AccountingKind::Silence, start.session));
    assert_eq!(silence.happened_at, start.received_at);
    // A server that starts anew knows it, and hears the session again.
    drop(server);
    let server = started();
    assert_eq!(server.sessions(), []);
    client.ask(acct(&server), &accounting_request(2, "s1", INTERIM, 4_000));
    let open = server.sessions();
    assert_eq!((open.len(), open[0].id), (1, start.session));
    let health = server.nas_health();
    assert_eq!((health.len(), health[0].sessions_open), (1, 1));
}

#[test]
fn sessions_are_taken_back_from_the_sink_at_the_next_start() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let client = Client::at([127, 0, 0, 1]);
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    client.ask(acct(&server), &accounting_request(1, "s1", START, 0));
    let before = server.sessions();
    drop(server);
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    assert_eq!(server.sessions(), before);
    client.ask(acct(&server), &accounting_request(2, "s1", STOP, 9));
    server.stop();
    let events = sink.accounting();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].session, events[1].session);
}

#[test]
fn a_session_whose_name_is_used_again_is_ended_in_the_sink_first() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let long_ago = Timestamp::from_unix_s(1_600_000_000);
    let older = AccountingEvent {
        session: SessionId([1; 16]),
        tenant: TenantId(1),
        nas: NasId(1),
        received_at: long_ago,
        happened_at: long_ago,
        kind: AccountingKind::Interim,
        acct_session_id: Arc::from(*b"s1"),
        login: "alice".into(),
        calling_station_id: Arc::default(),
        framed_ipv4: None,
        ipv6: Default::default(),
        service: None,
        activated: None,
        interim_interval_s: None,
        counters: Counters { upload_octets: 5 << 30, session_time_s: 9, ..Counters::default() },
        meter: None,
        lead_meter: None,
    };
    sink.keep(Entry::Accounting(older.clone()));
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let start = accounting_request(1, "s1", START, 0);
    assert_reply(&client.ask(acct(&server), &start), &start, Code::ACCOUNTING_RESPONSE);
    assert_eq!(server.sessions().len(), 1);
    assert_eq!(server.stop().records_left, 0);
    let events = sink.accounting();
    let terminate_cause = TERMINATE_CAUSE_LOST_SERVICE;
    let end = AccountingEvent { kind: AccountingKind::Stop { terminate_cause }, ..older };
    assert_eq!(events.len(), 3);
    assert_eq!(events[1], end);
    assert_eq!(events[2].kind, AccountingKind::Start);
    assert_ne!(events[2].session, end.session);
}

#[test]
fn what_cannot_be_understood_is_not_answered() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let nameless = accounting_request(1, "", START, 0);
    client.send(acct(&server), &nameless);
    client.hears_nothing();
    // Tried again, and not taken for a retransmission of something that is being worked on.
    client.send(acct(&server), &nameless);
    client.hears_nothing();
    let stats = server.stats();
    assert_eq!((stats.accounting_not_understood, stats.duplicates_in_progress), (2, 0));
    assert_eq!(server.nas_problems()[0].accounting_not_understood, 2);
    server.stop();
    assert!(sink.entries().is_empty());
}

#[test]
fn there_is_no_answer_before_the_sync() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let disk = TestDisk::new(directory.path()).unwrap();
    let server = builder(&sink)
        .settings(Settings { append_timeout: PATIENCE, ..Settings::default() })
        .journal_disk(Arc::new(disk.clone()))
        .start()
        .unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let held = disk.hold_syncs();
    let start = accounting_request(1, "s1", START, 0);
    client.send(acct(&server), &start);
    client.hears_nothing();
    assert_eq!(disk.syncs_waiting(), 1);
    // A log-in waits for nothing.
    let access = access_request(1, "wonderland", Signed::No);
    assert_reply(&client.ask(auth(&server), &access), &access, Code::ACCESS_ACCEPT);
    assert!(sink.entries().is_empty());
    drop(held);
    assert_reply(&client.receive().0, &start, Code::ACCOUNTING_RESPONSE);
}

#[test]
fn a_disk_that_is_too_slow_costs_the_answer_and_the_next_try_gets_one() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let disk = TestDisk::new(directory.path()).unwrap();
    let server = builder(&sink)
        .settings(Settings { append_timeout: Duration::from_millis(50), ..Settings::default() })
        .journal_disk(Arc::new(disk.clone()))
        .start()
        .unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let held = disk.hold_syncs();
    let start = accounting_request(1, "s1", START, 0);
    client.send(acct(&server), &start);
    client.hears_nothing();
    assert_eq!(server.stats().accounting_not_recorded, 1);
    drop(held);
    assert_reply(&client.ask(acct(&server), &start), &start, Code::ACCOUNTING_RESPONSE);
    server.stop();
    // It may be there twice, as the same fact about the same session.
    let sessions: HashSet<_> = sink.accounting().iter().map(|event| event.session).collect();
    assert_eq!(sessions.len(), 1);
}

/// Alice may use 1,000 octets a month, and is told when she has.
struct WithQuota;

impl Directory for WithQuota {
    fn nas(&self, listener: &ListenerName, source: IpAddr) -> Option<Arc<Nas>> {
        TestDirectory.nas(listener, source)
    }

    fn service_by_login(&self, tenant: TenantId, login: &[u8]) -> Option<Service> {
        let mut service = TestDirectory.service_by_login(tenant, login)?;
        let quota = Quota {
            name: "monthly".into(),
            window: Window::Month,
            allowance: Allowance::Data { octets: Octets(1_000), direction: Direction::Both },
            free: None,
            zero_rated: Vec::new(),
            tiers: vec![Tier { percent: 100, action: TierAction::Notify }],
        };
        service.entitlement.terms = Arc::new(Terms { quotas: vec![quota], ..Terms::default() });
        Some(service)
    }

    fn service(&self, tenant: TenantId, _: ServiceId) -> Option<Service> {
        self.service_by_login(tenant, b"alice")
    }

    fn service_by_identifier(&self, _: TenantId, _: &Identifier) -> Option<Service> {
        None
    }

    fn open_credential(&self, service: &Service) -> Result<Credential, CredentialError> {
        TestDirectory.open_credential(service)
    }
}

#[test]
fn a_tier_that_is_reached_while_the_disk_stalls_is_in_the_next_record() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let disk = TestDisk::new(directory.path()).unwrap();
    let server = builder(&sink)
        .directory(Arc::new(WithQuota))
        .settings(Settings { append_timeout: Duration::from_millis(50), ..Settings::default() })
        .journal_disk(Arc::new(disk.clone()))
        .start()
        .unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let answered = |identifier, status, octets| {
        // A busy machine may be slower than the patience: then it comes again, as from a NAS.
        let report = accounting_request(identifier, "s1", status, octets);
        eventually(|| {
            client.send(acct(&server), &report);
            client.receive_within(SILENCE).is_some()
        });
    };
    answered(1, START, 0);
    answered(2, INTERIM, 950);
    let held = disk.hold_syncs();
    client.send(acct(&server), &accounting_request(3, "s1", INTERIM, 1_050));
    client.hears_nothing();
    drop(held);
    // The NAS has given that one up.
    answered(4, INTERIM, 1_060);
    answered(5, INTERIM, 1_070);
    server.stop();
    let noticed = |octets: u64| {
        let events = sink.accounting().into_iter();
        let mut events = events.filter(|event| event.counters.upload_octets == octets);
        let meter = events.next().unwrap().meter.unwrap();
        let of = |noticed: &MeterNotice| (noticed.notice.percent, noticed.revision);
        (meter.meter.revision(), meter.notices.iter().map(of).collect::<Vec<_>>())
    };
    assert_eq!(noticed(950), (1, vec![]));
    assert_eq!(noticed(1_060), (3, vec![(100, 2)]));
    assert_eq!(noticed(1_070), (4, vec![]));
}

#[test]
fn a_failed_sync_ends_accounting_and_leaves_authentication_alone() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let disk = TestDisk::new(directory.path()).unwrap();
    let server = builder(&sink).journal_disk(Arc::new(disk.clone())).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    client.ask(acct(&server), &accounting_request(1, "s1", START, 0));
    disk.fail_next_sync();
    for identifier in 2..4 {
        client.send(acct(&server), &accounting_request(identifier, "s1", INTERIM, 1));
        client.hears_nothing();
    }
    for identifier in 1..4 {
        let access = access_request(identifier, "wonderland", Signed::No);
        assert_reply(&client.ask(auth(&server), &access), &access, Code::ACCESS_ACCEPT);
    }
    let status = status_server(9, SECRET);
    assert_reply(&client.ask(auth(&server), &status), &status, Code::ACCESS_ACCEPT);
    let stats = server.stats();
    assert_eq!((stats.accounting_not_recorded, stats.attempts_not_recorded), (2, 3));
    assert!(stats.journal.poisoned.is_some());
    server.stop();
    assert_eq!(sink.accounting().len(), 1);
    drop(server);

    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    client.ask(acct(&server), &accounting_request(2, "s1", INTERIM, 1));
    assert_eq!(server.stop().records_left, 0);
    assert_eq!(sink.accounting().len(), 2);
}

#[test]
fn accounting_goes_on_while_the_sink_is_away_and_reaches_it_later() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    sink.set_away(true);
    for identifier in 0..20 {
        let request = accounting_request(identifier, "s1", INTERIM, identifier.into());
        assert_reply(&client.ask(acct(&server), &request), &request, Code::ACCOUNTING_RESPONSE);
    }
    sink.wait_until_it_refused();
    let stats = server.stats();
    assert_eq!((stats.accounting_responses, stats.drain.lag_records), (20, 20));
    assert!(stats.drain.last_error.is_some_and(|error| error.contains("the store is away")));
    sink.set_away(false);
    sink.wait_for(20);
    assert_eq!(server.stop().records_left, 0);
    let counts: Vec<_> =
        sink.accounting().iter().map(|event| event.counters.upload_octets).collect();
    assert_eq!(counts, (0..20).collect::<Vec<_>>());
}

#[test]
fn a_panic_of_the_sink_is_told_and_what_is_journaled_reaches_it_at_the_next_start() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    assert_eq!(server.stats().drain.last_error, None);
    sink.set_panics(true);
    let client = Client::at([127, 0, 0, 1]);
    let request = accounting_request(1, "s1", START, 0);
    assert_reply(&client.ask(acct(&server), &request), &request, Code::ACCOUNTING_RESPONSE);
    let told = (0..1_000).find_map(|_| {
        // Nothing more is to come: this gives the drain time.
        assert_eq!(client.receive_within(Duration::from_millis(20)), None);
        server.stats().drain.last_error
    });
    assert!(told.is_some_and(|error| error.contains("panic")));
    // Accounting goes on into the journal.
    let request = accounting_request(2, "s1", INTERIM, 5);
    assert_reply(&client.ask(acct(&server), &request), &request, Code::ACCOUNTING_RESPONSE);
    assert_eq!(server.stop().records_left, 2);
    drop(server);
    sink.set_panics(false);
    builder(&sink).journal_dir(directory.path()).start().unwrap();
    assert_eq!(sink.accounting().len(), 2);
}

#[test]
fn what_a_stop_leaves_behind_is_applied_by_the_next_start() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let impatient =
        Settings { drain_stop_timeout: Duration::from_millis(50), ..Settings::default() };
    let server = builder(&sink).settings(impatient).journal_dir(directory.path()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    sink.set_away(true);
    for identifier in 0..5 {
        client.ask(acct(&server), &accounting_request(identifier, "s1", INTERIM, 1));
    }
    assert_eq!(server.stop().records_left, 5);
    assert_eq!(server.stop().records_left, 5);
    drop(server);
    sink.set_away(false);
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    assert_eq!(sink.accounting().len(), 5);
    assert_eq!(server.sessions().len(), 1);
}

/// Waits until a request is answered, or the journal has lost its disk.
fn is_answered(client: &Client, server: &RunningServer) -> bool {
    while server.stats().journal.poisoned.is_none() {
        if client.receive_within(Duration::from_millis(20)).is_some() {
            return true;
        }
    }
    client.receive_within(Duration::from_millis(20)).is_some()
}

#[test]
fn what_was_acknowledged_before_a_power_cut_is_in_the_sink_once() {
    for seed in 0..8_u64 {
        let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
        let mut acknowledged = Vec::new();
        for life in 0..3_u32 {
            let disk = TestDisk::new(directory.path()).unwrap();
            let loss = match (seed + u64::from(life)) % 3 {
                0 => Loss::Drop,
                1 => Loss::Tear { seed },
                _ => Loss::Reorder { seed },
            };
            let server = builder(&sink).journal_disk(Arc::new(disk.clone())).start().unwrap();
            let client = Client::at([127, 0, 0, 1]);
            disk.cut_power_at(5 + (seed * 13 + u64::from(life) * 7) % 40, loss);
            for n in 0..200_u8 {
                let number = life * 1_000 + u32::from(n);
                let request = accounting_request(n, &format!("s{number}"), INTERIM, number);
                client.send(acct(&server), &request);
                if !is_answered(&client, &server) {
                    break;
                }
                acknowledged.push(u64::from(number));
            }
        }
        builder(&sink).journal_dir(directory.path()).start().unwrap().stop();
        let found: Vec<_> =
            sink.accounting().iter().map(|event| event.counters.upload_octets).collect();
        let once: HashSet<_> = found.iter().copied().collect();
        assert_eq!(once.len(), found.len(), "seed {seed}: something is there twice");
        assert!(acknowledged.len() > 3, "seed {seed}: nothing was acknowledged");
        for number in acknowledged {
            assert!(once.contains(&number), "seed {seed}: {number} was acknowledged and is lost");
        }
    }
}
