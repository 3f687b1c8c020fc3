use std::io::ErrorKind;
use std::str::FromStr as _;
use std::time::Duration;

use sea_orm::SqlxPostgresConnector;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::time::{Instant, sleep, timeout_at};

use super::{Database, Medium, shown_url};
use crate::StoreError;
use crate::error::away::of_sqlx;
use crate::store::StoreOptions;

/// How long a caller waits for a connection before the store counts as away.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait before trying to connect once more.
const CONNECT_RETRY: Duration = Duration::from_millis(250);
/// No statement of ours runs for longer, and no transaction of ours idles for longer: an open
/// transaction holds back the change feed of every reader.
const STATEMENT_TIMEOUT: &str = "60s";
const IDLE_IN_TRANSACTION_TIMEOUT: &str = "30s";
/// Whoever waits for a row sees it as it is then, and decides by that. Whatever the server, the database or
/// the user begins transactions with is not for us: what is said with the connection goes before it.
const ISOLATION: &str = "read committed";

pub(super) async fn connect(url: &str, options: &StoreOptions) -> Result<Database, StoreError> {
    let place = shown_url(url);
    let connect = PgConnectOptions::from_str(url)
        .map_err(|error| StoreError::Url { url: place.clone(), problem: error.to_string() })?
        .application_name("weir")
        .options([
            ("statement_timeout", STATEMENT_TIMEOUT),
            ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_TIMEOUT),
            ("default_transaction_isolation", ISOLATION),
        ]);
    probe(&connect, &place, Duration::from_millis(options.connect_patience_ms)).await?;
    let pool = PgPoolOptions::new()
        .max_connections(options.postgres_connections.max(CONNECTIONS_MIN))
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_lazy_with(connect);
    Ok(Database {
        writer: SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone()),
        reader: SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone()),
        place,
        medium: Medium::Postgres { pool },
    })
}

/// Connects once, until `patience` is over, so that what is wrong is said now.
async fn probe(
    connect: &PgConnectOptions,
    place: &str,
    patience: Duration,
) -> Result<(), StoreError> {
    let place = || place.to_owned();
    let deadline = Instant::now() + patience;
    loop {
        let Ok(connected) = timeout_at(deadline, connect.connect()).await else {
            let problem = format!("it does not answer within {} s", patience.as_secs());
            return Err(StoreError::Unreachable { place: place(), problem });
        };
        let error = match connected {
            Ok(connection) => {
                // It has answered, and whether it hears the good-bye does not matter.
                let _ = connection.close().await;
                return Ok(());
            }
            Err(error) => error,
        };
        let problem = error.to_string();
        if !of_sqlx(&error) {
            return Err(StoreError::Refused { place: place(), problem });
        }
        if !may_pass(&error) || Instant::now() + CONNECT_RETRY >= deadline {
            return Err(StoreError::Unreachable { place: place(), problem });
        }
        sleep(CONNECT_RETRY).await;
    }
}

/// Whether it may be over in a moment, as while the server is being started again.
fn may_pass(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => matches!(
            error.kind(),
            ErrorKind::ConnectionRefused
                | ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
        ),
        sqlx::Error::Database(_) => true,
        _ => false,
    }
}

/// One listens for changes, one reads them, one drains the journal, one is for everything else.
const CONNECTIONS_MIN: u32 = 4;
