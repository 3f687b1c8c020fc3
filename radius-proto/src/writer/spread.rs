//! Values in the layouts of vendors and of extended attributes, and values that are spread over
//! several attributes.

use super::PacketWriter;
use crate::extended::{EXTENDED_VENDOR_SPECIFIC, MORE};
use crate::vendor::{CONTINUED, VENDOR_ID_LEN};
use crate::{ATTRIBUTE_VALUE_LEN_MAX, AttributeType, VendorFormat, VendorId, WriteError};

impl PacketWriter<'_> {
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
            return self.all_or_nothing(|writer| {
                pieces(value, max, |piece, more| {
                    writer.vendor_piece(format, vendor, kind, piece, more)
                })
            });
        }
        if value.len() > max {
            return Err(WriteError::ValueTooLong { len: value.len(), max });
        }
        self.vendor_piece(format, vendor, kind, value, false)
    }

    /// Appends a value over as many attributes of this type as it takes, at least one, such as an
    /// EAP packet over EAP-Messages (RFC 3579 §3.1).
    ///
    /// # Errors
    /// As [`attribute`](Self::attribute), and nothing of the value is in the packet.
    pub fn concatenated(&mut self, kind: AttributeType, value: &[u8]) -> Result<(), WriteError> {
        self.all_or_nothing(|writer| {
            pieces(value, ATTRIBUTE_VALUE_LEN_MAX, |piece, _| writer.attribute(kind, piece))
        })
    }

    /// Appends an attribute inside one of the types 241 to 246 (RFC 6929 §2.1 and §2.2).
    ///
    /// A value takes at most 252 octets in the types 241 to 244; in 245 and 246 a longer one is
    /// spread over as many attributes as it takes.
    ///
    /// # Errors
    /// [`WriteError::NotExtended`] for another type, [`WriteError::AttributeTypeZero`] for the
    /// extended type 0, [`WriteError::ValueTooLong`] and [`WriteError::PacketFull`].
    pub fn extended_attribute(
        &mut self,
        kind: AttributeType,
        extended_kind: u8,
        value: &[u8],
    ) -> Result<(), WriteError> {
        self.extended_parts(kind, extended_kind, &[], value)
    }

    /// Appends a vendor's attribute inside one of the types 241 to 246 (RFC 6929 §2.4), spread
    /// over several in 245 and 246 where it is longer than one.
    ///
    /// # Errors
    /// As [`extended_attribute`](Self::extended_attribute).
    pub fn extended_vendor_attribute(
        &mut self,
        kind: AttributeType,
        vendor: VendorId,
        vendor_kind: u8,
        value: &[u8],
    ) -> Result<(), WriteError> {
        let [a, b, c, d] = vendor.0.to_be_bytes();
        self.extended_parts(kind, EXTENDED_VENDOR_SPECIFIC, &[a, b, c, d, vendor_kind], value)
    }

    /// `front` is the start of the value, and fits one attribute.
    fn extended_parts(
        &mut self,
        kind: AttributeType,
        extended_kind: u8,
        front: &[u8],
        value: &[u8],
    ) -> Result<(), WriteError> {
        if !kind.is_extended() {
            return Err(WriteError::NotExtended(kind));
        }
        if extended_kind == 0 {
            return Err(WriteError::AttributeTypeZero);
        }
        if !kind.is_long_extended() {
            let max = ATTRIBUTE_VALUE_LEN_MAX - 1 - front.len();
            if value.len() > max {
                return Err(WriteError::ValueTooLong { len: value.len(), max });
            }
            return self.append(kind, &[&[extended_kind], front, value]);
        }
        self.all_or_nothing(|writer| {
            let max = ATTRIBUTE_VALUE_LEN_MAX - 2;
            let (first, rest) = value.split_at(value.len().min(max - front.len()));
            let flags = if rest.is_empty() { 0 } else { MORE };
            writer.append(kind, &[&[extended_kind, flags], front, first])?;
            if rest.is_empty() {
                return Ok(());
            }
            pieces(rest, max, |piece, more| {
                let flags = if more { MORE } else { 0 };
                writer.append(kind, &[&[extended_kind, flags], piece])
            })
        })
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
        let flags = [if continued { CONTINUED } else { 0 }];
        let flags = last(&flags, usize::from(format.continuation()));
        self.append(AttributeType::VENDOR_SPECIFIC, &[&vendor, kind, length, flags, value])
    }

    /// Does what `write` does, or leaves the packet as it was.
    fn all_or_nothing(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let before = self.len;
        let outcome = write(self);
        if outcome.is_err() {
            self.len = before;
        }
        outcome
    }
}

/// Calls `write` for each piece of at most `max` octets, and says whether more follow; at least
/// once.
fn pieces(
    value: &[u8],
    max: usize,
    mut write: impl FnMut(&[u8], bool) -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    let mut rest = value;
    loop {
        let (piece, after) = rest.split_at(rest.len().min(max));
        write(piece, !after.is_empty())?;
        if after.is_empty() {
            return Ok(());
        }
        rest = after;
    }
}

/// The last `count` octets of a big-endian number, which are all it has by the caller's check.
#[inline]
fn last(number: &[u8], count: usize) -> &[u8] {
    number.get(number.len().saturating_sub(count)..).unwrap_or_default()
}
