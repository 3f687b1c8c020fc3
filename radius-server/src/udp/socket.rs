//! Opening the sockets of one address.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use nix::sys::socket::{setsockopt, sockopt};
use socket2::{Domain, Protocol, Socket, Type};

/// How long a receive waits, and so how soon a lane notices that the server stops.
const RECEIVE_TIMEOUT: Duration = Duration::from_millis(200);

/// Opens `lanes` sockets on one address and gives them with the address, whose port is a real one.
///
/// The kernel deals datagrams out by a hash over source and destination, address and port
/// (SO_REUSEPORT), so all packets of one client port reach the same lane as long as the set of
/// sockets stays the same.
///
/// # Errors
/// As bind(2): in use, not permitted, no such local address.
pub(crate) fn bind_lanes(
    address: SocketAddr,
    lanes: usize,
    receive_buffer_octets: usize,
) -> io::Result<(Vec<Socket>, SocketAddr)> {
    // SO_REUSEPORT would let a second server of the same user have the port too, and the kernel
    // deal the packets out between them. A socket without it finds that out.
    let probe = open(address)?;
    probe.bind(&address.into())?;
    let address = local_address(&probe)?;
    drop(probe);
    let sockets = (0..lanes.max(1)).map(|_| {
        let socket = open(address)?;
        socket.set_reuse_port(true)?;
        socket.set_recv_buffer_size(receive_buffer_octets)?;
        socket.set_read_timeout(Some(RECEIVE_TIMEOUT))?;
        tell_destinations(&socket, address)?;
        setsockopt(&socket, sockopt::ReceiveTimestampns, &true)?;
        socket.bind(&address.into())?;
        Ok(socket)
    });
    Ok((sockets.collect::<io::Result<_>>()?, address))
}

fn open(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    if address.is_ipv6() {
        // [::] serves IPv4 too, whatever the system's default is.
        socket.set_only_v6(false)?;
    }
    Ok(socket)
}

/// Asks for the local address of every datagram; before the bind, so that none comes without.
fn tell_destinations(socket: &Socket, address: SocketAddr) -> nix::Result<()> {
    if address.is_ipv6() {
        setsockopt(socket, sockopt::Ipv6RecvPacketInfo, &true)
    } else {
        setsockopt(socket, sockopt::Ipv4PacketInfo, &true)
    }
}

fn local_address(socket: &Socket) -> io::Result<SocketAddr> {
    let address = socket.local_addr()?;
    address.as_socket().ok_or_else(|| io::Error::other("the socket has no internet address"))
}
