//! The plans: what a tenant sells.

use entitlement::{
    BitsPerSecond, HoursError, PlanId, Quarantine, Speed, TenantId, Terms, Timestamp, WhenWithheld,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::{Value, json};

use crate::entity::{plan, service};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};

const QUARANTINE: &str = "quarantine";
const REJECT: &str = "reject";

/// Reads and changes the plans of one tenant.
#[derive(Debug)]
pub struct Plans<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Its identity.
    pub id: PlanId,
    /// What the operator calls it; unique for the tenant.
    pub name: String,
    /// What it grants.
    pub terms: Terms,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Plans<'_> {
    /// Adds a plan.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`], [`StoreError::Invalid`].
    pub async fn add(&self, by: &Actor, name: &str, terms: &Terms) -> Result<Plan, StoreError> {
        names::check(Kind::Plan, name, names::NAME_LEN_MAX)?;
        let mut unit = Unit::begin(self.store, self.tenant, by, "add the plan").await?;
        let row = plan::ActiveModel {
            tenant_id: Set(self.tenant.0),
            name: Set(name.to_owned()),
            created_at: Set(unit.now.unix_ms()),
            ..columns(terms)?
        };
        let added = plan::Entity::insert(row).exec_with_returning(&unit.txn).await;
        let added = unit.unique(added, Kind::Plan, name)?;
        let after = Some(described(&added));
        unit.record(Record { kind: Kind::Plan, row: added.id, name, before: None, after });
        unit.commit().await?;
        added.try_into()
    }

    /// Every plan of the tenant, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&self) -> Result<Vec<Plan>, StoreError> {
        let rows = plan::Entity::find()
            .filter(plan::Column::TenantId.eq(self.tenant.0))
            .order_by_asc(plan::Column::Name)
            .all(&self.store.database().reader)
            .await
            .during("list the plans")?;
        rows.into_iter().map(Plan::try_from).collect()
    }

    /// The plan called `name`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, name: &str) -> Result<Plan, StoreError> {
        self.existing(&self.store.database().reader, name).await?.try_into()
    }

    /// Changes the terms of the plan called `name`, for every service on it at once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Invalid`].
    pub async fn update(
        &self,
        by: &Actor,
        name: &str,
        change: impl FnOnce(&mut Terms) + Send,
    ) -> Result<Plan, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "change the plan").await?;
        let before = self.existing(&unit.txn, name).await?;
        let mut plan = Plan::try_from(before.clone())?;
        change(&mut plan.terms);
        let row = plan::ActiveModel { id: Set(before.id), ..columns(&plan.terms)? };
        let after = row.update(&unit.txn).await.during("change the plan")?;
        unit.record(Record {
            kind: Kind::Plan,
            row: before.id,
            name,
            before: Some(described(&before)),
            after: Some(described(&after)),
        });
        unit.commit().await?;
        after.try_into()
    }

    /// Removes the plan called `name`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::InUse`] while services are on it.
    pub async fn remove(&self, by: &Actor, name: &str) -> Result<(), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "remove the plan").await?;
        let row = self.existing(&unit.txn, name).await?;
        let on_it = service::Entity::find()
            .filter(service::Column::TenantId.eq(self.tenant.0))
            .filter(service::Column::PlanId.eq(row.id))
            .count(&unit.txn)
            .await
            .during("count the services on the plan")?;
        if on_it > 0 {
            let by = if on_it == 1 { "1 service".to_owned() } else { format!("{on_it} services") };
            return Err(StoreError::InUse { what: Kind::Plan, name: name.to_owned(), by });
        }
        plan::Entity::delete_by_id(row.id).exec(&unit.txn).await.during("remove the plan")?;
        let before = Some(described(&row));
        unit.record(Record { kind: Kind::Plan, row: row.id, name, before, after: None });
        unit.commit().await
    }

    pub(crate) async fn existing(
        &self,
        db: &impl ConnectionTrait,
        name: &str,
    ) -> Result<plan::Model, StoreError> {
        let found = plan::Entity::find()
            .filter(plan::Column::TenantId.eq(self.tenant.0))
            .filter(plan::Column::Name.eq(name))
            .one(db)
            .await
            .during("find the plan")?;
        match found {
            Some(row) => Ok(row),
            None => {
                let existing = self.list().await?.into_iter().map(|plan| plan.name);
                Err(names::not_found(Kind::Plan, name, existing))
            }
        }
    }
}

impl TryFrom<plan::Model> for Plan {
    type Error = StoreError;

