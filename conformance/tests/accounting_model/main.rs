//! Whatever the NASes, the network and SIGKILL do, the store ends up with exactly what the NASes
//! have counted.
//!
//! Six simulated NASes play random schedules of sixteen hours: sessions with and without our
//! Class, of known and unknown logins, under names that are used again; datagrams are lost,
//! doubled, overtaken and repeated, NASes fail and start again, and the server is killed at random
//! moments. The truth is the NASes' own counters. Everything here is written anew from the RFCs:
//! nothing of the crates that are judged is used.
//!
//! What a NAS has to do for its sessions to be told apart is written beside
//! [`schedule::Habits`] and in `nas.rs`: one that repeats our Class may do nearly anything; where
//! only time tells two uses of a name apart, it must let the old Stop be acknowledged before the
//! new Start, and that before other reports. Two of
//! them have no gigawords: their counters wrap.
//!
//! A failure prints a seed; `WEIR_MODEL_SEED=<seed>` plays it again.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_possible_truncation,
    reason = "a test fails by panicking"
)]

mod judge;
mod nas;
mod random;
mod schedule;
mod wire;

use std::sync::atomic::Ordering;
use std::time::Duration;

use conformance::{Installation, SECRET, Server, stored_uses};

use nas::{Figures, Stage, now};
use random::Random;
use schedule::NasSchedule;

const WEIR: &str = env!("CARGO_BIN_EXE_weir-under-test");
const WEIR_ON_FORGETFUL_DISK: &str = env!("CARGO_BIN_EXE_weir-on-test-disk");

/// How often the acknowledged records are counted while the next kill is waited for.
const LOOK: Duration = Duration::from_millis(2);

#[test]
fn the_store_ends_up_with_what_the_nases_have_counted() {
    run(WEIR_ON_FORGETFUL_DISK, random::seed(), 2_000, 3);
}

#[test]
#[ignore = "soak: twelve seeds of 20,000 sessions and 20 kills each; cargo xtask soak"]
fn long_soak_of_many_seeds() {
    let first = random::seed();
    for seed in first..first + 12 {
        let program = if seed % 2 == 0 { WEIR } else { WEIR_ON_FORGETFUL_DISK };
        run(program, seed, 20_000, 20);
    }
}

/// Plays the schedule of `seed`, kills the server `kills` times meanwhile, and compares.
fn run(program: &str, seed: u64, sessions: u32, kills: usize) {
    eprintln!("{}={seed} plays this again", random::SEED_VARIABLE);
    let began = now();
    let schedules = schedule::schedules(seed, sessions);
    let records: usize = schedules.iter().map(|nas| nas.records.len()).sum();
    let mut random = Random::new(seed, 0);
    let mut kill_at: Vec<u64> =
        (0..kills).map(|_| random.between(1, records as u64 * 85 / 100)).collect();
    kill_at.sort_unstable();

    let installation = installation(program, &schedules);
    let stage = Stage::new(installation.authentication(), installation.accounting());
    let mut server = Some(installation.serve().unwrap());
    let played = std::thread::scope(|scope| {
        let stage = &stage;
        let threads: Vec<_> =
            schedules.iter().map(|nas| scope.spawn(move || nas::play(stage, nas, seed))).collect();
        let is_over = || threads.iter().all(std::thread::ScopedJoinHandle::is_finished);
        let killed = kill_at.iter().try_for_each(|acknowledged| {
            while stage.acknowledged.load(Ordering::Relaxed) < *acknowledged && !is_over() {
                std::thread::park_timeout(LOOK);
            }
            server.take().map_or(Ok(()), Server::kill)?;
            server = Some(installation.serve()?);
            anyhow::Ok(())
        });
        if let Err(error) = killed {
            stage.over.store(true, Ordering::Relaxed);
            panic!("seed {seed}: {error:#}");
        }
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    server.unwrap().stop().unwrap();

    let stored = stored_uses(&installation.path().join("weir.db")).unwrap();
    let mut figures = Figures::default();
    played.iter().for_each(|one| figures.add(&one.figures));
    match judge::judge(&schedules, &played, &stored, stage.begin_unix_ms) {
        Ok(verdict) => eprintln!(
            "{records} records, {kills} kills, {:.1} s: {verdict:?}, {figures:?}",
            began.elapsed().as_secs_f64(),
        ),
        Err(wrong) => panic!(
            "{} of {} sessions are wrong; {}={seed} plays this again\n{}",
            wrong.len(),
            stored.len(),
            random::SEED_VARIABLE,
            wrong.iter().take(10).cloned().collect::<Vec<_>>().join("\n"),
        ),
    }
}

fn installation(program: &str, schedules: &[NasSchedule]) -> Installation {
    let installation = Installation::create(program).unwrap();
    installation.import_services(&schedule::known_logins()).unwrap();
    for nas in schedules {
        installation.add_nas(&nas.name, &nas.address.to_string(), SECRET).unwrap();
        let bits = nas.habits.counter_bits.to_string();
        installation.weir(&["nas", "set", &nas.name, "--counter-bits", &bits]).unwrap();
        if nas.habits.counters_swapped {
            installation.weir(&["nas", "set", &nas.name, "--counters-swapped", "true"]).unwrap();
        }
    }
    installation
}

/// The checker must be able to disagree with what it checks.
#[test]
fn nothing_of_the_crates_that_are_judged_is_used() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/accounting_model");
    let judged = ["radius_", "aaa_", "storage", "entitlement", "nas_sim", "weir::"];
    let mut uses = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for line in text.lines().filter(|line| line.trim_start().starts_with("use ")) {
            uses += 1;
            assert!(!judged.iter().any(|name| line.contains(name)), "{line}");
        }
    }
    assert!(uses > 5, "the uses of {folder} were not found");
}
