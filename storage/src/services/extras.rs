//! What a service has beside its plan: its billing cycle, data, time online and speed, and the
//! operator's throttle.

mod rows;
mod throttle;

use entitlement::{
    Amount, Booster, BoosterId, Extras, ExtrasError, Grant, GrantId, GrantKind, Measure, Speed,
    Timestamp, Validity, cycle_at_renewal,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
};
use serde_json::{Value, json};

use super::{ServiceEntry, Services, ShareRefusal, row, share};
use crate::constant;
use crate::entity::{reservation, service, service_booster as booster, service_grant as grant};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::store::Actor;
use crate::tenants;
use crate::unit::{Record, Unit};
pub(crate) use rows::{extras, grant as grant_of_row, lasts, read_since};

/// Data or time online that is to be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewGrant {
    /// How much of which.
    pub amount: Amount,
    /// When it can be used.
    pub validity: Validity,
    /// Lower ones are used first.
    pub priority: u8,
    /// Whether it is given or bought.
    pub kind: GrantKind,
}

impl Services<'_> {
    /// What the service that logs in as `login` has beside its plan; what was over days ago is left
    /// out.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn extras(&self, login: &str) -> Result<Extras, StoreError> {
        let id = self.find(login).await?.id.0;
        let db = &self.store.database().reader;
        let found = service::Entity::find_by_id(id).one(db).await.during("find the service")?;
        let found = found.ok_or_else(|| names::not_found(Kind::Service, login, []))?;
        of_service(db, &found, read_since()).await
    }

    /// Grants data or time online to the service that logs in as `login`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Invalid`]; [`StoreError::NotShared`] of data for one that has
    /// another one's.
    pub async fn grant(
        &self,
        by: &Actor,
        login: &str,
        new: &NewGrant,
    ) -> Result<Grant, StoreError> {
        let unit = Unit::begin(self.store, self.tenant, by, "grant it").await?;
        let service = self.existing(&unit, login).await?;
        if new.amount.measure() == Measure::Data
            && let Some(lead) = share::lead_of(&unit, &service).await?
        {
            return Err(ShareRefusal::HasNoOwn { login: service.login, lead }.into());
        }
        let added = add_grant(&unit, &service, new).await?;
        let granted = rows::grant(&added)?;
        changed(unit, &service, json!({}), rows::described_grant(&added)).await?;
        Ok(granted)
    }

    /// Gives the service that logs in as `login` another speed for a while.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Invalid`].
    pub async fn boost(
        &self,
        by: &Actor,
        login: &str,
        speed: Speed,
        validity: Validity,
    ) -> Result<Booster, StoreError> {
        let unit = Unit::begin(self.store, self.tenant, by, "boost the service").await?;
        let service = self.existing(&unit, login).await?;
        let row = booster::ActiveModel {
            tenant_id: Set(self.tenant.0),
            service_id: Set(service.id),
            valid_from: Set(validity.from.map(Timestamp::unix_ms)),
            valid_until: Set(validity.until.map(Timestamp::unix_ms)),
            created_at: Set(unit.now.unix_ms()),
            download_bps: Set(rows::stored(Kind::Booster, speed.download.0)?),
            upload_bps: Set(rows::stored(Kind::Booster, speed.upload.0)?),
            ..Default::default()
        };
        let added = booster::Entity::insert(row).exec_with_returning(&unit.txn).await;
        let added = added.during("boost the service")?;
        let boosted = rows::booster(&added)?;
        let all = of_service(&unit.txn, &service, unit.now).await?;
        check(Kind::Booster, boosted.check().and_then(|()| all.check()))?;
        changed(unit, &service, json!({}), rows::described_booster(&added)).await?;
        Ok(boosted)
    }

    /// Takes back a grant, used or not, from the service that logs in as `login`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the service or the grant.
    pub async fn remove_grant(
        &self,
        by: &Actor,
        login: &str,
        id: GrantId,
    ) -> Result<(), StoreError> {
        let unit = Unit::begin(self.store, self.tenant, by, "take back the grant").await?;
        let service = self.existing(&unit, login).await?;
        let found = grant::Entity::find_by_id(id.0)
            .filter(grant::Column::ServiceId.eq(service.id))
            .one(&unit.txn);
        let found = found.await.during("find the grant")?;
        let found = found.ok_or_else(|| names::not_found(Kind::Grant, &id.0.to_string(), []))?;
        let gone = grant::Entity::delete_by_id(id.0).exec(&unit.txn).await;
        gone.during("take back the grant")?;
        changed(unit, &service, rows::described_grant(&found), json!({})).await
    }

    /// Ends a booster of the service that logs in as `login` before its time.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the service or the booster.
    pub async fn remove_booster(
        &self,
        by: &Actor,
        login: &str,
        id: BoosterId,
    ) -> Result<(), StoreError> {
        let unit = Unit::begin(self.store, self.tenant, by, "end the booster").await?;
        let service = self.existing(&unit, login).await?;
        let found = booster::Entity::find_by_id(id.0)
            .filter(booster::Column::ServiceId.eq(service.id))
            .one(&unit.txn);
        let found = found.await.during("find the booster")?;
        let found = found.ok_or_else(|| names::not_found(Kind::Booster, &id.0.to_string(), []))?;
        let gone = booster::Entity::delete_by_id(id.0).exec(&unit.txn).await;
        gone.during("end the booster")?;
        changed(unit, &service, rows::described_booster(&found), json!({})).await
    }

    /// Lets the service that logs in as `login` be valid until a later moment. Its billing cycle
    /// then began at `cycle_from`, or when [`cycle_at_renewal`] says.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] for a moment that has passed.
    pub async fn renew(
        &self,
        by: &Actor,
        login: &str,
        until: Timestamp,
        cycle_from: Option<Timestamp>,
    ) -> Result<ServiceEntry, StoreError> {
        let unit = Unit::begin(self.store, self.tenant, by, "renew the service").await?;
        let before = self.existing(&unit, login).await?;
        if until <= unit.now {
            return Err(StoreError::Invalid {
                what: Kind::Service,
                problem: "it would be renewed until a moment that has passed; name a later one"
                    .to_owned(),
            });
        }
        let began = before.cycle_from.map(Timestamp::from_unix_ms);
        let zone = tenants::time_zone(&unit.txn, self.tenant).await?;
        let validity = row::validity(&before);
        let cycle_from =
            cycle_from.unwrap_or_else(|| cycle_at_renewal(began, validity, &zone, unit.now));
        let renewed = service::ActiveModel {
            id: Set(before.id),
            valid_until: Set(Some(until.unix_ms())),
            cycle_from: Set(Some(cycle_from.unix_ms())),
            ..Default::default()
        };
        let after = renewed.update(&unit.txn).await.during("renew the service")?;
        row::check_validity(row::validity(&after))?;
        changed(unit, &before, row::described(&before), row::described(&after)).await?;
        self.find(&after.login).await
    }
}

