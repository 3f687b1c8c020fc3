//! Log-ins by MAC address: the device is known by its address and has no password of its own.

use radius_proto::Secret;
use subtle::ConstantTimeEq as _;

use crate::auth::presented::Proof;
use crate::auth::proven::Conversation;
use crate::auth::{chap, pap};
use crate::identity::{AccessKind, MacAddress};
use crate::reason::Reason;

/// Is this a log-in of the device whose address it gives?
///
/// NASes send no password, an empty one, or the address again, in clear or by CHAP; a hotspot may be
/// set to send a password that is the same for all devices, and must then, so that nobody passes for
/// the hotspot who does not know it. Its NAS's leases and stations have no such setting.
///
/// The Calling-Station-Id must be the same address: who types another device's address as a name,
/// over a VPN or at the router itself, is not that device.
pub(super) fn verify(proof: &Proof<'_>, conversation: &Conversation<'_>) -> Result<(), Reason> {
    let name = conversation.user_name;
    let address = MacAddress::parse(name).ok_or(Reason::WrongPassword)?;
    if conversation.kind == Some(AccessKind::Login) {
        return Err(Reason::NotForDevices);
    }
    let station = conversation.calling_station_id.ok_or(Reason::NoDeviceAddress)?;
    if MacAddress::of_station(station) != Some(address) {
        return Err(Reason::OtherStation);
    }
    let of_hotspots = conversation.mac_auth_password.map(Secret::expose);
    let may_be_none = of_hotspots.is_none() || conversation.kind != Some(AccessKind::Hotspot);
    let is_right = match *proof {
        Proof::Absent | Proof::Pap { hidden: [] } => may_be_none,
        Proof::Pap { hidden } => {
            let given = pap::reveal(hidden, conversation)?;
            let is_of_device = given.is_empty() || MacAddress::parse(&given) == Some(address);
            of_hotspots.is_some_and(|password| bool::from(password.ct_eq(&given)))
                || may_be_none && is_of_device
        }
        Proof::Chap { identifier, response, challenge } => {
            let is_made_of = |password| {
                bool::from(chap::response(identifier, password, challenge).ct_eq(response))
            };
            of_hotspots.is_some_and(is_made_of)
                || may_be_none && (is_made_of(b"") || is_made_of(name))
        }
        Proof::MsChapV1 { .. } | Proof::MsChapV2 { .. } | Proof::EapMd5 { .. } => false,
    };
    if is_right { Ok(()) } else { Err(Reason::WrongPassword) }
}
