//! `CoaClient` against NASes on real sockets, which lose, delay, refuse and forge.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a test waits no longer than it has patience")]

use core::num::NonZeroU32;
use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use coa_client::{
    ClientSettings, CoaClient, CoaError, Destination, ErrorCause, RequestKind, Retransmission,
    Settings,
};
use radius_proto::{AttributeType, Code, MessageAuthenticator, Packet, PacketWriter, Secret};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

const SECRET: &str = "testing123";
/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a NAS does with a request.
enum Answer {
    Nothing,
    Reply(Vec<u8>),
    Later(Duration, Vec<u8>),
}

/// What a NAS has received, in order.
type Received = mpsc::UnboundedReceiver<(SocketAddr, Vec<u8>)>;

/// A NAS that does with each datagram, and its number from 1, what it is told.
async fn nas(
    mut behaviour: impl FnMut(usize, Packet<'_>) -> Answer + Send + 'static,
) -> (SocketAddr, Received) {
    let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
    let address = socket.local_addr().unwrap();
    let (sender, received) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut buffer = [0; 4096];
        for number in 1.. {
            let (len, from) = socket.recv_from(&mut buffer).await.unwrap();
            let datagram = &buffer[..len];
            let answer = behaviour(number, Packet::parse(datagram).unwrap());
            let _ = sender.send((from, datagram.to_vec()));
            match answer {
                Answer::Nothing => {}
                Answer::Reply(reply) => drop(socket.send_to(&reply, from).await.unwrap()),
                Answer::Later(delay, reply) => {
                    let socket = Arc::clone(&socket);
                    tokio::spawn(async move {
                        tokio::time::sleep(delay).await;
                        socket.send_to(&reply, from).await.unwrap();
                    });
                }
            }
        }
    });
    (address, received)
}

/// The reply to a request, with the request's State, made with this secret.
fn reply_with(request: Packet<'_>, secret: &str, cause: Option<u32>) -> Vec<u8> {
    let kind = match request.code() {
        Code::COA_REQUEST => RequestKind::Change,
        _ => RequestKind::Disconnect,
    };
    let code = if cause.is_some() { kind.nak() } else { kind.ack() };
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, code, request.identifier())
            .unwrap();
    if let Some(cause) = cause {
        writer.attribute(AttributeType::ERROR_CAUSE, &cause.to_be_bytes()).unwrap();
    }
    if let Some(state) = request.first(AttributeType::STATE) {
        writer.attribute(AttributeType::STATE, state).unwrap();
    }
    writer.finish_response(request.authenticator(), &Secret::new(secret).unwrap()).to_vec()
}

fn ack(request: Packet<'_>) -> Vec<u8> {
    reply_with(request, SECRET, None)
}

/// Quick, so that a test does not wait for long.
fn settings() -> Settings {
    Settings {
        retransmission: Retransmission {
            initial: Duration::from_millis(100),
            interval_max: Duration::from_millis(200),
            transmissions_max: 3,
            duration_max: Duration::from_secs(2),
        },
        requests_per_s_max: None,
        ..Settings::default()
    }
}

/// So patient that no request is sent twice because the machine is slow.
fn patient() -> Settings {
    let mut settings = settings();
    settings.retransmission.initial = PATIENCE;
    settings.retransmission.interval_max = PATIENCE;
    settings.retransmission.duration_max = PATIENCE;
    settings
}

fn destination(address: SocketAddr, settings: Settings) -> Destination {
    Destination::new(address, Secret::new(SECRET).unwrap()).with_settings(settings)
}

fn client() -> CoaClient {
    CoaClient::new(ClientSettings::default())
}

async fn next(received: &mut Received) -> (SocketAddr, Vec<u8>) {
    tokio::time::timeout(PATIENCE, received.recv()).await.expect("a request").unwrap()
}

