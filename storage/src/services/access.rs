//! Access that somebody has bought for a service: a plan, until when, data, and time online.
//!
//! It is given and taken away within somebody else's transaction, so that what was paid for is there with
//! the payment. A running server sees it like every other change of a service.

use core::num::{NonZeroU32, NonZeroU64};

use entitlement::{
    Amount, EXTRA_PRIORITY_DEFAULT, GrantKind, Octets, OnlineTime, PlanId, Standing, Timestamp,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::{extras, row, share, standing_code};
use crate::billing::RedeemRefusal;
use crate::entity::{service, service_grant, subscriber, subscription};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::unit::{Record, Unit};

/// What a service gets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Access {
    /// On which plan.
    pub(crate) plan: PlanId,
    /// Until when; `None`: not by the clock.
    pub(crate) valid_until: Option<Timestamp>,
    /// How much data.
    pub(crate) octets: Option<NonZeroU64>,
    /// How long online, seconds.
    pub(crate) online_s: Option<NonZeroU32>,
    /// From when on.
    pub(crate) at: Timestamp,
}

impl Access {
    /// Has the service nothing that would be gone afterwards? So it is once its validity is over, and where
    /// only data or time online are added.
    pub(crate) fn loses_nothing(&self, service: &service::Model) -> bool {
        let is_over = service.valid_until.is_some_and(|until| until <= self.at.unix_ms());
        is_over || self.only_adds(service)
    }

    /// Data or time online for a service that stays on its plan for ever.
    fn only_adds(&self, service: &service::Model) -> bool {
        let stays = (service.plan_id, service.valid_until) == (self.plan.0, None);
        stays && self.valid_until.is_none()
    }
}

/// The service of a subscriber that may be given access: the one that logs in as `login`, or the only one.
pub(crate) async fn service_for_access(
    unit: &Unit<'_>,
    owner: &subscriber::Model,
    login: Option<&str>,
) -> Result<service::Model, StoreError> {
    let found = service::Entity::find()
        .filter(service::Column::TenantId.eq(unit.tenant.0))
        .filter(service::Column::SubscriberId.eq(owner.id))
        .order_by_asc(service::Column::Login)
        .lock_exclusive()
        .all(&unit.txn);
    let mut found = found.await.during("find the services of the subscriber")?;
    let known: Vec<_> = found.iter().map(|service| service.login.clone()).collect();
    if let Some(login) = login {
        found.retain(|service| row::spellings(login).any(|spelling| spelling == service.login));
        if found.is_empty() {
            return Err(names::not_found(Kind::Service, login, known));
        }
    }
    let refuse = |problem: String| Err(RedeemRefusal::Service { problem }.into());
    let service = match (found.pop(), found.is_empty()) {
        (None, _) => {
            return refuse(format!(
                "subscriber `{}` has no service to be given access",
                owner.name
            ));
        }
        (Some(_), false) => {
            let known = known.join("`, `");
            return refuse(format!(
                "subscriber `{}` has several services; say which gets the access: `{known}`",
                owner.name
            ));
        }
        (Some(service), true) => service,
    };
    check(unit, &service).await?;
    Ok(service)
}

/// Refuses a service to which the access would be of no use, or which something else governs.
async fn check(unit: &Unit<'_>, service: &service::Model) -> Result<(), StoreError> {
    let login = &service.login;
    let refuse = |problem: String| Err(RedeemRefusal::Service { problem }.into());
    if service.standing != standing_code(Standing::Active) {
        return refuse(format!(
            "service `{login}` is {}, which access does not lift; activate it first",
            service.standing
        ));
    }
    if service.first_use_lasts_s.is_some() {
        return refuse(format!(
            "the time of service `{login}` runs from its first use, and would end the access; take \
             that from it first (`weir service set {login} --lasts none`)"
        ));
    }
    if service.valid_from.is_some_and(|from| from > unit.now.unix_ms()) {
        return refuse(format!("service `{login}` is not valid yet; take that from it first"));
    }
    if let Some(lead) = share::lead_of(unit, service).await? {
        return refuse(format!(
            "service `{login}` has the data of `{lead}` instead of its own; redeem for that one"
        ));
    }
    let paid_for = subscription::Entity::find()
        .filter(subscription::Column::TenantId.eq(unit.tenant.0))
        .filter(subscription::Column::ServiceId.eq(service.id))
        .filter(subscription::Column::State.ne("terminated"))
        .one(&unit.txn);
    match paid_for.await.during("find the subscriptions of the service")? {
        None => Ok(()),
        Some(other) => refuse(format!(
            "service `{login}` is paid for by subscription {}, which says what its plan is; redeem \
             for another service",
            other.id
        )),
    }
}

