//! What resellers earn for what their customers buy.

use std::collections::BTreeMap;

use billing_core::ledger::AccountName;
use billing_core::reseller::{
    Commission, CommissionId, CommissionOn, Earning, Path, SaleOrder, TenantEntries, commissions,
};
use billing_core::{ComponentId, Money, MoneyError, PartOrAmount, Percentage};
use entitlement::TenantId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;

use super::Resellers;
use super::tree::{credit_of, existing, invalid, record, rule};
use crate::entity::reseller_commission;
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::outbox::{CommissionOf, CommissionTold, Happened, Topic, What};
use crate::store::Actor;
use crate::unit::Unit;

/// In the place of an item: everything that has no rate of its own.
const EVERYTHING: &str = "";
/// What is sold, to the agreements that are asked about it: each is asked with its own rate for that.
const SOLD: ComponentId = ComponentId(0);

/// What a reseller earns of each item, and of everything else.
pub(super) type Rates = BTreeMap<String, PartOrAmount>;

impl Resellers<'_> {
    /// Agrees on what a reseller earns for each sale to a customer of it or of one below it, by the price
    /// without taxes: of an item, or of everything that has no rate of its own.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] for a rate that is none; [`StoreError::Invalid`] for
    /// another currency than that of its wallet.
    pub async fn set_commission(
        &self,
        by: &Actor,
        name: &str,
        item: Option<&str>,
        rate: PartOrAmount,
    ) -> Result<(), StoreError> {
        let operation = "agree on a commission";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let found = existing(&unit.txn, self.tenant, name).await?;
        let wallet = credit_of(&found)?.currency();
        if let PartOrAmount::Fixed(fixed) = rate
            && fixed.currency() != wallet
        {
            return Err(invalid(format!(
                "the wallet of `{name}` is in {wallet}, and so is its commission"
            )));
        }
        if let Some(item) = item {
            names::check(Kind::Reseller, item, names::NAME_LEN_MAX)?;
        }
        let id = TenantId(found.reseller_id);
        let item = item.unwrap_or(EVERYTHING).to_owned();
        let mut rates = rates(&unit.txn, &[id]).await?.remove(&id).unwrap_or_default();
        let before = rates.insert(item.clone(), rate);
        check(&rates).map_err(|error| rule(name, error.into()))?;
        let row = reseller_commission::Model {
            reseller_id: id.0,
            tenant_id: self.tenant.0,
            item: item.clone(),
            rate: rate.to_string(),
        };
        let key = [reseller_commission::Column::ResellerId, reseller_commission::Column::Item];
        let there = OnConflict::columns(key)
            .update_columns([
                reseller_commission::Column::TenantId,
                reseller_commission::Column::Rate,
            ])
            .to_owned();
        let row = reseller_commission::ActiveModel::from(row).reset_all();
        let insert = reseller_commission::Entity::insert(row).on_conflict(there);
        insert.exec_without_returning(&unit.txn).await.during(operation)?;
        let said = |rate: Option<PartOrAmount>| json!({ "item": item, "commission": rate.map(|rate| rate.to_string()) });
        record(&mut unit, id, name, Some(said(before)), said(Some(rate)));
        unit.commit().await
    }

    /// A reseller earns nothing any more of an item by a rate of its own, or of everything else.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the reseller.
    pub async fn remove_commission(
        &self,
        by: &Actor,
        name: &str,
        item: Option<&str>,
    ) -> Result<(), StoreError> {
        let operation = "end the agreement on a commission";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let found = existing(&unit.txn, self.tenant, name).await?;
        let item = item.unwrap_or(EVERYTHING).to_owned();
        let key = (found.reseller_id, item.clone());
        let before = reseller_commission::Entity::find_by_id(key.clone()).one(&unit.txn).await;
        let Some(before) = before.during(operation)? else { return Ok(()) };
        let delete = reseller_commission::Entity::delete_by_id(key);
        delete.exec(&unit.txn).await.during(operation)?;
        let said = |rate: Option<String>| json!({ "item": item, "commission": rate });
        let id = TenantId(found.reseller_id);
        record(&mut unit, id, name, Some(said(Some(before.rate))), said(None));
        unit.commit().await
    }
}

