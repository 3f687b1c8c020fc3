//! The one clock of this program.

use std::time::SystemTime;

use entitlement::Timestamp;

/// What time it is.
#[expect(clippy::disallowed_methods, reason = "the one clock of this program")]
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix_ms(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

/// A moment that only spans are measured from.
#[expect(clippy::disallowed_methods, reason = "the one clock of this program")]
pub(crate) fn monotonic() -> std::time::Instant {
    std::time::Instant::now()
}
