//! The access server as the one that is asked: CoA-Request and Disconnect-Request (RFC 5176), each
//! make in its own manner.
//!
//! What a make finds a session by, what it changes while the session runs, what it refuses and with
//! which Error-Cause, and what it does not answer at all is written here from the makes' manuals and
//! captures. Where neither says anything, the manner's module says what was chosen. Only hostapd looks
//! at Event-Timestamp.

mod accel_ppp;
mod cisco;
mod erx;
mod given;
mod held;
mod hostapd;
mod responder;
#[cfg(test)]
pub(crate) mod rig;
mod routeros;
mod template;
mod trouble;

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Instant;

use radius_proto::VendorId;

use crate::attributes as attr;

pub(crate) use self::given::{Given, Live, Router};
pub use self::held::{Held, Service, Statistics};
pub(crate) use self::responder::{Done, Effect, Incoming, Responder};
pub use self::template::{ServiceText, ServiceTextError, Template};
pub use self::trouble::{Away, AwayError, Trouble};

/// How the access server takes CoA and Disconnect.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it listens; with port 0 the system chooses one.
    pub listen: SocketAddr,
    /// Whose manner it has.
    pub manner: Manner,
    /// Whether RouterOS takes requests at all: `/radius incoming accept`.
    pub accept: bool,
    /// The services that ERX and Cisco know. With none of them Cisco takes any name, and ERX those of
    /// [`Template::usual`].
    pub templates: Vec<Template>,
    /// What goes wrong between the server and this router.
    pub trouble: Trouble,
}

impl Settings {
    /// A router of this manner that takes requests at once and loses none.
    #[must_use]
    pub fn new(listen: SocketAddr, manner: Manner) -> Self {
        Self { listen, manner, accept: true, templates: Vec::new(), trouble: Trouble::default() }
    }
}

/// Whose manner an access server has when it is asked to change or end a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// MikroTik.
    #[default]
    RouterOs,
    /// Juniper E-series, and MX where it does the same.
    Erx,
    /// Cisco ISG.
    Cisco,
    /// accel-ppp.
    AccelPpp,
    /// hostapd.
    Hostapd,
}

/// A manner that no make has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown manner {0:?}: use routeros, erx, cisco, accel-ppp or hostapd")]
pub struct MannerError(String);

impl Manner {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::RouterOs, Self::Erx, Self::Cisco, Self::AccelPpp, Self::Hostapd];

    const fn name(self) -> &'static str {
        match self {
            Self::RouterOs => "routeros",
            Self::Erx => "erx",
            Self::Cisco => "cisco",
            Self::AccelPpp => "accel-ppp",
            Self::Hostapd => "hostapd",
        }
    }

    /// Decides about a request whose signatures are right.
    pub(crate) fn judge(self, asked: &Asked<'_>, router: &Router<'_>) -> Verdict {
        match self {
            Self::RouterOs => routeros::judge(asked, router),
            Self::Erx => erx::judge(asked, router),
            Self::Cisco => cisco::judge(asked, router),
            Self::AccelPpp => accel_ppp::judge(asked, router),
            Self::Hostapd => hostapd::judge(asked, router),
        }
    }

    /// Gives a session what its Access-Accept says beyond what every kind of access takes.
    pub(crate) fn begin(self, given: &[Given<'_>], held: &mut Held, router: &Router<'_>) {
        match self {
            Self::RouterOs => routeros::begin(given, held),
            Self::Erx => erx::begin(given, held, router),
            Self::Cisco => cisco::begin(given, held, router),
            Self::AccelPpp => accel_ppp::begin(given, held),
            Self::Hostapd => {}
        }
    }

    /// Whether this make does something with an attribute of an Access-Accept that RouterOS does not.
    pub(crate) fn understands(self, vendor: Option<VendorId>, number: u8) -> bool {
        match (self, vendor) {
            (Self::Erx, Some(attr::ERX)) => {
                matches!(number, 10 | 11 | 26 | 65..=69 | 140 | 173 | 177 | 179 | 180)
            }
            (Self::Cisco, Some(attr::CISCO)) => {
                matches!(number, attr::CISCO_AVPAIR | attr::CISCO_ACCOUNT_INFO)
            }
            (Self::AccelPpp, Some(attr::MIKROTIK)) => number == attr::MIKROTIK_RATE_LIMIT,
            (Self::AccelPpp, None) => number == attr::FILTER_ID.0,
            _ => false,
        }
    }

    /// Whether a reply has a Message-Authenticator, when the request had one or not.
    pub(crate) const fn signs(self, asked_signed: bool) -> bool {
        match self {
            Self::Hostapd => true,
            Self::AccelPpp => false,
            Self::RouterOs | Self::Erx | Self::Cisco => asked_signed,
        }
    }

    /// The Acct-Terminate-Cause of a session that a Disconnect-Request has ended; hostapd tells none.
    pub(crate) const fn disconnect_cause(self) -> u32 {
        /// RFC 2866 §5.10.
        const ADMIN_RESET: u32 = 6;
        match self {
            Self::Hostapd => 0,
            _ => ADMIN_RESET,
        }
    }
}

