//! What an embedder may decide about the server.

use std::net::SocketAddr;
use std::time::Duration;

use aaa_engine::ports::ListenerName;
use coa_client::ClientSettings;

/// The shortest and the longest time for which a reply is kept for retransmissions
/// (RFC 5080 section 2.2.2).
pub const DUPLICATE_LIFETIME_MIN: Duration = Duration::from_secs(5);
/// See [`DUPLICATE_LIFETIME_MIN`].
pub const DUPLICATE_LIFETIME_MAX: Duration = Duration::from_secs(30);

/// The lifetime unless another is set. A NAS that waits 5 s repeats its request just after 5 s
/// and 10 s, when a reply that is kept for the minimum would have been forgotten.
const DUPLICATE_LIFETIME_DEFAULT: Duration = Duration::from_secs(15);

/// The shortest time between two looks at all sessions.
pub const WATCH_INTERVAL_MIN: Duration = Duration::from_millis(10);

/// The longest that an Access-Reject is held back: no NAS waits for much longer.
pub const REJECT_DELAY_MAX: Duration = Duration::from_secs(5);

/// The most threads one socket address may have.
pub const LANES_MAX: usize = 64;

/// A pair of socket addresses that is served under one name. NASes are known by the name of the
/// listener and their source address, so two tenants whose routers have the same addresses have a
/// listener each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Its name.
    pub name: ListenerName,
    /// Where Access-Requests come to, by custom port 1812. Port 0 takes any free one.
    pub authentication: SocketAddr,
    /// Where Accounting-Requests come to, by custom port 1813. Port 0 takes any free one.
    pub accounting: SocketAddr,
}

/// How the server uses the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Threads for each socket address, 1 to [`LANES_MAX`].
    pub lanes: usize,
    /// How long a reply is kept for retransmissions of its request, from
    /// [`DUPLICATE_LIFETIME_MIN`] to [`DUPLICATE_LIFETIME_MAX`].
    pub duplicate_lifetime: Duration,
    /// How long an Access-Reject is held back, so that guessing passwords takes time; up to
    /// [`REJECT_DELAY_MAX`]. A NAS that waits for less than that takes the server for dead: RouterOS
    /// may wait for as little as 100 ms. It is kept to within 200 ms.
    pub reject_delay: Duration,
    /// The receive buffer asked of the kernel for each socket; it gives no more than
    /// `net.core.rmem_max`.
    pub receive_buffer_octets: usize,
    /// How long accounting waits for the journal's disk before it gives up on an answer.
    pub append_timeout: Duration,
    /// The most entries handed to the sink at once, at least 1.
    pub drain_batch_entries: usize,
    /// How long [`RunningServer::stop`](crate::RunningServer::stop) waits for the sink to take
    /// what the journal holds.
    pub drain_stop_timeout: Duration,
    /// An Interim-Update that has waited for so long in the receive buffer is dropped: the
    /// server has more to do than it can, and the next one says all that this one did. A Start or
    /// a Stop never is.
    pub shed_interims_after: Duration,
    /// How often sessions and NASes are looked for that are silent for too long, at least
    /// [`WATCH_INTERVAL_MIN`].
    pub watch_interval: Duration,
    /// For how long before its start the server wants to know ended sessions, so that their late
    /// packets find them.
    pub ended_sessions_remembered: Duration,
    /// How NASes are asked to change sessions while they last.
    pub coa: ClientSettings,
}

impl Default for Settings {
    /// A lane for each core, up to 16; replies kept for 15 s, none held back; 4 MiB of receive buffer; 2 s for the
    /// disk; batches of 1,000; 10 s to drain at the end; a look
    /// at silent sessions each 30 s; Interim-Updates shed after 500 ms; a day of ended sessions.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            lanes: cores.min(16),
            duplicate_lifetime: DUPLICATE_LIFETIME_DEFAULT,
            reject_delay: Duration::ZERO,
            receive_buffer_octets: 4 << 20,
            append_timeout: Duration::from_secs(2),
            drain_batch_entries: 4_000,
            drain_stop_timeout: Duration::from_secs(10),
            shed_interims_after: Duration::from_millis(500),
            watch_interval: Duration::from_secs(30),
            ended_sessions_remembered: Duration::from_secs(24 * 60 * 60),
            coa: ClientSettings::default(),
        }
    }
}

impl Settings {
    /// Says which setting is out of its bounds, and what would be right.
    pub(crate) fn check(&self) -> Result<(), (&'static str, String)> {
        if self.lanes == 0 || self.lanes > LANES_MAX {
            return Err(("lanes", format!("{} is not from 1 to {LANES_MAX}", self.lanes)));
        }
        let lifetime = self.duplicate_lifetime;
        if !(DUPLICATE_LIFETIME_MIN..=DUPLICATE_LIFETIME_MAX).contains(&lifetime) {
            return Err((
                "duplicate_lifetime",
                format!(
                    "{lifetime:?} is not from {DUPLICATE_LIFETIME_MIN:?} to \
                     {DUPLICATE_LIFETIME_MAX:?} (RFC 5080 section 2.2.2)"
                ),
            ));
        }
        if self.reject_delay > REJECT_DELAY_MAX {
            let delay = self.reject_delay;
            return Err(("reject_delay", format!("{delay:?} is more than {REJECT_DELAY_MAX:?}")));
        }
        if self.watch_interval < WATCH_INTERVAL_MIN {
            let interval = self.watch_interval;
            return Err((
                "watch_interval",
                format!("{interval:?} is below {WATCH_INTERVAL_MIN:?}"),
            ));
        }
        if self.drain_batch_entries == 0 {
            return Err(("drain_batch_entries", "0 would never drain anything".to_owned()));
        }
        if self.append_timeout.is_zero() {
            return Err(("append_timeout", "0 would never answer accounting".to_owned()));
        }
        Ok(())
    }
}
