//! What NASes were told about live sessions, and each step to it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aaa_engine::enforcement::{Change, Enforced, Goal, Step};
use aaa_engine::session::{Session, SessionId};
use futures_util::TryStreamExt as _;
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DatabaseConnection, DatabaseTransaction,
    EntityTrait as _, FromQueryResult as _, NotSet, QueryFilter as _, Statement, StreamTrait as _,
};

use super::ROWS_PER_STATEMENT;
use crate::changes::{encoded, enforced_of, step_code, step_numbers};
use crate::entity::{session, session_change, session_told};
use crate::error::{During as _, StoreError};

/// Keeps them. The steps of one session come in their order, here and in the journal.
pub(super) async fn store(txn: &DatabaseTransaction, changes: &[Change]) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    store_told(txn, changes).await?;
    let shown = changes.iter().filter(|change| change.is_shown());
    let rows: Vec<_> = shown.map(row_of).collect();
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        session_change::Entity::insert_many(rows.iter().cloned())
            .exec_without_returning(txn)
            .await
            .during("store the changes of sessions")?;
    }
    Ok(())
}

/// Forgets what was told of those of these sessions that are over: nothing is done about them any
/// more. It may have come after their ends.
pub(super) async fn forget_ended(
    txn: &DatabaseTransaction,
    sessions: &BTreeSet<SessionId>,
) -> Result<(), StoreError> {
    let ids: Vec<_> = sessions.iter().map(|session| session.0.to_vec()).collect();
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        let ended = Query::select()
            .column(session::Column::Id)
            .from(session::Entity)
            .and_where(session::Column::Id.is_in(ids.iter().cloned()))
            .and_where(session::Column::EndedAt.is_not_null())
            .take();
        session_told::Entity::delete_many()
            .filter(session_told::Column::SessionId.in_subquery(ended))
            .exec(txn)
            .await
            .during("forget what NASes were told about sessions that are over")?;
    }
    Ok(())
}

/// Adds to open sessions what their NASes were told.
pub(super) async fn add_told(
    reader: &DatabaseConnection,
    sessions: &mut [Session],
) -> Result<(), StoreError> {
    let operation = "read what NASes were told";
    let open = Statement::from_string(
        ConnectionTrait::get_database_backend(reader),
        "select t.* from session_told t join session s on s.id = t.session_id \
         where s.ended_at is null",
    );
    let mut told = HashMap::new();
    let mut rows = reader.stream_raw(open).await.during(operation)?;
    while let Some(row) = rows.try_next().await.during(operation)? {
        let row = session_told::Model::from_query_result(&row, "").during(operation)?;
        let (id, enforced) = enforced_of(&row)?;
        told.insert(id, enforced);
    }
    for session in sessions {
        if let Some(enforced) = told.remove(&session.id) {
            session.enforced = enforced;
        }
    }
    Ok(())
}

async fn store_told(txn: &DatabaseTransaction, changes: &[Change]) -> Result<(), StoreError> {
    // A session that has just logged in was told nothing before.
    let begun = |change: &&Change| change.step == Step::AtLogin;
    let mut told: BTreeMap<SessionId, (i64, Enforced)> = BTreeMap::new();
    let mut known: Vec<SessionId> = Vec::new();
    for change in changes {
        let is_new = told.insert(change.session, (change.tenant.0, Enforced::default())).is_none();
        if is_new && !begun(&change) {
            known.push(change.session);
        }
    }
    for ids in known.chunks(ROWS_PER_STATEMENT) {
        for (id, enforced) in read(txn, ids).await? {
            if let Some((_, of_session)) = told.get_mut(&id) {
                *of_session = enforced;
            }
        }
    }
    for change in changes {
        if let Some((_, enforced)) = told.get_mut(&change.session) {
            enforced.apply(change);
        }
    }
    let rows: Vec<_> = told.into_iter().map(told_row).collect();
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        let columns = [
            session_told::Column::Told,
            session_told::Column::InDoubt,
            session_told::Column::EndOrdered,
            session_told::Column::DisconnectedAt,
            session_told::Column::Waits,
            session_told::Column::ActivatedAt,
        ];
        let replace =
            OnConflict::column(session_told::Column::SessionId).update_columns(columns).to_owned();
        session_told::Entity::insert_many(rows.iter().cloned())
            .on_conflict(replace)
            .exec_without_returning(txn)
            .await
            .during("store what NASes were told")?;
    }
    Ok(())
}

async fn read(
    db: &impl ConnectionTrait,
    ids: &[SessionId],
) -> Result<HashMap<SessionId, Enforced>, StoreError> {
    let ids = ids.iter().map(|id| id.0.to_vec());
    let rows = session_told::Entity::find()
        .filter(session_told::Column::SessionId.is_in(ids))
        .all(db)
        .await
        .during("read what NASes were told")?;
    rows.iter().map(enforced_of).collect()
}

fn told_row((id, (tenant, enforced)): (SessionId, (i64, Enforced))) -> session_told::ActiveModel {
    let Enforced { told, in_doubt, end_ordered, disconnected_at, waits, activated_at } = enforced;
    session_told::ActiveModel {
        session_id: Set(id.0.to_vec()),
        tenant_id: Set(tenant),
        told: Set(told.as_deref().map(encoded)),
        in_doubt: Set(in_doubt.code()),
        end_ordered: Set(end_ordered.map(|why| why.code().to_owned())),
        disconnected_at: Set(disconnected_at.map(|at| at.unix_ms())),
        waits: Set(waits.into()),
        activated_at: Set(activated_at.map(|at| at.unix_ms())),
    }
}

fn row_of(change: &Change) -> session_change::ActiveModel {
    let (request, attempt, error_cause) = step_numbers(change.step);
    session_change::ActiveModel {
        id: NotSet,
        tenant_id: Set(change.tenant.0),
        at: Set(change.at.unix_ms()),
        session_id: Set(change.session.0.to_vec()),
        nas_id: Set(change.nas.0),
        service_id: Set(change.service.map(|service| service.0)),
        login: Set(change.login.to_string()),
        why: Set(change.why.code().to_owned()),
        goal: Set(match &change.goal {
            Goal::Have(posture) => Some(encoded(posture)),
            Goal::End => None,
        }),
        step: Set(step_code(change.step).to_owned()),
        request: Set(request.map(|request| request.code().to_owned())),
        attempt: Set(attempt.map(i64::from)),
        error_cause: Set(error_cause.map(i64::from)),
    }
}
