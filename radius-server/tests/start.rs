//! What goes wrong at the start has its own words.
#![allow(clippy::unwrap_used, reason = "a broken test may stop here")]

mod common;

use std::net::{IpAddr, Ipv6Addr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use common::*;
use radius_proto::Code;
use radius_server::journal::JournalError;
use radius_server::{Listener, RadiusServer, Settings, StartError};

#[test]
fn an_incomplete_builder_says_what_is_missing() {
    let sink = MemorySink::default();
    let error = builder(&sink).start().unwrap_err();
    assert_eq!(error.to_string(), "the server was given no journal directory");
    let error = RadiusServer::builder().sink(sink).start().unwrap_err();
    assert_eq!(error.to_string(), "the server was given no directory");
}

#[test]
fn a_setting_out_of_bounds_says_what_would_be_right() {
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings { duplicate_lifetime: Duration::from_secs(60), ..Settings::default() };
    let error = builder(&MemorySink::default())
        .settings(settings)
        .journal_dir(directory.path())
        .start()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the setting duplicate_lifetime is wrong: 60s is not from 5s to 30s (RFC 5080 section 2.2.2)"
    );
}

#[test]
fn a_port_in_use_is_named_and_nothing_is_left_behind() {
    let directory = tempfile::tempdir().unwrap();
    let other = UdpSocket::bind("127.0.0.1:0").unwrap();
    let taken = other.local_addr().unwrap();
    let start = || {
        let listener = Listener { accounting: taken, ..listener(taken.ip()) };
        RadiusServer::builder()
            .listener(listener)
            .directory(Arc::new(TestDirectory))
            .engine(engine())
            .sink(MemorySink::default())
            .journal_dir(directory.path())
            .start()
    };
    let error = start().unwrap_err();
    assert!(matches!(error, StartError::AddressInUse { address } if address == taken), "{error}");
    drop(other);
    start().unwrap();
}

#[test]
fn an_address_of_another_machine_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let elsewhere = IpAddr::from([192, 0, 2, 1]);
    let error = RadiusServer::builder()
        .listener(listener(elsewhere))
        .directory(Arc::new(TestDirectory))
        .engine(engine())
        .sink(MemorySink::default())
        .journal_dir(directory.path())
        .start()
        .unwrap_err();
    assert!(matches!(error, StartError::NoSuchAddress { .. }), "{error}");
}

#[test]
fn two_servers_do_not_share_a_journal() {
    let directory = tempfile::tempdir().unwrap();
    let sink = MemorySink::default();
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let error = builder(&sink).journal_dir(directory.path()).start().unwrap_err();
    assert!(matches!(error, StartError::Journal(JournalError::Locked { .. })), "{error}");
    drop(server);
    builder(&sink).journal_dir(directory.path()).start().unwrap();
}

#[test]
fn a_journal_directory_that_cannot_be_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, b"").unwrap();
    let error =
        builder(&MemorySink::default()).journal_dir(file.join("journal")).start().unwrap_err();
    assert!(matches!(&error, StartError::JournalDirectory { .. }), "{error}");
    assert!(error.to_string().contains("file/journal"), "{error}");
}

#[test]
fn a_store_that_is_away_at_the_start_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let sink = MemorySink::default();
    sink.set_away(true);
    let error = builder(&sink).journal_dir(directory.path()).start().unwrap_err();
    assert!(matches!(error, StartError::Sink(_)), "{error}");
    sink.set_away(false);
    builder(&sink).journal_dir(directory.path()).start().unwrap();
}

#[test]
fn a_dual_stack_listener_serves_ipv4_under_its_own_address() {
    let directory = tempfile::tempdir().unwrap();
    let server = RadiusServer::builder()
        .listener(listener(Ipv6Addr::UNSPECIFIED.into()))
        .directory(Arc::new(TestDirectory))
        .engine(engine())
        .sink(MemorySink::default())
        .journal_dir(directory.path())
        .start()
        .unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let asked = reach(server.authentication_addresses()[0], [127, 0, 0, 5]);
    let request = access_request(1, "wonderland", Signed::With(SECRET));
    client.send(asked, &request);
    let (reply, from) = client.receive();
    assert_reply(&reply, &request, Code::ACCESS_ACCEPT);
    assert_eq!(from, asked);
}

#[test]
fn a_sink_may_live_on_the_runtime_of_the_program() {
    let directory = tempfile::tempdir().unwrap();
    let sink = MemorySink::default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let builder = builder(&sink).journal_dir(directory.path()).runtime(runtime.handle().clone());
    // From within the runtime, where a call that may block is allowed.
    let server = runtime.block_on(async {
        tokio::task::spawn_blocking(|| builder.start()).await.unwrap().unwrap()
    });
    let client = Client::at([127, 0, 0, 1]);
    client.ask(acct(&server), &accounting_request(1, "s1", START, 0));
    assert_eq!(server.stop().records_left, 0);
    assert_eq!(sink.accounting().len(), 1);
}
