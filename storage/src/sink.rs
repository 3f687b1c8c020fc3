//! What the journal has made durable, brought into the tables: a batch and its position in one
//! transaction, in a way that order and repetition change nothing.

mod changes;
mod crossed;
mod increase;
mod learned;
mod leases;
mod meters;
mod partitions;
mod rows;
mod silence;
mod sql;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use aaa_engine::enforcement::Change;
use aaa_engine::ports::{Batch, Entry, JournalPosition, Sink, SinkError};
use aaa_engine::session::{ENDED_SESSIONS_MAX, Session, SessionId, apply};
use aaa_engine::{AccountingEvent, AccountingKind, Attempt, StoredLease, StoredMeter};
use entitlement::{ServiceId, Timestamp};
use futures_util::TryStreamExt as _;
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, DatabaseConnection,
    DatabaseTransaction, DbBackend, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select, Statement, Value,
};

use crate::billing::Concerned;
use crate::entity::{journal_position, session};
use crate::error::{During as _, Kind, StoreError};
use crate::pools;
use crate::sessions::session_of;
use crate::store::Store;
use crate::values;
use increase::{Increases, Report};
pub(crate) use meters::stored_of as meter_of_row;
use partitions::Partitions;
pub(crate) use rows::hexadecimal;
use rows::{AttemptRow, SessionRow};

/// Rows of one set-based statement.
const ROWS_PER_STATEMENT: usize = 1_000;
/// Ended sessions that are read at the start: as many as the session table keeps.
const ENDED_SESSIONS_READ_MAX: u64 = ENDED_SESSIONS_MAX as u64;
/// Every statement of a batch names its rows. Of a table of which PostgreSQL knows nothing yet, as in the first
/// minutes of a store, it would make a plan that reads all of it, and keep that while the table grows: with
/// 54,000 sessions 3,124 records a second were drained instead of 16,183.
const BY_INDEX: &str = "set local enable_seqscan = off";

/// Takes the journal of one RADIUS node.
#[derive(Debug, Clone)]
pub struct StoreSink {
    store: Store,
    node: Arc<str>,
    partitions: Arc<Partitions>,
    /// What the store has confirmed to this sink.
    applied: Arc<Mutex<Option<JournalPosition>>>,
}

