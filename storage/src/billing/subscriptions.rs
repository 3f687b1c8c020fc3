//! What subscribers have, and what has happened to it.

use core::fmt;

use billing_core::{
    Alignment, BilledIn, Change, ComponentId, EarlyFee, Event, MaximumCharge, MinimumCharge, Money,
    PaidUntil, Proration, Realignment, SubscriptionState, Transition, What,
};
use entitlement::{ServiceId, SubscriberId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, DbBackend, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement, Value,
};
use serde_json::json;

use super::agreed::Agreed;
use super::catalogue::Catalogue;
use super::due::DoneEach;
use super::events::{self, Entered};
use super::{SeenAs, billing_days, codes, packages, parties, products};
use crate::among;
use crate::entity::{service, subscriber, subscription};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::store::{Actor, Store};
use crate::subscribers::names_of;
use crate::unit::{Record, Unit};

/// Reads and changes the subscriptions of one tenant.
#[derive(Debug)]
pub struct Subscriptions<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
    /// What is known of who takes something.
    pub(crate) seen: SeenAs,
}

/// A subscription, by the number of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionId(pub i64);

impl fmt::Display for SubscriptionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A subscription that is to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubscription {
    /// Whose.
    pub subscriber: String,
    /// The login of the service that it pays for, which follows its state and its plan.
    pub service: Option<String>,
    /// The products, by name, with how many of each.
    pub products: Vec<(String, u32)>,
    /// Where its periods begin.
    pub alignment: Alignment,
    /// In which states it is billed beside those in which it is served.
    pub billed_in: BilledIn,
    /// When it is activated.
    pub from: Timestamp,
}

/// A subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionEntry {
    /// Its identity.
    pub id: SubscriptionId,
    /// Whose.
    pub subscriber: SubscriberId,
    /// What the subscriber is called.
    pub subscriber_name: String,
    /// The service that it pays for.
    pub service: Option<ServiceId>,
    /// Where its periods begin now.
    pub alignment: Alignment,
    /// From when on they began elsewhere, or will.
    pub realigned: Vec<Realignment>,
    /// What it was ordered by, where it has an order of its own.
    pub purchase_order: Option<String>,
    /// In which states it is billed beside those in which it is served.
    pub billed_in: BilledIn,
    /// What has become of it, as far as has been carried out.
    pub state: SubscriptionState,
    /// What has happened to it, by time.
    pub events: Vec<SubscriptionEvent>,
    /// The packages that it has bought.
    pub packages: Vec<PackageEntry>,
}

/// A package that a subscription has bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageEntry {
    /// Which of its family it has now, or had last.
    pub product: String,
    /// What was bought ahead and comes behind it, by time.
    pub ahead: Vec<PackageAhead>,
    /// For how long it is paid; `None`: it has no time of its own.
    pub paid: Option<PaidUntil>,
    /// Whether it is renewed by itself when it is over.
    pub auto_renew: bool,
}

/// A package that was bought ahead, and takes the place of the one before it when that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageAhead {
    /// Which.
    pub product: String,
    /// When it begins.
    pub begins: Timestamp,
    /// Until when it is paid.
    pub until: Timestamp,
}

/// Something that has happened to a subscription, or is going to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionEvent {
    /// When, and what.
    pub event: Event,
    /// What the product is called that it is about.
    pub product: Option<String>,
}

/// What became of a subscription by what was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedSubscription {
    /// As it is now.
    pub subscription: SubscriptionEntry,
    /// What was planned, by time, and will not happen: it is not possible any more.
    pub withdrawn: Vec<SubscriptionEvent>,
    /// What it costs that something ends by what was entered within its minimum term.
    pub fees: Vec<EarlyFee>,
}

impl SubscriptionEvent {
    pub(super) fn named(event: Event, catalogue: &Catalogue) -> Self {
        let product = match event.what {
            What::Quantity { component, .. } => Some(catalogue.name(component).to_owned()),
            What::Transition(_) => None,
        };
        Self { event, product }
    }
}

