use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::schema::{big_integer, big_integer_null, big_pk_auto, text, text_null};
use sea_orm_migration::sea_orm::ConnectionTrait as _;
use sea_orm_migration::sea_query::{ForeignKey, Table};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// The services that NASes activate within a session, and those that a plan names.
pub(super) struct ServiceTemplates;

const STATEMENTS: [&str; 2] = [
    "create unique index service_template_unique_tenant_id_name \
     on service_template (tenant_id, name)",
    "alter table plan add column services text",
];

impl MigrationName for ServiceTemplates {
    fn name(&self) -> &'static str {
        "m0012_service_templates"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for ServiceTemplates {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let template = Table::create()
            .table("service_template")
            .col(big_pk_auto("id"))
            .col(big_integer("tenant_id"))
            .col(text("name"))
            .col(text("parameters"))
            .col(big_integer_null("timeout_s"))
            .col(big_integer_null("volume_mb"))
            .col(big_integer_null("volume_gigawords"))
            .col(text_null("statistics"))
            .col(big_integer_null("interim_interval_s"))
            .col(text_null("mutex_group"))
            .col(big_integer("router_deactivates"))
            .col(text_null("profile_role"))
            .col(text_null("profile_default"))
            .col(big_integer("created_at"))
            .foreign_key(
                ForeignKey::create()
                    .name("service_template_tenant_id")
                    .from("service_template", "tenant_id")
                    .to("tenant", "id"),
            )
            .take();
        manager.create_table(template).await?;
        for statement in STATEMENTS {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
