//! The services of NASes that plans may name.

use std::sync::Arc;

use aaa_engine::catalogue::{
    Catalogue, CatalogueError, MutexGroup, Profile, ProfileRole, ServiceLimits, ServiceTemplate,
    Statistics, TemplateDraft,
};
use entitlement::{PLANNED_SERVICES_MAX, PlannedArgument, TenantId, Terms};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

use crate::entity::{plan, service_template, tenant};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::plans::Plan;
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};

/// Reads and changes the service templates of one tenant.
#[derive(Debug)]
pub struct ServiceTemplates<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

impl ServiceTemplates<'_> {
    /// Adds a template.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`]; [`StoreError::Invalid`] when the draft is no template, or does
    /// not agree with another of its mutex group.
    pub async fn add(
        &self,
        by: &Actor,
        draft: TemplateDraft,
    ) -> Result<ServiceTemplate, StoreError> {
        let template = draft.check().map_err(|error| invalid(&error))?;
        let name = template.name();
        let mut unit = Unit::begin(self.store, self.tenant, by, "add the service template").await?;
        let others = locked_rows(&unit.txn, self.tenant).await?;
        if others.iter().any(|row| row.name == **name) {
            let what = Kind::ServiceTemplate;
            return Err(StoreError::AlreadyExists { what, name: name.to_string() });
        }
        with(others.iter(), template.clone())?;
        let row = service_template::ActiveModel {
            tenant_id: Set(self.tenant.0),
            name: Set(name.to_string()),
            created_at: Set(unit.now.unix_ms()),
            ..columns(&template)
        };
        let added = service_template::Entity::insert(row).exec_with_returning(&unit.txn).await;
        let added = unit.unique(added, Kind::ServiceTemplate, name)?;
        let after = Some(described(&added));
        unit.record(Record {
            kind: Kind::ServiceTemplate,
            row: added.id,
            name,
            before: None,
            after,
        });
        unit.commit().await?;
        Ok(template)
    }

    /// Changes the template of the draft's name into the draft.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] as for [`add`](Self::add), and when a plan
    /// names it with arguments that it would not take any more.
    pub async fn update(
        &self,
        by: &Actor,
        draft: TemplateDraft,
    ) -> Result<ServiceTemplate, StoreError> {
        let template = draft.check().map_err(|error| invalid(&error))?;
        let name = template.name();
        let operation = "change the service template";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let rows = locked_rows(&unit.txn, self.tenant).await?;
        let before = self.existing(&rows, name)?;
        let catalogue = with(rows.iter().filter(|row| row.id != before.id), template.clone())?;
        for plan in plans(&unit.txn, self.tenant).await? {
            catalogue.check(&plan.terms.services).map_err(|error| {
                invalid_because(format!("plan `{}` would be wrong: {error}", plan.name))
            })?;
        }
        let row = service_template::ActiveModel { id: Set(before.id), ..columns(&template) };
        let after = row.update(&unit.txn).await.during(operation)?;
        unit.record(Record {
            kind: Kind::ServiceTemplate,
            row: before.id,
            name,
            before: Some(described(before)),
            after: Some(described(&after)),
        });
        unit.commit().await?;
        Ok(template)
    }

    /// Every template of the tenant, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&self) -> Result<Vec<ServiceTemplate>, StoreError> {
        let rows = rows(&self.store.database().reader, self.tenant).await?;
        rows.iter().map(template_of).collect()
    }

    /// The template called `name`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, name: &str) -> Result<ServiceTemplate, StoreError> {
        let rows = rows(&self.store.database().reader, self.tenant).await?;
        template_of(self.existing(&rows, name)?)
    }

    /// Removes the template called `name`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::InUse`] while a plan names it.
    pub async fn remove(&self, by: &Actor, name: &str) -> Result<(), StoreError> {
        let operation = "remove the service template";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let rows = locked_rows(&unit.txn, self.tenant).await?;
        let row = self.existing(&rows, name)?;
        let names_it = |plan: &Plan| plan.terms.services.iter().any(|of| *of.template == *name);
        if let Some(plan) = plans(&unit.txn, self.tenant).await?.into_iter().find(names_it) {
            let by = format!("plan `{}`", plan.name);
            return Err(StoreError::InUse {
                what: Kind::ServiceTemplate,
                name: name.to_owned(),
                by,
            });
        }
        let delete = service_template::Entity::delete_by_id(row.id);
        delete.exec(&unit.txn).await.during(operation)?;
        let before = Some(described(row));
        unit.record(Record { kind: Kind::ServiceTemplate, row: row.id, name, before, after: None });
        unit.commit().await
    }

    fn existing<'r>(
        &self,
        rows: &'r [service_template::Model],
        name: &str,
    ) -> Result<&'r service_template::Model, StoreError> {
        rows.iter().find(|row| row.name == name).ok_or_else(|| {
            names::not_found(Kind::ServiceTemplate, name, rows.iter().map(|row| row.name.clone()))
        })
    }
}

