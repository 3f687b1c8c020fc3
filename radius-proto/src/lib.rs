#![doc = include_str!("../README.md")]
#![no_std]

#[cfg(feature = "alloc")]
extern crate alloc;

#[cfg(feature = "alloc")]
pub mod ascend_secret;
mod attribute;
mod code;
mod error;
mod extended;
#[cfg(feature = "alloc")]
mod hiding;
mod joined;
mod packet;
mod registry;
#[cfg(feature = "alloc")]
pub mod salted;
#[cfg(feature = "alloc")]
mod secret;
mod tag;
mod tlv;
#[cfg(feature = "alloc")]
pub mod user_password;
mod vendor;
#[cfg(feature = "alloc")]
mod verify;
mod writer;

pub use attribute::{Attribute, Attributes, NotJoined};
pub use code::{AuthenticatorKind, Code};
pub use error::{DecodeError, DecodeErrorKind, OutputTooSmall, WriteError};
pub use extended::{ExtendedAttribute, ExtendedAttributes, ExtendedVendorAttribute};
#[cfg(feature = "alloc")]
pub use hiding::HidingError;
pub use joined::Joined;
pub use packet::Packet;
pub use registry::{AttributeType, VendorId};
#[cfg(feature = "alloc")]
pub use secret::{EmptySecret, Secret};
pub use tag::{TAG_MAX, TAGGED_NUMBER_MAX, Tag};
pub use tlv::{Tlv, TlvWriter, Tlvs};
pub use vendor::{VendorAttribute, VendorAttributes, VendorFormat};
#[cfg(feature = "alloc")]
pub use verify::MessageAuthenticator;
pub use writer::PacketWriter;

/// Octets of the smallest packet: a header without attributes (RFC 2865 §3).
pub const PACKET_LEN_MIN: usize = 20;
/// Octets of the largest packet (RFC 2865 §3).
pub const PACKET_LEN_MAX: usize = 4096;
/// Octets of the longest attribute value (RFC 2865 §5).
pub const ATTRIBUTE_VALUE_LEN_MAX: usize = 253;

/// The Authenticator field of a packet, and everything else that is an MD5 digest.
pub type Authenticator = [u8; 16];
