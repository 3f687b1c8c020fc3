//! radius-server.
pub mod journal;
