//! What NASes say of a session in attributes of their own vendors.

use radius_proto::{Packet, VendorId};

use crate::accounting::Ipv6Counters;

/// Juniper's attributes, of E-series (vendor 4874) and MX alike.
const ERX: VendorId = VendorId(4874);

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
