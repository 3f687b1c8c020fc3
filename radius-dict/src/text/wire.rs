//! A pair on its way into a packet.

use radius_proto::{
    ATTRIBUTE_VALUE_LEN_MAX, AttributeType, Authenticator, HidingError, PACKET_LEN_MAX,
    PACKET_LEN_MIN, PacketWriter, Secret, TAG_MAX, VendorFormat, VendorId, WriteError,
    ascend_secret, salted, user_password,
};
use thiserror::Error;

use super::Pair;
use super::pair::Tagging;
use crate::{Encryption, Oid};

/// The extended type that holds vendors' attributes (RFC 6929 §2.4).
const EXTENDED_VENDOR_SPECIFIC: u32 = 26;

const VENDOR_ID_LEN: usize = 4;
const TLV_HEADER_LEN: usize = 2;
/// Octets of attributes in the largest packet, which no value can exceed.
const ATTRIBUTES_LEN_MAX: usize = PACKET_LEN_MAX - PACKET_LEN_MIN;

/// What hidden attributes are hidden with.
#[derive(Debug)]
pub struct Hiding<'a> {
    authenticator: &'a Authenticator,
    secret: &'a Secret,
    salt: u16,
}

impl<'a> Hiding<'a> {
    /// `authenticator` is that of the Access-Request, for attributes of its reply too; for
    /// Accounting-, CoA- and Disconnect-Requests it is zeros, see
    /// [`Packet::hiding_authenticator`](radius_proto::Packet::hiding_authenticator). `salt` should be
    /// unpredictable; each salted attribute written takes the next one.
    #[must_use]
    pub const fn new(authenticator: &'a Authenticator, secret: &'a Secret, salt: [u8; 2]) -> Self {
        Self { authenticator, secret, salt: u16::from_be_bytes(salt) }
    }

    const fn next_salt(&mut self) -> [u8; 2] {
        let salt = self.salt.to_be_bytes();
        self.salt = self.salt.wrapping_add(1);
        salt
    }
}

/// Why a pair could not be written. The packet is as it was before.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PairError {
    /// The packet does not take it.
    #[error("{name}: {source}")]
    Write {
        /// The attribute.
        name: Box<str>,
        /// What the packet does not take.
        source: WriteError,
    },
    /// The value cannot be hidden.
    #[error("{name}: {source}")]
    Hiding {
        /// The attribute.
        name: Box<str>,
        /// Why not.
        source: HidingError,
    },
}

impl Pair {
    /// Appends the attribute to a packet, tagged, hidden and laid out as its definition says.
    ///
    /// A value longer than one attribute is spread over several where its definition allows it.
    /// Attributes inside others are written each in a container of its own. For
    /// Message-Authenticator the signature is reserved here, whatever the value.
    ///
    /// # Errors
    /// [`PairError`] when it does not fit or cannot be hidden.
    pub fn write(
        &self,
        writer: &mut PacketWriter<'_>,
        hiding: &mut Hiding<'_>,
    ) -> Result<(), PairError> {
        let value = self.wire_value(hiding)?;
        self.append(writer, &value)
            .map_err(|source| PairError::Write { name: self.name.clone(), source })
    }

    /// The value with its tag, hidden where it is to be.
    fn wire_value(&self, hiding: &mut Hiding<'_>) -> Result<Vec<u8>, PairError> {
        let first_is_value = self.octets.first().is_none_or(|&first| first > TAG_MAX);
        let tag = match (self.shape.tagging, self.tag) {
            (Tagging::None, _) => None,
            (Tagging::Optional, None) if first_is_value => None,
            (Tagging::Optional | Tagging::Always, tag) => Some(tag.unwrap_or(0)),
        };
        let mut value: Vec<u8> = tag.into_iter().collect();
        let Some(encryption) = self.shape.encryption else {
            value.extend_from_slice(&self.octets);
            return Ok(value);
        };
        let mut hidden = [0; ATTRIBUTE_VALUE_LEN_MAX];
        let (octets, authenticator, secret) = (&self.octets, hiding.authenticator, hiding.secret);
        let len = match encryption {
            Encryption::UserPassword => {
                user_password::hide(octets, &mut hidden, authenticator, secret)
            }
            Encryption::TunnelPassword => {
                salted::hide(octets, hiding.next_salt(), &mut hidden, authenticator, secret)
            }
            Encryption::AscendSecret => {
                ascend_secret::hide(octets, authenticator, secret).map(|block| {
                    for (place, octet) in hidden.iter_mut().zip(block) {
                        *place = octet;
                    }
                    block.len()
                })
            }
        };
        let len = len.map_err(|source| PairError::Hiding { name: self.name.clone(), source })?;
        value.extend_from_slice(hidden.get(..len).unwrap_or_default());
        Ok(value)
    }

