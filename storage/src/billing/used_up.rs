//! Data, or time online, that is gone, used up or over by its date: what was bought to be renewed by itself begins
//! anew, and a voucher of access has given all that it was for.
//!
//! The journal says which grants are full, in the transaction that stores the meter. Who works by the clock
//! looks at each of them once, and at a package whenever something of it ends before its time does.

use billing_core::SubscriptionState;
use billing_core::voucher::VoucherState;
use entitlement::{GrantId, ServiceId, SubscriberId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _, Statement, Value,
};

use super::carried_over;
use super::due::DoneEach;
use super::packages;
use super::stopped;
use super::subscriptions::{SubscriptionId, Subscriptions};
use crate::constant;
use crate::entity::{subscription, subscription_package, used_up_grant, voucher};
use crate::error::{During as _, StoreError};
use crate::outbox::{Happened, Topic, What};
use crate::repeated::repeated;
use crate::store::Actor;
use crate::unit::Unit;

const OPERATION: &str = "see which data is used up";
/// When packages are to be looked at that were bought before anybody looked, as the migration sets it, Unix ms.
const BEFORE_IT_WAS_LOOKED: i64 = 0;

impl Subscriptions<'_> {
    /// As [`notice_used_up_each`](Self::notice_used_up_each) of the first `limit`. Gives how many there were.
    ///
    /// # Errors
    /// When the store is away; the first of those that could not be looked at, when all have had their turn.
    pub async fn notice_used_up(&self, by: &Actor, limit: u64) -> Result<usize, StoreError> {
        self.notice_used_up_each(by, limit, 0).await?.all()
    }

    /// Looks at data that has been used up since it was looked, `limit` grants at most behind the first `skip`,
    /// which are those that could not be looked at. A package that is renewed by itself, and of which no data
    /// is left, is due then ([`renew_due`](Self::renew_due)); a voucher whose data it was is used.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn notice_used_up_each(
        &self,
        by: &Actor,
        limit: u64,
        skip: u64,
    ) -> Result<DoneEach, StoreError> {
        let unseen = used_up_grant::Entity::find()
            .filter(used_up_grant::Column::TenantId.eq(self.tenant.0))
            .filter(constant::is(used_up_grant::Column::IsSeen, 0))
            .order_by_asc(used_up_grant::Column::GrantId)
            .offset(skip)
            .limit(limit)
            .all(&self.store.database().reader);
        let mut each = DoneEach::default();
        for row in unseen.await.during(OPERATION)? {
            let (service, grant) = (ServiceId(row.service_id), GrantId(row.grant_id));
            each.note(&row.grant_id, self.notice_one(by, service, grant).await)?;
        }
        Ok(each)
    }

    /// Looks at packages of which something has ended by its date since it was looked, `limit` at most behind
    /// the first `skip`, which are those that could not be looked at. One that is renewed by itself, and of
    /// which no data is left, or no time online, is due then ([`renew_due`](Self::renew_due)).
    ///
    /// # Errors
    /// When the store is away.
    pub async fn notice_lapsed_each(
        &self,
        by: &Actor,
        limit: u64,
        skip: u64,
    ) -> Result<DoneEach, StoreError> {
        // What stands still is valid for as much longer.
        let stopped = subscription::Entity::find()
            .select_only()
            .column(subscription::Column::Id)
            .filter(
                subscription::Column::Id
                    .into_expr()
                    .eq(subscription_package::Column::SubscriptionId.into_expr()),
            )
            .filter(subscription::Column::State.is_in(stopped::CAN_STOP));
        let ended = subscription_package::Entity::find()
            .filter(subscription_package::Column::TenantId.eq(self.tenant.0))
            .filter(Expr::exists(stopped.into_query()).not())
            .filter(subscription_package::Column::LookAt.lte(self.store.now().unix_ms()))
            .order_by_asc(subscription_package::Column::LookAt)
            .order_by_asc(subscription_package::Column::Id)
            .offset(skip)
            .limit(limit)
            .all(&self.store.database().reader);
        let mut each = DoneEach::default();
        for package in ended.await.during(OPERATION)? {
            let looked = repeated(|| self.look_at(by, &package)).await;
            each.note(&package.subscription_id, looked)?;
        }
        Ok(each)
    }

    async fn look_at(
        &self,
        by: &Actor,
        seen: &subscription_package::Model,
    ) -> Result<bool, StoreError> {
        let subscription = SubscriptionId(seen.subscription_id);
        let (mut unit, row) = self.locked(by, subscription, OPERATION).await?;
        carried_over::carry_all(&mut unit, SubscriberId(row.subscriber_id)).await?;
        let found = subscription_package::Entity::find_by_id(seen.id).one(&unit.txn).await;
        let Some(package) = found.during(OPERATION)? else { return Ok(false) };
        if package.look_at.is_none_or(|at| at > unit.now.unix_ms()) {
            // What was carried over is there until later.
            unit.commit().await?;
            return Ok(false);
        }
        if row.state == SubscriptionState::Terminated.code() {
            let never = subscription_package::ActiveModel {
                id: Set(package.id),
                look_at: Set(None),
                ..Default::default()
            };
            never.update(&unit.txn).await.during(OPERATION)?;
            unit.commit().await?;
            return Ok(true);
        }
        if package.look_at == Some(BEFORE_IT_WAS_LOOKED)
            && packages::is_out_of_data(&unit, &row, &package).await?
        {
            // It may be so for months, and is no news.
            is_first_told(&unit, &package).await?;
        }
        notice_gone(&mut unit, &row, &package).await?;
        packages::note_lapse(&unit, package).await?;
        unit.commit().await?;
        Ok(true)
    }

    async fn notice_one(
        &self,
        by: &Actor,
        service: ServiceId,
        grant: GrantId,
    ) -> Result<bool, StoreError> {
        for subscription in self.of_service(service).await? {
            repeated(|| self.due_now(by, subscription, grant)).await?;
        }
        self.use_up_vouchers(by, grant).await?;
        // Last: who is stopped before looks at it again, and does nothing twice.
        let unit = Unit::begin(self.store, self.tenant, by, OPERATION).await?;
        let seen = used_up_grant::ActiveModel {
            grant_id: Set(grant.0),
            is_seen: Set(1),
            ..Default::default()
        };
        seen.update(&unit.txn).await.during(OPERATION)?;
        unit.commit().await?;
        Ok(true)
    }

    async fn of_service(&self, service: ServiceId) -> Result<Vec<SubscriptionId>, StoreError> {
        let rows = subscription::Entity::find()
            .filter(subscription::Column::TenantId.eq(self.tenant.0))
            .filter(subscription::Column::ServiceId.eq(service.0))
            .order_by_asc(subscription::Column::Id)
            .all(&self.store.database().reader);
        let rows = rows.await.during(OPERATION)?;
        Ok(rows.into_iter().map(|row| SubscriptionId(row.id)).collect())
    }

    /// The packages of a subscription that have this grant, and no data left: that is told, and those that are
    /// renewed by themselves are due.
    async fn due_now(
        &self,
        by: &Actor,
        subscription: SubscriptionId,
        grant: GrantId,
    ) -> Result<(), StoreError> {
        let (mut unit, row) = self.locked(by, subscription, OPERATION).await?;
        carried_over::carry_all(&mut unit, SubscriberId(row.subscriber_id)).await?;
        let found = subscription_package::Entity::find()
            .filter(subscription_package::Column::TenantId.eq(self.tenant.0))
            .filter(subscription_package::Column::SubscriptionId.eq(row.id))
            .all(&unit.txn);
        for package in found.await.during(OPERATION)? {
            if package.grants.split(',').any(|id| id.parse() == Ok(grant.0)) {
                notice_gone(&mut unit, &row, &package).await?;
            }
        }
        unit.commit().await
    }

    async fn use_up_vouchers(&self, by: &Actor, grant: GrantId) -> Result<(), StoreError> {
        let of_grant = Condition::any()
            .add(voucher::Column::GrantId.eq(grant.0))
            .add(voucher::Column::OnlineGrantId.eq(grant.0));
        // It may be of the tenant above, which has sold it to this one.
        let rows = voucher::Entity::find()
            .filter(of_grant)
            .filter(voucher::Column::State.eq(VoucherState::Active.code()))
            .all(&self.store.database().reader);
        for row in rows.await.during(OPERATION)? {
            self.store.vouchers(TenantId(row.tenant_id)).use_up(by, &row).await?;
        }
        Ok(())
    }
}

