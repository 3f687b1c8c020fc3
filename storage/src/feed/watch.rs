//! Noticing that something was committed, here or in another process.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgListener;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, PgPool};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::NOTIFY_CHANNEL;
use crate::connect::Medium;
use crate::error::{During as _, StoreError};
use crate::store::Store;

/// How often an SQLite file is looked at. One look costs less than 0.1 ms.
const POLL: Duration = Duration::from_millis(5);
/// How long to wait before trying again what failed.
const RETRY: Duration = Duration::from_secs(1);
const OPERATION: &str = "watch for changes";

/// A task that watches, for as long as this lives.
#[derive(Debug)]
pub(super) struct Watch {
    changed: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Watch {
    pub(super) async fn start(store: &Store) -> Result<Self, StoreError> {
        let changed = Arc::new(Notify::new());
        let announce = Arc::clone(&changed);
        let task = match &store.database().medium {
            Medium::Sqlite { path, .. } => {
                let options = SqliteConnectOptions::new().filename(path).read_only(true);
                let mut connection = options.connect().await.during(OPERATION)?;
                let version = data_version(&mut connection).await.during(OPERATION)?;
                tokio::spawn(poll(connection, options, version, announce))
            }
            Medium::Postgres { pool } => {
                let listener = listen(pool).await.during(OPERATION)?;
                tokio::spawn(hear(listener, announce))
            }
        };
        Ok(Self { changed, task })
    }

    /// One commit or many since the last call.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// SQLite counts the commits of other connections, for each connection apart: so this one is
/// never shared and never writes.
async fn poll(
    mut connection: SqliteConnection,
    options: SqliteConnectOptions,
    mut version: i64,
    changed: Arc<Notify>,
) {
    loop {
        tokio::time::sleep(POLL).await;
        match data_version(&mut connection).await {
            Ok(now) if now == version => {}
            Ok(now) => {
                version = now;
                changed.notify_one();
            }
            Err(error) => {
                tracing::warn!(%error, "the store cannot be watched for changes; trying again");
                tokio::time::sleep(RETRY).await;
                if let Ok(fresh) = options.connect().await {
                    connection = fresh;
                }
            }
        }
    }
}

async fn data_version(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("pragma data_version").fetch_one(connection).await
}

async fn listen(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(NOTIFY_CHANNEL).await?;
    Ok(listener)
}

/// An announcement may be lost with the connection, so a new connection counts as one.
async fn hear(mut listener: PgListener, changed: Arc<Notify>) {
    loop {
        match listener.try_recv().await {
            Ok(Some(_)) | Ok(None) => changed.notify_one(),
            Err(error) => {
                tracing::warn!(%error, "the store cannot be watched for changes; trying again");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}
