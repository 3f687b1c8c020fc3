//! Taking offers and changing what was taken. What comes of a command is decided by
//! [`billing_core::Subscription`]; it is kept here as a whole, or not at all.

use billing_core::{
    Alignment, BilledIn, Change, ChangePolicy, ComponentId, Follows, OfferId, Order, Paid,
    Purchase, Termination, TerminationPolicy, Transition, What, When,
};
use entitlement::Timestamp;

use super::carried_over;
use super::events;
use super::packages::{self, Buying, Purchased, Sold};
use super::paid_times::{self, UnusedTime};
use super::resellers::hold_prices_of_levels;
use super::standpoint::Standpoint;
use super::subscriptions::{ChangedSubscription, SubscriptionId, Subscriptions, invalid, lock};
use crate::entity::subscription;
use crate::error::StoreError;
use crate::repeated::repeated;
use crate::store::Actor;
use crate::unit::Unit;

/// An offer that is to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferOrder {
    /// The product.
    pub offer: String,
    /// Whether it is tried first.
    pub with_trial: bool,
    /// How many of which add-ons.
    pub add_ons: Vec<(String, i64)>,
    /// From when on; `None`: now. A package that is paid once begins when it is bought.
    pub from: Option<Timestamp>,
    /// Whether a package is bought although the wallet does not cover it.
    pub on_credit: bool,
    /// Whether a package is renewed by itself when it is over.
    pub auto_renew: bool,
}

/// A subscription that is to begin with an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// Whose.
    pub subscriber: String,
    /// The login of the service that it pays for, which follows its state and its plan.
    pub service: Option<String>,
    /// Where its periods begin.
    pub alignment: Alignment,
    /// In which states it is billed beside those in which it is served.
    pub billed_in: BilledIn,
    /// What is taken.
    pub order: OfferOrder,
}

/// How a subscription is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ending {
    /// At once, or when what is had for a price each period, and the last of the packages, is paid until.
    pub when: When,
    /// Whether the notice that the tenant asks for is left out.
    pub without_notice: bool,
    /// When it was said; `None`: now.
    pub at: Option<Timestamp>,
}

/// What comes of ending a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// What became of it, with what it costs to end before its time.
    pub changed: ChangedSubscription,
    /// When it ends.
    pub ends_at: Timestamp,
    /// What is paid for then and not used: nothing is given back of it.
    pub lost: Vec<UnusedTime>,
}

