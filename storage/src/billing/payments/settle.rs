//! What becomes of a receipt within a transaction: it is put there once, pays what is open, and is taken back.

use std::collections::BTreeSet;

use billing_core::Money;
use billing_core::ledger::AccountName;
use billing_core::payment::{
    Allocation, Change, DEBTS_MAX, Debt, InvoiceId, LateFeeId, MatchedBy, OpenDebt, Policy,
    Receipt, ReceiptEvent, ReceiptId, ReceiptNumber, TakeBack, TakenBack, allocate,
};
use entitlement::{SubscriberId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, Statement, Value,
};
use serde_json::json;

use super::{NewReceipt, corrupt, rule};
use crate::billing::books::{self, About};
use crate::billing::invoices::take_numbers;
use crate::billing::sale_invoices::{self, Item, Source};
use crate::billing::{debts, dunning, receipt_words, settings};
use crate::entity::{account, late_fee, receipt, receipt_event};
use crate::error::{During as _, Kind, StoreError};
use crate::outbox::{Happened, ReceiptName, Received, Topic, What};
use crate::unit::{Record, Unit};

/// Puts a receipt there, once. Whoever comes second waits until the first is done. One without a number
/// gets the next of our own: whoever takes one holds the series of the provider until the end.
pub(super) async fn insert(unit: &Unit<'_>, new: &NewReceipt) -> Result<ReceiptNumber, StoreError> {
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
pub(super) async fn insert_take_back(
    unit: &Unit<'_>,
    receipt: &receipt::Model,
    kind: &'static str,
    reference: Option<&str>,
) -> Result<(i64, bool), StoreError> {
    let operation = "take back a payment";
    let reference = match reference {
        Some(reference) => reference.to_owned(),
        None => free_reference(unit, receipt, kind).await?,
    };
    let reference = reference.as_str();
    let sql = "insert into take_back (tenant_id, receipt_id, subscriber_id, kind, reference, at, \
               currency, owed_minor) values ($1, $2, $3, $4, $5, $6, $7, 0) \
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

/// The least number that no refund, or no reversal, of a receipt has, whose row is locked.
async fn free_reference(
    unit: &Unit<'_>,
    receipt: &receipt::Model,
    kind: &'static str,
) -> Result<String, StoreError> {
    let operation = "number what is taken back of a payment";
    let sql = "select reference from take_back where receipt_id = $1 and kind = $2";
    let values: [Value; 2] = [receipt.id.into(), kind.into()];
    let backend = unit.txn.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let rows = unit.txn.query_all_raw(statement).await.during(operation)?;
    let taken = rows.iter().map(|row| row.try_get("", "reference").during(operation));
    let taken = taken.collect::<Result<BTreeSet<String>, _>>()?;
    let free = (1..=taken.len() + 1).map(|number| number.to_string());
    free.into_iter()
        .find(|number| !taken.contains(number))
        .ok_or_else(|| corrupt(receipt.id, "what was taken back of it"))
}

/// What is in the wallet of whose a receipt is.
pub(super) async fn wallet(
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

/// It is this subscriber's: it pays what is open, what it was paid for or the oldest first.
pub(super) async fn settle(
    unit: &mut Unit<'_>,
    row: &receipt::Model,
    receipt: &Receipt,
    (owner, by): (SubscriberId, MatchedBy),
    at: Timestamp,
) -> Result<(), StoreError> {
    let id = ReceiptId(row.id);
    let left = receipt.left().map_err(|error| rule(id, error.into()))?;
    let mut owed = debts::open(&unit.txn, unit.tenant, &[owner]).await?;
    let mut open = owed.remove(&(owner, row.currency.clone())).unwrap_or_default();
    let policy = match by.policy() {
        Policy::Named(mut named) => match named.first().copied() {
            Some(Debt::Invoice(invoice)) if is_open(&open, named.as_slice()) => {
                named.extend(late_fees(unit, invoice, &open).await?);
                Policy::Named(named)
            }
            // An invoice that is paid already is as good as none: the money pays what is open, or is kept.
            Some(_) => Policy::OldestFirst,
            None => Policy::Named(named),
        },
        policy => policy,
    };
    let policy = match policy {
        Policy::Named(mut named) => {
            named.truncate(DEBTS_MAX);
            Policy::Named(named)
        }
        policy => policy,
    };
    open.sort_unstable_by_key(|it| (!is_named(&policy, it.debt), it.due_at, it.debt));
    let is_too_many = open.len() > DEBTS_MAX;
    open.truncate(DEBTS_MAX);
    let allocated = allocate(left, &open, &policy, None);
    let allocated = allocated.map_err(|error| rule(id, error.into()))?;
    let change = receipt.settle(owner, allocated).map_err(|error| rule(id, error.into()))?;
    let settled = receipt::ActiveModel {
        id: Set(row.id),
        subscriber_id: Set(Some(owner.0)),
        ..Default::default()
    };
    settled.update(&unit.txn).await.during("assign a payment")?;
    keep(unit, row, (receipt, &change), at).await?;
    if is_too_many {
        // What is left of it is in the wallet, which pays the others.
        sale_invoices::pay_open(unit, at, owner, None).await?;
    }
    Ok(())
}

fn is_named(policy: &Policy, debt: Debt) -> bool {
    matches!(policy, Policy::Named(named) if named.contains(&debt))
}

fn is_open(open: &[OpenDebt], named: &[Debt]) -> bool {
    open.iter().any(|debt| named.contains(&debt.debt))
}

/// What is open of what was charged for paying an invoice late: who pays the one pays the other.
async fn late_fees(
    unit: &Unit<'_>,
    InvoiceId(invoice): InvoiceId,
    open: &[OpenDebt],
) -> Result<Vec<Debt>, StoreError> {
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

/// What a provider took back and is not in the wallet any more is owed, by a debit note.
async fn owe(
    unit: &mut Unit<'_>,
    row: &receipt::Model,
    subscriber: SubscriberId,
    taken: &TakenBack,
    at: Timestamp,
) -> Result<(), StoreError> {
    let TakeBack::Reversal(id) = taken.by else { return Ok(()) };
    let item = format!("{} {}", row.provider, row.number);
    let item = Item {
        source: Source::Reversal(id.0),
        subscriber,
        explanation: format!("{item}: {} taken back by its provider", taken.owed),
        item,
        net: taken.owed,
        gross: taken.owed,
        taxes: Vec::new(),
    };
    let settings = settings::read(&unit.txn, unit.tenant).await?;
    sale_invoices::issue(unit, &settings, at, &item).await.map(|_| ())
}

/// Keeps what has become of a receipt, with what it moves and what it pays. Who has paid is served again in
/// the same moment.
pub(super) async fn keep(
    unit: &mut Unit<'_>,
    row: &receipt::Model,
    (before, change): (&Receipt, &Change),
    at: Timestamp,
) -> Result<(), StoreError> {
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
            debts::pay(unit, &paid).await?;
        }
        ReceiptEvent::TakenBack(taken) => {
            let parts = debts::parts(&taken.allocations);
            let reopened: Vec<_> = parts.map(|(debt, minor)| (debt, -minor)).collect();
            debts::pay(unit, &reopened).await?;
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
    unit.tell(told(row, before, &change.event, at)?);
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
            if let Some(owner) = row.subscriber_id.map(SubscriberId) {
                dunning::reopened(unit, owner, sum(&taken.allocations)?).await?;
                owe(unit, row, owner, taken, at).await?;
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

/// What is told of what has become of a receipt.
fn told(
    row: &receipt::Model,
    before: &Receipt,
    event: &ReceiptEvent,
    at: Timestamp,
) -> Result<Happened, StoreError> {
    let receipt = ReceiptName {
        id: row.id,
        provider: row.provider.clone(),
        number: row.number.clone(),
        reference: row.reference.clone(),
    };
    let (amount, received_at) = (before.received().amount, before.received().at);
    let received = |allocations, to_wallet| {
        let receipt = receipt.clone();
        What::Received(Received { receipt, amount, received_at, allocations, to_wallet })
    };
    Ok(match event {
        ReceiptEvent::Parked => {
            let nothing = Money::zero(amount.currency());
            Happened::new(Topic::PaymentReceived, None, received(Vec::new(), nothing))
        }
        ReceiptEvent::Settled(settlement) => {
            // What can be parked is in no books yet.
            let topic = match before.park().is_ok() {
                true => Topic::PaymentReceived,
                false => Topic::PaymentAssigned,
            };
            let what = received(settlement.allocations.clone(), settlement.to_wallet);
            Happened::new(topic, Some(settlement.subscriber), what)
        }
        ReceiptEvent::TakenBack(taken) => {
            let topic = match taken.by {
                TakeBack::Refund(..) => Topic::PaymentRefunded,
                TakeBack::Reversal(_) => Topic::PaymentReversed,
            };
            let amount = taken.amount().map_err(|error| rule(ReceiptId(row.id), error.into()))?;
            let what = What::TakenBack { receipt, taken: taken.clone(), amount, at };
            Happened::new(topic, row.subscriber_id.map(SubscriberId), what)
        }
    })
}
