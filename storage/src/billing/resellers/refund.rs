//! A sale that is taken back, on every level.

use billing_core::ledger::AccountName;
use billing_core::reseller::{ResellerSaleId, TenantEntries, refund, transfers_of};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

use super::tree::{invalid, money, rule};
use super::{BothSides, ResellerRefund, Resellers, commission};
use crate::billing::books::{self, About};
use crate::billing::sale_invoices::{self, Item, Source};
use crate::billing::{settings, subscriptions};
use crate::entity::{reseller_margin, reseller_sale};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::outbox::{Happened, Sale, Topic, What};
use crate::repeated::repeated;
use crate::store::Actor;
use crate::unit::{Record, Unit};

const OPERATION: &str = "take back a sale through resellers";

impl Resellers<'_> {
    /// Takes back a sale of this tenant: everything that has moved for it, on every level, with the
    /// commissions, moves the other way. The customer has back what was paid from where it was paid. A sale
    /// that was taken back before stays so, and nothing moves.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where this tenant has made no such sale; [`StoreError::Rule`] where a
    /// reseller would give back more than it gets, and has spent it; [`StoreError::Invalid`] while the books of one of them
    /// are closed, and before the sale.
    pub async fn refund(
        &self,
        by: &Actor,
        sale: ResellerSaleId,
        at: Option<Timestamp>,
    ) -> Result<ResellerRefund, StoreError> {
        repeated(|| self.refund_once(by, sale, at)).await
    }

    async fn refund_once(
        &self,
        by: &Actor,
        sale: ResellerSaleId,
        at: Option<Timestamp>,
    ) -> Result<ResellerRefund, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, OPERATION).await?;
        // First the subscriber and then the sale, as everywhere.
        let seen = self.sale(&unit.txn, sale, false).await?;
        let paid_from = seen.paid_from.parse();
        if let Ok(AccountName::Wallet(customer) | AccountName::Receivable(customer)) = paid_from {
            subscriptions::lock(&unit.txn, customer.0).await?;
        }
        let row = self.sale(&unit.txn, sale, true).await?;
        let paid_back = money(row.gross_minor, &row.currency, row.id)?;
        if let Some(before) = row.refunded_at.map(Timestamp::from_unix_ms) {
            return Ok(ResellerRefund { id: sale, paid_back, at: before, is_new: false });
        }
        let at = at.unwrap_or(unit.now);
        if at.unix_ms() < row.at {
            let sold_at = Timestamp::from_unix_ms(row.at);
            return Err(invalid(format!(
                "sale {} was made at {sold_at}, and cannot be taken back at {at}, before that",
                sale.0
            )));
        }
        let sellers = sellers(&unit.txn, sale).await?;
        for tenant in &sellers {
            settings::read_open(&unit.txn, *tenant, (Kind::ResellerSale, "what is taken back", at))
                .await?;
        }
        let made = made(&unit.txn, &sellers, sale).await?;
        let back = refund(&made);
        let memo = Some(format!("sale {} through resellers, taken back", sale.0));
        let sides = BothSides::of_all(back, &About { invoice: None, memo });
        sides.hold(&unit.txn).await?;
        sides.enter_together(&unit, at).await?;
        let taken_back = reseller_sale::ActiveModel {
            id: Set(sale.0),
            refunded_at: Set(Some(at.unix_ms())),
            ..Default::default()
        };
        taken_back.update(&unit.txn).await.during(OPERATION)?;
        let customer = match paid_from {
            Ok(AccountName::Wallet(customer) | AccountName::Receivable(customer)) => Some(customer),
            _ => None,
        };
        let told = Sale {
            kind: "reseller",
            id: sale.0,
            item: row.item.clone(),
            quantity: u64::try_from(row.quantity).unwrap_or_default(),
            net: money(row.net_minor, &row.currency, row.id)?,
            total: paid_back,
            paid_from: row.paid_from.clone(),
            at,
        };
        unit.tell(Happened::new(Topic::SaleTakenBack, customer, What::Sale(told)));
        let (topic, which) = (Topic::CommissionTakenBack, (sale.0, row.item.as_str()));
        commission::tell_of_sale(&mut unit, topic, &sellers, &made, which)
            .map_err(|error| rule(&sale.0.to_string(), error.into()))?;
        if let Ok(AccountName::Receivable(customer)) = paid_from {
            let settings = settings::read(&unit.txn, self.tenant).await?;
            let item = self.item(&unit, &row, customer).await?;
            sale_invoices::credit(&mut unit, &settings, at, &item).await?;
        }
        for tenant in sellers {
            // It is in the audit of each of them.
            unit.tenant = tenant;
            unit.record(Record {
                kind: Kind::ResellerSale,
                row: sale.0,
                name: &sale.0.to_string(),
                before: Some(json!({ "item": row.item, "seller": self.tenant.0 })),
                after: Some(json!({ "refunded_at": at.unix_ms() })),
            });
        }
        unit.commit().await?;
        Ok(ResellerRefund { id: sale, paid_back, at, is_new: true })
    }

    /// What a customer was billed for a sale on account, with the taxes that its invoice has.
    async fn item(
        &self,
        unit: &Unit<'_>,
        row: &reseller_sale::Model,
        subscriber: SubscriberId,
    ) -> Result<Item, StoreError> {
        let source = Source::ResellerSale(row.id);
        Ok(Item {
            source,
            subscriber,
            item: row.item.clone(),
            explanation: format!("{}: {}", row.item, row.quantity),
            net: money(row.net_minor, &row.currency, row.id)?,
            gross: money(row.gross_minor, &row.currency, row.id)?,
            taxes: sale_invoices::taxes_of(&unit.txn, unit.tenant, source).await?,
        })
    }

    async fn sale(
        &self,
        db: &impl ConnectionTrait,
        sale: ResellerSaleId,
        is_locked: bool,
    ) -> Result<reseller_sale::Model, StoreError> {
        let find = reseller_sale::Entity::find_by_id(sale.0)
            .filter(reseller_sale::Column::TenantId.eq(self.tenant.0));
        let find = if is_locked { find.lock_exclusive() } else { find };
        let found = find.one(db).await.during(OPERATION)?;
        found.ok_or_else(|| names::not_found(Kind::ResellerSale, &sale.0.to_string(), []))
    }
}

/// Who has sold and bought on the way of a sale, from the top down, as they were below each other then.
async fn sellers(
    db: &impl ConnectionTrait,
    sale: ResellerSaleId,
) -> Result<Vec<TenantId>, StoreError> {
    let rows = reseller_margin::Entity::find()
        .filter(reseller_margin::Column::SaleId.eq(sale.0))
        .order_by_asc(reseller_margin::Column::Id)
        .all(db);
    Ok(rows.await.during(OPERATION)?.into_iter().map(|row| TenantId(row.tenant_id)).collect())
}

/// What has moved for a sale, on every level: commissions, and behind them all sales and purchases.
async fn made(
    db: &impl ConnectionTrait,
    sellers: &[TenantId],
    sale: ResellerSaleId,
) -> Result<Vec<TenantEntries>, StoreError> {
    let ids = transfers_of(sale);
    let mut made = Vec::new();
    for tenant in sellers {
        let entries = books::entries(db, *tenant, &ids).await?;
        made.push(TenantEntries { tenant: *tenant, entries });
    }
    Ok(made)
}
