use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::ConnectionTrait as _;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// The operator's throttle of a service.
pub(super) struct Throttle;

const COLUMNS: [&str; 3] =
    ["throttle_download_bps bigint", "throttle_upload_bps bigint", "throttle_until bigint"];

impl MigrationName for Throttle {
    fn name(&self) -> &'static str {
        "m0014_throttle"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Throttle {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            let statement = format!("alter table service add column {column}");
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}
