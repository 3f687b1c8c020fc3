//! Datagrams in batches, answered from the address they came to.
//!
//! Linux only: `recvmmsg`, `sendmmsg` and the packet-information control messages, through `nix`,
//! so without unsafe code here. Traps that this module steps around:
//! - `sendmmsg` of `nix` takes one set of control messages for all its datagrams, so they are
//!   grouped by local address;
//! - the control buffer for sending must hold exactly one message, and a call without one would
//!   send the source address of an earlier call again: one set of headers per family, always with
//!   the message;
//! - `recvmmsg` of `nix` does not reset the length of control buffers, so a socket has exactly one
//!   of the two packet-information options on beside the time of arrival, and every datagram then
//!   fills the same length;
//! - one unreachable destination fails the head of what is left to send: it is skipped.

mod receive;
mod send;
mod socket;
#[cfg(test)]
mod tests;

pub(crate) use receive::{Datagram, Receiver};
pub(crate) use send::Sender;
pub(crate) use socket::bind_lanes;

/// Datagrams received or sent with one system call.
pub(crate) const BATCH: usize = 64;
