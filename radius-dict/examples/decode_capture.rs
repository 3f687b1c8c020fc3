//! Every RADIUS packet of a capture as text, with its signatures checked.
//!
//! Run it with `cargo run --example decode_capture -p radius-dict -- FILE.pcap SECRET`, for instance
//! with `radius-dict/tests/fixtures/pppd.pcap testing123`. The file is of the classic kind that
//! `tcpdump -w` writes, with Ethernet frames and IPv4.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::collections::HashMap;
use std::error::Error;

use radius_dict::{Dictionary, text};
use radius_proto::{Authenticator, Code, Packet, Secret};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("which file? Give its path, and the secret behind it")?;
    let secret = Secret::new(arguments.next().unwrap_or_default())?;
    let capture = std::fs::read(&file).map_err(|error| format!("{file}: {error}"))?;

    // The authenticator of a request opens and checks its reply.
    let mut requests: HashMap<u8, Authenticator> = HashMap::new();
    for datagram in datagrams(&capture).ok_or("this is no little-endian pcap file")? {
        match Packet::parse(datagram) {
            Ok(packet) => show(packet, &mut requests, &secret),
            // What was read, where, what was needed and what was there.
            Err(error) => println!("not RADIUS: {error}\n"),
        }
    }
    Ok(())
}

fn show(packet: Packet<'_>, requests: &mut HashMap<u8, Authenticator>, secret: &Secret) {
    let (verdict, authenticator) = match packet.code() {
        Code::ACCESS_REQUEST | Code::STATUS_SERVER => {
            (format!("{:?}", packet.verify_message_authenticator(secret)), *packet.authenticator())
        }
        Code::ACCOUNTING_REQUEST | Code::COA_REQUEST | Code::DISCONNECT_REQUEST => {
            let verdict = format!("{}", packet.verify_request_authenticator(secret));
            (verdict, *packet.authenticator())
        }
        _ => {
            let request = requests.get(&packet.identifier()).copied().unwrap_or_default();
            (format!("{}", packet.verify_response_authenticator(&request, secret)), request)
        }
    };
    requests.insert(packet.identifier(), authenticator);
    println!("{} {} (signature: {verdict})", packet.code(), packet.identifier());
    println!("{}", text::packet(Dictionary::builtin(), packet).revealing(&authenticator, secret));
}

/// The payloads of the UDP datagrams in the frames.
fn datagrams(capture: &[u8]) -> Option<Vec<&[u8]>> {
    const FILE_HEADER_LEN: usize = 24;
    const ETHERNET_HEADER_LEN: usize = 14;
    const UDP_HEADER_LEN: usize = 8;
    const UDP: u8 = 17;
    let mut rest = capture.strip_prefix(&[0xd4, 0xc3, 0xb2, 0xa1])?.get(FILE_HEADER_LEN - 4..)?;
    let mut payloads = Vec::new();
    while let Some((header, after)) = rest.split_first_chunk::<16>() {
        let [.., a, b, c, d, _, _, _, _] = *header;
        let (frame, next) =
            after.split_at_checked(usize::try_from(u32::from_le_bytes([a, b, c, d])).ok()?)?;
        rest = next;
        let ip = frame.get(ETHERNET_HEADER_LEN..).unwrap_or_default();
        let [version_and_len, _, _, _, _, _, _, _, _, UDP, ..] = *ip else { continue };
        let payload = usize::from(version_and_len & 0x0f) * 4 + UDP_HEADER_LEN;
        payloads.extend(ip.get(payload..));
    }
    Some(payloads)
}
