//! Invoices.

use core::num::NonZeroU64;
use std::collections::BTreeMap;

use billing_core::invoice::{Document, NumberError, NumberingError, Series, payment_due_at};
use billing_core::{Currency, Interval, Money, Percentage, Tax, TaxBase};
use entitlement::{SubscriberId, TenantId, TimeZone, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbBackend, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Statement, Value,
};

use super::document_terms::{Orders, Terms, orders};
use super::matter::{Bill, CreditedBy, Origin};
use super::settings::Settings;
use super::subscriptions::SubscriptionId;
use super::{line_taxes, sale_invoices, taxes};
use crate::entity::{invoice, invoice_line, invoice_tax, product};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::outbox::Happened;
use crate::store::Store;
use crate::subscribers::names_of;
use crate::unit::Unit;
use crate::values;

/// Reads the invoices of one tenant.
#[derive(Debug)]
pub struct Invoices<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// What a document is. All are final: they have a number and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InvoiceKind {
    /// Its amount is owed.
    Invoice,
    /// Its amount, which is negative, was given back.
    CreditNote,
    /// Its amount is owed, as its provider took back a payment. Nothing is billed by it.
    DebitNote,
}

/// An invoice or a credit note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Its identity.
    pub id: i64,
    /// Its number as it is printed.
    pub label: String,
    /// Whose.
    pub subscriber: SubscriberId,
    /// What the subscriber is called.
    pub subscriber_name: String,
    /// What it is.
    pub kind: InvoiceKind,
    /// When it was issued, and up to when it bills.
    pub issued_at: Timestamp,
    /// When it is to be paid.
    pub due_at: Timestamp,
    /// Without taxes.
    pub net: Money,
    /// With taxes.
    pub gross: Money,
    /// What was paid of it, or written off; of a credit note nothing.
    pub paid: Money,
}

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    /// Of which subscription; `None`: it was sold on account, or taken back by a provider.
    pub subscription: Option<SubscriptionId>,
    /// The log-in of the service that it paid for when the document became final.
    pub service: Option<String>,
    /// What the subscription was ordered by then, where it had an order of its own.
    pub purchase_order: Option<String>,
    /// What the product is called, or what was sold.
    pub product: String,
    /// For when, where it is for a time.
    pub covers: Option<Interval>,
    /// Without taxes.
    pub net: Money,
    /// With taxes.
    pub gross: Money,
    /// How it comes about, in words.
    pub explanation: String,
}

/// What one tax comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceTax {
    /// Which, at which rate.
    pub tax: Tax,
    /// The net amounts that it is on.
    pub net: Money,
    /// What it is taken on: these amounts, of a tax on taxes with the taxes before it.
    pub base: Money,
    /// How much it is.
    pub amount: Money,
}

impl InvoiceKind {
    /// The word for it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit_note",
            Self::DebitNote => "debit_note",
        }
    }

    pub(super) fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Invoice, Self::CreditNote, Self::DebitNote];
        all.into_iter().find(|kind| kind.code() == code)
    }
}