impl Subscriptions<'_> {
    /// Begins a subscription.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a subscriber, service or product that is not there,
    /// [`StoreError::Invalid`]; [`StoreError::Rule`] for a product without a price then, one whose periods
    /// cannot begin as those of the subscription do, one of which nobody has said how it is taxed, and more of
    /// one than [`billing_core::HELD_MAX`]; and while a reseller that pays for one owes more than it may.
    pub async fn add(
        &self,
        by: &Actor,
        new: &NewSubscription,
    ) -> Result<SubscriptionEntry, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "add the subscription").await?;
        let subscribers = self.store.subscribers(self.tenant);
        let owner = subscribers.existing(&unit.txn, &new.subscriber).await?;
        lock(&unit.txn, owner.id).await?;
        let service = match &new.service {
            None => None,
            Some(login) => Some(self.service_of(&unit, &owner, login).await?),
        };
        if new.products.is_empty() {
            return Err(invalid("it has no product; name at least one"));
        }
        let mut changes = Vec::new();
        for (name, quantity) in &new.products {
            let component = self.component(&unit.txn, name).await?;
            changes.push(What::Quantity { component, quantity: *quantity });
        }
        changes.push(What::Transition(Transition::Activate));
        let added = self.insert(&unit, owner.id, service, (new.alignment, new.billed_in)).await?;
        let changes: Vec<_> = changes.into_iter().map(|what| (new.from, what)).collect();
        let id = SubscriptionId(added.id);
        events::enter(&mut unit, added.clone(), &Entered::added(&changes), None).await?;
        let agreed = Agreed::read(&unit, &added).await?;
        agreed.check_taken(&changes)?;
        agreed.check_may_order(&unit, &changes).await?;
        unit.commit().await?;
        self.find(id).await
    }

    /// One in which nothing has happened yet.
    pub(super) async fn insert(
        &self,
        unit: &Unit<'_>,
        subscriber: i64,
        service: Option<i64>,
        (alignment, billed_in): (Alignment, BilledIn),
    ) -> Result<subscription::Model, StoreError> {
        let row = subscription::ActiveModel {
            tenant_id: Set(self.tenant.0),
            subscriber_id: Set(subscriber),
            service_id: Set(service),
            alignment: Set(alignment.to_string()),
            billed_in: Set(codes::billed_in(billed_in)),
            state: Set(SubscriptionState::Pending.code().to_owned()),
            created_at: Set(unit.now.unix_ms()),
            ..Default::default()
        };
        let added = subscription::Entity::insert(row).exec_with_returning(&unit.txn).await;
        added.during("add the subscription")
    }

    /// Enters what happens to a subscription, now, ahead or afterwards, all of it or nothing. Its service
    /// follows in the same moment, as far as it has happened by now. What was planned and is not possible
    /// behind it is withdrawn.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] for what cannot have happened, and for a product that
    /// has no price then, cannot be billed in the periods of the subscription, or of which nobody has said how it
    /// is taxed; [`StoreError::Closed`] for a moment at which the books are closed.
    pub async fn change(
        &self,
        by: &Actor,
        id: SubscriptionId,
        changes: &[(Timestamp, What)],
    ) -> Result<ChangedSubscription, StoreError> {
        let (mut unit, found) = self.locked(by, id, "change the subscription").await?;
        let before = Some(json!({ "state": found.state }));
        let timeline = events::timeline(id.0, events::of(&unit.txn, id.0).await?)?;
        let change = timeline.enter(changes.iter().copied(), unit.now);
        let change = change.map_err(|error| StoreError::Rule {
            what: Kind::Subscription,
            name: id.to_string(),
            source: error.into(),
        })?;
        let entered = Entered::changed(&change);
        let fees = events::enter(&mut unit, found.clone(), &entered, before).await?;
        if changes.iter().any(|(_, what)| matches!(what, What::Quantity { .. })) {
            let agreed = Agreed::read(&unit, &found).await?;
            agreed.check_taken(changes)?;
            agreed.check_may_order(&unit, changes).await?;
        }
        unit.commit().await?;
        Ok(ChangedSubscription { fees, ..self.changed(id, &change).await? })
    }

    /// What became of a subscription by a change that is committed.
    pub(super) async fn changed(
        &self,
        id: SubscriptionId,
        change: &Change,
    ) -> Result<ChangedSubscription, StoreError> {
        let reader = &self.store.database().reader;
        let catalogue = Catalogue::read(reader, self.tenant).await?;
        let mut withdrawn = change.withdrawn.clone();
        withdrawn.sort_unstable();
        let named = |event: Event| SubscriptionEvent::named(event, &catalogue);
        let withdrawn = withdrawn.into_iter().map(named).collect();
        let (subscription, fees) = (self.find(id).await?, Vec::new());
        Ok(ChangedSubscription { subscription, withdrawn, fees })
    }

    /// The product called `name`, as the rules know it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn product(&self, name: &str) -> Result<ComponentId, StoreError> {
        self.component(&self.store.database().reader, name).await
    }

    /// Sets what the periods of a subscription cost at least and at most; what is `None` is not limited.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Invalid`] for amounts of two currencies; [`StoreError::Rule`]
    /// for what could not be billed: another currency than that of its prices, less than nothing, a minimum
    /// above the maximum or billed as something that it has, and periods that cannot begin as its own do.
    pub async fn set_limits(
        &self,
        by: &Actor,
        id: SubscriptionId,
        minimum: Option<MinimumCharge>,
        maximum: Option<MaximumCharge>,
    ) -> Result<(), StoreError> {
        let operation = "limit what the subscription costs";
        let (mut unit, found) = self.locked(by, id, operation).await?;
        let amounts = [minimum.map(|it| it.amount), maximum.map(|it| it.amount)];
        let currencies: Vec<_> = amounts.iter().flatten().map(|amount| amount.currency()).collect();
        if let [minimum, maximum] = currencies.as_slice()
            && minimum != maximum
        {
            return Err(invalid(&format!(
                "its minimum is in {minimum} and its maximum in {maximum}; both are in one currency"
            )));
        }
        let proration = minimum.map(|it| it.proration).or(maximum.map(|it| it.proration));
        let limited = subscription::ActiveModel {
            id: Set(id.0),
            minimum_product_id: Set(minimum.map(|it| it.component.0)),
            minimum_minor: Set(minimum.map(|it| it.amount.amount_minor())),
            minimum_per: Set(minimum.map(|it| it.per.to_string())),
            maximum_minor: Set(maximum.map(|it| it.amount.amount_minor())),
            maximum_per: Set(maximum.map(|it| it.per.to_string())),
            limit_currency: Set(currencies.first().map(|currency| currency.code().to_owned())),
            limit_proration: Set(proration.map(|rule| rule.code().to_owned())),
            // What was billed before may come to another amount: the next run looks, whatever it is for.
            due_at: Set(Some(0)),
            ..Default::default()
        };
        let after = limited.update(&unit.txn).await.during(operation)?;
        let agreed = Agreed::read(&unit, &after).await?;
        agreed.check_limits(unit.now)?;
        let described = |row: &subscription::Model| json!({ "minimum_minor": row.minimum_minor, "maximum_minor": row.maximum_minor });
        unit.record(Record {
            kind: Kind::Subscription,
            row: id.0,
            name: &id.to_string(),
            before: Some(described(&found)),
            after: Some(described(&after)),
        });
        unit.commit().await
    }

    /// Says what a subscription was ordered by: it stands on its lines from now on. Without one it is what
    /// its subscriber orders by.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Invalid`].
    pub async fn set_purchase_order(
        &self,
        by: &Actor,
        id: SubscriptionId,
        order: Option<&str>,
    ) -> Result<(), StoreError> {
        let operation = "say what the subscription was ordered by";
        let check = |order| parties::check(Kind::Subscription, "purchase order", order, false);
        order.into_iter().try_for_each(check)?;
        let (mut unit, found) = self.locked(by, id, operation).await?;
        let changed = subscription::ActiveModel {
            id: Set(id.0),
            purchase_order: Set(order.map(str::to_owned)),
            ..Default::default()
        };
        changed.update(&unit.txn).await.during(operation)?;
        unit.record(Record {
            kind: Kind::Subscription,
            row: id.0,
            name: &id.to_string(),
            before: Some(json!({ "purchase_order": found.purchase_order })),
            after: Some(json!({ "purchase_order": order })),
        });
        unit.commit().await
    }

    /// As [`carry_out_each`](Self::carry_out_each) of the first `limit`. Gives how many there were.
    ///
    /// # Errors
    /// When the store is away; the first of those that could not be, when all have had their turn.
    pub async fn carry_out(&self, by: &Actor, limit: u64) -> Result<usize, StoreError> {
        self.carry_out_each(by, limit, 0).await?.all()
    }

    /// Carries out what was entered ahead and has happened by now, of `limit` subscriptions at most behind
    /// the first `skip`, which are those that could not be. Each is a transaction of its own.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn carry_out_each(
        &self,
        by: &Actor,
        limit: u64,
        skip: u64,
    ) -> Result<DoneEach, StoreError> {
        let due = subscription::Entity::find()
            .select_only()
            .column(subscription::Column::Id)
            .filter(subscription::Column::TenantId.eq(self.tenant.0))
            .filter(subscription::Column::EffectAt.lte(self.store.now().unix_ms()))
            .order_by_asc(subscription::Column::EffectAt)
            .order_by_asc(subscription::Column::Id)
            .offset(skip)
            .limit(limit)
            .into_tuple::<i64>()
            .all(&self.store.database().reader);
        let mut each = DoneEach::default();
        for id in due.await.during("find what was entered ahead")? {
            each.note(&id, self.carry_out_one(by, SubscriptionId(id)).await)?;
        }
        Ok(each)
    }

    async fn carry_out_one(&self, by: &Actor, id: SubscriptionId) -> Result<bool, StoreError> {
        let (mut unit, row) = self.held(by, id, "carry out what was entered ahead").await?;
        if row.effect_at.is_none_or(|at| at > unit.now.unix_ms()) {
            return Ok(false);
        }
        events::carry_out(&mut unit, row).await?;
        unit.commit().await?;
        Ok(true)
    }

    /// The last `limit` subscriptions of the tenant, in the order in which they were added; with a name, those
    /// of that subscriber.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscriber.
    pub async fn list(
        &self,
        subscriber: Option<&str>,
        limit: u64,
    ) -> Result<Vec<SubscriptionEntry>, StoreError> {
        let reader = &self.store.database().reader;
        let mut find = subscription::Entity::find()
            .filter(subscription::Column::TenantId.eq(self.tenant.0))
            .order_by_desc(subscription::Column::Id)
            .limit(limit);
        if let Some(name) = subscriber {
            let owner = self.store.subscribers(self.tenant).existing(reader, name).await?;
            find = find.filter(subscription::Column::SubscriberId.eq(owner.id));
        }
        let mut rows = find.all(reader).await.during("list the subscriptions")?;
        rows.reverse();
        let catalogue = Catalogue::read(reader, self.tenant).await?;
        self.entries(&rows, &catalogue).await
    }

    /// The subscription of this number.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, id: SubscriptionId) -> Result<SubscriptionEntry, StoreError> {
        let reader = &self.store.database().reader;
        let catalogue = Catalogue::read(reader, self.tenant).await?;
        let row = self.existing(reader, id).await?;
        let found = self.entries(&[row], &catalogue).await?.pop();
        found.ok_or_else(|| names::not_found(Kind::Subscription, &id.to_string(), []))
    }

    /// In the same order.
    async fn entries(
        &self,
        rows: &[subscription::Model],
        catalogue: &Catalogue,
    ) -> Result<Vec<SubscriptionEntry>, StoreError> {
        let reader = &self.store.database().reader;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let mut events = events::of_all(reader, &ids).await?;
        let mut packages = packages::of_all(reader, &ids, catalogue, self.store.now()).await?;
        let owners = names_of(reader, rows.iter().map(|row| row.subscriber_id)).await?;
        let event = |event: Event| SubscriptionEvent::named(event, catalogue);
        let entry = |row: &subscription::Model| {
            let happened = events.remove(&row.id).unwrap_or_default();
            let mut happened: Vec<_> = happened.into_iter().map(event).collect();
            happened.sort_unstable_by_key(|entry| entry.event);
            Ok(SubscriptionEntry {
                id: SubscriptionId(row.id),
                subscriber: SubscriberId(row.subscriber_id),
                subscriber_name: owners.get(&row.subscriber_id).cloned().unwrap_or_default(),
                service: row.service_id.map(ServiceId),
                alignment: billing_days::alignment_at(row, self.store.now())?,
                realigned: billing_days::realigned(row)?,
                purchase_order: row.purchase_order.clone(),
                billed_in: billed_in(row)?,
                state: state(row)?,
                events: happened,
                packages: packages.remove(&row.id).unwrap_or_default(),
            })
        };
        rows.iter().map(entry).collect()
    }

    pub(super) async fn service_of(
        &self,
        unit: &Unit<'_>,
        owner: &subscriber::Model,
        login: &str,
    ) -> Result<i64, StoreError> {
        let found = service::Entity::find()
            .filter(service::Column::TenantId.eq(self.tenant.0))
            .filter(service::Column::Login.eq(login))
            .one(&unit.txn);
        let found = found.await.during("find the service")?;
        let found = found.ok_or_else(|| names::not_found(Kind::Service, login, []))?;
        if found.subscriber_id != owner.id {
            let problem = format!("service `{login}` is not one of subscriber `{}`", owner.name);
            return Err(invalid(&problem));
        }
        let paid_for = subscription::Entity::find()
            .filter(subscription::Column::ServiceId.eq(found.id))
            .filter(subscription::Column::State.ne(SubscriptionState::Terminated.code()))
            .one(&unit.txn);
        if let Some(other) = paid_for.await.during("find the subscriptions of the service")? {
            return Err(StoreError::InUse {
                what: Kind::Service,
                name: login.to_owned(),
                by: format!("subscription {}", other.id),
            });
        }
        Ok(found.id)
    }

    pub(super) async fn component(
        &self,
        db: &impl ConnectionTrait,
        name: &str,
    ) -> Result<ComponentId, StoreError> {
        match products::find(db, self.tenant, name).await? {
            Some(row) => Ok(ComponentId(row.id)),
            None => {
                let existing = products::names_of(db, self.tenant).await?;
                Err(names::not_found(Kind::Product, name, existing))
            }
        }
    }

    pub(super) async fn existing(
        &self,
        db: &impl ConnectionTrait,
        id: SubscriptionId,
    ) -> Result<subscription::Model, StoreError> {
        let found = subscription::Entity::find_by_id(id.0)
            .filter(subscription::Column::TenantId.eq(self.tenant.0))
            .one(db);
        let found = found.await.during("find the subscription")?;
        found.ok_or_else(|| names::not_found(Kind::Subscription, &id.to_string(), []))
    }
}

