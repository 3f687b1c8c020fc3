//! What a tenant sells, and what it costs.

use billing_core::{
    ComponentId, Price, PriceList, PriceVersion, Pricing, PromiseVersion, RecurringPrice,
    UsageVersion,
};
use entitlement::{TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;

use super::catalogue::{self, NO_TAXES};
use super::offers::{self, OfferChange, OfferTerms};
use super::{codes, looks, pay_as_you_go, settings, taxes, usage_prices, zones};
use crate::entity::{plan, product, product_price, subscription_event};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::store::{Actor, Store};
use crate::tenants;
use crate::unit::{Record, Unit};

/// Reads and changes what one tenant sells.
#[derive(Debug)]
pub struct Products<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// Something that is sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its identity.
    pub id: ComponentId,
    /// What it is called, unique for the tenant; so it stands on invoices.
    pub name: String,
    /// The plan that its service is put on.
    pub plan: Option<String>,
    /// Whether its prices include its taxes.
    pub pricing: Pricing,
    /// Its taxes by name, in their order; `None`: nobody has said it, and it cannot be billed.
    pub taxes: Option<Vec<String>>,
    /// What it costs.
    pub prices: PriceList,
    /// What makes it an offer.
    pub offer: OfferTerms,
    /// When it was added.
    pub created_at: Timestamp,
}

/// What of a product is to be set; the rest stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductChange {
    /// The plan that its service is put on; `Some(None)`: none.
    pub plan: Option<Option<String>>,
    /// Its taxes by name, in their order.
    pub taxes: Option<Vec<String>>,
    /// Whether its prices include them.
    pub pricing: Option<Pricing>,
    /// What makes it an offer.
    pub offer: OfferChange,
    /// Another version of what its use costs.
    pub usage: Option<UsageVersion>,
    /// Another version of what is promised about its availability.
    pub promise: Option<PromiseVersion>,
}

