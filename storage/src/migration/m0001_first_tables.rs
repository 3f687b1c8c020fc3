use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, blob, text, text_null,
};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::sea_query::{
    ColumnDef, ForeignKey, ForeignKeyCreateStatement, Index, Table, TableCreateStatement,
};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

pub(super) struct FirstTables;

impl MigrationName for FirstTables {
    fn name(&self) -> &'static str {
        "m0001_first_tables"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's own signature elides it")]
#[async_trait]
impl MigrationTrait for FirstTables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            store(),
            tenant(),
            nas(),
            plan(),
            subscriber(),
            service(),
            session(),
            auth_log(),
            journal_position(),
            change(),
            audit(),
        ] {
            manager.create_table(table).await?;
        }
        unique(manager, "tenant", &["name"]).await?;
        unique(manager, "nas", &["tenant_id", "name"]).await?;
        unique(manager, "nas", &["listener", "address"]).await?;
        unique(manager, "plan", &["tenant_id", "name"]).await?;
        unique(manager, "subscriber", &["tenant_id", "name"]).await?;
        unique(manager, "service", &["tenant_id", "login"]).await?;
        for statement in OTHER_INDEXES {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            for statement in CHANGE_FEED_OF_POSTGRES {
                manager.get_connection().execute_unprepared(statement).await?;
            }
        }
        Ok(())
    }
}

const OTHER_INDEXES: [&str; 9] = [
    "create index service_subscriber on service (subscriber_id)",
    "create index service_plan on service (plan_id)",
    "create index session_open on session (nas_id) where ended_at is null",
    "create index session_ended on session (ended_at)",
    "create index session_started on session (tenant_id, started_at)",
    "create index session_address on session (framed_ipv4, started_at)",
    "create index session_login on session (tenant_id, login, started_at)",
    "create index auth_log_login on auth_log (tenant_id, login, id)",
    "create index audit_tenant on audit (tenant_id, id)",
];

/// Rows become visible in the order of commits, their numbers are given out in the order of
/// inserts; only the transaction's own number tells what may still be missing below it.
const CHANGE_FEED_OF_POSTGRES: [&str; 2] = [
    "alter table change add column xid xid8 not null default pg_current_xact_id()",
    "create index change_feed on change (xid, id)",
];

fn store() -> TableCreateStatement {
    Table::create()
        .table("store")
        .col(ColumnDef::new("id").big_integer().not_null().primary_key())
        .col(big_integer("format"))
        .col(blob("key_check"))
        .col(big_integer("created_at"))
        .take()
}

fn tenant() -> TableCreateStatement {
    Table::create()
        .table("tenant")
        .col(big_pk_auto("id"))
        .col(text("name"))
        .col(big_integer("created_at"))
        .take()
}

fn nas() -> TableCreateStatement {
    of_tenant("nas")
        .col(text("name"))
        .col(text("listener"))
        .col(text("address"))
        .col(blob("secret_sealed"))
        .col(text("dialect"))
        .col(text("message_authenticator"))
        .col(big_integer("counters_swapped"))
        .col(big_integer("created_at"))
        .take()
}

fn plan() -> TableCreateStatement {
    of_tenant("plan")
        .col(text("name"))
        .col(big_integer_null("download_bps"))
        .col(big_integer_null("upload_bps"))
        .col(text_null("pool"))
        .col(big_integer_null("session_timeout_s"))
        .col(big_integer_null("idle_timeout_s"))
        .col(big_integer_null("interim_interval_s"))
        .col(text("when_withheld"))
        .col(text_null("quarantine_pool"))
        .col(text_null("quarantine_address_list"))
        .col(big_integer_null("quarantine_session_timeout_s"))
        .col(big_integer("created_at"))
        .take()
}

fn subscriber() -> TableCreateStatement {
    of_tenant("subscriber")
        .col(text("name"))
        .col(text_null("full_name"))
        .col(text_null("phone"))
        .col(big_integer("created_at"))
        .take()
}

fn service() -> TableCreateStatement {
    of_tenant("service")
        .col(big_integer("subscriber_id"))
        .col(big_integer("plan_id"))
        .col(text("login"))
        .col(blob("credential_sealed"))
        .col(text("standing"))
        .col(big_integer_null("valid_from"))
        .col(big_integer_null("valid_until"))
        .col(text_null("fixed_ipv4"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references("service", "subscriber_id", "subscriber"))
        .foreign_key(&mut references("service", "plan_id", "plan"))
        .take()
}

/// Sessions and log-ins outlive the NAS and the service they name: no foreign keys.
fn session() -> TableCreateStatement {
    Table::create()
        .table("session")
        .col(ColumnDef::new("id").blob().not_null().primary_key())
        .col(big_integer("tenant_id"))
        .col(big_integer("nas_id"))
        .col(blob("acct_session_id"))
        .col(text("login"))
        .col(text("calling_station_id"))
        .col(text_null("framed_ipv4"))
        .col(big_integer_null("service_id"))
        .col(big_integer("started_at"))
        .col(big_integer("last_seen_at"))
        .col(big_integer_null("ended_at"))
        .col(big_integer_null("terminate_cause"))
        .col(big_integer("upload_octets"))
        .col(big_integer("download_octets"))
        .col(big_integer("upload_packets"))
        .col(big_integer("download_packets"))
        .col(big_integer("session_time_s"))
        .take()
}

fn auth_log() -> TableCreateStatement {
    Table::create()
        .table("auth_log")
        .col(big_pk_auto("id"))
        .col(big_integer("tenant_id"))
        .col(big_integer("nas_id"))
        .col(big_integer("at"))
        .col(text("login"))
        .col(text("calling_station_id"))
        .col(text("method"))
        .col(text("outcome"))
        .col(text("reason"))
        .col(big_integer_null("service_id"))
        .take()
}

fn journal_position() -> TableCreateStatement {
    Table::create()
        .table("journal_position")
        .col(ColumnDef::new("node").text().not_null().primary_key())
        .col(big_integer("segment"))
        .col(big_integer("octet"))
        .take()
}

fn change() -> TableCreateStatement {
    Table::create()
        .table("change")
        .col(big_pk_auto("id"))
        .col(big_integer("tenant_id"))
        .col(text("kind"))
        .col(big_integer("row_id"))
        .take()
}

fn audit() -> TableCreateStatement {
    Table::create()
        .table("audit")
        .col(big_pk_auto("id"))
        .col(big_integer("tenant_id"))
        .col(big_integer("at"))
        .col(text("actor"))
        .col(text("action"))
        .col(text("kind"))
        .col(big_integer("row_id"))
        .col(text("name"))
        .col(text_null("before"))
        .col(text_null("after"))
        .take()
}

fn of_tenant(name: &'static str) -> TableCreateStatement {
    Table::create()
        .table(name)
        .col(big_pk_auto("id"))
        .col(big_integer("tenant_id"))
        .foreign_key(&mut references(name, "tenant_id", "tenant"))
        .take()
}

fn references(
    table: &'static str,
    column: &'static str,
    other: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_{column}"))
        .from(table, column)
        .to(other, "id")
        .take()
}

async fn unique(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let mut index = Index::create().table(table).unique().take();
    index.name(format!("{table}_unique_{}", columns.join("_")));
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index).await
}
