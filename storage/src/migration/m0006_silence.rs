use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::ConnectionTrait as _;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// Sessions that are taken to be over because nothing is heard of them.
pub(super) struct Silence;

impl MigrationName for Silence {
    fn name(&self) -> &'static str {
        "m0006_silence"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Silence {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = "alter table session add column silent_since bigint";
        manager.get_connection().execute_unprepared(column).await?;
        Ok(())
    }
}
