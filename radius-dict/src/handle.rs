//! Attributes as constants that know the type of their value.

mod kind;
mod packet;

pub use kind::{
    Byte, ComboIp, Date, Ether, Hidden, Ifid, Integer, Integer64, Ipv4, Ipv4Prefix, Ipv6,
    Ipv6Prefix, Kind, Octets, Scratch, Short, Signed, TaggedInteger, TaggedText, Text,
};
pub use packet::{ReadAttributes, WriteAttributes};

use std::fmt;
use std::marker::PhantomData;

use radius_proto::{AttributeType, VendorId};

/// An attribute together with the [`Kind`] of its value.
///
/// The handles of the built-in dictionaries are in [`attr`](crate::attr). For an attribute of
/// another dictionary make one of your own:
///
/// ```
/// use radius_dict::handle::{Handle, Text};
/// use radius_proto::VendorId;
///
/// const CISCO_AVPAIR: Handle<Text> = Handle::of_vendor("Cisco-AVPair", VendorId::CISCO, 1);
/// assert_eq!(CISCO_AVPAIR.name(), "Cisco-AVPair");
/// ```
pub struct Handle<K> {
    name: &'static str,
    vendor: Option<VendorId>,
    number: u8,
    kind: PhantomData<fn() -> K>,
}

impl<K> Handle<K> {
    /// A handle for an attribute of the standard space.
    #[must_use]
    pub const fn standard(name: &'static str, number: u8) -> Self {
        Self { name, vendor: None, number, kind: PhantomData }
    }

    /// A handle for a vendor's attribute in the standard layout: one octet of type, one of length.
    #[must_use]
    pub const fn of_vendor(name: &'static str, vendor: VendorId, number: u8) -> Self {
        Self { name, vendor: Some(vendor), number, kind: PhantomData }
    }

    /// The attribute's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The vendor, or `None` in the standard space.
    #[must_use]
    pub const fn vendor(&self) -> Option<VendorId> {
        self.vendor
    }

    /// The type number, the vendor's own if there is a vendor.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }

    /// An empty value means something in one attribute only: a Chargeable-User-Identity by which
    /// a NAS asks for the real one (RFC 4372 §2.1).
    fn may_be_empty(&self) -> bool {
        self.vendor.is_none()
            && AttributeType(self.number) == AttributeType::CHARGEABLE_USER_IDENTITY
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
