//! Subscribing to an offer, and what becomes of its trial.

use entitlement::Timestamp;

use super::{Change, ChangeError, Draft, Subscription, When, after};
use crate::catalogue::{Offer, OfferId, Paid, ProductId, Role, Trial};
use crate::{ComponentId, Cycle, SubscriptionState, Transition};

/// What is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order<'o> {
    /// Which offer.
    pub offer: OfferId,
    /// From when on; now, or later.
    pub begins: Timestamp,
    /// Whether it is tried first.
    pub with_trial: bool,
    /// How many of which add-ons, each as it was entered.
    pub add_ons: &'o [(ComponentId, i64)],
}

impl Subscription<'_> {
    /// Takes an offer, with its set-up fee and with add-ons. With it a subscription that is new begins;
    /// one that has begun has one more product, whose periods are as long as its own price says and
    /// begin where the subscription's do.
    ///
    /// A trial becomes what it is to become when it is over; that is known from the beginning on.
    ///
    /// # Errors
    /// [`ChangeError::NotServed`], [`ChangeError::ProductHeld`], [`ChangeError::TooEarly`],
    /// [`ChangeError::NoTrial`], [`ChangeError::Quantity`], [`ChangeError::MissingPrice`] and others.
    pub fn subscribe(&self, order: &Order<'_>) -> Result<Change, ChangeError> {
        let offer = self.offer(order.offer)?;
        let begins = order.begins;
        let mut draft = Draft::new(self);
        if self.begins_with(begins)? {
            draft.transition(Transition::Activate, begins);
        }
        let later = self.timeline.events().iter().map(|event| event.at).filter(|at| *at > begins);
        for at in later.chain([begins]) {
            if let Some(held) = self.held(offer.product, at) {
                return Err(ChangeError::ProductHeld { offer: held.offer.id });
            }
        }
        let trial = match (order.with_trial, offer.trial) {
            (true, None) => return Err(ChangeError::NoTrial { offer: offer.id }),
            (true, trial) => trial,
            (false, _) => None,
        };
        let first = trial.map_or(offer.component, |trial| trial.component);
        match trial {
            // It is had as long as it lasts, whatever its price.
            Some(_) => {
                self.check_price(first, begins)?;
                draft.quantity(first, 1, begins);
            }
            None => self.take(&mut draft, first, 1, begins)?,
        }
        if let Some(fee) = offer.setup_fee {
            draft.once(fee, 1, begins)?;
        }
        for (component, quantity) in order.add_ons {
            let quantity = self.add_on_quantity(&[offer], *component, *quantity)?;
            self.take(&mut draft, *component, quantity, begins)?;
        }
        if let Some(trial) = trial {
            let ends_at = after(begins, trial.lasts, &self.terms.zone)?;
            self.convert(&mut draft, offer, trial, ends_at)?;
        }
        draft.finish()
    }

    /// Ends the trial of a product without its becoming anything: now, or when it would have been over.
    /// With nothing else left the subscription ends then.
    ///
    /// # Errors
    /// [`ChangeError::NothingPlanned`] when there is no trial.
    pub fn cancel_trial(&self, product: ProductId, when: When) -> Result<Change, ChangeError> {
        let no_trial = ChangeError::NothingPlanned { what: "trial" };
        let held = self.held(product, self.now).filter(|held| held.is_trial);
        let held = held.ok_or(no_trial.clone())?;
        let ends_at = self.planned_end(held.component).ok_or(no_trial)?;
        let ends_at = if when == When::AtOnce { self.now } else { ends_at };
        let mut draft = Draft::new(self);
        self.withdraw_planned(&mut draft, held);
        draft.quantity(held.component, 0, ends_at);
        let others = self.all_held(ends_at).any(|other| other.offer.product != product);
        if others {
            self.give_up_add_ons(&mut draft, held.offer, None, ends_at);
        } else {
            draft.transition(Transition::Terminate, ends_at);
        }
        draft.finish()
    }

    /// A trial becomes what it is to.
    pub(super) fn convert(
        &self,
        draft: &mut Draft,
        offer: &Offer,
        trial: Trial,
        at: Timestamp,
    ) -> Result<(), ChangeError> {
        draft.quantity(trial.component, 0, at);
        self.take(draft, trial.becomes, 1, at)?;
        let next = match self.catalogue.role(trial.becomes) {
            Some(Role::Main(next)) => self.catalogue.offer(next),
            _ => None,
        };
        self.give_up_add_ons(draft, offer, next, at);
        Ok(())
    }

    /// Takes so many of a component: of what is paid for each period or by use it has them from then on,
    /// with a price that is paid once they are charged.
    pub(super) fn take(
        &self,
        draft: &mut Draft,
        component: ComponentId,
        quantity: u32,
        at: Timestamp,
    ) -> Result<(), ChangeError> {
        if self.check_price(component, at)?.is_once() {
            return draft.once(component, quantity, at);
        }
        draft.quantity(component, quantity, at);
        Ok(())
    }

    pub(super) fn offer(&self, offer: OfferId) -> Result<&Offer, ChangeError> {
        self.catalogue.offer(offer).ok_or(ChangeError::UnknownOffer { offer })
    }

    /// How it is paid what is taken at a moment; its periods begin as those of the subscription can.
    fn check_price(&self, component: ComponentId, at: Timestamp) -> Result<Paid<'_>, ChangeError> {
        let paid = self.paid(component, at, at)?;
        if let Some(cadence) = paid.cadence() {
            let _: Cycle = self.cycle(component, cadence, at)?;
        }
        Ok(paid)
    }

    /// Whether the subscription begins with what is taken at a moment.
    fn begins_with(&self, at: Timestamp) -> Result<bool, ChangeError> {
        let began_at = self.timeline.began_at();
        let earliest = began_at.map_or(self.now, |began_at| began_at.max(self.now));
        if at < earliest {
            return Err(ChangeError::TooEarly { field: "the beginning", at, earliest });
        }
        match (self.state(), began_at) {
            (SubscriptionState::Pending, None) => Ok(true),
            (SubscriptionState::Pending, Some(_)) => Ok(false),
            _ => self.check_is_served("to subscribe").map(|()| false),
        }
    }
}
