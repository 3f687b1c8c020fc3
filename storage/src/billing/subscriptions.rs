//! What subscribers have, and what has happened to it.

use core::fmt;

use billing_core::{
    Alignment, BilledIn, ComponentId, Event, SubscriptionState, Timeline, TimelineError,
    Transition, What,
};
use entitlement::{ServiceId, Standing, SubscriberId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

use super::catalogue::Catalogue;
use super::{codes, dunning, products, settings};
use crate::entity::{service, subscriber, subscription, subscription_event};
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::services::standing_code;
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};

/// The word for a change of a quantity; the others are transitions.
const QUANTITY: &str = "quantity";

/// Reads and changes the subscriptions of one tenant.
#[derive(Debug)]
pub struct Subscriptions<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
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
    /// Where its periods begin.
    pub alignment: Alignment,
    /// In which states it is billed beside those in which it is served.
    pub billed_in: BilledIn,
    /// What has become of it, as far as has been carried out.
    pub state: SubscriptionState,
    /// What has happened to it, by time.
    pub events: Vec<SubscriptionEvent>,
}

/// Something that has happened to a subscription, or is going to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionEvent {
    /// When, and what.
    pub event: Event,
    /// What the product is called that it is about.
    pub product: Option<String>,
}

impl Subscriptions<'_> {
    /// Begins a subscription.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a subscriber, service or product that is not there,
    /// [`StoreError::Invalid`].
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
        let row = subscription::ActiveModel {
            tenant_id: Set(self.tenant.0),
            subscriber_id: Set(owner.id),
            service_id: Set(service),
            alignment: Set(new.alignment.to_string()),
            billed_in: Set(codes::billed_in(new.billed_in)),
            state: Set(SubscriptionState::Pending.code().to_owned()),
            created_at: Set(unit.now.unix_ms()),
            ..Default::default()
        };
        let added = subscription::Entity::insert(row).exec_with_returning(&unit.txn).await;
        let added = added.during("add the subscription")?;
        let changes: Vec<_> = changes.into_iter().map(|what| (new.from, what)).collect();
        let id = SubscriptionId(added.id);
        self.enter(&mut unit, added, &changes, None).await?;
        unit.commit().await?;
        self.find(id).await
    }

    /// Enters what happens to a subscription, now, ahead or afterwards, all of it or nothing. Its service
    /// follows in the same moment, as far as it has happened by now.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] for what cannot have happened;
    /// [`StoreError::Invalid`] for a moment at which the books are closed.
    pub async fn change(
        &self,
        by: &Actor,
        id: SubscriptionId,
        changes: &[(Timestamp, What)],
    ) -> Result<SubscriptionEntry, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "change the subscription").await?;
        let found = self.existing(&unit.txn, id).await?;
        lock(&unit.txn, found.subscriber_id).await?;
        // Only now nobody else changes it.
        let found = self.existing(&unit.txn, id).await?;
        let before = Some(json!({ "state": found.state }));
        self.enter(&mut unit, found, changes, before).await?;
        unit.commit().await?;
        self.find(id).await
    }

    /// The product called `name`, as the rules know it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn product(&self, name: &str) -> Result<ComponentId, StoreError> {
        self.component(&self.store.database().reader, name).await
    }

    /// Carries out what was entered ahead and has happened by now, of `limit` subscriptions at most.
    /// Gives how many there were.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn carry_out(&self, by: &Actor, limit: u64) -> Result<usize, StoreError> {
        let operation = "carry out what was entered ahead";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let due = subscription::Entity::find()
            .filter(subscription::Column::TenantId.eq(self.tenant.0))
            .filter(subscription::Column::EffectAt.lte(unit.now.unix_ms()))
            .order_by_asc(subscription::Column::EffectAt)
            .limit(limit)
            .all(&unit.txn);
        let due = due.await.during(operation)?;
        let mut count = 0;
        for row in due {
            lock(&unit.txn, row.subscriber_id).await?;
            let row = self.existing(&unit.txn, SubscriptionId(row.id)).await?;
            if row.effect_at.is_none_or(|at| at > unit.now.unix_ms()) {
                continue;
            }
            let before = Some(json!({ "state": row.state }));
            self.enter(&mut unit, row, &[], before).await?;
            count += 1;
        }
        unit.commit().await?;
        Ok(count)
    }

    /// Every subscription of the tenant, in the order in which they were added; with a name, those of
    /// that subscriber.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscriber.
    pub async fn list(
        &self,
        subscriber: Option<&str>,
    ) -> Result<Vec<SubscriptionEntry>, StoreError> {
        let reader = &self.store.database().reader;
        let mut find = subscription::Entity::find()
            .filter(subscription::Column::TenantId.eq(self.tenant.0))
            .order_by_asc(subscription::Column::Id);
        if let Some(name) = subscriber {
            let owner = self.store.subscribers(self.tenant).existing(reader, name).await?;
            find = find.filter(subscription::Column::SubscriberId.eq(owner.id));
        }
        let rows = find.all(reader).await.during("list the subscriptions")?;
        let mut entries = Vec::new();
        for row in rows {
            entries.push(self.entry(row).await?);
        }
        Ok(entries)
    }

    /// The subscription of this number.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, id: SubscriptionId) -> Result<SubscriptionEntry, StoreError> {
        self.entry(self.existing(&self.store.database().reader, id).await?).await
    }

    async fn entry(&self, row: subscription::Model) -> Result<SubscriptionEntry, StoreError> {
        let reader = &self.store.database().reader;
        let catalogue = Catalogue::read(reader, self.tenant).await?;
        let owner = subscriber::Entity::find_by_id(row.subscriber_id).one(reader).await;
        let owner = owner.during("find the subscriber")?;
        let event = |event: Event| {
            let product = match event.what {
                What::Quantity { component, .. } => Some(catalogue.name(component).to_owned()),
                What::Transition(_) => None,
            };
            SubscriptionEvent { event, product }
        };
        let mut events: Vec<_> = events_of(reader, row.id).await?.into_iter().map(event).collect();
        events.sort_unstable_by_key(|entry| entry.event);
        Ok(SubscriptionEntry {
            id: SubscriptionId(row.id),
            subscriber: SubscriberId(row.subscriber_id),
            subscriber_name: owner.map(|owner| owner.name).unwrap_or_default(),
            service: row.service_id.map(ServiceId),
            alignment: alignment(&row)?,
            billed_in: billed_in(&row)?,
            state: state(&row)?,
            events,
        })
    }

    /// Adds events to a subscription, and lets its service follow.
    pub(super) async fn enter(
        &self,
        unit: &mut Unit<'_>,
        row: subscription::Model,
        changes: &[(Timestamp, What)],
        before: Option<serde_json::Value>,
    ) -> Result<(), StoreError> {
        let closed_until = settings::read(&unit.txn, self.tenant).await?.closed_until;
        for (at, _) in changes {
            if closed_until.is_some_and(|closed| *at < closed) {
                return Err(invalid(&format!(
                    "at: {at} lies before the moment until which the books are closed, {}; enter it \
                     at a later one",
                    closed_until.unwrap_or(*at)
                )));
            }
        }
        for (at, what) in changes {
            let event = event_row(unit, row.id, *at, *what);
            let added = subscription_event::Entity::insert(event);
            added.exec_without_returning(&unit.txn).await.during("enter what has happened")?;
        }
        let timeline = timeline(row.id, events_of(&unit.txn, row.id).await?)?;
        let state = timeline.state_at(unit.now);
        let first = changes.iter().map(|(at, _)| at.unix_ms()).min();
        let due_at = row.due_at.into_iter().chain(first).min();
        let changed = subscription::ActiveModel {
            id: Set(row.id),
            state: Set(state.code().to_owned()),
            due_at: Set(due_at),
            effect_at: Set(timeline.next_after(unit.now).map(Timestamp::unix_ms)),
            ..Default::default()
        };
        changed.update(&unit.txn).await.during("change the subscription")?;
        if let Some(service) = row.service_id {
            self.serve(unit, service, &timeline).await?;
        }
        dunning::look_again(unit, core::iter::once(row.subscriber_id)).await?;
        let described: Vec<_> = changes.iter().map(|(at, what)| words(*at, *what)).collect();
        unit.record(Record {
            kind: Kind::Subscription,
            row: row.id,
            name: &row.id.to_string(),
            before,
            after: Some(json!({ "state": state.code(), "entered": described })),
        });
        Ok(())
    }

    /// Puts the service in the state, and on the plan, that its subscription has now.
    async fn serve(
        &self,
        unit: &mut Unit<'_>,
        service: i64,
        timeline: &Timeline,
    ) -> Result<(), StoreError> {
        let catalogue = Catalogue::read(&unit.txn, self.tenant).await?;
        let found = service::Entity::find_by_id(service).one(&unit.txn).await;
        let Some(found) = found.during("find the service")? else { return Ok(()) };
        let has = |component: &ComponentId| timeline.quantity_at(*component, unit.now) > 0;
        let plan = timeline.components().into_iter().filter(has);
        let plan = plan.filter_map(|component| catalogue.plans.get(&component)).next_back();
        let plan_id = plan.map_or(found.plan_id, |plan| plan.0);
        let standing: Standing = timeline.state_at(unit.now).standing();
        let standing = standing_code(standing);
        if (found.plan_id, found.standing.as_str()) == (plan_id, standing) {
            return Ok(());
        }
        let changed = service::ActiveModel {
            id: Set(service),
            plan_id: Set(plan_id),
            standing: Set(standing.to_owned()),
            ..Default::default()
        };
        changed.update(&unit.txn).await.during("change the service")?;
        unit.record(Record {
            kind: Kind::Service,
            row: service,
            name: &found.login,
            before: Some(json!({ "plan": found.plan_id, "standing": found.standing })),
            after: Some(json!({ "plan": plan_id, "standing": standing })),
        });
        Ok(())
    }

    async fn service_of(
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

    async fn component(
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

    async fn existing(
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

/// Holds everything of a subscriber's until the end of the transaction.
pub(super) async fn lock(db: &impl ConnectionTrait, subscriber: i64) -> Result<(), StoreError> {
    let row = subscriber::Entity::find_by_id(subscriber).lock_exclusive().one(db).await;
    row.during("lock the subscriber").map(|_| ())
}

/// What has happened to a subscription by these events.
pub(super) fn timeline(
    subscription: i64,
    events: impl IntoIterator<Item = Event>,
) -> Result<Timeline, StoreError> {
    Timeline::new(events).map_err(|error: TimelineError| StoreError::Rule {
        what: Kind::Subscription,
        name: subscription.to_string(),
        source: error.into(),
    })
}

pub(super) fn event_of(row: &subscription_event::Model) -> Result<Event, StoreError> {
    let read = || {
        let what = match (row.what.as_str(), row.product_id, row.quantity) {
            (QUANTITY, Some(product), Some(quantity)) => What::Quantity {
                component: ComponentId(product),
                quantity: quantity.try_into().ok()?,
            },
            (code, None, None) => What::Transition(Transition::from_code(code)?),
            _ => return None,
        };
        let number = u64::try_from(row.id).ok()?;
        Some(Event { at: Timestamp::from_unix_ms(row.at), number, what })
    };
    read().ok_or_else(|| corrupt(row.subscription_id, "an event of it is none"))
}

pub(super) fn alignment(row: &subscription::Model) -> Result<Alignment, StoreError> {
    row.alignment.parse().map_err(|_| corrupt(row.id, "its periods begin nowhere"))
}

pub(super) fn billed_in(row: &subscription::Model) -> Result<BilledIn, StoreError> {
    let billed_in = codes::read_billed_in(&row.billed_in);
    billed_in.ok_or_else(|| corrupt(row.id, "it is billed in a state that is none"))
}

fn state(row: &subscription::Model) -> Result<SubscriptionState, StoreError> {
    let state = SubscriptionState::from_code(&row.state);
    state.ok_or_else(|| corrupt(row.id, "its state is none"))
}

async fn events_of(db: &impl ConnectionTrait, id: i64) -> Result<Vec<Event>, StoreError> {
    let rows = subscription_event::Entity::find()
        .filter(subscription_event::Column::SubscriptionId.eq(id))
        .all(db);
    rows.await.during("read what has happened to the subscription")?.iter().map(event_of).collect()
}

fn event_row(
    unit: &Unit<'_>,
    subscription: i64,
    at: Timestamp,
    what: What,
) -> subscription_event::ActiveModel {
    let (what, product, quantity) = match what {
        What::Transition(transition) => (transition.code(), None, None),
        What::Quantity { component, quantity } => (QUANTITY, Some(component.0), Some(quantity)),
    };
    subscription_event::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        subscription_id: Set(subscription),
        at: Set(at.unix_ms()),
        what: Set(what.to_owned()),
        product_id: Set(product),
        quantity: Set(quantity.map(i64::from)),
        created_at: Set(unit.now.unix_ms()),
        ..Default::default()
    }
}

fn words(at: Timestamp, what: What) -> serde_json::Value {
    match what {
        What::Transition(transition) => json!({ "at": at.unix_ms(), "what": transition.code() }),
        What::Quantity { component, quantity } => {
            json!({ "at": at.unix_ms(), "product": component.0, "quantity": quantity })
        }
    }
}

fn invalid(problem: &str) -> StoreError {
    StoreError::Invalid { what: Kind::Subscription, problem: problem.to_owned() }
}

fn corrupt(row: i64, problem: &str) -> StoreError {
    StoreError::Corrupt {
        what: Kind::Subscription,
        row: row.to_string(),
        problem: problem.to_owned(),
    }
}
