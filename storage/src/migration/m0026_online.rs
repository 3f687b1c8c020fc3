use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// Time online that is granted, sold with packages and on vouchers.
pub(super) struct Online;

impl MigrationName for Online {
    fn name(&self) -> &'static str {
        "m0026_online"
    }
}

const STATEMENTS: [&str; 7] = [
    // A grant is of seconds online where it has them; its octets are 0 then.
    "alter table service_grant add column online_s bigint",
    "alter table product add column online_s bigint",
    "alter table product add column online_per text",
    "alter table product add column online_priority bigint",
    "alter table product add column online_kind text",
    "alter table voucher_batch add column online_s bigint",
    // `grant_id` is the grant of data.
    "alter table voucher add column online_grant_id bigint",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Online {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
