use core::fmt;

use crate::attribute::ATTRIBUTE_HEADER_LEN;
use crate::{
    AttributeType, Attributes, Authenticator, AuthenticatorKind, Code, DecodeError,
    DecodeErrorKind, ExtendedAttribute, ExtendedAttributes, Joined, PACKET_LEN_MAX, PACKET_LEN_MIN,
    VendorAttribute, VendorFormat, VendorId,
};

/// Octets of a Message-Authenticator with Type and Length (RFC 3579 §3.2).
pub(crate) const MESSAGE_AUTHENTICATOR_LEN: u8 = 18;

/// Zeros, which stand for an authenticator that does not exist yet.
pub(crate) const NO_AUTHENTICATOR: Authenticator = [0; 16];

/// A received packet, checked once and then read in place.
///
/// The view borrows the received octets and copies nothing. After [`parse`](Self::parse) no
/// accessor can fail or panic. Being well formed says nothing about who sent it: see
/// [`verify_message_authenticator`](Self::verify_message_authenticator) and its siblings.
#[derive(Clone, Copy)]
pub struct Packet<'a> {
    bytes: &'a [u8],
    authenticator: &'a Authenticator,
    attributes: &'a [u8],
    code: Code,
    identifier: u8,
    /// Where the value of the Message-Authenticator starts, if there is one.
    pub(crate) message_authenticator: Option<usize>,
}

impl<'a> Packet<'a> {
    /// Checks the octets of one datagram (or of one framed message) and gives a view of the
    /// packet in them. Octets beyond the Length field are padding and ignored (RFC 2865 §3).
    ///
    /// Kept as they are: attributes of unknown type, values of a size unlike their type, empty
    /// values, and Vendor-Specific attributes that no format fits.
    ///
    /// # Errors
    /// A [`DecodeError`] for each of: fewer than 20 octets; a Length below 20, above 4096 or
    /// above what was received; a code not in use; an attribute of type 0, of a length below 2,
    /// or overrunning the packet; a Message-Authenticator whose length is not 18, or a second
    /// one; a Status-Server or an EAP-Message without Message-Authenticator.
    pub fn parse(datagram: &'a [u8]) -> Result<Self, DecodeError> {
        use DecodeErrorKind as Kind;
        let Some(&[code, identifier, high, low]) = datagram.first_chunk::<4>() else {
            return Err(header_truncated(datagram));
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if datagram.len() < PACKET_LEN_MIN {
            return Err(header_truncated(datagram));
        }
        if length < PACKET_LEN_MIN {
            return Err(DecodeError::new(Kind::LengthTooSmall, 2, PACKET_LEN_MIN, length));
        }
        if length > PACKET_LEN_MAX {
            return Err(DecodeError::new(Kind::LengthTooLarge, 2, PACKET_LEN_MAX, length));
        }
        let Some(bytes) = datagram.get(..length) else {
            return Err(DecodeError::new(Kind::LengthBeyondDatagram, 2, length, datagram.len()));
        };
        let code = Code(code);
        if !code.is_known() {
            return Err(DecodeError::new(Kind::UnknownCode, 0, 0, usize::from(code.0)));
        }
        let header = bytes.split_first_chunk::<4>().map(|(_, rest)| rest);
        let Some((authenticator, attributes)) = header.and_then(<[u8]>::split_first_chunk::<16>)
        else {
            return Err(header_truncated(datagram));
        };
        let message_authenticator = check_attributes(code, attributes)?;
        Ok(Self { bytes, authenticator, attributes, code, identifier, message_authenticator })
    }

    /// As [`parse`](Self::parse), and refuses as well what a sender that follows the RFCs never
    /// sends, but some NASes do: for tests of a client, not for a server that has to live with
    /// what is out there.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse), and a [`DecodeError`] for each of: octets beyond the
    /// Length field; an empty value, except of Chargeable-User-Identity; a Vendor-Specific or an
    /// extended attribute too short for its header and a value; an extended type 0; a fragment of
    /// a long extended attribute that is not continued; EAP-Messages that do not stand together.
    pub fn parse_strict(datagram: &'a [u8]) -> Result<Self, DecodeError> {
        use DecodeErrorKind as Kind;
        let packet = Self::parse(datagram)?;
        let (length, received) = (packet.bytes.len(), datagram.len());
        if received > length {
            return Err(DecodeError::new(Kind::TrailingOctets, length, length, received));
        }
        let mut attributes = packet.attributes();
        let mut eap_message_end = None;
        while let Some(attribute) = attributes.next() {
            let offset = attribute.offset;
            let truncated = |kind, needed| {
                let got = attribute.value.len();
                if got < needed { Err(DecodeError::new(kind, offset, needed, got)) } else { Ok(()) }
            };
            match attribute.kind {
                AttributeType::CHARGEABLE_USER_IDENTITY => {}
                AttributeType::VENDOR_SPECIFIC => truncated(Kind::VendorSpecificTruncated, 5)?,
                kind if kind.is_extended() && attribute.value.first() == Some(&0) => {
                    return Err(DecodeError::new(Kind::AttributeTypeZero, offset, 1, 0));
                }
                kind if kind.is_long_extended() => {
                    truncated(Kind::ExtendedTruncated, 3)?;
                    let unfinished = Kind::LongExtendedUnfinished;
                    attributes
                        .extended(&attribute)
                        .map_err(|_| DecodeError::new(unfinished, offset, 1, 0))?;
                }
                kind if kind.is_extended() => truncated(Kind::ExtendedTruncated, 2)?,
                AttributeType::EAP_MESSAGE => {
                    truncated(Kind::ValueEmpty, 1)?;
                    if let Some(end) = eap_message_end.filter(|end| *end != offset) {
                        return Err(DecodeError::new(
                            Kind::EapMessageScattered,
                            offset,
                            end,
                            offset,
                        ));
                    }
                    eap_message_end = Some(offset + ATTRIBUTE_HEADER_LEN + attribute.value.len());
                }
                _ => truncated(Kind::ValueEmpty, 1)?,
            }
        }
        Ok(packet)
    }

    /// The kind of packet.
    #[inline]
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The Identifier, by which a reply is matched to its request.
    #[inline]
    #[must_use]
    pub const fn identifier(&self) -> u8 {
        self.identifier
    }

    /// The Authenticator field: 16 octets after the Length.
    #[inline]
    #[must_use]
    pub const fn authenticator(&self) -> &'a Authenticator {
        self.authenticator
    }

