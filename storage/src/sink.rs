//! What the journal has made durable, brought into the tables: a batch and its position in one
//! transaction, in a way that order and repetition change nothing.

mod rows;
mod sql;

use std::collections::HashMap;
use std::sync::Arc;

use aaa_engine::ports::{Batch, Entry, JournalPosition, Sink, SinkError};
use aaa_engine::session::{Session, SessionId, apply};
use aaa_engine::{AccountingEvent, Attempt};
use entitlement::Timestamp;
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, DatabaseTransaction, DbBackend,
    EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement, Value,
};

use crate::entity::{journal_position, session};
use crate::error::{During as _, Kind, StoreError};
use crate::sessions::session_of;
use crate::store::Store;
pub(crate) use rows::hexadecimal;
use rows::{AttemptRow, SessionRow};

/// Rows of one set-based statement.
const ROWS_PER_STATEMENT: usize = 1_000;

/// Takes the journal of one RADIUS node.
#[derive(Debug, Clone)]
pub struct StoreSink {
    store: Store,
    node: Arc<str>,
}

impl StoreSink {
    pub(crate) fn new(store: Store, node: &str) -> Self {
        Self { store, node: node.into() }
    }

    async fn stored_position(
        &self,
        db: &impl ConnectionTrait,
        lock: bool,
    ) -> Result<Option<JournalPosition>, StoreError> {
        let mut select = journal_position::Entity::find_by_id(self.node.to_string());
        if lock && self.store.database().backend() == DbBackend::Postgres {
            select = select.lock(LockType::Update);
        }
        let row = select.one(db).await.during("read the journal's position")?;
        row.map(|row| {
            let place = |number: i64| {
                u64::try_from(number).map_err(|_| StoreError::Corrupt {
                    what: Kind::Store,
                    row: self.node.to_string(),
                    problem: "the position of its journal is negative".to_owned(),
                })
            };
            Ok(JournalPosition { segment: place(row.segment)?, offset: place(row.octet)? })
        })
        .transpose()
    }

    async fn apply_batch(&self, batch: Batch) -> Result<(), StoreError> {
        let txn = self.store.database().begin("begin a batch of the journal").await?;
        let stored = self.stored_position(&txn, true).await?;
        if stored.is_some_and(|stored| batch.position <= stored) {
            return txn.rollback().await.during("leave out a batch that is stored already");
        }
        let mut pending = Pending::default();
        for entry in batch.entries {
            match entry {
                Entry::Attempt(attempt) => pending.attempts.push(attempt),
                Entry::Accounting(event) if event.kind.is_about_the_nas() => {
                    // It ends the sessions that are known by now, and no later one.
                    pending.write_sessions(&txn).await?;
                    end_sessions_of_nas(&txn, &event).await?;
                }
                Entry::Accounting(event) => pending.join(&event),
            }
        }
        pending.write_sessions(&txn).await?;
        pending.write_attempts(&txn).await?;
        self.store_position(&txn, batch.position).await?;
        txn.commit().await.during("commit a batch of the journal")
    }

    async fn store_position(
        &self,
        txn: &DatabaseTransaction,
        position: JournalPosition,
    ) -> Result<(), StoreError> {
        let number = |number: u64| {
            i64::try_from(number).map_err(|_| StoreError::Invalid {
                what: Kind::Store,
                problem: format!("the journal position {position} is out of range"),
            })
        };
        let row = journal_position::ActiveModel {
            node: Set(self.node.to_string()),
            segment: Set(number(position.segment)?),
            octet: Set(number(position.offset)?),
        };
        let replace = OnConflict::column(journal_position::Column::Node)
            .update_columns([journal_position::Column::Segment, journal_position::Column::Octet])
            .to_owned();
        journal_position::Entity::insert(row)
            .on_conflict(replace)
            .exec_without_returning(txn)
            .await
            .during("store the journal's position")?;
        Ok(())
    }