/// Holds everything of a subscriber's until the end of the transaction. Who was removed a moment ago has
/// nothing that could be held.
pub(crate) async fn lock(db: &impl ConnectionTrait, subscriber: i64) -> Result<(), StoreError> {
    let row = subscriber::Entity::find_by_id(subscriber).lock_exclusive().one(db).await;
    match row.during("lock the subscriber")? {
        Some(_) => Ok(()),
        None => Err(names::not_found(Kind::Subscriber, &subscriber.to_string(), [])),
    }
}

/// Holds everything of these subscribers' until the end of the transaction, in the order of their numbers,
/// so that nobody who holds several waits for another who does.
pub(super) async fn lock_all(
    db: &impl ConnectionTrait,
    subscribers: impl IntoIterator<Item = i64>,
) -> Result<(), StoreError> {
    let backend = db.get_database_backend();
    // SQLite's transactions that write are one at a time.
    if backend == DbBackend::Postgres {
        let (is_among, ids) = among::numbers_at(backend, "$1", subscribers);
        let sql = format!("select id from subscriber where id {is_among} order by id for update");
        let statement = Statement::from_sql_and_values(backend, sql, [Value::from(ids)]);
        db.query_all_raw(statement).await.during("lock the subscribers")?;
    }
    Ok(())
}

