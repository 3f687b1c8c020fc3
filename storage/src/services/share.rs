//! Data that several services of a subscriber share: those that share have that of one of them, their
//! lead, instead of their own.
//!
//! What that means to a session is decided by [`entitlement`]; here is kept who shares with whom.

use core::num::NonZeroU64;
use std::collections::BTreeMap;

use billing_core::balance::MEMBERS_MAX;
use entitlement::{ServiceId, SubscriberId, Timestamp, Validity};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

use super::Services;
use crate::among;
use crate::billing::{is_to_pay_as_it_goes, lock_subscriber};
use crate::constant;
use crate::directory::ShareRow;
use crate::entity::{plan, reservation, service, service_share};
use crate::error::{During as _, Kind, StoreError};
use crate::outbox::{Happened, Topic, What};
use crate::plans::Plan;
use crate::store::Actor;
use crate::unit::{Record, Unit};

const OPERATION: &str = "share the data";
const READ: &str = "read who shares the data";

/// That a service shares the data of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceShare {
    /// Which service.
    pub service: ServiceId,
    /// The name it logs in with.
    pub login: String,
    /// Whose data it shares.
    pub lead: ServiceId,
    /// The name with which that one logs in.
    pub lead_login: String,
    /// How much of it the service may use in the window that is shared; `None`: all there is.
    pub limit_octets: Option<NonZeroU64>,
    /// Since when.
    pub since: Timestamp,
}

/// Why data is not shared. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShareRefusal {
    /// With itself.
    #[error(
        "`with`: service `{login}` has its own data already; name another one of its subscriber"
    )]
    Itself {
        /// The service.
        login: String,
    },
    /// With somebody else.
    #[error(
        "`with`: service `{login}` is subscriber `{subscriber}`'s and `{lead}` is not; data is shared \
         among the services of one subscriber"
    )]
    OtherSubscriber {
        /// The service.
        login: String,
        /// Whose it is.
        subscriber: String,
        /// The one that was named.
        lead: String,
    },
    /// In a chain: the lead has no data of its own.
    #[error("`with`: service `{lead}` shares the data of `{of}` itself; name that one")]
    LeadShares {
        /// The one that was named.
        lead: String,
        /// Its own lead.
        of: String,
    },
    /// In a chain: others have the data of the service.
    #[error(
        "service `{login}` is shared with by {count} others, so that it cannot share another one's data; \
         let them share with that one first"
    )]
    IsLead {
        /// The service.
        login: String,
        /// How many share its data.
        count: u64,
    },
    /// With two.
    #[error("service `{login}` shares the data of `{lead}` already; unshare it first")]
    Already {
        /// The service.
        login: String,
        /// Its lead.
        lead: String,
    },
    /// The group is full.
    #[error(
        "`with`: there are {MEMBERS_MAX} services that share the data of `{lead}`, with itself; there are \
         {MEMBERS_MAX} at most"
    )]
    TooMany {
        /// The one that was named.
        lead: String,
    },
    /// There is nothing that is counted for all.
    #[error(
        "`with`: plan `{plan}` of service `{lead}` has no quota of data by the day, week, month or cycle, \
         of which anything could be shared"
    )]
    NoQuota {
        /// The one that was named.
        lead: String,
        /// Its plan.
        plan: String,
    },
    /// More than can be counted.
    #[error("`limit`: {octets} octets are out of range; it is 1 to {} octets", i64::MAX)]
    Limit {
        /// How much.
        octets: u64,
    },
    /// Who pays octet by octet pays for itself.
    #[error(
        "service `{login}` is paid as it goes, or is to be, from its own wallet; data is shared among \
         services that have an allowance or buy it ahead"
    )]
    PaysAsItGoes {
        /// Which of them.
        login: String,
    },
    /// What it would get, nobody could use.
    #[error(
        "service `{login}` has the data of `{lead}` and none of its own; grant it to that one, and all have it"
    )]
    HasNoOwn {
        /// The service.
        login: String,
        /// Its lead.
        lead: String,
    },
    /// There is nothing to end.
    #[error("service `{login}` shares nobody's data")]
    NotShared {
        /// The service.
        login: String,
    },
}

/// Whose data a service shares, as the directory has it.
pub(crate) fn share(row: &service_share::Model) -> Result<ShareRow, StoreError> {
    Ok(ShareRow {
        lead: ServiceId(row.lead_id),
        limit_octets: limit(row)?,
        validity: Validity {
            from: Some(Timestamp::from_unix_ms(row.from_at)),
            until: row.until_at.map(Timestamp::from_unix_ms),
        },
    })
}

