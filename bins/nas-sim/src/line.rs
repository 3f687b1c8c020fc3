//! The router, its lines, and what a request says of them.

use std::net::{IpAddr, Ipv4Addr};

use radius_proto::{AttributeType, PacketWriter, WriteError};

use crate::access::{AccessKind, DhcpOctets};
use crate::attributes as attr;
use crate::mac::{Mac, MacFormat};
use crate::packet::put_number;

/// Where clients of a hotspot have their addresses, and the portal its page.
const HOTSPOT_NETWORK: Ipv4Addr = Ipv4Addr::new(10, 5, 0, 0);
const HOTSPOT_HOSTS: u32 = (1 << 16) - 2;
const HOTSPOT_LOGOFF: &str = "http://10.5.0.1/logout";

/// The access server: how it names itself, and in what it differs from others of its make.
#[derive(Clone, Debug)]
pub struct Nas {
    /// NAS-Identifier: on RouterOS `/system identity`.
    pub identifier: String,
    /// NAS-IP-Address or NAS-IPv6-Address.
    pub address: IpAddr,
    /// Called-Station-Id, in the place of the one that is usual for the kind of access.
    pub service: Option<String>,
    /// NAS-Port-Id, in the place of the usual one; `{number}` in it stands for the number of the
    /// line, where a router says the circuit-id there.
    pub interface: Option<String>,
    /// Counts reboots modulo 16: the third digit of Acct-Session-Id.
    pub boot: u8,
    /// Mikrotik-Realm, where `/radius realm` is set.
    pub realm: Option<String>,
    /// How logins by MAC address are written: `radius-mac-format`.
    pub mac_format: MacFormat,
    /// Agent-Circuit-Id; `{number}` in it stands for the number of the line. IPoE has one always.
    pub circuit_id: Option<String>,
    /// Agent-Remote-Id, in the same way.
    pub remote_id: Option<String>,
    /// Whether Access-Requests have a Message-Authenticator, as they have since RouterOS 7.15.
    pub signs_access_requests: bool,
    /// Whether Acct-Input-Octets count what goes to the subscriber: both are documented.
    pub directions_swapped: bool,
    /// What accounting of DHCP counts.
    pub dhcp_octets: DhcpOctets,
}

impl Nas {
    /// An access server called `identifier` at `address` that behaves as a recent RouterOS does
    /// unless configured otherwise.
    #[must_use]
    pub fn new(identifier: impl Into<String>, address: IpAddr) -> Self {
        Self {
            identifier: identifier.into(),
            address,
            service: None,
            interface: None,
            boot: 0,
            realm: None,
            mac_format: MacFormat::default(),
            circuit_id: None,
            remote_id: None,
            signs_access_requests: true,
            directions_swapped: false,
            dhcp_octets: DhcpOctets::default(),
        }
    }

    /// The PPPoE line with this number, in its `session`-th session since the boot.
    #[cfg(test)]
    pub(crate) fn line(&self, number: u32, session: u32) -> Line {
        self.line_of(AccessKind::Pppoe, "", Mac::numbered(number), number, session)
    }

    /// The line with this number, whose device is `mac`, in its `session`-th session since the
    /// boot.
    pub(crate) fn line_of(
        &self,
        kind: AccessKind,
        login: &str,
        mac: Mac,
        number: u32,
        session: u32,
    ) -> Line {
        Line {
            kind,
            number,
            user_name: self.user_name(kind, login, mac),
            calling_station_id: self.calling_station_id(kind, mac, number),
            session_id: self.session_id(kind, session),
        }
    }

    pub(crate) fn session_id(&self, kind: AccessKind, session: u32) -> String {
        format!("{}{:x}{:05x}", kind.service_digits(), self.boot & 0xf, session & 0xf_ffff)
    }

    fn user_name(&self, kind: AccessKind, login: &str, mac: Mac) -> String {
        match kind {
            AccessKind::Trial => format!("T-{mac}"),
            AccessKind::Dhcp | AccessKind::Ipoe => mac.to_string(),
            AccessKind::Dhcpv6 => mac.bare(),
            AccessKind::HotspotMac | AccessKind::WirelessMac | AccessKind::Dot1x => {
                mac.written(&self.mac_format)
            }
            AccessKind::Pppoe
            | AccessKind::Hotspot
            | AccessKind::HotspotCookie
            | AccessKind::Login => login.to_owned(),
        }
    }

    fn calling_station_id(&self, kind: AccessKind, mac: Mac, number: u32) -> String {
        match kind {
            AccessKind::Dhcp | AccessKind::Ipoe => mac.client_identifier(),
            AccessKind::Dhcpv6 => mac.bare(),
            AccessKind::WirelessMac | AccessKind::Dot1x => mac.written(&self.mac_format),
            // Whoever configures the router comes from an address.
            AccessKind::Login => host(number).to_string(),
            _ => mac.to_string(),
        }
    }
}

/// What the access server knows of one subscriber's line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) kind: AccessKind,
    pub(crate) number: u32,
    pub(crate) user_name: String,
    pub(crate) calling_station_id: String,
    pub(crate) session_id: String,
}

