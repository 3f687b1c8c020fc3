use radius_proto::{AttributeType, Packet, PacketWriter, WriteError};

use super::{Handle, Kind, Scratch};

/// Typed reading of a packet's attributes.
pub trait ReadAttributes<'a> {
    /// The raw values of all attributes of this type in the order of the wire, empty ones and
    /// those of the wrong size included.
    fn octets_all<K>(&self, handle: Handle<K>) -> impl Iterator<Item = &'a [u8]>;

    /// The raw value of the first attribute of this type, whatever it is.
    ///
    /// For values that need not be what their type says, such as a User-Name of other octets
    /// than UTF-8 or an empty User-Password.
    fn octets<K>(&self, handle: Handle<K>) -> Option<&'a [u8]> {
        self.octets_all(handle).next()
    }

    /// The values of all attributes of this type in the order of the wire.
    ///
    /// Passed over are empty values (except of Chargeable-User-Identity) and those that are not
    /// of the type: an address of three octets, a text that is not UTF-8 (RFC 8044 §2.1).
    fn get_all<K: Kind>(&self, handle: Handle<K>) -> impl Iterator<Item = K::Read<'a>> {
        self.octets_all(handle)
            .filter(move |octets| !octets.is_empty() || handle.may_be_empty())
            .filter_map(K::read)
    }

    /// The first value that [`get_all`](Self::get_all) gives.
    fn get<K: Kind>(&self, handle: Handle<K>) -> Option<K::Read<'a>> {
        self.get_all(handle).next()
    }
}

impl<'a> ReadAttributes<'a> for Packet<'a> {
    #[inline]
    fn octets_all<K>(&self, handle: Handle<K>) -> impl Iterator<Item = &'a [u8]> {
        let number = handle.number();
        let (standard, vendor) = match handle.vendor() {
            None => (Some(self.all(AttributeType(number))), None),
            Some(vendor) => (None, Some(self.all_vendor(vendor, number))),
        };
        standard.into_iter().flatten().chain(vendor.into_iter().flatten())
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
        match handle.vendor() {
            None => self.attribute(AttributeType(handle.number()), octets),
            Some(vendor) => self.vendor_attribute(vendor, handle.number(), octets),
        }
    }
}
