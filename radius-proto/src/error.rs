use core::fmt;

use thiserror::Error;

use crate::AttributeType;

/// Why received bytes are not a RADIUS packet that may be acted on.
///
/// RFC 2865 asks for such packets to be dropped silently; the error is for counters and logs.
/// It is plain data: no allocation, nothing of the packet but the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DecodeError {
    /// What was being read and found wrong.
    pub kind: DecodeErrorKind,
    /// Where it stands, in octets from the first octet of the packet.
    pub offset: usize,
    /// What would have been right; see each [`DecodeErrorKind`] for its meaning.
    pub needed: usize,
    /// What was there instead; see each [`DecodeErrorKind`] for its meaning.
    pub got: usize,
}

/// The refusals of [`Packet::parse`](crate::Packet::parse), and those that only
/// [`Packet::parse_strict`](crate::Packet::parse_strict) adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// Fewer octets than a header were received. Needed and got are octets.
    HeaderTruncated,
    /// The Length field is below 20. Needed is 20, got is the field.
    LengthTooSmall,
    /// The Length field is above 4096. Needed is 4096, got is the field.
    LengthTooLarge,
    /// The Length field promises more than was received. Needed is the field, got the octets.
    LengthBeyondDatagram,
    /// The Code is not in use. Needed is 0, got is the code.
    UnknownCode,
    /// An attribute of type 0; strict: of the extended type 0 too. Needed is 1, got is 0.
    AttributeTypeZero,
    /// An attribute length below the two octets it counts itself. Needed is 2, got is the field.
    AttributeLengthTooSmall,
    /// An attribute reaches beyond the packet. Needed is its length, got the octets left.
    AttributeOverrun,
    /// A Message-Authenticator of another length than 18. Needed is 18, got is the field.
    MessageAuthenticatorLength,
    /// A second Message-Authenticator: which one would count is ambiguous, and RFC 3579 §3.3
    /// allows at most one. Needed is 1, got is 2.
    MessageAuthenticatorRepeated,
    /// A Status-Server without Message-Authenticator (RFC 5997 §3). Needed is 1, got is 0.
    StatusServerUnsigned,
    /// An EAP-Message without Message-Authenticator (RFC 3579 §3.1). Needed is 1, got is 0.
    EapMessageUnsigned,
    /// Strict: octets beyond the Length field. Needed is the field, got what was received.
    TrailingOctets,
    /// Strict: an empty value, which RFC 2865 §5 wants left out. Needed is 1, got is 0.
    ValueEmpty,
    /// Strict: a Vendor-Specific without room for a vendor and one octet (RFC 2865 §5.26). Needed
    /// is 5, got the octets of the value.
    VendorSpecificTruncated,
    /// Strict: an extended attribute without room for its header and one octet (RFC 6929 §2.1 and
    /// §2.2). Needed is 2, or 3 for a long one, got the octets of the value.
    ExtendedTruncated,
    /// Strict: a fragment of a long extended attribute that the next attribute does not continue
    /// (RFC 6929 §2.2). Needed is 1, got is 0.
    LongExtendedUnfinished,
    /// Strict: an EAP-Message apart from those before it (RFC 3579 §3.1). Needed is where it would
    /// have to stand, got where it stands.
    EapMessageScattered,
}

