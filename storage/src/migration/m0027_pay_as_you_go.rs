use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// Services that are paid from the wallet while they are used.
pub(super) struct PayAsYouGo;

impl MigrationName for PayAsYouGo {
    fn name(&self) -> &'static str {
        "m0027_pay_as_you_go"
    }
}

const STATEMENTS: [&str; 5] = [
    // What was paid stays when the service goes.
    "alter table reservation add column service_id bigint references service (id) on delete set null",
    "alter table reservation add column seen_octets bigint not null default 0",
    "alter table reservation add column covered_octets bigint not null default 0",
    "create unique index reservation_service on reservation (service_id) \
     where service_id is not null and state <> 'ended'",
    // How many sessions of a service run.
    "create index session_of_service on session (service_id) where ended_at is null",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for PayAsYouGo {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
