//! The outbox: what has happened, for whoever is to hear of it. An event is written in the transaction in
//! which it happens, whole, so that there is none without what it tells of, and nothing without its event.
//!
//! Those who deliver them take them for a while. One that is neither acknowledged nor failed by then comes
//! again: each event is delivered at least once, and to one at a time. Of a subscriber's the next one is handed
//! out when those before it were delivered, or have failed for good; the others come in about the order in
//! which they were written.

mod body;
mod facts;
mod happened;
mod topic;
mod write;

use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DatabaseTransaction, DbBackend, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement, Value,
};
use serde_json::json;

pub(crate) use happened::{
    CarriedOverTold, Cause, CommissionOf, CommissionTold, CoverTold, Happened, IntentTold,
    PackageName, PackageTold, ReceiptName, Received, RedeemedTold, Reminder, Sale, Short,
    WalletChangedBy, WalletTold, What,
};
pub use topic::{Topic, TopicName};
pub(crate) use write::write;

use crate::entity::outbox;
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};

/// How often an event is tried before it is given up.
pub const OUTBOX_ATTEMPTS_MAX: i64 = 16;

// The index `outbox_often` is of those that were tried so often.
const _: () = assert!(OUTBOX_ATTEMPTS_MAX == 16);

/// How long after the first failure an event is tried again, ms. Each further one takes twice as long.
const RETRY_MS: i64 = 10_000;
/// The longest time until it is tried again, ms. With the times before, an event is given up after 35 hours.
const RETRY_MAX_MS: i64 = 6 * 3_600_000;
/// The most of what went wrong that is kept, in characters.
const ERROR_LEN_MAX: usize = 500;
/// Held by who takes events of a tenant, so that nobody takes what comes behind events that somebody else is
/// just taking. The number of the tenant is added to it.
const TAKE_LOCK: i64 = 32_774_900_000_000;
/// What can be taken: it is due by `$2`, and nothing of the same subscriber waits before it.
const IS_DUE: &str = "o.tenant_id = $1 and o.delivered_at is null and o.failed_at is null \
                      and o.due_at <= $2 and not exists (select 1 from outbox e \
                      where e.subscriber_id = o.subscriber_id and e.id < o.id \
                      and e.delivered_at is null and e.failed_at is null)";

/// Hands out, and shows, what has happened for one tenant.
#[derive(Debug)]
pub struct Outbox<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// Something that has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEvent {
    /// Its number; of what happens to a subscriber, a later event has a greater one.
    pub id: i64,
    /// What it is about.
    pub topic: TopicName,
    /// The version of its body.
    pub version: i64,
    /// To whom it has happened.
    pub subscriber: Option<SubscriberId>,
    /// What it tells, a JSON object.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// How often it was taken to be delivered since it was written, or since it was to be tried anew.
    pub attempts: i64,
    /// Greater than that of everybody who had it before.
    pub fence: i64,
    /// What has become of it.
    pub standing: OutboxStanding,
    /// What went wrong last.
    pub error: Option<String>,
}

/// What has become of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutboxStanding {
    /// It is delivered from then on.
    Waiting {
        /// From when on.
        due_at: Timestamp,
    },
    /// Somebody delivers it, or has ended without a word.
    Taken {
        /// Who.
        by: String,
        /// Until when it is not handed out again.
        until: Timestamp,
    },
    /// It is with whom it is for.
    Delivered {
        /// Since when.
        at: Timestamp,
    },
    /// It is not tried any more.
    Failed {
        /// Since when.
        at: Timestamp,
    },
}

/// What becomes of an event that could not be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterFailure {
    /// It comes again.
    Again {
        /// Not before then.
        at: Timestamp,
    },
    /// It is given up.
    GivenUp,
    /// It was somebody else's by then, and is as that one leaves it.
    NotYours,
}

/// Which events are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboxFilter {
    /// Of this topic only.
    pub topic: Option<Topic>,
    /// Of the subscriber of this name only.
    pub subscriber: Option<String>,
    /// Those only that are not tried any more.
    pub is_failed: bool,
}

