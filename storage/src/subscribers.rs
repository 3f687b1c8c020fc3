//! The subscribers: the people and companies that services belong to.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::ledger::AccountName;
use billing_core::{CustomerCategory, Money, ZoneId};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::{Value, json};

use crate::among;
use crate::billing::{
    Buyer, BuyerChange, PAYMENT_DAYS_MAX, all_zones, buyer_described, buyer_of, category,
    check_credit_limit, credit_limit_of, forget_buyer, lock_subscriber, set_buyer, try_again,
    zone_named,
};
use crate::entity::{
    account, auto_top_up, payment_intent, provider_token, receipt, reservation, service,
    subscriber, subscription, voucher,
};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::store::{Actor, Store};
use crate::tenants;
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
    /// What kind of customer it is; `None`: nobody has said it.
    pub category: Option<CustomerCategory>,
    /// Where it is; `None`: nobody has said it.
    pub zone: Option<ZoneId>,
    /// How long its invoices may remain unpaid, days; `None`: as everybody's.
    pub payment_days: Option<u16>,
    /// The most that it may owe by what it buys; `None`: nobody has said it.
    pub credit_limit: Option<Money>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// What of a subscriber is to be set; `None` leaves it as it is, `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubscriberChange {
    /// What kind of customer it is.
    pub category: Option<Option<CustomerCategory>>,
    /// Where it is, by the name of the zone.
    pub zone: Option<Option<String>>,
    /// How long its invoices may remain unpaid, days.
    pub payment_days: Option<Option<u16>>,
    /// The most that it may owe by what it buys; 0: it pays before.
    pub credit_limit: Option<Option<Money>>,
    /// Who is billed for it.
    pub buyer: BuyerChange,
}

