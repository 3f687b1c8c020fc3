//! What happens to subscriptions: how it is kept, and that the service follows.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::{
    Change, ComponentId, EarlyFee, Event, Timeline, TimelineError, Transition, What,
};
use entitlement::{Standing, SubscriberId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
};
use serde_json::json;

use super::catalogue::Catalogue;
use super::pay_as_you_go::By;
use super::subscriptions::{corrupt, invalid};
use super::{carried_over, charges, dunning, paid_times, pay_as_you_go, runs, settings, stopped};
use crate::among;
use crate::entity::{service, subscription, subscription_event};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::names;
use crate::outbox::{Cause, Happened};
use crate::services::standing_code;
use crate::unit::{Record, Unit};

/// The word for a change of a quantity; the others are transitions.
const QUANTITY: &str = "quantity";

/// What is to be entered about a subscription.
#[derive(Debug, Clone, Default)]
pub(super) struct Entered {
    /// What happens.
    added: Vec<(Timestamp, What)>,
    /// What was to happen later and will not.
    withdrawn: Vec<Event>,
    /// When it was decided: from then on there may be something to be billed.
    decided_at: Option<Timestamp>,
    /// It happens for what is paid or not.
    is_dunned: bool,
    /// Nobody has said so now, whom it could be refused.
    is_by_itself: bool,
}

impl Entered {
    /// These happen.
    pub(super) fn added(added: &[(Timestamp, What)]) -> Self {
        Self { added: added.to_vec(), ..Self::default() }
    }

    /// What a command has decided at a moment.
    pub(super) fn decided(change: &Change, at: Timestamp) -> Self {
        let added = change.added.iter().map(|event| (event.at, event.what)).collect();
        let withdrawn = change.withdrawn.clone();
        Self { added, withdrawn, decided_at: Some(at), ..Self::default() }
    }

    /// These happen, whenever that is, and what was planned and cannot be with them does not.
    pub(super) fn changed(change: &Change) -> Self {
        Self { decided_at: None, ..Self::decided(change, Timestamp::from_unix_ms(0)) }
    }

    /// The same, because something is paid or not.
    pub(super) fn by_dunning(self) -> Self {
        Self { is_dunned: true, ..self.by_itself() }
    }

    /// The same, which nobody has said now.
    pub(super) fn by_itself(self) -> Self {
        Self { is_by_itself: true, ..self }
    }

    /// What was entered ahead is carried out.
    fn carried_out() -> Self {
        Self::default().by_itself()
    }

    /// What the subscription was before, of which this is the timeline now.
    fn before(&self, timeline: &Timeline, added: &BTreeSet<i64>) -> Option<Timeline> {
        let is_added =
            |event: &Event| i64::try_from(event.number).is_ok_and(|it| added.contains(&it));
        let kept = timeline.events().iter().filter(|event| !is_added(event));
        Timeline::new(kept.chain(&self.withdrawn).copied()).ok()
    }

    /// Can something come to its end by it, or not come to its end any more?
    fn can_end_something(&self) -> bool {
        let ends = |what: What| {
            matches!(what, What::Transition(Transition::Terminate) | What::Quantity { .. })
        };
        let withdrawn = self.withdrawn.iter().map(|event| event.what);
        self.added.iter().map(|(_, what)| *what).chain(withdrawn).any(ends)
    }

    fn moments(&self) -> impl Iterator<Item = Timestamp> {
        let withdrawn = self.withdrawn.iter().map(|event| event.at);
        self.added.iter().map(|(at, _)| *at).chain(withdrawn).chain(self.decided_at)
    }
}

