use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::ConnectionTrait as _;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// The hours of a plan, and the zone of the clock they are read on.
pub(super) struct Hours;

const COLUMNS: [&str; 2] = [
    "alter table tenant add column time_zone text not null default 'UTC'",
    "alter table plan add column hours text",
];

impl MigrationName for Hours {
    fn name(&self) -> &'static str {
        "m0002_hours"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Hours {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            manager.get_connection().execute_unprepared(column).await?;
        }
        Ok(())
    }
}
