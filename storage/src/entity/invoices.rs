//! What was billed.

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
    voucher_link: Option<String>,
    calling_code: Option<String>,
    unredeemed_vouchers: Option<String>,
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
    seller_id: Option<i64>,
    buyer_id: Option<i64>,
});

// Versions, of which the last one is in force.
table!(seller, "seller", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    name: String,
    address: String,
    tax_number: Option<String>,
    contact: Option<String>,
    payment_instructions: Option<String>,
    footer: Option<String>,
    made_at: i64,
});

table!(buyer, "buyer", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    subscriber_id: i64,
    name: String,
    address: String,
    tax_number: Option<String>,
    email: Option<String>,
    purchase_order: Option<String>,
    made_at: i64,
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
    by_hand: i64,
    service: Option<String>,
    purchase_order: Option<String>,
    covers_from: Option<i64>,
    covers_until: Option<i64>,
});

// What is for no subscription, with what it comes from.
table!(invoice_item, "invoice_item", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    invoice_id: i64,
    place: i64,
    source: String,
    source_id: i64,
    item: String,
    explanation: String,
    net_minor: i64,
    gross_minor: i64,
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
    base_minor: i64,
    amount_minor: i64,
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
