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
    category: Option<String>,
    zone_id: Option<i64>,
});

// A part of the area that is served.
table!(zone, "zone", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    name: String,
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
    family_id: Option<i64>,
    lasts: Option<String>,
    data_octets: Option<i64>,
    data_per: Option<String>,
    data_priority: Option<i64>,
    data_kind: Option<String>,
    setup_fee_id: Option<i64>,
    trial_id: Option<i64>,
    trial_lasts: Option<String>,
    trial_becomes_id: Option<i64>,
    term_periods: Option<i64>,
    term_cadence: Option<String>,
    early_end: Option<String>,
    early_minor: Option<i64>,
    early_currency: Option<String>,
    early_millionths: Option<i64>,
    rank: Option<i64>,
    renew_from: String,
    renew_grace: Option<String>,
    visible_to: Option<String>,
    visible_from: Option<i64>,
    visible_until: Option<i64>,
});

table!(product_add_on, "product_add_on", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    product_id: i64,
    add_on_id: i64,
    quantity_min: i64,
    quantity_max: i64,
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
    upgrade: String,
    downgrade: String,
    change_fee_id: Option<i64>,
    pause_longest: Option<String>,
    pauses_per_year: Option<i64>,
    notice: Option<String>,
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
    minimum_product_id: Option<i64>,
    minimum_minor: Option<i64>,
    minimum_per: Option<String>,
    maximum_minor: Option<i64>,
    maximum_per: Option<String>,
    limit_currency: Option<String>,
    limit_proration: Option<String>,
    realigned: Option<String>,
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

// For how long a family of packages is paid. `try_at`: when it is to be renewed by itself.
table!(subscription_package, "subscription_package", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    subscription_id: i64,
    family_id: i64,
    product_id: i64,
    anchor_at: Option<i64>,
    paid_until: Option<i64>,
    grants: String,
    auto_renew: i64,
    try_at: Option<i64>,
});

// What is charged once and is no price of a product.
table!(subscription_charge, "subscription_charge", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    subscription_id: i64,
    product_id: i64,
    at: i64,
    amount_minor: i64,
    currency: String,
    explanation: String,
    invoice_id: Option<i64>,
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
    quantity: i64,
    taxation: String,
    is_usage: i64,
    of_invoice_id: Option<i64>,
    of_place: Option<i64>,
});

table!(credit_note, "credit_note", {
    #[sea_orm(primary_key, auto_increment = false)] invoice_id: i64,
    tenant_id: i64,
    of_invoice_id: i64,
    reason: String,
    memo: String,
    asked: String,
    idempotency_key: Option<String>,
});

table!(product_usage, "product_usage", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    product_id: i64,
    from_at: i64,
    applies_to: String,
    cadence: String,
    proration: String,
    price: String,
    created_at: i64,
});

table!(product_promise, "product_promise", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    product_id: i64,
    from_at: i64,
    applies_to: String,
    sla: Option<String>,
    created_at: i64,
});

table!(usage_record, "usage_record", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    source: String,
    record: String,
    subscription_id: i64,
    product_id: i64,
    at: i64,
    until_at: Option<i64>,
    units: i64,
    created_at: i64,
});

table!(outage, "outage", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    subscription_id: Option<i64>,
    product_id: Option<i64>,
    from_at: i64,
    until_at: Option<i64>,
    is_planned: i64,
    reason: String,
    created_at: i64,
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

// What we have given back, or the provider took back.
table!(take_back, "take_back", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    receipt_id: i64,
    subscriber_id: Option<i64>,
    kind: String,
    reference: String,
    at: i64,
    currency: String,
    owed_minor: i64,
    paid_minor: i64,
});

// Somebody's wish to pay. `poll_at`: when the provider is to be asked what has become of it.
table!(payment_intent, "payment_intent", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    idempotency_key: String,
    provider: String,
    reference: Option<String>,
    subscriber_id: i64,
    purpose: String,
    invoice_id: Option<i64>,
    service_id: Option<i64>,
    amount_minor: i64,
    currency: String,
    state: String,
    created_at: i64,
    expires_at: i64,
    prompted_at: Option<i64>,
    polls: i64,
    poll_at: Option<i64>,
    receipt_id: Option<i64>,
});

// What has happened to it, in the order of the numbers, and the state that it had then.
table!(payment_intent_event, "payment_intent_event", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    intent_id: i64,
    at: i64,
    actor: String,
    event: String,
    state: String,
    note: Option<String>,
});

// What a provider gives in the place of a card.
table!(provider_token, "provider_token", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    provider: String,
    subscriber_id: i64,
    label: String,
    token_sealed: Vec<u8>,
    created_at: i64,
});

table!(discount, "discount", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    subscription_id: i64,
    coupon_id: Option<i64>,
    name: String,
    off_millionths: Option<i64>,
    off_minor: Option<i64>,
    off_currency: Option<String>,
    on_products: Option<String>,
    per: String,
    periods: Option<i64>,
    from_at: i64,
    until_at: Option<i64>,
    is_combinable: i64,
    created_at: i64,
});

