use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::ConnectionTrait as _;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// Sessions that are taken to be over because nothing is heard of them, and the IPv6 networks of
/// sessions.
pub(super) struct Session;

impl MigrationName for Session {
    fn name(&self) -> &'static str {
        "m0006_session"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Session {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["silent_since bigint", "framed_ipv6 text", "delegated_ipv6 text"] {
            let statement = format!("alter table session add column {column}");
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}
