//! What a document is written with beside its amounts, as it is when it becomes final.

use std::collections::{BTreeMap, BTreeSet};

use entitlement::SubscriberId;
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};

use super::matter::Bill;
use super::parties;
use crate::among;
use crate::error::{During as _, StoreError};
use crate::unit::Unit;

/// Of each subscription the log-in of its service, and what it was ordered by.
pub(super) type Orders = BTreeMap<i64, (Option<String>, Option<String>)>;

pub(super) async fn orders(
    db: &impl ConnectionTrait,
    bills: &[Bill],
) -> Result<Orders, StoreError> {
    let operation = "read what the subscriptions pay for";
    let backend = db.get_database_backend();
    let ids: BTreeSet<_> =
        bills.iter().flat_map(|bill| &bill.origins).map(|origin| origin.subscription.0).collect();
    let (is_among, ids) = among::numbers_at(backend, "$1", ids);
    let sql = format!(
        "select b.id, s.login, b.purchase_order from subscription b \
         left join service s on s.id = b.service_id where b.id {is_among}"
    );
    let statement = Statement::from_sql_and_values(backend, sql, [Value::from(ids)]);
    let rows = db.query_all_raw(statement).await.during(operation)?;
    let order = |row: &QueryResult| {
        let text = |column: &str| row.try_get::<Option<String>>("", column).during(operation);
        let id = row.try_get("", "id").during(operation)?;
        Ok((id, (text("login")?, text("purchase_order")?)))
    };
    rows.iter().map(order).collect()
}

/// How long who has to pay, and which versions of the parties are in force.
pub(super) struct Terms {
    pub(super) seller: Option<i64>,
    of_subscribers: BTreeMap<i64, (Option<u16>, Option<i64>)>,
}

impl Terms {
    pub(super) async fn read(
        unit: &Unit<'_>,
        subscribers: impl Iterator<Item = SubscriberId> + Send,
    ) -> Result<Self, StoreError> {
        let operation = "read who is billed";
        let backend = unit.txn.get_database_backend();
        let ids: BTreeSet<_> = subscribers.map(|subscriber| subscriber.0).collect();
        let (is_among, ids) = among::numbers_at(backend, "$1", ids);
        let sql = format!(
            "select s.id, s.payment_days, (select max(b.id) from buyer b \
             where b.subscriber_id = s.id) as buyer_id from subscriber s where s.id {is_among}"
        );
        let statement = Statement::from_sql_and_values(backend, sql, [Value::from(ids)]);
        let rows = unit.txn.query_all_raw(statement).await.during(operation)?;
        let term = |row: &QueryResult| {
            let number = |column: &str| row.try_get::<Option<i64>>("", column).during(operation);
            let days = number("payment_days")?.and_then(|days| u16::try_from(days).ok());
            let id = row.try_get("", "id").during(operation)?;
            Ok((id, (days, number("buyer_id")?)))
        };
        let of_subscribers = rows.iter().map(term).collect::<Result<_, StoreError>>()?;
        let seller = parties::seller_in_force(&unit.txn, unit.tenant).await?;
        Ok(Self { seller, of_subscribers })
    }

    pub(super) fn of(&self, subscriber: SubscriberId) -> (Option<u16>, Option<i64>) {
        self.of_subscribers.get(&subscriber.0).copied().unwrap_or_default()
    }
}