/// Adds a grant of so much to those of a service, if it can have it. Who calls this says that the
/// service has changed.
pub(crate) async fn insert_grant(
    unit: &Unit<'_>,
    service: &service::Model,
    row: grant::ActiveModel,
    amount: Amount,
) -> Result<grant::Model, StoreError> {
    let units = rows::stored(Kind::Grant, amount.units())?;
    let (octets, online_s) = match amount {
        Amount::Data(_) => (units, None),
        Amount::Online(_) => (0, Some(units)),
    };
    let row = grant::ActiveModel { octets: Set(octets), online_s: Set(online_s), ..row };
    let added = grant::Entity::insert(row).exec_with_returning(&unit.txn).await;
    let added = added.during("grant it")?;
    let all = of_service(&unit.txn, service, unit.now).await?;
    check(Kind::Grant, rows::grant(&added)?.check().and_then(|()| all.check()))?;
    Ok(added)
}

/// Adds data or time online to a service within a unit of work, which has to tell of it.
pub(crate) async fn add_grant(
    unit: &Unit<'_>,
    service: &service::Model,
    new: &NewGrant,
) -> Result<grant::Model, StoreError> {
    let row = grant::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        service_id: Set(service.id),
        valid_from: Set(new.validity.from.map(Timestamp::unix_ms)),
        valid_until: Set(new.validity.until.map(Timestamp::unix_ms)),
        created_at: Set(unit.now.unix_ms()),
        priority: Set(new.priority.into()),
        kind: Set(new.kind.code().to_owned()),
        ..Default::default()
    };
    insert_grant(unit, service, row, new.amount).await
}

/// What a service has that is not over at a moment.
async fn of_service(
    db: &impl ConnectionTrait,
    service: &service::Model,
    now: Timestamp,
) -> Result<Extras, StoreError> {
    let grants = grant::Entity::find()
        .filter(grant::Column::ServiceId.eq(service.id))
        .filter(lasts(grant::Column::ValidUntil, now))
        .all(db);
    let grants = grants.await.during("read the grants")?;
    let boosters = booster::Entity::find()
        .filter(booster::Column::ServiceId.eq(service.id))
        .filter(lasts(booster::Column::ValidUntil, now))
        .all(db);
    let boosters = boosters.await.during("read the boosters")?;
    let paid = reservation::Entity::find()
        .filter(reservation::Column::ServiceId.eq(service.id))
        .filter(constant::is_not(reservation::Column::State, "ended"))
        .one(db);
    let paid = paid.await.during("read how far the wallet covers the service")?;
    extras(service, &grants, &boosters, paid.as_ref())
}

fn check(what: Kind, checked: Result<(), ExtrasError>) -> Result<(), StoreError> {
    checked.map_err(|error| StoreError::Invalid { what, problem: error.to_string() })
}

/// Commits a change of what belongs to the service.
async fn changed(
    mut unit: Unit<'_>,
    service: &service::Model,
    before: Value,
    after: Value,
) -> Result<(), StoreError> {
    let (before, after) = (Some(before), Some(after));
    let (row, name) = (service.id, &service.login);
    unit.record(Record { kind: Kind::Service, row, name, before, after });
    unit.commit().await
}
