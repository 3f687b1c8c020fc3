//! One sale to a customer, on every level.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use billing_core::reseller::{
    CustomerPays, Margin, Path, ResellerSale, ResellerSaleId, ResellerWallet, SaleOrder, Tree,
    earned_by, sell,
};
use billing_core::{Money, MoneyError, Pricing, TaxLine, TaxedAmount};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, Statement, Value,
};
use serde_json::json;

use super::tree::{invalid, money, parents, rule, wallet};
use super::{
    BothSides, CustomerPaysFrom, NewResellerSale, ResellerSaleEntry, ResellerSaleMade, Resellers,
    check_key, commission,
};
use crate::billing::books::About;
use crate::billing::sale_invoices::{self, Item, Source};
use crate::billing::{credit_limits, settings, subscriptions, taxes};
use crate::entity::{reseller, reseller_margin, reseller_price, reseller_sale};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::outbox::{Happened, Sale, Topic, What};
use crate::repeated::once_by_key;
use crate::store::Actor;
use crate::unit::{Record, Unit};

const OPERATION: &str = "sell through resellers";

impl Resellers<'_> {
    /// Sells to a customer of this tenant: a sale and a purchase on every level up to the top, all of them
    /// or none. The same key again changes nothing, and gives the sale as it was made.
    ///
    /// # Errors
    /// [`StoreError::Rule`] where a price is not known, or a reseller or the customer has too little;
    /// [`StoreError::NotFound`] for the customer or a tax; [`StoreError::Invalid`] while the books of one of
    /// them are closed, and for another sale under a known key.
    pub async fn sell(
        &self,
        by: &Actor,
        new: &NewResellerSale,
    ) -> Result<ResellerSaleMade, StoreError> {
        check_key(new.key.as_deref())?;
        once_by_key(|| self.sell_once(by, new)).await
    }

    async fn sell_once(
        &self,
        by: &Actor,
        new: &NewResellerSale,
    ) -> Result<ResellerSaleMade, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, OPERATION).await?;
        if let Some(known) = self.known_sale(&unit, new).await? {
            return Ok(known);
        }
        let refused = |error: RuleError| rule(&self.tenant.to_string(), error);
        let tree = Tree::new(parents(&unit.txn).await?).map_err(|error| refused(error.into()))?;
        let path = tree.path(self.tenant).map_err(|error| refused(error.into()))?;
        let mut order = self.order(&unit, &path, new).await?;
        let mut about = About::default();
        // Decided once to know which accounts it moves, and once more when nobody else moves them.
        let wallets = wallets(&unit.txn, &path).await?;
        let sale = sell(&tree, &order, &wallets).map_err(|error| refused(error.into()))?;
        let agreements = commission::agreements(&unit.txn, &path, &new.item).await?;
        let earned = commission::earned(&path, &agreements, &order, sale.paid.net)?;
        let moved = sale.postings.into_iter().chain(earned).collect();
        BothSides::of_all(moved, &about).hold(&unit.txn).await?;
        order.id = insert(&unit, &order, new, &sale.paid).await?;
        about.memo = Some(format!("sale {} through resellers: {}", order.id.0, new.item));
        let wallets = self::wallets(&unit.txn, &path).await?;
        let sale = sell(&tree, &order, &wallets).map_err(|error| refused(error.into()))?;
        let ResellerSale { postings, margins, paid } = sale;
        let earned = commission::earned(&path, &agreements, &order, paid.net)?;
        let moved = postings.into_iter().chain(earned.iter().cloned()).collect();
        BothSides::of_all(moved, &about).enter(&unit, new.at).await?;
        let mut own = None;
        for margin in margins {
            let nothing = Money::zero(paid.net.currency());
            let commission = earned_by(margin.tenant, &earned, nothing);
            let commission = commission.map_err(|error| refused(error.into()))?;
            own = (margin.tenant == self.tenant).then_some((margin, commission)).or(own);
            keep_margin(
                &mut unit,
                (order.id.0, new, self.tenant),
                (margin.tenant, margin.amount),
                commission,
            )
            .await?;
        }
        let (margin, commission) = own.ok_or_else(|| StoreError::Corrupt {
            what: Kind::ResellerSale,
            row: order.id.0.to_string(),
            problem: "its seller earns nothing that is known".to_owned(),
        })?;
        unit.tenant = self.tenant;
        let sellers: Vec<_> = path.tenants().collect();
        let which = (order.id.0, new.item.as_str());
        commission::tell_of_sale(&mut unit, Topic::CommissionEarned, &sellers, &earned, which)
            .map_err(|error| refused(error.into()))?;
        let invoice = match order.paid_from {
            CustomerPays::OnAccount(customer) => {
                let settings = settings::read(&unit.txn, self.tenant).await?;
                let item = on_account(customer, &order, new, &paid);
                let item = item.map_err(|error| refused(error.into()))?;
                let label = sale_invoices::issue(&mut unit, &settings, new.at, &item).await?;
                credit_limits::check_sold(&unit, customer, paid.gross).await?;
                label
            }
            CustomerPays::Till(_) => {
                unit.tell(paid_at_once(None, &order, new, &paid));
                None
            }
            CustomerPays::FromWallet(customer) => {
                unit.tell(paid_at_once(Some(customer), &order, new, &paid));
                None
            }
        };
        unit.commit().await?;
        let (net, gross) = (paid.net, paid.gross);
        Ok(ResellerSaleMade { id: order.id, net, gross, margin, commission, is_new: true, invoice })
    }

    /// The sale that was made by this key before.
    async fn known_sale(
        &self,
        unit: &Unit<'_>,
        new: &NewResellerSale,
    ) -> Result<Option<ResellerSaleMade>, StoreError> {
        let Some(key) = &new.key else { return Ok(None) };
        let known = reseller_sale::Entity::find()
            .filter(reseller_sale::Column::TenantId.eq(self.tenant.0))
            .filter(reseller_sale::Column::IdempotencyKey.eq(key.as_str()))
            .one(&unit.txn);
        let Some(known) = known.await.during("look for the key")? else { return Ok(None) };
        let (id, before, now) = (known.id, known.asked.unwrap_or_default(), asked(new));
        if before != now {
            return Err(invalid(format!(
                "the key `{key}` is that of sale {id}, which is {before}, and not {now}; each has a key of \
                 its own"
            )));
        }
        let earned = reseller_margin::Entity::find()
            .filter(reseller_margin::Column::TenantId.eq(self.tenant.0))
            .filter(reseller_margin::Column::SaleId.eq(id))
            .one(&unit.txn);
        let earned = earned.await.during("read what the sale has earned")?;
        let earned = earned.map_or((0, 0), |row| (row.amount_minor, row.commission_minor));
        let money = |minor: i64| money(minor, &known.currency, id);
        let source = Source::ResellerSale(id);
        let invoice = sale_invoices::label_of(&unit.txn, self.tenant, source).await?;
        Ok(Some(ResellerSaleMade {
            id: ResellerSaleId(id),
            net: money(known.net_minor)?,
            gross: money(known.gross_minor)?,
            margin: Margin { tenant: self.tenant, amount: money(earned.0)? },
            commission: money(earned.1)?,
            is_new: false,
            invoice,
        }))
    }

    /// What this tenant has earned with the last `limit` sales of its own and of those below it, the newest
    /// first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn sales(&self, limit: u64) -> Result<Vec<ResellerSaleEntry>, StoreError> {
        let operation = "list the sales through resellers";
        let database = self.store.database();
        let sql = "select s.id, s.at, s.item, s.quantity, s.currency, s.refunded_at, m.amount_minor, \
                   m.commission_minor, t.name \
                   from reseller_margin m join reseller_sale s on s.id = m.sale_id \
                   join tenant t on t.id = s.tenant_id where m.tenant_id = $1 \
                   order by s.id desc limit $2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = [self.tenant.0, limit].map(Value::from);
        let statement = Statement::from_sql_and_values(database.backend(), sql, values);
        let rows = database.reader.query_all_raw(statement).await.during(operation)?;
        let entry = |row: &sea_orm::QueryResult| {
            let id: i64 = row.try_get("", "id").during(operation)?;
            let at: i64 = row.try_get("", "at").during(operation)?;
            let quantity: i64 = row.try_get("", "quantity").during(operation)?;
            let currency: String = row.try_get("", "currency").during(operation)?;
            let margin: i64 = row.try_get("", "amount_minor").during(operation)?;
            let commission: i64 = row.try_get("", "commission_minor").during(operation)?;
            let refunded_at: Option<i64> = row.try_get("", "refunded_at").during(operation)?;
            let quantity = u32::try_from(quantity).ok().and_then(NonZeroU32::new);
            Ok(ResellerSaleEntry {
                id: ResellerSaleId(id),
                at: Timestamp::from_unix_ms(at),
                seller: row.try_get("", "name").during(operation)?,
                item: row.try_get("", "item").during(operation)?,
                quantity: quantity.ok_or_else(|| StoreError::Corrupt {
                    what: Kind::ResellerSale,
                    row: id.to_string(),
                    problem: "nothing was sold".to_owned(),
                })?,
                margin: money(margin, &currency, id)?,
                commission: money(commission, &currency, id)?,
                refunded_at: refunded_at.map(Timestamp::from_unix_ms),
            })
        };
        rows.iter().map(entry).collect()
    }

    /// The order, with a row of which it has its number.
    async fn order(
        &self,
        unit: &Unit<'_>,
        path: &Path,
        new: &NewResellerSale,
    ) -> Result<SaleOrder, StoreError> {
        for tenant in path.tenants() {
            settings::read_open(&unit.txn, tenant, (Kind::ResellerSale, "the sale", new.at))
                .await?;
        }
        let rounding = settings::read(&unit.txn, self.tenant).await?.rounding;
        let what = Kind::ResellerSale;
        let taxes = taxes::named(&unit.txn, self.tenant, what, &new.taxes).await?;
        let taxes = taxes::together(&taxes).map_err(|error| rule(&new.item, error.into()))?;
        let paid_from = self.customer(unit, &new.paid_from).await?;
        let mut prices = prices(&unit.txn, path, &new.item).await?;
        let top = path.tenants().next().unwrap_or(self.tenant);
        let top_buys_at = prices.remove(&top);
        Ok(SaleOrder {
            id: ResellerSaleId(0),
            seller: self.tenant,
            quantity: new.quantity,
            price: new.price,
            pricing: new.pricing,
            taxes,
            rounding,
            paid_from,
            buys_at: prices,
            top_buys_at: top_buys_at.unwrap_or_else(|| Money::zero(new.price.currency())),
        })
    }

    async fn customer(
        &self,
        unit: &Unit<'_>,
        paid_from: &CustomerPaysFrom,
    ) -> Result<CustomerPays, StoreError> {
        let name = match paid_from {
            CustomerPaysFrom::Till(provider) => return Ok(CustomerPays::Till(provider.clone())),
            CustomerPaysFrom::OnAccount(name) | CustomerPaysFrom::Wallet(name) => name,
        };
        let subscriber = self.store.subscribers(self.tenant).existing(&unit.txn, name).await?;
        subscriptions::lock(&unit.txn, subscriber.id).await?;
        let subscriber = SubscriberId(subscriber.id);
        Ok(match paid_from {
            CustomerPaysFrom::OnAccount(_) => CustomerPays::OnAccount(subscriber),
            _ => CustomerPays::FromWallet(subscriber),
        })
    }
}

