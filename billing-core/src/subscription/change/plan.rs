//! One offer in place of another.

use core::cmp::Ordering;

use entitlement::Timestamp;

use super::{Change, ChangeError, Draft, Held, Subscription};
use crate::catalogue::{Offer, OfferId, Paid, ProductId, Role};
use crate::{ComponentId, Event, What};

/// When something comes into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum When {
    /// Now.
    #[default]
    AtOnce,
    /// When what is paid for is over: the period, or the trial.
    PeriodEnd,
}

/// How one offer takes the place of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChangePolicy {
    /// When by one that is greater, or as great.
    pub upgrade: When,
    /// When by one that is less.
    pub downgrade: When,
    /// What is charged once with each change, when it comes into force.
    pub fee: Option<ComponentId>,
}

impl Default for ChangePolicy {
    /// An upgrade at once, a downgrade with the period, and no fee.
    fn default() -> Self {
        Self { upgrade: When::AtOnce, downgrade: When::PeriodEnd, fee: None }
    }
}

impl<'s> Subscription<'s> {
    /// Takes an offer in place of the one that it has of that product; which of them is the greater
    /// says [`Catalogue::compare`](crate::Catalogue::compare), unless the policy makes no difference
    /// between them. A change that was planned before is replaced. A trial is changed as the offer that it is one of, and is over with that.
    ///
    /// # Errors
    /// [`ChangeError::NotServed`], [`ChangeError::NotHeld`], [`ChangeError::SameOffer`],
    /// [`ChangeError::NotComparable`], [`ChangeError::MissingPrice`] and others.
    pub fn change_plan(&self, to: OfferId, policy: &ChangePolicy) -> Result<Change, ChangeError> {
        self.check_is_served("a change of plan")?;
        let to = self.offer(to)?;
        let held = self.held_now(to.product)?;
        if to.id == held.offer.id && !held.is_trial {
            return Err(ChangeError::SameOffer { offer: to.id });
        }
        let when = match (policy.upgrade, policy.downgrade) {
            (upgrade, downgrade) if upgrade == downgrade => upgrade,
            (upgrade, downgrade) => match self.catalogue.compare(to, held.offer, self.now)? {
                Ordering::Greater | Ordering::Equal => upgrade,
                Ordering::Less => downgrade,
            },
        };
        let at = match when {
            When::AtOnce => self.now,
            When::PeriodEnd => self.ends_at(held)?,
        };
        if self.paid(to.component, at, at)?.is_once() {
            let (offer, component) = (to.id, to.component);
            return Err(ChangeError::WrongPrice {
                offer,
                component,
                needed: "paid for each period",
            });
        }
        let mut draft = Draft::new(self);
        self.withdraw_change(&mut draft, held, policy);
        draft.quantity(held.component, 0, at);
        self.take(&mut draft, to.component, 1, at)?;
        self.give_up_add_ons(&mut draft, held.offer, Some(to), at);
        if let Some(fee) = policy.fee {
            self.check_fee(fee, at)?;
            draft.once(fee, 1, at)?;
        }
        draft.finish()
    }

    /// Cancels the change of plan that is planned for a product. A trial becomes again what it was to.
    ///
    /// # Errors
    /// [`ChangeError::NotHeld`], [`ChangeError::NothingPlanned`].
    pub fn cancel_change(
        &self,
        product: ProductId,
        policy: &ChangePolicy,
    ) -> Result<Change, ChangeError> {
        let held = self.held_now(product)?;
        let nothing = ChangeError::NothingPlanned { what: "change of plan" };
        let at = self.planned_end(held.component).ok_or(nothing.clone())?;
        let mut draft = Draft::new(self);
        self.withdraw_change(&mut draft, held, policy);
        if held.is_trial {
            let trial = held.offer.trial.ok_or(nothing.clone())?;
            if self.timeline.quantity_at(trial.becomes, at) > 0 {
                return Err(nothing);
            }
            self.convert(&mut draft, held.offer, trial, at)?;
        }
        draft.finish()
    }

