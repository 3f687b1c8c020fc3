use crate::{Attribute, AttributeType, Attributes, Joined, VendorId};

/// The flag of a long extended attribute by which its value goes on in the next one (RFC 6929
/// §2.2).
pub(crate) const MORE: u8 = 0x80;
/// The extended type that holds vendors' attributes (RFC 6929 §2.4).
pub(crate) const EXTENDED_VENDOR_SPECIFIC: u8 = 26;

/// An attribute inside one of the types 241 to 246 (RFC 6929 §2.1 and §2.2).
///
/// The value of a long extended one is whole, however many attributes it is spread over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendedAttribute<'a> {
    /// The container, 241 to 246.
    pub kind: AttributeType,
    /// The Extended-Type octet: the number in the space of the container.
    pub extended_kind: u8,
    /// The value without any header.
    pub value: Joined<'a>,
    /// Where the first attribute of it stands, in octets from the start of the packet.
    pub offset: usize,
}

/// A vendor's attribute inside an extended one; see [`ExtendedAttribute::vendor_specific`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendedVendorAttribute<'a> {
    /// Whose number space [`kind`](Self::kind) is in.
    pub vendor: VendorId,
    /// The vendor's type number.
    pub kind: u8,
    /// The value without any header.
    pub value: Joined<'a>,
}

impl<'a> ExtendedAttribute<'a> {
    /// The vendor's attribute, where this is an Extended-Vendor-Specific (RFC 6929 §2.4).
    ///
    /// `None` for another extended type, and for one too short to name vendor and type.
    #[inline]
    #[must_use]
    pub fn vendor_specific(&self) -> Option<ExtendedVendorAttribute<'a>> {
        if self.extended_kind != EXTENDED_VENDOR_SPECIFIC {
            return None;
        }
        let (&[a, b, c, d, kind], value) = self.value.skip::<5>()?;
        let vendor = VendorId(u32::from_be_bytes([a, b, c, d]));
        Some(ExtendedVendorAttribute { vendor, kind, value })
    }
}

/// Why an attribute of the types 241 to 246 cannot be read as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// Too short for its header, or of the extended type 0, which is reserved.
    Short,
    /// A fragment that no next one completes, and neither do the `further` ones behind it.
    Unfinished { further: usize },
}

/// Reads the extended attribute that begins with `first`; gives it, and how many further
/// attributes of `rest` belong to it.
#[inline]
pub(crate) fn read<'a>(
    first: &Attribute<'a>,
    rest: &Attributes<'a>,
) -> Result<(ExtendedAttribute<'a>, usize), Broken> {
    let (kind, offset) = (first.kind, first.offset);
    if !kind.is_long_extended() {
        let Some((&extended_kind, value)) = first.value.split_first() else {
            return Err(Broken::Short);
        };
        if extended_kind == 0 {
            return Err(Broken::Short);
        }
        let value = Joined::whole(value);
        return Ok((ExtendedAttribute { kind, extended_kind, value, offset }, 0));
    }
    let Some((&[extended_kind, mut flags], value)) = first.value.split_first_chunk::<2>() else {
        return Err(Broken::Short);
    };
    if extended_kind == 0 {
        return Err(Broken::Short);
    }
    let mut value = Joined::new(value, rest.clone(), kind, 2);
    let mut further = 0;
    let mut walk = rest.clone();
    while flags & MORE != 0 {
        let next = walk.next().filter(|next| next.kind == kind);
        let Some((&[next_kind, next_flags], piece)) =
            next.and_then(|next| next.value.split_first_chunk::<2>())
        else {
            return Err(Broken::Unfinished { further });
        };
        if next_kind != extended_kind {
            return Err(Broken::Unfinished { further });
        }
        value.extend(piece.len());
        flags = next_flags;
        further += 1;
    }
    Ok((ExtendedAttribute { kind, extended_kind, value, offset }, further))
}

/// The extended attributes of a packet in the order of the wire; see
/// [`Packet::extended_attributes`](crate::Packet::extended_attributes).
#[derive(Clone, Debug)]
pub struct ExtendedAttributes<'a> {
    rest: Attributes<'a>,
}

impl<'a> ExtendedAttributes<'a> {
    #[inline]
    pub(crate) const fn new(rest: Attributes<'a>) -> Self {
        Self { rest }
    }
}

impl<'a> Iterator for ExtendedAttributes<'a> {
    type Item = ExtendedAttribute<'a>;

    #[inline]
    fn next(&mut self) -> Option<ExtendedAttribute<'a>> {
        loop {
            let first = self.rest.find(|attribute| attribute.kind.is_extended())?;
            let (found, further) = match read(&first, &self.rest) {
                Ok((attribute, further)) => (Some(attribute), further),
                // Nothing behind it is a beginning, and it is not looked at again and again.
                Err(Broken::Unfinished { further }) => (None, further),
                Err(Broken::Short) => (None, 0),
            };
            self.rest.skip_over(further);
            if found.is_some() {
                return found;
            }
        }
    }
}

impl core::iter::FusedIterator for ExtendedAttributes<'_> {}