impl Invoices<'_> {
    /// The last `limit` invoices, the oldest first; with a name, those of that subscriber.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscriber.
    pub async fn list(
        &self,
        subscriber: Option<&str>,
        limit: u64,
    ) -> Result<Vec<Invoice>, StoreError> {
        let reader = &self.store.database().reader;
        let mut find = invoice::Entity::find().filter(invoice::Column::TenantId.eq(self.tenant.0));
        if let Some(name) = subscriber {
            let owner = self.store.subscribers(self.tenant).existing(reader, name).await?;
            find = find.filter(invoice::Column::SubscriberId.eq(owner.id));
        }
        let rows = find.order_by_desc(invoice::Column::Id).limit(limit).all(reader).await;
        let mut rows = rows.during("list the invoices")?;
        rows.reverse();
        self.named(reader, rows).await
    }

    /// The invoice with this label, as it is printed, with its lines and taxes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(
        &self,
        label: &str,
    ) -> Result<(Invoice, Vec<InvoiceLine>, Vec<InvoiceTax>), StoreError> {
        let reader = &self.store.database().reader;
        let row = invoice::Entity::find()
            .filter(invoice::Column::TenantId.eq(self.tenant.0))
            .filter(invoice::Column::Label.eq(label))
            .one(reader);
        let row = row.await.during("find the invoice")?;
        let row = row.ok_or_else(|| names::not_found(Kind::Invoice, label, []))?;
        let currency = currency(&row)?;
        let mut lines = lines(reader, row.id, currency).await?;
        lines.extend(sale_invoices::lines(reader, row.id, currency).await?);
        let taxes = taxes_of(reader, row.id, currency).await?;
        match self.named(reader, vec![row]).await?.pop() {
            Some(invoice) => Ok((invoice, lines, taxes)),
            None => Err(names::not_found(Kind::Invoice, label, [])),
        }
    }

    /// The invoices of these rows.
    pub(super) async fn of_rows(
        &self,
        db: &impl ConnectionTrait,
        ids: &[i64],
    ) -> Result<Vec<Invoice>, StoreError> {
        let rows = invoice::Entity::find()
            .filter(invoice::Column::TenantId.eq(self.tenant.0))
            .filter(invoice::Column::Id.is_in(ids.iter().copied()))
            .order_by_asc(invoice::Column::Id)
            .all(db);
        let rows = rows.await.during("read the invoices")?;
        self.named(db, rows).await
    }

    async fn named(
        &self,
        db: &impl ConnectionTrait,
        rows: Vec<invoice::Model>,
    ) -> Result<Vec<Invoice>, StoreError> {
        let owners = names_of(db, rows.iter().map(|row| row.subscriber_id)).await?;
        let name = |row: &invoice::Model| owners.get(&row.subscriber_id).cloned();
        rows.iter().map(|row| invoice(row, name(row).unwrap_or_default())).collect()
    }
}

fn invoice(row: &invoice::Model, subscriber_name: String) -> Result<Invoice, StoreError> {
    let currency = currency(row)?;
    let kind = InvoiceKind::from_code(&row.kind)
        .ok_or_else(|| corrupt(row.id, format!("it is a `{}`", row.kind)))?;
    Ok(Invoice {
        id: row.id,
        label: row.label.clone(),
        subscriber: SubscriberId(row.subscriber_id),
        subscriber_name,
        kind,
        issued_at: Timestamp::from_unix_ms(row.issued_at),
        due_at: Timestamp::from_unix_ms(row.due_at),
        net: Money::new(row.net_minor, currency),
        gross: Money::new(row.gross_minor, currency),
        paid: Money::new(row.paid_minor, currency),
    })
}

async fn lines(
    db: &impl ConnectionTrait,
    invoice: i64,
    currency: Currency,
) -> Result<Vec<InvoiceLine>, StoreError> {
    let rows = invoice_line::Entity::find()
        .filter(invoice_line::Column::InvoiceId.eq(invoice))
        .order_by_asc(invoice_line::Column::Place)
        .all(db);
    let rows = rows.await.during("read the lines of the invoice")?;
    let mut ids: Vec<_> = rows.iter().map(|row| row.product_id).collect();
    ids.dedup();
    let products = product::Entity::find().filter(product::Column::Id.is_in(ids)).all(db).await;
    let products = products.during("read the products")?;
    let name = |id: i64| products.iter().find(|product| product.id == id);
    let line = |row: invoice_line::Model| InvoiceLine {
        subscription: Some(SubscriptionId(row.subscription_id)),
        service: row.service,
        purchase_order: row.purchase_order,
        covers: row.covers_from.zip(row.covers_until).and_then(|(from, until)| {
            Interval::new(Timestamp::from_unix_ms(from), Timestamp::from_unix_ms(until))
        }),
        product: name(row.product_id).map(|product| product.name.clone()).unwrap_or_default(),
        net: Money::new(row.net_minor, currency),
        gross: Money::new(row.gross_minor, currency),
        explanation: row.explanation,
    };
    Ok(rows.into_iter().map(line).collect())
}

pub(super) async fn taxes_of(
    db: &impl ConnectionTrait,
    invoice: i64,
    currency: Currency,
) -> Result<Vec<InvoiceTax>, StoreError> {
    let rows = invoice_tax::Entity::find()
        .filter(invoice_tax::Column::InvoiceId.eq(invoice))
        .order_by_asc(invoice_tax::Column::Place)
        .all(db);
    let tax = |row: invoice_tax::Model| {
        let rate = u64::try_from(row.rate_millionths).ok().and_then(Percentage::from_millionths);
        let rate = rate.ok_or_else(|| corrupt(invoice, "the rate of a tax is none".to_owned()))?;
        Ok(InvoiceTax {
            tax: Tax { name: row.name, rate, base: taxes::base(row.on_taxes) },
            net: Money::new(row.net_minor, currency),
            base: Money::new(row.base_minor, currency),
            amount: Money::new(row.amount_minor, currency),
        })
    };
    rows.await.during("read the taxes of the invoice")?.into_iter().map(tax).collect()
}

