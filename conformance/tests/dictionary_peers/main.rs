//! The same text gives the same octets, and the same octets the same text, in FreeRADIUS and in
//! the dissector: one pair of every attribute in Debian's dictionaries.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says how much it compared"
)]

// The generator of values serves the dictionary's own tests and these.
#[path = "../../../radius-dict/tests/common/mod.rs"]
mod common;
mod radclient;
mod sample;
mod server;
mod tshark;
