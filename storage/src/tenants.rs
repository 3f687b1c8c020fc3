//! The operators of the installation.

use entitlement::{TenantId, TimeZone, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, DbBackend, EntityTrait as _,
    FromQueryResult as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement, Value,
};
use serde_json::json;

use crate::billing::check_no_open_periods;
use crate::entity::tenant;
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};

/// The tenant that every store has from the beginning.
pub const DEFAULT_TENANT: &str = "default";

/// Reads, adds and changes tenants.
#[derive(Debug)]
pub struct Tenants<'s> {
    pub(crate) store: &'s Store,
}

/// An operator of the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its identity.
    pub id: TenantId,
    /// Its name, unique in the store.
    pub name: String,
    /// The zone of its clock.
    pub time_zone: TimeZone,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Tenants<'_> {
    /// Adds a tenant.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`], [`StoreError::Invalid`].
    pub async fn add(&self, by: &Actor, name: &str) -> Result<Tenant, StoreError> {
        names::check(Kind::Tenant, name, names::NAME_LEN_MAX)?;
        let mut unit = Unit::begin(self.store, TenantId(0), by, "add the tenant").await?;
        let row = tenant::ActiveModel {
            name: Set(name.to_owned()),
            time_zone: Set(TimeZone::UTC.name().to_owned()),
            created_at: Set(unit.now.unix_ms()),
            ..Default::default()
        };
        let added = tenant::Entity::insert(row).exec_with_returning(&unit.txn).await;
        let added = unit.unique(added, Kind::Tenant, name)?;
        unit.tenant = TenantId(added.id);
        let after = Some(json!({ "name": name, "time_zone": added.time_zone }));
        unit.record(Record { kind: Kind::Tenant, row: added.id, name, before: None, after });
        unit.commit().await?;
        added.try_into()
    }

    /// Sets the clock of the tenant called `name` to another zone.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] while periods that are billed are open: they would
    /// begin elsewhere, and all of them be taken back and billed anew.
    pub async fn set_time_zone(
        &self,
        by: &Actor,
        name: &str,
        time_zone: &TimeZone,
    ) -> Result<Tenant, StoreError> {
        let mut unit = Unit::begin(self.store, TenantId(0), by, "change the tenant").await?;
        // Until the commit nobody else changes it. What it was may be no zone: this mends it.
        let row = tenant::Entity::find().filter(tenant::Column::Name.eq(name)).lock_exclusive();
        let before = row.one(&unit.txn).await.during("find the tenant")?;
        let Some(before) = before else { return Err(self.no_tenant(name).await?) };
        unit.tenant = TenantId(before.id);
        let is_another = TimeZone::named(&before.time_zone).is_some_and(|had| had != *time_zone);
        if is_another {
            check_no_open_periods(&unit.txn, unit.tenant).await?;
        }
        let row = tenant::ActiveModel {
            id: Set(before.id),
            time_zone: Set(time_zone.name().to_owned()),
            ..Default::default()
        };
        let after = row.update(&unit.txn).await.during("change the tenant")?;
        unit.record(Record {
            kind: Kind::Tenant,
            row: before.id,
            name,
            before: Some(json!({ "time_zone": before.time_zone })),
            after: Some(json!({ "time_zone": after.time_zone })),
        });
        unit.commit().await?;
        after.try_into()
    }

    /// Every tenant, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&self) -> Result<Vec<Tenant>, StoreError> {
        let rows = tenant::Entity::find()
            .order_by_asc(tenant::Column::Name)
            .all(&self.store.database().reader)
            .await
            .during("list the tenants")?;
        rows.into_iter().map(Tenant::try_from).collect()
    }

    /// The tenant called `name`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, name: &str) -> Result<Tenant, StoreError> {
        let found = tenant::Entity::find()
            .filter(tenant::Column::Name.eq(name))
            .one(&self.store.database().reader)
            .await
            .during("find the tenant")?;
        match found {
            Some(row) => row.try_into(),
            None => Err(self.no_tenant(name).await?),
        }
    }

    /// The error for a name that no tenant has.
    async fn no_tenant(&self, name: &str) -> Result<StoreError, StoreError> {
        let existing = tenant::Entity::find().all(&self.store.database().reader).await;
        let existing = existing.during("list the tenants")?.into_iter().map(|row| row.name);
        Ok(names::not_found(Kind::Tenant, name, existing))
    }
}

/// The clock of a tenant.
pub(crate) async fn time_zone(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<TimeZone, StoreError> {
    Ok(clock_and_parent(db, tenant).await?.0)
}

/// The clock of a tenant, and the tenant above it.
pub(crate) async fn clock_and_parent(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<(TimeZone, Option<TenantId>), StoreError> {
    let operation = "find the tenant";
    let sql = "select t.id, t.name, t.time_zone, t.created_at, \
               (select r.tenant_id from reseller r where r.reseller_id = t.id) as parent_id \
               from tenant t where t.id = $1";
    let values = [Value::from(tenant.0)];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let Some(row) = db.query_one_raw(statement).await.during(operation)? else {
        return Ok((TimeZone::UTC, None));
    };
    let parent: Option<i64> = row.try_get("", "parent_id").during(operation)?;
    let found = tenant::Model::from_query_result(&row, "").during(operation)?;
    Ok((Tenant::try_from(found)?.time_zone, parent.map(TenantId)))
}

/// Keeps what things cost as it is until the end of the transaction, for whoever bills; gives the tenant above
/// it. It comes before every other lock.
pub(crate) async fn hold_prices(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Option<TenantId>, StoreError> {
    let operation = "hold what things cost";
    let lock = match db.get_database_backend() {
        DbBackend::Postgres => "for share of t",
        // On SQLite, which has one writer, nothing is locked.
        _ => "",
    };
    let sql = format!(
        "select (select r.tenant_id from reseller r where r.reseller_id = t.id) as parent_id \
         from tenant t where t.id = $1 {lock}"
    );
    let values = [Value::from(tenant.0)];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let row = db.query_one_raw(statement).await.during(operation)?;
    let parent = row.map(|row| row.try_get::<Option<i64>>("", "parent_id").during(operation));
    Ok(parent.transpose()?.flatten().map(TenantId))
}

/// Waits for all who bill, and lets nobody bill until what things cost is changed: otherwise a run that has
/// read the old prices would say afterwards that there is nothing to be billed. It comes before every other
/// lock.
pub(crate) async fn lock_prices(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<(), StoreError> {
    // Not as strong as a lock for a removal: rows that name the tenant can be added meanwhile.
    let row = tenant::Entity::find_by_id(tenant.0).lock(LockType::NoKeyUpdate).one(db).await;
    row.during("hold what things cost").map(|_| ())
}

impl TryFrom<tenant::Model> for Tenant {
    type Error = StoreError;

    fn try_from(row: tenant::Model) -> Result<Self, StoreError> {
        let time_zone = TimeZone::named(&row.time_zone).ok_or_else(|| StoreError::Corrupt {
            what: Kind::Tenant,
            row: row.id.to_string(),
            problem: format!("there is no time zone `{}`", row.time_zone),
        })?;
        Ok(Self {
            id: TenantId(row.id),
            name: row.name,
            time_zone,
            created_at: Timestamp::from_unix_ms(row.created_at),
        })
    }
}