impl Products<'_> {
    /// Makes a product, or changes one; and with `price` adds a version of its price.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a plan, tax or product that is not there, [`StoreError::Invalid`],
    /// [`StoreError::Rule`] for taxes that cannot stand together, and for an offer that cannot be sold
    /// as it is described; [`StoreError::Closed`] for a version that begins where the books are closed, of
    /// what somebody had by then.
    pub async fn set(
        &self,
        by: &Actor,
        name: &str,
        change: &ProductChange,
        price: Option<&PriceVersion>,
    ) -> Result<Product, StoreError> {
        names::check(Kind::Product, name, names::NAME_LEN_MAX)?;
        let mut unit = Unit::begin(self.store, self.tenant, by, "set the product").await?;
        tenants::lock_prices(&unit.txn, self.tenant).await?;
        let columns = self.columns(&unit, name, change).await?;
        let known = rows_of(&unit.txn, self.tenant).await?;
        let zones = zones::all(&unit.txn, self.tenant).await?;
        let columns = offers::columns(columns, &change.offer, &zones, |name| named(&known, name))?;
        let before = find(&unit.txn, self.tenant, name).await?;
        let row = match &before {
            Some(before) if columns.is_changed() => {
                let changed = product::ActiveModel { id: Set(before.id), ..columns };
                changed.update(&unit.txn).await.during("set the product")?
            }
            Some(before) => before.clone(),
            None => {
                let pricing = change.pricing.unwrap_or_default();
                let row = product::ActiveModel {
                    tenant_id: Set(self.tenant.0),
                    name: Set(name.to_owned()),
                    pricing: Set(codes::pricing(pricing).to_owned()),
                    created_at: Set(unit.now.unix_ms()),
                    ..columns
                };
                let added = product::Entity::insert(row).exec_with_returning(&unit.txn).await;
                unit.unique(added, Kind::Product, name)?
            }
        };
        let mut after = described(&row);
        // What was billed already may have another price by a version that is entered late: runs look at
        // everybody who has ever had it.
        if let Some(version) = price {
            check_price(version)?;
            check_open(&unit, row.id, ("the price", version.from)).await?;
            let added = price_row(&unit, &row, version);
            let added = product_price::Entity::insert(added).exec_with_returning(&unit.txn).await;
            after["price"] = described_price(&added.during("set the price")?);
            looks::note(&unit, &[row.id], version.from).await?;
        }
        if let Some(version) = &change.usage {
            check_open(&unit, row.id, ("the price of use", version.from)).await?;
            after["usage"] = usage_prices::add_usage(&unit, row.id, version).await?;
            looks::note(&unit, &[row.id], version.from).await?;
        }
        if let Some(version) = &change.promise {
            check_open(&unit, row.id, ("what is promised", version.from)).await?;
            after["promise"] = usage_prices::add_promise(&unit, row.id, version).await?;
            looks::note(&unit, &[row.id], version.from).await?;
        }
        offers::set_add_ons(&unit, row.id, &change.offer, |name| named(&known, name)).await?;
        let all = catalogue::Catalogue::read(&unit.txn, self.tenant).await?;
        let is_sold_otherwise =
            change.usage.is_some() || change.taxes.is_some() || change.pricing.is_some();
        pay_as_you_go::product_is_set(&mut unit, row.id, &all, is_sold_otherwise).await?;
        let whole = all.whole();
        whole.map_err(|source| StoreError::Rule {
            what: Kind::Product,
            name: name.to_owned(),
            source,
        })?;
        unit.record(Record {
            kind: Kind::Product,
            row: row.id,
            name,
            before: before.as_ref().map(described),
            after: Some(after),
        });
        unit.commit().await?;
        self.find(name).await
    }

    /// Every product of the tenant, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&self) -> Result<Vec<Product>, StoreError> {
        catalogue::products(&self.store.database().reader, self.tenant).await
    }

    /// The product called `name`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, name: &str) -> Result<Product, StoreError> {
        let mut all = self.list().await?;
        match all.iter().position(|product| product.name == name) {
            Some(place) => Ok(all.swap_remove(place)),
            None => {
                let existing = all.into_iter().map(|product| product.name);
                Err(names::not_found(Kind::Product, name, existing))
            }
        }
    }

    async fn columns(
        &self,
        unit: &Unit<'_>,
        name: &str,
        change: &ProductChange,
    ) -> Result<product::ActiveModel, StoreError> {
        let mut columns = product::ActiveModel { ..Default::default() };
        if let Some(wanted) = &change.plan {
            columns.plan_id = Set(match wanted {
                None => None,
                Some(wanted) => Some(self.plan(unit, wanted).await?),
            });
        }
        if let Some(wanted) = &change.taxes {
            let all = taxes::all(&unit.txn, self.tenant).await?;
            let found = wanted.iter().map(|name| {
                let found = all.iter().find(|entry| entry.tax.name == *name);
                found.ok_or_else(|| taxes::none_of(&all, name))
            });
            let found = found.collect::<Result<Vec<_>, _>>()?;
            let together = found.iter().map(|entry| entry.tax.clone()).collect();
            billing_core::Taxes::new(together).map_err(|error| StoreError::Rule {
                what: Kind::Product,
                name: name.to_owned(),
                source: error.into(),
            })?;
            let ids: Vec<_> = found.iter().map(|entry| entry.id.to_string()).collect();
            let ids = if ids.is_empty() { NO_TAXES.to_owned() } else { ids.join(",") };
            columns.taxes = Set(Some(ids));
        }
        if let Some(pricing) = change.pricing {
            columns.pricing = Set(codes::pricing(pricing).to_owned());
        }
        Ok(columns)
    }

    async fn plan(&self, unit: &Unit<'_>, name: &str) -> Result<i64, StoreError> {
        let of_tenant = plan::Entity::find().filter(plan::Column::TenantId.eq(self.tenant.0));
        let plans = of_tenant.all(&unit.txn).await.during("find the plan")?;
        match plans.iter().find(|plan| plan.name == name) {
            Some(plan) => Ok(plan.id),
            None => {
                let existing = plans.into_iter().map(|plan| plan.name);
                Err(names::not_found(Kind::Plan, name, existing))
            }
        }
    }
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    name: &str,
) -> Result<Option<product::Model>, StoreError> {
    let of_tenant = product::Entity::find().filter(product::Column::TenantId.eq(tenant.0));
    of_tenant.filter(product::Column::Name.eq(name)).one(db).await.during("find the product")
}

