//! A subscription at the moment at which something is decided about it, with everything that is decided
//! from.

use billing_core::{
    BillingTerms, Change, ChangeError, Held, OfferId, ProductId, Subscription, Timeline,
};
use entitlement::{SubscriberId, Timestamp};

use super::events::{self, Entered};
use super::matter::terms;
use super::runs::Ground;
use super::subscriptions::{billed_in, invalid};
use crate::entity::subscription;
use crate::error::{Kind, RuleError, StoreError};
use crate::unit::Unit;

/// What is known of a subscription whose subscriber is locked.
pub(super) struct Standpoint {
    pub(super) row: subscription::Model,
    pub(super) ground: Ground,
    /// What can be had.
    pub(super) whole: billing_core::Catalogue,
    /// When it is decided.
    pub(super) at: Timestamp,
    /// Whether nobody decides it who could be refused.
    is_by_itself: bool,
    timeline: Timeline,
    terms: BillingTerms,
}

impl Standpoint {
    /// Looks at a subscription; without a moment, now.
    pub(super) async fn of(
        unit: &Unit<'_>,
        row: subscription::Model,
        at: Option<Timestamp>,
    ) -> Result<Self, StoreError> {
        let at = at.unwrap_or(unit.now);
        if at > unit.now {
            return Err(invalid(&format!(
                "it cannot be decided at {at}, which is to come; now, {}, is the latest",
                unit.now
            )));
        }
        let ground = Ground::read(&unit.txn, unit.tenant, &[row.subscriber_id]).await?;
        let whole = ground.catalogue.whole().map_err(|source| StoreError::Rule {
            what: Kind::Product,
            name: "of this tenant".to_owned(),
            source,
        })?;
        let timeline = events::timeline(row.id, events::of(&unit.txn, row.id).await?)?;
        let terms = terms(&row, &ground.zone, &ground.settings)?;
        Ok(Self { row, ground, whole, at, is_by_itself: false, timeline, terms })
    }

    /// The same at another moment, which is not to come.
    pub(super) fn decided_at(self, at: Timestamp) -> Self {
        Self { at, ..self }
    }

    /// The same, where it is decided by nobody: it happens by itself.
    pub(super) fn by_itself(self) -> Self {
        Self { is_by_itself: true, ..self }
    }

    /// As the rules want it.
    pub(super) const fn subscription(&self) -> Subscription<'_> {
        Subscription {
            timeline: &self.timeline,
            catalogue: &self.whole,
            terms: &self.terms,
            now: self.at,
        }
    }

    /// Whether the time of its packages stands still.
    pub(super) fn is_stopped(&self) -> Result<bool, StoreError> {
        Ok(billed_in(&self.row)?.is_stopped(self.timeline.state_at(self.at)))
    }

    /// Until when the time of its packages stood still last.
    pub(super) fn stopped_until(&self, by: Timestamp) -> Option<Timestamp> {
        self.timeline.stopped_until(self.terms.billed_in, by)
    }

    pub(super) const fn subscriber(&self) -> SubscriberId {
        SubscriberId(self.row.subscriber_id)
    }

    /// Whether an offer is what its service is served by: what gives the plan, or where nothing of it gives
    /// one, any.
    pub(super) fn serves(&self, id: OfferId) -> bool {
        let has_plan = |id| self.whole.offer(id).is_some_and(|offer| offer.plan.is_some());
        let components = self.timeline.components();
        has_plan(id) || !components.iter().any(|component| has_plan(OfferId(component.0)))
    }

    /// Refuses orders of these while a reseller that has to pay for one of them owes more than it may.
    pub(super) async fn check_may_order<'i>(
        &self,
        unit: &Unit<'_>,
        items: impl Iterator<Item = &'i str> + Clone,
    ) -> Result<(), StoreError> {
        match &self.ground.levels {
            None => Ok(()),
            Some(levels) => levels.check_may_order(&unit.txn, items).await,
        }
    }

    /// What forbids something about it.
    pub(super) fn rule(&self, source: impl Into<RuleError>) -> StoreError {
        let (what, name) = (Kind::Subscription, self.row.id.to_string());
        StoreError::Rule { what, name, source: source.into() }
    }

    /// Keeps what was decided.
    pub(super) async fn enter(
        &self,
        unit: &mut Unit<'_>,
        change: &Change,
    ) -> Result<(), StoreError> {
        let before = (self.row.effect_at.is_some() || self.row.due_at.is_some())
            .then(|| serde_json::json!({ "state": self.row.state }));
        let decided = Entered::decided(change, self.at);
        let entered = if self.is_by_itself { decided.by_itself() } else { decided };
        events::enter(unit, self.row.clone(), &entered, before).await.map(|_| ())
    }

    /// The family of an offer, if it is named; otherwise the only one of which it has something.
    pub(super) fn family(&self, offer: Option<OfferId>) -> Result<ProductId, StoreError> {
        if let Some(id) = offer {
            let found = self.whole.offer(id).map(|offer| offer.product);
            return found.ok_or_else(|| self.rule(ChangeError::UnknownOffer { offer: id }));
        }
        let held: Vec<Held<'_>> = self.subscription().all_held(self.at).collect();
        match held.as_slice() {
            [only] => Ok(only.offer.product),
            [] => Err(invalid("it has no offer at that moment, so there is nothing to change")),
            several => {
                let name = |held: &Held<'_>| self.ground.catalogue.name(held.component).to_owned();
                let names: Vec<_> = several.iter().map(name).collect();
                Err(invalid(&format!("it has {}; say which is meant", names.join(", "))))
            }
        }
    }
}