/// What a customer owes for what it has bought.
fn on_account(
    subscriber: SubscriberId,
    order: &SaleOrder,
    new: &NewResellerSale,
    paid: &TaxedAmount,
) -> Result<Item, MoneyError> {
    Ok(Item {
        source: Source::ResellerSale(order.id.0),
        subscriber,
        item: new.item.clone(),
        explanation: format!("{}: {} for {}", new.item, new.quantity, paid.gross),
        net: paid.net,
        gross: paid.gross,
        taxes: TaxLine::of(&order.taxes, paid)?,
    })
}

/// What is told of a sale for which there is no invoice.
fn paid_at_once(
    subscriber: Option<SubscriberId>,
    order: &SaleOrder,
    new: &NewResellerSale,
    paid: &TaxedAmount,
) -> Happened {
    let sale = Sale {
        kind: "reseller",
        id: order.id.0,
        item: new.item.clone(),
        quantity: new.quantity.get().into(),
        net: paid.net,
        total: paid.gross,
        paid_from: order.paid_from.account().to_string(),
        at: new.at,
    };
    Happened::new(Topic::SalePaid, subscriber, What::Sale(sale))
}

/// What each reseller on the way has at the tenant above it.
async fn wallets(
    db: &impl ConnectionTrait,
    path: &Path,
) -> Result<BTreeMap<TenantId, ResellerWallet>, StoreError> {
    let mut wallets = BTreeMap::new();
    for (_, reseller) in path.steps() {
        let row = reseller::Entity::find_by_id(reseller.0).one(db).await.during(OPERATION)?;
        if let Some(row) = row {
            wallets.insert(reseller, wallet(db, &row).await?);
        }
    }
    Ok(wallets)
}

