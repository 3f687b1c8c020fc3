//! The subscribers: the people and companies that services belong to.

use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::{Value, json};

use crate::entity::{payment_intent, provider_token, service, subscriber, subscription, voucher};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};

/// Reads and changes the subscribers of one tenant.
#[derive(Debug)]
pub struct Subscribers<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// A subscriber to be added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewSubscriber {
    /// The account's name; unique for the tenant.
    pub name: String,
    /// What the person or company is called.
    pub full_name: Option<String>,
    /// Where to call.
    pub phone: Option<String>,
}

/// A subscriber.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// Its identity.
    pub id: SubscriberId,
    /// The account's name.
    pub name: String,
    /// What the person or company is called.
    pub full_name: Option<String>,
    /// Where to call.
    pub phone: Option<String>,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Subscribers<'_> {
    /// Adds a subscriber.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`], [`StoreError::Invalid`].
    pub async fn add(&self, by: &Actor, new: &NewSubscriber) -> Result<Subscriber, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "add the subscriber").await?;
        let added = insert(&mut unit, new).await?;
        unit.commit().await?;
        Ok(added.into())
    }

    /// Every subscriber of the tenant, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&self) -> Result<Vec<Subscriber>, StoreError> {
        let rows = subscriber::Entity::find()
            .filter(subscriber::Column::TenantId.eq(self.tenant.0))
            .order_by_asc(subscriber::Column::Name)
            .all(&self.store.database().reader)
            .await
            .during("list the subscribers")?;
        Ok(rows.into_iter().map(Subscriber::from).collect())
    }

    /// The subscriber called `name`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, name: &str) -> Result<Subscriber, StoreError> {
        Ok(self.existing(&self.store.database().reader, name).await?.into())
    }

    /// Removes the subscriber called `name`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::InUse`] while it has services, and where it has ever
    /// subscribed, redeemed vouchers or been asked to pay.
    pub async fn remove(&self, by: &Actor, name: &str) -> Result<(), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "remove the subscriber").await?;
        let row = self.existing(&unit.txn, name).await?;
        let services = service::Entity::find()
            .filter(service::Column::TenantId.eq(self.tenant.0))
            .filter(service::Column::SubscriberId.eq(row.id));
        let operation = "count the services of the subscriber";
        let count = services.clone().count(&unit.txn).await.during(operation)?;
        if let Some(first) = services.one(&unit.txn).await.during(operation)? {
            let by = match count {
                0 | 1 => format!("service `{}`", first.login),
                _ => format!("service `{}` and {} more", first.login, count - 1),
            };
            return Err(StoreError::InUse { what: Kind::Subscriber, name: name.to_owned(), by });
        }
        let subscriptions = subscription::Entity::find()
            .filter(subscription::Column::SubscriberId.eq(row.id))
            .one(&unit.txn);
        if let Some(first) = subscriptions.await.during(operation)? {
            let by = format!("subscription {}: what was billed is kept", first.id);
            return Err(StoreError::InUse { what: Kind::Subscriber, name: name.to_owned(), by });
        }
        let redeemed = voucher::Entity::find()
            .filter(voucher::Column::TenantId.eq(self.tenant.0))
            .filter(voucher::Column::RedeemedBy.eq(row.id))
            .one(&unit.txn);
        if let Some(it) = redeemed.await.during("find the vouchers of the subscriber")? {
            // What was paid for it is in the books.
            let by = format!("voucher {}-{}, which was redeemed", it.batch_id, it.serial);
            return Err(StoreError::InUse { what: Kind::Subscriber, name: name.to_owned(), by });
        }
        let asked = payment_intent::Entity::find()
            .filter(payment_intent::Column::SubscriberId.eq(row.id))
            .one(&unit.txn);
        if let Some(first) = asked.await.during("find what the subscriber was asked to pay")? {
            let by = format!("intent to pay {}: what was asked for is kept", first.id);
            return Err(StoreError::InUse { what: Kind::Subscriber, name: name.to_owned(), by });
        }
        // Nobody is to be charged with them any more.
        provider_token::Entity::delete_many()
            .filter(provider_token::Column::SubscriberId.eq(row.id))
            .exec(&unit.txn)
            .await
            .during("forget the tokens of the subscriber")?;
        subscriber::Entity::delete_by_id(row.id)
            .exec(&unit.txn)
            .await
            .during("remove the subscriber")?;
        let before = Some(described(&row));
        unit.record(Record { kind: Kind::Subscriber, row: row.id, name, before, after: None });
        unit.commit().await
    }

    pub(crate) async fn by_name(
        &self,
        db: &impl ConnectionTrait,
        name: &str,
    ) -> Result<Option<subscriber::Model>, StoreError> {
        subscriber::Entity::find()
            .filter(subscriber::Column::TenantId.eq(self.tenant.0))
            .filter(subscriber::Column::Name.eq(name))
            .one(db)
            .await
            .during("find the subscriber")
    }

    pub(crate) async fn existing(
        &self,
        db: &impl ConnectionTrait,
        name: &str,
    ) -> Result<subscriber::Model, StoreError> {
        match self.by_name(db, name).await? {
            Some(row) => Ok(row),
            None => {
                let existing = self.list().await?.into_iter().map(|subscriber| subscriber.name);
                Err(names::not_found(Kind::Subscriber, name, existing))
            }
        }
    }
}

/// Adds a subscriber within a unit of work.
pub(crate) async fn insert(
    unit: &mut Unit<'_>,
    new: &NewSubscriber,
) -> Result<subscriber::Model, StoreError> {
    let name = &new.name;
    names::check(Kind::Subscriber, name, names::LOGIN_LEN_MAX)?;
    for words in new.full_name.iter().chain(&new.phone) {
        names::check(Kind::Subscriber, words, names::LOGIN_LEN_MAX)?;
    }
    let row = subscriber::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        name: Set(name.clone()),
        full_name: Set(new.full_name.clone()),
        phone: Set(new.phone.clone()),
        created_at: Set(unit.now.unix_ms()),
        ..Default::default()
    };
    let added = subscriber::Entity::insert(row).exec_with_returning(&unit.txn).await;
    let added = unit.unique(added, Kind::Subscriber, name)?;
    let after = Some(described(&added));
    unit.record(Record { kind: Kind::Subscriber, row: added.id, name, before: None, after });
    Ok(added)
}

impl From<subscriber::Model> for Subscriber {
    fn from(row: subscriber::Model) -> Self {
        Self {
            id: SubscriberId(row.id),
            name: row.name,
            full_name: row.full_name,
            phone: row.phone,
            created_at: Timestamp::from_unix_ms(row.created_at),
        }
    }
}

fn described(row: &subscriber::Model) -> Value {
    json!({ "name": row.name, "full_name": row.full_name, "phone": row.phone })
}