impl Outbox<'_> {
    /// Takes up to so many events that are due, for so many seconds, the oldest first and one of each
    /// subscriber. Whoever takes them says of each [that it is delivered](Self::acknowledge) or [that it is
    /// not](Self::fail); what nothing was said of by then is handed out again, and given up when that has
    /// happened too often.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn take(
        &self,
        consumer: &str,
        limit: u64,
        len_s: u32,
    ) -> Result<Vec<OutboxEvent>, StoreError> {
        let operation = "take events of the outbox";
        names::check(Kind::OutboxEvent, consumer, names::LOGIN_LEN_MAX)?;
        // Who waits for events asks all the time, and is to hold up nobody who writes.
        if !self.is_any_due(operation).await? {
            return Ok(Vec::new());
        }
        let txn = self.store.database().begin(operation).await?;
        self.take_turns(&txn, operation).await?;
        let now = self.store.now();
        self.give_up(&txn, now, operation).await?;
        let until = now.plus_s(len_s.into());
        let sql = format!(
            "update outbox set attempts = attempts + 1, fence = fence + 1, taken_by = $3, \
             due_at = $4 where id in (select o.id from outbox o where {IS_DUE} \
             order by o.due_at, o.id limit $5) returning *"
        );
        let values: [Value; 5] = [
            self.tenant.0.into(),
            now.unix_ms().into(),
            consumer.into(),
            until.unix_ms().into(),
            i64::try_from(limit).unwrap_or(i64::MAX).into(),
        ];
        let statement = Statement::from_sql_and_values(txn.get_database_backend(), sql, values);
        let taken = outbox::Entity::find().from_raw_sql(statement).all(&txn).await;
        let mut taken = taken.during(operation)?;
        txn.commit().await.during(operation)?;
        taken.sort_unstable_by_key(|row| row.id);
        Ok(taken.into_iter().map(event).collect())
    }

    /// Whether there is something that can be taken, or is to be given up.
    async fn is_any_due(&self, operation: &'static str) -> Result<bool, StoreError> {
        let sql = format!("select o.id from outbox o where {IS_DUE} limit 1");
        let values = [self.tenant.0, self.store.now().unix_ms()].map(Value::from);
        let database = self.store.database();
        let statement = Statement::from_sql_and_values(database.backend(), sql, values);
        let found = database.reader.query_one_raw(statement).await.during(operation)?;
        Ok(found.is_some())
    }

    /// An event is delivered. `false`: its time was over, and it is somebody else's, or was delivered by
    /// then.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn acknowledge(&self, taken: &OutboxEvent) -> Result<bool, StoreError> {
        let sql = "update outbox set delivered_at = $1, taken_by = null where tenant_id = $2 \
                   and id = $3 and fence = $4 and delivered_at is null and failed_at is null";
        let values = [self.store.now().unix_ms(), self.tenant.0, taken.id, taken.fence];
        self.changed(sql, values.map(Value::from).to_vec(), "acknowledge an event").await
    }

    /// An event could not be delivered, for a reason that is kept. It comes again, each time later, and
    /// is given up when it was tried [often enough](OUTBOX_ATTEMPTS_MAX).
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn fail(
        &self,
        taken: &OutboxEvent,
        reason: &str,
    ) -> Result<AfterFailure, StoreError> {
        let operation = "say that an event is not delivered";
        let now = self.store.now();
        let reason: String = reason.chars().take(ERROR_LEN_MAX).collect();
        let after = match taken.attempts < OUTBOX_ATTEMPTS_MAX {
            true => AfterFailure::Again { at: retry_at(now, taken.attempts) },
            false => AfterFailure::GivenUp,
        };
        let (due_at, failed_at) = match after {
            AfterFailure::Again { at } => (at, None),
            AfterFailure::GivenUp | AfterFailure::NotYours => (now, Some(now.unix_ms())),
        };
        let sql = "update outbox set due_at = $1, failed_at = $2, error = $3, taken_by = null \
                   where tenant_id = $4 and id = $5 and fence = $6 and delivered_at is null \
                   and failed_at is null";
        let values: Vec<Value> = vec![
            due_at.unix_ms().into(),
            failed_at.into(),
            reason.into(),
            self.tenant.0.into(),
            taken.id.into(),
            taken.fence.into(),
        ];
        let txn = self.store.database().begin(operation).await?;
        let statement = Statement::from_sql_and_values(txn.get_database_backend(), sql, values);
        let changed = txn.execute_raw(statement).await.during(operation)?;
        if changed.rows_affected() == 0 {
            return Ok(AfterFailure::NotYours);
        }
        follow(&txn, taken.id, due_at, operation).await?;
        txn.commit().await.during(operation)?;
        Ok(after)
    }

    /// The last `limit` events, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscriber.
    pub async fn list(
        &self,
        filter: &OutboxFilter,
        limit: u64,
    ) -> Result<Vec<OutboxEvent>, StoreError> {
        let reader = &self.store.database().reader;
        let mut find = outbox::Entity::find()
            .filter(outbox::Column::TenantId.eq(self.tenant.0))
            .order_by_desc(outbox::Column::Id)
            .limit(limit);
        if let Some(topic) = filter.topic {
            find = find.filter(outbox::Column::Topic.eq(topic.code()));
        }
        if let Some(name) = &filter.subscriber {
            let owner = self.store.subscribers(self.tenant).existing(reader, name).await?;
            find = find.filter(outbox::Column::SubscriberId.eq(owner.id));
        }
        if filter.is_failed {
            find = find.filter(outbox::Column::FailedAt.is_not_null());
        }
        let mut rows = find.all(reader).await.during("list the outbox")?;
        rows.reverse();
        Ok(rows.into_iter().map(event).collect())
    }

    /// The event of this number.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, id: i64) -> Result<OutboxEvent, StoreError> {
        Ok(event(self.existing(&self.store.database().reader, id).await?))
    }

    /// Lets an event be tried anew, at once: one that was given up, or one that waits until it is tried
    /// again. One that was given up comes out of its order.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] for one that is delivered, or is being delivered.
    pub async fn retry(&self, by: &Actor, id: i64) -> Result<OutboxEvent, StoreError> {
        let operation = "try the event anew";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let row = self.existing(&unit.txn, id).await?;
        let before = json!({ "attempts": row.attempts, "failed_at": row.failed_at });
        let (topic, fence) = (row.topic.clone(), row.fence);
        match event(row).standing {
            OutboxStanding::Waiting { .. } | OutboxStanding::Failed { .. } => {}
            OutboxStanding::Delivered { at } => {
                return Err(invalid(format!("event {id} was delivered at {at}")));
            }
            OutboxStanding::Taken { until, .. } if until <= unit.now => {}
            OutboxStanding::Taken { by, until } => {
                return Err(invalid(format!(
                    "event {id} is being delivered by {by}, until {until}"
                )));
            }
        }
        let sql = "update outbox set attempts = 0, fence = fence + 1, failed_at = null, \
                   taken_by = null, due_at = $1 where tenant_id = $2 and id = $3 \
                   and fence = $4 and delivered_at is null";
        let values = [unit.now.unix_ms(), self.tenant.0, id, fence].map(Value::from);
        let backend = unit.txn.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let changed = unit.txn.execute_raw(statement).await.during(operation)?;
        if changed.rows_affected() == 0 {
            return Err(invalid(format!(
                "event {id} is being delivered by now; look at it again in a moment"
            )));
        }
        follow(&unit.txn, id, unit.now, operation).await?;
        unit.record(Record {
            kind: Kind::OutboxEvent,
            row: id,
            name: &topic,
            before: Some(before),
            after: Some(json!({ "attempts": 0, "due_at": unit.now.unix_ms() })),
        });
        unit.commit().await?;
        self.find(id).await
    }

    /// Removes up to `limit` events that were delivered before a moment. Gives how many there were.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn clean(&self, delivered_before: Timestamp, limit: u64) -> Result<u64, StoreError> {
        let operation = "remove what was delivered";
        let sql = "delete from outbox where id in (select id from outbox where tenant_id = $1 \
                   and delivered_at < $2 order by delivered_at, id limit $3)";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = [self.tenant.0, delivered_before.unix_ms(), limit].map(Value::from);
        let database = self.store.database();
        let statement = Statement::from_sql_and_values(database.backend(), sql, values);
        let removed = database.writer.execute_raw(statement).await.during(operation)?;
        Ok(removed.rows_affected())
    }

    /// Lets one after the other take events of the tenant: SQLite's transactions that write are so anyhow.
    async fn take_turns(
        &self,
        txn: &DatabaseTransaction,
        operation: &'static str,
    ) -> Result<(), StoreError> {
        if txn.get_database_backend() == DbBackend::Postgres {
            let number = TAKE_LOCK.saturating_add(self.tenant.0);
            let lock = format!("select pg_advisory_xact_lock({number})");
            txn.execute_unprepared(&lock).await.during(operation)?;
        }
        Ok(())
    }

    /// Gives up what was taken so often without a word that whoever takes it seems to end by it.
    async fn give_up(
        &self,
        txn: &DatabaseTransaction,
        now: Timestamp,
        operation: &'static str,
    ) -> Result<(), StoreError> {
        // The number is written out, as an index is of these alone.
        let sql = format!(
            "update outbox set failed_at = $1, taken_by = null, \
             error = 'it was taken again and again, and nobody has said what became of it' \
             where tenant_id = $2 and delivered_at is null and failed_at is null \
             and due_at <= $1 and attempts >= {OUTBOX_ATTEMPTS_MAX}"
        );
        let values = [now.unix_ms(), self.tenant.0].map(Value::from);
        let statement = Statement::from_sql_and_values(txn.get_database_backend(), sql, values);
        txn.execute_raw(statement).await.during(operation).map(|_| ())
    }

    async fn existing(
        &self,
        db: &impl sea_orm::ConnectionTrait,
        id: i64,
    ) -> Result<outbox::Model, StoreError> {
        let found = outbox::Entity::find_by_id(id)
            .filter(outbox::Column::TenantId.eq(self.tenant.0))
            .one(db);
        let found = found.await.during("find the event")?;
        found.ok_or_else(|| names::not_found(Kind::OutboxEvent, &id.to_string(), []))
    }

    async fn changed(
        &self,
        sql: &str,
        values: Vec<Value>,
        operation: &'static str,
    ) -> Result<bool, StoreError> {
        let database = self.store.database();
        let statement = Statement::from_sql_and_values(database.backend(), sql, values);
        let changed = database.writer.execute_raw(statement).await.during(operation)?;
        Ok(changed.rows_affected() == 1)
    }
}

