use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbBackend};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// How far the counters of a NAS count, and how much of what a session has counted was IPv6; the sessions of
/// activated services; how often a session should report.
pub(super) struct Counters;

impl MigrationName for Counters {
    fn name(&self) -> &'static str {
        "m0010_counters"
    }
}

const COLUMNS: [(&str, &str); 8] = [
    ("nas", "counter_bits bigint not null default 64"),
    ("session", "ipv6_upload_octets bigint not null default 0"),
    ("session", "ipv6_download_octets bigint not null default 0"),
    ("session", "ipv6_upload_packets bigint not null default 0"),
    ("session", "ipv6_download_packets bigint not null default 0"),
    ("session", "parent_acct_session_id blob"),
    ("session", "activated_service text"),
    ("session", "interim_interval_s bigint"),
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Counters {
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
