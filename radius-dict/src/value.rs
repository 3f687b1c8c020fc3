//! Values that the standard library has no type for, as they are read from attributes.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use radius_proto::Tag;

/// A value with its RFC 2868 tag, by which attributes of one tunnel belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tagged<T> {
    /// The tag, if there is one.
    pub tag: Option<Tag>,
    /// The value without the tag.
    pub value: T,
}

/// An IPv4 prefix whose host bits are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ipv4Network {
    address: Ipv4Addr,
    prefix_len: u8,
}

/// An IPv6 prefix whose host bits are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ipv6Network {
    address: Ipv6Addr,
    prefix_len: u8,
}

impl Ipv4Network {
    /// The prefix; `None` above 32 bits, and when a bit beyond the prefix is set.
    #[must_use]
    pub fn new(address: Ipv4Addr, prefix_len: u8) -> Option<Self> {
        let host_bits = 32_u32.checked_sub(u32::from(prefix_len))?;
        let host_mask = u32::MAX.checked_shr(32 - host_bits).unwrap_or(0);
        (address.to_bits() & host_mask == 0).then_some(Self { address, prefix_len })
    }

    /// The first address of the prefix.
    #[must_use]
    pub const fn address(self) -> Ipv4Addr {
        self.address
    }

    /// Bits of the prefix, 0 to 32.
    #[must_use]
    pub const fn prefix_len(self) -> u8 {
        self.prefix_len
    }

    /// Reads the 6 octets of RFC 8044 §3.11: reserved, length, address.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Option<Self> {
        let (&[_reserved, prefix_len], address) = octets.split_first_chunk::<2>()?;
        Self::new(Ipv4Addr::from(<[u8; 4]>::try_from(address).ok()?), prefix_len)
    }

    /// The 6 octets of RFC 8044 §3.11.
    #[must_use]
    pub fn to_octets(self) -> [u8; 6] {
        let [a, b, c, d] = self.address.octets();
        [0, self.prefix_len, a, b, c, d]
    }
}

impl Ipv6Network {
    /// The prefix; `None` above 128 bits, and when a bit beyond the prefix is set.
    #[must_use]
    pub fn new(address: Ipv6Addr, prefix_len: u8) -> Option<Self> {
        let host_bits = 128_u32.checked_sub(u32::from(prefix_len))?;
        let host_mask = u128::MAX.checked_shr(128 - host_bits).unwrap_or(0);
        (address.to_bits() & host_mask == 0).then_some(Self { address, prefix_len })
    }

    /// The first address of the prefix.
    #[must_use]
    pub const fn address(self) -> Ipv6Addr {
        self.address
    }

    /// Bits of the prefix, 0 to 128.
    #[must_use]
    pub const fn prefix_len(self) -> u8 {
        self.prefix_len
    }

    /// Reads the 2 to 18 octets of RFC 8044 §3.10: reserved, length, and as much of the address
    /// as the prefix needs, or more.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Option<Self> {
        let (&[_reserved, prefix_len], prefix) = octets.split_first_chunk::<2>()?;
        if prefix.len() < usize::from(prefix_len.div_ceil(8)) {
            return None;
        }
        let mut address = [0; 16];
        address.get_mut(..prefix.len())?.copy_from_slice(prefix);
        Self::new(Ipv6Addr::from(address), prefix_len)
    }

    /// The 18 octets of RFC 8044 §3.10, with the whole address: what every NAS understands.
    #[must_use]
    pub fn to_octets(self) -> [u8; 18] {
        let mut octets = [0; 18];
        octets[1] = self.prefix_len;
        octets[2..].copy_from_slice(&self.address.octets());
        octets
    }
}

impl fmt::Display for Ipv4Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix_len)
    }
}

impl fmt::Display for Ipv6Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix_len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_refuse_host_bits_and_lengths_out_of_range() {
        let whole = Ipv6Addr::UNSPECIFIED;
        assert!(Ipv6Network::new(whole, 0).is_some());
        assert!(Ipv6Network::new(whole, 129).is_none());
        let address: Ipv6Addr = "2001:db8::1".parse().unwrap();
        assert!(Ipv6Network::new(address, 128).is_some());
        assert!(Ipv6Network::new(address, 127).is_none());
        assert!(Ipv4Network::new(Ipv4Addr::new(10, 0, 0, 0), 8).is_some());
        assert!(Ipv4Network::new(Ipv4Addr::new(10, 1, 0, 0), 8).is_none());
        assert!(Ipv4Network::new(Ipv4Addr::BROADCAST, 32).is_some());
        assert!(Ipv4Network::new(Ipv4Addr::UNSPECIFIED, 33).is_none());
        assert!(Ipv4Network::new(Ipv4Addr::UNSPECIFIED, 0).is_some());
    }

    #[test]
    fn short_and_long_forms_of_an_ipv6_prefix_are_one() {
        let short = Ipv6Network::from_octets(&[0, 32, 0x20, 0x01, 0x0d, 0xb8]).unwrap();
        assert_eq!(short.to_string(), "2001:db8::/32");
        assert_eq!(Ipv6Network::from_octets(&short.to_octets()), Some(short));
        assert_eq!(Ipv6Network::from_octets(&[0, 32, 0x20, 0x01, 0x0d]), None);
        assert_eq!(Ipv6Network::from_octets(&[0, 0]).unwrap().to_string(), "::/0");
        assert_eq!(Ipv6Network::from_octets(&[0; 19]), None);
        assert_eq!(Ipv6Network::from_octets(&[0]), None);
    }
}
