//! What an operator gives up of what is owed: invoices that are written off, and late fees that are waived.
//!
//! It is as when dunning writes off: what is given up is open no more, so that money that comes later pays
//! something else or stays in the wallet; and what was paid before and is taken back is open again.

use billing_core::dunning::{self as rules, GiveUpError};
use billing_core::ledger::Entry;
use billing_core::payment::{Debt, InvoiceId, LateFeeId};
use billing_core::{Currency, Money};
use entitlement::{SubscriberId, TenantId};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    Statement, Value,
};
use serde_json::json;

use super::books::{self, About};
use super::dunning::Dunning;
use super::invoices::{self, Invoices};
use super::subscriptions::lock;
use super::{debts, dunning, intents, settings};
use crate::entity::{invoice, late_fee};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::outbox::{Happened, Topic, What};
use crate::repeated::once_by_key;
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};
use crate::{names, tenants, values};

/// The longest reason and the longest key, octets.
const TEXT_LEN_MAX: usize = 200;

/// What is to be given up of an invoice, or of what was charged for paying it late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGivenUp {
    /// How much; `None`: all that is open.
    pub amount: Option<Money>,
    /// Why: a line.
    pub reason: String,
    /// By which the same is known again; `None`: each is another one.
    pub key: Option<String>,
}

/// What was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenUp {
    /// How much.
    pub amount: Money,
    /// Whether it is new: the same key again changes nothing.
    pub is_new: bool,
}

/// Of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// What an invoice asks for, and as a whole with its late fees.
    Invoice,
    /// Its late fees alone.
    Fees,
}

impl Invoices<'_> {
    /// Writes off what is open of the invoice with this label, and of its late fees; or an amount of the invoice
    /// itself. Who is not served for it, and has nothing else that is overdue, is served again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] where nothing is open, and for more than is;
    /// [`StoreError::Closed`] while the books are closed; [`StoreError::Invalid`] without a reason, and for
    /// something else under a known key. Nothing is written then.
    pub async fn write_off(
        &self,
        by: &Actor,
        label: &str,
        new: &NewGivenUp,
    ) -> Result<GivenUp, StoreError> {
        give_up((self.store, self.tenant), by, (Of::Invoice, label), new).await
    }
}

impl Dunning<'_> {
    /// Waives what is open of what was charged for paying the invoice with this label late, or an amount of it,
    /// of what was charged last first. It is no income then.
    ///
    /// # Errors
    /// As [`Invoices::write_off`].
    pub async fn waive(
        &self,
        by: &Actor,
        label: &str,
        new: &NewGivenUp,
    ) -> Result<GivenUp, StoreError> {
        give_up((self.store, self.tenant), by, (Of::Fees, label), new).await
    }
}

async fn give_up(
    (store, tenant): (&Store, TenantId),
    by: &Actor,
    (of, label): (Of, &str),
    new: &NewGivenUp,
) -> Result<GivenUp, StoreError> {
    check_texts(new)?;
    once_by_key(|| give_up_once((store, tenant), by, (of, label), new)).await
}

async fn give_up_once(
    (store, tenant): (&Store, TenantId),
    by: &Actor,
    (of, label): (Of, &str),
    new: &NewGivenUp,
) -> Result<GivenUp, StoreError> {
    let mut unit = Unit::begin(store, tenant, by, of.operation()).await?;
    // Who is served again is served as things are sold now.
    tenants::hold_prices(&unit.txn, tenant).await?;
    lock(&unit.txn, find(&unit, label).await?.subscriber_id).await?;
    // Only now nobody else changes it.
    let row = find(&unit, label).await?;
    if let Some(amount) = known(&unit, &row, of, new).await? {
        return Ok(GivenUp { amount, is_new: false });
    }
    settings::read_open(&unit.txn, tenant, (of.kind(), "what is given up", unit.now)).await?;
    let rule = |error: GiveUpError| StoreError::Rule {
        what: of.kind(),
        name: row.label.clone(),
        source: RuleError::GiveUp(error),
    };
    let open = open_of(&unit, &row, of).await?;
    let parts = open.parts(of, new.amount).map_err(rule)?;
    let minors = parts.iter().map(|(_, minor)| Money::new(*minor, open.currency));
    let amount = Money::sum(open.currency, minors).map_err(|error| rule(error.into()))?;
    keep(&mut unit, &row, (of, new), (&parts, amount)).await?;
    let whose = SubscriberId(row.subscriber_id);
    dunning::given_up(&mut unit, whose, amount).await?;
    intents::activate_served(&mut unit, whose).await?;
    unit.commit().await?;
    Ok(GivenUp { amount, is_new: true })
}

