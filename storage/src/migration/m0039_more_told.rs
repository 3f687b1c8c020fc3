use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What has to be known so that it is told once that a quota has reached a tier, and that a wallet is used up.
pub(super) struct MoreTold;

impl MigrationName for MoreTold {
    fn name(&self) -> &'static str {
        "m0039_more_told"
    }
}

const STATEMENTS: [&str; 3] = [
    // Of which quota of a service a tier was told last, by which count of its meter.
    "create table quota_told (service_id bigint not null references service (id) on delete cascade, \
     quota text not null, window_from bigint, revision bigint not null, \
     primary key (service_id, quota))",
    // Whether it was told that the wallet covers nothing more. What is so already is no news.
    "alter table reservation add column is_drained bigint not null default 0",
    "update reservation set is_drained = 1 \
     where service_id is not null and covered_octets <= seen_octets",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for MoreTold {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