pub(super) fn currency(row: &invoice::Model) -> Result<Currency, StoreError> {
    let currency = row.currency.parse();
    currency.map_err(|_| corrupt(row.id, format!("its currency is `{}`", row.currency)))
}

/// In which currency a line is.
pub(super) fn currency_of(row: &invoice_line::Model) -> Result<Currency, StoreError> {
    let currency = row.currency.parse();
    currency.map_err(|_| {
        corrupt(row.invoice_id, format!("the currency of a line is `{}`", row.currency))
    })
}

fn corrupt(row: i64, problem: String) -> StoreError {
    StoreError::Corrupt { what: Kind::Invoice, row: row.to_string(), problem }
}

/// Keeps the lines and taxes of documents whose rows will have these numbers.
pub(super) async fn write_lines(
    unit: &Unit<'_>,
    ids: &[i64],
    bills: &[Bill],
    explain: impl Fn(&billing_core::Line) -> String,
) -> Result<(), StoreError> {
    let (mut lines, mut taxes) = (Vec::new(), Vec::new());
    let orders = orders(&unit.txn, bills).await?;
    for (id, bill) in ids.iter().zip(bills) {
        lines.extend(line_rows(unit, *id, (bill, &orders), &explain)?);
        taxes.extend(tax_rows(unit, *id, &bill.draft().taxes)?);
    }
    values::insert(&unit.txn, INSERT_LINES, lines, "", "keep the lines of invoices").await?;
    values::insert(&unit.txn, INSERT_TAXES, taxes, "", "keep the taxes of invoices").await
}

/// Keeps final documents with the next numbers of their series. Whoever takes a number holds the series
/// until the end of the transaction: so a number that was not used is given to the next one.
pub(super) async fn write(
    unit: &mut Unit<'_>,
    (settings, zone): (&Settings, &TimeZone),
    at: Timestamp,
    ids: &[i64],
    bills: &[Bill],
) -> Result<(), StoreError> {
    let terms = Terms::read(unit, bills.iter().map(|bill| bill.subscriber)).await?;
    let count = |kind| bills.iter().filter(|bill| kind_of(bill) == kind).count();
    let mut numbers = Numbers::take(unit, (settings, zone), at, count).await?;
    let mut invoices = Vec::with_capacity(bills.len());
    let mut labels = Vec::with_capacity(bills.len());
    let mut told = Vec::with_capacity(bills.len());
    for (id, bill) in ids.iter().zip(bills) {
        let (kind, draft) = (kind_of(bill), bill.draft());
        let number = numbers.next(kind)?;
        let (days, buyer) = terms.of(bill.subscriber);
        let due_at = payment_due_at(at, days.unwrap_or(settings.payment_days), zone);
        let due_at =
            due_at.ok_or_else(|| corrupt(0, format!("{at} lies outside of the calendar")))?;
        let parties = (terms.seller, buyer);
        labels.push(number.2.clone());
        let sums = Sums { id: *id, kind, net: draft.net, gross: draft.gross };
        invoices.push(invoice_row(unit, (at, due_at, parties), bill.subscriber, number, sums));
        told.push(Happened::document(bill.subscriber, *id, kind));
    }
    let labels = match (labels.first(), labels.last()) {
        (Some(first), Some(last)) if first != last => format!("one of {first} to {last}"),
        (first, _) => first.cloned().unwrap_or_default(),
    };
    let kept = values::insert(&unit.txn, INSERT_INVOICES, invoices, "", "keep invoices").await;
    kept.map_err(|error| taken(error, &labels))?;
    told.into_iter().for_each(|happened| unit.tell(happened));
    Ok(())
}

