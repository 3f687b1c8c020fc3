//! Everything that a tenant sells, as the rules of billing want it.

use std::collections::BTreeMap;

use billing_core::{
    ComponentId, Currency, DraftError, Money, Offer, OfferId, Price, PriceList, PriceVersion,
    Proration, RecurringPrice, RenewalPolicy, Taxation,
};
use entitlement::{PlanId, TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};

use super::products::{self, Product};
use super::taxes::{self, TaxEntry};
use super::{codes, offers, usage_prices, zones};
use crate::entity::{plan, product, product_price};
use crate::error::{During as _, Kind, RuleError, StoreError};

/// What stands for no taxes at all, other than nothing, which nobody has thought about.
pub(super) const NO_TAXES: &str = "-";

/// What is sold, by component.
pub(super) struct Catalogue {
    pub(super) prices: BTreeMap<ComponentId, PriceList>,
    pub(super) taxations: BTreeMap<ComponentId, Taxation>,
    pub(super) plans: BTreeMap<ComponentId, PlanId>,
    pub(super) names: BTreeMap<ComponentId, String>,
    offers: Vec<Offer>,
    renewals: BTreeMap<OfferId, RenewalPolicy>,
}

impl Catalogue {
    pub(super) async fn read(
        db: &impl ConnectionTrait,
        tenant: TenantId,
    ) -> Result<Self, StoreError> {
        let (rows, mut prices) = read(db, tenant).await?;
        let all_taxes = taxes::all(db, tenant).await?;
        let mut catalogue = Self {
            prices: BTreeMap::new(),
            taxations: BTreeMap::new(),
            plans: BTreeMap::new(),
            names: BTreeMap::new(),
            offers: Vec::new(),
            renewals: BTreeMap::new(),
        };
        for row in &rows {
            let id = ComponentId(row.id);
            catalogue.prices.insert(id, prices.remove(&id).unwrap_or_default());
            if let Some(taxes) = taxes_of(row, &all_taxes)? {
                let taxes = taxes.into_iter().map(|entry| entry.tax.clone()).collect();
                let taxes = billing_core::Taxes::new(taxes);
                let taxes = taxes.map_err(|error| corrupt(row.id, error.to_string()))?;
                catalogue.taxations.insert(id, Taxation { taxes, pricing: pricing(row)? });
            }
            if let Some(plan) = row.plan_id {
                catalogue.plans.insert(id, PlanId(plan));
            }
            catalogue.names.insert(id, row.name.clone());
            catalogue.renewals.insert(OfferId(row.id), offers::renewal(row)?);
        }
        // Who tries something is served as with it.
        for row in &rows {
            if let Some((trial, plan)) = row.trial_id.zip(row.plan_id) {
                catalogue.plans.entry(ComponentId(trial)).or_insert(PlanId(plan));
            }
        }
        let add_ons = offers::add_ons(db, tenant).await?;
        catalogue.offers = offers::offers(&rows, &add_ons, &catalogue.prices)?;
        Ok(catalogue)
    }

    /// What can be taken as a whole, checked as a whole.
    pub(super) fn whole(&self) -> Result<billing_core::Catalogue, RuleError> {
        Ok(billing_core::Catalogue::new(self.prices.clone(), self.offers.clone())?)
    }

    /// How a package is renewed.
    pub(super) fn renewal(&self, offer: OfferId) -> RenewalPolicy {
        self.renewals.get(&offer).copied().unwrap_or_default()
    }

    /// Checks that it is known how a component is taxed, if it is invoiced.
    pub(super) fn check_taxed(&self, component: ComponentId) -> Result<(), DraftError> {
        let is_invoiced = self.prices.get(&component).is_some_and(PriceList::is_invoiced);
        match !is_invoiced || self.taxations.contains_key(&component) {
            true => Ok(()),
            false => Err(DraftError::NoTaxation { component }),
        }
    }

    /// What a component is called.
    pub(super) fn name(&self, component: ComponentId) -> &str {
        self.names.get(&component).map_or("", String::as_str)
    }
}

