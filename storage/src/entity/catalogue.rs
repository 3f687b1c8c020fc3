//! What is sold, at which prices and how it is taxed.

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
    online_s: Option<i64>,
    online_per: Option<String>,
    online_priority: Option<i64>,
    online_kind: Option<String>,
    data_rollover: Option<String>,
    online_rollover: Option<String>,
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
