//! One value between its text and its octets.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use super::TextErrorKind as Kind;
use super::date;
use super::lexer::Literal;
use crate::suggest::nearest;
use crate::value::{Ipv4Network, Ipv6Network};
use crate::{AttributeDefinition, DataType};

/// The largest number behind a tag (RFC 2868 §3.1).
const TAGGED_INTEGER_MAX: u64 = 0x00ff_ffff;

/// The octets of a value, without tag and not hidden.
pub(super) fn read(
    definition: &AttributeDefinition,
    literal: &Literal<'_>,
) -> Result<Vec<u8>, Kind> {
    let octets: &[u8] = match literal {
        Literal::Hexadecimal(octets) => return Ok(octets.clone()),
        Literal::Quoted(octets) => octets,
        Literal::Bare(text) => text.as_bytes(),
    };
    let is_any_octets = match definition.data_type {
        DataType::String | DataType::Octets => true,
        DataType::OctetsExact(len) => octets.len() == usize::from(len),
        _ => false,
    };
    if is_any_octets {
        return Ok(octets.to_vec());
    }
    match std::str::from_utf8(octets) {
        Ok(text) => typed(definition, text.trim()),
        Err(_) => Err(bad_value(definition, &String::from_utf8_lossy(octets))),
    }
}

/// The text of a value without tag and not hidden; octets that are not of the type, and types
/// without a text of their own, as `0x…`.
pub(super) fn show(definition: Option<&AttributeDefinition>, octets: &[u8]) -> String {
    definition
        .and_then(|definition| show_typed(definition, octets))
        .unwrap_or_else(|| show_octets(octets))
}

pub(super) fn show_octets(octets: &[u8]) -> String {
    octets.iter().fold("0x".to_owned(), |mut text, octet| {
        // Writing into a String does not fail.
        let _ = write!(text, "{octet:02x}");
        text
    })
}

fn typed(definition: &AttributeDefinition, text: &str) -> Result<Vec<u8>, Kind> {
    let address = |octets: Option<Vec<u8>>| octets.ok_or_else(|| bad_value(definition, text));
    match definition.data_type {
        DataType::Integer if definition.flags.has_tag => {
            let number = number(definition, text, TAGGED_INTEGER_MAX)?;
            Ok(number.to_be_bytes()[5..].to_vec())
        }
        DataType::Byte => Ok(number(definition, text, u8::MAX.into())?.to_be_bytes()[7..].to_vec()),
        DataType::Short => {
            Ok(number(definition, text, u16::MAX.into())?.to_be_bytes()[6..].to_vec())
        }
        DataType::Integer => {
            Ok(number(definition, text, u32::MAX.into())?.to_be_bytes()[4..].to_vec())
        }
        DataType::Integer64 => Ok(number(definition, text, u64::MAX)?.to_be_bytes().to_vec()),
        DataType::Signed => signed(definition, text),
        DataType::Date => match date::read(text) {
            Some(seconds) => Ok(seconds.to_be_bytes().to_vec()),
            None if text.bytes().all(|c| c.is_ascii_digit()) => {
                Ok(number(definition, text, u32::MAX.into())?.to_be_bytes()[4..].to_vec())
            }
            None => Err(bad_value(definition, text)),
        },
        DataType::Ipv4Address => {
            address(text.parse::<Ipv4Addr>().ok().map(|address| address.octets().to_vec()))
        }
        DataType::Ipv6Address => {
            address(text.parse::<Ipv6Addr>().ok().map(|address| address.octets().to_vec()))
        }
        DataType::ComboIp => address(text.parse::<IpAddr>().ok().map(|address| match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        })),
        DataType::Ipv4Prefix => ipv4_prefix(definition, text),
        DataType::Ipv6Prefix => ipv6_prefix(definition, text),
        DataType::InterfaceId => address(groups(text, &[':'], 4, 2)),
        DataType::Ether => address(groups(text, &[':', '-'], 6, 1)),
        DataType::String
        | DataType::Octets
        | DataType::OctetsExact(_)
        | DataType::AscendBinary
        | DataType::Tlv
        | DataType::Vsa
        | DataType::Extended
        | DataType::LongExtended
        | DataType::ExtendedVendorSpecific => Err(bad_value(definition, text)),
    }
}

/// A number in decimal, or the name of one.
fn number(definition: &AttributeDefinition, text: &str, max: u64) -> Result<u64, Kind> {
    let is_number = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let number = if is_number { text.parse().ok() } else { definition.value_number(text) };
    match number {
        Some(number) if number <= max => Ok(number),
        None if !is_number => Err(unknown_value(definition, text)),
        _ => {
            let attribute = definition.name.to_string();
            Err(Kind::OutOfRange { attribute, text: text.to_owned(), max })
        }
    }
}

