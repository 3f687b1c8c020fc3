//! What a service is found by beside its login: its access line, as access nodes and NASes name it.

use aaa_engine::ports::NasId;
use aaa_engine::{LineIdentifier, LineKind};
use entitlement::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::{Services, row};
use crate::entity::service_identifier::{self as table, Column};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::store::Actor;
use crate::unit::{Record, Unit};

/// One line as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceLine {
    /// It.
    pub line: LineIdentifier,
    /// Since when it has been listed.
    pub created_at: Timestamp,
}

impl Services<'_> {
    /// The lines of the service that logs in as `login`, the longest listed first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn lines(&self, login: &str) -> Result<Vec<ServiceLine>, StoreError> {
        let columns = [Column::TenantId, Column::ServiceId, Column::Id];
        let rows = self.listed::<table::Entity>(login, columns, "list the lines").await?;
        let listed = |row: &table::Model| -> Result<ServiceLine, StoreError> {
            let created_at = Timestamp::from_unix_ms(row.created_at);
            Ok(ServiceLine { line: line(row)?, created_at })
        };
        rows.iter().map(listed).collect()
    }

    /// Lets the service that logs in as `login` be found by a line.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::InUse`] when the line leads to another service;
    /// [`StoreError::AlreadyExists`] when it leads to this one.
    pub async fn add_line(
        &self,
        by: &Actor,
        login: &str,
        line: &LineIdentifier,
    ) -> Result<(), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "add the line").await?;
        let service = self.existing(&unit, login).await?;
        if let Some(taken) = self.row_of(&unit, line).await? {
            let owner = row::login_of(&unit, taken.service_id).await?;
            let (what, name) = (Kind::Line, line.to_string());
            return Err(match owner {
                Some(by) if taken.service_id != service.id => {
                    StoreError::InUse { what, name, by: format!("service `{by}`") }
                }
                _ => StoreError::AlreadyExists { what, name },
            });
        }
        let added = table::ActiveModel {
            tenant_id: Set(self.tenant.0),
            service_id: Set(service.id),
            kind: Set(line.kind.code().to_owned()),
            nas_id: Set(line.nas.map(|nas| nas.0)),
            value: Set(line.text().to_owned()),
            created_at: Set(unit.now.unix_ms()),
            ..Default::default()
        };
        let added = table::Entity::insert(added).exec_without_returning(&unit.txn).await;
        unit.unique(added, Kind::Line, &line.to_string())?;
        unit.record(Record {
            kind: Kind::Service,
            row: service.id,
            name: &service.login,
            before: Some(json!({})),
            after: Some(described(line)),
        });
        unit.commit().await
    }

    /// Takes a line away from the service that logs in as `login`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the service, or the line when it is not this service's.
    pub async fn remove_line(
        &self,
        by: &Actor,
        login: &str,
        line: &LineIdentifier,
    ) -> Result<(), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "remove the line").await?;
        let service = self.existing(&unit, login).await?;
        let found = self.row_of(&unit, line).await?.filter(|row| row.service_id == service.id);
        let Some(found) = found else {
            let known = self.lines(login).await?.into_iter().map(|known| known.line.to_string());
            return Err(names::not_found(Kind::Line, &line.to_string(), known));
        };
        let gone = table::Entity::delete_by_id(found.id).exec(&unit.txn).await;
        gone.during("remove the line")?;
        unit.record(Record {
            kind: Kind::Service,
            row: service.id,
            name: &service.login,
            before: Some(described(line)),
            after: Some(json!({})),
        });
        unit.commit().await
    }

    async fn row_of(
        &self,
        unit: &Unit<'_>,
        line: &LineIdentifier,
    ) -> Result<Option<table::Model>, StoreError> {
        let of_kind = table::Entity::find()
            .filter(Column::TenantId.eq(self.tenant.0))
            .filter(Column::Kind.eq(line.kind.code()))
            .filter(Column::Value.eq(line.text()));
        let at_nas = match line.nas {
            Some(nas) => of_kind.filter(Column::NasId.eq(nas.0)),
            None => of_kind.filter(Column::NasId.is_null()),
        };
        at_nas.one(&unit.txn).await.during("find the line")
    }
}

fn described(line: &LineIdentifier) -> serde_json::Value {
    json!({"line": line.kind.code(), "nas_id": line.nas.map(|nas| nas.0), "value": line.text()})
}

/// The line that a row is.
pub(crate) fn line(row: &table::Model) -> Result<LineIdentifier, StoreError> {
    let kind = LineKind::from_code(&row.kind);
    let nas = row.nas_id.map(NasId);
    kind.and_then(|kind| LineIdentifier::new(kind, nas, row.value.as_bytes())).ok_or_else(|| {
        let problem = format!("its {} `{}` is none", row.kind, row.value.escape_debug());
        row::corrupt(row.service_id, problem)
    })
}
