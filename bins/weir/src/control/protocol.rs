//! The lines that cross the control socket.

use std::net::IpAddr;

use entitlement::Timestamp;
use serde::{Deserialize, Serialize};

/// The longest line that a request may be, octets.
pub const REQUEST_LEN_MAX: usize = 16 * 1024;

/// The longest line that a reply may be, octets.
pub const REPLY_LEN_MAX: usize = 64 * 1024;

/// A question to the running server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// How it is: one `status`.
    Status,
    /// Who is online: a `session` for each.
    Sessions {
        /// The name of the tenant.
        tenant: String,
        /// Only those of this login.
        #[serde(default)]
        login: Option<String>,
    },
    /// Who sends without being known: an `unknown_nas` for each source.
    UnknownNas,
    /// How much of each pool is taken: a `pool` for each.
    Pools {
        /// The name of the tenant.
        tenant: String,
    },
    /// What a log-in would come to: one `explained`.
    Explain {
        /// The name of the tenant.
        tenant: String,
        /// The number of the NAS.
        nas: i64,
        /// The Access-Request, its octets in base32.
        request: String,
        /// When, milliseconds since the epoch.
        at_unix_ms: i64,
    },
    /// Which sessions are on their way to what they should have: a `pursuit` for each.
    Pursuits {
        /// The name of the tenant.
        tenant: String,
    },
    /// To end a session, by the word of the operator, before it answers `done`; the NAS is asked
    /// for as long as it takes.
    EndSession {
        /// The name of the tenant.
        tenant: String,
        /// The id of the session, hexadecimal.
        session: String,
    },
    /// To try again at once what was given up or waits for a session.
    RetrySession {
        /// The name of the tenant.
        tenant: String,
        /// The id of the session, hexadecimal.
        session: String,
    },
    /// To see every change that has been made in the store, before it answers `done`.
    Sync,
}

/// One line of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// How the server is.
    Status(Box<Status>),
    /// One session.
    Session(Box<SessionLine>),
    /// One source that is no NAS of ours.
    UnknownNas(UnknownNasLine),
    /// One pool.
    Pool(PoolLine),
    /// What a log-in would come to.
    Explained(Box<ExplainedLine>),
    /// One session that is on its way to what it should have.
    Pursuit(Box<PursuitLine>),
    /// The end of an answer that was given in full.
    Done,
    /// The end of an answer that could not be given, in words.
    Error(String),
}

/// How the server is: counts since it started.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Status {
    /// Its version.
    pub version: String,
    /// The process.
    pub process_id: u32,
    /// When it started, milliseconds since the epoch.
    pub started_at_unix_ms: i64,
    /// Where it receives: name, authentication address, accounting address.
    pub listeners: Vec<ListenerLine>,
    /// How the store is.
    pub store: StoreLine,
    /// The snapshot for a start without the store, if one is written.
    pub snapshot: Option<SnapshotLine>,
    /// NASes, plans and services in memory.
    pub directory: DirectoryLine,
    /// Counters, named, in the order they are shown.
    pub counters: Vec<(String, u64)>,
    /// Datagrams that were not RADIUS, by what was wrong with them.
    pub malformed_by_kind: Vec<(String, u64)>,
    /// Why the journal takes no records, if so: until its disk has room, or for good.
    pub journal_failure: Option<String>,
    /// Why the store last refused a batch, if it did.
    pub drain_failure: Option<String>,
    /// NASes whose packets were refused for their secret or their missing Message-Authenticator.
    pub nas_problems: Vec<NasProblemLine>,
    /// The NASes that have been heard of since it started.
    pub nas_health: Vec<NasHealthLine>,
    /// The pools that are managed here, of every tenant.
    pub pools: Vec<PoolLine>,
}

/// How much of one pool is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolLine {
    /// Its name.
    pub name: String,
    /// How many addresses it has.
    pub size: u64,
    /// How many belong to a session, or to a log-in whose session may still begin.
    pub in_use: u64,
    /// How many are kept for the service that had them.
    pub leased: u64,
    /// The share in use from which the operator is warned, percent.
    pub warn_at: u8,
    /// The warning, if there is one.
    pub warning: String,
}