impl Subscriptions<'_> {
    /// Begins a subscription with an offer. A package that is paid once is billed and paid from the
    /// wallet in the same moment.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Invalid`]; [`StoreError::Rule`] for what cannot be
    /// ordered, what is not offered to the subscriber, where the wallet does not cover a package, and where
    /// a reseller on the way has too little for it, or owes more than it may.
    pub async fn subscribe(&self, by: &Actor, new: &NewOrder) -> Result<Sold, StoreError> {
        repeated(|| self.subscribe_once(by, new)).await
    }

    async fn subscribe_once(&self, by: &Actor, new: &NewOrder) -> Result<Sold, StoreError> {
        let unit = Unit::begin(self.store, self.tenant, by, "take the offer").await?;
        hold_prices_of_levels(&unit.txn, self.tenant).await?;
        let subscribers = self.store.subscribers(self.tenant);
        let owner = subscribers.existing(&unit.txn, &new.subscriber).await?;
        lock(&unit.txn, owner.id).await?;
        let service = match &new.service {
            None => None,
            Some(login) => Some(self.service_of(&unit, &owner, login).await?),
        };
        let added = self.insert(&unit, owner.id, service, (new.alignment, new.billed_in)).await?;
        self.take(unit, added, &new.order).await
    }

    /// Takes one more offer within a subscription that has begun.
    ///
    /// # Errors
    /// As [`subscribe`](Self::subscribe).
    pub async fn order(
        &self,
        by: &Actor,
        id: SubscriptionId,
        order: &OfferOrder,
    ) -> Result<Sold, StoreError> {
        repeated(|| self.order_once(by, id, order)).await
    }

    async fn order_once(
        &self,
        by: &Actor,
        id: SubscriptionId,
        order: &OfferOrder,
    ) -> Result<Sold, StoreError> {
        let (unit, row) = self.locked(by, id, "take the offer").await?;
        self.take(unit, row, order).await
    }

    async fn take(
        &self,
        mut unit: Unit<'_>,
        row: subscription::Model,
        order: &OfferOrder,
    ) -> Result<Sold, StoreError> {
        let id = SubscriptionId(row.id);
        let begins = order.from.unwrap_or(unit.now);
        let standpoint = Standpoint::of(&unit, row, Some(begins.min(unit.now))).await?;
        let offer = self.offer(&unit, &order.offer).await?;
        self.check_offered(&unit, &standpoint, offer).await?;
        let mut add_ons = Vec::new();
        for (name, quantity) in &order.add_ons {
            add_ons.push((self.component(&unit.txn, name).await?, *quantity));
        }
        let ordered = Order { offer, begins, with_trial: order.with_trial, add_ons: &add_ons };
        let subscription = standpoint.subscription();
        let change = subscription.subscribe(&ordered).map_err(|error| standpoint.rule(error))?;
        let is_package = is_paid_once(&standpoint, ComponentId(offer.0), begins);
        let sold = match (is_package, order.with_trial) {
            (false, _) => {
                let add_ons = order.add_ons.iter().map(|(name, _)| name.as_str());
                let ordered = core::iter::once(order.offer.as_str()).chain(add_ons);
                standpoint.check_may_order(&unit, ordered).await?;
                standpoint.enter(&mut unit, &change).await?;
                packages::Done::default()
            }
            (true, true) => {
                return Err(invalid(&format!(
                    "`{}` is paid once, and a trial becomes what is paid for each period; take it \
                     without one",
                    order.offer
                )));
            }
            (true, false) => {
                if begins > standpoint.at {
                    return Err(invalid(&format!(
                        "`{}` is paid once and begins when it is bought; buy it then, and not at \
                         {begins}",
                        order.offer
                    )));
                }
                let family = standpoint.family(Some(offer))?;
                let before = packages::find(&unit, id, family).await?;
                let before =
                    carried_over::carried(&mut unit, standpoint.subscriber(), before).await?;
                let purchase = packages::purchase(&unit, &standpoint, before.as_ref(), 1).await?;
                let what = (offer, &purchase);
                let follows = packages::follows(&unit, &standpoint, before.as_ref(), what).await?;
                let purchased = self.first(&standpoint, what, follows, change)?;
                let buying =
                    Buying { on_credit: order.on_credit, auto_renew: Some(order.auto_renew) };
                packages::buy(&mut unit, &standpoint, before, &purchased, buying).await?
            }
        };
        unit.commit().await?;
        self.sold(id, sold).await
    }

    /// What a package gives that is taken for the first time, which its order charges.
    fn first(
        &self,
        standpoint: &Standpoint,
        (offer, purchase): (OfferId, &Purchase),
        follows: Follows,
        change: Change,
    ) -> Result<Purchased, StoreError> {
        let renewal = standpoint.ground.catalogue.renewal(offer);
        let (purchase, renewal) = follows.counted(purchase, &renewal);
        let package = standpoint.whole.offer(offer).map(|it| it.package).unwrap_or_default();
        let zone = &standpoint.ground.zone;
        let bought = purchase.gives(&package, &renewal, standpoint.at, zone);
        let bought = bought.map_err(|error| standpoint.rule(error))?;
        Ok(Purchased { offer, change, bought, follows })
    }

    /// Takes an offer in place of the one of its family that the subscription has: when it is greater or
    /// less as the settings of the tenant say, or when it is said here.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] for what cannot be changed so.
    pub async fn move_to(
        &self,
        by: &Actor,
        id: SubscriptionId,
        offer: &str,
        when: Option<When>,
        at: Option<Timestamp>,
    ) -> Result<ChangedSubscription, StoreError> {
        let (mut unit, row) = self.locked(by, id, "change the plan").await?;
        let standpoint = Standpoint::of(&unit, row, at).await?;
        let to = self.offer(&unit, offer).await?;
        self.check_offered(&unit, &standpoint, to).await?;
        standpoint.check_may_order(&unit, core::iter::once(offer)).await?;
        let policy = standpoint.ground.settings.changes;
        let policy = match when {
            None => policy,
            Some(when) => ChangePolicy { upgrade: when, downgrade: when, ..policy },
        };
        let change = standpoint.subscription().change_plan(to, &policy);
        let change = change.map_err(|error| standpoint.rule(error))?;
        standpoint.enter(&mut unit, &change).await?;
        unit.commit().await?;
        self.changed(id, &change).await
    }

    /// Cancels the change of plan that is planned for the family of an offer; without a name for the
    /// only one.
    ///
    /// # Errors
    /// [`StoreError::Rule`] where nothing is planned.
    pub async fn cancel_change(
        &self,
        by: &Actor,
        id: SubscriptionId,
        offer: Option<&str>,
    ) -> Result<ChangedSubscription, StoreError> {
        let (mut unit, row) = self.locked(by, id, "cancel the change").await?;
        let standpoint = Standpoint::of(&unit, row, None).await?;
        let family = standpoint.family(self.named(&unit, offer).await?)?;
        let policy = standpoint.ground.settings.changes;
        let change = standpoint.subscription().cancel_change(family, &policy);
        let change = change.map_err(|error| standpoint.rule(error))?;
        standpoint.enter(&mut unit, &change).await?;
        unit.commit().await?;
        self.changed(id, &change).await
    }

    /// Ends a trial without its becoming anything, at once or when it would have been over.
    ///
    /// # Errors
    /// [`StoreError::Rule`] where there is no trial.
    pub async fn cancel_trial(
        &self,
        by: &Actor,
        id: SubscriptionId,
        offer: Option<&str>,
        when: When,
    ) -> Result<ChangedSubscription, StoreError> {
        let (mut unit, row) = self.locked(by, id, "cancel the trial").await?;
        let standpoint = Standpoint::of(&unit, row, None).await?;
        let family = standpoint.family(self.named(&unit, offer).await?)?;
        let change = standpoint.subscription().cancel_trial(family, when);
        let change = change.map_err(|error| standpoint.rule(error))?;
        standpoint.enter(&mut unit, &change).await?;
        unit.commit().await?;
        self.changed(id, &change).await
    }

    /// Stops a subscription by the customer's wish, until a moment or until it is resumed, as far as the
    /// tenant allows it.
    ///
    /// # Errors
    /// [`StoreError::Rule`] for a pause that cannot be, with those that can.
    pub async fn pause(
        &self,
        by: &Actor,
        id: SubscriptionId,
        until: Option<Timestamp>,
        at: Option<Timestamp>,
    ) -> Result<ChangedSubscription, StoreError> {
        let (mut unit, row) = self.locked(by, id, "pause the subscription").await?;
        let standpoint = Standpoint::of(&unit, row, at).await?;
        let change = standpoint.subscription().pause(until, &standpoint.ground.settings.pauses);
        let change = change.map_err(|error| standpoint.rule(error))?;
        check_end_is_behind(&unit, &standpoint, &change).await?;
        standpoint.enter(&mut unit, &change).await?;
        unit.commit().await?;
        self.changed(id, &change).await
    }

    /// Lets a subscription that is paused go on.
    ///
    /// # Errors
    /// [`StoreError::Rule`] where it is not paused.
    pub async fn resume(
        &self,
        by: &Actor,
        id: SubscriptionId,
        at: Option<Timestamp>,
    ) -> Result<ChangedSubscription, StoreError> {
        let (mut unit, row) = self.locked(by, id, "resume the subscription").await?;
        let standpoint = Standpoint::of(&unit, row, at).await?;
        let change = standpoint.subscription().resume();
        let change = change.map_err(|error| standpoint.rule(error))?;
        standpoint.enter(&mut unit, &change).await?;
        unit.commit().await?;
        self.changed(id, &change).await
    }

    /// From now on a subscription has so many of an add-on; 0: none.
    ///
    /// # Errors
    /// [`StoreError::Rule`] for what is no add-on of what it has, and for a number that cannot be.
    pub async fn set_add_on(
        &self,
        by: &Actor,
        id: SubscriptionId,
        (add_on, quantity): (&str, i64),
        at: Option<Timestamp>,
    ) -> Result<ChangedSubscription, StoreError> {
        let (mut unit, row) = self.locked(by, id, "change the add-on").await?;
        let standpoint = Standpoint::of(&unit, row, at).await?;
        let component = self.component(&unit.txn, add_on).await?;
        if quantity > 0 {
            standpoint.check_may_order(&unit, core::iter::once(add_on)).await?;
        }
        let subscription = standpoint.subscription();
        let change = match quantity {
            0 => subscription.remove_add_on(component),
            _ => subscription.set_add_on(component, quantity),
        };
        let change = change.map_err(|error| standpoint.rule(error))?;
        standpoint.enter(&mut unit, &change).await?;
        unit.commit().await?;
        self.changed(id, &change).await
    }

    /// Ends a subscription as early as its periods, its minimum terms and the notice allow, and says what is
    /// lost of its packages by that. What an end before its time costs is on the next invoice.
    ///
    /// # Errors
    /// [`StoreError::Rule`] where it has ended, or its end cannot be reckoned.
    pub async fn terminate(
        &self,
        by: &Actor,
        id: SubscriptionId,
        ending: &Ending,
    ) -> Result<Ended, StoreError> {
        let (mut unit, row) = self.locked(by, id, "end the subscription").await?;
        let standpoint = Standpoint::of(&unit, row, ending.at).await?;
        let notice = standpoint.ground.settings.notice.filter(|_| !ending.without_notice);
        let policy = TerminationPolicy { when: ending.when, notice };
        let paid_until = paid_until(&unit, &standpoint, ending.when).await?;
        let terminated = standpoint.subscription().terminate_prepaid(&policy, paid_until);
        let Termination { ends_at, fees, change } =
            terminated.map_err(|error| standpoint.rule(error))?;
        standpoint.enter(&mut unit, &change).await?;
        let lost = paid_times::lost(&unit, &standpoint, ends_at).await?;
        unit.commit().await?;
        let changed = ChangedSubscription { fees, ..self.changed(id, &change).await? };
        Ok(Ended { changed, ends_at, lost })
    }

    /// Cancels an end that is planned, and what it was to cost.
    ///
    /// # Errors
    /// [`StoreError::Rule`] where none is planned.
    pub async fn cancel_termination(
        &self,
        by: &Actor,
        id: SubscriptionId,
    ) -> Result<ChangedSubscription, StoreError> {
        let (mut unit, row) = self.locked(by, id, "cancel the end").await?;
        let standpoint = Standpoint::of(&unit, row, None).await?;
        let change = standpoint.subscription().cancel_termination();
        let change = change.map_err(|error| standpoint.rule(error))?;
        standpoint.enter(&mut unit, &change).await?;
        unit.commit().await?;
        self.changed(id, &change).await
    }

    /// A unit of work in which nobody else changes anything of the subscriber's, and the subscription, of which
    /// everything is carried out that was entered ahead and has happened by now: what is decided is decided from
    /// that, however late the worker comes.
    pub(super) async fn locked<'a>(
        &'a self,
        by: &'a Actor,
        id: SubscriptionId,
        operation: &'static str,
    ) -> Result<(Unit<'a>, subscription::Model), StoreError> {
        let (mut unit, found) = self.held(by, id, operation).await?;
        let row = Box::pin(events::carry_out(&mut unit, found)).await?;
        Ok((unit, row))
    }

    /// As [`locked`](Self::locked), as it was found.
    pub(super) async fn held<'a>(
        &'a self,
        by: &'a Actor,
        id: SubscriptionId,
        operation: &'static str,
    ) -> Result<(Unit<'a>, subscription::Model), StoreError> {
        let unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        // What is bought may be billed in the same moment.
        hold_prices_of_levels(&unit.txn, self.tenant).await?;
        let found = self.existing(&unit.txn, id).await?;
        lock(&unit.txn, found.subscriber_id).await?;
        // Only now nobody else changes it.
        let found = self.existing(&unit.txn, id).await?;
        Ok((unit, found))
    }

    /// The offer that is charged as the product of this name.
    pub(super) async fn offer(&self, unit: &Unit<'_>, name: &str) -> Result<OfferId, StoreError> {
        Ok(OfferId(self.component(&unit.txn, name).await?.0))
    }

    pub(super) async fn named(
        &self,
        unit: &Unit<'_>,
        offer: Option<&str>,
    ) -> Result<Option<OfferId>, StoreError> {
        match offer {
            None => Ok(None),
            Some(name) => self.offer(unit, name).await.map(Some),
        }
    }
}

