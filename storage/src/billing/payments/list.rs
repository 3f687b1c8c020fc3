//! Receipts as they are looked at: however many they are, in a handful of queries.

use std::collections::BTreeMap;

use billing_core::ledger::Provider;
use billing_core::payment::{Debt, Receipt, ReceiptId, ReceiptNumber, Received};
use billing_core::{Currency, Money};
use entitlement::{TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::{PaidDebt, Payments, ReceiptEntry, corrupt, rule};
use crate::among;
use crate::billing::receipt_words;
use crate::billing::resellers::of_receipt;
use crate::entity::{invoice, receipt, receipt_event};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::subscribers::names_of;

/// What is left of receipts of a currency of which nobody knows the owner.
pub(in crate::billing) async fn not_assigned(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    currency: Currency,
) -> Result<Money, StoreError> {
    let rows = receipt::Entity::find()
        .filter(receipt::Column::TenantId.eq(tenant.0))
        .filter(receipt::Column::SubscriberId.is_null())
        .filter(receipt::Column::Currency.eq(currency.code()))
        .order_by_asc(receipt::Column::Id)
        .all(db);
    let rows = rows.await.during("read what is not assigned")?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let events = events_of(db, &ids).await?;
    let mut sum = Money::zero(currency);
    for row in rows {
        let from = events.partition_point(|event| event.receipt_id < row.id);
        let until = events.partition_point(|event| event.receipt_id <= row.id);
        let receipt = replayed(&row, events.get(from..until).unwrap_or_default())?;
        let added = receipt.left().and_then(|left| sum.plus(left));
        sum = added.map_err(|error| rule(ReceiptId(row.id), error.into()))?;
    }
    Ok(sum)
}

impl Payments<'_> {
    /// The last `limit` receipts, the oldest first; with a name, those of that subscriber.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscriber.
    pub async fn list(
        &self,
        subscriber: Option<&str>,
        limit: u64,
    ) -> Result<Vec<ReceiptEntry>, StoreError> {
        let reader = &self.store.database().reader;
        let mut find = receipt::Entity::find().filter(receipt::Column::TenantId.eq(self.tenant.0));
        if let Some(name) = subscriber {
            let owner = self.store.subscribers(self.tenant).existing(reader, name).await?;
            find = find.filter(receipt::Column::SubscriberId.eq(owner.id));
        }
        let rows = find.order_by_desc(receipt::Column::Id).limit(limit).all(reader).await;
        let mut rows = rows.during("list the payments")?;
        rows.reverse();
        self.entries(rows).await
    }

    /// A receipt by its number.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(
        &self,
        provider: &Provider,
        number: &ReceiptNumber,
    ) -> Result<ReceiptEntry, StoreError> {
        let reader = &self.store.database().reader;
        let row = self.existing(reader, provider, number, false).await?;
        let id = row.id;
        let found = self.entries(vec![row]).await?.pop();
        let mut found = found.ok_or_else(|| corrupt(id, "what has become of it"))?;
        found.commission = of_receipt(reader, self.tenant, id).await?;
        Ok(found)
    }

    pub(super) async fn existing(
        &self,
        db: &impl ConnectionTrait,
        provider: &Provider,
        number: &ReceiptNumber,
        is_locked: bool,
    ) -> Result<receipt::Model, StoreError> {
        let find = receipt::Entity::find()
            .filter(receipt::Column::TenantId.eq(self.tenant.0))
            .filter(receipt::Column::Provider.eq(provider.to_string()))
            .filter(receipt::Column::Number.eq(number.as_str()));
        let find = if is_locked { find.lock_exclusive() } else { find };
        let found = find.one(db).await.during("find the payment")?;
        let name = format!("{provider} {number}");
        found.ok_or_else(|| names::not_found(Kind::Payment, &name, []))
    }

    /// A receipt with everything that has become of it.
    pub(super) async fn replayed(
        &self,
        db: &impl ConnectionTrait,
        row: &receipt::Model,
    ) -> Result<Receipt, StoreError> {
        let events = events_of(db, &[row.id]).await?;
        replayed(row, &events)
    }

    async fn entries(&self, rows: Vec<receipt::Model>) -> Result<Vec<ReceiptEntry>, StoreError> {
        let reader = &self.store.database().reader;
        let backend = reader.get_database_backend();
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let events = events_of(reader, &ids).await?;
        let mut receipts = Vec::new();
        for row in rows {
            let from = events.partition_point(|event| event.receipt_id < row.id);
            let until = events.partition_point(|event| event.receipt_id <= row.id);
            let receipt = replayed(&row, events.get(from..until).unwrap_or_default())?;
            receipts.push((row, receipt));
        }
        let settled = || receipts.iter().filter_map(|(_, receipt)| receipt.settlement());
        let paid = settled().flat_map(|it| &it.allocations).filter_map(|it| match it.debt {
            Debt::Invoice(id) => Some(id.0),
            Debt::Reversal(_) | Debt::LateFee(_) => None,
        });
        let invoices =
            invoice::Entity::find().filter(among::numbers(backend, "id", paid)).all(reader);
        let invoices = invoices.await.during("find what was paid")?;
        let labels: BTreeMap<i64, String> =
            invoices.into_iter().map(|row| (row.id, row.label)).collect();
        let names = names_of(reader, settled().map(|it| it.subscriber.0)).await?;
        let entry = |(row, receipt): (receipt::Model, Receipt)| {
            let allocations = receipt.settlement().map(|it| it.allocations.as_slice());
            let pays = allocations.unwrap_or_default().iter().map(|it| {
                let label = match it.debt {
                    Debt::Invoice(id) => labels.get(&id.0).cloned(),
                    Debt::Reversal(_) | Debt::LateFee(_) => None,
                };
                PaidDebt { debt: it.debt, label, amount: it.amount }
            });
            ReceiptEntry {
                pays: pays.collect(),
                commission: None,
                reference: row.reference,
                subscriber_name: row.subscriber_id.and_then(|id| names.get(&id).cloned()),
                receipt,
            }
        };
        Ok(receipts.into_iter().map(entry).collect())
    }
}

/// What has become of these receipts, in the order of their numbers and as it happened.
async fn events_of(
    db: &impl ConnectionTrait,
    receipts: &[i64],
) -> Result<Vec<receipt_event::Model>, StoreError> {
    let backend = db.get_database_backend();
    let events = receipt_event::Entity::find()
        .filter(among::numbers(backend, "receipt_id", receipts.iter().copied()))
        .order_by_asc(receipt_event::Column::ReceiptId)
        .order_by_asc(receipt_event::Column::Id)
        .all(db);
    events.await.during("read what has become of the payment")
}

/// A receipt with everything that has become of it.
fn replayed(row: &receipt::Model, events: &[receipt_event::Model]) -> Result<Receipt, StoreError> {
    let wrong = |what: &str| corrupt(row.id, what);
    let currency = row.currency.parse().map_err(|_| wrong("its currency"))?;
    let received = Received {
        id: ReceiptId(row.id),
        provider: row.provider.parse().map_err(|_| wrong("its provider"))?,
        number: row.number.parse().map_err(|_| wrong("its number"))?,
        amount: Money::new(row.amount_minor, currency),
        at: Timestamp::from_unix_ms(row.received_at),
    };
    let read = |event: &receipt_event::Model| {
        receipt_words::read(&event.event, currency).ok_or_else(|| wrong("what has become of it"))
    };
    let events = events.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Receipt::replay(received, events).map_err(|error| rule(ReceiptId(row.id), error.into()))
}
