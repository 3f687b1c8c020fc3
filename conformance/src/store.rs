//! Looks into a store from outside, past everything that wrote it, or puts many sessions there at
//! once.

use std::collections::HashMap;
use std::path::Path;
use std::str::FromStr as _;

use anyhow::ensure;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{ColumnIndex, ConnectOptions, Decode, Row, Type};

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
    by_id(rows(path, SESSIONS)?.iter().map(session))
}

/// Every session of the store on PostgreSQL at `url`, by Acct-Session-Id.
///
/// # Errors
/// As [`stored_sessions`].
pub fn stored_sessions_on_postgres(url: &str) -> anyhow::Result<HashMap<String, StoredSession>> {
    let rows = block_on(async {
        let mut connection = PgConnectOptions::from_str(url)?.connect().await?;
        sqlx::query(SESSIONS).fetch_all(&mut connection).await
    })?;
    by_id(rows.iter().map(session))
}

const SESSIONS: &str = "select acct_session_id, upload_octets, download_octets, \
    cast(case when ended_at is null then 0 else 1 end as bigint) as ended from session";

fn session<'r, R: Row>(row: &'r R) -> anyhow::Result<(String, StoredSession)>
where
    &'static str: ColumnIndex<R>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
{
    let session = StoredSession {
        upload_octets: u64::try_from(row.try_get::<i64, _>("upload_octets")?)?,
        download_octets: u64::try_from(row.try_get::<i64, _>("download_octets")?)?,
        ended: row.try_get::<i64, _>("ended")? == 1,
    };
    Ok((String::from_utf8(row.try_get("acct_session_id")?)?, session))
}

fn by_id(
    rows: impl Iterator<Item = anyhow::Result<(String, StoredSession)>>,
) -> anyhow::Result<HashMap<String, StoredSession>> {
    let mut sessions = HashMap::new();
    for row in rows {
        let (id, session) = row?;
        ensure!(sessions.insert(id.clone(), session).is_none(), "session {id} is stored twice");
    }
    Ok(sessions)
}

fn rows(path: &Path, sql: &'static str) -> anyhow::Result<Vec<SqliteRow>> {
    block_on(async {
        let options = SqliteConnectOptions::new().filename(path).read_only(true);
        let mut connection = options.connect().await?;
        sqlx::query(sql).fetch_all(&mut connection).await
    })
}

fn block_on<T>(work: impl Future<Output = sqlx::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(work)?)
}

/// Gives the first `count` services of the store at `path` an open session each, on its first NAS,
/// that began an hour ago. No server may run on it.
///
/// # Errors
/// When the store cannot be written, or has fewer services.
pub fn open_sessions_for(path: &Path, count: u32) -> anyhow::Result<()> {
    let written = block_on(async {
        let options = SqliteConnectOptions::new().filename(path);
        let mut connection = options.connect().await?;
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
