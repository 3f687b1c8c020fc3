use radius_proto::{
    AttributeType, Attributes, ExtendedAttributes, Packet, VendorAttributes, VendorFormat, VendorId,
};

use super::Place;

/// The raw values of the attributes at one place, in the order of the wire; see
/// [`ReadAttributes::octets_all`](super::ReadAttributes::octets_all).
#[derive(Clone, Debug)]
pub struct Values<'a>(Found<'a>);

#[derive(Clone, Debug)]
enum Found<'a> {
    Standard {
        kind: AttributeType,
        rest: Attributes<'a>,
    },
    Vendor {
        format: VendorFormat,
        vendor: VendorId,
        kind: u32,
        rest: Attributes<'a>,
        inside: Option<VendorAttributes<'a>>,
    },
    Extended {
        container: AttributeType,
        kind: u8,
        rest: ExtendedAttributes<'a>,
    },
    ExtendedVendor {
        container: AttributeType,
        vendor: VendorId,
        kind: u8,
        rest: ExtendedAttributes<'a>,
    },
}

impl<'a> Values<'a> {
    #[inline]
    pub(super) fn at(place: Place, packet: &Packet<'a>) -> Self {
        let vendor = |format, vendor, kind| {
            let rest = packet.attributes();
            Found::Vendor { format, vendor, kind, rest, inside: None }
        };
        Self(match place {
            Place::Standard(kind) => Found::Standard { kind, rest: packet.attributes() },
            Place::Vendor(id, kind) => vendor(VendorFormat::STANDARD, id, u32::from(kind)),
            Place::VendorIn(format, id, kind) => vendor(format, id, kind),
            Place::Extended(container, kind) => {
                Found::Extended { container, kind, rest: packet.extended_attributes() }
            }
            Place::ExtendedVendor(container, vendor, kind) => {
                let rest = packet.extended_attributes();
                Found::ExtendedVendor { container, vendor, kind, rest }
            }
        })
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        match &mut self.0 {
            Found::Standard { kind, rest } => rest.next_of(*kind).map(|attribute| attribute.value),
            Found::Vendor { format, vendor, kind, rest, inside } => loop {
                let found = inside.as_mut().and_then(|inside| inside.find(|sub| sub.kind == *kind));
                if let Some(found) = found {
                    return Some(found.value);
                }
                let next = rest.next_of(AttributeType::VENDOR_SPECIFIC)?;
                let is_theirs = next.vendor() == Some(*vendor);
                *inside = is_theirs.then(|| next.vendor_specific(*format)).flatten();
            },
            Found::Extended { container, kind, rest } => rest
                .filter(|found| found.kind == *container && found.extended_kind == *kind)
                .find_map(|found| found.value.as_slice()),
            Found::ExtendedVendor { container, vendor, kind, rest } => rest
                .filter(|found| found.kind == *container)
                .filter_map(|found| found.vendor_specific())
                .filter(|found| found.vendor == *vendor && found.kind == *kind)
                .find_map(|found| found.value.as_slice()),
        }
    }
}

impl std::iter::FusedIterator for Values<'_> {}