async fn find(unit: &Unit<'_>, label: &str) -> Result<invoice::Model, StoreError> {
    let row = invoice::Entity::find()
        .filter(invoice::Column::TenantId.eq(unit.tenant.0))
        .filter(invoice::Column::Label.eq(label))
        .one(&unit.txn);
    let row = row.await.during("find the invoice")?;
    row.ok_or_else(|| names::not_found(Kind::Invoice, label, []))
}

/// What is open of an invoice.
struct Open {
    currency: Currency,
    invoice: i64,
    /// In minor units, without late fees.
    open_minor: i64,
    /// Of each late fee, what was charged last first.
    fees: Vec<(i64, i64)>,
}

async fn open_of(unit: &Unit<'_>, row: &invoice::Model, of: Of) -> Result<Open, StoreError> {
    let fees = late_fee::Entity::find()
        .filter(late_fee::Column::TenantId.eq(unit.tenant.0))
        .filter(late_fee::Column::InvoiceId.eq(row.id))
        .order_by_desc(late_fee::Column::At)
        .order_by_desc(late_fee::Column::Id)
        .all(&unit.txn);
    let fees = fees.await.during("read what was charged for paying late")?;
    let fees = fees.iter().map(|fee| (fee.id, fee.amount_minor.saturating_sub(fee.paid_minor)));
    let open_minor = match of {
        Of::Invoice => row.gross_minor.saturating_sub(row.paid_minor).max(0),
        Of::Fees => 0,
    };
    let fees = fees.filter(|(_, open_minor)| *open_minor > 0).collect();
    Ok(Open { currency: invoices::currency(row)?, invoice: row.id, open_minor, fees })
}

impl Open {
    /// What is given up of which debt, in minor units.
    fn parts(&self, of: Of, amount: Option<Money>) -> Result<Vec<(Debt, i64)>, GiveUpError> {
        let money = |minor: i64| Money::new(minor, self.currency);
        let invoice = (Debt::Invoice(InvoiceId(self.invoice)), self.open_minor);
        let fees = self.fees.iter().map(|(id, minor)| (Debt::LateFee(LateFeeId(*id)), *minor));
        // A part of an invoice is of what it asks for, and leaves its fees.
        let all: Vec<_> = match (of, amount) {
            (Of::Invoice, Some(_)) => vec![invoice],
            (Of::Invoice, None) => core::iter::once(invoice).chain(fees).collect(),
            (Of::Fees, _) => fees.collect(),
        };
        let open = Money::sum(self.currency, all.iter().map(|(_, minor)| money(*minor)))?;
        let mut left = rules::given_up(open, amount)?.amount_minor();
        let part = |(debt, open_minor): (Debt, i64)| {
            let minor = open_minor.min(left);
            left = left.saturating_sub(minor);
            (debt, minor)
        };
        Ok(all.into_iter().map(part).filter(|(_, minor)| *minor > 0).collect())
    }
}

impl Of {
    const fn operation(self) -> &'static str {
        match self {
            Self::Invoice => "write off an invoice",
            Self::Fees => "waive late fees",
        }
    }

    const fn kind(self) -> Kind {
        match self {
            Self::Invoice => Kind::WriteOff,
            Self::Fees => Kind::LateFee,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Invoice => "write-off",
            Self::Fees => "waiver of late fees",
        }
    }

    fn entry(self, whose: SubscriberId, which: (rules::InvoiceId, u16), amount: Money) -> Entry {
        match self {
            Self::Invoice => rules::write_off(whose, which, amount),
            Self::Fees => rules::waiver(whose, which, amount),
        }
    }
}

