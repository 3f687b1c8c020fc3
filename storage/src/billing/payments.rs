//! What was paid, and what it pays.

use billing_core::Money;
use billing_core::ledger::{AccountName, Provider};
use billing_core::payment::{
    Allocation, Debt, Found, InvoiceId, LateFeeId, OpenDebt, Policy, Receipt, ReceiptError,
    ReceiptId, ReceiptNumber, Received, RefundId, RefundTo, ReversalId, Review, Verdict, allocate,
    judge,
};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Statement, Value,
};
use serde_json::json;

use super::books::{self, About};
use super::invoices::take_numbers;
use super::subscriptions::lock;
use super::{debts, dunning, receipt_words};
use crate::entity::{account, invoice, late_fee, receipt, receipt_event, subscriber};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::names;
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};

/// Reads and enters what was paid to one tenant.
#[derive(Debug)]
pub struct Payments<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// Money that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReceipt {
    /// Who took it: `cash`, `mpesa`.
    pub provider: Provider,
    /// Under which number; with the provider it is what makes the receipt one of its kind. `None`: the
    /// next one that we issue ourselves.
    pub number: Option<ReceiptNumber>,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
    /// What the payer has written, or somebody who knows: the name of a subscriber, or the number of an
    /// invoice.
    pub reference: Option<String>,
}

/// What has come of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentOutcome {
    /// It is this subscriber's, and has paid what is open.
    Credited(SubscriberId),
    /// It was told before, and is so once.
    Repeated,
    /// Nobody knows for whom it is. It waits to be assigned.
    Unallocated,
}

/// A receipt, with what it pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptEntry {
    /// As it was received, with everything that has become of it.
    pub receipt: Receipt,
    /// What the payer has written.
    pub reference: Option<String>,
    /// Whose it is.
    pub subscriber_name: Option<String>,
    /// What it pays now.
    pub pays: Vec<PaidDebt>,
}

/// A debt that a receipt pays, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidDebt {
    /// Which.
    pub debt: Debt,
    /// Of an invoice, its number as it is printed.
    pub label: Option<String>,
    /// How much.
    pub amount: Money,
}

