//! What the use of products costs, and what is promised about their availability, in versions.

use std::collections::BTreeMap;

use billing_core::{ComponentId, PriceList, PromiseVersion, Proration, UsageTerms, UsageVersion};
use entitlement::{TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;

use super::codes;
use crate::entity::{product_promise, product_usage};
use crate::error::{During as _, Kind, StoreError};
use crate::unit::Unit;

/// Adds a version of what the use of a product costs; gives what the audit says of it.
pub(super) async fn add_usage(
    unit: &Unit<'_>,
    product: i64,
    version: &UsageVersion,
) -> Result<serde_json::Value, StoreError> {
    let UsageTerms { cadence, proration, price } = &version.terms;
    version
        .terms
        .check()
        .map_err(|error| StoreError::Invalid { what: Kind::Product, problem: error.to_string() })?;
    let row = product_usage::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        product_id: Set(product),
        from_at: Set(version.from.unix_ms()),
        applies_to: Set(codes::applies_to(version.applies_to).to_owned()),
        cadence: Set(cadence.to_string()),
        proration: Set(proration.code().to_owned()),
        price: Set(price.to_string()),
        created_at: Set(unit.now.unix_ms()),
        ..Default::default()
    };
    let row = row.insert(&unit.txn).await.during("set the price of use")?;
    Ok(
        json!({ "from": row.from_at, "for": row.applies_to, "every": row.cadence, "price": row.price }),
    )
}

/// Adds a version of what is promised; gives what the audit says of it.
pub(super) async fn add_promise(
    unit: &Unit<'_>,
    product: i64,
    version: &PromiseVersion,
) -> Result<serde_json::Value, StoreError> {
    let row = product_promise::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        product_id: Set(product),
        from_at: Set(version.from.unix_ms()),
        applies_to: Set(codes::applies_to(version.applies_to).to_owned()),
        sla: Set(version.sla.as_ref().map(ToString::to_string)),
        created_at: Set(unit.now.unix_ms()),
        ..Default::default()
    };
    let row = row.insert(&unit.txn).await.during("set what is promised")?;
    Ok(json!({ "from": row.from_at, "for": row.applies_to, "sla": row.sla }))
}

/// Adds to the price lists of a tenant what use costs and what is promised. Of one moment the version
/// that was entered last is in force.
pub(super) async fn read_into(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    lists: &mut BTreeMap<ComponentId, PriceList>,
) -> Result<(), StoreError> {
    let usage = product_usage::Entity::find()
        .filter(product_usage::Column::TenantId.eq(tenant.0))
        .order_by_asc(product_usage::Column::Id)
        .all(db);
    for row in usage.await.during("read the prices of use")? {
        let version = usage_version(&row)?;
        lists.entry(ComponentId(row.product_id)).or_default().usage.push(version);
    }
    let promises = product_promise::Entity::find()
        .filter(product_promise::Column::TenantId.eq(tenant.0))
        .order_by_asc(product_promise::Column::Id)
        .all(db);
    for row in promises.await.during("read what is promised")? {
        let version = promise_version(&row)?;
        lists.entry(ComponentId(row.product_id)).or_default().promises.push(version);
    }
    Ok(())
}

fn usage_version(row: &product_usage::Model) -> Result<UsageVersion, StoreError> {
    let read = || {
        let terms = UsageTerms {
            cadence: row.cadence.parse().ok()?,
            proration: Proration::from_code(&row.proration)?,
            price: row.price.parse().ok()?,
        };
        let applies_to = codes::read_applies_to(&row.applies_to)?;
        Some(UsageVersion { from: Timestamp::from_unix_ms(row.from_at), applies_to, terms })
    };
    read().ok_or_else(|| corrupt(row.product_id, format!("its price of use {} is none", row.id)))
}

fn promise_version(row: &product_promise::Model) -> Result<PromiseVersion, StoreError> {
    let read = || {
        let sla = match row.sla.as_deref() {
            None => None,
            Some(text) => Some(text.parse().ok()?),
        };
        let applies_to = codes::read_applies_to(&row.applies_to)?;
        Some(PromiseVersion { from: Timestamp::from_unix_ms(row.from_at), applies_to, sla })
    };
    read().ok_or_else(|| corrupt(row.product_id, format!("its promise {} is none", row.id)))
}

fn corrupt(row: i64, problem: String) -> StoreError {
    StoreError::Corrupt { what: Kind::Product, row: row.to_string(), problem }
}
