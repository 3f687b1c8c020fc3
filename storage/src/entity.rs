//! The tables as sea-orm sees them. Numbers are 64-bit and signed, moments are milliseconds since
//! 1970 in UTC, addresses are text: what both databases hold without loss.
#![expect(unreachable_pub, reason = "the macros of sea-orm write `pub`")]

/// Declares the module, model and empty relations of one table.
macro_rules! table {
    ($name:ident, $table:literal, { $($(#[$meta:meta])* $field:ident: $type:ty),* $(,)? }) => {
        pub(crate) mod $name {
            use sea_orm::entity::prelude::*;
            use serde::{Deserialize, Serialize};

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
            #[serde(deny_unknown_fields)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                $($(#[$meta])* pub $field: $type,)*
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

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

// What a service has used of its quotas and grants.
table!(usage_meter, "usage_meter", {
    #[sea_orm(primary_key, auto_increment = false)] service_id: i64,
    tenant_id: i64,
    revision: i64,
    meter: Vec<u8>,
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

table!(subscriber, "subscriber", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    name: String,
    full_name: Option<String>,
    phone: Option<String>,
    created_at: i64,
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

// What the change feed reads. On PostgreSQL the table also has `xid`, filled in by default.
table!(change, "change", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    kind: String,
    row_id: i64,
});

table!(audit, "audit", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    at: i64,
    actor: String,
    action: String,
    kind: String,
    row_id: i64,
    name: String,
    before: Option<String>,
    after: Option<String>,
});

// Taxes, by which products are taxed.
table!(tax, "tax", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    name: String,
    rate_millionths: i64,
    on_taxes: i64,
    created_at: i64,
});

// What is sold. Its taxes are the numbers of their rows, in their order, with commas between; `-` are
// none, and null means that nobody has said it yet.
table!(product, "product", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    name: String,
    plan_id: Option<i64>,
    pricing: String,
    taxes: Option<String>,
    created_at: i64,
});

table!(product_price, "product_price", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    product_id: i64,
    from_at: i64,
    applies_to: String,
    amount_minor: i64,
    currency: String,
    cadence: Option<String>,
    billed: Option<String>,
    proration: Option<String>,
    created_at: i64,
});

table!(billing_settings, "billing_settings", {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: i64,
    rounding: String,
    payment_days: i64,
    closed_until: Option<i64>,
    invoice_format: String,
    invoice_restarts: String,
    credit_note_format: String,
    credit_note_restarts: String,
    automatic: i64,
});

// What a subscriber has. `due_at`: when something may be to be billed; `effect_at`: when something will
// happen to it that was entered ahead.
table!(subscription, "subscription", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    subscriber_id: i64,
    service_id: Option<i64>,
    alignment: String,
    billed_in: String,
    state: String,
    due_at: Option<i64>,
    effect_at: Option<i64>,
    created_at: i64,
});

// What has happened to it, in the order of the numbers where the moment is one.
table!(subscription_event, "subscription_event", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    subscription_id: i64,
    at: i64,
    what: String,
    product_id: Option<i64>,
    quantity: Option<i64>,
    created_at: i64,
});

table!(invoice, "invoice", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    subscriber_id: i64,
    currency: String,
    kind: String,
    scope: String,
    number: i64,
    label: String,
    made_at: i64,
    issued_at: i64,
    due_at: i64,
    net_minor: i64,
    gross_minor: i64,
    paid_minor: i64,
    paid_at: Option<i64>,
});

table!(invoice_line, "invoice_line", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    invoice_id: i64,
    place: i64,
    subscription_id: i64,
    product_id: i64,
    begins: i64,
    ordinal: i64,
    period_from: Option<i64>,
    period_until: Option<i64>,
    last_from: i64,
    currency: String,
    price_minor: i64,
    billed_before_minor: i64,
    amount_minor: i64,
    net_minor: i64,
    gross_minor: i64,
    explanation: String,
});

table!(invoice_tax, "invoice_tax", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    invoice_id: i64,
    place: i64,
    name: String,
    rate_millionths: i64,
    on_taxes: i64,
    net_minor: i64,
    amount_minor: i64,
});

table!(account, "account", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    name: String,
    currency: String,
    may_not: String,
    debits_posted_minor: i64,
    credits_posted_minor: i64,
    debits_pending_minor: i64,
    credits_pending_minor: i64,
});

// Transfers are never changed, but for what has become of one that holds.
table!(transfer, "transfer", {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: i64,
    #[sea_orm(primary_key, auto_increment = false)] id: Vec<u8>,
    at: i64,
    kind: String,
    debit_account_id: Option<i64>,
    credit_account_id: Option<i64>,
    amount_minor: i64,
    currency: Option<String>,
    held_id: Option<Vec<u8>>,
    expires_at: Option<i64>,
    pending: Option<String>,
    invoice_id: Option<i64>,
    memo: Option<String>,
    made_at: i64,
});

// Money that has come.
table!(receipt, "receipt", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    provider: String,
    number: String,
    amount_minor: i64,
    currency: String,
    received_at: i64,
    subscriber_id: Option<i64>,
    reference: Option<String>,
    created_at: i64,
});

// What has become of it, as JSON.
table!(receipt_event, "receipt_event", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    receipt_id: i64,
    at: i64,
    actor: String,
    event: String,
});

// What happens to who does not pay. The steps are text, one a line, each behind its number.
table!(dunning_policy, "dunning_policy", {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: i64,
    currency: String,
    steps: String,
    minimum_minor: i64,
    fee_cap: Option<String>,
    weekend: String,
    holidays: String,
    stale_days: Option<i64>,
    promises_max: i64,
    promises_within_days: i64,
    promise_days_max: i64,
    from_at: i64,
});

// What has been done about who does not pay; `looked_at` is empty where something has changed since.
table!(dunning_account, "dunning_account", {
    #[sea_orm(primary_key, auto_increment = false)] subscriber_id: i64,
    tenant_id: i64,
    from_at: Option<i64>,
    paid_at: Option<i64>,
    reminded_at: Option<i64>,
    looked_at: Option<i64>,
});

table!(late_fee, "late_fee", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    subscriber_id: i64,
    invoice_id: i64,
    step: i64,
    number: i64,
    at: i64,
    currency: String,
    amount_minor: i64,
    paid_minor: i64,
});

// Promises to pay, with what was paid since, until their end.
table!(promise, "promise", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    subscriber_id: i64,
    made_at: i64,
    until: i64,
    currency: String,
    amount_minor: i64,
    paid_minor: i64,
});
