//! Every RADIUS packet of a capture as text, with its signatures checked.
//!
//! Run it with `cargo run --example decode_capture -p radius-dict -- FILE.pcap SECRET`, for instance
//! with `radius-dict/tests/fixtures/pppd.pcap testing123`. The file is of the classic kind that
//! `tcpdump -w` writes, with Ethernet frames; what is not UDP over IPv4 is passed over.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::collections::HashMap;
use std::error::Error;
use std::net::SocketAddrV4;

use radius_dict::{Dictionary, text};
use radius_proto::{Authenticator, AuthenticatorKind, MessageAuthenticator, Packet, Secret};

/// What a reply is found by: who asked whom, and the identifier.
type Exchange = (SocketAddrV4, SocketAddrV4, u8);

struct Datagram<'c> {
    from: SocketAddrV4,
    to: SocketAddrV4,
    payload: &'c [u8],
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("which file? Give its path, and the secret behind it")?;
    let secret = Secret::new(arguments.next().unwrap_or_default())?;
    let capture = std::fs::read(&file).map_err(|error| format!("{file}: {error}"))?;

    let mut requests: HashMap<Exchange, Authenticator> = HashMap::new();
    for Datagram { from, to, payload } in datagrams(&capture)? {
        let packet = match Packet::parse(payload) {
            Ok(packet) => packet,
            // Which octet, what was needed there and what there was.
            Err(error) => {
                println!("{from} > {to}: not RADIUS: {error}\n");
                continue;
            }
        };
        let answered = match packet.code().authenticator_kind() {
            AuthenticatorKind::Response => requests.get(&(to, from, packet.identifier())),
            _ => None,
        };
        let verdict = verdict(packet, answered, &secret);
        println!("{from} > {to}: {} {} ({verdict})", packet.code(), packet.identifier());
        println!("{}", text::packet(Dictionary::builtin(), packet).revealing(answered, &secret));
        requests.insert((from, to, packet.identifier()), *packet.authenticator());
    }
    Ok(())
}

/// What the secret says of the packet.
fn verdict(packet: Packet<'_>, answered: Option<&Authenticator>, secret: &Secret) -> &'static str {
    let (authenticator, signature) = match (packet.code().authenticator_kind(), answered) {
        // The authenticator of an Access-Request is random and proves nothing.
        (AuthenticatorKind::Random, _) => (true, packet.verify_message_authenticator(secret)),
        (AuthenticatorKind::Digest, _) => (
            packet.verify_request_authenticator(secret),
            packet.verify_message_authenticator(secret),
        ),
        (AuthenticatorKind::Response, Some(request)) => (
            packet.verify_response_authenticator(request, secret),
            packet.verify_response_message_authenticator(request, secret),
        ),
        (AuthenticatorKind::Response, None) => return "its request is not in the capture",
    };
    match (authenticator, signature) {
        (false, _) => "WRONG authenticator",
        (true, MessageAuthenticator::Invalid) => "WRONG Message-Authenticator",
        (true, MessageAuthenticator::Valid) => "signed",
        (true, MessageAuthenticator::Absent) => "no Message-Authenticator",
    }
}

/// The UDP datagrams in the frames.
fn datagrams(capture: &[u8]) -> Result<Vec<Datagram<'_>>, &'static str> {
    const MAGIC: [u8; 4] = [0xd4, 0xc3, 0xb2, 0xa1];
    const ETHERNET: [u8; 4] = [1, 0, 0, 0];
    let (header, mut rest) =
        capture.split_first_chunk::<24>().ok_or("the file ends in its header")?;
    if !header.starts_with(&MAGIC) {
        return Err("this is no classic little-endian pcap file");
    }
    if !header.ends_with(&ETHERNET) {
        return Err("the frames are not Ethernet's: capture on an interface, not on `any`");
    }
    let mut datagrams = Vec::new();
    while let Some((record, after)) = rest.split_first_chunk::<16>() {
        let [_, _, _, _, _, _, _, _, a, b, c, d, ..] = *record;
        let len = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        let (frame, next) = after.split_at_checked(len).ok_or("the file ends in a frame")?;
        rest = next;
        datagrams.extend(datagram(frame));
    }
    Ok(datagrams)
}

/// The datagram in an Ethernet frame, if it is UDP over IPv4.
fn datagram(frame: &[u8]) -> Option<Datagram<'_>> {
    const IPV4: [u8; 2] = [8, 0];
    const UDP: u8 = 17;
    let ip = frame.get(12..)?.strip_prefix(&IPV4)?;
    if *ip.get(9)? != UDP {
        return None;
    }
    let header_len = usize::from(ip.first()? & 0x0f) * 4;
    let (udp, payload) = ip.get(header_len..)?.split_first_chunk::<8>()?;
    let address = |at: usize, port: [u8; 2]| {
        let octets: [u8; 4] = ip.get(at..at + 4)?.try_into().ok()?;
        Some(SocketAddrV4::new(octets.into(), u16::from_be_bytes(port)))
    };
    let [a, b, c, d, ..] = *udp;
    Some(Datagram { from: address(12, [a, b])?, to: address(16, [c, d])?, payload })
}