impl DecodeError {
    #[inline]
    pub(crate) const fn new(
        kind: DecodeErrorKind,
        offset: usize,
        needed: usize,
        got: usize,
    ) -> Self {
        Self { kind, offset, needed, got }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use DecodeErrorKind as Kind;
        let Self { kind, offset, needed, got } = self;
        match kind {
            Kind::HeaderTruncated => {
                write!(f, "{got} octets received, a RADIUS header has {needed}")
            }
            Kind::LengthTooSmall => {
                write!(f, "the Length field is {got}, below the header's {needed} octets")
            }
            Kind::LengthTooLarge => {
                write!(f, "the Length field is {got}, above the limit of {needed} octets")
            }
            Kind::LengthBeyondDatagram => {
                write!(f, "the Length field is {needed}, but only {got} octets were received")
            }
            Kind::UnknownCode => write!(f, "the packet code {got} is not in use"),
            Kind::AttributeTypeZero => {
                write!(f, "the attribute at octet {offset} has the reserved type 0")
            }
            Kind::AttributeLengthTooSmall => {
                write!(f, "the attribute at octet {offset} has length {got}, below {needed}")
            }
            Kind::AttributeOverrun => {
                write!(f, "the attribute at octet {offset} needs {needed} octets, {got} are left")
            }
            Kind::MessageAuthenticatorLength => write!(
                f,
                "the Message-Authenticator at octet {offset} has length {got} instead of {needed}"
            ),
            Kind::MessageAuthenticatorRepeated => {
                write!(f, "a second Message-Authenticator stands at octet {offset}")
            }
            Kind::StatusServerUnsigned => {
                f.write_str("a Status-Server carries no Message-Authenticator")
            }
            Kind::EapMessageUnsigned => write!(
                f,
                "the EAP-Message at octet {offset} is not covered by a Message-Authenticator"
            ),
            Kind::TrailingOctets => {
                write!(f, "{got} octets were received, the Length field is {needed}")
            }
            Kind::ValueEmpty => write!(f, "the attribute at octet {offset} is empty"),
            Kind::VendorSpecificTruncated => write!(
                f,
                "the Vendor-Specific at octet {offset} has {got} octets, it needs {needed} at least"
            ),
            Kind::ExtendedTruncated => write!(
                f,
                "the extended attribute at octet {offset} has {got} octets, it needs {needed} at \
                 least"
            ),
            Kind::LongExtendedUnfinished => {
                write!(f, "the fragment at octet {offset} says that more follows, and none does")
            }
            Kind::EapMessageScattered => {
                write!(f, "the EAP-Message at octet {offset} stands apart from the one before it")
            }
        }
    }
}

impl core::error::Error for DecodeError {}

/// Why something could not be written into a packet. The packet is as it was before the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The caller's buffer cannot hold even a header.
    #[error("the buffer has {got} octets, a RADIUS header needs {needed}")]
    BufferTooSmall {
        /// Octets of a header.
        needed: usize,
        /// Octets of the buffer.
        got: usize,
    },
    /// The attribute does not fit into what is left of the buffer or of the 4096 octets.
    #[error("the attribute needs {needed} octets, {remaining} are left in the packet")]
    PacketFull {
        /// Octets of the attribute with its header.
        needed: usize,
        /// Octets left.
        remaining: usize,
    },
    /// The value is longer than one attribute can carry.
    #[error("the value has {len} octets, this attribute carries at most {max}")]
    ValueTooLong {
        /// Octets of the value.
        len: usize,
        /// The most that fits.
        max: usize,
    },
    /// The attribute type 0 is reserved and would be refused by the receiver.
    #[error("the attribute type 0 is reserved")]
    AttributeTypeZero,
    /// Only the types 241 to 246 hold extended attributes.
    #[error("the attribute type {0} holds no extended attributes, 241 to 246 do")]
    NotExtended(AttributeType),
    /// The vendor's format has too few octets for this type number.
    #[error("the vendor attribute type {kind} does not fit into {type_octets} octet(s)")]
    VendorTypeTooLarge {
        /// The type number.
        kind: u32,
        /// Octets that the format has for it.
        type_octets: u8,
    },
    /// A Message-Authenticator has its own calls, is there at most once, and is never written as a
    /// value.
    #[error("a Message-Authenticator is reserved once and filled on finish, not written by value")]
    MessageAuthenticator,
}

/// The caller's output cannot hold a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[error("the output has {got} octets, {needed} are needed")]
pub struct OutputTooSmall {
    /// Octets needed.
    pub needed: usize,
    /// Octets of the output.
    pub got: usize,
}
