//! The codec links into programs without std: one without alloc, one with it and a secret; so does the
//! client of RFC 5176.
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

/// The packages of a lock file, each with its version.
fn packages(lock: &str) -> Vec<(&str, &str)> {
    lock.split("[[package]]")
        .skip(1)
        .filter_map(|package| {
            let field = |name: &str| {
                let line = package.lines().find(|line| line.starts_with(name))?;
                line.split('"').nth(1)
            };
            Some((field("name = ")?, field("version = ")?))
        })
        .collect()
}

#[test]
fn they_are_built_from_what_the_product_is_built_from() {
    let ours = packages(include_str!("../../Cargo.lock"));
    for package in packages(include_str!("../no-std/Cargo.lock")) {
        let is_itself = package.0 == "radius-proto-without-std";
        assert!(is_itself || ours.contains(&package), "{package:?} is another version than ours");
    }
}

/// One after the other: all have the same name.
#[test]
fn the_codec_and_the_client_need_no_std() {
    builds_and_runs(&[]);
    builds_and_runs(&["--features", "alloc"]);
    builds_and_runs(&["--features", "coa-client"]);
}
