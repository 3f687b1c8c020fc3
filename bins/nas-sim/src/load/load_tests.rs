//! The measure, against a server that answers, keeps silent and lies.

use std::os::fd::AsFd as _;

use super::*;
use crate::scripted::{self, Grants, Scripted, answer};

fn settings(server: &Scripted, kind: Kind) -> Settings {
    let subscribers = Subscriber::numbered("s", 20, scripted::PASSWORD).unwrap();
    let nas = Nas::new("core-1", [127, 0, 0, 1].into());
    let duration = Duration::from_millis(200);
    Settings {
        prepared: 1024,
        window: 32,
        verify_every: 1,
        reply_timeout: Duration::from_millis(300),
        ..Settings::new(server.target, scripted::secret(), nas, subscribers, kind, duration)
    }
}

fn measured(settings: &Settings) -> Report {
    let (stop, _running) = std::io::pipe().unwrap();
    run(settings, stop.as_fd()).unwrap()
}

#[test]
fn every_request_is_answered_and_verified() {
    let server = Scripted::start(|_, request| vec![answer(request, Grants::default())]);
    for kind in [Kind::AuthPap, Kind::Accounting] {
        let report = measured(&settings(&server, kind));
        assert!(report.replies > 0, "{report:?}");
        assert_eq!(report.accepted, report.replies);
        assert_eq!((report.lost, report.forged, report.unexpected), (0, 0, 0), "{report:?}");
        assert!(report.sent >= report.replies && report.sent <= report.replies + 32);
        assert!(report.verified >= report.replies);
        assert_eq!(report.laps, (report.sent - 1) / 1024);
    }
}

#[test]
fn rejects_are_not_counted_as_accepts() {
    let server = Scripted::start(|_, request| vec![answer(request, Grants::default())]);
    let mut settings = settings(&server, Kind::AuthPap);
    settings.subscribers = Subscriber::numbered("s", 5, "wrong").unwrap();
    let report = measured(&settings);
    assert!(report.replies > 0);
    assert_eq!((report.accepted, report.rejected), (0, report.replies));
}

#[test]
fn silence_is_loss_and_does_not_hang() {
    let server = Scripted::start(|_, _| Vec::new());
    let report = measured(&settings(&server, Kind::AuthPap));
    assert_eq!((report.replies, report.sent, report.lost), (0, 32, 32));
}

#[test]
fn a_wrong_signature_is_noticed() {
    let server = Scripted::start(|_, request| {
        let mut reply = answer(request, Grants::default());
        reply[9] ^= 1;
        vec![reply]
    });
    let report = measured(&settings(&server, Kind::AuthPap));
    assert!(report.forged > 0);
    assert_eq!(report.forged, report.verified);
}

#[test]
fn a_second_reply_answers_nothing() {
    let server = Scripted::start(|_, request| {
        let reply = answer(request, Grants::default());
        vec![reply.clone(), reply]
    });
    let mut settings = settings(&server, Kind::AuthPap);
    // So many requests that no identifier is used again in the time: then every second reply
    // finds nobody waiting.
    settings.window = 1;
    settings.sockets = 4;
    let report = measured(&settings);
    assert!(report.replies > 0);
    assert!(report.unexpected > 0, "{report:?}");
}

#[test]
fn settings_that_lead_nowhere_are_refused() {
    let server = Scripted::start(|_, _| Vec::new());
    let (stop, _running) = std::io::pipe().unwrap();
    let refused = |change: &dyn Fn(&mut Settings)| {
        let mut settings = settings(&server, Kind::AuthPap);
        change(&mut settings);
        run(&settings, stop.as_fd()).unwrap_err().to_string()
    };
    let few = refused(&|settings| (settings.window, settings.sockets) = (600, 2));
    assert!(few.contains("needs at least 3 sockets, not 2"), "{few}");
    assert!(refused(&|settings| settings.window = 0).contains("window must be"));
    assert!(refused(&|settings| settings.prepared = 10).contains("do not fill"));
    assert!(refused(&|settings| settings.subscribers.clear()).contains("nobody"));
}