    async fn sessions_since(&self, ended_since: Timestamp) -> Result<Vec<Session>, StoreError> {
        let wanted = Condition::any()
            .add(session::Column::EndedAt.is_null())
            .add(session::Column::EndedAt.gte(ended_since.unix_ms()));
        let rows = session::Entity::find()
            .filter(wanted)
            .order_by_asc(session::Column::StartedAt)
            .all(&self.store.database().reader)
            .await
            .during("read the recent sessions")?;
        rows.iter().map(session_of).collect()
    }
}

impl Sink for StoreSink {
    async fn position(&self) -> Result<Option<JournalPosition>, SinkError> {
        let reader = &self.store.database().reader;
        self.stored_position(reader, false).await.map_err(|error| sink_error(&error))
    }

    async fn apply(&self, batch: Batch) -> Result<(), SinkError> {
        self.apply_batch(batch).await.map_err(|error| sink_error(&error))
    }

    async fn recent_sessions(&self, ended_since: Timestamp) -> Result<Vec<Session>, SinkError> {
        self.sessions_since(ended_since).await.map_err(|error| sink_error(&error))
    }
}

fn sink_error(error: &StoreError) -> SinkError {
    SinkError { reason: error.to_string() }
}

/// What a batch has told so far and is not written yet, joined per session.
#[derive(Default)]
struct Pending {
    sessions: HashMap<SessionId, Session>,
    attempts: Vec<Attempt>,
}

impl Pending {
    fn join(&mut self, event: &AccountingEvent) {
        let known = self.sessions.remove(&event.session);
        if let Some(session) = apply(event, known) {
            self.sessions.insert(event.session, session);
        }
    }

    async fn write_sessions(&mut self, txn: &DatabaseTransaction) -> Result<(), StoreError> {
        let mut rows: Vec<_> =
            self.sessions.drain().map(|(_, row)| SessionRow::from(row)).collect();
        // In one order everywhere, so that two nodes cannot wait for each other.
        rows.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        let upsert = sql::upsert_sessions(txn.get_database_backend());
        for rows in rows.chunks(ROWS_PER_STATEMENT) {
            execute(txn, upsert, [json(rows)?.into()], "store the sessions").await?;
        }
        Ok(())
    }

    async fn write_attempts(&mut self, txn: &DatabaseTransaction) -> Result<(), StoreError> {
        let rows: Vec<_> = self.attempts.drain(..).map(AttemptRow::from).collect();
        let insert = sql::insert_attempts(txn.get_database_backend());
        for rows in rows.chunks(ROWS_PER_STATEMENT) {
            execute(txn, insert, [json(rows)?.into()], "store the log-ins").await?;
        }
        Ok(())
    }
}

/// The NAS started, or is about to stop: none of the sessions that began before exists any more.
async fn end_sessions_of_nas(
    txn: &DatabaseTransaction,
    event: &AccountingEvent,
) -> Result<(), StoreError> {
    let Some(terminate_cause) = event.kind.terminate_cause() else { return Ok(()) };
    for statement in [sql::END_OPEN_SESSIONS, sql::END_SESSIONS_EARLIER] {
        let parameters = [
            event.happened_at.unix_ms().into(),
            i64::from(terminate_cause).into(),
            event.tenant.0.into(),
            event.nas.0.into(),
        ];
        execute(txn, statement, parameters, "end the sessions of a NAS").await?;
    }
    Ok(())
}

async fn execute<const N: usize>(
    txn: &DatabaseTransaction,
    sql: &'static str,
    parameters: [Value; N],
    operation: &'static str,
) -> Result<(), StoreError> {
    let statement = Statement::from_sql_and_values(txn.get_database_backend(), sql, parameters);
    txn.execute_raw(statement).await.during(operation)?;
    Ok(())
}

fn json(rows: &[impl serde::Serialize]) -> Result<String, StoreError> {
    serde_json::to_string(rows).map_err(|error| StoreError::Database {
        operation: "write the batch as JSON",
        source: error.into(),
    })
}
