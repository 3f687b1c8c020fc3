use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use radius_proto::{ATTRIBUTE_VALUE_LEN_MAX, TAG_MAX, Tag, Tlvs, WriteError};

use crate::value::{Ipv4Network, Ipv6Network, Tagged};

/// How the values of an attribute are read and written; the tag type of a
/// [`Handle`](super::Handle).
///
/// Implemented by the markers of this module only.
pub trait Kind: sealed::Sealed {
    /// What a value is read as.
    type Read<'a>;
    /// What a value is written from.
    type Write<'v>;
    /// What a value is, in words for errors.
    const WANTED: &'static str;

    /// Reads a value; `None` when the octets are not of this kind.
    fn read(octets: &[u8]) -> Option<Self::Read<'_>>;

    /// Gives the octets of a value, from the value itself or from `scratch`.
    ///
    /// # Errors
    /// [`WriteError::ValueTooLong`] when no attribute can carry it.
    fn write<'s, 'v: 's>(
        value: Self::Write<'v>,
        scratch: &'s mut Scratch,
    ) -> Result<&'s [u8], WriteError>;
}

mod sealed {
    pub trait Sealed {}
}

/// Room for one value on its way to the wire.
#[derive(Debug)]
pub struct Scratch([u8; ATTRIBUTE_VALUE_LEN_MAX]);

impl Scratch {
    /// Empty room.
    #[must_use]
    pub const fn new() -> Self {
        Self([0; ATTRIBUTE_VALUE_LEN_MAX])
    }