/// Until when the last of the packages of a subscription is paid.
///
/// # Errors
/// Where that is asked for while their time stands still: nobody knows then.
async fn paid_until(
    unit: &Unit<'_>,
    standpoint: &Standpoint,
    when: When,
) -> Result<Option<Timestamp>, StoreError> {
    let packages = packages::all(&unit.txn, standpoint.row.id).await?;
    let until = packages.iter().filter_map(|package| package.paid_until).max();
    let until = until.filter(|until| *until > standpoint.at.unix_ms());
    if when == When::PeriodEnd && until.is_some() && standpoint.is_stopped()? {
        return Err(invalid(
            "what is paid lasts as much longer as it is not served, so that it is not known when that is \
             over; let it go on first, or end it at once",
        ));
    }
    Ok(until.map(Timestamp::from_unix_ms))
}

/// Refuses a pause in which a subscription would end that ends with what is paid: the rest would be lost.
async fn check_end_is_behind(
    unit: &Unit<'_>,
    standpoint: &Standpoint,
    pause: &Change,
) -> Result<(), StoreError> {
    let packages = packages::all(&unit.txn, standpoint.row.id).await?;
    let ends = packages.iter().filter_map(|package| packages::ends_with(standpoint, package));
    let Some(ends_at) = ends.min() else { return Ok(()) };
    let resumes = What::Transition(Transition::Resume);
    let goes_on = pause.added.iter().any(|event| event.what == resumes && event.at < ends_at);
    match goes_on {
        true => Ok(()),
        false => Err(invalid(&format!(
            "it ends at {ends_at} with what is paid, which a pause would lose; cancel its end first, or \
             let it go on before"
        ))),
    }
}

fn is_paid_once(standpoint: &Standpoint, component: ComponentId, at: Timestamp) -> bool {
    let prices = standpoint.whole.prices().get(&component);
    prices.and_then(|prices| prices.paid_at(at, at)).is_some_and(Paid::is_once)
}
