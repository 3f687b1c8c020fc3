//! What NASes say of a session in attributes of their own vendors.

use radius_proto::{AttributeType, Packet, VendorId};

use crate::accounting::{ActivatedService, Ipv6Counters};
use crate::text::printable_shared;

/// Juniper's attributes, of E-series (vendor 4874) and MX alike.
const ERX: VendorId = VendorId(4874);

/// ERX-Service-Session: in the accounting of an activated service, its name.
const ERX_SERVICE_SESSION: u8 = 83;

/// Cisco-AVPair and Cisco-Service-Info.
const CISCO_AV_PAIR: u8 = 1;
const CISCO_SERVICE_INFO: u8 = 251;

/// What was counted of IPv6 by Juniper's attributes 151 to 156.
///
/// Acct-Input-Octets and its like count IPv4 and IPv6 together there; these say how much of it was
/// IPv6. (Juniper, "RADIUS Accounting Statistics for Subscriber Access Overview": with IPv6 alone
/// both report the same.)
pub(super) fn ipv6_counters(request: &Packet<'_>) -> Ipv6Counters {
    let mut counters = Ipv6Counters::default();
    for attribute in request.vendor_attributes().filter(|attribute| attribute.vendor == ERX) {
        let Ok(octets) = <[u8; 4]>::try_from(attribute.value) else { continue };
        let count = u64::from(u32::from_be_bytes(octets));
        // Input is what the NAS received: what the subscriber sent.
        match attribute.kind {
            151 => counters.upload_octets |= count,
            152 => counters.download_octets |= count,
            153 => counters.upload_packets = count,
            154 => counters.download_packets = count,
            155 => counters.upload_octets |= count << 32,
            156 => counters.download_octets |= count << 32,
            _ => {}
        }
    }
    counters
}

/// The activated service that a request is about, if its NAS says so: by a name of the service, and
/// by the session that it belongs to.
///
/// Juniper writes `parent:number` as Acct-Session-Id; the parent's own may have colons too. Cisco
/// writes the parent as an attribute-value pair. Acct-Multi-Session-Id is believed with a name only:
/// by itself it ties links, or the access points that a station roams between (RFC 2866 section
/// 5.11), each of which counts for itself.
pub(super) fn activated_service(
    request: &Packet<'_>,
    acct_session_id: &[u8],
) -> Option<ActivatedService> {
    let of_juniper = request.first_vendor(ERX, ERX_SERVICE_SESSION);
    let of_cisco = || {
        let mut infos = request.all_vendor(VendorId::CISCO, CISCO_SERVICE_INFO);
        infos.find_map(|info| info.strip_prefix(b"N"))
    };
    let name = of_juniper.or_else(of_cisco).filter(|name| !name.is_empty())?;
    let parent = parent(request, acct_session_id).filter(|parent| !parent.is_empty())?;
    Some(ActivatedService { parent: parent.into(), name: printable_shared(name, None) })
}

fn parent<'a>(request: &Packet<'a>, acct_session_id: &'a [u8]) -> Option<&'a [u8]> {
    let mut pairs = request.all_vendor(VendorId::CISCO, CISCO_AV_PAIR);
    if let Some(parent) = pairs.find_map(|pair| pair.strip_prefix(b"parent-session-id=")) {
        return Some(parent);
    }
    let colon = acct_session_id.iter().rposition(|octet| *octet == b':');
    if let Some((parent, [_, _, ..])) = colon.map(|colon| acct_session_id.split_at(colon)) {
        return Some(parent);
    }
    let multi = request.first(AttributeType::ACCT_MULTI_SESSION_ID)?;
    (multi != acct_session_id).then_some(multi)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use radius_proto::{Code, PACKET_LEN_MAX, PacketWriter};

    use super::*;

    /// Parent and name by a request with this Acct-Session-Id.
    fn service(
        acct_session_id: &str,
        multi: Option<&str>,
        of_vendor: &[(VendorId, u8, &str)],
    ) -> Option<(String, String)> {
        let mut buffer = [0; PACKET_LEN_MAX];
        let code = Code::ACCOUNTING_REQUEST;
        let mut writer = PacketWriter::without_message_authenticator(&mut buffer, code, 1).unwrap();
        if let Some(multi) = multi {
            writer.attribute(AttributeType::ACCT_MULTI_SESSION_ID, multi.as_bytes()).unwrap();
        }
        for (vendor, kind, value) in of_vendor {
            writer.vendor_attribute(*vendor, *kind, value.as_bytes()).unwrap();
        }
        let octets = writer.finish_request(&radius_proto::Secret::new("x").unwrap()).to_vec();
        let request = Packet::parse(&octets).unwrap();
        let found = activated_service(&request, acct_session_id.as_bytes())?;
        Some((found.parent.escape_ascii().to_string(), found.name.to_string()))
    }

    #[test]
    fn a_service_has_a_name_and_a_parent() {
        let juniper = [(ERX, ERX_SERVICE_SESSION, "tiered(1280000, 5120000)")];
        let some = |parent: &str, name: &str| Some((parent.to_owned(), name.to_owned()));
        assert_eq!(service("1048591:17", None, &juniper), some("1048591", juniper[0].2));
        // The descriptive form has colons of its own.
        let descriptive = "erx atm 2/0.1:100.33:0008126:17";
        let parent = "erx atm 2/0.1:100.33:0008126";
        assert_eq!(service(descriptive, None, &juniper), some(parent, juniper[0].2));
        let cisco = [
            (VendorId::CISCO, CISCO_AV_PAIR, "parent-session-id=0000000A"),
            (VendorId::CISCO, CISCO_SERVICE_INFO, "NINTERNET"),
        ];
        assert_eq!(service("0000000B", None, &cisco), some("0000000A", "INTERNET"));
        assert_eq!(service("0B", Some("0A"), &cisco[1..]), some("0A", "INTERNET"));
    }

    #[test]
    fn others_are_sessions_of_their_own() {
        let juniper = [(ERX, ERX_SERVICE_SESSION, "tiered(1280000, 5120000)")];
        assert_eq!(service("1048591:17", None, &[]), None);
        assert_eq!(service("1048591", None, &juniper), None);
        assert_eq!(service("1048591:", None, &juniper), None);
        assert_eq!(service(":17", None, &juniper), None);
        // Links of one bundle, and a station that roams.
        assert_eq!(service("0B", Some("0A"), &[]), None);
        assert_eq!(service("0A", Some("0A"), &juniper), None);
        let logged_off = [(VendorId::CISCO, CISCO_SERVICE_INFO, "QU;512000;D;512000")];
        assert_eq!(service("0B", Some("0A"), &logged_off), None);
    }
}
