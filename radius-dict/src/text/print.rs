use std::fmt;

use radius_proto::{AttributeType, Packet, TAG_MAX, VendorId};

use super::leaves::{Leaf, leaves};
use super::pair::{Operator, Pair, Shape, Tagging};
use super::value::{show, show_octets};
use crate::{AttributeDefinition, Dictionary, Oid};

/// The attributes of a packet as text that reads back; see [`packet`].
#[derive(Clone, Copy, Debug)]
pub struct PacketText<'a> {
    dictionary: &'a Dictionary,
    packet: Packet<'a>,
}

/// A pair as text; see [`Pair::text`].
#[derive(Clone, Copy, Debug)]
pub struct PairText<'a> {
    dictionary: &'a Dictionary,
    pair: &'a Pair,
}

/// The attributes of a packet as text, one on a line after a tab, in the order of the wire.
///
/// An attribute without a name is written by number, `Attr-26.14988.99 = 0x…`; a value that is not
/// of its type as octets, `Framed-IP-Address = 0x0a00`. A hidden value stays hidden: it is written
/// by number with the attribute's name in a comment behind it. So [`parse_pairs`] and
/// [`Pair::write`] give the same attributes with the same octets again, except that attributes
/// that stood together in one container come each in a container of its own, and that pieces of a
/// long value come in full size.
///
/// [`parse_pairs`]: super::parse_pairs
#[must_use]
pub const fn packet<'a>(dictionary: &'a Dictionary, packet: Packet<'a>) -> PacketText<'a> {
    PacketText { dictionary, packet }
}

impl<'a> PairText<'a> {
    pub(super) const fn new(dictionary: &'a Dictionary, pair: &'a Pair) -> Self {
        Self { dictionary, pair }
    }
}

impl fmt::Display for PacketText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for leaf in leaves(self.dictionary, &self.packet) {
            writeln!(f, "\t{}", line(self.dictionary, &leaf))?;
        }
        Ok(())
    }
}

impl fmt::Display for PairText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pair { name, operator, tag, octets, .. } = self.pair;
        let definition = self.dictionary.attribute_by_name(name);
        let tag = tag.map_or(String::new(), |tag| format!(":{tag}"));
        write!(f, "{name}{tag} {operator} {}", show(definition, octets))
    }
}

/// As it stands between name and value.
impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Set => "=",
            Self::Assign => ":=",
            Self::Append => "+=",
        })
    }
}

fn line(dictionary: &Dictionary, leaf: &Leaf<'_>) -> String {
    let Leaf { vendor, number, value } = leaf;
    let definition = dictionary.attribute(*vendor, *number);
    let Some(definition) = definition.filter(|known| is_readable(&known.name)) else {
        return numbered(*vendor, *number, value);
    };
    let name = &definition.name;
    if definition.flags.encryption.is_some() {
        return format!("{} # {name}, hidden", numbered(*vendor, *number, value));
    }
    match untagged(definition, value) {
        Some((tag, value)) => {
            let tag = tag.map_or(String::new(), |tag| format!(":{tag}"));
            format!("{name}{tag} = {}", show(Some(definition), value))
        }
        None => numbered(*vendor, *number, value),
    }
}

/// Splits the tag off; `None` for a value that cannot be written with its name.
fn untagged<'v>(
    definition: &AttributeDefinition,
    value: &'v [u8],
) -> Option<(Option<u8>, &'v [u8])> {
    let tagging = Shape::of(definition, radius_proto::VendorFormat::STANDARD).tagging;
    match (tagging, value.split_first()) {
        (Tagging::None, _) | (Tagging::Optional, None) => Some((None, value)),
        (Tagging::Optional, Some((&first, _))) if first > TAG_MAX => Some((None, value)),
        (Tagging::Optional, Some((&tag, rest))) => Some((Some(tag), rest)),
        (Tagging::Always, Some((0, rest))) => Some((None, rest)),
        (Tagging::Always, Some((&tag, rest))) if tag <= TAG_MAX => Some((Some(tag), rest)),
        (Tagging::Always, _) => None,
    }
}

fn numbered(vendor: Option<VendorId>, number: Oid, value: &[u8]) -> String {
    let value = show_octets(value);
    match vendor {
        None => format!("Attr-{number} = {value}"),
        Some(vendor) => {
            format!("Attr-{}.{vendor}.{number} = {value}", AttributeType::VENDOR_SPECIFIC)
        }
    }
}

/// Whether the name would be read as one name.
fn is_readable(name: &str) -> bool {
    let ends = |c: char| c.is_whitespace() || matches!(c, '=' | ':' | ',' | '"' | '\'' | '#');
    !name.contains(ends) && !name.contains("+=")
}
