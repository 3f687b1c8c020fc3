//! The one-time codes that a service is asked for behind its password.

use aaa_engine::auth::{CodeDigits, CodeHash, CodeSecret, CodeStep, Credential};
use entitlement::TenantId;
use sea_orm::ActiveModelTrait as _;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;
use serde_json::json;

use super::{Services, row};
use crate::entity::service;
use crate::error::{During as _, Kind, StoreError};
use crate::store::Actor;
use crate::unit::{Record, Unit};
use crate::{code_secret, credential};

/// The one-time codes of a service as they are shown: everything but their secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceCodes {
    /// The hash they are made with.
    pub hash: CodeHash,
    /// How many digits they have.
    pub digits: CodeDigits,
    /// The step of the latest that was accepted, as far as it has been drained.
    pub last_step: Option<CodeStep>,
}

impl Services<'_> {
    /// The one-time codes of the service that logs in as `login`, if it has any.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Corrupt`] when their secret does not open.
    pub async fn one_time_codes(&self, login: &str) -> Result<Option<ServiceCodes>, StoreError> {
        let id = self.find(login).await?.id;
        let found = service::Entity::find_by_id(id.0).one(&self.store.database().reader).await;
        let Some(found) = found.during("read the one-time codes")? else { return Ok(None) };
        let Some(sealed) = &found.code_secret_sealed else { return Ok(None) };
        let secret = code_secret::open(self.store.keys(), self.tenant, found.id, sealed);
        let secret = secret.map_err(|error| row::corrupt(found.id, error.to_string()))?;
        let (hash, digits) = (secret.hash, secret.digits);
        Ok(Some(ServiceCodes { hash, digits, last_step: found.code_last_step.map(CodeStep) }))
    }

    /// Lets the service that logs in as `login` be asked for codes made of `secret`, in place of
    /// those that it may have; `None`: for none any more.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] for a service that logs in by its MAC
    /// address, which nobody can ask.
    pub async fn set_one_time_codes(
        &self,
        by: &Actor,
        login: &str,
        secret: Option<&CodeSecret>,
    ) -> Result<(), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "set the one-time codes").await?;
        let before = self.existing(&unit, login).await?;
        let keys = self.store.keys();
        let tenant: TenantId = self.tenant;
        let sealed = match secret {
            None => None,
            Some(secret) => {
                let sealed = &before.credential_sealed;
                let credential = credential::open(keys, tenant, before.id, sealed);
                if credential == Ok(Credential::MacAddress) {
                    let problem =
                        "it logs in by its MAC address, and a device can be asked nothing";
                    let problem = problem.to_owned();
                    return Err(StoreError::Invalid { what: Kind::Service, problem });
                }
                Some(code_secret::seal(keys, tenant, before.id, secret)?)
            }
        };
        let changed = service::ActiveModel {
            id: Set(before.id),
            code_secret_sealed: Set(sealed),
            code_last_step: Set(None),
            ..Default::default()
        };
        changed.update(&unit.txn).await.during("set the one-time codes")?;
        let described =
            |has_codes: bool| json!({"one_time_codes": if has_codes { "set" } else { "none" }});
        let after =
            if secret.is_some() { json!({"one_time_codes": "replaced"}) } else { described(false) };
        unit.record(Record {
            kind: Kind::Service,
            row: before.id,
            name: &before.login,
            before: Some(described(before.code_secret_sealed.is_some())),
            after: Some(after),
        });
        unit.commit().await
    }
}
