use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What workers have to know of what is due, so that nobody waits for those of whom nothing can become.
pub(super) struct DueWork;

impl MigrationName for DueWork {
    fn name(&self) -> &'static str {
        "m0033_due_work"
    }
}

const STATEMENTS: [&str; 1] = [
    // How often a package could not be renewed since it was over: the next try comes ever later.
    "alter table subscription_package add column tries bigint not null default 0",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for DueWork {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STATEMENTS).await
    }
}