    /// What the hidden attributes of a request are hidden with; `None` for a reply, where it is the
    /// authenticator of its request.
    ///
    /// An Access-Request's own authenticator (RFC 2865 §5.2). That of an Accounting-, CoA- or
    /// Disconnect-Request is made of the attributes, so it cannot hide them: zeros stand for it, as
    /// in FreeRADIUS.
    #[inline]
    #[must_use]
    pub const fn hiding_authenticator(&self) -> Option<&'a Authenticator> {
        match self.code.authenticator_kind() {
            AuthenticatorKind::Random => Some(self.authenticator),
            AuthenticatorKind::Digest => Some(&NO_AUTHENTICATOR),
            AuthenticatorKind::Response => None,
        }
    }

    /// The octets of the packet, header included and padding excluded: 20 to 4096.
    #[inline]
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether the packet carries a Message-Authenticator, be it right or wrong.
    #[inline]
    #[must_use]
    pub const fn has_message_authenticator(&self) -> bool {
        self.message_authenticator.is_some()
    }

    /// All attributes in the order of the wire, empty and malformed-inside ones included.
    #[inline]
    #[must_use]
    pub const fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.attributes, self.bytes.len())
    }

    /// The value of the first attribute of this type.
    #[inline]
    #[must_use]
    pub fn first(&self, kind: AttributeType) -> Option<&'a [u8]> {
        self.attributes().next_of(kind).map(|found| found.value)
    }

    /// The values of all attributes of this type, in the order of the wire.
    #[inline]
    pub fn all(&self, kind: AttributeType) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        self.attributes().filter(move |attribute| attribute.kind == kind).map(|found| found.value)
    }

    /// The value that the attributes of this type carry together, one after another, such as an
    /// EAP packet in EAP-Messages (RFC 3579 §3.1); `None` when there is no such attribute.
    #[must_use]
    pub fn concatenated(&self, kind: AttributeType) -> Option<Joined<'a>> {
        let mut attributes = self.attributes();
        let first = attributes.next_of(kind)?;
        let mut joined = Joined::new(first.value, attributes.clone(), kind, 0);
        attributes
            .filter(|attribute| attribute.kind == kind)
            .for_each(|further| joined.extend(further.value.len()));
        Some(joined)
    }

    /// All attributes inside those of the types 241 to 246 (RFC 6929 §2), in the order of the
    /// wire, each with its whole value.
    ///
    /// Those that are too short or whose fragments do not join are skipped here and stay visible
    /// in [`attributes`](Self::attributes).
    #[inline]
    #[must_use]
    pub const fn extended_attributes(&self) -> ExtendedAttributes<'a> {
        ExtendedAttributes::new(self.attributes())
    }

    /// The value of the first attribute with this number in this extended type.
    #[inline]
    #[must_use]
    pub fn first_extended(&self, kind: AttributeType, extended_kind: u8) -> Option<Joined<'a>> {
        let is_wanted = |found: &ExtendedAttribute<'_>| {
            found.kind == kind && found.extended_kind == extended_kind
        };
        self.extended_attributes().find(is_wanted).map(|found| found.value)
    }

    /// All vendor sub-attributes in the order of the wire, read in the
    /// [standard format](VendorFormat::STANDARD).
    ///
    /// A Vendor-Specific attribute that is not a whole sequence of sub-attributes is skipped here
    /// and stays visible in [`attributes`](Self::attributes).
    #[inline]
    pub fn vendor_attributes(&self) -> impl Iterator<Item = VendorAttribute<'a>> + Clone + use<'a> {
        self.vendor_attributes_in(|_| VendorFormat::STANDARD)
    }

    /// All vendor sub-attributes in the order of the wire, each vendor read in the format that
    /// `format_of` names for it; malformed ones are skipped as in
    /// [`vendor_attributes`](Self::vendor_attributes).
    #[inline]
    pub fn vendor_attributes_in<F>(
        &self,
        format_of: F,
    ) -> impl Iterator<Item = VendorAttribute<'a>> + Clone + use<'a, F>
    where
        F: Fn(VendorId) -> VendorFormat + Clone,
    {
        self.attributes()
            .filter_map(move |attribute| attribute.vendor_specific(format_of(attribute.vendor()?)))
            .flatten()
    }

    /// The value of the first sub-attribute of this vendor and type, in the standard format.
    #[inline]
    #[must_use]
    pub fn first_vendor(&self, vendor: VendorId, kind: u8) -> Option<&'a [u8]> {
        self.all_vendor(vendor, kind).next()
    }

    /// The values of all sub-attributes of this vendor and type, in the standard format and the
    /// order of the wire.
    #[inline]
    pub fn all_vendor(
        &self,
        vendor: VendorId,
        kind: u8,
    ) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        self.attributes()
            .filter(move |attribute| attribute.vendor() == Some(vendor))
            .filter_map(|attribute| attribute.vendor_specific(VendorFormat::STANDARD))
            .flatten()
            .filter(move |found| found.kind == u32::from(kind))
            .map(|found| found.value)
    }
}