    pub(super) fn held_now(&self, product: ProductId) -> Result<Held<'s>, ChangeError> {
        let not_held = ChangeError::NotHeld { product, at: self.now };
        self.held(product, self.now).ok_or(not_held)
    }

    /// When what it has now is planned to be given up.
    pub(super) fn planned_end(&self, component: ComponentId) -> Option<Timestamp> {
        let none = What::Quantity { component, quantity: 0 };
        let planned = self.timeline.events().iter().filter(|event| event.at > self.now);
        planned.filter(|event| event.what == none).map(|event| event.at).min()
    }

    /// What is given up with an offer, unless the one that takes its place has it too. What was
    /// charged once is not given back.
    pub(super) fn give_up_add_ons(
        &self,
        draft: &mut Draft,
        old: &Offer,
        new: Option<&Offer>,
        at: Timestamp,
    ) {
        for component in old.add_ons.iter().map(|add_on| add_on.component) {
            let goes_on = new.is_some_and(|new| new.add_on(component).is_some());
            let is_had = self.paid(component, at, at).is_ok_and(|paid| !paid.is_once());
            if is_had && !goes_on && draft.quantity_at(component, at) > 0 {
                draft.quantity(component, 0, at);
            }
        }
    }

    /// Withdraws what is planned of a product and of what goes with it.
    pub(super) fn withdraw_planned(&self, draft: &mut Draft, held: Held<'_>) {
        let product = held.offer.product;
        draft.withdraw(|event| self.is_of_product(event, product) && !self.is_charged_now(event));
    }

    /// Withdraws a change that is planned, with its fee.
    fn withdraw_change(&self, draft: &mut Draft, held: Held<'_>, policy: &ChangePolicy) {
        let Some(at) = self.planned_end(held.component) else { return };
        self.withdraw_planned(draft, held);
        let Some(fee) = policy.fee else { return };
        let of_fee = |event: &&Event| {
            event.at >= at
                && matches!(event.what, What::Quantity { component, .. } if component == fee)
        };
        let planned = self.timeline.events().iter().filter(of_fee).take(2);
        let planned: Vec<Event> = planned.copied().collect();
        draft.withdraw(|event| planned.contains(event));
    }

    fn is_of_product(&self, event: &Event, product: ProductId) -> bool {
        let What::Quantity { component, .. } = event.what else { return false };
        match self.catalogue.role(component) {
            Some(Role::Main(offer) | Role::Trial(offer)) => {
                self.catalogue.offer(offer).is_some_and(|offer| offer.product == product)
            }
            Some(Role::AddOn(of)) => of == product,
            Some(Role::SetupFee) | None => false,
        }
    }

    /// What is charged once at this very moment is given up at the next; that is no plan.
    fn is_charged_now(&self, event: &Event) -> bool {
        let What::Quantity { component, .. } = event.what else { return false };
        let is_trial = matches!(self.catalogue.role(component), Some(Role::Trial(_)));
        let is_once = self.paid(component, self.now, self.now).is_ok_and(Paid::is_once);
        is_once && !is_trial && self.timeline.quantity_at(component, self.now) > 0
    }

    /// When what it has is paid until: to the end of the trial, or of the period.
    pub(super) fn ends_at(&self, held: Held<'_>) -> Result<Timestamp, ChangeError> {
        if held.is_trial
            && let Some(ends_at) = self.planned_end(held.component)
        {
            return Ok(ends_at);
        }
        let (offer, component) = (held.offer.id, held.component);
        let once = ChangeError::WrongPrice { offer, component, needed: "paid for each period" };
        let (_, period) = self.period(component, self.now)?.ok_or(once)?;
        Ok(period.until())
    }

    pub(super) fn check_fee(
        &self,
        component: ComponentId,
        at: Timestamp,
    ) -> Result<(), ChangeError> {
        if self.paid(component, at, at)?.is_once() {
            return Ok(());
        }
        Err(ChangeError::RecurringFee { component })
    }
}