impl FromStr for Manner {
    type Err = MannerError;

    fn from_str(text: &str) -> Result<Self, MannerError> {
        let named = Self::ALL.into_iter().find(|manner| manner.name() == text);
        named.ok_or_else(|| MannerError(text.to_owned()))
    }
}

impl fmt::Display for Manner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Error-Cause (RFC 5176 §3.5): why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct ErrorCause(pub u32);

impl ErrorCause {
    /// An attribute that cannot be changed.
    pub const UNSUPPORTED_ATTRIBUTE: Self = Self(401);
    /// An attribute without which nothing can be done.
    pub const MISSING_ATTRIBUTE: Self = Self(402);
    /// The request is for another access server.
    pub const NAS_IDENTIFICATION_MISMATCH: Self = Self(403);
    /// A value that makes no sense.
    pub const INVALID_REQUEST: Self = Self(404);
    /// A Service-Type that is not served.
    pub const UNSUPPORTED_SERVICE: Self = Self(405);
    /// A command that is not known.
    pub const UNSUPPORTED_EXTENSION: Self = Self(406);
    /// There is no such session, or no such service in it.
    pub const SESSION_CONTEXT_NOT_FOUND: Self = Self(503);
    /// There is, and it cannot be done now.
    pub const RESOURCES_UNAVAILABLE: Self = Self(506);
    /// More sessions than one.
    pub const MULTIPLE_SESSION_SELECTION: Self = Self(508);
}

/// Which of the two is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ask {
    /// CoA-Request.
    Change,
    /// Disconnect-Request.
    Disconnect,
}

/// A request whose signatures are right, and the sessions that it may be about.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) ask: Ask,
    pub(crate) given: Vec<Given<'a>>,
    pub(crate) sessions: &'a [Live<'a>],
    /// The numbers of those about which an answer has not gone out yet.
    pub(crate) pending: Vec<u32>,
}

/// What a manner makes of a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// No answer at all.
    Silence,
    Refused(ErrorCause),
    /// The session with this place in the list has something else now.
    Changed {
        session: usize,
        change: Box<Change>,
    },
    /// The session with this place in the list is ended.
    Ended {
        session: usize,
    },
    /// There is such a session, and nothing was to be changed.
    Confirmed {
        session: usize,
    },
}

/// What a session has after a request, and what was asked for in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Change {
    pub(crate) held: Held,
    pub(crate) what: Vec<String>,
    /// Session-Timeout was among it: it counts from now.
    pub(crate) timeout_set: bool,
}

/// What became of a request that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Done, and said so.
    Acknowledged,
    /// Refused, and said so.
    Refused(ErrorCause),
    /// Not answered: it proves nothing, or the make answers no such thing.
    Silent,
    /// It had arrived before: answered as then, or not yet.
    Repeated,
}

/// A request that arrived.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Arrival {
    /// When.
    #[serde(skip)]
    pub at: Instant,
    /// The same, in milliseconds since the router started.
    pub at_ms: u64,
    /// What it was.
    pub ask: Ask,
    /// Whose session it found; where it found none, the User-Name that it gave.
    pub login: Option<String>,
    /// The place of that session in the list of subscribers.
    pub session: Option<u32>,
    /// Acct-Session-Id of that session.
    pub session_id: Option<String>,
    /// What became of it.
    pub answer: Answer,
    /// What was changed, in words.
    pub changed: Vec<String>,
}

/// How many requests came and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Figures {
    /// Datagrams that arrived, those that trouble then lost not among them.
    pub received: u64,
    /// Answered with an ACK.
    pub acknowledged: u64,
    /// Answered with a NAK.
    pub refused: u64,
    /// NAKs by Error-Cause.
    pub refused_for: std::collections::BTreeMap<u32, u64>,
    /// Not answered.
    pub silent: u64,
    /// Had arrived before, and were not done again.
    pub repeated: u64,
    /// CoA-Requests that changed a session.
    pub changes: u64,
    /// Disconnect-Requests that ended a session.
    pub disconnects: u64,
    /// Lost on their way to the router.
    pub lost_requests: u64,
    /// Lost on their way back.
    pub lost_replies: u64,
    /// Lost because the router was away.
    pub away: u64,
}

#[cfg(test)]
#[path = "manner_tests.rs"]
mod tests;