fn signed(definition: &AttributeDefinition, text: &str) -> Result<Vec<u8>, Kind> {
    if let Ok(number) = i32::from_str(text) {
        return Ok(number.to_be_bytes().to_vec());
    }
    if text.starts_with('-') {
        return Err(bad_value(definition, text));
    }
    // A name's number is what stands on the wire, so that the sign is in it already.
    let is_name = definition.value_number(text).is_some();
    let max = if is_name { u32::MAX.into() } else { i32::MAX.unsigned_abs().into() };
    Ok(number(definition, text, max)?.to_be_bytes()[4..].to_vec())
}

fn ipv4_prefix(definition: &AttributeDefinition, text: &str) -> Result<Vec<u8>, Kind> {
    let (address, len) =
        split_prefix::<Ipv4Addr>(text, 32).ok_or_else(|| bad_value(definition, text))?;
    let mask = u32::MAX.checked_shl(32 - u32::from(len)).unwrap_or(0);
    match Ipv4Network::new(address, len) {
        Some(network) => Ok(network.to_octets().to_vec()),
        None => {
            let prefix = format!("{}/{len}", Ipv4Addr::from_bits(address.to_bits() & mask));
            Err(Kind::HostBits { text: text.to_owned(), prefix })
        }
    }
}

fn ipv6_prefix(definition: &AttributeDefinition, text: &str) -> Result<Vec<u8>, Kind> {
    let (address, len) =
        split_prefix::<Ipv6Addr>(text, 128).ok_or_else(|| bad_value(definition, text))?;
    let mask = u128::MAX.checked_shl(128 - u32::from(len)).unwrap_or(0);
    match Ipv6Network::new(address, len) {
        Some(network) => Ok(network.to_octets().to_vec()),
        None => {
            let prefix = format!("{}/{len}", Ipv6Addr::from_bits(address.to_bits() & mask));
            Err(Kind::HostBits { text: text.to_owned(), prefix })
        }
    }
}

/// An address and a length of at most `max`, which is also what a missing length means.
fn split_prefix<A: FromStr>(text: &str, max: u8) -> Option<(A, u8)> {
    let (address, len) = match text.split_once('/') {
        Some((address, len)) => (address, len.parse().ok().filter(|len| *len <= max)?),
        None => (text, max),
    };
    Some((address.parse().ok()?, len))
}

/// `count` groups of hexadecimal digits, each a number of `octets` octets.
fn groups(text: &str, separators: &[char], count: usize, octets: usize) -> Option<Vec<u8>> {
    let groups: Vec<&str> = text.split(separators).collect();
    if groups.len() != count {
        return None;
    }
    let mut out = Vec::new();
    for group in groups {
        let digits = (1..=octets * 2).contains(&group.len())
            && group.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = digits.then(|| u16::from_str_radix(group, 16).ok())??;
        out.extend_from_slice(number.to_be_bytes().get(2 - octets..)?);
    }
    Some(out)
}

fn bad_value(definition: &AttributeDefinition, text: &str) -> Kind {
    let wanted = match definition.data_type {
        DataType::OctetsExact(len) => {
            format!("{len} octets, such as 0x{}", "00".repeat(len.into()))
        }
        DataType::Ipv4Address => "an IPv4 address, such as 192.0.2.1".to_owned(),
        DataType::Ipv6Address => "an IPv6 address, such as 2001:db8::1".to_owned(),
        DataType::ComboIp => "an IP address, such as 192.0.2.1 or 2001:db8::1".to_owned(),
        DataType::Ipv4Prefix => "an IPv4 prefix, such as 192.0.2.0/24".to_owned(),
        DataType::Ipv6Prefix => "an IPv6 prefix, such as 2001:db8::/32".to_owned(),
        DataType::InterfaceId => "an interface id, such as 200:5eff:fe00:5213".to_owned(),
        DataType::Ether => "a MAC address, such as 02:00:5e:00:53:01".to_owned(),
        DataType::Date => "a date, such as \"Nov 21 2025 03:04:05 UTC\", or seconds".to_owned(),
        DataType::Signed => "a number from -2147483648 to 2147483647".to_owned(),
        _ => "octets, such as 0x00ff".to_owned(),
    };
    Kind::BadValue { attribute: definition.name.to_string(), text: text.to_owned(), wanted }
}

