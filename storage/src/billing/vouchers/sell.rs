//! Selling vouchers, and handing them on.

use billing_core::voucher::{
    self as core_voucher, Buyer, SerialRange, Stage, Voucher, VoucherSale, VoucherSaleId,
    VouchersSold,
};
use billing_core::{Money, MoneyError};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;
use serde_json::json;

use super::rows::{self, Found, Lock};
use super::{NewBuyer, SellVouchers, VoucherSaleEntry, Vouchers};
use crate::billing::books::About;
use crate::billing::resellers::{self, BothSides};
use crate::billing::sale_invoices::{self, Item, Source};
use crate::billing::{credit_limits, settings, subscriptions};
use crate::entity::voucher_sale;
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::outbox::{Happened, Sale, Topic, What};
use crate::repeated::repeated;
use crate::store::Actor;
use crate::tenants;
use crate::unit::{Record, Unit};

impl Vouchers<'_> {
    /// Sells vouchers of a batch, all of the range or none. From then on they can be redeemed, and what
    /// they cost lies in `vouchers`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the batch or the buyer; [`StoreError::Rule`] for vouchers that are not
    /// on stock, for a price that is none, and for a reseller who has too little.
    pub async fn sell(
        &self,
        by: &Actor,
        order: &SellVouchers,
    ) -> Result<VoucherSaleEntry, StoreError> {
        repeated(|| self.sell_once(by, order)).await
    }

    async fn sell_once(
        &self,
        by: &Actor,
        order: &SellVouchers,
    ) -> Result<VoucherSaleEntry, StoreError> {
        let operation = "sell the vouchers";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let found = rows::batch(&unit.txn, self.tenant, order.batch, Lock::Alone).await?;
        let settings =
            settings::read_open(&unit.txn, self.tenant, (Kind::VoucherBatch, "the sale", order.at))
                .await?;
        let buyer = self.buyer(&unit, &order.buyer).await?;
        let (first, last) = rows::bounds(order.range);
        let row = voucher_sale::ActiveModel {
            tenant_id: Set(self.tenant.0),
            batch_id: Set(order.batch),
            first_serial: Set(first.into()),
            last_serial: Set(last.into()),
            at: Set(order.at.unix_ms()),
            buyer: Set(buyer.account().to_string()),
            created_at: Set(unit.now.unix_ms()),
            ..Default::default()
        };
        let added = voucher_sale::Entity::insert(row).exec_with_returning(&unit.txn).await;
        let sale = VoucherSale {
            id: VoucherSaleId(added.during(operation)?.id),
            at: order.at,
            buyer: buyer.clone(),
            price: order.price,
            zone: tenants::time_zone(&unit.txn, self.tenant).await?,
            rounding: settings.rounding,
        };
        let vouchers = self.vouchers(&unit, &found, order.range).await?;
        let sold = core_voucher::sell(&found.batch, &vouchers, order.range, &sale);
        let sold = sold.map_err(|error| of_batch(order.batch, error.into()))?;
        let mut entry =
            summary(sale.id, &sold).map_err(|error| of_batch(order.batch, error.into()))?;
        rows::write(&unit.txn, self.tenant, &found.batch, &sold.vouchers).await?;
        let memo = format!("vouchers {first} to {last} of batch {}", order.batch);
        let about = About { memo: Some(memo.clone()), ..Default::default() };
        let books = BothSides::of_one(self.tenant, sold.entries, &about);
        books.hold(&unit.txn).await?;
        if let Buyer::Reseller(reseller) = buyer {
            resellers::check_has(&unit.txn, self.tenant, reseller, entry.paid).await?;
        }
        books.enter(&unit, order.at).await?;
        match buyer {
            Buyer::OnAccount(subscriber) => {
                let item = on_account(subscriber, &entry, memo);
                entry.invoice = sale_invoices::issue(&mut unit, &settings, order.at, &item).await?;
                credit_limits::check_sold(&unit, subscriber, entry.paid).await?;
            }
            Buyer::Till(_) | Buyer::Reseller(_) => {
                unit.tell(paid_at_once(&buyer, &entry, memo, order.at));
            }
        }
        let after = json!({
            "sold": [first, last],
            "to": buyer.account().to_string(),
            "paid_minor": entry.paid.amount_minor(),
            "currency": entry.paid.currency().code(),
            "invoice": entry.invoice,
        });
        record(&mut unit, order.batch, after);
        unit.commit().await?;
        Ok(entry)
    }

    /// Hands new vouchers on: from the tenant (`None`) to a reseller, from one to another, or back. Nothing
    /// is paid for that.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the batch or a reseller; [`StoreError::Rule`] for vouchers that are
    /// not there, not new, or with somebody else.
    pub async fn hand_on(
        &self,
        by: &Actor,
        batch: i64,
        range: SerialRange,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<usize, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "hand vouchers on").await?;
        let found = rows::batch(&unit.txn, self.tenant, batch, Lock::Alone).await?;
        let mut owners = [None, None];
        for (owner, name) in owners.iter_mut().zip([from, to]) {
            if let Some(name) = name {
                let reseller = resellers::existing(&unit.txn, self.tenant, name).await?;
                *owner = Some(TenantId(reseller.reseller_id));
            }
        }
        let [from, to] = owners;
        let vouchers = self.vouchers(&unit, &found, range).await?;
        let handed = core_voucher::hand_on(&vouchers, range, from, to);
        let handed = handed.map_err(|error| of_batch(batch, error.into()))?;
        rows::write(&unit.txn, self.tenant, &found.batch, &handed).await?;
        let (first, last) = rows::bounds(range);
        let tenant = |owner: Option<TenantId>| owner.map(|owner| owner.0);
        let after = json!({ "handed_on": [first, last], "from": tenant(from), "to": tenant(to) });
        record(&mut unit, batch, after);
        unit.commit().await?;
        Ok(handed.len())
    }

    pub(super) async fn vouchers(
        &self,
        unit: &Unit<'_>,
        Found { row, batch }: &Found,
        range: SerialRange,
    ) -> Result<Vec<Voucher>, StoreError> {
        let rows = rows::range(&unit.txn, self.tenant, row.id, range).await?;
        rows::vouchers_of(&rows, batch.order().price.currency())
    }

    async fn buyer(&self, unit: &Unit<'_>, buyer: &NewBuyer) -> Result<Buyer, StoreError> {
        Ok(match buyer {
            NewBuyer::Till(provider) => Buyer::Till(provider.clone()),
            NewBuyer::OnAccount(name) => {
                let subscribers = self.store.subscribers(self.tenant);
                let subscriber = subscribers.existing(&unit.txn, name).await?;
                subscriptions::lock(&unit.txn, subscriber.id).await?;
                Buyer::OnAccount(SubscriberId(subscriber.id))
            }
            NewBuyer::Reseller(name) => {
                let reseller = resellers::existing(&unit.txn, self.tenant, name).await?;
                Buyer::Reseller(TenantId(reseller.reseller_id))
            }
        })
    }
}

