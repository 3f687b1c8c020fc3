use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::SqlxSqliteConnector;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::time::Instant;

use super::{Database, Medium, shown_url};
use crate::StoreError;
use crate::store::StoreOptions;

/// The octets every SQLite file begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// SQLITE_READONLY and SQLITE_CANTOPEN, the low octet of what SQLite answers when the file or
/// its folder may not be written.
const CANNOT_WRITE: [i32; 2] = [8, 14];
/// SQLITE_BUSY: another process holds the file.
const BUSY: i32 = 5;
/// The writer's cache, a negative number of kibioctets: the indexes that a batch of the journal
/// touches here and there stay in it. With [`WAL_PAGES`] a batch takes a third less time.
const WRITER_CACHE: &str = "-65536";
/// How many pages of the write-ahead log are brought into the file at once, of 4 KiB each: a page
/// that many batches have changed is then written once.
const WAL_PAGES: &str = "8192";
const BUSY_RETRY: Duration = Duration::from_millis(10);

pub(super) async fn connect(
    url: &str,
    path: &str,
    options: &StoreOptions,
) -> Result<Database, StoreError> {
    let path = checked_path(url, path)?;
    prepare_file(&path)?;
    let place = path.display().to_string();
    let connect = SqliteConnectOptions::new()
        .filename(&path)
        .foreign_keys(true)
        .busy_timeout(Duration::from_millis(options.busy_timeout_ms));
    let reader =
        pool(options.sqlite_readers.max(1)).connect_lazy_with(connect.clone().read_only(true));
    // Opened when first used, that is after the store was found to be one that may be changed.
    let writer = pool(1).connect_lazy_with(
        connect
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", WRITER_CACHE)
            .pragma("wal_autocheckpoint", WAL_PAGES),
    );
    probe(&reader, &path).await?;
    Ok(Database {
        writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
        reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
        place,
        medium: Medium::Sqlite {
            path,
            busy_timeout: Duration::from_millis(options.busy_timeout_ms),
        },
    })
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

fn checked_path(url: &str, path: &str) -> Result<PathBuf, StoreError> {
    let problem = if path.is_empty() {
        "it names no file"
    } else if path.contains(":memory:") {
        "a store in memory would be gone with the process"
    } else if path.contains('?') {
        "it takes no parameters"
    } else {
        return Ok(PathBuf::from(path));
    };
    Err(StoreError::Url { url: shown_url(url), problem: problem.to_owned() })
}

/// Makes the file when it is missing, readable by its owner alone, and refuses one that cannot
/// be written or is something else.
fn prepare_file(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder
        && !folder.is_dir()
    {
        return Err(StoreError::NoFolder { path: folder.to_path_buf() });
    }
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return create(path),
        Err(error) => return Err(unwritable(path, error.to_string())),
        Ok(metadata) if metadata.is_dir() => {
            return Err(not_a_store(path, "it is a folder"));
        }
        // Said of the file itself, so that it holds for root too, whom nothing else stops.
        Ok(metadata) if metadata.permissions().readonly() => {
            return Err(unwritable(path, "it is marked read-only".to_owned()));
        }
        Ok(_) => {}
    }
    let mut file = OpenOptions::new()
        .read(true)
        .append(true)
        .open(path)
        .map_err(|error| unwritable(path, error.to_string()))?;
    check_magic(path, &mut file)
}

fn create(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|error| unwritable(path, error.to_string()))
}

fn check_magic(path: &Path, file: &mut File) -> Result<(), StoreError> {
    let mut head = Vec::with_capacity(MAGIC.len());
    file.take(MAGIC.len() as u64)
        .read_to_end(&mut head)
        .map_err(|error| not_a_store(path, &error.to_string()))?;
    if head.is_empty() || head == MAGIC {
        Ok(())
    } else {
        Err(not_a_store(path, "it is not an SQLite file"))
    }
}

/// Connects once, so that what SQLite finds wrong is said now.
async fn probe(pool: &SqlitePool, path: &Path) -> Result<(), StoreError> {
    let result = sqlx::query("select count(*) from sqlite_master").execute(pool).await;
    result.map(|_| ()).map_err(|error| from_sqlite(path, &error))
}

/// Opens the connection that writes. Until a deadline it waits for another process, which SQLite
/// does by itself for every statement but the one that turns a new file to write-ahead logging.
pub(crate) async fn open_writer(
    pool: &SqlitePool,
    path: &Path,
    busy_timeout: Duration,
) -> Result<(), StoreError> {
    let deadline = Instant::now() + busy_timeout;
    loop {
        match pool.acquire().await {
            Err(error) if primary_code(&error) == BUSY && Instant::now() < deadline => {
                tokio::time::sleep(BUSY_RETRY).await;
            }
            result => return result.map(drop).map_err(|error| from_sqlite(path, &error)),
        }
    }
}

/// The low octet of SQLite's code, 0 for an error that is not SQLite's.
fn primary_code(error: &sqlx::Error) -> i32 {
    let code = error.as_database_error().and_then(|error| error.code());
    code.and_then(|code| code.parse::<i32>().ok()).unwrap_or(0) & 0xff
}

/// What an error of SQLite means for the operator.
fn from_sqlite(path: &Path, error: &sqlx::Error) -> StoreError {
    match primary_code(error) {
        code if CANNOT_WRITE.contains(&code) => unwritable(path, error.to_string()),
        BUSY => StoreError::Locked { path: path.to_path_buf() },
        _ => not_a_store(path, &error.to_string()),
    }
}

fn unwritable(path: &Path, problem: String) -> StoreError {
    StoreError::ReadOnly { path: path.to_path_buf(), problem }
}

fn not_a_store(path: &Path, problem: &str) -> StoreError {
    StoreError::NotAStore { place: path.display().to_string(), problem: problem.to_owned() }
}
