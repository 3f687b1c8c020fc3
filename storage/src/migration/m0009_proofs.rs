use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbBackend};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What log-ins are proved by beside passwords: one-time codes, with the latest that was used, and
/// what the hotspots of a NAS send for devices.
pub(super) struct Proofs;

/// Columns by table, with their types; `blob` is called otherwise on PostgreSQL.
const COLUMNS: [(&str, &str); 3] = [
    ("service", "code_secret_sealed blob"),
    ("service", "code_last_step bigint"),
    ("nas", "mac_auth_password_sealed blob"),
];

impl MigrationName for Proofs {
    fn name(&self) -> &'static str {
        "m0009_proofs"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Proofs {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        for (table, column) in COLUMNS {
            let column =
                if is_postgres { column.replace("blob", "bytea") } else { column.to_owned() };
            let statement = format!("alter table {table} add column {column}");
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}