/// The label of the next document by a series, where one has it already.
pub(super) async fn next_taken(
    unit: &Unit<'_>,
    kind: InvoiceKind,
    series: &Series,
    zone: &TimeZone,
) -> Result<Option<String>, StoreError> {
    let operation = "find the next number";
    let scope = scope_of(series, unit.now, zone)?;
    let sql = "select next_number from invoice_series \
               where tenant_id = $1 and kind = $2 and scope = $3";
    let values: [Value; 3] = [unit.tenant.0.into(), kind.code().into(), scope.into()];
    let backend = unit.txn.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let next = unit.txn.query_one_raw(statement).await.during(operation)?;
    let next = next.map(|row| row.try_get("", "next_number").during(operation)).transpose()?;
    let label = written(series, next.unwrap_or(1), unit.now, zone)?;
    let taken = invoice::Entity::find()
        .filter(invoice::Column::TenantId.eq(unit.tenant.0))
        .filter(invoice::Column::Label.eq(label.as_str()))
        .one(&unit.txn);
    Ok(taken.await.during(operation)?.map(|_| label))
}

/// What the counter is called by which a document of this moment is numbered.
fn scope_of(series: &Series, at: Timestamp, zone: &TimeZone) -> Result<String, StoreError> {
    let scope = series.scope(at, zone).map_err(|error| cannot_number(&error))?;
    Ok(match (scope.year, scope.month) {
        (None, _) => String::new(),
        (Some(year), None) => year.to_string(),
        (Some(year), Some(month)) => format!("{year}-{month:02}"),
    })
}

/// How a number is printed.
fn written(
    series: &Series,
    number: i64,
    at: Timestamp,
    zone: &TimeZone,
) -> Result<String, StoreError> {
    let positive = u64::try_from(number).ok().and_then(NonZeroU64::new);
    let positive = positive.ok_or_else(|| corrupt(0, format!("{number} is no number")))?;
    series.written(positive, at, zone).map_err(|error| cannot_number(&error))
}

/// What a document comes to, and the number of its row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums {
    pub(super) id: i64,
    pub(super) kind: InvoiceKind,
    pub(super) net: Money,
    pub(super) gross: Money,
}

/// Keeps one final document that no run has made, with the next number of its series, and gives its label. The
/// days to pay begin at `due_from`; without that it is due at once. As [`write()`], it comes late in a
/// transaction.
pub(super) async fn write_one(
    unit: &mut Unit<'_>,
    ground: (&Settings, &TimeZone),
    (at, due_from): (Timestamp, Option<Timestamp>),
    subscriber: SubscriberId,
    sums: Sums,
) -> Result<String, StoreError> {
    let terms = Terms::read(unit, core::iter::once(subscriber)).await?;
    let (days, buyer) = terms.of(subscriber);
    let due_at = match due_from {
        None => Some(at),
        Some(from) => payment_due_at(from, days.unwrap_or(ground.0.payment_days), ground.1),
    };
    let due_at = due_at.ok_or_else(|| corrupt(0, format!("{at} lies outside of the calendar")))?;
    let count = |kind| usize::from(kind == sums.kind);
    let number = Numbers::take(unit, ground, at, count).await?.next(sums.kind)?;
    let label = number.2.clone();
    let row = invoice_row(unit, (at, due_at, (terms.seller, buyer)), subscriber, number, sums);
    let kept = values::insert(&unit.txn, INSERT_INVOICES, vec![row], "", "keep the document").await;
    kept.map_err(|error| taken(error, &label))?;
    unit.tell(Happened::document(subscriber, sums.id, sums.kind));
    Ok(label)
}

/// Why a document could not be kept: another one may have its label.
fn taken(error: StoreError, label: &str) -> StoreError {
    match error.is_there_already() {
        true => StoreError::Rule {
            what: Kind::BillingSettings,
            name: "numbers".to_owned(),
            source: NumberingError::Taken { label: label.to_owned() }.into(),
        },
        false => error,
    }
}

const INSERT_INVOICES: &str = "insert into invoice (id, tenant_id, subscriber_id, currency, kind, \
     scope, number, label, made_at, issued_at, due_at, net_minor, gross_minor, paid_minor, \
     seller_id, buyer_id)";
const INSERT_LINES: &str = "insert into invoice_line (tenant_id, invoice_id, place, \
     subscription_id, product_id, begins, is_usage, ordinal, period_from, period_until, last_from, currency, \
     price_minor, billed_before_minor, amount_minor, net_minor, gross_minor, explanation, quantity, \
     taxation, of_invoice_id, of_place, by_hand, service, purchase_order, covers_from, covers_until)";
const INSERT_TAXES: &str = "insert into invoice_tax (tenant_id, invoice_id, place, name, \
     rate_millionths, on_taxes, net_minor, base_minor, amount_minor)";

