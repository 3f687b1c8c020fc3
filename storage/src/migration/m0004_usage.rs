use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbBackend};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// How much each service used, by 5 minutes, hour and day.
pub(super) struct Usage;

/// The moment comes before the service in the key, so that what is written at one time lies
/// together; how one service is read all the same is said in `usage.rs`.
const COLUMNS: &str = "(tenant_id bigint not null, bucket_start bigint not null, \
     service_id bigint not null, upload_octets bigint not null, \
     download_octets bigint not null, upload_packets bigint not null, \
     download_packets bigint not null, session_time_s bigint not null, \
     primary key (tenant_id, bucket_start, service_id))";

impl MigrationName for Usage {
    fn name(&self) -> &'static str {
        "m0004_usage"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Usage {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        let (five_minutes, others) = if is_postgres {
            // The rows of hours and days are changed again and again: room to do it in place.
            ("partition by range (bucket_start)", "with (fillfactor = 70)")
        } else {
            ("without rowid", "without rowid")
        };
        let connection = manager.get_connection();
        for (table, options) in
            [("usage_5min", five_minutes), ("usage_hour", others), ("usage_day", others)]
        {
            let table = format!("create table {table} {COLUMNS} {options}");
            connection.execute_unprepared(&table).await?;
        }
        if is_postgres {
            let others = "create table usage_5min_default partition of usage_5min default";
            connection.execute_unprepared(others).await?;
        }
        Ok(())
    }
}
