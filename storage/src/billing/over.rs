//! Packages whose time is over: nothing is done about that here, and it is told once, for whoever is to hear
//! of it.

use entitlement::{SubscriberId, Timestamp};
use sea_orm::{ConnectionTrait as _, EntityTrait as _, Statement, Value};

use super::due::{self, DoneEach};
use super::packages;
use super::subscriptions::{SubscriptionId, Subscriptions};
use crate::entity::subscription_package;
use crate::error::{During as _, StoreError};
use crate::outbox::{Happened, Topic, What};
use crate::store::Actor;

const OPERATION: &str = "see which packages are over";

/// What is over, and was not told. What renews itself is told when that was tried in vain, and what the
/// operator has given for longer when that is over. What stands still is longer by as much, and not over.
const IS_OVER: &str = "p.tenant_id = $1 and p.paid_until <= $2 \
     and coalesce(p.over_told, 0) <> p.paid_until \
     and (p.auto_renew = 0 or p.tries > 0 or p.try_at is null) \
     and exists (select 1 from subscription b where b.id = p.subscription_id \
     and b.state in ('active', 'grace') and not exists (select 1 from service s \
     where s.id = b.service_id and s.valid_until > $2))";

/// What is over of a subscription that has ended, and was not passed by.
const HAS_ENDED: &str = "tenant_id = $1 and paid_until <= $2 \
     and coalesce(over_told, 0) <> paid_until and exists (select 1 from subscription b \
     where b.id = subscription_id and b.state = 'terminated')";

impl Subscriptions<'_> {
    /// Tells the outbox of packages whose time is over by now, `limit` at most behind the first `skip`, which
    /// are those of which it could not be told. Each is a transaction of its own.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn tell_over_each(
        &self,
        by: &Actor,
        limit: u64,
        skip: u64,
    ) -> Result<DoneEach, StoreError> {
        let sql = format!(
            "select p.id, p.subscription_id from subscription_package p where {IS_OVER} \
             order by p.paid_until, p.id limit $3 offset $4"
        );
        self.pass_by_ended().await?;
        let database = self.store.database();
        let values = due::page(self.tenant, self.store.now(), limit, skip);
        let statement = Statement::from_sql_and_values(database.backend(), sql, values);
        let rows = database.reader.query_all_raw(statement).await.during(OPERATION)?;
        let mut each = DoneEach::default();
        for row in rows {
            let package: i64 = row.try_get("", "id").during(OPERATION)?;
            let of: i64 = row.try_get("", "subscription_id").during(OPERATION)?;
            each.note(&of, self.tell_over(by, SubscriptionId(of), package).await)?;
        }
        Ok(each)
    }

    /// Of a subscription that has ended that is told, and of its packages nothing: they are not looked at again.
    async fn pass_by_ended(&self) -> Result<(), StoreError> {
        let database = self.store.database();
        let values = [self.tenant.0, self.store.now().unix_ms()].map(Value::from);
        let statement =
            |sql: &str| Statement::from_sql_and_values(database.backend(), sql, values.clone());
        // Mostly there is none, and nobody who writes is to be held up for that.
        let any = format!("select id from subscription_package where {HAS_ENDED} limit 1");
        let any = database.reader.query_one_raw(statement(&any)).await.during(OPERATION)?;
        if any.is_none() {
            return Ok(());
        }
        let pass_by =
            format!("update subscription_package set over_told = paid_until where {HAS_ENDED}");
        database.writer.execute_raw(statement(&pass_by)).await.during(OPERATION).map(|_| ())
    }

    /// Tells it where it is still so when nobody else can change it.
    async fn tell_over(
        &self,
        by: &Actor,
        subscription: SubscriptionId,
        package: i64,
    ) -> Result<bool, StoreError> {
        let (mut unit, row) = self.locked(by, subscription, OPERATION).await?;
        let sql = format!(
            "update subscription_package set over_told = paid_until where id = \
             (select p.id from subscription_package p where {IS_OVER} and p.id = $3)"
        );
        let values = [self.tenant.0, unit.now.unix_ms(), package].map(Value::from);
        let backend = unit.txn.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let told = unit.txn.execute_raw(statement).await.during(OPERATION)?;
        let found = subscription_package::Entity::find_by_id(package).one(&unit.txn).await;
        let (1, Some(found)) = (told.rows_affected(), found.during(OPERATION)?) else {
            // What was carried out before may be why: otherwise it would be found so again.
            unit.commit().await?;
            return Ok(false);
        };
        let name = packages::named(&unit, &row, &found).await?;
        let paid_until = found.paid_until.map(Timestamp::from_unix_ms);
        let what = What::Over { package: name, paid_until };
        let owner = Some(SubscriberId(row.subscriber_id));
        unit.tell(Happened::new(Topic::PackageExpired, owner, what));
        unit.commit().await?;
        Ok(true)
    }
}
