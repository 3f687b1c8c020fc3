//! Every committed change, each once, in whatever order transactions commit.
//!
//! On SQLite there is one writer at a time, so that changes become visible in the order of their
//! numbers. On PostgreSQL they do not: a transaction that began earlier may commit later, and
//! whoever remembers only the greatest number seen misses it. So the feed remembers the
//! transaction too, and moves on only below the oldest transaction that is still open; what lies
//! above and is visible already is handed out at once and remembered until the feed has moved
//! past it. A transaction that stays open therefore delays nothing.

mod watch;

use std::collections::HashSet;
use std::time::Duration;

use entitlement::TenantId;
use sea_orm::{ConnectionTrait as _, DbErr, QueryResult, Statement, Value};

use crate::connect::Medium;
use crate::error::{During as _, Kind, StoreError};
use crate::store::Store;
use watch::Watch;

/// The channel on which PostgreSQL announces that there is something to read.
pub(crate) const NOTIFY_CHANNEL: &str = "weir_change";
/// How long a lost announcement may delay a change.
const FALLBACK: Duration = Duration::from_secs(1);
const ROWS_PER_READ: usize = 1_000;
const OPERATION: &str = "read the changes";

/// A row of the directory was added, changed or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Change {
    /// The number of the change: unique, but not in the order of commits on PostgreSQL.
    pub id: i64,
    /// Whose row it is.
    pub tenant: TenantId,
    /// What the row is.
    pub kind: Kind,
    /// The number of the row.
    pub row: i64,
}

/// The changes of a store from some moment on.
#[derive(Debug)]
pub struct ChangeFeed {
    store: Store,
    cursor: Cursor,
    watch: Watch,
}

#[derive(Debug)]
enum Cursor {
    Sqlite {
        after: i64,
    },
    Postgres {
        /// Everything up to here is settled and handed out.
        after: Place,
        /// Handed out above it.
        ahead: HashSet<Place>,
    },
}

/// A transaction, and a change in it.
type Place = (u64, i64);

impl ChangeFeed {
    pub(crate) async fn open(store: Store) -> Result<Self, StoreError> {
        // Watched before anything is read, so that no change falls between.
        let watch = Watch::start(&store).await?;
        let cursor = match &store.database().medium {
            Medium::Sqlite { .. } => {
                let sql = "select coalesce(max(id), 0) as id from change";
                Cursor::Sqlite { after: one(&store, sql, "id").await? }
            }
            Medium::Postgres { .. } => {
                let sql = "select pg_snapshot_xmin(pg_current_snapshot())::text as x";
                let oldest_open = parse_xid(&one::<String>(&store, sql, "x").await?)?;
                let after = (oldest_open.saturating_sub(1), i64::MAX);
                Cursor::Postgres { after, ahead: HashSet::new() }
            }
        };
        let mut feed = Self { store, cursor, watch };
        // What is visible above the oldest open transaction is not from now on.
        feed.read().await?;
        Ok(feed)
    }

    /// The changes that have been committed since the last call, which may be none.
    ///
    /// # Errors
    /// When the store cannot be read; nothing is lost then, the next call reads the same.
    pub async fn read(&mut self) -> Result<Vec<Change>, StoreError> {
        match &self.cursor {
            Cursor::Sqlite { after } => {
                let (changes, after) = read_sqlite(&self.store, *after).await?;
                self.cursor = Cursor::Sqlite { after };
                Ok(changes)
            }
            Cursor::Postgres { after, ahead } => {
                let (changes, cursor) = read_postgres(&self.store, *after, ahead).await?;
                self.cursor = cursor;
                Ok(changes)
            }
        }
    }

    /// Waits until there may be something to read: 5 ms at most after a commit to an SQLite
    /// file, at once after one to PostgreSQL. Safe to cancel.
    pub async fn changed(&self) {
        // A timeout is an answer too: read anyway, in case an announcement was lost.
        let _ = tokio::time::timeout(FALLBACK, self.watch.changed()).await;
    }
}

async fn read_sqlite(store: &Store, mut after: i64) -> Result<(Vec<Change>, i64), StoreError> {
    let sql = "select id, tenant_id, kind, row_id from change \
               where id > $1 order by id limit $2";
    let mut changes = Vec::new();
    loop {
        let rows = query(store, sql, [after.into(), limit()]).await?;
        for row in &rows {
            let change = change_of(row)?;
            after = change.id;
            changes.push(change);
        }
        if rows.len() < ROWS_PER_READ {
            return Ok((changes, after));
        }
    }
}

async fn read_postgres(
    store: &Store,
    after: Place,
    ahead: &HashSet<Place>,
) -> Result<(Vec<Change>, Cursor), StoreError> {
    // The columns are named apart from the table's: `order by xid` would mean the text.
    let sql = "select c.xid::text as x, c.id, c.tenant_id, c.kind, c.row_id, \
                 (c.xid < pg_snapshot_xmin(pg_current_snapshot())) as settled \
               from change c where (c.xid, c.id) > ($1::text::xid8, $2) \
               order by c.xid, c.id limit $3";
    let (mut settled_up_to, mut page, mut changes) = (after, after, Vec::new());
    let mut above = HashSet::new();
    loop {
        let parameters = [page.0.to_string().into(), page.1.into(), limit()];
        let rows = query(store, sql, parameters).await?;
        for row in &rows {
            let change = change_of(row)?;
            let x: String = row.try_get("", "x").during(OPERATION)?;
            page = (parse_xid(&x)?, change.id);
            if !ahead.contains(&page) {
                changes.push(change);
            }
            // Each page has its own snapshot: what is settled in it comes first in its order,
            // but only while every page before it was settled throughout.
            if row.try_get("", "settled").during(OPERATION)? && above.is_empty() {
                settled_up_to = page;
            } else {
                above.insert(page);
            }
        }
        if rows.len() < ROWS_PER_READ {
            return Ok((changes, Cursor::Postgres { after: settled_up_to, ahead: above }));
        }
    }
}

fn change_of(row: &QueryResult) -> Result<Change, StoreError> {
    let parts = || -> Result<(i64, i64, String, i64), DbErr> {
        Ok((
            row.try_get("", "id")?,
            row.try_get("", "tenant_id")?,
            row.try_get("", "kind")?,
            row.try_get("", "row_id")?,
        ))
    };
    let (id, tenant, kind, row) = parts().during(OPERATION)?;
    let kind = Kind::from_code(&kind).ok_or_else(|| StoreError::Corrupt {
        what: Kind::Store,
        row: id.to_string(),
        problem: format!("a change is about `{}`", kind.escape_debug()),
    })?;
    Ok(Change { id, tenant: TenantId(tenant), kind, row })
}

fn parse_xid(text: &str) -> Result<u64, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt {
        what: Kind::Store,
        row: text.to_owned(),
        problem: "a transaction number is not a number".to_owned(),
    })
}

fn limit() -> Value {
    Value::from(ROWS_PER_READ as i64)
}

async fn query<const N: usize>(
    store: &Store,
    sql: &'static str,
    parameters: [Value; N],
) -> Result<Vec<QueryResult>, StoreError> {
    let statement = Statement::from_sql_and_values(store.database().backend(), sql, parameters);
    store.database().reader.query_all_raw(statement).await.during(OPERATION)
}

async fn one<T: sea_orm::TryGetable>(
    store: &Store,
    sql: &'static str,
    column: &str,
) -> Result<T, StoreError> {
    let rows = query(store, sql, []).await?;
    let row = rows.first().ok_or_else(|| DbErr::RecordNotFound(column.to_owned()));
    row.and_then(|row| row.try_get("", column)).during(OPERATION)
}
