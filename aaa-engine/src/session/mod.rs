//! Sessions: what is online, since when, and how much has passed.
//!
//! [`SessionTable`] says which session a packet belongs to; [`apply`] says what a packet changes
//! in its session. The first is used by one owner for each shard, the second also by whatever
//! keeps sessions elsewhere.

mod id;
mod join;
mod table;
mod usage;
mod wrap;

use core::fmt;
use core::str::FromStr;
use std::net::Ipv4Addr;
use std::sync::Arc;

use entitlement::{ServiceId, TenantId, Timestamp};

use crate::accounting::{
    ActivatedService, Counters, SessionIpv6, TERMINATE_CAUSE_LOST_SERVICE, family,
};
use crate::enforcement::Enforced;
use crate::ports::NasId;

pub use id::shard_key;
pub use join::apply;
pub use table::{
    ENDED_SESSIONS_MAX, NAMESAKES_MAX, OPEN_SESSIONS_MAX, Observed, REUSE_AFTER_S, SessionTable,
    TableLimits,
};

/// The identity of one session for ever, unlike Acct-Session-Id, which NASes reuse.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub [u8; 16]);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

/// A text that is no session's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no id of a session; one has 32 hexadecimal digits, as `weir sessions --json` shows", .0.escape_debug())]
pub struct SessionIdError(String);

impl FromStr for SessionId {
    type Err = SessionIdError;

    fn from_str(text: &str) -> Result<Self, SessionIdError> {
        let wrong = || SessionIdError(text.to_owned());
        if text.len() != 32 || !text.bytes().all(|octet| octet.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let number = u128::from_str_radix(text, 16).map_err(|_| wrong())?;
        Ok(Self(number.to_be_bytes()))
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({self})")
    }
}

/// One session, as far as its packets have told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its identity.
    pub id: SessionId,
    /// Whose NAS it is on.
    pub tenant: TenantId,
    /// Which NAS it is on.
    pub nas: NasId,
    /// Acct-Session-Id exactly as the NAS wrote it.
    pub acct_session_id: Arc<[u8]>,
    /// User-Name, escaped.
    pub login: Arc<str>,
    /// Calling-Station-Id, escaped; empty when absent.
    pub calling_station_id: Arc<str>,
    /// The address the NAS reported last.
    pub framed_ipv4: Option<Ipv4Addr>,
    /// The IPv6 networks the NAS reported last.
    pub ipv6: SessionIpv6,
    /// The service it uses, when known.
    pub service: Option<ServiceId>,
    /// The activated service that it is the session of; `None`: it is the subscriber's own.
    pub activated: Option<Arc<ActivatedService>>,
    /// How often it should report, seconds: what the terms of its service have asked for while it
    /// lasted, the longest. Its NAS was told when it began, and goes on with that.
    pub interim_interval_s: Option<u32>,
    /// When it began: the Start, or what the first other packet implies.
    pub started_at: Timestamp,
    /// When its last packet arrived.
    pub last_seen_at: Timestamp,
    /// Set once the NAS has said that it ended; an end is never undone.
    pub ended: Option<Ended>,
    /// The last packet before a silence for which the session was taken to be over. A packet that
    /// comes after all shows that it goes on.
    pub silent_since: Option<Timestamp>,
    /// The greatest counters reported.
    pub counters: Counters,
    /// What its NAS was told about it.
    pub enforced: Enforced,
}

impl Session {
    /// Its [`shard_key`]: the same as that of its parent.
    #[must_use]
    pub fn shard_key(&self) -> u64 {
        shard_key(self.nas, family(&self.acct_session_id, self.activated.as_deref()))
    }

    /// How it ended: by the word of its NAS, or because nothing has been heard of it for too long.
    #[must_use]
    pub fn end(&self) -> Option<Ended> {
        self.ended.or_else(|| {
            let at = self.silent_since.filter(|since| *since >= self.last_seen_at)?;
            Some(Ended { at, terminate_cause: TERMINATE_CAUSE_LOST_SERVICE })
        })
    }
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// Acct-Terminate-Cause (RFC 2866 section 5.10), or 0 when the NAS gave none.
    pub terminate_cause: u32,
}