/// The numbers of what access has granted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AccessGrants {
    /// Of data.
    pub(crate) data: Option<i64>,
    /// Of time online.
    pub(crate) online: Option<i64>,
}

/// Gives the access to the service.
pub(crate) async fn provide(
    unit: &mut Unit<'_>,
    service: &service::Model,
    access: &Access,
) -> Result<AccessGrants, StoreError> {
    let before = row::described(service);
    let mut after = before.clone();
    if !access.only_adds(service) {
        let changed = service::ActiveModel {
            id: Set(service.id),
            plan_id: Set(access.plan.0),
            valid_until: Set(access.valid_until.map(Timestamp::unix_ms)),
            // What is counted by the cycle is counted anew.
            cycle_from: Set(Some(access.at.unix_ms())),
            ..Default::default()
        };
        let changed = changed.update(&unit.txn).await.during("give the service its access")?;
        row::check_validity(row::validity(&changed))?;
        after = row::described(&changed);
    }
    let mut granted = AccessGrants::default();
    let data = access.octets.map(|octets| Amount::Data(Octets(octets.get())));
    let online = access.online_s.map(|seconds| Amount::Online(OnlineTime(seconds.get().into())));
    let parts = [(data, &mut granted.data, "grant"), (online, &mut granted.online, "online_grant")];
    for (amount, number, name) in parts {
        let Some(amount) = amount else { continue };
        let new = service_grant::ActiveModel {
            tenant_id: Set(unit.tenant.0),
            service_id: Set(service.id),
            valid_until: Set(access.valid_until.map(Timestamp::unix_ms)),
            created_at: Set(access.at.unix_ms()),
            priority: Set(EXTRA_PRIORITY_DEFAULT.into()),
            kind: Set(GrantKind::Purchased.code().to_owned()),
            ..Default::default()
        };
        let added = extras::insert_grant(unit, service, new, amount).await?.id;
        after[name] = added.into();
        *number = Some(added);
    }
    unit.record(Record {
        kind: Kind::Service,
        row: service.id,
        name: &service.login,
        before: Some(before),
        after: Some(after),
    });
    Ok(granted)
}

/// Ends access at a moment before its time: its data and its time online are gone, and where it is what the service is valid by,
/// the service is valid no longer. Gives the login of a service that was stopped.
pub(crate) async fn withdraw(
    unit: &mut Unit<'_>,
    service: i64,
    access: &Access,
    granted: AccessGrants,
) -> Result<Option<String>, StoreError> {
    let operation = "end the access";
    let found = service::Entity::find_by_id(service)
        .filter(service::Column::TenantId.eq(unit.tenant.0))
        .lock_exclusive()
        .one(&unit.txn);
    let Some(service) = found.await.during(operation)? else { return Ok(None) };
    let before = row::described(&service);
    let mut after = before.clone();
    let parts = [(granted.data, "grant_removed"), (granted.online, "online_grant_removed")];
    for (grant, name) in parts {
        let Some(grant) = grant else { continue };
        let gone = service_grant::Entity::delete_by_id(grant).exec(&unit.txn).await;
        gone.during(operation)?;
        after[name] = grant.into();
    }
    // Another voucher, or the operator, may have renewed it since.
    let until = access.valid_until.map(Timestamp::unix_ms);
    let is_by_it =
        until.is_some() && (service.plan_id, service.valid_until) == (access.plan.0, until);
    let ends = access.at.unix_ms();
    let is_stopped = is_by_it && until.is_some_and(|until| ends < until);
    if is_stopped {
        let changed = service::ActiveModel {
            id: Set(service.id),
            valid_until: Set(Some(ends)),
            ..Default::default()
        };
        changed.update(&unit.txn).await.during(operation)?;
        after["valid_until_ms"] = ends.into();
    }
    unit.record(Record {
        kind: Kind::Service,
        row: service.id,
        name: &service.login,
        before: Some(before),
        after: Some(after),
    });
    let is_granted = granted.data.or(granted.online).is_some();
    Ok((is_stopped || is_granted).then_some(service.login))
}