#[tokio::test]
async fn a_session_is_ended_and_another_is_not_there() {
    let (address, mut received) = nas(|_, request| {
        let is_known = request.first(AttributeType::ACCT_SESSION_ID) == Some(b"81a09556");
        Answer::Reply(reply_with(request, SECRET, (!is_known).then_some(503)))
    })
    .await;
    let (client, to) = (client(), destination(address, patient()));
    let session = |writer: &mut PacketWriter<'_>| {
        writer.attribute(AttributeType::ACCT_SESSION_ID, b"81a09556")
    };
    let ended = client.disconnect(&to, session).await.unwrap();
    assert_eq!(ended.code(), Code::DISCONNECT_ACK);
    assert!(ended.acknowledged().is_ok());
    let changed = client.change(&to, session).await.unwrap();
    assert_eq!(changed.code(), Code::COA_ACK);
    let refused = client.disconnect(&to, |_| Ok(())).await.unwrap();
    assert_eq!(refused.error_cause(), Some(ErrorCause::SessionContextNotFound));
    assert!(refused.acknowledged().is_err());

    let secret = Secret::new(SECRET).unwrap();
    let (_, datagram) = next(&mut received).await;
    let request = Packet::parse_strict(&datagram).unwrap();
    assert!(request.verify_request_authenticator(&secret));
    assert_eq!(request.verify_message_authenticator(&secret), MessageAuthenticator::Valid);
    let stamp = request.first(AttributeType::EVENT_TIMESTAMP).unwrap().try_into().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    assert!(now.as_secs().abs_diff(u64::from(u32::from_be_bytes(stamp))) < 60);
    let counters = client.counters();
    assert_eq!((counters.requests, counters.acknowledged, counters.refused), (3, 2, 1));
}

#[tokio::test]
async fn a_lost_request_is_sent_again_as_it_was() {
    let (address, mut received) = nas(|number, request| match number {
        1 | 2 => Answer::Nothing,
        _ => Answer::Reply(ack(request)),
    })
    .await;
    let to = destination(address, settings());
    client().change(&to, |_| Ok(())).await.unwrap();
    let (first, second, third) =
        (next(&mut received).await, next(&mut received).await, next(&mut received).await);
    assert_eq!(first, second);
    assert_eq!(first, third);
}

#[tokio::test]
async fn a_silent_nas_and_one_with_another_secret_are_told_apart() {
    let (silent, _kept) = nas(|_, _| Answer::Nothing).await;
    let (stranger, _kept) =
        nas(|_, request| Answer::Reply(reply_with(request, "testing124", None))).await;
    let client = client();
    let of_silent = client.disconnect(&destination(silent, settings()), |_| Ok(())).await;
    let of_silent = of_silent.unwrap_err().to_string();
    let sent = "did not answer a Disconnect-Request that was sent 3 times";
    assert_eq!(of_silent, format!("{silent} {sent}"));
    let of_stranger = client.disconnect(&destination(stranger, settings()), |_| Ok(())).await;
    let of_stranger = of_stranger.unwrap_err().to_string();
    let made = "3 replies were made with another secret";
    assert_eq!(of_stranger, format!("{stranger} {sent}; {made}"));
}

#[tokio::test]
async fn no_more_are_in_flight_than_may_be() {
    let in_flight = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
    let address = socket.local_addr().unwrap();
    let (here, highest) = (Arc::clone(&in_flight), Arc::clone(&most));
    tokio::spawn(async move {
        let mut buffer = [0; 4096];
        loop {
            let (len, from) = socket.recv_from(&mut buffer).await.unwrap();
            highest.fetch_max(here.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let reply = ack(Packet::parse(&buffer[..len]).unwrap());
            let (socket, here) = (Arc::clone(&socket), Arc::clone(&here));
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                here.fetch_sub(1, Ordering::SeqCst);
                socket.send_to(&reply, from).await.unwrap();
            });
        }
    });
    let client = client();
    let to = destination(address, Settings { in_flight_max: 4, ..patient() });
    let mut requests = JoinSet::new();
    for _ in 0..40 {
        let (client, to) = (client.clone(), to.clone());
        requests.spawn(async move { client.change(&to, |_| Ok(())).await });
    }
    while let Some(reply) = requests.join_next().await {
        assert!(reply.unwrap().unwrap().is_acknowledged());
    }
    assert_eq!(most.load(Ordering::SeqCst), 4);
    assert_eq!(client.counters().transmissions, 40);
}

#[tokio::test]
async fn no_more_begin_in_a_second_than_may() {
    let (address, mut received) = nas(|_, request| Answer::Reply(ack(request))).await;
    let client = client();
    let settings = Settings { requests_per_s_max: NonZeroU32::new(100), ..patient() };
    let to = destination(address, settings);
    let began = Instant::now();
    let mut requests = JoinSet::new();
    for _ in 0..31 {
        let (client, to) = (client.clone(), to.clone());
        requests.spawn(async move { client.change(&to, |_| Ok(())).await });
    }
    for number in 0..31_u32 {
        next(&mut received).await;
        let spread = Duration::from_millis(10) * number;
        assert!(began.elapsed() >= spread, "request {number} after {:?}", began.elapsed());
    }
    while let Some(reply) = requests.join_next().await {
        assert!(reply.unwrap().unwrap().is_acknowledged());
    }
}