    fn try_from(row: plan::Model) -> Result<Self, StoreError> {
        let terms = terms(&row).map_err(|problem| StoreError::Corrupt {
            what: Kind::Plan,
            row: row.id.to_string(),
            problem: problem.to_owned(),
        })?;
        Ok(Self {
            id: PlanId(row.id),
            name: row.name,
            terms,
            created_at: Timestamp::from_unix_ms(row.created_at),
        })
    }
}

fn terms(row: &plan::Model) -> Result<Terms, &'static str> {
    let speed = match (row.download_bps, row.upload_bps) {
        (None, None) => None,
        (Some(download), Some(upload)) => {
            Some(Speed { download: rate(download)?, upload: rate(upload)? })
        }
        _ => return Err("it has one speed of two"),
    };
    let when_withheld = match row.when_withheld.as_str() {
        REJECT => WhenWithheld::Reject,
        QUARANTINE => WhenWithheld::Quarantine(Quarantine {
            pool: row.quarantine_pool.as_deref().map(Into::into),
            address_list: row.quarantine_address_list.as_deref().map(Into::into),
            session_timeout_s: seconds(row.quarantine_session_timeout_s)?
                .ok_or("its quarantine has no session timeout")?,
        }),
        _ => return Err("what becomes of withheld services is not known to this version"),
    };
    Ok(Terms {
        speed,
        pool: row.pool.as_deref().map(Into::into),
        session_timeout_s: seconds(row.session_timeout_s)?,
        idle_timeout_s: seconds(row.idle_timeout_s)?,
        interim_interval_s: seconds(row.interim_interval_s)?,
        hours: row
            .hours
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(|_: HoursError| "its hours are not understood")?,
        when_withheld,
    })
}

fn rate(bps: i64) -> Result<BitsPerSecond, &'static str> {
    u64::try_from(bps).map(BitsPerSecond).map_err(|_| "a speed is negative")
}

fn seconds(seconds: Option<i64>) -> Result<Option<u32>, &'static str> {
    seconds.map(u32::try_from).transpose().map_err(|_| "a time is out of range")
}

/// The columns that hold the terms; the others are left for the caller to set.
fn columns(terms: &Terms) -> Result<plan::ActiveModel, StoreError> {
    let bps = |rate: Option<BitsPerSecond>| {
        rate.map(|rate| i64::try_from(rate.0)).transpose().map_err(|_| StoreError::Invalid {
            what: Kind::Plan,
            problem: "a speed is greater than can be stored".to_owned(),
        })
    };
    let quarantine = match &terms.when_withheld {
        WhenWithheld::Quarantine(quarantine) => Some(quarantine),
        WhenWithheld::Reject => None,
    };
    let quarantine_pool = quarantine.and_then(|quarantine| quarantine.pool.as_deref());
    let address_list = quarantine.and_then(|quarantine| quarantine.address_list.as_deref());
    for word in [terms.pool.as_deref(), quarantine_pool, address_list].into_iter().flatten() {
        names::check(Kind::Plan, word, names::LOGIN_LEN_MAX)?;
    }
    Ok(plan::ActiveModel {
        download_bps: Set(bps(terms.speed.map(|speed| speed.download))?),
        upload_bps: Set(bps(terms.speed.map(|speed| speed.upload))?),
        pool: Set(terms.pool.as_deref().map(str::to_owned)),
        session_timeout_s: Set(terms.session_timeout_s.map(i64::from)),
        idle_timeout_s: Set(terms.idle_timeout_s.map(i64::from)),
        interim_interval_s: Set(terms.interim_interval_s.map(i64::from)),
        hours: Set(terms.hours.as_ref().map(ToString::to_string)),
        when_withheld: Set(if quarantine.is_some() { QUARANTINE } else { REJECT }.to_owned()),
        quarantine_pool: Set(quarantine_pool.map(str::to_owned)),
        quarantine_address_list: Set(address_list.map(str::to_owned)),
        quarantine_session_timeout_s: Set(
            quarantine.map(|quarantine| i64::from(quarantine.session_timeout_s))
        ),
        ..Default::default()
    })
}

fn described(row: &plan::Model) -> Value {
    json!({
        "name": row.name,
        "download_bps": row.download_bps,
        "upload_bps": row.upload_bps,
        "pool": row.pool,
        "session_timeout_s": row.session_timeout_s,
        "idle_timeout_s": row.idle_timeout_s,
        "interim_interval_s": row.interim_interval_s,
        "hours": row.hours,
        "when_withheld": row.when_withheld,
        "quarantine_pool": row.quarantine_pool,
        "quarantine_address_list": row.quarantine_address_list,
        "quarantine_session_timeout_s": row.quarantine_session_timeout_s,
    })
}
