//! Looks into a SQLite store from outside, past everything that wrote it.

use std::collections::HashMap;
use std::path::Path;

use anyhow::ensure;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
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

/// Every session of the store at `path`, by Acct-Session-Id.
///
/// # Errors
/// When the store cannot be read, or holds a session twice.
pub fn stored_sessions(path: &Path) -> anyhow::Result<HashMap<String, StoredSession>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let rows = runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(path).read_only(true);
        let mut connection: SqliteConnection = options.connect().await?;
        sqlx::query(
            "select acct_session_id, upload_octets, download_octets, ended_at is not null as ended \
             from session",
        )
        .fetch_all(&mut connection)
        .await
    })?;
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
