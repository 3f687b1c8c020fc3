//! The kinds of access that a router of MikroTik asks RADIUS about: what stands in the requests of
//! each, what follows an acceptance, and which attributes of one it understands.

use std::fmt;
use std::str::FromStr;

use radius_proto::{AttributeType, VendorId};

use crate::attributes as attr;
use crate::subscriber::Method;

/// How a subscriber comes in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccessKind {
    /// PPP over Ethernet.
    #[default]
    Pppoe,
    /// The captive portal, by its page.
    Hotspot,
    /// The captive portal, by the MAC address of the device.
    HotspotMac,
    /// The captive portal, by what the router remembers of an earlier log-in.
    HotspotCookie,
    /// A guest of the captive portal whom the router lets in by itself, as `T-` and the MAC address:
    /// nobody is asked, and accounting comes all the same.
    Trial,
    /// An address by DHCP.
    Dhcp,
    /// A prefix by DHCPv6.
    Dhcpv6,
    /// A wireless device by its MAC address.
    WirelessMac,
    /// A device on a port of a switch by its MAC address.
    Dot1x,
    /// An address by DHCP, with the line that an access node wrote into option 82.
    Ipoe,
    /// Somebody who configures the router.
    Login,
}

/// No kind of access has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind of access {0:?}: use {names}, or several with commas", names = AccessKind::names())]
pub struct AccessKindError(String);

/// A fact of DHCP that versions of RouterOS differ in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DhcpOctets {
    /// Leases are counted.
    #[default]
    Counted,
    /// The counters are there and say 0.
    Zero,
    /// There are no counters.
    Absent,
}

