//! What was asked for, paid and taken back.

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
    token_id: Option<i64>,
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
