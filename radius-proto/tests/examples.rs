//! The example does what it says.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::process::Command;

#[test]
fn signatures_are_made_and_checked() {
    let test = std::env::current_exe().unwrap();
    let path = test.parent().unwrap().with_file_name("examples").join("sign_and_verify");
    assert!(path.is_file(), "{} is not built: cargo build --examples", path.display());
    let output = Command::new(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("Access-Accept 7: both signatures are right"), "{printed}");
    assert!(printed.ends_with("one bit changed: Invalid\n"), "{printed}");
}
