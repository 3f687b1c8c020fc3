//! Adding services, one or many, within one unit of work.

use std::collections::HashMap;

use entitlement::Standing;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::{NewService, row};
use crate::credential;
use crate::entity::service;
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::nas::stored_attributes;
use crate::plans::Plans;
use crate::subscribers::{self, NewSubscriber, Subscribers};
use crate::unit::{Record, Unit};

/// What an import does with a login that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnExisting {
    /// The whole import is refused.
    Refuse,
    /// The service is left as it is.
    Keep,
}

/// What became of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Imported {
    /// How many services were added.
    pub added: usize,
    /// How many existed and were left as they are.
    pub kept: usize,
}

/// A unit of work that remembers the plans it has looked up.
pub(super) struct Insertion<'a> {
    unit: Unit<'a>,
    plans: HashMap<String, i64>,
}

impl<'a> Insertion<'a> {
    pub(super) fn new(unit: Unit<'a>) -> Self {
        Self { unit, plans: HashMap::new() }
    }

    pub(super) async fn insert_all(
        &mut self,
        services: &[NewService],
        on_existing: OnExisting,
    ) -> Result<Imported, StoreError> {
        let mut imported = Imported::default();
        for (index, new) in services.iter().enumerate() {
            let login = match row::login_for(&new.login, &new.credential) {
                Ok(login) => login,
                Err(source) => return Err(StoreError::Row { index, source: Box::new(source) }),
            };
            let result = match self.exists(&login).await {
                Ok(true) if on_existing == OnExisting::Keep => {
                    imported.kept += 1;
                    continue;
                }
                Ok(true) => Err(already_exists(&login)),
                Ok(false) => self.insert(new).await.map(drop),
                Err(error) => Err(error),
            };
            result.map_err(|source| StoreError::Row { index, source: Box::new(source) })?;
            imported.added += 1;
        }
        Ok(imported)
    }

    /// Gives the login as it was stored.
    pub(super) async fn insert(&mut self, new: &NewService) -> Result<String, StoreError> {
        names::check(Kind::Service, &new.login, names::LOGIN_LEN_MAX)?;
        credential::check(&new.credential)?;
        let login = row::login_for(&new.login, &new.credential)?;
        row::check_validity(new.validity)?;
        // Looked for first, so that a subscriber of the same name is not what is complained of.
        if self.exists(&login).await? {
            return Err(already_exists(&login));
        }
        let plan_id = self.plan(&new.plan).await?;
        let subscriber_id = self.subscriber(new).await?;
        let unit = &mut self.unit;
        let mut columns = service::ActiveModel {
            tenant_id: Set(unit.tenant.0),
            subscriber_id: Set(subscriber_id),
            plan_id: Set(plan_id),
            login: Set(login.clone()),
            credential_sealed: Set(Vec::new()),
            standing: Set(row::standing_code(Standing::Active).to_owned()),
            valid_from: Set(new.validity.from.map(|from| from.unix_ms())),
            valid_until: Set(new.validity.until.map(|until| until.unix_ms())),
            fixed_ipv4: Set(new.fixed_ipv4.map(|address| address.to_string())),
            first_use_lasts_s: Set(new.lasts_from_first_use_s.map(i64::from)),
            reply_attributes: Set(stored_attributes(new.reply_attributes.as_ref())),
            created_at: Set(unit.now.unix_ms()),
            ..Default::default()
        };
        row::set_networks(&new.networks, &mut columns)?;
        let place = columns.fixed_ipv4.as_ref().clone();
        let added = service::Entity::insert(columns).exec_with_returning(&unit.txn).await;
        // The login was looked for above.
        let added = match place {
            Some(place) => unit.unique(added, Kind::ServiceAddress, &place)?,
            None => unit.unique(added, Kind::Service, &login)?,
        };
        // The seal is bound to the row's number, which exists only now.
        let keys = unit.store.keys();
        let sealed = credential::seal(keys, unit.tenant, added.id, &new.credential)?;
        let columns = service::ActiveModel {
            id: Set(added.id),
            credential_sealed: Set(sealed),
            ..Default::default()
        };
        columns.update(&unit.txn).await.during("seal the credential of the service")?;
        unit.record(Record {
            kind: Kind::Service,
            row: added.id,
            name: &login,
            before: None,
            after: Some(row::described(&added)),
        });
        Ok(login)
    }

    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.unit.commit().await
    }

    async fn exists(&self, login: &str) -> Result<bool, StoreError> {
        let found = service::Entity::find()
            .filter(service::Column::TenantId.eq(self.unit.tenant.0))
            .filter(service::Column::Login.eq(login))
            .one(&self.unit.txn)
            .await
            .during("find the service")?;
        Ok(found.is_some())
    }

    async fn plan(&mut self, name: &str) -> Result<i64, StoreError> {
        if let Some(id) = self.plans.get(name) {
            return Ok(*id);
        }
        let plans = Plans { store: self.unit.store, tenant: self.unit.tenant };
        let plan = plans.existing(&self.unit.txn, name).await?;
        self.plans.insert(plan.name, plan.id);
        Ok(plan.id)
    }

    /// The subscriber that was named must exist; the one called like the login need not.
    async fn subscriber(&mut self, new: &NewService) -> Result<i64, StoreError> {
        let unit = &mut self.unit;
        let subscribers = Subscribers { store: unit.store, tenant: unit.tenant };
        if let Some(name) = &new.subscriber {
            return Ok(subscribers.existing(&unit.txn, name).await?.id);
        }
        if let Some(found) = subscribers.by_name(&unit.txn, &new.login).await? {
            return Ok(found.id);
        }
        let name = new.login.clone();
        Ok(subscribers::insert(unit, &NewSubscriber { name, ..Default::default() }).await?.id)
    }
}

fn already_exists(login: &str) -> StoreError {
    StoreError::AlreadyExists { what: Kind::Service, name: login.to_owned() }
}