impl Payments<'_> {
    /// Takes in money that has come: it pays what its subscriber owes, the oldest first or the invoice
    /// that it names, and the rest is put into the wallet. The same receipt again changes nothing, however
    /// many tell of it at once. Gives its number, which is a new one where none was given.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] where a receipt of that number is of another amount or another
    /// subscriber's, and for no amount.
    pub async fn receive(
        &self,
        by: &Actor,
        new: &NewReceipt,
    ) -> Result<(ReceiptNumber, PaymentOutcome), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "take in a payment").await?;
        let reference = self.referred(&unit, new.reference.as_deref()).await?;
        // First the subscriber and then the receipt, as everywhere.
        if let Some((owner, _)) = reference {
            lock(&unit.txn, owner.0).await?;
        }
        let number = insert(&unit, new).await?;
        let row = self.existing(&unit.txn, &new.provider, &number, true).await?;
        let before = self.replayed(&unit.txn, &row).await?;
        let is_new = before.left().ok() == Some(new.amount) && before.park().is_ok();
        let accounts: Vec<_> = reference.iter().map(|(owner, _)| *owner).collect();
        let receipt = (!is_new).then_some(&before);
        let found = Found { receipt, accounts: &accounts, ..Default::default() };
        let outcome = match judge(new.amount, &found).verdict {
            Verdict::Repeated => return Ok((number, PaymentOutcome::Repeated)),
            Verdict::NeedsReview(review) => {
                return Err(needs_review(&new.provider, &number, review));
            }
            Verdict::Unallocated(_) if !is_new => return Ok((number, PaymentOutcome::Repeated)),
            Verdict::Unallocated(_) => {
                let change = before.park();
                let change = change.map_err(|error| rule(ReceiptId(row.id), error.into()))?;
                keep(&mut unit, &row, &change, new.at).await?;
                PaymentOutcome::Unallocated
            }
            Verdict::Credit { subscriber, .. } => {
                let invoice = reference.and_then(|(_, invoice)| invoice);
                settle(&mut unit, &row, &before, subscriber, invoice, new.at).await?;
                PaymentOutcome::Credited(subscriber)
            }
        };
        unit.commit().await?;
        Ok((number, outcome))
    }

    /// Says whose a receipt is that nobody knew the owner of; once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Rule`] where it is somebody's already.
    pub async fn assign(
        &self,
        by: &Actor,
        provider: &Provider,
        number: &ReceiptNumber,
        reference: &str,
    ) -> Result<ReceiptEntry, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "assign a payment").await?;
        let referred = self.referred(&unit, Some(reference)).await?;
        let Some((owner, invoice)) = referred else {
            let existing = self.store.subscribers(self.tenant).list().await?;
            let existing = existing.into_iter().map(|subscriber| subscriber.name);
            return Err(names::not_found(Kind::Subscriber, reference, existing));
        };
        lock(&unit.txn, owner.0).await?;
        let row = self.existing(&unit.txn, provider, number, true).await?;
        let before = self.replayed(&unit.txn, &row).await?;
        let now = unit.now;
        settle(&mut unit, &row, &before, owner, invoice, now).await?;
        unit.commit().await?;
        self.find(provider, number).await
    }

    /// Gives back some of a receipt, or all that is left of it. `reference` says which refund it is: the
    /// same again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] for more than is left or can be had.
    pub async fn refund(
        &self,
        by: &Actor,
        (provider, number): (&Provider, &ReceiptNumber),
        amount: Money,
        to: RefundTo,
        reference: &str,
    ) -> Result<ReceiptEntry, StoreError> {
        self.take_back(by, (provider, number), "refund", reference, |receipt, row, wallet| {
            receipt.refund(RefundId(row), amount, to, wallet)
        })
        .await
    }

    /// Enters that the provider took back some of a receipt, or all of it; `reference` is its number.
    ///
    /// # Errors
    /// As [`refund`](Self::refund).
    pub async fn reverse(
        &self,
        by: &Actor,
        (provider, number): (&Provider, &ReceiptNumber),
        amount: Money,
        reference: &str,
    ) -> Result<ReceiptEntry, StoreError> {
        self.take_back(by, (provider, number), "reversal", reference, |receipt, row, wallet| {
            receipt.reverse(ReversalId(row), amount, wallet)
        })
        .await
    }

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
        let mut entries = Vec::new();
        for row in rows {
            entries.push(self.entry(row).await?);
        }
        Ok(entries)
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
        self.entry(self.existing(reader, provider, number, false).await?).await
    }

    async fn take_back(
        &self,
        by: &Actor,
        (provider, number): (&Provider, &ReceiptNumber),
        kind: &'static str,
        reference: &str,
        take: impl FnOnce(&Receipt, i64, Money) -> Result<billing_core::payment::Change, ReceiptError>
        + Send,
    ) -> Result<ReceiptEntry, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "take back a payment").await?;
        let seen = self.existing(&unit.txn, provider, number, false).await?;
        if let Some(owner) = seen.subscriber_id {
            lock(&unit.txn, owner).await?;
        }
        let row = self.existing(&unit.txn, provider, number, true).await?;
        if row.subscriber_id != seen.subscriber_id {
            return Err(StoreError::Invalid {
                what: Kind::Payment,
                problem: format!("{number} was assigned a moment ago; try again"),
            });
        }
        let receipt = self.replayed(&unit.txn, &row).await?;
        let (id, is_new) = insert_take_back(&unit, &row, kind, reference).await?;
        let wallet = wallet(&unit, &row, receipt.received().amount).await?;
        let change = take(&receipt, id, wallet);
        let change = change.map_err(|error| rule(ReceiptId(row.id), error.into()))?;
        // What was made before moves nothing again, and is not kept a second time.
        if is_new {
            let now = unit.now;
            keep(&mut unit, &row, &change, now).await?;
        }
        unit.commit().await?;
        self.find(provider, number).await
    }

    /// Whom a text means, and which invoice.
    async fn referred(
        &self,
        unit: &Unit<'_>,
        reference: Option<&str>,
    ) -> Result<Option<(SubscriberId, Option<InvoiceId>)>, StoreError> {
        let Some(reference) = reference.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let owner = subscriber::Entity::find()
            .filter(subscriber::Column::TenantId.eq(self.tenant.0))
            .filter(subscriber::Column::Name.eq(reference))
            .one(&unit.txn);
        if let Some(owner) = owner.await.during("find who has paid")? {
            return Ok(Some((SubscriberId(owner.id), None)));
        }
        let invoice = invoice::Entity::find()
            .filter(invoice::Column::TenantId.eq(self.tenant.0))
            .filter(invoice::Column::Label.eq(reference))
            .one(&unit.txn);
        let invoice = invoice.await.during("find what was paid")?;
        Ok(invoice.map(|row| (SubscriberId(row.subscriber_id), Some(InvoiceId(row.id)))))
    }

    async fn existing(
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
    async fn replayed(
        &self,
        db: &impl ConnectionTrait,
        row: &receipt::Model,
    ) -> Result<Receipt, StoreError> {
        let wrong = |what: &str| corrupt(row.id, what);
        let currency = row.currency.parse().map_err(|_| wrong("its currency"))?;
        let received = Received {
            id: ReceiptId(row.id),
            provider: row.provider.parse().map_err(|_| wrong("its provider"))?,
            number: row.number.parse().map_err(|_| wrong("its number"))?,
            amount: Money::new(row.amount_minor, currency),
            at: Timestamp::from_unix_ms(row.received_at),
        };
        let events = receipt_event::Entity::find()
            .filter(receipt_event::Column::ReceiptId.eq(row.id))
            .order_by_asc(receipt_event::Column::Id)
            .all(db);
        let events = events.await.during("read what has become of the payment")?;
        let read = |event: &receipt_event::Model| {
            receipt_words::read(&event.event, currency)
                .ok_or_else(|| wrong("what has become of it"))
        };
        let events = events.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        Receipt::replay(received, events).map_err(|error| rule(ReceiptId(row.id), error.into()))
    }

    async fn entry(&self, row: receipt::Model) -> Result<ReceiptEntry, StoreError> {
        let reader = &self.store.database().reader;
        let receipt = self.replayed(reader, &row).await?;
        let mut pays = Vec::new();
        for allocation in receipt.settlement().iter().flat_map(|it| &it.allocations) {
            let label = match allocation.debt {
                Debt::Reversal(_) | Debt::LateFee(_) => None,
                Debt::Invoice(id) => {
                    let found = invoice::Entity::find_by_id(id.0).one(reader).await;
                    found.during("find what was paid")?.map(|row| row.label)
                }
            };
            pays.push(PaidDebt { debt: allocation.debt, label, amount: allocation.amount });
        }
        let subscriber_name = match row.subscriber_id {
            None => None,
            Some(id) => {
                let found = subscriber::Entity::find_by_id(id).one(reader).await;
                found.during("find who has paid")?.map(|row| row.name)
            }
        };
        Ok(ReceiptEntry { receipt, reference: row.reference, subscriber_name, pays })
    }
}

