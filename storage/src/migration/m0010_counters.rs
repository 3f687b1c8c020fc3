use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::ConnectionTrait as _;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// How far the counters of a NAS count.
pub(super) struct Counters;

impl MigrationName for Counters {
    fn name(&self) -> &'static str {
        "m0010_counters"
    }
}

const COLUMNS: [(&str, &str); 1] = [("nas", "counter_bits bigint not null default 64")];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Counters {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in COLUMNS {
            let statement = format!("alter table {table} add column {column}");
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}
