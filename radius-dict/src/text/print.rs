use std::fmt::{self, Write};

use radius_proto::{
    AttributeType, Authenticator, Packet, Secret, TAG_MAX, VendorFormat, VendorId, ascend_secret,
    salted, user_password,
};

use super::leaves::{Leaf, leaves};
use super::pair::{Operator, Pair, Shape, Tagging};
use super::show::{show, show_octets};
use crate::{AttributeDefinition, Dictionary, Encryption, Oid};

/// The attributes of a packet as text that reads back; see [`packet`].
#[derive(Clone, Copy, Debug)]
pub struct PacketText<'a> {
    dictionary: &'a Dictionary,
    packet: Packet<'a>,
    opening: Option<(&'a Authenticator, &'a Secret)>,
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
/// by number with the attribute's name in a comment behind it, unless
/// [`revealing`](PacketText::revealing) opens it. So [`parse_pairs`] and [`Pair::write`] give the
/// same attributes with the same octets again, except that attributes that stood together in one
/// container come each in a container of its own, that pieces of a long value come in full size,
/// and that a prefix in its short form comes with its whole address.
///
/// [`parse_pairs`]: super::parse_pairs
#[must_use]
pub const fn packet<'a>(dictionary: &'a Dictionary, packet: Packet<'a>) -> PacketText<'a> {
    PacketText { dictionary, packet, opening: None }
}

impl<'a> PacketText<'a> {
    /// The same text with hidden values opened and in clear: passwords too.
    ///
    /// `answered` is the authenticator of the request that this packet answers; a request has
    /// [its own](Packet::hiding_authenticator), and without one a reply's values stay hidden. There
    /// is no telling whether the secret is right for a User-Password: another one gives other
    /// octets. A value that cannot be opened stays hidden.
    #[must_use]
    pub const fn revealing(
        mut self,
        answered: Option<&'a Authenticator>,
        secret: &'a Secret,
    ) -> Self {
        self.opening = match (self.packet.hiding_authenticator(), answered) {
            (Some(authenticator), _) | (None, Some(authenticator)) => Some((authenticator, secret)),
            (None, None) => None,
        };
        self
    }
}

impl<'a> PairText<'a> {
    pub(super) const fn new(dictionary: &'a Dictionary, pair: &'a Pair) -> Self {
        Self { dictionary, pair }
    }
}

impl fmt::Display for PacketText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        leaves(self.dictionary, &self.packet, &mut |leaf| {
            f.write_char('\t')?;
            line(f, leaf, self.opening)?;
            f.write_char('\n')
        })
    }
}

impl fmt::Display for PairText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pair { name, operator, tag, octets, .. } = self.pair;
        let definition = self.dictionary.attribute_by_name(name);
        f.write_str(name)?;
        if let Some(tag) = tag {
            write!(f, ":{tag}")?;
        }
        write!(f, " {operator} ")?;
        show(f, definition, octets)
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

fn line(
    f: &mut fmt::Formatter<'_>,
    leaf: &Leaf<'_>,
    opening: Option<(&Authenticator, &Secret)>,
) -> fmt::Result {
    let Leaf { vendor, number, definition, value } = *leaf;
    let Some(definition) = definition.filter(|known| known.is_readable) else {
        return numbered(f, vendor, number, value);
    };
    let Some((tag, value)) = untagged(definition, value) else {
        return numbered(f, vendor, number, value);
    };
    let Some(encryption) = definition.flags.encryption else {
        return named(f, definition, tag, value);
    };
    let mut plain = [0; user_password::PASSWORD_LEN_MAX + salted::PLAIN_LEN_MAX];
    let opened = opening.and_then(|(authenticator, secret)| {
        reveal(encryption, value, &mut plain, authenticator, secret)
    });
    match opened {
        Some(plain) => named(f, definition, tag, plain),
        None => {
            numbered(f, vendor, number, leaf.value)?;
            write!(f, " # {}, hidden", definition.name)
        }
    }
}

fn named(
    f: &mut fmt::Formatter<'_>,
    definition: &AttributeDefinition,
    tag: Option<u8>,
    value: &[u8],
) -> fmt::Result {
    f.write_str(&definition.name)?;
    if let Some(tag) = tag {
        write!(f, ":{tag}")?;
    }
    f.write_str(" = ")?;
    show(f, Some(definition), value)
}

/// Opens a hidden value; `None` when it cannot have been hidden in this way.
fn reveal<'o>(
    encryption: Encryption,
    hidden: &[u8],
    out: &'o mut [u8],
    authenticator: &Authenticator,
    secret: &Secret,
) -> Option<&'o [u8]> {
    match encryption {
        Encryption::UserPassword => user_password::reveal(hidden, out, authenticator, secret).ok(),
        Encryption::TunnelPassword => salted::reveal(hidden, out, authenticator, secret).ok(),
        Encryption::AscendSecret => {
            let out = out.first_chunk_mut()?;
            ascend_secret::reveal(hidden, out, authenticator, secret).ok()
        }
    }
}

/// Splits the tag off; `None` for a value that cannot be written with its name.
fn untagged<'v>(
    definition: &AttributeDefinition,
    value: &'v [u8],
) -> Option<(Option<u8>, &'v [u8])> {
    let tagging = Shape::of(definition, VendorFormat::STANDARD).tagging;
    match (tagging, value.split_first()) {
        (Tagging::None, _) | (Tagging::Optional, None) => Some((None, value)),
        (Tagging::Optional, Some((&first, _))) if first > TAG_MAX => Some((None, value)),
        (Tagging::Optional, Some((&tag, rest))) => Some((Some(tag), rest)),
        (Tagging::Always, Some((0, rest))) => Some((None, rest)),
        (Tagging::Always, Some((&tag, rest))) if tag <= TAG_MAX => Some((Some(tag), rest)),
        (Tagging::Always, _) => None,
    }
}

fn numbered(
    f: &mut fmt::Formatter<'_>,
    vendor: Option<VendorId>,
    number: Oid,
    value: &[u8],
) -> fmt::Result {
    match vendor {
        None => write!(f, "Attr-{number} = ")?,
        Some(vendor) => {
            write!(f, "Attr-{}.{vendor}.{number} = ", AttributeType::VENDOR_SPECIFIC)?;
        }
    }
    show_octets(f, value)
}
