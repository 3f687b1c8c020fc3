//! Quotas, grants and boosters: what usage consumes, and what a session may have then.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod codec;
mod common;
mod edges;
mod model;
mod online;
mod plans;
mod properties;
mod shared;
mod stances;
mod tables;
mod wallet;