    fn append(&self, writer: &mut PacketWriter<'_>, value: &[u8]) -> Result<(), WriteError> {
        let (&outer, inner) = self.number.parts().split_first().unwrap_or((&0, &[]));
        if let Some(vendor) = self.vendor {
            let value = nested(inner, value)?;
            return writer.vendor_attribute_in(self.shape.vendor_format, vendor, outer, &value);
        }
        let Ok(number) = u8::try_from(outer) else { return Err(WriteError::AttributeTypeZero) };
        let kind = AttributeType(number);
        match *inner {
            [extended, vendor, vendor_kind, ref inner @ ..]
                if kind.is_extended() && extended == EXTENDED_VENDOR_SPECIFIC =>
            {
                let (vendor, vendor_kind) = (VendorId(vendor), octet(vendor_kind));
                let value = nested(inner, value)?;
                writer.extended_vendor_attribute(kind, vendor, vendor_kind, &value)
            }
            [extended, ref inner @ ..] if kind.is_extended() => {
                writer.extended_attribute(kind, octet(extended), &nested(inner, value)?)
            }
            [] if kind == AttributeType::MESSAGE_AUTHENTICATOR && !self.is_numbered() => {
                writer.message_authenticator()
            }
            [] if self.shape.concat => writer.concatenated(kind, value),
            ref inner => writer.attribute(kind, &nested(inner, value)?),
        }
    }

    /// Whether the attribute was written by number, and its value is to stand as it is.
    fn is_numbered(&self) -> bool {
        self.name.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("Attr-"))
    }
}

/// Whether every part of a number fits its place in a packet.
pub(super) fn fits(vendor: Option<VendorId>, number: Oid, format: VendorFormat) -> bool {
    let (&outer, inner) = number.parts().split_first().unwrap_or((&0, &[]));
    let octet = |part: &u32| u8::try_from(*part).is_ok();
    match vendor {
        Some(_) => outer <= format.kind_max() && inner.iter().all(octet),
        None => {
            let in_evs = is_in_evs(outer, inner);
            let vendor_at = |index: usize| in_evs && index == 1;
            let places = inner.iter().enumerate();
            (1..=u32::from(u8::MAX)).contains(&outer)
                && places.clone().all(|(index, part)| vendor_at(index) || octet(part))
        }
    }
}

/// The longest plain value that the packet can carry for this pair.
pub(super) fn value_len_max(pair: &Pair) -> usize {
    let (&outer, inner) = pair.number.parts().split_first().unwrap_or((&0, &[]));
    let room = match pair.vendor {
        Some(_) if pair.shape.vendor_format.continuation() => ATTRIBUTES_LEN_MAX,
        Some(_) => ATTRIBUTE_VALUE_LEN_MAX - VENDOR_ID_LEN - pair.shape.vendor_format.header_len(),
        None if pair.shape.concat => ATTRIBUTES_LEN_MAX,
        None if is_long_extended(outer) && !inner.is_empty() => ATTRIBUTES_LEN_MAX,
        None => ATTRIBUTE_VALUE_LEN_MAX,
    };
    let headers = match pair.vendor {
        None if is_in_evs(outer, inner) => {
            1 + VENDOR_ID_LEN + 1 + (inner.len() - 3) * TLV_HEADER_LEN
        }
        None if is_extended(outer) && !inner.is_empty() => 1 + (inner.len() - 1) * TLV_HEADER_LEN,
        _ => inner.len() * TLV_HEADER_LEN,
    };
    let tag = match (pair.shape.tagging, pair.tag) {
        (Tagging::None, _) => 0,
        (Tagging::Optional, None) if pair.octets.first().is_none_or(|&first| first > TAG_MAX) => 0,
        (Tagging::Optional | Tagging::Always, _) => 1,
    };
    let room = room.saturating_sub(headers + tag);
    match pair.shape.encryption {
        None => room,
        Some(Encryption::UserPassword) => room.min(user_password::PASSWORD_LEN_MAX),
        Some(Encryption::TunnelPassword) => {
            let blocks = room.saturating_sub(salted::SALT_LEN) / user_password::BLOCK_LEN;
            (blocks * user_password::BLOCK_LEN).saturating_sub(1).min(salted::PLAIN_LEN_MAX)
        }
        Some(Encryption::AscendSecret) => room.min(user_password::BLOCK_LEN),
    }
}

fn is_extended(number: u32) -> bool {
    u8::try_from(number).is_ok_and(|number| AttributeType(number).is_extended())
}

fn is_long_extended(number: u32) -> bool {
    u8::try_from(number).is_ok_and(|number| AttributeType(number).is_long_extended())
}

/// `24x.26.<vendor>.<type>…`, seen from behind the first part.
fn is_in_evs(outer: u32, inner: &[u32]) -> bool {
    is_extended(outer) && inner.len() >= 3 && inner.first() == Some(&EXTENDED_VENDOR_SPECIFIC)
}

/// The value inside a TLV for each of these types, outermost first (RFC 8044 §3.13).
fn nested(kinds: &[u32], value: &[u8]) -> Result<Vec<u8>, WriteError> {
    let mut value = value.to_vec();
    for &kind in kinds.iter().rev() {
        let max = usize::from(u8::MAX) - TLV_HEADER_LEN;
        let len = value.len();
        let Ok(tlv_len) = u8::try_from(len + TLV_HEADER_LEN) else {
            return Err(WriteError::ValueTooLong { len, max });
        };
        value.splice(0..0, [octet(kind), tlv_len]);
    }
    Ok(value)
}

/// A part of a number whose place is one octet: definitions and `Attr-` numbers above that have
/// been refused where they were read.
fn octet(part: u32) -> u8 {
    u8::try_from(part).unwrap_or(u8::MAX)
}
