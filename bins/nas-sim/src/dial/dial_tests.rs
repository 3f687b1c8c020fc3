//! The whole of dialling, against a scripted server over real UDP.

use std::io::PipeWriter;
use std::os::fd::AsFd as _;
use std::sync::mpsc;

use radius_proto::Packet;

use super::session::Port;
use super::*;
use crate::attributes as attr;
use crate::scripted::{self, Grants, Scripted, answer};

const GRANTS: Grants = Grants {
    rate_limit: Some("2M/10M"),
    session_timeout_s: None,
    interim_interval_s: None,
    address: None,
    service: None,
};

fn settings(server: &Scripted, count: u32) -> Settings {
    let subscribers = Subscriber::numbered("s", count, scripted::PASSWORD).unwrap();
    let nas = Nas::new("core-1", [127, 0, 0, 1].into());
    Settings {
        duration: Some(Duration::from_millis(300)),
        ..Settings::new(server.target, scripted::secret(), nas, subscribers)
    }
}

fn dial(settings: &Settings) -> Summary {
    let (stop, _running) = std::io::pipe().unwrap();
    run(settings, stop.as_fd(), &mut |_| {}).unwrap()
}

fn login(request: &[u8]) -> String {
    let packet = Packet::parse(request).unwrap();
    String::from_utf8(packet.first(attr::USER_NAME).unwrap().to_vec()).unwrap()
}

#[test]
fn everybody_comes_in_by_every_method_and_leaves() {
    let server = Scripted::start(|_, request| vec![answer(request, GRANTS)]);
    let settings = Settings {
        interim: Some(Duration::from_millis(100)),
        ramp: Duration::from_millis(50),
        // On a machine that is busy with other things, the last of them come in late.
        duration: Some(Duration::from_secs(2)),
        ..settings(&server, 300)
    };
    let summary = dial(&settings);
    assert!(summary.is_clean(), "{summary:?}");
    assert_eq!((summary.dialled, summary.accepted), (300, 300));
    assert_eq!((summary.starts, summary.stops), (300, 300));
    assert!(summary.interims >= 300, "{}", summary.interims);
    assert!(summary.sessions.iter().all(|session| session.outcome == Outcome::Closed));
    let octets = |session: &SessionReport| (session.input_octets, session.output_octets);
    let (up, down) = octets(&summary.sessions[0]);
    assert!(up > 0 && down.abs_diff(up * 5) <= 5, "{up} up, {down} down");
}

#[test]
fn a_wrong_password_is_a_rejection_and_no_disagreement() {
    let server = Scripted::start(|_, request| vec![answer(request, GRANTS)]);
    let mut settings = settings(&server, 1);
    settings.methods = vec![Method::Pap];
    settings.subscribers = vec![Subscriber::new("ann", "wrong").unwrap()];
    let mut told = None;
    let (stop, _running) = std::io::pipe().unwrap();
    let summary = run(&settings, stop.as_fd(), &mut |event| {
        if let Event::Rejected { refusal, .. } = event {
            told.clone_from(&refusal.message);
        }
    })
    .unwrap();
    assert_eq!((summary.rejected, summary.accepted, summary.starts), (1, 0, 0));
    assert_eq!(told.as_deref(), Some("Wrong password"));
    assert!(summary.is_clean());
}

#[test]
fn a_lost_reply_is_asked_for_with_the_same_octets() {
    let (seen, requests) = mpsc::channel();
    let mut lost = false;
    let server = Scripted::start(move |port, request| {
        if port == Port::Authentication {
            seen.send(request.to_vec()).unwrap();
            if !std::mem::replace(&mut lost, true) {
                return Vec::new();
            }
        }
        vec![answer(request, GRANTS)]
    });
    let settings =
        Settings { duration: Some(Duration::from_millis(1_500)), ..settings(&server, 1) };
    let summary = dial(&settings);
    assert!(summary.is_clean(), "{summary:?}");
    assert_eq!((summary.accepted, summary.retransmissions), (1, 1));
    let requests: Vec<Vec<u8>> = requests.try_iter().collect();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0], requests[1]);
}

#[test]
fn a_server_that_is_not_there_is_noticed() {
    let server = Scripted::start(|_, request| vec![answer(request, GRANTS)]);
    let target = server.target;
    let settings =
        Settings { duration: Some(Duration::from_secs(10)), target, ..settings(&server, 2) };
    drop(server);
    let summary = dial(&settings);
    assert_eq!((summary.unanswered, summary.accepted), (2, 0));
    assert!(summary.refused > 0, "loopback says that nobody listens");
    assert!(!summary.is_clean());
}