fn summary(id: VoucherSaleId, sold: &VouchersSold) -> Result<VoucherSaleEntry, MoneyError> {
    let first = sold.vouchers.first().and_then(|voucher| match &voucher.stage {
        Stage::Sold(sale) => Some(sale),
        _ => None,
    });
    // A range has one voucher at least, and all are sold alike.
    let Some(sale) = first else { return Err(MoneyError::Overflow) };
    let count = sold.vouchers.len();
    let times = i64::try_from(count).map_err(|_| MoneyError::Overflow)?;
    let paid: Money = sale.paid.times(times)?;
    Ok(VoucherSaleEntry { id, count, paid, redeem_by: sale.redeem_by, invoice: None })
}

/// What the outbox tells of a sale that is paid when it is made.
fn paid_at_once(buyer: &Buyer, entry: &VoucherSaleEntry, item: String, at: Timestamp) -> Happened {
    let sale = Sale {
        kind: "vouchers",
        id: entry.id.0,
        item,
        quantity: u64::try_from(entry.count).unwrap_or(u64::MAX),
        net: entry.paid,
        total: entry.paid,
        paid_from: buyer.account().to_string(),
        at,
    };
    Happened::new(Topic::SalePaid, None, What::Sale(sale))
}

/// What a subscriber owes for vouchers that he has bought. Their taxes come when they are redeemed.
fn on_account(subscriber: SubscriberId, sale: &VoucherSaleEntry, memo: String) -> Item {
    let count = sale.count;
    Item {
        source: Source::VoucherSale(sale.id.0),
        subscriber,
        explanation: format!("{memo}: {count} for {}", sale.paid),
        item: memo,
        net: sale.paid,
        gross: sale.paid,
        taxes: Vec::new(),
    }
}

pub(super) fn of_batch(batch: i64, source: RuleError) -> StoreError {
    StoreError::Rule { what: Kind::VoucherBatch, name: batch.to_string(), source }
}

pub(super) fn record(unit: &mut Unit<'_>, batch: i64, after: serde_json::Value) {
    let name = batch.to_string();
    unit.record(Record {
        kind: Kind::VoucherBatch,
        row: batch,
        name: &name,
        before: Some(json!({})),
        after: Some(after),
    });
}
