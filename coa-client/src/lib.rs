#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "tokio")]
extern crate std;

#[cfg(feature = "tokio")]
mod client;
mod destination;
mod error_cause;
mod kind;
mod reply;
mod requester;
mod retransmission;
mod settings;

#[cfg(feature = "tokio")]
pub use client::{ClientSettings, CoaClient, CoaError};
pub use destination::Destination;
pub use error_cause::{CauseKind, ErrorCause};
pub use kind::RequestKind;
pub use reply::{Nak, Reply};
pub use requester::{Arrival, BeginError, Counters, Outcome, RequestId, Requester, Transmit};
pub use retransmission::Retransmission;
pub use settings::Settings;
