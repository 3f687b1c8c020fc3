//! The services: the logins of subscribers, each on a plan.

mod access;
mod devices;
mod extras;
mod identifiers;
mod import;
mod one_time_codes;
mod row;
mod share;

use std::net::Ipv4Addr;

use aaa_engine::ReplyAttributes;
use aaa_engine::auth::Credential;
use entitlement::{
    FirstUse, Networks, PlanId, ServiceId, Standing, SubscriberId, TenantId, Timestamp, Validity,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait, QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

pub(crate) use access::{Access, AccessGrants, provide, service_for_access, withdraw};
pub use devices::ServiceDevice;
pub(crate) use devices::device;
pub use extras::NewGrant;
pub(crate) use extras::{add_grant, extras, grant_of_row, insert_grant, lasts, read_since};
pub use identifiers::ServiceLine;
pub(crate) use identifiers::line;
use import::Insertion;
pub use import::{Imported, OnExisting};
pub use one_time_codes::ServiceCodes;
pub(crate) use row::{
    Columns as NetworkColumns, address, first_use, networks, standing_code, standing_from_code,
    validity,
};

pub use share::{ServiceShare, ShareRefusal};
pub(crate) use share::{check_is_alone, end_all, share};

use crate::credential;
use crate::entity::service;
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::nas::stored_attributes;
use crate::plans::Plans;
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};

/// Reads and changes the services of one tenant.
#[derive(Debug)]
pub struct Services<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// A service to be added.
#[derive(Debug, Clone)]
pub struct NewService {
    /// The name it logs in with; unique for the tenant.
    pub login: String,
    /// The name of its plan.
    pub plan: String,
    /// The name of its subscriber; `None`: the one called like the login, which is made when
    /// there is none.
    pub subscriber: Option<String>,
    /// Its password.
    pub credential: Credential,
    /// From when until when it may be used.
    pub validity: Validity,
    /// The address that is always its own; no other service of the tenant may have it.
    pub fixed_ipv4: Option<Ipv4Addr>,
    /// What else is always its own.
    pub networks: Networks,
    /// How long it lasts from its first use, seconds; `None`: as long as its validity says.
    pub lasts_from_first_use_s: Option<u32>,
    /// What each of its Access-Accepts carries besides.
    pub reply_attributes: Option<ReplyAttributes>,
}

/// What to change about a service; `None` leaves a value as it is, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct ServiceUpdate {
    /// The name of its plan.
    pub plan: Option<String>,
    /// Its password.
    pub credential: Option<Credential>,
    /// Whether it may be used.
    pub standing: Option<Standing>,
    /// From when it may be used.
    pub valid_from: Option<Option<Timestamp>>,
    /// Until when it may be used; this moment no longer belongs to it.
    pub valid_until: Option<Option<Timestamp>>,
    /// The address that is always its own.
    pub fixed_ipv4: Option<Option<Ipv4Addr>>,
    /// What else is always its own, all of it.
    pub networks: Option<Networks>,
    /// How long it lasts from its first use, seconds.
    pub lasts_from_first_use_s: Option<Option<u32>>,
    /// What each of its Access-Accepts carries besides.
    pub reply_attributes: Option<Option<ReplyAttributes>>,
}

