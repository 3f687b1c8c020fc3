use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// Which services share the data of which.
pub(super) struct SharedData;

impl MigrationName for SharedData {
    fn name(&self) -> &'static str {
        "m0036_shared_data"
    }
}

const STATEMENTS: [&str; 2] = [
    // One row for each service that shares the data of another one, or did so last. A lead is not
    // removed while there is any of its own.
    "create table service_share (service_id bigint primary key references service (id) \
     on delete cascade, tenant_id bigint not null references tenant (id), \
     lead_id bigint not null references service (id) on delete cascade, limit_octets bigint, \
     from_at bigint not null, until_at bigint)",
    "create index service_share_lead on service_share (lead_id)",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for SharedData {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
