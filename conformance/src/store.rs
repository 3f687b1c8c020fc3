//! Looks into a SQLite store from outside, past everything that wrote it.

use std::collections::HashMap;
use std::path::Path;

use anyhow::ensure;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{ConnectOptions, Row};

/// One row of the store's sessions, as far as a test asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// Octets from the subscriber.
    pub upload_octets: u64,
    /// Octets to the subscriber.
    pub download_octets: u64,
    /// Whether a Stop has been recorded.
    pub ended: bool,
}

/// One row of the store's sessions with all that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredUse {
    /// What the operator calls the NAS.
    pub nas: String,
    /// Acct-Session-Id.
    pub acct_session_id: String,
    /// User-Name.
    pub login: String,
    /// Whether it is a service of ours.
    pub has_service: bool,
    /// When it began, milliseconds since the epoch.
    pub started_at_unix_ms: i64,
    /// When it ended, milliseconds since the epoch.
    pub ended_at_unix_ms: Option<i64>,
    /// Acct-Terminate-Cause, once it has ended.
    pub terminate_cause: Option<u32>,
    /// Octets from the subscriber.
    pub upload_octets: u64,
    /// Octets to the subscriber.
    pub download_octets: u64,
}

/// Every row of the sessions in the store at `path`: each use of a session's name has one.
///
/// # Errors
/// When the store cannot be read.
pub fn stored_uses(path: &Path) -> anyhow::Result<Vec<StoredUse>> {
    let rows = rows(
        path,
        "select nas.name as nas, acct_session_id, login, service_id is not null as has_service, \
         started_at, ended_at, terminate_cause, upload_octets, download_octets \
         from session join nas on nas.id = session.nas_id",
    )?;
    let stored_use = |row: SqliteRow| {
        Ok(StoredUse {
            nas: row.try_get("nas")?,
            acct_session_id: String::from_utf8(row.try_get("acct_session_id")?)?,
            login: row.try_get("login")?,
            has_service: row.try_get::<i64, _>("has_service")? == 1,
            started_at_unix_ms: row.try_get("started_at")?,
            ended_at_unix_ms: row.try_get("ended_at")?,
            terminate_cause: row.try_get("terminate_cause")?,
            upload_octets: u64::try_from(row.try_get::<i64, _>("upload_octets")?)?,
            download_octets: u64::try_from(row.try_get::<i64, _>("download_octets")?)?,
        })
    };
    rows.into_iter().map(stored_use).collect()
}

/// Every session of the store at `path`, by Acct-Session-Id.
///
/// # Errors
/// When the store cannot be read, or holds a session twice.
pub fn stored_sessions(path: &Path) -> anyhow::Result<HashMap<String, StoredSession>> {
    let rows = rows(
        path,
        "select acct_session_id, upload_octets, download_octets, ended_at is not null as ended \
         from session",
    )?;
    let mut sessions = HashMap::with_capacity(rows.len());
    for row in rows {
        let id = String::from_utf8(row.try_get::<Vec<u8>, _>("acct_session_id")?)?;
        let session = StoredSession {
            upload_octets: u64::try_from(row.try_get::<i64, _>("upload_octets")?)?,
            download_octets: u64::try_from(row.try_get::<i64, _>("download_octets")?)?,
            ended: row.try_get::<i64, _>("ended")? == 1,
        };
        ensure!(sessions.insert(id.clone(), session).is_none(), "session {id} is stored twice");
    }
    Ok(sessions)
}

fn rows(path: &Path, sql: &'static str) -> anyhow::Result<Vec<SqliteRow>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let rows = runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(path).read_only(true);
        let mut connection: SqliteConnection = options.connect().await?;
        sqlx::query(sql).fetch_all(&mut connection).await
    })?;
    Ok(rows)
}