impl Subscribers<'_> {
    /// Adds a subscriber.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`], [`StoreError::Invalid`].
    pub async fn add(&self, by: &Actor, new: &NewSubscriber) -> Result<Subscriber, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "add the subscriber").await?;
        // The zone stays where it is meanwhile.
        tenants::hold_prices(&unit.txn, self.tenant).await?;
        let added = insert(&mut unit, new).await?;
        unit.commit().await?;
        added.try_into()
    }

    /// Says what kind of customer the subscriber called `name` is, where, who is billed for it and how long
    /// that may take. Documents that are final keep what was said before.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscriber or the zone; [`StoreError::Invalid`].
    pub async fn set(
        &self,
        by: &Actor,
        name: &str,
        change: &SubscriberChange,
    ) -> Result<Subscriber, StoreError> {
        let operation = "change the subscriber";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        tenants::hold_prices(&unit.txn, self.tenant).await?;
        let before = self.existing(&unit.txn, name).await?;
        let mut columns = subscriber::ActiveModel { id: Set(before.id), ..Default::default() };
        if let Some(category) = change.category {
            columns.category = Set(category.map(|category| category.code().to_owned()));
        }
        if let Some(zone) = &change.zone {
            let zones = all_zones(&unit.txn, self.tenant).await?;
            let zone = zone.as_deref().map(|zone| zone_named(&zones, zone)).transpose()?;
            columns.zone_id = Set(zone.map(|zone| zone.0));
        }
        if let Some(days) = change.payment_days {
            check_payment_days(days)?;
            columns.payment_days = Set(days.map(i64::from));
        }
        if let Some(limit) = change.credit_limit {
            if let Some(limit) = limit {
                check_credit_limit(name, limit)?;
            }
            columns.credit_limit_minor = Set(limit.map(Money::amount_minor));
            columns.credit_currency = Set(limit.map(|limit| limit.currency().code().to_owned()));
            // What was not renewed for want of money may be owed now.
            lock_subscriber(&unit.txn, before.id).await?;
            try_again(&unit.txn, &[SubscriberId(before.id)]).await?;
        }
        let buyer_before = buyer_of(&unit.txn, &before).await?;
        set_buyer(&unit, &before, &change.buyer).await?;
        let changes_columns = change.category.is_some()
            || change.zone.is_some()
            || change.payment_days.is_some()
            || change.credit_limit.is_some();
        let after = match changes_columns {
            true => columns.update(&unit.txn).await.during(operation)?,
            false => before.clone(),
        };
        let buyer_after = buyer_of(&unit.txn, &after).await?;
        let with_buyer = |row: &subscriber::Model, buyer: &Buyer| {
            let mut value = described(row);
            value["billed"] = buyer_described(buyer);
            value
        };
        unit.record(Record {
            kind: Kind::Subscriber,
            row: after.id,
            name,
            before: Some(with_buyer(&before, &buyer_before)),
            after: Some(with_buyer(&after, &buyer_after)),
        });
        unit.commit().await?;
        after.try_into()
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
        rows.into_iter().map(Subscriber::try_from).collect()
    }

    /// What these subscribers are called; those that are none of this tenant's are left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn names(
        &self,
        ids: impl IntoIterator<Item = SubscriberId>,
    ) -> Result<BTreeMap<SubscriberId, String>, StoreError> {
        let reader = &self.store.database().reader;
        let rows: Vec<(i64, String)> = subscriber::Entity::find()
            .select_only()
            .column(subscriber::Column::Id)
            .column(subscriber::Column::Name)
            .filter(subscriber::Column::TenantId.eq(self.tenant.0))
            .filter(is_among(reader, ids.into_iter().map(|id| id.0)))
            .into_tuple()
            .all(reader)
            .await
            .during("read what subscribers are called")?;
        Ok(rows.into_iter().map(|(id, name)| (SubscriberId(id), name)).collect())
    }

    /// The subscriber called `name`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, name: &str) -> Result<Subscriber, StoreError> {
        self.existing(&self.store.database().reader, name).await?.try_into()
    }

    /// Removes the subscriber called `name`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::InUse`] while it has services, and where it has ever
    /// subscribed, redeemed vouchers, been asked to pay, or paid, or has had something in its accounts.
    pub async fn remove(&self, by: &Actor, name: &str) -> Result<(), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "remove the subscriber").await?;
        let row = self.existing(&unit.txn, name).await?;
        // What is paid meanwhile finds nobody, or is seen here.
        lock_subscriber(&unit.txn, row.id).await?;
        if let Some(by) = self.services_of(&unit, &row).await? {
            return Err(StoreError::InUse { what: Kind::Subscriber, name: name.to_owned(), by });
        }
        if let Some(by) = self.kept_of(&unit, &row).await? {
            return Err(StoreError::InUse { what: Kind::Subscriber, name: name.to_owned(), by });
        }
        // Nobody is to be charged with them any more.
        provider_token::Entity::delete_many()
            .filter(provider_token::Column::SubscriberId.eq(row.id))
            .exec(&unit.txn)
            .await
            .during("forget the tokens of the subscriber")?;
        auto_top_up::Entity::delete_by_id(row.id)
            .exec(&unit.txn)
            .await
            .during("forget when the wallet is topped up")?;
        forget_buyer(&unit, row.id).await?;
        subscriber::Entity::delete_by_id(row.id)
            .exec(&unit.txn)
            .await
            .during("remove the subscriber")?;
        let before = Some(described(&row));
        unit.record(Record { kind: Kind::Subscriber, row: row.id, name, before, after: None });
        unit.commit().await
    }

    /// The services of a subscriber, in words.
    async fn services_of(
        &self,
        unit: &Unit<'_>,
        row: &subscriber::Model,
    ) -> Result<Option<String>, StoreError> {
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
            return Ok(Some(by));
        }
        Ok(None)
    }

    /// What is kept of a subscriber for good, in words.
    async fn kept_of(
        &self,
        unit: &Unit<'_>,
        row: &subscriber::Model,
    ) -> Result<Option<String>, StoreError> {
        let subscriptions = subscription::Entity::find()
            .filter(subscription::Column::SubscriberId.eq(row.id))
            .one(&unit.txn);
        if let Some(first) =
            subscriptions.await.during("find the subscriptions of the subscriber")?
        {
            let by = format!("subscription {}: what was billed is kept", first.id);
            return Ok(Some(by));
        }
        let redeemed =
            voucher::Entity::find().filter(voucher::Column::RedeemedBy.eq(row.id)).one(&unit.txn);
        if let Some(it) = redeemed.await.during("find the vouchers of the subscriber")? {
            // What was paid for it is in the books.
            let by = format!("voucher {}-{}, which was redeemed", it.batch_id, it.serial);
            return Ok(Some(by));
        }
        let asked = payment_intent::Entity::find()
            .filter(payment_intent::Column::SubscriberId.eq(row.id))
            .one(&unit.txn);
        if let Some(first) = asked.await.during("find what the subscriber was asked to pay")? {
            let by = format!("intent to pay {}: what was asked for is kept", first.id);
            return Ok(Some(by));
        }
        let paid = reservation::Entity::find()
            .filter(reservation::Column::SubscriberId.eq(row.id))
            .one(&unit.txn);
        if let Some(first) = paid.await.during("find the sessions that the subscriber has paid")? {
            let by = format!("session {}: what was paid for it is kept", first.session_key);
            return Ok(Some(by));
        }
        let received =
            receipt::Entity::find().filter(receipt::Column::SubscriberId.eq(row.id)).one(&unit.txn);
        if let Some(it) = received.await.during("find what the subscriber has paid")? {
            let by = format!("payment {} {}: what was received is kept", it.provider, it.number);
            return Ok(Some(by));
        }
        self.moved_of(unit, row).await
    }

    /// An account of a subscriber in which something has moved, in words.
    async fn moved_of(
        &self,
        unit: &Unit<'_>,
        row: &subscriber::Model,
    ) -> Result<Option<String>, StoreError> {
        let id = SubscriberId(row.id);
        let own = [AccountName::Wallet(id), AccountName::Receivable(id)];
        let moved = account::Entity::find()
            .filter(account::Column::TenantId.eq(self.tenant.0))
            .filter(account::Column::Name.is_in(own.map(|name| name.to_string())))
            .filter(
                Condition::any()
                    .add(account::Column::DebitsPostedMinor.ne(0))
                    .add(account::Column::CreditsPostedMinor.ne(0))
                    .add(account::Column::DebitsPendingMinor.ne(0))
                    .add(account::Column::CreditsPendingMinor.ne(0)),
            )
            .one(&unit.txn);
        if let Some(it) = moved.await.during("look into the accounts of the subscriber")? {
            let by = format!("account {}: what has moved is kept", it.name);
            return Ok(Some(by));
        }
        Ok(None)
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
            None => Err(self.not_found(db, name).await?),
        }
    }

    /// The error for a name that nobody has. Which one was meant is looked for among those that begin
    /// alike: there may be millions.
    pub(crate) async fn not_found(
        &self,
        db: &impl ConnectionTrait,
        name: &str,
    ) -> Result<StoreError, StoreError> {
        let beginning = name.chars().next().map(String::from).unwrap_or_default();
        let alike: Vec<String> = subscriber::Entity::find()
            .select_only()
            .column(subscriber::Column::Name)
            .filter(subscriber::Column::TenantId.eq(self.tenant.0))
            .filter(subscriber::Column::Name.starts_with(beginning))
            .limit(names::GUESSES_MAX)
            .into_tuple()
            .all(db)
            .await
            .during("read the names that begin alike")?;
        Ok(names::not_found(Kind::Subscriber, name, alike))
    }
}

