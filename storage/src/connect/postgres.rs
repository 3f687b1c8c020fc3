use std::str::FromStr as _;
use std::time::Duration;

use sea_orm::SqlxPostgresConnector;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::{Database, Medium, shown_url};
use crate::StoreError;
use crate::store::StoreOptions;

/// How long a caller waits for a connection before the store counts as away.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// No statement of ours runs for longer, and no transaction of ours idles for longer: an open
/// transaction holds back the change feed of every reader.
const STATEMENT_TIMEOUT: &str = "60s";
const IDLE_IN_TRANSACTION_TIMEOUT: &str = "30s";

pub(super) async fn connect(url: &str, options: &StoreOptions) -> Result<Database, StoreError> {
    let place = shown_url(url);
    let connect = PgConnectOptions::from_str(url)
        .map_err(|error| StoreError::Url { url: place.clone(), problem: error.to_string() })?
        .application_name("weir")
        .options([
            ("statement_timeout", STATEMENT_TIMEOUT),
            ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_TIMEOUT),
        ]);
    let pool = PgPoolOptions::new()
        .max_connections(options.postgres_connections.max(CONNECTIONS_MIN))
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(connect)
        .await
        .map_err(|error| StoreError::Unreachable {
            place: place.clone(),
            problem: error.to_string(),
        })?;
    Ok(Database {
        writer: SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone()),
        reader: SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone()),
        place,
        medium: Medium::Postgres { pool },
    })
}

/// One listens for changes, one reads them, one drains the journal, one is for everything else.
const CONNECTIONS_MIN: u32 = 4;
