//! What happens to who does not pay.

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