/// Refuses terms that name services which do not exist, or not so.
pub(crate) async fn check_terms(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    terms: &Terms,
) -> Result<(), StoreError> {
    let refused = |problem: String| StoreError::Invalid { what: Kind::Plan, problem };
    let services = &terms.services;
    if services.is_empty() {
        return Ok(());
    }
    if services.len() > PLANNED_SERVICES_MAX {
        let count = services.len();
        return Err(refused(format!(
            "the plan names {count} services; at most {PLANNED_SERVICES_MAX} are possible"
        )));
    }
    let of_speed = |argument: &PlannedArgument| !matches!(argument, PlannedArgument::Literal(_));
    let wants_speed = services.iter().find(|service| service.arguments.iter().any(of_speed));
    if let Some(service) = wants_speed.filter(|_| terms.speed.is_none()) {
        return Err(refused(format!(
            "`{service}` takes the plan's rates, and the plan has none; give it --download and \
             --upload, or write numbers"
        )));
    }
    let rows = locked_rows(db, tenant).await?;
    let catalogue = catalogue_of(rows.iter())?;
    catalogue.check(services).map_err(|error| refused(error.to_string()))
}

async fn rows(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Vec<service_template::Model>, StoreError> {
    service_template::Entity::find()
        .filter(service_template::Column::TenantId.eq(tenant.0))
        .order_by_asc(service_template::Column::Name)
        .all(db)
        .await
        .during("list the service templates")
}

/// As [`rows`]; until the commit nobody else changes templates of the tenant or names them in a
/// plan.
async fn locked_rows(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Vec<service_template::Model>, StoreError> {
    let lock = tenant::Entity::find_by_id(tenant.0).lock_exclusive();
    lock.one(db).await.during("lock the service templates")?;
    rows(db, tenant).await
}

async fn plans(db: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<Plan>, StoreError> {
    let of_tenant = plan::Entity::find()
        .filter(plan::Column::TenantId.eq(tenant.0))
        .filter(plan::Column::Services.is_not_null());
    let rows = of_tenant.all(db).await.during("read the plans")?;
    rows.into_iter().map(Plan::try_from).collect()
}

fn catalogue_of<'r>(
    rows: impl Iterator<Item = &'r service_template::Model>,
) -> Result<Catalogue, StoreError> {
    let templates: Vec<_> = rows.map(template_of).collect::<Result<_, _>>()?;
    Catalogue::new(templates).map_err(|error| invalid(&error))
}

/// The catalogue of these and one more.
fn with<'r>(
    others: impl Iterator<Item = &'r service_template::Model>,
    template: ServiceTemplate,
) -> Result<Catalogue, StoreError> {
    let mut catalogue = catalogue_of(others)?;
    catalogue.add(template).map_err(|error| invalid(&error))?;
    Ok(catalogue)
}

fn columns(template: &ServiceTemplate) -> service_template::ActiveModel {
    let ServiceLimits { timeout_s, volume_mb, volume_gigawords, statistics, interim_interval_s } =
        *template.limits();
    let parameters: Vec<String> = template.parameters().iter().map(ToString::to_string).collect();
    let (mutex, profile) = (template.mutex(), template.profile());
    let number = |number: Option<u32>| Set(number.map(i64::from));
    service_template::ActiveModel {
        parameters: Set(parameters.join(",")),
        timeout_s: number(timeout_s),
        volume_mb: number(volume_mb),
        volume_gigawords: number(volume_gigawords),
        statistics: Set(statistics.map(|statistics| statistics.code().to_owned())),
        interim_interval_s: number(interim_interval_s),
        mutex_group: Set(mutex.map(|mutex| mutex.name.to_string())),
        router_deactivates: Set(mutex.is_some_and(|mutex| mutex.router_deactivates).into()),
        profile_role: Set(profile.map(|profile| profile.role.code().to_owned())),
        profile_default: Set(profile.map(|profile| profile.default.to_string())),
        ..Default::default()
    }
}

/// The template that a row holds.
pub(crate) fn template_of(row: &service_template::Model) -> Result<ServiceTemplate, StoreError> {
    let corrupt = |problem: String| StoreError::Corrupt {
        what: Kind::ServiceTemplate,
        row: row.id.to_string(),
        problem,
    };
    let unknown = |what: &str| corrupt(format!("its {what} is not known to this version"));
    let number = |number: Option<i64>| {
        let number = number.map(u32::try_from).transpose();
        number.map_err(|_| corrupt("a limit is out of range".to_owned()))
    };
    let parameters = row.parameters.split(',').filter(|text| !text.is_empty());
    let parameters = parameters.map(str::parse).collect::<Result<_, CatalogueError>>();
    let statistics = row
        .statistics
        .as_deref()
        .map(|code| Statistics::from_code(code).ok_or_else(|| unknown("setting of statistics")));
    let role = row.profile_role.as_deref();
    let role = role.map(|code| ProfileRole::from_code(code).ok_or_else(|| unknown("profile")));
    let profile = match (role.transpose()?, &row.profile_default) {
        (Some(role), Some(default)) => Some(Profile { role, default: default.as_str().into() }),
        (None, None) => None,
        _ => return Err(corrupt("its profile lacks a part".to_owned())),
    };
    let draft = TemplateDraft {
        name: row.name.as_str().into(),
        parameters: parameters.map_err(|error| corrupt(error.to_string()))?,
        limits: ServiceLimits {
            timeout_s: number(row.timeout_s)?,
            volume_mb: number(row.volume_mb)?,
            volume_gigawords: number(row.volume_gigawords)?,
            statistics: statistics.transpose()?,
            interim_interval_s: number(row.interim_interval_s)?,
        },
        mutex: row.mutex_group.as_deref().map(|name| MutexGroup {
            name: Arc::from(name),
            router_deactivates: row.router_deactivates != 0,
        }),
        profile,
    };
    draft.check().map_err(|error| corrupt(error.to_string()))
}

/// What the audit keeps of a template.
fn described(row: &service_template::Model) -> serde_json::Value {
    json!({
        "name": row.name,
        "parameters": row.parameters,
        "timeout_s": row.timeout_s,
        "volume_mb": row.volume_mb,
        "volume_gigawords": row.volume_gigawords,
        "statistics": row.statistics,
        "interim_interval_s": row.interim_interval_s,
        "mutex_group": row.mutex_group,
        "router_deactivates": row.router_deactivates != 0,
        "profile_role": row.profile_role,
        "profile_default": row.profile_default,
    })
}

fn invalid(error: &CatalogueError) -> StoreError {
    invalid_because(error.to_string())
}

fn invalid_because(problem: String) -> StoreError {
    StoreError::Invalid { what: Kind::ServiceTemplate, problem }
}
