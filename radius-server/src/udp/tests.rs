use std::collections::HashSet;
use std::net::{Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::Duration;

use super::*;

const BUFFER: usize = 1 << 20;

fn client(address: IpAddr) -> UdpSocket {
    let socket = UdpSocket::bind((address, 0)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    socket
}

/// Answers `count` datagrams with their own octets.
fn echo(socket: &socket2::Socket, receiver: &mut Receiver, sender: &mut Sender, count: usize) {
    let mut answered = 0;
    while answered < count {
        receiver.receive(socket).unwrap();
        for datagram in receiver.datagrams() {
            sender.push(datagram.source, datagram.destination, datagram.octets);
            answered += 1;
        }
        assert_eq!(sender.flush(socket), 0);
    }
}

fn check_reply_sources(listen: IpAddr, destinations: &[IpAddr]) {
    let (sockets, address) = bind_lanes((listen, 0).into(), 1, BUFFER).unwrap();
    let (mut receiver, mut sender) = (Receiver::new(), Sender::new());
    // Twice, so that header slots are used again by another family and another address.
    for destination in destinations.iter().chain(destinations) {
        let any: IpAddr = match destination {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        };
        let client = client(any);
        client.send_to(b"hello", (*destination, address.port())).unwrap();
        echo(&sockets[0], &mut receiver, &mut sender, 1);
        let mut buffer = [0; 64];
        let (len, from) = client.recv_from(&mut buffer).unwrap();
        assert_eq!(&buffer[..len], b"hello");
        assert_eq!(from, (*destination, address.port()).into());
    }
}

use std::net::IpAddr;

#[test]
fn a_reply_leaves_from_the_address_its_request_came_to() {
    let destinations = [[127, 0, 0, 1], [127, 0, 0, 5], [127, 9, 9, 9]].map(IpAddr::from);
    check_reply_sources(Ipv4Addr::UNSPECIFIED.into(), &destinations);
}

#[test]
fn a_dual_stack_socket_answers_both_families() {
    let destinations =
        [IpAddr::from([127, 0, 0, 5]), Ipv6Addr::LOCALHOST.into(), IpAddr::from([127, 0, 0, 1])];
    check_reply_sources(Ipv6Addr::UNSPECIFIED.into(), &destinations);
}

#[test]
fn a_batch_to_several_addresses_is_answered_in_full() {
    let (sockets, address) = bind_lanes((Ipv4Addr::UNSPECIFIED, 0).into(), 1, BUFFER).unwrap();
    let client = client(Ipv4Addr::LOCALHOST.into());
    let mut sent = HashSet::new();
    for n in 0..100_u8 {
        let destination = IpAddr::from([127, 0, 0, 1 + n % 3]);
        client.send_to(&[n], (destination, address.port())).unwrap();
        sent.insert((n, destination));
    }
    let (mut receiver, mut sender) = (Receiver::new(), Sender::new());
    echo(&sockets[0], &mut receiver, &mut sender, 100);
    for _ in 0..100 {
        let mut buffer = [0; 64];
        let (len, from) = client.recv_from(&mut buffer).unwrap();
        assert_eq!(len, 1);
        assert!(sent.remove(&(buffer[0], from.ip())));
    }
}

#[test]
fn a_datagram_longer_than_any_packet_is_marked_as_cut() {
    let (sockets, address) = bind_lanes((Ipv4Addr::LOCALHOST, 0).into(), 1, BUFFER).unwrap();
    let client = client(Ipv4Addr::LOCALHOST.into());
    client.send_to(&[7; 4097], address).unwrap();
    client.send_to(&[7; 4096], address).unwrap();
    let mut receiver = Receiver::new();
    let mut cut = Vec::new();
    while cut.len() < 2 {
        receiver.receive(&sockets[0]).unwrap();
        cut.extend(receiver.datagrams().map(|datagram| datagram.truncated));
    }
    assert_eq!(cut, [true, false]);
}

#[test]
fn a_destination_that_cannot_be_reached_does_not_hold_up_the_others() {
    let (sockets, address) = bind_lanes((Ipv4Addr::LOCALHOST, 0).into(), 1, BUFFER).unwrap();
    let client = client(Ipv4Addr::LOCALHOST.into());
    let mut sender = Sender::new();
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let port_zero = (Ipv4Addr::LOCALHOST, 0).into();
    sender.push(client.local_addr().unwrap(), here, b"1");
    sender.push(port_zero, here, b"2");
    sender.push(client.local_addr().unwrap(), here, b"3");
    assert_eq!(sender.flush(&sockets[0]), 1);
    let mut buffer = [0; 64];
    for expected in [b"1", b"3"] {
        let (len, from) = client.recv_from(&mut buffer).unwrap();
        assert_eq!((&buffer[..len], from), (&expected[..], address));
    }
}

#[test]
fn a_second_server_does_not_share_the_port_unnoticed() {
    let (_sockets, address) = bind_lanes((Ipv4Addr::LOCALHOST, 0).into(), 2, BUFFER).unwrap();
    let error = bind_lanes(address, 2, BUFFER).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
}

#[test]
fn a_quiet_socket_lets_its_lane_look_up() {
    let (sockets, _) = bind_lanes((Ipv4Addr::LOCALHOST, 0).into(), 1, BUFFER).unwrap();
    let error = Receiver::new().receive(&sockets[0]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
}
