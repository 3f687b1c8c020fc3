use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What resellers earn, what was sold through them and taken back, to whom offers are shown,
/// and from when on the periods of a subscription begin elsewhere.
pub(super) struct SalesTerms;

impl MigrationName for SalesTerms {
    fn name(&self) -> &'static str {
        "m0023_sales_terms"
    }
}

/// `{id}` is a number that the database gives.
const STATEMENTS: [&str; 11] = [
    // What a reseller earns at the tenant above it for what its customers buy: of an item, or with an empty
    // one of everything else.
    "create table reseller_commission (reseller_id bigint not null references tenant (id), \
     tenant_id bigint not null references tenant (id), item text not null, rate text not null, \
     primary key (reseller_id, item))",
    "alter table reseller_margin add column commission_minor bigint not null default 0",
    "alter table reseller_sale add column refunded_at bigint",
    "create table zone (id {id}, tenant_id bigint not null references tenant (id), \
     name text not null, created_at bigint not null)",
    "create unique index zone_unique_name on zone (tenant_id, name)",
    "alter table subscriber add column category text",
    "alter table subscriber add column zone_id bigint",
    // The conditions stand one a line, with the numbers of zones.
    "alter table product add column visible_to text",
    "alter table product add column visible_from bigint",
    "alter table product add column visible_until bigint",
    // From when on its periods begin elsewhere: one a line, each behind its moment.
    "alter table subscription add column realigned text",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for SalesTerms {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
