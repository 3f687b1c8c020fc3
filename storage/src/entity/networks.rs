//! What the servers and routers of a tenant are: tenants, NASes, plans, pools.

// One row: the format of the store, and the constant that notices a wrong key file.
table!(store, "store", {
    #[sea_orm(primary_key, auto_increment = false)] id: i64,
    format: i64,
    key_check: Vec<u8>,
    created_at: i64,
});

table!(tenant, "tenant", {
    #[sea_orm(primary_key)] id: i64,
    name: String,
    time_zone: String,
    created_at: i64,
});

table!(nas, "nas", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    name: String,
    listener: String,
    address: String,
    secret_sealed: Vec<u8>,
    dialect: String,
    message_authenticator: String,
    counters_swapped: i64,
    created_at: i64,
    reply_attributes: Option<Vec<u8>>,
    identify: Option<String>,
    mac_auth_password_sealed: Option<Vec<u8>>,
    counter_bits: i64,
    coa_ability: String,
    coa_address: Option<String>,
    coa_port: Option<i64>,
    coa_secret_sealed: Option<Vec<u8>>,
    coa_in_flight_max: Option<i64>,
    coa_requests_per_s_max: Option<i64>,
});

table!(plan, "plan", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    name: String,
    download_bps: Option<i64>,
    upload_bps: Option<i64>,
    pool: Option<String>,
    session_timeout_s: Option<i64>,
    idle_timeout_s: Option<i64>,
    interim_interval_s: Option<i64>,
    hours: Option<String>,
    when_withheld: String,
    quarantine_pool: Option<String>,
    quarantine_address_list: Option<String>,
    quarantine_session_timeout_s: Option<i64>,
    created_at: i64,
    burst_download_bps: Option<i64>,
    burst_upload_bps: Option<i64>,
    burst_threshold_download_bps: Option<i64>,
    burst_threshold_upload_bps: Option<i64>,
    burst_time_s: Option<i64>,
    minimum_download_bps: Option<i64>,
    minimum_upload_bps: Option<i64>,
    priority: Option<i64>,
    ipv6_pool: Option<String>,
    delegated_ipv6_pool: Option<String>,
    address_list: Option<String>,
    routing_mark: Option<String>,
    nas_group: Option<String>,
    sessions_max: Option<i64>,
    when_sessions_full: Option<String>,
    devices: String,
    devices_max: Option<i64>,
    when_withheld_for: Option<String>,
    reply_attributes: Option<Vec<u8>>,
    quotas: Option<String>,
    services: Option<String>,
});

// A service that NASes activate within a session; its parameters as `name:kind`, with commas between.
table!(service_template, "service_template", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    name: String,
    parameters: String,
    timeout_s: Option<i64>,
    volume_mb: Option<i64>,
    volume_gigawords: Option<i64>,
    statistics: Option<String>,
    interim_interval_s: Option<i64>,
    mutex_group: Option<String>,
    router_deactivates: i64,
    profile_role: Option<String>,
    profile_default: Option<String>,
    created_at: i64,
});

// Addresses that are given here; of IPv6 prefixes their length is set.
table!(pool, "pool", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    name: String,
    ranges: String,
    excluded: Option<String>,
    len_bits: Option<i64>,
    warning_percent: i64,
    created_at: i64,
});

// A part of the area that is served.
table!(zone, "zone", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    name: String,
    created_at: i64,
});
