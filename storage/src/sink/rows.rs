//! Rows as they travel: in a JSON parameter to PostgreSQL, as parameters to SQLite.

use std::fmt::Write as _;

use aaa_engine::Attempt;
use aaa_engine::session::Session;
use entitlement::{TenantId, Timestamp};
use sea_orm::Value;
use serde::{Serialize, Serializer};

use crate::auth_log::outcome_code;
use crate::usage::UsageAmount;

#[derive(Serialize)]
pub(super) struct SessionRow {
    id: Octets,
    tenant_id: i64,
    nas_id: i64,
    acct_session_id: Octets,
    login: String,
    calling_station_id: String,
    framed_ipv4: Option<String>,
    framed_ipv6: Option<String>,
    delegated_ipv6: Option<String>,
    service_id: Option<i64>,
    started_at: i64,
    last_seen_at: i64,
    ended_at: Option<i64>,
    terminate_cause: Option<u32>,
    upload_octets: i64,
    download_octets: i64,
    upload_packets: i64,
    download_packets: i64,
    session_time_s: u32,
    ipv6_upload_octets: i64,
    ipv6_download_octets: i64,
    ipv6_upload_packets: i64,
    ipv6_download_packets: i64,
    parent_acct_session_id: Option<Octets>,
    activated_service: Option<String>,
    interim_interval_s: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct AttemptRow {
    tenant_id: i64,
    nas_id: i64,
    at: i64,
    login: String,
    calling_station_id: String,
    method: &'static str,
    outcome: &'static str,
    reason: &'static str,
    service_id: Option<i64>,
}

/// Octets, which JSON has no form for: hexadecimal there.
struct Octets(Vec<u8>);

impl Serialize for Octets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hexadecimal(&self.0))
    }
}

impl SessionRow {
    /// In the order of [`INSERT_SESSIONS`](super::sql::INSERT_SESSIONS).
    pub(super) fn values(self) -> [Value; 26] {
        [
            self.id.0.into(),
            self.tenant_id.into(),
            self.nas_id.into(),
            self.acct_session_id.0.into(),
            self.login.into(),
            self.calling_station_id.into(),
            self.framed_ipv4.into(),
            self.framed_ipv6.into(),
            self.delegated_ipv6.into(),
            self.service_id.into(),
            self.started_at.into(),
            self.last_seen_at.into(),
            self.ended_at.into(),
            self.terminate_cause.into(),
            self.upload_octets.into(),
            self.download_octets.into(),
            self.upload_packets.into(),
            self.download_packets.into(),
            self.session_time_s.into(),
            self.ipv6_upload_octets.into(),
            self.ipv6_download_octets.into(),
            self.ipv6_upload_packets.into(),
            self.ipv6_download_packets.into(),
            self.parent_acct_session_id.map(|octets| octets.0).into(),
            self.activated_service.into(),
            self.interim_interval_s.into(),
        ]
    }
}

impl AttemptRow {
    /// In the order of [`INSERT_ATTEMPTS`](super::sql::INSERT_ATTEMPTS).
    pub(super) fn values(self) -> [Value; 9] {
        [
            self.tenant_id.into(),
            self.nas_id.into(),
            self.at.into(),
            self.login.into(),
            self.calling_station_id.into(),
            self.method.into(),
            self.outcome.into(),
            self.reason.into(),
            self.service_id.into(),
        ]
    }
}

pub(super) const USAGE_COLUMNS: usize = 8;

/// One row of usage, in the order of its table's columns.
pub(super) fn usage_row(
    tenant: TenantId,
    bucket_start: Timestamp,
    service_id: i64,
    amount: UsageAmount,
) -> [i64; USAGE_COLUMNS] {
    [
        tenant.0,
        bucket_start.unix_ms(),
        service_id,
        counted(amount.upload_octets),
        counted(amount.download_octets),
        counted(amount.upload_packets),
        counted(amount.download_packets),
        counted(amount.session_time_s),
    ]
}

impl From<&Session> for SessionRow {
    fn from(session: &Session) -> Self {
        Self {
            id: Octets(session.id.0.into()),
            tenant_id: session.tenant.0,
            nas_id: session.nas.0,
            acct_session_id: Octets(session.acct_session_id.to_vec()),
            login: storable(&session.login),
            calling_station_id: storable(&session.calling_station_id),
            framed_ipv4: session.framed_ipv4.map(|address| address.to_string()),
            framed_ipv6: session.ipv6.framed.map(|prefix| prefix.to_string()),
            delegated_ipv6: session.ipv6.delegated.map(|prefix| prefix.to_string()),
            service_id: session.service.map(|service| service.0),
            started_at: session.started_at.unix_ms(),
            last_seen_at: session.last_seen_at.unix_ms(),
            ended_at: session.ended.map(|ended| ended.at.unix_ms()),
            terminate_cause: session.ended.map(|ended| ended.terminate_cause),
            upload_octets: counted(session.counters.upload_octets),
            download_octets: counted(session.counters.download_octets),
            upload_packets: counted(session.counters.upload_packets),
            download_packets: counted(session.counters.download_packets),
            session_time_s: session.counters.session_time_s,
            ipv6_upload_octets: counted(session.counters.ipv6.upload_octets),
            ipv6_download_octets: counted(session.counters.ipv6.download_octets),
            ipv6_upload_packets: counted(session.counters.ipv6.upload_packets),
            ipv6_download_packets: counted(session.counters.ipv6.download_packets),
            parent_acct_session_id: (session.activated.as_ref())
                .map(|activated| Octets(activated.parent.to_vec())),
            activated_service: (session.activated.as_ref())
                .map(|activated| storable(&activated.name)),
            interim_interval_s: session.interim_interval_s,
        }
    }
}

impl From<Attempt> for AttemptRow {
    fn from(attempt: Attempt) -> Self {
        Self {
            tenant_id: attempt.tenant.0,
            nas_id: attempt.nas.0,
            at: attempt.at.unix_ms(),
            login: storable(&attempt.login),
            calling_station_id: storable(&attempt.calling_station_id),
            method: attempt.method.code(),
            outcome: outcome_code(attempt.outcome),
            reason: attempt.reason.code(),
            service_id: attempt.service.map(|service| service.0),
        }
    }
}

pub(crate) fn hexadecimal(octets: &[u8]) -> String {
    let mut text = String::with_capacity(2 * octets.len());
    for octet in octets {
        // Writing to a string cannot fail.
        let _ = write!(text, "{octet:02x}");
    }
    text
}

/// PostgreSQL has no NUL in its texts; one packet with it must not stop the journal.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A counter that no line fills in a thousand years, in the signed number that SQL has.
fn counted(counter: u64) -> i64 {
    i64::try_from(counter).unwrap_or(i64::MAX)
}
