//! Weir against the programs of others: clients and servers that know nothing of it, captures of
//! real NASes, databases, and power cuts.
//!
//! This crate is no part of the product and is never published. It does not repeat what a crate's
//! own tests say; it proves what only shows from outside.
//!
//! [`Installation`] is a Weir in a folder of its own, run as an operator runs it; [`Peer`] finds
//! the programs it is held against; [`capture`] reads what real NASes sent.
//!
//! ```
//! use conformance::Peer;
//!
//! assert_eq!(Peer::Radclient.packages(), "freeradius-utils");
//! ```

pub mod capture;
mod freeradius;
mod installation;
mod peers;
// One temporary PostgreSQL serves the store's own tests and these.
#[path = "../../storage/tests/support/postgres.rs"]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
mod postgres;
mod store;

pub use freeradius::{FREERADIUS_SCHEMA, FREERADIUS_SECRET, FreeRadius, freeradius_rows};
pub use installation::{Installation, SECRET, Server, free_udp_ports};
pub use peers::Peer;
pub use postgres::{PACKAGE as POSTGRES_PACKAGE, Postgres};
pub use store::{
    StoredSession, StoredUse, open_sessions_for, stored_sessions, stored_sessions_on_postgres,
    stored_uses,
};
