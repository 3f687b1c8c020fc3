//! hostapd 2.10, as it was seen on a wired port: a Disconnect-Request ends a session, a
//! CoA-Request changes nothing.
//!
//! A request without Event-Timestamp, or with one of another time, is not answered.

use radius_proto::AttributeType;

use super::given::{first, named, one};
use super::{Ask, Asked, ErrorCause, Router, Verdict};
use crate::attributes as attr;

/// How far an Event-Timestamp may be from now, in seconds (RFC 5176 §6.3).
const WINDOW_S: u32 = 300;
/// Everything that a request may have.
const ALLOWED: &[AttributeType] = &[
    attr::USER_NAME,
    attr::NAS_IP_ADDRESS,
    attr::CALLING_STATION_ID,
    attr::NAS_IDENTIFIER,
    attr::ACCT_SESSION_ID,
    attr::ACCT_MULTI_SESSION_ID,
    attr::EVENT_TIMESTAMP,
    attr::MESSAGE_AUTHENTICATOR,
    attr::CHARGEABLE_USER_IDENTITY,
    attr::NAS_IPV6_ADDRESS,
];
const NAMES: &[AttributeType] = &[attr::USER_NAME, attr::CALLING_STATION_ID, attr::ACCT_SESSION_ID];

pub(super) fn judge(asked: &Asked<'_>, router: &Router<'_>) -> Verdict {
    let given = &asked.given;
    let told = first(given, attr::EVENT_TIMESTAMP).and_then(|told| told.integer().ok());
    if told.is_none_or(|told| told.abs_diff(router.now.unix_s) > WINDOW_S) {
        return Verdict::Silence;
    }
    let allowed = given.iter().all(|given| ALLOWED.iter().any(|kind| given.is(*kind)));
    if !allowed || asked.ask == Ask::Change {
        return Verdict::Refused(ErrorCause::UNSUPPORTED_ATTRIBUTE);
    }
    if router.is_another(given) {
        return Verdict::Refused(ErrorCause::NAS_IDENTIFICATION_MISMATCH);
    }
    match one(&named(given, asked.sessions, NAMES)) {
        Ok(session) => Verdict::Ended { session },
        Err(cause) => Verdict::Refused(cause),
    }
}