fn limit(row: &service_share::Model) -> Result<Option<NonZeroU64>, StoreError> {
    let Some(octets) = row.limit_octets else { return Ok(None) };
    let limit = u64::try_from(octets).ok().and_then(NonZeroU64::new);
    limit.map(Some).ok_or_else(|| StoreError::Corrupt {
        what: Kind::Service,
        row: row.service_id.to_string(),
        problem: "the limit of what it shares is none".to_owned(),
    })
}

impl Services<'_> {
    /// Lets the service that logs in as `login` have the data of `lead`, another one of its subscriber,
    /// instead of its own from now on, of that `limit_octets` at most in the window that is shared. Of one
    /// that shares that data already the limit is changed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for either, [`StoreError::NotShared`].
    pub async fn share(
        &self,
        by: &Actor,
        login: &str,
        lead: &str,
        limit_octets: Option<NonZeroU64>,
    ) -> Result<ServiceShare, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, OPERATION).await?;
        let of = self.existing(&unit, login).await?;
        // Whoever else shares, sells or removes services of the subscriber waits.
        lock_subscriber(&unit.txn, of.subscriber_id).await?;
        let (of, lead) = (self.existing(&unit, login).await?, self.existing(&unit, lead).await?);
        let limit = match limit_octets {
            Some(octets) => Some(
                i64::try_from(octets.get())
                    .map_err(|_| StoreError::from(ShareRefusal::Limit { octets: octets.get() }))?,
            ),
            None => None,
        };
        let before = current(&unit.txn, of.id).await?;
        let is_known = before.as_ref().is_some_and(|before| before.lead_id == lead.id);
        if !is_known {
            self.check(&unit, &of, &lead, before.as_ref()).await?;
        }
        let from_at = before.filter(|_| is_known).map_or(unit.now.unix_ms(), |row| row.from_at);
        keep(&unit, &of, (lead.id, limit, from_at), None).await?;
        tell(&mut unit, &of, lead.id, json!({}), words(&lead.login, limit));
        if !is_known {
            tell_outside(&mut unit, Topic::SharedDataJoined, &of, (lead.id, limit));
        }
        unit.commit().await?;
        Ok(ServiceShare {
            service: ServiceId(of.id),
            login: of.login,
            lead: ServiceId(lead.id),
            lead_login: lead.login,
            limit_octets,
            since: Timestamp::from_unix_ms(from_at),
        })
    }

    /// Lets the service that logs in as `login` have its own data again from now on. Gives what it has
    /// shared.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::NotShared`] where it shares nobody's.
    pub async fn unshare(&self, by: &Actor, login: &str) -> Result<ServiceShare, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, OPERATION).await?;
        let of = self.existing(&unit, login).await?;
        lock_subscriber(&unit.txn, of.subscriber_id).await?;
        let Some(row) = current(&unit.txn, of.id).await? else {
            return Err(ShareRefusal::NotShared { login: of.login }.into());
        };
        let ended = described(&unit.txn, &of, &row).await?;
        end(&mut unit, &of, &row).await?;
        unit.commit().await?;
        Ok(ended)
    }

    /// Whose data the service that logs in as `login` shares; `None`: nobody's.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn shares(&self, login: &str) -> Result<Option<ServiceShare>, StoreError> {
        let id = self.find(login).await?.id.0;
        let db = &self.store.database().reader;
        let Some(row) = current(db, id).await? else { return Ok(None) };
        let of = service::Entity::find_by_id(id).one(db).await.during(READ)?;
        match of {
            Some(of) => described(db, &of, &row).await.map(Some),
            None => Ok(None),
        }
    }

    /// Who shares the data of the service that logs in as `login`, the longest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn members(&self, login: &str) -> Result<Vec<ServiceShare>, StoreError> {
        let lead = self.find(login).await?;
        let db = &self.store.database().reader;
        let rows = service_share::Entity::find()
            .filter(service_share::Column::LeadId.eq(lead.id.0))
            .filter(service_share::Column::UntilAt.is_null())
            .order_by_asc(service_share::Column::FromAt)
            .order_by_asc(service_share::Column::ServiceId)
            .all(db);
        let rows = rows.await.during(READ)?;
        let ids = rows.iter().map(|row| row.service_id);
        let logins = service::Entity::find()
            .filter(among::numbers(db.get_database_backend(), "id", ids))
            .all(db);
        let logins: BTreeMap<_, _> =
            logins.await.during(READ)?.into_iter().map(|of| (of.id, of.login)).collect();
        let members = rows.iter().filter_map(|row| Some((row, logins.get(&row.service_id)?)));
        let member = |(row, login): (&service_share::Model, &String)| {
            Ok(ServiceShare {
                service: ServiceId(row.service_id),
                login: login.clone(),
                lead: lead.id,
                lead_login: lead.login.clone(),
                limit_octets: limit(row)?,
                since: Timestamp::from_unix_ms(row.from_at),
            })
        };
        members.map(member).collect()
    }

    async fn check(
        &self,
        unit: &Unit<'_>,
        of: &service::Model,
        lead: &service::Model,
        before: Option<&service_share::Model>,
    ) -> Result<(), StoreError> {
        let (login, named) = (|| of.login.clone(), || lead.login.clone());
        if of.id == lead.id {
            return Err(ShareRefusal::Itself { login: login() }.into());
        }
        if of.subscriber_id != lead.subscriber_id {
            let subscriber = self.find(&of.login).await?.subscriber_name;
            let refusal =
                ShareRefusal::OtherSubscriber { login: login(), subscriber, lead: named() };
            return Err(refusal.into());
        }
        if let Some(before) = before {
            let lead = login_of(&unit.txn, before.lead_id).await?;
            return Err(ShareRefusal::Already { login: login(), lead }.into());
        }
        if let Some(of) = current(&unit.txn, lead.id).await? {
            let of = login_of(&unit.txn, of.lead_id).await?;
            return Err(ShareRefusal::LeadShares { lead: named(), of }.into());
        }
        match members_of(unit, of.id).await? {
            0 => {}
            count => return Err(ShareRefusal::IsLead { login: login(), count }.into()),
        }
        // The lead is one of them.
        if members_of(unit, lead.id).await? + 1 >= MEMBERS_MAX as u64 {
            return Err(ShareRefusal::TooMany { lead: named() }.into());
        }
        for one in [of, lead] {
            if pays_as_it_goes(unit, one.id).await? || is_to_pay_as_it_goes(unit, one.id).await? {
                return Err(ShareRefusal::PaysAsItGoes { login: one.login.clone() }.into());
            }
        }
        let plan = plan::Entity::find_by_id(lead.plan_id).one(&unit.txn).await.during(OPERATION)?;
        let Some(plan) = plan else { return Ok(()) };
        let plan = Plan::try_from(plan)?;
        if !plan.terms.quotas.iter().any(entitlement::Quota::is_shared) {
            return Err(ShareRefusal::NoQuota { lead: named(), plan: plan.name }.into());
        }
        Ok(())
    }
}