impl AccessKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Pppoe,
        Self::Hotspot,
        Self::HotspotMac,
        Self::HotspotCookie,
        Self::Trial,
        Self::Dhcp,
        Self::Dhcpv6,
        Self::WirelessMac,
        Self::Dot1x,
        Self::Ipoe,
        Self::Login,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Pppoe => "pppoe",
            Self::Hotspot => "hotspot",
            Self::HotspotMac => "hotspot-mac",
            Self::HotspotCookie => "hotspot-cookie",
            Self::Trial => "trial",
            Self::Dhcp => "dhcp",
            Self::Dhcpv6 => "dhcpv6",
            Self::WirelessMac => "wireless-mac",
            Self::Dot1x => "dot1x",
            Self::Ipoe => "ipoe",
            Self::Login => "login",
        }
    }

    fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }

    /// Reads one kind, or several with commas between, which subscribers take in turn.
    ///
    /// # Errors
    /// When a name is not one of a kind.
    pub fn list(text: &str) -> Result<Vec<Self>, AccessKindError> {
        text.split(',').map(str::parse).collect()
    }

    /// Whether the device's MAC address is the login, and nobody types a password.
    #[must_use]
    pub const fn is_by_mac(self) -> bool {
        match self {
            Self::Pppoe | Self::Hotspot | Self::HotspotCookie | Self::Login => false,
            Self::HotspotMac
            | Self::Trial
            | Self::Dhcp
            | Self::Dhcpv6
            | Self::WirelessMac
            | Self::Dot1x
            | Self::Ipoe => true,
        }
    }

    pub(crate) const fn is_leased(self) -> bool {
        matches!(self, Self::Dhcp | Self::Dhcpv6 | Self::Ipoe)
    }

    pub(crate) const fn is_hotspot(self) -> bool {
        matches!(self, Self::Hotspot | Self::HotspotMac | Self::HotspotCookie | Self::Trial)
    }

    /// Whether the server is asked at all.
    #[must_use]
    pub const fn is_asked(self) -> bool {
        !matches!(self, Self::Trial)
    }

    /// Whether accounting follows where nothing else is configured.
    #[must_use]
    pub const fn is_accounted(self) -> bool {
        !matches!(self, Self::Login)
    }

    /// The methods that it can prove a password by, the most usual first.
    #[must_use]
    pub const fn methods(self) -> &'static [Method] {
        match self {
            Self::Pppoe => &Method::ALL,
            // The browser answers the page's challenge; only over TLS it sends the password.
            Self::Hotspot => &[Method::Chap, Method::Pap],
            Self::Login => &[Method::MsChapV2, Method::Pap],
            _ => &[Method::Pap],
        }
    }

    /// The method of a subscriber whose turn it is, out of those that the run allows; a kind that
    /// has none of them takes its most usual one.
    pub(crate) fn method(self, allowed: &[Method], turn: u32) -> Method {
        let possible: Vec<Method> =
            allowed.iter().copied().filter(|method| self.methods().contains(method)).collect();
        let possible = if possible.is_empty() { &self.methods()[..1] } else { &possible };
        possible.get(turn as usize % possible.len()).copied().unwrap_or(Method::Pap)
    }

    /// The first two digits of Acct-Session-Id. Those of PPP, hotspot and dot1x are documented; the
    /// others only keep the services of one router apart.
    pub(crate) const fn service_digits(self) -> &'static str {
        match self {
            Self::Pppoe => "81",
            Self::Hotspot | Self::HotspotMac | Self::HotspotCookie | Self::Trial => "80",
            Self::WirelessMac => "82",
            Self::Dhcp | Self::Dhcpv6 | Self::Ipoe => "84",
            Self::Dot1x => "86",
            Self::Login => "8f",
        }
    }

    /// What a request says of the line, in the order in which it stands. Which attributes there are
    /// is documented, their order is not.
    pub(crate) const fn order(self) -> &'static [AttributeType] {
        match self {
            Self::Pppoe => &[
                attr::SERVICE_TYPE,
                attr::FRAMED_PROTOCOL,
                attr::NAS_PORT,
                attr::NAS_PORT_TYPE,
                attr::USER_NAME,
                attr::CALLING_STATION_ID,
                attr::CALLED_STATION_ID,
                attr::NAS_PORT_ID,
                attr::ACCT_SESSION_ID,
                attr::FRAMED_IP_ADDRESS,
            ],
            Self::Hotspot | Self::HotspotMac | Self::HotspotCookie | Self::Trial => &[
                attr::NAS_PORT_TYPE,
                attr::CALLING_STATION_ID,
                attr::CALLED_STATION_ID,
                attr::NAS_PORT_ID,
                attr::USER_NAME,
                attr::NAS_PORT,
                attr::ACCT_SESSION_ID,
                attr::FRAMED_IP_ADDRESS,
                attr::SERVICE_TYPE,
            ],
            Self::Dhcp | Self::Dhcpv6 | Self::Ipoe => &[
                attr::NAS_PORT_TYPE,
                attr::NAS_PORT,
                attr::CALLING_STATION_ID,
                attr::CALLED_STATION_ID,
                attr::NAS_PORT_ID,
                attr::USER_NAME,
                attr::ACCT_SESSION_ID,
                attr::FRAMED_IP_ADDRESS,
            ],
            Self::WirelessMac | Self::Dot1x => &[
                attr::SERVICE_TYPE,
                attr::NAS_PORT_TYPE,
                attr::NAS_PORT,
                attr::NAS_PORT_ID,
                attr::CALLED_STATION_ID,
                attr::CALLING_STATION_ID,
                attr::USER_NAME,
                attr::ACCT_SESSION_ID,
            ],
            Self::Login => &[
                attr::SERVICE_TYPE,
                attr::USER_NAME,
                attr::CALLING_STATION_ID,
                attr::ACCT_SESSION_ID,
            ],
        }
    }

    pub(crate) const fn service_type(self) -> u32 {
        match self {
            Self::Pppoe | Self::WirelessMac => attr::SERVICE_TYPE_FRAMED,
            Self::Dot1x => attr::SERVICE_TYPE_CALL_CHECK,
            _ => attr::SERVICE_TYPE_LOGIN,
        }
    }

    pub(crate) const fn port_type(self) -> u32 {
        match self {
            Self::Hotspot
            | Self::HotspotMac
            | Self::HotspotCookie
            | Self::Trial
            | Self::WirelessMac => attr::NAS_PORT_TYPE_WIRELESS,
            _ => attr::NAS_PORT_TYPE_ETHERNET,
        }
    }

    /// The usual Called-Station-Id: what the service is called on the router.
    pub(crate) const fn called_station_id(self) -> Option<&'static str> {
        match self {
            Self::Pppoe => Some("service1"),
            Self::Hotspot | Self::HotspotMac | Self::HotspotCookie | Self::Trial => {
                Some("hotspot1")
            }
            Self::Dhcp | Self::Dhcpv6 | Self::Ipoe => Some("dhcp1"),
            Self::WirelessMac => Some("64-D1-54-00-00-01:home"),
            Self::Dot1x | Self::Login => None,
        }
    }

    /// The usual NAS-Port-Id: where the service listens.
    pub(crate) fn nas_port_id(self, number: u32) -> Option<String> {
        match self {
            Self::Pppoe => Some("bridge-pppoe".to_owned()),
            Self::Hotspot | Self::HotspotMac | Self::HotspotCookie | Self::Trial => {
                Some("bridge1".to_owned())
            }
            Self::Dot1x => Some(format!("ether{}", number % 48 + 1)),
            Self::Dhcp | Self::Dhcpv6 | Self::Ipoe | Self::WirelessMac | Self::Login => None,
        }
    }

    /// Whether it does something with an attribute of an Access-Accept; with `vendor` the number
    /// is the vendor's.
    pub(crate) fn understands(self, vendor: Option<VendorId>, number: u8) -> bool {
        let (standard, mikrotik) = match self {
            Self::Pppoe => (PPP, PPP_MIKROTIK),
            Self::Hotspot | Self::HotspotMac | Self::HotspotCookie | Self::Trial => {
                (HOTSPOT, HOTSPOT_MIKROTIK)
            }
            Self::Dhcp | Self::Ipoe => (DHCP, DHCP_MIKROTIK),
            Self::Dhcpv6 => (DHCPV6, DHCPV6_MIKROTIK),
            Self::WirelessMac => (&[][..], WIRELESS_MIKROTIK),
            Self::Dot1x => (DOT1X, &[30][..]),
            Self::Login => (&[][..], &[3][..]),
        };
        match vendor {
            None => EVERYBODY.contains(&number) || standard.contains(&number),
            Some(attr::MIKROTIK) => mikrotik.contains(&number),
            // MS-CHAP and its keys.
            Some(attr::MICROSOFT) => self.methods().contains(&Method::MsChapV2),
            Some(attr::ASCEND) => {
                !matches!(self, Self::WirelessMac | Self::Dot1x | Self::Login | Self::Dhcpv6)
                    && matches!(number, 132 | 197 | 255)
            }
            Some(attr::WISPR) => {
                (self.is_hotspot() && (4..=9).contains(&number))
                    || (matches!(self, Self::Pppoe) && matches!(number, 7 | 8))
            }
            Some(_) => false,
        }
    }
}

