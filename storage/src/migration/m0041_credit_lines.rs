use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// Of each credit, the line that it gives back something of; of each tax, what it is taken on.
pub(super) struct CreditLines;

impl MigrationName for CreditLines {
    fn name(&self) -> &'static str {
        "m0041_credit_lines"
    }
}

const STATEMENTS: [&str; 6] = [
    // What a run gives back names its line too. What is given back by hand is no part of what was billed.
    "alter table invoice_line add column by_hand bigint not null default 0",
    "update invoice_line set by_hand = 1 where of_invoice_id is not null",
    "drop index invoice_line_billed_once",
    "create unique index invoice_line_billed_once on invoice_line (subscription_id, product_id, \
     begins, is_usage, ordinal, (case when by_hand = 0 then 0 else invoice_id end))",
    "alter table invoice_tax add column base_minor bigint not null default 0",
    "update invoice_tax set base_minor = net_minor",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for CreditLines {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