/// A service is paid as it goes from now on, and nobody is there to be refused it: it shares no data any
/// more, and others share no more of its.
pub(crate) async fn end_all(unit: &mut Unit<'_>, id: i64) -> Result<(), StoreError> {
    let either = Condition::any()
        .add(service_share::Column::ServiceId.eq(id))
        .add(service_share::Column::LeadId.eq(id));
    let rows = service_share::Entity::find()
        .filter(either)
        .filter(service_share::Column::UntilAt.is_null())
        .order_by_asc(service_share::Column::ServiceId)
        .all(&unit.txn);
    for row in rows.await.during(READ)? {
        let of = service::Entity::find_by_id(row.service_id).one(&unit.txn).await.during(READ)?;
        if let Some(of) = of {
            end(unit, &of, &row).await?;
        }
    }
    Ok(())
}

/// The service shares no more from now on.
async fn end(
    unit: &mut Unit<'_>,
    of: &service::Model,
    row: &service_share::Model,
) -> Result<(), StoreError> {
    // By a clock that was set back it would end before it began.
    let until = unit.now.unix_ms().max(row.from_at);
    keep(unit, of, (row.lead_id, row.limit_octets, row.from_at), Some(until)).await?;
    let lead = login_of(&unit.txn, row.lead_id).await?;
    tell(unit, of, row.lead_id, words(&lead, row.limit_octets), json!({}));
    tell_outside(unit, Topic::SharedDataLeft, of, (row.lead_id, row.limit_octets));
    Ok(())
}

/// Refuses that a service is paid as it goes which shares data, or has it shared.
pub(crate) async fn check_is_alone(unit: &Unit<'_>, id: i64) -> Result<(), StoreError> {
    if current(&unit.txn, id).await?.is_none() && members_of(unit, id).await? == 0 {
        return Ok(());
    }
    Err(ShareRefusal::PaysAsItGoes { login: login_of(&unit.txn, id).await? }.into())
}

/// The login of the one whose data a service has; `None`: it has its own.
pub(super) async fn lead_of(
    unit: &Unit<'_>,
    of: &service::Model,
) -> Result<Option<String>, StoreError> {
    match current(&unit.txn, of.id).await? {
        Some(share) => login_of(&unit.txn, share.lead_id).await.map(Some),
        None => Ok(None),
    }
}

