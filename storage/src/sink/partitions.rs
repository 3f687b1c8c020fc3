//! The weeks into which PostgreSQL divides the usage by 5 minutes: a week that nobody asks for any
//! more is dropped whole, and one that is not asked for is not read.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use aaa_engine::ports::{Batch, Entry};
use entitlement::Timestamp;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, Statement};

use crate::clock;
use crate::connect::Database;
use crate::error::{During as _, StoreError};

const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// 1 January 1970 was a Thursday; weeks begin on Mondays.
const MONDAY_MS: i64 = 4 * 24 * 60 * 60 * 1_000;
/// What happened longer ago gets no partition of its own, nor does what lies further ahead than
/// next week: clocks that are wrong must not make partitions without end.
const WEEKS_BACK_MAX: i64 = 26;
/// How long a partition may wait for the readers of the rest. Meanwhile everybody waits for it.
const LOCK_TIMEOUT: &str = "set local lock_timeout = '2s'";
/// How long after a failure it is tried again, seconds.
const RETRY_AFTER_S: i64 = 600;

/// Which weeks have a partition, as far as one sink knows.
#[derive(Debug, Default)]
pub(super) struct Partitions(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    weeks: BTreeSet<Week>,
    retry_at: Option<Timestamp>,
}

/// The week that is so many after the one in which 1970 began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Week(i64);

impl Week {
    const fn of(at: Timestamp) -> Self {
        Self(at.unix_ms().saturating_sub(MONDAY_MS).div_euclid(WEEK_MS) + 1)
    }

    const fn start_ms(self) -> i64 {
        (self.0 - 1) * WEEK_MS + MONDAY_MS
    }
}

impl Partitions {
    /// Makes the partitions of this week, of the next and of those that the batch is about, where
    /// they are missing.
    ///
    /// What fails is logged and tried again later: rows without a partition of their own are kept
    /// in the one for everything else, and move when theirs is made.
    pub(super) async fn prepare(&self, database: &Database, batch: &Batch) {
        if database.backend() != DbBackend::Postgres {
            return;
        }
        let now = clock::now();
        let missing = self.missing(batch, now);
        if missing.is_empty() {
            return;
        }
        let made = make(database, &missing).await;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match made {
            Ok(()) => known.weeks.extend(missing),
            Err(error) => {
                known.retry_at = Some(now.plus_s(RETRY_AFTER_S));
                drop(known);
                tracing::warn!(%error, "no partition for the usage of a week; trying again later");
            }
        }
    }

    fn missing(&self, batch: &Batch, now: Timestamp) -> Vec<Week> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.retry_at.is_some_and(|retry_at| now < retry_at) {
            return Vec::new();
        }
        let Week(this) = Week::of(now);
        let told = batch.entries.iter().filter_map(|entry| match entry {
            Entry::Accounting(event) => Some(Week::of(event.happened_at)),
            Entry::Attempt(_) | Entry::Change(_) => None,
        });
        let kept = Week(this - WEEKS_BACK_MAX)..=Week(this + 1);
        let needed: BTreeSet<Week> =
            told.chain([Week(this), Week(this + 1)]).filter(|week| kept.contains(week)).collect();
        needed.difference(&known.weeks).copied().collect()
    }
}

async fn make(database: &Database, weeks: &[Week]) -> Result<(), StoreError> {
    let txn = database.begin("begin to make partitions").await?;
    // Other writers wait, so that no row comes to where it would have to move from; readers wait
    // for the partition of everything else only.
    for statement in [LOCK_TIMEOUT, "lock table only usage_5min in share row exclusive mode"] {
        txn.execute_unprepared(statement).await.during("lock the usage")?;
    }
    for week in weeks {
        make_one(&txn, *week).await?;
    }
    txn.commit().await.during("commit the partitions")
}

async fn make_one(txn: &DatabaseTransaction, week: Week) -> Result<(), StoreError> {
    let operation = "make a partition";
    let (start, end) = (week.start_ms(), Week(week.0 + 1).start_ms());
    let name = format!(
        "select 'usage_5min_' || to_char(to_timestamp({start} / 1000) at time zone 'UTC', \
         'YYYYMMDD') as name"
    );
    let select = format!("select name, to_regclass(name) is not null as is_made from ({name}) n");
    let select = Statement::from_string(DbBackend::Postgres, select);
    let Some(row) = txn.query_one_raw(select).await.during(operation)? else { return Ok(()) };
    if row.try_get("", "is_made").during(operation)? {
        return Ok(());
    }
    let name: String = row.try_get("", "name").during(operation)?;
    for statement in [
        format!("create table {name} (like usage_5min including all)"),
        format!(
            "with moved as (delete from usage_5min_default \
             where bucket_start >= {start} and bucket_start < {end} returning *) \
             insert into {name} select * from moved"
        ),
        format!(
            "alter table usage_5min attach partition {name} for values from ({start}) to ({end})"
        ),
    ] {
        txn.execute_unprepared(&statement).await.during(operation)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_mondays() {
        // Monday 29 December 1969, Monday 5 January 1970, Monday 23 November 2026.
        for monday_s in [-259_200, 345_600, 1_795_392_000] {
            let monday = Timestamp::from_unix_s(monday_s);
            let week = Week::of(monday);
            assert_eq!(week.start_ms(), monday.unix_ms());
            assert_eq!(Week::of(monday.minus_s(1)), Week(week.0 - 1));
            assert_eq!(Week::of(monday.plus_s(7 * 86_400 - 1)), week);
        }
        assert_eq!(Week::of(Timestamp::from_unix_s(0)), Week(0));
    }
}
