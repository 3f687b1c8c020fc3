use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What is given up by hand, and what was paid of what is overdue and when.
pub(super) struct GivenUp;

impl MigrationName for GivenUp {
    fn name(&self) -> &'static str {
        "m0042_given_up"
    }
}

/// `{id}` is a number that the database gives.
const STATEMENTS: [&str; 9] = [
    // Whether late fees alone were given up. What was by hand has a reason, and what was asked for.
    "alter table write_off add column of_fees bigint not null default 0",
    "alter table write_off add column reason text",
    "alter table write_off add column asked text",
    "alter table write_off add column idempotency_key text",
    // What of it the invoice itself asked for, the rest being late fees; and how much of that credit notes have
    // given back since, so that it is no loss any more.
    "alter table write_off add column invoice_minor bigint not null default 0",
    "alter table write_off add column made_up_minor bigint not null default 0",
    "create unique index write_off_key on write_off (tenant_id, idempotency_key)",
    // What was paid of invoices that were overdue and stayed so; less than nothing was taken back. By it is
    // known what was open when a late fee was due.
    "create table part_payment (id {id}, tenant_id bigint not null references tenant (id), \
     invoice_id bigint not null references invoice (id), at bigint not null, \
     amount_minor bigint not null)",
    "create index part_payment_invoice on part_payment (invoice_id, at)",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for GivenUp {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
