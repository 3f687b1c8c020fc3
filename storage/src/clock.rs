//! The one place of this crate where the time is read.

use std::time::{SystemTime, UNIX_EPOCH};

use entitlement::Timestamp;

/// The moment a change is recorded under.
#[expect(clippy::disallowed_methods, reason = "the one clock of this crate")]
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix_ms(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
