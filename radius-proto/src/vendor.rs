use core::iter::FusedIterator;

use crate::VendorId;

/// Octets of the Private Enterprise Number at the front of a Vendor-Specific value.
pub(crate) const VENDOR_ID_LEN: usize = 4;

/// How a vendor lays out the sub-attributes inside Vendor-Specific.
///
/// RFC 2865 §5.26 recommends one octet of type and one of length, which is
/// [`STANDARD`](Self::STANDARD); dictionaries declare the exceptions with
/// `format=type,length[,c]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VendorFormat {
    type_octets: u8,
    length_octets: u8,
    continuation: bool,
}

impl VendorFormat {
    /// One octet of type, one of length: `format=1,1`.
    pub const STANDARD: Self = Self { type_octets: 1, length_octets: 1, continuation: false };
    /// Four octets of type and no length, as USR: `format=4,0`. One sub-attribute fills the
    /// Vendor-Specific attribute.
    pub const TYPE_4_LENGTH_0: Self =
        Self { type_octets: 4, length_octets: 0, continuation: false };
    /// Two octets of type, one of length, as Lucent: `format=2,1`.
    pub const TYPE_2_LENGTH_1: Self =
        Self { type_octets: 2, length_octets: 1, continuation: false };
    /// Two octets of type, two of length, as Starent: `format=2,2`.
    pub const TYPE_2_LENGTH_2: Self =
        Self { type_octets: 2, length_octets: 2, continuation: false };
    /// One octet of type, one of length and one whose top bit says that the value goes on in the
    /// next attribute, as WiMAX: `format=1,1,c`.
    pub const CONTINUATION: Self = Self { type_octets: 1, length_octets: 1, continuation: true };

    /// A format by the numbers of a dictionary line.
    ///
    /// `None` unless the type has 1, 2 or 4 octets, the length 0, 1 or 2, and a continuation
    /// octet follows one octet of each.
    #[must_use]
    pub const fn new(type_octets: u8, length_octets: u8, continuation: bool) -> Option<Self> {
        let known = matches!(type_octets, 1 | 2 | 4) && length_octets <= 2;
        if !known || (continuation && (type_octets != 1 || length_octets != 1)) {
            return None;
        }
        Some(Self { type_octets, length_octets, continuation })
    }

    /// Octets of the sub-attribute's type: 1, 2 or 4.
    #[inline]
    #[must_use]
    pub const fn type_octets(self) -> u8 {
        self.type_octets
    }

    /// Octets of the sub-attribute's length: 0, 1 or 2.
    #[inline]
    #[must_use]
    pub const fn length_octets(self) -> u8 {
        self.length_octets
    }

    /// Whether a continuation octet follows the length.
    #[inline]
    #[must_use]
    pub const fn continuation(self) -> bool {
        self.continuation
    }

    /// Octets before the value of a sub-attribute: 2 to 6.
    #[inline]
    #[must_use]
    pub const fn header_len(self) -> usize {
        self.type_octets as usize + self.length_octets as usize + self.continuation as usize
    }

    /// The largest type number the format can express.
    #[inline]
    #[must_use]
    pub const fn kind_max(self) -> u32 {
        match self.type_octets {
            1 => u8::MAX as u32,
            2 => u16::MAX as u32,
            _ => u32::MAX,
        }
    }
}

impl Default for VendorFormat {
    /// [`STANDARD`](Self::STANDARD).
    fn default() -> Self {
        Self::STANDARD
    }
}

/// One vendor's sub-attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VendorAttribute<'a> {
    /// Whose number space [`kind`](Self::kind) is in.
    pub vendor: VendorId,
    /// The vendor's type number.
    pub kind: u32,
    /// The value without any header.
    pub value: &'a [u8],
    /// Whether the value goes on in the next sub-attribute of the same type; only ever set in a
    /// format with a continuation octet.
    pub continued: bool,
}

/// The sub-attributes of one Vendor-Specific attribute; see
/// [`Attribute::vendor_specific`](crate::Attribute::vendor_specific).
#[derive(Clone, Debug)]
pub struct VendorAttributes<'a> {
    vendor: VendorId,
    format: VendorFormat,
    rest: &'a [u8],
}

impl<'a> VendorAttributes<'a> {
    /// Checks that `data` is a whole, non-empty sequence in `format`.
    #[inline]
    pub(crate) fn checked(vendor: VendorId, format: VendorFormat, data: &'a [u8]) -> Option<Self> {
        let attributes = Self { vendor, format, rest: data };
        let mut walk = attributes.clone();
        walk.next()?;
        while walk.next().is_some() {}
        walk.rest.is_empty().then_some(attributes)
    }
}

impl<'a> Iterator for VendorAttributes<'a> {
    type Item = VendorAttribute<'a>;

    #[inline]
    fn next(&mut self) -> Option<VendorAttribute<'a>> {
        let (kind, rest) = take_number(self.rest, self.format.type_octets)?;
        let (length, rest) = take_number(rest, self.format.length_octets)?;
        let (flags, rest) = take_number(rest, u8::from(self.format.continuation))?;
        let value_len = match self.format.length_octets {
            0 => rest.len(),
            _ => usize::try_from(length).ok()?.checked_sub(self.format.header_len())?,
        };
        let (value, rest) = rest.split_at_checked(value_len)?;
        self.rest = rest;
        let continued = flags & u32::from(CONTINUED) != 0;
        Some(VendorAttribute { vendor: self.vendor, kind, value, continued })
    }
}

impl FusedIterator for VendorAttributes<'_> {}

/// The top bit of the continuation octet: more of the value follows.
pub(crate) const CONTINUED: u8 = 0x80;

/// Takes a big-endian number of 0 to 4 octets off the front; no octets are the number 0.
#[inline]
fn take_number(data: &[u8], octets: u8) -> Option<(u32, &[u8])> {
    let (number, rest) = data.split_at_checked(usize::from(octets))?;
    Some((number.iter().fold(0, |sum, &octet| sum << 8 | u32::from(octet)), rest))
}
