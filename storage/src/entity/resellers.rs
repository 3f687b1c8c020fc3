//! Tenants that sell for others.

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
    idempotency_key: Option<String>,
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
    idempotency_key: Option<String>,
    asked: Option<String>,
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

// What a reseller earns at the tenant above it for payments, from a moment on; without a rate nothing.
table!(reseller_payment_rate, "reseller_payment_rate", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    reseller_id: i64,
    from_at: i64,
    rate: Option<String>,
    created_at: i64,
});

// What it has earned for a receipt of a customer, and what of it was given back.
table!(payment_commission, "payment_commission", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    reseller_id: i64,
    receipt_id: i64,
    level: i64,
    rate: String,
    paid_minor: i64,
    amount_minor: i64,
    back_minor: i64,
    currency: String,
});