/// Code, identifier and size only: values may be secret.
impl fmt::Debug for Packet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packet")
            .field("code", &self.code)
            .field("identifier", &self.identifier)
            .field("len", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// Two packets are equal when their octets are, padding aside.
impl PartialEq for Packet<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Packet<'_> {}

fn header_truncated(datagram: &[u8]) -> DecodeError {
    DecodeError::new(DecodeErrorKind::HeaderTruncated, 0, PACKET_LEN_MIN, datagram.len())
}

/// Walks the attributes once; gives where the Message-Authenticator's value starts.
#[inline]
fn check_attributes(code: Code, attributes: &[u8]) -> Result<Option<usize>, DecodeError> {
    use DecodeErrorKind as Kind;
    let end = PACKET_LEN_MIN + attributes.len();
    let mut message_authenticator = None;
    let mut eap_message = None;
    let mut rest = attributes;
    while let &[kind, len, ..] = rest {
        let needed = usize::from(len);
        let after = match rest.get(needed..) {
            Some(after) if kind != 0 && needed >= ATTRIBUTE_HEADER_LEN => after,
            _ => return Err(malformed(end - rest.len(), kind, needed, rest.len())),
        };
        match AttributeType(kind) {
            AttributeType::MESSAGE_AUTHENTICATOR => {
                let offset = end - rest.len();
                if len != MESSAGE_AUTHENTICATOR_LEN {
                    let right = usize::from(MESSAGE_AUTHENTICATOR_LEN);
                    let wrong = Kind::MessageAuthenticatorLength;
                    return Err(DecodeError::new(wrong, offset, right, needed));
                }
                if message_authenticator.is_some() {
                    return Err(DecodeError::new(Kind::MessageAuthenticatorRepeated, offset, 1, 2));
                }
                message_authenticator = Some(offset + ATTRIBUTE_HEADER_LEN);
            }
            AttributeType::EAP_MESSAGE if eap_message.is_none() => {
                eap_message = Some(end - rest.len());
            }
            _ => {}
        }
        rest = after;
    }
    if let &[kind] = rest {
        return Err(malformed(end - 1, kind, ATTRIBUTE_HEADER_LEN, 1));
    }
    match (message_authenticator, eap_message) {
        (None, _) if code == Code::STATUS_SERVER => {
            Err(DecodeError::new(Kind::StatusServerUnsigned, 0, 1, 0))
        }
        (None, Some(at)) => Err(DecodeError::new(Kind::EapMessageUnsigned, at, 1, 0)),
        _ => Ok(message_authenticator),
    }
}

/// What is wrong with an attribute of this type and length, of which that many octets are there.
#[cold]
fn malformed(offset: usize, kind: u8, needed: usize, got: usize) -> DecodeError {
    use DecodeErrorKind as Error;
    match kind {
        0 => DecodeError::new(Error::AttributeTypeZero, offset, 1, 0),
        _ if needed < ATTRIBUTE_HEADER_LEN => {
            let least = ATTRIBUTE_HEADER_LEN;
            DecodeError::new(Error::AttributeLengthTooSmall, offset, least, needed)
        }
        _ => DecodeError::new(Error::AttributeOverrun, offset, needed, got),
    }
}