fn unknown_value(definition: &AttributeDefinition, text: &str) -> Kind {
    let attribute = definition.name.to_string();
    let text = text.to_owned();
    if definition.values().next().is_none() {
        return Kind::BadValue { attribute, text, wanted: "a number".to_owned() };
    }
    let suggestion = nearest(&text, definition.values().map(|(_, name)| name));
    Kind::UnknownValue { attribute, text, suggestion }
}

fn show_typed(definition: &AttributeDefinition, octets: &[u8]) -> Option<String> {
    Some(match definition.data_type {
        DataType::String => quoted(octets),
        DataType::Integer if definition.flags.has_tag => {
            let &[high, middle, low] = octets else { return None };
            show_number(definition, u32::from_be_bytes([0, high, middle, low]).into())
        }
        DataType::Byte => {
            show_number(definition, u8::from_be_bytes(octets.try_into().ok()?).into())
        }
        DataType::Short => {
            show_number(definition, u16::from_be_bytes(octets.try_into().ok()?).into())
        }
        DataType::Integer => {
            show_number(definition, u32::from_be_bytes(octets.try_into().ok()?).into())
        }
        DataType::Integer64 => show_number(definition, u64::from_be_bytes(octets.try_into().ok()?)),
        DataType::Signed => {
            let octets = octets.try_into().ok()?;
            match name_of(definition, u32::from_be_bytes(octets).into()) {
                Some(name) => name,
                None => i32::from_be_bytes(octets).to_string(),
            }
        }
        DataType::Date => {
            format!("\"{}\"", date::show(u32::from_be_bytes(octets.try_into().ok()?)))
        }
        DataType::Ipv4Address => Ipv4Addr::from(<[u8; 4]>::try_from(octets).ok()?).to_string(),
        DataType::Ipv6Address => Ipv6Addr::from(<[u8; 16]>::try_from(octets).ok()?).to_string(),
        DataType::ComboIp => match <[u8; 4]>::try_from(octets) {
            Ok(octets) => Ipv4Addr::from(octets).to_string(),
            Err(_) => Ipv6Addr::from(<[u8; 16]>::try_from(octets).ok()?).to_string(),
        },
        DataType::Ipv4Prefix => Ipv4Network::from_octets(octets)?.to_string(),
        DataType::Ipv6Prefix => Ipv6Network::from_octets(octets)?.to_string(),
        DataType::InterfaceId => {
            let (pairs, []) = <&[u8; 8]>::try_from(octets).ok()?.as_chunks::<2>() else {
                return None;
            };
            let groups: Vec<_> =
                pairs.iter().map(|&pair| format!("{:x}", u16::from_be_bytes(pair))).collect();
            groups.join(":")
        }
        DataType::Ether => {
            let octets = <&[u8; 6]>::try_from(octets).ok()?;
            let groups: Vec<_> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
            groups.join(":")
        }
        _ => return None,
    })
}

fn show_number(definition: &AttributeDefinition, number: u64) -> String {
    name_of(definition, number).unwrap_or_else(|| number.to_string())
}

/// The name of a number, in quotes where it needs them; `None` for one that would not read back
/// as this number.
fn name_of(definition: &AttributeDefinition, number: u64) -> Option<String> {
    let name = definition.value_name(number)?;
    let numeric = name.bytes().all(|c| c.is_ascii_digit() || c == b'-' || c == b'+');
    let plain = name.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_./:+".contains(&c));
    let ambiguous = numeric
        || name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0x"))
        || definition.value_number(name) != Some(number);
    match (ambiguous, plain) {
        (true, _) => None,
        (false, true) => Some(name.to_owned()),
        (false, false) => Some(quoted(name.as_bytes())),
    }
}

/// Text in double quotes: UTF-8 stands as it is; characters that cannot be seen as they are
/// (control and format characters, such as U+202E) and other octets are escaped.
fn quoted(octets: &[u8]) -> String {
    let mut text = String::from("\"");
    for chunk in octets.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' => text.push_str("\\\""),
                '\\' => text.push_str("\\\\"),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                c if !is_visible(c) => {
                    let mut octets = [0; 4];
                    escape(&mut text, c.encode_utf8(&mut octets).as_bytes());
                }
                c => text.push(c),
            }
        }
        escape(&mut text, chunk.invalid());
    }
    text.push('"');
    text
}

/// Whether the character shows itself, and changes nothing about how others are shown.
fn is_visible(c: char) -> bool {
    let mut shown = c.escape_debug();
    c == '\'' || (shown.next() == Some(c) && shown.next().is_none())
}

fn escape(text: &mut String, octets: &[u8]) {
    for octet in octets {
        // Writing into a String does not fail.
        let _ = write!(text, "\\{octet:03o}");
    }
}
