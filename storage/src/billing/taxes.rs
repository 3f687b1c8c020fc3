//! The taxes of a tenant.

use billing_core::{Percentage, Tax, TaxBase, TaxesError};
use entitlement::{TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;

use super::{catalogue, pay_as_you_go};
use crate::entity::tax;
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::repeated::repeated;
use crate::store::{Actor, Store};
use crate::tenants;
use crate::unit::{Record, Unit};

/// Reads and changes the taxes of one tenant.
#[derive(Debug)]
pub struct Taxes<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// A tax with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxEntry {
    /// Its number.
    pub id: i64,
    /// Its name, unique for the tenant, its rate, and what it is taken on.
    pub tax: Tax,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Taxes<'_> {
    /// As [`set_rate`](Self::set_rate), with what it is taken on.
    ///
    /// # Errors
    /// As [`set_rate`](Self::set_rate).
    pub async fn set(&self, by: &Actor, tax: &Tax) -> Result<TaxEntry, StoreError> {
        self.set_rate(by, &tax.name, tax.rate, Some(tax.base)).await
    }

    /// Makes a tax, or gives it another rate: for what is billed from now on, also for what was sold
    /// before. Without `base` it is taken on what it was, a new one on the price.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for a name that cannot be; [`StoreError::Rule`] naming a product whose taxes
    /// could not stand together any more.
    pub async fn set_rate(
        &self,
        by: &Actor,
        name: &str,
        rate: Percentage,
        base: Option<TaxBase>,
    ) -> Result<TaxEntry, StoreError> {
        names::check(Kind::Tax, name, names::NAME_LEN_MAX)?;
        if name.contains(',') {
            let problem = format!("the name `{name}` has a comma; they separate names");
            return Err(StoreError::Invalid { what: Kind::Tax, problem });
        }
        repeated(|| self.set_rate_once(by, name, (rate, base))).await
    }

    async fn set_rate_once(
        &self,
        by: &Actor,
        name: &str,
        (rate, base): (Percentage, Option<TaxBase>),
    ) -> Result<TaxEntry, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "set the tax").await?;
        tenants::lock_prices(&unit.txn, self.tenant).await?;
        let before = rows(&unit.txn, self.tenant).await?.into_iter().find(|row| row.name == name);
        let rate = i64::try_from(rate.millionths()).map_err(|_| StoreError::Invalid {
            what: Kind::Tax,
            problem: format!("{rate} is no rate"),
        })?;
        let on_taxes = match base {
            None => before.as_ref().map_or(0, |before| before.on_taxes),
            Some(base) => i64::from(base == TaxBase::PriceAndTaxesBefore),
        };
        let columns = tax::ActiveModel {
            rate_millionths: Set(rate),
            on_taxes: Set(on_taxes),
            ..Default::default()
        };
        let row = match &before {
            Some(before) => tax::ActiveModel { id: Set(before.id), ..columns }
                .update(&unit.txn)
                .await
                .during("set the tax")?,
            None => {
                let row = tax::ActiveModel {
                    tenant_id: Set(self.tenant.0),
                    name: Set(name.to_owned()),
                    created_at: Set(unit.now.unix_ms()),
                    ..columns
                };
                let added = tax::Entity::insert(row).exec_with_returning(&unit.txn).await;
                unit.unique(added, Kind::Tax, name)?
            }
        };
        catalogue::check_taxes(&unit.txn, self.tenant).await?;
        if before.is_some() {
            pay_as_you_go::tax_is_set(&mut unit, name).await?;
        }
        unit.record(Record {
            kind: Kind::Tax,
            row: row.id,
            name,
            before: before.as_ref().map(described),
            after: Some(described(&row)),
        });
        unit.commit().await?;
        entry(row)
    }

    /// Every tax of the tenant, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&self) -> Result<Vec<TaxEntry>, StoreError> {
        let rows = rows(&self.store.database().reader, self.tenant).await?;
        rows.into_iter().map(entry).collect()
    }
}

/// The taxes of these names, in their order, which can stand together on `what`.
pub(super) async fn named(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    what: Kind,
    wanted: &[String],
) -> Result<Vec<TaxEntry>, StoreError> {
    let all = all(db, tenant).await?;
    let found = wanted.iter().map(|name| {
        let found = all.iter().find(|entry| entry.tax.name == *name).cloned();
        found.ok_or_else(|| none_of(&all, name))
    });
    let found = found.collect::<Result<Vec<_>, _>>()?;
    together(&found).map_err(|error| StoreError::Invalid { what, problem: error.to_string() })?;
    Ok(found)
}

/// There is no tax of that name; those that there are.
pub(super) fn none_of(known: &[TaxEntry], name: &str) -> StoreError {
    let known: Vec<_> = known.iter().map(|entry| entry.tax.name.clone()).collect();
    names::not_among(Kind::Tax, name, &known)
}

/// These taxes together, in this order.
pub(super) fn together(entries: &[TaxEntry]) -> Result<billing_core::Taxes, TaxesError> {
    billing_core::Taxes::new(entries.iter().map(|entry| entry.tax.clone()).collect())
}

fn described(row: &tax::Model) -> serde_json::Value {
    json!({ "name": row.name, "rate_millionths": row.rate_millionths, "on_taxes": row.on_taxes })
}

pub(super) async fn all(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Vec<TaxEntry>, StoreError> {
    rows(db, tenant).await?.into_iter().map(entry).collect()
}

async fn rows(db: &impl ConnectionTrait, tenant: TenantId) -> Result<Vec<tax::Model>, StoreError> {
    let find = tax::Entity::find().filter(tax::Column::TenantId.eq(tenant.0));
    find.order_by_asc(tax::Column::Name).all(db).await.during("read the taxes")
}

fn entry(row: tax::Model) -> Result<TaxEntry, StoreError> {
    let rate = u64::try_from(row.rate_millionths).ok().and_then(Percentage::from_millionths);
    let rate = rate.ok_or_else(|| StoreError::Corrupt {
        what: Kind::Tax,
        row: row.id.to_string(),
        problem: format!("{} millionths are no rate", row.rate_millionths),
    })?;
    Ok(TaxEntry {
        id: row.id,
        tax: Tax { name: row.name, rate, base: base(row.on_taxes) },
        created_at: Timestamp::from_unix_ms(row.created_at),
    })
}

pub(super) const fn base(on_taxes: i64) -> TaxBase {
    if on_taxes == 0 { TaxBase::Price } else { TaxBase::PriceAndTaxesBefore }
}
