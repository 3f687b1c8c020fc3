//! Putting events into the outbox, in the transaction of what they tell of.

use entitlement::{TenantId, Timestamp};
use sea_orm::{DatabaseTransaction, Value};

use super::facts::{Facts, Who};
use super::happened::{Happened, Needed};
use crate::error::StoreError;
use crate::store::Actor;
use crate::values;

const INSERT: &str = "insert into outbox (tenant_id, topic, version, subscriber_id, body, created_at, \
                      due_at, attempts, fence)";

/// Writes what a transaction has to tell, in its order. Whatever that is, it takes one statement for each
/// kind of thing that it is about, and those of the rows.
///
/// What happens to a subscriber is told to its own tenant, also where another one's doing it is: a card of the
/// tenant above is over. That one neither knows its name, nor hands its events out.
pub(crate) async fn write(
    txn: &DatabaseTransaction,
    by: &Actor,
    now: Timestamp,
    told: &[(TenantId, Happened)],
) -> Result<(), StoreError> {
    let operation = "put events into the outbox";
    if told.is_empty() {
        return Ok(());
    }
    let mut needed = Needed::default();
    for (_, happened) in told {
        happened.add_needed(&mut needed);
    }
    let facts = Facts::read(txn, needed).await?;
    let by = by.to_string();
    let row = |(tenant, happened): &(TenantId, Happened)| {
        let body = happened.body(&facts, &by);
        let body =
            body.map_err(|error| StoreError::Database { operation, source: error.into() })?;
        let who = happened.subscriber.and_then(|subscriber| facts.subscribers.get(&subscriber.0));
        Ok([
            Value::from(who.map_or(*tenant, Who::tenant).0),
            happened.topic.code().into(),
            happened.topic.version().into(),
            happened.subscriber.map(|subscriber| subscriber.0).into(),
            body.into(),
            now.unix_ms().into(),
            now.unix_ms().into(),
            0_i64.into(),
            0_i64.into(),
        ])
    };
    let rows = told.iter().map(row).collect::<Result<Vec<_>, StoreError>>()?;
    values::insert(txn, INSERT, rows, "", operation).await
}