#[tokio::test]
async fn a_full_queue_and_a_long_wait_are_errors() {
    let (address, mut received) = nas(|_, _| Answer::Nothing).await;
    let client = CoaClient::new(ClientSettings {
        waiting_max: 3,
        wait_max: Duration::from_millis(300),
        ..ClientSettings::default()
    });
    let to = destination(address, Settings { in_flight_max: 1, ..patient() });
    let mut requests = JoinSet::new();
    let spawn = |requests: &mut JoinSet<_>| {
        let (client, to) = (client.clone(), to.clone());
        requests.spawn(async move { client.change(&to, |_| Ok(())).await });
    };
    spawn(&mut requests);
    next(&mut received).await;
    for _ in 0..4 {
        spawn(&mut requests);
    }
    let first = requests.join_next().await.unwrap().unwrap();
    assert!(matches!(first, Err(CoaError::QueueFull { max: 3, .. })), "{first:?}");
    for _ in 0..3 {
        let overdue = requests.join_next().await.unwrap().unwrap();
        let Err(CoaError::NotSent { destination, waited }) = overdue else { panic!("{overdue:?}") };
        assert_eq!(destination, address);
        assert!(waited >= Duration::from_millis(300));
    }
    assert!(received.try_recv().is_err(), "nothing but the first was sent");
}

#[tokio::test]
async fn a_dropped_future_gives_its_place_to_the_next() {
    let (address, mut received) = nas(|number, request| match number {
        1 => Answer::Nothing,
        _ => Answer::Reply(ack(request)),
    })
    .await;
    let client = client();
    let to = destination(address, Settings { in_flight_max: 1, ..patient() });
    let ask = |state: &'static [u8]| {
        let (client, to) = (client.clone(), to.clone());
        let attributes =
            move |writer: &mut PacketWriter<'_>| writer.attribute(AttributeType::STATE, state);
        tokio::spawn(async move { client.change(&to, attributes).await })
    };
    let in_flight = ask(b"in flight");
    next(&mut received).await;
    let waiting = ask(b"waiting");
    let last = ask(b"last");
    // Both wait behind the first by now or later; either way the second is taken back.
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    in_flight.abort();
    assert!(in_flight.await.unwrap_err().is_cancelled());
    let reply = last.await.unwrap().unwrap();
    assert_eq!(reply.packet().first(AttributeType::STATE), Some(&b"last"[..]));
    let (_, datagram) = next(&mut received).await;
    let sent = Packet::parse(&datagram).unwrap();
    assert_eq!(sent.first(AttributeType::STATE), Some(&b"last"[..]));
    let counters = client.counters();
    assert_eq!((counters.requests, counters.cancelled, counters.acknowledged), (2, 1, 1));
}

#[tokio::test]
async fn requests_come_from_the_local_address() {
    let (address, mut received) = nas(|_, request| Answer::Reply(ack(request))).await;
    let client = client();
    let to = destination(address, patient());
    let mut ports = HashSet::new();
    for local in ["127.0.0.5", "127.0.0.6", "127.0.0.5"] {
        let local = SocketAddr::new(local.parse().unwrap(), 0);
        let bound = client.bind(local).unwrap();
        client.change(&to.clone().from_local(local), |_| Ok(())).await.unwrap();
        assert_eq!(next(&mut received).await.0, bound);
        ports.insert(bound);
    }
    assert_eq!(ports.len(), 2, "one socket for each address");
    let elsewhere = to.from_local("192.0.2.77:0".parse().unwrap());
    let error = client.change(&elsewhere, |_| Ok(())).await.unwrap_err();
    assert!(error.to_string().starts_with("cannot send from 192.0.2.77:0: "), "{error}");

    let one = CoaClient::new(ClientSettings { sockets_max: 1, ..ClientSettings::default() });
    one.bind("127.0.0.5:0".parse().unwrap()).unwrap();
    let second = one.bind("127.0.0.6:0".parse().unwrap());
    assert!(matches!(second, Err(CoaError::TooManySockets { max: 1 })));
}

#[tokio::test]
async fn what_the_system_does_not_send_is_told() {
    // A broadcast takes a permission that the socket does not have.
    let to = destination("255.255.255.255:3799".parse().unwrap(), settings());
    let error = client().change(&to, |_| Ok(())).await.unwrap_err();
    let CoaError::TimedOut { unsent: Some(_), transmissions: 3, .. } = &error else {
        panic!("{error:?}")
    };
    assert!(error.to_string().contains("; not sent: "), "{error}");
}

