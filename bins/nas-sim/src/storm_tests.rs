//! The storm, against servers that forget, die and come back.

use std::collections::HashSet;
use std::os::fd::AsFd as _;

use radius_proto::Packet;

use super::*;
use crate::attributes as attr;
use crate::scripted::{self, Grants, Scripted, answer};

fn settings(server: &Scripted, sessions: u32, file: &std::path::Path) -> Settings {
    let subscribers = Subscriber::numbered("storm", 10, "").unwrap();
    let nas = Nas { boot: 3, ..Nas::new("core-1", [127, 0, 0, 1].into()) };
    Settings {
        retry: Duration::from_millis(20),
        window: 64,
        ..Settings::new(server.target, scripted::secret(), nas, subscribers, sessions, file)
    }
}

fn storm(settings: &Settings) -> Report {
    let (stop, _running) = std::io::pipe().unwrap();
    run(settings, stop.as_fd(), &mut |_| {}).unwrap()
}

#[test]
fn every_record_is_acknowledged_and_written_down_once() {
    let server = Scripted::start(|_, request| vec![answer(request, Grants::default())]);
    let file = tempfile::NamedTempFile::new().unwrap();
    let settings = settings(&server, 500, file.path());
    let report = storm(&settings);
    assert_eq!((report.acknowledged, report.unacknowledged), (2_500, 0), "{report:?}");
    let text = std::fs::read_to_string(file.path()).unwrap();
    assert_eq!(text.lines().count(), 2_500);
    assert_eq!(text.lines().collect::<HashSet<_>>().len(), 2_500);
    let (input, output) = octets(7, 4);
    assert!(text.contains(&format!("{} stop {input} {output}\n", session_id(&settings.nas, 7))));
    assert_eq!(session_id(&settings.nas, 7), "81300007");
}

/// Every record is first ignored, in all three sends of the same octets for some; nothing is
/// written down that was not acknowledged, and everything is in the end.
#[test]
fn a_forgetful_server_gets_everything_again() {
    let mut sends = std::collections::HashMap::new();
    let server = Scripted::start(move |_, request| {
        let packet = Packet::parse(request).unwrap();
        let key = (
            packet.first(attr::ACCT_SESSION_ID).unwrap().to_vec(),
            packet.first(attr::ACCT_INPUT_OCTETS).map(<[u8]>::to_vec),
        );
        let count = sends.entry(key).or_insert(0_u32);
        *count += 1;
        let ignored = 1 + u32::from(request[4] % 4);
        if *count > ignored { vec![answer(request, Grants::default())] } else { Vec::new() }
    });
    let file = tempfile::NamedTempFile::new().unwrap();
    let report = storm(&settings(&server, 40, file.path()));
    assert_eq!((report.acknowledged, report.unacknowledged), (200, 0), "{report:?}");
    assert_eq!(report.disagreed, 0);
    assert!(report.retransmissions >= 200);
    assert_eq!(std::fs::read_to_string(file.path()).unwrap().lines().count(), 200);
}

/// The order of a session's records is kept.
#[test]
fn a_record_waits_for_the_one_before_it() {
    let server = Scripted::start(|_, request| vec![answer(request, Grants::default())]);
    let file = tempfile::NamedTempFile::new().unwrap();
    storm(&settings(&server, 50, file.path()));
    let text = std::fs::read_to_string(file.path()).unwrap();
    let first = session_id(&Nas { boot: 3, ..Nas::new("x", [127, 0, 0, 1].into()) }, 0);
    let kinds: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with(&first))
        .filter_map(|line| line.split(' ').nth(1))
        .collect();
    assert_eq!(kinds, ["start", "interim", "interim", "interim", "stop"]);
}

#[test]
fn a_session_of_one_record_is_a_start() {
    let server = Scripted::start(|_, request| vec![answer(request, Grants::default())]);
    let file = tempfile::NamedTempFile::new().unwrap();
    let settings = Settings { packets_per_session: 1, ..settings(&server, 3, file.path()) };
    assert_eq!(storm(&settings).acknowledged, 3);
    let text = std::fs::read_to_string(file.path()).unwrap();
    assert!(text.lines().all(|line| line.ends_with(" start 0 0")), "{text}");
}

#[test]
fn a_server_that_stays_away_ends_the_storm() {
    let server = Scripted::start(|_, _| Vec::new());
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut settings = settings(&server, 10, file.path());
    drop(server);
    settings.give_up_after = Duration::from_millis(200);
    let report = storm(&settings);
    assert_eq!((report.acknowledged, report.unacknowledged), (0, 50));
    assert!(report.refused > 0);
}

#[test]
fn lies_are_not_acknowledgements() {
    let server = Scripted::start(|_, request| {
        let mut reply = answer(request, Grants::default());
        reply[10] ^= 1;
        vec![reply]
    });
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut settings = settings(&server, 3, file.path());
    settings.give_up_after = Duration::from_millis(100);
    let report = storm(&settings);
    assert_eq!(report.acknowledged, 0);
    assert!(report.disagreed >= 3);
}

#[test]
fn settings_that_lead_nowhere_are_refused() {
    let server = Scripted::start(|_, _| Vec::new());
    let file = tempfile::NamedTempFile::new().unwrap();
    let (stop, _running) = std::io::pipe().unwrap();
    let refused = |change: &dyn Fn(&mut Settings)| {
        let mut settings = settings(&server, 3, file.path());
        change(&mut settings);
        run(&settings, stop.as_fd(), &mut |_| {}).unwrap_err().to_string()
    };
    assert!(refused(&|settings| settings.sessions = SESSIONS_MAX + 1).contains("1048576"));
    assert!(refused(&|settings| settings.packets_per_session = 0).contains("at least one"));
    let nowhere = refused(&|settings| settings.acknowledged = "/nonexistent/acks".into());
    assert!(nowhere.contains("/nonexistent/acks"), "{nowhere}");
}
