use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbBackend};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What is done by itself: billing, and what happens to who does not pay.
pub(super) struct Dunning;

impl MigrationName for Dunning {
    fn name(&self) -> &'static str {
        "m0017_dunning"
    }
}

/// `{id}` is a number that the database gives.
const STATEMENTS: [&str; 1] =
    ["alter table billing_settings add column automatic bigint not null default 1"];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Dunning {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let id = match manager.get_database_backend() {
            DbBackend::Postgres => "bigserial primary key",
            _ => "integer primary key autoincrement",
        };
        for statement in STATEMENTS {
            manager.get_connection().execute_unprepared(&statement.replace("{id}", id)).await?;
        }
        Ok(())
    }
}
