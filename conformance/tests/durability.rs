//! Every acknowledged accounting packet is in the store, once, whatever happens to the server.
//!
//! A storm of accounting runs against `weir serve`, which is killed with SIGKILL at random points
//! and started again, on the real disk and on one that forgets what was not synced. Sessions of a
//! single packet show each loss by a missing row; sessions of several show counters that fell
//! back, and packets that were counted twice.
//!
//! The tests here are the short form; the long ones are ignored and run by `cargo xtask soak`.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking; not all kinds of chance are needed"
)]

use std::collections::HashMap;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use conformance::{Installation, SECRET, StoredSession, stored_sessions};
use nas_sim::{Nas, Subscriber, Target, storm};
use radius_proto::Secret;
use random::Random;

// One source of chance serves these tests and the model.
#[path = "accounting_model/random.rs"]
mod random;

const ON_REAL_DISK: &str = env!("CARGO_BIN_EXE_weir-under-test");
const ON_FORGETFUL_DISK: &str = env!("CARGO_BIN_EXE_weir-on-test-disk");

/// What to send: half the packets are sessions of a single one.
struct Storms {
    single: u32,
    of_five: u32,
}

#[test]
fn short_soak_no_acknowledged_packet_is_lost_or_doubled_by_sigkill() {
    soak(ON_REAL_DISK, &Storms { single: 5_000, of_five: 1_000 }, 3);
}

#[test]
fn short_soak_nor_by_a_disk_that_forgets_what_was_not_synced() {
    soak(ON_FORGETFUL_DISK, &Storms { single: 5_000, of_five: 1_000 }, 3);
}

#[test]
#[ignore = "soak: 200,000 packets and ten kills; cargo xtask soak"]
fn long_soak_on_the_real_disk() {
    soak(ON_REAL_DISK, &Storms { single: 100_000, of_five: 20_000 }, 10);
}

#[test]
#[ignore = "soak: 200,000 packets and ten kills; cargo xtask soak"]
fn long_soak_on_the_forgetful_disk() {
    soak(ON_FORGETFUL_DISK, &Storms { single: 100_000, of_five: 20_000 }, 10);
}

#[test]
#[ignore = "soak: 200 kills, ten minutes; cargo xtask soak"]
fn long_soak_of_two_hundred_kills_at_random_points() {
    // Those on the forgetful disk are power cuts to the journal.
    for program in [ON_REAL_DISK, ON_FORGETFUL_DISK] {
        soak(program, &Storms { single: 50_000, of_five: 10_000 }, 100);
    }
}

fn soak(program: &str, storms: &Storms, kills: u64) {
    let seed = random::seed();
    eprintln!("{}={seed} chooses the same moments again", random::SEED_VARIABLE);
    let installation = Installation::create(program).unwrap();
    let packets = u64::from(storms.single) + u64::from(storms.of_five) * 5;
    for (packets_per_session, sessions) in [(1, storms.single), (5, storms.of_five)] {
        // Half of the kills fall into each storm.
        let all = u64::from(sessions) * packets_per_session;
        let mut random = Random::new(seed, packets_per_session);
        let mut kill_at: Vec<u64> =
            (0..kills.div_ceil(2)).map(|_| random.between(1, all * 9 / 10)).collect();
        kill_at.sort_unstable();
        let settings =
            settings(&installation, sessions, u32::try_from(packets_per_session).unwrap());
        let report = storm_with_kills(&installation, &settings, &kill_at);
        assert_eq!(report.unacknowledged, 0, "{report:?}");
        assert_eq!(report.disagreed, 0, "{report:?}");
        eprintln!(
            "{packets_per_session} packets a session: {report:?}, killed {} times",
            kill_at.len()
        );
    }
    let stored = stored_sessions(&installation.path().join("weir.db")).unwrap();
    assert_eq!(stored.len(), (storms.single + storms.of_five) as usize);
    let acknowledged: u64 = [(1, storms.single), (5, storms.of_five)]
        .into_iter()
        .map(|(packets_per_session, sessions)| {
            let settings = settings(&installation, sessions, packets_per_session);
            compare(&settings.acknowledged, &stored, packets_per_session)
        })
        .sum();
    assert_eq!(acknowledged, packets);
}

fn settings(
    installation: &Installation,
    sessions: u32,
    packets_per_session: u32,
) -> storm::Settings {
    let target = Target {
        source: installation.accounting().ip(),
        authentication: installation.authentication(),
        accounting: installation.accounting(),
    };
    let mut nas = Nas::new("storm", installation.accounting().ip());
    // The third digit of Acct-Session-Id, which keeps the two storms' sessions apart.
    nas.boot = u8::try_from(packets_per_session).unwrap();
    let subscribers = Subscriber::numbered("storm", 100, "").unwrap();
    let acknowledged = installation.path().join(format!("acknowledged-{packets_per_session}"));
    let secret = Secret::new(SECRET).unwrap();
    let settings = storm::Settings::new(target, secret, nas, subscribers, sessions, acknowledged);
    storm::Settings { packets_per_session, ..settings }
}

/// Runs a storm and kills the server each time so many packets have been acknowledged.
fn storm_with_kills(
    installation: &Installation,
    settings: &storm::Settings,
    kill_at: &[u64],
) -> storm::Report {
    let server = installation.serve().unwrap();
    let (progress, reached) = mpsc::channel();
    let (never, _open) = std::io::pipe().unwrap();
    let (server, report) = std::thread::scope(|scope| {
        let storm = scope.spawn(move || {
            let mut remaining = kill_at;
            storm::run(settings, never.as_fd(), &mut |acknowledged| {
                if let [next, rest @ ..] = remaining
                    && acknowledged >= *next
                {
                    remaining = rest;
                    let _ = progress.send(());
                }
            })
        });
        let server = kill_at.iter().fold(server, |server, _| {
            reached.recv().expect("the storm reaches every kill");
            server.kill().unwrap();
            installation.serve().unwrap()
        });
        (server, storm.join().unwrap().unwrap())
    });
    server.stop().unwrap();
    report
}

/// Holds the last acknowledged packet of every session against the store; returns how many
/// packets were acknowledged.
fn compare(acknowledged: &Path, stored: &HashMap<String, StoredSession>, packets: u32) -> u64 {
    let mut count = 0;
    let mut last: HashMap<String, StoredSession> = HashMap::new();
    for line in std::fs::read_to_string(PathBuf::from(acknowledged)).unwrap().lines() {
        let [id, kind, input, output] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("not a line of acknowledgements: {line}")
        };
        let session = StoredSession {
            upload_octets: input.parse().unwrap(),
            download_octets: output.parse().unwrap(),
            ended: kind == "stop",
        };
        last.insert(id.to_owned(), session);
        count += 1;
    }
    for (id, expected) in &last {
        assert_eq!(stored.get(id), Some(expected), "session {id} of {packets} packets");
    }
    count
}
