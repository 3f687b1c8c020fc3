//! Dialling in: many subscribers on one router, each with a login, a Start, Interim-Updates and
//! a Stop, and every reply checked.

mod asked;
pub(crate) mod driver;
mod service;
mod services;
pub(crate) mod session;

use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use radius_proto::Secret;

pub use self::session::Outcome;
use crate::access::AccessKind;
use crate::coa::{self, Arrival, Held, Manner};
use crate::figures::RoundTripFigures;
use crate::line::Nas;
use crate::mac::Mac;
use crate::reply::{Demands, Disagreement, Grant, Refusal};
use crate::subscriber::{Method, Subscriber};
use crate::{Error, Target};

/// From here a router without an address from the server takes its subscribers' addresses
/// (RFC 6598, the range for carriers).
pub(crate) const POOL_FIRST: Ipv4Addr = Ipv4Addr::new(100, 64, 0, 2);
const POOL_LEN: u32 = (1 << 22) - 4;

/// What to dial.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The server.
    pub target: Target,
    /// The secret shared with it.
    pub secret: Secret,
    /// The router that is simulated.
    pub nas: Nas,
    /// Acct-Session-Id counts on from here; 20 bits of it are used.
    pub first_session: u32,
    /// The device of the first subscriber, the others counted on from it. A subscriber whose login
    /// is a MAC address has that one.
    pub first_mac: Mac,
    /// From here the router takes addresses for those to whom the server gives none.
    pub pool_first: Ipv4Addr,
    /// Who dials in.
    pub subscribers: Vec<Subscriber>,
    /// The methods that subscribers without one of their own take in turn.
    pub methods: Vec<Method>,
    /// Over how long the first dials are spread.
    pub ramp: Duration,
    /// The router's own interval between Interim-Updates; without it the server's counts.
    pub interim: Option<Duration>,
    /// How long subscribers stay before they hang up; without it until `stop`.
    pub duration: Option<Duration>,
    /// How long the last Stops may take to be acknowledged.
    pub drain: Duration,
    /// How much of its rate a subscriber uses; above 100 reaches large counters sooner.
    pub activity_percent: u32,
    /// After how long a subscriber whose session ended or was refused dials again.
    pub redial: Option<Duration>,
    /// Whether a reply to a login must carry a Message-Authenticator, before every other
    /// attribute, as RouterOS asks for since 7.15. One that is there must verify in any case.
    pub message_authenticator_required: bool,
    /// Whether MPPE keys must come with an accepted MS-CHAP login, without which RouterOS cannot
    /// encrypt. Keys that are there must be right in any case.
    pub mppe_required: bool,
    /// Whether somebody who logs in to the router must get a Mikrotik-Group; without one it is the
    /// router's default.
    pub group_required: bool,
    /// Whether accounting follows a log-in; without a word of it as is usual for the kind of access.
    pub accounted: Option<bool>,
    /// How long the router waits for a reply: `/radius timeout`.
    pub timeout: Duration,
    /// How often the same octets are sent before a login is given up, or a record gets a new
    /// identifier.
    pub tries: u32,
    /// Whether the router tells when it starts and ends (Accounting-On and -Off).
    pub accounting_on: bool,
    /// After how long the router loses its power: sessions vanish without a Stop, and all dial
    /// again in its next boot.
    pub reboot_after: Option<Duration>,
    /// Whether the server is asked for a log-in at all; without, sessions only begin with a Start.
    pub authenticates: bool,
    /// How the router takes CoA and Disconnect; without a word of it, not at all.
    pub coa: Option<coa::Settings>,
}

impl Settings {
    /// One dial of `subscribers` by every method in turn, until stopped.
    #[must_use]
    pub fn new(target: Target, secret: Secret, nas: Nas, subscribers: Vec<Subscriber>) -> Self {
        Self {
            target,
            secret,
            nas,
            first_session: 0,
            first_mac: Mac::numbered(0),
            pool_first: POOL_FIRST,
            subscribers,
            methods: Method::ALL.to_vec(),
            ramp: Duration::ZERO,
            interim: None,
            duration: None,
            drain: Duration::from_secs(30),
            activity_percent: 100,
            redial: None,
            message_authenticator_required: true,
            mppe_required: true,
            group_required: false,
            accounted: None,
            timeout: Duration::from_millis(1100),
            tries: 3,
            accounting_on: false,
            reboot_after: None,
            authenticates: true,
            coa: None,
        }
    }

    /// Whose manner the router has.
    fn manner(&self) -> Manner {
        self.coa.as_ref().map_or(Manner::RouterOs, |coa| coa.manner)
    }

    fn demands(&self, kind: AccessKind) -> Demands {
        Demands {
            message_authenticator: self.message_authenticator_required,
            mppe_keys: self.mppe_required,
            group: self.group_required,
            kind,
            manner: self.manner(),
        }
    }

    fn pool_address(&self, number: u32) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.pool_first.to_bits().wrapping_add(number % POOL_LEN))
    }
}

