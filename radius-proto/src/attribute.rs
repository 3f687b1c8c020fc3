use core::iter::FusedIterator;

use crate::{AttributeType, VendorAttributes, VendorFormat, VendorId};

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
    offset: usize,
}

impl<'a> Attributes<'a> {
    /// `rest` has been checked by `Packet::parse` to be a whole sequence of attributes.
    #[inline]
    pub(crate) const fn new(rest: &'a [u8], offset: usize) -> Self {
        Self { rest, offset }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    #[inline]
    fn next(&mut self) -> Option<Attribute<'a>> {
        let (&[kind, len], rest) = self.rest.split_first_chunk::<ATTRIBUTE_HEADER_LEN>()?;
        let value_len = usize::from(len).checked_sub(ATTRIBUTE_HEADER_LEN)?;
        let (value, rest) = rest.split_at_checked(value_len)?;
        let attribute = Attribute { kind: AttributeType(kind), value, offset: self.offset };
        self.rest = rest;
        self.offset += usize::from(len);
        Some(attribute)
    }
}

impl FusedIterator for Attributes<'_> {}