#[test]
fn a_disagreement_names_the_login_and_what_differs() {
    let server = Scripted::start(|port, request| {
        let mut reply = answer(request, GRANTS);
        if port == Port::Authentication && login(request) == "s002" {
            reply[5] ^= 1;
        }
        vec![reply]
    });
    let summary = dial(&settings(&server, 3));
    assert_eq!((summary.accepted, summary.disagreed), (2, 1));
    let wrong = &summary.disagreements[0];
    assert_eq!(wrong.login, "s002");
    assert!(wrong.what.contains("Response Authenticator"), "{}", wrong.what);
    assert!(!summary.is_clean());
}

#[test]
fn a_forged_reply_does_not_stop_the_real_one() {
    let server = Scripted::start(|_, request| {
        let real = answer(request, GRANTS);
        let mut forged = real.clone();
        forged[4] ^= 1;
        vec![forged, real]
    });
    let summary = dial(&settings(&server, 5));
    assert_eq!((summary.accepted, summary.stops), (5, 5));
    assert_eq!(summary.disagreed, 15, "login, Start and Stop of each");
}

/// Ends the run as soon as the expected event is told, by closing the other end of `stop`.
fn dial_until(settings: &Settings, mut end: impl FnMut(Event<'_>) -> bool) -> Summary {
    let (stop, running) = std::io::pipe().unwrap();
    let mut running: Option<PipeWriter> = Some(running);
    run(settings, stop.as_fd(), &mut |event| {
        if end(event) {
            running = None;
        }
    })
    .unwrap()
}

#[test]
fn a_stop_from_outside_hangs_everybody_up() {
    let server = Scripted::start(|_, request| vec![answer(request, GRANTS)]);
    let settings = Settings { duration: None, ..settings(&server, 10) };
    let clock = crate::clock::Clock::start();
    let mut online = 0;
    let summary = dial_until(&settings, |event| {
        online += u32::from(matches!(event, Event::Online { .. }));
        online == 10
    });
    assert!(summary.is_clean());
    assert!(clock.now().elapsed < settings.drain, "ends with the last Stop, not with the drain");
    assert_eq!((summary.starts, summary.stops), (10, 10));
}

#[test]
fn records_that_nobody_acknowledges_are_told_in_the_end() {
    let server = Scripted::start(|port, request| match port {
        Port::Authentication => vec![answer(request, GRANTS)],
        Port::Accounting => Vec::new(),
    });
    let settings = Settings { drain: Duration::from_millis(200), ..settings(&server, 4) };
    let summary = dial(&settings);
    assert_eq!((summary.accepted, summary.starts, summary.unacknowledged), (4, 0, 4));
    assert!(!summary.is_clean());
}

#[test]
fn session_timeout_is_honoured() {
    let grants = Grants { session_timeout_s: Some(1), ..GRANTS };
    let server = Scripted::start(move |_, request| vec![answer(request, grants)]);
    let settings = Settings { duration: Some(Duration::from_secs(30)), ..settings(&server, 2) };
    let mut causes = Vec::new();
    let (stop, _running) = std::io::pipe().unwrap();
    let summary = run(&settings, stop.as_fd(), &mut |event| {
        if let Event::Offline { terminate_cause, .. } = event {
            causes.push(terminate_cause);
        }
    })
    .unwrap();
    assert_eq!(causes, [5, 5]);
    assert_eq!(summary.sessions[0].session_time_s, 1);
}

/// Each that came in was stopped, but for those whose Stop, or whose Start before it, was not
/// acknowledged in the time of the drain on a machine that is busy with other things.
fn assert_all_are_stopped(summary: &Summary) {
    let Summary { accepted, starts, stops, unacknowledged, .. } = *summary;
    assert_eq!(accepted, stops + unacknowledged, "{summary:?}");
    assert!((stops..=accepted).contains(&starts), "{summary:?}");
}

#[test]
fn more_than_one_port_holds_are_dialled_at_once() {
    let server = Scripted::start(|_, request| vec![answer(request, GRANTS)]);
    let settings = Settings {
        methods: vec![Method::Pap],
        duration: Some(Duration::from_millis(1)),
        ..settings(&server, 3_000)
    };
    // All hang up at once before most have dialled: only those that came in are stopped.
    assert_all_are_stopped(&dial(&settings));

    let settings = Settings { duration: None, ..settings };
    // On a machine that is busy with other things, a few may get no answer in the time of a router.
    let mut decided = 0;
    let summary = dial_until(&settings, |event| {
        decided += u32::from(matches!(event, Event::Online { .. } | Event::Unanswered { .. }));
        decided == 3_000
    });
    assert!(summary.disagreements.is_empty(), "{:?}", summary.disagreements);
    assert_eq!(summary.accepted + summary.unanswered, 3_000);
    assert_all_are_stopped(&summary);
    assert!(summary.stops > 1_000, "{summary:?}");
}