/// What the thing costs each tenant on the way, where that is known.
async fn prices(
    db: &impl ConnectionTrait,
    path: &Path,
    item: &str,
) -> Result<BTreeMap<TenantId, Money>, StoreError> {
    let rows = reseller_price::Entity::find()
        .filter(reseller_price::Column::Item.eq(item))
        .filter(reseller_price::Column::BuyerId.is_in(path.tenants().map(|tenant| tenant.0)))
        .all(db);
    let price = |row: reseller_price::Model| {
        Ok((TenantId(row.buyer_id), money(row.amount_minor, &row.currency, row.id)?))
    };
    rows.await.during("read the prices of resellers")?.into_iter().map(price).collect()
}

/// What is asked for, in words that tell it from anything else.
fn asked(new: &NewResellerSale) -> String {
    let NewResellerSale { item, quantity, price, pricing, taxes, paid_from, .. } = new;
    let taxed = match pricing {
        Pricing::TaxInclusive => "with",
        Pricing::TaxExclusive => "without",
    };
    let paid_from = match paid_from {
        CustomerPaysFrom::Till(provider) => format!("by {provider}"),
        CustomerPaysFrom::OnAccount(name) => format!("on account of `{name}`"),
        CustomerPaysFrom::Wallet(name) => format!("from the wallet of `{name}`"),
    };
    let taxes = taxes.join(", ");
    format!("{quantity} of `{item}` at {price} {taxed} taxes ({taxes}), paid {paid_from}")
}

