//! Attributes as constants that know the type of their value.

mod kind;
mod packet;
mod values;

pub use kind::{
    Byte, ComboIp, Date, Ether, Hidden, Ifid, Integer, Integer64, Ipv4, Ipv4Prefix, Ipv6,
    Ipv6Prefix, Kind, Octets, Scratch, Short, Signed, TaggedInteger, TaggedText, Text, TlvSequence,
};
pub use packet::{ReadAttributes, ReadError, WriteAttributes};
pub use values::Values;

use std::fmt;
use std::marker::PhantomData;

use radius_proto::{AttributeType, VendorFormat, VendorId};

/// An attribute together with the [`Kind`] of its value.
///
/// The handles of the built-in dictionaries are in [`attr`](crate::attr). For an attribute of
/// another dictionary make one of your own:
///
/// ```
/// use radius_dict::handle::{Handle, Place, Text};
/// use radius_proto::VendorId;
///
/// const ACME: VendorId = VendorId(32_473);
/// const ACME_PROFILE: Handle<Text> = Handle::of_vendor("Acme-Profile", ACME, 1);
/// assert_eq!(ACME_PROFILE.place(), Place::Vendor(ACME, 1));
/// ```
pub struct Handle<K> {
    name: &'static str,
    place: Place,
    kind: PhantomData<fn() -> K>,
}

/// Where in a packet an attribute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// In the standard space, by its type.
    Standard(AttributeType),
    /// In a vendor's space in the standard layout: one octet of type, one of length.
    Vendor(VendorId, u8),
    /// In a vendor's space in the vendor's own layout.
    VendorIn(VendorFormat, VendorId, u32),
    /// Inside one of the types 241 to 246 (RFC 6929 §2).
    Extended(AttributeType, u8),
    /// In a vendor's space inside one of those (RFC 6929 §2.4).
    ExtendedVendor(AttributeType, VendorId, u8),
}

impl<K> Handle<K> {
    /// A handle for an attribute of the standard space.
    #[must_use]
    pub const fn standard(name: &'static str, number: u8) -> Self {
        Self::at(name, Place::Standard(AttributeType(number)))
    }

    /// A handle for a vendor's attribute in the standard layout: one octet of type, one of length.
    #[must_use]
    pub const fn of_vendor(name: &'static str, vendor: VendorId, number: u8) -> Self {
        Self::at(name, Place::Vendor(vendor, number))
    }

    /// A handle for an attribute inside one of the types 241 to 246.
    #[must_use]
    pub const fn extended(name: &'static str, container: u8, number: u8) -> Self {
        Self::at(name, Place::Extended(AttributeType(container), number))
    }

    /// A handle for an attribute at any place.
    #[must_use]
    pub const fn at(name: &'static str, place: Place) -> Self {
        Self { name, place, kind: PhantomData }
    }

    /// The attribute's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Where the attribute stands.
    #[inline]
    #[must_use]
    pub const fn place(&self) -> Place {
        self.place
    }

    /// An empty value means something in one attribute only: a Chargeable-User-Identity by which
    /// a NAS asks for the real one (RFC 4372 §2.1).
    #[inline]
    fn may_be_empty(&self) -> bool {
        self.place == Place::Standard(AttributeType::CHARGEABLE_USER_IDENTITY)
    }
}

impl<K> Clone for Handle<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Handle<K> {}

impl<K> fmt::Debug for Handle<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({self})")
    }
}

/// The attribute's name.
impl<K> fmt::Display for Handle<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
