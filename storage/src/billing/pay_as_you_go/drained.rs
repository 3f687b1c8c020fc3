//! What the journal has told of services that are paid as they are used.

use std::collections::{BTreeMap, BTreeSet};

use aaa_engine::ports::{Batch, Entry};
use billing_core::balance::Counted;
use entitlement::{GrantId, ServiceId, TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DatabaseTransaction, EntityTrait as _,
    QueryFilter as _, QuerySelect as _,
};

use super::{ENDED, OPERATION, open_at, running};
use crate::among;
use crate::billing::reservations::{self, Act};
use crate::billing::subscriptions::lock_all;
use crate::constant;
use crate::entity::{reservation, session, usage_meter};
use crate::error::{During as _, StoreError};
use crate::sink::meter_of_row;
use crate::store::{Actor, Store};
use crate::unit::Unit;

/// The services of which a batch of the journal tells and which are paid as they are used. Their
/// subscribers are locked.
#[derive(Debug, Default)]
pub(crate) struct Concerned {
    services: BTreeMap<TenantId, BTreeSet<i64>>,
    /// The last moment that the batch tells of.
    at: Option<Timestamp>,
}

impl Concerned {
    /// Finds and locks them, and other subscribers of whom something is to be told, before anything of the batch
    /// is written: whoever changes something of a subscriber's holds its row first.
    pub(crate) async fn lock(
        txn: &DatabaseTransaction,
        batch: &Batch,
        others: &BTreeSet<i64>,
    ) -> Result<Self, StoreError> {
        // Most sell nothing so, and their journals are not to wait for a search.
        let any = reservation::Entity::find()
            .filter(reservation::Column::ServiceId.is_not_null())
            .filter(constant::is_not(reservation::Column::State, ENDED))
            .limit(1)
            .all(txn);
        if any.await.during(OPERATION)?.is_empty() {
            if !others.is_empty() {
                lock_all(txn, others.iter().copied()).await?;
            }
            return Ok(Self::default());
        }
        let told = Told::by(batch);
        let services = told.services(txn).await?;
        let rows = reservation::Entity::find()
            .filter(reservation::Column::ServiceId.is_not_null())
            .filter(constant::is_not(reservation::Column::State, ENDED))
            .filter(among::numbers(txn.get_database_backend(), "service_id", services))
            .all(txn);
        let mut rows = rows.await.during(OPERATION)?;
        if !told.nases_of.is_empty() {
            // All sessions of a NAS may be over.
            let tenants = told.nases_of.iter().map(|tenant| tenant.0);
            let held = reservation::Entity::find()
                .filter(reservation::Column::TenantId.is_in(tenants))
                .filter(reservation::Column::ServiceId.is_not_null())
                .filter(reservation::Column::HoldId.is_not_null())
                .all(txn);
            rows.extend(held.await.during(OPERATION)?);
        }
        let subscribers = rows.iter().map(|row| row.subscriber_id);
        lock_all(txn, subscribers.chain(others.iter().copied())).await?;
        let mut concerned = Self { services: BTreeMap::new(), at: told.at };
        for row in rows {
            let of_tenant = concerned.services.entry(TenantId(row.tenant_id)).or_default();
            of_tenant.extend(row.service_id);
        }
        Ok(concerned)
    }

    /// Pays what was used, holds what is used next, and lets go what is not used any more, now that the
    /// sessions and meters are written.
    pub(crate) async fn settle(
        self,
        store: &Store,
        mut txn: DatabaseTransaction,
    ) -> Result<DatabaseTransaction, StoreError> {
        let by = Actor::new("accounting");
        for (tenant, services) in self.services {
            let mut unit = Unit::within(store, tenant, &by, txn, OPERATION);
            for service in services {
                settle(&mut unit, service, self.at).await?;
            }
            txn = unit.hand_back().await?;
        }
        Ok(txn)
    }
}

/// What a batch tells of.
#[derive(Default)]
struct Told {
    services: BTreeSet<i64>,
    sessions: BTreeSet<Vec<u8>>,
    /// Whose NASes have started.
    nases_of: BTreeSet<TenantId>,
    at: Option<Timestamp>,
}

impl Told {
    fn by(batch: &Batch) -> Self {
        let mut told = Self::default();
        for entry in &batch.entries {
            let Entry::Accounting(event) = entry else { continue };
            told.at = told.at.max(Some(event.received_at));
            if event.kind.is_about_the_nas() {
                told.nases_of.insert(event.tenant);
                continue;
            }
            let metered = event.meter.iter().chain(&event.lead_meter).map(|stored| stored.service);
            let services = event.service.into_iter().chain(metered);
            told.services.extend(services.map(|ServiceId(service)| service));
            if event.service.is_none() {
                told.sessions.insert(event.session.0.to_vec());
            }
        }
        told
    }

    /// The services, also of sessions of which was said before whose they are.
    async fn services(&self, txn: &DatabaseTransaction) -> Result<BTreeSet<i64>, StoreError> {
        let mut services = self.services.clone();
        if self.sessions.is_empty() {
            return Ok(services);
        }
        let ids = self.sessions.iter().map(Vec::as_slice);
        let found = session::Entity::find()
            .select_only()
            .column(session::Column::ServiceId)
            .filter(among::octets(txn.get_database_backend(), "id", ids))
            .into_tuple::<Option<i64>>()
            .all(txn);
        services.extend(found.await.during(OPERATION)?.into_iter().flatten());
        Ok(services)
    }
}

/// What cannot be paid stops the journal for nobody: it is due with the next report.
async fn settle(
    unit: &mut Unit<'_>,
    service: i64,
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let mark = unit.mark().await?;
    match pay(unit, service, at).await {
        Ok(()) => unit.forget(mark).await,
        Err(error @ StoreError::Database { .. }) => Err(error),
        Err(error) => {
            tracing::error!(service, %error, "what a service has used could not be paid as it goes");
            unit.go_back(mark).await
        }
    }
}

async fn pay(unit: &Unit<'_>, service: i64, at: Option<Timestamp>) -> Result<(), StoreError> {
    let row = reservation::Entity::find()
        .filter(reservation::Column::TenantId.eq(unit.tenant.0))
        .filter(reservation::Column::ServiceId.eq(service))
        .filter(constant::is_not(reservation::Column::State, ENDED))
        .one(&unit.txn);
    let Some(mut row) = row.await.during(OPERATION)? else { return Ok(()) };
    let meter = usage_meter::Entity::find_by_id(service).one(&unit.txn).await.during(OPERATION)?;
    let used = match &meter {
        Some(meter) => meter_of_row(meter)?.meter.used_of(GrantId::WALLET),
        None => 0,
    };
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let seen = count(row.seen_octets);
    // A service that was not paid so in between begins anew.
    let more = used.checked_sub(seen).unwrap_or(used);
    let total_octets = count(row.reported_units).saturating_add(more);
    row.seen_octets = i64::try_from(used).unwrap_or(i64::MAX);
    let at = open_at(unit, at.unwrap_or(unit.now).min(unit.now)).await?;
    let sessions = running(&unit.txn, Some(service)).await?;
    let counted = Counted { total_octets, sessions, at };
    reservations::take(unit, row, at, &Act::Counted(counted)).await.map(|_| ())
}
