//! What is in the store, read past it.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};

use crate::ground::Ground;

/// How often it is looked whether everybody has ended.
const LOOKS_MAX: u32 = 1_000_000;

pub enum Raw {
    Sqlite(sqlx::SqliteConnection),
    Postgres(sqlx::PgConnection),
}

impl Raw {
    pub async fn connect(ground: &Ground) -> Self {
        if ground.is_sqlite() {
            let mut connection = sqlx::SqliteConnection::connect(&ground.url).await.unwrap();
            connection.execute("pragma busy_timeout = 60000").await.unwrap();
            Self::Sqlite(connection)
        } else {
            Self::Postgres(sqlx::PgConnection::connect(&ground.url).await.unwrap())
        }
    }

    /// Rows of whole numbers.
    pub async fn numbers<const COLUMNS: usize>(&mut self, sql: &str) -> Vec<[i64; COLUMNS]> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(connection) => {
                let rows = sqlx::query(sql).fetch_all(connection).await.unwrap();
                rows.iter().map(|row| core::array::from_fn(|place| row.get(place))).collect()
            }
            Self::Postgres(connection) => {
                let rows = sqlx::query(sql).fetch_all(connection).await.unwrap();
                rows.iter().map(|row| core::array::from_fn(|place| row.get(place))).collect()
            }
        }
    }

    /// Waits until nobody is within a transaction: what was killed is undone, or done.
    pub async fn until_all_have_ended(&mut self) {
        match self {
            Self::Sqlite(connection) => {
                connection.execute("begin immediate").await.unwrap();
                connection.execute("rollback").await.unwrap();
            }
            Self::Postgres(_) => {
                let busy = "select count(*) from pg_stat_activity \
                            where datname = current_database() and pid <> pg_backend_pid() \
                            and state <> 'idle'";
                for _ in 0..LOOKS_MAX {
                    if self.numbers::<1>(busy).await == [[0]] {
                        return;
                    }
                    tokio::task::yield_now().await;
                }
                panic!("somebody does not end a transaction");
            }
        }
    }
}
