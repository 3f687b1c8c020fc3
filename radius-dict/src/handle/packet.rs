use radius_proto::{Joined, Packet, PacketWriter, WriteError};
use thiserror::Error;

use super::{Handle, Kind, Place, Scratch, Values};

/// Typed reading of a packet's attributes.
pub trait ReadAttributes<'a> {
    /// The raw values of all attributes at this place in the order of the wire, empty ones and
    /// those of the wrong size included.
    ///
    /// A value that is spread over several attributes is not among them where that is a matter of
    /// its place (types 245 and 246): see [`joined`](Self::joined).
    fn octets_all<K>(&self, handle: Handle<K>) -> Values<'a>;

    /// The value of the first attribute at this place, put together where it is spread over
    /// several: of a long extended attribute, or all those of a standard type, such as the EAP
    /// packet in EAP-Messages.
    fn joined<K>(&self, handle: Handle<K>) -> Option<Joined<'a>>;

    /// The raw value of the first attribute of this type, whatever it is.
    ///
    /// For values that need not be what their type says, such as a User-Name of other octets
    /// than UTF-8 or an empty User-Password.
    #[inline]
    fn octets<K>(&self, handle: Handle<K>) -> Option<&'a [u8]> {
        self.octets_all(handle).next()
    }

    /// The values of all attributes of this type in the order of the wire.
    ///
    /// Passed over are empty values (except of Chargeable-User-Identity) and those that are not
    /// of the type: an address of three octets, a text that is not UTF-8 (RFC 8044 §2.1).
    #[inline]
    fn get_all<K: Kind>(&self, handle: Handle<K>) -> impl Iterator<Item = K::Read<'a>> {
        self.octets_all(handle)
            .filter(move |octets| !octets.is_empty() || handle.may_be_empty())
            .filter_map(K::read)
    }

    /// The first value that [`get_all`](Self::get_all) gives: reading that lives with what NASes
    /// send. [`read`](Self::read) tells what is wrong instead.
    #[inline]
    fn get<K: Kind>(&self, handle: Handle<K>) -> Option<K::Read<'a>> {
        self.get_all(handle).next()
    }

    /// The value of the one attribute of this type.
    ///
    /// # Errors
    /// A [`ReadError`] when the attribute is missing, is there more than once, is empty, or has a
    /// value that is not of its type.
    fn read<K: Kind>(&self, handle: Handle<K>) -> Result<K::Read<'a>, ReadError> {
        let name = handle.name();
        let mut values = self.octets_all(handle);
        let octets = values.next().ok_or(ReadError::Missing { name })?;
        if values.next().is_some() {
            return Err(ReadError::Repeated { name });
        }
        if octets.is_empty() && !handle.may_be_empty() {
            return Err(ReadError::Empty { name });
        }
        let (wanted, len) = (K::WANTED, octets.len());
        K::read(octets).ok_or(ReadError::WrongType { name, wanted, len })
    }
}

/// Why the strict reading of an attribute gives no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The packet does not have the attribute.
    #[error("{name} is missing")]
    Missing {
        /// The attribute.
        name: &'static str,
    },
    /// The packet has the attribute more than once, and which one counts is not said.
    #[error("{name} is there more than once")]
    Repeated {
        /// The attribute.
        name: &'static str,
    },
    /// The attribute is there without a value.
    #[error("{name} is empty")]
    Empty {
        /// The attribute.
        name: &'static str,
    },
    /// The octets are not a value of the attribute's type.
    #[error("{name} has {len} octets that are not {wanted}")]
    WrongType {
        /// The attribute.
        name: &'static str,
        /// What the type is, in words.
        wanted: &'static str,
        /// Octets that are there.
        len: usize,
    },
}

impl<'a> ReadAttributes<'a> for Packet<'a> {
    #[inline]
    fn octets_all<K>(&self, handle: Handle<K>) -> Values<'a> {
        Values::at(handle.place(), self)
    }

    /// As in the trait, with a short way for the standard space, where most attributes are.
    #[inline]
    fn get<K: Kind>(&self, handle: Handle<K>) -> Option<K::Read<'a>> {
        let Place::Standard(kind) = handle.place() else { return self.get_all(handle).next() };
        let mut attributes = self.attributes();
        loop {
            let octets = attributes.next_of(kind)?.value;
            if octets.is_empty() && !handle.may_be_empty() {
                continue;
            }
            if let Some(value) = K::read(octets) {
                return Some(value);
            }
        }
    }

    fn joined<K>(&self, handle: Handle<K>) -> Option<Joined<'a>> {
        match handle.place() {
            Place::Standard(kind) => self.concatenated(kind),
            Place::Extended(container, kind) => self.first_extended(container, kind),
            Place::ExtendedVendor(container, vendor, kind) => self
                .extended_attributes()
                .filter(|found| found.kind == container)
                .filter_map(|found| found.vendor_specific())
                .find(|found| found.vendor == vendor && found.kind == kind)
                .map(|found| found.value),
            Place::Vendor(..) | Place::VendorIn(..) => self.octets(handle).map(Joined::from),
        }
    }
}

/// Typed writing of attributes into a packet.
pub trait WriteAttributes {
    /// Appends the attribute with this value.
    ///
    /// An empty value is left out, as RFC 2865 §5 demands, except for Chargeable-User-Identity.
    /// A [`Hidden`](super::Hidden) attribute takes octets that have been hidden already.
    ///
    /// # Errors
    /// Those of [`PacketWriter::attribute`]; the packet is then as it was before.
    fn put<K: Kind>(&mut self, handle: Handle<K>, value: K::Write<'_>) -> Result<(), WriteError>;
}

impl WriteAttributes for PacketWriter<'_> {
    #[inline]
    fn put<K: Kind>(&mut self, handle: Handle<K>, value: K::Write<'_>) -> Result<(), WriteError> {
        let mut scratch = Scratch::new();
        let octets = K::write(value, &mut scratch)?;
        if octets.is_empty() && !handle.may_be_empty() {
            return Ok(());
        }
        match handle.place() {
            Place::Standard(kind) => self.attribute(kind, octets),
            Place::Vendor(vendor, kind) => self.vendor_attribute(vendor, kind, octets),
            Place::VendorIn(format, vendor, kind) => {
                self.vendor_attribute_in(format, vendor, kind, octets)
            }
            Place::Extended(container, kind) => self.extended_attribute(container, kind, octets),
            Place::ExtendedVendor(container, vendor, kind) => {
                self.extended_vendor_attribute(container, vendor, kind, octets)
            }
        }
    }
}
