//! A unit of work: rows, the audit of them and the changes that the feed carries, in one
//! transaction. Nothing is written to the tables of the directory in any other way.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use entitlement::{TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, DbErr, EntityTrait, SqlErr};
use serde_json::Value;

use crate::billing::tell_of_turns;
use crate::entity::{audit, change};
use crate::error::{During as _, Kind, StoreError};
use crate::feed::NOTIFY_CHANNEL;
use crate::outbox::{self, Happened};
use crate::store::{Actor, Store};

/// Rows of one INSERT: far below the 32,766 parameters that SQLite takes.
const ROWS_PER_INSERT: usize = 500;

pub(crate) struct Unit<'a> {
    pub(crate) store: &'a Store,
    pub(crate) tenant: TenantId,
    pub(crate) txn: DatabaseTransaction,
    pub(crate) now: Timestamp,
    actor: &'a Actor,
    operation: &'static str,
    audit: Vec<audit::ActiveModel>,
    changes: Vec<change::ActiveModel>,
    told: Vec<(TenantId, Happened)>,
    /// Reservations of services that a wallet covers no more, or again.
    turned: Mutex<BTreeSet<i64>>,
}

/// A place within a unit of work to which it can go back.
pub(crate) struct Mark {
    audit: usize,
    changes: usize,
    told: usize,
}

/// One change to one row, for the audit. Values never hold a secret.
pub(crate) struct Record<'a> {
    pub(crate) kind: Kind,
    pub(crate) row: i64,
    pub(crate) name: &'a str,
    pub(crate) before: Option<Value>,
    pub(crate) after: Option<Value>,
}

impl<'a> Unit<'a> {
    /// Begins; `operation` completes “could not …” when the database fails.
    pub(crate) async fn begin(
        store: &'a Store,
        tenant: TenantId,
        actor: &'a Actor,
        operation: &'static str,
    ) -> Result<Self, StoreError> {
        let txn = store.database().begin(operation).await?;
        Ok(Self::within(store, tenant, actor, txn, operation))
    }

    /// The part of a transaction that is about one tenant; [`hand_back`](Self::hand_back) ends it.
    pub(crate) fn within(
        store: &'a Store,
        tenant: TenantId,
        actor: &'a Actor,
        txn: DatabaseTransaction,
        operation: &'static str,
    ) -> Self {
        let (now, audit, changes, told) = (store.now(), Vec::new(), Vec::new(), Vec::new());
        let turned = Mutex::default();
        Self { store, tenant, txn, now, actor, operation, audit, changes, told, turned }
    }

    /// Who makes the change.
    pub(crate) fn actor(&self) -> &Actor {
        self.actor
    }

    /// Remembers a change; what was there before and after tells what kind it was.
    pub(crate) fn record(&mut self, record: Record<'_>) {
        let action = match (&record.before, &record.after) {
            (None, _) => "add",
            (Some(_), Some(_)) => "update",
            (Some(_), None) => "remove",
        };
        self.audit.push(audit::ActiveModel {
            tenant_id: Set(self.tenant.0),
            at: Set(self.now.unix_ms()),
            actor: Set(self.actor.to_string()),
            action: Set(action.to_owned()),
            kind: Set(record.kind.code().to_owned()),
            row_id: Set(record.row),
            name: Set(record.name.to_owned()),
            before: Set(record.before.map(|value| value.to_string())),
            after: Set(record.after.map(|value| value.to_string())),
            ..Default::default()
        });
        self.changes.push(change::ActiveModel {
            tenant_id: Set(self.tenant.0),
            kind: Set(record.kind.code().to_owned()),
            row_id: Set(record.row),
            ..Default::default()
        });
    }

    /// Puts something into the outbox, with the commit: for whoever is to hear of it.
    pub(crate) fn tell(&mut self, happened: Happened) {
        self.told.push((self.tenant, happened));
    }

    /// A wallet seems to cover no more, or again, what is paid with a reservation: how it is at the end is told.
    pub(crate) fn note_turn(&self, reservation: i64) {
        self.turned.lock().unwrap_or_else(PoisonError::into_inner).insert(reservation);
    }

    /// Tells whoever follows to read rows again, of which the audit has nothing to say.
    pub(crate) fn announce(&mut self, kind: Kind, rows: &[(TenantId, i64)]) {
        self.changes.extend(rows.iter().map(|(tenant, row)| change::ActiveModel {
            tenant_id: Set(tenant.0),
            kind: Set(kind.code().to_owned()),
            row_id: Set(*row),
            ..Default::default()
        }));
    }

    /// Marks a place to go back to; marks do not lie within one another.
    pub(crate) async fn mark(&self) -> Result<Mark, StoreError> {
        self.txn.execute_unprepared("savepoint mark").await.during(self.operation)?;
        let (audit, changes, told) = (self.audit.len(), self.changes.len(), self.told.len());
        Ok(Mark { audit, changes, told })
    }

    /// Keeps what was done since.
    pub(crate) async fn forget(&self, _: Mark) -> Result<(), StoreError> {
        let forgotten = self.txn.execute_unprepared("release savepoint mark").await;
        forgotten.during(self.operation).map(|_| ())
    }

    /// Undoes what was done since.
    pub(crate) async fn go_back(&mut self, mark: Mark) -> Result<(), StoreError> {
        let undone = self.txn.execute_unprepared("rollback to savepoint mark").await;
        undone.during(self.operation)?;
        self.audit.truncate(mark.audit);
        self.changes.truncate(mark.changes);
        self.told.truncate(mark.told);
        self.forget(mark).await
    }

    /// Writes the events, the audit and the changes, wakes whoever follows, and commits.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        let operation = self.operation;
        self.hand_back().await?.commit().await.during(operation)
    }

    /// Writes the events, the audit and the changes, and gives the transaction back, which others go on with.
    pub(crate) async fn hand_back(mut self) -> Result<DatabaseTransaction, StoreError> {
        let operation = self.operation;
        let turned = self.turned.get_mut().unwrap_or_else(PoisonError::into_inner);
        let turned = core::mem::take(turned);
        if !turned.is_empty() {
            tell_of_turns(&mut self, turned).await?;
        }
        outbox::write(&self.txn, self.actor, self.now, &self.told).await?;
        if self.changes.is_empty() {
            return Ok(self.txn);
        }
        for rows in self.audit.chunks(ROWS_PER_INSERT) {
            let insert = audit::Entity::insert_many(rows.iter().cloned());
            insert.exec_without_returning(&self.txn).await.during(operation)?;
        }
        for rows in self.changes.chunks(ROWS_PER_INSERT) {
            let insert = change::Entity::insert_many(rows.iter().cloned());
            insert.exec_without_returning(&self.txn).await.during(operation)?;
        }
        if self.store.database().backend() == DbBackend::Postgres {
            let notify = format!("notify {NOTIFY_CHANNEL}");
            self.txn.execute_unprepared(&notify).await.during(operation)?;
        }
        Ok(self.txn)
    }

    /// Passes a result on, with a broken unique constraint told as what it means.
    pub(crate) fn unique<T>(
        &self,
        result: Result<T, DbErr>,
        what: Kind,
        name: &str,
    ) -> Result<T, StoreError> {
        match result {
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                Err(StoreError::AlreadyExists { what, name: name.to_owned() })
            }
            other => other.during(self.operation),
        }
    }
}
