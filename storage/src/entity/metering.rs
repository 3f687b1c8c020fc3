//! What was measured.

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
