use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::schema::{big_integer, big_pk_auto, text};
use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbBackend};
use sea_orm_migration::sea_query::{ForeignKey, Table};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What a log-in must fulfil beside its password, and what it gets beside its speed: session
/// limits, devices, shaping, networks, attributes by hand, and the clock of vouchers.
pub(super) struct AccessRules;

impl MigrationName for AccessRules {
    fn name(&self) -> &'static str {
        "m0003_access_rules"
    }
}

/// Columns by table, with their types; `blob` is called otherwise on PostgreSQL.
const COLUMNS: [(&str, &[&str]); 3] = [
    (
        "plan",
        &[
            "burst_download_bps bigint",
            "burst_upload_bps bigint",
            "burst_threshold_download_bps bigint",
            "burst_threshold_upload_bps bigint",
            "burst_time_s bigint",
            "minimum_download_bps bigint",
            "minimum_upload_bps bigint",
            "priority bigint",
            "ipv6_pool text",
            "delegated_ipv6_pool text",
            "address_list text",
            "routing_mark text",
            "nas_group text",
            "sessions_max bigint",
            "when_sessions_full text",
            "devices text not null default 'any'",
            "devices_max bigint",
            "when_withheld_for text",
            "reply_attributes blob",
        ],
    ),
    (
        "service",
        &[
            "ipv6_address text",
            "ipv6_prefixes text",
            "delegated_ipv6_prefixes text",
            "routes text",
            "first_use_lasts_s bigint",
            "first_used_at bigint",
            "devices_reset_at bigint",
            "reply_attributes blob",
        ],
    ),
    ("nas", &["reply_attributes blob"]),
];

const INDEXES: [&str; 2] = [
    "create unique index device_unique on device (service_id, address)",
    // No address is two services' own.
    "create unique index service_unique_fixed_ipv4 on service (tenant_id, fixed_ipv4) \
     where fixed_ipv4 is not null",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for AccessRules {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        let connection = manager.get_connection();
        for (table, columns) in COLUMNS {
            for column in columns {
                let column = if is_postgres {
                    column.replace("blob", "bytea")
                } else {
                    (*column).to_owned()
                };
                let statement = format!("alter table {table} add column {column}");
                connection.execute_unprepared(&statement).await?;
            }
        }
        let device = Table::create()
            .table("device")
            .col(big_pk_auto("id"))
            .col(big_integer("tenant_id"))
            .col(big_integer("service_id"))
            .col(text("address"))
            .col(big_integer("is_allowed"))
            .col(big_integer("is_learned"))
            .col(big_integer("created_at"))
            .foreign_key(
                ForeignKey::create()
                    .name("device_service_id")
                    .from("device", "service_id")
                    .to("service", "id")
                    .on_delete(sea_orm_migration::sea_query::ForeignKeyAction::Cascade),
            )
            .take();
        manager.create_table(device).await?;
        for index in INDEXES {
            connection.execute_unprepared(index).await?;
        }
        Ok(())
    }
}
