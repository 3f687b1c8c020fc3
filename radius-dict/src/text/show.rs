//! The text of a value, from its octets.

use std::fmt::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{ascend_filter, date};
use crate::value::{Ipv4Network, Ipv6Network};
use crate::{AttributeDefinition, DataType};

/// Writes the text of a value without tag and not hidden; octets that are not of the type, and
/// types without a text of their own, as `0x…`.
pub(super) fn show(
    out: &mut impl Write,
    definition: Option<&AttributeDefinition>,
    octets: &[u8],
) -> fmt::Result {
    let typed = definition.and_then(|definition| show_typed(out, definition, octets));
    typed.unwrap_or_else(|| show_octets(out, octets))
}

pub(super) fn show_octets(out: &mut impl Write, octets: &[u8]) -> fmt::Result {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    const AT_ONCE: usize = 32;
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or_default();
    out.write_str("0x")?;
    for octets in octets.chunks(AT_ONCE) {
        let mut text = [0; AT_ONCE * 2];
        for (place, octet) in text.as_chunks_mut::<2>().0.iter_mut().zip(octets) {
            *place = [digit(octet >> 4), digit(octet & 0x0f)];
        }
        let text = text.get(..octets.len() * 2).unwrap_or_default();
        out.write_str(str::from_utf8(text).unwrap_or_default())?;
    }
    Ok(())
}

/// `None`, and nothing written, for octets that are not of the type.
fn show_typed(
    out: &mut impl Write,
    definition: &AttributeDefinition,
    octets: &[u8],
) -> Option<fmt::Result> {
    Some(match definition.data_type {
        DataType::String => show_quoted(out, octets),
        DataType::Integer if definition.flags.has_tag => {
            let &[high, middle, low] = octets else { return None };
            show_number(out, definition, u32::from_be_bytes([0, high, middle, low]).into())
        }
        DataType::Byte => {
            show_number(out, definition, u8::from_be_bytes(octets.try_into().ok()?).into())
        }
        DataType::Short => {
            show_number(out, definition, u16::from_be_bytes(octets.try_into().ok()?).into())
        }
        DataType::Integer => {
            show_number(out, definition, u32::from_be_bytes(octets.try_into().ok()?).into())
        }
        DataType::Integer64 => {
            show_number(out, definition, u64::from_be_bytes(octets.try_into().ok()?))
        }
        DataType::Signed => {
            let octets = octets.try_into().ok()?;
            match name_of(definition, u32::from_be_bytes(octets).into()) {
                Some(name) => show_name(out, name),
                None => write!(out, "{}", i32::from_be_bytes(octets)),
            }
        }
        DataType::Date => {
            let seconds = u32::from_be_bytes(octets.try_into().ok()?);
            out.write_char('"')
                .and_then(|()| date::show(out, seconds))
                .and_then(|()| out.write_char('"'))
        }
        DataType::Ipv4Address => {
            write!(out, "{}", Ipv4Addr::from(<[u8; 4]>::try_from(octets).ok()?))
        }
        DataType::Ipv6Address => {
            write!(out, "{}", Ipv6Addr::from(<[u8; 16]>::try_from(octets).ok()?))
        }
        DataType::ComboIp => {
            let address = match <[u8; 4]>::try_from(octets) {
                Ok(octets) => IpAddr::from(octets),
                Err(_) => IpAddr::from(<[u8; 16]>::try_from(octets).ok()?),
            };
            write!(out, "{address}")
        }
        DataType::Ipv4Prefix => write!(out, "{}", Ipv4Network::from_octets(octets)?),
        DataType::Ipv6Prefix => write!(out, "{}", Ipv6Network::from_octets(octets)?),
        DataType::InterfaceId => {
            let &[a, b, c, d, e, f, g, h] = octets else { return None };
            let group = |high, low| u16::from_be_bytes([high, low]);
            write!(out, "{:x}:{:x}:{:x}:{:x}", group(a, b), group(c, d), group(e, f), group(g, h))
        }
        DataType::Ether => {
            let &[a, b, c, d, e, f] = octets else { return None };
            write!(out, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}")
        }
        DataType::AscendBinary => write!(out, "\"{}\"", ascend_filter::show(octets)?),
        DataType::Octets
        | DataType::OctetsExact(_)
        | DataType::Tlv
        | DataType::Vsa
        | DataType::Extended
        | DataType::LongExtended
        | DataType::ExtendedVendorSpecific => return None,
    })
}

fn show_number(out: &mut impl Write, definition: &AttributeDefinition, number: u64) -> fmt::Result {
    match name_of(definition, number) {
        Some(name) => show_name(out, name),
        None => write!(out, "{number}"),
    }
}

/// The name of a number; `None` for one that would not read back as this number.
fn name_of(definition: &AttributeDefinition, number: u64) -> Option<&str> {
    let name = definition.value_name(number)?;
    let numeric = name.bytes().all(|c| c.is_ascii_digit() || c == b'-' || c == b'+');
    let hexadecimal = name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0x"));
    (!numeric && !hexadecimal).then_some(name)
}

/// A name, in quotes where it needs them.
fn show_name(out: &mut impl Write, name: &str) -> fmt::Result {
    if name.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_./:+".contains(&c)) {
        out.write_str(name)
    } else {
        show_quoted(out, name.as_bytes())
    }
}

/// Text in double quotes: UTF-8 stands as it is; characters that cannot be seen as they are
/// (control and format characters, such as U+202E) and other octets are escaped.
fn show_quoted(out: &mut impl Write, octets: &[u8]) -> fmt::Result {
    out.write_char('"')?;
    let plain = |c: &u8| matches!(c, b' '..=b'~') && !matches!(c, b'"' | b'\\');
    match str::from_utf8(octets) {
        Ok(text) if octets.iter().all(plain) => out.write_str(text)?,
        _ => show_escaped(out, octets)?,
    }
    out.write_char('"')
}

fn show_escaped(out: &mut impl Write, octets: &[u8]) -> fmt::Result {
    for chunk in octets.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' => out.write_str("\\\"")?,
                '\\' => out.write_str("\\\\")?,
                '\n' => out.write_str("\\n")?,
                '\r' => out.write_str("\\r")?,
                '\t' => out.write_str("\\t")?,
                c if !is_visible(c) => {
                    let mut octets = [0; 4];
                    escape(out, c.encode_utf8(&mut octets).as_bytes())?;
                }
                c => out.write_char(c)?,
            }
        }
        escape(out, chunk.invalid())?;
    }
    Ok(())
}

/// Whether the character shows itself, and changes nothing about how others are shown.
fn is_visible(c: char) -> bool {
    let mut shown = c.escape_debug();
    c == '\'' || (shown.next() == Some(c) && shown.next().is_none())
}

fn escape(out: &mut impl Write, octets: &[u8]) -> fmt::Result {
    octets.iter().try_for_each(|octet| write!(out, "\\{octet:03o}"))
}