/// Puts a receipt there, once. Whoever comes second waits until the first is done. One without a number
/// gets the next of our own: whoever takes one holds the series of the provider until the end.
async fn insert(unit: &Unit<'_>, new: &NewReceipt) -> Result<ReceiptNumber, StoreError> {
    if let Some(number) = &new.number {
        insert_as(unit, new, number).await?;
        return Ok(number.clone());
    }
    let provider = new.provider.to_string();
    loop {
        let number = take_numbers(unit, "receipt", &provider, 1).await?;
        let number = u32::try_from(number).map_err(|_| corrupt(0, "the series of its provider"))?;
        let number = ReceiptNumber::own(number);
        // Somebody may have entered it by hand; there are only so many of those.
        if insert_as(unit, new, &number).await? {
            return Ok(number);
        }
    }
}

/// Whether it was not there.
async fn insert_as(
    unit: &Unit<'_>,
    new: &NewReceipt,
    number: &ReceiptNumber,
) -> Result<bool, StoreError> {
    let operation = "take in a payment";
    let sql = "insert into receipt (tenant_id, provider, number, amount_minor, currency, received_at, \
               reference, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8) \
               on conflict (tenant_id, provider, number) do nothing";
    let values: [Value; 8] = [
        unit.tenant.0.into(),
        new.provider.to_string().into(),
        number.as_str().into(),
        new.amount.amount_minor().into(),
        new.amount.currency().code().into(),
        new.at.unix_ms().into(),
        new.reference.clone().into(),
        unit.now.unix_ms().into(),
    ];
    let backend = unit.txn.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let inserted = unit.txn.execute_raw(statement).await.during(operation)?;
    Ok(inserted.rows_affected() == 1)
}