/// How the store is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StoreLine {
    /// Where it is, without a password.
    pub place: String,
    /// Since when the server runs without it, from a snapshot, milliseconds since the epoch.
    pub away_since_unix_ms: Option<i64>,
    /// When the directory of that snapshot was the store's, milliseconds since the epoch.
    pub running_from_unix_ms: Option<i64>,
    /// Why it is still away.
    pub problem: Option<String>,
}

/// The snapshot as it was last written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SnapshotLine {
    /// When the directory in it was the store's, milliseconds since the epoch.
    pub current_at_unix_ms: Option<i64>,
    /// Its length.
    pub octets: Option<u64>,
    /// Why it could not be written the last time.
    pub failure: Option<String>,
}

/// How one NAS is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NasHealthLine {
    /// Its name.
    pub name: String,
    /// When its last packet came, milliseconds since the epoch.
    pub last_heard_unix_ms: i64,
    /// Its open sessions.
    pub sessions_open: u64,
    /// How many reports an hour they should send.
    pub interims_expected_per_hour: u64,
    /// Whether it has open sessions and three of their reports did not come.
    pub is_silent: bool,
}

/// One listener of a running server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListenerLine {
    /// Its name.
    pub name: String,
    /// Where it receives Access-Requests.
    pub authentication: String,
    /// Where it receives Accounting-Requests.
    pub accounting: String,
}

/// How much the directory holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DirectoryLine {
    /// NASes.
    pub nas: usize,
    /// Plans.
    pub plans: usize,
    /// Services.
    pub services: usize,
}

/// What was wrong with the packets of a known NAS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NasProblemLine {
    /// Its name.
    pub name: String,
    /// Packets whose authenticator was wrong: most often a wrong secret.
    pub bad_authenticators: u64,
    /// Access-Requests without the Message-Authenticator that was required.
    pub missing_message_authenticators: u64,
    /// Accounting-Requests that could not be understood, and were not answered.
    pub accounting_not_understood: u64,
    /// When the last of them came, milliseconds since the epoch.
    pub last_at_unix_ms: i64,
}

/// What a log-in would come to, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainedLine {
    /// The checks that were made, in their order.
    pub checks: Vec<CheckLine>,
    /// `accepted`, `quarantined` or `rejected`.
    pub outcome: String,
    /// Whether there is a password that has to be right.
    pub assumes_password: bool,
    /// Whether there is a one-time code that has to be right.
    pub assumes_one_time_code: bool,
    /// The code of the reason.
    pub reason: String,
    /// The reason in words.
    pub words: String,
    /// The reply that the NAS would get, its octets in base32.
    pub reply: String,
}

/// One session that is on its way to what it should have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PursuitLine {
    /// The id of the session.
    pub session: String,
    /// User-Name, escaped; empty when the session has gone meanwhile.
    pub login: String,
    /// What the operator calls the NAS.
    pub nas: String,
    /// What the session should have, in words.
    pub goal: String,
    /// The code of why.
    pub why: String,
    /// Why, in words.
    pub why_in_words: String,
    /// How often it was tried.
    pub attempts: u16,
    /// When it is tried again, milliseconds since the epoch; none while an answer is awaited.
    pub next_at_unix_ms: Option<i64>,
    /// Since when nothing is tried any more, milliseconds since the epoch.
    pub given_up_at_unix_ms: Option<i64>,
}

/// One check and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckLine {
    /// What was asked.
    pub rule: String,
    /// Whether the log-in goes on as if nothing were wrong.
    pub passed: bool,
    /// What was found, in words.
    pub finding: String,
}

