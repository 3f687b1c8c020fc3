//! What two servers' answers say otherwise.

use std::net::Ipv4Addr;

use radius_proto::{Packet, VendorId};

use crate::attributes as attr;
use crate::names;

/// What is drawn for each reply, or hidden with its authenticator: only whether it is there is
/// compared. State, Class, Proxy-State, Tunnel-Password.
const OF_ONE_REPLY: &[u8] = &[24, 25, 33, 69];
/// The same of Microsoft's: the keys, and the proof of MS-CHAPv2.
const OF_ONE_REPLY_MICROSOFT: &[u8] = &[12, 16, 17, 26];
/// Numbers, and addresses, of the attributes that a NAS is answered with.
const NUMBERS: &[u8] = &[6, 7, 12, 13, 27, 28, 29, 40, 62, 64, 65, 85];
const ADDRESSES: &[u8] = &[4, 8, 9];

/// The request in words.
pub(super) fn request(request: &Packet<'_>) -> String {
    let status = match request.first(attr::ACCT_STATUS_TYPE) {
        Some([0, 0, 0, 1]) => " Start",
        Some([0, 0, 0, 2]) => " Stop",
        Some([0, 0, 0, 3]) => " Interim-Update",
        Some([0, 0, 0, 7]) => " Accounting-On",
        Some([0, 0, 0, 8]) => " Accounting-Off",
        _ => "",
    };
    let who = request.first(attr::USER_NAME);
    let who = who.map_or_else(String::new, |who| format!(" of {}", text(who)));
    format!("{}{status}{who}", request.code())
}

/// What only the captured answer has, and what only the other.
pub(super) fn differences(
    captured: &Packet<'_>,
    answered: &Packet<'_>,
) -> (Vec<String>, Vec<String>) {
    let (captured, mut answered) = (said(captured), said(answered));
    let mut only_captured = Vec::new();
    for attribute in captured {
        match answered.iter().position(|other| *other == attribute) {
            Some(at) => drop(answered.remove(at)),
            None => only_captured.push(attribute),
        }
    }
    (only_captured, answered)
}

/// Each attribute in words, without the Message-Authenticator.
fn said(packet: &Packet<'_>) -> Vec<String> {
    let mut said = Vec::new();
    for attribute in packet.attributes() {
        if attribute.kind == attr::MESSAGE_AUTHENTICATOR {
            continue;
        }
        match attribute.vendor_specific(radius_proto::VendorFormat::STANDARD) {
            Some(of_vendor) => said.extend(of_vendor.map(|attribute| {
                let number = u8::try_from(attribute.kind).unwrap_or_default();
                one(Some(attribute.vendor), number, attribute.value)
            })),
            None => said.push(one(None, attribute.kind.0, attribute.value)),
        }
    }
    said
}

fn one(vendor: Option<VendorId>, number: u8, value: &[u8]) -> String {
    let name = names::attribute(vendor, number);
    let drawn = match vendor {
        None => OF_ONE_REPLY.contains(&number),
        Some(attr::MICROSOFT) => OF_ONE_REPLY_MICROSOFT.contains(&number),
        Some(_) => false,
    };
    match <[u8; 4]>::try_from(value) {
        _ if drawn => name,
        Ok(octets) if vendor.is_none() && ADDRESSES.contains(&number) => {
            format!("{name}={}", Ipv4Addr::from(octets))
        }
        Ok(octets) if vendor.is_none() && NUMBERS.contains(&number) => {
            format!("{name}={}", u32::from_be_bytes(octets))
        }
        _ => format!("{name}={}", text(value)),
    }
}

/// Readable text as it is, other octets in hexadecimal.
fn text(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) if !text.chars().any(char::is_control) => text.to_owned(),
        _ => value.iter().fold("0x".to_owned(), |text, octet| format!("{text}{octet:02x}")),
    }
}
