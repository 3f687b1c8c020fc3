//! Data, or time online, that is gone, used up or over by its date: what was bought to be renewed by itself begins
//! anew, and a voucher of access has given all that it was for.
//!
//! The journal says which grants are full, in the transaction that stores the meter. Who works by the clock
//! looks at each of them once, and at a package whenever something of it ends before its time does.

use billing_core::voucher::VoucherState;
use entitlement::{GrantId, ServiceId};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::due::DoneEach;
use super::packages;
use super::subscriptions::{SubscriptionId, Subscriptions};
use crate::entity::{subscription, subscription_package, used_up_grant, voucher};
use crate::error::{During as _, StoreError};
use crate::store::Actor;
use crate::unit::Unit;

const OPERATION: &str = "see which data is used up";

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
            .filter(used_up_grant::Column::IsSeen.eq(0))
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
        let ended = subscription_package::Entity::find()
            .filter(subscription_package::Column::TenantId.eq(self.tenant.0))
            .filter(subscription_package::Column::LookAt.lte(self.store.now().unix_ms()))
            .order_by_asc(subscription_package::Column::LookAt)
            .order_by_asc(subscription_package::Column::Id)
            .offset(skip)
            .limit(limit)
            .all(&self.store.database().reader);
        let mut each = DoneEach::default();
        for package in ended.await.during(OPERATION)? {
            each.note(&package.subscription_id, self.look_at(by, &package).await)?;
        }
        Ok(each)
    }

    async fn look_at(
        &self,
        by: &Actor,
        seen: &subscription_package::Model,
    ) -> Result<bool, StoreError> {
        let subscription = SubscriptionId(seen.subscription_id);
        let (unit, row) = self.locked(by, subscription, OPERATION).await?;
        let found = subscription_package::Entity::find_by_id(seen.id).one(&unit.txn).await;
        let Some(package) = found.during(OPERATION)? else { return Ok(false) };
        if package.look_at.is_none_or(|at| at > unit.now.unix_ms()) {
            return Ok(false);
        }
        if package.auto_renew == 1 {
            make_due(&unit, &row, &package).await?;
        }
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
            self.due_now(by, subscription, grant).await?;
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

    /// The packages of a subscription that have this grant, and no data left, are due for renewal.
    async fn due_now(
        &self,
        by: &Actor,
        subscription: SubscriptionId,
        grant: GrantId,
    ) -> Result<(), StoreError> {
        let (unit, row) = self.locked(by, subscription, OPERATION).await?;
        let found = subscription_package::Entity::find()
            .filter(subscription_package::Column::TenantId.eq(self.tenant.0))
            .filter(subscription_package::Column::SubscriptionId.eq(row.id))
            .filter(subscription_package::Column::AutoRenew.eq(1))
            .all(&unit.txn);
        for package in found.await.during(OPERATION)? {
            if package.grants.split(',').any(|id| id.parse() == Ok(grant.0)) {
                make_due(&unit, &row, &package).await?;
            }
        }
        unit.commit().await
    }

    async fn use_up_vouchers(&self, by: &Actor, grant: GrantId) -> Result<(), StoreError> {
        let of_grant = Condition::any()
            .add(voucher::Column::GrantId.eq(grant.0))
            .add(voucher::Column::OnlineGrantId.eq(grant.0));
        let rows = voucher::Entity::find()
            .filter(voucher::Column::TenantId.eq(self.tenant.0))
            .filter(of_grant)
            .filter(voucher::Column::State.eq(VoucherState::Active.code()))
            .all(&self.store.database().reader);
        let vouchers = self.store.vouchers(self.tenant);
        for row in rows.await.during(OPERATION)? {
            vouchers.use_up(by, &row).await?;
        }
        Ok(())
    }
}

/// A package that is renewed by itself, and of which nothing is left, is due now.
async fn make_due(
    unit: &Unit<'_>,
    row: &subscription::Model,
    package: &subscription_package::Model,
) -> Result<(), StoreError> {
    let now = unit.now.unix_ms();
    let is_due = package.try_at.is_some_and(|at| at <= now);
    if is_due || !packages::is_out_of_data(unit, row, package).await? {
        return Ok(());
    }
    let due = subscription_package::ActiveModel {
        id: Set(package.id),
        try_at: Set(Some(now)),
        ..Default::default()
    };
    due.update(&unit.txn).await.during(OPERATION).map(|_| ())
}
