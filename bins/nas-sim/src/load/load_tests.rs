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
    run(settings, stop.as_fd(), &mut |_| {}).unwrap()
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
        run(&settings, stop.as_fd(), &mut |_| {}).unwrap_err().to_string()
    };
    let few = refused(&|settings| (settings.window, settings.sockets) = (600, 2));
    assert!(few.contains("needs at least 3 sockets, not 2"), "{few}");
    assert!(refused(&|settings| settings.window = 0).contains("window must be"));
    assert!(refused(&|settings| settings.prepared = 10).contains("do not fill"));
    assert!(refused(&|settings| settings.subscribers.clear()).contains("nobody"));
}

/// An open loop of 1,000 requests a second.
fn open_loop(server: &Scripted) -> Settings {
    let rate_per_s = NonZeroU32::new(1000);
    Settings { rate_per_s, verify_every: 64, ..settings(server, Kind::AuthPap) }
}

#[test]
fn an_open_loop_sends_what_is_due_and_measures_every_reply() {
    let server = Scripted::start(|_, request| vec![answer(request, Grants::default())]);
    let mut settings = open_loop(&server);
    settings.duration = Duration::from_millis(1200);
    settings.ramp = Duration::from_millis(400);
    settings.window = 1024;
    settings.prepared = 4096;
    let mut seconds = Vec::new();
    let (stop, _running) = std::io::pipe().unwrap();
    let report = run(&settings, stop.as_fd(), &mut |second| seconds.push(second)).unwrap();
    // 200 in the ramp, 800 after it; the last may be due while the end is being noticed.
    assert!((990..=1000).contains(&(report.sent + report.held_back)), "{report:?}");
    assert_eq!((report.lost, report.forged), (0, 0), "{report:?}");
    assert_eq!(report.round_trips.count as u64, report.sent, "{report:?}");
    let [first] = seconds.as_slice() else { panic!("one whole second: {seconds:?}") };
    assert_eq!((first.number, first.lost), (0, 0));
    assert!(first.sent <= 810 && first.replies <= first.sent, "{first:?}");
}

#[expect(clippy::disallowed_methods, reason = "the server's own slowness is what is measured")]
fn wait_out(delay: Duration) {
    std::thread::sleep(delay);
}

#[test]
fn what_a_silent_server_keeps_waiting_counts_from_when_it_was_due() {
    // It takes its time once, for the first request; the others wait behind it.
    let mut delays = std::iter::once(Duration::from_millis(100));
    let server = Scripted::start(move |_, request| {
        if let Some(delay) = delays.next() {
            wait_out(delay);
        }
        vec![answer(request, Grants::default())]
    });
    let mut settings = open_loop(&server);
    settings.window = 10;
    let report = measured(&settings);
    assert_eq!(report.lost, 0, "{report:?}");
    // Only 10 were under way in that time, and yet the 100 that were due in it have waited: half
    // of all that were due in 200 ms.
    assert!(report.round_trips.p90_us > 40_000, "{report:?}");
}

#[test]
fn an_open_loop_tells_what_it_could_not_send() {
    let server = Scripted::start(|_, _| Vec::new());
    let report = measured(&open_loop(&server));
    assert_eq!((report.sent, report.lost, report.replies), (32, 32, 0));
    assert!((167..=168).contains(&report.held_back), "{report:?}");
}

#[test]
fn kinds_of_access_take_turns() {
    use std::collections::BTreeSet;
    use std::sync::{Arc, Mutex};

    use radius_proto::Packet;

    use crate::AccessKind;
    use crate::attributes as attr;

    let kinds = [AccessKind::Pppoe, AccessKind::Dhcp, AccessKind::Hotspot];
    for (kind, code) in [(Kind::AuthPap, 1), (Kind::Accounting, 4)] {
        let seen = Arc::new(Mutex::new(BTreeSet::new()));
        let noting = Arc::clone(&seen);
        let server = Scripted::start(move |_, request| {
            let packet = Packet::parse(request).unwrap();
            let called = packet.first(attr::CALLED_STATION_ID).unwrap();
            let called = String::from_utf8(called.to_vec()).unwrap();
            noting.lock().unwrap().insert((packet.code().0, called));
            vec![answer(request, Grants::default())]
        });
        let mut settings = settings(&server, kind);
        settings.subscribers = settings
            .subscribers
            .into_iter()
            .zip(kinds.into_iter().cycle())
            .map(|(subscriber, kind)| subscriber.with_kind(kind))
            .collect();
        let report = measured(&settings);
        assert_eq!((report.accepted, report.forged), (report.replies, 0), "{report:?}");
        let named: Vec<(u8, String)> = seen.lock().unwrap().iter().cloned().collect();
        let expected = ["dhcp1", "hotspot1", "service1"].map(|called| (code, called.to_owned()));
        assert_eq!(named, expected);
    }
}