    /// Puts the concatenation of `parts` here.
    fn hold(&mut self, parts: &[&[u8]]) -> Result<&[u8], WriteError> {
        let len = parts.iter().map(|part| part.len()).sum();
        let too_long = WriteError::ValueTooLong { len, max: ATTRIBUTE_VALUE_LEN_MAX };
        let held = self.0.get_mut(..len).ok_or(too_long)?;
        let mut rest = &mut *held;
        for part in parts {
            let (here, after) = rest.split_at_mut_checked(part.len()).ok_or(too_long)?;
            here.copy_from_slice(part);
            rest = after;
        }
        Ok(held)
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

/// Kinds whose value is lent as it is.
macro_rules! borrowed_kind {
    ($(#[$doc:meta])* $name:ident: $value:ty, $wanted:literal, $read:expr, $write:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}

        impl sealed::Sealed for $name {}

        impl Kind for $name {
            type Read<'a> = &'a $value;
            type Write<'v> = &'v $value;
            const WANTED: &'static str = $wanted;

            #[inline]
            fn read(octets: &[u8]) -> Option<&$value> {
                $read(octets)
            }

            #[inline]
            fn write<'s, 'v: 's>(value: &'v $value, _: &'s mut Scratch) -> Result<&'s [u8], WriteError> {
                Ok($write(value))
            }
        }
    };
}

borrowed_kind! {
    /// Text in UTF-8. Other octets read as `None`: see
    /// [`octets`](super::ReadAttributes::octets).
    Text: str, "text in UTF-8", |octets| std::str::from_utf8(octets).ok(), str::as_bytes
}
borrowed_kind! {
    /// Any octets.
    Octets: [u8], "octets", Some, |octets| octets
}
borrowed_kind! {
    /// Octets that are hidden on the wire, with salt and tag where the attribute has them. They
    /// are read and written as they stand there: see [`radius_proto::user_password`] and
    /// [`radius_proto::salted`].
    Hidden: [u8], "hidden octets", Some, |octets| octets
}

/// Kinds of a fixed size that are read and written by value.
macro_rules! fixed_kind {
    ($(#[$doc:meta])* $name:ident: $value:ty, $wanted:literal, $read:expr, $write:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}

        impl sealed::Sealed for $name {}

        impl Kind for $name {
            type Read<'a> = $value;
            type Write<'v> = $value;
            const WANTED: &'static str = $wanted;

            #[inline]
            fn read(octets: &[u8]) -> Option<$value> {
                octets.try_into().ok().map($read)
            }

            #[inline]
            fn write<'s, 'v: 's>(
                value: $value,
                scratch: &'s mut Scratch,
            ) -> Result<&'s [u8], WriteError> {
                scratch.hold(&[&$write(value)])
            }
        }
    };
}

fixed_kind! {
    /// A number of 32 bits.
    Integer: u32, "a number in 4 octets", u32::from_be_bytes, u32::to_be_bytes
}
fixed_kind! {
    /// A number of 32 bits with sign.
    Signed: i32, "a signed number in 4 octets", i32::from_be_bytes, i32::to_be_bytes
}
fixed_kind! {
    /// A number of 64 bits.
    Integer64: u64, "a number in 8 octets", u64::from_be_bytes, u64::to_be_bytes
}
fixed_kind! {
    /// A number of 8 bits.
    Byte: u8, "a number in 1 octet", u8::from_be_bytes, u8::to_be_bytes
}
fixed_kind! {
    /// A number of 16 bits.
    Short: u16, "a number in 2 octets", u16::from_be_bytes, u16::to_be_bytes
}
fixed_kind! {
    /// A moment, in seconds since 1970-01-01 00:00 UTC.
    Date: u32, "a moment in 4 octets", u32::from_be_bytes, u32::to_be_bytes
}
fixed_kind! {
    /// An IPv4 address.
    Ipv4: Ipv4Addr, "an IPv4 address in 4 octets", <Ipv4Addr as From<[u8; 4]>>::from, |address: Ipv4Addr| address.octets()
}
fixed_kind! {
    /// An IPv6 address.
    Ipv6: Ipv6Addr, "an IPv6 address in 16 octets", <Ipv6Addr as From<[u8; 16]>>::from, |address: Ipv6Addr| address.octets()
}
fixed_kind! {
    /// An interface identifier: the low half of an IPv6 address.
    Ifid: [u8; 8], "an interface identifier in 8 octets", |octets| octets, |octets: [u8; 8]| octets
}
fixed_kind! {
    /// A MAC address.
    Ether: [u8; 6], "a MAC address in 6 octets", |octets| octets, |octets: [u8; 6]| octets
}

/// An IPv4 or an IPv6 address.
#[derive(Clone, Copy, Debug)]
pub enum ComboIp {}

impl sealed::Sealed for ComboIp {}

impl Kind for ComboIp {
    type Read<'a> = IpAddr;
    type Write<'v> = IpAddr;
    const WANTED: &'static str = "an IP address in 4 or 16 octets";

    fn read(octets: &[u8]) -> Option<IpAddr> {
        Ipv4::read(octets).map(IpAddr::V4).or_else(|| Ipv6::read(octets).map(IpAddr::V6))
    }

    fn write<'s, 'v: 's>(value: IpAddr, scratch: &'s mut Scratch) -> Result<&'s [u8], WriteError> {
        match value {
            IpAddr::V4(address) => Ipv4::write(address, scratch),
            IpAddr::V6(address) => Ipv6::write(address, scratch),
        }
    }
}

/// An IPv4 prefix.
#[derive(Clone, Copy, Debug)]
pub enum Ipv4Prefix {}

impl sealed::Sealed for Ipv4Prefix {}

impl Kind for Ipv4Prefix {
    type Read<'a> = Ipv4Network;
    type Write<'v> = Ipv4Network;
    const WANTED: &'static str = "an IPv4 prefix in 6 octets, host bits zero";

    fn read(octets: &[u8]) -> Option<Ipv4Network> {
        Ipv4Network::from_octets(octets)
    }

    fn write<'s, 'v: 's>(
        value: Ipv4Network,
        scratch: &'s mut Scratch,
    ) -> Result<&'s [u8], WriteError> {
        scratch.hold(&[&value.to_octets()])
    }
}

