//! The devices of a service: those it may be used from, and those that are denied to it.

use aaa_engine::MacAddress;
use aaa_engine::ports::Device;
use entitlement::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::{Services, row};
use crate::entity::device::{self as table, Column};
use crate::entity::service;
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::store::Actor;
use crate::unit::{Record, Unit};

/// One device as it is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceDevice {
    /// It, and whether it is allowed.
    pub device: Device,
    /// Whether the list took it in by itself, at a log-in.
    pub is_learned: bool,
    /// Since when it has been listed.
    pub created_at: Timestamp,
}

impl Services<'_> {
    /// The devices of the service that logs in as `login`, the longest listed first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn devices(&self, login: &str) -> Result<Vec<ServiceDevice>, StoreError> {
        let columns = [Column::TenantId, Column::ServiceId, Column::Id];
        let rows = self.listed::<table::Entity>(login, columns, "list the devices").await?;
        let listed = |row: &table::Model| -> Result<ServiceDevice, StoreError> {
            Ok(ServiceDevice {
                device: device(row)?,
                is_learned: row.is_learned != 0,
                created_at: Timestamp::from_unix_ms(row.created_at),
            })
        };
        rows.iter().map(listed).collect()
    }

    /// Puts a device on the list of the service that logs in as `login`, or changes how it stands.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_device(
        &self,
        by: &Actor,
        login: &str,
        device: Device,
    ) -> Result<(), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "list the device").await?;
        let service = self.existing(&unit, login).await?;
        let before = listed(&unit, &service, device.address).await?;
        match before.clone() {
            Some(before) => {
                let mut changed = table::ActiveModel::from(before);
                changed.is_allowed = Set(device.is_allowed.into());
                changed.is_learned = Set(0);
                changed.update(&unit.txn).await.during("change the device")?;
            }
            None => {
                let added = table::ActiveModel {
                    tenant_id: Set(self.tenant.0),
                    service_id: Set(service.id),
                    address: Set(device.address.to_string()),
                    is_allowed: Set(device.is_allowed.into()),
                    is_learned: Set(0),
                    created_at: Set(unit.now.unix_ms()),
                    ..Default::default()
                };
                let added = table::Entity::insert(added).exec_without_returning(&unit.txn);
                added.await.during("add the device")?;
            }
        }
        let described =
            |address, is_allowed: bool| json!({"device": address, "is_allowed": is_allowed});
        unit.record(Record {
            kind: Kind::Service,
            row: service.id,
            name: &service.login,
            before: Some(
                before.map_or(json!({}), |row| described(row.address, row.is_allowed != 0)),
            ),
            after: Some(described(device.address.to_string(), device.is_allowed)),
        });
        unit.commit().await
    }

    /// Takes a device off the list of the service that logs in as `login`; without an address, all
    /// of them. A list that learns then has room for others.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the service or the device.
    pub async fn remove_devices(
        &self,
        by: &Actor,
        login: &str,
        address: Option<MacAddress>,
    ) -> Result<u64, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "remove the devices").await?;
        let service = self.existing(&unit, login).await?;
        let of_service = table::Entity::find()
            .filter(Column::TenantId.eq(self.tenant.0))
            .filter(Column::ServiceId.eq(service.id));
        let all = of_service.all(&unit.txn).await.during("read the devices")?;
        let gone: Vec<_> = match address.map(|address| address.to_string()) {
            None => all.iter().collect(),
            Some(address) => {
                let found: Vec<_> = all.iter().filter(|row| row.address == address).collect();
                if found.is_empty() {
                    let known = all.iter().map(|row| row.address.clone());
                    return Err(names::not_found(Kind::Device, &address, known));
                }
                found
            }
        };
        let ids = gone.iter().map(|row| row.id);
        table::Entity::delete_many()
            .filter(Column::Id.is_in(ids))
            .exec(&unit.txn)
            .await
            .during("remove the devices")?;
        // What a running server has learnt and not stored yet is forgotten with them.
        let reset = service::ActiveModel {
            id: Set(service.id),
            devices_reset_at: Set(Some(unit.now.unix_ms())),
            ..Default::default()
        };
        reset.update(&unit.txn).await.during("remove the devices")?;
        let addresses: Vec<_> = gone.iter().map(|row| row.address.clone()).collect();
        unit.record(Record {
            kind: Kind::Service,
            row: service.id,
            name: &service.login,
            before: Some(json!({"devices": addresses})),
            after: Some(json!({"devices": []})),
        });
        unit.commit().await?;
        Ok(gone.len() as u64)
    }
}

async fn listed(
    unit: &Unit<'_>,
    service: &service::Model,
    address: MacAddress,
) -> Result<Option<table::Model>, StoreError> {
    table::Entity::find()
        .filter(Column::ServiceId.eq(service.id))
        .filter(Column::Address.eq(address.to_string()))
        .one(&unit.txn)
        .await
        .during("find the device")
}

/// The device that a row is.
pub(crate) fn device(row: &table::Model) -> Result<Device, StoreError> {
    let address = MacAddress::parse(row.address.as_bytes()).ok_or_else(|| {
        row::corrupt(row.service_id, format!("its device `{}` is none", row.address.escape_debug()))
    })?;
    Ok(Device { address, is_allowed: row.is_allowed != 0 })
}