/// What resellers earn at the tenants above them.
pub(super) async fn rates(
    db: &impl ConnectionTrait,
    resellers: &[TenantId],
) -> Result<BTreeMap<TenantId, Rates>, StoreError> {
    let rows = reseller_commission::Entity::find()
        .filter(reseller_commission::Column::ResellerId.is_in(resellers.iter().map(|it| it.0)))
        .order_by_asc(reseller_commission::Column::Item)
        .all(db);
    let mut all: BTreeMap<TenantId, Rates> = BTreeMap::new();
    for row in rows.await.during("read what resellers earn")? {
        let rate = row.rate.parse::<PartOrAmount>().map_err(|error| StoreError::Corrupt {
            what: Kind::Reseller,
            row: row.reseller_id.to_string(),
            problem: error.to_string(),
        })?;
        all.entry(TenantId(row.reseller_id)).or_default().insert(row.item, rate);
    }
    Ok(all)
}

/// The rate of everything that has none of its own, and the others.
pub(super) fn usual_and_own(
    mut rates: Rates,
) -> (Option<PartOrAmount>, Vec<(String, PartOrAmount)>) {
    (rates.remove(EVERYTHING), rates.into_iter().collect())
}

/// Can these rates be agreed on together?
fn check(rates: &Rates) -> Result<(), billing_core::reseller::CommissionError> {
    let own = rates.iter().filter(|(item, _)| *item != EVERYTHING);
    let own = (0..).zip(own).map(|(place, (_, rate))| (ComponentId(place), *rate)).collect();
    Commission::new(CommissionOn::Sales, usual(rates), own).map(|_| ())
}

/// Without a rate nothing is earned.
fn usual(rates: &Rates) -> PartOrAmount {
    let nothing = PartOrAmount::Percent(Percentage::default());
    rates.get(EVERYTHING).copied().unwrap_or(nothing)
}

/// What each reseller on the way has agreed on with the tenant above it about an item.
pub(super) async fn agreements(
    db: &impl ConnectionTrait,
    path: &Path,
    item: &str,
) -> Result<BTreeMap<TenantId, Commission>, StoreError> {
    let resellers: Vec<_> = path.steps().map(|(_, reseller)| reseller).collect();
    let rates = rates(db, &resellers).await?;
    let agreement = |(reseller, rates): (TenantId, Rates)| {
        let own = rates.get(item).map(|rate| (SOLD, *rate)).into_iter().collect();
        let agreement = Commission::new(CommissionOn::Sales, usual(&rates), own);
        Ok((reseller, agreement.map_err(|error| rule(&reseller.to_string(), error.into()))?))
    };
    rates.into_iter().map(agreement).collect()
}

/// What moves on every level for a sale, of which the customer pays so much without taxes.
pub(super) fn earned(
    path: &Path,
    agreements: &BTreeMap<TenantId, Commission>,
    order: &SaleOrder,
    net: Money,
) -> Result<Vec<TenantEntries>, StoreError> {
    // For what is given away nothing is earned.
    if net.is_zero() {
        return Ok(Vec::new());
    }
    let earning = Earning {
        id: CommissionId(order.id.0),
        on: CommissionOn::Sales,
        product: Some(SOLD),
        amount: net,
        rounding: order.rounding,
    };
    let earned = commissions(path, agreements, &earning);
    earned.map_err(|error| rule(&order.seller.to_string(), error.into()))
}

/// Who gives a commission and who earns it hear of it, if it is any.
pub(super) fn tell(
    unit: &mut Unit<'_>,
    topic: Topic,
    (giver, earner): (TenantId, TenantId),
    (on, amount): (CommissionOf, Money),
) {
    if amount.is_zero() {
        return;
    }
    let (own, at) = (unit.tenant, unit.now);
    for tenant in [giver, earner] {
        unit.tenant = tenant;
        let (giver, earner) = (giver.0, earner.0);
        let told = CommissionTold { giver, earner, on: on.clone(), amount, at };
        unit.tell(Happened::new(topic, None, What::Commission(told)));
    }
    unit.tenant = own;
}

/// As [`tell`], of all that was earned with a sale by those who have sold and bought, from the top down.
///
/// # Errors
/// Out of range.
pub(super) fn tell_of_sale(
    unit: &mut Unit<'_>,
    topic: Topic,
    sellers: &[TenantId],
    moved: &[TenantEntries],
    (sale, item): (i64, &str),
) -> Result<(), MoneyError> {
    for (giver, earner) in sellers.iter().zip(sellers.iter().skip(1)) {
        let of_earner = moved.iter().filter(|books| books.tenant == *earner);
        let earned = of_earner.flat_map(|books| &books.entries);
        let mut amounts = earned
            .filter(|entry| entry.credit == AccountName::Commissions)
            .map(|entry| entry.amount);
        let Some(first) = amounts.next() else { continue };
        let amount = amounts.try_fold(first, |sum, amount| sum.plus(amount))?;
        let on = CommissionOf::Sale { id: sale, item: item.to_owned() };
        tell(unit, topic, (*giver, *earner), (on, amount));
    }
    Ok(())
}