/// What was given up under the key, if something was.
async fn known(
    unit: &Unit<'_>,
    row: &invoice::Model,
    of: Of,
    new: &NewGivenUp,
) -> Result<Option<Money>, StoreError> {
    let operation = "look for the key";
    let Some(key) = &new.key else { return Ok(None) };
    let sql = "select w.invoice_id, w.of_fees, w.amount_minor, w.asked, w.reason, i.label \
               from write_off w join invoice i on i.id = w.invoice_id \
               where w.tenant_id = $1 and w.idempotency_key = $2";
    let values = [Value::from(unit.tenant.0), key.as_str().into()];
    let backend = unit.txn.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let found = unit.txn.query_one_raw(statement).await.during(operation)?;
    let Some(found) = found else { return Ok(None) };
    let number = |column: &str| found.try_get::<i64>("", column).during(operation);
    let text = |column: &str| found.try_get::<String>("", column).during(operation);
    let was = if number("of_fees")? == 0 { Of::Invoice } else { Of::Fees };
    let (invoice, asked, reason) = (number("invoice_id")?, text("asked")?, text("reason")?);
    if (invoice, was) == (row.id, of) && asked == new.asked() && reason == new.reason {
        return Ok(Some(Money::new(number("amount_minor")?, invoices::currency(row)?)));
    }
    let (word, label) = (was.word(), text("label")?);
    Err(invalid(format!(
        "the key `{key}` is that of the {word} of {asked} of {label} ({reason}); each has a key of its own"
    )))
}

impl NewGivenUp {
    /// What was asked for, in words that are compared.
    fn asked(&self) -> String {
        self.amount.map_or_else(|| "all".to_owned(), |amount| amount.to_string())
    }
}

/// Keeps what is given up, and moves it in the ledger.
async fn keep(
    unit: &mut Unit<'_>,
    row: &invoice::Model,
    (of, new): (Of, &NewGivenUp),
    (parts, amount): (&[(Debt, i64)], Money),
) -> Result<(), StoreError> {
    let operation = of.operation();
    let backend = unit.txn.get_database_backend();
    // Those of dunning are numbered with it.
    let sql = "select count(*) as count from write_off where invoice_id = $1";
    let statement = Statement::from_sql_and_values(backend, sql, [Value::from(row.id)]);
    let counted = unit.txn.query_one_raw(statement).await.during(operation)?;
    let count = counted.map_or(Ok(0), |row| row.try_get::<i64>("", "count")).during(operation)?;
    let number = u16::try_from(count).map_err(|_| {
        invalid(format!("{} was given up {count} times; no more are counted", row.label))
    })?;
    let (at, whose) = (unit.now, SubscriberId(row.subscriber_id));
    let of_invoice = parts.iter().filter(|(debt, _)| matches!(debt, Debt::Invoice(_)));
    let of_invoice: i64 = of_invoice.map(|(_, minor)| minor).sum();
    let written = [
        Value::from(unit.tenant.0),
        whose.0.into(),
        row.id.into(),
        i64::from(number).into(),
        at.unix_ms().into(),
        amount.currency().code().into(),
        amount.amount_minor().into(),
        i64::from(of == Of::Fees).into(),
        new.reason.as_str().into(),
        new.asked().into(),
        new.key.clone().into(),
        of_invoice.into(),
    ];
    let insert = "insert into write_off (tenant_id, subscriber_id, invoice_id, number, at, currency, \
                  amount_minor, of_fees, reason, asked, idempotency_key, invoice_minor)";
    values::insert(&unit.txn, insert, vec![written], "", operation).await?;
    debts::pay(unit, parts).await?;
    let entry = of.entry(whose, (rules::InvoiceId(row.id), number), amount);
    let about = About { invoice: Some(row.id), memo: Some(new.reason.clone()) };
    books::enter(unit, unit.tenant, at, &[(entry, about)]).await?;
    if of == Of::Invoice {
        let what = What::WrittenOff { invoice: row.id, amount, at };
        unit.tell(Happened::new(Topic::InvoiceWrittenOff, Some(whose), what));
    }
    unit.record(Record {
        kind: of.kind(),
        row: row.id,
        name: &row.label,
        before: None,
        after: Some(json!({
            "number": number,
            "at": at.unix_ms(),
            "amount_minor": amount.amount_minor(),
            "currency": amount.currency().code(),
            "reason": new.reason,
        })),
    });
    Ok(())
}

fn check_texts(new: &NewGivenUp) -> Result<(), StoreError> {
    for (what, text) in [("reason", Some(&new.reason)), ("key", new.key.as_ref())] {
        let Some(text) = text else { continue };
        let is_right = !text.is_empty() && text.len() <= TEXT_LEN_MAX && text.trim() == text;
        if !is_right || text.chars().any(char::is_control) {
            return Err(invalid(format!(
                "the {what} has 1 to {TEXT_LEN_MAX} letters that can be shown, without blanks around them"
            )));
        }
    }
    Ok(())
}

fn invalid(problem: String) -> StoreError {
    StoreError::Invalid { what: Kind::WriteOff, problem }
}
