//! What RADIUS told: sessions, what they count and what their NASes were asked.

table!(session, "session", {
    #[sea_orm(primary_key, auto_increment = false)] id: Vec<u8>,
    tenant_id: i64,
    nas_id: i64,
    acct_session_id: Vec<u8>,
    login: String,
    calling_station_id: String,
    framed_ipv4: Option<String>,
    service_id: Option<i64>,
    started_at: i64,
    last_seen_at: i64,
    ended_at: Option<i64>,
    terminate_cause: Option<i64>,
    upload_octets: i64,
    download_octets: i64,
    upload_packets: i64,
    download_packets: i64,
    session_time_s: i64,
    silent_since: Option<i64>,
    framed_ipv6: Option<String>,
    delegated_ipv6: Option<String>,
    ipv6_upload_octets: i64,
    ipv6_download_octets: i64,
    ipv6_upload_packets: i64,
    ipv6_download_packets: i64,
    parent_acct_session_id: Option<Vec<u8>>,
    activated_service: Option<String>,
    interim_interval_s: Option<i64>,
});

// What the NAS of a session has confirmed to have been told about it.
table!(session_told, "session_told", {
    #[sea_orm(primary_key, auto_increment = false)] session_id: Vec<u8>,
    tenant_id: i64,
    told: Option<Vec<u8>>,
    in_doubt: i64,
    end_ordered: Option<String>,
    disconnected_at: Option<i64>,
    waits: i64,
    activated_at: Option<i64>,
});

// The steps to it.
table!(session_change, "session_change", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    at: i64,
    session_id: Vec<u8>,
    nas_id: i64,
    service_id: Option<i64>,
    login: String,
    why: String,
    goal: Option<Vec<u8>>,
    step: String,
    request: Option<String>,
    attempt: Option<i64>,
    error_cause: Option<i64>,
});

// What a service has used of its quotas and grants.
table!(usage_meter, "usage_meter", {
    #[sea_orm(primary_key, auto_increment = false)] service_id: i64,
    tenant_id: i64,
    revision: i64,
    meter: Vec<u8>,
});

table!(auth_log, "auth_log", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    nas_id: i64,
    at: i64,
    login: String,
    calling_station_id: String,
    method: String,
    outcome: String,
    reason: String,
    service_id: Option<i64>,
});

// How far each node's journal has been applied.
table!(journal_position, "journal_position", {
    #[sea_orm(primary_key, auto_increment = false)] node: String,
    segment: i64,
    octet: i64,
});
