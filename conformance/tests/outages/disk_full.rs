//! The disk is full.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use conformance::{Installation, Server, stored_sessions};

use crate::load::{Load, wait_until};
use crate::{compare, status, under_load};

#[test]
fn while_the_journals_disk_is_full_log_ins_go_on_and_accounting_waits() {
    let installation = Installation::create(env!("CARGO_BIN_EXE_weir-on-test-disk")).unwrap();
    let mark = installation.path().join("disk-is-full");
    let fill = || fs::write(&mark, "").unwrap();
    fills_and_empties(&installation, 100, fill, || fs::remove_file(&mark).unwrap());
}

#[test]
#[ignore = "soak: mounts a small file system, as root; cargo xtask soak"]
fn long_soak_on_a_file_system_that_is_really_full() {
    let Some(small) = SmallFileSystem::mount() else { return };
    let program = env!("CARGO_BIN_EXE_weir-under-test");
    let installation = Installation::create_in(program, small.0.path(), None).unwrap();
    let filler = small.0.path().join("filler");
    let fill = || fill_up(&filler);
    fills_and_empties(&installation, 2_000, fill, || fs::remove_file(&filler).unwrap());
}

/// Lets the disk fill up under load, and empties it when so many log-ins have been accepted since.
fn fills_and_empties(
    installation: &Installation,
    log_ins: u64,
    fill: impl FnOnce(),
    empty: impl FnOnce(),
) {
    Load::prepare(installation);
    let server = installation.serve().unwrap();
    let load = under_load(installation, 400, |load| {
        load.wait_for_accounting(200);
        load.wait_for_log_ins(50);
        fill();
        let seen = wait_until("`weir status` says so", || {
            let failure = status(installation, "journal_failure");
            failure.as_str().is_some_and(|failure| failure.contains("is full"))
        });
        let acknowledged = load.acknowledged();
        load.wait_for_log_ins(log_ins);
        assert_eq!(load.acknowledged(), acknowledged, "what cannot be recorded is not answered");
        assert!(says(&server, "the journal's disk is full"), "{}", server.log());
        empty();
        let recovered =
            wait_until("accounting is acknowledged", || load.acknowledged() > acknowledged);
        let drained = wait_until("the store has everything", || {
            status(installation, "drain_failure").is_null()
                && status(installation, "journal_failure").is_null()
        });
        load.wait_for_accounting(200);
        eprintln!(
            "full: in `weir status` after {seen:?}; accounting is answered {recovered:?} after \
             there was room, no complaint {drained:?} after that"
        );
    });
    assert!(says(&server, "has room again"), "{}", server.log());
    server.stop().unwrap();
    compare(&load, stored_sessions(&installation.path().join("weir.db")).unwrap());
}

fn says(server: &Server, words: &str) -> bool {
    server.log().contains(words)
}

/// A file system of a few megabytes, unmounted when dropped.
struct SmallFileSystem(tempfile::TempDir);

impl SmallFileSystem {
    fn mount() -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("weir-small-").tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=24m", "weir-small"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        eprintln!("NOT RUN: only root may mount a small file system");
        None
    }
}

impl Drop for SmallFileSystem {
    fn drop(&mut self) {
        // Lazily: what is in it goes when nobody uses it any more.
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

/// Writes until there is no room for another octet.
fn fill_up(path: &Path) {
    let mut file = File::create(path).unwrap();
    for size in [1 << 16, 1 << 10, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}
