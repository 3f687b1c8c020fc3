use core::fmt;
use core::iter::FusedIterator;

use crate::{AttributeType, WriteError};

/// Octets of type and length before the value of a TLV.
pub(crate) const TLV_HEADER_LEN: usize = 2;

/// One attribute inside another: type, length and value in the layout of RFC 6929 §2.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// The type number, in the space of the attribute it stands in.
    pub kind: u8,
    /// The value, 0 to 253 octets, without type and length.
    pub value: &'a [u8],
}

/// The TLVs in the value of an attribute (RFC 6929 §2.3), of a vendor's attribute, or of a TLV.
#[derive(Clone, Debug)]
pub struct Tlvs<'a> {
    rest: &'a [u8],
}

impl<'a> Tlvs<'a> {
    /// The TLVs of a value; `None` unless it is a whole sequence of at least one of them.
    #[inline]
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let tlvs = Self { rest: value };
        let mut walk = tlvs.clone();
        walk.next()?;
        while walk.next().is_some() {}
        walk.rest.is_empty().then_some(tlvs)
    }
}

impl<'a> Iterator for Tlvs<'a> {
    type Item = Tlv<'a>;

    #[inline]
    fn next(&mut self) -> Option<Tlv<'a>> {
        let (&[kind, len], rest) = self.rest.split_first_chunk::<TLV_HEADER_LEN>()?;
        let value_len = usize::from(len).checked_sub(TLV_HEADER_LEN)?;
        let (value, rest) = rest.split_at_checked(value_len)?;
        self.rest = rest;
        Some(Tlv { kind, value })
    }
}

impl FusedIterator for Tlvs<'_> {}

/// Writes TLVs, one after another, into the caller's buffer: a value for the
/// [`PacketWriter`](crate::PacketWriter), or for a TLV around them.
///
/// A call that fails leaves what was written as it was.
pub struct TlvWriter<'b> {
    buffer: &'b mut [u8],
    len: usize,
}

impl<'b> TlvWriter<'b> {
    /// Starts at the front of `buffer`; 253 octets fill the largest attribute that is not spread.
    #[inline]
    #[must_use]
    pub const fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, len: 0 }
    }

    /// Appends one TLV with a value of 0 to 253 octets.
    ///
    /// # Errors
    /// [`WriteError::AttributeTypeZero`], [`WriteError::ValueTooLong`] and
    /// [`WriteError::PacketFull`] when the buffer is full.
    pub fn tlv(&mut self, kind: u8, value: &[u8]) -> Result<(), WriteError> {
        if AttributeType(kind) == AttributeType(0) {
            return Err(WriteError::AttributeTypeZero);
        }
        let needed = TLV_HEADER_LEN + value.len();
        let Ok(len) = u8::try_from(needed) else {
            let max = usize::from(u8::MAX) - TLV_HEADER_LEN;
            return Err(WriteError::ValueTooLong { len: value.len(), max });
        };
        let free = self.buffer.get_mut(self.len..).unwrap_or_default();
        let full = WriteError::PacketFull { needed, remaining: free.len() };
        let place = free.get_mut(..needed).ok_or(full)?;
        let (header, place) = place.split_first_chunk_mut::<TLV_HEADER_LEN>().ok_or(full)?;
        *header = [kind, len];
        place.copy_from_slice(value);
        self.len += needed;
        Ok(())
    }

    /// What was written.
    #[inline]
    #[must_use]
    pub fn finish(self) -> &'b [u8] {
        // `len` grows only behind a check against the buffer.
        self.buffer.get(..self.len).unwrap_or_default()
    }
}

/// Only the size: values may be secret.
impl fmt::Debug for TlvWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlvWriter").field("len", &self.len).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut inner = [0; 8];
        let mut writer = TlvWriter::new(&mut inner);
        writer.tlv(1, &[9]).unwrap();
        writer.tlv(2, &[]).unwrap();
        let full = WriteError::PacketFull { needed: 4, remaining: 3 };
        assert_eq!(writer.tlv(3, &[0, 0]), Err(full));
        assert_eq!(writer.tlv(0, &[]), Err(WriteError::AttributeTypeZero));
        let long = WriteError::ValueTooLong { len: 254, max: 253 };
        assert_eq!(writer.tlv(3, &[0; 254]), Err(long));
        let inner = writer.finish();
        assert_eq!(inner, [1, 3, 9, 2, 2]);

        let mut outer = [0; 7];
        let mut writer = TlvWriter::new(&mut outer);
        writer.tlv(5, inner).unwrap();
        assert_eq!(writer.finish(), [5, 7, 1, 3, 9, 2, 2]);
    }

    #[test]
    fn a_whole_sequence_or_nothing() {
        let octets = [1, 3, 9, 2, 2];
        assert!(Tlvs::parse(&octets).is_some_and(|tlvs| {
            tlvs.eq([Tlv { kind: 1, value: &[9] }, Tlv { kind: 2, value: &[] }])
        }));
        for broken in [&[][..], &[1], &[1, 1], &[1, 4, 0], &[1, 3, 0, 2]] {
            assert!(Tlvs::parse(broken).is_none(), "{broken:?}");
        }
    }
}
