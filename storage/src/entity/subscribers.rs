//! Who is served: subscribers, their services, and what those have of their own.

table!(subscriber, "subscriber", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    name: String,
    full_name: Option<String>,
    phone: Option<String>,
    created_at: i64,
    category: Option<String>,
    zone_id: Option<i64>,
    payment_days: Option<i64>,
    credit_limit_minor: Option<i64>,
    credit_currency: Option<String>,
    phone_digits: Option<String>,
});

table!(service, "service", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    subscriber_id: i64,
    plan_id: i64,
    login: String,
    credential_sealed: Vec<u8>,
    standing: String,
    valid_from: Option<i64>,
    valid_until: Option<i64>,
    fixed_ipv4: Option<String>,
    created_at: i64,
    ipv6_address: Option<String>,
    ipv6_prefixes: Option<String>,
    delegated_ipv6_prefixes: Option<String>,
    routes: Option<String>,
    first_use_lasts_s: Option<i64>,
    first_used_at: Option<i64>,
    devices_reset_at: Option<i64>,
    reply_attributes: Option<Vec<u8>>,
    code_secret_sealed: Option<Vec<u8>>,
    code_last_step: Option<i64>,
    cycle_from: Option<i64>,
    throttle_download_bps: Option<i64>,
    throttle_upload_bps: Option<i64>,
    throttle_until: Option<i64>,
    grace_download_bps: Option<i64>,
    grace_upload_bps: Option<i64>,
});

table!(service_grant, "service_grant", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    service_id: i64,
    valid_from: Option<i64>,
    valid_until: Option<i64>,
    created_at: i64,
    octets: i64,
    priority: i64,
    kind: String,
    online_s: Option<i64>,
});

// By which rule what is left of a grant is carried over, and from where it was.
table!(grant_rollover, "grant_rollover", {
    #[sea_orm(primary_key, auto_increment = false)] grant_id: i64,
    tenant_id: i64,
    package_id: i64,
    rule: String,
    lasts: Option<String>,
    anchor_at: Option<i64>,
    used_units: i64,
    carry_at: Option<i64>,
    is_settled: i64,
    carried_from: Option<i64>,
    carried_times: Option<i64>,
    carried_left: Option<i64>,
});

// Data that is used up. `is_seen`: whether somebody has looked at what becomes of that.
table!(used_up_grant, "used_up_grant", {
    #[sea_orm(primary_key, auto_increment = false)] grant_id: i64,
    tenant_id: i64,
    service_id: i64,
    is_seen: i64,
});

table!(service_booster, "service_booster", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    service_id: i64,
    valid_from: Option<i64>,
    valid_until: Option<i64>,
    created_at: i64,
    download_bps: i64,
    upload_bps: i64,
});

// Whose data a service shares. `until_at`: it has shared it until then.
table!(service_share, "service_share", {
    #[sea_orm(primary_key, auto_increment = false)] service_id: i64,
    tenant_id: i64,
    lead_id: i64,
    limit_octets: Option<i64>,
    from_at: i64,
    until_at: Option<i64>,
});

table!(service_identifier, "service_identifier", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    service_id: i64,
    kind: String,
    nas_id: Option<i64>,
    value: String,
    created_at: i64,
});

table!(device, "device", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    service_id: i64,
    address: String,
    is_allowed: i64,
    is_learned: i64,
    created_at: i64,
});