/// A service is removed: one with whose data others would be left is not, and the lead of one that
/// shares is told.
pub(super) async fn on_removal(unit: &mut Unit<'_>, of: &service::Model) -> Result<(), StoreError> {
    lock_subscriber(&unit.txn, of.subscriber_id).await?;
    let members = service_share::Entity::find()
        .filter(service_share::Column::LeadId.eq(of.id))
        .filter(service_share::Column::UntilAt.is_null())
        .order_by_asc(service_share::Column::ServiceId)
        .one(&unit.txn);
    if let Some(first) = members.await.during(READ)? {
        let first = login_of(&unit.txn, first.service_id).await?;
        let by = match members_of(unit, of.id).await? {
            0 | 1 => format!("service `{first}`, which shares its data"),
            count => format!("service `{first}` and {} more, which share its data", count - 1),
        };
        return Err(StoreError::InUse { what: Kind::Service, name: of.login.clone(), by });
    }
    if let Some(share) = current(&unit.txn, of.id).await? {
        unit.announce(Kind::Service, &[(unit.tenant, share.lead_id)]);
        tell_outside(unit, Topic::SharedDataLeft, of, (share.lead_id, share.limit_octets));
    }
    Ok(())
}

/// Whose data a service shares now.
async fn current(
    db: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<service_share::Model>, StoreError> {
    let found = service_share::Entity::find_by_id(id)
        .filter(service_share::Column::UntilAt.is_null())
        .one(db);
    found.await.during(READ)
}

async fn members_of(unit: &Unit<'_>, lead: i64) -> Result<u64, StoreError> {
    let members = service_share::Entity::find()
        .filter(service_share::Column::LeadId.eq(lead))
        .filter(service_share::Column::UntilAt.is_null());
    members.count(&unit.txn).await.during(READ)
}

async fn pays_as_it_goes(unit: &Unit<'_>, id: i64) -> Result<bool, StoreError> {
    let found = reservation::Entity::find()
        .filter(reservation::Column::TenantId.eq(unit.tenant.0))
        .filter(reservation::Column::ServiceId.eq(id))
        .filter(constant::is_not(reservation::Column::State, "ended"))
        .one(&unit.txn);
    Ok(found.await.during(OPERATION)?.is_some())
}

async fn login_of(db: &impl ConnectionTrait, id: i64) -> Result<String, StoreError> {
    let found = service::Entity::find_by_id(id).one(db).await.during(READ)?;
    Ok(found.map(|found| found.login).unwrap_or_default())
}

async fn described(
    db: &impl ConnectionTrait,
    of: &service::Model,
    row: &service_share::Model,
) -> Result<ServiceShare, StoreError> {
    Ok(ServiceShare {
        service: ServiceId(of.id),
        login: of.login.clone(),
        lead: ServiceId(row.lead_id),
        lead_login: login_of(db, row.lead_id).await?,
        limit_octets: limit(row)?,
        since: Timestamp::from_unix_ms(row.from_at),
    })
}

async fn keep(
    unit: &Unit<'_>,
    of: &service::Model,
    (lead, limit_octets, from_at): (i64, Option<i64>, i64),
    until_at: Option<i64>,
) -> Result<(), StoreError> {
    use service_share::Column;
    let row = service_share::ActiveModel {
        service_id: Set(of.id),
        tenant_id: Set(unit.tenant.0),
        lead_id: Set(lead),
        limit_octets: Set(limit_octets),
        from_at: Set(from_at),
        until_at: Set(until_at),
    };
    let columns = [Column::LeadId, Column::LimitOctets, Column::FromAt, Column::UntilAt];
    let replace = OnConflict::column(Column::ServiceId).update_columns(columns).to_owned();
    let kept = service_share::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(&unit.txn)
        .await;
    kept.during(OPERATION).map(|_| ())
}

/// What the audit says of one that shares.
fn words(lead: &str, limit_octets: Option<i64>) -> serde_json::Value {
    json!({"shares_data_of": lead, "limit_octets": limit_octets})
}

/// Others hear of who shares the data of the lead, or does no more.
fn tell_outside(
    unit: &mut Unit<'_>,
    topic: Topic,
    of: &service::Model,
    (lead, limit_octets): (i64, Option<i64>),
) {
    let (service, at) = (of.login.clone(), unit.now);
    let what = What::Shared { service, lead, limit_octets, at };
    unit.tell(Happened::new(topic, Some(SubscriberId(of.subscriber_id)), what));
}

/// Who follows reads the service and its lead again.
fn tell(
    unit: &mut Unit<'_>,
    of: &service::Model,
    lead: i64,
    before: serde_json::Value,
    after: serde_json::Value,
) {
    let (before, after) = (Some(before), Some(after));
    unit.record(Record { kind: Kind::Service, row: of.id, name: &of.login, before, after });
    unit.announce(Kind::Service, &[(unit.tenant, lead)]);
}
