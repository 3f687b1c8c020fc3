//! What has moved, and what is held.

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

// What the transfers of sessions that are paid as they go are named after.
table!(reservation_row, "reservation_row", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
});

// The money of a session that is paid as it goes, by what was agreed when it began. With `service_id` it is that
// of all sessions of a service: `seen_octets` is what its meter had put on the wallet when that was last looked
// at, and `covered_octets` until which count of that meter the wallet covers it, which the directory says. Its
// `taxation` is written as that of the line of an invoice, with how much of each tax was put into its account.
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
    service_id: Option<i64>,
    seen_octets: i64,
    covered_octets: i64,
    taxation: String,
    owed_before_minor: i64,
});

// What was paid of a tax with what was used, beside the transfer that has moved it.
table!(usage_tax, "usage_tax", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    subscriber_id: i64,
    transfer_id: Vec<u8>,
    at: i64,
    name: String,
    rate_millionths: i64,
    amount_minor: i64,
    currency: String,
});

// What an operator has given to a wallet, or taken from it.
table!(wallet_adjustment, "wallet_adjustment", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    subscriber_id: i64,
    at: i64,
    amount_minor: i64,
    currency: String,
    counter: String,
    reason: String,
    idempotency_key: Option<String>,
});

// What one wallet has given to another.
table!(wallet_transfer, "wallet_transfer", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    from_id: i64,
    to_id: i64,
    at: i64,
    amount_minor: i64,
    currency: String,
    idempotency_key: Option<String>,
});

// Whose wallet is topped up by itself. `look_at`: when it is to be looked at next.
table!(auto_top_up, "auto_top_up", {
    #[sea_orm(primary_key, auto_increment = false)] subscriber_id: i64,
    tenant_id: i64,
    provider: String,
    threshold_minor: i64,
    amount_minor: i64,
    currency: String,
    minutes_between: i64,
    per_month: i64,
    look_at: i64,
});
