#[cfg(feature = "alloc")]
mod seal;
mod spread;

use core::fmt;

use crate::attribute::ATTRIBUTE_HEADER_LEN;
use crate::packet::MESSAGE_AUTHENTICATOR_LEN;
use crate::{
    ATTRIBUTE_VALUE_LEN_MAX, AttributeType, Authenticator, Code, PACKET_LEN_MAX, PACKET_LEN_MIN,
    VendorFormat, VendorId, WriteError,
};

const AUTHENTICATOR_AT: usize = 4;

/// Writes one packet into the caller's buffer.
///
/// Attributes stand in the order of the calls, except that a Message-Authenticator comes first. A
/// call that fails leaves the packet as it was, so that the writer can go on without that
/// attribute. The packet never exceeds 4096 octets, however large the buffer is. One of the
/// `finish_` methods sets the length, signs, and gives the packet.
pub struct PacketWriter<'b> {
    buffer: &'b mut [u8],
    len: usize,
    limit: usize,
    /// Where the 16 octets of the Message-Authenticator stand, once reserved.
    message_authenticator: Option<usize>,
}

impl<'b> PacketWriter<'b> {
    /// Starts a packet at the front of `buffer`; 4096 octets are always enough.
    ///
    /// Where a packet without Message-Authenticator can be forged or is refused, it begins with
    /// one: Access-Request, Access-Accept, Access-Reject, Access-Challenge and Status-Server. Other
    /// packets get one by [`message_authenticator`](Self::message_authenticator).
    ///
    /// # Errors
    /// [`WriteError::BufferTooSmall`] when not even the header of 20 octets, and the 18 of a
    /// Message-Authenticator where there is to be one, fit.
    #[inline]
    pub fn new(buffer: &'b mut [u8], code: Code, identifier: u8) -> Result<Self, WriteError> {
        let got = buffer.len();
        let mut writer = Self::without_message_authenticator(buffer, code, identifier)?;
        if needs_message_authenticator(code) {
            let needed = PACKET_LEN_MIN + usize::from(MESSAGE_AUTHENTICATOR_LEN);
            let too_small = WriteError::BufferTooSmall { needed, got };
            writer.message_authenticator().map_err(|_| too_small)?;
        }
        Ok(writer)
    }

    /// Starts a packet without Message-Authenticator, whatever its code.
    ///
    /// A reply to an Access-Request without it can be forged by whoever stands between (CVE-2024-
    /// 3596). This is for being what old clients and servers are, and for packets that are not
    /// sent.
    ///
    /// # Errors
    /// [`WriteError::BufferTooSmall`] when not even the header of 20 octets fits.
    #[inline]
    pub fn without_message_authenticator(
        buffer: &'b mut [u8],
        code: Code,
        identifier: u8,
    ) -> Result<Self, WriteError> {
        let got = buffer.len();
        let Some(header) = buffer.first_chunk_mut::<PACKET_LEN_MIN>() else {
            return Err(WriteError::BufferTooSmall { needed: PACKET_LEN_MIN, got });
        };
        *header = [0; PACKET_LEN_MIN];
        header[0] = code.0;
        header[1] = identifier;
        let limit = got.min(PACKET_LEN_MAX);
        Ok(Self { buffer, len: PACKET_LEN_MIN, limit, message_authenticator: None })
    }

