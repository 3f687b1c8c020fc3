//! Looks into a SQLite store from outside, past everything that writes it, or puts many sessions
//! there at once.

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

/// Gives the first `count` services of the store at `path` an open session each, on its first NAS,
/// that began an hour ago. No server may run on it.
///
/// # Errors
/// When the store cannot be written, or has fewer services.
pub fn open_sessions_for(path: &Path, count: u32) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let written = runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(path);
        let mut connection: SqliteConnection = options.connect().await?;
        sqlx::query(
            "insert into session (id, tenant_id, nas_id, acct_session_id, login, \
             calling_station_id, framed_ipv4, service_id, started_at, last_seen_at, \
             upload_octets, download_octets, upload_packets, download_packets, session_time_s) \
             select randomblob(16), tenant_id, (select min(id) from nas), \
             cast(printf('%08x', id) as blob), login, printf('02:00:00:%02x:%02x:%02x', \
             id / 65536 % 256, id / 256 % 256, id % 256), printf('100.%d.%d.%d', \
             64 + id / 65536 % 64, id / 256 % 256, id % 256), id, \
             (unixepoch() - 3600) * 1000, unixepoch() * 1000, 1000000, 10000000, 1000, 10000, \
             3600 from service order by id limit $1",
        )
        .bind(i64::from(count))
        .execute(&mut connection)
        .await
    })?;
    ensure!(
        written.rows_affected() == u64::from(count),
        "only {} services",
        written.rows_affected()
    );
    Ok(())
}
