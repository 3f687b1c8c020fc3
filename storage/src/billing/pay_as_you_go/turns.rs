//! A wallet covers nothing more of a service that is paid as it goes, or something again: that is told once, as it
//! is at the end of the transaction in which it has become so.

use std::collections::BTreeSet;

use billing_core::Money;
use entitlement::{SubscriberId, TenantId};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, Statement, Value,
};

use super::{ENDED, OPERATION};
use crate::among;
use crate::billing::reservations::rows::currency;
use crate::constant;
use crate::entity::reservation;
use crate::error::{During as _, StoreError};
use crate::outbox::{CoverTold, Happened, Topic, What};
use crate::unit::Unit;

/// What is agreed with a service begins as the wallet is, which is no news.
pub(super) async fn begin(unit: &Unit<'_>, service: i64) -> Result<(), StoreError> {
    let sql = "update reservation set is_drained = case when covered_octets <= seen_octets then 1 \
               else 0 end where tenant_id = $1 and service_id = $2 and state <> $3";
    let values: [Value; 3] = [unit.tenant.0.into(), service.into(), ENDED.into()];
    let backend = unit.txn.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    unit.txn.execute_raw(statement).await.during(OPERATION).map(|_| ())
}

/// Tells of those of these reservations that are not as was told before.
pub(crate) async fn tell_of_turns(
    unit: &mut Unit<'_>,
    reservations: BTreeSet<i64>,
) -> Result<(), StoreError> {
    let rows = reservation::Entity::find()
        .filter(among::numbers(unit.txn.get_database_backend(), "id", reservations))
        .filter(reservation::Column::ServiceId.is_not_null())
        .filter(constant::is_not(reservation::Column::State, ENDED))
        .order_by_asc(reservation::Column::Id)
        .all(&unit.txn);
    let own = unit.tenant;
    for row in rows.await.during(OPERATION)? {
        let is_drained = row.covered_octets <= row.seen_octets;
        let Some(service) = row.service_id.filter(|_| is_drained != (row.is_drained == 1)) else {
            continue;
        };
        let noted = reservation::ActiveModel {
            id: Set(row.id),
            is_drained: Set(is_drained.into()),
            ..Default::default()
        };
        noted.update(&unit.txn).await.during(OPERATION)?;
        let told = CoverTold {
            service,
            covered_octets: row.covered_octets.saturating_sub(row.seen_octets).max(0),
            not_covered: Money::new(row.uncovered_minor, currency(&row)?),
            at: unit.now,
        };
        let topic = if is_drained { Topic::WalletDrained } else { Topic::WalletCovered };
        unit.tenant = TenantId(row.tenant_id);
        unit.tell(Happened::new(topic, Some(SubscriberId(row.subscriber_id)), What::Cover(told)));
    }
    unit.tenant = own;
    Ok(())
}
