//! The addresses and networks that are always a service's own, beside its IPv4 address.

use core::fmt;
use core::str::FromStr;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv6Net};

/// How many prefixes of a kind, and how many routes, one service may have: what fits into an
/// Access-Accept beside all else.
pub const NETWORKS_MAX: usize = 16;

/// Addresses and networks of one service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Networks {
    /// Its address on the link, within a prefix of the NAS's.
    pub ipv6: Option<Ipv6Addr>,
    /// The prefixes of its link.
    pub ipv6_prefixes: Vec<Ipv6Prefix>,
    /// The prefixes for the network behind it.
    pub delegated_ipv6_prefixes: Vec<Ipv6Prefix>,
    /// What is routed to it.
    pub routes: Vec<Route>,
}

/// An IPv6 prefix: an address without host bits, and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ipv6Prefix(Ipv6Net);

/// A route to a service (RFC 2865 section 5.22, RFC 3162 section 2.5): a network, a gateway and a
/// metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Route {
    network: IpNet,
    gateway: IpAddr,
    metric: u32,
}

/// Why a text is no prefix or no route.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// It is none at all.
    #[error("`{text}` is no IPv6 prefix such as 2001:db8:1200::/40")]
    NotIpv6Prefix {
        /// As given.
        text: String,
    },
    /// It is no route at all.
    #[error(
        "`{text}` is no route such as `198.51.100.0/29`, `198.51.100.0/29 10.0.0.7 1` or \
         `2001:db8:5::/48`: a network, a gateway if it is not the session itself, and a metric"
    )]
    NotRoute {
        /// As given.
        text: String,
    },
    /// It has bits beyond its length.
    #[error("`{text}` has bits beyond its length; the network is {network}")]
    HostBits {
        /// As given.
        text: String,
        /// What is probably meant.
        network: IpNet,
    },
}

impl Networks {
    /// Is there nothing in it?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Ipv6Prefix {
    /// The prefix of so many bits that `address` is in; `None` for more than 128.
    #[must_use]
    pub fn of(address: Ipv6Addr, len_bits: u8) -> Option<Self> {
        Ipv6Net::new(address, len_bits).ok().map(|net| Self(net.trunc()))
    }

    /// The first address in it.
    #[must_use]
    pub const fn address(self) -> Ipv6Addr {
        self.0.addr()
    }

    /// How many bits it has.
    #[must_use]
    pub const fn len_bits(self) -> u8 {
        self.0.prefix_len()
    }
}

impl FromStr for Ipv6Prefix {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let net: Ipv6Net = text
            .parse()
            .map_err(|_| NetworkError::NotIpv6Prefix { text: text.escape_debug().to_string() })?;
        without_host_bits(net.into(), text)?;
        Ok(Self(net))
    }
}

impl fmt::Display for Ipv6Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Route {
    /// Is it one of IPv6? Then it is a Framed-IPv6-Route, else a Framed-Route.
    #[must_use]
    pub const fn is_ipv6(&self) -> bool {
        matches!(self.network, IpNet::V6(_))
    }
}

impl FromStr for Route {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let wrong = || NetworkError::NotRoute { text: text.escape_debug().to_string() };
        let mut words = text.split_ascii_whitespace();
        let network: IpNet = words.next().and_then(|word| word.parse().ok()).ok_or_else(wrong)?;
        without_host_bits(network, text)?;
        let gateway: IpAddr = match (words.next(), network) {
            (Some(word), _) => word.parse().map_err(|_| wrong())?,
            (None, IpNet::V4(_)) => Ipv4Addr::UNSPECIFIED.into(),
            (None, IpNet::V6(_)) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let metric = words.next().map_or(Ok(1), str::parse).map_err(|_| wrong())?;
        if words.next().is_some() || gateway.is_ipv4() != network.addr().is_ipv4() {
            return Err(wrong());
        }
        Ok(Self { network, gateway, metric })
    }
}

impl fmt::Display for Route {
    /// As the attributes want it; an unspecified gateway is the session's own address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { network, gateway, metric } = self;
        write!(f, "{network} {gateway} {metric}")
    }
}

fn without_host_bits(net: IpNet, text: &str) -> Result<(), NetworkError> {
    let network = net.trunc();
    if network == net {
        return Ok(());
    }
    Err(NetworkError::HostBits { text: text.escape_debug().to_string(), network })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_read_and_wrong_ones_named() {
        let prefix: Ipv6Prefix = "2001:db8:1200::/40".parse().unwrap();
        assert_eq!((prefix.to_string().as_str(), prefix.len_bits()), ("2001:db8:1200::/40", 40));
        let error = |text: &str| text.parse::<Ipv6Prefix>().unwrap_err().to_string();
        assert!(error("10.0.0.0/8").contains("no IPv6 prefix"));
        assert!(error("2001:db8::/129").contains("no IPv6 prefix"));
        assert!(error("2001:db8::1/64").contains("the network is 2001:db8::/64"));
    }

    #[test]
    fn routes_are_written_in_full() {
        let route = |text: &str| text.parse::<Route>().map(|route| route.to_string());
        assert_eq!(route("198.51.100.0/29").unwrap(), "198.51.100.0/29 0.0.0.0 1");
        assert_eq!(route("198.51.100.0/29 10.0.0.7 5").unwrap(), "198.51.100.0/29 10.0.0.7 5");
        assert_eq!(route("2001:db8:5::/48").unwrap(), "2001:db8:5::/48 :: 1");
        assert!("2001:db8:5::/48".parse::<Route>().unwrap().is_ipv6());
        for wrong in [
            "",
            "198.51.100.0/33",
            "198.51.100.0/29 :: 1",
            "198.51.100.0/29 10.0.0.7 x",
            "198.51.100.0/29 10.0.0.7 1 1",
            "default",
        ] {
            assert!(matches!(route(wrong), Err(NetworkError::NotRoute { .. })), "{wrong}");
        }
        let error = route("198.51.100.1/29").unwrap_err().to_string();
        assert!(error.contains("the network is 198.51.100.0/29"), "{error}");
    }
}
