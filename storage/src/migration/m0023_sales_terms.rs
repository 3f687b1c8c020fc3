use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What resellers earn, and what was sold through them and taken back.
pub(super) struct SalesTerms;

impl MigrationName for SalesTerms {
    fn name(&self) -> &'static str {
        "m0023_sales_terms"
    }
}

const STATEMENTS: [&str; 3] = [
    // What a reseller earns at the tenant above it for what its customers buy: of an item, or with an empty
    // one of everything else.
    "create table reseller_commission (reseller_id bigint not null references tenant (id), \
     tenant_id bigint not null references tenant (id), item text not null, rate text not null, \
     primary key (reseller_id, item))",
    "alter table reseller_margin add column commission_minor bigint not null default 0",
    "alter table reseller_sale add column refunded_at bigint",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for SalesTerms {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
