use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What says that something was done already, and is not to be done again.
pub(super) struct Once;

impl MigrationName for Once {
    fn name(&self) -> &'static str {
        "m0032_once"
    }
}

const STATEMENTS: [&str; 6] = [
    // When a package was bought last, by the clock: a payment that is told again does not buy it once more.
    "alter table subscription_package add column bought_at bigint",
    // A command that was broken off and is given again, by its key, changes nothing. What was asked for tells
    // it from another one.
    "alter table reseller_top_up add column idempotency_key text",
    "create unique index reseller_top_up_unique_key on reseller_top_up (tenant_id, idempotency_key)",
    "alter table reseller_sale add column idempotency_key text",
    "alter table reseller_sale add column asked text",
    "create unique index reseller_sale_unique_key on reseller_sale (tenant_id, idempotency_key)",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Once {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