table!(coupon, "coupon", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    code: String,
    name: String,
    off_millionths: Option<i64>,
    off_minor: Option<i64>,
    off_currency: Option<String>,
    on_products: Option<String>,
    per: String,
    periods: Option<i64>,
    redeem_by: Option<i64>,
    redemptions_max: Option<i64>,
    redemptions_per_subscriber_max: Option<i64>,
    is_first_purchase_only: i64,
    is_combinable: i64,
    created_at: i64,
});

// A tax that a subscriber does not pay, or at a rate of its own.
table!(subscriber_tax, "subscriber_tax", {
    tenant_id: i64,
    #[sea_orm(primary_key, auto_increment = false)] subscriber_id: i64,
    #[sea_orm(primary_key, auto_increment = false)] tax: String,
    rate_millionths: Option<i64>,
});

// What the digests of a tenant's codes are keyed with.
table!(voucher_key, "voucher_key", {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: i64,
    key_sealed: Vec<u8>,
    created_at: i64,
});

table!(voucher_batch, "voucher_batch", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    quantity: i64,
    prefix: Option<String>,
    code_len: i64,
    worth: String,
    plan_id: Option<i64>,
    validity: Option<String>,
    octets: Option<i64>,
    refill_minor: Option<i64>,
    price_minor: i64,
    currency: String,
    taxes: Option<String>,
    ordered_at: i64,
    sell_by: Option<i64>,
    redeem_within: Option<String>,
    owner_id: Option<i64>,
    codes_sealed: Option<Vec<u8>>,
    created_at: i64,
});

// `ends_at`: when its time is over by itself, whatever it is now; of one that has ended never.
table!(voucher, "voucher", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    batch_id: i64,
    serial: i64,
    digest: Vec<u8>,
    owner_id: Option<i64>,
    state: String,
    was: Option<String>,
    sold_at: Option<i64>,
    buyer: Option<String>,
    price_minor: Option<i64>,
    paid_minor: Option<i64>,
    redeem_by: Option<i64>,
    redeemed_at: Option<i64>,
    redeemed_by: Option<i64>,
    redemption_key: Option<String>,
    valid_until: Option<i64>,
    ended_at: Option<i64>,
    ends_at: Option<i64>,
    service_id: Option<i64>,
    grant_id: Option<i64>,
});

table!(voucher_sale, "voucher_sale", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    batch_id: i64,
    first_serial: i64,
    last_serial: i64,
    at: i64,
    buyer: String,
    created_at: i64,
});

// Who has typed codes that do not exist, a subscriber or an address.
table!(voucher_guess, "voucher_guess", {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: i64,
    #[sea_orm(primary_key, auto_increment = false)] who: String,
    wrong_at: String,
    lockouts: i64,
    locked_until: Option<i64>,
    changed_at: i64,
});

// `tenant_id` is the tenant above.
table!(reseller, "reseller", {
    #[sea_orm(primary_key, auto_increment = false)] reseller_id: i64,
    tenant_id: i64,
    currency: String,
    credit_limit_minor: i64,
    created_at: i64,
});

table!(reseller_price, "reseller_price", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    buyer_id: i64,
    item: String,
    amount_minor: i64,
    currency: String,
    changed_at: i64,
});

table!(reseller_top_up, "reseller_top_up", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    reseller_id: i64,
    at: i64,
    amount_minor: i64,
    currency: String,
    received_with: String,
    paid_from: String,
    created_at: i64,
});

table!(reseller_sale, "reseller_sale", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    at: i64,
    item: String,
    quantity: i64,
    paid_from: String,
    net_minor: i64,
    gross_minor: i64,
    currency: String,
    created_at: i64,
    refunded_at: Option<i64>,
});

// What a reseller earns at the tenant above it; with an empty item, of everything else.
table!(reseller_commission, "reseller_commission", {
    #[sea_orm(primary_key, auto_increment = false)] reseller_id: i64,
    tenant_id: i64,
    #[sea_orm(primary_key, auto_increment = false)] item: String,
    rate: String,
});

table!(reseller_margin, "reseller_margin", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    sale_id: i64,
    amount_minor: i64,
    commission_minor: i64,
});

// What happens to who does not pay for a product; of product 0: for those that have none of their own. The
// steps are text, one a line, each behind its number.
table!(dunning_policy, "dunning_policy", {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: i64,
    #[sea_orm(primary_key, auto_increment = false)] product_id: i64,
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

// What the transfers of sessions that are paid as they go are named after.
table!(reservation_row, "reservation_row", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
});

// The money of a session that is paid as it goes, by what was agreed when it began.
table!(reservation, "reservation", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    session_key: String,
    subscriber_id: i64,
    row_id: i64,
    price: String,
    rounding: String,
    currency: String,
    unit: String,
    slice_units: i64,
    least_units: i64,
    interim_interval_s: i64,
    missed_interims: i64,
    silence_charge: String,
    silence_units: Option<i64>,
    begins_at: i64,
    state: String,
    steps: i64,
    reported_units: i64,
    heard_at: i64,
    committed_minor: i64,
    uncovered_minor: i64,
    granted_units: i64,
    hold_id: Option<Vec<u8>>,
    hold_minor: Option<i64>,
    hold_expires_at: Option<i64>,
    silent_at: Option<i64>,
});
