//! Log-ins by MAC address: the device is known by its address and has no password.

use subtle::ConstantTimeEq as _;

use crate::auth::presented::Proof;
use crate::auth::proven::Conversation;
use crate::auth::{chap, pap};
use crate::identity::MacAddress;
use crate::reason::Reason;

/// Is this a log-in of the device whose address it gives?
///
/// NASes send no password, an empty one, or the address again, in clear or by CHAP. The
/// Calling-Station-Id must be the same address: who types another device's address as a name, over
/// a VPN or at the router itself, is not that device.
pub(super) fn verify(proof: &Proof<'_>, conversation: &Conversation<'_>) -> Result<(), Reason> {
    let name = conversation.user_name;
    let address = MacAddress::parse(name).ok_or(Reason::WrongPassword)?;
    if conversation.wants_the_nas {
        return Err(Reason::NotForDevices);
    }
    let station = conversation.calling_station_id.ok_or(Reason::NoDeviceAddress)?;
    if MacAddress::of_station(station) != Some(address) {
        return Err(Reason::OtherStation);
    }
    let is_right = match *proof {
        Proof::Absent | Proof::Pap { hidden: [] } => true,
        Proof::Pap { hidden } => {
            let password = pap::reveal(hidden, conversation)?;
            password.is_empty() || MacAddress::parse(&password) == Some(address)
        }
        Proof::Chap { identifier, response, challenge } => {
            let made_of =
                |password| chap::response(identifier, password, challenge).ct_eq(response);
            bool::from(made_of(b"") | made_of(name))
        }
        Proof::MsChapV1 { .. } | Proof::MsChapV2 { .. } | Proof::EapMd5 { .. } => false,
    };
    if is_right { Ok(()) } else { Err(Reason::WrongPassword) }
}
