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

// What has happened, for whoever is to hear of it. It is due again when the time of who has it is over.
table!(outbox, "outbox", {
    #[sea_orm(primary_key)] id: i64,
    tenant_id: i64,
    topic: String,
    version: i64,
    subscriber_id: Option<i64>,
    body: String,
    created_at: i64,
    due_at: i64,
    attempts: i64,
    fence: i64,
    taken_by: Option<String>,
    delivered_at: Option<i64>,
    failed_at: Option<i64>,
    error: Option<String>,
});
