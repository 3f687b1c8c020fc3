//! What is called how, and what is open, as it is at the end of the transaction that tells of it.

use std::collections::{BTreeMap, BTreeSet};

use entitlement::{TenantId, Timestamp};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use serde::Serialize;

use super::happened::Needed;
use crate::among;
use crate::error::{During as _, StoreError};

const OPERATION: &str = "read what the events are about";

/// A subscriber, as who sends messages needs it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Who {
    id: i64,
    /// Whose subscriber it is.
    #[serde(skip)]
    tenant: TenantId,
    name: String,
    full_name: Option<String>,
    phone: Option<String>,
    email: Option<String>,
}

impl Who {
    pub(super) const fn tenant(&self) -> TenantId {
        self.tenant
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// A document.
#[derive(Debug, Clone)]
pub(super) struct DocumentFact {
    pub(super) label: String,
    pub(super) kind: String,
    pub(super) issued_at: Timestamp,
    pub(super) due_at: Timestamp,
    pub(super) net_minor: i64,
    pub(super) gross_minor: i64,
    pub(super) paid_minor: i64,
    pub(super) currency: String,
}

/// What was charged for paying late.
#[derive(Debug, Clone, Copy)]
pub(super) struct LateFeeFact {
    pub(super) invoice: i64,
    pub(super) open_minor: i64,
}

/// What is known of everything that was asked for.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) subscribers: BTreeMap<i64, Who>,
    pub(super) services: BTreeMap<i64, String>,
    pub(super) plans: BTreeMap<i64, String>,
    pub(super) tenants: BTreeMap<i64, String>,
    pub(super) documents: BTreeMap<i64, DocumentFact>,
    pub(super) late_fees: BTreeMap<i64, LateFeeFact>,
    pub(super) receipts: BTreeMap<i64, String>,
}

impl Facts {
    /// One statement for each kind of which something is asked for, however much that is.
    pub(super) async fn read(
        db: &impl ConnectionTrait,
        mut needed: Needed,
    ) -> Result<Self, StoreError> {
        let who = "select s.id, s.tenant_id, s.name, s.full_name, s.phone, (select b.email from buyer b \
                   where b.subscriber_id = s.id order by b.id desc limit 1) as email \
                   from subscriber s where s.id";
        let subscribers = of(db, who, &needed.subscribers, |row| {
            Ok(Who {
                id: get(row, "id")?,
                tenant: TenantId(get(row, "tenant_id")?),
                name: get(row, "name")?,
                full_name: get(row, "full_name")?,
                phone: get(row, "phone")?,
                email: get(row, "email")?,
            })
        });
        let subscribers = subscribers.await?;
        let name = |row: &QueryResult| get(row, "name");
        let service = "select id, login as name from service where id";
        let services = of(db, service, &needed.services, name).await?;
        let plans = of(db, "select id, name from plan where id", &needed.plans, name).await?;
        let tenants = of(db, "select id, name from tenant where id", &needed.tenants, name).await?;
        let fee = "select id, invoice_id, amount_minor - paid_minor as open_minor from late_fee \
                   where id";
        let late_fees = of(db, fee, &needed.late_fees, |row| {
            Ok(LateFeeFact {
                invoice: get(row, "invoice_id")?,
                open_minor: get(row, "open_minor")?,
            })
        });
        let late_fees = late_fees.await?;
        needed.invoices.extend(late_fees.values().map(|fee| fee.invoice));
        let document = "select id, label, kind, issued_at, due_at, net_minor, gross_minor, \
                        paid_minor, currency from invoice where id";
        let documents = of(db, document, &needed.invoices, |row| {
            Ok(DocumentFact {
                label: get(row, "label")?,
                kind: get(row, "kind")?,
                issued_at: Timestamp::from_unix_ms(get(row, "issued_at")?),
                due_at: Timestamp::from_unix_ms(get(row, "due_at")?),
                net_minor: get(row, "net_minor")?,
                gross_minor: get(row, "gross_minor")?,
                paid_minor: get(row, "paid_minor")?,
                currency: get(row, "currency")?,
            })
        });
        let documents = documents.await?;
        let receipt = "select id, number as name from receipt where id";
        let receipts = of(db, receipt, &needed.receipts, name).await?;
        Ok(Self { subscribers, services, plans, tenants, documents, late_fees, receipts })
    }
}

fn get<T: sea_orm::TryGetable>(row: &QueryResult, column: &str) -> Result<T, StoreError> {
    row.try_get("", column).during(OPERATION)
}

/// What a statement that ends before its numbers gives for each of these.
async fn of<T>(
    db: &impl ConnectionTrait,
    sql: &str,
    ids: &BTreeSet<i64>,
    fact: impl Fn(&QueryResult) -> Result<T, StoreError> + Send,
) -> Result<BTreeMap<i64, T>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let backend = db.get_database_backend();
    let (is_among, ids) = among::numbers_at(backend, "$1", ids.iter().copied());
    let sql = format!("{sql} {is_among}");
    let statement = Statement::from_sql_and_values(backend, sql, [Value::from(ids)]);
    let rows = db.query_all_raw(statement).await.during(OPERATION)?;
    rows.iter().map(|row| Ok((get(row, "id")?, fact(row)?))).collect()
}
