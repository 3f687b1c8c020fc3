//! Documents of what belongs to no subscription: a sale on account is an invoice at once, and what is owed for
//! a payment that its provider took back is a debit note. So both are listed, paid, and dunned, as every
//! invoice is. What they move in the ledger moves with what they come from.

use std::collections::BTreeSet;

use billing_core::invoice::{CreditReason, settle_credit};
use billing_core::payment::{Debt, InvoiceId};
use billing_core::{Currency, Money, MoneyError, TaxLine};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, Value,
};
use serde_json::json;

use super::books::{self, About};
use super::invoices::{self, InvoiceKind, InvoiceLine, Sums, take_ids};
use super::settings::Settings;
use super::written_off::{Losses, OfLoss};
use super::{credits, dunning, wallets};
use crate::entity::{invoice, invoice_item};
use crate::error::{During as _, Kind, StoreError};
use crate::tenants;
use crate::unit::{Record, Unit};
use crate::values;

/// What an item comes from, with the number of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    VoucherSale(i64),
    ResellerSale(i64),
    Reversal(i64),
}

/// What is owed.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) source: Source,
    pub(super) subscriber: SubscriberId,
    /// What was sold, or taken back.
    pub(super) item: String,
    /// How it comes about, in words.
    pub(super) explanation: String,
    pub(super) net: Money,
    pub(super) gross: Money,
    pub(super) taxes: Vec<TaxLine>,
}

impl Source {
    const fn words(self) -> (&'static str, i64) {
        match self {
            Self::VoucherSale(id) => ("voucher_sale", id),
            Self::ResellerSale(id) => ("reseller_sale", id),
            Self::Reversal(id) => ("reversal", id),
        }
    }

    const fn kind(self) -> InvoiceKind {
        match self {
            Self::VoucherSale(_) | Self::ResellerSale(_) => InvoiceKind::Invoice,
            Self::Reversal(_) => InvoiceKind::DebitNote,
        }
    }
}

/// Makes the document of what is owed, whose entries have moved in the same transaction, and gives its label;
/// `None`: it comes to nothing. What is in the wallet of the subscriber, whose row is locked, pays at once.
pub(super) async fn issue(
    unit: &mut Unit<'_>,
    settings: &Settings,
    at: Timestamp,
    item: &Item,
) -> Result<Option<String>, StoreError> {
    if item.gross.is_zero() {
        return Ok(None);
    }
    let zone = tenants::time_zone(&unit.txn, unit.tenant).await?;
    let kind = item.source.kind();
    let [id] = one_id(unit).await?;
    let sums = Sums { id, kind, net: item.net, gross: item.gross };
    write_item(unit, id, item, item.explanation.clone(), [item.net, item.gross]).await?;
    invoices::write_taxes(unit, id, &item.taxes).await?;
    let ground = (settings, &zone);
    // Nobody is late on the day on which he hears of it, whenever the sale was. What a provider took back was
    // to be paid long before.
    let due_from = (kind == InvoiceKind::Invoice).then(|| at.max(unit.now));
    let label = invoices::write_one(unit, ground, (at, due_from), item.subscriber, sums).await?;
    let (source, source_id) = item.source.words();
    unit.record(Record {
        kind: Kind::Invoice,
        row: id,
        name: &label,
        before: None,
        after: Some(json!({
            "of": source, "number": source_id, "gross_minor": item.gross.amount_minor(),
        })),
    });
    pay_open(unit, at, item.subscriber, None).await?;
    Ok(Some(label))
}

/// A part of a sale, or all of it, was taken back, and its entries have moved: a credit note puts that into
/// the wallet of the subscriber, whose row is locked, and pays what is open of the invoice first; but for what of
/// the invoice was written off, which it makes a smaller loss. Nothing where no invoice was made.
pub(super) async fn credit(
    unit: &mut Unit<'_>,
    settings: &Settings,
    at: Timestamp,
    back: &Item,
) -> Result<(), StoreError> {
    let Some(of) = invoice_of(&unit.txn, unit.tenant, back.source).await? else { return Ok(()) };
    let zone = tenants::time_zone(&unit.txn, unit.tenant).await?;
    let [id] = one_id(unit).await?;
    let rule = |error: MoneyError| StoreError::Rule {
        what: Kind::Invoice,
        name: of.label.clone(),
        source: error.into(),
    };
    let less = |money: Money| money.negated().map_err(rule);
    let sums = [less(back.net)?, less(back.gross)?];
    let why = format!("{} given back of {}", back.explanation, of.label);
    write_item(unit, id, back, why.clone(), sums).await?;
    let mut taxes = back.taxes.clone();
    for tax in &mut taxes {
        (tax.net, tax.base, tax.amount) = (less(tax.net)?, less(tax.base)?, less(tax.amount)?);
    }
    invoices::write_taxes(unit, id, &taxes).await?;
    let [net, gross] = sums;
    // What nobody has paid goes to nobody.
    let mut losses = Losses::of(&unit.txn, &BTreeSet::from([of.id])).await?;
    let of_loss = losses.made_up(of.id, back.gross).map_err(rule)?;
    if let Some(of_loss) = of_loss {
        of_loss.keep(unit).await?;
    }
    let of_loss = OfLoss::amount_of(of_loss, back.gross.currency());
    let entries = settle_credit(id, back.subscriber, back.gross, of_loss).map_err(rule)?;
    let about = About { invoice: Some(id), memo: None };
    let entries: Vec<_> = entries.into_iter().map(|entry| (entry, about.clone())).collect();
    books::enter(unit, unit.tenant, at, &entries).await?;
    let sums = Sums { id, kind: InvoiceKind::CreditNote, net, gross };
    let label =
        invoices::write_one(unit, (settings, &zone), (at, None), back.subscriber, sums).await?;
    credits::note(unit, id, of.id, (CreditReason::Order, &why, "the sale"), None).await?;
    unit.record(Record {
        kind: Kind::Invoice,
        row: id,
        name: &label,
        before: None,
        after: Some(json!({ "credits": of.label, "gross_minor": gross.amount_minor() })),
    });
    pay_open(unit, at, back.subscriber, Some(Debt::Invoice(InvoiceId(of.id)))).await
}