/// What subscribers are called, by their numbers.
pub(crate) async fn names_of(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = i64>,
) -> Result<BTreeMap<i64, String>, StoreError> {
    let rows = subscriber::Entity::find().filter(is_among(db, ids)).all(db);
    let rows = rows.await.during("read what subscribers are called")?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

fn is_among(db: &impl ConnectionTrait, ids: impl IntoIterator<Item = i64>) -> SimpleExpr {
    among::numbers(db.get_database_backend(), "id", BTreeSet::from_iter(ids))
}

/// A telephone number without what people write between its digits.
fn phone_digits(phone: &str) -> String {
    phone.chars().filter(|letter| !matches!(letter, ' ' | '-' | '(' | ')' | '+')).collect()
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
        phone_digits: Set(new.phone.as_deref().map(phone_digits)),
        created_at: Set(unit.now.unix_ms()),
        ..Default::default()
    };
    let added = subscriber::Entity::insert(row).exec_with_returning(&unit.txn).await;
    let added = unit.unique(added, Kind::Subscriber, name)?;
    let after = Some(described(&added));
    unit.record(Record { kind: Kind::Subscriber, row: added.id, name, before: None, after });
    Ok(added)
}

impl TryFrom<subscriber::Model> for Subscriber {
    type Error = StoreError;

    fn try_from(row: subscriber::Model) -> Result<Self, StoreError> {
        let category = category(&row)?;
        let credit_limit = credit_limit_of(&row)?;
        Ok(Self {
            id: SubscriberId(row.id),
            name: row.name,
            full_name: row.full_name,
            phone: row.phone,
            category,
            zone: row.zone_id.map(ZoneId),
            payment_days: row.payment_days.and_then(|days| u16::try_from(days).ok()),
            credit_limit,
            created_at: Timestamp::from_unix_ms(row.created_at),
        })
    }
}

fn check_payment_days(days: Option<u16>) -> Result<(), StoreError> {
    match days.filter(|days| *days > PAYMENT_DAYS_MAX) {
        None => Ok(()),
        Some(days) => Err(StoreError::Invalid {
            what: Kind::Subscriber,
            problem: format!(
                "its invoices cannot be due after {days} days; 0 to {PAYMENT_DAYS_MAX} are possible"
            ),
        }),
    }
}

fn described(row: &subscriber::Model) -> Value {
    json!({
        "name": row.name,
        "full_name": row.full_name,
        "phone": row.phone,
        "category": row.category,
        "zone": row.zone_id,
        "payment_days": row.payment_days,
        "credit_limit_minor": row.credit_limit_minor,
        "credit_currency": row.credit_currency,
    })
}
