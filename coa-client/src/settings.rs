//! How a NAS is asked.

use core::num::NonZeroU32;
use core::time::Duration;

use crate::Retransmission;

/// How one NAS is asked: what it can take, and what it insists on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// When a request is sent again, and when it is given up.
    pub retransmission: Retransmission,
    /// Requests that may wait for their replies at a time, at most
    /// [`IDENTIFIERS`](Self::IDENTIFIERS); 0 counts as 1.
    pub in_flight_max: usize,
    /// Requests that begin within a second, evenly spread; retransmissions are not counted. `None`
    /// is as many as come.
    pub requests_per_s_max: Option<NonZeroU32>,
    /// How long an identifier is not used again after its request was given up: a reply may still
    /// be on its way, and a NAS that tells duplicates by the identifier alone still takes the next
    /// request for the last. After an answer it rests as long as there are others.
    pub identifier_rest: Duration,
    /// Whether requests say when they were made (Event-Timestamp). Without it a NAS cannot tell a
    /// request that was recorded and is played back (RFC 5176 section 6.3), and some NASes are
    /// silent without it; others refuse what they do not know.
    pub event_timestamp: bool,
    /// Whether requests are signed by a Message-Authenticator, as the first attribute (RFC 5176
    /// section 3.4).
    pub message_authenticator: bool,
    /// Whether a reply without Message-Authenticator is dropped. Many NASes never send one; the
    /// Response Authenticator is checked in any case.
    pub replies_are_signed: bool,
}

impl Settings {
    /// The identifiers of one source port towards one NAS (RFC 2865 section 3).
    pub const IDENTIFIERS: usize = 256;
}

/// The times of RFC 5080, 32 requests in flight, 1,000 a second, identifiers that rest for a minute,
/// signed requests that say when they were made, and replies that need not be signed.
impl Default for Settings {
    fn default() -> Self {
        Self {
            retransmission: Retransmission::default(),
            in_flight_max: 32,
            requests_per_s_max: NonZeroU32::new(1_000),
            identifier_rest: Duration::from_secs(60),
            event_timestamp: true,
            message_authenticator: true,
            replies_are_signed: false,
        }
    }
}
