//! Accounts to look at, and why.

use std::collections::BTreeMap;

use billing_core::dunning::{History, PAID_MAX, PaidInvoice, Risk, RiskLimits, risks};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Statement, Value,
};

use super::case::Case;
use super::policy::Ground;
use super::{Dunning, no_policy, rule};
use crate::among;
use crate::entity::subscriber;
use crate::error::{During as _, Kind, RuleError, StoreError};

/// Subscribers who were looked at, the last of them from whom on the next look goes, and of those there
/// is a reason for, which.
pub type Risks = (Option<SubscriberId>, Vec<(SubscriberId, Vec<Risk>)>);

impl Dunning<'_> {
    /// Why the next `limit` subscribers behind `after` are ones to look at, by how they have paid since
    /// a moment; those for whom there is no reason are left out.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] where there is no policy; [`StoreError::Rule`] for limits of another
    /// currency.
    pub async fn risks(
        &self,
        limits: &RiskLimits,
        since: Timestamp,
        limit: u64,
        after: Option<SubscriberId>,
    ) -> Result<Risks, StoreError> {
        let reader = &self.store.database().reader;
        let ground = Ground::read(reader, self.tenant).await?.ok_or_else(no_policy)?;
        let ids = subscriber::Entity::find()
            .select_only()
            .column(subscriber::Column::Id)
            .filter(subscriber::Column::TenantId.eq(self.tenant.0))
            .filter(subscriber::Column::Id.gt(after.map_or(i64::MIN, |after| after.0)))
            .order_by_asc(subscriber::Column::Id)
            .limit(limit)
            .into_tuple::<i64>()
            .all(reader);
        let ids = ids.await.during("list the subscribers")?;
        let now = self.store.now();
        let cases = Case::read(reader, self.tenant, &ground, &ids, now).await?;
        let mut histories = histories(reader, self.tenant, &ids, since).await?;
        let mut found = Vec::new();
        let currency = ground.currency().ok_or_else(no_policy)?;
        for case in cases {
            let history = histories.remove(&case.subscriber.0).unwrap_or_default();
            let account = case.account_in(&ground, currency);
            let why = risks(limits, &account, &history, currency, now, &ground.zone);
            let why = why.map_err(|error| {
                rule(Kind::Subscriber, &case.subscriber.to_string(), RuleError::Risk(error))
            })?;
            if !why.is_empty() {
                found.push((case.subscriber, why));
            }
        }
        Ok((ids.last().map(|id| SubscriberId(*id)), found))
    }
}

/// How these subscribers have paid since a moment.
async fn histories(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    subscribers: &[i64],
    since: Timestamp,
) -> Result<BTreeMap<i64, History>, StoreError> {
    let operation = "read how was paid";
    let backend = db.get_database_backend();
    let (condition, ids) = among::numbers_at(backend, "$2", subscribers.iter().copied());
    let values = [Value::from(tenant.0), ids.into(), since.unix_ms().into()];
    let mut all: BTreeMap<i64, History> = BTreeMap::new();
    let sql = format!(
        "select subscriber_id, due_at, paid_at from invoice where tenant_id = $1 \
         and subscriber_id {condition} and paid_at >= $3 order by paid_at desc"
    );
    let statement = Statement::from_sql_and_values(backend, sql, values.clone());
    for row in db.query_all_raw(statement).await.during(operation)? {
        let number = |column: &str| row.try_get::<i64>("", column).during(operation);
        let history = all.entry(number("subscriber_id")?).or_default();
        if history.paid.len() < PAID_MAX {
            history.paid.push(PaidInvoice {
                due_at: Timestamp::from_unix_ms(number("due_at")?),
                paid_at: Timestamp::from_unix_ms(number("paid_at")?),
            });
        }
    }
    let sql = format!(
        "select subscriber_id, count(*) as reversals from take_back where tenant_id = $1 \
         and subscriber_id {condition} and kind = 'reversal' and at >= $3 group by subscriber_id"
    );
    let statement = Statement::from_sql_and_values(backend, sql, values);
    for row in db.query_all_raw(statement).await.during(operation)? {
        let number = |column: &str| row.try_get::<i64>("", column).during(operation);
        let history = all.entry(number("subscriber_id")?).or_default();
        history.reversals = number("reversals")?.try_into().unwrap_or(u32::MAX);
    }
    Ok(all)
}
