use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What was bought of the time for which packages are paid.
pub(super) struct PaidTimes;

impl MigrationName for PaidTimes {
    fn name(&self) -> &'static str {
        "m0040_paid_times"
    }
}

const STATEMENTS: [&str; 4] = [
    // One row for each purchase of a package with a time of its own, as long as something of that is left.
    // `begins`: as which line it was charged. `anchor_at`, `from_at`, `lasts`, `periods`: its time as it was
    // bought; `stopped_ms`: how long it has stood still since, and `until_at`: when it ends with that.
    // `grants`: the numbers of what came with it, with commas between.
    "create table package_purchase (id {id}, tenant_id bigint not null references tenant (id), \
     package_id bigint not null references subscription_package (id), \
     product_id bigint not null references product (id), begins bigint not null, \
     anchor_at bigint not null, from_at bigint not null, lasts text not null, periods bigint not null, \
     until_at bigint not null, stopped_ms bigint not null default 0, grants text not null)",
    "create index package_purchase_package on package_purchase (package_id, from_at)",
    // Since when the package is paid without a break: what stood still before was not paid with it.
    "alter table subscription_package add column paid_since bigint",
    "update subscription_package set paid_since = anchor_at",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for PaidTimes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