/// Something worth telling while it goes on.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A subscriber was let in.
    Online {
        /// Who.
        login: &'a str,
        /// How.
        kind: AccessKind,
        /// The router's name for the session.
        session_id: &'a str,
        /// Where the subscriber is reached.
        address: Option<Ipv4Addr>,
        /// What the server granted.
        grant: &'a Grant,
    },
    /// A session's Start was acknowledged.
    Started {
        /// Who.
        login: &'a str,
    },
    /// An Interim-Update goes out for the first time.
    Interim {
        /// The session's place in the list of subscribers.
        session: u32,
        /// When.
        at: Instant,
        /// From the subscriber.
        input_octets: u64,
        /// To the subscriber.
        output_octets: u64,
    },
    /// An Interim-Update was acknowledged.
    Acknowledged {
        /// Who.
        login: &'a str,
    },
    /// A subscriber was refused.
    Rejected {
        /// Who.
        login: &'a str,
        /// What the server said.
        refusal: &'a Refusal,
    },
    /// Nobody answered a login.
    Unanswered {
        /// Who.
        login: &'a str,
    },
    /// A session ended and its Stop was acknowledged.
    Offline {
        /// Who.
        login: &'a str,
        /// Acct-Terminate-Cause.
        terminate_cause: u32,
    },
    /// The server and this client disagree.
    Disagreement {
        /// Whose reply it was.
        login: &'a str,
        /// What differs.
        what: &'a Disagreement,
    },
    /// All subscribers hang up now.
    HangingUp,
    /// The router takes CoA and Disconnect here.
    Listening {
        /// Its address and port.
        address: SocketAddr,
    },
    /// A CoA- or Disconnect-Request came.
    Asked {
        /// What it was, and what became of it.
        arrival: &'a Arrival,
    },
    /// The router has lost its power and is back.
    Rebooted,
    /// Nobody acknowledged that the router started or ended.
    RouterUnanswered,
}

/// How a run went.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Summary {
    /// Access-Requests, without retransmissions.
    pub dialled: u64,
    /// Logins that were accepted, and proved.
    pub accepted: u64,
    /// Logins that were rejected.
    pub rejected: u64,
    /// Logins that nobody answered.
    pub unanswered: u64,
    /// Leases that were extended.
    pub renewed: u64,
    /// Accounting-On and -Off that were acknowledged.
    pub announced: u64,
    /// Accounting-On and -Off that were not.
    pub unannounced: u64,
    /// Starts that were acknowledged.
    pub starts: u64,
    /// Interim-Updates that were acknowledged.
    pub interims: u64,
    /// Stops that were acknowledged.
    pub stops: u64,
    /// Sessions let in whose Stop was not acknowledged in the end.
    pub unacknowledged: u64,
    /// Starts of services within sessions that were acknowledged.
    pub service_starts: u64,
    /// Interim-Updates of services that were acknowledged.
    pub service_interims: u64,
    /// Stops of services that were acknowledged.
    pub service_stops: u64,
    /// Services whose Stop was not acknowledged in the end.
    pub services_unacknowledged: u64,
    /// Datagrams sent again, with the same octets or a new identifier.
    pub retransmissions: u64,
    /// Datagrams that came back because nobody listened.
    pub refused: u64,
    /// Replies that nobody waited for, late ones among them.
    pub unexpected: u64,
    /// Replies that disagreed.
    pub disagreed: u64,
    /// The first of the disagreements.
    pub disagreements: Vec<LoginDisagreement>,
    /// Round trips of logins.
    pub authentication: RoundTripFigures,
    /// Round trips of accounting records.
    pub accounting: RoundTripFigures,
    /// CoA and Disconnect.
    pub coa: coa::Figures,
    /// The CoA- and Disconnect-Requests that came, in their order.
    pub arrivals: Vec<Arrival>,
    /// Every subscriber's last session.
    pub sessions: Vec<SessionReport>,
}

impl Summary {
    /// Whether everything was answered, and rightly. A rejected login is a right answer.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.disagreed == 0
            && self.unanswered == 0
            && self.unacknowledged == 0
            && self.services_unacknowledged == 0
            && self.unannounced == 0
    }
}

/// A disagreement and whose reply it was.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct LoginDisagreement {
    /// The login.
    pub login: String,
    /// What differs, in words.
    pub what: String,
}

/// One subscriber's last session.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct SessionReport {
    /// The login.
    pub login: String,
    /// How it came in.
    pub kind: AccessKind,
    /// How it was proved.
    pub method: Method,
    /// How far it came.
    pub outcome: Outcome,
    /// Acct-Session-Id.
    pub session_id: String,
    /// The address it had.
    pub address: Option<Ipv4Addr>,
    /// Session time of the last acknowledged record, seconds.
    pub session_time_s: u32,
    /// From the subscriber, by the last acknowledged record.
    pub input_octets: u64,
    /// To the subscriber, by the last acknowledged record.
    pub output_octets: u64,
    /// CoA-Requests that changed this session, each counted once however often it came.
    pub changes: u32,
    /// Those of them after which it had something else than before.
    pub differences: u32,
    /// Disconnect-Requests that ended a session of this subscriber.
    pub disconnects: u32,
    /// What it has now, or had when it ended.
    pub has: Held,
}

/// Dials, and returns when every session is over or the drain has lasted too long. Everybody
/// hangs up when `stop` becomes readable or its other end is closed.
///
/// # Errors
/// When a socket cannot be had or used, there is nobody to dial, or a request cannot be written.
/// Rejections, silence and disagreements are no errors: the summary has them.
pub fn run(
    settings: &Settings,
    stop: BorrowedFd<'_>,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Summary, Error> {
    driver::Driver::open(settings, Box::new(on_event))?.run(stop)
}

#[cfg(test)]
#[path = "dial_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "coa_tests.rs"]
mod coa_tests;
