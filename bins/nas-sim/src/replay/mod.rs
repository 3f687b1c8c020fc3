//! Replay: what a captured NAS asked, asked again of another server.

pub(crate) mod capture;