/// One session, as a line of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLine {
    /// Its identity for ever.
    pub id: String,
    /// User-Name, escaped.
    pub login: String,
    /// The plan of the service, when the session has one.
    pub plan: Option<String>,
    /// What the operator calls the NAS.
    pub nas: String,
    /// The address the NAS reported last.
    pub address: Option<IpAddr>,
    /// Calling-Station-Id, escaped.
    pub calling_station_id: String,
    /// Acct-Session-Id, escaped.
    pub acct_session_id: String,
    /// The activated service that it is the session of; none: it is the subscriber's own.
    pub activated_service: Option<String>,
    /// Acct-Session-Id of the session that it was activated in, escaped.
    pub parent_acct_session_id: Option<String>,
    /// Octets received by the subscriber; of an activated service a part of those of its parent.
    pub download_octets: u64,
    /// Octets sent by the subscriber.
    pub upload_octets: u64,
    /// How many of the octets received were IPv6, where the NAS says so; else 0.
    pub ipv6_download_octets: u64,
    /// How many of the octets sent were IPv6, where the NAS says so; else 0.
    pub ipv6_upload_octets: u64,
    /// The IPv6 prefix of its link.
    pub ipv6_prefix: Option<String>,
    /// The IPv6 prefix for the network behind it.
    pub delegated_ipv6_prefix: Option<String>,
    /// When it began, milliseconds since the epoch.
    pub started_at_unix_ms: i64,
    /// When its last packet came, milliseconds since the epoch.
    pub last_seen_at_unix_ms: i64,
    /// When it ended, milliseconds since the epoch.
    pub ended_at_unix_ms: Option<i64>,
    /// Acct-Terminate-Cause, once it has ended.
    pub terminate_cause: Option<u32>,
}

impl SessionLine {
    /// `session` as a line, with the names that it refers to by number.
    #[must_use]
    pub fn new(
        session: &aaa_engine::session::Session,
        plan: Option<String>,
        nas: Option<String>,
    ) -> Self {
        Self {
            id: session.id.to_string(),
            login: session.login.to_string(),
            plan,
            nas: nas.unwrap_or_else(|| format!("#{}", session.nas)),
            address: session.framed_ipv4.map(IpAddr::V4),
            ipv6_prefix: session.ipv6.framed.map(|prefix| prefix.to_string()),
            delegated_ipv6_prefix: session.ipv6.delegated.map(|prefix| prefix.to_string()),
            calling_station_id: session.calling_station_id.to_string(),
            acct_session_id: session.acct_session_id.escape_ascii().to_string(),
            activated_service: session.activated.as_ref().map(|service| service.name.to_string()),
            parent_acct_session_id: (session.activated.as_ref())
                .map(|service| service.parent.escape_ascii().to_string()),
            download_octets: session.counters.download_octets,
            upload_octets: session.counters.upload_octets,
            ipv6_download_octets: session.counters.ipv6.download_octets,
            ipv6_upload_octets: session.counters.ipv6.upload_octets,
            started_at_unix_ms: session.started_at.unix_ms(),
            last_seen_at_unix_ms: session.last_seen_at.unix_ms(),
            ended_at_unix_ms: session.end().map(|ended| ended.at.unix_ms()),
            terminate_cause: session.end().map(|ended| ended.terminate_cause),
        }
    }

    /// When it began.
    #[must_use]
    pub fn started_at(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.started_at_unix_ms)
    }
}

/// One source of packets that is no NAS of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownNasLine {
    /// Where the packets come from.
    pub source: IpAddr,
    /// The listener they come to.
    pub listener: String,
    /// NAS-Identifier, escaped, when there is one: nobody has checked it.
    pub nas_identifier: Option<String>,
    /// How many have come.
    pub packets: u64,
    /// When the first came, milliseconds since the epoch.
    pub first_seen_unix_ms: i64,
    /// When the last came, milliseconds since the epoch.
    pub last_seen_unix_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_plain_to_write_by_hand() {
        let request: Request =
            serde_json::from_str(r#"{"ask":"sessions","tenant":"default"}"#).unwrap();
        assert_eq!(request, Request::Sessions { tenant: "default".to_owned(), login: None });
        assert_eq!(serde_json::to_string(&Request::Sync).unwrap(), r#"{"ask":"sync"}"#);
        assert!(serde_json::from_str::<Request>(r#"{"ask":"stop"}"#).is_err());
        assert!(
            serde_json::from_str::<Request>(r#"{"ask":"sessions","tenant":"x","y":1}"#).is_err()
        );
    }

    #[test]
    fn every_reply_is_read_back() {
        let status =
            Status { counters: vec![("packets received".to_owned(), 7)], ..Status::default() };
        for reply in [Reply::Status(Box::new(status)), Reply::Done, Reply::Error("why".to_owned())]
        {
            let line = serde_json::to_string(&reply).unwrap();
            assert!(!line.contains('\n'));
            assert_eq!(serde_json::from_str::<Reply>(&line).unwrap(), reply);
        }
    }
}