/// Lets the wallet of a subscriber, whose row is locked, pay what is open, `first` before all else. Who has
/// paid is served again in the same moment.
pub(super) async fn pay_open(
    unit: &mut Unit<'_>,
    at: Timestamp,
    subscriber: SubscriberId,
    first: Option<Debt>,
) -> Result<(), StoreError> {
    dunning::look_again(unit, [subscriber.0].into_iter()).await?;
    let paid = wallets::pay_first(unit, at, &[subscriber], first).await?;
    dunning::paid(unit, &paid).await
}

/// The number of the invoice of a sale, as it is printed.
pub(super) async fn label_of(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    source: Source,
) -> Result<Option<String>, StoreError> {
    Ok(invoice_of(db, tenant, source).await?.map(|invoice| invoice.label))
}

/// The taxes on the invoice of a sale; none where there is no invoice.
pub(super) async fn taxes_of(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    source: Source,
) -> Result<Vec<TaxLine>, StoreError> {
    let Some(of) = invoice_of(db, tenant, source).await? else { return Ok(Vec::new()) };
    let taxes = invoices::taxes_of(db, of.id, invoices::currency(&of)?).await?;
    let line = |invoices::InvoiceTax { tax, net, base, amount }| TaxLine { tax, net, base, amount };
    Ok(taxes.into_iter().map(line).collect())
}

/// Whether an invoice is of something that belongs to no subscription.
pub(super) async fn is_one(db: &impl ConnectionTrait, invoice: i64) -> Result<bool, StoreError> {
    let found =
        invoice_item::Entity::find().filter(invoice_item::Column::InvoiceId.eq(invoice)).one(db);
    Ok(found.await.during("read what the invoice is for")?.is_some())
}

/// What an invoice is for beside subscriptions.
pub(super) async fn lines(
    db: &impl ConnectionTrait,
    invoice: i64,
    currency: Currency,
) -> Result<Vec<InvoiceLine>, StoreError> {
    let rows = invoice_item::Entity::find()
        .filter(invoice_item::Column::InvoiceId.eq(invoice))
        .order_by_asc(invoice_item::Column::Place)
        .all(db);
    let line = |row: invoice_item::Model| InvoiceLine {
        subscription: None,
        service: None,
        purchase_order: None,
        product: row.item,
        covers: None,
        net: Money::new(row.net_minor, currency),
        gross: Money::new(row.gross_minor, currency),
        explanation: row.explanation,
    };
    let rows = rows.await.during("read the items of the invoice")?;
    Ok(rows.into_iter().map(line).collect())
}

async fn invoice_of(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    source: Source,
) -> Result<Option<invoice::Model>, StoreError> {
    let operation = "find the invoice of the sale";
    let (kind, id) = source.words();
    // The first one; those behind it have given something back of it.
    let item = invoice_item::Entity::find()
        .filter(invoice_item::Column::TenantId.eq(tenant.0))
        .filter(invoice_item::Column::Source.eq(kind))
        .filter(invoice_item::Column::SourceId.eq(id))
        .order_by_asc(invoice_item::Column::Id)
        .one(db);
    let Some(item) = item.await.during(operation)? else { return Ok(None) };
    invoice::Entity::find_by_id(item.invoice_id).one(db).await.during(operation)
}

async fn one_id(unit: &Unit<'_>) -> Result<[i64; 1], StoreError> {
    let ids = take_ids(unit, "invoice", 1).await?;
    ids.try_into().map_err(|_| invalid("it gets no number of a row".to_owned()))
}

async fn write_item(
    unit: &Unit<'_>,
    invoice: i64,
    item: &Item,
    explanation: String,
    [net, gross]: [Money; 2],
) -> Result<(), StoreError> {
    let (source, source_id) = item.source.words();
    let row = [
        Value::from(unit.tenant.0),
        invoice.into(),
        0_i64.into(),
        source.into(),
        source_id.into(),
        item.item.as_str().into(),
        explanation.into(),
        net.amount_minor().into(),
        gross.amount_minor().into(),
    ];
    let insert = "insert into invoice_item (tenant_id, invoice_id, place, source, source_id, item, \
                  explanation, net_minor, gross_minor)";
    values::insert(&unit.txn, insert, vec![row], "", "keep what the document is for").await
}

fn invalid(problem: String) -> StoreError {
    StoreError::Invalid { what: Kind::Invoice, problem }
}
