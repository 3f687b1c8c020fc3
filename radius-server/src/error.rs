//! Why a server could not be started.

use std::io;
use std::net::SocketAddr;

use aaa_engine::ports::{JournalPosition, SinkError};

use crate::journal::JournalError;
use crate::record::RecordError;

/// Why a server could not be started. Nothing listens and nothing is left behind.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The builder was not told everything.
    #[error("the server was given no {what}")]
    Missing {
        /// What is missing.
        what: &'static str,
    },
    /// A setting is out of its bounds.
    #[error("the setting {setting} is wrong: {reason}")]
    Setting {
        /// Which setting.
        setting: &'static str,
        /// Why, and what would be right.
        reason: String,
    },
    /// Another program has the port, or another listener of this server.
    #[error(
        "{address} (UDP) is in use; stop the program that has it (`ss -lunp` shows which), or \
         listen on another port"
    )]
    AddressInUse {
        /// Which address.
        address: SocketAddr,
    },
    /// The port is below 1024, and this user may not have it.
    #[error(
        "not permitted to listen on {address} (UDP); ports below 1024 need root or \
         CAP_NET_BIND_SERVICE"
    )]
    PermissionDenied {
        /// Which address.
        address: SocketAddr,
    },
    /// No interface has the address.
    #[error("no interface of this machine has the address of {address}")]
    NoSuchAddress {
        /// Which address.
        address: SocketAddr,
    },
    /// The socket could not be opened for another reason.
    #[error("cannot listen on {address} (UDP): {source}")]
    Bind {
        /// Which address.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The journal directory cannot be created or entered.
    #[error("cannot use the journal directory {directory}: {source}")]
    JournalDirectory {
        /// Which directory.
        directory: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The journal cannot be opened or read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A record that is still to reach the store cannot be understood.
    #[error("the journal record at {position} cannot be understood: {source}")]
    Record {
        /// Where it stands.
        position: JournalPosition,
        /// What is wrong with it.
        source: RecordError,
    },
    /// The store cannot be reached, or does not take what the journal holds.
    #[error("the server cannot start without its store: {0}")]
    Sink(#[from] SinkError),
    /// A thread or its runtime could not be started.
    #[error("cannot start a thread: {source}")]
    Thread {
        /// What the operating system said.
        source: io::Error,
    },
    /// The drain panicked: a defect, here or in the sink.
    #[error("the drain ended while the server was starting")]
    DrainEnded,
}

impl StartError {
    pub(crate) fn from_bind(address: SocketAddr, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::AddrInUse => Self::AddressInUse { address },
            io::ErrorKind::PermissionDenied => Self::PermissionDenied { address },
            io::ErrorKind::AddrNotAvailable => Self::NoSuchAddress { address },
            _ => Self::Bind { address, source },
        }
    }
}
