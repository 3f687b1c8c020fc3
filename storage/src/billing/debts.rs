//! What subscribers owe, and that it was paid. What is owed for a reversal, and sales on account, are
//! documents, as invoices are.

use std::collections::BTreeMap;

use billing_core::Money;
use billing_core::payment::{Allocation, Debt, InvoiceId, LateFeeId, OpenDebt, ReversalId};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use crate::among;
use crate::error::{During as _, Kind, StoreError};
use crate::unit::Unit;

/// What these subscribers owe, for each and each currency.
pub(super) type Owed = BTreeMap<(SubscriberId, String), Vec<OpenDebt>>;

/// Everything that is open of these subscribers'.
pub(super) async fn open(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    subscribers: &[SubscriberId],
) -> Result<Owed, StoreError> {
    let operation = "read what is owed";
    let mut owed = Owed::new();
    let backend = db.get_database_backend();
    let whose = subscribers.iter().map(|subscriber| subscriber.0);
    let (condition, ids) = among::numbers_at(backend, "$2", whose);
    let sql = format!(
        "select subscriber_id, 'invoice' as debt, id, due_at, currency, \
         gross_minor - paid_minor as open_minor from invoice \
         where tenant_id = $1 and subscriber_id {condition} and paid_minor < gross_minor \
         union all select subscriber_id, 'late_fee', id, at, currency, amount_minor - paid_minor \
         from late_fee where tenant_id = $1 and subscriber_id {condition} \
         and paid_minor < amount_minor"
    );
    let values = [Value::from(tenant.0), ids.into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    for row in db.query_all_raw(statement).await.during(operation)? {
        let number = |column: &str| row.try_get::<i64>("", column).during(operation);
        let code: String = row.try_get("", "currency").during(operation)?;
        let kind: String = row.try_get("", "debt").during(operation)?;
        let currency = code.parse().map_err(|_| corrupt(&format!("the currency `{code}`")))?;
        let debt = debt(&kind, number("id")?).ok_or_else(|| corrupt("a debt of a kind"))?;
        let due_at = Timestamp::from_unix_ms(number("due_at")?);
        let open = Money::new(number("open_minor")?, currency);
        let of = owed.entry((SubscriberId(number("subscriber_id")?), code)).or_default();
        of.push(OpenDebt { debt, due_at, open });
    }
    Ok(owed)
}

/// Says that debts were paid, or with a negative sign that they are open again. What is paid of an overdue
/// invoice in part is kept with its moment.
pub(super) async fn pay(unit: &Unit<'_>, paid: &[(Debt, i64)]) -> Result<(), StoreError> {
    let operation = "say what is paid";
    let backend = unit.txn.get_database_backend();
    for (table, wanted) in [("invoice", "invoice"), ("late_fee", "late_fee")] {
        let of_kind = paid.iter().filter_map(|(debt, minor)| {
            let (kind, id) = words(*debt);
            (kind == wanted).then_some([id, *minor])
        });
        let rows: Vec<_> = of_kind.collect();
        if rows.is_empty() {
            continue;
        }
        let rows = serde_json::to_string(&rows)
            .map_err(|error| StoreError::Database { operation, source: error.into() })?;
        let rows_of = match backend {
            DbBackend::Postgres => {
                "select (value ->> 0)::bigint as id, sum((value ->> 1)::bigint)::bigint as minor \
                 from json_array_elements($1::json) group by 1"
            }
            _ => {
                "select json_extract(value, '$[0]') as id, sum(json_extract(value, '$[1]')) as minor \
                 from json_each($1) group by 1"
            }
        };
        let sql = format!(
            "update {table} set paid_minor = paid_minor + r.minor from ({rows_of}) r \
             where {table}.tenant_id = $2 and {table}.id = r.id"
        );
        let values = [Value::from(rows.as_str()), unit.tenant.0.into()];
        let statement = Statement::from_sql_and_values(backend, sql, values);
        unit.txn.execute_raw(statement).await.during(operation)?;
        if table == "invoice" {
            // Of what is paid as a whole nothing is charged any more.
            let sql = format!(
                "insert into part_payment (tenant_id, invoice_id, at, amount_minor) \
                 select i.tenant_id, i.id, $3, r.minor from invoice i join ({rows_of}) r \
                 on r.id = i.id where i.tenant_id = $2 and i.paid_minor < i.gross_minor \
                 and i.due_at <= $3"
            );
            let values = [rows.into(), unit.tenant.0.into(), unit.now.unix_ms().into()];
            let statement = Statement::from_sql_and_values(backend, sql, values);
            unit.txn.execute_raw(statement).await.during(operation)?;
        }
    }
    Ok(())
}

/// What allocations pay of each debt, with what was written off.
pub(super) fn parts(allocations: &[Allocation]) -> impl Iterator<Item = (Debt, i64)> {
    let part = |it: &Allocation| {
        (it.debt, it.amount.amount_minor().saturating_add(it.written_off.amount_minor()))
    };
    allocations.iter().map(part)
}

pub(super) const fn words(debt: Debt) -> (&'static str, i64) {
    match debt {
        Debt::Invoice(id) => ("invoice", id.0),
        Debt::Reversal(id) => ("reversal", id.0),
        Debt::LateFee(id) => ("late_fee", id.0),
    }
}

pub(super) fn debt(kind: &str, id: i64) -> Option<Debt> {
    match kind {
        "invoice" => Some(Debt::Invoice(InvoiceId(id))),
        "reversal" => Some(Debt::Reversal(ReversalId(id))),
        "late_fee" => Some(Debt::LateFee(LateFeeId(id))),
        _ => None,
    }
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt {
        what: Kind::Invoice,
        row: "?".to_owned(),
        problem: format!("{what} that is none is owed"),
    }
}
