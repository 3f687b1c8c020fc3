//! Who was given which address of the pools that are managed here.

use std::collections::BTreeMap;

use aaa_engine::{Attempt, PoolAddress, PoolId};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend};
use serde::Serialize;

use super::{ROWS_PER_STATEMENT, execute, json};
use crate::error::StoreError;

#[derive(Serialize)]
struct Row<'a> {
    pool_id: i64,
    address: String,
    tenant_id: i64,
    service_id: i64,
    station: &'a str,
    leased_at: i64,
}

impl Row<'_> {
    /// Of two leases of one address the greater holds.
    const fn order(&self) -> (i64, i64) {
        (self.leased_at, self.service_id)
    }
}

/// Keeps them: of several of one address the latest, in whatever order and however often they come.
/// A pool that was removed meanwhile has none.
pub(super) async fn store(
    txn: &DatabaseTransaction,
    attempts: &[Attempt],
) -> Result<(), StoreError> {
    // In one order everywhere, so that two nodes cannot wait for each other.
    let mut latest: BTreeMap<(PoolId, PoolAddress), Row<'_>> = BTreeMap::new();
    for attempt in attempts {
        let Some(service) = attempt.service else { continue };
        for lease in attempt.learned.leases.iter().flatten() {
            let row = Row {
                pool_id: lease.pool.0,
                address: lease.address.to_string(),
                tenant_id: attempt.tenant.0,
                service_id: service.0,
                station: &attempt.calling_station_id,
                leased_at: attempt.at.unix_ms(),
            };
            let key = (lease.pool, lease.address);
            if latest.get(&key).is_none_or(|known| known.order() < row.order()) {
                latest.insert(key, row);
            }
        }
    }
    let upsert = match txn.get_database_backend() {
        DbBackend::Postgres => UPSERT_POSTGRES,
        _ => UPSERT_SQLITE,
    };
    let rows: Vec<_> = latest.into_values().collect();
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        execute(txn, upsert, [json(rows)?.into()], "store the leases").await?;
    }
    Ok(())
}

macro_rules! upsert {
    ($rows:literal) => {
        concat!(
            "insert into lease (pool_id, address, tenant_id, service_id, station, leased_at) \
             select r.pool_id, r.address, r.tenant_id, r.service_id, r.station, r.leased_at from ",
            $rows,
            " join pool p on p.id = r.pool_id and p.tenant_id = r.tenant_id where true \
             on conflict (pool_id, address) do update set tenant_id = excluded.tenant_id, \
             service_id = excluded.service_id, station = excluded.station, \
             leased_at = excluded.leased_at \
             where (excluded.leased_at, excluded.service_id) \
             > (lease.leased_at, lease.service_id)"
        )
    };
}

const UPSERT_SQLITE: &str = upsert!(
    "(select value->>'pool_id' as pool_id, value->>'address' as address, \
     value->>'tenant_id' as tenant_id, value->>'service_id' as service_id, \
     value->>'station' as station, value->>'leased_at' as leased_at from json_each($1)) as r"
);

const UPSERT_POSTGRES: &str = upsert!(
    "json_to_recordset($1::json) as r (pool_id bigint, address text, tenant_id bigint, \
     service_id bigint, station text, leased_at bigint)"
);