/// Adds events to a subscription whose subscriber is locked, takes out what was only planned, and lets
/// its service follow. Gives what it costs that something ends by that within its minimum term.
pub(super) async fn enter(
    unit: &mut Unit<'_>,
    row: subscription::Model,
    entered: &Entered,
    before: Option<serde_json::Value>,
) -> Result<Vec<EarlyFee>, StoreError> {
    check_open(unit, entered).await?;
    check_taken(unit, row.id, entered).await?;
    withdraw(unit, row.id, &entered.withdrawn).await?;
    let mut added = BTreeSet::new();
    for (at, what) in &entered.added {
        let event = event_row(unit, row.id, *at, *what);
        let inserted = subscription_event::Entity::insert(event).exec(&unit.txn).await;
        added.insert(inserted.during("enter what has happened")?.last_insert_id);
    }
    let mut timeline = timeline(row.id, of(&unit.txn, row.id).await?)?;
    let known = entered.before(&timeline, &added);
    let moved = Box::pin(stopped::follow(unit, &row, &timeline, known.as_ref())).await?;
    if moved.is_some() {
        timeline = self::timeline(row.id, of(&unit.txn, row.id).await?)?;
    }
    tell(unit, &row, &timeline, (entered, &added));
    let state = timeline.state_at(unit.now);
    let begins = match state.standing() {
        Standing::Active => Box::pin(paid_times::follow(unit, &row)).await?,
        // Nothing that was paid begins before it is served again.
        Standing::Suspended | Standing::Terminated => None,
    };
    let next = timeline.next_after(unit.now).into_iter().chain(begins).min();
    let changed = subscription::ActiveModel {
        id: Set(row.id),
        state: Set(state.code().to_owned()),
        effect_at: Set(next.map(Timestamp::unix_ms)),
        ..Default::default()
    };
    changed.update(&unit.txn).await.during("change the subscription")?;
    let first = entered.moments().min();
    let ends = first.filter(|_| entered.can_end_something()).into_iter().chain(moved).min();
    let fees = match ends {
        Some(first) => charges::follow_ends(unit, &row, (known.as_ref(), &timeline), first).await?,
        None => Vec::new(),
    };
    if let Some(first) = first {
        runs::look_at(unit, row.id, first).await?;
    }
    if let Some(service) = row.service_id {
        let catalogue = Catalogue::read(&unit.txn, unit.tenant).await?;
        serve(unit, service, &timeline, &catalogue).await?;
        let by = match entered.is_by_itself {
            true => By::Itself,
            false => By::Command(known.as_ref()),
        };
        // Apart from what awaits it, which would carry its state on the stack.
        Box::pin(pay_as_you_go::follow(unit, &row, &timeline, &catalogue, by)).await?;
    }
    dunning::look_again(unit, core::iter::once(row.subscriber_id)).await?;
    let added: Vec<_> = entered.added.iter().map(|(at, what)| words(*at, *what)).collect();
    let mut after = json!({ "state": state.code(), "entered": added });
    if !entered.withdrawn.is_empty() {
        let withdrawn = entered.withdrawn.iter().map(|event| words(event.at, event.what));
        after["withdrawn"] = withdrawn.collect();
    }
    unit.record(Record {
        kind: Kind::Subscription,
        row: row.id,
        name: &row.id.to_string(),
        before,
        after: Some(after),
    });
    Ok(fees)
}

/// Carries out what was entered ahead of a subscription, whose subscriber is locked, and has happened by now:
/// before anything is reckoned from what it has. Gives the subscription as it is then.
pub(super) async fn carry_out(
    unit: &mut Unit<'_>,
    row: subscription::Model,
) -> Result<subscription::Model, StoreError> {
    if row.effect_at.is_none_or(|at| at > unit.now.unix_ms()) {
        return Ok(row);
    }
    carried_over::hold(&unit.txn, SubscriberId(row.subscriber_id)).await?;
    let (id, before) = (row.id, Some(json!({ "state": row.state })));
    Box::pin(enter(unit, row, &Entered::carried_out(), before)).await?;
    let found = subscription::Entity::find_by_id(id).one(&unit.txn).await;
    let found = found.during("find the subscription")?;
    found.ok_or_else(|| names::not_found(Kind::Subscription, &id.to_string(), []))
}

/// Tells every change of its state that has happened by now and was not told yet: those that are entered, and
/// those that were entered ahead and whose time has come since it was looked last.
fn tell(
    unit: &mut Unit<'_>,
    row: &subscription::Model,
    timeline: &Timeline,
    (entered, added): (&Entered, &BTreeSet<i64>),
) {
    let now = unit.now;
    let is_carried_out = |at: Timestamp| row.effect_at.is_some_and(|first| first <= at.unix_ms());
    for edge in timeline.edges().into_iter().filter(|edge| edge.at <= now) {
        let is_added = i64::try_from(edge.number).is_ok_and(|number| added.contains(&number));
        let cause = match (is_added, entered.is_dunned) {
            (true, true) => Cause::of_dunning(edge.transition),
            (true, false) => Cause::Entered,
            (false, _) if is_carried_out(edge.at) => Cause::Planned,
            (false, _) => continue,
        };
        let of = (row.id, row.service_id);
        unit.tell(Happened::edge(SubscriberId(row.subscriber_id), of, edge, cause));
    }
}

async fn check_open(unit: &Unit<'_>, entered: &Entered) -> Result<(), StoreError> {
    let settings = settings::read(&unit.txn, unit.tenant).await?;
    let check = |at| settings.check_open(Kind::Subscription, "the event", at);
    entered.moments().try_for_each(check)
}