impl Line {
    /// NAS-Port. RouterOS counts on past 2^31, which signed counters do not survive.
    pub(crate) fn port(&self) -> u32 {
        match self.kind {
            AccessKind::Pppoe => (i32::MAX as u32 - 24).wrapping_add(self.number),
            // Eight hexadecimal digits always.
            _ => u32::from_str_radix(&self.session_id, 16).unwrap_or_default(),
        }
    }

    /// NAS-Port-Id; the circuit-id, where the router says that there.
    pub(crate) fn port_id(&self, nas: &Nas) -> Option<String> {
        let named = nas.interface.as_deref().map(|text| self.numbered(text));
        named.or(self.kind.nas_port_id(self.number))
    }

    /// `text` with the line's number, from 1, in its place.
    fn numbered(&self, text: &str) -> String {
        text.replace("{number}", &self.number.wrapping_add(1).to_string())
    }

    /// The address that a client of a hotspot has before the server is asked.
    pub(crate) const fn host(&self) -> Option<Ipv4Addr> {
        if self.kind.is_hotspot() { Some(host(self.number)) } else { None }
    }
}

const fn host(number: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(HOTSPOT_NETWORK.to_bits() + 2 + number % HOTSPOT_HOSTS)
}

/// What RouterOS says of the line and of itself in every request.
pub(crate) fn put_line(
    writer: &mut PacketWriter<'_>,
    nas: &Nas,
    line: &Line,
    address: Option<Ipv4Addr>,
) -> Result<(), WriteError> {
    for kind in line.kind.order() {
        put_one(writer, *kind, nas, line, address)?;
    }
    if let Some(host) = line.host() {
        writer.vendor_attribute(attr::MIKROTIK, attr::MIKROTIK_HOST_IP, &host.octets())?;
        writer.vendor_attribute(attr::WISPR, attr::WISPR_LOGOFF_URL, HOTSPOT_LOGOFF.as_bytes())?;
    }
    put_access_node(writer, nas, line)?;
    if let Some(realm) = &nas.realm {
        writer.vendor_attribute(attr::MIKROTIK, attr::MIKROTIK_REALM, realm.as_bytes())?;
    }
    put_nas(writer, nas)
}

fn put_one(
    writer: &mut PacketWriter<'_>,
    attribute: AttributeType,
    nas: &Nas,
    line: &Line,
    address: Option<Ipv4Addr>,
) -> Result<(), WriteError> {
    let kind = line.kind;
    match attribute {
        attr::SERVICE_TYPE => put_number(writer, attribute, kind.service_type()),
        attr::FRAMED_PROTOCOL => put_number(writer, attribute, attr::FRAMED_PROTOCOL_PPP),
        attr::NAS_PORT => put_number(writer, attribute, line.port()),
        attr::NAS_PORT_TYPE => put_number(writer, attribute, kind.port_type()),
        attr::USER_NAME => writer.attribute(attribute, line.user_name.as_bytes()),
        attr::CALLING_STATION_ID => writer.attribute(attribute, line.calling_station_id.as_bytes()),
        attr::CALLED_STATION_ID => {
            put_text(writer, attribute, nas.service.as_deref().or(kind.called_station_id()))
        }
        attr::NAS_PORT_ID => put_text(writer, attribute, line.port_id(nas).as_deref()),
        attr::ACCT_SESSION_ID => writer.attribute(attribute, line.session_id.as_bytes()),
        attr::FRAMED_IP_ADDRESS => match address.or(line.host()) {
            Some(address) => writer.attribute(attribute, &address.octets()),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

fn put_text(
    writer: &mut PacketWriter<'_>,
    kind: AttributeType,
    text: Option<&str>,
) -> Result<(), WriteError> {
    text.map_or(Ok(()), |text| writer.attribute(kind, text.as_bytes()))
}

/// What the access node between the subscriber and the router said of the line.
fn put_access_node(
    writer: &mut PacketWriter<'_>,
    nas: &Nas,
    line: &Line,
) -> Result<(), WriteError> {
    let usual = (line.kind == AccessKind::Ipoe).then_some("access-1 eth 1/{number}:100");
    for (kind, text) in [
        (attr::AGENT_CIRCUIT_ID, nas.circuit_id.as_deref().or(usual)),
        (attr::AGENT_REMOTE_ID, nas.remote_id.as_deref()),
    ] {
        if let Some(text) = text {
            writer.vendor_attribute(attr::ADSL_FORUM, kind, line.numbered(text).as_bytes())?;
        }
    }
    Ok(())
}

/// How the router names itself.
pub(crate) fn put_nas(writer: &mut PacketWriter<'_>, nas: &Nas) -> Result<(), WriteError> {
    writer.attribute(attr::NAS_IDENTIFIER, nas.identifier.as_bytes())?;
    match nas.address {
        IpAddr::V4(address) => writer.attribute(attr::NAS_IP_ADDRESS, &address.octets()),
        IpAddr::V6(address) => writer.attribute(attr::NAS_IPV6_ADDRESS, &address.octets()),
    }
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
