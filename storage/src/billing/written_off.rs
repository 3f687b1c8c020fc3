//! What was written off of invoices, and how much of that credit notes have made up for: who gives back something
//! that nobody has paid makes the loss smaller, and gives nothing to the customer.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::{Currency, Money, MoneyError};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};

use crate::among;
use crate::error::{During as _, Kind, StoreError};
use crate::unit::Unit;

/// How much of invoices, by their rows, is a loss: written off, and given back by no credit note since. Late fees
/// are no part of it.
#[derive(Debug, Default)]
pub(super) struct Losses(BTreeMap<i64, Money>);

/// How much of what a document gives back makes the loss of an invoice smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OfLoss {
    pub(super) invoice: i64,
    pub(super) amount: Money,
}

impl Losses {
    /// Those of these invoices, whose subscribers are locked by whoever gives something back.
    pub(super) async fn of(
        db: &impl ConnectionTrait,
        invoices: &BTreeSet<i64>,
    ) -> Result<Self, StoreError> {
        let operation = "read what was written off";
        let backend = db.get_database_backend();
        let invoices: Vec<_> = invoices.iter().copied().collect();
        let mut all = BTreeMap::new();
        for invoices in invoices.chunks(among::VALUES_MAX) {
            let (is_among, ids) = among::numbers_at(backend, "$1", invoices.iter().copied());
            let sql = format!(
                "select invoice_id, currency, cast(sum(invoice_minor - made_up_minor) as bigint) \
                 as left_minor from write_off where invoice_id {is_among} \
                 and invoice_minor > made_up_minor group by invoice_id, currency"
            );
            let statement = Statement::from_sql_and_values(backend, sql, [Value::from(ids)]);
            for row in &db.query_all_raw(statement).await.during(operation)? {
                let (invoice, left) = left_of(row, operation)?;
                all.insert(invoice, left);
            }
        }
        Ok(Self(all))
    }

    /// Whether something of an invoice is lost.
    pub(super) fn is_of(&self, invoice: i64) -> bool {
        self.0.contains_key(&invoice)
    }

    /// What of so much that is given back of an invoice was lost, and is so no more; `None`: nothing.
    ///
    /// # Errors
    /// Two currencies.
    pub(super) fn made_up(
        &mut self,
        invoice: i64,
        given_back: Money,
    ) -> Result<Option<OfLoss>, MoneyError> {
        let Some(left) = self.0.get_mut(&invoice) else { return Ok(None) };
        let amount = given_back.least(*left)?;
        *left = left.minus(amount)?;
        Ok((!amount.is_zero()).then_some(OfLoss { invoice, amount }))
    }
}

impl OfLoss {
    /// How much it is; nothing of none.
    pub(super) fn amount_of(of: Option<Self>, currency: Currency) -> Money {
        of.map_or(Money::zero(currency), |of| of.amount)
    }

    /// Keeps that so much of an invoice was made up for, what was written off first before what was later.
    pub(super) async fn keep(self, unit: &Unit<'_>) -> Result<(), StoreError> {
        let operation = "make up for what was written off";
        let backend = unit.txn.get_database_backend();
        let sql = "select id, invoice_minor - made_up_minor as left_minor from write_off \
                   where invoice_id = $1 and invoice_minor > made_up_minor order by number";
        let statement = Statement::from_sql_and_values(backend, sql, [Value::from(self.invoice)]);
        let mut left = self.amount.amount_minor();
        for row in unit.txn.query_all_raw(statement).await.during(operation)? {
            let number = |column: &str| row.try_get::<i64>("", column).during(operation);
            let minor = number("left_minor")?.min(left);
            if minor == 0 {
                break;
            }
            left = left.saturating_sub(minor);
            let sql = "update write_off set made_up_minor = made_up_minor + $1 where id = $2";
            let values = [minor, number("id")?].map(Value::from);
            let statement = Statement::from_sql_and_values(backend, sql, values);
            unit.txn.execute_raw(statement).await.during(operation)?;
        }
        Ok(())
    }
}

fn left_of(row: &QueryResult, operation: &'static str) -> Result<(i64, Money), StoreError> {
    let number = |column: &str| row.try_get::<i64>("", column).during(operation);
    let (invoice, code): (_, String) =
        (number("invoice_id")?, row.try_get("", "currency").during(operation)?);
    let currency = code.parse::<Currency>().map_err(|_| StoreError::Corrupt {
        what: Kind::WriteOff,
        row: invoice.to_string(),
        problem: format!("`{code}` is no currency"),
    })?;
    Ok((invoice, Money::new(number("left_minor")?, currency)))
}
