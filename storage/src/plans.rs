//! The plans: what a tenant sells.

mod quotas;
mod terms;

use aaa_engine::ReplyAttributes;
use entitlement::{PlanId, TenantId, Terms, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};

use crate::entity::{plan, service, voucher_batch};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::nas::{read_attributes, stored_attributes};
use crate::pools;
use crate::service_templates;
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};
use terms::{columns, described};

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
    /// What each of its Access-Accepts carries besides.
    pub reply_attributes: Option<ReplyAttributes>,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Plans<'_> {
    /// Adds a plan.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`], [`StoreError::Invalid`].
    pub async fn add(
        &self,
        by: &Actor,
        name: &str,
        terms: &Terms,
        reply_attributes: Option<&ReplyAttributes>,
    ) -> Result<Plan, StoreError> {
        names::check(Kind::Plan, name, names::NAME_LEN_MAX)?;
        let mut unit = Unit::begin(self.store, self.tenant, by, "add the plan").await?;
        pools::check_terms(&unit.txn, self.tenant, terms).await?;
        service_templates::check_terms(&unit.txn, self.tenant, terms).await?;
        let row = plan::ActiveModel {
            tenant_id: Set(self.tenant.0),
            name: Set(name.to_owned()),
            created_at: Set(unit.now.unix_ms()),
            reply_attributes: Set(stored_attributes(reply_attributes)),
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

    /// Changes the plan called `name`, for every service on it at once: its terms, and with `Some`
    /// its attributes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Invalid`].
    pub async fn update(
        &self,
        by: &Actor,
        name: &str,
        change: impl FnOnce(&mut Terms) + Send,
        reply_attributes: Option<Option<ReplyAttributes>>,
    ) -> Result<Plan, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "change the plan").await?;
        let before = self.existing(&unit.txn, name).await?;
        let mut plan = Plan::try_from(before.clone())?;
        change(&mut plan.terms);
        pools::check_terms(&unit.txn, self.tenant, &plan.terms).await?;
        service_templates::check_terms(&unit.txn, self.tenant, &plan.terms).await?;
        let mut row = plan::ActiveModel { id: Set(before.id), ..columns(&plan.terms)? };
        if let Some(attributes) = &reply_attributes {
            row.reply_attributes = Set(stored_attributes(attributes.as_ref()));
        }
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
    /// [`StoreError::NotFound`], [`StoreError::InUse`] while services are on it, or vouchers are
    /// worth it.
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
        let vouchers = voucher_batch::Entity::find()
            .filter(voucher_batch::Column::PlanId.eq(row.id))
            .one(&unit.txn);
        if let Some(batch) = vouchers.await.during("find the vouchers for the plan")? {
            let by = format!("batch {} of vouchers", batch.id);
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
        let corrupt = |problem: &'static str| StoreError::Corrupt {
            what: Kind::Plan,
            row: row.id.to_string(),
            problem: problem.to_owned(),
        };
        let terms = terms::read(&row).map_err(corrupt)?;
        let reply_attributes = read_attributes(row.reply_attributes.as_deref()).map_err(corrupt)?;
        Ok(Self {
            id: PlanId(row.id),
            name: row.name,
            terms,
            reply_attributes,
            created_at: Timestamp::from_unix_ms(row.created_at),
        })
    }
}
