use core::net::SocketAddr;
use core::time::Duration;
use std::string::String;
use std::{format, io};

use radius_proto::WriteError;
use thiserror::Error;

use crate::RequestKind;

/// Why there is no reply.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CoaError {
    /// The attributes do not fit into a packet, or were not written. Nothing was sent.
    #[error("cannot write the request: {0}")]
    Attributes(#[from] WriteError),
    /// The local address is not to be had. Nothing was sent.
    #[error("cannot send from {local}: {source}")]
    Bind {
        /// The local address.
        local: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// So many local addresses are in use already. Nothing was sent.
    #[error("requests are sent from {max} local addresses already, which is the limit")]
    TooManySockets {
        /// The limit.
        max: usize,
    },
    /// So many NASes are being asked already. Nothing was sent.
    #[error("{max} NASes are being asked already, which is the limit")]
    TooManyDestinations {
        /// The limit.
        max: usize,
    },
    /// So many requests wait for this NAS already. Nothing was sent.
    #[error("{max} requests wait for {destination} already, which is the limit")]
    QueueFull {
        /// The NAS.
        destination: SocketAddr,
        /// The limit.
        max: usize,
    },
    /// The NAS had too much to answer for this request to have its turn. Nothing was sent.
    #[error("{destination} had too many other requests to answer for {waited:?}")]
    NotSent {
        /// The NAS.
        destination: SocketAddr,
        /// How long the request had waited.
        waited: Duration,
    },
    /// The NAS did not answer. It may have done what it was asked for.
    #[error("{destination} did not answer a {kind} that was sent {transmissions} times{}{}",
        unauthentic_replies(*unauthentic), not_sent(unsent.as_ref()))]
    TimedOut {
        /// The NAS.
        destination: SocketAddr,
        /// What it was asked.
        kind: RequestKind,
        /// How often.
        transmissions: u32,
        /// Replies that were made with another secret.
        unauthentic: u32,
        /// Why the system did not send one of the transmissions.
        unsent: Option<io::Error>,
    },
    /// The client ended before the NAS answered: its runtime is shutting down.
    #[error("the client has ended")]
    Closed,
}

fn unauthentic_replies(count: u32) -> String {
    match count {
        0 => String::new(),
        1 => "; a reply was made with another secret".into(),
        _ => format!("; {count} replies were made with another secret"),
    }
}

fn not_sent(error: Option<&io::Error>) -> String {
    error.map_or_else(String::new, |error| format!("; not sent: {error}"))
}