/// Of a package of which nothing is left that is told, and it is due now if it is renewed by itself.
async fn notice_gone(
    unit: &mut Unit<'_>,
    row: &subscription::Model,
    package: &subscription_package::Model,
) -> Result<(), StoreError> {
    if !packages::is_out_of_data(unit, row, package).await? {
        return Ok(());
    }
    tell_used_up(unit, row, package).await?;
    let now = unit.now.unix_ms();
    if package.auto_renew != 1 || package.try_at.is_some_and(|at| at <= now) {
        return Ok(());
    }
    let due = subscription_package::ActiveModel {
        id: Set(package.id),
        try_at: Set(Some(now)),
        ..Default::default()
    };
    due.update(&unit.txn).await.during(OPERATION).map(|_| ())
}

/// Tells that all data of a package is used up, or all time online, once for each time that it was bought.
async fn tell_used_up(
    unit: &mut Unit<'_>,
    row: &subscription::Model,
    package: &subscription_package::Model,
) -> Result<(), StoreError> {
    if !is_first_told(unit, package).await? {
        return Ok(());
    }
    let name = packages::named(unit, row, package).await?;
    let paid_until = package.paid_until.map(Timestamp::from_unix_ms);
    let what = What::Over { package: name, paid_until };
    let owner = Some(SubscriberId(row.subscriber_id));
    unit.tell(Happened::new(Topic::PackageUsedUp, owner, what));
    Ok(())
}

/// Notes that it is told that a package is used up; whether it was not since it was bought.
async fn is_first_told(
    unit: &Unit<'_>,
    package: &subscription_package::Model,
) -> Result<bool, StoreError> {
    let sql = "update subscription_package set used_up_told = $1 where tenant_id = $2 and id = $3 \
               and (used_up_told is null or used_up_told <> $1)";
    let bought_at = package.bought_at.unwrap_or_default();
    let values = [bought_at, unit.tenant.0, package.id].map(Value::from);
    is_changed(unit, sql, values.to_vec()).await
}

async fn is_changed(unit: &Unit<'_>, sql: &str, values: Vec<Value>) -> Result<bool, StoreError> {
    let statement = Statement::from_sql_and_values(unit.txn.get_database_backend(), sql, values);
    Ok(unit.txn.execute_raw(statement).await.during(OPERATION)?.rows_affected() == 1)
}
