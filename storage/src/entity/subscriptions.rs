//! Who has what, and what is taken off for them.

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
    purchase_order: Option<String>,
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

// For how long a family of packages is paid. `try_at`: when it is to be renewed by itself; null: when there is
// money. `tries`: how often it could not be. `paid_since`: from when it is paid until then without a break.
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
    bought_at: Option<i64>,
    tries: i64,
    look_at: Option<i64>,
    paid_since: Option<i64>,
});

// What was bought of the time for which a package is paid, and is not over.
table!(package_purchase, "package_purchase", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    package_id: i64,
    product_id: i64,
    begins: i64,
    anchor_at: i64,
    from_at: i64,
    lasts: String,
    periods: i64,
    until_at: i64,
    stopped_ms: i64,
    grants: String,
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
