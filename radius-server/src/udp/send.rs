//! Sending.

use core::ops::Range;
use std::io::IoSlice;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::AsRawFd as _;

use nix::cmsg_space;
use nix::errno::Errno;
use nix::sys::socket::{ControlMessage, MsgFlags, MultiHeaders, SockaddrStorage, sendmmsg};
use socket2::Socket;

use super::BATCH;

/// Replies that are collected and then sent together.
pub(crate) struct Sender {
    v4: MultiHeaders<SockaddrStorage>,
    v6: MultiHeaders<SockaddrStorage>,
    octets: Vec<u8>,
    outgoing: Vec<Outgoing>,
}

struct Outgoing {
    to: SocketAddr,
    from: IpAddr,
    octets: Range<usize>,
}

impl Sender {
    pub(crate) fn new() -> Self {
        Self {
            v4: MultiHeaders::preallocate(BATCH, Some(cmsg_space!(libc::in_pktinfo))),
            v6: MultiHeaders::preallocate(BATCH, Some(cmsg_space!(libc::in6_pktinfo))),
            octets: Vec::new(),
            outgoing: Vec::with_capacity(BATCH),
        }
    }

    /// Puts a datagram from the local address `from` to `to` behind those that wait.
    pub(crate) fn push(&mut self, to: SocketAddr, from: IpAddr, octets: &[u8]) {
        let start = self.octets.len();
        self.octets.extend_from_slice(octets);
        self.outgoing.push(Outgoing { to, from, octets: start..self.octets.len() });
    }

    /// Sends what waits, in order for each local address, and gives how many datagrams the system
    /// refused to send.
    pub(crate) fn flush(&mut self, socket: &Socket) -> u64 {
        let mut refused = 0;
        self.outgoing.sort_by_key(|outgoing| outgoing.from);
        for same_source in self.outgoing.chunk_by(|a, b| a.from == b.from) {
            for batch in same_source.chunks(BATCH) {
                let Some(Outgoing { from, .. }) = batch.first() else { continue };
                refused += match from {
                    IpAddr::V4(from) => {
                        let info = libc::in_pktinfo {
                            ipi_ifindex: 0,
                            ipi_spec_dst: libc::in_addr {
                                s_addr: u32::from_ne_bytes(from.octets()),
                            },
                            ipi_addr: libc::in_addr { s_addr: 0 },
                        };
                        let control = ControlMessage::Ipv4PacketInfo(&info);
                        send_batch(socket, &mut self.v4, batch, &self.octets, control)
                    }
                    IpAddr::V6(from) => {
                        let info = libc::in6_pktinfo {
                            ipi6_addr: libc::in6_addr { s6_addr: from.octets() },
                            ipi6_ifindex: 0,
                        };
                        let control = ControlMessage::Ipv6PacketInfo(&info);
                        send_batch(socket, &mut self.v6, batch, &self.octets, control)
                    }
                };
            }
        }
        self.outgoing.clear();
        self.octets.clear();
        refused
    }
}

/// Sends at most [`BATCH`] datagrams with one control message; gives how many were refused.
fn send_batch(
    socket: &Socket,
    headers: &mut MultiHeaders<SockaddrStorage>,
    batch: &[Outgoing],
    octets: &[u8],
    control: ControlMessage<'_>,
) -> u64 {
    let slices: Vec<[IoSlice<'_>; 1]> = batch
        .iter()
        .map(|outgoing| [IoSlice::new(octets.get(outgoing.octets.clone()).unwrap_or_default())])
        .collect();
    let addresses: Vec<_> =
        batch.iter().map(|outgoing| Some(SockaddrStorage::from(outgoing.to))).collect();
    let controls = [control];
    let (mut slices, mut addresses) = (&slices[..], &addresses[..]);
    let mut refused = 0;
    while !slices.is_empty() {
        let sent =
            sendmmsg(socket.as_raw_fd(), headers, slices, addresses, controls, MsgFlags::empty());
        let done = match sent {
            Ok(sent) => sent.count().max(1),
            Err(Errno::EINTR) => 0,
            Err(errno) => {
                refused += 1;
                tracing::debug!(%errno, "a reply could not be sent");
                1
            }
        };
        slices = slices.get(done..).unwrap_or_default();
        addresses = addresses.get(done..).unwrap_or_default();
    }
    refused
}