impl StoreSink {
    pub(crate) fn new(store: Store, node: &str) -> Self {
        Self { store, node: node.into(), partitions: Arc::default(), applied: Arc::default() }
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

    /// Whoever asks goes on from there, also where the store was set back.
    async fn ask_position(&self) -> Result<Option<JournalPosition>, StoreError> {
        let reader = &self.store.database().reader;
        let stored = self.stored_position(reader, false).await?;
        if stored < self.confirmed() {
            self.store.check_is_the_same(reader).await?;
            self.store.note_set_back();
        }
        self.note_applied(stored);
        Ok(stored)
    }

    async fn apply_batch(&self, batch: Batch) -> Result<(), StoreError> {
        self.partitions.prepare(self.store.database(), &batch).await;
        let operation = "begin a batch of the journal";
        let txn = self.store.database().begin(operation).await?;
        if self.store.database().backend() == DbBackend::Postgres {
            txn.execute_unprepared(BY_INDEX).await.during(operation)?;
        }
        let stored = self.stored_position(&txn, true).await?;
        self.check_not_gone_back(&txn, stored).await?;
        if stored.is_some_and(|stored| batch.position <= stored) {
            txn.rollback().await.during("leave out a batch that is stored already")?;
            // The word that it was taken had been lost; this is that word.
            self.note_applied(stored);
            return Ok(());
        }
        // Whoever moves money of somebody's holds him before anything else.
        let crossed = crossed::find(&txn, &batch).await?;
        let paid = Concerned::lock(&txn, &batch, &crossed.subscribers()).await?;
        let mut pending = Pending::default();
        for entry in batch.entries {
            match entry {
                Entry::Attempt(attempt) => pending.attempts.push(attempt),
                Entry::Change(change) => pending.changes.push(change),
                Entry::Accounting(event) if event.kind.is_about_the_nas() => {
                    // It ends the sessions that are known by now, and no later one.
                    pending.write_sessions(&txn).await?;
                    end_sessions_of_nas(&txn, &event).await?;
                }
                // It says something of a session that is known by now.
                Entry::Accounting(event) if event.kind == AccountingKind::Silence => {
                    pending.silent.push(event);
                }
                Entry::Accounting(event) => pending.join(&event),
            }
        }
        pending.write_sessions(&txn).await?;
        silence::store(&txn, &pending.silent).await?;
        changes::store(&txn, &pending.changes).await?;
        pending.ended.extend(pending.changes.iter().map(|change| change.session));
        changes::forget_ended(&txn, &pending.ended).await?;
        meters::store(&txn, &pending.meters).await?;
        pending.write_attempts(&txn).await?;
        let txn = crossed.tell(&self.store, txn).await?;
        let txn = paid.settle(&self.store, txn).await?;
        // Shared with other nodes more than any other row, so they are locked last.
        pending.increases.write(&txn).await?;
        self.store_position(&txn, batch.position).await?;
        txn.commit().await.during("commit a batch of the journal")?;
        self.note_applied(Some(batch.position));
        Ok(())
    }

    fn confirmed(&self) -> Option<JournalPosition> {
        *self.applied.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_applied(&self, position: Option<JournalPosition>) {
        *self.applied.lock().unwrap_or_else(PoisonError::into_inner) = position;
    }

    /// A later batch on top of a store that has lost an earlier one would hide the gap for ever.
    async fn check_not_gone_back(
        &self,
        txn: &DatabaseTransaction,
        stored: Option<JournalPosition>,
    ) -> Result<(), StoreError> {
        let Some(expected) =
            self.confirmed().filter(|applied| stored.is_none_or(|at| at < *applied))
        else {
            return Ok(());
        };
        self.store.check_is_the_same(txn).await?;
        Err(StoreError::WentBack {
            place: self.store.place().to_owned(),
            found: stored.map_or_else(|| "nothing".to_owned(), |stored| stored.to_string()),
            expected,
        })
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

    /// The open sessions and the newest of those that ended, these longest ended first: a table
    /// that is full forgets in the order in which they came to it.
    async fn sessions_since(
        &self,
        ended_since: Timestamp,
        ended_max: u64,
    ) -> Result<Vec<Session>, StoreError> {
        let reader = &self.store.database().reader;
        // The open ones first: one that ends in between is then read twice, but not missed. Row by row,
        // since there may be a million.
        let open = session::Entity::find()
            .filter(session::Column::EndedAt.is_null())
            // Those that fell silent long ago were forgotten.
            .filter(
                Condition::any()
                    .add(session::Column::SilentSince.is_null())
                    .add(session::Column::LastSeenAt.gte(ended_since.unix_ms())),
            )
            .order_by_asc(session::Column::StartedAt)
            .order_by_asc(session::Column::Id);
        let ended = session::Entity::find()
            .filter(session::Column::EndedAt.gte(ended_since.unix_ms()))
            .order_by_desc(session::Column::EndedAt)
            .order_by_desc(session::Column::Id)
            .limit(ended_max);
        let mut sessions = read_sessions(reader, open, "read the open sessions").await?;
        let ended = read_sessions(reader, ended, "read the sessions that ended lately").await?;
        let ended_meanwhile: HashSet<SessionId> = ended.iter().map(|session| session.id).collect();
        sessions.retain(|session| !ended_meanwhile.contains(&session.id));
        changes::add_told(reader, &mut sessions).await?;
        sessions.extend(ended.into_iter().rev());
        Ok(sessions)
    }
}

async fn read_sessions(
    reader: &DatabaseConnection,
    select: Select<session::Entity>,
    operation: &'static str,
) -> Result<Vec<Session>, StoreError> {
    let mut sessions = Vec::new();
    let mut rows = select.stream(reader).await.during(operation)?;
    while let Some(row) = rows.try_next().await.during(operation)? {
        sessions.push(session_of(&row)?);
    }
    Ok(sessions)
}

impl Sink for StoreSink {
    async fn position(&self) -> Result<Option<JournalPosition>, SinkError> {
        self.ask_position().await.map_err(|error| sink_error(&error))
    }

    async fn apply(&self, batch: Batch) -> Result<(), SinkError> {
        self.apply_batch(batch).await.map_err(|error| sink_error(&error))
    }

    async fn recent_sessions(&self, ended_since: Timestamp) -> Result<Vec<Session>, SinkError> {
        self.sessions_since(ended_since, ENDED_SESSIONS_READ_MAX)
            .await
            .map_err(|error| sink_error(&error))
    }

    async fn meters(&self) -> Result<Vec<StoredMeter>, SinkError> {
        meters::all(&self.store).await.map_err(|error| sink_error(&error))
    }

    async fn leases(&self) -> Result<Vec<StoredLease>, SinkError> {
        pools::all_leases(&self.store).await.map_err(|error| sink_error(&error))
    }
}

fn sink_error(error: &StoreError) -> SinkError {
    SinkError { reason: error.to_string() }
}

/// What a batch has told so far and is not written yet, joined per session.
#[derive(Default)]
struct Pending {
    sessions: HashMap<SessionId, Told>,
    silent: Vec<AccountingEvent>,
    attempts: Vec<Attempt>,
    changes: Vec<Change>,
    /// Sessions that have ended, or may have.
    ended: BTreeSet<SessionId>,
    /// The latest of each service.
    meters: BTreeMap<ServiceId, StoredMeter>,
    increases: Increases,
}

/// A session as the batch alone tells it, and each of the reports that told it, in their order.
struct Told {
    session: Session,
    reports: Vec<Report>,
}

impl Pending {
    fn join(&mut self, event: &AccountingEvent) {
        for stored in event.meter.iter().chain(&event.lead_meter) {
            let known = self.meters.entry(stored.service).or_insert_with(|| stored.clone());
            if known.meter.revision() < stored.meter.revision() {
                *known = stored.clone();
            }
        }
        let known = self.sessions.remove(&event.session);
        let (known, mut reports) =
            known.map_or((None, Vec::new()), |told| (Some(told.session), told.reports));
        if let Some(session) = apply(event, known) {
            // What was activated within a session counts a part of what that session counts.
            if event.activated.is_none() {
                reports.push(Report::of(event));
            }
            self.sessions.insert(event.session, Told { session, reports });
        }
    }

    async fn write_sessions(&mut self, txn: &DatabaseTransaction) -> Result<(), StoreError> {
        let mut told: Vec<_> = self.sessions.drain().map(|(_, told)| told).collect();
        // In one order everywhere, so that two nodes cannot wait for each other.
        told.sort_unstable_by_key(|told| told.session.id);
        let ended = told.iter().filter(|told| told.session.ended.is_some());
        self.ended.extend(ended.map(|told| told.session.id));
        let operation = "store the sessions";
        for told in told.chunks(ROWS_PER_STATEMENT) {
            self.increases.add(txn, told).await?;
            let rows = told.iter().map(|told| SessionRow::from(&told.session));
            if txn.get_database_backend() == DbBackend::Sqlite {
                let rows = rows.map(SessionRow::values).collect();
                let (insert, join) = (sql::INSERT_SESSIONS, sql::JOIN_SESSIONS_SQLITE);
                values::insert(txn, insert, rows, join, operation).await?;
            } else {
                let rows = json(&rows.collect::<Vec<_>>())?;
                execute(txn, sql::UPSERT_SESSIONS_POSTGRES, [rows.into()], operation).await?;
            }
        }
        Ok(())
    }

    async fn write_attempts(&mut self, txn: &DatabaseTransaction) -> Result<(), StoreError> {
        learned::store(txn, &self.attempts).await?;
        leases::store(txn, &self.attempts).await?;
        let operation = "store the log-ins";
        let rows: Vec<_> = self.attempts.drain(..).map(AttemptRow::from).collect();
        if txn.get_database_backend() == DbBackend::Sqlite {
            let rows = rows.into_iter().map(AttemptRow::values).collect();
            return values::insert(txn, sql::INSERT_ATTEMPTS, rows, "", operation).await;
        }
        for rows in rows.chunks(ROWS_PER_STATEMENT) {
            execute(txn, sql::INSERT_ATTEMPTS_POSTGRES, [json(rows)?.into()], operation).await?;
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
    let begun_before =
        [event.happened_at.unix_ms().into(), event.tenant.0.into(), event.nas.0.into()];
    execute(txn, sql::FORGET_TOLD, begun_before, "forget what a NAS was told").await?;
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

#[cfg(test)]
mod tests {
    use aaa_engine::Counters;
    use aaa_engine::ports::NasId;
    use entitlement::TenantId;

    use super::*;
    use crate::keys::KeyRing;
    use crate::store::StoreOptions;

    fn event(session: u8, second: i64, kind: AccountingKind) -> Entry {
        let at = Timestamp::from_unix_s(second);
        Entry::Accounting(AccountingEvent {
            session: SessionId([session; 16]),
            tenant: TenantId(1),
            nas: NasId(1),
            received_at: at,
            happened_at: at,
            kind,
            acct_session_id: Arc::from([session]),
            login: "alice".into(),
            calling_station_id: "".into(),
            framed_ipv4: None,
            ipv6: Default::default(),
            service: None,
            activated: None,
            interim_interval_s: None,
            counters: Counters::default(),
            meter: None,
            lead_meter: None,
        })
    }

    #[tokio::test]
    async fn recent_sessions_come_open_first_then_the_longest_ended_of_the_newest() {
        const STOP: AccountingKind = AccountingKind::Stop { terminate_cause: 1 };
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyRing::generate_file(&folder.path().join("weir.key")).unwrap();
        let url = format!("sqlite:{}", folder.path().join("weir.db").display());
        let store = Store::open(&url, keys, StoreOptions::default()).await.unwrap();
        let sink = store.sink("node");
        // Those that began first end last.
        let entries = vec![
            event(1, 10, AccountingKind::Start),
            event(1, 90, STOP),
            event(2, 11, AccountingKind::Start),
            event(2, 80, STOP),
            event(3, 12, AccountingKind::Start),
            event(3, 70, STOP),
            event(4, 20, AccountingKind::Start),
            event(5, 19, AccountingKind::Start),
        ];
        let position = JournalPosition { segment: 1, offset: 1 };
        sink.apply(Batch { entries, position }).await.unwrap();
        let since = Timestamp::from_unix_s(60);
        let ids = async |ended_max| -> Vec<u8> {
            let sessions = sink.sessions_since(since, ended_max).await.unwrap();
            sessions.iter().map(|session| session.id.0[0]).collect()
        };
        assert_eq!(ids(10).await, [5, 4, 3, 2, 1]);
        assert_eq!(ids(2).await, [5, 4, 2, 1], "the longest ended is the one to be left out");
        store.close().await;
    }
    #[tokio::test]
    async fn a_store_that_has_lost_a_batch_takes_no_later_one_until_the_journal_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyRing::generate_file(&folder.path().join("weir.key")).unwrap();
        let url = format!("sqlite:{}", folder.path().join("weir.db").display());
        let store = Store::open(&url, keys, StoreOptions::default()).await.unwrap();
        let sink = store.sink("node");
        let batch = |offset: u8| Batch {
            entries: vec![event(offset, offset.into(), AccountingKind::Start)],
            position: JournalPosition { segment: 1, offset: offset.into() },
        };
        sink.apply(batch(10)).await.unwrap();
        sink.apply(batch(20)).await.unwrap();
        // What a fail-over to a copy that was behind does.
        for back in ["update journal_position set octet = 10", "delete from journal_position"] {
            store.database().writer.execute_unprepared(back).await.unwrap();
            let error = sink.apply(batch(30)).await.unwrap_err();
            assert!(error.to_string().contains("has lost accounting"), "{error}");
        }
        // The journal is read again from where the store says that it stands.
        assert_eq!(sink.position().await.unwrap(), None);
        for offset in [10, 20, 30] {
            sink.apply(batch(offset)).await.unwrap();
        }
        store.close().await;
    }
}
