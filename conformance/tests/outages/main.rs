//! While the disk is full or the database is away, log-ins are answered, nothing acknowledged is
//! lost or doubled, everybody can see what is wrong, and it passes by itself.
//!
//! The tests here are the short form; the long ones are ignored and run by `cargo xtask soak`.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_possible_truncation,
    reason = "a test fails by panicking; not all of the client is used by both tests"
)]

mod disk_full;
mod load;
mod start_away;
mod store_away;
// Octets that owe nothing to what is tested.
#[path = "../accounting_model/wire.rs"]
mod wire;

use std::collections::HashMap;

use conformance::{Installation, StoredSession};

/// Runs `scenario` while accounting and log-ins go on, and lets these come to their end.
fn under_load(
    installation: &Installation,
    per_second: u32,
    scenario: impl FnOnce(&load::Load),
) -> load::Load {
    /// Also when the scenario fails, or the test would never end.
    struct Finish<'l>(&'l load::Load);
    impl Drop for Finish<'_> {
        fn drop(&mut self) {
            self.0.finish();
        }
    }
    let load = load::Load::default();
    std::thread::scope(|scope| {
        scope.spawn(|| load.account(installation, per_second));
        scope.spawn(|| load.log_in(installation));
        let finish = Finish(&load);
        scenario(&load);
        drop(finish);
    });
    load
}

/// What `weir status` says under this name.
fn status(installation: &Installation, name: &str) -> serde_json::Value {
    let mut status = installation.weir_json(&["status"]).unwrap();
    let counters = status["counters"].as_array().unwrap();
    let counter = counters.iter().find(|counter| counter[0] == name).map(|one| one[1].clone());
    counter.unwrap_or_else(|| status[name].take())
}

fn waiting_for_the_store(installation: &Installation) -> u64 {
    status(installation, "records waiting for the store").as_u64().unwrap()
}

/// Every session that was acknowledged is stored once, as it was acknowledged, and no other is.
fn compare(load: &load::Load, mut stored: HashMap<String, StoredSession>) {
    let truth = load.truth();
    let wrong: Vec<_> = truth
        .iter()
        .filter_map(|(id, truth)| {
            let stored = stored.remove(id);
            (stored.as_ref() != Some(truth)).then(|| format!("{id}: {stored:?}, not {truth:?}"))
        })
        .take(10)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(stored.is_empty(), "nobody sent {stored:?}");
    eprintln!(
        "{} records of {} sessions acknowledged, {} log-ins, {} repeated, longest gap {:?}",
        load.acknowledged(),
        truth.len(),
        load.accepted(),
        load.log_ins_repeated.load(std::sync::atomic::Ordering::Relaxed),
        load.longest_gap()
    );
}