#[tokio::test]
async fn a_new_secret_holds_from_the_next_request() {
    let (address, mut received) = nas(|number, request| match number {
        // The first is answered after the second has been asked, each with its own secret.
        1 => Answer::Later(Duration::from_millis(200), reply_with(request, "old", None)),
        _ => Answer::Reply(reply_with(request, "new", None)),
    })
    .await;
    let client = client();
    let with = |secret: &str| {
        Destination::new(address, Secret::new(secret).unwrap()).with_settings(patient())
    };
    let (of_old, old) = (client.clone(), with("old"));
    let first = tokio::spawn(async move { of_old.change(&old, |_| Ok(())).await });
    next(&mut received).await;
    client.change(&with("new"), |_| Ok(())).await.unwrap();
    first.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_does_not_fit_is_not_sent() {
    let client = client();
    let to = destination("127.0.0.1:9".parse().unwrap(), settings());
    let much = |writer: &mut PacketWriter<'_>| {
        (0..16).try_for_each(|_| writer.attribute(AttributeType::STATE, &[7; 253]))
    };
    let error = client.change(&to, much).await.unwrap_err();
    assert!(matches!(error, CoaError::Attributes(_)), "{error}");
    assert_eq!(client.counters().requests, 0);
}

#[tokio::test]
async fn only_so_many_nases_are_asked_and_idle_ones_are_forgotten() {
    let (silent, mut received) = nas(|_, _| Answer::Nothing).await;
    let (second, _kept) = nas(|_, request| Answer::Reply(ack(request))).await;
    let (third, _kept) = nas(|_, request| Answer::Reply(ack(request))).await;
    let client =
        CoaClient::new(ClientSettings { destinations_max: 2, ..ClientSettings::default() });
    let settings = Settings { identifier_rest: Duration::ZERO, ..patient() };
    let (asking, to) = (client.clone(), destination(silent, settings));
    let pending = tokio::spawn(async move { asking.change(&to, |_| Ok(())).await });
    next(&mut received).await;
    client.change(&destination(second, settings), |_| Ok(())).await.unwrap();
    client.change(&destination(third, settings), |_| Ok(())).await.unwrap();
    assert_eq!(client.counters().acknowledged, 2, "what was forgotten stays counted");
    pending.abort();

    let full = CoaClient::new(ClientSettings { destinations_max: 1, ..ClientSettings::default() });
    let (asking, to) = (full.clone(), destination(silent, settings));
    let pending = tokio::spawn(async move { asking.change(&to, |_| Ok(())).await });
    next(&mut received).await;
    let error = full.change(&destination(second, settings), |_| Ok(())).await.unwrap_err();
    assert!(matches!(error, CoaError::TooManyDestinations { max: 1 }), "{error}");
    pending.abort();
}

/// Twenty NASes that lose every third datagram, each asked twenty times at once: every reply
/// comes to who asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_gets_the_reply_to_its_own_request() {
    let client = client();
    let seen = Arc::new(Mutex::new(HashSet::new()));
    let mut settings = settings();
    settings.retransmission.transmissions_max = 20;
    settings.retransmission.duration_max = PATIENCE;
    let mut requests = JoinSet::new();
    for number in 0..20_u32 {
        let (address, _) = nas(|number, request| match number % 3 {
            0 => Answer::Nothing,
            1 => Answer::Reply(ack(request)),
            _ => Answer::Later(Duration::from_millis(30), reply_with(request, SECRET, Some(506))),
        })
        .await;
        for session in 0..20_u32 {
            let state = (number * 100 + session).to_be_bytes();
            let (client, to) = (client.clone(), destination(address, settings));
            let seen = Arc::clone(&seen);
            requests.spawn(async move {
                let attributes =
                    |writer: &mut PacketWriter<'_>| writer.attribute(AttributeType::STATE, &state);
                let reply = client.change(&to, attributes).await.unwrap();
                assert_eq!(reply.packet().first(AttributeType::STATE), Some(&state[..]));
                assert!(seen.lock().unwrap().insert(state));
            });
        }
    }
    while let Some(request) = requests.join_next().await {
        request.unwrap();
    }
    assert_eq!(seen.lock().unwrap().len(), 400);
    let counters = client.counters();
    assert_eq!(counters.acknowledged + counters.refused, 400);
    assert_eq!(counters.timed_out, 0);
}

#[test]
fn a_client_outlives_the_runtime_that_it_was_first_used_in() {
    let client = client();
    let local = "127.0.0.1:0".parse().unwrap();
    for _ in 0..2 {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let reply = runtime.block_on(async {
            let (address, _kept) = nas(|_, request| Answer::Reply(ack(request))).await;
            client.change(&destination(address, patient()).from_local(local), |_| Ok(())).await
        });
        assert!(reply.unwrap().is_acknowledged());
    }
}
