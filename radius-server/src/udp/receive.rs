//! Receiving.

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::AsRawFd as _;

use entitlement::Timestamp;
use nix::cmsg_space;
use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, MultiHeaders, RecvMsg, SockaddrStorage, recvmmsg,
};
use radius_proto::PACKET_LEN_MAX;
use socket2::Socket;

use super::BATCH;

/// Buffers for a batch of datagrams, and the batch that was received last.
pub(crate) struct Receiver {
    headers: MultiHeaders<SockaddrStorage>,
    buffers: Vec<[u8; PACKET_LEN_MAX]>,
    arrivals: Vec<Arrival>,
}

/// One received datagram.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Datagram<'a> {
    pub(crate) octets: &'a [u8],
    /// Longer than any packet may be; `octets` is the beginning of it.
    pub(crate) truncated: bool,
    /// Where it came from, as the socket says it: an IPv4 sender on an IPv6 socket is mapped.
    pub(crate) source: SocketAddr,
    /// The local address it was sent to, likewise.
    pub(crate) destination: IpAddr,
    /// When the kernel took it in, if it says so: it may have waited here since.
    pub(crate) arrived_at: Option<Timestamp>,
}

/// What is known of a datagram but its octets, which stand in the buffer of the same place.
struct Arrival {
    len: usize,
    truncated: bool,
    source: Option<SocketAddr>,
    destination: IpAddr,
    arrived_at: Option<Timestamp>,
}

impl Receiver {
    pub(crate) fn new() -> Self {
        // Room for the larger of the two; only one of them ever comes on one socket.
        let space = cmsg_space!(libc::in6_pktinfo, libc::timespec);
        Self {
            headers: MultiHeaders::preallocate(BATCH, Some(space)),
            buffers: vec![[0; PACKET_LEN_MAX]; BATCH],
            arrivals: Vec::with_capacity(BATCH),
        }
    }

    /// Waits for datagrams and takes those that are there, at most [`BATCH`].
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when none came within the socket's timeout; what the system
    /// says otherwise. There is no batch then.
    pub(crate) fn receive(&mut self, socket: &Socket) -> io::Result<()> {
        self.arrivals.clear();
        let mut slices: Vec<[IoSliceMut<'_>; 1]> =
            self.buffers.iter_mut().map(|buffer| [IoSliceMut::new(buffer)]).collect();
        let received = recvmmsg(
            socket.as_raw_fd(),
            &mut self.headers,
            slices.iter_mut(),
            MsgFlags::MSG_WAITFORONE,
            None,
        )?;
        self.arrivals.extend(received.map(|message| Arrival::of(&message)));
        Ok(())
    }

    /// The batch received last.
    pub(crate) fn datagrams(&self) -> impl Iterator<Item = Datagram<'_>> {
        self.arrivals.iter().zip(&self.buffers).filter_map(|(arrival, buffer)| {
            Some(Datagram {
                octets: buffer.get(..arrival.len)?,
                truncated: arrival.truncated,
                source: arrival.source?,
                destination: arrival.destination,
                arrived_at: arrival.arrived_at,
            })
        })
    }
}

impl Arrival {
    fn of(message: &RecvMsg<'_, '_, SockaddrStorage>) -> Self {
        let source = message.address.as_ref().and_then(source_address);
        // Without packet information the kernel chooses the source of the reply by its routes.
        let unspecified = match source {
            Some(SocketAddr::V6(_)) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            _ => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        };
        let (mut destination, mut arrived_at) = (None, None);
        for control in message.cmsgs().into_iter().flatten() {
            destination = destination.or_else(|| local_address(&control));
            arrived_at = arrived_at.or_else(|| moment(&control));
        }
        Self {
            len: message.bytes,
            truncated: message.flags.contains(MsgFlags::MSG_TRUNC),
            source,
            destination: destination.unwrap_or(unspecified),
            arrived_at,
        }
    }
}

fn source_address(address: &SockaddrStorage) -> Option<SocketAddr> {
    let v4 = address.as_sockaddr_in().map(|v4| SocketAddr::from(*v4));
    v4.or_else(|| address.as_sockaddr_in6().map(|v6| SocketAddr::from(*v6)))
}

fn moment(control: &ControlMessageOwned) -> Option<Timestamp> {
    let ControlMessageOwned::ScmTimestampns(time) = control else { return None };
    let whole_ms = time.tv_sec().checked_mul(1_000)?;
    Some(Timestamp::from_unix_ms(whole_ms.checked_add(time.tv_nsec() / 1_000_000)?))
}

fn local_address(control: &ControlMessageOwned) -> Option<IpAddr> {
    match control {
        // Not `ipi_addr`, which may be a broadcast address, from which nothing can be sent.
        ControlMessageOwned::Ipv4PacketInfo(info) => {
            Some(Ipv4Addr::from(info.ipi_spec_dst.s_addr.to_ne_bytes()).into())
        }
        ControlMessageOwned::Ipv6PacketInfo(info) => {
            Some(Ipv6Addr::from(info.ipi6_addr.s6_addr).into())
        }
        _ => None,
    }
}
