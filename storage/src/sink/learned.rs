//! What log-ins have said about their services: devices, the moment of the first use, and the
//! one-time codes that were used up.

use aaa_engine::auth::CodeStep;
use aaa_engine::{Attempt, Learned};
use entitlement::ServiceId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait as _, DatabaseTransaction, DbBackend,
    EntityTrait as _, QueryFilter as _,
};

use super::execute;
use crate::entity::{change, device, service};
use crate::error::{During as _, Kind, StoreError};
use crate::feed::NOTIFY_CHANNEL;

/// Keeps it, and lets whoever follows read the services again. Twice is as once: a device is
/// listed already, the earliest use is the first, and the latest code uses up those before it.
pub(super) async fn store(
    txn: &DatabaseTransaction,
    attempts: &[Attempt],
) -> Result<(), StoreError> {
    let mut announced = false;
    for attempt in attempts {
        let Some(id) = attempt.service else { continue };
        // Leases are no part of what the directory holds of services.
        let learned = Learned { leases: [None; 3], ..attempt.learned };
        if learned == Learned::default() {
            continue;
        }
        // A service that was removed meanwhile has nothing to keep.
        let Some(service) = find(txn, attempt, id).await? else { continue };
        // What was learnt before the operator cleared the list is cleared too.
        let is_reset = service.devices_reset_at.is_some_and(|at| attempt.at.unix_ms() <= at);
        if let Some(address) = learned.device.filter(|_| !is_reset) {
            let row = device::ActiveModel {
                tenant_id: Set(attempt.tenant.0),
                service_id: Set(id.0),
                address: Set(address.to_string()),
                is_allowed: Set(1),
                is_learned: Set(1),
                created_at: Set(attempt.at.unix_ms()),
                ..Default::default()
            };
            let columns = [device::Column::ServiceId, device::Column::Address];
            device::Entity::insert(row)
                .on_conflict(OnConflict::columns(columns).do_nothing().to_owned())
                .exec_without_returning(txn)
                .await
                .during("store a device that was learnt")?;
        }
        if let Some(at) = learned.first_used_at {
            let parameters = [at.unix_ms().into(), attempt.tenant.0.into(), id.0.into()];
            execute(txn, FIRST_USE, parameters, "store the first use of a service").await?;
        }
        if let Some(CodeStep(step)) = learned.code_step {
            let parameters = [step.into(), attempt.tenant.0.into(), id.0.into()];
            execute(txn, CODE_STEP, parameters, "store that a one-time code was used").await?;
        }
        let row = change::ActiveModel {
            tenant_id: Set(attempt.tenant.0),
            kind: Set(Kind::Service.code().to_owned()),
            row_id: Set(id.0),
            ..Default::default()
        };
        change::Entity::insert(row)
            .exec_without_returning(txn)
            .await
            .during("announce what was learnt")?;
        announced = true;
    }
    if announced && txn.get_database_backend() == DbBackend::Postgres {
        let notify = format!("notify {NOTIFY_CHANNEL}");
        txn.execute_unprepared(&notify).await.during("announce what was learnt")?;
    }
    Ok(())
}

const FIRST_USE: &str = "\
    update service set first_used_at = $1 where tenant_id = $2 and id = $3 \
    and (first_used_at is null or first_used_at > $1)";

const CODE_STEP: &str = "\
    update service set code_last_step = $1 where tenant_id = $2 and id = $3 \
    and code_secret_sealed is not null and (code_last_step is null or code_last_step < $1)";

async fn find(
    txn: &DatabaseTransaction,
    attempt: &Attempt,
    id: ServiceId,
) -> Result<Option<service::Model>, StoreError> {
    service::Entity::find_by_id(id.0)
        .filter(service::Column::TenantId.eq(attempt.tenant.0))
        .one(txn)
        .await
        .during("find the service of a log-in")
}
