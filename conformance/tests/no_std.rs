//! The codec links into programs without std: one without alloc, one with it and a secret.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

fn builds_and_runs(features: &[&str]) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-std");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--locked", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("no-std/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .args(features)
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let status = Command::new(target.join("release/radius-proto-without-std")).status().unwrap();
    assert_eq!(status.code(), Some(0), "the number says at which step it failed");
}

/// One after the other: both have the same name.
#[test]
fn the_codec_needs_neither_std_nor_an_allocator() {
    builds_and_runs(&[]);
    builds_and_runs(&["--features", "alloc"]);
}