/// A service as it is listed: everything but the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceEntry {
    /// Its identity.
    pub id: ServiceId,
    /// The name it logs in with.
    pub login: String,
    /// Its plan.
    pub plan: PlanId,
    /// What the operator calls the plan.
    pub plan_name: String,
    /// Its subscriber.
    pub subscriber: SubscriberId,
    /// The name of the subscriber.
    pub subscriber_name: String,
    /// What the operator decided about it.
    pub standing: Standing,
    /// From when until when it may be used.
    pub validity: Validity,
    /// The address that is always its own.
    pub fixed_ipv4: Option<Ipv4Addr>,
    /// What else is always its own.
    pub networks: Networks,
    /// For one that lasts from its first use.
    pub first_use: Option<FirstUse>,
    /// What each of its Access-Accepts carries besides.
    pub reply_attributes: Option<ReplyAttributes>,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Services<'_> {
    /// Adds a service.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`], [`StoreError::NotFound`] for its plan or subscriber,
    /// [`StoreError::Invalid`].
    pub async fn add(&self, by: &Actor, new: &NewService) -> Result<ServiceEntry, StoreError> {
        let unit = Unit::begin(self.store, self.tenant, by, "add the service").await?;
        let mut insertion = Insertion::new(unit);
        let login = insertion.insert(new).await?;
        insertion.commit().await?;
        self.find(&login).await
    }

    /// Adds many services in one transaction: all of them or none.
    ///
    /// # Errors
    /// [`StoreError::Row`] with the place of the first that was refused, and why.
    pub async fn import(
        &self,
        by: &Actor,
        services: &[NewService],
        on_existing: OnExisting,
    ) -> Result<Imported, StoreError> {
        let unit = Unit::begin(self.store, self.tenant, by, "import the services").await?;
        let mut insertion = Insertion::new(unit);
        let imported = insertion.insert_all(services, on_existing).await?;
        insertion.commit().await?;
        Ok(imported)
    }

    /// Every service of the tenant, by login.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&self) -> Result<Vec<ServiceEntry>, StoreError> {
        self.entries("", []).await
    }

    /// The services on the plan called `plan`, by login.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the plan.
    pub async fn list_on_plan(&self, plan: &str) -> Result<Vec<ServiceEntry>, StoreError> {
        let plan = self.store.plans(self.tenant).find(plan).await?;
        self.entries("and s.plan_id = $2", [plan.id.0.into()]).await
    }

    /// The services of the subscriber called `subscriber`, by login.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscriber.
    pub async fn list_of_subscriber(
        &self,
        subscriber: &str,
    ) -> Result<Vec<ServiceEntry>, StoreError> {
        let subscriber = self.store.subscribers(self.tenant).find(subscriber).await?;
        self.entries("and s.subscriber_id = $2", [subscriber.id.0.into()]).await
    }

    /// The service that logs in as `login`; of a MAC address in whatever way it is written.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, login: &str) -> Result<ServiceEntry, StoreError> {
        for login in row::spellings(login) {
            if let Some(entry) = self.entries("and s.login = $2", [login.into()]).await?.pop() {
                return Ok(entry);
            }
        }
        Err(self.not_found(login).await)
    }

    /// Changes the service that logs in as `login`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for it or its new plan, [`StoreError::Invalid`].
    pub async fn update(
        &self,
        by: &Actor,
        login: &str,
        update: &ServiceUpdate,
    ) -> Result<ServiceEntry, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "change the service").await?;
        let before = self.existing(&unit, login).await?;
        let changed = self.changed(&unit, &before, update).await?;
        let place = changed.fixed_ipv4.as_ref().clone().unwrap_or_default();
        let after = changed.update(&unit.txn).await;
        let after = unit.unique(after, Kind::ServiceAddress, &place)?;
        row::check_validity(validity(&after))?;
        let mut described_after = row::described(&after);
        if update.credential.is_some() {
            described_after["credential"] = json!("replaced");
        }
        unit.record(Record {
            kind: Kind::Service,
            row: before.id,
            name: &before.login,
            before: Some(row::described(&before)),
            after: Some(described_after),
        });
        unit.commit().await?;
        self.find(&after.login).await
    }

    /// Removes the service that logs in as `login`; its sessions and log-ins stay.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove(&self, by: &Actor, login: &str) -> Result<(), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "remove the service").await?;
        let found = self.existing(&unit, login).await?;
        share::on_removal(&mut unit, &found).await?;
        service::Entity::delete_by_id(found.id)
            .exec(&unit.txn)
            .await
            .during("remove the service")?;
        let before = Some(row::described(&found));
        unit.record(Record {
            kind: Kind::Service,
            row: found.id,
            name: &found.login,
            before,
            after: None,
        });
        unit.commit().await
    }

    async fn changed(
        &self,
        unit: &Unit<'_>,
        before: &service::Model,
        update: &ServiceUpdate,
    ) -> Result<service::ActiveModel, StoreError> {
        let mut changed = service::ActiveModel::from(before.clone());
        if let Some(plan) = &update.plan {
            let plans = Plans { store: self.store, tenant: self.tenant };
            changed.plan_id = Set(plans.existing(&unit.txn, plan).await?.id);
        }
        if let Some(credential) = &update.credential {
            credential::check(credential)?;
            changed.login = Set(row::login_for(&before.login, credential)?);
            let keys = self.store.keys();
            let sealed = credential::seal(keys, self.tenant, before.id, credential)?;
            changed.credential_sealed = Set(sealed);
        }
        if let Some(standing) = update.standing {
            changed.standing = Set(standing_code(standing).to_owned());
        }
        if let Some(from) = update.valid_from {
            changed.valid_from = Set(from.map(Timestamp::unix_ms));
        }
        if let Some(until) = update.valid_until {
            changed.valid_until = Set(until.map(Timestamp::unix_ms));
        }
        if let Some(address) = update.fixed_ipv4 {
            changed.fixed_ipv4 = Set(address.map(|address| address.to_string()));
        }
        if let Some(networks) = &update.networks {
            row::set_networks(networks, &mut changed)?;
        }
        if let Some(lasts_s) = update.lasts_from_first_use_s {
            changed.first_use_lasts_s = Set(lasts_s.map(i64::from));
            if lasts_s.is_none() {
                // Given a time again, it begins anew.
                changed.first_used_at = Set(None);
            }
        }
        if let Some(attributes) = &update.reply_attributes {
            changed.reply_attributes = Set(stored_attributes(attributes.as_ref()));
        }
        Ok(changed)
    }

    /// The rows of one table that belong to the service that logs in as `login`, the longest listed
    /// first; its columns are those of the tenant, the service and the row.
    async fn listed<E: EntityTrait<Model: Send + Sync>>(
        &self,
        login: &str,
        [tenant, service, id]: [E::Column; 3],
        operation: &'static str,
    ) -> Result<Vec<E::Model>, StoreError> {
        let found = self.find(login).await?.id;
        E::find()
            .filter(tenant.eq(self.tenant.0))
            .filter(service.eq(found.0))
            .order_by_asc(id)
            .all(&self.store.database().reader)
            .await
            .during(operation)
    }

    async fn existing(&self, unit: &Unit<'_>, login: &str) -> Result<service::Model, StoreError> {
        for login in row::spellings(login) {
            let found = service::Entity::find()
                .filter(service::Column::TenantId.eq(self.tenant.0))
                .filter(service::Column::Login.eq(login))
                .one(&unit.txn)
                .await
                .during("find the service")?;
            if let Some(found) = found {
                return Ok(found);
            }
        }
        Err(self.not_found(login).await)
    }

    async fn not_found(&self, login: &str) -> StoreError {
        match row::logins(self.store, self.tenant).await {
            Ok(existing) => names::not_found(Kind::Service, login, existing),
            Err(error) => error,
        }
    }
}
