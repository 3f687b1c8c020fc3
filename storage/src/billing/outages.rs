//! When something was not available.

use billing_core::{ComponentId, Outage};
use entitlement::{TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

use super::subscriptions::{SubscriptionId, lock};
use super::{looks, products, runs, settings};
use crate::among;
use crate::entity::{outage, product_promise, subscription};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};

/// The longest reason, octets.
const REASON_LEN_MAX: usize = 256;

/// Reads and enters the outages of one tenant.
#[derive(Debug)]
pub struct Outages<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// An outage that is to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutage {
    /// Of one subscription; `None`: of all.
    pub subscription: Option<SubscriptionId>,
    /// Of one product; `None`: of all.
    pub product: Option<String>,
    /// Since when.
    pub from: Timestamp,
    /// Until when; `None`: it lasts.
    pub until: Option<Timestamp>,
    /// Whether it was planned maintenance, which does not count.
    pub is_planned: bool,
    /// Why, in words.
    pub reason: String,
}

/// An outage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutageEntry {
    /// Its number.
    pub id: i64,
    /// What it is.
    pub outage: NewOutage,
}

impl Outages<'_> {
    /// Enters an outage. Who was promised something is looked at by the next run.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a subscription or product that is not there; [`StoreError::Invalid`]
    /// for a time that is none, or that lies where the books are closed.
    pub async fn add(&self, by: &Actor, new: &NewOutage) -> Result<OutageEntry, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "enter the outage").await?;
        check_length(new.from, new.until)?;
        check_open(&unit, "the beginning", new.from).await?;
        if new.reason.len() > REASON_LEN_MAX || new.reason.chars().any(char::is_control) {
            let problem = format!(
                "its reason has {} octets; it has {REASON_LEN_MAX} at most, and none that are not printed",
                new.reason.len()
            );
            return Err(invalid(problem));
        }
        if let Some(id) = new.subscription {
            self.store.subscriptions(self.tenant).existing(&unit.txn, id).await?;
        }
        let product = match &new.product {
            None => None,
            Some(name) => {
                let found = products::find(&unit.txn, self.tenant, name).await?;
                let existing = products::names_of(&unit.txn, self.tenant).await?;
                Some(found.ok_or_else(|| names::not_found(Kind::Product, name, existing))?.id)
            }
        };
        let row = outage::ActiveModel {
            tenant_id: Set(self.tenant.0),
            subscription_id: Set(new.subscription.map(|id| id.0)),
            product_id: Set(product),
            from_at: Set(new.from.unix_ms()),
            until_at: Set(new.until.map(Timestamp::unix_ms)),
            is_planned: Set(new.is_planned.into()),
            reason: Set(new.reason.clone()),
            created_at: Set(unit.now.unix_ms()),
            ..Default::default()
        };
        let row = row.insert(&unit.txn).await.during("enter the outage")?;
        look_again(&unit, &row).await?;
        record(&mut unit, None, Some(&row));
        unit.commit().await?;
        Ok(OutageEntry { id: row.id, outage: new.clone() })
    }

    /// Says until when an outage was; an end that it has is corrected. When it began does not matter: what
    /// changes lies between the two ends.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] for an end that is none, or where the old or the
    /// new one lies where the books are closed.
    pub async fn end(&self, by: &Actor, id: i64, until: Timestamp) -> Result<(), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "end the outage").await?;
        let before = self.row(&unit, id).await?;
        check_length(Timestamp::from_unix_ms(before.from_at), Some(until))?;
        if let Some(ended) = before.until_at {
            check_open(&unit, "the end that it had", Timestamp::from_unix_ms(ended)).await?;
        }
        check_open(&unit, "the end", until).await?;
        let ended = outage::ActiveModel {
            id: Set(id),
            until_at: Set(Some(until.unix_ms())),
            ..Default::default()
        };
        let after = ended.update(&unit.txn).await.during("end the outage")?;
        look_again(&unit, &after).await?;
        record(&mut unit, Some(&before), Some(&after));
        unit.commit().await
    }

    /// Takes back an outage that was none.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] where the books are closed. One that lasts beyond
    /// them can be ended when they were closed.
    pub async fn remove(&self, by: &Actor, id: i64) -> Result<(), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "take back the outage").await?;
        let row = self.row(&unit, id).await?;
        if let Err(closed) =
            check_open(&unit, "the beginning", Timestamp::from_unix_ms(row.from_at)).await
        {
            return Err(match closed {
                StoreError::Closed { source, .. } => {
                    invalid(format!("{source}; where it lasts longer, end it at that moment"))
                }
                other => other,
            });
        }
        let deleted = outage::Entity::delete_by_id(id).exec(&unit.txn).await;
        deleted.during("take back the outage")?;
        look_again(&unit, &row).await?;
        record(&mut unit, Some(&row), None);
        unit.commit().await
    }

    /// Every outage that was not over by a moment, the earliest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&self, since: Timestamp) -> Result<Vec<OutageEntry>, StoreError> {
        let reader = &self.store.database().reader;
        let lasts = Condition::any()
            .add(outage::Column::UntilAt.is_null())
            .add(outage::Column::UntilAt.gt(since.unix_ms()));
        let rows = outage::Entity::find()
            .filter(outage::Column::TenantId.eq(self.tenant.0))
            .filter(lasts)
            .order_by_asc(outage::Column::FromAt)
            .order_by_asc(outage::Column::Id)
            .all(reader);
        let rows = rows.await.during("list the outages")?;
        let products = products::rows_of(reader, self.tenant).await?;
        let name = |id: i64| products.iter().find(|row| row.id == id).map(|row| row.name.clone());
        let entry = |row: outage::Model| OutageEntry {
            id: row.id,
            outage: NewOutage {
                subscription: row.subscription_id.map(SubscriptionId),
                product: row.product_id.and_then(name),
                from: Timestamp::from_unix_ms(row.from_at),
                until: row.until_at.map(Timestamp::from_unix_ms),
                is_planned: row.is_planned != 0,
                reason: row.reason,
            },
        };
        Ok(rows.into_iter().map(entry).collect())
    }

    async fn row(&self, unit: &Unit<'_>, id: i64) -> Result<outage::Model, StoreError> {
        let found = outage::Entity::find_by_id(id)
            .filter(outage::Column::TenantId.eq(self.tenant.0))
            .one(&unit.txn);
        let found = found.await.during("find the outage")?;
        found.ok_or_else(|| names::not_found(Kind::Outage, &id.to_string(), []))
    }
}

