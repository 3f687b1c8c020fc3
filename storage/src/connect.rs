//! From a URL to open connections, and every reason why that may not be.

mod place;
mod postgres;
mod sqlite;

pub use place::shown_url;
pub(crate) use sqlite::open_writer;

use std::path::PathBuf;
use std::time::Duration;

use sea_orm::{DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, TransactionTrait};
use sea_orm::{SqliteTransactionMode, TransactionOptions};

use crate::StoreError;
use crate::error::During;
use crate::store::StoreOptions;

/// Open connections to one store.
#[derive(Debug)]
pub(crate) struct Database {
    /// Takes one transaction at a time on SQLite, as SQLite does.
    pub(crate) writer: DatabaseConnection,
    /// Cannot write, on SQLite; the same pool as `writer` on PostgreSQL.
    pub(crate) reader: DatabaseConnection,
    /// What the operator calls the store: a path, or what [`shown_url`] leaves of a URL.
    pub(crate) place: String,
    pub(crate) medium: Medium,
}

/// What tells the two kinds of store apart where SQL alone does not.
#[derive(Debug)]
pub(crate) enum Medium {
    Sqlite { path: PathBuf, busy_timeout: Duration },
    Postgres { pool: sqlx::PgPool },
}

impl Database {
    pub(crate) async fn connect(url: &str, options: &StoreOptions) -> Result<Self, StoreError> {
        match url.split_once(':') {
            Some(("sqlite", path)) => {
                sqlite::connect(url, path.strip_prefix("//").unwrap_or(path), options).await
            }
            Some(("postgres" | "postgresql", _)) => postgres::connect(url, options).await,
            Some((scheme, _)) => Err(StoreError::Url {
                url: shown_url(url),
                problem: format!("`{scheme}` is neither sqlite nor postgres"),
            }),
            None => Err(StoreError::Url {
                url: shown_url(url),
                problem: "it does not begin with sqlite: or postgres:".to_owned(),
            }),
        }
    }

    pub(crate) fn backend(&self) -> DbBackend {
        match self.medium {
            Medium::Sqlite { .. } => DbBackend::Sqlite,
            Medium::Postgres { .. } => DbBackend::Postgres,
        }
    }

    /// Begins a transaction that writes. On SQLite it takes the write lock at once, because one
    /// that reads first and then finds another writer fails without waiting.
    pub(crate) async fn begin(
        &self,
        operation: &'static str,
    ) -> Result<DatabaseTransaction, StoreError> {
        if matches!(self.medium, Medium::Sqlite { .. }) {
            let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
            let options = TransactionOptions { sqlite_transaction_mode, ..Default::default() };
            return self.writer.begin_with_options(options).await.during(operation);
        }
        // Whoever waits for it may be given up. The driver would then know nothing of a transaction that
        // PostgreSQL has begun, and it would be open until that ends it. So a task begins it that goes on.
        let writer = self.writer.clone();
        let begun = tokio::spawn(async move { writer.begin().await }).await;
        begun.map_err(|error| DbErr::Custom(error.to_string())).flatten().during(operation)
    }

    pub(crate) async fn close(&self) {
        // Closing cannot fail in a way that anybody could act on; the data is committed.
        let _ = self.reader.close_by_ref().await;
        let _ = self.writer.close_by_ref().await;
    }
}
