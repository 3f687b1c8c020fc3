//! That migrations run over a store in which there is something.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "test code")]

use sea_orm_migration::MigratorTrait as _;
use sea_orm_migration::sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement,
    TryGetable,
};

use super::Migrator;

#[path = "../../tests/support/postgres.rs"]
#[allow(dead_code, unreachable_pub, missing_docs, clippy::pedantic, reason = "shared by tests")]
mod postgres;

/// One connection, which follows no foreign keys.
async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1);
    let db = Database::connect(options).await.unwrap();
    let free = match db.get_database_backend() {
        DbBackend::Postgres => "set session_replication_role = replica",
        _ => "pragma foreign_keys = off",
    };
    db.execute_unprepared(free).await.unwrap();
    db
}

async fn rows<T: TryGetable>(db: &DatabaseConnection, sql: &str) -> Vec<T> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

async fn number(db: &DatabaseConnection, sql: &str) -> Option<i64> {
    rows::<Option<i64>>(db, sql).await.pop().unwrap()
}

/// Every table but those that have parts.
async fn tables(db: &DatabaseConnection) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => {
            "select relname::text from pg_class where relnamespace = 'public'::regnamespace \
             and relkind = 'r' and not relispartition and relname <> 'seaql_migrations' order by 1"
        }
        _ => {
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' \
             and name <> 'seaql_migrations' order by 1"
        }
    };
    rows(db, sql).await
}

/// A row in every table: each number is 1, so that each foreign key finds its row.
async fn fill(db: &DatabaseConnection) {
    let is_postgres = db.get_database_backend() == DbBackend::Postgres;
    for table in tables(db).await {
        let columns = match is_postgres {
            true => format!(
                "select column_name || ' ' || data_type from information_schema.columns \
                 where table_schema = 'public' and table_name = '{table}' \
                 and (column_default is null or column_name = 'id')"
            ),
            false => format!(
                "select name || ' ' || type from pragma_table_info('{table}') \
                 where dflt_value is null"
            ),
        };
        let columns: Vec<String> = rows(db, &columns).await;
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for column in &columns {
            let (name, of) = column.split_once(' ').unwrap();
            names.push(name);
            values.push(match of.to_lowercase().as_str() {
                "text" => "'x'",
                "bytea" => r"'\x00'",
                "blob" => "x'00'",
                "boolean" => "true",
                _ => "1",
            });
        }
        let (names, values) = (names.join(", "), values.join(", "));
        let insert = format!("insert into \"{table}\" ({names}) values ({values})");
        db.execute_unprepared(&insert).await.unwrap_or_else(|error| panic!("{insert}: {error}"));
    }
}

async fn outbox_and_all_later_ones(db: &DatabaseConnection) {
    let migrations = Migrator::migrations();
    let before = migrations.iter().position(|it| it.name() == "m0034_outbox").unwrap();
    Migrator::up(db, Some(u32::try_from(before).unwrap())).await.unwrap();
    fill(db).await;
    for statement in [
        "update promise set until = 5",
        "update subscription_package set paid_until = 5, grants = '7'",
        "update subscriber set phone = '+254 (700) 000-001'",
        "update reservation set covered_octets = 9, seen_octets = 9",
    ] {
        db.execute_unprepared(statement).await.unwrap();
    }
    let filled = tables(db).await;
    Migrator::up(db, None).await.unwrap();
    for table in filled {
        let there = number(db, &format!("select count(*) from \"{table}\"")).await;
        // What was in the outbox before anybody could take it is over.
        assert_eq!(there, Some(i64::from(table != "outbox")), "{table}");
    }
    for (sql, is) in [
        ("select broken_at from promise", Some(5)),
        ("select over_told from subscription_package", Some(5)),
        ("select used_up_told from subscription_package", None),
        ("select look_at from subscription_package", Some(0)),
        ("select cast(phone_digits as bigint) from subscriber", Some(254_700_000_001)),
        ("select is_drained from reservation", Some(1)),
        ("select token_id from payment_intent", None),
        ("select count(*) from quota_told", Some(0)),
    ] {
        assert_eq!(number(db, sql).await, is, "{sql}");
    }
    assert_eq!(Migrator::get_pending_migrations(db).await.unwrap().len(), 0);
}

#[tokio::test]
async fn the_outbox_and_all_later_ones_run_over_rows_on_sqlite() {
    outbox_and_all_later_ones(&connect("sqlite::memory:").await).await;
}

#[tokio::test]
async fn the_outbox_and_all_later_ones_run_over_rows_on_postgres() {
    match postgres::Postgres::start() {
        Ok(cluster) => {
            let db = connect(&cluster.url("postgres")).await;
            outbox_and_all_later_ones(&db).await;
            db.close().await.unwrap();
        }
        Err(missing) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
            eprintln!("NOT RUN on PostgreSQL: {missing}");
        }
    }
}
