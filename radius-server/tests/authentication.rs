//! Access-Requests and Status-Servers over real sockets.
#![allow(clippy::unwrap_used, reason = "a broken test may stop here")]

mod common;

use std::net::IpAddr;
use std::time::Duration;

use aaa_engine::{Outcome, Reason};
use common::*;
use radius_proto::Code;
use radius_server::Settings;

#[test]
fn the_right_password_is_accepted_and_the_wrong_one_rejected_with_a_reason_in_the_log() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let right = access_request(1, "wonderland", Signed::With(SECRET));
    assert_reply(&client.ask(auth(&server), &right), &right, Code::ACCESS_ACCEPT);
    let wrong = access_request(2, "Wonderland", Signed::No);
    assert_reply(&client.ask(auth(&server), &wrong), &wrong, Code::ACCESS_REJECT);
    sink.wait_for(2);
    let outcomes: Vec<_> =
        sink.attempts().into_iter().map(|attempt| (attempt.outcome, attempt.reason)).collect();
    assert_eq!(
        outcomes,
        [(Outcome::Accepted, Reason::Ok), (Outcome::Rejected, Reason::WrongPassword)]
    );
    let stats = server.stats();
    assert_eq!((stats.packets_received, stats.access_accepts, stats.access_rejects), (2, 1, 1));
    assert_eq!(server.stop().records_left, 0);
}

#[test]
fn a_reject_that_is_held_back_leaves_when_the_server_stops() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let settings = Settings { reject_delay: Duration::from_secs(5), ..Settings::default() };
    let server = builder(&sink).settings(settings).journal_dir(directory.path()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let wrong = access_request(1, "Wonderland", Signed::No);
    client.send(auth(&server), &wrong);
    // It is decided.
    sink.wait_for(1);
    server.stop();
    assert_reply(&client.receive().0, &wrong, Code::ACCESS_REJECT);
}

#[test]
fn a_retransmission_gets_identical_octets_and_is_processed_once() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let request = access_request(1, "wonderland", Signed::With(SECRET));
    let first = client.ask(auth(&server), &request);
    for _ in 0..5 {
        assert_eq!(client.ask(auth(&server), &request), first);
    }
    // The same identifier with another authenticator is another request.
    let mut other = access_request(1, "wonderland", Signed::No);
    other[4] ^= 1;
    assert_ne!(client.ask(auth(&server), &other), first);
    // From another port it is another request too, with a Class of its own.
    assert_ne!(Client::at([127, 0, 0, 1]).ask(auth(&server), &request), first);
    assert_eq!(server.stats().duplicates, 5);
    server.stop();
    assert_eq!(sink.attempts().len(), 3);
}

#[test]
fn a_reply_comes_from_the_address_that_was_asked() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    for (identifier, host) in (0..).zip([[127, 0, 0, 5], [127, 0, 0, 1], [127, 9, 9, 9]]) {
        let asked = reach(auth(&server), host);
        client.send(asked, &access_request(identifier, "wonderland", Signed::No));
        assert_eq!(client.receive().1, asked);
        let asked = reach(acct(&server), host);
        client.send(asked, &accounting_request(identifier, "s", INTERIM, 1));
        assert_eq!(client.receive().1, asked);
    }
}

#[test]
fn what_is_not_authentic_gets_no_answer_and_is_counted() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let known = Client::at([127, 0, 0, 1]);
    let forged = access_request(1, "wonderland", Signed::With("another secret"));
    known.send(auth(&server), &forged);
    known.send(acct(&server), &accounting_request_signed(1, "s", START, 0, "another secret"));
    known.send(auth(&server), &status_server(2, "another secret"));
    known.send(auth(&server), b"noise");
    known.send(auth(&server), &accounting_request(3, "s", START, 0));
    let stranger = Client::at([127, 0, 0, 77]);
    stranger.send(auth(&server), &access_request(1, "wonderland", Signed::With(SECRET)));
    stranger.hears_nothing();
    known.hears_nothing();
    let stats = server.stats();
    assert_eq!((stats.bad_authenticators, stats.malformed, stats.unexpected_codes), (3, 1, 1));
    assert!(stats.malformed_by_kind.contains(&("header_truncated", 1)));
    assert_eq!(stats.unknown_nas, 1);
    let unknown = server.unknown_nas();
    assert_eq!(unknown.len(), 1);
    assert_eq!((unknown[0].source, unknown[0].packets), (IpAddr::from([127, 0, 0, 77]), 1));
    assert_eq!(unknown[0].nas_identifier.as_deref(), Some("edge-7"));
    let problems = server.nas_problems();
    assert_eq!((problems.len(), problems[0].bad_authenticators), (1, 3));
    // The forged packet has not touched the cache: the real one with its key is answered.
    let real = access_request(1, "wonderland", Signed::With(SECRET));
    assert_reply(&known.ask(auth(&server), &real), &real, Code::ACCESS_ACCEPT);
    // Nor does it get the cached reply now, or push it out.
    known.send(auth(&server), &forged);
    known.hears_nothing();
    let accept = known.ask(auth(&server), &real);
    assert_reply(&accept, &real, Code::ACCESS_ACCEPT);
    server.stop();
    assert_eq!((sink.attempts().len(), sink.accounting().len()), (1, 0));
}

#[test]
fn message_authenticator_is_required_as_the_policy_says() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let strict = Client::at([127, 0, 0, 2]);
    strict.send(auth(&server), &access_request(1, "wonderland", Signed::No));
    strict.hears_nothing();
    let signed = access_request(2, "wonderland", Signed::With(SECRET));
    assert_reply(&strict.ask(auth(&server), &signed), &signed, Code::ACCESS_ACCEPT);
    let auto = Client::at([127, 0, 0, 3]);
    let unsigned = access_request(3, "wonderland", Signed::No);
    assert_reply(&auto.ask(auth(&server), &unsigned), &unsigned, Code::ACCESS_ACCEPT);
    assert_reply(&auto.ask(auth(&server), &signed), &signed, Code::ACCESS_ACCEPT);
    auto.send(auth(&server), &access_request(4, "wonderland", Signed::No));
    auto.hears_nothing();
    assert_eq!(server.stats().missing_message_authenticators, 2);
}

#[test]
fn status_server_is_answered_on_both_ports() {
    let (directory, sink) = (tempfile::tempdir().unwrap(), MemorySink::default());
    let server = builder(&sink).journal_dir(directory.path()).start().unwrap();
    let client = Client::at([127, 0, 0, 1]);
    let request = status_server(9, SECRET);
    assert_reply(&client.ask(auth(&server), &request), &request, Code::ACCESS_ACCEPT);
    assert_reply(&client.ask(acct(&server), &request), &request, Code::ACCOUNTING_RESPONSE);
    assert_eq!(server.stats().status_responses, 2);
    server.stop();
    assert!(sink.entries().is_empty());
}
