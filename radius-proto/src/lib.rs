#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;

mod attribute;
mod code;
mod error;
mod packet;
mod registry;
pub mod salted;
mod secret;
pub mod user_password;
mod vendor;
mod verify;
mod writer;

pub use attribute::{Attribute, Attributes};
pub use code::Code;
pub use error::{DecodeError, DecodeErrorKind, EmptySecret, HidingError, WriteError};
pub use packet::Packet;
pub use registry::{AttributeType, VendorId};
pub use secret::Secret;
pub use vendor::{VendorAttribute, VendorAttributes, VendorFormat};
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
