//! What resellers earn for what their customers pay, from which moment on.

use std::collections::BTreeMap;

use billing_core::reseller::{Commission, CommissionOn, Path, Tree};
use billing_core::{Currency, PartOrAmount};
use entitlement::{TenantId, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

use super::Resellers;
use super::tree::{credit_of, existing, invalid, record, rule};
use crate::entity::{reseller, reseller_payment_rate};
use crate::error::{During as _, Kind, StoreError};
use crate::store::Actor;
use crate::tenants;
use crate::unit::Unit;

/// What a reseller earns for payments, from a moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentRate {
    /// For what is paid from this moment on, until the next one begins.
    pub from: Timestamp,
    /// How much; `None`: nothing.
    pub rate: Option<PartOrAmount>,
}

impl Resellers<'_> {
    /// Agrees on what a reseller earns for each payment of a customer of it or of one below it, from a moment
    /// on; `None`: nothing any more. A payment has the rate of the moment at which it was received, however
    /// late it is told of. What was earned stays as it is, also where a rate is entered late.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] for a rate that is none; [`StoreError::Invalid`] for
    /// another currency than that of its wallet.
    pub async fn set_payment_commission(
        &self,
        by: &Actor,
        name: &str,
        from: Timestamp,
        rate: Option<PartOrAmount>,
    ) -> Result<(), StoreError> {
        let operation = "agree on a commission on payments";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let found = existing(&unit.txn, self.tenant, name).await?;
        let wallet = credit_of(&found)?.currency();
        if let Some(PartOrAmount::Fixed(fixed)) = rate
            && fixed.currency() != wallet
        {
            return Err(invalid(format!(
                "the wallet of `{name}` is in {wallet}, and so is its commission"
            )));
        }
        if let Some(rate) = rate {
            agreement(rate).map_err(|error| rule(name, error.into()))?;
        }
        let id = TenantId(found.reseller_id);
        let before = in_force(&unit.txn, id, from).await?;
        let row = reseller_payment_rate::ActiveModel {
            tenant_id: sea_orm::Set(self.tenant.0),
            reseller_id: sea_orm::Set(id.0),
            from_at: sea_orm::Set(from.unix_ms()),
            rate: sea_orm::Set(rate.map(|rate| rate.to_string())),
            created_at: sea_orm::Set(unit.now.unix_ms()),
            ..Default::default()
        };
        let key =
            [reseller_payment_rate::Column::ResellerId, reseller_payment_rate::Column::FromAt];
        let changed =
            [reseller_payment_rate::Column::Rate, reseller_payment_rate::Column::CreatedAt];
        let there = OnConflict::columns(key).update_columns(changed).to_owned();
        let insert = reseller_payment_rate::Entity::insert(row).on_conflict(there);
        insert.exec_without_returning(&unit.txn).await.during(operation)?;
        let said = |rate: Option<PartOrAmount>| json!({ "payments_from": from.unix_ms(), "commission": rate.map(|rate| rate.to_string()) });
        record(&mut unit, id, name, Some(said(before)), said(rate));
        unit.commit().await
    }
}

/// Every rate of a reseller, by its moment.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    reseller: TenantId,
) -> Result<Vec<PaymentRate>, StoreError> {
    let rows = reseller_payment_rate::Entity::find()
        .filter(reseller_payment_rate::Column::ResellerId.eq(reseller.0))
        .order_by_asc(reseller_payment_rate::Column::FromAt)
        .all(db);
    let rate = |row: reseller_payment_rate::Model| {
        Ok(PaymentRate { from: Timestamp::from_unix_ms(row.from_at), rate: rate_of(&row)? })
    };
    rows.await.during("read what resellers earn for payments")?.into_iter().map(rate).collect()
}

/// What each reseller on the way earns for what is paid at a moment in a currency. One whose wallet is in
/// another currency earns nothing of it.
pub(super) async fn agreements(
    db: &impl ConnectionTrait,
    path: &Path,
    at: Timestamp,
    currency: Currency,
) -> Result<BTreeMap<TenantId, (Commission, PartOrAmount)>, StoreError> {
    let mut all = BTreeMap::new();
    for (_, reseller) in path.steps() {
        let row = reseller::Entity::find_by_id(reseller.0).one(db).await;
        let row = row.during("find the reseller")?;
        let Some(row) = row.filter(|row| row.currency == currency.code()) else { continue };
        if let Some(rate) = in_force(db, reseller, at).await? {
            let agreement = agreement(rate);
            let agreement =
                agreement.map_err(|error| rule(&row.reseller_id.to_string(), error.into()))?;
            all.insert(reseller, (agreement, rate));
        }
    }
    Ok(all)
}

/// Keeps what things cost as it is, and how far the books are closed, in a tenant and on every level above it
/// until the end of the transaction: what is sold or paid may be posted on all of them. It comes before every
/// other lock. Gives the tenant right above; where there is none, nothing else is asked for.
pub(in super::super) async fn hold_prices_of_levels(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Option<TenantId>, StoreError> {
    // Who changes prices holds those of one tenant alone: so it stands in no circle that its own come first.
    let Some(parent) = tenants::hold_prices(db, tenant).await? else { return Ok(None) };
    let mut above: Vec<_> = way_to(db, tenant).await?.tenants().collect();
    above.retain(|level| *level != tenant);
    above.sort_unstable();
    for level in above {
        tenants::hold_prices(db, level).await?;
    }
    Ok(Some(parent))
}

/// The tenants from the top down to one.
pub(super) async fn way_to(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Path, StoreError> {
    let (mut parents, mut below) = (BTreeMap::new(), tenant);
    // Who is asked about twice is in a loop, which the tree refuses.
    while !parents.contains_key(&below) {
        let above = reseller::Entity::find_by_id(below.0).one(db).await;
        let above = above.during("read who is above")?.map(|row| TenantId(row.tenant_id));
        parents.insert(below, above);
        let Some(above) = above else { break };
        below = above;
    }
    let path = Tree::new(parents).and_then(|tree| tree.path(tenant));
    path.map_err(|error| rule(&tenant.to_string(), error.into()))
}

async fn in_force(
    db: &impl ConnectionTrait,
    reseller: TenantId,
    at: Timestamp,
) -> Result<Option<PartOrAmount>, StoreError> {
    let row = reseller_payment_rate::Entity::find()
        .filter(reseller_payment_rate::Column::ResellerId.eq(reseller.0))
        .filter(reseller_payment_rate::Column::FromAt.lte(at.unix_ms()))
        .order_by_desc(reseller_payment_rate::Column::FromAt)
        .one(db);
    let row = row.await.during("read what resellers earn for payments")?;
    row.as_ref().map(rate_of).transpose().map(Option::flatten)
}

fn agreement(rate: PartOrAmount) -> Result<Commission, billing_core::reseller::CommissionError> {
    Commission::new(CommissionOn::Payments, rate, BTreeMap::new())
}

fn rate_of(row: &reseller_payment_rate::Model) -> Result<Option<PartOrAmount>, StoreError> {
    row.rate.as_deref().map(|rate| read_rate(rate, row.reseller_id)).transpose()
}

pub(super) fn read_rate(rate: &str, row: i64) -> Result<PartOrAmount, StoreError> {
    rate.parse::<PartOrAmount>().map_err(|error| StoreError::Corrupt {
        what: Kind::Reseller,
        row: row.to_string(),
        problem: error.to_string(),
    })
}