pub(super) fn alignment(row: &subscription::Model) -> Result<Alignment, StoreError> {
    row.alignment.parse().map_err(|_| corrupt(row.id, "its periods begin nowhere"))
}

pub(super) fn billed_in(row: &subscription::Model) -> Result<BilledIn, StoreError> {
    let billed_in = codes::read_billed_in(&row.billed_in);
    billed_in.ok_or_else(|| corrupt(row.id, "it is billed in a state that is none"))
}

/// What its periods cost at least.
pub(super) fn minimum(row: &subscription::Model) -> Result<Option<MinimumCharge>, StoreError> {
    let Some(minor) = row.minimum_minor else { return Ok(None) };
    let read = || {
        let (amount, proration) = limit(row, minor)?;
        let component = ComponentId(row.minimum_product_id?);
        let per = row.minimum_per.as_deref()?.parse().ok()?;
        Some(MinimumCharge { component, amount, per, proration })
    };
    read().map(Some).ok_or_else(|| corrupt(row.id, "its minimum is none"))
}

/// What its periods cost at most.
pub(super) fn maximum(row: &subscription::Model) -> Result<Option<MaximumCharge>, StoreError> {
    let Some(minor) = row.maximum_minor else { return Ok(None) };
    let read = || {
        let (amount, proration) = limit(row, minor)?;
        let per = row.maximum_per.as_deref()?.parse().ok()?;
        Some(MaximumCharge { amount, per, proration })
    };
    read().map(Some).ok_or_else(|| corrupt(row.id, "its maximum is none"))
}

fn limit(row: &subscription::Model, minor: i64) -> Option<(Money, Proration)> {
    let currency = row.limit_currency.as_deref()?.parse().ok()?;
    let proration = Proration::from_code(row.limit_proration.as_deref()?)?;
    Some((Money::new(minor, currency), proration))
}

fn state(row: &subscription::Model) -> Result<SubscriptionState, StoreError> {
    let state = SubscriptionState::from_code(&row.state);
    state.ok_or_else(|| corrupt(row.id, "its state is none"))
}

pub(super) fn invalid(problem: &str) -> StoreError {
    StoreError::Invalid { what: Kind::Subscription, problem: problem.to_owned() }
}

pub(super) fn corrupt(row: i64, problem: &str) -> StoreError {
    StoreError::Corrupt {
        what: Kind::Subscription,
        row: row.to_string(),
        problem: problem.to_owned(),
    }
}
