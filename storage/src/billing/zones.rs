//! The parts of the area that a tenant serves.

use billing_core::ZoneId;
use entitlement::{TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

use super::visibility;
use crate::entity::{product, subscriber, zone};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::store::{Actor, Store};
use crate::tenants;
use crate::unit::{Record, Unit};

/// Reads and changes the zones of one tenant.
#[derive(Debug)]
pub struct Zones<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// A part of the area that is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Its identity.
    pub id: ZoneId,
    /// What it is called, unique for the tenant.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Zones<'_> {
    /// Adds a zone.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`], [`StoreError::Invalid`].
    pub async fn add(&self, by: &Actor, name: &str) -> Result<Zone, StoreError> {
        names::check(Kind::Zone, name, names::NAME_LEN_MAX)?;
        if name.contains([',', '=']) {
            return Err(StoreError::Invalid {
                what: Kind::Zone,
                problem: format!("`{name}` has a comma or `=` in it, which stand between zones"),
            });
        }
        let mut unit = Unit::begin(self.store, self.tenant, by, "add the zone").await?;
        let row = zone::ActiveModel {
            tenant_id: Set(self.tenant.0),
            name: Set(name.to_owned()),
            created_at: Set(unit.now.unix_ms()),
            ..Default::default()
        };
        let added = zone::Entity::insert(row).exec_with_returning(&unit.txn).await;
        let added = unit.unique(added, Kind::Zone, name)?;
        let after = Some(json!({ "name": name }));
        unit.record(Record { kind: Kind::Zone, row: added.id, name, before: None, after });
        unit.commit().await?;
        Ok(added.into())
    }

    /// Every zone of the tenant, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&self) -> Result<Vec<Zone>, StoreError> {
        let rows = all(&self.store.database().reader, self.tenant).await?;
        Ok(rows.into_iter().map(Zone::from).collect())
    }

    /// Removes a zone.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::InUse`] while a subscriber is in it, or something is only
    /// offered there.
    pub async fn remove(&self, by: &Actor, name: &str) -> Result<(), StoreError> {
        let operation = "remove the zone";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        // Nobody offers anything there meanwhile, nor comes to live there.
        tenants::lock_prices(&unit.txn, self.tenant).await?;
        let id = named(&all(&unit.txn, self.tenant).await?, name)?;
        let in_use = |by: String| StoreError::InUse { what: Kind::Zone, name: name.to_owned(), by };
        let lives = subscriber::Entity::find()
            .filter(subscriber::Column::TenantId.eq(self.tenant.0))
            .filter(subscriber::Column::ZoneId.eq(id.0))
            .one(&unit.txn);
        if let Some(lives) = lives.await.during(operation)? {
            return Err(in_use(format!("subscriber `{}`", lives.name)));
        }
        let products = product::Entity::find()
            .filter(product::Column::TenantId.eq(self.tenant.0))
            .filter(product::Column::VisibleTo.is_not_null())
            .all(&unit.txn);
        for row in products.await.during(operation)? {
            if visibility::is_of_zone(&row, id)? {
                return Err(in_use(format!("product `{}`", row.name)));
            }
        }
        zone::Entity::delete_by_id(id.0).exec(&unit.txn).await.during(operation)?;
        let before = Some(json!({ "name": name }));
        unit.record(Record { kind: Kind::Zone, row: id.0, name, before, after: None });
        unit.commit().await
    }
}

/// Every zone of a tenant, by name.
pub(crate) async fn all(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Vec<zone::Model>, StoreError> {
    let of_tenant = zone::Entity::find().filter(zone::Column::TenantId.eq(tenant.0));
    of_tenant.order_by_asc(zone::Column::Name).all(db).await.during("read the zones")
}

/// The zone of this name.
pub(crate) fn named(zones: &[zone::Model], name: &str) -> Result<ZoneId, StoreError> {
    let found = zones.iter().find(|zone| zone.name == name).map(|zone| ZoneId(zone.id));
    found.ok_or_else(|| {
        names::not_found(Kind::Zone, name, zones.iter().map(|zone| zone.name.clone()))
    })
}

impl From<zone::Model> for Zone {
    fn from(row: zone::Model) -> Self {
        let created_at = Timestamp::from_unix_ms(row.created_at);
        Self { id: ZoneId(row.id), name: row.name, created_at }
    }
}
