use core::iter::FusedIterator;

use crate::extended::{self, Broken};
use crate::vendor::VENDOR_ID_LEN;
use crate::{
    AttributeType, ExtendedAttribute, Joined, VendorAttribute, VendorAttributes, VendorFormat,
    VendorId,
};

/// Octets of Type and Length before an attribute's value.
pub(crate) const ATTRIBUTE_HEADER_LEN: usize = 2;

/// One attribute of a packet, as it stands on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The Type octet.
    pub kind: AttributeType,
    /// The value, 0 to 253 octets, without Type and Length.
    pub value: &'a [u8],
    /// Where the attribute (its Type octet) stands, in octets from the start of the packet.
    pub offset: usize,
}

impl<'a> Attribute<'a> {
    /// The vendor of a Vendor-Specific attribute (RFC 2865 §5.26).
    ///
    /// `None` for another attribute, and for one too short to name a vendor.
    #[inline]
    #[must_use]
    pub fn vendor(&self) -> Option<VendorId> {
        self.split_vendor().map(|(vendor, _)| vendor)
    }

    /// The sub-attributes of a Vendor-Specific attribute, read in the vendor's format.
    ///
    /// `None` for another attribute, and for one that is not a whole sequence of at least one
    /// sub-attribute in that format: its octets then stay available in [`value`](Self::value).
    #[inline]
    #[must_use]
    pub fn vendor_specific(&self, format: VendorFormat) -> Option<VendorAttributes<'a>> {
        let (vendor, data) = self.split_vendor()?;
        VendorAttributes::checked(vendor, format, data)
    }

    #[inline]
    pub(crate) fn split_vendor(&self) -> Option<(VendorId, &'a [u8])> {
        if self.kind != AttributeType::VENDOR_SPECIFIC {
            return None;
        }
        let (vendor, data) = self.value.split_first_chunk::<4>()?;
        Some((VendorId(u32::from_be_bytes(*vendor)), data))
    }
}

/// The attributes of a packet in the order of the wire; see
/// [`Packet::attributes`](crate::Packet::attributes).
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    rest: &'a [u8],
    /// Octets of the packet, where `rest` ends: so that what is skipped need not be counted.
    end: usize,
}

impl<'a> Attributes<'a> {
    /// `rest` has been checked by `Packet::parse` to be a whole sequence of attributes, and to end
    /// a packet of `end` octets.
    #[inline]
    pub(crate) const fn new(rest: &'a [u8], end: usize) -> Self {
        Self { rest, end }
    }

    /// The next attribute of this type; those before it are passed over.
    #[inline]
    pub fn next_of(&mut self, kind: AttributeType) -> Option<Attribute<'a>> {
        while let &[found, len, ..] = self.rest {
            if found == kind.0 {
                return self.next();
            }
            // Never below 2 after `Packet::parse`; the limit lets this end whatever comes.
            let len = usize::from(len).max(ATTRIBUTE_HEADER_LEN);
            self.rest = self.rest.get(len..).unwrap_or_default();
        }
        None
    }
}

/// Why an extended attribute cannot be read; see [`Attributes::extended`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NotJoined {
    /// How many of the attributes behind it are fragments that for the same reason are not joined.
    pub further: usize,
}

/// What belongs to an attribute that this iterator gave last, and stands in the ones behind it.
impl<'a> Attributes<'a> {
    /// Reads the extended attribute that begins with `first` (RFC 6929 §2), and takes those that
    /// its value goes on in off the front of this iterator.
    ///
    /// # Errors
    /// [`NotJoined`] when it is too short for its header, is of the reserved extended type 0, or its
    /// fragments do not join. Nothing is then taken off.
    pub fn extended(&mut self, first: &Attribute<'a>) -> Result<ExtendedAttribute<'a>, NotJoined> {
        match extended::read(first, self) {
            Ok((attribute, further)) => {
                self.skip_over(further);
                Ok(attribute)
            }
            Err(Broken::Short) => Err(NotJoined { further: 0 }),
            Err(Broken::Unfinished { further }) => Err(NotJoined { further }),
        }
    }

    /// The value of `first` together with those of the same type that stand right behind it,
    /// which are taken off the front of this iterator.
    pub fn consecutive(&mut self, first: &Attribute<'a>) -> Joined<'a> {
        let mut joined = Joined::new(first.value, self.clone(), first.kind, 0);
        let mut walk = self.clone();
        while let Some(next) = walk.next().filter(|next| next.kind == first.kind) {
            joined.extend(next.value.len());
            *self = walk.clone();
        }
        joined
    }

    /// The whole value that begins in `first`, the last sub-attribute of a Vendor-Specific in a
    /// format with a continuation octet; the attributes it goes on in are taken off the front of
    /// this iterator.
    ///
    /// `None` when they do not go on as they should; nothing is then taken off.
    #[must_use]
    pub fn continued(
        &mut self,
        first: &VendorAttribute<'a>,
        format: VendorFormat,
    ) -> Option<Joined<'a>> {
        let header_len = VENDOR_ID_LEN + format.header_len();
        let kind = AttributeType::VENDOR_SPECIFIC;
        let mut joined = Joined::new(first.value, self.clone(), kind, header_len);
        let mut walk = self.clone();
        let mut more = first.continued;
        while more {
            let next = walk.next().filter(|next| next.vendor() == Some(first.vendor))?;
            let mut pieces = next.vendor_specific(format)?;
            let piece = pieces.next().filter(|piece| piece.kind == first.kind)?;
            if pieces.next().is_some() {
                return None;
            }
            joined.extend(piece.value.len());
            more = piece.continued;
        }
        *self = walk;
        Some(joined)
    }

    pub(crate) fn skip_over(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    #[inline]
    fn next(&mut self) -> Option<Attribute<'a>> {
        let (&[kind, len], rest) = self.rest.split_first_chunk::<ATTRIBUTE_HEADER_LEN>()?;
        let value_len = usize::from(len).checked_sub(ATTRIBUTE_HEADER_LEN)?;
        let (value, rest) = rest.split_at_checked(value_len)?;
        let offset = self.end - self.rest.len();
        self.rest = rest;
        Some(Attribute { kind: AttributeType(kind), value, offset })
    }
}

impl FusedIterator for Attributes<'_> {}
