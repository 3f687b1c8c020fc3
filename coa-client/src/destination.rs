//! Whom to ask.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use radius_proto::Secret;

use crate::Settings;

/// A NAS as a server of RFC 5176.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// Where it listens; replies come from there.
    pub address: SocketAddr,
    /// The secret shared with it.
    pub secret: Secret,
    /// Where requests are sent from. NASes answer only the address that they know this client by,
    /// and where a machine has several, the system may choose another. Port 0 is any port.
    pub local: SocketAddr,
    /// How it is asked.
    pub settings: Settings,
}

impl Destination {
    /// The port of RFC 5176 (section 2.3). Some NASes listen on 1700 or 3798.
    pub const PORT: u16 = 3799;

    /// A NAS that is asked as is usual, from whatever address the system chooses.
    #[must_use]
    pub fn new(address: SocketAddr, secret: Secret) -> Self {
        let local = match address {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        };
        Self { address, secret, local: SocketAddr::new(local, 0), settings: Settings::default() }
    }

    /// The same NAS, asked from this address.
    #[must_use]
    pub const fn from_local(mut self, local: SocketAddr) -> Self {
        self.local = local;
        self
    }

    /// The same NAS, asked in this way.
    #[must_use]
    pub const fn with_settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }
}