const fn kind_of(bill: &Bill) -> InvoiceKind {
    match bill.document {
        Document::Invoice(_) => InvoiceKind::Invoice,
        Document::CreditNote(..) => InvoiceKind::CreditNote,
    }
}

fn invoice_row(
    unit: &Unit<'_>,
    (at, due_at, (seller, buyer)): (Timestamp, Timestamp, (Option<i64>, Option<i64>)),
    subscriber: SubscriberId,
    (scope, number, label): (String, i64, String),
    Sums { id, kind, net, gross }: Sums,
) -> [Value; 16] {
    // What is given back is given back at once, and nothing of it is ever open.
    let paid = match kind {
        InvoiceKind::Invoice | InvoiceKind::DebitNote => 0,
        InvoiceKind::CreditNote => gross.amount_minor(),
    };
    [
        id.into(),
        unit.tenant.0.into(),
        subscriber.0.into(),
        gross.currency().code().into(),
        kind.code().into(),
        scope.into(),
        number.into(),
        label.into(),
        unit.now.unix_ms().into(),
        at.unix_ms().into(),
        due_at.unix_ms().into(),
        net.amount_minor().into(),
        gross.amount_minor().into(),
        paid.into(),
        seller.into(),
        buyer.into(),
    ]
}

fn line_rows(
    unit: &Unit<'_>,
    invoice: i64,
    (bill, orders): (&Bill, &Orders),
    explain: impl Fn(&billing_core::Line) -> String,
) -> Result<Vec<[Value; 27]>, StoreError> {
    let row = |(place, (line, origin)): (i64, (&billing_core::DraftLine, &Origin))| {
        let billing_core::Line { key, due, billed_before, amount } = &line.line;
        let period = due.as_ref().and_then(|due| due.period);
        let last_from = due.as_ref().map(billing_core::Due::last_from);
        let credits = origin.credits.as_ref();
        let (service, purchase_order) =
            orders.get(&origin.subscription.0).cloned().unwrap_or_default();
        let (by_hand, quantity) = match credits.map(|it| &it.by) {
            Some(CreditedBy::Hand { quantity, .. }) => (1_i64, *quantity),
            Some(CreditedBy::Run(_)) => (0, 0),
            None => (0, line.quantity()),
        };
        // What is given back by hand is for a line, which says what it was for.
        let covers = due.as_ref().filter(|_| by_hand == 0).and_then(covered);
        Ok([
            unit.tenant.0.into(),
            invoice.into(),
            place.into(),
            origin.subscription.0.into(),
            key.component.0.into(),
            key.begins.unix_ms().into(),
            i64::from(key.kind == billing_core::ChargeKind::Usage).into(),
            origin.ordinal.into(),
            period.map(|period| period.from().unix_ms()).into(),
            period.map(|period| period.until().unix_ms()).into(),
            last_from.unwrap_or(key.begins).unix_ms().into(),
            amount.currency().code().into(),
            due.as_ref().map_or(0, |due| due.price.amount_minor()).into(),
            billed_before.amount_minor().into(),
            amount.amount_minor().into(),
            line.amount.net.amount_minor().into(),
            line.amount.gross.amount_minor().into(),
            origin.explain(|| explain(&line.line)).into(),
            i64::from(quantity).into(),
            line_taxes::written(line)?.into(),
            credits.map(|it| it.invoice).into(),
            credits.map(|it| it.place).into(),
            by_hand.into(),
            service.into(),
            purchase_order.into(),
            covers.map(|it| it.from().unix_ms()).into(),
            covers.map(|it| it.until().unix_ms()).into(),
        ])
    };
    (0..).zip(bill.draft().lines.iter().zip(&bill.origins)).map(row).collect()
}

/// From the beginning of the first part to the end of the last one.
pub(super) fn covered(due: &billing_core::Due) -> Option<Interval> {
    let parts = || due.pieces.iter().filter_map(|piece| piece.interval);
    Interval::new(parts().map(Interval::from).min()?, parts().map(Interval::until).max()?)
}

/// Keeps what each tax of a document that no run has made comes to.
pub(super) async fn write_taxes(
    unit: &Unit<'_>,
    invoice: i64,
    taxes: &[billing_core::TaxLine],
) -> Result<(), StoreError> {
    let rows = tax_rows(unit, invoice, taxes)?;
    values::insert(&unit.txn, INSERT_TAXES, rows, "", "keep the taxes of the document").await
}

