use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// Credit notes that were made by hand.
pub(super) struct CreditNotes;

impl MigrationName for CreditNotes {
    fn name(&self) -> &'static str {
        "m0024_credit_notes"
    }
}

const STATEMENTS: [&str; 8] = [
    // A line that gives back a part of another one names it, and has its ordinal: it is among those of its
    // key, and is not billed.
    "alter table invoice_line add column of_invoice_id bigint",
    "alter table invoice_line add column of_place bigint",
    "create index invoice_line_credits on invoice_line (of_invoice_id) \
     where of_invoice_id is not null",
    "drop index invoice_line_billed_once",
    // Every run reads by it what was billed and given back of a subscription: so it has all lines.
    "create unique index invoice_line_billed_once on invoice_line (subscription_id, product_id, \
     begins, is_usage, ordinal, (case when of_invoice_id is null then 0 else invoice_id end))",
    // What was asked for is compared when the same key is given again.
    "create table credit_note (invoice_id bigint not null primary key references invoice (id), \
     tenant_id bigint not null references tenant (id), \
     of_invoice_id bigint not null references invoice (id), reason text not null, memo text not null, \
     asked text not null, idempotency_key text)",
    "create index credit_note_of on credit_note (of_invoice_id)",
    "create unique index credit_note_unique_key on credit_note (tenant_id, idempotency_key)",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for CreditNotes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
