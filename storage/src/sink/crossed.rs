//! Tiers of quotas that came into force by what was used, for whoever is to hear of them.

use std::collections::{BTreeMap, BTreeSet};

use aaa_engine::MeterNotice;
use aaa_engine::ports::{Batch, Entry};
use entitlement::{Notice, ServiceId, SubscriberId, TenantId, Timestamp};
use sea_orm::{
    ConnectionTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _,
    QuerySelect as _, Statement, Value,
};

use crate::among;
use crate::entity::service;
use crate::error::{During as _, StoreError};
use crate::outbox::{Happened, Topic, What};
use crate::store::{Actor, Store};
use crate::unit::Unit;

const OPERATION: &str = "tell which quotas have reached a tier";

/// From so many percent on an allowance is used up.
const USED_UP_PERCENT: u32 = 100;

/// The tiers of which a batch tells; of most batches there are none, and they cost nothing.
#[derive(Debug, Default)]
pub(super) struct Crossed {
    by_tenant: BTreeMap<TenantId, Vec<Reached>>,
    /// Whose each service is.
    owners: BTreeMap<i64, i64>,
}

/// A tier that a service has reached.
#[derive(Debug)]
struct Reached {
    service: ServiceId,
    /// The count of the meter by which it did.
    revision: u64,
    notice: Notice,
    at: Timestamp,
}

/// Finds them, and whose the services are.
pub(super) async fn find(txn: &DatabaseTransaction, batch: &Batch) -> Result<Crossed, StoreError> {
    let mut crossed = Crossed::default();
    let mut services = BTreeSet::new();
    for entry in &batch.entries {
        let Entry::Accounting(event) = entry else { continue };
        for stored in event.meter.iter().chain(&event.lead_meter) {
            for MeterNotice { notice, revision } in &stored.notices {
                services.insert(stored.service.0);
                let (notice, revision) = (notice.clone(), *revision);
                let reached =
                    Reached { service: stored.service, revision, notice, at: event.received_at };
                crossed.by_tenant.entry(stored.tenant).or_default().push(reached);
            }
        }
    }
    if services.is_empty() {
        return Ok(crossed);
    }
    let owners = service::Entity::find()
        .select_only()
        .columns([service::Column::Id, service::Column::SubscriberId])
        .filter(among::numbers(txn.get_database_backend(), "id", services))
        .into_tuple::<(i64, i64)>()
        .all(txn);
    crossed.owners = owners.await.during(OPERATION)?.into_iter().collect();
    Ok(crossed)
}

impl Crossed {
    /// Whom something is to be told of.
    pub(super) fn subscribers(&self) -> BTreeSet<i64> {
        self.owners.values().copied().collect()
    }

    /// Tells of them, of each once: a packet that comes again may be recorded again.
    pub(super) async fn tell(
        self,
        store: &Store,
        mut txn: DatabaseTransaction,
    ) -> Result<DatabaseTransaction, StoreError> {
        let by = Actor::new("accounting");
        for (tenant, all) in self.by_tenant {
            let mut unit = Unit::within(store, tenant, &by, txn, OPERATION);
            for reached in all {
                // A service that is removed has no quotas.
                let Some(owner) = self.owners.get(&reached.service.0) else { continue };
                if !is_news(&unit, &reached).await? {
                    continue;
                }
                let Reached { service, notice, at, .. } = reached;
                let topic = match notice.percent {
                    ..USED_UP_PERCENT => Topic::QuotaWarning,
                    _ => Topic::QuotaUsedUp,
                };
                let what = What::Quota { service: service.0, notice, at };
                unit.tell(Happened::new(topic, Some(SubscriberId(*owner)), what));
            }
            txn = unit.hand_back().await?;
        }
        Ok(txn)
    }
}

/// Notes that it is told; whether it was not. The count of a meter only grows, so that one that is not greater
/// is of a packet that was recorded before.
async fn is_news(unit: &Unit<'_>, reached: &Reached) -> Result<bool, StoreError> {
    let sql = "insert into quota_told (service_id, quota, window_from, revision) \
               values ($1, $2, $3, $4) on conflict (service_id, quota) do update \
               set window_from = excluded.window_from, revision = excluded.revision \
               where quota_told.revision < excluded.revision \
               or coalesce(quota_told.window_from, 0) < coalesce(excluded.window_from, 0)";
    let Reached { service, revision, notice, .. } = reached;
    let values: [Value; 4] = [
        service.0.into(),
        notice.quota.to_string().into(),
        notice.window_from.map(Timestamp::unix_ms).into(),
        i64::try_from(*revision).unwrap_or(i64::MAX).into(),
    ];
    let statement = Statement::from_sql_and_values(unit.txn.get_database_backend(), sql, values);
    Ok(unit.txn.execute_raw(statement).await.during(OPERATION)?.rows_affected() == 1)
}