/// The taxes of every product can stand together.
pub(super) async fn check_taxes(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<(), StoreError> {
    let all_taxes = taxes::all(db, tenant).await?;
    for row in products::rows_of(db, tenant).await? {
        let of_it = taxes_of(&row, &all_taxes)?.unwrap_or_default();
        let of_it = of_it.into_iter().map(|entry| entry.tax.clone()).collect();
        billing_core::Taxes::new(of_it).map_err(|error| StoreError::Rule {
            what: Kind::Product,
            name: row.name.clone(),
            source: error.into(),
        })?;
    }
    Ok(())
}

/// Every product of a tenant, by name.
pub(super) async fn products(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Vec<Product>, StoreError> {
    let (rows, mut prices) = read(db, tenant).await?;
    let all_taxes = taxes::all(db, tenant).await?;
    let of_tenant = plan::Entity::find().filter(plan::Column::TenantId.eq(tenant.0));
    let plans = of_tenant.all(db).await.during("read the plans")?;
    let add_ons = offers::add_ons(db, tenant).await?;
    let zones = zones::all(db, tenant).await?;
    let mut product = |row: &product::Model| {
        let taxes = taxes_of(row, &all_taxes)?;
        let name_of = |id: i64| plans.iter().find(|plan| plan.id == id);
        Ok(Product {
            id: ComponentId(row.id),
            plan: row.plan_id.and_then(name_of).map(|plan| plan.name.clone()),
            pricing: pricing(row)?,
            offer: offers::terms(row, &rows, &add_ons, &zones)?,
            taxes: taxes.map(|taxes| taxes.into_iter().map(|it| it.tax.name.clone()).collect()),
            prices: prices.remove(&ComponentId(row.id)).unwrap_or_default(),
            created_at: Timestamp::from_unix_ms(row.created_at),
            name: row.name.clone(),
        })
    };
    rows.iter().map(&mut product).collect()
}

type PriceLists = BTreeMap<ComponentId, PriceList>;

async fn read(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<(Vec<product::Model>, PriceLists), StoreError> {
    let of_tenant = product::Entity::find().filter(product::Column::TenantId.eq(tenant.0));
    let rows = of_tenant.order_by_asc(product::Column::Name).all(db).await;
    let of_tenant = product_price::Entity::find();
    let of_tenant = of_tenant.filter(product_price::Column::TenantId.eq(tenant.0));
    // Of one moment the last that was entered is in force.
    let priced = of_tenant.order_by_asc(product_price::Column::Id).all(db).await;
    let mut lists = PriceLists::new();
    for row in priced.during("read the prices")? {
        lists.entry(ComponentId(row.product_id)).or_default().versions.push(version(&row)?);
    }
    usage_prices::read_into(db, tenant, &mut lists).await?;
    Ok((rows.during("read the products")?, lists))
}

fn version(row: &product_price::Model) -> Result<PriceVersion, StoreError> {
    let read = || {
        let amount = Money::new(row.amount_minor, row.currency.parse::<Currency>().ok()?);
        let price = match (&row.cadence, &row.billed, &row.proration) {
            (None, None, None) => Price::Once(amount),
            (Some(cadence), Some(billed), Some(proration)) => Price::Recurring(RecurringPrice {
                amount,
                cadence: cadence.parse().ok()?,
                billed: codes::read_billed(billed)?,
                proration: Proration::from_code(proration)?,
            }),
            _ => return None,
        };
        Some(PriceVersion {
            from: Timestamp::from_unix_ms(row.from_at),
            applies_to: codes::read_applies_to(&row.applies_to)?,
            price,
        })
    };
    read().ok_or_else(|| corrupt(row.product_id, format!("its price {} is none", row.id)))
}

fn pricing(row: &product::Model) -> Result<billing_core::Pricing, StoreError> {
    let pricing = codes::read_pricing(&row.pricing);
    pricing.ok_or_else(|| corrupt(row.id, format!("its prices are `{}`", row.pricing)))
}

fn taxes_of<'t>(
    row: &product::Model,
    all: &'t [TaxEntry],
) -> Result<Option<Vec<&'t TaxEntry>>, StoreError> {
    let Some(ids) = row.taxes.as_deref() else { return Ok(None) };
    if ids == NO_TAXES {
        return Ok(Some(Vec::new()));
    }
    let found = ids.split(',').map(|id| {
        let number = id.parse::<i64>().ok();
        let found = number.and_then(|id| all.iter().find(|entry| entry.id == id));
        found.ok_or_else(|| corrupt(row.id, format!("there is no tax {id}")))
    });
    found.collect::<Result<_, _>>().map(Some)
}

fn corrupt(row: i64, problem: String) -> StoreError {
    StoreError::Corrupt { what: Kind::Product, row: row.to_string(), problem }
}