pub(super) async fn names_of(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Vec<String>, StoreError> {
    Ok(rows_of(db, tenant).await?.into_iter().map(|row| row.name).collect())
}

pub(super) async fn rows_of(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Vec<product::Model>, StoreError> {
    let of_tenant = product::Entity::find().filter(product::Column::TenantId.eq(tenant.0));
    of_tenant.order_by_asc(product::Column::Name).all(db).await.during("list the products")
}

fn named(known: &[product::Model], name: &str) -> Result<product::Model, StoreError> {
    let found = known.iter().find(|row| row.name == name).cloned();
    found.ok_or_else(|| {
        names::not_found(Kind::Product, name, known.iter().map(|row| row.name.clone()))
    })
}

/// A version begins where the books are open. What nobody had where they are closed changes nothing there.
async fn check_open(
    unit: &Unit<'_>,
    product: i64,
    (field, from): (&'static str, Timestamp),
) -> Result<(), StoreError> {
    let settings = settings::read(&unit.txn, unit.tenant).await?;
    let Some(closed_until) = settings.closed_until.filter(|closed| from < *closed) else {
        return Ok(());
    };
    let had = subscription_event::Entity::find()
        .filter(subscription_event::Column::TenantId.eq(unit.tenant.0))
        .filter(subscription_event::Column::ProductId.eq(product))
        .filter(subscription_event::Column::At.lt(closed_until.unix_ms()))
        .one(&unit.txn);
    match had.await.during("see who had the product")? {
        None => Ok(()),
        Some(_) => settings.check_open(Kind::Product, field, from),
    }
}

fn check_price(version: &PriceVersion) -> Result<(), StoreError> {
    let amount = match version.price {
        Price::Once(amount) => amount,
        Price::Recurring(RecurringPrice { amount, .. }) => amount,
    };
    if amount.is_negative() {
        let problem = format!("its price would be {amount}; 0 and more are possible");
        return Err(StoreError::Invalid { what: Kind::Product, problem });
    }
    Ok(())
}

fn price_row(
    unit: &Unit<'_>,
    product: &product::Model,
    version: &PriceVersion,
) -> product_price::ActiveModel {
    let (amount, recurring) = match version.price {
        Price::Once(amount) => (amount, None),
        Price::Recurring(price) => (price.amount, Some(price)),
    };
    product_price::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        product_id: Set(product.id),
        from_at: Set(version.from.unix_ms()),
        applies_to: Set(codes::applies_to(version.applies_to).to_owned()),
        amount_minor: Set(amount.amount_minor()),
        currency: Set(amount.currency().code().to_owned()),
        cadence: Set(recurring.map(|price| price.cadence.to_string())),
        billed: Set(recurring.map(|price| codes::billed(price.billed).to_owned())),
        proration: Set(recurring.map(|price| price.proration.code().to_owned())),
        created_at: Set(unit.now.unix_ms()),
        ..Default::default()
    }
}

fn described(row: &product::Model) -> serde_json::Value {
    json!({
        "name": row.name,
        "plan": row.plan_id,
        "pricing": row.pricing,
        "taxes": row.taxes,
        "family": row.family_id,
        "lasts": row.lasts,
        "data_octets": row.data_octets,
        "data_per": row.data_per,
        "online_s": row.online_s,
        "online_per": row.online_per,
        "setup_fee": row.setup_fee_id,
        "trial": row.trial_id,
        "trial_lasts": row.trial_lasts,
        "trial_becomes": row.trial_becomes_id,
        "minimum_term_periods": row.term_periods,
        "minimum_term_period": row.term_cadence,
        "early_end": row.early_end,
        "early_minor": row.early_minor,
        "early_millionths": row.early_millionths,
        "rank": row.rank,
        "renew_from": row.renew_from,
        "renew_grace": row.renew_grace,
        "visible_to": row.visible_to,
        "visible_from": row.visible_from,
        "visible_until": row.visible_until,
    })
}

fn described_price(row: &product_price::Model) -> serde_json::Value {
    json!({
        "from": row.from_at,
        "applies_to": row.applies_to,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "cadence": row.cadence,
        "billed": row.billed,
        "proration": row.proration,
    })
}
