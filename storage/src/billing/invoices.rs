//! Invoices.

use billing_core::{Currency, Money, Percentage, Tax, TaxBase};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbBackend, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Statement, Value,
};

use super::matter::{Bill, Origin};
use super::settings::Settings;
use super::subscriptions::SubscriptionId;
use super::taxes;
use crate::entity::{invoice, invoice_line, invoice_tax, product, subscriber};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::store::Store;
use crate::unit::Unit;
use crate::values;

/// The series of invoices.
const SERIES: &str = "INV";
const DAY_MS: i64 = 86_400_000;

/// Reads the invoices of one tenant.
#[derive(Debug)]
pub struct Invoices<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// What an invoice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvoiceState {
    /// It can still change, and nobody owes it.
    Draft,
    /// It has a number, is owed, and never changes.
    Final,
}

/// An invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Its identity.
    pub id: i64,
    /// Its number as it is printed; drafts have none.
    pub label: Option<String>,
    /// Whose.
    pub subscriber: SubscriberId,
    /// What the subscriber is called.
    pub subscriber_name: String,
    /// What it is.
    pub state: InvoiceState,
    /// Until when it bills.
    pub billed_until: Timestamp,
    /// When it became final.
    pub issued_at: Option<Timestamp>,
    /// When it is to be paid.
    pub due_at: Option<Timestamp>,
    /// Without taxes.
    pub net: Money,
    /// With taxes.
    pub gross: Money,
    /// What was paid of it.
    pub paid: Money,
}

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    /// Of which subscription.
    pub subscription: SubscriptionId,
    /// What the product is called.
    pub product: String,
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
    /// What it is on.
    pub net: Money,
    /// How much it is.
    pub amount: Money,
}

impl InvoiceState {
    /// The word for it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Final => "final",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Draft, Self::Final].into_iter().find(|state| state.code() == code)
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
        let lines = lines(reader, row.id, currency).await?;
        let taxes = taxes_of(reader, row.id, currency).await?;
        match self.named(reader, vec![row]).await?.pop() {
            Some(invoice) => Ok((invoice, lines, taxes)),
            None => Err(names::not_found(Kind::Invoice, label, [])),
        }
    }

    async fn named(
        &self,
        db: &impl ConnectionTrait,
        rows: Vec<invoice::Model>,
    ) -> Result<Vec<Invoice>, StoreError> {
        let mut ids: Vec<_> = rows.iter().map(|row| row.subscriber_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let owners = subscriber::Entity::find()
            .filter(subscriber::Column::Id.is_in(ids))
            .order_by_asc(subscriber::Column::Id)
            .all(db);
        let owners = owners.await.during("read the subscribers")?;
        let name = |id: i64| {
            let found = owners.binary_search_by_key(&id, |owner| owner.id).ok();
            found.and_then(|place| owners.get(place)).map(|owner| owner.name.clone())
        };
        rows.iter().map(|row| invoice(row, name(row.subscriber_id).unwrap_or_default())).collect()
    }
}

fn invoice(row: &invoice::Model, subscriber_name: String) -> Result<Invoice, StoreError> {
    let currency = currency(row)?;
    let state = InvoiceState::from_code(&row.state)
        .ok_or_else(|| corrupt(row.id, format!("its state is `{}`", row.state)))?;
    Ok(Invoice {
        id: row.id,
        label: row.label.clone(),
        subscriber: SubscriberId(row.subscriber_id),
        subscriber_name,
        state,
        billed_until: Timestamp::from_unix_ms(row.billed_until),
        issued_at: row.issued_at.map(Timestamp::from_unix_ms),
        due_at: row.due_at.map(Timestamp::from_unix_ms),
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
        subscription: SubscriptionId(row.subscription_id),
        product: name(row.product_id).map(|product| product.name.clone()).unwrap_or_default(),
        net: Money::new(row.net_minor, currency),
        gross: Money::new(row.gross_minor, currency),
        explanation: row.explanation,
    };
    Ok(rows.into_iter().map(line).collect())
}

async fn taxes_of(
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
            amount: Money::new(row.amount_minor, currency),
        })
    };
    rows.await.during("read the taxes of the invoice")?.into_iter().map(tax).collect()
}

fn currency(row: &invoice::Model) -> Result<Currency, StoreError> {
    let currency = row.currency.parse();
    currency.map_err(|_| corrupt(row.id, format!("its currency is `{}`", row.currency)))
}

fn corrupt(row: i64, problem: String) -> StoreError {
    StoreError::Corrupt { what: Kind::Invoice, row: row.to_string(), problem }
}

/// What invoices were given: their rows and their numbers, without a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Numbers {
    pub(super) ids: Vec<i64>,
    pub(super) first: i64,
    pub(super) last: i64,
}

