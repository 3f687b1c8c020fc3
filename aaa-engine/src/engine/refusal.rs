//! What an Access-Reject says.

use radius_proto::{AttributeType, Code, PacketWriter, WriteError};

use super::case::Case;
use crate::auth::eap;
use crate::reason::Reason;
use crate::reply;

/// What a subscriber reads when the credentials are right but the service may not be used. The
/// other rejections say nothing, so that nobody learns which logins exist.
const WITHHELD_MESSAGE: &str = "The service is not active. Please contact your provider.";

/// What a subscriber reads at an hour at which the plan may not be used.
const OUTSIDE_HOURS_MESSAGE: &str = "The service may not be used at this hour.";

/// What a subscriber reads whose service is in use elsewhere.
const TOO_MANY_SESSIONS_MESSAGE: &str = "The service is in use elsewhere.";

/// What a subscriber reads when no address is left to give.
const POOL_EXHAUSTED_MESSAGE: &str = "No address is free at the moment. Please try again later.";

/// What a subscriber reads at a device that is not one of the service's own.
const DEVICE_MESSAGE: &str = "The service may not be used from this device.";

/// MS-CHAP-Error: authentication failed (RFC 2759 section 6).
const ERROR_AUTHENTICATION_FAILURE: u16 = 691;

/// MS-CHAP-Error: the account may not be used now (RFC 2759 section 6).
const ERROR_ACCT_DISABLED: u16 = 647;

pub(super) fn write_reject(
    case: &Case<'_>,
    reason: Reason,
    reply: &mut [u8],
) -> Result<usize, WriteError> {
    let identifier = case.request.identifier();
    let mut writer = PacketWriter::new(reply, Code::ACCESS_REJECT, identifier)?;
    if !case.write_eap_end(eap::FAILURE, &mut writer)? {
        write_words(reason, &mut writer)?;
    }
    if let Ok(proof) = &case.presented.proof {
        let error =
            if is_withheld(reason) { ERROR_ACCT_DISABLED } else { ERROR_AUTHENTICATION_FAILURE };
        proof.write_error(error, &case.entropy.challenge, &mut writer)?;
    }
    reply::finish(writer, case.request, &case.nas.secret)
}

/// What a rejected subscriber reads.
pub(crate) fn write_words(reason: Reason, writer: &mut PacketWriter<'_>) -> Result<(), WriteError> {
    if !is_withheld(reason) {
        return Ok(());
    }
    let message = match reason {
        Reason::OutsideHours => OUTSIDE_HOURS_MESSAGE,
        Reason::TooManySessions => TOO_MANY_SESSIONS_MESSAGE,
        Reason::PoolExhausted => POOL_EXHAUSTED_MESSAGE,
        Reason::DeviceDenied | Reason::UnknownDevice | Reason::TooManyDevices => DEVICE_MESSAGE,
        _ => WITHHELD_MESSAGE,
    };
    writer.attribute(AttributeType::REPLY_MESSAGE, message.as_bytes())
}

/// Whether the credentials are right and the service may not be used now.
const fn is_withheld(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::NotYetValid
            | Reason::Expired
            | Reason::Suspended
            | Reason::Terminated
            | Reason::OutsideHours
            | Reason::QuotaExhausted
            | Reason::WalletUsedUp
            | Reason::DeviceDenied
            | Reason::UnknownDevice
            | Reason::TooManyDevices
            | Reason::TooManySessions
            | Reason::PoolExhausted
    )
}
