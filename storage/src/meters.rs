//! What services have used of their quotas and grants, as far as the journal has been drained.

use std::collections::BTreeMap;

use aaa_engine::StoredMeter;
use entitlement::{ServiceId, TenantId};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::among;
use crate::entity::usage_meter;
use crate::error::{During as _, StoreError};
use crate::sink::meter_of_row;
use crate::store::Store;

/// Reads what the services of one tenant have used.
#[derive(Debug)]
pub struct Meters<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

impl Meters<'_> {
    /// What these services have used; those are left out of which nothing was counted yet.
    ///
    /// # Errors
    /// When the store cannot be read, or holds what is no meter.
    pub async fn of_services(
        &self,
        services: &[ServiceId],
    ) -> Result<BTreeMap<ServiceId, StoredMeter>, StoreError> {
        let db = &self.store.database().reader;
        let ids = services.iter().map(|service| service.0);
        let rows = usage_meter::Entity::find()
            .filter(usage_meter::Column::TenantId.eq(self.tenant.0))
            .filter(among::numbers(db.get_database_backend(), "service_id", ids))
            .all(db);
        let rows = rows.await.during("read what the services have used")?;
        let meter = |row: &usage_meter::Model| {
            let stored = meter_of_row(row)?;
            Ok((stored.service, stored))
        };
        rows.iter().map(meter).collect()
    }

    /// What a service has used; `None`: nothing was counted yet.
    ///
    /// # Errors
    /// When the store cannot be read, or holds what is no meter.
    pub async fn of_service(&self, service: ServiceId) -> Result<Option<StoredMeter>, StoreError> {
        let found = usage_meter::Entity::find_by_id(service.0)
            .filter(usage_meter::Column::TenantId.eq(self.tenant.0))
            .one(&self.store.database().reader)
            .await
            .during("read what a service has used")?;
        found.as_ref().map(meter_of_row).transpose()
    }
}
