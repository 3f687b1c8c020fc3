use core::fmt;

use crate::attribute::ATTRIBUTE_HEADER_LEN;
use crate::packet::MESSAGE_AUTHENTICATOR_LEN;
use crate::vendor::CONTINUED;
use crate::{
    ATTRIBUTE_VALUE_LEN_MAX, AttributeType, Authenticator, Code, PACKET_LEN_MAX, PACKET_LEN_MIN,
    Secret, VendorFormat, VendorId, WriteError,
};

const AUTHENTICATOR_AT: usize = 4;
const VENDOR_ID_LEN: usize = 4;

/// Writes one packet into the caller's buffer.
///
/// Attributes stand in the order of the calls. A call that fails leaves the packet as it was, so
/// that the writer can go on without that attribute. The packet never exceeds 4096 octets, however
/// large the buffer is. One of the `finish_` methods sets the length, signs, and gives the packet.
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
    /// # Errors
    /// [`WriteError::BufferTooSmall`] when not even the header of 20 octets fits.
    #[inline]
    pub fn new(buffer: &'b mut [u8], code: Code, identifier: u8) -> Result<Self, WriteError> {
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

    /// Appends one sub-attribute in the vendor's own format.
    ///
    /// A value takes one Vendor-Specific attribute and at most 249 octets less the format's
    /// header. In a format with a continuation octet a longer value is spread over as many
    /// attributes as it takes.
    ///
    /// # Errors
    /// [`WriteError::VendorTypeTooLarge`] when the format has too few octets for `kind`,
    /// [`WriteError::ValueTooLong`] and [`WriteError::PacketFull`].
    pub fn vendor_attribute_in(
        &mut self,
        format: VendorFormat,
        vendor: VendorId,
        kind: u32,
        value: &[u8],
    ) -> Result<(), WriteError> {
        if kind > format.kind_max() {
            let type_octets = format.type_octets();
            return Err(WriteError::VendorTypeTooLarge { kind, type_octets });
        }
        let max = ATTRIBUTE_VALUE_LEN_MAX - VENDOR_ID_LEN - format.header_len();
        if format.continuation() {
            return self.vendor_fragments(format, vendor, kind, value, max);
        }
        if value.len() > max {
            return Err(WriteError::ValueTooLong { len: value.len(), max });
        }
        self.vendor_piece(format, vendor, kind, value, false)
    }

    /// Appends the 18 octets of a Message-Authenticator, filled by the `finish_` methods.
    ///
    /// By convention the first call after [`new`](Self::new): the first attribute of every reply
    /// to an Access-Request is its Message-Authenticator. A Status-Server, and a packet with an
    /// EAP-Message, are refused by their receiver without it.
    ///
    /// # Errors
    /// [`WriteError::PacketFull`], and [`WriteError::MessageAuthenticator`] when already called.
    #[inline]
    pub fn message_authenticator(&mut self) -> Result<(), WriteError> {
        if self.message_authenticator.is_some() {
            return Err(WriteError::MessageAuthenticator);
        }
        let at = self.len + ATTRIBUTE_HEADER_LEN;
        const RESERVED: [u8; MESSAGE_AUTHENTICATOR_LEN as usize - ATTRIBUTE_HEADER_LEN] = [0; 16];
        self.append(AttributeType::MESSAGE_AUTHENTICATOR, &[&RESERVED])?;
        self.message_authenticator = Some(at);
        Ok(())
    }

    /// Finishes an Access-Request or a Status-Server, whose authenticator is the caller's
    /// 16 unpredictable octets (RFC 2865 §3, RFC 5997 §3).
    ///
    /// The same octets hide a User-Password: see [`user_password`](crate::user_password).
    #[must_use]
    pub fn finish_access_request(
        mut self,
        authenticator: &Authenticator,
        secret: &Secret,
    ) -> &'b [u8] {
        self.seal_message_authenticator(authenticator, secret);
        self.into_packet()
    }

    /// Finishes an Accounting-, CoA- or Disconnect-Request: both authenticators are computed with
    /// zeros in the Authenticator field (RFC 2866 §3, RFC 5176 §2.3 and §3.4).
    #[must_use]
    pub fn finish_request(mut self, secret: &Secret) -> &'b [u8] {
        self.seal_message_authenticator(&[0; 16], secret);
        self.seal_authenticator(secret);
        self.into_packet()
    }

    /// Finishes a reply to the request that had this authenticator (RFC 2865 §3, RFC 3579 §3.2).
    #[must_use]
    pub fn finish_response(
        mut self,
        request_authenticator: &Authenticator,
        secret: &Secret,
    ) -> &'b [u8] {
        self.seal_message_authenticator(request_authenticator, secret);
        self.seal_authenticator(secret);
        self.into_packet()
    }

    /// Sets the Length and the Authenticator field, then signs the whole.
    fn seal_message_authenticator(&mut self, authenticator: &Authenticator, secret: &Secret) {
        // At most 4096, so it always fits.
        let length = u16::try_from(self.len).unwrap_or(u16::MAX);
        self.overwrite(2, &length.to_be_bytes());
        self.overwrite(AUTHENTICATOR_AT, authenticator);
        if let Some(at) = self.message_authenticator {
            let signature = secret.hmac(&[self.written()]);
            self.overwrite(at, &signature);
        }
    }

    /// Replaces the Authenticator field by the digest of the packet as it stands.
    fn seal_authenticator(&mut self, secret: &Secret) {
        let digest = secret.digest_after(&[self.written()]);
        self.overwrite(AUTHENTICATOR_AT, &digest);
    }

    #[inline]
    fn written(&self) -> &[u8] {
        // `len` never exceeds the buffer: it grows only in `append`, after the check.
        self.buffer.get(..self.len).unwrap_or_default()
    }

    #[inline]
    fn into_packet(self) -> &'b [u8] {
        // As in `written`.
        self.buffer.get(..self.len).unwrap_or_default()
    }

    #[inline]
    fn overwrite(&mut self, at: usize, octets: &[u8]) {
        // Every place that is overwritten has been written before.
        if let Some(place) = self.buffer.get_mut(at..at + octets.len()) {
            place.copy_from_slice(octets);
        }
    }

    /// Spreads a value over several attributes; none is left behind when one does not fit.
    fn vendor_fragments(
        &mut self,
        format: VendorFormat,
        vendor: VendorId,
        kind: u32,
        value: &[u8],
        max: usize,
    ) -> Result<(), WriteError> {
        let before = self.len;
        let mut rest = value;
        loop {
            let (piece, after) = rest.split_at(rest.len().min(max));
            if let Err(error) = self.vendor_piece(format, vendor, kind, piece, !after.is_empty()) {
                self.len = before;
                return Err(error);
            }
            if after.is_empty() {
                return Ok(());
            }
            rest = after;
        }
    }

    /// Appends one Vendor-Specific attribute; the lengths have been checked by the caller.
    fn vendor_piece(
        &mut self,
        format: VendorFormat,
        vendor: VendorId,
        kind: u32,
        value: &[u8],
        continued: bool,
    ) -> Result<(), WriteError> {
        let vendor = vendor.0.to_be_bytes();
        let kind = kind.to_be_bytes();
        let kind = last(&kind, usize::from(format.type_octets()));
        let length = (format.header_len() + value.len()).to_be_bytes();
        let length = last(&length, usize::from(format.length_octets()));
        let flags = [if continued { CONTINUED_OCTET } else { 0 }];
        let flags = last(&flags, usize::from(format.continuation()));
        self.append(AttributeType::VENDOR_SPECIFIC, &[&vendor, kind, length, flags, value])
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

// `CONTINUED` is one bit of one octet.
#[expect(clippy::cast_possible_truncation, reason = "0x80 fits an octet")]
const CONTINUED_OCTET: u8 = CONTINUED as u8;

/// The last `count` octets of a big-endian number, which are all it has by the caller's check.
#[inline]
fn last(number: &[u8], count: usize) -> &[u8] {
    number.get(number.len().saturating_sub(count)..).unwrap_or_default()
}