fn check_length(from: Timestamp, until: Option<Timestamp>) -> Result<(), StoreError> {
    match until.filter(|until| *until <= from) {
        None => Ok(()),
        Some(until) => Err(invalid(format!("it would end at {until}, which is not behind {from}"))),
    }
}

/// A moment at which something is changed of an outage lies where the books are open.
async fn check_open(unit: &Unit<'_>, field: &'static str, at: Timestamp) -> Result<(), StoreError> {
    settings::read(&unit.txn, unit.tenant).await?.check_open(Kind::Outage, field, at)
}

fn invalid(problem: String) -> StoreError {
    StoreError::Invalid { what: Kind::Outage, problem }
}

fn record(unit: &mut Unit<'_>, before: Option<&outage::Model>, after: Option<&outage::Model>) {
    let described = |row: &outage::Model| {
        json!({
            "subscription": row.subscription_id,
            "product": row.product_id,
            "from": row.from_at,
            "until": row.until_at,
            "planned": row.is_planned != 0,
            "reason": row.reason,
        })
    };
    let row = after.or(before).map_or(0, |row| row.id);
    unit.record(Record {
        kind: Kind::Outage,
        row,
        name: &row.to_string(),
        before: before.map(described),
        after: after.map(described),
    });
}

/// Lets the next run look at everybody concerned: who has, or has had, a product about which something is
/// promised.
async fn look_again(unit: &Unit<'_>, row: &outage::Model) -> Result<(), StoreError> {
    let operation = "find who is to be looked at again";
    let from = Timestamp::from_unix_ms(row.from_at);
    if let Some(id) = row.subscription_id {
        let found = subscription::Entity::find_by_id(id).one(&unit.txn).await.during(operation)?;
        if let Some(found) = found {
            // A run that has not seen the outage says before this when to look again.
            lock(&unit.txn, found.subscriber_id).await?;
            runs::look_at(unit, id, from).await?;
        }
        return Ok(());
    }
    let mut promised = product_promise::Entity::find()
        .select_only()
        .column(product_promise::Column::ProductId)
        .distinct()
        .filter(product_promise::Column::TenantId.eq(unit.tenant.0));
    if let Some(product) = row.product_id {
        promised = promised.filter(product_promise::Column::ProductId.eq(product));
    }
    let promised = promised.into_tuple::<i64>().all(&unit.txn).await.during(operation)?;
    looks::note(unit, &promised, from).await
}

/// The outages that concern one of these subscriptions and were not over by a moment, each with the
/// subscription if it is of one.
pub(super) async fn since(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    subscriptions: &[i64],
    from: Option<Timestamp>,
) -> Result<Vec<(Option<i64>, Outage)>, StoreError> {
    let backend = db.get_database_backend();
    let concerned = Condition::any()
        .add(outage::Column::SubscriptionId.is_null())
        .add(among::numbers(backend, "subscription_id", subscriptions.iter().copied()));
    let lasts = Condition::any()
        .add(outage::Column::UntilAt.is_null())
        .add(outage::Column::UntilAt.gt(from.map_or(i64::MIN, Timestamp::unix_ms)));
    let rows = outage::Entity::find()
        .filter(outage::Column::TenantId.eq(tenant.0))
        .filter(concerned)
        .filter(lasts)
        .order_by_asc(outage::Column::FromAt)
        .all(db);
    let entry = |row: outage::Model| {
        let outage = Outage {
            component: row.product_id.map(ComponentId),
            from: Timestamp::from_unix_ms(row.from_at),
            until: row.until_at.map(Timestamp::from_unix_ms),
            is_planned: row.is_planned != 0,
        };
        (row.subscription_id, outage)
    };
    Ok(rows.await.during("read the outages")?.into_iter().map(entry).collect())
}
