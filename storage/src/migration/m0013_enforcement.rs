use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbBackend};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

/// What NASes have been told about live sessions, each step of it, and how they are asked.
pub(super) struct Enforcement;

impl MigrationName for Enforcement {
    fn name(&self) -> &'static str {
        "m0013_enforcement"
    }
}

/// Both come from the journal, whatever was removed meanwhile: no foreign keys.
const STATEMENTS: [&str; 11] = [
    "alter table nas add column coa_ability text not null default 'auto'",
    "alter table nas add column coa_address text",
    "alter table nas add column coa_port bigint",
    "alter table nas add column coa_secret_sealed blob",
    "alter table nas add column coa_in_flight_max bigint",
    "alter table nas add column coa_requests_per_s_max bigint",
    "create table session_told (session_id blob not null primary key, tenant_id bigint not null, \
     told blob, in_doubt bigint not null, end_ordered text, disconnected_at bigint, \
     waits bigint not null, activated_at bigint)",
    "create table usage_meter (service_id bigint not null primary key, tenant_id bigint not null, \
     revision bigint not null, meter blob not null)",
    "create table session_change (id serial, tenant_id bigint not null, at bigint not null, \
     session_id blob not null, nas_id bigint not null, service_id bigint, login text not null, \
     why text not null, goal blob, step text not null, request text, attempt bigint, \
     error_cause bigint)",
    "create index session_change_session on session_change (session_id, id)",
    "create index session_change_login on session_change (tenant_id, login, id)",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for Enforcement {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        for statement in STATEMENTS {
            let statement = if is_postgres {
                statement.replace("blob", "bytea").replace("id serial", "id bigserial primary key")
            } else {
                statement.replace("id serial", "id integer not null primary key autoincrement")
            };
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}
