//! What kind of access a request asks for, told by how NASes word it.

use core::fmt;

use radius_proto::{AttributeType, Packet, VendorId};

use super::MacAddress;

/// A kind of access, as a NAS tells it apart from its other services.
///
/// Offers tell apart how a customer is connected, with the same words where it is the same, and another
/// list: who has a fixed address never asks, and a log-in to the router is not sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccessKind {
    /// PPPoE, L2TP, PPTP, SSTP, OpenVPN: Framed-Protocol is PPP.
    Ppp,
    /// A captive portal.
    Hotspot,
    /// A lease, or a session of IP over Ethernet: a wired port without PPP.
    Dhcp,
    /// A station of an access point.
    Wireless,
    /// A port of a switch.
    Dot1x,
    /// The router itself: its command line or its web pages.
    Login,
}

/// NAS-Port-Type of a wireless network (RFC 2865 section 5.41).
const WIRELESS_802_11: u32 = 19;

/// Service-Type of a Login (RFC 2865 section 5.6).
const LOGIN: u32 = 1;
/// Service-Type of a Call-Check.
const CALL_CHECK: u32 = 10;

/// Mikrotik-Host-IP and WISPr-Logoff-URL: only a captive portal has them.
const OF_A_PORTAL: [(VendorId, u8); 2] = [(VendorId::MIKROTIK, 10), (VendorId::WISPR, 3)];

impl AccessKind {
    /// Every kind, in the order of their declaration.
    pub const ALL: [Self; 6] =
        [Self::Ppp, Self::Hotspot, Self::Dhcp, Self::Wireless, Self::Dot1x, Self::Login];

    /// The word for it in a NAS's setting.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ppp => "ppp",
            Self::Hotspot => "hotspot",
            Self::Dhcp => "dhcp",
            Self::Wireless => "wireless",
            Self::Dot1x => "dot1x",
            Self::Login => "login",
        }
    }

    /// The kind that a request asks for or reports on; `None` when it does not say.
    ///
    /// RouterOS gives the log-ins of its captive portal the Service-Type of a log-in to the router.
    #[must_use]
    pub fn of(request: &Packet<'_>) -> Option<Self> {
        let port_type = number(request, AttributeType::NAS_PORT_TYPE);
        let service_type = number(request, AttributeType::SERVICE_TYPE);
        let is_portal =
            OF_A_PORTAL.iter().any(|(vendor, kind)| request.first_vendor(*vendor, *kind).is_some());
        if wants_the_nas(service_type) {
            // Who stands before a portal has an address already; who wants a console has none.
            let has_address = request.first(AttributeType::FRAMED_IP_ADDRESS).is_some();
            let is_hotspot = service_type == Some(LOGIN)
                && (is_portal || has_address || port_type == Some(WIRELESS_802_11));
            return Some(if is_hotspot { Self::Hotspot } else { Self::Login });
        }
        if number(request, AttributeType::FRAMED_PROTOCOL) == Some(1) {
            return Some(Self::Ppp);
        }
        if is_portal {
            return Some(Self::Hotspot);
        }
        let is_eap = request.first(AttributeType::EAP_MESSAGE).is_some();
        match port_type? {
            WIRELESS_802_11 => {
                let called = request.first(AttributeType::CALLED_STATION_ID);
                // An access point gives its own address, a portal of RouterOS its name.
                let is_named = called.is_some_and(|id| MacAddress::of_station(id).is_none());
                Some(if is_named && !is_eap { Self::Hotspot } else { Self::Wireless })
            }
            // Ethernet, xDSL, cable, PPPoE's three ways over Ethernet, and PON.
            15..=17 | 32..=35 => {
                let is_dot1x =
                    is_eap || service_type == Some(CALL_CHECK) || is_dot1x_of_routeros(request);
                Some(if is_dot1x { Self::Dot1x } else { Self::Dhcp })
            }
            _ => None,
        }
    }
}