/// Refuses more of something than can be had, and what is paid for and of which nobody has said how it is taxed:
/// nothing of its subscriber could be billed with it. What happens by itself is not refused.
async fn check_taken(
    unit: &Unit<'_>,
    subscription: i64,
    entered: &Entered,
) -> Result<(), StoreError> {
    let refused = |source: RuleError| StoreError::Rule {
        what: Kind::Subscription,
        name: subscription.to_string(),
        source,
    };
    let mut taken = Vec::new();
    for (_, what) in &entered.added {
        what.check().map_err(|error| refused(error.into()))?;
        match *what {
            What::Quantity { component, quantity } if quantity > 0 => taken.push(component),
            What::Quantity { .. } | What::Transition(_) => {}
        }
    }
    if entered.is_by_itself || taken.is_empty() {
        return Ok(());
    }
    let catalogue = Catalogue::read(&unit.txn, unit.tenant).await?;
    let checked = taken.into_iter().try_for_each(|component| catalogue.check_taxed(component));
    checked.map_err(|error| refused(error.into()))
}

/// Takes out what was planned. What has happened stays, whatever a decision for an earlier moment says.
async fn withdraw(unit: &Unit<'_>, subscription: i64, gone: &[Event]) -> Result<(), StoreError> {
    if let Some(event) = gone.iter().find(|event| event.at <= unit.now) {
        return Err(invalid(&format!(
            "what happened at {} cannot be taken back; decide it for that moment or a later one",
            event.at
        )));
    }
    if gone.is_empty() {
        return Ok(());
    }
    let ids = gone.iter().filter_map(|event| i64::try_from(event.number).ok());
    let delete = subscription_event::Entity::delete_many()
        .filter(subscription_event::Column::TenantId.eq(unit.tenant.0))
        .filter(subscription_event::Column::SubscriptionId.eq(subscription))
        .filter(subscription_event::Column::Id.is_in(ids));
    delete.exec(&unit.txn).await.during("take out what was planned").map(|_| ())
}

/// Puts the service in the state, and on the plan, that its subscription has now; in grace it is as fast as
/// who is in grace may be.
pub(super) async fn serve(
    unit: &mut Unit<'_>,
    service: i64,
    timeline: &Timeline,
    catalogue: &Catalogue,
) -> Result<(), StoreError> {
    let found = service::Entity::find_by_id(service).one(&unit.txn).await;
    let Some(found) = found.during("find the service")? else { return Ok(()) };
    let plan = timeline.plan_at(&catalogue.plans, unit.now);
    let plan_id = plan.map_or(found.plan_id, |plan| plan.0);
    let standing: Standing = timeline.state_at(unit.now).standing();
    let standing = standing_code(standing);
    let throttle = dunning::grace_throttle(unit, timeline).await?;
    let stored = |bps: u64| i64::try_from(bps).unwrap_or(i64::MAX);
    let grace = throttle.map(|speed| (stored(speed.download.0), stored(speed.upload.0)));
    let was = found.grace_download_bps.zip(found.grace_upload_bps);
    if (found.plan_id, found.standing.as_str(), was) == (plan_id, standing, grace) {
        return Ok(());
    }
    let changed = service::ActiveModel {
        id: Set(service),
        plan_id: Set(plan_id),
        standing: Set(standing.to_owned()),
        grace_download_bps: Set(grace.map(|(download, _)| download)),
        grace_upload_bps: Set(grace.map(|(_, upload)| upload)),
        ..Default::default()
    };
    changed.update(&unit.txn).await.during("change the service")?;
    let is_other = was != grace;
    let described = |plan: i64, standing: &str, grace: Option<(i64, i64)>| {
        let mut told = json!({ "plan": plan, "standing": standing });
        if is_other {
            told["grace_bps"] = json!(grace);
        }
        told
    };
    unit.record(Record {
        kind: Kind::Service,
        row: service,
        name: &found.login,
        before: Some(described(found.plan_id, &found.standing, was)),
        after: Some(described(plan_id, standing, grace)),
    });
    Ok(())
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

pub(super) async fn of(db: &impl ConnectionTrait, id: i64) -> Result<Vec<Event>, StoreError> {
    let rows = subscription_event::Entity::find()
        .filter(subscription_event::Column::SubscriptionId.eq(id))
        .all(db);
    rows.await.during("read what has happened to the subscription")?.iter().map(event_of).collect()
}

/// What has happened to each of these subscriptions.
pub(super) async fn of_all(
    db: &impl ConnectionTrait,
    subscriptions: &[i64],
) -> Result<BTreeMap<i64, Vec<Event>>, StoreError> {
    let mut all: BTreeMap<i64, Vec<Event>> = BTreeMap::new();
    let backend = db.get_database_backend();
    for ids in subscriptions.chunks(among::VALUES_MAX) {
        let rows = subscription_event::Entity::find()
            .filter(among::numbers(backend, "subscription_id", ids.iter().copied()))
            .all(db);
        for row in rows.await.during("read what has happened to the subscriptions")? {
            all.entry(row.subscription_id).or_default().push(event_of(&row)?);
        }
    }
    Ok(all)
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
