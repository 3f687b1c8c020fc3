//! The attributes of a packet, taken out of what contains them.

use radius_proto::{
    Attribute, AttributeType, Attributes, ExtendedAttribute, Joined, Packet, Tlvs, VendorId,
};

use crate::{AttributeDefinition, DataType, Dictionary, Oid};

/// An attribute with its value, put together where it was spread over several.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf<'v> {
    pub(super) vendor: Option<VendorId>,
    pub(super) number: Oid,
    pub(super) definition: Option<&'v AttributeDefinition>,
    pub(super) value: &'v [u8],
}

/// Gives the attributes to `visit` in the order of the wire. What is malformed inside comes as the
/// attribute that contains it.
pub(super) fn leaves<E>(
    dictionary: &Dictionary,
    packet: &Packet<'_>,
    visit: &mut impl FnMut(&Leaf<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut walk = Walk { dictionary, rest: packet.attributes(), loose: 0, visit };
    while let Some(attribute) = walk.rest.next() {
        walk.attribute(&attribute)?;
    }
    Ok(())
}

struct Walk<'d, 'p, V> {
    dictionary: &'d Dictionary,
    rest: Attributes<'p>,
    /// How many of the next attributes are known to be fragments that do not join.
    loose: usize,
    visit: &'d mut V,
}

impl<'p, E, V: FnMut(&Leaf<'_>) -> Result<(), E>> Walk<'_, 'p, V> {
    fn attribute(&mut self, attribute: &Attribute<'p>) -> Result<(), E> {
        if self.loose > 0 {
            self.loose -= 1;
            return self.raw(attribute);
        }
        match attribute.kind {
            AttributeType::VENDOR_SPECIFIC => self.vendor_specific(attribute),
            kind if kind.is_extended() => match self.rest.extended(attribute) {
                Ok(extended) => self.extended(&extended),
                Err(error) => {
                    self.loose = error.further;
                    self.raw(attribute)
                }
            },
            kind => {
                let definition = self.dictionary.plain_attribute(None, kind.0.into());
                if definition.is_some_and(|definition| definition.flags.concat) {
                    let value = self.rest.consecutive(attribute);
                    return self.joined(None, Oid::from(kind.0), &value);
                }
                self.leaf(None, Oid::from(kind.0), definition, attribute.value)
            }
        }
    }

    /// The attribute as it stands, whatever is in it.
    fn raw(&mut self, attribute: &Attribute<'_>) -> Result<(), E> {
        let number = Oid::from(attribute.kind.0);
        let definition = self.dictionary.plain_attribute(None, attribute.kind.0.into());
        (self.visit)(&Leaf { vendor: None, number, definition, value: attribute.value })
    }

    fn vendor_specific(&mut self, attribute: &Attribute<'p>) -> Result<(), E> {
        let Some(vendor) = attribute.vendor() else { return self.raw(attribute) };
        let format = self.dictionary.vendor_format(vendor);
        let Some(subs) = attribute.vendor_specific(format) else { return self.raw(attribute) };
        if !format.continuation() {
            for sub in subs {
                let definition = self.dictionary.plain_attribute(Some(vendor), sub.kind);
                self.leaf(Some(vendor), Oid::from(sub.kind), definition, sub.value)?;
            }
            return Ok(());
        }
        // Only the last one may go on elsewhere.
        let before_last = subs.clone().count().saturating_sub(1);
        let is_apart = subs.clone().take(before_last).any(|sub| sub.continued);
        let joined = match subs.clone().last() {
            _ if is_apart => None,
            Some(last) => self.rest.continued(&last, format),
            None => None,
        };
        let Some(joined) = joined else { return self.raw(attribute) };
        for sub in subs {
            let value = if sub.continued { joined.clone() } else { Joined::from(sub.value) };
            self.joined(Some(vendor), Oid::from(sub.kind), &value)?;
        }
        Ok(())
    }

    fn extended(&mut self, attribute: &ExtendedAttribute<'_>) -> Result<(), E> {
        let ExtendedAttribute { kind, extended_kind, value, .. } = attribute;
        let number = |parts: &[u32]| Oid::new(parts).unwrap_or(Oid::from(kind.0));
        let (kind, extended_kind) = (u32::from(kind.0), u32::from(*extended_kind));
        match attribute.vendor_specific() {
            Some(inside) => {
                let parts = [kind, extended_kind, inside.vendor.0, u32::from(inside.kind)];
                self.joined(None, number(&parts), &inside.value)
            }
            None => self.joined(None, number(&[kind, extended_kind]), value),
        }
    }

    fn joined(
        &mut self,
        vendor: Option<VendorId>,
        number: Oid,
        value: &Joined<'_>,
    ) -> Result<(), E> {
        let definition = self.dictionary.attribute(vendor, number);
        match value.as_slice() {
            Some(value) => self.leaf(vendor, number, definition, value),
            None => {
                let value: Vec<u8> = value.octets().collect();
                self.leaf(vendor, number, definition, &value)
            }
        }
    }

    /// What is found at a number: the attribute itself, or those inside it.
    fn leaf(
        &mut self,
        vendor: Option<VendorId>,
        number: Oid,
        definition: Option<&AttributeDefinition>,
        value: &[u8],
    ) -> Result<(), E> {
        let is_tlv = definition.is_some_and(|known| known.data_type == DataType::Tlv);
        // One level less than a number can have, so that those inside have numbers.
        let inside = is_tlv && number.child(0).is_some();
        let Some(tlvs) = inside.then(|| Tlvs::parse(value)).flatten() else {
            return (self.visit)(&Leaf { vendor, number, definition, value });
        };
        for tlv in tlvs {
            if let Some(number) = number.child(u32::from(tlv.kind)) {
                let definition = self.dictionary.attribute(vendor, number);
                self.leaf(vendor, number, definition, tlv.value)?;
            }
        }
        Ok(())
    }
}