fn tax_rows(
    unit: &Unit<'_>,
    invoice: i64,
    taxes: &[billing_core::TaxLine],
) -> Result<Vec<[Value; 9]>, StoreError> {
    let row = |(place, line): (i64, &billing_core::TaxLine)| {
        let rate = i64::try_from(line.tax.rate.millionths())
            .map_err(|_| corrupt(invoice, format!("{} is no rate of a tax", line.tax.rate)))?;
        Ok([
            unit.tenant.0.into(),
            invoice.into(),
            place.into(),
            line.tax.name.as_str().into(),
            rate.into(),
            i64::from(line.tax.base == TaxBase::PriceAndTaxesBefore).into(),
            line.net.amount_minor().into(),
            line.base.amount_minor().into(),
            line.amount.amount_minor().into(),
        ])
    };
    (0..).zip(taxes).map(row).collect()
}

/// Numbers that were taken for the documents of a batch.
struct Numbers<'s> {
    at: Timestamp,
    zone: &'s TimeZone,
    /// The series of each kind, its scope, and the next number of it.
    series: BTreeMap<InvoiceKind, (&'s Series, String, i64)>,
}

impl<'s> Numbers<'s> {
    async fn take(
        unit: &Unit<'_>,
        (settings, zone): (&'s Settings, &'s TimeZone),
        at: Timestamp,
        count: impl Fn(InvoiceKind) -> usize + Send,
    ) -> Result<Self, StoreError> {
        let mut series = BTreeMap::new();
        let kinds = [
            (InvoiceKind::Invoice, &settings.invoices),
            (InvoiceKind::CreditNote, &settings.credit_notes),
            (InvoiceKind::DebitNote, &settings.debit_notes),
        ];
        for (kind, of_kind) in kinds {
            let count = count(kind);
            if count == 0 {
                continue;
            }
            let scope = scope_of(of_kind, at, zone)?;
            let first = take_numbers(unit, kind.code(), &scope, count).await?;
            series.insert(kind, (of_kind, scope, first));
        }
        Ok(Self { at, zone, series })
    }

    /// Its scope, its number, and how that is written.
    fn next(&mut self, kind: InvoiceKind) -> Result<(String, i64, String), StoreError> {
        let taken = self.series.get_mut(&kind);
        let (series, scope, next) =
            taken.ok_or_else(|| corrupt(0, "no number was taken for it".to_owned()))?;
        let number = *next;
        *next += 1;
        Ok((scope.clone(), number, written(series, number, self.at, self.zone)?))
    }
}

fn cannot_number(error: &NumberError) -> StoreError {
    StoreError::Invalid { what: Kind::Invoice, problem: error.to_string() }
}

/// The first of so many numbers that follow on the last one.
pub(super) async fn take_numbers(
    unit: &Unit<'_>,
    kind: &'static str,
    scope: &str,
    count: usize,
) -> Result<i64, StoreError> {
    let operation = "number documents";
    let sql = "insert into invoice_series (tenant_id, kind, scope, next_number) \
               values ($1, $2, $3, 1 + $4) on conflict (tenant_id, kind, scope) \
               do update set next_number = invoice_series.next_number + $4 \
               returning next_number - $4 as first";
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let values = [unit.tenant.0.into(), kind.into(), scope.into(), count.into()];
    let backend = unit.txn.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let row = unit.txn.query_one_raw(statement).await.during(operation)?;
    let row = row.ok_or_else(|| corrupt(0, "its series gives no number".to_owned()))?;
    row.try_get("", "first").during(operation)
}

/// So many numbers of rows of a table that nobody else has.
pub(super) async fn take_ids(
    unit: &Unit<'_>,
    table: &'static str,
    count: usize,
) -> Result<Vec<i64>, StoreError> {
    let operation = "number rows";
    let backend = unit.txn.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => {
            format!("select nextval('{table}_id_seq') as id from generate_series(1, $1)")
        }
        // Nobody else writes until the end of the transaction.
        _ => format!(
            "with recursive ids (id, behind) as (select coalesce(max(id), 0) + 1, \
             coalesce(max(id), 0) + $1 from {table} union all select id + 1, behind from ids \
             where id < behind) select id from ids"
        ),
    };
    let count = Value::from(i64::try_from(count).unwrap_or(i64::MAX));
    let statement = Statement::from_sql_and_values(backend, sql, [count]);
    let rows = unit.txn.query_all_raw(statement).await.during(operation)?;
    rows.iter().map(|row| row.try_get("", "id").during(operation)).collect()
}
