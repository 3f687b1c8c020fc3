use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbBackend};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What a service's one-time codes are made of, and the latest that was used.
pub(super) struct OneTimeCodes;

impl MigrationName for OneTimeCodes {
    fn name(&self) -> &'static str {
        "m0009_one_time_codes"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for OneTimeCodes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        let blob = if is_postgres { "bytea" } else { "blob" };
        for column in [format!("code_secret_sealed {blob}"), "code_last_step bigint".to_owned()] {
            let statement = format!("alter table service add column {column}");
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}