/// The row of a refund or a reversal, and whether it is new.
async fn insert_take_back(
    unit: &Unit<'_>,
    receipt: &receipt::Model,
    kind: &'static str,
    reference: &str,
) -> Result<(i64, bool), StoreError> {
    let operation = "take back a payment";
    let sql = "insert into take_back (tenant_id, receipt_id, subscriber_id, kind, reference, at, \
               currency, owed_minor, paid_minor) values ($1, $2, $3, $4, $5, $6, $7, 0, 0) \
               on conflict (receipt_id, kind, reference) do nothing";
    let values: [Value; 7] = [
        unit.tenant.0.into(),
        receipt.id.into(),
        receipt.subscriber_id.into(),
        kind.into(),
        reference.into(),
        unit.now.unix_ms().into(),
        receipt.currency.as_str().into(),
    ];
    let backend = unit.txn.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let inserted = unit.txn.execute_raw(statement).await.during(operation)?;
    let sql = "select id from take_back where receipt_id = $1 and kind = $2 and reference = $3";
    let values: [Value; 3] = [receipt.id.into(), kind.into(), reference.into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let row = unit.txn.query_one_raw(statement).await.during(operation)?;
    let row = row.ok_or_else(|| corrupt(receipt.id, "what was taken back of it"))?;
    Ok((row.try_get("", "id").during(operation)?, inserted.rows_affected() == 1))
}

/// What is in the wallet of whose a receipt is.
async fn wallet(
    unit: &Unit<'_>,
    row: &receipt::Model,
    of_currency: Money,
) -> Result<Money, StoreError> {
    let nothing = Money::zero(of_currency.currency());
    let Some(owner) = row.subscriber_id else { return Ok(nothing) };
    let found = account::Entity::find()
        .filter(account::Column::TenantId.eq(unit.tenant.0))
        .filter(account::Column::Name.eq(AccountName::Wallet(SubscriberId(owner)).to_string()))
        .filter(account::Column::Currency.eq(row.currency.as_str()))
        .one(&unit.txn);
    let Some(found) = found.await.during("look into the wallet")? else { return Ok(nothing) };
    let available = billing_core::balance::available(&books::account_of(&found)?);
    available.map_err(|error| rule(ReceiptId(row.id), error.into()))
}

/// It is this subscriber's: it pays what is open, the named invoice only or the oldest first.
async fn settle(
    unit: &mut Unit<'_>,
    row: &receipt::Model,
    receipt: &Receipt,
    owner: SubscriberId,
    invoice: Option<InvoiceId>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let id = ReceiptId(row.id);
    let left = receipt.left().map_err(|error| rule(id, error.into()))?;
    let mut owed = debts::open(&unit.txn, unit.tenant, &[owner]).await?;
    let open = owed.remove(&(owner, row.currency.clone())).unwrap_or_default();
    let named = invoice.map(Debt::Invoice);
    // An invoice that is paid already is as good as none: the money pays what is open, or is kept.
    let policy = match named {
        Some(named) if open.iter().any(|debt| debt.debt == named) => {
            let mut all = vec![named];
            all.extend(late_fees(unit, invoice, &open).await?);
            Policy::Named(all)
        }
        _ => Policy::OldestFirst,
    };
    let allocated = allocate(left, &open, &policy, None);
    let allocated = allocated.map_err(|error| rule(id, error.into()))?;
    let change = receipt.settle(owner, allocated).map_err(|error| rule(id, error.into()))?;
    let settled = receipt::ActiveModel {
        id: Set(row.id),
        subscriber_id: Set(Some(owner.0)),
        ..Default::default()
    };
    settled.update(&unit.txn).await.during("assign a payment")?;
    keep(unit, row, &change, at).await
}

/// What is open of what was charged for paying an invoice late: who pays the one pays the other.
async fn late_fees(
    unit: &Unit<'_>,
    invoice: Option<InvoiceId>,
    open: &[OpenDebt],
) -> Result<Vec<Debt>, StoreError> {
    let Some(InvoiceId(invoice)) = invoice else { return Ok(Vec::new()) };
    let rows = late_fee::Entity::find()
        .filter(late_fee::Column::TenantId.eq(unit.tenant.0))
        .filter(late_fee::Column::InvoiceId.eq(invoice))
        .order_by_asc(late_fee::Column::At)
        .order_by_asc(late_fee::Column::Id)
        .all(&unit.txn);
    let rows = rows.await.during("read what was charged for paying late")?;
    let fees = rows.into_iter().map(|row| Debt::LateFee(LateFeeId(row.id)));
    Ok(fees.filter(|fee| open.iter().any(|debt| debt.debt == *fee)).collect())
}

/// Keeps what has become of a receipt, with what it moves and what it pays. Who has paid is served again in
/// the same moment.
async fn keep(
    unit: &mut Unit<'_>,
    row: &receipt::Model,
    change: &billing_core::payment::Change,
    at: Timestamp,
) -> Result<(), StoreError> {
    use billing_core::payment::{ReceiptEvent, TakeBack};
    let event = receipt_words::write(&change.event).map_err(|error| StoreError::Database {
        operation: "write what has become of a payment",
        source: error.into(),
    })?;
    let kept = receipt_event::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        receipt_id: Set(row.id),
        at: Set(at.unix_ms()),
        actor: Set(unit.actor().to_string()),
        event: Set(event.clone()),
        ..Default::default()
    };
    let insert = receipt_event::Entity::insert(kept);
    insert.exec_without_returning(&unit.txn).await.during("keep what has become of a payment")?;
    match &change.event {
        ReceiptEvent::Parked => {}
        ReceiptEvent::Settled(settlement) => {
            let paid: Vec<_> = debts::parts(&settlement.allocations).collect();
            debts::pay(&unit.txn, unit.tenant, &paid).await?;
        }
        ReceiptEvent::TakenBack(taken) => {
            let parts = debts::parts(&taken.allocations);
            let reopened: Vec<_> = parts.map(|(debt, minor)| (debt, -minor)).collect();
            debts::pay(&unit.txn, unit.tenant, &reopened).await?;
            if let TakeBack::Reversal(id) = taken.by {
                let sql = "update take_back set owed_minor = $1 where id = $2";
                let values = [taken.owed.amount_minor().into(), id.0.into()];
                let backend = unit.txn.get_database_backend();
                let statement = Statement::from_sql_and_values(backend, sql, values);
                unit.txn.execute_raw(statement).await.during("keep what is owed")?;
            }
        }
    }
    let memo = Some(format!("{} {}", row.provider, row.number));
    let about = |entry: &billing_core::ledger::Entry| {
        (entry.clone(), About { invoice: None, memo: memo.clone() })
    };
    let entries: Vec<_> = change.entries.iter().map(about).collect();
    books::enter(&unit.txn, unit.tenant, at, &entries).await?;
    let sum = |allocations: &[Allocation]| {
        let amounts = allocations.iter().map(|allocation| allocation.amount);
        let currency = row.currency.parse().map_err(|_| corrupt(row.id, "its currency"))?;
        Money::sum(currency, amounts).map_err(|error| rule(ReceiptId(row.id), error.into()))
    };
    match &change.event {
        ReceiptEvent::Parked => {}
        ReceiptEvent::Settled(settlement) => {
            let paid = sum(&settlement.allocations)?;
            dunning::paid(unit, &[(settlement.subscriber, paid)]).await?;
        }
        ReceiptEvent::TakenBack(taken) => {
            if let Some(owner) = row.subscriber_id {
                dunning::reopened(unit, SubscriberId(owner), sum(&taken.allocations)?).await?;
            }
        }
    }
    unit.record(Record {
        kind: Kind::Payment,
        row: row.id,
        name: &format!("{} {}", row.provider, row.number),
        before: None,
        after: Some(json!({ "amount_minor": row.amount_minor, "event": event })),
    });
    Ok(())
}

fn needs_review(provider: &Provider, number: &ReceiptNumber, review: Review) -> StoreError {
    let problem = match review {
        Review::NotAsReceived { received, notified } => format!(
            "{provider} {number} was received as {received} and is {notified} now; ask the provider \
             which is right"
        ),
        Review::AnotherSubscriber { credited, notified } => format!(
            "{provider} {number} was credited to subscriber {credited} and is to be credited to \
             {notified} now; refund it first"
        ),
        Review::NotPositive { notified } => {
            format!("{notified} is no amount to receive; it is more than 0")
        }
        _ => format!("{provider} {number} is not what was asked for; look at it"),
    };
    StoreError::Invalid { what: Kind::Payment, problem }
}

fn rule(id: ReceiptId, source: RuleError) -> StoreError {
    StoreError::Rule { what: Kind::Payment, name: id.to_string(), source }
}

fn corrupt(row: i64, what: &str) -> StoreError {
    StoreError::Corrupt {
        what: Kind::Payment,
        row: row.to_string(),
        problem: format!("{what} cannot be understood"),
    }
}