    /// Octets that attributes, with their headers, may still take.
    #[inline]
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.limit - self.len
    }

    /// Appends one attribute with this value of 0 to 253 octets.
    ///
    /// # Errors
    /// [`WriteError::ValueTooLong`], [`WriteError::PacketFull`],
    /// [`WriteError::AttributeTypeZero`], and [`WriteError::MessageAuthenticator`] for that type,
    /// which has [its own call](Self::message_authenticator).
    #[inline]
    pub fn attribute(&mut self, kind: AttributeType, value: &[u8]) -> Result<(), WriteError> {
        match kind {
            AttributeType(0) => Err(WriteError::AttributeTypeZero),
            AttributeType::MESSAGE_AUTHENTICATOR => Err(WriteError::MessageAuthenticator),
            _ => self.append(kind, &[value]),
        }
    }

    /// Appends one Vendor-Specific attribute with one sub-attribute in the
    /// [standard format](VendorFormat::STANDARD), of 0 to 247 octets (RFC 2865 §5.26).
    ///
    /// # Errors
    /// [`WriteError::ValueTooLong`] and [`WriteError::PacketFull`].
    #[inline]
    pub fn vendor_attribute(
        &mut self,
        vendor: VendorId,
        kind: u8,
        value: &[u8],
    ) -> Result<(), WriteError> {
        self.vendor_attribute_in(VendorFormat::STANDARD, vendor, u32::from(kind), value)
    }

    /// Makes a Message-Authenticator the first attribute, filled by the `finish_` methods; nothing
    /// happens when the packet has one.
    ///
    /// # Errors
    /// [`WriteError::PacketFull`].
    pub fn message_authenticator(&mut self) -> Result<(), WriteError> {
        if self.message_authenticator.is_some() {
            return Ok(());
        }
        let before = self.len;
        self.append_message_authenticator()?;
        let written = self.buffer.get_mut(PACKET_LEN_MIN..self.len).unwrap_or_default();
        written.rotate_right(self.len - before);
        self.message_authenticator = Some(PACKET_LEN_MIN + ATTRIBUTE_HEADER_LEN);
        Ok(())
    }

    /// Appends a Message-Authenticator where the packet has got to, for being what some senders
    /// are; [`message_authenticator`](Self::message_authenticator) puts it where it belongs.
    ///
    /// # Errors
    /// [`WriteError::PacketFull`], and [`WriteError::MessageAuthenticator`] when there is one.
    pub fn append_message_authenticator(&mut self) -> Result<(), WriteError> {
        const UNSIGNED: Authenticator = [0; 16];
        if self.message_authenticator.is_some() {
            return Err(WriteError::MessageAuthenticator);
        }
        let at = self.len + ATTRIBUTE_HEADER_LEN;
        self.append(AttributeType::MESSAGE_AUTHENTICATOR, &[&UNSIGNED])?;
        self.message_authenticator = Some(at);
        Ok(())
    }

    /// Finishes a packet that needs no shared secret: an Access-Request without Message-
    /// Authenticator, or a packet whose authenticators are somebody else's matter.
    ///
    /// The Authenticator field gets these octets; a Message-Authenticator stays zeros.
    #[must_use]
    pub fn finish_unsigned(mut self, authenticator: &Authenticator) -> &'b [u8] {
        self.set_header(authenticator);
        self.into_packet()
    }

    /// Sets the Length and the Authenticator field.
    fn set_header(&mut self, authenticator: &Authenticator) {
        // At most 4096, so it always fits.
        let length = u16::try_from(self.len).unwrap_or(u16::MAX);
        self.overwrite(2, &length.to_be_bytes());
        self.overwrite(AUTHENTICATOR_AT, authenticator);
    }

    #[inline]
    fn into_packet(self) -> &'b [u8] {
        // `len` never exceeds the buffer: it grows only in `append`, after the check.
        self.buffer.get(..self.len).unwrap_or_default()
    }

    #[inline]
    fn overwrite(&mut self, at: usize, octets: &[u8]) {
        // Every place that is overwritten has been written before.
        if let Some(place) = self.buffer.get_mut(at..at + octets.len()) {
            place.copy_from_slice(octets);
        }
    }

    /// Appends one attribute whose value is the concatenation of `parts`.
    #[inline]
    fn append(&mut self, kind: AttributeType, parts: &[&[u8]]) -> Result<(), WriteError> {
        let value_len: usize = parts.iter().map(|part| part.len()).sum();
        let needed = ATTRIBUTE_HEADER_LEN + value_len;
        let Ok(len) = u8::try_from(needed) else {
            return Err(WriteError::ValueTooLong { len: value_len, max: ATTRIBUTE_VALUE_LEN_MAX });
        };
        let remaining = self.remaining();
        let full = WriteError::PacketFull { needed, remaining };
        if needed > remaining {
            return Err(full);
        }
        let place = self.buffer.get_mut(self.len..self.len + needed).ok_or(full)?;
        let (header, mut rest) =
            place.split_first_chunk_mut::<ATTRIBUTE_HEADER_LEN>().ok_or(full)?;
        *header = [kind.0, len];
        for part in parts {
            let (here, after) = rest.split_at_mut_checked(part.len()).ok_or(full)?;
            here.copy_from_slice(part);
            rest = after;
        }
        self.len += needed;
        Ok(())
    }
}

/// Code, identifier and size only: values may be secret.
impl fmt::Debug for PacketWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PacketWriter")
            .field("code", &self.buffer.first().copied().map(Code))
            .field("identifier", &self.buffer.get(1))
            .field("len", &self.len)
            .field("remaining", &self.remaining())
            .finish_non_exhaustive()
    }
}

/// Whether a packet of this code is refused, or can be forged, without Message-Authenticator
/// (RFC 5997 §3, CVE-2024-3596).
#[inline]
const fn needs_message_authenticator(code: Code) -> bool {
    matches!(
        code,
        Code::ACCESS_REQUEST
            | Code::ACCESS_ACCEPT
            | Code::ACCESS_REJECT
            | Code::ACCESS_CHALLENGE
            | Code::STATUS_SERVER
    )
}