/// Keeps final invoices with the next numbers of their series. Whoever takes a number holds the series
/// until the end of the transaction: so a number that was not used is given to the next one.
pub(super) async fn write_final(
    unit: &Unit<'_>,
    settings: &Settings,
    at: Timestamp,
    bills: &[Bill],
    explain: impl Fn(&billing_core::Line) -> String,
) -> Result<Numbers, StoreError> {
    let count = i64::try_from(bills.len()).unwrap_or(i64::MAX);
    let first = take_numbers(unit, count).await?;
    let ids = take_ids(unit, count).await?;
    let mut invoices = Vec::with_capacity(bills.len());
    let (mut lines, mut taxes) = (Vec::new(), Vec::new());
    let due_at = at.unix_ms().saturating_add(i64::from(settings.payment_days) * DAY_MS);
    for ((number, id), bill) in (first..).zip(&ids).zip(bills) {
        let id = *id;
        invoices.push(invoice_row(unit, at, due_at, id, number, bill));
        lines.extend(line_rows(unit, id, bill, &explain)?);
        taxes.extend(tax_rows(unit, id, bill)?);
    }
    values::insert(&unit.txn, INSERT_INVOICES, invoices, "", "keep invoices").await?;
    values::insert(&unit.txn, INSERT_LINES, lines, "", "keep the lines of invoices").await?;
    values::insert(&unit.txn, INSERT_TAXES, taxes, "", "keep the taxes of invoices").await?;
    Ok(Numbers { ids, first, last: first + count - 1 })
}

const INSERT_INVOICES: &str = "insert into invoice (id, tenant_id, subscriber_id, currency, state, \
     series, number, label, made_at, billed_until, issued_at, due_at, net_minor, gross_minor, \
     paid_minor)";
const INSERT_LINES: &str = "insert into invoice_line (tenant_id, invoice_id, place, \
     subscription_id, product_id, begins, ordinal, period_from, period_until, last_from, currency, \
     price_minor, billed_before_minor, amount_minor, net_minor, gross_minor, explanation)";
const INSERT_TAXES: &str = "insert into invoice_tax (tenant_id, invoice_id, place, name, \
     rate_millionths, on_taxes, net_minor, amount_minor)";

fn invoice_row(
    unit: &Unit<'_>,
    at: Timestamp,
    due_at: i64,
    id: i64,
    number: i64,
    Bill { subscriber, draft, .. }: &Bill,
) -> [Value; 15] {
    let label = format!("{SERIES}-{number:06}");
    [
        id.into(),
        unit.tenant.0.into(),
        subscriber.0.into(),
        draft.gross.currency().code().into(),
        InvoiceState::Final.code().into(),
        SERIES.into(),
        number.into(),
        label.into(),
        unit.now.unix_ms().into(),
        at.unix_ms().into(),
        at.unix_ms().into(),
        due_at.into(),
        draft.net.amount_minor().into(),
        draft.gross.amount_minor().into(),
        0_i64.into(),
    ]
}

fn line_rows(
    unit: &Unit<'_>,
    invoice: i64,
    Bill { draft, origins, .. }: &Bill,
    explain: impl Fn(&billing_core::Line) -> String,
) -> Result<Vec<[Value; 17]>, StoreError> {
    let row = |(place, (line, origin)): (i64, (&billing_core::DraftLine, &Origin))| {
        let billing_core::Line { key, due, billed_before, amount } = &line.line;
        let period = due.as_ref().and_then(|due| due.period);
        let begins = |piece: &billing_core::Piece| piece.interval.map(|interval| interval.from());
        let last_from = due.iter().flat_map(|due| &due.pieces).filter_map(begins).max();
        Ok([
            unit.tenant.0.into(),
            invoice.into(),
            place.into(),
            origin.subscription.0.into(),
            key.component.0.into(),
            key.begins.unix_ms().into(),
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
            explain(&line.line).into(),
        ])
    };
    (0..).zip(draft.lines.iter().zip(origins)).map(row).collect()
}

fn tax_rows(
    unit: &Unit<'_>,
    invoice: i64,
    Bill { draft, .. }: &Bill,
) -> Result<Vec<[Value; 8]>, StoreError> {
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
            line.amount.amount_minor().into(),
        ])
    };
    (0..).zip(&draft.taxes).map(row).collect()
}

/// The first of so many numbers that follow on the last one.
async fn take_numbers(unit: &Unit<'_>, count: i64) -> Result<i64, StoreError> {
    let operation = "number invoices";
    let sql = "insert into invoice_series (tenant_id, series, format, next_number) \
               values ($1, $2, $2, 1 + $3) on conflict (tenant_id, series) \
               do update set next_number = invoice_series.next_number + $3 \
               returning next_number - $3 as first";
    let values = [unit.tenant.0.into(), SERIES.into(), count.into()];
    let backend = unit.txn.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let row = unit.txn.query_one_raw(statement).await.during(operation)?;
    let row = row.ok_or_else(|| corrupt(0, "the series of invoices gives no number".to_owned()))?;
    row.try_get("", "first").during(operation)
}

/// So many numbers of rows that nobody else has.
async fn take_ids(unit: &Unit<'_>, count: i64) -> Result<Vec<i64>, StoreError> {
    let operation = "number invoices";
    let backend = unit.txn.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => "select nextval('invoice_id_seq') as id from generate_series(1, $1)",
        // Nobody else writes until the end of the transaction.
        _ => {
            "with recursive ids (id, behind) as (select coalesce(max(id), 0) + 1, \
             coalesce(max(id), 0) + $1 from invoice union all select id + 1, behind from ids \
             where id < behind) select id from ids"
        }
    };
    let statement = Statement::from_sql_and_values(backend, sql, [Value::from(count)]);
    let rows = unit.txn.query_all_raw(statement).await.during(operation)?;
    rows.iter().map(|row| row.try_get("", "id").during(operation)).collect()
}
