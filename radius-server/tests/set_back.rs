//! A store that is set back while the server runs.
#![allow(clippy::unwrap_used, reason = "a broken test may stop here")]

mod common;

use std::path::Path;
use std::time::Duration;

use aaa_engine::ports::Entry;
use common::*;
use radius_server::{JournalSettings, Remembered, RunningServer, Settings};

/// Records a session each, of which each reaches the sink before the next is sent.
fn record(server: &RunningServer, client: &Client, sink: &MemorySink, from: usize, to: usize) {
    for number in from..to {
        let identifier = u8::try_from(number).unwrap();
        let request = accounting_request(identifier, &format!("s{number}"), START, 0);
        client.ask(acct(server), &request);
        sink.wait_for(number + 1);
    }
}

fn sessions(entries: &[Entry]) -> Vec<String> {
    let name = |entry: &Entry| match entry {
        Entry::Accounting(event) => event.acct_session_id.escape_ascii().to_string(),
        Entry::Attempt(_) | Entry::Change(_) => String::new(),
    };
    entries.iter().map(name).collect()
}

#[test]
fn it_gets_again_what_it_has_lost_and_nothing_twice() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    record(&server, &client, &sink, 0, 4);
    sink.set_back(2);
    client.ask(acct(&server), &accounting_request(9, "s4", START, 0));
    assert_eq!(sessions(&sink.wait_for(5)), ["s0", "s1", "s2", "s3", "s4"]);
    assert_eq!(server.stop().records_left, 0);
    assert_eq!(sink.entries().len(), 5);
    assert_eq!(server.stats().drain.last_error, None);
}

#[test]
fn where_the_journal_does_not_reach_back_so_far_nothing_is_put_on_top_of_the_gap() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let settings = JournalSettings {
        segment_octets: 200,
        retention: Duration::ZERO,
        ..JournalSettings::default()
    };
    let server =
        builder(&sink).journal_dir(directory.path()).journal_settings(settings).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    record(&server, &client, &sink, 0, 8);
    let first = directory.path().join("journal-00000000000000000001.weir");
    wait_until("the first segment is gone", || !Path::exists(&first));
    sink.set_back(1);
    client.ask(acct(&server), &accounting_request(9, "s8", START, 0));
    wait_until("it is refused loudly", || {
        let error = server.stats().drain.last_error.unwrap_or_default();
        error.contains("the store is older than the journal reaches")
    });
    assert_eq!(sessions(&sink.entries()), ["s0"]);
}

#[test]
fn what_waits_while_the_sink_is_away_since_the_start_is_counted() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    record(&server, &client, &sink, 0, 2);
    // The sink has them before the server knows that.
    wait_until("the server knows what the sink has", || server.stats().drain.lag_records == 0);
    let position = server.applied_position();
    sink.set_away(true);
    client.ask(acct(&server), &accounting_request(8, "s8", START, 0));
    client.ask(acct(&server), &accounting_request(9, "s9", START, 0));
    drop(server);

    let impatient =
        Settings { drain_stop_timeout: Duration::from_millis(50), ..Settings::default() };
    let server = builder(&sink)
        .settings(impatient)
        .journal_dir(directory.path())
        .without_sink(Remembered { position, ..Remembered::default() })
        .start()
        .unwrap();
    client.ask(acct(&server), &accounting_request(10, "s10", START, 0));
    assert_eq!(server.stats().drain.lag_records, 3);
    assert_eq!(server.applied_position(), None, "the sink has not said where it stands");
    assert_eq!(server.stop().records_left, 3);
    drop(server);
    sink.set_away(false);
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    assert_eq!(sessions(&sink.entries()), ["s0", "s1", "s8", "s9", "s10"]);
    assert_eq!(server.stats().drain.lag_records, 0);
}

#[allow(clippy::disallowed_methods, reason = "the one clock of this test")]
fn wait_until(what: &str, happened: impl Fn() -> bool) {
    let began = std::time::Instant::now();
    while !happened() {
        assert!(began.elapsed() < Duration::from_secs(30), "waited in vain until {what}");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}
