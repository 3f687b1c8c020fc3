//! The change feed, under writers that do not commit in the order in which they began.

use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use entitlement::Terms;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use storage::{Change, ChangeFeed, Kind};

use crate::ground::{Ground, default_tenant, operator};

/// Longer than anything here takes; reached only by a failure.
const PATIENCE: Duration = Duration::from_secs(60);
const WRITERS: usize = 8;
const TRANSACTIONS: usize = 40;

pub async fn a_change_wakes_the_feed_of_another_process(ground: &Ground) {
    let (store, other) = (ground.open().await, ground.open().await);
    let tenant = default_tenant(&store).await;
    let mut feed = store.changes().await.unwrap();
    let plan = other.plans(tenant).add(&operator(), "gold", &Terms::default(), None).await.unwrap();
    let changes = tokio::time::timeout(PATIENCE, next(&mut feed)).await.unwrap();
    let told: Vec<_> = changes.iter().map(|change| (change.kind, change.row)).collect();
    assert_eq!(told, [(Kind::Plan, plan.id.0)]);
    assert!(changes.iter().all(|change| change.tenant == tenant));
    assert!(feed.read().await.unwrap().is_empty());
    // Whoever begins now is not told of what was.
    assert!(store.changes().await.unwrap().read().await.unwrap().is_empty());
}

async fn next(feed: &mut ChangeFeed) -> Vec<Change> {
    loop {
        feed.changed().await;
        let changes = feed.read().await.unwrap();
        if !changes.is_empty() {
            return changes;
        }
    }
}

pub async fn concurrent_writers_and_rollbacks_lose_and_double_nothing(ground: &Ground) {
    let store = ground.open().await;
    let mut feed = store.changes().await.unwrap();
    let committed = Arc::new(Mutex::new(BTreeSet::new()));
    let running = Arc::new(AtomicUsize::new(WRITERS));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (url, sqlite) = (ground.url.clone(), ground.is_sqlite());
            let (committed, running) = (Arc::clone(&committed), Arc::clone(&running));
            tokio::spawn(async move {
                let rows = if sqlite {
                    write_sqlite(&url, writer).await
                } else {
                    write_postgres(&url, writer).await
                };
                committed.lock().unwrap().extend(rows);
                running.fetch_sub(1, Ordering::AcqRel);
            })
        })
        .collect();
    let mut seen = Vec::new();
    while running.load(Ordering::Acquire) > 0 {
        seen.extend(feed.read().await.unwrap());
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    seen.extend(feed.read().await.unwrap());
    let rows: Vec<i64> = seen.iter().map(|change| change.row).collect();
    let distinct: BTreeSet<i64> = rows.iter().copied().collect();
    assert_eq!(rows.len(), distinct.len(), "a change was told twice");
    assert_eq!(distinct, *committed.lock().unwrap(), "a change was lost, or never happened");
    assert_eq!(seen.iter().map(|change| change.id).collect::<HashSet<_>>().len(), seen.len());
    assert!(feed.read().await.unwrap().is_empty());
}

/// The transactions of one writer: the rows they insert, and whether they are committed.
fn plan_of(writer: usize) -> impl Iterator<Item = (Vec<i64>, bool)> {
    (0..TRANSACTIONS).map(move |transaction| {
        let number = writer * TRANSACTIONS + transaction;
        let rows = (0..=number % 3).map(|row| (number * 3 + row) as i64).collect();
        (rows, number % 5 != 4)
    })
}

fn insert(row: i64) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("insert into change (tenant_id, kind, row_id) values (1, 'plan', {row})"))
}

async fn write_sqlite(url: &str, writer: usize) -> Vec<i64> {
    let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
    connection.execute("pragma busy_timeout = 60000").await.unwrap();
    let mut committed = Vec::new();
    for (rows, commit) in plan_of(writer) {
        connection.execute("begin immediate").await.unwrap();
        for row in &rows {
            connection.execute(insert(*row)).await.unwrap();
        }
        connection.execute(if commit { "commit" } else { "rollback" }).await.unwrap();
        if commit {
            committed.extend(rows);
        }
    }
    committed
}

/// The server itself pauses inside of a transaction, so that transactions overlap and end in
/// another order than they began.
async fn write_postgres(url: &str, writer: usize) -> Vec<i64> {
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    let mut committed = Vec::new();
    for (rows, commit) in plan_of(writer) {
        connection.execute("begin").await.unwrap();
        for row in &rows {
            connection.execute(insert(*row)).await.unwrap();
            let pause_ms = (row * 7 + writer as i64 * 13) % 28;
            let pause = format!("select pg_sleep(0.001 * {pause_ms})");
            connection.execute(AssertSqlSafe(pause)).await.unwrap();
        }
        connection.execute(if commit { "commit" } else { "rollback" }).await.unwrap();
        if commit {
            committed.extend(rows);
        }
    }
    committed
}

#[tokio::test]
async fn a_transaction_left_open_delays_nobody_and_loses_nothing() {
    let Some(ground) = Ground::postgres().await else { return };
    let store = ground.open().await;
    let tenant = default_tenant(&store).await;
    let mut feed = store.changes().await.unwrap();
    let follower = store.follow().await.unwrap();
    let mut sleeper = sqlx::PgConnection::connect(&ground.url).await.unwrap();
    sleeper.execute("begin").await.unwrap();
    sleeper.execute(insert(7)).await.unwrap();

    let plan = store.plans(tenant).add(&operator(), "gold", &Terms::default(), None).await.unwrap();
    follower.sync().await.unwrap();
    assert_eq!(follower.directory().counts().plans, 1);
    let rows = |changes: Vec<Change>| changes.iter().map(|change| change.row).collect::<Vec<_>>();
    assert_eq!(rows(feed.read().await.unwrap()), [plan.id.0]);
    assert!(feed.read().await.unwrap().is_empty());
    // A feed that begins now neither repeats the one nor misses the other.
    let mut late = store.changes().await.unwrap();
    assert!(late.read().await.unwrap().is_empty());

    sleeper.execute("commit").await.unwrap();
    assert_eq!(rows(feed.read().await.unwrap()), [7]);
    assert_eq!(rows(late.read().await.unwrap()), [7]);
    assert!(feed.read().await.unwrap().is_empty());
    follower.stop().await;
}