/// Keeps what a tenant has earned with a sale; it is in the audit of each of them.
async fn keep_margin(
    unit: &mut Unit<'_>,
    (sale, new, seller): (i64, &NewResellerSale, TenantId),
    (tenant, margin): (TenantId, Money),
    commission: Money,
) -> Result<(), StoreError> {
    let row = reseller_margin::ActiveModel {
        tenant_id: Set(tenant.0),
        sale_id: Set(sale),
        amount_minor: Set(margin.amount_minor()),
        commission_minor: Set(commission.amount_minor()),
        ..Default::default()
    };
    let added = reseller_margin::Entity::insert(row);
    added.exec_without_returning(&unit.txn).await.during(OPERATION)?;
    unit.tenant = tenant;
    let name = sale.to_string();
    unit.record(Record {
        kind: Kind::ResellerSale,
        row: sale,
        name: &name,
        before: None,
        after: Some(json!({
            "item": new.item,
            "quantity": new.quantity,
            "seller": seller.0,
            "margin_minor": margin.amount_minor(),
            "commission_minor": commission.amount_minor(),
        })),
    });
    Ok(())
}

async fn insert(
    unit: &Unit<'_>,
    order: &SaleOrder,
    new: &NewResellerSale,
    paid: &TaxedAmount,
) -> Result<ResellerSaleId, StoreError> {
    let row = reseller_sale::ActiveModel {
        tenant_id: Set(order.seller.0),
        at: Set(new.at.unix_ms()),
        item: Set(new.item.clone()),
        quantity: Set(order.quantity.get().into()),
        paid_from: Set(order.paid_from.account().to_string()),
        net_minor: Set(paid.net.amount_minor()),
        gross_minor: Set(paid.gross.amount_minor()),
        currency: Set(paid.gross.currency().code().to_owned()),
        created_at: Set(unit.now.unix_ms()),
        idempotency_key: Set(new.key.clone()),
        asked: Set(new.key.as_ref().map(|_| asked(new))),
        ..Default::default()
    };
    let added = reseller_sale::Entity::insert(row).exec_with_returning(&unit.txn).await;
    Ok(ResellerSaleId(added.during(OPERATION)?.id))
}