impl fmt::Display for AccessKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Service-Types that ask for the NAS itself (RFC 2865 section 5.6): Login, Callback-Login,
/// Administrative, NAS-Prompt, Callback-NAS-Prompt and Callback-Administrative.
const fn wants_the_nas(service_type: Option<u32>) -> bool {
    matches!(service_type, Some(LOGIN | 3 | 6 | 7 | 9 | 11))
}

/// RouterOS numbers the sessions of each of its services from another number on; nothing else
/// tells a port of its switch from a lease of its DHCP server.
fn is_dot1x_of_routeros(request: &Packet<'_>) -> bool {
    let id = request.first(AttributeType::ACCT_SESSION_ID).unwrap_or_default();
    id.len() == 8 && id.starts_with(b"86") && id.iter().all(u8::is_ascii_hexdigit)
}

fn number(request: &Packet<'_>, kind: AttributeType) -> Option<u32> {
    request.first(kind)?.try_into().ok().map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use radius_proto::{Code, PacketWriter};

    use super::*;

    /// The kind of a request with these numbers, attributes and vendor attributes.
    fn kind(
        numbers: &[(AttributeType, u32)],
        texts: &[(AttributeType, &str)],
        vendor: &[(VendorId, u8)],
    ) -> Option<AccessKind> {
        let mut buffer = [0; 4096];
        let mut writer = PacketWriter::new(&mut buffer, Code::ACCESS_REQUEST, 1).unwrap();
        for (kind, number) in numbers {
            writer.attribute(*kind, &number.to_be_bytes()).unwrap();
        }
        for (kind, text) in texts {
            writer.attribute(*kind, text.as_bytes()).unwrap();
        }
        for (vendor, kind) in vendor {
            writer.vendor_attribute(*vendor, *kind, b"10.0").unwrap();
        }
        let secret = radius_proto::Secret::new("x").unwrap();
        let octets = writer.finish_access_request(&[1; 16], &secret);
        AccessKind::of(&Packet::parse(octets).unwrap())
    }

    #[test]
    fn each_service_of_routeros_is_told_from_the_others() {
        use AttributeType as A;
        let host_ip = [(VendorId::MIKROTIK, 10)];
        let (port_type, service_type) = (A::NAS_PORT_TYPE, A::SERVICE_TYPE);
        let ppp = [(service_type, 2), (A::FRAMED_PROTOCOL, 1), (port_type, 15)];
        assert_eq!(kind(&ppp, &[], &[]), Some(AccessKind::Ppp));
        // A portal asks with the Service-Type of a log-in to the router.
        let portal = [(service_type, 1), (port_type, 15)];
        assert_eq!(kind(&portal, &[], &host_ip), Some(AccessKind::Hotspot));
        assert_eq!(kind(&portal, &[], &[]), Some(AccessKind::Login));
        let administrative = [(service_type, 6), (port_type, 19)];
        assert_eq!(kind(&administrative, &[], &host_ip), Some(AccessKind::Login));
        assert_eq!(kind(&[(service_type, 1)], &[], &[]), Some(AccessKind::Login));
        let wireless = [(port_type, 19)];
        let called = |id| [(A::CALLED_STATION_ID, id)];
        assert_eq!(kind(&wireless, &called("hotspot1"), &[]), Some(AccessKind::Hotspot));
        let station = called("00:0C:42:00:00:01:home");
        assert_eq!(kind(&wireless, &station, &[]), Some(AccessKind::Wireless));
        let wired = [(port_type, 15)];
        assert_eq!(kind(&wired, &called("dhcp1"), &[]), Some(AccessKind::Dhcp));
        let session = [(A::ACCT_SESSION_ID, "86b00006")];
        assert_eq!(kind(&wired, &session, &[]), Some(AccessKind::Dot1x));
        assert_eq!(kind(&[], &[], &[]), None);
    }
}
