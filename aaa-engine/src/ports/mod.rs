//! The seams to the outside: what the engine asks for, and what it hands over.
//!
//! [`Directory`] is read on the packet path and must answer from memory; [`Sink`] takes what the
//! journal has made durable, and may be as slow and as often away as a database is.

mod directory;
mod sink;

pub use directory::{
    Coa, CoaPace, CounterWidth, CredentialError, Device, Devices, Directory, ListenerName,
    MessageAuthenticatorPolicy, Nas, NasId, OneTimeCodes, SealedCredential, Service, Share,
};
pub use sink::{Batch, Entry, JournalPosition, Sink, SinkError};