/// Service-Type, Framed-Protocol, Reply-Message, State, Class, Session-Timeout, Idle-Timeout,
/// Proxy-State, EAP-Message, Message-Authenticator, Acct-Interim-Interval.
const EVERYBODY: &[u8] = &[6, 7, 18, 24, 25, 27, 28, 33, 79, 80, 85];
/// Framed-IP-Address and -Netmask, Filter-Id, Framed-Route, Port-Limit, Framed-Pool,
/// Framed-IPv6-Prefix and -Pool, Delegated-IPv6-Prefix and its pool.
const PPP: &[u8] = &[8, 9, 11, 22, 62, 88, 97, 100, 123, 171];
/// Limits of octets, Group, Rate-Limit, Address-List, Delegated-IPv6-Pool.
const PPP_MIKROTIK: &[u8] = &[1, 2, 3, 8, 14, 15, 17, 18, 19, 22];
const HOTSPOT: &[u8] = &[8, 11, 62, 88];
/// Beside the limits: Mark-Id and the advertisements.
const HOTSPOT_MIKROTIK: &[u8] = &[1, 2, 3, 8, 11, 12, 13, 14, 15, 17, 18, 19];
const DHCP: &[u8] = &[8, 22, 88];
/// Rate-Limit, Address-List, the sets of DHCP options.
const DHCP_MIKROTIK: &[u8] = &[8, 19, 23, 24, 25];
const DHCPV6: &[u8] = &[97, 123, 171];
const DHCPV6_MIKROTIK: &[u8] = &[8, 19, 22];
const WIRELESS_MIKROTIK: &[u8] = &[4, 5, 6, 7, 8, 16, 20, 21, 26, 27, 28, 29];
/// Tunnel-Type, -Medium-Type and -Private-Group-Id: the VLAN.
const DOT1X: &[u8] = &[64, 65, 81];

impl FromStr for AccessKind {
    type Err = AccessKindError;

    fn from_str(text: &str) -> Result<Self, AccessKindError> {
        let named = Self::ALL.into_iter().find(|kind| kind.name() == text);
        named.ok_or_else(|| AccessKindError(text.to_owned()))
    }
}

impl fmt::Display for AccessKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_listed_by_name() {
        for kind in AccessKind::ALL {
            assert_eq!(kind.to_string().parse::<AccessKind>().unwrap(), kind);
        }
        let listed = AccessKind::list("dhcp,pppoe").unwrap();
        assert_eq!(listed, [AccessKind::Dhcp, AccessKind::Pppoe]);
        let error = AccessKind::list("dhcp,isdn").unwrap_err().to_string();
        assert!(error.contains("\"isdn\"") && error.contains("wireless-mac"), "{error}");
    }

    #[test]
    fn a_hotspot_never_speaks_ms_chap_and_a_device_only_pap() {
        let turns = |kind: AccessKind| [0, 1, 2, 3].map(|turn| kind.method(&Method::ALL, turn));
        assert_eq!(turns(AccessKind::Pppoe), Method::ALL);
        assert_eq!(turns(AccessKind::Hotspot)[..2], [Method::Pap, Method::Chap]);
        assert!(
            turns(AccessKind::Hotspot).iter().all(|it| AccessKind::Hotspot.methods().contains(it))
        );
        assert_eq!(turns(AccessKind::Dhcp), [Method::Pap; 4]);
        assert_eq!(AccessKind::Hotspot.method(&[Method::MsChapV2], 0), Method::Chap);
    }

    #[test]
    fn what_is_understood_depends_on_the_kind() {
        let mikrotik = Some(attr::MIKROTIK);
        // Mark-Id is the hotspot's, the option set DHCP's, the group a log-in's.
        assert!(AccessKind::Hotspot.understands(mikrotik, 11));
        assert!(!AccessKind::Pppoe.understands(mikrotik, 11));
        assert!(AccessKind::Ipoe.understands(mikrotik, 23));
        assert!(!AccessKind::Pppoe.understands(mikrotik, 23));
        assert!(AccessKind::Login.understands(mikrotik, 3));
        assert!(!AccessKind::Login.understands(mikrotik, 8));
        assert!(AccessKind::Dhcp.understands(None, attr::FRAMED_POOL.0));
        assert!(!AccessKind::Dot1x.understands(None, attr::FRAMED_POOL.0));
        assert!(!AccessKind::Pppoe.understands(Some(VendorId(9)), 1));
    }
}
