//! What was changed, for whoever follows and for whoever asks who did it.

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
