use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::schema::{big_integer, big_integer_null, big_pk_auto, text, text_null};
use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbBackend};
use sea_orm_migration::sea_query::{ForeignKey, Table};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// Pools of addresses that are managed here, and who was given what.
pub(super) struct Pools;

/// A lease outlives the service it names, and comes from the journal whatever was removed meanwhile:
/// no foreign keys.
const LEASE: &str = "create table lease (pool_id bigint not null, address text not null, \
     tenant_id bigint not null, service_id bigint not null, station text not null, \
     leased_at bigint not null, primary key (pool_id, address))";

const INDEXES: [&str; 2] = [
    "create unique index pool_unique_tenant_id_name on pool (tenant_id, name)",
    "create index lease_service on lease (tenant_id, service_id)",
];

impl MigrationName for Pools {
    fn name(&self) -> &'static str {
        "m0008_pools"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Pools {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let pool = Table::create()
            .table("pool")
            .col(big_pk_auto("id"))
            .col(big_integer("tenant_id"))
            .col(text("name"))
            .col(text("ranges"))
            .col(text_null("excluded"))
            .col(big_integer_null("len_bits"))
            .col(big_integer("warning_percent"))
            .col(big_integer("created_at"))
            .foreign_key(
                ForeignKey::create()
                    .name("pool_tenant_id")
                    .from("pool", "tenant_id")
                    .to("tenant", "id"),
            )
            .take();
        manager.create_table(pool).await?;
        let options = match manager.get_database_backend() {
            DbBackend::Sqlite => " without rowid",
            _ => "",
        };
        let connection = manager.get_connection();
        connection.execute_unprepared(&format!("{LEASE}{options}")).await?;
        for index in INDEXES {
            connection.execute_unprepared(index).await?;
        }
        Ok(())
    }
}
