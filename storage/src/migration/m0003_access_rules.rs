use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::schema::{big_integer, big_pk_auto, text};
use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use sea_orm_migration::sea_query::{ForeignKey, Table};
use sea_orm_migration::{
    DbErr, MigrationName, MigrationTrait, SchemaManager, SchemaManagerConnection,
};

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
        refuse_shared_addresses(connection).await?;
        for index in INDEXES {
            connection.execute_unprepared(index).await?;
        }
        Ok(())
    }
}

/// How many addresses an error names.
const SHARED_NAMED_MAX: usize = 20;

/// The index alone would say that there are some, but not which.
async fn refuse_shared_addresses(connection: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    // Counted in one pass: SQLite would look for the like of each service among all of them.
    let sql = "select s.fixed_ipv4, t.name, s.login from (select tenant_id, fixed_ipv4 \
               from service where fixed_ipv4 is not null group by tenant_id, fixed_ipv4 \
               having count(*) > 1) as shared \
               join service s on s.tenant_id = shared.tenant_id \
               and s.fixed_ipv4 = shared.fixed_ipv4 \
               join tenant t on t.id = s.tenant_id \
               order by s.tenant_id, s.fixed_ipv4, s.login";
    let backend = connection.get_database_backend();
    let rows = connection.query_all_raw(Statement::from_string(backend, sql)).await?;
    let mut shared: Vec<(String, String)> = Vec::new();
    for row in rows {
        let (address, tenant): (String, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let login: String = row.try_get_by_index(2)?;
        let place = format!("{address} in tenant {tenant}");
        match shared.last_mut().filter(|(last, _)| *last == place) {
            Some((_, logins)) => logins.extend([", ", login.as_str()]),
            None => shared.push((place, login)),
        }
    }
    if shared.is_empty() {
        return Ok(());
    }
    let named = shared.iter().take(SHARED_NAMED_MAX);
    let named: Vec<_> = named.map(|(place, logins)| format!("{place}: {logins}")).collect();
    let more = shared.len().saturating_sub(SHARED_NAMED_MAX);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    Err(DbErr::Custom(format!(
        "two services of a tenant cannot have the same address from this version on; with the \
         version before, give these services others: {}{more}",
        named.join("; ")
    )))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use sea_orm_migration::MigratorTrait as _;
    use sea_orm_migration::sea_orm::{ConnectOptions, Database};

    use super::*;
    use crate::migration::Migrator;

    #[tokio::test]
    async fn services_that_share_an_address_are_named() {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1);
        let db = Database::connect(options).await.unwrap();
        Migrator::up(&db, Some(2)).await.unwrap();
        db.execute_unprepared("pragma foreign_keys = off").await.unwrap();
        for tenant in ["(1, 'default', 0)", "(2, 'other', 0)"] {
            let insert = format!("insert into tenant (id, name, created_at) values {tenant}");
            db.execute_unprepared(&insert).await.unwrap();
        }
        let services = [
            (1, "ann", "'10.0.0.7'"),
            (1, "bob", "'10.0.0.7'"),
            (2, "cleo", "'10.0.0.7'"),
            (1, "dan", "'10.0.0.9'"),
            (1, "eve", "null"),
            (1, "fay", "null"),
        ];
        for (tenant, login, address) in services {
            let insert = format!(
                "insert into service (tenant_id, subscriber_id, plan_id, login, \
                 credential_sealed, standing, fixed_ipv4, created_at) \
                 values ({tenant}, 1, 1, '{login}', x'00', 'active', {address}, 0)"
            );
            db.execute_unprepared(&insert).await.unwrap();
        }
        let error = Migrator::up(&db, None).await.unwrap_err().to_string();
        assert!(error.contains("10.0.0.7 in tenant default: ann, bob"), "{error}");
        assert!(!error.contains("cleo") && !error.contains("10.0.0.9"), "{error}");
        db.execute_unprepared("delete from service where login = 'bob'").await.unwrap();
    }
}
