//! The octets of a value, from its text.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use radius_proto::TAGGED_NUMBER_MAX;

use super::TextErrorKind as Kind;
use super::lexer::Literal;
use super::{ascend_filter, date};
use crate::suggest::nearest;
use crate::value::{Ipv4Network, Ipv6Network};
use crate::{AttributeDefinition, DataType};

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

fn typed(definition: &AttributeDefinition, text: &str) -> Result<Vec<u8>, Kind> {
    let address = |octets: Option<Vec<u8>>| octets.ok_or_else(|| bad_value(definition, text));
    match definition.data_type {
        DataType::Integer if definition.flags.has_tag => {
            let number = number(definition, text, TAGGED_NUMBER_MAX.into())?;
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
        DataType::AscendBinary => ascend_filter::read(text)
            .map(|filter| filter.to_vec())
            .map_err(|error| filter_error(definition, text, &error)),
        DataType::String
        | DataType::Octets
        | DataType::OctetsExact(_)
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
        _ => Err(out_of_range(definition, text, 0, max)),
    }
}

fn signed(definition: &AttributeDefinition, text: &str) -> Result<Vec<u8>, Kind> {
    if let Ok(number) = i32::from_str(text) {
        return Ok(number.to_be_bytes().to_vec());
    }
    let is_number = text.strip_prefix('-').unwrap_or(text).bytes().all(|c| c.is_ascii_digit());
    if is_number {
        return Err(out_of_range(
            definition,
            text,
            i32::MIN.into(),
            i32::MAX.unsigned_abs().into(),
        ));
    }
    // A name's number is what stands on the wire, so that the sign is in it already.
    Ok(number(definition, text, u32::MAX.into())?.to_be_bytes()[4..].to_vec())
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
    let (attribute, data_type) = (definition.name.to_string(), definition.data_type);
    Kind::BadValue { attribute, data_type: Some(data_type), text: text.to_owned(), wanted }
}

fn filter_error(
    definition: &AttributeDefinition,
    text: &str,
    error: &ascend_filter::FilterError,
) -> Kind {
    let ascend_filter::FilterError { column, expected } = error;
    Kind::BadValue {
        attribute: definition.name.to_string(),
        data_type: Some(definition.data_type),
        text: text.to_owned(),
        wanted: format!("{expected} at character {column}"),
    }
}

fn out_of_range(definition: &AttributeDefinition, text: &str, min: i64, max: u64) -> Kind {
    let (attribute, data_type) = (definition.name.to_string(), definition.data_type);
    Kind::OutOfRange { attribute, data_type, text: text.to_owned(), min, max }
}

fn unknown_value(definition: &AttributeDefinition, text: &str) -> Kind {
    let attribute = definition.name.to_string();
    let text = text.to_owned();
    if definition.values().next().is_none() {
        let max = definition.data_type.number_max().unwrap_or(u64::MAX);
        let max = if definition.flags.has_tag { TAGGED_NUMBER_MAX.into() } else { max };
        let wanted = match definition.data_type {
            DataType::Signed => format!("a number from {} to {}", i32::MIN, i32::MAX),
            _ => format!("a number from 0 to {max}"),
        };
        let data_type = Some(definition.data_type);
        return Kind::BadValue { attribute, data_type, text, wanted };
    }
    let suggestion = nearest(&text, definition.values().map(|(_, name)| name));
    Kind::UnknownValue { attribute, text, suggestion }
}
