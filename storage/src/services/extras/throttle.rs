//! The operator's throttle.

use entitlement::{Throttle, Timestamp};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set};

use super::{changed, check, rows};
use crate::entity::service;
use crate::error::{During as _, Kind, StoreError};
use crate::services::Services;
use crate::store::Actor;
use crate::unit::Unit;

impl Services<'_> {
    /// Slows the service down that logs in as `login`; of two throttles the later one holds.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] for one that would stop the service, or be
    /// over.
    pub async fn throttle(
        &self,
        by: &Actor,
        login: &str,
        throttle: Throttle,
    ) -> Result<(), StoreError> {
        check(Kind::Service, throttle.check())?;
        let unit = Unit::begin(self.store, self.tenant, by, "throttle the service").await?;
        if !throttle.is_in_force(unit.now) {
            return Err(StoreError::Invalid {
                what: Kind::Service,
                problem: "the throttle would be over already; name a later moment".to_owned(),
            });
        }
        self.set_throttle(unit, login, Some(throttle)).await
    }

    /// Ends the throttle of the service that logs in as `login`; false where it had none that was
    /// in force.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn end_throttle(&self, by: &Actor, login: &str) -> Result<bool, StoreError> {
        let unit = Unit::begin(self.store, self.tenant, by, "end the throttle").await?;
        let service = self.existing(&unit, login).await?;
        let throttle = rows::throttle(&service)?;
        if !throttle.is_some_and(|throttle| throttle.is_in_force(unit.now)) {
            return Ok(false);
        }
        self.set_throttle(unit, login, None).await?;
        Ok(true)
    }

    async fn set_throttle(
        &self,
        unit: Unit<'_>,
        login: &str,
        throttle: Option<Throttle>,
    ) -> Result<(), StoreError> {
        let before = self.existing(&unit, login).await?;
        let stored = |bps| rows::stored(Kind::Service, bps);
        let speed = throttle.map(|throttle| throttle.speed);
        let download = speed.map(|speed| stored(speed.download.0)).transpose()?;
        let upload = speed.map(|speed| stored(speed.upload.0)).transpose()?;
        let until = throttle.and_then(|throttle| throttle.until).map(Timestamp::unix_ms);
        let throttled = service::ActiveModel {
            id: Set(before.id),
            throttle_download_bps: Set(download),
            throttle_upload_bps: Set(upload),
            throttle_until: Set(until),
            ..Default::default()
        };
        let after = throttled.update(&unit.txn).await.during("throttle the service")?;
        let described = rows::described_throttle;
        changed(unit, &before, described(&before), described(&after)).await
    }
}
