use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// Wishes to pay, and what providers give in the place of cards.
pub(super) struct PaymentIntents;

impl MigrationName for PaymentIntents {
    fn name(&self) -> &'static str {
        "m0022_payment_intents"
    }
}

/// `{id}` is a number that the database gives, `{octets}` its type for octets.
const STATEMENTS: [&str; 14] = [
    "create table payment_intent (id {id}, tenant_id bigint not null references tenant (id), \
     idempotency_key text not null, provider text not null, reference text, \
     subscriber_id bigint not null references subscriber (id), purpose text not null, \
     invoice_id bigint references invoice (id), service_id bigint, amount_minor bigint not null, \
     currency text not null, state text not null, created_at bigint not null, \
     expires_at bigint not null, prompted_at bigint, polls bigint not null, poll_at bigint, \
     receipt_id bigint references receipt (id))",
    "create unique index payment_intent_unique_key on payment_intent (tenant_id, idempotency_key)",
    // By what the provider calls it a notification finds it.
    "create unique index payment_intent_unique_reference \
     on payment_intent (tenant_id, provider, reference)",
    "create index payment_intent_subscriber on payment_intent (subscriber_id)",
    "create index payment_intent_receipt on payment_intent (receipt_id) \
     where receipt_id is not null",
    "create index payment_intent_poll on payment_intent (tenant_id, poll_at) \
     where poll_at is not null",
    "create index payment_intent_expiry on payment_intent (tenant_id, expires_at) \
     where state in ('created', 'prompted')",
    // What was paid and waits to be activated.
    "create index payment_intent_applied on payment_intent (service_id) \
     where state = 'applied' and purpose = 'renewal'",
    "create table payment_intent_event (id {id}, tenant_id bigint not null references tenant (id), \
     intent_id bigint not null references payment_intent (id), at bigint not null, \
     actor text not null, event text not null, state text not null, note text)",
    "create index payment_intent_event_intent on payment_intent_event (intent_id)",
    "create table provider_token (id {id}, tenant_id bigint not null references tenant (id), \
     provider text not null, subscriber_id bigint not null references subscriber (id), \
     label text not null, token_sealed {octets} not null, created_at bigint not null)",
    "create index provider_token_subscriber on provider_token (subscriber_id)",
    // A statement is compared with what a provider has taken in in its time.
    "create index receipt_received on receipt (tenant_id, provider, received_at)",
    "create index take_back_at on take_back (tenant_id, at)",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for PaymentIntents {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