/// An IPv6 prefix.
#[derive(Clone, Copy, Debug)]
pub enum Ipv6Prefix {}

impl sealed::Sealed for Ipv6Prefix {}

impl Kind for Ipv6Prefix {
    type Read<'a> = Ipv6Network;
    type Write<'v> = Ipv6Network;
    const WANTED: &'static str = "an IPv6 prefix in 2 to 18 octets, host bits zero";

    fn read(octets: &[u8]) -> Option<Ipv6Network> {
        Ipv6Network::from_octets(octets)
    }

    fn write<'s, 'v: 's>(
        value: Ipv6Network,
        scratch: &'s mut Scratch,
    ) -> Result<&'s [u8], WriteError> {
        scratch.hold(&[&value.to_octets()])
    }
}

/// A number of 24 bits after its tag (RFC 2868 §3.1). A tag octet above 31 reads as no tag; a
/// number above 24 bits is not written.
#[derive(Clone, Copy, Debug)]
pub enum TaggedInteger {}

impl sealed::Sealed for TaggedInteger {}

impl Kind for TaggedInteger {
    type Read<'a> = Tagged<u32>;
    type Write<'v> = Tagged<u32>;
    const WANTED: &'static str = "a tag and a number of 24 bits in 4 octets";

    #[inline]
    fn read(octets: &[u8]) -> Option<Tagged<u32>> {
        let (tag, value) = Tag::split_number(octets)?;
        Some(Tagged { tag, value })
    }

    fn write<'s, 'v: 's>(
        value: Tagged<u32>,
        scratch: &'s mut Scratch,
    ) -> Result<&'s [u8], WriteError> {
        let too_large = WriteError::ValueTooLong { len: 4, max: 3 };
        let octets = Tag::join_number(value.tag, value.value).ok_or(too_large)?;
        scratch.hold(&[&octets])
    }
}

/// Text, after its tag if it has one (RFC 2868 §3.3): a first octet above 31 is already text.
/// Written without a tag octet when there is no tag, unless the text would be taken for one.
#[derive(Clone, Copy, Debug)]
pub enum TaggedText {}

impl sealed::Sealed for TaggedText {}

impl Kind for TaggedText {
    type Read<'a> = Tagged<&'a str>;
    type Write<'v> = Tagged<&'v str>;
    const WANTED: &'static str = "text in UTF-8 behind its tag";

    #[inline]
    fn read(octets: &[u8]) -> Option<Tagged<&str>> {
        let (tag, text) = Tag::split_text(octets);
        Some(Tagged { tag, value: std::str::from_utf8(text).ok()? })
    }

    fn write<'s, 'v: 's>(
        value: Tagged<&'v str>,
        scratch: &'s mut Scratch,
    ) -> Result<&'s [u8], WriteError> {
        let text = value.value.as_bytes();
        let untagged = value.tag.is_none() && text.first().is_none_or(|&first| first > TAG_MAX);
        if untagged {
            return Ok(text);
        }
        scratch.hold(&[&[Tag::octet(value.tag)], text])
    }
}

/// Attributes inside the attribute (RFC 8044 §3.13). Read as an iterator over them, written from
/// the octets of a [`TlvWriter`](radius_proto::TlvWriter).
#[derive(Clone, Copy, Debug)]
pub enum TlvSequence {}

impl sealed::Sealed for TlvSequence {}

impl Kind for TlvSequence {
    type Read<'a> = Tlvs<'a>;
    type Write<'v> = &'v [u8];
    const WANTED: &'static str = "a sequence of TLVs";

    #[inline]
    fn read(octets: &[u8]) -> Option<Tlvs<'_>> {
        Tlvs::parse(octets)
    }

    #[inline]
    fn write<'s, 'v: 's>(value: &'v [u8], _: &'s mut Scratch) -> Result<&'s [u8], WriteError> {
        Ok(value)
    }
}
