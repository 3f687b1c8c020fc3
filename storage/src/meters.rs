//! What services have used of their quotas and grants, as far as the journal has been drained.

use aaa_engine::StoredMeter;
use entitlement::{ServiceId, TenantId};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

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
