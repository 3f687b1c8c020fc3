use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::schema::{big_integer, big_integer_null, big_pk_auto, text};
use sea_orm_migration::sea_orm::ConnectionTrait as _;
use sea_orm_migration::sea_query::{ForeignKey, ForeignKeyAction, Table, TableCreateStatement};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// The quotas of plans, and what a service has beside its plan: its billing cycle, data and speed.
pub(super) struct Quota;

const STATEMENTS: [&str; 4] = [
    "alter table plan add column quotas text",
    "alter table service add column cycle_from bigint",
    "create index service_grant_service on service_grant (service_id)",
    "create index service_booster_service on service_booster (service_id)",
];

impl MigrationName for Quota {
    fn name(&self) -> &'static str {
        "m0011_quota"
    }
}

/// A table of rows that belong to a service and are valid for some time.
fn of_service(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(big_pk_auto("id"))
        .col(big_integer("tenant_id"))
        .col(big_integer("service_id"))
        .col(big_integer_null("valid_from"))
        .col(big_integer_null("valid_until"))
        .col(big_integer("created_at"))
        .foreign_key(
            ForeignKey::create()
                .name(format!("{table}_service_id"))
                .from(table, "service_id")
                .to("service", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Quota {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let grant = of_service("service_grant")
            .col(big_integer("octets"))
            .col(big_integer("priority"))
            .col(text("kind"))
            .take();
        manager.create_table(grant).await?;
        let booster = of_service("service_booster")
            .col(big_integer("download_bps"))
            .col(big_integer("upload_bps"))
            .take();
        manager.create_table(booster).await?;
        for statement in STATEMENTS {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
