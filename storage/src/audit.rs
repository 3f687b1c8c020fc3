//! Who changed what, and when.

use entitlement::{TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::entity::audit;
use crate::error::{During as _, Kind, StoreError};
use crate::store::Store;

/// Reads the audit of one tenant.
#[derive(Debug)]
pub struct Audit<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number; a later change has a greater one.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// `add`, `update` or `remove`.
    pub action: String,
    /// What kind of row was changed.
    pub kind: Kind,
    /// The number of the row.
    pub row: i64,
    /// The name of the row.
    pub name: String,
    /// The row before, as a JSON object without secrets; `None` when it was added.
    pub before: Option<String>,
    /// The row after, likewise; `None` when it was removed.
    pub after: Option<String>,
}

impl Audit<'_> {
    /// The last `limit` changes, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn latest(&self, limit: u64) -> Result<Vec<AuditEntry>, StoreError> {
        let mut rows = audit::Entity::find()
            .filter(audit::Column::TenantId.eq(self.tenant.0))
            .order_by_desc(audit::Column::Id)
            .limit(limit)
            .all(&self.store.database().reader)
            .await
            .during("read the audit")?;
        rows.reverse();
        rows.into_iter().map(AuditEntry::try_from).collect()
    }
}

impl TryFrom<audit::Model> for AuditEntry {
    type Error = StoreError;

    fn try_from(row: audit::Model) -> Result<Self, StoreError> {
        let kind = Kind::from_code(&row.kind).ok_or_else(|| StoreError::Corrupt {
            what: Kind::Store,
            row: row.id.to_string(),
            problem: format!("an audit entry is about `{}`", row.kind.escape_debug()),
        })?;
        Ok(Self {
            id: row.id,
            at: Timestamp::from_unix_ms(row.at),
            actor: row.actor,
            action: row.action,
            kind,
            row: row.row_id,
            name: row.name,
            before: row.before,
            after: row.after,
        })
    }
}
