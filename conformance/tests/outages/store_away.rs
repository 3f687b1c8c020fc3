//! The database is away.

use std::time::Duration;

use conformance::{Installation, Peer, Postgres, stored_sessions_on_postgres};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::load::{Load, now, wait_until};
use crate::{compare, status, under_load, waiting_for_the_store};

/// The longest time that may pass between two log-ins while the database is away.
const GAP_MAX: Duration = Duration::from_secs(1);
/// "Within seconds", after as long an outage as a minute.
const DRAINED_WITHIN: Duration = Duration::from_secs(15);

#[test]
fn while_postgresql_has_crashed_all_goes_on_and_the_backlog_drains_by_itself() {
    away(Outage::Crash, Duration::from_secs(5), 300);
}

#[test]
fn while_postgresql_hangs_all_goes_on_and_the_backlog_drains_by_itself() {
    away(Outage::Hang, Duration::from_secs(7), 300);
}

#[test]
#[ignore = "soak: a minute without PostgreSQL; cargo xtask soak"]
fn long_soak_with_postgresql_crashed_for_a_minute() {
    away(Outage::Crash, Duration::from_secs(60), 1_000);
}

#[test]
#[ignore = "soak: a minute without PostgreSQL; cargo xtask soak"]
fn long_soak_with_postgresql_hanging_for_a_minute() {
    away(Outage::Hang, Duration::from_secs(60), 1_000);
}

#[derive(Clone, Copy, Debug)]
pub enum Outage {
    /// It ends at once, and is started again later.
    Crash,
    /// Its connections stay, and nothing comes through them.
    Hang,
}

fn away(outage: Outage, lasts: Duration, per_second: u32) {
    if Peer::PostgreSql.find().is_none() {
        return;
    }
    let mut postgres = Postgres::start().unwrap();
    let url = postgres.url("postgres");
    let weir = env!("CARGO_BIN_EXE_weir-under-test");
    let installation = Installation::create_on(weir, Some(&url)).unwrap();
    Load::prepare(&installation);
    let server = installation.serve().unwrap();
    let load = under_load(&installation, per_second, |load| {
        load.wait_for_accounting(300);
        load.wait_for_log_ins(50);
        let hanging = match outage {
            Outage::Crash => {
                postgres.crash();
                None
            }
            Outage::Hang => Some(Hanging::server(postgres.process_id())),
        };
        let began = now();
        let seen = wait_until("`weir status` says so", || {
            !status(&installation, "drain_failure").is_null()
        });
        let failure = status(&installation, "drain_failure");
        load.wait_for_log_ins(20);
        load.wait_for_accounting(100);
        wait_until("the outage is over", || began.elapsed() >= lasts);
        load.wait_for_accounting(1);
        let backlog = waiting_for_the_store(&installation);
        assert!(backlog > 100, "{backlog} records wait: was the database away?");

        match outage {
            Outage::Crash => postgres.start_again(),
            Outage::Hang => drop(hanging),
        }
        let drained = wait_until("the backlog is drained", || {
            waiting_for_the_store(&installation) < u64::from(per_second)
                && status(&installation, "drain_failure").is_null()
        });
        assert!(drained < DRAINED_WITHIN, "{drained:?} to drain {backlog} records");
        wait_until("the log says that the store is back", || {
            server.log().contains("the store takes records again")
        });
        load.wait_for_accounting(100);
        eprintln!(
            "{outage:?} of {lasts:?}: in `weir status` after {seen:?} as {failure}; {backlog} \
             records waited, drained within {drained:?}"
        );
    });
    assert!(server.log().contains("the store is away"), "{}", server.log());
    assert!(load.longest_gap() < GAP_MAX, "no log-in for {:?}", load.longest_gap());
    server.stop().unwrap();
    compare(&load, stored_sessions_on_postgres(&url).unwrap());
}

/// A server that is stopped with all its processes; dropped, they go on.
pub struct Hanging(Vec<Pid>);

impl Hanging {
    pub fn server(server: i32) -> Self {
        let mut hanging = Self(Vec::new());
        hanging.stop(server);
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
            // The name of the program, in parentheses, may hold anything.
            let Some((_, fields)) = stat.rsplit_once(") ") else { continue };
            let parent = fields.split(' ').nth(1).and_then(|parent| parent.parse().ok());
            if parent == Some(server) {
                hanging.stop(entry.file_name().to_str().unwrap().parse().unwrap());
            }
        }
        hanging
    }

    fn stop(&mut self, process: i32) {
        let process = Pid::from_raw(process);
        kill(process, Signal::SIGSTOP).unwrap();
        self.0.push(process);
    }
}

impl Drop for Hanging {
    fn drop(&mut self) {
        for process in &self.0 {
            let _ = kill(*process, Signal::SIGCONT);
        }
    }
}
