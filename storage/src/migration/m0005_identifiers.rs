use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::schema::{big_integer, big_integer_null, big_pk_auto, text};
use sea_orm_migration::sea_orm::ConnectionTrait as _;
use sea_orm_migration::sea_query::{ForeignKey, ForeignKeyAction, Table};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What a service is found by beside its login, and what a NAS says first.
pub(super) struct Identifiers;

const STATEMENTS: [&str; 3] = [
    "alter table nas add column identify text",
    "create index service_identifier_service on service_identifier (service_id)",
    // A line leads to one service; one of a NAS only and one of every NAS may have the same name.
    "create unique index service_identifier_unique on service_identifier \
     (tenant_id, kind, coalesce(nas_id, 0), value)",
];

impl MigrationName for Identifiers {
    fn name(&self) -> &'static str {
        "m0005_identifiers"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Identifiers {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let references = |column: &'static str, other: &'static str| {
            ForeignKey::create()
                .name(format!("service_identifier_{column}"))
                .from("service_identifier", column)
                .to(other, "id")
                .on_delete(ForeignKeyAction::Cascade)
                .take()
        };
        let table = Table::create()
            .table("service_identifier")
            .col(big_pk_auto("id"))
            .col(big_integer("tenant_id"))
            .col(big_integer("service_id"))
            .col(text("kind"))
            .col(big_integer_null("nas_id"))
            .col(text("value"))
            .col(big_integer("created_at"))
            .foreign_key(&mut references("service_id", "service"))
            .foreign_key(&mut references("nas_id", "nas"))
            .take();
        manager.create_table(table).await?;
        for statement in STATEMENTS {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