/// What waits behind an event of the same subscriber is due when that one is, so that who looks for what is due
/// does not pass by all that waits.
async fn follow(
    txn: &DatabaseTransaction,
    id: i64,
    due_at: Timestamp,
    operation: &'static str,
) -> Result<(), StoreError> {
    let sql = "update outbox set due_at = $1 where id > $2 and delivered_at is null \
               and failed_at is null and taken_by is null \
               and subscriber_id = (select o.subscriber_id from outbox o where o.id = $2)";
    let values = [due_at.unix_ms(), id].map(Value::from);
    let statement = Statement::from_sql_and_values(txn.get_database_backend(), sql, values);
    txn.execute_raw(statement).await.during(operation).map(|_| ())
}

/// When what could not be delivered so often is tried again.
fn retry_at(now: Timestamp, attempts: i64) -> Timestamp {
    let doubled = RETRY_MS.saturating_mul(1 << attempts.saturating_sub(1).clamp(0, 20));
    Timestamp::from_unix_ms(now.unix_ms().saturating_add(doubled.min(RETRY_MAX_MS)))
}

fn event(row: outbox::Model) -> OutboxEvent {
    let at = Timestamp::from_unix_ms;
    let standing = match (row.delivered_at, row.failed_at, row.taken_by) {
        (Some(delivered_at), ..) => OutboxStanding::Delivered { at: at(delivered_at) },
        (None, Some(failed_at), _) => OutboxStanding::Failed { at: at(failed_at) },
        (None, None, Some(by)) => OutboxStanding::Taken { by, until: at(row.due_at) },
        (None, None, None) => OutboxStanding::Waiting { due_at: at(row.due_at) },
    };
    OutboxEvent {
        id: row.id,
        topic: TopicName::of_row(row.topic),
        version: row.version,
        subscriber: row.subscriber_id.map(SubscriberId),
        body: row.body,
        created_at: at(row.created_at),
        attempts: row.attempts,
        fence: row.fence,
        standing,
        error: row.error,
    }
}

fn invalid(problem: String) -> StoreError {
    StoreError::Invalid { what: Kind::OutboxEvent, problem }
}
