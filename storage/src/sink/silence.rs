//! Sessions of which nothing has been heard for too long.

use std::collections::BTreeMap;

use aaa_engine::AccountingEvent;
use aaa_engine::session::SessionId;
use entitlement::TenantId;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend};
use serde::Serialize;

use super::rows::hexadecimal;
use super::{ROWS_PER_STATEMENT, execute, json};
use crate::error::StoreError;

#[derive(Serialize)]
struct Row {
    id: String,
    tenant_id: i64,
    silent_since: i64,
}

/// Keeps since when they are silent; a packet that comes later is newer than that. The sessions
/// must have been written before.
pub(super) async fn store(
    txn: &DatabaseTransaction,
    events: &[AccountingEvent],
) -> Result<(), StoreError> {
    let update = match txn.get_database_backend() {
        DbBackend::Postgres => UPDATE_POSTGRES,
        _ => UPDATE_SQLITE,
    };
    // Of several the latest holds; in one order everywhere, as the sessions are written.
    let mut latest: BTreeMap<_, i64> = BTreeMap::new();
    for event in events {
        let since = latest.entry((event.session, event.tenant)).or_insert(i64::MIN);
        *since = (*since).max(event.happened_at.unix_ms());
    }
    let row = |((session, tenant), silent_since): ((SessionId, TenantId), i64)| Row {
        id: hexadecimal(&session.0),
        tenant_id: tenant.0,
        silent_since,
    };
    let rows: Vec<_> = latest.into_iter().map(row).collect();
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        execute(txn, update, [json(rows)?.into()], "store the silence of sessions").await?;
    }
    Ok(())
}

const UPDATE_SQLITE: &str = "\
    update session set silent_since = max(coalesce(session.silent_since, rows.silent_since), \
    rows.silent_since) from (select unhex(value->>'id') as id, value->>'tenant_id' as tenant_id, \
    value->>'silent_since' as silent_since from json_each($1)) as rows \
    where session.id = rows.id and session.tenant_id = rows.tenant_id";

const UPDATE_POSTGRES: &str = "\
    update session set silent_since = greatest(session.silent_since, rows.silent_since) \
    from json_to_recordset($1::json) as rows (id text, tenant_id bigint, silent_since bigint) \
    where session.id = decode(rows.id, 'hex') and session.tenant_id = rows.tenant_id";
